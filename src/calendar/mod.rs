//! How a programme cuts time: windows, periods and reporting years.
//!
//! Here belongs all arithmetic on days. What a window is *for* — a target, a campaign, a baseline —
//! is the plan's business.

mod anchor;
mod length;
mod misread;
mod period;
mod window;

pub use anchor::Anchor;
pub use length::Length;
pub(crate) use misread::{day_hint, every_meant};
pub use period::{Every, Period};
pub use window::Window;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// Whether a day can be written with four digits for the year.
pub(crate) fn is_writable(day: NaiveDate) -> bool {
    (1..=9999).contains(&day.year())
}

/// Reads a day as ISO 8601 writes it, `2023-05-14`, with a year from 0001 to 9999.
///
/// ```
/// assert!(attain::calendar::date("2023-05-14").is_some());
/// assert!(attain::calendar::date("2023-5-14").is_none());
/// assert!(attain::calendar::date("2023-02-29").is_none());
/// ```
pub fn date(text: &str) -> Option<NaiveDate> {
    let bytes = text.as_bytes();
    let well_formed = bytes.len() == 10
        && bytes.iter().enumerate().all(|(at, byte)| match at {
            4 | 7 => *byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    if !well_formed {
        return None;
    }
    let number = |range: std::ops::Range<usize>| text[range].parse::<u32>().ok();
    let year = i32::try_from(number(0..4)?).ok()?;
    if year == 0 {
        return None;
    }
    NaiveDate::from_ymd_opt(year, number(5..7)?, number(8..10)?)
}

/// Which calendar year a reporting year is called after.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum NamedBy {
    /// The year of its first day.
    Start,
    /// The year of its last day.
    #[default]
    End,
}

/// The day a programme's reporting years begin on, and how they are named.
///
/// Months begin on the same day of the month and are named by the same rule. Weeks begin on Monday, or on another
/// [day](Calendar::with_weeks_from).
///
/// ```
/// use attain::calendar::{Calendar, NamedBy};
///
/// // The police year: 15 December to 14 December, months from the 15th to the 14th.
/// let calendar = Calendar::new(12, 15, NamedBy::End).unwrap();
/// let year = calendar.period("2023").unwrap();
/// assert_eq!(calendar.window(year).unwrap().to_string(), "2022-12-15 to 2023-12-14");
/// let month = calendar.period("2023-05").unwrap();
/// assert_eq!(calendar.window(month).unwrap().to_string(), "2023-04-15 to 2023-05-14");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Calendar {
    month: u32,
    day: u32,
    named_by: NamedBy,
    weeks_start: Weekday,
}

impl Default for Calendar {
    /// Calendar years.
    fn default() -> Self {
        Calendar { month: 1, day: 1, named_by: NamedBy::End, weeks_start: Weekday::Mon }
    }
}

impl Calendar {
    /// A calendar whose years begin on `day` of `month`.
    ///
    /// `None` if there is no such day, or it is beyond the 28th: not every month has one, so months
    /// could not begin on it.
    pub fn new(month: u32, day: u32, named_by: NamedBy) -> Option<Self> {
        ((1..=12).contains(&month) && (1..=28).contains(&day)).then_some(Calendar {
            month,
            day,
            named_by,
            weeks_start: Weekday::Mon,
        })
    }

    /// The same with weeks that begin on another day. The first week of a year is the one with at least four days in January, as
    /// in ISO 8601; weeks from Sunday are the epidemiological weeks of the CDC (MMWR weeks).
    ///
    /// ```
    /// use attain::calendar::Calendar;
    /// use chrono::Weekday;
    /// let weeks = Calendar::default().with_weeks_from(Weekday::Sun);
    /// let first = weeks.window(weeks.period("2023-W01").unwrap()).unwrap();
    /// assert_eq!(first.to_string(), "2023-01-01 to 2023-01-07");
    /// ```
    #[must_use]
    pub fn with_weeks_from(self, day: Weekday) -> Self {
        Calendar { weeks_start: day, ..self }
    }

    /// The day on which weeks begin.
    pub fn weeks_start(&self) -> Weekday {
        self.weeks_start
    }

    /// The first day of the week that a day lies in.
    fn week_start(&self, day: NaiveDate) -> Option<NaiveDate> {
        let from_monday = |day: Weekday| u64::from(day.num_days_from_monday());
        let days = (7 + from_monday(day.weekday()) - from_monday(self.weeks_start)) % 7;
        day.checked_sub_days(Days::new(days))
    }

    /// The day by whose year a week is named, the fourth.
    fn naming_day(week_start: NaiveDate) -> Option<NaiveDate> {
        week_start.checked_add_days(Days::new(3))
    }

    /// Month (1 to 12) and day (1 to 28) on which a reporting year begins.
    pub fn year_starts(&self) -> (u32, u32) {
        (self.month, self.day)
    }

    /// Which calendar year a reporting year is called after.
    pub fn named_by(&self) -> NamedBy {
        self.named_by
    }

    /// Reads the name of a period: `2023`, `2023-H1`, `2023-Q1`, `2023-05`, `2023-W07`, `2023-05-14`, or `2023-05-31/P28D`, the
    /// 28 days that end on 31 May (`P12M`: the 12 months).
    ///
    /// `None` if the text is no such name, or names a period there is none of (`2023-Q5`, week 53 of
    /// a year with 52, the year 0000).
    pub fn period(&self, name: &str) -> Option<Period> {
        let period = Period::parse(name)?;
        // Dates have the years 1 to 9999.
        self.window(period).filter(|window| window.start().year() >= 1).map(|_| period)
    }

    /// The period of this name, as a column of periods has it: a part of a year. Days stand in a column of their own, where
    /// nobody takes the first of a month for the month.
    pub(crate) fn period_in_column(&self, name: &str) -> Option<Period> {
        self.period(name).filter(|period| period.every().is_some_and(|every| every > Every::Day))
    }

    /// Reads the name of a window as of a day: `last_month` is the latest month whose last day is not after the day,
    /// `this_month` the month that it lies in; so for `day`, `week`, `quarter`, `half` and `year`. `year_to_date` is `this_year`,
    /// of which a report shows what has passed.
    ///
    /// ```
    /// use attain::calendar::{Calendar, date};
    /// let (calendar, middle, last) = (Calendar::default(), date("2023-05-14").unwrap(), date("2023-05-31").unwrap());
    /// let named = |name, day| calendar.named_as_of(name, day).unwrap().name();
    /// assert_eq!(named("last_month", middle), "2023-04");
    /// assert_eq!(named("last_month", last), "2023-05");
    /// assert_eq!(named("this_quarter", middle), "2023-Q2");
    /// assert_eq!(named("year_to_date", middle), "2023");
    /// ```
    pub fn named_as_of(&self, name: &str, day: NaiveDate) -> Option<Window> {
        let (which, every) = name_as_of(name)?;
        let current = self.window(self.period_at(every, day)?)?;
        match which {
            AsOf::This => Some(current),
            AsOf::Last if current.last() == day => Some(current),
            AsOf::Last => self.previous_period(&current),
        }
    }

    /// Reads the name of a window, as [`Window::name`] writes it: a period, or `2022-12-15 to 2023-02-14`, first and last day.
    ///
    /// ```
    /// use attain::calendar::Calendar;
    /// let calendar = Calendar::default();
    /// let tet = calendar.named("2022-12-15 to 2023-02-14").unwrap();
    /// assert_eq!(tet.days(), 62);
    /// let rolling = calendar.named("2023-05-31/P28D").unwrap();
    /// assert_eq!(rolling.to_string(), "2023-05-04 to 2023-05-31");
    /// assert_eq!(rolling.name(), "2023-05-31/P28D");
    /// assert_eq!(calendar.named("2023-13"), None);
    /// ```
    pub fn named(&self, name: &str) -> Option<Window> {
        match name.split_once(" to ") {
            Some((first, last)) => Window::new(date(first)?, date(last)?.succ_opt()?),
            None => self.window(self.period(name)?),
        }
    }

    /// The days of a period; `None` where there are none (week 53 of a year with 52; years beyond
    /// what dates can hold).
    pub fn window(&self, period: Period) -> Option<Window> {
        let months = |first: NaiveDate, skip: u32, count: u32| {
            let start = first.checked_add_months(Months::new(skip))?;
            let end = first.checked_add_months(Months::new(skip + count))?;
            Some((start, end))
        };
        let (start, end) = match period {
            Period::Year(year) => months(self.first_day_of(year)?, 0, 12)?,
            Period::Half(year, half) => months(self.first_day_of(year)?, 6 * (half - 1), 6)?,
            Period::Quarter(year, quarter) => {
                months(self.first_day_of(year)?, 3 * (quarter - 1), 3)?
            }
            Period::Month(year, month) => {
                let named = NaiveDate::from_ymd_opt(year, month, self.day)?;
                let first = if self.day > 1 && self.named_by == NamedBy::End {
                    named.checked_sub_months(Months::new(1))?
                } else {
                    named
                };
                months(first, 0, 1)?
            }
            Period::Week(year, week) => {
                // 4 January lies in the first week.
                let first = self.week_start(NaiveDate::from_ymd_opt(year, 1, 4)?)?;
                let days = 7 * u64::from(week.checked_sub(1)?);
                let start = first.checked_add_days(Days::new(days))?;
                if Calendar::naming_day(start)?.year() != year {
                    return None;
                }
                (start, start.checked_add_days(Days::new(7))?)
            }
            Period::Day(day) => (day, day.succ_opt()?),
            Period::Ending(last, length) => {
                let end = last.succ_opt()?;
                (length.start_before(end)?, end)
            }
        };
        Window::of_period(start, end, period)
    }

    /// The first day of the reporting year with this name.
    fn first_day_of(&self, year: i32) -> Option<NaiveDate> {
        let begins_with_the_calendar_year = (self.month, self.day) == (1, 1);
        let start_year = match self.named_by {
            NamedBy::End if !begins_with_the_calendar_year => year.checked_sub(1)?,
            NamedBy::Start | NamedBy::End => year,
        };
        NaiveDate::from_ymd_opt(start_year, self.month, self.day)
    }

    /// The first day of the year in which a total of the year to date begins; the total is of a period of a kind that a day
    /// lies in. Weeks are added up from the first week of the year that names them, all others from the start of the
    /// reporting year.
    pub(crate) fn totals_begin(&self, every: Every, day: NaiveDate) -> Option<NaiveDate> {
        let first = match self.period_at(every, day)? {
            Period::Week(year, _) => Period::Week(year, 1),
            Period::Year(_)
            | Period::Half(..)
            | Period::Quarter(..)
            | Period::Month(..)
            | Period::Day(_)
            | Period::Ending(..) => Period::Year(self.year_of(day)),
        };
        Some(self.window(first)?.start())
    }

    /// The name of the reporting year a day belongs to.
    pub fn year_of(&self, day: NaiveDate) -> i32 {
        let begun = (day.month(), day.day()) >= (self.month, self.day);
        let start_year = if begun { day.year() } else { day.year() - 1 };
        match self.named_by {
            NamedBy::End if (self.month, self.day) != (1, 1) => start_year + 1,
            NamedBy::Start | NamedBy::End => start_year,
        }
    }

    /// The periods of one kind that lie wholly inside a window, in order of time.
    ///
    /// ```
    /// use attain::calendar::{Calendar, Every};
    /// let calendar = Calendar::default();
    /// let year = calendar.window(calendar.period("2023").unwrap()).unwrap();
    /// assert_eq!(calendar.periods_within(Every::Month, &year).len(), 12);
    /// assert_eq!(calendar.periods_within(Every::Week, &year).len(), 52);
    /// ```
    pub fn periods_within(&self, every: Every, window: &Window) -> Vec<Window> {
        let inside = self.periods_from(every, window.start());
        let inside = inside.take_while(|days| days.end() <= window.end());
        inside.filter(|days| window.contains(days)).collect()
    }

    /// Rolling windows: one of a length for each period of a kind whose last day lies in a window, ending with it. They may begin
    /// before the window, and share days where the length is more than the period.
    ///
    /// ```
    /// use attain::calendar::{Calendar, Every, Length};
    /// let calendar = Calendar::default();
    /// let year = calendar.window(calendar.period("2023").unwrap()).unwrap();
    /// let rolling = calendar.rolling_within(Length::Days(28), Every::Day, &year);
    /// assert_eq!(rolling.len(), 365);
    /// assert_eq!(rolling[0].to_string(), "2022-12-05 to 2023-01-01");
    /// assert_eq!(calendar.rolling_within(Length::Months(12), Every::Month, &year).len(), 12);
    /// ```
    pub fn rolling_within(&self, length: Length, every: Every, window: &Window) -> Vec<Window> {
        let steps = self.periods_from(every, window.start());
        let steps = steps.take_while(|step| step.end() <= window.end());
        let ending = |step: Window| Some(Period::Ending(step.end().pred_opt()?, length));
        let rolling = steps.filter_map(|step| self.window(ending(step)?));
        rolling.filter(|days| is_writable(days.start())).collect()
    }

    /// Windows of a length one after the other, from the first day of a window on, that lie wholly inside it.
    ///
    /// Of months there are none if that day is beyond the 28th: not every month has one.
    ///
    /// ```
    /// use attain::calendar::{Calendar, Length};
    /// let calendar = Calendar::default();
    /// let years = calendar.named("2020-04-01 to 2023-03-31").unwrap();
    /// let financial: Vec<String> =
    ///     calendar.consecutive_within(Length::Months(12), &years).iter().map(|year| year.name()).collect();
    /// assert_eq!(financial, ["2021-03-31/P12M", "2022-03-31/P12M", "2023-03-31/P12M"]);
    /// assert_eq!(calendar.consecutive_within(Length::Days(14), &years).len(), 78);
    /// ```
    pub fn consecutive_within(&self, length: Length, window: &Window) -> Vec<Window> {
        if matches!(length, Length::Months(_)) && window.start().day() > 28 {
            return Vec::new();
        }
        let ends = (1..).map_while(|times| length.end_after(window.start(), times));
        let ends = ends.take_while(|end| *end <= window.end());
        ends.filter_map(|end| self.window(Period::Ending(end.pred_opt()?, length))).collect()
    }

    /// The period of one kind that a day lies in, and those after it, to the end of what dates can hold.
    fn periods_from(&self, every: Every, day: NaiveDate) -> impl Iterator<Item = Window> {
        let window_at = move |day| self.window(self.period_at(every, day)?);
        std::iter::successors(window_at(day), move |window| window_at(window.end()))
    }

    /// The period of one kind that a day lies in.
    pub fn period_at(&self, every: Every, day: NaiveDate) -> Option<Period> {
        match every {
            Every::Day => return Some(Period::Day(day)),
            Every::Week => {
                let named = Calendar::naming_day(self.week_start(day)?)?;
                return Some(Period::Week(named.year(), named.ordinal0() / 7 + 1));
            }
            Every::Month | Every::Quarter | Every::Half | Every::Year => {}
        }
        let year = self.year_of(day);
        let first = self.first_day_of(year)?;
        let mut months =
            12 * (day.year() - first.year()) + day.month() as i32 - first.month() as i32;
        if day.day() < self.day {
            months -= 1;
        }
        let months = u32::try_from(months).ok()?;
        Some(match every {
            Every::Year => Period::Year(year),
            Every::Half => Period::Half(year, months / 6 + 1),
            Every::Quarter => Period::Quarter(year, months / 3 + 1),
            Every::Month => {
                let start = first.checked_add_months(Months::new(months))?;
                let named = if self.day > 1 && self.named_by == NamedBy::End {
                    start.checked_add_months(Months::new(1))?
                } else {
                    start
                };
                Period::Month(named.year(), named.month())
            }
            Every::Day | Every::Week => return None,
        })
    }

    /// The window of the same kind (for a period) or of the same number of days directly before.
    ///
    /// `None` only beyond the range of dates.
    pub fn previous_period(&self, window: &Window) -> Option<Window> {
        match window.period() {
            Some(period) => {
                let eve = window.start().pred_opt()?;
                self.window(match period {
                    Period::Ending(_, length) => Period::Ending(eve, length),
                    _ => self.period_at(period.every()?, eve)?,
                })
            }
            None => {
                let days = Days::new(window.days().unsigned_abs());
                Window::new(window.start().checked_sub_days(days)?, window.start())
            }
        }
    }

    /// The same window one year back: the period with the previous year's name, or both edges moved
    /// by a year.
    ///
    /// An end on 29 February moves to 1 March and a start on 29 February to 28 February, so that
    /// a window that ends with February keeps ending with February. `None` for a week 53 whose
    /// previous year has 52.
    ///
    /// ```
    /// use attain::calendar::{Calendar, Window};
    /// use chrono::NaiveDate;
    /// let day = |y, m, d| NaiveDate::from_ymd_opt(y, m, d).unwrap();
    /// let february = Window::new(day(2025, 2, 1), day(2025, 3, 1)).unwrap();
    /// let before = Calendar::default().same_window_last_year(&february).unwrap();
    /// assert_eq!(before.to_string(), "2024-02-01 to 2024-02-29");
    /// ```
    pub fn same_window_last_year(&self, window: &Window) -> Option<Window> {
        match window.period() {
            Some(period) => self.window(period.of_earlier_year(period.year().checked_sub(1)?)?),
            None => {
                Window::new(a_year_before_start(window.start())?, a_year_before_end(window.end())?)
            }
        }
    }

    /// What the same window of last year held up to the same day as `to_date` holds of `window`.
    pub fn same_window_last_year_to_date(
        &self,
        window: &Window,
        to_date: &Window,
    ) -> Option<Window> {
        let whole = self.same_window_last_year(window)?;
        if to_date.end() == window.end() {
            return Some(whole);
        }
        // Their days are counted: the same part of last year has other dates, or 29 February.
        if let Some(Period::Week(..) | Period::Ending(_, Length::Days(_))) = window.period() {
            return whole.first_days(to_date.days());
        }
        let end = a_year_before_end(to_date.end())?.min(whole.end());
        Window::new(whole.start(), end)
    }

    /// The same window of an earlier year: the period with that year in its name, or both edges moved
    /// so that the window's first day lies in that reporting year; `None` if it is no earlier one.
    ///
    /// Edges on 29 February move as in [`same_window_last_year`](Self::same_window_last_year).
    ///
    /// ```
    /// use attain::calendar::{Calendar, Window, date};
    /// let peak = Window::new(date("2021-12-30").unwrap(), date("2022-01-14").unwrap()).unwrap();
    /// let before = Calendar::default().same_window_of(&peak, 2019).unwrap();
    /// assert_eq!(before.to_string(), "2019-12-30 to 2020-01-13");
    /// ```
    pub fn same_window_of(&self, window: &Window, year: i32) -> Option<Window> {
        let own = match window.period() {
            Some(period) => period.year(),
            None => self.year_of(window.start()),
        };
        let back = own.checked_sub(year).filter(|back| *back > 0)?;
        match window.period() {
            Some(period) => self.window(period.of_earlier_year(year)?),
            None => Window::new(
                years_before_start(window.start(), back)?,
                years_before_end(window.end(), back)?,
            ),
        }
    }

    /// How long a window is in reporting years, each part measured by its own year's length, as an
    /// exact sum of (days, days of that year).
    pub fn years(&self, window: &Window) -> Vec<(i64, i64)> {
        let mut parts = Vec::new();
        let mut day = window.start();
        while day < window.end() {
            let Some(year) = self.window(Period::Year(self.year_of(day))) else { break };
            let end = year.end().min(window.end());
            parts.push(((end - day).num_days(), year.days()));
            day = end;
        }
        parts
    }
}

/// Which period of a kind, as of a day.
enum AsOf {
    /// The one that the day lies in.
    This,
    /// The latest one whose last day is not after the day.
    Last,
}

/// Reads the parts of a name as of a day: `last_month`, `year_to_date`.
fn name_as_of(name: &str) -> Option<(AsOf, Every)> {
    if name == "year_to_date" {
        return Some((AsOf::This, Every::Year));
    }
    let (which, kind) = name.split_once('_')?;
    let which = match which {
        "this" => AsOf::This,
        "last" => AsOf::Last,
        _ => return None,
    };
    Some((which, *Every::ALL.iter().find(|every| every.code() == kind)?))
}

/// Whether a text names a window as of a day: `last_month`, `year_to_date`.
pub(crate) fn is_name_as_of(name: &str) -> bool {
    name_as_of(name).is_some()
}

fn a_year_before_start(day: NaiveDate) -> Option<NaiveDate> {
    years_before_start(day, 1)
}

fn a_year_before_end(day: NaiveDate) -> Option<NaiveDate> {
    years_before_end(day, 1)
}

fn years_before_start(day: NaiveDate, years: i32) -> Option<NaiveDate> {
    let year = day.year().checked_sub(years)?;
    NaiveDate::from_ymd_opt(year, day.month(), day.day())
        .or_else(|| NaiveDate::from_ymd_opt(year, 2, 28))
}

fn years_before_end(day: NaiveDate, years: i32) -> Option<NaiveDate> {
    let year = day.year().checked_sub(years)?;
    NaiveDate::from_ymd_opt(year, day.month(), day.day())
        .or_else(|| NaiveDate::from_ymd_opt(year, 3, 1))
}
