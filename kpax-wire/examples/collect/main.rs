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

use printer_mib::collector::Surveyed;
use printer_mib::model::{ErrorCode, Outcome};

use args::Args;
use net::Counts;

/// One device, surveyed.
pub(crate) struct Done {
    /// `address:port` or `walk:FILE`.
    pub(crate) target: String,
    pub(crate) outcome: Outcome,
    pub(crate) surveyed: Surveyed,
    /// What passed at the socket.
    pub(crate) counts: Counts,
    /// Seconds of Unix time.
    pub(crate) observed: u64,
}

impl Done {
    /// Why it failed, or why a part is missing. What is no printer did not fail.
    pub(crate) fn code(&self) -> Option<ErrorCode> {
        self.surveyed
            .error_code()
            .filter(|_| self.outcome != Outcome::NotAPrinter)
    }

    /// Why, for a person: silence with what may be behind it.
    pub(crate) fn error_text(&self) -> String {
        let Some(code) = self.code() else {
            return String::new();
        };
        match self.hint() {
            Some(hint) if code == ErrorCode::NoAnswer => format!("{}; {hint}", code.text()),
            _ => code.text().to_owned(),
        }
    }

    /// What to look at first.
    pub(crate) fn hint(&self) -> Option<String> {
        let failure = self
            .surveyed
            .failure
            .as_ref()
            .filter(|_| self.outcome != Outcome::NotAPrinter)?;
        let causes: Vec<String> = failure.likely_causes().map(|cause| cause.to_string()).collect();
        let discovered = match failure {
            snmp_core::outcome::Outcome::Timeout(timeout) if timeout.discovered => {
                "discovery of the engine succeeded; "
            }
            _ => "",
        };
        (!causes.is_empty()).then(|| format!("{discovered}likely: {}", causes.join(", ")))
    }
}

fn main() -> ExitCode {
    let args = match Args::parse(std::env::args().skip(1)) {
        Ok(Some(args)) => args,
        Ok(None) => {
            print!("{}", args::USAGE);
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
