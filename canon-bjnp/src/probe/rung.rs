//! The rungs of the ladder: a port, the protocol that is tried there, and what is asked, in which order.

use crate::policy::{Dialect, IdForm, Request, SwitchedOn, Unit};

/// One port of a device. The order is that of the ladder.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
#[non_exhaustive]
pub enum Rung {
    /// BJNP, UDP 8611.
    BjnpPrinter,
    /// BJNP, UDP 8612.
    BjnpScanner,
    /// MFNP, UDP 8610; asked as a scanner, as sane-backends does.
    Mfnp,
    /// CPNP, UDP 8609.
    Cpnp,
    /// Echo of the administration protocol, UDP 47545.
    Echo,
}

impl Rung {
    /// All, from the first to the last.
    pub const ALL: [Self; 5] = [
        Self::BjnpPrinter,
        Self::BjnpScanner,
        Self::Mfnp,
        Self::Cpnp,
        Self::Echo,
    ];

    /// The UDP port.
    #[must_use]
    pub const fn port(self) -> u16 {
        match self {
            Self::BjnpPrinter => 8611,
            Self::BjnpScanner => 8612,
            Self::Mfnp => 8610,
            Self::Cpnp => 8609,
            Self::Echo => 47545,
        }
    }

    const fn dialect(self) -> Option<Dialect> {
        Some(match self {
            Self::BjnpPrinter => Dialect::Bjnp(Unit::Printer),
            Self::BjnpScanner => Dialect::Bjnp(Unit::Scanner),
            Self::Mfnp => Dialect::Mfnp(Unit::Scanner),
            Self::Cpnp => Dialect::Cpnp,
            Self::Echo => return None,
        })
    }

    pub(super) const fn index(self) -> usize {
        match self {
            Self::BjnpPrinter => 0,
            Self::BjnpScanner => 1,
            Self::Mfnp => 2,
            Self::Cpnp => 3,
            Self::Echo => 4,
        }
    }
}

/// What the operator switched on beyond discover and device id. Off by default.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Switches {
    /// Ask a BJNP printer for its status.
    pub status: Option<SwitchedOn>,
    /// Try Echo on port 47545.
    pub echo: Option<SwitchedOn>,
}

/// Where a probe stands on the ladder: the rung, and the request that is due or under way.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Place {
    pub(super) rung: Rung,
    pub(super) request: Request,
}

impl Place {
    /// The ladder's foot.
    pub(super) const FIRST: Self = Self {
        rung: Rung::BjnpPrinter,
        request: Request::Discover(Dialect::Bjnp(Unit::Printer)),
    };

    /// The next request on the same rung, once the last one was answered.
    pub(super) fn next_request(self, switches: Switches) -> Option<Self> {
        let dialect = self.rung.dialect()?;
        let request = match self.request {
            Request::Discover(_) => {
                let form = if dialect == Dialect::Cpnp {
                    IdForm::FourZeros
                } else {
                    IdForm::Empty
                };
                Request::DeviceId(dialect, form)
            }
            Request::DeviceId(..) if self.rung == Rung::BjnpPrinter => Request::Status(switches.status?),
            _ => return None,
        };
        Some(Self { request, ..self })
    }

    /// The first request of the next rung. Once a device id is known, only Echo tells anything new.
    pub(super) fn next_rung(self, switches: Switches, id_known: bool) -> Option<Self> {
        let above = Rung::ALL.into_iter().filter(|&rung| rung > self.rung);
        let mut places = above.filter_map(|rung| {
            let request = match rung.dialect() {
                Some(_) if id_known => return None,
                Some(dialect) => Request::Discover(dialect),
                None => Request::Echo(switches.echo?),
            };
            Some(Self { rung, request })
        });
        places.next()
    }
}
