//! The format's published examples decode, and encode to the same octets again.

use std::{fs, path::PathBuf};

use kpax_wire::Message;

fn published() -> Vec<(PathBuf, Vec<u8>)> {
    let Some(shared) = benches::shared() else {
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = fs::read_dir(shared.join("wire/examples"))
        .expect("wire/examples")
        .map(|entry| entry.expect("entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "cbor"))
        .collect();
    files.sort();
    assert!(files.len() >= 24, "only {} examples", files.len());
    files
        .into_iter()
        .map(|path| (path.clone(), fs::read(&path).expect("example")))
        .collect()
}

#[test]
fn published_examples_encode_to_the_octets_they_were_decoded_from() {
    for (path, octets) in published() {
        let message = Message::decode(&octets).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let again = message
            .encode()
            .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(again, octets, "{}", path.display());
    }
}

#[test]
fn published_examples_cut_or_lengthened_anywhere_are_refused() {
    for (path, octets) in published() {
        let step = (octets.len() / 500).max(1);
        for len in (0..octets.len()).step_by(step) {
            assert!(
                Message::decode(&octets[..len]).is_err(),
                "{} cut at {len}",
                path.display()
            );
        }
        let longer = [octets.as_slice(), &[0]].concat();
        assert!(Message::decode(&longer).is_err(), "{} lengthened", path.display());
    }
}

#[test]
fn examples_with_any_octet_changed_never_panic_and_keep_one_form() {
    for (path, octets) in published() {
        let step = (octets.len() / 100).max(1);
        for at in (0..octets.len()).step_by(step) {
            for flip in [0x01, 0x20, 0x80, 0xff] {
                let mut changed = octets.clone();
                changed[at] ^= flip;
                // What is still a message has one form, but for items at a row's end that say nothing.
                if let Ok(message) = Message::decode(&changed) {
                    let again = message
                        .encode()
                        .unwrap_or_else(|error| panic!("{}: {error}", path.display()));
                    assert_eq!(
                        Message::decode(&again).as_ref(),
                        Ok(&message),
                        "{} at {at}",
                        path.display()
                    );
                }
            }
        }
    }
}
