//! What the sheets of a workbook share.

use std::collections::HashMap;

use rust_xlsxwriter::{
    Color, Format, FormatAlign, FormatBorder, FormatUnderline, Workbook, Worksheet, XlsxError,
};

use unicode_width::UnicodeWidthStr;

use crate::assess::Verdict;
use crate::language::Language;
use crate::scorecard::number;

/// Rows of a sheet below its head: Excel has 1,048,576 in all.
pub(super) const MOST_ROWS: usize = 1_048_575;

/// Excel knows about 200 number formats; units of values have no more of them.
const MOST_NUMBER_FORMATS: usize = 150;

/// Letters of a text that Excel holds in a cell.
const MOST_LETTERS: usize = 32_767;

/// The letters of a unit of values that stand in a number format.
const MOST_LETTERS_OF_UNIT: usize = 60;

/// What a fill says. Words or marks say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Fill {
    None,
    Verdict(Verdict),
}

impl Fill {
    /// Black on each has a contrast of at least 4.5 to 1.
    fn color(self) -> Option<Color> {
        match self {
            Fill::None => None,
            Fill::Verdict(Verdict::Met) => Some(Color::RGB(0x00d9_eadd)),
            Fill::Verdict(Verdict::Missed) => Some(Color::RGB(0x00f6_d5d1)),
            Fill::Verdict(Verdict::Indeterminate) => Some(Color::RGB(0x00ee_eeee)),
        }
    }
}

/// The mark of a verdict in a cell.
pub(super) fn mark(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => "✔",
        Verdict::Missed => "✘",
        Verdict::Indeterminate => "?",
    }
}

/// A cell of a sheet for people to read: a fine line stands below it.
fn line() -> Format {
    let gray = Color::RGB(0x00bb_bbbb);
    let format = Format::new().set_align(FormatAlign::Top);
    format.set_border_bottom(FormatBorder::Thin).set_border_bottom_color(gray)
}

/// The formats of cells, each made once.
pub(super) struct Formats {
    pub(super) language: Language,
    cells: HashMap<(String, Fill), Format>,
    texts: HashMap<(Fill, bool), Format>,
    /// The number formats with words, which are limited.
    worded: HashMap<String, ()>,
    pub(super) head: Format,
    /// The head of a column of numbers.
    pub(super) head_of_numbers: Format,
    pub(super) heading: Format,
    pub(super) title: Format,
    pub(super) bold: Format,
    pub(super) text: Format,
    pub(super) blank: Format,
    pub(super) date: Format,
}

impl Formats {
    pub(super) fn new(language: Language) -> Self {
        let text = line().set_align(FormatAlign::Left).set_text_wrap().set_indent(1);
        let head = Format::new()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Bottom)
            .set_border_bottom(FormatBorder::Medium);
        Formats {
            language,
            cells: HashMap::new(),
            texts: HashMap::new(),
            worded: HashMap::new(),
            head_of_numbers: head.clone().set_align(FormatAlign::Right),
            head: head.set_align(FormatAlign::Left).set_indent(1),
            heading: Format::new().set_bold().set_background_color(Color::RGB(0x00e3_ecef)),
            title: Format::new().set_bold().set_font_size(15),
            bold: text.clone().set_bold(),
            text,
            blank: line(),
            // Dates of tables: without a line below.
            date: Format::new().set_num_format("yyyy-mm-dd"),
        }
    }

    /// A text with a fill. One that leads to another cell is underlined.
    pub(super) fn filled(&mut self, fill: Fill, is_link: bool) -> &Format {
        self.texts.entry((fill, is_link)).or_insert_with(|| {
            let mut format = self.text.clone();
            if let Some(color) = fill.color() {
                format = format.set_background_color(color);
            }
            if is_link { format.set_underline(FormatUnderline::Single) } else { format }
        })
    }

    /// A number in a number format, with a fill.
    pub(super) fn number(&mut self, code: &str, fill: Fill) -> &Format {
        self.cells.entry((code.to_owned(), fill)).or_insert_with(|| {
            let mut format = line().set_text_wrap().set_num_format(code);
            if let Some(color) = fill.color() {
                format = format.set_background_color(color);
            }
            format
        })
    }

    /// The number format `code`, or `else_code` if there are too many formats with words.
    pub(super) fn worded(&mut self, code: String, else_code: String) -> String {
        if self.worded.contains_key(&code) {
            return code;
        }
        if self.worded.len() >= MOST_NUMBER_FORMATS {
            return else_code;
        }
        self.worded.insert(code.clone(), ());
        code
    }

    /// The number format of a value that is printed beside others, with its unit and with a mark before it.
    pub(super) fn value_code(
        &mut self,
        value: f64,
        beside: &[f64],
        unit: &str,
        before: &str,
    ) -> String {
        let digits = digits(value, beside);
        let unit = self.language.unit_of_value(unit);
        let unit = if unit.chars().count() > MOST_LETTERS_OF_UNIT { "" } else { &unit };
        let (before, after) = (
            if before.is_empty() { String::new() } else { quoted(&format!("{before}\u{a0}")) },
            if unit.is_empty() { String::new() } else { quoted(&format!("\u{a0}{unit}")) },
        );
        if before.is_empty() && after.is_empty() {
            return digits;
        }
        self.worded(format!("{before}{digits}{after}"), digits)
    }
}

/// The number format with as many decimals as keep a value in its order with those beside it.
pub(super) fn digits(value: f64, beside: &[f64]) -> String {
    match number::decimals_beside(value, beside) {
        Some(0) => "#,##0".to_owned(),
        Some(decimals) => format!("#,##0.{}", "0".repeat(decimals)),
        None => "0.00E+00".to_owned(),
    }
}

/// Words in a number format.
pub(super) fn quoted(words: &str) -> String {
    format!("\"{}\"", words.replace('"', "”").replace('\\', "/"))
}

/// A text as a cell holds it: Excel refuses longer ones.
pub(super) fn cell_text(text: &str) -> String {
    // Excel counts units of UTF-16.
    if text.encode_utf16().count() <= MOST_LETTERS {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut length = 1;
    for letter in text.chars() {
        length += letter.len_utf16();
        if length > MOST_LETTERS {
            break;
        }
        short.push(letter);
    }
    short + "…"
}

/// A column of a sheet for people to read.
pub(super) struct Head<'a> {
    pub(super) title: &'a str,
    /// Its width in letters.
    pub(super) width: f64,
    pub(super) has_numbers: bool,
}

impl<'a> Head<'a> {
    pub(super) fn text(title: &'a str, width: f64) -> Self {
        Head { title, width, has_numbers: false }
    }

    pub(super) fn numbers(title: &'a str, width: f64) -> Self {
        Head { title, width, has_numbers: true }
    }
}

/// The height of a line of text, in points.
const LINE: f64 = 15.0;

/// Sets the height of a row that has these texts in columns of these widths. Programs other than Excel do not find the
/// height of texts in several lines by themselves.
pub(super) fn fit_height<'t>(
    sheet: &mut Worksheet,
    row: u32,
    texts: impl IntoIterator<Item = (&'t str, f64)>,
) -> Result<(), XlsxError> {
    let lines = texts.into_iter().map(|(text, width)| lines(text, width)).max().unwrap_or(1);
    if lines > 1 {
        // Excel has no row above 409 points.
        sheet.set_row_height(row, (LINE * lines as f64).min(409.0))?;
    }
    Ok(())
}

/// The lines of a text that breaks between words.
fn lines(text: &str, width: f64) -> usize {
    let mut all = 0;
    for line in text.lines() {
        let (mut lines, mut used) = (1, 0.0);
        for word in line.split(' ') {
            // Letters are a little narrower than digits, which the width counts.
            let length = word.width() as f64 * 0.95;
            let is_first = used == 0.0;
            let with = if is_first { length } else { used + 0.95 + length };
            if with <= width {
                used = with;
                continue;
            }
            lines += usize::from(!is_first) + (length / width).ceil().max(1.0) as usize - 1;
            used = length % width;
        }
        all += lines;
    }
    all.max(1)
}

/// Sheets with more columns do not fit on the width of a page.
const MOST_COLUMNS_OF_PAGE: usize = 20;

/// Adds a sheet that prints on A4 landscape, one page wide if it has few columns, with its head on each page.
pub(super) fn add<'b>(
    book: &'b mut Workbook,
    name: &str,
    footer: &str,
    heads: &[Head<'_>],
    head_row: u32,
    formats: &Formats,
) -> Result<&'b mut Worksheet, XlsxError> {
    let sheet = book.add_worksheet();
    sheet.set_name(name)?;
    sheet.set_landscape();
    sheet.set_paper_size(9);
    if heads.len() <= MOST_COLUMNS_OF_PAGE {
        sheet.set_print_fit_to_pages(1, 0);
    } else {
        sheet.set_repeat_columns(0, 0)?;
    }
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    let page = formats.language.say("page_of", &[("page", "&P"), ("pages", "&N")]);
    sheet.set_footer(format!("&L{footer}&R{page}"));
    sheet.set_repeat_rows(head_row, head_row)?;
    for (column, head) in (0_u16..).zip(heads) {
        sheet.set_column_width(column, head.width)?;
        if !head.title.is_empty() {
            let format = if head.has_numbers { &formats.head_of_numbers } else { &formats.head };
            sheet.write_string_with_format(head_row, column, cell_text(head.title), format)?;
        }
    }
    fit_height(sheet, head_row, heads.iter().map(|head| (head.title, head.width)))?;
    Ok(sheet)
}

/// What stands at the foot of each page. An ampersand begins a code there.
pub(super) fn footer(plan: &str, as_of: &str) -> String {
    let text = format!("{plan} · {as_of}").replace('&', "&&");
    // Excel holds 255 letters of a footer, the number of the page among them.
    text.chars().take(180).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        for (text, width, expected) in [
            ("", 10.0, 1),
            ("short", 10.0, 1),
            ("two words", 6.0, 2),
            ("one two three four", 10.0, 2),
            ("anextremelylongword", 10.0, 2),
            ("a\nb\nc", 10.0, 3),
        ] {
            assert_eq!(lines(text, width), expected, "{text}");
        }
    }

    #[test]
    fn a_text_is_as_long_as_a_cell_holds() {
        let long = "😀".repeat(20_000);
        let cut = cell_text(&long);
        assert!(cut.ends_with('…') && cut.encode_utf16().count() <= MOST_LETTERS);
        assert_eq!(cell_text("as it is"), "as it is");
    }
}
