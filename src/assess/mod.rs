//! Plan × Tally × date: the rows of judgement. Pure: the same inputs give the same rows.
//!
//! * `value`: the value of an indicator for a unit and a window.
//! * `bounds`: the value compared with the goal; `judgement`: both together.
//! * `uncertainty`: the interval of the value.
//! * `course`: how events accumulate, and the periods in which they do.
//! * `spread`: how much the counts of one value vary by chance.
//! * `dispersion`: how many times the variance of independent events its counts have.
//! * `reported_time`: how much of the time elapsed reports cover; `delays`: how many events of each day are recorded.
//! * `pace`: where a running window stands.
//! * `outlook`, `exposure`, `history`: the forecast for a running window, how its time is weighted, and what earlier
//!   years say of it.
//! * `closed_events`: the events of a window that has closed, against its goal.
//! * `judge`: judges one target in one window, unit by unit.
//! * `differences`: own totals that differ from what their parts report.
//! * `missing_reports`: the reports that a value rests on, and the ends that missing ones leave.
//! * `possible`: the values and verdicts that missing reports could lead to.
//! * `suppressed`: verdicts that hold whatever suppressed cells hold.
//! * `in_every`: a target that has to be met in every category of a stratum.
//! * `subjects`: what the rows are about; `parts`: rows that are judged part by part.
//! * `row`: one row, and what those of a target and window have in common.
//! * `columns`: the rows, as they are kept by the million; `packed`: how their values are packed; `projection`: what is
//!   projected for windows that still run.
//! * `assessment`, `text`: the row that comes out.
//! * `reasons`: declares the reasons of views.
//! * `prepare`: what an assessment will read, before it is made.
//! * `usual_every`: the kind of period that figures are for.
//! * `again`: what of an earlier assessment still holds.

mod again;
mod assessment;
mod bounds;
mod closed_events;
mod columns;
mod course;
mod delays;
mod differences;
mod dispersion;
mod exposure;
mod history;
mod illustrative;
mod in_every;
mod judge;
mod judgement;
mod missing_reports;
mod outlook;
mod pace;
mod packed;
mod parts;
mod possible;
mod prepare;
mod projection;
mod reasons;
mod reported_events;
mod reported_time;
mod row;
mod spread;
mod subjects;
mod suppressed;
mod text;
mod uncertainty;
mod usual_every;
mod value;
#[cfg(test)]
mod ways;

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use chrono::NaiveDate;

pub(crate) use assessment::assessment_columns;
pub use assessment::{Assessment, Certainty, Pace, Reason, Verdict};
pub use bounds::Comparator;
pub(crate) use closed_events::ClosedEvents;
pub(crate) use columns::{Block, Columns, HasNulls, StoredColumns};
use columns::{Builder, BuilderSlice, Summary};
use course::{AllPartsOfTime, parts_of_time_of};
pub use differences::PartsAre;
use dispersion::AllDispersions;
pub(crate) use dispersion::{DispersionSource, Dispersions};
pub(crate) use judge::Judge;
pub(crate) use missing_reports::{Missing, PossibleEnds, settled};
pub(crate) use packed::{Number, Packed};
pub(crate) use parts::Parts;
pub(crate) use possible::{Assumed, End, Possible, PossibleValues, ReportCounts};
pub use possible::{MissingReports, SensitivityReason};
pub(crate) use projection::{Ahead, EventBudget, Projection};
pub(crate) use reasons::reasons;
pub(crate) use reported_events::{ReportedEvents, ReportedShare};
use reported_time::ReportedTime;
pub(crate) use row::{
    BlockTexts, Common, Row, Settling, Texts, chance, methods, unit_id, unit_level, unit_name,
};
pub(crate) use spread::RowSpread;
use subjects::{AllSubjects, Subjects};
pub(crate) use subjects::{Choice, all_blocks};
pub use text::Text;
use uncertainty::{Intervals, NamedInterval};
pub(crate) use uncertainty::{SampledCounts, Sampling};
pub(crate) use value::{Accumulation, Baseline, Evaluated, Extent, Prepared, SumPair};

use crate::calendar::Window;
use crate::memo::Memo;
use crate::parallel::{self, threads_for};
use crate::plan::formula::Inputs;
use crate::plan::{
    Expression, Goal, IndicatorIndex, MeasureIndex, Plan, Reference, Scope, Target, TargetWindow,
    UnitIndex,
};
use crate::stats::Confidence;
use crate::stats::outlook::ReportingDelays;
use crate::tally::{Participants, Read, Rolled, Snapshot, Tally};

/// The least and the greatest number in a suppressed cell, by measure.
type SuppressedRanges = HashMap<MeasureIndex, (f64, f64)>;

/// How late events are recorded, by what is counted; with what is read to compute each.
type AllDelays = Memo<Vec<MeasureIndex>, (Option<Arc<ReportingDelays>>, Arc<[Read]>)>;

type ReportedTimes = Memo<(IndicatorIndex, Window, Window), (ReportedTime, Arc<[Read]>)>;

/// What belongs to one date of assessment.
pub(crate) struct Assessor<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) known: Snapshot<'a>,
    pub(crate) as_of: NaiveDate,
    intervals: Arc<Intervals>,
    /// Per indicator.
    participants: Arc<[OnceLock<Participants>]>,
    /// With what is read to compute each.
    reported_times: Arc<ReportedTimes>,
    all_dispersions: Arc<AllDispersions>,
    parts_of_time: Arc<AllPartsOfTime>,
    all_delays: Arc<AllDelays>,
    /// What suppressed cells of measures hold, beside the ranges that the plan states.
    suppressed_ranges: Arc<SuppressedRanges>,
    /// Of rows that are judged.
    stored: StoredColumns,
}

/// A window and how much of it has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Frame {
    pub(crate) window: Window,
    pub(crate) to_date: Window,
}

impl Frame {
    pub(crate) fn is_final(&self) -> bool {
        self.window.same_days(&self.to_date)
    }
}

/// Subjects, the memory of their rows, and the place of the first one.
struct Item<'i> {
    /// The place of the subjects.
    index: usize,
    subjects: &'i Subjects,
    slice: BuilderSlice<'i>,
    first: usize,
}

/// With fewer groups of work than these, threads would wait for the last one.
const GROUPS_A_THREAD: usize = 8;

/// Fewer rows are judged sooner than a thread has started.
const ROWS_WORTH_A_THREAD: usize = 2_000;

impl<'a> Assessor<'a> {
    pub(crate) fn new(plan: &'a Plan, tally: &'a Tally, as_of: NaiveDate) -> Self {
        Assessor::of(plan, tally.as_of(as_of), as_of)
    }

    /// With a snapshot of the tally at the end of the day.
    pub(crate) fn of(plan: &'a Plan, known: Snapshot<'a>, as_of: NaiveDate) -> Self {
        let confidence = plan.confidence_level();
        Assessor {
            plan,
            known,
            participants: vec![OnceLock::new(); plan.all_indicators().len()].into(),
            as_of,
            intervals: Arc::new(Intervals::new(confidence)),
            reported_times: Arc::new(Memo::new()),
            all_dispersions: Arc::new(Memo::new()),
            parts_of_time: Arc::new(parts_of_time_of(plan.units().len())),
            all_delays: Arc::new(Memo::new()),
            suppressed_ranges: Arc::default(),
            stored: StoredColumns::ALL,
        }
    }

    /// The same, which records what it reads, and shares what is computed.
    fn recording(&self) -> Self {
        Assessor {
            plan: self.plan,
            known: self.known.recording(),
            as_of: self.as_of,
            intervals: Arc::clone(&self.intervals),
            participants: Arc::clone(&self.participants),
            reported_times: Arc::clone(&self.reported_times),
            all_dispersions: Arc::clone(&self.all_dispersions),
            parts_of_time: Arc::clone(&self.parts_of_time),
            all_delays: Arc::clone(&self.all_delays),
            suppressed_ranges: Arc::clone(&self.suppressed_ranges),
            stored: self.stored,
        }
    }

    /// The same, which stores some columns of rows only.
    pub(crate) fn storing(self, stored: StoredColumns) -> Self {
        Assessor { stored, ..self }
    }

    /// The same, which takes suppressed cells of some measures to lie in ranges. These go before the ranges that the plan
    /// states.
    pub(crate) fn with_suppressed_ranges(self, ranges: SuppressedRanges) -> Self {
        Assessor { suppressed_ranges: Arc::new(ranges), ..self }
    }

    /// The same with something else known of some measures. Who takes part is the same.
    pub(crate) fn knowing(&self, known: Snapshot<'a>) -> Self {
        Assessor {
            plan: self.plan,
            known,
            as_of: self.as_of,
            intervals: Arc::clone(&self.intervals),
            participants: Arc::clone(&self.participants),
            reported_times: Arc::new(Memo::new()),
            all_dispersions: Arc::new(Memo::new()),
            parts_of_time: Arc::new(parts_of_time_of(self.plan.units().len())),
            all_delays: Arc::new(Memo::new()),
            suppressed_ranges: Arc::default(),
            stored: self.stored,
        }
    }

    /// Judges every target for every unit and window, or those of `choice`, on as many threads as the machine has.
    pub(crate) fn assess_all(&mut self, choice: Option<&Arc<dyn Choice>>) -> Vec<Block> {
        let subjects = self.subjects(choice);
        self.cut_for_subjects(&subjects);
        self.assess_on_threads(&subjects)
    }

    fn subjects(&self, choice: Option<&Arc<dyn Choice>>) -> Vec<Subjects> {
        AllSubjects::of(self.plan, self.as_of, choice).collect()
    }

    fn assess_on_threads(&self, subjects: &[Subjects]) -> Vec<Block> {
        let rows: usize = subjects.iter().map(Subjects::len).sum();
        self.assess_on(subjects, threads_for(rows, ROWS_WORTH_A_THREAD))
    }

    fn assess_on(&self, subjects: &[Subjects], threads: usize) -> Vec<Block> {
        let sizes = subjects.iter().map(Subjects::len);
        let is_running = |subjects: &Subjects| {
            self.frame(&subjects.window).is_some_and(|frame| !frame.is_final())
        };
        let is_running = subjects.iter().any(is_running);
        let mut builder = Builder::of(sizes.clone().sum(), is_running, self.stored);
        let slices = builder.slices(sizes);
        let mut from = 0;
        let items = subjects.iter().zip(slices).enumerate().map(|(index, (subjects, slice))| {
            let first = from;
            from += subjects.len();
            Item { index, subjects, slice, first }
        });
        let found = parallel::map(threads, self.grouped(items, threads), |items| {
            let assess = |Item { index, subjects, slice, first }: Item<'_>| {
                if subjects.len() == 0 {
                    return (index, first, Summary::default(), Arc::default());
                }
                let recording = self.recording();
                let summary = recording.assess(subjects, slice);
                (index, first, summary, recording.known.reads())
            };
            items.into_iter().map(assess).collect::<Vec<_>>()
        });
        let mut summary = Summary::default();
        let mut reads: Vec<Arc<[Read]>> = vec![Arc::default(); subjects.len()];
        for (index, first, of_slice, of_block) in found.into_iter().flatten() {
            summary.add(of_slice, first);
            reads[index] = of_block;
        }
        let about = |(subjects, reads): (&Subjects, Arc<[Read]>)| {
            (subjects.target, subjects.window, subjects.len(), reads)
        };
        builder.finish(summary, subjects.iter().zip(reads).map(about))
    }

    /// Work for threads. Targets of the same indicator and window share intermediate results: one thread takes them one
    /// after the other, as long as there is enough work for all threads.
    fn grouped<'i>(
        &self,
        items: impl Iterator<Item = Item<'i>>,
        threads: usize,
    ) -> Vec<Vec<Item<'i>>> {
        let mut items: Vec<Item<'i>> = items.collect();
        let key = |item: &Item<'_>| {
            let target = &self.plan.targets()[item.subjects.target];
            (target.in_force(&item.subjects.window).indicator, item.subjects.window)
        };
        items.sort_by_key(key);
        let enough = if threads > 1 { GROUPS_A_THREAD * threads } else { 0 };
        if items.chunk_by(|one, next| key(one) == key(next)).count() < enough {
            return items.into_iter().map(|item| vec![item]).collect();
        }
        let mut groups: Vec<Vec<Item<'i>>> = Vec::new();
        for item in items {
            match groups.last_mut() {
                Some(group) if key(&group[0]) == key(&item) => group.push(item),
                Some(_) | None => groups.push(vec![item]),
            }
        }
        groups
    }

    /// Writes the rows, by the version of the target that is in force for the window.
    fn assess(&self, subjects: &Subjects, mut slice: BuilderSlice<'_>) -> Summary {
        let target = self.plan.targets()[subjects.target].in_force(&subjects.window);
        self.judge(target, &subjects.window, subjects.units(), &mut slice);
        self.mark_illustrative(subjects.units(), slice.illustrative);
        slice.summary()
    }

    fn judge(
        &self,
        target: &Target,
        window: &Window,
        units: &[UnitIndex],
        slice: &mut BuilderSlice<'_>,
    ) {
        if target.categories.is_empty() {
            judge::Judging::new(self, target, target.indicator, window).rows(units, slice);
        } else {
            in_every::InEvery::new(self, target, window).rows(units, slice);
        }
    }

    /// The rows of some units by themselves.
    pub(crate) fn rows_of(
        &self,
        target: &Target,
        window: &Window,
        units: &[UnitIndex],
    ) -> Vec<Row> {
        let mut builder = Builder::of(units.len(), true, StoredColumns::ALL);
        let mut summary = Summary::default();
        for mut slice in builder.slices(std::iter::once(units.len())) {
            self.judge(target, window, units, &mut slice);
            summary.add(slice.summary(), 0);
        }
        let blocks = builder.finish(summary, [(0, *window, units.len(), Arc::default())]);
        blocks.iter().flat_map(Block::rows).collect()
    }

    /// Some units of a block, as they are judged on this day.
    pub(crate) fn assess_block(&self, block: &Block, units: Vec<UnitIndex>) -> Option<Block> {
        self.assess_on(&[Subjects::of_units(block.target, block.window, units)], 1).pop()
    }

    /// What is expected and forecast of a unit on later days of a window that runs: for each day the window up to it. Nothing for
    /// a target that has to be met in each of several categories.
    pub(crate) fn ahead(
        &self,
        target: &Target,
        window: &Window,
        unit: UnitIndex,
        days: &[Window],
        confidences: &[Confidence],
    ) -> Vec<Ahead> {
        if !target.categories.is_empty() {
            return Vec::new();
        }
        let judging = judge::Judging::new(self, target, target.indicator, window);
        judging.ahead(unit, days, confidences)
    }

    /// What the trajectory of a target expects of units on some days of a window that has begun, by the goals as they are
    /// known today: for each unit and each day the window up to it. Nothing for a target that has to be met in each of
    /// several categories.
    pub(crate) fn expected_on(
        &self,
        target: &Target,
        window: &Window,
        units: &[UnitIndex],
        days: &[Window],
    ) -> Vec<Vec<Option<f64>>> {
        if !target.categories.is_empty() {
            return Vec::new();
        }
        judge::Judging::new(self, target, target.indicator, window).expected_on(units, days)
    }

    /// The units that take part in an indicator.
    fn participants(&self, indicator: IndicatorIndex) -> Participants {
        let measures = self.plan.measures_of(indicator);
        self.known.note_participants(&measures);
        *self.participants[indicator.0].get_or_init(|| self.known.participants(&measures))
    }

    /// The interval of a value.
    pub(crate) fn interval(&self, sampling: &Sampling, spread: RowSpread) -> Option<NamedInterval> {
        sampling.interval(&self.intervals, spread)
    }

    /// A window and how much of it has passed; none if it begins later.
    pub(crate) fn frame(&self, window: &Window) -> Option<Frame> {
        Some(Frame { window: *window, to_date: window.to_date(self.as_of)? })
    }

    /// What a target's goal, indicator or campaign compares its window with, and how much of it.
    fn compared(&self, target: &'a Target) -> Option<(&'a Reference, Extent)> {
        if let Some(from) = target.goal.reference() {
            return Some((from, Extent::Whole));
        }
        if let Inputs::Change { from, .. } = self.plan[target.indicator].formula.facts().inputs {
            return Some((from, Extent::ToDate));
        }
        if let Some(from) = &target.baseline {
            return Some((from, Extent::Whole));
        }
        let campaign = &self.plan.campaigns()[target.campaign?];
        Some((campaign.compare.as_ref()?, Extent::ToDate))
    }

    /// The window that a target's window is compared with.
    pub(crate) fn compared_frame(&self, target: &'a Target, frame: &Frame) -> Option<Frame> {
        let (from, extent) = self.compared(target)?;
        self.baseline_frame(from, frame, extent)
    }

    /// As many days of that window as have passed of the target's.
    pub(crate) fn compared_to_date(&self, target: &'a Target, frame: &Frame) -> Option<Frame> {
        let (from, _) = self.compared(target)?;
        self.baseline_frame(from, frame, Extent::ToDate)
    }

    /// The sum of measures, added and subtracted, for a unit.
    pub(crate) fn sum_of(
        &self,
        sum: &Expression,
        unit: UnitIndex,
        frame: &Frame,
    ) -> Result<f64, Reason> {
        let total = self.sum(sum, frame).total(unit);
        total.map(|total| total.value.float()).map_err(Reason::from)
    }

    /// Verdicts and values of units against a goal of their own, as a share of units counts them.
    pub(crate) fn judged_units(
        &self,
        indicator: IndicatorIndex,
        goal: &Goal,
        frame: &Frame,
        units: &[UnitIndex],
    ) -> Vec<(Verdict, Result<f64, Reason>)> {
        let minimum = self.plan.minimum_completeness();
        let judge = self.prepare_judge(indicator, goal, frame, minimum);
        let judged = units.iter().map(|unit| {
            let judgement = judge.judge(*unit);
            let value = judgement.evaluated.value.as_ref();
            (judgement.verdict, value.map(|value| value.float()).map_err(|reason| *reason))
        });
        judged.collect()
    }

    /// What a measure adds to a row: its rolled-up sum, or its published value.
    pub(crate) fn input(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        frame: &Frame,
    ) -> Result<Rolled, Reason> {
        let mut published = self.plan.all_indicators().iter();
        let published = published.find_map(|one| {
            let (of, latest) = one.formula.facts().published()?;
            (of == measure).then_some(latest)
        });
        let rolled = match published {
            Some(latest) => {
                self.known.published(measure, &frame.window, &frame.to_date, latest).of(unit)
            }
            None => self.known.rolled(measure, unit, &frame.to_date),
        };
        rolled.map_err(Reason::from)
    }
}

/// The windows of a target, in order of time.
pub(crate) fn windows(plan: &Plan, target: &Target) -> Vec<Window> {
    windows_of(plan, &target.window)
}

/// The windows of a target or a standard, in order of time.
pub(crate) fn windows_of(plan: &Plan, window: &TargetWindow) -> Vec<Window> {
    window.windows(plan.calendar(), |campaign| plan.campaigns()[campaign].window)
}

/// The units a target may be for, in the order of their table.
pub(crate) fn candidates(plan: &Plan, scope: &Scope) -> Vec<UnitIndex> {
    let units = plan.units().iter();
    match scope {
        Scope::Top => units.filter(|(_, unit)| unit.parent.is_none()).map(|(at, _)| at).collect(),
        Scope::Level(level) => {
            units.filter(|(_, unit)| unit.level == *level).map(|(at, _)| at).collect()
        }
        Scope::Named(named) => {
            let mut named = named.clone();
            named.sort_unstable();
            named.dedup();
            named
        }
    }
}

/// Whether a target is for one of its units in a window. Of a named code's validities those count that the
/// window touches; if it touches none, the first, so that the row can say so.
pub(crate) fn is_meant(plan: &Plan, scope: &Scope, unit: UnitIndex, window: &Window) -> bool {
    let units = plan.units();
    let is_touched = |unit: UnitIndex| units.is_judged_during(unit, window);
    match scope {
        Scope::Top | Scope::Level(_) => is_touched(unit),
        Scope::Named(_) => {
            is_touched(unit) || {
                let versions = units.versions(&units[unit].id);
                versions.first() == Some(&unit)
                    && !versions.iter().any(|version| is_touched(*version))
            }
        }
    }
}
