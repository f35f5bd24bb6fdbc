//! Bodies of operations that this crate never sends, for who reads captures: sessions and the panel's poll.

use crate::{DecodeError, text::Utf16};
use nom::{
    IResult, Parser,
    bytes::complete::take,
    number::complete::{be_u16, be_u32},
};

/// The body of a session start (op 0x10) request: who prints what.
///
/// Names of people, machines and documents: neither to be kept nor reported.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SessionStart<'a> {
    /// The asker's machine.
    pub host: Utf16<'a>,
    /// The asker's user.
    pub user: Utf16<'a>,
    /// The document.
    pub title: Utf16<'a>,
}

impl<'a> SessionStart<'a> {
    /// Reads the 392 octets.
    ///
    /// # Errors
    /// [`DecodeError::PayloadTooShort`] below 392 octets.
    pub fn decode(payload: &'a [u8]) -> Result<Self, DecodeError> {
        let parsed: IResult<_, _, ()> =
            (take(8_usize), take(64_usize), take(64_usize), take(256_usize)).parse(payload);
        let have = payload.len();
        let (_, (_, host, user, title)) =
            parsed.map_err(|_| DecodeError::PayloadTooShort { need: 392, have })?;
        Ok(Self {
            host: Utf16(host),
            user: Utf16(user),
            title: Utf16(title),
        })
    }
}

/// The TCP port in a CPNP session start answer: `30 30 30 30 PPPP 00 00`.
///
/// # Errors
/// [`DecodeError::PayloadTooShort`] below 8 octets.
pub(crate) fn session_port(payload: &[u8]) -> Result<u16, DecodeError> {
    let parsed: IResult<_, _, ()> = (take(4_usize), be_u16, take(2_usize)).parse(payload);
    let have = payload.len();
    let (_, (_, port, _)) = parsed.map_err(|_| DecodeError::PayloadTooShort { need: 8, have })?;
    Ok(port)
}

/// A body that is one number of 32 bits, big-endian.
///
/// # Errors
/// [`DecodeError::PayloadTooShort`] below 4 octets.
pub(crate) fn one_number(payload: &[u8]) -> Result<u32, DecodeError> {
    let parsed: IResult<_, _, ()> = be_u32(payload);
    let have = payload.len();
    parsed
        .map(|(_, number)| number)
        .map_err(|_| DecodeError::PayloadTooShort { need: 4, have })
}

/// The kind of a poll (op 0x32) request: 0, 1, 2 or 5.
///
/// # Errors
/// [`DecodeError::PayloadTooShort`] below 2 octets.
pub(crate) fn poll_kind(payload: &[u8]) -> Result<u16, DecodeError> {
    let parsed: IResult<_, _, ()> = be_u16(payload);
    let have = payload.len();
    parsed
        .map(|(_, kind)| kind)
        .map_err(|_| DecodeError::PayloadTooShort { need: 2, have })
}

/// The body of a poll (op 0x32) answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Poll {
    /// Bit 15: a button was pressed, and [`button`](Self::button) tells how. Lowest octet 1: start again.
    pub status: u32,
    /// Number of the dialogue, to be repeated.
    pub dialog: u32,
    /// Number of the button's press.
    pub key: u32,
    /// What was chosen on the panel.
    pub button: Option<Button>,
}

/// What was chosen on the panel, as an MX920 lays it out. The numbers are as received.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Button {
    /// 1 colour, 2 mono.
    pub color: u8,
    /// 1 flatbed, 2 feeder.
    pub source: u8,
    /// 0 none, 1 one-sided, 2 two-sided.
    pub feeder: u8,
    /// 1 A4, 2 Letter, 8 10x15, 9 13x18, 11 automatic.
    pub size: u8,
    /// 1 JPEG, 2 TIFF, 3 PDF, 4 compact PDF.
    pub format: u8,
    /// 1 to 4: 75, 150, 300, 600 dots an inch.
    pub dpi: u8,
    /// 1 portrait, 2 landscape.
    pub orientation: u8,
}

impl Poll {
    /// The bit of [`status`](Self::status) which says that a button was pressed.
    const PRESSED: u32 = 0x8000;

    /// Reads the 16 octets, and the 20 behind them when a button was pressed.
    ///
    /// # Errors
    /// [`DecodeError::PayloadTooShort`] below 16, or 36, octets.
    pub fn decode(payload: &[u8]) -> Result<Self, DecodeError> {
        let have = payload.len();
        let parsed: IResult<_, _, ()> = (be_u32, be_u32, be_u32, be_u32).parse(payload);
        let (block, (status, dialog, _, key)) =
            parsed.map_err(|_| DecodeError::PayloadTooShort { need: 16, have })?;
        let button = if status & Self::PRESSED == 0 {
            None
        } else {
            let Some(
                [
                    _,
                    _,
                    _,
                    _,
                    _,
                    _,
                    _,
                    color,
                    source,
                    feeder,
                    size,
                    format,
                    dpi,
                    _,
                    _,
                    _,
                    orient,
                    _,
                    _,
                    _,
                ],
            ) = block.first_chunk::<20>()
            else {
                return Err(DecodeError::PayloadTooShort { need: 36, have });
            };
            Some(Button {
                color: *color,
                source: *source,
                feeder: *feeder,
                size: *size,
                format: *format,
                dpi: *dpi,
                orientation: *orient,
            })
        };
        Ok(Self {
            status,
            dialog,
            key,
            button,
        })
    }

    /// Whether the device asks to begin the dialogue again.
    #[must_use]
    pub const fn wants_restart(&self) -> bool {
        self.status & 0xff == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_button_is_read_only_where_one_was_pressed() {
        let mut payload = [0; 36];
        payload[7] = 7;
        payload[15] = 42;
        let idle = Poll::decode(&payload[..16]).unwrap();
        assert_eq!(
            (idle.status, idle.dialog, idle.key, idle.button),
            (0, 7, 42, None)
        );
        payload[2] = 0x80;
        payload[16..].copy_from_slice(&core::array::from_fn::<u8, 20, _>(|at| u8::try_from(at).unwrap()));
        let button = Button {
            color: 7,
            source: 8,
            feeder: 9,
            size: 10,
            format: 11,
            dpi: 12,
            orientation: 16,
        };
        assert_eq!(Poll::decode(&payload).unwrap().button, Some(button));
        for (have, need) in [(15, 16), (16, 36), (35, 36)] {
            assert_eq!(
                Poll::decode(&payload[..have]),
                Err(DecodeError::PayloadTooShort { need, have })
            );
        }
        assert!(Poll { status: 1, ..idle }.wants_restart());
    }

    #[test]
    fn fixed_bodies_need_their_octets() {
        assert_eq!(session_port(b"0000\xc0\x01\0\0"), Ok(49153));
        assert!(session_port(b"0000\xc0\x01\0").is_err());
        assert_eq!(one_number(b"\0\0\x10\0"), Ok(4096));
        assert!(one_number(b"\0\0\x10").is_err());
        assert_eq!(poll_kind(b"\0\x05"), Ok(5));
        assert!(poll_kind(b"\0").is_err());
        assert!(SessionStart::decode(&[0; 391]).is_err());
        assert!(SessionStart::decode(&[0; 392]).is_ok());
    }
}
