//! `passwd`: new keys for the user that asks (RFC 3414 §5).

use snmp_core::manager::Event;
use snmp_core::oid;
use snmp_core::oid::{Oid, OidBuf};
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;
use snmp_usm::key_change::{self, KeyObject, USER_SPIN_LOCK};
use snmp_usm::{MasterKey, User};

use crate::Trouble;
use crate::args::{Args, AskedVersion, wrong};
use crate::clock::random;
use crate::credentials::{auth_protocol, password, priv_protocol};
use crate::session::{Ended, Session};
use crate::show::Output;

const SNMP_ENGINE_ID: Oid<'static> = oid!(1.3.6.1.6.3.10.2.1.1.0);

/// Reads the engine id and the lock, and sets the new keys with the lock in one request.
pub(crate) fn run(args: &Args, user: Option<&User>, output: &mut Output) -> Result<(), Trouble> {
    let (Some(user), Some(protocol), Some(old)) =
        (user, auth_protocol(args)?, password(args, "auth-password")?)
    else {
        return Ok(wrong("passwd needs --user, --auth and --auth-password")?);
    };
    let (new_auth, new_priv) = (
        password(args, "new-auth-password")?,
        password(args, "new-priv-password")?,
    );
    if new_auth.is_none() && new_priv.is_none() {
        return Ok(wrong("passwd needs --new-auth-password or --new-priv-password")?);
    }
    let privacy = priv_protocol(args)?.zip(password(args, "priv-password")?);
    if privacy.is_none() {
        if new_priv.is_some() {
            return Ok(wrong("--new-priv-password needs --priv and --priv-password")?);
        }
        eprintln!(
            "warning: the change is not encrypted; who records it and learns the old password has the new one"
        );
    }
    let mut session = Session::open(args, AskedVersion::V3, Some(user))?;
    let mut engine_id = Vec::new();
    let mut lock = None;
    let ended = session.run(
        |manager, now, target| manager.get(now, target, [SNMP_ENGINE_ID, USER_SPIN_LOCK]),
        |event| {
            if let Event::Answer(answer) = event {
                for row in &answer.var_binds {
                    match row.value {
                        Value::OctetString(octets) => engine_id = octets.to_vec(),
                        Value::Integer(number) => lock = Some(number),
                        _ => {}
                    }
                }
            }
            Ok(())
        },
    )?;
    if !matches!(ended, Ended::Done) {
        return Err(Trouble::Failed(ended.to_string()));
    }
    if engine_id.is_empty() {
        return Err(Trouble::Failed(
            "the device does not tell its snmpEngineID".into(),
        ));
    }
    let localized = |password| MasterKey::from_password(protocol, password).localize(&engine_id);
    let failed = |error: &dyn std::fmt::Display| Trouble::Failed(error.to_string());
    let instance =
        |object| key_change::instance(object, &engine_id, user.name()).map_err(|error| failed(&error));
    let random = random::<64>();
    let mut changes: Vec<(OidBuf, Vec<u8>)> = Vec::new();
    if let Some(new) = &new_auth {
        let random = &random[..protocol.key_len()];
        let value = localized(&old).key_change(&localized(new), random);
        changes.push((
            instance(KeyObject::OwnAuthKeyChange)?,
            value.map_err(|error| failed(&error))?,
        ));
    }
    if let (Some(new), Some((cipher, old))) = (&new_priv, &privacy) {
        // Other random octets than those of the authentication key.
        let random = crate::clock::random::<64>();
        let random = &random[..cipher.key_len()];
        let value = cipher.key_change(&localized(old), &localized(new), &engine_id, random);
        changes.push((
            instance(KeyObject::OwnPrivKeyChange)?,
            value.map_err(|error| failed(&error))?,
        ));
    }
    let lock = lock.map(|lock| VarBind::new(USER_SPIN_LOCK, Value::Integer(lock)));
    let values = changes
        .iter()
        .map(|(name, value)| VarBind::new(name.as_oid(), Value::OctetString(value)));
    let var_binds: Vec<_> = lock.into_iter().chain(values).collect();
    let ended = session.run(
        |manager, now, target| manager.set(now, target, &var_binds),
        |_| Ok(()),
    )?;
    match ended {
        Ended::Done => {
            if !output.json {
                output.text("changed")?;
            }
            Ok(())
        }
        ended => Err(Trouble::Failed(ended.to_string())),
    }
}
