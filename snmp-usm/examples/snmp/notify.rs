//! `trap` and `inform`.

use std::time::{SystemTime, UNIX_EPOCH};

use snmp_core::datagram::{Handled, Via};
use snmp_core::notification::{End, Notice, NotifyType, Originator};
use snmp_usm::{User, Usm};

use crate::Trouble;
use crate::args::{Args, AskedVersion, Command, wrong};
use crate::clock::{Clock, random};
use crate::credentials::local_engine;
use crate::session::{Link, Unreachable, target_config};
use crate::typed::{oid, typed};

pub(crate) fn run(args: &Args, user: Option<&User>) -> Result<(), Trouble> {
    let Some((name, words)) = args.words.split_first() else {
        return Ok(wrong("a notification needs a name")?);
    };
    let (name, typed) = (oid(name)?, typed(words)?);
    let var_binds: Vec<_> = typed.iter().map(|typed| typed.var_bind()).collect();
    let version = args.versions().first().copied().unwrap_or(AskedVersion::V2c);
    if args.command == Command::Inform && version == AskedVersion::V1 {
        return Ok(wrong("inform: SNMPv1 does not have it")?);
    }
    let mut link = Link::open(args)?;
    let clock = Clock::start();
    // The sender of a trap is the authoritative engine of its message, the receiver of an inform that of its own.
    let model = match args.command {
        Command::Trap if version == AskedVersion::V3 => local_engine(args, clock.now())?,
        _ => Usm::new(random()),
    };
    let mut originator = Originator::with_model(random(), model);
    let failed = |error: &dyn std::fmt::Display| Trouble::Failed(error.to_string());
    let target = originator
        .add_target(target_config(args, version, user, link.address)?)
        .map_err(|error| failed(&error))?;
    let notify_type = match args.command {
        Command::Trap => NotifyType::Trap,
        _ => NotifyType::Inform,
    };
    let notice = Notice::new(up_time(), name.as_oid(), &var_binds);
    originator
        .notify(clock.now(), target, notify_type, &notice)
        .map_err(|error| failed(&error))?;
    loop {
        while let Ok(Some(transmit)) = originator.poll_transmit(clock.now(), &mut link.buffer) {
            if link.send(transmit.range).is_err() {
                originator.handle_unreachable(clock.now(), Via(0), link.address);
            }
        }
        if let Some(event) = originator.poll_event() {
            return ended(event.end);
        }
        let now = clock.now();
        let due = originator.poll_timeout();
        if due.is_some_and(|due| due <= now) {
            originator.handle_timeout(now);
            continue;
        }
        let received = link.receive(due.map(|due| due - now))?;
        let (now, from) = (clock.now(), link.address);
        match received {
            Some(Ok(range)) => {
                let datagram = link.buffer.get_mut(range).unwrap_or_default();
                if let Handled::Event(event) = originator.handle_datagram(now, Via(0), from, datagram) {
                    return ended(event.end);
                }
            }
            Some(Err(Unreachable)) => originator.handle_unreachable(now, Via(0), from),
            None => {}
        }
    }
}

fn ended(end: End) -> Result<(), Trouble> {
    match end {
        End::Sent | End::Delivered(_) => Ok(()),
        End::Failed(outcome) => Err(Trouble::Failed(outcome.to_string())),
        other => Err(Trouble::Failed(format!("{other:?}"))),
    }
}

/// sysUpTime of a program that has just begun says nothing: hundredths of a second of the day's clock tell its
/// notifications apart.
fn up_time() -> u32 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u32::try_from(since.as_millis() / 10 % u128::from(u32::MAX)).unwrap_or_default()
}
