//! How the time of a window that still runs is weighted: by its days, or by what the same days held in
//! earlier years (`docs/guides/outlook.md`).

use std::collections::HashMap;

use super::value::Sum;
use super::{Assessor, Frame};
use crate::calendar::{Every, Window};
use crate::exact::Exact;
use crate::plan::{Expression, IndicatorIndex, Plan, Trajectory, UnitIndex};
use crate::stats::dispersion::{FieldKind, field_variation};

/// The time of a window, as shares of all of it.
#[derive(Debug, Clone)]
pub(super) struct Exposure {
    pub(super) elapsed: f64,
    pub(super) remaining: f64,
    /// The share of each part of the time elapsed.
    pub(super) parts: Vec<f64>,
    /// How uncertain the division into elapsed and remaining is: a relative variance.
    pub(super) drift_squared: f64,
    /// The share elapsed, exactly.
    pub(super) share: Exact,
}

/// The time of a window for every unit.
pub(super) enum Clock {
    Days(Exposure),
    /// Of each topmost unit: what chance does to a small unit's year is no season.
    Seasons(HashMap<UnitIndex, Exposure>),
}

impl Clock {
    /// None where the base years hold nothing.
    pub(super) fn of(&self, plan: &Plan, unit: UnitIndex) -> Option<&Exposure> {
        match self {
            Clock::Days(exposure) => Some(exposure),
            Clock::Seasons(seasons) => {
                let mut top = unit;
                while let Some(above) = plan.units()[top].parent {
                    top = above;
                }
                seasons.get(&top)
            }
        }
    }
}

/// The window of a base year, as much of it as has passed of the one that runs, and the days up to where
/// parts begin and end; none of no days.
struct Season {
    whole: Window,
    to_date: Window,
    parts: Vec<(Option<Window>, Option<Window>)>,
}

/// Fewer parts say too little of how much counts vary.
pub(super) const FEWEST_PARTS: usize = 3;
/// More say hardly more.
const MOST_PARTS: usize = 24;

impl Assessor<'_> {
    /// The periods of a window's days to date from which it is estimated how much counts vary: months, or longer
    /// ones where these are too many or figures are due less often, or weeks where there are too few.
    pub(super) fn parts(&self, indicator: IndicatorIndex, frame: &Frame) -> Vec<Window> {
        let measures = self.plan.measures_of(indicator).into_iter();
        let due = measures.filter_map(|measure| self.plan[measure].every).max();
        let periods = |every: Every| self.plan.calendar().periods_within(every, &frame.to_date);
        let longer = Every::ALL.iter().copied().filter(|every| *every > Every::Week);
        let parts = longer
            .filter(|every| due.is_none_or(|due| due <= *every))
            .map(periods)
            .find(|parts| parts.len() <= MOST_PARTS)
            .unwrap_or_default();
        let are_weeks_known = due.is_none_or(|due| due <= Every::Week);
        let parts = if parts.len() < FEWEST_PARTS && are_weeks_known {
            periods(Every::Week)
        } else {
            parts
        };
        if parts.len() < FEWEST_PARTS { Vec::new() } else { parts }
    }

    /// The time of a window, by the course of an expression in earlier years where the trajectory says so.
    pub(super) fn clock(
        &self,
        trajectory: &Trajectory,
        course_of: &Expression,
        frame: &Frame,
        parts: &[Window],
    ) -> Clock {
        let Trajectory::Seasonal { years } = trajectory else {
            let all = frame.window.days() as f64;
            let elapsed = frame.to_date.days() as f64 / all;
            return Clock::Days(Exposure {
                elapsed,
                remaining: 1.0 - elapsed,
                parts: parts.iter().map(|part| part.days() as f64 / all).collect(),
                drift_squared: 0.0,
                share: Exact::quotient(frame.to_date.days(), frame.window.days())
                    .unwrap_or(Exact::ONE),
            });
        };
        let seasons: Vec<SeasonSums<'_>> = self
            .seasons(years, frame, parts)
            .into_iter()
            .map(|season| SeasonSums {
                whole: self.sum_over(course_of, &season.whole),
                to_date: self.sum_over(course_of, &season.to_date),
                parts: season
                    .parts
                    .iter()
                    .map(|(start, end)| {
                        let upto = |window: &Option<Window>| {
                            window.as_ref().map(|window| self.sum_over(course_of, window))
                        };
                        (upto(start), upto(end))
                    })
                    .collect(),
            })
            .collect();
        if self.known.only_prepares() {
            return Clock::Seasons(HashMap::new());
        }
        let tops = self.plan.units().iter().filter(|(_, unit)| unit.parent.is_none());
        let of_top = |(top, _)| Some((top, exposure(&seasons, parts.len(), top)?));
        Clock::Seasons(tops.filter_map(of_top).collect())
    }

    fn sum_over(&self, expression: &Expression, window: &Window) -> Sum<'_> {
        self.sum(expression, &Frame { window: *window, to_date: *window })
    }

    /// The base years of a window that were over by now.
    fn seasons(&self, years: &[i32], frame: &Frame, parts: &[Window]) -> Vec<Season> {
        let of_year = |year: &i32| {
            let whole = self.plan.calendar().same_window_of(&frame.window, *year)?;
            let is_over = self.known.is_over(whole.end());
            let upto = |day: chrono::NaiveDate| {
                let days = (day - frame.window.start()).num_days();
                if days <= 0 { None } else { whole.first_days(days) }
            };
            is_over.then_some(Season {
                whole,
                to_date: whole.first_days(frame.to_date.days())?,
                parts: parts.iter().map(|part| (upto(part.start()), upto(part.end()))).collect(),
            })
        };
        years.iter().filter_map(of_year).collect()
    }
}

struct SeasonSums<'a> {
    whole: Sum<'a>,
    to_date: Sum<'a>,
    parts: Vec<(Option<Sum<'a>>, Option<Sum<'a>>)>,
}

/// The time of the base years together; years without data do not count.
fn exposure(seasons: &[SeasonSums<'_>], parts: usize, unit: UnitIndex) -> Option<Exposure> {
    let total = |sum: &Sum<'_>| sum.total(unit).ok().map(|total| total.value);
    let (mut to_dates, mut wholes) = (Vec::new(), Vec::new());
    let (mut elapsed, mut all) = (Exact::ZERO, Exact::ZERO);
    let mut of_parts = vec![0.0; parts];
    for season in seasons {
        let (Some(to_date), Some(whole)) = (total(&season.to_date), total(&season.whole)) else {
            continue;
        };
        if to_date.is_negative() || to_date > whole {
            continue;
        }
        to_dates.push(to_date.float());
        wholes.push(whole.float());
        elapsed = elapsed + &to_date;
        all = all + &whole;
        for (part, (start, end)) in of_parts.iter_mut().zip(&season.parts) {
            let upto = |sum: &Option<Sum<'_>>| {
                sum.as_ref().and_then(total).as_ref().map_or(0.0, Exact::float)
            };
            *part += (upto(end) - upto(start)).max(0.0);
        }
    }
    if !all.is_positive() {
        return None;
    }
    // Half an event more on each side, so that nothing seen is not taken for nothing possible.
    let passed = elapsed.float() + 0.5;
    let to_come = all.float() - elapsed.float() + 0.5;
    let odds_variance = passed.recip() + to_come.recip();
    // The division is known from this number of years, and the next year's will be another again, as far as
    // theirs differ by more than chance.
    let of_years = field_variation(FieldKind::Shares, &to_dates, &wholes, to_dates.len()).ok()?;
    let factor = of_years.first()?.factor_alone();
    let years = to_dates.len() as f64;
    Some(Exposure {
        elapsed: passed / (passed + to_come),
        remaining: to_come / (passed + to_come),
        parts: of_parts.into_iter().map(|part| part / all.float()).collect(),
        drift_squared: odds_variance * (factor + (factor - 1.0) * years),
        share: elapsed / &all,
    })
}
