"""Several confidences in one call, and limits on one side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import stats as oracle

import attain as at

STRATA: dict[str, Any] = {"by": ["a", "a", "b", "b"]}

# What is called, the ends of its values, numbers for it, and two rows of which the second has no
# answer.
INTERVALS: list[tuple[Callable[..., Any], tuple[float, float], list[Any], list[Any]]] = [
    (at.stats.proportion, (0, 1), [16, 20], [[16, 3], [20, 0]]),
    (at.stats.proportion, (0, 1), [16, 20, 90], [[16, 3], 20, [90, 5]]),
    (at.stats.count, (0, np.inf), [16], [[16, -1]]),
    (at.stats.rate, (0, np.inf), [16, 2_000], [[16, 1], [2_000, 0]]),
    (at.stats.mean, (-np.inf, np.inf), [15, 101, 3], [15, [101, 101], [3, 1]]),
    (at.stats.mean, (-np.inf, np.inf), [15, 101, 3, 40], [15, 101, [3, 1], 40]),
    (at.stats.proportion_difference, (-1, 1), [56, 70, 48, 80], [[56, 56], 70, [48, 90], 80]),
    (at.stats.proportion_ratio, (0, np.inf), [36, 40, 16, 80], [36, [40, 40], [16, 81], 80]),
    (at.stats.rate_ratio, (0, np.inf), [95, 1, 100, 1], [95, [1, 0], 100, 1]),
]
STANDARDISED: list[tuple[Callable[..., pl.DataFrame], list[Any]]] = [
    (at.stats.directly_standardised_rate, [[10, 20, 30, 2], 1_000, [60, 40, 60, 40]]),
    (at.stats.directly_standardised_rate_of_repeats, [{1: [8, 9, 8, 7], 3: [4] * 4}, 1_000, 1]),
    (at.stats.indirectly_standardised_ratio, [[12, 3, 8, 9], 100, [100, 90, 80, 70], 1_000]),
    (at.stats.indirectly_standardised_rate, [[12, 3, 8, 9], 100, [100, 90, 80, 70], 1_000]),
]


@pytest.mark.parametrize(
    ("function", "numbers", "columns"), [(case[0], *case[2:]) for case in INTERVALS]
)
def test_several_confidences_are_answered_as_each_by_itself(
    function: Any, numbers: Any, columns: Any
) -> None:
    levels = [0.95, 0.998, 0.6]
    for side in ("both", "lower", "upper"):
        together = function(*numbers, confidence=levels, side=side)
        assert together == tuple(function(*numbers, confidence=c, side=side) for c in levels)
        table = pl.DataFrame(function(*columns, confidence=levels, side=side))
        assert table["confidence"].to_list() == [0.95, 0.95, 0.998, 0.998, 0.6, 0.6]
        alone = [
            pl.DataFrame(function(*columns, confidence=c, side=side)).with_columns(confidence=c)
            for c in levels
        ]
        assert table.equals(pl.concat(alone))
        assert table["lower"].null_count() == table["status"].null_count() == 3
    assert isinstance(function(*numbers, confidence=(0.9,)), tuple)


@pytest.mark.parametrize(("function", "ends", "numbers", "columns"), INTERVALS)
def test_a_limit_on_one_side_is_that_of_twice_the_doubt_and_the_other_is_the_end(
    function: Any, ends: tuple[float, float], numbers: Any, columns: Any
) -> None:
    both = function(*numbers, confidence=0.9)
    lower = function(*numbers, confidence=0.95, side="lower")
    upper = function(*numbers, confidence=0.95, side="upper")
    assert (upper.lower, lower.upper) == ends
    assert lower.lower == pytest.approx(both.lower, rel=1e-12)
    assert upper.upper == pytest.approx(both.upper, rel=1e-12)
    assert lower.confidence == upper.confidence == 0.95
    found = pl.DataFrame(function(*columns, side="upper"))
    assert found["lower"].to_list() == [ends[0], None]
    assert found["upper"][0] == upper.upper


def test_one_sided_limits_are_those_of_scipy() -> None:
    for side, alternative in [("lower", "greater"), ("upper", "less")]:
        found = at.stats.proportion(16, 20, method="exact", side=side)  # type: ignore[call-overload]
        theirs = oracle.binomtest(16, 20, alternative=alternative).proportion_ci(0.95)
        assert (found.lower, found.upper) == pytest.approx((theirs.low, theirs.high), rel=1e-12)
    mean = at.stats.mean_of([2.0, 4.0, 9.0], side="upper")
    test = oracle.ttest_1samp([2.0, 4.0, 9.0], 0, alternative="less").confidence_interval(0.95)
    assert (mean.lower, mean.upper) == (-np.inf, pytest.approx(test.high, rel=1e-12))
    several = at.stats.mean_of([2.0, 4.0, 9.0], confidence=[0.6, 0.95], side="upper")
    assert [found.confidence for found in several] == [0.6, 0.95]
    assert several[1] == mean


@pytest.mark.parametrize(("function", "arguments"), STANDARDISED)
def test_standardised_rates_take_several_confidences_and_a_side(
    function: Any, arguments: list[Any]
) -> None:
    for side in ("both", "lower", "upper"):
        levels = [0.95, 0.998]
        table = pl.DataFrame(function(*arguments, **STRATA, confidence=levels, side=side))
        alone = [
            pl.DataFrame(function(*arguments, **STRATA, confidence=c, side=side)).with_columns(
                confidence=c
            )
            for c in levels
        ]
        assert table.equals(pl.concat(alone))
    both = pl.DataFrame(function(*arguments, **STRATA, confidence=0.9))
    lower = pl.DataFrame(function(*arguments, **STRATA, side="lower"))
    np.testing.assert_allclose(lower["lower"], both["lower"], rtol=1e-12)
    assert lower["upper"].to_list() == [np.inf, np.inf]


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"confidence": []}, "no confidence is given"),
        ({"confidence": [0.95, 95]}, "found 95"),
        ({"confidence": [0.95, None]}, "confidence"),
        ({"confidence": "0.95"}, "neither a number nor a column"),
        ({"confidence": 0.4, "side": "lower"}, "above 0.5"),
        ({"side": "left"}, "both, lower, upper"),
    ],
)
def test_what_is_no_confidence_is_said(choice: Any, said: str) -> None:
    with pytest.raises(at.StatsError, match=said):
        at.stats.count(3, **choice)
