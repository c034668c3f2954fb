//! What was known at the end of a day.

pub(in crate::tally) mod completeness;
pub(in crate::tally) mod cumulative;
pub(in crate::tally) mod limits;
pub(in crate::tally) mod participants;
pub(in crate::tally) mod reported;
pub(in crate::tally) mod reported_spans;
pub(in crate::tally) mod rollup;
pub(in crate::tally) mod strata;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Index;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use chrono::{NaiveDate, TimeDelta};
use rustc_hash::{FxHashMap, FxHashSet};

use self::completeness::Reports;
use self::limits::{History, Limit, LimitsOf, PartLimit};
use self::participants::{ParticipantSets, Participants};
use self::reported::Reported;
pub(in crate::tally) use self::reported::hold_together;
use self::reported_spans::{ReportedSpans, Span, SpansOf};
use self::rollup::{Missing, Paired, PairedBy, Rolled, Sums};
use self::strata::CategoryRollup;
use super::reads::{Read, Recorder};
use super::{Entry, Rows, Series, Status, Tally};
use crate::calendar::Window;
use crate::error::{Error, FaultCode, Result};
use crate::exact::Exact;
use crate::memo::Memo;
use crate::parallel::{self, threads_for};
use crate::plan::stratum::Combination;
use crate::plan::{
    IndicatorIndex, Measure, MeasureIndex, Plan, RecordedDays, StratumIndex, UnitIndex,
};

/// What was known at the end of a day: of every figure the latest revision, of every row the days it
/// could hold by then.
///
/// [`recording`](Snapshot::recording) gives the same with a recorder of its own: all reads of what depends on a day go
/// through methods that [`note`](Snapshot::note) them, once for all units.
pub(crate) struct Snapshot<'t> {
    tally: &'t Tally,
    as_of: NaiveDate,
    known: Arc<AllKnown>,
    recorder: Option<Arc<Recorder>>,
    /// Whether nothing is computed for units: what would be read is recorded.
    only_prepares: bool,
    /// The first window that was read although the tally's slots do not distinguish it.
    undistinguished: Arc<OnceLock<(MeasureIndex, Window)>>,
}

/// What is known, shared by all that read it.
struct AllKnown {
    series: KnownSeries,
    /// All units, each after those below it.
    below_first: Arc<[UnitIndex]>,
    memos: Memos,
    /// Whether units have rows does not depend on what these say.
    participants: Arc<ParticipantSets>,
    /// Per measure the days on which its events were recorded, computed on first use.
    recorded_days: OnceLock<Vec<Option<(NaiveDate, NaiveDate)>>>,
    /// For some flows, whether each unit has figures of the same days of all of them.
    same_spans: Mutex<HashMap<Vec<MeasureIndex>, bool>>,
}

/// What is known of each measure. A snapshot that replaces it for a few measures shares the others: its cost does not grow
/// with their number.
struct KnownSeries {
    all: Arc<[Arc<Known>]>,
    /// What is known in place of that, in the order of the measures.
    replaced: Vec<(MeasureIndex, Arc<Known>)>,
}

impl KnownSeries {
    fn len(&self) -> usize {
        self.all.len()
    }

    fn iter(&self) -> impl Iterator<Item = (MeasureIndex, &Arc<Known>)> {
        (0..self.len()).map(MeasureIndex).map(|measure| (measure, &self[measure]))
    }

    /// The same with what is known of some measures replaced.
    fn with(&self, replacements: impl IntoIterator<Item = (MeasureIndex, Arc<Known>)>) -> Self {
        let mut replaced = self.replaced.clone();
        for (measure, known) in replacements {
            match replaced.binary_search_by_key(&measure, |(other, _)| *other) {
                Ok(at) => replaced[at].1 = known,
                Err(at) => replaced.insert(at, (measure, known)),
            }
        }
        KnownSeries { all: Arc::clone(&self.all), replaced }
    }
}

impl Index<MeasureIndex> for KnownSeries {
    type Output = Arc<Known>;

    #[inline]
    fn index(&self, measure: MeasureIndex) -> &Arc<Known> {
        if !self.replaced.is_empty()
            && let Ok(at) = self.replaced.binary_search_by_key(&measure, |(other, _)| *other)
        {
            return &self.replaced[at].1;
        }
        &self.all[measure.0]
    }
}

/// What a snapshot knows and has computed, kept for the next snapshot of the same tally and day.
#[derive(Clone)]
pub(crate) struct Knowledge(Arc<AllKnown>);

/// Fewer rows are looked through sooner than a thread has started.
const ROWS_WORTH_A_THREAD: usize = 1 << 14;

/// What is known of one measure.
#[derive(Default)]
struct Known {
    rows: Option<Rows>,
    /// Per unit, in order of start, longer spans first.
    units: Vec<Vec<Figure>>,
    /// Per unit, whether a row of it is known, whatever the row says; computed on first use.
    has_rows: OnceLock<Vec<bool>>,
    /// Whether a row says when it was recorded; computed on first use.
    is_dated: OnceLock<bool>,
    /// Whether they are all there is; else there are plain events beside them, in the tally's cells.
    holds_all: bool,
    /// The days of the longest span.
    longest: i32,
    /// The days of the shortest span; the most that there can be where there is none.
    shortest: i32,
    /// The days from the first to the last known event of any unit.
    recorded: Option<(NaiveDate, NaiveDate)>,
    /// Sums between the days at which time was cut.
    sums: Option<Sums>,
    /// Who reported in which period, computed on first use.
    reported: OnceLock<Option<Reported>>,
    /// Per unit, the days that its figures cover, computed on first use.
    covered: OnceLock<Vec<Vec<Span>>>,
    /// The days on which a figure begins or ends, in order; computed on first use.
    edges: OnceLock<Vec<NaiveDate>>,
}

/// A known figure, or the known sum of events of one span.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Figure {
    pub(super) start: NaiveDate,
    pub(super) end: NaiveDate,
    /// None where it is suppressed.
    pub(super) value: Option<f64>,
    /// The absolute value, and the share of it that is imputed or estimated, 0 to 1.
    pub(super) weight: f64,
    pub(super) imputed: f64,
    pub(super) provisional: bool,
    /// The categories combined, where the unit's own total says something else.
    pub(super) categories: Option<f64>,
}

impl<'t> Snapshot<'t> {
    /// Whether any outcome is made up to illustrate.
    pub(crate) fn has_illustrative(&self) -> bool {
        self.tally.has_illustrative()
    }

    /// The units of which outcomes of a measure are made up to illustrate, and have a day from `start` up to but not
    /// including `end`.
    pub(crate) fn illustrative_units(
        &self,
        measure: MeasureIndex,
        (start, end): (NaiveDate, NaiveDate),
    ) -> impl Iterator<Item = UnitIndex> {
        let recorded = self.plan().recorded(measure);
        self.tally.illustrative_units(recorded, (start, end), self.as_of)
    }

    pub(super) fn new(tally: &'t Tally, as_of: NaiveDate) -> Self {
        let measures = (0..tally.plan.all_measures().len()).map(MeasureIndex);
        let threads = threads_for(tally.len(), ROWS_WORTH_A_THREAD);
        let series_of =
            |measure: MeasureIndex| &tally.recorded.series[tally.plan.recorded(measure).0];
        // Categories of the same strata have their days in common: they are looked for once.
        let mut found: FxHashMap<(MeasureIndex, Vec<StratumIndex>), Option<RecordedOn>> =
            FxHashMap::default();
        let days: Vec<Option<RecordedOn>> = measures
            .clone()
            .map(|measure| {
                let narrowed = tally.plan[measure].narrowed.as_ref()?;
                let strata = narrowed.to.iter().map(|(stratum, _)| stratum).collect();
                let days = found.entry((narrowed.measure, strata));
                *days.or_insert_with(|| days_of_any(tally, measure, series_of(measure), as_of))
            })
            .collect();
        let series = parallel::map(threads, measures, |measure| {
            Arc::new(Known::of(tally, measure, series_of(measure), days[measure.0], as_of))
        });
        Snapshot::of(tally, as_of, series)
    }

    fn of(tally: &'t Tally, as_of: NaiveDate, series: Vec<Arc<Known>>) -> Self {
        let known = Knowledge(Arc::new(AllKnown::of(tally, series)));
        Snapshot::knowing(tally, as_of, &known)
    }

    /// What it knows, for [`knowing`](Snapshot::knowing).
    pub(crate) fn knowledge(&self) -> Knowledge {
        Knowledge(Arc::clone(&self.known))
    }

    /// The same, without a copy.
    pub(crate) fn into_knowledge(self) -> Knowledge {
        Knowledge(self.known)
    }

    /// Drops what was computed for windows, unless it is shared: sums between cuts, and values of all units.
    pub(crate) fn forget_windows(&mut self) {
        let Some(all) = Arc::get_mut(&mut self.known) else { return };
        all.memos.forget_windows();
        let series = Arc::get_mut(&mut all.series.all).into_iter().flatten();
        for known in series.filter_map(Arc::get_mut) {
            known.sums = None;
        }
    }

    /// The snapshot with the knowledge of another one of the same tally and day.
    pub(super) fn knowing(tally: &'t Tally, as_of: NaiveDate, known: &Knowledge) -> Self {
        Snapshot {
            tally,
            as_of,
            known: Arc::clone(&known.0),
            recorder: None,
            only_prepares: false,
            undistinguished: Arc::default(),
        }
    }

    /// The same with what is known of some measures replaced.
    fn with_series(
        &self,
        replacements: impl IntoIterator<Item = (MeasureIndex, Arc<Known>)>,
    ) -> Snapshot<'t> {
        let known = AllKnown {
            series: self.known.series.with(replacements),
            below_first: Arc::clone(&self.known.below_first),
            memos: Memos::of(self.plan().units().len()),
            participants: Arc::clone(&self.known.participants),
            recorded_days: OnceLock::new(),
            same_spans: Mutex::default(),
        };
        Snapshot { known: Arc::new(known), ..self.again() }
    }

    /// The same, which shares what is computed and what is recorded.
    fn again(&self) -> Snapshot<'t> {
        Snapshot {
            tally: self.tally,
            as_of: self.as_of,
            known: Arc::clone(&self.known),
            recorder: self.recorder.clone(),
            only_prepares: self.only_prepares,
            undistinguished: Arc::clone(&self.undistinguished),
        }
    }

    /// The same, which records what is read of it.
    pub(crate) fn recording(&self) -> Snapshot<'t> {
        Snapshot { recorder: Some(Arc::default()), ..self.again() }
    }

    /// The same, of which nothing is computed for units: what would be read is recorded.
    pub(crate) fn preparing(&self) -> Snapshot<'t> {
        Snapshot { only_prepares: true, ..self.recording() }
    }

    /// The same, which records nothing: its reads were recorded before, or are choices that change no value.
    pub(crate) fn unrecorded(&self) -> Snapshot<'t> {
        Snapshot { recorder: None, ..self.again() }
    }

    /// Whether nothing is computed for units.
    pub(crate) fn only_prepares(&self) -> bool {
        self.only_prepares
    }

    /// Records a read.
    pub(crate) fn note(&self, read: Read) {
        let Some(recorder) = &self.recorder else { return };
        if let Read::Values(measure, window) | Read::Figures(measure, window) = &read
            && !self.only_prepares
            && !self.tally.grid.distinguishes(window)
            && self.is_events(*measure)
        {
            let _ = self.undistinguished.set((*measure, *window));
        }
        recorder.add(read);
    }

    /// Records reads that were recorded when a shared value was computed.
    pub(crate) fn note_all(&self, reads: &[Read]) {
        if let Some(recorder) = &self.recorder {
            recorder.extend(reads);
        }
    }

    /// What was recorded.
    pub(crate) fn reads(&self) -> Arc<[Read]> {
        self.recorder.as_ref().map_or_else(Arc::default, |recorder| recorder.reads())
    }

    /// Whether a day is over on the day of the assessment; `end` is the day after it.
    pub(crate) fn is_over(&self, end: NaiveDate) -> bool {
        self.note(Read::Over(end));
        self.as_of.succ_opt().is_some_and(|today| end <= today)
    }

    /// Fails if a window was read that the tally does not distinguish.
    pub(crate) fn refuse_undistinguished(&self) -> Result<()> {
        let Some((measure, window)) = self.undistinguished.get() else { return Ok(()) };
        Err(Error::request(
            FaultCode::OtherDays,
            format!(
                "the tally was made for certain days and does not distinguish {window}, in which `{}` is read: make it \
             without naming days",
                self.plan()[*measure].id
            ),
        ))
    }
}

/// A cell whose value is suppressed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SuppressedCell {
    pub(crate) measure: MeasureIndex,
    pub(crate) unit: UnitIndex,
    pub(crate) start: NaiveDate,
    pub(crate) end: NaiveDate,
    /// Whether it is about some categories of a stratum.
    pub(crate) is_of_categories: bool,
}

impl SuppressedCell {
    fn of(measure: MeasureIndex, unit: UnitIndex, entry: &Entry) -> SuppressedCell {
        let is_of_categories = entry.combination != 0;
        SuppressedCell { measure, unit, start: entry.start, end: entry.end, is_of_categories }
    }
}

impl AllKnown {
    fn of(tally: &Tally, series: Vec<Arc<Known>>) -> AllKnown {
        let units = tally.plan.units();
        let mut below_first: Vec<UnitIndex> = units.iter().map(|(unit, _)| unit).collect();
        // A parent is of a level above its children's.
        below_first.sort_by_key(|unit| Reverse(units[*unit].level));
        AllKnown {
            series: KnownSeries { all: series.into(), replaced: Vec::new() },
            below_first: below_first.into(),
            memos: Memos::of(units.len()),
            participants: Arc::default(),
            recorded_days: OnceLock::new(),
            same_spans: Mutex::default(),
        }
    }
}

impl<'t> Snapshot<'t> {
    /// The same without what was recorded of some measures later than on the last day that they name for a row of these
    /// days.
    pub(super) fn without_later(
        &self,
        last_day: impl Fn(MeasureIndex, NaiveDate) -> Option<NaiveDate>,
    ) -> Snapshot<'t> {
        let replaced = self.known.series.iter().filter_map(|(measure, _)| {
            let all = &self.tally.recorded.series[self.plan().recorded(measure).0];
            let is_late = |entry: &&Entry| {
                let last = entry.end.pred_opt().and_then(|day| last_day(measure, day));
                last.zip(entry.recorded_at).is_some_and(|(last, recorded)| last < recorded)
            };
            if !all.units.iter().flat_map(|entries| entries.iter()).any(|entry| is_late(&entry)) {
                return None;
            }
            let in_time = |entries: &Arc<Vec<Entry>>| {
                Arc::new(entries.iter().filter(|entry| !is_late(entry)).cloned().collect())
            };
            let kept = Series { rows: all.rows, units: all.units.iter().map(in_time).collect() };
            let days = days_of_any(self.tally, measure, &kept, self.as_of);
            Some((measure, Arc::new(Known::of(self.tally, measure, &kept, days, self.as_of))))
        });
        self.with_series(replaced)
    }

    /// The suppressed cells of a measure that are known.
    pub(crate) fn suppressed_cells(&self, measure: MeasureIndex) -> Vec<SuppressedCell> {
        self.note(Read::Rows(measure));
        let units = self.tally.recorded.series[measure.0].units.iter().enumerate();
        let entries = units
            .flat_map(|(unit, entries)| entries.iter().map(move |entry| (UnitIndex(unit), entry)));
        let is_known = |entry: &Entry| entry.is_known_on(self.as_of);
        entries
            .filter(|(_, entry)| entry.status == Status::Q && is_known(entry))
            .map(|(unit, entry)| SuppressedCell::of(measure, unit, entry))
            .collect()
    }

    /// The value of a unit's own figure for just these days.
    pub(crate) fn own_figure(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        days: &Window,
    ) -> Option<f64> {
        let mut figures = self.touching(measure, unit, days).iter();
        figures.find(|figure| (figure.start, figure.end) == (days.start(), days.end()))?.value
    }

    /// This snapshot with a number in the suppressed cells of some measures, or of what they are narrowed from. Nothing else
    /// may be read of it: the cells of other measures stay as they are.
    pub(crate) fn with_suppressed(
        &self,
        measures: &[MeasureIndex],
        number: impl Fn(&SuppressedCell) -> Option<f64>,
    ) -> Snapshot<'t> {
        let replaced = measures.iter().map(|measure| {
            let measure = *measure;
            let recorded = self.plan().recorded(measure);
            let all = &self.tally.recorded.series[recorded.0];
            // A total of the year to date is the end of one difference and the start of the next: its ends bound neither.
            let is_cumulative = self.plan()[recorded].cumulative;
            let filled = |(unit, entries): (usize, &Arc<Vec<Entry>>)| {
                let entries = entries.iter().map(|entry| {
                    let is_suppressed = entry.status == Status::Q && !is_cumulative;
                    let cell = || SuppressedCell::of(recorded, UnitIndex(unit), entry);
                    match is_suppressed.then(|| number(&cell())).flatten() {
                        Some(number) => {
                            let (value, size) = (Some(number), number.abs());
                            Entry { status: Status::A, value, size, ..entry.clone() }
                        }
                        None => entry.clone(),
                    }
                });
                Arc::new(entries.collect())
            };
            let units = all.units.iter().enumerate().map(filled).collect();
            let filled = Series { rows: all.rows, units };
            let days = days_of_any(self.tally, measure, &filled, self.as_of);
            (measure, Arc::new(Known::of(self.tally, measure, &filled, days, self.as_of)))
        });
        self.with_series(replaced)
    }

    /// The same with more figures.
    pub(super) fn with_figures(
        &self,
        mut more: Vec<(MeasureIndex, UnitIndex, Figure)>,
    ) -> Snapshot<'t> {
        more.sort_by_key(|(measure, ..)| *measure);
        let replaced = more.chunk_by(|one, next| one.0 == next.0).map(|more| {
            let measure = more[0].0;
            let more = more.iter().map(|(_, unit, figure)| (*unit, *figure));
            let known = self.known.series[measure].with(more, self.plan().units().len());
            (measure, Arc::new(known))
        });
        self.with_series(replaced)
    }

    /// Cuts time at the edges of the windows over which values will be read: what adds up is added up between them once,
    /// for all units. Nothing that is told changes by it.
    pub(crate) fn cut(&mut self, reads: &[Read]) {
        let mut cuts: Vec<Vec<NaiveDate>> = vec![Vec::new(); self.known.series.len()];
        for read in reads {
            if let Read::Values(measure, window) = read {
                cuts[measure.0].extend([window.start(), window.end()]);
            }
        }
        let threads = threads_for(self.tally.len(), ROWS_WORTH_A_THREAD);
        let sums = parallel::map(threads, cuts.into_iter().enumerate(), |(index, cuts)| {
            let measure = MeasureIndex(index);
            let is_asked = !cuts.is_empty() && self.adds_up(measure);
            if is_asked { self.sums_between(measure, cuts) } else { None }
        });
        let Some(all) = Arc::get_mut(&mut self.known) else { return };
        let Some(series) = Arc::get_mut(&mut all.series.all) else { return };
        for (known, sums) in series.iter_mut().zip(sums) {
            // What is shared with another snapshot is told the slower way.
            if let (Some(known), Some(sums)) = (Arc::get_mut(known), sums) {
                known.sums = Some(sums);
            }
        }
    }

    /// Cuts that the figures of most units cross are of no use to anyone, and would take from others what they cross:
    /// they are left out.
    fn sums_between(&self, measure: MeasureIndex, cuts: Vec<NaiveDate>) -> Option<Sums> {
        let sums = self.figures_between(measure, cuts)?;
        let telling = self.known.series[measure].units.iter().filter(|figures| !figures.is_empty());
        let kept = sums.cuts_crossed_by(telling.count() / 2);
        let sums =
            if kept.len() < sums.cuts() { self.figures_between(measure, kept)? } else { sums };
        sums.finished(self.plan().units(), &self.known.below_first)
    }

    fn figures_between(&self, measure: MeasureIndex, cuts: Vec<NaiveDate>) -> Option<Sums> {
        let known = &self.known.series[measure];
        // Every window that is read is inside these days.
        let (first, last) = (*cuts.iter().min()?, *cuts.iter().max()?);
        let days = Window::new(first, last)?;
        let mut sums = Sums::new(cuts, self.plan().units().len())?;
        let touching = self.touching_any(measure, &days);
        let units = (0..known.units.len()).map(UnitIndex);
        for unit in units.clone() {
            for figure in touching.of(unit) {
                match figure.plain_number() {
                    Some(number) => sums.add(unit, figure.start, figure.end, number),
                    None => sums.mark(unit, figure.start, figure.end),
                }
            }
        }
        if !known.holds_all {
            for (unit, days, sum) in self.tally.plain_events(measure, Some(&days)) {
                // Sums of plain events are whole numbers, which floats hold.
                sums.add(unit, days.start(), days.end(), sum as i64);
            }
        }
        // Events add up wherever they are; of figures some stand for the days of others.
        if !self.is_events(measure) {
            for unit in units {
                let above = self.above_with_figures(measure, unit);
                let mut latest = None;
                for figure in touching.of(unit) {
                    if latest.is_some_and(|latest| figure.start < latest) {
                        sums.mark(unit, figure.start, figure.end);
                    }
                    latest = latest.max(Some(figure.end));
                    // Those of units above stand for all the days they cover.
                    if above.is_empty() {
                        continue;
                    }
                    let Some(days) = Window::new(figure.start, figure.end) else { continue };
                    for above in &above {
                        let theirs = self.touching(measure, *above, &days);
                        for figure in theirs.iter().filter(|figure| figure.overlaps(&days)) {
                            sums.mark(*above, figure.start, figure.end);
                        }
                    }
                }
            }
        }
        Some(sums)
    }

    /// The units above one that have figures of their own.
    fn above_with_figures(&self, measure: MeasureIndex, unit: UnitIndex) -> Vec<UnitIndex> {
        let above = self.plan().units().above(unit);
        above.filter(|unit| !self.figures(measure, *unit).is_empty()).collect()
    }

    pub(super) fn tally(&self) -> &'t Tally {
        self.tally
    }

    pub(super) fn plan(&self) -> &'t Plan {
        &self.tally.plan
    }

    /// The day at whose end all of it was known.
    pub(super) fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// All that is recorded of a measure for a unit itself, known or not, but for plain events.
    pub(super) fn entries(&self, measure: MeasureIndex, unit: UnitIndex) -> &'t [Entry] {
        let series = &self.tally.recorded.series[measure.0];
        series.units.get(unit.0).map_or(&[], |entries| entries.as_slice())
    }

    /// All units, each after those below it.
    pub(crate) fn below_first(&self) -> &[UnitIndex] {
        &self.known.below_first
    }

    /// Whether a measure is recorded as events.
    pub(crate) fn is_events(&self, measure: MeasureIndex) -> bool {
        // What was never recorded is of the kind that the tally takes.
        self.known.series[measure].rows.unwrap_or(self.tally.rows) == Rows::Events
    }

    /// Whether the known figures of a measure are all there is; else plain events stand beside them.
    pub(super) fn holds_all(&self, measure: MeasureIndex) -> bool {
        self.known.series[measure].holds_all
    }

    /// A unit's own figures of a measure, in order of start, longer spans first.
    pub(super) fn figures(&self, measure: MeasureIndex, unit: UnitIndex) -> &[Figure] {
        self.known.series[measure].units.get(unit.0).map_or(&[], Vec::as_slice)
    }

    /// Whether a unit's own figures of a measure hold all days from `start` up to but not including `end`, so that those of
    /// units below are not used.
    pub(crate) fn has_own_total(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        (start, end): (NaiveDate, NaiveDate),
    ) -> bool {
        let mut held = start;
        for figure in self.figures(measure, unit).iter().take_while(|figure| figure.start <= end) {
            if figure.start <= held {
                held = held.max(figure.end);
            }
        }
        !self.is_events(measure) && held >= end
    }

    /// The figures of all units that have some.
    pub(super) fn all_figures(&self, measure: MeasureIndex) -> &[Vec<Figure>] {
        &self.known.series[measure].units
    }

    /// The days from the first figure or event of a measure to the last.
    pub(crate) fn days_of_figures(&self, measure: MeasureIndex) -> Option<Window> {
        let (start, end) = self.known.series[measure].recorded?;
        Window::new(start, end)
    }

    /// Whether a number of days is too small for any figure of a measure to lie inside them; never of events.
    pub(crate) fn is_too_short(&self, measure: MeasureIndex, days: i64) -> bool {
        self.note(Read::ShortestSpan(measure));
        !self.is_events(measure) && days < i64::from(self.shortest_span(measure))
    }

    /// The days of the shortest figure of a measure; none of events, and where there is no figure.
    pub(crate) fn shortest_figure(&self, measure: MeasureIndex) -> Option<i32> {
        self.note(Read::ShortestSpan(measure));
        let has_figures = !self.is_events(measure) && self.days_of_figures(measure).is_some();
        has_figures.then(|| self.shortest_span(measure))
    }

    /// The days of the shortest figure of a measure; the most that there can be where there is none.
    pub(super) fn shortest_span(&self, measure: MeasureIndex) -> i32 {
        self.known.series[measure].shortest
    }

    /// Who reported in which period, computed on first use.
    pub(super) fn reported(
        &self,
        measure: MeasureIndex,
        make: impl FnOnce() -> Option<Reported>,
    ) -> Option<&Reported> {
        self.known.series[measure].reported.get_or_init(make).as_ref()
    }

    pub(super) fn covered(
        &self,
        measure: MeasureIndex,
        make: impl FnOnce() -> Vec<Vec<Span>>,
    ) -> &[Vec<Span>] {
        self.known.series[measure].covered.get_or_init(make)
    }

    /// Per unit, whether a row of a measure is known of the unit itself, whatever the row says and whatever its
    /// categories.
    pub(super) fn has_rows(&self, measure: MeasureIndex) -> &[bool] {
        let measure = self.plan().recorded(measure);
        self.known.series[measure].has_rows.get_or_init(|| {
            let mut all = vec![false; self.plan().units().len()];
            let is_known = |entry: &Entry| entry.is_known_on(self.as_of);
            let units = &self.tally.recorded.series[measure.0].units;
            for (has_rows, entries) in all.iter_mut().zip(units) {
                *has_rows = entries.iter().any(is_known);
            }
            for (unit, _, _) in self.tally.plain_events(measure, None) {
                all[unit.0] = true;
            }
            all
        })
    }

    /// Whether a known row of a measure says when it was recorded, whatever its categories.
    pub(super) fn is_dated(&self, measure: MeasureIndex) -> bool {
        let measure = self.plan().recorded(measure);
        *self.known.series[measure].is_dated.get_or_init(|| {
            let mut entries =
                self.tally.recorded.series[measure.0].units.iter().flat_map(|one| one.iter());
            entries.any(|entry| entry.recorded_at.is_some_and(|day| day <= self.as_of))
        })
    }

    /// Whether the rows of a measure, but its plain events, are the same as in another snapshot.
    pub(super) fn has_same_rows(&self, other: &Snapshot<'_>, measure: MeasureIndex) -> bool {
        let measure = self.plan().recorded(measure);
        let [one, other] = [self, other].map(|known| &known.tally.recorded.series[measure.0]);
        one.rows == other.rows && one.units == other.units
    }

    pub(super) fn memos(&self) -> &Memos {
        &self.known.memos
    }

    pub(super) fn participant_sets(&self) -> &ParticipantSets {
        &self.known.participants
    }

    /// Whether each unit has figures of the same days of some measures, so that none of them stands alone.
    pub(super) fn have_same_spans(&self, measures: &[MeasureIndex]) -> bool {
        let [first, others @ ..] = measures else { return true };
        if others.is_empty() {
            return true;
        }
        self.note(Read::SameSpans(measures.into()));
        let mut known = self.known.same_spans.lock().unwrap_or_else(PoisonError::into_inner);
        *known.entry(measures.to_vec()).or_insert_with(|| {
            let units = self.plan().units().len();
            let spans = |measure: MeasureIndex, unit: usize| {
                let figures = self.figures(measure, UnitIndex(unit)).iter();
                figures.map(|figure| (figure.start, figure.end))
            };
            let is_same = |other: &MeasureIndex| {
                (0..units).all(|unit| spans(*first, unit).eq(spans(*other, unit)))
            };
            others.iter().all(is_same)
        })
    }

    /// Those of them that share days with a window, and others beside it where a figure of the measure is longer than
    /// the window: callers check the days.
    pub(super) fn touching(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
    ) -> &[Figure] {
        self.touching_any(measure, window).of(unit)
    }

    /// The same, for lookups of many units.
    pub(super) fn touching_any(&self, measure: MeasureIndex, window: &Window) -> Touching<'_> {
        debug_assert!(
            self.recorder.as_ref().is_none_or(|recorder| recorder.covers(measure, window)),
            "`{}` is read in {window}, and that is not recorded",
            self.plan()[measure].id
        );
        let known = &self.known.series[measure];
        Touching {
            units: &known.units,
            after: window.start().checked_sub_signed(TimeDelta::days(known.longest.into())),
            before: window.end(),
        }
    }

    /// Sums between the days at which time was cut, if it was and they can be told.
    pub(super) fn sums(&self, measure: MeasureIndex) -> Option<&Sums> {
        self.known.series[measure].sums.as_ref()
    }

    /// The values of a stock for all units, computed on first use; once for all windows between the same
    /// two days of change.
    pub(super) fn stocks_once(
        &self,
        measure: MeasureIndex,
        window: &Window,
    ) -> Arc<[Result<Rolled, Missing>]> {
        // What is carried forward ends on days on which no figure does.
        let is_carried = self.plan()[measure].carry.is_some();
        let change = if is_carried { None } else { self.change_before(measure, window) };
        let (start, end) = match change {
            // No window is without a day.
            Some(change) => (change, change),
            None => (window.start(), window.end()),
        };
        self.known.memos.stocks.get((measure, start, end), || self.stocks(measure, window).into())
    }

    /// The last day of change on or before a window, if the window lies between that day and the next and does not
    /// reach from the one to the other. A day of change is one on which a figure begins or ends, or a unit does:
    /// whatever is true of one window between two of them is true of another.
    fn change_before(&self, measure: MeasureIndex, window: &Window) -> Option<NaiveDate> {
        let known = &self.known.series[measure];
        let edges = known.edges.get_or_init(|| known.edges_of_figures());
        let turns = self.plan().units().turns();
        let last = |days: &[NaiveDate]| {
            let after = days.partition_point(|day| *day <= window.start());
            (after.checked_sub(1).map(|last| days[last]), days.get(after).copied())
        };
        let ((edge, next_edge), (turn, next_turn)) = (last(edges), last(turns));
        let before = edge.max(turn).unwrap_or(NaiveDate::MIN);
        let after = next_edge.into_iter().chain(next_turn).min().unwrap_or(NaiveDate::MAX);
        let reaches = before == window.start() && after == window.end();
        (window.end() <= after && !reaches).then_some(before)
    }

    /// The reports of all units that take part, computed on first use.
    pub(super) fn reports_once(
        &self,
        measure: MeasureIndex,
        window: &Window,
        participants: Participants,
    ) -> Arc<[Reports]> {
        let key = ((measure, window.start(), window.end()), participants);
        let compute = || self.reports_of_all(measure, window, participants).into();
        self.known.memos.reports.get(key, compute)
    }

    /// The same if they were computed before.
    pub(super) fn reports_known(
        &self,
        measure: MeasureIndex,
        window: &Window,
        participants: Participants,
    ) -> Option<Arc<[Reports]>> {
        self.known.memos.reports.known(&((measure, window.start(), window.end()), participants))
    }

    /// The first day on which events of a measure were recorded, and the day after the last one
    /// (`docs/semantics.md`, 13).
    pub(crate) fn recorded_days(&self, measure: MeasureIndex) -> Option<(NaiveDate, NaiveDate)> {
        let days = self.known.recorded_days.get_or_init(|| self.recorded_days_of_all());
        days[self.plan().recorded(measure).0]
    }

    fn recorded_days_of_all(&self) -> Vec<Option<(NaiveDate, NaiveDate)>> {
        let plan = self.plan();
        let own = |measure: MeasureIndex| {
            if self.is_events(measure) { self.known.series[measure].recorded } else { None }
        };
        let merged = |one: Option<(NaiveDate, NaiveDate)>,
                      other: Option<(NaiveDate, NaiveDate)>| {
            match (one, other) {
                (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
                (one, other) => one.or(other),
            }
        };
        let days: Vec<_> = (0..plan.measures().len()).map(|at| own(MeasureIndex(at))).collect();
        let is_stated = |measure: &Measure| measure.recorded != RecordedDays::default();
        if days.iter().all(Option::is_none) && !plan.measures().iter().any(is_stated) {
            return days;
        }
        let mut shared = days.clone();
        for indicator in 0..plan.all_indicators().len() {
            let measures = plan.measures_of(IndicatorIndex(indicator)).into_iter();
            let mut measures: Vec<usize> = measures.map(|one| plan.recorded(one).0).collect();
            measures.sort_unstable();
            measures.dedup();
            let together = measures.iter().fold(None, |all, one| merged(all, days[*one]));
            for measure in measures {
                shared[measure] = merged(shared[measure], together);
            }
        }
        for (at, days) in shared.iter_mut().enumerate() {
            let stated = plan.measures()[at].recorded;
            let is_events = self.is_events(MeasureIndex(at));
            let first = stated.from.or(days.map(|days| days.0));
            let end = stated.until.and_then(|last| last.succ_opt()).or(days.map(|days| days.1));
            *days = first.zip(end).filter(|_| is_events);
        }
        shared
    }

    /// Whether a measure's events were being recorded on some day of a window.
    pub(super) fn was_recorded_during(&self, measure: MeasureIndex, window: &Window) -> bool {
        self.recorded_days(measure)
            .and_then(|(start, end)| Window::new(start, end))
            .is_some_and(|days| days.overlaps(window))
    }
}

impl Known {
    /// What was known of a measure at the end of a day, of all that is recorded of it; `days` are those of
    /// [`days_of_any`].
    fn of(
        tally: &Tally,
        measure: MeasureIndex,
        series: &Series,
        days: Option<RecordedOn>,
        as_of: NaiveDate,
    ) -> Known {
        let rows = series.rows.unwrap_or_default();
        let by_category = CategoryRollup::by(&tally.plan[measure], &tally.plan);
        let mut units: Vec<Vec<Figure>> = series
            .units
            .iter()
            .map(|entries| known_of(&tally.plan, measure, &by_category, entries, rows, as_of))
            .collect();
        if tally.plan[measure].cumulative {
            for (unit, totals) in units.iter_mut().enumerate() {
                *totals = cumulative::differences(&tally.plan, measure, UnitIndex(unit), totals);
            }
        }
        // Whether reports that are due were made is looked up in each unit's figures.
        let holds_all = tally.plan[measure].is_due();
        if holds_all {
            add_plain_events(tally, measure, &mut units);
        }
        let (first, last) = days.unwrap_or_else(|| {
            let (first, last) = days_of(units.iter().flatten().copied());
            let has_cells = series.rows == Some(Rows::Events) && !holds_all;
            match has_cells.then(|| tally.days_of_plain_events(measure)).flatten() {
                Some(days) => {
                    (first.into_iter().chain([days.start()]).min(), last.max(Some(days.end())))
                }
                None => (first, last),
            }
        });
        let days = units.iter().flatten().map(Figure::days);
        let (longest, shortest) =
            days.fold((0, i32::MAX), |(most, least), days: i32| (most.max(days), least.min(days)));
        Known {
            rows: series.rows,
            has_rows: OnceLock::new(),
            is_dated: OnceLock::new(),
            recorded: first.zip(last),
            longest,
            shortest,
            sums: None,
            reported: OnceLock::new(),
            covered: OnceLock::new(),
            edges: OnceLock::new(),
            units,
            holds_all,
        }
    }

    fn edges_of_figures(&self) -> Vec<NaiveDate> {
        let figures = self.units.iter().flatten();
        let edges: FxHashSet<_> = figures.flat_map(|figure| [figure.start, figure.end]).collect();
        let mut edges: Vec<_> = edges.into_iter().collect();
        edges.sort_unstable();
        edges
    }

    /// The same with more figures.
    fn with(&self, more: impl Iterator<Item = (UnitIndex, Figure)>, units: usize) -> Known {
        let mut known = Known {
            rows: self.rows,
            units: self.units.clone(),
            has_rows: OnceLock::new(),
            is_dated: OnceLock::new(),
            holds_all: self.holds_all,
            longest: self.longest,
            shortest: self.shortest,
            recorded: self.recorded,
            sums: None,
            reported: OnceLock::new(),
            covered: OnceLock::new(),
            edges: OnceLock::new(),
        };
        known.units.resize_with(units.max(known.units.len()), Vec::new);
        for (unit, figure) in more {
            known.longest = known.longest.max(figure.days());
            known.shortest = known.shortest.min(figure.days());
            known.recorded = Some(match known.recorded {
                Some((start, end)) => (start.min(figure.start), end.max(figure.end)),
                None => (figure.start, figure.end),
            });
            let figures = &mut known.units[unit.0];
            let key = |figure: &Figure| (figure.start, Reverse(figure.end));
            let at = figures.partition_point(|other| key(other) <= key(&figure));
            figures.insert(at, figure);
        }
        known
    }
}

/// The figures of each unit that can share days with a window.
pub(super) struct Touching<'s> {
    units: &'s [Vec<Figure>],
    /// They start after this day, if there is such a day, and before the other one.
    after: Option<NaiveDate>,
    before: NaiveDate,
}

impl<'s> Touching<'s> {
    pub(super) fn of(&self, unit: UnitIndex) -> &'s [Figure] {
        let figures = self.units.get(unit.0).map_or(&[][..], Vec::as_slice);
        let figures = &figures[..figures.partition_point(|figure| figure.start < self.before)];
        match self.after {
            Some(after) => &figures[figures.partition_point(|figure| figure.start <= after)..],
            None => figures,
        }
    }
}

impl Figure {
    /// A figure that nothing qualifies, of a value that is not negative.
    pub(super) fn plain(start: NaiveDate, end: NaiveDate, value: f64) -> Figure {
        Figure {
            start,
            end,
            value: Some(value),
            weight: value,
            imputed: 0.0,
            provisional: false,
            categories: None,
        }
    }

    /// Whether its value and another number are not the same; false where it has none.
    pub(super) fn differs_from(&self, other: f64) -> bool {
        let value = self.value.and_then(Exact::of);
        value.is_some_and(|value| Exact::of(other).is_none_or(|other| other != value))
    }

    fn days(&self) -> i32 {
        self.end.to_epoch_days() - self.start.to_epoch_days()
    }

    /// The value, if it is a whole number and nothing qualifies it.
    fn plain_number(&self) -> Option<i64> {
        // Up to here floats hold every whole number.
        const MOST: f64 = (1_i64 << 53) as f64;
        let number = self.value?;
        let is_plain = number as i64 as f64 == number
            && number.abs() < MOST
            && self.imputed == 0.0
            && self.categories.is_none()
            && !self.provisional;
        is_plain.then_some(number as i64)
    }
}

/// What has been computed for all units at once.
pub(super) struct Memos {
    stocks: Memo<Asked, Arc<[Result<Rolled, Missing>]>>,
    pub(super) reported_spans: Memo<SpansOf, Arc<[Option<ReportedSpans>]>>,
    reports: Memo<(Asked, Participants), Arc<[Reports]>>,
    pub(super) pairs: Memo<PairedBy, Arc<Paired>>,
    pub(super) limits: LimitsMemo<MeasureIndex, Limit>,
    pub(super) part_limits: LimitsMemo<(MeasureIndex, MeasureIndex), PartLimit>,
    pub(super) histories: Memo<MeasureIndex, Arc<History>>,
}

/// What missing reports may change, per unit; none where it does not add up.
type LimitsMemo<M, L> = Memo<LimitsOf<M>, Option<Arc<[L]>>>;

/// A measure, and the days of a window; or the same day twice, for windows after it.
type Asked = (MeasureIndex, NaiveDate, NaiveDate);

impl Memos {
    /// Of what only windows with missing reports need, values of this number of units are kept: some ten MB.
    const MOST_UNITS: usize = 1 << 18;

    fn of(units: usize) -> Self {
        let most = Memos::MOST_UNITS / units.max(1);
        Memos {
            stocks: Memo::new(),
            reported_spans: Memo::new(),
            reports: Memo::new(),
            pairs: Memo::of_at_most(most),
            limits: Memo::of_at_most(most),
            part_limits: Memo::of_at_most(most),
            histories: Memo::new(),
        }
    }

    /// Drops what was computed for windows.
    fn forget_windows(&self) {
        let Memos { stocks, reported_spans, reports, pairs, limits, part_limits, histories: _ } =
            self;
        stocks.clear();
        reported_spans.clear();
        reports.clear();
        pairs.clear();
        limits.clear();
        part_limits.clear();
    }
}

/// Puts the plain events of a measure among the figures of its units.
fn add_plain_events(tally: &Tally, measure: MeasureIndex, units: &mut Vec<Vec<Figure>>) {
    for (unit, days, sum) in tally.plain_events(measure, None) {
        if units.len() <= unit.0 {
            units.resize_with(tally.plan.units().len(), Vec::new);
        }
        units[unit.0].push(Figure::plain(days.start(), days.end(), sum));
    }
    for figures in units {
        figures.sort_by_key(|figure| (figure.start, Reverse(figure.end)));
    }
}

/// Of the entries of one unit, what was known of a measure at the end of a day.
fn known_of(
    plan: &Plan,
    measure: MeasureIndex,
    by_category: &CategoryRollup,
    entries: &[Entry],
    rows: Rows,
    as_of: NaiveDate,
) -> Vec<Figure> {
    let kind = &plan[measure];
    let known_ahead = kind.known_ahead;
    // Entries without categories come first.
    let has_categories = entries.last().is_some_and(|last| last.combination != 0);
    match (&kind.narrowed, rows) {
        (None, Rows::Events) => known(entries.iter(), rows, known_ahead, as_of),
        (None, Rows::Figures) if !has_categories => known(entries.iter(), rows, known_ahead, as_of),
        (Some(narrowed), Rows::Events) => {
            let narrowed_to =
                entries.iter().filter(|entry| narrowed.includes(plan, entry.combination));
            known(narrowed_to, rows, known_ahead, as_of)
        }
        (_, Rows::Figures) => {
            let mut figures = Vec::new();
            let mut add = |combination: Combination, entries: &[Entry]| {
                let known = known(entries.iter(), rows, known_ahead, as_of);
                figures.extend(known.into_iter().map(|figure| (combination, figure)));
            };
            match by_category.few_combinations(entries.len()) {
                Some(few) => few.into_iter().for_each(|combination| {
                    let first = entries.partition_point(|entry| entry.combination < combination);
                    let rest = &entries[first..];
                    let end = rest.partition_point(|entry| entry.combination == combination);
                    add(combination, &rest[..end]);
                }),
                None => entries
                    .chunk_by(|one, next| one.combination == next.combination)
                    .filter(|entries| by_category.includes(entries[0].combination))
                    .for_each(|entries| add(entries[0].combination, entries)),
            }
            by_category.figures(figures)
        }
    }
}

/// The first known day of some rows and the day after the last.
type RecordedOn = (Option<NaiveDate>, Option<NaiveDate>);

fn days_of(figures: impl Iterator<Item = Figure>) -> RecordedOn {
    figures.fold((None, None), |(first, last): RecordedOn, figure| {
        let first = first.map_or(figure.start, |first| first.min(figure.start));
        (Some(first), last.max(Some(figure.end)))
    })
}

/// The first and the last known day on which events of any category were recorded, for a measure narrowed to some: that no
/// event of a category was recorded says something only while those of others were. None of other measures.
fn days_of_any(
    tally: &Tally,
    measure: MeasureIndex,
    series: &Series,
    as_of: NaiveDate,
) -> Option<RecordedOn> {
    let plan = &tally.plan;
    let narrowed = plan[measure].narrowed.as_ref();
    let narrowed = narrowed.filter(|_| series.rows == Some(Rows::Events))?;
    let family = narrowed.family(plan);
    let entries = series.units.iter().flat_map(|entries| {
        let of_family = entries.iter().filter(|entry| family.includes(plan, entry.combination));
        known(of_family, Rows::Events, plan[measure].known_ahead, as_of)
    });
    let (first, last) = days_of(entries);
    let plain = tally.days_of_plain_events(measure).filter(|_| !plan[measure].is_due());
    Some(match plain {
        Some(days) => (first.into_iter().chain([days.start()]).min(), last.max(Some(days.end()))),
        None => (first, last),
    })
}

/// Of entries of one unit, what was known at the end of a day.
fn known<'e>(
    entries: impl Iterator<Item = &'e Entry> + Clone,
    rows: Rows,
    known_ahead: bool,
    as_of: NaiveDate,
) -> Vec<Figure> {
    let mut figures: Vec<Figure> = Vec::with_capacity(entries.size_hint().0);
    // When each was recorded, if that is said of any.
    let mut recorded: Vec<Option<NaiveDate>> = Vec::new();
    let are_dated = entries.clone().any(|entry| entry.recorded_at.is_some());
    let mut entries = entries.filter(|entry| entry.is_known_on(as_of)).peekable();
    while let Some(entry) = entries.next() {
        // Entries of one span stand in order of their recording: the last one is the latest revision.
        let revised = rows == Rows::Figures
            && entries
                .peek()
                .is_some_and(|next| (next.start, next.end) == (entry.start, entry.end));
        let missing = entry.value.is_none() && entry.status != Status::Q;
        if revised || missing {
            continue;
        }
        let end = entry.known_end(known_ahead);
        let value = entry.value.map(|sum| sum + entry.lost);
        let is_imputed = matches!(entry.status, Status::I | Status::E);
        let figure = Figure {
            start: entry.start,
            end,
            value,
            weight: entry.size,
            imputed: if is_imputed { 1.0 } else { 0.0 },
            provisional: entry.status == Status::P,
            categories: None,
        };
        figures.push(figure);
        if are_dated {
            recorded.push(entry.recorded_at);
        }
    }
    if are_dated {
        let mut dated: Vec<_> = recorded.into_iter().zip(figures).collect();
        dated.sort_by_key(|(recorded_at, figure)| {
            (figure.start, Reverse(figure.end), Reverse(*recorded_at))
        });
        figures = dated.into_iter().map(|(_, figure)| figure).collect();
    } else {
        figures.sort_by_key(|figure| (figure.start, Reverse(figure.end)));
    }
    if rows == Rows::Figures {
        // Figures of different spans hold the same days where they were recorded before the spans ended.
        figures.dedup_by_key(|figure| (figure.start, figure.end));
    }
    figures
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::tally::{Outcome, When};

    /// Two communes of which one becomes the other; whatever does not simply add up.
    fn plan() -> Plan {
        Plan::from_yaml(
            r#"{attain: 1, plan: p,
                measures: {
                    last: {over_time: last}, mean: {over_time: mean}, peak: {over_time: max},
                    largest: {over_units: max}, middle: {over_time: last, over_units: mean}},
                units: {levels: [city, commune], list: [
                    {id: c, level: city}, {id: d, level: commune, parent: c},
                    {id: a, level: commune, parent: c, valid_to: "2023-02-10"},
                    {id: b, level: commune, parent: c, valid_from: "2023-02-10"}]}}"#,
        )
        .unwrap()
    }

    fn day(number: i64) -> NaiveDate {
        NaiveDate::from_ymd_opt(2023, 1, 1).unwrap() + TimeDelta::days(number)
    }

    fn figure(unit: &str, measure: &str, start: i64, days: i64, value: f64) -> Outcome {
        let when = When::Span { start: day(start), end: day(start + days) };
        Outcome::new(unit, when, measure, value)
    }

    proptest! {
        #[test]
        fn windows_between_two_days_of_change_have_the_same_stocks(
            figures in prop::collection::vec((0_usize..4, 0_usize..5, 0_i64..60, 1_i64..40, 0_u8..9), 0..12),
            recorded in prop::collection::vec(0_i64..80, 12),
            windows in prop::collection::vec((0_i64..90, prop_oneof![1_i64..6, 1_i64..40]), 1..60),
        ) {
            let plan = plan();
            let mut tally = Tally::new(&plan);
            for ((unit, measure, start, days, value), recorded) in figures.into_iter().zip(recorded) {
                let measure = ["last", "mean", "peak", "largest", "middle"][measure];
                let mut one = figure(["a", "b", "c", "d"][unit], measure, start, days, f64::from(value));
                // What was recorded before its end holds fewer days.
                one.recorded_at = (recorded % 4 == 0).then(|| day(recorded));
                // A unit that was not there, a second figure, a day too early: no matter.
                let _ = tally.record(&one);
            }
            let known = tally.as_of(day(100));
            for (start, days) in windows {
                let window = Window::new(day(start), day(start + days)).unwrap();
                for measure in (0..5).map(MeasureIndex) {
                    prop_assert_eq!(&known.stocks_once(measure, &window)[..], &known.stocks(measure, &window)[..]);
                }
            }
        }
    }

    #[test]
    fn the_months_of_a_year_share_the_stock_of_the_year() {
        let plan = plan();
        let mut tally = Tally::new(&plan);
        tally.record(&figure("d", "last", 0, 365, 70.0)).unwrap();
        let known = tally.as_of(day(400));
        let stock = |start, end| {
            known.stocks_once(MeasureIndex(0), &Window::new(day(start), day(end)).unwrap())
        };
        let march = stock(59, 90);
        assert_eq!(march[1].unwrap().value, 70.0);
        assert!(Arc::ptr_eq(&march, &stock(90, 120)));
        // One commune became another on the tenth of February, and the year is not one of its parts.
        assert!(!Arc::ptr_eq(&march, &stock(0, 31)));
        assert!(!Arc::ptr_eq(&march, &stock(31, 59)));
        assert!(!Arc::ptr_eq(&march, &stock(0, 365)));
    }
}
