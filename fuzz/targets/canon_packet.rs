//! Any octets as packets of Canon's protocols, from and to a device; each body decoder also by itself.
#![no_main]

use canon_bjnp::{Packet, cpca, device_id, discover, job, policy, status};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(packet) = Packet::decode(data) {
        let _ = packet.answer();
        let _ = packet.request();
    }
    // What is recognised as one of ours is written again as it came.
    if let Some((request, sequence)) = policy::Request::recognise(data) {
        let mut buffer = [0; 64];
        assert_eq!(request.encode(sequence, &mut buffer), Ok(data));
    }
    let _ = cpca::CpcaPacket::decode(data);
    if let Ok(id) = device_id::DeviceId::decode(data) {
        let _ = format!("{id:?}");
    }
    if let Ok(found) = discover::Discover::decode(data) {
        assert!(found.claims().count() <= data.len());
    }
    let _ = status::Status::decode(data);
    let _ = status::PhotoPrinterStatus::decode(data);
    let _ = job::SessionStart::decode(data);
});
