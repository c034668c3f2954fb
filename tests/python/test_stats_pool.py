"""Partial pooling agrees with a dense computation by scipy."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from scipy import special
from scipy import stats as oracle

import attain as at

Floats = npt.NDArray[np.float64]

POINTS = 120
SDS = np.array([0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.4])


def grid_of(kind: str, x: Floats, n: Floats) -> tuple[Floats, float, float]:
    """The points, and between which numbers the mean of units lies."""
    others = n - x if kind == "share" else n
    half = 0.5 if kind == "share" else 0.0
    values = np.log((x + 0.5) / (others + half))
    together = np.log((x.sum() + 0.5) / (others.sum() + half))
    variance = 1 / (x + 0.5) + (1 / (others + 0.5) if kind == "share" else 0)
    mean = np.average(values, weights=1 / (variance + 0.25))
    below = np.where(x == 0, 3.0, 0.5)
    above = np.where((others == 0) & (kind == "share"), 3.0, 0.5)
    low = min((values - below).min(), together - 0.5)
    high = max((values + above).max(), together + 0.5)
    return np.linspace(low, high, POINTS), min(together, mean), max(together, mean)


def dense(
    kind: str, events: list[float], denominator: list[float], *, goal: tuple[float, float]
) -> dict[str, npt.NDArray[Any]]:
    """The posterior distributions, without any of the shortcuts of the library."""
    x, n = np.asarray(events, float), np.asarray(denominator, float)
    points, low, high = grid_of(kind, x, n)
    step = points[1] - points[0]
    natural = special.expit(points) if kind == "share" else np.exp(points)
    if kind == "share":
        ln = oracle.binom.logpmf(x[:, None], n[:, None], natural[None, :])
    else:
        ln = oracle.poisson.logpmf(x[:, None], n[:, None] * natural[None, :])
    likelihood = np.exp(ln - ln.max(axis=1, keepdims=True))
    hyper, normals = [], []
    for mean in np.linspace(low - 0.6, high + 0.6, 13):
        for sd, width in zip(SDS, np.gradient(SDS), strict=True):
            weights = oracle.norm.pdf(points, mean, max(sd, 0.6 * step))
            weights /= weights.sum()
            normals.append(weights)
            marginal = np.log(likelihood @ weights).sum()
            hyper.append(marginal + np.log(width) + oracle.norm.logpdf(sd, 0, 0.5))
    hyper = np.asarray(hyper)
    probabilities = np.exp(hyper - special.logsumexp(hyper))
    marginals = likelihood @ np.asarray(normals).T
    weights = np.broadcast_to((probabilities / marginals) @ np.asarray(normals), likelihood.shape)
    steps = min(30, len(x) // 15)
    if steps > 0:
        common = probabilities @ np.asarray(normals)
        for _ in range(steps):
            joint = likelihood * common
            common = (joint / joint.sum(axis=1, keepdims=True)).mean(axis=0)
        weights = np.broadcast_to(common, likelihood.shape)
    q = likelihood * weights
    q /= q.sum(axis=1, keepdims=True)
    # Fewer points than that are too coarse.
    is_narrow = (q > 1e-9 * q.max(axis=1, keepdims=True)).sum(axis=1) < 30
    found = summaries(kind, points, q, goal)
    for unit in np.flatnonzero(is_narrow):
        inside = points[q[unit] > 1e-12 * q[unit].max()]
        fine = np.linspace(inside[0] - step, inside[-1] + step, 20_001)
        share = special.expit(fine) if kind == "share" else np.exp(fine)
        if kind == "share":
            ln = oracle.binom.logpmf(x[unit], n[unit], share)
        else:
            ln = oracle.poisson.logpmf(x[unit], n[unit] * share)
        # The logarithm of the prior distribution is linear between points.
        ln = ln + np.interp(fine, points, np.log(weights[unit]))
        probability = np.exp(ln - ln.max())
        of_unit = summaries(kind, fine, (probability / probability.sum())[None, :], goal)
        for column in found:
            found[column][unit] = of_unit[column][0]
    return found | {"is_narrow": is_narrow}


def summaries(
    kind: str, points: Floats, q: Floats, goal: tuple[float, float]
) -> dict[str, npt.NDArray[Any]]:
    """What is said of histograms on a grid."""
    step = points[1] - points[0]
    # The probability of a point is spread evenly around it.
    edges = np.append(points - step / 2, points[-1] + step / 2)
    below = np.concatenate([np.zeros((len(q), 1)), q.cumsum(axis=1)], axis=1)
    link = special.logit if kind == "share" else np.log
    back = special.expit if kind == "share" else np.exp
    ends = [np.array([np.interp(link(g), edges, one) for one in below]) for g in goal]

    def quantile(p: float) -> Floats:
        return np.array([back(np.interp(p, one, edges)) for one in below])

    return {
        "value": q @ back(points),
        "lower": quantile(0.025),
        "upper": quantile(0.975),
        "p_meets": ends[1] - ends[0],
    }


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
