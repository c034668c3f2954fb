//! How many times the variance of independent events the counts of units have, estimated from the periods of a window and
//! shared between the units of a field.
//!
//! | step | formula |
//! |---|---|
//! | expected count of a unit in a period | eₜ = Σx · wₜsₜ ÷ Σwₜsₜ, with its exposures w and the season s of the field |
//! | season | sₜ = events of the field in the period ÷ its exposure; 1 for fields of fewer than 8 complete units |
//! | Pearson's statistic of a unit | χ² = Σ (xₜ − eₜ)² ÷ eₜ, for shares ÷ eₜ(1 − pₜ), with ν = periods − 1 |
//! | of the other units | φ₀ = Σχ² ÷ Σν, as much as d₀ = min(20, Σν) degrees of freedom say |
//! | of a unit | φ = max(1, (χ² + d₀φ₀) ÷ (ν + d₀)), known from ν + d₀ degrees of freedom |
//!
//! Where there is a season, a period counts if at least half as many units
//! reported it as the one that most did; a complete unit reported all of these.
//!
//! The estimate of one unit from 12 months is rough; the field steadies it. An interval of x events is φ times the interval
//! of x ÷ φ events, and a test at a goal uses x ÷ φ events, with the t distribution of ν + d₀ degrees in place of the normal
//! one.
//!
//! McCullagh & Nelder (1989), Generalized Linear Models, 4.5; Spiegelhalter et al. (2012), Statistical methods for healthcare
//! regulation, J. R. Stat. Soc. A 175.

use crate::confidence::Confidence;
use crate::error::{Result, StatsError, count};
use crate::special::{normal_upper, student_quantile};

/// The season of a field is estimated from this number of complete units on.
pub const LEAST_SEASON_UNITS: usize = 8;

/// What the other units of a field say counts at most as this number of degrees of freedom.
pub const MOST_FIELD_DEGREES: f64 = 20.0;

/// A unit with more than this share of its field's events makes the field's season itself: nothing is left to vary.
const MOST_OF_FIELD: f64 = 0.9;

/// What varies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum FieldKind {
    /// Counts over exposures.
    #[default]
    Counts,
    /// Events among wholes.
    Shares,
}

/// Pearson's χ² of the counts of a unit, and how many of them were free to vary.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct UnitVariation {
    /// Pearson's statistic; 0 where nothing was free to vary.
    pub chi_squared: f64,
    /// The number of periods with figures less one.
    pub degrees: f64,
}

impl UnitVariation {
    /// How many times the variance of independent events, where there are no other units: χ² over its degrees of freedom,
    /// moved towards 1 as if one more degree had shown just that, and never below 1. Few counts say little of how much they
    /// vary.
    pub fn factor_alone(&self) -> f64 {
        ((1.0 + self.chi_squared) / (1.0 + self.degrees)).max(1.0)
    }
}

/// The dispersion of the counts of a unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnitDispersion {
    /// How many times the variance of independent events; 1 or more.
    pub factor: f64,
    /// The degrees of freedom that it is known from; 0 where nothing is known of it.
    pub degrees: f64,
}

impl UnitDispersion {
    /// Nothing is known: events are taken to be independent.
    pub const UNKNOWN: UnitDispersion = UnitDispersion { factor: 1.0, degrees: 0.0 };
}

/// The variation of units over periods. Both arguments have one value for each unit and period, the periods of a unit side by
/// side; a count that is NaN was not reported, and the whole of shares, or the exposure, is read where the count is known.
///
/// ```
/// use attain_stats::dispersion::{FieldKind, field_variation};
///
/// // One unit in four periods of equal length: no field, no season.
/// let alone = field_variation(FieldKind::Counts, &[12.0, 3.0, 20.0, 5.0], &[1.0; 4], 4)?;
/// assert!((alone[0].chi_squared - 17.8).abs() < 1e-12);
/// assert_eq!(alone[0].degrees, 3.0);
/// assert!((alone[0].factor_alone() - (1.0 + 17.8) / (1.0 + 3.0)).abs() < 1e-12);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If `periods` is 0, the lengths differ or are no multiple of `periods`, or a known count or its exposure is negative or not
/// finite.
pub fn field_variation(
    kind: FieldKind,
    counts: &[f64],
    exposures: &[f64],
    periods: usize,
) -> Result<Vec<UnitVariation>> {
    if exposures.len() != counts.len() {
        return Err(StatsError::UnequalLengths {
            argument: "exposures",
            found: exposures.len(),
            expected: counts.len(),
            alongside: "counts",
        });
    }
    if periods == 0 || !counts.len().is_multiple_of(periods) {
        return Err(StatsError::OutOfRange {
            argument: "periods",
            found: periods as f64,
            expected: "1 or more periods, the same number for each unit",
        });
    }
    for (events, over) in counts.iter().zip(exposures).filter(|(events, _)| !events.is_nan()) {
        count("counts", *events)?;
        count("exposures", *over)?;
    }
    Ok(variation(kind, counts, exposures, periods))
}

/// The events and exposures of the complete units of a field, by period.
struct Field {
    /// The periods that count: those that at least half as many units reported as the one that most did.
    periods: Vec<usize>,
    events: Vec<f64>,
    exposures: Vec<f64>,
    all: f64,
}

impl Field {
    fn of(counts: &[f64], exposures: &[f64], periods: usize) -> Option<Field> {
        let mut reported = vec![0_usize; periods];
        for events in counts.chunks_exact(periods) {
            for (units, events) in reported.iter_mut().zip(events) {
                *units += usize::from(!events.is_nan());
            }
        }
        let most = reported.iter().copied().max().unwrap_or(0);
        let mut field = Field {
            periods: (0..periods).filter(|at| 2 * reported[*at] >= most).collect(),
            events: vec![0.0; periods],
            exposures: vec![0.0; periods],
            all: 0.0,
        };
        let mut units = 0;
        for (events, over) in counts.chunks_exact(periods).zip(exposures.chunks_exact(periods)) {
            let all: f64 = field.periods.iter().map(|at| events[*at]).sum();
            if all.is_nan() {
                continue;
            }
            units += 1;
            field.all += all;
            for at in &field.periods {
                field.events[*at] += events[*at];
                field.exposures[*at] += over[*at];
            }
        }
        (units >= LEAST_SEASON_UNITS && field.all > 0.0).then_some(field)
    }

    /// The rate of each period, or the odds of its share.
    fn season(&self, kind: FieldKind) -> Vec<f64> {
        let season = self.events.iter().zip(&self.exposures).map(|(events, over)| match kind {
            FieldKind::Counts => events / over,
            // Half an event on each side: a period of events alone, or of none, has odds too.
            FieldKind::Shares => (events + 0.5) / (over - events + 0.5),
        });
        season.map(|rate| if rate.is_finite() { rate } else { 0.0 }).collect()
    }
}

/// The figures of one unit in a period.
#[derive(Clone, Copy)]
struct Figure {
    events: f64,
    over: f64,
    season: f64,
}

/// The figures of one unit in the periods that count and have an exposure.
struct Figures {
    known: Vec<Figure>,
    events: f64,
    over: f64,
    /// The exposures times their seasons.
    weighted: f64,
}

impl Figures {
    /// Takes those of a unit in place of the ones before; whether all periods that count are known.
    fn read(&mut self, counted: &[usize], events: &[f64], over: &[f64], season: &[f64]) -> bool {
        self.known.clear();
        (self.events, self.over, self.weighted) = (0.0, 0.0, 0.0);
        let mut is_complete = true;
        for at in counted {
            let figure = Figure { events: events[*at], over: over[*at], season: season[*at] };
            if figure.events.is_nan() {
                is_complete = false;
            } else if figure.over > 0.0 {
                self.known.push(figure);
                self.events += figure.events;
                self.over += figure.over;
                self.weighted += figure.over * figure.season;
            }
        }
        is_complete
    }

    fn chi_squared_of_counts(&self) -> f64 {
        let rate = self.events / self.weighted;
        self.known
            .iter()
            .map(|figure| pearson(figure.events, rate * figure.over * figure.season))
            .sum()
    }

    /// None where all or none of the whole are events.
    fn chi_squared_of_shares(&self, usual: f64) -> Option<f64> {
        let own = self.odds(usual)?;
        // Of n with the odds o, n·o/(1 + o) are expected, and their variance is n·o/(1 + o)².
        let each = self.known.iter().map(|Figure { events, over, season }| {
            let odds = own * season;
            let (apart, variance) = (events * (1.0 + odds) - over * odds, over * odds);
            if variance > 0.0 { apart * apart / variance } else { 0.0 }
        });
        Some(each.sum())
    }

    /// The odds of a unit, times the season's, with which its expected events add up to those found; none if all or none of
    /// its whole are events. `usual` is the mean of the season's odds.
    fn odds(&self, usual: f64) -> Option<f64> {
        if !(self.events > 0.0 && self.events < self.over) {
            return None;
        }
        let mut own = self.events / (self.over - self.events) / usual;
        // The sum of logistic curves rises in the logarithm of the odds. Newton's steps from the share meet after two or
        // three: the error that a step leaves is about the square of its length.
        for _ in 0..STEPS {
            let (mut expected, mut slope) = (0.0, 0.0);
            for Figure { over, season, .. } in &self.known {
                let odds = own * season;
                let rest = (1.0 + odds).recip();
                let events = over * odds * rest;
                expected += events;
                slope += events * rest;
            }
            let step = (self.events - expected) / slope;
            if !step.is_finite() {
                return None;
            }
            own *= step.clamp(-1.0, 1.0).exp();
            if step.abs() < CLOSE {
                break;
            }
        }
        Some(own)
    }
}

const STEPS: usize = 20;

/// A step of the logarithm of odds that leaves an error of about 10⁻¹⁰.
const CLOSE: f64 = 1e-5;

fn variation(
    kind: FieldKind,
    counts: &[f64],
    exposures: &[f64],
    periods: usize,
) -> Vec<UnitVariation> {
    let field = Field::of(counts, exposures, periods);
    let season = field.as_ref().map_or_else(|| vec![1.0; periods], |field| field.season(kind));
    let usual = season.iter().sum::<f64>() / periods as f64;
    let (counted, all) = match field {
        Some(field) => (field.periods, Some(field.all)),
        None => ((0..periods).collect(), None),
    };
    let mut figures =
        Figures { known: Vec::with_capacity(periods), events: 0.0, over: 0.0, weighted: 0.0 };
    let units = counts.chunks_exact(periods).zip(exposures.chunks_exact(periods));
    units
        .map(|(events, over)| {
            let is_complete = figures.read(&counted, events, over, &season);
            // The unit is a part of the field whose season it is compared with: its own χ² is that much too small.
            let share = all.filter(|_| is_complete).map_or(0.0, |all| figures.events / all);
            let free = figures.known.len();
            if free < 2
                || !(figures.events > 0.0 && figures.weighted > 0.0)
                || share > MOST_OF_FIELD
            {
                return UnitVariation::default();
            }
            let chi_squared = match kind {
                FieldKind::Counts => Some(figures.chi_squared_of_counts()),
                FieldKind::Shares => figures.chi_squared_of_shares(usual),
            };
            match chi_squared {
                Some(chi_squared) if chi_squared.is_finite() => UnitVariation {
                    chi_squared: chi_squared / (1.0 - share),
                    degrees: free as f64 - 1.0,
                },
                Some(_) | None => UnitVariation::default(),
            }
        })
        .collect()
}

#[inline]
fn pearson(found: f64, expected: f64) -> f64 {
    // Where nothing is expected of the field, the unit has nothing either.
    if expected > 0.0 { (found - expected) * (found - expected) / expected } else { 0.0 }
}

/// The dispersion of each unit of a field from their own variation and that of the others.
///
/// ```
/// use attain_stats::dispersion::{UnitVariation, field_dispersion};
///
/// let steady = UnitVariation { chi_squared: 11.0, degrees: 11.0 };
/// let field = field_dispersion(&[UnitVariation { chi_squared: 44.0, degrees: 11.0 }, steady, steady]);
/// // (44 + 20 × 1) ÷ (11 + 20)
/// assert!((field[0].factor - 64.0 / 31.0).abs() < 1e-12);
/// assert_eq!(field[0].degrees, 31.0);
/// ```
pub fn field_dispersion(field: &[UnitVariation]) -> Vec<UnitDispersion> {
    let chi_squared: f64 = field.iter().map(|unit| unit.chi_squared).sum();
    let degrees: f64 = field.iter().map(|unit| unit.degrees).sum();
    let of_unit = |unit: &UnitVariation| {
        let others = degrees - unit.degrees;
        let weight = others.min(MOST_FIELD_DEGREES);
        let of_others =
            if others > 0.0 { (chi_squared - unit.chi_squared).max(0.0) / others } else { 0.0 };
        let known = unit.degrees + weight;
        if known > 0.0 {
            let factor = (unit.chi_squared + weight * of_others) / known;
            UnitDispersion { factor: factor.max(1.0), degrees: known }
        } else {
            UnitDispersion::UNKNOWN
        }
    };
    field.iter().map(of_unit).collect()
}

/// The confidence whose normal quantile is the t quantile of `confidence`: limits whose standard error is known from some
/// degrees of freedom.
///
/// ```
/// use attain_stats::{Confidence, dispersion::confidence_of_degrees};
///
/// let wider = confidence_of_degrees(Confidence::P95, 31.0);
/// assert!((wider.z() - 2.039_513_446_396_408).abs() < 1e-9);
/// ```
pub fn confidence_of_degrees(confidence: Confidence, degrees: f64) -> Confidence {
    let t = -student_quantile(degrees, confidence.tail());
    Confidence::of_tail(normal_upper(t))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails loudly")]

    use super::*;

    /// Eight units with the same season have no variation around it, however strong it is.
    #[test]
    fn the_season_of_a_field_is_no_dispersion() {
        let season = [1.0, 4.0, 2.0, 8.0];
        let units: Vec<f64> =
            (1..=8).flat_map(|size| season.map(|share| share * f64::from(size))).collect();
        let over = vec![1.0; units.len()];
        for unit in field_variation(FieldKind::Counts, &units, &over, 4).unwrap() {
            assert!(unit.chi_squared < 1e-20);
            assert_eq!(unit.degrees, 3.0);
        }
        let alone = field_variation(FieldKind::Counts, &units[..28], &over[..28], 4).unwrap();
        assert!(alone[6].chi_squared > 10.0, "seven units have no season: {alone:?}");
    }

    /// χ² of a table of units and periods is the sum of the cells, each unit's part divided by the share of the others.
    #[test]
    fn the_parts_of_units_add_up_to_the_chi_squared_of_the_table() {
        let counts: Vec<f64> = (0..40_u32).map(|at| f64::from(5 + (at * at * 7) % 23)).collect();
        let (units, periods) = (10, 4);
        let all: f64 = counts.iter().sum();
        let row = |unit: usize| counts[unit * periods..][..periods].iter().sum::<f64>();
        let column = |at: usize| (0..units).map(|unit| counts[unit * periods + at]).sum::<f64>();
        let found = field_variation(FieldKind::Counts, &counts, &[1.0; 40], periods).unwrap();
        for (unit, found) in found.iter().enumerate() {
            let expected: f64 = (0..periods)
                .map(|at| {
                    let expected = row(unit) * column(at) / all;
                    (counts[unit * periods + at] - expected).powi(2) / expected
                })
                .sum();
            assert!((found.chi_squared * (1.0 - row(unit) / all) - expected).abs() < 1e-9);
        }
    }

    /// Shares without a field: χ² of a table of events and others.
    #[test]
    fn shares_vary_as_binomial_ones() {
        let found =
            field_variation(FieldKind::Shares, &[10.0, 20.0, 15.0], &[40.0; 3], 3).unwrap()[0];
        let expected = 2.0 * 25.0 / (15.0 * 0.625);
        assert!((found.chi_squared - expected).abs() < 1e-9);
    }

    #[test]
    fn exposures_explain_what_they_can_and_even_counts_have_no_more_variance() {
        let alone = |counts: &[f64], over: &[f64]| {
            field_variation(FieldKind::Counts, counts, over, counts.len()).unwrap()[0]
        };
        assert!(alone(&[10.0, 40.0, 20.0], &[1.0, 4.0, 2.0]).chi_squared < 1e-12);
        assert!(alone(&[10.0, 40.0, 20.0], &[1.0; 3]).factor_alone() > 5.0);
        assert_eq!(alone(&[10.0, 11.0, 9.0, 10.0], &[1.0; 4]).factor_alone(), 1.0);
        assert_eq!(alone(&[7.0], &[1.0]).factor_alone(), 1.0);
    }

    #[test]
    fn the_season_of_shares_is_one_of_odds() {
        // Units of different shares, all with the odds of the season.
        let (mut events, mut wholes) = (Vec::new(), Vec::new());
        for unit in 0..10 {
            for season in [0.5, 1.0, 3.0] {
                let odds = (0.2 + 0.1 * f64::from(unit)) * season;
                events.push(1e7 * odds / (1.0 + odds));
                wholes.push(1e7);
            }
        }
        // The odds of the field are not quite those of its units, so something is left: far less than without season.
        let with = field_variation(FieldKind::Shares, &events, &wholes, 3).unwrap();
        let without = field_variation(FieldKind::Shares, &events[..21], &wholes[..21], 3).unwrap();
        assert!(with[4].chi_squared < 5e-3 * without[4].chi_squared, "{with:?} {without:?}");
    }

    #[test]
    fn what_was_not_reported_counts_nowhere() {
        let nan = f64::NAN;
        let found = field_variation(
            FieldKind::Counts,
            &[12.0, 3.0, nan, 20.0, 5.0, nan, 7.0, nan, nan, nan],
            &[1.0; 10],
            5,
        )
        .unwrap();
        assert!((found[0].chi_squared - 17.8).abs() < 1e-12);
        assert_eq!((found[0].degrees, found[1]), (3.0, UnitVariation::default()));
        for counts in [[0.0; 4], [nan; 4]] {
            let none = field_variation(FieldKind::Counts, &counts, &[1.0; 4], 4).unwrap();
            assert_eq!(none, [UnitVariation::default()]);
        }
        let all = field_variation(FieldKind::Shares, &[5.0; 4], &[5.0; 4], 4).unwrap();
        assert_eq!(all, [UnitVariation::default()]);
    }

    #[test]
    fn a_unit_without_periods_has_what_the_others_show() {
        let others = UnitVariation { chi_squared: 30.0, degrees: 10.0 };
        let found = field_dispersion(&[UnitVariation::default(), others, others]);
        assert_eq!(found[0], UnitDispersion { factor: 3.0, degrees: 20.0 });
        assert_eq!(field_dispersion(&[UnitVariation::default()]), [UnitDispersion::UNKNOWN]);
    }

    #[test]
    fn wrong_tables_are_refused() {
        assert!(field_variation(FieldKind::Counts, &[1.0; 4], &[1.0; 3], 2).is_err());
        assert!(field_variation(FieldKind::Counts, &[1.0; 4], &[1.0; 4], 3).is_err());
        assert!(field_variation(FieldKind::Counts, &[], &[], 0).is_err());
        assert!(field_variation(FieldKind::Counts, &[-1.0], &[1.0], 1).is_err());
        assert!(field_variation(FieldKind::Counts, &[1.0], &[f64::INFINITY], 1).is_err());
    }
}
