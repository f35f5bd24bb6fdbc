//! Subtrees that are never read, whatever a profile or a caller asks for: jobs, users, departments, other hosts.
//!
//! One list for all: a plan is refused what lies under an entry, and an [`Arena`](crate::Arena) drops undecoded what an
//! answer's overshoot brings from one. Objects that name the printer's contact, operator and service person stand here
//! too: a survey has no use for them.

use snmp_core::oid::Oid;

/// A subtree, and what it holds.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct NeverRead {
    /// The subtree's root, or a single object.
    pub root: Oid<'static>,
    /// What it holds, in the words that a refusal shows.
    pub holds: &'static str,
}

/// Whether a name lies under an entry of [`LIST`].
#[must_use]
pub fn forbids(name: Oid<'_>) -> bool {
    entry(name).is_some()
}

/// The entry under which a name lies.
#[must_use]
pub fn entry(name: Oid<'_>) -> Option<&'static NeverRead> {
    // No entry lies under another: only the last one that is not behind the name can be its root.
    let behind = LIST.partition_point(|entry| entry.root <= name);
    LIST.get(behind.checked_sub(1)?)
        .filter(|entry| name.starts_with(entry.root))
}

/// The first entry that a walk of this subtree would come across: one that contains it, or that it contains.
#[must_use]
pub fn within(subtree: Oid<'_>) -> Option<&'static NeverRead> {
    entry(subtree).or_else(|| LIST.iter().find(|entry| entry.root.starts_with(subtree)))
}

macro_rules! list {
    ($( $($arc:literal).+ => $holds:literal, )+) => {
        &[ $( NeverRead { root: snmp_core::oid!($($arc).+), holds: $holds }, )+ ]
    };
}

/// Every entry, in the order of the MIB. Sources: the standard MIBs, and the makers' MIBs where they say so.
pub const LIST: &[NeverRead] = list! {
    1.3.6.1.2.1.1.4 => "a person to contact (sysContact)",
    1.3.6.1.2.1.4.21 => "routes (ipRouteTable)",
    1.3.6.1.2.1.4.22 => "other hosts' addresses (ipNetToMediaTable)",
    1.3.6.1.2.1.4.24 => "routes (ipForward)",
    1.3.6.1.2.1.4.35 => "other hosts' addresses (ipNetToPhysicalTable)",
    1.3.6.1.2.1.6.13 => "TCP connections and their peers (tcpConnTable)",
    1.3.6.1.2.1.6.19 => "TCP connections and their peers (tcpConnectionTable)",
    1.3.6.1.2.1.7.5 => "UDP listeners (udpTable)",
    1.3.6.1.2.1.7.7 => "UDP endpoints and their peers (udpEndpointTable)",
    1.3.6.1.2.1.25.4 => "running programs (hrSWRun)",
    1.3.6.1.2.1.25.5 => "running programs (hrSWRunPerf)",
    1.3.6.1.2.1.43.5.1.1.4 => "a person (prtGeneralCurrentOperator)",
    1.3.6.1.2.1.43.5.1.1.5 => "a person (prtGeneralServicePerson)",
    1.3.6.1.4.1.11.2.3.9.4.2.1.1.6.5.25 => "HP: the job being printed",
    1.3.6.1.4.1.253.8.59.6.1.1 => "Xerox: current jobs",
    1.3.6.1.4.1.367.3.2.1.1.1.3 => "Ricoh: a person to contact",
    1.3.6.1.4.1.367.3.2.1.2.2.15 => "Ricoh: the scanner's user",
    1.3.6.1.4.1.367.3.2.1.3.2.1.1.1.2 => "Ricoh: job log",
    1.3.6.1.4.1.367.3.2.1.3.2.1.1.1.4 => "Ricoh: job log",
    1.3.6.1.4.1.367.3.2.1.3.2.1.1.1.6 => "Ricoh: job log",
    1.3.6.1.4.1.367.3.2.1.3.2.1.1.1.8 => "Ricoh: job log",
    1.3.6.1.4.1.367.3.2.1.3.2.1.1.1.11 => "Ricoh: job log",
    1.3.6.1.4.1.1129.2.3.50.1.7.1.3.1.1.6.1.2 => "Toshiba TEC: running jobs",
    1.3.6.1.4.1.1248.1.2.2.27.20.1 => "Epson: job log",
    1.3.6.1.4.1.1347.42.1.2.1.2.1.3 => "Kyocera: department names",
    1.3.6.1.4.1.1347.47.2.1.1 => "Kyocera: jobs",
    1.3.6.1.4.1.2699.1.1 => "jobs and their owners (Job-Monitoring-MIB)",
    1.3.6.1.4.1.18334.1.1.4.1.1 => "Konica Minolta: jobs",
    1.3.6.1.4.1.18334.1.1.4.1.2.1.1.2 => "Konica Minolta: jobs",
    1.3.6.1.4.1.18334.1.1.4.1.2.1.1.3 => "Konica Minolta: jobs",
    1.3.6.1.4.1.18334.1.1.4.1.2.1.1.4 => "Konica Minolta: jobs",
    1.3.6.1.4.1.18334.1.1.4.1.2.1.1.5 => "Konica Minolta: jobs",
    1.3.6.1.4.1.18334.1.1.4.1.3.1.1.3 => "Konica Minolta: jobs",
    1.3.6.1.4.1.18334.1.1.4.1.3.1.1.4 => "Konica Minolta: jobs",
    1.3.6.1.4.1.18334.1.1.4.1.3.1.1.5 => "Konica Minolta: jobs",
    1.3.6.1.4.1.18334.1.1.4.1.3.1.1.13 => "Konica Minolta: jobs",
    1.3.6.1.4.1.18334.1.1.4.1.3.1.1.14 => "Konica Minolta: jobs",
    1.3.6.1.4.1.18334.1.1.4.1.3.1.1.15 => "Konica Minolta: jobs",
    1.3.6.1.4.1.18334.1.1.4.1.3.1.1.20 => "Konica Minolta: jobs",
    1.3.6.1.4.1.18334.1.1.4.1.3.1.1.24 => "Konica Minolta: jobs",
    1.3.6.1.4.1.18334.1.1.4.1.3.1.1.26 => "Konica Minolta: jobs",
    1.3.6.1.4.1.18334.1.1.4.1.3.1.1.27 => "Konica Minolta: jobs",
    1.3.6.1.6.3.15 => "SNMP users (SNMP-USER-BASED-SM-MIB)",
    1.3.6.1.6.3.16 => "access control (SNMP-VIEW-BASED-ACM-MIB)",
    1.3.6.1.6.3.18 => "communities (SNMP-COMMUNITY-MIB)",
};

#[cfg(test)]
mod tests {
    use super::*;
    use snmp_core::oid;

    #[test]
    fn list_is_in_order_and_no_entry_lies_under_another() {
        for pair in LIST.windows(2) {
            assert!(
                pair[0].root < pair[1].root && !pair[1].root.starts_with(pair[0].root),
                "{}",
                pair[1].root
            );
        }
    }

    #[test]
    fn names_under_an_entry_are_forbidden() {
        assert!(forbids(oid!(1.3.6.1.2.1.1.4.0)));
        assert!(forbids(oid!(1.3.6.1.4.1.2699.1.1.1.1)));
        assert!(!forbids(oid!(1.3.6.1.4.1.2699.1.2.1.2.1.1.3.1)));
        assert!(!forbids(oid!(1.3.6.1.2.1.1.5.0)));
        assert!(!forbids(oid!(1.3.6.1.2.1.43.5.1.1.17.1)));
        assert!(within(oid!(1.3.6.1.2.1.25)).is_some());
        assert!(within(oid!(1.3.6.1.2.1.25.3)).is_none());
        assert!(within(oid!(1.3.6.1.2.1.25.4.2.1)).is_some());
    }
}
