"""The effect of an intervention on counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats._intervals import Interval
from attain.stats.choices import Seasonality, Variation


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptedSeries:
    """What changed at an interruption, beyond trend and season. Every estimate is a ratio."""

    overall: Interval
    """The total expected after the interruption, over the total expected without it."""
    level: Interval
    """The step at the interruption."""
    slope: Interval | None
    """The change of the slope, a factor per period; `None` without `slope_change`."""
    trend: Interval
    """The slope before, a factor per period."""
    dispersion: float
    """Pearson's χ² over the degrees of freedom: 1 for Poisson counts."""
    degrees: int
    """The degrees of freedom: periods minus terms of the model."""
    autocorrelation: float
    """The correlation of neighbouring residuals; far from 0, limits without it are too narrow."""
    correlation: float | None
    """The correlation of neighbouring periods that the limits allow for, 0 or more.

    It is larger than that of the residuals: the model takes a part of it out of them. `None`
    without `correlated`.
    """
    fitted: list[float]
    """The expected count of each period."""
    counterfactual: list[float]
    """The expected count of each period without the interruption."""


def interrupted_series(
    counts: Column,
    start: int,
    *,
    exposures: Column | None = None,
    seasonality: Seasonality | None = None,
    period: int = 12,
    pairs: int = 2,
    slope_change: bool = False,
    variation: Variation = "quasi_poisson",
    correlated: bool = False,
    confidence: float = 0.95,
) -> InterruptedSeries:
    """What changed in a series of counts from the period `start` on, counted from 0.

    Poisson regression on trend, season and the change: log expected = log exposure + a + b·t +
    level + slope·(t − start) + season. The slope is estimated with `slope_change` only. `exposures`
    are the days of the periods, or the people in them; without them all periods weigh the same.
    `seasonality` is none unless given:

    * `harmonics`: as many `pairs` of sine and cosine waves over a cycle of `period` periods
    * `terms`: a level for each period of the cycle

    With `quasi_poisson`, the default, the limits are Student's t and allow for counts that vary
    more than Poisson counts do; `poisson` does not. Neighbouring periods are taken as independent
    given trend and season, unless they may be `correlated`: the limits then come from the sandwich
    covariance of an autoregressive process of order 1 (Zeger 1988). Its correlation is estimated
    from the residuals without the bias that the fitted terms cause; a negative one counts as 0, and
    so does one with fewer than eight `degrees`. The degrees of freedom of the limits are
    Satterthwaite's. Every estimate is a ratio.

    Raises `StatsError` if there are too few periods, or the counts don't determine the model.
    Sources: Wagner et al. 2002; Bernal, Cummins & Gasparrini 2017; Zeger 1988.

        >>> found = interrupted_series([1000, 980, 1030, 990, 970, 1030, 800, 790, 810], 6)
        >>> round(found.overall.value, 2), found.overall.upper < 0.95
        (0.79, True)
    """
    found: InterruptedSeries = _stats.interrupted_series(
        counts,
        start,
        exposures,
        seasonality,
        period,
        pairs,
        slope_change,
        variation,
        correlated,
        confidence,
    )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceInDifferences:
    """The change of the units that took part, over the change of the others."""

    ratio: Interval
    """The ratio of the two ratios after ÷ before."""
    dispersion: float | None
    """The variance of the units' changes over that of Poisson counts: 1 for Poisson counts.

    `None` for one unit on each side.
    """
    degrees: int
    """The degrees of freedom: the units that count, minus two."""


def difference_in_differences(
    before: Column,
    after: Column,
    took_part: Sequence[bool],
    *,
    variation: Variation = "quasi_poisson",
    confidence: float = 0.95,
) -> DifferenceInDifferences:
    """The change of the units that took part, over the change of the other units.

    The value is the ratio of the two ratios after ÷ before, of the sums of the counts. The limits
    come from φ·(1/a + 1/b + 1/c + 1/d), the variance of its logarithm. With `quasi_poisson`, the
    default, φ is the dispersion of the units' changes around their group's, at least 1, and the
    limits are Student's t: with few units they are very wide. With `poisson` φ is 1.

    `before`, `after` and `took_part` have a row per unit. Raises `StatsError` if they differ in
    length or one of the four sums is 0. Source: Poisson regression with a level for each unit, in
    closed form.

        >>> found = difference_in_differences([100, 200], [60, 180], [True, False])
        >>> round(found.ratio.value, 4), found.ratio.upper < 1
        (0.6667, True)
    """
    found: DifferenceInDifferences = _stats.difference_in_differences(
        before, after, took_part, variation, confidence
    )
    return found
