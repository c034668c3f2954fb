//! A series' values by size, and how far the series was from that order.

/// The values of a series in ascending order.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ordered {
    sorted: Vec<f64>,
    /// Pairs whose later value is the smaller one.
    falling: u64,
}

impl Ordered {
    /// Orders values, none of them NaN, by merging; each merge counts the pairs that it turns round
    /// (Knight 1966).
    pub(super) fn of(values: &[f64]) -> Self {
        let mut sorted = values.to_vec();
        let falling = merge_sort(&mut sorted, &mut values.to_vec());
        Ordered { sorted, falling }
    }

    /// Kendall's score: pairs that rise less pairs that fall.
    pub(super) fn score(&self) -> f64 {
        pairs(self.sorted.len() as f64) - self.tied_pairs() - 2.0 * self.falling as f64
    }

    /// Pairs of equal values.
    pub(super) fn tied_pairs(&self) -> f64 {
        self.ties().map(pairs).sum()
    }

    /// The variance of Kendall's score among exchangeable values, of which some may be equal.
    pub(super) fn variance_of_score(&self) -> f64 {
        variance_term(self.sorted.len() as f64) - self.reduction_of_ties()
    }

    /// By how much equal values make the variance smaller.
    pub(super) fn reduction_of_ties(&self) -> f64 {
        self.ties().map(variance_term).sum()
    }

    pub(super) fn has_ties(&self) -> bool {
        self.sorted.windows(2).any(|pair| pair[0] == pair[1])
    }

    pub(super) fn median(&self) -> f64 {
        median_of_sorted(&self.sorted)
    }

    /// How many values are equal, for each value.
    fn ties(&self) -> impl Iterator<Item = f64> {
        self.sorted.chunk_by(|a, b| a == b).map(|group| group.len() as f64)
    }
}

/// The middle value, or the mean of the two in the middle; NaN of nothing.
pub(super) fn median_of_sorted(sorted: &[f64]) -> f64 {
    let last = sorted.len().saturating_sub(1);
    match (sorted.get(last / 2), sorted.get(last.div_ceil(2))) {
        (Some(middle), Some(_)) if last.is_multiple_of(2) => *middle,
        (Some(low), Some(high)) => 0.5 * (low + high),
        _ => f64::NAN,
    }
}

fn variance_term(t: f64) -> f64 {
    t * (t - 1.0) * (2.0 * t + 5.0) / 18.0
}

fn pairs(n: f64) -> f64 {
    0.5 * n * (n - 1.0)
}

/// Sorts the values and counts the pairs that were in falling order. `spare` holds the same values.
fn merge_sort(values: &mut [f64], spare: &mut [f64]) -> u64 {
    // Below this inserting is quicker than merging.
    if values.len() <= 12 {
        return insertion_sort(values);
    }
    let middle = values.len() / 2;
    let (left, right) = spare.split_at_mut(middle);
    let (left_values, right_values) = values.split_at_mut(middle);
    let mut falling = merge_sort(left, left_values) + merge_sort(right, right_values);
    let (mut taken, mut other) = (0, 0);
    for value in values {
        // Of equal values the earlier one comes first: they don't fall.
        let from_right = taken == left.len() || (other < right.len() && right[other] < left[taken]);
        if from_right {
            *value = right[other];
            other += 1;
            falling += (left.len() - taken) as u64;
        } else {
            *value = left[taken];
            taken += 1;
        }
    }
    falling
}

fn insertion_sort(values: &mut [f64]) -> u64 {
    let mut falling = 0;
    for end in 1..values.len() {
        let value = values[end];
        let mut place = end;
        while place > 0 && value < values[place - 1] {
            values[place] = values[place - 1];
            place -= 1;
        }
        values[place] = value;
        falling += (end - place) as u64;
    }
    falling
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn merging_counts_as_comparing_all_pairs_does(
            values in proptest::collection::vec((-20..20i8).prop_map(|v| f64::from(v) / 4.0), 0..200)
        ) {
            let mut score = 0.0;
            for (place, earlier) in values.iter().enumerate() {
                for later in &values[place + 1..] {
                    score += f64::from(u8::from(later > earlier)) - f64::from(u8::from(later < earlier));
                }
            }
            let ordered = Ordered::of(&values);
            prop_assert_eq!(ordered.score(), score);
            let mut sorted = values.clone();
            sorted.sort_by(f64::total_cmp);
            prop_assert_eq!(ordered.has_ties(), sorted.windows(2).any(|pair| pair[0] == pair[1]));
            prop_assert_eq!(&ordered.sorted, &sorted);
        }
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(median_of_sorted(&[1.0, 2.0, 9.0]), 2.0);
        assert_eq!(median_of_sorted(&[1.0, 2.0, 3.0, 9.0]), 2.5);
        assert_eq!(median_of_sorted(&[4.0]), 4.0);
        assert!(median_of_sorted(&[]).is_nan());
    }
}
