"""Inequality along a ranked population, and of values among people."""

# Overloads of numbers and of columns overlap: see `attain.stats._column`.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from typing import overload

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats.choices import InequalityScale, RankingDirection, TheilKind


def inequality(
    values: Column,
    standard_errors: float | Column,
    population: float | Column,
    *,
    by: Column | None = None,
    scale: InequalityScale = "identity",
    direction: RankingDirection = "first_to_last",
    per: float = 1,
    repetitions: int | None = None,
    seed: int = 0,
    confidence: float = 0.95,
) -> Table:
    """Slope and relative index of inequality along a ranking (Mackenbach & Kunst 1997).

    Rows are groups of persons in the order of the ranking: their value, its standard error and
    their population. Each group is placed at the middle of its share of the population. A line
    through the values, weighted by population, is evaluated at both ends: `slope` is the difference
    of the ends times `per` (1 unless given), `relative` their ratio, `intercept` the line at the
    first end. On the scales `log` and `logit` the line is of the logarithms or logits, and
    `standard_errors` are of these too. `direction` says which end is subtracted.

    Limits come from the variances (Fieller 1954 for the ratio on `identity`). With `repetitions`
    they come from that many drawn lines, and the same `seed` gives the same limits. `by` says which
    population a row belongs to. The table has a row for each population, in the order of first
    rows: `by`, `slope`, `slope_lower`, `slope_upper`, `relative`, `relative_lower`,
    `relative_upper`, `intercept`, `status`. `relative` is null where the line is not above 0 at
    both ends. Its limits are null where they are not bounded. `status` says why.

    There is no answer where fewer than two groups have persons, a value is missing or not on its
    scale, or a standard error is negative. Raises `StatsError` for fewer than 100 repetitions.

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


@overload
def gini(
    values: Column,
    population: float | Column = 1,
    *,
    by: None = None,
) -> float: ...
@overload
def gini(
    values: Column,
    population: float | Column = 1,
    *,
    by: Column,
) -> Table: ...
def gini(
    values: Column,
    population: float | Column = 1,
    *,
    by: Column | None = None,
) -> float | Table:
    """The Gini coefficient: half the mean difference of two people, over the mean.

    Rows are groups of persons: their value for each and their population (1 unless given). 0 is
    equal, near 1 is that one of many has all. It is that of a population, without the factor
    n/(n − 1) of samples. Differences inside of groups do not count.

    Without `by`, returns a number, and raises `StatsError` if a value or a population is missing or
    negative, nobody is there, or all values are 0. `by` says which population a row belongs to. The
    answer is then a table with a row for each, in the order of first rows: `by` (as text), `gini`,
    and `status`, which says why there is no answer. Sources: Gini 1914; Sen 1973.

        >>> gini([0, 0, 0, 8])
        0.75
    """
    found: float | Table = _stats.gini(values, population, by)
    return found


@overload
def theil(
    values: Column,
    population: float | Column = 1,
    *,
    by: None = None,
    kind: TheilKind = "t",
) -> float: ...
@overload
def theil(
    values: Column,
    population: float | Column = 1,
    *,
    by: Column,
    kind: TheilKind = "t",
) -> Table: ...
def theil(
    values: Column,
    population: float | Column = 1,
    *,
    by: Column | None = None,
    kind: TheilKind = "t",
) -> float | Table:
    """Theil's index: 0 where all people have the same, and more the less equal values are.

    Rows are groups of persons: their value for each and their population (1 unless given). The
    index of groups is the part of inequality between them.

    * `t`, the default: the mean of (x/μ)·ln(x/μ) over all people, from 0 to the logarithm of their
      number
    * `l`: the mean of ln(μ/x), the mean logarithmic deviation; values are above 0

    Answers are those of `gini`, in the column `theil`. There is none where `gini` has none, or
    where a value is 0 for `l`. Sources: Theil 1967; Shorrocks 1980.

        >>> round(theil([0, 0, 0, 8]), 4)
        1.3863
        >>> round(theil([4, 8], [3, 1], kind="l"), 4)
        0.0499
    """
    found: float | Table = _stats.theil(values, population, by, kind)
    return found


@overload
def concentration_index(
    values: Column,
    population: float | Column = 1,
    *,
    by: None = None,
    bounds: tuple[float, float] | None = None,
) -> float: ...
@overload
def concentration_index(
    values: Column,
    population: float | Column = 1,
    *,
    by: Column,
    bounds: tuple[float, float] | None = None,
) -> Table: ...
def concentration_index(
    values: Column,
    population: float | Column = 1,
    *,
    by: Column | None = None,
    bounds: tuple[float, float] | None = None,
) -> float | Table:
    """The concentration of a value along a ranking of people, such as from poor to rich.

    Rows are groups of persons in the order of the ranking: their value for each and their
    population (1 unless given). −1 is that the first have all, 0 that there is no gradient, 1 that
    the last have all. Of people ranked by the value itself it is the `gini` coefficient. `bounds`,
    the least and the greatest value of a bounded one such as a share, gives Erreygers' index
    (2009), 4·μ·C/(greatest − least), which does not depend on the mean.

    Answers are those of `gini`, in the column `concentration_index`. There is none where `gini` has
    none, or where a value is outside of `bounds`. Raises `StatsError` if these are not in order.
    Source: Kakwani, Wagstaff & van Doorslaer 1997.

        >>> round(concentration_index([40, 50, 60, 70, 80]), 4)
        0.1333
        >>> round(concentration_index([0.4, 0.5, 0.6, 0.7, 0.8], bounds=(0, 1)), 4)
        0.32
    """
    found: float | Table = _stats.concentration_index(values, population, by, bounds)
    return found
