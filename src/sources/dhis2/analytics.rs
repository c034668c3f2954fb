//! Values that DHIS2 computed: the table of `analytics`.
//!
//! | a row has | the indicator is |
//! |---|---|
//! | a numerator and a denominator, divisor 1 | a ratio of two measures; `per` is the multiplier |
//! | the same, and the divisor is the number of days of the period | an annualised rate of two measures |
//! | a denominator that is a number | a count |
//! | a value alone, or factors that differ between rows | `reported` |
//!
//! A value holds those of the units below its unit.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::Kind;
use super::build::{Build, Element, ElementKind, ElementTable, ReadValue, ambiguous, find};
use super::grid::{
    DIMENSIONS, Fraction, GridColumns, GridRow, ROUNDING, Series, Shape, cell, number_in, shape,
};
use super::indicators::{Formula, is_proven, named_kind, note_assumed};
use super::metadata::{Indicator, Named, Object};
use super::values::{Form, Grid, Scalar, value_place};
use crate::error::{Fault, FaultCode, Faults, Place, quoted};
use crate::exact::{Decimal, decimal};
use crate::parallel::check_stop;
use crate::sources::SourceFile;
use crate::sources::note::NoteCode;
use crate::sources::number::float;
use crate::sources::tree::{self, Map};

impl Build<'_> {
    /// Reads a table of `analytics`.
    pub(super) fn read_grid(&mut self, grid: &Grid<'_>, number: usize, file: &SourceFile) {
        let mut faults = std::mem::take(&mut self.faults);
        let columns = GridColumns::of(grid, file.name(), &mut faults);
        let are_read = self.check_dimensions(grid, file, &mut faults);
        if let Some(columns) = columns.filter(|_| are_read) {
            let index = self.series.iter().enumerate();
            let mut index: FxHashMap<String, usize> =
                index.map(|(at, series)| (series.name.clone(), at)).collect();
            for (at, row) in grid.rows.iter().enumerate() {
                check_stop();
                let place = |field: &str| value_place(file.name(), Form::Analytics, at, field);
                let Some(read) = self.grid_row(&columns, row, &place, &mut faults) else {
                    continue;
                };
                let Some(name) = columns.item(row, 0) else { continue };
                let series = match index.get(name) {
                    Some(series) => *series,
                    None => {
                        let title = grid.metadata.name(name).map(str::to_owned);
                        self.series.push(Series { name: name.to_owned(), title, rows: Vec::new() });
                        index.insert(name.to_owned(), self.series.len() - 1);
                        self.series.len() - 1
                    }
                };
                if let Some(series) = self.series.get_mut(series) {
                    series.rows.push(GridRow { file: number, at, ..read });
                }
            }
        }
        self.faults = faults;
    }

    /// Whether the table has no dimension with several items beside those that are read.
    fn check_dimensions(
        &mut self,
        grid: &Grid<'_>,
        file: &SourceFile,
        faults: &mut Faults,
    ) -> bool {
        let mut are_read = true;
        for (column, header) in grid.headers.iter().enumerate() {
            if !header.meta || DIMENSIONS.contains(&header.name.as_str()) {
                continue;
            }
            let mut items = grid.rows.iter().map(|row| cell(row, Some(column)));
            let first = items.next().flatten();
            let are_several = items.any(|item| item != first);
            let place =
                Place::Within { file: file.name().to_owned(), path: format!("/headers/{column}") };
            if are_several {
                are_read = false;
                let message = "the table has a further dimension with several items";
                let fault = Fault::new(FaultCode::UnknownColumn, place, message);
                faults.push(
                    fault
                        .found(quoted(&header.name))
                        .expected("the dimensions dx, pe and ou")
                        .hint(
                            "leave the dimension out of the request: DHIS2 then adds its items up",
                        ),
                );
            } else if let Some(item) = first {
                let did = "dimensions with one value in all rows are no strata";
                let item = grid.metadata.name(item).unwrap_or(item);
                self.notes
                    .add(NoteCode::ConstantDimension, did, || place)
                    .found(format!("{} = {item}", header.name));
            }
        }
        are_read
    }

    /// A row with its objects; a fault or a note if it can't be read.
    fn grid_row(
        &mut self,
        columns: &GridColumns<'_>,
        row: &[Scalar<'_>],
        place: &dyn Fn(&str) -> Place,
        faults: &mut Faults,
    ) -> Option<GridRow> {
        let mut items = [""; 3];
        let mut is_complete = true;
        for (dimension, item) in items.iter_mut().enumerate() {
            match columns.item(row, dimension) {
                Some(found) => *item = found,
                None => {
                    is_complete = false;
                    let message = format!(
                        "a row has no `{}`",
                        DIMENSIONS.get(dimension).copied().unwrap_or_default()
                    );
                    let place = place(&columns.field(dimension));
                    faults.push(Fault::new(FaultCode::MissingValue, place, message));
                }
            }
        }
        if !is_complete {
            return None;
        }
        let [_, period_text, unit_text] = items;
        let (scheme, what) = (&self.options.ids, "organisation unit");
        let code = FaultCode::UnknownUnit;
        let unit =
            find(&self.metadata.units, unit_text, scheme, what, code, || place(&columns.field(2)));
        let days = Self::days_of(&mut self.periods, period_text, || place(&columns.field(1)));
        let mut number = |column| number_in(row, column, place, faults);
        let [value, numerator, denominator, factor, multiplier, divisor] = [
            columns.value,
            columns.numerator,
            columns.denominator,
            columns.factor,
            columns.multiplier,
            columns.divisor,
        ]
        .map(&mut number);
        let (unit, (start, end)) = match (unit, days) {
            (Ok(unit), Ok(days)) => (unit, days),
            (unit, days) => {
                [unit.err(), days.err()]
                    .into_iter()
                    .flatten()
                    .for_each(|fault| faults.push(*fault));
                return None;
            }
        };
        let value = value.ok()?.and_then(|number| float(&number));
        let exact = |number: Option<String>| number.and_then(|number| decimal(&number));
        let (factor, multiplier) = (exact(factor.ok()?), exact(multiplier.ok()?));
        let divisor = exact(divisor.ok()?);
        let parts = (numerator.ok()?, denominator.ok()?);
        // Early versions state the factor alone: the multiplier by the divisor.
        let factors = match (multiplier, divisor) {
            (Some(multiplier), Some(divisor)) => Some((multiplier, divisor)),
            _ => factor.map(|factor| (factor, Decimal::ONE)),
        };
        let fraction = match (parts, factors) {
            ((Some(numerator), Some(denominator)), Some((multiplier, divisor))) => Some(Fraction {
                numerator: float(&numerator)?,
                denominator: float(&denominator)?,
                multiplier,
                divisor,
            }),
            _ => None,
        };
        if value.is_none() && fraction.is_none() {
            let did = "values without a number are left out";
            self.notes.add(NoteCode::LeftOutDeleted, did, || place(""));
            return None;
        }
        if let (Some(value), Some(computed)) = (value, fraction.and_then(|one| one.value()))
            && (value - computed).abs() > ROUNDING.0 + ROUNDING.1 * computed.abs()
        {
            let did = "values differ from numerator × factor ÷ denominator by more than their rounding: the numerator and the denominator are read";
            self.notes
                .add(NoteCode::SeveralValues, did, || place(""))
                .found(format!("{value}, not {computed}"));
        }
        Some(GridRow { file: 0, at: 0, unit, start, end, value, fraction })
    }

    /// The indicators of computed values; their rows join the others.
    pub(super) fn computed_indicators(&mut self) -> Vec<Formula> {
        let series = std::mem::take(&mut self.series);
        let formulas = series.iter().map(|one| self.computed_indicator(one)).collect();
        self.series = series;
        formulas
    }

    fn computed_indicator(&mut self, series: &Series) -> Formula {
        let metadata = self.metadata;
        let place = {
            let (file, at) = series.rows.first().map_or((0, 0), |row| (row.file, row.at));
            let file = self.value_files.get(file).map_or("", SourceFile::name);
            value_place(file, Form::Analytics, at, "")
        };
        let number = match metadata.indicators.named(&series.name, &self.options.ids) {
            Named::One(number) => Some(number),
            Named::No => None,
            Named::Several => {
                self.faults.push(ambiguous(&series.name, "indicator", place.clone()));
                None
            }
        };
        let indicator = number.and_then(|number| metadata.indicators.list.get(number));
        let id = match number.and_then(|number| self.indicator_ids.get(number)) {
            Some(id) => id.clone(),
            None => {
                let element = series.name.split('.').next().unwrap_or_default();
                let element = metadata.elements.named(element, &self.options.ids);
                // Measures have the names of data elements.
                let is_measure = self.has_values && !matches!(element, Named::No);
                let wanted: Cow<'_, str> = match is_measure {
                    true => format!("{}.analytics", series.name).into(),
                    false => series.name.as_str().into(),
                };
                let (id, is_changed) = self.taken_indicators.take(&wanted);
                if is_changed {
                    self.note_id(&wanted, &id, place.clone());
                }
                id
            }
        };
        let title = indicator.and_then(Object::name).map(str::to_owned);
        let title = title.or_else(|| series.title.clone());
        let head = Map::new().with_some("title", title.as_deref().map(tree::text));
        let title = title.unwrap_or_else(|| id.clone());
        let (node, is_count) = match shape(indicator, &series.rows) {
            Shape::Published(did) => {
                self.notes
                    .add(NoteCode::AssumedKind, did, || place)
                    .found(&title)
                    .hint("ask for indicators with `includeNumDen=true`, and for data elements with `dataValueSets`");
                let unit = if self.is_percentage(indicator, series) { "%" } else { "value" };
                self.push_values(
                    ElementKind::Published,
                    &id,
                    title,
                    ("sum", "sum"),
                    series,
                    |row| row.value,
                );
                (head.with("reported", Map::new().with("unit", tree::text(unit))), false)
            }
            Shape::Count { multiplier, divisor } => {
                let operators = self.operators_of(indicator, |one| &one.numerator);
                self.note_operators(operators.is_none(), &title, &place);
                let operators = operators.unwrap_or(("sum", "sum"));
                let measure = self.push_part(&id, &title, "numerator", operators, series);
                let mut text = measure;
                if multiplier != Decimal::ONE {
                    text = format!("{} * {text}", multiplier.normalize());
                }
                if divisor != "1" {
                    text = format!("{text} / {divisor}");
                }
                (head.with("count", tree::text(&text)), operators == ("sum", "sum"))
            }
            shape @ (Shape::Quotient { .. } | Shape::Rate { .. }) => {
                let is_rate = matches!(shape, Shape::Rate { .. });
                let above = self.operators_of(indicator, |one| &one.numerator);
                let below = self.operators_of(indicator, |one| &one.denominator);
                self.note_operators(above.is_none() || below.is_none(), &title, &place);
                let kind = named_kind(self.options, indicator, &id);
                let elements = ElementTable { metadata, elements: &self.elements };
                let is_part = indicator.is_some_and(|one| is_proven(one, &elements));
                if !is_rate && kind.is_none() && !is_part {
                    note_assumed(&mut self.notes, &title, || place);
                }
                let kind = kind.unwrap_or(if is_part { Kind::Proportion } else { Kind::Ratio });
                // People are counted once, however many periods there are.
                let usual = if is_rate { ("mean", "sum") } else { ("sum", "sum") };
                let (above, below) = (above.unwrap_or(("sum", "sum")), below.unwrap_or(usual));
                let above = self.push_part(&id, &title, "numerator", above, series);
                let below = self.push_part(&id, &title, "denominator", below, series);
                let parts = Map::new().with("numerator", tree::text(&above));
                let node = match shape {
                    Shape::Rate { per } => head.with(
                        "rate",
                        parts
                            .with("population", tree::text(&below))
                            .with("per", tree::number(&per.normalize().to_string()))
                            .with("annualised", tree::text("365")),
                    ),
                    Shape::Quotient { per } => head.with(
                        kind.code(),
                        parts
                            .with("denominator", tree::text(&below))
                            .with("per", tree::number(&per.normalize().to_string())),
                    ),
                    Shape::Count { .. } | Shape::Published(_) => head,
                };
                (node, false)
            }
        };
        Formula { id, node: node.into(), number, is_count }
    }

    /// Adds the numerators or denominators of a series as a measure of its own, and returns the id of the measure.
    fn push_part(
        &mut self,
        id: &str,
        title: &str,
        part: &str,
        operators: (&'static str, &'static str),
        series: &Series,
    ) -> String {
        let (measure, _) = self.taken_measures.take(&format!("{id}.{part}"));
        let is_numerator = part == "numerator";
        let title = format!("{title}: {part}");
        self.push_values(ElementKind::Computed, &measure, title, operators, series, |row| {
            let fraction = row.fraction?;
            Some(if is_numerator { fraction.numerator } else { fraction.denominator })
        });
        measure
    }

    fn push_values(
        &mut self,
        kind: ElementKind,
        id: &str,
        title: String,
        operators: (&'static str, &'static str),
        series: &Series,
        value: impl Fn(&GridRow) -> Option<f64>,
    ) {
        let mut element = Element::new(kind, id.to_owned(), Some(title));
        element.operators = operators;
        element.is_signed = series.rows.iter().filter_map(&value).any(|value| value < 0.0);
        let number = self.elements.len();
        self.elements.push(element);
        for row in &series.rows {
            let Some(value) = value(row) else { continue };
            self.rows.push(ReadValue {
                file: row.file as u32,
                form: Form::Analytics,
                at: row.at,
                unit: row.unit,
                element: number,
                start: row.start,
                end: row.end,
                period: (row.start, row.end),
                value,
                recorded_at: None,
                combo: None,
                attribute: None,
            });
        }
    }

    fn is_percentage(&self, indicator: Option<&Indicator>, series: &Series) -> bool {
        let of_type = indicator.and_then(|one| one.indicator_type.as_ref());
        let of_type = of_type.and_then(|one| self.metadata.indicator_types.get(&one.id));
        of_type.and_then(|one| one.factor) == Some(100)
            || [".REPORTING_RATE", ".REPORTING_RATE_ON_TIME"]
                .iter()
                .any(|rate| series.name.ends_with(rate))
    }

    /// The operators that all data elements of a side share. None if they differ or are not known.
    fn operators_of(
        &self,
        indicator: Option<&Indicator>,
        side: impl Fn(&Indicator) -> &Option<String>,
    ) -> Option<(&'static str, &'static str)> {
        let text = side(indicator?).as_deref()?;
        let table = ElementTable { metadata: self.metadata, elements: &self.elements };
        let mut all = text.split("#{").skip(1).map(|rest| {
            let id = rest.split(['}', '.']).next().unwrap_or_default().trim();
            let element = table.element(id).filter(|element| element.left_out.is_none());
            element.map(|element| element.operators)
        });
        let first = all.next()??;
        all.all(|other| other == Some(first)).then_some(first)
    }

    fn note_operators(&mut self, is_assumed: bool, title: &str, place: &Place) {
        if is_assumed {
            let did = "numerators and denominators are added up over units and over time, but populations of rates are averaged over time: how their data elements are aggregated is not known";
            self.notes
                .add(NoteCode::AssumedKind, did, || place.clone())
                .found(title)
                .hint("export the indicators and data elements with the metadata, or ask for the very units and periods of the targets");
        }
    }
}
