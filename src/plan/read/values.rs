//! Single values: texts, codes, numbers, shares, days, choices and ids.

use chrono::NaiveDate;

use super::Reader;
use super::fields::Fields;
use crate::calendar;
use crate::error::{Fault, FaultCode, Place};
use crate::exact::{self, Decimal, decimal};
use crate::plan::document::{Entry, Node, Value};
use crate::plan::units::{Field, Told};

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

    pub(super) fn optional_text(&mut self, fields: &Fields<'_>, key: &str) -> Option<String> {
        let node = fields.get(key).filter(|node| node.value != Value::Null)?;
        self.text(node, &format!("the {key}")).map(str::to_owned)
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

    pub(super) fn multiplier(&mut self, fields: &Fields<'_>, default: u32) -> Option<Decimal> {
        let Some(node) = fields.get("per") else { return Some(Decimal::from(default)) };
        let per = self.number(node, "the multiplier")?;
        if per <= Decimal::ZERO {
            self.wrong(FaultCode::OutOfRange, node, "the multiplier", "a number above 0");
            return None;
        }
        Some(per)
    }

    pub(super) fn per_cent(&mut self, node: &Node) -> Option<f64> {
        let number = self.number(node, "a share in per cent")?;
        if number < Decimal::ZERO || number > Decimal::ONE_HUNDRED {
            self.wrong(
                FaultCode::OutOfRange,
                node,
                "a share in per cent",
                "a number from 0 to 100",
            );
            return None;
        }
        number.to_string().parse().ok()
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
            .expected("a share between 0 and 1, such as 0.95");
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

    /// A whole number, 0 or more.
    pub(super) fn whole(&mut self, node: &Node, what: &str) -> Option<u32> {
        let number = self.number(node, what)?;
        let whole = number.to_string().parse().ok();
        if whole.is_none() {
            self.wrong(FaultCode::OutOfRange, node, what, "a whole number, 0 or more");
        }
        whole
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

    pub(super) fn optional_date(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
        what: &str,
    ) -> Field<NaiveDate> {
        match fields.get(key).filter(|node| node.value != Value::Null) {
            Some(node) => match self.date(node, what) {
                Some(day) => Ok(Some((node.place.clone(), day))),
                None => Err(Told),
            },
            None if fields.is_misspelt(key) => Err(Told),
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
            let mut fault = Fault::new(
                FaultCode::UnknownChoice,
                node.place.clone(),
                format!("this is not {what}"),
            )
            .found(node.describe())
            .expected(match names[..] {
                [only] => format!("`{only}`"),
                _ => format!("one of {}", names.join(", ")),
            });
            if let Some(given) = given {
                fault = fault.near_miss(given, names.iter().copied());
            }
            self.faults.push(fault);
        }
        chosen.map(|(_, value)| *value)
    }

    pub(super) fn optional_choice<T: Copy>(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
        what: &str,
        all: &[(&str, T)],
    ) -> Option<T> {
        fields.get(key).and_then(|node| self.choice(node, what, all))
    }

    /// Ids stand in expressions, file names and columns: letters, digits, `_`, `-` and `.` only.
    pub(super) fn key_id(&mut self, entry: &Entry) -> Option<String> {
        self.checked_id(&entry.place, &entry.key)
    }

    pub(super) fn id(&mut self, node: &Node) -> Option<String> {
        let id = self.text_or_number(node, "an id")?;
        self.checked_id(&node.place, id)
    }

    fn checked_id(&mut self, place: &Place, id: &str) -> Option<String> {
        let well_formed =
            id.chars().next().is_some_and(|first| first.is_alphanumeric() || first == '_')
                && id.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
        if !well_formed {
            self.faults.push(
                Fault::new(FaultCode::InvalidId, place.clone(), "this can't be an id")
                    .found(if id.is_empty() {
                        "an empty text".to_owned()
                    } else {
                        format!("`{id}`")
                    })
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

pub(super) fn named<T: Copy>(all: &[T], name: fn(T) -> &'static str) -> Vec<(&'static str, T)> {
    all.iter().map(|value| (name(*value), *value)).collect()
}
