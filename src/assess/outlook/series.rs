//! Published values that go on as a series: the level that they have reached.

use chrono::NaiveDate;

use super::Outlook;
use crate::assess::{Assessor, Frame, Number};
use crate::calendar::Window;
use crate::exact::Bound;
use crate::plan::{MeasureIndex, UnitIndex};
use crate::stats::Confidence;
use crate::stats::outlook::{SeriesOutlook, SeriesScale};
use crate::tally;

/// More values say hardly more of where a series goes next.
const MOST_VALUES: usize = 48;
/// Months differ by up to this number of days, and quarters and years by fewer.
const SAME_LENGTH: i64 = 3;

/// The published values of one measure before and in a window.
pub(super) struct Published<'a> {
    frame: Frame,
    values: Values<'a>,
    is_percentage: bool,
}

/// The unit of shares, which can't be below 0 or above 100.
const PERCENT: &str = "%";

enum Values<'a> {
    /// Those of windows before it that are as long, with the ends of these.
    Earlier(Vec<(NaiveDate, tally::Published<'a>)>),
    /// All up to the window to date, where the latest value counts, whatever it is of.
    SoFar(tally::PublishedSoFar<'a>),
}

impl<'a> Published<'a> {
    pub(super) fn new(
        assessor: &'a Assessor<'a>,
        measure: MeasureIndex,
        latest: bool,
        frame: &Frame,
    ) -> Self {
        let before = |window: &Window| assessor.plan.calendar().previous_period(window);
        let known = &assessor.known;
        let values = if latest {
            Values::SoFar(known.published_so_far(measure, &frame.to_date))
        } else {
            let earlier = std::iter::successors(before(&frame.window), before).take(MOST_VALUES);
            let published =
                |window: Window| (window.end(), known.published(measure, &window, &window, false));
            Values::Earlier(earlier.map(published).collect())
        };
        let is_percentage = assessor.plan[measure].unit.as_deref() == Some(PERCENT);
        Published { frame: *frame, values, is_percentage }
    }

    /// The value at the window's end; none where too few values are known, or they don't vary.
    pub(super) fn outlook(
        &self,
        unit: UnitIndex,
        bounds: &Bound,
        confidence: Confidence,
    ) -> Option<Outlook> {
        let day = |day: NaiveDate| f64::from(day.to_epoch_days());
        let values: Vec<(f64, f64)> = match &self.values {
            Values::Earlier(earlier) => {
                let value = |(end, published): &(NaiveDate, tally::Published<'_>)| {
                    Some((day(*end), published.of(unit).ok()?.value))
                };
                earlier.iter().filter_map(value).collect()
            }
            Values::SoFar(values) => {
                let all = values.of(unit);
                // Those that are of as long a time as the one that counts now.
                let is_inside = |days: &Window| self.frame.to_date.start() <= days.start();
                let (now, _) = *all.iter().rev().find(|(days, _)| is_inside(days))?;
                let is_alike = |days: &Window| (days.days() - now.days()).abs() <= SAME_LENGTH;
                let alike = all.iter().rev().filter(|(days, _)| is_alike(days));
                alike.take(MOST_VALUES).map(|(days, value)| (day(days.end()), *value)).collect()
            }
        };
        // A percentage of another kind, such as a rate of growth, leaves the range sooner or later.
        let is_share =
            self.is_percentage && values.iter().all(|(_, value)| (0.0..=100.0).contains(value));
        let scale = if is_share {
            SeriesScale::Logit { low: 0.0, high: 100.0 }
        } else {
            SeriesScale::Plain
        };
        let next = SeriesOutlook::new(&values, day(self.frame.window.end()), scale).ok()?;
        let chance = match bounds {
            Bound::Floor { at, .. } => next.at_least(at.float()),
            Bound::Ceiling { at, .. } => next.at_most(at.float()),
            Bound::Between { low, high } => {
                next.at_least(low.float()) - next.at_least(high.float())
            }
        };
        let interval = next.interval(confidence);
        Some(Outlook {
            chance: Some(chance.clamp(0.0, 1.0)).into(),
            projected: Some(next.median()).into(),
            lower: Some(interval.lower).into(),
            upper: Some(interval.upper).into(),
            exposure: Number::NONE,
            nowcast: Number::NONE,
            once_recorded: None,
            events: None,
        })
    }
}
