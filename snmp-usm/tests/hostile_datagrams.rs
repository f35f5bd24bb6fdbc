//! Malformed and hostile datagrams: each machine makes of them what it should, and goes on with its work.
//!
//! What should become of a datagram is said in the vectors' README. Programs disagree about the contested ones; what
//! they expect is our choice too, but for those in [`OWN_CHOICE`].
#![cfg(all(feature = "md5", feature = "sha1", feature = "des"))]

mod hostile;

use benches::{Hostile, HostileFile, Role};
use hostile::own::{ENGINE_ID, OWN};
use hostile::*;
use snmp_core::datagram::NotMine;
use snmp_core::manager::Fit;
use snmp_core::message::Version;
use snmp_core::outcome::{Outcome, Reject};
use snmp_core::strictness::{Anomaly, Strictness};

/// Where `Strictness::DEPLOYED` does otherwise than the vectors expect, and why. `Strictness::STRICT` does it in the
/// last case only.
const OWN_CHOICE: [(&str, &str); 5] = [
    (
        "oid/129-arcs",
        "malformed beside the others: the fault lies in one name, and one bad varbind never costs the others",
    ),
    ("oid/1000-arcs", "as 129 arcs; reading stops at the 129th"),
    (
        "message/nested-400",
        "a SEQUENCE as value is an unknown tag, kept as it is like any other and never descended into",
    ),
    (
        "field/integer-zero-length",
        "malformed beside the others, as an empty INTEGER anywhere; the error-index that means nothing is reported",
    ),
    (
        "v3/user-empty",
        "the datagram listed has a user, u_none: it is v3/control-noauth, octet by octet, and answered as that is. \
         A truly empty user name is refused, below among our own",
    ),
];

/// The datagrams of this repository, and those of the outside data.
fn sets() -> Vec<(Engine, Vec<Hostile>)> {
    let own = OWN.map(|(id, role, expect, hex)| own(id, role, expect, hex));
    let own = HostileFile {
        vectors: own.into(),
        sessions: Vec::new(),
        engine_id: ENGINE_ID.into(),
    };
    let files = [Some(own), benches::hostile()].into_iter().flatten();
    files.map(|file| (Engine::of(&file), file.vectors)).collect()
}

fn of_role(vectors: &[Hostile], role: Role) -> impl Iterator<Item = &Hostile> {
    vectors.iter().filter(move |vector| vector.role == role)
}

/// Whether what was expected became of a vector, by `Strictness::STRICT` or not.
fn check(vector: &Hostile, verdict: Verdict, strict: bool) -> bool {
    let meets = verdict.meets(vector.expect, vector.id.starts_with("value/"), strict);
    let from_outside = !vector.entry.is_null();
    let own_choice = OWN_CHOICE.iter().any(|(id, _)| *id == vector.id) && from_outside;
    assert!(
        meets || own_choice && (!strict || vector.id == "v3/user-empty"),
        "{}, strict {strict}: {:?} expected, not {verdict:?}",
        vector.id,
        vector.expect
    );
    if own_choice && !strict {
        assert!(!meets, "{} is met: no choice of our own any more", vector.id);
        assert!(vector.contested, "{}", vector.id);
    }
    meets
}

#[test]
fn a_manager_makes_of_each_what_it_should_and_its_request_is_still_answered() {
    for (_, vectors) in sets() {
        for strict in [false, true] {
            // One manager for all: what one leaves behind, the next would meet.
            let mut asker = Asker::new(strictness(strict));
            let (mut met, mut all) = (0, 0);
            for vector in of_role(&vectors, Role::Response) {
                let version = asked_with(vector);
                let mut id = asker.ask(version);
                let verdict = asker.hear(&readdressed(vector, id));
                met += usize::from(check(vector, verdict, strict));
                all += 1;
                if verdict.is_taken() {
                    assert!(asker.is_idle(), "{}", vector.id);
                    id = asker.ask(version);
                } else {
                    assert_eq!(asker.sent(), None, "{}: nothing is sent again early", vector.id);
                }
                assert!(asker.is_answered(version, id), "{}", vector.id);
                assert!(asker.is_idle(), "{}", vector.id);
            }
            eprintln!("manager, strict {strict}: {met} of {all} as expected");
        }
    }
}

#[test]
fn what_a_manager_dropped_is_told_when_nothing_better_comes() {
    for (_, vectors) in sets() {
        let mut asker = Asker::new(Strictness::DEPLOYED);
        for vector in of_role(&vectors, Role::Response) {
            let version = asked_with(vector);
            let id = asker.ask(version);
            if asker.hear(&readdressed(vector, id)).is_taken() {
                continue;
            }
            assert_eq!(asker.silence(), 2, "{}: both retries", vector.id);
            let Some(Outcome::Timeout(timeout)) = asker.outcomes.pop() else {
                panic!("{}", vector.id)
            };
            let counted: u8 = timeout.dropped.iter().map(|(_, count)| count).sum();
            // Both targets of this manager are at the address.
            assert!(counted > 0, "{}", vector.id);
            assert!(timeout.likely_causes().next().is_some() || timeout.dropped.count(Reject::PduType) > 0);
        }
    }
}

#[test]
fn an_agent_makes_of_each_what_it_should_and_answers_the_next_request() {
    for (engine, vectors) in sets() {
        for strict in [false, true] {
            let (mut met, mut all) = (0, 0);
            let mut objects = objects();
            for vector in of_role(&vectors, Role::Request) {
                objects.reads = 0;
                let mut agent = Agent::new(&mut objects, strict, &engine);
                let before = agent.counted();
                let (verdict, sent) = agent.hear(&vector.datagram);
                met += usize::from(check(vector, verdict, strict));
                all += 1;
                assert!(sent.len() <= 1, "{}", vector.id);
                if verdict.is_taken() {
                    assert_eq!(sent.len(), 1, "{}", vector.id);
                } else {
                    // Nothing but a Report leaves (the tag of its PDU stands in the clear), and never in v1 or v2c.
                    let reports = |datagram: &Vec<u8>| datagram.contains(&0xa8);
                    let is_v3 = Version::of(&vector.datagram) == Ok(Version::V3);
                    assert!(
                        sent.is_empty() || is_v3 && sent.iter().all(reports),
                        "{}",
                        vector.id
                    );
                    assert_eq!(agent.counted(), before + 1, "{}: counted once", vector.id);
                }
                // Never more than every object once for each that the datagram names or has room for in the answer.
                let room = vector.datagram.len().max(1472);
                assert!(
                    sent.iter().all(|datagram| datagram.len() <= room),
                    "{}",
                    vector.id
                );
                assert!(agent.works(), "{}", vector.id);
                assert!(
                    objects.reads <= room / 5,
                    "{}: {} reads",
                    vector.id,
                    objects.reads
                );
            }
            eprintln!("agent, strict {strict}: {met} of {all} as expected");
        }
    }
}

#[test]
fn an_answer_stays_within_the_size_that_its_asker_can_take() {
    for (engine, vectors) in sets() {
        let mut objects = objects();
        let mut agent = Agent::new(&mut objects, false, &engine);
        for vector in of_role(&vectors, Role::Request).filter(|vector| vector.id == "v3/bulk-cut-to-484") {
            let (verdict, sent) = agent.hear(&vector.datagram);
            assert!(verdict.is_taken());
            assert!((200..=484).contains(&sent[0].len()), "{}", sent[0].len());
        }
    }
}

#[test]
fn a_receiver_makes_of_each_what_it_should_and_takes_the_next_trap() {
    for (engine, vectors) in sets() {
        for strict in [false, true] {
            let mut listener = Listener::new(strictness(strict), &engine);
            let (mut met, mut all) = (0, 0);
            for vector in of_role(&vectors, Role::Trap) {
                let verdict = listener.hear(&vector.datagram);
                met += usize::from(check(vector, verdict, strict));
                all += 1;
                assert!(listener.works(), "{}", vector.id);
            }
            eprintln!("receiver, strict {strict}: {met} of {all} as expected");
        }
    }
}

#[test]
fn every_machine_survives_what_is_meant_for_the_others() {
    for (engine, vectors) in sets() {
        let mut asker = Asker::new(Strictness::DEPLOYED);
        let mut objects = objects();
        let mut agent = Agent::new(&mut objects, false, &engine);
        let mut listener = Listener::new(Strictness::DEPLOYED, &engine);
        for vector in &vectors {
            let id = asker.ask(Version::V2c);
            for octets in [&vector.datagram, &readdressed(vector, id)] {
                let verdicts = [asker.hear(octets), agent.hear(octets).0, listener.hear(octets)];
                let taken = verdicts.iter().filter(|verdict| verdict.is_taken()).count();
                assert!(taken <= 1, "{}: {verdicts:?}", vector.id);
            }
            asker.silence();
            let id = asker.ask(Version::V2c);
            assert!(asker.is_answered(Version::V2c, id), "{}", vector.id);
        }
        assert!(agent.works() && listener.works());
    }
}

/// Vectors whose effect is more than taken or refused.
#[test]
fn deviations_are_named_and_mismatches_told() {
    let told = |id: &str| {
        let (id, role, expect, hex) = OWN.into_iter().find(|own| own.0 == id).unwrap();
        let vector = own(id, role, expect, hex);
        let mut asker = Asker::new(Strictness::DEPLOYED);
        let asked = asker.ask(asked_with(&vector));
        asker.hear(&readdressed(&vector, asked))
    };
    for (id, fit, anomaly) in [
        ("good/response", Fit::AsAsked, None),
        ("length/long-forms", Fit::AsAsked, None),
        (
            "integer/padded-id",
            Fit::AsAsked,
            Some(Anomaly::NonMinimalInteger),
        ),
        (
            "value/counter32-high-bit",
            Fit::AsAsked,
            Some(Anomaly::UnsignedHighBit),
        ),
        ("value/boolean", Fit::AsAsked, Some(Anomaly::MalformedVarBind)),
        ("pdu/empty-list", Fit::Count, None),
        ("trailing/four", Fit::AsAsked, Some(Anomaly::TrailingOctets)),
    ] {
        let Verdict::Delivered {
            fit: found,
            anomalies,
            ..
        } = told(id)
        else {
            panic!("{id}")
        };
        assert_eq!(
            (found, anomalies.iter().next()),
            (fit, anomaly),
            "{id}: {anomalies:?}"
        );
    }
    for (id, reason) in [
        ("octets/none", NotMine::OtherProtocol),
        ("octets/zeros", NotMine::OtherProtocol),
        ("octets/nested", NotMine::Malformed),
        ("integer/version-257", NotMine::Version),
        ("pdu/other-id", NotMine::UnknownId),
        ("pdu/other-community", NotMine::Security),
        ("pdu/other-version", NotMine::Version),
        ("pdu/a-request", NotMine::Kind),
    ] {
        assert_eq!(told(id), Verdict::NotMine(reason), "{id}");
    }
}

const fn strictness(strict: bool) -> Strictness {
    if strict {
        Strictness::STRICT
    } else {
        Strictness::DEPLOYED
    }
}
