//! From the command line's words to a user and to an engine of our own.

use std::fs;

use snmp_core::security::SecurityModel;
use snmp_core::time::Instant;
use snmp_usm::{AuthProtocol, Boots, EngineId, Password, PrivProtocol, User, Usm};

use crate::Trouble;
use crate::args::{Args, wrong};
use crate::clock::random;
use crate::show::{hex, unhex};

/// How the user authenticates, where it does.
pub(crate) fn auth_protocol(args: &Args) -> Result<Option<AuthProtocol>, Trouble> {
    let Some(auth) = &args.auth else { return Ok(None) };
    match auth.parse() {
        Ok(protocol) => Ok(Some(protocol)),
        Err(error) => {
            let known = names(AuthProtocol::ALL, AuthProtocol::name);
            Ok(wrong(format!("--auth {auth}: {error}; there are {known}"))?)
        }
    }
}

/// How the user encrypts, where it does.
pub(crate) fn priv_protocol(args: &Args) -> Result<Option<PrivProtocol>, Trouble> {
    let Some(privacy) = &args.privacy else {
        return Ok(None);
    };
    match privacy.parse() {
        Ok(protocol) => Ok(Some(protocol)),
        Err(error) => {
            let known = names(PrivProtocol::ALL, PrivProtocol::name);
            Ok(wrong(format!("--priv {privacy}: {error}; there are {known}"))?)
        }
    }
}

/// The names of all protocols that there are.
fn names<P: Copy>(all: &[P], name: impl Fn(P) -> &'static str) -> String {
    all.iter()
        .map(|&protocol| name(protocol))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A password by the name of its flag.
pub(crate) fn password(args: &Args, name: &str) -> Result<Option<Password>, Trouble> {
    let Some(secret) = args.secrets.get(name) else {
        return Ok(None);
    };
    match Password::new(secret.as_bytes()) {
        Ok(password) => Ok(Some(password)),
        Err(error) => Ok(wrong(format!("--{name}: {error}"))?),
    }
}

/// The user of the command line; passwords are stretched here, once.
pub(crate) fn user(args: &Args) -> Result<Option<User>, Trouble> {
    let Some(name) = &args.user else { return Ok(None) };
    let auth = auth_protocol(args)?.zip(password(args, "auth-password")?);
    let privacy = priv_protocol(args)?.zip(password(args, "priv-password")?);
    let user = match &auth {
        Some((protocol, password)) => {
            let privacy = privacy.as_ref().map(|(protocol, password)| (*protocol, password));
            User::from_passwords(name, *protocol, password, privacy)
        }
        None => User::without_keys(name),
    };
    match user {
        Ok(user) => Ok(Some(user)),
        Err(error) => Ok(wrong(format!("--user {name}: {error}"))?),
    }
}

/// A security model with an engine of its own: that of the state file, or one that lives once.
pub(crate) fn local_engine(args: &Args, now: Instant) -> Result<Usm, Trouble> {
    let failed = |file: &str, why: &dyn std::fmt::Display| Trouble::Failed(format!("--state {file}: {why}"));
    let kept = match &args.state {
        Some(file) => match fs::read_to_string(file) {
            Ok(text) => {
                let mut lines = text.lines().map(unhex);
                let record = lines.next().flatten().zip(lines.next().flatten());
                Some(record.ok_or_else(|| failed(file, &"not two lines of hex"))?)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(file, &error)),
        },
        None => None,
    };
    let (id, boots) = match &kept {
        Some((id, boots)) => (EngineId::new(id), Boots::Stored(boots)),
        // Enterprise 0, then eight octets of our own choice (RFC 3411 §5, SnmpEngineID, format 128).
        None => (EngineId::from_enterprise(0, 128, &random::<8>()), Boots::First),
    };
    let id = id.map_err(|error| Trouble::Failed(format!("engine id: {error}")))?;
    let mut model = Usm::with_local_engine(random(), now, id, boots)
        .map_err(|error| Trouble::Failed(error.to_string()))?;
    // Nothing leaves in the engine's name before its boots are safe.
    while let Some(store) = model.poll_store() {
        if let Some(file) = &args.state {
            let text = format!("{}\n{}\n", hex(id.as_octets()), hex(&store.octets));
            fs::write(file, text).map_err(|error| failed(file, &error))?;
        }
        model.handle_stored(store.token);
    }
    Ok(model)
}
