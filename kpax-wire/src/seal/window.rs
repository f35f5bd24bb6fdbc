//! What was taken of one key and epoch: the highest sequence number, and 64 behind it.

use alloc::collections::BTreeMap;

use super::opener::OpenErrorKind;
use crate::limits;

#[derive(Clone, Debug, Default)]
pub(super) struct Window {
    highest: Option<u64>,
    /// Bounded by the window's width.
    seen: BTreeMap<u64, Taken>,
}

#[derive(Clone, Copy, Debug)]
struct Taken {
    context: [u8; 8],
    digest: [u8; 32],
}

impl Window {
    /// Takes a sequence number of an authentic message, once.
    pub(super) fn take(
        &mut self,
        sequence: u64,
        context: [u8; 8],
        digest: [u8; 32],
    ) -> Result<(), OpenErrorKind> {
        let next = self.highest.map_or(0, |highest| highest.saturating_add(1));
        if let Some(taken) = self.seen.get(&sequence) {
            return Err(if taken.context != context {
                OpenErrorKind::Replay { next }
            } else if taken.digest != digest {
                OpenErrorKind::NonceReuse
            } else {
                OpenErrorKind::Duplicate
            });
        }
        let highest = self.highest.unwrap_or(0).max(sequence);
        if sequence.saturating_add(limits::WINDOW) <= highest {
            return Err(OpenErrorKind::Replay { next });
        }
        self.highest = Some(highest);
        self.seen.insert(sequence, Taken { context, digest });
        self.seen
            .retain(|sequence, _| sequence.saturating_add(limits::WINDOW) > highest);
        Ok(())
    }
}
