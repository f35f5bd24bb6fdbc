use alloc::boxed::Box;
use alloc::vec::Vec;
use core::net::SocketAddr;

use super::node::Node;
use crate::datagram::{BufferTooSmall, Handled, NotMine, Transmit, Via};
use crate::manager::{Manager, OwnedEvent};
use crate::security::{NoV3, SecurityModel};
use crate::time::Instant;

/// A manager in a network, with its events in the order in which they came.
#[derive(Debug)]
#[expect(clippy::exhaustive_structs, reason = "a test takes it apart")]
pub struct Polling<S: SecurityModel = NoV3> {
    /// The manager.
    pub manager: Manager<S>,
    /// When each event came, and the event.
    pub events: Vec<(Instant, OwnedEvent)>,
    /// What it did not take.
    pub not_mine: Vec<NotMine>,
}

impl<S: SecurityModel> Polling<S> {
    /// Keeps the events of this manager.
    #[must_use]
    pub const fn new(manager: Manager<S>) -> Self {
        Self {
            manager,
            events: Vec::new(),
            not_mine: Vec::new(),
        }
    }

    fn drain(&mut self, now: Instant) {
        while let Some(event) = self.manager.poll_event() {
            self.events.push((now, event.to_owned()));
        }
    }
}

impl<S: SecurityModel> Node for Polling<S> {
    fn handle_datagram(&mut self, now: Instant, via: Via, from: SocketAddr, datagram: &mut [u8]) {
        match self.manager.handle_datagram(now, via, from, datagram) {
            Handled::Event(event) => self.events.push((now, event.to_owned())),
            Handled::Consumed => {}
            Handled::NotMine(reason) => self.not_mine.push(reason),
        }
        self.drain(now);
    }

    fn handle_unreachable(&mut self, now: Instant, via: Via, to: SocketAddr) {
        self.manager.handle_unreachable(now, via, to);
        self.drain(now);
    }

    fn handle_timeout(&mut self, now: Instant) {
        self.manager.handle_timeout(now);
        self.drain(now);
    }

    fn poll_transmit(&mut self, now: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall> {
        while let Some(store) = self.manager.poll_store() {
            self.manager.handle_stored(store.token);
        }
        let transmit = self.manager.poll_transmit(now, buffer);
        self.drain(now);
        transmit
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        self.manager.poll_timeout()
    }
}

/// A node of a network of one manager, or several, and nodes of one other type.
#[derive(Debug)]
#[expect(clippy::exhaustive_enums, reason = "a test takes it apart")]
pub enum Role<N, S: SecurityModel = NoV3> {
    /// A manager.
    Polling(Box<Polling<S>>),
    /// What it talks to.
    Other(N),
}

impl<N, S: SecurityModel> Role<N, S> {
    /// A manager whose events are kept.
    #[must_use]
    pub fn polling(manager: Manager<S>) -> Self {
        Self::Polling(Box::new(Polling::new(manager)))
    }

    /// The manager, where it is one.
    #[must_use]
    pub fn as_polling(&self) -> Option<&Polling<S>> {
        match self {
            Self::Polling(polling) => Some(polling),
            Self::Other(_) => None,
        }
    }

    /// The manager, where it is one, to give it commands.
    #[must_use]
    pub fn as_polling_mut(&mut self) -> Option<&mut Polling<S>> {
        match self {
            Self::Polling(polling) => Some(polling),
            Self::Other(_) => None,
        }
    }
}

impl<N: Node, S: SecurityModel> Node for Role<N, S> {
    fn handle_datagram(&mut self, now: Instant, via: Via, from: SocketAddr, datagram: &mut [u8]) {
        match self {
            Self::Polling(node) => node.handle_datagram(now, via, from, datagram),
            Self::Other(node) => node.handle_datagram(now, via, from, datagram),
        }
    }

    fn handle_unreachable(&mut self, now: Instant, via: Via, to: SocketAddr) {
        match self {
            Self::Polling(node) => node.handle_unreachable(now, via, to),
            Self::Other(node) => node.handle_unreachable(now, via, to),
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        match self {
            Self::Polling(node) => node.handle_timeout(now),
            Self::Other(node) => node.handle_timeout(now),
        }
    }

    fn poll_transmit(&mut self, now: Instant, buffer: &mut [u8]) -> Result<Option<Transmit>, BufferTooSmall> {
        match self {
            Self::Polling(node) => node.poll_transmit(now, buffer),
            Self::Other(node) => node.poll_transmit(now, buffer),
        }
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        match self {
            Self::Polling(node) => node.poll_timeout(),
            Self::Other(node) => node.poll_timeout(),
        }
    }
}
