//! SNMP over TCP: whole messages out of any pieces, and an end where the stream is out of step (RFC 3430 §2.1).

use snmp_core::entropy::Entropy;
use snmp_core::framing::{FramingError, StreamReader, StreamWriter, WriteError, message_len};

/// A message with so many octets of contents, its length in the shortest form or in `padding` octets more.
fn message(contents: usize, padding: usize, fill: u8) -> Vec<u8> {
    let digits: Vec<u8> = contents
        .to_be_bytes()
        .into_iter()
        .skip_while(|octet| *octet == 0)
        .collect();
    let mut octets = vec![0x30];
    if contents < 0x80 && padding == 0 {
        octets.push(contents.try_into().unwrap());
    } else {
        let digits = [vec![0; padding], digits].concat();
        octets.push(0x80 | u8::try_from(digits.len()).unwrap());
        octets.extend(digits);
    }
    octets.resize(octets.len() + contents, fill);
    octets
}

/// What comes out of a stream that comes in such pieces.
fn read(reader: &mut StreamReader, pieces: &[&[u8]]) -> Result<Vec<Vec<u8>>, FramingError> {
    let mut messages = Vec::new();
    for piece in pieces {
        let mut rest = *piece;
        while !rest.is_empty() {
            let taken = reader.read(rest)?;
            assert!((1..=rest.len()).contains(&taken));
            rest = &rest[taken..];
            if let Some(message) = reader.message() {
                messages.push(message.to_vec());
            } else {
                assert!(rest.is_empty() && reader.is_partial());
            }
        }
    }
    Ok(messages)
}

#[test]
fn r3430_2_messages_come_whole_out_of_any_pieces() {
    for seed in 0..120_u32 {
        let mut key = [7; 16];
        key[..4].copy_from_slice(&seed.to_be_bytes());
        let mut entropy = Entropy::new(key);
        let sizes = [0, 1, 126, 127, 128, 255, 256, 300, 5000, 65_535, 65_536];
        let messages: Vec<Vec<u8>> = (0..entropy.below(12) + 1)
            .map(|n| {
                let contents = sizes[usize::try_from(entropy.below(11)).unwrap()];
                let room = if contents > 0xffff { 1 } else { 2 };
                let padding = usize::try_from(entropy.below(room)).unwrap();
                message(contents, padding, n.to_be_bytes()[3])
            })
            .collect();
        let stream = messages.concat();
        let most = [1, 2, 7, 100, 1500, 70_000][usize::try_from(entropy.below(6)).unwrap()];
        let (mut pieces, mut rest) = (Vec::new(), stream.as_slice());
        while !rest.is_empty() {
            let len = usize::try_from(entropy.below(most) + 1).unwrap();
            let (piece, after) = rest.split_at(len.min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        let mut reader = StreamReader::new(65_541);
        assert_eq!(read(&mut reader, &pieces).as_ref(), Ok(&messages), "seed {seed}");
        assert!(!reader.is_partial());
    }
}

#[test]
fn every_cut_of_two_messages_gives_the_same() {
    let messages = [message(130, 0, 1), message(3, 0, 2)];
    let stream = messages.concat();
    for cut in 0..=stream.len() {
        let mut reader = StreamReader::new(1472);
        let (first, second) = stream.split_at(cut);
        assert_eq!(
            read(&mut reader, &[first, second]).as_ref(),
            Ok(&messages.to_vec()),
            "{cut}"
        );
        let mut cut_off = StreamReader::new(1472);
        read(&mut cut_off, &[first]).unwrap();
        assert_eq!(cut_off.is_partial(), ![0, 133, 138].contains(&cut), "{cut}");
    }
}

#[test]
fn what_is_out_of_step_says_close_and_stays_so() {
    for (octets, error) in [
        (&[0x31, 0x00][..], FramingError::Tag(0x31)),
        (b"GET / HTTP/1.1", FramingError::Tag(b'G')),
        (&[0x30, 0x80, 0, 0], FramingError::IndefiniteLength),
        (
            &[0x30, 0x85, 0, 0, 0, 0, 1, 0],
            FramingError::LengthTooLong { octets: 5 },
        ),
        (&[0x30, 0xff], FramingError::LengthTooLong { octets: 127 }),
        (
            &[0x30, 0x84, 0x7f, 0xff, 0xff, 0xff],
            FramingError::TooLarge {
                needed: 0x8000_0005,
                limit: 1472,
            },
        ),
        (
            &[0x30, 0x82, 0x05, 0xbd],
            FramingError::TooLarge {
                needed: 1473,
                limit: 1472,
            },
        ),
    ] {
        // Behind a good message, at once and octet by octet.
        let stream = [&[0x30, 0x01, 0x05], octets].concat();
        let singles: Vec<&[u8]> = stream.chunks(1).collect();
        for pieces in [vec![stream.as_slice()], singles] {
            let mut reader = StreamReader::new(1472);
            assert_eq!(read(&mut reader, &pieces), Err(error));
            assert_eq!(reader.read(&[0x30, 0x00]), Err(error), "no way back into step");
            assert_eq!(reader.message(), None);
        }
        assert!(error.to_string().ends_with("close the connection"));
    }
    let largest = message(1468, 0, 9);
    assert_eq!(largest.len(), 1472);
    assert_eq!(read(&mut StreamReader::new(1472), &[&largest]), Ok(vec![largest]));
}

#[test]
fn r3430_2_the_size_is_bounded_before_anything_is_kept() {
    // 16 MiB are announced and allowed, one octet comes: memory follows what comes.
    let mut reader = StreamReader::new(1 << 25);
    reader.read(&[0x30, 0x84, 1, 0, 0, 0, 5]).unwrap();
    assert!(format!("{reader:?}").len() < 200);
    // Nothing below what every engine takes.
    let small = message(480, 0, 1);
    assert_eq!(read(&mut StreamReader::new(0), &[&small]), Ok(vec![small]));
}

#[test]
fn a_length_says_where_the_next_message_begins() {
    assert_eq!(message_len(&[]), Ok(None));
    assert_eq!(message_len(&[0x30]), Ok(None));
    assert_eq!(message_len(&[0x30, 0x84, 0, 0, 1]), Ok(None));
    assert_eq!(message_len(&[0x30, 0x84, 0, 0, 1, 2]), Ok(Some(264)));
    assert_eq!(message_len(&[0x30, 0x05]), Ok(Some(7)));
}

#[test]
fn the_writer_keeps_the_order_whatever_the_stream_takes() {
    for seed in 0..100 {
        let mut entropy = Entropy::new([seed; 16]);
        let mut writer = StreamWriter::new(4000);
        let (mut sent, mut taken) = (Vec::new(), Vec::new());
        for n in 0..200_u8 {
            let one = message(usize::try_from(entropy.below(900)).unwrap(), 0, n);
            match writer.push(&one) {
                Ok(()) => sent.extend(one),
                Err(error) => assert_eq!(
                    error,
                    WriteError::Full {
                        waiting: writer.pending().len()
                    }
                ),
            }
            assert!(writer.pending().len() <= 4000);
            let some = writer
                .pending()
                .len()
                .min(usize::try_from(entropy.below(700)).unwrap());
            taken.extend_from_slice(&writer.pending()[..some]);
            writer.written(some);
        }
        taken.extend_from_slice(writer.pending());
        writer.written(usize::MAX);
        assert!(writer.pending().is_empty());
        assert_eq!(taken, sent, "seed {seed}");
    }
}

#[test]
fn the_writer_takes_whole_messages_only() {
    let mut writer = StreamWriter::new(10);
    for octets in [&[][..], &[0x30, 0x02, 5], &[0x30, 0x01, 5, 0x30], &[0x02, 0x00]] {
        assert_eq!(writer.push(octets), Err(WriteError::NotOneMessage));
    }
    // One message may be larger than what may wait, so that it is sent at all.
    assert_eq!(writer.push(&message(100, 0, 1)), Ok(()));
    assert_eq!(writer.push(&[0x30, 0x00]), Err(WriteError::Full { waiting: 102 }));
}
