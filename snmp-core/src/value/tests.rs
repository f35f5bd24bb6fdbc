use super::*;

fn decode(tag: u8, content: &[u8], strictness: Strictness) -> (Value<'_>, Anomalies) {
    let mut anomalies = Anomalies::NONE;
    (
        Value::decode(
            Tlv {
                tag,
                content,
                offset: 0,
            },
            strictness,
            &mut anomalies,
        ),
        anomalies,
    )
}

/// One deviation: how it reads when deployed devices are met, and that the strict reading refuses it.
fn tolerated(tag: u8, content: &[u8], expected: Value<'_>, anomaly: Anomaly) {
    let (value, anomalies) = decode(tag, content, Strictness::DEPLOYED);
    assert_eq!(value, expected, "{tag:#x} {content:x?}");
    assert!(anomalies.contains(anomaly), "{tag:#x} {content:x?} {anomalies:?}");
    let why = MalformedValue::NotTolerated(anomaly);
    assert_eq!(
        decode(tag, content, Strictness::STRICT).0,
        Value::Malformed { tag, content, why }
    );
}

fn refused(tag: u8, content: &[u8], why: MalformedValue) {
    for strictness in [Strictness::DEPLOYED, Strictness::STRICT] {
        assert_eq!(
            decode(tag, content, strictness).0,
            Value::Malformed { tag, content, why },
            "{tag:#x} {content:x?}"
        );
    }
}

#[test]
fn r2578_7_1_1b_non_minimal_integers_are_read_and_reported() {
    tolerated(
        tag::INTEGER,
        &[0, 0, 7],
        Value::Integer(7),
        Anomaly::NonMinimalInteger,
    );
    tolerated(
        tag::INTEGER,
        &[0xff, 0xff],
        Value::Integer(-1),
        Anomaly::NonMinimalInteger,
    );
    tolerated(
        tag::COUNTER32,
        &[0, 0, 0, 0, 0, 1],
        Value::Counter32(1),
        Anomaly::NonMinimalInteger,
    );
}

#[test]
fn r2578_7_1_1d_empty_numbers_are_malformed() {
    for tag in [
        tag::INTEGER,
        tag::COUNTER32,
        tag::GAUGE32,
        tag::TIME_TICKS,
        tag::COUNTER64,
    ] {
        refused(tag, &[], MalformedValue::Empty);
    }
}

#[test]
fn r2578_7_1_3e_empty_object_identifier_is_read_and_reported() {
    tolerated(
        tag::OBJECT_IDENTIFIER,
        &[],
        Value::ObjectIdentifier(Oid::EMPTY),
        Anomaly::EmptyOid,
    );
}

#[test]
fn r2578_7_1_5_ip_address_is_four_octets() {
    assert_eq!(
        decode(tag::IP_ADDRESS, &[10, 0, 0, 1], Strictness::STRICT).0,
        Value::IpAddress([10, 0, 0, 1].into())
    );
    refused(tag::IP_ADDRESS, &[], MalformedValue::Length);
    refused(tag::IP_ADDRESS, &[1; 8], MalformedValue::Length);
}

#[test]
fn r2578_7_1_6b_a_missing_leading_zero_reads_unsigned() {
    let high = Anomaly::UnsignedHighBit;
    tolerated(tag::COUNTER32, &[0xff; 4], Value::Counter32(u32::MAX), high);
    tolerated(tag::COUNTER32, &[0x80, 0xe8], Value::Counter32(33_000), high);
    tolerated(tag::GAUGE32, &[0xff], Value::Gauge32(255), high);
    tolerated(tag::TIME_TICKS, &[0x80], Value::TimeTicks(128), high);
    tolerated(tag::COUNTER64, &[0xff; 8], Value::Counter64(u64::MAX), high);
}

#[test]
fn numbers_out_of_range_are_malformed() {
    refused(tag::COUNTER32, &[1, 0, 0, 0, 0], MalformedValue::Range);
    refused(
        tag::COUNTER64,
        &[1, 0, 0, 0, 0, 0, 0, 0, 0],
        MalformedValue::Range,
    );
    refused(tag::INTEGER, &[0, 0x80, 0, 0, 0], MalformedValue::Range);
}

#[test]
fn r2578_7_1_7_to_8_unsigned_types_keep_their_names() {
    assert_eq!(
        decode(tag::GAUGE32, &[5], Strictness::STRICT).0,
        Value::Gauge32(5)
    );
    assert_eq!(
        decode(tag::TIME_TICKS, &[5], Strictness::STRICT).0,
        Value::TimeTicks(5)
    );
}

#[test]
fn r3416_3ex_exceptions_are_context_nulls() {
    for (tag, value) in [
        (0x80, Value::NoSuchObject),
        (0x81, Value::NoSuchInstance),
        (0x82, Value::EndOfMibView),
    ] {
        assert_eq!(decode(tag, &[], Strictness::STRICT).0, value);
        tolerated(tag, &[0], value, Anomaly::NullContent);
    }
}

#[test]
fn r3417_own1_unknown_tags_keep_their_octets() {
    let (value, _) = decode(0x1, &[0xff], Strictness::DEPLOYED);
    assert_eq!(
        value,
        Value::Unknown {
            tag: 1,
            content: &[0xff]
        }
    );
    let mut buffer = [0; 8];
    let mut writer = Writer::new(&mut buffer);
    value.encode(&mut writer);
    let range = writer.finish().unwrap();
    assert_eq!(buffer[range], [1, 1, 0xff]);
}

#[test]
fn r3417_8_2a_a_constructed_octet_string_is_no_octet_string() {
    assert_eq!(
        decode(0x24, &[4, 0], Strictness::DEPLOYED).0,
        Value::Unknown {
            tag: 0x24,
            content: &[4, 0]
        }
    );
}

#[test]
fn r2578_7_1_9b_opaque_numbers_unwrap_only_when_whole() {
    let float = [0x9f, 0x78, 4, 0x41, 0x48, 0, 0];
    assert_eq!(
        Value::Opaque(&float).opaque_content(),
        Some(OpaqueContent::Float(12.5))
    );
    let double = [0x9f, 0x79, 8, 0x40, 0x29, 0, 0, 0, 0, 0, 0];
    assert_eq!(
        Value::Opaque(&double).opaque_content(),
        Some(OpaqueContent::Double(12.5))
    );
    assert_eq!(
        Value::Opaque(&[0x9f, 0x7b, 1, 7]).opaque_content(),
        Some(OpaqueContent::Unsigned64(7))
    );
    assert_eq!(
        Value::Opaque(&[0x9f, 0x7a, 1, 0xff]).opaque_content(),
        Some(OpaqueContent::Integer64(-1))
    );
    for broken in [
        &float[..6],
        &[0x9f, 0x78, 3, 1, 2, 3],
        &[0x9f, 0x78],
        &[0x9f],
        &[],
        &[0x9f, 0x78, 0x80, 0, 0, 0, 0],
    ] {
        assert_eq!(Value::Opaque(broken).opaque_content(), None, "{broken:x?}");
        assert_eq!(
            decode(tag::OPAQUE, broken, Strictness::STRICT).0,
            Value::Opaque(broken)
        );
    }
}
