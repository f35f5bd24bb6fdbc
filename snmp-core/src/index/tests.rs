use super::*;
use crate::oid;
use crate::oid::Oid;
use alloc::string::ToString;

/// A column and these arcs behind it.
fn cell(arcs: &[u32]) -> OidBuf {
    oid!(1.3.6.1.4.1.1.1).to_buf().join(arcs).unwrap()
}

fn index(cell: &OidBuf) -> Index<'_> {
    Index::new(cell.as_oid().index_in(oid!(1.3.6.1.4.1.1.1)).unwrap())
}

fn missing(missing: usize) -> IndexErrorKind {
    IndexErrorKind::Missing { missing }
}

#[test]
fn r2578_7_7_1_an_integer_is_one_arc() {
    for value in [0, 1, 127, 128, 0x7fff_ffff, u32::MAX] {
        let cell = cell(&[value, 7]);
        let mut index = index(&cell);
        assert_eq!((index.integer(), index.integer()), (Ok(value), Ok(7)));
        assert_eq!(index.finish(), Ok(()));
        assert_eq!(IndexArcs::new().integer(value).integer(7).as_slice(), [value, 7]);
    }
}

#[test]
fn r2578_7_7_2_a_string_of_fixed_length_is_an_arc_an_octet() {
    let mac = [0x00, 0x1b, 0xa9, 0xff, 0x80, 0x01];
    let arcs = [0, 27, 169, 255, 128, 1, 5];
    let cell = cell(&arcs);
    let mut index = index(&cell);
    assert_eq!(index.fixed_string(6), Ok(mac.to_vec()));
    assert_eq!(index.integer(), Ok(5));
    assert_eq!(index.finish(), Ok(()));
    assert_eq!(IndexArcs::new().implied_string(&mac).integer(5).as_slice(), arcs);
    let mut none = Index::new(cell.as_oid().index_in(cell.as_oid()).unwrap());
    assert_eq!(none.fixed_string(0), Ok(alloc::vec![]));
}

#[test]
fn r2578_7_7_3_a_variable_length_stands_before_the_arcs_unless_it_is_implied() {
    let arcs = [3, 65, 66, 67, 4, 1, 3, 6, 1, 0, 0, 9];
    let both = cell(&arcs);
    let mut read = index(&both);
    assert_eq!(read.string(), Ok(b"ABC".to_vec()));
    assert_eq!(read.oid(), Ok(oid!(1.3.6.1).to_buf()));
    // Nothing, of either kind.
    assert_eq!(
        (read.string(), read.oid()),
        (Ok(alloc::vec![]), Ok(OidBuf::default()))
    );
    assert_eq!(read.integer(), Ok(9));
    assert_eq!(read.finish(), Ok(()));
    let written = IndexArcs::new().string(b"ABC").oid(oid!(1.3.6.1));
    let written = written.string(b"").oid(Oid::EMPTY).integer(9);
    assert_eq!(written.as_slice(), arcs);

    let implied = cell(&[9, 65, 66, 67]);
    let mut read = index(&implied);
    assert_eq!(
        (read.integer(), read.implied_string()),
        (Ok(9), Ok(b"ABC".to_vec()))
    );
    assert_eq!(read.finish(), Ok(()));
    let implied = cell(&[9, 1, 3, 6, 1, 4]);
    let mut read = index(&implied);
    assert_eq!(
        (read.integer(), read.implied_oid()),
        (Ok(9), Ok(oid!(1.3.6.1.4).to_buf()))
    );
    assert_eq!(read.rest().count(), 0);
}

#[test]
fn r2578_7_7_4_an_ip_address_is_four_arcs() {
    // ipRouteDest and its kin.
    let cell = cell(&[192, 0, 2, 255, 161]);
    let mut index = index(&cell);
    assert_eq!(index.ip_address(), Ok(Ipv4Addr::new(192, 0, 2, 255)));
    assert_eq!(index.integer(), Ok(161));
    let arcs = IndexArcs::new().ip_address(Ipv4Addr::new(192, 0, 2, 255));
    assert_eq!(arcs.as_slice(), [192, 0, 2, 255]);
}

#[test]
fn r2578_7_7_own_what_is_no_index_is_an_error_and_the_row_is_still_there() {
    type Read = fn(&mut Index<'_>) -> Result<(), IndexError>;
    let string: Read = |index| index.string().map(drop);
    let cases: &[(&str, &[u32], Read, IndexErrorKind, usize)] = &[
        (
            "no octet",
            &[2, 65, 256],
            string,
            IndexErrorKind::NoOctet { arc: 256 },
            2,
        ),
        ("cut string", &[5, 65, 66], string, missing(3), 3),
        (
            "length past everything",
            &[u32::MAX, 1],
            string,
            missing(u32::MAX as usize - 1),
            2,
        ),
        ("no length", &[], string, missing(1), 0),
        (
            "no integer",
            &[],
            |index| index.integer().map(drop),
            missing(1),
            0,
        ),
        (
            "cut fixed string",
            &[1, 2, 3],
            |index| index.fixed_string(6).map(drop),
            missing(3),
            3,
        ),
        (
            "implied, no octet",
            &[65, 300],
            |index| index.implied_string().map(drop),
            IndexErrorKind::NoOctet { arc: 300 },
            1,
        ),
        (
            "address, no octet",
            &[10, 0, 0, 1000],
            |index| index.ip_address().map(drop),
            IndexErrorKind::NoOctet { arc: 1000 },
            3,
        ),
        (
            "cut address",
            &[10, 0],
            |index| index.ip_address().map(drop),
            missing(2),
            2,
        ),
        (
            "cut name",
            &[4, 1, 3],
            |index| index.oid().map(drop),
            missing(2),
            3,
        ),
        (
            "no name",
            &[2, 3, 1],
            |index| index.oid().map(drop),
            IndexErrorKind::Oid(OidError::FirstArcs),
            1,
        ),
        (
            "extra arcs",
            &[1, 2, 3],
            |index| {
                let mut ahead = index.clone();
                ahead.integer()?;
                ahead.finish()
            },
            IndexErrorKind::Extra { extra: 2 },
            1,
        ),
    ];
    for (name, arcs, read, kind, at) in cases {
        let cell = cell(arcs);
        let mut index = index(&cell);
        let error = read(&mut index).unwrap_err();
        assert_eq!((error.kind, error.at), (*kind, *at), "{name}: {error}");
        assert!(
            index.rest().eq(arcs.iter().copied()),
            "{name}: the arcs are all there"
        );
    }
    let error = IndexError {
        kind: missing(3),
        at: 2,
    };
    assert_eq!(error.to_string(), "3 arcs missing at arc 2 of the index");
}
