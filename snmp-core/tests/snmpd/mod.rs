//! A net-snmp agent on loopback, for as long as the value lives.

use std::net::{SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::process::Command;

pub(crate) struct Snmpd {
    pub(crate) address: SocketAddr,
    script: PathBuf,
    folder: PathBuf,
}

impl Snmpd {
    /// `None` after a line on stderr where the agent or the script that starts it is missing.
    pub(crate) fn start(name: &str) -> Option<Self> {
        let script = benches::shared()?.join("tools/start-snmpd.sh");
        let folder = std::env::temp_dir().join(format!("kpax-snmpd-{name}-{}", std::process::id()));
        // A port that was free a moment ago.
        let port = UdpSocket::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let output = Command::new(&script)
            .arg(port.to_string())
            .arg(&folder)
            .output()
            .unwrap();
        if output.status.code() == Some(3) {
            eprintln!("skipped: snmpd is not installed");
            return None;
        }
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Some(Self {
            address: format!("127.0.0.1:{port}").parse().unwrap(),
            script,
            folder,
        })
    }

    /// What one of net-snmp's commands prints, by lines, with names and values in numbers.
    pub(crate) fn run(&self, command: &str, arguments: &[&str], names: &[&str]) -> Vec<String> {
        let output = Command::new(command)
            .env("MIBS", "")
            .args(arguments)
            .args(["-On", "-Ot"])
            .arg(self.address.to_string())
            .args(names)
            .output()
            .unwrap();
        String::from_utf8_lossy(&output.stdout)
            .lines()
            .map(str::to_owned)
            .collect()
    }
}

impl Drop for Snmpd {
    fn drop(&mut self) {
        let _ = Command::new(&self.script)
            .arg("--stop")
            .arg(&self.folder)
            .output();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
