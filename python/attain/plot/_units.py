"""Charts that compare units: rug, strata, funnel, ranks, contributions, certificates, map."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import altair as alt

from attain._attain import unknown_choice
from attain._faults import refuse
from attain.plot._marks import (
    BETWEEN,
    INK,
    MET,
    MISSED,
    NONE,
    axis,
    channels,
    chart_of,
    colour,
    coloured,
    finished,
    legend,
    mark,
    titled,
    verdicts,
)
from attain.plot._rows import (
    MOST_MARKS,
    in_words,
    name_windows,
    need,
    of_one_stratum,
    one_of,
    printed,
    rows_of,
)

_ASSESSMENT = ("target", "unit_name", "window_start", "window_end", "verdict", "certainty", "value")


def _assessments(table: Any, target: str | None, level: str | None) -> list[dict[str, Any]]:
    """The rows of one target, with their marks and the names of their windows."""
    rows = rows_of(table)
    need(rows, *_ASSESSMENT)
    target = one_of(rows, "target", target)
    rows = [row for row in rows if row["target"] == target]
    if level is not None:
        one_of(rows, "level", level)
        rows = [row for row in rows if row["level"] == level]
    name_windows(rows)
    for row in rows:
        row["mark"] = mark(row["verdict"], row["certainty"])
        row["label"] = row["unit_name"] or row.get("unit")
    return rows


def _of_window(rows: list[dict[str, Any]], window: str | None) -> list[dict[str, Any]]:
    """The rows of one window: the one of that name, or the one that begins last."""
    names = {row["window_start"]: row["window"] for row in rows}
    if window is None:
        window = names[max(names)]
    elif window not in names.values():
        refuse(
            "no_such_row",
            "window",
            "the rows have no such window",
            found=repr(window),
            expected=", ".join(list(names.values())[-12:]),
        )
    return [row for row in rows if row["window"] == window]


def _numbers(row: Mapping[str, Any]) -> str:
    """Count and denominator, as a tooltip shows them."""
    if row.get("numerator") is None:
        return "–"
    if row.get("denominator") is None:
        return printed(row["numerator"])
    return f"{printed(row['numerator'])} of {printed(row['denominator'])}"


def rug(
    table: Any,
    target: str | None = None,
    *,
    level: str | None = None,
    windows: int = 12,
    order: Literal["tree", "value", "gap"] = "tree",
) -> Any:
    """A mark for each unit and window of a target: which units met it, and when.

    `table` has rows of assessments. `windows` is the number of latest windows. `order` sorts the
    units: `tree` as in the table, `value` and `gap` by the latest window. Above 5,000 marks, the
    chart shows the shares of verdicts in each window instead, and its description says that.
    """
    rows = [row for row in _assessments(table, target, level) if row.get("stratum") is None]
    need(rows, "target")
    shown = sorted({row["window_start"] for row in rows})[-windows:]
    rows = [row for row in rows if row["window_start"] in shown]
    name = rows[0]["target"]
    words = in_words(rows, name)
    order_of_windows = list(
        dict.fromkeys(
            row["window"] for row in sorted(rows, key=lambda row: str(row["window_start"]))
        )
    )
    if len(rows) > MOST_MARKS:
        return _crowd(rows, order_of_windows, words)
    latest = {row["label"]: row for row in rows if row["window_start"] == shown[-1]}
    units = list(dict.fromkeys(row["label"] for row in rows))
    if order != "tree":

        def place(unit: str) -> tuple[bool, float]:
            found = latest.get(unit, {}).get(order)
            return (found is None, found or 0.0)

        units.sort(key=place)
    for row in rows:
        row["numbers"] = _numbers(row)
        row["shown"] = printed(row["value"])
    step = 20 if len(units) <= 60 else 12
    chart = (
        chart_of(rows)
        .mark_point(filled=True, size=110 if step == 20 else 60, opacity=1)
        .encode(
            x=alt.X(
                "window:O", sort=order_of_windows, axis=axis(title=None, labelAngle=0, orient="top")
            ),
            y=alt.Y(
                "label:N", sort=units, axis=axis(title=None, labelFontSize=11 if step == 20 else 9)
            ),
            tooltip=[
                alt.Tooltip("label:N", title="unit"),
                alt.Tooltip("window:O"),
                alt.Tooltip("mark:N", title="judgement"),
                alt.Tooltip("shown:N", title="value"),
                alt.Tooltip("numbers:N", title="counts"),
            ],
            **verdicts(rows),
        )
        .properties(
            title=titled(name),
            width=alt.Step(46 if len(shown) <= 16 else 26),
            height=alt.Step(step),
        )
    )
    return finished(chart, words, len(rows))


def _crowd(rows: list[dict[str, Any]], windows: list[str], words: str) -> Any:
    """The shares of verdicts in each window, for too many units to draw each."""
    tallied: dict[tuple[str, str], int] = {}
    for row in rows:
        key = row["window"], row["mark"]
        tallied[key] = tallied.get(key, 0) + 1
    values = [
        {"window": window, "mark": name, "rows": number, "place": list(_PLACES).index(name)}
        for (window, name), number in tallied.items()
    ]
    chart = (
        chart_of(values)
        .mark_bar(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X("window:O", sort=windows, axis=axis(title=None, labelAngle=0)),
            y=alt.Y("rows:Q", stack="normalize", axis=axis(title="share of units", format="%")),
            color=coloured(values, "mark", _PLACES),
            order=alt.Order("place:Q"),
            tooltip=["window:O", "mark:N", "rows:Q"],
        )
        .properties(title=titled(rows[0]["target"]), height=220, width=alt.Step(46))
    )
    units = len({row["label"] for row in rows})
    told = f"{words} The {units} units are too many for a mark each: shares of them are drawn."
    return finished(chart, told, len(values))


# Bars of shares need distinct tones: dark for clear verdicts, paler for the others.
_PLACES = {
    "met · clear": "#14608f",
    "met · within chance": "#5aa5d6",
    "met · unsettled": "#9ccbe9",
    "met · not known": "#cfe5f4",
    "no verdict": "#b9b9b9",
    "missed · not known": "#f6d9c4",
    "missed · unsettled": "#eeb58d",
    "missed · within chance": "#e08a4f",
    "missed · clear": "#a8460c",
}


def strata(
    table: Any, target: str | None = None, *, window: str | None = None, level: str | None = None
) -> Any:
    """An equiplot: the categories of a stratum side by side on one line for each unit."""
    rows = [row for row in _assessments(table, target, level) if row.get("stratum") is not None]
    if not rows:
        refuse("no_such_row", "target", "the rows are of no stratum", expected="a target with `by`")
    rows = [row for row in _of_window(rows, window) if row["value"] is not None]
    need(rows, "goal_value")
    units = list(dict.fromkeys(row["label"] for row in rows))
    categories = list(dict.fromkeys(row["stratum"] for row in rows))
    shapes = [
        "circle",
        "square",
        "triangle-up",
        "diamond",
        "cross",
        "triangle-down",
        "triangle-left",
    ]
    base = chart_of(rows).encode(
        y=alt.Y("label:N", sort=units, axis=axis(title=None)),
    )
    span = base.mark_rule(color=INK, opacity=0.5).encode(x="min(value):Q", x2="max(value):Q")
    points = base.mark_point(filled=True, size=110, opacity=1).encode(
        x=alt.X("value:Q", scale=alt.Scale(zero=False), axis=axis(title=rows[0]["target"])),
        shape=alt.Shape(
            "stratum:N",
            scale=alt.Scale(
                domain=categories,
                range=[shapes[place % len(shapes)] for place in range(len(categories))],
            ),
            legend=legend(),
        ),
        color=alt.Color(
            "stratum:N", scale=alt.Scale(domain=categories, scheme="dark2"), legend=legend()
        ),
        tooltip=["label:N", "stratum:N", "value:Q", "mark:N"],
    )
    goal = chart_of(_goals(rows)).mark_rule(color=INK, strokeDash=[5, 3]).encode(x="goal:Q")
    widest = max(row["value"] for row in rows) - min(row["value"] for row in rows)
    words = (
        f"{rows[0]['target']}, {rows[0]['window']}: {len(categories)} categories in {len(units)} "
        f"units; values differ by at most {printed(widest)}."
    )
    chart = alt.layer(span, goal, points).properties(
        title=titled(rows[0]["target"], rows[0]["window"]), height=alt.Step(26), width=420
    )
    return finished(chart, words, len(rows))


def _goals(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The numbers of the goal, if they are the same in all rows."""
    numbers = {(row["goal_value"], row.get("goal_upper")) for row in rows}
    if len(numbers) != 1:
        return []
    return [{"goal": number} for number in next(iter(numbers)) if number is not None]


_SIGNALS = {
    "below_outer": "outside 99.8 % limits",
    "above_outer": "outside 99.8 % limits",
    "below_inner": "outside the inner limits",
    "above_inner": "outside the inner limits",
    "within": "within the limits",
}
_SIGNAL_LOOKS = {
    "within the limits": ("circle", NONE),
    "outside the inner limits": ("diamond", BETWEEN),
    "outside 99.8 % limits": ("square", MISSED),
    "without limits": ("cross", NONE),
}


def _ranked(table: Any, window: str | None, stratum: str | None) -> list[dict[str, Any]]:
    """The rows of a ranking, of one window and one stratum."""
    rows = of_one_stratum(rows_of(table), stratum)
    need(rows, "target", "unit_name", "window_start", "window_end", "value", "rank")
    name_windows(rows)
    for row in rows:
        row["label"] = row["unit_name"] or row["unit"]
    return [row for row in _of_window(rows, window) if row["value"] is not None]


# More names would hide each other, and so would large marks of more units.
_MOST_NAMES = 25
_MANY_UNITS = 500


def _deviation(row: dict[str, Any]) -> tuple[bool, float]:
    """Sorts rows of a funnel: those outside the outer limits first, then by standard deviations."""
    distance = abs(row["value"] - row["average"]) * math.sqrt(row["denominator"])
    return "99.8" not in row["where"], -distance


_LIMITS = {"chance": ("chance",), "adjusted": ("adjusted",), "both": ("chance", "adjusted")}
_LINES = {
    "chance": "chance alone",
    "adjusted": "chance and variation",
}


def funnel(
    table: Any,
    *,
    window: str | None = None,
    stratum: str | None = None,
    highlight: Sequence[str] = (),
    limits: Literal["adjusted", "chance", "both"] = "adjusted",
) -> Any:
    """A funnel plot of `report.funnel(…)`: value against size, with the limits of chance.

    `limits` are `adjusted` for the variation between units, of `chance` alone, or `both`; the inner
    ones are of the plan's confidence, the outer ones of 99.8 %. The chart names the units outside
    the limits, the 25 farthest of them if they are more, and the units in `highlight` (names or
    codes). `stratum` are the categories, such as `sex=f`, if the rows are of several.
    """
    if limits not in _LIMITS:
        raise unknown_choice("limits", "kind of limits", str(limits), list(_LIMITS))
    kinds = _LIMITS[limits]
    rows = of_one_stratum(rows_of(table), stratum)
    need(rows, "target", "part", "unit_name", "denominator", "value", "window_start", "window_end")
    name_windows(rows)
    rows = [row for row in _of_window(rows, window) if row["denominator"] is not None]
    line = [row for row in rows if row["part"] == "line"]
    rows = [row for row in rows if row["part"] == "unit" and row["value"] is not None]
    need(rows, *(f"{kind}_{end}" for kind in kinds for end in ("lower", "upper")), "average")
    signal = "signal_by_chance" if limits == "chance" else "signal"
    for row in rows:
        row["label"] = row["unit_name"] or row["unit"]
        row["where"] = _SIGNALS.get(row[signal], "without limits")
        row["numbers"] = _numbers(row)
    outside = sorted((row for row in rows if row["where"].startswith("outside")), key=_deviation)
    for row in rows:
        is_highlighted = row["label"] in highlight or row.get("unit") in highlight
        row["name"] = row["label"] if is_highlighted else ""
    # Two units may have one name.
    for row in outside[:_MOST_NAMES]:
        row["name"] = row["label"]
    x = alt.X(
        "denominator:Q", axis=axis(title="denominator"), scale=alt.Scale(zero=False, nice=True)
    )
    title = alt.Y("value:Q", axis=axis(title=rows[0]["target"]), scale=alt.Scale(zero=False))
    curves = [
        {
            "denominator": point["denominator"],
            "value": point[f"{kind}_{end}{ring}"],
            "limits": _LINES[kind],
            "ring": ring,
            "curve": f"{kind}_{end}{ring}",
        }
        for point in line
        for kind in kinds
        for end in ("lower", "upper")
        for ring in ("", "_outer")
        if point[f"{kind}_{end}{ring}"] is not None
    ]
    layers = []
    if curves:
        dashes = dict(zip(_LINES.values(), ([1, 2], [4, 3]), strict=True))
        drawn = [_LINES[kind] for kind in kinds]
        layers += [
            chart_of(curves)
            .mark_line(color=INK)
            .encode(
                x=x,
                y=title,
                detail="curve:N",
                strokeWidth=alt.condition("datum.ring == '_outer'", alt.value(1.4), alt.value(0.8)),
                strokeDash=alt.StrokeDash(
                    "limits:N",
                    scale=alt.Scale(domain=drawn, range=[dashes[name] for name in drawn]),
                    legend=legend() if len(kinds) > 1 else None,
                ),
            ),
            chart_of([{"average": rows[0]["average"]}]).mark_rule(color=INK).encode(y="average:Q"),
        ]
    points = chart_of(rows).encode(x=x, y=title)
    size = 70 if len(rows) <= _MANY_UNITS else 14
    dots = points.mark_point(filled=True, size=size, opacity=1).encode(
        **channels(rows, "where", _SIGNAL_LOOKS),
        tooltip=[
            alt.Tooltip("label:N", title="unit"),
            "value:Q",
            alt.Tooltip("numbers:N", title="counts"),
            alt.Tooltip("where:N"),
        ],
    )
    labels = points.mark_text(align="left", dx=7, color=INK, fontSize=11).encode(text="name:N")
    far = sum("99.8" in row["where"] for row in rows)
    words = f"{rows[0]['target']}, {rows[0]['window']}: "
    if curves:
        words += (
            f"{far} of {len(rows)} units outside the 99.8 % limits around "
            f"{printed(rows[0]['average'])}."
        )
    else:
        words += f"no limits ({rows[0]['reason']}); {len(rows)} drawn."
    chart = alt.layer(*layers, dots, labels).properties(
        title=titled(rows[0]["target"], rows[0]["window"]), width=560, height=340
    )
    return finished(chart, words, len(rows))


_LIKE_AVERAGE = "like the average"
_FINDINGS = {
    "better": ("circle", MET),
    "worse": ("square", MISSED),
    _LIKE_AVERAGE: ("diamond", NONE),
}


def ranking(table: Any, *, window: str | None = None, stratum: str | None = None) -> Any:
    """The ranks of `report.ranking(…)`, each with the interval of the true rank.

    `stratum` are the categories, such as `sex=f`, if the rows are of several.
    """
    rows = sorted(_ranked(table, window, stratum), key=lambda row: (row["rank"], row["label"]))
    need(rows, "rank_best", "rank_worst", "finding")
    if len(rows) > 200:
        refuse(
            "limit_exceeded",
            "table",
            "the chart has room for 200 units",
            found=f"{len(rows)} units",
            expected="fewer rows: filter the table",
        )
    for row in rows:
        row["found"] = row["finding"] if row["finding"] in _FINDINGS else _LIKE_AVERAGE
        row["shown"] = printed(row["value"])
    units = [row["label"] for row in rows]
    base = chart_of(rows).encode(y=alt.Y("label:N", sort=units, axis=axis(title=None)))
    spans = base.mark_rule(color=INK, strokeWidth=1.5).encode(
        x=alt.X(
            "rank_best:Q",
            axis=axis(title="rank, and the ranks it may be", tickMinStep=1, format="d"),
            scale=alt.Scale(domain=[0.5, len(rows) + 0.5], nice=False),
        ),
        x2="rank_worst:Q",
    )
    points = base.mark_point(filled=True, size=90, opacity=1).encode(
        x="rank:Q",
        **channels(rows, "found", _FINDINGS, orient="bottom"),
        tooltip=[
            "label:N",
            "rank:Q",
            "rank_best:Q",
            "rank_worst:Q",
            alt.Tooltip("shown:N", title="value"),
        ],
    )
    values = base.mark_text(align="left", color=INK, fontSize=11).encode(
        x=alt.value(476), text="shown:N"
    )
    differing = sum(row["found"] != _LIKE_AVERAGE for row in rows)
    words = (
        f"{rows[0]['target']}, {rows[0]['window']}: {rows[0]['label']} is first of {len(rows)}; "
        f"{differing} differ from the average beyond chance."
    )
    chart = alt.layer(spans, points, values).properties(
        title=titled(rows[0]["target"], rows[0]["window"]), width=460, height=alt.Step(20)
    )
    return finished(chart, words, len(rows))


def contributions(table: Any, *, window: str | None = None, most: int = 20) -> Any:
    """A waterfall of `report.contributions(…)`: how parts add up to the distance to the goal."""
    rows = rows_of(table)
    need(rows, "target", "part_is", "part_name", "contribution", "window_start", "window_end")
    name_windows(rows)
    rows = [row for row in _of_window(rows, window) if row["contribution"] is not None]
    parts = sorted(
        (row for row in rows if row["part_is"] != "whole"),
        key=lambda row: float(row["contribution"]),
    )
    wholes = [row for row in rows if row["part_is"] == "whole"]
    if not parts:
        refuse("empty_input", "table", "there are no parts to draw")
    one_of(rows, "unit", None)
    steps = [{"name": row["part_name"], "by": row["contribution"]} for row in parts]
    if len(steps) > most:
        half = most // 2
        rest = steps[half : len(steps) - half]
        steps = [
            *steps[:half],
            {"name": f"{len(rest)} others", "by": sum(step["by"] for step in rest)},
            *steps[len(steps) - half :],
        ]
    total = 0.0
    for step in steps:
        step.update(
            start=total, end=total + step["by"], sign="adds" if step["by"] >= 0 else "takes away"
        )
        total = step["end"]
    whole = wholes[0]["contribution"] if wholes else total
    steps.append(
        {
            "name": wholes[0]["part_name"] if wholes else "all",
            "by": whole,
            "start": 0.0,
            "end": whole,
            "sign": "whole",
        }
    )
    for step in steps:
        step["shown"] = ("+" if step["by"] > 0 else "") + printed(step["by"])
    tones = {"adds": BETWEEN, "takes away": "#5d8aa8", "whole": "#555555"}
    names = [step["name"] for step in steps]
    base = chart_of(steps).encode(y=alt.Y("name:N", sort=names, axis=axis(title=None)))
    bars = base.mark_bar().encode(
        x=alt.X("start:Q", axis=axis(title="events")),
        x2="end:Q",
        color=alt.Color(
            "sign:N", scale=alt.Scale(domain=list(tones), range=list(tones.values())), legend=None
        ),
        tooltip=["name:N", alt.Tooltip("shown:N", title="events")],
    )
    texts = (
        base.mark_text(align="left", dx=5, color=INK, fontSize=11)
        .encode(x=alt.X("right:Q"), text="shown:N")
        .transform_calculate(right="max(datum.start, datum.end)")
    )
    words = (
        f"{rows[0]['target']}, {rows[0]['window']}: {len(parts)} parts add up to "
        f"{steps[-1]['shown']} events on the way to the goal."
    )
    chart = alt.layer(bars, texts).properties(
        title=titled(rows[0]["target"], rows[0]["window"]), width=480, height=alt.Step(22)
    )
    return finished(chart, words, len(steps))


def certification(
    table: Any, units: Sequence[Mapping[str, Any]], *, window: str | None = None
) -> Any:
    """An icicle of certificates: a bar for each level; a unit lies above the units within it.

    `table` has certificates, such as those of `report.certification(…)`. `units` are the plan's
    units, each with `id`, `name`, `level` and `parent`. `report.plot.certification(…)` passes both.
    """
    rows = rows_of(table)
    need(rows, "unit", "window_start", "window_end")
    name_windows(rows)
    rows = _of_window(rows, window)
    held = {row["unit"]: _certificate(row) for row in rows}
    children: dict[Any, list[str]] = {}
    known = {str(unit["id"]): unit for unit in units}
    for code, unit in known.items():
        children.setdefault(unit.get("parent"), []).append(code)
    levels = list(dict.fromkeys(str(unit["level"]) for unit in units))
    bars: list[dict[str, Any]] = []

    def place(code: str, start: float) -> float:
        end = start
        for child in children.get(code, []):
            end = place(child, end)
        end = max(end, start + (1 if not children.get(code) else 0))
        unit = known[code]
        verdict = held.get(code, "not judged")
        bars.append(
            {
                "unit": unit.get("name") or code,
                "level": unit["level"],
                "start": start,
                "end": end,
                "certificate": verdict,
                "symbol": _SYMBOLS[verdict],
            }
        )
        return end

    width = 0.0
    for code in children.get(None, []):
        width = place(code, width)
    if len(bars) > MOST_MARKS:
        refuse(
            "limit_exceeded",
            "units",
            f"the chart has room for {MOST_MARKS:,} units",
            found=f"{len(bars):,}",
            expected="fewer: give the units below one unit",
        )
    tones = {"held": MET, "not held": MISSED, "not known": NONE, "not judged": "#dddddd"}
    for bar in bars:
        room = _ICICLE_WIDTH * (bar["end"] - bar["start"]) / max(width, 1)
        named = f"{bar['symbol']} {bar['unit']}".strip()
        texts = [named, bar["symbol"], ""]
        bar["text"] = next(text for text in texts if _LETTER_WIDTH * len(text) <= room)
    base = chart_of(bars).encode(
        y=alt.Y("level:N", sort=levels, axis=axis(title=None)),
    )
    rects = base.mark_bar(stroke="white", strokeWidth=1).encode(
        x=alt.X("start:Q", axis=None, scale=alt.Scale(domain=[0, max(width, 1)], nice=False)),
        x2="end:Q",
        color=coloured(bars, "certificate", tones),
        tooltip=["unit:N", "level:N", "certificate:N"],
    )
    on_grey = "datum.certificate == 'not judged'"
    texts_drawn = (
        base.mark_text(fontSize=12)
        .encode(
            x="middle:Q",
            text="text:N",
            color=alt.condition(on_grey, alt.value("#222222"), alt.value("white")),
        )
        .transform_calculate(middle="(datum.start + datum.end) / 2")
    )
    number = sum(bar["certificate"] == "held" for bar in bars)
    asked = sum(bar["certificate"] != "not judged" for bar in bars)
    words = f"{rows[0]['window']}: {number} of {asked} units hold the certificate."
    chart = alt.layer(rects, texts_drawn).properties(
        title=titled(words), width=_ICICLE_WIDTH, height=alt.Step(44)
    )
    return finished(chart, words, len(bars))


# Pixels: of the whole icicle, and about of a letter in it.
_ICICLE_WIDTH, _LETTER_WIDTH = 640, 8
_SYMBOLS = {"held": "●", "not held": "■", "not known": "◌", "not judged": ""}


def _certificate(row: Mapping[str, Any]) -> str:
    verdict = row.get("verdict") or row.get("certificate")
    return {"met": "held", "missed": "not held"}.get(str(verdict), "not known")


def map(  # noqa: A001 - a public name
    table: Any,
    geojson: Mapping[str, Any],
    target: str | None = None,
    *,
    window: str | None = None,
    level: str | None = None,
    code: str = "id",
) -> Any:
    """A map of verdicts: the user's GeoJSON features, each with the unit's code.

    `code` is the property that has it; a feature without this property is known by its own `id`.
    Each area has the mark of its row in its middle: the map does not depend on colour alone.
    """
    rows = {str(row["unit"]): row for row in _of_window(_assessments(table, target, level), window)}
    features: list[dict[str, Any]] = []
    marks = []
    for feature in geojson.get("features", []):
        own = feature.get("properties", {}).get(code, feature.get("id"))
        row = rows.get(str(own))
        named = "no verdict" if row is None else row["mark"]
        properties = {
            "label": own if row is None else row["label"],
            "mark": named,
            "shown": printed(None if row is None else row["value"]),
        }
        _need_degrees(feature["geometry"], own)
        features.append(
            {"type": "Feature", "geometry": _wound(feature["geometry"]), "properties": properties}
        )
        if row is not None:
            longitude, latitude = _middle(feature["geometry"])
            marks.append({**properties, "longitude": longitude, "latitude": latitude})
    if not marks:
        refuse(
            "no_such_row",
            "geojson",
            "no feature has the code of a unit",
            found=f"{len(features)} features",
            expected=f"codes such as {', '.join(list(rows)[:3])} in the property `{code}`",
        )
    present = list(dict.fromkeys(feature["properties"]["mark"] for feature in features))
    areas = (
        chart_of(features)
        .mark_geoshape(stroke="white", strokeWidth=0.7, opacity=0.45)
        .encode(
            color=alt.Color(
                "properties.mark:N",
                scale=alt.Scale(domain=present, range=[colour(name) for name in present]),
                legend=None,
            ),
            tooltip=[
                alt.Tooltip("properties.label:N", title="unit"),
                alt.Tooltip("properties.mark:N", title="judgement"),
                alt.Tooltip("properties.shown:N", title="value"),
            ],
        )
    )
    points = (
        chart_of(marks)
        .mark_point(filled=True, size=80, opacity=1)
        .encode(longitude="longitude:Q", latitude="latitude:Q", **verdicts(marks))
    )
    shown = list(rows.values())
    words = in_words(shown, f"{shown[0]['target']}, {shown[0]['window']}")
    chart = (
        alt.layer(areas, points)
        .resolve_scale(color="independent", shape="independent")
        .project("mercator")
        .properties(title=titled(shown[0]["target"], shown[0]["window"]), width=560, height=480)
    )
    return finished(chart, words, len(features))


def _need_degrees(geometry: Mapping[str, Any], own: Any) -> None:
    """Refuses coordinates that are no degrees: a map of metres would be endless."""
    polygons = geometry["coordinates"]
    rings = polygons if geometry["type"] == "Polygon" else itertools.chain.from_iterable(polygons)
    for x, y, *_ in itertools.chain.from_iterable(rings):
        if not (abs(x) <= 360 and abs(y) <= 90):
            refuse(
                "out_of_range",
                "geojson",
                f"the area `{own}` is not in degrees",
                found=f"{x}, {y}",
                expected="longitudes from −360 to 360 and latitudes from −90 to 90",
                hint="convert the file to WGS 84, as RFC 7946 has it",
            )


def _wound(geometry: Mapping[str, Any]) -> dict[str, Any]:
    """An area whose outer rings run clockwise, and whose holes run the other way.

    The area of a ring is on its right for d3, which draws the map; in RFC 7946 it is on its left,
    and files have either. Wound the other way, an area is the whole globe but itself.
    """

    def polygon(rings: Sequence[Sequence[Sequence[float]]]) -> list[list[Sequence[float]]]:
        wound = []
        for place, ring in enumerate(rings):
            twice = sum(
                x0 * y1 - x1 * y0 for (x0, y0, *_), (x1, y1, *_) in itertools.pairwise(ring)
            )
            is_outer, is_clockwise = place == 0, twice < 0
            wound.append(list(ring) if is_outer == is_clockwise else list(ring)[::-1])
        return wound

    shapes = geometry["coordinates"]
    is_one = geometry["type"] == "Polygon"
    return {
        **geometry,
        "coordinates": polygon(shapes) if is_one else [polygon(rings) for rings in shapes],
    }


def _middle(geometry: Mapping[str, Any]) -> tuple[float, float]:
    """The middle of the largest ring of an area: the centroid of its polygon."""
    polygons = geometry["coordinates"]
    rings = [polygons[0]] if geometry["type"] == "Polygon" else [polygon[0] for polygon in polygons]

    def centroid(ring: Sequence[Sequence[float]]) -> tuple[float, float, float]:
        area = x = y = 0.0
        for (x0, y0, *_), (x1, y1, *_) in itertools.pairwise(ring):
            cross = x0 * y1 - x1 * y0
            area += cross
            x += (x0 + x1) * cross
            y += (y0 + y1) * cross
        if area == 0:
            return 0.0, ring[0][0], ring[0][1]
        return abs(area) / 2, x / (3 * area), y / (3 * area)

    _, x, y = max(centroid(ring) for ring in rings)
    return x, y


_MOST_UNITS_OF_BOUNDARIES = 120
# With more lines, the shares beside them would cover each other.
_MOST_SHARES = 24


def boundaries(table: Any) -> Any:
    """Units before and after changes of boundaries, with a line for each part that moved.

    `table` is `plan.mapping(…)`. The width of a line is the share of the earlier unit, which a
    label says where the unit was divided and lines are few; a dashed line has no known share.
    Units that stay the same are counted in the description, and not drawn.
    """
    rows = rows_of(table)
    need(rows, "from_unit", "from_name", "to_unit", "to_name", "share", "relation")
    moved = [row for row in rows if row["relation"] != "same"]
    same = len(rows) - len(moved)
    if not moved:
        refuse("empty_input", "table", "all units stay the same", found=f"{same} units")
    before, after = _sides(moved)
    count = max(len(before), len(after))
    if count > _MOST_UNITS_OF_BOUNDARIES:
        refuse(
            "limit_exceeded",
            "table",
            f"the chart has room for {_MOST_UNITS_OF_BOUNDARIES} units",
            found=f"{count} units",
            expected="fewer rows: filter the table",
        )
    lines = []
    for row in moved:
        if row["to_unit"] is None:
            continue
        share = row["share"]
        lines.append(
            {
                "left": 0,
                "right": 1,
                "start": before[row["from_unit"], row["from_name"]],
                "end": after[row["to_unit"], row["to_name"]],
                "width": 1.5 if share is None else 1 + 6 * share,
                "known": share is not None,
                "from": row["from_name"] or row["from_unit"],
                "to": row["to_name"] or row["to_unit"],
                "share": share,
                "text": _share_of_unit(share) if len(moved) <= _MOST_SHARES else "",
            }
        )
    ends = [
        {"place": place, "side": side, "name": name or code}
        for side, units in (("before", before), ("after", after))
        for (code, name), place in units.items()
    ]
    x: dict[str, Any] = {"scale": alt.Scale(domain=[-0.8, 1.8], nice=False), "axis": None}
    y: dict[str, Any] = {
        "scale": alt.Scale(domain=[-0.5, count - 0.5], reverse=True, nice=False),
        "axis": None,
    }
    layers = []
    if lines:
        base = chart_of(lines)
        links = base.mark_rule(color=NONE, opacity=0.8).encode(
            x=alt.X("left:Q", **x),
            x2="right:Q",
            y=alt.Y("start:Q", **y),
            y2="end:Q",
            strokeWidth=alt.StrokeWidth("width:Q", scale=None),
            strokeDash=alt.condition("datum.known", alt.value([1, 0]), alt.value([4, 3])),
            tooltip=["from:N", "to:N", alt.Tooltip("share:Q", format=".1%")],
        )
        shares = (
            base.mark_text(color=INK, fontSize=10, dy=-6)
            .encode(x=alt.X("at:Q", **x), y=alt.Y("middle:Q", **y), text="text:N")
            .transform_calculate(at="0.2", middle="datum.start + 0.2 * (datum.end - datum.start)")
        )
        layers += [links, shares]
    for side, place in (("before", -0.03), ("after", 1.03)):
        named = [{**end, "at": place} for end in ends if end["side"] == side]
        align: Literal["left", "right"] = "right" if side == "before" else "left"
        text = chart_of(named).mark_text(color=INK, fontSize=12, align=align)
        layers.append(text.encode(x=alt.X("at:Q", **x), y=alt.Y("place:Q", **y), text="name:N"))
    lost = [row for row in moved if row["to_unit"] is None]
    divided = len({row["from_unit"] for row in moved if row["relation"] == "part"})
    words = f"{len(before)} units become {len(after)}; divided: {divided}"
    words += f"; unchanged: {same}" if same else ""
    words += f"; gone, nobody says where: {len(lost)}." if lost else "."
    chart = alt.layer(*layers).properties(
        title=titled(words),
        width=600,
        height=max(80, 22 * count),
        view=alt.ViewBackground(stroke=None),
    )
    return finished(chart, words, len(lines))


_Unit: TypeAlias = tuple[Any, Any]


def _sides(moved: list[dict[str, Any]]) -> tuple[dict[_Unit, float], dict[_Unit, float]]:
    """The places of units before and after, such that lines cross little.

    Earlier units stand in the order of the later ones that they went to, and a later unit beside
    the mean of those that it is made of.
    """
    targets: dict[_Unit, list[_Unit]] = {}
    sources: dict[_Unit, list[_Unit]] = {}
    for row in moved:
        unit = row["from_unit"], row["from_name"]
        targets.setdefault(unit, [])
        if row["to_unit"] is not None:
            later = row["to_unit"], row["to_name"]
            targets[unit].append(later)
            sources.setdefault(later, []).append(unit)
    order = {unit: float(place) for place, unit in enumerate(sources)}
    last = float(len(order))

    def mean(units: list[_Unit], places: Mapping[_Unit, float]) -> float:
        return sum(places[unit] for unit in units) / len(units) if units else last

    earlier = sorted(targets, key=lambda unit: mean(targets[unit], order))
    before = {unit: float(place) for place, unit in enumerate(earlier)}
    means = {unit: mean(units, before) for unit, units in sources.items()}
    after: dict[_Unit, float] = {}
    next_place = 0.0
    room = max(float(len(before)), float(len(sources)))
    for left, unit in zip(
        range(len(sources), 0, -1), sorted(means, key=means.__getitem__), strict=True
    ):
        after[unit] = min(max(means[unit], next_place), room - left)
        next_place = after[unit] + 1
    return before, after


def _share_of_unit(share: float | None) -> str:
    return f"{100 * share:.0f} %" if share is not None and share < 1 else ""
