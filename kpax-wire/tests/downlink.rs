//! What a collector takes from a server: newer configurations, and profile sets that are signed.
#![cfg(feature = "downlink")]

use kpax_wire::{
    DecodeErrorKind, Message, Verdict,
    downlink::{DownlinkError, HeldVersions, ProfileError, ProfileSet},
    message::{Ack, Config, Hello, Outcome, Product, ProfileUpdate, Versions},
    model::{BatchId, Clock, ClockQuality, CounterId, Extensions},
};

const CLOCK: Clock = Clock {
    seconds: 1,
    quality: ClockQuality::FromServer,
};
const BATCH: BatchId = BatchId::new(1);

/// Signed with other software under the private key 00 01 02 ... 1f.
const PUBLIC: &str = "03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8";
const SIGNED: &str = "d28443a10132a05831a40009018201020284048265546f6e65726557617374658183000102a1190400896178000000000007f6f60381a161610158400ceb05d5e595c755268bfaecea798e5585926887446092e6e1d9e0097315491babaa5f51b1824b40bba2ae975c8e58ef678c0e100eab638779322f7be9495201";

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex"))
        .collect()
}

fn public() -> [u8; 32] {
    hex(PUBLIC).try_into().expect("32 octets")
}

fn encoded(message: impl Into<Message>) -> Vec<u8> {
    message.into().encode().expect("a message that can be sent")
}

#[test]
fn a_signed_profile_set_is_read() {
    let set = ProfileSet::open(&hex(SIGNED), &public(), 8).expect("signed");
    assert_eq!(
        (set.version, set.lowest_collector, set.profiles.len()),
        (9, (1, 2), 1)
    );
    let catalogue = set.catalogue.expect("a catalogue");
    assert_eq!(
        (catalogue.version, catalogue.strings.len(), catalogue.shapes.len()),
        (4, 2, 1)
    );
    assert!(catalogue.counters.contains_key(&CounterId::new(1024)));
}

#[test]
fn any_octet_changed_breaks_the_signature_or_the_structure() {
    let signed = hex(SIGNED);
    for at in 0..signed.len() {
        for flip in [0x01, 0x80] {
            let mut changed = signed.clone();
            changed[at] ^= flip;
            assert!(ProfileSet::open(&changed, &public(), 0).is_err(), "octet {at}");
        }
    }
    let mut other = public();
    other[0] ^= 1;
    assert_eq!(
        ProfileSet::open(&signed, &other, 0),
        Err(ProfileError::AuthFailed)
    );
}

#[test]
fn a_profile_set_must_be_newer() {
    let rollback = ProfileError::Rollback { version: 9, held: 9 };
    assert_eq!(ProfileSet::open(&hex(SIGNED), &public(), 9), Err(rollback));
}

#[test]
fn a_configuration_is_never_older_and_never_compressed() {
    let mut held = HeldVersions {
        config: 4,
        profiles: 0,
    };
    let config = |version| encoded(Config::new(BATCH, CLOCK, version));
    assert_eq!(
        held.take(&config(3), false),
        Err(DownlinkError::Rollback { version: 3, held: 4 })
    );
    assert!(held.take(&config(4), false).is_ok());
    let Err(DownlinkError::Decode(error)) = held.take(&config(9), true) else {
        panic!("compressed")
    };
    assert_eq!(error.kind(), DecodeErrorKind::Compressed);
    assert_eq!(held.config, 4);
    assert!(held.take(&config(9), false).is_ok());
    assert_eq!(held.config, 9);
}

#[test]
fn a_part_of_a_set_must_belong_to_a_newer_one() {
    let mut held = HeldVersions {
        config: 0,
        profiles: 8,
    };
    let part = |version| {
        encoded(ProfileUpdate {
            batch: BATCH,
            clock: CLOCK,
            version,
            nth: 0,
            of: 1,
            total: 4,
            digest: [0; 32],
            data: vec![1, 2, 3, 4],
            extensions: Extensions::new(),
        })
    };
    assert_eq!(
        held.take(&part(8), false),
        Err(DownlinkError::Rollback { version: 8, held: 8 })
    );
    assert!(held.take(&part(9), false).is_ok());
    assert_eq!(held.profiles, 8, "held only once the whole set is verified");
}

#[test]
fn messages_of_the_other_direction_are_refused() {
    let mut held = HeldVersions::default();
    let hello = Hello {
        batch: BATCH,
        clock: CLOCK,
        product: Product {
            product: 0,
            version: [0, 1, 0],
        },
        wire_versions: vec![1],
        features: 0,
        held: Versions::default(),
        largest_downlink: None,
        queue: None,
        instance: [1; 6],
        dropped: [].into(),
        wanted_part: None,
        extensions: Extensions::new(),
    };
    let verdict = held.take(&encoded(hello), false).map_err(DownlinkError::verdict);
    assert_eq!(verdict, Err(Verdict::WrongDirection));
    assert!(
        held.take(&encoded(Ack::new(BATCH, CLOCK, BATCH, Outcome::Taken)), false)
            .is_ok()
    );
}
