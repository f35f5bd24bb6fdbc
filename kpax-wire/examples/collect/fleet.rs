//! The simulated printers: written from what the MIBs define, one of each maker, and a device that is none.

use snmp_core::oid;
use snmp_core::oid::{Oid, OidBuf};
use snmp_core::responder::Store;
use snmp_core::value::Value;

/// By what a simulated device is talked to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Speaks {
    V1,
    V2c,
    /// authPriv by HMAC-SHA-256 and AES-128.
    V3,
}

/// What a simulated device is.
pub(crate) struct Spec {
    pub(crate) speaks: Speaks,
    description: &'static str,
    object_id: Oid<'static>,
    name: &'static str,
    location: &'static str,
    /// hrDeviceDescr: maker and model. Empty for what is no printer.
    device: &'static str,
    serial: &'static str,
    mac: [u8; 6],
    /// prtMarkerMarkTech: 4 electrophotographic laser, 12 inkjet aqueous.
    technology: i32,
    colorants: &'static [&'static str],
    /// prtMarkerLifeCount, in impressions.
    life: u32,
    supplies: &'static [Supply],
    trays: &'static [Tray],
    alerts: &'static [Alert],
    panel: &'static str,
    /// hrDeviceStatus, hrPrinterStatus, hrPrinterDetectedErrorState.
    status: (i32, i32, [u8; 2]),
}

/// prtMarkerSuppliesDescription, Type, Class, colorant (0: none), SupplyUnit, MaxCapacity, Level.
struct Supply(&'static str, i32, i32, i32, i32, i32, i32);

/// prtInputName, MediaName, MaxCapacity, CurrentLevel.
struct Tray(&'static str, &'static str, i32, i32);

/// prtAlertSeverityLevel, TrainingLevel, Group, GroupIndex, Code, Description.
struct Alert(i32, i32, i32, i32, i32, &'static str);

const TONER: i32 = 3;
const WASTE_TONER: i32 = 4;
const INK: i32 = 6;
const DRUM: i32 = 9;
const FUSER: i32 = 15;
const CONSUMED: i32 = 3;
const FILLED: i32 = 4;
const IMPRESSIONS: i32 = 7;
const TENTHS_OF_MILLILITERS: i32 = 15;
const PERCENT: i32 = 19;

const CMYK: &[&str] = &["black", "cyan", "magenta", "yellow"];
const BLACK: &[&str] = &["black"];

/// The fleet.
pub(crate) const FLEET: &[Spec] = &[
    Spec {
        speaks: Speaks::V2c,
        description: "HP ETHERNET MULTI-ENVIRONMENT,ROM none,JETDIRECT,EEPROM JSI24090012,PID:HP LaserJet M507",
        object_id: oid!(1.3.6.1.4.1.11.2.3.9.1),
        name: "NPI01A2B3",
        location: "Reception",
        device: "HP LaserJet M507",
        serial: "PHBC110001",
        mac: [0x02, 0x1b, 0x78, 0x01, 0xa2, 0xb3],
        technology: 4,
        colorants: BLACK,
        life: 48_112,
        supplies: &[
            Supply("Black Cartridge HP CF289A", TONER, CONSUMED, 1, PERCENT, 100, 63),
            Supply(
                "Maintenance Kit HP 110V-F2A76A",
                FUSER,
                CONSUMED,
                0,
                PERCENT,
                100,
                78,
            ),
        ],
        trays: &[
            Tray("Tray 1", "na_letter", 100, -2),
            Tray("Tray 2", "iso_a4_210x297mm", 550, -3),
        ],
        alerts: &[],
        panel: "Ready",
        status: (2, 3, [0, 0]),
    },
    Spec {
        speaks: Speaks::V2c,
        description: "Canon iR-ADV C3530 /P",
        object_id: oid!(1.3.6.1.4.1.1602.4.7),
        name: "CanonC3530",
        location: "2nd floor, copy room",
        device: "Canon iR-ADV C3530",
        serial: "XTK00417",
        mac: [0x02, 0x00, 0x85, 0x11, 0x22, 0x33],
        technology: 4,
        colorants: CMYK,
        life: 231_904,
        supplies: &[
            Supply("Canon NPG-67 Black Toner", TONER, CONSUMED, 1, PERCENT, 100, 40),
            Supply("Canon NPG-67 Cyan Toner", TONER, CONSUMED, 2, PERCENT, 100, 10),
            Supply("Canon NPG-67 Magenta Toner", TONER, CONSUMED, 3, PERCENT, 100, 80),
            Supply("Canon NPG-67 Yellow Toner", TONER, CONSUMED, 4, PERCENT, 100, 70),
            Supply("Waste Toner", WASTE_TONER, FILLED, 0, PERCENT, 100, -3),
        ],
        trays: &[
            Tray("Drawer 1", "A4", 550, 275),
            Tray("Drawer 2", "A3", 550, 0),
            Tray("Multi-purpose Tray", "", 100, -3),
        ],
        alerts: &[Alert(4, 3, 8, 2, 808, "No paper: Drawer 2")],
        panel: "Ready to copy.",
        status: (3, 3, [0x00, 0x04]),
    },
    Spec {
        speaks: Speaks::V1,
        description: "Brother NC-8300h, Firmware Ver.1.14  ,MID 84E-612",
        object_id: oid!(1.3.6.1.4.1.2435.2.3.9.1),
        name: "BRN3C2AF4",
        location: "",
        device: "Brother HL-L5100DN series",
        serial: "E74971D8N100234",
        mac: [0x02, 0x80, 0x77, 0x3c, 0x2a, 0xf4],
        technology: 4,
        colorants: BLACK,
        life: 15_220,
        supplies: &[
            Supply("Black Toner Cartridge", TONER, CONSUMED, 1, IMPRESSIONS, -2, -3),
            Supply("Drum Unit", DRUM, CONSUMED, 0, IMPRESSIONS, 30_000, 14_780),
        ],
        trays: &[Tray("MP Tray", "", 50, 0), Tray("Tray 1", "A4", 250, -3)],
        alerts: &[],
        panel: "SLEEP           ",
        status: (2, 3, [0, 0]),
    },
    Spec {
        speaks: Speaks::V3,
        description: "KYOCERA Document Solutions Printing System",
        object_id: oid!(1.3.6.1.4.1.1347.41),
        name: "KM5E1B2C",
        location: "Warehouse",
        device: "TASKalfa 3253ci",
        serial: "W2K8500123",
        mac: [0x02, 0xc0, 0xee, 0x5e, 0x1b, 0x2c],
        technology: 4,
        colorants: CMYK,
        life: 402_771,
        supplies: &[
            Supply("TK-8335C", TONER, CONSUMED, 2, IMPRESSIONS, 15_000, 9_000),
            Supply("TK-8335M", TONER, CONSUMED, 3, IMPRESSIONS, 15_000, 1_200),
            Supply("TK-8335Y", TONER, CONSUMED, 4, IMPRESSIONS, 15_000, 12_450),
            Supply("TK-8335K", TONER, CONSUMED, 1, IMPRESSIONS, 25_000, 17_500),
            Supply("Waste Toner Box", WASTE_TONER, FILLED, 0, IMPRESSIONS, -2, -3),
        ],
        trays: &[
            Tray("Cassette 1", "A4", 500, 350),
            Tray("Cassette 2", "A3", 500, 500),
        ],
        alerts: &[Alert(4, 4, 11, 2, 1104, "Toner low: magenta")],
        panel: "Ready.",
        status: (3, 3, [0x20, 0]),
    },
    Spec {
        speaks: Speaks::V3,
        description: "KONICA MINOLTA bizhub C300i",
        object_id: oid!(1.3.6.1.4.1.18334.1.1.1.2.1.222.3.1.10),
        name: "KMBT77AA01",
        location: "Board room",
        device: "KONICA MINOLTA bizhub C300i",
        serial: "AA2K021004567",
        mac: [0x02, 0x20, 0x6b, 0x77, 0xaa, 0x01],
        technology: 4,
        colorants: &["cyan", "magenta", "yellow", "black"],
        life: 88_013,
        supplies: &[
            Supply("Toner (Cyan)", TONER, CONSUMED, 1, PERCENT, 100, 55),
            Supply("Toner (Magenta)", TONER, CONSUMED, 2, PERCENT, 100, 48),
            Supply("Toner (Yellow)", TONER, CONSUMED, 3, PERCENT, 100, 61),
            Supply("Toner (Black)", TONER, CONSUMED, 4, PERCENT, 100, 7),
            Supply("Waste Toner Box", WASTE_TONER, FILLED, 0, PERCENT, -2, -3),
        ],
        trays: &[Tray("Tray 1", "A4", 500, 375), Tray("Tray 2", "A4", 500, 125)],
        alerts: &[],
        panel: "Ready to Print",
        status: (2, 4, [0, 0]),
    },
    Spec {
        speaks: Speaks::V2c,
        description: "RICOH IM C3000 1.25 / RICOH Network Printer C model / RICOH Network Scanner C model",
        object_id: oid!(1.3.6.1.4.1.367.1.1),
        name: "RNP5838799",
        location: "Accounting",
        device: "RICOH IM C3000",
        serial: "3110M240088",
        mac: [0x02, 0x26, 0x73, 0x58, 0x38, 0x79],
        technology: 4,
        colorants: CMYK,
        life: 120_457,
        supplies: &[
            Supply("black toner", TONER, CONSUMED, 1, PERCENT, 100, 70),
            Supply("waste toner", WASTE_TONER, FILLED, 0, PERCENT, 100, 100),
            Supply("cyan toner", TONER, CONSUMED, 2, PERCENT, 100, 30),
            Supply("magenta toner", TONER, CONSUMED, 3, PERCENT, 100, -3),
            Supply("yellow toner", TONER, CONSUMED, 4, PERCENT, 100, 20),
        ],
        trays: &[
            Tray("Tray 1", "iso-a4-white", 550, 550),
            Tray("Bypass Tray", "", 100, 0),
        ],
        alerts: &[Alert(3, 3, 6, 1, 3, "Cover open: front cover")],
        panel: "Cover Open",
        status: (5, 1, [0x08, 0]),
    },
    Spec {
        speaks: Speaks::V2c,
        description: "Lexmark MS621dn version MSNGM.081.231 kernel 4.17.19 All-N-1",
        object_id: oid!(1.3.6.1.4.1.641.6.2),
        name: "ET788C77A1B2C3",
        location: "",
        device: "Lexmark MS621dn 4600940001234 MSNGM.081.231",
        serial: "4600940001234",
        mac: [0x02, 0x8c, 0x77, 0xa1, 0xb2, 0xc3],
        technology: 4,
        colorants: BLACK,
        life: 28_218,
        supplies: &[
            Supply("Black Cartridge", TONER, CONSUMED, 1, IMPRESSIONS, 25_000, 8_750),
            Supply("Imaging Unit", DRUM, CONSUMED, 0, IMPRESSIONS, 60_000, 42_000),
            Supply("Maintenance Kit", FUSER, CONSUMED, 0, IMPRESSIONS, 200_000, -3),
        ],
        trays: &[Tray("Tray 1", "Letter", 550, 300), Tray("MP Feeder", "", 100, -3)],
        alerts: &[],
        panel: "Ready",
        status: (2, 3, [0, 0]),
    },
    Spec {
        speaks: Speaks::V3,
        description: "Xerox AltaLink C8045; System 103.009.030.31000",
        object_id: oid!(1.3.6.1.4.1.253.8.62.1.35.5.2.1.3),
        name: "XRX9C934E4D",
        location: "Lobby",
        device: "Xerox AltaLink C8045",
        serial: "8TB501234",
        mac: [0x02, 0x93, 0x4e, 0x4d, 0x00, 0x17],
        technology: 4,
        colorants: CMYK,
        life: 1_090_455,
        supplies: &[
            Supply(
                "Black Toner Cartridge, PN 006R01509",
                TONER,
                CONSUMED,
                1,
                PERCENT,
                100,
                92,
            ),
            Supply(
                "Cyan Toner Cartridge, PN 006R01512",
                TONER,
                CONSUMED,
                2,
                PERCENT,
                100,
                15,
            ),
            Supply(
                "Magenta Toner Cartridge, PN 006R01511",
                TONER,
                CONSUMED,
                3,
                PERCENT,
                100,
                33,
            ),
            Supply(
                "Yellow Toner Cartridge, PN 006R01510",
                TONER,
                CONSUMED,
                4,
                PERCENT,
                100,
                47,
            ),
            Supply(
                "Waste Toner Container, PN 008R13061",
                WASTE_TONER,
                FILLED,
                0,
                PERCENT,
                100,
                44,
            ),
            Supply("Fuser, PN 109R00848", FUSER, CONSUMED, 0, PERCENT, 100, 65),
        ],
        trays: &[
            Tray("Tray 1", "na_letter_8.5x11in", 520, 390),
            Tray("Tray 2", "na_ledger_11x17in", 520, 52),
        ],
        alerts: &[Alert(3, 4, 13, 1, 8, "Paper jam in area 3")],
        panel: "Paper Jam",
        status: (5, 1, [0x04, 0]),
    },
    Spec {
        speaks: Speaks::V2c,
        description: "EPSON Built-in 11b/g/n Print Server",
        object_id: oid!(1.3.6.1.4.1.1248.1.1.2.4.3),
        name: "EPSON5A6B7C",
        location: "Home office",
        device: "EPSON WF-C5790 Series",
        serial: "X3BC000777",
        mac: [0x02, 0x26, 0xab, 0x5a, 0x6b, 0x7c],
        technology: 12,
        colorants: CMYK,
        life: 9_841,
        supplies: &[
            Supply(
                "Black Ink Supply Unit",
                INK,
                CONSUMED,
                1,
                TENTHS_OF_MILLILITERS,
                2_500,
                1_000,
            ),
            Supply(
                "Cyan Ink Supply Unit",
                INK,
                CONSUMED,
                2,
                TENTHS_OF_MILLILITERS,
                2_000,
                60,
            ),
            Supply(
                "Magenta Ink Supply Unit",
                INK,
                CONSUMED,
                3,
                TENTHS_OF_MILLILITERS,
                2_000,
                1_300,
            ),
            Supply(
                "Yellow Ink Supply Unit",
                INK,
                CONSUMED,
                4,
                TENTHS_OF_MILLILITERS,
                2_000,
                1_250,
            ),
            Supply("Maintenance Box", 8, FILLED, 0, PERCENT, 100, 71),
        ],
        trays: &[Tray("Paper Cassette 1", "A4", 250, -3)],
        alerts: &[],
        panel: "",
        status: (2, 3, [0, 0]),
    },
    Spec {
        speaks: Speaks::V1,
        description: "OKI OkiLAN 8450e Rev.02.75 10/100BASE Ethernet PrintServer",
        object_id: oid!(1.3.6.1.4.1.2001.1.1.1.297.93.1.27.2.2.1),
        name: "OKI-C650-8D9E0F",
        location: "Print shop",
        device: "OKI C650",
        serial: "AL11023456",
        mac: [0x02, 0x25, 0x36, 0x8d, 0x9e, 0x0f],
        technology: 3,
        colorants: CMYK,
        life: 61_300,
        supplies: &[
            Supply("Black Toner Cartridge", TONER, CONSUMED, 1, PERCENT, 100, 4),
            Supply("Cyan Toner Cartridge", TONER, CONSUMED, 2, PERCENT, 100, 51),
            Supply("Magenta Toner Cartridge", TONER, CONSUMED, 3, PERCENT, 100, 66),
            Supply("Yellow Toner Cartridge", TONER, CONSUMED, 4, PERCENT, 100, 39),
            Supply("Image Drum", DRUM, CONSUMED, 0, PERCENT, 100, 81),
        ],
        trays: &[
            Tray("Multi-purpose Tray", "A4", 100, 0),
            Tray("Tray 1", "A4", 300, 300),
        ],
        alerts: &[Alert(4, 3, 11, 1, 1104, "Black toner low")],
        panel: "Black Toner Low",
        status: (3, 3, [0x20, 0]),
    },
    Spec {
        speaks: Speaks::V2c,
        description: "24-port managed switch",
        object_id: oid!(1.3.6.1.4.1.8072.3.2.10),
        name: "switch-2",
        location: "Cabinet",
        device: "",
        serial: "",
        mac: [0x02, 0, 0, 0, 0, 0x24],
        technology: 2,
        colorants: &[],
        life: 0,
        supplies: &[],
        trays: &[],
        alerts: &[],
        panel: "",
        status: (2, 2, [0, 0]),
    },
];

/// Fills a store column by column: `set` takes the arcs behind the column's base.
struct Filler {
    store: Store,
}

impl Filler {
    fn set(&mut self, base: Oid<'_>, arcs: &[u32], value: Value<'_>) {
        let name: OidBuf = base.to_buf().join(arcs).expect("arcs of a MIB");
        self.store.insert(name.as_oid(), value);
    }

    fn text(&mut self, base: Oid<'_>, arcs: &[u32], text: &str) {
        self.set(base, arcs, Value::OctetString(text.as_bytes()));
    }

    fn number(&mut self, base: Oid<'_>, arcs: &[u32], number: i32) {
        self.set(base, arcs, Value::Integer(number));
    }
}

impl Spec {
    /// The objects that the device answers with.
    pub(crate) fn store(&self) -> Store {
        let mut filler = Filler { store: Store::new() };
        self.fill_system(&mut filler);
        if !self.device.is_empty() {
            self.fill_host(&mut filler);
            self.fill_printer(&mut filler);
            self.fill_supplies(&mut filler);
            self.fill_trays(&mut filler);
            self.fill_alerts(&mut filler);
        }
        filler.store
    }

    fn fill_system(&self, filler: &mut Filler) {
        let system = oid!(1.3.6.1.2.1.1);
        filler.text(system, &[1, 0], self.description);
        filler.set(system, &[2, 0], Value::ObjectIdentifier(self.object_id));
        filler.set(system, &[3, 0], Value::TimeTicks(98_765_400));
        filler.text(system, &[4, 0], "");
        filler.text(system, &[5, 0], self.name);
        filler.text(system, &[6, 0], self.location);
        filler.number(system, &[7, 0], 72);
        filler.set(oid!(1.3.6.1.2.1.2.2.1), &[6, 1], Value::OctetString(&self.mac));
    }

    fn fill_host(&self, filler: &mut Filler) {
        let (device_status, printer_status, errors) = self.status;
        let device = oid!(1.3.6.1.2.1.25.3.2.1);
        filler.number(device, &[1, 1], 1);
        filler.set(
            device,
            &[2, 1],
            Value::ObjectIdentifier(oid!(1.3.6.1.2.1.25.3.1.5)),
        );
        filler.text(device, &[3, 1], self.device);
        filler.set(device, &[4, 1], Value::ObjectIdentifier(oid!(0.0)));
        filler.number(device, &[5, 1], device_status);
        let printer = oid!(1.3.6.1.2.1.25.3.5.1);
        filler.number(printer, &[1, 1], printer_status);
        filler.set(printer, &[2, 1], Value::OctetString(&errors));
    }

    fn fill_printer(&self, filler: &mut Filler) {
        let general = oid!(1.3.6.1.2.1.43.5.1.1);
        filler.set(general, &[1, 1], Value::Counter32(3));
        filler.number(general, &[2, 1], 1);
        filler.text(general, &[16, 1], self.name);
        filler.text(general, &[17, 1], self.serial);
        // prtLocalizationCharacterSet: 106 is UTF-8.
        filler.number(oid!(1.3.6.1.2.1.43.7.1.1), &[4, 1, 1], 106);
        let marker = oid!(1.3.6.1.2.1.43.10.2.1);
        filler.number(marker, &[2, 1, 1], self.technology);
        filler.number(marker, &[3, 1, 1], IMPRESSIONS);
        filler.set(marker, &[4, 1, 1], Value::Counter32(self.life));
        filler.set(marker, &[5, 1, 1], Value::Counter32(self.life / 100));
        filler.number(
            marker,
            &[6, 1, 1],
            i32::try_from(self.colorants.len()).unwrap_or(1),
        );
        filler.text(oid!(1.3.6.1.2.1.43.16.5.1), &[2, 1, 1], self.panel);
    }

    fn fill_supplies(&self, filler: &mut Filler) {
        for (row, colorant) in (1..).zip(self.colorants) {
            filler.text(oid!(1.3.6.1.2.1.43.12.1.1), &[4, 1, row], colorant);
        }
        let table = oid!(1.3.6.1.2.1.43.11.1.1);
        for (row, supply) in (1..).zip(self.supplies) {
            let Supply(description, kind, class, colorant, unit, capacity, level) = *supply;
            filler.number(table, &[2, 1, row], 1);
            filler.number(table, &[3, 1, row], colorant);
            filler.number(table, &[4, 1, row], class);
            filler.number(table, &[5, 1, row], kind);
            filler.text(table, &[6, 1, row], description);
            filler.number(table, &[7, 1, row], unit);
            filler.number(table, &[8, 1, row], capacity);
            filler.number(table, &[9, 1, row], level);
        }
    }

    fn fill_trays(&self, filler: &mut Filler) {
        let table = oid!(1.3.6.1.2.1.43.8.2.1);
        for (row, tray) in (1..).zip(self.trays) {
            let Tray(name, media, capacity, level) = *tray;
            // sheetFeedAutoRemovableTray, sheets; an empty tray is "available and idle" with a non-critical alert.
            filler.number(table, &[2, 1, row], 3);
            filler.number(table, &[8, 1, row], 8);
            filler.number(table, &[9, 1, row], capacity);
            filler.number(table, &[10, 1, row], level);
            filler.number(table, &[11, 1, row], if level == 0 { 8 } else { 0 });
            filler.text(table, &[12, 1, row], media);
            filler.text(table, &[13, 1, row], name);
            filler.text(table, &[18, 1, row], name);
        }
    }

    fn fill_alerts(&self, filler: &mut Filler) {
        let table = oid!(1.3.6.1.2.1.43.18.1.1);
        for (row, alert) in (11..).zip(self.alerts) {
            let Alert(severity, training, group, group_index, code, description) = *alert;
            filler.number(table, &[2, 1, row], severity);
            filler.number(table, &[3, 1, row], training);
            filler.number(table, &[4, 1, row], group);
            filler.number(table, &[5, 1, row], group_index);
            filler.number(table, &[6, 1, row], -2);
            filler.number(table, &[7, 1, row], code);
            filler.text(table, &[8, 1, row], description);
            filler.set(table, &[9, 1, row], Value::TimeTicks(98_700_000));
        }
    }
}
