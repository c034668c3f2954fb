//! The table of `analytics`: its columns, and what the parts of its values say.

use chrono::NaiveDate;

use super::expression::{Expression, parse};
use super::metadata::Indicator;
use super::values::{Grid, Scalar};
use crate::error::{Fault, FaultCode, Faults, Place, quoted};
use crate::exact::Decimal;
use crate::sources::number::{float, machine_number};

/// The values of an indicator, a data element or a reporting rate.
pub(super) struct Series {
    /// What the file calls it.
    pub(super) name: String,
    pub(super) title: Option<String>,
    pub(super) rows: Vec<GridRow>,
}

pub(super) struct GridRow {
    pub(super) file: usize,
    pub(super) at: usize,
    pub(super) unit: usize,
    pub(super) start: NaiveDate,
    pub(super) end: NaiveDate,
    pub(super) value: Option<f64>,
    pub(super) fraction: Option<Fraction>,
}

/// The parts of a value: numerator × multiplier ÷ (denominator × divisor).
#[derive(Debug, Clone, Copy)]
pub(super) struct Fraction {
    pub(super) numerator: f64,
    pub(super) denominator: f64,
    pub(super) multiplier: Decimal,
    pub(super) divisor: Decimal,
}

impl Fraction {
    pub(super) fn value(&self) -> Option<f64> {
        let multiplier = float(&self.multiplier.to_string())?;
        let divisor = self.denominator * float(&self.divisor.to_string())?;
        Some(self.numerator * multiplier / divisor).filter(|value| value.is_finite())
    }
}

/// What an indicator is in the plan.
pub(super) enum Shape {
    /// Numerator times the multiplier, divided by a number.
    Count {
        multiplier: Decimal,
        divisor: String,
    },
    Quotient {
        per: Decimal,
    },
    Rate {
        per: Decimal,
    },
    /// A published value, with the note that says why.
    Published(&'static str),
}

/// The columns of a table.
pub(super) struct GridColumns<'g> {
    /// Those of `dx`, `pe` and `ou`: a column, or the only item of the dimension.
    pub(super) dimensions: [(Option<usize>, Option<&'g str>); 3],
    pub(super) value: Option<usize>,
    pub(super) numerator: Option<usize>,
    pub(super) denominator: Option<usize>,
    pub(super) factor: Option<usize>,
    pub(super) multiplier: Option<usize>,
    pub(super) divisor: Option<usize>,
}

pub(super) const DIMENSIONS: [&str; 3] = ["dx", "pe", "ou"];
/// DHIS2 takes a year to have this number of days.
pub(super) const DAYS_OF_A_YEAR: i64 = 365;
/// A value may differ from its parts by its rounding, which keeps a decimal, and by theirs.
pub(super) const ROUNDING: (f64, f64) = (0.06, 0.01);

pub(super) const NO_PARTS: &str =
    "values without a numerator and a denominator are published values: they are not added up";
pub(super) const FACTORS_DIFFER: &str =
    "values whose factors differ between rows are published values: they are not added up";

pub(super) fn cell<'r>(row: &'r [Scalar<'_>], column: Option<usize>) -> Option<&'r str> {
    row.get(column?)?.text()
}

impl<'g> GridColumns<'g> {
    pub(super) fn of(
        grid: &'g Grid<'_>,
        file: &str,
        faults: &mut Faults,
    ) -> Option<GridColumns<'g>> {
        let column = |name: &str| grid.headers.iter().position(|one| one.name == name);
        let mut is_complete = true;
        let mut missing = |name: &str, hint: &str| {
            is_complete = false;
            let place = Place::Within { file: file.to_owned(), path: "/headers".to_owned() };
            let fault = Fault::new(FaultCode::MissingColumn, place, "a column is missing");
            let names = grid.headers.iter().map(|header| header.name.as_str());
            let fault = fault.expected(quoted(name));
            faults.push(if hint.is_empty() {
                fault.near_miss(name, names)
            } else {
                fault.hint(hint)
            });
        };
        let dimensions = DIMENSIONS.map(|name| {
            let found = (column(name), grid.metadata.only(name));
            if found == (None, None) {
                missing(name, &format!("ask for it with `dimension={name}:…`, not with `filter`"));
            }
            found
        });
        let [value, numerator, denominator, factor, multiplier, divisor] =
            ["value", "numerator", "denominator", "factor", "multiplier", "divisor"].map(column);
        if value.is_none() {
            missing("value", "");
        }
        if numerator.is_some() && denominator.is_some() && factor.is_none() && multiplier.is_none()
        {
            missing("factor", "");
        }
        is_complete.then_some(GridColumns {
            dimensions,
            value,
            numerator,
            denominator,
            factor,
            multiplier,
            divisor,
        })
    }

    pub(super) fn item<'r>(&'r self, row: &'r [Scalar<'_>], dimension: usize) -> Option<&'r str> {
        let (column, only) = self.dimensions.get(dimension)?;
        match column {
            Some(_) => cell(row, *column),
            None => *only,
        }
    }

    /// The column of a dimension as the field of a place.
    pub(super) fn field(&self, dimension: usize) -> String {
        let column = self.dimensions.get(dimension).and_then(|(column, _)| *column);
        column.map(|column| column.to_string()).unwrap_or_default()
    }
}

/// The number in a cell as a plain decimal; a fault if it is none.
pub(super) fn number_in(
    row: &[Scalar<'_>],
    column: Option<usize>,
    place: impl FnOnce(&str) -> Place,
    faults: &mut Faults,
) -> Result<Option<String>, ()> {
    let (Some(at), Some(text)) = (column, cell(row, column)) else { return Ok(None) };
    match machine_number(text) {
        Some(number) => Ok(Some(number)),
        None => {
            let place = place(&at.to_string());
            let fault = Fault::new(FaultCode::NotANumber, place, "this is no number");
            faults.push(fault.found(quoted(text)).expected("a number"));
            Err(())
        }
    }
}

/// What an indicator is, by the parts of its values.
pub(super) fn shape(indicator: Option<&Indicator>, rows: &[GridRow]) -> Shape {
    let parts: Option<Vec<(&GridRow, Fraction)>> =
        rows.iter().map(|row| Some((row, row.fraction?))).collect();
    let Some(parts) = parts else { return Shape::Published(NO_PARTS) };
    let Some((_, first)) = parts.first() else { return Shape::Published(NO_PARTS) };
    let multiplier = first.multiplier;
    let is_uniform = parts.iter().all(|(_, one)| one.multiplier == multiplier);
    if !is_uniform || multiplier <= Decimal::ZERO {
        return Shape::Published(FACTORS_DIFFER);
    }
    let is_annualised = indicator.and_then(|one| one.annualized);
    let has_no_divisor = parts.iter().all(|(_, one)| one.divisor == Decimal::ONE);
    if has_no_divisor && is_annualised != Some(true) {
        let denominator = match indicator {
            Some(indicator) => match parse(indicator.denominator.as_deref().unwrap_or("1")) {
                Ok(Expression::Number(number)) => Some(number),
                Ok(Expression::Sum(_)) | Err(_) => None,
            },
            None => {
                let is_one = parts.iter().all(|(_, one)| one.denominator == 1.0);
                is_one.then(|| "1".to_owned())
            }
        };
        return match denominator.filter(|number| number != "0" && !number.starts_with('-')) {
            Some(divisor) => Shape::Count { multiplier, divisor },
            None => Shape::Quotient { per: multiplier },
        };
    }
    let year = Decimal::from(DAYS_OF_A_YEAR);
    let is_by_days = parts.iter().all(|(row, one)| {
        one.divisor == Decimal::from(row.end.signed_duration_since(row.start).num_days())
    });
    match multiplier.checked_div(year).filter(|per| per.fract().is_zero()) {
        Some(per) if is_by_days => Shape::Rate { per },
        _ => Shape::Published(FACTORS_DIFFER),
    }
}
