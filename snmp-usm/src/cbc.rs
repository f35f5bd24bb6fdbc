//! DES and 3DES in cipher block chaining (RFC 3414 §8.1.1 and draft-reeder-snmpv3-usm-3desede-00 §5).

use cbc::cipher::typenum::U8;
use cbc::cipher::{
    Array, BlockCipherDecrypt, BlockCipherEncrypt, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit,
};
use zeroize::Zeroizing;

use crate::privacy::PrivError;

/// A block cipher's schedule and the pre-IV that came with its key.
#[derive(Clone)]
pub(crate) struct Keyed<C> {
    cipher: C,
    pre_iv: Zeroizing<[u8; 8]>,
}

impl<C> Keyed<C> {
    pub(crate) fn new(cipher: C, pre_iv: &[u8; 8]) -> Self {
        Self {
            cipher,
            pre_iv: Zeroizing::new(*pre_iv),
        }
    }

    /// The salt, octet by octet exclusive-or the pre-IV (RFC 3414 §8.1.1.1).
    fn iv(&self, salt: [u8; 8]) -> Array<u8, U8> {
        (u64::from_be_bytes(salt) ^ u64::from_be_bytes(*self.pre_iv))
            .to_be_bytes()
            .into()
    }
}

impl<C: BlockCipherEncrypt<BlockSize = U8>> Keyed<C> {
    pub(crate) fn encrypt(&self, salt: [u8; 8], data: &mut [u8]) -> Result<(), PrivError> {
        let blocks = blocks(data)?;
        cbc::Encryptor::inner_iv_init(&self.cipher, &self.iv(salt)).encrypt_blocks(blocks);
        Ok(())
    }
}

impl<C: BlockCipherDecrypt<BlockSize = U8>> Keyed<C> {
    pub(crate) fn decrypt(&self, salt: [u8; 8], data: &mut [u8]) -> Result<(), PrivError> {
        let blocks = blocks(data)?;
        cbc::Decryptor::inner_iv_init(&self.cipher, &self.iv(salt)).decrypt_blocks(blocks);
        Ok(())
    }
}

fn blocks(data: &mut [u8]) -> Result<&mut [Array<u8, U8>], PrivError> {
    let octets = data.len();
    let (blocks, rest) = Array::slice_as_chunks_mut(data);
    rest.is_empty()
        .then_some(blocks)
        .ok_or(PrivError::DataLength { octets })
}
