"""Composite scores: scales, weighted means, and how much ranks depend on weights."""

from __future__ import annotations

from collections.abc import Sequence

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats.choices import Better, CompositeMethod, NormaliseMethod


def normalise(
    values: Column,
    *,
    method: NormaliseMethod = "min_max",
    better: Better | None = None,
    goalposts: tuple[float, float] | None = None,
    target: float | None = None,
    scale: tuple[float, float] | None = None,
    truncate: bool = False,
) -> list[float | None]:
    """Each value on a scale from 0, the worst, to 100, the best; z-scores are around 0 instead.

    * `min_max`, the default: from the worst value to the best
    * `z_score`: the distance from the mean in standard deviations
    * `rank`: by rank among the values
    * `goalposts`: from the first of two numbers to the second, the better end
    * `distance_to`: from the worst value to a `target`

    `scale` has other ends than (0, 100), the worst first: (1, 10), (0, 1), or (6, 1) for grades of
    which the lowest is best. Values beyond goalposts and targets are beyond the scale; with
    `truncate` they are at its end. Z-scores have no ends. Returns a list with a number for each
    value. Missing values stay `None`. All are `None` where the scale has no length: where all
    values are equal, or differ by no more than rounding (10⁻¹⁴ of the largest). `better` is
    `highest` unless given; with goalposts, the second is better.

    Raises `StatsError` if a number is infinite, the method lacks its goalposts or target, the two
    goalposts or both ends of the scale are equal, `better` contradicts the order of the goalposts,
    or `scale` or `truncate` have no effect. Source: OECD & JRC 2008, step 5.

        >>> normalise([60, None, 90, 75])
        [0.0, None, 100.0, 50.0]
        >>> normalise([90, 20], method="goalposts", goalposts=(0, 50))
        [180.0, 40.0]
        >>> posts = (20, 80)
        >>> normalise([50, 95], method="goalposts", goalposts=posts, scale=(1, 10), truncate=True)
        [5.5, 10.0]
    """
    found: list[float | None] = _stats.normalise(
        values, method, better, goalposts, target, scale, truncate
    )
    return found


def composite(
    parts: Sequence[Column],
    weights: Sequence[float] | None = None,
    *,
    method: CompositeMethod = "arithmetic",
    minimum_coverage: float = 100,
) -> Table:
    """The weighted mean of several columns, row by row: columns `value`, `coverage` and `status`.

    `parts` are the columns, all of the same length and on the same scale. Without `weights` all are
    equal. `coverage` is the weight of the parts that a row has, in per cent of all weights; below
    `minimum_coverage` (100 unless given) the value is withheld. Coverage has no
    rounding errors: weights count as the decimals that they are printed as. Geometric and harmonic
    means are 0 if a part is 0, and undefined if a part is negative. `status` says why a value is
    null.

    Raises `StatsError` if columns differ in length, if there is not one weight for each part, or if
    a weight is negative or all are 0. Source: OECD & JRC 2008, step 6.

        >>> composite([[180, 60], [40, None], [110, 30]]).to_polars()["value"].to_list()
        [110.0, None]
    """
    found: Table = _stats.composite(parts, weights, method, minimum_coverage)
    return found


def rank_sensitivity(
    parts: Sequence[Column],
    weights: Sequence[float] | None = None,
    *,
    method: CompositeMethod = "arithmetic",
    minimum_coverage: float = 100,
    shift: float = 0.25,
    draws: int = 1_000,
    seed: int = 0,
) -> Table:
    """The range of ranks of each row's composite when the weights change; rank 1 has the highest.

    A row of the table has:

    * `rank`: with the weights as given
    * `shifted_best`, `shifted_worst`: when one weight is moved by `shift` (a quarter unless given)
      of itself, up or down
    * `left_out_best`, `left_out_worst`: when one part is left out
    * `drawn_lower`, `drawn_median`, `drawn_upper`: the 5th, 50th and 95th percentile of the ranks
      when all weights are drawn `draws` times, each evenly within `shift` of itself

    The same `seed` gives the same answer. A row without a composite has nulls, and a `status` that
    says why.

    Raises `StatsError` as `composite`, for a negative part of a geometric or harmonic mean as well,
    and if `shift` is not above 0 and at most 1, or `draws` is 0. Source: OECD & JRC 2008, step 7.

        >>> found = rank_sensitivity([[80, 60, 50], [40, 62, 75]], shift=0.5).to_polars()
        >>> found.select("rank", "shifted_best", "shifted_worst").rows()
        [(3, 1, 3), (2, 2, 2), (1, 1, 3)]
    """
    found: Table = _stats.rank_sensitivity(
        parts, weights, method, minimum_coverage, shift, draws, seed
    )
    return found
