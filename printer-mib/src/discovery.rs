//! Finding agents in ranges of addresses without keeping anything for an outstanding probe.
//!
//! The request id of a probe is a keyed hash of the address, the port and the kind of probe: an answer proves by its
//! id that it answers us, so that a sweep holds one bit an address and nothing else. Retries are further passes over
//! the addresses that have not answered.

use alloc::boxed::Box;
use alloc::vec;
use alloc::vec::Vec;
use core::net::{IpAddr, SocketAddr};

use snmp_core::ber::Writer;
use snmp_core::datagram::{BufferTooSmall, Handled, NotMine, Transmit, TransmitId, Via};
use snmp_core::entropy::Entropy;
use snmp_core::message::{
    CommunityMessage, CommunityPdu, Flags, ScopedPdu, V3Header, V3Layout, Version, encode_community,
    encode_scoped_pdu, wrap_v3,
};
use snmp_core::oid;
use snmp_core::oid::Oid;
use snmp_core::pdu::{PduHeader, PduType};
use snmp_core::security::{ReportKind, SecurityLevel};
use snmp_core::strictness::Strictness;
use snmp_core::time::{Duration, Instant};
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;

use crate::range::{AddressRange, distinct};

/// What a probe asks for: sysObjectID.0, which every agent has and no person wrote.
const SYS_OBJECT_ID: Oid<'static> = oid!(1.3.6.1.2.1.1.2.0);

/// Addresses that one sweep takes: a /8.
pub const MAX_ADDRESSES: u64 = 1 << 24;

/// A kind of probe.
#[derive(Clone, Eq, PartialEq)]
#[non_exhaustive]
pub enum Probe {
    /// A GET by `SNMPv1` with this community.
    V1(Box<[u8]>),
    /// A GET by `SNMPv2c` with this community.
    V2c(Box<[u8]>),
    /// The engine discovery of `SNMPv3` (RFC 3414 §4): needs no credentials.
    V3,
}

/// Communities are credentials: they are not shown.
impl core::fmt::Debug for Probe {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            Self::V1(_) => "V1",
            Self::V2c(_) => "V2c",
            Self::V3 => "V3",
        })
    }
}

impl Probe {
    /// The version that it speaks.
    #[must_use]
    pub const fn version(&self) -> Version {
        match self {
            Self::V1(_) => Version::V1,
            Self::V2c(_) => Version::V2c,
            Self::V3 => Version::V3,
        }
    }
}

/// What to sweep, and how.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SweepConfig {
    /// The addresses.
    pub ranges: Vec<AddressRange>,
    /// Addresses that are never probed.
    pub exclude: Vec<AddressRange>,
    /// The agents' UDP port; 161.
    pub port: u16,
    /// The socket to send from.
    pub via: Via,
    /// The kinds of probe, each sent to each address in every pass until one is answered.
    pub probes: Vec<Probe>,
    /// Datagrams a second; 50.
    pub rate: u32,
    /// How often an address that does not answer is probed; 3.
    pub passes: u8,
    /// Least time between two probes of an address; 2 s.
    pub pass_gap: Duration,
    /// How long answers are waited for after the last probe; 2 s.
    pub linger: Duration,
}

impl SweepConfig {
    /// A sweep of `ranges` by `probes`, port 161, 50 datagrams a second, three passes.
    #[must_use]
    pub const fn new(ranges: Vec<AddressRange>, probes: Vec<Probe>) -> Self {
        Self {
            ranges,
            exclude: Vec::new(),
            port: 161,
            via: Via(0),
            probes,
            rate: 50,
            passes: 3,
            pass_gap: Duration::from_secs(2),
            linger: Duration::from_secs(2),
        }
    }
}

/// Why a sweep cannot begin.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SweepError {
    /// There is nothing to probe, or no kind of probe, pass or rate.
    #[error("nothing to do: no address, probe, pass or rate")]
    Empty,
    /// More than [`MAX_ADDRESSES`].
    #[error("more than {MAX_ADDRESSES} addresses")]
    TooMany,
    /// The bytes to go on from are of another sweep, or no such bytes.
    #[error("the state does not belong to this sweep")]
    State,
}

/// What a sweep tells.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Found<'d> {
    /// An agent answered by community: it speaks this version.
    Community {
        /// Its address and port.
        address: SocketAddr,
        /// V1 or V2c.
        version: Version,
        /// sysObjectID, where the answer had it.
        sys_object_id: Option<Oid<'d>>,
    },
    /// An agent answered the discovery of `SNMPv3`.
    Engine {
        /// Its address and port.
        address: SocketAddr,
        /// snmpEngineID: a claim, nothing is authenticated yet.
        engine_id: &'d [u8],
    },
}

impl Found<'_> {
    /// Who answered.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        match self {
            Self::Community { address, .. } | Self::Engine { address, .. } => *address,
        }
    }
}

/// How far a sweep is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct Progress {
    /// Addresses to probe: each once, without those that are excluded.
    pub addresses: u64,
    /// Probes sent.
    pub sent: u64,
    /// Probes that will be sent at most.
    pub most: u64,
    /// Addresses that answered.
    pub found: u64,
    /// Whether the last answer has been waited for.
    pub done: bool,
}

/// A sweep: the verbs of every machine of the family.
///
/// ```
/// use printer_mib::discovery::{Probe, Sweep, SweepConfig};
/// use snmp_core::time::Instant;
/// let ranges = vec!["192.0.2.0/30".parse()?];
/// let config = SweepConfig::new(ranges, vec![Probe::V2c((*b"public").into())]);
/// let mut sweep = Sweep::new(config, [7; 16], Instant::ZERO)?;
/// let mut buffer = [0; 128];
/// let probe = sweep.poll_transmit(Instant::ZERO, &mut buffer)?.unwrap();
/// assert_eq!((probe.to.to_string(), probe.range.len()), ("192.0.2.1:161".into(), 43));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Sweep {
    config: SweepConfig,
    entropy: Entropy,
    addresses: u64,
    /// One bit an address that answered.
    found: Vec<u64>,
    found_count: u64,
    sent: u64,
    cursor: Cursor,
    /// When the pass under way began.
    pass_began: Instant,
    /// When the next probe may leave.
    next: Instant,
    /// When answers stop to count; set after the last probe.
    ends: Option<Instant>,
    done: bool,
}

/// The next probe: pass, kind, address.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Cursor {
    pass: u8,
    probe: usize,
    address: u64,
}

impl Sweep {
    /// A sweep that begins at `now`. The seed makes the probes' ids unguessable.
    ///
    /// # Errors
    /// When there is nothing to do, or too much.
    pub fn new(mut config: SweepConfig, seed: [u8; 16], now: Instant) -> Result<Self, SweepError> {
        config.ranges = distinct(&config.ranges, &config.exclude);
        let addresses = config
            .ranges
            .iter()
            .fold(0_u64, |sum, range| sum.saturating_add(range.len()));
        if addresses == 0 || config.probes.is_empty() || config.passes == 0 || config.rate == 0 {
            return Err(SweepError::Empty);
        }
        if addresses > MAX_ADDRESSES {
            return Err(SweepError::TooMany);
        }
        let words = usize::try_from(addresses.div_ceil(64)).map_err(|_| SweepError::TooMany)?;
        Ok(Self {
            config,
            entropy: Entropy::new(seed),
            addresses,
            found: vec![0; words],
            found_count: 0,
            sent: 0,
            cursor: Cursor::default(),
            pass_began: now,
            next: now,
            ends: None,
            done: false,
        })
    }

    /// Goes on with a sweep of the same configuration from what [`state`](Self::state) gave.
    ///
    /// # Errors
    /// As [`new`](Self::new), and when the bytes do not belong to this configuration.
    pub fn resume(
        config: SweepConfig,
        seed: [u8; 16],
        now: Instant,
        state: &[u8],
    ) -> Result<Self, SweepError> {
        let mut sweep = Self::new(config, seed, now)?;
        let (head, bitmap) = state.split_first_chunk::<STATE_HEAD>().ok_or(SweepError::State)?;
        let [STATE_VERSION, pass, probe, a, b, c, d, addresses @ ..] = *head else {
            return Err(SweepError::State);
        };
        let words = bitmap.chunks_exact(8);
        if u64::from_be_bytes(addresses) != sweep.addresses
            || words.len() != sweep.found.len()
            || !words.remainder().is_empty()
            || usize::from(probe) >= sweep.config.probes.len()
        {
            return Err(SweepError::State);
        }
        sweep.cursor = Cursor {
            pass,
            probe: usize::from(probe),
            address: u64::from(u32::from_be_bytes([a, b, c, d])),
        };
        for (place, word) in sweep.found.iter_mut().zip(words) {
            *place = word.iter().fold(0, |sum, octet| (sum << 8) | u64::from(*octet));
            sweep.found_count += u64::from(place.count_ones());
        }
        Ok(sweep)
    }

    /// Where the sweep stands, to go on after a restart: the cursor and a bit an address.
    #[must_use]
    pub fn state(&self) -> Vec<u8> {
        let probe = u8::try_from(self.cursor.probe).unwrap_or_default();
        // Below MAX_ADDRESSES, which fits.
        let address = u32::try_from(self.cursor.address).unwrap_or(u32::MAX);
        let mut state = vec![STATE_VERSION, self.cursor.pass, probe];
        state.extend(address.to_be_bytes());
        state.extend(self.addresses.to_be_bytes());
        state.extend(self.found.iter().flat_map(|word| word.to_be_bytes()));
        state
    }

    /// How far it is.
    #[must_use]
    pub fn progress(&self) -> Progress {
        let probes = u64::try_from(self.config.probes.len()).unwrap_or(u64::MAX);
        Progress {
            addresses: self.addresses,
            sent: self.sent,
            most: self
                .addresses
                .saturating_mul(probes)
                .saturating_mul(u64::from(self.config.passes)),
            found: self.found_count,
            done: self.done,
        }
    }

    /// The longest probe of this configuration, in octets.
    #[must_use]
    pub fn max_transmit_len(&self) -> usize {
        // Version, request id, the four PDU fields and the name take 37 octets beside a community; a v3 discovery 64.
        self.config
            .probes
            .iter()
            .map(|probe| match probe {
                Probe::V1(community) | Probe::V2c(community) => community.len() + 48,
                Probe::V3 => 72,
            })
            .max()
            .unwrap_or_default()
    }

    /// The next probe, when its time has come.
    ///
    /// # Errors
    /// When the buffer is shorter than the probe; nothing changes then.
    pub fn poll_transmit(
        &mut self,
        now: Instant,
        buffer: &mut [u8],
    ) -> Result<Option<Transmit>, BufferTooSmall> {
        if self.ends.is_some() || self.done || now < self.next {
            return Ok(None);
        }
        let Some((at, address)) = self.seek(now) else {
            return Ok(None);
        };
        let to = SocketAddr::new(address, self.config.port);
        let Some(probe) = self.config.probes.get(at.probe) else {
            return Ok(None);
        };
        let range = encode(probe, self.cookie(address, at.probe), buffer)?;
        let transmit = Transmit {
            to,
            via: self.config.via,
            range,
            id: TransmitId(self.sent),
            attempt: at.pass,
        };
        self.sent += 1;
        self.cursor.address = at.address + 1;
        let gap = Duration::from_micros(1_000_000 / u64::from(self.config.rate));
        // A driver that was late catches up with a twentieth of a second's probes at most.
        let earliest = Instant::from_micros(now.as_micros().saturating_sub(50_000));
        self.next = self.next.max(earliest) + gap;
        Ok(Some(transmit))
    }

    /// Moves to the next probe that is due now; `None` while a pass waits, and when all passes are over.
    ///
    /// One kind of probe goes to all addresses before the next kind does: by then most agents have answered.
    fn seek(&mut self, now: Instant) -> Option<(Cursor, IpAddr)> {
        loop {
            if self.cursor.address >= self.addresses {
                self.cursor = Cursor {
                    probe: self.cursor.probe + 1,
                    address: 0,
                    ..self.cursor
                };
            }
            if self.cursor.probe >= self.config.probes.len() {
                let next = self.cursor.pass.saturating_add(1);
                if next >= self.config.passes || self.found_count == self.addresses {
                    self.ends = Some(now + self.config.linger);
                    return None;
                }
                self.cursor = Cursor {
                    pass: next,
                    ..Cursor::default()
                };
                let begin = now.max(self.pass_began + self.config.pass_gap);
                self.pass_began = begin;
                if begin > now {
                    self.next = begin;
                    return None;
                }
            }
            let at = self.cursor;
            match self.address(at.address) {
                Some(address) if !self.is_found(at.address) => {
                    return Some((at, address));
                }
                _ => self.cursor.address += 1,
            }
        }
    }

    /// A datagram arrived: an answer to one of the probes, or none of ours.
    pub fn handle_datagram<'d>(
        &mut self,
        now: Instant,
        via: Via,
        from: SocketAddr,
        datagram: &'d mut [u8],
    ) -> Handled<Found<'d>> {
        if via != self.config.via
            || from.port() != self.config.port
            || self.ends.is_some_and(|ends| now > ends)
        {
            return Handled::NotMine(NotMine::Source);
        }
        let Some(position) = self.position(from.ip()) else {
            return Handled::NotMine(NotMine::Source);
        };
        let found = match self.answer(from, datagram) {
            Ok(found) => found,
            Err(reason) => return Handled::NotMine(reason),
        };
        if self.is_found(position) {
            return Handled::Consumed;
        }
        self.mark(position);
        Handled::Event(found)
    }

    /// ICMP is easily forged, and a port that is closed now may open before the next pass: nothing changes.
    pub fn handle_unreachable(&mut self, _now: Instant, _via: Via, _to: SocketAddr) {}

    /// The time that [`poll_timeout`](Self::poll_timeout) named has come.
    pub fn handle_timeout(&mut self, now: Instant) {
        if self.ends.is_some_and(|ends| now >= ends) {
            self.done = true;
        }
    }

    /// When the next probe is due, or the sweep ends. `None` when it is over.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        if self.done {
            None
        } else {
            Some(self.ends.unwrap_or(self.next))
        }
    }

    fn answer<'d>(&self, from: SocketAddr, datagram: &'d [u8]) -> Result<Found<'d>, NotMine> {
        let version = Version::of(datagram).map_err(|_| NotMine::OtherProtocol)?;
        let mut unknown = NotMine::Version;
        for (n, probe) in self
            .config
            .probes
            .iter()
            .enumerate()
            .filter(|(_, probe)| probe.version() == version)
        {
            let cookie = self.cookie(from.ip(), n);
            let found = match probe {
                Probe::V1(community) | Probe::V2c(community) => {
                    community_answer(datagram, community, cookie, from)
                }
                Probe::V3 => engine_answer(datagram, cookie, from),
            };
            match found {
                Ok(found) => return Ok(found),
                Err(reason) => unknown = reason,
            }
        }
        Err(unknown)
    }

    /// The id of a probe: 31 bits that only the holder of the seed can make.
    fn cookie(&self, address: IpAddr, probe: usize) -> i32 {
        let mut data = [0; 19];
        let octets = match address {
            IpAddr::V4(v4) => v4.to_ipv6_mapped(),
            IpAddr::V6(v6) => v6,
        };
        let [port_high, port_low] = self.config.port.to_be_bytes();
        let tail = [port_high, port_low, u8::try_from(probe).unwrap_or(u8::MAX)];
        for (place, octet) in data.iter_mut().zip(octets.octets().into_iter().chain(tail)) {
            *place = octet;
        }
        i32::try_from(self.entropy.keyed(COOKIE, &data) >> 33).unwrap_or_default()
    }

    fn address(&self, mut position: u64) -> Option<IpAddr> {
        for range in &self.config.ranges {
            match position.checked_sub(range.len()) {
                Some(behind) => position = behind,
                None => return range.nth(position),
            }
        }
        None
    }

    fn position(&self, address: IpAddr) -> Option<u64> {
        let mut before = 0;
        for range in &self.config.ranges {
            if let Some(position) = range.position(address) {
                return Some(before + position);
            }
            before += range.len();
        }
        None
    }

    fn is_found(&self, position: u64) -> bool {
        self.word(position)
            .and_then(|word| self.found.get(word))
            .is_some_and(|word| word & (1 << (position % 64)) != 0)
    }

    fn mark(&mut self, position: u64) {
        if let Some(word) = self.word(position).and_then(|word| self.found.get_mut(word)) {
            *word |= 1 << (position % 64);
            self.found_count += 1;
        }
    }

    fn word(&self, position: u64) -> Option<usize> {
        usize::try_from(position / 64).ok()
    }
}

/// Keeps the cookies apart from other uses of the seed.
const COOKIE: u8 = 1;

const STATE_VERSION: u8 = 1;
const STATE_HEAD: usize = 15;

fn encode(probe: &Probe, cookie: i32, buffer: &mut [u8]) -> Result<core::ops::Range<usize>, BufferTooSmall> {
    let header = PduHeader::request(PduType::GetRequest, cookie);
    match probe {
        Probe::V1(community) | Probe::V2c(community) => encode_community(
            buffer,
            probe.version(),
            community,
            &header,
            [VarBind::null(SYS_OBJECT_ID)],
        ),
        Probe::V3 => {
            let mut writer = Writer::new(buffer);
            let message_end = writer.mark();
            encode_scoped_pdu(&mut writer, &[], &[], &header, []);
            let parameters_end = writer.mark();
            // Engine id, boots, time, user, digest and salt, all empty: the sender knows nothing yet.
            for _ in 0..3 {
                writer.octet_string(&[]);
            }
            writer.integer(0);
            writer.integer(0);
            writer.octet_string(&[]);
            writer.sequence(parameters_end);
            let flags = Flags::new(SecurityLevel::NoAuthNoPriv, true);
            let header = V3Header {
                msg_id: cookie,
                max_size: 65_507,
                flags,
            };
            wrap_v3(&mut writer, &header, USM, parameters_end, message_end);
            writer.finish()
        }
    }
}

/// msgSecurityModel of the user-based security model (RFC 3411 §5).
const USM: i32 = 3;

fn community_answer<'d>(
    datagram: &'d [u8],
    community: &[u8],
    cookie: i32,
    address: SocketAddr,
) -> Result<Found<'d>, NotMine> {
    let message = CommunityMessage::decode(datagram, Strictness::DEPLOYED).map_err(|_| NotMine::Malformed)?;
    let CommunityPdu::Pdu(pdu) = message.pdu else {
        return Err(NotMine::Kind);
    };
    if pdu.header.pdu_type != PduType::Response {
        return Err(NotMine::Kind);
    }
    if pdu.header.request_id != cookie {
        return Err(NotMine::UnknownId);
    }
    if message.community != community {
        return Err(NotMine::Security);
    }
    // An error answers too: there is an agent.
    let sys_object_id = pdu.var_binds.iter().find_map(|var_bind| match var_bind.value {
        Value::ObjectIdentifier(oid) if var_bind.name == SYS_OBJECT_ID => Some(oid),
        _ => None,
    });
    Ok(Found::Community {
        address,
        version: message.version,
        sys_object_id,
    })
}

fn engine_answer(datagram: &[u8], cookie: i32, address: SocketAddr) -> Result<Found<'_>, NotMine> {
    let layout = V3Layout::decode(datagram, Strictness::DEPLOYED).map_err(|_| NotMine::Malformed)?;
    if layout.msg_id != cookie {
        return Err(NotMine::UnknownId);
    }
    if layout.security_model != USM || layout.flags.level() != Some(SecurityLevel::NoAuthNoPriv) {
        return Err(NotMine::Security);
    }
    let data = datagram.get(layout.data).ok_or(NotMine::Malformed)?;
    let scoped = ScopedPdu::decode(data, Strictness::DEPLOYED).map_err(|_| NotMine::Malformed)?;
    let report = scoped
        .pdu
        .var_binds
        .iter()
        .next()
        .map(|var_bind| ReportKind::of(var_bind.name));
    if scoped.pdu.header.pdu_type != PduType::Report || report != Some(ReportKind::UnknownEngineIds) {
        return Err(NotMine::Kind);
    }
    let parameters = datagram.get(layout.parameters).ok_or(NotMine::Malformed)?;
    let engine_id = snmp_core::ber::Reader::new(parameters)
        .sequence(snmp_core::ber::Field::MsgSecurityParameters)
        .and_then(|mut fields| fields.octet_string(snmp_core::ber::Field::MsgAuthoritativeEngineId))
        .map_err(|_| NotMine::Malformed)?;
    if (5..=32).contains(&engine_id.len()) {
        Ok(Found::Engine { address, engine_id })
    } else {
        Err(NotMine::Malformed)
    }
}

#[cfg(test)]
mod tests;
