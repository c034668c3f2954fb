"""Abridged life tables."""

from __future__ import annotations

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column


def life_expectancy(
    ages: Column,
    deaths: float | Column,
    population: float | Column,
    *,
    by: Column | None = None,
    lived_in_first_band: float = 0.1,
    lived_in_other_bands: float = 0.5,
    withhold_below: float = 5_000,
    withhold_wider_than: float | None = 20,
    confidence: float = 0.95,
) -> Table:
    """Expected years of life from the start of each age band: an abridged life table (Chiang 1984).

    `ages` are the starts of the bands in years, rising, of any width; the last band is open.
    `deaths` and `population` are those of the band over the same time. A person who dies in a band
    of n years lives a share a of it: `lived_in_first_band` (0.1) or `lived_in_other_bands` (0.5).
    With death rate m, the chance of death in the band is n·m/(1 + n·(1−a)·m). The variance of the
    last band is Silcocks' (2001). `by` says which group a band belongs to. The table has a row for
    each band, group after group: `by`, `age`, `years`, `lower`, `upper`, `status`.

    `years` are withheld, but not their limits, where the 95 % interval is wider than
    `withhold_wider_than` years (20 unless given, England's rule; `None` withholds nothing). No
    limit is below 0.

    A group has no answer if its population is below `withhold_below` (5,000 unless given, England's
    rule), a number is missing, the ages don't rise, a population is not above 0 or smaller than its
    deaths, or the last band has no deaths. Raises `StatsError` for a share of a band not from 0 to
    1.

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
        withhold_wider_than,
        confidence,
    )
    return found
