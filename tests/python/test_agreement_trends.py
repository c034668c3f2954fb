"""Trends agree with pymannkendall and scipy, control charts with their closed forms in numpy.

Left out of pymannkendall, because it is wrong there:

* p-values far out: 2(1 − Φ(|z|)), which is 0 from |z| = 8.3 on; compared to 1e-15 only
* corrections of series with gaps: they are detrended by a slope that takes the gaps into account,
  at places that don't
"""

from __future__ import annotations

import itertools
import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
import pymannkendall as theirs
import pytest
from scipy import stats as oracle

import attain as at

Numbers: TypeAlias = npt.NDArray[np.float64]


def series(seed: int, gaps: bool = True) -> Numbers:
    """Random, with trend or none, with memory or none, with ties and gaps in every other one."""
    random = np.random.default_rng(seed)
    size = int(random.integers(12, 120))
    noise = random.normal(0, 1, size)
    memory = random.choice([0, 0.5, 0.9])
    for place in range(1, size):
        noise[place] += memory * noise[place - 1]
    values = noise + random.choice([0, 0.01, 0.1, -0.3]) * np.arange(size)
    if seed % 2:
        values = values.round()
    if gaps and seed % 3 == 0:
        values[random.random(size) < 0.15] = np.nan
    return values


def same(found: at.stats.MannKendall, test: Any) -> None:
    assert found.score == test.s
    assert found.variance == pytest.approx(test.var_s, rel=1e-11)
    assert found.tau == pytest.approx(test.Tau, rel=1e-14)
    if found.variance > 0:
        assert found.z == pytest.approx(test.z, rel=1e-11)
        assert found.p == pytest.approx(test.p, rel=1e-9, abs=1e-15)
    else:
        # A variance that a correction takes below 0 has no root: nan there, none here.
        assert found.score == 0 or (found.z is None and found.p is None)


@pytest.mark.parametrize("seed", range(60))
def test_trends_are_those_of_pymannkendall(seed: int) -> None:
    values = series(seed)
    same(at.stats.mann_kendall(values, exact_up_to=0), theirs.original_test(values))
    line, slope = at.stats.sen_slope(values), theirs.sens_slope(values)
    assert line.slope == pytest.approx(slope.slope, rel=1e-13, abs=1e-15)
    assert line.intercept == pytest.approx(slope.intercept, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("seed", range(60))
@pytest.mark.filterwarnings("ignore:invalid value encountered in sqrt")
def test_corrections_are_those_of_pymannkendall(seed: int) -> None:
    values = series(seed, gaps=False)
    for lags in (None, 1, 3):
        for alpha in (0.05, 0.2):
            same(
                at.stats.mann_kendall(
                    values, correction="hamed_rao", lags=lags, significant=1 - alpha
                ),
                theirs.hamed_rao_modification_test(values, alpha, lags),
            )
        same(
            at.stats.mann_kendall(values, correction="yue_wang", lags=lags),
            theirs.yue_wang_modification_test(values, lag=lags),
        )


@pytest.mark.parametrize("seed", range(60))
def test_pre_whitened_trends_are_those_of_pymannkendall(seed: int) -> None:
    values = series(seed, gaps=False)
    pairs = [
        (
            at.stats.mann_kendall(values, correction="pre_whitening"),
            theirs.pre_whitening_modification_test(values),
        ),
        (
            at.stats.mann_kendall(values, correction="trend_free_pre_whitening"),
            theirs.trend_free_pre_whitening_modification_test(values),
        ),
    ]
    for found, wanted in pairs:
        if seed % 2:
            # The last digit of the correlation breaks ties of rounded values either way.
            assert abs(found.score - wanted.s) <= 8
            assert found.variance == pytest.approx(wanted.var_s, rel=1e-3)
        else:
            same(found, wanted)


@pytest.mark.parametrize("seed", range(40))
def test_tau_b_and_slopes_at_any_times_are_those_of_scipy(seed: int) -> None:
    values = series(seed)
    there = ~np.isnan(values)
    found = at.stats.mann_kendall(values)
    wanted = oracle.kendalltau(np.flatnonzero(there), values[there], variant="b")
    assert found.tau_b == pytest.approx(wanted.statistic, rel=1e-12, abs=1e-15)
    # Times at random distances, some of them equal, in no order.
    random = np.random.default_rng(seed)
    times = random.integers(0, 60, len(values)).astype(float)
    line = at.stats.sen_slope(values, times=times)
    slope, intercept, low, high = oracle.theilslopes(values[there], times[there])
    assert line.slope == pytest.approx(slope, rel=1e-12, abs=1e-14)
    assert line.intercept == pytest.approx(intercept, rel=1e-12, abs=1e-12)
    assert (line.lower, line.upper) == pytest.approx((low, high), rel=1e-12, abs=1e-14)
    # Equal steps are the places of the series.
    steps = at.stats.sen_slope(values, times=np.arange(len(values)))
    assert steps == at.stats.sen_slope(values)
    both = at.stats.sen_slope(
        np.tile(values, 2), times=np.tile(times, 2), by=np.repeat(["a", "b"], len(values))
    ).to_polars()
    assert both["slope"].to_list() == [line.slope] * 2
    assert both["upper"].to_list() == [line.upper] * 2


@pytest.mark.parametrize("size", [3, 7, 10, 30])
def test_one_sided_trends_have_the_exact_p_values_of_scipy(size: int) -> None:
    random = np.random.default_rng(size)
    for _ in range(20):
        values = random.permutation(size) + 0.5 * random.random(size)
        found = at.stats.mann_kendall(values, exact_up_to=30)
        for name, side in (("p_rising", "greater"), ("p_falling", "less")):
            wanted = oracle.kendalltau(np.arange(size), values, method="exact", alternative=side)
            assert getattr(found, name) == pytest.approx(wanted.pvalue, rel=1e-9)


def test_one_sided_trends_have_the_normal_tails_with_continuity() -> None:
    for seed in range(30):
        values = series(seed)
        found = at.stats.mann_kendall(values, exact_up_to=0)
        deviation = math.sqrt(found.variance)
        rising = oracle.norm.sf((found.score - 1) / deviation)
        falling = oracle.norm.cdf((found.score + 1) / deviation)
        assert found.p_rising == pytest.approx(rising, rel=1e-9)
        assert found.p_falling == pytest.approx(falling, rel=1e-9)
    flat = at.stats.mann_kendall([3, 3, 3])
    assert (flat.tau_b, flat.p, flat.p_rising, flat.p_falling) == (None, 1, 1, 1)


def test_what_has_no_effect_on_a_trend_is_refused() -> None:
    with pytest.raises(at.StatsError, match="no effect on this `correction`"):
        at.stats.mann_kendall([1, 3, 2, 4], correction="pre_whitening", lags=2)
    with pytest.raises(at.StatsError, match="no effect with `times`"):
        at.stats.sen_slope([1, 3, 2, 4], times=[1, 2, 3, 4], period=2)
    with pytest.raises(at.StatsError, match="`times`"):
        at.stats.sen_slope([1, 3, 2, 4], times=[1, 2, 3])
    with pytest.raises(at.StatsError, match="`times`"):
        at.stats.sen_slope([1, 3], times=[5, 5])


@pytest.mark.parametrize("seed", range(60))
def test_seasonal_trends_are_those_of_pymannkendall(seed: int) -> None:
    values = series(seed)
    for period in (2, 4, 5):
        same(at.stats.mann_kendall(values, period=period), theirs.seasonal_test(values, period))
        line = at.stats.sen_slope(values, period=period)
        slope = theirs.seasonal_sens_slope(values, period)
        assert line.slope == pytest.approx(slope.slope, rel=1e-13, abs=1e-15)
        assert line.intercept == pytest.approx(slope.intercept, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize("size", [2, 3, 7, 10, 30])
def test_short_trends_have_the_exact_p_value_of_scipy(size: int) -> None:
    random = np.random.default_rng(size)
    for _ in range(40):
        values = random.permutation(size) + 0.5 * random.random(size)
        found = at.stats.mann_kendall(values, exact_up_to=30)
        assert found.exact
        wanted = oracle.kendalltau(np.arange(size), values, method="exact")
        assert found.p == pytest.approx(wanted.pvalue, rel=1e-10)
        assert found.tau == pytest.approx(wanted.statistic, rel=1e-14, abs=1e-15)


def test_slopes_have_the_limits_of_gilbert() -> None:
    for seed in range(60):
        values = series(seed)
        there = np.flatnonzero(~np.isnan(values))
        slopes = np.sort(
            [
                (values[late] - values[early]) / (late - early)
                for early, late in itertools.combinations(there, 2)
            ]
        )
        _, ties = np.unique(values[there], return_counts=True)

        def term(t: Any) -> Any:
            return t * (t - 1) * (2 * t + 5)

        variance = (term(len(there)) - term(ties).sum()) / 18
        for confidence in (0.5, 0.95, 0.998):
            reach = -oracle.norm.ppf((1 - confidence) / 2) * math.sqrt(variance)
            first = max(round((len(slopes) - reach) / 2) - 1, 0)
            last = min(round((len(slopes) + reach) / 2), len(slopes) - 1)
            found = at.stats.sen_slope(values, confidence=confidence)
            assert (found.lower, found.slope, found.upper) == pytest.approx(
                (slopes[first], np.median(slopes), slopes[last]), rel=1e-13, abs=1e-15
            )


# Control charts


def chart(values: Any, denominators: Any = None, **choices: Any) -> tuple[Numbers, ...]:
    found = pl.DataFrame(at.stats.control_chart(values, denominators, **choices).points)
    return tuple(found[name].to_numpy() for name in ("value", "centre", "lower", "upper"))


def close(found: Numbers, wanted: Any) -> None:
    np.testing.assert_allclose(found, np.broadcast_to(wanted, found.shape), rtol=1e-11, atol=1e-13)


def mean_range(values: Numbers, screen: bool = False) -> float:
    ranges = np.abs(np.diff(values))
    if screen:
        ranges = ranges[ranges <= 3.267 * ranges.mean()]
    return float(ranges.mean())


@pytest.mark.parametrize("seed", range(20))
def test_charts_of_values_follow_their_closed_forms(seed: int) -> None:
    random = np.random.default_rng(seed)
    values = random.lognormal(1, 1, int(random.integers(3, 80)))
    for screen, factor in [(True, 2.66), (False, 2.66), (True, 3 / 1.128), (False, 1)]:
        _, centre, lower, upper = chart(values, factor=factor, screen_moving_ranges=screen)
        half = factor * mean_range(values, screen)
        close(centre, values.mean())
        close(lower, values.mean() - half)
        close(upper, values.mean() + half)
    ranges, centre, lower, upper = chart(values, kind="moving_range", screen_moving_ranges=True)
    close(ranges[1:], np.abs(np.diff(values)))
    assert np.isnan(ranges[0])
    close(centre, mean_range(values, screen=True))
    close(lower, 0)
    close(upper, 3.267 * mean_range(values, screen=True))
    times, centre, lower, upper = chart(values, kind="t")
    root = values ** (1 / 3.6)
    half = 3 * mean_range(root) / 1.128
    close(times, values)
    close(centre, root.mean() ** 3.6)
    close(lower, max(root.mean() - half, 0) ** 3.6)
    close(upper, (root.mean() + half) ** 3.6)
    shown, centre, *_ = chart(values, kind="run")
    close(shown, values)
    close(centre, np.median(values))
    # A baseline of some points is a chart of them whose lines go on; a phase is a chart of its own.
    if len(values) > 10:
        lines = chart(values, baseline=6)
        for line, of_part in zip(lines[1:], chart(values[:6])[1:], strict=True):
            close(line, of_part[0])
        lines = chart(values, phases=[5])
        for line, first, second in zip(lines, chart(values[:5]), chart(values[5:]), strict=True):
            close(line, np.concatenate([first, second]))


@pytest.mark.parametrize("seed", range(20))
def test_charts_of_counts_follow_their_closed_forms(seed: int) -> None:
    random = np.random.default_rng(seed)
    size = int(random.integers(5, 60))
    n = random.integers(20, 3_000, size).astype(float)
    x = random.binomial(n.astype(int), np.clip(random.beta(4, 9, size), 0.01, 0.9)).astype(float)
    for kind, ceiling, variance in [
        ("p", 1.0, lambda share: share * (1 - share)),
        ("u", math.inf, lambda rate: rate),
    ]:
        centre = x.sum() / n.sum()
        sigma = np.sqrt(variance(centre) / n)
        for laney in (False, True):
            scale = mean_range((x / n - centre) / sigma) / 1.128 if laney else 1
            value, middle, lower, upper = chart(x, n, kind=kind, laney=laney, per=100)
            close(value, 100 * x / n)
            close(middle, 100 * centre)
            close(lower, 100 * np.maximum(centre - 3 * scale * sigma, 0))
            close(upper, 100 * np.minimum(centre + 3 * scale * sigma, ceiling))
    _, centre, lower, upper = chart(x, kind="c")
    close(centre, x.mean())
    close(lower, max(x.mean() - 3 * math.sqrt(x.mean()), 0))
    close(upper, x.mean() + 3 * math.sqrt(x.mean()))
    for place, times in [("mean", 1.0), ("theoretical_median", math.log(2))]:
        _, centre, lower, upper = chart(x, kind="g", centre=place)
        half = 3 * math.sqrt(x.mean() * (x.mean() + 1))
        close(centre, times * x.mean())
        close(lower, max(times * x.mean() - half, 0))
        close(upper, times * x.mean() + half)


@pytest.mark.parametrize("seed", range(20))
def test_runs_follow_anhoej_and_olesen(seed: int) -> None:
    random = np.random.default_rng(seed)
    values = random.normal(0, 1, int(random.integers(8, 90))).round(1) + (seed % 4) * 0.02
    values[len(values) // 2 :] += random.choice([0, 1.5])
    sides = np.sign(values - np.median(values))
    sides = sides[sides != 0]
    longest = max(len(list(run)) for _, run in itertools.groupby(sides))
    crossings = int((sides[1:] != sides[:-1]).sum())
    limits = (round(math.log2(len(sides))) + 3, int(oracle.binom.ppf(0.05, len(sides) - 1, 0.5)))
    found = at.stats.runs(values)
    assert found is not None
    assert (found.useful, found.longest_run, found.crossings) == (len(sides), longest, crossings)
    assert (found.longest_run_limit, found.crossings_limit) == limits
    assert found.signals == (longest > limits[0] or crossings < limits[1])


def covariances(values: Numbers, period: int) -> float:
    """The variance of the seasons' sum by Hirsch & Slack (1984), covariance by covariance."""
    table = np.append(values, np.full(-len(values) % period, np.nan)).reshape(-1, period)
    n = len(table)
    signs = np.nan_to_num(np.sign(table[:, None, :] - table[None, :, :]))
    there = (~np.isnan(table)).sum(axis=0)
    ranks = (there + 1 + signs.sum(axis=1)) / 2
    total = 0.0
    for g, h in itertools.product(range(period), repeat=2):
        agreeing = (signs[:, :, g] * signs[:, :, h]).sum() / 2
        products = 4 * (ranks[:, g] * ranks[:, h]).sum()
        total += (agreeing + products - n * (there[g] + 1) * (there[h] + 1)) / 3
    return total


@pytest.mark.parametrize("seed", range(60))
def test_dependent_seasons_are_those_of_pymannkendall(seed: int) -> None:
    values = series(seed, gaps=False)
    for period in (2, 4, 12):
        # It leaves out years with a gap: the last one must be whole.
        whole = values[: len(values) // period * period]
        if len(whole) < 2 * period:
            continue
        found = at.stats.mann_kendall(whole, period=period, correction="hirsch_slack")
        test = theirs.correlated_seasonal_test(whole, period)
        assert (found.score, found.tau) == (test.s, pytest.approx(test.Tau, rel=1e-14))
        assert found.variance == pytest.approx(test.var_s, rel=1e-12)
        if found.variance > 0:
            # It has no correction of continuity.
            z = (found.score - np.sign(found.score)) / math.sqrt(found.variance)
            assert found.z == pytest.approx(z, rel=1e-12)
            assert test.z == pytest.approx(found.score / math.sqrt(found.variance), rel=1e-12)


@pytest.mark.parametrize("seed", range(30))
def test_dependent_seasons_with_gaps_have_their_covariances(seed: int) -> None:
    values = series(3 * seed)
    for period in (1, 3, 5):
        found = at.stats.mann_kendall(values, period=period, correction="hirsch_slack")
        assert found.variance == pytest.approx(covariances(values, period), rel=1e-12)


def test_dependent_seasons_find_no_more_trends_than_stated() -> None:
    """Twelve months that share most of their year: the usual test finds far too many trends."""
    random = np.random.default_rng(11)
    found = {"hirsch_slack": 0, None: 0}
    for _ in range(300):
        years = np.repeat(random.normal(0, 1, 12), 12)
        values = years + random.normal(0, 0.5, 144)
        for correction in found:
            test = at.stats.mann_kendall(values, period=12, correction=correction)  # type: ignore[call-overload]
            found[correction] += test.p < 0.05
    assert found["hirsch_slack"] / 300 < 0.08
    assert found[None] / 300 > 0.3


def test_a_seasonal_correction_needs_a_period() -> None:
    for choices in ({"correction": "hirsch_slack"}, {"correction": "hamed_rao", "period": 4}):
        with pytest.raises(at.StatsError) as caught:
            at.stats.mann_kendall(np.arange(24.0), **choices)  # type: ignore[arg-type]
        assert [fault.column for fault in caught.value.faults] == ["correction"]


@pytest.mark.parametrize("seed", range(40))
def test_partial_trends_are_those_of_pymannkendall(seed: int) -> None:
    random = np.random.default_rng(seed)
    # Without ties: there the variances of pymannkendall are of other series.
    size = int(random.integers(8, 90))
    covariate = random.normal(0, 1, size) + random.choice([0, 0.05]) * np.arange(size)
    values = random.choice([0, 0.5, 2]) * covariate + random.normal(0, 1, size)
    values += random.choice([0, 0.03]) * np.arange(size)
    test = theirs.partial_test(np.column_stack([values, covariate]))
    found = at.stats.partial_mann_kendall(values, covariate)
    assert found.n == size
    assert found.score == pytest.approx(test.s, rel=1e-10, abs=1e-9)
    assert found.variance == pytest.approx(test.var_s, rel=1e-10)
    assert found.z == pytest.approx(test.z, rel=1e-9, abs=1e-9)
    assert found.p == pytest.approx(test.p, rel=1e-8, abs=1e-15)
    assert min(found.p_rising, found.p_falling) == pytest.approx(found.p / 2)
    gaps = values.copy()
    gaps[3] = np.nan
    short = at.stats.partial_mann_kendall(np.delete(values, 3), np.delete(covariate, 3))
    assert at.stats.partial_mann_kendall(gaps, covariate) == short


def test_partial_trends_with_ties_keep_their_level() -> None:
    # Of series without a trend and with many ties, 5 % are found at 5 %.
    random = np.random.default_rng(1)
    shared = random.integers(0, 3, (3_000, 30))
    values, covariates = shared + random.integers(0, 3, shared.shape), shared
    pairs = zip(values, covariates, strict=True)
    found = np.array([at.stats.partial_mann_kendall(*pair).p for pair in pairs])
    assert 0.035 < np.mean(found <= 0.05) < 0.065


def test_partial_trends_without_an_answer_are_refused() -> None:
    for values, covariate, argument in [
        ([1, 2, 3], [1, 2], "covariate"),
        ([1, 2, None], [1, None, 3], "values"),
        ([1, 1, 1], [1, 2, 3], "values"),
        ([1, 3, 2], [2, 2, 2], "covariate"),
        ([1, 3, 2], [10, 30, 20], "values"),
        ([1, 3, 2], [-1, -3, -2], "values"),
        ([1, math.inf, 2], [1, 3, 2], "values"),
    ]:
        with pytest.raises(at.StatsError) as caught:
            at.stats.partial_mann_kendall(values, covariate)
        assert caught.value.faults[0].column == argument


@pytest.mark.parametrize("seed", range(20))
def test_several_sites_are_tested_as_if_they_were_seasons(seed: int) -> None:
    random = np.random.default_rng(seed)
    years, sites = int(random.integers(6, 40)), int(random.integers(2, 6))
    table = random.normal(0, 1, (years, sites)) + 0.02 * np.arange(years)[:, None]
    if seed % 2:
        table = table.round(1)
    for test in (theirs.multivariate_test(table), theirs.regional_test(table)):
        same(at.stats.mann_kendall(table.ravel(), period=sites), test)
    dependent = theirs.correlated_multivariate_test(table)
    found = at.stats.mann_kendall(table.ravel(), period=sites, correction="hirsch_slack")
    assert found.score == dependent.s
    assert found.variance == pytest.approx(dependent.var_s, rel=1e-11)
