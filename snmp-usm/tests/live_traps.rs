//! Notifications of v3 with net-snmp at the other end, over loopback: our originator to `snmptrapd`, `snmptrap` and
//! `snmpinform` to our receiver, with each algorithm that net-snmp has.

#[path = "../../snmp-core/tests/notifying/mod.rs"]
mod notifying;

use std::time::{Duration, Instant as Clock};

use notifying::{Listener, Policy, Trapd, deliver, run};
use snmp_core::manager::{Fit, TargetConfig};
use snmp_core::message::Version;
use snmp_core::notification::{Config, End, Notice, NotifyType, Originator, Receiver};
use snmp_core::oid;
use snmp_core::security::SecurityLevel;
use snmp_core::time::Instant;
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;
use snmp_usm::{AuthProtocol, Boots, EngineId, Password, PrivProtocol, User, Usm};

/// Every pair of algorithms that net-snmp has, each with authentication alone, and none at all.
fn suites() -> Vec<Option<(AuthProtocol, Option<PrivProtocol>)>> {
    let mut all = vec![None];
    for &auth in AuthProtocol::ALL {
        // net-snmp has no 3DES.
        let privacy = PrivProtocol::ALL.iter().filter(|one| one.name() != "3DES");
        all.extend(
            privacy
                .map(|one| Some(*one))
                .chain([None])
                .map(|one| Some((auth, one))),
        );
    }
    all
}

fn short(name: &str) -> String {
    name.to_lowercase().replace('-', "")
}

/// The user of these algorithms, with the names and passwords of the script that starts `snmptrapd`.
fn user(suite: Option<(AuthProtocol, Option<PrivProtocol>)>) -> User {
    let Some((auth, privacy)) = suite else {
        return User::without_keys("u_none").unwrap();
    };
    let password = |kind: &str, name: &str| Password::new(format!("{kind}-{}-pass", short(name))).unwrap();
    let mut name = format!("u_{}", short(auth.name()));
    let cipher = privacy.map(|one| (one, password("priv", one.name())));
    if let Some((one, _)) = &cipher {
        name = format!("{name}_{}", short(one.name()));
    }
    let cipher = cipher.as_ref().map(|(one, password)| (*one, password));
    User::from_passwords(name, auth, &password("auth", auth.name()), cipher).unwrap()
}

/// The engine in whose name the users of `snmptrapd` may send traps.
fn trap_engine() -> EngineId {
    EngineId::new(b"\x80\x00\x1f\x88\x04trap").unwrap()
}

#[test]
fn snmptrapd_logs_our_traps_and_answers_our_informs_with_each_algorithm() {
    let Some(trapd) = Trapd::start("usm") else {
        return;
    };
    let zero = Clock::now();
    let usm = Usm::with_local_engine([2; 16], Instant::ZERO, trap_engine(), Boots::First).unwrap();
    let mut originator = Originator::with_model([1; 16], usm);
    let mut texts = Vec::new();
    let mut informs = 0;
    for (number, suite) in (1..).zip(suites()) {
        let user = user(suite);
        let told = [VarBind::new(
            oid!(1.3.6.1.4.1.641.1.0),
            Value::OctetString(user.name()),
        )];
        let config = TargetConfig::v3(trapd.address, user.clone()).with_timeout(Duration::from_secs(4), 2);
        let target = originator.add_target(config).unwrap();
        for (notify_type, up_time) in [
            (NotifyType::Trap, 1000 + number),
            (NotifyType::Inform, 2000 + number),
        ] {
            let notice = Notice::new(up_time, oid!(1.3.6.1.6.3.1.1.5.3), &told);
            originator
                .notify(Instant::ZERO, target, notify_type, &notice)
                .unwrap();
            texts.push(format!("Timeticks: ({up_time}) "));
        }
        informs += 1;
    }
    let ends = deliver(&mut originator, zero);
    let sent = ends.iter().filter(|one| matches!(one.end, End::Sent)).count();
    let delivered = ends
        .iter()
        .filter(|one| matches!(&one.end, End::Delivered(delivery) if delivery.fit == Fit::AsAsked))
        .count();
    assert_eq!(
        (sent, delivered, ends.len()),
        (informs, informs, 2 * informs),
        "{ends:?}"
    );
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let log = trapd.log(&texts);
    assert_eq!(
        log.matches(".1.3.6.1.6.3.1.1.5.3\t.1.3.6.1.4.1.641.1.0 = STRING: \"u_")
            .count(),
        2 * informs
    );
    eprintln!("{informs} suites");
}

#[test]
fn snmptrap_of_any_engine_and_snmpinform_reach_our_receiver_with_each_algorithm() {
    let listener = Listener::start(
        |now| {
            let engine_id = EngineId::from_text(8072, "ours").unwrap();
            let mut usm = Usm::with_local_engine([9; 16], now, engine_id, Boots::First).unwrap();
            suites().into_iter().for_each(|suite| usm.add_user(&user(suite)));
            Receiver::new(Config::default(), usm, [3; 16])
        },
        Policy::Accept,
    );
    let address = listener.address.to_string();
    let mut expected = Vec::new();
    for (number, suite) in (1..).zip(suites()) {
        let name = String::from_utf8(user(suite).name().to_vec()).unwrap();
        let mut line = vec!["-v3".to_owned(), "-u".into(), name];
        let level = match suite {
            None => SecurityLevel::NoAuthNoPriv,
            Some((_, None)) => SecurityLevel::AuthNoPriv,
            Some((_, Some(_))) => SecurityLevel::AuthPriv,
        };
        if let Some((auth, privacy)) = suite {
            let password = format!("auth-{}-pass", short(auth.name()));
            line.extend(["-a".into(), auth.name().into(), "-A".into(), password]);
            if let Some(privacy) = privacy {
                let password = format!("priv-{}-pass", short(privacy.name()));
                line.extend(["-x".into(), privacy.name().into(), "-X".into(), password]);
            }
        }
        let flags = ["noAuthNoPriv", "authNoPriv", "authPriv"];
        line.extend(["-l".into(), flags[level as usize].into()]);
        // Each trap comes from an engine never heard of before.
        let engine = format!("80001f8804{number:08x}");
        for (tool, more, up_time) in [
            ("snmptrap", &["-e", &engine][..], 1000 + number),
            ("snmpinform", &["-t", "4", "-r", "1"], 2000 + number),
        ] {
            let up_time_text = up_time.to_string();
            let tail = [&address, up_time_text.as_str(), "1.3.6.1.6.3.1.1.5.3"];
            let arguments: Vec<&str> = line
                .iter()
                .map(String::as_str)
                .chain(more.iter().copied())
                .chain(tail)
                .collect();
            let Some(content) = run(tool, &arguments) else {
                return;
            };
            assert!(content, "{tool} {arguments:?}");
            let kind = if tool == "snmptrap" { "trap" } else { "inform" };
            expected.push((kind, level, up_time));
        }
    }
    let seen = listener.seen(expected.len());
    assert!(
        seen.iter()
            .all(|one| { one.good && one.version == Version::V3 && one.trap_oid == "1.3.6.1.6.3.1.1.5.3" })
    );
    let mut got: Vec<_> = seen
        .iter()
        .map(|one| (one.kind, one.level, one.up_time))
        .collect();
    got.sort_by_key(|one| one.2);
    expected.sort_by_key(|one| one.2);
    assert_eq!(got, expected);
    eprintln!("{} suites", expected.len() / 2);
}
