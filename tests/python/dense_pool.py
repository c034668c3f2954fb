"""Partial pooling by scipy, without any of the shortcuts of the library."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import special
from scipy import stats as oracle

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


def poisson(x: Floats, mean: Floats) -> Floats:
    """The logarithm of the likelihood, but for a constant. `x` need not be whole."""
    return special.xlogy(x, mean) - mean


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
        ln = poisson(x[:, None], n[:, None] * natural[None, :])
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
            ln = poisson(x[unit], n[unit] * share)
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
