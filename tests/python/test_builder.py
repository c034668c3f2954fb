"""Plans built step by step are the plans that files hold, with the same faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import polars as pl
import pytest

import attain as at
from attain._builder import Every, OverTime

FRAME = pl.DataFrame(
    {
        "state": ["CA", "CA", "NY"],
        "county": ["6059", "6029", "36047"],
        "name": ["Orange", "Kern", "Kings"],
    }
)


def builder() -> at.PlanBuilder:
    return (
        at.plan("murders", title="Murders and arrests", within="2024", confidence=0.9)
        .units(FRAME, levels=["state", "county"], names={"county": "name"}, paths=False)
        .measures("arrests", "murders", every="month")
        .measure("population", over_time="mean")
        .measures("trained", "examined", every="month", cumulative=True, unit="person")
    )


YAML = """
attain: 1
plan: murders
title: Murders and arrests
confidence: 0.9
units:
  levels: [state, county]
  list:
    - {id: CA, name: CA, level: state}
    - {id: "6059", name: Orange, level: county, parent: CA}
    - {id: "6029", name: Kern, level: county, parent: CA}
    - {id: NY, name: NY, level: state}
    - {id: "36047", name: Kings, level: county, parent: NY}
measures:
  arrests: {every: month}
  murders: {every: month}
  population: {over_time: mean}
  trained: {every: month, cumulative: true, unit: person}
  examined: {every: month, cumulative: true, unit: person}
indicators:
  sixty: {ratio: {numerator: arrests, denominator: murders}}
  few: {rate: {numerator: murders, population: population, per: 100000}}
targets:
  sixty:
    indicator: sixty
    goal: {at_least: 60}
    window: {every: quarter, within: "2024"}
    units: {level: county}
    basis: [{document: 96/2019/QH14}]
  few:
    indicator: few
    goal: {below: 2.5}
    window: ["2024-01-01", "2024-07-01"]
    units: ["CA", "NY"]
  fewer:
    indicator: few
    goal: {reduce_by: {percent: 10, from: same_window_last_year}}
    window: "2024"
    units: ["CA"]
"""


def test_the_plan_is_the_one_that_a_file_holds() -> None:
    rate = at.rate("murders", "population", per=100_000)
    built = (
        builder()
        .target(
            "sixty",
            at.ratio("arrests", "murders") >= "60 %",
            every="quarter",
            level="county",
            basis="96/2019/QH14",
        )
        .target("few", rate < 2.5, window=("2024-01-01", "2024-07-01"), units=["CA", "NY"])
        .target(
            "fewer",
            rate.reduce_by("10 %", since="same_window_last_year"),
            window="2024",
            units=["CA"],
        )
        .build()
    )
    assert built == at.Plan.parse(YAML)


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        (at.count("a") >= 3, {"at_least": 3}),
        (at.count("a") > 3, {"above": 3}),
        (at.count("a") <= 3, {"at_most": 3}),
        (at.count("a") < 3.5, {"below": 3.5}),
        (at.count("a").between(1, "2"), {"between": [1, 2]}),
        # The plan reads the percentage of a share, and refuses that of a count.
        (at.share("a", "b") >= "0.5 %", {"at_least": "0.5 %"}),
        (at.count("a") >= "3 %", {"at_least": "3 %"}),
        (at.ratio("a", "b") >= "60 %", {"at_least": 60}),
        (
            at.count("a").increase_by(5, since={"value": 9}),
            {"increase_by": {"absolute": 5, "from": {"value": 9}}},
        ),
    ],
)
def test_comparisons_are_goals(goal: at.Goal, expected: dict[str, Any]) -> None:
    assert goal.goal == expected


def test_a_chain_of_comparisons_is_refused() -> None:
    with pytest.raises(TypeError, match="between"):
        assert 3 <= at.count("a") <= 5


def test_measures_are_added_and_subtracted() -> None:
    cleared = at.measure("cleared") + "old" - at.measure("moved")
    assert str(cleared) == "cleared + old - moved"
    assert str(at.measure("all") - cleared) == "all - (cleared + old - moved)"
    assert str(at.measure("all") - "cleared + old") == "all - (cleared + old)"
    assert str("more" + at.measure("some")) == "more + some"
    assert at.count(cleared).formula == {"count": "cleared + old - moved"}


def test_a_sum_is_subtracted_as_a_whole() -> None:
    rest = at.measure("murders") - (at.measure("arrests") - "trained")
    built = builder().target("rest", at.count(rest) <= 9, window="2024").build()
    assert json.loads(built.to_json())["indicators"]["rest"] == {
        "count": "murders - arrests + trained"
    }


def test_measures_are_multiplied_and_divided() -> None:
    murders, arrests = at.measure("murders"), at.measure("arrests")
    assert str(0.5 * murders) == str(murders * 0.5) == "0.5 * murders"
    assert str((murders + arrests) / 12) == "(murders + arrests) / 12"
    assert str(murders - 2 * (arrests - murders)) == "murders - (2 * (arrests - murders))"
    goal = at.rate("murders", 0.25 * at.measure("population"), per=1000) <= 3
    plan = builder().target("few", goal, every="year", level="county").build()
    assert "population: 0.25 * population" in plan.to_yaml()
    with pytest.raises(at.RequestError, match="multiplied by a number"):
        _ = "50 %" * murders
    with pytest.raises(at.PlanError, match="above 0, not by 0"):
        builder().target("few", at.count(0 * murders) <= 3, every="year").build()


def test_the_numerator_alone_is_narrowed_and_progress_starts_at_a_baseline() -> None:
    women = {"sex": "f"}
    formulas = {
        "share": at.share("a", "b", part_where=women),
        "ratio": at.ratio("a", "b", one_where=women),
        "rate": at.rate("a", "b", per=10, events_where=women),
    }
    built = at.plan("p", within="2024", strata={"sex": ["f", "m"]}).units(
        pd.DataFrame({"city": ["c"]}), levels=["city"]
    )
    built = built.measures("a", "b")
    for name, formula in formulas.items():
        built = built.target(name, formula >= 20, window="2024", baseline=12.5)
    plan = built.target("more", at.count("a") >= 9, every="year", baseline="2023").build()
    written = plan.to_yaml()
    assert written.count("numerator_where") == 3
    assert written.count("value: 12.5") == 3
    assert 'window: "2023"' in written or "window: 2023" in written
    rows = [("c", "2024-01-01", "a", "f", 30), ("c", "2024-01-01", "a", "m", 70)]
    rows += [("c", "2024-01-01", "b", "f", 60), ("c", "2024-01-01", "b", "m", 140)]
    columns = ["unit", "date", "measure", "sex", "value"]
    tally = at.tally(plan, pd.DataFrame(rows, columns=columns))
    report = at.assess(plan, tally, as_of="2025-01-01")
    share = report.filter(target="share").to_pandas().iloc[0]
    assert (share["numerator"], share["denominator"], share["value"]) == (30, 200, 15)
    assert share["progress"] == pytest.approx(100 * (15 - 12.5) / (20 - 12.5))


def test_choices_of_measures_are_those_of_the_plan_format() -> None:
    _, measure = json.loads(at.schema())["$defs"]["measure"]["anyOf"]
    keys = measure["properties"]
    assert list(get_args(Every)) == keys["every"]["enum"]
    assert list(get_args(OverTime)) == keys["over_time"]["enum"]


def test_an_indicator_is_declared_once() -> None:
    built = (
        builder()
        .indicator("clearance", at.ratio("arrests", "murders"), title="Clearance", better="higher")
        .target("a", at.ratio("arrests", "murders") >= 60, every="year")
        .target("murders", at.count("murders") <= 60, every="year")
    )
    plan = built.to_dict()
    assert set(plan["indicators"]) == {"clearance", "murders-value"}
    assert built.build().targets["target"] == ["a", "murders"]


def faults(call: Any, kind: type[at.AttainError] = at.PlanError) -> list[str]:
    with pytest.raises(kind) as raised:
        call()
    return [str(fault) for fault in raised.value.faults]


def test_faults_name_the_keys() -> None:
    goal = at.count("murder") <= 3
    found = faults(builder().target("t", goal, every="year", level="county").build)
    assert found[0].startswith("indicators.t.count: there is no measure `murder`")
    assert "did you mean `murders`?" in found[0]
    no_window = at.plan("p").units(FRAME, levels=["state"]).measures("a")
    found = faults(no_window.target("t", at.count("a") <= 3, every="year").build)
    assert "targets.t.window" in found[0]
    assert "within" in found[0]
    twice = builder().target("t", at.count("murders") <= 3, every="year")
    found = faults(twice.target("t", at.count("murders") <= 4, every="year").build)
    assert found == ["targets.t: this id is there twice"]
    both = builder().target("t", at.count("murders") <= 3, level="county", units=["CA"])
    assert "exclude each other" in faults(both.build)[0]
    no_goal: Any = "at least 3"
    assert "no goal" in faults(builder().target("t", no_goal).build)[0]


def test_what_is_not_a_number_is_refused() -> None:
    wrong: Any
    for wrong in ("many", None, True, "9,5 %"):
        found = faults(lambda wrong=wrong: at.count("a") >= wrong, at.RequestError)
        assert found[0].startswith("column `at_least`: this is no number")


def test_two_units_of_one_code_are_refused() -> None:
    frame = pl.DataFrame({"a": ["x", "y"], "b": ["z", "z"]})
    found = faults(
        lambda: at.plan("p").units(frame, levels=["a", "b"], paths=False), at.RequestError
    )
    assert "two units have one code" in found[0]
    plan = at.plan("p").units(frame, levels=["a", "b"]).to_dict()
    assert [unit["id"] for unit in plan["units"]["list"]] == ["x", "x/z", "y", "y/z"]


def test_goals_of_a_frame_are_those_of_a_file_beside_the_plan(tmp_path: Path) -> None:
    goals = pd.DataFrame(
        {
            "unit": ["a", "b", "c"],
            "at_least": [90.0, None, None],
            "increase_by": [None, "10 %", "5"],
            "baseline": [None, 40.0, 12.5],
        }
    )
    built = (
        at.plan("drills")
        .units(pd.DataFrame({"site": ["a", "b", "c"]}), levels=["site"])
        .measures("held", "planned", every="year")
        .target("held", at.ratio("held", "planned").goals(goals), window="2024", level="site")
        .build()
    )
    assert built.targets["target"] == ["held.a", "held.b", "held.c"]
    assert built.targets["goal"] == [
        "at least 90",
        "increase by 10 % from 40",
        "increase by 5 from 12.5",
    ]
    goals.to_csv(tmp_path / "goals.csv", index=False)
    listed = built.to_yaml()
    head = listed[: listed.index("targets:")]
    (tmp_path / "plan.yaml").write_text(
        f"{head}targets:\n  held: {{indicator: held-value, goal: {{table: goals.csv}}, "
        "window: '2024', units: {level: site}}\n",
        encoding="utf-8",
    )
    assert at.Plan.load(tmp_path / "plan.yaml") == built
    rows = goals.to_dict("records")
    again = at.plan("drills").units(
        [{"id": one, "level": "site"} for one in "abc"], levels=["site"]
    )
    again.measures("held", "planned", every="year")
    again.target("held", at.ratio("held", "planned").goals(rows), window="2024", level="site")
    assert again.build().targets["goal"] == built.targets["goal"]


@pytest.mark.parametrize("convert", [pl.DataFrame, lambda rows: pl.DataFrame(rows).to_arrow()])
def test_goals_come_from_frames_of_other_libraries(convert: Callable[[Any], Any]) -> None:
    rows = {"window": ["2023", "2024"], "at_least": [90, None], "above": [None, 95.5]}
    plan = at.plan("p").units([{"id": "a", "level": "site"}], levels=["site"])
    plan.measures("held", "planned")
    goal = at.ratio("held", "planned").goals(convert(rows))
    plan.target("met", goal, every="year", within=("2023-01-01", "2025-01-01"))
    assert plan.build().targets["goal"] == ["at least 90", "above 95.5"]


def test_goals_that_are_no_rows_are_refused() -> None:
    with pytest.raises(at.RequestError, match="these are no rows: found int"):
        at.count("held").goals(5)
