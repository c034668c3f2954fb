"""Indices of capability follow their formulas, hold their confidence, and agree with a textbook."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats as oracle

import attain as at


def rows(table: at.Table) -> dict[str, tuple[float, float, float]]:
    frame = table.to_polars()
    return {row[0]: row[1:4] for row in frame.rows() if row[4] is None}


@pytest.mark.parametrize("seed", range(20))
def test_indices_follow_their_formulas(seed: int) -> None:
    random = np.random.default_rng(seed)
    sizes = random.integers(2, 7, int(random.integers(2, 12)))
    groups = np.repeat(np.arange(len(sizes)), sizes)
    x = random.normal(10, 2, len(groups)) + random.normal(0, 1, len(sizes))[groups]
    low, high, target, confidence = 3.0, 18.0, 11.0, 0.9
    found = rows(
        at.stats.capability_indices(
            x, groups.astype(str), low, high, target=target, confidence=confidence
        )
    )
    n, m = len(x), x.mean()
    degrees = (sizes - 1).sum()
    within = np.sqrt(
        sum(((x[groups == g] - x[groups == g].mean()) ** 2).sum() for g in set(groups)) / degrees
    )
    z = oracle.norm.ppf((1 + confidence) / 2)
    tails = np.array([0.05, 0.95])
    for width, nearer, s, nu in [
        ("cp", "cpk", within, degrees),
        ("pp", "ppk", x.std(ddof=1), n - 1),
    ]:
        value = (high - low) / (6 * s)
        limits = value * np.sqrt(oracle.chi2.ppf(tails, nu) / nu)
        assert found[width] == pytest.approx((value, *limits), rel=1e-9)
        value = min(high - m, m - low) / (3 * s)
        half = z * np.sqrt(1 / (9 * n) + value**2 / (2 * nu))
        assert found[nearer] == pytest.approx((value, value - half, value + half), rel=1e-9)
    value = (high - low) / (6 * np.sqrt(((x - target) ** 2).mean()))
    ratio = (m - target) ** 2 / x.var()
    nu = n * (1 + ratio) ** 2 / (1 + 2 * ratio)
    limits = value * np.sqrt(oracle.chi2.ppf(tails, nu) / nu)
    assert found["cpm"] == pytest.approx((value, *limits), rel=1e-9)


def test_an_index_of_a_textbook() -> None:
    """Montgomery: 20 values, C_pk = 1.33 and Bissell's limits from 0.88 to 1.78."""
    raw = np.random.default_rng(1).normal(size=20)
    unit = (raw - raw.mean()) / raw.std(ddof=1)
    lower, upper = rows(at.stats.capability_indices(unit, upper=3 * 1.33))["ppk"][1:]
    assert (lower, upper) == pytest.approx((0.88, 1.78), abs=0.02)
    # C_p of 2.29 from 20 values has limits from 1.57 to 3.01.
    both = rows(at.stats.capability_indices(unit, None, -3 * 2.29, 3 * 2.29))
    assert [round(number, 2) for number in both["pp"]] == [2.29, 1.57, 3.01]


def test_single_values_have_moving_ranges_and_limits_that_hold() -> None:
    random = np.random.default_rng(5)
    x = random.normal(0, 1, 30)
    found = rows(at.stats.capability_indices(x, None, -3, 3))
    mean_range = np.abs(np.diff(x)).mean()
    assert found["cp"][0] == pytest.approx(1 / (mean_range * np.sqrt(np.pi) / 2), rel=1e-12)
    held = {"cp": 0, "pp": 0}
    for _ in range(600):
        found = rows(at.stats.capability_indices(random.normal(0, 1, 25), None, -3, 3))
        for index in held:
            held[index] += found[index][1] <= 1 <= found[index][2]
    assert 0.92 < held["cp"] / 600 < 0.98
    assert 0.92 < held["pp"] / 600 < 0.98


def test_an_index_that_is_not_there_says_why() -> None:
    found = at.stats.capability_indices([9, 11, 10, 12], [*"aabb"], None, 16).to_polars()
    status = dict(zip(found["index"], found["status"], strict=True))
    assert status["cp"] == status["pp"] == "undefined without both limits"
    assert status["cpm"] == "undefined without a target"
    assert status["cpk"] is status["ppk"] is None
    alone = at.stats.capability_indices([9, 11, 10], [*"abc"], 4, 16).to_polars()
    assert alone["status"][0] == "undefined: no subgroup has two values"
    same = at.stats.capability_indices([9, 9, None, 9], None, 4, 16, target=8).to_polars()
    assert same["status"].to_list() == ["undefined: the values do not differ"] * 5


@pytest.mark.parametrize(
    ("given", "argument"),
    [
        (([1, 2],), "lower"),
        (([1, 2], None, 5, 5), "lower"),
        (([1, 2], None, 5, float("inf")), "upper"),
        (([1], None, 0, 5), "values"),
        (([1, float("inf")], None, 0, 5), "values"),
    ],
)
def test_a_specification_without_an_answer_is_refused(given: Any, argument: str) -> None:
    with pytest.raises(at.StatsError) as caught:
        at.stats.capability_indices(*given)
    assert [fault.column for fault in caught.value.faults] == [argument]
