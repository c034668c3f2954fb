//! Fifths, tenths: which group of a ranked list a unit is in.

use crate::error::{Result, out_of_range};

/// Which end of the ranking is group 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum GroupOrder {
    /// The highest values are group 1: of a deprivation score, the most deprived (England's default).
    #[default]
    HighestFirst,
    /// The lowest values are group 1.
    LowestFirst,
}

/// The group, from 1 to `groups`, of each value.
///
/// Equal values share the lowest rank among them. With N values and k groups the group of rank r is
/// ⌊(k+1) − ⌈((N+1)−r)/(N/k)⌉⌋, and 1 where that is 0: England's public-health rule, in whole
/// numbers, so that no rounding of N/k moves a unit. NaN has no group and is not counted; with fewer
/// values than groups no value has one.
///
/// ```
/// use attain_stats::{GroupOrder, quantile_groups};
///
/// let groups = quantile_groups(&[5.0, 1.0, f64::NAN, 3.0, 4.0], 2, GroupOrder::LowestFirst)?;
/// assert_eq!(groups, [Some(2), Some(1), None, Some(1), Some(2)]);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `groups` is 0.
pub fn quantile_groups(values: &[f64], groups: u32, order: GroupOrder) -> Result<Vec<Option<u32>>> {
    if groups == 0 {
        return Err(out_of_range("groups", 0.0, "at least 1 group"));
    }
    let mut ranked: Vec<usize> = (0..values.len()).filter(|&i| !values[i].is_nan()).collect();
    let n = ranked.len() as u64;
    let mut result = vec![None; values.len()];
    if n < u64::from(groups) {
        return Ok(result);
    }
    ranked.sort_unstable_by(|&i, &j| match order {
        GroupOrder::HighestFirst => values[j].total_cmp(&values[i]),
        GroupOrder::LowestFirst => values[i].total_cmp(&values[j]),
    });
    let mut rank = 0u64;
    for (place, &index) in ranked.iter().enumerate() {
        // 0 and −0 are equal but not the same to total_cmp; they stand side by side all the same.
        if place == 0 || values[ranked[place - 1]] != values[index] {
            rank = place as u64 + 1;
        }
        let from_top = ((n + 1 - rank) * u64::from(groups)).div_ceil(n);
        let group = (u64::from(groups) + 1).saturating_sub(from_top).max(1);
        result[index] = u32::try_from(group).ok();
    }
    Ok(result)
}
