"""Inequality along a ranked population."""

from __future__ import annotations

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats.choices import InequalityScale, RankingDirection


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
