//! What the text and the page read: the rows of a [`Scorecard`] or of a report, target by target.
//!
//! A report may have millions of rows, and a view shows some hundred of them. An [`Entry`] reads the cells of a row in
//! place, and only a row that is shown becomes a [`Line`]. The rows of one target are listed at a time.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use chrono::NaiveDate;

use super::scorecard::{DocumentLine, Limit, Line, Scorecard};
use crate::assess::{BlockTexts, Certainty, Columns, Common, Number, Reason, Texts, Verdict};

/// A scorecard as the views read it.
pub(crate) struct Card<'a> {
    pub(crate) title: Cow<'a, str>,
    pub(crate) plan: Cow<'a, str>,
    pub(crate) as_of: NaiveDate,
    pub(crate) sections: Vec<Section<'a>>,
    /// The confidences of the intervals of all rows, each once, the lowest first.
    pub(crate) confidences: Vec<f64>,
    /// How values and intervals were computed.
    pub(crate) methods: BTreeSet<String>,
}

/// A part of a card.
pub(crate) struct Section<'a> {
    pub(crate) heading: Cow<'a, str>,
    pub(crate) documents: Cow<'a, [DocumentLine]>,
    pub(crate) targets: Vec<TargetRows<'a>>,
}

/// The rows of one target in a section.
pub(crate) struct TargetRows<'a> {
    rows: Rows<'a>,
    pub(crate) counts: Counts,
}

enum Rows<'a> {
    Lines(Vec<&'a Line>),
    Blocks(Vec<BlockRows<'a>>),
}

/// The rows of a report's block, with what they have in common.
pub(crate) struct BlockRows<'a> {
    pub(crate) common: Common<'a>,
    pub(crate) columns: &'a Columns,
    pub(crate) places: Range<usize>,
    pub(crate) texts: &'a Texts,
    pub(crate) of_block: BlockTexts,
    pub(crate) unit_of_value: String,
    pub(crate) limit: Limit,
}

/// One row.
#[derive(Clone, Copy)]
pub(crate) enum Entry<'a> {
    Line(&'a Line),
    Row(&'a BlockRows<'a>, usize),
}

impl<'a> Entry<'a> {
    /// The row with its texts.
    pub(crate) fn line(self) -> Cow<'a, Line> {
        match self {
            Entry::Line(line) => Cow::Borrowed(line),
            Entry::Row(block, place) => Cow::Owned(Line {
                target_title: block.common.target.title().to_owned(),
                indicator_title: block.common.plan[block.common.target.indicator]
                    .title()
                    .to_owned(),
                unit_of_value: block.unit_of_value.clone(),
                note: block.common.target.note.clone(),
                limit: block.limit,
                assessment: block.common.assessment(
                    &block.columns.row(place),
                    &block.of_block,
                    block.texts,
                ),
            }),
        }
    }

    pub(crate) fn verdict(self) -> Verdict {
        match self {
            Entry::Line(line) => line.assessment.verdict,
            Entry::Row(block, place) => block.columns.verdict_of(place),
        }
    }

    fn certainty(self) -> Certainty {
        match self {
            Entry::Line(line) => line.assessment.certainty,
            Entry::Row(block, place) => block.columns.certainty_of(place),
        }
    }

    fn reason(self) -> Option<Reason> {
        match self {
            Entry::Line(line) => line.assessment.reason,
            Entry::Row(block, place) => block.columns.reason_of(place),
        }
    }

    fn is_final(self) -> bool {
        match self {
            Entry::Line(line) => line.assessment.is_final,
            Entry::Row(block, _) => block.common.is_final,
        }
    }

    fn number(
        self,
        of_line: impl Fn(&Line) -> Option<f64>,
        of_columns: impl Fn(&Columns) -> &[f64],
    ) -> Option<f64> {
        match self {
            Entry::Line(line) => of_line(line),
            Entry::Row(block, place) => Number::from(of_columns(block.columns)[place]).get(),
        }
    }

    fn gap(self) -> Option<f64> {
        self.number(|line| line.assessment.gap, |columns| &columns.gap)
    }

    pub(crate) fn value(self) -> Option<f64> {
        self.number(|line| line.assessment.value, |columns| &columns.value)
    }

    pub(crate) fn lower(self) -> Option<f64> {
        self.number(|line| line.assessment.lower, |columns| &columns.lower)
    }

    pub(crate) fn upper(self) -> Option<f64> {
        self.number(|line| line.assessment.upper, |columns| &columns.upper)
    }

    pub(crate) fn expected_now(self) -> Option<f64> {
        match self {
            Entry::Line(line) => line.assessment.expected_now,
            Entry::Row(block, place) => block.columns.projection(place)?.expected_now.get(),
        }
    }

    fn goal_value(self) -> Option<f64> {
        self.number(|line| line.assessment.goal_value, |columns| &columns.goal_value)
    }

    fn goal_upper(self) -> Option<f64> {
        match self {
            Entry::Line(line) => line.assessment.goal_upper,
            Entry::Row(block, _) => block.common.goal_upper(),
        }
    }

    /// The goal's numbers, none, one or two.
    pub(crate) fn goals(self) -> impl Iterator<Item = f64> {
        let goals = [self.goal_value(), self.goal_upper()].into_iter().flatten();
        goals.filter(|goal| goal.is_finite())
    }

    fn goal(self) -> &'a str {
        match self {
            Entry::Line(line) => &line.assessment.goal,
            Entry::Row(block, _) => &block.of_block.goal,
        }
    }

    fn window(self) -> (NaiveDate, NaiveDate) {
        match self {
            Entry::Line(line) => (line.assessment.window_start, line.assessment.window_end),
            Entry::Row(block, _) => (block.common.window.start(), block.common.window.end()),
        }
    }

    fn basis(self) -> Option<&'a str> {
        match self {
            Entry::Line(line) => line.assessment.basis.as_deref(),
            Entry::Row(block, _) => block.of_block.basis.as_deref(),
        }
    }

    fn note(self) -> Option<&'a str> {
        match self {
            Entry::Line(line) => line.note.as_deref(),
            Entry::Row(block, _) => block.common.target.note.as_deref(),
        }
    }

    pub(crate) fn unit_of_value(self) -> &'a str {
        match self {
            Entry::Line(line) => &line.unit_of_value,
            Entry::Row(block, _) => &block.unit_of_value,
        }
    }

    /// Id, name and level of the unit.
    fn unit(self) -> (&'a str, &'a str, &'a str) {
        match self {
            Entry::Line(line) => {
                let row = &line.assessment;
                (&row.unit, &row.unit_name, &row.level)
            }
            Entry::Row(block, place) => {
                let units = block.common.plan.units();
                let unit = &units[block.columns.unit_of(place)];
                (&unit.id, &unit.name, units.level_name(unit.level))
            }
        }
    }

    /// Whether both are of one block: then goal, window, documents and note are the same.
    fn shares_a_block(self, other: Entry<'_>) -> bool {
        match (self, other) {
            (Entry::Row(one, _), Entry::Row(other, _)) => std::ptr::eq::<BlockRows<'_>>(one, other),
            (Entry::Line(_), _) | (_, Entry::Line(_)) => false,
        }
    }
}

impl Line {
    /// The goal's numbers, none, one or two.
    pub(crate) fn goals(&self) -> Vec<f64> {
        Entry::Line(self).goals().collect()
    }
}

impl<'a> From<&'a Scorecard> for Card<'a> {
    fn from(scorecard: &'a Scorecard) -> Self {
        let sections = scorecard.sections.iter().map(|section| {
            let mut targets: Vec<Vec<&Line>> = Vec::new();
            let mut places: HashMap<&str, usize> = HashMap::new();
            for line in &section.rows {
                let place = *places.entry(&line.assessment.target).or_insert_with(|| {
                    targets.push(Vec::new());
                    targets.len() - 1
                });
                targets[place].push(line);
            }
            Section {
                heading: Cow::Borrowed(&section.heading),
                documents: Cow::Borrowed(&section.documents),
                targets: targets
                    .into_iter()
                    .map(|lines| TargetRows::of(Rows::Lines(lines)))
                    .collect(),
            }
        });
        let rows = || scorecard.sections.iter().flat_map(|section| &section.rows);
        let mut confidences: Vec<f64> = Vec::new();
        for row in rows().map(|line| &line.assessment).filter(|row| row.lower.is_some()) {
            confidences.extend(row.confidence.filter(|level| !confidences.contains(level)));
        }
        confidences.sort_by(f64::total_cmp);
        Card {
            title: Cow::Borrowed(&scorecard.title),
            plan: Cow::Borrowed(&scorecard.plan),
            as_of: scorecard.as_of,
            sections: sections.collect(),
            confidences,
            methods: rows()
                .filter_map(|line| Some(line.assessment.method.as_deref()?.to_owned()))
                .collect(),
        }
    }
}

impl Card<'_> {
    pub(crate) fn counts(&self) -> Counts {
        Counts::sum(self.sections.iter().flat_map(|section| &section.targets))
    }
}

impl Section<'_> {
    pub(crate) fn counts(&self) -> Counts {
        Counts::sum(&self.targets)
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

/// The place of a reason in [`Reason::ALL`]; of none, the place after the last.
fn place_of(reason: Option<Reason>) -> usize {
    reason.map_or(Reason::ALL.len(), |reason| reason as usize)
}

impl Counts {
    pub(crate) fn of<'a>(entries: impl IntoIterator<Item = Entry<'a>>) -> Self {
        let mut counts = Counts::default();
        let mut undecided = vec![0; Reason::ALL.len() + 1];
        for entry in entries {
            counts.rows += 1;
            counts.running += usize::from(!entry.is_final());
            let certainty = match entry.certainty() {
                Certainty::Clear => 0,
                Certainty::WithinChance => 1,
                Certainty::Unsettled => 2,
                Certainty::Unknown => 3,
            };
            match entry.verdict() {
                Verdict::Met => counts.met[certainty] += 1,
                Verdict::Missed => counts.missed[certainty] += 1,
                Verdict::Indeterminate => {
                    undecided[place_of(entry.reason())] += 1;
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

    /// Of several targets together.
    pub(crate) fn sum<'t, 'a: 't>(targets: impl IntoIterator<Item = &'t TargetRows<'a>>) -> Self {
        let mut sum = Counts::default();
        for TargetRows { counts, .. } in targets {
            sum.rows += counts.rows;
            sum.running += counts.running;
            for (sum, rows) in sum.met.iter_mut().zip(counts.met) {
                *sum += rows;
            }
            for (sum, rows) in sum.missed.iter_mut().zip(counts.missed) {
                *sum += rows;
            }
            for (reason, rows) in &counts.undecided {
                match sum.undecided.iter_mut().find(|(known, _)| known == reason) {
                    Some((_, sum)) => *sum += rows,
                    None => sum.undecided.push((*reason, *rows)),
                }
            }
        }
        sum.undecided.sort_by_key(|(reason, _)| place_of(*reason));
        sum
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

impl<'a> TargetRows<'a> {
    /// The rows of the blocks of one target.
    pub(crate) fn of_blocks(blocks: Vec<BlockRows<'a>>) -> Self {
        TargetRows::of(Rows::Blocks(blocks))
    }

    fn of(rows: Rows<'a>) -> Self {
        let mut target = TargetRows { rows, counts: Counts::default() };
        target.counts = Counts::of(target.entries());
        target
    }

    /// The rows, in the order of the report.
    pub(crate) fn entries(&self) -> Box<dyn Iterator<Item = Entry<'_>> + '_> {
        match &self.rows {
            Rows::Lines(lines) => Box::new(lines.iter().map(|line| Entry::Line(line))),
            Rows::Blocks(blocks) => {
                Box::new(blocks.iter().flat_map(|block| {
                    block.places.clone().map(move |place| Entry::Row(block, place))
                }))
            }
        }
    }

    /// The rows by level, and what they have in common.
    pub(crate) fn open(&self) -> Target<'_> {
        let mut levels: Vec<Level<'_>> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut namesakes: HashMap<&str, Option<&str>> = HashMap::new();
        let mut shared =
            Shared { goal: true, goal_words: true, window: true, basis: true, note: true };
        let mut before: Option<Entry<'_>> = None;
        for entry in self.entries() {
            let (unit, name, level) = entry.unit();
            let place = *places.entry(level).or_insert_with(|| {
                levels.push(Level { name: level, entries: Vec::new() });
                levels.len() - 1
            });
            levels[place].entries.push(entry);
            namesakes
                .entry(name)
                .and_modify(|known| {
                    if *known != Some(unit) {
                        *known = None;
                    }
                })
                .or_insert(Some(unit));
            if let Some(before) = before {
                shared.narrow(before, entry);
            }
            before = Some(entry);
        }
        Target { levels, shared, namesakes }
    }
}

/// The rows of one target, listed.
pub(crate) struct Target<'a> {
    /// By level, in the order of the rows; never empty, and no level is.
    pub levels: Vec<Level<'a>>,
    /// What all rows have in common, so that it need be said only once.
    pub shared: Shared,
    /// By name, the unit that alone has it.
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

impl Shared {
    /// Leaves what two rows have in common.
    fn narrow(&mut self, one: Entry<'_>, other: Entry<'_>) {
        let is_same_block = one.shares_a_block(other);
        if !is_same_block {
            self.goal_words &= one.goal() == other.goal();
            self.window &= one.window() == other.window();
            self.basis &= one.basis() == other.basis();
            self.note &= one.note() == other.note();
        }
        self.goal &= self.goal_words
            && one.goal_value() == other.goal_value()
            && one.goal_upper() == other.goal_upper();
    }
}

/// The rows of one target at one level.
pub(crate) struct Level<'a> {
    /// The level's name.
    pub name: &'a str,
    /// Its rows, in the order of the report.
    pub entries: Vec<Entry<'a>>,
}

impl<'a> Target<'a> {
    /// The rows, level by level.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry<'a>> {
        self.levels.iter().flat_map(|level| level.entries.iter().copied())
    }

    /// Any of the rows, for what they all share.
    pub(crate) fn first(&self) -> Option<Cow<'a, Line>> {
        self.entries().next().map(Entry::line)
    }

    /// Whether another unit of this target has the same name, so that a reader needs the id too.
    pub(crate) fn has_namesake(&self, unit_name: &str) -> bool {
        self.namesakes.get(unit_name) == Some(&None)
    }
}

impl<'a> Level<'a> {
    /// The first `most` rows that missed their goal, furthest from it first.
    pub(crate) fn furthest(&self, most: usize) -> Vec<Entry<'a>> {
        let is_missed = |entry: &Entry<'_>| entry.verdict() == Verdict::Missed;
        self.first(most, self.entries.iter().copied().filter(is_missed))
    }

    /// The first `most` of all rows: those missed, furthest first, then those met, narrowest first, then those without
    /// a verdict.
    pub(crate) fn worst_first(&self, most: usize) -> Vec<Entry<'a>> {
        self.first(most, self.entries.iter().copied())
    }

    /// The first rows by verdict and gap; equal ones in the order of the report.
    fn first(&self, most: usize, entries: impl Iterator<Item = Entry<'a>>) -> Vec<Entry<'a>> {
        let rank = |entry: Entry<'_>| match entry.verdict() {
            Verdict::Missed => 0_u8,
            Verdict::Met => 1,
            Verdict::Indeterminate => 2,
        };
        type Key<'a> = (u8, Option<f64>, usize, Entry<'a>);
        let mut all: Vec<Key<'a>> = entries
            .enumerate()
            .map(|(place, entry)| (rank(entry), entry.gap(), place, entry))
            .collect();
        let order = |left: &Key<'_>, right: &Key<'_>| {
            left.0.cmp(&right.0).then_with(|| by_gap(left.1, right.1)).then(left.2.cmp(&right.2))
        };
        if most < all.len() {
            all.select_nth_unstable_by(most, order);
            all.truncate(most);
        }
        all.sort_unstable_by(order);
        all.into_iter().map(|(.., entry)| entry).collect()
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts::of(self.entries.iter().copied())
    }
}

/// The smaller gap first; a row without a gap comes after those with one.
fn by_gap(left: Option<f64>, right: Option<f64>) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) => left.total_cmp(&right),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}
