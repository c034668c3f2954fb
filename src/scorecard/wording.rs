//! The texts about a row that terminal and page share, in the [`Language`] of the reader.
//!
//! Marks distinguish verdict and certainty without colour. Verdict: a disc is met, a square is missed, a broken ring
//! is no verdict. Certainty: full is clear, half-full is within chance, striped is unsettled, empty is not known.

use chrono::{Datelike, NaiveDate};

use super::card::{Card, Counts, Office, Shared};
use super::number;
use super::{DocumentLine, Limit, Line};
use crate::assess::{Assessment, Certainty, Pace, Reason, Verdict};
use crate::language::Language;
pub(crate) use crate::names::prose as legible;
use crate::report::ExpectedWrong;

/// How many offices a scorecard lists.
const MOST_OFFICES: usize = 12;

/// The language of what has no other one.
pub(crate) const ENGLISH: Language = Language::English;

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

/// A number with what it is counted in.
pub(crate) fn with_unit(number: &str, unit: &str) -> String {
    if unit.is_empty() { number.to_owned() } else { format!("{number}{GLUE}{unit}") }
}

/// A text for a page, its letters that mean something in HTML and XML escaped.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in legible(text).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}

/// The forms of a phrase for one and for several things, and the placeholder of their number.
type Forms = (&'static str, &'static str, &'static str);

impl Language {
    /// A number of things.
    pub(crate) fn count(self, things: usize) -> String {
        self.number(&number::count(things))
    }

    /// A number, rounded beside others.
    pub(crate) fn rounded(self, value: f64, beside: &[f64]) -> String {
        self.number(&number::rounded(value, beside))
    }

    /// A share of 1 in whole per cent.
    pub(crate) fn percent(self, share: f64) -> String {
        let printed = number::percent(share);
        let said = |key, start| {
            let rest = printed.strip_prefix(start)?;
            Some(self.say(key, &[("share", rest)]))
        };
        said("under", "under ").or_else(|| said("over", "over ")).unwrap_or(printed)
    }

    /// The verdict; of a window that still runs it is one so far.
    pub(crate) fn verdict(self, row: &Assessment) -> &'static str {
        self.phrase(match (row.verdict, row.is_final) {
            (Verdict::Met, true) => "met",
            (Verdict::Met, false) => "met_so_far",
            (Verdict::Missed, true) => "missed",
            (Verdict::Missed, false) => "missed_so_far",
            (Verdict::Indeterminate, _) => "none",
        })
    }

    /// The verdict alone.
    pub(crate) fn bare_verdict(self, verdict: Verdict) -> &'static str {
        self.phrase(match verdict {
            Verdict::Met => "met",
            Verdict::Missed => "missed",
            Verdict::Indeterminate => "none",
        })
    }

    /// The certainty of a verdict; nothing where there is none.
    pub(crate) fn certainty(self, row: &Assessment) -> &'static str {
        match row.verdict {
            Verdict::Indeterminate => "",
            Verdict::Met | Verdict::Missed => self.certainty_phrase(row.certainty),
        }
    }

    /// Why there is no verdict, or what qualifies it.
    pub(crate) fn reason(self, reason: Reason) -> &'static str {
        self.phrase(match reason {
            Reason::NoData => "no_data",
            Reason::Incomplete => "incomplete",
            Reason::FewEvents => "few_events",
            Reason::ZeroDenominator => "zero_denominator",
            Reason::NoBaseline => "no_baseline",
            Reason::Straddles => "straddles",
            Reason::NotAdditive => "not_additive",
            Reason::UnitNotValid => "unit_not_valid",
            Reason::Suppressed => "suppressed",
            Reason::NoCounts => "no_counts",
            Reason::NotStarted => "not_started",
            Reason::Provisional => "provisional",
            Reason::Overlaps => "overlaps",
            Reason::Unmatched => "unmatched",
            Reason::ZeroBaseline => "zero_baseline",
            Reason::LateReports => "late_reports",
            Reason::MissingReports => "missing_reports",
        })
    }

    /// The reason as the table has it: its code in English, since codes are English.
    pub(crate) fn reason_code(self, reason: Reason) -> &'static str {
        if self == ENGLISH { reason.code() } else { self.reason(reason) }
    }

    /// The certainty as the table has it.
    pub(crate) fn certainty_code(self, certainty: Certainty) -> &'static str {
        if self == ENGLISH { certainty.code() } else { self.certainty_phrase(certainty) }
    }

    fn certainty_phrase(self, certainty: Certainty) -> &'static str {
        self.phrase(match certainty {
            Certainty::Clear => "clear",
            Certainty::WithinChance => "within_chance",
            Certainty::Unsettled => "unsettled",
            Certainty::Unknown => "unknown",
        })
    }

    /// A number with all its digits, for counts.
    pub(crate) fn exact(self, value: f64) -> String {
        self.number(&number::exact(value))
    }

    /// A recorded figure or a sum of some.
    pub(crate) fn figure(self, value: f64) -> String {
        self.number(&number::figure(value))
    }

    /// The unit of a value. Of a rate the plan has it in English: `per 100000`.
    pub(crate) fn unit_of_value(self, unit: &str) -> String {
        match unit.strip_prefix("per ").filter(|rest| rest.parse::<f64>().is_ok()) {
            Some(number) => self.say("per", &[("number", &self.number(number))]),
            None => legible(unit),
        }
    }

    /// The value as printed beside its goals and what is expected by now; `None` where there is none.
    pub(crate) fn value(self, line: &Line) -> Option<String> {
        let row = &line.assessment;
        let mut beside = line.goals();
        beside.extend(row.expected_now);
        row.value.filter(|value| value.is_finite()).map(|value| self.rounded(value, &beside))
    }

    /// The interval: `89.9 to 91.4`, with its confidence where the scorecard has several.
    pub(crate) fn interval(self, line: &Line, with_confidence: bool) -> Option<String> {
        let row = &line.assessment;
        let interval = self.range(row.lower?, row.upper?, &line.goals())?;
        match row.confidence.filter(|_| with_confidence) {
            Some(confidence) => {
                let level = self.confidence_level(confidence);
                Some(self.say("at_confidence", &[("interval", &interval), ("level", &level)]))
            }
            None => Some(interval),
        }
    }

    pub(crate) fn confidence_level(self, confidence: f64) -> String {
        with_unit(&self.rounded(confidence * 100.0, &[100.0]), "%")
    }

    fn range(self, lower: f64, upper: f64, goals: &[f64]) -> Option<String> {
        let (low, high) = (self.rounded(lower, goals), self.rounded(upper, goals));
        // An interval may be open on one side; two open sides say nothing.
        match (lower.is_finite(), upper.is_finite()) {
            (true, true) => Some(self.say("range", &[("low", &low), ("high", &high)])),
            (true, false) => Some(self.say("or_more", &[("low", &low)])),
            (false, true) => Some(self.say("or_less", &[("high", &high)])),
            (false, false) => None,
        }
    }

    /// The signed distance to the goal, positive on the good side.
    pub(crate) fn gap(self, line: &Line) -> Option<String> {
        let row = &line.assessment;
        let (gap, value) = row.gap.zip(row.value)?;
        Some(self.number(&number::distance(gap, value, &line.goals())))
    }

    /// The goal in words and with the unit of the value: `at least 6 419 places`.
    ///
    /// Where the words don't name the number the value has to reach (`reduce by 5 percent`), it follows.
    pub(crate) fn goal(self, line: &Line) -> String {
        let row = &line.assessment;
        let goals = line.goals();
        let words = self.goal_words(&row.goal);
        let unit = self.unit_of_value(&line.unit_of_value);
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
                    (true, Ok(number)) => self.rounded(number, &[number]),
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
                format!("{words} ({})", with_unit(&self.computed_goal(line, *goal), &unit))
            }
            Some(_) | None => words,
        }
    }

    /// A goal that follows from an earlier value, rounded on its own side of the value.
    fn computed_goal(self, line: &Line, goal: f64) -> String {
        let value: Vec<f64> = line.assessment.value.into_iter().collect();
        self.rounded(goal, &value)
    }

    /// The text about the goal that all rows of a target share.
    pub(crate) fn shared_goal(self, shared: Shared, line: &Line) -> Option<String> {
        match shared {
            Shared { goal: true, .. } => Some(self.goal(line)),
            Shared { goal_words: true, .. } => Some(self.goal_words(&line.assessment.goal)),
            Shared { .. } => None,
        }
    }

    /// The rest of the text about the goal, for one row.
    pub(crate) fn own_goal(self, shared: Shared, line: &Line) -> Option<String> {
        match shared {
            Shared { goal: true, .. } => None,
            Shared { goal_words: true, .. } => {
                let goal = *line.goals().first()?;
                let number = self.computed_goal(line, goal);
                let goal = with_unit(&number, &self.unit_of_value(&line.unit_of_value));
                Some(self.say("own_goal", &[("goal", &goal)]))
            }
            Shared { .. } => Some(self.say("own_goal_words", &[("goal", &self.goal(line))])),
        }
    }

    /// What it would take: `16 more`, `4 still allowed`, `3 too many`.
    pub(crate) fn needed(self, line: &Line) -> Option<String> {
        let row = &line.assessment;
        let needed = row.needed.filter(|_| row.verdict != Verdict::Indeterminate)?;
        // Not `-needed`: the least integer has no counterpart.
        let events = self.count(usize::try_from(needed.unsigned_abs()).unwrap_or(usize::MAX));
        let key = match (needed.signum(), line.limit) {
            (-1, _) => "allowed",
            (1, Limit::Floor | Limit::Band) => "more",
            (1, Limit::Ceiling) => "too_many",
            (_, Limit::Ceiling) if row.verdict == Verdict::Met => "none_allowed",
            _ => return None,
        };
        Some(self.say(key, &[("events", &events)]))
    }

    /// All that qualifies a row, each a phrase: the reason, where a running window stands, how complete
    /// the figures are; and the note and documents, unless they are those of the whole target.
    pub(crate) fn remarks(self, line: &Line, shared: Shared) -> Vec<String> {
        let row = &line.assessment;
        let mut remarks = Vec::new();
        if let Some(code) = row.reason {
            remarks.push(self.reason(code).to_owned());
        }
        if !row.is_final && row.reason != Some(Reason::NotStarted) {
            remarks.push(self.running(line));
        }
        let share = |share: f64| with_unit(&self.rounded(share, &[100.0]), "%");
        if let Some(made) = row.completeness.filter(|made| *made < 100.0) {
            remarks.push(self.say("reports_made", &[("share", &share(made))]));
        }
        if let Some(imputed) = row.imputed.filter(|imputed| *imputed > 0.0) {
            remarks.push(self.say("imputed", &[("share", &share(imputed))]));
        }
        if row.illustrative {
            remarks.push(self.phrase("illustrative").to_owned());
        }
        remarks.extend(line.note.as_deref().filter(|_| !shared.note).map(legible));
        remarks.extend(row.basis.as_deref().filter(|_| !shared.basis).map(legible));
        remarks
    }

    /// Where a running window stands: `running as of 14 Dec 2023: on track, 40 expected so far, …`.
    fn running(self, line: &Line) -> String {
        let row = &line.assessment;
        let mut parts = Vec::new();
        parts.extend(row.pace.map(|pace| {
            let key = match pace {
                Pace::Ahead => "ahead",
                Pace::OnTrack => "on_track",
                Pace::Behind => "behind",
            };
            self.phrase(key).to_owned()
        }));
        if let Some(expected) = row.expected_now.filter(|expected| expected.is_finite()) {
            let beside: Vec<f64> = row.value.into_iter().collect();
            parts.push(self.say("expected", &[("value", &self.rounded(expected, &beside))]));
        }
        if let Some(projected) = row.projected.filter(|projected| projected.is_finite()) {
            let goals = line.goals();
            let mut part = self.say("projected", &[("value", &self.rounded(projected, &goals))]);
            let interval = row.projected_lower.zip(row.projected_upper);
            if let Some(interval) =
                interval.and_then(|(lower, upper)| self.range(lower, upper, &goals))
            {
                part.push_str(&format!(" ({interval})"));
            }
            parts.push(part);
        }
        let chance = row.chance.map(|chance| self.percent(chance));
        parts.extend(chance.map(|chance| self.say("chance", &[("share", &chance)])));
        let state = self.say("running", &[("day", &self.day(row.as_of))]);
        if parts.is_empty() { state } else { format!("{state}: {}", parts.join(", ")) }
    }

    /// A window by its first and last day; dates that need not be said twice aren't.
    pub(crate) fn window(self, row: &Assessment) -> String {
        self.days(row.window_start, row.window_end)
    }

    /// The days from `start` to the day before `end` as short as possible: `2023`, `Mar 2024`, `Q1 2024`, else the days.
    pub(crate) fn period(self, start: NaiveDate, end: NaiveDate) -> String {
        let months = (end.year() - start.year()) * 12 + end.month() as i32 - start.month() as i32;
        match (start.day(), end.day(), months, start.month0()) {
            (1, 1, 12, 0) => start.year().to_string(),
            (1, 1, 3, month) if month % 3 == 0 => {
                let (quarter, year) = ((month / 3 + 1).to_string(), start.year().to_string());
                self.say("quarter", &[("quarter", &quarter), ("year", &year)])
            }
            (1, 1, 1, _) => start.format(self.phrase("month")).to_string(),
            _ => self.days(start, end),
        }
    }

    /// The counts behind a share or a rate, exactly: `1 670 of 1 840`.
    pub(crate) fn fraction(self, row: &Assessment) -> Option<String> {
        let (numerator, denominator) = row.numerator.zip(row.denominator)?;
        (numerator.is_finite() && denominator.is_finite()).then(|| {
            let (part, whole) = (self.exact(numerator), self.exact(denominator));
            self.say("fraction", &[("part", &part), ("whole", &whole)])
        })
    }

    /// What is said above the missed units of a level: all of them, or those furthest from the goal.
    pub(crate) fn missed_lead(self, shown: usize, counts: &Counts) -> &'static str {
        if shown == 0 {
            ""
        } else if shown == counts.missed() {
            self.phrase("lead_all")
        } else {
            self.phrase("lead_some")
        }
    }

    /// How many later windows of a unit run already.
    pub(crate) fn still_running(self, windows: usize) -> Option<String> {
        let forms = ("later_runs_one", "later_runs_other", "windows");
        (windows > 0).then(|| self.counted(windows, forms))
    }

    /// How many windows of a unit are still to begin.
    pub(crate) fn not_started(self, windows: usize) -> Option<String> {
        (windows > 0).then(|| self.counted(windows, ("later_one", "later_other", "windows")))
    }

    /// The unit's name, or its id where it has no name; both where others have the same name.
    pub(crate) fn unit(self, row: &Assessment, has_namesake: bool) -> String {
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
    pub(crate) fn document(self, document: &DocumentLine) -> String {
        let mut text = legible(&document.document);
        if let Some(dated) = document.dated {
            text = self.say("dated", &[("document", &text), ("day", &self.day(dated))]);
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
    pub(crate) fn certainties(self, rows: [usize; 4]) -> String {
        let words = ["clear", "within_chance", "unsettled", "unknown"];
        let parts: Vec<String> = rows
            .iter()
            .zip(words)
            .filter(|(rows, _)| **rows > 0)
            .map(|(rows, word)| format!("{} {}", self.count(*rows), self.phrase(word)))
            .collect();
        parts.join(", ")
    }

    /// Why rows have no verdict, and how many for each reason: `no data 20`.
    pub(crate) fn each_reason(self, undecided: &[(Option<Reason>, usize)]) -> Vec<String> {
        undecided
            .iter()
            .map(|(code, rows)| {
                let word = code.map_or(self.phrase("no_reason"), |code| self.reason(code));
                format!("{word}{GLUE}{}", self.count(*rows))
            })
            .collect()
    }

    /// Why rows have no verdict: `no data 20, too few reports 6`.
    pub(crate) fn reasons(self, undecided: &[(Option<Reason>, usize)]) -> String {
        self.each_reason(undecided).join(", ")
    }

    /// All rows in one sentence: `812 met (700 clear), 300 missed (290 clear), 26 no verdict (no data 26)`.
    pub(crate) fn verdicts(self, counts: &Counts) -> String {
        self.in_one_sentence(
            counts,
            [
                self.certainties(counts.met),
                self.certainties(counts.missed),
                self.reasons(&counts.undecided),
            ],
        )
    }

    /// The same without the reasons, which may be many.
    pub(crate) fn verdicts_without_reasons(self, counts: &Counts) -> String {
        self.in_one_sentence(
            counts,
            [self.certainties(counts.met), self.certainties(counts.missed), String::new()],
        )
    }

    /// The bare verdicts: `812 met, 300 missed, 26 no verdict`.
    pub(crate) fn verdicts_without_certainty(self, counts: &Counts) -> String {
        self.in_one_sentence(counts, [const { String::new() }; 3])
    }

    fn in_one_sentence(self, counts: &Counts, [met, missed, undecided]: [String; 3]) -> String {
        let mut parts = Vec::new();
        for (rows, verdict, detail) in [
            (counts.met(), Verdict::Met, met),
            (counts.missed(), Verdict::Missed, missed),
            (counts.undecided(), Verdict::Indeterminate, undecided),
        ] {
            let word = self.bare_verdict(verdict);
            match (rows, detail.as_str()) {
                (0, _) => {}
                (_, "") => parts.push(format!("{} {word}", self.count(rows))),
                (_, _) => parts.push(format!("{} {word} ({detail})", self.count(rows))),
            }
        }
        if parts.is_empty() { self.phrase("no_rows").to_owned() } else { parts.join(", ") }
    }

    /// A number of things, in the singular or plural.
    pub(crate) fn counted(self, things: usize, (one, other, name): Forms) -> String {
        let key = if things == 1 { one } else { other };
        self.say(key, &[(name, &self.count(things))])
    }

    /// How many rows of how many targets, and how many of them still run.
    pub(crate) fn extent(self, rows: usize, targets: usize, running: usize) -> String {
        let rows = self.counted(rows, ("judgements_one", "judgements_other", "rows"));
        let targets = self.counted(targets, ("targets_one", "targets_other", "targets"));
        let mut text = self.say("extent", &[("rows", &rows), ("targets", &targets)]);
        if running > 0 {
            let running = self.counted(running, ("runs_one", "runs_other", "rows"));
            text.push_str(&format!(", {running}"));
        }
        text
    }

    /// The text about rows that a view leaves out: `9 995 rows are left out here; the full table is …`.
    pub(crate) fn left_out(self, rows: usize) -> String {
        self.counted(rows, ("left_out_one", "left_out_other", "rows"))
    }

    /// The text about targets that a view only counts: `40 more targets: 12 met (…), …`.
    pub(crate) fn more_targets(self, targets: usize, counts: &Counts) -> String {
        let key = if targets == 1 { "more_targets_one" } else { "more_targets_other" };
        let (targets, verdicts) = (self.count(targets), self.verdicts(counts));
        self.say(key, &[("targets", &targets), ("verdicts", &verdicts)])
    }

    /// How many verdicts chance is expected to make wrong; nothing where they are too few to say.
    pub(crate) fn expected_wrong(self, expected: &ExpectedWrong) -> Option<String> {
        let say = |[few, one, other]: [&'static str; 3], wrong: f64, rows: usize| {
            // Fewer than the rows, which are counted.
            let phrase = match wrong.round() {
                _ if wrong < 1.0 => few,
                1.0 => one,
                _ => other,
            };
            let wrong = self.count(wrong.round() as usize);
            self.say(phrase, &[("wrong", &wrong), ("rows", &self.count(rows))])
        };
        let mut said = Vec::new();
        if expected.pooled > 0 {
            let phrases = ["expected_wrong_few", "expected_wrong_one", "expected_wrong_other"];
            said.push(say(phrases, expected.wrong, expected.pooled));
        }
        if expected.most_wrong >= 1.0 {
            let phrases = ["most_wrong_one", "most_wrong_one", "most_wrong_other"];
            said.push(say(phrases, expected.most_wrong, expected.others));
        }
        if expected.skips_overlaps && !said.is_empty() {
            said.push(self.phrase("some_overlap").to_owned());
        }
        (!said.is_empty()).then(|| said.join(" "))
    }

    /// How many rows rest on outcomes that are made up; nothing where none does.
    pub(crate) fn made_up(self, card: &Card<'_>) -> Option<String> {
        let (made_up, all) = (card.illustrative, card.counts().rows);
        match made_up {
            0 => None,
            _ if made_up == all => Some(self.phrase("all_illustrative").to_owned()),
            _ => {
                let (made_up, all) = (self.count(made_up), self.count(all));
                Some(self.say("some_illustrative", &[("rows", &made_up), ("all", &all)]))
            }
        }
    }

    /// Who answers for the rows, a line for each office, those for most rows first; the rest is counted.
    pub(crate) fn offices(self, card: &Card<'_>) -> Vec<String> {
        let mut offices: Vec<&Office> = card.offices.iter().collect();
        offices.sort_by_key(|office| std::cmp::Reverse(office.counts.rows));
        let left_out = offices.len().saturating_sub(MOST_OFFICES);
        let shown = offices.iter().take(MOST_OFFICES).map(|office| {
            let verdicts = self.verdicts_without_certainty(&office.counts);
            format!("{}: {verdicts}", legible(&office.title))
        });
        let mut lines: Vec<String> = shown.collect();
        if left_out > 0 {
            lines.push(
                self.counted(left_out, ("more_offices_one", "more_offices_other", "offices")),
            );
        }
        lines
    }

    /// What a reader has to know of all rows together: the confidence of the intervals and how values were computed.
    pub(crate) fn notes(self, card: &Card<'_>) -> Vec<String> {
        let mut notes = Vec::new();
        if !card.confidences.is_empty() {
            let levels = card.confidences.iter().map(|level| self.confidence_level(*level));
            let levels = levels.collect::<Vec<_>>().join(self.phrase("or"));
            notes.push(self.say("intervals", &[("levels", &levels)]));
        }
        if !card.methods.is_empty() {
            let methods: Vec<String> = card.methods.iter().map(|method| legible(method)).collect();
            notes.push(self.say("methods", &[("methods", &methods.join(", "))]));
        }
        notes
    }
}

/// The warnings of a card, each in one line. Messages are in English, whatever the language of the page.
pub(crate) fn warnings(card: &Card<'_>) -> Vec<String> {
    card.warnings.iter().map(|warning| legible(&warning.to_string())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scorecard::samples::{date, line, row};

    const VIETNAMESE: Language = Language::Vietnamese;

    /// With plain blanks.
    fn plain(text: &str) -> String {
        text.replace([GLUE, number::GROUP_SEPARATOR], " ")
    }

    #[test]
    fn numbers_and_days_are_those_of_the_language() {
        let wide = "\u{2212}1\u{202f}234.5";
        assert_eq!(VIETNAMESE.number(wide), "\u{2212}1.234,5");
        assert_eq!(ENGLISH.number(wide), wide);
        let days = |language: Language, start: &str, end: &str| {
            plain(&language.period(date(start), date(end)))
        };
        for (start, end, english, vietnamese) in [
            ("2023-01-01", "2024-01-01", "2023", "2023"),
            ("2024-03-01", "2024-04-01", "Mar 2024", "tháng 3/2024"),
            ("2024-04-01", "2024-07-01", "Q2 2024", "quý 2/2024"),
            ("2023-12-14", "2023-12-15", "14 Dec 2023", "14/12/2023"),
            ("2024-02-08", "2024-02-15", "8 – 14 Feb 2024", "08 – 14/02/2024"),
            ("2024-02-08", "2024-03-02", "8 Feb – 1 Mar 2024", "08/02 – 01/03/2024"),
            ("2023-12-15", "2024-12-15", "15 Dec 2023 – 14 Dec 2024", "15/12/2023 – 14/12/2024"),
        ] {
            assert_eq!(days(ENGLISH, start, end), english);
            assert_eq!(days(VIETNAMESE, start, end), vietnamese);
        }
        assert_eq!(plain(&VIETNAMESE.percent(0.996)), "trên 99 %");
        assert_eq!(plain(&ENGLISH.percent(0.532)), "53 %");
    }

    #[test]
    fn goals_are_said_in_the_language() {
        let said = |goal: &str, value: f64| {
            let row = row("t", "u", goal, value).with(|row| {
                row.goal_upper = goal.starts_with("between").then_some(2_000.5);
                row.value = Some(700.0);
            });
            let line = line("t", "%", row);
            [ENGLISH, VIETNAMESE].map(|language| plain(&language.goal(&line)))
        };
        for (goal, value, english, vietnamese) in [
            ("at least 96.4", 96.4, "at least 96.4 %", "ít nhất 96,4 %"),
            ("above 3", 3.0, "above 3 %", "trên 3 %"),
            ("at most 6419", 6_419.0, "at most 6 419 %", "nhiều nhất 6.419 %"),
            ("below 0.5", 0.5, "below 0.5 %", "dưới 0,5 %"),
            ("between 30 and 2000.5", 30.0, "between 30 and 2 000.5 %", "từ 30 đến 2.000,5 %"),
            (
                "reduce by 2.5 % from the previous period",
                682.5,
                "reduce by 2.5 % from the previous period (682.5 %)",
                "giảm 2,5 % so với kỳ trước (682,5 %)",
            ),
            (
                "increase by 10 from the same window of 2020",
                710.0,
                "increase by 10 from the same window of 2020 (710 %)",
                "tăng 10 so với cùng kỳ năm 2020 (710 %)",
            ),
            (
                "reduce by 1 % from the same window last year, moved by tet",
                5.0,
                "reduce by 1 % from the same window last year, moved by tet (5 %)",
                "giảm 1 % so với cùng kỳ năm trước, dời theo tet (5 %)",
            ),
        ] {
            assert_eq!(said(goal, value), [english, vietnamese], "{goal}");
        }
    }

    #[test]
    fn rows_are_described_in_the_language() {
        let row = row("t", "u", "at least 75", 75.0).share(600, 1_000).with(|row| {
            row.is_final = false;
            row.completeness = Some(91.5);
            row.chance = Some(0.004);
        });
        let line = line("t", "%", row);
        let (row, shared) = (
            &line.assessment,
            Shared { goal: true, goal_words: true, window: true, basis: true, note: true },
        );
        assert_eq!(VIETNAMESE.fraction(row).as_deref(), Some("600 trên 1.000"));
        assert_eq!(VIETNAMESE.interval(&line, false).as_deref(), Some("56,9 đến 63,0"));
        assert_eq!(VIETNAMESE.needed(&line).as_deref(), Some("cần thêm 150"));
        assert_eq!(VIETNAMESE.gap(&line).as_deref(), Some("\u{2212}15"));
        assert_eq!(
            VIETNAMESE.remarks(&line, shared).iter().map(|text| plain(text)).collect::<Vec<_>>(),
            [
                "đang trong kỳ, tính đến 15/01/2024: khả năng đạt dưới 1 %",
                "đã có 91,5 % số báo cáo đến hạn",
            ]
        );
    }
}
