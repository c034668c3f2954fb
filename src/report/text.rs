//! A scorecard in a terminal.
//!
//! A target takes a line for itself and a line for each row. Where a level has many rows, they are
//! counted, and only those furthest from the goal are shown. Widths are counted in terminal cells,
//! so that Vietnamese in either normal form, Chinese and emoji keep the columns straight.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::assessment::Verdict;
use super::number;
use super::scorecard::{Counts, Level, Line, Scorecard, Section, Target};
use super::wording::{self, legible};

/// Rows of one target at one level that are shown one by one; more are counted.
const ROWS_SHOWN: usize = 8;
/// Of the rows that are counted, as many are shown, furthest from the goal first.
const FURTHEST_SHOWN: usize = 5;
/// Targets of one section that are shown one by one.
const TARGETS_SHOWN: usize = 60;
/// Below this many cells nothing can be laid out; a narrower terminal wraps by itself.
const LEAST_WIDTH: usize = 40;
/// A unit's name is cut to no fewer cells before the rows are broken into lines instead.
const LEAST_UNIT: usize = 16;

/// A scorecard as text for a terminal `width` cells wide (at least 40), each line ended.
///
/// With `colour`, verdicts are coloured and headings bold by ANSI sequences; without, the text has
/// none. Marks and words say the same either way. Control characters in titles are not passed on.
///
/// ```
/// # use attain::report::{scorecard::{Scorecard, Section}, text};
/// # let as_of = chrono::NaiveDate::from_ymd_opt(2023, 12, 14).unwrap();
/// let section = Section { heading: "Targets".to_owned(), documents: Vec::new(), rows: Vec::new() };
/// let scorecard = Scorecard {
///     title: "An toàn cho mọi quận".to_owned(),
///     plan: "districts-2023".to_owned(),
///     as_of,
///     sections: vec![section],
/// };
/// let text = text::render(&scorecard, 80, false);
/// assert!(text.contains("as of 14\u{a0}Dec\u{a0}2023"));
/// assert!(text.contains("no rows"));
/// ```
pub fn render(scorecard: &Scorecard, width: usize, colour: bool) -> String {
    let mut writer = Writer {
        text: String::new(),
        width: width.max(LEAST_WIDTH),
        colour,
        with_confidence: wording::confidences(scorecard).len() > 1,
        left_out: 0,
    };
    writer.head(scorecard);
    for section in &scorecard.sections {
        writer.section(section);
    }
    writer.foot(scorecard);
    writer.text
}

/// How a piece of text is set off, by ANSI sequences where they are wanted.
///
/// Blue and orange of the 256 colours are told apart by the colour-blind and have a contrast of
/// about 4 to both black and white, whichever the terminal's background is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tone {
    Plain,
    Strong,
    Faint,
    Met,
    Missed,
}

impl Tone {
    fn sequence(self) -> &'static str {
        match self {
            Tone::Plain => "",
            Tone::Strong => "\u{1b}[1m",
            Tone::Faint => "\u{1b}[2m",
            Tone::Met => "\u{1b}[38;5;32m",
            Tone::Missed => "\u{1b}[38;5;166m",
        }
    }
}

/// A row, cell by cell.
struct Cells {
    tone: Tone,
    verdict: String,
    certainty: &'static str,
    unit: String,
    window: String,
    value: String,
    interval: String,
    gap: String,
    needed: String,
    remarks: String,
}

/// What stands below a section's heading.
enum Item {
    /// A target's title and what all its rows share.
    Target { title: String, shared: String, note: Option<String> },
    /// A row.
    Row(Cells),
    /// Rows that are counted.
    Level(String),
}

/// The widths of a section's columns, if its rows fit into one line each.
struct Columns {
    verdict: usize,
    certainty: usize,
    unit: usize,
    window: usize,
    value: usize,
    interval: usize,
    gap: usize,
    needed: usize,
}

const HEADER: [&str; 8] =
    ["  verdict", "certainty", "unit", "window", "value", "interval", "gap", "to meet it"];

struct Writer {
    text: String,
    width: usize,
    colour: bool,
    with_confidence: bool,
    left_out: usize,
}

impl Writer {
    fn head(&mut self, scorecard: &Scorecard) {
        self.paragraph(&legible(&scorecard.title), 0, 0, Tone::Strong);
        let targets: usize = scorecard.sections.iter().map(|section| section.targets().len()).sum();
        let counts = Counts::of(scorecard.sections.iter().flat_map(|section| &section.rows));
        let about = format!(
            "plan {} · as of {} · {}",
            legible(&scorecard.plan),
            wording::day(scorecard.as_of),
            wording::extent(counts.rows, targets, counts.running),
        );
        self.paragraph(&about, 0, 2, Tone::Faint);
        self.text.push('\n');
        let summary = [
            ('●', "met", Tone::Met, counts.met(), wording::certainties(counts.met)),
            ('■', "missed", Tone::Missed, counts.missed(), wording::certainties(counts.missed)),
            (
                '◌',
                "no verdict",
                Tone::Plain,
                counts.undecided(),
                wording::reasons(&counts.undecided),
            ),
        ];
        let digits = summary.iter().map(|(.., rows, _)| number::count(*rows).width()).max();
        for (mark, word, tone, rows, detail) in summary {
            let rows = left_pad(&number::count(rows), digits.unwrap_or(0));
            let lead = format!("  {mark} {rows} {}", right_pad(word, "no verdict".len()));
            self.paint(&lead, tone);
            self.flow(&detail, lead.width(), 6, Tone::Plain);
        }
    }

    fn section(&mut self, section: &Section) {
        self.text.push('\n');
        let heading = legible(&section.heading);
        let rule = self.width.saturating_sub(heading.width() + 1);
        if rule >= 4 {
            self.paint(&heading, Tone::Strong);
            self.text.push(' ');
            self.paint(&"─".repeat(rule), Tone::Faint);
            self.text.push('\n');
        } else {
            self.paragraph(&heading, 0, 0, Tone::Strong);
        }
        let items = self.items(section);
        if items.is_empty() {
            self.paragraph("no rows", 2, 2, Tone::Faint);
        }
        let columns = self.columns(&items, false);
        let columns_with_window = self.columns(&items, true);
        if let Some(columns) = columns.as_ref().or(columns_with_window.as_ref()) {
            self.header(columns);
        }
        for item in items {
            match item {
                Item::Target { title, shared, note } => {
                    let joint = " ·";
                    let lead = title.width() + joint.width();
                    if lead + 1 + shared.width() <= self.width {
                        self.paint(&title, Tone::Strong);
                        self.text.push_str(joint);
                        self.flow(&shared, lead, 2, Tone::Plain);
                    } else {
                        self.paragraph(&title, 0, 2, Tone::Strong);
                        self.paragraph(&shared, 2, 2, Tone::Plain);
                    }
                    if let Some(note) = note {
                        self.paragraph(&note, 2, 2, Tone::Faint);
                    }
                }
                Item::Level(text) => self.paragraph(&text, 2, 4, Tone::Plain),
                Item::Row(cells) => {
                    let fitting =
                        if cells.window.is_empty() { &columns } else { &columns_with_window };
                    match fitting {
                        Some(columns) => self.line(&cells, columns),
                        None => self.stack(&cells),
                    }
                }
            }
        }
        if !section.documents.is_empty() {
            self.paragraph("Rests on", 2, 2, Tone::Faint);
        }
        for document in &section.documents {
            self.paragraph(&wording::document(document), 4, 6, Tone::Plain);
            if let Some(source) = &document.source {
                self.paragraph(&legible(source), 6, 6, Tone::Faint);
            }
        }
    }

    fn foot(&mut self, scorecard: &Scorecard) {
        let mut notes = wording::notes(scorecard);
        if self.left_out > 0 {
            notes.insert(
                0,
                format!(
                    "{} rows are counted above but not shown; {}.",
                    number::count(self.left_out),
                    wording::FULL_TABLE
                ),
            );
        }
        if notes.is_empty() {
            return;
        }
        self.text.push('\n');
        for note in notes {
            self.paragraph(&note, 0, 0, Tone::Faint);
        }
    }

    /// What a section shows, with the rows that would be too many counted.
    fn items(&mut self, section: &Section) -> Vec<Item> {
        let (shown, others) = most_telling(section.targets());
        let mut items = Vec::new();
        for target in &shown {
            let Some(line) = target.first() else { continue };
            let mut shared = Vec::new();
            if target.shared.goal {
                shared.push(wording::goal(line));
            }
            if target.shared.window {
                shared.push(wording::window(&line.assessment));
            }
            if target.shared.basis {
                shared.extend(line.assessment.basis.as_deref().map(legible));
            }
            items.push(Item::Target {
                title: legible(&line.target_title),
                shared: shared.join(" · "),
                note: line.note.as_deref().filter(|_| target.shared.note).map(legible),
            });
            for level in &target.levels {
                self.level(target, level, &mut items);
            }
        }
        if !others.is_empty() {
            let counts = Counts::of(others.iter().flat_map(Target::lines));
            self.left_out += counts.rows;
            items.push(Item::Level(format!(
                "{} more targets: {}",
                number::count(others.len()),
                wording::verdicts(&counts)
            )));
        }
        items
    }

    fn level(&mut self, target: &Target<'_>, level: &Level<'_>, items: &mut Vec<Item>) {
        if level.lines.len() <= ROWS_SHOWN {
            items.extend(level.lines.iter().map(|line| Item::Row(self.cells(target, line))));
            return;
        }
        let counts = Counts::of(level.lines.iter().copied());
        let furthest = level.furthest();
        let shown = furthest.len().min(FURTHEST_SHOWN);
        self.left_out += level.lines.len() - shown;
        let lead = match shown {
            0 => "",
            _ if shown == furthest.len() => "; the missed:",
            _ => "; furthest from the goal:",
        };
        let name = legible(level.name);
        items.push(Item::Level(format!("{name}: {}{lead}", wording::verdicts(&counts))));
        items.extend(furthest.iter().take(shown).map(|line| Item::Row(self.cells(target, line))));
    }

    fn cells(&self, target: &Target<'_>, line: &Line) -> Cells {
        let row = &line.assessment;
        let mut remarks = wording::remarks(line, target.shared);
        if !target.shared.goal {
            remarks.insert(0, format!("goal: {}", wording::goal(line)));
        }
        Cells {
            tone: match row.verdict {
                Verdict::Met => Tone::Met,
                Verdict::Missed => Tone::Missed,
                Verdict::Indeterminate => Tone::Plain,
            },
            verdict: format!(
                "{} {}",
                wording::mark(row.verdict, row.certainty),
                wording::verdict(row)
            ),
            certainty: wording::certainty(row),
            unit: wording::unit(row, target.has_namesake(row)),
            window: if target.shared.window { String::new() } else { wording::window(row) },
            value: wording::value(line)
                .map(|value| wording::with_unit(&value, &legible(&line.unit_of_value)))
                .unwrap_or_default(),
            interval: wording::interval(line, self.with_confidence).unwrap_or_default(),
            gap: wording::gap(line).unwrap_or_default(),
            needed: wording::needed(line).unwrap_or_default(),
            remarks: remarks.join(" · "),
        }
    }

    /// The columns that hold a section's rows in a line each, or `None` where they don't fit.
    ///
    /// Rows that name their window are laid out apart: their column would squeeze all others.
    fn columns(&self, items: &[Item], with_window: bool) -> Option<Columns> {
        let rows: Vec<&Cells> = items
            .iter()
            .filter_map(|item| match item {
                Item::Row(cells) => Some(cells),
                Item::Target { .. } | Item::Level(_) => None,
            })
            .filter(|cells| cells.window.is_empty() != with_window)
            .collect();
        let widest = |cell: fn(&Cells) -> &str, header: &str| match rows
            .iter()
            .map(|cells| cell(cells).width())
            .max()
        {
            None | Some(0) => 0,
            Some(widest) => widest.max(header.width()),
        };
        let [verdict, certainty, unit, window, value, interval, gap, needed] = HEADER;
        let mut columns = Columns {
            verdict: widest(|cells| &cells.verdict, verdict),
            certainty: widest(|cells| cells.certainty, certainty),
            unit: widest(|cells| &cells.unit, unit),
            window: widest(|cells| &cells.window, window),
            value: widest(|cells| &cells.value, value),
            interval: widest(|cells| &cells.interval, interval),
            gap: widest(|cells| &cells.gap, gap),
            needed: widest(|cells| &cells.needed, needed),
        };
        let natural = columns.unit;
        columns.unit = 0;
        let room = self.width.checked_sub(columns.width() + 2)?;
        columns.unit = natural.min(room);
        (natural > 0 && columns.unit >= natural.min(LEAST_UNIT)).then_some(columns)
    }

    fn header(&mut self, columns: &Columns) {
        let [verdict, certainty, unit, window, value, interval, gap, needed] = HEADER;
        let line = columns.join([
            right_pad(verdict, columns.verdict),
            right_pad(certainty, columns.certainty),
            right_pad(unit, columns.unit),
            right_pad(window, columns.window),
            left_pad(value, columns.value),
            right_pad(interval, columns.interval),
            left_pad(gap, columns.gap),
            right_pad(needed, columns.needed),
        ]);
        self.paint(line.trim_end(), Tone::Faint);
        self.text.push('\n');
    }

    /// A row in one line, its remarks behind it where they fit, else below.
    fn line(&mut self, cells: &Cells, columns: &Columns) {
        let lead = format!("  {}", right_pad(&cells.verdict, columns.verdict));
        let line = columns.join([
            right_pad(&cells.verdict, columns.verdict),
            right_pad(cells.certainty, columns.certainty),
            right_pad(&cut(&cells.unit, columns.unit), columns.unit),
            right_pad(&cells.window, columns.window),
            left_pad(&cells.value, columns.value),
            right_pad(&cells.interval, columns.interval),
            left_pad(&cells.gap, columns.gap),
            right_pad(&cells.needed, columns.needed),
        ]);
        let rest = line.strip_prefix(lead.as_str()).unwrap_or_default();
        // Without a value, the reason stands where the value would.
        let rest = match cells.value.is_empty() {
            true => split_at_width(rest, columns.before_value() - lead.width()).0,
            false => rest.trim_end().to_owned(),
        };
        self.paint(&lead, cells.tone);
        if cells.remarks.is_empty() {
            self.text.push_str(rest.trim_end());
        } else if lead.width() + rest.width() + 2 + cells.remarks.width() <= self.width {
            self.text.push_str(&rest);
            self.text.push(' ');
        } else {
            self.text.push_str(rest.trim_end());
        }
        self.flow(&cells.remarks, lead.width() + rest.width() + 1, 6, Tone::Faint);
    }

    /// A row in several lines.
    fn stack(&mut self, cells: &Cells) {
        self.text.push_str("  ");
        self.paint(&cells.verdict, cells.tone);
        let mut judgement = String::new();
        if cells.certainty == "not known" {
            judgement.push_str(", certainty not known");
        } else if !cells.certainty.is_empty() {
            judgement.push_str(&format!(", {}", cells.certainty));
        }
        self.text.push_str(&judgement);
        self.text.push(':');
        let lead = 2 + cells.verdict.width() + judgement.width() + 1;
        let separator = if cells.window.is_empty() { "" } else { ", " };
        let unit = format!("{}{separator}{}", cells.unit, cells.window);
        self.flow(&unit, lead, 4, Tone::Plain);
        let mut figures = Vec::new();
        if !cells.value.is_empty() {
            figures.push(match cells.interval.as_str() {
                "" => cells.value.clone(),
                interval => format!("{} ({interval})", cells.value),
            });
        }
        if !cells.gap.is_empty() {
            figures.push(format!("gap {}", cells.gap));
        }
        if !cells.needed.is_empty() {
            figures.push(cells.needed.clone());
        }
        if !figures.is_empty() {
            self.paragraph(&figures.join(", "), 4, 4, Tone::Plain);
        }
        if !cells.remarks.is_empty() {
            self.paragraph(&cells.remarks, 4, 4, Tone::Faint);
        }
    }

    fn paint(&mut self, text: &str, tone: Tone) {
        if self.colour && tone != Tone::Plain && !text.is_empty() {
            self.text.push_str(tone.sequence());
            self.text.push_str(text);
            self.text.push_str("\u{1b}[0m");
        } else {
            self.text.push_str(text);
        }
    }

    /// A text from the line's start, broken where it has to be, and the line's end.
    fn paragraph(&mut self, text: &str, first_indent: usize, indent: usize, tone: Tone) {
        for (place, line) in broken(text, self.width, first_indent, indent).iter().enumerate() {
            self.text.push_str(&" ".repeat(if place == 0 { first_indent } else { indent }));
            self.paint(line, tone);
            self.text.push('\n');
        }
    }

    /// A text behind what already stands on the line: there if it fits whole, else broken and
    /// indented below; then the line's end.
    fn flow(&mut self, text: &str, taken: usize, indent: usize, tone: Tone) {
        if text.is_empty() {
            self.text.push('\n');
        } else if taken + 1 + text.width() <= self.width {
            self.text.push(' ');
            self.paint(text, tone);
            self.text.push('\n');
        } else {
            self.text.push('\n');
            self.paragraph(text, indent, indent, tone);
        }
    }
}

impl Columns {
    fn all(&self) -> [usize; 8] {
        [
            self.verdict,
            self.certainty,
            self.unit,
            self.window,
            self.value,
            self.interval,
            self.gap,
            self.needed,
        ]
    }

    /// The columns that stand before the value.
    fn before_value(&self) -> usize {
        let before = [self.verdict, self.certainty, self.unit, self.window];
        before.iter().filter(|width| **width > 0).map(|width| width + 2).sum()
    }

    /// All columns, the margin before and the gutters between them; an empty column takes no room.
    fn width(&self) -> usize {
        self.all().iter().filter(|width| **width > 0).map(|width| width + 2).sum()
    }

    fn join(&self, cells: [String; 8]) -> String {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(self.all()) {
            if width > 0 {
                line.push_str("  ");
                line.push_str(cell);
            }
        }
        line
    }
}

/// The targets shown one by one, in their order, and those only counted. Where there are too many,
/// the ones with a row missed or without a verdict tell more than those met throughout.
fn most_telling(targets: Vec<Target<'_>>) -> (Vec<Target<'_>>, Vec<Target<'_>>) {
    if targets.len() <= TARGETS_SHOWN {
        return (targets, Vec::new());
    }
    let is_met =
        |target: &Target<'_>| target.lines().all(|line| line.assessment.verdict == Verdict::Met);
    let mut order: Vec<usize> = (0..targets.len()).collect();
    order.sort_by_key(|place| is_met(&targets[*place]));
    let mut is_shown = vec![false; targets.len()];
    for place in order.into_iter().take(TARGETS_SHOWN) {
        is_shown[place] = true;
    }
    let (shown, others): (Vec<_>, Vec<_>) =
        targets.into_iter().zip(is_shown).partition(|(_, is_shown)| *is_shown);
    let without_flag = |list: Vec<(_, bool)>| list.into_iter().map(|(target, _)| target).collect();
    (without_flag(shown), without_flag(others))
}

fn right_pad(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

fn left_pad(text: &str, width: usize) -> String {
    format!("{}{text}", " ".repeat(width.saturating_sub(text.width())))
}

/// A text cut to a width, with an ellipsis in the last cell. A letter keeps its combining marks.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let (mut head, _) = split_at_width(text, width.saturating_sub(1));
    head.push('…');
    head
}

/// As much of a text as fits into a width, and the rest.
fn split_at_width(text: &str, width: usize) -> (String, &str) {
    let mut taken = 0;
    for (place, character) in text.char_indices() {
        taken += character.width().unwrap_or(0);
        if taken > width {
            return (text[..place].to_owned(), &text[place..]);
        }
    }
    (text.to_owned(), "")
}

/// A text in lines of at most `width` cells, indents included. It is broken at spaces, but not at
/// the no-break spaces that hold a number and its unit together; only a word that is longer than a
/// line is broken within.
fn broken(text: &str, width: usize, first_indent: usize, indent: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let room = |lines: &Vec<String>| {
            width.saturating_sub(if lines.is_empty() { first_indent } else { indent }).max(2)
        };
        if !line.is_empty() && line.width() + 1 + word.width() > room(&lines) {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        let mut rest = word;
        while line.is_empty() && rest.width() > room(&lines) {
            let (head, tail) = split_at_width(rest, room(&lines));
            lines.push(head);
            rest = tail;
        }
        line.push_str(rest);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples;

    #[test]
    fn look() {
        println!("{}", render(&samples::varied(), 132, false));
        println!("{}", render(&samples::varied(), 72, false));
        println!("{}", render(&samples::large(10_000), 120, true));
    }
}
