//! The facts that all methods use.

use super::{BandDistance, ProgressOptions, ProgressPath, ProgressReason, ProgressTarget};
use crate::compare::BetterEnd;
use crate::error::{Result, StatsError, finite, out_of_range, positive};
use crate::exact::Exact;

/// A value that is there.
#[derive(Debug, Clone)]
pub(super) struct Point {
    pub(super) year: Exact,
    pub(super) value: Exact,
    pub(super) standard_error: Option<f64>,
}

/// A series from its base to its last value, and the numbers it is compared with. For a band, each value is replaced
/// by its distance from the band, which decreases to the target: see `distance_from`.
#[derive(Debug)]
pub(super) struct Facts {
    points: Vec<Point>,
    better: BetterEnd,
    target: Option<Exact>,
    target_year: Option<Exact>,
    pub(super) is_band: bool,
    /// Values that no ratio can be formed of.
    unratioed: bool,
    pub(super) limit: Option<Exact>,
    predicted: Option<Exact>,
    pub(super) scale: Option<(Exact, Exact)>,
    pub(super) path: ProgressPath,
    pub(super) pace: (Exact, Exact),
}

/// The first and the last value of a course.
#[derive(Debug, Clone, Copy)]
pub(super) struct Course<'f> {
    pub(super) base: &'f Point,
    pub(super) last: &'f Point,
}

impl Course<'_> {
    /// Years from the base to the last value, above 0.
    pub(super) fn years(&self) -> Exact {
        &self.last.year - &self.base.year
    }
}

type Answered<T> = std::result::Result<T, ProgressReason>;

impl Facts {
    pub(super) fn of(
        years: &[f64],
        values: &[f64],
        standard_errors: Option<&[f64]>,
        options: &ProgressOptions,
    ) -> Result<Facts> {
        let alongside = |argument, found: usize| match found == years.len() {
            true => Ok(()),
            false => Err(StatsError::UnequalLengths {
                argument,
                found,
                expected: years.len(),
                alongside: "years",
            }),
        };
        alongside("values", values.len())?;
        if let Some(errors) = standard_errors {
            alongside("standard_errors", errors.len())?;
        }
        let target_year = exact_option("target_year", options.target_year)?;
        let base_year = exact_option("base_year", options.base_year)?;
        if let (Some(from), Some(until)) = (&base_year, &target_year)
            && from >= until
        {
            return Err(out_of_range("target_year", until.float(), "a year after the base year"));
        }
        let aim = Aim::of(&options.target)?;
        let mut points: Vec<Point> = Vec::new();
        let mut unratioed = false;
        let mut before = f64::NEG_INFINITY;
        for (row, (&year, &value)) in years.iter().zip(values).enumerate() {
            if finite("years", year)? <= before {
                return Err(out_of_range("years", year, "years that rise"));
            }
            before = year;
            let year = exact("years", year)?;
            let is_early = base_year.as_ref().is_some_and(|from| year < *from);
            let is_late = target_year.as_ref().is_some_and(|until| year > *until);
            if value.is_nan() || is_early || is_late {
                continue;
            }
            let value = exact("values", value)?;
            let error = standard_errors.map(|errors| errors[row]).filter(|error| !error.is_nan());
            if let Some(error) = error
                && !(error >= 0.0 && error.is_finite())
            {
                return Err(out_of_range("standard_errors", error, "a finite number, 0 or more"));
            }
            match aim.distance(&value) {
                Some((value, slope)) => {
                    let standard_error = error.map(|error| error * slope);
                    points.push(Point { year, value, standard_error });
                }
                None => unratioed = true,
            }
        }
        Ok(Facts {
            points,
            better: aim.better,
            target: aim.target,
            target_year,
            is_band: aim.band.is_some(),
            unratioed,
            limit: exact_option("limit", options.limit)?.filter(|_| aim.band.is_none()),
            predicted: predicted(options, &aim.band)?,
            scale: scale(options, aim.better, aim.band.is_some())?,
            path: options.path,
            pace: pace(options.pace)?,
        })
    }

    pub(super) fn target(&self) -> Answered<&Exact> {
        self.target.as_ref().ok_or(ProgressReason::NoTarget)
    }

    pub(super) fn target_year(&self) -> Answered<&Exact> {
        self.target_year.as_ref().ok_or(ProgressReason::NoTargetYear)
    }

    pub(super) fn last(&self) -> Answered<&Point> {
        if self.unratioed {
            return Err(ProgressReason::NotPositive);
        }
        self.points.last().ok_or(ProgressReason::NoValue)
    }

    pub(super) fn course(&self) -> Answered<Course<'_>> {
        let last = self.last()?;
        match self.points.first() {
            Some(base) if self.points.len() > 1 => Ok(Course { base, last }),
            _ => Err(ProgressReason::OnePoint),
        }
    }

    /// `to` − `from`, positive towards the better end.
    pub(super) fn gained(&self, from: &Exact, to: &Exact) -> Exact {
        match self.better {
            BetterEnd::Highest => to - from,
            BetterEnd::Lowest => from - to,
        }
    }

    /// What changed from the base to the last value, positive towards the better end.
    pub(super) fn moved(&self, course: &Course<'_>) -> Exact {
        self.gained(&course.base.value, &course.last.value)
    }

    /// Whether a value meets a target; at it, it does.
    pub(super) fn meets(&self, value: &Exact, target: &Exact) -> bool {
        !self.gained(target, value).is_negative()
    }

    pub(super) fn higher_is_better(&self) -> bool {
        match self.better {
            BetterEnd::Highest => true,
            BetterEnd::Lowest => false,
        }
    }

    /// The value predicted for a year: the one given, or where a line of least squares through all points is then,
    /// which the limit cuts.
    pub(super) fn prediction(&self) -> Answered<Exact> {
        if let Some(predicted) = &self.predicted {
            return Ok(predicted.clone());
        }
        let course = self.course()?;
        let until = self.target_year()?;
        let Some(count) = Exact::quotient(self.points.len() as i64, 1) else {
            return Err(ProgressReason::OnePoint);
        };
        let mean = |of: fn(&Point) -> &Exact| {
            let sum = self.points.iter().fold(Exact::ZERO, |sum, point| &sum + of(point));
            &sum / &count
        };
        let (year, value) = (mean(|point| &point.year), mean(|point| &point.value));
        let (mut both, mut squares) = (Exact::ZERO, Exact::ZERO);
        for point in &self.points {
            let since = &point.year - &year;
            both = both + &(&since * &(&point.value - &value));
            squares = squares + &(&since * &since);
        }
        // Years increase: two of them differ.
        if squares.is_zero() {
            return Ok(course.last.value.clone());
        }
        let line = &value + &(&(&both / &squares) * &(until - &year));
        Ok(match &self.limit {
            Some(limit) if self.gained(limit, &line).is_positive() => limit.clone(),
            // A band is nowhere nearer than in it.
            None if self.is_band => match &self.target {
                Some(target) if self.meets(&line, target) => target.clone(),
                Some(_) | None => line,
            },
            Some(_) | None => line,
        })
    }
}

/// A target as a number and a direction.
struct Aim {
    better: BetterEnd,
    target: Option<Exact>,
    band: Option<(Exact, Exact, BandDistance)>,
}

impl Aim {
    fn of(target: &ProgressTarget) -> Result<Aim> {
        Ok(match *target {
            ProgressTarget::Direction(better) => Aim { better, target: None, band: None },
            ProgressTarget::Reach { value, better } => {
                Aim { better, target: Some(exact("target", value)?), band: None }
            }
            ProgressTarget::Band { lower, upper, distance } => {
                let (low, high) = match distance {
                    BandDistance::Gap => (exact("target", lower)?, exact("target", upper)?),
                    BandDistance::Ratio => (
                        exact("target", positive("target", lower)?)?,
                        exact("target", positive("target", upper)?)?,
                    ),
                };
                if low > high {
                    return Err(out_of_range("target", upper, "an upper end not below the lower"));
                }
                let target = match distance {
                    BandDistance::Gap => high.clone(),
                    BandDistance::Ratio => Exact::ONE,
                };
                Aim {
                    better: BetterEnd::Lowest,
                    target: Some(target),
                    band: Some((low, high, distance)),
                }
            }
        })
    }

    /// The number that is compared with the target, and the factor for its standard error.
    fn distance(&self, value: &Exact) -> Option<(Exact, f64)> {
        match &self.band {
            None => Some((value.clone(), 1.0)),
            Some(band) => distance_from(band, value),
        }
    }
}

/// The distance of a value from a band, and the factor for its standard error.
///
/// | `BandDistance` | inside the band | outside the band |
/// |---|---|---|
/// | `Gap` | the upper end | the upper end, plus the gap to the band |
/// | `Ratio` | 1 | the factor by which the value is too large or too small |
fn distance_from(
    (lower, upper, distance): &(Exact, Exact, BandDistance),
    value: &Exact,
) -> Option<(Exact, f64)> {
    match distance {
        BandDistance::Gap if value < lower => Some((upper + &(lower - value), 1.0)),
        BandDistance::Gap => Some((value.max(upper).clone(), 1.0)),
        BandDistance::Ratio if !value.is_positive() => None,
        BandDistance::Ratio if value < lower => {
            let ratio = lower / value;
            let slope = ratio.float() / value.float();
            Some((ratio, slope))
        }
        BandDistance::Ratio => Some((&value.max(upper).clone() / upper, 1.0 / upper.float())),
    }
}

fn predicted(
    options: &ProgressOptions,
    band: &Option<(Exact, Exact, BandDistance)>,
) -> Result<Option<Exact>> {
    let Some(predicted) = exact_option("predicted", options.predicted)? else { return Ok(None) };
    let Some(band) = band else { return Ok(Some(predicted)) };
    match distance_from(band, &predicted) {
        Some((distance, _)) => Ok(Some(distance)),
        None => Err(out_of_range("predicted", predicted.float(), "a number above 0")),
    }
}

fn scale(
    options: &ProgressOptions,
    better: BetterEnd,
    is_band: bool,
) -> Result<Option<(Exact, Exact)>> {
    let Some((worst, best)) = options.scale else { return Ok(None) };
    let ends = (exact("scale", worst)?, exact("scale", best)?);
    // Distances from a band have a scale of their own.
    if is_band {
        return Ok(None);
    }
    match better {
        BetterEnd::Highest if ends.0 < ends.1 => Ok(Some(ends)),
        BetterEnd::Lowest if ends.0 > ends.1 => Ok(Some(ends)),
        BetterEnd::Highest => Err(out_of_range("scale", best, "a best value above the worst")),
        BetterEnd::Lowest => Err(out_of_range("scale", best, "a best value below the worst")),
    }
}

fn pace((ahead, on_track): (f64, f64)) -> Result<(Exact, Exact)> {
    let thresholds =
        (exact("pace", positive("pace", ahead)?)?, exact("pace", positive("pace", on_track)?)?);
    if thresholds.0 < thresholds.1 {
        return Err(out_of_range("pace", on_track, "a share not above the one for being ahead"));
    }
    Ok(thresholds)
}

fn exact(argument: &'static str, value: f64) -> Result<Exact> {
    Exact::of(value).ok_or_else(|| out_of_range(argument, value, "a finite number"))
}

fn exact_option(argument: &'static str, value: Option<f64>) -> Result<Option<Exact>> {
    value.map(|value| exact(argument, value)).transpose()
}
