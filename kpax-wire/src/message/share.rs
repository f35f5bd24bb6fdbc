//! Texts and counter lists that occur more than once, written once.

use alloc::{collections::BTreeMap, string::String, vec::Vec};

use super::{Report, Section};
use crate::model::{
    CounterId, Text,
    counters::{CounterSet, Shape},
    events::EventKind,
    parts::PartChange,
    supplies::SupplyChange,
};

impl Report {
    /// Moves texts that occur more than once to `strings`, and counters of devices that have the same ones to `shapes`,
    /// where that makes the report shorter. What the report says stays the same.
    ///
    /// For full sections, before encoding; it gains most where nothing is compressed afterwards.
    pub fn share_tables(&mut self) {
        self.share_strings();
        self.share_shapes();
    }

    fn share_strings(&mut self) {
        let mut uses: BTreeMap<String, usize> = BTreeMap::new();
        self.for_each_text(&mut |text| {
            if let Text::Here(text) = text {
                let count = uses.entry(text.clone()).or_default();
                *count = count.saturating_add(1);
            }
        });
        // A reference takes up to three octets, and the text itself still stands once.
        let mut shared: Vec<(usize, String)> = uses
            .into_iter()
            .filter(|(text, count)| {
                let saved = text
                    .len()
                    .saturating_sub(2)
                    .saturating_mul(count.saturating_sub(1));
                saved > 4
            })
            .map(|(text, count)| (count, text))
            .collect();
        // The most used ones get the shortest references.
        shared.sort_by(|(a, a_text), (b, b_text)| b.cmp(a).then_with(|| a_text.cmp(b_text)));
        let first = self.strings.len();
        let places: BTreeMap<String, u64> = shared
            .iter()
            .enumerate()
            .filter_map(|(nth, (_, text))| Some((text.clone(), u64::try_from(first.checked_add(nth)?).ok()?)))
            .collect();
        self.for_each_text(&mut |text| {
            if let Some(nth) = text.as_str().and_then(|text| places.get(text)) {
                *text = Text::Local(*nth);
            }
        });
        self.strings.extend(shared.into_iter().map(|(_, text)| text));
    }

    fn share_shapes(&mut self) {
        let mut uses: BTreeMap<Vec<CounterId>, u64> = BTreeMap::new();
        self.for_each_set(&mut |set| {
            if let CounterSet::Map(map) = set {
                let count = uses.entry(map.keys().copied().collect()).or_default();
                *count = count.saturating_add(1);
            }
        });
        uses.retain(|ids, count| *count > 1 && ids.len() > 2);
        // From here on each list has its place instead of its count.
        for (ids, place) in &mut uses {
            *place = u64::try_from(self.shapes.len()).unwrap_or(u64::MAX);
            self.shapes.push(ids.clone());
        }
        self.for_each_set(&mut |set| {
            if let CounterSet::Map(map) = set {
                let ids: Vec<CounterId> = map.keys().copied().collect();
                if let Some(nth) = uses.get(&ids) {
                    let values = map.values().copied().map(Some).collect();
                    *set = CounterSet::Shaped {
                        shape: Shape::Local(*nth),
                        values,
                    };
                }
            }
        });
    }

    fn for_each_set(&mut self, f: &mut impl FnMut(&mut CounterSet)) {
        for section in &mut self.sections {
            match section {
                Section::Counters(rows) => rows.iter_mut().for_each(|row| f(&mut row.value)),
                Section::Readings(readings) => {
                    readings.iter_mut().for_each(|reading| f(&mut reading.counters));
                }
                _ => {}
            }
        }
    }

    fn for_each_text(&mut self, f: &mut impl FnMut(&mut Text)) {
        self.definitions
            .values_mut()
            .filter_map(|definition| definition.name.as_mut())
            .for_each(&mut *f);
        for section in &mut self.sections {
            match section {
                Section::Inventory(devices) => {
                    for device in devices {
                        let texts = [
                            &mut device.maker,
                            &mut device.model,
                            &mut device.location,
                            &mut device.description,
                        ];
                        texts.into_iter().flatten().for_each(&mut *f);
                        for firmware in &mut device.firmware {
                            firmware.name.iter_mut().for_each(&mut *f);
                            f(&mut firmware.version);
                        }
                        device.profile.iter_mut().for_each(|(profile, _)| f(profile));
                    }
                }
                Section::Supplies(rows) => {
                    rows.iter_mut().flat_map(|row| &mut row.value).for_each(|supply| {
                        [&mut supply.description, &mut supply.part_number]
                            .into_iter()
                            .flatten()
                            .for_each(&mut *f);
                    });
                }
                Section::SuppliesDelta(_, rows) => {
                    for change in rows.iter_mut().flat_map(|row| row.value.values_mut()) {
                        if let SupplyChange::Whole(supply) = change {
                            let texts = [&mut supply.description, &mut supply.part_number];
                            texts.into_iter().flatten().for_each(&mut *f);
                        }
                    }
                }
                Section::Parts(rows) => rows.iter_mut().flat_map(|row| &mut row.value).for_each(|part| {
                    [&mut part.description, &mut part.part_number]
                        .into_iter()
                        .flatten()
                        .for_each(&mut *f);
                }),
                Section::PartsDelta(_, rows) => {
                    for change in rows.iter_mut().flat_map(|row| row.value.values_mut()) {
                        if let PartChange::Whole(part) = change {
                            let texts = [&mut part.description, &mut part.part_number];
                            texts.into_iter().flatten().for_each(&mut *f);
                        }
                    }
                }
                Section::Alerts(rows) => rows
                    .iter_mut()
                    .flat_map(|row| &mut row.value)
                    .filter_map(|alert| alert.description.as_mut())
                    .for_each(&mut *f),
                Section::AlertsDelta(_, rows) => rows
                    .iter_mut()
                    .flat_map(|row| &mut row.raised)
                    .filter_map(|alert| alert.description.as_mut())
                    .for_each(&mut *f),
                Section::Status(rows) => {
                    for status in rows.iter_mut().filter_map(|row| row.value.as_mut()) {
                        status.panel.iter_mut().for_each(&mut *f);
                        status
                            .lights
                            .iter_mut()
                            .filter_map(|light| light.name.as_mut())
                            .for_each(&mut *f);
                    }
                }
                Section::Trays(rows) => rows.iter_mut().flat_map(|row| &mut row.value).for_each(|tray| {
                    [&mut tray.name, &mut tray.media]
                        .into_iter()
                        .flatten()
                        .for_each(&mut *f);
                }),
                Section::Events(events) => events.iter_mut().for_each(|event| match &mut event.what {
                    EventKind::AlertRaised(alert) => alert.description.iter_mut().for_each(&mut *f),
                    EventKind::FirmwareChanged { name, before, after } => {
                        [name, before, after].into_iter().flatten().for_each(&mut *f);
                    }
                    EventKind::MeterSourceChanged { before, after, .. } => {
                        [before, after].into_iter().flatten().for_each(&mut *f);
                    }
                    _ => {}
                }),
                _ => {}
            }
        }
    }
}
