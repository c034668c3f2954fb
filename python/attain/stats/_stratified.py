"""Two groups compared over strata, and two shares of the same persons."""

# Overloads of numbers and of columns overlap: see `attain.stats._column`.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats._hypothesis import HypothesisTest
from attain.stats._intervals import Interval
from attain.stats.choices import (
    McNemarMethod,
    PairedDifferenceMethod,
    RateRatioMethod,
    Side,
    StratifiedMeasure,
)


def mantel_haenszel(
    events1: Column,
    denominator1: float | Column,
    events2: Column,
    denominator2: float | Column,
    *,
    by: Column | None = None,
    measure: StratifiedMeasure = "odds_ratio",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table:
    """What two groups differ by, first to second, where it is the same in all strata.

    A row of the arguments is a stratum: the events and the size of both groups. `by` says which
    comparison a stratum belongs to; without it all are one. The table has a row for each
    comparison: `by` (as text), `value`, `lower`, `upper`, and `status`, which says why there is no
    answer.

    * `odds_ratio`, the default: Mantel & Haenszel (1959), with the variance of its logarithm by
      Robins, Breslow & Greenland (1986)
    * `proportion_ratio`: the ratio of two shares (Greenland & Robins 1985)
    * `proportion_difference`: the difference of two shares, with Sato's variance (1989)
    * `rate_ratio`: the ratio of two rates (Greenland & Robins 1985); the denominators are exposures

    The limits are right for few large strata and for many small ones. A stratum in which a group
    has nobody has no effect. A ratio has no answer where one of the two groups has no events, or an
    odds ratio where it has nothing else. `breslow_day_test` tests whether odds ratios differ
    between strata. Raises `StatsError` if the columns differ in length.

        >>> found = mantel_haenszel([8, 9], [20, 30], [3, 6], [20, 25]).to_polars()
        >>> [round(found[name][0], 3) for name in ("value", "lower", "upper")]
        [2.04, 0.806, 5.164]
    """
    found: Table = _stats.mantel_haenszel(
        events1, denominator1, events2, denominator2, by, measure, confidence, side
    )
    return found


def mantel_haenszel_test(
    events1: Column,
    denominator1: float | Column,
    events2: Column,
    denominator2: float | Column,
    *,
    by: Column | None = None,
    measure: StratifiedMeasure = "odds_ratio",
    corrected: bool = False,
) -> Table:
    """Tests whether two groups differ within strata (Cochran 1954; Mantel & Haenszel 1959).

    The arguments are those of `mantel_haenszel`. The table has a row for each comparison: `by` (as
    text), `p_below`, `p_above`, `p` and `status`. `p_below` is small if the first group has fewer
    events, `p_above` if it has more; `p` is that of the χ² statistic with one degree of freedom,
    the square of the normal score. With `corrected` the difference is brought nearer to 0 by half
    an event. The test is the same for all measures but `rate_ratio`.

        >>> found = mantel_haenszel_test([8, 9], [20, 30], [3, 6], [20, 25]).to_polars()
        >>> round(found["p"][0], 4)
        0.1299
    """
    found: Table = _stats.mantel_haenszel_test(
        events1, denominator1, events2, denominator2, by, measure, corrected
    )
    return found


def breslow_day_test(
    events1: Column,
    denominator1: float | Column,
    events2: Column,
    denominator2: float | Column,
    *,
    by: Column | None = None,
    tarone: bool = True,
) -> Table:
    """Tests whether the odds ratio is the same in all strata (Breslow & Day 1980).

    The arguments are those of `mantel_haenszel`. The table has a row for each comparison: `by` (as
    text), the χ² `statistic`, its `degrees`, `p` and `status`. Tarone's correction (1985) is made
    unless `tarone=False`. Strata without events, without non-events or with one group alone say
    nothing, and are not counted; there is no answer with fewer than two others.

        >>> found = breslow_day_test([8, 9], [20, 30], [3, 6], [20, 25]).to_polars()
        >>> found["degrees"][0], round(found["p"][0], 4)
        (1, 0.298)
    """
    found: Table = _stats.breslow_day_test(events1, denominator1, events2, denominator2, by, tarone)
    return found


@overload
def paired_difference(
    both: float,
    first_only: float,
    second_only: float,
    neither: float,
    *,
    method: PairedDifferenceMethod = "newcombe",
    confidence: float = 0.95,
    side: Side = "both",
) -> Interval: ...
@overload
def paired_difference(
    both: float,
    first_only: float,
    second_only: float,
    neither: float,
    *,
    method: PairedDifferenceMethod = "newcombe",
    confidence: Sequence[float],
    side: Side = "both",
) -> tuple[Interval, ...]: ...
@overload
def paired_difference(
    both: float | Column,
    first_only: float | Column,
    second_only: float | Column,
    neither: float | Column,
    *,
    method: PairedDifferenceMethod = "newcombe",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table: ...
def paired_difference(
    both: float | Column,
    first_only: float | Column,
    second_only: float | Column,
    neither: float | Column,
    *,
    method: PairedDifferenceMethod = "newcombe",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """The difference of two shares of the same persons, first less second, and its limits.

    The arguments count pairs: those with the event both times, the first time only, the second time
    only, and neither time.

    * `newcombe`, the default: square-and-add of two Wilson intervals, with the correlation of both
      (Newcombe 1998, paired data, method 10)
    * `tango`: the differences that a score test does not reject (Tango 1998)
    * `wald`: d ± z√(b + c − (b − c)²/n)/n, with b and c pairs with one event; a single point
      without such pairs

    Numbers give an `Interval`; columns give a table with `value`, `lower`, `upper` and `status`. A
    row has no answer if a count is negative or there are no pairs.

        >>> change = paired_difference(1, 1, 7, 12)
        >>> round(change.value, 4), round(change.lower, 4), round(change.upper, 4)
        (-0.2857, -0.5069, -0.0256)
    """
    answer: Interval | tuple[Interval, ...] | Table = _stats.paired_difference(
        both, first_only, second_only, neither, method, confidence, side
    )
    return answer


@overload
def paired_odds_ratio(
    first_only: float,
    second_only: float,
    *,
    method: RateRatioMethod = "exact_conditional",
    confidence: float = 0.95,
    side: Side = "both",
) -> Interval: ...
@overload
def paired_odds_ratio(
    first_only: float,
    second_only: float,
    *,
    method: RateRatioMethod = "exact_conditional",
    confidence: Sequence[float],
    side: Side = "both",
) -> tuple[Interval, ...]: ...
@overload
def paired_odds_ratio(
    first_only: float | Column,
    second_only: float | Column,
    *,
    method: RateRatioMethod = "exact_conditional",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table: ...
def paired_odds_ratio(
    first_only: float | Column,
    second_only: float | Column,
    *,
    method: RateRatioMethod = "exact_conditional",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """The odds ratio of pairs, `first_only` ÷ `second_only`, and its limits.

    The arguments count the pairs with the event the first time only, and the second time only. The
    first is a binomial share of both; the methods are those of `rate_ratio`. Without pairs of the
    second kind there is no value, `status` says that, and the upper limit is infinite. Numbers give
    an `Interval`; columns give a table with `value`, `lower`, `upper` and `status`. A row has no
    answer if a count is negative.

        >>> odds = paired_odds_ratio(20, 10)
        >>> odds.value, round(odds.lower, 4), round(odds.upper, 4)
        (2.0, 0.8935, 4.7846)
    """
    answer: Interval | tuple[Interval, ...] | Table = _stats.paired_odds_ratio(
        first_only, second_only, method, confidence, side
    )
    return answer


@overload
def mcnemar_test(
    first_only: float, second_only: float, *, method: McNemarMethod = "exact"
) -> HypothesisTest: ...
@overload
def mcnemar_test(
    first_only: float | Column, second_only: float | Column, *, method: McNemarMethod = "exact"
) -> Table: ...
def mcnemar_test(
    first_only: float | Column, second_only: float | Column, *, method: McNemarMethod = "exact"
) -> HypothesisTest | Table:
    """McNemar's test (1947) of whether two shares of the same persons differ.

    The arguments count the pairs with the event the first time only, and the second time only.
    `p_above` is small if the first share is the larger one, `p_below` if it is the smaller one. The
    value is the odds ratio of pairs, `first_only` ÷ `second_only`.

    * `exact`, the default: by the binomial distribution of the pairs with one event
    * `mid_p`: with half of the probability of the observed count; nearer to the level (Fagerland,
      Lydersen & Laake 2013)
    * `score`: the normal tails of (b − c)/√(b + c), whose square is McNemar's χ²
    * `score_corrected`: the same, one pair nearer to 0 (Edwards 1948)

    Numbers give a `HypothesisTest`; columns give a table with `value`, `p_below`, `p_above`, `p`
    and `status`. A row has no answer if a count is negative.

        >>> test = mcnemar_test(1, 7)
        >>> round(test.p, 4), round(mcnemar_test(1, 7, method="mid_p").p, 4)
        (0.0703, 0.0391)
    """
    answer: HypothesisTest | Table = _stats.mcnemar_test(first_only, second_only, method)
    return answer
