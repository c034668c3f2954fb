"""Marks, colours and parts that charts share. The marks of verdicts are those of the scorecard."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

import altair as alt

from attain.plot._rows import MOST_MARKS

MET = "#1f83c4"
MISSED = "#d4611a"
NONE = "#7d7d7d"
BETWEEN = "#b8860b"
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


# The inner outline of a ring runs in the opposite direction and makes a hole: one filled path.
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


def channels(
    rows: list[dict[str, Any]],
    field: str,
    looks: Mapping[str, tuple[str, str]],
    **choices: Any,
) -> dict[str, Any]:
    """Shape and colour of the classes of rows: `looks` has both, by the values of a field.

    The legend shows the classes that occur, in the order of `looks`. `choices` are those of the
    legend.
    """
    names = present(rows, field, looks)
    return {
        "shape": alt.Shape(
            f"{field}:N",
            scale=alt.Scale(domain=names, range=[looks[name][0] for name in names]),
            legend=legend(**choices),
        ),
        "color": coloured(
            rows, field, {name: tone for name, (_, tone) in looks.items()}, **choices
        ),
    }


def coloured(
    rows: list[dict[str, Any]], field: str, tones: Mapping[str, str], **choices: Any
) -> alt.Color:
    """The colour of the classes of rows: `tones` has them, by the values of a field."""
    names = present(rows, field, tones)
    return alt.Color(
        f"{field}:N",
        scale=alt.Scale(domain=names, range=[tones[name] for name in names]),
        legend=legend(**choices),
    )


def present(rows: list[dict[str, Any]], field: str, names: Iterable[str]) -> list[str]:
    """The names that occur in a field of the rows."""
    found = {row[field] for row in rows}
    return [name for name in names if name in found]


def verdicts(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Shape and colour of the marks of rows."""
    looks = {name: (shape, colour(name)) for name, shape in SHAPES.items()}
    return channels(rows, "mark", looks, symbolStrokeWidth=0)


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
            # Names of months beside each other stay apart.
            "labelSeparation": 6,
            **choices,
        }
    )


def legend(**choices: Any) -> alt.Legend:
    """A legend in the colour of the surrounding text."""
    return alt.Legend(**{"labelColor": INK, "titleColor": INK, "title": None, **choices})


def titled(text: str, subtitle: str | list[str] | None = None) -> alt.TitleParams:
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
    """The chart with its description, drawn as SVG if it has few marks."""
    renderer: Literal["svg", "canvas"] = "svg" if marks <= MOST_MARKS else "canvas"
    return chart.properties(
        description=description, usermeta={"embedOptions": {"renderer": renderer}}
    )
