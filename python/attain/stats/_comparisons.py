"""Comparisons of two groups, tests at a goal, and adjustments for many tests."""

# Overloads of numbers and of columns overlap: see `attain.stats._column`.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats._intervals import Interval
from attain.stats.choices import ProportionRatioMethod, RateRatioMethod, Side, TestMethod


@overload
def proportion_difference(
    events1: float,
    denominator1: float,
    events2: float,
    denominator2: float,
    *,
    confidence: float = 0.95,
    side: Side = "both",
) -> Interval: ...
@overload
def proportion_difference(
    events1: float,
    denominator1: float,
    events2: float,
    denominator2: float,
    *,
    confidence: Sequence[float],
    side: Side = "both",
) -> tuple[Interval, ...]: ...
@overload
def proportion_difference(
    events1: float | Column,
    denominator1: float | Column,
    events2: float | Column,
    denominator2: float | Column,
    *,
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table: ...
def proportion_difference(
    events1: float | Column,
    denominator1: float | Column,
    events2: float | Column,
    denominator2: float | Column,
    *,
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """The difference of two shares, and its limits: Newcombe's hybrid score interval.

    The value is `events1`/`denominator1` − `events2`/`denominator2`, from −1 to 1. Numbers give an
    `Interval`; columns give a table with `value`, `lower`, `upper` and `status`. A row has no
    answer where `proportion` has none for either share. Source: Newcombe 1998, method 10.

        >>> gap = proportion_difference(56, 70, 48, 80)
        >>> round(gap.value, 4), round(gap.lower, 4), round(gap.upper, 4)
        (0.2, 0.0524, 0.3339)
    """
    answer: Interval | tuple[Interval, ...] | Table = _stats.proportion_difference(
        events1, denominator1, events2, denominator2, confidence, side
    )
    return answer


@overload
def proportion_ratio(
    events1: float,
    denominator1: float,
    events2: float,
    denominator2: float,
    *,
    method: ProportionRatioMethod = "koopman",
    confidence: float = 0.95,
    side: Side = "both",
) -> Interval: ...
@overload
def proportion_ratio(
    events1: float,
    denominator1: float,
    events2: float,
    denominator2: float,
    *,
    method: ProportionRatioMethod = "koopman",
    confidence: Sequence[float],
    side: Side = "both",
) -> tuple[Interval, ...]: ...
@overload
def proportion_ratio(
    events1: float | Column,
    denominator1: float | Column,
    events2: float | Column,
    denominator2: float | Column,
    *,
    method: ProportionRatioMethod = "koopman",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table: ...
def proportion_ratio(
    events1: float | Column,
    denominator1: float | Column,
    events2: float | Column,
    denominator2: float | Column,
    *,
    method: ProportionRatioMethod = "koopman",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """The ratio of two shares, and its confidence limits.

    The value is (`events1`/`denominator1`) ÷ (`events2`/`denominator2`).

    * `koopman`, the default: the ratios that a score test does not reject (Koopman 1984). It
      accepts every pair of counts. Without events in the second group there is no value, `status`
      says that, and the upper limit is infinite.
    * `log_normal` (Katz et al. 1978): no answer where a group has no events

    Numbers give an `Interval`; columns give a table with `value`, `lower`, `upper` and `status`. A
    row has no answer where `proportion` has none for either share.

        >>> ratio = proportion_ratio(36, 40, 16, 80)
        >>> round(ratio.value, 4), round(ratio.lower, 4), round(ratio.upper, 4)
        (4.5, 2.9396, 7.1522)
    """
    answer: Interval | tuple[Interval, ...] | Table = _stats.proportion_ratio(
        events1, denominator1, events2, denominator2, method, confidence, side
    )
    return answer


@overload
def rate_ratio(
    events1: float,
    exposure1: float,
    events2: float,
    exposure2: float,
    *,
    method: RateRatioMethod = "exact_conditional",
    confidence: float = 0.95,
    side: Side = "both",
) -> Interval: ...
@overload
def rate_ratio(
    events1: float,
    exposure1: float,
    events2: float,
    exposure2: float,
    *,
    method: RateRatioMethod = "exact_conditional",
    confidence: Sequence[float],
    side: Side = "both",
) -> tuple[Interval, ...]: ...
@overload
def rate_ratio(
    events1: float | Column,
    exposure1: float | Column,
    events2: float | Column,
    exposure2: float | Column,
    *,
    method: RateRatioMethod = "exact_conditional",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table: ...
def rate_ratio(
    events1: float | Column,
    exposure1: float | Column,
    events2: float | Column,
    exposure2: float | Column,
    *,
    method: RateRatioMethod = "exact_conditional",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """The ratio of two rates, and its limits: is this year's rate below last year's?

    The value is (`events1`/`exposure1`) ÷ (`events2`/`exposure2`). Both methods treat the first
    count as a binomial share of the sum of both counts.

    * `exact_conditional`, the default: covers the true ratio at least as often as the confidence
      says (Przyborowski & Wilenski 1940)
    * `score`: Wilson's limits of that share; right on average

    Both exposures are in the same unit. Without events in the second group there is no value,
    `status` says that, and the upper limit is infinite. Numbers give an `Interval`; columns give a
    table with `value`, `lower`, `upper` and `status`. A row has no answer if a count is negative or
    an exposure is not above 0.

        >>> change = rate_ratio(95, 1, 100, 1)
        >>> round(change.value, 2), round(change.lower, 2), round(change.upper, 2)
        (0.95, 0.71, 1.27)
    """
    answer: Interval | tuple[Interval, ...] | Table = _stats.rate_ratio(
        events1, exposure1, events2, exposure2, method, confidence, side
    )
    return answer


@overload
def difference(
    estimate1: float,
    lower1: float,
    upper1: float,
    estimate2: float,
    lower2: float,
    upper2: float,
) -> Interval: ...
@overload
def difference(
    estimate1: float | Column,
    lower1: float | Column,
    upper1: float | Column,
    estimate2: float | Column,
    lower2: float | Column,
    upper2: float | Column,
) -> Table: ...
def difference(
    estimate1: float | Column,
    lower1: float | Column,
    upper1: float | Column,
    estimate2: float | Column,
    lower2: float | Column,
    upper2: float | Column,
) -> Interval | Table:
    """The difference of two independent estimates, and its limits, from the limits of each.

    The value is `estimate1` − `estimate2`. It works for rates, shares, means or standardised rates
    in the same unit whose limits have the same confidence, whatever their method. Numbers give an
    `Interval` without a confidence; columns give a table with `value`, `lower`, `upper` and
    `status`. A row has no answer if an estimate is not within its limits. Source: square-and-add,
    Zou & Donner 2008.

        >>> gap = difference(12, 9, 16, 10, 6, 13)
        >>> gap.value, round(gap.lower, 3), round(gap.upper, 3)
        (2.0, -2.243, 7.657)
    """
    answer: Interval | Table = _stats.difference(
        estimate1, lower1, upper1, estimate2, lower2, upper2
    )
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactTest:
    """One-sided exact tests of a share or a count at a known goal."""

    value: float
    """The share or the count under test."""
    p_below: float
    """The probability of at most this count at the goal: small if the truth is below it."""
    p_above: float
    """The probability of at least this count at the goal: small if the truth is above it."""
    method: str
    """The method of the tails, `exact` or `mid_p`; see `TestMethod`."""


@overload
def proportion_test(
    events: float,
    denominator: float,
    goal: float,
    *,
    method: TestMethod = "exact",
) -> ExactTest: ...
@overload
def proportion_test(
    events: float | Column,
    denominator: float | Column,
    goal: float | Column,
    *,
    method: TestMethod = "exact",
) -> Table: ...
def proportion_test(
    events: float | Column,
    denominator: float | Column,
    goal: float | Column,
    *,
    method: TestMethod = "exact",
) -> ExactTest | Table:
    """Tests a share against a known goal: both one-sided binomial p-values.

    `p_below` is P(X ≤ events) and `p_above` is P(X ≥ events) for `denominator` observations with
    probability `goal` each. A share is clearly below its goal at a two-sided 95 % where `p_below`
    is at most 0.025.

    * `exact`, the default: each tail has all of the probability of `events`; wrong at most as often
      as the level says (Clopper & Pearson 1934)
    * `mid_p`: each tail has half of it (Lancaster 1961), and both add up to 1; nearer to the level,
      and above it for some goals

    Numbers give an `ExactTest`; columns give a table with `value`, `p_below`, `p_above` and
    `status`. Counts need not be whole (counts divided by a dispersion): the tails are then those of
    the beta distribution. A row has no answer if `denominator` is not above 0, if `events` is
    negative or above it, or if `goal` is not from 0 to 1.

        >>> test = proportion_test(16, 17, 0.99)
        >>> round(test.p_below, 4)
        0.1571
        >>> round(proportion_test(16, 17, 0.99, method="mid_p").p_below, 4)
        0.0847
    """
    answer: ExactTest | Table = _stats.proportion_test(events, denominator, goal, method)
    return answer


@overload
def count_test(
    events: float,
    expected: float,
    *,
    method: TestMethod = "exact",
) -> ExactTest: ...
@overload
def count_test(
    events: float | Column,
    expected: float | Column,
    *,
    method: TestMethod = "exact",
) -> Table: ...
def count_test(
    events: float | Column,
    expected: float | Column,
    *,
    method: TestMethod = "exact",
) -> ExactTest | Table:
    """Tests a count against a known expectation: both one-sided Poisson p-values.

    `p_below` is P(X ≤ events) and `p_above` is P(X ≥ events) where `expected` events are expected.
    For a rate, `expected` is the goal's rate times the exposure. The methods are those of
    `proportion_test`, and `exact` is the default (Garwood 1936; Lancaster 1961).

    Numbers give an `ExactTest`; columns give a table with `value`, `p_below`, `p_above` and
    `status`. Counts need not be whole (counts divided by a dispersion): the tails are then those of
    the gamma distribution. A row has no answer if `events` or `expected` is negative.

        >>> test = count_test(120, 98)
        >>> round(test.p_above, 4)
        0.0172
    """
    answer: ExactTest | Table = _stats.count_test(events, expected, method)
    return answer


def benjamini_hochberg(p_values: Column) -> list[float | None]:
    """P-values adjusted for the share of false findings (Benjamini & Hochberg 1995).

    Of the findings below a level at most that share is expected to be false, for tests that are
    independent or depend positively. Returns a list with a value for each p-value. A value that is
    missing or not from 0 to 1 gives `None` and is not counted among the tests.

        >>> benjamini_hochberg([0.01, 0.04, None, 0.03])
        [0.03, 0.04, None, 0.04]
    """
    adjusted: list[float | None] = _stats.benjamini_hochberg(p_values)
    return adjusted


def holm(p_values: Column) -> list[float | None]:
    """P-values adjusted for the chance of any false finding (Holm 1979).

    The chance of any false finding below a level is at most that level, whatever the dependence of
    the tests. Returns a list with a value for each p-value. A value that is missing or not from 0
    to 1 gives `None` and is not counted among the tests.

        >>> holm([0.01, 0.04, None, 0.03])
        [0.03, 0.06, None, 0.06]
    """
    adjusted: list[float | None] = _stats.holm(p_values)
    return adjusted
