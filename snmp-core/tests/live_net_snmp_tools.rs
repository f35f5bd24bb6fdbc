//! net-snmp's own tools against our responder, over loopback.
#![cfg(all(feature = "responder", feature = "std"))]

use std::net::{SocketAddr, UdpSocket};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use snmp_core::datagram::{Handled, Via};
use snmp_core::oid::OidBuf;
use snmp_core::responder::{Access, Config, Responder, Store, snmprec};
use snmp_core::security::NoV3;
use snmp_core::time::Instant;
use snmp_core::value::Value;

/// A responder on a socket and thread of its own, until it is dropped.
struct Agent {
    address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Agent {
    fn start(store: Store) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
        let address = socket.local_addr().unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::spawn(move || {
            let mut responder = Responder::new(Config::default(), NoV3);
            responder.add_context(b"", store);
            responder.add_community(b"public", Access::Read);
            responder.add_community(b"private", Access::Write);
            let mut buffer = vec![0; 65_507];
            while !stopped.load(Ordering::Relaxed) {
                let Ok((len, from)) = socket.recv_from(&mut buffer) else {
                    continue;
                };
                let handled = responder.handle_datagram(Instant::ZERO, Via(0), from, &mut buffer[..len]);
                assert!(matches!(handled, Handled::Event(_)), "{handled:?}");
                while let Some(transmit) = responder.poll_transmit(Instant::ZERO, &mut buffer).unwrap() {
                    socket.send_to(&buffer[transmit.range], transmit.to).unwrap();
                }
            }
        });
        Self {
            address,
            stop,
            thread: Some(thread),
        }
    }

    /// What a tool prints; `None` when it is not there.
    fn run(&self, tool: &str, version: &str, community: &str, arguments: &[&str]) -> Option<String> {
        let done = Command::new(tool)
            .env("MIBS", "")
            .args(["-v", version, "-c", community, "-t", "3", "-r", "1", "-On", "-Oe"])
            .args(arguments.iter().take_while(|argument| argument.starts_with('-')))
            .arg(self.address.to_string())
            .args(arguments.iter().skip_while(|argument| argument.starts_with('-')))
            .output();
        let Ok(done) = done else {
            assert!(
                std::env::var_os("KPAX_REQUIRE_NET_SNMP").is_none_or(|value| value != "1"),
                "KPAX_REQUIRE_NET_SNMP=1, but {tool} is not installed"
            );
            eprintln!("skipped: {tool} is not installed");
            return None;
        };
        Some(String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr))
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !std::thread::panicking()
        {
            panic!("the agent's thread panicked");
        }
    }
}

/// A few objects of each type, and a column with more rows than a datagram holds.
const WALK: &[u8] = b"1.3.6.1.2.1.1.1.0|4|A printer of many colours
1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.99999.1
1.3.6.1.2.1.1.3.0|67|123456
1.3.6.1.2.1.1.4.0|4|nobody
1.3.6.1.2.1.1.7.0|2|72
1.3.6.1.2.1.2.2.1.1.1|2|1
1.3.6.1.2.1.2.2.1.1.2|2|2
1.3.6.1.2.1.2.2.1.2.1|4|lo
1.3.6.1.2.1.2.2.1.2.2|4|eth0
1.3.6.1.2.1.2.2.1.5.1|66|4294967295
1.3.6.1.2.1.2.2.1.6.2|4x|00127962f940
1.3.6.1.2.1.2.2.1.10.2|65|3000000000
1.3.6.1.2.1.4.20.1.1.192.0.2.9|64|192.0.2.9
1.3.6.1.2.1.31.1.1.1.6.2|70|18446744073709551615
1.3.6.1.4.1.99999.2.0|68x|9f780442f60000
";

fn store() -> Store {
    let loaded = snmprec::load(WALK);
    assert_eq!(loaded.skipped, []);
    let mut store = loaded.store;
    for row in 1..=300 {
        let name = OidBuf::from_arcs(&[1, 3, 6, 1, 4, 1, 99_999, 5, 1, row]).unwrap();
        store.insert(name.as_oid(), Value::OctetString(b"one row of a long table"));
    }
    store
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim_end).collect()
}

#[test]
fn snmpget_reads_every_type() {
    let agent = Agent::start(store());
    let names = [
        "1.3.6.1.2.1.1.1.0",
        "1.3.6.1.2.1.1.2.0",
        "1.3.6.1.2.1.1.3.0",
        "1.3.6.1.2.1.1.7.0",
        "1.3.6.1.2.1.2.2.1.5.1",
        "1.3.6.1.2.1.2.2.1.6.2",
        "1.3.6.1.2.1.2.2.1.10.2",
        "1.3.6.1.2.1.4.20.1.1.192.0.2.9",
        "1.3.6.1.4.1.99999.2.0",
    ];
    let expected = [
        ".1.3.6.1.2.1.1.1.0 = STRING: \"A printer of many colours\"",
        ".1.3.6.1.2.1.1.2.0 = OID: .1.3.6.1.4.1.99999.1",
        ".1.3.6.1.2.1.1.3.0 = Timeticks: (123456) 0:20:34.56",
        ".1.3.6.1.2.1.1.7.0 = INTEGER: 72",
        ".1.3.6.1.2.1.2.2.1.5.1 = Gauge32: 4294967295",
        ".1.3.6.1.2.1.2.2.1.6.2 = Hex-STRING: 00 12 79 62 F9 40",
        ".1.3.6.1.2.1.2.2.1.10.2 = Counter32: 3000000000",
        ".1.3.6.1.2.1.4.20.1.1.192.0.2.9 = IpAddress: 192.0.2.9",
        ".1.3.6.1.4.1.99999.2.0 = Opaque: Float: 123.000000",
    ];
    for version in ["1", "2c"] {
        let Some(got) = agent.run("snmpget", version, "public", &names) else {
            return;
        };
        assert_eq!(lines(&got), expected, "v{version}");
    }
    let counter64 = agent.run(
        "snmpget",
        "2c",
        "public",
        &["1.3.6.1.2.1.31.1.1.1.6.2", "1.3.6.1.2.1.1.1.1", "1.3.7.1"],
    );
    assert_eq!(
        lines(&counter64.unwrap()),
        [
            ".1.3.6.1.2.1.31.1.1.1.6.2 = Counter64: 18446744073709551615",
            ".1.3.6.1.2.1.1.1.1 = No Such Instance currently exists at this OID",
            ".1.3.7.1 = No Such Object available on this agent at this OID",
        ]
    );
    let in_v1 = agent
        .run(
            "snmpget",
            "1",
            "public",
            &["-Cf", "1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.31.1.1.1.6.2"],
        )
        .unwrap();
    assert!(
        in_v1.contains("noSuchName") && in_v1.contains(".1.3.6.1.2.1.31.1.1.1.6.2"),
        "{in_v1}"
    );
}

#[test]
fn snmpwalk_and_snmpbulkwalk_see_the_whole_tree_alike() {
    let agent = Agent::start(store());
    let root = "1.3.6.1";
    let Some(walked) = agent.run("snmpwalk", "2c", "public", &[root]) else {
        return;
    };
    let names: Vec<String> = lines(&walked)
        .iter()
        .filter_map(|line| Some(line.split_once(" = ")?.0.trim_start_matches('.').to_owned()))
        .collect();
    let expected: Vec<String> = store().iter().map(|one| one.name.to_string()).collect();
    assert_eq!(names[..expected.len()], expected);
    assert!(
        lines(&walked).len() == expected.len() + 1 && walked.contains("No more variables left"),
        "{walked}"
    );
    for repetitions in ["-Cr1", "-Cr10", "-Cr100000"] {
        let bulk = agent
            .run("snmpbulkwalk", "2c", "public", &[repetitions, root])
            .unwrap();
        assert_eq!(lines(&bulk), lines(&walked), "{repetitions}");
    }
    // v1 has no Counter64, and no endOfMibView but noSuchName.
    let in_v1 = agent.run("snmpwalk", "1", "public", &[root]).unwrap();
    assert_eq!(lines(&in_v1).len(), expected.len(), "{in_v1}");
    assert!(
        in_v1.contains("End of MIB") && !in_v1.contains("Counter64"),
        "{in_v1}"
    );
}

#[test]
fn snmpbulkget_and_snmpgetnext_are_answered() {
    let agent = Agent::start(store());
    let arguments = [
        "-Cn1",
        "-Cr2",
        "1.3.6.1.2.1.1.6",
        "1.3.6.1.2.1.2.2.1.1",
        "1.3.6.1.2.1.2.2.1.2",
    ];
    let Some(got) = agent.run("snmpbulkget", "2c", "public", &arguments) else {
        return;
    };
    assert_eq!(
        lines(&got),
        [
            ".1.3.6.1.2.1.1.7.0 = INTEGER: 72",
            ".1.3.6.1.2.1.2.2.1.1.1 = INTEGER: 1",
            ".1.3.6.1.2.1.2.2.1.2.1 = STRING: \"lo\"",
            ".1.3.6.1.2.1.2.2.1.1.2 = INTEGER: 2",
            ".1.3.6.1.2.1.2.2.1.2.2 = STRING: \"eth0\"",
        ]
    );
    let got = agent
        .run("snmpgetnext", "1", "public", &["1.3.6.1.2.1.4.20.1.1.192.0.2.9"])
        .unwrap();
    assert!(got.starts_with(".1.3.6.1.4.1.99999.2.0 = "), "{got}");
}

/// `snmptable` needs a MIB: three columns of ifTable by names of our own.
const MIB: &str = r#"KPAX-TEST-MIB DEFINITIONS ::= BEGIN
kpaxInterfaces OBJECT IDENTIFIER ::= { iso 3 6 1 2 1 2 }
kpaxTable OBJECT-TYPE
    SYNTAX SEQUENCE OF KpaxEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION ""
    ::= { kpaxInterfaces 2 }
kpaxEntry OBJECT-TYPE
    SYNTAX KpaxEntry MAX-ACCESS not-accessible STATUS current DESCRIPTION "" INDEX { kpaxIndex }
    ::= { kpaxTable 1 }
KpaxEntry ::= SEQUENCE { kpaxIndex INTEGER, kpaxName OCTET STRING, kpaxSpeed Gauge32 }
kpaxIndex OBJECT-TYPE
    SYNTAX INTEGER MAX-ACCESS read-only STATUS current DESCRIPTION "" ::= { kpaxEntry 1 }
kpaxName OBJECT-TYPE
    SYNTAX OCTET STRING MAX-ACCESS read-only STATUS current DESCRIPTION "" ::= { kpaxEntry 2 }
kpaxSpeed OBJECT-TYPE
    SYNTAX Gauge32 MAX-ACCESS read-only STATUS current DESCRIPTION "" ::= { kpaxEntry 5 }
END
"#;

#[test]
fn snmptable_reads_a_sparse_table() {
    let agent = Agent::start(store());
    let folder = std::env::temp_dir().join(format!("kpax-snmptable-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("KPAX-TEST-MIB.txt"), MIB).unwrap();
    let done = Command::new("snmptable")
        .env("MIBS", "KPAX-TEST-MIB")
        .env("MIBDIRS", &folder)
        .args(["-v", "2c", "-c", "public", "-t", "3", "-Cf", ","])
        .args([&agent.address.to_string(), "KPAX-TEST-MIB::kpaxTable"])
        .output();
    std::fs::remove_dir_all(&folder).unwrap();
    let Ok(done) = done else {
        eprintln!("skipped: snmptable is not installed");
        return;
    };
    let text = String::from_utf8_lossy(&done.stdout);
    let rows: Vec<&str> = text.lines().filter(|line| line.contains(',')).collect();
    let expected = [
        "kpaxIndex,kpaxName,kpaxSpeed",
        "1,\"lo\",4294967295",
        "2,\"eth0\",?",
    ];
    assert_eq!(rows, expected, "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn snmpset_writes_with_the_right_community_only() {
    let agent = Agent::start(store());
    let set = [
        "1.3.6.1.2.1.1.4.0",
        "s",
        "the front desk",
        "1.3.6.1.2.1.1.7.0",
        "i",
        "64",
    ];
    let Some(refused) = agent.run("snmpset", "2c", "public", &set) else {
        return;
    };
    assert!(refused.contains("authorizationError"), "{refused}");
    let refused = agent.run("snmpset", "1", "public", &set).unwrap();
    assert!(refused.contains("noSuchName"), "{refused}");
    for version in ["1", "2c"] {
        let done = agent.run("snmpset", version, "private", &set).unwrap();
        assert_eq!(
            lines(&done),
            [
                ".1.3.6.1.2.1.1.4.0 = STRING: \"the front desk\"",
                ".1.3.6.1.2.1.1.7.0 = INTEGER: 64"
            ]
        );
    }
    let half = [
        "1.3.6.1.2.1.1.4.0",
        "s",
        "nobody again",
        "1.3.6.1.2.1.1.7.0",
        "s",
        "text",
    ];
    let refused = agent.run("snmpset", "2c", "private", &half).unwrap();
    assert!(refused.contains("wrongType"), "{refused}");
    let kept = agent
        .run("snmpget", "2c", "public", &["1.3.6.1.2.1.1.4.0"])
        .unwrap();
    assert_eq!(lines(&kept), [".1.3.6.1.2.1.1.4.0 = STRING: \"the front desk\""]);
}

#[test]
fn a_recorded_printer_is_walked_by_snmpbulkwalk_as_it_was_recorded() {
    let Some(walk) =
        benches::shared().map(|shared| shared.join("walks/issue-excerpts/kyocera-cs-4053ci.snmprec"))
    else {
        return;
    };
    let store = snmprec::load(&std::fs::read(walk).unwrap()).store;
    let expected: Vec<String> = store.iter().map(|one| one.name.to_string()).collect();
    let agent = Agent::start(store);
    let Some(walked) = agent.run("snmpbulkwalk", "2c", "public", &["-Cr25", "1"]) else {
        return;
    };
    let names: Vec<&str> = walked
        .lines()
        .filter_map(|line| line.split_once(" = ").map(|(name, _)| name))
        .filter_map(|name| {
            name.strip_prefix('.')
                .filter(|name| name.starts_with(|one: char| one.is_ascii_digit()))
        })
        .collect();
    assert!(
        walked.contains("No more variables left"),
        "{}",
        &walked[walked.len().saturating_sub(500)..]
    );
    // The last line names the end.
    assert_eq!(names[..names.len() - 1], expected);
}
