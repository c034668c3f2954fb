"""What a campaign changed, as Python sees it; the numbers against statsmodels."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars
import pytest
import statsmodels.api as sm
from scipy import optimize, stats

import attain

PLAN = """
attain: 1
plan: p
units:
  levels: [city, district]
  list:
    - {id: c, level: city}
    - {id: d1, level: district, parent: c}
    - {id: d2, level: district, parent: c}
measures: {cases: {}}
indicators: {crimes: {count: cases}, share: {ratio: {numerator: cases, denominator: cases}}}
campaigns: {peak: {window: "2023", units: [d1]}}
"""


def report() -> attain.Report:
    plan = attain.Plan.parse(PLAN)
    years = [*range(2014, 2024)]
    outcomes = polars.DataFrame(
        {
            "unit": ["d1"] * 10 + ["d2"] * 10,
            "period": [str(year) for year in years] * 2,
            "measure": ["cases"] * 20,
            "value": [100 + 2 * n for n in range(9)] + [80] + [200] * 9 + [190],
        }
    )
    return attain.assess(plan, attain.tally(plan, outcomes), as_of="2023-12-31")


def test_every_way_has_a_row_with_its_interval_or_a_reason() -> None:
    table = report().effect("peak", indicator="crimes", every="year").to_polars()
    rows = {row["method"]: row for row in table.rows(named=True)}
    assert rows["same_window_last_year"]["estimate"] == pytest.approx(80 / 116, rel=1e-12)
    series = rows["interrupted_series"]
    assert series["pieces"] == 10
    # 2 more a year would have made 118.
    assert series["expected"] == pytest.approx(118, rel=0.01)
    assert series["lower"] < 80 / 118 < series["upper"] < 1
    differences = rows["difference_in_differences"]
    assert differences["estimate"] == pytest.approx((80 / 116) / (190 / 200), rel=1e-12)
    assert (differences["outside"], differences["outside_before"]) == (190, 200)
    assert rows["displaced_after"]["reason"] == "the days after it have not begun"
    for row in rows.values():
        assert (row["estimate"] is None) == (row["reason"] is not None)
        assert row["assumes"]


def test_what_has_no_effect_to_tell_is_refused() -> None:
    with pytest.raises(attain.RequestError, match="a count that adds up"):
        report().effect("peak", indicator="share")
    with pytest.raises(attain.RequestError, match="expected day, week, month, quarter, half, year"):
        report().effect("peak", indicator="crimes", every="decade")  # type: ignore[arg-type]


def test_an_interrupted_series_agrees_with_statsmodels() -> None:
    rng = np.random.default_rng(7)
    time = np.arange(48)
    season = [np.cos(2 * np.pi * time / 12), np.sin(2 * np.pi * time / 12)]
    changed = (time >= 40).astype(float)
    counts = rng.poisson(60 * np.exp(0.2 * season[0] - 0.3 * changed)).astype(float)
    found = attain.stats.interrupted_series(
        counts, 40, seasonality="harmonics", period=12, pairs=1, variation="poisson"
    )
    model = np.column_stack([np.ones(48), time - 40.0, changed, *season])
    fit = sm.GLM(counts, model, family=sm.families.Poisson()).fit(tol=1e-14)
    half = stats.norm.ppf(0.975) * fit.bse[2]
    assert found.level.value == pytest.approx(np.exp(fit.params[2]), rel=1e-8)
    assert found.level.lower == pytest.approx(np.exp(fit.params[2] - half), rel=1e-6)
    assert found.level.upper == pytest.approx(np.exp(fit.params[2] + half), rel=1e-6)
    assert (found.slope, found.degrees) == (None, 43)
    assert found.fitted == pytest.approx(list(fit.mu), rel=1e-8)
    assert (found.level.confidence, found.level.method) == (0.95, "poisson")


def test_correlated_residuals_widen_the_limits_by_the_sandwich_covariance() -> None:
    rng = np.random.default_rng(3)
    time = np.arange(60)
    noise = np.zeros(60)
    for month in range(1, 60):
        noise[month] = 0.6 * noise[month - 1] + 0.2 * rng.normal()
    changed = (time >= 50).astype(float)
    counts = rng.poisson(50 * np.exp(noise)).astype(float)
    found = attain.stats.interrupted_series(counts, 50, correlated=True)
    model = np.column_stack([np.ones(60), time - 50.0, changed])
    fit = sm.GLM(counts, model, family=sm.families.Poisson()).fit(tol=1e-14)
    scaled = model * np.sqrt(fit.mu)[:, None]
    inverse = np.linalg.inv(scaled.T @ scaled)
    maker = np.eye(60) - scaled @ inverse @ scaled.T
    residuals = (counts - fit.mu) / np.sqrt(fit.mu)

    def expected(rho: float) -> Any:
        return maker @ rho ** np.abs(time[:, None] - time) @ maker

    def surplus(rho: float) -> float:
        of = expected(rho)
        return float(
            np.diag(of, 1).sum() / np.trace(of)
            - residuals[:-1] @ residuals[1:] / (residuals @ residuals)
        )

    rho = optimize.brentq(surplus, 0, 0.95, xtol=1e-14)
    assert found.correlation == pytest.approx(rho, rel=1e-6)
    of = expected(rho)
    dispersion = residuals @ residuals / np.trace(of)
    assert found.dispersion == pytest.approx(dispersion, rel=1e-6)
    degrees = np.trace(of) ** 2 / np.trace(of @ of)
    weights = rho ** np.abs(time[:, None] - time)
    covariance = dispersion * inverse @ scaled.T @ weights @ scaled @ inverse
    half = stats.t.ppf(0.975, degrees) * np.sqrt(covariance[2, 2])
    assert found.level.lower == pytest.approx(np.exp(fit.params[2] - half), rel=1e-5)
    assert found.level.upper == pytest.approx(np.exp(fit.params[2] + half), rel=1e-5)
    # A short series shows no correlation, and without the choice there is none.
    assert attain.stats.interrupted_series(counts[50:], 5, correlated=True).correlation == 0
    assert attain.stats.interrupted_series(counts, 50).correlation is None


def test_a_difference_in_differences_is_the_ratio_of_ratios() -> None:
    found = attain.stats.difference_in_differences([100, 200], [60, 180], [True, False])
    half = stats.norm.ppf(0.975) * np.sqrt(1 / 100 + 1 / 60 + 1 / 200 + 1 / 180)
    assert found.ratio.value == pytest.approx(0.6 / 0.9, rel=1e-12)
    assert found.ratio.lower == pytest.approx(0.6 / 0.9 * np.exp(-half), rel=1e-10)
    assert (found.dispersion, found.degrees) == (None, 0)


def test_what_determines_no_answer_is_refused() -> None:
    with pytest.raises(attain.StatsError, match="these don't determine an answer"):
        attain.stats.interrupted_series([0, 0, 0, 0, 5, 5], 4)
    with pytest.raises(attain.StatsError, match="`seasonality`"):
        attain.stats.interrupted_series([5] * 9, 4, seasonality="terms", period=1)
    with pytest.raises(attain.StatsError, match="`before`"):
        attain.stats.difference_in_differences([0, 5], [3, 5], [True, False])
