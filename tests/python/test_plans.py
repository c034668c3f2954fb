"""Files, texts and dicts of a plan give the same plan."""

from __future__ import annotations

import datetime
import enum
import json
import pickle
import tomllib
import types
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import attain
from attain.errors import Fault

EXAMPLES = sorted(Path("examples").glob("*/plan.yaml"))


def plan_with(**changes: object) -> dict[str, Any]:
    """A plan with one target, and what a test changes in it."""
    return {
        "attain": 1,
        "plan": "tet",
        "units": {"levels": ["city"], "list": [{"id": "01", "name": "Hà Nội", "level": "city"}]},
        "measures": {"cases": {}, "cleared": {}},
        "indicators": {"clearance": {"ratio": {"numerator": "cleared", "denominator": "cases"}}},
        "targets": {"tet": {"indicator": "clearance", "goal": {"at_least": 75}, "window": "2023"}},
    } | changes


def target_with(**changes: object) -> dict[str, Any]:
    target = {"indicator": "clearance", "goal": {"at_least": 75}, "window": "2023"}
    return plan_with(targets={"tet": target | changes})


def goal_of(plan: attain.Plan) -> Decimal:
    """The goal of the only target, every digit of it."""
    written = json.loads(plan.to_json(), parse_float=Decimal, parse_int=Decimal)
    goal: Decimal = written["targets"]["tet"]["goal"]["at_least"]
    return goal


def faults(plan: object) -> tuple[Fault, ...]:
    with pytest.raises(attain.PlanError) as caught:
        attain.Plan.from_dict(plan)  # type: ignore[arg-type]
    return caught.value.faults


# ---- The input formats


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_an_example_reads_back_equal_whatever_it_is_written_as(path: Path) -> None:
    # The units of one example are those of another.
    plan = attain.Plan.load(path, tables="examples/hanoi")
    assert attain.Plan.parse(plan.to_yaml()) == plan
    assert attain.Plan.parse(plan.to_json(), "json") == plan
    assert attain.Plan.parse(plan.to_toml(), format="toml") == plan
    assert attain.Plan.from_dict(tomllib.loads(plan.to_toml(), parse_float=Decimal)) == plan
    assert attain.Plan.from_dict(json.loads(plan.to_json(), parse_float=Decimal)) == plan


def test_toml_is_read_as_the_standard_library_reads_it() -> None:
    text = """
attain = 1
plan = "p"
units.levels = ["city"]
units.list = [{id = "01", level = "city", valid_from = "2020-01-01"}]
[indicators.crime]
count = 'cases'
[targets."fewer.1".goal]
at_most = 1_900.50
[measures]
cases = {title = "Vụ \\u00e1n", over_time = "sum"}
[targets."fewer.1"]
indicator = "crime"
window = {every = "month", within = "2024"}
[[targets."fewer.1".basis]]
document = '96/2019'
[[targets."fewer.1".basis]]
document = "48"
"""
    expected = attain.Plan.from_dict(tomllib.loads(text, parse_float=Decimal))
    assert attain.Plan.parse(text, "toml") == expected
    assert written_goal(expected) == Decimal("1900.50")


def written_goal(plan: attain.Plan) -> Decimal:
    written = json.loads(plan.to_json(), parse_float=Decimal)
    goal: Decimal = written["targets"]["fewer.1"]["goal"]["at_most"]
    return goal


def test_there_are_examples_to_read() -> None:
    assert {path.parent.name for path in EXAMPLES} >= {"berlin", "committee", "hanoi", "maryland"}


def test_a_plan_is_the_same_from_a_path_and_from_its_name() -> None:
    path = EXAMPLES[0]
    assert attain.Plan.load(path) == attain.Plan.load(str(path))


def test_a_unit_table_is_looked_for_in_the_directory(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("id,name,level\n01,Hà Nội,city\n", encoding="utf-8")
    by_table = plan_with(units={"levels": ["city"], "table": "units.csv"})
    assert attain.Plan.from_dict(by_table, directory=tmp_path) == attain.Plan.from_dict(plan_with())


def test_a_plan_survives_the_way_to_another_process() -> None:
    plan = attain.Plan.load(EXAMPLES[0])
    assert pickle.loads(pickle.dumps(plan)) == plan


def test_a_plan_says_what_it_is() -> None:
    plan = attain.Plan.from_dict(plan_with(title="Tết", note="a week"))
    assert (plan.id, plan.title, plan.note, plan.targets["target"]) == (
        "tet",
        "Tết",
        "a week",
        ["tet"],
    )
    assert repr(plan) == "<Plan tet: 1 targets, 1 units>"


def test_plans_that_promise_different_things_differ() -> None:
    plan = attain.Plan.from_dict(plan_with())
    assert plan == attain.Plan.from_dict(plan_with())
    assert plan != attain.Plan.from_dict(target_with(goal={"above": 75}))
    assert plan != "tet"


def test_a_missing_file_is_a_file_error(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    with pytest.raises(attain.FileError) as caught:
        attain.Plan.load(path)
    assert caught.value.faults[0].file == str(path)


def test_a_fault_of_a_file_has_its_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text("attain: 1\nplan: tet\nmeasure: {}\n", encoding="utf-8")
    with pytest.raises(attain.PlanError) as caught:
        attain.Plan.load(path)
    misspelt = next(fault for fault in caught.value.faults if fault.line == 3)
    assert (misspelt.file, misspelt.column) == (str(path), 1)
    assert str(misspelt) in str(caught.value)


def test_an_unknown_format_is_a_request_at_fault() -> None:
    with pytest.raises(attain.RequestError, match="found `xml`"):
        attain.Plan.parse("", "xml")  # type: ignore[arg-type]


def test_the_schema_is_a_json_schema_of_the_keys_that_plans_have() -> None:
    schema = json.loads(attain.schema())
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert set(plan_with()) <= set(schema["properties"])


# ---- What Python values mean


class Goal(enum.IntEnum):
    RESOLUTION_96 = 75


class Better(enum.StrEnum):
    HIGHER = enum.auto()


@pytest.mark.parametrize(
    ("value", "exactly"),
    [
        (0, "0"),
        (-7, "-7"),
        (np.int64(75), "75"),
        (np.uint8(75), "75"),
        (Goal.RESOLUTION_96, "75"),
        (75.0, "75"),
        (96.4, "96.4"),
        (np.float64(96.4), "96.4"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e16, "10000000000000000"),
        (Decimal("96.40"), "96.4"),
        (Decimal("9.64E+1"), "96.4"),
    ],
)
def test_a_goal_is_the_decimal_that_was_written(value: object, exactly: str) -> None:
    plan = attain.Plan.from_dict(target_with(goal={"at_least": value}))
    assert goal_of(plan) == Decimal(exactly)


@given(st.floats(min_value=-1e9, max_value=1e9).map(lambda number: round(number, 6)))
def test_a_float_is_the_shortest_decimal_that_is_it(number: float) -> None:
    goal = goal_of(attain.Plan.from_dict(target_with(goal={"at_least": number})))
    assert float(goal) == number
    digits = len(goal.normalize().as_tuple().digits)
    # Rounded to any fewer digits it would be another float.
    assert all(float(f"{number:.{fewer - 1}e}") != number for fewer in range(1, digits))


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
def test_a_decimal_loses_no_digit(number: Decimal) -> None:
    assert goal_of(attain.Plan.from_dict(target_with(goal={"at_least": number}))) == number


def test_texts_bools_dates_and_nones_mean_what_they_mean_in_a_file() -> None:
    in_python = plan_with(
        title=None,
        measures={"cases": {"signed": True}, "cleared": {"signed": False}},
        indicators={
            "clearance": {
                "ratio": {"numerator": "cleared", "denominator": "cases"},
                "better": Better.HIGHER,
            }
        },
        targets={
            "tet": {
                "indicator": "clearance",
                "goal": {"at_least": 75},
                "window": (datetime.date(2022, 12, 15), "2023-02-15"),
                "basis": [{"document": "96/2019/QH14", "dated": datetime.date(2019, 11, 27)}],
            }
        },
    )
    in_a_file = """
        attain: 1
        plan: tet
        title: ~
        units: {levels: [city], list: [{id: "01", name: Hà Nội, level: city}]}
        measures: {cases: {signed: true}, cleared: {signed: false}}
        indicators:
          clearance: {ratio: {numerator: cleared, denominator: cases}, better: higher}
        targets:
          tet:
            indicator: clearance
            goal: {at_least: 75}
            window: ["2022-12-15", "2023-02-15"]
            basis: [{document: 96/2019/QH14, dated: 2019-11-27}]
    """
    assert attain.Plan.from_dict(in_python) == attain.Plan.parse(in_a_file)


def test_any_mapping_is_read_like_a_dict() -> None:
    plan = plan_with()
    assert attain.Plan.from_dict(types.MappingProxyType(plan)) == attain.Plan.from_dict(plan)


# ---- What no plan can hold


def test_a_fault_of_a_dict_has_the_keys_that_lead_there() -> None:
    (fault,) = faults(target_with(goal={"at_leats": 75}))
    assert fault.path is not None
    assert fault.path.startswith("targets.tet.goal")


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_is_not_finite_is_refused(number: float) -> None:
    for value in (number, np.float64(number), Decimal(str(number))):
        (fault,) = faults(target_with(goal={"at_least": value}))
        assert fault.path == "targets.tet.goal.at_least"
        assert fault.message == "this is no finite number"


@pytest.mark.parametrize(
    ("value", "found", "hint"),
    [
        (np.array([1, 2]), "numpy.ndarray", "make plain values of it with `.tolist()`"),
        (np.float32(0.5), "numpy.float32", "make plain values of it with `.tolist()`"),
        ({1, 2}, "set", "make a list of it with `list(…)`"),
        (range(3), "range", "make a list of it with `list(…)`"),
        (object(), "object", None),
        (1j, "complex", None),
    ],
)
def test_a_value_that_no_plan_can_hold_is_named_by_its_type(
    value: object, found: str, hint: str | None
) -> None:
    (fault,) = faults(target_with(window=["2022-12-15", value]))
    assert fault.path == "targets.tet.window.1"
    assert fault.found == found
    assert fault.hint == hint


def test_bytes_are_no_text() -> None:
    (fault,) = faults(plan_with(title=b"Tet"))
    assert (fault.path, fault.found) == ("title", "bytes")


def test_a_moment_is_refused_where_a_day_is_wanted() -> None:
    moment = datetime.datetime(2019, 11, 27, tzinfo=datetime.UTC)
    (fault,) = faults(target_with(basis=[{"document": "96/2019/QH14", "dated": moment}]))
    assert fault.path == "targets.tet.basis.0.dated"
    assert fault.hint == "take its day with `.date()`"


def test_a_key_that_is_no_text_is_refused_where_it_stands() -> None:
    (fault,) = faults(plan_with(measures={2023: {}, "cases": {}}))
    assert fault.path == "measures"
    assert fault.found == "2023"
    assert fault.hint == 'write it as a text: "2023"'


def test_half_a_character_is_refused() -> None:
    (fault,) = faults(plan_with(title="\ud800"))
    assert fault.path == "title"


def test_a_dict_that_holds_itself_is_refused() -> None:
    plan = plan_with()
    plan["measures"] = plan
    assert {fault.hint for fault in faults(plan)} == {"does a list or dict hold itself?"}


def test_all_such_values_are_found_in_one_go() -> None:
    plan = plan_with(measures={"cases": {"title": 1j}}, title=object(), note={1})
    assert [fault.path for fault in faults(plan)] == ["measures.cases.title", "title", "note"]


def test_what_a_mapping_raises_is_not_swallowed() -> None:
    class Broken(dict[str, object]):
        def items(self) -> Any:
            raise RuntimeError("out of order")

    with pytest.raises(RuntimeError, match="out of order"):
        attain.Plan.from_dict(Broken(a=1))


@pytest.mark.parametrize("missing", [float("nan"), pd.NaT, pd.NA, None])
def test_a_missing_cell_of_a_dataframe_of_units_is_a_missing_key(missing: Any) -> None:
    frame = pd.DataFrame(
        {
            "id": ["c", "d"],
            "level": ["city", "district"],
            "parent": ["c", "c"],
            "valid_to": [missing, "2025-07-01"],
        },
        dtype=object,
    )
    frame.loc[0, "parent"] = missing
    units = frame.to_dict("records")
    units[0]["parent"] = missing
    plan = attain.Plan.from_dict(
        {"attain": 1, "plan": "p", "units": {"levels": ["city", "district"], "list": units}}
    )
    expected = attain.Plan.parse(
        "{attain: 1, plan: p, units: {levels: [city, district], list: ["
        "{id: c, level: city}, {id: d, level: district, parent: c, valid_to: 2025-07-01}]}}"
    )
    assert plan == expected


def test_a_number_that_is_none_is_still_refused() -> None:
    with pytest.raises(
        attain.PlanError, match=r"targets\.t\.goal\.at_least: this is no finite number"
    ):
        attain.Plan.from_dict({"targets": {"t": {"goal": {"at_least": float("nan")}}}})


@pytest.mark.parametrize(
    ("word", "every"), [("monthly", "month"), ("Quarterly", "quarter"), ("every week", "week")]
)
def test_a_word_for_how_often_is_answered_with_the_forms_of_windows(word: str, every: str) -> None:
    text = f"""
    attain: 1
    plan: p
    units: {{levels: [city], list: [{{id: c, level: city}}]}}
    measures: {{cases: {{}}}}
    indicators: {{crime: {{count: cases}}}}
    targets: {{t: {{indicator: crime, goal: {{at_most: 3}}, window: {word}}}}}
    """
    with pytest.raises(attain.PlanError) as caught:
        attain.Plan.parse(text)
    (fault,) = caught.value.faults
    assert fault.expected is not None
    assert fault.hint is not None
    assert "{every: …, within: …}" in fault.expected
    assert f"{{every: {every}, within: " in fault.hint
    # Another word gets no such hint.
    with pytest.raises(attain.PlanError) as caught:
        attain.Plan.parse(text.replace(f"window: {word}", "window: someday"))
    assert caught.value.faults[0].hint is None


def of_campaign(window: Any) -> str | None:
    """The campaign in whose window the periods of a target lie."""
    return window["within"] if isinstance(window, dict) else None


def test_the_parts_of_a_plan_are_tables() -> None:
    """Each table has what the plan, written as a dict, says."""
    plan = attain.Plan.load("examples/hanoi/plan.yaml")
    written = json.loads(plan.to_json())
    units = plan.units.to_dicts()
    assert [unit["unit"] for unit in units] == [unit["id"] for unit in written["units"]["list"]]
    assert [unit["parent"] for unit in units] == [
        unit.get("parent") for unit in written["units"]["list"]
    ]
    assert plan.measures["measure"] == list(written["measures"])
    assert plan.measures["over_time"] == [
        measure.get("over_time", "sum") for measure in written["measures"].values()
    ]
    assert plan.indicators["indicator"] == list(written["indicators"])
    for row, indicator in zip(
        plan.indicators.to_dicts(), written["indicators"].values(), strict=True
    ):
        assert row["formula"] in indicator
        assert row["title"] == indicator.get("title", row["indicator"])
    assert list(dict.fromkeys(plan.targets["target"])) == list(written["targets"])
    assert plan.campaigns["campaign"] == list(written.get("campaigns", {}))
    for row in plan.campaigns.to_dicts():
        windows = [target["window"] for target in written["targets"].values()]
        belonging = [
            window for window in windows if row["campaign"] in (window, of_campaign(window))
        ]
        assert row["targets"] == len(belonging)


def test_a_target_has_a_row_for_each_category_and_version() -> None:
    plan = attain.Plan.from_dict(
        {
            "attain": 1,
            "plan": "p",
            "strata": {"sex": ["f", "m"]},
            "units": {"levels": ["city"], "list": [{"id": "01", "level": "city"}]},
            "measures": {"cases": {"strata": ["sex"]}},
            "indicators": {"cases": {"count": "cases"}},
            "targets": {
                "few": {
                    "indicator": "cases",
                    "by": "sex",
                    "goal": {"at_most": 9},
                    "window": {"every": "month", "within": "2023"},
                    "versions": [{"from": "2023-07-01", "goal": {"at_most": 8}}],
                }
            },
        }
    )
    rows = plan.targets.to_dicts()
    assert [(row["stratum"], row["in_force_from"], row["goal"]) for row in rows] == [
        ("sex=f", None, "at most 9"),
        ("sex=f", datetime.date(2023, 7, 1), "at most 8"),
        ("sex=m", None, "at most 9"),
        ("sex=m", datetime.date(2023, 7, 1), "at most 8"),
    ]
    assert {(row["windows"], row["units"]) for row in rows} == {(12, 1)}
    assert {(row["window_start"], row["window_end"]) for row in rows} == {
        (datetime.date(2023, 1, 1), datetime.date(2024, 1, 1))
    }
