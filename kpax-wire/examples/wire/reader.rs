//! One context of opening: what a server, or a collector, knows while it opens one item after another.

use kpax_wire::{
    Direction, Message, Opener, Verdict,
    downlink::HeldVersions,
    enrol::Enrolment,
    seal::EnrolledKey,
    server::{Catalogue, CounterLine, Meaning, Owner, SiteState},
};
use serde_json::{Value, json};

use crate::{arguments::to_hex, show};

pub(crate) struct Reader {
    keys: Vec<EnrolledKey>,
    direction: Direction,
    opener: Opener,
    site: SiteState,
    held: HeldVersions,
    /// Whose message the last one was.
    owner: Option<Owner>,
}

impl Reader {
    pub(crate) fn new(keys: Vec<EnrolledKey>, direction: Direction) -> Self {
        Self::with(keys, direction, Catalogue::default(), HeldVersions::default())
    }

    pub(crate) fn with(
        keys: Vec<EnrolledKey>,
        direction: Direction,
        catalogue: Catalogue,
        held: HeldVersions,
    ) -> Self {
        let (opener, site) = (Opener::new(direction), SiteState::new(catalogue));
        Self {
            keys,
            direction,
            opener,
            site,
            held,
            owner: None,
        }
    }

    /// Opens one item and says everything about it.
    pub(crate) fn open(&mut self, sealed: &[u8]) -> Value {
        let mut got = json!({"verdict": "ok", "sealed_bytes": sealed.len()});
        let opened = match self.opener.open(self.keys.as_slice(), sealed) {
            Ok(opened) => opened,
            Err(error) => return refused(got, error.verdict(), &error),
        };
        let sender = opened.sender;
        got["alg"] = json!(sender.suite.alg());
        got["kid"] = json!(sender.kid.to_string());
        got["epoch"] = json!(sender.epoch);
        got["boot"] = json!(to_hex(&sender.boot));
        got["seq"] = json!(sender.sequence);
        got["encoding"] = json!(u8::from(opened.compressed));
        got["message_bytes"] = json!(opened.message.len());
        got["padding"] = json!(opened.padding);
        let message = match self.direction {
            Direction::Up => match self.site.take(sender.boot, &opened.message) {
                Ok(taken) => {
                    self.owner = Some(taken.owner);
                    if let Some(outcome) = taken.outcome {
                        got["outcome"] = json!(outcome.number());
                    }
                    if matches!(taken.outcome, Some(kpax_wire::message::Outcome::Taken)) {
                        got["checks"] = taken
                            .checks
                            .iter()
                            .map(|(kind, check)| (kind.section().number().to_string(), json!(to_hex(check))))
                            .collect();
                    }
                    if let Some(count) = taken.new_readings {
                        got["new_readings"] = json!(count);
                    }
                    if let Some(count) = taken.new_events {
                        got["new_events"] = json!(count);
                    }
                    taken.message
                }
                Err(error) => return refused(got, error.verdict(), &error),
            },
            Direction::Down => match self.held.take(&opened.message, opened.compressed) {
                Ok(message) => message,
                Err(error) => return refused(got, error.verdict(), &error),
            },
        };
        if let (Some(all), Value::Object(facts)) = (got.as_object_mut(), facts(&message)) {
            all.extend(facts);
        }
        got["plaintext"] = json!(to_hex(&opened.message));
        got["content"] = show::item(&opened.message);
        got
    }

    /// The counters held of the instance that sent last.
    pub(crate) fn counter_lines(&self) -> Vec<Value> {
        self.owner
            .map(|owner| self.site.counter_lines(owner).map(counter_line).collect())
            .unwrap_or_default()
    }

    /// The supply percentages held of the instance that sent last.
    pub(crate) fn percents(&self) -> Value {
        let held = self.owner.and_then(|owner| self.site.held(owner));
        let lines = held.into_iter().flat_map(|held| held.supply_lines());
        lines
            .map(|line| {
                (
                    format!("{} {}", line.handle, line.supply.index),
                    percent(line.percent),
                )
            })
            .collect()
    }

    /// All counter lines and percentages, with their instance.
    pub(crate) fn lines(&self) -> Vec<Value> {
        let mut lines = Vec::new();
        for (owner, held) in self.site.instances() {
            let instance = match owner {
                Owner::Instance(octets) | Owner::Boot(octets) => to_hex(&octets),
            };
            for line in self.site.counter_lines(owner) {
                let mut line = counter_line(line);
                line["instance"] = json!(instance);
                lines.push(line);
            }
            for line in held.supply_lines() {
                let supply = format!("{} {}", line.handle, line.supply.index);
                lines.push(json!({"instance": instance, "supply": supply, "percent": percent(line.percent)}));
            }
        }
        lines
    }
}

fn refused(mut got: Value, verdict: Verdict, why: &dyn core::fmt::Display) -> Value {
    got["verdict"] = json!(verdict.as_str());
    got["detail"] = json!(why.to_string());
    got
}

fn percent(percent: Option<kpax_wire::Percent>) -> Value {
    match percent.map(kpax_wire::Percent::tenths) {
        None => Value::Null,
        Some(tenths) if tenths % 10 == 0 => json!(tenths / 10),
        Some(tenths) => json!(f64::from(tenths) / 10.0),
    }
}

fn counter_line(line: CounterLine<'_>) -> Value {
    let mut got = match line.meaning {
        Meaning::Table(row) => json!({
            "function": row.function.to_string(), "color": row.colour.to_string(), "size": row.size.to_string(),
            "sides": row.sides.to_string(), "mult": row.mult.to_string(), "unit": row.unit.to_string(),
            "level": row.level.as_str(), "name": row.name, "code": row.code, "marker": null, "group": row.group,
        }),
        Meaning::Defined(def) => json!({
            "function": word(def.function.as_str(), def.function.number()),
            "color": word(def.colour.as_str(), def.colour.number()),
            "size": word(def.size.as_str(), def.size.number()),
            "sides": word(def.sides.as_str(), def.sides.number()),
            "mult": word(def.mult.as_str(), def.mult.number()),
            "unit": word(def.unit.as_str(), def.unit.number()),
            "level": "maker", "name": def.name.as_ref().map(text), "code": def.code, "marker": def.marker,
            "group": def.group,
        }),
        Meaning::Unknown => json!({"id": line.id.get()}),
    };
    got["handle"] = json!(line.handle.get());
    got["value"] = json!(line.value);
    got
}

/// A number outside the table stays a number.
fn word(word: Option<&str>, number: u64) -> Value {
    word.map_or(json!(number), |word| json!(word))
}

fn text(text: &kpax_wire::model::Text) -> Value {
    match text {
        kpax_wire::model::Text::Here(text) => json!(text),
        kpax_wire::model::Text::Catalogue(id) => json!(id),
        kpax_wire::model::Text::Local(_) => Value::Null,
    }
}

/// What there is to say of a message by itself.
pub(crate) fn facts(message: &Message) -> Value {
    let mut got = json!({"message": message.name(), "batch": message.batch().get()});
    match message {
        Message::Hello(hello) => got["instance"] = json!(to_hex(&hello.instance)),
        Message::Report(report) => {
            let known = report.sections.iter().filter(|section| section.kind().is_some());
            let names: Vec<&str> = known.map(kpax_wire::Section::name).collect();
            let ignored = report.sections.len() - names.len();
            got["sections"] = json!(names);
            if ignored > 0 {
                got["sections_ignored"] = json!(ignored);
            }
        }
        Message::Config(config) => got["version"] = json!(config.version),
        Message::ProfileUpdate(update) => got["version"] = json!(update.version),
        Message::Error(error) => got["code"] = json!(error.code.number()),
        _ => {}
    }
    got
}

pub(crate) fn enrolment(text: &str) -> Value {
    match Enrolment::parse(text) {
        Ok(got) => json!({
            "verdict": "ok", "version": 1, "site": to_hex(got.site.octets()), "kid": got.kid.to_string(),
            "epoch": got.epoch, "alg": got.suite.alg(), "key": to_hex(got.key.expose()),
            "pub": to_hex(&got.profile_key), "servers": got.servers,
        }),
        Err(error) => json!({"verdict": error.verdict().as_str(), "detail": error.to_string()}),
    }
}
