//! The speed of light to compare with: hand-written, safe, zero-copy, without allocation, one shape of message only.
//!
//! Names keep the rules of X.690 §8.19 (no padding, an end, 32 bits, 128 arcs). No anomalies, no error positions, no
//! strictness, no second look: it is no product.

/// A value, borrowed from its message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Integer(i32),
    Octets(&'a [u8]),
    Oid(&'a [u8]),
    Address([u8; 4]),
    /// Tag and number of Counter32, Gauge32, TimeTicks and Counter64.
    Unsigned(u8, u64),
    /// NULL and the exceptions.
    Empty(u8),
    Other(u8, &'a [u8]),
}

/// What stands in a message before its varbinds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header<'a> {
    pub(crate) version: i32,
    pub(crate) community: &'a [u8],
    pub(crate) pdu_type: u8,
    pub(crate) request_id: i32,
    pub(crate) second: i32,
    pub(crate) third: i32,
}

#[inline(always)]
fn element<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    if let [tag, length @ 0..=0x7f, ref after @ ..] = **rest {
        let (content, after) = after.split_at_checked(usize::from(length))?;
        *rest = after;
        return Some((tag, content));
    }
    long_element(rest)
}

#[inline(never)]
fn long_element<'a>(rest: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (tag, length, after) = match **rest {
        [tag, 0x81, length, ref after @ ..] => (tag, usize::from(length), after),
        [tag, 0x82, a, b, ref after @ ..] => (tag, usize::from(u16::from_be_bytes([a, b])), after),
        _ => return None,
    };
    let (content, after) = after.split_at_checked(length)?;
    *rest = after;
    Some((tag, content))
}

#[inline(always)]
fn expect<'a>(rest: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    let (found, content) = element(rest)?;
    (found == tag).then_some(content)
}

/// Name, tag and contents of the next varbind.
#[inline(always)]
fn var_bind<'a>(list: &mut &'a [u8]) -> Option<(&'a [u8], u8, &'a [u8])> {
    // All three lengths short: one look at each head, and the lengths must add up.
    if let [0x30, whole @ 0..=0x7f, 6, length @ 0..=0x7f, ref rest @ ..] = **list
        && let Some((name, [tag, size @ 0..=0x7f, rest @ ..])) = rest.split_at_checked(usize::from(length))
        && let Some((content, rest)) = rest.split_at_checked(usize::from(*size))
        && usize::from(length) + usize::from(*size) + 4 == usize::from(whole)
    {
        *list = rest;
        return Some((name, *tag, content));
    }
    long_var_bind(list)
}

#[inline(never)]
fn long_var_bind<'a>(list: &mut &'a [u8]) -> Option<(&'a [u8], u8, &'a [u8])> {
    let mut inner = expect(list, 0x30)?;
    let name = expect(&mut inner, 6)?;
    let (tag, content) = element(&mut inner)?;
    inner.is_empty().then_some((name, tag, content))
}

#[inline(always)]
fn integer(content: &[u8]) -> Option<i32> {
    // Most are one octet: a branch that is nearly always right, not a jump that is not.
    if let [a] = *content {
        return Some(i32::from(i8::from_be_bytes([a])));
    }
    Some(match *content {
        [a, b] => i32::from(i16::from_be_bytes([a, b])),
        [a, b, c] => i32::from_be_bytes([a, b, c, 0]) >> 8,
        [a, b, c, d] => i32::from_be_bytes([a, b, c, d]),
        _ => return None,
    })
}

#[inline(always)]
fn unsigned32(content: &[u8]) -> Option<u64> {
    if let [a] = *content {
        return Some(u64::from(a));
    }
    let number = match *content {
        [a, b] => u32::from(u16::from_be_bytes([a, b])),
        [a, b, c] => u32::from_be_bytes([0, a, b, c]),
        [a, b, c, d] | [0, a, b, c, d] => u32::from_be_bytes([a, b, c, d]),
        _ => return None,
    };
    Some(u64::from(number))
}

#[inline(never)]
fn unsigned64(content: &[u8]) -> Option<u64> {
    if content.is_empty() || content.len() > 9 || (content.len() == 9 && content[0] != 0) {
        return None;
    }
    let octets = content.iter();
    Some(octets.fold(0, |sum, octet| (sum << 8) | u64::from(*octet)))
}

/// The high bit of each octet: set where a sub-identifier goes on.
const MORE: u64 = 0x8080_8080_8080_8080;

#[inline(always)]
fn oid(octets: &[u8]) -> Option<&[u8]> {
    // Nearly all names have 8 to 16 octets: the first eight and the last eight, laid over each other.
    if let (Some(first), Some(last), 8..=16) = (octets.first_chunk(), octets.last_chunk(), octets.len()) {
        let (first, last) = (u64::from_le_bytes(*first), u64::from_le_bytes(*last));
        if (first | last) & MORE == 0 {
            return Some(octets);
        }
        let rest = last.checked_shr(8 * (16 - octets.len() as u32)).unwrap_or(0);
        if last >> 63 == 0 && odd(first, 0) | odd(rest, first) == 0 {
            return Some(octets);
        }
        return arc_by_arc(octets);
    }
    long_oid(octets)
}

/// Whether `word` has padding, which is 0x80 that does not follow a set high bit, or four set high bits in a row: the
/// sub-identifier can be too large. `before` are the eight octets before.
#[inline(always)]
fn odd(word: u64, before: u64) -> u64 {
    let more = word & MORE;
    let nonzero = (word & !MORE) + !MORE;
    let behind = |octets: u32| (word << (8 * octets)) | (before >> (64 - 8 * octets));
    more & ((!nonzero & !behind(1)) | (behind(1) & behind(2) & behind(3)))
}

#[inline(never)]
fn long_oid(octets: &[u8]) -> Option<&[u8]> {
    let (Some(last), 17..128) = (octets.last_chunk(), octets.len()) else {
        return arc_by_arc(octets);
    };
    let (words, rest) = octets.as_chunks();
    let (mut before, mut bad) = (0, 0);
    for word in words {
        let word = u64::from_le_bytes(*word);
        bad |= odd(word, before);
        before = word;
    }
    let last = u64::from_le_bytes(*last);
    if !rest.is_empty() {
        bad |= odd(last >> (64 - 8 * rest.len()), before);
    }
    if bad == 0 && last >> 63 == 0 {
        return Some(octets);
    }
    arc_by_arc(octets)
}

#[inline(never)]
fn arc_by_arc(octets: &[u8]) -> Option<&[u8]> {
    let (mut run, mut arcs, mut value) = (0, 1, 0_u64);
    for octet in octets {
        if run == 0 && *octet == 0x80 {
            return None;
        }
        value = (value << 7) | u64::from(octet & 0x7f);
        run += 1;
        if *octet < 0x80 {
            let largest = u64::from(u32::MAX) + if arcs == 1 { 80 } else { 0 };
            if run > 5 || value > largest {
                return None;
            }
            (run, value) = (0, 0);
            arcs += 1;
        }
    }
    (run == 0 && arcs <= 128).then_some(octets)
}

#[inline(always)]
fn value(tag: u8, content: &[u8]) -> Option<Value<'_>> {
    Some(match tag {
        2 => Value::Integer(integer(content)?),
        4 | 0x44 => Value::Octets(content),
        6 => Value::Oid(oid(content)?),
        0x40 => Value::Address(content.try_into().ok()?),
        0x41..=0x43 => Value::Unsigned(tag, unsigned32(content)?),
        0x46 => Value::Unsigned(tag, unsigned64(content)?),
        5 | 0x80..=0x82 => Value::Empty(tag),
        _ => Value::Other(tag, content),
    })
}

/// Reads a v1 or v2c message; `visit` sees each varbind as it is read.
#[inline(always)]
pub(crate) fn decode<'a>(
    mut datagram: &'a [u8],
    mut visit: impl FnMut(&'a [u8], Value<'a>),
) -> Option<Header<'a>> {
    let mut message = expect(&mut datagram, 0x30)?;
    let version = integer(expect(&mut message, 2)?)?;
    let community = expect(&mut message, 4)?;
    let (pdu_type, mut pdu) = element(&mut message)?;
    let request_id = integer(expect(&mut pdu, 2)?)?;
    let second = integer(expect(&mut pdu, 2)?)?;
    let third = integer(expect(&mut pdu, 2)?)?;
    let mut list = expect(&mut pdu, 0x30)?;
    while !list.is_empty() {
        let (name, tag, content) = var_bind(&mut list)?;
        visit(oid(name)?, value(tag, content)?);
    }
    Some(Header {
        version,
        community,
        pdu_type,
        request_id,
        second,
        third,
    })
}

/// Writes from the end of `buffer` to its start.
struct Writer<'b> {
    buffer: &'b mut [u8],
    at: usize,
}

impl Writer<'_> {
    #[inline(always)]
    fn octets(&mut self, octets: &[u8]) -> Option<()> {
        let start = self.at.checked_sub(octets.len())?;
        self.buffer.get_mut(start..self.at)?.copy_from_slice(octets);
        self.at = start;
        Some(())
    }

    #[inline(always)]
    fn head(&mut self, tag: u8, length: usize) -> Option<()> {
        if length < 0x80 {
            self.octets(&[tag, length as u8])
        } else if length < 0x100 {
            self.octets(&[tag, 0x81, length as u8])
        } else {
            let [a, b] = u16::try_from(length).ok()?.to_be_bytes();
            self.octets(&[tag, 0x82, a, b])
        }
    }

    #[inline(always)]
    fn element(&mut self, tag: u8, content: &[u8]) -> Option<()> {
        self.octets(content)?;
        self.head(tag, content.len())
    }

    #[inline(always)]
    fn close(&mut self, tag: u8, end: usize) -> Option<()> {
        self.head(tag, end - self.at)
    }

    #[inline(always)]
    fn signed(&mut self, value: i32) -> Option<()> {
        let [a, b, c, d] = value.to_be_bytes();
        match value {
            -0x80..=0x7f => self.octets(&[2, 1, d]),
            -0x8000..=0x7fff => self.octets(&[2, 2, c, d]),
            -0x80_0000..=0x7f_ffff => self.octets(&[2, 3, b, c, d]),
            _ => self.octets(&[2, 4, a, b, c, d]),
        }
    }

    #[inline(always)]
    fn unsigned(&mut self, tag: u8, value: u64) -> Option<()> {
        let [.., a, b, c, d] = value.to_be_bytes();
        match value {
            0..=0x7f => self.octets(&[tag, 1, d]),
            0x80..=0x7fff => self.octets(&[tag, 2, c, d]),
            0x8000..=0x7f_ffff => self.octets(&[tag, 3, b, c, d]),
            0x80_0000..=0x7fff_ffff => self.octets(&[tag, 4, a, b, c, d]),
            0x8000_0000..=0xffff_ffff => self.octets(&[tag, 5, 0, a, b, c, d]),
            _ => {
                let skip = (value.leading_zeros() / 8) as usize;
                self.octets(value.to_be_bytes().get(skip..)?)?;
                let mut length = 8 - skip;
                if (value << (8 * skip)) >> 63 == 1 {
                    self.octets(&[0])?;
                    length += 1;
                }
                self.head(tag, length)
            }
        }
    }
}

/// Writes a v1 or v2c message into the end of `buffer`; where it begins.
#[inline(always)]
pub(crate) fn encode(header: &Header<'_>, list: &[(&[u8], Value<'_>)], buffer: &mut [u8]) -> Option<usize> {
    let end = buffer.len();
    let mut writer = Writer { at: end, buffer };
    for (name, value) in list.iter().rev() {
        let end = writer.at;
        match *value {
            Value::Integer(number) => writer.signed(number)?,
            Value::Octets(octets) => writer.element(4, octets)?,
            Value::Oid(octets) => writer.element(6, octets)?,
            Value::Address(octets) => writer.element(0x40, &octets)?,
            Value::Unsigned(tag, number) => writer.unsigned(tag, number)?,
            Value::Empty(tag) => writer.octets(&[tag, 0])?,
            Value::Other(tag, octets) => writer.element(tag, octets)?,
        }
        writer.element(6, name)?;
        writer.close(0x30, end)?;
    }
    writer.close(0x30, end)?;
    writer.signed(header.third)?;
    writer.signed(header.second)?;
    writer.signed(header.request_id)?;
    writer.close(header.pdu_type, end)?;
    writer.element(4, header.community)?;
    writer.signed(header.version)?;
    writer.close(0x30, end)?;
    Some(writer.at)
}
