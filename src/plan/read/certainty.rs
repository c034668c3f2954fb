//! How much counts are taken to vary by chance.

use super::Reader;
use crate::error::{Fault, FaultCode};
use crate::plan::document::{Node, Value};
use crate::plan::keys::{self, NumberType, PlainDispersion, Times};
use crate::plan::{CertaintyRules, DispersionRule};

const DISPERSION_FORMS: &str = "auto, or a number from 1 on";

impl Reader<'_> {
    /// What certainty rests on, of a plan or a target.
    pub(super) fn certainty(&mut self, node: Option<&Node>) -> CertaintyRules {
        let mut rules = CertaintyRules::default();
        let Some(node) = node else { return rules };
        let Some(own) = self.fields(node, &keys::CERTAINTY) else { return rules };
        rules.dispersion =
            own.get(&keys::CERTAINTY.dispersion).and_then(|node| self.dispersion(node));
        let Some(from) = own.get(&keys::CERTAINTY.from) else { return rules };
        rules.from = self.dispersion_years(from);
        if let Some(DispersionRule::Times(times)) = rules.dispersion {
            self.faults.push(
                Fault::new(
                    FaultCode::ConflictingKeys,
                    from.place.clone(),
                    "years to estimate a dispersion that is given",
                )
                .found(format!("`dispersion: {times}` and `from`"))
                .expected("one of them, or `dispersion: auto`"),
            );
        }
        rules
    }

    fn dispersion(&mut self, node: &Node) -> Option<DispersionRule> {
        match &node.value {
            Value::Text(word) if word == "auto" => Some(DispersionRule::Auto),
            Value::Text(word) => {
                self.faults.push(
                    Fault::unknown_choice(
                        node.place.clone(),
                        "dispersion",
                        word,
                        PlainDispersion::WORDS,
                    )
                    .expected(DISPERSION_FORMS),
                );
                None
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => {
                let times = Times::checked(self.number(node, "a dispersion")?);
                if times.is_none() {
                    self.wrong(FaultCode::OutOfRange, node, "a dispersion", DISPERSION_FORMS);
                }
                times.map(DispersionRule::Times)
            }
        }
    }

    fn dispersion_years(&mut self, node: &Node) -> Option<Vec<i32>> {
        const YEARS: &str = "two reporting years or more, such as [2021, 2022, 2023]";
        let items = self.list(node, "a list of years", YEARS)?;
        let mut years = Vec::new();
        for item in items {
            let year = self.year(item)?;
            if years.contains(&year) {
                self.faults.push(
                    Fault::new(
                        FaultCode::DuplicateEntry,
                        item.place.clone(),
                        "this year stands twice",
                    )
                    .found(year),
                );
            }
            years.push(year);
        }
        if years.len() < 2 {
            self.wrong(FaultCode::TooFew, node, "a list of years to compare", YEARS);
        }
        years.sort_unstable();
        Some(years)
    }
}
