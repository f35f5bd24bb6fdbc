//! The example `probe` over real sockets: a simulated printer on a loopback address, and one with closed ports.

#[path = "../examples/probe.rs"]
#[allow(dead_code)]
mod probe;

use canon_bjnp::probe::Switches;
use std::{net::UdpSocket, thread, time::Duration};

fn printed(host: &str) -> String {
    let mut out = Vec::new();
    probe::run(
        format!("{host}:0").parse().unwrap(),
        Switches::default(),
        &mut out,
    )
    .unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn a_simulated_printer_is_named() {
    // All of 127.0.0.0/8 is loopback on Linux and Windows only.
    let Ok(socket) = UdpSocket::bind("127.83.11.10:8611") else {
        eprintln!("skipped: no second loopback address");
        return;
    };
    socket.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    let device = thread::spawn(move || {
        for body in [
            &b"\0\x01\x08\0\x06\x04\0\x11\x22\x33\x44\x55\x7f\x53\x0b\x0a"[..],
            b"MFG:Canon;MDL:G3010;VER:1.0",
        ] {
            let mut question = [0; 64];
            let (len, from) = socket.recv_from(&mut question).unwrap();
            assert_eq!(len, 16);
            question[4] |= 0x80;
            question[15] = u8::try_from(body.len()).unwrap();
            socket.send_to(&[&question[..16], body].concat(), from).unwrap();
        }
    });
    let printed = printed("127.83.11.10");
    device.join().unwrap();
    for line in [
        "MAC 00:11:22:33:44:55",
        "result: a Canon device",
        "model: G3010",
        "firmware: 1.0",
        "port: 8611",
    ] {
        assert!(printed.contains(line), "{line} is not in\n{printed}");
    }
}

#[test]
fn closed_ports_are_told_at_once() {
    if UdpSocket::bind("127.83.11.11:0").is_err() {
        eprintln!("skipped: no second loopback address");
        return;
    }
    let printed = printed("127.83.11.11");
    for line in [
        "port 8611: refused",
        "port 8609: refused",
        "result: there, but not known as a Canon device",
    ] {
        assert!(printed.contains(line), "{line} is not in\n{printed}");
    }
}
