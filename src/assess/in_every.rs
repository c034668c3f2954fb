//! A goal that has to be met in every category of a stratum: the row is that of the category that decides.

use super::Assessor;
use super::assessment::{Certainty, Verdict};
use super::columns::{Builder, BuilderSlice, StoredColumns, put};
use super::judge::Judging;
use super::missing_reports::Missing;
use super::packed::Packed;
use super::row::Settling;
use crate::calendar::Window;
use crate::plan::{Target, UnitIndex};

/// A target and one of its windows, category by category.
pub(super) struct InEvery<'a> {
    categories: Vec<Judging<'a>>,
    settling: Settling,
}

impl<'a> InEvery<'a> {
    pub(super) fn new(assessor: &'a Assessor<'a>, target: &'a Target, window: &Window) -> Self {
        let number = u32::try_from(target.categories.len()).unwrap_or(u32::MAX);
        let categories = target
            .categories
            .iter()
            .map(|(_, indicator)| Judging::new(assessor, target, *indicator, window).among(number));
        let is_final = assessor.frame(window).is_some_and(|frame| frame.is_final());
        let settling = Settling::of(assessor.plan, target, is_final);
        InEvery { categories: categories.collect(), settling }
    }

    /// The same, which takes no row for plain.
    #[cfg(test)]
    pub(super) fn without_plain_rows(self) -> Self {
        let categories = self.categories.into_iter().map(Judging::without_plain_rows);
        InEvery { categories: categories.collect(), ..self }
    }

    /// Prepares whatever rows may need.
    pub(super) fn prepare(&self, missing: Missing) {
        self.categories.iter().for_each(|judging| judging.prepare(missing));
    }

    /// The rows of units. Each is that of the category that decides: of those that missed the goal the one that missed
    /// it by most; else the first that can't be judged; else the one that met it by least. So the goal is met only
    /// where it is in all.
    pub(super) fn rows(&self, units: &[UnitIndex], slice: &mut BuilderSlice<'_>) {
        let categories = self.categories.len();
        let most = units.len().min(UNITS_AT_A_TIME);
        let (rows, all) = (categories * most, StoredColumns::ALL);
        let mut builder = Builder::of(rows, slice.is_running(), all);
        for (chunk, some) in units.chunks(UNITS_AT_A_TIME).enumerate() {
            let mut every = builder.slices(std::iter::repeat_n(some.len(), categories));
            for (judging, one) in self.categories.iter().zip(&mut every) {
                judging.rows(some, one);
            }
            for at in 0..some.len() {
                let place = chunk * UNITS_AT_A_TIME + at;
                let deciding = (0..categories).min_by(|one, other| {
                    let (one, other) = (decides(&every[*one], at), decides(&every[*other], at));
                    one.0.cmp(&other.0).then(one.1.total_cmp(&other.1))
                });
                // A stratum has a category at least.
                let Some(deciding) = deciding else { continue };
                slice.copy(place, &every[deciding], at);
                slice.category[place] = u16::try_from(deciding + 1).unwrap_or_default();
                put(slice.certainty, place, &[certainty(&every, deciding, at) as u8]);
                // The goal is met in every category, each on its own course.
                let chances = every.iter().map(|one| one.chance(at, self.settling).get());
                let all: Option<f64> = chances.product();
                if let Some(outlook) = slice.outlook(place) {
                    outlook.chance = all.into();
                }
            }
        }
    }
}

/// This number of units is judged in all categories before the next are.
const UNITS_AT_A_TIME: usize = 256;

/// How certain the verdict over all categories is. The goal is met where it is in each: no more certain than in the least
/// certain one. It is missed where it is in one of them: as certain as in the most certain one of those.
fn certainty(every: &[BuilderSlice<'_>], deciding: usize, place: usize) -> Certainty {
    let of = |slice: &BuilderSlice<'_>| Certainty::unpack(slice.certainty[place]);
    let order = |certainty: &Certainty| match certainty {
        Certainty::Clear => 0,
        Certainty::WithinChance => 1,
        Certainty::Unknown => 2,
        Certainty::Unsettled => 3,
    };
    let decided = every[deciding].verdict[place];
    let found = match Verdict::unpack(decided) {
        Verdict::Met => every.iter().map(of).max_by_key(order),
        Verdict::Missed => {
            every.iter().filter(|slice| slice.verdict[place] == decided).map(of).min_by_key(order)
        }
        Verdict::Indeterminate => None,
    };
    found.unwrap_or(Certainty::Unknown)
}

/// What decides comes first.
fn decides(slice: &BuilderSlice<'_>, place: usize) -> (u8, f64) {
    let gap = Some(slice.gap[place]).filter(|gap| !gap.is_nan());
    match Verdict::unpack(slice.verdict[place]) {
        Verdict::Missed => (0, gap.unwrap_or(f64::NEG_INFINITY)),
        Verdict::Indeterminate => (1, 0.0),
        Verdict::Met => (2, gap.unwrap_or(f64::INFINITY)),
    }
}
