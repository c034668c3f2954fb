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
use pyo3::types::PyString;

use super::super::error::refused_by_stats;
use super::column::{NoChunks, broken, chunks};
use crate::arrow::unreadable_text;
use crate::error::{Fault, FaultCode, Place};

/// A missing key is a group's name like any other.
const MISSING: &str = "None";

/// Rows by their group, groups in the order of their first rows and rows in theirs.
pub(super) struct Groups {
    /// The groups' names; `None` without `by`, when all rows are one group.
    names: Option<Vec<String>>,
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

    fn of(codes: &[u32], names: Vec<String>) -> Self {
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
        Some(("by", Arc::new(StringArray::from_iter_values(names))))
    }

    /// The groups' names, each repeated `times` times: for a table with that number of rows per group.
    pub(super) fn repeated(&self, times: usize) -> ArrayRef {
        let names = self.names.iter().flatten();
        let repeated = names.flat_map(|name| std::iter::repeat_n(Some(name), times));
        Arc::new(repeated.collect::<StringArray>())
    }

    /// The first column of a table with a row for each arranged value, if there are groups.
    pub(super) fn column_of_rows(&self) -> Option<(&'static str, ArrayRef)> {
        let names = self.names.as_ref()?;
        let of_rows = names.iter().zip(self.ranges());
        let of_rows = of_rows.flat_map(|(name, rows)| std::iter::repeat_n(Some(name), rows.len()));
        Some(("by", Arc::new(of_rows.collect::<StringArray>())))
    }
}

/// The group of each row, as a number, and the groups' names.
#[derive(Default)]
struct Keys {
    codes: Vec<u32>,
    names: Vec<String>,
}

impl Keys {
    fn read(by: &Bound<'_, PyAny>) -> PyResult<Self> {
        let kind = by.get_type();
        if kind.hasattr("__arrow_c_stream__")? || kind.hasattr("__arrow_c_array__")? {
            // What Arrow has no type for, such as a series of mixed objects, can still be gone through.
            match chunks(by)? {
                Ok(chunks) => {
                    refuse_unreadable(chunks.chunks())?;
                    if let Some(keys) = Keys::of_arrays(chunks.chunks()) {
                        return Ok(keys);
                    }
                }
                Err(NoChunks::Broken(why)) => {
                    return Err(broken(Place::Column { column: "by".to_owned() }, &why));
                }
                Err(NoChunks::Raised(_)) => {}
            }
        }
        if let Some(keys) = Keys::of_buffer::<i64>(by).or_else(|| Keys::of_buffer::<i32>(by)) {
            return keys;
        }
        let (mut keys, mut codes) = (Keys::default(), HashMap::new());
        for key in by.try_iter()? {
            let key = key?;
            match key.cast_exact::<PyString>() {
                Ok(text) => keys.add_text(&mut codes, &text.to_cow()?),
                Err(_) => keys.add_text(&mut codes, &key.str()?.to_cow()?),
            }
        }
        Ok(keys)
    }

    /// Adds a text that does not last. As any text, it is most often the one before.
    fn add_text(&mut self, codes: &mut HashMap<String, u32>, text: &str) {
        let last = self.codes.last().filter(|&&code| self.names[code as usize] == text);
        let code = last.or_else(|| codes.get(text)).copied().unwrap_or_else(|| {
            let code = next_code(&self.names);
            codes.insert(text.to_owned(), code);
            self.names.push(text.to_owned());
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
        Some(values.map(|values| Keys::of(values.into_iter(), |key| key.to_string())))
    }

    /// `None` where the type is read quicker, or at all, by going through the Python objects.
    fn of_arrays(chunks: &[ArrayRef]) -> Option<Self> {
        fn whole<T>(chunks: &[ArrayRef]) -> Option<Keys>
        where
            T: ArrowPrimitiveType,
            T::Native: Eq + Hash + ToString,
        {
            let keys = chunks.iter().flat_map(|chunk| chunk.as_primitive::<T>());
            Some(Keys::of(keys, |key| key.map_or(MISSING.to_owned(), |key| key.to_string())))
        }
        fn texts<'a>(keys: impl Iterator<Item = Option<&'a str>>) -> Option<Keys> {
            Some(Keys::of(keys.map(|key| key.unwrap_or(MISSING)), str::to_owned))
        }
        match chunks.first()?.data_type() {
            DataType::Utf8 => texts(chunks.iter().flat_map(|chunk| chunk.as_string::<i32>())),
            DataType::LargeUtf8 => texts(chunks.iter().flat_map(|chunk| chunk.as_string::<i64>())),
            DataType::Utf8View => texts(chunks.iter().flat_map(|chunk| chunk.as_string_view())),
            DataType::Int64 => whole::<Int64Type>(chunks),
            DataType::Int32 => whole::<Int32Type>(chunks),
            DataType::UInt32 => whole::<UInt32Type>(chunks),
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
                texts(keys.into_iter().map(Some))
            }
            _ => None,
        }
    }

    /// Numbers the keys as they come.
    fn of<K: Copy + Eq + Hash>(keys: impl Iterator<Item = K>, name: impl Fn(K) -> String) -> Self {
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

/// Refuses texts that nobody has validated and that can't be read.
fn refuse_unreadable(chunks: &[ArrayRef]) -> PyResult<()> {
    let mut before = 0;
    for chunk in chunks {
        if let Some((row, why)) = unreadable_text(chunk.as_ref()) {
            let place = match row {
                Some(row) => Place::row(before + row, "by"),
                None => Place::Column { column: "by".to_owned() },
            };
            return Err(broken(place, &why));
        }
        before += chunk.len();
    }
    Ok(())
}

/// There is not room in memory for more names than a `u32` counts.
fn next_code(names: &[String]) -> u32 {
    names.len() as u32
}

/// The texts of a dictionary's codes; `None` if its values are not texts.
fn add_dictionary<'a, T>(chunk: &'a ArrayRef, keys: &mut Vec<&'a str>) -> Option<()>
where
    T: arrow_array::types::ArrowDictionaryKeyType,
    T::Native: AsPrimitive<usize>,
{
    let dictionary = chunk.as_dictionary_opt::<T>()?;
    let values = dictionary.values();
    let texts: Vec<&str> = match values.data_type() {
        DataType::Utf8 => {
            values.as_string::<i32>().iter().map(|text| text.unwrap_or(MISSING)).collect()
        }
        DataType::LargeUtf8 => {
            values.as_string::<i64>().iter().map(|text| text.unwrap_or(MISSING)).collect()
        }
        DataType::Utf8View => {
            values.as_string_view().iter().map(|text| text.unwrap_or(MISSING)).collect()
        }
        _ => return None,
    };
    keys.extend(
        dictionary
            .keys()
            .iter()
            .map(|code| code.and_then(|code| texts.get(code.as_()).copied()).unwrap_or(MISSING)),
    );
    Some(())
}
