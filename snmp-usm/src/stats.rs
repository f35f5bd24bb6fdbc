//! The usmStats counters (RFC 3414 §5).

use snmp_core::security::ReportKind;

/// How many messages were dropped, by cause. Each counter wraps, as Counter32 does.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct UsmStats {
    /// usmStatsUnsupportedSecLevels: a level that the user does not have.
    pub unsupported_sec_levels: u32,
    /// usmStatsNotInTimeWindows: outside of the local engine's window.
    pub not_in_time_windows: u32,
    /// usmStatsUnknownUserNames.
    pub unknown_user_names: u32,
    /// usmStatsUnknownEngineIDs: discoveries count here too.
    pub unknown_engine_ids: u32,
    /// usmStatsWrongDigests: digests of a wrong length too.
    pub wrong_digests: u32,
    /// usmStatsDecryptionErrors.
    pub decryption_errors: u32,
}

impl UsmStats {
    /// The counter that a Report of this kind carries; `None` for those of other modules.
    #[must_use]
    pub const fn of(&self, kind: ReportKind) -> Option<u32> {
        Some(match kind {
            ReportKind::UnsupportedSecurityLevels => self.unsupported_sec_levels,
            ReportKind::NotInTimeWindows => self.not_in_time_windows,
            ReportKind::UnknownUserNames => self.unknown_user_names,
            ReportKind::UnknownEngineIds => self.unknown_engine_ids,
            ReportKind::WrongDigests => self.wrong_digests,
            ReportKind::DecryptionErrors => self.decryption_errors,
            _ => return None,
        })
    }

    /// Counts one more and gives the new value; 0 for a kind of another module.
    pub(crate) fn count(&mut self, kind: ReportKind) -> u32 {
        let counter = match kind {
            ReportKind::UnsupportedSecurityLevels => &mut self.unsupported_sec_levels,
            ReportKind::NotInTimeWindows => &mut self.not_in_time_windows,
            ReportKind::UnknownUserNames => &mut self.unknown_user_names,
            ReportKind::UnknownEngineIds => &mut self.unknown_engine_ids,
            ReportKind::WrongDigests => &mut self.wrong_digests,
            ReportKind::DecryptionErrors => &mut self.decryption_errors,
            _ => return 0,
        };
        *counter = counter.wrapping_add(1);
        *counter
    }
}
