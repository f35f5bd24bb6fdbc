//! Why a survey failed, in the vocabulary of the model.

use snmp_core::outcome::Outcome;
use snmp_core::pdu::ErrorStatus;
use snmp_core::security::{Refused, ReportKind};

use crate::model::ErrorCode;

impl From<&Outcome> for ErrorCode {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Timeout(_) => Self::NoAnswer,
            Outcome::DeadlineExceeded(_) => Self::Deadline,
            Outcome::Unreachable => Self::Unreachable,
            Outcome::Cancelled => Self::Cancelled,
            Outcome::Report { kind, .. } => match kind {
                ReportKind::UnknownUserNames => Self::ReportUnknownUser,
                ReportKind::WrongDigests => Self::ReportWrongDigest,
                ReportKind::UnsupportedSecurityLevels => Self::ReportUnsupportedLevel,
                ReportKind::DecryptionErrors => Self::ReportDecryption,
                ReportKind::NotInTimeWindows => Self::ReportNotInTimeWindow,
                ReportKind::UnavailableContexts | ReportKind::UnknownContexts => Self::AccessDenied,
                // An engine that goes on saying that it is another, or that it cannot read us.
                _ => Self::Malformed,
            },
            Outcome::ErrorStatus { status, .. } => match status {
                ErrorStatus::AuthorizationError | ErrorStatus::NoAccess => Self::AccessDenied,
                _ => Self::Partial,
            },
            Outcome::Security(Refused::Credentials) => Self::WrongCredentials,
            _ => Self::Malformed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_report_has_its_own_code() {
        let code = |kind| {
            ErrorCode::from(&Outcome::Report {
                kind,
                authenticated: false,
            })
        };
        assert_eq!(code(ReportKind::UnknownUserNames), ErrorCode::ReportUnknownUser);
        assert_eq!(code(ReportKind::WrongDigests), ErrorCode::ReportWrongDigest);
        assert_eq!(
            code(ReportKind::UnsupportedSecurityLevels),
            ErrorCode::ReportUnsupportedLevel
        );
        assert_eq!(code(ReportKind::DecryptionErrors), ErrorCode::ReportDecryption);
        assert_eq!(
            code(ReportKind::NotInTimeWindows),
            ErrorCode::ReportNotInTimeWindow
        );
        assert_eq!(ErrorCode::from(&Outcome::Unreachable), ErrorCode::Unreachable);
    }
}
