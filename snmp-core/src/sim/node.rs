use alloc::boxed::Box;
use core::net::SocketAddr;

use crate::datagram::{BufferTooSmall, Handled, Transmit, Via};
use crate::notification::Receiver;
use crate::responder::{MibView, Responder};
use crate::security::SecurityModel;
use crate::time::Instant;

/// What takes part in a [`Network`](super::Network): the verbs of every machine, without its events.
///
/// A test that wants the events puts a type of its own around the machine, which keeps them.
pub trait Node {
    /// A datagram arrived.
    fn handle_datagram(&mut self, now: Instant, via: Via, from: SocketAddr, datagram: &mut [u8]);

    /// A datagram that was sent to this address found nobody there.
    fn handle_unreachable(&mut self, now: Instant, via: Via, to: SocketAddr) {
        let _ = (now, via, to);
    }

    /// The time that [`poll_timeout`](Self::poll_timeout) named has come.
    fn handle_timeout(&mut self, now: Instant) {
        let _ = now;
    }

    /// The next datagram.
    ///
    /// # Errors
    /// When the buffer is too small.
    fn poll_transmit(&mut self, now: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall>;

    /// When [`handle_timeout`](Self::handle_timeout) is to be called.
    fn poll_timeout(&mut self) -> Option<Instant> {
        None
    }
}

impl<N: Node + ?Sized> Node for Box<N> {
    fn handle_datagram(&mut self, now: Instant, via: Via, from: SocketAddr, datagram: &mut [u8]) {
        (**self).handle_datagram(now, via, from, datagram);
    }

    fn handle_unreachable(&mut self, now: Instant, via: Via, to: SocketAddr) {
        (**self).handle_unreachable(now, via, to);
    }

    fn handle_timeout(&mut self, now: Instant) {
        (**self).handle_timeout(now);
    }

    fn poll_transmit(&mut self, now: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall> {
        (**self).poll_transmit(now, buffer)
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        (**self).poll_timeout()
    }
}

/// Its engine boots count as stored as soon as they are handed out.
impl<V: MibView, S: SecurityModel> Node for Responder<V, S> {
    fn handle_datagram(&mut self, now: Instant, via: Via, from: SocketAddr, datagram: &mut [u8]) {
        if let Handled::NotMine(reason) = Self::handle_datagram(self, now, via, from, datagram) {
            self.count(reason);
        }
    }

    fn handle_unreachable(&mut self, now: Instant, via: Via, to: SocketAddr) {
        Self::handle_unreachable(self, now, via, to);
    }

    fn poll_transmit(&mut self, now: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall> {
        while let Some(store) = self.poll_store() {
            self.handle_stored(store.token);
        }
        Self::poll_transmit(self, now, buffer)
    }
}

/// Accepts every inform; its engine boots count as stored as soon as they are handed out.
impl<S: SecurityModel> Node for Receiver<S> {
    fn handle_datagram(&mut self, now: Instant, via: Via, from: SocketAddr, datagram: &mut [u8]) {
        use crate::notification::{Event, Kind, Notification};
        let inform = match Self::handle_datagram(self, now, via, from, datagram) {
            Handled::NotMine(reason) => return self.count(reason),
            Handled::Event(Event::Notification(Notification {
                kind: Kind::Inform(id),
                ..
            })) => id,
            Handled::Event(_) | Handled::Consumed => return,
        };
        self.accept(now, inform);
    }

    fn handle_unreachable(&mut self, now: Instant, via: Via, to: SocketAddr) {
        Self::handle_unreachable(self, now, via, to);
    }

    fn poll_transmit(&mut self, now: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall> {
        while let Some(store) = self.poll_store() {
            self.handle_stored(store.token);
        }
        Self::poll_transmit(self, now, buffer)
    }
}
