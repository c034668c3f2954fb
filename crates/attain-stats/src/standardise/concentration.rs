//! How unequally something is spread over people: Gini, Theil, and the concentration along a ranking.

use super::direct::same_length;
use crate::error::{Result, StatsError, computed, finite, out_of_range};

/// The Gini coefficient of values, each of `population` people: half the mean difference of two people over the mean.
///
/// 0 where all have the same, near 1 where one of many has all. Groups are whole: differences inside of them do not count.
/// This is the coefficient of a population, without the factor n/(n − 1) for samples.
///
/// Source: Gini 1914; Sen, *On Economic Inequality*, 1973.
///
/// ```
/// use attain_stats::gini;
///
/// assert!((gini(&[1.0, 1.0, 1.0], &[1.0; 3])?).abs() < 1e-15);
/// // One of four has all.
/// assert!((gini(&[0.0, 0.0, 0.0, 8.0], &[1.0; 4])? - 0.75).abs() < 1e-15);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If the columns differ in length, a value or a population is negative or not finite, nobody is there, or all values are 0.
pub fn gini(values: &[f64], population: &[f64]) -> Result<f64> {
    let shared = Shared::of(values, population)?;
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|one, other| values[*one].total_cmp(&values[*other]));
    computed("values", shared.concentration(order.into_iter()))
}

/// The least and the greatest value that there can be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ValueBounds {
    least: f64,
    greatest: f64,
}

impl ValueBounds {
    /// From the least value to the greatest one.
    ///
    /// # Errors
    /// If the least is not below the greatest, or one of them is not finite.
    pub fn new(least: f64, greatest: f64) -> Result<ValueBounds> {
        if !(least < greatest && (greatest - least).is_finite()) {
            return Err(out_of_range("bounds", least, "a least value below the greatest one"));
        }
        Ok(ValueBounds { least, greatest })
    }
}

/// The concentration index of values along a ranking of people, such as from the poorest to the richest: rows are groups in
/// that order, with their mean value and their number of people.
///
/// From −1 (the first have all) over 0 to 1 (the last have all). It is twice the area between the diagonal and the curve that
/// shows which share of the whole the first people have; of people ranked by the value itself it is the [`gini`] coefficient.
/// For a value with an upper bound, such as a share, its largest possible amount shrinks as the mean grows (Wagstaff 2005); `bounds`, the
/// least and the greatest value, gives Erreygers' index (2009), 4·mean·C/(greatest − least), which does not.
///
/// Source: Kakwani, Wagstaff & van Doorslaer 1997.
///
/// ```
/// use attain_stats::{ValueBounds, concentration_index};
///
/// // Coverage of five equal groups, from the poorest to the richest.
/// let found = concentration_index(&[40.0, 50.0, 60.0, 70.0, 80.0], &[1.0; 5], None)?;
/// assert!((found - 2.0 / 15.0).abs() < 1e-15);
/// let shares = ValueBounds::new(0.0, 1.0)?;
/// let bounded = concentration_index(&[0.4, 0.5, 0.6, 0.7, 0.8], &[1.0; 5], Some(shares))?;
/// assert!((bounded - 0.32).abs() < 1e-15);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// As [`gini`], and if a value lies outside of `bounds`.
pub fn concentration_index(
    values: &[f64],
    population: &[f64],
    bounds: Option<ValueBounds>,
) -> Result<f64> {
    let shared = Shared::of(values, population)?;
    let index = shared.concentration(0..values.len());
    let Some(ValueBounds { least, greatest }) = bounds else { return computed("values", index) };
    if let Some(value) = values.iter().find(|value| !(least..=greatest).contains(*value)) {
        return Err(out_of_range("values", *value, "values within the bounds"));
    }
    computed("values", 4.0 * shared.mean() * index / (greatest - least))
}

/// Which of Theil's two indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum TheilKind {
    /// Theil's T: Σ (value ÷ mean)·ln(value ÷ mean), over all people; it weighs differences among those with much.
    #[default]
    T,
    /// Theil's L, the mean logarithmic deviation: Σ ln(mean ÷ value), over all people; it weighs differences among those with
    /// little. Every value is above 0.
    L,
}

/// Theil's index of values, each of `population` people: 0 where all have the same, and more the less equal they are.
///
/// The index of groups is the part of inequality that lies between them: with that inside of groups, weighted, it adds up to the
/// index of all people.
///
/// Source: Theil, *Economics and Information Theory*, 1967; Shorrocks 1980.
///
/// ```
/// use attain_stats::{TheilKind, theil};
///
/// // One of four has all: ln 4.
/// let found = theil(&[0.0, 0.0, 0.0, 8.0], &[1.0; 4], TheilKind::T)?;
/// assert!((found - 4.0_f64.ln()).abs() < 1e-15);
/// assert!(theil(&[0.0, 8.0], &[1.0; 2], TheilKind::L).is_err());
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// As [`gini`], and if a value is 0 for [`TheilKind::L`].
pub fn theil(values: &[f64], population: &[f64], kind: TheilKind) -> Result<f64> {
    let shared = Shared::of(values, population)?;
    let mean = shared.mean();
    let term = |value: f64| match kind {
        TheilKind::T if value == 0.0 => 0.0,
        TheilKind::T => value / mean * (value / mean).ln(),
        TheilKind::L => (mean / value).ln(),
    };
    let with_people = || values.iter().zip(population).filter(|(_, people)| **people > 0.0);
    if kind == TheilKind::L && with_people().any(|(value, _)| *value == 0.0) {
        return Err(out_of_range("values", 0.0, "values above 0"));
    }
    let sum: f64 = with_people().map(|(value, people)| people * term(*value)).sum();
    // Rounding may leave a hair below 0.
    computed("values", (sum / shared.people).max(0.0))
}

/// Values of groups of people that were checked.
struct Shared<'a> {
    values: &'a [f64],
    population: &'a [f64],
    people: f64,
    total: f64,
}

impl<'a> Shared<'a> {
    fn of(values: &'a [f64], population: &'a [f64]) -> Result<Self> {
        same_length("population", population, "values", values)?;
        for (argument, column) in [("values", values), ("population", population)] {
            for number in column {
                if finite(argument, *number)? < 0.0 {
                    return Err(out_of_range(argument, *number, "numbers that are not negative"));
                }
            }
        }
        let people: f64 = population.iter().sum();
        let total: f64 = values.iter().zip(population).map(|(value, people)| value * people).sum();
        if people <= 0.0 {
            let (argument, found) = ("population", 0);
            return Err(StatsError::TooFew { argument, found, expected: 1 });
        }
        if total <= 0.0 {
            return Err(out_of_range("values", 0.0, "values that are not all 0"));
        }
        Ok(Shared { values, population, people: finite("population", people)?, total })
    }

    fn mean(&self) -> f64 {
        self.total / self.people
    }

    /// 2·Σ (share of the whole × rank of the middle of the group) − 1, of groups in an order.
    fn concentration(&self, order: impl Iterator<Item = usize>) -> f64 {
        let (mut before, mut sum) = (0.0, 0.0);
        for group in order {
            let share = self.population[group] / self.people;
            let of_whole = self.values[group] * self.population[group] / self.total;
            sum += of_whole * (before + 0.5 * share);
            before += share;
        }
        2.0 * sum - 1.0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails loudly")]

    use proptest::prelude::*;

    use super::*;

    /// Half the mean difference of two people, pair by pair.
    fn by_pairs(values: &[f64], people: &[f64]) -> f64 {
        let all: f64 = people.iter().sum();
        let mean = values.iter().zip(people).map(|(v, p)| v * p).sum::<f64>() / all;
        let pairs = values.iter().zip(people).flat_map(|(one, p)| {
            values.iter().zip(people).map(move |(other, q)| p * q * (one - other).abs())
        });
        pairs.sum::<f64>() / (2.0 * all * all * mean)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_coefficient_is_half_the_mean_difference(
            groups in prop::collection::vec((0.1_f64..50.0, 0.5_f64..20.0), 1..20)
        ) {
            let (values, people): (Vec<f64>, Vec<f64>) = groups.into_iter().unzip();
            let found = gini(&values, &people).unwrap();
            prop_assert!((found - by_pairs(&values, &people)).abs() < 1e-12);
            let mut sorted: Vec<(f64, f64)> = values.iter().copied().zip(people.clone()).collect();
            sorted.sort_by(|one, other| one.0.total_cmp(&other.0));
            let (ranked, of): (Vec<f64>, Vec<f64>) = sorted.into_iter().unzip();
            let along = concentration_index(&ranked, &of, None).unwrap();
            prop_assert!((found - along).abs() < 1e-12);
            let reversed: (Vec<f64>, Vec<f64>) =
                ranked.iter().copied().zip(of.iter().copied()).rev().unzip();
            let backwards = concentration_index(&reversed.0, &reversed.1, None).unwrap();
            prop_assert!((along + backwards).abs() < 1e-12);
        }

        /// The index of all is that between groups and that inside of them, weighted by their shares of the whole (T) or of
        /// the people (L).
        #[test]
        fn theils_indices_add_up(
            first in prop::collection::vec(0.1_f64..50.0, 1..10),
            second in prop::collection::vec(0.1_f64..50.0, 1..10),
        ) {
            let all: Vec<f64> = first.iter().chain(&second).copied().collect();
            let ones = vec![1.0; all.len()];
            let mean = |of: &[f64]| of.iter().sum::<f64>() / of.len() as f64;
            let sizes = [first.len() as f64, second.len() as f64];
            let means = [mean(&first), mean(&second)];
            let people = sizes[0] + sizes[1];
            for kind in [TheilKind::T, TheilKind::L] {
                let inside = |of: &[f64]| theil(of, &vec![1.0; of.len()], kind).unwrap();
                let weight = |group: usize| match kind {
                    TheilKind::T => sizes[group] * means[group] / (people * mean(&all)),
                    TheilKind::L => sizes[group] / people,
                };
                let between = theil(&means, &sizes, kind).unwrap();
                let sum = between + weight(0) * inside(&first) + weight(1) * inside(&second);
                prop_assert!((theil(&all, &ones, kind).unwrap() - sum).abs() < 1e-12);
            }
        }
    }

    #[test]
    fn what_has_no_index_is_refused() {
        for (values, people) in [
            (vec![], vec![]),
            (vec![1.0], vec![0.0]),
            (vec![0.0, 0.0], vec![1.0, 1.0]),
            (vec![-1.0, 2.0], vec![1.0, 1.0]),
            (vec![1.0, f64::NAN], vec![1.0, 1.0]),
            (vec![1.0, 2.0], vec![1.0]),
        ] {
            assert!(gini(&values, &people).is_err(), "{values:?} {people:?}");
            assert!(theil(&values, &people, TheilKind::T).is_err());
            assert!(concentration_index(&values, &people, None).is_err());
        }
        let shares = ValueBounds::new(0.0, 1.0).unwrap();
        assert!(concentration_index(&[0.5, 1.5], &[1.0; 2], Some(shares)).is_err());
        assert!(ValueBounds::new(1.0, 0.0).is_err());
        // A group without people does not count.
        assert!(theil(&[0.0, 1.0, 2.0], &[0.0, 1.0, 1.0], TheilKind::L).is_ok());
    }
}
