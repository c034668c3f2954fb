//! Typed columns, read block by block.

use std::ops::Range;

use arrow_array::{Array, ArrowPrimitiveType, PrimitiveArray};
use chrono::Datelike;

use super::super::column::{Booleans, Days, Numbers, Texts};

/// 1970-01-01, counted from the year 1.
pub(super) const EPOCH: i32 = 719_163;

impl Texts<'_> {
    /// Whether no row has a text.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Texts::Utf8(array) => array.null_count() == array.len(),
            Texts::LargeUtf8(array) => array.null_count() == array.len(),
            Texts::Utf8View(array) => array.null_count() == array.len(),
            Texts::Dictionary { keys, .. } => keys.null_count() == keys.len(),
            Texts::Nothing => true,
        }
    }
}

impl Days<'_> {
    /// Whether no row has a day.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Days::Date32(array) => array.null_count() == array.len(),
            Days::Date64(array) => array.null_count() == array.len(),
            Days::Seconds(array) => array.null_count() == array.len(),
            Days::Milliseconds(array) => array.null_count() == array.len(),
            Days::Microseconds(array) => array.null_count() == array.len(),
            Days::Nanoseconds(array) => array.null_count() == array.len(),
            Days::Texts(texts) => texts.is_empty(),
        }
    }

    /// The days of a block of rows, counted from one that is itself counted from the year 1; where there is
    /// none, the least number.
    pub(super) fn fill(&self, rows: Range<usize>, from: i32, days: &mut [i32]) {
        if let Days::Date32(array) = self
            && array.null_count() == 0
        {
            let shift = EPOCH - from;
            for (day, value) in days.iter_mut().zip(&array.values()[rows]) {
                *day = value.wrapping_add(shift);
            }
            return;
        }
        for (row, day) in rows.zip(days) {
            let found = self.cell(row).ok().flatten();
            *day = found.map_or(i32::MIN, |found| found.num_days_from_ce() - from);
        }
    }
}

impl Booleans<'_> {
    /// Whether no row says anything.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Booleans::Booleans(array) => array.null_count() == array.len(),
            Booleans::Texts(texts) => texts.is_empty(),
        }
    }
}

impl Numbers<'_> {
    /// Whether they are of a type in which counts come, or missing altogether.
    pub(super) fn are_counts(&self) -> bool {
        match self {
            Numbers::Int8(_)
            | Numbers::Int16(_)
            | Numbers::Int32(_)
            | Numbers::Int64(_)
            | Numbers::UInt8(_)
            | Numbers::UInt16(_)
            | Numbers::UInt32(_)
            | Numbers::UInt64(_)
            | Numbers::Float32(_)
            | Numbers::Float64(_)
            | Numbers::Nothing => true,
            Numbers::Float16(_)
            | Numbers::Decimal32(_)
            | Numbers::Decimal64(_)
            | Numbers::Decimal128(_)
            | Numbers::Decimal256(_) => false,
        }
    }

    /// The values of a block of rows; an event without one counts 1. What is too large, or no whole number,
    /// stays so.
    pub(super) fn fill(&self, rows: Range<usize>, values: &mut [f64]) {
        fn copy<T: ArrowPrimitiveType>(
            array: &PrimitiveArray<T>,
            rows: Range<usize>,
            values: &mut [f64],
            float: impl Fn(T::Native) -> f64,
        ) {
            for (value, found) in values.iter_mut().zip(&array.values()[rows.clone()]) {
                *value = float(*found);
            }
            if array.null_count() > 0 {
                for (row, value) in rows.zip(values) {
                    if array.is_null(row) {
                        *value = 1.0;
                    }
                }
            }
        }
        match self {
            Numbers::Int8(array) => copy(array, rows, values, f64::from),
            Numbers::Int16(array) => copy(array, rows, values, f64::from),
            Numbers::Int32(array) => copy(array, rows, values, f64::from),
            Numbers::Int64(array) => copy(array, rows, values, |value| value as f64),
            Numbers::UInt8(array) => copy(array, rows, values, f64::from),
            Numbers::UInt16(array) => copy(array, rows, values, f64::from),
            Numbers::UInt32(array) => copy(array, rows, values, f64::from),
            Numbers::UInt64(array) => copy(array, rows, values, |value| value as f64),
            Numbers::Float32(array) => copy(array, rows, values, f64::from),
            Numbers::Float64(array) => copy(array, rows, values, |value| value),
            Numbers::Nothing => values.fill(1.0),
            Numbers::Float16(_)
            | Numbers::Decimal32(_)
            | Numbers::Decimal64(_)
            | Numbers::Decimal128(_)
            | Numbers::Decimal256(_) => values.fill(f64::NAN),
        }
    }
}
