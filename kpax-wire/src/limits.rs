//! What a reader refuses before it allocates (`kpax-wire.cddl`, first lines).

/// Octets of one sealed item.
pub const SEALED: usize = 262_144;
/// Octets of one message, after inflating.
pub const MESSAGE: usize = 1_048_576;
/// Arrays, maps and tags inside each other, the outermost included.
pub const DEPTH: u32 = 16;
/// Items of one array, pairs of one map.
pub const ITEMS: u64 = 65_536;
/// Octets of one text.
pub const TEXT: usize = 4_096;
/// Octets of one byte string; a ciphertext, a stored message and a signed payload have their own limits.
pub const BYTES: usize = 65_536;
/// Sequence numbers a receiver remembers below the highest that it took.
pub const WINDOW: u64 = 64;
/// The highest sequence number: a Partial IV has at most five octets.
pub const SEQUENCE: u64 = (1 << 40) - 1;
/// The first key of a map, and the first number of an enumeration, that later versions may give a meaning to.
pub const LATER: u64 = 64;
/// The first section kind that later versions may give a meaning to.
pub const LATER_SECTION: u64 = 32;
