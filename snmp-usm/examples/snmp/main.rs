//! Asks, sets and serves SNMP v1, v2c and v3 over blocking UDP; `--help` lists what it can do.
//!
//!     cargo run -p snmp-usm --example snmp -- walk 127.0.0.1 1.3.6.1.2.1.1

mod args;
mod clock;
mod credentials;
mod listen;
mod notify;
mod passwd;
mod read;
mod secrets;
mod serve;
mod session;
mod show;
mod table;
mod typed;

use std::io;
use std::process::ExitCode;

use args::{Args, Command, Usage};
use show::Output;

/// Why a command did not do what it was to.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// It was asked for wrongly.
    Usage(String),
    Failed(String),
    /// Nobody reads what it says.
    Unread,
}

impl From<Usage> for Trouble {
    fn from(Usage(text): Usage) -> Self {
        Self::Usage(text)
    }
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Unread,
            _ => Self::Failed(error.to_string()),
        }
    }
}

fn main() -> ExitCode {
    let done = match Args::parse(std::env::args().skip(1)) {
        Ok(Some(args)) => run(&args),
        Ok(None) => {
            print!("{}", args::USAGE);
            Ok(())
        }
        Err(usage) => Err(usage.into()),
    };
    match done {
        Ok(()) | Err(Trouble::Unread) => ExitCode::SUCCESS,
        Err(Trouble::Failed(text)) => {
            eprintln!("snmp: {text}");
            ExitCode::FAILURE
        }
        Err(Trouble::Usage(text)) => {
            eprintln!("snmp: {text}");
            ExitCode::from(2)
        }
    }
}

fn run(args: &Args) -> Result<(), Trouble> {
    let user = credentials::user(args)?;
    let mut output = Output::new(args.json);
    match args.command {
        Command::Get | Command::GetNext | Command::Bulk | Command::Walk | Command::Set => {
            read::run(args, user.as_ref(), &mut output)?;
        }
        Command::Table => table::run(args, user.as_ref(), &mut output)?,
        Command::Passwd => passwd::run(args, user.as_ref(), &mut output)?,
        Command::Trap | Command::Inform => notify::run(args, user.as_ref())?,
        Command::Listen => listen::run(args, user.as_ref(), &mut output)?,
        Command::Serve => serve::run(args, user.as_ref())?,
    }
    Ok(output.flush()?)
}
