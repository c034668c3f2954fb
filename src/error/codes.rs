//! Enums with codes: the text that stands for each value in columns, JSON and arguments.

/// Declares an enum and the code of each value, once. The number of a value, which packed columns store, is its place in
/// `ALL`.
///
/// The order of the declaration is the order of meaning: tables sort codes by it (ordered dictionaries in Arrow, ordered
/// categories in pandas).
///
/// ```ignore
/// codes! {
///     /// What the figures say.
///     pub enum Verdict as "verdict" {
///         /// The goal is met.
///         Met = "met",
///         /// The goal is not met.
///         Missed = "missed",
///     }
/// }
/// ```
///
/// expands to the enum, `Verdict::ALL`, `Verdict::code`, `Display` and `Serialize` (the code), `FromStr` and `Deserialize`
/// (an unknown code is refused with all that there are), and [`CellType`](crate::view::CellType): a field of the type is
/// a text column.
macro_rules! codes {
    ($(#[$meta:meta])* $visibility:vis enum $name:ident as $what:literal {
        $($(#[$of_variant:meta])* $variant:ident = $code:literal,)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        #[non_exhaustive]
        $visibility enum $name { $($(#[$of_variant])* $variant,)+ }

        impl $name {
            /// Every value, in the order of the declaration.
            $visibility const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code of the value.
            $visibility const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = $crate::error::Error;
            fn from_str(code: &str) -> $crate::error::Result<Self> {
                let found = Self::ALL.iter().copied().find(|one| one.code() == code);
                found.ok_or_else(|| $crate::error::Error::unknown_choice($what, code, &[$($code),+]))
            }
        }

        $crate::error::codes::coded!($name, &[$($code),+]);
    };
}

/// What follows from `code()` and `FromStr`: `Display`, `Serialize`, `Deserialize` and the cell of a text column with these
/// choices.
macro_rules! coded {
    ($name:ident, $choices:expr) => {
        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.code())
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.code())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                let code = <String as ::serde::Deserialize>::deserialize(deserializer)?;
                code.parse().map_err(::serde::de::Error::custom)
            }
        }

        impl $crate::view::CellType for $name {
            const TYPE: $crate::view::ColumnType = $crate::view::ColumnType::Text;
            const CHOICES: &'static [&'static str] = $choices;
            fn cell(&self) -> $crate::view::Cell<'_> {
                $crate::view::Cell::Text(self.code().into())
            }
            fn read<'de, D: ::serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                ::serde::Deserialize::deserialize(deserializer)
            }
        }
    };
}

pub(crate) use {coded, codes};

use serde::{Deserialize, Deserializer, Serializer};

use super::{Error, Result};
use crate::stats::{Capability, FunnelSignal, Rule, RuleSet, Side};
use crate::view::{Cell, CellType, ColumnType};

/// The value with a code.
///
/// # Errors
///
/// Fails with all codes if there is no such value.
pub fn find<T: Copy>(
    what: &str,
    code: &str,
    mut all: impl Iterator<Item = T> + Clone,
    code_of: fn(T) -> &'static str,
) -> Result<T> {
    let choices = all.clone();
    all.find(|one| code_of(*one) == code)
        .ok_or_else(|| Error::unknown_choice(what, code, &choices.map(code_of).collect::<Vec<_>>()))
}

/// An enum of the crate `attain-stats`, which does not depend on serde.
pub(crate) trait StatsCode: Copy + 'static {
    const WHAT: &'static str;
    const VALUES: &'static [Self];
    fn code_of(self) -> &'static str;
}

macro_rules! stats_codes {
    ($($name:ident: $what:literal,)+) => {
        $(impl StatsCode for $name {
            const WHAT: &'static str = $what;
            const VALUES: &'static [Self] = &$name::ALL;
            fn code_of(self) -> &'static str {
                self.code()
            }
        }

        impl CellType for $name {
            const TYPE: ColumnType = ColumnType::Text;
            const CHOICES: &'static [&'static str] = &{
                let (mut codes, mut place) = ([""; $name::ALL.len()], 0);
                while place < codes.len() {
                    codes[place] = $name::ALL[place].code();
                    place += 1;
                }
                codes
            };
            fn cell(&self) -> Cell<'_> {
                Cell::Text(self.code().into())
            }
            fn read<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> std::result::Result<Self, D::Error> {
                deserialize(deserializer)
            }
        })+
    };
}

stats_codes! {
    Capability: "answer of a chart about a goal",
    FunnelSignal: "place in a funnel",
    Rule: "rule",
    RuleSet: "set of rules",
    Side: "side",
}

/// Serialises the code of a [`StatsCode`].
pub(crate) fn serialize<T: StatsCode, S: Serializer>(
    value: &T,
    serializer: S,
) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_str(value.code_of())
}

/// Reads the code of a [`StatsCode`].
pub(crate) fn deserialize<'de, T: StatsCode, D: Deserializer<'de>>(
    deserializer: D,
) -> std::result::Result<T, D::Error> {
    let code = String::deserialize(deserializer)?;
    find(T::WHAT, &code, T::VALUES.iter().copied(), T::code_of).map_err(serde::de::Error::custom)
}

/// Codes of a [`StatsCode`] in a list that may be left out.
pub(crate) mod optional_list {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::{StatsCode, find};

    /// Serialises the codes.
    pub(crate) fn serialize<T: StatsCode, S: Serializer>(
        values: &Option<Vec<T>>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let codes = values.as_ref().map(|values| values.iter().map(|value| value.code_of()));
        codes.map(Iterator::collect::<Vec<_>>).serialize(serializer)
    }

    /// Reads the codes.
    pub(crate) fn deserialize<'de, T: StatsCode, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Vec<T>>, D::Error> {
        let Some(codes) = Option::<Vec<String>>::deserialize(deserializer)? else {
            return Ok(None);
        };
        let value = |code: &String| find(T::WHAT, code, T::VALUES.iter().copied(), T::code_of);
        codes
            .iter()
            .map(value)
            .collect::<crate::Result<_>>()
            .map(Some)
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use crate::assess::{Certainty, Pace, Reason, Verdict};

    #[test]
    fn a_code_reads_as_its_value() {
        for reason in Reason::ALL {
            assert_eq!(reason.code().parse::<Reason>().unwrap(), *reason);
            let json = serde_json::to_string(reason).unwrap();
            assert_eq!(json, format!("\"{reason}\""));
            assert_eq!(serde_json::from_str::<Reason>(&json).unwrap(), *reason);
        }
        assert_eq!(format!("{:>8}|", Pace::OnTrack), "on_track|");
    }

    #[test]
    fn an_unknown_code_is_refused_with_the_choices() {
        let error = "mett".parse::<Verdict>().unwrap_err();
        assert!(error.is_request());
        let text = error.to_string();
        assert!(text.contains("there is no such verdict") && text.contains("`mett`"), "{text}");
        assert!(text.contains("met, missed, indeterminate"), "{text}");
        let error = serde_json::from_str::<Verdict>("\"mett\"").unwrap_err().to_string();
        assert!(error.contains("met, missed, indeterminate"), "{error}");
    }

    #[test]
    fn the_number_of_a_value_is_its_place() {
        let numbers = Certainty::ALL.iter().map(|one| usize::from(*one as u8));
        assert!(numbers.eq(0..Certainty::ALL.len()));
    }
}
