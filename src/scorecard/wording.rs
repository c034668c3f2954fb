//! The texts about a row that terminal and page share.
//!
//! Marks distinguish verdict and certainty without colour. Verdict: a disc is met, a square is missed, a broken ring
//! is no verdict. Certainty: full is clear, half-full is within chance, striped is unsettled, empty is not known.

use chrono::{Datelike, NaiveDate};

use super::card::{Card, Counts, Shared};
use super::number;
use super::{DocumentLine, Limit, Line};
use crate::assess::{Assessment, Certainty, Pace, Reason, Verdict};
pub(crate) use crate::names::prose as legible;

/// Keeps a number and its unit on one line.
const GLUE: char = '\u{a0}';

/// The mark of a row in a line of text.
pub(crate) fn mark(verdict: Verdict, certainty: Certainty) -> char {
    match (verdict, certainty) {
        (Verdict::Met, Certainty::Clear) => '●',
        (Verdict::Met, Certainty::WithinChance) => '◐',
        (Verdict::Met, Certainty::Unsettled) => '◍',
        (Verdict::Met, Certainty::Unknown) => '○',
        (Verdict::Missed, Certainty::Clear) => '■',
        (Verdict::Missed, Certainty::WithinChance) => '◧',
        (Verdict::Missed, Certainty::Unsettled) => '▥',
        (Verdict::Missed, Certainty::Unknown) => '□',
        (Verdict::Indeterminate, _) => '◌',
    }
}

/// The verdict; of a window that still runs it is one so far.
pub(crate) fn verdict(row: &Assessment) -> &'static str {
    match (row.verdict, row.is_final) {
        (Verdict::Met, true) => "met",
        (Verdict::Met, false) => "met so far",
        (Verdict::Missed, true) => "missed",
        (Verdict::Missed, false) => "missed so far",
        (Verdict::Indeterminate, _) => "no verdict",
    }
}

/// The certainty of a verdict; nothing where there is none.
pub(crate) fn certainty(row: &Assessment) -> &'static str {
    match (row.verdict, row.certainty) {
        (Verdict::Indeterminate, _) => "",
        (_, Certainty::Clear) => "clear",
        (_, Certainty::WithinChance) => "within chance",
        (_, Certainty::Unsettled) => "unsettled",
        (_, Certainty::Unknown) => "not known",
    }
}

/// Why there is no verdict, or what qualifies it.
pub(crate) fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::NoData => "no data",
        Reason::Incomplete => "too few reports",
        Reason::FewEvents => "too few events for a rate",
        Reason::ZeroDenominator => "denominator is zero",
        Reason::NoBaseline => "no baseline to compare with",
        Reason::Straddles => "a figure crosses the window’s edge",
        Reason::NotAdditive => "parts can’t be added up",
        Reason::UnitNotValid => "unit not valid throughout the window",
        Reason::Suppressed => "a figure is withheld at its source",
        Reason::NoCounts => "no counts behind the figure",
        Reason::NotStarted => "window has not begun",
        Reason::Provisional => "provisional figures",
        Reason::Overlaps => "two figures hold the same days",
        Reason::Unmatched => "numerator and denominator of different units or periods",
        Reason::ZeroBaseline => "the earlier value is 0",
        Reason::LateReports => "reports are missing",
    }
}

/// A number with what it is counted in.
pub(crate) fn with_unit(number: &str, unit: &str) -> String {
    if unit.is_empty() { number.to_owned() } else { format!("{number}{GLUE}{unit}") }
}

/// The value as printed beside its goals and what is expected by now; `None` where there is none.
pub(crate) fn value(line: &Line) -> Option<String> {
    let row = &line.assessment;
    let mut beside = line.goals();
    beside.extend(row.expected_now);
    row.value.filter(|value| value.is_finite()).map(|value| number::rounded(value, &beside))
}

/// The interval: `89.9 to 91.4`, with its confidence where the scorecard has several.
pub(crate) fn interval(line: &Line, with_confidence: bool) -> Option<String> {
    let row = &line.assessment;
    let interval = range(row.lower?, row.upper?, &line.goals())?;
    match row.confidence.filter(|_| with_confidence) {
        Some(confidence) => Some(format!("{interval} at {}", confidence_level(confidence))),
        None => Some(interval),
    }
}

fn confidence_level(confidence: f64) -> String {
    with_unit(&number::rounded(confidence * 100.0, &[100.0]), "%")
}

fn range(lower: f64, upper: f64, goals: &[f64]) -> Option<String> {
    // An interval may be open on one side; two open sides say nothing.
    match (lower.is_finite(), upper.is_finite()) {
        (true, true) => {
            Some(format!("{} to {}", number::rounded(lower, goals), number::rounded(upper, goals)))
        }
        (true, false) => Some(format!("{} or more", number::rounded(lower, goals))),
        (false, true) => Some(format!("{} or less", number::rounded(upper, goals))),
        (false, false) => None,
    }
}

/// The signed distance to the goal, positive on the good side.
pub(crate) fn gap(line: &Line) -> Option<String> {
    let row = &line.assessment;
    match (row.gap, row.value) {
        (Some(gap), Some(value)) => Some(number::distance(gap, value, &line.goals())),
        _ => None,
    }
}

/// The goal in words and with the unit of the value: `at least 6 419 places`.
///
/// Where the words don't name the number the value has to reach (`reduce by 5 percent`), it follows.
pub(crate) fn goal(line: &Line) -> String {
    let row = &line.assessment;
    let goals = line.goals();
    let words = legible(&row.goal);
    let unit = legible(&line.unit_of_value);
    let mut named = 0;
    let mut last_is_goal = false;
    let typeset: Vec<String> = words
        .split(' ')
        .map(|word| {
            let is_goal = word.parse::<f64>().is_ok_and(|number| goals.contains(&number));
            named += usize::from(is_goal);
            last_is_goal = is_goal;
            match (is_goal, word.parse::<f64>()) {
                // Every digit a goal was written with counts, so only the thousands are touched.
                (true, Ok(number)) => number::rounded(number, &[number]),
                _ => word.to_owned(),
            }
        })
        .collect();
    let words = typeset.join(" ");
    if last_is_goal {
        return with_unit(&words, &unit);
    }
    match goals.first() {
        Some(goal) if named == 0 => {
            // It is computed, not written: it is rounded as the value beside it.
            format!("{words} ({})", with_unit(&computed_goal(line, *goal), &unit))
        }
        Some(_) | None => words,
    }
}

/// A goal that follows from an earlier value, rounded on its own side of the value.
fn computed_goal(line: &Line, goal: f64) -> String {
    let value: Vec<f64> = line.assessment.value.into_iter().collect();
    number::rounded(goal, &value)
}

/// The text about the goal that all rows of a target share.
pub(crate) fn shared_goal(shared: Shared, line: &Line) -> Option<String> {
    match shared {
        Shared { goal: true, .. } => Some(goal(line)),
        Shared { goal_words: true, .. } => Some(legible(&line.assessment.goal)),
        Shared { .. } => None,
    }
}

/// The rest of the text about the goal, for one row.
pub(crate) fn own_goal(shared: Shared, line: &Line) -> Option<String> {
    match shared {
        Shared { goal: true, .. } => None,
        Shared { goal_words: true, .. } => {
            let goal = *line.goals().first()?;
            let number = computed_goal(line, goal);
            Some(format!("goal {}", with_unit(&number, &legible(&line.unit_of_value))))
        }
        Shared { .. } => Some(format!("goal: {}", goal(line))),
    }
}

/// What it would take: `16 more`, `4 still allowed`, `3 too many`.
pub(crate) fn needed(line: &Line) -> Option<String> {
    let row = &line.assessment;
    let needed = row.needed.filter(|_| row.verdict != Verdict::Indeterminate)?;
    // Not `-needed`: the least integer has no counterpart.
    let events = number::count(usize::try_from(needed.unsigned_abs()).unwrap_or(usize::MAX));
    match (needed.signum(), line.limit) {
        (-1, _) => Some(format!("{events} still allowed")),
        (1, Limit::Floor | Limit::Band) => Some(format!("{events} more")),
        (1, Limit::Ceiling) => Some(format!("{events} too many")),
        (_, Limit::Ceiling) if row.verdict == Verdict::Met => Some("none still allowed".to_owned()),
        _ => None,
    }
}

/// All that qualifies a row, each a phrase: the reason, where a running window stands, how complete
/// the figures are; and the note and documents, unless they are those of the whole target.
pub(crate) fn remarks(line: &Line, shared: Shared) -> Vec<String> {
    let row = &line.assessment;
    let mut remarks = Vec::new();
    if let Some(code) = row.reason {
        remarks.push(reason(code).to_owned());
    }
    if !row.is_final && row.reason != Some(Reason::NotStarted) {
        remarks.push(running(line));
    }
    if let Some(share) = row.completeness.filter(|share| *share < 100.0) {
        let share = number::rounded(share, &[100.0]);
        remarks.push(format!("{} of the due reports made", with_unit(&share, "%")));
    }
    if let Some(share) = row.imputed.filter(|share| *share > 0.0) {
        remarks.push(format!("{} imputed", with_unit(&number::rounded(share, &[100.0]), "%")));
    }
    remarks.extend(line.note.as_deref().filter(|_| !shared.note).map(legible));
    remarks.extend(row.basis.as_deref().filter(|_| !shared.basis).map(legible));
    remarks
}

/// Where a running window stands: `running as of 14 Dec 2023: on track, 40 expected so far, …`.
fn running(line: &Line) -> String {
    let row = &line.assessment;
    let mut parts = Vec::new();
    parts.extend(row.pace.map(|pace| {
        match pace {
            Pace::Ahead => "ahead",
            Pace::OnTrack => "on track",
            Pace::Behind => "behind",
        }
        .to_owned()
    }));
    if let Some(expected) = row.expected_now.filter(|expected| expected.is_finite()) {
        let beside: Vec<f64> = row.value.into_iter().collect();
        parts.push(format!("{} expected so far", number::rounded(expected, &beside)));
    }
    if let Some(projected) = row.projected.filter(|projected| projected.is_finite()) {
        let goals = line.goals();
        let mut part = format!("{} projected", number::rounded(projected, &goals));
        let interval = row.projected_lower.zip(row.projected_upper);
        if let Some(interval) = interval.and_then(|(lower, upper)| range(lower, upper, &goals)) {
            part.push_str(&format!(" ({interval})"));
        }
        parts.push(part);
    }
    parts.extend(row.chance.map(|chance| format!("{} chance", number::percent(chance))));
    let state = format!("running as of {}", day(row.as_of));
    if parts.is_empty() { state } else { format!("{state}: {}", parts.join(", ")) }
}

/// A day: `14 Dec 2023`.
pub(crate) fn day(date: NaiveDate) -> String {
    date.format("%-d\u{a0}%b\u{a0}%Y").to_string()
}

/// A window by its first and last day; dates that need not be said twice aren't.
pub(crate) fn window(row: &Assessment) -> String {
    days(row.window_start, row.window_end)
}

/// The days from `start` to the day before `end`: `1 Jan – 31 Dec 2023`.
pub(crate) fn days(start: NaiveDate, end: NaiveDate) -> String {
    let first = start;
    let last = end.pred_opt().unwrap_or(end);
    let month = "%-d\u{a0}%b";
    if first == last {
        day(first)
    } else if first.year() != last.year() {
        format!("{} – {}", day(first), day(last))
    } else if first.month() != last.month() {
        format!("{} – {}", first.format(month), day(last))
    } else {
        format!("{} – {}", first.day(), day(last))
    }
}

/// The days from `start` to the day before `end` as short as possible: `2023`, `Mar 2024`, `Q1 2024`, else the days.
pub(crate) fn period(start: NaiveDate, end: NaiveDate) -> String {
    let months = (end.year() - start.year()) * 12 + end.month() as i32 - start.month() as i32;
    match (start.day(), end.day(), months, start.month0()) {
        (1, 1, 12, 0) => start.year().to_string(),
        (1, 1, 3, month) if month % 3 == 0 => format!("Q{} {}", month / 3 + 1, start.year()),
        (1, 1, 1, _) => start.format("%b %Y").to_string(),
        _ => days(start, end),
    }
}

/// The counts behind a share or a rate, exactly: `1 670 of 1 840`.
pub(crate) fn fraction(row: &Assessment) -> Option<String> {
    let (numerator, denominator) = row.numerator.zip(row.denominator)?;
    (numerator.is_finite() && denominator.is_finite())
        .then(|| format!("{} of {}", number::exact(numerator), number::exact(denominator)))
}

/// What is said above the missed units of a level: all of them, or those furthest from the goal.
pub(crate) fn missed_lead(shown: usize, counts: &Counts) -> &'static str {
    if shown == 0 {
        ""
    } else if shown == counts.missed() {
        "the missed, clear ones first, by the distance of the interval’s near end from the goal:"
    } else {
        "furthest from the goal, clear ones first, by the distance of the interval’s near end:"
    }
}

/// How many later windows of a unit run already.
pub(crate) fn still_running(windows: usize) -> Option<String> {
    (windows > 0).then(|| counted(windows, "later window runs", "later windows run"))
}

/// How many windows of a unit are still to begin.
pub(crate) fn not_started(windows: usize) -> Option<String> {
    (windows > 0).then(|| {
        format!("{} not begun", counted(windows, "later window has", "later windows have"))
    })
}

/// The unit's name, or its id where it has no name; both where others have the same name.
pub(crate) fn unit(row: &Assessment, has_namesake: bool) -> String {
    let unit = match (row.unit_name.trim().is_empty(), has_namesake) {
        (true, _) => legible(&row.unit),
        (false, true) => format!("{} ({})", legible(&row.unit_name), legible(&row.unit)),
        (false, false) => legible(&row.unit_name),
    };
    match &row.stratum {
        Some(stratum) => format!("{unit}, {}", legible(stratum)),
        None => unit,
    }
}

/// A document in one line: number, date, clause, title. The source is not in it.
pub(crate) fn document(document: &DocumentLine) -> String {
    let mut text = legible(&document.document);
    if let Some(dated) = document.dated {
        text.push_str(&format!(" of {}", day(dated)));
    }
    if let Some(clause) = &document.clause {
        text.push_str(&format!(", {}", legible(clause)));
    }
    if let Some(title) = &document.title {
        text.push_str(&format!(": {}", legible(title)));
    }
    text
}

/// How certain the rows of one verdict are: `9 clear, 3 within chance`.
pub(crate) fn certainties(rows: [usize; 4]) -> String {
    let words = ["clear", "within chance", "unsettled", "not known"];
    let parts: Vec<String> = rows
        .iter()
        .zip(words)
        .filter(|(rows, _)| **rows > 0)
        .map(|(rows, word)| format!("{} {word}", number::count(*rows)))
        .collect();
    parts.join(", ")
}

/// Why rows have no verdict, and how many for each reason: `no data 20`.
pub(crate) fn each_reason(undecided: &[(Option<Reason>, usize)]) -> Vec<String> {
    undecided
        .iter()
        .map(|(code, rows)| {
            let word = code.map_or("no reason given", reason);
            format!("{word}{GLUE}{}", number::count(*rows))
        })
        .collect()
}

/// Why rows have no verdict: `no data 20, too few reports 6`.
pub(crate) fn reasons(undecided: &[(Option<Reason>, usize)]) -> String {
    each_reason(undecided).join(", ")
}

/// All rows in one sentence: `812 met (700 clear), 300 missed (290 clear), 26 no verdict (no data 26)`.
pub(crate) fn verdicts(counts: &Counts) -> String {
    in_one_sentence(
        counts,
        [certainties(counts.met), certainties(counts.missed), reasons(&counts.undecided)],
    )
}

/// The same without the reasons, which may be many.
pub(crate) fn verdicts_without_reasons(counts: &Counts) -> String {
    in_one_sentence(counts, [certainties(counts.met), certainties(counts.missed), String::new()])
}

/// The bare verdicts: `812 met, 300 missed, 26 no verdict`.
pub(crate) fn verdicts_without_certainty(counts: &Counts) -> String {
    in_one_sentence(counts, [const { String::new() }; 3])
}

fn in_one_sentence(counts: &Counts, [met, missed, undecided]: [String; 3]) -> String {
    let mut parts = Vec::new();
    for (rows, word, detail) in [
        (counts.met(), "met", met),
        (counts.missed(), "missed", missed),
        (counts.undecided(), "no verdict", undecided),
    ] {
        match (rows, detail.as_str()) {
            (0, _) => {}
            (_, "") => parts.push(format!("{} {word}", number::count(rows))),
            (_, _) => parts.push(format!("{} {word} ({detail})", number::count(rows))),
        }
    }
    if parts.is_empty() { "no rows".to_owned() } else { parts.join(", ") }
}

/// A number of things, in the singular or plural.
pub(crate) fn counted(things: usize, one: &str, many: &str) -> String {
    format!("{} {}", number::count(things), if things == 1 { one } else { many })
}

/// How many rows of how many targets, and how many of them still run.
pub(crate) fn extent(rows: usize, targets: usize, running: usize) -> String {
    let mut text = format!(
        "{} of {}",
        counted(rows, "judgement", "judgements"),
        counted(targets, "target", "targets"),
    );
    if running > 0 {
        text.push_str(&format!(", {}", counted(running, "still runs", "still run")));
    }
    text
}

/// The text about rows that a view leaves out: `9 995 rows are left out here; the full table is …`.
pub(crate) fn left_out(rows: usize) -> String {
    let rows = counted(rows, "row is", "rows are");
    format!("{rows} left out here; the full table is the report’s assessments.")
}

/// The text about targets that a view only counts: `40 more targets: 12 met (…), …`.
pub(crate) fn more_targets(targets: usize, counts: &Counts) -> String {
    format!("{}: {}", counted(targets, "more target", "more targets"), verdicts(counts))
}

/// What a reader has to know of all rows together: the confidence of the intervals and how the
/// figures were computed.
pub(crate) fn notes(card: &Card<'_>) -> Vec<String> {
    let mut notes = Vec::new();
    if !card.confidences.is_empty() {
        let levels: Vec<String> = card.confidences.iter().copied().map(confidence_level).collect();
        notes.push(format!("Intervals at {} confidence.", levels.join(" or ")));
    }
    if !card.methods.is_empty() {
        let methods: Vec<String> = card.methods.iter().map(|method| legible(method)).collect();
        notes.push(format!("Methods: {}.", methods.join(", ")));
    }
    notes
}
