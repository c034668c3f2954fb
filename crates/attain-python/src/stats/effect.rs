//! Effects: interrupted series, differences in differences.

use pyo3::prelude::*;

use super::OrRaise;
use super::argument::{Argument, read, wrong};
use super::choice::choice;
use super::column::Column;
use super::over_time::record;
use attain::stats::{
    self, Confidence, CountVariation, InterruptedOptions, RatioEstimate, Seasonality,
};

fn count_variation(name: Argument<'_, '_>) -> PyResult<CountVariation> {
    let known =
        [("quasi_poisson", CountVariation::QuasiPoisson), ("poisson", CountVariation::Poisson)];
    choice("variation", name, &known)
}

fn ratio<'py>(
    py: Python<'py>,
    estimate: RatioEstimate,
    confidence: f64,
    variation: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let fields = [
        ("value", estimate.ratio.into_pyobject(py)?.into_any()),
        ("lower", estimate.interval.lower.into_pyobject(py)?.into_any()),
        ("upper", estimate.interval.upper.into_pyobject(py)?.into_any()),
        ("confidence", confidence.into_pyobject(py)?.into_any()),
        ("method", variation.clone()),
    ];
    record(py, "Interval", &fields)
}

#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "`attain.stats` names them")]
pub(super) fn interrupted_series<'py>(
    py: Python<'py>,
    counts: Argument<'_, 'py>,
    start: Argument<'_, 'py>,
    exposures: Option<Bound<'py, PyAny>>,
    seasonality: Argument<'_, 'py>,
    period: Argument<'_, 'py>,
    pairs: Argument<'_, 'py>,
    slope_change: Argument<'_, 'py>,
    variation: Argument<'_, 'py>,
    correlated: Argument<'_, 'py>,
    confidence: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let counts = Column::values("counts", counts)?;
    let exposures = exposures.map(|given| Column::values("exposures", &given)).transpose()?;
    let (start, period, pairs) =
        (read("start", start)?, read("period", period)?, read("pairs", pairs)?);
    let (slope_change, correlated, confidence) = (
        read("slope_change", slope_change)?,
        read("correlated", correlated)?,
        read("confidence", confidence)?,
    );
    let known = [
        ("harmonics", Seasonality::Harmonics { period, pairs }),
        ("terms", Seasonality::Terms { period }),
    ];
    let seasonality = match seasonality.is_none() {
        true => Seasonality::None,
        false => choice("seasonality", seasonality, &known)?,
    };
    let variation_of_counts = count_variation(variation)?;
    let options = InterruptedOptions {
        seasonality,
        slope_change,
        variation: variation_of_counts,
        correlated,
    };
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
        ("correlation", found.correlation.into_pyobject(py)?.into_any()),
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
    variation: Argument<'_, 'py>,
    confidence: Argument<'_, 'py>,
) -> PyResult<Bound<'py, PyAny>> {
    let confidence = read("confidence", confidence)?;
    let before = Column::values("before", before)?;
    let after = Column::values("after", after)?;
    let flags = Column::values("took_part", took_part)?;
    if flags.iter().any(|flag| ![0.0, 1.0].contains(flag)) {
        return Err(wrong("took_part", took_part, "True or False for each unit"));
    }
    let took_part: Vec<bool> = flags.into_iter().map(|flag| flag == 1.0).collect();
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
