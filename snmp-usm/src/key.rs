//! Keys: password → master key (Ku) → localized key (Kul), a type each (RFC 3414 §2.6 and appendix A.2).
//!
//! Ku does not depend on the engine: it is computed once per protocol and password, which hashes 1 MiB, and localized
//! for each engine, which hashes some 100 octets. Stretching is an object of its own, [`Stretch`], so that a machine
//! without threads can do it in slices.

use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use hmac::EagerHash;
use hmac::digest::array::Array;
use hmac::digest::block_api::{BlockSizeUser, FixedOutputCore, UpdateCore};
use hmac::digest::{Digest, typenum::Unsigned};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::auth::AuthProtocol;

/// Octets that are hashed to stretch a password (RFC 3414 appendix A.2).
const STRETCHED_OCTETS: usize = 1 << 20;

/// The longest key of this build: the longest hash.
const MAX_KEY: usize = if cfg!(feature = "sha2") { 64 } else { 32 };

/// Blocks handed to the hash at once while stretching: the password's repetition is laid out this far ahead.
const BLOCKS_AHEAD: usize = 8;

/// Why octets or text are not a password or a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// A password has at least 8 octets (RFC 3414 §11.2).
    #[error("a password of {octets} octets is too short, 8 is the least")]
    PasswordTooShort {
        /// Octets of what was given.
        octets: usize,
    },
    /// A key has exactly as many octets as its protocol asks for.
    #[error("a key of {actual} octets, {expected} are needed")]
    Length {
        /// Octets that the protocol asks for.
        expected: usize,
        /// Octets of what was given.
        actual: usize,
    },
    /// Not a hexadecimal digit, or half an octet at the end.
    #[error("not hexadecimal at character {offset}")]
    Hex {
        /// Characters before the offending one.
        offset: usize,
    },
}

/// A password as the operator typed it, at least 8 octets. Wiped when dropped, never shown.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Password(Box<[u8]>);

impl Password {
    /// Takes the octets of a password; text counts as its UTF-8.
    ///
    /// # Errors
    /// [`KeyError::PasswordTooShort`] under 8 octets (RFC 3414 §11.2).
    pub fn new(password: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        let octets = password.as_ref();
        if octets.len() < 8 {
            return Err(KeyError::PasswordTooShort { octets: octets.len() });
        }
        Ok(Self(octets.into()))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(..)")
    }
}

/// Key octets up to the longest hash; wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
struct Secret {
    octets: [u8; MAX_KEY],
    len: u8,
}

impl Secret {
    fn new(octets: &[u8]) -> Self {
        let mut secret = Self {
            octets: [0; MAX_KEY],
            len: 0,
        };
        for (to, from) in secret.octets.iter_mut().zip(octets) {
            *to = *from;
            secret.len += 1;
        }
        secret
    }

    fn expose(&self) -> &[u8] {
        self.octets.get(..usize::from(self.len)).unwrap_or_default()
    }
}

macro_rules! key_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone)]
        pub struct $name {
            protocol: AuthProtocol,
            secret: Secret,
        }

        impl $name {
            /// Takes a key that was computed elsewhere.
            ///
            /// # Errors
            /// [`KeyError::Length`] unless there are [`AuthProtocol::key_len`] octets.
            pub fn from_octets(protocol: AuthProtocol, octets: &[u8]) -> Result<Self, KeyError> {
                if octets.len() != protocol.key_len() {
                    return Err(KeyError::Length { expected: protocol.key_len(), actual: octets.len() });
                }
                Ok(Self { protocol, secret: Secret::new(octets) })
            }

            /// Takes a key in hexadecimal, of either case, with or without `0x` in front.
            ///
            /// # Errors
            /// [`KeyError::Hex`] or [`KeyError::Length`].
            pub fn from_hex(protocol: AuthProtocol, hex: &str) -> Result<Self, KeyError> {
                Self::from_octets(protocol, &octets_of_hex(hex)?)
            }

            /// The key in lower-case hexadecimal, wiped when dropped.
            #[must_use]
            pub fn to_hex(&self) -> Zeroizing<String> {
                hex_of_octets(self.expose())
            }

            /// The protocol whose hash made the key.
            #[must_use]
            pub const fn protocol(&self) -> AuthProtocol {
                self.protocol
            }

            /// The key itself. Whoever copies it wipes the copy.
            #[must_use]
            pub fn expose(&self) -> &[u8] {
                self.secret.expose()
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({}, ..)"), self.protocol.name())
            }
        }
    };
}

key_type! {
    /// Ku: a stretched password, good for any engine (RFC 3414 §2.6).
    ///
    /// As secret as the password itself, and never to be stored on a managed device (RFC 3414 §11.2).
    MasterKey
}

key_type! {
    /// Kul: a key that is good for one engine (RFC 3414 §2.6). The only kind that an agent stores.
    LocalizedKey
}

impl MasterKey {
    /// Stretches `password` in one go: 0.5 to 3 ms on a server, up to 0.7 s on a microcontroller.
    ///
    /// [`Stretch`] does the same in slices.
    #[must_use]
    pub fn from_password(protocol: AuthProtocol, password: &Password) -> Self {
        Stretch::new(protocol, password).finish()
    }

    /// Stretches two passwords of one protocol, block by block in turn.
    ///
    /// Where the processor hashes in hardware the two chains overlap: 0.6 to 0.75 of the time of one after the other.
    #[must_use]
    pub fn pair_from_passwords(protocol: AuthProtocol, first: &Password, second: &Password) -> (Self, Self) {
        let (mut first, mut second) = (Stretch::new(protocol, first), Stretch::new(protocol, second));
        loop {
            if let Some(pair) = first.step_pair(&mut second, usize::MAX) {
                return pair;
            }
        }
    }

    /// The key for the engine `engine_id`: H(Ku ‖ snmpEngineID ‖ Ku) (RFC 3414 §2.6).
    #[must_use]
    pub fn localize(&self, engine_id: &[u8]) -> LocalizedKey {
        let parts = [self.expose(), engine_id, self.expose()];
        LocalizedKey {
            protocol: self.protocol,
            secret: hash(self.protocol, &parts),
        }
    }
}

impl LocalizedKey {
    /// The value to SET usmUserAuthKeyChange or usmUserPrivKeyChange to, so that the agent's key changes from this one
    /// to `new` (RFC 3414 §5, KeyChange): `random`, then what the new key differs from its hash by.
    ///
    /// `random` is as long as the key and never used twice.
    ///
    /// # Errors
    /// [`KeyError::Length`] when `new` belongs to another protocol or `random` has not the key's length.
    pub fn key_change(&self, new: &Self, random: &[u8]) -> Result<Vec<u8>, KeyError> {
        let expected = self.expose().len();
        for actual in [new.expose().len(), random.len()] {
            if actual != expected {
                return Err(KeyError::Length { expected, actual });
            }
        }
        let mask = digest(self.protocol, &[self.expose(), random]);
        let delta = mask.iter().zip(new.expose()).map(|(mask, new)| mask ^ new);
        Ok(random.iter().copied().chain(delta).collect())
    }
}

/// The hash of `protocol` over `parts`, one after the other.
pub(crate) fn digest(protocol: AuthProtocol, parts: &[&[u8]]) -> Zeroizing<Vec<u8>> {
    Zeroizing::new(hash(protocol, parts).expose().to_vec())
}

fn hash(protocol: AuthProtocol, parts: &[&[u8]]) -> Secret {
    fn over<D: Digest>(parts: &[&[u8]]) -> Secret {
        let mut hash = D::new();
        for part in parts {
            hash.update(part);
        }
        let mut digest = hash.finalize();
        let secret = Secret::new(&digest);
        digest.as_mut_slice().zeroize();
        secret
    }
    match protocol {
        #[cfg(feature = "md5")]
        AuthProtocol::Md5 => over::<md5::Md5>(parts),
        #[cfg(feature = "sha1")]
        AuthProtocol::Sha1 => over::<sha1::Sha1>(parts),
        #[cfg(feature = "sha2")]
        AuthProtocol::Sha224 => over::<sha2::Sha224>(parts),
        AuthProtocol::Sha256 => over::<sha2::Sha256>(parts),
        #[cfg(feature = "sha2")]
        AuthProtocol::Sha384 => over::<sha2::Sha384>(parts),
        #[cfg(feature = "sha2")]
        AuthProtocol::Sha512 => over::<sha2::Sha512>(parts),
    }
}

/// A password on its way to a [`MasterKey`]: 1 MiB of its repetition is hashed (RFC 3414 appendix A.2).
///
/// ```
/// use snmp_usm::{AuthProtocol, Password, Stretch};
/// let password = Password::new("maplesyrup")?;
/// let mut stretch = Stretch::new(AuthProtocol::Sha256, &password);
/// let key = loop {
///     // 64 blocks of 64 octets: under 2 ms on a microcontroller, then other work has its turn.
///     if let Some(key) = stretch.step(4096) {
///         break key;
///     }
/// };
/// assert!(key.to_hex().starts_with("ab51014d1e07"));
/// # Ok::<(), snmp_usm::KeyError>(())
/// ```
pub struct Stretch {
    chain: Chain,
    /// The password over and over: one period, and as far beyond as one call of the hash reads.
    window: Zeroizing<Box<[u8]>>,
    /// Octets of the password.
    period: usize,
    /// Where in the window the next block starts; below `period`.
    offset: usize,
    /// Octets still to hash.
    left: usize,
}

enum Chain {
    #[cfg(feature = "md5")]
    Md5(<md5::Md5 as EagerHash>::Core),
    #[cfg(feature = "sha1")]
    Sha1(<sha1::Sha1 as EagerHash>::Core),
    #[cfg(feature = "sha2")]
    Sha224(<sha2::Sha224 as EagerHash>::Core),
    Sha256(<sha2::Sha256 as EagerHash>::Core),
    #[cfg(feature = "sha2")]
    Sha384(<sha2::Sha384 as EagerHash>::Core),
    #[cfg(feature = "sha2")]
    Sha512(<sha2::Sha512 as EagerHash>::Core),
}

/// Runs `$body` with `$core` bound to the hash's state, whatever the hash.
macro_rules! with_core {
    ($chain:expr, $core:ident => $body:expr) => {
        match $chain {
            #[cfg(feature = "md5")]
            Chain::Md5($core) => $body,
            #[cfg(feature = "sha1")]
            Chain::Sha1($core) => $body,
            #[cfg(feature = "sha2")]
            Chain::Sha224($core) => $body,
            Chain::Sha256($core) => $body,
            #[cfg(feature = "sha2")]
            Chain::Sha384($core) => $body,
            #[cfg(feature = "sha2")]
            Chain::Sha512($core) => $body,
        }
    };
}

impl fmt::Debug for Stretch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stretch")
            .field("protocol", &self.protocol())
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

impl Stretch {
    /// Prepares to stretch `password`; allocates its length and at most 1 KiB.
    #[must_use]
    pub fn new(protocol: AuthProtocol, password: &Password) -> Self {
        Self::of_octets(protocol, &password.0)
    }

    /// Also stretches what is no password: Reeder's extension takes a key in its place. Not empty.
    pub(crate) fn of_octets(protocol: AuthProtocol, password: &[u8]) -> Self {
        #[cfg(test)]
        STRETCHES.with(|count| count.set(count.get() + 1));
        let chain = match protocol {
            #[cfg(feature = "md5")]
            AuthProtocol::Md5 => Chain::Md5(Default::default()),
            #[cfg(feature = "sha1")]
            AuthProtocol::Sha1 => Chain::Sha1(Default::default()),
            #[cfg(feature = "sha2")]
            AuthProtocol::Sha224 => Chain::Sha224(Default::default()),
            AuthProtocol::Sha256 => Chain::Sha256(Default::default()),
            #[cfg(feature = "sha2")]
            AuthProtocol::Sha384 => Chain::Sha384(Default::default()),
            #[cfg(feature = "sha2")]
            AuthProtocol::Sha512 => Chain::Sha512(Default::default()),
        };
        let block = with_core!(&chain, core => block_len(core));
        let period = password.len().max(1);
        let mut window = Zeroizing::new(vec![0; period + block * BLOCKS_AHEAD].into_boxed_slice());
        for (to, from) in window.iter_mut().zip(password.iter().cycle()) {
            *to = *from;
        }
        Self {
            chain,
            window,
            period,
            offset: 0,
            left: STRETCHED_OCTETS,
        }
    }

    /// The protocol that the key will belong to.
    #[must_use]
    pub const fn protocol(&self) -> AuthProtocol {
        match self.chain {
            #[cfg(feature = "md5")]
            Chain::Md5(_) => AuthProtocol::Md5,
            #[cfg(feature = "sha1")]
            Chain::Sha1(_) => AuthProtocol::Sha1,
            #[cfg(feature = "sha2")]
            Chain::Sha224(_) => AuthProtocol::Sha224,
            Chain::Sha256(_) => AuthProtocol::Sha256,
            #[cfg(feature = "sha2")]
            Chain::Sha384(_) => AuthProtocol::Sha384,
            #[cfg(feature = "sha2")]
            Chain::Sha512(_) => AuthProtocol::Sha512,
        }
    }

    /// Octets still to hash, out of 1,048,576.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.left
    }

    /// Hashes at most `max_octets` (rounded to blocks, at least one); `Some` once all is hashed.
    pub fn step(&mut self, max_octets: usize) -> Option<MasterKey> {
        let mut budget = max_octets.max(1);
        while self.left > 0 && budget > 0 {
            budget = budget.saturating_sub(self.advance(budget));
        }
        self.key()
    }

    /// As [`Stretch::step`] for two passwords at once, a block of each in turn; `Some` once both are hashed.
    ///
    /// `max_octets` counts those of one password. The two may be of different protocols, but only equal ones overlap.
    pub fn step_pair(&mut self, other: &mut Self, max_octets: usize) -> Option<(MasterKey, MasterKey)> {
        let mut budget = max_octets.max(1);
        while (self.left > 0 || other.left > 0) && budget > 0 {
            // One block at a time, so that the processor has both chains in sight.
            let done = self.advance(1).max(other.advance(1));
            budget = budget.saturating_sub(done);
        }
        Some((self.key()?, other.key()?))
    }

    /// Hashes all that is left.
    #[must_use]
    pub fn finish(mut self) -> MasterKey {
        loop {
            if let Some(key) = self.step(usize::MAX) {
                return key;
            }
        }
    }

    /// Hashes the next run of blocks, about `max_octets` and no more than the window holds; its octets.
    fn advance(&mut self, max_octets: usize) -> usize {
        let max_octets = max_octets.min(self.left);
        let window = self.window.get(self.offset..).unwrap_or_default();
        let done = with_core!(&mut self.chain, core => update(core, window, max_octets));
        // Zero only when nothing is left: the window holds `BLOCKS_AHEAD` blocks from every offset.
        self.left = self.left.saturating_sub(done);
        self.offset = (self.offset + done) % self.period;
        done
    }

    fn key(&self) -> Option<MasterKey> {
        (self.left == 0).then(|| MasterKey {
            protocol: self.protocol(),
            secret: with_core!(&self.chain, core => digest_of(core.clone())),
        })
    }
}

fn block_len<C: BlockSizeUser>(_: &C) -> usize {
    C::BlockSize::USIZE
}

/// Hashes up to `max_octets` of the window's start, rounded to blocks; 0 only when `max_octets` is.
fn update<C: UpdateCore>(core: &mut C, window: &[u8], max_octets: usize) -> usize {
    if max_octets == 0 {
        return 0;
    }
    let (blocks, _) = Array::<u8, C::BlockSize>::slice_as_chunks(window);
    let count = (max_octets / C::BlockSize::USIZE).clamp(1, BLOCKS_AHEAD);
    let Some(blocks) = blocks.get(..count) else {
        return 0;
    };
    core.update_blocks(blocks);
    count * C::BlockSize::USIZE
}

/// Ends the hash; 1 MiB is a whole number of blocks of every hash, so nothing is left in a buffer.
fn digest_of<C: FixedOutputCore>(mut core: C) -> Secret {
    let mut digest = hmac::digest::Output::<C>::default();
    core.finalize_fixed_core(&mut Default::default(), &mut digest);
    let secret = Secret::new(&digest);
    digest.as_mut_slice().zeroize();
    secret
}

/// Reads hexadecimal of either case, with or without `0x` in front.
pub(crate) fn octets_of_hex(hex: &str) -> Result<Zeroizing<Vec<u8>>, KeyError> {
    let skipped = if hex.starts_with("0x") || hex.starts_with("0X") {
        2
    } else {
        0
    };
    let digits = hex.as_bytes().get(skipped..).unwrap_or_default();
    let mut octets = Zeroizing::new(Vec::with_capacity(digits.len() / 2));
    let (pairs, odd) = digits.as_chunks::<2>();
    for (at, pair) in pairs.iter().enumerate() {
        let offset = skipped + 2 * at;
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16).and_then(|d| u8::try_from(d).ok()));
        let high = high.ok_or(KeyError::Hex { offset })?;
        let low = low.ok_or(KeyError::Hex { offset: offset + 1 })?;
        octets.push(high << 4 | low);
    }
    if !odd.is_empty() {
        return Err(KeyError::Hex {
            offset: hex.len().saturating_sub(1),
        });
    }
    Ok(octets)
}

pub(crate) fn hex_of_octets(octets: &[u8]) -> Zeroizing<String> {
    // Room for all at once: a growing string would leave copies behind.
    let mut hex = Zeroizing::new(String::with_capacity(2 * octets.len()));
    for octet in octets {
        for half in [octet >> 4, octet & 0x0f] {
            hex.push(char::from_digit(u32::from(half), 16).unwrap_or('0'));
        }
    }
    hex
}

#[cfg(test)]
std::thread_local! {
    /// Passwords stretched by this thread.
    pub(crate) static STRETCHES: core::cell::Cell<usize> = const { core::cell::Cell::new(0) };
}
