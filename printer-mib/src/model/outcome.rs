//! What became of a survey, and why one failed.

crate::enumeration::closed_enumeration! {
    /// What a survey found.
    pub enum Outcome {
        Printer = 0 "printer",
        NotAPrinter = 1 "not_a_printer",
        Failed = 2 "failed",
    }
}

crate::enumeration::closed_enumeration! {
    /// Why a survey failed, or why a part of it is missing: one vocabulary for JSON, upload and log.
    pub enum ErrorCode {
        /// Silence. Also what net-snmp gives for a wrong community or a wrong privacy password.
        NoAnswer = 1 "no_answer",
        /// The port is closed, or the network says that there is no way.
        Unreachable = 2 "unreachable",
        /// Every credential of a ladder failed, for different reasons.
        WrongCredentials = 3 "wrong_credentials",
        ReportUnknownUser = 4 "report_unknown_user",
        ReportWrongDigest = 5 "report_wrong_digest",
        ReportUnsupportedLevel = 6 "report_unsupported_level",
        ReportDecryption = 7 "report_decryption",
        ReportNotInTimeWindow = 8 "report_not_in_time_window",
        /// The device knows the credential and refuses the objects (authorizationError, noAccess).
        AccessDenied = 9 "access_denied",
        /// What came is no SNMP.
        Malformed = 10 "malformed",
        NotAPrinter = 11 "not_a_printer",
        /// No vendor profile knows the device.
        NoProfile = 12 "no_profile",
        /// Some sections did not complete.
        Partial = 13 "partial",
        Cancelled = 14 "cancelled",
        /// The time set for the whole survey ended.
        Deadline = 15 "deadline",
    }
}

impl ErrorCode {
    /// The code in words, for a person.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::NoAnswer => "the device did not answer",
            Self::Unreachable => "nothing listens at this address and port",
            Self::WrongCredentials => "none of the credentials works",
            Self::ReportUnknownUser => "the device does not know the user",
            Self::ReportWrongDigest => "the authentication password or protocol is wrong",
            Self::ReportUnsupportedLevel => "the device does not allow this security level for the user",
            Self::ReportDecryption => {
                "the device could not decrypt the request: the privacy password or protocol is wrong"
            }
            Self::ReportNotInTimeWindow => {
                "the device's clock does not agree with the request, even after synchronization"
            }
            Self::AccessDenied => "the device refuses these objects to this credential",
            Self::Malformed => "the answer is no valid SNMP message",
            Self::NotAPrinter => "the device has no printer objects",
            Self::NoProfile => "no profile knows this device",
            Self::Partial => "parts of the survey did not complete",
            Self::Cancelled => "the survey was cancelled",
            Self::Deadline => "the survey did not end in the time set for it",
        }
    }
}
