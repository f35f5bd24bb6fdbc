//! One CBOR item as JSON: octets as h'..', tags as {"tag":n,"value":..}, map keys as text.

use minicbor::{Decoder, data::Type, decode::Error};
use serde_json::{Map, Value, json};

use crate::arguments::to_hex;

/// The item, which has been checked; null where it is none.
pub(crate) fn item(octets: &[u8]) -> Value {
    value(&mut Decoder::new(octets)).unwrap_or(Value::Null)
}

fn value(d: &mut Decoder<'_>) -> Result<Value, Error> {
    Ok(match d.datatype()? {
        Type::Bytes => json!(format!("h'{}'", to_hex(d.bytes()?))),
        Type::String => json!(d.str()?),
        Type::Array => {
            let len = d.array()?.unwrap_or(0);
            Value::Array((0..len).map(|_| value(d)).collect::<Result<_, _>>()?)
        }
        Type::Map => {
            let len = d.map()?.unwrap_or(0);
            let mut map = Map::new();
            for _ in 0..len {
                let key = key(value(d)?);
                map.insert(key, value(d)?);
            }
            Value::Object(map)
        }
        Type::Tag => {
            let tag = d.tag()?.as_u64();
            json!({"tag": tag, "value": value(d)?})
        }
        Type::Bool => json!(d.bool()?),
        Type::Null => {
            d.null()?;
            Value::Null
        }
        _ => {
            let int = i128::from(d.int()?);
            match (u64::try_from(int), i64::try_from(int)) {
                (Ok(number), _) => json!(number),
                (_, Ok(number)) => json!(number),
                // JSON readers take no more than 64 bits.
                _ => json!(int.to_string()),
            }
        }
    })
}

/// An OID index as dotted arcs.
fn key(key: Value) -> String {
    match key {
        Value::String(text) => text,
        Value::Array(arcs) => arcs.iter().map(ToString::to_string).collect::<Vec<_>>().join("."),
        other => other.to_string(),
    }
}
