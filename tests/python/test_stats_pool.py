"""Partial pooling agrees with a dense computation by scipy."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from dense_pool import dense

import attain as at


def world(kind: str, k: int, seed: int) -> tuple[list[float], list[float]]:
    rng = np.random.default_rng(seed)
    n = np.exp(rng.uniform(np.log(20), np.log(600), k)).astype(int)
    if kind == "share":
        x = rng.binomial(n, np.clip(rng.normal(0.8, 0.05, k), 0, 1))
    else:
        x = rng.poisson(n * 0.1 * np.exp(rng.normal(0, 0.3, k)))
    return x.tolist(), n.tolist()


@pytest.mark.parametrize("kind", ["share", "rate"])
@pytest.mark.parametrize("k", [8, 14, 30, 120, 579])
def test_pooled_values_agree_with_a_dense_computation(kind: Any, k: int) -> None:
    events, denominator = world(kind, k, seed=k)
    goal = (0.75, 0.85) if kind == "share" else (0.08, 0.12)
    found = at.stats.pooled(events, denominator, kind=kind, at_least=goal[0], at_most=goal[1])
    units = found.units.to_polars()
    assert units["status"].null_count() == k
    expected = dense(kind, events, denominator, goal=goal)
    is_narrow = expected.pop("is_narrow")
    assert is_narrow.mean() < 0.2
    for column, values in expected.items():
        actual = units[column].to_numpy()
        np.testing.assert_allclose(actual[~is_narrow], values[~is_narrow], rtol=1e-8, atol=1e-8)
        # The library has 120 points there too.
        np.testing.assert_allclose(actual[is_narrow], values[is_narrow], rtol=2e-3, atol=2e-3)
    p = units["p_meets"].to_numpy()
    np.testing.assert_allclose(units["p_wrong"].to_numpy(), np.minimum(p, 1 - p), atol=1e-15)


def test_one_sided_goals_are_the_two_tails() -> None:
    events, denominator = world("share", 40, seed=1)
    above = at.stats.pooled(events, denominator, at_least=0.8).units.to_polars()["p_meets"]
    below = at.stats.pooled(events, denominator, at_most=0.8).units.to_polars()["p_meets"]
    np.testing.assert_allclose((above + below).to_numpy(), 1, atol=1e-12)


def test_the_list_is_the_longest_whose_mean_is_small_enough() -> None:
    rng = np.random.default_rng(3)
    wrong = rng.uniform(0, 0.5, 200)
    rising = np.sort(wrong)
    longest = int((rising.cumsum() <= 0.1 * np.arange(1, 201)).sum())
    listed = at.stats.reliable_list(wrong, wrong=0.1)
    assert sum(listed) == longest
    assert set(wrong[listed]) == set(rising[:longest])


def test_units_without_numbers_take_no_part_and_say_why() -> None:
    events, denominator = world("share", 20, seed=2)
    whole = at.stats.pooled(events, denominator, at_least=0.8).units.to_polars()
    some = at.stats.pooled(
        [*events, None, 5, 3], [*denominator, 10, 4, 3], at_least=[0.8] * 22 + [None]
    ).units.to_polars()
    assert some["status"][20:22].to_list() == [
        "`events` is missing",
        "`events`: found 5, expected a number from 0 to the denominator",
    ]
    assert some["value"][20:22].to_list() == [None, None]
    assert some["status"][22] == "`at_least` and `at_most` are missing"
    assert some["value"][22] is not None
    assert some["in_list"][20:].to_list() == [False] * 3
    assert whole["value"].to_numpy() == pytest.approx(some["value"][:20].to_numpy(), abs=0.02)


def test_dispersion_divides_the_counts() -> None:
    events, denominator = world("share", 30, seed=5)
    one = at.stats.pooled(events, denominator, at_least=0.8)
    times = pl.Series([4.0] * 30)
    other = at.stats.pooled(
        pl.Series(events) * 4, pl.Series(denominator) * 4, at_least=0.8, dispersion=times
    )
    columns = ["value", "lower", "upper", "p_meets"]
    np.testing.assert_allclose(
        one.units.to_polars().select(columns).to_numpy(),
        other.units.to_polars().select(columns).to_numpy(),
        rtol=1e-10,
    )
    assert one.prior_sd == pytest.approx(other.prior_sd)


@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ({"events": [1] * 7, "denominator": 2}, "events"),
        ({"at_least": 80}, "at_least"),
        ({"at_most": 0}, "at_most"),
        ({"at_least": 0.9, "at_most": 0.8}, "at_least"),
        ({"dispersion": 0.5}, "dispersion"),
        ({"confidence": 95}, "confidence"),
        ({"wrong": 0}, "wrong"),
        ({"kind": "mean"}, "kind"),
    ],
)
def test_what_has_no_answer_is_refused(arguments: dict[str, Any], argument: str) -> None:
    usual: dict[str, Any] = {"events": [8] * 9, "denominator": 10}
    with pytest.raises(at.StatsError) as caught:
        at.stats.pooled(**(usual | arguments))
    assert caught.value.faults[0].column == argument


def test_an_outlier_does_not_fit() -> None:
    alike = at.stats.pooled([80] * 30, [100] * 30)
    assert alike.p_least > 0.5
    assert at.stats.pooled([80] * 29 + [20], [100] * 30).p_least < 0.4
