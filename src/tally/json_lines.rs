//! Outcomes from lines of JSON: one object a line, whose keys are the columns.

use std::fmt;
use std::io::{BufRead, BufReader, Read};

use csv::StringRecord;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::csv::FileLayout;
use super::input::{Input, PathColumn, unreadable};
use super::{Accepted, Column, Intake, Source, TableColumns, Tally};
use crate::error::{Fault, FaultCode, Place, Result};

/// A line may have this number of bytes: a file without line ends might not fit into memory.
const LONGEST_LINE: u64 = 1 << 20;

/// The key under which an outcome keeps its categories as an object.
const STRATA: &str = "strata";

impl Tally {
    /// Checks the outcomes of lines of JSON without adding them.
    pub(crate) fn check_json_lines(
        &self,
        mut input: Input<'_, '_>,
        columns: &TableColumns,
    ) -> Result<Accepted> {
        let file = input.name();
        let mut intake = Intake::new(self, Source::Lines { file: file.clone(), header: 1 });
        let mut lines =
            Lines { from: BufReader::new(input.take_text()), number: 0, text: Vec::new() };
        read(&mut lines, &mut input, &file, columns, &mut intake)?;
        intake.finish()
    }
}

fn read(
    lines: &mut Lines<impl Read>,
    input: &mut Input<'_, '_>,
    file: &str,
    columns: &TableColumns,
    intake: &mut Intake<'_>,
) -> Result<()> {
    let path = input.path;
    let unreadable = |cause| unreadable(path, cause);
    let first = loop {
        match lines.next().map_err(unreadable)? {
            Some(Ok((number, object))) => break (number, object),
            Some(Err((number, problem))) => {
                intake.fault(problem.fault(file, number));
                if problem.ends_the_reading() {
                    return Ok(());
                }
            }
            // Without a single object there are faults, or nothing.
            None if !intake.is_sound() => return Ok(()),
            None => {
                let place = Place::File { file: file.to_owned() };
                let fault = Fault::new(FaultCode::EmptyInput, place, "the file is empty");
                intake.fault(fault.expected("an object on each line, such as {\"unit\": …}"));
                return Ok(());
            }
        }
    };
    let keys: Vec<String> = first.1.0.iter().map(|(key, _)| key.clone()).collect();
    let added = input.added_columns(&keys);
    let headers = headers(keys, &added, columns, intake);
    intake.header_stands_on(first.0);
    if !columns.are_usual() {
        intake.name_columns(columns.names_in_faults());
    }
    let Some(layout) = FileLayout::of(columns, &headers, intake) else { return Ok(()) };
    let mut next: Option<Line> = Some(Ok(first));
    while let Some(line) = next {
        match line {
            Ok((number, object)) => match record(object, &headers, &added) {
                Ok(record) => layout.read(&record, number, intake),
                Err(key) => intake.fault(unknown_key(file, number, &key, &headers)),
            },
            Err((number, problem)) => {
                intake.fault(problem.fault(file, number));
                if problem.ends_the_reading() {
                    return Ok(());
                }
            }
        }
        if intake.is_full() {
            return Ok(());
        }
        input.count_row()?;
        next = lines.next().map_err(unreadable)?;
    }
    input.report()
}

/// The columns: the keys of the first object, those of its path, and, unless the caller named columns, all that an
/// outcome may have.
fn headers(
    keys: Vec<String>,
    added: &[&PathColumn],
    columns: &TableColumns,
    intake: &Intake<'_>,
) -> Vec<String> {
    let mut headers = keys;
    headers.extend(added.iter().map(|column| column.name.clone()));
    if columns.are_usual() {
        let usual = Column::ALL.iter().map(|column| column.name());
        let strata = intake.plan().strata().iter().map(|stratum| stratum.id.as_str());
        for name in usual.chain(strata) {
            if !headers.iter().any(|header| header == name) {
                headers.push(name.to_owned());
            }
        }
    }
    headers
}

/// An object as the fields of a row; fails with a key that is no column.
fn record(
    object: Object,
    headers: &[String],
    added: &[&PathColumn],
) -> Result<StringRecord, String> {
    let mut fields: Vec<String> = vec![String::new(); headers.len()];
    for (key, value) in object.0 {
        match headers.iter().position(|header| *header == key) {
            Some(at) => fields[at] = text_of(value),
            None => return Err(key),
        }
    }
    for column in added {
        let at = headers.iter().position(|header| *header == column.name);
        if let (Some(at), Some(value)) = (at, &column.value) {
            fields[at].clone_from(value);
        }
    }
    Ok(StringRecord::from(fields))
}

/// A value as the text that CSV has in its place.
fn text_of(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        // Where such a column is read, its text is refused.
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

#[cold]
fn unknown_key(file: &str, line: usize, key: &str, headers: &[String]) -> Fault {
    let place = Place::Cell { file: file.to_owned(), line, column: Some(key.to_owned()) };
    Fault::new(FaultCode::UnknownKey, place, "the first line has no such key")
        .expected("the keys of the first line, or fewer")
        .near_miss(key, headers.iter().map(String::as_str))
}

/// What is wrong with a line.
enum Problem {
    TooLong,
    NoText,
    NoObject(serde_json::Error),
}

impl Problem {
    /// Whether the lines behind can't be read.
    fn ends_the_reading(&self) -> bool {
        match self {
            Problem::TooLong => true,
            Problem::NoText | Problem::NoObject(_) => false,
        }
    }

    #[cold]
    fn fault(&self, file: &str, line: usize) -> Fault {
        let place = Place::Cell { file: file.to_owned(), line, column: None };
        match self {
            Problem::TooLong => {
                Fault::new(FaultCode::LimitExceeded, place, "this line is too long")
                    .found(format!("more than {LONGEST_LINE} bytes"))
                    .expected("an object on each line")
                    .hint("nothing below this line was read")
            }
            Problem::NoText => {
                Fault::new(FaultCode::WrongEncoding, place, "the text is in the wrong encoding")
                    .expected("UTF-8")
                    .hint("save the file as UTF-8")
            }
            Problem::NoObject(cause) => {
                let cause = cause.to_string();
                // The place of the fault names the line.
                let found = cause.split(" at line ").next().unwrap_or(&cause).to_owned();
                Fault::new(FaultCode::InvalidSyntax, place, "this line is no object of JSON")
                    .found(found)
                    .expected("an object on each line, such as {\"unit\": …}")
            }
        }
    }
}

/// An object or what is wrong with it, each with the number of its line.
type Line = std::result::Result<(usize, Object), (usize, Problem)>;

/// The lines of a text that are not blank.
struct Lines<R> {
    from: BufReader<R>,
    number: usize,
    text: Vec<u8>,
}

impl<R: Read> Lines<R> {
    /// The next object with the number of its line, or what is wrong with the line.
    fn next(&mut self) -> std::io::Result<Option<Line>> {
        loop {
            self.text.clear();
            let read = (&mut self.from).take(LONGEST_LINE + 1).read_until(b'\n', &mut self.text)?;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            if read as u64 > LONGEST_LINE {
                return Ok(Some(Err((self.number, Problem::TooLong))));
            }
            let Ok(text) = std::str::from_utf8(&self.text) else {
                return Ok(Some(Err((self.number, Problem::NoText))));
            };
            let text = if self.number == 1 { text.trim_start_matches('\u{feff}') } else { text };
            if text.trim().is_empty() {
                continue;
            }
            let object = serde_json::from_str::<Object>(text);
            let numbered = object.map(|object| (self.number, object));
            return Ok(Some(numbered.map_err(|cause| (self.number, Problem::NoObject(cause)))));
        }
    }
}

/// The keys of an object and their values; no key stands twice. Categories under `strata` stand among the others.
struct Object(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(from: D) -> std::result::Result<Self, D::Error> {
        struct Keys;

        impl<'de> Visitor<'de> for Keys {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(
                self,
                mut map: A,
            ) -> std::result::Result<Object, A::Error> {
                let mut pairs: Vec<(String, Value)> = Vec::new();
                let mut push = |key: String, value: Value| {
                    if pairs.iter().any(|(other, _)| *other == key) {
                        return Err(de::Error::custom(format_args!("the key `{key}` twice")));
                    }
                    pairs.push((key, value));
                    Ok(())
                };
                while let Some(key) = map.next_key::<String>()? {
                    if key == STRATA {
                        let Object(categories) = map.next_value()?;
                        for (stratum, category) in categories {
                            push(stratum, category)?;
                        }
                    } else {
                        push(key, map.next_value()?)?;
                    }
                }
                Ok(Object(pairs))
            }
        }

        from.deserialize_map(Keys)
    }
}
