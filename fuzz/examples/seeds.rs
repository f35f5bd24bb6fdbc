//! Writes the seeds of the fuzz targets with our own code, into `corpus/`: `cargo run --example seeds [SEALED]`.
//!
//! SEALED is what `collect --upload` wrote under the site, kid and key that `.ci/run` uses: the seed of a whole report.

use std::fs;
use std::path::Path;

use canon_bjnp::policy::Request;
use kpax_wire::message::{ErrorMessage, Hello, Product, Queue, Versions};
use kpax_wire::model::{BatchId, Clock, ClockQuality, Extensions};
use kpax_wire::{Direction, EnrolledKey, Kid, Message, Opener, Sealer, Site, SiteKey, Suite, seal::Epochs};
use snmp_core::ber::Writer;
use snmp_core::message::{Flags, V3Header, Version, encode_community, encode_scoped_pdu, wrap_v3};
use snmp_core::oid;
use snmp_core::oid::Oid;
use snmp_core::pdu::{ErrorStatus, PduHeader, PduType, TrapV1};
use snmp_core::responder::snmprec;
use snmp_core::security::SecurityLevel;
use snmp_core::strictness::Strictness;
use snmp_core::value::Value;
use snmp_core::varbind::{VarBind, VarBinds};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let values = values();
    messages(&values)?;
    v3(&values)?;
    for (n, var_bind) in values.iter().enumerate() {
        let name = var_bind.name.as_octets();
        let length = u8::try_from(name.len())?;
        let other = oid!(1.3.6.1.2.1.43).as_octets();
        seed("oid", &format!("name-{n}"), &[&[length], name, other].concat())?;
        seed("oid", &format!("text-{n}"), var_bind.name.to_string().as_bytes())?;
    }
    let mut walk = Vec::new();
    for var_bind in &values {
        snmprec::write(&mut walk, var_bind.name, &var_bind.value);
    }
    seed("snmprec", "walk", &walk)?;
    for (n, request) in Request::all().enumerate() {
        let mut buffer = [0; 64];
        let octets = request
            .encode(7, &mut buffer)
            .map_err(|_| "a request of more than 64 octets")?;
        seed("canon_packet", &format!("request-{n}"), octets)?;
        // An answer: the high bit of the type, and a payload.
        let mut answer = octets.to_vec();
        if let Some(kind) = answer.get_mut(4) {
            *kind |= 0x80;
        }
        let id = b"MFG:Maker;CMD:BJL;MDL:Model;CLS:PRINTER;";
        if let Some(length) = answer.get_mut(15) {
            *length = u8::try_from(id.len() + 2)?;
        }
        answer.extend([0, u8::try_from(id.len() + 2)?]);
        answer.extend(id);
        seed("canon_packet", &format!("answer-{n}"), &answer)?;
    }
    wire(std::env::args().nth(1).as_deref())
}

fn seed(target: &str, name: &str, octets: &[u8]) -> std::io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
    fs::create_dir_all(&folder)?;
    fs::write(folder.join(name), octets)
}

/// One varbind of each kind that SNMP has.
fn values() -> Vec<VarBind<'static>> {
    let name = oid!(1.3.6.1.2.1.43.11.1.1.9.1.2);
    let far: Oid<'static> = oid!(2.999.4294967295.128.16384);
    vec![
        VarBind::new(oid!(1.3.6.1.2.1.1.1.0), Value::OctetString(b"A printer")),
        VarBind::new(
            oid!(1.3.6.1.2.1.1.2.0),
            Value::ObjectIdentifier(oid!(1.3.6.1.4.1.2435)),
        ),
        VarBind::new(oid!(1.3.6.1.2.1.1.3.0), Value::TimeTicks(u32::MAX)),
        VarBind::new(name, Value::Integer(-3)),
        VarBind::new(name, Value::Integer(i32::MIN)),
        VarBind::new(name, Value::Counter32(1 << 31)),
        VarBind::new(name, Value::Gauge32(300)),
        VarBind::new(name, Value::Counter64(u64::MAX)),
        VarBind::new(name, Value::IpAddress([192, 0, 2, 1].into())),
        VarBind::new(name, Value::Opaque(&[0x9f, 0x78, 4, 0x42, 0xf6, 0, 0])),
        VarBind::new(far, Value::OctetString(&[0x55; 200])),
        VarBind::null(far),
    ]
}

fn messages(values: &[VarBind<'_>]) -> Result<(), Box<dyn std::error::Error>> {
    let mut buffer = [0; 1472];
    for pdu_type in [
        PduType::GetRequest,
        PduType::GetNextRequest,
        PduType::SetRequest,
        PduType::InformRequest,
        PduType::TrapV2,
    ] {
        let header = PduHeader::request(pdu_type, -2);
        let range = encode_community(
            &mut buffer,
            Version::V2c,
            b"public",
            &header,
            values.iter().copied(),
        )?;
        seed("community_message", &format!("v2c-{pdu_type:?}"), &buffer[range])?;
    }
    let bulk = PduHeader::get_bulk(5, 1, 25);
    let names = values.iter().map(|var_bind| VarBind::null(var_bind.name));
    let range = encode_community(&mut buffer, Version::V2c, b"public", &bulk, names)?;
    seed("community_message", "v2c-bulk", &buffer[range])?;
    let ends = [Value::NoSuchObject, Value::NoSuchInstance, Value::EndOfMibView];
    let ends = ends.map(|value| VarBind::new(oid!(1.3.6.1), value));
    let answer = PduHeader::response(5, ErrorStatus::GenErr, 2);
    let range = encode_community(&mut buffer, Version::V2c, b"public", &answer, ends)?;
    seed("community_message", "v2c-exceptions", &buffer[range])?;
    for var_bind in values {
        let answer = PduHeader::response(5, ErrorStatus::NoError, 0);
        let range = encode_community(&mut buffer, Version::V1, b"", &answer, [*var_bind])?;
        let name = format!("v1-{:02x}-{}", buffer[range.end - 1], range.len());
        seed("community_message", &name, &buffer[range])?;
    }

    let mut writer = Writer::new(&mut buffer);
    let end = writer.mark();
    let trap = TrapV1 {
        enterprise: oid!(1.3.6.1.4.1.2435),
        agent_addr: &[192, 0, 2, 1],
        generic_trap: 6,
        specific_trap: 1,
        time_stamp: 77,
        var_binds: VarBinds::EMPTY,
    };
    trap.encode_with(&mut writer, values.iter().take(3).copied());
    writer.octet_string(b"public");
    writer.integer(0);
    writer.sequence(end);
    let range = writer.finish()?;
    seed("community_message", "v1-trap", &buffer[range])?;
    Ok(())
}

fn v3(values: &[VarBind<'_>]) -> Result<(), Box<dyn std::error::Error>> {
    for level in [
        SecurityLevel::NoAuthNoPriv,
        SecurityLevel::AuthNoPriv,
        SecurityLevel::AuthPriv,
    ] {
        let mut buffer = [0; 1472];
        let mut writer = Writer::new(&mut buffer);
        let end = writer.mark();
        let header = PduHeader::request(PduType::GetRequest, 9);
        encode_scoped_pdu(
            &mut writer,
            b"\x80\0\0\0\x05engine",
            b"context",
            &header,
            values.iter().copied(),
        );
        if level == SecurityLevel::AuthPriv {
            // As the cipher leaves it: the scoped PDU inside an OCTET STRING.
            writer.constructed(0x04, end);
        }
        let parameters = writer.mark();
        // UsmSecurityParameters, last field first (RFC 3414 §2.4).
        writer.octet_string(if level == SecurityLevel::AuthPriv {
            b"salt-of8"
        } else {
            b""
        });
        writer.octet_string(if level == SecurityLevel::NoAuthNoPriv {
            b""
        } else {
            &[0; 24]
        });
        writer.octet_string(b"user");
        writer.integer(1000);
        writer.integer(3);
        writer.octet_string(b"\x80\0\0\0\x05engine");
        writer.sequence(parameters);
        let header = V3Header {
            msg_id: 8,
            max_size: 1472,
            flags: Flags::new(level, true),
        };
        wrap_v3(&mut writer, &header, 3, parameters, end);
        let range = writer.finish()?;
        snmp_core::message::V3Layout::decode(&buffer[range.clone()], Strictness::STRICT)?;
        seed("v3_layout", &format!("{level:?}"), &buffer[range])?;
    }
    Ok(())
}

fn wire(sealed: Option<&str>) -> Result<(), Box<dyn std::error::Error>> {
    let clock = Clock {
        seconds: 86_400,
        quality: ClockQuality::SinceStart,
    };
    let hello = Message::Hello(Hello {
        batch: BatchId::new(1),
        clock,
        product: Product {
            product: 0,
            version: [0, 1, 0],
        },
        wire_versions: vec![1],
        features: Hello::DEFLATE | Hello::DELTA,
        held: Versions::default(),
        largest_downlink: Some(65_536),
        queue: Some(Queue {
            next_sequence: 7,
            queued: 2,
        }),
        instance: [1, 2, 3, 4, 5, 6],
        dropped: [].into(),
        wanted_part: None,
        extensions: Extensions::default(),
    });
    let complaint = Message::Error(ErrorMessage {
        batch: BatchId::new(2),
        clock,
        code: kpax_wire::message::ErrorMessageCode::Malformed,
        lowest_sequence: Some(9),
        answered: Some(BatchId::new(1)),
        text: Some("not readable".into()),
        lowest_batch: None,
        refused_keys: vec![1, 2],
        extensions: Extensions::default(),
    });
    seed("wire_cbor", "hello", &hello.encode()?)?;
    seed("wire_cbor", "error", &complaint.encode()?)?;
    seed("wire_open", "hello", &hello.encode()?)?;
    if let Some(path) = sealed {
        let opened = Opener::new(Direction::Up).open(&key(Suite::Aes256Gcm)?, &fs::read(path)?)?;
        seed("wire_cbor", "report", &opened.message)?;
    }
    // Under the target's site and kid, but another key: everything is looked at before it is refused.
    for suite in [Suite::Aes256Gcm, Suite::Aes256GcmSiv] {
        let key = EnrolledKey {
            site: Site::new(b"a site").ok_or("site")?,
            kid: Kid::new(b"kid5").ok_or("kid")?,
            ..key(suite)?
        };
        let mut sealer = Sealer::new(&key, Direction::Up, 1, [1, 2, 3, 4, 5, 6], 1..2)?;
        seed(
            "wire_open",
            &format!("{suite:?}"),
            &sealer.seal(&complaint.encode()?)?,
        )?;
    }
    Ok(())
}

fn key(suite: Suite) -> Result<EnrolledKey, Box<dyn std::error::Error>> {
    let site: Vec<u8> = (0..16).map(|n| n * 0x11).collect();
    let key: [u8; 32] = core::array::from_fn(|n| n as u8 + 1);
    Ok(EnrolledKey {
        site: Site::new(&site).ok_or("site")?,
        kid: Kid::new(&[0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f, 0x10, 0x11]).ok_or("kid")?,
        suite,
        key: SiteKey::new(key),
        epochs: Epochs::Only(vec![1]),
    })
}
