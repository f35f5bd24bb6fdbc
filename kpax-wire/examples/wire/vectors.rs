//! Runs samples and compares what came out with what they list.

use std::collections::BTreeMap;

use kpax_wire::{
    Direction, Kid, Site, SiteKey, Suite,
    downlink::{HeldVersions, ProfileSet},
    model::{CounterId, Text, counters::CounterDef},
    seal::{EnrolledKey, Epochs},
    server::Catalogue,
    vocabulary::{CounterColour, CounterSize, Function, Mult, Sides, Unit},
};
use serde_json::{Value, json};

use crate::{
    arguments::{Failure, load, print},
    octets_of,
    reader::{self, Reader},
};

/// What a sample may list besides its verdict.
const EXPECTED: [&str; 15] = [
    "padding",
    "encoding",
    "checks",
    "outcome",
    "new_readings",
    "new_events",
    "lines",
    "percents",
    "version",
    "site",
    "kid",
    "epoch",
    "key",
    "pub",
    "servers",
];

pub(crate) fn run(files: &[String]) -> Result<bool, Failure> {
    let (mut steps, mut differ) = (0_u32, 0_u32);
    for file in files {
        let bad = |why: &str| Failure::File(format!("{file}: {why}"));
        let document: Value =
            serde_json::from_slice(&load(file)?).map_err(|error| bad(&error.to_string()))?;
        let vectors = document["vectors"].as_array().ok_or(bad("no vectors"))?;
        for vector in vectors {
            let name = vector["name"].as_str().unwrap_or_default();
            let results = run_vector(vector).ok_or(bad(&format!("{name}: not a sample")))?;
            for (step, (expected, got)) in results.into_iter().enumerate() {
                let listed = expected.get("plaintext").is_some();
                let plaintext = if listed {
                    got["plaintext"].clone()
                } else {
                    Value::Null
                };
                print(
                    &json!({"name": name, "step": step, "verdict": got["verdict"], "plaintext": plaintext}),
                );
                steps += 1;
                let why = differences(&expected, &got);
                if !why.is_empty() {
                    differ += 1;
                    eprintln!("differs: {name} step {step}: {}", why.join("; "));
                }
            }
        }
    }
    eprintln!("{steps} steps, {differ} differ");
    Ok(differ == 0)
}

fn differences(expected: &Value, got: &Value) -> Vec<String> {
    let mut why = Vec::new();
    if expected["verdict"] != got["verdict"] {
        why.push(format!(
            "verdict {} ({}), listed {}",
            got["verdict"], got["detail"], expected["verdict"]
        ));
    }
    if expected["verdict"] == "ok" {
        if expected
            .get("plaintext")
            .is_some_and(|listed| *listed != got["plaintext"])
        {
            why.push("plaintext".into());
        }
        for key in EXPECTED {
            if let Some(listed) = expected.get(key).filter(|listed| **listed != got[key]) {
                why.push(format!("{key} {}, listed {listed}", got[key]));
            }
        }
    }
    why
}

/// What each step lists, and what came out.
fn run_vector(vector: &Value) -> Option<Vec<(Value, Value)>> {
    match vector["type"].as_str() {
        Some("profiles") => {
            let public = octets_of(&vector["pub"])?.try_into().ok()?;
            let held = vector["held"].as_u64().unwrap_or(0);
            let got = match ProfileSet::open(&octets_of(&vector["data"])?, &public, held) {
                Ok(set) => json!({"verdict": "ok", "version": set.version, "pub": vector["pub"]}),
                Err(error) => json!({"verdict": error.verdict().as_str(), "detail": error.to_string()}),
            };
            Some(vec![(vector.clone(), got)])
        }
        Some("enrol") => Some(vec![(
            vector.clone(),
            reader::enrolment(vector["text"].as_str()?),
        )]),
        Some(_) => None,
        None => {
            let mut reader = reader_of(&vector["context"])?;
            vector["steps"]
                .as_array()?
                .iter()
                .map(|step| {
                    let mut got = reader.open(&octets_of(&step["sealed"])?);
                    if step.get("lines").is_some() {
                        got["lines"] = json!(reader.counter_lines());
                    }
                    if step.get("percents").is_some() {
                        got["percents"] = reader.percents();
                    }
                    Some((step.clone(), got))
                })
                .collect()
        }
    }
}

fn reader_of(context: &Value) -> Option<Reader> {
    let site = Site::new(&octets_of(&context["site"])?)?;
    let keys = context["keys"].as_array()?.iter().map(|key| {
        let epochs = key["epochs"].as_array().map(|epochs| {
            epochs
                .iter()
                .filter_map(|epoch| u16::try_from(epoch.as_u64()?).ok())
                .collect()
        });
        Some(EnrolledKey {
            site: site.clone(),
            kid: Kid::new(&octets_of(&key["kid"])?)?,
            suite: Suite::from_alg(key["alg"].as_i64().unwrap_or(3).into())?,
            key: SiteKey::new(octets_of(&key["key"])?.try_into().ok()?),
            epochs: epochs.map_or(Epochs::Any, Epochs::Only),
        })
    });
    let direction = if context["direction"] == 1 {
        Direction::Down
    } else {
        Direction::Up
    };
    let shapes = context["catalogue_shapes"].as_array().map(|shapes| {
        let ids = |shape: &Value| {
            shape
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_u64)
                .map(CounterId::new)
                .collect()
        };
        shapes.iter().map(ids).collect()
    });
    let counters = match context["catalogue_counters"].as_object() {
        Some(counters) => Some(
            counters
                .iter()
                .map(|(id, fields)| Some((CounterId::new(id.parse().ok()?), definition(fields)?)))
                .collect::<Option<BTreeMap<_, _>>>()?,
        ),
        None => None,
    };
    let held = HeldVersions {
        config: context["held"]["config"].as_u64().unwrap_or(0),
        profiles: context["held"]["profile-update"].as_u64().unwrap_or(0),
    };
    Some(Reader::with(
        keys.collect::<Option<_>>()?,
        direction,
        Catalogue { shapes, counters },
        held,
    ))
}

fn definition(fields: &Value) -> Option<CounterDef> {
    let text = |value: &Value| value.as_str().map(String::from);
    let number = |at: usize| fields[at].as_u64();
    Some(CounterDef {
        name: text(&fields[0]).map(Text::Here),
        function: Function::from_number(number(1)?)?,
        colour: CounterColour::from_number(number(2)?)?,
        size: CounterSize::from_number(number(3)?)?,
        sides: Sides::from_number(number(4)?)?,
        mult: Mult::from_number(number(5)?)?,
        unit: Unit::from_number(number(6)?)?,
        code: text(&fields[7]),
        marker: number(8),
        group: text(&fields[9]),
    })
}
