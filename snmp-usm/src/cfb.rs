//! AES in cipher feedback mode of 128 bits (RFC 3826 §3.1.3), over the `aes` crate's block interface.
//!
//! Encryption is serial by its nature. Decryption is not: all inputs of the cipher are there beforehand, so it takes
//! eight blocks at a time, which the processor overlaps. A whole message is one call into the cipher, because the
//! portable implementation expands its round keys anew in each.

use aes::cipher::inout::InOutBuf;
use aes::cipher::typenum::{U16, Unsigned};
use aes::cipher::{Block, BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser};
use zeroize::Zeroize;

/// Octets of a block.
pub(crate) const BLOCK: usize = 16;

/// Blocks decrypted at once.
const AT_ONCE: usize = 8;

/// Encrypts `data` in place; its length stays.
pub(crate) fn encrypt<C: BlockCipherEncrypt<BlockSize = U16>>(cipher: &C, iv: [u8; BLOCK], data: &mut [u8]) {
    cipher.encrypt_with_backend(Encrypt { iv, data });
}

/// Decrypts `data` in place; its length stays.
pub(crate) fn decrypt<C: BlockCipherEncrypt<BlockSize = U16>>(cipher: &C, iv: [u8; BLOCK], data: &mut [u8]) {
    cipher.encrypt_with_backend(Decrypt { iv, data });
}

struct Encrypt<'d> {
    iv: [u8; BLOCK],
    data: &'d mut [u8],
}

impl BlockSizeUser for Encrypt<'_> {
    type BlockSize = U16;
}

impl BlockCipherEncClosure for Encrypt<'_> {
    #[inline(always)]
    fn call<B: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &B) {
        let mut feedback = Block::<Self>::from(self.iv);
        let (blocks, tail) = self.data.as_chunks_mut::<BLOCK>();
        for block in blocks {
            backend.encrypt_block_inplace(&mut feedback);
            for (octet, key) in block.iter_mut().zip(feedback.iter_mut()) {
                *octet ^= *key;
                *key = *octet;
            }
        }
        if !tail.is_empty() {
            backend.encrypt_block_inplace(&mut feedback);
            xor(tail, &feedback);
        }
        feedback.as_mut_slice().zeroize();
    }
}

struct Decrypt<'d> {
    iv: [u8; BLOCK],
    data: &'d mut [u8],
}

impl BlockSizeUser for Decrypt<'_> {
    type BlockSize = U16;
}

impl BlockCipherEncClosure for Decrypt<'_> {
    #[inline(always)]
    fn call<B: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &B) {
        let mut feedback = self.iv;
        let mut keys = [Block::<Self>::default(); AT_ONCE];
        for run in self.data.chunks_mut(BLOCK * AT_ONCE) {
            // The inputs are the ciphertext one block late; the last of this run is the first of the next.
            let mut inputs = 0;
            for key in keys.iter_mut() {
                *key = feedback.into();
                inputs += 1;
                let from = (inputs - 1) * BLOCK;
                match run.get(from..).and_then(<[u8]>::first_chunk::<BLOCK>) {
                    Some(ciphertext) => feedback = *ciphertext,
                    None => break,
                }
            }
            if let Some(keys) = keys.get_mut(..inputs) {
                encrypt_all(backend, keys);
            }
            xor(run, keys.as_flattened_octets());
        }
        for key in &mut keys {
            key.as_mut_slice().zeroize();
        }
    }
}

#[inline(always)]
fn encrypt_all<B: BlockCipherEncBackend<BlockSize = U16>>(backend: &B, blocks: &mut [Block<B>]) {
    if B::ParBlocksSize::USIZE > 1 {
        let (runs, tail) = InOutBuf::from(blocks).into_chunks();
        for run in runs {
            backend.encrypt_par_blocks(run);
        }
        backend.encrypt_tail_blocks(tail);
    } else {
        for block in blocks {
            backend.encrypt_block_inplace(block);
        }
    }
}

trait Flatten {
    fn as_flattened_octets(&self) -> &[u8];
}

impl Flatten for [aes::Block] {
    fn as_flattened_octets(&self) -> &[u8] {
        aes::Block::cast_slice_to_core(self).as_flattened()
    }
}

/// Up to the shorter of the two.
#[inline(always)]
fn xor(data: &mut [u8], keys: &[u8]) {
    for (octet, key) in data.iter_mut().zip(keys) {
        *octet ^= key;
    }
}
