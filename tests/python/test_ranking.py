"""Rankings as tables."""

from __future__ import annotations

import polars as pl
import pytest
from scipy import stats as oracle

import attain as at

PLAN = """
attain: 1
plan: p
units: {levels: [city, district], list: [{id: c, level: city}%s]}
measures: {cases: {}, cleared: {}}
indicators:
  share: {proportion: {numerator: cleared, denominator: cases}}
  cases: {count: cases, better: lower}
targets:
  t: {indicator: share, goal: {at_least: 50}, window: "2024", units: {level: district}}
  n: {indicator: cases, goal: {at_most: 50}, window: "2024", units: {level: district}}
"""

CLEARED = [495, 500, 505, 498, 502, 510, 490, 501, 499, 400]


@pytest.fixture
def report() -> at.Report:
    units = [f"d{place}" for place in range(len(CLEARED))]
    plan = at.Plan.parse(
        PLAN % "".join(f", {{id: {u}, level: district, parent: c}}" for u in units)
    )
    outcomes = pl.DataFrame(
        [
            {"unit": unit, "period": "2024", "measure": measure, "value": value}
            for unit, cleared in zip(units, CLEARED, strict=True)
            for measure, value in [("cases", 1000), ("cleared", cleared)]
        ]
    )
    return at.assess(plan, at.tally(plan, outcomes), as_of="2024-12-31")


def test_one_that_stands_out_is_found_and_adjusted_values_agree_with_scipy(
    report: at.Report,
) -> None:
    found = pl.DataFrame(report.ranking("t", level="district"))
    assert found["unit"].to_list()[-1] == "d9"
    assert found["finding"].to_list() == ["not_told_apart"] * 9 + ["worse"]
    assert found["average"][0] == pytest.approx(sum(CLEARED) / 100)
    adjusted = oracle.false_discovery_control(found["p"].to_numpy(), method="bh")
    assert found["p_bh"].to_list() == pytest.approx(adjusted.tolist())


def test_units_left_out_take_no_part(report: at.Report) -> None:
    found = pl.DataFrame(report.ranking("t", without=["d9"]))
    assert set(found["finding"]) == {"not_told_apart"}
    assert found["average"][0] == pytest.approx(sum(CLEARED[:-1]) / 90)


def test_counts_and_unknown_names_are_refused(report: at.Report) -> None:
    with pytest.raises(at.RequestError, match="not ranked by counts"):
        report.ranking("n")
    with pytest.raises(at.RequestError, match="no level `ward`"):
        report.ranking("t", level="ward")
