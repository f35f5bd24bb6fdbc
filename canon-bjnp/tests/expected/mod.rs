//! The grammar of the index's `expected` column: `ok` or `err=NAME`, then sections parted by ` | `, in which
//! `key=value` tokens stand between words. Remarks in parentheses are for people.

/// What the index lists for one packet.
#[derive(Debug)]
pub(crate) struct Expected {
    /// The error's name.
    pub(crate) error: Option<String>,
    /// `key=value`, with the word in front of the key. Values without remarks and quotes.
    pub(crate) values: Vec<Listed>,
    /// The whole text.
    pub(crate) text: String,
}

#[derive(Debug)]
pub(crate) struct Listed {
    pub(crate) before: String,
    pub(crate) key: String,
    pub(crate) value: String,
}

pub(crate) fn parse(text: &str) -> Expected {
    let words = words(text);
    let error = words
        .first()
        .and_then(|word| word.strip_prefix("err="))
        .map(str::to_owned);
    let mut values = Vec::new();
    for (at, word) in words.iter().enumerate().skip(1) {
        if let Some((key, value)) = word.split_once('=') {
            let before = words[at - 1].clone();
            values.push(Listed {
                before,
                key: key.to_owned(),
                value: unquoted(value),
            });
        }
    }
    Expected {
        error,
        values,
        text: text.to_owned(),
    }
}

/// Splits at space, `;` and `,` + space, but not within quotes; parentheses and what they hold are left out.
fn words(text: &str) -> Vec<String> {
    let (mut words, mut word, mut quoted, mut depth) = (Vec::new(), String::new(), false, 0_u32);
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted && depth > 0 => {
                depth -= 1;
                continue;
            }
            _ => {}
        }
        if depth > 0 {
            continue;
        }
        if !quoted && (c == ' ' || c == ';') {
            words.push(std::mem::take(&mut word));
        } else {
            word.push(c);
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    for word in &mut words {
        if !word.ends_with('"') {
            *word = word.trim_end_matches(',').to_owned();
        }
    }
    words
}

fn unquoted(value: &str) -> String {
    value
        .strip_prefix('"')
        .and_then(|value| value.strip_suffix('"'))
        .unwrap_or(value)
        .to_owned()
}

/// A number as the index writes it: decimal, or hexadecimal behind `0x`.
pub(crate) fn number(value: &str) -> Option<u64> {
    match value.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => value.parse().ok(),
    }
}
