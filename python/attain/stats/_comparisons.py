"""Comparisons of two groups, and adjustments for many tests."""

# Overloads of numbers and of columns overlap: see `attain.stats._column`.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats._intervals import Interval
from attain.stats.choices import (
    OddsRatioMethod,
    PAdjustment,
    ProportionDifferenceMethod,
    ProportionRatioMethod,
    RateDifferenceMethod,
    RateRatioMethod,
    Side,
)


@overload
def proportion_difference(
    events1: float,
    denominator1: float,
    events2: float,
    denominator2: float,
    *,
    method: ProportionDifferenceMethod = "newcombe",
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
    method: ProportionDifferenceMethod = "newcombe",
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
    method: ProportionDifferenceMethod = "newcombe",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table: ...
def proportion_difference(
    events1: float | Column,
    denominator1: float | Column,
    events2: float | Column,
    denominator2: float | Column,
    *,
    method: ProportionDifferenceMethod = "newcombe",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """The difference of two shares, and its confidence limits.

    The value is `events1`/`denominator1` − `events2`/`denominator2`, from −1 to 1.

    * `newcombe`, the default: square-and-add of two Wilson intervals (Newcombe 1998, method 10)
    * `miettinen_nurminen`: the differences that Miettinen and Nurminen's score test (1985) does not
      reject; the limits that trials report most often
    * `mee`: the same without the factor N/(N − 1) of the variance (Mee 1984)
    * `agresti_caffo`: normal, after one more event and one more non-event in each group (Agresti &
      Caffo 2000)
    * `wald`: d ± z√(p₁(1−p₁)/n₁ + p₂(1−p₂)/n₂); for comparison with other software only

    Numbers give an `Interval`; columns give a table with `value`, `lower`, `upper` and `status`.
    Counts need not be whole. A row has no answer where `proportion` has none for either share.

        >>> gap = proportion_difference(56, 70, 48, 80)
        >>> round(gap.value, 4), round(gap.lower, 4), round(gap.upper, 4)
        (0.2, 0.0524, 0.3339)
        >>> score = proportion_difference(56, 70, 48, 80, method="miettinen_nurminen")
        >>> round(score.lower, 4), round(score.upper, 4)
        (0.0528, 0.3382)
    """
    answer: Interval | tuple[Interval, ...] | Table = _stats.proportion_difference(
        events1, denominator1, events2, denominator2, method, confidence, side
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
    * `miettinen_nurminen`: the same with the variance times N/(N − 1), for the size N of both
      groups (Miettinen & Nurminen 1985)
    * `log_normal` (Katz et al. 1978): no answer where a group has no events
    * `adjusted_log_normal`: the same after half an event more in each group, in its denominator too
      (Walter 1975)

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
def odds_ratio(
    events1: float,
    denominator1: float,
    events2: float,
    denominator2: float,
    *,
    method: OddsRatioMethod = "miettinen_nurminen",
    confidence: float = 0.95,
    side: Side = "both",
) -> Interval: ...
@overload
def odds_ratio(
    events1: float,
    denominator1: float,
    events2: float,
    denominator2: float,
    *,
    method: OddsRatioMethod = "miettinen_nurminen",
    confidence: Sequence[float],
    side: Side = "both",
) -> tuple[Interval, ...]: ...
@overload
def odds_ratio(
    events1: float | Column,
    denominator1: float | Column,
    events2: float | Column,
    denominator2: float | Column,
    *,
    method: OddsRatioMethod = "miettinen_nurminen",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table: ...
def odds_ratio(
    events1: float | Column,
    denominator1: float | Column,
    events2: float | Column,
    denominator2: float | Column,
    *,
    method: OddsRatioMethod = "miettinen_nurminen",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """The ratio of the odds of two groups, and its confidence limits.

    The odds of a group are its events over its non-events, and the value is the first odds ÷ the
    second.

    * `miettinen_nurminen`, the default: the odds ratios that Miettinen and Nurminen's score test
      (1985) does not reject
    * `cornfield`: the same without the factor N/(N − 1) of the variance (Cornfield 1956, without
      continuity correction)
    * `log_normal`: exp(ln r ± z√(Σ 1/count)) of the four counts (Woolf 1955); no answer where one
      of them is 0
    * `adjusted_log_normal`: the same after ½ more in each of the four counts (Gart 1966)
    * `exact_conditional`: from the distribution of the events of the first group, given the events
      of both (Cornfield 1956); covers the true odds ratio at least as often as the confidence says.
      R's `fisher.test` has these limits around the conditional estimate.
    * `mid_p`: as exact, with half the probability of the table itself; right on average

    The last two need whole numbers, and denominators that are at most 10⁹ together. Without events
    in the second group, or without non-events in the first, there is no value, `status` says that,
    and the upper limit is infinite. Numbers give an `Interval`; columns give a table with `value`,
    `lower`, `upper` and `status`. A row has no answer where `proportion` has none for either share.

        >>> odds = odds_ratio(7, 34, 1, 34)
        >>> round(odds.value, 3), round(odds.lower, 3), round(odds.upper, 3)
        (8.556, 1.247, 56.462)
    """
    answer: Interval | tuple[Interval, ...] | Table = _stats.odds_ratio(
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

    The value is (`events1`/`exposure1`) ÷ (`events2`/`exposure2`). All methods but the last treat
    the first count as a binomial share of the sum of both counts.

    * `exact_conditional`, the default: covers the true ratio at least as often as the confidence
      says (Przyborowski & Wilenski 1940)
    * `mid_p`: the mid-P limits of that share; shorter, and right on average
    * `score`: Wilson's limits of that share; right on average
    * `log_normal`: exp(ln r ± z√(1/x₁ + 1/x₂)); no answer where a group has no events

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
def rate_difference(
    events1: float,
    exposure1: float,
    events2: float,
    exposure2: float,
    *,
    per: float = 100_000,
    method: RateDifferenceMethod = "score",
    confidence: float = 0.95,
    side: Side = "both",
) -> Interval: ...
@overload
def rate_difference(
    events1: float,
    exposure1: float,
    events2: float,
    exposure2: float,
    *,
    per: float = 100_000,
    method: RateDifferenceMethod = "score",
    confidence: Sequence[float],
    side: Side = "both",
) -> tuple[Interval, ...]: ...
@overload
def rate_difference(
    events1: float | Column,
    exposure1: float | Column,
    events2: float | Column,
    exposure2: float | Column,
    *,
    per: float = 100_000,
    method: RateDifferenceMethod = "score",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table: ...
def rate_difference(
    events1: float | Column,
    exposure1: float | Column,
    events2: float | Column,
    exposure2: float | Column,
    *,
    per: float = 100_000,
    method: RateDifferenceMethod = "score",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """The difference of two rates, and its confidence limits.

    The value is (`events1`/`exposure1` − `events2`/`exposure2`) × `per`. Both exposures are in the
    same unit, and `per` is 100,000 unless given.

    * `score`, the default: the differences that Miettinen and Nurminen's score test (1985) does not
      reject
    * `square_and_add`: from the score limits of each rate (Zou & Donner 2008)
    * `wald`: d ± z√(x₁/exposure₁² + x₂/exposure₂²); for comparison with other software only

    Numbers give an `Interval`; columns give a table with `value`, `lower`, `upper` and `status`. A
    row has no answer if a count is negative or an exposure is not above 0.

        >>> change = rate_difference(60, 51477.5, 30, 54308.7, per=1_000)
        >>> round(change.value, 3), round(change.lower, 3), round(change.upper, 3)
        (0.613, 0.266, 0.989)
    """
    answer: Interval | tuple[Interval, ...] | Table = _stats.rate_difference(
        events1, exposure1, events2, exposure2, per, method, confidence, side
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


def adjusted_p(p_values: Column, *, method: PAdjustment = "holm") -> list[float | None]:
    """P-values of several tests, adjusted: one below a level keeps the method's promise there.

    These limit the chance of any false finding:

    * `holm`, the default: for tests that depend in any way (Holm 1979); `bonferroni` is never
      smaller
    * `hommel` (1988): for tests that are independent or depend positively; `hochberg` (1988) is
      never smaller
    * `holm_sidak`: for independent tests, or such that depend positively; `sidak` (1967) is never
      smaller

    These limit the share of false findings among all findings:

    * `benjamini_hochberg` (1995): for tests that are independent or depend positively
    * `benjamini_yekutieli` (2001): for tests that depend in any way
    * `two_stage`: for independent tests (Benjamini, Krieger & Yekutieli 2006); the number of true
      hypotheses, estimated by a first stage at q/(1 + q), takes the place of the number of tests.
      Where many hypotheses are false it finds more than `benjamini_hochberg`
    * `two_stage_benjamini_hochberg`: the same with q in both stages; its promise is not proven

    Returns a list with a value for each p-value. A value that is missing or not from 0 to 1 gives
    `None` and is not counted among the tests.

        >>> adjusted_p([0.01, 0.04, None, 0.03], method="bonferroni")
        [0.03, 0.12, None, 0.09]
        >>> adjusted_p([0.01, 0.04, None, 0.03], method="hochberg")
        [0.03, 0.04, None, 0.04]
        >>> adjusted = adjusted_p([0.01, 0.02, 0.03, 0.04, 0.6], method="two_stage")
        >>> [round(p, 4) for p in adjusted]
        [0.0526, 0.0526, 0.0526, 0.0526, 0.1364]
    """
    adjusted: list[float | None] = _stats.adjusted_p(p_values, method)
    return adjusted
