//! net-snmp's `snmptrap` and `snmpinform` into our receiver, over loopback.
#![cfg(all(feature = "notification", feature = "std"))]

use std::net::UdpSocket;
use std::process::Command;
use std::time::{Duration, Instant as Clock};

use snmp_core::datagram::{Handled, Via};
use snmp_core::message::Version;
use snmp_core::notification::{Config, Event, Kind, Receiver};
use snmp_core::security::NoV3;
use snmp_core::time::Instant;

/// What a tool's notification is told as, and whether the tool was content; `None` when it is not there.
fn send(tool: &str, version: &str, arguments: &[&str], accept: bool) -> Option<(Vec<String>, bool)> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let child = Command::new(tool)
        .env("MIBS", "")
        .args(["-v", version, "-c", "public", "-t", "1", "-r", "2"])
        .arg(socket.local_addr().unwrap().to_string())
        .args(arguments)
        .stderr(std::process::Stdio::null())
        .spawn();
    let Ok(mut child) = child else {
        eprintln!("skipped: {tool} is not installed");
        return None;
    };
    let mut receiver = Receiver::new(Config::default(), NoV3, [9; 16]);
    receiver.add_community(b"public");
    let mut told = Vec::new();
    let mut buffer = vec![0; 65_507];
    let start = Clock::now();
    let status = loop {
        assert!(start.elapsed() < Duration::from_secs(20), "{tool} does not end");
        if let Ok((len, from)) = socket.recv_from(&mut buffer) {
            let now = Instant::from_micros(start.elapsed().as_micros().try_into().unwrap());
            let mut inform = None;
            match receiver.handle_datagram(now, Via(0), from, &mut buffer[..len]) {
                Handled::Event(Event::Notification(notification)) => {
                    let kind = match notification.kind {
                        Kind::TrapV1(_) => "v1 trap",
                        Kind::TrapV2 => "trap",
                        Kind::Inform(id) => {
                            inform = Some(id);
                            "inform"
                        }
                    };
                    assert!(notification.has_prefix() && notification.version != Version::V3);
                    let oid = notification.trap_oid().unwrap();
                    told.push(format!("{kind} {oid} {}", notification.var_binds.len()));
                }
                Handled::Consumed => {}
                other => panic!("{other:?}"),
            }
            if let Some(id) = inform.filter(|_| accept) {
                assert!(receiver.accept(now, id));
            }
            while let Some(transmit) = receiver.poll_transmit(now, &mut buffer).unwrap() {
                socket.send_to(&buffer[transmit.range], transmit.to).unwrap();
            }
        } else if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
    };
    Some((told, status.success()))
}

#[test]
fn snmptrap_of_v1_and_v2c_is_told() {
    let v1 = [
        "1.3.6.1.4.1.99999",
        "192.0.2.9",
        "6",
        "17",
        "4200",
        "1.3.6.1.2.1.1.5.0",
        "s",
        "copy room",
    ];
    let Some(sent) = send("snmptrap", "1", &v1, true) else {
        return;
    };
    assert_eq!(sent, (vec!["v1 trap 1.3.6.1.4.1.99999.0.17 1".to_owned()], true));
    let v2 = ["4200", "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.2", "i", "2"];
    let sent = send("snmptrap", "2c", &v2, true).unwrap();
    assert_eq!(sent, (vec!["trap 1.3.6.1.6.3.1.1.5.3 3".to_owned()], true));
}

#[test]
fn snmpinform_is_content_when_its_inform_is_accepted_and_only_then() {
    let inform = ["4200", "1.3.6.1.6.3.1.1.5.3", "1.3.6.1.2.1.2.2.1.1.2", "i", "2"];
    let told = vec!["inform 1.3.6.1.6.3.1.1.5.3 3".to_owned()];
    let Some(sent) = send("snmpinform", "2c", &inform, true) else {
        return;
    };
    assert_eq!(sent, (told.clone(), true));
    // Its two retries are retransmissions: told once.
    let sent = send("snmpinform", "2c", &inform, false).unwrap();
    assert_eq!(sent, (told, false));
}
