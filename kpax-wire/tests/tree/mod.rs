//! CBOR as a tree that can be changed at any place and written in its one form again.

/// One item.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Tree {
    Int(i128),
    Bytes(Vec<u8>),
    Text(String),
    Array(Vec<Self>),
    Map(Vec<(Self, Self)>),
    Tag(u64, Box<Self>),
    Bool(bool),
    Null,
}

/// xorshift64: the same changes in every run.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end as u64).expect("below a usize")
    }
}

impl Tree {
    pub(crate) fn decode(octets: &[u8]) -> Self {
        let mut decoder = minicbor::Decoder::new(octets);
        Self::read(&mut decoder)
    }

    fn read(d: &mut minicbor::Decoder<'_>) -> Self {
        use minicbor::data::Type;
        match d.datatype().expect("an item") {
            Type::Bytes => Self::Bytes(d.bytes().expect("octets").to_vec()),
            Type::String => Self::Text(d.str().expect("text").into()),
            Type::Array => {
                let len = d.array().expect("array").expect("definite");
                Self::Array((0..len).map(|_| Self::read(d)).collect())
            }
            Type::Map => {
                let len = d.map().expect("map").expect("definite");
                Self::Map((0..len).map(|_| (Self::read(d), Self::read(d))).collect())
            }
            Type::Tag => {
                let tag = d.tag().expect("tag").as_u64();
                Self::Tag(tag, Box::new(Self::read(d)))
            }
            Type::Bool => Self::Bool(d.bool().expect("bool")),
            Type::Null => {
                d.null().expect("null");
                Self::Null
            }
            _ => Self::Int(d.int().expect("integer").into()),
        }
    }

    /// Map keys are sorted by their encoding; of equal ones the last stays.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut e = minicbor::Encoder::new(Vec::new());
        let done = match self {
            Self::Int(int) => e.int((*int).try_into().expect("a CBOR integer")).is_ok(),
            Self::Bytes(octets) => e.bytes(octets).is_ok(),
            Self::Text(text) => e.str(text).is_ok(),
            Self::Array(items) => {
                e.array(items.len() as u64).expect("array");
                items.iter().for_each(|item| e.writer_mut().extend(item.encode()));
                true
            }
            Self::Map(pairs) => {
                let sorted: std::collections::BTreeMap<Vec<u8>, Vec<u8>> = pairs
                    .iter()
                    .map(|(key, value)| (key.encode(), value.encode()))
                    .collect();
                e.map(sorted.len() as u64).expect("map");
                sorted.into_iter().for_each(|(key, value)| {
                    e.writer_mut().extend(key);
                    e.writer_mut().extend(value);
                });
                true
            }
            Self::Tag(tag, item) => {
                e.tag(minicbor::data::Tag::new(*tag)).expect("tag");
                e.writer_mut().extend(item.encode());
                true
            }
            Self::Bool(value) => e.bool(*value).is_ok(),
            Self::Null => e.null().is_ok(),
        };
        assert!(done);
        e.into_writer()
    }

    /// Changes one item somewhere.
    pub(crate) fn change(&mut self, random: &mut Random) {
        let place = random.below(self.count());
        self.change_at(place, random);
    }

    fn count(&self) -> usize {
        1 + match self {
            Self::Array(items) => items.iter().map(Self::count).sum(),
            Self::Map(pairs) => pairs.iter().map(|(key, value)| key.count() + value.count()).sum(),
            Self::Tag(_, item) => item.count(),
            _ => 0,
        }
    }

    /// Changes the item that comes as the `place`-th; what is left of `place` when it is not in here.
    fn change_at(&mut self, place: usize, random: &mut Random) -> Option<usize> {
        if place == 0 {
            self.replace(random);
            return None;
        }
        let mut left = place - 1;
        match self {
            Self::Array(items) => {
                for item in items {
                    left = item.change_at(left, random)?;
                }
            }
            Self::Map(pairs) => {
                for (key, value) in pairs {
                    left = key.change_at(left, random)?;
                    left = value.change_at(left, random)?;
                }
            }
            Self::Tag(_, item) => left = item.change_at(left, random)?,
            _ => {}
        }
        Some(left)
    }

    fn replace(&mut self, random: &mut Random) {
        let way = random.below(16);
        match (self, way) {
            (Self::Array(items), 0..4) if !items.is_empty() => {
                let at = random.below(items.len());
                items.remove(at);
            }
            (Self::Array(items), 4..7) if !items.is_empty() => {
                let at = random.below(items.len());
                items.insert(at, items[at].clone());
            }
            (Self::Array(items), 7) => items.push(Self::Null),
            (Self::Map(pairs), 0..5) if !pairs.is_empty() => {
                let at = random.below(pairs.len());
                pairs.remove(at);
            }
            (Self::Map(pairs), 5) => pairs.push((Self::Int(64), Self::Null)),
            (Self::Map(pairs), 6) => pairs.push((Self::Int(40), Self::Null)),
            (Self::Map(pairs), 7) => pairs.push((Self::Text("x".into()), Self::Null)),
            (Self::Int(int), 0..4) => *int = (*int + 1).min((1 << 64) - 1),
            (Self::Int(int), 4..6) => *int = -1 - *int,
            (Self::Int(int), 6..8) => *int = [0, 6, 11, 17, 63, 64, 65_536, (1 << 64) - 1][random.below(8)],
            (Self::Bytes(octets), 0..4) => octets.push(0),
            (Self::Bytes(octets), 4..6) => octets.truncate(octets.len() / 2),
            (Self::Text(text), 0..2) => text.clear(),
            (item, 8) => *item = Self::Null,
            (item, 9) => *item = Self::Int(3),
            (item, 10) => *item = Self::Text("text".into()),
            (item, 11) => *item = Self::Array(vec![Self::Int(1), Self::Int(2)]),
            (item, 12) => *item = Self::Map(vec![]),
            (item, 13) => *item = Self::Bool(true),
            (item, 14) => *item = Self::Tag(4, Box::new(Self::Array(vec![Self::Int(-1), Self::Int(5)]))),
            (item, _) => *item = Self::Bytes(vec![1, 2, 3, 4]),
        }
    }
}
