//! The example `snmp` as a process.
#![allow(dead_code, reason = "each test file uses its part")]

use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value as Json;

/// What a process said, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    pub(crate) fn lines(&self) -> Vec<&str> {
        self.out.lines().map(str::trim_end).collect()
    }

    /// Its lines as JSON.
    pub(crate) fn json(&self) -> Vec<Json> {
        let parsed = |line: &str| serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        self.out.lines().map(parsed).collect()
    }
}

pub(crate) fn run(command: &mut Command) -> std::io::Result<Said> {
    let done = command.output()?;
    Ok(Said {
        code: done.status.code(),
        out: String::from_utf8_lossy(&done.stdout).into_owned(),
        err: String::from_utf8_lossy(&done.stderr).into_owned(),
    })
}

/// The example, which is built with the tests.
fn example() -> PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.pop();
    path.push("examples");
    path.push(format!("snmp{}", std::env::consts::EXE_SUFFIX));
    assert!(path.exists(), "cargo build --example snmp");
    path
}

pub(crate) fn snmp() -> Command {
    let mut command = Command::new(example());
    for name in ["COMMUNITY", "AUTH_PASSWORD", "PRIV_PASSWORD"] {
        command.env_remove(format!("KPAX_{name}"));
    }
    command
}

/// Runs the example to its end.
pub(crate) fn tool(words: &[&str]) -> Said {
    run(snmp().args(words)).unwrap()
}

/// One of net-snmp's tools; `None` after a line on stderr where it is missing.
pub(crate) fn net_snmp(name: &str, words: &[&str]) -> Option<Said> {
    let folder = std::env::temp_dir();
    let mut command = Command::new(name);
    // Nothing of this machine's own configuration is read or written.
    command
        .env("MIBS", "")
        .env("SNMPCONFPATH", &folder)
        .env("SNMP_PERSISTENT_DIR", &folder);
    match run(command.args(words)) {
        Ok(said) => Some(said),
        Err(_) => {
            assert!(
                std::env::var_os("KPAX_REQUIRE_NET_SNMP").is_none_or(|value| value != "1"),
                "KPAX_REQUIRE_NET_SNMP=1, but {name} is not installed"
            );
            eprintln!("skipped: {name} is not installed");
            None
        }
    }
}

/// The example as a server, until it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    child: Child,
}

impl Server {
    /// `serve` or `listen` with these words behind the address.
    pub(crate) fn start(command: &str, words: &[&str]) -> Self {
        Self::from(snmp().args([command, "127.0.0.1:0"]).args(words))
    }

    pub(crate) fn from(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Its last line before it begins says where.
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = loop {
            let line = lines.next().expect("it says where it serves").unwrap();
            if let Some((_, address)) = line.split_once(" on 127") {
                break format!("127{address}").parse().unwrap();
            }
        };
        // What it says later is of no use here, but must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { address, child }
    }

    pub(crate) fn place(&self) -> String {
        self.address.to_string()
    }

    /// What it says until it ends by itself.
    pub(crate) fn finish(mut self) -> Said {
        let mut lines = Vec::new();
        for line in BufReader::new(self.child.stdout.take().unwrap()).lines() {
            lines.push(line.unwrap());
        }
        let code = self.child.wait().unwrap().code();
        Said {
            code,
            out: lines.join("\n"),
            err: String::new(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that was free a moment ago.
pub(crate) fn free_port() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().port()
}

/// A folder of its own for a test, gone when dropped.
pub(crate) struct Folder(pub(crate) PathBuf);

impl Folder {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kpax-snmp-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
