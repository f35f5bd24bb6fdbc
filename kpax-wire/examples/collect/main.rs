//! Finds printers, surveys them, shows them, and writes a sealed upload.
//!
//! `cargo run --release -p kpax-wire --example collect` does it with simulated printers on loopback; `--help` lists
//! what else it can do. Nothing leaves loopback without `--target` or `--range`.

mod args;
mod clock;
mod credentials;
mod document;
mod fleet;
mod net;
mod record;
mod report;
mod run;
mod sim;
mod upload;

use std::io::IsTerminal;
use std::process::ExitCode;

use printer_mib::model::{ErrorCode, Outcome, Printer};
use snmp_core::message::Version;
use snmp_core::outcome::Outcome as Ended;

use args::Args;
use net::Counts;

/// One device, surveyed.
pub(crate) struct Done {
    /// `address:port` or `walk:FILE`.
    pub(crate) target: String,
    pub(crate) outcome: Outcome,
    pub(crate) printer: Printer,
    /// The version that was answered.
    pub(crate) version: Option<Version>,
    /// Why it, or a part of it, failed.
    pub(crate) code: Option<ErrorCode>,
    pub(crate) failure: Option<Ended>,
    /// What the system said, where it was not asked at all.
    pub(crate) trouble: Option<String>,
    /// Whether a range led to it: nobody promised that it can be surveyed.
    pub(crate) found: bool,
    /// What passed at the socket.
    pub(crate) counts: Counts,
    /// Seconds of Unix time.
    pub(crate) observed: u64,
}

impl Done {
    /// Why it failed, or why a part is missing. What is no printer did not fail.
    pub(crate) fn code(&self) -> Option<ErrorCode> {
        self.code.filter(|_| self.outcome != Outcome::NotAPrinter)
    }

    /// Why, for a person: silence with what may be behind it.
    pub(crate) fn error_text(&self) -> String {
        let Some(code) = self.code() else {
            return String::new();
        };
        match self.hint() {
            _ if self.trouble.is_some() => self.trouble.clone().unwrap_or_default(),
            Some(hint) if code == ErrorCode::NoAnswer => format!("{}; {hint}", code.text()),
            _ => code.text().to_owned(),
        }
    }

    /// What to look at first.
    pub(crate) fn hint(&self) -> Option<String> {
        let failure = self
            .failure
            .as_ref()
            .filter(|_| self.outcome != Outcome::NotAPrinter)?;
        // Whoever has answered knows the community and the keys.
        let silent = matches!(failure, Ended::Timeout(timeout) if timeout.dropped.is_empty());
        if self.version.is_some() && silent {
            return Some("it answered before: busy, asleep, or too large an answer for the way".into());
        }
        let causes: Vec<String> = failure.likely_causes().map(|cause| cause.to_string()).collect();
        let discovered = match failure {
            Ended::Timeout(timeout) if timeout.discovered => "discovery of the engine succeeded; ",
            _ => "",
        };
        (!causes.is_empty()).then(|| format!("{discovered}likely: {}", causes.join(", ")))
    }
}

fn main() -> ExitCode {
    let args = match Args::parse(std::env::args_os().skip(1)) {
        Ok(Some(args)) => args,
        Ok(None) => {
            run::print(args::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(args::Usage(text)) => {
            eprintln!("collect: {text}");
            return ExitCode::from(2);
        }
    };
    match run::run(&args, std::io::stderr().is_terminal()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(run::Trouble::Usage(text)) => {
            eprintln!("collect: {text}");
            ExitCode::from(2)
        }
        Err(run::Trouble::Failed(text)) => {
            eprintln!("collect: {text}");
            ExitCode::FAILURE
        }
    }
}
