//! Reads, checks, seals and opens the upload format from the command line.
//!
//! ```text
//! wire vectors FILE.json...                    samples: a JSON line a step, exit 1 when a verdict differs
//! wire open --site HEX --kid HEX --key HEX [--alg 3|-65793] [--direction 0|1] [--lines] FILE...
//! wire message FILE...                         messages without seal
//! wire profiles --pub HEX [--held N] FILE...   signed profile sets
//! wire seal --site HEX --kid HEX --key HEX [--epoch N] --boot HEX --seq N [--alg A] [--direction D]
//!           [--deflate] [--pad N] IN OUT
//! wire enrol parse TEXT...
//! wire enrol print --site HEX --kid HEX [--epoch N] [--alg A] --key HEX --pub HEX SERVER...
//! ```
//! FILE may hold raw octets, or hex text when its name ends in .hex; - is standard input. A JSON line each on standard
//! output; exit 1 when a verdict is not ok, 2 on wrong usage.

mod arguments;
mod reader;
mod show;
mod vectors;

use std::process::ExitCode;

use kpax_wire::{
    Kid, Message, Sealer, Site, SiteKey,
    downlink::ProfileSet,
    enrol::Enrolment,
    seal::{EnrolledKey, Epochs},
};
use serde_json::{Value, json};

use crate::{
    arguments::{Arguments, Failure, hex, load, print, to_hex},
    reader::Reader,
};

const USAGE: &str = "\
wire: reads, checks, seals and opens messages of the upload

  wire vectors FILE.json...                    samples: a JSON line a step, exit 1 when a verdict differs
  wire open --site HEX --kid HEX --key HEX [--alg 3|-65793] [--direction 0|1] [--lines] FILE...
  wire message FILE...                         messages without seal
  wire profiles --pub HEX [--held N] FILE...   signed profile sets
  wire seal --site HEX --kid HEX --key HEX [--epoch N] --boot HEX --seq N [--alg A] [--direction D]
            [--deflate] [--pad N] IN OUT
  wire enrol parse TEXT...
  wire enrol print --site HEX --kid HEX [--epoch N] [--alg A] --key HEX --pub HEX SERVER...

FILE may hold raw octets, or hex text when its name ends in .hex; - is standard input. HEX is hex digits: the site
\"site-1\" is 736974652d31. A JSON line each on standard output; exit 1 when a verdict is not ok, 2 on wrong usage.
";

fn main() -> ExitCode {
    let mut arguments = Arguments::new(std::env::args().skip(1));
    let command =
        arguments.word("a command: vectors, open, message, profiles, seal or enrol; --help shows how");
    let done = command.and_then(|command| match command.as_str() {
        "vectors" => vectors::run(&arguments.rest(1)?),
        "open" => open(arguments),
        "message" => messages(&arguments.rest(1)?),
        "profiles" => profiles(arguments),
        "seal" => seal(arguments),
        "enrol" => enrol(arguments),
        "serve" => Err(Failure::Usage("serve is not there yet".into())),
        "--help" | "-h" => {
            print!("{USAGE}");
            Ok(true)
        }
        other => Err(Failure::Usage(format!(
            "unknown command {other}; --help lists them"
        ))),
    });
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(Failure::Usage(text)) => {
            eprintln!("wire: {text}");
            ExitCode::from(2)
        }
        Err(Failure::File(text)) => {
            eprintln!("wire: {text}");
            ExitCode::from(1)
        }
    }
}

/// `--site`, `--kid`, `--key` and `--alg`.
fn enrolled_key(arguments: &mut Arguments) -> Result<EnrolledKey, Failure> {
    let site = Site::new(&arguments.octets("--site")?).ok_or(usage("--site: 1 to 32 octets"))?;
    let kid = Kid::new(&arguments.octets("--kid")?).ok_or(usage("--kid: 4 to 8 octets"))?;
    let key = arguments
        .octets("--key")?
        .try_into()
        .map_err(|_| usage("--key: 32 octets"))?;
    let suite = arguments.suite()?;
    Ok(EnrolledKey {
        site,
        kid,
        suite,
        key: SiteKey::new(key),
        epochs: Epochs::Any,
    })
}

fn usage(text: &str) -> Failure {
    Failure::Usage(text.into())
}

fn open(mut arguments: Arguments) -> Result<bool, Failure> {
    let key = enrolled_key(&mut arguments)?;
    let direction = arguments.direction()?;
    let lines = arguments.flag("--lines");
    let mut reader = Reader::new(vec![key], direction);
    let mut all = true;
    for file in arguments.rest(1)? {
        let mut got = reader.open(&load(&file)?);
        all &= got["verdict"] == "ok";
        got["file"] = json!(file);
        print(&got);
    }
    if lines {
        reader.lines().iter().for_each(print);
    }
    Ok(all)
}

fn messages(files: &[String]) -> Result<bool, Failure> {
    let mut all = true;
    for file in files {
        let octets = load(file)?;
        let mut got = match Message::decode(&octets) {
            Ok(message) => {
                let mut got = reader::facts(&message);
                got["verdict"] = json!("ok");
                got["plaintext"] = json!(to_hex(&octets));
                got["content"] = show::item(&octets);
                got
            }
            Err(error) => json!({"verdict": error.verdict().as_str(), "detail": error.to_string()}),
        };
        all &= got["verdict"] == "ok";
        got["file"] = json!(file);
        print(&got);
    }
    Ok(all)
}

fn profiles(mut arguments: Arguments) -> Result<bool, Failure> {
    let public = arguments
        .octets("--pub")?
        .try_into()
        .map_err(|_| usage("--pub: 32 octets"))?;
    let held = arguments.number("--held")?.unwrap_or(0);
    let mut all = true;
    for file in arguments.rest(1)? {
        let mut got = match ProfileSet::open(&load(&file)?, &public, held) {
            Ok(set) => json!({"verdict": "ok", "version": set.version, "profiles": set.profiles.len(),
                "lowest_collector": [set.lowest_collector.0, set.lowest_collector.1],
                "catalogue": set.catalogue.map(|catalogue| catalogue.version)}),
            Err(error) => json!({"verdict": error.verdict().as_str(), "detail": error.to_string()}),
        };
        all &= got["verdict"] == "ok";
        got["file"] = json!(file);
        print(&got);
    }
    Ok(all)
}

fn seal(mut arguments: Arguments) -> Result<bool, Failure> {
    let key = enrolled_key(&mut arguments)?;
    let direction = arguments.direction()?;
    let epoch = arguments.epoch()?;
    let boot = arguments
        .octets("--boot")?
        .try_into()
        .map_err(|_| usage("--boot: 6 octets"))?;
    let sequence = arguments.number("--seq")?.ok_or(usage("--seq is missing"))?;
    let deflate = arguments.flag("--deflate");
    let padding = arguments.number("--pad")?.unwrap_or(1);
    let padding = u16::try_from(padding).map_err(|_| usage("--pad: at most 65535"))?;
    let [input, output] = <[String; 2]>::try_from(arguments.rest(2)?).map_err(|_| usage("seal: IN OUT"))?;
    let message = load(&input)?;
    let sealer = Sealer::new(&key, direction, epoch, boot, sequence..sequence.saturating_add(1));
    let sealed = sealer
        .map(|sealer| sealer.padded_to(padding))
        .and_then(|mut sealer| {
            if deflate {
                sealer.seal_compressed(&message)
            } else {
                sealer.seal(&message)
            }
        });
    match sealed {
        Ok(sealed) => {
            std::fs::write(&output, &sealed).map_err(|error| Failure::File(format!("{output}: {error}")))?;
            print(&json!({"file": output, "verdict": "ok", "sealed_bytes": sealed.len()}));
            Ok(true)
        }
        Err(error) => {
            print(&json!({"file": input, "verdict": "too-large", "detail": error.to_string()}));
            Ok(false)
        }
    }
}

fn enrol(mut arguments: Arguments) -> Result<bool, Failure> {
    match arguments.word("enrol: parse or print")?.as_str() {
        "parse" => {
            let mut all = true;
            for text in arguments.rest(1)? {
                let got = reader::enrolment(&text);
                all &= got["verdict"] == "ok";
                print(&got);
            }
            Ok(all)
        }
        "print" => {
            let key = enrolled_key(&mut arguments)?;
            let epoch = arguments.epoch()?;
            let profile_key = arguments
                .octets("--pub")?
                .try_into()
                .map_err(|_| usage("--pub: 32 octets"))?;
            let servers = arguments.rest(1)?;
            let EnrolledKey {
                site,
                kid,
                suite,
                key,
                ..
            } = key;
            let enrolment = Enrolment {
                site,
                kid,
                epoch,
                suite,
                key,
                profile_key,
                servers,
            };
            let text = enrolment
                .to_text()
                .map_err(|error| Failure::Usage(error.to_string()))?;
            print(&json!({"verdict": "ok", "text": text.as_str()}));
            Ok(true)
        }
        other => Err(Failure::Usage(format!("enrol: parse or print, not {other}"))),
    }
}

/// Hex of a sample's field.
fn octets_of(value: &Value) -> Option<Vec<u8>> {
    hex(value.as_str()?)
}
