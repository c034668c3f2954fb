"""Charts of reports and of their tables, drawn with Altair (`pip install attain[plot]`).

Every function takes a table of `attain`, or a frame with the same columns, and returns an Altair
chart that can be restyled, layered and concatenated: charts carry no configuration. `report.plot`
has the same functions for a whole report. Verdict and certainty are shapes as well as colours.

    >>> import attain, polars
    >>> done = polars.DataFrame({"site": ["a", "b"], "year": [2024, 2024],
    ...                          "done": [19, 17], "planned": [20, 20]})
    >>> report = attain.judge(done, unit="site", period="year", share=("done", "planned"),
    ...                       at_least=90)
    >>> chart = report.plot.rug("site")
    >>> chart.to_dict()["description"]
    'site: 1 of 2 rows met, 1 missed, 0 without a verdict.'
"""

from __future__ import annotations

try:
    import altair as _altair
except ImportError as _cause:
    raise ImportError(
        "charts need Altair, and vl-convert for pictures: pip install 'attain[plot]'"
    ) from _cause

from attain.plot._over_time import budget, effect, signals, trajectory
from attain.plot._report import ReportPlots
from attain.plot._theme import theme
from attain.plot._units import (
    boundaries,
    certification,
    contributions,
    funnel,
    map,  # noqa: A004 - a public name
    ranking,
    rug,
    strata,
)

del _altair

__all__ = [
    "ReportPlots",
    "boundaries",
    "budget",
    "certification",
    "contributions",
    "effect",
    "funnel",
    "map",
    "ranking",
    "rug",
    "signals",
    "strata",
    "theme",
    "trajectory",
]
