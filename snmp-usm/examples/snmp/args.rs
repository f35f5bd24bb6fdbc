//! The command line of `snmp`.

use std::fmt;
use std::time::Duration;

use crate::secrets::{Secret, Secrets};

pub(crate) const USAGE: &str = "\
snmp: ask, set and serve SNMP v1, v2c and v3

  snmp get|getnext|bulk|walk HOST[:PORT] OID...
  snmp table   HOST[:PORT] TABLE           all columns of a table
  snmp table   HOST[:PORT] COLUMN COLUMN...
  snmp set     HOST[:PORT] OID TYPE VALUE [OID TYPE VALUE]...
  snmp passwd  HOST[:PORT]                 new keys for --user (RFC 3414, KeyChange)
  snmp trap|inform HOST[:PORT] OID [OID TYPE VALUE]...
  snmp listen  ADDR:PORT                   shows traps and informs, answers informs
  snmp serve   ADDR:PORT [FILE.snmprec...] answers; NAME@CONTEXT.snmprec is a context

TYPE: i INTEGER, u Gauge32, c Counter32, C Counter64, t TimeTicks, a IpAddress, o OBJECT IDENTIFIER,
      s text, x hex, n NULL, Opaque (hex), or the names that --json shows

who asks
  --version 1|2c|3           (3 with --user, else 2c; reads then try 1)
  --community C              (public; or KPAX_COMMUNITY)
  --user U                   SNMPv3 user
  --auth P --auth-password X   MD5, SHA, SHA-224 to SHA-512   (or KPAX_AUTH_PASSWORD)
  --priv P --priv-password Y   DES, AES, AES-192, AES-256, ... (or KPAX_PRIV_PASSWORD)
  --new-auth-password, --new-priv-password  for passwd (or KPAX_NEW_AUTH_PASSWORD, KPAX_NEW_PRIV_PASSWORD)
  --secrets FILE             lines of NAME=VALUE: community, auth-password, ...
  --context NAME             SNMPv3 context
how
  --port N                   of a HOST without one (161; trap and inform 162)
  --timeout SECONDS          a try (2)
  --retries N                (2)
  --non-repeaters N --max-repetitions N   for bulk (0, 10)
  --max-rows N               for walk and table
  --version 3                serve: nobody by a community
  --writable                 serve: the community and the user may SET
  --state FILE               serve, listen, trap: keeps engine id and boots between runs
  --count N                  listen: ends after so many notifications
  --json                     a JSON line each: [oid, type, value]; listen: an object
";

/// What is to be done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Command {
    Get,
    GetNext,
    Bulk,
    Walk,
    Table,
    Set,
    Passwd,
    Trap,
    Inform,
    Listen,
    Serve,
}

impl Command {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "get" => Self::Get,
            "getnext" => Self::GetNext,
            "bulk" => Self::Bulk,
            "walk" => Self::Walk,
            "table" => Self::Table,
            "set" => Self::Set,
            "passwd" => Self::Passwd,
            "trap" => Self::Trap,
            "inform" => Self::Inform,
            "listen" => Self::Listen,
            "serve" => Self::Serve,
            _ => return None,
        })
    }

    /// Whether asking twice does no harm: then another version may be tried.
    pub(crate) const fn is_read(self) -> bool {
        matches!(
            self,
            Self::Get | Self::GetNext | Self::Bulk | Self::Walk | Self::Table
        )
    }
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum AskedVersion {
    V1,
    V2c,
    V3,
}

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) command: Command,
    /// HOST[:PORT] or ADDR:PORT.
    pub(crate) place: String,
    /// What follows the place.
    pub(crate) words: Vec<String>,
    pub(crate) port: u16,
    pub(crate) version: Option<AskedVersion>,
    pub(crate) user: Option<String>,
    pub(crate) auth: Option<String>,
    pub(crate) privacy: Option<String>,
    pub(crate) secrets: Secrets,
    pub(crate) context: String,
    pub(crate) timeout: Duration,
    pub(crate) retries: u8,
    pub(crate) non_repeaters: u32,
    pub(crate) max_repetitions: u32,
    pub(crate) max_rows: Option<u32>,
    pub(crate) writable: bool,
    pub(crate) state: Option<String>,
    pub(crate) count: Option<u32>,
    pub(crate) json: bool,
}

/// What is wrong with the command line, for a person.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) String);

pub(crate) fn wrong<T>(text: impl Into<String>) -> Result<T, Usage> {
    Err(Usage(text.into()))
}

impl Args {
    /// Reads the command line; `None` when only help was asked for.
    pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Option<Self>, Usage> {
        let mut words = words.into_iter();
        let mut plain = Vec::new();
        let mut port = None;
        let mut args = Self {
            command: Command::Get,
            place: String::new(),
            words: Vec::new(),
            port: 161,
            version: None,
            user: None,
            auth: None,
            privacy: None,
            secrets: Secrets::default(),
            context: String::new(),
            timeout: Duration::from_secs(2),
            retries: 2,
            non_repeaters: 0,
            max_repetitions: 10,
            max_rows: None,
            writable: false,
            state: None,
            count: None,
            json: false,
        };
        while let Some(word) = words.next() {
            // What stands behind `--`, and a negative number, is no flag.
            if word == "--" {
                plain.extend(words.by_ref());
                break;
            }
            if !word.starts_with("--") && word != "-h" {
                plain.push(word);
                continue;
            }
            let (flag, inline) = match word.split_once('=') {
                Some((flag, value)) => (flag.to_owned(), Some(value.to_owned())),
                None => (word, None),
            };
            let mut value = || {
                inline
                    .clone()
                    .or_else(|| words.next())
                    .ok_or_else(|| Usage(format!("{flag} needs a value")))
            };
            match flag.as_str() {
                "--help" | "-h" => return Ok(None),
                "--version" => {
                    args.version = Some(match value()?.as_str() {
                        "1" => AskedVersion::V1,
                        "2c" => AskedVersion::V2c,
                        "3" => AskedVersion::V3,
                        other => return wrong(format!("--version {other}: 1, 2c or 3")),
                    });
                }
                "--user" => args.user = Some(value()?),
                "--auth" => args.auth = Some(value()?),
                "--priv" => args.privacy = Some(value()?),
                "--secrets" => args.secrets.read(&value()?)?,
                "--context" => args.context = value()?,
                "--port" => port = Some(number(&flag, &value()?, 1..=u16::MAX)?),
                "--timeout" => {
                    let text = value()?;
                    args.timeout = match text.parse::<f64>() {
                        Ok(seconds) if (0.05..=600.0).contains(&seconds) => Duration::from_secs_f64(seconds),
                        _ => return wrong(format!("--timeout {text}: seconds, 0.05 to 600")),
                    };
                }
                "--retries" => args.retries = number(&flag, &value()?, 0..=15)?,
                "--non-repeaters" => args.non_repeaters = number(&flag, &value()?, 0..=1000)?,
                "--max-repetitions" => args.max_repetitions = number(&flag, &value()?, 0..=i32::MAX as u32)?,
                "--max-rows" => args.max_rows = Some(number(&flag, &value()?, 1..=u32::MAX)?),
                "--count" => args.count = Some(number(&flag, &value()?, 1..=u32::MAX)?),
                "--state" => args.state = Some(value()?),
                "--writable" => args.writable = true,
                "--json" => args.json = true,
                secret => match secret.strip_prefix("--") {
                    Some(name) if Secrets::has(name) => args.secrets.give(name, Secret::new(value()?)),
                    _ => return wrong(format!("{secret} is not known; --help lists what is")),
                },
            }
        }
        args.secrets.fill_from_environment();
        args.place_words(plain)?;
        let notifies = matches!(args.command, Command::Trap | Command::Inform);
        args.port = port.unwrap_or(if notifies { 162 } else { 161 });
        args.check_v3()?;
        if args.secrets.on_command_line() {
            eprintln!(
                "warning: secrets on the command line are seen by others; --secrets FILE or the environment keeps them"
            );
        }
        Ok(Some(args))
    }

    fn place_words(&mut self, plain: Vec<String>) -> Result<(), Usage> {
        let mut plain = plain.into_iter();
        let Some(name) = plain.next() else {
            return wrong("a command is missing; --help lists them");
        };
        let Some(command) = Command::named(&name) else {
            return wrong(format!("{name} is no command; --help lists them"));
        };
        let Some(place) = plain.next() else {
            return wrong(format!("{name} needs an address"));
        };
        (self.command, self.place, self.words) = (command, place, plain.collect());
        let words = self.words.len();
        let fits = match command {
            Command::Get | Command::GetNext | Command::Bulk | Command::Walk | Command::Table => words > 0,
            Command::Set => words > 0 && words.is_multiple_of(3),
            Command::Trap | Command::Inform => words % 3 == 1,
            Command::Passwd | Command::Listen => words == 0,
            Command::Serve => true,
        };
        if !fits {
            let wanted = match command {
                Command::Set => "OID TYPE VALUE, once or more",
                Command::Trap | Command::Inform => "OID, then OID TYPE VALUE for each variable",
                Command::Passwd | Command::Listen | Command::Serve => "nothing more",
                _ => "OID, once or more",
            };
            return wrong(format!(
                "{name}: behind the address comes {wanted}; {words} words were given"
            ));
        }
        Ok(())
    }

    fn check_v3(&mut self) -> Result<(), Usage> {
        match (&self.user, self.version) {
            (None, Some(AskedVersion::V3)) => return wrong("--version 3 needs --user"),
            (Some(_), Some(AskedVersion::V1 | AskedVersion::V2c)) => {
                return wrong("--user is for --version 3");
            }
            // A server speaks all versions.
            (Some(_), None) if !matches!(self.command, Command::Serve | Command::Listen) => {
                self.version = Some(AskedVersion::V3);
            }
            _ => {}
        }
        let (auth, privacy) = (
            self.secrets.get("auth-password").is_some(),
            self.secrets.get("priv-password").is_some(),
        );
        if self.user.is_none() {
            if self.auth.is_some() || self.privacy.is_some() || !self.context.is_empty() {
                return wrong("--auth, --priv and --context need --user");
            }
            return Ok(());
        }
        if self.auth.is_some() != auth {
            return wrong("--auth and --auth-password belong together");
        }
        if self.privacy.is_some() != privacy {
            return wrong("--priv and --priv-password belong together");
        }
        if self.privacy.is_some() && self.auth.is_none() {
            return wrong("--priv needs --auth: there is no privacy without authentication");
        }
        Ok(())
    }

    /// The versions to try, the preferred one first.
    pub(crate) fn versions(&self) -> &'static [AskedVersion] {
        match self.version {
            Some(AskedVersion::V1) => &[AskedVersion::V1],
            Some(AskedVersion::V2c) => &[AskedVersion::V2c],
            Some(AskedVersion::V3) => &[AskedVersion::V3],
            None if self.command.is_read() => &[AskedVersion::V2c, AskedVersion::V1],
            None => &[AskedVersion::V2c],
        }
    }

    pub(crate) fn community(&self) -> &[u8] {
        self.secrets
            .get("community")
            .map_or(b"public", |community| community.as_bytes())
    }
}

fn number<T: std::str::FromStr + PartialOrd + fmt::Display>(
    flag: &str,
    text: &str,
    allowed: std::ops::RangeInclusive<T>,
) -> Result<T, Usage> {
    match text.parse() {
        Ok(number) if allowed.contains(&number) => Ok(number),
        _ => wrong(format!(
            "{flag} {text}: a number from {} to {}",
            allowed.start(),
            allowed.end()
        )),
    }
}
