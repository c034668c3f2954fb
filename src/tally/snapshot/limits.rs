//! What the reports that are missing may hold (`docs/semantics.md`, 40).

use std::sync::Arc;

use chrono::NaiveDate;

use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{MeasureIndex, OverTime, OverUnits, Plan, Range, UnitIndex};
use crate::stats::{Confidence, ReportSummary, prediction_interval};
use crate::tally::reads::Read;
use crate::tally::snapshot::Snapshot;
use crate::tally::snapshot::participants::Participants;
use crate::tally::snapshot::rollup::median;

/// By how much the missing reports of a measure may change its value for a unit, with those of the units below it.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Limit {
    pub(crate) low: f64,
    /// Infinite where there is no limit.
    pub(crate) high: f64,
    /// How many reports are missing.
    pub(crate) missing: u32,
    /// Whether what is missing below the unit does not simply add up for it.
    pub(crate) is_involved: bool,
}

/// The reports that each unit made, in order of time.
#[derive(Default)]
pub(in crate::tally) struct History {
    /// Per unit, the last day after each report and all reports up to it.
    units: Vec<Vec<(NaiveDate, ReportSummary, u32)>>,
}

/// What limits are of: a measure or two, a window, the window to date, and the units that take part.
pub(in crate::tally) type LimitsOf<M> = (M, Window, Window, Participants);

/// At most this number of a unit's latest reports is used, and at most this number of periods before the window.
const LATEST: usize = 12;

/// The periods whose reports say what a missing report of a window may hold.
pub(crate) struct Lookback {
    /// The window to date, whose own reports are the last ones.
    pub(crate) to_date: Window,
    /// The periods in order of time: those of the window to date, and as many as there may be before them.
    pub(crate) periods: Vec<Window>,
    /// Whether they are reporting periods; else windows as long as the window itself, before it.
    are_reporting_periods: bool,
}

impl Lookback {
    fn of(plan: &Plan, measure: MeasureIndex, window: &Window, to_date: &Window) -> Self {
        let calendar = plan.calendar();
        let every = plan.reporting_period(measure);
        let own = every.map_or_else(Vec::new, |every| calendar.periods_within(every, to_date));
        let before = std::iter::successors(Some(*own.first().unwrap_or(window)), |window| {
            calendar.previous_period(window)
        });
        let mut periods: Vec<Window> = before.skip(1).take(LATEST).collect();
        periods.reverse();
        periods.extend(&own);
        Lookback { to_date: *to_date, periods, are_reporting_periods: !own.is_empty() }
    }
}

impl Snapshot<'_> {
    /// The periods whose reports say what a missing report of a measure may hold.
    pub(crate) fn lookback(
        &self,
        measure: MeasureIndex,
        window: &Window,
        to_date: &Window,
    ) -> Lookback {
        let back = Lookback::of(self.plan(), measure, window, to_date);
        let all = back.periods.first().zip(back.periods.last());
        let all = all.and_then(|(first, last)| Window::new(first.start(), last.end()));
        // Those of the window to date are reports, and so are those of the window where none of it has ended.
        for days in all
            .iter()
            .chain(self.only_prepares().then_some(&back.periods[..]).into_iter().flatten())
        {
            self.note(Read::Figures(measure, *days));
            self.note(Read::Figures(self.reported_as(measure), *days));
        }
        back
    }
}

impl Snapshot<'_> {
    /// The least and the greatest sum of a number of missing reports of a unit.
    pub(crate) fn limits_of(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        missing: u32,
        back: &Lookback,
    ) -> (f64, f64) {
        let kind = &self.plan()[measure];
        let missing = f64::from(missing);
        if let Some(Range { low, high }) = kind.range.or(kind.suppressed) {
            let times = |number| missing * Exact::of_decimal(number).float();
            return (times(low), times(high));
        }
        let least = if kind.signed { f64::NEG_INFINITY } else { 0.0 };
        let mut reports = self.latest_reports(measure, unit, back);
        reports.are_counts &= kind.over_time == OverTime::Sum && !kind.signed;
        match prediction_interval(&reports, missing, Confidence::P95) {
            Some(limits) => (limits.lower.max(least), limits.upper),
            None => (least, f64::INFINITY),
        }
    }

    /// The least and the greatest value of each of a number of missing reports of a unit: of sums and means the same part of
    /// what they hold together, else the limits of one report, since one may decide the value.
    pub(crate) fn limits_of_each(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        missing: u32,
        back: &Lookback,
    ) -> (f64, f64) {
        let together = if self.plan()[measure].over_time.picks() { 1 } else { missing };
        let (low, high) = self.limits_of(measure, unit, together, back);
        (low / f64::from(together), high / f64::from(together))
    }

    /// The latest reports of a unit, of some periods.
    fn latest_reports(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        back: &Lookback,
    ) -> ReportSummary {
        let (Some(first), Some(last)) = (back.periods.first(), back.periods.last()) else {
            return ReportSummary::default();
        };
        if !back.are_reporting_periods {
            let windows = back.periods.iter().rev();
            return ReportSummary::of(
                windows.filter_map(|window| self.own_report(measure, unit, window)),
            );
        }
        let compute = || Arc::new(self.unrecorded().history(measure));
        let history = self.memos().histories.get(measure, compute);
        let Some(reports) = history.units.get(unit.place()) else {
            return ReportSummary::default();
        };
        let until = |day: NaiveDate| reports.partition_point(|(end, _, _)| *end <= day);
        let to = until(last.end());
        let from = until(first.start()).max(to.saturating_sub(LATEST));
        let at =
            |place: usize| place.checked_sub(1).map(|place| (reports[place].1, reports[place].2));
        let (all, fractions) = at(to).unwrap_or_default();
        let (before, earlier_fractions) = at(from).unwrap_or_default();
        ReportSummary {
            number: all.number - before.number,
            sum: all.sum - before.sum,
            squares: all.squares - before.squares,
            are_counts: fractions == earlier_fractions,
        }
    }

    fn history(&self, measure: MeasureIndex) -> History {
        let mut units = vec![Vec::new(); self.plan().units().len()];
        let calendar = self.plan().calendar();
        let recorded = self.days_of_figures(self.reported_as(measure));
        let periods = recorded.and_then(|days| {
            let every = self.plan().reporting_period(measure)?;
            let at = |day: NaiveDate| calendar.window(calendar.period_at(every, day)?);
            let (first, last) = (at(days.start())?, at(days.end().pred_opt()?)?);
            Some(calendar.periods_within(every, &Window::new(first.start(), last.end())?))
        });
        for period in periods.into_iter().flatten() {
            let reported = self.reported_by(measure, &period);
            let over = self.over(measure, &period);
            for (unit, reports) in units.iter_mut().enumerate() {
                if !reported[unit] {
                    continue;
                }
                let Ok(rolled) = over.as_recorded(UnitIndex(unit)) else { continue };
                let (all, fractions) = match reports.last() {
                    Some((_, all, fractions)) => (*all, *fractions),
                    None => (ReportSummary::default(), 0),
                };
                let value = rolled.value;
                let is_count = value >= 0.0 && value.fract() == 0.0;
                let with = ReportSummary {
                    number: all.number + 1.0,
                    sum: all.sum + value,
                    squares: all.squares + value * value,
                    are_counts: true,
                };
                reports.push((period.end(), with, fractions + u32::from(!is_count)));
            }
        }
        History { units }
    }

    /// Which units have made their report for a period: themselves or, where units of their level owe it, through those
    /// below them.
    fn reported_by(&self, measure: MeasureIndex, period: &Window) -> Vec<bool> {
        let reported_as = self.reported_as(measure);
        let units = self.plan().units();
        let has_reported = self.has_reported(reported_as, period);
        let own: Vec<bool> = units.iter().map(|(unit, _)| has_reported(unit)).collect();
        let kind = &self.plan()[reported_as];
        if kind.recorded_at.is_none() {
            return own;
        }
        let mut within = own;
        for unit in self.below_first() {
            if let Some(parent) = units[*unit].parent {
                within[parent.place()] |= within[unit.place()];
            }
        }
        units.iter().map(|(unit, one)| kind.is_owed_by(unit, one) && within[unit.place()]).collect()
    }

    fn own_report(&self, measure: MeasureIndex, unit: UnitIndex, period: &Window) -> Option<f64> {
        let is_made = self.reported_by(measure, period)[unit.place()];
        let rolled = is_made.then(|| self.as_recorded(measure, unit, period).ok()).flatten();
        rolled.map(|rolled| rolled.value)
    }

    /// By how much missing reports may change the value of a measure for each unit: sums of the limits of the units that
    /// owe them. None where the value is no sum over units of what they report.
    pub(crate) fn limits(
        &self,
        measure: MeasureIndex,
        (window, to_date): (&Window, &Window),
        participants: Participants,
    ) -> Option<Arc<[Limit]>> {
        if self.owes_reports(self.reported_as(measure)) {
            self.note_missing(measure, window, to_date);
            if self.only_prepares() {
                return None;
            }
        }
        let key = (measure, *window, *to_date, participants);
        let compute = || self.limits_of_all(measure, (window, to_date), participants);
        self.memos().limits.get(key, || compute().map(Arc::from))
    }

    /// Records that what missing reports of a measure may hold is read.
    fn note_missing(&self, measure: MeasureIndex, window: &Window, to_date: &Window) {
        self.note(Read::Figures(measure, *to_date));
        self.note_periods(self.reported_as(measure), to_date);
        self.lookback(measure, window, to_date);
    }

    fn limits_of_all(
        &self,
        measure: MeasureIndex,
        (window, to_date): (&Window, &Window),
        participants: Participants,
    ) -> Option<Vec<Limit>> {
        let plan = self.plan();
        let units = plan.units();
        let kind = &plan[measure];
        let reported_as = self.reported_as(measure);
        let mut all = vec![Limit::default(); units.len()];
        if !self.owes_reports(reported_as) {
            return Some(all);
        }
        if kind.over_units != OverUnits::Sum
            || units.geography().is_some()
            || units.turn_within(window)
            || (self.is_events(measure) && kind.over_time != OverTime::Sum)
        {
            return None;
        }
        let periods = self.periods_owed(reported_as, window, to_date);
        let missing = self.missing_of(reported_as, &periods, participants);
        let last = periods.last().copied();
        let back = self.lookback(measure, window, to_date);
        for unit in self.below_first() {
            let children = units.children(*unit).iter();
            let children = children.filter(|child| units[**child].is_valid_throughout(window));
            let mut limit = Limit::default();
            for child in children {
                let below = all[child.place()];
                limit.low += below.low;
                limit.high += below.high;
                limit.missing += below.missing;
                limit.is_involved |= below.is_involved;
            }
            let own = &missing[unit.place()];
            if own.covers > 0 && limit.missing > 0 {
                // What the unit itself reported stands for some of what is missing below it.
                limit = if own.covers as usize == periods.len() {
                    Limit::default()
                } else {
                    Limit { is_involved: true, ..limit }
                };
            }
            if own.owed > 0 {
                let (low, high) = self.change(measure, *unit, own, last.as_ref(), &back);
                limit.low += low;
                limit.high += high;
                limit.missing += own.owed;
            }
            all[unit.place()] = limit;
        }
        Some(all)
    }

    /// By how much the missing reports of one unit may change its own value.
    fn change(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        missing: &OwnReports,
        last: Option<&Window>,
        back: &Lookback,
    ) -> (f64, f64) {
        let over_time = self.plan()[measure].over_time;
        if over_time == OverTime::Sum {
            return self.limits_of(measure, unit, missing.owed, back);
        }
        let (low, high) = self.limits_of_each(measure, unit, missing.owed, back);
        let known = self.over(measure, &back.to_date).as_recorded(unit).ok();
        let Some(known) = known.map(|rolled| rolled.value) else {
            // None was reported: whatever is reduced of them lies between the limits of one.
            return (low, high);
        };
        let (least, greatest) = (low - known, high - known);
        match over_time {
            OverTime::Sum => (low, high),
            OverTime::Last if missing.last == last.map(Window::start) => (least, greatest),
            OverTime::Last => (0.0, 0.0),
            OverTime::Max => (0.0_f64.max(least), 0.0_f64.max(greatest)),
            OverTime::Min => (0.0_f64.min(least), 0.0_f64.min(greatest)),
            OverTime::Mean => {
                let reported = self.own_figures_in(measure, unit, &back.to_date).len() as f64;
                let missing = f64::from(missing.owed);
                let part = missing / (reported + missing);
                (part * least, part * greatest)
            }
            OverTime::Median => {
                let reported = self.own_figures_in(measure, unit, &back.to_date);
                let with = |each: f64| {
                    let missing = std::iter::repeat_n(each, missing.owed as usize);
                    let mut all: Vec<f64> =
                        reported.iter().flatten().copied().chain(missing).collect();
                    median(&mut all).unwrap_or(known) - known
                };
                (with(low), with(high))
            }
        }
    }

    /// Per unit, for how many periods it owes a report itself and has not made it, and for how many it made one that
    /// stands for those below it.
    fn missing_of(
        &self,
        measure: MeasureIndex,
        periods: &[Window],
        participants: Participants,
    ) -> Vec<OwnReports> {
        let units = self.plan().units();
        let level = self.plan()[measure].recorded_at;
        let mut all = vec![OwnReports::default(); units.len()];
        for period in periods {
            let reports = self.reports_once(measure, period, participants);
            let has_reported = self.has_reported(measure, period);
            for (unit, kind) in units.iter() {
                let own = &mut all[unit.place()];
                let of_unit = reports[unit.place()];
                let children = units.children(unit);
                if !children.is_empty() && has_reported(unit) {
                    own.covers += 1;
                }
                let owes = match level {
                    Some(level) => kind.level == level,
                    None => {
                        !has_reported(unit)
                            && children.iter().all(|child| {
                                !units[*child].is_valid_throughout(period)
                                    || reports[child.place()].due == 0
                            })
                    }
                };
                if owes && of_unit.made < of_unit.due {
                    own.owed += 1;
                    own.last = Some(period.start());
                }
            }
        }
        all
    }
}

/// The reports that a unit itself owes and has not made.
#[derive(Debug, Clone, Copy, Default)]
struct OwnReports {
    owed: u32,
    /// The first day of the last period for which it owes one.
    last: Option<NaiveDate>,
    /// For how many periods the unit's own report stands for those below it.
    covers: u32,
}

/// What the missing reports of a part and its whole may add to both, where the share is least and where it is greatest.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct PartLimit {
    pub(crate) least: Added,
    /// Infinite where the part may be all of a whole without a limit.
    pub(crate) greatest: Added,
    pub(crate) missing: u32,
    pub(crate) is_involved: bool,
    /// Whether a part is missing of which the whole is not known for the same unit and period.
    pub(crate) is_unknown: bool,
}

/// What is added to a part and to its whole.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Added {
    pub(crate) part: f64,
    pub(crate) whole: f64,
}

impl Added {
    fn add(&mut self, other: Added) {
        self.part += other.part;
        self.whole += other.whole;
    }
}

/// One unit and period of which the part, the whole or both are missing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cell {
    /// What is known of both; 0 where it is missing.
    pub(crate) part: f64,
    pub(crate) whole: f64,
    /// Lower and upper limit of what is added to the part and to the whole; 0 where nothing is missing.
    pub(crate) more_part: (f64, f64),
    pub(crate) more_whole: (f64, f64),
}

impl Cell {
    /// What is added to both where the share is least and where it is greatest.
    pub(crate) fn ends(&self) -> (Added, Added) {
        let (least, most) = self.more_part;
        let (low, high) = (self.whole + self.more_whole.0, self.whole + self.more_whole.1);
        // The whole is at least as large as what is known of its part.
        let (fewest, all) = (self.part + least, self.part + most);
        let largest = high.max(fewest);
        // The whole may grow for as long as all of it can be part; more of it would only thin out.
        let best = all.clamp(low, high.max(low)).max(fewest);
        let part = most.min(best - self.part).max(least);
        (
            Added { part: least, whole: largest - self.whole },
            Added { part, whole: best - self.whole },
        )
    }
}

impl Snapshot<'_> {
    /// What missing reports may add to a part and its whole, for each unit with those below it; none where the two are not
    /// sums over units of what these report.
    pub(crate) fn part_limits(
        &self,
        measures: (MeasureIndex, MeasureIndex),
        (window, to_date): (&Window, &Window),
        participants: Participants,
    ) -> Option<Arc<[PartLimit]>> {
        for measure in [measures.0, measures.1] {
            self.note_missing(measure, window, to_date);
        }
        if self.only_prepares() {
            return None;
        }
        let key = (measures, *window, *to_date, participants);
        let compute = || self.part_limits_of_all(measures, (window, to_date), participants);
        self.memos().part_limits.get(key, || compute().map(Arc::from))
    }

    fn part_limits_of_all(
        &self,
        (part, whole): (MeasureIndex, MeasureIndex),
        (window, to_date): (&Window, &Window),
        participants: Participants,
    ) -> Option<Vec<PartLimit>> {
        let plan = self.plan();
        let units = plan.units();
        let is_plain = |measure: MeasureIndex| {
            let kind = &plan[measure];
            self.adds_up(measure) && !kind.signed && !self.is_events(measure)
        };
        let periods = [part, whole].map(|measure| self.periods_owed(measure, window, to_date));
        if !(is_plain(part) && is_plain(whole))
            || units.geography().is_some()
            || units.turn_within(window)
            || plan[part].recorded_at != plan[whole].recorded_at
            || plan[part].recorded_by != plan[whole].recorded_by
        {
            return None;
        }
        let missing = |measure: MeasureIndex, periods: &[Window]| {
            let owes = self.owes_reports(measure);
            if owes { self.missing_of(measure, periods, participants) } else { Vec::new() }
        };
        let of_part = missing(part, &periods[0]);
        let of_whole = missing(whole, &periods[1]);
        let owed =
            |all: &[OwnReports], unit: UnitIndex| all.get(unit.place()).map_or(0, |own| own.owed);
        let mut all = vec![PartLimit::default(); units.len()];
        let misses = |unit: &UnitIndex| owed(&of_part, *unit) > 0 || owed(&of_whole, *unit) > 0;
        let gaps: Vec<UnitIndex> = units.iter().map(|(unit, _)| unit).filter(misses).collect();
        if !gaps.is_empty() {
            let cells = Cells {
                snapshot: self,
                measures: (part, whole),
                back: self.lookback(whole, window, to_date),
                more_part: plan[part].range.map_or((0.0, f64::INFINITY), |Range { low, high }| {
                    (Exact::of_decimal(low).float(), Exact::of_decimal(high).float())
                }),
            };
            let each = |measure: MeasureIndex, periods: &[Window]| -> Vec<Vec<OwnReports>> {
                periods.iter().map(|period| missing(measure, &[*period])).collect()
            };
            let (parts, wholes) = (each(part, &periods[0]), each(whole, &periods[1]));
            for unit in gaps {
                let missing = |periods: &[Window], each: &[Vec<OwnReports>]| -> Vec<Window> {
                    let missing = periods.iter().zip(each).filter(|(_, all)| owed(all, unit) > 0);
                    missing.map(|(period, _)| *period).collect()
                };
                let no_part = missing(&periods[0], &parts);
                let no_whole = missing(&periods[1], &wholes);
                all[unit.place()] = cells.limit(unit, &no_part, &no_whole);
            }
        }
        let covers = |unit: UnitIndex| {
            let of = |all: &[OwnReports]| all.get(unit.place()).map_or(0, |own| own.covers);
            of(&of_part).max(of(&of_whole)) > 0
        };
        for unit in self.below_first() {
            let children = units.children(*unit).iter();
            let children = children.filter(|child| units[**child].is_valid_throughout(window));
            let mut limit = all[unit.place()];
            let mut missing_below = 0;
            for child in children {
                let below = all[child.place()];
                limit.least.add(below.least);
                limit.greatest.add(below.greatest);
                missing_below += below.missing;
                limit.is_involved |= below.is_involved;
                limit.is_unknown |= below.is_unknown;
            }
            limit.missing += missing_below;
            limit.is_involved |= missing_below > 0 && covers(*unit);
            all[unit.place()] = limit;
        }
        Some(all)
    }
}

/// The units and periods of a part and its whole.
struct Cells<'s> {
    snapshot: &'s Snapshot<'s>,
    measures: (MeasureIndex, MeasureIndex),
    back: Lookback,
    /// Between which numbers a part that is missing lies, beside being inside its whole.
    more_part: (f64, f64),
}

impl Cells<'_> {
    /// What the reports that a unit itself misses may add to both.
    fn limit(&self, unit: UnitIndex, no_part: &[Window], no_whole: &[Window]) -> PartLimit {
        let (part, whole) = self.measures;
        let mut limit =
            PartLimit { missing: (no_part.len() + no_whole.len()) as u32, ..PartLimit::default() };
        let number = no_whole.len() as f64;
        let (low, high) = match no_whole.len() as u32 {
            0 => (0.0, 0.0),
            missing => self.snapshot.limits_of(whole, unit, missing, &self.back),
        };
        let each_whole = (low / number, high / number);
        let known = |measure: MeasureIndex, days: &Window| {
            self.snapshot.as_recorded(measure, unit, days).ok().map(|rolled| rolled.value)
        };
        let mut add = |cell: &Cell| {
            let (least, greatest) = cell.ends();
            limit.least.add(least);
            limit.greatest.add(greatest);
        };
        let mut is_unknown = false;
        // Figures of the whole that hold several periods of the part.
        let mut longer: Vec<(Window, f64)> = Vec::new();
        for period in no_part {
            let is_same = |other: &&Window| other.same_days(period);
            if no_whole.iter().any(|other| is_same(&other)) {
                add(&Cell {
                    part: 0.0,
                    whole: 0.0,
                    more_part: self.more_part,
                    more_whole: each_whole,
                });
            } else if no_whole.iter().any(|other| other.overlaps(period)) {
                is_unknown = true;
            } else if let Some(whole_known) = known(whole, period) {
                let (more_part, more_whole) = (self.more_part, (0.0, 0.0));
                add(&Cell { part: 0.0, whole: whole_known, more_part, more_whole });
            } else if let Some(figure) = self.snapshot.figure_holding(whole, unit, period) {
                if !longer.contains(&figure) {
                    longer.push(figure);
                }
            } else {
                is_unknown = true;
            }
        }
        for (days, value) in longer {
            let inside = no_part.iter().filter(|period| period.overlaps(&days)).count() as f64;
            let (low, high) = self.more_part;
            add(&Cell {
                part: known(part, &days).unwrap_or_default(),
                whole: value,
                more_part: (inside * low, inside * high),
                more_whole: (0.0, 0.0),
            });
        }
        for period in no_whole.iter().filter(|one| !no_part.iter().any(|two| two.overlaps(one))) {
            let part = known(part, period).unwrap_or_default();
            add(&Cell { part, whole: 0.0, more_part: (0.0, 0.0), more_whole: each_whole });
        }
        PartLimit { is_unknown, ..limit }
    }
}

impl Snapshot<'_> {
    /// A unit's own figure that holds all days of a period and more.
    fn figure_holding(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        period: &Window,
    ) -> Option<(Window, f64)> {
        let figures = self.touching(measure, unit, period).iter();
        let holding = figures.filter(|figure| figure.contains(period));
        let shortest = holding.min_by_key(|figure| figure.end - figure.start)?;
        Some((Window::new(shortest.start, shortest.end)?, shortest.value?))
    }
}
