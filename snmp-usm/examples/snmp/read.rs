//! `get`, `getnext`, `bulk`, `walk` and `set`.

use snmp_core::manager::{Event, Manager, RequestId, StartError, TargetId};
use snmp_core::oid::{Oid, OidBuf};
use snmp_core::pdu::ErrorStatus;
use snmp_core::time::Instant;
use snmp_core::value::Value;
use snmp_core::walk::Walk;
use snmp_usm::{User, Usm};

use crate::Trouble;
use crate::args::{Args, AskedVersion, Command, wrong};
use crate::session::{Ended, Session};
use crate::show::Output;
use crate::typed::{oids, typed};

/// Does `ask` by each of the versions in turn until somebody answers.
pub(crate) fn by_ladder(
    args: &Args,
    user: Option<&User>,
    mut ask: impl FnMut(&mut Session) -> Result<Ended, Trouble>,
) -> Result<(), Trouble> {
    let versions = args.versions();
    for (n, version) in versions.iter().enumerate() {
        // v1 has no GETBULK.
        if args.command == Command::Bulk && *version == AskedVersion::V1 {
            if versions.len() > 1 {
                break;
            }
            return Ok(wrong("bulk: SNMPv1 does not have it")?);
        }
        let ended = ask(&mut Session::open(args, *version, user)?)?;
        match ended {
            Ended::Done => return Ok(()),
            ended if ended.is_silence() && n + 1 < versions.len() && args.command != Command::Bulk => {
                eprintln!(
                    "snmp: no answer by SNMP{}, trying the next",
                    format!("{version:?}").to_lowercase()
                );
            }
            ended => return Err(Trouble::Failed(ended.to_string())),
        }
    }
    Ok(())
}

/// The reads and `set`.
pub(crate) fn run(args: &Args, user: Option<&User>, output: &mut Output) -> Result<(), Trouble> {
    match args.command {
        Command::Walk => return walk(args, user, output),
        Command::Set => return set(args, user, output),
        _ => {}
    }
    let names = oids(&args.words)?;
    by_ladder(args, user, |session| {
        let mut without_instance = false;
        let ended = session.run(
            |manager, now, target| start(args, &names, manager, now, target),
            |event| {
                // More names than a datagram holds come in parts.
                if let Event::Part(answer) | Event::Answer(answer) = event {
                    without_instance |= args.command == Command::Get
                        && answer.var_binds.iter().any(|row| is_absent(&row.value));
                    output.rows(&answer.var_binds)?;
                }
                Ok(())
            },
        )?;
        let absent = match &ended {
            Ended::Failed(snmp_core::outcome::Outcome::ErrorStatus { status, .. }) => {
                args.command == Command::Get && *status == ErrorStatus::NoSuchName
            }
            _ => without_instance,
        };
        if absent && names.iter().any(|name| name.as_oid().arcs().last() != Some(0)) {
            eprintln!("snmp: a scalar has the instance 0: did you mean a name with .0 behind it?");
        }
        Ok(ended)
    })
}

const fn is_absent(value: &Value<'_>) -> bool {
    matches!(value, Value::NoSuchObject | Value::NoSuchInstance)
}

fn start(
    args: &Args,
    names: &[OidBuf],
    manager: &mut Manager<Usm>,
    now: Instant,
    target: TargetId,
) -> Result<RequestId, StartError> {
    let names = names.iter().map(OidBuf::as_oid);
    match args.command {
        Command::GetNext => manager.get_next(now, target, names),
        Command::Bulk => {
            let (once, repetitions) = (args.non_repeaters, args.max_repetitions);
            manager.get_bulk(now, target, once, repetitions, names)
        }
        _ => manager.get(now, target, names),
    }
}

fn walk(args: &Args, user: Option<&User>, output: &mut Output) -> Result<(), Trouble> {
    for root in oids(&args.words)? {
        let limited = |root: Oid<'_>| {
            let walk = Walk::new(root);
            match args.max_rows {
                Some(rows) => walk.with_max_rows(rows),
                None => walk,
            }
        };
        by_ladder(args, user, |session| {
            let mut rows = 0;
            let ended = session.run(
                |manager, now, target| manager.start_walk(now, target, limited(root.as_oid())),
                |event| match event {
                    Event::Rows(found) => {
                        rows += found.var_binds.len();
                        output.rows(&found.var_binds)
                    }
                    _ => Ok(()),
                },
            )?;
            if rows > 0 {
                return Ok(ended);
            }
            // Nothing below it: perhaps it is an instance itself, which a walk does not hold.
            let mut is_instance = false;
            let ended = match ended {
                Ended::Done => session
                    .run(
                        |manager, now, target| manager.get(now, target, [root.as_oid()]),
                        |event| match event {
                            Event::Answer(answer) => answer
                                .var_binds
                                .iter()
                                .filter(|row| !is_absent(&row.value))
                                .try_for_each(|row| {
                                    is_instance = true;
                                    output.row(&row)
                                }),
                            _ => Ok(()),
                        },
                    )
                    .map(|ended| match ended {
                        // So it is not.
                        Ended::Failed(snmp_core::outcome::Outcome::ErrorStatus { .. }) => Ended::Done,
                        ended => ended,
                    })?,
                ended => ended,
            };
            if !is_instance && matches!(ended, Ended::Done) {
                eprintln!("snmp: {root}: nothing there");
            }
            Ok(ended)
        })?;
    }
    Ok(())
}

fn set(args: &Args, user: Option<&User>, output: &mut Output) -> Result<(), Trouble> {
    let typed = typed(&args.words)?;
    let var_binds: Vec<_> = typed.iter().map(|typed| typed.var_bind()).collect();
    by_ladder(args, user, |session| {
        session.run(
            |manager, now, target| manager.set(now, target, &var_binds),
            |event| match event {
                Event::Answer(answer) => output.rows(&answer.var_binds),
                _ => Ok(()),
            },
        )
    })
}
