//! `listen`: shows notifications and answers informs.

use std::net::UdpSocket;

use serde_json::{Map, Value as Json};
use snmp_core::datagram::{Handled, Via};
use snmp_core::message::Version;
use snmp_core::notification::{Config, Event, Kind, Notification, Receiver};
use snmp_usm::{User, Usm};

use crate::Trouble;
use crate::args::Args;
use crate::clock::{Clock, random};
use crate::credentials::local_engine;
use crate::session::resolve;
use crate::show::{Output, hex, json_row, line};

pub(crate) fn run(args: &Args, user: Option<&User>, output: &mut Output) -> Result<(), Trouble> {
    let socket = UdpSocket::bind(resolve(&args.place, args.port)?)?;
    let clock = Clock::start();
    let mut model = local_engine(args, clock.now())?;
    if let Some(user) = user {
        model.add_user(user);
    }
    let mut receiver: Receiver<Usm> = Receiver::new(Config::default(), model, random());
    receiver.add_community(args.community());
    eprintln!("snmp: listening on {}", socket.local_addr()?);
    let (mut datagram, mut buffer) = (vec![0; 65_536], vec![0; receiver.max_transmit_len()]);
    let mut left = args.count;
    while left != Some(0) {
        let Ok((length, from)) = socket.recv_from(&mut datagram) else {
            continue;
        };
        let now = clock.now();
        let received = datagram.get_mut(..length).unwrap_or_default();
        let accepted = match receiver.handle_datagram(now, Via(0), from, received) {
            Handled::Event(Event::Notification(notification)) => {
                show(output, &notification)?;
                left = left.map(|left| left.saturating_sub(1));
                match notification.kind {
                    Kind::Inform(id) => Some(id),
                    _ => None,
                }
            }
            Handled::Event(_) | Handled::Consumed => None,
            Handled::NotMine(reason) => {
                receiver.count(reason);
                eprintln!("snmp: {length} octets from {from} dropped: {reason:?}");
                None
            }
        };
        // It was shown: whoever sent it need not send it again.
        if let Some(id) = accepted {
            receiver.accept(now, id);
        }
        while let Ok(Some(transmit)) = receiver.poll_transmit(now, &mut buffer) {
            let answer = buffer.get(transmit.range).unwrap_or_default();
            let _ = socket.send_to(answer, transmit.to);
        }
    }
    Ok(())
}

fn show(output: &mut Output, notification: &Notification<'_>) -> std::io::Result<()> {
    if output.json {
        output.text(&Json::Object(fields(notification)).to_string())?;
        return output.flush();
    }
    let what = match notification.trap_oid() {
        Some(oid) => oid.to_string(),
        None => "a notification without a name".to_owned(),
    };
    output.text(&format!(
        "{} from {} ({:?}, {:?})",
        what, notification.from, notification.version, notification.level
    ))?;
    for row in &notification.var_binds {
        output.text(&format!("    {}", line(&row)))?;
    }
    output.flush()
}

/// The fields that recorded notifications have, and where it came from.
fn fields(notification: &Notification<'_>) -> Map<String, Json> {
    let mut fields = Map::new();
    fields.insert("from".into(), notification.from.to_string().into());
    let version = match notification.version {
        Version::V1 => "v1",
        Version::V2c => "v2c",
        Version::V3 => "v3",
    };
    fields.insert("version".into(), version.into());
    if notification.version == Version::V3 {
        fields.insert("level".into(), format!("{:?}", notification.level).into());
        let engine = hex(notification.context_engine_id);
        fields.insert("context_engine_id".into(), engine.into());
        fields.insert("context_name".into(), hex(notification.context_name).into());
    } else {
        fields.insert("community".into(), hex(notification.community).into());
    }
    let kind = match &notification.kind {
        Kind::TrapV1(trap) => {
            fields.insert("enterprise".into(), trap.enterprise.to_string().into());
            let address = trap.agent_address().map(|address| address.to_string());
            let address = address.unwrap_or_else(|| hex(trap.agent_addr));
            fields.insert("agent_addr".into(), address.into());
            fields.insert("generic_trap".into(), trap.generic_trap.into());
            fields.insert("specific_trap".into(), trap.specific_trap.into());
            fields.insert("timestamp".into(), trap.time_stamp.into());
            "TrapV1"
        }
        Kind::TrapV2 => "TrapV2",
        Kind::Inform(_) => "InformRequest",
    };
    fields.insert("pdu_type".into(), kind.into());
    if let Some(oid) = notification.trap_oid() {
        fields.insert("trap_oid".into(), oid.to_string().into());
    }
    let rows: Vec<Json> = notification.var_binds.iter().map(|row| json_row(&row)).collect();
    fields.insert("varbinds".into(), rows.into());
    fields
}
