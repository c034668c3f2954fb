//! A goal that has to be met in every category of a stratum: the row is that of the category that decides.

use super::Assessor;
use super::assessment::Verdict;
use super::judge::Judging;
use super::row::{Number, Row};
use crate::calendar::Window;
use crate::plan::{Target, UnitIndex};

/// A target and one of its windows, category by category.
pub(super) struct InEvery<'a> {
    categories: Vec<Judging<'a>>,
}

impl<'a> InEvery<'a> {
    pub(super) fn new(assessor: &'a Assessor<'a>, target: &'a Target, window: &Window) -> Self {
        let categories = target.categories.iter();
        let categories =
            categories.map(|(_, indicator)| Judging::new(assessor, target, *indicator, window));
        InEvery { categories: categories.collect() }
    }

    /// The same, which takes no row for plain.
    #[cfg(test)]
    pub(super) fn without_plain_rows(self) -> Self {
        let categories = self.categories.into_iter().map(Judging::without_plain_rows);
        InEvery { categories: categories.collect() }
    }

    /// The row of a unit: of the categories that missed the goal the one that missed it by most; else the first that
    /// can't be judged; else the one that met it by least. So it is met only where all are.
    pub(super) fn row(&self, unit: UnitIndex) -> Row {
        let rows = self.categories.iter().enumerate().map(|(category, judging)| {
            let mut row = judging.row(unit);
            row.set_category(category);
            row
        });
        let decides = |row: &Row| match row.verdict {
            Verdict::Missed => (0, row.gap.get().unwrap_or(f64::NEG_INFINITY)),
            Verdict::Indeterminate => (1, 0.0),
            Verdict::Met => (2, row.gap.get().unwrap_or(f64::INFINITY)),
        };
        // The goal is met in every category, each on its own course.
        let mut every = Some(1.0);
        let rows = rows.inspect(|row| {
            let chance = row.foretold(|outlook| outlook.chance).get();
            every = every.zip(chance).map(|(all, one)| all * one);
        });
        let first = rows.min_by(|one, other| {
            let (one, other) = (decides(one), decides(other));
            one.0.cmp(&other.0).then(one.1.total_cmp(&other.1))
        });
        // A stratum has a category at least.
        let mut row = first.unwrap_or_else(|| Row::blank(unit, Number::NONE));
        if let Some(outlook) = &mut row.outlook {
            outlook.chance = every.into();
        }
        row
    }
}
