"""Statistics of counts, shares, rates and means: intervals, comparisons, charts, standardising.

Every function takes numbers or columns of numbers: a list, a numpy array, a pandas or polars
series, a pyarrow array, or anything else that exports Arrow data or a buffer. `None`, null and NaN
are missing values.

* Numbers alone are answered with a record, and a number without an answer raises `StatsError`.
* If any argument is a column, the answer is a `Table` with a row for each of its rows:
  `polars.DataFrame(at.stats.proportion(events, denominator))`. Single numbers go with every row. A
  row that has no answer (nothing in the denominator, more events than that, a missing number) has
  nulls, and says in its column `status` why; where that is null, all is well.

A column's answers are those of its rows: to the last bit, but for exact limits of 4,096 rows or
more and for limits of funnels of counts from 128 on, which come from tables and agree within 10⁻¹².

What is wrong for every row raises `StatsError`: columns of unequal lengths, an unknown method, a
confidence that is no share. No answer holds NaN.

Where a function takes several confidences (`confidence=[0.95, 0.998]`), numbers are answered with a
tuple of records, and columns with one table: all rows at the first confidence, then all at the
next, told apart by a further column, `confidence`. With `side="lower"` or `side="upper"` that limit
alone has the confidence, which is above 0.5; in place of the other limit stands the end of the
values: 0 or 1 for shares, −1 or 1 for their differences, 0 or infinity for counts, rates and
ratios, and infinity for means.

    >>> import attain as at
    >>> share = at.stats.proportion(160, 200)
    >>> round(share.value, 3), round(share.lower, 4), round(share.upper, 4)
    (0.8, 0.7391, 0.8495)
    >>> inner, outer = at.stats.proportion(160, 200, confidence=[0.95, 0.998])
    >>> round(inner.lower, 4), round(outer.lower, 4)
    (0.7391, 0.6999)
    >>> at_least = at.stats.proportion(160, 200, side="lower")
    >>> round(at_least.lower, 4), at_least.upper
    (0.7496, 1.0)
    >>> at.stats.proportion([160, 3], [200, 0]).to_polars()["status"].to_list()
    [None, '`denominator`: found 0, expected a number above 0, from 1e-100 to 2^53']
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, overload

from attain._attain import Table
from attain._attain import stats as _stats
from attain.errors import StatsError

__all__ = [
    "Column",
    "ControlChart",
    "DifferenceInDifferences",
    "ExactTest",
    "FivePointTrend",
    "Funnel",
    "InterruptedSeries",
    "Interval",
    "MannKendall",
    "Outlook",
    "Overdispersion",
    "Runs",
    "SenSlope",
    "adjusted_funnel",
    "adjusted_funnel_of_values",
    "benjamini_hochberg",
    "capability",
    "change_effects",
    "composite",
    "contribution_to_gap",
    "control_chart",
    "count",
    "count_funnel",
    "count_outlook",
    "count_test",
    "difference",
    "difference_in_differences",
    "directly_standardised_rate",
    "directly_standardised_rate_of_repeats",
    "effective_population",
    "five_point_trend",
    "holm",
    "indirectly_standardised_rate",
    "indirectly_standardised_ratio",
    "inequality",
    "interrupted_series",
    "life_expectancy",
    "mann_kendall",
    "mean",
    "mean_of",
    "normalise",
    "overdispersion",
    "overdispersion_of_scores",
    "progress",
    "proportion",
    "proportion_difference",
    "proportion_funnel",
    "proportion_ratio",
    "proportion_test",
    "quantile_groups",
    "rank_intervals",
    "rank_sensitivity",
    "ranks",
    "rate",
    "rate_ratio",
    "runs",
    "sen_slope",
    "share_outlook",
    "tau_best",
]


class _Values(Protocol):
    """A row of numbers: what has a length and can be gone through."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[object]: ...


class _ArrowArray(Protocol):
    """A column that exports Arrow data at once."""

    def __arrow_c_array__(
        self, requested_schema: object | None = None
    ) -> tuple[object, object]: ...


class _ArrowStream(Protocol):
    """A column that exports Arrow data in chunks."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


Column: TypeAlias = _Values | _ArrowArray | _ArrowStream


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A value, and between which limits the truth lies."""

    value: float | None
    """The estimate; `None` where it is undefined, as a ratio to nothing is."""
    lower: float
    """The lower limit; the least there can be where none was asked for."""
    upper: float
    """The upper limit; infinite, or the most there can be, where there is none."""
    confidence: float | None = None
    """How often limits made this way hold the truth; `None` if the arguments said that."""
    method: str
    """How the limits were made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactTest:
    """One-sided exact tests of a share or a count at a known goal."""

    value: float
    """The share or the count that was tested."""
    p_below: float
    """The probability of at most this count at the goal: small if the truth is below it."""
    p_above: float
    """The probability of at least this count at the goal: small if the truth is above it."""
    method: str
    """How much of the probability of the observed count each tail has."""


# Of every function: numbers make a record, anything else a table. That a number is no column a
# protocol can't say: to type checkers each first overload overlaps with the last, and is silenced.


@overload
def proportion(  # type: ignore[overload-overlap]
    events: float,
    denominator: float,
    population: float | None = None,
    *,
    method: Literal["wilson", "exact", "jeffreys", "agresti_coull", "wald"] = "wilson",
    confidence: float = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Interval: ...
@overload
def proportion(  # type: ignore[overload-overlap]
    events: float,
    denominator: float,
    population: float | None = None,
    *,
    method: Literal["wilson", "exact", "jeffreys", "agresti_coull", "wald"] = "wilson",
    confidence: Sequence[float],
    side: Literal["both", "lower", "upper"] = "both",
) -> tuple[Interval, ...]: ...
@overload
def proportion(
    events: float | Column,
    denominator: float | Column,
    population: float | Column | None = None,
    *,
    method: Literal["wilson", "exact", "jeffreys", "agresti_coull", "wald"] = "wilson",
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Table: ...
def proportion(
    events: float | Column,
    denominator: float | Column,
    population: float | Column | None = None,
    *,
    method: Literal["wilson", "exact", "jeffreys", "agresti_coull", "wald"] = "wilson",
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """A share, `events` of `denominator`, from 0 to 1, and its limits.

    * `wilson`: the shares that a score test would not reject (Wilson 1927); good from the
      smallest denominators on
    * `exact`: from the binomial distribution (Clopper & Pearson 1934); hold at least as often
      as they say
    * `jeffreys`: of the posterior under Beta(½, ½); 0 at no events and 1 at all (Brown, Cai &
      DasGupta 2001)
    * `agresti_coull`: normal, after adding z²/2 events and as many others (1998)
    * `wald`: p ± z√(p(1−p)/n); for comparison with others only

    Give `population` if `denominator` is a sample drawn without replacement: it is the size of the
    whole population. The limits are then closer, and equal if everyone was sampled. `exact` then
    uses the hypergeometric distribution: its limits hold at least as often as they say, for every
    population (Wright 1991). The other methods have their own limits for a larger sample
    (Cochran 1977, 3.2), which fall short if most of the population is in the sample.

    Counts need not be whole (weighted counts), except for `exact` with `population`. A row has no
    answer if `denominator` is not above 0, if `events` is negative or above it, or if
    `population` is below it.

        >>> share = proportion(0, 20, method="exact")
        >>> share.lower, round(share.upper, 4)
        (0.0, 0.1684)
        >>> proportion([160, None], 200).to_polars()["status"].to_list()
        [None, '`events` is missing']
    """
    answer: Interval | tuple[Interval, ...] | Table = _stats.proportion(
        events, denominator, population, method, confidence, side
    )
    return answer


@overload
def count(  # type: ignore[overload-overlap]
    events: float,
    *,
    method: Literal["byar", "exact", "mid_p"] = "byar",
    exact_below: float = 10,
    confidence: float = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Interval: ...
@overload
def count(  # type: ignore[overload-overlap]
    events: float,
    *,
    method: Literal["byar", "exact", "mid_p"] = "byar",
    exact_below: float = 10,
    confidence: Sequence[float],
    side: Literal["both", "lower", "upper"] = "both",
) -> tuple[Interval, ...]: ...
@overload
def count(
    events: float | Column,
    *,
    method: Literal["byar", "exact", "mid_p"] = "byar",
    exact_below: float = 10,
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Table: ...
def count(
    events: float | Column,
    *,
    method: Literal["byar", "exact", "mid_p"] = "byar",
    exact_below: float = 10,
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """A count of independent events, and between which limits the expected count lies.

    * `byar`: Byar's approximation (Breslow & Day 1987), and the exact ones below `exact_below`
      events
    * `exact`: from the Poisson distribution (Garwood 1936); hold at least as often as they say
    * `mid_p`: as exact, with half the probability of the count itself; right on average

    England's public-health statistics switch below 10; an `exact_below` of 0 never switches. A
    row has no answer if `events` is negative.

        >>> cases = count(65)
        >>> round(cases.lower, 3), round(cases.upper, 3)
        (50.163, 82.849)
    """
    answer: Interval | tuple[Interval, ...] | Table = _stats.count(
        events, method, exact_below, confidence, side
    )
    return answer


@overload
def rate(  # type: ignore[overload-overlap]
    events: float,
    exposure: float,
    *,
    per: float = 100_000,
    method: Literal["byar", "exact", "mid_p"] = "byar",
    exact_below: float = 10,
    confidence: float = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Interval: ...
@overload
def rate(  # type: ignore[overload-overlap]
    events: float,
    exposure: float,
    *,
    per: float = 100_000,
    method: Literal["byar", "exact", "mid_p"] = "byar",
    exact_below: float = 10,
    confidence: Sequence[float],
    side: Literal["both", "lower", "upper"] = "both",
) -> tuple[Interval, ...]: ...
@overload
def rate(
    events: float | Column,
    exposure: float | Column,
    *,
    per: float = 100_000,
    method: Literal["byar", "exact", "mid_p"] = "byar",
    exact_below: float = 10,
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Table: ...
def rate(
    events: float | Column,
    exposure: float | Column,
    *,
    per: float = 100_000,
    method: Literal["byar", "exact", "mid_p"] = "byar",
    exact_below: float = 10,
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """A rate, `events` ÷ `exposure` × `per`, and its limits: those of the count (see `count`).

    `exposure` is in whatever the rate is of: persons, person-years, kilometres. A row has no
    answer if `events` is negative or `exposure` is not above 0.

        >>> cases = rate(65, 100_000)
        >>> cases.value, round(cases.lower, 2), round(cases.upper, 2)
        (65.0, 50.16, 82.85)
    """
    answer: Interval | tuple[Interval, ...] | Table = _stats.rate(
        events, exposure, per, method, exact_below, confidence, side
    )
    return answer


@overload
def mean_of(
    values: Column,
    *,
    population: float | None = None,
    confidence: float = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Interval: ...
@overload
def mean_of(
    values: Column,
    *,
    population: float | None = None,
    confidence: Sequence[float],
    side: Literal["both", "lower", "upper"] = "both",
) -> tuple[Interval, ...]: ...
def mean_of(
    values: Column,
    *,
    population: float | None = None,
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Interval | tuple[Interval, ...]:
    """The mean of measured values, and its limits: Student's t with n − 1 degrees of freedom.

    Missing values are passed over. Give `population`, the size of the whole population, if the
    values are a sample without replacement (Cochran 1977, 2.6). Raises `StatsError` if fewer than
    two values are there, or one is infinite.

        >>> sample = mean_of([2.0, 4.0, None, 9.0])
        >>> sample.value, round(sample.upper, 3)
        (5.0, 13.957)
    """
    answer: Interval | tuple[Interval, ...] = _stats.mean_of(values, population, confidence, side)
    return answer


@overload
def mean(  # type: ignore[overload-overlap]
    sum: float,
    sum_of_squares: float,
    n: float,
    population: float | None = None,
    *,
    confidence: float = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Interval: ...
@overload
def mean(  # type: ignore[overload-overlap]
    sum: float,
    sum_of_squares: float,
    n: float,
    population: float | None = None,
    *,
    confidence: Sequence[float],
    side: Literal["both", "lower", "upper"] = "both",
) -> tuple[Interval, ...]: ...
@overload
def mean(
    sum: float | Column,
    sum_of_squares: float | Column,
    n: float | Column,
    population: float | Column | None = None,
    *,
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Table: ...
def mean(
    # `sum` is what formulas call it.
    sum: float | Column,  # noqa: A002
    sum_of_squares: float | Column,
    n: float | Column,
    population: float | Column | None = None,
    *,
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """A mean from sums, `sum` ÷ `n`, and its limits: Student's t with n − 1 degrees of freedom.

    For groups of which only the sums of the values and of their squares are known; where the
    values are at hand, `mean_of` keeps more digits. Give `population`, the size of the whole
    population, if the values are a sample without replacement (Cochran 1977, 2.6).

    A row has no answer if `n` is below 2, if the sum of squares is smaller than sum²/n, or if
    the two differ by no more than the rounding of the sums: one unit in the last place of each.
    Whole sums up to 2⁴⁰ (10¹²) are taken as exact.

        >>> sample = mean(15, 101, 3)
        >>> sample.value, round(sample.upper, 3)
        (5.0, 13.957)
    """
    answer: Interval | tuple[Interval, ...] | Table = _stats.mean(
        sum, sum_of_squares, n, population, confidence, side
    )
    return answer


@overload
def proportion_difference(  # type: ignore[overload-overlap]
    events1: float,
    denominator1: float,
    events2: float,
    denominator2: float,
    *,
    confidence: float = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Interval: ...
@overload
def proportion_difference(  # type: ignore[overload-overlap]
    events1: float,
    denominator1: float,
    events2: float,
    denominator2: float,
    *,
    confidence: Sequence[float],
    side: Literal["both", "lower", "upper"] = "both",
) -> tuple[Interval, ...]: ...
@overload
def proportion_difference(
    events1: float | Column,
    denominator1: float | Column,
    events2: float | Column,
    denominator2: float | Column,
    *,
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Table: ...
def proportion_difference(
    events1: float | Column,
    denominator1: float | Column,
    events2: float | Column,
    denominator2: float | Column,
    *,
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """The difference of two shares, and its limits: Newcombe's hybrid score interval.

    The value is `events1`/`denominator1` − `events2`/`denominator2`, from −1 to 1 (Newcombe
    1998, method 10). A row has no answer where `proportion` has none for either share.

        >>> gap = proportion_difference(56, 70, 48, 80)
        >>> round(gap.value, 4), round(gap.lower, 4), round(gap.upper, 4)
        (0.2, 0.0524, 0.3339)
    """
    answer: Interval | tuple[Interval, ...] | Table = _stats.proportion_difference(
        events1, denominator1, events2, denominator2, confidence, side
    )
    return answer


@overload
def proportion_ratio(  # type: ignore[overload-overlap]
    events1: float,
    denominator1: float,
    events2: float,
    denominator2: float,
    *,
    method: Literal["koopman", "log_normal"] = "koopman",
    confidence: float = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Interval: ...
@overload
def proportion_ratio(  # type: ignore[overload-overlap]
    events1: float,
    denominator1: float,
    events2: float,
    denominator2: float,
    *,
    method: Literal["koopman", "log_normal"] = "koopman",
    confidence: Sequence[float],
    side: Literal["both", "lower", "upper"] = "both",
) -> tuple[Interval, ...]: ...
@overload
def proportion_ratio(
    events1: float | Column,
    denominator1: float | Column,
    events2: float | Column,
    denominator2: float | Column,
    *,
    method: Literal["koopman", "log_normal"] = "koopman",
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Table: ...
def proportion_ratio(
    events1: float | Column,
    denominator1: float | Column,
    events2: float | Column,
    denominator2: float | Column,
    *,
    method: Literal["koopman", "log_normal"] = "koopman",
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """The ratio of two shares, and its limits.

    The value is (`events1`/`denominator1`) ÷ (`events2`/`denominator2`). `koopman` gives the
    ratios that a score test would not reject (1984) and takes every pair of counts: without
    events in the second group there is no value and the upper limit is infinite. `log_normal`
    (Katz et al. 1978) has no answer where a group has no events.

        >>> ratio = proportion_ratio(36, 40, 16, 80)
        >>> round(ratio.value, 4), round(ratio.lower, 4), round(ratio.upper, 4)
        (4.5, 2.9396, 7.1522)
    """
    answer: Interval | tuple[Interval, ...] | Table = _stats.proportion_ratio(
        events1, denominator1, events2, denominator2, method, confidence, side
    )
    return answer


@overload
def rate_ratio(  # type: ignore[overload-overlap]
    events1: float,
    exposure1: float,
    events2: float,
    exposure2: float,
    *,
    method: Literal["exact_conditional", "score"] = "exact_conditional",
    confidence: float = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Interval: ...
@overload
def rate_ratio(  # type: ignore[overload-overlap]
    events1: float,
    exposure1: float,
    events2: float,
    exposure2: float,
    *,
    method: Literal["exact_conditional", "score"] = "exact_conditional",
    confidence: Sequence[float],
    side: Literal["both", "lower", "upper"] = "both",
) -> tuple[Interval, ...]: ...
@overload
def rate_ratio(
    events1: float | Column,
    exposure1: float | Column,
    events2: float | Column,
    exposure2: float | Column,
    *,
    method: Literal["exact_conditional", "score"] = "exact_conditional",
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Table: ...
def rate_ratio(
    events1: float | Column,
    exposure1: float | Column,
    events2: float | Column,
    exposure2: float | Column,
    *,
    method: Literal["exact_conditional", "score"] = "exact_conditional",
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """The ratio of two rates, and its limits: is this year's rate below last year's?

    The value is (`events1`/`exposure1`) ÷ (`events2`/`exposure2`). Both methods take the first
    count for a binomial share of the sum of both: `exact_conditional` holds at least as often
    as it says (Przyborowski & Wilenski 1940), `score` is right on average. Without events in
    the second group there is no value and the upper limit is infinite. A row has no answer if a
    count is negative or an exposure is not above 0.

        >>> change = rate_ratio(95, 1, 100, 1)
        >>> round(change.value, 2), round(change.lower, 2), round(change.upper, 2)
        (0.95, 0.71, 1.27)
    """
    answer: Interval | tuple[Interval, ...] | Table = _stats.rate_ratio(
        events1, exposure1, events2, exposure2, method, confidence, side
    )
    return answer


@overload
def proportion_test(  # type: ignore[overload-overlap]
    events: float,
    denominator: float,
    goal: float,
    *,
    method: Literal["exact", "mid_p"] = "exact",
) -> ExactTest: ...
@overload
def proportion_test(
    events: float | Column,
    denominator: float | Column,
    goal: float | Column,
    *,
    method: Literal["exact", "mid_p"] = "exact",
) -> Table: ...
def proportion_test(
    events: float | Column,
    denominator: float | Column,
    goal: float | Column,
    *,
    method: Literal["exact", "mid_p"] = "exact",
) -> ExactTest | Table:
    """Tests a share against a known goal: both one-sided binomial p-values.

    `p_below` is P(X ≤ events) and `p_above` is P(X ≥ events) for `denominator` observations with
    probability `goal` each. A share is clearly below its goal at a two-sided 95 % where `p_below`
    is at most 0.025.

    * `exact`: each tail has all of the probability of `events`; wrong at most as often as the
      level says
    * `mid_p`: each tail has half of it (Lancaster 1961), and both add up to 1; nearer to the
      level, and for some goals above it

    Counts need not be whole (counts divided by a dispersion): the tails are then those of the
    beta distribution. A row has no answer if `denominator` is not above 0, if `events` is
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
def count_test(  # type: ignore[overload-overlap]
    events: float,
    expected: float,
    *,
    method: Literal["exact", "mid_p"] = "exact",
) -> ExactTest: ...
@overload
def count_test(
    events: float | Column,
    expected: float | Column,
    *,
    method: Literal["exact", "mid_p"] = "exact",
) -> Table: ...
def count_test(
    events: float | Column,
    expected: float | Column,
    *,
    method: Literal["exact", "mid_p"] = "exact",
) -> ExactTest | Table:
    """Tests a count against a known expectation: both one-sided Poisson p-values.

    `p_below` is P(X ≤ events) and `p_above` is P(X ≥ events) where `expected` events are
    expected. For a rate, `expected` is the goal's rate times the exposure. The methods are those
    of `proportion_test`.

    Counts need not be whole (counts divided by a dispersion): the tails are then those of the
    gamma distribution. A row has no answer if `events` or `expected` is negative.

        >>> test = count_test(120, 98)
        >>> round(test.p_above, 4)
        0.0172
    """
    answer: ExactTest | Table = _stats.count_test(events, expected, method)
    return answer


@overload
def difference(  # type: ignore[overload-overlap]
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

    Square-and-add (Zou & Donner 2008): for rates, shares, means or standardised rates whose
    limits have the same confidence, however they were made. A row has no answer if an estimate
    is not within its limits.

        >>> gap = difference(12, 9, 16, 10, 6, 13)
        >>> gap.value, round(gap.lower, 3), round(gap.upper, 3)
        (2.0, -2.243, 7.657)
    """
    answer: Interval | Table = _stats.difference(
        estimate1, lower1, upper1, estimate2, lower2, upper2
    )
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """A unit on a funnel plot: its value, inner and outer limits, and where it stands."""

    value: float
    """What is plotted."""
    inner_lower: float
    """The inner lower limit."""
    inner_upper: float
    """The inner upper limit."""
    outer_lower: float
    """The outer lower limit."""
    outer_upper: float
    """The outer upper limit."""
    signal: Literal["below_outer", "below_inner", "within", "above_inner", "above_outer"]
    """Where the value stands; on a limit it is within it."""


@overload
def proportion_funnel(  # type: ignore[overload-overlap]
    events: float,
    denominator: float,
    baseline: float,
    *,
    per: float = 1,
    inner: float = 0.95,
    outer: float = 0.998,
) -> Funnel: ...
@overload
def proportion_funnel(
    events: float | Column,
    denominator: float | Column,
    baseline: float | Column,
    *,
    per: float = 1,
    inner: float = 0.95,
    outer: float = 0.998,
) -> Table: ...
def proportion_funnel(
    events: float | Column,
    denominator: float | Column,
    baseline: float | Column,
    *,
    per: float = 1,
    inner: float = 0.95,
    outer: float = 0.998,
) -> Funnel | Table:
    """A unit's share on a funnel plot round a baseline share, all times `per`.

    The limits are baseline ± z√(baseline(1−baseline)/`denominator`), within 0 and `per`: the
    shares whose Wilson interval just reaches the baseline (Spiegelhalter 2005). A row has no
    answer if `baseline` is not from 0 to 1, or where `proportion` has none.

        >>> unit = proportion_funnel(62, 100, 0.5, per=100)
        >>> unit.value, round(unit.inner_upper, 2), unit.signal
        (62.0, 59.8, 'above_inner')
    """
    answer: Funnel | Table = _stats.proportion_funnel(
        events, denominator, baseline, per, inner, outer
    )
    return answer


@overload
def count_funnel(  # type: ignore[overload-overlap]
    observed: float,
    expected: float,
    *,
    method: Literal["inverted", "byar", "exact", "mid_p"] = "inverted",
    exact_below: float = 10,
    inner: float = 0.95,
    outer: float = 0.998,
) -> Funnel: ...
@overload
def count_funnel(
    observed: float | Column,
    expected: float | Column,
    *,
    method: Literal["inverted", "byar", "exact", "mid_p"] = "inverted",
    exact_below: float = 10,
    inner: float = 0.95,
    outer: float = 0.998,
) -> Table: ...
def count_funnel(
    observed: float | Column,
    expected: float | Column,
    *,
    method: Literal["inverted", "byar", "exact", "mid_p"] = "inverted",
    exact_below: float = 10,
    inner: float = 0.95,
    outer: float = 0.998,
) -> Funnel | Table:
    """A unit's count on a funnel plot, where so many are expected.

    Divide by `expected` for a ratio, by the exposure for a rate. `inverted` gives the counts
    whose exact interval just reaches the expected count, so that a count beyond them differs
    from it by an exact Poisson test. The other methods give the interval of a count as large as
    the expected one, as FunnelPlotR draws it (`exact`); that is not the same as a test, least
    of all where few are expected. A row has no answer if `observed` is negative or `expected`
    not above 0.

        >>> count_funnel(151, 106.4).signal
        'above_outer'
    """
    answer: Funnel | Table = _stats.count_funnel(
        observed, expected, method, exact_below, inner, outer
    )
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdispersion:
    """How much more units differ than chance explains."""

    phi_of_all: float
    """φ = Σz²/k of all units as they are; 1 is what chance gives."""
    phi: float
    """φ after the treatment of the tails, rescaled unless told otherwise: what adjustments use."""
    between_variance: float
    """τ², the variance between units on the funnel's scale: the additive model; 0 where φ ≤ 1."""
    factor: float
    """√φ, the factor on standard errors: the multiplicative model; 1 where φ ≤ 1."""
    units: Table
    """A row for each unit: `z`, `standard_error`, `kept` (whether its score was used), `status`."""


def overdispersion(
    observed: float | Column,
    denominator: float | Column,
    target: float = 1,
    *,
    scale: Literal["square_root_ratio", "log_ratio", "arcsin_proportion"] = "square_root_ratio",
    tails: Literal["kept", "winsorised", "truncated"] = "winsorised",
    share: float = 0.1,
    rescale: bool = True,
) -> Overdispersion:
    """The spread of units about a target, beyond chance: Spiegelhalter 2005.

    z = (y − y_target)/se with y and se of the ratio `observed`/`denominator` on a `scale`:

    * `square_root_ratio`: √(observed/expected), se 1/(2√expected); takes 0 observed
    * `log_ratio`: ln(observed/expected), se 1/√expected; a unit with 0 observed has no score
    * `arcsin_proportion`: arcsin √(events/denominator), se 1/(2√denominator)

    φ = Σz²/k, and τ² = (kφ − (k−1))/(Σw − Σw²/Σw) with w = 1/se² (DerSimonian & Laird 1986).
    Before that, of each end a `share` of the scores is `winsorised` (pulled in to the quantile
    there), `truncated` (left out), or, with `kept`, nothing is done. That makes Σz² smaller also
    where units differ by chance alone. With `rescale`, φ is divided by the mean square of
    standard normal scores that were treated in the same way: 0.6787 for a winsorised and 0.4377
    for a truncated tenth. `rescale=False` is the published convention, whose τ² is about a third
    too small.

    A unit without a score is left out, and says why in the `status` of its row in `units`. Raises
    `StatsError` if fewer than two are left, the target is not above 0 (and below 1 for a share),
    or `share` is not from 0 to below one half.

        >>> spread = overdispersion([80, 120, 60, 150], 100, tails="kept")
        >>> round(spread.phi, 3), round(spread.factor, 3), spread.between_variance > 0
        (12.157, 3.487, True)
    """
    found: Overdispersion = _stats.overdispersion(
        observed, denominator, target, scale, tails, share, rescale
    )
    return found


def overdispersion_of_scores(
    z: Column,
    standard_errors: float | Column,
    *,
    tails: Literal["kept", "winsorised", "truncated"] = "winsorised",
    share: float = 0.1,
    rescale: bool = True,
) -> Overdispersion:
    """The spread of any estimates' scores, z = (estimate − target)/standard error.

    For rates or ratios that were standardised, say. Formulas, the treatment of the tails and what
    is refused are as in `overdispersion`; τ² is on the scale of the standard errors.

        >>> round(overdispersion_of_scores([2, -3, 1, -2], 5, tails="kept").phi, 9)
        4.5
    """
    found: Overdispersion = _stats.overdispersion_of_scores(
        z, standard_errors, tails, share, rescale
    )
    return found


@overload
def adjusted_funnel(  # type: ignore[overload-overlap]
    observed: float,
    denominator: float,
    spread: Overdispersion,
    target: float = 1,
    *,
    adjustment: Literal["additive", "multiplicative", "unadjusted"] = "additive",
    scale: Literal["square_root_ratio", "log_ratio", "arcsin_proportion"] = "square_root_ratio",
    inner: float = 0.95,
    outer: float = 0.998,
) -> Funnel: ...
@overload
def adjusted_funnel(
    observed: float | Column,
    denominator: float | Column,
    spread: Overdispersion,
    target: float = 1,
    *,
    adjustment: Literal["additive", "multiplicative", "unadjusted"] = "additive",
    scale: Literal["square_root_ratio", "log_ratio", "arcsin_proportion"] = "square_root_ratio",
    inner: float = 0.95,
    outer: float = 0.998,
) -> Table: ...
def adjusted_funnel(
    observed: float | Column,
    denominator: float | Column,
    spread: Overdispersion,
    target: float = 1,
    *,
    adjustment: Literal["additive", "multiplicative", "unadjusted"] = "additive",
    scale: Literal["square_root_ratio", "log_ratio", "arcsin_proportion"] = "square_root_ratio",
    inner: float = 0.95,
    outer: float = 0.998,
) -> Funnel | Table:
    """A unit on a funnel whose limits allow for overdispersion (Spiegelhalter 2005).

    On the `scale`, the limits are y_target ± z·√(se² + τ²) (`additive`), ± z·se·√φ
    (`multiplicative`) or ± z·se (`unadjusted`), then taken back to ratios or shares. Take the same
    `scale` and `target` as for the `spread`, which `overdispersion` gives. A row has no answer
    if `observed` is negative (or above the denominator, for a share) or `denominator` not above 0.

        >>> spread = overdispersion([80, 120, 60, 150], 100, tails="kept")
        >>> adjusted_funnel(150, 100, spread).signal
        'within'
        >>> adjusted_funnel(150, 100, spread, adjustment="unadjusted").signal
        'above_outer'
    """
    answer: Funnel | Table = _stats.adjusted_funnel(
        observed,
        denominator,
        target,
        spread.phi,
        spread.between_variance,
        scale,
        adjustment,
        inner,
        outer,
    )
    return answer


@overload
def adjusted_funnel_of_values(  # type: ignore[overload-overlap]
    values: float,
    standard_errors: float,
    spread: Overdispersion,
    target: float,
    *,
    adjustment: Literal["additive", "multiplicative", "unadjusted"] = "additive",
    inner: float = 0.95,
    outer: float = 0.998,
) -> Funnel: ...
@overload
def adjusted_funnel_of_values(
    values: float | Column,
    standard_errors: float | Column,
    spread: Overdispersion,
    target: float,
    *,
    adjustment: Literal["additive", "multiplicative", "unadjusted"] = "additive",
    inner: float = 0.95,
    outer: float = 0.998,
) -> Table: ...
def adjusted_funnel_of_values(
    values: float | Column,
    standard_errors: float | Column,
    spread: Overdispersion,
    target: float,
    *,
    adjustment: Literal["additive", "multiplicative", "unadjusted"] = "additive",
    inner: float = 0.95,
    outer: float = 0.998,
) -> Funnel | Table:
    """The same for values whose standard errors are known, such as standardised rates.

    `spread` is `overdispersion_of_scores` of z = (value − `target`)/standard error. The limits
    are `target` ± z·√(se² + τ²) and so on, on the values' own scale: for ratios, give logarithms. A
    row has no answer if its standard error is not above 0.

        >>> spread = overdispersion_of_scores([-2, 2, -4, 5], 10, tails="kept")
        >>> round(spread.between_variance, 6)
        1533.333333
        >>> unit = adjusted_funnel_of_values(150, 10, spread, 100)
        >>> round(unit.inner_upper, 2), unit.signal
        (179.21, 'within')
    """
    answer: Funnel | Table = _stats.adjusted_funnel_of_values(
        values,
        standard_errors,
        target,
        spread.phi,
        spread.between_variance,
        adjustment,
        inner,
        outer,
    )
    return answer


def _number(*, value: float) -> float:
    return value


@overload
def effective_population(  # type: ignore[overload-overlap]
    events: float, rate: float, *, per: float = 100_000, years: float = 1
) -> float: ...
@overload
def effective_population(
    events: float | Column, rate: float | Column, *, per: float = 100_000, years: float = 1
) -> Table: ...
def effective_population(
    events: float | Column, rate: float | Column, *, per: float = 100_000, years: float = 1
) -> float | Table:
    """The population that a rate's events would come from: events ÷ rate × `per` ÷ `years`.

    At it a standardised rate is drawn on a funnel. Columns give a table of `value` and `status`. A
    row has no answer if `events` is negative or `rate` is not above 0.

        >>> round(effective_population(414, 184, years=3), 6)
        75000.0
    """
    answer: float | Table = _stats.effective_population(events, rate, per, years)
    return answer


@overload
def contribution_to_gap(  # type: ignore[overload-overlap]
    numerator: float, denominator: float, goal: float
) -> float: ...
@overload
def contribution_to_gap(
    numerator: float | Column, denominator: float | Column, goal: float | Column
) -> Table: ...
def contribution_to_gap(
    numerator: float | Column, denominator: float | Column, goal: float | Column
) -> float | Table:
    """What a unit adds to a ratio's distance from its goal, in events.

    It is `numerator` − `goal` × `denominator`; over units that share no events the sum is the
    whole's own distance. Columns give a table of `value` and `status`. A row has no answer if the
    denominator is negative.

        >>> contribution_to_gap(140, 200, 0.78)
        -16.0
    """
    answer: float | Table = _stats.contribution_to_gap(numerator, denominator, goal)
    return answer


def change_effects(
    numerator_before: float | Column,
    denominator_before: float | Column,
    numerator_after: float | Column,
    denominator_after: float | Column,
) -> Table:
    """A ratio's change between two windows, by unit: columns `within` and `mix` (Kitagawa 1955).

    With the unit's ratio r and its share w of all denominators, `within` is Δr times the mean of
    both w, `mix` is Δw times the mean of both r. All of them add up to the change of the whole. A
    unit without a denominator in one of the windows is all mix.

    Raises `StatsError` if a number is missing (the whole is then unknown too), a denominator is
    negative, or a window's denominators add up to 0.

        >>> effects = change_effects([50, 90], [100, 100], [60, 270], [100, 300]).to_polars()
        >>> effects["within"].round(9).to_list(), effects["mix"].round(9).to_list()
        ([0.0375, 0.0], [-0.1375, 0.225])
    """
    effects: Table = _stats.change_effects(
        numerator_before, denominator_before, numerator_after, denominator_after
    )
    return effects


def benjamini_hochberg(p_values: Column) -> list[float | None]:
    """P-values adjusted so that few of the findings are false: Benjamini & Hochberg 1995.

    Of the findings below a level at most that share is expected to be false, for tests that are
    independent or depend positively. What is missing or not from 0 to 1 has no adjusted value and
    is not counted among the tests.

        >>> benjamini_hochberg([0.01, 0.04, None, 0.03])
        [0.03, 0.04, None, 0.04]
    """
    adjusted: list[float | None] = _stats.benjamini_hochberg(p_values)
    return adjusted


def holm(p_values: Column) -> list[float | None]:
    """P-values adjusted so that hardly any finding is false: Holm 1979.

    The chance of any false finding below a level is at most that level, for tests that depend in
    any way. What is missing or not from 0 to 1 has no adjusted value and is not counted.

        >>> holm([0.01, 0.04, None, 0.03])
        [0.03, 0.06, None, 0.06]
    """
    adjusted: list[float | None] = _stats.holm(p_values)
    return adjusted


def ranks(
    values: Column,
    *,
    better: Literal["highest", "lowest"] = "highest",
    tied: Literal["best", "middle", "worst"] = "best",
) -> list[float | None]:
    """The rank of each value, from 1; a missing value has none.

    Equal values take the `best`, the `middle` or the `worst` of the ranks they take up.

        >>> ranks([7, 4, None, 7, 10], tied="middle")
        [2.5, 4.0, None, 2.5, 1.0]
    """
    found: list[float | None] = _stats.ranks(values, better, tied)
    return found


def rank_intervals(
    estimates: Column,
    standard_errors: Column,
    *,
    better: Literal["highest", "lowest"] = "highest",
    confidence: float = 0.95,
    scope: Literal["marginal", "simultaneous"] = "marginal",
    step_down: bool = True,
    draws: int = 1_000,
    seed: int = 0,
) -> Table:
    """Between which ranks each unit's true rank lies: columns `rank`, `best` and `worst`.

    From independent, nearly normal estimates: every pair's difference is tested, with a critical
    value found by drawing all estimates anew `draws` times (Mogstad, Romano, Shaikh & Wilhelm
    2024); the same `seed` gives the same answer. `marginal` intervals hold each unit's rank by
    itself, `simultaneous` ones all ranks at once. `step_down` leaves differences that are
    established out of the next round of tests (Romano & Wolf 2005).

    Raises `StatsError` if the columns differ in length, an estimate or a standard error is missing
    or infinite, or fewer than 100 draws are asked for.

        >>> found = rank_intervals([90, 50, 49], [1, 1, 1]).to_polars()
        >>> found.rows()
        [(1, 1, 1), (2, 2, 3), (3, 2, 3)]
    """
    found: Table = _stats.rank_intervals(
        estimates, standard_errors, better, confidence, scope, step_down, draws, seed
    )
    return found


def tau_best(
    estimates: Column,
    standard_errors: Column,
    tau: int = 1,
    *,
    better: Literal["highest", "lowest"] = "highest",
    confidence: float = 0.95,
    step_down: bool = True,
    draws: int = 1_000,
    seed: int = 0,
) -> list[bool]:
    """Which units could be among the `tau` best: those not established to be worse than `tau`.

    The set holds all truly best units at once with this confidence (Mogstad, Romano, Shaikh &
    Wilhelm 2024). The choices and what is refused are as in `rank_intervals`, and a `tau` of 0.

        >>> tau_best([90, 89, 50], [1, 1, 1])
        [True, True, False]
    """
    found: list[bool] = _stats.tau_best(
        estimates, standard_errors, tau, better, confidence, step_down, draws, seed
    )
    return found


def normalise(
    values: Column,
    *,
    method: Literal["min_max", "z_score", "rank", "goalposts", "distance_to"] = "min_max",
    better: Literal["highest", "lowest"] = "highest",
    goalposts: tuple[float, float] | None = None,
    target: float | None = None,
) -> list[float | None]:
    """Each value on a scale from 0, the worst, to 100, the best; z-scores are around 0 instead.

    `min_max` runs from the worst value to the best, `rank` by rank among them, `goalposts` from the
    first of two numbers to the second, the better end, and `distance_to` from the worst value to a
    `target`. Values beyond goalposts and targets are beyond 0 and 100. Missing values stay missing;
    where nothing spreads a scale, as where all values are equal, all are `None`.

    Raises `StatsError` if a number is infinite, or the method lacks its goalposts or target.

        >>> normalise([60, None, 90, 75])
        [0.0, None, 100.0, 50.0]
        >>> normalise([90, 20], method="goalposts", goalposts=(0, 50))
        [180.0, 40.0]
    """
    ends: Sequence[float] = () if goalposts is None else goalposts
    if target is not None:
        ends = (target,)
    needed = {"goalposts": 2, "distance_to": 1}.get(method, 0)
    if len(ends) != needed or (goalposts is not None and target is not None):
        what = {2: "`goalposts`, and no target", 1: "a `target`, and no goalposts"}
        expected = what.get(needed, "neither goalposts nor a target")
        raise StatsError(f"`method`: `{method}` takes {expected}")
    found: list[float | None] = _stats.normalise(values, method, better, list(ends))
    return found


def composite(
    parts: Sequence[Column],
    weights: Sequence[float] | None = None,
    *,
    method: Literal["arithmetic", "geometric", "harmonic"] = "arithmetic",
    minimum_coverage: float = 100,
) -> Table:
    """The weighted mean of several columns, row by row: columns `value`, `coverage` and `status`.

    `coverage` is the weight of the parts a row has, in per cent of all; below `minimum_coverage`
    the value is null. Without `weights` all are equal. A part of 0 makes geometric and harmonic
    means 0; a negative one has none, and the row's `status` says so.

    Raises `StatsError` if columns differ in length or the weights make no mean.

        >>> composite([[180, 60], [40, None], [110, 30]]).to_polars()["value"].to_list()
        [110.0, None]
    """
    of = None if weights is None else [float(weight) for weight in weights]
    found: Table = _stats.composite(list(parts), of, method, minimum_coverage)
    return found


def rank_sensitivity(
    parts: Sequence[Column],
    weights: Sequence[float] | None = None,
    *,
    method: Literal["arithmetic", "geometric", "harmonic"] = "arithmetic",
    minimum_coverage: float = 100,
    shift: float = 0.25,
    draws: int = 1_000,
    seed: int = 0,
) -> Table:
    """The ranks each row's composite takes when the weights move; rank 1 has the highest.

    `shifted_best` and `shifted_worst` when one weight is moved by `shift` of itself, up or down;
    `left_out_best` and `left_out_worst` when one part is left out; `drawn_lower`, `drawn_median`
    and `drawn_upper` are the 5th, 50th and 95th of a hundred ranks when all weights are drawn anew,
    each evenly within `shift` of itself. The same `seed` gives the same answer. A row without a
    composite has nulls.

    Raises `StatsError` as `composite`, for a negative part of a geometric or harmonic mean as well,
    and if `shift` is not above 0 and at most 1, or there are no draws.

        >>> found = rank_sensitivity([[80, 60, 50], [40, 62, 75]], shift=0.5).to_polars()
        >>> found.select("rank", "shifted_best", "shifted_worst").rows()
        [(3, 1, 3), (2, 2, 2), (1, 1, 3)]
    """
    of = None if weights is None else [float(weight) for weight in weights]
    found: Table = _stats.rank_sensitivity(
        list(parts), of, method, minimum_coverage, (shift, draws, seed)
    )
    return found


@dataclass(frozen=True, slots=True)
class ControlChart:
    """A chart's points and the signals on them, both as tables."""

    points: Table
    """A row for each value given: `value`, `centre`, `lower`, `upper`, `deviations` (from the
    centre, in standard deviations), `counts` (whether rules regard it) and `phase` (from 0)."""
    signals: Table
    """A row for each pattern found: its `rule`, `side`, and the places (from 0) of its `first`
    point, of the one that `completed` it and of its `last`.

    To `two_of_three_far` and `four_of_five` belong the points beyond 2 and 1 standard deviations
    only: `first` and `last` are such points. `completed` is the point from which on the pattern
    could be known; it can be after `last`, where the third point of the NHS's rule comes last."""


def control_chart(
    values: Column,
    denominators: Column | None = None,
    *,
    kind: Literal["xmr", "moving_range", "p", "u", "c", "g", "t", "run"] = "xmr",
    rules: Literal["nhs", "anhoej", "western_electric", "nelson"] = "nhs",
    phases: Sequence[int] = (),
    baseline: int | tuple[int, int] | None = None,
    excluded: Sequence[int] = (),
    per: float = 1,
    factor: float = 2.66,
    screen_moving_ranges: bool = True,
    laney: bool = False,
    centre: Literal["mean", "theoretical_median"] = "mean",
) -> ControlChart:
    """A control chart: a centre line, and limits that a stable process rarely passes.

    * `xmr`: single values, mean ± `factor` × mean moving range; with `screen_moving_ranges` a
      single leap does not widen the limits. `moving_range` charts the ranges.
    * `p` and `u`: shares and rates, `values` ÷ `denominators` × `per`; with `laney` the limits
      allow for more variation than chance explains (Laney 2002).
    * `c`: counts over equal exposures. `g`: opportunities between rare events, round `centre`.
      `t`: time between rare events.
    * `run`: values about their median, without limits.

    Centre and limits start afresh at each place in `phases`, and come from all points of a phase,
    the first so many (`baseline=12`), or those from one place to before another
    (`baseline=(0, 12)`). Points in `excluded` are shown but count for nothing. Places count from 0.
    Missing values are passed over.

    `rules` are the NHS's, Anhøj & Olesen's (2014), Western Electric's (1956) or Nelson's (1984).

    Raises `StatsError` if the columns don't fit each other or the kind, or a baseline has fewer
    than two points.

        >>> chart = control_chart([5, 6, 4, 5, 6, 4, 8, 8, 7, 8, 9, 7, 8], baseline=6)
        >>> found = chart.signals.to_polars()
        >>> found.filter(found["rule"] == "shift").rows()
        [('shift', 'above', 6, 12, 12)]
    """
    choices = {
        "kind": kind,
        "rules": rules,
        "phases": list(phases),
        "baseline": baseline,
        "excluded": list(excluded),
        "per": per,
        "factor": factor,
        "screen_moving_ranges": screen_moving_ranges,
        "laney": laney,
        "centre": centre,
    }
    return ControlChart(*_stats.control_chart(values, denominators, choices))


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Runs and crossings of a series about its median."""

    useful: int
    """Points that are not on the median."""
    longest_run: int
    """The longest run on one side."""
    longest_run_limit: int
    """The longest that chance gives: round(log₂ useful) + 3."""
    crossings: int
    """How often the series crosses the median."""
    crossings_limit: int
    """The fewest that chance gives: the 5 % quantile of Binomial(useful − 1, ½)."""
    signals: bool
    """Whether there is a shift, by either sign."""


def runs(values: Column) -> Runs | None:
    """Whether a series shifts about its median: Anhøj & Olesen's analysis (2014).

    Missing values are passed over. `None` with fewer than two points off the median. Raises
    `StatsError` with fewer than two values.

        >>> found = runs([1, 2, 1, 2, 1, 2, 1, 2, 1, 2])
        >>> found.longest_run, found.crossings, found.signals
        (1, 9, False)
    """
    found: Runs | None = _stats.runs(values)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class MannKendall:
    """A test for a monotone trend."""

    n: int
    """Values that were there."""
    score: float
    """Kendall's score: pairs that rise less pairs that fall."""
    variance: float
    """Its variance without trend, with ties and the correction taken into account."""
    tau: float
    """Score over all pairs, from −1 to 1 (Kendall's τ_a)."""
    z: float | None
    """The score in standard deviations; `None` where the variance is not above 0."""
    p: float | None
    """The two-sided p-value; `None` where there is none."""
    exact: bool
    """Whether the p-value is exact."""


@overload
def mann_kendall(
    values: Column,
    *,
    by: None = None,
    period: int | None = None,
    exact_up_to: int = 10,
    correction: Literal["hamed_rao", "yue_wang"] | None = None,
    lags: int | None = None,
    significant: float = 0.95,
) -> MannKendall: ...
@overload
def mann_kendall(
    values: Column,
    *,
    by: Column,
    period: int | None = None,
    exact_up_to: int = 10,
    correction: Literal["hamed_rao", "yue_wang"] | None = None,
    lags: int | None = None,
    significant: float = 0.95,
) -> Table: ...
def mann_kendall(
    values: Column,
    *,
    by: Column | None = None,
    period: int | None = None,
    exact_up_to: int = 10,
    correction: Literal["hamed_rao", "yue_wang"] | None = None,
    lags: int | None = None,
    significant: float = 0.95,
) -> MannKendall | Table:
    """Mann & Kendall's test for a monotone trend in an equally spaced series (1945, 1975).

    Up to `exact_up_to` values without ties the p-value is exact. `correction` allows for values
    that depend on those before: Hamed & Rao's (1998) from the autocorrelations up to `lags`
    that are `significant`, Yue & Wang's (2004) from all of them. With a `period` the test is
    made within seasons and added up (Hirsch, Slack & Smith 1982); the other choices then play
    no part. Missing values are passed over.

    `by` says which series a value belongs to, each series' values standing in order. The answer
    is then a table with a row for each series, in the order of their first values: `by` (as
    text), what a `MannKendall` has, and in `status` why a series has no answer.

    Raises `StatsError` if a value is infinite or too few are there.

        >>> test = mann_kendall([1, 2, 3, 5, 4])
        >>> test.score, test.tau, round(test.p, 4), test.exact
        (8.0, 0.8, 0.0833, True)
    """
    test: MannKendall | Table = _stats.mann_kendall(
        values, by, period, exact_up_to, correction, lags, significant
    )
    return test


@dataclass(frozen=True, slots=True, kw_only=True)
class SenSlope:
    """A robust line through a series."""

    slope: float
    """Change per step of time, or per period of a seasonal series."""
    lower: float
    """Its lower limit."""
    upper: float
    """Its upper limit."""
    intercept: float
    """The line's value at the first place of the series."""
    confidence: float
    """How often limits made this way hold the slope."""


@overload
def sen_slope(
    values: Column, *, by: None = None, period: int | None = None, confidence: float = 0.95
) -> SenSlope: ...
@overload
def sen_slope(
    values: Column, *, by: Column, period: int | None = None, confidence: float = 0.95
) -> Table: ...
def sen_slope(
    values: Column,
    *,
    by: Column | None = None,
    period: int | None = None,
    confidence: float = 0.95,
) -> SenSlope | Table:
    """The median of the slopes between all pairs of points, and its limits (Theil 1950, Sen 1968).

    With a `period` only points of the same season are compared, and the slope is per period.
    Missing values keep their places.

    `by` says which series a value belongs to, each series' values standing in order. The answer
    is then a table with a row for each series, in the order of their first values: `by` (as
    text), `slope`, `lower`, `upper`, `intercept`, and in `status` why a series has no answer.

    Raises `StatsError` if a value is infinite or fewer than two are there.

        >>> sen_slope([1, 3, None, 7, 9, 100]).slope
        2.0
    """
    line: SenSlope | Table = _stats.sen_slope(values, by, period, confidence)
    return line


@dataclass(frozen=True, slots=True, kw_only=True)
class FivePointTrend:
    """The trend of five points."""

    chi_squared: float
    """χ² for trend, with one degree of freedom."""
    critical: float
    """What it has to exceed."""
    direction: Literal["rising", "falling"] | None
    """`None` where it does not, or where leaving out a point would turn the slope round."""


def five_point_trend(
    events: Column | None = None,
    denominators: Column | None = None,
    *,
    exposures: Column | None = None,
    values: Column | None = None,
    standard_errors: Column | None = None,
    confidence: float = 0.998,
) -> FivePointTrend:
    """The trend over five points, as England's public-health profiles mark it.

    χ² for trend at `confidence`, and the same sign of slope whichever point is left out. Give
    `denominators` for shares (Cochran 1954, Armitage 1955), `exposures` for rates; or, instead
    of events, `values` with their `standard_errors`, for what was standardised, say.

    Raises `StatsError` if there are not five of each, or a number is missing or not above 0.

        >>> trend = five_point_trend(
        ...     [994, 1023, 1199, 1332, 1367], [40299, 41527, 42811, 44064, 44701]
        ... )
        >>> round(trend.chi_squared, 2), trend.direction
        (47.9, 'rising')
    """
    given: list[tuple[str, Column, Column]] = []
    if events is not None and denominators is not None:
        given.append(("proportions", events, denominators))
    if events is not None and exposures is not None:
        given.append(("rates", events, exposures))
    if values is not None and standard_errors is not None:
        given.append(("estimates", values, standard_errors))
    arguments = (events, denominators, exposures, values, standard_errors)
    if len(given) != 1 or sum(argument is not None for argument in arguments) != 2:
        raise StatsError(
            "give `events` with either `denominators` or `exposures`, or `values` with "
            "`standard_errors`"
        )
    trend: FivePointTrend = _stats.five_point_trend(*given[0], confidence)
    return trend


@dataclass(frozen=True, slots=True, kw_only=True)
class InterruptedSeries:
    """What changed when something began, beyond trend and season. Every estimate is a ratio."""

    overall: Interval
    """All that is expected after the interruption, over all that would have been without it."""
    level: Interval
    """The step at the interruption."""
    slope: Interval | None
    """The change of the slope, a factor per period; `None` if it was not asked for."""
    trend: Interval
    """The slope before, a factor per period."""
    dispersion: float
    """Pearson's χ² over the degrees of freedom: 1 for Poisson counts."""
    degrees: int
    """How many periods there are more than terms of the model."""
    autocorrelation: float
    """The correlation of neighbouring residuals; far from 0, the limits are too narrow."""
    fitted: list[float]
    """What is expected of each period."""
    counterfactual: list[float]
    """What would have been expected without the interruption."""


def interrupted_series(
    counts: Column,
    start: int,
    *,
    exposures: Column | None = None,
    seasonality: Literal["harmonics", "terms"] | None = None,
    period: int = 12,
    pairs: int = 2,
    slope_change: bool = False,
    variation: Literal["quasi_poisson", "poisson"] = "quasi_poisson",
    confidence: float = 0.95,
) -> InterruptedSeries:
    """What changed in a series of counts from the period `start` on, counted from 0.

    Poisson regression on trend, season and what changed: log expected = log exposure + a + b·t +
    level + slope·(t − start) + season (Wagner et al. 2002; Bernal, Cummins & Gasparrini 2017).
    `exposures` are the periods' days, or the people in them; left out, all are alike.

    * `harmonics`: so many `pairs` of sine and cosine waves over a cycle of `period` periods
    * `terms`: a level of its own for each period of the cycle

    With `quasi_poisson` the limits allow for counts that vary more than Poisson counts do, by
    Student's t; neighbouring periods are taken to be independent given trend and season.

    Raises `StatsError` if there are too few periods, or the counts don't determine the model.

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
        confidence,
    )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferenceInDifferences:
    """How those who took part changed, over how the others did."""

    ratio: Interval
    """The ratio of the two ratios after ÷ before."""
    dispersion: float | None
    """How much more the units' changes differ than chance would have them: 1 for Poisson counts.

    `None` for one unit on each side.
    """
    degrees: int
    """The units that count, less two."""


def difference_in_differences(
    before: Column,
    after: Column,
    took_part: Sequence[bool],
    *,
    variation: Literal["quasi_poisson", "poisson"] = "quasi_poisson",
    confidence: float = 0.95,
) -> DifferenceInDifferences:
    """Whether the counts of units that took part changed otherwise than those of the others.

    The ratio of the sums' ratios after ÷ before, with limits from φ·(1/a + 1/b + 1/c + 1/d), the
    variance of its logarithm. With `quasi_poisson` φ is the dispersion of the units' changes around
    their group's, but no less than 1, and the limits are by Student's t: with few units they are
    very wide. With `poisson` φ is 1.

    Raises `StatsError` if one of the four sums is 0.

        >>> found = difference_in_differences([100, 200], [60, 180], [True, False])
        >>> round(found.ratio.value, 4), found.ratio.upper < 1
        (0.6667, True)
    """
    found: DifferenceInDifferences = _stats.difference_in_differences(
        before, after, took_part, variation, confidence
    )
    return found


def capability(
    lower: float, upper: float, target: float, *, better: Literal["highest", "lowest"] = "highest"
) -> Literal["capable", "incapable", "hit_and_miss"]:
    """Whether a process that stays between two limits will meet a target.

    `capable` if it will every time, `incapable` if it will not until it is changed, `hit_and_miss`
    if that is chance. Raises `StatsError` if a limit or the target is not finite.

        >>> capability(82, 94, 80), capability(82, 94, 95), capability(82, 94, 90)
        ('capable', 'incapable', 'hit_and_miss')
    """
    found: Literal["capable", "incapable", "hit_and_miss"] = _stats.capability(
        lower, upper, target, better
    )
    return found


def progress(
    values: Column,
    years: Column,
    *,
    target: float | tuple[float, float] | None = None,
    target_year: float | None = None,
    better: Literal["highest", "lowest"] = "highest",
    base_year: float | None = None,
    limit: float | None = None,
    standard_errors: Column | None = None,
    predicted: float | None = None,
    scale: tuple[float, float] | None = None,
    path: Literal["linear", "geometric"] = "linear",
    pace: tuple[float, float] = (1.0, 0.95),
    distance: Literal["gap", "ratio"] = "gap",
    by: Column | None = None,
) -> Table:
    """A series under every method of measuring progress in use, and where they disagree.

    `years` rise and may leave years out; missing values are passed over. A `target` of two numbers
    is a band to be in: a value is as far from it as its `distance`, a gap or a ratio. Without a
    target, the methods that have rules for that answer. The base is the first value, or the first
    from `base_year` on; values after `target_year` are not looked at. `limit` is what values can't
    pass, `predicted` the value expected for the target year, `scale` what is worth 0 and 100,
    `path` and `pace` what is expected by now and down to which shares of it a value is ahead and on
    track.

    The answer has a row for each method: `method`, `value`, `unit`, `standard_error`, `score`
    (Open SDG's, from −5 to 5), the method's own `label`, its `standing` on a scale common to all
    (`met`, `on_track`, `toward`, `too_slow`, `little_change`, `not_met`, `away`), the methods it
    `disagrees_with` in that, and `status`: why there is no value. With `by`, which says what series
    a value belongs to, there are as many rows for each series, in the order of their first values.

    Raises `StatsError` if years don't rise, a number is infinite, or an option says what can't be:
    a target year not after the base year, a scale whose best end is the worse. With `by`, a series
    whose years don't rise says so in `status` instead.

        >>> found = progress([40, 55], [2015, 2020], target=50, target_year=2030, better="lowest")
        >>> found = found.to_polars()
        >>> found.filter(method="open_sdg").select("label", "standing").row(0)
        ('deterioration', 'away')
        >>> sorted(set(found["standing"].drop_nulls())), found["disagrees_with"].to_list()[1]
        (['away', 'not_met'], None)
    """
    ends = target if target is None or isinstance(target, tuple) else (target,)
    if ends is not None and len(ends) > 2:
        raise StatsError("`target` takes one number, or the two ends of a band")
    found: Table = _stats.progress(
        values,
        years,
        standard_errors,
        by,
        {
            "target": None if ends is None else list(ends),
            "target_year": target_year,
            "better": better,
            "distance": distance,
            "base_year": base_year,
            "limit": limit,
            "predicted": predicted,
            "scale": scale,
            "path": path,
            "pace": pace,
        },
    )
    return found


def directly_standardised_rate(
    events: Column,
    population: float | Column,
    standard: float | Column,
    *,
    by: Column | None = None,
    per: float = 100_000,
    withhold_below: float = 10,
    missing: Literal["withhold", "counts_as_zero"] = "withhold",
    method: Literal["byar", "exact", "mid_p"] = "byar",
    exact_below: float = 10,
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Table:
    """The rate a standard population would have: Σ(w·x/n)/Σw · `per`, with Dobson's limits (1991).

    A row of the arguments is a stratum; `by` says whose. The answer has a row for each group,
    in the order of their first rows: `by` (as text), `events`, `population`, `value`, `lower`,
    `upper`, and in `status` why something is not there: fewer events than `withhold_below`
    (England's rule is 10), a stratum's events missing, a stratum without population, no events.
    Limits may come out below 0.

        >>> rates = directly_standardised_rate(
        ...     [10, 20, 1, 2], [1000, 500, 900, 800], [60, 40, 60, 40], by="AABB", per=1000
        ... ).to_polars()
        >>> rates["value"].round(9).to_list()
        [22.0, None]
        >>> rates["status"].to_list()
        [None, 'withheld: fewer events than `withhold_below`']
    """
    rates: Table = _stats.direct(
        events,
        population,
        standard,
        by,
        per,
        withhold_below,
        missing,
        method,
        exact_below,
        confidence,
        side,
    )
    return rates


def directly_standardised_rate_of_repeats(
    persons: Mapping[float, float | Column],
    population: float | Column,
    standard: float | Column,
    *,
    by: Column | None = None,
    per: float = 100_000,
    withhold_below: float = 10,
    missing: Literal["withhold", "counts_as_zero"] = "withhold",
    method: Literal["byar", "exact", "mid_p"] = "byar",
    exact_below: float = 10,
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Table:
    """The directly standardised rate of events that come several to a person, as admissions do.

    `persons` says by number of events each how many persons had so many, by stratum:
    `{1: [80, 20], 2: [10, 5]}`. A person's events are not independent, so the variance is
    Σ f²·(variance of the rate of persons with f events). All else, answer and choices, is as in
    `directly_standardised_rate`.

        >>> found = directly_standardised_rate_of_repeats({1: [8], 3: [4]}, 1000, 1, per=1000)
        >>> found.to_polars().select("events", "value").row(0)
        (20.0, 20.0)
    """
    rates: Table = _stats.direct_of_repeats(
        list(persons),
        list(persons.values()),
        population,
        standard,
        by,
        per,
        withhold_below,
        missing,
        method,
        exact_below,
        confidence,
        side,
    )
    return rates


def inequality(
    values: Column,
    standard_errors: float | Column,
    population: float | Column,
    *,
    by: Column | None = None,
    scale: Literal["identity", "log", "logit"] = "identity",
    direction: Literal["first_to_last", "last_to_first"] = "first_to_last",
    per: float = 1,
    repetitions: int | None = None,
    seed: int = 0,
    confidence: float = 0.95,
) -> Table:
    """Slope and relative index of inequality along a ranking (Mackenbach & Kunst 1997).

    Rows are groups of persons in the ranking's order. Each stands at the middle of its share of
    the population; a line through the values, weighted by population, is read off at both ends:
    `slope` is the difference of the ends times `per`, `relative` their ratio, `intercept` the
    line at the first end. On the scales `log` and `logit` the line is of the logarithms or logits,
    and `standard_errors` are of these too.

    Limits come from the variances (Fieller 1954 for the ratio on `identity`), or, with
    `repetitions`, from so many drawn lines; the same `seed` gives the same ones. `by` says to
    which population a row belongs; the answer has a row for each, in the order of first rows:
    `by`, `slope`, `slope_lower`, `slope_upper`, `relative`, `relative_lower`, `relative_upper`,
    `intercept`, `status`. `relative` is null where the line is not above 0 at both ends.

    No answer where fewer than two groups have persons, a value is missing or not on its scale, or
    a standard error is negative. Raises `StatsError` for fewer than 100 repetitions.

        >>> found = inequality([70, 80], 1, 500).to_polars()
        >>> round(found["slope"][0], 9), round(found["intercept"][0], 9)
        (20.0, 65.0)
    """
    found: Table = _stats.inequality(
        values,
        standard_errors,
        population,
        by,
        scale,
        direction,
        per,
        repetitions,
        seed,
        confidence,
    )
    return found


def life_expectancy(
    ages: Column,
    deaths: float | Column,
    population: float | Column,
    *,
    by: Column | None = None,
    lived_in_first_band: float = 0.1,
    lived_in_other_bands: float = 0.5,
    withhold_below: float = 5_000,
    confidence: float = 0.95,
) -> Table:
    """Years to live from the start of each age band: an abridged life table (Chiang 1984).

    `ages` are the bands' starts, rising, of any width; the last band is open. Who dies in a band
    of n years lives `lived_in_…` × n of it; with death rate m, the chance to die there is
    n·m/(1 + n·(1−a)·m). The last band's variance is Silcocks' (2001). `by` says whose band a row
    is; the answer has a row for each band, group after group: `by`, `age`, `years`, `lower`,
    `upper`, `status`.

    A group has no answer if its population is below `withhold_below` (England's rule is 5,000), a
    number is missing, the ages don't rise, a population is not above 0 or smaller than its deaths,
    or nobody dies in the last band. Raises `StatsError` for a share of a band not from 0 to 1.

        >>> found = life_expectancy([0, 80], [50, 100], [8000, 1000]).to_polars()
        >>> round(found["years"][1], 9)
        10.0
    """
    found: Table = _stats.life_expectancy(
        ages,
        deaths,
        population,
        by,
        lived_in_first_band,
        lived_in_other_bands,
        withhold_below,
        confidence,
    )
    return found


def indirectly_standardised_ratio(
    observed: Column,
    population: float | Column,
    reference_events: float | Column,
    reference_population: float | Column,
    *,
    by: Column | None = None,
    per: float = 1,
    missing: Literal["withhold", "counts_as_zero"] = "withhold",
    method: Literal["byar", "exact", "mid_p"] = "byar",
    exact_below: float = 10,
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Table:
    """Observed over expected events, times `per`, with the count's limits.

    A row of the arguments is a stratum; `by` says whose. The answer has a row for each group,
    in the order of their first rows: `by` (as text), `observed`, `expected` (Σ n·x_ref/n_ref),
    `value`, `lower`, `upper`, and `status` where there is no value.

        >>> ratio = indirectly_standardised_ratio([12, 0], [100, 50], [100, 0], [1000, 1000])
        >>> ratio.to_polars().select("observed", "expected", "value").row(0)
        (12.0, 10.0, 1.2)
    """
    found: Table = _stats.indirect(
        observed,
        population,
        reference_events,
        reference_population,
        by,
        False,
        per,
        missing,
        method,
        exact_below,
        confidence,
        side,
    )
    return found


def indirectly_standardised_rate(
    observed: Column,
    population: float | Column,
    reference_events: float | Column,
    reference_population: float | Column,
    *,
    by: Column | None = None,
    per: float = 100_000,
    missing: Literal["withhold", "counts_as_zero"] = "withhold",
    method: Literal["byar", "exact", "mid_p"] = "byar",
    exact_below: float = 10,
    confidence: float | Sequence[float] = 0.95,
    side: Literal["both", "lower", "upper"] = "both",
) -> Table:
    """The standardised ratio times the reference's crude rate, per so many.

    Arguments and answer are as those of `indirectly_standardised_ratio`.

        >>> rate = indirectly_standardised_rate(
        ...     [12, 0], [100, 50], [100, 0], [1000, 1000], per=1000
        ... )
        >>> round(rate.to_polars()["value"][0], 9)
        60.0
    """
    found: Table = _stats.indirect(
        observed,
        population,
        reference_events,
        reference_population,
        by,
        True,
        per,
        missing,
        method,
        exact_below,
        confidence,
        side,
    )
    return found


def quantile_groups(
    values: Column,
    groups: int = 5,
    *,
    order: Literal["highest_first", "lowest_first"] = "highest_first",
) -> list[int | None]:
    """Fifths, tenths: the group, from 1, of each value on a ranked list.

    England's public-health rule: equal values share the lowest rank r among them, and of N values
    the group is ⌊(k+1) − ⌈((N+1)−r)/(N/k)⌉⌋, or 1 where that is 0. A missing value has no group and
    is not counted; with fewer values than groups no value has one.

        >>> quantile_groups([5, 1, None, 3, 4], 2, order="lowest_first")
        [2, 1, None, 1, 2]
    """
    found: list[int | None] = _stats.quantile_groups(values, groups, order)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What a total may come to, and the chances that it keeps to a limit or reaches it."""

    at_most: float
    """The probability that the total is at most the limit."""
    at_least: float
    """The probability that the total is at least the limit."""
    mean: float
    """The total to be expected."""
    median: float
    """The total that is as likely exceeded as not."""
    lower: float
    """The lower end of the totals it lies between."""
    upper: float
    """Their upper end."""
    confidence: float
    """How often a total lies between them."""


@overload
def count_outlook(  # type: ignore[overload-overlap]
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
    """What a count comes to when the `remaining` time, or denominator, is over.

    Gamma-Poisson: `seen` events over `elapsed` leave a gamma distribution of the rate, and the
    events to come a negative binomial one. `prior` are the events as good as seen before, and over
    how much (Jeffreys': half an event over nothing); `dispersion` is how many times the variance of
    independent events there is, `drift` by which share the rate to come may have moved (a standard
    deviation).

        >>> year = count_outlook(5, 90, 275, 12)
        >>> round(year.at_most, 3), year.median
        (0.108, 21.0)
    """
    choices = {"prior": prior, "dispersion": dispersion, "drift": drift, "confidence": confidence}
    answer: Outlook | Table = _stats.count_outlook(seen, elapsed, remaining, limit, choices)
    return answer


@overload
def share_outlook(  # type: ignore[overload-overlap]
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
    """How many events there are among a whole of which `remaining` are still to come.

    Beta-binomial: `seen` events among `of` leave a beta distribution of the share. `prior` are the
    events and the others as good as seen before (one of each; Jeffreys' prior is a half of each);
    `dispersion` and `drift` as in `count_outlook`.

        >>> round(share_outlook(160, 200, 100, 240).at_least, 3)
        0.532
    """
    choices = {"prior": prior, "dispersion": dispersion, "drift": drift, "confidence": confidence}
    answer: Outlook | Table = _stats.share_outlook(seen, of, remaining, limit, choices)
    return answer
