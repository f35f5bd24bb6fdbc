//! Reads datagrams of any SNMP version from JSON lines on stdin and says what is in them, a JSON line each.
//!
//! A line is an object: `datagram` in hex, and for SNMPv3 `user`, `auth`, `auth_password`, `priv`, `priv_password`, or
//! `auth_key` and `priv_key`, localized keys in hex; they may stand in an object `keys`. The answer is
//! `{"ok":true,"decoded":{..}}`, with `anomalies` where deviations were read over, or
//! `{"ok":false,"error":KIND,"offset":N}`. `--strict` tolerates no deviation.
//!
//!     echo '{"datagram":"302902010104067075626c6963a01c02047a120301020100020100300e300c06082b060102010101000500"}' \
//!         | cargo run -p snmp-usm --example inspect

mod decode;

use std::io::{BufRead, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let mut strict = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--strict" => strict = true,
            _ => {
                eprintln!("usage: inspect [--strict] < LINES.json");
                return ExitCode::from(2);
            }
        }
    }
    match run(&mut decode::Inspector::new(strict)) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever reads us has heard enough.
        Err(why) if why.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("inspect: {why}");
            ExitCode::FAILURE
        }
    }
}

fn run(inspector: &mut decode::Inspector) -> std::io::Result<()> {
    let mut output = std::io::stdout().lock();
    for line in std::io::stdin().lock().split(b'\n') {
        let line = line?;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let answer = inspector.answer(&line);
        writeln!(output, "{answer}")?;
    }
    output.flush()
}
