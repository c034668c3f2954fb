//! Confidence of limits, and which of them are requested.

use pyo3::prelude::*;
use pyo3::types::PyTuple;

use super::super::error::refused_by_stats;
use super::super::table::Table;
use super::OrRaise;
use super::argument::Argument;
use super::choice::choice;
use super::column::Column;
use attain::error::{Fault, FaultCode, Place};
use attain::stats::{Confidence, Interval};

#[derive(Clone, Copy)]
enum Side {
    Both,
    Lower,
    Upper,
}

/// A confidence, and which of its limits are returned.
#[derive(Clone, Copy)]
pub(super) struct Level {
    /// The confidence that was requested.
    pub(super) share: f64,
    /// The one whose two-sided limits are computed.
    pub(super) confidence: Confidence,
    side: Side,
    /// Where the values end; no limit was requested there.
    range: Interval,
}

impl Level {
    /// The limits that were requested, and the end of the range in place of the other.
    pub(super) fn of(self, limits: Interval) -> Interval {
        match self.side {
            Side::Both => limits,
            Side::Lower => Interval { upper: self.range.upper, ..limits },
            Side::Upper => Interval { lower: self.range.lower, ..limits },
        }
    }

    /// The same for columns of limits.
    pub(super) fn of_columns(self, lower: &mut [f64], upper: &mut [f64]) {
        match self.side {
            Side::Both => {}
            Side::Lower => upper.fill(self.range.upper),
            Side::Upper => lower.fill(self.range.lower),
        }
    }
}

/// One confidence, or several to be answered for in turn.
pub(super) struct Levels {
    levels: Vec<Level>,
    are_several: bool,
}

impl Levels {
    /// Reads the arguments `confidence` and `side`, for values from `lowest` to `highest`.
    pub(super) fn read(
        confidence: &Bound<'_, PyAny>,
        side: Argument<'_, '_>,
        [lowest, highest]: [f64; 2],
    ) -> PyResult<Self> {
        let known = [("both", Side::Both), ("lower", Side::Lower), ("upper", Side::Upper)];
        let side = choice("side", side, &known)?;
        let given = Column::read("confidence", confidence)?;
        let are_several = matches!(given, Column::Many(_));
        let level = |share| {
            let confidence = match side {
                Side::Both => Confidence::new(share).or_raise()?,
                Side::Lower | Side::Upper => Confidence::one_sided(share).or_raise()?,
            };
            Ok(Level { share, confidence, side, range: Interval { lower: lowest, upper: highest } })
        };
        let levels = given.into_values().into_iter().map(level).collect::<PyResult<Vec<_>>>()?;
        if levels.is_empty() {
            let place = Place::Column { column: "confidence".to_owned() };
            let fault = Fault::new(FaultCode::TooFew, place, "no confidence is given")
                .expected("one or more");
            return Err(refused_by_stats(&fault));
        }
        Ok(Levels { levels, are_several })
    }

    /// The answer; for several confidences a tuple of records, or one table.
    pub(super) fn answer<'py>(
        &self,
        py: Python<'py>,
        at: impl Fn(Level) -> PyResult<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let mut answers = vec![];
        for &level in &self.levels {
            let answer = at(level)?;
            if !self.are_several {
                return Ok(answer);
            }
            answers.push(answer);
        }
        match answers.iter().map(|answer| answer.cast::<Table>()).collect::<Result<Vec<_>, _>>() {
            Ok(tables) => {
                let tables: Vec<&Table> = tables.iter().map(|table| table.get()).collect();
                Ok(Bound::new(py, self.stacked(&tables)?)?.into_any())
            }
            Err(_) => Ok(PyTuple::new(py, answers)?.into_any()),
        }
    }

    /// The answer where it always is a table.
    pub(super) fn table(&self, at: impl Fn(Level) -> PyResult<Table>) -> PyResult<Table> {
        let mut tables = vec![];
        for &level in &self.levels {
            let table = at(level)?;
            if !self.are_several {
                return Ok(table);
            }
            tables.push(table);
        }
        self.stacked(&tables.iter().collect::<Vec<_>>())
    }

    fn stacked(&self, tables: &[&Table]) -> PyResult<Table> {
        let shares = self.levels.iter().map(|level| level.share);
        Table::stacked("confidence", shares.zip(tables.iter().copied())).map_err(|cause| {
            refused_by_stats(
                &Fault::new(FaultCode::DamagedData, Place::Nowhere, "the answer makes no table")
                    .found(cause),
            )
        })
    }
}
