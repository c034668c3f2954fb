"""Totals of the year to date, compared with differences that pandas computes."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import attain as at

UNITS = ["d1", "d2", "d3"]
MONTHS = pd.period_range("2023-01", "2024-12", freq="M")


def plan() -> at.Plan:
    units = [f"{{id: {unit}, level: district, parent: c}}" for unit in UNITS]
    years = 'within: ["2023-01-01", "2025-01-01"]'
    of_all = "indicator: trained, goal: {at_least: 8}"
    return at.Plan.parse(f"""
attain: 1
plan: training
units: {{levels: [city, district], list: [{{id: c, level: city}}, {", ".join(units)}]}}
measures: {{trained: {{every: month, cumulative: true}}}}
indicators: {{trained: {{count: trained}}}}
targets:
  months: {{{of_all}, window: {{every: month, {years}}}, units: {{level: district}}}}
  years: {{{of_all}, window: {{every: year, {years}}}, units: {{level: district}}}}
  city: {{{of_all}, window: {{every: year, {years}}}, units: [c]}}
""")


def totals(seed: int) -> pd.DataFrame:
    """Totals of the year to date of three units, some of them missing, some revised later."""
    draw = random.Random(seed)
    frame = pd.DataFrame(
        [
            {"unit": unit, "month": month, "counted": draw.randint(0, 20)}
            for unit in UNITS
            for month in MONTHS
        ]
    )
    frame["value"] = frame.groupby(["unit", frame["month"].dt.year])["counted"].cumsum()
    frame["recorded_at"] = frame["month"].dt.end_time.dt.normalize() + pd.Timedelta(days=5)
    frame = frame[[draw.random() < 0.8 for _ in range(len(frame))]]
    # A total that was too small at first, and is corrected after 90 days.
    first = frame[[draw.random() < 0.2 for _ in range(len(frame))]].copy()
    revised = frame.loc[first.index].copy()
    revised["recorded_at"] += pd.Timedelta(days=90)
    first["value"] -= first["counted"].clip(upper=1)
    return pd.concat([frame.drop(first.index), first, revised])


def expected(frame: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """What is known on a day, in differences: the months from `since` to `month` have `counted`."""
    known = frame[frame["recorded_at"] <= pd.Timestamp(as_of)]
    known = known.sort_values("recorded_at").groupby(["unit", "month"], as_index=False).last()
    known = known.sort_values(["unit", "month"])
    by_year = known.groupby(["unit", known["month"].dt.year])
    known["counted"] = by_year["value"].diff().fillna(known["value"])
    before = by_year["month"].shift()
    january = known["month"].dt.year.astype(str) + "-01"
    known["since"] = [
        previous + 1 if isinstance(previous, pd.Period) else pd.Period(first, "M")
        for previous, first in zip(before, january, strict=True)
    ]
    return known


def outcomes(frame: pd.DataFrame) -> pd.DataFrame:
    table = frame.assign(measure="trained", period=frame["month"].astype(str))
    return table[["unit", "period", "measure", "value", "recorded_at"]]


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("as_of", ["2023-06-30", "2024-03-15", "2025-06-30"])
def test_differences_are_those_of_pandas(seed: int, as_of: str) -> None:
    frame = totals(seed)
    report = at.assess(plan(), at.tally(plan(), outcomes(frame)), as_of=as_of)
    known = expected(frame, as_of)
    rows = {(row.target, row.unit, str(row.window_start)): row for row in report.rows}
    alone = known[known["since"] == known["month"]]
    compared = 0
    for unit, month, counted in zip(alone["unit"], alone["month"], alone["counted"], strict=True):
        row = rows["months", unit, str(month.start_time.date())]
        assert row.value == counted
        compared += 1
    assert compared > 5
    several = known[known["since"] < known["month"]]
    for unit, since, month in zip(several["unit"], several["since"], several["month"], strict=True):
        for inside in pd.period_range(since, month, freq="M"):
            row = rows["months", unit, str(inside.start_time.date())]
            assert (row.value, row.reason) == (None, "straddles")
    # What is counted in a year is its last total.
    last = known.groupby(["unit", known["month"].dt.year])["value"].last()
    for (unit, year), total in last.items():
        assert rows["years", unit, f"{year}-01-01"].value == total
    for year, total in last.groupby(level=1).sum().items():
        assert rows["city", "c", f"{year}-01-01"].value == total


def test_totals_are_stored_and_queried_as_they_were_recorded(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb")
    frame = totals(3)
    table: Any = outcomes(frame)
    tally = at.tally(plan(), table)
    tally.save(tmp_path / "state.parquet")
    query = at.cell_query(
        plan(),
        "facts",
        dialect="duckdb",
        as_of="2024-03-15",
        rows="figures",
        columns=list(table.columns),
    )
    connection = duckdb.connect()
    connection.register("facts", table)
    queried = at.Tally.from_cells(
        plan(), connection.sql(query).to_arrow_table(), as_of="2024-03-15"
    )
    rows = at.assess(plan(), tally, as_of="2024-03-15").to_pandas()
    for other in [at.Tally.open(plan(), tmp_path / "state.parquet"), queried]:
        again = at.assess(plan(), other, as_of="2024-03-15").to_pandas()
        pd.testing.assert_frame_equal(rows, again)


def test_a_total_that_falls_is_refused_with_both_rows() -> None:
    table = pd.DataFrame(
        {
            "unit": "d1",
            "measure": "trained",
            "period": ["2024-01", "2024-02"],
            "value": [10, 8],
        }
    )
    with pytest.raises(at.OutcomeError) as refused:
        at.tally(plan(), table)
    (fault,) = refused.value.faults
    assert (fault.code, fault.row, fault.column) == ("falling_total", 1, "value")
    table["recorded_at"] = ["2024-02-03", "2024-03-03"]
    (warning,) = at.tally(plan(), table).warnings
    assert warning.code == "falling_totals"
