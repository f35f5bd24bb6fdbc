//! Plain reads in parts, and without the names that a device does not have.
#![cfg(feature = "manager")]

mod scripted;

use scripted::{Script, Sent, address, config};
use snmp_core::limits::Limits;
use snmp_core::manager::{Event, Fit, Manager, NoSuchName, StartError, TargetConfig, TargetId};
use snmp_core::message::Version;
use snmp_core::oid;
use snmp_core::oid::{Oid, OidBuf};
use snmp_core::outcome::Outcome;
use snmp_core::pdu::{ErrorStatus, PduHeader, PduType};
use snmp_core::time::Duration;

type Config = TargetConfig<<snmp_core::security::NoV3 as snmp_core::security::SecurityModel>::Credentials>;

fn names(count: u32) -> Vec<OidBuf> {
    let column = oid!(1.3.6.1.2.1.43.11.1.1.9).to_buf();
    (1..=count).map(|row| column.join(&[1, row]).unwrap()).collect()
}

fn oids(names: &[OidBuf]) -> Vec<Oid<'_>> {
    names.iter().map(OidBuf::as_oid).collect()
}

fn v1(policy: NoSuchName) -> Config {
    Config::v1(address(1), b"public")
        .with_timeout(Duration::from_secs(1), 2)
        .with_no_such_name(policy)
}

/// What came, short: parts and answers with the last arcs of their names and where they begin, names left out, failures.
fn told(script: &mut Script) -> Vec<String> {
    let short = |name: &str| name.rsplit('.').next().unwrap().to_string();
    let tell = |event: &Event<'_>| match event {
        Event::Part(answer) | Event::Answer(answer) => {
            assert_eq!(answer.fit, Fit::AsAsked);
            let names: Vec<_> = answer
                .var_binds
                .iter()
                .map(|it| short(&it.name.to_string()))
                .collect();
            let kind = if event.is_final() { "answer" } else { "part" };
            format!("{kind} {} {}/{}", names.join(","), answer.first, answer.absent)
        }
        Event::Absent(absent) => format!("absent {} {}", absent.place, short(&absent.name.to_string())),
        Event::Failed(failed) => match &failed.outcome {
            Outcome::ErrorStatus { status, index, name } => format!(
                "{status:?} {:?} {}",
                index.map(u32::from),
                name.as_ref()
                    .map_or_else(String::new, |name| short(&name.to_string()))
            ),
            other => format!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    script
        .events
        .drain(..)
        .map(|event| tell(&event.event()))
        .collect()
}

/// Answers each datagram by `reply` until nothing is sent; how many names each asked for.
fn serve(script: &mut Script, mut reply: impl FnMut(&Sent, &[String]) -> scripted::Answer) -> Vec<usize> {
    let mut asked = Vec::new();
    while let Some(sent) = script.sent() {
        let names = sent.names();
        asked.push(names.len());
        let answer = reply(&sent, &names);
        assert_eq!(script.hand_in(&sent, &answer), None);
    }
    assert_eq!(script.manager.requests(), 0);
    asked
}

/// The first of these names that the device lacks, in error-status noSuchName; else the values.
fn without(missing: &'static [&'static str]) -> impl FnMut(&Sent, &[String]) -> scripted::Answer {
    move |sent, names| {
        let at = names
            .iter()
            .position(|name| missing.iter().any(|last| name.rsplit('.').next() == Some(last)));
        match at {
            Some(at) => sent
                .answer(0)
                .failing(ErrorStatus::NoSuchName, u32::try_from(at).unwrap() + 1),
            None => sent.answer(1),
        }
    }
}

/// tooBig, without a name at fault, to more than so many names.
fn too_big(most: usize) -> impl FnMut(&Sent, &[String]) -> scripted::Answer {
    move |sent, names| {
        if names.len() > most {
            let mut answer = sent.answer(0).failing(ErrorStatus::TooBig, 0);
            answer.var_binds.clear();
            answer
        } else {
            sent.answer(1)
        }
    }
}

fn get(script: &mut Script, target: TargetId, names: &[OidBuf]) {
    script.manager.get(script.now, target, oids(names)).unwrap();
}

#[test]
fn r3584_nsn_v1_goes_on_without_the_names_that_are_not_there() {
    for next in [false, true] {
        let mut script = Script::new();
        let target = script.manager.add_target(v1(NoSuchName::LeftOut)).unwrap();
        let names = names(5);
        if next {
            // Nothing behind them: as bad.
            script.manager.get_next(script.now, target, oids(&names)).unwrap();
        } else {
            get(&mut script, target, &names);
        }
        let mut reply = without(&["2", "3", "5"]);
        let asked = serve(&mut script, |sent, names| {
            let mut answer = reply(sent, names);
            if next && answer.header.error_status() == ErrorStatus::NoError {
                for (name, _) in &mut answer.var_binds {
                    name.push(0);
                }
            }
            answer
        });
        assert_eq!(asked, [5, 4, 3, 2]);
        let last = if next { "answer 0,0 0/3" } else { "answer 1,4 0/3" };
        assert_eq!(
            told(&mut script),
            ["absent 1 2", "absent 2 3", "absent 4 5", last]
        );
    }
}

#[test]
fn r3584_nsn_without_the_policy_the_request_fails_with_the_name() {
    let mut script = Script::new();
    let target = script.manager.add_target(v1(NoSuchName::Fails)).unwrap();
    get(&mut script, target, &names(5));
    assert_eq!(serve(&mut script, without(&["3"])), [5]);
    assert_eq!(told(&mut script), ["NoSuchName Some(3) 3"]);
}

#[test]
fn r3584_nsn_a_device_that_has_none_of_the_names_gives_an_empty_answer() {
    let mut script = Script::new();
    let target = script.manager.add_target(v1(NoSuchName::LeftOut)).unwrap();
    get(&mut script, target, &names(2));
    assert_eq!(serve(&mut script, without(&["1", "2"])), [2, 1]);
    assert_eq!(told(&mut script), ["absent 0 1", "absent 1 2", "answer  2/2"]);
}

#[test]
fn r3584_nsn_an_index_outside_of_the_request_or_a_set_ends_it() {
    for index in [0, 6, u32::MAX >> 1] {
        let mut script = Script::new();
        let target = script.manager.add_target(v1(NoSuchName::LeftOut)).unwrap();
        get(&mut script, target, &names(5));
        let asked = serve(&mut script, |sent, _| {
            sent.answer(0).failing(ErrorStatus::NoSuchName, index)
        });
        assert_eq!(asked, [5]);
        assert!(told(&mut script)[0].starts_with("NoSuchName"));
    }
    let mut script = Script::new();
    let target = script.manager.add_target(v1(NoSuchName::LeftOut)).unwrap();
    let value = snmp_core::varbind::VarBind::new(scripted::NAME, snmp_core::value::Value::Integer(1));
    script.manager.set(script.now, target, &[value, value]).unwrap();
    assert_eq!(serve(&mut script, without(&["0"])), [2]);
    assert_eq!(told(&mut script), ["NoSuchName Some(1) 0"]);
}

#[test]
fn r3584_nsn_names_left_out_stay_left_out_of_smaller_parts() {
    let mut script = Script::new();
    let target = script.manager.add_target(v1(NoSuchName::LeftOut)).unwrap();
    get(&mut script, target, &names(6));
    let (mut small, mut lacks) = (too_big(2), without(&["1", "4", "6"]));
    let asked = serve(&mut script, |sent, names| {
        // The missing name is seen before the size.
        let answer = lacks(sent, names);
        if answer.header.error_status() == ErrorStatus::NoError {
            small(sent, names)
        } else {
            answer
        }
    });
    // 2, 3 and 5 are too many.
    assert_eq!(asked, [6, 5, 4, 3, 1, 1, 1]);
    assert_eq!(
        told(&mut script),
        [
            "absent 0 1",
            "absent 3 4",
            "absent 5 6",
            "part 2 0/3",
            "part 3 2/3",
            "answer 5 4/3"
        ]
    );
}

#[test]
fn r3416_toobigm_a_plain_get_is_split_and_sent_again() {
    let (mut script, target) = Script::with_target();
    get(&mut script, target, &names(10));
    assert_eq!(serve(&mut script, too_big(3)), [10, 5, 2, 2, 2, 2, 2]);
    assert_eq!(
        told(&mut script),
        [
            "part 1,2 0/0",
            "part 3,4 2/0",
            "part 5,6 4/0",
            "part 7,8 6/0",
            "answer 9,10 8/0"
        ]
    );
    // Learned: the next one is not too big even once.
    script
        .manager
        .get_next(script.now, target, oids(&names(3)))
        .unwrap();
    let asked = serve(&mut script, |sent, _| {
        let mut answer = sent.answer(1);
        for (name, _) in &mut answer.var_binds {
            name.push(0);
        }
        answer
    });
    assert_eq!(asked, [2, 1]);
}

#[test]
fn r3416_toobigm_one_name_that_is_too_big_fails_with_its_place() {
    let (mut script, target) = Script::with_target();
    get(&mut script, target, &names(3));
    let asked = serve(&mut script, |sent, names| {
        if names.len() > 1 || names[0].ends_with(".2") {
            sent.answer(0).failing(ErrorStatus::TooBig, 1)
        } else {
            sent.answer(1)
        }
    });
    assert_eq!(asked, [3, 1, 1]);
    assert_eq!(told(&mut script), ["part 1 0/0", "TooBig Some(2) 2"]);
}

#[test]
fn more_names_than_a_datagram_holds_or_the_device_takes_go_in_parts() {
    let (mut script, target) = Script::with_target();
    get(&mut script, target, &names(70));
    assert_eq!(serve(&mut script, too_big(99)), [32, 32, 6]);
    let limits = Limits::for_version(Version::V2c).with_names(255);
    script.manager.set_limits(target, limits);
    get(&mut script, target, &names(127));
    let asked = serve(&mut script, |sent, names| {
        assert!(sent.octets.len() <= 1472 && (names.len() < 60 || sent.octets.len() > 1300));
        sent.answer(1)
    });
    assert_eq!((asked.iter().sum::<usize>(), asked.len()), (127, 2), "{asked:?}");
    assert_eq!(
        script
            .events
            .iter()
            .filter(|event| event.event().is_final())
            .count(),
        2
    );
    // Not without leave: neither by the target's configuration nor what a machine asks for.
    let mut script = Script::new();
    let whole = script
        .manager
        .add_target(config(1).with_splitting(false))
        .unwrap();
    get(&mut script, whole, &names(40));
    assert_eq!(serve(&mut script, too_big(30)), [40]);
    assert_eq!(told(&mut script), ["TooBig None "]);
    let many = names(200);
    let error = script.manager.get(script.now, whole, oids(&many)).unwrap_err();
    assert!(matches!(error, StartError::TooLarge { .. }));
}

#[test]
fn a_part_that_is_lost_is_asked_for_again_and_one_that_comes_twice_counts_once() {
    let (mut script, target) = Script::with_target();
    get(&mut script, target, &names(40));
    let first = script.sent().unwrap();
    // Meanwhile the device is known to take less: the transmission that is under way stays what it was.
    script
        .manager
        .set_limits(target, Limits::for_version(Version::V2c).with_names(4));
    assert!(script.next_timer());
    let again = script.sent().unwrap();
    assert_eq!(first.names(), again.names());
    script.hand_in(&again, &again.answer(1));
    assert!(script.hand_in(&first, &first.answer(1)).is_some());
    let second = script.sent().unwrap();
    assert_eq!(second.names().len(), 4);
    // Silence in the middle: the parts that came are good, and the end is told once.
    script.silence();
    let told = told(&mut script);
    assert_eq!(told.len(), 2);
    assert!(told[0].starts_with("part 1,2,") && told[1].starts_with("Timeout"));
}

#[test]
fn events_of_parts_can_be_kept() {
    let (mut script, target) = Script::with_target();
    get(&mut script, target, &names(33));
    let sent = script.sent().unwrap();
    script.hand_in(&sent, &sent.answer(9));
    let kept = script.events.remove(0);
    let event = kept.event();
    let Event::Part(part) = &event else { panic!() };
    assert_eq!(
        (part.var_binds.len(), event.is_final(), event.target()),
        (32, false, target)
    );
}

/// One datagram too many, and none too few: a manager whose datagrams are of the smallest size.
#[test]
fn splitting_fits_the_smallest_datagram() {
    let mut manager = Manager::new([7; 16]).with_max_message(484);
    let target = manager.add_target(config(1)).unwrap();
    let many = names(30);
    manager
        .get(snmp_core::time::Instant::ZERO, target, oids(&many))
        .unwrap();
    let mut buffer = [0; 484];
    let transmit = manager
        .poll_transmit(snmp_core::time::Instant::ZERO, &mut buffer)
        .unwrap()
        .unwrap();
    let sent = Sent {
        octets: buffer[transmit.range.clone()].to_vec(),
        transmit,
    };
    assert_eq!(
        sent.header().pdu_type,
        PduHeader::request(PduType::GetRequest, 1).pdu_type
    );
    assert!((10..30).contains(&sent.names().len()));
}
