//! Messages to decode and encode: mixed as a survey of a fleet sees them.

use crate::walks::{RawVarBind, element, synthetic, walks};

/// Varbinds a message, four times over: what GETs, small tables and GETBULKs of a survey bring.
const SIZES: [usize; 16] = [1, 25, 1, 9, 60, 4, 13, 25, 32, 2, 50, 7, 40, 18, 30, 14];

/// 64 `SNMPv2c` Responses of 1 to 60 varbinds each, together 1324, cut from the walks of many devices in turn; from
/// synthetic printers where the outside data is absent.
///
/// A repeated single message is learnt by the branch predictor; this stream is not.
#[must_use]
pub fn mixed() -> Vec<Vec<u8>> {
    let mut devices: Vec<Vec<RawVarBind>> = walks().into_iter().map(|walk| walk.var_binds).collect();
    devices.retain(|device| device.len() >= 60);
    if devices.is_empty() {
        devices = (0..16).map(|seed| synthetic(seed * 1_237 + 1)).collect();
    }
    let count = SIZES.len() * 4;
    (0..count)
        .map(|n| {
            let device = &devices[n * devices.len() / count];
            let size = SIZES[n % SIZES.len()].min(device.len());
            // Another part of the walk each time: numbers here, texts there.
            let start = (n * 7_919) % (device.len() - size + 1);
            response(0x1000_0000 + n as i32 * 77_773, &device[start..start + size])
        })
        .collect()
}

/// An `SNMPv2c` Response with these varbinds.
#[must_use]
pub fn response(request_id: i32, var_binds: &[RawVarBind]) -> Vec<u8> {
    let list: Vec<u8> = var_binds.iter().flat_map(RawVarBind::to_octets).collect();
    let pdu = [
        element(2, &request_id.to_be_bytes()),
        element(2, &[0]),
        element(2, &[0]),
        element(0x30, &list),
    ]
    .concat();
    let message = [element(2, &[1]), element(4, b"public"), element(0xa2, &pdu)].concat();
    element(0x30, &message)
}

/// The same three messages everywhere: 1 varbind, 25 of a supplies table, 100 of an input table.
#[must_use]
pub fn typical() -> [(&'static str, Vec<u8>); 3] {
    let printer = synthetic(4_711);
    let supplies: Vec<_> = columns(&printer, "1.3.6.1.2.1.43.11.1.1", 25);
    let count: Vec<_> = columns(&printer, "1.3.6.1.2.1.43.10.2.1.4", 1);
    let input: Vec<_> = columns(&printer, "1.3.6.1.2.1.43.8.2.1", 100);
    [
        ("get1", response(0x1357_9bdf, &count)),
        ("bulk25", response(0x1357_9be0, &supplies)),
        ("bulk100", response(0x1357_9be1, &input)),
    ]
}

/// `count` varbinds from the table `prefix` on, over again where the walk is shorter.
fn columns(printer: &[RawVarBind], prefix: &str, count: usize) -> Vec<RawVarBind> {
    let prefix = crate::walks::name_octets(prefix).unwrap_or_default();
    let first = printer
        .iter()
        .position(|vb| vb.name.starts_with(&prefix))
        .unwrap_or(0);
    printer[first..].iter().cycle().take(count).cloned().collect()
}
