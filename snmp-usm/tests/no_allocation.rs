//! Receiving from a known engine, and sending, allocate nothing; what is kept for a peer is bounded.

mod pair;

use pair::*;
use snmp_core::security::SecurityModel;

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// Blocks allocated so far by this process.
fn blocks() -> u64 {
    dhat::HeapStats::get().total_blocks
}

// One test: the counts are the whole process's.
#[test]
fn rown_inplace_known_engines_cost_no_allocation_and_a_peer_a_bounded_one() {
    let profiler = dhat::Profiler::builder().testing().build();
    let mut agent = agent(START, engine_id(1));
    let (mut usm, peer) = acquainted(&mut agent, START, &user_auth_priv());
    let mut request = get(&mut usm, START, peer);
    let request_layout = layout(&request);
    let mut answer = served(&mut agent, START, &request).unwrap();
    let answer_layout = layout(&answer);
    let mut forged = answer.clone();
    forged[answer_layout.data.start] ^= 1;

    let mut receiver = snmp_usm::Usm::new([3; 16]);
    receiver.add_user(&user_auth_priv());
    let to = agent.add_peer(MANAGER, &user_auth_priv()).unwrap();
    let pdu = snmp_core::pdu::PduHeader::request(snmp_core::pdu::PduType::TrapV2, 3);
    let header = header(agent.level(to), false);
    let trap = sealed(
        &mut agent,
        START,
        snmp_core::security::SealFor::Peer(to),
        header,
        pdu,
    )
    .unwrap();
    open(&mut receiver, START, AGENT, &trap).unwrap();
    let mut again = trap.clone();
    let trap_layout = layout(&again);

    let before = blocks();
    agent.open(START, MANAGER, &request_layout, &mut request).unwrap();
    usm.open(START, AGENT, &answer_layout, &mut answer).unwrap();
    usm.open(START, AGENT, &answer_layout, &mut forged).unwrap_err();
    assert_eq!(blocks() - before, 0, "request, answer and forged answer");
    receiver.open(START, AGENT, &trap_layout, &mut again).unwrap();
    let heard = blocks() - before;
    assert!(
        heard <= 1,
        "a notification renews its place in the table: {heard}"
    );

    // Memory for the keys, engine and clock of a device.
    // With the peer above, as many as the table's capacity has grown to.
    let devices = 511;
    let before = dhat::HeapStats::get().curr_bytes;
    let user = user_auth_priv();
    for device in 0..devices {
        let [.., high, low] = u32::try_from(device).unwrap().to_be_bytes();
        let address = core::net::SocketAddr::from(([10, 0, high, low], 161));
        let peer = usm.add_peer(address, &user).unwrap();
        let engine_id = snmp_usm::EngineId::from_administered(1, &[1, high, low]).unwrap();
        usm.assume_engine(peer, engine_id).unwrap();
    }
    let each = (dhat::HeapStats::get().curr_bytes - before) / devices;
    eprintln!("{each} octets of heap a device");
    assert!(each <= 512);
    drop(profiler);
}
