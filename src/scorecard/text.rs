//! A scorecard in a terminal.
//!
//! A target takes a line for itself and a line for each row. Where a level has many rows, they are
//! counted, and only those furthest from the goal are shown. Widths are counted in terminal cells,
//! so that Vietnamese in either normal form, Chinese and emoji keep the columns straight.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::Scorecard;
use super::card::{Card, Counts, Level, Section, Series, Target, TargetRows};
use super::wording::{self, ENGLISH, legible};
use crate::assess::{Certainty, Verdict};
use crate::language::Language;

/// Rows of one target at one level that are shown one by one; more are counted.
const ROWS_SHOWN: usize = 8;
/// Of the rows that are counted, as many are shown, furthest from the goal first.
const FURTHEST_SHOWN: usize = 5;
/// The most windows before the latest one that are shown as marks.
const EARLIER_SHOWN: usize = 12;
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
/// # use attain::scorecard::{Scorecard, Section, text};
/// # let as_of = chrono::NaiveDate::from_ymd_opt(2023, 12, 14).unwrap();
/// let section = Section { heading: "Targets".to_owned(), documents: Vec::new(), rows: Vec::new() };
/// let scorecard = Scorecard {
///     title: "An toàn cho mọi quận".to_owned(),
///     plan: "districts-2023".to_owned(),
///     as_of,
///     sections: vec![section],
///     expected_wrong: None,
/// };
/// let text = text::render(&scorecard, 80, false);
/// assert!(text.contains("as of 14\u{a0}Dec\u{a0}2023"));
/// assert!(text.contains("no rows"));
/// ```
pub fn render(scorecard: &Scorecard, width: usize, colour: bool) -> String {
    render_card(&Card::from(scorecard), width, colour, ENGLISH)
}

pub(crate) fn render_card(
    card: &Card<'_>,
    width: usize,
    colour: bool,
    language: Language,
) -> String {
    let mut writer = Writer {
        text: String::new(),
        width: width.max(LEAST_WIDTH),
        colour,
        language,
        with_confidence: card.confidences.len() > 1,
        left_out: 0,
    };
    writer.head(card);
    for section in &card.sections {
        writer.section(section);
    }
    writer.foot(card);
    writer.text
}

/// How a piece of text is set off, by ANSI sequences where they are wanted.
///
/// Colour-blind readers distinguish blue and orange of the 256 colours, which have a contrast of
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
    is_certainty_known: bool,
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

/// The names of the columns.
fn header(language: Language) -> [String; 8] {
    let names = [
        language.phrase("column_verdict"),
        language.phrase("column_certainty"),
        language.phrase("column_unit"),
        language.phrase("column_window"),
        language.phrase("column_value"),
        language.phrase("column_interval"),
        language.phrase("column_gap"),
        language.phrase("column_needed"),
    ];
    let [verdict, others @ ..] = names.map(str::to_owned);
    let [certainty, unit, window, value, interval, gap, needed] = others;
    // Behind the mark.
    [format!("  {verdict}"), certainty, unit, window, value, interval, gap, needed]
}

struct Writer {
    text: String,
    width: usize,
    colour: bool,
    language: Language,
    with_confidence: bool,
    left_out: usize,
}

impl Writer {
    fn head(&mut self, card: &Card<'_>) {
        self.paragraph(&legible(&card.title), 0, 0, Tone::Strong);
        let targets: usize = card.sections.iter().map(|section| section.targets.len()).sum();
        let counts = card.counts();
        let language = self.language;
        let about = language.say(
            "about_text",
            &[
                ("plan", &legible(&card.plan)),
                ("day", &language.day(card.as_of)),
                ("extent", &language.extent(counts.rows, targets, counts.running)),
            ],
        );
        self.paragraph(&about, 0, 2, Tone::Faint);
        self.text.push('\n');
        let words = Verdict::ALL.iter().map(|verdict| language.bare_verdict(*verdict).width());
        let widest = words.max().unwrap_or(0);
        let summary = [
            ('●', Verdict::Met, Tone::Met, counts.met(), language.certainties(counts.met)),
            (
                '■',
                Verdict::Missed,
                Tone::Missed,
                counts.missed(),
                language.certainties(counts.missed),
            ),
            (
                '◌',
                Verdict::Indeterminate,
                Tone::Plain,
                counts.undecided(),
                language.reasons(&counts.undecided),
            ),
        ];
        let digits = summary.iter().map(|(.., rows, _)| language.count(*rows).width()).max();
        for (mark, verdict, tone, rows, detail) in summary {
            let word = language.bare_verdict(verdict);
            let rows = left_pad(&language.count(rows), digits.unwrap_or(0));
            let lead = format!("  {mark} {rows} {word}");
            let gutter = " ".repeat(1 + widest - word.width());
            let detail = if detail.is_empty() { detail } else { gutter + &detail };
            self.paint(&lead, tone);
            self.flow(&detail, lead.width(), 6, Tone::Plain);
        }
        if let Some(said) =
            card.expected_wrong.and_then(|expected| language.expected_wrong(&expected))
        {
            self.paragraph(&said, 2, 4, Tone::Faint);
        }
        if let Some(made_up) = language.made_up(card) {
            self.text.push('\n');
            self.paragraph(&made_up, 0, 2, Tone::Strong);
        }
        let label = ENGLISH.phrase("warning");
        for warning in wording::warnings(card) {
            self.text.push('\n');
            self.paragraph(&format!("{label}: {warning}"), 0, 2, Tone::Strong);
        }
    }

    fn section(&mut self, section: &Section<'_>) {
        self.text.push('\n');
        let heading = legible(&section.heading);
        let counts = section.counts();
        let verdicts = self.language.verdicts_without_certainty(&counts);
        let taken = heading.width() + verdicts.width() + " ·   ".width();
        if taken + 4 <= self.width {
            self.paint(&heading, Tone::Strong);
            self.text.push_str(&format!(" · {verdicts} "));
            self.paint(&"─".repeat(self.width - taken + 1), Tone::Faint);
            self.text.push('\n');
        } else {
            self.paragraph(&heading, 0, 0, Tone::Strong);
            self.paragraph(&verdicts, 0, 0, Tone::Plain);
        }
        let items = self.items(section);
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
            self.paragraph(self.language.phrase("rests_on"), 2, 2, Tone::Faint);
        }
        for document in section.documents.iter() {
            self.paragraph(&self.language.document(document), 4, 6, Tone::Plain);
            if let Some(source) = &document.source {
                self.paragraph(&legible(source), 6, 6, Tone::Faint);
            }
        }
    }

    fn foot(&mut self, card: &Card<'_>) {
        let offices = self.language.offices(card);
        if !offices.is_empty() {
            self.text.push('\n');
            self.paragraph(self.language.phrase("offices"), 0, 0, Tone::Strong);
        }
        for office in offices {
            self.paragraph(&office, 2, 4, Tone::Plain);
        }
        let mut notes = self.language.notes(card);
        if self.left_out > 0 {
            notes.insert(0, self.language.left_out(self.left_out));
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
    fn items(&mut self, section: &Section<'_>) -> Vec<Item> {
        let (shown, others) = most_telling(&section.targets);
        let mut items = Vec::new();
        for target in shown {
            let target = target.open();
            let Some(line) = target.first() else { continue };
            let mut shared = Vec::new();
            shared.extend(self.language.shared_goal(target.shared, &line));
            if target.shared.window {
                shared.push(self.language.window(&line.assessment));
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
                self.level(&target, level, &mut items);
            }
        }
        if !others.is_empty() {
            let counts = Counts::sum(others.iter().copied());
            self.left_out += counts.rows;
            items.push(Item::Level(self.language.more_targets(others.len(), &counts)));
        }
        items
    }

    fn level(&mut self, target: &Target<'_>, level: &Level<'_>, items: &mut Vec<Item>) {
        let row = |series: &Series<'_>| Item::Row(self.cells(target, series));
        if level.series.len() <= ROWS_SHOWN {
            items.extend(level.series.iter().map(row));
            return;
        }
        let counts = level.counts();
        let furthest = level.furthest(FURTHEST_SHOWN);
        let lead = self.language.missed_lead(furthest.len(), &counts);
        let separator = if lead.is_empty() { "" } else { "; " };
        let (name, verdicts) = (legible(level.name), self.language.verdicts(&counts));
        items.push(Item::Level(format!("{name}: {verdicts}{separator}{lead}")));
        items.extend(furthest.iter().copied().map(row));
        self.left_out += level.series.len() - furthest.len();
    }

    fn cells(&self, target: &Target<'_>, series: &Series<'_>) -> Cells {
        let line = &*series.latest.line();
        let row = &line.assessment;
        let mut remarks = self.language.remarks(line, target.shared);
        remarks.extend(earlier(series, self.language));
        remarks.extend(self.language.still_running(series.running()));
        remarks.extend(self.language.not_started(series.not_started()));
        let place = usize::from(row.value.is_none() && row.reason.is_some());
        if let Some(fraction) = self.language.fraction(row) {
            remarks.insert(place, fraction);
        }
        if let Some(goal) = self.language.own_goal(target.shared, line) {
            remarks.insert(0, goal);
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
                self.language.verdict(row)
            ),
            certainty: self.language.certainty(row),
            is_certainty_known: row.certainty != Certainty::Unknown,
            unit: self.language.unit(row, target.has_namesake(&row.unit_name)),
            window: if target.shared.window { String::new() } else { self.language.window(row) },
            value: self
                .language
                .value(line)
                .map(|value| {
                    wording::with_unit(&value, &self.language.unit_of_value(&line.unit_of_value))
                })
                .unwrap_or_default(),
            interval: self.language.interval(line, self.with_confidence).unwrap_or_default(),
            gap: self.language.gap(line).unwrap_or_default(),
            needed: self.language.needed(line).unwrap_or_default(),
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
        let widest = |cell: fn(&Cells) -> &str, header: String| match rows
            .iter()
            .map(|cells| cell(cells).width())
            .max()
        {
            None | Some(0) => 0,
            Some(widest) => widest.max(header.width()),
        };
        let [verdict, certainty, unit, window, value, interval, gap, needed] =
            header(self.language);
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
        let [verdict, certainty, unit, window, value, interval, gap, needed] =
            header(self.language);
        let line = columns.join([
            right_pad(&verdict, columns.verdict),
            right_pad(&certainty, columns.certainty),
            right_pad(&unit, columns.unit),
            right_pad(&window, columns.window),
            left_pad(&value, columns.value),
            right_pad(&interval, columns.interval),
            left_pad(&gap, columns.gap),
            right_pad(&needed, columns.needed),
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
        if !cells.certainty.is_empty() {
            let unknown = self.language.phrase("unknown_long");
            let certainty = if cells.is_certainty_known { cells.certainty } else { unknown };
            judgement.push_str(&format!(", {certainty}"));
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
            figures.push(format!("{} {}", self.language.phrase("gap_label"), cells.gap));
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

/// The marks of the windows before the latest one: `earlier, oldest first: ■ ● ●`.
fn earlier(series: &Series<'_>, language: Language) -> Option<String> {
    let windows = series.earlier();
    let left_out = windows.len().saturating_sub(EARLIER_SHOWN);
    let shown = windows.get(left_out..).filter(|shown| !shown.is_empty())?;
    let marks: String =
        shown.iter().map(|entry| wording::mark(entry.verdict(), entry.certainty())).collect();
    Some(match left_out {
        0 => language.say("earlier_marks", &[("marks", &marks)]),
        more => {
            let windows = language.count(more);
            language.say("earlier_marks_more", &[("windows", &windows), ("marks", &marks)])
        }
    })
}

/// The targets shown one by one, in their order, and those only counted. Where there are too many,
/// the ones with a row missed or without a verdict tell more than those met throughout.
fn most_telling<'t, 'a>(
    targets: &'t [TargetRows<'a>],
) -> (Vec<&'t TargetRows<'a>>, Vec<&'t TargetRows<'a>>) {
    let is_met = |target: &TargetRows<'_>| target.counts.met() == target.counts.rows;
    let mut order: Vec<usize> = (0..targets.len()).collect();
    order.sort_by_key(|place| is_met(&targets[*place]));
    order.truncate(TARGETS_SHOWN);
    let mut is_shown = vec![false; targets.len()];
    order.into_iter().for_each(|place| is_shown[place] = true);
    let (shown, others): (Vec<_>, Vec<_>) =
        targets.iter().zip(is_shown).partition(|(_, is_shown)| *is_shown);
    let without_flag = |list: Vec<(&'t TargetRows<'a>, bool)>| -> Vec<&'t TargetRows<'a>> {
        list.into_iter().map(|(target, _)| target).collect()
    };
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
pub(crate) fn broken(text: &str, width: usize, first_indent: usize, indent: usize) -> Vec<String> {
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
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;
    use crate::assess::{Certainty, Reason};
    use crate::scorecard::samples::{self, any_scorecard, line, row};
    use crate::scorecard::{self, Line};

    fn check(name: &str, text: &str) {
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path("../../tests/snapshots");
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        // No-break spaces can't be seen in a snapshot; the tests of numbers hold them.
        let visible = text.replace(['\u{a0}', '\u{202f}'], "~");
        settings.bind(|| insta::assert_snapshot!(name, visible));
    }

    fn card_of(rows: Vec<Line>) -> Scorecard {
        let (heading, documents) = ("Targets".to_owned(), Vec::new());
        let section = scorecard::Section { heading, documents, rows };
        Scorecard { sections: vec![section], ..samples::large(0) }
    }

    fn without_sequences(text: &str) -> String {
        let mut plain = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("\u{1b}[") {
            plain.push_str(before);
            rest = after.split_once('m').unwrap().1;
        }
        plain + rest
    }

    #[test]
    fn a_wide_terminal_takes_a_row_in_a_line() {
        check("scorecard_wide", &render(&samples::varied(), 132, false));
    }

    #[test]
    fn a_narrow_terminal_takes_a_row_in_several_lines() {
        check("scorecard_narrow", &render(&samples::varied(), 64, false));
    }

    #[test]
    fn many_rows_are_counted_by_target_and_level() {
        check("scorecard_large", &render(&samples::large(10_000), 100, false));
    }

    #[test]
    fn a_scorecard_without_sections_still_says_what_it_is() {
        let empty = Scorecard { sections: Vec::new(), ..samples::varied() };
        let text = render(&empty, 100, false);
        assert!(text.contains("0 judgements of 0 targets"), "{text}");
    }

    #[test]
    fn the_rows_left_out_and_those_shown_are_all_rows_there_are() {
        let card = samples::large(1_000);
        let text = render(&card, 120, false);
        // The summary's lines begin with a mark too, but hold no value.
        let shown = text
            .lines()
            .filter(|line| line.trim_start().starts_with(['●', '◐', '○', '■', '◧', '□', '◌']))
            .filter(|line| line.contains("\u{a0}%"))
            .count();
        let rows = card.sections[0].rows.len();
        let left_out = format!("{} rows are left out here", rows - shown);
        assert!(text.contains(&left_out), "{left_out}: {text}");
        assert_eq!(shown, 1 + 5 + FURTHEST_SHOWN);
    }

    #[test]
    fn the_rows_shown_of_many_are_those_furthest_from_the_goal() {
        let card = samples::large(1_000);
        let mut ends: Vec<(f64, &str)> = card.sections[0]
            .rows
            .iter()
            .map(|line| &line.assessment)
            .filter(|row| row.level == "commune" && row.verdict == Verdict::Missed)
            .filter(|row| row.certainty == Certainty::Clear)
            .map(|row| (row.upper.unwrap(), row.unit_name.as_str()))
            .collect();
        ends.sort_by(|(left, _), (right, _)| left.total_cmp(right));
        let text = render(&card, 120, false);
        let shown: BTreeSet<&str> =
            text.lines().filter_map(|line| Some(&line[line.find("Commune ")?..][..13])).collect();
        let worst: BTreeSet<&str> = ends[..FURTHEST_SHOWN].iter().map(|(_, unit)| *unit).collect();
        assert_eq!(shown, worst);
    }

    #[test]
    fn of_too_many_targets_those_with_something_to_say_are_shown() {
        let rows = (0..200).map(|place| {
            let id = format!("target {place:03}");
            let row = row(&id, "Unit", "at least 75", 75.0);
            let row = if place % 10 == 0 { row.floor(70.0) } else { row.floor(80.0) };
            line(&id, "%", row)
        });
        let text = render(&card_of(rows.collect()), 100, false);
        for place in 0..200 {
            let is_shown = text.contains(&format!("target {place:03}"));
            // 20 of the 60 are missed; the first 40 of those met fill the rest.
            let met_before = (0..place).filter(|place| place % 10 != 0).count();
            assert_eq!(is_shown, place % 10 == 0 || met_before < 40, "target {place:03}");
        }
        assert!(text.contains("140 more targets: 140 met (140 not known)"), "{text}");
        assert!(text.contains("140 rows are left out here"), "{text}");
    }

    #[test]
    fn verdict_and_certainty_differ_in_mark_and_in_words() {
        let mut by_mark = BTreeMap::new();
        for verdict in Verdict::ALL {
            for certainty in Certainty::ALL {
                let mut row = row("t", "u", "at least 1", 1.0);
                (row.verdict, row.certainty) = (*verdict, *certainty);
                let words = (ENGLISH.verdict(&row), ENGLISH.certainty(&row));
                by_mark
                    .entry(wording::mark(*verdict, *certainty))
                    .or_insert_with(BTreeSet::new)
                    .insert(words);
            }
        }
        // Four each for met and missed, one for no verdict.
        assert_eq!(by_mark.len(), 9);
        assert!(by_mark.values().all(|words| words.len() == 1), "{by_mark:?}");
        let words: BTreeSet<_> = by_mark.values().flatten().collect();
        assert_eq!(words.len(), 9);
    }

    #[test]
    fn each_reason_has_words_of_its_own() {
        let words: BTreeSet<&str> = Reason::ALL.iter().map(|code| ENGLISH.reason(*code)).collect();
        assert_eq!(words.len(), Reason::ALL.len());
        assert!(words.iter().all(|word| !word.contains('_')));
    }

    #[test]
    fn needed_events_are_said_in_the_words_of_the_goal() {
        let floor = row("t", "u", "at least 78", 78.0);
        let ceiling = row("t", "u", "at most 12", 12.0);
        let band = row("t", "u", "between 30 and 40", 30.0).with(|row| row.goal_upper = Some(40.0));
        for (row, needed, words) in [
            (floor.clone().floor(70.0), 16, Some("16 more")),
            (floor.clone().floor(80.0), 0, None),
            (ceiling.clone().ceiling(8.0), -4, Some("4 still allowed")),
            (ceiling.clone().ceiling(15.0), 3, Some("3 too many")),
            (band.clone().judged(25.0, -5.0, false), 5, Some("5 more")),
            (floor.with(|row| row.reason = Some(Reason::NoData)), 5, None),
            (ceiling.ceiling(11.0), i64::MIN, Some("9 223 372 036 854 775 808 still allowed")),
        ] {
            let line = line("t", "", row.with(|row| row.needed = Some(needed)));
            let words = words.map(|words| {
                if words.len() > 30 { words.replacen(' ', "\u{202f}", 6) } else { words.to_owned() }
            });
            assert_eq!(ENGLISH.needed(&line), words, "{:?}", line.assessment);
        }
    }

    #[test]
    fn a_goal_is_said_with_its_unit_and_a_number_it_does_not_name() {
        let goal = |words: &str, unit: &str, value: f64, upper: Option<f64>| {
            let row = row("t", "u", words, value).with(|row| row.goal_upper = upper);
            ENGLISH.goal(&line("t", unit, row)).replace(['\u{a0}', '\u{202f}'], " ")
        };
        assert_eq!(goal("at least 75", "%", 75.0, None), "at least 75 %");
        assert_eq!(goal("at least 96.4", "%", 96.4, None), "at least 96.4 %");
        assert_eq!(goal("at least 6419", "places", 6419.0, None), "at least 6 419 places");
        assert_eq!(goal("between 30 and 40", "%", 30.0, Some(40.0)), "between 30 and 40 %");
        assert_eq!(
            goal("reduce by 5 percent from 2019", "cases", 1820.2, None),
            "reduce by 5 percent from 2019 (1 820 cases)"
        );
        assert_eq!(goal("at most 0", "cases", 0.0, None), "at most 0 cases");
        assert_eq!(goal("all units", "", f64::NAN, None), "all units");
    }

    #[test]
    fn a_window_is_said_by_its_first_and_last_day() {
        let window = |start, end| {
            ENGLISH
                .window(&row("t", "u", "g", 1.0).with(|row| {
                    (row.window_start, row.window_end) = (samples::date(start), samples::date(end));
                }))
                .replace('\u{a0}', " ")
        };
        assert_eq!(window("2023-01-01", "2024-01-01"), "1 Jan – 31 Dec 2023");
        assert_eq!(window("2022-12-15", "2023-02-15"), "15 Dec 2022 – 14 Feb 2023");
        assert_eq!(window("2024-02-01", "2024-03-01"), "1 – 29 Feb 2024");
        assert_eq!(window("2023-05-05", "2023-05-06"), "5 May 2023");
    }

    #[test]
    fn units_of_the_same_name_are_told_apart_by_their_ids() {
        let unit = |id: &str, name: &str| {
            let row = row("t", name, "at least 1", 1.0).floor(2.0);
            line("t", "", row.with(|row| row.unit = id.into()))
        };
        let rows =
            vec![unit("00622", "Minh Khai"), unit("00301", "Minh Khai"), unit("7", "An Bình")];
        let text = render(&card_of(rows), 100, false);
        assert!(text.contains("Minh Khai (00622)") && text.contains("Minh Khai (00301)"), "{text}");
        assert!(text.contains("An Bình ") && !text.contains("(7)"), "{text}");
    }

    #[test]
    fn letters_made_of_several_characters_keep_the_columns_straight() {
        let rows = [
            "Quận Hưởng",
            "Qua\u{323}\u{302}n Hu\u{31b}o\u{31b}\u{309}ng",
            "Quan Huong",
            "東京都区部地区",
        ]
        .map(|unit| line("t", "%", row("t", unit, "at least 75", 75.0).share(81, 100)));
        let text = render(&card_of(rows.to_vec()), 100, false);
        let ends: BTreeSet<usize> =
            text.lines().filter_map(|line| Some(line[..line.find("81\u{a0}%")?].width())).collect();
        assert_eq!(ends.len(), 1, "{text}");
    }

    #[test]
    fn a_long_name_is_cut_between_letters_not_within_one() {
        assert_eq!(cut("Quận", 4), "Quận");
        assert_eq!(cut("Quận", 3), "Qu…");
        // The two marks belong to the a before them.
        assert_eq!(cut("Qua\u{323}\u{302}ng", 4), "Qua\u{323}\u{302}…");
        assert_eq!(cut("東京都", 4), "東…");
    }

    #[test]
    fn colour_adds_to_the_text_but_says_nothing_more() {
        for card in [samples::varied(), samples::large(100)] {
            let coloured = render(&card, 100, true);
            assert!(coloured.contains('\u{1b}'));
            assert_eq!(without_sequences(&coloured), render(&card, 100, false));
        }
    }

    #[test]
    fn a_title_can_not_command_the_terminal() {
        let text = render(&samples::hostile(), 100, false);
        let command = text.chars().find(|c| c.is_control() && *c != '\n');
        assert_eq!(command, None);
        assert!(!text.contains(['\u{202e}', '\u{2066}']), "{text}");
        assert!(text.contains("[31mred"), "what can be read of a title is kept");
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        for card in [samples::varied(), samples::large(300), samples::hostile()] {
            for width in 40..180 {
                for text in render(&card, width, false).lines() {
                    assert!(text.width() <= width, "{width} cells: {text}");
                    assert_eq!(text, text.trim_end_matches(' '), "blanks end a line");
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn any_row_can_be_shown(card in any_scorecard(), width in 0usize..200) {
            let text = render(&card, width, true);
            prop_assert!(text.ends_with('\n'));
            let shows_negative_zero = text.contains("\u{2212}0 ") || text.contains("\u{2212}0\u{a0}");
            prop_assert!(!shows_negative_zero, "{}", text);
            prop_assert!(!text.contains("NaN") && !text.contains("inf"), "{}", text);
        }

        #[test]
        fn the_summary_counts_every_row_once(card in any_scorecard()) {
            let rows = card.sections[0].rows.len();
            let card = Card::from(&card);
            let counts = card.counts();
            prop_assert_eq!(counts.met() + counts.missed() + counts.undecided(), counts.rows);
            prop_assert_eq!(counts.rows, rows);
            let targets = card.sections[0].targets.iter();
            let by_level: usize = targets
                .flat_map(|target| {
                    let target = target.open();
                    let series = target.levels.iter().flat_map(|level| &level.series);
                    series
                        .map(|series| {
                            let later = series.running() + series.not_started();
                            1 + series.earlier().len() + later
                        })
                        .collect::<Vec<_>>()
                })
                .sum();
            prop_assert_eq!(by_level, counts.rows);
        }

        #[test]
        fn a_broken_text_keeps_its_words_in_their_order(text in "([a-zế中]{1,30} ?){0,30}", width in 8usize..60) {
            let lines = broken(&text, width, 2, 4);
            let letters = |text: &str| text.replace(' ', "");
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
            for (place, line) in lines.iter().enumerate() {
                let indent = if place == 0 { 2 } else { 4 };
                prop_assert!(indent + line.width() <= width, "{}", line);
            }
        }
    }
}
