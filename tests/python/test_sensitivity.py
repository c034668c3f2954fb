"""What missing and late reports could make and made of verdicts, as Python asks for it."""

from __future__ import annotations

import polars as pl
import pytest

import attain as at

PLAN = """
attain: 1
plan: p
units:
  levels: [city, district]
  list:
    - {id: city, level: city}
    - {id: d1, level: district, parent: city}
    - {id: d2, level: district, parent: city}
measures: {cases: {recorded_at: district, every: month}, other: {}}
indicators: {known: {count: cases}}
targets:
  few: {indicator: known, goal: {at_most: 20}, window: 2025-Q1}
  later: {indicator: known, goal: {at_most: 20}, window: 2025-Q3}
"""

COLUMNS = [
    *("target", "stratum", "window_start", "window_end", "unit", "unit_name", "level"),
    *("verdict", "value", "reports_due", "reports_made", "reports_late", "reports_missing"),
    *("value_worst", "verdict_worst", "value_best", "verdict_best", "settled"),
    *("value_on_time", "verdict_on_time", "reason"),
]


@pytest.fixture
def report() -> at.Report:
    plan = at.Plan.parse(PLAN)
    outcomes = pl.DataFrame(
        {
            "unit": ["d1", "d1", "d1", "d2"],
            "period": ["2025-01", "2025-02", "2025-03", "2025-02"],
            "measure": "cases",
            "value": [2, 3, 4, 5],
        }
    )
    return at.assess(plan, at.tally(plan, outcomes), as_of="2025-04-30")


def test_a_row_says_what_missing_reports_could_make_of_it(report: at.Report) -> None:
    table = report.sensitivity("few").to_polars()
    assert table.columns == COLUMNS
    row = table.row(0, named=True)
    assert (row["reports_due"], row["reports_made"], row["reports_missing"]) == (6, 4, 2)
    # One report of the second district says nothing about others.
    assert (row["value_worst"], row["reason"], row["settled"]) == (None, "no_range", None)
    own = report.sensitivity("few", missing="own_range").to_polars().row(0, named=True)
    # Twice what the second district reported for February.
    assert own["value_worst"] == own["value_best"] == 14 + 2 * 5
    assert (own["verdict"], own["verdict_worst"], own["settled"]) == ("met", "missed", False)
    assert row["reports_late"] is None
    assert row["verdict_on_time"] is None
    low = report.sensitivity("few", missing="zero_to_highest").to_polars().row(0, named=True)
    assert (low["value_best"], low["value_worst"]) == (14, 24)
    given = report.sensitivity("few", ranges={"cases": (0, 3)}).to_polars().row(0, named=True)
    assert (given["value_best"], given["value_worst"], given["settled"]) == (14, 20, True)


def test_a_window_that_has_not_begun_says_nothing(report: at.Report) -> None:
    row = report.sensitivity("later").to_polars().row(0, named=True)
    assert row["reason"] == "not_started"
    assert row["reports_due"] is None
    assert row["settled"] is None


def test_what_is_asked_wrongly_is_refused(report: at.Report) -> None:
    with pytest.raises(at.RequestError, match="expected limits, own_range, zero_to_highest"):
        report.sensitivity("few", missing="guess")  # type: ignore[arg-type]
    with pytest.raises(at.RequestError, match="did you mean `few`"):
        report.sensitivity("fw")
    with pytest.raises(at.RequestError, match="does not use"):
        report.sensitivity("few", ranges={"other": (0, 1)})
    with pytest.raises(at.RequestError, match="no range"):
        report.sensitivity("few", ranges={"cases": (2, 1)})
