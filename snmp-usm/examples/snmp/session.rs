//! One device, asked over a blocking socket.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::ops::Range;
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

/// A socket that is connected to one address: only such a one is told that a port is closed.
pub(crate) struct Link {
    pub(crate) address: SocketAddr,
    pub(crate) buffer: Vec<u8>,
    socket: UdpSocket,
}

/// Nobody listens at the address.
#[derive(Debug)]
pub(crate) struct Unreachable;

impl Link {
    pub(crate) fn open(args: &Args) -> Result<Self, Trouble> {
        let address = resolve(&args.place, args.port)?;
        let any: SocketAddr = match address {
            SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
            SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
        };
        let socket = UdpSocket::bind(any)?;
        socket.connect(address)?;
        Ok(Self {
            address,
            buffer: vec![0; 65_536],
            socket,
        })
    }

    /// Sends what stands there in the buffer. What fails otherwise is tried again when its time comes.
    pub(crate) fn send(&self, range: Range<usize>) -> Result<(), Unreachable> {
        match self.socket.send(self.buffer.get(range).unwrap_or_default()) {
            Err(error) if is_unreachable(&error) => Err(Unreachable),
            _ => Ok(()),
        }
    }

    /// Where in the buffer a datagram stands that came within this time, or that nobody listens; `None` when nothing came.
    pub(crate) fn receive(
        &mut self,
        wait: Option<Duration>,
    ) -> Result<Option<Result<Range<usize>, Unreachable>>, Trouble> {
        let wait = wait.map(|wait| wait.max(Duration::from_millis(1)));
        self.socket.set_read_timeout(wait)?;
        Ok(match self.socket.recv(&mut self.buffer) {
            Ok(length) => Some(Ok(0..length)),
            Err(error) if is_unreachable(&error) => Some(Err(Unreachable)),
            Err(_) => None,
        })
    }
}

/// The device of the command line, as it is asked by this version.
pub(crate) fn target_config(
    args: &Args,
    version: AskedVersion,
    user: Option<&User>,
    address: SocketAddr,
) -> Result<TargetConfig<User>, Trouble> {
    let config = match (version, user) {
        (AskedVersion::V1, _) => TargetConfig::v1(address, args.community()),
        (AskedVersion::V2c, _) => TargetConfig::v2c(address, args.community()),
        (AskedVersion::V3, Some(user)) => {
            TargetConfig::v3(address, user.clone()).with_context(args.context.as_bytes())
        }
        (AskedVersion::V3, None) => return Ok(wrong("--version 3 needs --user")?),
    };
    Ok(config.with_timeout(args.timeout, args.retries))
}

/// A device and the manager that asks it.
pub(crate) struct Session {
    manager: Manager<Usm>,
    target: TargetId,
    link: Link,
    clock: Clock,
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
        let link = Link::open(args)?;
        let mut manager = Manager::with_model(random(), Usm::new(random()));
        let target = manager
            .add_target(target_config(args, version, user, link.address)?)
            .map_err(|error| Trouble::Failed(error.to_string()))?;
        Ok(Self {
            manager,
            target,
            link,
            clock: Clock::start(),
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
            let received = self.link.receive(Some(due - now))?;
            let (now, from) = (self.clock.now(), self.link.address);
            match received {
                Some(Ok(range)) => {
                    let datagram = self.link.buffer.get_mut(range).unwrap_or_default();
                    if let Handled::Event(event) = self.manager.handle_datagram(now, Via(0), from, datagram) {
                        take(&event)?;
                        if let Some(ended) = end(&event) {
                            return Ok(ended);
                        }
                    }
                }
                Some(Err(Unreachable)) => self.manager.handle_unreachable(now, Via(0), from),
                // The time is up, or it was something that is none of ours: the timers tell.
                None => {}
            }
        }
    }

    fn transmit(&mut self) {
        while let Ok(Some(transmit)) = self
            .manager
            .poll_transmit(self.clock.now(), &mut self.link.buffer)
        {
            if let Err(Unreachable) = self.link.send(transmit.range) {
                self.manager
                    .handle_unreachable(self.clock.now(), Via(0), self.link.address);
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
