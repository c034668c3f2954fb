//! The section on measures, and the expressions made of them.

use super::fields::Fields;
use super::references::unknown;
use super::{Ground, Names, Reader};
use crate::calendar::Length;
use crate::error::{Fault, FaultCode};
use crate::exact;
use crate::plan::document::{Node, Value};
use crate::plan::expression::{self, Expression, Slip, Term};
use crate::plan::keys::{self, EXPRESSION_FORMS, Key, Sum};
use crate::plan::{LevelIndex, Measure, MeasureIndex, OverTime, Range, RecordedDays, UnitIndex};

/// The operator over time of a measure; none where it is misspelt, which is a fault of its own.
fn over_time(fields: &Fields<'_>) -> Option<OverTime> {
    match fields.get(&keys::MEASURE.over_time) {
        Some(node) => node.as_text().and_then(|text| text.parse().ok()),
        None => Some(OverTime::default()),
    }
}

impl Reader<'_> {
    pub(super) fn measures<'n>(
        &mut self,
        fields: &Fields<'n>,
        ground: &Ground,
        names: &mut Names<'n>,
    ) {
        let Some(node) = fields.get(&keys::PLAN.measures) else {
            names.measures.is_whole = !fields.is_misspelt(&keys::PLAN.measures);
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
            let fields = self.fields(value, &keys::MEASURE).unwrap_or(Fields::checked(
                &entry.place,
                &[],
                &keys::MEASURE,
            ));
            let (recorded_at, recorded_by) = self.recorded_by(&fields, ground);
            let measure = Measure {
                id: entry.key.clone(),
                title: self.value(&fields, &keys::MEASURE.title),
                note: self.value(&fields, &keys::MEASURE.note),
                unit: self.value(&fields, &keys::MEASURE.unit),
                over_time: self
                    .value_or_default(&fields, &keys::MEASURE.over_time)
                    .unwrap_or_default(),
                weight_by_days: self.weight_by_days(&fields),
                cumulative: self.cumulative(&fields),
                over_units: self
                    .value_or_default(&fields, &keys::MEASURE.over_units)
                    .unwrap_or_default(),
                signed: self.value_or_default(&fields, &keys::MEASURE.signed).unwrap_or_default(),
                whole: self.value_or_default(&fields, &keys::MEASURE.whole).unwrap_or_default(),
                recorded_at,
                recorded_by,
                every: self.value(&fields, &keys::MEASURE.every),
                due: self.value(&fields, &keys::MEASURE.due),
                apportion: fields
                    .get(&keys::MEASURE.apportion)
                    .and_then(|node| self.weights_id(node, ground)),
                strata: self.strata_of_measure(&fields, names),
                absent: self.value_or_default(&fields, &keys::MEASURE.absent).unwrap_or_default(),
                range: fields.get(&keys::MEASURE.range).and_then(|node| self.range(node)),
                suppressed: fields.get(&keys::MEASURE.suppressed).and_then(|node| self.range(node)),
                known_ahead: self
                    .value_or_default(&fields, &keys::MEASURE.known_ahead)
                    .unwrap_or_default(),
                carry: self.carry(&fields),
                recorded: fields
                    .get(&keys::MEASURE.recorded)
                    .and_then(|node| self.recorded_days(node))
                    .unwrap_or_default(),
                reported: false,
                narrowed: None,
            };
            names.measures.things.push(measure);
        }
    }

    /// The level whose units have to report a measure, and those of its units that have to, if not all do.
    fn recorded_by(
        &mut self,
        fields: &Fields<'_>,
        ground: &Ground,
    ) -> (Option<LevelIndex>, Option<Vec<UnitIndex>>) {
        let level = fields.get(&keys::MEASURE.recorded_at);
        let Some(node) = fields.get(&keys::MEASURE.recorded_by) else {
            return (level.and_then(|level| self.level(level, ground)), None);
        };
        if let Some(level) = level {
            let fault = Fault::new(
                FaultCode::ConflictingKeys,
                level.place.clone(),
                "`recorded_at` and `recorded_by` exclude each other",
            );
            self.faults.push(fault.expected("`recorded_by` alone: its units say the level"));
            return (None, None);
        }
        let forms = "a list of codes of units, such as [\"001\", \"002\"]";
        let Some(units) = self.unit_codes(node, ground, "the units that report", forms) else {
            return (None, None);
        };
        let levels: Vec<LevelIndex> = units.iter().map(|unit| ground.units[*unit].level).collect();
        let Some(first) = levels.first().copied() else { return (None, None) };
        if let Some(other) = levels.iter().find(|level| **level != first) {
            let [first, other] = [first, *other].map(|level| ground.units.level_name(level));
            self.faults.push(
                Fault::new(
                    FaultCode::WrongLevel,
                    node.place.clone(),
                    "units of one level report a measure",
                )
                .found(format!("units of `{first}` and of `{other}`"))
                .expected("units of one level")
                .hint(
                    "a unit above reports for all units below it: list those that send the report",
                ),
            );
            return (None, None);
        }
        (Some(first), Some(units))
    }

    /// Whether the mean over time weights figures by days.
    fn weight_by_days(&mut self, fields: &Fields<'_>) -> bool {
        let key = &keys::MEASURE.weight_by_days;
        let weights = self.value_or_default(fields, key).unwrap_or_default();
        if let Some(node) = fields.get(key)
            && weights
            && let Some(other) = over_time(fields).filter(|operator| *operator != OverTime::Mean)
        {
            self.faults.push(
                Fault::new(
                    FaultCode::UnsuitableMeasure,
                    node.place.clone(),
                    "only the mean over time is weighted by days",
                )
                .found(format!("`over_time: {other}`"))
                .expected("`over_time: mean`, or no `weight_by_days`"),
            );
            return false;
        }
        weights
    }

    /// Whether the figures are totals of the year to date.
    fn cumulative(&mut self, fields: &Fields<'_>) -> bool {
        let key = &keys::MEASURE.cumulative;
        let is_cumulative = self.value_or_default(fields, key).unwrap_or_default();
        let Some(node) = fields.get(key).filter(|_| is_cumulative) else { return false };
        let before = self.faults.len();
        if let Some(other) = over_time(fields).filter(|operator| *operator != OverTime::Sum) {
            self.faults.push(
                Fault::new(
                    FaultCode::UnsuitableMeasure,
                    node.place.clone(),
                    "only what adds up over time has totals of the year to date",
                )
                .found(format!("`over_time: {other}`"))
                .expected("`over_time: sum`, or no `cumulative`"),
            );
        }
        let every = &keys::MEASURE.every;
        if fields.get(every).is_none() && !fields.is_misspelt(every) {
            self.faults.push(
                Fault::new(
                    FaultCode::MissingKey,
                    node.place.clone(),
                    "totals of the year to date need the kind of period that they come in",
                )
                .expected("`every: month`, or another kind of period"),
            );
        }
        if let Some(node) = fields.get(&keys::MEASURE.suppressed) {
            // The same suppressed total is the end of one difference and the start of the next.
            self.faults.push(
                Fault::new(
                    FaultCode::ConflictingKeys,
                    node.place.clone(),
                    "a range of suppressed cells says nothing of totals of the year to date",
                )
                .found("`suppressed` and `cumulative`")
                .expected("one of them"),
            );
        }
        self.faults.len() == before
    }

    /// How long the last figure of a stock is carried forward.
    fn carry(&mut self, fields: &Fields<'_>) -> Option<Length> {
        let length = self.value(fields, &keys::MEASURE.carry)?;
        let node = fields.get(&keys::MEASURE.carry)?;
        let over_time = over_time(fields)?;
        if over_time != OverTime::Last {
            self.faults.push(
                Fault::new(
                    FaultCode::UnsuitableMeasure,
                    node.place.clone(),
                    "only the last figure of a stock is carried forward",
                )
                .found(format!("`over_time: {over_time}`"))
                .expected("`over_time: last`, or no `carry`"),
            );
            return None;
        }
        Some(length)
    }

    /// The least and the greatest of some numbers: `[1, 7]`.
    fn range(&mut self, node: &Node) -> Option<Range> {
        const FORM: &str = "the least and the greatest number, such as [1, 7]";
        let list = self.list(node, "a range", FORM)?;
        let [low, high] = list else {
            self.wrong(FaultCode::WrongForm, node, "a range", FORM);
            return None;
        };
        let (low, high) = (self.number(low, "the least"), self.number(high, "the greatest"));
        let (low, high) = low.zip(high)?;
        if high < low {
            self.faults.push(
                Fault::new(
                    FaultCode::EmptyRange,
                    node.place.clone(),
                    "the range ends before it begins",
                )
                .found(format!("[{low}, {high}]"))
                .expected(format!("[{high}, {low}]")),
            );
            return None;
        }
        Some(Range { low, high })
    }

    /// The days on which events were recorded: `{from: 2023-01-01, until: 2023-12-31}`.
    fn recorded_days(&mut self, node: &Node) -> Option<RecordedDays> {
        let fields = self.fields(node, &keys::RECORDED)?;
        let from = self.value(&fields, &keys::RECORDED.from);
        let until = self.value(&fields, &keys::RECORDED.until);
        if let (Some(from), Some(until)) = (from, until)
            && until < from
        {
            self.faults.push(
                Fault::new(
                    FaultCode::EmptyRange,
                    node.place.clone(),
                    "the recorded days end before they begin",
                )
                .found(format!("from {from} until {until}"))
                .expected("a last day on or after the first"),
            );
            return None;
        }
        Some(RecordedDays { from, until })
    }

    pub(super) fn expression(&mut self, node: &Node, names: &Names<'_>) -> Option<Expression> {
        let Some(text) = node.as_text().filter(|text| !text.trim().is_empty()) else {
            self.wrong(FaultCode::WrongForm, node, "an expression", EXPRESSION_FORMS);
            return None;
        };
        let words = match expression::words(text) {
            Ok(words) => words,
            Err(Slip { message, hint }) => {
                let fault = Fault::new(FaultCode::InvalidSyntax, node.place.clone(), message)
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
            match names.measures.place(word.id) {
                Some(measure) => {
                    let measure = MeasureIndex(measure);
                    let (subtracted, factor) = (word.subtracted, word.factor);
                    terms.push(Term { measure, subtracted, factor });
                }
                None if !names.measures.is_whole => {}
                None => self.faults.push_with(|| {
                    let ids = measures.iter().filter(recorded).map(|measure| measure.id.as_str());
                    let fault = unknown(
                        FaultCode::UnknownMeasure,
                        &node.place,
                        "measure",
                        word.id,
                        ids.clone(),
                    );
                    let is_difference = word.id.split_once('-').is_some_and(|(one, other)| {
                        ids.clone().any(|id| id == one) && ids.clone().any(|id| id == other)
                    });
                    if is_difference {
                        fault.hint("write a space on each side of `-`, for ids may have hyphens")
                    } else if exact::decimal(word.id).is_some() {
                        fault.hint("numbers can't be added to measures")
                    } else if names.indicators.place(word.id).is_some() {
                        fault.hint("this is an indicator; expressions are made of measures")
                    } else {
                        fault
                    }
                }),
            }
        }
        (terms.len() == words.len()).then_some(Expression { terms })
    }

    pub(super) fn required_expression(
        &mut self,
        fields: &Fields<'_>,
        key: &Key<Sum>,
        names: &Names<'_>,
    ) -> Option<Expression> {
        let node = self.required(fields, key)?;
        self.expression(node, names)
    }
}
