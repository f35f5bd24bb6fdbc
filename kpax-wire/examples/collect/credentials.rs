//! From the command line's words to ways of talking to a device.

use printer_mib::collector::Access;
use snmp_usm::{AuthProtocol, Password, PrivProtocol, User};

use crate::args::{Args, AskedVersion, Secret};

/// The ways in which a device is talked to, tried in turn.
pub(crate) fn access(args: &Args, user: Option<&User>) -> Vec<Access<User>> {
    let community = || args.community.as_bytes().into();
    match (args.version, user) {
        (_, Some(user)) => vec![Access::V3(user.clone())],
        (Some(AskedVersion::V1), None) => vec![Access::V1(community())],
        (Some(AskedVersion::V2c), None) => vec![Access::V2c(community())],
        _ => vec![Access::V2c(community()), Access::V1(community())],
    }
}

/// The user of the command line; passwords are stretched here, once.
pub(crate) fn user(args: &Args) -> Result<Option<User>, String> {
    let Some(name) = &args.user else { return Ok(None) };
    let user = match (&args.auth, &args.auth_password) {
        (Some(auth), Some(password)) => {
            let auth: AuthProtocol = auth.parse().map_err(|error| {
                format!(
                    "--auth {auth}: {error}; there are {}",
                    names(AuthProtocol::ALL, AuthProtocol::name)
                )
            })?;
            let privacy = match (&args.privacy, &args.priv_password) {
                (Some(privacy), Some(password)) => {
                    let protocol: PrivProtocol = privacy.parse().map_err(|error| {
                        format!(
                            "--priv {privacy}: {error}; there are {}",
                            names(PrivProtocol::ALL, PrivProtocol::name)
                        )
                    })?;
                    Some((protocol, secret("--priv-password", password)?))
                }
                _ => None,
            };
            let password = secret("--auth-password", password)?;
            User::from_passwords(
                name,
                auth,
                &password,
                privacy.as_ref().map(|(protocol, password)| (*protocol, password)),
            )
        }
        _ => User::without_keys(name),
    };
    user.map(Some).map_err(|error| format!("--user {name}: {error}"))
}

/// The names of all protocols that there are.
fn names<P: Copy>(all: &[P], name: impl Fn(P) -> &'static str) -> String {
    all.iter()
        .map(|&protocol| name(protocol))
        .collect::<Vec<_>>()
        .join(", ")
}

fn secret(flag: &str, password: &Secret) -> Result<Password, String> {
    Password::new(password.as_bytes()).map_err(|error| format!("{flag}: {error}"))
}
