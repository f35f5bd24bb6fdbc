//! Traps of v1 as notifications of v2 and back (RFC 3584 §3).
#![cfg(feature = "notification")]

use std::net::Ipv4Addr;

use snmp_core::ber::{Reader, Writer};
use snmp_core::entropy::Entropy;
use snmp_core::notification::{NotInV1, NotInV2, NotificationV1, NotificationV2, trap_oid};
use snmp_core::oid;
use snmp_core::oid::{Oid, OidBuf};
use snmp_core::pdu::TrapV1;
use snmp_core::strictness::{Anomalies, Strictness};
use snmp_core::value::Value;
use snmp_core::varbind::{VarBind, VarBinds};

const UP_TIME: Oid<'static> = oid!(1.3.6.1.2.1.1.3.0);
const TRAP_OID: Oid<'static> = oid!(1.3.6.1.6.3.1.1.4.1.0);
const TRAP_ENTERPRISE: Oid<'static> = oid!(1.3.6.1.6.3.1.1.4.3.0);
const TRAP_ADDRESS: Oid<'static> = oid!(1.3.6.1.6.3.18.1.3.0);
const TRAP_COMMUNITY: Oid<'static> = oid!(1.3.6.1.6.3.18.1.4.0);

fn written(write: impl Fn(&mut Writer<'_>)) -> Vec<u8> {
    let mut buffer = vec![0; 8192];
    let mut writer = Writer::new(&mut buffer);
    write(&mut writer);
    let range = writer.finish().unwrap();
    buffer[range].to_vec()
}

fn contents(list: &[VarBind<'_>]) -> Vec<u8> {
    written(|writer| list.iter().rev().for_each(|one| one.encode(writer)))
}

fn list(octets: &[u8]) -> VarBinds<'_> {
    VarBinds::from_octets(octets, Strictness::DEPLOYED).unwrap()
}

fn trap<'a>(
    enterprise: Oid<'a>,
    generic_trap: i32,
    specific_trap: i32,
    var_binds: VarBinds<'a>,
) -> TrapV1<'a> {
    TrapV1 {
        enterprise,
        agent_addr: &[192, 0, 2, 9],
        generic_trap,
        specific_trap,
        time_stamp: 4711,
        var_binds,
    }
}

fn notice<'a>(trap_oid: Oid<'a>, more: &[VarBind<'a>]) -> Vec<u8> {
    let head = [
        VarBind::new(UP_TIME, Value::TimeTicks(4711)),
        VarBind::new(TRAP_OID, Value::ObjectIdentifier(trap_oid)),
    ];
    contents(&[&head, more].concat())
}

#[test]
fn r3584_3_1a_generic_traps_are_the_snmp_traps_and_others_enterprise_0_specific() {
    let enterprise = oid!(1.3.6.1.4.1.641.2);
    for (generic, specific, expected) in [
        (0, 0, "1.3.6.1.6.3.1.1.5.1"),
        (1, 99, "1.3.6.1.6.3.1.1.5.2"),
        (2, 0, "1.3.6.1.6.3.1.1.5.3"),
        (3, 0, "1.3.6.1.6.3.1.1.5.4"),
        (4, 0, "1.3.6.1.6.3.1.1.5.5"),
        (5, 0, "1.3.6.1.6.3.1.1.5.6"),
        (6, 3, "1.3.6.1.4.1.641.2.0.3"),
        (6, 0, "1.3.6.1.4.1.641.2.0.0"),
        (6, -5, "1.3.6.1.4.1.641.2.0.4294967291"),
    ] {
        let trap = trap(enterprise, generic, specific, VarBinds::EMPTY);
        assert_eq!(trap_oid(&trap).unwrap().to_string(), expected);
        assert_eq!(
            NotificationV2::from_v1(&trap).unwrap().trap_oid.to_string(),
            expected
        );
    }
    for generic in [7, -1, i32::MAX, i32::MIN] {
        let odd = trap(enterprise, generic, 1, VarBinds::EMPTY);
        assert_eq!(trap_oid(&odd), Err(NotInV2::GenericTrap(generic)));
    }
    let longest = OidBuf::from_arcs(&[1; 127]).unwrap();
    for enterprise in [Oid::EMPTY, longest.as_oid()] {
        let odd = trap(enterprise, 6, 1, VarBinds::EMPTY);
        assert_eq!(trap_oid(&odd), Err(NotInV2::Enterprise));
        assert!(trap_oid(&trap(enterprise, 3, 1, VarBinds::EMPTY)).is_ok());
    }
}

#[test]
fn r3584_3_1b_the_time_stamp_is_sys_up_time_and_comes_first() {
    let own = contents(&[VarBind::new(oid!(1.3.6.1.2.1.2.2.1.1.7), Value::Integer(7))]);
    let v2 = NotificationV2::from_v1(&trap(oid!(1.3.6.1.4.1.9), 2, 0, list(&own))).unwrap();
    assert_eq!(v2.sys_up_time, 4711);
    let octets = written(|writer| v2.encode_contents(writer));
    let expected = [
        VarBind::new(UP_TIME, Value::TimeTicks(4711)),
        VarBind::new(TRAP_OID, Value::ObjectIdentifier(oid!(1.3.6.1.6.3.1.1.5.3))),
        VarBind::new(oid!(1.3.6.1.2.1.2.2.1.1.7), Value::Integer(7)),
    ];
    assert!(list(&octets).iter().eq(expected));
    assert!(v2.iter().eq(expected));
}

#[test]
fn r3584_3_1c_a_proxy_appends_what_is_not_there_yet() {
    let enterprise = oid!(1.3.6.1.4.1.9);
    let address = VarBind::new(TRAP_ADDRESS, Value::IpAddress(Ipv4Addr::new(192, 0, 2, 9)));
    let community = VarBind::new(TRAP_COMMUNITY, Value::OctetString(b"public"));
    let of = VarBind::new(TRAP_ENTERPRISE, Value::ObjectIdentifier(enterprise));
    let other = VarBind::new(TRAP_ADDRESS, Value::IpAddress(Ipv4Addr::new(198, 51, 100, 1)));
    for (own, expected) in [
        (vec![], vec![address, community, of]),
        (vec![other], vec![other, community, of]),
        (vec![of, community], vec![of, community, address]),
        (vec![other, of, community], vec![other, of, community]),
    ] {
        let octets = contents(&own);
        let trap = trap(enterprise, 6, 1, list(&octets));
        let v2 = NotificationV2::from_v1(&trap)
            .unwrap()
            .forwarded(&trap, b"public");
        assert!(v2.iter().skip(2).eq(expected), "{own:?}");
        let octets = written(|writer| v2.encode_contents(writer));
        assert!(v2.iter().eq(list(&octets)));
        let own_sender = NotificationV2::from_v1(&trap).unwrap();
        assert!(
            own_sender.iter().skip(2).eq(own),
            "the sender itself appends nothing"
        );
    }
    let odd = TrapV1 {
        agent_addr: &[0; 16],
        ..trap(enterprise, 6, 1, VarBinds::EMPTY)
    };
    let v2 = NotificationV2::from_v1(&odd).unwrap().forwarded(&odd, b"public");
    assert!(v2.iter().skip(2).eq([community, of]));
}

#[test]
fn r3584_3_2a_standard_traps_become_generic_ones() {
    let own = VarBind::new(TRAP_ENTERPRISE, Value::ObjectIdentifier(oid!(1.3.6.1.4.1.641)));
    for generic in 0..6 {
        let trap_oid = oid!(1.3.6.1.6.3.1.1.5).to_buf().join(&[generic + 1]).unwrap();
        for (more, enterprise) in [
            (&[][..], oid!(1.3.6.1.6.3.1.1.5)),
            (&[own], oid!(1.3.6.1.4.1.641)),
        ] {
            let octets = notice(trap_oid.as_oid(), more);
            let v1 = NotificationV1::from_v2(&list(&octets), None).unwrap();
            assert_eq!(
                (v1.enterprise, v1.generic_trap, v1.specific_trap, v1.time_stamp),
                (enterprise, generic.cast_signed(), 0, 4711)
            );
        }
    }
}

#[test]
fn r3584_3_2b_other_traps_are_split_before_their_last_arc() {
    for (trap_oid, enterprise, specific) in [
        ("1.3.6.1.4.1.641.2.0.3", "1.3.6.1.4.1.641.2", 3),
        ("1.3.6.1.4.1.641.2.3", "1.3.6.1.4.1.641.2", 3),
        ("1.3.6.1.4.1.641.2.0.0.3", "1.3.6.1.4.1.641.2.0", 3),
        ("1.3.6.1.4.1.641.0", "1.3.6.1.4.1.641", 0),
        // 16384 ends with a zero octet, and is not zero.
        ("1.3.6.1.4.1.16384.3", "1.3.6.1.4.1.16384", 3),
        ("1.3.6.1.4.1.9.0.4294967291", "1.3.6.1.4.1.9", -5),
        ("1.3.6.1.4.1.9.0.2147483648", "1.3.6.1.4.1.9", i32::MIN),
        // No standard traps: before the first, behind the last, below one.
        ("1.3.6.1.6.3.1.1.5.0", "1.3.6.1.6.3.1.1.5", 0),
        ("1.3.6.1.6.3.1.1.5.7", "1.3.6.1.6.3.1.1.5", 7),
        ("1.3.6.1.6.3.1.1.5.3.1", "1.3.6.1.6.3.1.1.5.3", 1),
        ("1.3.6.1.6.3.1.1.5", "1.3.6.1.6.3.1.1", 5),
        ("0.0.5", "0.0", 5),
        ("0.0.0.5", "0.0", 5),
        ("1.3.6", "1.3", 6),
    ] {
        let name: OidBuf = trap_oid.parse().unwrap();
        // Also of a standard trap only.
        let more = [VarBind::new(
            TRAP_ENTERPRISE,
            Value::ObjectIdentifier(oid!(1.3.6.1.4.1.1)),
        )];
        let octets = notice(name.as_oid(), &more);
        let v1 = NotificationV1::from_v2(&list(&octets), None).unwrap();
        assert_eq!(
            (
                v1.enterprise.to_string().as_str(),
                v1.generic_trap,
                v1.specific_trap
            ),
            (enterprise, 6, specific),
            "{trap_oid}"
        );
    }
    for short in [oid!(1.3), oid!(0.0), Oid::EMPTY] {
        let octets = notice(short, &[]);
        assert_eq!(
            NotificationV1::from_v2(&list(&octets), None).unwrap_err(),
            NotInV1::ShortTrapOid
        );
    }
}

#[test]
fn r3584_3_2c_the_agents_address_is_the_traps_or_the_local_one_or_none() {
    let (told, local) = (Ipv4Addr::new(192, 0, 2, 9), Ipv4Addr::new(198, 51, 100, 1));
    let with = notice(
        oid!(1.3.6.1.4.1.9.0.1),
        &[VarBind::new(TRAP_ADDRESS, Value::IpAddress(told))],
    );
    let without = notice(oid!(1.3.6.1.4.1.9.0.1), &[]);
    for (octets, local, expected) in [
        (&with, Some(local), told),
        (&with, None, told),
        (&without, Some(local), local),
        (&without, None, Ipv4Addr::UNSPECIFIED),
    ] {
        let v1 = NotificationV1::from_v2(&list(octets), local).unwrap();
        assert_eq!(v1.agent_addr, expected);
    }
}

#[test]
fn r3584_3_2d_counter64_cannot_be_told_in_v1() {
    for (value, fits) in [
        (Value::Counter64(0), false),
        (Value::NoSuchInstance, false),
        (Value::EndOfMibView, false),
        (Value::Counter32(0), true),
        (Value::Opaque(&[0x9f, 0x76, 1, 5]), true),
    ] {
        let octets = notice(
            oid!(1.3.6.1.4.1.9.0.1),
            &[VarBind::new(oid!(1.3.6.1.4.1.9.1), value)],
        );
        let v1 = NotificationV1::from_v2(&list(&octets), None);
        assert_eq!(
            v1.err(),
            (!fits).then_some(NotInV1::Value { index: 3 }),
            "{value:?}"
        );
    }
}

#[test]
fn r3584_3_2e_the_fields_are_no_variable_bindings_any_more() {
    let time = VarBind::new(UP_TIME, Value::TimeTicks(4711));
    let name = VarBind::new(TRAP_OID, Value::ObjectIdentifier(oid!(1.3.6.1.4.1.9.0.1)));
    let own = VarBind::new(oid!(1.3.6.1.4.1.9.5), Value::OctetString(&[b'x'; 300]));
    let address = VarBind::new(TRAP_ADDRESS, Value::IpAddress(Ipv4Addr::new(192, 0, 2, 9)));
    let later = VarBind::new(UP_TIME, Value::TimeTicks(1));
    for (all, rest) in [
        (vec![time, name], vec![]),
        (vec![time, name, own, address], vec![own, address]),
        (vec![name, time, own], vec![own]),
        (vec![own, name, address, time, own], vec![own, address, own]),
        (vec![time, name, later, own], vec![later, own]),
    ] {
        let octets = contents(&all);
        let v1 = NotificationV1::from_v2(&list(&octets), None).unwrap();
        assert_eq!(v1.time_stamp, 4711);
        assert!(v1.iter().eq(rest.iter().copied()), "{all:?}");
        let octets = written(|writer| v1.encode(writer));
        let mut anomalies = Anomalies::NONE;
        let trap = TrapV1::decode(&mut Reader::new(&octets), Strictness::STRICT, &mut anomalies).unwrap();
        assert!(trap.var_binds.iter().eq(rest.iter().copied()), "{all:?}");
    }
    for (all, why) in [
        (vec![], NotInV1::NoUpTime),
        (vec![name], NotInV1::NoUpTime),
        (vec![time], NotInV1::NoTrapOid),
    ] {
        let octets = contents(&all);
        assert_eq!(NotificationV1::from_v2(&list(&octets), None).unwrap_err(), why);
    }
}

/// A trap of random fields, and its own variable bindings.
fn random_trap(entropy: &mut Entropy) -> (OidBuf, i32, i32, u32, Vec<u8>) {
    let arcs: Vec<u32> = (0..entropy.below(12))
        .map(|_| match entropy.below(3) {
            0 => 0,
            1 => entropy.below(300),
            _ => u32::try_from(entropy.next_u64() >> 32).unwrap(),
        })
        .collect();
    let enterprise = oid!(1.3.6.1).to_buf().join(&arcs).unwrap();
    let generic = i32::try_from(entropy.below(7)).unwrap();
    let specific = match generic {
        6 => u32::try_from(entropy.next_u64() >> 32).unwrap().cast_signed() >> entropy.below(32),
        _ => 0,
    };
    let time = u32::try_from(entropy.next_u64() >> 32).unwrap();
    let names: Vec<OidBuf> = (0..entropy.below(4))
        .map(|n| oid!(1.3.6.1.4.1.9).to_buf().join(&[n]).unwrap())
        .collect();
    let own: Vec<VarBind<'_>> = names
        .iter()
        .map(|name| VarBind::new(name.as_oid(), Value::Gauge32(entropy.below(1000))))
        .collect();
    (enterprise, generic, specific, time, contents(&own))
}

#[test]
fn r3584_rt_v1_to_v2_to_v1_is_the_same_trap() {
    let mut entropy = Entropy::new([3; 16]);
    for round in 0..5000 {
        let (enterprise, generic_trap, specific_trap, time_stamp, own) = random_trap(&mut entropy);
        let trap = TrapV1 {
            enterprise: enterprise.as_oid(),
            agent_addr: &[10, 1, 2, 3],
            generic_trap,
            specific_trap,
            time_stamp,
            var_binds: list(&own),
        };
        let v2 = NotificationV2::from_v1(&trap).unwrap();
        // Through a proxy every field comes back; behind the trap's own variable bindings stand the three of the proxy.
        let forwarded = v2.clone().forwarded(&trap, b"public");
        let octets = written(|writer| forwarded.encode_contents(writer));
        let v1 = NotificationV1::from_v2(&list(&octets), None).unwrap();
        let fields = (v1.enterprise, v1.generic_trap, v1.specific_trap, v1.time_stamp);
        assert_eq!(
            fields,
            (trap.enterprise, generic_trap, specific_trap, time_stamp),
            "{round}"
        );
        assert_eq!(v1.agent_addr.octets(), *trap.agent_addr);
        assert!(v1.iter().take(trap.var_binds.len()).eq(trap.var_binds), "{round}");
        assert_eq!(v1.iter().count(), trap.var_binds.len() + 3);
        // At the sender itself an enterprise's trap is the same to the octet.
        if generic_trap == 6 {
            let octets = written(|writer| v2.encode_contents(writer));
            let v1 = NotificationV1::from_v2(&list(&octets), Some(Ipv4Addr::new(10, 1, 2, 3))).unwrap();
            assert_eq!(
                written(|writer| v1.encode(writer)),
                written(|writer| trap.encode(writer)),
                "{round}"
            );
        }
    }
}

/// Total on any list that parses: every octet of a notification changed.
#[test]
fn any_list_is_translated_or_refused() {
    let octets = notice(
        oid!(1.3.6.1.6.3.1.1.5.3),
        &[
            VarBind::new(TRAP_ENTERPRISE, Value::ObjectIdentifier(oid!(1.3.6.1.4.1.641))),
            VarBind::new(TRAP_ADDRESS, Value::IpAddress(Ipv4Addr::LOCALHOST)),
        ],
    );
    for at in 0..octets.len() {
        for flip in 1..=255 {
            let mut changed = octets.clone();
            changed[at] ^= flip;
            let Ok(list) = VarBinds::from_octets(&changed, Strictness::DEPLOYED) else {
                continue;
            };
            if let Ok(v1) = NotificationV1::from_v2(&list, None) {
                let octets = written(|writer| v1.encode(writer));
                let mut anomalies = Anomalies::NONE;
                let trap =
                    TrapV1::decode(&mut Reader::new(&octets), Strictness::DEPLOYED, &mut anomalies).unwrap();
                assert_eq!(trap.var_binds.len() + 2, list.len());
                if let Ok(v2) = NotificationV2::from_v1(&trap) {
                    assert_eq!(
                        v2.forwarded(&trap, b"").iter().skip(2).count(),
                        list.len() - 2 + 3
                            - usize::from(trap.var_binds.iter().any(|one| one.name == TRAP_ADDRESS))
                            - usize::from(trap.var_binds.iter().any(|one| one.name == TRAP_COMMUNITY))
                            - usize::from(trap.var_binds.iter().any(|one| one.name == TRAP_ENTERPRISE))
                    );
                }
            }
        }
    }
}
