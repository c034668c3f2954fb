//! The first rows of a table, as text and as HTML.

use arrow_array::{Array, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{DataType, Schema};
use askama::Template;
use unicode_width::UnicodeWidthStr;

use attain::binding::legible;

/// A table with more rows than this shows the first of them.
const ROWS_SHOWN: usize = 10;
/// A cell with more characters than this is cut.
const LONGEST_CELL: usize = 40;
/// The width of the text.
const WIDTH: usize = 100;
/// Significant digits of numbers that are not whole.
const DIGITS: i32 = 6;

/// The first rows of a table.
#[derive(Template)]
#[template(path = "table.html")]
pub(super) struct Preview {
    columns: Vec<Column>,
    /// Row after row; cells without a value are empty.
    rows: Vec<Vec<Option<String>>>,
    extent: String,
}

struct Column {
    name: String,
    is_number: bool,
}

impl Preview {
    pub(super) fn of(schema: &Schema, batches: &[RecordBatch]) -> Preview {
        let fields = schema.fields().iter();
        let columns = fields.map(|field| Column {
            name: legible(field.name(), LONGEST_CELL),
            is_number: is_number(field.data_type()),
        });
        let columns: Vec<Column> = columns.collect();
        let mut rows = Vec::new();
        for batch in batches {
            for row in 0..batch.num_rows().min(ROWS_SHOWN - rows.len()) {
                rows.push(batch.columns().iter().map(|array| cell(array, row)).collect());
            }
        }
        let all: usize = batches.iter().map(RecordBatch::num_rows).sum();
        let of_rows = if all == 1 { "1 row".to_owned() } else { format!("{all} rows") };
        let extent = match all {
            all if all > rows.len() => format!("{of_rows}, the first {} shown", rows.len()),
            _ => of_rows,
        };
        Preview { columns, rows, extent }
    }

    pub(super) fn html(&self) -> String {
        // Writing to a string does not fail.
        self.render().unwrap_or_default()
    }

    /// Columns side by side, as many as the width has room for.
    pub(super) fn text(&self) -> String {
        let shown = |cell: &Option<String>| cell.clone().unwrap_or_else(|| "–".to_owned());
        let mut lines = vec![String::new(); self.rows.len() + 1];
        let mut left_out = Vec::new();
        for (at, column) in self.columns.iter().enumerate() {
            let cells = self.rows.iter().map(|row| shown(&row[at]));
            let cells: Vec<String> = std::iter::once(column.name.clone()).chain(cells).collect();
            let width = cells.iter().map(|cell| cell.width()).max().unwrap_or(0);
            if !left_out.is_empty() || (at > 0 && lines[0].width() + 2 + width > WIDTH) {
                left_out.push(column.name.as_str());
                continue;
            }
            for (line, cell) in lines.iter_mut().zip(&cells) {
                if at > 0 {
                    line.push_str("  ");
                }
                let blanks = " ".repeat(width - cell.width());
                let (before, after) =
                    if column.is_number { (&*blanks, "") } else { ("", &*blanks) };
                line.push_str(&format!("{before}{cell}{after}"));
            }
        }
        let mut text: String = lines.iter().map(|line| format!("{}\n", line.trim_end())).collect();
        text.push_str(&self.extent);
        if !left_out.is_empty() {
            text.push_str(&format!("; columns not shown: {}", left_out.join(", ")));
        }
        text
    }
}

fn is_number(kind: &DataType) -> bool {
    kind.is_numeric()
}

/// A cell as text; none where it has no value.
fn cell(array: &dyn Array, row: usize) -> Option<String> {
    if array.is_null(row) {
        return None;
    }
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(array, &options).ok()?;
    let text = formatter.value(row).try_to_string().ok()?;
    let text = match array.data_type() {
        DataType::Float64 => text.parse().map_or(text, number),
        _ => text,
    };
    Some(legible(&text, LONGEST_CELL))
}

/// A number in its significant digits.
fn number(value: f64) -> String {
    let size = value.abs();
    if size >= 1e15 || (size > 0.0 && size < 1e-4) {
        return format!("{value:.3e}");
    }
    let before_the_point = if size < 1.0 { 0 } else { size.log10().floor() as i32 + 1 };
    let decimals = usize::try_from(DIGITS - before_the_point).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}
