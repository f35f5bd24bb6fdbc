//! The machines that hostile datagrams are meant for, and what they make of one.
#![allow(dead_code, reason = "each test file uses some of it")]

pub(crate) mod own;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use benches::{Expect, Hostile, HostileFile, Role};
use serde_json::Value as Json;
use snmp_core::datagram::{Handled, NotMine, Via};
use snmp_core::manager::{Event, Fit, Manager, TargetConfig, TargetId};
use snmp_core::message::{CommunityMessage, CommunityPdu, Version, encode_community};
use snmp_core::notification::{self, Receiver};
use snmp_core::oid;
use snmp_core::oid::Oid;
use snmp_core::outcome::Outcome;
use snmp_core::pdu::{ErrorStatus, PduHeader, PduType};
use snmp_core::responder::{self, Access, GenErr, MibView, Responder, Store};
use snmp_core::security::SecurityModel;
use snmp_core::strictness::{Anomalies, Strictness};
use snmp_core::time::Instant;
use snmp_core::value::Value;
use snmp_core::varbind::{VarBind, VarBinds};
use snmp_usm::{AuthProtocol, Boots, EngineId, MasterKey, Password, PrivProtocol, User, Usm};

pub(crate) const SYS_DESCR: Oid<'static> = oid!(1.3.6.1.2.1.1.1.0);
pub(crate) const START: Instant = Instant::from_secs(1_000);

pub(crate) fn device() -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 1], 161))
}

pub(crate) fn peer() -> SocketAddr {
    SocketAddr::from(([192, 0, 2, 9], 40_000))
}

/// Every user that an entry has keys for, and those that need none.
pub(crate) fn users(vectors: &[Hostile]) -> Vec<User> {
    let mut users = BTreeMap::new();
    for entry in vectors.iter().map(|vector| &vector.entry) {
        let (Some(name), Json::Object(keys)) = (entry["user"].as_str(), &entry["keys"]) else {
            continue;
        };
        users.entry(name.to_owned()).or_insert_with(|| {
            let text = |key: &str| keys.get(key).and_then(Json::as_str);
            let auth: AuthProtocol = text("auth").unwrap().parse().unwrap();
            let master = |key| MasterKey::from_password(auth, &Password::new(text(key).unwrap()).unwrap());
            match text("priv") {
                None => User::with_auth(name, master("auth_password")).unwrap(),
                Some(protocol) => {
                    let protocol: PrivProtocol = protocol.parse().unwrap();
                    let (auth, privacy) = (master("auth_password"), master("priv_password"));
                    User::with_privacy(name, auth, protocol, privacy).unwrap()
                }
            }
        });
    }
    let mut users: Vec<User> = users.into_values().collect();
    users.extend(["u_none", "nobody"].map(|name| User::without_keys(name).unwrap()));
    users
}

/// An engine with users.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    pub(crate) id: EngineId,
    pub(crate) users: Vec<User>,
}

impl Engine {
    pub(crate) fn of(file: &HostileFile) -> Self {
        Self {
            id: EngineId::new(&file.engine_id).unwrap(),
            users: users(&file.vectors),
        }
    }
}

/// A model with the engine at boots 1, started one second before [`START`].
fn model(strictness: Strictness, Engine { id, users }: &Engine) -> Usm {
    let booted = Instant::from_secs(999);
    let usm = Usm::with_local_engine([7; 16], booted, *id, Boots::First).unwrap();
    let mut usm = usm.with_strictness(strictness);
    users.iter().for_each(|user| usm.add_user(user));
    if let Some(store) = usm.poll_store() {
        usm.handle_stored(store.token);
    }
    usm
}

/// What a machine made of a datagram.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    /// Its variable bindings were delivered: by a manager or a receiver.
    Delivered {
        /// Those with a value.
        good: usize,
        /// Malformed and unknown ones.
        bad: usize,
        fit: Fit,
        anomalies: Anomalies,
    },
    /// The manager's request ended as the device's error-status says.
    ErrorStatus(ErrorStatus),
    /// The manager's request ended because its answer does not decode.
    Malformed,
    /// The responder answered.
    Answered(ErrorStatus),
    /// The machine dropped and counted it; a Report may have left.
    Dropped,
    /// No machine here takes it.
    NotMine(NotMine),
}

impl Verdict {
    pub(crate) fn is_taken(self) -> bool {
        matches!(
            self,
            Self::Delivered { .. } | Self::ErrorStatus(_) | Self::Answered(_)
        )
    }

    /// Whether it does what is expected: see the README of the vectors.
    pub(crate) fn meets(self, expect: Expect, in_value: bool, strict: bool) -> bool {
        match expect {
            Expect::Accept => match self {
                Self::Delivered { bad, .. } => bad == 0,
                _ => self.is_taken(),
            },
            // Strictness may make an error of it; only the session has to go on.
            Expect::Tolerate => strict || self != Self::Malformed,
            Expect::Reject => match self {
                Self::Delivered { good, bad, .. } => in_value && !strict && good == 0 && bad > 0,
                _ => !self.is_taken(),
            },
        }
    }
}

fn delivered(var_binds: VarBinds<'_>, fit: Fit, anomalies: Anomalies) -> Verdict {
    let is_bad = |it: &VarBind<'_>| matches!(it.value, Value::Malformed { .. } | Value::Unknown { .. });
    let bad = var_binds.iter().filter(is_bad).count();
    assert_eq!(var_binds.iter().count(), var_binds.len());
    Verdict::Delivered {
        good: var_binds.len() - bad,
        bad,
        fit,
        anomalies: anomalies.union(var_binds.anomalies()),
    }
}

/// A manager with one device that is asked by v1 and by v2c.
pub(crate) struct Asker {
    pub(crate) manager: Manager<Usm>,
    v1: TargetId,
    v2c: TargetId,
    pub(crate) now: Instant,
    /// Until a request's outcome is told.
    pub(crate) outcomes: Vec<Outcome>,
}

impl Asker {
    pub(crate) fn new(strictness: Strictness) -> Self {
        let model = Usm::new([9; 16]).with_strictness(strictness);
        let mut manager = Manager::with_model([5; 16], model).with_strictness(strictness);
        let timing = (Duration::from_secs(1), 2);
        let mut add = |config: TargetConfig<User>| {
            let target = manager.add_target(config.with_timeout(timing.0, timing.1));
            target.unwrap()
        };
        Self {
            v1: add(TargetConfig::v1(device(), b"public")),
            v2c: add(TargetConfig::v2c(device(), b"public")),
            manager,
            now: START,
            outcomes: Vec::new(),
        }
    }

    /// Asks for sysDescr.0: the request's id, one that takes four octets without a sign octet. Vectors have such
    /// ids, so that this one can be put in their place without moving another octet.
    pub(crate) fn ask(&mut self, version: Version) -> i32 {
        let target = if version == Version::V1 { self.v1 } else { self.v2c };
        loop {
            let request = self.manager.get(self.now, target, [SYS_DESCR]).unwrap();
            let id = self.sent().expect("a request");
            if id >= 1 << 24 {
                return id;
            }
            self.manager.cancel(request);
            while self.manager.poll_event().is_some() {}
        }
    }

    /// The id of the next datagram.
    pub(crate) fn sent(&mut self) -> Option<i32> {
        let mut buffer = vec![0; self.manager.max_transmit_len()];
        let transmit = self.manager.poll_transmit(self.now, &mut buffer).unwrap()?;
        let message = CommunityMessage::decode(&buffer[transmit.range], Strictness::STRICT).unwrap();
        match message.pdu {
            CommunityPdu::Pdu(pdu) => Some(pdu.header.request_id),
            CommunityPdu::TrapV1(_) => panic!("a trap"),
        }
    }

    pub(crate) fn hear(&mut self, datagram: &[u8]) -> Verdict {
        self.hear_from(device(), datagram)
    }

    pub(crate) fn hear_from(&mut self, from: SocketAddr, datagram: &[u8]) -> Verdict {
        let mut octets = datagram.to_vec();
        match self.manager.handle_datagram(self.now, Via(0), from, &mut octets) {
            Handled::Event(Event::Answer(answer)) => {
                delivered(answer.var_binds, answer.fit, answer.anomalies)
            }
            Handled::Event(Event::Failed(failed)) => match failed.outcome {
                Outcome::ErrorStatus { status, .. } => Verdict::ErrorStatus(status),
                Outcome::Malformed(_) => Verdict::Malformed,
                other => panic!("{other}"),
            },
            Handled::Event(other) => panic!("{other:?}"),
            Handled::Consumed => Verdict::Dropped,
            Handled::NotMine(reason) => {
                assert_eq!(octets, datagram, "left unchanged");
                Verdict::NotMine(reason)
            }
        }
    }

    /// Nobody answers any more: how often it was sent again.
    pub(crate) fn silence(&mut self) -> usize {
        let mut sent = 0;
        while let Some(due) = self.manager.poll_timeout() {
            self.now = self.now.max(due);
            self.manager.handle_timeout(self.now);
            while self.sent().is_some() {
                sent += 1;
            }
            while let Some(event) = self.manager.poll_event() {
                match event {
                    Event::Failed(failed) => self.outcomes.push(failed.outcome),
                    other => panic!("{other:?}"),
                }
            }
        }
        sent
    }

    /// The good answer to a request under way is taken.
    pub(crate) fn is_answered(&mut self, version: Version, id: i32) -> bool {
        matches!(
            self.hear(&answer(version, id)),
            Verdict::Delivered { good: 1, bad: 0, fit: Fit::AsAsked, anomalies } if anomalies.is_empty()
        )
    }

    /// Nothing is under way.
    pub(crate) fn is_idle(&mut self) -> bool {
        self.manager.poll_timeout().is_none() && self.manager.poll_event().is_none() && self.sent().is_none()
    }
}

/// A good answer.
pub(crate) fn answer(version: Version, id: i32) -> Vec<u8> {
    let mut buffer = [0; 128];
    let header = PduHeader::response(id, ErrorStatus::NoError, 0);
    let list = [VarBind::new(SYS_DESCR, Value::OctetString(b"a printer"))];
    let range = encode_community(&mut buffer, version, b"public", &header, list).unwrap();
    buffer[range].to_vec()
}

/// A vector as the answer to a request that has an id of the manager's choice: the four octets of the id are put in
/// the place of those that the vector was written for, wherever these stand, and nothing else is changed. The one
/// exception is a sign octet ff before a negative id, which before a positive one is 00.
pub(crate) fn readdressed(vector: &Hostile, id: i32) -> Vec<u8> {
    let (old, new) = (vector.request_id.to_be_bytes(), id.to_be_bytes());
    let mut octets = vector.datagram.clone();
    for at in 0..octets.len() {
        let Some(place) = octets.get_mut(at..at + 4).filter(|place| **place == old) else {
            continue;
        };
        place.copy_from_slice(&new);
        if vector.request_id < 0
            && let Some(sign @ 0xff) = octets[..at].last_mut()
        {
            *sign = 0;
        }
    }
    octets
}

/// The version that a vector's request was made with: v1 where it says so, or where the vector is to be taken and is
/// a v1 message; else v2c.
pub(crate) fn asked_with(vector: &Hostile) -> Version {
    let says = &vector.entry["version"];
    let is_v1 = vector
        .datagram
        .windows(3)
        .take(5)
        .any(|at| at == [0x02, 0x01, 0x00]);
    if *says == "v1" || *says == 1 || *says == "1" || (is_v1 && vector.expect != Expect::Reject) {
        Version::V1
    } else {
        Version::V2c
    }
}

/// A store that counts how often it is read.
pub(crate) struct Counted {
    store: Store,
    pub(crate) reads: usize,
}

impl MibView for &mut Counted {
    fn get(&mut self, name: Oid<'_>) -> Result<Value<'_>, GenErr> {
        self.reads += 1;
        MibView::get(&mut self.store, name)
    }

    fn next(&mut self, name: Oid<'_>) -> Result<Option<VarBind<'_>>, GenErr> {
        self.reads += 1;
        MibView::next(&mut self.store, name)
    }
}

pub(crate) fn objects() -> Counted {
    let mut store = Store::new();
    store.insert(SYS_DESCR, Value::OctetString(b"a printer"));
    let column = oid!(1.3.6.1.4.1.8072.9999.1).to_buf();
    for row in 1..=200 {
        store.insert(
            column.join(&[row]).unwrap().as_oid(),
            Value::OctetString(&[b'x'; 60]),
        );
    }
    Counted { store, reads: 0 }
}

/// An agent that `public` may read and `private` write, and every user read.
pub(crate) struct Agent<'v> {
    pub(crate) responder: Responder<&'v mut Counted, Usm>,
}

impl<'v> Agent<'v> {
    pub(crate) fn new(objects: &'v mut Counted, strict: bool, engine: &Engine) -> Self {
        let mut config = responder::Config::default();
        if strict {
            config.strictness = Strictness::STRICT;
        }
        let mut responder = Responder::new(config, model(config.strictness, engine));
        responder.add_context(b"", objects);
        responder.add_community(b"public", Access::Read);
        responder.add_community(b"private", Access::Write);
        Self { responder }
    }

    /// What becomes of a datagram, and the datagrams that leave.
    pub(crate) fn hear(&mut self, datagram: &[u8]) -> (Verdict, Vec<Vec<u8>>) {
        let mut octets = datagram.to_vec();
        let verdict = match self.responder.handle_datagram(START, Via(0), peer(), &mut octets) {
            Handled::Event(responder::Event::Answered(answered)) => Verdict::Answered(answered.error_status),
            Handled::Event(other) => panic!("{other:?}"),
            Handled::Consumed => Verdict::Dropped,
            Handled::NotMine(reason) => {
                assert_eq!(octets, datagram, "left unchanged");
                self.responder.count(reason);
                Verdict::NotMine(reason)
            }
        };
        let mut sent = Vec::new();
        let mut buffer = vec![0; self.responder.max_transmit_len() + 200];
        while let Some(transmit) = self.responder.poll_transmit(START, &mut buffer).unwrap() {
            assert_eq!((transmit.to, transmit.via), (peer(), Via(0)));
            sent.push(buffer[transmit.range].to_vec());
        }
        (verdict, sent)
    }

    /// Everything that was counted as not usable.
    pub(crate) fn counted(&self) -> u64 {
        let counters = self.responder.counters();
        let of_core = counters.var_binds().into_iter().skip(1);
        let stats = self.responder.model().stats();
        let of_usm = [
            stats.unsupported_sec_levels,
            stats.not_in_time_windows,
            stats.unknown_user_names,
            stats.unknown_engine_ids,
            stats.wrong_digests,
            stats.decryption_errors,
        ];
        let of_core = of_core.filter_map(|it| it.value.as_i64().map(i64::unsigned_abs));
        of_core.sum::<u64>() + of_usm.into_iter().map(u64::from).sum::<u64>()
    }

    /// A good request is answered.
    pub(crate) fn works(&mut self) -> bool {
        let mut buffer = [0; 128];
        let header = PduHeader::request(PduType::GetRequest, 77);
        let names = [VarBind::null(SYS_DESCR)];
        let range = encode_community(&mut buffer, Version::V2c, b"public", &header, names).unwrap();
        let (verdict, sent) = self.hear(&buffer[range]);
        verdict == Verdict::Answered(ErrorStatus::NoError) && sent == [answer(Version::V2c, 77)]
    }
}

/// A notification receiver that takes the community `public` and every user.
pub(crate) struct Listener {
    pub(crate) receiver: Receiver<Usm>,
}

impl Listener {
    pub(crate) fn new(strictness: Strictness, engine: &Engine) -> Self {
        let mut config = notification::Config::default();
        config.strictness = strictness;
        let mut receiver = Receiver::new(config, model(strictness, engine), [3; 16]);
        receiver.add_community(b"public");
        Self { receiver }
    }

    pub(crate) fn hear(&mut self, datagram: &[u8]) -> Verdict {
        let mut octets = datagram.to_vec();
        let verdict = match self.receiver.handle_datagram(START, Via(0), peer(), &mut octets) {
            Handled::Event(notification::Event::Notification(it)) => {
                // Total, whatever is in it.
                let _ = (it.trap_oid(), it.sys_up_time(), it.has_prefix());
                delivered(it.var_binds, Fit::AsAsked, it.anomalies)
            }
            Handled::Event(other) => panic!("{other:?}"),
            Handled::Consumed => Verdict::Dropped,
            Handled::NotMine(reason) => {
                assert_eq!(octets, datagram, "left unchanged");
                Verdict::NotMine(reason)
            }
        };
        let mut buffer = vec![0; self.receiver.max_transmit_len()];
        while self.receiver.poll_transmit(START, &mut buffer).unwrap().is_some() {}
        verdict
    }

    /// A good trap is delivered.
    pub(crate) fn works(&mut self) -> bool {
        let mut buffer = [0; 128];
        let header = PduHeader::request(PduType::TrapV2, 78);
        let list = [
            VarBind::new(oid!(1.3.6.1.2.1.1.3.0), Value::TimeTicks(5)),
            VarBind::new(
                oid!(1.3.6.1.6.3.1.1.4.1.0),
                Value::ObjectIdentifier(oid!(1.3.6.1.6.3.1.1.5.1)),
            ),
        ];
        let range = encode_community(&mut buffer, Version::V2c, b"public", &header, list).unwrap();
        matches!(
            self.hear(&buffer[range]),
            Verdict::Delivered { good: 2, bad: 0, .. }
        )
    }
}

/// A vector of this repository: class and case, its machine, what is to become of it, and its octets.
pub(crate) fn own(id: &str, role: Role, expect: Expect, hex: &str) -> Hostile {
    Hostile {
        id: id.to_owned(),
        role,
        expect,
        contested: false,
        request_id: own::REQUEST_ID,
        datagram: benches::hex(hex).unwrap(),
        entry: Json::Null,
    }
}
