//! The packets of Canon devices: `canon/packets/INDEX.tsv` and the files that it names.

use std::fs;

/// One row of the index, with its octets.
#[derive(Clone, Debug)]
pub struct CanonPacket {
    /// The file's name.
    pub file: String,
    /// Whether it was published as captured (`real`), and not constructed for tests.
    pub real: bool,
    /// Whether it is decoded as an answer; else as a request.
    pub from_device: bool,
    /// The content or error, in the words of `canon/PROTOCOL.md` §9.
    pub expected: String,
    /// The datagram.
    pub octets: Vec<u8>,
}

/// Every packet of the index, or `None` where the outside data is absent.
///
/// # Panics
/// When the index or a file that it names cannot be read.
#[must_use]
pub fn canon_packets() -> Option<Vec<CanonPacket>> {
    let folder = crate::shared()?.join("canon/packets");
    let index = fs::read_to_string(folder.join("INDEX.tsv")).expect("the index of packets");
    let packets = index.lines().skip(1).map(|row| {
        let columns: Vec<&str> = row.split('\t').collect();
        let [file, kind, _, direction, _, expected] = columns[..] else {
            panic!("a row of the index: {row}")
        };
        let text = fs::read_to_string(folder.join(file)).expect("a packet of the index");
        let digits: String = text.split_whitespace().collect();
        let octet = |at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal digits");
        CanonPacket {
            file: file.to_owned(),
            real: kind == "real",
            from_device: direction == "from-device",
            expected: expected.to_owned(),
            octets: (0..digits.len()).step_by(2).map(octet).collect(),
        }
    });
    Some(packets.collect())
}
