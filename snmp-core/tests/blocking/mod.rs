//! A manager over one blocking UDP socket: the whole of a driver.

use std::net::UdpSocket;
use std::time::Duration;

use snmp_core::datagram::{Handled, Via};
use snmp_core::manager::{Event, Manager, OwnedEvent, RequestId};
use snmp_core::security::SecurityModel;
use snmp_core::time::Instant;

pub(crate) struct Blocking<S: SecurityModel> {
    pub(crate) manager: Manager<S>,
    socket: UdpSocket,
    zero: std::time::Instant,
}

impl<S: SecurityModel> Blocking<S> {
    pub(crate) fn new(manager: Manager<S>) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        Self {
            manager,
            socket,
            zero: std::time::Instant::now(),
        }
    }

    pub(crate) fn now(&self) -> Instant {
        Instant::from_micros(self.zero.elapsed().as_micros().try_into().unwrap())
    }

    /// Runs until the request's final event; gives all its events.
    pub(crate) fn finish(&mut self, request: RequestId) -> Vec<OwnedEvent> {
        let mut events = Vec::new();
        let mut buffer = vec![0; 65_535];
        loop {
            while let Some(transmit) = self.manager.poll_transmit(self.now(), &mut buffer).unwrap() {
                // Where a connected peer is gone, the next receive says so; this socket is not connected.
                self.socket.send_to(&buffer[transmit.range], transmit.to).unwrap();
            }
            while let Some(event) = self.manager.poll_event() {
                assert_eq!(event.request(), request);
                events.push(event.to_owned());
            }
            if events.last().is_some_and(|event| event.event().is_final()) {
                return events;
            }
            let now = self.now();
            let due = self.manager.poll_timeout().expect("something is under way");
            if due <= now {
                self.manager.handle_timeout(now);
                continue;
            }
            let wait = (due - now).max(Duration::from_millis(1));
            self.socket.set_read_timeout(Some(wait)).unwrap();
            if let Ok((length, from)) = self.socket.recv_from(&mut buffer) {
                let now = self.now();
                match self
                    .manager
                    .handle_datagram(now, Via(0), from, &mut buffer[..length])
                {
                    Handled::Event(event) => {
                        let event: Event<'_> = event;
                        assert_eq!(event.request(), request);
                        events.push(event.to_owned());
                    }
                    Handled::Consumed | Handled::NotMine(_) => {}
                }
            }
        }
    }
}
