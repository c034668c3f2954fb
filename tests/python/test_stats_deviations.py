"""The settings that `docs/stats/deviations.md` gives reproduce what other programs compute."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats as oracle

import attain as at

Z = oracle.norm.ppf(0.975)


@pytest.mark.parametrize("events", [1, 2, 5, 17, 250])
def test_byars_limits_from_half_an_event_more(events: int) -> None:
    # DescTools 0.99 and epitools 0.5-10: both limits from x + 1/2.
    more = events + 0.5
    half = Z / 3 / np.sqrt(more)
    lower = more * (1 - 1 / (9 * more) - half) ** 3
    upper = more * (1 - 1 / (9 * more) + half) ** 3
    assert at.stats.count(more, exact_below=0).lower == pytest.approx(lower)
    assert at.stats.count(events - 0.5, exact_below=0).upper == pytest.approx(upper)


def test_missing_observed_events_count_as_0_in_an_indirect_ratio() -> None:
    observed = [12, None, 7]
    population, events, persons = [100, 50, 80], [100, 30, 100], [1000, 1000, 1000]
    here = at.stats.indirectly_standardised_ratio(observed, population, events, persons)
    assert here.to_polars()["status"].to_list() == ["withheld: an observed count is missing"]
    there = at.stats.indirectly_standardised_ratio(
        observed, population, events, persons, missing="counts_as_zero"
    ).to_polars()
    expected = np.dot(population, np.divide(events, persons))
    assert there["value"].to_list() == pytest.approx([19 / expected])


def test_the_line_at_the_other_end_is_the_intercept_less_the_slope() -> None:
    values, persons, per = [70.0, 72.0, 75.0, 83.0], np.array([100, 200, 150, 50]), 10
    share = persons / persons.sum()
    middles = np.cumsum(share) - share / 2
    # Ranks that are turned over: the line of the same values by 1 - x.
    turned = np.polyfit(1 - middles, values, 1, w=np.sqrt(share))
    here = (
        at.stats.inequality(values, 1, persons, direction="last_to_first", per=per)
        .to_polars()
        .row(0, named=True)
    )
    assert here["slope"] == pytest.approx(per * turned[0])
    assert here["intercept"] - here["slope"] / per == pytest.approx(turned[1])


def test_limits_below_0_and_unwithheld_years_of_a_life_table() -> None:
    ages, deaths, persons = [0, 80], [50, 3], [8_000, 1_000]
    found = at.stats.life_expectancy(ages, deaths, persons, withhold_wider_than=None).to_polars()
    row = found.row(1, named=True)
    half = Z * (1_000 / 3) / np.sqrt(3)
    assert row["years"] == pytest.approx(1_000 / 3)
    assert 2 * row["years"] - row["upper"] == pytest.approx(1_000 / 3 - half)
    assert row["lower"] == 0
    small = at.stats.life_expectancy(
        ages, deaths, [80, 10], withhold_below=0, withhold_wider_than=None
    ).to_polars()
    assert small["years"].null_count() == 0
