"""Gini, Theil and the concentration index, compared with sums over all pairs of people in numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

import attain as at

RANDOM = np.random.default_rng(8)
VALUES = RANDOM.gamma(2.0, 10.0, 12)
PEOPLE = RANDOM.integers(1, 9, 12)
# Each person with the value of the group.
PERSONS = np.repeat(VALUES, PEOPLE)


def test_gini_is_half_the_mean_difference_of_two_people() -> None:
    difference = np.abs(PERSONS[:, None] - PERSONS).mean()
    wanted = difference / (2 * PERSONS.mean())
    assert at.stats.gini(VALUES, PEOPLE) == pytest.approx(wanted, rel=1e-12)
    assert at.stats.gini(PERSONS) == pytest.approx(wanted, rel=1e-12)
    # 1, 2, …, n has the coefficient (n − 1)/(3n).
    assert at.stats.gini(np.arange(1, 11)) == pytest.approx((10 - 1) / (3 * 10))


def test_theils_indices_are_means_over_people() -> None:
    ratio = PERSONS / PERSONS.mean()
    assert at.stats.theil(VALUES, PEOPLE) == pytest.approx(
        (ratio * np.log(ratio)).mean(), rel=1e-12
    )
    assert at.stats.theil(VALUES, PEOPLE, kind="l") == pytest.approx(
        -np.log(ratio).mean(), rel=1e-12
    )
    assert at.stats.theil([5, 5, 5]) == 0


def test_the_concentration_index_is_a_covariance_with_the_rank() -> None:
    rank = (np.arange(len(PERSONS)) + 0.5) / len(PERSONS)
    wanted = 2 * np.cov(PERSONS, rank, bias=True)[0, 1] / PERSONS.mean()
    # The people of a group share its middle rank.
    assert at.stats.concentration_index(VALUES, PEOPLE) == pytest.approx(wanted, rel=1e-10)
    bounded = at.stats.concentration_index(VALUES, PEOPLE, bounds=(0, 200))
    assert bounded == pytest.approx(4 * PERSONS.mean() * wanted / 200, rel=1e-10)
    ordered = at.stats.concentration_index(np.sort(VALUES))
    assert ordered == pytest.approx(at.stats.gini(VALUES), rel=1e-12)
    assert at.stats.concentration_index(np.sort(VALUES)[::-1]) == pytest.approx(-ordered)


@pytest.mark.parametrize("function", ["gini", "theil", "concentration_index"])
def test_populations_have_a_row_each(function: str) -> None:
    index: Any = getattr(at.stats, function)
    keys = ["b"] * 5 + ["a"] * 7 + ["none"]
    table = index([*VALUES, -1], [*PEOPLE, 1], by=keys).to_polars()
    assert table["by"].to_list() == ["b", "a", "none"]
    wanted = [index(VALUES[:5], PEOPLE[:5]), index(VALUES[5:], PEOPLE[5:]), None]
    assert table[function].to_list() == pytest.approx(wanted)
    assert table["status"].is_null().to_list() == [True, True, False]


def test_what_has_no_index_is_refused() -> None:
    for values, population in (([], 1), ([1, -2], 1), ([0, 0], 1), ([1, 2], 0), ([1, None], 1)):
        for function in (at.stats.gini, at.stats.theil, at.stats.concentration_index):
            with pytest.raises(at.StatsError):
                function(values, population)
    with pytest.raises(at.StatsError, match="`values`"):
        at.stats.theil([0, 1], kind="l")
    with pytest.raises(at.StatsError, match="`bounds`"):
        at.stats.concentration_index([0.2, 0.4], bounds=(1, 0))
    with pytest.raises(at.StatsError, match="`values`"):
        at.stats.concentration_index([0.2, 1.4], bounds=(0, 1))
    assert isinstance(at.stats.gini([1, 2], by=["a", "b"]), at.Table)
    assert pl.DataFrame(at.stats.gini([1, 2], by=["a", "b"]))["gini"].to_list() == [0, 0]
