//! Simulated devices: each a responder on its own socket, in its own thread.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use snmp_core::datagram::{Handled, Via};
use snmp_core::responder::{Access, Config, Responder, Store, snmprec};
use snmp_core::security::SecurityModel;
use snmp_core::time::Instant;
use snmp_usm::{Boots, EngineId, User, Usm};

use crate::clock::{Clock, random};
use crate::fleet::{FLEET, Speaks, Spec};

/// The community of simulated devices.
pub(crate) const COMMUNITY: &[u8] = b"public";

/// A simulated device; it ends when dropped.
pub(crate) struct Simulated {
    pub(crate) address: SocketAddr,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Simulated {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What a simulated device answers with, and to whom.
pub(crate) struct Agent {
    /// Views by context; the default one has an empty name.
    pub(crate) contexts: Vec<(Vec<u8>, Store)>,
    /// Whether it takes the community.
    pub(crate) community: bool,
    /// The user whom it serves by v3.
    pub(crate) user: Option<User>,
}

/// Starts a device on this socket.
pub(crate) fn start(socket: UdpSocket, agent: Agent) -> io::Result<Simulated> {
    socket.set_read_timeout(Some(Duration::from_millis(100)))?;
    let address = socket.local_addr()?;
    let stop = Arc::new(AtomicBool::new(false));
    let stopped = Arc::clone(&stop);
    let thread = std::thread::spawn(move || serve(&socket, agent, &stopped));
    Ok(Simulated {
        address,
        stop,
        thread: Some(thread),
    })
}

fn serve(socket: &UdpSocket, agent: Agent, stop: &AtomicBool) {
    let clock = Clock::start();
    // Enterprise 0, then five octets of the device's own choice (RFC 3411 §5, SnmpEngineID, format 128).
    let mut engine_id = [0x80, 0, 0, 0, 128, 0, 0, 0, 0, 0];
    engine_id[5..].copy_from_slice(&random()[..5]);
    let engine_id = EngineId::new(&engine_id).expect("ten octets make an engine id");
    let mut model = Usm::with_local_engine(random(), clock.now(), engine_id, Boots::First)
        .expect("a first boot needs no record");
    if let Some(user) = &agent.user {
        model.add_user(user);
    }
    // A simulated engine lives once: there is nothing to keep its boots for.
    while let Some(store) = model.poll_store() {
        model.handle_stored(store.token);
    }
    let mut responder = Responder::new(Config::default(), model);
    for (name, view) in agent.contexts {
        responder.add_context(&name, view);
    }
    if agent.community {
        responder.add_community(COMMUNITY, Access::Read);
    }
    answer(socket, &mut responder, &clock, stop);
}

fn answer(socket: &UdpSocket, responder: &mut Responder<Store, Usm>, clock: &Clock, stop: &AtomicBool) {
    let (mut datagram, mut buffer) = (vec![0; 65_536], vec![0; responder.max_transmit_len()]);
    while !stop.load(Ordering::Relaxed) {
        let Ok((length, from)) = socket.recv_from(&mut datagram) else {
            continue;
        };
        let now: Instant = clock.now();
        if let Handled::NotMine(reason) =
            responder.handle_datagram(now, Via(0), from, &mut datagram[..length])
        {
            responder.count(reason);
        }
        while let Ok(Some(transmit)) = responder.poll_transmit(now, &mut buffer) {
            let _ = socket.send_to(&buffer[transmit.range], transmit.to);
        }
    }
}

/// The simulated fleet, on one port of neighbouring loopback addresses, so that a sweep finds it.
pub(crate) struct Fleet {
    pub(crate) devices: Vec<Simulated>,
    /// First and last address.
    pub(crate) range: (Ipv4Addr, Ipv4Addr),
    pub(crate) port: u16,
}

/// Starts the fleet; `user` is whom its v3 devices serve.
pub(crate) fn start_fleet(user: &User) -> io::Result<Fleet> {
    let (sockets, port) = bind_neighbours(FLEET.len())?;
    let range = (neighbour(0), neighbour(FLEET.len() + 2));
    let devices = FLEET
        .iter()
        .zip(sockets)
        .map(|(spec, socket)| {
            start(
                socket,
                Agent {
                    contexts: vec![(Vec::new(), spec.store())],
                    community: speaks_community(spec),
                    user: (spec.speaks == Speaks::V3).then(|| user.clone()),
                },
            )
        })
        .collect::<io::Result<_>>()?;
    Ok(Fleet { devices, range, port })
}

fn speaks_community(spec: &Spec) -> bool {
    spec.speaks != Speaks::V3
}

fn neighbour(n: usize) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 77, u8::try_from(n + 1).unwrap_or(u8::MAX))
}

/// Sockets on one free port of as many loopback addresses.
fn bind_neighbours(count: usize) -> io::Result<(Vec<UdpSocket>, u16)> {
    let mut refused = io::Error::from(io::ErrorKind::AddrInUse);
    for _ in 0..20 {
        let first = UdpSocket::bind((neighbour(0), 0))?;
        let port = first.local_addr()?.port();
        let others = (1..count)
            .map(|n| UdpSocket::bind((neighbour(n), port)))
            .collect::<io::Result<Vec<_>>>();
        match others {
            Ok(others) => return Ok((std::iter::once(first).chain(others).collect(), port)),
            Err(error) => refused = error,
        }
    }
    Err(refused)
}

/// A recorded walk with the contexts that lie beside it: `NAME@CONTEXT.snmprec`.
pub(crate) fn load_walk(file: &str) -> Result<Vec<(Vec<u8>, Store)>, String> {
    let load = |path: &Path| {
        let octets = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let loaded = snmprec::load(&octets);
        if let Some(first) = loaded.skipped.first().filter(|_| loaded.store.is_empty()) {
            return Err(format!("{}: no record in it; {first}", path.display()));
        }
        for error in &loaded.skipped {
            eprintln!("{}: {error}", path.display());
        }
        Ok::<_, String>(loaded.store)
    };
    let path = Path::new(file);
    let mut contexts = vec![(Vec::new(), load(path)?)];
    let name = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    let beside = path.parent().map(|folder| {
        if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        }
    });
    for entry in beside
        .and_then(|folder| std::fs::read_dir(folder).ok())
        .into_iter()
        .flatten()
        .flatten()
    {
        let other = entry.path();
        let stem = other
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        let context = stem.strip_prefix(name).and_then(|rest| rest.strip_prefix('@'));
        if let Some(context) = context.filter(|_| other.extension().is_some_and(|ext| ext == "snmprec")) {
            contexts.push((context.as_bytes().to_vec(), load(&other)?));
        }
    }
    Ok(contexts)
}
