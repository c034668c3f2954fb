//! A number divided in proportion to weights, in whole numbers where this is required.

use crate::exact::Exact;

/// A unit's part of a number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    /// The exact part, before it is rounded.
    pub(crate) quota: Exact,
    /// The part: the quota, or one of the two whole numbers around it.
    pub(crate) share: Exact,
}

/// Divides a number exactly; none if there is nothing to divide it by.
pub(crate) fn divided(number: &Exact, weights: &[Exact]) -> Option<Vec<Part>> {
    let total = weights.iter().fold(Exact::ZERO, |total, weight| total + weight);
    if !total.is_positive() {
        return None;
    }
    let parts = weights.iter().map(|weight| {
        let quota = number * weight / &total;
        Part { share: quota.clone(), quota }
    });
    Some(parts.collect())
}

/// Divides a whole number into whole numbers by largest remainder (Hamilton's rule): everyone gets
/// the whole number below their quota, and what is left over goes, one each, to those whose quota was
/// cut by most; among equals, to those who stand first.
pub(crate) fn divided_whole(number: &Exact, weights: &[Exact]) -> Option<Vec<Part>> {
    let mut parts = divided(number, weights)?;
    let mut left = number.clone();
    for part in &mut parts {
        part.share = part.quota.floor();
        left = left - &part.share;
    }
    let mut by_remainder: Vec<(Exact, usize)> =
        parts.iter().enumerate().map(|(place, part)| (&part.quota - &part.share, place)).collect();
    by_remainder.sort_by(|(one, first), (other, second)| other.cmp(one).then(first.cmp(second)));
    for (_, place) in by_remainder {
        if !left.is_positive() {
            break;
        }
        parts[place].share = &parts[place].share + &Exact::ONE;
        left = left - &Exact::ONE;
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn exact(numbers: &[i64]) -> Vec<Exact> {
        numbers.iter().map(|number| Exact::from(*number)).collect()
    }

    fn whole(number: i64, weights: &[i64]) -> Vec<i64> {
        let parts = divided_whole(&Exact::from(number), &exact(weights)).unwrap();
        parts.iter().map(|part| part.share.to_i64().unwrap()).collect()
    }

    #[test]
    fn what_is_left_over_goes_to_the_largest_remainders() {
        // Hamilton's method on the textbook example of ten seats: quotas 4.7, 1.6, 1.58, 1.2, 0.6, 0.32.
        assert_eq!(whole(10, &[4700, 1600, 1580, 1200, 600, 320]), [5, 2, 1, 1, 1, 0]);
        assert_eq!(whole(2, &[1, 1, 1]), [1, 1, 0], "among equals, those who stand first");
        assert_eq!(whole(0, &[1, 2]), [0, 0]);
        assert_eq!(whole(7, &[0, 5, 0]), [0, 7, 0]);
    }

    #[test]
    fn nothing_is_divided_by_nothing() {
        assert_eq!(divided_whole(&Exact::from(7), &exact(&[0, 0])), None);
        assert_eq!(divided(&Exact::from(7), &[]), None);
    }

    proptest! {
        #[test]
        fn whole_parts_add_up_and_none_is_one_away_from_its_quota(
            number in -1_000_000_i64..1_000_000,
            weights in prop::collection::vec(0_i64..10_000_000, 1..40),
        ) {
            let total: i64 = weights.iter().sum();
            let Some(parts) = divided_whole(&Exact::from(number), &exact(&weights)) else {
                prop_assert_eq!(total, 0);
                return Ok(());
            };
            let shares: Vec<i64> = parts.iter().map(|part| part.share.to_i64().unwrap()).collect();
            prop_assert_eq!(shares.iter().sum::<i64>(), number);
            for (share, weight) in shares.iter().zip(&weights) {
                let (share, total) = (i128::from(*share), i128::from(total));
                let quota_times_total = i128::from(number) * i128::from(*weight);
                prop_assert!((share * total - quota_times_total).abs() < total);
            }
            // Who got one more was cut by no less than who did not, and stands before their equals.
            for (i, one) in parts.iter().enumerate() {
                for (j, other) in parts.iter().enumerate() {
                    let cut = |part: &Part| &part.quota - &part.quota.floor();
                    let got = |part: &Part| part.share > part.quota.floor();
                    if got(one) && !got(other) {
                        prop_assert!(cut(one) > cut(other) || (cut(one) == cut(other) && i < j));
                    }
                }
            }
        }
    }
}
