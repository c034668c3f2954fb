//! Typed columns, read cell by cell: one small enum per kind of content, with one variant per Arrow type
//! that can hold it.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type,
    Decimal256Type, DecimalType, Float16Type, Float32Type, Float64Type, Int8Type, Int16Type,
    Int32Type, Int64Type, TimestampMicrosecondType, TimestampMillisecondType,
    TimestampNanosecondType, TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{
    Array, BooleanArray, LargeStringArray, PrimitiveArray, StringArray, StringViewArray,
};
use arrow_schema::{DataType, TimeUnit};
use chrono::NaiveDate;

use crate::tally::{exceeds, yes_or_no};

/// Why a cell can't be read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Unreadable {
    /// Its key points outside its dictionary.
    NoEntry(String),
    /// It is a number of units of time from 1970 that is beyond any calendar.
    BeyondCalendar(String),
    /// Its text is no day.
    NoDay(String),
    /// Its text is neither true nor false.
    NoBoolean(String),
    /// It is a number that no float holds exactly.
    TooLarge(String),
    /// Its bytes are not UTF-8.
    NotUtf8(String),
    /// Its bytes lie outside of the buffers of its column.
    OutOfBounds(String),
}

impl Unreadable {
    /// What stands in the cell.
    pub(super) fn found(self) -> String {
        match self {
            Unreadable::NoEntry(found)
            | Unreadable::BeyondCalendar(found)
            | Unreadable::NoDay(found)
            | Unreadable::NoBoolean(found)
            | Unreadable::TooLarge(found)
            | Unreadable::NotUtf8(found)
            | Unreadable::OutOfBounds(found) => found,
        }
    }
}

/// A cell: its content, if it has any.
pub(super) type Cell<T> = Result<Option<T>, Unreadable>;

/// A column of texts.
#[derive(Debug)]
pub(super) enum Texts<'a> {
    Utf8(&'a StringArray),
    LargeUtf8(&'a LargeStringArray),
    Utf8View(&'a StringViewArray),
    Dictionary {
        keys: Keys<'a>,
        values: Box<Texts<'a>>,
    },
    /// Of the type that holds nothing but nulls.
    Nothing,
}

impl<'a> Texts<'a> {
    /// None where the column is of another type.
    pub(super) fn of(array: &'a dyn Array) -> Option<Self> {
        if let DataType::Dictionary(_, values) = array.data_type() {
            if matches!(**values, DataType::Dictionary(..)) {
                return None;
            }
            let dictionary = array.as_any_dictionary_opt()?;
            let values = Box::new(Texts::of(dictionary.values().as_ref())?);
            return Some(Texts::Dictionary { keys: Keys::of(dictionary.keys())?, values });
        }
        Some(match array.data_type() {
            DataType::Utf8 => Texts::Utf8(array.as_string_opt()?),
            DataType::LargeUtf8 => Texts::LargeUtf8(array.as_string_opt()?),
            DataType::Utf8View => Texts::Utf8View(array.as_string_view_opt()?),
            DataType::Null => Texts::Nothing,
            _ => return None,
        })
    }

    /// The text of a row. To be called only for rows that were found [readable](Texts::are_readable).
    pub(super) fn cell(&self, row: usize) -> Cell<&'a str> {
        Ok(match self {
            Texts::Utf8(array) => array.is_valid(row).then(|| array.value(row)),
            Texts::LargeUtf8(array) => array.is_valid(row).then(|| array.value(row)),
            Texts::Utf8View(array) => array.is_valid(row).then(|| array.value(row)),
            Texts::Dictionary { keys, values } => match keys.cell(row) {
                None => None,
                Some(key) => match usize::try_from(key) {
                    Ok(entry) if entry < values.len() => return values.cell(entry),
                    Ok(_) | Err(_) => return Err(Unreadable::NoEntry(key.to_string())),
                },
            },
            Texts::Nothing => None,
        })
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Texts::Utf8(array) => array.len(),
            Texts::LargeUtf8(array) => array.len(),
            Texts::Utf8View(array) => array.len(),
            Texts::Dictionary { keys, .. } => keys.len(),
            Texts::Nothing => 0,
        }
    }
}

/// The keys of a dictionary.
#[derive(Debug)]
pub(super) enum Keys<'a> {
    Int8(&'a PrimitiveArray<Int8Type>),
    Int16(&'a PrimitiveArray<Int16Type>),
    Int32(&'a PrimitiveArray<Int32Type>),
    Int64(&'a PrimitiveArray<Int64Type>),
    UInt8(&'a PrimitiveArray<UInt8Type>),
    UInt16(&'a PrimitiveArray<UInt16Type>),
    UInt32(&'a PrimitiveArray<UInt32Type>),
    UInt64(&'a PrimitiveArray<UInt64Type>),
}

impl<'a> Keys<'a> {
    fn of(array: &'a dyn Array) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Int8 => Keys::Int8(array.as_primitive_opt()?),
            DataType::Int16 => Keys::Int16(array.as_primitive_opt()?),
            DataType::Int32 => Keys::Int32(array.as_primitive_opt()?),
            DataType::Int64 => Keys::Int64(array.as_primitive_opt()?),
            DataType::UInt8 => Keys::UInt8(array.as_primitive_opt()?),
            DataType::UInt16 => Keys::UInt16(array.as_primitive_opt()?),
            DataType::UInt32 => Keys::UInt32(array.as_primitive_opt()?),
            DataType::UInt64 => Keys::UInt64(array.as_primitive_opt()?),
            _ => return None,
        })
    }

    pub(super) fn cell(&self, row: usize) -> Option<i128> {
        match self {
            Keys::Int8(array) => valid(array, row).map(i128::from),
            Keys::Int16(array) => valid(array, row).map(i128::from),
            Keys::Int32(array) => valid(array, row).map(i128::from),
            Keys::Int64(array) => valid(array, row).map(i128::from),
            Keys::UInt8(array) => valid(array, row).map(i128::from),
            Keys::UInt16(array) => valid(array, row).map(i128::from),
            Keys::UInt32(array) => valid(array, row).map(i128::from),
            Keys::UInt64(array) => valid(array, row).map(i128::from),
        }
    }

    pub(super) fn null_count(&self) -> usize {
        match self {
            Keys::Int8(array) => array.null_count(),
            Keys::Int16(array) => array.null_count(),
            Keys::Int32(array) => array.null_count(),
            Keys::Int64(array) => array.null_count(),
            Keys::UInt8(array) => array.null_count(),
            Keys::UInt16(array) => array.null_count(),
            Keys::UInt32(array) => array.null_count(),
            Keys::UInt64(array) => array.null_count(),
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Keys::Int8(array) => array.len(),
            Keys::Int16(array) => array.len(),
            Keys::Int32(array) => array.len(),
            Keys::Int64(array) => array.len(),
            Keys::UInt8(array) => array.len(),
            Keys::UInt16(array) => array.len(),
            Keys::UInt32(array) => array.len(),
            Keys::UInt64(array) => array.len(),
        }
    }
}

fn valid<T: ArrowPrimitiveType>(array: &PrimitiveArray<T>, row: usize) -> Option<T::Native> {
    array.is_valid(row).then(|| array.value(row))
}

/// A column of days. A time of day says on which day it falls.
#[derive(Debug)]
pub(super) enum Days<'a> {
    Date32(&'a PrimitiveArray<Date32Type>),
    Date64(&'a PrimitiveArray<Date64Type>),
    Seconds(&'a PrimitiveArray<TimestampSecondType>),
    Milliseconds(&'a PrimitiveArray<TimestampMillisecondType>),
    Microseconds(&'a PrimitiveArray<TimestampMicrosecondType>),
    Nanoseconds(&'a PrimitiveArray<TimestampNanosecondType>),
    Texts(Texts<'a>),
}

const SECONDS_PER_DAY: i64 = 86_400;

impl<'a> Days<'a> {
    /// None where the column is of another type, timestamps with a time zone among them.
    pub(super) fn of(array: &'a dyn Array) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Date32 => Days::Date32(array.as_primitive_opt()?),
            DataType::Date64 => Days::Date64(array.as_primitive_opt()?),
            DataType::Timestamp(unit, None) => match unit {
                TimeUnit::Second => Days::Seconds(array.as_primitive_opt()?),
                TimeUnit::Millisecond => Days::Milliseconds(array.as_primitive_opt()?),
                TimeUnit::Microsecond => Days::Microseconds(array.as_primitive_opt()?),
                TimeUnit::Nanosecond => Days::Nanoseconds(array.as_primitive_opt()?),
            },
            _ => Days::Texts(Texts::of(array)?),
        })
    }

    pub(super) fn cell(&self, row: usize) -> Cell<NaiveDate> {
        let per_day = |units: i64| SECONDS_PER_DAY * units;
        let (number, per_day, noun) = match self {
            Days::Date32(array) => (valid(array, row).map(i64::from), 1, "days"),
            Days::Date64(array) => (valid(array, row), per_day(1_000), "ms"),
            Days::Seconds(array) => (valid(array, row), per_day(1), "s"),
            Days::Milliseconds(array) => (valid(array, row), per_day(1_000), "ms"),
            Days::Microseconds(array) => (valid(array, row), per_day(1_000_000), "µs"),
            Days::Nanoseconds(array) => (valid(array, row), per_day(1_000_000_000), "ns"),
            Days::Texts(texts) => {
                let Some(text) = texts.cell(row)? else { return Ok(None) };
                return match crate::calendar::date(text) {
                    Some(day) => Ok(Some(day)),
                    None => Err(Unreadable::NoDay(text.to_owned())),
                };
            }
        };
        let Some(number) = number else { return Ok(None) };
        match i32::try_from(number.div_euclid(per_day)).ok().and_then(NaiveDate::from_epoch_days) {
            Some(day) => Ok(Some(day)),
            None => Err(Unreadable::BeyondCalendar(format!("{number} {noun} from 1970-01-01"))),
        }
    }
}

/// A column of booleans.
#[derive(Debug)]
pub(super) enum Booleans<'a> {
    Booleans(&'a BooleanArray),
    Texts(Texts<'a>),
}

impl<'a> Booleans<'a> {
    /// None where the column is of another type.
    pub(super) fn of(array: &'a dyn Array) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Boolean => Booleans::Booleans(array.as_boolean_opt()?),
            _ => Booleans::Texts(Texts::of(array)?),
        })
    }

    pub(super) fn cell(&self, row: usize) -> Cell<bool> {
        match self {
            Booleans::Booleans(array) => Ok(array.is_valid(row).then(|| array.value(row))),
            Booleans::Texts(texts) => {
                let Some(text) = texts.cell(row)? else { return Ok(None) };
                match yes_or_no(text.trim()) {
                    Some(said) => Ok(Some(said)),
                    None => Err(Unreadable::NoBoolean(text.to_owned())),
                }
            }
        }
    }
}

/// A column of numbers.
#[derive(Debug)]
pub(super) enum Numbers<'a> {
    Int8(&'a PrimitiveArray<Int8Type>),
    Int16(&'a PrimitiveArray<Int16Type>),
    Int32(&'a PrimitiveArray<Int32Type>),
    Int64(&'a PrimitiveArray<Int64Type>),
    UInt8(&'a PrimitiveArray<UInt8Type>),
    UInt16(&'a PrimitiveArray<UInt16Type>),
    UInt32(&'a PrimitiveArray<UInt32Type>),
    UInt64(&'a PrimitiveArray<UInt64Type>),
    Float16(&'a PrimitiveArray<Float16Type>),
    Float32(&'a PrimitiveArray<Float32Type>),
    Float64(&'a PrimitiveArray<Float64Type>),
    Decimal32(&'a PrimitiveArray<Decimal32Type>),
    Decimal64(&'a PrimitiveArray<Decimal64Type>),
    Decimal128(&'a PrimitiveArray<Decimal128Type>),
    Decimal256(&'a PrimitiveArray<Decimal256Type>),
    /// Of the type that holds nothing but nulls.
    Nothing,
}

impl<'a> Numbers<'a> {
    /// None where the column is of another type.
    pub(super) fn of(array: &'a dyn Array) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Int8 => Numbers::Int8(array.as_primitive_opt()?),
            DataType::Int16 => Numbers::Int16(array.as_primitive_opt()?),
            DataType::Int32 => Numbers::Int32(array.as_primitive_opt()?),
            DataType::Int64 => Numbers::Int64(array.as_primitive_opt()?),
            DataType::UInt8 => Numbers::UInt8(array.as_primitive_opt()?),
            DataType::UInt16 => Numbers::UInt16(array.as_primitive_opt()?),
            DataType::UInt32 => Numbers::UInt32(array.as_primitive_opt()?),
            DataType::UInt64 => Numbers::UInt64(array.as_primitive_opt()?),
            DataType::Float16 => Numbers::Float16(array.as_primitive_opt()?),
            DataType::Float32 => Numbers::Float32(array.as_primitive_opt()?),
            DataType::Float64 => Numbers::Float64(array.as_primitive_opt()?),
            DataType::Decimal32(..) => Numbers::Decimal32(array.as_primitive_opt()?),
            DataType::Decimal64(..) => Numbers::Decimal64(array.as_primitive_opt()?),
            DataType::Decimal128(..) => Numbers::Decimal128(array.as_primitive_opt()?),
            DataType::Decimal256(..) => Numbers::Decimal256(array.as_primitive_opt()?),
            DataType::Null => Numbers::Nothing,
            _ => return None,
        })
    }

    pub(super) fn cell(&self, row: usize) -> Cell<f64> {
        Ok(match self {
            Numbers::Int8(array) => valid(array, row).map(f64::from),
            Numbers::Int16(array) => valid(array, row).map(f64::from),
            Numbers::Int32(array) => valid(array, row).map(f64::from),
            Numbers::Int64(array) => valid(array, row).map(i128::from).map(whole).transpose()?,
            Numbers::UInt8(array) => valid(array, row).map(f64::from),
            Numbers::UInt16(array) => valid(array, row).map(f64::from),
            Numbers::UInt32(array) => valid(array, row).map(f64::from),
            Numbers::UInt64(array) => valid(array, row).map(i128::from).map(whole).transpose()?,
            Numbers::Float16(array) => valid(array, row).map(meant_by_half),
            Numbers::Float32(array) => valid(array, row).map(meant_by_single),
            Numbers::Float64(array) => valid(array, row),
            Numbers::Decimal32(array) => decimal(array, row)?,
            Numbers::Decimal64(array) => decimal(array, row)?,
            Numbers::Decimal128(array) => decimal(array, row)?,
            Numbers::Decimal256(array) => decimal(array, row)?,
            Numbers::Nothing => None,
        })
    }
}

/// The texts of a column that are no numbers, each with its row. None where the column holds no texts, or some that can't
/// be read.
pub(super) fn no_numbers(array: &dyn Array) -> impl Iterator<Item = (usize, String)> {
    let texts = Texts::of(array).filter(|texts| texts.broken_value().is_none()).into_iter();
    texts.flat_map(|texts| {
        (0..texts.len()).filter_map(move |row| {
            let text = texts.defect(row).map_or_else(|| texts.cell(row).ok()?, |_| None)?.trim();
            (!text.is_empty() && text.parse::<f64>().is_err()).then(|| (row, text.to_owned()))
        })
    })
}

fn whole(number: i128) -> Result<f64, Unreadable> {
    if number.unsigned_abs() > 1 << 53 {
        Err(Unreadable::TooLarge(number.to_string()))
    } else {
        Ok(number as f64)
    }
}

fn decimal<T: DecimalType>(array: &PrimitiveArray<T>, row: usize) -> Cell<f64> {
    if array.is_null(row) {
        return Ok(None);
    }
    let text = array.value_as_string(row);
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() && !exceeds(&text, value) => Ok(Some(value)),
        Ok(_) | Err(_) => Err(Unreadable::TooLarge(text)),
    }
}

/// A float of single precision means the shortest decimal that is nearer to it than to any other: 0.1, not
/// 0.10000000149011612.
fn meant_by_single(value: f32) -> f64 {
    if value.fract() == 0.0 {
        return f64::from(value);
    }
    value.to_string().parse().unwrap_or(f64::from(value))
}

/// The same for half precision, whose shortest decimals have at most five digits.
fn meant_by_half(value: <Float16Type as ArrowPrimitiveType>::Native) -> f64 {
    type Half = <Float16Type as ArrowPrimitiveType>::Native;
    let as_double = value.to_f64();
    if as_double.fract() == 0.0 || !as_double.is_finite() {
        return as_double;
    }
    (0..5)
        .filter_map(|places| format!("{as_double:.places$e}").parse().ok())
        .find(|shorter| Half::from_f64(*shorter) == value)
        .unwrap_or(as_double)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tables from elsewhere may hold keys that nobody has checked.
    #[test]
    fn a_key_outside_its_dictionary_is_told_and_a_null_behind_a_key_is_a_null() {
        let values = StringArray::from(vec![Some("cases"), None]);
        let values = || Box::new(Texts::Utf8(&values));
        let signed =
            PrimitiveArray::<Int8Type>::from(vec![Some(0), Some(1), Some(2), Some(-1), None]);
        let texts = Texts::Dictionary { keys: Keys::Int8(&signed), values: values() };
        let cells: Vec<_> = (0..5).map(|row| texts.cell(row)).collect();
        let no_entry = |key: &str| Err(Unreadable::NoEntry(key.to_owned()));
        assert_eq!(cells, [Ok(Some("cases")), Ok(None), no_entry("2"), no_entry("-1"), Ok(None)]);
        let unsigned = PrimitiveArray::<UInt64Type>::from(vec![u64::MAX]);
        let texts = Texts::Dictionary { keys: Keys::UInt64(&unsigned), values: values() };
        assert_eq!(texts.cell(0), no_entry("18446744073709551615"));
        let none =
            Texts::Dictionary { keys: Keys::Int8(&signed), values: Box::new(Texts::Nothing) };
        assert_eq!(none.cell(0), no_entry("0"));
    }
}
