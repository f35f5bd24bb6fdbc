//! The walk machine over agents of every kind, without a manager: the rows are the subtree's, or the end names the fault.

use snmp_core::entropy::Entropy;
use snmp_core::limits::Limits;
use snmp_core::message::Version;
use snmp_core::oid;
use snmp_core::oid::{Oid, OidBuf};
use snmp_core::outcome::{Outcome, Timeout};
use snmp_core::pdu::{ErrorStatus, encode_var_binds};
use snmp_core::query::{Query, QueryKind};
use snmp_core::security::SecurityLevel;
use snmp_core::strictness::Strictness;
use snmp_core::value::Value;
use snmp_core::varbind::{VarBind, VarBinds};
use snmp_core::walk::{Walk, WalkEnd};

/// An agent: its rows in order, and what is wrong with it.
#[derive(Clone, Debug)]
struct Agent {
    version: Version,
    rows: Vec<OidBuf>,
    fault: Fault,
    /// Rows a GETBULK gives at most, as if more did not fit; `None`: as many as asked.
    most: Option<usize>,
    asked: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Fault {
    None,
    /// tooBig where more than so many are asked for.
    TooBig(usize),
    /// noError and no variable binding where more than so many are asked for.
    Empty(usize),
    /// GETBULK is not answered at all.
    IgnoresBulk,
    /// genErr to every GETBULK.
    BulkGenErr,
    /// Behind this row comes the first one again.
    Cycle(usize),
    /// The row repeats.
    Repeats(usize),
    /// Its rows are not sorted: behind each comes the one behind it in the list.
    Unsorted,
    /// More rows than were asked for.
    More,
    /// Ever larger names without end.
    Endless,
    /// Nothing is ever answered.
    Dead,
    /// endOfMibView under a name of its own.
    EndNamedWrong,
    /// This row's name breaks a rule.
    BadName(usize),
    /// GETNEXT gives nothing.
    Nothing,
}

enum Reply {
    VarBinds(Vec<u8>),
    Fails(Outcome),
}

fn failing(status: ErrorStatus) -> Reply {
    Reply::Fails(Outcome::ErrorStatus {
        status,
        index: std::num::NonZeroU32::new(1),
        name: None,
    })
}

fn silence() -> Reply {
    Reply::Fails(Timeout::new(Version::V2c, SecurityLevel::NoAuthNoPriv, 3).into())
}

const END: Oid<'static> = oid!(1.3.6.1.9.9.9);

impl Agent {
    fn new(version: Version, rows: Vec<OidBuf>, fault: Fault) -> Self {
        Self {
            version,
            rows,
            fault,
            most: None,
            asked: 0,
        }
    }

    fn answer(&mut self, query: &Query<'_>) -> Reply {
        self.asked += 1;
        let [name] = query.names else {
            panic!("a walk asks for one name")
        };
        let wanted = match query.kind {
            QueryKind::GetNext => 1,
            QueryKind::GetBulk {
                non_repeaters: 0,
                max_repetitions,
            } => usize::try_from(max_repetitions).unwrap(),
            other => panic!("{other:?}"),
        };
        let bulk = query.kind != QueryKind::GetNext;
        assert!(wanted > 0 && !(bulk && self.version == Version::V1));
        match self.fault {
            Fault::Dead => return silence(),
            Fault::IgnoresBulk if bulk => return silence(),
            Fault::BulkGenErr if bulk => return failing(ErrorStatus::GenErr),
            Fault::TooBig(most) if bulk && wanted > most => return failing(ErrorStatus::TooBig),
            Fault::Empty(most) if bulk && wanted > most => return Reply::VarBinds(Vec::new()),
            Fault::Nothing if !bulk => return Reply::VarBinds(Vec::new()),
            _ => {}
        }
        let mut most = self.most.filter(|_| bulk).map_or(wanted, |most| most.min(wanted));
        if self.fault == Fault::More && bulk {
            most += 3;
        }
        let mut given: Vec<(OidBuf, bool)> = Vec::new();
        let mut last = name.clone();
        while given.len() < most {
            let behind = match self.fault {
                Fault::Unsorted => self
                    .rows
                    .iter()
                    .position(|row| *row == last)
                    .map_or(0, |at| at + 1),
                _ => self.rows.partition_point(|row| *row <= last),
            };
            let position = (behind < self.rows.len()).then_some(behind);
            let next = match (self.fault, position) {
                (Fault::Cycle(at), Some(position)) if position > at => self.rows.first().cloned(),
                (Fault::Repeats(at), Some(position)) if position > at => self.rows.get(at).cloned(),
                (Fault::Endless, None) => Some(last.join(&[1]).unwrap_or(last.clone())),
                (_, Some(position)) => self.rows.get(position).cloned(),
                (_, None) => None,
            };
            match next {
                Some(next) => {
                    last = next.clone();
                    given.push((next, true));
                }
                None if self.version == Version::V1 => return failing(ErrorStatus::NoSuchName),
                None => {
                    let named = if self.fault == Fault::EndNamedWrong {
                        END.to_buf()
                    } else {
                        last.clone()
                    };
                    given.push((named, false));
                    if !bulk {
                        break;
                    }
                }
            }
        }
        let list = given.iter().map(|(name, row)| {
            let value = if *row {
                Value::Integer(1)
            } else {
                Value::EndOfMibView
            };
            VarBind::new(name.as_oid(), value)
        });
        let list: Vec<_> = list.collect();
        let mut buffer = vec![0; 60_000];
        let mut writer = snmp_core::ber::Writer::new(&mut buffer);
        encode_var_binds(&mut writer, list);
        let range = writer.finish().unwrap();
        let mut octets = buffer[range].to_vec();
        if let Fault::BadName(at) = self.fault
            && let Some(bad) = self.rows.get(at)
        {
            spoil(&mut octets, bad);
        }
        let mut reader = snmp_core::ber::Reader::new(&octets);
        let contents = reader.sequence(snmp_core::ber::Field::VariableBindings).unwrap();
        Reply::VarBinds(contents.rest().to_vec())
    }
}

/// Makes the name's last sub-identifier one that does not end.
fn spoil(octets: &mut [u8], name: &OidBuf) {
    let name = name.as_oid().as_octets();
    let found = octets
        .windows(name.len() + 1)
        .position(|at| &at[..name.len()] == name && at[name.len()] == 0x02);
    if let Some(at) = found {
        octets[at + name.len() - 1] |= 0x80;
    }
}

/// Walks to the end; the names of the rows.
fn run(agent: &mut Agent, limits: &mut Limits, mut walk: Walk) -> (Vec<OidBuf>, Walk) {
    let mut names = Vec::new();
    while let Some(query) = walk.query(limits) {
        assert!(agent.asked < 5_000, "endless on {:?}", agent.fault);
        let reply = agent.answer(&query);
        let rows = match &reply {
            Reply::VarBinds(octets) => {
                let answer = VarBinds::from_octets(octets, Strictness::DEPLOYED).unwrap();
                walk.handle(limits, Ok(&answer))
                    .iter()
                    .map(|row| row.name.to_buf())
                    .collect::<Vec<_>>()
            }
            Reply::Fails(outcome) => {
                assert!(walk.handle(limits, Err(outcome)).is_empty());
                Vec::new()
            }
        };
        names.extend(rows);
    }
    let whole = u32::try_from(names.len()).unwrap();
    assert!(walk.end().is_some() && walk.rows() <= whole);
    (names, walk)
}

const ROOT: Oid<'static> = oid!(1.3.6.1.2.1.2);

fn rows(count: u32) -> Vec<OidBuf> {
    (1..=count)
        .map(|row| ROOT.to_buf().join(&[2, row]).unwrap())
        .collect()
}

/// The subtree with rows before and behind it.
fn tree(count: u32) -> Vec<OidBuf> {
    let outside = [oid!(1.3.6.1.2.1.1.1.0), oid!(1.3.6.1.2.1.3.1.0)].map(Oid::to_buf);
    let mut all = rows(count);
    all.extend(outside);
    all.sort();
    all
}

fn walked(fault: Fault, rows: Vec<OidBuf>) -> (Vec<OidBuf>, Walk, Limits, u32) {
    let mut limits = Limits::for_version(Version::V2c);
    let mut agent = Agent::new(Version::V2c, rows, fault);
    let (names, walk) = run(&mut agent, &mut limits, Walk::new(ROOT));
    (names, walk, limits, agent.asked)
}

#[test]
fn r3413_walk_own1_r3416_4_2_3mc_it_ends_behind_the_subtree_or_with_the_view() {
    let (names, walk, ..) = walked(Fault::None, tree(100));
    assert_eq!((names, walk.end()), (rows(100), Some(&WalkEnd::EndOfSubtree)));
    let (names, walk, ..) = walked(Fault::None, rows(100));
    assert_eq!((names, walk.end()), (rows(100), Some(&WalkEnd::EndOfMibView)));
    let (names, walk, ..) = walked(Fault::EndNamedWrong, rows(7));
    assert_eq!((names, walk.end()), (rows(7), Some(&WalkEnd::EndOfMibView)));
    let (names, walk, ..) = walked(Fault::None, Vec::new());
    assert_eq!((names, walk.end()), (Vec::new(), Some(&WalkEnd::EndOfMibView)));
}

#[test]
fn r1157_walk_v1_uses_getnext_and_ends_on_no_such_name() {
    let mut limits = Limits::for_version(Version::V1);
    for (agent_rows, end) in [
        (rows(30), WalkEnd::EndOfMibView),
        (tree(30), WalkEnd::EndOfSubtree),
    ] {
        let mut agent = Agent::new(Version::V1, agent_rows, Fault::None);
        let (names, walk) = run(&mut agent, &mut limits, Walk::new(ROOT));
        assert_eq!((names, walk.end()), (rows(30), Some(&end)));
        assert_eq!(agent.asked, 31);
    }
}

#[test]
fn r3413_walk_own2_a_name_that_does_not_increase_ends_it_and_the_rows_before_stay() {
    let (names, walk, ..) = walked(Fault::Repeats(20), tree(60));
    // The first row of the agent lies before the subtree.
    assert_eq!(names, rows(20));
    let last = rows(20).pop().unwrap();
    let expected = WalkEnd::NotIncreasing {
        previous: last.clone(),
        next: last,
    };
    assert_eq!(walk.end(), Some(&expected));
}

/// The rows in no order, and one row of another subtree behind them.
fn shuffled(count: u32, seed: u8) -> Vec<OidBuf> {
    let mut entropy = Entropy::new([seed; 16]);
    let mut all = rows(count);
    for place in (1..all.len()).rev() {
        let other = entropy.below(u32::try_from(place + 1).unwrap());
        all.swap(place, usize::try_from(other).unwrap());
    }
    all.push(oid!(1.3.6.1.2.1.3.1.0).to_buf());
    all
}

#[test]
fn r3413_walk_own2_a_relaxed_walk_reads_names_out_of_order_up_to_its_bound() {
    for (seed, version) in (0..50).zip([Version::V1, Version::V2c].into_iter().cycle()) {
        let unsorted = shuffled(60, seed);
        let mut agent = Agent::new(version, unsorted.clone(), Fault::Unsorted);
        let mut limits = Limits::for_version(version);
        let (names, walk) = run(&mut agent, &mut limits, Walk::new(ROOT).relaxed(1000));
        assert_eq!(
            (&names[..], walk.end()),
            (&unsorted[..60], Some(&WalkEnd::EndOfSubtree))
        );
        // A strict walk says what is wrong.
        let (names, walk) = run(&mut agent, &mut limits, Walk::new(ROOT));
        assert!(names.len() < 60 && matches!(walk.end(), Some(WalkEnd::NotIncreasing { .. })));
        let (names, walk) = run(&mut agent, &mut limits, Walk::new(ROOT).relaxed(40));
        assert_eq!((names.len(), walk.end()), (40, Some(&WalkEnd::RowLimit)));
    }
    // Rows or queries bound it too where every name is new.
    let mut agent = Agent::new(Version::V1, rows(3), Fault::Endless);
    let mut limits = Limits::for_version(Version::V1);
    let walk = Walk::new(ROOT).relaxed(1000).with_max_queries(20);
    let (names, walk) = run(&mut agent, &mut limits, walk);
    assert_eq!((names.len(), walk.end()), (20, Some(&WalkEnd::QueryLimit)));
}

#[test]
fn r3413_walk_own3_a_relaxed_walk_leaves_a_circle_after_at_most_two_rounds() {
    for (fault, most) in [
        (Fault::Cycle(0), 1),
        (Fault::Cycle(5), 6),
        (Fault::Cycle(58), 59),
        (Fault::Repeats(0), 1),
        (Fault::Repeats(20), 21),
    ] {
        for version in [Version::V1, Version::V2c] {
            let mut agent = Agent::new(version, rows(60), fault);
            let mut limits = Limits::for_version(version);
            let (names, walk) = run(&mut agent, &mut limits, Walk::new(ROOT).relaxed(1_000_000));
            let Some(WalkEnd::Cycle { next }) = walk.end() else {
                panic!("{fault:?} {:?}", walk.end())
            };
            assert!(names.contains(next), "{fault:?}");
            assert!(names.len() <= 2 * most, "{fault:?} {}", names.len());
        }
    }
    // Back to what lies before the subtree: not its end.
    let mut agent = Agent::new(Version::V2c, tree(60), Fault::Cycle(9));
    let mut limits = Limits::for_version(Version::V2c);
    let (names, walk) = run(&mut agent, &mut limits, Walk::new(ROOT).relaxed(1_000_000));
    assert!(names.len() < 60 && matches!(walk.end(), Some(WalkEnd::NotIncreasing { .. })));
    // Into a circle from outside of it, by steps of every kind.
    for seed in 0..100 {
        let mut unsorted = shuffled(40, seed);
        unsorted.pop();
        let again = unsorted[usize::from(seed) % 40].clone();
        unsorted.push(again);
        let mut agent = Agent::new(Version::V2c, unsorted, Fault::Unsorted);
        let mut limits = Limits::for_version(Version::V2c);
        let (names, walk) = run(&mut agent, &mut limits, Walk::new(ROOT).relaxed(1_000_000));
        assert!(
            matches!(walk.end(), Some(WalkEnd::Cycle { .. })),
            "{seed} {:?}",
            walk.end()
        );
        assert!((40..=120).contains(&names.len()), "{seed} {}", names.len());
    }
}

#[test]
fn r3413_walk_own3_a_cycle_is_measured_against_the_greatest_name_seen() {
    for at in [3, 40, 55] {
        let (names, walk, ..) = walked(Fault::Cycle(at), rows(60));
        assert_eq!(names, rows(u32::try_from(at).unwrap() + 1), "{at}");
        let Some(WalkEnd::NotIncreasing { previous, next }) = walk.end() else {
            panic!("{at}")
        };
        assert_eq!((previous, next), (&rows(60)[at], &rows(60)[0]));
    }
}

#[test]
fn r3413_walk_own4_a_walk_of_an_instance_is_empty() {
    let mut limits = Limits::for_version(Version::V2c);
    let mut agent = Agent::new(Version::V2c, tree(5), Fault::None);
    let instance = rows(5)[2].clone();
    let (names, walk) = run(&mut agent, &mut limits, Walk::new(instance.as_oid()));
    assert_eq!(
        (names.len(), walk.end(), agent.asked),
        (0, Some(&WalkEnd::EndOfSubtree), 1)
    );
}

#[test]
fn r3416_4_2_3md_r3416_4_2_3me_too_big_and_empty_answers_shrink_the_getbulk() {
    for most in [1, 2, 7, 30] {
        for fault in [Fault::TooBig(most), Fault::Empty(most)] {
            let (names, walk, limits, _) = walked(fault, tree(200));
            assert_eq!(names, rows(200), "{fault:?}");
            assert_eq!(walk.end(), Some(&WalkEnd::EndOfSubtree));
            assert!(limits.bulk() && usize::try_from(limits.max_repetitions(1)).unwrap() <= most);
        }
    }
    // Not even one row: GETNEXT.
    for fault in [
        Fault::TooBig(0),
        Fault::Empty(0),
        Fault::BulkGenErr,
        Fault::IgnoresBulk,
    ] {
        let (names, _, limits, asked) = walked(fault, tree(20));
        assert_eq!(names, rows(20), "{fault:?}");
        assert!(!limits.bulk() && asked < 30);
    }
}

#[test]
fn r3416_4_2_3ma_an_answer_cut_anywhere_is_followed_up() {
    for most in [1, 3, 10] {
        let mut limits = Limits::for_version(Version::V2c);
        let mut agent = Agent::new(Version::V2c, tree(100), Fault::None);
        agent.most = Some(most);
        let (names, walk) = run(&mut agent, &mut limits, Walk::new(ROOT));
        assert_eq!(
            (names, walk.end()),
            (rows(100), Some(&WalkEnd::EndOfSubtree)),
            "{most}"
        );
    }
    let (names, ..) = walked(Fault::More, tree(100));
    assert_eq!(names, rows(100));
}

#[test]
fn a_device_that_says_nothing_ends_it_after_getbulk_and_getnext() {
    let (names, walk, limits, asked) = walked(Fault::Dead, tree(10));
    assert!(names.is_empty() && asked == 2);
    assert!(matches!(walk.end(), Some(WalkEnd::Failed(Outcome::Timeout(_)))));
    // And nothing was learned about its GETBULK.
    assert_eq!(limits, Limits::for_version(Version::V2c));
}

#[test]
fn a_row_with_a_name_that_cannot_be_read_costs_no_other() {
    let (names, walk, ..) = walked(Fault::BadName(10), tree(100));
    assert_eq!(walk.end(), Some(&WalkEnd::EndOfSubtree));
    let readable: Vec<_> = names
        .iter()
        .filter(|name| !name.as_oid().is_empty())
        .cloned()
        .collect();
    let mut expected = rows(100);
    expected.remove(9);
    assert_eq!(readable, expected);
    // With GETNEXT alone there is no way past it.
    let mut limits = Limits::for_version(Version::V1);
    let mut agent = Agent::new(Version::V1, tree(100), Fault::BadName(10));
    let (names, walk) = run(&mut agent, &mut limits, Walk::new(ROOT));
    assert_eq!((names, walk.end()), (rows(9), Some(&WalkEnd::NoName)));
    let mut agent = Agent::new(Version::V1, tree(100), Fault::Nothing);
    let (names, walk) = run(&mut agent, &mut limits, Walk::new(ROOT));
    assert_eq!((names.len(), walk.end()), (0, Some(&WalkEnd::NoName)));
}

#[test]
fn limits_end_it_where_it_stands_and_it_can_be_resumed() {
    let mut limits = Limits::for_version(Version::V2c);
    let mut agent = Agent::new(Version::V2c, tree(100), Fault::None);
    let (first, walk) = run(&mut agent, &mut limits, Walk::new(ROOT).with_max_rows(25));
    assert_eq!(
        (&first[..], walk.end()),
        (&rows(25)[..], Some(&WalkEnd::RowLimit))
    );
    let rest = Walk::new(ROOT).resuming_after(walk.last());
    let (second, walk) = run(&mut agent, &mut limits, rest);
    assert_eq!(
        ([first, second].concat(), walk.end()),
        (rows(100), Some(&WalkEnd::EndOfSubtree))
    );
    let mut endless = Agent::new(Version::V1, rows(1), Fault::Endless);
    let mut limits = Limits::for_version(Version::V1);
    let (_, walk) = run(&mut endless, &mut limits, Walk::new(ROOT).with_max_queries(3));
    assert_eq!((walk.end(), endless.asked), (Some(&WalkEnd::QueryLimit), 3));
    let mut walk = Walk::new(ROOT);
    walk.stop(Outcome::Cancelled);
    assert_eq!(walk.query(&limits), None);
    assert_eq!(walk.end(), Some(&WalkEnd::Failed(Outcome::Cancelled)));
}

#[test]
fn small_rows_are_asked_for_in_ever_larger_numbers() {
    let (_, _, limits, asked) = walked(Fault::None, tree(1000));
    assert!(limits.max_repetitions(1) > 40);
    assert!(asked < 1000 / 40, "{asked}");
}

/// A random agent with a random fault: the rows are the subtree's, or the end names the fault.
#[test]
fn random_agents_never_lose_a_row_unsaid_and_never_run_for_ever() {
    for seed in 0..2_000_u64 {
        let mut octets = [3; 16];
        octets[..8].copy_from_slice(&seed.to_be_bytes());
        let mut entropy = Entropy::new(octets);
        let pick = |entropy: &mut Entropy, below: u32| usize::try_from(entropy.below(below)).unwrap();
        let mut names: Vec<OidBuf> = (0..pick(&mut entropy, 150))
            .map(|_| {
                let depth = 1 + pick(&mut entropy, 4);
                let arcs: Vec<u32> = (0..depth)
                    .map(|_| match entropy.below(3) {
                        0 => entropy.below(4),
                        1 => entropy.below(300),
                        _ => entropy.below(u32::MAX),
                    })
                    .collect();
                let near = if entropy.below(8) == 0 {
                    oid!(1.3.6.1.2.1)
                } else {
                    ROOT
                };
                near.to_buf().join(&arcs).unwrap()
            })
            .collect();
        names.sort();
        names.dedup();
        let at = pick(&mut entropy, 60);
        let fault = match entropy.below(12) {
            0 => Fault::TooBig(at),
            1 => Fault::Empty(at),
            2 => Fault::IgnoresBulk,
            3 => Fault::BulkGenErr,
            4 => Fault::Cycle(at),
            5 => Fault::Repeats(at),
            6 => Fault::More,
            7 => Fault::EndNamedWrong,
            _ => Fault::None,
        };
        let version = if entropy.below(4) == 0 {
            Version::V1
        } else {
            Version::V2c
        };
        let mut agent = Agent::new(version, names.clone(), fault);
        agent.most = (entropy.below(3) == 0).then_some(at.max(1));
        let mut limits = Limits::for_version(version);
        let (found, walk) = run(&mut agent, &mut limits, Walk::new(ROOT));
        let mut expected = names.clone();
        expected.retain(|name| name.as_oid().starts_with(ROOT) && name.as_oid() != ROOT);
        assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "{seed}");
        match walk.end().unwrap() {
            WalkEnd::EndOfSubtree | WalkEnd::EndOfMibView => assert_eq!(found, expected, "{seed} {fault:?}"),
            WalkEnd::NotIncreasing { .. } => {
                assert!(
                    matches!(fault, Fault::Cycle(_) | Fault::Repeats(_)),
                    "{seed} {fault:?}"
                );
                assert!(expected.starts_with(&found), "{seed} {fault:?}");
            }
            other => panic!("{seed} {fault:?}: {other}"),
        }
    }
}
