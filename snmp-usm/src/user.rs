//! Users and their keys (RFC 3414 §2.1: usmUserTable's columns, as far as they concern a message).

use alloc::boxed::Box;
use alloc::sync::Arc;

use snmp_core::security::SecurityLevel;

use crate::auth::{AuthKey, AuthProtocol};
use crate::engine_id::EngineId;
use crate::key::{LocalizedKey, MasterKey, Password};
use crate::params::MAX_USER_NAME;
use crate::privacy::{PrivKey, PrivProtocol};

/// A user: name, level, protocols and keys, never a password. Cheap to clone, the keys are shared.
///
/// ```
/// use snmp_usm::{AuthProtocol, Password, PrivProtocol, User};
/// let auth = Password::new("maplesyrup")?;
/// let privacy = Password::new("another secret")?;
/// let user = User::from_passwords("fleet", AuthProtocol::Sha256, &auth, Some((PrivProtocol::Aes128, &privacy)))?;
/// assert_eq!(format!("{user:?}"), r#"User { name: "fleet", auth: SHA-256, privacy: AES, .. }"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct User(Arc<Inner>);

struct Inner {
    name: Box<[u8]>,
    secret: Secret,
}

enum Secret {
    None,
    Master {
        auth: MasterKey,
        privacy: Option<(PrivProtocol, MasterKey)>,
    },
    Localized {
        engine_id: EngineId,
        auth: LocalizedKey,
        privacy: Option<(PrivProtocol, LocalizedKey)>,
    },
}

/// Why a user cannot be made.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum UserError {
    /// A user name has 1 to 32 octets.
    #[error("a user name of {octets} octets")]
    NameLength {
        /// Octets of what was given.
        octets: usize,
    },
    /// The privacy key was not made with the hash of the authentication protocol (RFC 3414 §2.6, RFC 7860 §9.3).
    #[error("the privacy key belongs to another hash")]
    PrivacyKeyHash,
}

impl User {
    /// A user without keys: level noAuthNoPriv.
    ///
    /// # Errors
    /// [`UserError::NameLength`].
    pub fn without_keys(name: impl AsRef<[u8]>) -> Result<Self, UserError> {
        Self::new(name.as_ref(), Secret::None)
    }

    /// A user who authenticates: level authNoPriv.
    ///
    /// # Errors
    /// [`UserError::NameLength`].
    pub fn with_auth(name: impl AsRef<[u8]>, auth: MasterKey) -> Result<Self, UserError> {
        Self::new(name.as_ref(), Secret::Master { auth, privacy: None })
    }

    /// A user who authenticates and encrypts: level authPriv.
    ///
    /// # Errors
    /// [`UserError::NameLength`] and [`UserError::PrivacyKeyHash`].
    pub fn with_privacy(
        name: impl AsRef<[u8]>,
        auth: MasterKey,
        protocol: PrivProtocol,
        privacy: MasterKey,
    ) -> Result<Self, UserError> {
        if privacy.protocol() != auth.protocol() {
            return Err(UserError::PrivacyKeyHash);
        }
        let privacy = Some((protocol, privacy));
        Self::new(name.as_ref(), Secret::Master { auth, privacy })
    }

    /// A user with keys for one engine only, as an agent stores them. A peer with such credentials needs no discovery.
    ///
    /// # Errors
    /// [`UserError::NameLength`] and [`UserError::PrivacyKeyHash`].
    pub fn localized(
        name: impl AsRef<[u8]>,
        engine_id: EngineId,
        auth: LocalizedKey,
        privacy: Option<(PrivProtocol, LocalizedKey)>,
    ) -> Result<Self, UserError> {
        if privacy
            .as_ref()
            .is_some_and(|(_, key)| key.protocol() != auth.protocol())
        {
            return Err(UserError::PrivacyKeyHash);
        }
        let secret = Secret::Localized {
            engine_id,
            auth,
            privacy,
        };
        Self::new(name.as_ref(), secret)
    }

    /// A user with passwords, stretched here and now: some milliseconds on a server, see [`MasterKey::from_password`].
    ///
    /// # Errors
    /// [`UserError::NameLength`].
    pub fn from_passwords(
        name: impl AsRef<[u8]>,
        protocol: AuthProtocol,
        auth: &Password,
        privacy: Option<(PrivProtocol, &Password)>,
    ) -> Result<Self, UserError> {
        let Some((cipher, privacy)) = privacy else {
            return Self::with_auth(name, MasterKey::from_password(protocol, auth));
        };
        let (auth, privacy) = MasterKey::pair_from_passwords(protocol, auth, privacy);
        Self::with_privacy(name, auth, cipher, privacy)
    }

    fn new(name: &[u8], secret: Secret) -> Result<Self, UserError> {
        if name.is_empty() || name.len() > MAX_USER_NAME {
            return Err(UserError::NameLength { octets: name.len() });
        }
        let name = name.into();
        Ok(Self(Arc::new(Inner { name, secret })))
    }

    /// The user's name, msgUserName on the wire.
    #[must_use]
    pub fn name(&self) -> &[u8] {
        &self.0.name
    }

    /// The level that the keys reach, at which this user is talked to.
    #[must_use]
    pub fn level(&self) -> SecurityLevel {
        match (self.auth_protocol(), self.priv_protocol()) {
            (None, _) => SecurityLevel::NoAuthNoPriv,
            (Some(_), None) => SecurityLevel::AuthNoPriv,
            (Some(_), Some(_)) => SecurityLevel::AuthPriv,
        }
    }

    /// How the user authenticates, if at all.
    #[must_use]
    pub fn auth_protocol(&self) -> Option<AuthProtocol> {
        match &self.0.secret {
            Secret::None => None,
            Secret::Master { auth, .. } => Some(auth.protocol()),
            Secret::Localized { auth, .. } => Some(auth.protocol()),
        }
    }

    /// How the user encrypts, if at all.
    #[must_use]
    pub fn priv_protocol(&self) -> Option<PrivProtocol> {
        match &self.0.secret {
            Secret::None => None,
            Secret::Master { privacy, .. } => privacy.as_ref().map(|(protocol, _)| *protocol),
            Secret::Localized { privacy, .. } => privacy.as_ref().map(|(protocol, _)| *protocol),
        }
    }

    /// The one engine that the keys are good for; `None` when they are good for any.
    #[must_use]
    pub fn engine_id(&self) -> Option<EngineId> {
        match &self.0.secret {
            Secret::Localized { engine_id, .. } => Some(*engine_id),
            _ => None,
        }
    }

    /// The keys for an engine, ready for use; `None` when they are good for another one only.
    pub(crate) fn keys(&self, engine: &EngineId) -> Option<Keys> {
        let id = engine.as_octets();
        Some(match &self.0.secret {
            Secret::None => Keys {
                auth: None,
                privacy: None,
            },
            Secret::Master { auth, privacy } => Keys {
                auth: Some(AuthKey::new(&auth.localize(id))),
                privacy: privacy
                    .as_ref()
                    .map(|(protocol, key)| PrivKey::new(*protocol, &key.localize(id), id)),
            },
            Secret::Localized { engine_id, .. } if engine_id != engine => return None,
            Secret::Localized { auth, privacy, .. } => Keys {
                auth: Some(AuthKey::new(auth)),
                privacy: privacy
                    .as_ref()
                    .map(|(protocol, key)| PrivKey::new(*protocol, key, id)),
            },
        })
    }
}

/// Name and protocols; nothing secret.
impl core::fmt::Debug for User {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let name = |name: Option<&'static str>| name.unwrap_or("none");
        write!(
            f,
            "User {{ name: \"{}\", auth: {}, privacy: {}, .. }}",
            self.name().escape_ascii(),
            name(self.auth_protocol().map(AuthProtocol::name)),
            name(self.priv_protocol().map(PrivProtocol::name)),
        )
    }
}

/// What a user needs to talk with one engine: midstates and a cipher's schedule.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    pub(crate) auth: Option<AuthKey>,
    pub(crate) privacy: Option<PrivKey>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key::STRETCHES;
    use crate::{Usm, UsmPeer};
    use snmp_core::security::SecurityModel;

    #[test]
    fn rown_cache_a_password_is_stretched_once_however_many_engines_there_are() {
        let password = Password::new("maplesyrup").unwrap();
        let before = STRETCHES.get();
        let privacy = Some((PrivProtocol::Aes128, &password));
        let user = User::from_passwords("fleet", AuthProtocol::Sha256, &password, privacy).unwrap();
        assert_eq!(
            STRETCHES.get() - before,
            2,
            "one for authentication, one for privacy"
        );
        let mut usm = Usm::new([1; 16]);
        let peers: alloc::vec::Vec<UsmPeer> = (0..100)
            .map(|last| {
                let address = core::net::SocketAddr::from(([192, 0, 2, last], 161));
                let peer = usm.add_peer(address, &user).unwrap();
                let id = EngineId::from_ipv4(8072, [192, 0, 2, last].into()).unwrap();
                usm.assume_engine(peer, id).unwrap();
                peer
            })
            .collect();
        assert_eq!((peers.len(), STRETCHES.get() - before), (100, 2));
    }

    #[test]
    fn names_and_keys_that_do_not_fit_are_refused() {
        for octets in [0, 33] {
            let name = alloc::vec![b'x'; octets];
            assert_eq!(
                User::without_keys(name).unwrap_err(),
                UserError::NameLength { octets }
            );
        }
        User::without_keys([0xff; 32]).unwrap();
        #[cfg(feature = "sha1")]
        {
            let auth = MasterKey::from_octets(AuthProtocol::Sha256, &[1; 32]).unwrap();
            let privacy = MasterKey::from_octets(AuthProtocol::Sha1, &[1; 20]).unwrap();
            let refused = User::with_privacy("user", auth, PrivProtocol::Aes128, privacy);
            assert_eq!(refused.unwrap_err(), UserError::PrivacyKeyHash);
        }
    }
}
