"""Partial pooling: the true value of a unit, from its counts and from those of the others."""

from __future__ import annotations

from dataclasses import dataclass

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats.choices import PoolKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """The true values of units, and how much these differ."""

    prior_mean: float
    """The mean of the logits of true shares, or of the logarithms of true rates, among units."""
    prior_sd: float
    """Their standard deviation."""
    p_least: float
    """The probability of a smallest value that is at most the observed one. A small one says that
    this unit does not fit among the others."""
    p_greatest: float
    """The probability of a largest value that is at least the observed one."""
    confidence: float
    """The probability that a true value lies in its interval."""
    units: Table
    """A row per unit: `value`, `lower`, `upper`, `p_meets`, `p_wrong`, `in_list`, `status`."""


def pooled(
    events: Column,
    denominator: float | Column,
    *,
    at_least: float | Column | None = None,
    at_most: float | Column | None = None,
    kind: PoolKind = "share",
    dispersion: float | Column = 1,
    confidence: float = 0.95,
    wrong: float = 0.05,
) -> Pooled:
    """The true shares or rates of units: each estimated from its counts and from all others.

    The value of a small unit is mostly chance, and its true value more likely lies nearer to the
    values of the others. How much true values differ is estimated from all units. Units are alike
    but for chance and their own differences: pool districts with districts, not with provinces.

    * `share`, the default of `kind`: `events` among `denominator` cases
    * `rate`: `events` over an exposure, such as persons or expected events

    The goal is `at_least` a number, `at_most` a number, or between both: a share above 0 and below
    1, or events per unit of the exposure. `dispersion` is the variance of the events over that of
    independent events (1 or more).

    Returns a `Pooled`. Its `units` have a row per unit: `value` is the mean of the posterior
    distribution and `lower` and `upper` are its quantiles. `p_meets` is the probability that the
    true value meets the goal. `p_wrong` is the smaller one of it and 1 − `p_meets`: the probability
    that the more likely verdict is wrong. `in_list` names the largest list of which at most the
    share `wrong` is expected to be wrong. A unit whose numbers are missing or out of range takes no
    part; `status` says why.

    Raises `StatsError` if fewer than 8 units take part. Sources: Laird & Louis 1991 (the prior
    distribution), Stephens 2017 (the list). `attain::stats::pool` in Rust has each step.

        >>> found = pooled([84] * 30 + [6, 60], [100] * 30 + [10, 100], at_least=0.8)
        >>> small, large = found.units.to_polars()["p_meets"][-2:]
        >>> small > 0.5, large < 0.01
        (True, True)
    """
    choices = {
        "at_least": at_least,
        "at_most": at_most,
        "kind": kind,
        "dispersion": dispersion,
        "confidence": confidence,
        "wrong": wrong,
    }
    found: Pooled = _stats.pooled(events, denominator, choices)
    return found


def reliable_list(p_wrong: Column, *, wrong: float = 0.05) -> list[bool | None]:
    """The largest list of verdicts of which at most a share is expected to be wrong.

    `p_wrong` has the probability of each verdict that it is wrong. The list takes verdicts in this
    order, as long as the mean of the probabilities is at most `wrong`. Returns a list with a bool
    for each verdict, and `None` for a missing probability. Raises `StatsError` if a probability is
    not from 0 to 1. Source: Stephens 2017; Storey 2003.

        >>> reliable_list([0.2, 0.04, None, 0, 0.1])
        [False, True, None, True, True]
    """
    found: list[bool | None] = _stats.reliable_list(p_wrong, wrong)
    return found
