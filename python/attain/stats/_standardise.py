"""Direct and indirect standardisation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats.choices import (
    CountMethod,
    DirectDifferenceMethod,
    DirectMethod,
    MissingEvents,
    Side,
)


def directly_standardised_rate(
    events: Column,
    population: float | Column,
    standard: float | Column,
    *,
    by: Column | None = None,
    per: float = 100_000,
    withhold_below: float = 10,
    missing: MissingEvents = "withhold",
    method: DirectMethod = "byar",
    exact_below: float = 10,
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table:
    """The rate of a standard population: Σ(w·x/n)/Σw · `per`, with its limits.

    A row of the arguments is a stratum: its `events` x, its `population` n and its weight w in the
    `standard` population. `by` says which group a stratum belongs to; without it all are one group.
    The table has a row for each group, in the order of their first rows: `by` (as text), `events`,
    `population`, `value`, `lower`, `upper`, `unstable`, and `status`, which says why a number is
    not there: fewer events than `withhold_below` (10 unless given, England's rule), a stratum with
    missing events, a stratum without population, no events. With `missing="counts_as_zero"`,
    missing events count as 0.

    `per` is 100,000 unless given. The limits are Dobson's (1991): those of the total count by a
    `method` of `count` ("byar" unless given, with its `exact_below`), stretched to the rate's
    variance. They may be below 0. Where a rate is `unstable` they are too narrow: one more event of
    the heaviest stratum would change it by more than half of its standard error, (max w/n)² >
    Σ(w/n)²x / 4. `method="fay_feuer"` (Fay & Feuer 1997) gives gamma limits that hold at least what
    they promise, `method="tiwari"` (Tiwari, Clegg & Zou 2006) shorter ones that come close to it.

    Raises `StatsError` if the columns differ in length, or `events` is one number for several
    strata.

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
    persons: Mapping[float, Column],
    population: float | Column,
    standard: float | Column,
    *,
    by: Column | None = None,
    per: float = 100_000,
    withhold_below: float = 10,
    missing: MissingEvents = "withhold",
    method: DirectMethod = "byar",
    exact_below: float = 10,
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table:
    """The directly standardised rate of events that a person may have several times.

    For hospital admissions, for example. `persons` maps a number of events to the number of persons
    with that many events, by stratum: `{1: [80, 20], 2: [10, 5]}`. The events of a person are not
    independent, so the variance is Σ f²·(variance of the rate of persons with f events). The other
    arguments, their defaults, the table, the errors and the source are those of
    `directly_standardised_rate`.

        >>> found = directly_standardised_rate_of_repeats({1: [8], 3: [4]}, 1000, 1, per=1000)
        >>> found.to_polars().select("events", "value").row(0)
        (20.0, 20.0)
    """
    rates: Table = _stats.direct_of_repeats(
        persons,
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


def directly_standardised_ratio(
    events: Column,
    population: float | Column,
    other_events: Column,
    other_population: float | Column,
    standard: float | Column,
    *,
    by: Column | None = None,
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table:
    """The ratio of two directly standardised rates: one unit's by another's.

    A row of the arguments is a stratum: its `events` and `population`, those of the other unit, and
    its weight in the `standard` population. `by` says which pair a stratum belongs to. The table
    has a row for each pair: `by` (as text), `events`, `other_events`, `value`, `lower`, `upper`,
    and `status`, which says why a number is not there. The limits are Fay's (1999): quantiles of
    an F distribution, with one more event of the greatest weight in the rate that the limit is
    not to overstate; they hold at least what they promise. Raises `StatsError` as
    `directly_standardised_rate`.

        >>> here, there = ([30, 20], [1000, 500]), ([20, 10], [1000, 500])
        >>> ratio = directly_standardised_ratio(*here, *there, [60, 40])
        >>> ratio.to_polars()["value"].round(9).to_list()
        [1.7]
    """
    ratios: Table = _stats.direct_ratio(
        events,
        population,
        other_events,
        other_population,
        standard,
        by,
        confidence,
        side,
    )
    return ratios


def directly_standardised_difference(
    events: Column,
    population: float | Column,
    other_events: Column,
    other_population: float | Column,
    standard: float | Column,
    *,
    by: Column | None = None,
    per: float = 100_000,
    method: DirectDifferenceMethod = "fay_feuer",
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table:
    """The difference of two directly standardised rates: one unit's less another's, per `per`.

    The arguments, the table and the errors are those of `directly_standardised_ratio`. `per` is
    100,000 unless given.

    * `fay_feuer`, the default: square-and-add (Zou & Donner 2008) of each rate's gamma limits by
      Fay & Feuer (1997)
    * `tiwari`: the same of the limits by Tiwari, Clegg & Zou (2006), which are shorter
    * `wald`: d ± z√(v₁ + v₂), with the variance v = Σ(w/n)²x/(Σw)² of each rate (Breslow & Day
      1987); too narrow where events are few

        >>> here, there = ([30, 20], [1000, 500]), ([20, 10], [1000, 500])
        >>> found = directly_standardised_difference(*here, *there, [60, 40], per=100).to_polars()
        >>> [round(found[name][0], 4) for name in ("value", "lower", "upper")]
        [1.4, 0.1506, 2.6888]
    """
    differences: Table = _stats.direct_difference(
        events,
        population,
        other_events,
        other_population,
        standard,
        by,
        per,
        method,
        confidence,
        side,
    )
    return differences


def indirectly_standardised_ratio(
    observed: float | Column,
    population: float | Column,
    reference_events: float | Column,
    reference_population: float | Column,
    *,
    by: Column | None = None,
    per: float = 1,
    missing: MissingEvents = "withhold",
    method: CountMethod = "byar",
    exact_below: float = 10,
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table:
    """Observed over expected events, times `per` (1 unless given), with the limits of the count.

    A row of the arguments is a stratum; `by` says which group it belongs to, and without it all are
    one group. The table has a row for each group, in the order of their first rows: `by` (as text),
    `observed`, `expected` (Σ n·x_ref/n_ref), `value`, `lower`, `upper`, and `status`, which says
    why there is no value. Without `by`, `observed` may be one number: the total of all
    strata. A missing count withholds the value, unless `missing="counts_as_zero"`. `method` and
    `exact_below` are those of `count`.

    Raises `StatsError` if the columns differ in length, or `observed` is one number for the strata
    of groups. Source: Breslow & Day 1987.

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
    observed: float | Column,
    population: float | Column,
    reference_events: float | Column,
    reference_population: float | Column,
    *,
    by: Column | None = None,
    per: float = 100_000,
    missing: MissingEvents = "withhold",
    method: CountMethod = "byar",
    exact_below: float = 10,
    confidence: float | Sequence[float] = 0.95,
    side: Side = "both",
) -> Table:
    """The standardised ratio times the crude rate of the reference population, per `per`.

    `per` is 100,000 unless given. The other arguments, the table, the errors and the source are
    those of `indirectly_standardised_ratio`.

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
