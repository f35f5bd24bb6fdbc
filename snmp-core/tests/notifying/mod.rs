//! Originator and receiver over loopback sockets, and net-snmp's parts to play with.
#![allow(dead_code, reason = "each test file uses a part")]

use std::net::{SocketAddr, UdpSocket};
use std::path::PathBuf;
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use snmp_core::datagram::{Handled, Via};
use snmp_core::message::Version;
use snmp_core::notification::{Event, InformId, Kind, Notification, Originator, OriginatorEvent, Receiver};
use snmp_core::security::{SecurityLevel, SecurityModel};
use snmp_core::time::Instant;

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().port()
}

fn missing(what: &str) {
    assert!(
        std::env::var_os("KPAX_REQUIRE_NET_SNMP").is_none_or(|value| value != "1"),
        "KPAX_REQUIRE_NET_SNMP=1, but {what} is not installed"
    );
    eprintln!("skipped: {what} is not installed");
}

/// net-snmp's receiver on loopback, for as long as the value lives.
pub(crate) struct Trapd {
    pub(crate) address: SocketAddr,
    script: PathBuf,
    folder: PathBuf,
}

impl Trapd {
    /// `None` after a line on stderr where it or the script that starts it is missing.
    pub(crate) fn start(name: &str) -> Option<Self> {
        let script = benches::shared()?.join("tools/start-snmpd.sh");
        if Command::new("snmptrapd").arg("-v").output().is_err() {
            missing("snmptrapd");
            return None;
        }
        let folder = std::env::temp_dir().join(format!("kpax-trapd-{name}-{}", std::process::id()));
        let port = free_port();
        let output = Command::new(&script)
            .args(["--trapd", &port.to_string()])
            .arg(&folder)
            .output()
            .unwrap();
        if output.status.code() == Some(3) {
            missing("snmpd");
            return None;
        }
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{complaint}");
        Some(Self {
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            script,
            folder,
        })
    }

    /// What it has logged, once all of these texts are in it.
    pub(crate) fn log(&self, texts: &[&str]) -> String {
        let mut log = String::new();
        for _ in 0..100 {
            log = std::fs::read_to_string(self.folder.join("traps.log")).unwrap();
            if texts.iter().all(|text| log.contains(text)) {
                return log;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let lacks: Vec<_> = texts.iter().filter(|text| !log.contains(**text)).collect();
        panic!("not logged: {lacks:?}\n{log}")
    }
}

impl Drop for Trapd {
    fn drop(&mut self) {
        let _ = Command::new(&self.script)
            .arg("--stop")
            .arg(&self.folder)
            .output();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Time since a zero.
pub(crate) fn since(zero: std::time::Instant) -> Instant {
    Instant::from_micros(zero.elapsed().as_micros().try_into().unwrap())
}

/// Runs an originator until everything has ended; gives the ends. What is to be stored counts as stored.
pub(crate) fn deliver<S: SecurityModel>(
    originator: &mut Originator<S>,
    zero: std::time::Instant,
) -> Vec<OriginatorEvent> {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let mut buffer = vec![0; 65_535];
    let mut ends = Vec::new();
    loop {
        while let Some(store) = originator.poll_store() {
            originator.handle_stored(store.token);
        }
        while let Some(transmit) = originator.poll_transmit(since(zero), &mut buffer).unwrap() {
            socket.send_to(&buffer[transmit.range], transmit.to).unwrap();
        }
        ends.extend(std::iter::from_fn(|| originator.poll_event()));
        let Some(due) = originator.poll_timeout() else {
            return ends;
        };
        let now = since(zero);
        if due <= now {
            originator.handle_timeout(now);
            continue;
        }
        let wait = (due - now).max(Duration::from_millis(1));
        socket.set_read_timeout(Some(wait)).unwrap();
        if let Ok((len, from)) = socket.recv_from(&mut buffer)
            && let Handled::Event(end) =
                originator.handle_datagram(since(zero), Via(0), from, &mut buffer[..len])
        {
            ends.push(end);
        }
    }
}

/// What a receiver does with informs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Policy {
    /// Accepts them at once.
    Accept,
    /// Accepts none.
    Refuse,
    /// Accepts them after this time.
    Late(Duration),
    /// Accepts them at once, and the first answer is lost.
    LoseFirst,
}

/// A notification as it was delivered.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seen {
    pub(crate) version: Version,
    pub(crate) level: SecurityLevel,
    pub(crate) kind: &'static str,
    pub(crate) community: Vec<u8>,
    pub(crate) trap_oid: String,
    pub(crate) up_time: u32,
    pub(crate) good: bool,
    /// `name=value`, all of them.
    pub(crate) list: Vec<String>,
}

impl Seen {
    pub(crate) fn of(notification: &Notification<'_>) -> Self {
        Self {
            version: notification.version,
            level: notification.level,
            kind: match notification.kind {
                Kind::TrapV1(_) => "v1",
                Kind::TrapV2 => "trap",
                Kind::Inform(_) => "inform",
            },
            community: notification.community.to_vec(),
            trap_oid: notification.trap_oid().unwrap_or_default().to_string(),
            up_time: notification.sys_up_time().unwrap_or_default(),
            good: notification.anomalies.is_empty() && notification.var_binds.anomalies().is_empty(),
            list: notification
                .var_binds
                .iter()
                .map(|one| format!("{}={:?}", one.name, one.value))
                .collect(),
        }
    }
}

/// A receiver on a socket and thread of its own, until it is dropped.
pub(crate) struct Listener {
    pub(crate) address: SocketAddr,
    seen: Arc<Mutex<Vec<Seen>>>,
    /// Datagrams that came in, and answers that left.
    traffic: Arc<Mutex<(usize, usize)>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    /// The receiver is made on the thread where it lives.
    pub(crate) fn start<S: SecurityModel + 'static>(
        make: impl FnOnce(Instant) -> Receiver<S> + Send + 'static,
        policy: Policy,
    ) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        socket.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let address = socket.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let traffic = Arc::new(Mutex::new((0, 0)));
        let stop = Arc::new(AtomicBool::new(false));
        let (all, counts, stopped) = (Arc::clone(&seen), Arc::clone(&traffic), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            let zero = std::time::Instant::now();
            let mut receiver = make(since(zero));
            let mut waiting: Vec<(Instant, InformId)> = Vec::new();
            let mut lost = policy != Policy::LoseFirst;
            let mut buffer = vec![0; 65_535];
            while !stopped.load(Ordering::Relaxed) {
                let now = since(zero);
                if let Ok((len, from)) = socket.recv_from(&mut buffer) {
                    counts.lock().unwrap().0 += 1;
                    let handled = receiver.handle_datagram(now, Via(0), from, &mut buffer[..len]);
                    if let Handled::Event(Event::Notification(notification)) = handled {
                        all.lock().unwrap().push(Seen::of(&notification));
                        if let Kind::Inform(id) = notification.kind {
                            match policy {
                                Policy::Accept | Policy::LoseFirst => waiting.push((now, id)),
                                Policy::Late(time) => waiting.push((now + time, id)),
                                Policy::Refuse => {
                                    receiver.reject(id);
                                }
                            }
                        }
                    }
                }
                waiting.retain(|(due, id)| {
                    let wait = *due > now;
                    assert!(wait || receiver.accept(now, *id));
                    wait
                });
                while let Some(store) = receiver.poll_store() {
                    receiver.handle_stored(store.token);
                }
                while let Some(transmit) = receiver.poll_transmit(now, &mut buffer).unwrap() {
                    if std::mem::replace(&mut lost, true) {
                        counts.lock().unwrap().1 += 1;
                        socket.send_to(&buffer[transmit.range], transmit.to).unwrap();
                    }
                }
            }
        });
        Self {
            address,
            seen,
            traffic,
            stop,
            thread: Some(thread),
        }
    }

    /// What was delivered, once it is so many.
    pub(crate) fn seen(&self, count: usize) -> Vec<Seen> {
        for _ in 0..100 {
            let seen = self.seen.lock().unwrap();
            if seen.len() >= count {
                return seen.clone();
            }
            drop(seen);
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("delivered: {:?}", self.seen.lock().unwrap())
    }

    /// Datagrams that came in, and answers that left.
    pub(crate) fn traffic(&self) -> (usize, usize) {
        *self.traffic.lock().unwrap()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
            && !std::thread::panicking()
        {
            panic!("the receiver's thread panicked");
        }
    }
}

/// Runs one of net-snmp's commands to its end: whether it was content. `None` when it is not there.
pub(crate) fn run(command: &str, arguments: &[&str]) -> Option<bool> {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    // Nothing is read from, or left in, the user's own folders.
    let number = RUNS.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("kpax-{command}-{}-{number}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let done = Command::new(command)
        .env("MIBS", "")
        .env("SNMPCONFPATH", &folder)
        .env("SNMP_PERSISTENT_DIR", &folder)
        .args(arguments)
        .output();
    std::fs::remove_dir_all(&folder).unwrap();
    match done {
        Ok(done) => Some(done.status.success()),
        Err(_) => {
            missing(command);
            None
        }
    }
}
