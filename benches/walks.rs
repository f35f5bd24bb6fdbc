//! Walks of real printers, and one written by hand from the MIBs for where those are absent.

use std::path::Path;

/// One varbind as it stands on the wire: contents octets of the name, tag and contents octets of the value.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RawVarBind {
    /// Contents octets of the OBJECT IDENTIFIER.
    pub name: Vec<u8>,
    /// Identifier octet of the value.
    pub tag: u8,
    /// Contents octets of the value.
    pub content: Vec<u8>,
}

impl RawVarBind {
    /// A varbind of a name in dotted numbers.
    #[must_use]
    pub fn new(name: &str, tag: u8, content: Vec<u8>) -> Option<Self> {
        Some(Self {
            name: name_octets(name)?,
            tag,
            content,
        })
    }

    /// The VarBind element.
    #[must_use]
    pub fn to_octets(&self) -> Vec<u8> {
        element(
            0x30,
            &[element(6, &self.name), element(self.tag, &self.content)].concat(),
        )
    }
}

/// A walk: the file's path under the outside data, and its varbinds in the file's order.
#[derive(Clone, Debug)]
pub struct Walk {
    /// For instance `walks/librenms/NAME.snmprec`.
    pub path: String,
    /// What the device answered.
    pub var_binds: Vec<RawVarBind>,
}

/// Every `.snmprec` below `walks/` of the outside data, by path; empty when that data is absent.
///
/// # Panics
/// When the data is there and a folder or a file of it cannot be read.
#[must_use]
pub fn walks() -> Vec<Walk> {
    let Some(shared) = crate::shared() else {
        return Vec::new();
    };
    let mut paths = Vec::new();
    collect(&shared.join("walks"), &mut paths);
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let octets = std::fs::read(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
            let relative = path.strip_prefix(&shared).unwrap_or(&path);
            Walk {
                path: relative.to_string_lossy().into_owned(),
                var_binds: snmprec(&octets),
            }
        })
        .collect()
}

fn collect(folder: &Path, paths: &mut Vec<std::path::PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|end| end == "snmprec") {
            paths.push(path);
        }
    }
}

/// The varbinds of a `.snmprec` file: `OID|TAG|VALUE` a line, TAG decimal, with `x` behind it where VALUE is hex.
///
/// For inputs only: a line that breaks the form is left out.
#[must_use]
pub fn snmprec(text: &[u8]) -> Vec<RawVarBind> {
    text.split(|octet| *octet == b'\n').filter_map(line).collect()
}

fn line(line: &[u8]) -> Option<RawVarBind> {
    let mut parts = line.splitn(3, |octet| *octet == b'|');
    let name = std::str::from_utf8(parts.next()?).ok()?;
    let kind = std::str::from_utf8(parts.next()?).ok()?;
    let value = parts.next()?;
    let (tag, is_hex) = kind.strip_suffix('x').map_or((kind, false), |tag| (tag, true));
    let tag: u8 = tag.parse().ok()?;
    let text = std::str::from_utf8(value);
    let content = match tag {
        _ if is_hex => crate::hex(text.ok()?)?,
        2 => shortest(i128::from(text.ok()?.trim().parse::<i64>().ok()?)),
        0x41..=0x43 | 0x46 | 0x47 => shortest(i128::from(text.ok()?.trim().parse::<u64>().ok()?)),
        5 | 0x80..=0x82 => Vec::new(),
        6 => name_octets(text.ok()?.trim())?,
        0x40 => {
            let address: std::net::Ipv4Addr = text.ok()?.trim().parse().ok()?;
            address.octets().to_vec()
        }
        _ => value.to_vec(),
    };
    RawVarBind::new(name, tag, content)
}

/// A number in the fewest octets of two's complement.
fn shortest(number: i128) -> Vec<u8> {
    let octets = number.to_be_bytes();
    let skip = octets
        .windows(2)
        .take_while(|pair| matches!(pair, [0, 0..=0x7f] | [0xff, 0x80..=0xff]))
        .count();
    octets[skip..].to_vec()
}

/// Contents octets of an OBJECT IDENTIFIER in dotted numbers.
#[must_use]
pub fn name_octets(dotted: &str) -> Option<Vec<u8>> {
    let mut arcs = dotted.trim_start_matches('.').split('.').map(str::parse::<u64>);
    let first = arcs.next()?.ok()?;
    let second = arcs.next()?.ok()?;
    let mut octets = Vec::new();
    push_arc(&mut octets, first * 40 + second);
    for arc in arcs {
        push_arc(&mut octets, arc.ok()?);
    }
    Some(octets)
}

fn push_arc(octets: &mut Vec<u8>, arc: u64) {
    for shift in (1..10).rev() {
        if arc >> (7 * shift) != 0 {
            octets.push((arc >> (7 * shift)) as u8 | 0x80);
        }
    }
    octets.push(arc as u8 & 0x7f);
}

/// An element: identifier octet, shortest definite length, contents.
#[must_use]
pub fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut octets = vec![tag];
    if content.len() < 0x80 {
        octets.push(content.len() as u8);
    } else {
        let length = content.len().to_be_bytes();
        let skip = length.iter().take_while(|octet| **octet == 0).count();
        octets.push(0x80 | (length.len() - skip) as u8);
        octets.extend(&length[skip..]);
    }
    octets.extend(content);
    octets
}

/// A printer that no one built, from the tables of RFC 3805 and RFC 2790: input where real walks are absent.
///
/// `seed` varies names, numbers and lengths.
#[must_use]
pub fn synthetic(seed: u32) -> Vec<RawVarBind> {
    let mut list = Vec::new();
    let mut put = |name: String, tag: u8, content: Vec<u8>| {
        list.extend(RawVarBind::new(&name, tag, content));
    };
    let number = |value: i64| shortest(i128::from(value));
    let text = |value: String| value.into_bytes();
    let base = i64::from(seed);
    put(
        "1.3.6.1.2.1.1.1.0".into(),
        4,
        text(format!("Synthetic Laser {seed} /P, firmware {}", seed * 7)),
    );
    put(
        "1.3.6.1.2.1.1.2.0".into(),
        6,
        vec![0x2b, 6, 1, 4, 1, 0x8f, 0x65, 1],
    );
    put("1.3.6.1.2.1.1.3.0".into(), 0x43, number(base * 861 + 5_000_000));
    put(
        "1.3.6.1.2.1.25.3.2.1.3.1".into(),
        4,
        text(format!("Synthetic {seed}")),
    );
    put("1.3.6.1.2.1.25.3.5.1.1.1".into(), 2, number(3));
    put("1.3.6.1.2.1.25.3.5.1.2.1".into(), 4, vec![0x40, 0]);
    let input = "1.3.6.1.2.1.43.8.2.1";
    for column in 2..=18 {
        for row in 1..=4 {
            match column {
                13 | 18 => put(
                    format!("{input}.{column}.1.{row}"),
                    4,
                    text(format!("Tray {row}")),
                ),
                12 => put(
                    format!("{input}.{column}.1.{row}"),
                    4,
                    text("iso-a4-white".into()),
                ),
                9 | 10 => put(
                    format!("{input}.{column}.1.{row}"),
                    2,
                    number(250 * row - base % 99),
                ),
                4..=7 => put(format!("{input}.{column}.1.{row}"), 2, number(297_000 / column)),
                _ => put(format!("{input}.{column}.1.{row}"), 2, number(row - 3)),
            }
        }
    }
    put(
        "1.3.6.1.2.1.43.10.2.1.4.1.1".into(),
        0x41,
        number(base * 1311 + 70_000),
    );
    let supply = "1.3.6.1.2.1.43.11.1.1";
    for column in 2..=9 {
        for row in 1..=9 {
            match column {
                6 => put(
                    format!("{supply}.6.1.{row}"),
                    4,
                    text(format!("Cartridge {row} of the synthetic printer")),
                ),
                8 => put(format!("{supply}.8.1.{row}"), 2, number(12_000 + row * 1_000)),
                9 => put(
                    format!("{supply}.9.1.{row}"),
                    2,
                    number((base * row * 17) % 12_000 - 3),
                ),
                _ => put(format!("{supply}.{column}.1.{row}"), 2, number(row)),
            }
        }
    }
    let alert = "1.3.6.1.2.1.43.18.1.1";
    for column in 2..=9 {
        for row in 0..3 {
            let index = 1_000 + row * 5_311 + base;
            match column {
                8 => put(
                    format!("{alert}.8.1.{index}"),
                    4,
                    text(format!("Tray {row} is empty")),
                ),
                9 => put(format!("{alert}.9.1.{index}"), 0x43, number(base * 100 + row)),
                _ => put(format!("{alert}.{column}.1.{index}"), 2, number(column + row)),
            }
        }
    }
    list
}
