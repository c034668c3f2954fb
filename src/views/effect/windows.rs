//! How a series is cut: into periods of the calendar where the campaign fits them, else into steps from its
//! first day.

use chrono::{Days, Months, NaiveDate};

use crate::calendar::{Calendar, Every, Window};
use crate::stats::Seasonality;

/// The windows of a series, and the first that belongs to the campaign.
pub(super) struct Series {
    pub(super) windows: Vec<Window>,
    pub(super) start: usize,
    first_day: NaiveDate,
    every: Every,
    /// Whether its windows are periods of the calendar.
    is_calendar: bool,
}

/// No programme keeps a series of more.
const MOST_PERIODS: usize = 1_000;

impl Series {
    /// The windows of the campaign's days so far; the last may be cut short.
    pub(super) fn during(
        calendar: &Calendar,
        campaign: &Window,
        to_date: &Window,
        every: Every,
    ) -> Series {
        let first_day = to_date.start();
        let inside = calendar.periods_within(every, campaign);
        let is_calendar = inside.first().is_some_and(|first| first.start() == campaign.start())
            && inside.last().is_some_and(|last| last.end() == campaign.end());
        let mut series = Series { windows: Vec::new(), start: 0, first_day, every, is_calendar };
        for number in 0..MOST_PERIODS {
            let whole = if is_calendar {
                inside.get(number).copied()
            } else {
                let edge = |steps: usize| later(first_day, every, steps);
                edge(number).zip(edge(number + 1)).and_then(|(start, end)| Window::new(start, end))
            };
            let Some(whole) = whole.filter(|whole| whole.start() < to_date.end()) else { break };
            series.windows.extend(Window::new(whole.start(), whole.end().min(to_date.end())));
        }
        series
    }

    /// The window a number of steps before the campaign; `None` beyond the most there are.
    pub(super) fn before(&self, calendar: &Calendar, steps: usize) -> Option<Window> {
        if steps > MOST_PERIODS {
            return None;
        }
        if !self.is_calendar {
            let start = earlier(self.first_day, self.every, steps)?;
            return Window::new(start, earlier(self.first_day, self.every, steps - 1)?);
        }
        let mut window = calendar.window(calendar.period_at(self.every, self.first_day)?)?;
        for _ in 0..steps {
            window = calendar.previous_period(&window)?;
        }
        Some(window)
    }
}

fn months(every: Every, steps: usize) -> Option<Months> {
    let of_one: u32 = match every {
        Every::Month => 1,
        Every::Quarter => 3,
        Every::Half => 6,
        Every::Year => 12,
        Every::Day | Every::Week => return None,
    };
    Some(Months::new(of_one.checked_mul(u32::try_from(steps).ok()?)?))
}

/// The days of periods that are no months.
fn days(every: Every, steps: usize) -> Days {
    let of_one = if every == Every::Day { 1 } else { 7 };
    Days::new(of_one * steps as u64)
}

fn later(day: NaiveDate, every: Every, steps: usize) -> Option<NaiveDate> {
    match months(every, steps) {
        Some(months) => day.checked_add_months(months),
        None => day.checked_add_days(days(every, steps)),
    }
}

fn earlier(day: NaiveDate, every: Every, steps: usize) -> Option<NaiveDate> {
    match months(every, steps) {
        Some(months) => day.checked_sub_months(months),
        None => day.checked_sub_days(days(every, steps)),
    }
}

/// The season that a number of earlier periods shows: two cycles of it, at least.
pub(super) fn seasonality(every: Every, periods: usize) -> Seasonality {
    let (period, seasonality) = match every {
        Every::Day => (7, Seasonality::Terms { period: 7 }),
        Every::Week => (52, Seasonality::Harmonics { period: 52, pairs: 2 }),
        Every::Month => (12, Seasonality::Harmonics { period: 12, pairs: 2 }),
        Every::Quarter => (4, Seasonality::Terms { period: 4 }),
        Every::Half => (2, Seasonality::Terms { period: 2 }),
        Every::Year => return Seasonality::None,
    };
    if periods < 2 * period { Seasonality::None } else { seasonality }
}

/// How many terms of the model a season takes.
pub(super) fn terms(seasonality: Seasonality) -> usize {
    match seasonality {
        Seasonality::None => 0,
        Seasonality::Harmonics { pairs, .. } => 2 * pairs,
        Seasonality::Terms { period } => period - 1,
    }
}

pub(super) fn season_text(seasonality: Seasonality) -> &'static str {
    match seasonality {
        Seasonality::None => "by their trend, without a season",
        Seasonality::Harmonics { .. } => "by their trend and a season of two waves a year",
        Seasonality::Terms { .. } => "by their trend and a season of a level for each",
    }
}
