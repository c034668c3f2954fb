"""Evidence agrees with numerical integration by scipy."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import integrate, special
from scipy import stats as oracle

import attain as at


def of_share(x: float, n: float, g: float, side: str) -> float:
    """The mean likelihood of shares that miss the goal, over that of the goal."""
    prior = oracle.beta(20 * g, 20 * (1 - g))
    ends = (0, g) if side == "at_least" else (g, 1)

    def relative(p: float) -> float:
        ratio = special.xlogy(x, p / g) + special.xlogy(n - x, (1 - p) / (1 - g))
        return float(prior.pdf(p) * np.exp(ratio))

    best = min(max(x / n, ends[0]), ends[1])
    points = [p for p in (best, (best + g) / 2) if ends[0] < p < ends[1]]
    total, _ = integrate.quad(relative, *ends, points=points or None, epsabs=0, epsrel=1e-11)
    return float(total / (prior.cdf(ends[1]) - prior.cdf(ends[0])))


@pytest.mark.parametrize("side", ["at_least", "at_most"])
@pytest.mark.parametrize(
    ("x", "n", "g"),
    [(120, 180, 0.8), (15, 20, 0.8), (20, 20, 0.8), (0, 20, 0.3), (3.5, 60, 0.1), (700, 900, 0.8)],
)
def test_evidence_of_shares_is_a_mean_likelihood_ratio(
    x: float, n: float, g: float, side: Any
) -> None:
    found = at.stats.share_evidence(x, n, g, goal_side=side)
    assert found.evidence == pytest.approx(of_share(x, n, g, side), rel=1e-8)
    assert found.ln_evidence == pytest.approx(math.log(found.evidence))


@pytest.mark.parametrize("side", ["at_least", "at_most"])
@pytest.mark.parametrize(("x", "mu"), [(140, 100), (80, 100), (0, 3), (12.5, 10), (30, 30)])
def test_evidence_of_counts_is_a_mean_likelihood_ratio(x: float, mu: float, side: Any) -> None:
    prior = oracle.gamma(4, scale=1 / 4)
    ends = (0.0, 1.0) if side == "at_least" else (1.0, math.inf)

    def relative(rate: float) -> float:
        return float(prior.pdf(rate) * np.exp(special.xlogy(x, rate) - mu * (rate - 1)))

    total, _ = integrate.quad(
        relative, ends[0], min(ends[1], 20), epsabs=0, epsrel=1e-11, limit=400
    )
    expected = total / (prior.cdf(ends[1]) - prior.cdf(ends[0]))
    found = at.stats.count_evidence(x, mu, goal_side=side)
    assert found.evidence == pytest.approx(expected, rel=1e-8)


def test_counts_are_divided_by_their_dispersion() -> None:
    assert at.stats.share_evidence(240, 360, 0.8, dispersion=2) == at.stats.share_evidence(
        120, 180, 0.8
    )
    assert at.stats.count_evidence(280, 200, dispersion=2) == at.stats.count_evidence(140, 100)


def test_columns_have_a_row_for_each_look() -> None:
    table = at.stats.share_evidence([15, 28, 3, None], [20, 40, 2, 5], 0.8).to_polars()
    assert table.columns == ["evidence", "ln_evidence", "status"]
    assert table["status"].to_list() == [
        None,
        None,
        "`events`: found 3, expected a number from 0 to the denominator",
        "`events` is missing",
    ]
    assert table["evidence"][1] == at.stats.share_evidence(28, 40, 0.8).evidence


def test_evidence_beyond_floats_is_the_largest_one() -> None:
    found = at.stats.share_evidence(0, 1e9, 0.8)
    assert found.evidence == np.finfo(float).max
    assert math.isfinite(found.ln_evidence)


def test_looks_of_every_week_seldom_give_a_false_alarm() -> None:
    rng = np.random.default_rng(501)
    runs, weeks = 4_000, 52
    shares = {}
    for truth in (0.8, 0.75, 0.7):
        x = rng.binomial(20, truth, (runs, weeks)).cumsum(axis=1)
        n = np.broadcast_to(20 * np.arange(1, weeks + 1), x.shape)
        table = at.stats.share_evidence(x.ravel(), n.ravel(), 0.8).to_polars()
        alarm = (table["evidence"].to_numpy() >= 40).reshape(x.shape)
        shares[truth] = alarm.any(axis=1).mean()
    assert shares[0.8] <= 0.025
    assert shares[0.75] >= 0.8
    assert shares[0.7] == 1


def test_few_of_the_established_rows_are_false() -> None:
    rng = np.random.default_rng(7)
    false = found = 0
    for _ in range(40):
        truth = np.where(np.arange(200) < 150, 0.8, 0.6)
        x = rng.binomial(100, truth)
        evidence = at.stats.share_evidence(x, 100, 0.8).to_polars()["evidence"]
        established = np.array(at.stats.evidence_benjamini_hochberg(evidence))
        false += established[:150].sum()
        found += established.sum()
        # The definition, row by row.
        rising = np.sort(evidence.to_numpy())[::-1]
        least = [e for k, e in enumerate(rising, 1) if e >= 200 / (0.05 * k)]
        expected = evidence >= least[-1] if least else pl.Series([False] * 200)
        assert established.tolist() == expected.to_list()
    assert found > 500
    assert false <= 0.05 * found


def test_negative_evidence_is_refused() -> None:
    with pytest.raises(at.StatsError) as caught:
        at.stats.evidence_benjamini_hochberg([1, -1])
    assert caught.value.faults[0].column == "evidence"
