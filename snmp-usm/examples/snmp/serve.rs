//! `serve`: a responder over recorded walks.

use std::net::UdpSocket;
use std::path::Path;

use snmp_core::datagram::{Handled, Via};
use snmp_core::oid;
use snmp_core::responder::{Access, Config, Responder, Store, snmprec};
use snmp_core::security::SecurityLevel;
use snmp_core::value::Value;
use snmp_usm::{User, Usm};

use crate::Trouble;
use crate::args::Args;
use crate::clock::Clock;
use crate::credentials::local_engine;
use crate::session::resolve;

pub(crate) fn run(args: &Args, user: Option<&User>) -> Result<(), Trouble> {
    let socket = UdpSocket::bind(resolve(&args.place, args.port)?)?;
    let clock = Clock::start();
    let mut model = local_engine(args, clock.now())?;
    let mut config = Config::default();
    if let Some(user) = user {
        model.add_user(user);
        // The level that the user's keys reach is the lowest at which it is served.
        config.v3_read = user.level();
        config.v3_write = args.writable.then(|| user.level());
    } else {
        config.v3_read = SecurityLevel::AuthPriv;
    }
    let mut responder = Responder::new(config, model);
    for (context, store) in contexts(&args.words)? {
        eprintln!(
            "snmp: context \"{}\": {} objects",
            context.escape_default(),
            store.len()
        );
        responder.add_context(context.as_bytes(), store);
    }
    let access = if args.writable {
        Access::Write
    } else {
        Access::Read
    };
    // Who asks for v3 only does not want a community to be served.
    if args.version != Some(crate::args::AskedVersion::V3) {
        responder.add_community(args.community(), access);
    }
    eprintln!("snmp: serving on {}", socket.local_addr()?);
    answer(&socket, &mut responder, &clock)
}

fn answer(socket: &UdpSocket, responder: &mut Responder<Store, Usm>, clock: &Clock) -> Result<(), Trouble> {
    let (mut datagram, mut buffer) = (vec![0; 65_536], vec![0; responder.max_transmit_len()]);
    loop {
        // A closed port of somebody we answered surfaces here on some systems: noise.
        let Ok((length, from)) = socket.recv_from(&mut datagram) else {
            continue;
        };
        let now = clock.now();
        let received = datagram.get_mut(..length).unwrap_or_default();
        if let Handled::NotMine(reason) = responder.handle_datagram(now, Via(0), from, received) {
            responder.count(reason);
        }
        while let Ok(Some(transmit)) = responder.poll_transmit(now, &mut buffer) {
            let answer = buffer.get(transmit.range).unwrap_or_default();
            let _ = socket.send_to(answer, transmit.to);
        }
    }
}

/// The views by context. `NAME@CONTEXT.snmprec` is that context, given itself or beside a `NAME.snmprec` that is; all
/// others together are the default context.
fn contexts(files: &[String]) -> Result<Vec<(String, Store)>, Trouble> {
    let mut contexts = vec![(String::new(), Store::new())];
    let mut add = |context: &str, store: &Store| match contexts.iter_mut().find(|(name, _)| name == context) {
        Some((_, known)) => known.extend(store.iter()),
        None => contexts.push((context.to_owned(), store.clone())),
    };
    for file in files {
        let path = Path::new(file);
        let store = load(path)?;
        if let Some(context) = context_of(path) {
            add(&context, &store);
            continue;
        }
        add("", &store);
        for (context, beside) in beside(path, files) {
            add(&context, &load(&beside)?);
        }
    }
    if files.is_empty() {
        let mut store = Store::new();
        store.insert(
            oid!(1.3.6.1.2.1.1.1.0),
            Value::OctetString(b"an SNMP agent without a recording"),
        );
        store.insert(oid!(1.3.6.1.2.1.1.2.0), Value::ObjectIdentifier(oid!(0.0)));
        store.insert(oid!(1.3.6.1.2.1.1.5.0), Value::OctetString(b""));
        add("", &store);
    }
    Ok(contexts)
}

fn load(path: &Path) -> Result<Store, Trouble> {
    let octets =
        std::fs::read(path).map_err(|error| Trouble::Failed(format!("{}: {error}", path.display())))?;
    let loaded = snmprec::load(&octets);
    if let Some(first) = loaded.skipped.first().filter(|_| loaded.store.is_empty()) {
        return Err(Trouble::Failed(format!(
            "{}: no record in it; {first}",
            path.display()
        )));
    }
    for error in &loaded.skipped {
        eprintln!("snmp: {}: {error}", path.display());
    }
    Ok(loaded.store)
}

/// CONTEXT of `NAME@CONTEXT.snmprec`.
fn context_of(path: &Path) -> Option<String> {
    let (_, context) = path.file_stem()?.to_str()?.split_once('@')?;
    Some(context.to_owned())
}

/// The contexts that lie beside a recording, but for those that were given themselves.
fn beside(path: &Path, given: &[String]) -> Vec<(String, std::path::PathBuf)> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let name = path
        .file_stem()
        .and_then(|stem| stem.to_str())
        .unwrap_or_default();
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut found: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|other| other.extension().is_some_and(|extension| extension == "snmprec"))
        .filter(|other| {
            !given
                .iter()
                .any(|given| Path::new(given).file_name() == other.file_name())
        })
        .filter_map(|other| {
            let stem = other.file_stem()?.to_str()?;
            let context = stem.strip_prefix(name)?.strip_prefix('@')?.to_owned();
            Some((context, other))
        })
        .collect();
    found.sort();
    found
}
