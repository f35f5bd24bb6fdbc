//! The shape of every enumeration here: a number (that of the MIB and of the upload) and a name in `snake_case`.

/// A closed set of ours: numbers outside it mean nothing.
macro_rules! closed_enumeration {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$doc:meta])* $variant:ident = $number:literal $text:literal, )+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum $name {
            $( #[doc = concat!("`", $text, "`, number ", $number, ".")] $(#[$doc])* $variant, )+
        }

        impl $name {
            /// Every value there is, in the order of their numbers.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// Its number in the upload.
            #[must_use]
            pub const fn number(self) -> u32 {
                match self { $( Self::$variant => $number, )+ }
            }

            /// Its name in `snake_case`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant => $text, )+ }
            }

            /// The value with this number.
            #[must_use]
            pub const fn from_number(number: u32) -> Option<Self> {
                match number { $( $number => Some(Self::$variant), )+ _ => None }
            }

            /// The value with this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $( $text => Some(Self::$variant), )+ _ => None }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

/// A set that a device may leave: what the MIB does not list is kept as its number, and is displayed as it.
macro_rules! open_enumeration {
    (
        $(#[$meta:meta])*
        pub enum $name:ident { $( $(#[$doc:meta])* $variant:ident = $number:literal $text:literal, )+ }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum $name {
            $( #[doc = concat!("`", $text, "`, number ", $number, ".")] $(#[$doc])* $variant, )+
            /// A number that the table does not list.
            Unlisted(u32),
        }

        impl $name {
            /// Every listed value, in the order of their numbers.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// Its number.
            #[must_use]
            pub const fn number(self) -> u32 {
                match self { $( Self::$variant => $number, )+ Self::Unlisted(number) => number }
            }

            /// Its name in `snake_case`; `None` for a number that the table does not list.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self { $( Self::$variant => Some($text), )+ Self::Unlisted(_) => None }
            }

            /// The value with this number.
            #[must_use]
            pub const fn from_number(number: u32) -> Self {
                match number { $( $number => Self::$variant, )+ number => Self::Unlisted(number) }
            }

            /// The listed value with this name.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $( $text => Some(Self::$variant), )+ _ => None }
            }
        }

        impl ::core::fmt::Display for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                match self.name() {
                    Some(name) => f.write_str(name),
                    None => write!(f, "{}", self.number()),
                }
            }
        }
    };
}

pub(crate) use {closed_enumeration, open_enumeration};
