use super::*;
use alloc::collections::BTreeSet;
use alloc::string::ToString;
use snmp_core::pdu::ErrorStatus;

fn public() -> Box<[u8]> {
    (*b"public").into()
}

fn config(ranges: &[&str], probes: Vec<Probe>) -> SweepConfig {
    SweepConfig::new(
        ranges.iter().map(|range| range.parse().unwrap()).collect(),
        probes,
    )
}

/// An agent's answer to a probe of ours.
fn agent(probe: &[u8]) -> Vec<u8> {
    let mut buffer = [0; 256];
    match Version::of(probe).unwrap() {
        Version::V3 => {
            let layout = V3Layout::decode(probe, Strictness::STRICT).unwrap();
            let mut writer = Writer::new(&mut buffer);
            let end = writer.mark();
            let counter = VarBind::new(ReportKind::UnknownEngineIds.counter(), Value::Counter32(1));
            encode_scoped_pdu(
                &mut writer,
                b"\x80\0\0\0engine",
                &[],
                &PduHeader::report(0),
                [counter],
            );
            let parameters_end = writer.mark();
            for _ in 0..3 {
                writer.octet_string(&[]);
            }
            writer.integer(77);
            writer.integer(3);
            writer.octet_string(b"\x80\0\0\0engine");
            writer.sequence(parameters_end);
            let flags = Flags::new(SecurityLevel::NoAuthNoPriv, false);
            let header = V3Header {
                msg_id: layout.msg_id,
                max_size: 1472,
                flags,
            };
            wrap_v3(&mut writer, &header, 3, parameters_end, end);
            let range = writer.finish().unwrap();
            buffer[range].to_vec()
        }
        version => {
            let message = CommunityMessage::decode(probe, Strictness::STRICT).unwrap();
            let CommunityPdu::Pdu(pdu) = message.pdu else {
                panic!("a trap")
            };
            let header = PduHeader::response(pdu.header.request_id, ErrorStatus::NoError, 0);
            let value = VarBind::new(SYS_OBJECT_ID, Value::ObjectIdentifier(oid!(1.3.6.1.4.1.11)));
            let range = encode_community(&mut buffer, version, message.community, &header, [value]).unwrap();
            buffer[range].to_vec()
        }
    }
}

/// Runs a sweep in virtual time against agents at some addresses; each probe's answer is lost as told.
fn run(
    sweep: &mut Sweep,
    alive: &dyn Fn(IpAddr, Version) -> bool,
    mut lost: impl FnMut() -> bool,
) -> (Vec<SocketAddr>, Vec<(Instant, SocketAddr)>) {
    let (mut now, mut found, mut sent) = (Instant::ZERO, Vec::new(), Vec::new());
    let mut buffer = [0; 256];
    loop {
        while let Some(transmit) = sweep.poll_transmit(now, &mut buffer).unwrap() {
            sent.push((now, transmit.to));
            assert!(transmit.range.len() <= sweep.max_transmit_len());
            let probe = &buffer[transmit.range];
            if alive(transmit.to.ip(), Version::of(probe).unwrap()) && !lost() {
                let mut answer = agent(probe);
                if let Handled::Event(event) = sweep.handle_datagram(now, Via(0), transmit.to, &mut answer) {
                    found.push(event.address());
                }
            }
        }
        let Some(next) = sweep.poll_timeout() else {
            return (found, sent);
        };
        assert!(next > now, "time stands still");
        now = next;
        sweep.handle_timeout(now);
    }
}

#[test]
fn every_agent_is_found_once_and_silent_addresses_are_probed_in_every_pass() {
    let mut sweep = Sweep::new(
        config(&["10.0.0.0/28"], vec![Probe::V2c(public())]),
        [1; 16],
        Instant::ZERO,
    )
    .unwrap();
    let alive = |address: IpAddr, _| ["10.0.0.3", "10.0.0.9"].contains(&&*address.to_string());
    let (found, sent) = run(&mut sweep, &alive, || false);
    assert_eq!(
        found.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["10.0.0.3:161", "10.0.0.9:161"]
    );
    assert_eq!(sent.len(), 14 + 12 + 12);
    let progress = sweep.progress();
    assert!(progress.done && progress.found == 2 && progress.addresses == 14);
}

#[test]
fn probes_of_an_address_are_two_seconds_apart_and_the_rate_is_kept() {
    let mut sweep = Sweep::new(
        config(&["10.0.0.0/27"], vec![Probe::V1(public())]),
        [1; 16],
        Instant::ZERO,
    )
    .unwrap();
    let (_, sent) = run(&mut sweep, &|_, _| false, || false);
    for (n, (at, to)) in sent.iter().enumerate() {
        for (later, _) in sent.iter().skip(n + 1).filter(|(_, other)| other == to) {
            assert!(*later - *at >= Duration::from_secs(2));
        }
    }
    let first_pass = sent[29].0 - sent[0].0;
    assert_eq!(first_pass, Duration::from_millis(20 * 29), "50 a second");
}

#[test]
fn lost_answers_are_made_up_for_by_later_passes() {
    let mut entropy = Entropy::new([9; 16]);
    let mut sweep = Sweep::new(
        config(&["10.0.0.0/24"], vec![Probe::V2c(public())]),
        [2; 16],
        Instant::ZERO,
    )
    .unwrap();
    let (found, _) = run(&mut sweep, &|_, _| true, || entropy.below(20) == 0);
    assert!(found.len() >= 253, "{}", found.len());
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len());
}

#[test]
fn kinds_of_probe_are_tried_until_one_is_answered() {
    let probes = vec![Probe::V2c(public()), Probe::V1(public()), Probe::V3];
    let mut sweep = Sweep::new(config(&["10.0.0.4-10.0.0.6"], probes), [3; 16], Instant::ZERO).unwrap();
    let alive = |address: IpAddr, version| {
        matches!(
            (&*address.to_string(), version),
            ("10.0.0.4", Version::V1) | ("10.0.0.5", Version::V3)
        )
    };
    let (found, sent) = run(&mut sweep, &alive, || false);
    assert_eq!(found.len(), 2);
    assert_eq!(
        sent.len(),
        2 + 3 + 3 + 3 + 3,
        "the first pass, then only the address that is silent"
    );
}

#[test]
fn a_forged_answer_without_the_cookie_is_not_taken() {
    let mut sweep = Sweep::new(
        config(&["10.0.0.0/30"], vec![Probe::V2c(public())]),
        [4; 16],
        Instant::ZERO,
    )
    .unwrap();
    let mut buffer = [0; 256];
    let transmit = sweep.poll_transmit(Instant::ZERO, &mut buffer).unwrap().unwrap();
    let answer = agent(&buffer[transmit.range]);
    let from = |sweep: &mut Sweep, from: &str, mut datagram: Vec<u8>| {
        matches!(
            sweep.handle_datagram(Instant::ZERO, Via(0), from.parse().unwrap(), &mut datagram),
            Handled::Event(_)
        )
    };
    assert!(
        !from(&mut sweep, "10.0.0.2:161", answer.clone()),
        "another address of the range"
    );
    assert!(
        !from(&mut sweep, "10.9.9.9:161", answer.clone()),
        "an address outside"
    );
    assert!(!from(&mut sweep, "10.0.0.1:162", answer.clone()), "another port");
    let mut other_id = answer.clone();
    let id = other_id
        .windows(2)
        .position(|pair| pair == [0xa2, 0x22])
        .map_or(19, |at| at + 4);
    other_id[id] ^= 1;
    assert!(!from(&mut sweep, "10.0.0.1:161", other_id), "another id");
    assert!(from(&mut sweep, "10.0.0.1:161", answer.clone()));
    assert!(!from(&mut sweep, "10.0.0.1:161", answer), "a duplicate");
}

#[test]
fn excluded_addresses_are_never_probed() {
    let mut config = config(&["10.0.0.0/28"], vec![Probe::V2c(public())]);
    config.exclude = vec!["10.0.0.4-10.0.0.11".parse().unwrap()];
    let mut sweep = Sweep::new(config, [5; 16], Instant::ZERO).unwrap();
    assert_eq!(sweep.progress().addresses, 6);
    let (_, sent) = run(&mut sweep, &|_, _| false, || false);
    assert_eq!(sent.len(), 3 * 6);
    assert!(sent.iter().all(|(_, to)| {
        !"10.0.0.4-10.0.0.11"
            .parse::<AddressRange>()
            .unwrap()
            .contains(to.ip())
    }));
}

#[test]
fn an_address_in_two_ranges_is_one_address() {
    let config = config(
        &["10.0.0.0/28", "10.0.0.3", "10.0.0.0/29"],
        vec![Probe::V2c(public())],
    );
    let mut sweep = Sweep::new(config, [5; 16], Instant::ZERO).unwrap();
    assert_eq!(sweep.progress().addresses, 14);
    let (found, sent) = run(&mut sweep, &|_, _| true, || false);
    assert_eq!((found.len(), sent.len()), (14, 14));
}

#[test]
fn a_sweep_goes_on_from_its_state() {
    let config = || config(&["10.0.0.0/26"], vec![Probe::V2c(public()), Probe::V3]);
    let mut sweep = Sweep::new(config(), [6; 16], Instant::ZERO).unwrap();
    let mut buffer = [0; 256];
    let mut now = Instant::ZERO;
    for _ in 0..75 {
        now = sweep.poll_timeout().unwrap();
        sweep.poll_transmit(now, &mut buffer).unwrap().unwrap();
    }
    sweep.mark(5);
    let mut resumed = Sweep::resume(config(), [6; 16], now, &sweep.state()).unwrap();
    assert_eq!(resumed.progress().found, 1);
    let next = resumed.poll_transmit(now, &mut buffer).unwrap().unwrap();
    now = sweep.poll_timeout().unwrap();
    assert_eq!(
        next.to,
        sweep.poll_transmit(now, &mut buffer).unwrap().unwrap().to
    );
    for broken in [&[][..], &[9; 15], &sweep.state()[1..]] {
        assert_eq!(
            Sweep::resume(config(), [6; 16], now, broken).err(),
            Some(SweepError::State)
        );
    }
}

#[test]
fn what_cannot_be_swept_is_refused() {
    let new = |config| Sweep::new(config, [0; 16], Instant::ZERO).err();
    assert_eq!(new(config(&[], vec![Probe::V3])), Some(SweepError::Empty));
    assert_eq!(new(config(&["10.0.0.1"], vec![])), Some(SweepError::Empty));
    assert_eq!(
        new(config(&["10.0.0.0/7"], vec![Probe::V3])),
        Some(SweepError::TooMany)
    );
}

#[test]
fn any_octets_from_anywhere_return() {
    let probes = vec![Probe::V2c(public()), Probe::V3];
    let mut sweep = Sweep::new(config(&["10.0.0.1"], probes), [8; 16], Instant::ZERO).unwrap();
    let mut buffer = [0; 256];
    let from = "10.0.0.1:161".parse().unwrap();
    // Both probes before any answer: an octet flipped where it does not matter is an answer all the same.
    let answers = [(); 2].map(|()| {
        let now = sweep.poll_timeout().unwrap();
        let transmit = sweep.poll_transmit(now, &mut buffer).unwrap().unwrap();
        (now, agent(&buffer[transmit.range]))
    });
    for (now, answer) in answers {
        for length in 0..answer.len() {
            let _ = sweep.handle_datagram(now, Via(0), from, &mut answer[..length].to_vec());
        }
        for at in 0..answer.len() {
            let mut octets = answer.clone();
            octets[at] ^= 0x81;
            let _ = sweep.handle_datagram(now, Via(0), from, &mut octets);
        }
    }
}
