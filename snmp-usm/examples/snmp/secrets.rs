//! Secrets: from a file, the environment or the command line, and never shown.

use std::fmt;

use crate::args::{Usage, wrong};

/// Text that is not shown.
#[derive(Clone)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) const fn new(text: String) -> Self {
        Self(text)
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<secret>")
    }
}

/// The names that secrets have, each with its variable of the environment.
const NAMES: [(&str, &str); 5] = [
    ("community", "KPAX_COMMUNITY"),
    ("auth-password", "KPAX_AUTH_PASSWORD"),
    ("priv-password", "KPAX_PRIV_PASSWORD"),
    ("new-auth-password", "KPAX_NEW_AUTH_PASSWORD"),
    ("new-priv-password", "KPAX_NEW_PRIV_PASSWORD"),
];

/// The secrets that were given.
#[derive(Debug, Default)]
pub(crate) struct Secrets {
    given: [Option<Secret>; NAMES.len()],
    on_command_line: bool,
}

impl Secrets {
    /// Whether secrets have this name.
    pub(crate) fn has(name: &str) -> bool {
        place(name).is_some()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Secret> {
        self.given.get(place(name)?)?.as_ref()
    }

    /// From the command line, where every user of the machine can see it.
    pub(crate) fn give(&mut self, name: &str, secret: Secret) {
        self.on_command_line |= name != "community";
        self.put(name, secret);
    }

    /// Whether something that must not be seen was on the command line.
    pub(crate) const fn on_command_line(&self) -> bool {
        self.on_command_line
    }

    /// From the environment, as far as nothing else gave them.
    pub(crate) fn fill_from_environment(&mut self) {
        for ((_, variable), place) in NAMES.iter().zip(&mut self.given) {
            if place.is_none() {
                *place = std::env::var(variable).ok().map(Secret);
            }
        }
    }

    /// From a file of lines NAME=VALUE.
    pub(crate) fn read(&mut self, file: &str) -> Result<(), Usage> {
        let text =
            std::fs::read_to_string(file).or_else(|error| wrong(format!("--secrets {file}: {error}")))?;
        for (n, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match line.split_once('=') {
                // One file serves `collect` too, which has a key besides.
                Some((name, _)) if name.trim() == "key" => {}
                Some((name, value)) if Self::has(name.trim()) => {
                    self.put(name.trim(), Secret(value.trim().to_owned()));
                }
                _ => {
                    return wrong(format!(
                        "--secrets {file}, line {}: not NAME=VALUE of a known name",
                        n + 1
                    ));
                }
            }
        }
        Ok(())
    }

    fn put(&mut self, name: &str, secret: Secret) {
        if let Some(given) = place(name).and_then(|place| self.given.get_mut(place)) {
            *given = Some(secret);
        }
    }
}

fn place(name: &str) -> Option<usize> {
    NAMES.iter().position(|(known, _)| *known == name)
}
