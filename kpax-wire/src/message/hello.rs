//! The first message of every start.

use alloc::{collections::BTreeMap, vec::Vec};

use super::{Common, common};
use crate::{
    error::DecodeError,
    model::{BatchId, Clock, Extensions},
    reader::Reader,
    vocabulary::SectionKind,
    writer::Writer,
};

/// Six random octets, new when a collector's state was lost: what its handles, states and batch ids belong to.
pub type Instance = [u8; 6];

/// Who speaks, what it can do and what it holds.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Hello {
    /// Its number.
    pub batch: BatchId,
    /// When it was made.
    pub clock: Clock,
    /// What speaks.
    pub product: Product,
    /// Wire versions it speaks; at least one.
    pub wire_versions: Vec<u64>,
    /// What it can do: sum of [`DEFLATE`](Self::DEFLATE), [`GCM_SIV`](Self::GCM_SIV), [`DELTA`](Self::DELTA) and
    /// [`CATALOGUE`](Self::CATALOGUE).
    pub features: u64,
    /// What it holds.
    pub held: Versions,
    /// Octets of the largest message it can take.
    pub largest_downlink: Option<u64>,
    /// Its queue.
    pub queue: Option<Queue>,
    /// Its instance.
    pub instance: Instance,
    /// Rows dropped from the queue, by kind, since the last Hello that was acknowledged.
    pub dropped: BTreeMap<SectionKind, u64>,
    /// The part of a profile set that it wants next: version and number.
    pub wanted_part: Option<(u64, u64)>,
    /// Fields of later versions.
    pub extensions: Extensions,
}

/// Product and version.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Product {
    /// 0 the software agent, 1 the box.
    pub product: u64,
    /// Its version.
    pub version: [u64; 3],
}

/// Versions held.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub struct Versions {
    /// Of the configuration.
    pub config: u64,
    /// Of the profile set.
    pub profiles: u64,
    /// Of the catalogue.
    pub catalogue: u64,
}

/// What waits in the collector.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Queue {
    /// The next sequence number.
    pub next_sequence: u64,
    /// Messages that wait.
    pub queued: u64,
}

impl Hello {
    /// Takes compressed messages.
    pub const DEFLATE: u64 = 1;
    /// Has AES-256-GCM-SIV.
    pub const GCM_SIV: u64 = 2;
    /// Sends deltas.
    pub const DELTA: u64 = 4;
    /// Uses the catalogue.
    pub const CATALOGUE: u64 = 8;

    pub(super) fn read(r: &mut Reader<'_>) -> Result<Self, DecodeError> {
        const FIELD: &str = "hello";
        let mut base = Common::default();
        let mut hello = Self {
            batch: BatchId::default(),
            clock: Clock::default_zero(),
            product: Product {
                product: 0,
                version: [0; 3],
            },
            wire_versions: Vec::new(),
            features: 0,
            held: Versions::default(),
            largest_downlink: None,
            queue: None,
            instance: [0; 6],
            dropped: BTreeMap::new(),
            wanted_part: None,
            extensions: Extensions::new(),
        };
        let extensions = r.fields(FIELD, |r, key| {
            if base.read(r, key)? {
                return Ok(true);
            }
            match key {
                3 => {
                    r.array("product", 4..=4)?;
                    let product = r.uint("product")?;
                    let mut number = || r.uint("product");
                    hello.product = Product {
                        product,
                        version: [number()?, number()?, number()?],
                    };
                }
                4 => hello.wire_versions = r.list("wire versions", 1, |r| r.uint("wire versions"))?,
                5 => hello.features = r.uint("features")?,
                6 => {
                    r.array("held versions", 3..=3)?;
                    let mut number = || r.uint("held versions");
                    hello.held = Versions {
                        config: number()?,
                        profiles: number()?,
                        catalogue: number()?,
                    };
                }
                7 => hello.largest_downlink = Some(r.uint("downlink limit")?),
                8 => {
                    r.array("queue", 2..=2)?;
                    hello.queue = Some(Queue {
                        next_sequence: r.uint("queue")?,
                        queued: r.uint("queue")?,
                    });
                }
                9 => hello.instance = r.fixed("instance")?,
                10 => hello.dropped = r.table("dropped", 1, |r, _| r.uint("dropped"))?,
                11 => {
                    r.array("wanted part", 2..=2)?;
                    hello.wanted_part = Some((r.uint("wanted part")?, r.uint("wanted part")?));
                }
                _ => return Ok(false),
            }
            Ok(true)
        })?;
        let (batch, clock) = base.finish(r, FIELD, &[3, 4, 5, 6, 9])?;
        Ok(Self {
            batch,
            clock,
            extensions,
            ..hello
        })
    }

    pub(super) fn write(&self, w: &mut Writer) {
        let mut fields = common(0, self.batch, self.clock);
        fields.put(3, |w| {
            w.array(4);
            w.uint(self.product.product);
            self.product.version.into_iter().for_each(|number| w.uint(number));
        });
        fields.put(4, |w| w.list(&self.wire_versions, |w, version| w.uint(*version)));
        fields.put(5, |w| w.uint(self.features));
        fields.put(6, |w| {
            w.array(3);
            [self.held.config, self.held.profiles, self.held.catalogue]
                .into_iter()
                .for_each(|v| w.uint(v));
        });
        fields.maybe(7, self.largest_downlink, Writer::uint);
        fields.maybe(8, self.queue, |w, queue| {
            w.array(2);
            w.uint(queue.next_sequence);
            w.uint(queue.queued);
        });
        fields.put(9, |w| w.octets(&self.instance));
        // In the order of the numbers, which is not that of the names.
        let dropped: BTreeMap<u64, u64> = self
            .dropped
            .iter()
            .map(|(kind, rows)| (kind.number(), *rows))
            .collect();
        fields.table(10, &dropped, |w, rows| w.uint(*rows));
        fields.maybe(11, self.wanted_part, |w, (version, nth)| {
            w.array(2);
            w.uint(version);
            w.uint(nth);
        });
        fields.finish(&self.extensions, w);
    }
}
