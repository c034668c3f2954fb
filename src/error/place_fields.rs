//! Reads places from the fields that they are serialised as.

use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

use super::Place;

/// The fields of all kinds of places. Which of them are there says which kind it is.
#[derive(serde::Deserialize)]
struct PlaceFields {
    file: Option<String>,
    line: Option<usize>,
    row: Option<usize>,
    column: Option<Column>,
    path: Option<String>,
    measure: Option<String>,
    target: Option<String>,
    unit: Option<String>,
    window: Option<String>,
}

/// A column of a text, counted from 1, or the name of a column of a table.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Column {
    Number(usize),
    Name(String),
}

impl<'de> Deserialize<'de> for Place {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlaceVisitor)
    }
}

struct PlaceVisitor;

impl<'de> Visitor<'de> for PlaceVisitor {
    type Value = Place;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the fields of a place, or nothing")
    }

    fn visit_unit<E>(self) -> Result<Place, E> {
        Ok(Place::Nowhere)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Place, A::Error> {
        let fields = PlaceFields::deserialize(MapAccessDeserializer::new(fields))?;
        fields.try_into().map_err(A::Error::custom)
    }
}

impl TryFrom<PlaceFields> for Place {
    type Error = &'static str;

    fn try_from(fields: PlaceFields) -> Result<Place, &'static str> {
        let PlaceFields { file, line, row, column, path, measure, target, unit, window } = fields;
        let (number, name) = match column {
            None => (None, None),
            Some(Column::Number(number)) => (Some(number), None),
            Some(Column::Name(name)) => (None, Some(name)),
        };
        let of_text = (file, line, row, number, name);
        Ok(match (of_text, path, (measure, target, unit, window)) {
            ((None, None, None, None, None), None, (None, None, None, None)) => Place::Nowhere,
            ((None, None, None, None, None), Some(path), (None, None, None, None)) => {
                Place::Path { path }
            }
            ((Some(file), None, None, None, None), Some(path), (None, None, None, None)) => {
                Place::Within { file, path }
            }
            ((None, None, None, None, None), None, about) => match about {
                (Some(measure), None, Some(unit), window) => {
                    Place::Figures { measure, unit, window }
                }
                (None, Some(target), Some(unit), Some(window)) => {
                    Place::Judged { target, unit, window }
                }
                _ => return Err(NO_PLACE),
            },
            (of_text, None, (None, None, None, None)) => match of_text {
                (file, Some(line), None, Some(column), None) => Place::Text { file, line, column },
                (Some(file), Some(line), None, None, column) => Place::Cell { file, line, column },
                (Some(file), None, Some(row), None, column) => Place::FileRow { file, row, column },
                (None, None, Some(row), None, column) => Place::Row { row, column },
                (Some(file), None, None, None, Some(column)) => Place::FileColumn { file, column },
                (None, None, None, None, Some(column)) => Place::Column { column },
                (Some(file), None, None, None, None) => Place::File { file },
                _ => return Err(NO_PLACE),
            },
            _ => return Err(NO_PLACE),
        })
    }
}

const NO_PLACE: &str = "these fields are not those of a place";
