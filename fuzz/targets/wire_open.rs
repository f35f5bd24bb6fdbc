//! Any octets as a sealed message: refused, since nobody sealed them. Any octets as a message: sealed by us they open
//! as they were.
#![no_main]

use kpax_wire::{Direction, EnrolledKey, Kid, Opener, Sealer, Site, SiteKey, Suite, seal::Epochs};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    for suite in [Suite::Aes256Gcm, Suite::Aes256GcmSiv] {
        let key = EnrolledKey {
            site: Site::new(b"a site").expect("6 octets"),
            kid: Kid::new(b"kid5").expect("4 octets"),
            suite,
            key: SiteKey::new([7; 32]),
            epochs: Epochs::Only(vec![1]),
        };
        assert!(Opener::new(Direction::Up).open(&key, data).is_err());
        let mut sealer = Sealer::new(&key, Direction::Up, 1, [1, 2, 3, 4, 5, 6], 1..2).expect("a sealer");
        if let Ok(sealed) = sealer.seal(data) {
            let opened = Opener::new(Direction::Up)
                .open(&key, &sealed)
                .expect("what we seal we open");
            assert_eq!(*opened.message, data);
        }
    }
});
