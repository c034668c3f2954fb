"""A unit's part in a total's distance from its goal, and in its change."""

# Overloads of numbers and of columns overlap: see `attain.stats._column`.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from typing import overload

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column


@overload
def contribution_to_gap(numerator: float, denominator: float, goal: float) -> float: ...
@overload
def contribution_to_gap(
    numerator: float | Column, denominator: float | Column, goal: float | Column
) -> Table: ...
def contribution_to_gap(
    numerator: float | Column, denominator: float | Column, goal: float | Column
) -> float | Table:
    """The contribution of a unit to the distance of a total ratio from its goal, in events.

    It is `numerator` − `goal` × `denominator`. Over units that share no events, the sum is the
    distance of the whole. Numbers give a float; columns give a table with `value` and `status`. A
    row has no answer if the denominator is negative.

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
    """The change of a ratio between two windows, by unit: columns `within` and `mix`.

    With the unit's ratio r and its share w of all denominators, `within` is Δr times the mean of
    both w, `mix` is Δw times the mean of both r. The effects of all units add up to the change of
    the whole. A unit without a denominator in one of the windows has the effect `mix` only.

    The arguments have a row per unit, and so has the table. Raises `StatsError` if a number is
    missing (the whole is then unknown too), a denominator is negative, or the denominators of a
    window add up to 0. Source: Kitagawa 1955.

        >>> effects = change_effects([50, 90], [100, 100], [60, 270], [100, 300]).to_polars()
        >>> effects["within"].round(9).to_list(), effects["mix"].round(9).to_list()
        ([0.0375, 0.0], [-0.1375, 0.225])
    """
    effects: Table = _stats.change_effects(
        numerator_before, denominator_before, numerator_after, denominator_after
    )
    return effects
