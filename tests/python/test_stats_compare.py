"""Comparing units: funnels agree with tests of scipy, adjusted p-values with statsmodels."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy import stats as oracle
from statsmodels.stats.multitest import multipletests

import attain as at


def test_a_share_on_the_funnels_limit_has_an_interval_that_reaches_the_baseline() -> None:
    unit = at.stats.proportion_funnel(62, 100, 0.5)
    on_limit = at.stats.proportion(unit.inner_upper * 100, 100)
    assert on_limit.lower == pytest.approx(0.5)
    assert unit.signal == "above_inner"
    far = at.stats.proportion(unit.outer_lower * 100, 100, confidence=0.998)
    assert far.upper == pytest.approx(0.5)


def test_signals_of_counts_are_those_of_poisson_tests() -> None:
    random = np.random.default_rng(4)
    expected = random.uniform(0.5, 60, 300)
    observed = random.poisson(expected * random.choice([0.5, 1, 1.8], 300))
    found = pl.DataFrame(at.stats.count_funnel(observed, expected))
    above, below = oracle.poisson.sf(observed - 1, expected), oracle.poisson.cdf(observed, expected)
    wanted = np.select(
        [below < 0.001, above < 0.001, below < 0.025, above < 0.025],
        ["below_outer", "above_outer", "below_inner", "above_inner"],
        "within",
    )
    assert found["signal"].to_list() == wanted.tolist()
    assert len(set(wanted)) == 5


def test_limits_round_an_expected_count_are_its_interval() -> None:
    unit = at.stats.count_funnel(30, 20, method="exact")
    interval = at.stats.count(20, method="exact")
    assert (unit.inner_lower, unit.inner_upper) == (interval.lower, interval.upper)
    assert unit.signal == "within"


def test_a_unit_without_an_answer_says_why() -> None:
    found = pl.DataFrame(at.stats.proportion_funnel([1, 1, None], [2, 0, 2], 0.5))
    assert found["signal"].to_list() == ["within", None, None]
    assert found["value"].to_list() == [0.5, None, None]
    assert found["status"].null_count() == 1


@pytest.mark.parametrize(
    ("adjust", "name"), [(at.stats.benjamini_hochberg, "fdr_bh"), (at.stats.holm, "holm")]
)
def test_adjusted_p_values_are_those_of_statsmodels(adjust: object, name: str) -> None:
    assert callable(adjust)
    p_values = np.random.default_rng(5).random(200) ** 3
    assert adjust(p_values) == pytest.approx(multipletests(p_values, method=name)[1])
    assert adjust([0.01, float("nan"), None, 2.0]) == [0.01, None, None, None]


@pytest.mark.parametrize(
    ("tied", "theirs"), [("best", "min"), ("middle", "average"), ("worst", "max")]
)
def test_ranks_are_those_of_scipy(tied: object, theirs: str) -> None:
    values = np.random.default_rng(6).integers(0, 20, 100)
    low = at.stats.ranks(values, better="lowest", tied=tied)  # type: ignore[arg-type]
    assert low == oracle.rankdata(values, theirs).tolist()
    high = at.stats.ranks(values, tied=tied)  # type: ignore[arg-type]
    assert high == oracle.rankdata(-values, theirs).tolist()


def test_the_true_rank_of_one_unit_lies_within_those_of_all() -> None:
    random = np.random.default_rng(7)
    estimates = random.normal(0, 2, 30)
    alone = pl.DataFrame(at.stats.rank_intervals(estimates, np.ones(30), seed=3))
    together = pl.DataFrame(
        at.stats.rank_intervals(estimates, np.ones(30), scope="simultaneous", seed=3)
    )
    for frame in (alone, together):
        assert (frame["best"] <= frame["rank"]).all()
        assert (frame["rank"] <= frame["worst"]).all()
    assert (together["best"] <= alone["best"]).all()
    assert (together["worst"] >= alone["worst"]).all()
    again = pl.DataFrame(at.stats.rank_intervals(estimates, np.ones(30), seed=3))
    assert alone.equals(again)


def test_ranks_of_missing_estimates_are_refused() -> None:
    with pytest.raises(at.StatsError, match="finite"):
        at.stats.rank_intervals([1, None], [1, 1])
    with pytest.raises(at.StatsError, match="highest, lowest"):
        at.stats.ranks([1, 2], better="higest")  # type: ignore[arg-type]


@pytest.mark.parametrize("correlation", [0.005, 0.05, 0.4])
def test_funnels_with_a_correlation_have_the_quantiles_of_the_beta_binomial(
    correlation: float,
) -> None:
    size = 1 / correlation - 1
    denominators = np.array([1, 7, 30, 250, 2_000])
    for baseline in (0.02, 0.5, 0.93):
        found = pl.DataFrame(
            at.stats.proportion_funnel(0, denominators, baseline, per=100, correlation=correlation)
        )
        theirs = oracle.betabinom(denominators, baseline * size, (1 - baseline) * size)
        for name, tail in (("inner", 0.025), ("outer", 0.001)):
            lower, upper = theirs.ppf(tail), theirs.ppf(1 - tail)
            np.testing.assert_allclose(found[f"{name}_lower"], 100 * lower / denominators)
            np.testing.assert_allclose(found[f"{name}_upper"], 100 * upper / denominators)


@pytest.mark.parametrize("between", [0.001, 0.04, 0.5])
def test_funnels_with_a_relative_variance_have_the_quantiles_of_the_negative_binomial(
    between: float,
) -> None:
    expected = np.array([0.3, 2, 11.5, 80, 900])
    found = pl.DataFrame(at.stats.count_funnel(expected * 1.7, expected, relative_variance=between))
    theirs = oracle.nbinom(1 / between, 1 / (1 + between * expected))
    for name, tail in (("inner", 0.025), ("outer", 0.001)):
        np.testing.assert_array_equal(found[f"{name}_lower"], theirs.ppf(tail))
        np.testing.assert_array_equal(found[f"{name}_upper"], theirs.ppf(1 - tail))
    wanted = [
        at.stats.count_funnel(1.7 * mean, mean, relative_variance=between).signal
        for mean in expected
    ]
    assert found["signal"].to_list() == wanted


def test_variation_between_units_has_its_range_and_its_method() -> None:
    with pytest.raises(at.StatsError, match="`correlation`"):
        at.stats.proportion_funnel(3, 20, 0.5, correlation=1)
    with pytest.raises(at.StatsError, match="`relative_variance`"):
        at.stats.count_funnel(3, 4, relative_variance=-0.1)
    with pytest.raises(at.StatsError, match="no effect on this `method`"):
        at.stats.count_funnel(3, 4, relative_variance=0.1, method="byar")
    table = pl.DataFrame(at.stats.proportion_funnel([1, 1], [2.5, 4], 0.5, correlation=0.1))
    assert table["inner_lower"].is_null().to_list() == [True, False]
    assert table["status"][0] is not None
