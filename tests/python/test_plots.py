"""Charts show what the tables say, in shapes as well as colours, and compile without a browser."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any, Literal

import altair as alt
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
import vl_convert
from judged import judged_by_sex

import attain as at
from attain import plot
from attain.plot._marks import SHAPES
from attain.plot._report import ReportPlots


@pytest.fixture(scope="module")
def berlin() -> at.Report:
    plan = at.Plan.load("examples/berlin/plan.yaml")
    return at.assess(plan, at.tally(plan, "examples/berlin/outcomes.csv"), as_of="2019-12-31")


@pytest.fixture(scope="module")
def hanoi() -> at.Report:
    plan = at.Plan.load("examples/hanoi/plan.yaml")
    return at.assess(plan, at.tally(plan, "examples/hanoi/outcomes.csv"), as_of="2025-12-31")


def spec_of(chart: Any) -> dict[str, Any]:
    """The chart's specification; it must compile to a picture that is not blank."""
    spec: dict[str, Any] = chart.to_dict()
    picture = vl_convert.vegalite_to_png(chart.to_json())
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 1_500
    svg = vl_convert.vegalite_to_svg(chart.to_json())
    assert svg.count("<path") + svg.count("<text") > 3
    # A chart with configuration cannot be layered with others.
    assert spec["config"].keys() <= {"view"}
    assert spec["description"]
    assert spec["usermeta"]["embedOptions"]["renderer"] in {"svg", "canvas"}
    return spec


def layers(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in spec.get("layer", [spec]):
        yield from layers(part) if "layer" in part else iter([part])


def values(spec: dict[str, Any], mark: str) -> list[dict[str, Any]]:
    """The rows of the first layer with a mark."""
    return all_values(spec, mark)[0]


def all_values(spec: dict[str, Any], mark: str) -> list[list[dict[str, Any]]]:
    """The rows of each layer with a mark."""
    found = []
    for layer in layers(spec):
        if layer["mark"]["type"] == mark:
            data = layer.get("data", spec.get("data"))
            assert data is not None
            rows = data["values"] if "values" in data else spec["datasets"][data["name"]]
            found.append(list(rows))
    return found


def encoding(spec: dict[str, Any], mark: str) -> dict[str, Any]:
    return next(layer["encoding"] for layer in layers(spec) if layer["mark"]["type"] == mark)


def hue_is_never_alone(spec: dict[str, Any]) -> bool:
    """Each layer that is coloured by a value shows it by shape, length or words too."""
    drawn = list(layers(spec))
    words = {layer["encoding"].get("text", {}).get("field") for layer in drawn}
    for layer in drawn:
        field = layer["encoding"].get("color", {}).get("field")
        if field is None:
            continue
        shaped = any(
            one["encoding"].get("shape", {}).get("field") == field.split(".")[-1] for one in drawn
        )
        by_sign = layer["mark"]["type"] == "bar" and "x2" in layer["encoding"]
        stacked = "stack" in layer["encoding"].get("y", {})
        if not (shaped or by_sign or stacked or field in words):
            return False
    return True


def test_a_rug_has_the_verdicts_of_the_report(berlin: at.Report) -> None:
    spec = spec_of(ReportPlots(berlin).rug("burglary-share-district", windows=5))
    rows = berlin.filter(target="burglary-share-district").assessments.to_polars()
    expected = rows.filter(pl.col("window_start").dt.year() >= 2015)
    drawn = values(spec, "point")
    assert len(drawn) == len(expected) == 5 * 12
    verdicts = {
        (row["unit_name"], row["window_start"].isoformat()): row["verdict"]
        for row in expected.to_dicts()
    }
    for row in drawn:
        verdict = verdicts[row["label"], row["window_start"]]
        assert row["mark"].startswith({"indeterminate": "no verdict"}.get(verdict, verdict))
    met = (expected["verdict"] == "met").sum()
    assert spec["description"].startswith(f"burglary-share-district: {met} of 60 rows met")
    domain = encoding(spec, "point")["shape"]["scale"]["domain"]
    assert set(domain) == {row["mark"] for row in drawn}
    assert encoding(spec, "point")["x"]["sort"] == ["2015", "2016", "2017", "2018", "2019"]
    assert hue_is_never_alone(spec)


def test_units_are_sorted_as_asked(berlin: at.Report) -> None:
    latest = berlin.filter(target="burglary-share-district").assessments.to_polars()
    latest = latest.filter(pl.col("window_start").dt.year() == 2019)
    for order in ("value", "gap"):
        spec = ReportPlots(berlin).rug("burglary-share-district", order=order).to_dict()
        expected = latest.sort(order)["unit_name"].to_list()
        assert encoding(spec, "point")["y"]["sort"] == expected


def test_many_units_become_shares() -> None:
    frame = pl.DataFrame(
        {
            "unit": [f"Xã {number}" for number in range(3_000)] * 2,
            "month": ["2024-01"] * 3_000 + ["2024-02"] * 3_000,
            "done": [number % 11 for number in range(6_000)],
            "planned": [10 + number % 3 for number in range(6_000)],
        }
    )
    report = at.judge(frame, unit="unit", period="month", ratio=("done", "planned"), at_least=50)
    spec = spec_of(ReportPlots(report).rug("unit"))
    drawn = values(spec, "bar")
    assert sum(row["rows"] for row in drawn) == 6_000
    assert "too many for a mark each" in spec["description"]
    assert hue_is_never_alone(spec)


def test_a_funnel_names_those_outside(berlin: at.Report) -> None:
    spec = spec_of(ReportPlots(berlin).funnel("grave-assault-share-district", highlight=["Mitte"]))
    ranking = berlin.ranking("grave-assault-share-district").to_polars()
    outside = ranking.filter(pl.col("signal") != "within")["unit_name"].to_list()
    named = {row["name"] for row in values(spec, "point")} - {""}
    assert named == {*outside, "Mitte"}
    assert [row["value"] for row in values(spec, "point")] == (
        ranking.sort("denominator")["value"].to_list()
    )
    assert hue_is_never_alone(spec)


def test_a_funnel_of_many_units_names_the_farthest() -> None:
    chance = np.random.default_rng(5)
    size = chance.integers(50, 400, 800)
    frame = pd.DataFrame(
        {
            "site": [f"s{number:03}" for number in range(800)],
            "year": 2024,
            "size": size,
            "done": chance.binomial(size, np.where(np.arange(800) < 200, 0.5, 0.7)),
        }
    )
    share = ("done", "size")
    report = at.judge(frame, unit="site", period="year", share=share, at_least="60 %")
    funnel = ReportPlots(report).funnel(report.rows[0].target, level="site", limits="chance")
    spec = spec_of(funnel)
    points = values(spec, "point")
    named = {row["name"] for row in points} - {""}
    assert len([row for row in points if row["where"].startswith("outside")]) > 100
    average = sum(frame.done) / sum(frame["size"])
    # The standard deviation of each under chance alone, from the counts.
    z = abs(frame.done / frame["size"] - average) * np.sqrt(frame["size"])
    assert named == set(frame.site[z.nlargest(25).index])


@pytest.mark.parametrize("limits", ["adjusted", "chance", "both"])
def test_a_funnel_draws_the_limits_that_are_chosen(
    berlin: at.Report, limits: Literal["adjusted", "chance", "both"]
) -> None:
    spec = spec_of(ReportPlots(berlin).funnel("grave-assault-share-district", limits=limits))
    table = berlin.funnel("grave-assault-share-district").to_polars().filter(part="line")
    drawn = pl.DataFrame(values(spec, "line"))
    kinds = ["chance", "adjusted"] if limits == "both" else [limits]
    curves = [
        f"{kind}_{end}{ring}"
        for kind in kinds
        for end in ("lower", "upper")
        for ring in ("", "_outer")
    ]
    assert sorted(drawn["curve"].unique()) == sorted(curves)
    for curve in curves:
        assert drawn.filter(curve=curve)["value"].to_list() == table[curve].to_list()


def test_a_funnel_of_one_unit_has_no_limits_and_says_why() -> None:
    frame = pl.DataFrame({"site": ["a"], "year": [2024], "done": [3], "planned": [4]})
    report = at.judge(frame, unit="site", period="year", share=("done", "planned"), at_least="90 %")
    target = next(row["target"] for row in report.assessments.to_dicts())
    table = report.funnel(target)
    assert table.to_dicts()[0]["reason"] == "too_few_units"
    spec = spec_of(ReportPlots(report).funnel(target))
    assert spec["description"].endswith("no limits (too_few_units); 1 drawn.")
    assert {row["where"] for row in values(spec, "point")} == {"without limits"}


def test_ranks_are_in_order(berlin: at.Report) -> None:
    spec = spec_of(ReportPlots(berlin).ranking("grave-assault-share-district"))
    ranking = berlin.ranking("grave-assault-share-district").to_polars().sort("rank", "unit_name")
    assert encoding(spec, "point")["y"]["sort"] == ranking["unit_name"].to_list()
    assert hue_is_never_alone(spec)


@pytest.mark.parametrize("most", [4, 20])
def test_contributions_add_up_to_the_whole(berlin: at.Report, most: int) -> None:
    spec = spec_of(
        ReportPlots(berlin).contributions("burglary-share-city", unit="berlin", most=most)
    )
    steps = values(spec, "bar")
    assert len(steps) == min(12, most + 1) + 1
    for one, following in itertools.pairwise(steps[:-1]):
        assert one["end"] == pytest.approx(following["start"])
    assert steps[-2]["end"] == pytest.approx(steps[-1]["end"])
    assert steps[-1]["by"] == pytest.approx(-2058.1)
    assert hue_is_never_alone(spec)


@pytest.mark.parametrize(
    ("values_of", "at_least", "signs", "shapes", "words"),
    [
        ([82] * 14 + [72] * 10, 60, ["▼", "✓"], ["square", "circle"], "a deterioration; meets"),
        ([72] * 14 + [82] * 10, 95, ["▲", "✗"], ["circle", "square"], "an improvement; misses"),
        ([82] * 24, 82, ["~", "?"], ["circle", "diamond"], "usual variation; chance decides"),
    ],
)
def test_icons_of_signals_say_what_the_row_says(
    values_of: list[int], at_least: int, signs: list[str], shapes: list[str], words: str
) -> None:
    cleared = [value + (-1, 2, 0, -2, 1)[place % 5] for place, value in enumerate(values_of)]
    months = [f"{2023 + month // 12}-{month % 12 + 1:02}" for month in range(24)]
    frame = pl.DataFrame({"town": "R", "month": months, "cleared": cleared, "cases": 100})
    report = at.judge(
        frame, unit="town", period="month", share=("cleared", "cases"), at_least=f"{at_least} %"
    )
    spec = spec_of(ReportPlots(report).signals("town", unit="R"))
    icons = [layer for layer in layers(spec) if layer["mark"].get("size") == 620]
    assert [layer["mark"]["shape"] for layer in icons] == shapes
    assert [rows[0]["sign"] for rows in all_values(spec, "text")] == signs
    assert words in spec["description"]
    row = report.signals("town", unit="R").to_polars().row(0, named=True)
    rates = (
        f"A change of 20 % in 7 periods would be seen with {100 * row['power']:.0f} %, "
        f"no change with {100 * row['false_signal']:.1f} %"
    )
    assert words in spec["title"]["subtitle"][0]
    assert spec["title"]["subtitle"][1:] == [rates]
    assert rates in spec["description"]
    plain = spec_of(ReportPlots(report).signals("town", unit="R", icons=False))
    assert not [layer for layer in layers(plain) if layer["mark"].get("size") == 620]


def test_signals_of_a_series(berlin: at.Report) -> None:
    spec = spec_of(ReportPlots(berlin).signals("burglary-share-district", unit="01", every="year"))
    chart = berlin.chart("burglary-share-district", unit="01", every="year").to_polars()
    assert [row["value"] for row in values(spec, "point")] == chart["value"].to_list()
    flagged = chart["signal"].is_not_null().sum()
    assert f"{flagged} of {len(chart)} points" in spec["description"]
    assert hue_is_never_alone(spec)


def running() -> at.Report:
    plan = at.Plan.parse("""
attain: 1
plan: visits
units: {levels: [city], list: [{id: c, name: Phường Bến Nghé, level: city}]}
measures: {visits: {}}
indicators: {visits-made: {count: visits}}
targets: {enough: {indicator: visits-made, goal: {at_least: 1200}, window: "2025"}}
""")
    made = [92, 88, 97, 101, 90, 85, 79]
    rows = pl.DataFrame(
        {
            "unit": ["c"] * 7,
            "period": [f"2025-{month:02}" for month in range(1, 8)],
            "measure": ["visits"] * 7,
            "value": made,
        }
    )
    return at.assess(plan, at.tally(plan, rows), as_of="2025-07-31")


def test_a_trajectory_has_goal_and_forecast() -> None:
    report = running()
    spec = spec_of(ReportPlots(report).trajectory("enough", fan=(0.5, 0.95)))
    row, table = report.rows[0], report.trajectory("enough").to_polars()
    areas = all_values(spec, "area")
    assert [(area[-1]["low"], area[-1]["high"]) for area in areas] == [
        (row.projected_lower, row.projected_upper),
        (table["lower_50"][-1], table["upper_50"][-1]),
    ]
    # They begin at the last value, and have each day to come.
    to_come = table.filter(part="to_come")
    for area in areas:
        assert area[0]["low"] == area[0]["high"] == row.value
        assert [point["day"] for point in area[1:]] == [str(day) for day in to_come["day"]]
    assert values(spec, "rule") == [{"goal": 1200}]
    assert values(spec, "point")[-1]["value"] == row.value
    assert "The forecast for " in spec["description"]
    assert hue_is_never_alone(spec)
    with pytest.raises(at.RequestError, match="probability"):
        plot.trajectory(report.trajectory("enough"), fan=[0.6])


def test_a_budget_is_beside_the_time() -> None:
    frame = pl.DataFrame(
        {
            "site": ["n", "s"] * 3,
            "month": [f"2025-{month:02}" for month in (1, 2, 3) for _ in "ns"],
            "accidents": [2, 0, 3, 1, 4, 1],
        }
    )
    report = at.judge(
        frame, unit="site", period="month", count="accidents", at_most=12, window="2025"
    )
    spec = spec_of(ReportPlots(report).budget("site"))
    table = report.budget("site").to_polars()
    assert [row["used_share"] for row in values(spec, "bar")] == table["used_share"].to_list()
    assert "1 of 2 units use the limit faster" in spec["description"]
    assert hue_is_never_alone(spec)


def test_a_budget_of_bad_events_is_drawn_as_any_other() -> None:
    frame = pl.DataFrame(
        {
            "service": ["a", "b"] * 3,
            "day": [f"2025-03-{day:02}" for day in (1, 5, 9) for _ in "ab"],
            "good": [998, 1000, 995, 999, 1000, 1000],
            "all": [1000] * 6,
        }
    )
    report = at.judge(
        frame, unit="service", date="day", share=("good", "all"), at_least="99.9 %", every="month"
    )
    spec = spec_of(ReportPlots(report).budget("service"))
    assert [row["numbers"] for row in values(spec, "bar")] == ["7 of 10", "1 of 10"]
    assert [row["state"] for row in values(spec, "bar")] == ["alert", "calm"]
    assert "bad events allowed" in str(encoding(spec, "bar")["x"])
    assert "1 of 2 units use the limit" in spec["description"]
    # Of rolling windows the latest that has closed is drawn, unless another one is named.
    plan = json.loads(report.plan.to_json())
    window = {"rolling": "7 days", "every": "day", "within": "2025-03"}
    plan["targets"]["service"]["window"] = window
    rolling_plan = at.Plan.from_dict(plan)
    columns = {"unit": "service", "date": "day", "values": ["good", "all"]}
    tally = at.tally(rolling_plan, frame, rows="events", **columns)
    rolling = at.assess(rolling_plan, tally, as_of="2025-03-09")
    (a, b) = values(spec_of(ReportPlots(rolling).budget("service")), "bar")
    assert (a["window"], a["numbers"], a["state"]) == ("2025-W10", "5 of 2", "exceeded")
    assert (b["numbers"], b["state"]) == ("1 of 2", "kept")
    (a, _) = values(spec_of(ReportPlots(rolling).budget("service", window="2025-03-10/P7D")), "bar")
    assert a["elapsed_share"] < 100
    with pytest.raises(at.RequestError, match="2024"):
        ReportPlots(rolling).budget("service", window="2024")


def test_effects_are_ratios_with_intervals(hanoi: at.Report) -> None:
    spec = spec_of(ReportPlots(hanoi).effect("tet-2024", indicator="holiday_crimes"))
    (row,) = values(spec, "point")
    assert row["name"] == "same length before"
    assert "1 of 1 estimates differ" in spec["description"]
    assert encoding(spec, "rule").get("x", {}).get("field") in {"one", "lower"}


def test_strata_are_side_by_side() -> None:
    report = judged_by_sex([90, 70, 80, 100], due=100)
    spec = spec_of(ReportPlots(report).strata("area-by-sex"))
    assert len(values(spec, "point")) == 4
    assert "differ by at most 30" in spec["description"]
    assert hue_is_never_alone(spec)


def square(code: str, x: float) -> dict[str, Any]:
    ring = [[x, 0], [x + 1, 0], [x + 1, 1], [x, 1], [x, 0]]
    return {
        "type": "Feature",
        "properties": {"code": code},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def test_charts_of_units_and_days_are_of_one_stratum() -> None:
    charts = ReportPlots(judged_by_sex([172, 151, 188, 142], due=200))
    for draw in (charts.funnel, charts.ranking, partial(charts.trajectory, unit="n")):
        with pytest.raises(at.RequestError, match="sex=f, sex=m"):
            draw("area-by-sex")
        spec = spec_of(draw("area-by-sex", stratum="sex=m"))
        drawn = {row["stratum"] for row in values(spec, "point")}
        assert drawn == {"sex=m"}
    with pytest.raises(at.RequestError, match="none of that name"):
        charts.ranking("area-by-sex", stratum="sex=x")


def test_a_map_has_a_mark_in_each_area() -> None:
    frame = pl.DataFrame({"area": ["a", "b"], "year": [2024] * 2, "n": [3, 9], "m": [10, 10]})
    report = at.judge(frame, unit="area", period="year", share=("n", "m"), at_least=50)
    shapes = {"type": "FeatureCollection", "features": [square("a", 0), square("b", 1)]}
    spec = spec_of(ReportPlots(report).map("area", shapes, code="code"))
    marks = values(spec, "point")
    assert [(row["longitude"], row["latitude"]) for row in marks] == [(0.5, 0.5), (1.5, 0.5)]
    assert [row["mark"] for row in marks] == ["missed · within chance", "met · clear"]
    with pytest.raises(at.RequestError, match="no feature has the code"):
        ReportPlots(report).map("area", shapes)
    # Metres, and one latitude too far.
    for shape in (square("b", 550_000), square("b", 1)):
        if shape["geometry"]["coordinates"][0][0][0] == 1:
            shape["geometry"]["coordinates"][0][2][1] = 90.5
        shapes = {"type": "FeatureCollection", "features": [square("a", 0), shape]}
        with pytest.raises(at.RequestError, match="`b` is not in degrees"):
            ReportPlots(report).map("area", shapes, code="code")


@pytest.mark.parametrize("is_clockwise", [True, False])
def test_an_area_is_drawn_however_its_rings_are_wound(*, is_clockwise: bool) -> None:
    frame = pl.DataFrame({"area": ["a", "b"], "year": [2024] * 2, "n": [3, 9], "m": [10, 10]})
    report = at.judge(frame, unit="area", period="year", share=("n", "m"), at_least=50)
    # `a` has a hole, which is wound as its outer ring is: no file need be right.
    a, b = square("a", 0), square("b", 1)
    hole = [[0.2, 0.2], [0.4, 0.2], [0.4, 0.4], [0.2, 0.4], [0.2, 0.2]]
    a["geometry"]["coordinates"].append(hole)
    b["geometry"] = {"type": "MultiPolygon", "coordinates": [b["geometry"]["coordinates"]]}
    if is_clockwise:
        for rings in (a["geometry"]["coordinates"], b["geometry"]["coordinates"][0]):
            for ring in rings:
                ring.reverse()
    shapes = {"type": "FeatureCollection", "features": [a, b]}
    chart = ReportPlots(report).map("area", shapes, code="code")
    spec = spec_of(chart)
    drawn = [feature["geometry"]["coordinates"] for feature in values(spec, "geoshape")]
    # Clockwise around an area, the other way around a hole.
    signs = [[turn(ring) for ring in drawn[0]], [turn(ring) for ring in drawn[1][0]]]
    assert signs == [[-1, 1], [-1]]
    # As wide as high; the whole globe would be drawn as a frame of the picture.
    svg = vl_convert.vegalite_to_svg(chart.to_json())
    outlines = re.findall(r'aria-roledescription="geoshape"[^>]*d="(M[^"]*)"', svg)
    assert len(outlines) == 2
    for outline in outlines:
        xs = [float(x) for x in re.findall(r"[ML](-?[\d.]+),", outline)]
        assert max(xs) - min(xs) < 560 * 0.55


def turn(ring: list[list[float]]) -> int:
    """1 if a ring runs against the clock, −1 if it runs with it."""
    twice = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in itertools.pairwise(ring))
    return 1 if twice > 0 else -1


def test_boundaries_join_units_before_and_after() -> None:
    columns = ("from_unit", "from_name", "to_unit", "to_name", "share", "relation")
    table = [
        dict(zip(columns, row, strict=True))
        for row in [
            ("1", "Mill", "1", "North", 1.0, "whole"),
            ("2", "Harbour", "1", "North", 0.25, "part"),
            ("2", "Harbour", "2", "South", 0.75, "part"),
            ("3", "Hill", "2", "South", None, "unknown"),
            ("4", "Marsh", None, None, None, "lost"),
            ("5", "Wood", "5", "Wood", 1.0, "same"),
        ]
    ]
    spec = spec_of(plot.boundaries(table))
    lines = all_values(spec, "rule")[0]
    found = [(row["from"], row["to"], row["text"], row["known"]) for row in lines]
    assert found == [
        ("Mill", "North", "", True),
        ("Harbour", "North", "25 %", True),
        ("Harbour", "South", "75 %", True),
        ("Hill", "South", "", False),
    ]
    assert [row["width"] for row in lines] == [7, 2.5, 5.5, 1.5]
    names = [{row["name"]: row["place"] for row in layer} for layer in all_values(spec, "text")[1:]]
    assert names == [{"Mill": 0, "Harbour": 1, "Hill": 2, "Marsh": 3}, {"North": 0.5, "South": 1.5}]
    said = "4 units become 2; divided: 1; unchanged: 1; gone, nobody says where: 1."
    assert spec["description"] == said
    with pytest.raises(at.RequestError, match="all units stay the same"):
        plot.boundaries(table[5:])
    plan = at.Plan.load("examples/reform/plan.yaml", tables="examples/hanoi")
    with pytest.raises(at.RequestError, match="room for 120 units"):
        plot.boundaries(plan.mapping("2025-01-01", "2025-07-01"))


def test_certificates_lie_in_the_tree_of_units() -> None:
    units = [
        {"id": "c", "name": "City", "level": "city"},
        {"id": "a", "name": "A", "level": "ward", "parent": "c"},
        {"id": "b", "name": "B", "level": "ward", "parent": "c"},
    ]
    table = [
        {
            "unit": unit,
            "window_start": "2024-01-01",
            "window_end": "2025-01-01",
            "verdict": verdict,
        }
        for unit, verdict in [("a", "met"), ("b", "missed"), ("c", "indeterminate")]
    ]
    spec = spec_of(plot.certification(table, units))
    bars = {
        row["unit"]: (row["start"], row["end"], row["certificate"]) for row in values(spec, "bar")
    }
    assert bars == {"City": (0, 2, "not known"), "A": (0, 1, "held"), "B": (1, 2, "not held")}
    assert "1 of 3 units hold" in spec["description"]


@pytest.mark.parametrize("kind", [pl.DataFrame, pd.DataFrame, lambda table: pa.table(table)])
def test_tables_of_every_library_are_drawn_alike(berlin: at.Report, kind: Any) -> None:
    table = berlin.filter(target="burglary-share-district").assessments
    frame = table.to_pandas() if kind is pd.DataFrame else kind(table)
    expected = values(plot.rug(table).to_dict(), "point")
    found = values(plot.rug(frame).to_dict(), "point")
    assert found == expected


def test_what_cannot_be_drawn_is_refused(berlin: at.Report) -> None:
    everything = berlin.assessments
    with pytest.raises(at.RequestError, match="the rows are of several"):
        plot.rug(everything)
    with pytest.raises(at.RequestError, match="none of that name"):
        plot.rug(everything, "burglary")
    with pytest.raises(at.RequestError, match="no rows to draw"):
        plot.rug([])
    with pytest.raises(at.RequestError, match="other columns"):
        plot.rug([{"a": 1}])
    with pytest.raises(at.RequestError, match="this is no table"):
        plot.rug(3)
    with pytest.raises(at.RequestError, match="no such window"):
        plot.funnel(berlin.funnel("grave-assault-share-district"), window="1999")
    with pytest.raises(at.RequestError, match="kind of limits"):
        plot.funnel(berlin.funnel("grave-assault-share-district"), limits="all")  # type: ignore[arg-type]
    with pytest.raises(at.RequestError, match="of no stratum"):
        plot.strata(everything, "burglary-share-district")


def test_rows_without_values_are_drawn_as_such() -> None:
    frame = pl.DataFrame(
        {"site": ["a", "b"], "year": [2024] * 2, "done": [None, None], "planned": [3, 4]},
        schema_overrides={"done": pl.Int64},
    )
    report = at.judge(frame, unit="site", period="year", share=("done", "planned"), at_least=90)
    spec = spec_of(ReportPlots(report).rug("site"))
    assert [row["mark"] for row in values(spec, "point")] == ["no verdict"] * 2


CASES = ("no rows", "nothing recorded", "all suppressed", "one unit", "3,000 units")


def small_and_large(case: str) -> at.Report:
    """Shares of communes month by month, and the sum of a city; as of the middle of the year."""
    count = {"one unit": 1, "3,000 units": 3_000}.get(case, 4)
    names = [f"x{number:04}" for number in range(count)]
    units = [{"id": "top", "level": "city"}] + [
        {"id": name, "name": f"Xã {name}", "level": "commune", "parent": "top"} for name in names
    ]
    within = {"every": "month", "within": "2024"}
    plan = at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "p",
            "units": {"levels": ["city", "commune"], "list": units},
            "measures": {"done": {"every": "month"}, "due": {"every": "month"}},
            "indicators": {
                "share": {"proportion": {"numerator": "done", "denominator": "due"}},
                "done": {"count": "done"},
            },
            "targets": {
                "share": {
                    "indicator": "share",
                    "goal": {"at_least": 80},
                    "window": within,
                    "units": {"level": "commune"},
                },
                "city": {
                    "indicator": "share",
                    "goal": {"at_least": 80},
                    "window": "2024",
                    "units": ["top"],
                },
                "sum": {
                    "indicator": "done",
                    "goal": {"at_most": 100 * count},
                    "window": "2024",
                    "units": ["top"],
                },
            },
        }
    )
    months = [f"2024-{month:02}" for month in range(1, 7)]
    rows = [
        (name, month, measure, float((7 * place + 3 * step) % 9 if measure == "done" else 9), None)
        for place, name in enumerate(names)
        for step, month in enumerate(months)
        for measure in ("done", "due")
    ]
    if case == "nothing recorded":
        rows = []
    if case == "all suppressed":
        rows = [(unit, month, measure, None, "Q") for unit, month, measure, _, _ in rows]
    columns = {
        "unit": pl.String,
        "period": pl.String,
        "measure": pl.String,
        "value": pl.Float64,
        "status": pl.String,
    }
    outcomes = pl.DataFrame(rows, schema=columns, orient="row")
    report = at.assess(plan, at.tally(plan, outcomes), as_of="2024-06-30")
    return report.filter(verdict=[]) if case == "no rows" else report


def areas(count: int) -> dict[str, Any]:
    features = [square(f"x{number:04}", number % 60) for number in range(count)]
    return {"type": "FeatureCollection", "features": features}


CHARTS: dict[str, Any] = {
    "rug": lambda charts: charts.rug("share"),
    "funnel": lambda charts: charts.funnel("share"),
    "ranking": lambda charts: charts.ranking("share"),
    "contributions": lambda charts: charts.contributions("city"),
    "signals": lambda charts: charts.signals("share", unit="x0000"),
    "trajectory": lambda charts: charts.trajectory("sum"),
    "budget": lambda charts: charts.budget("sum"),
    "map": lambda charts: charts.map(
        "share", areas(len(charts._report.plan.units) - 1), code="code"
    ),
}


NO_ROWS = "there are no rows to draw"
REFUSED = {
    **{(name, "no rows"): NO_ROWS for name in CHARTS},
    ("signals", "no rows"): "is not for the unit",
    ("ranking", "3,000 units"): "room for 200 units",
    **{
        (name, case): message
        for case in ("nothing recorded", "all suppressed")
        for name, message in {
            "funnel": NO_ROWS,
            "ranking": NO_ROWS,
            "contributions": "there are no parts to draw",
            "signals": NO_ROWS,
            "trajectory": "no row has a value",
            "budget": NO_ROWS,
        }.items()
    },
}
"""The charts that have nothing to draw, or no room for it, and what they say."""


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> tuple[str, ReportPlots]:
    return request.param, ReportPlots(small_and_large(request.param))


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_of_little_and_of_much_compiles_or_says_what_is_absent(
    case: tuple[str, ReportPlots], name: str
) -> None:
    about, charts = case
    refused = REFUSED.get((name, about))
    if refused is None:
        spec = spec_of(CHARTS[name](charts))
        assert "NaN" not in json.dumps(spec)
        assert "nan" not in spec["description"]
        assert hue_is_never_alone(spec)
    else:
        with pytest.raises(at.RequestError, match=refused):
            CHARTS[name](charts)


def test_marks_differ_without_colour() -> None:
    assert len(set(SHAPES.values())) == len(SHAPES)


def test_the_theme_is_chosen_by_the_user() -> None:
    before = alt.theme.active
    plot.theme()
    try:
        assert alt.theme.active == "attain"
    finally:
        alt.theme.enable(before)


def test_importing_attain_loads_no_plotting_library() -> None:
    code = "import attain, sys; print({'altair', 'pandas', 'polars', 'pyarrow'} & set(sys.modules))"
    output = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert output.stdout.strip() == "set()"
