"""Campaigns, milestones and combined goals, as Python sees them."""

from __future__ import annotations

import datetime

import polars

import attain

PLAN = """
attain: 1
plan: p
calendar: {anchors: {tet: [2023-01-22, 2024-02-10]}}
units: {levels: [city], list: [{id: c, level: city}]}
measures: {cases: {}, models: {over_time: last}}
indicators: {crimes: {count: cases}, kept: {count: models}}
campaigns:
  year: {window: "2024", tasks: {prevention: Phòng ngừa}}
  tet:
    window: ["2024-02-08", "2024-02-15"]
    part_of: year
    compare: {same_window_last_year: {moved_by: tet}}
    milestones: [{what: Plan issued, by: 2024-02-01, done: 2024-02-03}]
targets:
  few: {indicator: crimes, goal: {at_most: 30}, window: tet, task: prevention}
  many:
    indicator: kept
    goal: {at_least: 5}
    window: tet
    milestones: [{by: 2024-02-10, reach: 3}]
combined: {both: {title: Both, all: [few, many]}}
"""


def report() -> attain.Report:
    plan = attain.Plan.parse(PLAN)
    outcomes = polars.DataFrame(
        {
            "unit": ["c"] * 4,
            "start": ["2023-01-20", "2024-02-08", "2024-02-09", "2024-02-14"],
            "end": ["2023-01-27", "2024-02-15", "2024-02-10", "2024-02-15"],
            "measure": ["cases", "cases", "models", "models"],
            "value": [40, 28, 3, 4],
        }
    )
    return attain.assess(plan, attain.tally(plan, outcomes), as_of="2024-02-20")


def test_a_campaign_is_compared_with_the_window_that_moved_with_the_feast() -> None:
    few, _ = report().rows
    assert (few.value, few.baseline, few.verdict) == (28, 40, "met")


def test_campaigns_and_their_tasks_are_counted() -> None:
    table = report().campaigns().to_polars()
    assert table["campaign"].to_list() == ["year", "year", "tet"]
    assert table["task_title"].to_list() == [None, "Phòng ngừa", None]
    assert table["met"].to_list() == [1, 1, 1]
    assert table["missed"].to_list() == [1, 0, 1]


def test_milestones_are_deeds_and_values() -> None:
    deed, value = report().milestones().to_polars().rows(named=True)
    assert (deed["deed"], deed["days_late"], deed["verdict"]) == ("Plan issued", 2, "missed")
    assert deed["done"] == datetime.date(2024, 2, 3)
    assert (value["target"], value["value"], value["verdict"]) == ("many", 3, "met")
    assert (value["comparator"], value["due"]) == ("at least", True)


def test_combined_goals_have_a_verdict_parts_and_a_sentence() -> None:
    combined = report().combined()
    assert repr(combined) == "<Combined: 1 verdicts>"
    verdict = combined.verdicts.to_polars().row(0, named=True)
    assert (verdict["verdict"], verdict["required"], verdict["met"]) == ("missed", 2, 1)
    assert str(combined).startswith(
        "Both, c, 2024-02-08 to 2024-02-14: Missed: 1 of 2 goals is met"
    )
    parts = combined.parts.to_polars()
    assert parts["improved"].to_list() == [True, None]
    assert parts["change"].to_list() == [-30, None]
