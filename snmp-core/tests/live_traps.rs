//! Notifications with net-snmp at the other end, over loopback: our originator to `snmptrapd`, `snmptrap` and
//! `snmpinform` to our receiver.
#![cfg(all(feature = "notification", feature = "manager", feature = "std"))]

mod notifying;

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener};
use std::time::{Duration, Instant as Clock};

use notifying::{Listener, Policy, Seen, Trapd, deliver, run};
use snmp_core::datagram::{Handled, Via};
use snmp_core::framing::{StreamReader, StreamWriter};
use snmp_core::manager::{Fit, TargetConfig};
use snmp_core::message::Version;
use snmp_core::notification::{Config, End, Event, Kind, Notice, NotifyType, Originator, Receiver};
use snmp_core::oid;
use snmp_core::outcome::Outcome;
use snmp_core::security::{NoV3, SecurityLevel};
use snmp_core::time::Instant;
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;

fn receiver(_: Instant) -> Receiver {
    let mut receiver = Receiver::new(Config::default(), NoV3, [3; 16]);
    receiver.add_community(b"public");
    receiver
}

#[test]
fn snmptrapd_logs_our_traps_and_answers_our_informs() {
    let Some(trapd) = Trapd::start("core") else {
        return;
    };
    let zero = Clock::now();
    let mut originator = Originator::new([1; 16]).with_local_address(Ipv4Addr::new(192, 0, 2, 9));
    let v1 = originator
        .add_target(TargetConfig::v1(trapd.address, b"public"))
        .unwrap();
    let v2c = originator
        .add_target(TargetConfig::v2c(trapd.address, b"public").with_timeout(Duration::from_secs(3), 1))
        .unwrap();
    let told = [VarBind::new(
        oid!(1.3.6.1.4.1.641.1.0),
        Value::OctetString(b"tray 2"),
    )];
    let now = Instant::ZERO;
    for (target, notify_type, up_time, trap_oid) in [
        (v1, NotifyType::Trap, 100, oid!(1.3.6.1.4.1.641.2.0.3)),
        (v1, NotifyType::Trap, 200, oid!(1.3.6.1.6.3.1.1.5.3)),
        (v2c, NotifyType::Trap, 300, oid!(1.3.6.1.6.3.1.1.5.3)),
        (v2c, NotifyType::Inform, 400, oid!(1.3.6.1.6.3.1.1.5.4)),
    ] {
        let notice = Notice::new(up_time, trap_oid, &told);
        originator.notify(now, target, notify_type, &notice).unwrap();
    }
    let ends = deliver(&mut originator, zero);
    assert_eq!(ends.len(), 4, "{ends:?}");
    assert!(
        ends[..3].iter().all(|one| matches!(one.end, End::Sent)),
        "{ends:?}"
    );
    assert!(
        matches!(&ends[3].end, End::Delivered(delivery) if delivery.fit == Fit::AsAsked),
        "{ends:?}"
    );
    let log = trapd.log(&[
        ".1.3.6.1.4.1.641.2 Enterprise Specific Trap (3) Uptime: 0:00:01.00",
        ".1.3.6.1.6.3.1.1.5 Link Down Trap (0) Uptime: 0:00:02.00",
        "Timeticks: (300) 0:00:03.00\t.1.3.6.1.6.3.1.1.4.1.0 = OID: .1.3.6.1.6.3.1.1.5.3\t",
        "Timeticks: (400) 0:00:04.00\t.1.3.6.1.6.3.1.1.4.1.0 = OID: .1.3.6.1.6.3.1.1.5.4\t",
        "192.0.2.9 [192.0.2.9]",
    ]);
    assert_eq!(
        log.matches(".1.3.6.1.4.1.641.1.0 = STRING: \"tray 2\"").count(),
        4,
        "{log}"
    );
    assert_eq!(log.matches("TRAP, SNMP v1, community public").count(), 2, "{log}");
}

#[test]
fn snmptrapd_is_silent_to_another_community_and_the_inform_ends_in_time() {
    let Some(trapd) = Trapd::start("core-silent") else {
        return;
    };
    let zero = Clock::now();
    let mut originator = Originator::new([1; 16]);
    let config = TargetConfig::v2c(trapd.address, b"secret").with_timeout(Duration::from_millis(200), 2);
    let target = originator.add_target(config).unwrap();
    let notice = Notice::new(1, oid!(1.3.6.1.6.3.1.1.5.4), &[]);
    originator
        .notify(Instant::ZERO, target, NotifyType::Inform, &notice)
        .unwrap();
    let ends = deliver(&mut originator, zero);
    let [one] = &ends[..] else { panic!("{ends:?}") };
    assert!(
        matches!(&one.end, End::Failed(Outcome::Timeout(timeout)) if timeout.attempts == 3),
        "{one:?}"
    );
}

#[test]
fn snmptrap_reaches_our_receiver_by_v1_and_v2c() {
    let listener = Listener::start(receiver, Policy::Accept);
    let address = listener.address.to_string();
    let told = ["1.3.6.1.4.1.641.1.0", "i", "7"];
    let v1 = |generic, specific| {
        let head = [
            "-v1",
            "-c",
            "public",
            &address,
            "1.3.6.1.4.1.641.2",
            "192.0.2.9",
            generic,
            specific,
            "4711",
        ];
        run("snmptrap", &[&head, &told[..]].concat())
    };
    let v2c = ["-v2c", "-c", "public", &address, "4712", "1.3.6.1.6.3.1.1.5.3"];
    let other = ["-v2c", "-c", "other", &address, "4712", "1.3.6.1.6.3.1.1.5.3"];
    for sent in [
        run("snmptrap", &other),
        v1("6", "3"),
        v1("2", "0"),
        run("snmptrap", &[&v2c, &told[..]].concat()),
    ] {
        let Some(sent) = sent else { return };
        assert!(sent);
    }
    let seen = listener.seen(3);
    let expect = |version, kind, trap_oid: &str, up_time| Seen {
        version,
        level: SecurityLevel::NoAuthNoPriv,
        kind,
        community: b"public".to_vec(),
        trap_oid: trap_oid.to_owned(),
        up_time,
        good: true,
        list: vec!["1.3.6.1.4.1.641.1.0=Integer(7)".to_owned()],
    };
    let mut v2 = expect(Version::V2c, "trap", "1.3.6.1.6.3.1.1.5.3", 4712);
    v2.list.splice(
        ..0,
        [
            "1.3.6.1.2.1.1.3.0=TimeTicks(4712)".to_owned(),
            "1.3.6.1.6.3.1.1.4.1.0=ObjectIdentifier(1.3.6.1.6.3.1.1.5.3)".to_owned(),
        ],
    );
    assert_eq!(
        seen,
        [
            expect(Version::V1, "v1", "1.3.6.1.4.1.641.2.0.3", 4711),
            expect(Version::V1, "v1", "1.3.6.1.6.3.1.1.5.3", 4711),
            v2
        ]
    );
    assert_eq!(listener.traffic(), (4, 0), "no trap is answered");
}

/// What became of one `snmpinform`, and what was delivered.
fn inform(policy: Policy, timeout: &str, retries: &str) -> Option<(bool, Vec<Seen>, (usize, usize))> {
    let listener = Listener::start(receiver, policy);
    let address = listener.address.to_string();
    let arguments = [
        "-v2c",
        "-c",
        "public",
        "-t",
        timeout,
        "-r",
        retries,
        &address,
        "4711",
        "1.3.6.1.6.3.1.1.5.3",
    ];
    let content = run("snmpinform", &arguments)?;
    let seen = listener.seen(1);
    assert!(seen.iter().all(|one| one.kind == "inform" && one.good));
    Some((content, seen, listener.traffic()))
}

#[test]
fn snmpinform_is_answered_once_we_accept() {
    let Some((content, seen, traffic)) = inform(Policy::Accept, "3", "0") else {
        return;
    };
    assert_eq!((content, seen.len(), traffic), (true, 1, (1, 1)));
    let (content, seen, traffic) = inform(Policy::Refuse, "0.3", "1").unwrap();
    assert_eq!(
        (content, seen.len(), traffic),
        (false, 2, (2, 0)),
        "not accepted, so delivered again"
    );
}

#[test]
fn snmpinform_that_comes_again_is_delivered_once_and_answered() {
    // It comes again while it waits to be accepted.
    let Some((content, seen, (received, _))) = inform(Policy::Late(Duration::from_millis(900)), "0.5", "5")
    else {
        return;
    };
    assert_eq!((content, seen.len(), received > 1), (true, 1, true), "{received}");
    // And after the answer was lost.
    let (content, seen, traffic) = inform(Policy::LoseFirst, "0.5", "5").unwrap();
    assert_eq!((content, seen.len(), traffic), (true, 1, (2, 1)));
}

/// R3430-2: the same receiver behind a TCP connection, with the framing between.
#[test]
fn r3430_2_snmptrap_and_snmpinform_reach_us_over_tcp() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("tcp:{}", listener.local_addr().unwrap());
    let long = "x".repeat(3000);
    let server = std::thread::spawn(move || {
        let mut receiver = receiver(Instant::ZERO);
        let (mut seen, mut buffer) = (Vec::new(), vec![0; 65_535]);
        for connection in listener.incoming().take(2) {
            let mut connection = connection.unwrap();
            let from = connection.peer_addr().unwrap();
            let (mut reader, mut writer) = (StreamReader::new(8192), StreamWriter::new(65_535));
            // Small pieces, so that messages come apart.
            let mut piece = [0; 100];
            loop {
                // A sender that does not wait for answers may reset the connection.
                let len = connection.read(&mut piece).unwrap_or_default();
                if len == 0 {
                    assert!(!reader.is_partial());
                    break;
                }
                let mut rest = &piece[..len];
                while !rest.is_empty() {
                    let taken = reader.read(rest).unwrap();
                    rest = &rest[taken..];
                    let Some(message) = reader.message() else {
                        continue;
                    };
                    let handled = receiver.handle_datagram(Instant::ZERO, Via(0), from, message);
                    let Handled::Event(Event::Notification(notification)) = handled else {
                        panic!("{handled:?}")
                    };
                    seen.push(Seen::of(&notification));
                    if let Kind::Inform(id) = notification.kind {
                        assert!(receiver.accept(Instant::ZERO, id));
                    }
                    while let Some(transmit) = receiver.poll_transmit(Instant::ZERO, &mut buffer).unwrap() {
                        writer.push(&buffer[transmit.range]).unwrap();
                    }
                }
                while !writer.pending().is_empty() {
                    let written = connection.write(writer.pending()).unwrap();
                    writer.written(written);
                }
            }
        }
        seen
    });
    let told = ["4711", "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.4.1.641.1.0", "s", &long];
    for (tool, head) in [
        ("snmptrap", ["-v2c", "-c", "public", &address]),
        ("snmpinform", ["-v2c", "-c", "public", &address]),
    ] {
        // Without the tool nobody connects: the thread is left to its end with the process.
        let Some(content) = run(tool, &[&head, &told[..]].concat()) else {
            return;
        };
        assert!(content, "{tool}");
    }
    let seen = server.join().unwrap();
    assert_eq!(
        seen.iter().map(|one| one.kind).collect::<Vec<_>>(),
        ["trap", "inform"]
    );
    assert!(
        seen.iter()
            .all(|one| one.good && one.list.len() == 3 && one.list[2].len() > 3000)
    );
}
