"""Early warnings: EARS against numpy, and the method of Farrington against statsmodels."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
import statsmodels.api as sm
from scipy import stats as oracle

import attain as at

Numbers = npt.NDArray[np.float64]


def by_ears(counts: Numbers, method: str, alpha: float) -> list[tuple[float, float] | None]:
    """The expected count and the limit of each count, written from the papers."""
    z = oracle.norm.isf(alpha)
    lag = 0 if method == "c1" else 2

    def window(place: int) -> tuple[float, float]:
        baseline = counts[place - lag - 7 : place - lag]
        return float(baseline.mean()), float(baseline.std(ddof=1))

    answers: list[tuple[float, float] | None] = []
    for place in range(len(counts)):
        if place < 7 + lag + (2 if method == "c3" else 0):
            answers.append(None)
            continue
        mean, sigma = window(place)
        limit = mean + z * sigma
        if method == "c3":
            for back in (1, 2):
                before, spread = window(place - back)
                limit -= sigma * max(0, (counts[place - back] - before) / spread - 1)
        answers.append((mean, limit))
    return answers


@pytest.mark.parametrize(("method", "alpha"), [("c1", 0.001), ("c2", 0.001), ("c3", 0.025)])
def test_ears_compares_with_the_days_before(method: Any, alpha: float) -> None:
    random = np.random.default_rng(4)
    counts = random.poisson(12, 80).astype(float)
    counts[60:64] += [10, 15, 20, 10]
    found = at.stats.ears(counts, method=method).to_polars()
    expected = by_ears(counts, method, alpha)
    assert found["status"].is_null().to_list() == [answer is not None for answer in expected]
    for row, answer in zip(found.iter_rows(named=True), expected, strict=True):
        if answer is None:
            assert row["status"] == "there are not enough counts before it"
            continue
        assert (row["expected"], row["limit"]) == pytest.approx(answer)
        assert row["alarm"] == (row["count"] > answer[1])
        assert row["alarm"] == (row["statistic"] > oracle.norm.isf(alpha))
    assert found["alarm"][60:64].any()
    other = at.stats.ears(counts, method=method, alpha=0.01).to_polars()
    assert other["limit"][79] == pytest.approx((by_ears(counts, method, 0.01)[79] or (0, 0))[1])


def test_a_baseline_of_equal_counts_needs_a_least_deviation() -> None:
    counts = [0] * 7 + [1]
    row = at.stats.ears(counts).to_polars().row(7, named=True)
    assert row["alarm"] is None
    assert "minimum_sigma" in row["status"]
    row = at.stats.ears(counts, minimum_sigma=0.5).to_polars().row(7, named=True)
    assert (row["expected"], row["sigma"], row["alarm"]) == (0, 0.5, False)
    assert row["limit"] == pytest.approx(0.5 * oracle.norm.isf(0.001))
    gap = at.stats.ears([1, 2, None, 3, 1, 2, 3, 2, 4]).to_polars()
    assert gap["status"][8] == "the count or one of its baseline is missing"


def by_farrington(
    counts: Numbers, place: int, *, flexible: bool, alpha: float = 0.05, year: int = 52
) -> dict[str, float]:
    """The expected count, limit and dispersion, by statsmodels' regression."""
    half, years = 3, 5
    times, seasons = [], []
    for t in range(place - years * year - half, place):
        back = place - t
        offset = (t - (place - years * year - half)) % year
        in_window = offset <= 2 * half
        if flexible:
            if back <= year // 2:
                continue
            season = 0 if in_window else 1 + (offset - 2 * half - 1) * 9 // (year - 2 * half - 1)
        else:
            if not in_window or back <= half:
                continue
            season = 0
        times.append(t)
        seasons.append(season)
    t, s, y = np.array(times), np.array(seasons), counts[times]

    def design(t: Numbers, s: Numbers, trend: bool) -> Numbers:
        columns = [np.ones(len(t))]
        if trend:
            columns.append((t - place).astype(float))
        columns += [(s == level).astype(float) for level in range(1, 10) if flexible]
        return np.column_stack(columns)

    def fitted(trend: bool) -> tuple[Any, float, Numbers]:
        x = design(t, s, trend)
        weights = np.ones(len(y))
        for reweighted in (False, True):
            family = sm.families.Poisson()
            model = sm.GLM(y, x, family=family, var_weights=weights).fit(
                tol=1e-12, maxiter=200, scale="X2"
            )
            phi = max(1.0, model.scale)
            if reweighted:
                break
            mu = model.fittedvalues
            hat = model.get_hat_matrix_diag()
            raw = 1.5 * (y ** (2 / 3) - mu ** (2 / 3)) / mu ** (1 / 6)
            residual = raw / np.sqrt(phi * (1 - hat))
            cut = 2.58 if flexible else 1
            weights = np.where(residual > cut, residual**-2.0, 1)
            weights *= len(weights) / weights.sum()
        return model, phi, np.asarray(model.cov_params()) / model.scale

    model, phi, covariance = fitted(True)
    mu = float(np.exp(model.params[0]))
    degrees = len(y) - len(model.params)
    p = 2 * oracle.t.sf(abs(model.params[1] / np.sqrt(model.scale * covariance[1, 1])), degrees)
    trend = bool((flexible or p <= 0.05) and mu <= y.max())
    if not trend:
        model, phi, covariance = fitted(False)
        mu = float(np.exp(model.params[0]))
    if flexible:
        limit = float(
            oracle.nbinom.ppf(1 - alpha, mu / (phi - 1), 1 / phi)
            if phi > 1
            else oracle.poisson.ppf(1 - alpha, mu)
        )
    else:
        tau = phi + mu**2 * phi * covariance[0, 0] / mu
        spread = np.sqrt(4 / 9 * mu ** (1 / 3) * tau)
        limit = (mu ** (2 / 3) + oracle.norm.isf(alpha / 2) * spread) ** 1.5
    return {"expected": mu, "limit": limit, "dispersion": phi, "has_trend": trend}


@pytest.mark.parametrize("method", ["original", "flexible"])
@pytest.mark.parametrize(("slope", "dispersion"), [(0, 1), (0.002, 1), (0, 4), (-0.003, 2)])
def test_counts_are_compared_with_earlier_years(
    method: Any, slope: float, dispersion: float
) -> None:
    random = np.random.default_rng(int(1000 * dispersion + 10_000 * abs(slope)))
    week = np.arange(52 * 6)
    mean = 20 * np.exp(slope * week) * (1 + 0.3 * np.cos(2 * np.pi * week / 52))
    if dispersion > 1:
        mean = random.gamma(mean / (dispersion - 1), dispersion - 1)
    counts = random.poisson(mean).astype(float)
    # An outbreak in an earlier year, in the same weeks as one now.
    counts[150:156] += 60
    counts[306:312] += 40
    found = at.stats.farrington(counts, method=method).to_polars()
    assert found["status"].is_null().to_list() == [place >= 263 for place in range(len(counts))]
    for place in (263, 270, 290, 308, 311):
        row = found.row(place, named=True)
        expected = by_farrington(counts, place, flexible=method == "flexible")
        assert row["has_trend"] == expected["has_trend"]
        for name in ("expected", "limit", "dispersion"):
            assert row[name] == pytest.approx(expected[name], rel=1e-6), (place, name)
        assert row["score"] == pytest.approx(
            (counts[place] - row["expected"]) / (row["limit"] - row["expected"])
        )
    assert found["alarm"][306]


def test_weights_let_an_earlier_outbreak_hide_less() -> None:
    random = np.random.default_rng(8)
    counts = random.poisson(10, 52 * 5 + 10).astype(float)
    place = len(counts) - 1
    counts[place - 104 : place - 101] += 50
    for method in ("original", "flexible"):
        weighted = at.stats.farrington(counts, method=method).to_polars()  # type: ignore[arg-type]
        plain = at.stats.farrington(counts, method=method, reweight=False).to_polars()  # type: ignore[arg-type]
        assert weighted["limit"][place] < plain["limit"][place]


def test_few_events_give_no_alarm() -> None:
    random = np.random.default_rng(3)
    counts = random.poisson(0.2, 52 * 5 + 4).astype(float)
    counts[-4:] = [0, 0, 0, 4]
    row = at.stats.farrington(counts).to_polars().row(-1, named=True)
    assert row["score"] > 1
    assert not row["alarm"]
    row = at.stats.farrington(counts, least_events=4).to_polars().row(-1, named=True)
    assert row["alarm"]


def test_counts_that_determine_no_model_say_so() -> None:
    nothing = at.stats.farrington([0] * (52 * 5 + 4)).to_polars()
    assert "do not determine the model" in nothing["status"][-1]
    missing = at.stats.farrington([3.0] * (52 * 5 + 3) + [None]).to_polars()
    assert missing["status"][-1] == "`counts` is missing"
    assert missing["status"][0] == "there are not enough years before it"


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: at.stats.ears([1, -1]), "counts"),
        (lambda: at.stats.ears([1, 2], baseline=2), "baseline"),
        (lambda: at.stats.ears([1, 2], alpha=1), "alpha"),
        (lambda: at.stats.ears([1, 2], minimum_sigma=-1), "minimum_sigma"),
        (lambda: at.stats.farrington([1, float("inf")]), "counts"),
        (lambda: at.stats.farrington([1, 2], years=0), "years"),
        (lambda: at.stats.farrington([1, 2], periods_per_year=1), "periods_per_year"),
        (lambda: at.stats.farrington([1, 2], half_window=26), "half_window"),
        (lambda: at.stats.farrington([1, 2], alpha=0), "alpha"),
        (lambda: at.stats.farrington([1, 2], least_events=-1), "least_events"),
    ],
)
def test_numbers_outside_their_range_are_refused(call: Any, argument: str) -> None:
    with pytest.raises(at.StatsError) as raised:
        call()
    assert raised.value.faults[0].column == argument


def test_quantiles_of_the_flexible_limit_are_scipys() -> None:
    # A series without variation beyond chance: the limit is a quantile of Poisson's distribution.
    counts = [3.0 + (week % 2) for week in range(52 * 5 + 4)]
    row = at.stats.farrington(counts, method="flexible").to_polars().row(-1, named=True)
    assert row["dispersion"] == 1
    assert row["limit"] == oracle.poisson.ppf(0.95, row["expected"])
    assert isinstance(at.stats.farrington(counts).to_polars(), pl.DataFrame)
