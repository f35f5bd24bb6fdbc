//! Indexes of rows: the arcs behind a column, taken apart into the values of the INDEX clause (RFC 2578 §7.7).

use alloc::vec::Vec;
use core::net::Ipv4Addr;

use crate::oid::{Arcs, OidBuf, OidError};

/// Reads a row's index, one object of its INDEX clause after the other.
///
/// What the arcs cannot give is a typed error and reads nothing: the same place can be read as something else, and
/// [`rest`](Self::rest) has the arcs as they are, so that a row with an index that breaks the rules is still a row.
///
/// ```
/// use snmp_core::{index::Index, oid};
/// // prtMarkerSuppliesLevel: INDEX { hrDeviceIndex, prtMarkerSuppliesIndex }
/// let name = oid!(1.3.6.1.2.1.43.11.1.1.9.1.4);
/// let mut index = Index::new(name.index_in(oid!(1.3.6.1.2.1.43.11.1.1.9)).unwrap());
/// assert_eq!((index.integer()?, index.integer()?), (1, 4));
/// index.finish()?;
/// # Ok::<(), snmp_core::index::IndexError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Index<'a> {
    arcs: Arcs<'a>,
    read: usize,
}

/// Why arcs are no index of the kind that was asked for.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("{kind} at arc {at} of the index")]
#[non_exhaustive]
pub struct IndexError {
    /// What is wrong.
    pub kind: IndexErrorKind,
    /// Arcs of the index before the one at fault.
    pub at: usize,
}

/// What is wrong with an index.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum IndexErrorKind {
    /// It ends too early.
    #[error("{missing} arcs missing")]
    Missing {
        /// Arcs that were needed beyond its end.
        missing: usize,
    },
    /// An arc of a string or an address is larger than an octet.
    #[error("{arc}, which is no octet,")]
    NoOctet {
        /// The arc.
        arc: u32,
    },
    /// Arcs that make no object identifier.
    #[error("{0}")]
    Oid(OidError),
    /// Arcs follow the last object.
    #[error("{extra} arcs too many")]
    Extra {
        /// How many.
        extra: usize,
    },
}

impl<'a> Index<'a> {
    /// The arcs behind a column: see [`Oid::index_in`](crate::oid::Oid::index_in).
    #[must_use]
    pub const fn new(arcs: Arcs<'a>) -> Self {
        Self { arcs, read: 0 }
    }

    /// The arcs that are not read yet.
    #[must_use]
    pub fn rest(&self) -> Arcs<'a> {
        self.arcs.clone()
    }

    /// An integer: one arc. Also what an enumeration or a TimeTicks is as an index.
    ///
    /// # Errors
    /// When nothing is left.
    pub fn integer(&mut self) -> Result<u32, IndexError> {
        self.whole(|index| index.arc(0))
    }

    /// An IpAddress: four arcs.
    ///
    /// # Errors
    /// When fewer are left, or one is above 255.
    pub fn ip_address(&mut self) -> Result<Ipv4Addr, IndexError> {
        self.whole(|index| {
            let octets = index.take_octets(4)?;
            let octets: [u8; 4] = octets.try_into().unwrap_or_default();
            Ok(octets.into())
        })
    }

    /// A string of fixed length, as a MacAddress: an arc an octet.
    ///
    /// # Errors
    /// When fewer arcs are left, or one is above 255.
    pub fn fixed_string(&mut self, length: usize) -> Result<Vec<u8>, IndexError> {
        self.whole(|index| index.take_octets(length))
    }

    /// A string of variable length: its length, then an arc an octet.
    ///
    /// # Errors
    /// When fewer arcs are left than the length says, or one is above 255.
    pub fn string(&mut self) -> Result<Vec<u8>, IndexError> {
        self.whole(|index| {
            let length = index.length()?;
            index.take_octets(length)
        })
    }

    /// A string whose length is IMPLIED: all that is left, so that it can be the last object only.
    ///
    /// # Errors
    /// When an arc is above 255.
    pub fn implied_string(&mut self) -> Result<Vec<u8>, IndexError> {
        self.whole(|index| {
            let length = index.arcs.clone().count();
            index.take_octets(length)
        })
    }

    /// An object identifier: its number of arcs, then these. None at all is the empty one.
    ///
    /// # Errors
    /// When fewer arcs are left than the length says, or they make no object identifier.
    pub fn oid(&mut self) -> Result<OidBuf, IndexError> {
        self.whole(|index| {
            let length = index.length()?;
            index.take_oid(length)
        })
    }

    /// An object identifier whose length is IMPLIED: all that is left, so that it can be the last object only.
    ///
    /// # Errors
    /// When the arcs make no object identifier.
    pub fn implied_oid(&mut self) -> Result<OidBuf, IndexError> {
        self.whole(|index| {
            let length = index.arcs.clone().count();
            index.take_oid(length)
        })
    }

    /// That nothing is left behind the last object.
    ///
    /// # Errors
    /// When something is.
    pub fn finish(self) -> Result<(), IndexError> {
        match self.arcs.clone().count() {
            0 => Ok(()),
            extra => Err(self.error(IndexErrorKind::Extra { extra })),
        }
    }

    /// Reads one object; on an error nothing is read.
    fn whole<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, IndexError>) -> Result<T, IndexError> {
        let mut ahead = self.clone();
        let value = read(&mut ahead)?;
        *self = ahead;
        Ok(value)
    }

    /// The next arc, which `more` others have to follow.
    fn arc(&mut self, more: usize) -> Result<u32, IndexError> {
        let arc = self
            .arcs
            .next()
            .ok_or_else(|| self.error(IndexErrorKind::Missing { missing: more + 1 }))?;
        self.read += 1;
        Ok(arc)
    }

    /// A length, which is at most the number of arcs that follow it: whatever it says, no more work is done.
    fn length(&mut self) -> Result<usize, IndexError> {
        let length = self.arc(0)?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let left = self.arcs.clone().count();
        match length.checked_sub(left) {
            None | Some(0) => Ok(length),
            Some(missing) => {
                self.read += left;
                Err(self.error(IndexErrorKind::Missing { missing }))
            }
        }
    }

    fn take_octets(&mut self, length: usize) -> Result<Vec<u8>, IndexError> {
        let mut octets = Vec::with_capacity(length.min(self.arcs.clone().count()));
        for at in 0..length {
            let arc = self.arc(length - at - 1)?;
            octets.push(u8::try_from(arc).map_err(|_| IndexError {
                kind: IndexErrorKind::NoOctet { arc },
                at: self.read - 1,
            })?);
        }
        Ok(octets)
    }

    fn take_oid(&mut self, length: usize) -> Result<OidBuf, IndexError> {
        let at = self.read;
        let arcs: Vec<u32> = self.arcs.by_ref().take(length).collect();
        self.read += arcs.len();
        if arcs.is_empty() {
            return Ok(OidBuf::default());
        }
        OidBuf::from_arcs(&arcs).map_err(|error| IndexError {
            kind: IndexErrorKind::Oid(error),
            at,
        })
    }

    const fn error(&self, kind: IndexErrorKind) -> IndexError {
        IndexError { kind, at: self.read }
    }
}

/// Puts a row's index together, one object of its INDEX clause after the other.
///
/// ```
/// use snmp_core::{index::IndexArcs, oid};
/// let arcs = IndexArcs::new().integer(1).string(b"eth0");
/// let name = oid!(1.3.6.1.4.1.8072.9999.1).to_buf().join(arcs.as_slice())?;
/// assert_eq!(name.to_string(), "1.3.6.1.4.1.8072.9999.1.1.4.101.116.104.48");
/// # Ok::<(), snmp_core::oid::OidError>(())
/// ```
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct IndexArcs(Vec<u32>);

impl IndexArcs {
    /// No arcs.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// An integer, which an index has without a sign.
    #[must_use]
    pub fn integer(mut self, value: u32) -> Self {
        self.0.push(value);
        self
    }

    /// An IpAddress.
    #[must_use]
    pub fn ip_address(self, address: Ipv4Addr) -> Self {
        self.implied_string(&address.octets())
    }

    /// A string of variable length.
    #[must_use]
    pub fn string(mut self, octets: &[u8]) -> Self {
        self.push_length(octets.len());
        self.implied_string(octets)
    }

    /// A string of fixed length, or of a length that is IMPLIED.
    #[must_use]
    pub fn implied_string(mut self, octets: &[u8]) -> Self {
        self.0.extend(octets.iter().copied().map(u32::from));
        self
    }

    /// An object identifier.
    #[must_use]
    pub fn oid(mut self, oid: crate::oid::Oid<'_>) -> Self {
        self.push_length(oid.arcs().count());
        self.implied_oid(oid)
    }

    /// An object identifier whose length is IMPLIED.
    #[must_use]
    pub fn implied_oid(mut self, oid: crate::oid::Oid<'_>) -> Self {
        self.0.extend(oid.arcs());
        self
    }

    /// The arcs, to go behind a column.
    #[must_use]
    pub fn as_slice(&self) -> &[u32] {
        &self.0
    }

    /// No name has room for a string whose length is no arc.
    fn push_length(&mut self, length: usize) {
        self.0.push(u32::try_from(length).unwrap_or(u32::MAX));
    }
}

#[cfg(test)]
mod tests;
