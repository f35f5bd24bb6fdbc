//! Any octets as an unsealed message: what the strict reader takes, our writer writes octet for octet.
#![no_main]

use kpax_wire::{Message, cbor, limits};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let checked = cbor::check(data, limits::MESSAGE);
    if let Ok(message) = Message::decode(data) {
        assert!(checked.is_ok(), "decoded what is not deterministic CBOR");
        assert_eq!(message.encode().as_deref(), Ok(data));
    }
});
