//! The verdicts of which a bounded share is wrong.

/// Returns which rows belong to the largest list with at most this share of wrong verdicts.
///
/// `wrong` has the probability of each row that its verdict is wrong; NaN where there is none, and
/// such a row is not in the list. The list takes rows in the order of these probabilities, as long
/// as their mean is at most `share` (Stephens 2017; Storey 2003). Rows with equal probabilities
/// are all in the list, or all are not.
///
/// ```
/// use attain_stats::pool::reliable_list;
///
/// // The mean of 0, 0.04 and 0.10 is below 5 %; with 0.2 it is not.
/// let listed = reliable_list(&[0.2, 0.04, f64::NAN, 0.0, 0.1], 0.05);
/// assert_eq!(listed, [false, true, false, true, true]);
/// ```
pub fn reliable_list(wrong: &[f64], share: f64) -> Vec<bool> {
    let mut rising: Vec<f64> = wrong.iter().copied().filter(|p| !p.is_nan()).collect();
    rising.sort_by(f64::total_cmp);
    let (mut sum, mut count) = (0.0, 0.0);
    let mut most = None;
    for equal in rising.chunk_by(|one, other| one == other) {
        sum += equal.iter().sum::<f64>();
        count += equal.len() as f64;
        if sum <= share * count {
            most = equal.first().copied();
        }
    }
    wrong.iter().map(|p| most.is_some_and(|most| *p <= most)).collect()
}
