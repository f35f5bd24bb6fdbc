//! One device, asked over a blocking socket.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::time::Duration;

use snmp_core::datagram::{Handled, Via};
use snmp_core::manager::{Event, Manager, RequestId, StartError, TargetConfig, TargetId};
use snmp_core::outcome::Outcome;
use snmp_core::time::Instant;
use snmp_core::walk::WalkEnd;
use snmp_usm::{User, Usm};

use crate::Trouble;
use crate::args::{Args, AskedVersion, wrong};
use crate::clock::{Clock, random};

/// A device and the manager that asks it.
pub(crate) struct Session {
    manager: Manager<Usm>,
    target: TargetId,
    socket: UdpSocket,
    address: SocketAddr,
    clock: Clock,
    buffer: Vec<u8>,
}

/// How a request ended.
#[derive(Debug)]
pub(crate) enum Ended {
    /// It was answered, or what was walked through was read to its end.
    Done,
    Failed(Outcome),
    Walk(WalkEnd),
}

impl Ended {
    /// Whether nobody answered at all: then another version may be worth a try.
    pub(crate) const fn is_silence(&self) -> bool {
        matches!(
            self,
            Self::Failed(Outcome::Timeout(_)) | Self::Walk(WalkEnd::Failed(Outcome::Timeout(_)))
        )
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Done => f.write_str("done"),
            Self::Failed(outcome) => write!(f, "{outcome}"),
            Self::Walk(end) => write!(f, "{end}"),
        }
    }
}

impl Session {
    pub(crate) fn open(args: &Args, version: AskedVersion, user: Option<&User>) -> Result<Self, Trouble> {
        let address = resolve(&args.place, args.port)?;
        let any: SocketAddr = match address {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let socket = UdpSocket::bind(any)?;
        // Only a connected socket is told that a port is closed.
        socket.connect(address)?;
        let config = match (version, user) {
            (AskedVersion::V1, _) => TargetConfig::v1(address, args.community()),
            (AskedVersion::V2c, _) => TargetConfig::v2c(address, args.community()),
            (AskedVersion::V3, Some(user)) => {
                TargetConfig::v3(address, user.clone()).with_context(args.context.as_bytes())
            }
            (AskedVersion::V3, None) => return Ok(wrong("--version 3 needs --user")?),
        };
        let mut manager = Manager::with_model(random(), Usm::new(random()));
        let target = manager
            .add_target(config.with_timeout(args.timeout, args.retries))
            .map_err(|error| Trouble::Failed(error.to_string()))?;
        Ok(Self {
            manager,
            target,
            socket,
            address,
            clock: Clock::start(),
            buffer: vec![0; 65_536],
        })
    }

    /// Does a request to its end; `take` gets its events.
    pub(crate) fn run(
        &mut self,
        start: impl FnOnce(&mut Manager<Usm>, Instant, TargetId) -> Result<RequestId, StartError>,
        mut take: impl FnMut(&Event<'_>) -> io::Result<()>,
    ) -> Result<Ended, Trouble> {
        start(&mut self.manager, self.clock.now(), self.target)
            .map_err(|error| Trouble::Failed(error.to_string()))?;
        loop {
            self.transmit();
            let mut ended = None;
            while let Some(event) = self.manager.poll_event() {
                take(&event)?;
                ended = end(&event).or(ended);
            }
            if let Some(ended) = ended {
                return Ok(ended);
            }
            let now = self.clock.now();
            let Some(due) = self.manager.poll_timeout() else {
                return Err(Trouble::Failed("nothing is under way".into()));
            };
            if due <= now {
                self.manager.handle_timeout(now);
                continue;
            }
            let wait = (due - now).max(Duration::from_millis(1));
            self.socket.set_read_timeout(Some(wait))?;
            let received = self.socket.recv(&mut self.buffer);
            let now = self.clock.now();
            match received {
                Ok(length) => {
                    let datagram = self.buffer.get_mut(..length).unwrap_or_default();
                    let handled = self.manager.handle_datagram(now, Via(0), self.address, datagram);
                    if let Handled::Event(event) = handled {
                        take(&event)?;
                        if let Some(ended) = end(&event) {
                            return Ok(ended);
                        }
                    }
                }
                Err(error) if is_unreachable(&error) => {
                    self.manager.handle_unreachable(now, Via(0), self.address);
                }
                // The time is up, or something that is none of ours: the timers tell.
                Err(_) => {}
            }
        }
    }

    fn transmit(&mut self) {
        while let Ok(Some(transmit)) = self.manager.poll_transmit(self.clock.now(), &mut self.buffer) {
            let datagram = self.buffer.get(transmit.range).unwrap_or_default();
            if let Err(error) = self.socket.send(datagram)
                && is_unreachable(&error)
            {
                self.manager
                    .handle_unreachable(self.clock.now(), Via(0), self.address);
            }
        }
    }
}

fn end(event: &Event<'_>) -> Option<Ended> {
    match event {
        Event::Answer(_) => Some(Ended::Done),
        Event::Failed(failed) => Some(Ended::Failed(failed.outcome.clone())),
        Event::WalkEnded(ended) if ended.end.is_complete() => Some(Ended::Done),
        Event::WalkEnded(ended) => Some(Ended::Walk(ended.end.clone())),
        _ => None,
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

/// HOST, HOST:PORT, [V6], [V6]:PORT or V6.
pub(crate) fn resolve(place: &str, port: u16) -> Result<SocketAddr, Trouble> {
    let bare = place
        .strip_prefix('[')
        .and_then(|place| place.strip_suffix(']'))
        .unwrap_or(place);
    if let Ok(address) = bare.parse::<std::net::IpAddr>() {
        return Ok(SocketAddr::new(address, port));
    }
    let with_port = match place.rsplit_once(':') {
        Some(_) => place.to_owned(),
        None => format!("{place}:{port}"),
    };
    match with_port.to_socket_addrs().map(|mut found| found.next()) {
        Ok(Some(address)) => Ok(address),
        Ok(None) => Ok(wrong(format!("{place}: no address"))?),
        Err(error) => Ok(wrong(format!("{place}: {error}"))?),
    }
}
