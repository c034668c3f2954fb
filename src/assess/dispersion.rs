//! How many times the variance of independent events the counts of rows have (`docs/semantics.md`, 45).
//!
//! A row has one dispersion, on which its interval, certainty, chance, projection, pooled value and evidence rest.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::course::{Over, PartOfTime};
use super::exposure::FEWEST_PARTS;
use super::spread::{Linked, Spread};
use super::{Assessor, Frame};
use crate::calendar::Window;
use crate::exact::{Decimal, Exact};
use crate::memo::Memo;
use crate::parallel::check_stop;
use crate::plan::formula::Inputs;
use crate::plan::{
    CertaintyRules, DispersionRule, Expression, IndicatorIndex, LevelIndex, OutlookRules, OverTime,
    Plan, Scope, Target, Trajectory, UnitIndex,
};
use crate::stats::dispersion::{FieldKind, UnitVariation, field_dispersion, field_variation};
use crate::tally::Read;

/// Where the dispersion of rows comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum DispersionSource {
    /// The plan gives it.
    Given(Decimal),
    /// The periods of the window. The years are those of a seasonal trajectory.
    Periods { season: Vec<i32> },
    /// The changes of the window's counts from each of these years to the next.
    Years(Vec<i32>),
}

impl DispersionSource {
    /// That of the rows of a target.
    pub(crate) fn of_target(plan: &Plan, target: &Target) -> DispersionSource {
        let season = match &target.trajectory {
            Trajectory::Seasonal { years } => years.clone(),
            Trajectory::None
            | Trajectory::Linear { .. }
            | Trajectory::Geometric { .. }
            | Trajectory::Steps(_)
            | Trajectory::Milestones => Vec::new(),
        };
        let of_plan = (plan.certainty(), plan.outlook());
        DispersionSource::of(&[(&target.certainty, target.outlook), of_plan], season)
    }

    /// That of values that belong to no target.
    pub(crate) fn of_plan(plan: &Plan) -> DispersionSource {
        DispersionSource::of(&[(plan.certainty(), plan.outlook())], Vec::new())
    }

    /// The years of a seasonal trajectory, if it has one.
    fn season(&self) -> Option<&[i32]> {
        match self {
            DispersionSource::Periods { season } if !season.is_empty() => Some(season),
            DispersionSource::Given(_)
            | DispersionSource::Periods { .. }
            | DispersionSource::Years(_) => None,
        }
    }

    /// The first rules that say something go before the others.
    fn of(rules: &[(&CertaintyRules, OutlookRules)], season: Vec<i32>) -> DispersionSource {
        for (certainty, outlook) in rules {
            match (certainty.dispersion, &certainty.from, outlook.dispersion) {
                (Some(DispersionRule::Times(times)), ..) | (None, None, Some(times)) => {
                    return DispersionSource::Given(times);
                }
                (Some(DispersionRule::Auto), ..) | (None, Some(_), _) => break,
                (None, None, None) => {}
            }
        }
        match rules.iter().find_map(|(certainty, _)| certainty.from.clone()) {
            Some(years) => DispersionSource::Years(years),
            None => DispersionSource::Periods { season },
        }
    }
}

/// The dispersions of the units of one indicator and window.
#[derive(Debug, Clone)]
pub(crate) enum Dispersions {
    /// Nothing is known: events are taken to be independent.
    Unknown,
    /// That of all units.
    Given(f64),
    /// By the unit's place in the table of units.
    Estimated(Arc<[Spread]>),
}

impl Dispersions {
    /// The dispersion of a unit; that of independent events where nothing is known of it.
    #[inline]
    pub(crate) fn of(&self, unit: UnitIndex) -> Spread {
        match self {
            Dispersions::Unknown => Spread::INDEPENDENT,
            Dispersions::Given(dispersion) => Spread { dispersion: *dispersion, degrees: 0 },
            Dispersions::Estimated(all) => all[unit.place()],
        }
    }

    /// The dispersion of a unit, if it is known.
    #[inline]
    pub(crate) fn known(&self, unit: UnitIndex) -> Option<f64> {
        match self {
            Dispersions::Unknown => None,
            Dispersions::Given(dispersion) => Some(*dispersion),
            Dispersions::Estimated(all) => {
                let Spread { dispersion, degrees } = all[unit.place()];
                (degrees > 0).then_some(dispersion)
            }
        }
    }
}

/// What dispersions are estimated from. Windows with the same periods, such as rolling ones of neighbouring days, share them.
#[derive(PartialEq, Eq, Hash)]
pub(super) struct EstimatedFrom {
    indicator: IndicatorIndex,
    source: DispersionSource,
    /// The periods of the window, or each pair of years.
    series: Vec<Vec<Window>>,
    /// The frame whose time is weighted by a season.
    seasonal: Option<Frame>,
}

/// Dispersions that were estimated, with what was read.
pub(super) type AllDispersions = Memo<Arc<EstimatedFrom>, (Dispersions, Arc<[Read]>)>;

/// What varies by chance.
struct Counted<'a> {
    events: &'a Expression,
    /// What they are counted over, or the whole that they are among, where that accumulates too.
    beside: Option<&'a Expression>,
    kind: FieldKind,
    /// What has the season of the time.
    paced_by: &'a Expression,
}

/// The levels of the units that a target may be for.
pub(super) fn levels_of(plan: &Plan, scope: &Scope) -> Vec<LevelIndex> {
    let units = plan.units();
    let mut levels: Vec<LevelIndex> = match scope {
        Scope::Level(level) => return vec![*level],
        Scope::Named(named) => named.iter().map(|unit| units[*unit].level).collect(),
        Scope::Top => {
            let tops = units.iter().filter(|(_, unit)| unit.parent.is_none());
            tops.map(|(_, unit)| unit.level).collect()
        }
    };
    levels.sort_unstable();
    levels.dedup();
    levels
}

impl<'a> Assessor<'a> {
    /// The dispersions of an indicator over a frame, for all units; of a change those of the value that changes.
    pub(crate) fn dispersions(
        &self,
        indicator: IndicatorIndex,
        frame: &Frame,
        source: &DispersionSource,
    ) -> Dispersions {
        if let DispersionSource::Given(times) = source {
            return Dispersions::Given(Exact::of_decimal(*times).float());
        }
        let indicator = self.underlying(indicator);
        let Some(counted) = self.counted(indicator) else { return Dispersions::Unknown };
        let own = self.estimate_from(indicator, &counted, frame, source);
        match (own, source) {
            (Dispersions::Unknown, DispersionSource::Periods { .. }) => {
                // Where the periods of a window show nothing, or nothing yet, those of the year before may.
                let earlier = self.plan.calendar().same_window_last_year(&frame.window);
                let earlier = earlier.filter(|window| self.known.is_over(window.end()));
                earlier.map_or(Dispersions::Unknown, |window| {
                    let frame = Frame { window, to_date: window };
                    self.estimate_from(indicator, &counted, &frame, source)
                })
            }
            (own, _) => own,
        }
    }

    /// The dispersions that a frame shows.
    fn estimate_from(
        &self,
        indicator: IndicatorIndex,
        counted: &Counted<'a>,
        frame: &Frame,
        source: &DispersionSource,
    ) -> Dispersions {
        let series = self.series_of_periods(indicator, counted, frame, source);
        if series.is_empty() {
            return Dispersions::Unknown;
        }
        let source = source.clone();
        let seasonal = source.season().map(|_| *frame);
        let from = Arc::new(EstimatedFrom { indicator, source, series, seasonal });
        let (found, reads) = self.all_dispersions.get(Arc::clone(&from), || {
            let recording = self.recording();
            let found = recording.estimate(counted, &from);
            (found, recording.known.reads())
        });
        self.known.note_all(&reads);
        found
    }

    /// How the ratio is linked that an indicator is, or of which it is the change.
    pub(crate) fn linked(&self, indicator: IndicatorIndex) -> Option<Linked> {
        let indicator = self.underlying(indicator);
        Linked::of(&self.plan[indicator].formula.facts())
    }

    /// The dispersions of the rows of a target.
    pub(crate) fn target_dispersions(&self, target: &Target, frame: &Frame) -> Dispersions {
        let source = DispersionSource::of_target(self.plan, target);
        self.dispersions(target.indicator, frame, &source)
    }

    /// The events of an indicator that accumulate; none where its value is not made of such.
    fn counted(&self, indicator: IndicatorIndex) -> Option<Counted<'a>> {
        let facts = self.plan[indicator].formula.facts();
        if let Inputs::Categories { above, .. } = facts.inputs {
            let mut terms = above.sum.terms.iter();
            let are_flows = terms.all(|term| self.plan[term.measure].over_time == OverTime::Sum);
            let events = above.sum;
            return are_flows.then_some(Counted {
                events,
                beside: None,
                kind: FieldKind::Counts,
                paced_by: events,
            });
        }
        let course = self.course(indicator)?;
        let kind = match course.over {
            Over::Time | Over::TimeAmong | Over::Exposure => FieldKind::Counts,
            Over::Whole => FieldKind::Shares,
        };
        let (events, beside, paced_by) = (course.above, course.beside, course.paced_by);
        Some(Counted { events, beside, kind, paced_by })
    }

    /// The periods that show the dispersion: those of the window to date, or each pair of years.
    fn series_of_periods(
        &self,
        indicator: IndicatorIndex,
        counted: &Counted<'a>,
        frame: &Frame,
        source: &DispersionSource,
    ) -> Vec<Vec<Window>> {
        match source {
            DispersionSource::Given(_) => Vec::new(),
            DispersionSource::Years(years) => {
                let calendar = self.plan.calendar();
                let of_year = |year: &i32| calendar.same_window_of(&frame.window, *year);
                let windows = years.iter().filter_map(of_year);
                let windows: Vec<Window> =
                    windows.filter(|window| self.known.is_over(window.end())).collect();
                windows.windows(2).map(<[Window]>::to_vec).collect()
            }
            DispersionSource::Periods { .. } => {
                // The shortest of three periods has a third of the days at most. If no figure is so short, as in a month
                // of figures by month, there are no three periods to estimate from.
                let days = frame.to_date.days() / FEWEST_PARTS as i64;
                if self.are_too_short(counted.events, counted.beside, days) {
                    return Vec::new();
                }
                let periods = self.parts(indicator, frame);
                if periods.is_empty() { Vec::new() } else { vec![periods] }
            }
        }
    }

    fn estimate(&self, counted: &Counted<'a>, from: &EstimatedFrom) -> Dispersions {
        let Counted { events, beside, .. } = *counted;
        let EstimatedFrom { indicator, source, series, seasonal } = from;
        let prepared: Vec<_> = series
            .iter()
            .map(|periods| {
                let clock = source.season().zip(*seasonal).map(|(years, frame)| {
                    let trajectory = Trajectory::Seasonal { years: years.to_vec() };
                    self.clock(&trajectory, counted.paced_by, &frame, periods)
                });
                (clock, self.parts_of_time(*indicator, events, beside, periods))
            })
            .collect();
        if self.known.only_prepares() {
            return Dispersions::Unknown;
        }
        let units = self.plan.units();
        let mut spreads = vec![Spread::INDEPENDENT; units.len()];
        let mut is_known = false;
        let mut levels: BTreeMap<LevelIndex, Vec<UnitIndex>> = BTreeMap::new();
        for (at, unit) in units.iter() {
            levels.entry(unit.level).or_default().push(at);
        }
        for mut field in levels.into_values() {
            for period in series.iter().flatten() {
                if !units.are_judged_throughout(period) {
                    field.retain(|unit| units.is_judged_throughout(*unit, period));
                }
            }
            let mut all = vec![UnitVariation::default(); field.len()];
            for ((clock, parts), periods) in prepared.iter().zip(series) {
                check_stop();
                let by_days: Vec<f64> = periods.iter().map(|period| period.days() as f64).collect();
                let time = |unit: UnitIndex| match clock {
                    Some(clock) => clock.of(self.plan, unit).map(|exposure| &exposure.parts[..]),
                    None => Some(&by_days[..]),
                };
                let least = match source {
                    DispersionSource::Periods { .. } => FEWEST_PARTS,
                    DispersionSource::Given(_) | DispersionSource::Years(_) => parts.len(),
                };
                let (counts, exposures) = table(&field, parts, time, least);
                // Counts and exposures below 0 are left out of the table; the rest is never refused.
                let found = field_variation(counted.kind, &counts, &exposures, parts.len());
                for (all, found) in all.iter_mut().zip(found.unwrap_or_default()) {
                    all.chi_squared += found.chi_squared;
                    all.degrees += found.degrees;
                }
            }
            for (unit, found) in field.iter().zip(field_dispersion(&all)) {
                is_known |= found.degrees > 0.0;
                spreads[unit.place()] = Spread::of(found);
            }
        }
        if is_known { Dispersions::Estimated(spreads.into()) } else { Dispersions::Unknown }
    }
}

/// The counts of units by period, and what they are counted over. A count is NaN where it is not known, and where fewer than
/// `least` periods of the unit are.
fn table<'t>(
    units: &[UnitIndex],
    parts: &[Option<Arc<PartOfTime>>],
    time: impl Fn(UnitIndex) -> Option<&'t [f64]>,
    least: usize,
) -> (Vec<f64>, Vec<f64>) {
    let periods = parts.len();
    let mut counts = vec![f64::NAN; units.len() * periods];
    let mut exposures = vec![0.0; units.len() * periods];
    let rows = counts.chunks_exact_mut(periods).zip(exposures.chunks_exact_mut(periods));
    for (unit, (counts, exposures)) in units.iter().zip(rows) {
        let time = time(*unit);
        let time = |at: usize| time.and_then(|time| time.get(at)).copied();
        for (at, part) in parts.iter().enumerate() {
            let Some(part) = part else { continue };
            let (events, over) = part.of(*unit);
            if let Some(over) = over.or_else(|| time(at)) {
                (counts[at], exposures[at]) = (events, over);
            }
        }
    }
    for (count, over) in counts.iter_mut().zip(&exposures) {
        if *count < 0.0 || *over < 0.0 || !over.is_finite() {
            *count = f64::NAN;
        }
    }
    for counts in counts.chunks_exact_mut(periods) {
        if counts.iter().filter(|count| !count.is_nan()).count() < least {
            counts.fill(f64::NAN);
        }
    }
    (counts, exposures)
}
