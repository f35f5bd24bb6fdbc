//! What is sealed opens again, only as it was sealed, and only once.
#![cfg(feature = "seal")]

use kpax_wire::{
    Direction, EnrolledKey, Kid, Opener, Sealer, Site, SiteKey, Suite, Verdict, limits,
    seal::{Boot, Epochs, OpenErrorKind, SealError},
};

const BOOT: Boot = [0xfa, 0xcc, 0x27, 0x9d, 0x1d, 0xb6];

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex"))
        .collect()
}

fn key(suite: Suite) -> EnrolledKey {
    let key = hex("758771afcc7e86f589d6cae41743546ba18288af832221106cd55cc14432cf7e");
    EnrolledKey {
        site: Site::new(b"site-1746").expect("site"),
        kid: Kid::new(&hex("cfe4cd7b")).expect("kid"),
        suite,
        key: SiteKey::new(key.try_into().expect("32 octets")),
        epochs: Epochs::Only(vec![1]),
    }
}

fn sealer(suite: Suite, reserved: core::ops::Range<u64>) -> Sealer {
    Sealer::new(&key(suite), Direction::Up, 1, BOOT, reserved).expect("sealer")
}

/// "Nothing found", sealed step by step by the format's authors with other software.
const MESSAGE: &str = "a40001011908f002821a6b0ca0cc0203818312f681a500000118fe0200030004185d";
const SEALED: &str = "d08357a401030444cfe4cd7b064293340a480001facc279d1db6a05836833cbf91539131bc11166220d5f691749fc91a68\
                      f778ec6a5d2b0160b5c7b40b6f8c4ecb52342b9759c39e6840d43405244f469122e0";

#[test]
fn the_published_walk_through_is_reproduced() {
    let mut sealer = sealer(Suite::Aes256Gcm, 0x9334..0x9335);
    let sealed = sealer.seal(&hex(MESSAGE)).expect("sealed");
    assert_eq!(sealed, hex(SEALED));
    let opened = Opener::new(Direction::Up)
        .open(&key(Suite::Aes256Gcm), &sealed)
        .expect("opened");
    assert_eq!(*opened.message, hex(MESSAGE));
    assert_eq!(
        (opened.sender.epoch, opened.sender.boot, opened.sender.sequence),
        (1, BOOT, 0x9334)
    );
}

#[test]
fn any_octet_changed_is_refused() {
    for suite in [Suite::Aes256Gcm, Suite::Aes256GcmSiv] {
        let sealed = sealer(suite, 70..71).padded_to(32).seal(b"\xa0").expect("sealed");
        for at in 0..sealed.len() {
            for bit in 0..8 {
                let mut changed = sealed.clone();
                changed[at] ^= 1 << bit;
                let error = Opener::new(Direction::Up)
                    .open(&key(suite), &changed)
                    .expect_err("changed");
                assert_eq!(error.sender(), None, "octet {at}, bit {bit}: {error}");
            }
        }
        assert!(Opener::new(Direction::Up).open(&key(suite), &sealed).is_ok());
    }
}

#[test]
fn every_cut_is_refused() {
    let sealed = hex(SEALED);
    for len in 0..sealed.len() {
        let error = Opener::new(Direction::Up)
            .open(&key(Suite::Aes256Gcm), &sealed[..len])
            .expect_err("cut");
        assert_eq!(error.verdict(), Verdict::Truncated, "cut at {len}");
    }
}

#[test]
fn a_message_opens_only_in_its_site_epoch_direction_and_suite() {
    let sealed = hex(SEALED);
    let right = key(Suite::Aes256Gcm);
    let refused = |key: &EnrolledKey, direction| {
        Opener::new(direction)
            .open(key, &sealed)
            .expect_err("refused")
            .kind()
    };
    let other_site = EnrolledKey {
        site: Site::new(b"site-1747").expect("site"),
        ..right.clone()
    };
    assert_eq!(refused(&other_site, Direction::Up), OpenErrorKind::AuthFailed);
    assert_eq!(refused(&right, Direction::Down), OpenErrorKind::AuthFailed);
    let other_epoch = EnrolledKey {
        epochs: Epochs::Only(vec![2]),
        ..right.clone()
    };
    assert_eq!(refused(&other_epoch, Direction::Up), OpenErrorKind::UnknownEpoch);
    assert_eq!(
        refused(&key(Suite::Aes256GcmSiv), Direction::Up),
        OpenErrorKind::AlgMismatch
    );
    let other_kid = EnrolledKey {
        kid: Kid::new(b"kid5").expect("kid"),
        ..right
    };
    assert_eq!(refused(&other_kid, Direction::Up), OpenErrorKind::UnknownKid);
}

#[test]
fn a_message_is_taken_once() {
    let mut opener = Opener::new(Direction::Up);
    let key = key(Suite::Aes256Gcm);
    let first = sealer(Suite::Aes256Gcm, 5..6).seal(b"\xa0").expect("sealed");
    assert!(opener.open(&key, &first).is_ok());
    assert_eq!(
        opener.open(&key, &first).expect_err("again").kind(),
        OpenErrorKind::Duplicate
    );
    // A sealer made twice over the same numbers: what the caller must not do, and a receiver notices.
    let other = sealer(Suite::Aes256Gcm, 5..6)
        .seal(b"\xa1\x00\x00")
        .expect("sealed");
    assert_eq!(
        opener.open(&key, &other).expect_err("reuse").kind(),
        OpenErrorKind::NonceReuse
    );
    let rebooted = Sealer::new(&key, Direction::Up, 1, [9; 6], 5..6)
        .expect("sealer")
        .seal(b"\xa0");
    let error = opener.open(&key, &rebooted.expect("sealed")).expect_err("replay");
    assert_eq!(error.kind(), OpenErrorKind::Replay { next: 6 });
    assert_eq!(error.sender().map(|sender| sender.sequence), Some(5));
}

#[test]
fn the_window_is_sixty_four_wide() {
    let mut opener = Opener::new(Direction::Up);
    let key = key(Suite::Aes256GcmSiv);
    let at = |sequence| {
        sealer(Suite::Aes256GcmSiv, sequence..sequence + 1)
            .seal(b"\xa0")
            .expect("sealed")
    };
    assert!(opener.open(&key, &at(1000)).is_ok());
    assert!(opener.open(&key, &at(937)).is_ok());
    assert_eq!(
        opener.open(&key, &at(936)).expect_err("below").kind(),
        OpenErrorKind::Replay { next: 1001 }
    );
    for sequence in 938..1000 {
        assert!(opener.open(&key, &at(sequence)).is_ok(), "{sequence}");
    }
    assert!(opener.open(&key, &at(1001)).is_ok());
    assert_eq!(
        opener.open(&key, &at(937)).expect_err("fell out").kind(),
        OpenErrorKind::Replay { next: 1002 }
    );
    assert_eq!(
        opener.open(&key, &at(938)).expect_err("held").kind(),
        OpenErrorKind::Duplicate
    );
}

#[test]
fn sequence_numbers_are_used_once_and_only_when_reserved() {
    let mut sealer = sealer(Suite::Aes256Gcm, 0..2);
    assert!(sealer.seal(b"\xa0").is_ok());
    assert_eq!(sealer.next_sequence(), 1);
    assert!(sealer.seal(b"\xa0").is_ok());
    assert_eq!(sealer.seal(b"\xa0"), Err(SealError::SequencesUsed));
    assert_eq!(sealer.reserve(3), Ok(()));
    assert_eq!(sealer.reserve(1), Ok(()));
    assert!(sealer.seal(b"\xa0").is_ok());
    assert_eq!(sealer.seal(b"\xa0"), Err(SealError::SequencesUsed));
    assert_eq!(sealer.reserve((1 << 40) + 1), Err(SealError::SequenceTooHigh));
    let last = Sealer::new(
        &key(Suite::Aes256Gcm),
        Direction::Up,
        1,
        BOOT,
        limits::SEQUENCE..1 << 40,
    );
    let sealed = last.expect("sealer").seal(b"\xa0").expect("the last number");
    let opened = Opener::new(Direction::Up)
        .open(&key(Suite::Aes256Gcm), &sealed)
        .expect("opened");
    assert_eq!(opened.sender.sequence, limits::SEQUENCE);
}

#[test]
fn the_largest_sealed_message_is_taken_and_one_octet_more_is_not() {
    let mut sealer = sealer(Suite::Aes256Gcm, 0..8);
    let overhead = sealer.seal(&vec![0; 200_000]).expect("sealed").len() - 200_000;
    let largest = sealer
        .seal(&vec![0; limits::SEALED - overhead])
        .expect("the largest");
    assert_eq!(largest.len(), limits::SEALED);
    assert_eq!(
        sealer.seal(&vec![0; limits::SEALED - overhead + 1]),
        Err(SealError::TooLarge)
    );
    assert_eq!(sealer.next_sequence(), 2, "a refused message uses no number");
    let key = key(Suite::Aes256Gcm);
    assert!(Opener::new(Direction::Up).open(&key, &largest).is_ok());
    let longer = [largest.as_slice(), &[0]].concat();
    let error = Opener::new(Direction::Up)
        .open(&key, &longer)
        .expect_err("too large");
    assert_eq!(error.kind(), OpenErrorKind::TooLarge);
}

#[test]
fn padding_hides_the_size() {
    let mut sealer = sealer(Suite::Aes256Gcm, 0..9).padded_to(64);
    let sizes: Vec<usize> = (1..9)
        .map(|len| sealer.seal(&vec![0xa0; len * 7]).expect("sealed").len())
        .collect();
    assert!(sizes.iter().all(|size| *size == sizes[0]), "{sizes:?}");
}

#[test]
#[cfg(feature = "deflate")]
fn compressed_messages_open_and_configurations_stay_stored() {
    let key = key(Suite::Aes256Gcm);
    let mut sealer = sealer(Suite::Aes256Gcm, 0..3);
    let message = [b"\xa1\x00\x59\x10\x00".as_slice(), &[7; 4096]].concat();
    let sealed = sealer.seal_compressed(&message).expect("sealed");
    assert!(sealed.len() < 200);
    let opened = Opener::new(Direction::Up).open(&key, &sealed).expect("opened");
    assert!(opened.compressed && *opened.message == message);
    let config = [b"\xa2\x00\x03\x01\x59\x10\x00".as_slice(), &[7; 4096]].concat();
    let sealed = sealer.seal_compressed(&config).expect("sealed");
    assert!(sealed.len() > 4096);
    let short = sealer.seal_compressed(b"\xa0").expect("sealed");
    assert!(
        !Opener::new(Direction::Up)
            .open(&key, &short)
            .expect("opened")
            .compressed
    );
}

#[test]
fn secrets_are_not_printed() {
    let key = key(Suite::Aes256Gcm);
    let sealer = sealer(Suite::Aes256Gcm, 0..1);
    let printed = format!(
        "{key:?} {sealer:?} {:?}",
        kpax_wire::Secret::new(b"public".to_vec())
    );
    for secret in ["7587", "117, 135", "public", "[112"] {
        assert!(!printed.contains(secret), "{printed}");
    }
}
