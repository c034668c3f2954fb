"""Charts over time: trajectory, signals, budget, effects of campaigns."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

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
    coloured,
    finished,
    titled,
)
from attain.plot._rows import (
    name_windows,
    need,
    of_one_stratum,
    one_of,
    printed,
    rows_of,
    window_name,
)

# The name of each pace, with its shape and colour.
_PACES = {
    "ahead": ("ahead", "circle", MET),
    "on_track": ("on track", "diamond", BETWEEN),
    "behind": ("behind", "square", MISSED),
    None: ("no pace", "cross", NONE),
}


# The opacity of each interval of a forecast: the narrower, the darker.
_FAN = {0.5: 0.3, 0.8: 0.2, 0.95: 0.12}


def trajectory(
    table: Any, *, stratum: str | None = None, fan: Sequence[float] = (0.5, 0.8, 0.95)
) -> Any:
    """The values of a target over time, the expected path, the goal, and the forecast.

    `table` is `report.trajectory(…)` of one unit. `fan` are the probabilities of the intervals of
    the forecast that are drawn: of 0.5, 0.8 and 0.95. `stratum` are the categories, such as
    `sex=f`, if the rows are of several.
    """
    rows = of_one_stratum(rows_of(table), stratum)
    need(rows, "target", "unit_name", "day", "part", "value", "expected", "pace", "projected")
    for probability in fan:
        if probability not in _FAN:
            raise unknown_choice("fan", "probability", str(probability), [str(one) for one in _FAN])
    target, unit = one_of(rows, "target", None), one_of(rows, "unit_name", None)
    one_of(rows, "window_start", None)
    window = window_name(rows[0]["window_start"], rows[0]["window_end"])
    so_far = [one for one in rows if one["value"] is not None]
    to_come = [one for one in rows if one["projected"] is not None]
    expected = [one for one in rows if one["expected"] is not None]
    if not so_far and not to_come:
        refuse("empty_input", "table", "no row has a value", expected="see the column `reason`")
    for one in so_far:
        one["stands"] = _PACES[one["pace"]][0]
    x = alt.X("day:T", axis=axis(title=None))
    y = alt.Y("value:Q", axis=axis(title=target))
    layers = []
    words = f"{target}, {unit}, {window}:"
    if to_come:
        # The forecast begins where the values end.
        start = so_far[-1:]
        for probability in sorted(fan, reverse=True):
            low, high = f"lower_{100 * probability:.0f}", f"upper_{100 * probability:.0f}"
            band = [{"day": one["day"], "low": one["value"], "high": one["value"]} for one in start]
            band += [{"day": one["day"], "low": one[low], "high": one[high]} for one in to_come]
            area = chart_of(band).mark_area(color=NONE, opacity=_FAN[probability])
            layers.append(area.encode(x=x, y=alt.Y("low:Q", axis=axis(title=target)), y2="high:Q"))
        path = [{"day": one["day"], "value": one["value"]} for one in start]
        path += [{"day": one["day"], "value": one["projected"]} for one in to_come]
        line = chart_of(path).mark_line(color=INK, strokeDash=[1, 3], strokeWidth=2)
        layers.append(line.encode(x=x, y=y))
    goals = [
        {"goal": rows[-1][name]}
        for name in ("goal_value", "goal_upper")
        if rows[-1].get(name) is not None
    ]
    if goals:
        layers.append(chart_of(goals).mark_rule(color=INK, strokeWidth=1.5).encode(y="goal:Q"))
    if expected:
        line = chart_of(expected).mark_line(color=INK, strokeDash=[4, 3], opacity=0.7)
        layers.append(line.encode(x=x, y=alt.Y("expected:Q", axis=axis(title=target))))
    if so_far:
        base = chart_of(so_far).encode(x=x, y=y)
        looks = {name: (shape, tone) for name, shape, tone in _PACES.values()}
        layers += [
            base.mark_line(color=INK, strokeWidth=2),
            base.mark_point(filled=True, size=70, opacity=1).encode(
                **channels(so_far, "stands", looks),
                tooltip=["day:T", "value:Q", "expected:Q", "stands:N"],
            ),
        ]
        last = so_far[-1]
        words += f" {printed(last['value'])} on {last['day']}"
        if last["expected"] is not None:
            words += f", {printed(last['expected'])} expected by then"
        words += "."
    words += f" The goal is {rows[-1]['goal']}."
    if to_come:
        last = to_come[-1]
        words += (
            f" The forecast for {last['day']} is {printed(last['projected'])}, between "
            f"{printed(last['lower_95'])} and {printed(last['upper_95'])} with 95 %."
        )
    chart = alt.layer(*layers).properties(
        title=titled(target, f"{unit}, {window}"), width=560, height=300
    )
    return finished(chart, words, len(rows))


# The icons of a series: shape, colour, sign, and words. Good news is round and bad news is square.
_VARIATION = {
    "improvement": ("circle", MET, None, "an improvement"),
    "deterioration": ("square", MISSED, None, "a deterioration"),
    "unusual": ("diamond", NONE, None, "unusual variation"),
    "usual": ("circle", NONE, "~", "usual variation"),
}
_ASSURANCE = {
    "capable": ("circle", MET, "✓", "meets the goal every time"),
    "incapable": ("square", MISSED, "✗", "misses the goal every time"),
    "hit_and_miss": ("diamond", NONE, "?", "chance decides whether the goal is met"),
}
_ARROWS = {"above": "▲", "below": "▼"}


def signals(
    table: Any, *, stratum: str | None = None, summary: Mapping[str, Any] | None = None
) -> Any:
    """A control chart of `report.chart(…)`: values, centre, limits, and the points of patterns.

    `stratum` are the categories, such as `sex=f`, if the rows are of several. With `summary`, the
    row of `report.signals(…)` for this series, two icons beside the title say how the series varies
    at its latest point, and whether the process can keep the goal. The line below the title says
    how often such a chart finds a change, and how often it gives a false signal.
    """
    rows = of_one_stratum(rows_of(table), stratum)
    rows = [row for row in rows if row.get("value") is not None]
    need(rows, "period_start", "value", "centre", "lower", "upper", "signal")
    for row in rows:
        row["pattern"] = "part of a pattern" if row["signal"] else "usual variation"
        row["which"] = (row["signal"] or "–").replace("_", " ")
    x = alt.X("period_start:T", axis=axis(title=None))
    y = alt.Y("value:Q", axis=axis(title=rows[0].get("target")), scale=alt.Scale(zero=False))
    base = chart_of(rows).encode(x=x)
    layers = [
        base.mark_line(color=NONE, opacity=0.5).encode(y=y),
        base.mark_line(color=INK, strokeWidth=1.2).encode(y="centre:Q"),
        *(
            base.mark_line(color=INK, strokeDash=[4, 3], strokeWidth=1).encode(y=f"{end}:Q")
            for end in ("lower", "upper")
            if any(row[end] is not None for row in rows)
        ),
    ]
    if any(row.get("goal") is not None for row in rows):
        layers.append(base.mark_line(color=BETWEEN, strokeWidth=1.5).encode(y="goal:Q"))
    looks = {"usual variation": ("circle", NONE), "part of a pattern": ("square", MISSED)}
    layers.append(
        base.mark_point(filled=True, size=75, opacity=1).encode(
            y=y,
            **channels(rows, "pattern", looks),
            tooltip=["period_start:T", "value:Q", alt.Tooltip("which:N", title="patterns")],
        )
    )
    flagged = sum(bool(row["signal"]) for row in rows)
    last = "part of a pattern" if rows[-1]["signal"] else "within usual variation"
    subject = ", ".join(str(rows[0][name]) for name in ("target", "unit_name") if rows[0].get(name))
    words = f"{subject}: {flagged} of {len(rows)} points belong to a pattern; the latest is {last}."
    icons = [] if summary is None else _icons(summary)
    for place, (shape, tone, sign, meaning) in enumerate(icons):
        at = alt.value(560 - 34 * (len(icons) - place) + 17), alt.value(-20)
        mark = chart_of([{"sign": sign, "meaning": meaning}]).encode(x=at[0], y=at[1])
        layers += [
            mark.mark_point(filled=True, size=620, opacity=1, shape=shape, color=tone).encode(
                tooltip="meaning:N"
            ),
            mark.mark_text(color="white", fontSize=14, fontWeight="bold").encode(text="sign:N"),
        ]
    if icons:
        words += f" Icons: {'; '.join(meaning for *_, meaning in icons)}."
    rates = None if summary is None else _rates(summary)
    if rates is not None:
        words += f" {rates}."
    said = "; ".join(meaning for *_, meaning in icons) or None
    subtitle = [line for line in (said, rates) if line is not None]
    chart = alt.layer(*layers).properties(
        title=titled(subject, subtitle or None), width=560, height=280
    )
    return finished(chart, words, len(rows))


def _rates(summary: Mapping[str, Any]) -> str | None:
    """How often a chart is wrong, by its row of `report.signals(…)`."""
    if summary.get("power") is None:
        return None
    return (
        f"A change of {summary['change']:.4g} % in {summary['change_periods']} periods would be "
        f"seen with {100 * summary['power']:.0f} %, "
        f"no change with {100 * summary['false_signal']:.1f} %"
    )


def _icons(summary: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """The icons of a row of `report.signals(…)`: variation, and assurance if there is one."""
    icons = []
    if summary["centre"] is not None:
        kind = summary["meaning"] or ("unusual" if summary["signal"] else "usual")
        shape, tone, sign, meaning = _VARIATION[kind]
        icons.append((shape, tone, sign or _ARROWS.get(summary["side"], "◆"), meaning))
    if summary["capability"] is not None:
        icons.append(_ASSURANCE[summary["capability"]])
    return icons


_ALERTS = {
    "exceeded": MISSED,
    "alert": MISSED,
    "watch": BETWEEN,
    "calm": MET,
    "kept": MET,
    "reached": MET,
}
# What the limit is one of.
_COUNTS = {
    "events_allowed": "events allowed",
    "events_required": "events required",
    "bad_events_allowed": "bad events allowed",
}


def budget(table: Any, *, window: str | None = None) -> Any:
    """How much of each unit's limit is used, beside how much of the time has passed.

    `table` is `report.budget(…)`. The bar of a unit that uses its limit faster than time passes
    extends beyond its tick. Without `window`, the latest window is drawn; of windows that share
    days the latest that has closed, since those that still run hold less.
    """
    rows = [row for row in rows_of(table) if row.get("used_share") is not None]
    need(
        rows,
        "target",
        "unit_name",
        "counts",
        "used_share",
        "elapsed_share",
        "alert",
        "window_start",
        "window_end",
    )
    name_windows(rows)
    for row in rows:
        row["state"] = (row["alert"] or "not reached").replace("_", " ")
        row["numbers"] = f"{printed(row['used'])} of {printed(row['limit'])}"
    window = _usual_window(rows) if window is None else one_of(rows, "window", window)
    rows = [row for row in rows if row["window"] == window]
    counts = _COUNTS[rows[0]["counts"]]
    for row in rows:
        row["label"] = ", ".join(filter(None, (row["unit_name"], row.get("stratum"))))
    units = [row["label"] for row in rows]
    tones = {name.replace("_", " "): tone for name, tone in _ALERTS.items()} | {"not reached": NONE}
    base = chart_of(rows).encode(y=alt.Y("label:N", sort=units, axis=axis(title=None)))
    bars = base.mark_bar(height=12).encode(
        x=alt.X("used_share:Q", axis=axis(title=f"used, % of the {counts}")),
        color=coloured(rows, "state", tones),
        tooltip=[
            alt.Tooltip("label:N", title="unit"),
            alt.Tooltip("numbers:N", title=counts),
            "used_share:Q",
            alt.Tooltip("elapsed_share:Q", title="time passed, %"),
            "state:N",
        ],
    )
    time = base.mark_tick(color=INK, thickness=2, height=20).encode(x="elapsed_share:Q")
    state = base.mark_text(align="left", dx=5, color=INK, fontSize=11).encode(
        x="used_share:Q", text="state:N"
    )
    limit = chart_of([{"limit": 100}]).mark_rule(color=INK, strokeDash=[4, 3]).encode(x="limit:Q")
    over = sum(row["used_share"] > row["elapsed_share"] for row in rows)
    words = (
        f"{rows[0]['target']}, {rows[0]['window']}: {over} of {len(rows)} units use the limit "
        "faster than time passes."
    )
    chart = alt.layer(limit, bars, time, state).properties(
        title=titled(rows[0]["target"], rows[0]["window"]), width=460, height=alt.Step(30)
    )
    return finished(chart, words, len(rows))


def _usual_window(rows: list[dict[str, Any]]) -> str:
    """The latest window; of windows that share days the latest that has closed, if one has."""
    windows = {(row["window_start"], row["window_end"]): row for row in rows}
    order = sorted(windows, key=lambda days: (days[1], days[0]))
    if any(later[0] < earlier[1] for earlier, later in itertools.pairwise(order)):
        order = [days for days in order if windows[days]["elapsed_share"] >= 100] or order
    return str(windows[order[-1]]["window"])


def effect(table: Any) -> Any:
    """The estimates of `report.effect(…)`, method by method: ratios with their intervals."""
    rows = [row for row in rows_of(table) if row.get("estimate") is not None]
    if not rows:
        refuse(
            "empty_input", "table", "no method has an estimate", expected="see the column `reason`"
        )
    need(rows, "campaign", "method", "estimate", "lower", "upper")
    for row in rows:
        row["name"] = row["method"].replace("_", " ")
        row["shown"] = (
            f"{printed(row['estimate'])} ({printed(row['lower'])} to {printed(row['upper'])})"
        )
    base = chart_of(rows).encode(
        y=alt.Y("name:N", sort=[row["name"] for row in rows], axis=axis(title=None))
    )
    scale = alt.Scale(type="log", nice=True)
    title = "ratio of what was counted to what was expected"
    spans = base.mark_rule(color=INK, strokeWidth=1.5).encode(
        x=alt.X("lower:Q", scale=scale, axis=axis(title=title)), x2="upper:Q"
    )
    points = base.mark_point(filled=True, color=INK, size=80, shape="square", opacity=1).encode(
        x="estimate:Q", tooltip=["name:N", "shown:N"]
    )
    one = chart_of([{"one": 1}]).mark_rule(color=INK, strokeDash=[4, 3]).encode(x="one:Q")
    beyond = sum(row["lower"] > 1 or row["upper"] < 1 for row in rows)
    words = (
        f"{rows[0]['campaign']}: {beyond} of {len(rows)} estimates differ from no change beyond "
        "chance."
    )
    chart = alt.layer(one, spans, points).properties(
        title=titled(rows[0]["campaign"], rows[0].get("indicator")), width=460, height=alt.Step(26)
    )
    return finished(chart, words, len(rows))
