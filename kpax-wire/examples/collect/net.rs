//! Sockets: datagrams out and in, counted where they pass.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use snmp_core::datagram::Via;

/// What a socket had to tell.
pub(crate) enum Arrival {
    Datagram {
        via: Via,
        from: SocketAddr,
        octets: Vec<u8>,
    },
    /// The network said that nobody listens there.
    Unreachable { via: Via, to: SocketAddr },
}

/// What passed between us and an address.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) sent: u64,
    pub(crate) retries: u64,
    pub(crate) received: u64,
    pub(crate) octets_sent: u64,
    pub(crate) octets_received: u64,
}

/// The collector's sockets, each with a thread that waits for its datagrams.
pub(crate) struct Net {
    sockets: Vec<Open>,
    arrivals: Receiver<Arrival>,
    sender: Sender<Arrival>,
    counts: HashMap<SocketAddr, Counts>,
}

struct Open {
    socket: UdpSocket,
    /// Set where the socket is connected: only then the system tells that a port is closed.
    peer: Option<SocketAddr>,
    stop: Arc<AtomicBool>,
    reader: Option<JoinHandle<()>>,
}

impl Net {
    pub(crate) fn new() -> Self {
        let (sender, arrivals) = channel();
        Self {
            sockets: Vec::new(),
            arrivals,
            sender,
            counts: HashMap::new(),
        }
    }

    /// A socket for any number of addresses of the family of `sample`.
    pub(crate) fn open(&mut self, sample: SocketAddr) -> io::Result<Via> {
        self.add(bind(sample)?, None)
    }

    /// A socket for one address.
    pub(crate) fn connect(&mut self, peer: SocketAddr) -> io::Result<Via> {
        let socket = bind(peer)?;
        socket.connect(peer)?;
        self.add(socket, Some(peer))
    }

    fn add(&mut self, socket: UdpSocket, peer: Option<SocketAddr>) -> io::Result<Via> {
        let via = u16::try_from(self.sockets.len())
            .map(Via)
            .map_err(|_| io::ErrorKind::OutOfMemory)?;
        socket.set_read_timeout(Some(Duration::from_millis(200)))?;
        let stop = Arc::new(AtomicBool::new(false));
        let (reading, sender, stopped) = (socket.try_clone()?, self.sender.clone(), Arc::clone(&stop));
        let reader = std::thread::spawn(move || read(&reading, via, peer, &sender, &stopped));
        self.sockets.push(Open {
            socket,
            peer,
            stop,
            reader: Some(reader),
        });
        Ok(via)
    }

    /// Sends a datagram; that it could not be sent is told as an arrival.
    pub(crate) fn send(&mut self, via: Via, to: SocketAddr, octets: &[u8], attempt: u8) {
        let Some(open) = self.sockets.get(usize::from(via.0)) else {
            return;
        };
        let sent = match open.peer {
            Some(_) => open.socket.send(octets),
            None => open.socket.send_to(octets, to),
        };
        match sent {
            Ok(_) => {
                let counts = self.counts.entry(to).or_default();
                counts.sent += 1;
                counts.retries += u64::from(attempt > 0);
                counts.octets_sent += u64::try_from(octets.len()).unwrap_or_default();
            }
            Err(error) if open.peer.is_some() || is_unreachable(&error) => {
                let _ = self.sender.send(Arrival::Unreachable { via, to });
            }
            // A full buffer, say: the next try will pass.
            Err(_) => {}
        }
    }

    /// The next arrival within this time.
    pub(crate) fn wait(&mut self, time: Duration) -> Option<Arrival> {
        let arrival = match self.arrivals.recv_timeout(time) {
            Ok(arrival) => arrival,
            // This end holds a sender: it is never disconnected.
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return None,
        };
        if let Arrival::Datagram { from, octets, .. } = &arrival {
            let counts = self.counts.entry(*from).or_default();
            counts.received += 1;
            counts.octets_received += u64::try_from(octets.len()).unwrap_or_default();
        }
        Some(arrival)
    }

    /// What passed between us and this address since it was last asked for.
    pub(crate) fn take_counts(&mut self, address: SocketAddr) -> Counts {
        self.counts.remove(&address).unwrap_or_default()
    }
}

impl Drop for Net {
    fn drop(&mut self) {
        for open in &self.sockets {
            open.stop.store(true, Ordering::Relaxed);
        }
        for reader in self.sockets.iter_mut().filter_map(|open| open.reader.take()) {
            let _ = reader.join();
        }
    }
}

fn bind(sample: SocketAddr) -> io::Result<UdpSocket> {
    match sample {
        SocketAddr::V4(_) => UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)),
        SocketAddr::V6(_) => UdpSocket::bind((Ipv6Addr::UNSPECIFIED, 0)),
    }
}

fn is_unreachable(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
            | io::ErrorKind::HostUnreachable
            | io::ErrorKind::NetworkUnreachable
    )
}

fn read(socket: &UdpSocket, via: Via, peer: Option<SocketAddr>, sender: &Sender<Arrival>, stop: &AtomicBool) {
    let mut buffer = vec![0; 65_536];
    while !stop.load(Ordering::Relaxed) {
        let arrival = match socket.recv_from(&mut buffer) {
            Ok((length, from)) => Arrival::Datagram {
                via,
                from,
                octets: buffer[..length].to_vec(),
            },
            // On Windows a closed port surfaces here on unconnected sockets too, without saying which: noise.
            Err(error) if is_unreachable(&error) => match peer {
                Some(to) => Arrival::Unreachable { via, to },
                None => continue,
            },
            // The read timeout, or a datagram larger than any: go on.
            Err(_) => continue,
        };
        if sender.send(arrival).is_err() {
            return;
        }
    }
}
