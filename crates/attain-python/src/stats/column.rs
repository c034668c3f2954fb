//! Numbers from Python: one of them, or anything that holds a row of them.

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Decimal128Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type,
    Int64Type, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{Array, ArrayRef, BooleanArray};
use arrow_buffer::ScalarBuffer;
use arrow_schema::DataType;
use arrow_schema::extension::EXTENSION_TYPE_NAME_KEY;
use num_traits::AsPrimitive;
use pyo3::buffer::{Element, PyBuffer, PyUntypedBuffer};
use pyo3::exceptions::{PyException, PyTypeError};
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyDict, PyFloat, PyInt, PyMapping, PySet, PyString};
use pyo3_arrow::PyChunkedArray;
use pyo3_arrow::input::AnyArray;

use super::super::error::refused_by_stats;
use super::super::exchange::{guarded, validated};
use super::argument::{has_other_dtype, is_no_number, refused};
use attain::arrow::unreadable_text;
use attain::binding::number_in_column_hint;
use attain::error::{Fault, FaultCode, Place};

/// What an argument holds. A missing value is NaN, which no computation here lets out again.
pub(super) enum Column {
    /// One number, which goes with every row of the other columns.
    One(f64),
    /// A number for each row; Arrow's own memory where it holds just that.
    Many(ScalarBuffer<f64>),
}

impl Column {
    /// Reads a column; a single number is one of one row.
    pub(super) fn values(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<Vec<f64>> {
        Ok(Column::read(argument, value)?.into_values())
    }

    /// The values, one number being a column of one row.
    pub(super) fn into_values(self) -> Vec<f64> {
        match self {
            Column::One(value) => vec![value],
            Column::Many(values) => values.into(),
        }
    }

    /// One number for each of `length` rows.
    pub(super) fn spread(&self, length: usize) -> ScalarBuffer<f64> {
        match self {
            Column::One(value) => vec![*value; length].into(),
            Column::Many(values) => values.clone(),
        }
    }

    /// Refuses one number of events for several rows, which are added up: as each row's it would count many times.
    pub(super) fn in_rows(&self, argument: &str, length: usize) -> PyResult<()> {
        match self {
            Column::One(value) if length > 1 => Err(refused(
                argument,
                "a single number for several rows",
                &value.to_string(),
                &format!("a column of {length} numbers, one for each row"),
            )),
            Column::One(_) | Column::Many(_) => Ok(()),
        }
    }

    /// The value in a row.
    pub(super) fn at(&self, row: usize) -> f64 {
        match self {
            Column::One(value) => *value,
            Column::Many(values) => values[row],
        }
    }
}

impl Column {
    /// Reads the value of an argument.
    pub(super) fn read(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if is_missing(value)? {
            return Ok(Column::One(f64::NAN));
        }
        if value.is_instance_of::<PyFloat>() || value.is_instance_of::<PyInt>() {
            return number(argument, value).map(Column::One);
        }
        if value.is_instance_of::<PyString>()
            || value.is_instance_of::<PyBytes>()
            || value.is_instance_of::<PyByteArray>()
            || value.is_instance_of::<PyDict>()
            || value.cast::<PyMapping>().is_ok()
            || value.is_instance_of::<PySet>()
        {
            return Err(no_column(argument, value)?);
        }
        if has_other_dtype(value)? {
            return Err(other_type(argument, &value.getattr("dtype")?.str()?.to_string()));
        }
        // An array without dimensions can't be gone through, and its buffer has no shape.
        let dimensions = value.getattr_opt("ndim")?;
        if dimensions.is_some_and(|ndim| ndim.extract::<usize>().is_ok_and(|ndim| ndim == 0)) {
            return number(argument, value).map(Column::One);
        }
        let kind = value.get_type();
        if kind.hasattr("__arrow_c_stream__")? || kind.hasattr("__arrow_c_array__")? {
            return from_arrow(argument, value);
        }
        // A masked array's buffer has numbers under its mask too.
        if kind.hasattr("mask")? && kind.hasattr("tolist")? {
            return from_sequence(argument, &value.call_method0("tolist")?);
        }
        if let Ok(buffer) = PyUntypedBuffer::get(value) {
            match buffer.dimensions() {
                0 | 1 => {}
                dimensions => {
                    let fault = Fault::new(
                        FaultCode::WrongType,
                        at(argument),
                        "this is no column of numbers",
                    )
                    .found(format!("an array of {dimensions} dimensions"))
                    .expected("one dimension")
                    .hint("flatten it with `.ravel()`, or give one of its columns");
                    return Err(refused_by_stats(&fault));
                }
            }
            // Typed buffers are read in this machine's byte order, even if they declare another.
            let foreign = buffer.format().to_bytes().first();
            if matches!(foreign, Some(b'>' | b'!')) && cfg!(target_endian = "little") {
                return from_sequence(argument, value);
            }
            if let Some(values) = from_buffer(value)? {
                return Ok(Column::Many(values.into()));
            }
        }
        if value.hasattr("__iter__")? {
            return from_sequence(argument, value);
        }
        if kind.hasattr("__float__")? {
            return number(argument, value).map(Column::One);
        }
        Err(no_column(argument, value)?)
    }
}

fn at(argument: &str) -> Place {
    Place::Column { column: argument.to_owned() }
}

/// `None`, and what pandas has in its place.
fn is_missing(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(value.is_none() || value.get_type().qualname()?.to_string_lossy() == "NAType")
}

/// A column of times, durations or complex numbers, whatever they are stored as.
#[cold]
fn other_type(argument: &str, found: &str) -> PyErr {
    refused(
        argument,
        "this is no column of numbers",
        &format!("the type {found}"),
        "whole numbers, floats or decimals",
    )
}

fn number(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<f64> {
    if !value.is_instance_of::<PyFloat>() && is_no_number(value)? {
        let cause = PyTypeError::new_err("no number");
        return Err(not_a_number(at(argument), value, &cause));
    }
    value.extract::<f64>().map_err(|cause| not_a_number(at(argument), value, &cause))
}

#[cold]
fn not_a_number(place: Place, value: &Bound<'_, PyAny>, cause: &PyErr) -> PyErr {
    let shown = value.repr().map_or_else(|_| cause.to_string(), |text| text.to_string());
    let fault = Fault::new(FaultCode::NotANumber, place, "this is no number").found(shown);
    let fault = fault.expected("a number, or None where it is missing");
    let hint = value.extract().ok().and_then(|text: String| number_in_column_hint(&text));
    refused_by_stats(&match hint {
        Some(hint) => fault.hint(hint),
        None => fault,
    })
}

#[cold]
fn no_column(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<PyErr> {
    let fault = Fault::new(
        FaultCode::WrongType,
        at(argument),
        "this is neither a number nor a column of numbers",
    )
    .found(value.get_type().fully_qualified_name()?)
    .expected("a number, a list of numbers, an array or a column of a dataframe");
    Ok(refused_by_stats(&fault))
}

fn from_sequence(argument: &str, values: &Bound<'_, PyAny>) -> PyResult<Column> {
    let mut found = Vec::with_capacity(values.len().unwrap_or(0));
    for (row, value) in values.try_iter()?.enumerate() {
        let value = value?;
        if let Ok(float) = value.cast_exact::<PyFloat>() {
            found.push(float.extract()?);
            continue;
        }
        // Scalars of pyarrow hold the values.
        let is_scalar = !value.is_instance_of::<PyInt>() && value.get_type().hasattr("as_py")?;
        let value = if is_scalar { value.call_method0("as_py")? } else { value };
        found.push(if is_missing(&value)? {
            f64::NAN
        } else {
            let place = || Place::Row { row, column: Some(argument.to_owned()) };
            if !value.is_instance_of::<PyInt>() && is_no_number(&value)? {
                let cause = PyTypeError::new_err("no number");
                return Err(not_a_number(place(), &value, &cause));
            }
            value.extract().map_err(|cause| not_a_number(place(), &value, &cause))?
        });
    }
    Ok(Column::Many(found.into()))
}

/// The floats of a one-dimensional buffer; `None` where it holds something else than numbers.
fn from_buffer(value: &Bound<'_, PyAny>) -> PyResult<Option<Vec<f64>>> {
    fn read<T: Element + AsPrimitive<f64>>(value: &Bound<'_, PyAny>) -> Option<PyResult<Vec<f64>>> {
        let buffer = PyBuffer::<T>::get(value).ok()?;
        let values = buffer.to_vec(value.py());
        // Numbers of the same size are converted where they are.
        Some(values.map(|values| values.into_iter().map(|value| value.as_()).collect()))
    }
    read::<f64>(value)
        .or_else(|| read::<i64>(value))
        .or_else(|| read::<f32>(value))
        .or_else(|| read::<i32>(value))
        .or_else(|| read::<u64>(value))
        .or_else(|| read::<u32>(value))
        .or_else(|| read::<i16>(value))
        .or_else(|| read::<u16>(value))
        .or_else(|| read::<i8>(value))
        .or_else(|| read::<u8>(value))
        .transpose()
}

/// Why there are no arrays.
pub(super) enum NoChunks {
    /// The column's own library refused.
    Raised(PyErr),
    /// The arrays are not what they claim to be.
    Broken(String),
}

/// The arrays of a column that exports Arrow data. The outer error passes unchanged: an interrupt, an exit.
pub(super) fn chunks(value: &Bound<'_, PyAny>) -> PyResult<Result<PyChunkedArray, NoChunks>> {
    let validated = match validated(value) {
        Ok(Ok(validated)) => validated,
        Ok(Err(broken)) => return Ok(Err(NoChunks::Broken(broken.why))),
        Err(cause) if cause.is_instance_of::<PyException>(value.py()) => {
            return Ok(Err(NoChunks::Raised(cause)));
        }
        Err(cause) => return Err(cause),
    };
    let import = || {
        let array = validated.extract::<AnyArray>()?;
        array.into_chunked_array().map_err(PyErr::from)
    };
    Ok(match guarded(import) {
        Ok(chunks) => chunks.map_err(NoChunks::Raised),
        Err(why) => Err(NoChunks::Broken(why)),
    })
}

/// The name of the extension type of a column whose storage means something else than numbers: the months of a
/// pandas period are whole numbers too.
pub(super) fn extension(chunks: &PyChunkedArray) -> Option<&str> {
    let name = chunks.field().metadata().get(EXTENSION_TYPE_NAME_KEY)?;
    (name != "arrow.bool8").then_some(name)
}

/// A column that is not what it claims to be.
#[cold]
pub(super) fn broken(place: Place, why: &str) -> PyErr {
    let fault = Fault::new(FaultCode::DamagedData, place, "the column is not what it claims to be")
        .found(why);
    refused_by_stats(
        &fault.hint("the file or the library that it comes from is at fault: make it anew"),
    )
}

fn from_arrow(argument: &str, value: &Bound<'_, PyAny>) -> PyResult<Column> {
    let unreadable = |cause: PyErr| {
        let fault = Fault::new(
            FaultCode::ReadingFailed,
            at(argument),
            "the column can't hand over its rows",
        )
        .found(&cause);
        refused_by_stats(&fault)
    };
    let chunks = match chunks(value)? {
        Ok(chunks) => chunks,
        // Polars gives columns of nulls alone a buffer that their type does not have.
        Err(NoChunks::Raised(_)) if is_all_null(value)? => {
            return Ok(Column::Many(vec![f64::NAN; value.len()?].into()));
        }
        // What Arrow has no type for, such as a series with texts among its numbers, can still be gone through.
        Err(NoChunks::Raised(_)) if value.hasattr("__iter__")? => {
            return from_sequence(argument, value);
        }
        Err(NoChunks::Raised(cause)) => return Err(unreadable(cause)),
        Err(NoChunks::Broken(why)) => {
            return Err(broken(Place::Column { column: argument.to_owned() }, &why));
        }
    };
    if let Some(extension) = extension(&chunks) {
        return Err(other_type(argument, extension));
    }
    if let [chunk] = chunks.chunks()
        && let Some(floats) = chunk.as_primitive_opt::<Float64Type>()
        && floats.null_count() == 0
    {
        return Ok(Column::Many(floats.values().clone()));
    }
    // The first cell that is no number is named, with its row.
    if may_hold_texts(chunks.field().data_type()) && value.hasattr("__iter__")? {
        refuse_unreadable(argument, chunks.chunks())?;
        return from_sequence(argument, value);
    }
    let mut found = Vec::with_capacity(chunks.chunks().iter().map(|chunk| chunk.len()).sum());
    for chunk in chunks.chunks() {
        if !append(chunk.as_ref(), &mut found) {
            let fault =
                Fault::new(FaultCode::WrongType, at(argument), "this is no column of numbers")
                    .found(format!("the type {}", chunk.data_type()))
                    .expected("whole numbers, floats or decimals");
            let fault = match chunk.data_type() {
                DataType::Struct(_) => fault.hint("give one column of the table"),
                _ => fault,
            };
            return Err(refused_by_stats(&fault));
        }
    }
    Ok(Column::Many(found.into()))
}

fn may_hold_texts(kind: &DataType) -> bool {
    match kind {
        DataType::Dictionary(_, values) => may_hold_texts(values),
        // Polars gives Python objects as addresses of eight bytes.
        DataType::FixedSizeBinary(8) => true,
        kind => matches!(kind, DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View),
    }
}

/// Refuses texts that nobody has validated and that can't be read.
pub(super) fn refuse_unreadable(argument: &str, chunks: &[ArrayRef]) -> PyResult<()> {
    let mut before = 0;
    for chunk in chunks {
        if let Some((row, why)) = unreadable_text(chunk.as_ref()) {
            let place = match row {
                Some(row) => Place::row(before + row, argument),
                None => at(argument),
            };
            return Err(broken(place, &why));
        }
        before += chunk.len();
    }
    Ok(())
}

/// Whether a series says that each of its values is null.
fn is_all_null(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    let Some(count) = value.getattr_opt("null_count")? else { return Ok(false) };
    if !count.is_callable() {
        return Ok(false);
    }
    Ok(count.call0()?.extract::<usize>().is_ok_and(|nulls| value.len().is_ok_and(|n| n == nulls)))
}

/// Adds an Arrow array's values; false where they are no numbers.
fn append(array: &dyn Array, found: &mut Vec<f64>) -> bool {
    fn primitive<T: ArrowPrimitiveType>(array: &dyn Array, found: &mut Vec<f64>)
    where
        T::Native: AsPrimitive<f64>,
    {
        let array = array.as_primitive::<T>();
        if array.null_count() == 0 {
            found.extend(array.values().iter().map(|value| value.as_()));
        } else {
            found.extend(array.iter().map(|value| value.map_or(f64::NAN, AsPrimitive::as_)));
        }
    }
    match array.data_type() {
        DataType::Float64 => primitive::<Float64Type>(array, found),
        DataType::Float32 => primitive::<Float32Type>(array, found),
        DataType::Int8 => primitive::<Int8Type>(array, found),
        DataType::Int16 => primitive::<Int16Type>(array, found),
        DataType::Int32 => primitive::<Int32Type>(array, found),
        DataType::Int64 => primitive::<Int64Type>(array, found),
        DataType::UInt8 => primitive::<UInt8Type>(array, found),
        DataType::UInt16 => primitive::<UInt16Type>(array, found),
        DataType::UInt32 => primitive::<UInt32Type>(array, found),
        DataType::UInt64 => primitive::<UInt64Type>(array, found),
        DataType::Decimal128(_, scale) => {
            // A quotient of two exact floats is rounded once, a product with 10⁻ˢ twice.
            let unit = 10f64.powi(i32::from(*scale));
            let values = array.as_primitive::<Decimal128Type>().iter();
            found.extend(values.map(|value| value.map_or(f64::NAN, |value| value as f64 / unit)));
        }
        DataType::Boolean => {
            let array: &BooleanArray = array.as_boolean();
            found.extend(
                array
                    .iter()
                    .map(|value| value.map_or(f64::NAN, |value| f64::from(u8::from(value)))),
            );
        }
        DataType::Null => found.resize(found.len() + array.len(), f64::NAN),
        _ => return false,
    }
    true
}
