//! Messages on their way out (RFC 3414 §3.1).

use core::ops::Range;

use snmp_core::ber::{Writer, tag};
use snmp_core::datagram::BufferTooSmall;
use snmp_core::message::{V3Header, wrap_v3};
use snmp_core::security::{Refused, SealError, SecurityLevel};

use crate::params::UsmParameters;
use crate::privacy::{Iv, PrivKey};
use crate::salt::Salts;
use crate::user::Keys;

/// msgSecurityModel of USM (RFC 3411 §5).
pub(crate) const MODEL: i32 = 3;

/// Octets before the scoped PDU at most: the heads of the message, msgGlobalData, msgSecurityParameters and msgData with
/// an engine id and a user name of 32 octets and the longest digest.
pub(crate) const MAX_HEAD: usize = 192;

/// Octets behind the scoped PDU at most: a block of DES less one.
pub(crate) const MAX_TAIL: usize = if cfg!(feature = "des") { 7 } else { 0 };

/// Octets that [`seal`] puts around the scoped PDU at most, with numbers and lengths in their longest form.
pub(crate) fn overhead(
    level: SecurityLevel,
    engine_id: &[u8],
    user_name: &[u8],
    keys: Option<&Keys>,
) -> usize {
    // The heads of the message (4), msgGlobalData (2) and msgSecurityParameters (3, and 3 of the SEQUENCE in it);
    // version 3, msgID 6, msgMaxSize 6, msgFlags 3, msgSecurityModel 3; boots and time 6 each; the heads of engine id,
    // user name, digest and salt.
    const FIXED: usize = 4 + 2 + 3 + 3 + 3 + 6 + 6 + 3 + 3 + 2 * 6 + 4 * 2;
    let auth = keys.and_then(|keys| keys.auth.as_ref());
    let mac = auth.filter(|_| level >= SecurityLevel::AuthNoPriv);
    let privacy = keys.and_then(|keys| keys.privacy.as_ref());
    let privacy = privacy.filter(|_| level == SecurityLevel::AuthPriv);
    // The salt, the head of msgData, and padding.
    let encrypted = privacy.map_or(0, |key| 8 + 4 + key.protocol().block_len() - 1);
    FIXED + engine_id.len() + user_name.len() + mac.map_or(0, |key| key.protocol().mac_len()) + encrypted
}

/// In whose name a message goes out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sender<'a> {
    pub(crate) engine_id: &'a [u8],
    pub(crate) boots: u32,
    pub(crate) time: u32,
    pub(crate) user_name: &'a [u8],
    pub(crate) keys: Option<&'a Keys>,
}

/// Encrypts, writes the head, authenticates, as `header.flags` say (RFC 3414 §3.1 steps 4 to 8).
///
/// The head comes first, since it is what may not fit: the scoped PDU is then untouched.
pub(crate) fn seal(
    sender: Sender<'_>,
    header: &V3Header,
    local_boots: Option<u32>,
    salts: &mut Salts,
    buffer: &mut [u8],
    scoped: Range<usize>,
) -> Result<Range<usize>, SealError> {
    let level = header.flags.level().ok_or(Refused::Credentials)?;
    let (mut auth, mut privacy) = (None, None);
    if level >= SecurityLevel::AuthNoPriv {
        auth = Some(
            sender
                .keys
                .and_then(|keys| keys.auth.as_ref())
                .ok_or(Refused::Credentials)?,
        );
    }
    if level == SecurityLevel::AuthPriv {
        let key = sender
            .keys
            .and_then(|keys| keys.privacy.as_ref())
            .ok_or(Refused::Credentials)?;
        privacy = Some((key, next_salt(key, local_boots, salts)?));
    }
    let data = match privacy {
        Some((key, _)) => pad(key, buffer, scoped)?,
        None => scoped,
    };
    let parameters = UsmParameters {
        engine_id: sender.engine_id,
        boots: sender.boots,
        time: sender.time,
        user_name: sender.user_name,
        mac_len: auth.map_or(0, |key| key.protocol().mac_len()),
        salt: privacy.as_ref().map_or(&[], |(_, salt)| salt),
    };
    let nothing = Writer::before(buffer, data.end..data.end).mark();
    let mut writer = Writer::before(buffer, data.clone());
    if privacy.is_some() {
        writer.head(tag::OCTET_STRING, data.len());
    }
    let (mac, parameters_end) = parameters.encode(&mut writer);
    wrap_v3(&mut writer, header, MODEL, parameters_end, nothing);
    let message = writer.finish()?;
    if let Some((key, salt)) = privacy {
        let iv = Iv {
            boots: sender.boots,
            time: sender.time,
            salt,
        };
        let data = buffer.get_mut(data).unwrap_or_default();
        // It was padded to whole blocks.
        key.encrypt(iv, data).map_err(|_| Refused::Credentials)?;
    }
    if let Some(key) = auth {
        let mac = mac.start.saturating_sub(message.start)..mac.end.saturating_sub(message.start);
        let octets = buffer.get_mut(message.clone()).unwrap_or_default();
        key.sign(octets, mac).map_err(|_| Refused::Credentials)?;
    }
    Ok(message)
}

fn next_salt(key: &PrivKey, local_boots: Option<u32>, salts: &mut Salts) -> Result<[u8; 8], Refused> {
    // The block ciphers are DES and 3DES, whose salts have their own form.
    if key.protocol().block_len() > 1 {
        salts.des(local_boots).ok_or(Refused::BootsExhausted)
    } else {
        Ok(salts.aes())
    }
}

/// Fills the plaintext up to whole blocks, as net-snmp does: each octet is the number of octets added.
fn pad(key: &PrivKey, buffer: &mut [u8], scoped: Range<usize>) -> Result<Range<usize>, BufferTooSmall> {
    let len = scoped.len().next_multiple_of(key.protocol().block_len());
    let end = scoped.start + len;
    let added = len - scoped.len();
    let needed = end.saturating_add(MAX_HEAD);
    let padding = buffer.get_mut(scoped.end..end).ok_or(BufferTooSmall { needed })?;
    padding.fill(u8::try_from(added).unwrap_or_default());
    Ok(scoped.start..end)
}

#[cfg(test)]
mod tests;
