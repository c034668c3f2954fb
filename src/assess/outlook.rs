//! The forecast for a window that still runs, and the chance that it meets its goal
//! (`docs/guides/outlook.md`).

mod budget;
mod series;

use std::sync::Arc;

pub(super) use budget::{Whole, against};
use series::Published;

use super::course::{Course, Over, PartOfTime};
use super::dispersion::{DispersionSource, Dispersions};
use super::exposure::{Clock, Exposure};
use super::judgement::Judgement;
use super::missing_reports::Missing;
use super::packed::Number;
use super::projection::{EventBudget, OnceRecorded, Outlook};
use super::reported_time::ReportedTime;
use super::value::{Baseline, Evaluated, Extent, Prepared};
use super::{Assessor, Frame, Verdict};
use crate::calendar::Window;
use crate::exact::{Bound, Decimal, Exact};
use crate::plan::formula::Inputs;
use crate::plan::{
    Annualised, ChangeAs, Expression, Goal, IndicatorIndex, LevelIndex, OutlookRules, Plan, Prior,
    Trajectory, UnitIndex,
};
use crate::stats::Confidence;
use crate::stats::outlook::{
    CountOutlook, CountPrior, RecordedEvents, ShareOutlook, SharePrior, Tabulated, Unsteadiness,
    units_meeting,
};

/// What the plan says of the outlooks of a target.
#[derive(Debug, Clone, Copy)]
pub(super) struct Model<'m> {
    pub(super) trajectory: &'m Trajectory,
    pub(super) rules: OutlookRules,
    pub(super) dispersion: &'m DispersionSource,
}

/// What the outlooks of one target and frame rest on.
pub(super) struct Prospects<'a> {
    law: Law<'a>,
    plan: &'a Plan,
    goal: &'a Goal,
    confidence: Confidence,
}

/// How a value comes about.
enum Law<'a> {
    /// By events that accumulate.
    Events(Accruing<'a>),
    /// By the events of another indicator, compared with an earlier value of it.
    Change { of: Accruing<'a>, now: Box<Prepared<'a>>, then: Baseline<'a>, change_unit: ChangeAs },
    /// By units that meet goals of their own: per unit of the level, the chance that it does. None of units
    /// that are not judged, and of those whose chance is not known.
    Units(Vec<Member>),
    /// As the next value of a published series.
    Series(Published<'a>),
}

#[derive(Debug, Clone, Copy)]
enum Member {
    /// It is of another level, or not judged.
    NotCounted,
    Unknown,
    Chance(f64),
}

/// Events that accumulate while a window runs, or while reports of a closed one are missing.
struct Accruing<'a> {
    plan: &'a Plan,
    clock: Clock,
    /// How much of the time elapsed reports cover.
    reported: ReportedTime,
    /// The parts of the time elapsed.
    parts: Vec<Part>,
    over: Over,
    rules: OutlookRules,
    /// Per unit, the prior from earlier years; none where the rules give another one.
    history: History,
    dispersions: Dispersions,
    /// The part of what is now a year that the whole window will be, where rates are brought to one.
    annualised: Exact,
}

/// The priors of units from earlier years.
enum History {
    None,
    Rates(Vec<Option<CountPrior>>),
    Shares(Vec<Option<SharePrior>>),
}

/// A part of the time elapsed.
struct Part {
    /// None where it is too short for the figures.
    numbers: Option<Arc<PartOfTime>>,
    /// The shares of its events that are recorded, and of what they are counted over.
    recorded: [f64; 2],
}

/// Of a part with a smaller share of its events recorded, too little is known.
const ENOUGH_RECORDED: f64 = 0.5;

/// A later day of a window that runs: how much of the window's time will have passed by then.
pub(super) struct LaterDay {
    clock: Clock,
    /// The part of what is a year by then that the time to date is.
    annualised: Exact,
}

impl LaterDay {
    /// The share of a unit's window that will have passed, weighted as the plan says.
    pub(super) fn share(&self, plan: &Plan, unit: UnitIndex) -> Option<Exact> {
        self.clock.of(plan, unit).map(|exposure| exposure.share.clone())
    }
}

impl<'a> Assessor<'a> {
    /// What outlooks on an indicator rest on; none for those of which nothing can be foretold.
    pub(super) fn prospects(
        &'a self,
        indicator: IndicatorIndex,
        goal: &'a Goal,
        frame: &Frame,
        model: Model<'_>,
        levels: &[LevelIndex],
    ) -> Option<Prospects<'a>> {
        let facts = self.plan[indicator].formula.facts();
        let law = match facts.inputs {
            Inputs::Change { of, from, change_unit } => Law::Change {
                of: self.accruing(of, frame, model, levels)?,
                now: Box::new(self.prepare(of, frame)),
                then: self.baseline(of, from, frame, Extent::Whole),
                change_unit,
            },
            Inputs::Units { of, level, goal } => {
                let inner = self.prospects(of, goal, frame, model, &[level])?;
                let minimum = self.plan.minimum_completeness();
                let judge = self.prepare_judge(of, goal, frame, minimum);
                let units = self.plan.units();
                let member = |unit: UnitIndex| {
                    if units[unit].level != level
                        || !units.is_judged_throughout(unit, &frame.window)
                    {
                        return Member::NotCounted;
                    }
                    let judgement = judge.judge(unit);
                    if judgement.verdict == Verdict::Indeterminate {
                        return Member::NotCounted;
                    }
                    let chance = inner.outlook(unit, &judgement).and_then(|one| one.chance.get());
                    chance.map_or(Member::Unknown, Member::Chance)
                };
                let units = units.iter().filter(|_| !self.known.only_prepares());
                Law::Units(units.map(|(unit, _)| member(unit)).collect())
            }
            Inputs::Sums { .. } => Law::Events(self.accruing(indicator, frame, model, levels)?),
            Inputs::Published { measure, latest } => {
                Law::Series(Published::new(self, measure, latest, frame))
            }
            Inputs::Categories { .. } | Inputs::Reports { .. } => return None,
        };
        let confidence = self.plan.confidence_level();
        Some(Prospects { law, plan: self.plan, goal, confidence })
    }

    /// The part that the time to date is of that up to a later day, where rates are brought to a year.
    fn part_of_years(&self, annualised: Annualised, frame: &Frame, later: &Window) -> Exact {
        if annualised == Annualised::None {
            return Exact::ONE;
        }
        let later = Frame { window: frame.window, to_date: *later };
        self.years(annualised, frame) / &self.years(annualised, &later)
    }

    /// A later day of a window that runs, for the outlooks on an indicator; none where they are on the window's end alone.
    pub(super) fn later_day(
        &self,
        indicator: IndicatorIndex,
        frame: &Frame,
        to_date: Window,
        trajectory: &Trajectory,
    ) -> Option<LaterDay> {
        let indicator = self.underlying(indicator);
        let course = self.course(indicator)?;
        let later = Frame { window: frame.window, to_date };
        Some(LaterDay {
            clock: self.clock(trajectory, course.paced_by, &later, &[]),
            annualised: self.part_of_years(course.annualised, frame, &to_date),
        })
    }

    fn accruing(
        &'a self,
        indicator: IndicatorIndex,
        frame: &Frame,
        Model { trajectory, rules, dispersion }: Model<'_>,
        levels: &[LevelIndex],
    ) -> Option<Accruing<'a>> {
        let Course { above, beside, over, paced_by, annualised } = self.course(indicator)?;
        // Of a window that has closed and waits for a few late events, its own count says enough.
        let is_open = !frame.is_final() || self.may_miss(indicator, Missing::Any);
        let parts = if is_open { self.parts(indicator, frame) } else { Vec::new() };
        let clock = self.clock(trajectory, paced_by, frame, &parts);
        let reported = self.reported_time(indicator, above, frame, Some((&clock, &parts)));
        let history = match (over, rules.prior) {
            (_, _) if !is_open => History::None,
            (Over::Time | Over::TimeAmong, None | Some(Prior::History)) => {
                let rates = self.rates_of_history(indicator, above, frame, levels);
                rates.map_or(History::None, History::Rates)
            }
            (Over::Whole, None | Some(Prior::History)) => {
                let shares = self.shares_of_history(indicator, (above, beside), frame, levels);
                shares.map_or(History::None, History::Shares)
            }
            (Over::Time | Over::TimeAmong | Over::Whole | Over::Exposure, _) => History::None,
        };
        Some(Accruing {
            plan: self.plan,
            reported,
            history,
            parts: self.parts_recorded(indicator, (above, beside), frame, &parts),
            clock,
            over,
            rules,
            dispersions: self.dispersions(indicator, frame, dispersion),
            annualised: self.part_of_years(annualised, frame, &frame.window),
        })
    }

    fn parts_recorded(
        &self,
        indicator: IndicatorIndex,
        (above, beside): (&Expression, Option<&Expression>),
        frame: &Frame,
        periods: &[Window],
    ) -> Vec<Part> {
        let numbers = self.parts_of_time(indicator, above, beside, periods);
        let delays = [Some(above), beside].map(|sum| self.delays(sum?, &frame.to_date));
        let part = |(numbers, period): (_, &Window)| {
            let recorded = delays.each_ref().map(|delays| {
                delays.as_ref().map_or(1.0, |delays| {
                    delays.recorded_days(period.start(), period.end()) / period.days() as f64
                })
            });
            Part { numbers, recorded }
        };
        numbers.into_iter().zip(periods).map(part).collect()
    }
}

impl Prospects<'_> {
    /// The share of a unit's window that has passed, weighted as the plan says.
    pub(super) fn share(&self, unit: UnitIndex) -> Option<Exact> {
        match &self.law {
            Law::Events(accruing) => {
                accruing.clock.of(self.plan, unit).map(|exposure| exposure.share.clone())
            }
            Law::Change { .. } | Law::Units(_) | Law::Series(_) => None,
        }
    }

    /// The share of the time elapsed that reports of a unit cover.
    pub(super) fn reported(&self, unit: UnitIndex) -> Option<Exact> {
        match &self.law {
            Law::Events(accruing) => Some(accruing.reported.share(unit)),
            Law::Change { .. } | Law::Units(_) | Law::Series(_) => None,
        }
    }

    /// How many of the events of the time elapsed are recorded, relative to that among which they are; at most 1.
    pub(super) fn recorded(&self, unit: UnitIndex) -> Option<Exact> {
        match &self.law {
            Law::Events(accruing) | Law::Change { of: accruing, .. } => {
                let share = accruing.reported.among(unit)?.share;
                Exact::of(share).filter(|_| share < 1.0)
            }
            Law::Units(_) | Law::Series(_) => None,
        }
    }

    /// The outlook on a unit that was judged as of now.
    pub(super) fn outlook(&self, unit: UnitIndex, judgement: &Judgement<'_>) -> Option<Outlook> {
        self.outlook_on(None, unit, judgement, self.confidence)
    }

    /// The outlook on a later day; without one, on the window's end.
    pub(super) fn outlook_on(
        &self,
        later: Option<&LaterDay>,
        unit: UnitIndex,
        judgement: &Judgement<'_>,
        confidence: Confidence,
    ) -> Option<Outlook> {
        let bounds = judgement.bounds.as_deref()?;
        match &self.law {
            Law::Events(accruing) => {
                let forecast = accruing.forecast(unit, &judgement.evaluated, later)?;
                let then = judgement.then.as_ref();
                let uncertain = then.and_then(|then| accruing.baseline(then));
                let chance = uncertain
                    .and_then(|then| {
                        forecast.chance_given(&then, |then| Bound::of(self.goal, Some(then)))
                    })
                    .unwrap_or_else(|| forecast.chance(bounds));
                let value = |forecast: &Forecast, events: f64| forecast.value(events);
                Some(outlook_from(&forecast, chance, bounds, confidence, value))
            }
            Law::Change { of, now, then, change_unit } => {
                let forecast = of.forecast(unit, &now.evaluate(unit), later)?;
                let then = then.evaluate(unit)?;
                let then_value = then.value.as_ref().ok()?;
                let required = bounds.before_change(then_value, *change_unit)?;
                let chance = of
                    .baseline(&then)
                    .and_then(|then| {
                        forecast
                            .chance_given(&then, |then| bounds.before_change(then, *change_unit))
                    })
                    .unwrap_or_else(|| forecast.chance(&required));
                let from = then_value.float();
                let value = |forecast: &Forecast, events: f64| match change_unit {
                    ChangeAs::Absolute => forecast.value(events) - from,
                    ChangeAs::Percent => 100.0 * (forecast.value(events) - from) / from.abs(),
                };
                Some(outlook_from(&forecast, chance, &required, confidence, value))
            }
            Law::Units(_) | Law::Series(_) if later.is_some() => None,
            Law::Units(members) => self.of_units(unit, members, bounds, judgement, confidence),
            Law::Series(published) => published.outlook(unit, bounds, confidence),
        }
    }

    fn of_units(
        &self,
        unit: UnitIndex,
        members: &[Member],
        bounds: &Bound,
        judgement: &Judgement<'_>,
        confidence: Confidence,
    ) -> Option<Outlook> {
        let slope = &judgement.evaluated.events.as_ref()?.slope;
        let judged = judgement.evaluated.denominator?;
        let mut chances = Vec::new();
        let mut below = vec![unit];
        while let Some(next) = below.pop() {
            match members.get(next.0)? {
                Member::Chance(chance) => chances.push(*chance),
                Member::Unknown => return None,
                Member::NotCounted => below.extend(self.plan.units().children(next)),
            }
        }
        if chances.len() as f64 != judged {
            return None;
        }
        let masses = units_meeting(&chances).ok()?;
        let value = |units: usize| slope * &Exact::quotient(units as i64, 1).unwrap_or(Exact::ZERO);
        let meets = |units: usize| bounds.verdict(&value(units)) == Verdict::Met;
        let chance: f64 =
            (0..masses.len()).filter(|units| meets(*units)).map(|at| masses[at]).sum();
        let least = |probability: f64| {
            let mut sum = 0.0;
            let reached = masses.iter().position(|mass| {
                sum += mass;
                sum >= probability
            });
            Some(value(reached.unwrap_or(masses.len() - 1)).float()).into()
        };
        let tail = confidence.tail();
        Some(Outlook {
            chance: Some(chance.clamp(0.0, 1.0)).into(),
            projected: least(0.5),
            lower: least(tail),
            upper: least(1.0 - tail),
            exposure: Number::NONE,
            nowcast: Number::NONE,
            once_recorded: None,
            events: None,
        })
    }
}

fn outlook_from(
    forecast: &Forecast,
    chance: f64,
    bounds: &Bound,
    confidence: Confidence,
    value: impl Fn(&Forecast, f64) -> f64,
) -> Outlook {
    let (median, lower, upper) = forecast.events(confidence);
    let number =
        |events: f64| Some(value(forecast, events)).filter(|value| value.is_finite()).into();
    let once_recorded = forecast.once_recorded.as_ref().map(|to_date| OnceRecorded {
        chance: to_date.chance(bounds),
        value: value(to_date, to_date.total.mean()),
    });
    Outlook {
        chance: Some(chance.clamp(0.0, 1.0)).into(),
        projected: number(median),
        lower: number(lower),
        upper: number(upper),
        exposure: Some(forecast.elapsed).into(),
        nowcast: Some(forecast.unreported).into(),
        once_recorded,
        events: Some(forecast.budget(bounds)),
    }
}

/// The events at a window's end, or on a later day.
struct Forecast {
    seen: Exact,
    total: Total,
    /// What each event is worth at the end.
    slope: Exact,
    /// The most events there can be.
    most: Option<f64>,
    /// The whole of a share, of which the events are a part.
    whole: Option<Whole>,
    elapsed: f64,
    remaining: Option<f64>,
    /// The events expected of the time elapsed that is not reported.
    unreported: f64,
    /// Those of them among what is reported.
    late: f64,
    /// The last part of the time elapsed.
    recent: Recent,
    /// The events of the time elapsed, once all of them are recorded; none where they are, and where those are all.
    once_recorded: Option<Box<Forecast>>,
}

/// A part of the time elapsed.
#[derive(Clone, Copy)]
struct Recent {
    events: f64,
    /// What they are counted over; none where that is time.
    over: Option<f64>,
    /// Its share of all time.
    time: f64,
}

enum Total {
    Count(Tabulated<CountOutlook>),
    Share(Tabulated<ShareOutlook>),
}

impl Total {
    /// The number to be expected.
    fn mean(&self) -> f64 {
        match self {
            Total::Count(total) => total.outlook().mean(),
            Total::Share(total) => total.outlook().mean(),
        }
    }
}

impl Accruing<'_> {
    /// The events on a later day; without one, at the window's end.
    fn forecast(
        &self,
        unit: UnitIndex,
        now: &Evaluated,
        later: Option<&LaterDay>,
    ) -> Option<Forecast> {
        let events = now.events.as_ref()?;
        let Exposure { elapsed: time, remaining, drift_squared, parts, share } =
            self.clock.of(self.plan, unit)?;
        // Time that is not reported is still to come.
        let (elapsed, remaining) = match &self.clock {
            _ if self.reported.is_all() => (*time, *remaining),
            // Rounded once: the same days reported give the same outlook on every later day.
            Clock::Days(_) => {
                let reported = (share * &self.reported.share(unit)).float();
                (reported, 1.0 - reported)
            }
            Clock::Seasons(_) => {
                let reported = time * self.reported.share(unit).float();
                (reported, remaining + (time - reported))
            }
        };
        // How many events of a day are recorded by now is known from some events only.
        let delays = self.reported.delays.as_ref().map_or(0.0, |delays| delays.deviation);
        let delay_variance = if delays > 0.0 { (delays / remaining).powi(2) } else { 0.0 };
        let unreported = |coming: f64| match time - elapsed {
            time if time > 0.0 => coming * (time / remaining).min(1.0),
            _ => 0.0,
        };
        let (remaining, annualised) = match later {
            None => (remaining, &self.annualised),
            Some(later) => {
                let until = later.clock.of(self.plan, unit)?.elapsed;
                (remaining - (1.0 - until), &later.annualised)
            }
        };
        let drift = self.rules.drift.map_or(0.0, |drift| float(drift) / 100.0);
        let unsteadiness = Unsteadiness {
            dispersion: self.dispersions.of(unit).dispersion,
            drift: (drift * drift + drift_squared + delay_variance).sqrt(),
        };
        let seen = events.recorded.float();
        let recent = self.last_part(unit, parts).unwrap_or(Recent {
            events: seen,
            over: now.denominator,
            time: elapsed,
        });
        // A stock counts whole at the window's end, however much of it the reports so far weigh.
        let (below, recorded_below) = (now.denominator, &now.recorded_below);
        let whole_stock = match (self.over, recorded_below) {
            (Over::Time | Over::TimeAmong, Some(recorded)) if recorded.is_positive() => {
                Some(recorded)
            }
            _ => None,
        };
        let mut slope = &events.slope * annualised;
        if let Some((recorded, below)) = whole_stock.zip(below.and_then(Exact::of)) {
            slope = slope * &below / recorded;
        }
        let forecast = |total: Total, slope: Exact, whole: Option<Whole>, coming| Forecast {
            seen: events.recorded.clone(),
            unreported: unreported(total.mean() - seen),
            late: 0.0,
            total,
            slope,
            whole,
            most: match self.over {
                Over::TimeAmong => whole_stock.or(events.most.as_ref()).map(Exact::float),
                Over::Time | Over::Whole | Over::Exposure => None,
            },
            elapsed,
            remaining: coming,
            recent,
            once_recorded: None,
        };
        let among = self.reported.among(unit);
        match self.over {
            Over::Time | Over::TimeAmong => {
                let prior = match &self.history {
                    History::Rates(priors) => priors[unit.place()],
                    History::Shares(_) | History::None => None,
                };
                let prior = prior.unwrap_or_else(|| self.count_prior());
                let total =
                    CountOutlook::new(seen, elapsed, remaining, prior, unsteadiness).ok()?;
                Some(forecast(Total::Count(Tabulated::new(total)), slope, None, None))
            }
            Over::Whole | Over::Exposure => {
                let of = now.denominator?;
                let recorded = among.unwrap_or(RecordedEvents::ALL);
                let until = |coming: f64| {
                    let (total, coming) = if self.over == Over::Whole {
                        let prior = match &self.history {
                            History::Shares(priors) => priors[unit.place()],
                            History::Rates(_) | History::None => None,
                        };
                        let (prior, coming) =
                            (prior.unwrap_or_else(|| self.share_prior()), coming.round());
                        let total =
                            ShareOutlook::late(seen, of, recorded, coming, prior, unsteadiness);
                        (Total::Share(Tabulated::new(total.ok()?)), coming)
                    } else {
                        let (prior, known) = (self.count_prior(), of * recorded.share);
                        // Where a smaller share is recorded, there are more events in all, by as much.
                        let rest = (of + coming - known).max(0.0);
                        let of_share = match recorded.deviation {
                            deviation if deviation > 0.0 => deviation * (known + rest) / rest,
                            _ => 0.0,
                        };
                        let drift = unsteadiness.drift.hypot(of_share);
                        let unsteadiness = Unsteadiness { drift, ..unsteadiness };
                        let total = CountOutlook::new(seen, known, rest, prior, unsteadiness);
                        (Total::Count(Tabulated::new(total.ok()?)), coming)
                    };
                    // What an event is worth falls as that grows among which it is one.
                    let of = Exact::of(of)?;
                    let at_end = &of + &Exact::of(coming)?;
                    let slope = &slope * &of / &at_end;
                    let whole = events.most.clone().map(|now| Whole { now, at_end });
                    Some(forecast(total, slope, whole, Some(coming)))
                };
                let mut all = until(of * remaining / elapsed)?;
                if among.is_some() {
                    let to_date = until(0.0)?;
                    let late = to_date.total.mean() - seen;
                    all.late = late;
                    all.unreported = late + unreported(all.total.mean() - seen - late);
                    all.once_recorded = Some(Box::new(to_date));
                }
                Some(all)
            }
        }
    }

    /// The last part of which every report was made; `time` has the share of each part in all time.
    fn last_part(&self, unit: UnitIndex, time: &[f64]) -> Option<Recent> {
        let parts = self.parts.iter().zip(time).rev();
        let mut known = parts.filter_map(|(part, time)| {
            let (events, over) = part.numbers.as_ref()?.of(unit);
            let [of_events, of_others] = part.recorded;
            let is_known = !events.is_nan() && of_events.min(of_others) >= ENOUGH_RECORDED;
            let (events, over) = (events / of_events, over.map(|over| over / of_others));
            is_known.then_some(Recent { events, over, time: *time })
        });
        known.next()
    }

    fn count_prior(&self) -> CountPrior {
        match self.rules.prior {
            None | Some(Prior::Jeffreys | Prior::History) => CountPrior::JEFFREYS,
            Some(Prior::Uniform) => CountPrior::UNIFORM,
            Some(Prior::Counted { events, of }) => {
                CountPrior { events: float(events), exposure: float(of) }
            }
        }
    }

    fn share_prior(&self) -> SharePrior {
        match self.rules.prior {
            Some(Prior::Jeffreys) => SharePrior::JEFFREYS,
            None | Some(Prior::Uniform | Prior::History) => SharePrior::UNIFORM,
            Some(Prior::Counted { events, of }) => {
                SharePrior { events: float(events), others: float(of - events) }
            }
        }
    }

    /// An earlier count that reports are missing from: the range it may have when they are in.
    fn baseline(&self, then: &Evaluated) -> Option<Tabulated<CountOutlook>> {
        let made = then.completeness? / 100.0;
        let is_count = self.over == Over::Time && then.denominator.is_none();
        if !(is_count && 0.0 < made && made < 1.0) {
            return None;
        }
        let steady = Unsteadiness::default();
        let seen = then.numerator?;
        let then = CountOutlook::new(seen, made, 1.0 - made, CountPrior::JEFFREYS, steady).ok()?;
        Some(Tabulated::new(then))
    }
}

impl Forecast {
    fn value(&self, events: f64) -> f64 {
        self.slope.float() * self.most.map_or(events, |most| events.min(most))
    }

    /// The numbers of events that just meet bounds: the least and, of a `between`, the most.
    fn limits(&self, bounds: &Bound) -> (f64, f64) {
        let (limit, upper) = budget::limits(&self.events_meeting(bounds), &self.seen);
        let float = |end: Option<Exact>| end.map_or(f64::INFINITY, |end| end.float());
        (float(limit), float(upper))
    }

    /// Bounds on the value as bounds on the events at the end.
    fn events_meeting(&self, bounds: &Bound) -> Bound {
        bounds.map(|value| value / &self.slope)
    }

    /// The events against those that bounds allow or require.
    fn budget(&self, bounds: &Bound) -> EventBudget {
        let mut against = against(&self.events_meeting(bounds), &self.seen, self.whole.as_ref());
        let mut late = self.late;
        if against.is_rest {
            // A case whose event is not recorded yet is not one of the rest.
            against.used = (against.used - late).max(0.0);
            late = 0.0;
        }
        let Recent { events, over, time } = self.recent;
        let recent = match over {
            Some(over) if against.is_rest => over - events,
            Some(_) | None => events,
        };
        EventBudget {
            against,
            late,
            elapsed: self.elapsed,
            remaining: self.remaining.into(),
            recent: Some((recent, time)),
        }
    }

    fn chance(&self, bounds: &Bound) -> f64 {
        let (limit, upper) = self.limits(bounds);
        match bounds {
            Bound::Floor { .. } => self.at_least(limit),
            Bound::Ceiling { .. } => self.at_most(limit),
            Bound::Between { .. } => self.at_least(limit) - self.at_least(upper + 1.0),
        }
    }

    /// The chance where the bounds depend on another count that is not known yet.
    fn chance_given(
        &self,
        then: &Tabulated<CountOutlook>,
        bounds: impl Fn(&Exact) -> Option<Bound>,
    ) -> Option<f64> {
        let Total::Count(total) = &self.total else { return None };
        let bounds_of = |then: f64| Exact::of(then.round()).and_then(|then| bounds(&then));
        let limit = |then: f64| bounds_of(then).map_or(f64::NAN, |bounds| self.limits(&bounds).0);
        let chance = match bounds_of(then.outlook().mean())? {
            Bound::Floor { .. } => total.at_least_given(then, limit),
            Bound::Ceiling { .. } => total.at_most_given(then, limit),
            Bound::Between { .. } => return None,
        };
        Some(chance).filter(|chance| chance.is_finite())
    }

    fn at_least(&self, events: f64) -> f64 {
        if self.most.is_some_and(|most| events > most) {
            return 0.0;
        }
        match &self.total {
            Total::Count(total) => total.at_least(events),
            Total::Share(total) => total.at_least(events),
        }
    }

    fn at_most(&self, events: f64) -> f64 {
        if self.most.is_some_and(|most| events >= most) {
            return 1.0;
        }
        match &self.total {
            Total::Count(total) => total.at_most(events),
            Total::Share(total) => total.at_most(events),
        }
    }

    /// The median, and the ends of the interval.
    fn events(&self, confidence: Confidence) -> (f64, f64, f64) {
        let (median, interval) = match &self.total {
            Total::Count(total) => (total.median(), total.interval(confidence)),
            Total::Share(total) => (total.median(), total.interval(confidence)),
        };
        (median, interval.lower, interval.upper)
    }
}

fn float(decimal: Decimal) -> f64 {
    Exact::of_decimal(decimal).float()
}
