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
fn r2578_7_1_1c_an_unsigned_number_sent_as_integer_is_reported_and_its_octets_are_kept() {
    let content = [0x00, 0xff, 0xff, 0xfc, 0x19];
    let (value, anomalies) = decode(tag::INTEGER, &content, Strictness::DEPLOYED);
    assert!(anomalies.contains(Anomaly::MalformedVarBind));
    assert_eq!(
        value,
        Value::Malformed {
            tag: tag::INTEGER,
            content: &content,
            why: MalformedValue::Range
        }
    );
    assert_eq!(
        (value.as_i64(), value.out_of_range()),
        (None, Some(4_294_966_297))
    );
    for (content, number) in [
        (&[0xff, 0, 0, 0, 0][..], Some(-(1 << 32))),
        (&[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], Some(i64::MAX)),
        (&[0, 0x80, 0, 0, 0, 0, 0, 0, 0], None),
    ] {
        let (value, _) = decode(tag::INTEGER, content, Strictness::DEPLOYED);
        assert_eq!(value.out_of_range(), number, "{content:x?}");
    }
    let (counter, _) = decode(tag::COUNTER32, &[1, 0, 0, 0, 0], Strictness::STRICT);
    assert_eq!(counter.out_of_range(), Some(1 << 32));
    assert_eq!(Value::Integer(5).out_of_range(), None);
}

#[test]
fn r2578_7_1_7_gauge32_and_unsigned32_are_one_tag() {
    assert_eq!(tag::GAUGE32, 0x42);
    for (content, number) in [(&[5][..], 5), (&[0, 0xff, 0xff, 0xff, 0xff], u32::MAX)] {
        assert_eq!(
            decode(0x42, content, Strictness::STRICT).0,
            Value::Gauge32(number)
        );
    }
}

#[test]
fn r2578_7_1_8_time_ticks_are_unsigned_of_32_bits() {
    for (content, ticks) in [
        (&[0][..], 0),
        (&[5], 5),
        (&[0x7f, 0xff, 0xff, 0xff], 0x7fff_ffff),
        (&[0, 0x80, 0, 0, 0], 0x8000_0000),
        (&[0, 0xff, 0xff, 0xff, 0xff], u32::MAX),
    ] {
        let value = Value::TimeTicks(ticks);
        assert_eq!(decode(0x43, content, Strictness::STRICT).0, value);
        let mut buffer = [0; 8];
        let mut writer = Writer::new(&mut buffer);
        value.encode(&mut writer);
        let range = writer.finish().unwrap();
        assert_eq!((buffer[range.start], &buffer[range][2..]), (0x43, content));
    }
    refused(tag::TIME_TICKS, &[1, 0, 0, 0, 0], MalformedValue::Range);
}

#[test]
fn r2578_7_1_9a_opaque_is_known_whatever_it_holds() {
    for content in [&[][..], &[0x30, 0x80], &[0xff; 300], &[0x9f, 0x78, 4, 1]] {
        let (value, anomalies) = decode(0x44, content, Strictness::STRICT);
        assert_eq!((value, anomalies), (Value::Opaque(content), Anomalies::NONE));
    }
}

#[test]
fn r2578_7_1_4_an_octet_string_reads_as_bits() {
    let (value, _) = decode(tag::OCTET_STRING, &[0x48], Strictness::STRICT);
    let bits = value.as_bits().unwrap();
    assert_eq!((bits.bit(1), bits.bit(4), bits.bit(9)), (true, true, false));
    assert_eq!(Value::Integer(0x48).as_bits(), None);
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
