//! The command line of `collect`.

use std::ffi::OsString;
use std::fmt;
use std::time::Duration;

use printer_mib::range::AddressRange;

pub(crate) const USAGE: &str = "\
collect: find printers, survey them, write a sealed upload

Without --walk, --target and --range it starts simulated printers on loopback and surveys them.

what to survey
  --walk FILE.snmprec        a recorded walk, served by a simulated device (repeatable);
                             NAME@CONTEXT.snmprec beside it is that context of the same device
  --target HOST[:PORT]       a device (repeatable)
  --range CIDR|FROM-TO       addresses to search (repeatable)
  --exclude CIDR|FROM-TO     addresses that are never asked (repeatable)
  --port N                   port of targets and ranges that name none (161)
  --rate N                   datagrams a second while searching (50)
how to ask
  --version 1|2c|3           (3 with --user, else 2c, then 1)
  --community C              (public; or KPAX_COMMUNITY)
  --user U                   SNMPv3 user
  --auth P --auth-password X   MD5, SHA, SHA-224 to SHA-512   (or KPAX_AUTH_PASSWORD)
  --priv P --priv-password Y   DES, AES, AES-192, AES-256, ... (or KPAX_PRIV_PASSWORD)
  --secrets FILE             lines of NAME=VALUE: community, auth-password, priv-password, key
  --context NAME             SNMP context
  --timeout SECONDS          a try (2)
  --retries N                (2)
what to do with it
  --json                     one JSON object a device on stdout, all else on stderr
  --explain                  in that JSON, each fact with its OID, raw value and rule
  --record DIR               a redacted .snmprec of what each device answered
  --upload FILE --site HEX --kid HEX --key HEX
                             one sealed report
";

/// What the command line asks for.
#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) walks: Vec<String>,
    pub(crate) targets: Vec<String>,
    pub(crate) ranges: Vec<AddressRange>,
    pub(crate) exclude: Vec<AddressRange>,
    pub(crate) port: u16,
    pub(crate) rate: u32,
    pub(crate) version: Option<AskedVersion>,
    pub(crate) community: Secret,
    pub(crate) user: Option<String>,
    pub(crate) auth: Option<String>,
    pub(crate) auth_password: Option<Secret>,
    pub(crate) privacy: Option<String>,
    pub(crate) priv_password: Option<Secret>,
    pub(crate) context: String,
    pub(crate) timeout: Duration,
    pub(crate) retries: u8,
    pub(crate) json: bool,
    pub(crate) explain: bool,
    pub(crate) record: Option<String>,
    pub(crate) upload: Option<Upload>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum AskedVersion {
    V1,
    V2c,
    V3,
}

/// Where the sealed report goes, and what it is sealed with.
#[derive(Debug)]
pub(crate) struct Upload {
    pub(crate) file: String,
    pub(crate) site: Vec<u8>,
    pub(crate) kid: Vec<u8>,
    pub(crate) key: SecretOctets,
}

/// Text that is not shown.
#[derive(Clone)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

/// Octets that are not shown.
#[derive(Clone)]
pub(crate) struct SecretOctets(pub(crate) Vec<u8>);

impl fmt::Debug for SecretOctets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

/// What is wrong with the command line, for a person.
pub(crate) struct Usage(pub(crate) String);

fn wrong<T>(text: impl Into<String>) -> Result<T, Usage> {
    Err(Usage(text.into()))
}

/// Where a secret came from: those on the command line are seen by every user of the machine.
#[derive(Default)]
struct Secrets {
    community: Option<Secret>,
    auth_password: Option<Secret>,
    priv_password: Option<Secret>,
    key: Option<Secret>,
    on_command_line: bool,
}

impl Secrets {
    fn place(&mut self, name: &str) -> Option<&mut Option<Secret>> {
        Some(match name {
            "community" => &mut self.community,
            "auth-password" => &mut self.auth_password,
            "priv-password" => &mut self.priv_password,
            "key" => &mut self.key,
            _ => return None,
        })
    }

    /// From the environment, as far as nothing else gave them.
    fn fill_from_environment(&mut self) {
        for (name, variable) in [
            ("community", "KPAX_COMMUNITY"),
            ("auth-password", "KPAX_AUTH_PASSWORD"),
            ("priv-password", "KPAX_PRIV_PASSWORD"),
            ("key", "KPAX_KEY"),
        ] {
            if let (Some(place @ None), Ok(value)) = (self.place(name), std::env::var(variable)) {
                *place = Some(Secret(value));
            }
        }
    }

    fn read(&mut self, file: &str) -> Result<(), Usage> {
        let text =
            std::fs::read_to_string(file).or_else(|error| wrong(format!("--secrets {file}: {error}")))?;
        for (n, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let split = line
                .split_once('=')
                .map(|(name, value)| (name.trim(), value.trim()));
            match split.and_then(|(name, value)| Some((self.place(name)?, value))) {
                Some((place, value)) => *place = Some(Secret(value.to_owned())),
                None => {
                    return wrong(format!(
                        "--secrets {file}, line {}: not NAME=VALUE of a known name",
                        n + 1
                    ));
                }
            }
        }
        Ok(())
    }
}

impl Args {
    /// Reads the command line; `None` when only help was asked for.
    pub(crate) fn parse(words: impl IntoIterator<Item = OsString>) -> Result<Option<Self>, Usage> {
        let words: Vec<String> = words
            .into_iter()
            .map(OsString::into_string)
            .collect::<Result<_, _>>()
            .or_else(|word| wrong(format!("{}: not UTF-8", word.display())))?;
        let mut words = words.into_iter();
        let mut args = Self {
            walks: Vec::new(),
            targets: Vec::new(),
            ranges: Vec::new(),
            exclude: Vec::new(),
            port: 161,
            rate: 50,
            version: None,
            community: Secret("public".into()),
            user: None,
            auth: None,
            auth_password: None,
            privacy: None,
            priv_password: None,
            context: String::new(),
            timeout: Duration::from_secs(2),
            retries: 2,
            json: false,
            explain: false,
            record: None,
            upload: None,
        };
        let mut secrets = Secrets::default();
        let (mut upload, mut site, mut kid) = (None, None, None);
        while let Some(word) = words.next() {
            let (flag, inline) = match word.split_once('=') {
                Some((flag, value)) if flag.starts_with("--") => (flag.to_owned(), Some(value.to_owned())),
                _ => (word, None),
            };
            if inline.is_some() && matches!(flag.as_str(), "--help" | "--json" | "--explain") {
                return wrong(format!("{flag} takes no value"));
            }
            let mut value = || {
                inline
                    .clone()
                    .or_else(|| words.next())
                    .ok_or_else(|| Usage(format!("{flag} needs a value")))
            };
            match flag.as_str() {
                "--help" | "-h" => return Ok(None),
                "--walk" => args.walks.push(value()?),
                "--target" => args.targets.push(value()?),
                "--range" => args.ranges.push(range(&flag, &value()?)?),
                "--exclude" => args.exclude.push(range(&flag, &value()?)?),
                "--port" => args.port = number(&flag, &value()?, 1..=u16::MAX)?,
                "--rate" => args.rate = number(&flag, &value()?, 1..=100_000)?,
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
                "--community" | "--auth-password" | "--priv-password" | "--key" => {
                    secrets.on_command_line |= flag != "--community";
                    let given = Secret(value()?);
                    if let Some(place) = secrets.place(&flag[2..]) {
                        *place = Some(given);
                    }
                }
                "--secrets" => secrets.read(&value()?)?,
                "--context" => args.context = value()?,
                "--timeout" => {
                    let text = value()?;
                    args.timeout = match text.parse::<f64>() {
                        Ok(seconds) if (0.05..=600.0).contains(&seconds) => Duration::from_secs_f64(seconds),
                        _ => return wrong(format!("--timeout {text}: seconds, 0.05 to 600")),
                    };
                }
                "--retries" => args.retries = number(&flag, &value()?, 0..=20)?,
                "--json" => args.json = true,
                "--explain" => args.explain = true,
                "--record" => args.record = Some(value()?),
                "--upload" => upload = Some(value()?),
                "--site" => site = Some(hex(&flag, &value()?, 1..=32)?),
                "--kid" => kid = Some(hex(&flag, &value()?, 4..=8)?),
                "--state" | "--send" | "--at" => return wrong(format!("{flag} is not there yet")),
                other => return wrong(format!("{other} is not known; --help lists what is")),
            }
        }
        if args.explain && !args.json {
            eprintln!("warning: --explain shows in --json only");
        }
        secrets.fill_from_environment();
        if secrets.on_command_line {
            eprintln!(
                "warning: secrets on the command line are seen by others; --secrets FILE or the environment keeps them"
            );
        }
        if let Some(community) = secrets.community {
            args.community = community;
        }
        args.auth_password = secrets.auth_password;
        args.priv_password = secrets.priv_password;
        args.check_v3()?;
        args.upload = match (upload, site, kid, secrets.key) {
            (None, None, None, _) => None,
            (Some(file), Some(site), Some(kid), Some(key)) => {
                let key = SecretOctets(hex("--key", &key.0, 32..=32)?);
                Some(Upload { file, site, kid, key })
            }
            _ => return wrong("--upload, --site, --kid and --key belong together"),
        };
        Ok(Some(args))
    }

    fn check_v3(&mut self) -> Result<(), Usage> {
        match (&self.user, self.version) {
            (None, Some(AskedVersion::V3)) => return wrong("--version 3 needs --user"),
            (Some(_), Some(AskedVersion::V1 | AskedVersion::V2c)) => {
                return wrong("--user is for --version 3");
            }
            (Some(_), None) => self.version = Some(AskedVersion::V3),
            _ => {}
        }
        if self.user.is_none() && (self.auth.is_some() || self.privacy.is_some()) {
            return wrong("--auth and --priv need --user");
        }
        if self.auth.is_some() != self.auth_password.is_some() && self.user.is_some() {
            return wrong("--auth and --auth-password belong together");
        }
        if self.privacy.is_some() != self.priv_password.is_some() && self.user.is_some() {
            return wrong("--priv and --priv-password belong together");
        }
        if self.privacy.is_some() && self.auth.is_none() {
            return wrong("--priv needs --auth: there is no privacy without authentication");
        }
        Ok(())
    }

    /// Whether anything but the simulated printers is to be surveyed.
    pub(crate) fn is_demonstration(&self) -> bool {
        self.walks.is_empty() && self.targets.is_empty() && self.ranges.is_empty()
    }
}

fn range(flag: &str, text: &str) -> Result<AddressRange, Usage> {
    text.parse()
        .or_else(|error| wrong(format!("{flag} {text}: {error}")))
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

fn hex(flag: &str, text: &str, octets: std::ops::RangeInclusive<usize>) -> Result<Vec<u8>, Usage> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let bytes: Option<Vec<u8>> = digits.filter(|digits| digits.len() % 2 == 0).map(|digits| {
        digits
            .chunks(2)
            .map(|pair| pair.iter().fold(0, |sum, digit| sum << 4 | digit))
            .collect()
    });
    match bytes {
        Some(bytes) if octets.contains(&bytes.len()) => Ok(bytes),
        // The text may be a key: it is not repeated.
        _ => wrong(format!(
            "{flag}: hex of {} to {} octets",
            octets.start(),
            octets.end()
        )),
    }
}
