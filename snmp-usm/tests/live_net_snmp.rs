//! Manager and responder with this security model, against net-snmp's agent and tools over loopback.

#[path = "../../snmp-core/tests/blocking/mod.rs"]
mod blocking;
#[path = "../../snmp-core/tests/snmpd/mod.rs"]
mod snmpd;

use std::net::UdpSocket;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use blocking::Blocking;
use snmp_core::datagram::Via;
use snmp_core::manager::{Event, Manager, OwnedEvent, TargetConfig};
use snmp_core::oid;
use snmp_core::outcome::{LikelyCause, Outcome};
use snmp_core::responder::{Config, Responder, Store};
use snmp_core::security::ReportKind;
use snmp_core::time::Instant;
use snmp_core::value::Value;
use snmp_usm::{AuthProtocol, Boots, EngineId, Password, PrivProtocol, User, Usm};
use snmpd::Snmpd;

/// The password that the script gives its users for a protocol.
fn password(kind: &str, protocol: &str) -> Password {
    let protocol = protocol.to_lowercase().replace('-', "");
    Password::new(format!("{kind}-{protocol}-pass")).unwrap()
}

fn user_name(protocols: &[&str]) -> String {
    let parts = protocols.iter().map(|name| name.to_lowercase().replace('-', ""));
    parts.fold("u".to_owned(), |name, part| name + "_" + &part)
}

fn user(auth: AuthProtocol, privacy: Option<PrivProtocol>) -> User {
    let names: Vec<_> = [Some(auth.name()), privacy.map(PrivProtocol::name)]
        .into_iter()
        .flatten()
        .collect();
    let auth_password = password("auth", auth.name());
    let priv_password = privacy.map(|protocol| (protocol, password("priv", protocol.name())));
    let privacy = priv_password
        .as_ref()
        .map(|(protocol, password)| (*protocol, password));
    User::from_passwords(user_name(&names), auth, &auth_password, privacy).unwrap()
}

fn asked(snmpd: &Snmpd, user: User, seconds: u64) -> Vec<OwnedEvent> {
    let mut udp = Blocking::new(Manager::with_model([1; 16], Usm::new([2; 16])));
    let config = TargetConfig::v3(snmpd.address, user).with_timeout(Duration::from_secs(seconds), 0);
    let target = udp.manager.add_target(config).unwrap();
    let now = udp.now();
    let request = udp.manager.get(now, target, [oid!(1.3.6.1.2.1.1.1.0)]).unwrap();
    udp.finish(request)
}

fn is_answered(events: &[OwnedEvent]) -> bool {
    match events.last().unwrap().event() {
        Event::Answer(answer) => {
            let row = answer.var_binds.iter().next().unwrap();
            row.value == Value::OctetString(b"interop agent")
        }
        other => panic!("{other:?}"),
    }
}

fn outcome(events: &[OwnedEvent]) -> Outcome {
    match events.last().unwrap().event() {
        Event::Failed(failed) => failed.outcome,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_algorithm_that_snmpd_has_is_answered() {
    let Some(snmpd) = Snmpd::start("usm-suites") else {
        return;
    };
    let mut suites = 0;
    for &auth in AuthProtocol::ALL {
        for privacy in PrivProtocol::ALL.iter().copied().map(Some).chain([None]) {
            // net-snmp has no 3DES.
            if privacy.is_some_and(|protocol| protocol.name() == "3DES") {
                continue;
            }
            let user = user(auth, privacy);
            assert!(is_answered(&asked(&snmpd, user.clone(), 4)), "{user:?}");
            suites += 1;
        }
    }
    assert!(is_answered(&asked(
        &snmpd,
        User::without_keys("u_none").unwrap(),
        4
    )));
    eprintln!("{suites} suites");
}

#[test]
fn each_report_of_snmpd_ends_with_its_own_error() {
    let Some(snmpd) = Snmpd::start("usm-reports") else {
        return;
    };
    let (sha256, aes) = (AuthProtocol::Sha256, PrivProtocol::Aes128);
    let right = password("auth", "SHA-256");
    let wrong = Password::new("not the password").unwrap();
    let made = |name: &str, auth: &Password, privacy: Option<&Password>| {
        User::from_passwords(name, sha256, auth, privacy.map(|password| (aes, password))).unwrap()
    };
    for (user, kind) in [
        (made("nobody", &right, None), ReportKind::UnknownUserNames),
        (
            made("u_sha256_aes", &wrong, Some(&right)),
            ReportKind::WrongDigests,
        ),
        (
            made("u_sha256", &right, Some(&right)),
            ReportKind::UnsupportedSecurityLevels,
        ),
    ] {
        match outcome(&asked(&snmpd, user, 1)) {
            Outcome::Report {
                kind: reported,
                authenticated,
            } => assert_eq!((reported, authenticated), (kind, false)),
            other => panic!("{other:?} instead of {kind:?}"),
        }
    }
    // A wrong privacy password is silence.
    match outcome(&asked(&snmpd, made("u_sha256_aes", &right, Some(&wrong)), 1)) {
        Outcome::Timeout(timeout) => {
            assert!(timeout.discovered);
            assert!(
                timeout
                    .likely_causes()
                    .any(|cause| cause == LikelyCause::PrivacyPassword),
                "{timeout}"
            );
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_walk_goes_on_when_the_clock_was_never_told() {
    let Some(snmpd) = Snmpd::start("usm-walk") else {
        return;
    };
    let mut udp = Blocking::new(Manager::with_model([1; 16], Usm::new([2; 16])));
    let config = TargetConfig::v3(
        snmpd.address,
        user(AuthProtocol::Sha256, Some(PrivProtocol::Aes128)),
    );
    let target = udp.manager.add_target(config).unwrap();
    let now = udp.now();
    let request = udp.manager.walk(now, target, oid!(1.3.6.1.2.1.1)).unwrap();
    let events = udp.finish(request);
    let rows: usize = events
        .iter()
        .map(|event| match event.event() {
            Event::Rows(rows) => rows.var_binds.len(),
            _ => 0,
        })
        .sum();
    let theirs = snmpd
        .run("snmpbulkwalk", &["-v2c", "-c", "public"], &["1.3.6.1.2.1.1"])
        .len();
    assert_eq!(rows, theirs);
}

/// What a tool of net-snmp prints, asking our responder; `None` when the tool is not there.
fn served(users: &[User], arguments: &[&[&str]]) -> Option<Vec<String>> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let address = socket.local_addr().unwrap().to_string();
    let engine_id = EngineId::from_text(8072, "ours").unwrap();
    let mut usm = Usm::with_local_engine([9; 16], Instant::ZERO, engine_id, Boots::First).unwrap();
    users.iter().for_each(|user| usm.add_user(user));
    let mut responder = Responder::new(Config::default(), usm);
    let mut store = Store::default();
    store.insert(oid!(1.3.6.1.2.1.1.1.0), Value::OctetString(b"ours"));
    responder.add_context(b"", store);
    // Whoever drives a machine stores what it asks to have stored; here nothing outlives the test.
    if let Some(store) = responder.poll_store() {
        responder.handle_stored(store.token);
    }
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let thread = std::thread::spawn(move || {
        let zero = std::time::Instant::now();
        let now = || Instant::from_micros(zero.elapsed().as_micros().try_into().unwrap());
        let mut buffer = vec![0; 65_507];
        while !stopped.load(Ordering::Relaxed) {
            let Ok((len, from)) = socket.recv_from(&mut buffer) else {
                continue;
            };
            let _ = responder.handle_datagram(now(), Via(0), from, &mut buffer[..len]);
            while let Some(transmit) = responder.poll_transmit(now(), &mut buffer).unwrap() {
                socket.send_to(&buffer[transmit.range], transmit.to).unwrap();
            }
        }
    });
    let mut printed = Vec::new();
    for arguments in arguments {
        let done = Command::new("snmpget")
            .env("MIBS", "")
            .args(["-v3", "-t", "2", "-r", "1", "-On"])
            .args(*arguments)
            .args([&address, "1.3.6.1.2.1.1.1.0"])
            .output();
        match done {
            Ok(done) => printed.push(
                String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr),
            ),
            Err(_) => eprintln!("skipped: snmpget is not installed"),
        }
    }
    stop.store(true, Ordering::Relaxed);
    thread.join().unwrap();
    (!printed.is_empty()).then_some(printed)
}

#[test]
fn snmpget_reads_our_responder_with_each_algorithm() {
    let password = Password::new("a good password").unwrap();
    let mut users = Vec::new();
    let mut arguments: Vec<Vec<String>> = Vec::new();
    for &auth in AuthProtocol::ALL {
        for privacy in PrivProtocol::ALL.iter().copied().map(Some).chain([None]) {
            let privacy_name = privacy.map(PrivProtocol::name);
            if privacy_name == Some("3DES") {
                continue;
            }
            let name = user_name(&[auth.name(), privacy_name.unwrap_or("none")]);
            let cipher = privacy.map(|protocol| (protocol, &password));
            users.push(User::from_passwords(&name, auth, &password, cipher).unwrap());
            let level = if privacy.is_some() {
                "authPriv"
            } else {
                "authNoPriv"
            };
            let mut line = [
                "-u",
                &name,
                "-l",
                level,
                "-a",
                auth.name(),
                "-A",
                "a good password",
            ]
            .map(str::to_owned)
            .to_vec();
            if let Some(name) = privacy_name {
                line.extend(["-x", name, "-X", "a good password"].map(str::to_owned));
            }
            arguments.push(line);
        }
    }
    let lines: Vec<Vec<&str>> = arguments
        .iter()
        .map(|line| line.iter().map(String::as_str).collect())
        .collect();
    let lines: Vec<&[&str]> = lines.iter().map(Vec::as_slice).collect();
    let Some(printed) = served(&users, &lines) else {
        return;
    };
    for (line, printed) in lines.iter().zip(&printed) {
        assert_eq!(
            printed.trim(),
            ".1.3.6.1.2.1.1.1.0 = STRING: \"ours\"",
            "{line:?}"
        );
    }
    eprintln!("{} suites", printed.len());
}

#[test]
fn snmpget_understands_our_reports() {
    let password = Password::new("a good password").unwrap();
    let cipher = Some((PrivProtocol::Aes128, &password));
    let users = [
        User::from_passwords("both", AuthProtocol::Sha256, &password, cipher).unwrap(),
        User::from_passwords("signed", AuthProtocol::Sha256, &password, None).unwrap(),
    ];
    let sha = ["-a", "SHA-256", "-A"];
    let with = |user, level, auth_password, rest: &[&'static str]| -> Vec<&'static str> {
        let mut line = vec!["-u", user, "-l", level];
        line.extend(sha);
        line.push(auth_password);
        line.extend(rest);
        line
    };
    let aes = ["-x", "AES", "-X", "a good password"];
    let lines = [
        with("nobody", "authNoPriv", "a good password", &[]),
        with("signed", "authPriv", "a good password", &aes),
        with("both", "authPriv", "another password", &aes),
        with("both", "noAuthNoPriv", "a good password", &[]),
    ];
    let lines: Vec<&[&str]> = lines.iter().map(Vec::as_slice).collect();
    let Some(printed) = served(&users, &lines) else {
        return;
    };
    for (printed, expected) in printed.iter().zip([
        "Unknown user name",
        "Unsupported security level",
        "Authentication failure",
        "Unsupported security level",
    ]) {
        assert!(printed.contains(expected), "{printed} instead of {expected}");
    }
}
