"""Methods of measuring progress towards a target, side by side."""

from __future__ import annotations

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats.choices import Better, ProgressDistance, ProgressPath


def progress(
    values: Column,
    years: Column,
    *,
    target: float | tuple[float, float] | None = None,
    target_year: float | None = None,
    better: Better = "highest",
    base_year: float | None = None,
    limit: float | None = None,
    standard_errors: Column | None = None,
    predicted: float | None = None,
    scale: tuple[float, float] | None = None,
    path: ProgressPath = "linear",
    pace: tuple[float, float] = (1.0, 0.95),
    distance: ProgressDistance = "gap",
    by: Column | None = None,
) -> Table:
    """A series under every common method of measuring progress, and where the methods disagree.

    `values` has a number for each of the `years`. Years rise and may have gaps; missing values are
    skipped. A `target` of two numbers is a band: a value outside is as far from it as its
    `distance`, a `gap` (the default) or a `ratio`. Without a target, the methods that have rules
    for that case answer. The base is the first value, or the first from `base_year` on; values
    after `target_year` are not used.

    `limit` is a number that values can't pass, `predicted` the value expected for the target year,
    and `scale` the values that score 0 and 100. `path` is the expected course from base to target,
    `linear` unless given. `pace` has the two shares of the expected change from which a value is
    ahead and on track. `standard_errors`, in the unit of the values, give some methods a standard
    error.

    The answer has a row for each method: `method`, `value`, `unit`, `standard_error`, `score` (Open
    SDG's, from −5 to 5), the method's own `label`, its `standing` on a common scale (`met`,
    `on_track`, `toward`, `too_slow`, `little_change`, `not_met`, `away`), the methods it
    `disagrees_with` in that, and `status`, which says why there is no value. `by` says which series
    a value belongs to. There are then as many rows for each series, in the order of their first
    values.

    Raises `StatsError` if years don't rise, a number is infinite, or an option is impossible: a
    target year not after the base year, a scale whose best end is the worse. With `by`, a series
    whose years don't rise says so in `status` instead. Each method's source is on the page about
    progress.

        >>> found = progress([40, 55], [2015, 2020], target=50, target_year=2030, better="lowest")
        >>> found = found.to_polars()
        >>> found.filter(method="open_sdg").select("label", "standing").row(0)
        ('deterioration', 'away')
        >>> sorted(set(found["standing"].drop_nulls())), found["disagrees_with"].to_list()[1]
        (['away', 'not_met'], None)
    """
    found: Table = _stats.progress(
        values,
        years,
        standard_errors,
        by,
        {
            "target": target,
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
