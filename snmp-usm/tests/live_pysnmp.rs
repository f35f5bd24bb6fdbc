//! The example `snmp` with pysnmp at the other end: as manager, as agent and as sender of notifications.
//!
//! Python with pysnmp 7.1 is that of `KPAX_PYSNMP`, or of the virtual environment `pysnmp-venv` in the target folder:
//!
//!     python3 -m venv target/pysnmp-venv && target/pysnmp-venv/bin/pip install 'pysnmp==7.1.*' cryptography

mod tool;

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::json;
use tool::{Folder, Said, Server, free_port, run, tool};

/// A Python that has pysnmp; `None` after a line on stderr where there is none.
fn python() -> Option<PathBuf> {
    let path = match std::env::var_os("KPAX_PYSNMP") {
        Some(path) => PathBuf::from(path),
        None => {
            let test = std::env::current_exe().unwrap();
            // target/debug/deps/TEST
            test.ancestors().nth(3)?.join("pysnmp-venv/bin/python")
        }
    };
    let found = Command::new(&path)
        .args(["-c", "import pysnmp.hlapi.v3arch.asyncio, cryptography"])
        .stderr(Stdio::null())
        .status();
    if found.is_ok_and(|status| status.success()) {
        return Some(path);
    }
    eprintln!("skipped: no Python with pysnmp at {}", path.display());
    None
}

/// What all scripts begin with: credentials from the words `2c` or `1`, or USER AUTH PASSWORD PRIV PASSWORD.
const HEAD: &str = r#"
import asyncio, json, sys
from pysnmp.hlapi.v3arch.asyncio import *
AUTH = {"MD5": USM_AUTH_HMAC96_MD5, "SHA": USM_AUTH_HMAC96_SHA, "SHA-224": USM_AUTH_HMAC128_SHA224,
        "SHA-256": USM_AUTH_HMAC192_SHA256, "SHA-384": USM_AUTH_HMAC256_SHA384, "SHA-512": USM_AUTH_HMAC384_SHA512}
PRIV = {"DES": USM_PRIV_CBC56_DES, "3DES": USM_PRIV_CBC168_3DES, "AES": USM_PRIV_CFB128_AES,
        "AES-192": USM_PRIV_CFB192_AES_BLUMENTHAL, "AES-256": USM_PRIV_CFB256_AES_BLUMENTHAL,
        "AES-192-C": USM_PRIV_CFB192_AES, "AES-256-C": USM_PRIV_CFB256_AES, "-": USM_PRIV_NONE}
port, who = int(sys.argv[1]), sys.argv[2:]
if len(who) == 1:
    access = CommunityData("public", mpModel=0 if who[0] == "1" else 1)
else:
    user, auth, auth_key, priv, priv_key = who
    keys = {} if priv == "-" else {"privKey": priv_key, "privProtocol": PRIV[priv]}
    access = UsmUserData(user, authKey=auth_key, authProtocol=AUTH[auth], **keys)
def name(text):
    return ObjectType(ObjectIdentity(text))
def say(answer):
    error, status, index, rows = answer
    print(json.dumps([str(error) if error else None, int(status),
        [[str(row[0]), row[1].__class__.__name__, row[1].prettyPrint()] for row in rows]]), flush=True)
"#;

const ASK: &str = r#"
async def main():
    engine = SnmpEngine()
    to = await UdpTransportTarget.create(("127.0.0.1", port), timeout=3, retries=1)
    common = (engine, access, to, ContextData())
    say(await get_cmd(*common, name("1.3.6.1.2.1.1.1.0"), name("1.3.6.1.2.1.1.3.0"), lookupMib=False))
    say(await next_cmd(*common, name("1.3.6.1.4.1.99999"), lookupMib=False))
    if len(who) > 1 or who[0] != "1":
        say(await bulk_cmd(*common, 0, 3, name("1.3.6.1.4.1.99999"), lookupMib=False))
        say(await get_cmd(*common, name("1.3.6.1.2.1.1.1.7"), lookupMib=False))
    rows = []
    async for answer in walk_cmd(*common, name("1.3.6.1.4.1.99999"), lookupMib=False, lexicographicMode=False):
        if answer[0] or answer[1]:
            say(answer)
        rows += answer[3]
    say((None, 0, 0, rows))
    value = (ObjectIdentity("1.3.6.1.4.1.99999.1.2.0"), OctetString("by pysnmp " + who[0]))
    say(await set_cmd(*common, ObjectType(*value), lookupMib=False))
    say(await set_cmd(*common, ObjectType(value[0], Integer32(1)), lookupMib=False))
    engine.close_dispatcher()
asyncio.run(main())
"#;

const NOTIFY: &str = r#"
async def main():
    engine = SnmpEngine(OctetString(hexValue="8000000001020304"))
    to = await UdpTransportTarget.create(("127.0.0.1", port), timeout=3, retries=1)
    for kind in ["trap"] if who[0] == "1" else ["trap", "inform"]:
        notification = NotificationType(ObjectIdentity("1.3.6.1.6.3.1.1.5.3")).add_varbinds(
            ("1.3.6.1.2.1.2.2.1.1.7", Integer32(7)))
        say(await send_notification(engine, access, to, ContextData(), kind, notification, lookupMib=False))
    engine.close_dispatcher()
asyncio.run(main())
"#;

const AGENT: &str = r#"
from pysnmp.entity import engine, config
from pysnmp.entity.rfc3413 import cmdrsp, context
from pysnmp.carrier.asyncio.dgram import udp
async def main():
    agent = engine.SnmpEngine()
    config.add_transport(agent, udp.DOMAIN_NAME, udp.UdpTransport().open_server_mode(("127.0.0.1", port)))
    config.add_v1_system(agent, "area", "public")
    user, auth, auth_key, priv, priv_key = who
    config.add_v3_user(agent, user, AUTH[auth], auth_key, PRIV[priv], priv_key)
    for model, who_, level in [(1, "area", "noAuthNoPriv"), (2, "area", "noAuthNoPriv"), (3, user, "authPriv")]:
        config.add_vacm_user(agent, model, who_, level, (1, 3, 6), (1, 3, 6))
    here = context.SnmpContext(agent)
    for responder in [cmdrsp.GetCommandResponder, cmdrsp.SetCommandResponder, cmdrsp.NextCommandResponder,
                      cmdrsp.BulkCommandResponder]:
        responder(agent, here)
    print("ready", flush=True)
    agent.transport_dispatcher.job_started(1)
    await asyncio.sleep(120)
asyncio.run(main())
"#;

fn script(python: &PathBuf, body: &str, words: &[&str]) -> Command {
    let mut command = Command::new(python);
    command
        .env("PYTHONWARNINGS", "ignore")
        .args(["-c", &format!("{HEAD}{body}")])
        .args(words);
    command
}

fn said(python: &PathBuf, body: &str, words: &[&str]) -> Said {
    let said = run(&mut script(python, body, words)).unwrap();
    assert_eq!(said.code, Some(0), "{said:?}");
    said
}

const WALK: &str = "1.3.6.1.2.1.1.1.0|4|served to pysnmp
1.3.6.1.2.1.1.3.0|67|4711
1.3.6.1.4.1.99999.1.1.0|2|-1
1.3.6.1.4.1.99999.1.2.0|4|to be set
1.3.6.1.4.1.99999.1.3.0|66|4294967295
1.3.6.1.4.1.99999.1.4.0|64|192.0.2.1
1.3.6.1.4.1.99999.1.5.0|6|1.3.6.1.4.1.4294967295
";

/// Algorithms that pysnmp has, one a pair at least.
const SUITES: [(&str, &str); 7] = [
    ("MD5", "DES"),
    ("SHA", "3DES"),
    ("SHA-224", "AES-192"),
    ("SHA-256", "AES"),
    ("SHA-384", "AES-192-C"),
    ("SHA-512", "AES-256"),
    ("SHA-512", "AES-256-C"),
];

const PASSWORDS: [&str; 2] = ["one good password", "another password"];

fn our_user<'a>(auth: &'a str, privacy: &'a str) -> [&'a str; 10] {
    [
        "--user",
        "fleet",
        "--auth",
        auth,
        "--auth-password",
        PASSWORDS[0],
        "--priv",
        privacy,
        "--priv-password",
        PASSWORDS[1],
    ]
}

fn their_user<'a>(auth: &'a str, privacy: &'a str) -> [&'a str; 5] {
    ["fleet", auth, PASSWORDS[0], privacy, PASSWORDS[1]]
}

#[test]
fn pysnmp_reads_and_writes_what_is_served() {
    let Some(python) = python() else { return };
    let folder = Folder::new("pysnmp-serve");
    let file = folder.write("device.snmprec", WALK);
    let mut who: Vec<(Vec<&str>, Vec<&str>)> = vec![(Vec::new(), vec!["1"]), (Vec::new(), vec!["2c"])];
    for (auth, privacy) in SUITES {
        who.push((
            our_user(auth, privacy).to_vec(),
            their_user(auth, privacy).to_vec(),
        ));
    }
    for (ours, theirs) in who {
        let mut words = vec![file.as_str(), "--writable"];
        words.extend(&ours);
        let server = Server::start("serve", &words);
        let port = server.address.port().to_string();
        let mut words = vec![port.as_str()];
        words.extend(&theirs);
        let said = said(&python, ASK, &words);
        let mut answers = said.json().into_iter();
        let mut next = || answers.next().unwrap_or_else(|| panic!("{theirs:?}"));
        let row = |name: &str, kind: &str, value: &str| json!([name, kind, value]);
        let fine = |rows: &[serde_json::Value]| json!([null, 0, rows]);
        let number = row("1.3.6.1.4.1.99999.1.1.0", "Integer32", "-1");
        let text = row("1.3.6.1.4.1.99999.1.2.0", "OctetString", "to be set");
        let gauge = row("1.3.6.1.4.1.99999.1.3.0", "Gauge32", "4294967295");
        let mut first = next();
        // Depending on the version the same type has several names with pysnmp.
        let kinds = |answer: &mut serde_json::Value| {
            for row in answer[2].as_array_mut().unwrap() {
                row[1] = match row[1].as_str().unwrap() {
                    "Integer" => json!("Integer32"),
                    "Gauge" | "Unsigned32" => json!("Gauge32"),
                    other => json!(other),
                };
            }
        };
        kinds(&mut first);
        let description = row("1.3.6.1.2.1.1.1.0", "OctetString", "served to pysnmp");
        let time = row("1.3.6.1.2.1.1.3.0", "TimeTicks", "4711");
        assert_eq!(first, fine(&[description, time]), "{theirs:?}");
        let mut second = next();
        kinds(&mut second);
        assert_eq!(second, fine(std::slice::from_ref(&number)), "{theirs:?}");
        if theirs != ["1"] {
            let mut bulk = next();
            kinds(&mut bulk);
            assert_eq!(bulk, fine(&[number, text, gauge]), "{theirs:?}");
            let absent = next();
            assert_eq!(absent[2][0][1], json!("NoSuchInstance"), "{absent}");
        }
        let walked = next();
        let names: Vec<_> = walked[2]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| row[0].clone())
            .collect();
        let expected: Vec<_> = (1..=5)
            .map(|n| json!(format!("1.3.6.1.4.1.99999.1.{n}.0")))
            .collect();
        assert_eq!(names, expected, "{walked}");
        let set = next();
        let value = format!("by pysnmp {}", theirs[0]);
        assert_eq!(
            set,
            fine(&[row("1.3.6.1.4.1.99999.1.2.0", "OctetString", &value)]),
            "{theirs:?}"
        );
        // badValue in v1, wrongType since.
        assert_eq!(next()[1], json!(if theirs == ["1"] { 3 } else { 7 }));
    }
}

/// pysnmp as an agent, until it is dropped.
struct Agent {
    place: String,
    child: Child,
}

impl Agent {
    fn start(python: &PathBuf, auth: &str, privacy: &str) -> Self {
        let port = free_port().to_string();
        let mut words = vec![port.as_str()];
        let user = their_user(auth, privacy);
        words.extend(user);
        let mut child = script(python, AGENT, &words)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert_eq!(line.trim(), "ready");
        let agent = Self {
            place: format!("127.0.0.1:{port}"),
            child,
        };
        // It opens its port a moment after it says so.
        let name = "1.3.6.1.2.1.1.1.0";
        for _ in 0..100 {
            if tool(&["get", &agent.place, name, "--version", "2c"]).code == Some(0) {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        agent
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn an_agent_of_pysnmp_is_read_walked_and_set() {
    let Some(python) = python() else { return };
    for (n, (auth, privacy)) in SUITES.into_iter().enumerate() {
        let agent = Agent::start(&python, auth, privacy);
        let user = our_user(auth, privacy);
        let mut ways: Vec<&[&str]> = vec![&user];
        if n == 0 {
            ways.extend([&["--version", "1"][..], &["--version", "2c"]]);
        }
        let mut walks = Vec::new();
        for way in ways {
            let ask = |words: &[&str]| {
                let mut all = vec![words[0], agent.place.as_str(), "--json"];
                all.extend(&words[1..]);
                all.extend(way);
                tool(&all)
            };
            let said = ask(&["get", "1.3.6.1.2.1.1.1.0"]);
            assert_eq!(said.code, Some(0), "{auth} {privacy} {said:?}");
            let description = said.json()[0][2].as_str().unwrap().to_owned();
            // "PySNMP engine version ..."
            assert!(description.starts_with("5079534e4d50"), "{said:?}");
            if n > 0 {
                continue;
            }
            let said = ask(&["walk", "1.3.6.1.2.1.1"]);
            assert_eq!(said.code, Some(0), "{way:?} {}", said.err);
            let names: Vec<_> = said
                .json()
                .iter()
                .map(|row| (row[0].clone(), row[1].clone()))
                .collect();
            assert!(names.len() >= 7, "{names:?}");
            walks.push(names);
            let said = ask(&["set", "1.3.6.1.2.1.1.6.0", "s", way[1]]);
            assert_eq!(said.code, Some(0), "{said:?}");
            let said = ask(&["get", "1.3.6.1.2.1.1.6.0"]);
            let hex: String = way[1].bytes().map(|octet| format!("{octet:02x}")).collect();
            assert_eq!(said.json()[0][2], json!(hex));
        }
        assert!(walks.windows(2).all(|pair| pair[0] == pair[1]));
    }
}

#[test]
fn notifications_of_pysnmp_are_shown_and_informs_answered() {
    let Some(python) = python() else { return };
    for (auth, privacy) in [SUITES[0], SUITES[3], SUITES[5]] {
        let user = our_user(auth, privacy);
        let mut words = vec!["--json", "--count", "5"];
        words.extend(user);
        let server = Server::start("listen", &words);
        let port = server.address.port().to_string();
        for who in [&["1"][..], &["2c"], &their_user(auth, privacy)] {
            let mut words = vec![port.as_str()];
            words.extend(who);
            for line in said(&python, NOTIFY, &words).json() {
                assert_eq!((&line[0], &line[1]), (&json!(null), &json!(0)), "{who:?} {line}");
            }
        }
        let said = server.finish();
        let kinds: Vec<_> = said
            .json()
            .iter()
            .map(|line| {
                (
                    line["version"].clone(),
                    line["pdu_type"].clone(),
                    line["trap_oid"].clone(),
                )
            })
            .collect();
        let expected = [
            ("v1", "TrapV1"),
            ("v2c", "TrapV2"),
            ("v2c", "InformRequest"),
            ("v3", "TrapV2"),
            ("v3", "InformRequest"),
        ];
        let expected =
            expected.map(|(version, kind)| (json!(version), json!(kind), json!("1.3.6.1.6.3.1.1.5.3")));
        assert_eq!(kinds, expected);
    }
}
