//! The non-authoritative side: discovery, time, and how far Reports are believed.

mod pair;

use pair::*;
use snmp_core::message::V3Layout;
use snmp_core::pdu::{PduHeader, PduType};
use snmp_core::security::{
    Prepare, Refused, ReportAction, ReportKind, SealError, SealFor, SecurityLevel, SecurityModel,
};
use snmp_core::strictness::Strictness;
use snmp_usm::params::UsmLayout;
use snmp_usm::{Boots, User, Usm};

fn parameters(datagram: &[u8]) -> (V3Layout, UsmLayout) {
    let layout = layout(datagram);
    let parameters = UsmLayout::decode(datagram, &layout, Strictness::STRICT).unwrap();
    (layout, parameters)
}

#[test]
fn each_level_is_discovered_and_answered() {
    for user in [user_auth_priv(), user_auth(), user_open()] {
        let mut agent = agent(START, engine_id(1));
        let (mut usm, peer) = acquainted(&mut agent, after(40), &user);
        let request = get(&mut usm, after(60), peer);
        let answer = served(&mut agent, after(60), &request).unwrap();
        assert_eq!(
            heard(&mut usm, after(60), peer, AGENT, &answer),
            Heard::Answer,
            "{user:?}"
        );
        assert_eq!(agent.stats().unknown_engine_ids, 1, "one discovery");
        assert_eq!(
            agent.stats().not_in_time_windows,
            0,
            "the discovery told the time too"
        );
    }
}

#[test]
fn r3414_4a_discovery_names_no_engine_and_no_user() {
    let mut usm = Usm::new([1; 16]);
    let peer = usm.add_peer(AGENT, &user_auth_priv()).unwrap();
    assert_eq!(usm.prepare(START, peer), Prepare::Discover);
    let probe = discovery(&mut usm, START, peer);
    let (layout, parameters) = parameters(&probe);
    assert_eq!(layout.flags.octet(), 4, "reportable, noAuthNoPriv");
    assert!(parameters.engine_id.is_empty() && parameters.user_name.is_empty());
    assert!(parameters.auth.is_empty() && parameters.privacy.is_empty());
    assert_eq!((parameters.boots, parameters.time), (0, 0));
}

#[test]
fn r3414_4b_time_is_taken_from_the_authenticated_report() {
    let mut agent = agent(START, engine_id(1));
    let mut usm = Usm::new([1; 16]);
    let peer = usm.add_peer(AGENT, &user_auth_priv()).unwrap();
    usm.assume_engine(peer, engine_id(1)).unwrap();
    let request = get(&mut usm, after(1_000), peer);
    let (_, sent) = parameters(&request);
    assert_eq!((sent.boots, sent.time), (0, 0));
    let answer = served(&mut agent, after(1_000), &request).unwrap();
    assert_eq!(layout(&answer).flags.level(), Some(SecurityLevel::AuthNoPriv));
    let expected = Heard::Report(ReportKind::NotInTimeWindows, ReportAction::Resend);
    assert_eq!(heard(&mut usm, after(1_000), peer, AGENT, &answer), expected);
    assert_eq!(usm.engine_time(after(1_000), peer), Some((1, 1_000)));
    let request = get(&mut usm, after(1_001), peer);
    let answer = served(&mut agent, after(1_001), &request).unwrap();
    assert_eq!(heard(&mut usm, after(1_001), peer, AGENT, &answer), Heard::Answer);
}

#[test]
fn r3414_4d_discovery_answered_by_unknown_user_names_is_taken() {
    let mut agent = agent(START, engine_id(1));
    let mut usm = Usm::new([1; 16]);
    let peer = usm.add_peer(AGENT, &user_auth()).unwrap();
    assert_eq!(usm.prepare(START, peer), Prepare::Discover);
    // Such a device names the other counter; everything else is the same.
    let probe = discovery(&mut usm, START, peer);
    let mut due = open(&mut agent, START, MANAGER, &probe)
        .unwrap_err()
        .report
        .unwrap();
    due.kind = ReportKind::UnknownUserNames;
    let answer = report(&mut agent, START, due);
    let expected = Heard::Report(ReportKind::UnknownUserNames, ReportAction::Resend);
    assert_eq!(heard(&mut usm, START, peer, AGENT, &answer), expected);
    assert_eq!(usm.engine_id(peer), engine_id(1).as_octets());
}

#[test]
fn r3414_4e_one_discovery_a_peer_is_under_way() {
    let mut usm = Usm::new([1; 16]);
    let peer = usm.add_peer(AGENT, &user_auth()).unwrap();
    assert_eq!(usm.prepare(START, peer), Prepare::Discover);
    assert_eq!(usm.prepare(START, peer), Prepare::Wait);
    usm.discovery_failed(peer);
    assert_eq!(usm.prepare(START, peer), Prepare::Discover);
}

#[test]
fn r3414_4f_a_configured_engine_needs_no_discovery() {
    let mut usm = Usm::new([1; 16]);
    let kul = master(3).localize(engine_id(1).as_octets());
    let user = User::localized("signed", engine_id(1), kul, None).unwrap();
    let peer = usm.add_peer(AGENT, &user).unwrap();
    assert_eq!(usm.prepare(START, peer), Prepare::Ready);
    let mut agent = agent(START, engine_id(1));
    let request = get(&mut usm, START, peer);
    // Boots 0 against the agent's 1: time is still to be synchronized.
    let answer = served(&mut agent, START, &request).unwrap();
    let expected = Heard::Report(ReportKind::NotInTimeWindows, ReportAction::Resend);
    assert_eq!(heard(&mut usm, START, peer, AGENT, &answer), expected);
    assert_eq!(usm.assume_engine(peer, engine_id(2)), Err(Refused::Credentials));
}

#[test]
fn r3414_3_1_6a_authenticated_requests_carry_the_notion_of_the_peers_clock() {
    let mut agent = agent(START, engine_id(1));
    let (mut usm, peer) = acquainted(&mut agent, after(40), &user_auth());
    let (_, sent) = parameters(&get(&mut usm, after(100), peer));
    assert_eq!((sent.boots, sent.time), (1, 100));
}

#[test]
fn r3414_3_1_6c_unauthenticated_requests_carry_zeros() {
    let mut agent = agent(START, engine_id(1));
    let (mut usm, peer) = acquainted(&mut agent, after(40), &user_open());
    let (_, sent) = parameters(&get(&mut usm, after(100), peer));
    assert_eq!((sent.boots, sent.time), (0, 0));
}

/// Octets of msgAuthenticationParameters and msgPrivacyParameters in a request of this user.
fn field_lengths(user: &User) -> (usize, usize) {
    let mut agent = agent(START, engine_id(1));
    let (mut usm, peer) = acquainted(&mut agent, after(40), user);
    let (_, sent) = parameters(&get(&mut usm, after(40), peer));
    (sent.auth.len(), sent.privacy.len())
}

#[test]
fn r3414_3_1_4b_without_privacy_the_salt_is_empty() {
    assert_eq!(field_lengths(&user_open()).1, 0);
    assert_eq!(field_lengths(&user_auth()).1, 0);
    assert_eq!(field_lengths(&user_auth_priv()).1, 8);
}

#[test]
fn r3414_3_1_8b_without_authentication_the_digest_is_empty() {
    assert_eq!(field_lengths(&user_open()).0, 0);
    assert_eq!(field_lengths(&user_auth()).0, 24);
    assert_eq!(field_lengths(&user_auth_priv()).0, 24);
}

/// What comes of a request at a level that the user has no keys for.
fn sent_at(user: &User, level: SecurityLevel) -> Result<Vec<u8>, SealError> {
    let mut agent = agent(START, engine_id(1));
    let (mut usm, peer) = acquainted(&mut agent, START, user);
    let pdu = PduHeader::request(PduType::GetRequest, 1);
    sealed(&mut usm, START, SealFor::Peer(peer), header(level, true), pdu)
}

#[test]
fn r3414_3_1_2_auth_priv_without_both_keys_is_not_sent() {
    for user in [user_auth(), user_open()] {
        let refused = Err(SealError::Refused(Refused::Credentials));
        assert_eq!(sent_at(&user, SecurityLevel::AuthPriv), refused, "{user:?}");
    }
}

#[test]
fn r3414_3_1_3_auth_no_priv_without_a_key_is_not_sent() {
    let refused = Err(SealError::Refused(Refused::Credentials));
    assert_eq!(sent_at(&user_open(), SecurityLevel::AuthNoPriv), refused);
    sent_at(&user_auth(), SecurityLevel::AuthNoPriv).unwrap();
}

#[test]
fn r3414_3_1_1b_nothing_is_sent_for_a_user_who_is_gone() {
    let mut usm = Usm::new([1; 16]);
    let peer = usm.add_peer(AGENT, &user_open()).unwrap();
    usm.assume_engine(peer, engine_id(1)).unwrap();
    usm.remove_peer(peer);
    for to in [SealFor::Peer(peer), SealFor::Discovery(peer)] {
        let pdu = PduHeader::request(PduType::GetRequest, 1);
        let refused = sealed(
            &mut usm,
            START,
            to,
            header(SecurityLevel::NoAuthNoPriv, true),
            pdu,
        );
        assert_eq!(refused, Err(SealError::Refused(Refused::UnknownPeer)));
    }
}

#[test]
fn r3414_3_1_5_a_request_without_engine_id_is_a_discovery_or_not_sent() {
    let mut usm = Usm::new([1; 16]);
    let peer = usm.add_peer(AGENT, &user_open()).unwrap();
    let header = header(SecurityLevel::NoAuthNoPriv, true);
    let pdu = PduHeader::request(PduType::GetRequest, 1);
    let refused = sealed(&mut usm, START, SealFor::Peer(peer), header, pdu);
    assert_eq!(refused, Err(SealError::Refused(Refused::UnknownPeer)));
    let probe = sealed(&mut usm, START, SealFor::Discovery(peer), header, pdu).unwrap();
    assert!(parameters(&probe).1.engine_id.is_empty());
}

#[test]
fn r3414_2_3d_clones_of_one_engine_id_do_not_disturb_each_other() {
    // The same engine id at two addresses: one has run for long, the other has just started.
    let mut first = agent_after(START, engine_id(1), Boots::Stored(b"USM1\0\0\0\x63"));
    let mut second = agent(after(5_000), engine_id(1));
    let other = "192.0.2.2:161".parse().unwrap();
    let (mut usm, one) = acquainted(&mut first, after(9_000), &user_auth_priv());
    let two = usm.add_peer(other, &user_auth_priv()).unwrap();
    assert_eq!(usm.prepare(after(9_000), two), Prepare::Discover);
    let probe = discovery(&mut usm, after(9_000), two);
    let answer = served(&mut second, after(9_000), &probe).unwrap();
    heard(&mut usm, after(9_000), two, other, &answer);
    for round in 0..5 {
        let now = after(9_001 + round * 100);
        for (peer, agent, address) in [(one, &mut first, AGENT), (two, &mut second, other)] {
            let request = get(&mut usm, now, peer);
            let answer = served(agent, now, &request).unwrap();
            assert_eq!(
                heard(&mut usm, now, peer, address, &answer),
                Heard::Answer,
                "{address}"
            );
        }
    }
    assert_eq!(usm.engine_time(after(9_001), one).unwrap().0, 100);
    assert_eq!(usm.engine_time(after(9_001), two).unwrap().0, 1);
}

#[test]
fn r3414_3_2_7b1_a_rebooted_agent_is_followed() {
    let mut agent = agent(START, engine_id(1));
    let (mut usm, peer) = acquainted(&mut agent, after(4_000), &user_auth_priv());
    let mut agent = agent_after(after(4_100), engine_id(1), Boots::Stored(b"USM1\0\0\0\x01"));
    let request = get(&mut usm, after(4_110), peer);
    let answer = served(&mut agent, after(4_110), &request).unwrap();
    let expected = Heard::Report(ReportKind::NotInTimeWindows, ReportAction::Resend);
    assert_eq!(heard(&mut usm, after(4_110), peer, AGENT, &answer), expected);
    assert_eq!(usm.engine_time(after(4_110), peer), Some((2, 10)));
    let request = get(&mut usm, after(4_111), peer);
    let answer = served(&mut agent, after(4_111), &request).unwrap();
    assert_eq!(heard(&mut usm, after(4_111), peer, AGENT, &answer), Heard::Answer);
}

#[test]
fn r3414_3_2_7b3_an_answer_of_earlier_boots_is_dropped_without_a_counter() {
    let mut first = agent(START, engine_id(1));
    let (mut usm, peer) = acquainted(&mut first, START, &user_auth_priv());
    let request = get(&mut usm, START, peer);
    let old = served(&mut first, START, &request).unwrap();
    let mut second = agent_after(after(10), engine_id(1), Boots::Stored(b"USM1\0\0\0\x01"));
    let request = get(&mut usm, after(20), peer);
    let report = served(&mut second, after(20), &request).unwrap();
    heard(&mut usm, after(20), peer, AGENT, &report);
    let before = usm.stats();
    assert_eq!(
        heard(&mut usm, after(21), peer, AGENT, &old),
        Heard::Nothing,
        "replayed"
    );
    assert_eq!(usm.stats(), before);
}

#[test]
fn r3414_3_2_7b2c_an_answer_held_back_for_long_is_dropped() {
    let mut agent = agent(START, engine_id(1));
    let (mut usm, peer) = acquainted(&mut agent, START, &user_auth_priv());
    let request = get(&mut usm, after(10), peer);
    let held_back = served(&mut agent, after(10), &request).unwrap();
    // Something newer has come: what is newest is timely however long it took (RFC 3414 §3.2 step 7b1).
    let newer = served(&mut agent, after(12), &request).unwrap();
    assert_eq!(heard(&mut usm, after(12), peer, AGENT, &newer), Heard::Answer);
    assert_eq!(
        heard(&mut usm, after(160), peer, AGENT, &held_back),
        Heard::Answer
    );
    assert_eq!(
        heard(&mut usm, after(161), peer, AGENT, &held_back),
        Heard::Nothing
    );
}

#[test]
fn r3414_3_2_7b4_unauthenticated_reports_move_no_clock() {
    let mut agent = agent(START, engine_id(1));
    let (mut usm, peer) = acquainted(&mut agent, after(1_000), &user_auth_priv());
    // Another engine with the same id and its own clock speaks without authentication.
    let mut forger = agent_after(after(990), engine_id(1), Boots::Stored(b"USM1\x70\0\0\0"));
    for kind in [
        ReportKind::NotInTimeWindows,
        ReportKind::UnknownEngineIds,
        ReportKind::WrongDigests,
    ] {
        let request = get(&mut usm, after(1_001), peer);
        let mut due = open(&mut forger, after(1_001), MANAGER, &request)
            .unwrap_err()
            .report
            .unwrap();
        due.kind = kind;
        due.level = SecurityLevel::NoAuthNoPriv;
        let forged = report(&mut forger, after(1_001), due);
        let expected = Heard::Report(kind, ReportAction::Ignore);
        assert_eq!(heard(&mut usm, after(1_001), peer, AGENT, &forged), expected);
    }
    assert_eq!(usm.engine_time(after(1_001), peer), Some((1, 1_001)));
}

#[test]
fn r3414_rep2_a_forged_tentative_clock_gives_way_to_the_authenticated_one() {
    let mut agent = agent(START, engine_id(1));
    let mut forger = agent_after(START, engine_id(1), Boots::Stored(b"USM1\x70\0\0\0"));
    let mut usm = Usm::new([8; 16]);
    let peer = usm.add_peer(AGENT, &user_auth_priv()).unwrap();
    discovered(&mut usm, &mut forger, after(10), peer);
    let request = get(&mut usm, after(11), peer);
    let answer = served(&mut agent, after(11), &request).unwrap();
    let expected = Heard::Report(ReportKind::NotInTimeWindows, ReportAction::Resend);
    assert_eq!(heard(&mut usm, after(11), peer, AGENT, &answer), expected);
    let request = get(&mut usm, after(11), peer);
    let answer = served(&mut agent, after(11), &request).unwrap();
    assert_eq!(heard(&mut usm, after(11), peer, AGENT, &answer), Heard::Answer);
}

#[test]
fn r3414_rep3_a_replaced_device_is_discovered_again_once() {
    let mut first = agent(START, engine_id(1));
    let (mut usm, peer) = acquainted(&mut first, START, &user_auth_priv());
    let mut second = agent(after(100), engine_id(2));
    let request = get(&mut usm, after(110), peer);
    let answer = served(&mut second, after(110), &request).unwrap();
    let expected = Heard::Report(ReportKind::UnknownEngineIds, ReportAction::Resend);
    assert_eq!(heard(&mut usm, after(110), peer, AGENT, &answer), expected);
    assert_eq!(usm.engine_id(peer), engine_id(2).as_octets());
    let request = get(&mut usm, after(110), peer);
    let answer = served(&mut second, after(110), &request).unwrap();
    assert_eq!(heard(&mut usm, after(110), peer, AGENT, &answer), Heard::Answer);
    assert_eq!(usm.engine_time(after(110), peer), Some((1, 10)));
}

#[test]
fn an_engine_that_only_an_unauthenticated_report_spoke_of_replaces_nothing() {
    let mut first = agent(START, engine_id(1));
    let (mut usm, peer) = acquainted(&mut first, START, &user_auth_priv());
    let mut forger = agent(START, engine_id(66));
    let request = get(&mut usm, after(10), peer);
    let forged = served(&mut forger, after(10), &request).unwrap();
    let expected = Heard::Report(ReportKind::UnknownEngineIds, ReportAction::Resend);
    assert_eq!(heard(&mut usm, after(10), peer, AGENT, &forged), expected);
    // A second forged one is not followed any more, and the true answer is still taken.
    let mut other = agent(START, engine_id(67));
    let forged = served(&mut other, after(10), &request).unwrap();
    let expected = Heard::Report(ReportKind::UnknownEngineIds, ReportAction::Ignore);
    assert_eq!(heard(&mut usm, after(10), peer, AGENT, &forged), expected);
    let answer = served(&mut first, after(10), &request).unwrap();
    assert_eq!(heard(&mut usm, after(10), peer, AGENT, &answer), Heard::Answer);
    assert_eq!(
        usm.engine_id(peer),
        engine_id(1).as_octets(),
        "the true engine is back"
    );
}

#[test]
fn r3414_rep1_each_report_is_told_apart() {
    let mut agent = agent(START, engine_id(1));
    let mut usm = Usm::new([8; 16]);
    let peer = usm.add_peer(AGENT, &user_auth()).unwrap();
    discovered(&mut usm, &mut agent, START, peer);
    for kind in [
        ReportKind::UnsupportedSecurityLevels,
        ReportKind::UnknownUserNames,
        ReportKind::UnknownEngineIds,
        ReportKind::WrongDigests,
        ReportKind::DecryptionErrors,
        ReportKind::UnknownSecurityModels,
        ReportKind::InvalidMessages,
        ReportKind::UnknownPduHandlers,
        ReportKind::UnavailableContexts,
        ReportKind::UnknownContexts,
    ] {
        let request = get(&mut usm, START, peer);
        let opened = open(&mut agent, START, MANAGER, &request).unwrap();
        let due = snmp_core::security::ReportDue {
            kind,
            value: 1,
            level: SecurityLevel::AuthNoPriv,
            state: opened.state,
        };
        let report = report(&mut agent, START, due);
        assert_eq!(
            heard(&mut usm, START, peer, AGENT, &report),
            Heard::Report(kind, ReportAction::Fail(kind))
        );
    }
}

/// The place of the digest is decoded, not looked for: engine ids may hold as many zeros as a digest.
#[test]
fn r3414_6_own_zeros_elsewhere_are_not_taken_for_the_digest() {
    let zeros = snmp_usm::EngineId::from_administered(8072, &[0; 27]).unwrap();
    let mut agent = agent(START, zeros);
    let (mut usm, peer) = acquainted(&mut agent, START, &user_auth_priv());
    let request = get(&mut usm, START, peer);
    assert_eq!(
        request.windows(24).filter(|octets| **octets == [0; 24]).count(),
        4
    );
    let answer = served(&mut agent, START, &request).unwrap();
    assert_eq!(heard(&mut usm, START, peer, AGENT, &answer), Heard::Answer);
}

#[test]
fn wrong_credentials_end_a_first_contact_with_their_own_error() {
    let wrong_key =
        User::with_privacy("private", master(9), snmp_usm::PrivProtocol::Aes128, master(2)).unwrap();
    let nobody = User::with_auth("nobody", master(1)).unwrap();
    let no_privacy_there =
        User::with_privacy("signed", master(3), snmp_usm::PrivProtocol::Aes128, master(2)).unwrap();
    for (user, kind) in [
        (wrong_key, ReportKind::WrongDigests),
        (nobody, ReportKind::UnknownUserNames),
        (no_privacy_there, ReportKind::UnsupportedSecurityLevels),
    ] {
        let mut agent = agent(START, engine_id(1));
        let mut usm = Usm::new([8; 16]);
        let peer = usm.add_peer(AGENT, &user).unwrap();
        discovered(&mut usm, &mut agent, START, peer);
        let request = get(&mut usm, START, peer);
        let answer = served(&mut agent, START, &request).unwrap();
        let expected = Heard::Report(kind, ReportAction::Fail(kind));
        assert_eq!(heard(&mut usm, START, peer, AGENT, &answer), expected);
    }
}

#[test]
fn a_response_below_the_level_asked_for_answers_nothing() {
    let mut agent = agent(START, engine_id(1));
    let (mut usm, peer) = acquainted(&mut agent, START, &user_auth_priv());
    for level in [SecurityLevel::NoAuthNoPriv, SecurityLevel::AuthNoPriv] {
        let request = get(&mut usm, START, peer);
        let opened = open(&mut agent, START, MANAGER, &request).unwrap();
        let pdu = PduHeader::response(9, snmp_core::pdu::ErrorStatus::NoError, 0);
        let downgraded = sealed(
            &mut agent,
            START,
            SealFor::State(opened.state),
            header(level, false),
            pdu,
        )
        .unwrap();
        assert_eq!(
            heard(&mut usm, START, peer, AGENT, &downgraded),
            Heard::Nothing,
            "{level:?}"
        );
    }
}

#[test]
fn r3414_3_2_6_a_forged_answer_changes_nothing() {
    let mut agent = agent(START, engine_id(1));
    let (mut usm, peer) = acquainted(&mut agent, START, &user_auth_priv());
    let request = get(&mut usm, START, peer);
    let answer = served(&mut agent, START, &request).unwrap();
    for at in 0..answer.len() {
        for bit in 0..8 {
            let mut flipped = answer.clone();
            flipped[at] ^= 1 << bit;
            let Ok(layout) = V3Layout::decode(&flipped, Strictness::DEPLOYED) else {
                continue;
            };
            let opened = usm.open(START, AGENT, &layout, &mut flipped);
            let believed = opened.is_ok_and(|opened| usm.answers(peer, opened.state, opened.level));
            assert!(!believed, "bit {bit} of octet {at}");
        }
    }
    assert_eq!(usm.engine_time(START, peer), Some((1, 0)));
    assert_eq!(heard(&mut usm, START, peer, AGENT, &answer), Heard::Answer);
}

#[test]
fn a_peer_that_is_gone_is_not_mixed_up_with_its_successor() {
    let mut agent = agent(START, engine_id(1));
    let (mut usm, peer) = acquainted(&mut agent, START, &user_auth_priv());
    let request = get(&mut usm, START, peer);
    let answer = served(&mut agent, START, &request).unwrap();
    usm.remove_peer(peer);
    assert_eq!(usm.prepare(START, peer), Prepare::Refused(Refused::UnknownPeer));
    let next = usm.add_peer(AGENT, &user_auth_priv()).unwrap();
    assert_ne!(next, peer);
    assert_eq!(heard(&mut usm, START, next, AGENT, &answer), Heard::Nothing);
    assert_eq!(usm.engine_id(peer), b"");
}

#[test]
fn an_answer_from_another_port_of_the_same_host_is_told_apart_from_another_host() {
    let mut agent = agent(START, engine_id(1));
    let (mut usm, peer) = acquainted(&mut agent, START, &user_auth_priv());
    let request = get(&mut usm, START, peer);
    let answer = served(&mut agent, START, &request).unwrap();
    let same_host = "192.0.2.1:47545".parse().unwrap();
    assert_eq!(heard(&mut usm, START, peer, same_host, &answer), Heard::Answer);
    let other_host = "192.0.2.77:161".parse().unwrap();
    assert_eq!(heard(&mut usm, START, peer, other_host, &answer), Heard::Nothing);
}
