//! A fact and where it came from.

use crate::arena::Offset;

/// A value and the varbind that says so.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Fact<T> {
    /// What is known.
    pub value: T,
    /// How it is known.
    pub source: Source,
}

impl<T> Fact<T> {
    /// A value with its source.
    #[must_use]
    pub const fn new(value: T, source: Source) -> Self {
        Self { value, source }
    }

    /// The same source saying something else, for values that are read in steps.
    #[must_use]
    pub fn saying<U>(&self, value: U) -> Fact<U> {
        Fact {
            value,
            source: self.source,
        }
    }
}

/// Where a fact came from: the varbind's place in the printer's [`Arena`](crate::Arena), and by which rule.
///
/// [`Printer::varbind`](super::Printer::varbind) gives the varbind itself.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Source {
    offset: Option<Offset>,
    kind: SourceKind,
    sure: Sure,
    rule: Rule,
}

impl Source {
    /// The value of an object that a standard MIB defines, taken as the MIB says.
    #[must_use]
    pub const fn standard(offset: Offset) -> Self {
        Self {
            offset: Some(offset),
            kind: SourceKind::Standard,
            sure: Sure::High,
            rule: Rule::Object,
        }
    }

    /// The value of an object of a maker's own MIB.
    #[must_use]
    pub const fn vendor(offset: Offset, rule: Rule) -> Self {
        Self {
            offset: Some(offset),
            kind: SourceKind::Vendor,
            sure: Sure::High,
            rule,
        }
    }

    /// Concluded from an object that says something else in the first place.
    #[must_use]
    pub const fn derived(offset: Offset, rule: Rule, sure: Sure) -> Self {
        Self {
            offset: Some(offset),
            kind: SourceKind::Derived,
            sure,
            rule,
        }
    }

    /// Not from SNMP: from another protocol, or from the caller.
    #[must_use]
    pub const fn elsewhere(kind: SourceKind, rule: Rule) -> Self {
        Self {
            offset: None,
            kind,
            sure: Sure::High,
            rule,
        }
    }

    /// The same with another certainty.
    #[must_use]
    pub const fn sure_to(mut self, sure: Sure) -> Self {
        self.sure = sure;
        self
    }

    /// Where its varbind lies in the printer's arena; `None` when it is not from SNMP.
    #[must_use]
    pub const fn offset(self) -> Option<Offset> {
        self.offset
    }

    /// What sort of source it is.
    #[must_use]
    pub const fn kind(self) -> SourceKind {
        self.kind
    }

    /// How certain it is.
    #[must_use]
    pub const fn sure(self) -> Sure {
        self.sure
    }

    /// The rule by which the varbind became the fact.
    #[must_use]
    pub const fn rule(self) -> Rule {
        self.rule
    }
}

crate::enumeration::closed_enumeration! {
    /// What sort of source a fact has.
    pub enum SourceKind {
        Standard = 0 "standard",
        Vendor = 1 "vendor",
        Derived = 2 "derived",
        Canon = 3 "canon",
        Notification = 4 "notification",
    }
}

crate::enumeration::closed_enumeration! {
    /// How certain a fact is.
    pub enum Sure {
        /// The object is defined to say exactly this.
        High = 0 "high",
        /// The object has another type or place than defined, or the text was taken apart by a known pattern.
        Medium = 1 "medium",
        /// A guess from words; shown, never billed.
        Low = 2 "low",
    }
}

crate::enumeration::closed_enumeration! {
    /// The rule that made a fact of a varbind; [`Rule::Object`] shows as the object's own name.
    pub enum Rule {
        /// The object itself.
        Object = 0 "object",
        /// A key of an IEEE 1284 device id.
        DeviceId = 1 "ieee1284_device_id",
        /// sysObjectID's enterprise number.
        Enterprise = 2 "enterprise_number",
        /// A maker's name at the beginning of a text.
        MakerWord = 3 "maker_word",
        /// A model name cut out of a description.
        ModelText = 4 "model_text",
        /// A firmware version cut out of a description.
        FirmwareText = 5 "firmware_text",
        /// The colorant that the supply's row points to.
        Colorant = 6 "colorant",
        /// A colour's word in a description.
        ColorWord = 7 "color_word",
        /// A part or serial number inside a description.
        NumberInText = 8 "number_in_text",
        /// Words for a copier, scanner or fax among the host's devices.
        DeviceWords = 9 "device_words",
        /// Ricoh's own level -100: near empty.
        RicohLow = 10 "ricoh_low",
        /// From several objects together.
        Combined = 11 "combined",
        /// What the caller of the survey knows.
        Caller = 12 "caller",
    }
}
