//! The section on measures, and the expressions made of them.

use super::fields::Fields;
use super::references::unknown;
use super::values::named;
use super::{Ground, Names, Reader, keys};
use crate::calendar::Every;
use crate::error::Fault;
use crate::exact;
use crate::plan::document::{Node, Value};
use crate::plan::expression::{self, Expression, Slip, Term};
use crate::plan::{Measure, MeasureIndex, OverTime, OverUnits};

const EXPRESSION_FORMS: &str =
    "a measure, or measures added and subtracted, such as `cleared + cleared_old - transferred`";

impl Reader<'_> {
    pub(super) fn measures<'n>(
        &mut self,
        fields: &Fields<'n>,
        ground: &Ground,
        names: &mut Names<'n>,
    ) {
        let Some(node) = fields.get("measures") else {
            names.measures.is_whole = !fields.is_misspelt("measures");
            return;
        };
        let form = "ids and what they count, such as `cases: {unit: case}`";
        let (entries, is_whole) = self.section(node, "measures", form);
        names.measures.is_whole = is_whole;
        for entry in entries {
            self.key_id(entry);
            // `cases:` with nothing behind it is a measure with all defaults.
            let empty = Node { place: entry.value.place.clone(), value: Value::Map(Vec::new()) };
            let value = if entry.value.value == Value::Null { &empty } else { &entry.value };
            // One that is at fault still has an id to refer to.
            let fields = self.fields(value, "a measure", keys::MEASURE).unwrap_or(Fields {
                place: &entry.place,
                entries: &[],
                meant: Vec::new(),
            });
            let measure = Measure {
                id: entry.key.clone(),
                title: self.optional_text(&fields, "title"),
                note: self.optional_text(&fields, "note"),
                unit: self.optional_text(&fields, "unit"),
                over_time: self
                    .optional_choice(
                        &fields,
                        "over_time",
                        "the operator over time",
                        &named(&OverTime::ALL, OverTime::name),
                    )
                    .unwrap_or_default(),
                over_units: self
                    .optional_choice(
                        &fields,
                        "over_units",
                        "the operator over units",
                        &named(&OverUnits::ALL, OverUnits::name),
                    )
                    .unwrap_or_default(),
                signed: fields.get("signed").and_then(|node| self.boolean(node)).unwrap_or(false),
                recorded_at: fields.get("recorded_at").and_then(|node| self.level(node, ground)),
                every: self.optional_choice(
                    &fields,
                    "every",
                    "the period reports are due for",
                    &named(&Every::ALL, Every::name),
                ),
                due: fields.get("due").and_then(|node| self.whole(node, "a number of days")),
                apportion: fields.get("apportion").and_then(|node| self.weights_id(node, ground)),
                strata: self.strata_of_measure(&fields, names),
                reported: false,
                narrowed: None,
            };
            names.measures.things.push(measure);
        }
    }

    pub(super) fn expression(&mut self, node: &Node, names: &Names<'_>) -> Option<Expression> {
        let Some(text) = node.as_text().filter(|text| !text.trim().is_empty()) else {
            self.wrong(node, "an expression", EXPRESSION_FORMS);
            return None;
        };
        let words = match expression::words(text) {
            Ok(words) => words,
            Err(Slip { message, hint }) => {
                let fault = Fault::new(node.place.clone(), message)
                    .found(format!("`{text}`"))
                    .expected(EXPRESSION_FORMS);
                self.faults.push(match hint {
                    Some(hint) => fault.hint(hint),
                    None => fault,
                });
                return None;
            }
        };
        let mut terms = Vec::with_capacity(words.len());
        for word in &words {
            // A published value has no place in a sum.
            let recorded = |measure: &&Measure| !measure.reported;
            let measures = &names.measures.things;
            match measures.iter().position(|one| recorded(&one) && one.id == word.id) {
                Some(measure) => {
                    terms.push(Term { measure: MeasureIndex(measure), subtracted: word.subtracted })
                }
                None if !names.measures.is_whole => {}
                None => {
                    let ids = measures.iter().filter(recorded).map(|measure| measure.id.as_str());
                    let fault = unknown(&node.place, "measure", word.id, ids.clone());
                    let is_difference = word.id.split_once('-').is_some_and(|(one, other)| {
                        ids.clone().any(|id| id == one) && ids.clone().any(|id| id == other)
                    });
                    self.faults.push(if is_difference {
                        fault.hint("write a space on each side of `-`, for ids may have hyphens")
                    } else if exact::decimal(word.id).is_some() {
                        fault.hint("numbers can't be added to measures")
                    } else if names.indicators.things.iter().any(|(one, _)| one.key == word.id) {
                        fault.hint("this is an indicator; expressions are made of measures")
                    } else {
                        fault
                    });
                }
            }
        }
        (terms.len() == words.len()).then_some(Expression { terms })
    }

    pub(super) fn required_expression(
        &mut self,
        fields: &Fields<'_>,
        key: &str,
        names: &Names<'_>,
    ) -> Option<Expression> {
        let node = self.required(fields, key, EXPRESSION_FORMS)?;
        self.expression(node, names)
    }
}
