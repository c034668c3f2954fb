//! What the text and the page read: the rows of a [`Scorecard`] or of a report, target by target.
//!
//! A report may have millions of rows, and a view shows some hundred of them. An [`Entry`] reads the cells of a row in
//! place, and only a row that is shown becomes a [`Line`]. The rows of one target are listed at a time.

use std::borrow::Cow;
use std::cmp::{Ordering, Reverse};
use std::collections::{BTreeSet, HashMap, hash_map};
use std::mem;
use std::ops::Range;

use chrono::NaiveDate;

use super::{DocumentLine, Limit, Line, Scorecard};
use crate::assess::{
    Block, BlockTexts, Certainty, Columns, Common, Number, Reason, Texts, Verdict,
};
use crate::error::Warning;
use crate::parallel::check_stop;
use crate::plan::{OfficesOfWindow, UnitIndex};
use crate::report::ExpectedWrong;

/// A scorecard as the views read it.
pub(crate) struct Card<'a> {
    pub(crate) title: Cow<'a, str>,
    pub(crate) plan: Cow<'a, str>,
    pub(crate) as_of: NaiveDate,
    /// How many verdicts chance is expected to make wrong.
    pub(crate) expected_wrong: Option<ExpectedWrong>,
    pub(crate) sections: Vec<Section<'a>>,
    /// The confidences of the intervals of all rows, each once, the lowest first.
    pub(crate) confidences: Vec<f64>,
    /// How values and intervals were computed.
    pub(crate) methods: BTreeSet<String>,
    /// What looks like a mistake, although no row says so.
    pub(crate) warnings: Vec<Warning>,
    /// Who answers for the rows.
    pub(crate) offices: Vec<Office>,
    /// How many rows rest on outcomes that are made up.
    pub(crate) illustrative: usize,
}

/// An office, and the rows that it answers for.
pub(crate) struct Office {
    pub(crate) title: String,
    pub(crate) counts: Counts,
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
    pub(crate) block: &'a Block,
    pub(crate) common: Common<'a>,
    pub(crate) columns: &'a Columns,
    pub(crate) places: Range<usize>,
    pub(crate) texts: &'a Texts,
    pub(crate) of_block: BlockTexts,
    /// The categories that the target is about.
    pub(crate) stratum: Option<String>,
    pub(crate) unit_of_value: String,
    pub(crate) limit: Limit,
    pub(crate) offices: OfficesOfWindow<'a>,
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

    pub(crate) fn certainty(self) -> Certainty {
        match self {
            Entry::Line(line) => line.assessment.certainty,
            Entry::Row(block, place) => block.columns.certainty_of(place),
        }
    }

    pub(crate) fn reason(self) -> Option<Reason> {
        match self {
            Entry::Line(line) => line.assessment.reason,
            Entry::Row(block, place) => block.columns.reason_of(place),
        }
    }

    pub(crate) fn is_final(self) -> bool {
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

    pub(crate) fn gap(self) -> Option<f64> {
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

    pub(crate) fn goal_value(self) -> Option<f64> {
        self.number(|line| line.assessment.goal_value, |columns| &columns.goal_value)
    }

    pub(crate) fn goal_upper(self) -> Option<f64> {
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

    pub(crate) fn window(self) -> (NaiveDate, NaiveDate) {
        match self {
            Entry::Line(line) => (line.assessment.window_start, line.assessment.window_end),
            Entry::Row(block, _) => (block.common.window.start(), block.common.window.end()),
        }
    }

    fn limit(self) -> Limit {
        match self {
            Entry::Line(line) => line.limit,
            Entry::Row(block, _) => block.limit,
        }
    }

    /// Distance from the goal to the near end of the interval, or to the value if there is no interval.
    /// Negative if the interval contains the goal.
    pub(crate) fn clear_distance(self) -> Option<f64> {
        let value = self.value()?;
        let goal = self.goal_value()?;
        let upper_goal = self.goal_upper().unwrap_or(goal);
        let is_low = match self.limit() {
            Limit::Floor => true,
            Limit::Ceiling => false,
            Limit::Band => value < goal,
        };
        let distance = if is_low {
            goal - self.upper().unwrap_or(value)
        } else {
            self.lower().unwrap_or(value) - upper_goal
        };
        (!distance.is_nan()).then_some(distance)
    }

    /// Sort key of the window: windows that have begun come after those that have not, then by end and start.
    pub(crate) fn window_order(self) -> (bool, NaiveDate, NaiveDate) {
        let (start, end) = self.window();
        (self.reason() != Some(Reason::NotStarted), end, start)
    }

    /// The categories that the target is about.
    pub(crate) fn stratum(self) -> Option<&'a str> {
        match self {
            Entry::Line(line) => line.assessment.stratum.as_deref(),
            Entry::Row(block, _) => block.stratum.as_deref(),
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

    /// The unit's place in the plan, where the row is one of a report.
    pub(crate) fn unit_index(self) -> Option<UnitIndex> {
        match self {
            Entry::Line(_) => None,
            Entry::Row(block, place) => Some(block.columns.unit_of(place)),
        }
    }

    /// The offices in charge of the row, by their places in the plan; none in a plan without owners.
    pub(crate) fn offices(self) -> Option<Vec<usize>> {
        match self {
            Entry::Row(block, place) if !block.common.plan.owners().is_empty() => {
                let unit = block.columns.unit_of(place);
                Some(block.offices.in_charge(unit).map(|office| office.at).collect())
            }
            Entry::Line(_) | Entry::Row(..) => None,
        }
    }

    /// The block of a report that has the row, and its place there.
    pub(crate) fn stored(self) -> Option<(&'a Block, usize)> {
        match self {
            Entry::Line(_) => None,
            Entry::Row(block, place) => Some((block.block, place)),
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
            expected_wrong: scorecard.expected_wrong,
            sections: sections.collect(),
            confidences,
            methods: rows()
                .filter_map(|line| Some(line.assessment.method.as_deref()?.to_owned()))
                .collect(),
            warnings: Vec::new(),
            offices: Vec::new(),
            illustrative: rows().filter(|line| line.assessment.illustrative).count(),
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
            check_stop();
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

    /// Whether windows of the target share days.
    fn windows_overlap(&self) -> bool {
        let mut windows: Vec<_> = self.entries().map(Entry::window).collect();
        windows.sort_unstable();
        windows.dedup();
        windows.windows(2).any(|two| two[1].0 < two[0].1)
    }

    /// The rows by level and unit, and what the latest ones have in common.
    pub(crate) fn open(&self) -> Target<'_> {
        let mut series: Vec<Series<'_>> = Vec::new();
        let overlap = self.windows_overlap();
        let mut known: HashMap<(&str, Option<&str>), usize> = HashMap::new();
        for entry in self.entries() {
            check_stop();
            match known.entry((entry.unit().0, entry.stratum())) {
                hash_map::Entry::Occupied(place) if series[*place.get()].add(entry) => {}
                place => {
                    place.insert_entry(series.len());
                    series.push(Series { latest: entry, others: Vec::new(), overlap });
                }
            }
        }
        series.sort_by_key(|series| Reverse(series.latest.window_order()));
        let mut levels: Vec<Level<'_>> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut namesakes: HashMap<&str, Option<&str>> = HashMap::new();
        let mut shared =
            Shared { goal: true, goal_words: true, window: true, basis: true, note: true };
        let mut before: Option<Entry<'_>> = None;
        for series in series {
            let entry = series.latest;
            let (unit, name, level) = entry.unit();
            let place = *places.entry(level).or_insert_with(|| {
                levels.push(Level { name: level, series: Vec::new() });
                levels.len() - 1
            });
            levels[place].series.push(series);
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

/// The rows of one unit, one for each window.
pub(crate) struct Series<'a> {
    /// The latest window that has begun, or the latest of all if none has. Of windows that share days, the latest that has
    /// ended: those that run hold days of it, and less.
    pub latest: Entry<'a>,
    /// The other windows, in no particular order.
    others: Vec<Entry<'a>>,
    /// Whether windows of the target share days.
    overlap: bool,
}

impl<'a> Series<'a> {
    /// Adds a row of another window; returns false if the window is that of the latest row.
    fn add(&mut self, entry: Entry<'a>) -> bool {
        let order = |entry: Entry<'_>| (self.overlap && entry.is_final(), entry.window_order());
        match order(entry).cmp(&order(self.latest)) {
            Ordering::Equal => return false,
            Ordering::Less => self.others.push(entry),
            Ordering::Greater => self.others.push(mem::replace(&mut self.latest, entry)),
        }
        true
    }

    /// The windows before the latest, the oldest first.
    pub(crate) fn earlier(&self) -> Vec<Entry<'a>> {
        let mut earlier: Vec<Entry<'a>> =
            self.others.iter().copied().filter(|entry| self.is_earlier(entry)).collect();
        earlier.sort_by_key(|entry| entry.window_order());
        earlier
    }

    /// All windows, those that end first before the others.
    pub(crate) fn all(&self) -> Vec<Entry<'a>> {
        let mut all: Vec<Entry<'a>> = self.others.clone();
        all.push(self.latest);
        all.sort_by_key(|entry| {
            let (start, end) = entry.window();
            (end, start)
        });
        all
    }

    /// The number of windows that are still to begin, the latest row aside.
    pub(crate) fn not_started(&self) -> usize {
        self.later().filter(|entry| entry.reason() == Some(Reason::NotStarted)).count()
    }

    /// The number of windows after the latest that run already: they share days with it.
    pub(crate) fn running(&self) -> usize {
        self.later().count() - self.not_started()
    }

    fn later(&self) -> impl Iterator<Item = &Entry<'a>> {
        self.others.iter().filter(|entry| !self.is_earlier(entry))
    }

    fn is_earlier(&self, entry: &Entry<'a>) -> bool {
        let (window, latest) = (entry.window(), self.latest.window());
        window.0 < latest.0 || window.1 < latest.1
    }
}

/// What the latest rows of a target have in common.
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
    /// Its units: those with the latest window first, then in the order of the report.
    pub series: Vec<Series<'a>>,
}

impl<'a> Target<'a> {
    /// The latest row of each unit, level by level.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry<'a>> {
        self.levels.iter().flat_map(Level::entries)
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
    /// The latest row of each unit.
    pub(crate) fn entries(&self) -> impl Iterator<Item = Entry<'a>> + Clone {
        self.series.iter().map(|series| series.latest)
    }

    /// The first `most` units that missed the goal, in the order of [`worst_first`](Level::worst_first).
    pub(crate) fn furthest(&self, most: usize) -> Vec<&Series<'a>> {
        let is_missed = |series: &&Series<'_>| series.latest.verdict() == Verdict::Missed;
        first(most, self.series.iter().filter(is_missed))
    }

    /// The first `most` units: those that missed the goal, then those that met it, then those without a verdict.
    ///
    /// The missed ones are sorted by window, newest first, then clear ones first, then by the distance from the goal to
    /// the near end of the interval, largest first. The met ones are sorted by gap, smallest first.
    pub(crate) fn worst_first(&self, most: usize) -> Vec<&Series<'a>> {
        first(most, self.series.iter())
    }

    pub(crate) fn counts(&self) -> Counts {
        Counts::of(self.entries())
    }
}

/// The first units by verdict and distance; equal ones in their order.
fn first<'s, 'a>(most: usize, series: impl Iterator<Item = &'s Series<'a>>) -> Vec<&'s Series<'a>> {
    let mut all: Vec<_> = series
        .enumerate()
        .map(|(place, series)| {
            let entry = series.latest;
            let (verdict, distance) = match entry.verdict() {
                Verdict::Missed => (0_u8, entry.clear_distance().map(|distance| -distance)),
                Verdict::Met => (1, entry.gap()),
                Verdict::Indeterminate => (2, None),
            };
            let is_unclear =
                entry.verdict() == Verdict::Missed && entry.certainty() != Certainty::Clear;
            let window = Reverse(entry.window_order());
            ((verdict, window, is_unclear), distance, place, series)
        })
        .collect();
    let order = |left: &(_, _, usize, _), right: &(_, _, usize, _)| {
        Ord::cmp(&left.0, &right.0)
            .then_with(|| by_distance(left.1, right.1))
            .then(left.2.cmp(&right.2))
    };
    if most < all.len() {
        all.select_nth_unstable_by(most, order);
        all.truncate(most);
    }
    all.sort_unstable_by(order);
    all.into_iter().map(|(.., series)| series).collect()
}

/// The smaller number first; a row without a number comes after those with one.
pub(crate) fn by_distance(left: Option<f64>, right: Option<f64>) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) => left.total_cmp(&right),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::Assessment;
    use crate::scorecard;
    use crate::scorecard::samples::{self, date, line, row};

    fn card_of(rows: Vec<Line>) -> Scorecard {
        let (heading, documents) = ("Targets".to_owned(), Vec::new());
        let section = scorecard::Section { heading, documents, rows };
        Scorecard { sections: vec![section], ..samples::large(0) }
    }

    fn names<'a>(list: &[&Series<'a>]) -> Vec<&'a str> {
        list.iter().map(|series| series.latest.unit().1).collect()
    }

    #[test]
    fn a_clear_miss_comes_before_noise_however_large_its_gap() {
        let share = |unit: &str, hits, all| {
            line("t", "%", row("t", unit, "at least 75", 75.0).share(hits, all))
        };
        let mut rows: Vec<Line> =
            (0..8).map(|place| share(&format!("small {place}"), 0, 1)).collect();
        // Wilson's interval of 0 of 1 reaches to 79.3, so none of these is clear.
        assert!(rows.iter().all(|line| line.assessment.certainty == Certainty::WithinChance));
        rows.extend((0..20).map(|place| share(&format!("met {place}"), 90, 100)));
        rows.push(share("clear", 300, 500));
        rows.push(share("clearer", 250, 500));
        let card = card_of(rows);
        let card = Card::from(&card);
        let target = card.sections[0].targets[0].open();
        let furthest = target.levels[0].furthest(3);
        assert_eq!(names(&furthest), ["clearer", "clear", "small 0"]);
        let worst = target.levels[0].worst_first(30);
        assert_eq!(names(&worst)[..3], ["clearer", "clear", "small 0"]);
        assert_eq!(names(&worst)[10], "met 0");
    }

    #[test]
    fn of_a_unit_the_latest_window_is_shown_and_newer_windows_come_first() {
        let year = |unit: &str, year: i32, value: f64| {
            let row = row("t", unit, "at most 10", 10.0).ceiling(value).with(|row| {
                row.certainty = Certainty::Clear;
                row.window_start = date(&format!("{year}-01-01"));
                row.window_end = date(&format!("{}-01-01", year + 1));
            });
            line("t", "cases", row)
        };
        let mut rows = vec![year("dissolved", 2019, 99.0)];
        for (place, unit) in ["a", "b"].into_iter().enumerate() {
            rows.extend([2021, 2019, 2020].map(|of| year(unit, of, 20.0 + place as f64)));
        }
        // A window that has not begun is not the latest.
        let mut coming = year("a", 2030, 0.0);
        coming.assessment =
            Assessment { value: None, verdict: Verdict::Indeterminate, ..coming.assessment };
        coming.assessment.reason = Some(Reason::NotStarted);
        rows.push(coming);
        let card = card_of(rows);
        let card = Card::from(&card);
        let target = card.sections[0].targets[0].open();
        let level = &target.levels[0];
        assert_eq!(names(&level.series.iter().collect::<Vec<_>>()), ["a", "b", "dissolved"]);
        assert_eq!(names(&level.furthest(3)), ["b", "a", "dissolved"]);
        let years = |entries: &[Entry<'_>]| -> Vec<String> {
            entries.iter().map(|entry| entry.window().0.format("%Y").to_string()).collect()
        };
        let a = &level.series[0];
        assert_eq!(years(&[a.latest]), ["2021"]);
        assert_eq!(years(&a.earlier()), ["2019", "2020"]);
        assert_eq!((a.not_started(), level.series[1].not_started()), (1, 0));
        assert_eq!(card.counts().rows, 8, "the counts include every window");
    }
}
