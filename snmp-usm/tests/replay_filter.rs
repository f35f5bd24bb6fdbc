//! The optional filter of replays inside the time window.

mod pair;

use pair::*;
use snmp_core::pdu::{PduHeader, PduType};
use snmp_core::security::{RejectReason, SealFor, SecurityLevel, SecurityModel};
use snmp_usm::{User, Usm, UsmPeer};

fn request(usm: &mut Usm, peer: UsmPeer, msg_id: i32, pdu_type: PduType) -> Vec<u8> {
    let mut header = header(usm.level(peer), true);
    header.msg_id = msg_id;
    let pdu = PduHeader::request(pdu_type, 9);
    sealed(usm, START, SealFor::Peer(peer), header, pdu).unwrap()
}

fn pair_of(user: &User, filtered: bool) -> (Usm, Usm, UsmPeer) {
    let mut agent = agent(START, engine_id(1));
    let (usm, peer) = acquainted(&mut agent, START, user);
    if filtered {
        agent = agent.with_replay_filter(4);
    }
    (agent, usm, peer)
}

#[test]
fn r3414_dup_a_set_or_an_inform_passes_once_where_the_caller_asks_for_it() {
    for user in [user_auth(), user_auth_priv()] {
        for pdu_type in [PduType::SetRequest, PduType::InformRequest] {
            let (mut agent, mut usm, peer) = pair_of(&user, true);
            let datagram = request(&mut usm, peer, 5, pdu_type);
            open(&mut agent, START, MANAGER, &datagram).unwrap();
            for (seconds, from) in [(0, MANAGER), (1, AGENT), (150, MANAGER)] {
                let again = open(&mut agent, after(seconds), from, &datagram).unwrap_err();
                assert_eq!(
                    (again.reason, again.report),
                    (RejectReason::Replayed, None),
                    "{pdu_type:?}"
                );
            }
            // The same once more under its own msgID, and the same msgID with something else.
            let next_try = request(&mut usm, peer, 6, pdu_type);
            open(&mut agent, START, MANAGER, &next_try).unwrap();
            let other = request(&mut usm, peer, 5, PduType::GetRequest);
            open(&mut agent, START, MANAGER, &other).unwrap();
            // Behind the window it is the window that refuses it.
            let late = open(&mut agent, after(151), MANAGER, &datagram).unwrap_err();
            assert_eq!(late.reason, RejectReason::NotInTimeWindow);
        }
    }
}

#[test]
fn r3414_dup_reads_and_what_is_not_filtered_pass_again() {
    let (mut agent, mut usm, peer) = pair_of(&user_auth_priv(), true);
    let get = request(&mut usm, peer, 5, PduType::GetRequest);
    for _ in 0..3 {
        open(&mut agent, START, MANAGER, &get).unwrap();
    }
    // Nobody vouches for a message without a digest.
    let (mut agent, mut usm, peer) = pair_of(&user_open(), true);
    assert_eq!(usm.level(peer), SecurityLevel::NoAuthNoPriv);
    let set = request(&mut usm, peer, 5, PduType::SetRequest);
    for _ in 0..3 {
        open(&mut agent, START, MANAGER, &set).unwrap();
    }
    // Off by default.
    let (mut agent, mut usm, peer) = pair_of(&user_auth(), false);
    let set = request(&mut usm, peer, 5, PduType::SetRequest);
    for _ in 0..3 {
        open(&mut agent, START, MANAGER, &set).unwrap();
    }
}

#[test]
fn a_forged_copy_does_not_keep_the_real_message_out() {
    let (mut agent, mut usm, peer) = pair_of(&user_auth(), true);
    let set = request(&mut usm, peer, 5, PduType::SetRequest);
    let mut forged = set.clone();
    *forged.last_mut().unwrap() ^= 1;
    let refused = open(&mut agent, START, MANAGER, &forged).unwrap_err();
    assert_eq!(refused.reason, RejectReason::WrongDigest);
    open(&mut agent, START, MANAGER, &set).unwrap();
    // The filter is bounded: many others push the oldest out.
    for msg_id in 100..104 {
        let other = request(&mut usm, peer, msg_id, PduType::SetRequest);
        open(&mut agent, START, MANAGER, &other).unwrap();
    }
    open(&mut agent, START, MANAGER, &set).unwrap();
}
