"""Charts follow their formulas, and trends agree with scipy."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats as oracle

import attain as at


def points(chart: at.stats.ControlChart) -> pl.DataFrame:
    return pl.DataFrame(chart.points)


def signals(chart: at.stats.ControlChart) -> pl.DataFrame:
    return pl.DataFrame(chart.signals)


def test_single_values_have_limits_from_their_moving_ranges() -> None:
    values = np.random.default_rng(8).normal(50, 5, 24)
    found = points(at.stats.control_chart(values, screen_moving_ranges=False))
    half = 2.66 * np.abs(np.diff(values)).mean()
    assert found["centre"].to_list() == pytest.approx([values.mean()] * 24)
    assert found["upper"].to_list() == pytest.approx([values.mean() + half] * 24)
    assert found["lower"].to_list() == pytest.approx([values.mean() - half] * 24)


def test_shares_have_binomial_limits_times_per() -> None:
    x, n = np.array([10, 12, 9, 15, 40]), np.array([50, 60, 50, 55, 70])
    found = points(at.stats.control_chart(x, n, kind="p", per=100))
    centre = x.sum() / n.sum()
    sigma = np.sqrt(centre * (1 - centre) / n)
    assert found["value"].to_list() == pytest.approx((100 * x / n).tolist())
    assert found["upper"].to_list() == pytest.approx((100 * (centre + 3 * sigma)).tolist())


def test_counts_have_poisson_limits_cut_at_0() -> None:
    found = points(at.stats.control_chart([3, 4, 2, 3], kind="c"))
    assert found["upper"][0] == pytest.approx(3 + 3 * math.sqrt(3))
    assert found["lower"][0] == 0


def test_a_leap_after_the_baseline_is_a_signal_and_missing_values_stay_missing() -> None:
    values = [5, 6, 4, 5, 6, None, 5, 40]
    chart = at.stats.control_chart(values, baseline=5)
    assert points(chart)["value"].to_list() == values
    assert points(chart)["counts"].to_list() == [True] * 5 + [False, True, True]
    outside = signals(chart).filter(pl.col("rule") == "outside_limits")
    assert outside.rows() == [("outside_limits", "above", 7, 7, 7)]
    assert points(at.stats.control_chart(values, baseline=(0, 5))).equals(points(chart))


def test_a_phase_starts_afresh() -> None:
    found = points(at.stats.control_chart([1, 2, 1, 2, 11, 12, 11, 12], phases=[4]))
    assert found["phase"].to_list() == [0] * 4 + [1] * 4
    assert found["centre"].to_list() == [1.5] * 4 + [11.5] * 4


def test_every_kind_of_chart_and_every_set_of_rules_answers() -> None:
    values = np.random.default_rng(9).poisson(20, 30) + 1
    for kind in ("xmr", "moving_range", "p", "u", "c", "g", "t", "run"):
        denominators = [100] * 30 if kind in ("p", "u") else None
        for rules in ("nhs", "anhoej", "western_electric", "nelson"):
            chart = at.stats.control_chart(values, denominators, kind=kind, rules=rules)  # type: ignore[arg-type]
            assert points(chart).height == 30
    assert points(chart)["upper"].null_count() == 30


@pytest.mark.parametrize(
    ("rules", "series", "wanted"),
    [
        ("western_electric", [79.0, 89, 89, 78], (31, 32)),
        ("nelson", [79.0, 89, 89, 78], (31, 32)),
        ("nhs", [79.0, 89, 89, 81], (31, 32)),
        ("nhs", [81.0, 89, 81, 89], (31, 33)),
    ],
)
def test_patterns_of_far_points_start_and_end_with_a_far_point(
    rules: Any, series: list[float], wanted: tuple[int, int]
) -> None:
    # Thirty points about 80 whose limits are 80 ± 12: far is beyond 88.
    moving = 12 / 2.66
    lead = [80 - moving / 2, 80 + moving / 2] * 15
    chart = at.stats.control_chart([*lead, *series], baseline=30, rules=rules)
    found = pl.DataFrame(chart.signals).filter(rule="two_of_three_far")
    assert found.select("side", "first", "last").rows() == [("above", *wanted)]


def test_a_chart_that_cannot_be_made_is_refused() -> None:
    for call, says in [
        (lambda: at.stats.control_chart([1, 2], kind="p"), "denominators"),
        (lambda: at.stats.control_chart([1, 2], kind="q"), "there is no such choice"),  # type: ignore[arg-type]
        (lambda: at.stats.control_chart([1, 2], baseline="x"), "no baseline"),  # type: ignore[arg-type]
        (lambda: at.stats.control_chart([1.0]), "at least 2"),
        (lambda: at.stats.control_chart([1, 2], [1, 2, 3], kind="u"), "unequal lengths"),
    ]:
        with pytest.raises(at.StatsError, match=says):
            call()


def test_a_shift_about_the_median_is_a_long_run() -> None:
    found = at.stats.runs([1.0] * 0 + [1, 2, 1, 2, 1, 2, 1, 2, 11, 12, 11, 12, 11, 12, 11, 12])
    assert (found.useful, found.longest_run, found.crossings) == (16, 8, 1)
    assert found.crossings_limit == oracle.binom.ppf(0.05, 15, 0.5)
    assert found.signals
    with pytest.raises(at.StatsError, match="differ from the median: found 0, expected at least 2"):
        at.stats.runs([1, 1, 1])


def test_a_short_trend_has_the_p_value_of_all_orders() -> None:
    values = [3, 1, 4, 5, 9, 2]

    def score(series: tuple[float, ...]) -> float:
        return sum(np.sign(b - a) for a, b in itertools.combinations(series, 2))

    found = at.stats.mann_kendall(values)
    orders = list(itertools.permutations(values))
    extreme = sum(abs(score(order)) >= abs(score(tuple(values))) for order in orders)
    assert found.score == score(tuple(values))
    assert found.p == pytest.approx(extreme / len(orders))
    assert found.exact
    assert found.p == pytest.approx(oracle.kendalltau(range(6), values, method="exact").pvalue)


def test_slopes_are_those_of_scipy() -> None:
    values = np.random.default_rng(10).normal(0, 1, 40).cumsum()
    found = at.stats.sen_slope(values)
    theirs = oracle.theilslopes(values, np.arange(40))
    assert found.slope == pytest.approx(theirs.slope)
    assert found.intercept == pytest.approx(theirs.intercept)
    assert found.lower <= found.slope <= found.upper
    assert found.lower == pytest.approx(theirs.low_slope, rel=0.05)
    assert found.upper == pytest.approx(theirs.high_slope, rel=0.05)


def test_corrections_and_seasons_are_passed_on() -> None:
    values = np.random.default_rng(11).normal(0, 1, 40).cumsum()
    plain = at.stats.mann_kendall(values)
    for correction in ("hamed_rao", "yue_wang"):
        corrected = at.stats.mann_kendall(values, correction=correction, lags=1)  # type: ignore[arg-type]
        assert corrected.score == plain.score
        assert corrected.variance != plain.variance
    seasonal = at.stats.mann_kendall([1, 101, 2, 102, 3, 103], period=2)
    assert (seasonal.score, seasonal.tau) == (6, 1)
    assert at.stats.sen_slope([1, 101, 2, 102, 3, 103], period=2).slope == 1


def test_the_trend_of_five_shares_is_armitages() -> None:
    x = np.array([994, 1023, 1199, 1332, 1367])
    n = np.array([40299, 41527, 42811, 44064, 44701])
    found = at.stats.five_point_trend(x, n)
    share, place = x.sum() / n.sum(), np.arange(5) - (np.arange(5) * n).sum() / n.sum()
    chi_squared = (x * place).sum() ** 2 / (share * (1 - share) * (n * place**2).sum())
    assert found.chi_squared == pytest.approx(chi_squared)
    assert found.critical == pytest.approx(oracle.chi2.ppf(0.998, 1))
    assert found.direction == "rising"
    assert at.stats.five_point_trend(x[::-1], exposures=n[::-1]).direction == "falling"
    with pytest.raises(at.StatsError, match="either"):
        at.stats.five_point_trend(x)
    with pytest.raises(at.StatsError):
        at.stats.five_point_trend(x[:4], n[:4])


def test_a_target_on_a_limit_is_met_every_time() -> None:
    assert at.stats.capability(80, 90, 80) == "capable"
    assert at.stats.capability(80, 90, 85, better="lowest") == "hit_and_miss"
    assert at.stats.capability(80, 90, 70, better="lowest") == "incapable"


def test_five_estimates_are_weighed_by_their_standard_errors() -> None:
    values, errors = np.array([10, 12, 13, 15, 18.0]), np.array([1, 0.5, 1, 0.5, 0.8])
    years, w = np.arange(5), errors**-2.0
    middle = np.average(years, weights=w)
    spread = (w * (years - middle) ** 2).sum()
    slope = (w * (years - middle) * values).sum() / spread
    trend = at.stats.five_point_trend(values=values, standard_errors=errors)
    assert trend.chi_squared == pytest.approx(slope**2 * spread)
    assert trend.direction == "rising"
    with pytest.raises(at.StatsError, match="standard_errors"):
        at.stats.five_point_trend(values=values)


def signals_of(rule: str, series: list[float], **choices: Any) -> list[tuple[int, int]]:
    found = at.stats.control_chart(series, rules="western_electric", **choices).signals.to_polars()
    return found.filter(found["rule"] == rule).select("first", "last").rows()


def test_the_published_value_on_its_limit_is_within_it() -> None:
    series = [0, 2.79] * 6 + [8.8164]
    # 1.395 + 2.66 · 2.79 = 8.8164, as decimals are added.
    assert Fraction("1.395") + Fraction("2.66") * Fraction("2.79") == Fraction("8.8164")
    assert signals_of("outside_limits", series, baseline=12) == []
    assert signals_of("outside_limits", [*series[:-1], 8.8165], baseline=12) == [(12, 12)]


@settings(max_examples=200, deadline=None)
@given(
    cents=st.lists(st.integers(-500, 500), min_size=12, max_size=12),
    shift=st.sampled_from([0, 10_000, -100_000]),
    side=st.sampled_from([1, -1]),
)
def test_a_value_on_a_limit_but_for_rounding_is_within_it(
    cents: list[int], shift: int, side: int
) -> None:
    exact = [Fraction(cent + shift, 100) for cent in cents]
    ranges = [abs(b - a) for a, b in itertools.pairwise(exact)]
    assume(any(ranges))
    half = Fraction("2.66") * sum(ranges) / len(ranges)
    limit = sum(exact) / len(exact) + side * half
    choices: Any = {"baseline": 12, "screen_moving_ranges": False}
    series = [float(value) for value in exact]
    within = [*series, float(limit)]
    assert (12, 12) not in signals_of("outside_limits", within, **choices)
    beyond = [*series, float(limit + side * half / 1_000)]
    assert (12, 12) in signals_of("outside_limits", beyond, **choices)
    # The lines at one and two deviations are lines too.
    points = at.stats.control_chart(
        [*series, *(float(sum(exact) / 12 + side * half * k / 3) for k in (1, 2))], **choices
    ).points.to_polars()
    assert points["deviations"].to_list()[12:] == [side, 2 * side]
