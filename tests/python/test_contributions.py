"""Contributions, decompositions and histories, as tables."""

from __future__ import annotations

import polars as pl
import pytest

import attain as at

PLAN = """
attain: 1
plan: p
units:
  levels: [city, district]
  list: [{id: c, level: city}, {id: d1, level: district, parent: c},
    {id: d2, level: district, parent: c}]
measures: {cases: {}, cleared: {}}
indicators: {clearance: {ratio: {numerator: cleared, denominator: cases}}}
targets: {t: {indicator: clearance, goal: {at_least: 78}, window: "2024", units: {level: city}}}
"""


@pytest.fixture
def report() -> at.Report:
    plan = at.Plan.parse(PLAN)
    rows = [
        ("d1", "2023", 100, 50),
        ("d2", "2023", 100, 90),
        ("d1", "2024", 200, 140),
        ("d2", "2024", 100, 90),
    ]
    outcomes = pl.DataFrame(
        [
            {"unit": unit, "period": year, "measure": measure, "value": value}
            for unit, year, cases, cleared in rows
            for measure, value in [("cases", cases), ("cleared", cleared)]
        ]
    )
    return at.assess(plan, at.tally(plan, outcomes), as_of="2024-12-31")


def test_contributions_are_in_events_and_add_up(report: at.Report) -> None:
    found = pl.DataFrame(report.contributions("t", unit="c"))
    assert found["part"].to_list() == ["d1", "d2", "c"]
    assert found["part_is"].to_list() == ["unit", "unit", "whole"]
    assert found["contribution"].to_list() == [-16, 12, -4]
    assert found["effect"].to_list() == ["harms", "helps", "harms"]
    assert pl.DataFrame(report.contributions("t", level="district")).equals(found)


def test_a_change_is_what_units_did_and_what_their_mix_did(report: at.Report) -> None:
    found = pl.DataFrame(report.decomposition("t", since="previous_period"))
    # Of 50 to 70 per cent at ½ to ⅔ of the cases; of 90 per cent at ½ to ⅓.
    assert found["within"].to_list() == pytest.approx([20 * 7 / 12, 0, 20 * 7 / 12])
    assert found["mix"].to_list() == pytest.approx([60 / 6, -90 / 6, -5])
    assert found["change"].to_list()[-1] == pytest.approx(100 * 230 / 300 - 70)
    same = pl.DataFrame(report.decomposition("t", since=("2023-01-01", "2024-01-01")))
    assert same.equals(found)


def test_what_can_not_be_is_refused(report: at.Report) -> None:
    with pytest.raises(at.RequestError, match="no level `ward`"):
        report.contributions("t", level="ward")
    with pytest.raises(at.RequestError, match="no `in_every`"):
        report.contributions("t", parts="categories")
    with pytest.raises(at.RequestError, match="leave `level` out"):
        report.contributions("t", parts="categories", level="district")
    with pytest.raises(at.RequestError, match="expected units, categories"):
        report.contributions("t", parts="unit")  # type: ignore[arg-type]
    with pytest.raises(at.RequestError, match="no window"):
        report.decomposition("t", since="last_year")


def test_history_has_the_columns_of_a_report(report: at.Report) -> None:
    found = pl.DataFrame(report.history("t", unit="c"))
    assert found.columns == pl.DataFrame(report).columns
    assert found["as_of"].dt.month().to_list() == list(range(1, 13))
    assert found.row(-1) == pl.DataFrame(report).row(0)
    assert pl.DataFrame(report.history("t", unit="d1")).height == 0
