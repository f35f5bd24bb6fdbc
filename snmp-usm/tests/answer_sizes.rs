//! Answers within what the asking side takes, at each level (RFC 3414 §3.2 step 9).

mod pair;

use pair::*;
use snmp_core::ber::Writer;
use snmp_core::datagram::{Handled, Via};
use snmp_core::message::{ScopedPdu, encode_scoped_pdu};
use snmp_core::oid;
use snmp_core::pdu::{ErrorStatus, PduHeader};
use snmp_core::responder::{Config, Responder, Store};
use snmp_core::security::{SealFor, SecurityModel};
use snmp_core::strictness::Strictness;
use snmp_core::value::Value;
use snmp_core::varbind::VarBind;
#[cfg(feature = "des")]
use snmp_usm::User;
use snmp_usm::{Usm, UsmPeer};

/// What answers a GETBULK of a long table by a manager who takes so many octets: octets and rows.
fn bulk(
    responder: &mut Responder<Store, Usm>,
    usm: &mut Usm,
    peer: UsmPeer,
    max_size: i32,
) -> (usize, usize) {
    let mut buffer = vec![0; 2_048];
    let room = buffer.len() - usm.max_tail();
    let mut writer = Writer::new(&mut buffer[..room]);
    let table = [VarBind::null(oid!(1.3.6.1.9.1))];
    encode_scoped_pdu(
        &mut writer,
        engine_id(1).as_octets(),
        b"",
        &PduHeader::get_bulk(9, 0, 10_000),
        table,
    );
    let scoped = writer.finish().unwrap();
    let mut header = header(usm.level(peer), true);
    header.max_size = max_size;
    let range = usm
        .seal(START, SealFor::Peer(peer), &header, &mut buffer, scoped)
        .unwrap();
    let handled = responder.handle_datagram(START, Via(0), MANAGER, &mut buffer[range]);
    assert!(matches!(handled, Handled::Event(_)), "{handled:?}");
    let mut answer = vec![0; 70_000];
    let sent = responder.poll_transmit(START, &mut answer).unwrap().unwrap();
    let mut answer = answer[sent.range].to_vec();
    let len = answer.len();
    let layout = layout(&answer);
    let opened = usm.open(START, AGENT, &layout, &mut answer).unwrap();
    let scoped = ScopedPdu::decode(&answer[opened.scoped], Strictness::STRICT).unwrap();
    assert_eq!(scoped.pdu.header.error_status(), ErrorStatus::NoError);
    (len, scoped.pdu.var_binds.len())
}

#[test]
fn r3414_3_2_9_an_answer_leaves_room_for_the_header_of_its_level() {
    // A row's variable binding, and what numbers and lengths in a shorter form leave of the room for the header.
    const ROW: usize = 45;
    const SLACK: usize = 24;
    let users = [
        user_open(),
        user_auth(),
        user_auth_priv(),
        #[cfg(feature = "des")]
        User::with_privacy("blocks", master(1), snmp_usm::PrivProtocol::Des, master(2)).unwrap(),
    ];
    for user in users {
        let mut agent = agent(START, engine_id(1));
        agent.add_user(&user);
        let (mut usm, peer) = acquainted(&mut agent, START, &user);
        let mut config = Config::default();
        config.max_message = 65_507;
        config.v3_read = user.level();
        let mut responder = Responder::new(config, agent);
        let mut store = Store::new();
        for row in 1..=2_000 {
            let name = oid!(1.3.6.1.9.1).to_buf().join(&[row]).unwrap();
            store.insert(name.as_oid(), Value::OctetString(&[b'x'; 30]));
        }
        responder.add_context(b"", store);
        let mut before = 0;
        for max_size in (484..700).chain([1_472, 2_000, 8_192, 30_000, 65_507, i32::MAX]) {
            let (len, rows) = bulk(&mut responder, &mut usm, peer, max_size);
            let limit = usize::try_from(max_size).unwrap().min(65_507);
            assert!(len <= limit, "{user:?} {max_size}: {len}");
            assert!(
                len + ROW + SLACK > limit,
                "{user:?} {max_size}: {len} wastes room"
            );
            assert!(rows >= before, "{user:?} {max_size}");
            before = rows;
        }
    }
}
