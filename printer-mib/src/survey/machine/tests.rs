use super::*;
use alloc::collections::BTreeMap;
use alloc::vec;
use core::num::NonZeroU32;
use snmp_core::ber::Writer;
use snmp_core::message::Version;
use snmp_core::outcome::Timeout;
use snmp_core::security::SecurityLevel;
use snmp_core::strictness::Strictness;

use crate::model::SectionKind;

/// An agent of a few faults, as a table of objects.
#[derive(Default)]
struct Agent {
    objects: BTreeMap<OidBuf, Owned>,
    /// Objects that only another context has.
    hidden: BTreeMap<OidBuf, Owned>,
    v1: bool,
    ignores_bulk: bool,
    /// It is silent in the other context; after so many answers if it has one.
    silent_hidden: Option<usize>,
    /// Names that a request in the other context may hold.
    hidden_most: Option<usize>,
    /// It answers, but with nothing.
    says_nothing: bool,
    /// Variable bindings an answer holds.
    most: usize,
    /// An object whose reading fails, and whether the error says so.
    faulty: Option<(&'static str, bool)>,
    loops: bool,
    requests: usize,
}

#[derive(Clone, Debug, PartialEq)]
enum Owned {
    Number(i32),
    Text(&'static str),
    Octets(&'static [u8]),
    Oid(OidBuf),
}

impl Owned {
    fn value(&self) -> Value<'_> {
        match self {
            Self::Number(number) => Value::Integer(*number),
            Self::Text(text) => Value::OctetString(text.as_bytes()),
            Self::Octets(octets) => Value::OctetString(octets),
            Self::Oid(oid) => Value::ObjectIdentifier(oid.as_oid()),
        }
    }
}

fn oid(text: &str) -> OidBuf {
    text.parse().unwrap()
}

impl Agent {
    fn printer() -> Self {
        let mut agent = Self {
            most: 1000,
            ..Self::default()
        };
        agent.set("1.3.6.1.2.1.1.1.0", Owned::Text("a printer"));
        agent.set("1.3.6.1.2.1.1.2.0", Owned::Oid(oid("1.3.6.1.4.1.11.2.3.9.1")));
        agent.set("1.3.6.1.2.1.1.5.0", Owned::Text("lobby"));
        agent.add_printer_mib();
        agent
    }

    fn add_printer_mib(&mut self) {
        self.set("1.3.6.1.2.1.25.3.2.1.3.1", Owned::Text("LaserJet"));
        self.set("1.3.6.1.2.1.43.5.1.1.17.1", Owned::Text("SERIAL"));
        for n in 1..=4_i32 {
            for (column, value) in [(4, 3), (5, 3), (7, 19), (8, 100), (9, 10 * n)] {
                let name = oid("1.3.6.1.2.1.43.11.1.1")
                    .join(&[column, 1, n.unsigned_abs()])
                    .unwrap();
                self.objects.insert(name, Owned::Number(value));
            }
        }
    }

    fn set(&mut self, name: &str, value: Owned) {
        self.objects.insert(oid(name), value);
    }

    fn next(&self, context: &[u8], name: &OidBuf) -> Option<(&OidBuf, &Owned)> {
        let table = if context.is_empty() {
            &self.objects
        } else {
            &self.hidden
        };
        if self.loops && name.as_oid().starts_with(oid("1.3.6.1.2.1.43.11.1.1.9").as_oid()) {
            return table.get_key_value(&oid("1.3.6.1.2.1.43.11.1.1.9.1.1"));
        }
        table.range(name.clone()..).find(|(next, _)| *next != name)
    }

    /// Answers a query as an agent does that keeps RFC 1157 and RFC 3416, its faults apart.
    fn answer(&mut self, query: &Query<'_>) -> Result<Vec<(OidBuf, Option<Owned>)>, Outcome> {
        self.requests += 1;
        if self.says_nothing {
            return Ok(vec![]);
        }
        let timeout = || Timeout::new(Version::V2c, SecurityLevel::NoAuthNoPriv, 3).into();
        if let (Some(left), false) = (&mut self.silent_hidden, query.context.is_empty()) {
            match left.checked_sub(1) {
                Some(fewer) => *left = fewer,
                None => return Err(timeout()),
            }
        }
        let refuse = |status, index: usize| {
            let index = u32::try_from(index).ok().and_then(NonZeroU32::new);
            Outcome::ErrorStatus {
                status,
                index,
                name: None,
            }
        };
        if let Some((faulty, says_so)) = self.faulty
            && let Some(at) = query
                .names
                .iter()
                .position(|name| name.as_oid().starts_with(oid(faulty).as_oid()))
        {
            return Err(refuse(ErrorStatus::GenErr, if says_so { at + 1 } else { 0 }));
        }
        let most = self.hidden_most.filter(|_| !query.context.is_empty());
        if query.names.len() > most.unwrap_or(self.most) {
            return Err(refuse(ErrorStatus::TooBig, 0));
        }
        let mut rows = vec![];
        let repetitions = match query.kind {
            QueryKind::Get => {
                for (n, name) in query.names.iter().enumerate() {
                    match self.objects.get(name) {
                        None if self.v1 => return Err(refuse(ErrorStatus::NoSuchName, n + 1)),
                        value => rows.push((name.clone(), value.cloned())),
                    }
                }
                return Ok(rows);
            }
            QueryKind::GetNext => 1,
            QueryKind::GetBulk { .. } if self.ignores_bulk => return Err(timeout()),
            QueryKind::GetBulk { max_repetitions, .. } => max_repetitions,
        };
        let mut names = query.names.to_vec();
        for _ in 0..repetitions {
            for (n, name) in names.iter_mut().enumerate() {
                if rows.len() >= self.most {
                    return Ok(rows);
                }
                match self.next(query.context, name) {
                    None if self.v1 => return Err(refuse(ErrorStatus::NoSuchName, n + 1)),
                    None => rows.push((name.clone(), None)),
                    Some((next, value)) => {
                        rows.push((next.clone(), Some(value.clone())));
                        *name = next.clone();
                    }
                }
            }
        }
        Ok(rows)
    }
}

/// Runs a survey against an agent.
fn run(agent: &mut Agent) -> Surveyed {
    let mut limits = Limits::for_version(if agent.v1 { Version::V1 } else { Version::V2c });
    let mut survey = Survey::new(Plan::standard(), b"");
    while let Some(query) = survey.next_query(&limits) {
        assert!(query.names.len() <= limits.names());
        let answer = agent.answer(&query);
        assert!(agent.requests < 600, "endless");
        let mut buffer = vec![0; 65_536];
        let mut writer = Writer::new(&mut buffer);
        let result = answer.map(|rows| {
            for (name, value) in rows.iter().rev() {
                let value = value.as_ref().map_or(Value::EndOfMibView, Owned::value);
                VarBind::new(name.as_oid(), value).encode(&mut writer);
            }
            writer.finish().unwrap()
        });
        match result {
            Ok(range) => {
                let answer = VarBinds::from_octets(&buffer[range], Strictness::STRICT).unwrap();
                survey.handle_answer(Instant::ZERO, &mut limits, Ok(&answer));
            }
            Err(outcome) => survey.handle_answer(Instant::ZERO, &mut limits, Err(&outcome)),
        }
    }
    survey.finish()
}

fn answer(survey: &mut Survey, limits: &mut Limits, rows: Vec<(OidBuf, Option<Owned>)>) {
    let mut buffer = vec![0; 4096];
    let mut writer = Writer::new(&mut buffer);
    for (name, value) in rows.iter().rev() {
        let value = value.as_ref().map_or(Value::NoSuchObject, Owned::value);
        VarBind::new(name.as_oid(), value).encode(&mut writer);
    }
    let range = writer.finish().unwrap();
    let answer = VarBinds::from_octets(&buffer[range], Strictness::STRICT).unwrap();
    survey.handle_answer(Instant::ZERO, limits, Ok(&answer));
}

/// Names and numbers that came of it, in the MIB's order.
fn read(surveyed: &Surveyed) -> BTreeMap<OidBuf, i64> {
    let all = surveyed.arena.iter();
    all.filter_map(|(_, var_bind)| Some((var_bind.name.to_buf(), var_bind.value.as_i64()?)))
        .collect()
}

fn complete(surveyed: &Surveyed) {
    for kind in Plan::standard().sections() {
        assert_eq!(
            surveyed.sections.of(*kind).state,
            SectionState::Complete,
            "{kind:?}"
        );
    }
    assert_eq!(surveyed.failure, None);
    assert_eq!(read(surveyed).len(), 20, "every cell of the supplies, once");
}

#[test]
fn everything_is_read_in_few_requests() {
    let mut agent = Agent::printer();
    complete(&run(&mut agent));
    assert!(agent.requests <= 7, "{}", agent.requests);
}

#[test]
fn quirk_42_an_agent_that_ignores_getbulk_is_read_by_getnext() {
    let mut agent = Agent {
        ignores_bulk: true,
        ..Agent::printer()
    };
    complete(&run(&mut agent));
}

#[test]
fn quirk_43_in_v1_a_missing_name_costs_only_itself() {
    let mut agent = Agent {
        v1: true,
        ..Agent::printer()
    };
    complete(&run(&mut agent));
}

#[test]
fn quirk_53_too_big_splits() {
    let mut agent = Agent {
        most: 7,
        ..Agent::printer()
    };
    complete(&run(&mut agent));
}

#[test]
fn an_object_that_fails_costs_only_its_column() {
    for says_so in [true, false] {
        let faulty = Some(("1.3.6.1.2.1.43.11.1.1.7", says_so));
        let surveyed = run(&mut Agent {
            faulty,
            ..Agent::printer()
        });
        assert_eq!(read(&surveyed).len(), 16, "{says_so}");
        assert_eq!(
            surveyed.sections.of(SectionKind::Supplies).state,
            SectionState::Partial
        );
        assert_eq!(
            surveyed.sections.of(SectionKind::Alerts).state,
            SectionState::Complete
        );
    }
}

#[test]
fn quirk_46_an_agent_that_does_not_go_forward_ends_its_column() {
    let mut agent = Agent {
        loops: true,
        ..Agent::printer()
    };
    let surveyed = run(&mut agent);
    assert_eq!(read(&surveyed).len(), 17);
    assert!(agent.requests < 10);
}

#[test]
fn quirk_24_tables_in_another_context_are_found() {
    let mut agent = Agent::printer();
    agent.hidden = core::mem::take(&mut agent.objects);
    for scalar in ["1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0", "1.3.6.1.2.1.1.5.0"] {
        let value = agent.hidden.remove(&oid(scalar)).unwrap();
        agent.set(scalar, value);
    }
    complete(&run(&mut agent));
}

#[test]
fn quirks_24_and_53_another_context_may_say_too_big() {
    let mut agent = Agent::printer();
    agent.hidden = core::mem::take(&mut agent.objects);
    for scalar in ["1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0", "1.3.6.1.2.1.1.5.0"] {
        let value = agent.hidden.remove(&oid(scalar)).unwrap();
        agent.set(scalar, value);
    }
    agent.hidden_most = Some(10);
    complete(&run(&mut agent));
}

#[test]
fn a_device_without_the_other_context_costs_one_silence() {
    let mut agent = Agent {
        silent_hidden: Some(0),
        ..Agent::printer()
    };
    agent
        .objects
        .retain(|name, _| !name.as_oid().starts_with(oid("1.3.6.1.2.1.43.11").as_oid()));
    // A text that is no UTF-8 has its character set asked for, in the context that it came from.
    agent.set("1.3.6.1.2.1.43.5.1.1.2.1", Owned::Number(1));
    agent.set("1.3.6.1.2.1.43.5.1.1.16.1", Owned::Octets(b"caf\xe9"));
    agent.set("1.3.6.1.2.1.43.7.1.1.4.1.1", Owned::Number(2004));
    let surveyed = run(&mut agent);
    assert!(agent.requests <= 5, "{}", agent.requests);
    assert_eq!((surveyed.failure, surveyed.given_up), (None, false));
    assert_eq!(
        surveyed.sections.of(SectionKind::Supplies).state,
        SectionState::Complete
    );
    let charset = oid("1.3.6.1.2.1.43.7.1.1.4.1.1");
    assert!(
        surveyed
            .arena
            .iter()
            .any(|(_, var_bind)| var_bind.name == charset.as_oid())
    );
}

#[test]
fn another_context_that_falls_silent_is_not_taken_for_whole() {
    let mut agent = Agent::printer();
    agent.hidden = core::mem::take(&mut agent.objects);
    for scalar in ["1.3.6.1.2.1.1.1.0", "1.3.6.1.2.1.1.2.0", "1.3.6.1.2.1.1.5.0"] {
        let value = agent.hidden.remove(&oid(scalar)).unwrap();
        agent.set(scalar, value);
    }
    agent.silent_hidden = Some(1);
    let surveyed = run(&mut agent);
    assert!(surveyed.given_up && matches!(surveyed.failure, Some(Outcome::Timeout(_))));
    assert_eq!(
        surveyed.sections.of(SectionKind::Supplies).state,
        SectionState::Partial
    );
}

#[test]
fn a_table_that_is_too_long_is_partial() {
    let mut agent = Agent::printer();
    for n in 1..=u32::from(MAX_ROWS) + 1 {
        let name = oid("1.3.6.1.2.1.43.18.1.1.2.1").join(&[n]).unwrap();
        agent.objects.insert(name, Owned::Number(3));
    }
    let surveyed = run(&mut agent);
    let state = |kind| surveyed.sections.of(kind).state;
    assert_eq!(state(SectionKind::Alerts), SectionState::Partial);
    assert_eq!(state(SectionKind::Supplies), SectionState::Complete);
}

#[test]
fn in_v1_a_device_without_printer_objects_is_done_after_its_columns() {
    let mut agent = Agent {
        most: 1000,
        v1: true,
        ..Agent::default()
    };
    agent.set("1.3.6.1.2.1.1.1.0", Owned::Text("a switch"));
    agent.set("1.3.6.1.2.1.2.2.1.6.1", Owned::Text("a card"));
    let surveyed = run(&mut agent);
    // A request a column: an agent that refuses one may have the next.
    assert!(agent.requests <= 60, "{}", agent.requests);
    assert_eq!((surveyed.failure, surveyed.given_up), (None, false));
}

#[test]
fn in_v1_a_missing_leftover_costs_only_itself() {
    let mut agent = Agent::printer();
    agent.v1 = true;
    agent.objects.remove(&oid("1.3.6.1.2.1.25.3.2.1.3.1"));
    agent.set("1.3.6.1.2.1.43.5.1.1.2.1", Owned::Number(1));
    agent.set("1.3.6.1.2.1.43.5.1.1.16.1", Owned::Octets(b"caf\xe9"));
    agent.set("1.3.6.1.2.1.43.7.1.1.4.1.1", Owned::Number(2004));
    let surveyed = run(&mut agent);
    let charset = oid("1.3.6.1.2.1.43.7.1.1.4.1.1");
    assert!(
        surveyed
            .arena
            .iter()
            .any(|(_, var_bind)| var_bind.name == charset.as_oid())
    );
    assert_eq!((surveyed.failure, surveyed.given_up), (None, false));
}

#[test]
fn a_printer_without_any_column_of_the_plan_is_read_to_the_end() {
    let mut agent = Agent {
        most: 1000,
        ..Agent::default()
    };
    agent.set("1.3.6.1.2.1.1.1.0", Owned::Text("a printer"));
    agent.set("1.3.6.1.2.1.43.7.1.1.4.1.1", Owned::Number(2004));
    for n in 1..=3 {
        let name = oid("1.3.6.1.2.1.2.2.1.6").join(&[n]).unwrap();
        agent.objects.insert(name, Owned::Text("a card"));
    }
    let surveyed = run(&mut agent);
    assert_eq!(
        surveyed.sections.of(SectionKind::Inventory).state,
        SectionState::Complete
    );
    assert_eq!(surveyed.arena.iter().count(), 5);
}

#[test]
fn answers_that_say_nothing_prove_nothing() {
    let mut agent = Agent {
        says_nothing: true,
        ..Agent::printer()
    };
    let surveyed = run(&mut agent);
    assert!(agent.requests < 10 && surveyed.given_up);
    assert_eq!(
        surveyed.sections.of(SectionKind::Supplies).state,
        SectionState::Failed
    );
}

#[test]
fn silence_to_a_long_question_makes_the_next_one_shorter() {
    let mut limits = Limits::for_version(Version::V1);
    let mut survey = Survey::new(Plan::standard(), b"");
    let mut agent = Agent::printer();
    let mut longest = vec![];
    while let Some(query) = survey.next_query(&limits) {
        let outcome = Timeout::new(Version::V1, SecurityLevel::NoAuthNoPriv, 3).into();
        if query.kind == QueryKind::Get {
            let rows = agent.answer(&query).unwrap();
            answer(&mut survey, &mut limits, rows);
            continue;
        }
        longest.push(query.names.len());
        survey.handle_answer(Instant::ZERO, &mut limits, Err(&outcome));
    }
    assert!(longest.is_sorted_by(|a, b| a > b), "{longest:?}");
}

#[test]
fn what_is_no_printer_is_left_alone_after_few_requests() {
    let mut agent = Agent {
        most: 1000,
        ..Agent::default()
    };
    agent.set("1.3.6.1.2.1.1.1.0", Owned::Text("a switch"));
    for n in 1..200 {
        agent
            .objects
            .insert(oid("1.3.6.1.2.1.2.2.1.6").join(&[n]).unwrap(), Owned::Text("mac"));
    }
    let surveyed = run(&mut agent);
    assert!(agent.requests <= 4, "{}", agent.requests);
    assert!(
        !surveyed
            .arena
            .iter()
            .any(|(_, var_bind)| var_bind.name.starts_with(PRINTER_MIB))
    );
    assert!(surveyed.is_answered());
}

#[test]
fn a_device_that_falls_silent_keeps_what_was_read() {
    let mut agent = Agent::printer();
    let mut limits = Limits::for_version(Version::V2c);
    let mut survey = Survey::new(Plan::standard(), b"");
    let mut asked = 0;
    while let Some(query) = survey.next_query(&limits) {
        asked += 1;
        let outcome = Timeout::new(Version::V2c, SecurityLevel::NoAuthNoPriv, 3).into();
        if asked > 1 {
            survey.handle_answer(Instant::ZERO, &mut limits, Err(&outcome));
            continue;
        }
        let rows = agent.answer(&query).unwrap();
        answer(&mut survey, &mut limits, rows);
    }
    assert!(asked <= 6, "{asked}");
    let surveyed = survey.finish();
    assert!(matches!(surveyed.failure, Some(Outcome::Timeout(_))));
    assert_eq!(
        surveyed.sections.of(SectionKind::Supplies).state,
        SectionState::Failed
    );
    assert_eq!(surveyed.arena.iter().count(), 3);
}

#[test]
fn silence_from_the_start_fails_with_the_first_query() {
    let mut survey = Survey::new(Plan::standard(), b"");
    let mut limits = Limits::for_version(Version::V2c);
    survey.next_query(&limits).unwrap();
    let outcome = Timeout::new(Version::V2c, SecurityLevel::NoAuthNoPriv, 3).into();
    survey.handle_answer(Instant::ZERO, &mut limits, Err(&outcome));
    assert!(survey.next_query(&limits).is_none() && survey.is_over());
    assert!(!survey.finish().is_answered());
}
