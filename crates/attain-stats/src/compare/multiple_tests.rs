//! P-values of many tests at once: many units, many indicators.

/// What the adjusted p-values of several tests promise, and for which tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PAdjustment {
    /// The chance of any false finding, for tests that depend in any way: each p-value times the number of tests.
    Bonferroni,
    /// The same for independent tests, or such that depend positively: 1 − (1 − p)^m (Šidák 1967).
    Sidak,
    /// Holm's (1979): as Bonferroni's, and never larger.
    Holm,
    /// Holm's with Šidák's in place of Bonferroni's.
    HolmSidak,
    /// Hochberg's (1988): the chance of any false finding, for tests that are independent or depend positively.
    Hochberg,
    /// Hommel's (1988): as Hochberg's, and never larger.
    Hommel,
    /// The share of false findings, for tests that are independent or depend positively (Benjamini & Hochberg 1995).
    BenjaminiHochberg,
    /// The share of false findings, for tests that depend in any way (Benjamini & Yekutieli 2001).
    BenjaminiYekutieli,
    /// The share of false findings, for independent tests, in two stages (Benjamini, Krieger & Yekutieli 2006): the number of true
    /// hypotheses is estimated by those that [`BenjaminiHochberg`](Self::BenjaminiHochberg) at q/(1 + q) does not reject, and takes
    /// the place of the number of tests. The more findings there are, the more others it makes.
    TwoStage,
    /// The same with q in place of q/(1 + q) in both stages: more findings, and the promise is not proven.
    TwoStageBenjaminiHochberg,
}

impl PAdjustment {
    /// Every value, in the order of the declaration.
    pub const ALL: [PAdjustment; 10] = [
        PAdjustment::Bonferroni,
        PAdjustment::Sidak,
        PAdjustment::Holm,
        PAdjustment::HolmSidak,
        PAdjustment::Hochberg,
        PAdjustment::Hommel,
        PAdjustment::BenjaminiHochberg,
        PAdjustment::BenjaminiYekutieli,
        PAdjustment::TwoStage,
        PAdjustment::TwoStageBenjaminiHochberg,
    ];
}

/// P-values of several tests, adjusted: a finding below a level keeps the promise of the method at that level.
///
/// What is not a number from 0 to 1 (NaN for a test that could not be made) has no adjusted value
/// and is not counted among the tests.
///
/// ```
/// use attain_stats::{PAdjustment, adjusted_p_values};
///
/// let adjusted = adjusted_p_values(&[0.01, 0.04, f64::NAN, 0.03], PAdjustment::Hochberg);
/// assert_eq!(adjusted, [Some(0.03), Some(0.04), None, Some(0.04)]);
/// ```
pub fn adjusted_p_values(p_values: &[f64], method: PAdjustment) -> Vec<Option<f64>> {
    let order = rising(p_values);
    let sorted: Vec<f64> = order.iter().map(|&index| p_values[index]).collect();
    let tests = sorted.len() as f64;
    // The number of tests at and above a place, from the smallest p-value on.
    let left = |place: usize| tests - place as f64;
    // 1 − (1 − p)^m keeps the digits of small p-values.
    let any_of = |tests: f64, p: f64| -(tests * (-p).ln_1p()).exp_m1();
    let of_places = |factor: &dyn Fn(usize, f64) -> f64| -> Vec<f64> {
        sorted.iter().enumerate().map(|(place, &p)| factor(place, p).min(1.0)).collect()
    };
    let adjusted = match method {
        PAdjustment::Bonferroni => of_places(&|_, p| p * tests),
        PAdjustment::Sidak => of_places(&|_, p| any_of(tests, p)),
        PAdjustment::Holm => not_falling(of_places(&|place, p| p * left(place))),
        PAdjustment::HolmSidak => not_falling(of_places(&|place, p| any_of(left(place), p))),
        PAdjustment::Hochberg => not_rising_down(of_places(&|place, p| p * left(place))),
        PAdjustment::Hommel => hommel(&sorted),
        PAdjustment::BenjaminiHochberg => step_up(&sorted),
        // From the level q/(1 + q) back to q.
        PAdjustment::TwoStage => {
            two_stage(&step_up(&sorted)).map(|level| (level / (1.0 - level)).min(1.0)).collect()
        }
        PAdjustment::TwoStageBenjaminiHochberg => two_stage(&step_up(&sorted)).collect(),
        PAdjustment::BenjaminiYekutieli => {
            let harmonic: f64 = (1..=sorted.len()).map(|k| 1.0 / k as f64).sum();
            not_rising_down(of_places(&|place, p| p * (tests / (place as f64 + 1.0)) * harmonic))
        }
    };
    let mut found = vec![None; p_values.len()];
    for (index, p) in order.into_iter().zip(adjusted) {
        found[index] = Some(p);
    }
    found
}

/// [`adjusted_p_values`] by [`PAdjustment::BenjaminiHochberg`].
///
/// ```
/// let adjusted = attain_stats::benjamini_hochberg(&[0.01, 0.04, f64::NAN, 0.03]);
/// assert_eq!(adjusted, [Some(0.03), Some(0.04), None, Some(0.04)]);
/// ```
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<Option<f64>> {
    adjusted_p_values(p_values, PAdjustment::BenjaminiHochberg)
}

/// [`adjusted_p_values`] by [`PAdjustment::Holm`].
///
/// ```
/// let adjusted = attain_stats::holm(&[0.01, 0.04, f64::NAN, 0.03]);
/// assert_eq!(adjusted, [Some(0.03), Some(0.06), None, Some(0.06)]);
/// ```
pub fn holm(p_values: &[f64]) -> Vec<Option<f64>> {
    adjusted_p_values(p_values, PAdjustment::Holm)
}

/// From the smallest up: no larger p-value may have a smaller adjusted one.
fn not_falling(mut adjusted: Vec<f64>) -> Vec<f64> {
    let mut most = 0.0f64;
    for p in &mut adjusted {
        most = most.max(*p);
        *p = most;
    }
    adjusted
}

/// From the largest down: no smaller p-value may have a larger adjusted one.
fn not_rising_down(mut adjusted: Vec<f64>) -> Vec<f64> {
    let mut least = 1.0f64;
    for p in adjusted.iter_mut().rev() {
        least = least.min(*p);
        *p = least;
    }
    adjusted
}

/// Hommel's adjusted p-values of sorted ones: the largest of Simes's p-values of all sets of tests that have the test. Takes
/// time with the square of the number of tests.
///
/// Of the sets of `size` tests, the worst for a test above the others has the `size` − 1 largest p-values (Wright 1992).
fn hommel(sorted: &[f64]) -> Vec<f64> {
    let tests = sorted.len();
    let mut adjusted: Vec<f64> = sorted.to_vec();
    for size in 1..=tests {
        let m = size as f64;
        let (below, above) = sorted.split_at(tests - size + 1);
        // Simes's of the largest ones, each at least at the second place.
        let of_above = above.iter().enumerate().map(|(place, p)| m * p / (place as f64 + 2.0));
        let least = of_above.fold(f64::INFINITY, f64::min);
        for (found, p) in adjusted.iter_mut().zip(below) {
            *found = found.max(least.min(m * p));
        }
        let last = below.last().map_or(0.0, |p| least.min(m * p));
        for found in adjusted.iter_mut().skip(below.len()) {
            *found = found.max(last);
        }
    }
    adjusted
}

/// Benjamini and Hochberg's adjusted p-values of sorted ones.
fn step_up(sorted: &[f64]) -> Vec<f64> {
    let tests = sorted.len() as f64;
    let of_places = sorted.iter().enumerate();
    let factor = |place: usize| tests / (place as f64 + 1.0);
    not_rising_down(of_places.map(|(place, p)| (p * factor(place)).min(1.0)).collect())
}

/// The least level of both stages at which each test is a finding, from sorted p-values that Benjamini & Hochberg's method has
/// adjusted.
///
/// With r findings in the first stage, the second one finds what is adjusted to at most the level times m/(m − r). So the
/// level is the least, over all r, of the larger of the level that has r findings and of the adjusted p-value times
/// (m − r)/m. The one rises with r, and the other falls.
fn two_stage(adjusted: &[f64]) -> impl Iterator<Item = f64> {
    let tests = adjusted.len();
    let first_stage = move |found: usize| if found == 0 { 0.0 } else { adjusted[found - 1] };
    adjusted.iter().map(move |&p| {
        let second_stage = |found: usize| p * ((tests - found) as f64 / tests as f64);
        let (mut falling, mut rising) = (0, tests);
        while rising - falling > 1 {
            let middle = falling + (rising - falling) / 2;
            if first_stage(middle) < second_stage(middle) {
                falling = middle;
            } else {
                rising = middle;
            }
        }
        let level = |found: usize| first_stage(found).max(second_stage(found));
        level(falling).min(level(rising))
    })
}

/// The places of the p-values, from the smallest to the largest.
fn rising(p_values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> =
        (0..p_values.len()).filter(|&i| (0.0..=1.0).contains(&p_values[i])).collect();
    order.sort_by(|&i, &j| p_values[i].total_cmp(&p_values[j]));
    order
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The findings of Benjamini and Hochberg's method at a level, of sorted p-values.
    fn found(sorted: &[f64], level: f64) -> usize {
        let m = sorted.len() as f64;
        let is_found = |place: &usize| sorted[place - 1] <= *place as f64 * level / m;
        (1..=sorted.len()).rev().find(is_found).unwrap_or(0)
    }

    proptest! {
        /// Both stages, one after the other.
        #[test]
        fn two_stages_find_what_their_definition_finds(
            mut p in prop::collection::vec((1_u32..1000, 0_u32..4), 1..30),
            level in 0.001_f64..0.999,
        ) {
            let mut p: Vec<f64> =
                p.drain(..).map(|(p, power)| f64::from(p) / 10_f64.powi(3 + power as i32)).collect();
            p.sort_by(f64::total_cmp);
            let m = p.len();
            for (method, first) in [
                (PAdjustment::TwoStage, level / (1.0 + level)),
                (PAdjustment::TwoStageBenjaminiHochberg, level),
            ] {
                let rejected = found(&p, first);
                let all = match rejected {
                    0 => 0,
                    _ if rejected == m => m,
                    _ => found(&p, first * m as f64 / (m - rejected) as f64),
                };
                let adjusted = adjusted_p_values(&p, method);
                let is_near = adjusted.iter().flatten().any(|p| (p - level).abs() < 1e-12);
                prop_assume!(!is_near);
                prop_assert_eq!(adjusted.iter().flatten().filter(|p| **p <= level).count(), all);
                prop_assert!(adjusted.is_sorted());
            }
        }
    }
}
