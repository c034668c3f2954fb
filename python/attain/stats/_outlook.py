"""Forecasts of a total while its window still runs."""

# Overloads of numbers and of columns overlap: see `attain.stats._column`.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from dataclasses import dataclass
from typing import overload

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The distribution of a total, and its probabilities at a limit."""

    at_most: float
    """The probability that the total is at most the limit."""
    at_least: float
    """The probability that the total is at least the limit."""
    mean: float
    """The expected total."""
    median: float
    """The median of the total."""
    lower: float
    """The lower end of the prediction interval of the total."""
    upper: float
    """The upper end of the prediction interval."""
    confidence: float
    """The probability that the total lies in the prediction interval."""


@overload
def count_outlook(
    seen: float,
    elapsed: float,
    remaining: float,
    limit: float,
    *,
    prior: tuple[float, float] = (0.5, 0),
    dispersion: float = 1,
    drift: float = 0,
    confidence: float = 0.95,
) -> Outlook: ...
@overload
def count_outlook(
    seen: float | Column,
    elapsed: float | Column,
    remaining: float | Column,
    limit: float | Column,
    *,
    prior: tuple[float, float] = (0.5, 0),
    dispersion: float = 1,
    drift: float = 0,
    confidence: float = 0.95,
) -> Table: ...
def count_outlook(
    seen: float | Column,
    elapsed: float | Column,
    remaining: float | Column,
    limit: float | Column,
    *,
    prior: tuple[float, float] = (0.5, 0),
    dispersion: float = 1,
    drift: float = 0,
    confidence: float = 0.95,
) -> Outlook | Table:
    """The distribution of a count at the end of its window, from the events so far.

    Gamma-Poisson: `seen` events over `elapsed` time or denominator leave a gamma distribution of
    the rate, and the events of the `remaining` time have a negative binomial distribution. `limit`
    is the total to compare with.

    `prior` is a number of events, and the time over which they count as seen before: half an event
    over no time unless given (Jeffreys' prior). `dispersion` is the variance of the events over
    that of independent events (1 or more). `drift` is the standard deviation of the relative change
    of the rate to come (0 or more).

    Numbers give an `Outlook`; columns give a table with `at_most`, `at_least`, `mean`, `median`,
    `lower`, `upper` and `status`. A row has no answer if a number is missing, if
    `seen` or `remaining` is negative, or if `elapsed` is not above 0. Source: Gelman et al.,
    *Bayesian Data Analysis*, 2.6.

        >>> year = count_outlook(5, 90, 275, 12)
        >>> round(year.at_most, 3), year.median
        (0.108, 21.0)
    """
    choices = {"prior": prior, "dispersion": dispersion, "drift": drift, "confidence": confidence}
    answer: Outlook | Table = _stats.count_outlook(seen, elapsed, remaining, limit, choices)
    return answer


@overload
def share_outlook(
    seen: float,
    of: float,
    remaining: float,
    limit: float,
    *,
    prior: tuple[float, float] = (1, 1),
    dispersion: float = 1,
    drift: float = 0,
    confidence: float = 0.95,
) -> Outlook: ...
@overload
def share_outlook(
    seen: float | Column,
    of: float | Column,
    remaining: float | Column,
    limit: float | Column,
    *,
    prior: tuple[float, float] = (1, 1),
    dispersion: float = 1,
    drift: float = 0,
    confidence: float = 0.95,
) -> Table: ...
def share_outlook(
    seen: float | Column,
    of: float | Column,
    remaining: float | Column,
    limit: float | Column,
    *,
    prior: tuple[float, float] = (1, 1),
    dispersion: float = 1,
    drift: float = 0,
    confidence: float = 0.95,
) -> Outlook | Table:
    """The distribution of the events among a whole of which `remaining` are still to come.

    Beta-binomial: `seen` events among `of` leave a beta distribution of the share. `limit` is the
    number of events to compare with. `prior` is the numbers of events and of others that count as
    seen before: one of each unless given; Jeffreys' prior is a half of each. `dispersion` and
    `drift` are as in `count_outlook`.

    Numbers give an `Outlook`; columns give a table with `at_most`, `at_least`, `mean`, `median`,
    `lower`, `upper` and `status`. A row has no answer if a number is missing, if `remaining` is
    negative, or if `seen` is not from 0 to `of`. Source: Gelman et al., *Bayesian Data Analysis*,
    2.4.

        >>> round(share_outlook(160, 200, 100, 240).at_least, 3)
        0.532
    """
    choices = {"prior": prior, "dispersion": dispersion, "drift": drift, "confidence": confidence}
    answer: Outlook | Table = _stats.share_outlook(seen, of, remaining, limit, choices)
    return answer
