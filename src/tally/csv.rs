//! Outcomes from CSV files.
//!
//! A file is read once, row by row, and never held whole. Rows end with a line feed, a carriage return or
//! both; fields are separated by commas and quoted by `"`; the text is UTF-8, with or without a mark.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;

use chrono::NaiveDate;
use csv::ByteRecord;

use super::{Column, Field, Fields, Intake, Layout, Source, Tally, Told, exceeds};
use crate::error::{Error, ErrorKind, Fault, Place, Result};

/// How far the reading of a file has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Bytes read so far.
    pub bytes_read: u64,
    /// Bytes there are to read.
    pub bytes_total: u64,
}

/// What is told of a file's progress; to break off is to leave the tally as it was.
pub(crate) type Watch<'w> = Option<&'w mut dyn FnMut(Progress) -> ControlFlow<()>>;

/// Rows between two reports of progress.
const ROWS_PER_REPORT: usize = 8_192;

/// A row may have so many bytes. A quote that is never closed makes one row of the rest of the file, which
/// might not fit into memory.
const LONGEST_ROW: usize = 1 << 20;

impl Tally {
    /// Lets in the outcomes of a CSV file, all or none. Its columns are those of an outcome table; further
    /// columns are left alone. An empty field is a missing value. Blanks around a field don't count.
    ///
    /// `progress` is called now and then; where it breaks, the reading stops and the tally is as before.
    ///
    /// ```
    /// # let plan = attain::Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// # let path = std::env::temp_dir().join(format!("attain-doc-{}.csv", std::process::id()));
    /// std::fs::write(&path, "unit,period,measure,value\n01,2023,cases,1840\n01,2024,cases,\"1,914\"\n")?;
    /// let error = attain::Tally::new(&plan).read_csv(&path, None).unwrap_err();
    /// # std::fs::remove_file(&path)?;
    /// assert_eq!(error.faults()[0].place.line(), Some(3));
    /// assert_eq!(error.faults()[0].found.as_deref(), Some("`1,914`"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_file`] if the file can't be read; [`Error::is_outcomes`] with every fault of every row and its
    /// line; [`Error::is_request`] if `progress` broke it off. The tally is as before.
    pub fn read_csv(
        &mut self,
        path: impl AsRef<Path>,
        progress: Option<&mut dyn FnMut(Progress) -> ControlFlow<()>>,
    ) -> Result<()> {
        let path = path.as_ref();
        let file = path.display().to_string();
        let opened = File::open(path).and_then(|opened| Ok((opened.metadata()?.len(), opened)));
        let (bytes_total, opened) = opened.map_err(|cause| unreadable(&file, &cause))?;
        let mut intake = Intake::new(self, Source::Lines { file: file.clone() });
        let reading = Reading { file: &file, bytes_total, watch: progress };
        reading.read(opened, &mut intake)?;
        let accepted = intake.finish()?;
        self.let_in(accepted);
        Ok(())
    }
}

/// A file that can't be read at all.
#[cold]
pub(crate) fn unreadable(file: &str, cause: &impl std::fmt::Display) -> Error {
    let place = Place::File { file: file.to_owned() };
    Error::one(ErrorKind::File, Fault::new(place, format!("the file can't be read: {cause}")))
}

/// A reading that was broken off by whoever watches it.
#[cold]
pub(crate) fn broken_off(file: &str) -> Error {
    let place = Place::File { file: file.to_owned() };
    Error::one(ErrorKind::Request, Fault::new(place, "the reading was broken off"))
}

struct Reading<'r, 'w> {
    file: &'r str,
    bytes_total: u64,
    watch: Watch<'w>,
}

impl Reading<'_, '_> {
    fn read(mut self, opened: impl Read, intake: &mut Intake<'_>) -> Result<()> {
        let mut source = BufReader::new(opened);
        let start = source.fill_buf().map_err(|cause| unreadable(self.file, &cause))?;
        // A table begins with a letter; UTF-16 without a mark has a zero byte beside it.
        if let [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..] = start {
            intake.fault(
                Fault::new(
                    Place::File { file: self.file.to_owned() },
                    "the text is in the wrong encoding",
                )
                .found("UTF-16")
                .expected("UTF-8")
                .hint("save the file as UTF-8"),
            );
            return Ok(());
        }
        let mark = "\u{feff}".as_bytes();
        let skipped = if start.starts_with(mark) { mark.len() } else { 0 };
        source.consume(skipped);
        let mut rows = csv::ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .from_reader(LineFeeds::new(source, skipped as u64));
        let mut record = ByteRecord::new();
        if !self.next(&mut rows, &mut record, intake)? {
            intake.fault(
                Fault::new(Place::File { file: self.file.to_owned() }, "the file is empty")
                    .expected("a line with the names of the columns, and the rows below it"),
            );
            return Ok(());
        }
        let Some(header) = self.header(&record, first_line(&rows, &record), intake) else {
            return Ok(());
        };
        let width = record.len();
        let mut since_report = 0;
        while self.next(&mut rows, &mut record, intake)? {
            let line = first_line(&rows, &record);
            if record.len() != width {
                self.refuse_width(&record, line, width, intake);
            } else if let Some(column) =
                record.iter().position(|field| std::str::from_utf8(field).is_err())
            {
                self.refuse_encoding(line, header.names.get(column), intake);
                return Ok(());
            } else {
                let fields = read_fields(&record, &header.layout, line, intake);
                intake.fields(line, &fields);
            }
            since_report += 1;
            if since_report == ROWS_PER_REPORT {
                since_report = 0;
                self.report(rows.get_ref().bytes_read)?;
            }
        }
        self.report(rows.get_ref().bytes_read)
    }

    /// Reads the next row; false at the end, and where the file can't be read on.
    fn next<R: Read>(
        &self,
        rows: &mut csv::Reader<LineFeeds<R>>,
        record: &mut ByteRecord,
        intake: &mut Intake<'_>,
    ) -> Result<bool> {
        rows.get_mut().of_this_row = 0;
        match rows.read_byte_record(record) {
            Ok(true) if ends_within_quotes(rows, record) => {
                let after = rows.position().line() as usize;
                self.refuse_open_quote(after.saturating_sub(line_feeds(record)), intake);
                Ok(false)
            }
            Ok(more) => Ok(more),
            Err(_) if rows.get_ref().of_this_row > LONGEST_ROW => {
                let before = record.position().map_or(1, |position| position.line() as usize);
                self.refuse_open_quote(before, intake);
                Ok(false)
            }
            Err(cause) => Err(unreadable(self.file, &cause)),
        }
    }

    /// A quote that is never closed makes one row of the rest of the file.
    fn refuse_open_quote(&self, line: usize, intake: &mut Intake<'_>) {
        let place = Place::Cell { file: self.file.to_owned(), line, column: None };
        intake.fault(
            Fault::new(place, "the row that begins here does not end")
                .found("a quote that isn't closed")
                .expected("quotes in pairs")
                .hint("nothing below this line was read"),
        );
    }

    fn header(&self, record: &ByteRecord, line: usize, intake: &mut Intake<'_>) -> Option<Header> {
        let names: Option<Vec<String>> = record
            .iter()
            .map(|field| std::str::from_utf8(field).ok().map(|name| name.trim().to_owned()))
            .collect();
        let Some(names) = names else {
            self.refuse_encoding(line, None, intake);
            return None;
        };
        if let [name] = &names[..]
            && let Some((mark, noun)) = [(';', "semicolons"), ('\t', "tabs")]
                .into_iter()
                .find(|(mark, _)| name.contains(*mark))
        {
            let place = Place::Cell { file: self.file.to_owned(), line, column: None };
            intake.fault(
                Fault::new(place, "the columns are not separated by commas")
                    .found(format!(
                        "{noun}: {}",
                        name.replace(mark, &mark.escape_debug().to_string())
                    ))
                    .expected("commas")
                    .hint("save the file as CSV with commas; numbers then need a decimal point"),
            );
            return None;
        }
        let headers: Vec<&str> = names.iter().map(String::as_str).collect();
        let layout = Layout::of(&headers, intake);
        intake.is_sound().then_some(Header { layout, names })
    }

    fn refuse_width(
        &self,
        record: &ByteRecord,
        line: usize,
        width: usize,
        intake: &mut Intake<'_>,
    ) {
        let place = Place::Cell { file: self.file.to_owned(), line, column: None };
        let hint = if record.as_slice().contains(&b'\n') {
            "the row goes over several lines: is there a quote that isn't closed?"
        } else {
            "a text with a comma in it needs quotes"
        };
        intake.fault(
            Fault::new(place, "this row has another number of fields than the header")
                .found(record.len())
                .expected(width.to_string())
                .hint(hint),
        );
    }

    fn refuse_encoding(&self, line: usize, column: Option<&String>, intake: &mut Intake<'_>) {
        let place = Place::Cell { file: self.file.to_owned(), line, column: column.cloned() };
        intake.fault(
            Fault::new(place, "the text is in the wrong encoding")
                .expected("UTF-8")
                .hint("save the file as UTF-8; nothing below this line was read"),
        );
    }

    fn report(&mut self, bytes_read: u64) -> Result<()> {
        let Some(watch) = &mut self.watch else { return Ok(()) };
        // A file that grows while it is read has no more bytes than it had.
        let bytes_read = bytes_read.min(self.bytes_total);
        match watch(Progress { bytes_read, bytes_total: self.bytes_total }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(broken_off(self.file)),
        }
    }
}

struct Header {
    layout: Layout,
    names: Vec<String>,
}

/// The line a row just read begins on. Blank lines before it have been skipped, so it is counted from its end.
fn first_line<R: Read>(rows: &csv::Reader<LineFeeds<R>>, record: &ByteRecord) -> usize {
    (rows.position().line() as usize).saturating_sub(1 + line_feeds(record))
}

fn line_feeds(record: &ByteRecord) -> usize {
    record.as_slice().iter().filter(|byte| **byte == b'\n').count()
}

/// Whether the text ended within the quotes of the row just read. Its last field then took the last line feed
/// for its own, and no quote stands between that and the end.
fn ends_within_quotes<R: Read>(rows: &csv::Reader<LineFeeds<R>>, record: &ByteRecord) -> bool {
    let source = rows.get_ref();
    rows.position().byte() == source.bytes_given
        && record.as_slice().ends_with(b"\n")
        && source.last_given != *b"\n\"\n"
}

fn read_fields<'a>(
    record: &'a ByteRecord,
    layout: &Layout,
    line: usize,
    intake: &mut Intake<'_>,
) -> Fields<'a> {
    let text = |column: Column| -> Option<&'a str> {
        let text = std::str::from_utf8(record.get(layout.at(column)?)?).ok()?.trim();
        (!text.is_empty()).then_some(text)
    };
    let mut day = |column: Column| -> Field<NaiveDate> {
        match text(column).map(|text| (text, crate::calendar::date(text))) {
            None => Ok(None),
            Some((_, Some(day))) => Ok(Some(day)),
            Some((text, None)) => Err(intake.no_day(line, column, text)),
        }
    };
    let (date, start, end) = (day(Column::Date), day(Column::Start), day(Column::End));
    let recorded_at = day(Column::RecordedAt);
    let value = match text(Column::Value) {
        None => Ok(None),
        Some(text) => number(text, line, intake).map(Some),
    };
    Fields {
        unit: Ok(text(Column::Unit)),
        date,
        start,
        end,
        period: Ok(text(Column::Period)),
        measure: Ok(text(Column::Measure)),
        value,
        status: Ok(text(Column::Status)),
        recorded_at,
    }
}

fn number(text: &str, line: usize, intake: &mut Intake<'_>) -> Result<f64, Told> {
    let is_written_out = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E'));
    match text.parse::<f64>() {
        Ok(value) if is_written_out => {
            if value.is_infinite() || exceeds(text, value) {
                intake.too_large(line, text);
                return Err(Told);
            }
            Ok(value)
        }
        Ok(_) | Err(_) => {
            let place = intake.place(line, Column::Value.name());
            let mut fault = Fault::new(place, "this is no number")
                .found(format!("`{text}`"))
                .expected("a number such as 1840 or 96.4");
            if let Some(hint) = number_hint(text) {
                fault = fault.hint(hint);
            }
            intake.fault(fault);
            Err(Told)
        }
    }
}

/// What a text that is no number may be meant to be.
fn number_hint(text: &str) -> Option<String> {
    const MISSING: [&str; 13] = [
        "na", "n/a", "#n/a", "nan", "null", "none", "nil", "inf", "+inf", "-inf", "infinity", "-",
        "…",
    ];
    if MISSING.contains(&text.to_lowercase().as_str()) {
        return Some("leave a missing value empty, and say why in `status`".into());
    }
    if let Some(number) = text.strip_suffix('%')
        && number.trim().parse::<f64>().is_ok()
    {
        return Some(format!("write {}, without the sign", number.trim()));
    }
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    for mark in [',', '.', ' ', '\u{a0}', '\u{202f}', '\'', '’', '_'] {
        let mut groups = unsigned.split(mark);
        let first = groups.next().unwrap_or_default();
        let groups: Vec<&str> = groups.collect();
        let (last, inner) = match groups.split_last() {
            Some((last, inner)) => (*last, inner),
            None => continue,
        };
        // The last group may carry decimals behind the other mark.
        let whole = last.split([',', '.']).next().unwrap_or_default();
        let are_thousands = digits(first)
            && first.len() <= 3
            && inner.iter().chain([&whole]).all(|group| digits(group) && group.len() == 3);
        if are_thousands {
            return Some(match mark {
                ',' if inner.is_empty() && whole == last => format!(
                    "write {} without a mark between thousands, or {} if it is a decimal comma",
                    text.replace(',', ""),
                    text.replace(',', ".")
                ),
                _ => format!("write {} without marks between thousands", mended(text, mark)),
            });
        }
    }
    if let Some((whole, decimals)) = unsigned.split_once(',')
        && (digits(whole) || whole.is_empty())
        && digits(decimals)
    {
        return Some(format!("write {}, with a decimal point", text.replace(',', ".")));
    }
    None
}

/// A number without the marks between its thousands, and with a decimal point.
fn mended(text: &str, mark: char) -> String {
    text.replace(mark, "").replace(',', ".")
}

/// Text whose lines all end with a line feed, whatever ended them in the file; and the count of its bytes.
struct LineFeeds<R> {
    source: R,
    bytes_read: u64,
    bytes_given: u64,
    last_given: [u8; 3],
    /// How many bytes were read since this was last set to 0.
    of_this_row: usize,
    after_carriage_return: bool,
}

impl<R> LineFeeds<R> {
    fn new(source: R, bytes_read: u64) -> Self {
        LineFeeds {
            source,
            bytes_read,
            bytes_given: 0,
            last_given: [b'\n'; 3],
            of_this_row: 0,
            after_carriage_return: false,
        }
    }

    /// Makes line ends line feeds, in place; says how many bytes are left.
    fn mend(&mut self, bytes: &mut [u8]) -> usize {
        if !self.after_carriage_return && !bytes.contains(&b'\r') {
            return bytes.len();
        }
        let mut kept = 0;
        for at in 0..bytes.len() {
            let byte = bytes[at];
            let is_second_half = self.after_carriage_return && byte == b'\n';
            self.after_carriage_return = byte == b'\r';
            if !is_second_half {
                bytes[kept] = if byte == b'\r' { b'\n' } else { byte };
                kept += 1;
            }
        }
        kept
    }

    fn give(&mut self, bytes: &[u8]) -> usize {
        for byte in &bytes[bytes.len().saturating_sub(3)..] {
            self.last_given.rotate_left(1);
            self.last_given[2] = *byte;
        }
        self.bytes_given += bytes.len() as u64;
        bytes.len()
    }
}

impl<R: Read> Read for LineFeeds<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.of_this_row > LONGEST_ROW {
            return Err(io::Error::other("a row is too long"));
        }
        loop {
            let read = self.source.read(buffer)?;
            if read == 0 {
                if self.last_given[2] == b'\n' {
                    return Ok(0);
                }
                buffer[0] = b'\n';
                return Ok(self.give(&buffer[..1]));
            }
            self.bytes_read += read as u64;
            self.of_this_row += read;
            let kept = self.mend(&mut buffer[..read]);
            if kept > 0 {
                return Ok(self.give(&buffer[..kept]));
            }
        }
    }
}
