//! Whatever a device answers, the model's promises hold.

mod reading;

use printer_mib::{
    Printer, Source, TextPolicy,
    json::PrinterJson,
    model::{Capacity, Level},
};
use reading::printer_of;
use snmp_core::{oid, value::Value};

/// xorshift64*: the same answers in every run.
struct Answers(u64);

impl Answers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: u64) -> u64 {
        (self.next() >> 11) % bound
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }

    fn name(&mut self) -> String {
        let entry = self.pick(&[
            "1.3.6.1.2.1.1",
            "1.3.6.1.2.1.2.2.1",
            "1.3.6.1.2.1.25.3.2.1",
            "1.3.6.1.2.1.25.3.5.1",
            "1.3.6.1.2.1.43.5.1.1",
            "1.3.6.1.2.1.43.6.1.1",
            "1.3.6.1.2.1.43.7.1.1",
            "1.3.6.1.2.1.43.8.2.1",
            "1.3.6.1.2.1.43.9.2.1",
            "1.3.6.1.2.1.43.10.2.1",
            "1.3.6.1.2.1.43.11.1.1",
            "1.3.6.1.2.1.43.12.1.1",
            "1.3.6.1.2.1.43.13.4.1",
            "1.3.6.1.2.1.43.16.5.1",
            "1.3.6.1.2.1.43.17.6.1",
            "1.3.6.1.2.1.43.18.1.1",
            "1.3.6.1.4.1.2699.1.2.1.2.1.1",
            "1.3.6.1.4.1.11.2.3.9.1.1",
        ]);
        let mut name = format!("{entry}.{}", self.below(20));
        for _ in 0..self.below(4) {
            let arc = if self.below(8) == 0 {
                u64::from(u32::MAX)
            } else {
                self.below(3)
            };
            name.push_str(&format!(".{arc}"));
        }
        name
    }

    fn value<'a>(&mut self, octets: &'a [u8]) -> Value<'a> {
        let number = match self.below(4) {
            0 => self.pick(&[-100, -3, -2, -1, 0, 1, 3, 4, 19, 100, i32::MIN, i32::MAX]),
            1 => i32::from_ne_bytes(self.next().to_ne_bytes()[..4].try_into().unwrap()),
            _ => i32::try_from(self.below(200)).unwrap(),
        };
        let unsigned = u32::from_ne_bytes(number.to_ne_bytes());
        match self.below(12) {
            0..=4 => Value::Integer(number),
            5..=7 => Value::OctetString(octets),
            8 => Value::Counter32(unsigned),
            9 => Value::Counter64(u64::from(unsigned) << 32 | 5),
            10 => Value::ObjectIdentifier(self.pick(&[
                oid!(1.3.6.1.2.1.25.3.1.5),
                oid!(1.3.6.1.4.1.367.1.1),
                oid!(0.0),
            ])),
            _ => self.pick(&[
                Value::Null,
                Value::NoSuchObject,
                Value::TimeTicks(7),
                Value::Opaque(&[1, 2]),
                Value::Unknown {
                    tag: 0x99,
                    content: &[1],
                },
            ]),
        }
    }

    fn octets(&mut self) -> Vec<u8> {
        let text = self.pick(&[
            "",
            "Black Toner, PN ;SN",
            "Canon LBP 1.2",
            "MFG:;MDL:;;:",
            "Dell X 1.1",
            "1.3.6.1.4.1.641",
            "-3",
            " S/N",
            "HP ETHERNET MULTI-ENVIRONMENT,PID:,SN:",
            "RICOH / x C model",
            "Xerox ;,1,",
            "OKI Attached to ",
            "TK-",
            "\u{1b}[",
            "é\u{202e}",
        ]);
        let mut octets = text.as_bytes().to_vec();
        for _ in 0..self.below(12) {
            octets.push(self.next().to_ne_bytes()[0]);
        }
        octets
    }
}

fn promises(printer: &Printer) {
    let known = |source: Source| {
        if source.offset().is_some() {
            assert!(printer.varbind(source).is_some(), "a fact without its varbind");
        }
    };
    for supply in &printer.supplies {
        known(supply.source);
        assert!(supply.percent().is_none_or(|percent| percent.tenths() <= 1000));
        assert!(supply.percent().is_none() || matches!(supply.level(), Level::Known(0..)));
        assert!(!matches!(supply.level(), Level::Known(..0)));
        assert!(!matches!(supply.capacity(), Capacity::Known(..0)));
    }
    for tray in &printer.trays {
        known(tray.source);
        assert!(!matches!(tray.level(), Level::Known(..0)));
    }
    for counter in &printer.counters {
        known(counter.source);
    }
    for alert in &printer.alerts {
        known(alert.source);
    }
    for text in [
        &printer.identity.model,
        &printer.identity.serial,
        &printer.identity.manufacturer,
    ]
    .into_iter()
    .flatten()
    {
        known(text.source);
        assert!(!text.value.is_empty() && !text.value.contains(char::is_control));
    }
    for explain in [false, true] {
        let json = PrinterJson {
            printer,
            policy: TextPolicy::Full,
            explain,
        };
        serde_json::to_string(&json).unwrap();
    }
}

#[test]
fn any_values_in_any_columns_give_a_model_that_keeps_its_promises() {
    let mut answers = Answers(0x9e37_79b9_7f4a_7c15);
    for _ in 0..600 {
        let rows: Vec<(String, Vec<u8>)> = (0..answers.below(120))
            .map(|_| (answers.name(), answers.octets()))
            .collect();
        let var_binds: Vec<(&str, Value<'_>)> = rows
            .iter()
            .map(|(name, octets)| (name.as_str(), answers.value(octets)))
            .collect();
        promises(&printer_of(&var_binds));
    }
}

#[test]
fn a_walk_cut_anywhere_gives_a_model_that_keeps_its_promises() {
    for mut walk in benches::walks() {
        walk.var_binds.truncate(400);
        while !walk.var_binds.is_empty() {
            let keep = walk.var_binds.len() * 2 / 3;
            walk.var_binds.truncate(keep);
            promises(&reading::printer_of_walk(&walk));
        }
    }
}
