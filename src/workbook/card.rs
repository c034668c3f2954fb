//! The sheets for people to read: the scorecard, and the matrix of units and targets.

use std::collections::HashMap;

use rust_xlsxwriter::{Url, Workbook, Worksheet, XlsxError};

use super::sheet::{self, Fill, Formats, Head, cell_text, digits, mark, quoted};
use super::table::sheet_name;
use crate::assess::{Block, Verdict};
use crate::language::Language;
use crate::parallel::check_stop;
use crate::plan::{Plan, UnitIndex};
use crate::report::Report;
use crate::scorecard::card::{Card, Entry, Shared, TargetRows};
use crate::scorecard::wording::legible;
use crate::scorecard::{Limit, Line, number};

/// Rows of the scorecard; the sheet of assessments has all.
const MOST_LINES: usize = 100_000;

/// Excel follows no more links on a sheet than 65,530.
const MOST_LINKS: usize = 65_000;

/// Columns of the matrix. More are not for people to read.
const MOST_COLUMNS: usize = 1_000;

/// Each row says all of its own, but for the documents, which have a column.
const OWN: Shared =
    Shared { goal: false, goal_words: false, window: false, basis: true, note: false };

/// Where the rows of a report stand on the sheets of assessments.
pub(super) struct Links {
    sheet: String,
    starts: HashMap<*const Block, usize>,
    rows_of_sheet: usize,
}

impl Links {
    pub(super) fn new(report: &Report, sheet: &str, rows_of_sheet: usize) -> Self {
        let mut before = 0;
        let starts = report.stored_blocks().iter().map(|block| {
            let start = before;
            before += block.len();
            (std::ptr::from_ref(block), start)
        });
        Links { sheet: sheet.to_owned(), starts: starts.collect(), rows_of_sheet }
    }

    /// The address of a row, in the workbook itself.
    fn of(&self, entry: Entry<'_>) -> Option<String> {
        let (block, place) = entry.stored()?;
        let start = self.starts.get(&std::ptr::from_ref(block))?;
        let place = start + place.checked_sub(block.places.start)?;
        let sheet = sheet_name(&self.sheet, place / self.rows_of_sheet);
        // The first row has the number 2, below the head.
        Some(format!("internal:'{sheet}'!A{}", place % self.rows_of_sheet + 2))
    }
}

/// The first rows of a sheet: the title, the day and the plan, and lines of text.
fn write_title(
    sheet: &mut Worksheet,
    card: &Card<'_>,
    lines: &[String],
    formats: &Formats,
) -> Result<(), XlsxError> {
    let about = about(card, formats.language);
    sheet.write_string_with_format(0, 0, cell_text(&legible(&card.title)), &formats.title)?;
    sheet.write_string(1, 0, cell_text(&about))?;
    for (row, line) in (2..).zip(lines) {
        sheet.write_string(row, 0, cell_text(line))?;
    }
    Ok(())
}

fn about(card: &Card<'_>, language: Language) -> String {
    let (day, plan) = (language.day(card.as_of), legible(&card.plan));
    language.say("about", &[("day", &day), ("plan", &plan)])
}

fn footer(card: &Card<'_>, language: Language) -> String {
    let day = language.day(card.as_of);
    sheet::footer(&card.plan, &language.say("as_of", &[("day", &day)]))
}

/// Writes a line for each row, in the order of the plan.
pub(super) fn write_scorecard(
    book: &mut Workbook,
    card: &Card<'_>,
    links: &Links,
    formats: &mut Formats,
) -> Result<(), XlsxError> {
    let language = formats.language;
    let heads: [Head<'_>; 14] = [
        Head::text(language.phrase("target"), 28.0),
        Head::text(language.phrase("head_for"), 18.0),
        Head::text(language.phrase("window"), 19.0),
        Head::text(language.phrase("head_goal"), 16.0),
        Head::numbers(language.phrase("head_value"), 12.0),
        Head::text(language.phrase("head_verdict"), 19.0),
        Head::text(language.phrase("certainty"), 13.0),
        Head::numbers(language.phrase("head_gap"), 9.0),
        Head::numbers(language.phrase("head_attainment"), 10.0),
        Head::numbers(language.phrase("head_needed"), 17.0),
        Head::numbers(language.phrase("head_chance"), 10.0),
        Head::numbers(language.phrase("head_completeness"), 10.0),
        Head::text(language.phrase("remarks"), 32.0),
        Head::text(language.phrase("rests_on"), 20.0),
    ];
    let counts = card.counts();
    let mut lines = vec![language.verdicts(&counts)];
    lines.extend(language.made_up(card));
    lines.extend(card.expected_wrong.as_ref().and_then(|wrong| language.expected_wrong(wrong)));
    if counts.rows > MOST_LINES {
        lines.push(language.left_out(counts.rows - MOST_LINES));
    }
    // A blank row stands between the lines and the head.
    let head_row = 3 + lines.len() as u32;
    let (name, footer) = (language.phrase("sheet_scorecard"), footer(card, language));
    let sheet = sheet::add(book, name, &footer, &heads, head_row, formats)?;
    write_title(sheet, card, &lines, formats)?;
    sheet.set_freeze_panes(head_row + 1, 1)?;
    let mut row = head_row;
    let mut written = 0;
    'all: for section in &card.sections {
        row += 1;
        for column in 1..heads.len() as u16 {
            sheet.write_blank(row, column, &formats.heading)?;
        }
        let heading = cell_text(&legible(&section.heading));
        sheet.write_string_with_format(row, 0, heading, &formats.heading)?;
        for target in &section.targets {
            let opened = target.open();
            for entry in target.entries() {
                check_stop();
                if written == MOST_LINES {
                    break 'all;
                }
                row += 1;
                let link = links.of(entry).filter(|_| written < MOST_LINKS);
                let line = entry.line();
                let has_namesake = opened.has_namesake(&line.assessment.unit_name);
                let unit = language.unit(&line.assessment, has_namesake);
                write_line(sheet, row, &line, &unit, link, &heads, formats)?;
                written += 1;
            }
        }
    }
    if row > head_row {
        sheet.autofilter(head_row, 0, row, heads.len() as u16 - 1)?;
    }
    Ok(())
}

fn write_line(
    sheet: &mut Worksheet,
    row: u32,
    line: &Line,
    unit: &str,
    link: Option<String>,
    heads: &[Head<'_>],
    formats: &mut Formats,
) -> Result<(), XlsxError> {
    let language = formats.language;
    let assessment = &line.assessment;
    let title = cell_text(&legible(&line.target_title));
    let texts = [
        (1, unit.to_owned()),
        (2, language.window(assessment)),
        (3, language.goal(line)),
        (6, language.certainty(assessment).to_owned()),
        (12, language.remarks(line, OWN).join("; ")),
        (13, assessment.basis.as_deref().map(legible).unwrap_or_default()),
    ];
    for (column, _) in (0_u16..).zip(heads) {
        sheet.write_blank(row, column, &formats.blank)?;
    }
    for (column, text) in texts.iter().filter(|(_, text)| !text.is_empty()) {
        sheet.write_string_with_format(row, *column, cell_text(text), &formats.text)?;
    }
    let all = texts.iter().map(|(column, text)| (*column, text.as_str())).chain([(0, &*title)]);
    let all = all.filter_map(|(column, text)| Some((text, heads.get(usize::from(column))?.width)));
    sheet::fit_height(sheet, row, all)?;
    sheet.write_string_with_format(row, 0, title, &formats.text)?;
    let fill = Fill::Verdict(assessment.verdict);
    let verdict = format!("{} {}", mark(assessment.verdict), language.verdict(assessment));
    let format = formats.filled(fill, link.is_some());
    match link {
        // A short text: some programs show a link in one line.
        Some(link) => {
            sheet.write_url_with_format(row, 5, Url::new(link).set_text(verdict), format)?
        }
        None => sheet.write_string_with_format(row, 5, verdict, format)?,
    };
    let mut number = |column: u16, number: Option<f64>, code: &str| {
        let Some(number) = number.filter(|number| number.is_finite()) else { return Ok(()) };
        let format = formats.number(code, Fill::None);
        sheet.write_number_with_format(row, column, number, format).map(|_| ())
    };
    let percent = |share: f64| format!("{}{}", digits(share, &[100.0]), quoted("\u{a0}%"));
    number(7, gap(line), &gap_code(line))?;
    number(8, assessment.attainment, &assessment.attainment.map(percent).unwrap_or_default())?;
    let completeness = assessment.completeness;
    number(11, completeness, &completeness.map(percent).unwrap_or_default())?;
    let chance = assessment.chance.filter(|_| !assessment.is_final);
    number(10, chance, &chance.map(|chance| chance_code(chance, language)).unwrap_or_default())?;
    if let Some((needed, code)) = needed(line, language) {
        let code = formats.worded(code, "#,##0".to_owned());
        let format = formats.number(&code, Fill::None);
        sheet.write_number_with_format(row, 9, needed, format)?;
    }
    if let Some(value) = assessment.value.filter(|value| value.is_finite()) {
        let code = formats.value_code(value, &beside(line), &line.unit_of_value, "");
        let format = formats.number(&code, Fill::None);
        sheet.write_number_with_format(row, 4, value, format)?;
    }
    Ok(())
}

/// The numbers that a value is printed beside.
fn beside(line: &Line) -> Vec<f64> {
    let mut beside = line.goals();
    beside.extend(line.assessment.expected_now);
    beside
}

/// The gap; 0 where it is floating-point noise.
fn gap(line: &Line) -> Option<f64> {
    let (gap, value) = line.assessment.gap.zip(line.assessment.value)?;
    let is_noise = number::distance(gap, value, &line.goals()) == "0";
    Some(if is_noise { 0.0 } else { gap })
}

/// The number format of a gap, with its sign, in the decimals that it is printed with.
fn gap_code(line: &Line) -> String {
    let Some((gap, value)) = line.assessment.gap.zip(line.assessment.value) else {
        return String::new();
    };
    let printed = number::distance(gap, value, &line.goals());
    match number::decimals_of(&printed) {
        Some(decimals) => {
            let digits = match decimals {
                0 => "#,##0".to_owned(),
                decimals => format!("#,##0.{}", "0".repeat(decimals)),
            };
            format!("+{digits};-{digits};0")
        }
        None => "+0.00E+00;-0.00E+00;0".to_owned(),
    }
}

/// The number format of a chance. What is neither certain nor impossible never looks so.
fn chance_code(chance: f64, language: Language) -> String {
    if chance > 0.0 && chance < 0.01 || chance > 0.99 && chance < 1.0 {
        quoted(&language.percent(chance))
    } else {
        "0%".to_owned()
    }
}

/// What it would take: a number of events, and the number format that says what they are.
fn needed(line: &Line, language: Language) -> Option<(f64, String)> {
    let needed = line.assessment.needed?;
    language.needed(line)?;
    let key = match (needed.signum(), line.limit) {
        (-1, _) => "allowed",
        (1, Limit::Floor | Limit::Band) => "more",
        (1, Limit::Ceiling) => "too_many",
        _ => return Some((0.0, quoted(language.phrase("none_allowed")))),
    };
    let phrase = language.phrase(key);
    let (before, after) = phrase.split_once("{events}").unwrap_or(("", phrase));
    let words = |words: &str| if words.is_empty() { String::new() } else { quoted(words) };
    let code = format!("{}#,##0{}", words(before), words(after));
    Some((needed.unsigned_abs() as f64, code))
}

/// Writes the latest value of each unit and target: units are rows, targets are columns. A mark and a fill say the verdict.
pub(super) fn write_units(
    book: &mut Workbook,
    plan: &Plan,
    card: &Card<'_>,
    formats: &mut Formats,
) -> Result<(), XlsxError> {
    let language = formats.language;
    // A target with several categories has a column for each.
    let mut columns: Vec<(String, HashMap<UnitIndex, Entry<'_>>)> = Vec::new();
    let opened: Vec<_> =
        card.sections.iter().flat_map(|section| &section.targets).map(TargetRows::open).collect();
    for target in &opened {
        let mut places: HashMap<Option<&str>, usize> = HashMap::new();
        for entry in target.entries() {
            check_stop();
            let Some(unit) = entry.unit_index() else { continue };
            let place = *places.entry(entry.stratum()).or_insert_with(|| {
                let title = legible(&entry.line().target_title);
                columns.push(match entry.stratum() {
                    Some(stratum) => (format!("{title}, {}", legible(stratum)), HashMap::new()),
                    None => (title, HashMap::new()),
                });
                columns.len() - 1
            });
            if let Some((_, entries)) = columns.get_mut(place) {
                entries.insert(unit, entry);
            }
        }
    }
    let all = columns.len();
    columns.truncate(MOST_COLUMNS);
    let words = [Verdict::Met, Verdict::Missed, Verdict::Indeterminate]
        .map(|verdict| format!("{} {}", mark(verdict), language.bare_verdict(verdict)));
    let [met, missed, none] = &words;
    let mut lines =
        vec![language.say("marks_of_cells", &[("met", met), ("missed", missed), ("none", none)])];
    if all > columns.len() {
        let (shown, all) = (language.count(columns.len()), language.count(all));
        lines.push(language.say("units_left_out", &[("shown", &shown), ("all", &all)]));
    }
    let head_row = 3 + lines.len() as u32;
    let mut heads: Vec<Head<'_>> = vec![
        Head::text(language.phrase("unit"), 28.0),
        Head::text(language.phrase("head_level"), 12.0),
    ];
    heads.extend(columns.iter().map(|(title, _)| Head::numbers(title, 18.0)));
    let (name, footer) = (language.phrase("sheet_units"), footer(card, language));
    let sheet = sheet::add(book, name, &footer, &heads, head_row, formats)?;
    write_title(sheet, card, &lines, formats)?;
    sheet.set_freeze_panes(head_row + 1, 1)?;
    let mut row = head_row;
    for (index, unit) in plan.units().iter() {
        check_stop();
        if !columns.iter().any(|(_, entries)| entries.contains_key(&index)) {
            continue;
        }
        if (row - head_row) as usize >= MOST_LINES {
            break;
        }
        row += 1;
        let label = if unit.name.trim().is_empty() || unit.name == unit.id {
            legible(&unit.id)
        } else {
            format!("{} ({})", legible(&unit.name), legible(&unit.id))
        };
        sheet.write_string_with_format(row, 0, cell_text(&label), &formats.text)?;
        let level = legible(plan.units().level_name(unit.level));
        sheet.write_string_with_format(row, 1, cell_text(&level), &formats.text)?;
        let mut height = vec![(label, 28.0)];
        for (column, (_, entries)) in (2_u16..).zip(&columns) {
            let Some(entry) = entries.get(&index) else {
                sheet.write_blank(row, column, &formats.blank)?;
                continue;
            };
            let (verdict, line) = (entry.verdict(), entry.line());
            match entry.value().filter(|value| value.is_finite()) {
                Some(value) => {
                    let unit = entry.unit_of_value();
                    let code = formats.value_code(value, &beside(&line), unit, mark(verdict));
                    let format = formats.number(&code, Fill::Verdict(verdict));
                    sheet.write_number_with_format(row, column, value, format)?;
                }
                None => {
                    let reason = entry.reason().map_or("", |reason| language.reason(reason));
                    let text = format!("{} {reason}", mark(verdict));
                    let format = formats.filled(Fill::Verdict(verdict), false);
                    sheet.write_string_with_format(row, column, text.trim_end(), format)?;
                    height.push((text, 18.0));
                }
            }
        }
        sheet::fit_height(sheet, row, height.iter().map(|(text, width)| (text.as_str(), *width)))?;
    }
    if row > head_row {
        sheet.autofilter(head_row, 0, row, heads.len() as u16 - 1)?;
    }
    Ok(())
}
