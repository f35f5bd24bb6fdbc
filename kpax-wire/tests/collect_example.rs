//! The example `collect` as a process: its contract.
#![cfg(all(feature = "seal", feature = "deflate", feature = "printer-mib"))]

use std::{
    env,
    fs::{self, File},
    net::UdpSocket,
    path::PathBuf,
    process::{Command, Output, Stdio},
    time::Duration,
};

use serde_json::Value;

fn collect(arguments: &[&str]) -> Command {
    let mut path = env::current_exe().expect("this test");
    path.pop();
    path.pop();
    path.push("examples");
    path.push(format!("collect{}", env::consts::EXE_SUFFIX));
    let mut command = Command::new(path);
    command.args(arguments);
    command
}

fn run(arguments: &[&str]) -> Output {
    collect(arguments)
        .output()
        .expect("the example is built with the tests")
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).expect("UTF-8");
    text.lines()
        .map(|line| serde_json::from_str(line).expect("a JSON line"))
        .collect()
}

fn scratch(name: &str) -> PathBuf {
    let folder = env::temp_dir().join(format!("kpax-collect-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("scratch");
    folder.join(name)
}

/// A walk with these objects besides those that make it a printer.
fn walk(name: &str, more: &str) -> String {
    let file = scratch(name);
    let text = format!(
        "1.3.6.1.2.1.1.1.0|4|A printer\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.11.2.3.9.1\n1.3.6.1.2.1.1.5.0|4|frontdesk\n\
         1.3.6.1.2.1.43.5.1.1.17.1|4|XK4711234567\n{more}"
    );
    fs::write(&file, text).expect("walk");
    file.display().to_string()
}

/// A port of loopback on which nobody listens.
fn closed_port() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").expect("socket");
    socket.local_addr().expect("address").port()
}

#[test]
fn a_reader_that_has_gone_away_is_no_crash() {
    let file = walk("gone.snmprec", "1.3.6.1.2.1.43.11.1.1.9.1.1|2|-3\n");
    let Ok(full) = File::create("/dev/full") else {
        return;
    };
    let status = collect(&["--walk", &file])
        .stdout(Stdio::from(full))
        .status()
        .expect("runs");
    assert_eq!(status.code(), Some(0));
}

#[test]
fn a_target_that_cannot_be_asked_fails_alone() {
    let closed = format!("127.0.0.1:{}", closed_port());
    let output = run(&["--json", "--target", "no-such-host.invalid", "--target", &closed]);
    let lines = lines(&output);
    let codes: Vec<_> = lines
        .iter()
        .map(|line| (line["target"].as_str(), line["error"]["code"].as_str()))
        .collect();
    assert_eq!(
        codes,
        [
            (Some("no-such-host.invalid"), Some("unreachable")),
            (Some(closed.as_str()), Some("unreachable"))
        ]
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn wrong_usage_is_exit_2() {
    for arguments in [
        &["--frobnicate"][..],
        &["--json=no"],
        &["--target"],
        &["--target", ":161"],
        &["--target", "host:port"],
        &["--range", "10.0.0.0/33"],
        &["--version", "3"],
        &["--walk", "/no/such/file.snmprec"],
        &["--upload", "file"],
    ] {
        assert_eq!(run(arguments).status.code(), Some(2), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn an_argument_that_is_no_text_is_wrong_usage() {
    use std::os::unix::ffi::OsStrExt;
    let status = collect(&[])
        .arg(std::ffi::OsStr::from_bytes(b"--walk\xff"))
        .status()
        .expect("runs");
    assert_eq!(status.code(), Some(2));
}

#[test]
fn ranges_of_both_families_are_searched() {
    let Ok(six) = UdpSocket::bind("[::1]:0") else {
        return;
    };
    let port = six.local_addr().expect("address").port();
    let Ok(four) = UdpSocket::bind(("127.0.0.1", port)) else {
        return;
    };
    let heard = |socket: UdpSocket| {
        std::thread::spawn(move || {
            let wait = Duration::from_secs(20);
            socket.set_read_timeout(Some(wait)).expect("timeout");
            socket.recv_from(&mut [0; 2048]).is_ok()
        })
    };
    let (four, six) = (heard(four), heard(six));
    let port = port.to_string();
    let output = run(&[
        "--range",
        "127.0.0.1",
        "--range",
        "::1",
        "--port",
        &port,
        "--timeout",
        "0.1",
    ]);
    assert_eq!(output.status.code(), Some(0));
    assert!(four.join().expect("thread") && six.join().expect("thread"));
}

#[test]
fn a_device_without_supplies_is_surveyed_at_once() {
    let file = walk("bare.snmprec", "");
    let output = run(&["--json", "--walk", &file, "--timeout", "0.3", "--retries", "1"]);
    let line = &lines(&output)[0];
    assert_eq!(line["error"], Value::Null);
    // The one question in the context that such devices may have is repeated once.
    assert_eq!(line["exchange"]["retries"], 1);
}

#[test]
fn a_recording_names_nobody_and_tells_the_same() {
    let file = walk(
        "named.snmprec",
        "1.3.6.1.2.1.43.11.1.1.6.1.1|4|Black Toner;SN48178080E0481\n1.3.6.1.2.1.43.11.1.1.8.1.1|2|100\n\
         1.3.6.1.2.1.43.11.1.1.9.1.1|2|40\n1.3.6.1.2.1.25.3.2.1.3.1|4|LaserJet of frontdesk, SN XK4711234567\n\
         1.3.6.1.2.1.43.16.5.1.2.1.1|4|Sleep\n1.3.6.1.2.1.43.16.5.1.2.1.2|4|Salaries.xls\n\
         1.3.6.1.2.1.43.18.1.1.7.1.1|2|8\n1.3.6.1.2.1.43.18.1.1.8.1.1|4|Job of Ms Miller\n",
    );
    let folder = scratch("recorded");
    let _ = fs::remove_dir_all(&folder);
    let first = run(&[
        "--json",
        "--walk",
        &file,
        "--record",
        &folder.display().to_string(),
    ]);
    let recorded = fs::read_dir(&folder)
        .expect("folder")
        .next()
        .expect("a recording")
        .expect("entry")
        .path();
    let text = fs::read_to_string(&recorded).expect("text");
    for secret in [
        "4711234567",
        "frontdesk",
        "fron",
        "78080E0481",
        "Salaries",
        "Miller",
    ] {
        assert!(!text.contains(secret), "{secret} in\n{text}");
    }
    let second = run(&["--json", "--walk", &recorded.display().to_string()]);
    let (first, second) = (&lines(&first)[0], &lines(&second)[0]);
    for field in ["sections", "counters", "trays"] {
        assert_eq!(first[field], second[field], "{field}");
    }
    assert_eq!(first["supplies"][0]["percent"], second["supplies"][0]["percent"]);
    assert_eq!(first["alerts"][0]["code"], second["alerts"][0]["code"]);
    assert_eq!(second["status"]["panel"][0], "Sleep");
}
