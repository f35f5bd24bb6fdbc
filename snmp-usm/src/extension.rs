//! Which of the two key extensions a device uses: products call both "AES-256".

use alloc::vec::Vec;

use snmp_core::message::{ScopedPdu, V3Layout};
use snmp_core::security::SecurityLevel;
use snmp_core::strictness::Strictness;

use crate::auth::AuthKey;
use crate::key::MasterKey;
use crate::params::UsmLayout;
use crate::privacy::{Iv, PrivKey, PrivProtocol};

impl PrivProtocol {
    /// The protocol with the same cipher and the other key extension, which a device may mean by the same name; `None`
    /// where there is one only.
    ///
    /// Where requests with one get no answer or decryptionErrors, the next one goes out with the other.
    #[must_use]
    pub const fn other_extension(self) -> Option<Self> {
        match self {
            #[cfg(feature = "aes-long")]
            Self::Aes192Blumenthal => Some(Self::Aes192Reeder),
            #[cfg(feature = "aes-long")]
            Self::Aes192Reeder => Some(Self::Aes192Blumenthal),
            #[cfg(feature = "aes-long")]
            Self::Aes256Blumenthal => Some(Self::Aes256Reeder),
            #[cfg(feature = "aes-long")]
            Self::Aes256Reeder => Some(Self::Aes256Blumenthal),
            _ => None,
        }
    }

    /// Which of `candidates` a device encrypted a message with: an answer or a trap, as it came.
    ///
    /// The first of them that gives a scopedPDU; where the hash is as long as the cipher's key both extensions do. `None`
    /// for a message that is not encrypted, that `auth` does not authenticate, or that none of them fits: another
    /// password, or another cipher.
    #[must_use]
    pub fn of_message(
        datagram: &[u8],
        auth: &MasterKey,
        privacy: &MasterKey,
        candidates: &[Self],
    ) -> Option<Self> {
        let strictness = Strictness::DEPLOYED;
        let layout = V3Layout::decode(datagram, strictness).ok()?;
        if layout.flags.level() != Some(SecurityLevel::AuthPriv) {
            return None;
        }
        let parameters = UsmLayout::decode(datagram, &layout, strictness).ok()?;
        let engine_id = datagram.get(parameters.engine_id.clone())?;
        let message = datagram.get(layout.message.clone())?;
        if !AuthKey::new(&auth.localize(engine_id)).verify(message, parameters.auth.clone()) {
            return None;
        }
        let iv = Iv {
            boots: parameters.boots,
            time: parameters.time,
            salt: datagram.get(parameters.privacy.clone())?.try_into().ok()?,
        };
        let localized = privacy.localize(engine_id);
        let mut plain = Vec::new();
        candidates.iter().copied().find(|candidate| {
            plain.clear();
            plain.extend_from_slice(datagram.get(layout.data.clone()).unwrap_or_default());
            let key = PrivKey::new(*candidate, &localized, engine_id);
            key.decrypt(iv, &mut plain).is_ok() && ScopedPdu::decode(&plain, strictness).is_ok()
        })
    }
}
