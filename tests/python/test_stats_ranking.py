"""Inequality agrees with statsmodels' weighted lines, life tables with one written out by hand."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
import statsmodels.api as sm

import attain as at

VALUES = [70.0, 72.5, 71.0, 78.0, 81.0]
POPULATION = np.array([100.0, 250, 300, 200, 150])


def line(values: object, errors: float) -> tuple[np.ndarray, np.ndarray]:
    share = POPULATION / POPULATION.sum()
    x = sm.add_constant(np.cumsum(share) - share / 2)
    fit = sm.WLS(values, x, weights=share).fit()
    by_value = np.linalg.solve(x.T @ (share[:, None] * x), x.T * share)
    return fit.params, by_value @ by_value.T * errors**2


def test_the_slope_index_is_the_weighted_line_from_end_to_end() -> None:
    found = pl.DataFrame(at.stats.inequality(VALUES, 0.5, POPULATION)).row(0, named=True)
    (a, b), covariance = line(VALUES, 0.5)
    half = 1.959963984540054 * np.sqrt(covariance[1, 1])
    assert found["slope"] == pytest.approx(b)
    assert found["intercept"] == pytest.approx(a)
    assert found["relative"] == pytest.approx((a + b) / a)
    assert (found["slope_lower"], found["slope_upper"]) == pytest.approx((b - half, b + half))


def test_drawn_limits_are_near_those_from_the_variances_and_repeat_with_their_seed() -> None:
    analytic = pl.DataFrame(at.stats.inequality(VALUES, 0.5, POPULATION))
    drawn = pl.DataFrame(at.stats.inequality(VALUES, 0.5, POPULATION, repetitions=50_000, seed=3))
    again = pl.DataFrame(at.stats.inequality(VALUES, 0.5, POPULATION, repetitions=50_000, seed=3))
    assert drawn.equals(again)
    for name in ["slope_lower", "slope_upper", "relative_lower", "relative_upper"]:
        assert drawn[name][0] == pytest.approx(analytic[name][0], rel=0.02)


def test_the_other_direction_turns_the_slope_and_inverts_the_ratio() -> None:
    one = pl.DataFrame(at.stats.inequality(VALUES, 0.5, POPULATION)).row(0, named=True)
    other = pl.DataFrame(
        at.stats.inequality(VALUES, 0.5, POPULATION, direction="last_to_first")
    ).row(0, named=True)
    assert other["slope"] == -one["slope"]
    assert other["slope_lower"] == -one["slope_upper"]
    assert other["relative"] == pytest.approx(1 / one["relative"])
    assert other["relative_upper"] == pytest.approx(1 / one["relative_lower"])


@pytest.mark.parametrize("keys", [["n", "s"], [7, 3]])
def test_groups_may_lie_mixed_and_a_bad_one_costs_only_itself(keys: list[object]) -> None:
    values, by = [], []
    for value in VALUES:
        values += [value, None if value == 78 else value]
        by += keys
    found = pl.DataFrame(at.stats.inequality(values, 0.5, np.repeat(POPULATION, 2), by=by))
    alone = pl.DataFrame(at.stats.inequality(VALUES, 0.5, POPULATION))
    assert found["by"].to_list() == [str(key) for key in keys]
    assert found["slope"].to_list() == [alone["slope"][0], None]
    assert found["status"][0] is None
    assert "`values`" in found["status"][1]


def test_life_expectancy_is_the_survivors_years_over_those_who_live() -> None:
    ages = np.array([0, 1, 5, 25, 65, 85])
    deaths = np.array([8, 2, 10, 60, 400, 500])
    persons = np.array([1_000, 4_000, 20_000, 40_000, 18_000, 3_000])
    m, n = deaths / persons, np.diff(ages)
    a = np.array([0.1, 0.5, 0.5, 0.5, 0.5])
    q = np.append(n * m[:-1] / (1 + n * (1 - a) * m[:-1]), 1)
    living = np.append(1, np.cumprod(1 - q[:-1]))
    years = np.append(n * (living[1:] + a * (living[:-1] - living[1:])), living[-1] / m[-1])
    wanted = np.cumsum(years[::-1])[::-1] / living
    found = pl.DataFrame(at.stats.life_expectancy(ages, deaths, persons))
    np.testing.assert_allclose(found["years"], wanted)
    # Chiang's and Silcocks' variance, each band's by the lever it has on the whole.
    variance = q[:-1] ** 2 * (1 - q[:-1]) / deaths[:-1]
    lever = living[:-1] * ((1 - a) * n + wanted[1:])
    last = living[-1] ** 2 / (m[-1] ** 2 * deaths[-1])
    half = 1.959963984540054 * np.sqrt((lever**2 * variance).sum() + last)
    assert found["lower"][0] == pytest.approx(wanted[0] - half)
    assert found["upper"][0] == pytest.approx(wanted[0] + half)


def test_a_life_table_that_is_withheld_or_wrong_costs_no_other() -> None:
    found = pl.DataFrame(
        at.stats.life_expectancy(
            [0, 0, 0, 80, 80, 80], 50, [8_000, 100, 8_000, 900, 100, None], by=[2, 1, 3, 2, 1, 3]
        )
    )
    assert found["by"].to_list() == ["2", "2", "1", "1", "3", "3"]
    assert found["years"].is_null().to_list() == [False, False, True, True, True, True]
    assert "withheld" in found["status"][2]
    assert "`population`" in found["status"][4]


def test_years_with_a_wide_interval_are_withheld_unless_asked() -> None:
    # 3 deaths among 1,000: 333 years, with limits from -44 to 711.
    call = ([0, 80], [50, 3], [8_000, 1_000])
    found = pl.DataFrame(at.stats.life_expectancy(*call))
    assert found["years"].to_list() == [None, None]
    wide = "withheld: a 95 % interval wider than `withhold_wider_than`"
    assert found["status"].to_list() == [wide, wide]
    years = 1_000 / 3
    half = 1.959963984540054 * years / np.sqrt(3)
    assert (found["lower"][1], found["upper"][1]) == pytest.approx((0, years + half))
    shown = pl.DataFrame(at.stats.life_expectancy(*call, withhold_wider_than=None))
    assert shown["years"][1] == pytest.approx(years)
    assert shown["status"].is_null().all()
    assert shown.select("lower", "upper").equals(found.select("lower", "upper"))
    # England's rule is about the 95 % interval, whatever confidence is asked for.
    narrow = ([0, 80], [50, 100], [8_000, 1_000])
    sure = pl.DataFrame(at.stats.life_expectancy(*narrow, confidence=0.999_999))
    assert sure["years"].is_null().sum() == 0


def test_repeats_widen_the_limits_but_leave_the_rate() -> None:
    persons = {1: [80, 20], 2: [10, 5], 5: [2, 4]}
    population, standard = np.array([1_000, 500]), np.array([60, 40])
    events = sum(each * np.array(column) for each, column in persons.items())
    found = pl.DataFrame(
        at.stats.directly_standardised_rate_of_repeats(persons, population, standard)
    ).row(0, named=True)
    plain = pl.DataFrame(at.stats.directly_standardised_rate(events, population, standard)).row(
        0, named=True
    )
    assert found["value"] == pytest.approx(plain["value"])
    squares = sum(each**2 * np.array(column) for each, column in persons.items())
    weights = (standard / population) ** 2
    wider = np.sqrt((weights * squares).sum() / (weights * events).sum())
    for limit in ["lower", "upper"]:
        stretched = wider * (plain[limit] - plain["value"])
        assert found[limit] - found["value"] == pytest.approx(stretched)
