//! Views: tables whose columns are the fields of a struct.
//!
//! A row struct declares its columns once. `#[derive(View)]` (in `crates/attain-derive`, which shows an expansion) makes
//! [`View::COLUMNS`] of them: name, type, nullability, documentation and how a row's cell is read. The Arrow schema and
//! arrays ([`arrow::record_batch`](crate::arrow::record_batch)), `Serialize`, `Deserialize` and the tables of `docs/columns.md`
//! follow.
//!
//! ```
//! use attain::views::BudgetRow;
//! use attain::view::{ColumnType, View};
//!
//! let used = BudgetRow::COLUMNS.iter().find(|column| column.name == "used").unwrap();
//! assert_eq!((used.column_type, used.is_nullable), (ColumnType::Float64, false));
//! ```

use std::borrow::Cow;
use std::sync::Arc;

pub(crate) use attain_derive::View;
use chrono::NaiveDate;
use serde::ser::{Serialize, SerializeStruct, Serializer};
use serde::{Deserialize, Deserializer};

/// A struct that is a row of a view.
pub trait View: Sized + 'static {
    /// The name of the view.
    const NAME: &'static str;
    /// The columns, in order.
    const COLUMNS: &'static [Column<Self>];
}

/// A column of rows of `R`.
#[derive(Debug)]
#[non_exhaustive]
pub struct Column<R: 'static> {
    /// Its name.
    pub name: &'static str,
    /// The type of its cells.
    pub column_type: ColumnType,
    /// Whether a cell may be null.
    pub is_nullable: bool,
    /// What it says, in the lines of its declaration.
    pub doc: &'static str,
    /// The texts that may stand in it, in order of meaning, if they are a closed list; else empty.
    pub choices: &'static [&'static str],
    /// A row's cell.
    pub cell: fn(&R) -> Cell<'_>,
}

/// The type of a column's cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ColumnType {
    /// Text that repeats; `Dictionary(Int32, Utf8)` in Arrow. The dictionary of a closed list holds all of its texts in order
    /// of meaning, and is marked as ordered.
    Text,
    /// A float of double precision.
    Float64,
    /// A signed integer.
    Int64,
    /// An unsigned integer of 32 bits.
    UInt32,
    /// True or false.
    Boolean,
    /// A day.
    Date32,
}

/// A cell of a row. The list of kinds is complete: code that converts cells handles each.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'r> {
    /// No value.
    Null,
    /// A text.
    Text(Cow<'r, str>),
    /// A float.
    Float64(f64),
    /// An integer, of a column of the type `Int64` or `UInt32`.
    Int64(i64),
    /// True or false.
    Boolean(bool),
    /// A day.
    Date32(NaiveDate),
}

/// A Rust type whose values are cells of a column.
pub trait CellType {
    /// The type of the column.
    const TYPE: ColumnType;
    /// Whether it may be null.
    const IS_NULLABLE: bool = false;
    /// The texts that its values have, if they are a closed list; else empty.
    const CHOICES: &'static [&'static str] = &[];
    /// The value as a cell.
    fn cell(&self) -> Cell<'_>;
    /// Reads what a cell was serialised as.
    ///
    /// # Errors
    ///
    /// Fails if it is no value of the type; the message lists the choices, if they are a closed list.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>
    where
        Self: Sized;
}

impl<R> Column<R> {
    /// A column of the type that `T` implies.
    pub(crate) const fn new<T: CellType>(
        name: &'static str,
        doc: &'static str,
        cell: fn(&R) -> Cell<'_>,
    ) -> Self {
        let (column_type, is_nullable, choices) = (T::TYPE, T::IS_NULLABLE, T::CHOICES);
        Column { name, column_type, is_nullable, doc, choices, cell }
    }

    /// The same column with another type.
    pub(crate) const fn of_type(self, column_type: ColumnType) -> Self {
        Column { column_type, ..self }
    }
}

/// A row as a struct of its cells; the derived `Serialize` calls it.
pub(crate) fn serialize<R: View, S: Serializer>(row: &R, serializer: S) -> Result<S::Ok, S::Error> {
    let mut fields = serializer.serialize_struct(R::NAME, R::COLUMNS.len())?;
    for column in R::COLUMNS {
        fields.serialize_field(column.name, &(column.cell)(row))?;
    }
    fields.end()
}

/// Reads a cell; the derived `Deserialize` calls it.
pub(crate) fn deserialize<'de, T: CellType, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    T::read(deserializer)
}

/// A value that is read as a cell.
struct ReadCell<T>(T);

impl<'de, T: CellType> Deserialize<'de> for ReadCell<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(ReadCell)
    }
}

impl Serialize for Cell<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Cell::Null => serializer.serialize_none(),
            Cell::Text(text) => serializer.serialize_str(text),
            Cell::Float64(number) => serializer.serialize_f64(*number),
            Cell::Int64(number) => serializer.serialize_i64(*number),
            Cell::Boolean(truth) => serializer.serialize_bool(*truth),
            Cell::Date32(day) => day.serialize(serializer),
        }
    }
}

impl<T: CellType> CellType for Option<T> {
    const TYPE: ColumnType = T::TYPE;
    const IS_NULLABLE: bool = true;
    const CHOICES: &'static [&'static str] = T::CHOICES;
    fn cell(&self) -> Cell<'_> {
        self.as_ref().map_or(Cell::Null, CellType::cell)
    }
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let cell = Option::<ReadCell<T>>::deserialize(deserializer)?;
        Ok(cell.map(|ReadCell(value)| value))
    }
}

/// The cells of types: `type => column type, |value| cell`.
macro_rules! cell_types {
    ($($type:ty => $column:ident, |$value:ident| $cell:expr;)+) => {$(
        impl CellType for $type {
            const TYPE: ColumnType = ColumnType::$column;
            fn cell(&self) -> Cell<'_> {
                let $value = self;
                Cell::$column($cell)
            }
            fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Deserialize::deserialize(deserializer)
            }
        }
    )+};
}

cell_types! {
    String => Text, |text| Cow::Borrowed(text.as_str());
    Arc<str> => Text, |text| Cow::Borrowed(&**text);
    f64 => Float64, |number| *number;
    i64 => Int64, |number| *number;
    u64 => Int64, |count| *count as i64;
    bool => Boolean, |truth| *truth;
    NaiveDate => Date32, |day| *day;
}

/// A list is one text.
impl CellType for Vec<String> {
    const TYPE: ColumnType = ColumnType::Text;
    fn cell(&self) -> Cell<'_> {
        Cell::Text(Cow::Owned(self.join(", ")))
    }
    /// A list is serialised as a list; a view with one has `own_serialize`.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Deserialize::deserialize(deserializer)
    }
}
