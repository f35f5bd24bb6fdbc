//! One sample in, one answer out.

use std::collections::HashMap;

use serde_json::{Map, Value as Json, json};
use snmp_core::ber::{DecodeError, Field, Reader};
use snmp_core::message::{CommunityMessage, CommunityPdu, ScopedPdu, V3Layout, Version};
use snmp_core::pdu::{Pdu, PduType};
use snmp_core::security::SecurityLevel;
use snmp_core::strictness::{Anomalies, Anomaly, Strictness};
use snmp_core::value::Value;
use snmp_core::varbind::VarBinds;
use snmp_usm::key::KeyError;
use snmp_usm::params::UsmLayout;
use snmp_usm::privacy::{Iv, PrivError};
use snmp_usm::{AuthKey, AuthProtocol, LocalizedKey, MasterKey, Password, PrivKey, PrivProtocol};

/// Decodes samples; a password that occurs again is not stretched again.
pub(crate) struct Inspector {
    strictness: Strictness,
    masters: HashMap<(AuthProtocol, String), MasterKey>,
}

/// Why a sample has no `decoded`.
struct Failure {
    error: String,
    offset: usize,
}

impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        Self {
            error: variant(&error.kind),
            offset: error.offset,
        }
    }
}

/// A failure of the sample itself, not of its datagram.
fn bad(error: &str) -> Failure {
    Failure {
        error: error.to_owned(),
        offset: 0,
    }
}

fn bad_key(error: KeyError) -> Failure {
    bad(&variant(&error))
}

/// The variant's name, without what it holds.
fn variant(kind: &impl std::fmt::Debug) -> String {
    let shown = format!("{kind:?}");
    let end = shown.find(|c: char| !c.is_ascii_alphanumeric());
    shown[..end.unwrap_or(shown.len())].to_owned()
}

impl Inspector {
    pub(crate) fn new(strict: bool) -> Self {
        let strictness = if strict {
            Strictness::STRICT
        } else {
            // Also what no device sends: whoever asks wants to see it.
            Strictness::DEPLOYED
                .tolerating(Anomaly::GetBulkInV1)
                .tolerating(Anomaly::LongMsgFlags)
        };
        Self {
            strictness,
            masters: HashMap::new(),
        }
    }

    /// The answer to one line.
    pub(crate) fn answer(&mut self, line: &[u8]) -> Json {
        match serde_json::from_slice(line) {
            Ok(sample) => self.inspect(&sample),
            Err(why) => json!({"ok": false, "error": "Json", "offset": why.column()}),
        }
    }

    /// The answer to one sample.
    pub(crate) fn inspect(&mut self, sample: &Json) -> Json {
        match self.decode(sample) {
            Ok((decoded, anomalies)) if anomalies.is_empty() => json!({"ok": true, "decoded": decoded}),
            Ok((decoded, anomalies)) => {
                let anomalies: Vec<String> = anomalies.iter().map(|anomaly| variant(&anomaly)).collect();
                json!({"ok": true, "decoded": decoded, "anomalies": anomalies})
            }
            Err(Failure { error, offset }) => json!({"ok": false, "error": error, "offset": offset}),
        }
    }

    fn decode(&mut self, sample: &Json) -> Result<(Map<String, Json>, Anomalies), Failure> {
        let datagram = sample["datagram"].as_str().ok_or_else(|| bad("NoDatagram"))?;
        let mut datagram = unhex(datagram)?;
        match Version::of(&datagram)? {
            Version::V3 => self.v3(sample, &mut datagram),
            _ => self.community(&datagram),
        }
    }

    fn community(&self, datagram: &[u8]) -> Result<(Map<String, Json>, Anomalies), Failure> {
        let message = CommunityMessage::decode(datagram, self.strictness)?;
        let mut decoded = Map::new();
        let version = if message.version == Version::V1 {
            "v1"
        } else {
            "v2c"
        };
        decoded.insert("version".into(), version.into());
        decoded.insert("community".into(), hex(message.community).into());
        let var_binds = match message.pdu {
            CommunityPdu::Pdu(pdu) => {
                pdu_fields(&pdu, &mut decoded);
                pdu.var_binds
            }
            CommunityPdu::TrapV1(trap) => {
                decoded.insert("pdu_type".into(), "TrapV1".into());
                decoded.insert("enterprise".into(), trap.enterprise.to_string().into());
                let address = trap.agent_address().map(|address| address.to_string());
                let address = address.unwrap_or_else(|| hex(trap.agent_addr));
                decoded.insert("agent_addr".into(), address.into());
                decoded.insert("generic_trap".into(), trap.generic_trap.into());
                decoded.insert("specific_trap".into(), trap.specific_trap.into());
                decoded.insert("timestamp".into(), trap.time_stamp.into());
                trap.var_binds
            }
        };
        let anomalies = message.anomalies.union(var_binds.anomalies());
        decoded.insert("varbinds".into(), rows(&var_binds));
        Ok((decoded, anomalies))
    }

    fn v3(&mut self, sample: &Json, datagram: &mut [u8]) -> Result<(Map<String, Json>, Anomalies), Failure> {
        let layout = V3Layout::decode(datagram, self.strictness)?;
        // Another security model's parameters are shown if they happen to read as USM's.
        let level = layout.flags.level().ok_or_else(|| bad("InvalidMessage"))?;
        let parameters = UsmLayout::decode(datagram, &layout, self.strictness)?;
        let engine_id = datagram[parameters.engine_id.clone()].to_vec();
        let salt = datagram[parameters.privacy.clone()].to_vec();
        let mut decoded = Map::new();
        decoded.insert("version".into(), "v3".into());
        decoded.insert("msg_id".into(), layout.msg_id.into());
        decoded.insert("msg_max_size".into(), layout.max_size.into());
        decoded.insert("msg_flags".into(), layout.flags.octet().into());
        decoded.insert("security_model".into(), layout.security_model.into());
        decoded.insert("engine_id".into(), hex(&engine_id).into());
        decoded.insert("boots".into(), parameters.boots.into());
        decoded.insert("time".into(), parameters.time.into());
        decoded.insert("user".into(), hex(&datagram[parameters.user_name.clone()]).into());
        decoded.insert(
            "auth_params".into(),
            hex(&datagram[parameters.auth.clone()]).into(),
        );
        decoded.insert("priv_params".into(), hex(&salt).into());
        if level >= SecurityLevel::AuthNoPriv
            && let Some(key) = self.auth_key(sample, &engine_id)?
        {
            if !AuthKey::new(&key).verify(&datagram[layout.message.clone()], parameters.auth.clone()) {
                return Err(Failure {
                    error: "WrongDigest".to_owned(),
                    offset: parameters.auth.start,
                });
            }
            decoded.insert("auth_ok".into(), true.into());
        }
        let data = layout.data.clone();
        if level == SecurityLevel::AuthPriv {
            let Some(key) = self.priv_key(sample, &engine_id)? else {
                decoded.insert("encrypted".into(), hex(&datagram[data]).into());
                return Ok((decoded, layout.anomalies));
            };
            let undecryptable = |error: PrivError| Failure {
                error: variant(&error),
                offset: parameters.privacy.start,
            };
            let octets = salt.len();
            let salt = salt
                .try_into()
                .map_err(|_| undecryptable(PrivError::SaltLength { octets }))?;
            let iv = Iv {
                boots: parameters.boots,
                time: parameters.time,
                salt,
            };
            key.decrypt(iv, &mut datagram[data.clone()])
                .map_err(undecryptable)?;
        }
        let plain = &datagram[data.clone()];
        let scoped = ScopedPdu::decode(plain, self.strictness).map_err(|mut error| {
            error.offset += data.start;
            error
        })?;
        decoded.insert("context_engine_id".into(), hex(scoped.context_engine_id).into());
        decoded.insert("context_name".into(), hex(scoped.context_name).into());
        pdu_fields(&scoped.pdu, &mut decoded);
        decoded.insert("varbinds".into(), rows(&scoped.pdu.var_binds));
        if level == SecurityLevel::AuthPriv {
            let (element, padding) = plain.split_at(scoped.len);
            decoded.insert("scoped_pdu".into(), hex(element).into());
            if !padding.is_empty() {
                decoded.insert("padding".into(), hex(padding).into());
            }
        }
        let anomalies = layout.anomalies.union(scoped.anomalies);
        Ok((decoded, anomalies.union(scoped.pdu.var_binds.anomalies())))
    }

    /// The authentication key that the sample gives, localized.
    fn auth_key(&mut self, sample: &Json, engine_id: &[u8]) -> Result<Option<LocalizedKey>, Failure> {
        let Some(protocol) = auth_protocol(sample)? else {
            return Ok(None);
        };
        if let Some(key) = text(sample, "auth_key") {
            return LocalizedKey::from_hex(protocol, key).map(Some).map_err(bad_key);
        }
        match text(sample, "auth_password") {
            Some(password) => self.localized(protocol, password, engine_id).map(Some),
            None => Ok(None),
        }
    }

    /// The privacy key that the sample gives, made fit for its protocol.
    fn priv_key(&mut self, sample: &Json, engine_id: &[u8]) -> Result<Option<PrivKey>, Failure> {
        let Some(name) = text(sample, "priv") else {
            return Ok(None);
        };
        let protocol: PrivProtocol = name.parse().map_err(|_| bad("UnknownProtocol"))?;
        let auth = auth_protocol(sample)?;
        if let Some(key) = text(sample, "priv_key") {
            let octets = unhex(key.trim_start_matches("0x"))?;
            return match auth {
                Some(auth) if octets.len() == auth.key_len() => {
                    let kul = LocalizedKey::from_octets(auth, &octets).map_err(bad_key)?;
                    Ok(Some(PrivKey::new(protocol, &kul, engine_id)))
                }
                // Already as the protocol takes it.
                _ => PrivKey::from_octets(protocol, &octets).map(Some).map_err(bad_key),
            };
        }
        match (auth, text(sample, "priv_password")) {
            (Some(auth), Some(password)) => {
                let kul = self.localized(auth, password, engine_id)?;
                Ok(Some(PrivKey::new(protocol, &kul, engine_id)))
            }
            _ => Ok(None),
        }
    }

    fn localized(
        &mut self,
        protocol: AuthProtocol,
        password: &str,
        engine_id: &[u8],
    ) -> Result<LocalizedKey, Failure> {
        let place = (protocol, password.to_owned());
        if !self.masters.contains_key(&place) {
            let password = Password::new(password).map_err(bad_key)?;
            self.masters
                .insert(place.clone(), MasterKey::from_password(protocol, &password));
        }
        Ok(self.masters[&place].localize(engine_id))
    }
}

/// A text of the sample, or of its object `keys`.
fn text<'s>(sample: &'s Json, name: &str) -> Option<&'s str> {
    sample[name].as_str().or_else(|| sample["keys"][name].as_str())
}

fn auth_protocol(sample: &Json) -> Result<Option<AuthProtocol>, Failure> {
    text(sample, "auth")
        .map(|name| name.parse().map_err(|_| bad("UnknownProtocol")))
        .transpose()
}

fn pdu_fields(pdu: &Pdu<'_>, decoded: &mut Map<String, Json>) {
    let header = &pdu.header;
    decoded.insert("pdu_type".into(), format!("{:?}", header.pdu_type).into());
    decoded.insert("request_id".into(), header.request_id.into());
    let (second, third) = header.raw_numbers();
    let names = match header.pdu_type {
        PduType::GetBulkRequest => ["non_repeaters", "max_repetitions"],
        _ => ["error_status", "error_index"],
    };
    decoded.insert(names[0].into(), second.into());
    decoded.insert(names[1].into(), third.into());
}

fn rows(var_binds: &VarBinds<'_>) -> Json {
    let mut rows = Vec::with_capacity(var_binds.len());
    let mut iter = var_binds.iter();
    let octets = var_binds.as_octets();
    loop {
        let begin = iter.offset();
        let Some(var_bind) = iter.next() else {
            return Json::Array(rows);
        };
        let (name, value) = match var_bind.value {
            Value::Integer(number) => ("INTEGER", json!(number)),
            Value::OctetString(octets) => ("OCTET STRING", hex(octets).into()),
            Value::Null => ("NULL", Json::Null),
            Value::ObjectIdentifier(oid) => ("OBJECT IDENTIFIER", oid.to_string().into()),
            Value::IpAddress(address) => ("IpAddress", address.to_string().into()),
            Value::Counter32(number) => ("Counter32", json!(number)),
            Value::Gauge32(number) => ("Gauge32", json!(number)),
            Value::TimeTicks(number) => ("TimeTicks", json!(number)),
            Value::Opaque(octets) => ("Opaque", hex(octets).into()),
            Value::Counter64(number) => ("Counter64", json!(number)),
            Value::NoSuchObject => ("noSuchObject", Json::Null),
            Value::NoSuchInstance => ("noSuchInstance", Json::Null),
            Value::EndOfMibView => ("endOfMibView", Json::Null),
            Value::Unknown { .. } => ("Unknown", raw_value(&octets[begin..iter.offset()]).into()),
            _ => ("Malformed", raw_value(&octets[begin..iter.offset()]).into()),
        };
        rows.push(json!([var_bind.name.to_string(), name, value]));
    }
}

/// The value's element as it stands in a variable binding.
fn raw_value(var_bind: &[u8]) -> String {
    let value = Reader::new(var_bind)
        .sequence(Field::VarBind)
        .and_then(|mut inner| {
            inner.tlv(Field::Name)?;
            Ok(inner.rest())
        });
    hex(value.unwrap_or_default())
}

pub(crate) fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn unhex(text: &str) -> Result<Vec<u8>, Failure> {
    let digit = |at: usize| {
        let digit = text.as_bytes().get(at).copied().map(char::from);
        digit.and_then(|c| c.to_digit(16)).ok_or_else(|| Failure {
            error: "Hex".to_owned(),
            offset: at / 2,
        })
    };
    (0..text.len().div_ceil(2))
        .map(|at| Ok(u8::try_from(digit(2 * at)? << 4 | digit(2 * at + 1)?).unwrap_or_default()))
        .collect()
}
