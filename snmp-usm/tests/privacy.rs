//! Ciphers against published figures.

use snmp_usm::privacy::{Iv, PrivKey, PrivProtocol};

fn octets(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// 00 01 02 .. 0f, as SP 800-38A has it, from the message's fields.
const IV: Iv = Iv {
    boots: 0x0001_0203,
    time: 0x0405_0607,
    salt: [8, 9, 10, 11, 12, 13, 14, 15],
};

/// NIST SP 800-38A, F.3.13, F.3.15 and F.3.17 (CFB128).
#[test]
fn r3826_3_1_2_1b_iv_is_boots_time_salt() {
    let plain = octets(
        "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51\
         30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710",
    );
    for (protocol, key, cipher) in [
        (
            "AES",
            "2b7e151628aed2a6abf7158809cf4f3c",
            "3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b\
             26751f67a3cbb140b1808cf187a4f4dfc04b05357c5d1c0eeac4c66f9ff7f2e6",
        ),
        (
            "AES-192-C",
            "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b",
            "cdc80d6fddf18cab34c25909c99a417467ce7f7f81173621961a2b70171d3d7a\
             2e1e8a1dd59b88b1c8e60fed1efac4c9c05f9f9ca9834fa042ae8fba584b09ff",
        ),
        (
            "AES-256",
            "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
            "dc7e84bfda79164b7ecd8486985d386039ffed143b28b1c832113c6331e5407b\
             df10132415e54b92a13ed0a8267ae2f975a385741ab9cef82031623d55b1e471",
        ),
    ] {
        // A build without the long keys has only the first.
        let Ok(protocol) = protocol.parse::<PrivProtocol>() else {
            continue;
        };
        let key = PrivKey::from_octets(protocol, &octets(key)).unwrap();
        let mut data = plain.clone();
        key.encrypt(IV, &mut data).unwrap();
        assert_eq!(data, octets(cipher), "{protocol:?}");
        key.decrypt(IV, &mut data).unwrap();
        assert_eq!(data, plain, "{protocol:?}");
    }
}

#[test]
fn r3826_3_1_3_cfb_needs_no_padding() {
    let key =
        PrivKey::from_octets(PrivProtocol::Aes128, &octets("2b7e151628aed2a6abf7158809cf4f3c")).unwrap();
    let plain: Vec<u8> = (0..=255).cycle().take(700).collect();
    let mut whole = plain.clone();
    key.encrypt(IV, &mut whole).unwrap();
    for len in 0..plain.len() {
        let mut data = plain[..len].to_vec();
        key.encrypt(IV, &mut data).unwrap();
        assert_eq!(
            data,
            whole[..len],
            "a shorter plaintext has the start of the longer one's ciphertext"
        );
        key.decrypt(IV, &mut data).unwrap();
        assert_eq!(data, plain[..len], "{len} octets");
    }
}

#[test]
fn each_field_of_the_iv_matters() {
    let key = PrivKey::from_octets(PrivProtocol::Aes128, &[9; 16]).unwrap();
    let encrypted = |iv| {
        let mut data = [0; 16];
        key.encrypt(iv, &mut data).unwrap();
        data
    };
    let salt = [8, 9, 10, 11, 12, 13, 14, 16];
    let ivs = [IV, Iv { boots: 0, ..IV }, Iv { time: 0, ..IV }, Iv { salt, ..IV }];
    for (at, iv) in ivs.iter().enumerate() {
        for other in &ivs[..at] {
            assert_ne!(encrypted(*iv), encrypted(*other));
        }
    }
}

/// FIPS 81, table C1 ("Now is the time for all "); 3DES with three equal keys is DES.
#[test]
#[cfg(feature = "des")]
fn r3414_8_2_1_des_key_is_8_octets_and_an_8_octet_pre_iv() {
    let plain = b"Now is the time for all ";
    let cipher = octets("e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6");
    let pre_iv = "a1b2c3d4e5f60718";
    let salt = 0x1234_5678_90ab_cdef_u64 ^ 0xa1b2_c3d4_e5f6_0718;
    // Neither boots nor time of the message take part.
    let iv = Iv {
        boots: 77,
        time: 88,
        salt: salt.to_be_bytes(),
    };
    for (protocol, key) in [
        (PrivProtocol::Des, format!("0123456789abcdef{pre_iv}")),
        (
            PrivProtocol::TripleDesReeder,
            format!("{}{pre_iv}", "0123456789abcdef".repeat(3)),
        ),
    ] {
        let key = PrivKey::from_octets(protocol, &octets(&key)).unwrap();
        let mut data = plain.to_vec();
        key.encrypt(iv, &mut data).unwrap();
        assert_eq!(data, cipher, "{protocol:?}");
        key.decrypt(iv, &mut data).unwrap();
        assert_eq!(data, plain, "{protocol:?}");
    }
}

#[test]
#[cfg(feature = "des")]
fn r3414_8_1_1_3_des_ciphertext_that_is_not_whole_blocks_is_an_error() {
    for (protocol, key) in [(PrivProtocol::Des, 16), (PrivProtocol::TripleDesReeder, 32)] {
        let key = PrivKey::from_octets(protocol, &vec![3; key]).unwrap();
        for octets in (0..40).filter(|len| len % 8 != 0) {
            let mut data = vec![5; octets];
            assert_eq!(
                key.decrypt(IV, &mut data),
                Err(snmp_usm::privacy::PrivError::DataLength { octets })
            );
            assert_eq!(
                key.encrypt(IV, &mut data),
                Err(snmp_usm::privacy::PrivError::DataLength { octets })
            );
            assert_eq!(data, vec![5; octets], "untouched");
        }
    }
}

#[test]
#[cfg(feature = "aes-long")]
fn rdraft_same_both_extensions_agree_where_the_hash_is_long_enough() {
    use snmp_usm::{AuthProtocol, LocalizedKey};
    let engine = [0x80, 0, 0, 0, 1];
    for &auth in AuthProtocol::ALL {
        let kul = LocalizedKey::from_octets(auth, &vec![7; auth.key_len()]).unwrap();
        for (blumenthal, reeder) in [
            (PrivProtocol::Aes192Blumenthal, PrivProtocol::Aes192Reeder),
            (PrivProtocol::Aes256Blumenthal, PrivProtocol::Aes256Reeder),
        ] {
            let equal = blumenthal.key_octets(&kul, &engine) == reeder.key_octets(&kul, &engine);
            assert_eq!(
                equal,
                auth.key_len() >= blumenthal.key_len(),
                "{auth:?} {blumenthal:?}"
            );
        }
    }
}

#[test]
fn r3826_3_1_2_1a_aes_128_takes_the_first_16_octets_of_the_localized_key() {
    use snmp_usm::{AuthProtocol, LocalizedKey};
    let octets: Vec<u8> = (0..32).collect();
    let kul = LocalizedKey::from_octets(AuthProtocol::Sha256, &octets).unwrap();
    assert_eq!(
        *PrivProtocol::Aes128.key_octets(&kul, b"any engine"),
        octets[..16]
    );
}

#[test]
fn r3826_oid_of_each_protocol() {
    for (name, oid) in [
        ("DES", "1.3.6.1.6.3.10.1.2.2"),
        ("3DES", "1.3.6.1.6.3.10.1.2.3"),
        ("AES", "1.3.6.1.6.3.10.1.2.4"),
        // As net-snmp stores them.
        ("AES-192", "1.3.6.1.4.1.14832.1.3"),
        ("AES-256", "1.3.6.1.4.1.14832.1.4"),
        ("AES-192-C", "1.3.6.1.4.1.9.12.6.1.1"),
        ("AES-256-C", "1.3.6.1.4.1.9.12.6.1.2"),
    ] {
        if let Ok(protocol) = name.parse::<PrivProtocol>() {
            assert_eq!(protocol.oid().to_string(), oid);
        }
    }
}

/// A key that net-snmp stored for its user: Kul, and the hash of Kul behind it.
#[test]
#[cfg(all(feature = "md5", feature = "aes-long"))]
fn rdraft_blu_a_short_key_goes_on_with_its_hash() {
    use snmp_usm::{AuthProtocol, MasterKey, Password};
    let master = MasterKey::from_password(AuthProtocol::Md5, &Password::new("priv-aes256-pass").unwrap());
    let engine = octets("80001f8804737465657269");
    let kul = master.localize(&engine);
    let key = PrivProtocol::Aes256Blumenthal.key_octets(&kul, &engine);
    assert_eq!(
        *key,
        octets("f25775b15748953828e4bfed543b84abfc8c7fe6170a4a5de80a47e4c61d7829")
    );
    assert_eq!(key[..16], *kul.expose());
}
