//! A plan given as Python objects: dicts, lists and plain values become the tree of
//! [`plan::document`](attain::plan::document), which is read like that of a file.
//!
//! A place in such a plan has no line; it is the path of keys that leads there.

use std::collections::HashMap;

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{
    PyBool, PyDate, PyDateTime, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple, PyType,
};

use super::error::exception_of;
use attain::error::{Error, ErrorKind, Fault, FaultCode, Faults, Place};
use attain::plan::document::{Budget, DEPTH_LIMIT, Entry, Node, Value, too_deep};

/// The tree of a plan, or every value in it that no plan can hold.
pub(super) fn read(plan: &Bound<'_, PyAny>) -> PyResult<Node> {
    let mut reader = Reader::default();
    let node = reader.node(plan)?;
    if reader.faults.is_empty() {
        Ok(node)
    } else {
        Err(exception_of(Error::of(ErrorKind::Plan, reader.faults)))
    }
}

#[derive(Default)]
struct Reader {
    /// Keys and indices from the root to the value that is being read.
    path: Vec<String>,
    faults: Faults,
    /// The lists and dicts that have been read. They are held, so that no other one takes the address of one.
    read: HashMap<usize, Py<PyAny>>,
    /// Whether each list and dict around the current value is read for the first time.
    around: Vec<bool>,
    /// How many of them are not.
    repeated: usize,
    budget: Budget,
    /// Whether what is repeated has used up the budget: then the rest is not read.
    is_spent: bool,
}

impl Reader {
    fn place(&self) -> Place {
        if self.path.is_empty() {
            Place::Nowhere
        } else {
            Place::Path { path: self.path.join(".") }
        }
    }

    /// Notes a fault at the current place, and stands in for the value so that reading goes on.
    fn refuse(
        &mut self,
        code: FaultCode,
        complete: impl FnOnce(Fault) -> Fault,
        message: &str,
    ) -> Value {
        let fault = complete(Fault::new(code, self.place(), message));
        self.faults.push(fault);
        Value::Null
    }

    /// An `Err` is an exception of the caller's own objects; what the plan may not hold is a fault.
    fn node(&mut self, value: &Bound<'_, PyAny>) -> PyResult<Node> {
        let place = self.place();
        if self.is_spent {
            return Ok(Node { place, value: Value::Null });
        }
        let value = if let Ok(mapping) = value.cast::<PyMapping>() {
            self.enter(value);
            let map = self.map(mapping);
            self.leave();
            map?
        } else if let Some(items) = sequence(value) {
            self.enter(value);
            let list = self.list(items);
            self.leave();
            list?
        } else {
            self.scalar(value)?
        };
        if self.repeated > 0 {
            let bytes = match &value {
                Value::Text(text) | Value::Number(text) => text.len(),
                Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => 0,
            };
            self.spend(1, bytes);
        }
        Ok(Node { place, value })
    }

    /// Notes that a list or dict is read, which may be there several times.
    fn enter(&mut self, container: &Bound<'_, PyAny>) {
        let address = container.as_ptr() as usize;
        let is_new = self.read.insert(address, container.clone().unbind()).is_none();
        self.around.push(is_new);
        self.repeated += usize::from(!is_new);
    }

    fn leave(&mut self) {
        self.repeated -= usize::from(self.around.pop() == Some(false));
    }

    /// Counts a copy of a value.
    fn spend(&mut self, values: usize, bytes: usize) {
        if !self.budget.spend(values, bytes) && !self.is_spent {
            self.is_spent = true;
            let fault =
                Budget::exceeded(self.place(), "lists and dicts that stand in several places");
            self.faults
                .push(fault.hint("make the plan of lists and dicts that each stand in one place"));
        }
    }

    fn map(&mut self, mapping: &Bound<'_, PyMapping>) -> PyResult<Value> {
        if self.path.len() >= DEPTH_LIMIT {
            return Ok(self.too_deep());
        }
        let mut entries = Vec::with_capacity(mapping.len()?);
        for item in mapping.items()?.iter() {
            let (key, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = item.extract()?;
            if self.is_spent {
                break;
            }
            let Some(key) = self.key(&key)? else { continue };
            if self.repeated > 0 {
                self.spend(0, key.len());
            }
            self.path.push(key.clone());
            entries.push(Entry { place: self.place(), key, value: self.node(&value)? });
            self.path.pop();
        }
        Ok(Value::Map(entries))
    }

    fn key(&mut self, key: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
        if let Some(text) = key.cast::<PyString>().ok().and_then(|text| text.to_str().ok()) {
            return Ok(Some(text.to_owned()));
        }
        let found = key.repr()?.to_string_lossy().into_owned();
        self.refuse(
            FaultCode::NotAText,
            |fault| fault.found(&found).hint(format!("write it as a text: \"{found}\"")),
            "a key is no text",
        );
        Ok(None)
    }

    fn list<'py>(&mut self, items: impl Iterator<Item = Bound<'py, PyAny>>) -> PyResult<Value> {
        if self.path.len() >= DEPTH_LIMIT {
            return Ok(self.too_deep());
        }
        let mut nodes = Vec::new();
        for (index, item) in items.enumerate() {
            if self.is_spent {
                break;
            }
            self.path.push(index.to_string());
            nodes.push(self.node(&item)?);
            self.path.pop();
        }
        Ok(Value::List(nodes))
    }

    /// Lists and maps beyond the limit are not looked into: a dict may hold itself.
    #[cold]
    fn too_deep(&mut self) -> Value {
        let fault = too_deep(self.place()).hint("does a list or dict hold itself?");
        self.faults.push(fault);
        Value::Null
    }

    fn scalar(&mut self, value: &Bound<'_, PyAny>) -> PyResult<Value> {
        if value.is_none() || (self.is_in_unit() && is_missing(value)?) {
            return Ok(Value::Null);
        }
        // Before the integers: to Python, a bool is one.
        if let Ok(flag) = value.cast::<PyBool>() {
            return Ok(Value::Bool(flag.is_true()));
        }
        if let Ok(text) = value.cast::<PyString>() {
            return Ok(match text.to_str() {
                Ok(text) => Value::Text(text.to_owned()),
                Err(_) => self.refuse(
                    FaultCode::WrongEncoding,
                    |fault| fault.found(text.to_string_lossy()),
                    "the text holds half a character (a lone surrogate)",
                ),
            });
        }
        if value.is_instance_of::<PyFloat>() || is_decimal(value)? {
            return self.number_with_fraction(value);
        }
        // Before the dates: to Python, a datetime is one.
        if value.is_instance_of::<PyDateTime>() {
            let found = value.str()?;
            return Ok(self.refuse(
                FaultCode::NotADate,
                |fault| fault.found(found).expected("a date").hint("take its day with `.date()`"),
                "a moment stands where a day is wanted",
            ));
        }
        if value.is_instance_of::<PyDate>() {
            return Ok(Value::Text(value.call_method0("isoformat")?.extract()?));
        }
        if let Some(number) = whole_number(value)? {
            return Ok(Value::Number(number));
        }
        self.unknown(value)
    }

    /// Whether the value is part of a unit: units may be the rows of a dataframe, and all they have are texts and days.
    fn is_in_unit(&self) -> bool {
        self.path.len() > 2 && self.path[..2] == ["units", "list"]
    }

    /// The shortest decimal that is the float, which is what its author wrote; a `Decimal` as it is.
    fn number_with_fraction(&mut self, value: &Bound<'_, PyAny>) -> PyResult<Value> {
        // The class's own `__repr__`, for a subclass may show itself otherwise: `np.float64(0.1)`.
        let text = match value.cast::<PyFloat>() {
            Ok(float) => float.py().get_type::<PyFloat>().call_method1("__repr__", (float,))?,
            Err(_) => value.str()?.into_any(),
        };
        let text: String = text.extract()?;
        // `nan`, `inf`, `Infinity`, `sNaN`: whatever is not finite ends in a letter.
        Ok(if text.ends_with(|last: char| last.is_ascii_digit()) {
            Value::Number(text)
        } else {
            self.refuse(
                FaultCode::NotANumber,
                |fault| fault.found(text).expected("a number"),
                "this is no finite number",
            )
        })
    }

    fn unknown(&mut self, value: &Bound<'_, PyAny>) -> PyResult<Value> {
        let kind = value.get_type();
        let found = kind.fully_qualified_name()?;
        let hint = if value.hasattr("tolist")? {
            Some("make plain values of it with `.tolist()`")
        } else if value.hasattr("__iter__")? {
            Some("make a list of it with `list(…)`")
        } else {
            None
        };
        Ok(self.refuse(
            FaultCode::WrongType,
            |fault| {
                let fault = fault
                    .found(found)
                    .expected("a dict, a list, a text, a number, a date, True, False or None");
                match hint {
                    Some(hint) => fault.hint(hint),
                    None => fault,
                }
            },
            "a plan can't hold such a value",
        ))
    }
}

/// The items of a list or tuple; other sequences (a text among them) are not lists to a plan.
fn sequence<'py>(
    value: &Bound<'py, PyAny>,
) -> Option<Box<dyn Iterator<Item = Bound<'py, PyAny>> + 'py>> {
    if let Ok(list) = value.cast::<PyList>() {
        Some(Box::new(list.clone().into_iter()))
    } else if let Ok(tuple) = value.cast::<PyTuple>() {
        Some(Box::new(tuple.clone().into_iter()))
    } else {
        None
    }
}

/// Whether the value is what dataframes have in place of a missing one: NaN and `NaT`, which do not equal themselves, or
/// `pandas.NA`.
fn is_missing(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    if value.is_instance_of::<PyFloat>() || value.is_instance_of::<PyDateTime>() {
        return value.ne(value);
    }
    // Versions of pandas have it in different modules.
    Ok(value.get_type().name()? == "NAType")
}

fn is_decimal(value: &Bound<'_, PyAny>) -> PyResult<bool> {
    static DECIMAL: PyOnceLock<Py<PyType>> = PyOnceLock::new();
    value.is_instance(DECIMAL.import(value.py(), "decimal", "Decimal")?)
}

/// The digits of an int, or of what stands for one (`__index__`: NumPy's integers, an `IntEnum`).
fn whole_number(value: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    let py = value.py();
    let index = match py.import("operator")?.call_method1("index", (value,)) {
        Ok(index) => index,
        // Arrays have `__index__` too and raise: no integer, whatever the reason.
        Err(error) if error.is_instance_of::<PyException>(py) => return Ok(None),
        Err(error) => return Err(error),
    };
    py.get_type::<PyInt>().call_method1("__repr__", (index,))?.extract().map(Some)
}
