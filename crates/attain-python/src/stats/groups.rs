//! Which rows belong together.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::Hash;
use std::ops::Range;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    Int8Type, Int16Type, Int32Type, Int64Type, UInt8Type, UInt16Type, UInt32Type,
};
use arrow_array::{Array, ArrayRef, ArrowPrimitiveType, StringArray};
use arrow_schema::DataType;
use num_traits::AsPrimitive;
use pyo3::buffer::{Element, PyBuffer};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyFrozenSet, PyMapping, PySet, PyString};

use super::super::error::refused_by_stats;
use super::argument::wrong;
use super::column::{NoChunks, broken, chunks, extension, refuse_unreadable};
use attain::error::{Fault, FaultCode, Place};

/// Rows by their group, groups in the order of their first rows and rows in theirs.
pub(super) struct Groups {
    /// The groups' names, `None` for the group of the rows whose key is missing. There are none without `by`, when
    /// all rows are one group.
    names: Option<Vec<Option<String>>>,
    /// Where each group's rows begin, and where the last one's end.
    bounds: Vec<usize>,
    /// The rows, group after group; `None` where they already stand so.
    order: Option<Vec<usize>>,
}

impl Groups {
    /// Reads the key of each of `length` rows.
    pub(super) fn read(by: Option<&Bound<'_, PyAny>>, length: usize) -> PyResult<Self> {
        let Some(by) = by else {
            return Ok(Groups { names: None, bounds: vec![0, length], order: None });
        };
        let Keys { codes, names } = Keys::read(by)?;
        if codes.len() == length {
            return Ok(Groups::of(&codes, names));
        }
        let place = Place::Column { column: "by".to_owned() };
        let fault = Fault::new(FaultCode::UnequalColumns, place, "columns of unequal lengths")
            .found(format!("{} values", codes.len()))
            .expected(format!("{length}, as many as there are rows"));
        Err(refused_by_stats(&fault))
    }

    fn of(codes: &[u32], names: Vec<Option<String>>) -> Self {
        let mut bounds = vec![0; names.len() + 1];
        for code in codes {
            bounds[*code as usize + 1] += 1;
        }
        for group in 1..bounds.len() {
            bounds[group] += bounds[group - 1];
        }
        let order = (!codes.is_sorted()).then(|| {
            let (mut next, mut order) = (bounds.clone(), vec![0; codes.len()]);
            for (row, &code) in codes.iter().enumerate() {
                let next = &mut next[code as usize];
                order[*next] = row;
                *next += 1;
            }
            order
        });
        Groups { names: Some(names), bounds, order }
    }

    /// A column's values, group after group.
    pub(super) fn arranged<'a>(&self, values: &'a [f64]) -> Cow<'a, [f64]> {
        match &self.order {
            None => Cow::Borrowed(values),
            Some(order) => order.iter().map(|&row| values[row]).collect(),
        }
    }

    /// Where each group's values are among those that were arranged.
    pub(super) fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        self.bounds.windows(2).map(|bounds| bounds[0]..bounds[1])
    }

    /// The first column of a table with a row for each group, if there are groups.
    pub(super) fn column(&self) -> Option<(&'static str, ArrayRef)> {
        let names = self.names.as_ref()?;
        Some(("by", Arc::new(names.iter().collect::<StringArray>())))
    }

    /// The groups' names, each repeated `times` times: for a table with that number of rows per group.
    pub(super) fn repeated(&self, times: usize) -> ArrayRef {
        let names = self.names.iter().flatten();
        let repeated = names.flat_map(|name| std::iter::repeat_n(name.as_deref(), times));
        Arc::new(repeated.collect::<StringArray>())
    }

    /// The first column of a table with a row for each arranged value, if there are groups.
    pub(super) fn column_of_rows(&self) -> Option<(&'static str, ArrayRef)> {
        let names = self.names.as_ref()?;
        let of_rows = names.iter().zip(self.ranges());
        let of_rows =
            of_rows.flat_map(|(name, rows)| std::iter::repeat_n(name.as_deref(), rows.len()));
        Some(("by", Arc::new(of_rows.collect::<StringArray>())))
    }
}

/// The group of each row, as a number, and the groups' names.
#[derive(Default)]
struct Keys {
    codes: Vec<u32>,
    names: Vec<Option<String>>,
}

impl Keys {
    fn read(by: &Bound<'_, PyAny>) -> PyResult<Self> {
        let no_column = || wrong("by", by, "a column with a label for each row");
        let dimensions = by.getattr_opt("ndim")?.map(|ndim| ndim.extract::<usize>());
        if dimensions.is_some_and(|ndim| !matches!(ndim, Ok(1)))
            || by.cast::<PyMapping>().is_ok()
            || by.is_instance_of::<PySet>()
            || by.is_instance_of::<PyFrozenSet>()
        {
            return Err(no_column());
        }
        let kind = by.get_type();
        if kind.hasattr("__arrow_c_stream__")? || kind.hasattr("__arrow_c_array__")? {
            // What Arrow has no type for, such as a series of mixed objects, can still be gone through.
            match chunks(by)? {
                Ok(chunks) => {
                    // Intervals are structs too.
                    let is_table = matches!(chunks.field().data_type(), DataType::Struct(_));
                    if is_table && extension(&chunks).is_none() {
                        return Err(no_column());
                    }
                    refuse_unreadable("by", chunks.chunks())?;
                    // The labels of an extension type are its own objects', not its storage's.
                    if extension(&chunks).is_none()
                        && let Some(keys) = Keys::of_arrays(chunks.chunks())
                    {
                        return Ok(keys);
                    }
                }
                Err(NoChunks::Broken(why)) => {
                    return Err(broken(Place::Column { column: "by".to_owned() }, &why));
                }
                Err(NoChunks::Raised(_)) => {}
            }
        }
        // A masked array's buffer has keys under its mask too.
        let is_masked = kind.hasattr("mask")? && kind.hasattr("filled")?;
        if !is_masked
            && let Some(keys) = Keys::of_buffer::<i64>(by).or_else(|| Keys::of_buffer::<i32>(by))
        {
            return keys;
        }
        let Ok(items) = by.try_iter() else { return Err(no_column()) };
        let (mut keys, mut codes, mut missing) = (Keys::default(), HashMap::new(), None);
        for key in items {
            let key = key?;
            if let Ok(text) = key.cast_exact::<PyString>() {
                keys.add_text(&mut codes, &text.to_cow()?);
                continue;
            }
            // Scalars of pyarrow are named as their values are.
            let key = if key.hasattr("as_py")? { key.call_method0("as_py")? } else { key };
            if is_missing_key(&key)? {
                keys.add_missing(&mut missing);
            } else {
                keys.add_text(&mut codes, &key.str()?.to_cow()?);
            }
        }
        Ok(keys)
    }

    /// Adds a text that does not last. As any text, it is most often the one before.
    fn add_text(&mut self, codes: &mut HashMap<String, u32>, text: &str) {
        let is_text = |code: u32| self.names[code as usize].as_deref() == Some(text);
        let last = self.codes.last().filter(|&&code| is_text(code));
        let code = last.or_else(|| codes.get(text)).copied().unwrap_or_else(|| {
            let code = next_code(&self.names);
            codes.insert(text.to_owned(), code);
            self.names.push(Some(text.to_owned()));
            code
        });
        self.codes.push(code);
    }

    /// Adds a missing key: the group without a name, whose code is `known` after the first of them.
    fn add_missing(&mut self, known: &mut Option<u32>) {
        let code = *known.get_or_insert_with(|| {
            let code = next_code(&self.names);
            self.names.push(None);
            code
        });
        self.codes.push(code);
    }

    fn of_buffer<T>(by: &Bound<'_, PyAny>) -> Option<PyResult<Self>>
    where
        T: Element + Eq + Hash + ToString,
    {
        let buffer = PyBuffer::<T>::get(by).ok().filter(|buffer| buffer.dimensions() == 1)?;
        let values = buffer.to_vec(by.py());
        Some(values.map(|values| Keys::of(values.into_iter(), |key| Some(key.to_string()))))
    }

    /// `None` where the type is read quicker, or at all, by going through the Python objects.
    fn of_arrays(chunks: &[ArrayRef]) -> Option<Self> {
        fn whole<T>(chunks: &[ArrayRef]) -> Option<Keys>
        where
            T: ArrowPrimitiveType,
            T::Native: Eq + Hash + ToString,
        {
            let keys = chunks.iter().flat_map(|chunk| chunk.as_primitive::<T>());
            Some(Keys::of(keys, |key| key.map(|key| key.to_string())))
        }
        fn texts<'a>(keys: impl Iterator<Item = Option<&'a str>>) -> Option<Keys> {
            Some(Keys::of(keys, |key| key.map(str::to_owned)))
        }
        match chunks.first()?.data_type() {
            DataType::Utf8 => texts(chunks.iter().flat_map(|chunk| chunk.as_string::<i32>())),
            DataType::LargeUtf8 => texts(chunks.iter().flat_map(|chunk| chunk.as_string::<i64>())),
            DataType::Utf8View => texts(chunks.iter().flat_map(|chunk| chunk.as_string_view())),
            DataType::Int64 => whole::<Int64Type>(chunks),
            DataType::Int32 => whole::<Int32Type>(chunks),
            DataType::UInt32 => whole::<UInt32Type>(chunks),
            DataType::Null => {
                texts(chunks.iter().flat_map(|chunk| std::iter::repeat_n(None, chunk.len())))
            }
            DataType::Dictionary(codes, _) => {
                let mut keys = vec![];
                for chunk in chunks {
                    match codes.as_ref() {
                        DataType::Int8 => add_dictionary::<Int8Type>(chunk, &mut keys)?,
                        DataType::Int16 => add_dictionary::<Int16Type>(chunk, &mut keys)?,
                        DataType::Int32 => add_dictionary::<Int32Type>(chunk, &mut keys)?,
                        DataType::UInt8 => add_dictionary::<UInt8Type>(chunk, &mut keys)?,
                        DataType::UInt16 => add_dictionary::<UInt16Type>(chunk, &mut keys)?,
                        DataType::UInt32 => add_dictionary::<UInt32Type>(chunk, &mut keys)?,
                        _ => return None,
                    }
                }
                texts(keys.into_iter())
            }
            _ => None,
        }
    }

    /// Numbers the keys as they come.
    fn of<K: Copy + Eq + Hash>(
        keys: impl Iterator<Item = K>,
        name: impl Fn(K) -> Option<String>,
    ) -> Self {
        let mut found = Keys { codes: Vec::with_capacity(keys.size_hint().0), names: vec![] };
        let mut codes = HashMap::new();
        let mut last = None;
        for key in keys {
            let code = match last {
                Some((other, code)) if other == key => code,
                _ => *codes.entry(key).or_insert_with(|| {
                    let code = next_code(&found.names);
                    found.names.push(name(key));
                    code
                }),
            };
            last = Some((key, code));
            found.codes.push(code);
        }
        found
    }
}

/// `None`, and what numpy and pandas have in its place.
fn is_missing_key(key: &Bound<'_, PyAny>) -> PyResult<bool> {
    if key.is_none() {
        return Ok(true);
    }
    let kind = key.get_type().qualname()?;
    if matches!(&*kind.to_string_lossy(), "NAType" | "NaTType" | "MaskedConstant") {
        return Ok(true);
    }
    // NaN, and numpy's missing times, are not what they are.
    let is_number = key.is_instance_of::<PyFloat>() || key.hasattr("dtype")?;
    Ok(is_number && key.ne(key)?)
}

/// There is not room in memory for more names than a `u32` counts.
fn next_code(names: &[Option<String>]) -> u32 {
    names.len() as u32
}

/// The texts of a dictionary's codes; `None` if its values are not texts.
fn add_dictionary<'a, T>(chunk: &'a ArrayRef, keys: &mut Vec<Option<&'a str>>) -> Option<()>
where
    T: arrow_array::types::ArrowDictionaryKeyType,
    T::Native: AsPrimitive<usize>,
{
    let dictionary = chunk.as_dictionary_opt::<T>()?;
    let values = dictionary.values();
    let texts: Vec<Option<&str>> = match values.data_type() {
        DataType::Utf8 => values.as_string::<i32>().iter().collect(),
        DataType::LargeUtf8 => values.as_string::<i64>().iter().collect(),
        DataType::Utf8View => values.as_string_view().iter().collect(),
        _ => return None,
    };
    let text = |code: Option<T::Native>| texts.get(code?.as_()).copied().flatten();
    keys.extend(dictionary.keys().iter().map(text));
    Some(())
}
