//! The ladder against scripted devices under a fake clock: who answers oddly, late, twice, or for somebody else.

use canon_bjnp::{
    DecodeError, Packet,
    policy::{Request, SwitchedOn},
    probe::{Config, Dropped, Event, Findings, Liveness, ProbeError, Prober, Rung, Switches, TRY_INTERVAL},
};
use snmp_core::{
    datagram::{BufferTooSmall, Handled, NotMine, Via},
    entropy::Entropy,
    time::{Duration, Instant},
};
use std::net::{IpAddr, SocketAddr};

const HOST: &str = "192.0.2.10";
const VIA: Via = Via(3);
const DISCOVER: &[u8] = b"\0\x01\x08\0\x06\x04\0\x11\x22\x33\x44\x55\xc0\0\x02\x63";
const ID: &[u8] = b"\0\x36MFG:Canon;MDL:MG5500 series;VER:3.090;PSE:KMDA10021;";

/// What a device sends for a question: after how long, from where, which octets.
type Replies = Vec<(Duration, SocketAddr, Vec<u8>)>;

/// What the network saw and what the prober told.
#[derive(Default)]
struct Run {
    sent: Vec<(Instant, SocketAddr, Vec<u8>)>,
    not_mine: Vec<NotMine>,
    answered: Vec<(Rung, bool)>,
    rungs: Vec<(Rung, Liveness)>,
    findings: Option<Findings>,
    end: Instant,
}

impl Run {
    fn findings(&self) -> &Findings {
        self.findings.as_ref().expect("the probe finished")
    }

    fn ports(&self) -> Vec<u16> {
        self.sent.iter().map(|(_, to, _)| to.port()).collect()
    }
}

/// Drives one probe of [`HOST`] to its end. `None` from the device means that the port is closed.
fn run(switches: Switches, seed: u8, mut device: impl FnMut(SocketAddr, &[u8]) -> Option<Replies>) -> Run {
    let config = Config {
        switches,
        ..Config::default()
    };
    let mut prober = Prober::new(config, Entropy::new([seed; 16]));
    let (mut run, mut now, mut buf) = (Run::default(), Instant::ZERO, [0; 20]);
    let mut network: Vec<(Instant, SocketAddr, Vec<u8>)> = Vec::new();
    prober.probe(now, VIA, host()).unwrap();
    for _ in 0..10_000 {
        while let Some(transmit) = prober.poll_transmit(now, &mut buf).unwrap() {
            assert_eq!(transmit.via, VIA);
            let octets = buf[transmit.range].to_vec();
            run.sent.push((now, transmit.to, octets.clone()));
            match device(transmit.to, &octets) {
                None => prober.handle_unreachable(now, VIA, transmit.to),
                Some(replies) => {
                    network.extend(
                        replies
                            .into_iter()
                            .map(|(delay, from, octets)| (now + delay, from, octets)),
                    );
                }
            }
        }
        while let Some(event) = prober.poll_event() {
            match event {
                Event::Rung { rung, liveness, .. } => run.rungs.push((rung, liveness)),
                Event::Finished { findings, host, .. } => {
                    assert_eq!(host, SocketAddr::new(self::host(), 0));
                    run.findings = Some(findings);
                }
                other => panic!("{other:?}"),
            }
        }
        network.sort_by_key(|(at, ..)| *at);
        let timeout = prober.poll_timeout();
        match (network.first().map(|(at, ..)| *at), timeout) {
            (Some(arrival), timeout) if timeout.is_none_or(|timeout| arrival <= timeout) => {
                now = now.max(arrival);
                let (_, from, mut octets) = network.remove(0);
                match prober.handle_datagram(now, VIA, from, &mut octets) {
                    Handled::Event(Event::Answered { rung, .. }) => run.answered.push((rung, true)),
                    Handled::Event(Event::Malformed { rung, .. }) => run.answered.push((rung, false)),
                    Handled::NotMine(reason) => run.not_mine.push(reason),
                    other => panic!("{other:?}"),
                }
            }
            (_, Some(timeout)) => {
                now = timeout;
                prober.handle_timeout(now);
            }
            _ => {
                run.end = now;
                assert_eq!(prober.under_way(), 0);
                return run;
            }
        }
    }
    panic!("no end");
}

fn host() -> IpAddr {
    HOST.parse().unwrap()
}

const SOON: Duration = Duration::from_millis(20);

/// The right answer to a question: its header with the answer bit, and a body for its operation.
fn answer(question: &[u8], body: &[u8]) -> Vec<u8> {
    let mut octets = question[..16].to_vec();
    octets[4] |= 0x80;
    octets[12..].copy_from_slice(&u32::try_from(body.len()).unwrap().to_be_bytes());
    octets.extend_from_slice(body);
    octets
}

fn body(question: &[u8]) -> &'static [u8] {
    match question[5] {
        0x01 => DISCOVER,
        0x30 => ID,
        0x20 => b"\0\x09BST:00;",
        op => panic!("no device is asked {op:#x}"),
    }
}

fn right(to: SocketAddr, question: &[u8]) -> Option<Replies> {
    Some(vec![(SOON, to, answer(question, body(question)))])
}

fn silent(_: SocketAddr, _: &[u8]) -> Option<Replies> {
    Some(Vec::new())
}

/// Every rule of sending, on what one run sent.
fn assert_polite(run: &Run) {
    for (at, to, octets) in &run.sent {
        let (request, _) = Request::recognise(octets).expect("only what the policy allows");
        assert!(!request.needs_switch() || matches!(to.port(), 8611 | 47545));
        assert_eq!(to.ip(), host(), "only the probed host");
        let same = run
            .sent
            .iter()
            .filter(|(_, other_to, other)| (other_to, other) == (to, octets));
        let times: Vec<Instant> = same.map(|(at, ..)| *at).collect();
        assert!(times.len() <= 2, "{to} was asked {} times", times.len());
        assert!(
            times.windows(2).all(|pair| pair[1] - pair[0] >= TRY_INTERVAL),
            "{to} at {at:?}"
        );
    }
    assert!(run.end <= Instant::from_secs(20));
}

#[test]
fn an_inkjet_is_known_after_two_datagrams() {
    let run = run(Switches::default(), 1, right);
    assert_eq!(run.ports(), [8611, 8611]);
    assert_eq!(run.rungs, [(Rung::BjnpPrinter, Liveness::Alive)]);
    let findings = run.findings();
    assert!(findings.is_canon() && findings.is_there());
    assert_eq!(findings.way(), Some(Rung::BjnpPrinter));
    assert_eq!(findings.mac().unwrap().to_string(), "00:11:22:33:44:55");
    let id = findings.device_id().unwrap();
    assert_eq!(id.model(), Some(&b"MG5500 series"[..]));
    assert_eq!(id.firmware(), Some(&b"3.090"[..]));
    assert_eq!(id.serial(), Some(&b"KMDA10021"[..]));
    assert_eq!(findings.liveness(Rung::Mfnp), Liveness::NotAsked);
    assert_polite(&run);
}

#[test]
fn each_family_is_found_on_its_port() {
    for (port, rung, asked) in [
        (8612, Rung::BjnpScanner, 6),
        (8610, Rung::Mfnp, 8),
        (8609, Rung::Cpnp, 10),
    ] {
        // Silence on a port costs two tries, a closed port one.
        let only = |to: SocketAddr, question: &[u8]| {
            if to.port() == port {
                right(to, question)
            } else {
                silent(to, question)
            }
        };
        let quiet = run(Switches::default(), 2, only);
        assert_eq!(quiet.sent.len(), asked - 2, "{rung:?}");
        assert_eq!(quiet.findings().way(), Some(rung));
        let only = |to: SocketAddr, question: &[u8]| {
            if to.port() == port {
                right(to, question)
            } else {
                None
            }
        };
        let closed = run(Switches::default(), 2, only);
        assert_eq!(closed.findings().way(), Some(rung));
        assert_eq!(closed.findings().liveness(Rung::BjnpPrinter), Liveness::Refused);
        assert_eq!(closed.end, Instant::ZERO + SOON + SOON);
        assert_polite(&quiet);
        assert_polite(&closed);
    }
}

#[test]
fn silence_proves_nothing_and_ends() {
    let run = run(Switches::default(), 3, silent);
    assert_eq!(run.ports(), [8611, 8611, 8612, 8612, 8610, 8610, 8609, 8609]);
    assert!(
        run.rungs
            .iter()
            .all(|(_, liveness)| *liveness == Liveness::Silent)
    );
    assert!(!run.findings().is_canon() && !run.findings().is_there());
    assert_eq!(run.end, Instant::from_secs(8));
    assert_polite(&run);
}

#[test]
fn a_closed_port_says_that_the_host_is_there() {
    let run = run(Switches::default(), 4, |_, _| None);
    assert_eq!(run.ports(), [8611, 8612, 8610, 8609]);
    assert!(run.findings().is_there() && !run.findings().is_canon());
    assert_eq!(run.end, Instant::ZERO);
}

#[test]
fn echo_and_status_go_out_only_where_switched_on() {
    let on = Some(SwitchedOn::by_the_operator());
    let echo = |to: SocketAddr, question: &[u8]| {
        if to.port() == 47545 {
            // How an answer is marked is unknown: nothing depends on the flags.
            let mut octets = question.to_vec();
            octets[3] = 0x80;
            return Some(vec![(SOON, to, octets)]);
        }
        right(to, question)
    };
    let both = run(Switches { status: on, echo: on }, 5, echo);
    assert_eq!(both.ports(), [8611, 8611, 8611, 47545]);
    assert_eq!(both.sent[2].2[5], 0x20);
    assert_eq!(both.findings().liveness(Rung::Echo), Liveness::Alive);
    assert_polite(&both);
    let wrong_op = |to: SocketAddr, question: &[u8]| {
        let mut replies = echo(to, question)?;
        if to.port() == 47545 {
            replies[0].2[5] = 0x5f;
        }
        Some(replies)
    };
    let other = run(
        Switches {
            status: None,
            echo: on,
        },
        5,
        wrong_op,
    );
    assert_eq!(other.findings().liveness(Rung::Echo), Liveness::Silent);
    assert_eq!(other.not_mine, [NotMine::Kind, NotMine::Kind]);
}

#[test]
fn an_echo_of_another_sequence_is_none() {
    let on = Some(SwitchedOn::by_the_operator());
    let run = run(
        Switches {
            status: None,
            echo: on,
        },
        5,
        |to, question| {
            let mut octets = question.to_vec();
            octets[7] ^= 1;
            if to.port() == 47545 {
                Some(vec![(SOON, to, octets)])
            } else {
                None
            }
        },
    );
    assert_eq!(run.findings().liveness(Rung::Echo), Liveness::Silent);
    assert_eq!(run.not_mine, [NotMine::UnknownId; 2]);
}

#[test]
fn each_request_has_its_own_sequence_number_and_a_retry_keeps_it() {
    let run = run(Switches::default(), 14, |to, question| {
        // Discover is answered, the device id never.
        if question[5] == 1 {
            right(to, question)
        } else {
            silent(to, question)
        }
    });
    let numbers: Vec<u16> = run
        .sent
        .iter()
        .map(|(.., octets)| Packet::decode(octets).unwrap().header.sequence)
        .collect();
    let first = numbers[0];
    let expected: Vec<u16> = [0, 1, 1, 2, 3, 3, 4, 5, 5, 6, 7, 7]
        .map(|step| first.wrapping_add(step))
        .into();
    assert_eq!(numbers, expected);
}

#[test]
fn a_right_answer_on_another_socket_does_not_count() {
    let mut prober = Prober::new(Config::default(), Entropy::new([1; 16]));
    let (now, mut buf) = (Instant::ZERO, [0; 20]);
    prober.probe(now, VIA, host()).unwrap();
    let transmit = prober.poll_transmit(now, &mut buf).unwrap().unwrap();
    let mut octets = answer(&buf[transmit.range], DISCOVER);
    let other = prober.handle_datagram(now, Via(4), transmit.to, &mut octets);
    assert!(matches!(other, Handled::NotMine(NotMine::Source)));
    assert!(matches!(
        prober.handle_datagram(now, VIA, transmit.to, &mut octets),
        Handled::Event(_)
    ));
}

/// (name, what is done to each right answer, why it does not count, what is counted)
type Forgery = (
    &'static str,
    fn(&mut (Duration, SocketAddr, Vec<u8>)),
    NotMine,
    fn(Dropped) -> u32,
);

#[test]
fn an_answer_counts_only_when_all_of_it_is_right() {
    let forgeries: [Forgery; 9] = [
        (
            "another port",
            |reply| reply.1.set_port(50_000),
            NotMine::Source,
            |dropped| dropped.source,
        ),
        (
            "another host",
            |reply| reply.1.set_ip([192, 0, 2, 11].into()),
            NotMine::Source,
            |_| 8,
        ),
        (
            "another sequence",
            |reply| reply.2[9] ^= 1,
            NotMine::UnknownId,
            |dropped| dropped.sequence,
        ),
        (
            "another service",
            |reply| reply.2[4] ^= 3,
            NotMine::Kind,
            |dropped| dropped.kind,
        ),
        (
            "another operation",
            |reply| reply.2[5] = 0x11,
            NotMine::Kind,
            |dropped| dropped.kind,
        ),
        (
            "no answer bit",
            |reply| reply.2[4] &= 0x7f,
            NotMine::Kind,
            |dropped| dropped.kind,
        ),
        (
            "another magic",
            |reply| reply.2[3] ^= 1,
            NotMine::OtherProtocol,
            |dropped| dropped.kind,
        ),
        (
            "another family",
            |reply| reply.2[0] = b'X',
            NotMine::OtherProtocol,
            |dropped| dropped.kind,
        ),
        (
            "a length that lies",
            |reply| reply.2[14] = 9,
            NotMine::Malformed,
            |dropped| dropped.malformed,
        ),
    ];
    for (name, forge, reason, counted) in forgeries {
        let run = run(Switches::default(), 6, |to, question| {
            let mut replies = right(to, question)?;
            forge(&mut replies[0]);
            Some(replies)
        });
        assert!(run.answered.is_empty() && !run.findings().is_canon(), "{name}");
        assert_eq!(run.not_mine, [reason; 8], "{name}");
        // A time-out does not hide that something came back.
        assert_eq!(counted(run.findings().dropped()), 8, "{name}");
        assert_polite(&run);
    }
}

#[test]
fn a_right_family_on_the_wrong_port_does_not_count() {
    let run = run(Switches::default(), 7, |to, question| {
        let mut replies = right(to, question)?;
        replies[0].2[..4].copy_from_slice(if to.port() == 8610 { b"BJNP" } else { b"MFNP" });
        Some(replies)
    });
    assert!(run.answered.is_empty());
    assert_eq!(run.findings().dropped().kind, 8);
}

#[test]
fn twice_is_once_and_late_is_never() {
    let twice = run(Switches::default(), 8, |to, question| {
        let replies = right(to, question)?;
        Some([replies.clone(), replies].concat())
    });
    assert_eq!(twice.answered.len(), 2);
    assert_eq!(twice.sent.len(), 2);
    // The copy of the first answer meets the next question, that of the last finds nothing under way.
    assert_eq!(twice.not_mine, [NotMine::Kind, NotMine::Source]);

    // The answer to the first try, while the second is under way: it is the answer.
    let slow = run(Switches::default(), 8, |to, question| {
        let mut replies = right(to, question)?;
        replies[0].0 = Duration::from_millis(1500);
        Some(replies)
    });
    assert!(slow.findings().device_id().is_some());
    assert_eq!(slow.ports(), [8611; 4]);
    assert_polite(&slow);

    // After both: the ladder has gone on.
    let late = run(Switches::default(), 8, |to, question| {
        let mut replies = right(to, question)?;
        replies[0].0 = Duration::from_millis(2500);
        Some(replies)
    });
    assert!(late.answered.is_empty());
    assert!(!late.findings().is_canon());
    assert_polite(&late);
}

#[test]
fn claimed_addresses_are_told_and_never_followed() {
    let run = run(Switches::default(), 9, right);
    let claims: Vec<String> = run
        .findings()
        .claims()
        .iter()
        .map(|claim| claim.0.to_string())
        .collect();
    assert_eq!(claims, ["192.0.2.99"]);
    assert!(run.sent.iter().all(|(_, to, _)| to.ip() == host()));
}

#[test]
fn an_unusable_mac_is_no_key() {
    let run = run(Switches::default(), 10, |to, question| {
        let mut discover = DISCOVER.to_vec();
        discover[6..12].fill(0);
        let body = if question[5] == 1 { &discover[..] } else { ID };
        Some(vec![(SOON, to, answer(question, body))])
    });
    assert_eq!(run.findings().mac(), None);
    assert!(run.findings().is_canon());
}

#[test]
fn a_malformed_body_is_a_sign_of_life_and_the_ladder_goes_on() {
    let run = run(Switches::default(), 11, |to, question| {
        let body: &[u8] = if question[5] == 1 { DISCOVER } else { b"\0\x04ab" };
        Some(vec![(SOON, to, answer(question, body))])
    });
    assert_eq!(run.ports(), [8611, 8611, 8612, 8612, 8610, 8610, 8609, 8609]);
    assert_eq!(run.answered.iter().filter(|(_, well)| !well).count(), 4);
    assert!(run.findings().is_canon());
    assert_eq!(run.findings().device_id(), None);
    assert_eq!(run.findings().way(), Some(Rung::BjnpPrinter));
}

#[test]
fn another_makers_device_that_speaks_the_protocol_is_not_canon() {
    let run = run(Switches::default(), 12, |to, question| {
        let body: &[u8] = if question[5] == 1 {
            DISCOVER
        } else {
            b"MFG:Other;MDL:X;"
        };
        Some(vec![(SOON, to, answer(question, body))])
    });
    assert!(run.findings().device_id().is_some() && !run.findings().is_canon());
}

#[test]
fn a_host_is_asked_once_at_a_time_and_then_left_alone() {
    let mut prober = Prober::new(
        Config {
            max_hosts: 2,
            ..Config::default()
        },
        Entropy::new([1; 16]),
    );
    let now = Instant::ZERO;
    let id = prober.probe(now, VIA, host()).unwrap();
    assert_eq!(prober.probe(now, VIA, host()), Err(ProbeError::UnderWay(id)));
    // The same host, as a dual-stack socket tells it.
    assert_eq!(
        prober.probe(now, VIA, "::ffff:192.0.2.10".parse().unwrap()),
        Err(ProbeError::UnderWay(id))
    );
    for address in ["255.255.255.255", "224.0.0.1", "ff02::1", "0.0.0.0", "::"] {
        assert_eq!(
            prober.probe(now, VIA, address.parse().unwrap()),
            Err(ProbeError::NotUnicast)
        );
    }
    prober.probe(now, VIA, "192.0.2.11".parse().unwrap()).unwrap();
    assert_eq!(
        prober.probe(now, VIA, "192.0.2.12".parse().unwrap()),
        Err(ProbeError::TooMany)
    );
    assert!(prober.cancel(now, id) && !prober.cancel(now, id));
    let until = Instant::from_secs(60);
    assert_eq!(
        prober.probe(now, VIA, host()),
        Err(ProbeError::BackingOff { until })
    );
    assert!(prober.probe(until, VIA, host()).is_ok());
}

#[test]
fn a_small_buffer_changes_nothing() {
    let mut prober = Prober::new(Config::default(), Entropy::new([1; 16]));
    prober.probe(Instant::ZERO, VIA, host()).unwrap();
    assert_eq!(
        prober.poll_transmit(Instant::ZERO, &mut [0; 15]),
        Err(BufferTooSmall { needed: 16 })
    );
    assert_eq!(prober.poll_timeout(), None);
    let mut buf = vec![0; prober.max_transmit_len()];
    assert_eq!(
        prober
            .poll_transmit(Instant::ZERO, &mut buf)
            .unwrap()
            .unwrap()
            .attempt,
        0
    );
    assert_eq!(prober.poll_timeout(), Some(Instant::from_secs(1)));
}

#[test]
fn unreachable_ends_only_what_waits_for_that_port() {
    let mut prober = Prober::new(Config::default(), Entropy::new([1; 16]));
    let (now, mut buf) = (Instant::ZERO, [0; 20]);
    prober.probe(now, VIA, host()).unwrap();
    let asked = SocketAddr::new(host(), 8611);
    // Nothing was sent yet: somebody made this up.
    prober.handle_unreachable(now, VIA, asked);
    assert_eq!(prober.poll_transmit(now, &mut buf).unwrap().unwrap().to, asked);
    for (via, to) in [
        (Via(4), asked),
        (VIA, SocketAddr::new(host(), 8612)),
        (VIA, "192.0.2.11:8611".parse().unwrap()),
    ] {
        prober.handle_unreachable(now, via, to);
        assert_eq!(prober.poll_event(), None);
    }
    prober.handle_unreachable(now, VIA, asked);
    assert!(matches!(
        prober.poll_event(),
        Some(Event::Rung {
            liveness: Liveness::Refused,
            ..
        })
    ));
}

#[test]
fn the_first_sequence_number_differs_by_seed() {
    let first = |seed| {
        let run = run(Switches::default(), seed, silent);
        Packet::decode(&run.sent[0].2).unwrap().header.sequence
    };
    let mut numbers: Vec<u16> = (0..20).map(first).collect();
    numbers.sort_unstable();
    numbers.dedup();
    assert!(numbers.len() >= 19);
}

/// A device that throws anything back, half of it with the right header: the ladder ends in time, stays polite, and never
/// takes an id from a body that does not decode.
#[test]
fn hostile_devices_of_300_seeds() {
    for seed in 0..300_u16 {
        let mut entropy = Entropy::new([u8::try_from(seed % 251).unwrap(); 16]);
        for _ in 0..seed {
            entropy.next_u64();
        }
        let on = Some(SwitchedOn::by_the_operator());
        let run = run(Switches { status: on, echo: on }, 13, |to, question| {
            if entropy.below(12) == 0 {
                return None;
            }
            let replies = (0..entropy.below(5)).map(|_| {
                let mut octets = if to.port() == 47545 {
                    question.to_vec()
                } else {
                    answer(question, body(question))
                };
                let mut from = to;
                if entropy.below(2) == 0 {
                    // The header stays right, the body does not.
                    for octet in octets.iter_mut().skip(16) {
                        if entropy.below(4) == 0 {
                            *octet = entropy.next_u64().to_le_bytes()[0];
                        }
                    }
                } else {
                    let len = u32::try_from(octets.len()).unwrap();
                    for _ in 0..entropy.below(4) {
                        octets[usize::try_from(entropy.below(len)).unwrap()] ^= 1 << entropy.below(8);
                    }
                    octets.truncate(usize::try_from(entropy.below(len + 20)).unwrap());
                    from.set_port(from.port() ^ u16::try_from(entropy.below(2)).unwrap());
                }
                (
                    Duration::from_millis(u64::from(entropy.below(3000))),
                    from,
                    octets,
                )
            });
            Some(replies.collect())
        });
        assert_polite(&run);
        if let Some(id) = run.findings().device_id() {
            assert!(id.0.contains(&b':') && id.0.len() <= ID.len());
        }
    }
}

#[test]
fn a_malformed_body_is_told_with_its_reason() {
    let mut prober = Prober::new(Config::default(), Entropy::new([1; 16]));
    let (now, mut buf) = (Instant::ZERO, [0; 20]);
    prober.probe(now, VIA, host()).unwrap();
    let transmit = prober.poll_transmit(now, &mut buf).unwrap().unwrap();
    let mut octets = answer(&buf[transmit.range], &DISCOVER[..5]);
    let Handled::Event(Event::Malformed { error, .. }) =
        prober.handle_datagram(now, VIA, transmit.to, &mut octets)
    else {
        panic!("an event");
    };
    assert_eq!(error, DecodeError::PayloadTooShort { need: 6, have: 5 });
}
