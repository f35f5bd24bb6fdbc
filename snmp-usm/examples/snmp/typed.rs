//! Values as words: a type and what it holds.

use snmp_core::oid::{Oid, OidBuf};
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;

use crate::args::{Usage, wrong};
use crate::show::unhex;

/// A name with a value, owned.
#[derive(Debug)]
pub(crate) struct Typed {
    name: OidBuf,
    value: Held,
}

#[derive(Debug)]
enum Held {
    Plain(Value<'static>),
    Octets(Vec<u8>),
    Opaque(Vec<u8>),
    Oid(OidBuf),
}

impl Typed {
    pub(crate) fn var_bind(&self) -> VarBind<'_> {
        let value = match &self.value {
            Held::Plain(value) => *value,
            Held::Octets(octets) => Value::OctetString(octets),
            Held::Opaque(octets) => Value::Opaque(octets),
            Held::Oid(oid) => Value::ObjectIdentifier(oid.as_oid()),
        };
        VarBind::new(self.name.as_oid(), value)
    }
}

pub(crate) fn oid(word: &str) -> Result<OidBuf, Usage> {
    word.parse().or_else(|error| wrong(format!("{word}: {error}")))
}

pub(crate) fn oids(words: &[String]) -> Result<Vec<OidBuf>, Usage> {
    words.iter().map(|word| oid(word)).collect()
}

/// Reads words in threes: OID TYPE VALUE.
pub(crate) fn typed(words: &[String]) -> Result<Vec<Typed>, Usage> {
    words
        .chunks(3)
        .map(|words| match words {
            [name, kind, value] => Ok(Typed {
                name: oid(name)?,
                value: held(kind, value)?,
            }),
            _ => wrong("OID TYPE VALUE belong together"),
        })
        .collect()
}

fn held(kind: &str, word: &str) -> Result<Held, Usage> {
    fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(kind: &str, word: &str) -> Result<T, Usage> {
        word.parse()
            .or_else(|error| wrong(format!("{kind} {word}: {error}")))
    }
    let octets = || unhex(word).ok_or_else(|| Usage(format!("{kind} {word}: not hex")));
    Ok(match kind {
        "i" | "INTEGER" => Held::Plain(Value::Integer(parsed(kind, word)?)),
        "u" | "Gauge32" | "Unsigned32" => Held::Plain(Value::Gauge32(parsed(kind, word)?)),
        "c" | "Counter32" => Held::Plain(Value::Counter32(parsed(kind, word)?)),
        "C" | "Counter64" => Held::Plain(Value::Counter64(parsed(kind, word)?)),
        "t" | "TimeTicks" => Held::Plain(Value::TimeTicks(parsed(kind, word)?)),
        "a" | "IpAddress" => Held::Plain(Value::IpAddress(parsed(kind, word)?)),
        "n" | "NULL" => Held::Plain(Value::Null),
        "o" | "OBJECT IDENTIFIER" => Held::Oid(match word {
            // Some agents write no name at all for it.
            "" => Oid::EMPTY.to_buf(),
            word => oid(word)?,
        }),
        "s" => Held::Octets(word.as_bytes().to_vec()),
        "x" | "OCTET STRING" => Held::Octets(octets()?),
        "Opaque" => Held::Opaque(octets()?),
        other => return wrong(format!("{other} is no type; --help lists them")),
    })
}
