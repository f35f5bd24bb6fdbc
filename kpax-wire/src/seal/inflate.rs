//! Raw DEFLATE (RFC 1951), bounded by the announced length.

use alloc::{vec, vec::Vec};

use miniz_oxide::{
    deflate::compress_to_vec,
    inflate::{
        TINFLStatus,
        core::{DecompressorOxide, decompress, inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF},
    },
};

/// One octet of DEFLATE stands for at most 1032 (258 octets in two bits).
const RATIO: usize = 1032;

/// The message of exactly `announced` octets that `data` holds, all of it used; `None` of anything else. Nothing is
/// allocated for a length that `data` cannot reach.
pub(super) fn inflate(data: &[u8], announced: usize) -> Option<Vec<u8>> {
    if announced > data.len().saturating_mul(RATIO) {
        return None;
    }
    let mut message = vec![0; announced];
    let mut state = alloc::boxed::Box::<DecompressorOxide>::default();
    let (status, used, len) = decompress(
        &mut state,
        data,
        &mut message,
        0,
        TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
    );
    (status == TINFLStatus::Done && used == data.len() && len == announced).then_some(message)
}

/// The compressed form; takes some 263 kB of heap.
pub(super) fn deflate(message: &[u8]) -> Vec<u8> {
    compress_to_vec(message, 9)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_announced_length_is_taken_and_all_of_the_data_used() {
        for len in [0_usize, 1, 2, 257, 258, 259, 4096, 70_000] {
            let message: Vec<u8> = (0..len).map(|n| (n * n / 7).to_le_bytes()[0]).collect();
            for data in [deflate(&message), compress_to_vec(&message, 0)] {
                assert_eq!(inflate(&data, len).as_deref(), Some(message.as_slice()), "{len}");
                assert_eq!(inflate(&data, len + 1), None, "{len} and one more");
                if len > 0 {
                    assert_eq!(inflate(&data, len - 1), None, "{len} less one");
                }
                let longer = [data.as_slice(), &[0]].concat();
                assert_eq!(inflate(&longer, len), None, "{len} and an octet after it");
                assert_eq!(inflate(&data[..data.len() - 1], len), None, "{len} cut");
            }
        }
        assert_eq!(inflate(&[], 0), None);
        assert_eq!(inflate(&[3, 0], usize::MAX), None);
    }
}
