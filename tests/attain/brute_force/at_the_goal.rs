//! Rule 28: the test at the goal, by sums of probabilities.

use crate::brute_force::goals::Bound;
use crate::brute_force::indicators::{self, Measured};
use crate::brute_force::knowledge::Knowledge;
use crate::brute_force::model::{Annualised, Exact, Form, Target};
use crate::brute_force::rows::Row;
use num_traits::{Signed, ToPrimitive};

/// Half of what the confidence leaves.
const ERROR: f64 = 0.025;
/// Within this distance of the error, the rounding of floats could change the result.
const NEAR: f64 = 1e-7;
/// The most events for which a sum of that number of terms is accurate enough.
const MOST_EVENTS: f64 = 20_000.0;

/// P(X ≤ x) and P(X ≥ x).
struct Tails {
    lower: f64,
    upper: f64,
}

fn sum_of(x: f64, log_term: impl Fn(f64) -> f64, most: f64) -> Tails {
    let (mut below, mut at, mut above) = (0.0, 0.0, 0.0);
    let mut k = 0.0;
    while k <= most {
        let term = log_term(k).exp();
        if k < x {
            below += term;
        } else if k > x {
            above += term;
        } else {
            at = term;
        }
        k += 1.0;
    }
    Tails { lower: below + at, upper: at + above }
}

/// ln of 0!, 1!, 2!, … up to `most`!.
fn log_factorials(most: f64) -> Vec<f64> {
    let mut sums = vec![0.0];
    let mut number = 1.0_f64;
    while number <= most {
        sums.push(sums[sums.len() - 1] + number.ln());
        number += 1.0;
    }
    sums
}

fn poisson(x: f64, mean: f64) -> Option<Tails> {
    let most = (x.max(mean) + 60.0 * (x.max(mean) + 1.0).sqrt()).ceil();
    if mean <= 0.0 || most > MOST_EVENTS {
        return None;
    }
    let factorials = log_factorials(most);
    Some(sum_of(x, |k| k * mean.ln() - mean - factorials[k as usize], most))
}

fn binomial(x: f64, of: f64, share: f64) -> Option<Tails> {
    if share <= 0.0 || share >= 1.0 || of > MOST_EVENTS || of < x {
        return None;
    }
    let factorials = log_factorials(of);
    let log_term = |k: f64| {
        factorials[of as usize] - factorials[k as usize] - factorials[(of - k) as usize]
            + k * share.ln()
            + (of - k) * (-share).ln_1p()
    };
    Some(sum_of(x, log_term, of))
}

/// Whether a row of a count or a fraction with a fixed goal is clear by the test; `None` if this is undecided here.
pub fn is_clear(knowledge: &Knowledge, target: &Target, row: &Row) -> Option<bool> {
    let indicator = &knowledge.plan.indicators[target.indicator];
    let to_date = knowledge.to_date(row.window.span);
    let measured: Measured =
        indicators::measure(knowledge, target.indicator, row.unit_position, &row.window, to_date);
    let (value, numerator) = (measured.value?, measured.numerator?);
    if !indicators::is_whole(&numerator) {
        return None;
    }
    let x = numerator.to_f64()?;
    let denominator = measured.denominator.as_ref();
    let tails = |goal: &Exact| -> Option<Tails> {
        match &indicator.form {
            Form::Count(_) => poisson(x, goal.to_f64()?),
            Form::Proportion { per, .. } => {
                let whole = denominator.filter(|whole| indicators::is_whole(whole))?;
                binomial(x, whole.to_f64()?, (goal / per.exact()).to_f64()?)
            }
            Form::Ratio { per, .. } => {
                let below = denominator.filter(|below| below.is_positive())?;
                poisson(x, (goal * below / per.exact()).to_f64()?)
            }
            Form::Rate { per, annualised: Annualised::None, .. } => {
                let below = denominator.filter(|below| below.is_positive())?;
                poisson(x, (goal * below / per.exact()).to_f64()?)
            }
            Form::ShareOfUnits { .. } => {
                binomial(x, denominator?.to_f64()?, goal.to_f64()? / 100.0)
            }
            Form::Rate { .. } | Form::Mean { .. } | Form::Change { .. } | Form::Reported { .. } => {
                None
            }
        }
    };
    let decide =
        |probability: f64| ((probability - ERROR).abs() > NEAR).then_some(probability <= ERROR);
    let bound = crate::brute_force::goals::resolve(
        knowledge,
        &target.goal,
        target.indicator,
        row.unit_position,
        &row.window,
    )
    .bound?;
    let is_met = bound.is_met_by(&value);
    match &bound {
        Bound::AtLeast(goal) | Bound::Above(goal) => {
            let tails = tails(goal)?;
            decide(if is_met { tails.upper } else { tails.lower })
        }
        Bound::AtMost(goal) | Bound::Below(goal) => {
            let tails = tails(goal)?;
            decide(if is_met { tails.lower } else { tails.upper })
        }
        Bound::Between(lower, _) if value < *lower => decide(tails(lower)?.lower),
        Bound::Between(_, upper) if value > *upper => decide(tails(upper)?.upper),
        Bound::Between(lower, upper) => {
            Some(decide(tails(lower)?.upper)? && decide(tails(upper)?.lower)?)
        }
    }
}
