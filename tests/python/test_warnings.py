"""Warnings in Python and on the command line: what looks like a mistake but may be right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import polars as pl
import pytest

import attain
from attain.__main__ import main
from attain.errors import WarningCode

PLAN = """
attain: 1
plan: p
units: {levels: [city], list: [{id: "01", level: city}]}
measures: {cases: {}, cleared: {}}
indicators: {clearance: {proportion: {numerator: cleared, denominator: cases}}}
targets: {t: {indicator: clearance, goal: {at_least: 0.9}, window: "2023"}}
"""
FIGURES = pl.DataFrame(
    {
        "unit": ["01"] * 2,
        "period": ["2023"] * 2,
        "measure": ["cases", "cleared"],
        "value": [100, 40],
    }
)


def test_a_goal_that_may_be_meant_in_another_unit_is_a_warning() -> None:
    plan = attain.Plan.parse(PLAN)
    (warning,) = plan.warnings
    assert (warning.code, warning.count, warning.places) == (
        "goal_below_one",
        1,
        ("targets.t.goal",),
    )
    assert str(warning).startswith("targets.t.goal: ")
    assert warning.hint is not None
    assert "90" in warning.hint
    assert attain.Plan.parse(PLAN.replace("0.9", "90")).warnings == []


def test_a_report_warns_of_it_only_beside_values_of_another_size() -> None:
    plan = attain.Plan.parse(PLAN)
    for cleared, expected in [(40, ["goal_below_one"]), (1, [])]:
        figures = FIGURES.with_columns(value=pl.Series([100, cleared]))
        report = attain.assess(plan, attain.tally(plan, figures), as_of="2023-12-31")
        assert [warning.code for warning in report.warnings] == expected


def test_a_tally_warns_of_days_that_are_months() -> None:
    plan = attain.Plan.parse(PLAN)
    rows = pl.DataFrame(
        {
            "unit": ["01"] * 3,
            "date": ["2023-01-01", "2023-02-01", "2023-03-01"],
            "measure": ["cases"] * 3,
            "value": [150, 140, 160],
        }
    )
    tally = attain.tally(plan, rows)
    assert [warning.code for warning in tally.warnings] == ["firsts_of_months"]
    other = rows.with_columns(date=pl.Series(["2023-01-01", "2023-02-11", "2023-03-01"]))
    assert attain.tally(plan, other).warnings == []


def test_all_codes_are_typed() -> None:
    assert "goal_below_one" in get_args(WarningCode)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    FIGURES.write_csv(tmp_path / "figures.csv")
    return str(tmp_path / "plan.yaml"), str(tmp_path / "figures.csv")


def test_check_prints_warnings_and_strict_makes_them_errors(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", *files]) == 0
    shown = capsys.readouterr()
    assert shown.out == "no faults\n"
    assert shown.err.count("warning: ") == 1
    assert main(["check", "--strict", *files]) == 1
    capsys.readouterr()
    assert main(["check", "--format", "json", *files]) == 0
    (warning,) = json.loads(capsys.readouterr().out)["warnings"]
    assert warning["code"] == "goal_below_one"


def test_assess_prints_warnings_beside_the_scorecard(
    files: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["assess", *files, "--as-of", "2023-12-31"]) == 0
    shown = capsys.readouterr()
    assert shown.err.count("warning: ") == 1
    assert "targets.t.goal: the goal of a share in per cent is 1 or less" in shown.err
    assert shown.out.count("Warning: targets.t.goal: ") == 1


@pytest.mark.parametrize(
    ("example", "most"), [("hanoi", 3), ("berlin", 0), ("reform", 0), ("traffic", 0)]
)
def test_the_examples_have_few_warnings(
    example: str, most: int, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = Path("examples") / example
    if not (folder / "plan.yaml").exists():
        pytest.fail(f"the example {example} has moved")
    tables = ["--tables", "examples/hanoi"] if example == "reform" else []
    assert main(["check", *tables, f"{folder}/plan.yaml", f"{folder}/outcomes.csv"]) == 0
    assert capsys.readouterr().err.count("warning: ") <= most
