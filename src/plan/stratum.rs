//! Strata: the categories by which outcomes are split, such as sex, age or cause.

use super::index::{MeasureIndex, StratumIndex};
use crate::error::{Fault, FaultCode, Place, quoted};

/// A further column of outcomes, and the categories that may stand in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stratum {
    /// Its id, which is the name of the outcomes' column.
    pub id: String,
    /// Its categories, in the order of the plan. Of one thing exactly one of them is true.
    pub categories: Vec<String>,
}

impl Stratum {
    /// The fault of a category that it doesn't have.
    pub(crate) fn no_category(&self, place: Place, name: &str) -> Fault {
        // A handful of categories is worth listing.
        const MOST_LISTED: usize = 12;
        let message = format!("there is no category {} of `{}`", quoted(name), self.id);
        let known = &self.categories;
        let fault = Fault::new(FaultCode::UnknownCategory, place, message)
            .near_miss(name, known.iter().map(String::as_str));
        if known.len() <= MOST_LISTED { fault.expected(known.join(", ")) } else { fault }
    }
}

/// The strata of a plan, and the numbers of their combinations.
///
/// A combination has a digit for each stratum: 0 where no category is given, else 1 more than the category's
/// place. Number 0 is that of an outcome without any category.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Strata(Vec<Stratum>);

/// The number of a combination, or what a category adds to it.
pub(crate) type Combination = u32;

/// Beyond this number of combinations no cell would be met twice, and numbers would run out.
pub(super) const MOST_COMBINATIONS: usize = 1 << 20;

/// The columns of an outcome table, whose names no stratum can have.
pub(crate) const OUTCOME_COLUMNS: [&str; 11] = [
    "unit",
    "date",
    "start",
    "end",
    "period",
    "measure",
    "value",
    "status",
    "recorded_at",
    "illustrative",
    "source",
];

impl Strata {
    pub(super) fn new(strata: Vec<Stratum>) -> Self {
        Strata(strata)
    }

    pub(crate) fn all(&self) -> &[Stratum] {
        &self.0
    }

    /// The strata in their order, each with what one step of its digit adds to a combination's number.
    pub(crate) fn steps(&self) -> impl Iterator<Item = (StratumIndex, &Stratum, Combination)> {
        let mut step = 1;
        self.0.iter().enumerate().map(move |(index, stratum)| {
            let mine = step;
            step *= digits(stratum) as Combination;
            (StratumIndex(index), stratum, mine)
        })
    }

    /// The digit of each stratum in a combination.
    pub(crate) fn digits_of(&self, combination: Combination) -> impl Iterator<Item = usize> {
        let mut rest = combination as usize;
        self.0.iter().map(move |stratum| {
            let digit = rest % digits(stratum);
            rest /= digits(stratum);
            digit
        })
    }

    /// A combination in words: `sex=f, age=0-14`; none where no category is given.
    pub(crate) fn name_of(&self, combination: Combination) -> Option<String> {
        let given = self.0.iter().zip(self.digits_of(combination));
        let names: Vec<String> = given
            .filter_map(|(stratum, digit)| {
                Some(format!("{}={}", stratum.id, stratum.categories.get(digit.checked_sub(1)?)?))
            })
            .collect();
        (!names.is_empty()).then(|| names.join(", "))
    }
}

/// How many digits a stratum has: its categories, and none of them.
pub(crate) fn digits(stratum: &Stratum) -> usize {
    stratum.categories.len() + 1
}

/// Categories that something is narrowed to: of each stratum one or more, or all where it is not named.
///
/// ```
/// let plan = attain::Plan::from_yaml(r#"{attain: 1, plan: p, strata: {sex: [f, m]}, measures: {cases: {}},
///     indicators: {women: {count: cases, where: {sex: f}}},
///     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
/// let narrowed = &plan.indicators()[0].narrowed_to;
/// let (stratum, categories) = narrowed.iter().next().unwrap();
/// assert_eq!((plan[stratum].id.as_str(), categories), ("sex", &[0][..]));
/// # Ok::<(), attain::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Selection {
    /// In the order of strata and categories.
    chosen: Vec<(StratumIndex, Vec<usize>)>,
}

impl Selection {
    pub(crate) fn new(mut chosen: Vec<(StratumIndex, Vec<usize>)>) -> Self {
        chosen.sort_unstable();
        chosen.iter_mut().for_each(|(_, categories)| categories.sort_unstable());
        Selection { chosen }
    }

    /// Whether nothing is narrowed.
    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty()
    }

    /// The strata that are narrowed, each with the places of its categories.
    pub fn iter(&self) -> impl Iterator<Item = (StratumIndex, &[usize])> {
        self.chosen.iter().map(|(stratum, categories)| (*stratum, categories.as_slice()))
    }

    /// The categories of one stratum, if it is narrowed.
    pub fn of(&self, stratum: StratumIndex) -> Option<&[usize]> {
        self.iter().find(|(narrowed, _)| *narrowed == stratum).map(|(_, categories)| categories)
    }

    /// Narrowed by another selection too, of other strata.
    pub(crate) fn and(&self, other: &Selection) -> Selection {
        Selection::new(self.chosen.iter().chain(&other.chosen).cloned().collect())
    }

    /// Narrowed by all strata but some.
    pub(crate) fn without(&self, strata: &[StratumIndex]) -> Selection {
        let rest = self.chosen.iter().filter(|(stratum, _)| !strata.contains(stratum));
        Selection { chosen: rest.cloned().collect() }
    }

    /// Every combination of one category of each of some strata, the first stratum's slowest; of a stratum that is
    /// narrowed, only of the categories that it is narrowed to.
    pub(crate) fn combinations(&self, of: &[StratumIndex], strata: &[Stratum]) -> Vec<Selection> {
        let mut all = vec![Selection::default()];
        for stratum in of {
            let categories: Vec<usize> = match self.of(*stratum) {
                Some(narrowed) => narrowed.to_vec(),
                None => (0..strata[stratum.0].categories.len()).collect(),
            };
            let with = |selection: &Selection, category: usize| {
                selection.and(&Selection::new(vec![(*stratum, vec![category])]))
            };
            all = all
                .iter()
                .flat_map(|selection| {
                    categories.iter().map(move |category| with(selection, *category))
                })
                .collect();
        }
        all
    }

    /// In words: `sex=f, age=0-14 + 15-29`.
    pub(crate) fn name(&self, strata: &[Stratum]) -> String {
        let names: Vec<String> = self
            .iter()
            .map(|(StratumIndex(index), categories)| {
                let stratum = &strata[index];
                let names: Vec<&str> = categories
                    .iter()
                    .map(|category| stratum.categories[*category].as_str())
                    .collect();
                format!("{}={}", stratum.id, names.join(" + "))
            })
            .collect();
        names.join(", ")
    }
}

/// A measure that is another one, narrowed to categories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Narrowed {
    /// The measure as it is declared.
    pub(crate) measure: MeasureIndex,
    pub(crate) to: Selection,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strata() -> Strata {
        let stratum = |id: &str, categories: &[&str]| Stratum {
            id: id.to_owned(),
            categories: categories.iter().map(|category| (*category).to_owned()).collect(),
        };
        Strata::new(vec![stratum("sex", &["f", "m"]), stratum("age", &["0-14", "15-29", "30+"])])
    }

    #[test]
    fn every_combination_has_a_number_of_its_own_that_tells_its_digits() {
        let strata = strata();
        let steps: Vec<u32> = strata.steps().map(|(_, _, step)| step).collect();
        let mut seen = vec![false; 12];
        for sex in 0..3 {
            for age in 0..4 {
                let number = sex as u32 * steps[0] + age as u32 * steps[1];
                assert!(!std::mem::replace(&mut seen[number as usize], true));
                assert_eq!(strata.digits_of(number).collect::<Vec<_>>(), [sex, age]);
            }
        }
        assert!(seen.into_iter().all(|seen| seen));
    }

    #[test]
    fn a_combination_is_named_by_the_categories_that_are_given() {
        let strata = strata();
        assert_eq!(strata.name_of(0), None);
        assert_eq!(strata.name_of(2).as_deref(), Some("sex=m"));
        assert_eq!(strata.name_of(1 + 3 * 3).as_deref(), Some("sex=f, age=30+"));
        let chosen =
            Selection::new(vec![(StratumIndex(1), vec![2, 0]), (StratumIndex(0), vec![1])]);
        assert_eq!(chosen.name(strata.all()), "sex=m, age=0-14 + 30+");
    }
}
