//! Messages written from the definition, one rule each, with the verdict of the format's independent reader.

use kpax_wire::{DecodeErrorKind, Message, Verdict, limits};

#[rustfmt::skip]
const CASES: &[(&str, &str, &str)] = &[
    ("hello", "a80000010102821a6b0ca0cc02038400000100048101050406830000000946010203040506", "ok"),
    ("hello without instance", "a70000010102821a6b0ca0cc0203840000010004810105040683000000", "schema"),
    ("hello with instance of 5 octets", "a80000010102821a6b0ca0cc020384000001000481010504068300000009450102030405", "schema"),
    ("nothing found", "a40001010502821a6b0ca0cc0203818312f681a500000118fe0200030004185d", "ok"),
    ("clock quality 4", "a4000101050282010403818312f681a500000118fe0200030004185d", "schema"),
    ("clock missing", "a30001010503818312f681a500000118fe0200030004185d", "schema"),
    ("message kind 6", "a30006010102821a6b0ca0cc02", "schema"),
    ("no kind", "a2010102821a6b0ca0cc02", "schema"),
    ("text as a key", "a50001010502821a6b0ca0cc0203818312f681a500000118fe0200030004185d617801", "schema"),
    ("key 63 reserved", "a50001010502821a6b0ca0cc0203818312f681a500000118fe0200030004185d183f01", "schema"),
    ("key 64 later", "a50001010502821a6b0ca0cc0203818312f681a500000118fe0200030004185d18408201f6", "ok"),
    ("no sections", "a40001010502821a6b0ca0cc020380", "schema"),
    ("section 17 reserved", "a40001010502821a6b0ca0cc0203818311f680", "schema"),
    ("section 31 reserved", "a40001010502821a6b0ca0cc02038183181ff680", "schema"),
    ("section 32 later", "a40001010502821a6b0ca0cc02038182182068616e797468696e67", "ok"),
    ("inventory with base", "a40001010502821a6b0ca0cc020381830a8201446162636480", "schema"),
    ("device twice", "a40001010502821a6b0ca0cc020381830af682a10001a10001", "schema"),
    ("device kind 10 reserved", "a40001010502821a6b0ca0cc020381830af681a20001070a", "schema"),
    ("device kind 64 later", "a40001010502821a6b0ca0cc020381830af681a20001071840", "ok"),
    ("MAC of 5 octets", "a40001010502821a6b0ca0cc020381830af681a200010581453132333435", "schema"),
    ("MAC of 8 octets", "a40001010502821a6b0ca0cc020381830af681a200010581483132333435363738", "ok"),
    ("address of 5 octets", "a40001010502821a6b0ca0cc020381830af681a200010481453132333435", "schema"),
    ("no addresses in a list", "a40001010502821a6b0ca0cc020381830af681a200010480", "schema"),
    ("has what is not known", "a40001010502821a6b0ca0cc020381830af681a2000109820103", "schema"),
    ("counters empty", "a40001010502821a6b0ca0cc020381830bf6818201a0", "schema"),
    ("counter negative", "a40001010502821a6b0ca0cc020381830bf6818201a10020", "schema"),
    ("counter of 64 bits", "a40001010502821a6b0ca0cc020381830bf6818201a1001bffffffffffffffff", "ok"),
    ("shape out of reach", "a40001010502821a6b0ca0cc020381830bf6818201822005", "bad-reference"),
    ("shape too short", "a50001010502821a6b0ca0cc020381830bf68182018220050581820001", "bad-reference"),
    ("shape falling", "a50001010502821a6b0ca0cc020381830bf6818201832005060581820100", "schema"),
    ("delta after full", "a40001010502821a6b0ca0cc020382830bf6818201a10001830b82014461626364818201a10001", "schema"),
    ("supply of 5 items", "a40001010502821a6b0ca0cc020381830cf68182018185010301131864", "schema"),
    ("level below zero", "a40001010502821a6b0ca0cc020381830cf6818201818601030113186422", "schema"),
    ("level state 0", "a40001010502821a6b0ca0cc020381830cf681820181860103011318648100", "schema"),
    ("level state 6 reserved", "a40001010502821a6b0ca0cc020381830cf681820181860103011318648106", "schema"),
    ("level state 64 later", "a40001010502821a6b0ca0cc020381830cf68182018186010301131864811840", "ok"),
    ("decimal level", "a40001010502821a6b0ca0cc020381830cf68182018186010301131864c4822805", "ok"),
    ("exponent -10", "a40001010502821a6b0ca0cc020381830cf68182018186010301131864c4822905", "schema"),
    ("tag 2 for a number", "a40001010502821a6b0ca0cc020381830cf68182018186010301131864c24131", "schema"),
    ("index 1.4 in its long form", "a40001010502821a6b0ca0cc020381830cf68182018186820104030113186405", "schema"),
    ("index 2.4", "a40001010502821a6b0ca0cc020381830cf68182018186820204030113186405", "ok"),
    ("index empty", "a40001010502821a6b0ca0cc020381830cf6818201818660030113186405", "schema"),
    ("index above 32 bits", "a40001010502821a6b0ca0cc020381830cf681820181861b0000000100000000030113186405", "schema"),
    ("index twice", "a40001010502821a6b0ca0cc020381830cf68182018286010301131864058601030113186405", "schema"),
    ("string out of reach", "a50001010502821a6b0ca0cc020381830cf68182018187010301131864052104816161", "bad-reference"),
    ("catalogue unnamed", "a40001010502821a6b0ca0cc020381830cf681820181870103011318640502", "schema"),
    ("catalogue named", "a50001010502821a6b0ca0cc020381830cf6818201818701030113186405020607", "ok"),
    ("status null", "a40001010502821a6b0ca0cc020381830ff6818201f6", "ok"),
    ("error bits in octets for two", "a40001010502821a6b0ca0cc020381830ff68182018500f6f642800080", "schema"),
    ("error bits in three octets", "a40001010502821a6b0ca0cc020381830ff68182018500f6f64300004080", "ok"),
    ("error bits above 16", "a40001010502821a6b0ca0cc020381830ff68182018500f6f61a0001000080", "schema"),
    ("row with two ages", "a40001010502821a6b0ca0cc020381830ff6818401f60102", "schema"),
    ("age lost", "a40001010502821a6b0ca0cc020381830ff6818301f6f6", "ok"),
    ("scan summary empty", "a40001010502821a6b0ca0cc0203818312f680", "schema"),
    ("error code 16 reserved", "a40001010502821a6b0ca0cc0203818312f681a600000118fe0200030004185d05a11001", "schema"),
    ("error code 0", "a40001010502821a6b0ca0cc0203818312f681a600000118fe0200030004185d06a10100", "schema"),
    ("event number not rising", "a40001010502821a6b0ca0cc0203818314f68284010207008401020700", "schema"),
    ("event 13 reserved", "a40001010502821a6b0ca0cc0203818314f6818401020d00", "schema"),
    ("event 64 later", "a40001010502821a6b0ca0cc0203818314f6818501021840006178", "ok"),
    ("reachable with detail", "a40001010502821a6b0ca0cc0203818314f681850102070001", "schema"),
    ("reading slot twice", "a40001010502821a6b0ca0cc0203818313f682850102821a6b0ca0cc02a1000100850102821a6b0ca0cc02a1000100", "schema"),
    ("part 2 of 2", "a50001010502821a6b0ca0cc0203818312f681a500000118fe0200030004185d0783010202", "schema"),
    ("partial of reserved kind", "a50001010502821a6b0ca0cc0203818312f681a500000118fe0200030004185d09a1018111", "schema"),
    ("partial of later kind", "a50001010502821a6b0ca0cc0203818312f681a500000118fe0200030004185d09a101811820", "ok"),
    ("table counter defined", "a50001010502821a6b0ca0cc0203818312f681a500000118fe0200030004185d08a11840896178000000000007f6f6", "bad-reference"),
    ("definition of counter 63", "a50001010502821a6b0ca0cc0203818312f681a500000118fe0200030004185d08a1183f896178000000000007f6f6", "schema"),
    ("own counter defined", "a50001010502821a6b0ca0cc0203818312f681a500000118fe0200030004185d08a1190400896178000000000007f6f6", "ok"),
    ("ack", "a50002010102821a6b0ca0cc0203050400", "ok"),
    ("ack outcome 4", "a50002010102821a6b0ca0cc0203050404", "schema"),
    ("config rate 0", "a50003010102821a6b0ca0cc0203010f00", "schema"),
    ("config rate 1", "a50003010102821a6b0ca0cc0203010f01", "ok"),
    ("config port 65535", "a50003010102821a6b0ca0cc020301108119ffff", "ok"),
    ("config port 65536", "a50003010102821a6b0ca0cc02030110811a00010000", "schema"),
    ("config Ku of another length", "a50003010102821a6b0ca0cc02030107818601617504546b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b0040", "schema"),
    ("config Ku", "a50003010102821a6b0ca0cc0203010781880161750458206b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b6b0358207070707070707070707070707070707070707070707070707070707070707070f643637478", "ok"),
    ("config privacy without auth", "a50003010102821a6b0ca0cc02030107818601617500400340", "schema"),
    ("config end of the week", "a50003010102821a6b0ca0cc0203010e81821a00093a7f00", "ok"),
    ("config past the week", "a50003010102821a6b0ca0cc0203010e81821a00093a8000", "schema"),
    ("config range backwards", "a50003010102821a6b0ca0cc020301048182440a000002440a000001", "schema"),
    ("profile part 1 of 1", "a60004010102821a6b0ca0cc020308048401010458206464646464646464646464646464646464646464646464646464646464646464054464617461", "schema"),
    ("profile part", "a60004010102821a6b0ca0cc020308048400010458206464646464646464646464646464646464646464646464646464646464646464054464617461", "ok"),
    ("error", "a50005010102821a6b0ca0cc020301041846", "ok"),
    ("error without code", "a30005010102821a6b0ca0cc02", "schema"),
];

fn hex(text: &str) -> Vec<u8> {
    (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex"))
        .collect()
}

#[test]
fn each_rule_of_the_definition_has_its_verdict() {
    for (name, octets, expected) in CASES {
        let message = Message::decode(&hex(octets));
        let verdict = message
            .as_ref()
            .map_or_else(|error| error.verdict(), |_| Verdict::Ok);
        assert_eq!(verdict.as_str(), *expected, "{name}: {message:?}");
    }
}

#[test]
fn good_messages_encode_to_the_same_octets() {
    for (name, octets, _) in CASES.iter().filter(|(.., verdict)| *verdict == "ok") {
        let message = Message::decode(&hex(octets)).expect(name);
        assert_eq!(message.encode().expect(name), hex(octets), "{name}");
    }
}

#[test]
fn errors_name_field_and_octet() {
    let (_, octets, _) = CASES
        .iter()
        .find(|(name, ..)| *name == "level below zero")
        .expect("a case");
    let error = Message::decode(&hex(octets)).expect_err("below zero");
    assert_eq!(
        (error.kind(), error.field()),
        (DecodeErrorKind::OutOfRange, "level")
    );
    // -3 is one octet, 22.
    assert_eq!(hex(octets)[error.offset()], 0x22);
}

#[test]
fn a_message_above_the_limit_is_refused_before_it_is_read() {
    let error = Message::decode(&vec![0; limits::MESSAGE + 1]).expect_err("too long");
    assert_eq!(
        (error.kind(), error.verdict()),
        (DecodeErrorKind::TooLong, Verdict::TooLarge)
    );
    let error = Message::decode(&vec![0; limits::MESSAGE]).expect_err("no message");
    assert_eq!(error.verdict(), Verdict::TrailingData);
}
