//! `trap` and `inform`.

use snmp_usm::User;

use crate::Trouble;
use crate::args::{Args, AskedVersion, Command, wrong};
use crate::read::by_ladder;
use crate::show::Output;
use crate::typed::{oid, typed};

pub(crate) fn run(args: &Args, user: Option<&User>, _output: &mut Output) -> Result<(), Trouble> {
    let Some((name, words)) = args.words.split_first() else {
        return Ok(wrong("a notification needs a name")?);
    };
    let (name, typed) = (oid(name)?, typed(words)?);
    let var_binds: Vec<_> = typed.iter().map(|typed| typed.var_bind()).collect();
    if args.command == Command::Trap {
        return Err(Trouble::Failed("trap is not there yet".into()));
    }
    if args.version == Some(AskedVersion::V1) {
        return Ok(wrong("inform: SNMPv1 does not have it")?);
    }
    by_ladder(args, user, |session| {
        session.run(
            |manager, now, target| manager.inform(now, target, 0, name.as_oid(), &var_binds),
            |_| Ok(()),
        )
    })
}
