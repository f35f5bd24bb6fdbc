//! The authoritative side: discovery answers, the time window, Reports and their counters, boots; and the reception of
//! notifications from engines unknown before.

mod pair;

use pair::*;
use snmp_core::message::V3Layout;
use snmp_core::pdu::{PduHeader, PduType};
use snmp_core::security::{
    Refused, RejectReason, ReportKind, SealError, SealFor, SecurityLevel, SecurityModel,
};
use snmp_core::strictness::Strictness;
use snmp_usm::params::UsmLayout;
use snmp_usm::{Boots, MasterKey, PrivProtocol, User, Usm, UsmPeer, UsmStats};
#[cfg(feature = "des")]
use snmp_usm::{PrivKey, privacy::Iv};

/// A manager that believes to know the agent's engine and clock.
fn knowing(agent: &mut Usm, now: snmp_core::time::Instant, user: &User) -> (Usm, UsmPeer) {
    acquainted(agent, now, user)
}

fn get_at_level(
    usm: &mut Usm,
    now: snmp_core::time::Instant,
    peer: UsmPeer,
    level: SecurityLevel,
) -> Vec<u8> {
    let pdu = PduHeader::request(PduType::GetRequest, 9);
    sealed(usm, now, SealFor::Peer(peer), header(level, true), pdu).unwrap()
}

#[test]
fn r3414_4c_a_discovery_is_answered_with_engine_boots_and_time() {
    let mut agent = agent(START, engine_id(1));
    let mut usm = Usm::new([1; 16]);
    // Even for a user who is unknown.
    let peer = usm
        .add_peer(AGENT, &User::without_keys("nobody").unwrap())
        .unwrap();
    let probe = discovery(&mut usm, START, peer);
    let rejected = open(&mut agent, after(30), MANAGER, &probe).unwrap_err();
    assert_eq!(rejected.reason, RejectReason::UnknownEngineId);
    let due = rejected.report.unwrap();
    assert_eq!(
        (due.kind, due.value, due.level),
        (ReportKind::UnknownEngineIds, 1, SecurityLevel::NoAuthNoPriv)
    );
    let report = report(&mut agent, after(30), due);
    let layout = layout(&report);
    let parameters = UsmLayout::decode(&report, &layout, Strictness::STRICT).unwrap();
    assert_eq!(&report[parameters.engine_id], engine_id(1).as_octets());
    assert_eq!((parameters.boots, parameters.time), (1, 30));
    assert!(!layout.flags.is_reportable());
}

#[test]
fn r3414_3_2_3b_engine_ids_of_illegal_length_are_unknown() {
    let mut agent = agent(START, engine_id(1));
    let mut usm = Usm::new([1; 16]);
    let peer = usm.add_peer(AGENT, &user_open()).unwrap();
    let probe = discovery(&mut usm, START, peer);
    // An engine id of one octet in place of none: all lengths around it grow by one.
    let layout = layout(&probe);
    let parameters = UsmLayout::decode(&probe, &layout, Strictness::STRICT).unwrap();
    let mut odd = probe.clone();
    odd.insert(parameters.engine_id.start, 0x80);
    for length in [
        parameters.engine_id.start - 1,
        layout.parameters.start - 1,
        layout.parameters.start + 1,
        1,
    ] {
        odd[length] += 1;
    }
    let rejected = open(&mut agent, START, MANAGER, &odd).unwrap_err();
    assert_eq!(rejected.reason, RejectReason::UnknownEngineId);
    assert_eq!(rejected.report.unwrap().kind, ReportKind::UnknownEngineIds);
}

#[test]
fn r3414_3_2_order_the_earlier_fault_is_the_one_that_counts() {
    // Each request has all the faults from its step on.
    let wrong_key = || master(99);
    let unknown_user = User::with_privacy("nobody", wrong_key(), PrivProtocol::Aes128, master(1)).unwrap();
    let level_too_high = User::with_privacy("signed", wrong_key(), PrivProtocol::Aes128, master(1)).unwrap();
    let wrong_digest = User::with_auth("signed", wrong_key()).unwrap();
    let late = user_auth();
    let foreign = (unknown_user.clone(), engine_id(200), ReportKind::UnknownEngineIds);
    for (user, engine, kind) in [
        foreign,
        (unknown_user, engine_id(1), ReportKind::UnknownUserNames),
        (
            level_too_high,
            engine_id(1),
            ReportKind::UnsupportedSecurityLevels,
        ),
        (wrong_digest, engine_id(1), ReportKind::WrongDigests),
        (late, engine_id(1), ReportKind::NotInTimeWindows),
    ] {
        let mut agent = agent(START, engine_id(1));
        let mut usm = Usm::new([1; 16]);
        let peer = usm.add_peer(AGENT, &user).unwrap();
        // No clock is known: not in the window either.
        usm.assume_engine(peer, engine).unwrap();
        let request = get(&mut usm, START, peer);
        let rejected = open(&mut agent, after(1_000), MANAGER, &request).unwrap_err();
        assert_eq!(rejected.report.unwrap().kind, kind, "{user:?}");
        let mut expected = UsmStats::default();
        assert_eq!(agent.stats().of(kind), Some(1));
        match kind {
            ReportKind::UnknownEngineIds => expected.unknown_engine_ids = 1,
            ReportKind::UnknownUserNames => expected.unknown_user_names = 1,
            ReportKind::UnsupportedSecurityLevels => expected.unsupported_sec_levels = 1,
            ReportKind::WrongDigests => expected.wrong_digests = 1,
            _ => expected.not_in_time_windows = 1,
        }
        assert_eq!(agent.stats(), expected, "nothing else counted");
    }
}

#[test]
fn r3414_3_2_4_the_report_on_an_unknown_user_names_that_user() {
    let mut agent = agent(START, engine_id(1));
    let mut usm = Usm::new([1; 16]);
    let peer = usm
        .add_peer(AGENT, &User::without_keys("nobody").unwrap())
        .unwrap();
    usm.assume_engine(peer, engine_id(1)).unwrap();
    let request = get(&mut usm, START, peer);
    let report = served(&mut agent, START, &request).unwrap();
    let layout = layout(&report);
    let parameters = UsmLayout::decode(&report, &layout, Strictness::STRICT).unwrap();
    assert_eq!(&report[parameters.user_name], b"nobody");
}

#[test]
fn r3414_3_2_5_level_of_the_user_is_checked_before_the_digest() {
    let mut agent = agent(START, engine_id(1));
    for (user, level) in [
        (user_auth_priv(), SecurityLevel::NoAuthNoPriv),
        (user_auth_priv(), SecurityLevel::AuthNoPriv),
        (user_auth(), SecurityLevel::NoAuthNoPriv),
    ] {
        let (mut usm, peer) = knowing(&mut agent, START, &user);
        let before = agent.stats().unsupported_sec_levels;
        let request = get_at_level(&mut usm, START, peer, level);
        let rejected = open(&mut agent, START, MANAGER, &request).unwrap_err();
        assert_eq!(
            rejected.reason,
            RejectReason::UnsupportedSecurityLevel,
            "downgraded to {level:?}"
        );
        assert_eq!(agent.stats().unsupported_sec_levels, before + 1);
    }
}

#[test]
fn r3414_3_2_7a4_the_report_on_a_stale_clock_is_authenticated() {
    let mut agent = agent(START, engine_id(1));
    let (mut usm, peer) = knowing(&mut agent, START, &user_auth_priv());
    for (sent, arrives, timely) in [
        (1_000, 1_150, true),
        (1_000, 1_151, false),
        (1_000, 850, true),
        (1_000, 849, false),
    ] {
        let request = get(&mut usm, after(sent), peer);
        let opened = open(&mut agent, after(arrives), MANAGER, &request);
        assert_eq!(
            opened.is_ok(),
            timely,
            "r3414-3.2-7a3: sent {sent}, arrives {arrives}"
        );
        if let Err(rejected) = opened {
            let due = rejected.report.unwrap();
            assert_eq!(
                (due.kind, due.level),
                (ReportKind::NotInTimeWindows, SecurityLevel::AuthNoPriv)
            );
            let report = report(&mut agent, after(arrives), due);
            let layout = layout(&report);
            let parameters = UsmLayout::decode(&report, &layout, Strictness::STRICT).unwrap();
            assert_eq!(layout.flags.octet(), 1);
            assert_eq!((parameters.boots, u64::from(parameters.time)), (1, arrives));
            assert_eq!(parameters.auth.len(), 24);
        }
    }
}

#[test]
fn r3414_2_2_2a_boots_are_stored_before_anything_is_sent() {
    let mut agent = Usm::with_local_engine([7; 16], START, engine_id(1), Boots::First).unwrap();
    agent.add_user(&user_open());
    let mut usm = Usm::new([1; 16]);
    let peer = usm.add_peer(AGENT, &user_open()).unwrap();
    let probe = discovery(&mut usm, START, peer);
    let due = open(&mut agent, START, MANAGER, &probe)
        .unwrap_err()
        .report
        .unwrap();
    let send = |agent: &mut Usm| {
        let pdu = PduHeader::report(8);
        sealed(
            agent,
            START,
            SealFor::State(due.state),
            header(due.level, false),
            pdu,
        )
    };
    let refused = Err(SealError::Refused(Refused::BootsNotStored));
    assert_eq!(send(&mut agent), refused);
    let store = agent.poll_store().unwrap();
    assert!(agent.poll_store().is_none(), "handed out once");
    assert_eq!(send(&mut agent), refused, "handed out is not stored");
    agent.handle_stored(store.token + 1);
    assert_eq!(send(&mut agent), refused, "another token");
    agent.handle_stored(store.token);
    send(&mut agent).unwrap();
    // The next run counts on from what was stored.
    let mut next = agent_after(START, engine_id(1), Boots::Stored(&store.octets));
    assert_eq!(
        knowing(&mut next, START, &user_auth())
            .0
            .engine_time(START, peer)
            .unwrap()
            .0,
        2
    );
}

#[test]
fn r3411_boots_run_from_1() {
    let mut agent = agent(START, engine_id(1));
    let (usm, peer) = knowing(&mut agent, START, &user_auth());
    assert_eq!(usm.engine_time(START, peer), Some((1, 0)));
}

#[test]
fn boots_that_cannot_be_read_refuse_to_start() {
    for record in [
        &b""[..],
        b"USM1",
        b"USM1\0\0\0",
        b"USM1\0\0\0\0\0",
        b"USM2\0\0\0\x01",
        b"USM1\x80\0\0\0",
    ] {
        Usm::with_local_engine([7; 16], START, engine_id(1), Boots::Stored(record)).unwrap_err();
    }
}

#[test]
fn r3414_2_2_2c_lost_boots_latch_at_the_greatest_number() {
    let mut agent = agent_after(START, engine_id(1), Boots::Lost);
    let mut usm = Usm::new([1; 16]);
    let peer = usm.add_peer(AGENT, &user_auth()).unwrap();
    discovered(&mut usm, &mut agent, START, peer);
    let request = get(&mut usm, START, peer);
    let layout = layout(&request);
    let parameters = UsmLayout::decode(&request, &layout, Strictness::STRICT).unwrap();
    assert_eq!(parameters.boots, 0x7fff_ffff);
}

#[test]
fn r3414_2_2_2d_with_latched_boots_nothing_authenticated_passes_until_the_engine_id_changes() {
    // The last boots but one lead there, and there they stay.
    for boots in [
        Boots::Lost,
        Boots::Stored(b"USM1\x7f\xff\xff\xfe"),
        Boots::Stored(b"USM1\x7f\xff\xff\xff"),
    ] {
        let mut latched = agent_after(START, engine_id(1), boots);
        let mut usm = Usm::new([1; 16]);
        let peer = usm.add_peer(AGENT, &user_auth()).unwrap();
        discovered(&mut usm, &mut latched, START, peer);
        let request = get(&mut usm, START, peer);
        let rejected = open(&mut latched, START, MANAGER, &request).unwrap_err();
        assert_eq!(rejected.reason, RejectReason::NotInTimeWindow);
        let report = report(&mut latched, START, rejected.report.unwrap());
        assert_eq!(heard(&mut usm, START, peer, AGENT, &report), Heard::Nothing);
    }
    let mut renamed = agent(START, engine_id(2));
    knowing(&mut renamed, START, &user_auth());
}

#[test]
fn r3411_5eid_c_keys_stay_good_over_a_restart() {
    let mut before = agent(START, engine_id(1));
    let (mut usm, peer) = knowing(&mut before, START, &user_auth_priv());
    let mut after_restart = agent_after(after(100), engine_id(1), Boots::Stored(b"USM1\0\0\0\x01"));
    assert_eq!(after_restart.local_engine_id(), before.local_engine_id());
    let request = get(&mut usm, after(100), peer);
    // The digest is right; only the clock is another.
    let rejected = open(&mut after_restart, after(100), MANAGER, &request).unwrap_err();
    assert_eq!(rejected.reason, RejectReason::NotInTimeWindow);
}

#[test]
fn r3414_3_1_6b_unauthenticated_answers_carry_the_engines_own_clock() {
    let mut agent = agent(START, engine_id(1));
    let (mut usm, peer) = knowing(&mut agent, START, &user_open());
    let request = get(&mut usm, after(70), peer);
    let answer = served(&mut agent, after(70), &request).unwrap();
    let layout = layout(&answer);
    let parameters = UsmLayout::decode(&answer, &layout, Strictness::STRICT).unwrap();
    assert_eq!((parameters.boots, parameters.time), (1, 70));
}

#[test]
fn r3414_3_2_11_the_answer_has_user_and_level_of_its_request() {
    for user in [user_auth_priv(), user_auth(), user_open()] {
        let mut agent = agent(START, engine_id(1));
        let (mut usm, peer) = knowing(&mut agent, START, &user);
        let request = get(&mut usm, START, peer);
        let answer = served(&mut agent, START, &request).unwrap();
        let layout = layout(&answer);
        let parameters = UsmLayout::decode(&answer, &layout, Strictness::STRICT).unwrap();
        assert_eq!(layout.flags.level(), Some(user.level()));
        assert_eq!(&answer[parameters.user_name], user.name());
    }
}

#[test]
fn r3412_7_1_3b_reports_responses_and_traps_get_no_report() {
    let mut agent = agent(START, engine_id(1));
    let mut other = agent_after(START, engine_id(2), Boots::First);
    // The other agent's Report, Response and trap reach this one: it knows neither engine nor, for the last, the user.
    let mut usm = Usm::new([1; 16]);
    let peer = usm.add_peer(AGENT, &user_open()).unwrap();
    let probe = discovery(&mut usm, START, peer);
    let report = served(&mut other, START, &probe).unwrap();
    let (mut usm, peer) = knowing(&mut other, START, &user_auth());
    let request = get(&mut usm, START, peer);
    let response = served(&mut other, START, &request).unwrap();
    let stranger = other
        .add_peer(MANAGER, &User::with_auth("nobody", master(1)).unwrap())
        .unwrap();
    let trap = PduHeader::request(PduType::TrapV2, 3);
    let to = SealFor::Peer(stranger);
    let trap = sealed(
        &mut other,
        START,
        to,
        header(SecurityLevel::AuthNoPriv, false),
        trap,
    )
    .unwrap();
    for datagram in [report, response, trap] {
        if let Err(rejected) = open(&mut agent, START, AGENT, &datagram) {
            assert_eq!(rejected.report, None);
        }
    }
}

#[test]
fn r3414_3_1_1a_an_answer_uses_the_keys_of_its_request() {
    let mut agent = agent(START, engine_id(1));
    let (mut usm, peer) = knowing(&mut agent, START, &user_auth_priv());
    let request = get(&mut usm, START, peer);
    let opened = open(&mut agent, START, MANAGER, &request).unwrap();
    agent.remove_user(b"private");
    let pdu = PduHeader::response(9, snmp_core::pdu::ErrorStatus::NoError, 0);
    let header = header(opened.level, false);
    let answer = sealed(&mut agent, START, SealFor::State(opened.state), header, pdu).unwrap();
    assert_eq!(
        heard(&mut usm, START, peer, AGENT, &answer),
        Heard::Answer,
        "r3414-3.2-11"
    );
    let request = get(&mut usm, START, peer);
    let rejected = open(&mut agent, START, MANAGER, &request).unwrap_err();
    assert_eq!(rejected.reason, RejectReason::UnknownUserName);
}

/// What the agent says to a request whose salt is one octet short, under a right digest.
fn with_a_short_salt(user: &User, auth: &MasterKey) -> (RejectReason, UsmStats) {
    let mut agent = Usm::with_local_engine([7; 16], START, engine_id(1), Boots::First).unwrap();
    agent.add_user(user);
    let store = agent.poll_store().unwrap();
    agent.handle_stored(store.token);
    let (mut usm, peer) = knowing(&mut agent, START, user);
    let request = get(&mut usm, START, peer);
    let layout = layout(&request);
    let parameters = UsmLayout::decode(&request, &layout, Strictness::STRICT).unwrap();
    let mut cut = request.clone();
    cut.remove(parameters.privacy.start);
    let outer = if cut[1] == 0x81 { 2 } else { 1 };
    for length in [
        parameters.privacy.start - 1,
        layout.parameters.start - 1,
        layout.parameters.start + 1,
        outer,
    ] {
        cut[length] -= 1;
    }
    let key = snmp_usm::AuthKey::new(&auth.localize(engine_id(1).as_octets()));
    key.sign(&mut cut, parameters.auth).unwrap();
    let rejected = open(&mut agent, START, MANAGER, &cut).unwrap_err();
    assert_eq!(rejected.report.unwrap().kind, ReportKind::DecryptionErrors);
    (rejected.reason, agent.stats())
}

#[test]
fn r3826_3_3_2_an_aes_salt_of_other_than_8_octets_is_a_decryption_error() {
    let (reason, stats) = with_a_short_salt(&user_auth_priv(), &master(1));
    assert_eq!(
        (reason, stats.decryption_errors),
        (RejectReason::DecryptionError, 1)
    );
}

#[test]
#[cfg(feature = "des")]
fn r3414_8_3_2_1_a_des_salt_of_other_than_8_octets_is_a_decryption_error() {
    let user = User::with_privacy("old", master(1), PrivProtocol::Des, master(2)).unwrap();
    let (reason, stats) = with_a_short_salt(&user, &master(1));
    assert_eq!(
        (reason, stats.decryption_errors),
        (RejectReason::DecryptionError, 1)
    );
}

/// A request of an agent's user, made by hand: any ciphertext, under a right digest.
#[cfg(feature = "des")]
fn with_ciphertext(change: impl FnOnce(&mut Vec<u8>, &PrivKey, Iv)) -> Result<(), RejectReason> {
    let user = User::with_privacy("old", master(1), PrivProtocol::Des, master(2)).unwrap();
    let mut agent = Usm::with_local_engine([7; 16], START, engine_id(1), Boots::First).unwrap();
    agent.add_user(&user);
    let store = agent.poll_store().unwrap();
    agent.handle_stored(store.token);
    let (mut usm, peer) = knowing(&mut agent, START, &user);
    let mut request = get(&mut usm, START, peer);
    let before = layout(&request);
    let parameters = UsmLayout::decode(&request, &before, Strictness::STRICT).unwrap();
    let iv = Iv {
        boots: parameters.boots,
        time: parameters.time,
        salt: request[parameters.privacy].try_into().unwrap(),
    };
    let id = engine_id(1);
    let key = PrivKey::new(
        PrivProtocol::Des,
        &master(2).localize(id.as_octets()),
        id.as_octets(),
    );
    let mut data = request[before.data.clone()].to_vec();
    let octets = data.len();
    change(&mut data, &key, iv);
    let less = u8::try_from(octets - data.len()).unwrap();
    request.splice(before.data.clone(), data);
    let outer = if request[1] == 0x81 { 2 } else { 1 };
    request[outer] -= less;
    request[before.data.start - 1] -= less;
    let auth = snmp_usm::AuthKey::new(&master(1).localize(id.as_octets()));
    auth.sign(&mut request, parameters.auth).unwrap();
    let layout = layout(&request);
    let opened = agent
        .open(START, MANAGER, &layout, &mut request)
        .map_err(|rejected| rejected.reason)?;
    snmp_core::message::ScopedPdu::decode(&request[opened.scoped], Strictness::STRICT).unwrap();
    Ok(())
}

#[test]
#[cfg(feature = "des")]
fn r3414_8_1_1_2_padding_is_whatever_the_sender_likes() {
    for octet in [0x00, 0x03, 0x30, 0xff] {
        with_ciphertext(|data, key, iv| {
            key.decrypt(iv, data).unwrap();
            let used = snmp_core::message::ScopedPdu::decode(data, Strictness::STRICT)
                .unwrap()
                .len;
            assert!(used < data.len(), "there is padding to change");
            data[used..].fill(octet);
            key.encrypt(iv, data).unwrap();
        })
        .unwrap();
    }
}

#[test]
#[cfg(feature = "des")]
fn r3414_3_2_8a_ciphertext_of_any_length_is_decrypted_or_an_error() {
    for cut in 1..8 {
        let cut_off = with_ciphertext(|data, _, _| data.truncate(data.len() - cut));
        assert_eq!(cut_off, Err(RejectReason::DecryptionError), "{cut} octets less");
    }
}

fn trap(sender: &mut Usm, now: snmp_core::time::Instant, to: UsmPeer) -> Vec<u8> {
    let pdu = PduHeader::request(PduType::TrapV2, 3);
    let header = header(sender.level(to), false);
    sealed(sender, now, SealFor::Peer(to), header, pdu).unwrap()
}

#[test]
fn r3412_7_1_9a_a_trap_names_the_senders_engine() {
    let mut sender = agent(START, engine_id(5));
    let to = sender.add_peer(MANAGER, &user_auth()).unwrap();
    let trap = trap(&mut sender, after(70), to);
    let layout = layout(&trap);
    let parameters = UsmLayout::decode(&trap, &layout, Strictness::STRICT).unwrap();
    assert_eq!(&trap[parameters.engine_id], engine_id(5).as_octets());
    assert_eq!((parameters.boots, parameters.time), (1, 70));
}

#[test]
fn r3414_3_2_3a_traps_of_unknown_engines_are_taken_and_their_clocks_kept() {
    let mut receiver = Usm::new([3; 16]).limit_heard_engines(8);
    for user in [user_auth_priv(), user_auth(), user_open()] {
        receiver.add_user(&user);
    }
    for user in [user_auth_priv(), user_auth(), user_open()] {
        let mut sender = agent(START, engine_id(5));
        let to = sender.add_peer(MANAGER, &user).unwrap();
        let first = trap(&mut sender, after(10), to);
        let opened = open(&mut receiver, after(10), AGENT, &first).unwrap();
        assert!(!opened.local);
        assert_eq!(opened.level, user.level());
        assert_eq!(receiver.engine_of(opened.state), Some(engine_id(5)));
    }
    assert_eq!(receiver.heard_engines(), 2, "the two that can authenticate");
}

#[test]
fn r3414_3_2_7b5_a_trap_after_the_senders_reboot_is_taken_and_an_old_one_is_not() {
    let mut receiver = Usm::new([3; 16]);
    receiver.add_user(&user_auth_priv());
    let mut sender = agent(START, engine_id(5));
    let to = sender.add_peer(MANAGER, &user_auth_priv()).unwrap();
    let before = trap(&mut sender, after(500), to);
    open(&mut receiver, after(500), AGENT, &before).unwrap();
    let mut sender = agent_after(after(600), engine_id(5), Boots::Stored(b"USM1\0\0\0\x01"));
    let to = sender.add_peer(MANAGER, &user_auth_priv()).unwrap();
    let rebooted = trap(&mut sender, after(601), to);
    open(&mut receiver, after(601), AGENT, &rebooted).unwrap();
    let replayed = open(&mut receiver, after(602), AGENT, &before).unwrap_err();
    assert_eq!(replayed.reason, RejectReason::NotInTimeWindow);
    assert_eq!(replayed.report, None);
}

#[test]
fn made_up_engines_fill_no_table() {
    let mut receiver = Usm::new([3; 16]).limit_heard_engines(4);
    receiver.add_user(&user_auth_priv());
    let wrong = User::with_privacy("private", master(77), PrivProtocol::Aes128, master(2)).unwrap();
    let mut sender = agent(START, engine_id(5));
    let to = sender.add_peer(MANAGER, &user_auth_priv()).unwrap();
    let good = trap(&mut sender, after(10), to);
    open(&mut receiver, after(10), AGENT, &good).unwrap();
    for id in 10..200 {
        let mut forger = agent(START, engine_id(id));
        let to = forger.add_peer(MANAGER, &wrong).unwrap();
        let forged = trap(&mut forger, after(10), to);
        let rejected = open(&mut receiver, after(10), AGENT, &forged).unwrap_err();
        assert_eq!(rejected.reason, RejectReason::WrongDigest);
    }
    assert_eq!(receiver.heard_engines(), 1);
    // Those who know the key are bounded too; the least recently heard goes.
    for id in 10..20 {
        let mut other = agent(START, engine_id(id));
        let to = other.add_peer(MANAGER, &user_auth_priv()).unwrap();
        let trap = trap(&mut other, after(10), to);
        open(&mut receiver, after(10), AGENT, &trap).unwrap();
    }
    assert_eq!(receiver.heard_engines(), 4);
}

#[test]
fn an_inform_is_answered_by_the_receivers_engine() {
    let mut receiver = agent(START, engine_id(9));
    let mut usm = Usm::new([4; 16]);
    let peer = usm.add_peer(AGENT, &user_auth_priv()).unwrap();
    discovered(&mut usm, &mut receiver, START, peer);
    let pdu = PduHeader::request(PduType::InformRequest, 5);
    let inform = sealed(
        &mut usm,
        START,
        SealFor::Peer(peer),
        header(SecurityLevel::AuthPriv, true),
        pdu,
    )
    .unwrap();
    let answer = served(&mut receiver, START, &inform).unwrap();
    assert_eq!(heard(&mut usm, START, peer, AGENT, &answer), Heard::Answer);
}

#[test]
fn r3414_3_2_1_parameters_that_do_not_decode_get_no_report() {
    let mut agent = agent(START, engine_id(1));
    let (mut usm, peer) = knowing(&mut agent, START, &user_auth());
    let request = get(&mut usm, START, peer);
    let place = layout(&request).parameters;
    for at in [place.start, place.start + 2] {
        let mut broken = request.clone();
        broken[at] ^= 0x10;
        let rejected = open(&mut agent, START, MANAGER, &broken).unwrap_err();
        assert_eq!(rejected.reason, RejectReason::ParseError);
        assert_eq!(rejected.report, None);
    }
}

#[test]
fn r3412_7_2_5d_privacy_without_authentication_is_invalid() {
    let mut agent = agent(START, engine_id(1));
    let (mut usm, peer) = knowing(&mut agent, START, &user_auth_priv());
    let mut request = get(&mut usm, START, peer);
    let flags = request.windows(3).position(|octets| octets == [4, 1, 7]).unwrap() + 2;
    request[flags] = 6;
    let rejected = open(&mut agent, START, MANAGER, &request).unwrap_err();
    assert_eq!(rejected.reason, RejectReason::InvalidMessage);
    assert_eq!(rejected.report, None);
}

#[test]
fn r3414_3_2_6_any_flipped_bit_of_a_request_is_noticed() {
    let mut agent = agent(START, engine_id(1));
    for user in [user_auth(), user_auth_priv()] {
        let (mut usm, peer) = knowing(&mut agent, START, &user);
        let request = get(&mut usm, START, peer);
        open(&mut agent, START, MANAGER, &request).unwrap();
        for at in 0..request.len() {
            for bit in 0..8 {
                let mut flipped = request.clone();
                flipped[at] ^= 1 << bit;
                let Ok(layout) = V3Layout::decode(&flipped, Strictness::DEPLOYED) else {
                    continue;
                };
                assert!(
                    agent.open(START, MANAGER, &layout, &mut flipped).is_err(),
                    "bit {bit} of octet {at}"
                );
            }
        }
    }
}

#[test]
fn r3414_6_3_2_1_digests_of_another_length_are_wrong() {
    let mut agent = agent(START, engine_id(1));
    let (mut usm, peer) = knowing(&mut agent, START, &user_auth());
    let request = get(&mut usm, START, peer);
    let layout = layout(&request);
    let parameters = UsmLayout::decode(&request, &layout, Strictness::STRICT).unwrap();
    for cut in 1..=24 {
        let mut short = request.clone();
        short.drain(parameters.auth.end - cut..parameters.auth.end);
        let cut = u8::try_from(cut).unwrap();
        for length in [
            parameters.auth.start - 1,
            layout.parameters.start - 1,
            layout.parameters.start + 1,
        ] {
            short[length] -= cut;
        }
        let outer = if short[1] == 0x81 { 2 } else { 1 };
        short[outer] -= cut;
        let rejected = open(&mut agent, START, MANAGER, &short).unwrap_err();
        assert_eq!(rejected.reason, RejectReason::WrongDigest, "{cut} octets cut");
    }
    assert_eq!(agent.stats().wrong_digests, 24);
}
