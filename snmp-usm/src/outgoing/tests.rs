use super::*;
use crate::key::{MasterKey, Password};
use crate::params::UsmLayout;
use crate::user::User;
use crate::{AuthProtocol, EngineId};
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use snmp_core::entropy::Entropy;
use snmp_core::message::{ScopedPdu, V3Layout, encode_scoped_pdu};
use snmp_core::strictness::Strictness;

/// What a recorded datagram was decoded to, encoded again with the recorded salt, is the recorded datagram.
#[test]
fn recorded_datagrams_are_encoded_again_octet_by_octet() {
    let mut masters = BTreeMap::<(AuthProtocol, String), MasterKey>::new();
    let mut equal = 0;
    for folder in ["vectors/net-snmp", "vectors/pysnmp"] {
        for (file, samples) in benches::json_files(folder) {
            for sample in samples["vectors"].as_array().unwrap() {
                let place = format!("{folder}/{file} {}", sample["name"]);
                let recorded = benches::hex(sample["datagram"].as_str().unwrap()).unwrap();
                // Crafted datagrams are crafted to differ: the digests of some are wrong, the lengths of others long.
                let odd = file.starts_with("crafted") || sample["decoded"]["version"] != "v3";
                let built = |name: &str| match sample[name].as_str() {
                    Some(protocol) if name == "auth" => protocol.parse::<AuthProtocol>().is_ok(),
                    Some(protocol) => protocol.parse::<crate::PrivProtocol>().is_ok(),
                    None => true,
                };
                if odd || !built("auth") || !built("priv") {
                    continue;
                }
                let layout = V3Layout::decode(&recorded, Strictness::STRICT).unwrap();
                let parameters = UsmLayout::decode(&recorded, &layout, Strictness::STRICT).unwrap();
                let level = layout.flags.level().unwrap();
                let engine_id = &recorded[parameters.engine_id.clone()];
                let mut master = |protocol, password: &str| {
                    masters
                        .entry((protocol, password.to_string()))
                        .or_insert_with(|| {
                            MasterKey::from_password(protocol, &Password::new(password).unwrap())
                        })
                        .clone()
                };
                let keys = (level >= SecurityLevel::AuthNoPriv).then(|| {
                    let protocol = sample["auth"].as_str().unwrap().parse().unwrap();
                    let auth = master(protocol, sample["auth_password"].as_str().unwrap());
                    let user = if level == SecurityLevel::AuthPriv {
                        let privacy = master(protocol, sample["priv_password"].as_str().unwrap());
                        let cipher = sample["priv"].as_str().unwrap().parse().unwrap();
                        User::with_privacy("any", auth, cipher, privacy)
                    } else {
                        User::with_auth("any", auth)
                    };
                    user.unwrap().keys(&EngineId::new(engine_id).unwrap()).unwrap()
                });
                let mut plain = recorded[layout.data.clone()].to_vec();
                let (mut boots, mut salts) = (None, Salts::new(&mut Entropy::new([0; 16])));
                if level == SecurityLevel::AuthPriv {
                    let salt: [u8; 8] = recorded[parameters.privacy.clone()].try_into().unwrap();
                    let iv = Iv {
                        boots: parameters.boots,
                        time: parameters.time,
                        salt,
                    };
                    let key = keys.as_ref().unwrap().privacy.as_ref().unwrap();
                    key.decrypt(iv, &mut plain).unwrap();
                    salts = Salts::before(salt);
                    boots = Some(u32::from_be_bytes([salt[0], salt[1], salt[2], salt[3]]));
                }
                let scoped = ScopedPdu::decode(&plain, Strictness::STRICT).unwrap();
                let mut buffer = alloc::vec![0; 4096];
                let mut writer = Writer::new(&mut buffer[..4096 - MAX_TAIL]);
                let var_binds: alloc::vec::Vec<_> = scoped.pdu.var_binds.iter().collect();
                let (context_engine_id, name) = (scoped.context_engine_id, scoped.context_name);
                encode_scoped_pdu(
                    &mut writer,
                    context_engine_id,
                    name,
                    &scoped.pdu.header,
                    var_binds,
                );
                let range = writer.finish().unwrap();
                let sender = Sender {
                    engine_id,
                    boots: parameters.boots,
                    time: parameters.time,
                    user_name: &recorded[parameters.user_name.clone()],
                    keys: keys.as_ref(),
                };
                let header = V3Header {
                    msg_id: layout.msg_id,
                    max_size: layout.max_size,
                    flags: layout.flags,
                };
                let message = seal(sender, &header, boots, &mut salts, &mut buffer, range.clone()).unwrap();
                let padding = &plain[scoped.len..];
                if padding.iter().any(|octet| usize::from(*octet) != padding.len()) {
                    // pysnmp pads with zeros: what was padded is the same.
                    assert!(message.len() == recorded.len(), "{place}");
                    continue;
                }
                assert_eq!(buffer[message], recorded, "{place}");
                equal += 1;
            }
        }
    }
    std::eprintln!("{equal} datagrams are the same");
}

#[test]
fn a_buffer_too_small_says_so_and_leaves_the_scoped_pdu_plain() {
    let auth = MasterKey::from_octets(AuthProtocol::Sha256, &[1; 32]).unwrap();
    let privacy = MasterKey::from_octets(AuthProtocol::Sha256, &[2; 32]).unwrap();
    let user = User::with_privacy("user", auth, crate::PrivProtocol::Aes128, privacy).unwrap();
    let engine_id = EngineId::from_text(8072, "a").unwrap();
    let keys = user.keys(&engine_id);
    let sender = Sender {
        engine_id: engine_id.as_octets(),
        boots: 1,
        time: 2,
        user_name: b"user",
        keys: keys.as_ref(),
    };
    let header = V3Header {
        msg_id: 1,
        max_size: 1472,
        flags: snmp_core::message::Flags::new(SecurityLevel::AuthPriv, true),
    };
    let mut salts = Salts::new(&mut Entropy::new([0; 16]));
    let (mut fits, mut needs) = (None, 0);
    for room in 0..MAX_HEAD + 10 {
        let mut buffer = alloc::vec![7; room + 40];
        match seal(sender, &header, None, &mut salts, &mut buffer, room..room + 40) {
            Ok(message) => {
                fits.get_or_insert(room);
                assert_eq!(message.end, room + 40);
            }
            Err(SealError::TooSmall(BufferTooSmall { needed })) => {
                assert_eq!(fits, None);
                assert_eq!(buffer[room..], [7; 40]);
                needs = needed;
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(
        fits.map(|room| room + 40),
        Some(needs),
        "what it said it needs is what it took"
    );
}
