//! Intervals for whole columns of counts and shares.
//!
//! The answer for a row is that of [`proportion_interval`], [`count_interval`] or [`rate_interval`]:
//! the same to the last bit under every method but the exact ones, and within 10⁻¹², relative to
//! each limit (measured: 2·10⁻¹⁴), under those. There, a column of [`TABLES_PAY`] rows or more goes by
//! tables and series made once for its confidence, a hundred times as fast as the quantile
//! functions that the tables are made from; see `count_limits.rs` and `share_limits.rs`. What has no
//! place in them (counts that are not whole, a confidence beyond 1 − 10⁻⁹) goes by the functions
//! for one row.

mod count_limits;
pub(crate) mod series;
mod share_limits;

use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use self::count_limits::CountLimits;
use self::share_limits::ShareLimits;
use super::count::{self, CountMethod, count_interval, rate_interval};
use super::proportion::{self, ProportionMethod, proportion_interval};
use crate::confidence::{Confidence, Interval};
use crate::error::{self, Result, StatsError};

/// From this many rows on, tables (30 ms to make, for each new confidence) are quicker than the
/// quantile functions (5 µs for a limit).
pub const TABLES_PAY: usize = 4_096;

/// Rows at a time: little enough to stay in the nearest cache.
const BLOCK: usize = 512;

/// How many confidences' tables are kept, 100 kB each.
const LEVELS: usize = 8;

/// Limits for each row of columns.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Intervals {
    /// The lower limits; NaN in the rows that were refused.
    pub lower: Vec<f64>,
    /// The upper limits; NaN in the rows that were refused.
    pub upper: Vec<f64>,
    /// The rows (from 0) that have no answer, in order, and why.
    pub refused: Vec<(usize, StatsError)>,
}

/// [`proportion_interval`] for each row of two columns.
///
/// ```
/// use attain_stats::{Confidence, ProportionMethod, proportion_intervals};
///
/// let found =
///     proportion_intervals(&[160.0, 7.0], &[200.0, 5.0], ProportionMethod::Wilson, Confidence::P95)?;
/// assert!(0.7391 < found.lower[0] && found.lower[0] < 0.7392);
/// assert_eq!(found.refused[0].0, 1);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If the columns differ in length. A row's own error is in [`Intervals::refused`].
pub fn proportion_intervals(
    events: &[f64],
    denominators: &[f64],
    method: ProportionMethod,
    confidence: Confidence,
) -> Result<Intervals> {
    same_length("denominators", denominators, events, "events")?;
    let one = |row: usize| proportion_interval(events[row], denominators[row], method, confidence);
    let columns = |rows: Range<usize>| events[rows.clone()].iter().zip(&denominators[rows]);
    let length = events.len();
    Ok(match method {
        ProportionMethod::Wilson => {
            let z = confidence.z();
            Intervals::of(length, one, |rows, lower, upper| {
                for ((lower, upper), (&x, &n)) in lower.iter_mut().zip(upper).zip(columns(rows)) {
                    (*lower, *upper) = proportion::wilson_or_nan(x, n, z);
                }
            })
        }
        ProportionMethod::Exact if length >= TABLES_PAY => {
            let level = Level::of(confidence);
            let (counts, shares) = (level.counts(), level.shares());
            Intervals::of(length, one, |rows, lower, upper| {
                for ((lower, upper), (&x, &n)) in lower.iter_mut().zip(upper).zip(columns(rows)) {
                    let found = match (whole(x), whole(n)) {
                        (Some(x), Some(n)) if x <= n && n > 0 => shares.at(x, n, counts),
                        _ => None,
                    };
                    (*lower, *upper) = limits_or_nan(found);
                }
            })
        }
        ProportionMethod::Exact
        | ProportionMethod::MidP
        | ProportionMethod::Jeffreys
        | ProportionMethod::AgrestiCoull
        | ProportionMethod::Wald
        | ProportionMethod::WilsonCorrected
        | ProportionMethod::WaldCorrected
        | ProportionMethod::Logit
        | ProportionMethod::Likelihood
        | ProportionMethod::ComplementaryLogLog
        | ProportionMethod::Arcsine => Intervals::one_by_one(length, one),
    })
}

/// [`count_interval`] for each row of a column.
///
/// ```
/// use attain_stats::{Confidence, CountMethod, count_interval, count_intervals};
///
/// let found = count_intervals(&[0.0, 65.0], CountMethod::Exact, Confidence::P95)?;
/// let second = count_interval(65.0, CountMethod::Exact, Confidence::P95)?;
/// assert_eq!((found.lower[1], found.upper[1]), (second.lower, second.upper));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `exact_below` is NaN or negative. A row's own error is in [`Intervals::refused`].
pub fn count_intervals(
    events: &[f64],
    method: CountMethod,
    confidence: Confidence,
) -> Result<Intervals> {
    // What is wrong with the method is wrong for every row.
    count_interval(0.0, method, confidence)?;
    let one = |row: usize| count_interval(events[row], method, confidence);
    Ok(match Quick::of(method, confidence, events.len()) {
        Some(quick) => Intervals::of(events.len(), one, |rows, lower, upper| {
            quick.fill(&events[rows], lower, upper);
        }),
        None => Intervals::one_by_one(events.len(), one),
    })
}

/// [`rate_interval`] for each row of two columns.
///
/// ```
/// use attain_stats::{Confidence, CountMethod, rate_intervals};
///
/// let found =
///     rate_intervals(&[65.0], &[100_000.0], 100_000.0, CountMethod::default(), Confidence::P95)?;
/// assert!((found.lower[0] - 50.163187710459454).abs() < 1e-10);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If the columns differ in length, `per` is not a finite number above 0, or `exact_below` is NaN or
/// negative. A row's own error is in [`Intervals::refused`].
pub fn rate_intervals(
    events: &[f64],
    exposures: &[f64],
    per: f64,
    method: CountMethod,
    confidence: Confidence,
) -> Result<Intervals> {
    same_length("exposures", exposures, events, "events")?;
    error::positive("per", per)?;
    count_interval(0.0, method, confidence)?;
    let one = |row: usize| rate_interval(events[row], exposures[row], per, method, confidence);
    Ok(match Quick::of(method, confidence, events.len()) {
        Some(quick) => Intervals::of(events.len(), one, |rows, lower, upper| {
            quick.fill(&events[rows.clone()], lower, upper);
            for ((lower, upper), exposure) in lower.iter_mut().zip(upper).zip(&exposures[rows]) {
                let factor = per / exposure;
                let fit = *exposure > 0.0 && factor > 0.0 && factor < f64::INFINITY;
                let factor = if fit { factor } else { f64::NAN };
                (*lower, *upper) = (*lower * factor, *upper * factor);
            }
        }),
        None => Intervals::one_by_one(events.len(), one),
    })
}

impl Intervals {
    /// Fills blocks of rows by `quick`, which leaves NaN where it has no answer, and those by `one`.
    pub(crate) fn of(
        length: usize,
        one: impl Fn(usize) -> Result<Interval>,
        quick: impl Fn(Range<usize>, &mut [f64], &mut [f64]),
    ) -> Self {
        let (mut lower, mut upper) = (vec![0.0; length], vec![0.0; length]);
        let mut refused = vec![];
        let blocks = lower.chunks_mut(BLOCK).zip(upper.chunks_mut(BLOCK));
        for (block, (lower, upper)) in blocks.enumerate() {
            let first = block * BLOCK;
            quick(first..first + lower.len(), lower, upper);
            for (place, (lower, upper)) in lower.iter_mut().zip(upper).enumerate() {
                if lower.is_nan() {
                    match one(first + place) {
                        Ok(interval) => (*lower, *upper) = (interval.lower, interval.upper),
                        Err(error) => {
                            (*lower, *upper) = limits_or_nan(None);
                            refused.push((first + place, error));
                        }
                    }
                }
            }
        }
        Intervals { lower, upper, refused }
    }

    pub(crate) fn one_by_one(length: usize, one: impl Fn(usize) -> Result<Interval>) -> Self {
        Intervals::of(length, one, |_, lower, _| lower.fill(f64::NAN))
    }
}

/// A quick way to a count's limits.
enum Quick {
    Exact(Arc<Level>),
    Byar { exact_below: f64, z: f64, exact: Option<Arc<Level>> },
}

impl Quick {
    fn of(method: CountMethod, confidence: Confidence, rows: usize) -> Option<Quick> {
        let level = (rows >= TABLES_PAY).then(|| Level::of(confidence));
        match method {
            CountMethod::Exact => level.map(Quick::Exact),
            CountMethod::Byar { exact_below } => {
                let exact = level.filter(|_| exact_below > 0.0);
                Some(Quick::Byar { exact_below, z: confidence.z(), exact })
            }
            CountMethod::MidP
            | CountMethod::Score
            | CountMethod::Jeffreys
            | CountMethod::SquareRoot
            | CountMethod::Likelihood => None,
        }
    }

    fn fill(&self, events: &[f64], lower: &mut [f64], upper: &mut [f64]) {
        match self {
            Quick::Exact(level) => {
                level.counts().fill(events, lower, upper);
            }
            Quick::Byar { exact_below, z, exact } => {
                let counts = exact.as_deref().map(Level::counts);
                for ((lower, upper), &x) in lower.iter_mut().zip(upper).zip(events) {
                    let found = if x >= *exact_below {
                        error::count("events", x).ok().map(|x| count::byar(x, *z))
                    } else {
                        counts.zip(whole(x)).and_then(|(counts, x)| counts.at(x))
                    };
                    (*lower, *upper) = limits_or_nan(found);
                }
            }
        }
    }
}

/// Cache of the tables of the confidences used last.
pub(crate) struct Recent<T>(Mutex<Vec<(Confidence, Arc<T>)>>);

impl<T> Recent<T> {
    pub(crate) const fn new() -> Self {
        Recent(Mutex::new(Vec::new()))
    }

    /// What belongs to a confidence. Nobody else gets at theirs while it is made.
    pub(crate) fn of(&self, confidence: Confidence, make: impl FnOnce() -> T) -> Arc<T> {
        // The list is never half changed: whatever panicked, it is whole.
        let mut recent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let one = match recent.iter().position(|(known, _)| *known == confidence) {
            Some(place) => recent.remove(place),
            None => (confidence, Arc::new(make())),
        };
        let found = Arc::clone(&one.1);
        recent.insert(0, one);
        recent.truncate(LEVELS);
        found
    }
}

/// The tables of one confidence, each built on first use.
#[derive(Debug)]
struct Level {
    confidence: Confidence,
    counts: OnceLock<CountLimits>,
    shares: OnceLock<ShareLimits>,
}

impl Level {
    fn of(confidence: Confidence) -> Arc<Level> {
        static LATEST: Recent<Level> = Recent::new();
        let none = || Level { confidence, counts: OnceLock::new(), shares: OnceLock::new() };
        LATEST.of(confidence, none)
    }

    fn counts(&self) -> &CountLimits {
        self.counts.get_or_init(|| CountLimits::of(self.confidence))
    }

    fn shares(&self) -> &ShareLimits {
        self.shares.get_or_init(|| ShareLimits::of(self.confidence))
    }
}

/// A count that is a whole number, and not one of thousands of millions.
#[inline]
fn whole(count: f64) -> Option<u32> {
    let whole = count as u32;
    (f64::from(whole) == count).then_some(whole)
}

#[inline]
fn limits_or_nan(found: Option<Interval>) -> (f64, f64) {
    found.map_or((f64::NAN, f64::NAN), |found| (found.lower, found.upper))
}

/// Lets columns through that have a value for each row.
pub(crate) fn same_length(
    argument: &'static str,
    column: &[f64],
    other: &[f64],
    alongside: &'static str,
) -> Result<()> {
    if column.len() == other.len() {
        return Ok(());
    }
    let (found, expected) = (column.len(), other.len());
    Err(StatsError::UnequalLengths { argument, found, expected, alongside })
}
