//! Windows of every kind, in and around a year.

use super::Draw;
use crate::brute_force::calendar::{Kind, Length, Span};
use crate::brute_force::model::{Campaign, From, OverTime, Plan, WindowName, Windows};
use crate::brute_force::windows as named;
use chrono::{Datelike, Days, NaiveDate};

/// Longer windows are not cut into weeks, so that a report keeps to a readable number of rows.
const MOST_DAYS_IN_WEEKS: i64 = 100;
/// And longer ones than this not into days.
const MOST_DAYS_IN_DAYS: i64 = 31;

pub fn campaigns(draw: &mut Draw, plan: &Plan, year: i32) -> Vec<Campaign> {
    (1..=draw.between(0, 2))
        .map(|number| {
            let window = if draw.percent(25) {
                WindowName::Period(period(draw, plan, year))
            } else {
                WindowName::Span(span(draw, year))
            };
            Campaign { id: format!("campaign{number}"), window }
        })
        .collect()
}

fn period(draw: &mut Draw, plan: &Plan, year: i32) -> String {
    let kind = draw.weighted(&[
        (1, Kind::Day),
        (2, Kind::Week),
        (4, Kind::Month),
        (4, Kind::Quarter),
        (2, Kind::Half),
        (5, Kind::Year),
    ]);
    let periods = plan.calendar.periods(kind, year..=year);
    let (_, name) = draw.pick(&periods).period.clone().unwrap();
    name
}

fn span(draw: &mut Draw, year: i32) -> Span {
    let first_of_month = |year, month| NaiveDate::from_ymd_opt(year, month as u32, 1).unwrap();
    let start = match draw.below(4) {
        0 => first_of_month(year, draw.between(1, 12)),
        1 => first_of_month(year, 3) - Days::new(draw.between(0, 3) as u64),
        _ => first_of_month(year, 1) + Days::new(draw.between(0, 364) as u64),
    };
    let days = match draw.below(3) {
        0 => *draw.pick(&[1, 2, 7, 28, 29, 31, 365, 366]),
        1 => draw.between(1, 40),
        _ => draw.between(1, 400),
    };
    Span::new(start, start + Days::new(days as u64))
}

pub fn window_name(draw: &mut Draw, plan: &Plan, year: i32) -> WindowName {
    match draw.below(10) {
        0 | 1 => WindowName::Span(span(draw, year)),
        2 | 3 if !plan.campaigns.is_empty() => {
            WindowName::Campaign(draw.below(plan.campaigns.len()))
        }
        _ => WindowName::Period(period(draw, plan, year)),
    }
}

pub fn windows(draw: &mut Draw, plan: &Plan, year: i32) -> Windows {
    let within = window_name(draw, plan, year);
    if draw.has_lengths
        && draw.percent(60)
        && let Some(rolling) = rolling(draw, plan, &within)
    {
        return rolling;
    }
    if draw.percent(35) {
        let every = *draw.pick(&Kind::ALL);
        let span = named::window(plan, &within).span;
        let readable = match every {
            Kind::Day => MOST_DAYS_IN_DAYS,
            Kind::Week => MOST_DAYS_IN_WEEKS,
            Kind::Month | Kind::Quarter | Kind::Half | Kind::Year => i64::MAX,
        };
        if span.length() <= readable && !plan.calendar.periods_inside(every, span).is_empty() {
            return Windows::Every { every, within };
        }
    }
    Windows::One(within)
}

/// Rolling windows, few enough to be read, which cut no report that is due.
fn rolling(draw: &mut Draw, plan: &Plan, within: &WindowName) -> Option<Windows> {
    let due = plan.measures.iter().filter(|measure| measure.over_time == OverTime::Sum);
    let due: Vec<Kind> = due.filter_map(|measure| measure.every).collect();
    let (length, every) = if due.is_empty() && draw.percent(60) {
        let length = Length::Days(*draw.pick(&[1, 7, 10, 28, 30, 90]));
        (length, *draw.pick(&[Kind::Day, Kind::Week, Kind::Month]))
    } else {
        let length = Length::Months(*draw.pick(&[1, 2, 3, 12]));
        (length, *draw.pick(&[Kind::Month, Kind::Quarter]))
    };
    let span = named::window(plan, within).span;
    let is_each = draw.percent(30);
    let windows = if is_each {
        // Not every month has a later day, and months of reports begin where the plan's do.
        let is_first = span.start.day() == plan.calendar.day;
        if matches!(length, Length::Months(_)) && !is_first {
            return None;
        }
        plan.calendar.consecutive_inside(length, span)
    } else {
        plan.calendar.rolling_inside(length, every, span)
    };
    let is_due_within = due.iter().all(|kind| *kind == Kind::Month);
    let within = within.clone();
    let are_few = (1..=14).contains(&windows.len());
    (are_few && is_due_within).then_some(if is_each {
        Windows::Consecutive { length, within }
    } else {
        Windows::Rolling { length, every, within }
    })
}

/// What something is compared with; `value` makes the fixed one.
pub fn from(
    draw: &mut Draw,
    plan: &Plan,
    year: i32,
    value: impl FnOnce(&mut Draw) -> crate::brute_force::model::Decimal,
) -> From {
    match draw.below(10) {
        0..4 => From::PreviousPeriod,
        4..7 => From::SameWindowLastYear,
        7 | 8 => {
            let earlier = year - draw.between(0, 2) as i32;
            From::Window(window_name(draw, plan, earlier))
        }
        _ => From::Value(value(draw)),
    }
}
