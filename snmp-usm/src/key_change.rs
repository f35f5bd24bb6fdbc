//! Changing the keys of a user over the network: KeyChange and the objects of usmUserTable that take it (RFC 3414 §5).
//!
//! The agent learns the new key without its being sent: it has the old one, and is told random octets and what the new
//! key differs by from a hash of both. Whoever records the exchange and finds out the old key has the new one too: where
//! that matters, the request is encrypted.
//!
//! ```
//! use snmp_usm::key_change::{self, KeyObject};
//! use snmp_usm::{AuthProtocol, MasterKey, Password};
//! let engine_id = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];
//! let key = |password| {
//!     let password = Password::new(password)?;
//!     Ok::<_, snmp_usm::KeyError>(MasterKey::from_password(AuthProtocol::Sha256, &password).localize(&engine_id))
//! };
//! let random = [0x5a; 32]; // from the operating system, never twice the same
//! let value = key("maplesyrup")?.key_change(&key("newsyrup")?, &random)?;
//! let name = key_change::instance(KeyObject::OwnAuthKeyChange, &engine_id, b"fleet")?;
//! // SET `name` to OCTET STRING `value`.
//! # assert_eq!(value.len(), 64);
//! # assert_eq!(name.to_string(), "1.3.6.1.6.3.15.1.2.2.1.7.12.0.0.0.0.0.0.0.0.0.0.0.2.5.102.108.101.101.116");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use alloc::vec::Vec;

use snmp_core::oid;
use snmp_core::oid::{Oid, OidBuf, OidError};

use crate::key::{self, KeyError, LocalizedKey};
use crate::privacy::PrivProtocol;

/// usmUserSpinLock.0: read before a change and set to what was read with it, it keeps two managers apart.
pub const USER_SPIN_LOCK: Oid<'static> = oid!(1.3.6.1.6.3.15.1.2.1.0);

const USER_ENTRY: Oid<'static> = oid!(1.3.6.1.6.3.15.1.2.2.1);

/// A column of usmUserTable that takes a KeyChange.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
#[expect(clippy::exhaustive_enums, reason = "RFC 3414 §5 has these four")]
pub enum KeyObject {
    /// usmUserAuthKeyChange: of any user that the view lets the requester write.
    AuthKeyChange,
    /// usmUserOwnAuthKeyChange: of the user that asks.
    OwnAuthKeyChange,
    /// usmUserPrivKeyChange.
    PrivKeyChange,
    /// usmUserOwnPrivKeyChange.
    OwnPrivKeyChange,
}

impl KeyObject {
    const fn column(self) -> u32 {
        match self {
            Self::AuthKeyChange => 6,
            Self::OwnAuthKeyChange => 7,
            Self::PrivKeyChange => 9,
            Self::OwnPrivKeyChange => 10,
        }
    }
}

/// The instance of a column for a user of an engine: engine id and name as the index has them, each with its length.
///
/// # Errors
/// [`OidError::TooManyArcs`] for an engine id and a name that are too long together.
pub fn instance(object: KeyObject, engine_id: &[u8], user_name: &[u8]) -> Result<OidBuf, OidError> {
    let mut arcs = Vec::with_capacity(engine_id.len() + user_name.len() + 3);
    arcs.push(object.column());
    for part in [engine_id, user_name] {
        arcs.push(u32::try_from(part.len()).unwrap_or(u32::MAX));
        arcs.extend(part.iter().map(|octet| u32::from(*octet)));
    }
    USER_ENTRY.to_buf().join(&arcs)
}

impl PrivProtocol {
    /// The value to SET usmUserPrivKeyChange to, so that the agent's privacy key changes from what this protocol takes of
    /// `old` to what it takes of `new`. `random` is as long as the protocol's key and never used twice.
    ///
    /// # Errors
    /// [`KeyError::Length`] when the keys belong to different hashes or `random` has not the key's length.
    pub fn key_change(
        self,
        old: &LocalizedKey,
        new: &LocalizedKey,
        engine_id: &[u8],
        random: &[u8],
    ) -> Result<Vec<u8>, KeyError> {
        let (expected, actual) = (old.expose().len(), new.expose().len());
        if expected != actual {
            return Err(KeyError::Length { expected, actual });
        }
        let [old_key, new_key] = [old, new].map(|key| self.key_octets(key, engine_id));
        if random.len() != new_key.len() {
            return Err(KeyError::Length {
                expected: new_key.len(),
                actual: random.len(),
            });
        }
        let mut value = Vec::with_capacity(2 * random.len());
        value.extend_from_slice(random);
        // Keys longer than the hash: each further part is masked by the hash of the mask before.
        let mut mask = old_key;
        for part in new_key.chunks(old.protocol().key_len()) {
            mask = key::digest(old.protocol(), &[&mask, random]);
            value.extend(mask.iter().zip(part).map(|(mask, new)| mask ^ new));
        }
        Ok(value)
    }
}
