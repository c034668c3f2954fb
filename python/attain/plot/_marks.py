"""The marks of verdict and certainty: shapes that say both without colour, as in the scorecard."""

from __future__ import annotations

from typing import Any, Literal

import altair as alt

Renderer = Literal["svg", "canvas"]

MET = "#1f83c4"
MISSED = "#d4611a"
NONE = "#7d7d7d"
INK = "currentColor"

VERDICTS = {"met": "met", "missed": "missed", "indeterminate": "no verdict"}
CERTAINTIES = {
    "clear": "clear",
    "within_chance": "within chance",
    "unsettled": "unsettled",
    "unknown": "not known",
}


def _disc(radius: float, sweep: int = 1) -> str:
    return (
        f"M{radius},0A{radius},{radius},0,1,{sweep},-{radius},0"
        f"A{radius},{radius},0,1,{sweep},{radius},0Z"
    )


def _square(half: float, *, reverse: bool = False) -> str:
    corners = [(-half, -half), (half, -half), (half, half), (-half, half)]
    if reverse:
        corners.reverse()
    return "M" + "L".join(f"{x},{y}" for x, y in corners) + "Z"


# Rings are a shape with a hole that runs the other way round, so that each mark is one filled path.
_RING = _disc(1) + _disc(0.74, 0)
_FRAME = _square(0.88) + _square(0.64, reverse=True)
_HALF_DISC = "M0,-0.8A0.8,0.8,0,1,0,0,0.8Z"
_HALF_SQUARE = "M-0.7,-0.7L0,-0.7L0,0.7L-0.7,0.7Z"
_GAPS = (
    "M-1,0A1,1,0,0,1,-0.31,-0.95L-0.23,-0.7A0.74,0.74,0,0,0,-0.74,0Z"
    "M0.31,-0.95A1,1,0,0,1,1,0L0.74,0A0.74,0.74,0,0,0,0.23,-0.7Z"
    "M-0.59,0.81A1,1,0,0,1,-0.99,0.16L-0.73,0.12A0.74,0.74,0,0,0,-0.43,0.6Z"
    "M0.99,0.16A1,1,0,0,1,0.59,0.81L0.43,0.6A0.74,0.74,0,0,0,0.73,0.12Z"
)

SHAPES = {
    "met · clear": _disc(1),
    "met · within chance": _RING + _HALF_DISC,
    "met · unsettled": _RING + _disc(0.4),
    "met · not known": _RING,
    "missed · clear": _square(0.88),
    "missed · within chance": _FRAME + _HALF_SQUARE,
    "missed · unsettled": _FRAME + _square(0.36),
    "missed · not known": _FRAME,
    "no verdict": _GAPS,
}
"""The paths of the marks, by their names in legends."""


def mark(verdict: str, certainty: str) -> str:
    """The name of the mark of a row."""
    if verdict == "indeterminate":
        return VERDICTS[verdict]
    return f"{VERDICTS[verdict]} · {CERTAINTIES[certainty]}"


def colour(name: str) -> str:
    """The colour of a mark."""
    return {"met": MET, "missed": MISSED}.get(name.split(" ·")[0], NONE)


def channels(rows: list[dict[str, Any]], title: str | None = None) -> dict[str, Any]:
    """Shape and colour of the marks of rows; the legend shows those that occur."""
    names = [name for name in SHAPES if any(row["mark"] == name for row in rows)]
    legend = alt.Legend(title=title, labelColor=INK, titleColor=INK, symbolStrokeWidth=0)
    return {
        "shape": alt.Shape(
            "mark:N",
            scale=alt.Scale(domain=names, range=[SHAPES[name] for name in names]),
            legend=legend,
        ),
        "color": alt.Color(
            "mark:N",
            scale=alt.Scale(domain=names, range=[colour(name) for name in names]),
            legend=legend,
        ),
    }


def axis(**choices: Any) -> alt.Axis:
    """An axis in the colour of the surrounding text."""
    return alt.Axis(
        **{
            "labelColor": INK,
            "titleColor": INK,
            "domainColor": INK,
            "tickColor": INK,
            "gridColor": "#8884",
            "labelLimit": 240,
            **choices,
        }
    )


def legend(**choices: Any) -> alt.Legend:
    """A legend in the colour of the surrounding text."""
    return alt.Legend(**{"labelColor": INK, "titleColor": INK, "title": None, **choices})


def titled(text: str, subtitle: str | None = None) -> alt.TitleParams:
    """A title in the colour of the surrounding text."""
    title = alt.TitleParams(text=text, color=INK, anchor="start")
    if subtitle is not None:
        title.subtitle = subtitle
        title.subtitleColor = INK
    return title


def chart_of(rows: list[dict[str, Any]]) -> alt.Chart:
    """A chart that holds its rows."""
    return alt.Chart(alt.InlineData(values=rows))


def finished(chart: Any, description: str, marks: int) -> Any:
    """The chart with its description, drawn as SVG as long as it has few marks."""
    renderer: Renderer = "svg" if marks <= 5_000 else "canvas"
    return chart.properties(
        description=description, usermeta={"embedOptions": {"renderer": renderer}}
    )
