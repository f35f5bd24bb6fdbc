use super::*;
use alloc::string::ToString;
use alloc::vec;

fn oid(text: &str) -> OidBuf {
    text.parse().unwrap()
}

#[test]
fn text_and_octets_agree() {
    for (text, octets) in [
        ("0.0", &[0][..]),
        ("1.3.6.1", &[0x2b, 6, 1]),
        ("1.39", &[79]),
        ("2.47", &[127]),
        ("2.48", &[0x81, 0]),
        ("2.999", &[0x88, 0x37]),
        ("2.4294967295", &[0x90, 0x80, 0x80, 0x80, 0x4f]),
        ("1.3.4294967295", &[0x2b, 0x8f, 0xff, 0xff, 0xff, 0x7f]),
    ] {
        assert_eq!(oid(text).as_oid().as_octets(), octets, "{text}");
        assert_eq!(Oid::from_octets(octets).unwrap().to_string(), text);
    }
    assert_eq!(crate::oid!(1.3.4294967295.0).to_string(), "1.3.4294967295.0");
    assert_eq!(crate::oid!(2.999), oid("2.999").as_oid());
}

#[test]
fn r2578_7_1_3a_at_most_128_arcs() {
    let mut arcs = vec![1; 128];
    let longest = OidBuf::from_arcs(&arcs).unwrap();
    assert_eq!(longest.as_oid().as_octets().len(), 127);
    assert_eq!(
        Oid::from_octets(longest.as_oid().as_octets()),
        Ok(longest.as_oid())
    );
    arcs.push(1);
    assert_eq!(OidBuf::from_arcs(&arcs), Err(OidError::TooManyArcs));
    assert_eq!(longest.join(&[1]), Err(OidError::TooManyArcs));
    assert_eq!(Oid::from_octets(&[1; 128]), Err(OidError::TooManyArcs));
    let mut wide = vec![0x81, 0x01];
    wide.extend([1; 126]);
    assert!(Oid::from_octets(&wide).is_ok());
    wide.push(1);
    assert_eq!(Oid::from_octets(&wide), Err(OidError::TooManyArcs));
}

#[test]
fn r2578_7_1_3b_arcs_above_32_bits_are_refused() {
    assert_eq!(
        Oid::from_octets(&[0x2b, 0x90, 0x80, 0x80, 0x80, 0]),
        Err(OidError::ArcTooLarge)
    );
    assert_eq!(
        Oid::from_octets(&[0x2b, 0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0]),
        Err(OidError::ArcTooLarge)
    );
    assert_eq!("1.3.4294967296".parse::<OidBuf>(), Err(OidError::ArcTooLarge));
}

#[test]
fn r2578_7_1_3c_first_two_arcs() {
    assert!(Oid::from_octets(&[0x90, 0x80, 0x80, 0x80, 0x4f]).is_ok());
    assert_eq!(
        Oid::from_octets(&[0x90, 0x80, 0x80, 0x80, 0x50]),
        Err(OidError::ArcTooLarge)
    );
    for text in ["3.1", "1.40", "0.40", "1", ""] {
        assert!(text.parse::<OidBuf>().is_err(), "{text:?}");
    }
}

#[test]
fn r2578_7_1_3d_padding_and_unfinished_arcs_are_refused() {
    assert_eq!(Oid::from_octets(&[0x2b, 0x80, 1]), Err(OidError::Padded));
    assert_eq!(Oid::from_octets(&[0x80]), Err(OidError::Padded));
    assert_eq!(Oid::from_octets(&[0x2b, 0x81]), Err(OidError::Unfinished));
}

#[test]
fn order_is_that_of_the_arcs() {
    let texts = [
        "0.0",
        "1.3",
        "1.3.6",
        "1.3.6.1",
        "1.3.6.1.5",
        "1.3.6.127",
        "1.3.6.128",
        "1.3.6.128.1",
        "1.3.6.16383",
        "1.3.6.16384",
        "1.3.6.2097151.9",
        "1.3.6.2097152",
        "1.3.7",
        "2.5",
        "2.47.1",
        "2.48",
        "2.4294967295",
    ];
    for (a, left) in texts.iter().enumerate() {
        for (b, right) in texts.iter().enumerate() {
            assert_eq!(oid(left).cmp(&oid(right)), a.cmp(&b), "{left} {right}");
        }
    }
    assert!(Oid::EMPTY < oid("0.0").as_oid());
}

#[test]
fn prefixes_end_on_arcs() {
    assert!(oid("1.3.6.1").as_oid().starts_with(oid("1.3.6").as_oid()));
    assert!(!oid("1.3.61").as_oid().starts_with(oid("1.3.6").as_oid()));
    assert!(!oid("1.3.16384").as_oid().starts_with(oid("1.3.128").as_oid()));
    assert!(oid("1.3").as_oid().starts_with(Oid::EMPTY));
    assert_eq!(
        oid("1.3.6.1")
            .as_oid()
            .index_in(oid("1.3").as_oid())
            .unwrap()
            .collect::<Vec<_>>(),
        [6, 1]
    );
    assert_eq!(
        oid("1.3.6")
            .as_oid()
            .index_in(Oid::EMPTY)
            .unwrap()
            .collect::<Vec<_>>(),
        [1, 3, 6]
    );
}

#[test]
fn long_ones_go_to_the_heap_and_stay_equal() {
    let arcs = vec![1_u32; 60];
    let long = OidBuf::from_arcs(&arcs).unwrap();
    assert_eq!(long, OidBuf::from(long.as_oid()));
    assert_eq!(long.join(&[70_000]).unwrap().as_oid().arcs().last(), Some(70_000));
}

/// Eight octets at a time or one sub-identifier at a time: the verdict is the same.
#[test]
fn names_of_every_length_are_judged_as_arc_by_arc() {
    for length in 1..=140_usize {
        // Each octet in turn is a telling one, among short sub-identifiers, long ones, and a mixture.
        for (fill, every) in [(0x06, 1), (0x81, 2), (0x81, 4), (0x81, 5), (0x81, 6)] {
            for at in 0..length {
                for telling in [0x00, 0x7f, 0x80, 0x81, 0x8f, 0x90, 0xff] {
                    let mut octets = alloc::vec![fill; length];
                    octets
                        .iter_mut()
                        .skip(every - 1)
                        .step_by(every)
                        .for_each(|octet| *octet = 1);
                    octets[at] = telling;
                    assert_eq!(
                        Oid::from_octets(&octets).map(Oid::as_octets),
                        check_arcs(&octets, MAX_ARCS).map(|()| &octets[..]),
                        "{octets:x?}"
                    );
                }
            }
        }
    }
}
