//! How the values of a row are packed: numbers that may be missing in as many bytes as numbers, and codes as bytes.

use super::assessment::{Certainty, Reason, Verdict};

/// A number, if there is one, in as many bytes: no column ever holds what is not a number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number(f64);

impl Number {
    pub(crate) const NONE: Number = Number(f64::NAN);

    pub(crate) fn get(self) -> Option<f64> {
        (!self.0.is_nan()).then_some(self.0)
    }

    /// NaN if there is none.
    #[inline]
    pub(crate) fn or_nan(self) -> f64 {
        self.0
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Default for Number {
    fn default() -> Self {
        Number::NONE
    }
}

/// Null is stored as NaN.
impl From<f64> for Number {
    fn from(number: f64) -> Self {
        Number(number)
    }
}

impl From<Number> for Option<f64> {
    fn from(number: Number) -> Self {
        number.get()
    }
}

impl From<Option<f64>> for Number {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Number::NONE, Number)
    }
}

/// A whole number or null in 8 bytes. Null is stored as `i64::MIN`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Whole(i64);

impl Whole {
    pub(crate) const NONE: Whole = Whole(i64::MIN);

    pub(crate) fn get(self) -> Option<i64> {
        (self != Whole::NONE).then_some(self.0)
    }

    /// `i64::MIN` if it is null.
    #[inline]
    pub(crate) fn or_least(self) -> i64 {
        self.0
    }
}

/// `i64::MIN` becomes null.
impl From<i64> for Whole {
    fn from(number: i64) -> Self {
        Whole(number)
    }
}

impl From<Option<i64>> for Whole {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Whole::NONE, Whole)
    }
}

/// A column's type in [`Assessment`](super::Assessment), and how a packed column stores it.
pub(crate) trait Packed {
    /// A stored cell.
    type Cell: Copy + Default;
    /// The type in a [`Row`](super::Row).
    type InRow;
    /// The value of a row that is not judged yet.
    const BLANK: Self::InRow;
    fn pack(value: Self::InRow) -> Self::Cell;
    fn unpack(cell: Self::Cell) -> Self::InRow;
    /// The value in an assessment.
    fn public(value: Self::InRow) -> Self;
    /// Whether a cell is a null that [`HasNulls`](super::HasNulls) records; codes mark nulls themselves.
    fn is_null(cell: Self::Cell) -> bool;
}

/// How types are packed: `type: cell, type in a row, blank value, pack, unpack, public value, test for null`.
macro_rules! packed {
    ($($type:ty: $cell:ty, $in_row:ty, $blank:expr, $pack:expr, $unpack:expr, $public:expr, $is_null:expr;)+) => {
        $(impl Packed for $type {
            type Cell = $cell;
            type InRow = $in_row;
            const BLANK: $in_row = $blank;
            #[inline]
            fn pack(value: $in_row) -> $cell {
                let pack: fn($in_row) -> $cell = $pack;
                pack(value)
            }
            #[inline]
            fn unpack(cell: $cell) -> $in_row {
                let unpack: fn($cell) -> $in_row = $unpack;
                unpack(cell)
            }
            #[inline]
            fn public(value: $in_row) -> Self {
                let public: fn($in_row) -> Self = $public;
                public(value)
            }
            #[inline]
            fn is_null(cell: $cell) -> bool {
                let is_null: fn($cell) -> bool = $is_null;
                is_null(cell)
            }
        })+
    };
}

packed! {
    Option<f64>: f64, Number, Number::NONE, Number::or_nan, Number::from, Number::get, f64::is_nan;
    Option<i64>: i64, Whole, Whole::NONE, Whole::or_least, Whole::from, Whole::get,
        |cell| cell == Whole::NONE.or_least();
    // A number of pairs.
    Option<u64>: u32, Option<u32>, None, |number| number.unwrap_or(NO_PAIRS),
        |cell| Some(cell).filter(|cell| *cell != NO_PAIRS), |number| number.map(u64::from),
        |cell| cell == NO_PAIRS;
    // The place of a value among all of its type; 1 more where there may be none, which is 0.
    Verdict: u8, Verdict, Verdict::Indeterminate, |verdict| verdict as u8,
        |cell| Verdict::ALL[usize::from(cell)], |verdict| verdict, |_| false;
    Certainty: u8, Certainty, Certainty::Unknown, |certainty| certainty as u8,
        |cell| Certainty::ALL[usize::from(cell)], |certainty| certainty, |_| false;
    bool: u8, bool, false, u8::from, |cell| cell != 0, |truth| truth, |_| false;
    Option<Reason>: u8, Option<Reason>, None, |reason| reason.map_or(0, |reason| reason as u8 + 1),
        |cell| before(cell).map(|place| Reason::ALL[place]), |reason| reason, |_| false;
}

/// In place of a number of pairs where a value is not made of pairs.
pub(crate) const NO_PAIRS: u32 = u32::MAX;

/// The place that a number is 1 more than.
pub(super) fn before(number: u8) -> Option<usize> {
    usize::from(number).checked_sub(1)
}
