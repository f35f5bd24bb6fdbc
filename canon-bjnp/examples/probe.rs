//! Walks the ladder against one host and prints each step.
//!
//! `probe HOST [--status] [--echo]`: BJNP on UDP 8611 and 8612, MFNP on 8610, CPNP on 8609, each with at most two
//! harmless questions a second apart; `--echo` adds Canon's administration port 47545, `--status` a printer's
//! status. Exit 0 when the ladder ended, whatever it found, 1 when the network failed, 2 for wrong usage.

use canon_bjnp::{
    Answer,
    policy::{Request, SwitchedOn},
    probe::{Config, Event, Findings, Liveness, Prober, Rung, Switches},
    text::Escaped,
};
use snmp_core::{
    datagram::{Handled, Via},
    entropy::Entropy,
    time::Instant,
};
use std::{
    hash::{BuildHasher as _, Hasher as _, RandomState},
    io::{self, ErrorKind, Write},
    net::{SocketAddr, ToSocketAddrs as _, UdpSocket},
    process::ExitCode,
    time::Duration,
};

fn main() -> ExitCode {
    let (mut host, mut switches) = (None, Switches::default());
    for argument in std::env::args().skip(1) {
        match &*argument {
            "--status" => switches.status = Some(SwitchedOn::by_the_operator()),
            "--echo" => switches.echo = Some(SwitchedOn::by_the_operator()),
            name if !name.starts_with('-') && host.is_none() => host = Some(argument),
            _ => return usage(),
        }
    }
    let Some(host) = host else { return usage() };
    match resolve(&host).and_then(|address| run(address, switches, &mut io::stdout().lock())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("probe: {host}: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage() -> ExitCode {
    eprintln!("usage: probe HOST [--status] [--echo]");
    ExitCode::from(2)
}

fn resolve(host: &str) -> io::Result<SocketAddr> {
    (host, 0)
        .to_socket_addrs()?
        .next()
        .ok_or_else(|| ErrorKind::NotFound.into())
}

/// The operating system's randomness, by way of the standard library's hash keys.
fn seed() -> [u8; 16] {
    let half = || RandomState::new().build_hasher().finish().to_le_bytes();
    let (low, high) = (half(), half());
    std::array::from_fn(|at| if at < 8 { low[at] } else { high[at - 8] })
}

const VIA: Via = Via(0);

/// Probes `host` (its port is ignored) over real sockets.
pub(crate) fn run(host: SocketAddr, switches: Switches, out: &mut impl Write) -> io::Result<()> {
    let mut prober = Prober::new(
        Config {
            switches,
            ..Config::default()
        },
        Entropy::new(seed()),
    );
    let start = std::time::Instant::now();
    let now = || Instant::from_micros(u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX));
    prober.probe_scoped(now(), VIA, host).map_err(io::Error::other)?;
    let mut buf = vec![0; prober.max_transmit_len()];
    let mut datagram = vec![0; 65_536];
    // A connected socket hears that a port is closed; one is enough, as one packet is in flight.
    let mut socket: Option<(SocketAddr, UdpSocket)> = None;
    loop {
        while let Some(event) = prober.poll_event() {
            match event {
                Event::Rung { rung, liveness, .. } => {
                    writeln!(
                        out,
                        "{:>8} ms  port {}: {}",
                        now().as_micros() / 1000,
                        rung.port(),
                        word(liveness)
                    )?;
                }
                Event::Finished { findings, .. } => return summary(&findings, out),
                _ => {}
            }
        }
        while let Some(transmit) = prober.poll_transmit(now(), &mut buf).map_err(io::Error::other)? {
            let question = &buf[transmit.range];
            let again = if transmit.attempt > 0 { ", once more" } else { "" };
            writeln!(
                out,
                "{:>8} ms  {} {}{again}",
                now().as_micros() / 1000,
                transmit.to,
                name(question)
            )?;
            let sent = connect(&mut socket, transmit.to).and_then(|socket| socket.send(question));
            if sent.is_err() {
                prober.handle_unreachable(now(), VIA, transmit.to);
            }
        }
        let Some(timeout) = prober.poll_timeout() else {
            continue;
        };
        let Some((peer, socket)) = &socket else { continue };
        let left = timeout
            .saturating_duration_since(now())
            .max(Duration::from_millis(1));
        socket.set_read_timeout(Some(left))?;
        match socket.recv(&mut datagram) {
            Ok(len) => match prober.handle_datagram(now(), VIA, *peer, &mut datagram[..len]) {
                Handled::Event(event) => answered(&event, out)?,
                Handled::Consumed => {}
                Handled::NotMine(reason) => writeln!(out, "             ignored {len} octets: {reason:?}")?,
            },
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset
                ) =>
            {
                prober.handle_unreachable(now(), VIA, *peer);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
        prober.handle_timeout(now());
    }
}

fn connect(socket: &mut Option<(SocketAddr, UdpSocket)>, to: SocketAddr) -> io::Result<&UdpSocket> {
    if socket.as_ref().is_none_or(|(peer, _)| *peer != to) {
        let any: SocketAddr = if to.is_ipv4() {
            ([0; 4], 0).into()
        } else {
            ([0_u16; 8], 0).into()
        };
        let fresh = UdpSocket::bind(any)?;
        fresh.connect(to)?;
        *socket = Some((to, fresh));
    }
    socket
        .as_ref()
        .map(|(_, socket)| socket)
        .ok_or_else(|| ErrorKind::NotConnected.into())
}

fn name(question: &[u8]) -> &'static str {
    match Request::recognise(question) {
        Some((Request::Discover(_), _)) => "discover",
        Some((Request::DeviceId(..), _)) => "device id",
        Some((Request::Status(_), _)) => "status",
        Some((Request::Echo(_), _)) => "echo",
        None => "?",
    }
}

fn word(liveness: Liveness) -> &'static str {
    match liveness {
        Liveness::Alive => "alive",
        Liveness::Refused => "refused",
        Liveness::Silent => "silent",
        _ => "not asked",
    }
}

fn answered(event: &Event<'_>, out: &mut impl Write) -> io::Result<()> {
    write!(out, "             ")?;
    match event {
        Event::Answered {
            answer: Some(Answer::Discover(discover)),
            ..
        } => {
            let claims: Vec<String> = discover.claims().map(|claim| claim.0.to_string()).collect();
            writeln!(out, "MAC {}, says it is {}", discover.mac, claims.join(", "))
        }
        Event::Answered {
            answer: Some(Answer::DeviceId(device_id)),
            ..
        } => {
            writeln!(out, "{} ({})", device_id.id, device_id.convention.name())
        }
        Event::Answered {
            answer: Some(Answer::Error { result }),
            ..
        } => {
            writeln!(out, "refuses with result {result:#06x}")
        }
        Event::Malformed { error, .. } => writeln!(out, "answer does not decode: {error}"),
        _ => writeln!(out, "answered"),
    }
}

fn summary(findings: &Findings, out: &mut impl Write) -> io::Result<()> {
    let verdict = match (findings.is_canon(), findings.is_there()) {
        (true, _) => "a Canon device",
        (false, true) => "there, but not known as a Canon device",
        (false, false) => "silent: nothing there, or a model without these protocols",
    };
    writeln!(out, "result: {verdict}")?;
    let id = findings.device_id();
    let text = |value: Option<&[u8]>| value.map(|value| Escaped(value).to_string());
    let facts = [
        ("model", text(id.and_then(|id| id.model()))),
        ("serial", text(id.and_then(|id| id.serial()))),
        ("firmware", text(id.and_then(|id| id.firmware()))),
        ("MAC", findings.mac().map(|mac| mac.to_string())),
        ("port", findings.way().map(|rung: Rung| rung.port().to_string())),
        (
            "ignored datagrams",
            Some(findings.dropped().total())
                .filter(|&count| count > 0)
                .map(|count| count.to_string()),
        ),
    ];
    for (name, value) in facts {
        if let Some(value) = value {
            writeln!(out, "  {name}: {value}")?;
        }
    }
    Ok(())
}
