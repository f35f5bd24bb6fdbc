//! Passwords, master keys, localized keys and privacy keys against what others computed.

use snmp_usm::auth::AuthProtocol;
use snmp_usm::key::{KeyError, LocalizedKey, MasterKey, Password, Stretch};
use snmp_usm::privacy::PrivProtocol;

/// The engine of RFC 3414 appendix A.3.
const ENGINE: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];

fn master(protocol: AuthProtocol, password: &str) -> MasterKey {
    MasterKey::from_password(protocol, &Password::new(password).unwrap())
}

#[test]
#[cfg(feature = "md5")]
fn r3414_a_2_1_md5_password_to_key() {
    let ku = master(AuthProtocol::Md5, "maplesyrup");
    assert_eq!(*ku.to_hex(), "9faf3283884e92834ebc9847d8edd963");
    assert_eq!(*ku.localize(&ENGINE).to_hex(), "526f5eed9fcce26f8964c2930787d82b");
}

#[test]
#[cfg(feature = "sha1")]
fn r3414_a_2_2_sha1_password_to_key() {
    let ku = master(AuthProtocol::Sha1, "maplesyrup");
    assert_eq!(*ku.to_hex(), "9fb5cc0381497b3793528939ff788d5d79145211");
    assert_eq!(
        *ku.localize(&ENGINE).to_hex(),
        "6695febc9288e36282235fc7151f128497b38f3f"
    );
}

#[test]
fn r3414_2_6_localized_key_is_the_hash_of_key_engine_key() {
    // The SHA-256 pair is not in an RFC; two providers of another project agree on it.
    let ku = master(AuthProtocol::Sha256, "maplesyrup");
    assert_eq!(
        *ku.to_hex(),
        "ab51014d1e077f6017df2b12bee5f5aa72993177e9bb569c4dff5a4ca0b4afac"
    );
    let kul = ku.localize(&ENGINE);
    assert_eq!(
        *kul.to_hex(),
        "8982e0e549e866db361a6b625d84cccc11162d453ee8ce3a6445c2d6776f0f8b"
    );
    let mut other = ENGINE;
    other[11] = 3;
    assert_ne!(kul.expose(), ku.localize(&other).expose());
}

#[test]
#[cfg(feature = "sha2")]
fn r7860_9_3_password_to_key_uses_the_hash_of_the_protocol() {
    for (protocol, ku) in [
        (
            AuthProtocol::Sha224,
            "282a5867ee9aac639ad59df9572c7d3ac0fbc13a905b6df07dbbf00b",
        ),
        (
            AuthProtocol::Sha384,
            "e06eccdf2c68a06ed034723c9c26e0db3b669e1e2efed49150b55377a2e98f383c86fb836857444654b287c93f51ff64",
        ),
        (
            AuthProtocol::Sha512,
            "7e4396de5aadc77be853819b98c9406265b3a9c37cc3176569847a4e4f6fba63dd3a73d04924d31a63f95a601f9385af6be4ed1b37f87d040f7c6ed6f8d38a91",
        ),
    ] {
        assert_eq!(*master(protocol, "maplesyrup").to_hex(), ku, "{protocol:?}");
    }
}

#[test]
fn r3414_11_2a_short_and_empty_passwords_are_refused() {
    for octets in 0..8 {
        let refused = Password::new("x".repeat(octets)).unwrap_err();
        assert_eq!(refused, KeyError::PasswordTooShort { octets });
    }
    Password::new("12345678").unwrap();
}

#[test]
fn r3414_11_2b_periodic_passwords_give_one_key() {
    let twice = master(AuthProtocol::Sha256, "bertbert");
    let thrice = master(AuthProtocol::Sha256, "bertbertbert");
    assert_eq!(twice.expose(), thrice.expose());
    assert_ne!(
        twice.expose(),
        master(AuthProtocol::Sha256, "bertbertber").expose()
    );
}

#[test]
fn r3414_11_2c_a_localized_key_is_taken_as_it_is() {
    let hex = "8982e0e549e866db361a6b625d84cccc11162d453ee8ce3a6445c2d6776f0f8b";
    for spelled in [hex.to_owned(), format!("0x{}", hex.to_uppercase())] {
        let kul = LocalizedKey::from_hex(AuthProtocol::Sha256, &spelled).unwrap();
        assert_eq!(*kul.to_hex(), hex);
    }
    let refused = |hex: &str| LocalizedKey::from_hex(AuthProtocol::Sha256, hex).unwrap_err();
    assert_eq!(
        refused(""),
        KeyError::Length {
            expected: 32,
            actual: 0
        }
    );
    assert_eq!(refused("0x898"), KeyError::Hex { offset: 4 });
    assert_eq!(refused("89g2"), KeyError::Hex { offset: 2 });
    assert_eq!(refused("ää"), KeyError::Hex { offset: 0 });
}

#[test]
fn rown_zero_nothing_secret_is_shown() {
    let password = Password::new("maplesyrup").unwrap();
    let stretch = Stretch::new(AuthProtocol::Sha256, &password);
    let ku = master(AuthProtocol::Sha256, "maplesyrup");
    let kul = ku.localize(&ENGINE);
    let auth = snmp_usm::AuthKey::new(&kul);
    let privacy = snmp_usm::PrivKey::new(PrivProtocol::Aes128, &kul, &ENGINE);
    let shown = format!("{password:?} {stretch:?} {ku:?} {kul:?} {auth:?} {privacy:?}");
    assert_eq!(
        shown,
        "Password(..) Stretch { protocol: Sha256, left: 1048576, .. } MasterKey(SHA-256, ..) \
         LocalizedKey(SHA-256, ..) AuthKey(SHA-256, ..) PrivKey(AES, ..)"
    );
}

/// RFC 3414 A.5.1 and A.5.2: from "maplesyrup" to "newsyrup", random octets all zero.
#[test]
#[cfg(all(feature = "md5", feature = "sha1"))]
fn r3414_5kc_key_change_of_the_rfc() {
    for (protocol, new, delta) in [
        (
            AuthProtocol::Md5,
            "87021d7bd9d101ba05ea6e3bf9d9bd4a",
            "8805615141676cc9196174e742a32551",
        ),
        (
            AuthProtocol::Sha1,
            "78e2dcce79d59403b58c1bbaa5bff46391f1cd25",
            "9c1017f4fd483d2de8d5fadbf84392cb06457051",
        ),
    ] {
        let old = master(protocol, "maplesyrup").localize(&ENGINE);
        let new = LocalizedKey::from_hex(protocol, new).unwrap();
        assert_eq!(
            new.expose(),
            master(protocol, "newsyrup").localize(&ENGINE).expose()
        );
        let random = vec![0; protocol.key_len()];
        let change = old.key_change(&new, &random).unwrap();
        let (random_part, delta_part) = change.split_at(protocol.key_len());
        assert_eq!(random_part, random);
        let shown: String = delta_part.iter().map(|octet| format!("{octet:02x}")).collect();
        assert_eq!(shown, delta, "{protocol:?}");
        old.key_change(&new, b"short").unwrap_err();
    }
}

#[test]
fn slices_and_pairs_give_the_key_of_one_go() {
    for &protocol in AuthProtocol::ALL {
        let passwords = [
            "maplesyrup",
            "a password that is longer than one block of any of the hashes that there are, \
                                        by a good deal, and by nothing round: 131",
        ];
        let whole = passwords.map(|password| master(protocol, password));
        let passwords = passwords.map(|password| Password::new(password).unwrap());
        for slice in [0, 1, 64, 100, 4096, 1 << 19, usize::MAX] {
            if slice < 4096 && protocol != AuthProtocol::Sha256 {
                continue;
            }
            let mut stretch = Stretch::new(protocol, &passwords[1]);
            let mut steps = 1;
            let key = loop {
                match stretch.step(slice) {
                    Some(key) => break key,
                    None => steps += 1,
                }
            };
            assert_eq!(
                key.expose(),
                whole[1].expose(),
                "{protocol:?} in slices of {slice}"
            );
            assert!(
                steps <= 1 << 14 && (slice > 1 << 20 || steps > 1),
                "{steps} steps of {slice}"
            );
        }
        let pair = MasterKey::pair_from_passwords(protocol, &passwords[0], &passwords[1]);
        assert_eq!(pair.0.expose(), whole[0].expose());
        assert_eq!(pair.1.expose(), whole[1].expose());
    }
}

#[test]
#[cfg(all(feature = "md5", feature = "sha1", feature = "des"))]
fn rdraft_ree_3des_key_of_the_draft() {
    // draft-reeder-snmpv3-usm-3desede-00, appendix B; both with the password "maplesyrup".
    for (protocol, key) in [
        (
            AuthProtocol::Md5,
            "526f5eed9fcce26f8964c2930787d82b79eff44a90650ee0a3a40abfac5acc12",
        ),
        (
            AuthProtocol::Sha1,
            "6695febc9288e36282235fc7151f128497b38f3f9b8b6d78936ba6e7d19dfd9c",
        ),
    ] {
        let kul = master(protocol, "maplesyrup").localize(&ENGINE);
        let octets = PrivProtocol::TripleDesReeder.key_octets(&kul, &ENGINE);
        assert_eq!(
            octets
                .iter()
                .map(|octet| format!("{octet:02x}"))
                .collect::<String>(),
            key
        );
    }
}

/// All entries of the collection: RFC 3414, net-snmp's stored keys, pysnmp's derivations, other projects' tests.
#[test]
#[cfg(all(
    feature = "md5",
    feature = "sha1",
    feature = "sha2",
    feature = "des",
    feature = "aes-long"
))]
fn every_collected_key_is_derived() {
    let Some(collection) = benches::json("vectors/keys.json") else {
        return;
    };
    let hex = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let mut masters = std::collections::BTreeMap::new();
    let (mut derived, mut extended) = (0, 0);
    for entry in collection["vectors"].as_array().unwrap() {
        let auth: AuthProtocol = entry["auth"].as_str().unwrap().parse().unwrap();
        let password = entry["password"].as_str().unwrap();
        let ku = masters
            .entry((auth, password))
            .or_insert_with(|| master(auth, password));
        let engine: Vec<u8> = octets(&hex(&entry["engine_id"]));
        let kul = ku.localize(&engine);
        assert_eq!(*ku.to_hex(), hex(&entry["ku"]), "Ku of {entry}");
        assert_eq!(*kul.to_hex(), hex(&entry["kul"]), "Kul of {entry}");
        if let Some(name) = entry["priv"].as_str() {
            let protocol: PrivProtocol = name.parse().unwrap();
            assert_eq!(
                *protocol.key_octets(&kul, &engine),
                octets(&hex(&entry["priv_key"])),
                "{entry}"
            );
            extended += 1;
        }
        derived += 1;
    }
    eprintln!(
        "{derived} keys, {extended} of them for privacy, {} passwords stretched",
        masters.len()
    );
    assert!(derived >= 122 && extended >= 90);
}

#[cfg(all(
    feature = "md5",
    feature = "sha1",
    feature = "sha2",
    feature = "des",
    feature = "aes-long"
))]
fn octets(hex: &str) -> Vec<u8> {
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
