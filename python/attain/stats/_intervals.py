"""Confidence intervals of shares, counts, rates and means."""

# Overloads of numbers and of columns overlap: see `attain.stats._column`.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats.choices import CountMethod, MultinomialMethod, ProportionMethod, Side


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A value and its confidence limits."""

    value: float | None
    """The estimate; `None` where it is undefined, such as a ratio to 0."""
    lower: float
    """The lower limit; with `side="upper"` the least possible value."""
    upper: float
    """The upper limit; with `side="lower"` the greatest possible value or infinity."""
    confidence: float | None = None
    """The share of such intervals that cover the truth; `None` if the arguments determine it."""
    method: str
    """The method of the limits."""
    status: str | None = None
    """Why there is no value: a ratio to 0. `None` where there is one."""


@overload
def proportion(
    events: float,
    denominator: float,
    population: float | None = None,
    *,
    method: ProportionMethod = "wilson",
    confidence: float = 0.95,
    side: Side = "both",
) -> Interval: ...
@overload
def proportion(
    events: float,
    denominator: float,
    population: float | None = None,
    *,
    method: ProportionMethod = "wilson",
    confidence: Sequence[float],
    side: Side = "both",
) -> tuple[Interval, ...]: ...
@overload
def proportion(
    events: float | Column,
    denominator: float | Column,
    population: float | Column | None = None,
    *,
    method: ProportionMethod = "wilson",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table: ...
def proportion(
    events: float | Column,
    denominator: float | Column,
    population: float | Column | None = None,
    *,
    method: ProportionMethod = "wilson",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """A share, `events` ÷ `denominator`, from 0 to 1, and its confidence limits.

    * `wilson`, the default: the shares that a score test does not reject (Wilson 1927); good from
      the smallest denominators on
    * `exact`: from the binomial distribution (Clopper & Pearson 1934); covers the true share at
      least as often as the confidence says
    * `mid_p`: as exact, with half the probability of the count itself (Lancaster 1961); right on
      average
    * `jeffreys`: of the posterior under Beta(½, ½); 0 at no events and 1 at all (Brown, Cai &
      DasGupta 2001)
    * `agresti_coull`: normal, after adding z²/2 events and as many others (Agresti & Coull 1998)
    * `wald`: p ± z√(p(1−p)/n); for comparison with other software only
    * `wilson_corrected`, `wald_corrected`: with continuity correction (Newcombe 1998): as of half
      an event less and half an event more, and 1/(2n) wider on each side
    * `likelihood`: the shares whose likelihood is at least exp(−z²/2) of the greatest one
    * `logit`, `complementary_log_log`: normal for ln(p/(1−p)) and for ln(−ln p); no answer for no
      events or all
    * `arcsine`: normal for arcsin √p, with the variance 1/(4n)

    Give `population` if `denominator` is a sample drawn without replacement: it is the size of the
    whole population. The limits are then closer, and equal if everyone was sampled. `exact` then
    uses the hypergeometric distribution and covers the true share at least as often as the
    confidence says, for every population (Wright 1991). The other methods use their limits for a
    larger sample (Cochran 1977, 3.2). Those fall short if most of the population is in the sample.

    Numbers give an `Interval`; columns give a table with `value`, `lower`, `upper` and `status`.
    Counts need not be whole (weighted counts), except for `exact` with `population`. A row has no
    answer if `denominator` is not above 0, if `events` is negative or above it, or if `population`
    is below it.

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
def survey_proportion(
    share: float,
    respondents: float,
    design_effect: float,
    degrees: float,
    *,
    method: ProportionMethod = "exact",
    confidence: float = 0.95,
    side: Side = "both",
) -> Interval: ...
@overload
def survey_proportion(
    share: float,
    respondents: float,
    design_effect: float,
    degrees: float,
    *,
    method: ProportionMethod = "exact",
    confidence: Sequence[float],
    side: Side = "both",
) -> tuple[Interval, ...]: ...
@overload
def survey_proportion(
    share: float | Column,
    respondents: float | Column,
    design_effect: float | Column,
    degrees: float | Column,
    *,
    method: ProportionMethod = "exact",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table: ...
def survey_proportion(
    share: float | Column,
    respondents: float | Column,
    design_effect: float | Column,
    degrees: float | Column,
    *,
    method: ProportionMethod = "exact",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """A share that a survey estimates, and its limits: Korn and Graubard's interval.

    * `share`: the weighted estimate, from 0 to 1
    * `respondents`: the size of the sample
    * `design_effect`: the variance of the estimate over that of a simple random sample of this size
    * `degrees`: the degrees of freedom of the design: the number of primary sampling units less
      the number of strata

    The limits are those of `proportion` for the effective sample size `respondents` ÷
    `design_effect` · [t(`respondents` − 1) ÷ t(`degrees`)]², where t is the quantile of Student's
    distribution at the confidence. `method="exact"`, the default, is Korn and Graubard's interval
    (1998). The others, such as `wilson`, have the same sample size (Dean & Pagano 2015).

    Numbers give an `Interval`; columns give a table with `value`, `lower`, `upper` and `status`. A
    row has no answer if `share` is not from 0 to 1, `respondents` is not above 1, or another number
    is not above 0.

        >>> share = survey_proportion(0.1, 50, 2, 19)
        >>> round(share.lower, 4), round(share.upper, 4)
        (0.0152, 0.2972)
    """
    answer: Interval | tuple[Interval, ...] | Table = _stats.survey_proportion(
        share, respondents, design_effect, degrees, method, confidence, side
    )
    return answer


def multinomial(
    events: Column,
    *,
    by: Column | None = None,
    method: MultinomialMethod = "goodman",
    confidence: float = 0.95,
) -> Table:
    """The shares of several categories, and limits that hold for all of them at once.

    `events` has the events of each category. With `by`, the rows with the same label are the
    categories of one group. The table has a row for each category, group after group: `by`,
    `value`, `lower`, `upper` and `status`.

    * `goodman`, the default: Wilson's limits of each share, with a k-th of the error for each of k
      categories (Goodman 1965)
    * `sison_glaz`: shorter where no category is rare; made for seven categories or more (Sison &
      Glaz 1995). Needs whole numbers, and at most 10⁶ events.

    A group has no answer if it has fewer than two categories, if a number is missing or negative,
    or if it has no events at all.

        >>> found = multinomial([23, 12, 44]).to_polars()
        >>> [round(share, 4) for share in found["lower"]]
        [0.1863, 0.0792, 0.4239]
        >>> [round(share, 4) for share in found["upper"]]
        [0.4243, 0.2717, 0.6824]
    """
    found: Table = _stats.multinomial(events, by, method, confidence)
    return found


@overload
def count(
    events: float,
    *,
    method: CountMethod = "byar",
    exact_below: float = 10,
    confidence: float = 0.95,
    side: Side = "both",
) -> Interval: ...
@overload
def count(
    events: float,
    *,
    method: CountMethod = "byar",
    exact_below: float = 10,
    confidence: Sequence[float],
    side: Side = "both",
) -> tuple[Interval, ...]: ...
@overload
def count(
    events: float | Column,
    *,
    method: CountMethod = "byar",
    exact_below: float = 10,
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table: ...
def count(
    events: float | Column,
    *,
    method: CountMethod = "byar",
    exact_below: float = 10,
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """A count of independent events, and the confidence limits of the expected count.

    * `byar`, the default: Byar's approximation (Breslow & Day 1987), and the exact limits below
      `exact_below` events
    * `exact`: from the Poisson distribution (Garwood 1936); covers the expected count at least as
      often as the confidence says
    * `mid_p`: as exact, with half the probability of the count itself (Lancaster 1961); right on
      average
    * `score`: the expected counts λ with (events − λ)² ≤ z²λ
    * `jeffreys`: of the posterior under Jeffreys' prior, a gamma distribution with `events` + ½; 0
      at no events (Brown, Cai & DasGupta 2003)
    * `square_root`: (√events ± z/2)², on the scale on which counts have about the same variance
    * `likelihood`: the expected counts whose likelihood is at least exp(−z²/2) of the greatest one

    England's public-health statistics use exact limits below 10, the default of `exact_below`; 0
    turns them off. Numbers give an `Interval`; a column gives a table with `value`, `lower`,
    `upper` and `status`. A row has no answer if `events` is negative.

        >>> cases = count(65)
        >>> round(cases.lower, 3), round(cases.upper, 3)
        (50.163, 82.849)
    """
    answer: Interval | tuple[Interval, ...] | Table = _stats.count(
        events, method, exact_below, confidence, side
    )
    return answer


@overload
def rate(
    events: float,
    exposure: float,
    *,
    per: float = 100_000,
    method: CountMethod = "byar",
    exact_below: float = 10,
    confidence: float = 0.95,
    side: Side = "both",
) -> Interval: ...
@overload
def rate(
    events: float,
    exposure: float,
    *,
    per: float = 100_000,
    method: CountMethod = "byar",
    exact_below: float = 10,
    confidence: Sequence[float],
    side: Side = "both",
) -> tuple[Interval, ...]: ...
@overload
def rate(
    events: float | Column,
    exposure: float | Column,
    *,
    per: float = 100_000,
    method: CountMethod = "byar",
    exact_below: float = 10,
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table: ...
def rate(
    events: float | Column,
    exposure: float | Column,
    *,
    per: float = 100_000,
    method: CountMethod = "byar",
    exact_below: float = 10,
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """A rate, `events` ÷ `exposure` × `per`, and its confidence limits: those of the count.

    `exposure` is in the unit of the rate: persons, person-years, kilometres. `per` is 100,000
    unless given. The methods and `exact_below` are those of `count`, and so are their sources.
    Numbers give an `Interval`; columns give a table with `value`, `lower`, `upper` and `status`. A
    row has no answer if `events` is negative or `exposure` is not above 0.

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
    side: Side = "both",
) -> Interval: ...
@overload
def mean_of(
    values: Column,
    *,
    population: float | None = None,
    confidence: Sequence[float],
    side: Side = "both",
) -> tuple[Interval, ...]: ...
def mean_of(
    values: Column,
    *,
    population: float | None = None,
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Interval | tuple[Interval, ...]:
    """The mean of a column of values, and its limits: Student's t with n − 1 degrees of freedom.

    Returns an `Interval` in the unit of the values. Missing values are skipped. Give `population`,
    the size of the whole population, if the values are a sample without replacement (Cochran 1977,
    2.6). Raises `StatsError` if there are fewer than two values, one is infinite, or `population`
    is below their number. Source: Student 1908.

        >>> sample = mean_of([2.0, 4.0, None, 9.0])
        >>> sample.value, round(sample.upper, 3)
        (5.0, 13.957)
    """
    answer: Interval | tuple[Interval, ...] = _stats.mean_of(values, population, confidence, side)
    return answer


@overload
def mean(
    sum: float,
    sum_of_squares: float,
    n: float,
    population: float | None = None,
    *,
    confidence: float = 0.95,
    side: Side = "both",
) -> Interval: ...
@overload
def mean(
    sum: float,
    sum_of_squares: float,
    n: float,
    population: float | None = None,
    *,
    confidence: Sequence[float],
    side: Side = "both",
) -> tuple[Interval, ...]: ...
@overload
def mean(
    sum: float | Column,
    sum_of_squares: float | Column,
    n: float | Column,
    population: float | Column | None = None,
    *,
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table: ...
def mean(
    # `sum` is what formulas call it.
    sum: float | Column,  # noqa: A002 - a public name
    sum_of_squares: float | Column,
    n: float | Column,
    population: float | Column | None = None,
    *,
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Interval | tuple[Interval, ...] | Table:
    """A mean from sums, `sum` ÷ `n`, and its limits: Student's t with n − 1 degrees of freedom.

    For groups of which only the number, the sum of the values and the sum of their squares are
    known. Where the values are available, `mean_of` keeps more digits. Give `population`, the size
    of the whole population, if the values are a sample without replacement (Cochran 1977, 2.6).

    Numbers give an `Interval`; columns give a table with `value`, `lower`, `upper` and `status`. A
    row has no answer if `n` is below 2, if the sum of squares is smaller than sum²/n, or if the two
    differ by no more than the rounding of the sums: one unit in the last place of each. Whole sums
    up to 2⁴⁰ (10¹²) are exact. Source: Student 1908.

        >>> sample = mean(15, 101, 3)
        >>> sample.value, round(sample.upper, 3)
        (5.0, 13.957)
    """
    answer: Interval | tuple[Interval, ...] | Table = _stats.mean(
        sum, sum_of_squares, n, population, confidence, side
    )
    return answer
