//! How many of several units meet their goals, each with a chance of its own.

use crate::error::{Result, out_of_range};

/// The probabilities that none, one, two … of the units meet their goals, independently of each other
/// (the Poisson binomial distribution, by convolution).
///
/// ```
/// let met = attain_stats::outlook::units_meeting(&[0.5, 0.5])?;
/// assert_eq!(met, [0.25, 0.5, 0.25]);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If a chance is not a number from 0 to 1.
pub fn units_meeting(chances: &[f64]) -> Result<Vec<f64>> {
    let mut masses = Vec::with_capacity(chances.len() + 1);
    masses.push(1.0);
    for &chance in chances {
        if !(0.0..=1.0).contains(&chance) {
            return Err(out_of_range("chances", chance, "a number from 0 to 1"));
        }
        masses.push(0.0);
        // From the top: each mass is used before it is overwritten.
        for units in (1..masses.len()).rev() {
            masses[units] = masses[units] * (1.0 - chance) + masses[units - 1] * chance;
        }
        masses[0] *= 1.0 - chance;
    }
    Ok(masses)
}

/// The probability that at least `units` of the given units meet their goals.
///
/// ```
/// let both = attain_stats::outlook::units_meeting_at_least(&[0.5, 0.8], 2)?;
/// assert!((both - 0.4).abs() < 1e-15);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// As [`units_meeting`].
pub fn units_meeting_at_least(chances: &[f64], units: usize) -> Result<f64> {
    let masses = units_meeting(chances)?;
    // Adds the smallest first, to lose none to rounding.
    Ok(masses.iter().skip(units).rev().sum::<f64>().min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_add_up_as_every_way_of_meeting_does() {
        let chances = [0.1, 0.35, 0.5, 0.82, 0.99, 0.0, 1.0];
        let mut masses = vec![0.0; chances.len() + 1];
        for way in 0u32..1 << chances.len() {
            let meets = |unit: usize| way >> unit & 1 == 1;
            let each = chances.iter().enumerate();
            let mass: f64 = each.map(|(unit, p)| if meets(unit) { *p } else { 1.0 - p }).product();
            masses[way.count_ones() as usize] += mass;
        }
        let found = units_meeting(&chances).unwrap();
        for (found, expected) in found.iter().zip(&masses) {
            assert!((found - expected).abs() < 1e-14);
        }
        let three = units_meeting_at_least(&chances, 3).unwrap();
        assert!((three - masses[3..].iter().sum::<f64>()).abs() < 1e-14);
        assert_eq!(units_meeting_at_least(&chances, 8).unwrap(), 0.0);
    }

    #[test]
    fn what_is_no_chance_is_refused() {
        assert!(units_meeting(&[0.5, 1.1]).is_err());
        assert!(units_meeting(&[f64::NAN]).is_err());
    }
}
