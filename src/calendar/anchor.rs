//! Feasts that move: the days by which windows of different years are laid over one another.

use chrono::NaiveDate;

use super::Window;

/// A day that comes once a year on a date of its own, such as the lunar new year.
///
/// ```
/// use attain::calendar::{Anchor, Window, date};
///
/// let days = ["2023-01-22", "2024-02-10"].map(|day| date(day).unwrap());
/// let tet = Anchor::new("tet", days.to_vec()).unwrap();
/// // Three weeks up to the eve of Tet 2024, and the same three weeks a year before.
/// let campaign = Window::new(date("2024-01-20").unwrap(), date("2024-02-10").unwrap()).unwrap();
/// let before = tet.a_year_before(&campaign).unwrap();
/// assert_eq!(before.to_string(), "2023-01-01 to 2023-01-21");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    id: String,
    days: Vec<NaiveDate>,
}

/// What lies between two feasts of neighbouring years, in days: lunar years have 354 or 384, and
/// Easter moves by up to five weeks.
const A_YEAR: std::ops::RangeInclusive<i64> = 300..=430;

impl Anchor {
    /// A feast and its days, one for each year in order of time; `None` if two of them are less than
    /// 300 days apart. Years may be missing.
    pub fn new(id: impl Into<String>, days: Vec<NaiveDate>) -> Option<Anchor> {
        let are_apart = days.windows(2).all(|two| (two[1] - two[0]).num_days() >= *A_YEAR.start());
        are_apart.then(|| Anchor { id: id.into(), days })
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its days, in order of time.
    pub fn days(&self) -> &[NaiveDate] {
        &self.days
    }

    /// The window that lies to the feast before as this window lies to its own, which is the one inside
    /// it or nearest to it (of two as near, the later: campaigns lead up to a feast).
    ///
    /// `None` if that feast or the one a year before it is not known.
    pub fn a_year_before(&self, window: &Window) -> Option<Window> {
        let last = window.end().pred_opt()?;
        let distance = |day: &NaiveDate| {
            let early = (window.start() - *day).num_days();
            let late = (*day - last).num_days();
            early.max(late).max(0)
        };
        let places = 0..self.days.len();
        let own = places.rev().min_by_key(|place| distance(&self.days[*place]))?;
        // A feast further away than half a year is that of another year.
        if distance(&self.days[own]) > A_YEAR.end() / 2 {
            return None;
        }
        let before = self.days.get(own.checked_sub(1)?)?;
        let shift = self.days[own] - *before;
        if !A_YEAR.contains(&shift.num_days()) {
            return None;
        }
        Window::new(
            window.start().checked_sub_signed(shift)?,
            window.end().checked_sub_signed(shift)?,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::super::date;
    use super::*;

    fn window(start: &str, end: &str) -> Window {
        Window::new(date(start).unwrap(), date(end).unwrap()).unwrap()
    }

    fn tet(days: &[&str]) -> Anchor {
        Anchor::new("tet", days.iter().map(|day| date(day).unwrap()).collect()).unwrap()
    }

    #[test]
    fn a_window_goes_with_the_feast_that_it_holds_or_that_is_nearest() {
        let tet = tet(&["2022-02-01", "2023-01-22", "2024-02-10", "2025-01-29"]);
        let before = |start, end| tet.a_year_before(&window(start, end));
        // 355, 384 and 354 days lie between them.
        assert_eq!(before("2024-02-08", "2024-02-15"), Some(window("2023-01-20", "2023-01-27")));
        assert_eq!(before("2023-01-02", "2023-01-22"), Some(window("2022-01-12", "2022-02-01")));
        assert_eq!(before("2025-02-10", "2025-02-20"), Some(window("2024-02-22", "2024-03-03")));
        assert_eq!(before("2022-01-01", "2022-02-01"), None, "the feast before is not known");
        assert_eq!(before("2026-02-01", "2026-02-20"), None, "its own feast is not known");
    }

    #[test]
    fn over_a_year_that_is_missing_nothing_is_moved() {
        let tet = tet(&["2022-02-01", "2024-02-10"]);
        assert_eq!(tet.a_year_before(&window("2024-02-08", "2024-02-15")), None);
    }

    #[test]
    fn two_days_of_one_year_are_no_feast() {
        let days = ["2022-02-01", "2022-09-10"].map(|day| date(day).unwrap());
        assert_eq!(Anchor::new("two", days.to_vec()), None);
    }
}
