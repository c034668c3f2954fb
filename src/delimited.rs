//! Rows of texts separated by commas: what the unit table beside a plan and the files of outcomes have in common.
//!
//! A text is read once, row by row, and never held whole. Rows end with a line feed, a carriage return or both; fields
//! are separated by commas and quoted by `"`; the text is UTF-8, with or without a mark. Each row has as many fields as
//! the header. A quote that isn't closed, or is closed within a field, would hide rows inside of a text, so it is a fault.
//!
//! What the columns mean doesn't belong here.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read};

use csv::StringRecord;

use crate::error::{Fault, FaultCode, Place};

/// A row may have this number of bytes. A quote that is never closed makes one row of the rest of the file, which
/// might not fit into memory.
const LONGEST_ROW: usize = 1 << 20;

/// What separates fields where nothing else is said.
const COMMA: u8 = b',';

/// What else does, with its name.
const SEPARATORS: [(char, &str); 4] =
    [(';', "semicolon"), ('\t', "tab"), ('|', "bar"), (',', "comma")];

/// A text of rows, whose header has been read.
pub(crate) struct Delimited<'f, R> {
    file: &'f str,
    rows: csv::Reader<Lines<BufReader<R>>>,
    separator: u8,
    header: Vec<String>,
    header_line: usize,
    record: StringRecord,
    is_over: bool,
}

/// One row of fields.
pub(crate) enum Row<'r> {
    /// A row with as many fields as the header, and the line it begins on.
    Sound(usize, &'r StringRecord),
    /// A row that can't be read.
    Faulty(Fault),
}

impl<'f, R: Read> Delimited<'f, R> {
    /// Reads the header; or says what is wrong with the text, if nothing of it can be read.
    pub(crate) fn open(file: &'f str, source: R) -> io::Result<Result<Self, Fault>> {
        Delimited::separated_by(COMMA, file, source)
    }

    /// The same of a text whose fields are separated by another byte.
    pub(crate) fn separated_by(
        separator: u8,
        file: &'f str,
        source: R,
    ) -> io::Result<Result<Self, Fault>> {
        let mut source = BufReader::new(source);
        let start = source.fill_buf()?;
        // A table begins with a letter; UTF-16 without a mark has a zero byte beside it.
        if let [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..] = start {
            let fault = Fault::new(
                FaultCode::WrongEncoding,
                whole(file),
                "the text is in the wrong encoding",
            );
            return Ok(Err(fault.found("UTF-16").expected("UTF-8").hint("save the file as UTF-8")));
        }
        let mark = "\u{feff}".as_bytes();
        let skipped = if start.starts_with(mark) { mark.len() } else { 0 };
        source.consume(skipped);
        let lines = Lines::new(source, separator);
        let mut builder = csv::ReaderBuilder::new();
        let rows =
            builder.has_headers(false).flexible(true).delimiter(separator).from_reader(lines);
        let (header, record) = (Vec::new(), StringRecord::new());
        let mut table =
            Delimited { file, rows, separator, header, header_line: 1, record, is_over: false };
        let names = match table.next()? {
            None => {
                return Ok(Err(Fault::new(
                    FaultCode::EmptyInput,
                    whole(file),
                    "the file is empty",
                )
                .expected("a line with the names of the columns, and the rows below it")));
            }
            Some(Row::Faulty(fault)) => return Ok(Err(fault)),
            Some(Row::Sound(line, names)) => {
                let names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
                table.header_line = line;
                names
            }
        };
        if let Some(fault) = table.other_separator(&names) {
            return Ok(Err(fault));
        }
        table.header = names;
        Ok(Ok(table))
    }

    /// The names of the columns, and the line they stand on.
    pub(crate) fn header(&self) -> (&[String], usize) {
        (&self.header, self.header_line)
    }

    /// The next row; none at the end, and after a fault behind which nothing can be read.
    pub(crate) fn next(&mut self) -> io::Result<Option<Row<'_>>> {
        if self.is_over {
            return Ok(None);
        }
        self.rows.get_mut().of_this_row = 0;
        let begun = self.rows.position().line() as usize;
        let mut bytes = std::mem::take(&mut self.record).into_byte_record();
        match self.rows.read_byte_record(&mut bytes) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(_) if self.rows.get_ref().of_this_row > LONGEST_ROW => {
                self.is_over = true;
                let opened_on = self.rows.get_ref().quotes.opened_on.max(begun);
                return Ok(Some(Row::Faulty(self.never_closed(opened_on))));
            }
            Err(cause) => {
                return Err(match cause.into_kind() {
                    csv::ErrorKind::Io(cause) => cause,
                    _ => io::Error::other("a row can't be told from the next"),
                });
            }
        }
        // Blank lines before a row have been skipped, so its first line is counted from its end.
        let last = (self.rows.position().line() as usize).saturating_sub(1);
        let inside = bytes.as_slice().iter().filter(|byte| **byte == b'\n').count();
        let line = last.saturating_sub(inside);
        if let Some(wrong) = self.rows.get_mut().quotes.wrong_up_to(last) {
            let fault = match wrong {
                Wrong::NeverClosed { opened_on } => {
                    self.is_over = true;
                    self.never_closed(opened_on)
                }
                Wrong::ClosedWithin { opened_on, line } => self.closed_within(opened_on, line),
            };
            return Ok(Some(Row::Faulty(fault)));
        }
        match StringRecord::from_byte_record(bytes) {
            Ok(record) => self.record = record,
            Err(cause) => {
                self.is_over = true;
                let field = cause.utf8_error().field();
                return Ok(Some(Row::Faulty(self.wrong_encoding(line, field))));
            }
        }
        if !self.header.is_empty() && self.record.len() != self.header.len() {
            return Ok(Some(Row::Faulty(self.other_width(line))));
        }
        Ok(Some(Row::Sound(line, &self.record)))
    }

    fn place(&self, line: usize, column: Option<&String>) -> Place {
        Place::Cell { file: self.file.to_owned(), line, column: column.cloned() }
    }

    /// A header that would be one column, but for marks that are no commas.
    fn other_separator(&self, names: &[String]) -> Option<Fault> {
        let [name] = names else { return None };
        let is_other = |(mark, _): &(char, &str)| {
            u32::from(*mark) != u32::from(self.separator) && name.contains(*mark)
        };
        let (mark, noun) = SEPARATORS.into_iter().find(is_other)?;
        let own = self.separator_name();
        let shown = name.replace('\t', "\\t");
        let fault = Fault::new(
            FaultCode::WrongSeparator,
            self.place(self.header_line, None),
            format!("the columns are not separated by {own}s"),
        );
        let hint = match mark {
            ';' => "save the file as CSV with commas; numbers then need a decimal point",
            _ => "save the file as CSV with commas",
        };
        let fault = fault.found(format!("{noun}s: {shown}")).expected(format!("{own}s"));
        Some(fault.hint(hint))
    }

    /// What separates the fields, in a word.
    fn separator_name(&self) -> &'static str {
        let is_own = |(mark, _): &&(char, &str)| u32::from(*mark) == u32::from(self.separator);
        SEPARATORS.iter().find(is_own).map_or("comma", |(_, noun)| noun)
    }

    #[cold]
    fn never_closed(&self, opened_on: usize) -> Fault {
        Fault::new(
            FaultCode::Unclosed,
            self.place(opened_on, None),
            "a quote is opened here and never closed",
        )
        .expected("quotes in pairs")
        .hint("nothing below this line was read")
    }

    #[cold]
    fn closed_within(&self, opened_on: usize, line: usize) -> Fault {
        let place = self.place(opened_on, None);
        if opened_on == line {
            Fault::new(FaultCode::InvalidSyntax, place, "a quote is closed before its field ends")
                .expected(format!("a {} or the end of the line after it", self.separator_name()))
                .hint("put the whole text in quotes, and write a quote inside of it twice")
        } else {
            Fault::new(
                FaultCode::InvalidSyntax,
                place,
                format!("a quote that is opened here is closed on line {line}, within a field"),
            )
            .expected("quotes in pairs")
            .hint("is it one too many? the lines in between were read as one text")
        }
    }

    #[cold]
    fn wrong_encoding(&self, line: usize, field: usize) -> Fault {
        Fault::new(
            FaultCode::WrongEncoding,
            self.place(line, self.header.get(field)),
            "the text is in the wrong encoding",
        )
        .expected("UTF-8")
        .hint("save the file as UTF-8; nothing below this line was read")
    }

    #[cold]
    fn other_width(&self, line: usize) -> Fault {
        let (found, expected) = (self.record.len(), self.header.len());
        let fault = Fault::new(
            FaultCode::UnevenRow,
            self.place(line, None),
            "this row has another number of fields than the header",
        );
        let fault = match found {
            1 => fault.found("1 field"),
            _ => fault.found(format!("{found} fields")),
        };
        let fault = fault.expected(expected.to_string());
        let separator = self.separator_name();
        match self.record.get(0) {
            Some(only) if found == 1 && only.contains(SEPARATORS.map(|(mark, _)| mark)) => {
                fault.hint(format!("fields are separated by {separator}s"))
            }
            _ if found < expected => fault.hint(format!("an empty field keeps its {separator}")),
            _ => fault.hint(format!("a text with a {separator} in it needs quotes")),
        }
    }
}

fn whole(file: &str) -> Place {
    Place::File { file: file.to_owned() }
}

/// Text whose lines all end with a line feed, whatever ended them in the file. Knows where its quotes go wrong: the reader of rows takes all that comes for text.
struct Lines<R> {
    source: R,
    /// How many bytes were read since this was last set to 0.
    of_this_row: usize,
    after_carriage_return: bool,
    ends_with_line_feed: bool,
    quotes: Quotes,
}

impl<R> Lines<R> {
    fn new(source: R, separator: u8) -> Self {
        Lines {
            source,
            of_this_row: 0,
            after_carriage_return: false,
            ends_with_line_feed: true,
            quotes: Quotes::new(separator),
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
        self.ends_with_line_feed = bytes.ends_with(b"\n");
        self.quotes.pass(bytes);
        bytes.len()
    }
}

impl<R: Read> Read for Lines<R> {
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
                if self.ends_with_line_feed {
                    self.quotes.end();
                    return Ok(0);
                }
                buffer[0] = b'\n';
                return Ok(self.give(&buffer[..1]));
            }
            self.of_this_row += read;
            let kept = self.mend(&mut buffer[..read]);
            if kept > 0 {
                return Ok(self.give(&buffer[..kept]));
            }
        }
    }
}

/// Watches the quotes of a text that passes by.
struct Quotes {
    separator: u8,
    state: State,
    /// The line of the next byte.
    line: usize,
    /// The line of the quote that was opened last.
    opened_on: usize,
    /// What is wrong on lines that have passed, but have not been read as rows yet.
    wrong: VecDeque<Wrong>,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// A field begins here; a quote would open it.
    Before,
    /// Inside of a field without quotes, where they mean nothing.
    Plain,
    /// Inside of quotes.
    Inside,
    /// A quote has been closed, unless a second one follows.
    Closed,
}

#[derive(Clone, Copy)]
enum Wrong {
    NeverClosed { opened_on: usize },
    ClosedWithin { opened_on: usize, line: usize },
}

impl Quotes {
    fn new(separator: u8) -> Self {
        Quotes { separator, state: State::Before, line: 1, opened_on: 0, wrong: VecDeque::new() }
    }

    fn pass(&mut self, bytes: &[u8]) {
        let Some(last) = bytes.last() else { return };
        let is_inside = self.state == State::Inside;
        // Most texts have no quotes, and there is nothing to watch.
        if self.state != State::Closed && !bytes.contains(&b'"') {
            self.line += bytes.iter().filter(|byte| **byte == b'\n').count();
            if !is_inside {
                let ends = *last == self.separator || *last == b'\n';
                self.state = if ends { State::Before } else { State::Plain };
            }
            return;
        }
        for byte in bytes {
            self.state = match (self.state, byte) {
                (State::Before, b'"') => {
                    self.opened_on = self.line;
                    State::Inside
                }
                (State::Inside, b'"') => State::Closed,
                (State::Closed, b'"') | (State::Inside, _) => State::Inside,
                (State::Before | State::Plain | State::Closed, end)
                    if *end == self.separator || *end == b'\n' =>
                {
                    State::Before
                }
                (State::Closed, _) => {
                    let (opened_on, line) = (self.opened_on, self.line);
                    self.wrong.push_back(Wrong::ClosedWithin { opened_on, line });
                    State::Plain
                }
                (State::Before | State::Plain, _) => State::Plain,
            };
            self.line += usize::from(*byte == b'\n');
        }
    }

    fn end(&mut self) {
        if self.state == State::Inside {
            self.state = State::Before;
            self.wrong.push_back(Wrong::NeverClosed { opened_on: self.opened_on });
        }
    }

    /// The first thing that is wrong up to a line, which has been read.
    fn wrong_up_to(&mut self, last: usize) -> Option<Wrong> {
        let mut first = None;
        while let Some(wrong) = self.wrong.front().copied() {
            let (Wrong::NeverClosed { opened_on: line } | Wrong::ClosedWithin { line, .. }) = wrong;
            if line > last {
                break;
            }
            self.wrong.pop_front();
            first = first.or(Some(wrong));
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that gives a number of bytes at a time.
    struct Slowly<'t>(&'t [u8], usize);

    impl Read for Slowly<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.1.min(self.0.len()).min(buffer.len());
            let (now, later) = self.0.split_at(count);
            buffer[..count].copy_from_slice(now);
            self.0 = later;
            Ok(count)
        }
    }

    /// Each row's line and fields, or the line that is at fault and why.
    fn rows(text: &str, at_a_time: usize) -> Vec<(usize, String)> {
        let mut table = match Delimited::open("t.csv", Slowly(text.as_bytes(), at_a_time)).unwrap()
        {
            Ok(table) => table,
            Err(fault) => return vec![(fault.place.line().unwrap_or(0), fault.message)],
        };
        let mut rows = Vec::new();
        while let Some(row) = table.next().unwrap() {
            rows.push(match row {
                Row::Sound(line, fields) => (line, fields.iter().collect::<Vec<_>>().join("|")),
                Row::Faulty(fault) => (fault.place.line().unwrap_or(0), fault.message),
            });
        }
        rows
    }

    #[test]
    fn a_row_is_told_with_the_line_it_begins_on_however_the_text_arrives() {
        let text = "a,b\r\n\r\n1,2\r3,\"x\n\"\"y\"\"\"\n\n\n\"4\",\r\n5,\"\"";
        let expected = [(3, "1|2"), (4, "3|x\n\"y\""), (8, "4|"), (9, "5|")]
            .map(|(line, row)| (line, row.to_owned()));
        for at_a_time in 1..text.len() + 1 {
            assert_eq!(rows(text, at_a_time), expected, "{at_a_time} bytes at a time");
        }
    }

    #[test]
    fn quotes_that_would_hide_rows_are_faults_on_the_line_that_opens_them() {
        let never = "a quote is opened here and never closed";
        let within = "a quote is closed before its field ends";
        let later = "a quote that is opened here is closed on line 3, within a field";
        let cases = [
            ("a,b\n1,\"x\n2,y\n", vec![(2, never)]),
            ("a,b\n1,\"", vec![(2, never)]),
            ("a,b\n1,\"x\"\"", vec![(2, never)]),
            ("a,b\n1,2\n\n\n3,\"\n\n", vec![(2, "1|2"), (5, never)]),
            ("a,b\n1,\"x\" y\n2,z\n", vec![(2, within), (3, "2|z")]),
            ("a,b\n1,\"x\n2,\"y\"\n3,z\n", vec![(2, later), (4, "3|z")]),
            ("\"a,b\n1,2\n", vec![(1, never)]),
            // Inside of a text without quotes they mean nothing.
            ("a,b\n1,5\" pipe\n2,x\"y\"\n", vec![(2, "1|5\" pipe"), (3, "2|x\"y\"")]),
            ("a,b\n\"\",\"\"\n\"\"\"\",\"\"\"\"\"\"\n", vec![(2, "|"), (3, "\"|\"\"")]),
        ];
        for (text, expected) in cases {
            for at_a_time in 1..text.len() + 1 {
                let found = rows(text, at_a_time);
                let found: Vec<(usize, &str)> =
                    found.iter().map(|(line, row)| (*line, row.as_str())).collect();
                assert_eq!(found, expected, "{text:?}, {at_a_time} bytes at a time");
            }
        }
    }

    #[test]
    fn a_quote_that_is_never_closed_does_not_fill_the_memory() {
        let mut text = String::from("a,b\n1,2\n3,\"");
        text.extend(std::iter::repeat_n("x\n", 2 << 20));
        let expected =
            [(2, "1|2".to_owned()), (3, "a quote is opened here and never closed".to_owned())];
        assert_eq!(rows(&text, 1 << 13), expected);
    }
}
