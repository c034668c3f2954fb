//! Effects: interrupted series, differences in differences.

use pyo3::prelude::*;

use super::OrRaise;
use super::choice::choice;
use super::column::Column;
use super::over_time::record;
use crate::error::{Fault, FaultCode, Place};
use crate::stats::{
    self, Confidence, CountVariation, InterruptedOptions, RatioEstimate, Seasonality,
};

type Argument<'a, 'py> = &'a Bound<'py, PyAny>;

fn count_variation(name: &str) -> PyResult<CountVariation> {
    let known =
        [("quasi_poisson", CountVariation::QuasiPoisson), ("poisson", CountVariation::Poisson)];
    choice("variation", name, &known)
}

fn ratio<'py>(
    py: Python<'py>,
    estimate: RatioEstimate,
    confidence: f64,
    variation: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let fields = [
        ("value", estimate.ratio.into_pyobject(py)?.into_any()),
        ("lower", estimate.interval.lower.into_pyobject(py)?.into_any()),
        ("upper", estimate.interval.upper.into_pyobject(py)?.into_any()),
        ("confidence", confidence.into_pyobject(py)?.into_any()),
        ("method", variation.into_pyobject(py)?.into_any()),
    ];
    record(py, "Interval", &fields)
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn interrupted_series<'py>(
    py: Python<'py>,
    counts: Argument<'_, 'py>,
    start: usize,
    exposures: Option<Bound<'py, PyAny>>,
    seasonality: Option<&str>,
    period: usize,
    pairs: usize,
    slope_change: bool,
    variation: &str,
    confidence: f64,
) -> PyResult<Bound<'py, PyAny>> {
    let counts = Column::values("counts", counts)?;
    let exposures = exposures.map(|given| Column::values("exposures", &given)).transpose()?;
    let known = [
        ("harmonics", Seasonality::Harmonics { period, pairs }),
        ("terms", Seasonality::Terms { period }),
    ];
    let seasonality = match seasonality {
        None => Seasonality::None,
        Some(name) => choice("seasonality", name, &known)?,
    };
    let options =
        InterruptedOptions { seasonality, slope_change, variation: count_variation(variation)? };
    let ones = vec![1.0; counts.len()];
    let exposures = exposures.as_deref().unwrap_or(&ones);
    let level = Confidence::new(confidence).or_raise()?;
    let found = py
        .detach(|| stats::interrupted_series(&counts, exposures, start, &options, level))
        .or_raise()?;
    let one = |estimate| ratio(py, estimate, confidence, variation);
    let slope = match found.slope {
        Some(slope) => one(slope)?,
        None => py.None().into_bound(py),
    };
    let fields = [
        ("overall", one(found.overall)?),
        ("level", one(found.level)?),
        ("slope", slope),
        ("trend", one(found.trend)?),
        ("dispersion", found.dispersion.into_pyobject(py)?.into_any()),
        ("degrees", found.degrees.into_pyobject(py)?.into_any()),
        ("autocorrelation", found.autocorrelation.into_pyobject(py)?.into_any()),
        ("fitted", found.fitted.into_pyobject(py)?.into_any()),
        ("counterfactual", found.counterfactual.into_pyobject(py)?.into_any()),
    ];
    record(py, "InterruptedSeries", &fields)
}

#[pyfunction]
pub(super) fn difference_in_differences<'py>(
    py: Python<'py>,
    before: Argument<'_, 'py>,
    after: Argument<'_, 'py>,
    took_part: Argument<'_, 'py>,
    variation: &str,
    confidence: f64,
) -> PyResult<Bound<'py, PyAny>> {
    let before = Column::values("before", before)?;
    let after = Column::values("after", after)?;
    let took_part: Vec<bool> = took_part
        .try_iter()?
        .map(|one| {
            let one = one?;
            one.is_truthy().map_err(|_| {
                let place = Place::Column { column: "took_part".to_owned() };
                let fault =
                    Fault::new(FaultCode::NotABoolean, place, "this is no yes or no").found(&one);
                super::super::error::refused_by_stats(&fault.expected("True or False"))
            })
        })
        .collect::<PyResult<_>>()?;
    let found = stats::difference_in_differences(
        &before,
        &after,
        &took_part,
        count_variation(variation)?,
        Confidence::new(confidence).or_raise()?,
    )
    .or_raise()?;
    let estimate = RatioEstimate { ratio: found.ratio, interval: found.interval };
    let fields = [
        ("ratio", ratio(py, estimate, confidence, variation)?),
        ("dispersion", found.dispersion.into_pyobject(py)?.into_any()),
        ("degrees", found.degrees.into_pyobject(py)?.into_any()),
    ];
    record(py, "DifferenceInDifferences", &fields)
}
