//! `.snmprec` files: a device's answers as text, one variable binding a line, `OID|TAG|VALUE`.
//!
//! The tag is the decimal BER tag of the value, with the suffix `x` when the value is written in hex. Text stands as it
//! is, any octets to the end of the line. A file `NAME@CONTEXT.snmprec` holds what the device of `NAME.snmprec`
//! answers in the SNMP context CONTEXT.
//!
//! ```
//! use snmp_core::{oid, responder::snmprec, value::Value};
//! let loaded = snmprec::load(b"1.3.6.1.2.1.1.5.0|4|copy room\n1.3.6.1.2.1.1.3.0|67|4200\n");
//! assert!(loaded.skipped.is_empty());
//! assert_eq!(loaded.store.get(oid!(1.3.6.1.2.1.1.3.0)), Some(Value::TimeTicks(4200)));
//! ```

use alloc::vec::Vec;
use core::net::Ipv4Addr;
use core::str::FromStr;

use super::Store;
use crate::ber::tag;
use crate::oid::{Oid, OidBuf, OidError};
use crate::value::Value;
use crate::varbind::VarBind;

/// What a file gave.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Loaded {
    /// The variable bindings of all lines that could be read; of several lines with one name the last counts.
    pub store: Store,
    /// The lines that could not: recordings are edited by hand, and one slip costs one line.
    pub skipped: Vec<LineError>,
}

/// Why a line was not read.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("line {line}: {kind}")]
#[non_exhaustive]
pub struct LineError {
    /// Number of the line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub kind: LineErrorKind,
}

/// What is wrong with a line.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum LineErrorKind {
    /// Fewer than two bars.
    #[error("not OID|TAG|VALUE")]
    Fields,
    /// The name.
    #[error("name: {0}")]
    Name(OidError),
    /// A tag that is no number, that SNMP does not have, or with a suffix other than `x`.
    #[error("unknown tag")]
    Tag,
    /// An odd number of hex digits, or something else among them.
    #[error("not hex")]
    Hex,
    /// A number that is none, or that its type can't hold.
    #[error("not a number of this type")]
    Number,
    /// An `IpAddress` that is not four numbers of 0 to 255, or in hex not four octets.
    #[error("not an IPv4 address")]
    Address,
    /// The value of an OBJECT IDENTIFIER.
    #[error("object identifier: {0}")]
    ObjectIdentifier(OidError),
}

/// Reads a whole file. Empty lines and lines that begin with `#` are passed over; lines end with LF or CR LF, names may
/// have a leading dot, the order is free.
#[must_use]
pub fn load(file: &[u8]) -> Loaded {
    let mut skipped = Vec::new();
    let lines: Vec<Line> = lines(file)
        .filter_map(|line| line.map_err(|error| skipped.push(error)).ok())
        .collect();
    Loaded {
        store: lines.iter().map(Line::var_bind).collect(),
        skipped,
    }
}

/// Reads a file line by line, in its own order.
pub fn lines(file: &[u8]) -> impl Iterator<Item = Result<Line, LineError>> {
    file.split(|octet| *octet == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .enumerate()
        .filter(|(_, line)| !line.is_empty() && !line.starts_with(b"#"))
        .map(|(at, line)| Line::parse(line).map_err(|kind| LineError { line: at + 1, kind }))
}

/// A line that was read.
#[derive(Clone, Debug)]
pub struct Line {
    name: OidBuf,
    value: Owned,
}

/// A value that borrows nothing.
#[derive(Clone, Debug)]
enum Owned {
    Number(Value<'static>),
    ObjectIdentifier(OidBuf),
    OctetString(Vec<u8>),
    Opaque(Vec<u8>),
}

impl Line {
    /// Reads a line without its end.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(line: &[u8]) -> Result<Self, LineErrorKind> {
        let mut fields = line.splitn(3, |octet| *octet == b'|');
        let (Some(name), Some(tag), Some(value)) = (fields.next(), fields.next(), fields.next()) else {
            return Err(LineErrorKind::Fields);
        };
        let name = oid(name).map_err(LineErrorKind::Name)?;
        let value = match tag.strip_suffix(b"x") {
            Some(tag) => from_octets(number(tag).ok_or(LineErrorKind::Tag)?, hex(value)?)?,
            None => from_text(number(tag).ok_or(LineErrorKind::Tag)?, value)?,
        };
        Ok(Self { name, value })
    }

    /// Its name and value.
    #[must_use]
    pub fn var_bind(&self) -> VarBind<'_> {
        let value = match &self.value {
            Owned::Number(value) => *value,
            Owned::ObjectIdentifier(oid) => Value::ObjectIdentifier(oid.as_oid()),
            Owned::OctetString(octets) => Value::OctetString(octets),
            Owned::Opaque(octets) => Value::Opaque(octets),
        };
        VarBind::new(self.name.as_oid(), value)
    }
}

fn from_text(tag: u8, text: &[u8]) -> Result<Owned, LineErrorKind> {
    let wrong = LineErrorKind::Number;
    Ok(match tag {
        tag::INTEGER => Owned::Number(Value::Integer(number(text).ok_or(wrong)?)),
        tag::OCTET_STRING => Owned::OctetString(text.to_vec()),
        tag::NULL => Owned::Number(Value::Null),
        tag::OBJECT_IDENTIFIER if text.trim_ascii().is_empty() => Owned::ObjectIdentifier(OidBuf::default()),
        tag::OBJECT_IDENTIFIER => {
            Owned::ObjectIdentifier(oid(text).map_err(LineErrorKind::ObjectIdentifier)?)
        }
        tag::IP_ADDRESS => {
            let address: Ipv4Addr = number(text).ok_or(LineErrorKind::Address)?;
            Owned::Number(Value::IpAddress(address))
        }
        tag::COUNTER32 => Owned::Number(Value::Counter32(number(text).ok_or(wrong)?)),
        tag::GAUGE32 | tag::UINTEGER32 => Owned::Number(Value::Gauge32(number(text).ok_or(wrong)?)),
        tag::TIME_TICKS => Owned::Number(Value::TimeTicks(number(text).ok_or(wrong)?)),
        tag::OPAQUE => Owned::Opaque(text.to_vec()),
        tag::COUNTER64 => Owned::Number(Value::Counter64(number(text).ok_or(wrong)?)),
        _ => return Err(LineErrorKind::Tag),
    })
}

fn from_octets(tag: u8, octets: Vec<u8>) -> Result<Owned, LineErrorKind> {
    Ok(match tag {
        tag::OCTET_STRING => Owned::OctetString(octets),
        tag::OPAQUE => Owned::Opaque(octets),
        tag::IP_ADDRESS => {
            let address: [u8; 4] = octets.try_into().map_err(|_| LineErrorKind::Address)?;
            Owned::Number(Value::IpAddress(address.into()))
        }
        // Of the others simulators write the text in hex.
        _ => return from_text(tag, &octets),
    })
}

fn oid(text: &[u8]) -> Result<OidBuf, OidError> {
    core::str::from_utf8(text.trim_ascii())
        .map_err(|_| OidError::Text)?
        .parse()
}

fn number<T: FromStr>(text: &[u8]) -> Option<T> {
    core::str::from_utf8(text.trim_ascii()).ok()?.parse().ok()
}

fn hex(text: &[u8]) -> Result<Vec<u8>, LineErrorKind> {
    let digit = |octet: &u8| {
        char::from(*octet)
            .to_digit(16)
            .and_then(|digit| u8::try_from(digit).ok())
    };
    text.trim_ascii()
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => Some(digit(high)? << 4 | digit(low)?),
            _ => None,
        })
        .collect::<Option<Vec<u8>>>()
        .ok_or(LineErrorKind::Hex)
}

/// Appends a variable binding as a line, its end included.
///
/// Text is written as it is when it is UTF-8 without control characters, else in hex. `false`, and nothing is
/// written, for what such a file can't hold: exceptions, unknown tags, malformed values, empty names.
pub fn write(file: &mut Vec<u8>, name: Oid<'_>, value: &Value<'_>) -> bool {
    use alloc::format;
    use alloc::string::ToString;
    let text = match *value {
        _ if name.is_empty() => return false,
        Value::Integer(number) => format!("2|{number}"),
        Value::OctetString(octets) => match core::str::from_utf8(octets) {
            Ok(text) if !text.chars().any(char::is_control) => format!("4|{text}"),
            _ => format!("4x|{}", Hex(octets)),
        },
        Value::Null => "5|".to_string(),
        Value::ObjectIdentifier(oid) => format!("6|{oid}"),
        Value::IpAddress(address) => format!("64|{address}"),
        Value::Counter32(number) => format!("65|{number}"),
        Value::Gauge32(number) => format!("66|{number}"),
        Value::TimeTicks(number) => format!("67|{number}"),
        Value::Opaque(octets) => format!("68x|{}", Hex(octets)),
        Value::Counter64(number) => format!("70|{number}"),
        _ => return false,
    };
    file.extend_from_slice(format!("{name}|{text}\n").as_bytes());
    true
}

/// Octets as hex digits.
struct Hex<'a>(&'a [u8]);

impl core::fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oid;

    #[test]
    fn every_tag_is_read() {
        let name = oid!(1.3.6.1.4.1.11);
        for (text, expected) in [
            ("2|-3", Value::Integer(-3)),
            (
                "4|two | bars, blank behind ",
                Value::OctetString(b"two | bars, blank behind "),
            ),
            ("4|", Value::OctetString(b"")),
            ("4x|00fF1b", Value::OctetString(&[0, 0xff, 0x1b])),
            ("4x|", Value::OctetString(b"")),
            ("5|", Value::Null),
            ("6|1.3.6.1.4.1.11", Value::ObjectIdentifier(oid!(1.3.6.1.4.1.11))),
            ("6|.1.3.6", Value::ObjectIdentifier(oid!(1.3.6))),
            ("6|", Value::ObjectIdentifier(Oid::EMPTY)),
            ("64|192.0.2.1", Value::IpAddress([192, 0, 2, 1].into())),
            ("64x|c0000201", Value::IpAddress([192, 0, 2, 1].into())),
            ("65|4294967295", Value::Counter32(u32::MAX)),
            ("66|0", Value::Gauge32(0)),
            ("67|12", Value::TimeTicks(12)),
            (
                "68x|9f780442f60000",
                Value::Opaque(&[0x9f, 0x78, 4, 0x42, 0xf6, 0, 0]),
            ),
            ("70|18446744073709551615", Value::Counter64(u64::MAX)),
            ("2x|2d33", Value::Integer(-3)),
        ] {
            let line = alloc::format!(".1.3.6.1.4.1.11|{text}");
            let line = Line::parse(line.as_bytes()).unwrap_or_else(|why| panic!("{text}: {why}"));
            assert_eq!(line.var_bind(), VarBind::new(name, expected), "{text}");
        }
    }

    #[test]
    fn a_slip_costs_one_line_and_is_named() {
        let file = b"1.3.1|2|1\n# remark\n\n1.3.2|65|6git3159\n1.3.3|2|3\r\nnonsense\n1.3|x|\n1.99.1|2|1\n\
            1.3.4|4x|abc\n1.3.5|64|1.2.3\n1.3.6|6|7\n1.3.7|9|1\n1.3.8|2:numeric|1\n1.3.9|66|-1\n1.3.10|4|\xfc\xe4\n1.3.11|4|dos \r\n";
        let loaded = load(file);
        let read: Vec<_> = loaded.store.iter().collect();
        assert_eq!(
            read,
            [
                VarBind::new(oid!(1.3.1), Value::Integer(1)),
                VarBind::new(oid!(1.3.3), Value::Integer(3)),
                VarBind::new(oid!(1.3.10), Value::OctetString(b"\xfc\xe4")),
                VarBind::new(oid!(1.3.11), Value::OctetString(b"dos ")),
            ]
        );
        let skipped: Vec<_> = loaded
            .skipped
            .iter()
            .map(|error| (error.line, error.kind))
            .collect();
        assert_eq!(
            skipped,
            [
                (4, LineErrorKind::Number),
                (6, LineErrorKind::Fields),
                (7, LineErrorKind::Tag),
                (8, LineErrorKind::Name(OidError::FirstArcs)),
                (9, LineErrorKind::Hex),
                (10, LineErrorKind::Address),
                (11, LineErrorKind::ObjectIdentifier(OidError::FirstArcs)),
                (12, LineErrorKind::Tag),
                (13, LineErrorKind::Tag),
                (14, LineErrorKind::Number),
            ]
        );
    }

    #[test]
    fn what_is_written_is_read_again() {
        let values = [
            Value::Integer(-1),
            Value::OctetString("Größe | Ü ".as_bytes()),
            Value::OctetString(b"line\nfeed"),
            Value::OctetString(b"carriage return\r"),
            Value::OctetString(&[0xff, 0xfe]),
            Value::Null,
            Value::ObjectIdentifier(oid!(1.3.6)),
            Value::ObjectIdentifier(Oid::EMPTY),
            Value::IpAddress([1, 2, 3, 4].into()),
            Value::Counter32(1),
            Value::Gauge32(2),
            Value::TimeTicks(3),
            Value::Opaque(&[1, 2]),
            Value::Counter64(u64::MAX),
        ];
        for value in values {
            let mut file = Vec::new();
            assert!(write(&mut file, oid!(1.3.6.1), &value));
            let loaded = load(&file);
            assert_eq!(loaded.skipped, [], "{value:?}");
            assert_eq!(loaded.store.get(oid!(1.3.6.1)), Some(value));
        }
        let mut file = Vec::new();
        assert!(
            !write(&mut file, oid!(1.3), &Value::EndOfMibView) && !write(&mut file, Oid::EMPTY, &Value::Null)
        );
        assert!(file.is_empty());
    }
}
