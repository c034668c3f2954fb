//! The cells of a workbook, sheet by sheet.

use std::fmt;
use std::sync::Arc;

use chrono::{Days, NaiveDate};
use rustc_hash::{FxHashMap, FxHashSet};

use super::format::{self, Display};
use super::package::{Element, Node, Package, Read1, damaged, too_large, walk};
use crate::error::{Place, grouped};
use crate::parallel::check_stop;
use crate::sources::SourceFile;
use crate::sources::number;

/// Rows and columns of a sheet: Excel has no more.
const MOST_ROWS: u32 = 1_048_576;
const MOST_COLUMNS: u32 = 16_384;

/// Cells of a sheet that are not blank: eight columns of all rows. Each takes up to a hundred bytes.
const MOST_CELLS: usize = 8 * MOST_ROWS as usize;

/// Texts that cells share.
const MOST_TEXTS: usize = 1_000_000;

/// Cells in merged ranges.
const MOST_MERGED: u64 = 1_000_000;

/// Sheets of a workbook.
const MOST_SHEETS: usize = 1_000;

/// What stands in a cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) enum Content {
    #[default]
    Blank,
    /// A number, of 15 digits as Excel shows it at most: a plain decimal.
    Number(Box<str>),
    Text(Arc<str>),
    Truth(bool),
    /// An error such as `#N/A`, or what is no value of its type.
    Error(Arc<str>),
    Date(NaiveDate),
}

/// A cell with its format.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Cell {
    pub(super) content: Content,
    pub(super) display: Display,
    pub(super) has_formula: bool,
}

impl Cell {
    /// Whether there is neither a value nor a formula. Blanks alone are no text.
    pub(super) fn is_blank(&self) -> bool {
        match &self.content {
            Content::Blank => !self.has_formula,
            Content::Text(text) => text.trim().is_empty(),
            Content::Number(_) | Content::Truth(_) | Content::Error(_) | Content::Date(_) => false,
        }
    }

    /// Whether a formula was never computed.
    pub(super) fn is_uncomputed(&self) -> bool {
        self.has_formula && self.content == Content::Blank
    }

    /// The cell as a reader sees it, for ids, titles and words. None if it has no text: it is blank, an error, or true or
    /// false.
    pub(super) fn label(&self) -> Option<String> {
        match &self.content {
            Content::Text(text) => {
                // A cell may have line breaks.
                let words: Vec<&str> = text.split_whitespace().collect();
                (!words.is_empty()).then(|| words.join(" "))
            }
            Content::Number(number) => Some(match self.display {
                Display::Zeros(digits) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
                    format!("{number:0>width$}", width = usize::from(digits))
                }
                Display::Percent => format!("{}%", number::shifted(number, 2)?),
                _ => number.to_string(),
            }),
            Content::Date(day) => Some(match self.display {
                Display::Month => day.format("%Y-%m").to_string(),
                _ => day.to_string(),
            }),
            Content::Blank | Content::Error(_) | Content::Truth(_) => None,
        }
    }
}

impl fmt::Display for Cell {
    /// What stands in it, for messages.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.content {
            Content::Blank if self.has_formula => f.write_str("a formula"),
            Content::Blank => f.write_str("nothing"),
            Content::Error(error) => f.write_str(error),
            Content::Truth(truth) => write!(f, "{truth}"),
            Content::Number(_) | Content::Text(_) | Content::Date(_) => {
                f.write_str(&self.label().unwrap_or_default())
            }
        }
    }
}

/// A row with its cells that are not blank, from left to right.
#[derive(Debug, Default)]
struct Row {
    /// From 1.
    number: u32,
    is_hidden: bool,
    cells: Vec<(u32, Cell)>,
}

/// A sheet. Rows and columns are counted from 1.
#[derive(Debug)]
pub(super) struct Sheet {
    file: String,
    pub(super) name: String,
    rows: Vec<Row>,
    /// For each cell of a merged range but its first: the first.
    merged: FxHashMap<(u32, u32), (u32, u32)>,
    merged_firsts: FxHashSet<(u32, u32)>,
    blank: Cell,
}

impl Sheet {
    /// The numbers of the rows that have cells.
    pub(super) fn rows(&self) -> impl Iterator<Item = u32> + '_ {
        self.rows.iter().map(|row| row.number)
    }

    fn row(&self, number: u32) -> Option<&Row> {
        let place = self.rows.binary_search_by_key(&number, |row| row.number).ok()?;
        self.rows.get(place)
    }

    /// The columns of a row that have a cell.
    pub(super) fn columns(&self, row: u32) -> impl Iterator<Item = u32> + '_ {
        self.row(row).into_iter().flat_map(|row| row.cells.iter().map(|(column, _)| *column))
    }

    pub(super) fn is_hidden(&self, row: u32) -> bool {
        self.row(row).is_some_and(|row| row.is_hidden)
    }

    /// A cell. One that a merged range hides is blank.
    pub(super) fn cell(&self, row: u32, column: u32) -> &Cell {
        let cell = self.row(row).and_then(|row| {
            let place = row.cells.binary_search_by_key(&column, |(column, _)| *column).ok()?;
            row.cells.get(place)
        });
        cell.map_or(&self.blank, |(_, cell)| cell)
    }

    /// A cell, or the first one of the merged range that it lies in.
    pub(super) fn shown(&self, row: u32, column: u32) -> &Cell {
        match self.merged.get(&(row, column)) {
            Some((row, column)) => self.cell(*row, *column),
            None => self.cell(row, column),
        }
    }

    /// A cell, or the first one of the merged range that it lies in, if that stands above it: a heading over several columns
    /// is that of its first column.
    pub(super) fn shown_below(&self, row: u32, column: u32) -> &Cell {
        match self.merged.get(&(row, column)) {
            Some((first, of)) if *of == column => self.cell(*first, column),
            Some(_) | None => self.cell(row, column),
        }
    }

    /// Whether a cell belongs to a merged range that begins above it.
    pub(super) fn continues(&self, row: u32, column: u32) -> bool {
        self.merged.get(&(row, column)).is_some_and(|(_, of)| *of == column)
    }

    /// Whether a cell lies in a merged range and is not its first.
    pub(super) fn is_merged(&self, row: u32, column: u32) -> bool {
        self.merged.contains_key(&(row, column))
    }

    /// Whether a cell is the first of a merged range.
    pub(super) fn begins_merged(&self, row: u32, column: u32) -> bool {
        self.merged_firsts.contains(&(row, column))
    }

    /// The place of a cell: `ITT!I6`.
    pub(super) fn place(&self, row: u32, column: u32) -> Place {
        self.within(format!("{}!{}", self.name, reference(row, column)))
    }

    /// The place of a sheet.
    pub(super) fn whole(&self) -> Place {
        self.within(self.name.clone())
    }

    fn within(&self, path: String) -> Place {
        Place::Within { file: self.file.clone(), path }
    }
}

/// The letters of a column: `A`, `AB`.
pub(super) fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = column;
    while let Some(place) = rest.checked_sub(1) {
        letters.push(char::from(b'A' + (place % 26) as u8));
        rest = place / 26;
    }
    letters.iter().rev().collect()
}

/// The name of a cell: `I6`.
pub(super) fn reference(row: u32, column: u32) -> String {
    format!("{}{row}", letters(column))
}

/// The row and the column of a name such as `I6` or `$I$6`.
fn position(reference: &str) -> Option<(u32, u32)> {
    let bare = reference.replace('$', "");
    let digits = bare.find(|letter: char| letter.is_ascii_digit())?;
    let (column, row) = bare.split_at(digits);
    let row: u32 = row.parse().ok()?;
    Some((row, column_number(column)?)).filter(|(row, _)| (1..=MOST_ROWS).contains(row))
}

/// The number of a column, from its letters.
pub(super) fn column_number(letters: &str) -> Option<u32> {
    let mut number = 0_u32;
    for letter in letters.chars() {
        let place = u32::from(letter.to_ascii_uppercase()).checked_sub(u32::from('A'))?;
        number = number.checked_mul(26)?.checked_add(place + 1).filter(|_| place < 26)?;
    }
    (1..=MOST_COLUMNS).contains(&number).then_some(number)
}

/// The sheets of a workbook, read one by one.
pub(super) struct Book<'f> {
    package: Package<'f>,
    sheets: Vec<SheetPart>,
    texts: Vec<Arc<str>>,
    displays: Vec<Display>,
    has_dates_from_1904: bool,
}

struct SheetPart {
    name: String,
    is_hidden: bool,
    part: Option<String>,
}

impl<'f> Book<'f> {
    pub(super) fn open(file: &'f SourceFile) -> Read1<Self> {
        let mut package = Package::open(file)?;
        let main = package.relations("")?.into_iter().find(|one| one.kind == "officeDocument");
        let Some(main) = main.map(|relation| relation.target) else {
            return Err(damaged(
                file.place(),
                "the archive does not say which part is the workbook",
            ));
        };
        let relations = package.relations(&main)?;
        let text = package.text(&main)?;
        let place = package.place(&main);
        let mut sheets = Vec::new();
        let mut has_dates_from_1904 = false;
        walk(&text, &place, |node| {
            let Node::Start(element) = node else { return Ok(()) };
            match element.name() {
                "workbookPr" => {
                    let from_1904 = element.attribute("date1904")?;
                    has_dates_from_1904 = matches!(from_1904.as_deref(), Some("1" | "true"));
                }
                "sheet" if sheets.len() < MOST_SHEETS => {
                    let id = element.attribute("id")?;
                    let target = relations
                        .iter()
                        .find(|one| Some(&one.id) == id.as_ref() && one.kind == "worksheet");
                    let state = element.attribute("state")?;
                    sheets.push(SheetPart {
                        name: element.attribute("name")?.unwrap_or_default(),
                        is_hidden: state.is_some_and(|state| state != "visible"),
                        part: target.map(|one| one.target.clone()),
                    });
                }
                _ => {}
            }
            Ok(())
        })?;
        let mut book =
            Book { package, sheets, texts: Vec::new(), displays: Vec::new(), has_dates_from_1904 };
        let part = |kind: &str| {
            let of_kind = relations.iter().find(|relation| relation.kind == kind);
            of_kind.map(|relation| relation.target.clone())
        };
        if let Some(styles) = part("styles") {
            book.read_styles(&styles)?;
        }
        if let Some(texts) = part("sharedStrings") {
            book.read_texts(&texts)?;
        }
        Ok(book)
    }

    /// The names of the sheets, in the order of the workbook, and whether each is hidden.
    pub(super) fn names(&self) -> impl Iterator<Item = (&str, bool)> {
        self.sheets.iter().map(|sheet| (sheet.name.as_str(), sheet.is_hidden))
    }

    fn read_styles(&mut self, part: &str) -> Read1<()> {
        let text = self.package.text(part)?;
        let place = self.package.place(part);
        let mut declared: FxHashMap<u32, Display> = FxHashMap::default();
        let mut displays = Vec::new();
        let mut is_within = false;
        walk(&text, &place, |node| {
            match node {
                Node::Start(element) => match element.name() {
                    "numFmt" => {
                        let id = element.attribute("numFmtId")?.and_then(|id| id.parse().ok());
                        if let (Some(id), Some(code)) = (id, element.attribute("formatCode")?) {
                            declared.insert(id, format::declared(&code));
                        }
                    }
                    "cellXfs" => is_within = true,
                    "xf" if is_within => {
                        let id = element.attribute("numFmtId")?.and_then(|id| id.parse().ok());
                        let id = id.unwrap_or_default();
                        let display = declared.get(&id).copied();
                        displays.push(display.unwrap_or_else(|| format::built_in(id)));
                    }
                    _ => {}
                },
                Node::End("cellXfs") => is_within = false,
                Node::End(_) | Node::Text(_) => {}
            }
            Ok(())
        })?;
        self.displays = displays;
        Ok(())
    }

    fn read_texts(&mut self, part: &str) -> Read1<()> {
        let text = self.package.text(part)?;
        let place = self.package.place(part);
        let mut texts: Vec<Arc<str>> = Vec::new();
        let mut rich = RichText::default();
        walk(&text, &place, |node| {
            match &node {
                Node::Start(element) if element.name() == "si" => rich = RichText::default(),
                Node::End("si") => {
                    if texts.len() >= MOST_TEXTS {
                        let fault = too_large(place.clone(), "the workbook has too many texts");
                        let most = grouped(MOST_TEXTS as u64);
                        return Err(Box::new(fault.expected(format!("at most {most}"))));
                    }
                    texts.push(rich.take());
                }
                _ => {}
            }
            rich.add(&node);
            Ok(())
        })?;
        self.texts = texts;
        Ok(())
    }

    /// Reads the sheet with this place in the workbook.
    pub(super) fn sheet(&mut self, place: usize) -> Read1<Sheet> {
        let file = self.package.file();
        let Some(SheetPart { name, part, .. }) = self.sheets.get(place) else {
            return Err(damaged(file.place(), "the workbook has no such sheet"));
        };
        let (name, part) = (name.clone(), part.clone());
        let whole = self.package.place(&name);
        let Some(part) = part.filter(|part| self.package.name_of(part).is_some()) else {
            return Err(damaged(whole, "the sheet has no part in the workbook"));
        };
        let text = self.package.text(&part)?;
        let mut reading = Reading {
            book: self,
            sheet: Sheet {
                file: file.name().to_owned(),
                name,
                rows: Vec::new(),
                merged: FxHashMap::default(),
                merged_firsts: FxHashSet::default(),
                blank: Cell::default(),
            },
            row: Row::default(),
            column: 0,
            cell: None,
            cells: 0,
            merged_cells: 0,
        };
        walk(&text, &whole, |node| reading.read(&node))?;
        let mut sheet = reading.sheet;
        if !sheet.rows.is_sorted_by_key(|row| row.number) {
            sheet.rows.sort_by_key(|row| row.number);
        }
        if let Some(two) = sheet.rows.windows(2).find(|two| two[0].number == two[1].number) {
            let place = sheet.within(format!("{}!{}", sheet.name, two[0].number));
            return Err(damaged(place, "the sheet has this row twice"));
        }
        Ok(sheet)
    }
}

/// A text of several runs, without how it is pronounced.
#[derive(Debug, Default)]
struct RichText {
    text: String,
    is_text: bool,
    is_phonetic: bool,
}

impl RichText {
    fn add(&mut self, node: &Node<'_, '_>) {
        match node {
            Node::Start(element) => match element.name() {
                "t" => self.is_text = true,
                "rPh" => self.is_phonetic = true,
                _ => {}
            },
            Node::End("t") => self.is_text = false,
            Node::End("rPh") => self.is_phonetic = false,
            Node::Text(text) if self.is_text && !self.is_phonetic => self.text.push_str(text),
            Node::End(_) | Node::Text(_) => {}
        }
    }

    fn take(&mut self) -> Arc<str> {
        unescaped(&std::mem::take(&mut self.text)).into()
    }
}

/// A text with the letters that `_x000D_` and the like stand for.
fn unescaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("_x") {
        let (before, from) = rest.split_at(start);
        result.push_str(before);
        let code = from.get(2..6).filter(|_| from.get(6..7) == Some("_"));
        let letter =
            code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        match letter {
            Some(letter) => {
                result.push(letter);
                rest = from.get(7..).unwrap_or_default();
            }
            None => {
                result.push_str("_x");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
    result + rest
}

/// A sheet as it is read.
struct Reading<'b, 'f> {
    book: &'b Book<'f>,
    sheet: Sheet,
    row: Row,
    /// The column of the last cell of the row, blank or not.
    column: u32,
    cell: Option<Begun>,
    cells: usize,
    merged_cells: u64,
}

/// A cell whose element has begun.
#[derive(Default)]
struct Begun {
    column: u32,
    kind: String,
    display: Display,
    has_formula: bool,
    has_value: bool,
    is_value: bool,
    value: String,
    rich: RichText,
}

impl Reading<'_, '_> {
    fn read(&mut self, node: &Node<'_, '_>) -> Read1<()> {
        match node {
            Node::Start(element) => match element.name() {
                "row" => {
                    check_stop();
                    self.begin_row(element)?;
                }
                "c" => self.begin_cell(element)?,
                "v" => {
                    if let Some(cell) = &mut self.cell {
                        (cell.is_value, cell.has_value) = (true, true);
                    }
                }
                "f" => {
                    if let Some(cell) = &mut self.cell {
                        cell.has_formula = true;
                    }
                }
                "mergeCell" => self.merge(element)?,
                _ => {}
            },
            Node::End("v") => {
                if let Some(cell) = &mut self.cell {
                    cell.is_value = false;
                }
            }
            Node::End("c") => self.end_cell()?,
            Node::End("row") => {
                let row = std::mem::take(&mut self.row);
                self.sheet.rows.push(row);
            }
            Node::Text(text) => {
                if let Some(cell) = &mut self.cell
                    && cell.is_value
                {
                    cell.value.push_str(text);
                }
            }
            Node::End(_) => {}
        }
        if let Some(cell) = &mut self.cell {
            cell.rich.add(node);
        }
        Ok(())
    }

    fn begin_row(&mut self, element: &Element<'_, '_>) -> Read1<()> {
        let before = self.sheet.rows.last().map_or(0, |row| row.number);
        let number = match element.attribute("r")? {
            Some(number) => number.parse().ok(),
            None => before.checked_add(1),
        };
        let Some(number) = number.filter(|number| (1..=MOST_ROWS).contains(number)) else {
            return Err(damaged(self.sheet.whole(), "a row has a number that no sheet has"));
        };
        let is_hidden = matches!(element.attribute("hidden")?.as_deref(), Some("1" | "true"));
        self.column = 0;
        self.row = Row { number, is_hidden, cells: Vec::new() };
        Ok(())
    }

    fn begin_cell(&mut self, element: &Element<'_, '_>) -> Read1<()> {
        let before = self.column;
        let column = match element.attribute("r")? {
            Some(name) => position(&name).map(|(_, column)| column),
            None => before.checked_add(1),
        };
        let Some(column) = column.filter(|column| before < *column && *column <= MOST_COLUMNS)
        else {
            let place = self.sheet.within(format!("{}!{}", self.sheet.name, self.row.number));
            return Err(damaged(place, "the cells of the row are not in order"));
        };
        self.column = column;
        let style = element.attribute("s")?.and_then(|style| style.parse::<usize>().ok());
        let display = style.and_then(|style| self.book.displays.get(style)).copied();
        self.cell = Some(Begun {
            column,
            kind: element.attribute("t")?.unwrap_or_default(),
            display: display.unwrap_or_default(),
            ..Begun::default()
        });
        Ok(())
    }

    fn end_cell(&mut self) -> Read1<()> {
        let Some(mut begun) = self.cell.take() else { return Ok(()) };
        let content = self.content(&mut begun);
        let cell = Cell { content, display: begun.display, has_formula: begun.has_formula };
        if cell.content == Content::Blank && !cell.has_formula {
            return Ok(());
        }
        self.cells += 1;
        if self.cells > MOST_CELLS {
            let fault = too_large(self.sheet.whole(), "the sheet has too many cells");
            let most = grouped(MOST_CELLS as u64);
            let help = "save the sheet as CSV, which is read row by row";
            return Err(Box::new(fault.expected(format!("at most {most}")).hint(help)));
        }
        self.row.cells.push((begun.column, cell));
        Ok(())
    }

    fn content(&self, cell: &mut Begun) -> Content {
        let value = cell.value.trim();
        let text = |text: &str| {
            if text.is_empty() { Content::Blank } else { Content::Text(unescaped(text).into()) }
        };
        match cell.kind.as_str() {
            "inlineStr" => {
                let rich = cell.rich.take();
                if rich.is_empty() { Content::Blank } else { Content::Text(rich) }
            }
            _ if !cell.has_value || value.is_empty() => Content::Blank,
            "s" => {
                let shared = value.parse::<usize>().ok();
                match shared.and_then(|place| self.book.texts.get(place)) {
                    Some(text) if text.is_empty() => Content::Blank,
                    Some(text) => Content::Text(Arc::clone(text)),
                    None => {
                        Content::Error(format!("text {value}, which the workbook lacks").into())
                    }
                }
            }
            "str" => text(&cell.value),
            "b" => Content::Truth(value == "1" || value == "true"),
            "e" => Content::Error(value.into()),
            "d" => {
                let day = value.get(..10).and_then(crate::calendar::date);
                day.map_or_else(|| Content::Error(value.into()), Content::Date)
            }
            _ => self.number(value, cell.display),
        }
    }

    fn number(&self, value: &str, display: Display) -> Content {
        let error = || Content::Error(value.into());
        let Some(number) = value.parse::<f64>().ok().filter(|number| number.is_finite()) else {
            return error();
        };
        match display {
            Display::Day | Display::Month => {
                let day = day_of(number, self.book.has_dates_from_1904);
                day.map_or_else(error, Content::Date)
            }
            Display::Number | Display::Percent | Display::Zeros(_) | Display::Time => {
                // Excel shows 15 digits; what lies beyond them is noise of floats.
                let shown = number::machine_number(&format!("{number:.14e}"));
                shown.map_or_else(error, |shown| Content::Number(shown.into()))
            }
        }
    }

    fn merge(&mut self, element: &Element<'_, '_>) -> Read1<()> {
        let Some(range) = element.attribute("ref")? else { return Ok(()) };
        let corners = range.split_once(':').and_then(|(first, last)| {
            let (first, last) = (position(first)?, position(last)?);
            (first.0 <= last.0 && first.1 <= last.1).then_some((first, last))
        });
        let Some((first, last)) = corners else {
            let fault = damaged(self.sheet.whole(), "a merged range has no cells");
            return Err(Box::new(fault.found(&range)));
        };
        self.merged_cells += u64::from(last.0 - first.0 + 1) * u64::from(last.1 - first.1 + 1);
        if self.merged_cells > MOST_MERGED {
            let fault = too_large(self.sheet.whole(), "too many cells are merged");
            let most = grouped(MOST_MERGED);
            return Err(Box::new(fault.found(&range).expected(format!("at most {most}"))));
        }
        self.sheet.merged_firsts.insert(first);
        for row in first.0..=last.0 {
            for column in first.1..=last.1 {
                if (row, column) != first {
                    self.sheet.merged.insert((row, column), first);
                }
            }
        }
        Ok(())
    }
}

/// The day of a number of days. Excel has a 29 February 1900, so days from March 1900 on are one less.
fn day_of(number: f64, from_1904: bool) -> Option<NaiveDate> {
    if !(0.0..3_000_000.0).contains(&number) {
        return None;
    }
    let days = number.floor() as u64;
    let (first, days) = match (from_1904, days) {
        (true, days) => (NaiveDate::from_ymd_opt(1904, 1, 1)?, days),
        (false, 0 | 60) => return None,
        (false, 1..=59) => (NaiveDate::from_ymd_opt(1899, 12, 31)?, days),
        (false, days) => (NaiveDate::from_ymd_opt(1899, 12, 30)?, days),
    };
    first.checked_add_days(Days::new(days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_cells_are_read_and_written() {
        for (name, row, column) in
            [("A1", 1, 1), ("Z9", 9, 26), ("AA10", 10, 27), ("XFD1048576", 1_048_576, 16_384)]
        {
            assert_eq!(position(name), Some((row, column)));
            assert_eq!(reference(row, column), name);
        }
        for name in ["", "A", "1", "A0", "XFE1", "A1048577", "A1B", "É1", "AAAAAAAAAA1", "A-1"] {
            assert_eq!(position(name), None, "{name}");
        }
    }

    #[test]
    fn days_count_from_either_year() {
        let day = |number, from_1904| day_of(number, from_1904).map(|day| day.to_string());
        assert_eq!(day(45_413.0, false).as_deref(), Some("2024-05-01"));
        assert_eq!(day(45_413.75, false).as_deref(), Some("2024-05-01"));
        assert_eq!(day(43_951.0, true).as_deref(), Some("2024-05-01"));
        assert_eq!(day(1.0, false).as_deref(), Some("1900-01-01"));
        assert_eq!(day(61.0, false).as_deref(), Some("1900-03-01"));
        for number in [60.0, 0.0, -1.0, 1e12, f64::NAN] {
            assert_eq!(day(number, false), None, "{number}");
        }
    }

    #[test]
    fn letters_that_xml_has_no_place_for_are_read() {
        assert_eq!(unescaped("a_x000D_b"), "a\rb");
        for text in ["_x", "_x12", "_xZZZZ_", "_x00é_", "x_x_x", "_xD800_"] {
            assert_eq!(unescaped(text), text);
        }
    }
}
