//! The example `snmp` against net-snmp's agent, net-snmp's tools against what it serves, and against itself.

#[path = "../../snmp-core/tests/snmpd/mod.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod snmpd;
mod tool;

use std::collections::BTreeMap;
use std::process::{Child, Command};

use serde_json::json;
use snmpd::Snmpd;
use tool::{Folder, Server, free_port, net_snmp, run, snmp, tool};

const USER: [&str; 10] = [
    "--user",
    "u_sha256_aes",
    "--auth",
    "SHA-256",
    "--auth-password",
    "auth-sha256-pass",
    "--priv",
    "AES",
    "--priv-password",
    "priv-aes-pass",
];

fn with<'a>(words: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    words.iter().chain(more).copied().collect()
}

#[test]
fn reads_and_writes_of_snmpd_by_every_version() {
    let Some(snmpd) = Snmpd::start("tool") else { return };
    let place = snmpd.address.to_string();
    let (number, text, fixed) = (
        "1.3.6.1.4.1.8072.9999.1.11.0",
        "1.3.6.1.4.1.8072.9999.1.12.0",
        "1.3.6.1.4.1.8072.9999.1.1.0",
    );
    for (n, access) in [
        &["--version", "1", "--community", "private"][..],
        &["--version", "2c", "--community", "private"],
        &USER,
    ]
    .into_iter()
    .enumerate()
    {
        let value = (i64::try_from(n).unwrap() - 7).to_string();
        let ask = |words: &[&str]| tool(&with(access, &with(&[words[0], &place], &words[1..])));
        let said = ask(&["--json", "set", number, "i", &value, text, "x", "00ff"]);
        // The first word is the command's place: `--json` goes elsewhere.
        assert_eq!(said.code, Some(2), "{said:?}");
        let said = ask(&["set", number, "i", &value, text, "x", "00ff", "--json"]);
        let rows = [
            json!([number, "INTEGER", value.parse::<i32>().unwrap()]),
            json!([text, "OCTET STRING", "00ff"]),
        ];
        assert_eq!((said.code, said.json()), (Some(0), rows.to_vec()), "{said:?}");
        let said = ask(&["get", number, text, "--json"]);
        assert_eq!((said.code, said.json()), (Some(0), rows.to_vec()));
        let said = ask(&["getnext", "1.3.6.1.4.1.8072.9999.1.10.0", "--json"]);
        assert_eq!(said.json(), rows[..1]);
        // An error-status ends with 1 and says where.
        let said = ask(&["set", number, "i", "1", fixed, "i", "1"]);
        assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
        assert!(said.err.contains(fixed) && said.err.contains("at 2"), "{said:?}");
    }
    let said = tool(&[
        "bulk",
        &place,
        "1.3.6.1.2.1.1.1",
        "1.3.6.1.4.1.8072.9999.1",
        "--json",
    ]);
    assert_eq!(said.json().len(), 20);
    let repeated = ["--non-repeaters", "1", "--max-repetitions", "3"];
    let said = tool(&with(
        &["bulk", &place, "1.3.6.1.2.1.1.1", "1.3.6.1.4.1.8072.9999.1"],
        &repeated,
    ));
    assert_eq!(said.lines().len(), 4);
    // An instance that is not there: an exception in v2c, an error in v1.
    let said = tool(&["get", &place, "1.3.6.1.2.1.1.1", "--json"]);
    assert_eq!(said.json(), [json!(["1.3.6.1.2.1.1.1", "noSuchInstance", null])]);
    assert!(said.err.contains(".0"), "{said:?}");
    let said = tool(&["get", &place, "1.3.6.1.2.1.1.1", "--version", "1"]);
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
}

#[test]
fn silence_refusals_and_wrong_usage_have_their_own_ends() {
    let closed = format!("127.0.0.1:{}", free_port());
    let quick = ["--timeout", "0.2", "--retries", "0"];
    let said = tool(&with(&["get", &closed, "1.3.6.1.2.1.1.1.0"], &quick));
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("nobody listens"), "{said:?}");
    // Nobody answers: reads try the next version, writes do not, and the end names what may be behind it.
    let quiet = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let place = quiet.local_addr().unwrap().to_string();
    let said = tool(&with(&["walk", &place, "1.3.6.1.2.1.1"], &quick));
    assert_eq!((said.code, said.out.as_str()), (Some(1), ""));
    assert!(said.err.contains("no answer by SNMPv2c"), "{said:?}");
    assert!(said.err.contains("wrong community"), "{said:?}");
    let said = tool(&with(&["set", &place, "1.3.6.1.2.1.1.5.0", "s", "x"], &quick));
    assert_eq!(said.code, Some(1));
    assert!(!said.err.contains("no answer by"), "{said:?}");
    let mut versions = Vec::new();
    let mut datagram = [0; 1500];
    quiet.set_nonblocking(true).unwrap();
    while let Ok(length) = quiet.recv(&mut datagram) {
        versions.push(snmp_core::message::Version::of(&datagram[..length]).unwrap());
    }
    use snmp_core::message::Version::{V1, V2c};
    // The walk's GETBULK, the GETNEXT that finds out whether it was GETBULK that failed, v1, and the SET.
    assert_eq!(versions, [V2c, V2c, V1, V2c]);
    for words in [
        &[][..],
        &["frobnicate", "127.0.0.1", "1.3"],
        &["get", "127.0.0.1"],
        &["get", "127.0.0.1", "1.3.x"],
        &["set", "127.0.0.1", "1.3.6", "i"],
        &["set", "127.0.0.1", "1.3.6", "q", "1"],
        &["set", "127.0.0.1", "1.3.6", "i", "4294967296"],
        &["get", "127.0.0.1", "1.3.6", "--version", "3"],
        &["get", "127.0.0.1", "1.3.6", "--user", "u", "--auth", "SHA"],
        &[
            "get",
            "127.0.0.1",
            "1.3.6",
            "--user",
            "u",
            "--auth",
            "ROT13",
            "--auth-password",
            "long enough",
        ],
        &["get", "127.0.0.1", "1.3.6", "--retries", "many"],
        &["get", "127.0.0.1", "1.3.6", "--nonsense"],
        &["bulk", "127.0.0.1", "1.3.6", "--version", "1"],
        &["passwd", "127.0.0.1", "--user", "u"],
        &["inform", "127.0.0.1", "1.3.6", "--version", "1"],
    ] {
        let said = tool(words);
        assert_eq!(
            (said.code, said.out.as_str()),
            (Some(2), ""),
            "{words:?} {said:?}"
        );
        assert!(!said.err.is_empty());
    }
    assert_eq!(tool(&["--help"]).code, Some(0));
}

/// The type that a line of snmpwalk's shows.
fn shown_type(value: &str) -> &str {
    match value.split_once(": ").map_or(value, |(kind, _)| kind) {
        "STRING" | "Hex-STRING" | "\"\"" | "BITS" => "OCTET STRING",
        "STRING:" | "Hex-STRING:" => "OCTET STRING",
        "OID" => "OBJECT IDENTIFIER",
        "Timeticks" => "TimeTicks",
        "Network Address" => "IpAddress",
        kind => kind,
    }
}

/// Names with types, as net-snmp walks them.
fn their_walk(place: &str) -> Option<BTreeMap<String, String>> {
    let said = net_snmp(
        "snmpbulkwalk",
        &["-v2c", "-c", "public", "-t", "5", "-On", "-Oe", place, ".1.3"],
    )?;
    let rows = said.lines().into_iter().filter_map(|line| {
        let (name, value) = line.strip_prefix('.')?.split_once(" = ")?;
        Some((name.to_owned(), shown_type(value).to_owned()))
    });
    Some(
        rows.filter(|(_, kind)| !kind.starts_with("No more variables"))
            .collect(),
    )
}

#[test]
fn a_walk_of_the_whole_tree_is_what_snmpbulkwalk_gives() {
    let Some(snmpd) = Snmpd::start("tool-tree") else {
        return;
    };
    let place = snmpd.address.to_string();
    for version in [&["--version", "2c"][..], &USER] {
        let Some(before) = their_walk(&place) else { return };
        let said = tool(&with(
            &["walk", &place, "1.3", "--json", "--timeout", "5"],
            version,
        ));
        let Some(after) = their_walk(&place) else { return };
        assert_eq!(said.code, Some(0), "{}", said.err);
        let rows = said.json();
        let ours: BTreeMap<String, String> = rows
            .iter()
            .map(|row| {
                (
                    row[0].as_str().unwrap().to_owned(),
                    row[1].as_str().unwrap().to_owned(),
                )
            })
            .collect();
        assert_eq!(ours.len(), rows.len(), "no name twice");
        assert!(ours.len() > 1000);
        // What stood still around our walk, with the same type.
        for (name, kind) in before.iter().filter(|(name, _)| after.contains_key(*name)) {
            assert_eq!(ours.get(name), Some(kind), "{name}");
        }
        // Processes, connections and their like come and go; nothing else may be ours alone.
        for name in ours
            .keys()
            .filter(|name| !before.contains_key(*name) && !after.contains_key(*name))
        {
            let moves = [
                "1.3.6.1.2.1.25.",
                "1.3.6.1.2.1.6.",
                "1.3.6.1.2.1.7.",
                "1.3.6.1.2.1.4.",
                "1.3.6.1.4.1.2021.",
            ];
            assert!(moves.iter().any(|prefix| name.starts_with(prefix)), "{name}");
        }
    }
}

#[test]
fn a_table_of_snmpd_is_its_walk_by_rows() {
    let Some(snmpd) = Snmpd::start("tool-table") else {
        return;
    };
    let place = snmpd.address.to_string();
    // vacmAccessTable: nothing in it moves, and its index is of texts.
    let table = "1.3.6.1.6.3.16.1.4";
    for access in [&["--version", "1"][..], &["--version", "2c"], &USER] {
        let mut walked = tool(&with(&["walk", &place, table, "--json"], access)).json();
        let read = tool(&with(&["table", &place, table, "--json"], access));
        assert_eq!(read.code, Some(0), "{}", read.err);
        let mut read = read.json();
        assert!(read.len() > 100);
        let index = |row: &serde_json::Value| {
            let name = row[0].as_str().unwrap().strip_prefix(table).unwrap().to_owned();
            let arcs: Vec<u32> = name.split('.').skip(2).map(|arc| arc.parse().unwrap()).collect();
            (arcs[1..].to_vec(), arcs[0])
        };
        assert!(read.is_sorted_by_key(index), "row by row");
        walked.sort_by_key(index);
        read.sort_by_key(index);
        assert_eq!(read, walked);
    }
    let said = tool(&["table", &place, "1.3.6.1.2.1.2.2.1.1", "1.3.6.1.2.1.2.2.1.2"]);
    assert_eq!(said.lines()[0], "index\t1.3.6.1.2.1.2.2.1.1\t1.3.6.1.2.1.2.2.1.2");
    assert!(said.lines()[1].ends_with("\"lo\""), "{said:?}");
}

const WALK: &str = "1.3.6.1.2.1.1.1.0|4|served from a file
1.3.6.1.2.1.1.3.0|67|4711
1.3.6.1.2.1.1.5.0|4x|6b0070
1.3.6.1.4.1.99999.1.1.1.1|2|1
1.3.6.1.4.1.99999.1.1.1.2|2|2
1.3.6.1.4.1.99999.1.1.1.3|2|3
1.3.6.1.4.1.99999.1.1.2.1|4|one
1.3.6.1.4.1.99999.1.1.2.3|4|three
1.3.6.1.4.1.99999.1.1.3.2|70|18446744073709551615
1.3.6.1.4.1.99999.9.0|2|9
";

const MIB: &str = "KPAX-TEST-MIB DEFINITIONS ::= BEGIN
internet OBJECT IDENTIFIER ::= { iso org(3) dod(6) 1 }
private OBJECT IDENTIFIER ::= { internet 4 }
enterprises OBJECT IDENTIFIER ::= { private 1 }
kpaxTest OBJECT IDENTIFIER ::= { enterprises 99999 }
kpaxTable OBJECT-TYPE SYNTAX SEQUENCE OF KpaxEntry ACCESS not-accessible STATUS mandatory ::= { kpaxTest 1 }
kpaxEntry OBJECT-TYPE SYNTAX KpaxEntry ACCESS not-accessible STATUS mandatory INDEX { kpaxIndex } ::= { kpaxTable 1 }
KpaxEntry ::= SEQUENCE { kpaxIndex INTEGER, kpaxName OCTET STRING, kpaxCount INTEGER }
kpaxIndex OBJECT-TYPE SYNTAX INTEGER ACCESS read-only STATUS mandatory ::= { kpaxEntry 1 }
kpaxName OBJECT-TYPE SYNTAX OCTET STRING ACCESS read-write STATUS mandatory ::= { kpaxEntry 2 }
kpaxCount OBJECT-TYPE SYNTAX INTEGER ACCESS read-only STATUS mandatory ::= { kpaxEntry 3 }
END
";

#[test]
fn the_tools_of_net_snmp_read_and_write_what_is_served() {
    let folder = Folder::new("serve");
    let file = folder.write("printer.snmprec", WALK);
    folder.write("printer@hidden.snmprec", "1.3.6.1.2.1.1.1.0|4|behind a context\n");
    let server = Server::start("serve", &with(&[&file, "--writable"], &USER));
    let place = server.place();
    let v3 = [
        "-v3", "-l", "authPriv", "-u", USER[1], "-a", "SHA-256", "-A", USER[5], "-x", "AES", "-X", USER[9],
    ];
    for access in [&["-v1", "-c", "public"][..], &["-v2c", "-c", "public"], &v3] {
        let ask = |name: &str, words: &[&str]| {
            let common = ["-On", "-Oe", "-t", "3", "-r", "1", place.as_str()];
            net_snmp(name, &with(&with(access, &common), words))
        };
        let Some(said) = ask("snmpget", &["1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.5.0"]) else {
            return;
        };
        let expected = [
            ".1.3.6.1.2.1.1.1.0 = STRING: \"served from a file\"",
            ".1.3.6.1.2.1.1.5.0 = Hex-STRING: 6B 00 70",
        ];
        assert_eq!(said.lines(), expected, "{said:?}");
        let said = ask("snmpgetnext", &["1.3.6.1.2.1.1.1.0"]).unwrap();
        assert_eq!(
            said.lines(),
            [".1.3.6.1.2.1.1.3.0 = Timeticks: (4711) 0:00:47.11"]
        );
        // v1 cannot see the Counter64.
        let all = if access[0] == "-v1" { 9 } else { 10 };
        let walked = ask("snmpwalk", &["1.3"]).unwrap();
        let rows = walked.lines();
        let rows: Vec<_> = rows
            .into_iter()
            .filter(|line| line.contains(" = ") && !line.contains("No more variables"))
            .collect();
        assert_eq!(
            (rows.len(), walked.err.as_str()),
            (all, ""),
            "{access:?} {walked:?}"
        );
        if access[0] != "-v1" {
            let bulk = ask("snmpbulkwalk", &["1.3"]).unwrap();
            assert_eq!(bulk.lines(), walked.lines());
            let bulk = ask("snmpbulkget", &["1.3.6.1.4.1.99999"]).unwrap();
            // Seven rows, and that nothing follows.
            assert_eq!(bulk.lines().len(), 8);
        }
        let written = access[0];
        let said = ask("snmpset", &["1.3.6.1.4.1.99999.1.1.2.1", "s", written]).unwrap();
        let expected = format!(".1.3.6.1.4.1.99999.1.1.2.1 = STRING: \"{written}\"");
        assert_eq!(said.lines(), [&expected]);
        assert_eq!(
            ask("snmpget", &["1.3.6.1.4.1.99999.1.1.2.1"]).unwrap().lines(),
            [&expected]
        );
        let said = ask("snmpset", &["1.3.6.1.4.1.99999.1.1.2.1", "i", "1"]).unwrap();
        let wrong_type = if access[0] == "-v1" {
            "badValue"
        } else {
            "wrongType"
        };
        assert!(said.err.contains(wrong_type), "{said:?}");
    }
    // The context: by v3, and as community@context.
    let name = "1.3.6.1.2.1.1.1.0";
    let expected = [".1.3.6.1.2.1.1.1.0 = STRING: \"behind a context\""];
    for access in [
        &with(&v3, &["-n", "hidden"])[..],
        &["-v2c", "-c", "public@hidden"],
    ] {
        let said = net_snmp("snmpget", &with(access, &["-On", &place, name])).unwrap();
        assert_eq!(said.lines(), expected, "{said:?}");
    }
    let said = tool(&with(
        &["get", &place, name, "--json", "--context", "hidden"],
        &USER,
    ));
    assert_eq!(said.json()[0][2], json!("626568696e64206120636f6e74657874"));
    // Who has no keys, or the wrong ones, is told so.
    let none = [
        "-v3",
        "-l",
        "noAuthNoPriv",
        "-u",
        USER[1],
        "-r",
        "0",
        &place,
        name,
    ];
    assert!(net_snmp("snmpget", &none).unwrap().err.contains("security level"));
}

#[test]
fn snmptable_and_table_show_the_rows_that_are_served() {
    let folder = Folder::new("serve-table");
    let file = folder.write("printer.snmprec", WALK);
    let mib = folder.write("KPAX-TEST-MIB.txt", MIB);
    let server = Server::start("serve", &[&file]);
    let place = server.place();
    for version in ["1", "2c"] {
        let said = tool(&["table", &place, "1.3.6.1.4.1.99999.1", "--version", version]);
        let count = if version == "1" {
            &[""; 4]
        } else {
            &[
                "\t1.3.6.1.4.1.99999.1.1.3",
                "\t-",
                "\t18446744073709551615",
                "\t-",
            ]
        };
        let expected = [
            format!(
                "index\t1.3.6.1.4.1.99999.1.1.1\t1.3.6.1.4.1.99999.1.1.2{}",
                count[0]
            ),
            format!("1\t1\t\"one\"{}", count[1]),
            format!("2\t2\t-{}", count[2]),
            format!("3\t3\t\"three\"{}", count[3]),
        ];
        assert_eq!(said.lines(), expected, "{said:?}");
        let flag = format!("-v{version}");
        let words = [
            "-m",
            &mib,
            &flag,
            "-c",
            "public",
            "-Cf",
            ";",
            "-CB",
            &place,
            "KPAX-TEST-MIB::kpaxTable",
        ];
        let words = if version == "1" {
            words.to_vec()
        } else {
            words.iter().copied().filter(|word| *word != "-CB").collect()
        };
        let Some(said) = net_snmp("snmptable", &words) else {
            return;
        };
        let lines = said.lines();
        assert!(lines.contains(&"kpaxIndex;kpaxName;kpaxCount"), "{said:?}");
        let last = if version == "1" {
            "?"
        } else {
            "18446744073709551615"
        };
        assert!(lines.contains(&"3;\"three\";?"), "{said:?}");
        // It doubts the type that the MIB of this test gives it.
        let second = lines.iter().find(|line| line.starts_with("2;?;")).unwrap();
        assert!(second.ends_with(last), "{said:?}");
    }
}

/// An agent of net-snmp with a user that may be cloned, until it is dropped.
struct Cloning {
    place: String,
    child: Child,
    _folder: Folder,
}

impl Cloning {
    fn start() -> Option<Self> {
        let folder = Folder::new("cloning");
        let text = "createUser template SHA-256 \"old auth password\" AES \"old priv password\"\n\
                    rwuser template priv\nrwuser clone priv\n";
        let config = folder.write("snmpd.conf", text);
        let place = format!("127.0.0.1:{}", free_port());
        let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin";
        let child = Command::new("snmpd")
            .env("PATH", path)
            .env("SNMPCONFPATH", &folder.0)
            .env("SNMP_PERSISTENT_DIR", &folder.0)
            .env("MIBS", "")
            .args(["-f", "-C", "-c", &config, "-Lf"])
            .arg(folder.0.join("log"))
            .arg(format!("udp:{place}"))
            .spawn();
        let Ok(child) = child else {
            eprintln!("skipped: snmpd is not installed");
            return None;
        };
        Some(Self {
            place,
            child,
            _folder: folder,
        })
    }

    fn ask(&self, user: &str, passwords: [&str; 2], words: &[&str]) -> tool::Said {
        let mut command = snmp();
        command
            .env("KPAX_AUTH_PASSWORD", passwords[0])
            .env("KPAX_PRIV_PASSWORD", passwords[1])
            .args([words[0], &self.place])
            .args(&words[1..])
            .args(["--user", user, "--auth", "SHA-256", "--priv", "AES"]);
        run(&mut command).unwrap()
    }
}

impl Drop for Cloning {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// usmUserTable's instance of a column for a user.
fn user_object(column: u32, engine_id: &str, user: &str) -> String {
    let octets: Vec<u8> = (0..engine_id.len() / 2)
        .map(|at| u8::from_str_radix(&engine_id[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    let mut name = format!("1.3.6.1.6.3.15.1.2.2.1.{column}");
    for part in [&octets[..], user.as_bytes()] {
        name += &format!(".{}", part.len());
        part.iter().for_each(|octet| name += &format!(".{octet}"));
    }
    name
}

#[test]
fn r3414_5kc_passwd_changes_the_keys_of_a_user_that_was_cloned() {
    let Some(agent) = Cloning::start() else { return };
    let old = ["old auth password", "old priv password"];
    let mut engine = String::new();
    for _ in 0..50 {
        let said = agent.ask("template", old, &["get", "1.3.6.1.6.3.10.2.1.1.0", "--json"]);
        if said.code == Some(0) {
            engine = said.json()[0][2].as_str().unwrap().to_owned();
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    // createAndWait, the template to be cloned from, active.
    let object = |column| user_object(column, &engine, "clone");
    let template = user_object(3, &engine, "template");
    for words in [
        ["set", &object(13), "i", "5"],
        ["set", &object(4), "o", &template],
        ["set", &object(13), "i", "1"],
    ] {
        let said = agent.ask("template", old, &words);
        assert_eq!(said.code, Some(0), "{words:?} {said:?}");
    }
    let name = ["get", "1.3.6.1.2.1.1.5.0"];
    assert_eq!(agent.ask("clone", old, &name).code, Some(0));
    let new = ["newpassword1", "newpassword2"];
    let words = [
        "passwd",
        "--new-auth-password",
        new[0],
        "--new-priv-password",
        new[1],
    ];
    let said = agent.ask("clone", old, &words);
    assert_eq!((said.code, said.out.trim()), (Some(0), "changed"), "{said:?}");
    assert_eq!(agent.ask("clone", new, &name).code, Some(0));
    let said = agent.ask("clone", old, &name);
    assert_eq!(said.code, Some(1));
    assert!(said.err.contains("WrongDigests"), "{said:?}");
    // The template is what it was; and one key may change alone.
    assert_eq!(agent.ask("template", old, &name).code, Some(0));
    let words = ["passwd", "--new-auth-password", old[0]];
    assert_eq!(agent.ask("clone", new, &words).code, Some(0));
    assert_eq!(agent.ask("clone", [old[0], new[1]], &name).code, Some(0));
}

#[test]
fn notifications_of_net_snmp_are_shown_and_informs_answered() {
    let server = Server::start("listen", &with(&["--json", "--count", "9"], &USER));
    let place = server.place();
    let v3 = [
        "-v3", "-l", "authPriv", "-u", USER[1], "-a", "SHA-256", "-A", USER[5], "-x", "AES", "-X", USER[9],
    ];
    let trap = "1.3.6.1.6.3.1.1.5.3";
    let row = ["1.3.6.1.2.1.2.2.1.1.7", "i", "7"];
    let v1 = with(
        &[
            "-v1",
            "-c",
            "public",
            &place,
            "1.3.6.1.4.1.99999",
            "192.0.2.9",
            "6",
            "42",
            "100",
        ],
        &row,
    );
    if net_snmp("snmptrap", &v1).is_none() {
        return;
    }
    let v2c = ["-v2c", "-c", "public"];
    for (name, access) in [
        ("snmptrap", &v2c[..]),
        ("snmpinform", &v2c),
        ("snmptrap", &v3),
        ("snmpinform", &v3),
    ] {
        let said = net_snmp(name, &with(&with(access, &[&place, "100", trap]), &row)).unwrap();
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{name} {access:?}");
    }
    // And ours; of a trap to a v1 receiver RFC 3584 makes one of v1.
    let said = tool(&with(&["trap", &place, trap, "--version", "1"], &row));
    assert_eq!(said.code, Some(0), "{said:?}");
    let said = tool(&with(&["inform", &place, trap], &row));
    assert_eq!(said.code, Some(0), "{said:?}");
    for command in ["trap", "inform"] {
        let said = tool(&with(&with(&[command, &place, trap], &row), &USER));
        assert_eq!(said.code, Some(0), "{said:?}");
    }
    let said = server.finish();
    let shown = said.json();
    let kinds: Vec<_> = shown
        .iter()
        .map(|line| (&line["version"], &line["pdu_type"]))
        .collect();
    let expected = [
        ("v1", "TrapV1"),
        ("v2c", "TrapV2"),
        ("v2c", "InformRequest"),
        ("v3", "TrapV2"),
        ("v3", "InformRequest"),
        ("v1", "TrapV1"),
        ("v2c", "InformRequest"),
        ("v3", "TrapV2"),
        ("v3", "InformRequest"),
    ];
    let expected = expected.map(|(version, kind)| (json!(version), json!(kind)));
    assert_eq!(
        kinds,
        expected
            .iter()
            .map(|(version, kind)| (version, kind))
            .collect::<Vec<_>>()
    );
    assert_eq!(shown[0]["agent_addr"], json!("192.0.2.9"));
    assert_eq!(shown[0]["trap_oid"], json!("1.3.6.1.4.1.99999.0.42"));
    for line in &shown {
        let rows = line["varbinds"].as_array().unwrap();
        assert_eq!(rows.last(), Some(&json!(["1.3.6.1.2.1.2.2.1.1.7", "INTEGER", 7])));
    }
}

/// snmptrapd, until it is dropped.
struct Trapd {
    place: String,
    script: std::path::PathBuf,
    folder: Folder,
}

impl Trapd {
    fn start() -> Option<Self> {
        let script = benches::shared()?.join("tools/start-snmpd.sh");
        let folder = Folder::new("trapd");
        let port = free_port().to_string();
        let said = run(Command::new(&script).args(["--trapd", &port]).arg(&folder.0)).unwrap();
        if said.code == Some(3) {
            eprintln!("skipped: snmptrapd is not installed");
            return None;
        }
        assert_eq!(said.code, Some(0), "{said:?}");
        Some(Self {
            place: format!("127.0.0.1:{port}"),
            script,
            folder,
        })
    }
}

impl Drop for Trapd {
    fn drop(&mut self) {
        let _ = run(Command::new(&self.script).arg("--stop").arg(&self.folder.0));
    }
}

#[test]
fn snmptrapd_takes_our_traps_and_answers_our_informs() {
    let Some(trapd) = Trapd::start() else { return };
    // The engine that its configuration knows the users of senders under, and the record of a first boot.
    let state = trapd
        .folder
        .write("state", "80001f880474726170\n55534d3100000001\n");
    let v3 = with(&USER, &["--state", &state]);
    let mut sent = 0;
    for command in ["trap", "inform"] {
        for access in [&["--version", "1"][..], &["--version", "2c"], &v3] {
            if command == "inform" && access[1] == "1" {
                continue;
            }
            sent += 1;
            let text = format!("number {sent} of the tool");
            let row = ["1.3.6.1.2.1.1.6.0", "s", &text];
            let words = with(&[command, &trapd.place, "1.3.6.1.4.1.99999.0.42"], &row);
            let said = tool(&with(&words, access));
            assert_eq!(said.code, Some(0), "{command} {access:?} {said:?}");
        }
    }
    let log = trapd.folder.0.join("traps.log");
    let mut text = String::new();
    for _ in 0..50 {
        text = std::fs::read_to_string(&log).unwrap_or_default();
        if (1..=sent).all(|n| text.contains(&format!("number {n} of the tool"))) {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("{text}");
}

#[test]
fn served_engines_keep_their_id_and_count_their_boots() {
    let folder = Folder::new("boots");
    let state = folder.0.join("state").to_str().unwrap().to_owned();
    let mut seen = Vec::new();
    for _ in 0..2 {
        let server = Server::start("serve", &with(&["--state", &state], &USER));
        let said = tool(&with(&["get", &server.place(), "1.3.6.1.2.1.1.1.0"], &USER));
        assert_eq!(said.code, Some(0), "{said:?}");
        drop(server);
        let text = std::fs::read_to_string(&state).unwrap();
        seen.push(text.lines().map(str::to_owned).collect::<Vec<_>>());
    }
    assert_eq!(seen[0][0], seen[1][0]);
    assert!(
        seen[0][1].ends_with("00000001") && seen[1][1].ends_with("00000002"),
        "{seen:?}"
    );
    std::fs::write(&state, "not hex\n").unwrap();
    let said = tool(&with(&["serve", "127.0.0.1:0", "--state", &state], &USER));
    assert_eq!(said.code, Some(1));
}
