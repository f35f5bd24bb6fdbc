//! What a collector is to do. It narrows the collector's local policy and never widens it.

use alloc::{
    collections::{BTreeMap, BTreeSet},
    string::String,
    vec::Vec,
};
use core::net::IpAddr;

use super::{Common, common};
use crate::{
    error::{DecodeError, DecodeErrorKind},
    key::{Kid, Secret, SiteKey},
    model::{
        BatchId, Clock, Extensions, Slot,
        inventory::{read_ip, write_ip},
        once,
    },
    reader::Reader,
    vocabulary::{AuthProtocol, PrivProtocol, SectionKind, TextPolicy},
    writer::Writer,
};

/// A configuration. Its encoding holds secrets: it is never compressed, and who encodes it wipes the octets.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Config {
    /// Its number.
    pub batch: BatchId,
    /// The server's clock.
    pub clock: Clock,
    /// Its version; one below the held version is refused.
    pub version: u64,
    /// Addresses to look at.
    pub ranges: Vec<AddressRange>,
    /// Host names to look at.
    pub hosts: Vec<String>,
    /// Seconds between two reads, by section kind.
    pub intervals: BTreeMap<SectionKind, u64>,
    /// How devices are asked.
    pub credentials: Vec<Credential>,
    /// Octets of the largest sealed report.
    pub largest_report: Option<u64>,
    /// Reports are padded to a multiple of so many octets.
    pub padding: Option<u64>,
    /// Which text of devices leaves the site.
    pub text_policy: Option<TextPolicy>,
    /// The site's next key: routine rotation only.
    pub next_key: Option<NextKey>,
    /// Readings that are due.
    pub readings: Vec<ReadingSlot>,
    /// Addresses never to ask.
    pub exclusions: Vec<AddressRange>,
    /// When no datagram leaves.
    pub quiet_hours: Vec<QuietHours>,
    /// Packets a second, at least 1.
    pub packets_per_second: Option<u64>,
    /// UDP ports of agents.
    pub ports: Vec<u16>,
    /// Fields of later versions.
    pub extensions: Extensions,
}

/// Addresses from first to last, both of one family.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct AddressRange {
    /// The first.
    pub first: IpAddr,
    /// The last.
    pub last: IpAddr,
}

/// The next site key.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct NextKey {
    /// Its name.
    pub kid: Kid,
    /// Its epoch.
    pub epoch: u16,
    /// The key.
    pub key: SiteKey,
}

/// A reading that is due.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct ReadingSlot {
    /// Its number.
    pub slot: Slot,
    /// When, Unix seconds, UTC.
    pub due: u64,
    /// Seconds around it in which it may be taken.
    pub window: u64,
}

/// Seconds since Monday 00:00 UTC, 0 to 604799; begin above end: over the end of the week.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct QuietHours {
    /// From here.
    pub begin: u32,
    /// To here.
    pub end: u32,
}

/// How devices are asked.
#[derive(Clone, Debug, Eq, PartialEq)]
#[allow(clippy::exhaustive_enums)] // closed in the definition
pub enum Credential {
    /// SNMP v2c, then v1.
    Community {
        /// The community.
        community: Secret,
        /// Where it may be used; `None`: in all ranges.
        scope: Option<Vec<AddressRange>>,
    },
    /// SNMP v3.
    User(UserSecurity),
}

/// A user of SNMPv3.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct UserSecurity {
    /// msgUserName.
    pub user: String,
    /// Authentication.
    pub auth: AuthProtocol,
    /// Ku of authentication, as long as the digest; empty without.
    pub auth_key: Secret,
    /// Privacy; none without authentication.
    pub privacy: PrivProtocol,
    /// Ku of privacy, as long as the digest; empty without.
    pub privacy_key: Secret,
    /// Where it may be used; `None`: in all ranges.
    pub scope: Option<Vec<AddressRange>>,
    /// Context name.
    pub context: Option<Vec<u8>>,
}

impl Config {
    /// A configuration that says nothing but its version.
    #[must_use]
    pub const fn new(batch: BatchId, clock: Clock, version: u64) -> Self {
        Self {
            batch,
            clock,
            version,
            ranges: Vec::new(),
            hosts: Vec::new(),
            intervals: BTreeMap::new(),
            credentials: Vec::new(),
            largest_report: None,
            padding: None,
            text_policy: None,
            next_key: None,
            readings: Vec::new(),
            exclusions: Vec::new(),
            quiet_hours: Vec::new(),
            packets_per_second: None,
            ports: Vec::new(),
            extensions: Extensions::new(),
        }
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const FIELD: &str = "config";
        let mut base = Common::default();
        let mut config = Self::new(BatchId::default(), Clock::default_zero(), 0);
        let extensions = r.fields(FIELD, |r, key| {
            if base.read(r, key)? {
                return Ok(true);
            }
            match key {
                3 => config.version = r.uint("configuration version")?,
                4 => config.ranges = AddressRange::read_all(r)?,
                5 => config.hosts = r.list("hosts", 1, |r| r.text("hosts"))?,
                6 => config.intervals = r.table("intervals", 1, |r, _| r.uint("intervals"))?,
                7 => config.credentials = r.list("credentials", 1, Credential::read)?,
                8 => config.largest_report = Some(r.uint("largest report")?),
                9 => config.padding = Some(r.uint("padding")?),
                10 => config.text_policy = Some(r.word("text-policy")?),
                11 => config.next_key = Some(NextKey::read(r)?),
                12 => {
                    let mut slots = BTreeSet::new();
                    config.readings = r.list("readings", 1, |r| {
                        let start = r.position();
                        r.array("reading", 3..=3)?;
                        let slot = r.uint("slot")?.into();
                        once(r, start, "slot", &mut slots, slot)?;
                        Ok(ReadingSlot {
                            slot,
                            due: r.uint("due")?,
                            window: r.uint("window")?,
                        })
                    })?;
                }
                13 => config.exclusions = AddressRange::read_all(r)?,
                14 => {
                    config.quiet_hours = r.list("quiet hours", 1, |r| {
                        r.array("quiet hours", 2..=2)?;
                        Ok(QuietHours {
                            begin: week_second(r)?,
                            end: week_second(r)?,
                        })
                    })?;
                }
                15 => config.packets_per_second = Some(r.uint_in("packets per second", 1..=u64::MAX)?),
                16 => {
                    config.ports = r.list("ports", 1, |r| {
                        let start = r.position();
                        let port = r.uint_in("port", 1..=65_535)?;
                        u16::try_from(port)
                            .map_err(|_| r.error_at(start, "port", DecodeErrorKind::OutOfRange))
                    })?;
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let (batch, clock) = base.finish(r, FIELD, &[3])?;
        Ok(Self {
            batch,
            clock,
            extensions,
            ..config
        })
    }

    pub(super) fn write(&self, w: &mut Writer) {
        let mut fields = common(3, self.batch, self.clock);
        fields.put(3, |w| w.uint(self.version));
        fields.list(4, &self.ranges, |w, range| range.write(w));
        fields.list(5, &self.hosts, |w, host| w.text(host));
        let intervals: BTreeMap<u64, u64> = self
            .intervals
            .iter()
            .map(|(kind, seconds)| (kind.number(), *seconds))
            .collect();
        fields.table(6, &intervals, |w, seconds| w.uint(*seconds));
        fields.list(7, &self.credentials, |w, credential| credential.write(w));
        fields.maybe(8, self.largest_report, Writer::uint);
        fields.maybe(9, self.padding, Writer::uint);
        fields.maybe(10, self.text_policy, Writer::word);
        fields.maybe(11, self.next_key.as_ref(), |w, next| {
            w.array(3);
            w.octets(next.kid.octets());
            w.uint(next.epoch.into());
            w.octets(next.key.expose());
        });
        fields.list(12, &self.readings, |w, reading| {
            w.array(3);
            w.uint(reading.slot.get());
            w.uint(reading.due);
            w.uint(reading.window);
        });
        fields.list(13, &self.exclusions, |w, range| range.write(w));
        fields.list(14, &self.quiet_hours, |w, hours| {
            w.array(2);
            w.uint(hours.begin.into());
            w.uint(hours.end.into());
        });
        fields.maybe(15, self.packets_per_second, Writer::uint);
        fields.list(16, &self.ports, |w, port| w.uint((*port).into()));
        fields.finish(&self.extensions, w);
    }
}

fn week_second(r: &mut Reader<'_>) -> Result<u32, DecodeError> {
    let start = r.position();
    let second = r.uint_in("second of the week", 0..=604_799)?;
    u32::try_from(second).map_err(|_| r.error_at(start, "second of the week", DecodeErrorKind::OutOfRange))
}

impl AddressRange {
    fn read_all(r: &mut Reader<'_>) -> Result<Vec<Self>, DecodeError> {
        r.list("ranges", 1, |r| {
            let start = r.position();
            r.array("range", 2..=2)?;
            let (first, last) = (read_ip(r)?, read_ip(r)?);
            if first.is_ipv4() == last.is_ipv4() && first <= last {
                Ok(Self { first, last })
            } else {
                Err(r.error_at(start, "range", DecodeErrorKind::OutOfRange))
            }
        })
    }

    fn write(&self, w: &mut Writer) {
        w.array(2);
        write_ip(w, &self.first);
        write_ip(w, &self.last);
    }
}

impl NextKey {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const FIELD: &str = "next key";
        r.array(FIELD, 3..=3)?;
        let start = r.position();
        let range_error = r.error_at(start, FIELD, DecodeErrorKind::OutOfRange);
        let kid = Kid::new(r.octets("kid", 4..=8)?).ok_or(range_error)?;
        let epoch = u16::try_from(r.uint_in("epoch", 0..=65_535)?).map_err(|_| range_error)?;
        Ok(Self {
            kid,
            epoch,
            key: SiteKey::new(r.fixed("key")?),
        })
    }
}

impl Credential {
    fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        let start = r.position();
        let len = r.array("credential", 2..=8)?;
        let wrong_length = r.error_at(start, "credential", DecodeErrorKind::OutOfRange);
        match (r.uint("credential")?, len) {
            (0, 2..=3) => {
                let community = Secret::new(r.octets("community", 0..=usize::MAX)?.to_vec());
                let scope = if len > 2 {
                    r.nullable(AddressRange::read_all)?
                } else {
                    None
                };
                Ok(Self::Community { community, scope })
            }
            (1, 6..=8) => {
                let user = r.text("user")?;
                let auth: AuthProtocol = r.word("auth")?;
                let auth_key = Secret::new(r.octets("auth key", exactly(ku_len(auth)))?.to_vec());
                let at = r.position();
                let privacy: PrivProtocol = r.word("priv")?;
                if auth == AuthProtocol::None && privacy != PrivProtocol::None {
                    return Err(r.error_at(at, "priv", DecodeErrorKind::OutOfRange));
                }
                let privacy_len = if privacy == PrivProtocol::None {
                    0
                } else {
                    ku_len(auth)
                };
                let privacy_key = Secret::new(r.octets("priv key", exactly(privacy_len))?.to_vec());
                let scope = if len > 6 {
                    r.nullable(AddressRange::read_all)?
                } else {
                    None
                };
                let context = if len > 7 {
                    Some(r.octets("context", 0..=usize::MAX)?.to_vec())
                } else {
                    None
                };
                Ok(Self::User(UserSecurity {
                    user,
                    auth,
                    auth_key,
                    privacy,
                    privacy_key,
                    scope,
                    context,
                }))
            }
            _ => Err(wrong_length),
        }
    }

    fn write(&self, w: &mut Writer) {
        let write_scope = |w: &mut Writer, scope: &Option<Vec<AddressRange>>| {
            w.nullable(scope.as_ref(), |w, ranges| {
                w.list(ranges, |w, range| range.write(w));
            });
        };
        match self {
            Self::Community { community, scope } => {
                w.array(if scope.is_some() { 3 } else { 2 });
                w.uint(0);
                w.octets(community.expose());
                if scope.is_some() {
                    write_scope(w, scope);
                }
            }
            Self::User(user) => {
                let len = if user.context.is_some() {
                    8
                } else {
                    6 + usize::from(user.scope.is_some())
                };
                w.array(len);
                w.uint(1);
                w.text(&user.user);
                w.word(user.auth);
                w.octets(user.auth_key.expose());
                w.word(user.privacy);
                w.octets(user.privacy_key.expose());
                if len > 6 {
                    write_scope(w, &user.scope);
                }
                if let Some(context) = &user.context {
                    w.octets(context);
                }
            }
        }
    }
}

const fn exactly(len: usize) -> core::ops::RangeInclusive<usize> {
    len..=len
}

/// Octets of a digest, which are those of Ku (RFC 3414 A.2).
const fn ku_len(auth: AuthProtocol) -> usize {
    match auth {
        AuthProtocol::None => 0,
        AuthProtocol::Md5 => 16,
        AuthProtocol::Sha1 => 20,
        AuthProtocol::Sha224 => 28,
        AuthProtocol::Sha256 => 32,
        AuthProtocol::Sha384 => 48,
        AuthProtocol::Sha512 => 64,
    }
}
