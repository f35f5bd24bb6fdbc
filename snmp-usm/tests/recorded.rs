//! Recorded conversations of net-snmp and pysnmp, each datagram handed to a `Usm` in the role that it was meant for.
#![cfg(all(
    feature = "md5",
    feature = "sha1",
    feature = "sha2",
    feature = "des",
    feature = "aes-long"
))]

mod pair;

use std::collections::HashMap;

use pair::{AGENT, MANAGER, START, after};
use serde_json::{Value as Json, json};
use snmp_core::message::{ScopedPdu, V3Layout};
use snmp_core::pdu::PduType;
use snmp_core::security::{Prepare, ReportAction, ReportKind, SecurityLevel, SecurityModel};
use snmp_core::strictness::Strictness;
use snmp_usm::{AuthProtocol, Boots, EngineId, MasterKey, Password, PrivProtocol, User, Usm};

/// Master keys, each password stretched once.
#[derive(Default)]
struct Keys(HashMap<(AuthProtocol, String), MasterKey>);

impl Keys {
    fn master(&mut self, protocol: AuthProtocol, password: &Json) -> MasterKey {
        let password = password.as_str().unwrap();
        let made = || MasterKey::from_password(protocol, &Password::new(password).unwrap());
        self.0
            .entry((protocol, password.to_owned()))
            .or_insert_with(made)
            .clone()
    }

    /// The sample's user at the level of the message.
    fn user(&mut self, sample: &Json, level: SecurityLevel) -> User {
        let name = unhex(&sample["decoded"]["user"]);
        if level == SecurityLevel::NoAuthNoPriv {
            return User::without_keys(name).unwrap();
        }
        let auth: AuthProtocol = sample["auth"].as_str().unwrap().parse().unwrap();
        let master = self.master(auth, &sample["auth_password"]);
        if level == SecurityLevel::AuthNoPriv {
            return User::with_auth(name, master).unwrap();
        }
        let privacy: PrivProtocol = sample["priv"].as_str().unwrap().parse().unwrap();
        let key = self.master(auth, &sample["priv_password"]);
        User::with_privacy(name, master, privacy, key).unwrap()
    }
}

fn unhex(text: &Json) -> Vec<u8> {
    benches::hex(text.as_str().unwrap()).unwrap()
}

fn number(value: &Json) -> u32 {
    u32::try_from(value.as_u64().unwrap()).unwrap()
}

fn samples() -> impl Iterator<Item = (String, Json)> {
    ["vectors/net-snmp", "vectors/pysnmp"]
        .into_iter()
        .flat_map(|folder| {
            benches::json_files(folder)
                .into_iter()
                .flat_map(move |(file, mut samples)| {
                    let samples = samples["vectors"].as_array_mut().map(std::mem::take).unwrap();
                    samples
                        .into_iter()
                        .map(move |sample| (format!("{folder}/{file} {}", sample["name"]), sample))
                })
        })
}

fn check_plain(
    place: &str,
    sample: &Json,
    datagram: &[u8],
    opened: &snmp_core::security::Opened<snmp_usm::UsmState>,
) {
    let plain = &datagram[opened.scoped.clone()];
    let scoped = ScopedPdu::decode(plain, Strictness::DEPLOYED).unwrap();
    if let Some(expected) = sample["decoded"].get("scoped_pdu") {
        assert_eq!(plain[..scoped.len], unhex(expected), "{place}");
    }
    assert_eq!(
        json!(scoped.pdu.header.request_id),
        sample["decoded"]["request_id"],
        "{place}"
    );
}

#[test]
fn every_authenticated_datagram_passes_in_its_role_and_with_one_bit_flipped_does_not() {
    let mut keys = Keys::default();
    let (mut requests, mut answers, mut traps) = (0, 0, 0);
    for (place, sample) in samples() {
        let decoded = &sample["decoded"];
        if decoded["auth_ok"] != json!(true) || decoded.get("decrypt_failed").is_some() {
            continue;
        }
        let recorded = unhex(&sample["datagram"]);
        let layout = V3Layout::decode(&recorded, Strictness::DEPLOYED).unwrap();
        let level = layout.flags.level().unwrap();
        let user = keys.user(&sample, level);
        let engine_id = EngineId::new(&unhex(&decoded["engine_id"])).unwrap();
        let (boots, time) = (number(&decoded["boots"]), number(&decoded["time"]));
        let now = after(u64::from(time));
        let is_trap = decoded["pdu_type"] == "TrapV2";
        let mut usm = if sample["direction"] == "response" || is_trap {
            Usm::new([5; 16])
        } else {
            let before = [*b"USM1", boots.saturating_sub(1).to_be_bytes()].concat();
            Usm::with_local_engine([5; 16], START, engine_id, Boots::Stored(&before)).unwrap()
        };
        let from = if sample["direction"] == "response" {
            let peer = usm.add_peer(AGENT, &user).unwrap();
            usm.assume_engine(peer, engine_id).unwrap();
            answers += 1;
            AGENT
        } else {
            usm.add_user(&user);
            if is_trap {
                traps += 1;
            } else {
                requests += 1;
            }
            MANAGER
        };
        for at in 0..recorded.len() {
            let mut flipped = recorded.clone();
            flipped[at] ^= 1 << (at % 8);
            if let Ok(layout) = V3Layout::decode(&flipped, Strictness::DEPLOYED)
                && let Ok(opened) = usm.open(now, from, &layout, &mut flipped)
            {
                assert!(
                    opened.level == SecurityLevel::NoAuthNoPriv && sample["direction"] == "response",
                    "{place}: octet {at}"
                );
            }
        }
        let mut datagram = recorded.clone();
        let opened = usm.open(now, from, &layout, &mut datagram);
        // Boots 0 ask for the time; latched boots are never timely.
        if sample["direction"] == "request" && !is_trap && !(1..0x7fff_ffff).contains(&boots) {
            opened.unwrap_err();
            continue;
        }
        let opened = opened.unwrap_or_else(|rejected| panic!("{place}: {rejected:?}"));
        assert_eq!(opened.level, level, "{place}");
        check_plain(&place, &sample, &datagram, &opened);
    }
    eprintln!("{requests} requests and informs, {answers} answers, {traps} traps");
}

#[test]
fn rdraft_both_one_message_of_a_device_tells_which_extension_it_uses() {
    let mut keys = Keys::default();
    let (mut told, mut same) = (0, 0);
    for (place, sample) in samples() {
        let decoded = &sample["decoded"];
        if decoded["auth_ok"] != json!(true) || decoded.get("decrypt_failed").is_some() {
            continue;
        }
        let Some(Ok(recorded)) = sample["priv"].as_str().map(str::parse::<PrivProtocol>) else {
            continue;
        };
        let Some(other) = recorded.other_extension() else {
            continue;
        };
        assert_eq!(other.other_extension(), Some(recorded));
        assert_eq!(other.key_len(), recorded.key_len());
        let auth: AuthProtocol = sample["auth"].as_str().unwrap().parse().unwrap();
        let master = keys.master(auth, &sample["auth_password"]);
        let privacy = keys.master(auth, &sample["priv_password"]);
        let datagram = unhex(&sample["datagram"]);
        let tell =
            |candidates: &[PrivProtocol]| PrivProtocol::of_message(&datagram, &master, &privacy, candidates);
        let layout = V3Layout::decode(&datagram, Strictness::DEPLOYED).unwrap();
        if layout.flags.level() != Some(SecurityLevel::AuthPriv) {
            assert_eq!(tell(&[recorded, other]), None, "{place}");
            continue;
        }
        if auth.key_len() >= recorded.key_len() {
            // Nothing had to be made longer: both are the same.
            assert_eq!(tell(&[other]), Some(other), "{place}");
            same += 1;
            continue;
        }
        assert_eq!(tell(&[other, recorded]), Some(recorded), "{place}");
        assert_eq!(tell(&[other]), None, "{place}");
        // Forged, it tells nothing.
        let mut forged = datagram.clone();
        *forged.last_mut().unwrap() ^= 1;
        let of_forged = PrivProtocol::of_message(&forged, &master, &privacy, &[other, recorded]);
        assert_eq!(of_forged, None, "{place}");
        told += 1;
    }
    eprintln!("{told} messages tell their extension, {same} need none");
}

#[test]
fn the_answers_of_a_recorded_operation_make_a_session() {
    let mut keys = Keys::default();
    let mut operations: Vec<(String, Vec<Json>)> = Vec::new();
    for (place, sample) in samples() {
        let name = sample["name"].as_str().unwrap();
        if sample["direction"] != "response" || sample["decoded"]["version"] != "v3" {
            continue;
        }
        let operation = format!(
            "{} {}",
            place.split(' ').next().unwrap(),
            name.rsplit_once('/').unwrap().0
        );
        match operations.last_mut() {
            Some((last, chain)) if *last == operation => chain.push(sample),
            _ => operations.push((operation, vec![sample])),
        }
    }
    let mut sessions = 0;
    for (place, chain) in operations {
        let [discovery, rest @ ..] = &chain[..] else {
            continue;
        };
        let is_discovery = discovery["decoded"]["pdu_type"] == "Report" && discovery["decoded"]["user"] == "";
        let Some(response) = rest
            .iter()
            .find(|sample| sample["decoded"]["pdu_type"] == "Response")
        else {
            continue;
        };
        if !is_discovery
            || rest
                .iter()
                .any(|sample| sample["decoded"]["auth_ok"] == json!(false))
        {
            continue;
        }
        let flags = number(&response["decoded"]["msg_flags"]);
        let level = [
            SecurityLevel::NoAuthNoPriv,
            SecurityLevel::AuthNoPriv,
            SecurityLevel::AuthPriv,
        ][if flags & 3 == 3 { 2 } else { (flags & 1) as usize }];
        let user = keys.user(response, level);
        let mut usm = Usm::new([5; 16]);
        let peer = usm.add_peer(AGENT, &user).unwrap();
        assert_eq!(usm.prepare(START, peer), Prepare::Discover);
        for sample in &chain {
            let mut datagram = unhex(&sample["datagram"]);
            let layout = V3Layout::decode(&datagram, Strictness::DEPLOYED).unwrap();
            let opened = usm.open(START, AGENT, &layout, &mut datagram);
            let opened = opened.unwrap_or_else(|rejected| panic!("{place}: {rejected:?}"));
            check_plain(&place, sample, &datagram, &opened);
            let scoped = ScopedPdu::decode(&datagram[opened.scoped.clone()], Strictness::DEPLOYED).unwrap();
            if scoped.pdu.header.pdu_type == PduType::Report {
                let kind = ReportKind::of(scoped.pdu.var_binds.iter().next().unwrap().name);
                let authenticated = opened.level >= SecurityLevel::AuthNoPriv;
                let action = usm.on_report(START, peer, opened.state, kind, authenticated);
                assert_eq!(action, ReportAction::Resend, "{place} {kind:?}");
                assert_eq!(usm.prepare(START, peer), Prepare::Ready, "{place}");
            } else {
                assert!(usm.answers(peer, opened.state, opened.level), "{place}");
            }
        }
        sessions += 1;
    }
    eprintln!("{sessions} sessions");
}
