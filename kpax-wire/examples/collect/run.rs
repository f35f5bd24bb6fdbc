//! From the command line to the report: one loop drives the collector.

use std::collections::{HashMap, VecDeque};
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs, UdpSocket};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use indicatif::{ProgressBar, ProgressStyle};
use printer_mib::collector::{Access, Collector, Device, Event, SurveyId, Surveyed};
use printer_mib::discovery::{Probe, SweepConfig};
use printer_mib::model::{ErrorCode, Fact, Outcome, Printer, Rule, Source, SourceKind};
use printer_mib::range::AddressRange;
use snmp_core::datagram::Via;
use snmp_core::manager::{Manager, Timing};
use snmp_core::message::Version;
use snmp_usm::{User, Usm};

use crate::Done;
use crate::args::{Args, AskedVersion};
use crate::clock::{Clock, random};
use crate::net::{Arrival, Counts, Net};
use crate::sim::{self, Agent, Simulated};
use crate::{credentials, document, record, report, upload};

/// Surveys under way at once: the others wait, so that a small machine and a small network keep up.
const AT_ONCE: usize = 64;

/// Why there is no report.
pub(crate) enum Trouble {
    Usage(String),
    Failed(String),
}

/// Does what the command line asks; whether every target was surveyed or found not to be a printer.
pub(crate) fn run(args: &Args, terminal: bool) -> Result<bool, Trouble> {
    let user = credentials::user(args).map_err(Trouble::Usage)?;
    let key = upload::key_of(args).map_err(Trouble::Usage)?;
    let began = std::time::Instant::now();
    let mut run = Run::new(args, user, terminal);
    run.set_up()?;
    run.drive();
    let Run {
        all,
        addresses,
        answered,
        clock,
        bar,
        ..
    } = run;
    bar.finish_and_clear();
    let scanned = upload::Scanned {
        addresses,
        answered,
        seconds: began.elapsed().as_secs(),
        unix: unix(),
        now: clock.now().as_micros(),
    };
    // Whatever is written is also opened again; only --upload keeps it, and the demonstration shows it.
    if args.upload.is_some() || args.is_demonstration() {
        let sealed = upload::seal(&all, &scanned, &key).map_err(Trouble::Failed)?;
        let place = match &args.upload {
            Some(upload) => upload.file.clone(),
            None => std::env::temp_dir()
                .join("kpax-demonstration.sealed")
                .display()
                .to_string(),
        };
        std::fs::write(&place, &sealed.octets)
            .map_err(|error| Trouble::Failed(format!("{place}: {error}")))?;
        let text = format!(
            "sealed upload: {} octets for {} printers ({} before compression and sealing), written to {place}, opened again",
            sealed.octets.len(),
            sealed.devices,
            sealed.message,
        );
        say(args, &text);
    }
    say(args, &report::totals(&all, addresses, answered));
    // A range is done when it was swept, whatever became of what it led to.
    Ok(all
        .iter()
        .all(|done| done.found || done.outcome != Outcome::Failed))
}

/// Set by the first Ctrl-C; a second one ends the program at once.
fn interruption() -> Arc<AtomicBool> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let noted = Arc::clone(&interrupted);
    let handler = move || {
        if noted.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    };
    if let Err(error) = ctrlc::set_handler(handler) {
        eprintln!("Ctrl-C will end this without a report: {error}");
    }
    interrupted
}

/// Text for a person: on stdout, unless that is kept for JSON.
fn say(args: &Args, text: &str) {
    if args.json {
        eprintln!("{text}");
    } else {
        print(&format!("{text}\n"));
    }
}

/// Text to stdout. A reader that has gone away is no reason to stop: there may be an upload to write.
pub(crate) fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

fn unix() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |time| time.as_secs())
}

/// What a survey is of.
struct Asked {
    /// The name under which it is told.
    target: String,
    /// Whether a range led to it.
    found: bool,
    /// Whether its address is the device's own.
    real: bool,
}

struct Run<'a> {
    args: &'a Args,
    user: Option<User>,
    net: Net,
    clock: Clock,
    collector: Collector<Usm>,
    /// Devices that wait for their survey, with the name under which they are told.
    waiting: VecDeque<(Asked, Device<User>)>,
    asked: HashMap<SurveyId, Asked>,
    /// Ranges whose sweep comes after the one under way: those of the other family of addresses.
    later: Vec<AddressRange>,
    /// Simulated devices; they end with the run.
    simulated: Vec<Simulated>,
    /// The socket of sweeps and simulated walks.
    /// By family of addresses, that of IPv4 first.
    open: [Option<Via>; 2],
    sweeping: bool,
    all: Vec<Done>,
    addresses: u64,
    answered: u64,
    bar: ProgressBar,
}

impl<'a> Run<'a> {
    fn new(args: &'a Args, user: Option<User>, terminal: bool) -> Self {
        let bar = if terminal {
            ProgressBar::new(0)
        } else {
            ProgressBar::hidden()
        };
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} [{bar:30}] {pos}/{len}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Self {
            args,
            user,
            net: Net::new(),
            clock: Clock::start(),
            collector: Collector::new(Manager::with_model(random(), Usm::new(random()))),
            waiting: VecDeque::new(),
            asked: HashMap::new(),
            later: Vec::new(),
            simulated: Vec::new(),
            open: [None; 2],
            sweeping: false,
            all: Vec::new(),
            addresses: 0,
            answered: 0,
            bar,
        }
    }

    /// Opens sockets, starts simulated devices and the sweep, lines up what is to be surveyed.
    fn set_up(&mut self) -> Result<(), Trouble> {
        if self.args.is_demonstration() {
            return self.set_up_demonstration();
        }
        for file in &self.args.walks {
            let contexts = sim::load_walk(file).map_err(Trouble::Usage)?;
            self.add_walk(file, contexts)?;
        }
        for target in &self.args.targets {
            self.add_target(target)?;
        }
        if !self.args.ranges.is_empty() {
            let probes = self.probes();
            self.start_sweep(self.args.ranges.clone(), probes, self.args.port, self.args.rate)?;
        }
        self.addresses += u64::try_from(self.waiting.len()).unwrap_or_default();
        Ok(())
    }

    fn set_up_demonstration(&mut self) -> Result<(), Trouble> {
        let passwords = [random(), random()].map(|octets| {
            octets
                .iter()
                .map(|octet| char::from(b'a' + octet % 26))
                .collect::<String>()
        });
        let [auth, privacy] = passwords.map(|password| {
            snmp_usm::Password::new(password).map_err(|error| Trouble::Failed(error.to_string()))
        });
        let privacy = privacy?;
        let user = User::from_passwords(
            "demonstration",
            snmp_usm::AuthProtocol::Sha256,
            &auth?,
            Some((snmp_usm::PrivProtocol::Aes128, &privacy)),
        )
        .map_err(|error| Trouble::Failed(error.to_string()))?;
        let fleet = sim::start_fleet(&user)
            .map_err(|error| Trouble::Failed(format!("simulated printers: {error}")))?;
        self.user = Some(user);
        let (first, last) = fleet.range;
        let range = AddressRange::new(first.into(), last.into())
            .map_err(|error| Trouble::Failed(error.to_string()))?;
        say(
            self.args,
            &format!(
                "{} simulated devices on {first} to {last}, port {}",
                fleet.devices.len(),
                fleet.port
            ),
        );
        self.simulated = fleet.devices;
        let community = || sim::COMMUNITY.into();
        let probes = vec![Probe::V2c(community()), Probe::V1(community()), Probe::V3];
        self.start_sweep(vec![range], probes, fleet.port, 500)
    }

    /// The kinds of probe that go with the credentials.
    fn probes(&self) -> Vec<Probe> {
        let community = || self.args.community.as_bytes().into();
        match self.args.version {
            Some(AskedVersion::V1) => vec![Probe::V1(community())],
            Some(AskedVersion::V2c) => vec![Probe::V2c(community())],
            Some(AskedVersion::V3) => vec![Probe::V3],
            None => vec![Probe::V2c(community()), Probe::V1(community())],
        }
    }

    fn start_sweep(
        &mut self,
        ranges: Vec<AddressRange>,
        probes: Vec<Probe>,
        port: u16,
        rate: u32,
    ) -> Result<(), Trouble> {
        let Some(first) = ranges.first().map(|range| range.first()) else {
            return Ok(());
        };
        let (ranges, later) = ranges
            .into_iter()
            .partition(|range| range.first().is_ipv4() == first.is_ipv4());
        self.later = later;
        let mut config = SweepConfig::new(ranges, probes);
        config.exclude.clone_from(&self.args.exclude);
        config.port = port;
        config.rate = rate;
        config.via = self.open_socket(SocketAddr::new(first, port))?;
        config.linger = self.args.timeout;
        self.collector
            .sweep(self.clock.now(), config, random())
            .map_err(|error| Trouble::Usage(format!("--range: {error}")))?;
        let progress = self.collector.sweep_progress();
        if let Some(progress) = progress {
            self.addresses += progress.addresses;
            let seconds = progress.most / u64::from(rate).max(1) + self.args.timeout.as_secs();
            say(
                self.args,
                &format!(
                    "searching {} addresses: at most {} probes, {} kB with headers, about {} s",
                    progress.addresses,
                    progress.most,
                    // 43 to 64 octets of payload, 28 of IPv4 and UDP headers.
                    progress.most * 80 / 1000,
                    seconds.max(2 * 2 + self.args.timeout.as_secs()),
                ),
            );
        }
        self.sweeping = true;
        Ok(())
    }

    fn open_socket(&mut self, sample: SocketAddr) -> Result<Via, Trouble> {
        let family = usize::from(sample.is_ipv6());
        if let Some(via) = self.open[family] {
            return Ok(via);
        }
        let via = self
            .net
            .open(sample)
            .map_err(|error| Trouble::Failed(format!("socket: {error}")))?;
        self.open[family] = Some(via);
        Ok(via)
    }

    fn add_walk(
        &mut self,
        file: &str,
        contexts: Vec<(Vec<u8>, snmp_core::responder::Store)>,
    ) -> Result<(), Trouble> {
        let failed = |error: std::io::Error| Trouble::Failed(format!("simulated device: {error}"));
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
        let device = sim::start(
            socket,
            Agent {
                contexts,
                community: true,
                user: self.user.clone(),
            },
        )
        .map_err(failed)?;
        let via = self.open_socket(device.address)?;
        // The simulated device has its own community; the versions are those asked for.
        let access = match (self.args.version, &self.user) {
            (_, Some(user)) => vec![Access::V3(user.clone())],
            (Some(AskedVersion::V1), _) => vec![Access::V1(sim::COMMUNITY.into())],
            _ => vec![Access::V2c(sim::COMMUNITY.into())],
        };
        let survey = self.device(device.address, via, access);
        let asked = Asked {
            target: format!("walk:{file}"),
            found: false,
            real: false,
        };
        self.waiting.push_back((asked, survey));
        self.simulated.push(device);
        Ok(())
    }

    fn add_target(&mut self, target: &str) -> Result<(), Trouble> {
        // A device that cannot be reached fails alone: the others are surveyed all the same.
        let address = match resolve(target, self.args.port)? {
            Ok(address) => address,
            Err(trouble) => {
                self.fail(target, trouble);
                return Ok(());
            }
        };
        let via = match self.net.connect(address) {
            Ok(via) => via,
            Err(error) => {
                self.fail(&address.to_string(), error.to_string());
                return Ok(());
            }
        };
        let access = credentials::access(self.args, self.user.as_ref());
        let device = self.device(address, via, access);
        let asked = Asked {
            target: address.to_string(),
            found: false,
            real: true,
        };
        self.waiting.push_back((asked, device));
        Ok(())
    }

    /// A target that was not asked at all.
    fn fail(&mut self, target: &str, trouble: String) {
        self.addresses += 1;
        self.tell(Done {
            target: target.to_owned(),
            outcome: Outcome::Failed,
            printer: Printer::default(),
            version: None,
            code: Some(ErrorCode::Unreachable),
            failure: None,
            trouble: Some(trouble),
            found: false,
            counts: Counts::default(),
            observed: unix(),
        });
    }

    fn device(&self, address: SocketAddr, via: Via, access: Vec<Access<User>>) -> Device<User> {
        let mut device = Device::new(address, access);
        device.via = via;
        device.context = self.args.context.as_bytes().to_vec();
        device.timing = Timing::at_most(self.args.timeout, self.args.retries);
        device
    }

    /// Drives the collector until nothing is left to do.
    fn drive(&mut self) {
        let mut buffer = vec![0; 65_536];
        self.bar.set_message("surveying");
        let interrupted = interruption();
        loop {
            if interrupted.load(Ordering::Relaxed) {
                self.break_off();
            }
            self.start_waiting();
            self.drain(&mut buffer);
            let idle = self.waiting.is_empty() && !self.sweeping && self.collector.under_way() == 0;
            self.show_progress();
            if idle {
                return;
            }
            let now = self.clock.now();
            let due = self
                .collector
                .poll_timeout()
                .map_or(Duration::from_secs(1), |due| due - now);
            match self.net.wait(due.min(Duration::from_millis(250))) {
                Some(Arrival::Datagram {
                    via,
                    from,
                    mut octets,
                }) => {
                    let now = self.clock.now();
                    // What is nobody's stays uncounted here: a fleet's collector would count it by its reason.
                    let _ = self.collector.handle_datagram(now, via, from, &mut octets);
                }
                Some(Arrival::Unreachable { via, to }) => {
                    self.collector.handle_unreachable(self.clock.now(), via, to);
                }
                None => {}
            }
            let now = self.clock.now();
            if self.collector.poll_timeout().is_some_and(|due| due <= now) {
                self.collector.handle_timeout(now);
            }
        }
    }

    /// Starts nothing new and ends what is under way: the report is of what was read so far.
    fn break_off(&mut self) {
        self.waiting.clear();
        self.later.clear();
        self.collector.stop_sweep();
        self.sweeping = false;
        let now = self.clock.now();
        for id in self.asked.keys() {
            self.collector.cancel(now, *id);
        }
    }

    fn start_waiting(&mut self) {
        while self.collector.under_way() < AT_ONCE {
            let Some((asked, device)) = self.waiting.pop_front() else {
                return;
            };
            self.net.take_counts(device.address);
            let id = self.collector.survey(self.clock.now(), device);
            self.asked.insert(id, asked);
        }
    }

    /// Takes out what the collector has: datagrams, then events, until there is neither.
    fn drain(&mut self, buffer: &mut Vec<u8>) {
        loop {
            let needed = self.collector.max_transmit_len();
            if buffer.len() < needed {
                buffer.resize(needed, 0);
            }
            while let Ok(Some(transmit)) = self.collector.poll_transmit(self.clock.now(), buffer) {
                if let Some(octets) = buffer.get(transmit.range) {
                    self.net.send(transmit.via, transmit.to, octets, transmit.attempt);
                }
            }
            let Some(event) = self.collector.poll_event() else {
                return;
            };
            self.take(event);
        }
    }

    fn take(&mut self, event: Event) {
        match event {
            Event::Surveyed(surveyed) => self.finish(*surveyed),
            Event::Found { address, version, .. } => {
                self.answered += 1;
                let access = match (version, &self.user) {
                    (Version::V3, Some(user)) => vec![Access::V3(user.clone())],
                    (Version::V1, _) => vec![Access::V1(self.args.community.as_bytes().into())],
                    _ => vec![Access::V2c(self.args.community.as_bytes().into())],
                };
                let via = self.open[usize::from(address.is_ipv6())].unwrap_or_default();
                let device = self.device(address, via, access);
                let asked = Asked {
                    target: address.to_string(),
                    found: true,
                    real: !self.args.is_demonstration(),
                };
                self.waiting.push_back((asked, device));
            }
            Event::Swept(_) => {
                self.sweeping = false;
                let later = std::mem::take(&mut self.later);
                let probes = self.probes();
                if let Err(Trouble::Usage(text) | Trouble::Failed(text)) =
                    self.start_sweep(later, probes, self.args.port, self.args.rate)
                {
                    eprintln!("collect: {text}");
                }
            }
            _ => {}
        }
    }

    fn finish(&mut self, surveyed: Surveyed) {
        let Some(asked) = self.asked.remove(&surveyed.id) else {
            return;
        };
        let counts = self.net.take_counts(surveyed.address);
        let (outcome, code) = (surveyed.outcome(), surveyed.error_code());
        let Surveyed {
            address,
            version,
            mut printer,
            failure,
            ..
        } = surveyed;
        if asked.real && printer.identity.ip.is_empty() {
            let source = Source::elsewhere(SourceKind::Derived, Rule::Caller);
            printer.identity.ip.push(Fact::new(address.ip(), source));
        }
        // Found addresses have been counted when they were found.
        if outcome != Outcome::Failed && !asked.found {
            self.answered += 1;
        }
        self.tell(Done {
            target: asked.target,
            outcome,
            printer,
            version,
            code,
            failure,
            trouble: None,
            found: asked.found,
            counts,
            observed: unix(),
        });
    }

    /// Shows and keeps what became of a device.
    fn tell(&mut self, done: Done) {
        let outcome = done.outcome;
        if let Some(folder) = &self.args.record
            && outcome != Outcome::Failed
            && let Err(error) = record::write(folder, &done)
        {
            eprintln!("--record {folder}: {error}");
        }
        self.bar.suspend(|| {
            if self.args.json {
                print(&format!("{}\n", document::line(&done, self.args.explain)));
            } else {
                print(&report::device(&done));
            }
        });
        self.all.push(done);
    }

    fn show_progress(&self) {
        if let Some(progress) = self.collector.sweep_progress() {
            self.bar
                .set_message(format!("searching, {} found", progress.found));
            self.bar.set_length(progress.most);
            self.bar.set_position(progress.sent);
        } else {
            let (done, left) = (self.all.len(), self.waiting.len() + self.collector.under_way());
            self.bar.set_message("surveying");
            self.bar
                .set_length(u64::try_from(done + left).unwrap_or_default());
            self.bar.set_position(u64::try_from(done).unwrap_or_default());
        }
    }
}

/// `HOST`, `HOST:PORT`, `[V6]:PORT`; the first address that the system knows for the name, or why it knows none.
fn resolve(target: &str, port: u16) -> Result<Result<SocketAddr, String>, Trouble> {
    let numeric = target.parse::<SocketAddr>().ok();
    let bare = || {
        target
            .trim_matches(['[', ']'])
            .parse()
            .ok()
            .map(|ip| SocketAddr::new(ip, port))
    };
    if let Some(address) = numeric.or_else(bare) {
        return Ok(Ok(address));
    }
    let wrong = |text| Trouble::Usage(format!("--target {target}: {text}"));
    let (host, port) = match target.rsplit_once(':') {
        Some((host, port)) => (host, port.parse().map_err(|_| wrong("no such port"))?),
        None => (target, port),
    };
    if host.is_empty() {
        return Err(wrong("no host"));
    }
    Ok(match (host, port).to_socket_addrs() {
        Ok(mut addresses) => addresses.next().ok_or_else(|| "no address".to_owned()),
        Err(error) => Err(error.to_string()),
    })
}
