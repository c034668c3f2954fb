"""Boundaries that change, from Python."""

from __future__ import annotations

import datetime
from pathlib import Path

import polars as pl
import pytest

import attain as at

REFORM = Path(__file__).parents[2] / "examples" / "reform"


@pytest.fixture(scope="module")
def plan() -> at.Plan:
    return at.Plan.load(REFORM / "plan.yaml", tables=REFORM.parent / "hanoi")


@pytest.fixture(scope="module")
def tally(plan: at.Plan) -> at.Tally:
    return at.tally(plan, REFORM / "outcomes.csv")


def test_the_same_outcomes_are_judged_in_any_geography(plan: at.Plan, tally: at.Tally) -> None:
    cities = []
    for day, communes in [("2024-12-31", 579), ("2025-01-01", 526), ("2025-07-01", 126)]:
        rows = at.assess(plan, tally, as_of="2025-12-31", geography=day).to_polars()
        first = rows.filter(target="commune-crime", window_start=datetime.date(2024, 7, 1))
        assert first.height == communes
        cities.append(rows.filter(unit="01").select("numerator", "denominator", "verdict"))
    assert all(city.equals(cities[0]) for city in cities)


def test_a_geography_of_the_plan_is_that_of_the_call(plan: at.Plan, tally: at.Tally) -> None:
    day = datetime.date(2025, 7, 1)
    there = plan.in_geography(day)
    assert (plan.geography, there.geography) == (None, day)
    assert there != plan
    assert there.in_geography(None) == plan
    assert at.Plan.parse(there.to_json(), "json") == there
    in_two_steps = at.assess(there, tally.in_geography(day), as_of="2025-12-31")
    in_one = at.assess(plan, tally, as_of="2025-12-31", geography=day)
    assert in_two_steps.to_polars().equals(in_one.to_polars())
    with pytest.raises(at.RequestError, match="different boundaries"):
        at.assess(there, tally, as_of="2025-12-31")


def test_a_mapping_is_a_table(plan: at.Plan) -> None:
    mapping = plan.mapping("2025-01-01", "2025-07-01").to_polars()
    assert mapping.height == 794
    assert mapping["relation"].value_counts().sort("count")["count"].to_list() == [327, 467]
    shares = mapping.group_by("from_unit").agg(pl.col("share").sum())["share"]
    assert (shares - 1).abs().max() < 1e-15
    with pytest.raises(at.RequestError, match="no weights `people`"):
        plan.mapping("2025-01-01", "2025-07-01", weights="people")


def test_an_explanation_names_what_a_unit_is_made_of(plan: at.Plan, tally: at.Tally) -> None:
    report = at.assess(plan, tally, as_of="2025-12-31", geography="2025-07-01")
    explanation = report.explain("commune-crime", unit="00004", window="2025-03-01")
    parts = explanation.to_dict()["inputs"][0]["parts"]
    assert sum(part["value"] for part in parts) == pytest.approx(explanation.row.value)
    assert "made of:" in str(explanation)
