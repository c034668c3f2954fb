//! What a scorecard shows: the rows of judgement with the titles that a plan gives them.
//!
//! The views ([`text`](super::text) and [`page`](super::page)) print a [`Scorecard`] and know
//! nothing of plans. What belongs here is what they share: which rows stand together, how many of
//! them were met, and which of many are worth showing.

use std::cmp::Ordering;
use std::collections::HashMap;

use chrono::NaiveDate;

use crate::assess::{Assessment, Certainty, Reason, Verdict};

/// A report, ready to be read: titles, documents and rows in the order of the plan.
///
/// ```
/// use attain::report::scorecard::Scorecard;
/// use attain::report::text;
///
/// let scorecard = Scorecard {
///     title: "Safe districts 2023".to_owned(),
///     plan: "districts-2023".to_owned(),
///     as_of: chrono::NaiveDate::from_ymd_opt(2023, 12, 14).unwrap(),
///     sections: Vec::new(),
/// };
/// assert!(text::render(&scorecard, 80, false).starts_with("Safe districts 2023\n"));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Scorecard {
    /// What it is called.
    pub title: String,
    /// The plan's id.
    pub plan: String,
    /// The day up to and including which outcomes were taken into account.
    pub as_of: NaiveDate,
    /// The parts it is read in, usually one for each campaign.
    pub sections: Vec<Section>,
}

/// A part of a scorecard: a campaign, or the targets that belong to none.
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// The campaign's title, or `Targets`.
    pub heading: String,
    /// The documents the section's targets rest on.
    pub documents: Vec<DocumentLine>,
    /// The rows; those of one target need not stand together.
    pub rows: Vec<Line>,
}

/// A document that sets targets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentLine {
    /// Its number: `96/2019/QH14`.
    pub document: String,
    /// The day it was signed.
    pub dated: Option<NaiveDate>,
    /// The article, clause or point that sets the target.
    pub clause: Option<String>,
    /// Its title.
    pub title: Option<String>,
    /// Where it can be read; an address beginning with `http://` or `https://` becomes a link.
    pub source: Option<String>,
}

/// A row with what the plan knows of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The target's title.
    pub target_title: String,
    /// The indicator's title.
    pub indicator_title: String,
    /// What the value is counted in: `%`, `cases`, `per 100,000`. May be empty.
    pub unit_of_value: String,
    /// What the plan adds to the target for its readers.
    pub note: Option<String>,
    /// What kind of limit the goal is.
    pub limit: Limit,
    /// The row.
    pub assessment: Assessment,
}

/// What kind of limit the goal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// The value must not be below it.
    Floor,
    /// The value must not be above it.
    Ceiling,
    /// The value must stay between two.
    Band,
}

impl Line {
    /// The goal's numbers, none, one or two.
    pub(crate) fn goals(&self) -> Vec<f64> {
        let row = &self.assessment;
        let goals = [row.goal_value, row.goal_upper].into_iter().flatten();
        goals.filter(|goal| goal.is_finite()).collect()
    }
}

/// How many rows have which verdict, and why some have none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    /// All rows.
    pub rows: usize,
    /// Rows whose window still runs.
    pub running: usize,
    /// Rows met: clear, within chance, unsettled, not known.
    pub met: [usize; 4],
    /// Rows missed: clear, within chance, unsettled, not known.
    pub missed: [usize; 4],
    /// Rows without a verdict, by reason, in the order of [`Reason::ALL`]; `None` comes last.
    pub undecided: Vec<(Option<Reason>, usize)>,
}

impl Counts {
    pub(crate) fn of<'a>(lines: impl IntoIterator<Item = &'a Line>) -> Self {
        let mut counts = Counts::default();
        let mut undecided = vec![0; Reason::ALL.len() + 1];
        for Line { assessment: row, .. } in lines {
            counts.rows += 1;
            counts.running += usize::from(!row.is_final);
            let certainty = match row.certainty {
                Certainty::Clear => 0,
                Certainty::WithinChance => 1,
                Certainty::Unsettled => 2,
                Certainty::Unknown => 3,
            };
            match row.verdict {
                Verdict::Met => counts.met[certainty] += 1,
                Verdict::Missed => counts.missed[certainty] += 1,
                Verdict::Indeterminate => {
                    let place = Reason::ALL
                        .iter()
                        .position(|reason| Some(*reason) == row.reason)
                        .unwrap_or(Reason::ALL.len());
                    undecided[place] += 1;
                }
            }
        }
        counts.undecided = undecided
            .into_iter()
            .enumerate()
            .filter(|(_, rows)| *rows > 0)
            .map(|(place, rows)| (Reason::ALL.get(place).copied(), rows))
            .collect();
        counts
    }

    pub(crate) fn met(&self) -> usize {
        self.met.iter().sum()
    }

    pub(crate) fn missed(&self) -> usize {
        self.missed.iter().sum()
    }

    pub(crate) fn undecided(&self) -> usize {
        self.undecided.iter().map(|(_, rows)| rows).sum()
    }
}

/// The rows of one target in a section.
#[derive(Debug, Clone)]
pub(crate) struct Target<'a> {
    /// By level, in the order of the rows; never empty, and no level is.
    pub levels: Vec<Level<'a>>,
    /// What all rows have in common, so that it need be said only once.
    pub shared: Shared,
    /// Units that share their name with another unit of the same target.
    namesakes: HashMap<&'a str, Option<&'a str>>,
}

/// What all rows of a target have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Shared {
    /// The goal, in words and number.
    pub goal: bool,
    /// The goal's words: the number of a relative goal may differ all the same.
    pub goal_words: bool,
    /// The window.
    pub window: bool,
    /// The documents.
    pub basis: bool,
    /// The plan's note.
    pub note: bool,
}

/// The rows of one target at one level.
#[derive(Debug, Clone)]
pub(crate) struct Level<'a> {
    /// The level's name.
    pub name: &'a str,
    /// Its rows, in the order of the report.
    pub lines: Vec<&'a Line>,
}

impl Section {
    /// The rows by target, in the order in which the targets first occur.
    pub(crate) fn targets(&self) -> Vec<Target<'_>> {
        let mut targets: Vec<Vec<&Line>> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for line in &self.rows {
            let place = *places.entry(&line.assessment.target).or_insert_with(|| {
                targets.push(Vec::new());
                targets.len() - 1
            });
            targets[place].push(line);
        }
        targets.into_iter().map(Target::new).collect()
    }
}

impl<'a> Target<'a> {
    fn new(lines: Vec<&'a Line>) -> Self {
        let mut levels: Vec<Level<'_>> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut namesakes: HashMap<&str, Option<&str>> = HashMap::new();
        for line in &lines {
            let row = &line.assessment;
            let place = *places.entry(&row.level).or_insert_with(|| {
                levels.push(Level { name: &row.level, lines: Vec::new() });
                levels.len() - 1
            });
            levels[place].lines.push(line);
            namesakes
                .entry(&row.unit_name)
                .and_modify(|unit| {
                    if *unit != Some(row.unit.as_str()) {
                        *unit = None;
                    }
                })
                .or_insert(Some(&row.unit));
        }
        let same =
            |alike: fn(&Line, &Line) -> bool| lines.windows(2).all(|pair| alike(pair[0], pair[1]));
        let shared = Shared {
            goal: same(|Line { assessment: a, .. }, Line { assessment: b, .. }| {
                a.goal == b.goal && a.goal_value == b.goal_value && a.goal_upper == b.goal_upper
            }),
            goal_words: same(|a, b| a.assessment.goal == b.assessment.goal),
            window: same(|Line { assessment: a, .. }, Line { assessment: b, .. }| {
                a.window_start == b.window_start && a.window_end == b.window_end
            }),
            basis: same(|a, b| a.assessment.basis == b.assessment.basis),
            note: same(|a, b| a.note == b.note),
        };
        Target { levels, shared, namesakes }
    }

    /// The rows, level by level.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &'a Line> {
        self.levels.iter().flat_map(|level| level.lines.iter().copied())
    }

    /// Any of the rows, for what they all share.
    pub(crate) fn first(&self) -> Option<&'a Line> {
        self.lines().next()
    }

    /// Whether another unit of this target has the same name, so that only the id tells them apart.
    pub(crate) fn has_namesake(&self, row: &Assessment) -> bool {
        self.namesakes.get(row.unit_name.as_str()) == Some(&None)
    }
}

impl<'a> Level<'a> {
    /// The rows that missed their goal, furthest from it first.
    pub(crate) fn furthest(&self) -> Vec<&'a Line> {
        let mut missed: Vec<&Line> = self
            .lines
            .iter()
            .copied()
            .filter(|line| line.assessment.verdict == Verdict::Missed)
            .collect();
        missed.sort_by(|left, right| by_gap(left, right));
        missed
    }

    /// All rows: those missed, furthest first, then those met, narrowest first, then those without a verdict.
    pub(crate) fn worst_first(&self) -> Vec<&'a Line> {
        let mut lines = self.lines.clone();
        lines.sort_by(|left, right| {
            let rank = |line: &Line| match line.assessment.verdict {
                Verdict::Missed => 0,
                Verdict::Met => 1,
                Verdict::Indeterminate => 2,
            };
            rank(left).cmp(&rank(right)).then_with(|| by_gap(left, right))
        });
        lines
    }
}

/// The smaller gap first; a row without a gap comes after those with one.
fn by_gap(left: &Line, right: &Line) -> Ordering {
    match (left.assessment.gap, right.assessment.gap) {
        (Some(left), Some(right)) => left.total_cmp(&right),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}
