//! Rules 1 to 6: days, windows, periods, and what comes before them.
//!
//! Periods are never computed from their names: all periods of some years are listed one by one, and the
//! one that bears the name is looked up.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use std::ops::RangeInclusive;

/// A half-open span of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    pub start: NaiveDate,
    pub end: NaiveDate,
}

impl Span {
    pub fn new(start: NaiveDate, end: NaiveDate) -> Self {
        Span { start, end }
    }

    /// A single day.
    pub fn day(day: NaiveDate) -> Self {
        Span::new(day, after(day))
    }

    pub fn length(self) -> i64 {
        (self.end - self.start).num_days()
    }

    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }

    pub fn holds(self, day: NaiveDate) -> bool {
        self.start <= day && day < self.end
    }

    pub fn lies_inside(self, other: Span) -> bool {
        other.start <= self.start && self.end <= other.end
    }

    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    pub fn days(self) -> Vec<NaiveDate> {
        self.start.iter_days().take_while(|day| *day < self.end).collect()
    }
}

/// The day after.
pub fn after(day: NaiveDate) -> NaiveDate {
    day + Days::new(1)
}

/// The day before.
pub fn before(day: NaiveDate) -> NaiveDate {
    day - Days::new(1)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamedBy {
    Start,
    End,
}

#[derive(Debug, Clone, Copy)]
pub struct Calendar {
    pub month: u32,
    pub day: u32,
    pub named_by: NamedBy,
    pub weeks_start: Weekday,
}

/// Kinds of periods, the finest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Day,
    Week,
    Month,
    Quarter,
    Half,
    Year,
}

impl Kind {
    pub const ALL: [Kind; 6] =
        [Kind::Day, Kind::Week, Kind::Month, Kind::Quarter, Kind::Half, Kind::Year];

    pub fn word(self) -> &'static str {
        match self {
            Kind::Day => "day",
            Kind::Week => "week",
            Kind::Month => "month",
            Kind::Quarter => "quarter",
            Kind::Half => "half",
            Kind::Year => "year",
        }
    }
}

/// How long a rolling window is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    Days(u64),
    Months(u32),
}

impl Length {
    pub fn words(self) -> String {
        match self {
            Length::Days(days) => format!("{days} days"),
            Length::Months(months) => format!("{months} months"),
        }
    }

    /// The day so long before another.
    pub fn before(self, end: NaiveDate) -> NaiveDate {
        match self {
            Length::Days(days) => end - Days::new(days),
            Length::Months(months) => end - Months::new(months),
        }
    }
}

/// A window, and the period it is if it was named as one, or its length if it rolls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    pub span: Span,
    pub period: Option<(Kind, String)>,
    pub rolling: Option<Length>,
}

impl Window {
    pub fn of_span(span: Span) -> Self {
        Window { span, period: None, rolling: None }
    }

    fn of_period(kind: Kind, name: String, span: Span) -> Self {
        Window { span, period: Some((kind, name)), rolling: None }
    }

    /// The window of a length that ends before a day.
    fn rolling(length: Length, end: NaiveDate) -> Self {
        let start = length.before(end);
        Window { span: Span::new(start, end), period: None, rolling: Some(length) }
    }

    /// The name of a rolling window.
    pub fn rolling_name(&self) -> Option<String> {
        let last = before(self.span.end);
        Some(match self.rolling? {
            Length::Days(days) => format!("{last}/P{days}D"),
            Length::Months(months) => format!("{last}/P{months}M"),
        })
    }
}

impl Calendar {
    /// All periods of a kind whose reporting year (or, for weeks and months, whose calendar year) begins
    /// in one of the years, in time order.
    pub fn periods(&self, kind: Kind, years: RangeInclusive<i32>) -> Vec<Window> {
        years.flat_map(|year| self.periods_of(kind, year)).collect()
    }

    fn periods_of(&self, kind: Kind, year: i32) -> Vec<Window> {
        match kind {
            Kind::Year => self.parts(year, 12, Kind::Year),
            Kind::Half => self.parts(year, 6, Kind::Half),
            Kind::Quarter => self.parts(year, 3, Kind::Quarter),
            Kind::Month => (1..=12)
                .map(|month| {
                    let start = NaiveDate::from_ymd_opt(year, month, self.day).unwrap();
                    let span = Span::new(start, start + Months::new(1));
                    let naming = self.naming_day(span);
                    let name = format!("{:04}-{:02}", naming.year(), naming.month());
                    Window::of_period(Kind::Month, name, span)
                })
                .collect(),
            Kind::Day => Span::new(first_of(year), first_of(year + 1))
                .days()
                .into_iter()
                .map(|day| Window::of_period(Kind::Day, day.to_string(), Span::day(day)))
                .collect(),
            Kind::Week => first_of(year)
                .iter_days()
                .skip_while(|day| day.weekday() != self.weeks_start)
                .step_by(7)
                .take_while(|first| first.year() == year)
                .map(|first| {
                    // A week is numbered in the year of its fourth day: an ISO week in that of its Thursday.
                    let fourth = first + Days::new(3);
                    let number = fourth.ordinal0() / 7 + 1;
                    let name = format!("{:04}-W{number:02}", fourth.year());
                    Window::of_period(Kind::Week, name, Span::new(first, first + Days::new(7)))
                })
                .collect(),
        }
    }

    /// The reporting year that begins in `year`, cut into parts of some months.
    fn parts(&self, year: i32, months: u32, kind: Kind) -> Vec<Window> {
        let start = NaiveDate::from_ymd_opt(year, self.month, self.day).unwrap();
        let whole = Span::new(start, start + Months::new(12));
        let name = self.naming_day(whole).year();
        (0..12 / months)
            .map(|part| {
                let span = Span::new(
                    start + Months::new(part * months),
                    start + Months::new((part + 1) * months),
                );
                let name = match kind {
                    Kind::Half => format!("{name:04}-H{}", part + 1),
                    Kind::Quarter => format!("{name:04}-Q{}", part + 1),
                    Kind::Year | Kind::Month | Kind::Week | Kind::Day => format!("{name:04}"),
                };
                Window::of_period(kind, name, span)
            })
            .collect()
    }

    fn naming_day(&self, span: Span) -> NaiveDate {
        match self.named_by {
            NamedBy::Start => span.start,
            NamedBy::End => before(span.end),
        }
    }

    /// The period that bears the name.
    pub fn period(&self, name: &str) -> Option<Window> {
        if let Some((last, code)) = name.split_once("/P") {
            let (count, unit) = code.split_at(code.len() - 1);
            let length = match unit {
                "D" => Length::Days(count.parse().unwrap()),
                _ => Length::Months(count.parse().unwrap()),
            };
            return Some(Window::rolling(length, after(last.parse().unwrap())));
        }
        let year: i32 = name.get(..4)?.parse().ok()?;
        let kind = match name.as_bytes().get(5) {
            None => Kind::Year,
            Some(b'H') => Kind::Half,
            Some(b'Q') => Kind::Quarter,
            Some(b'W') => Kind::Week,
            Some(_) if name.len() == 10 => Kind::Day,
            Some(_) => Kind::Month,
        };
        (year - 1..=year + 1)
            .flat_map(|year| self.periods_of(kind, year))
            .find(|window| window.period.as_ref().is_some_and(|(_, known)| known == name))
    }

    /// The periods of a kind that lie wholly inside a span (rule 6).
    pub fn periods_inside(&self, kind: Kind, span: Span) -> Vec<Window> {
        self.periods(kind, span.start.year() - 1..=span.end.year() + 1)
            .into_iter()
            .filter(|window| window.span.lies_inside(span))
            .collect()
    }

    /// The windows of a length, one after the other, from the first day of a span on (rule 6b).
    pub fn consecutive_inside(&self, length: Length, span: Span) -> Vec<Window> {
        let mut windows = Vec::new();
        let mut end = span.start;
        loop {
            let start = end;
            end = match length {
                Length::Days(days) => start + Days::new(days),
                Length::Months(months) => start + Months::new(months),
            };
            if end > span.end {
                return windows;
            }
            windows.push(Window::rolling(length, end));
        }
    }

    /// The windows of a length that end with a period whose last day lies in a span (rule 6a).
    pub fn rolling_inside(&self, length: Length, kind: Kind, span: Span) -> Vec<Window> {
        self.periods(kind, span.start.year() - 1..=span.end.year() + 1)
            .into_iter()
            .filter(|period| span.holds(before(period.span.end)))
            .map(|period| Window::rolling(length, period.span.end))
            .collect()
    }

    /// The reporting year a day belongs to.
    pub fn year_of(&self, day: NaiveDate) -> Span {
        self.periods(Kind::Year, day.year() - 1..=day.year())
            .into_iter()
            .map(|year| year.span)
            .find(|year| year.holds(day))
            .unwrap()
    }

    /// Rule 4.
    pub fn previous_period(&self, window: &Window) -> Window {
        if let Some(length) = window.rolling {
            return Window::rolling(length, window.span.start);
        }
        match window.period {
            Some((kind, _)) => self
                .periods(kind, window.span.start.year() - 2..=window.span.start.year())
                .into_iter()
                .find(|earlier| earlier.span.end == window.span.start)
                .unwrap(),
            None => {
                let days = Days::new(window.span.length().unsigned_abs());
                Window::of_span(Span::new(window.span.start - days, window.span.start))
            }
        }
    }

    /// Rule 5.
    pub fn same_window_last_year(&self, window: &Window) -> Option<Window> {
        if let Some(length) = window.rolling {
            return Some(Window::rolling(length, end_a_year_earlier(window.span.end)));
        }
        match &window.period {
            Some((_, name)) => {
                let year: i32 = name[..4].parse().unwrap();
                let last_year = format!("{:04}{}", year - 1, &name[4..]);
                self.period(&last_year.replace("-02-29", "-02-28"))
            }
            None => Some(Window::of_span(Span::new(
                start_a_year_earlier(window.span.start),
                end_a_year_earlier(window.span.end),
            ))),
        }
    }
}

/// Where a window that starts on this day started a year before.
fn start_a_year_earlier(start: NaiveDate) -> NaiveDate {
    let year = start.year() - 1;
    start.with_year(year).unwrap_or_else(|| NaiveDate::from_ymd_opt(year, 2, 28).unwrap())
}

/// Where a window that ends before this day ended a year before.
pub fn end_a_year_earlier(end: NaiveDate) -> NaiveDate {
    let year = end.year() - 1;
    end.with_year(year).unwrap_or_else(|| NaiveDate::from_ymd_opt(year, 3, 1).unwrap())
}

fn first_of(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 1, 1).unwrap()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn span(start: &str, end: &str) -> Span {
        Span::new(date(start), date(end))
    }

    fn december() -> Calendar {
        Calendar { month: 12, day: 15, named_by: NamedBy::End, weeks_start: Weekday::Mon }
    }

    fn october(named_by: NamedBy) -> Calendar {
        Calendar { month: 10, day: 1, named_by, weeks_start: Weekday::Mon }
    }

    fn january() -> Calendar {
        Calendar { month: 1, day: 1, named_by: NamedBy::End, weeks_start: Weekday::Mon }
    }

    #[test]
    fn a_year_is_named_by_its_last_day() {
        let named = |name| december().period(name).unwrap().span;
        assert_eq!(named("2023"), span("2022-12-15", "2023-12-15"));
        assert_eq!(named("2023-01"), span("2022-12-15", "2023-01-15"));
        assert_eq!(named("2023-Q1"), span("2022-12-15", "2023-03-15"));
        assert_eq!(named("2023-H2"), span("2023-06-15", "2023-12-15"));
    }

    #[test]
    fn or_by_its_first() {
        let calendar = october(NamedBy::Start);
        assert_eq!(calendar.period("2023").unwrap().span, span("2023-10-01", "2024-10-01"));
        assert_eq!(calendar.period("2023-Q2").unwrap().span, span("2024-01-01", "2024-04-01"));
        let calendar =
            Calendar { month: 12, day: 15, named_by: NamedBy::Start, weeks_start: Weekday::Mon };
        assert_eq!(calendar.period("2023-01").unwrap().span, span("2023-01-15", "2023-02-15"));
    }

    #[test]
    fn months_keep_the_name_of_the_calendar_month_they_are_in() {
        let october_2022 = span("2022-10-01", "2022-11-01");
        assert_eq!(october(NamedBy::End).period("2022-10").unwrap().span, october_2022);
        assert_eq!(
            october(NamedBy::End).period("2023").unwrap().span.start,
            october_2022.start,
            "though they may belong to the next reporting year"
        );
    }

    #[test]
    fn weeks_are_iso_weeks() {
        for calendar in [january(), december()] {
            assert_eq!(calendar.period("2023-W07").unwrap().span, span("2023-02-13", "2023-02-20"));
            assert_eq!(calendar.period("2020-W53").unwrap().span, span("2020-12-28", "2021-01-04"));
            assert_eq!(calendar.period("2025-W01").unwrap().span, span("2024-12-30", "2025-01-06"));
            assert_eq!(calendar.period("2021-W53"), None);
        }
    }

    #[test]
    fn weeks_from_sunday_are_those_of_the_cdc() {
        let calendar = Calendar { weeks_start: Weekday::Sun, ..january() };
        // The MMWR weeks of 2014 to 2023: 2014 and 2020 have 53.
        assert_eq!(calendar.period("2014-W53").unwrap().span, span("2014-12-28", "2015-01-04"));
        assert_eq!(calendar.period("2020-W53").unwrap().span, span("2020-12-27", "2021-01-03"));
        assert_eq!(calendar.period("2023-W01").unwrap().span, span("2023-01-01", "2023-01-08"));
        assert_eq!(calendar.period("2023-W53"), None);
    }

    #[test]
    fn every_period_inside_a_span_gives_a_window() {
        let months = january().periods_inside(Kind::Month, span("2023-01-15", "2023-04-01"));
        let names: Vec<_> = months.into_iter().map(|month| month.period.unwrap().1).collect();
        assert_eq!(names, ["2023-02", "2023-03"]);
        let calendar = october(NamedBy::End);
        let year = calendar.period("2023").unwrap().span;
        assert_eq!(calendar.periods_inside(Kind::Quarter, year).len(), 4);
        assert_eq!(calendar.periods_inside(Kind::Month, year)[0].span.start, date("2022-10-01"));
    }

    #[test]
    fn the_period_before_is_of_the_same_kind() {
        let previous = |calendar: Calendar, name| {
            calendar.previous_period(&calendar.period(name).unwrap()).span
        };
        assert_eq!(previous(january(), "2023"), span("2022-01-01", "2023-01-01"));
        assert_eq!(previous(january(), "2023-Q1"), span("2022-10-01", "2023-01-01"));
        assert_eq!(previous(december(), "2023-03"), span("2023-01-15", "2023-02-15"));
        assert_eq!(previous(january(), "2021-W01"), span("2020-12-28", "2021-01-04"));
    }

    #[test]
    fn before_any_other_window_lie_as_many_days() {
        let window = Window::of_span(span("2024-01-01", "2025-01-01"));
        assert_eq!(january().previous_period(&window).span, span("2022-12-31", "2024-01-01"));
    }

    #[test]
    fn last_year_s_period_bears_last_year_s_name() {
        let last_year = |name| {
            let calendar = january();
            let window = calendar.period(name).unwrap();
            calendar.same_window_last_year(&window).map(|window| window.period.unwrap().1)
        };
        assert_eq!(last_year("2024-02").as_deref(), Some("2023-02"));
        assert_eq!(last_year("2024-W07").as_deref(), Some("2023-W07"));
        assert_eq!(last_year("2020-W53"), None);
        assert_eq!(last_year("2024-02-29").as_deref(), Some("2023-02-28"));
        assert_eq!(last_year("2024-03-01").as_deref(), Some("2023-03-01"));
    }

    #[test]
    fn a_rolling_window_ends_with_a_period_and_may_begin_before() {
        let year = span("2023-01-01", "2024-01-01");
        let days = january().rolling_inside(Length::Days(28), Kind::Day, year);
        assert_eq!(days.len(), 365);
        assert_eq!(days[0].span, span("2022-12-05", "2023-01-02"));
        assert_eq!(days[0].rolling_name().unwrap(), "2023-01-01/P28D");
        assert_eq!(january().period("2023-01-01/P28D").as_ref(), Some(&days[0]));
        let months = january().rolling_inside(Length::Months(12), Kind::Month, year);
        assert_eq!(months.len(), 12);
        assert_eq!(months[1].span, span("2022-03-01", "2023-03-01"));
        assert_eq!(january().previous_period(&months[1]).span, span("2021-03-01", "2022-03-01"));
        let leap = january().period("2024-02-29/P28D").unwrap();
        let last_year = january().same_window_last_year(&leap).unwrap();
        assert_eq!(last_year.span, span("2023-02-01", "2023-03-01"));
    }

    #[test]
    fn lengths_follow_each_other_from_the_first_day() {
        let years =
            january().consecutive_inside(Length::Months(12), span("2020-04-01", "2023-01-01"));
        let names: Vec<_> = years.iter().map(|year| year.rolling_name().unwrap()).collect();
        assert_eq!(names, ["2021-03-31/P12M", "2022-03-31/P12M"]);
        assert_eq!(years[0].span, span("2020-04-01", "2021-04-01"));
        let sprints =
            january().consecutive_inside(Length::Days(14), span("2023-01-04", "2023-02-01"));
        assert_eq!(sprints.len(), 2);
        assert_eq!(sprints[1].span, span("2023-01-18", "2023-02-01"));
    }

    #[test]
    fn february_keeps_ending_with_february() {
        let last_year = |start, end| {
            january().same_window_last_year(&Window::of_span(span(start, end))).unwrap().span
        };
        assert_eq!(last_year("2024-02-01", "2024-03-01"), span("2023-02-01", "2023-03-01"));
        assert_eq!(last_year("2024-02-01", "2024-02-29"), span("2023-02-01", "2023-03-01"));
        assert_eq!(last_year("2024-02-29", "2024-03-10"), span("2023-02-28", "2023-03-10"));
        assert_eq!(last_year("2023-03-01", "2023-04-01"), span("2022-03-01", "2022-04-01"));
    }
}
