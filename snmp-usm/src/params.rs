//! `UsmSecurityParameters`: what stands inside msgSecurityParameters (RFC 3414 §2.4).

use core::ops::Range;

use snmp_core::ber::{DecodeError, DecodeErrorKind, Field, Mark, Reader, Writer, tag};
use snmp_core::message::V3Layout;
use snmp_core::strictness::{Anomaly, Strictness};
use snmp_core::value::MalformedValue;

/// Octets of the longest msgUserName (RFC 3414 §2.4).
pub const MAX_USER_NAME: usize = 32;

/// Where the security parameters stand in a datagram, and their numbers.
///
/// Ranges, not slices, as in [`V3Layout`]: the message is decrypted in place. The place of the digest is known by
/// decoding, never by searching for zeros.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct UsmLayout {
    /// msgAuthoritativeEngineID: empty in a discovery; of any length here, judged later.
    pub engine_id: Range<usize>,
    /// msgAuthoritativeEngineBoots: 0 to 2^31−1.
    pub boots: u32,
    /// msgAuthoritativeEngineTime: 0 to 2^31−1 seconds.
    pub time: u32,
    /// msgUserName: at most 32 octets.
    pub user_name: Range<usize>,
    /// msgAuthenticationParameters: the digest.
    pub auth: Range<usize>,
    /// msgPrivacyParameters: the salt.
    pub privacy: Range<usize>,
}

impl UsmLayout {
    /// Finds the parameters of the message that `layout` was made of.
    ///
    /// # Errors
    /// When they do not decode, a number is negative, or the user name is too long. Offsets count from the start of
    /// the datagram.
    pub fn decode(datagram: &[u8], layout: &V3Layout, strictness: Strictness) -> Result<Self, DecodeError> {
        let contents = datagram.get(layout.parameters.clone()).unwrap_or_default();
        let mut outer = Reader::at(contents, layout.parameters.start);
        let mut parameters = outer.sequence(Field::MsgSecurityParameters)?;
        outer.finish(Field::MsgSecurityParameters)?;
        let engine_id = octet_string(&mut parameters, Field::MsgAuthoritativeEngineId)?;
        let boots = number(&mut parameters, Field::MsgAuthoritativeEngineBoots, strictness)?;
        let time = number(&mut parameters, Field::MsgAuthoritativeEngineTime, strictness)?;
        let at = parameters;
        let user_name = octet_string(&mut parameters, Field::MsgUserName)?;
        if user_name.len() > MAX_USER_NAME {
            return Err(at.error(Field::MsgUserName, DecodeErrorKind::Value(MalformedValue::Length)));
        }
        let auth = octet_string(&mut parameters, Field::MsgAuthenticationParameters)?;
        let privacy = octet_string(&mut parameters, Field::MsgPrivacyParameters)?;
        parameters.finish(Field::MsgSecurityParameters)?;
        Ok(Self {
            engine_id,
            boots,
            time,
            user_name,
            auth,
            privacy,
        })
    }
}

fn octet_string(reader: &mut Reader<'_>, field: Field) -> Result<Range<usize>, DecodeError> {
    let contents = reader.expect(tag::OCTET_STRING, field)?;
    Ok(contents.offset()..contents.offset() + contents.rest().len())
}

/// A number of 0 to 2^31−1.
fn number(reader: &mut Reader<'_>, field: Field, strictness: Strictness) -> Result<u32, DecodeError> {
    let at = *reader;
    let content = { *reader }.expect(tag::INTEGER, field)?;
    let value = reader.integer(field)?;
    if matches!(content.rest(), [0, 0..=0x7f, ..]) && !strictness.tolerates(Anomaly::NonMinimalInteger) {
        return Err(at.error(field, DecodeErrorKind::NotTolerated(Anomaly::NonMinimalInteger)));
    }
    u32::try_from(value).map_err(|_| at.error(field, DecodeErrorKind::IntegerRange))
}
/// Security parameters that are to be written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UsmParameters<'a> {
    pub(crate) engine_id: &'a [u8],
    pub(crate) boots: u32,
    pub(crate) time: u32,
    pub(crate) user_name: &'a [u8],
    /// Octets of the digest; zeros are written for it.
    pub(crate) mac_len: usize,
    pub(crate) salt: &'a [u8],
}

impl UsmParameters<'_> {
    /// Writes them as the contents of msgSecurityParameters; the place of the digest in the buffer, and the mark
    /// behind which they stand.
    pub(crate) fn encode(&self, writer: &mut Writer<'_>) -> (Range<usize>, Mark) {
        let end = writer.mark();
        writer.octet_string(self.salt);
        let mac_end = writer.mark();
        writer.octets([0; 64].get(..self.mac_len).unwrap_or_default());
        let mac = writer.since(mac_end);
        writer.constructed(tag::OCTET_STRING, mac_end);
        writer.octet_string(self.user_name);
        for number in [self.time, self.boots] {
            writer.integer(i32::try_from(number).unwrap_or(i32::MAX));
        }
        writer.octet_string(self.engine_id);
        writer.sequence(end);
        (mac, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;
    use snmp_core::message::{Flags, V3Header, wrap_v3};
    use snmp_core::security::SecurityLevel;

    /// A message without a PDU, whose parameters are these.
    fn message(parameters: &UsmParameters<'_>) -> (Vec<u8>, V3Layout) {
        let mut buffer = [0; 512];
        let mut writer = Writer::new(&mut buffer);
        let end = writer.mark();
        writer.element(tag::SEQUENCE, &[]);
        let (_, parameters_end) = parameters.encode(&mut writer);
        let header = V3Header {
            msg_id: 1,
            max_size: 484,
            flags: Flags::new(SecurityLevel::NoAuthNoPriv, false),
        };
        wrap_v3(&mut writer, &header, 3, parameters_end, end);
        let range = writer.finish().unwrap();
        let octets = buffer[range].to_vec();
        let layout = V3Layout::decode(&octets, Strictness::STRICT).unwrap();
        (octets, layout)
    }

    const SOME: UsmParameters<'_> = UsmParameters {
        engine_id: b"engine",
        boots: 0x7fff_ffff,
        time: 128,
        user_name: b"user",
        mac_len: 24,
        salt: b"8 octets",
    };

    #[test]
    fn r3414_2_4a_what_is_written_is_found_again() {
        let (octets, layout) = message(&SOME);
        let found = UsmLayout::decode(&octets, &layout, Strictness::STRICT).unwrap();
        assert_eq!(
            (&octets[found.engine_id], &octets[found.user_name]),
            (&b"engine"[..], &b"user"[..])
        );
        assert_eq!((found.boots, found.time), (0x7fff_ffff, 128));
        assert_eq!(
            (&octets[found.auth], &octets[found.privacy]),
            (&[0; 24][..], &b"8 octets"[..])
        );
    }

    #[test]
    fn r3414_2_4b_long_names_and_negative_numbers_are_parse_errors() {
        let name = [b'x'; 33];
        let (octets, layout) = message(&UsmParameters {
            user_name: &name[..32],
            ..SOME
        });
        UsmLayout::decode(&octets, &layout, Strictness::STRICT).unwrap();
        let (octets, layout) = message(&UsmParameters {
            user_name: &name,
            ..SOME
        });
        let error = UsmLayout::decode(&octets, &layout, Strictness::DEPLOYED).unwrap_err();
        assert_eq!(error.field, Field::MsgUserName);
        // The sign bit of the boots, then of the time.
        for (value, field) in [
            (0x7fff_ffff_u32, Field::MsgAuthoritativeEngineBoots),
            (0x7fff_fffe, Field::MsgAuthoritativeEngineTime),
        ] {
            let (mut octets, layout) = message(&UsmParameters {
                time: 0x7fff_fffe,
                ..SOME
            });
            let at = octets
                .windows(4)
                .position(|four| four == value.to_be_bytes())
                .unwrap();
            octets[at] |= 0x80;
            let error = UsmLayout::decode(&octets, &layout, Strictness::DEPLOYED).unwrap_err();
            assert_eq!((error.field, error.kind), (field, DecodeErrorKind::IntegerRange));
            assert_eq!(
                error.offset,
                at - 2,
                "of the element, from the start of the datagram"
            );
        }
    }

    #[test]
    fn every_cut_and_every_octet_flipped_returns() {
        let (octets, layout) = message(&SOME);
        for at in layout.parameters.clone() {
            for flip in 1..=255 {
                let mut flipped = octets.clone();
                flipped[at] ^= flip;
                if let Ok(found) = UsmLayout::decode(&flipped, &layout, Strictness::DEPLOYED) {
                    assert!(flipped.get(found.privacy).is_some() && flipped.get(found.auth).is_some());
                }
            }
            let mut cut = layout.clone();
            cut.parameters.end = at;
            UsmLayout::decode(&octets, &cut, Strictness::DEPLOYED).unwrap_err();
        }
    }
}
