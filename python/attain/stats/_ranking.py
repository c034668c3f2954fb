"""Ranks, their uncertainty, and quantile groups."""

from __future__ import annotations

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats.choices import Better, GroupOrder, Scope, Tied


def ranks(
    values: Column,
    *,
    better: Better = "highest",
    tied: Tied = "best",
) -> list[float | None]:
    """The rank of each value, from 1 for the best.

    `better` is the end that has rank 1: `highest`, the default, or `lowest`. Equal values get the
    `best` (the default), the `middle` or the `worst` of the ranks that they occupy. Returns a list
    with a rank for each value, and `None` for a missing value.

        >>> ranks([7, 4, None, 7, 10], tied="middle")
        [2.5, 4.0, None, 2.5, 1.0]
    """
    found: list[float | None] = _stats.ranks(values, better, tied)
    return found


def rank_intervals(
    estimates: Column,
    standard_errors: Column,
    *,
    better: Better = "highest",
    confidence: float = 0.95,
    scope: Scope = "marginal",
    step_down: bool = True,
    draws: int = 1_000,
    seed: int = 0,
) -> Table:
    """Confidence intervals of ranks: columns `rank`, `best` and `worst`, a row per unit.

    From independent, nearly normal estimates and their standard errors. Every pair's difference is
    tested; the critical value comes from `draws` random draws of all estimates (Mogstad, Romano,
    Shaikh & Wilhelm 2024). The same `seed` gives the same answer.

    `marginal` intervals, the default, cover the rank of each unit by itself; `simultaneous`
    intervals cover all ranks at once. With `step_down`, the default, differences that are
    established are left out of the next round of tests (Romano & Wolf 2005). Rank 1 is the
    `highest` estimate, or the `lowest` as `better` says.

    Raises `StatsError` if the columns differ in length, an estimate or a standard error is missing
    or infinite, or `draws` is below 100.

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
    better: Better = "highest",
    confidence: float = 0.95,
    step_down: bool = True,
    draws: int = 1_000,
    seed: int = 0,
) -> list[bool]:
    """The units that could be among the `tau` best: those not established to be worse than `tau`.

    Returns a list with a bool per unit. The set contains all truly best units at once with this
    confidence. The other arguments, their defaults and the errors are those of `rank_intervals`; a
    `tau` of 0 raises `StatsError` too. Source: Mogstad, Romano, Shaikh & Wilhelm 2024.

        >>> tau_best([90, 89, 50], [1, 1, 1])
        [True, True, False]
    """
    found: list[bool] = _stats.tau_best(
        estimates, standard_errors, tau, better, confidence, step_down, draws, seed
    )
    return found


def quantile_groups(
    values: Column,
    groups: int = 5,
    *,
    order: GroupOrder = "highest_first",
) -> list[int | None]:
    """The group of each value on a ranked list, from 1: fifths (the default), tenths and so on.

    Equal values share the lowest rank r among them. Of N values in k `groups`, the group is ⌊(k+1)
    − ⌈((N+1)−r)/(N/k)⌉⌋, or 1 where that is 0. Group 1 has the highest values, or the lowest with
    `order="lowest_first"`. Returns a list with a group for each value. A missing value has the
    group `None` and is not counted; with fewer values than groups every group is `None`. Raises
    `StatsError` if `groups` is 0. Source: England's public-health statistics.

        >>> quantile_groups([5, 1, None, 3, 4], 2, order="lowest_first")
        [2, 1, None, 1, 2]
    """
    found: list[int | None] = _stats.quantile_groups(values, groups, order)
    return found
