//! P-values of many tests at once: many units, many indicators.

/// P-values adjusted so that of the findings below a level at most that share is expected to be
/// false: Benjamini & Hochberg 1995, for tests that are independent or depend positively.
///
/// What is not a number from 0 to 1 (NaN for a test that could not be made) has no adjusted value
/// and is not counted among the tests.
///
/// ```
/// let adjusted = attain_stats::benjamini_hochberg(&[0.01, 0.04, f64::NAN, 0.03]);
/// assert_eq!(adjusted, [Some(0.03), Some(0.04), None, Some(0.04)]);
/// ```
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<Option<f64>> {
    let order = rising(p_values);
    let tests = order.len() as f64;
    let mut adjusted = vec![None; p_values.len()];
    let mut least = 1.0f64;
    // From the largest down: no smaller p-value may have a larger adjusted one.
    for (place, &index) in order.iter().enumerate().rev() {
        least = least.min(p_values[index] * (tests / (place as f64 + 1.0)));
        adjusted[index] = Some(least);
    }
    adjusted
}

/// P-values adjusted so that the chance of any false finding below a level is at most that level:
/// Holm 1979, for tests that depend in any way.
///
/// What is not a number from 0 to 1 has no adjusted value and is not counted among the tests.
///
/// ```
/// let adjusted = attain_stats::holm(&[0.01, 0.04, f64::NAN, 0.03]);
/// assert_eq!(adjusted, [Some(0.03), Some(0.06), None, Some(0.06)]);
/// ```
pub fn holm(p_values: &[f64]) -> Vec<Option<f64>> {
    let order = rising(p_values);
    let tests = order.len();
    let mut adjusted = vec![None; p_values.len()];
    let mut most = 0.0f64;
    for (place, &index) in order.iter().enumerate() {
        most = most.max(p_values[index] * (tests - place) as f64).min(1.0);
        adjusted[index] = Some(most);
    }
    adjusted
}

/// The places of the p-values, from the smallest to the largest.
fn rising(p_values: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> =
        (0..p_values.len()).filter(|&i| (0.0..=1.0).contains(&p_values[i])).collect();
    order.sort_by(|&i, &j| p_values[i].total_cmp(&p_values[j]));
    order
}
