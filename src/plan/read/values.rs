//! Single values: texts, codes, numbers, shares, days, choices and ids.

use chrono::{NaiveDate, Weekday};

use super::Reader;
use super::fields::Fields;
use crate::calendar::{self, Every, Length, NamedBy};
use crate::error::{AlreadyReported, Fault, FaultCode, Place, quoted};
use crate::exact::{self, Decimal, decimal};
use crate::names::is_id;
use crate::plan::award::Ties;
use crate::plan::document::{Entry, Node, Value};
use crate::plan::keys::{
    AboveZero, Choice, Confidence, Count, Day, Flag, Key, LENGTH_FORMS, LengthOfTime, Months, Name,
    NotAllPerCent, Number, NumberType, OptionalDay, PartOfOne, PerCent, PlanType, ShareOfExpected,
    SomePerCent, Text, Times, Whole, ZeroOrMore,
};
use crate::plan::units::{GivenAs, PlacedField};
use crate::plan::{
    Absent, Annualised, Better, ChangeAs, OverTime, OverUnits, ShareOfReports, Unmatched, Variation,
};
use crate::stats::Aggregation;

impl Reader<'_> {
    pub(super) fn text<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        match &node.value {
            Value::Text(text) if !text.trim().is_empty() => Some(text),
            Value::Bool(_) | Value::Number(_) => {
                let fault = Fault::new(
                    FaultCode::NotAText,
                    node.place.clone(),
                    format!("this is not {what}"),
                );
                let fault = fault.found(node.describe()).expected("a text");
                self.faults.push(fault.hint("put it in quotes"));
                None
            }
            Value::Text(_) | Value::Null | Value::List(_) | Value::Map(_) => {
                self.wrong(FaultCode::NotAText, node, what, "a text");
                None
            }
        }
    }

    /// Texts that people write as bare numbers: a document's, a clause's.
    pub(super) fn text_or_number<'n>(&mut self, node: &'n Node, what: &str) -> Option<&'n str> {
        match &node.value {
            Value::Number(number) => Some(number),
            Value::Text(_) | Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => {
                self.text(node, what)
            }
        }
    }

    /// A unit's code. A bare number is refused: `1` and `01` are different codes, and a reader that
    /// takes one for a number may have dropped the zero.
    pub(super) fn code<'n>(&mut self, node: &'n Node) -> Option<&'n str> {
        if let Value::Number(number) = &node.value {
            self.faults.push(
                Fault::new(
                    FaultCode::NotAText,
                    node.place.clone(),
                    "a unit's code is a text, not a number",
                )
                .found(number)
                .expected(format!("\"{number}\""))
                .hint("put it in quotes, so that leading zeros stay"),
            );
            // References to it still resolve.
            return Some(number);
        }
        self.text(node, "a unit's code")
    }

    pub(super) fn number(&mut self, node: &Node, what: &str) -> Option<Decimal> {
        let Value::Number(text) = &node.value else {
            let fault = Fault::new(
                FaultCode::NotANumber,
                node.place.clone(),
                format!("this is not {what}"),
            );
            let fault = fault.found(node.describe()).expected("a number");
            let hint = node.as_text().and_then(|text| {
                let unpadded = text.trim_start_matches('0');
                match exact::decimal(text) {
                    Some(_) if unpadded != text && !unpadded.is_empty() => {
                        Some(format!("write {unpadded}, without zeros before it"))
                    }
                    Some(_) => Some("take the quotes away".to_owned()),
                    None => exact::number_hint(text),
                }
            });
            self.faults.push(match hint {
                Some(hint) => fault.hint(hint),
                None => fault,
            });
            return None;
        };
        let number = decimal(text);
        if number.is_none() {
            self.wrong(FaultCode::OutOfRange, node, what, "a number of at most 28 digits");
        }
        number
    }

    /// A number within the bounds of its type.
    fn bounded<N: NumberType>(&mut self, node: &Node, what: &str) -> Option<N::Value> {
        let checked = N::checked(self.number(node, what)?);
        if checked.is_none() {
            self.wrong(FaultCode::OutOfRange, node, what, N::EXPECTED);
        }
        checked
    }

    pub(super) fn confidence(&mut self, node: &Node) -> Option<f64> {
        let number = self.number(node, "the confidence of intervals")?;
        if number <= Decimal::ZERO || number >= Decimal::ONE {
            let fault = Fault::new(
                FaultCode::OutOfRange,
                node.place.clone(),
                "this is not the confidence of intervals",
            )
            .found(node.describe())
            .expected(Confidence::EXPECTED);
            let share = number / Decimal::ONE_HUNDRED;
            let is_per_cent = number >= Decimal::ONE && share < Decimal::ONE;
            self.faults.push(if is_per_cent {
                fault.hint(format!("{number} % is written {}", share.normalize()))
            } else {
                fault
            });
            return None;
        }
        number.to_string().parse().ok()
    }

    pub(super) fn boolean(&mut self, node: &Node) -> Option<bool> {
        match node.value {
            Value::Bool(value) => Some(value),
            Value::Null | Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => {
                self.wrong(FaultCode::NotABoolean, node, "a yes or no", "true or false");
                None
            }
        }
    }

    pub(super) fn date(&mut self, node: &Node, what: &str) -> Option<NaiveDate> {
        if let Value::Text(text) = &node.value
            && let Some(day) = calendar::date(text)
        {
            return Some(day);
        }
        let fault =
            Fault::new(FaultCode::NotADate, node.place.clone(), format!("this is not {what}"));
        let fault = fault.found(node.describe()).expected("a day such as 2025-07-01");
        let hint = match &node.value {
            Value::Text(text) | Value::Number(text) => calendar::day_hint(text),
            Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => None,
        };
        self.faults.push(match hint {
            Some(hint) => fault.hint(hint),
            None => fault,
        });
        None
    }

    fn length(&mut self, node: &Node, what: &str) -> Option<Length> {
        let length = node.as_text().and_then(Length::parse);
        if length.is_none() {
            self.wrong(FaultCode::WrongForm, node, what, LENGTH_FORMS);
        }
        length
    }

    /// A day with its place; `Err` if it is at fault.
    pub(super) fn optional_date(
        &mut self,
        fields: &Fields<'_>,
        key: &Key<OptionalDay>,
    ) -> PlacedField<NaiveDate> {
        match fields.get(key).filter(|node| node.value != Value::Null) {
            Some(node) => match self.date(node, &key.value_name()) {
                Some(day) => Ok(Some((node.place.clone(), day))),
                None => Err(AlreadyReported),
            },
            None if fields.is_misspelt(key) => Err(AlreadyReported),
            None => Ok(None),
        }
    }

    pub(super) fn choice<T: Copy>(
        &mut self,
        node: &Node,
        what: &str,
        all: &[(&str, T)],
    ) -> Option<T> {
        let given = match &node.value {
            Value::Text(text) | Value::Number(text) => Some(text.as_str()),
            Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => None,
        };
        let chosen = given.and_then(|given| all.iter().find(|(name, _)| *name == given));
        if chosen.is_none() {
            let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
            let place = node.place.clone();
            let noun = ["the ", "a ", "an "].iter().find_map(|article| what.strip_prefix(article));
            self.faults.push(match given {
                Some(given) => Fault::unknown_choice(place, noun.unwrap_or(what), given, &names),
                None => Fault::new(FaultCode::UnknownChoice, place, format!("this is not {what}"))
                    .found(node.describe())
                    .expected(names.join(", ")),
            });
        }
        chosen.map(|(_, value)| *value)
    }

    pub(super) fn key_id(&mut self, entry: &Entry) -> Option<String> {
        self.checked_id(&entry.place, &entry.key)
    }

    pub(super) fn id(&mut self, node: &Node) -> Option<String> {
        let id = self.text_or_number(node, "an id")?;
        self.checked_id(&node.place, id)
    }

    fn checked_id(&mut self, place: &Place, id: &str) -> Option<String> {
        let well_formed = is_id(id);
        if !well_formed {
            self.faults.push(
                Fault::new(FaultCode::InvalidId, place.clone(), "this can't be an id")
                    .found(if id.is_empty() { "an empty text".to_owned() } else { quoted(id) })
                    .expected(
                        "letters, digits, `_`, `-` and `.`, beginning with a letter, digit or `_`",
                    ),
            );
        }
        well_formed.then(|| id.to_owned())
    }

    #[cold]
    pub(super) fn wrong(&mut self, code: FaultCode, node: &Node, what: &str, expected: &str) {
        self.faults.push(
            Fault::new(code, node.place.clone(), format!("this is not {what}"))
                .found(node.describe())
                .expected(expected),
        );
    }
}

/// Types whose values can be read without looking at other sections.
pub(super) trait Readable: PlanType {
    /// The value, if it has no fault. `what` is what faults call it.
    fn read(reader: &mut Reader<'_>, node: &Node, what: &str) -> Option<Self::Value>;
}

impl Reader<'_> {
    /// The value of a key; `None` if it is not there or at fault.
    pub(super) fn value<T: Readable>(
        &mut self,
        fields: &Fields<'_>,
        key: &Key<T>,
    ) -> Option<T::Value> {
        let node = fields.get(key)?;
        if T::NULL_IS_NOTHING && node.is_null() {
            return None;
        }
        T::read(self, node, &key.value_name())
    }

    /// The value of a key, or its default; `None` if it is at fault.
    pub(super) fn value_or_default<T: Readable>(
        &mut self,
        fields: &Fields<'_>,
        key: &Key<T>,
    ) -> Option<T::Value> {
        match fields.get(key) {
            Some(node) if !(T::NULL_IS_NOTHING && node.is_null()) => {
                T::read(self, node, &key.value_name())
            }
            Some(_) | None => key.default_value(),
        }
    }

    /// The value of a key that has to be there.
    pub(super) fn required_value<T: Readable>(
        &mut self,
        fields: &Fields<'_>,
        key: &Key<T>,
    ) -> Option<T::Value> {
        let node = self.required(fields, key)?;
        T::read(self, node, &key.value_name())
    }
}

/// The types that are read alike.
macro_rules! readable {
    ($($($type:ty),+ => $read:expr;)+) => {$($(
        impl Readable for $type {
            fn read(reader: &mut Reader<'_>, node: &Node, what: &str) -> Option<Self::Value> {
                let read: fn(&mut Reader<'_>, &Node, &str) -> Option<Self::Value> = $read;
                read(reader, node, what)
            }
        }
    )+)+};
}

readable! {
    Text => |reader, node, what| reader.text(node, what).map(str::to_owned);
    Name => |reader, node, what| reader.text_or_number(node, what).map(str::to_owned);
    Flag => |reader, node, _| reader.boolean(node);
    LengthOfTime => |reader, node, what| reader.length(node, what);
    Day, OptionalDay => |reader, node, what| reader.date(node, what);
    Confidence => |reader, node, _| reader.confidence(node);
    Number, AboveZero, ZeroOrMore, ShareOfExpected, Times, PerCent, SomePerCent, NotAllPerCent,
    PartOfOne, Whole, Count, Months => |reader, node, what| reader.bounded::<Self>(node, what);
    Every, NamedBy, Weekday, OverTime, OverUnits, Absent, GivenAs, Better, Variation, Unmatched,
    Annualised, ChangeAs, ShareOfReports, Ties, Aggregation
        => |reader, node, what| reader.choice(node, what, &Self::choices());
}
