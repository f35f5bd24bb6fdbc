//! Keys and nonces (`kpax-wire.cddl` §1).

use alloc::{boxed::Box, vec::Vec};
use core::fmt;

use aes_gcm::{
    Aes256Gcm,
    aead::{AeadInOut, KeyInit, Nonce, Tag},
};
use aes_gcm_siv::Aes256GcmSiv;
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Direction;
use crate::{
    key::{Kid, Site, SiteKey, Suite},
    writer::Writer,
};

/// Octets of a tag.
pub(super) const TAG: usize = 16;

/// What seals and opens the messages of one boot: cipher and nonce base.
pub(super) struct Schedule {
    cipher: Cipher,
    iv: Zeroizing<[u8; 12]>,
}

/// Key schedules are wiped when dropped (feature `zeroize` of the ciphers).
enum Cipher {
    Gcm(Box<Aes256Gcm>),
    Siv(Box<Aes256GcmSiv>),
}

/// The tag does not match, or a message is beyond what the cipher takes.
pub(super) struct CipherFailed;

impl Schedule {
    /// HKDF-SHA-256: extract under "kpax-wire v1", expand to key and nonce base under all that must not mix.
    pub(super) fn derive(
        key: &SiteKey,
        suite: Suite,
        direction: Direction,
        kid: &Kid,
        context: &[u8; 8],
    ) -> Result<Self, CipherFailed> {
        let mut info = Writer::new();
        info.array(6);
        info.text("kpax-wire key");
        info.uint(1);
        info.uint(direction.number());
        info.int(suite.alg().into());
        info.octets(kid.octets());
        info.octets(context);
        let mut okm = Zeroizing::new([0_u8; 44]);
        Hkdf::<Sha256>::new(Some(b"kpax-wire v1"), key.expose())
            .expand(&info.finish(), okm.as_mut_slice())
            .map_err(|_| CipherFailed)?;
        let (key, rest) = okm.split_first_chunk::<32>().ok_or(CipherFailed)?;
        let iv = Zeroizing::new(*rest.first_chunk::<12>().ok_or(CipherFailed)?);
        let cipher = match suite {
            Suite::Aes256Gcm => Cipher::Gcm(Box::new(Aes256Gcm::new(key.into()))),
            Suite::Aes256GcmSiv => Cipher::Siv(Box::new(Aes256GcmSiv::new(key.into()))),
        };
        Ok(Self { cipher, iv })
    }

    /// iv XOR sequence number.
    fn nonce(&self, sequence: u64) -> [u8; 12] {
        let mut nonce = *self.iv;
        for (octet, other) in nonce.iter_mut().skip(4).zip(sequence.to_be_bytes()) {
            *octet ^= other;
        }
        nonce
    }

    pub(super) fn encrypt(&self, sequence: u64, aad: &[u8], text: &mut Vec<u8>) -> Result<(), CipherFailed> {
        let nonce = self.nonce(sequence);
        let tag = match &self.cipher {
            Cipher::Gcm(cipher) => cipher.encrypt_inout_detached(
                &Nonce::<Aes256Gcm>::from(nonce),
                aad,
                text.as_mut_slice().into(),
            ),
            Cipher::Siv(cipher) => cipher.encrypt_inout_detached(
                &Nonce::<Aes256GcmSiv>::from(nonce),
                aad,
                text.as_mut_slice().into(),
            ),
        };
        text.extend_from_slice(&tag.map_err(|_| CipherFailed)?);
        Ok(())
    }

    /// Decrypts in place; compares the tag in constant time before anything of the text is kept.
    pub(super) fn decrypt(
        &self,
        sequence: u64,
        aad: &[u8],
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, CipherFailed> {
        let (text, tag) = ciphertext.split_last_chunk::<TAG>().ok_or(CipherFailed)?;
        let mut text = Zeroizing::new(text.to_vec());
        let nonce = self.nonce(sequence);
        let opened = match &self.cipher {
            Cipher::Gcm(cipher) => cipher.decrypt_inout_detached(
                &Nonce::<Aes256Gcm>::from(nonce),
                aad,
                text.as_mut_slice().into(),
                &Tag::<Aes256Gcm>::from(*tag),
            ),
            Cipher::Siv(cipher) => cipher.decrypt_inout_detached(
                &Nonce::<Aes256GcmSiv>::from(nonce),
                aad,
                text.as_mut_slice().into(),
                &Tag::<Aes256GcmSiv>::from(*tag),
            ),
        };
        opened.map_err(|_| CipherFailed)?;
        Ok(text)
    }
}

impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Schedule(redacted)")
    }
}

/// What the tag covers besides the text (RFC 9052 §5.3), site and direction included.
pub(super) fn associated_data(protected: &[u8], direction: Direction, site: &Site) -> Vec<u8> {
    let mut external = Writer::new();
    external.array(4);
    external.text("kpax-wire");
    external.uint(1);
    external.uint(direction.number());
    external.octets(site.octets());
    let mut w = Writer::new();
    w.array(3);
    w.text("Encrypt0");
    w.octets(protected);
    w.octets(&external.finish());
    w.finish()
}
