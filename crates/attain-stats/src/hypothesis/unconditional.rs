//! Unconditional exact tests of two shares: the greatest probability of tables as extreme as the observed one, over all
//! shares that both groups may have in common.

use super::{HypothesisTest, TwoSided};
use crate::error::{Result, out_of_range};
use crate::interval::two_shares::TwoShares;
use crate::special::{ln_binomial, ln_hypergeometric};

/// More tables take seconds.
const MOST_TABLES: f64 = 1e6;
/// Statistics that differ by less, relatively, are equal but for rounding.
const TIE: f64 = 1e-7;
/// The shares at which probabilities are computed first: equally spaced arcsines of their roots.
const SHARES: usize = 256;
/// Peaks below this part of the highest one are not looked at again.
const NEAR: f64 = 0.9;
/// Steps of the golden section around a peak.
const STEPS: usize = 48;

/// What makes a table extreme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extremeness {
    /// The difference of the shares over its standard error, with the pooled share.
    Score,
    /// The p-value of Fisher's test.
    Fisher,
}

/// The statistic of each table: less is more extreme.
struct Tables {
    rows: usize,
    columns: usize,
    values: Vec<f64>,
}

/// Sets of tables: for each number of events in the first group, ranges of those in the second.
type Ranges = Vec<Vec<(usize, usize)>>;

pub(super) fn unconditional_test(
    groups: &TwoShares,
    extremeness: Extremeness,
    two_sided: TwoSided,
) -> Result<HypothesisTest> {
    let tables = (groups.n1 + 1.0) * (groups.n2 + 1.0);
    if tables > MOST_TABLES {
        let expected = "groups of which (denominator1 + 1) × (denominator2 + 1) is at most 1,000,000; fisher_mid_p takes more";
        return Err(out_of_range("denominator1", groups.n1, expected));
    }
    // Checked to be whole and few.
    let (n1, n2) = (groups.n1 as usize, groups.n2 as usize);
    let observed = (groups.first.events as usize, groups.second.events as usize);
    let statistics = match extremeness {
        Extremeness::Score => scores(n1, n2),
        Extremeness::Fisher => fisher(n1, n2),
    };
    let p = |tables: &Tables| tables.as_extreme(observed).greatest_probability(n1, n2);
    let [below, above, either] = &statistics;
    let (p_below, p_above) = (p(below), p(above));
    Ok(match two_sided {
        TwoSided::Doubled => HypothesisTest::doubled(p_below, p_above),
        TwoSided::MinimumLikelihood => HypothesisTest { p_below, p_above, p: p(either) },
    })
}

impl Tables {
    fn of(n1: usize, n2: usize, statistic: impl Fn(usize, usize) -> f64) -> Tables {
        let columns = n2 + 1;
        let all = (0..=n1).flat_map(|x1| (0..=n2).map(move |x2| (x1, x2)));
        Tables { rows: n1 + 1, columns, values: all.map(|(x1, x2)| statistic(x1, x2)).collect() }
    }

    /// The tables that are at least as extreme as the observed one.
    fn as_extreme(&self, observed: (usize, usize)) -> Set {
        let value = self.values[observed.0 * self.columns + observed.1];
        let limit = value + TIE * value.abs();
        let ranges = (0..self.rows).map(|row| {
            let cells = &self.values[row * self.columns..][..self.columns];
            let mut ranges: Vec<(usize, usize)> = Vec::new();
            for (column, cell) in cells.iter().enumerate() {
                if *cell > limit {
                    continue;
                }
                match ranges.last_mut() {
                    Some((_, end)) if *end == column => *end = column + 1,
                    Some(_) | None => ranges.push((column, column + 1)),
                }
            }
            ranges
        });
        Set(ranges.collect())
    }
}

struct Set(Ranges);

impl Set {
    /// Over all shares that both groups may have.
    fn greatest_probability(&self, n1: usize, n2: usize) -> f64 {
        let angle = |place: f64| std::f64::consts::FRAC_PI_2 * place / SHARES as f64;
        let at = |place: f64| {
            let (sine, cosine) = angle(place).sin_cos();
            self.probability(n1, n2, (sine * sine, cosine * cosine))
        };
        // At the ends there are no events, or nothing else.
        let found: Vec<f64> = (0..=SHARES).map(|place| at(place as f64)).collect();
        let highest = found.iter().copied().fold(0.0, f64::max);
        let peaks = (1..SHARES).filter(|&place| {
            found[place] >= found[place - 1]
                && found[place] >= found[place + 1]
                && found[place] >= NEAR * highest
        });
        let refined = peaks.map(|place| golden(place as f64 - 1.0, place as f64 + 1.0, &at));
        refined.fold(highest, f64::max).min(1.0)
    }

    fn probability(&self, n1: usize, n2: usize, (share, rest): (f64, f64)) -> f64 {
        let mass = |x: usize, n: usize| {
            if share == 0.0 || rest == 0.0 {
                let all = if share == 0.0 { 0 } else { n };
                f64::from(u8::from(x == all))
            } else {
                ln_binomial(x as f64, n as f64, share, rest).exp()
            }
        };
        // The probability of fewer events in the second group.
        let mut fewer = Vec::with_capacity(n2 + 2);
        fewer.push(0.0);
        let mut sum = 0.0;
        for x in 0..=n2 {
            sum += mass(x, n2);
            fewer.push(sum);
        }
        let rows = self.0.iter().enumerate().filter(|(_, ranges)| !ranges.is_empty());
        rows.map(|(x1, ranges)| {
            let within: f64 = ranges.iter().map(|(from, to)| fewer[*to] - fewer[*from]).sum();
            mass(x1, n1) * within
        })
        .sum()
    }
}

/// The greatest value of a function with one peak between two numbers.
fn golden(mut low: f64, mut high: f64, f: &impl Fn(f64) -> f64) -> f64 {
    let part = 0.5 * (5.0_f64.sqrt() - 1.0);
    let (mut left, mut right) = (high - part * (high - low), low + part * (high - low));
    let (mut at_left, mut at_right) = (f(left), f(right));
    for _ in 0..STEPS {
        if at_left > at_right {
            (high, right, at_right) = (right, left, at_left);
            left = high - part * (high - low);
            at_left = f(left);
        } else {
            (low, left, at_left) = (left, right, at_right);
            right = low + part * (high - low);
            at_right = f(right);
        }
    }
    at_left.max(at_right)
}

/// Below, above, and on either side. Where neither group has events, or nothing else, the score is 0.
fn scores(n1: usize, n2: usize) -> [Tables; 3] {
    let (of1, of2) = (n1 as f64, n2 as f64);
    let score = |x1: usize, x2: usize| {
        let (share1, share2) = (x1 as f64 / of1, x2 as f64 / of2);
        let pooled = (x1 + x2) as f64 / (of1 + of2);
        let variance = pooled * (1.0 - pooled) * (of1.recip() + of2.recip());
        if variance > 0.0 { (share1 - share2) / variance.sqrt() } else { 0.0 }
    };
    [
        Tables::of(n1, n2, score),
        Tables::of(n1, n2, |x1, x2| -score(x1, x2)),
        Tables::of(n1, n2, |x1, x2| -score(x1, x2).abs()),
    ]
}

/// The p-values of Fisher's test: one sum of events in both groups after the other.
fn fisher(n1: usize, n2: usize) -> [Tables; 3] {
    let none = || Tables { rows: n1 + 1, columns: n2 + 1, values: vec![0.0; (n1 + 1) * (n2 + 1)] };
    let (mut below, mut above, mut either) = (none(), none(), none());
    for events in 0..=n1 + n2 {
        let (lowest, highest) = (events.saturating_sub(n2), n1.min(events));
        let (of1, all) = (n1 as f64, (n1 + n2) as f64);
        let mass = |x: usize| ln_hypergeometric(x as f64, of1, events as f64, all).exp();
        let masses: Vec<f64> = (lowest..=highest).map(mass).collect();
        let place = |offset: usize| {
            let x1 = lowest + offset;
            x1 * (n2 + 1) + (events - x1)
        };
        let mut sum = 0.0;
        for (offset, mass) in masses.iter().enumerate() {
            sum += mass;
            below.values[place(offset)] = sum.min(1.0);
        }
        sum = 0.0;
        for (offset, mass) in masses.iter().enumerate().rev() {
            sum += mass;
            above.values[place(offset)] = sum.min(1.0);
        }
        let mut order: Vec<usize> = (0..masses.len()).collect();
        order.sort_by(|one, other| masses[*one].total_cmp(&masses[*other]));
        let (mut sum, mut first) = (0.0, 0);
        while first < order.len() {
            let limit = masses[order[first]] * (1.0 + TIE);
            let equal = order[first..].iter().take_while(|offset| masses[**offset] <= limit);
            let last = first + equal.count();
            sum += order[first..last].iter().map(|offset| masses[*offset]).sum::<f64>();
            for offset in &order[first..last] {
                either.values[place(*offset)] = sum.min(1.0);
            }
            first = last;
        }
    }
    [below, above, either]
}
