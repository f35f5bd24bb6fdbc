use alloc::{vec, vec::Vec};

use super::*;

fn kind(data: &[u8]) -> Option<CborErrorKind> {
    check(data, limits::BYTES).err().map(CborError::kind)
}

#[test]
fn one_form_for_one_thing() {
    use CborErrorKind::*;
    let cases: [(&[u8], Option<CborErrorKind>); 30] = [
        (&[0x00], None),
        (&[0x17], None),
        (&[0x18, 0x18], None),
        (&[0x18, 0x17], Some(LongHead)),
        (&[0x19, 0x01, 0x00], None),
        (&[0x19, 0x00, 0xff], Some(LongHead)),
        (&[0x1a, 0, 0, 0xff, 0xff], Some(LongHead)),
        (&[0x1b, 0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff], Some(LongHead)),
        (&[0x3b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], None),
        (&[0x58, 0x01, 0x00], Some(LongHead)),
        (&[0x1c], Some(ReservedHead)),
        (&[0x9f, 0xff], Some(IndefiniteLength)),
        (&[0xff], Some(IndefiniteLength)),
        (&[0xf4], None),
        (&[0xf6], None),
        (&[0xf7], Some(SimpleValue)),
        (&[0xf8, 0x20], Some(SimpleValue)),
        (&[0xf9, 0x3c, 0x00], Some(SimpleValue)),
        (&[0x61, 0xff], Some(NotUtf8)),
        (&[0x62, 0xc3, 0xa9], None),
        (&[], Some(Truncated)),
        (&[0x42, 0x00], Some(Truncated)),
        (&[0x82, 0x00], Some(Truncated)),
        (&[0xa1, 0x00], Some(Truncated)),
        (&[0x00, 0x00], Some(TrailingData)),
        (&[0xa2, 0x01, 0x00, 0x02, 0x00], None),
        (&[0xa2, 0x02, 0x00, 0x01, 0x00], Some(KeyOrder)),
        (&[0xa2, 0x01, 0x00, 0x01, 0x00], Some(DuplicateKey)),
        (&[0xa3, 0x01, 0x00, 0x02, 0x00, 0x01, 0x00], Some(DuplicateKey)),
        (&[0xa1, 0x82, 0x02, 0x01, 0x00], None),
    ];
    for (data, expected) in cases {
        assert_eq!(kind(data), expected, "{data:02x?}");
    }
    for key in [&[0xf6_u8][..], &[0x80], &[0xa0], &[0x81, 0x20], &[0xc1, 0x00]] {
        let data = [&[0xa1], key, &[0x00]].concat();
        assert_eq!(kind(&data), Some(KeyType), "{data:02x?}");
    }
}

#[test]
fn each_limit_holds_at_its_number_and_not_one_past_it() {
    let nested = |depth: usize| [vec![0x81; depth], vec![0x00]].concat();
    assert_eq!(kind(&nested(16)), None);
    assert_eq!(kind(&nested(17)), Some(CborErrorKind::TooDeep));
    let text = |len: u16| [&[0x79][..], &len.to_be_bytes(), &vec![b'a'; usize::from(len)]].concat();
    assert_eq!(kind(&text(4096)), None);
    assert_eq!(kind(&text(4097)), Some(CborErrorKind::TextTooLong));
    let bytes = |len: u32| [&[0x5a][..], &len.to_be_bytes(), &vec![0; len as usize]].concat();
    assert_eq!(kind(&bytes(65_536)), None);
    assert_eq!(kind(&bytes(65_537)), Some(CborErrorKind::BytesTooLong));
    let array = |len: u32| [&[0x9a][..], &len.to_be_bytes(), &vec![0; len as usize]].concat();
    assert_eq!(kind(&array(65_536)), None);
    assert_eq!(kind(&array(65_537)), Some(CborErrorKind::TooManyItems));
    let map = |len: u32| {
        let mut data = [&[0xba][..], &len.to_be_bytes()].concat();
        for key in 0..len {
            let [_, _, high, low] = key.to_be_bytes();
            let head: Vec<u8> = match key {
                0..24 => vec![low],
                24..256 => vec![0x18, low],
                256..65536 => [&[0x19][..], &[high, low]].concat(),
                _ => [&[0x1a][..], &key.to_be_bytes()].concat(),
            };
            data.extend(head);
            data.push(0xf6);
        }
        data
    };
    assert_eq!(kind(&map(65_536)), None);
    assert_eq!(kind(&map(65_537)), Some(CborErrorKind::TooManyItems));
}

#[test]
fn announced_lengths_are_refused_before_they_are_believed() {
    assert_eq!(
        kind(&[0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        Some(CborErrorKind::BytesTooLong)
    );
    assert_eq!(
        kind(&[0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        Some(CborErrorKind::TooManyItems)
    );
    assert_eq!(kind(&[0x19, 0xff]), Some(CborErrorKind::Truncated));
}

#[test]
fn errors_name_the_octet() {
    let error = check(&[0x82, 0x01, 0x18, 0x01], limits::BYTES).unwrap_err();
    assert_eq!((error.kind(), error.offset()), (CborErrorKind::LongHead, 2));
}
