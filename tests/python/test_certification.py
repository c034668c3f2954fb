"""Certification from Python: the same rows as in Rust, as tables, objects and words."""

from __future__ import annotations

import datetime
import json

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import attain
from attain import RequestError

PLAN = attain.Plan.from_dict(
    {
        "attain": 1,
        "plan": "made-up",
        "units": {
            "levels": ["commune", "hamlet"],
            "list": [
                {"id": "c", "name": "Xã C", "level": "commune"},
                *(
                    {"id": f"h{at}", "name": f"Thôn {at}", "level": "hamlet", "parent": "c"}
                    for at in range(1, 5)
                ),
            ],
        },
        "measures": {"users": {"over_time": "last"}},
        "indicators": {"known": {"title": "recorded users", "count": "users"}},
        "standards": {
            "free": {
                "title": "Drug-free hamlet",
                "level": "hamlet",
                "window": {"every": "year", "within": ["2024-01-01", "2026-01-01"]},
                "versions": [
                    {"all": [{"indicator": "known", "goal": {"at_most": 0}}]},
                    {"from": "2025-01-01", "all": [{"indicator": "known", "goal": {"at_most": 1}}]},
                ],
            },
            "commune": {
                "title": "Drug-free commune",
                "level": "commune",
                "window": "2025",
                "all": [{"units": {"hold": "free", "at_least": 70}}],
            },
        },
    }
)
USERS = {
    "2024": {"h1": 0, "h2": 1, "h3": 5},
    "2025": {"h1": 0, "h2": 1, "h3": 5},
}
FIGURES = pd.DataFrame(
    [
        {"unit": unit, "period": year, "measure": "users", "value": value}
        for year, users in USERS.items()
        for unit, value in users.items()
    ]
)


@pytest.fixture
def report() -> attain.Report:
    return attain.assess(PLAN, attain.tally(PLAN, FIGURES), as_of="2025-12-31")


def test_certificates_are_a_table_of_any_library(report: attain.Report) -> None:
    certification = report.certification("commune")
    assert len(certification) == 1
    assert repr(certification) == "<Certification of commune: 1 certificates>"
    expected = {
        "unit": "c",
        "window_start": datetime.date(2025, 1, 1),
        "final": True,
        "criteria_from": None,
        "verdict": "indeterminate",
        "reason": "no_data",
        "units": 4,
        "units_needed": 3,
        "units_holding": 2,
        "units_unknown": 1,
        "units_short": 1,
    }
    for rows in (
        pa.table(certification).to_pylist(),
        pl.DataFrame(certification).to_dicts(),
        certification.to_arrow().to_pylist(),
        certification.to_polars().to_dicts(),
    ):
        assert expected.items() <= rows[0].items()
    assert certification.to_pandas()["units_needed"].tolist() == [3]
    columns = pa.table(certification).schema
    assert columns.field("criteria_from").type == pa.date32()
    assert columns.field("units").type == pa.int64()
    assert not columns.field("verdict").nullable


def test_criteria_say_what_is_needed(report: attain.Report) -> None:
    criteria = report.certification("free", window="2025-03-01").criteria.to_arrow().to_pylist()
    of_h3 = next(row for row in criteria if row["unit"] == "h3")
    assert (of_h3["value"], of_h3["goal"], of_h3["needed"]) == (5.0, "at most 1", 4)
    assert of_h3["fails"]


def test_an_explanation_reads_as_text_and_as_data(report: attain.Report) -> None:
    explanation = report.certification("commune").explain("c")
    assert "2 of 4 do, 3 needed, 1 short" in str(explanation)
    assert explanation.judgement.startswith("It can't be said")
    assert explanation.rule == "all of these have to be met"
    data = explanation.to_dict()
    assert json.dumps(data)
    assert data["criteria"][0]["not_holding"] == ["Thôn 3"]
    assert data["certificate"]["verdict"] == "indeterminate"
    assert repr(explanation).startswith("<CertificateExplanation of commune for c: ")


def test_a_change_of_criteria_is_told_from_one_of_facts(report: attain.Report) -> None:
    table = report.certification_change("free", since=datetime.date(2024, 6, 1))
    changes = {row["unit"]: row for row in table.to_arrow().to_pylist()}
    assert (changes["h2"]["change"], changes["h2"]["cause"]) == ("gained", "criteria")
    assert (changes["h1"]["change"], changes["h1"]["cause"]) == ("kept", None)
    assert changes["h4"]["change"] == "undecided"


def test_green_zones_go_by_hierarchy_or_by_neighbours(report: attain.Report) -> None:
    hamlets = report.certification("free", window="2025-01-01")
    assert len(hamlets.green_zones()) == 0
    zones = hamlets.green_zones(neighbours=[("h1", "h2"), ("h2", "h3")]).to_arrow().to_pylist()
    assert [zone["members"] for zone in zones] == ["Thôn 1, Thôn 2"]
    with pytest.raises(RequestError, match="no unit `h9`"):
        hamlets.green_zones(neighbours=[("h1", "h9")])


@pytest.mark.parametrize(
    "ask",
    [
        lambda report: report.certification("comune"),
        lambda report: report.certification("free", window="2027-01-01"),
        lambda report: report.certification("free").explain("h1"),
        lambda report: report.certification("commune").explain("h1"),
        lambda report: report.certification_change("free", since="2025-01-01"),
    ],
)
def test_what_the_plan_does_not_have_is_refused(report: attain.Report, ask) -> None:
    with pytest.raises(RequestError):
        ask(report)


def test_hanoi_has_standards_and_nothing_to_judge_them_by() -> None:
    plan = attain.Plan.load("examples/hanoi/plan.yaml")
    report = attain.assess(
        plan, attain.tally(plan, "examples/hanoi/outcomes.csv"), as_of="2025-12-31"
    )
    city = report.certification("drug-free-city").to_arrow().to_pylist()
    hanoi = next(row for row in city if row["unit"] == "01")
    assert (hanoi["units"], hanoi["units_needed"], hanoi["units_unknown"]) == (126, 26, 126)
    assert (hanoi["verdict"], hanoi["reason"]) == ("indeterminate", "no_data")
    safe = report.certification("safe-commune").to_pandas()
    assert len(safe) == 579
    assert set(safe["reason"]) == {"no_data"}
