"""`attain.judge`: what it infers, what it refuses, and that its numbers are those of pandas."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from judged import judged_by_sex

import attain as at

MONTHLY = pd.DataFrame(
    {
        "district": ["x", "y"] * 6,
        "month": [f"2024-{month:02}" for month in range(1, 7) for _ in "xy"],
        "done": [9, 8, 7, 9, 9, 9, 10, 10, 3, 9, 9, 9],
        "planned": [10] * 12,
    }
)


def judged(frame: Any, **choices: Any) -> at.Report:
    """The share of `done` in `planned`, monthly, at least 90 %."""
    arguments: dict[str, Any] = {
        "unit": "district",
        "period": "month",
        "share": ("done", "planned"),
        "at_least": 90,
    }
    return at.judge(frame, **(arguments | choices))


def rows(report: at.Report) -> list[tuple[str, datetime.date, float | None, str]]:
    return [(row.unit, row.window_start, row.value, row.verdict) for row in report.rows]


def refused(kind: type[at.AttainError], call: Any) -> at.Fault:
    with pytest.raises(kind) as raised:
        call()
    return raised.value.faults[0]


def test_shares_are_those_of_pandas() -> None:
    found = judged(MONTHLY).to_pandas().set_index(["unit", "window_start"])["value"]
    expected = 100 * MONTHLY["done"] / MONTHLY["planned"]
    months = pd.to_datetime(MONTHLY["month"])
    for unit, month, value in zip(MONTHLY["district"], months, expected, strict=True):
        assert found[unit, month] == pytest.approx(value)
    of_total = MONTHLY.groupby("month")[["done", "planned"]].sum()
    for name, value in (100 * of_total["done"] / of_total["planned"]).items():
        assert found["total", pd.Timestamp(f"{name}-01")] == pytest.approx(value)


@pytest.mark.parametrize(
    "periods",
    [
        pd.period_range("2024-01", periods=6, freq="M").repeat(2),
        pd.date_range("2024-01-01", periods=6, freq="MS").repeat(2),
        np.repeat([202401 + month for month in range(6)], 2),
        np.repeat([202401.0 + month for month in range(6)], 2),
    ],
)
def test_months_are_read_in_every_form(periods: Any) -> None:
    report = judged(MONTHLY.assign(month=periods))
    assert rows(report) == rows(judged(MONTHLY))


@pytest.mark.parametrize(
    ("periods", "first"),
    [
        (pd.PeriodIndex(["2023Q4", "2024Q1"], freq="Q"), "2023-Q4"),
        (pd.PeriodIndex(["2023", "2024"], freq="Y"), "2023"),
        (pd.PeriodIndex(["2024-01-01", "2024-01-08"], freq="W"), "2024-W01"),
        ([2023, 2024], "2023"),
        (["2023-H2", "2024-H1"], "2023-H2"),
    ],
)
def test_kinds_of_periods(periods: Any, first: str) -> None:
    frame = pd.DataFrame({"p": periods, "n": [3, 5]})
    report = at.judge(frame, period="p", count="n", at_most=4)
    assert [row.verdict for row in report.rows] == ["met", "missed"]
    plan = at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "p",
            "measures": {"n": {}},
            "units": {"levels": ["u"], "list": [{"id": "u", "level": "u"}]},
            "indicators": {"c": {"count": "n"}},
            "targets": {"t": {"indicator": "c", "goal": {"at_most": 4}, "window": first}},
        }
    )
    one = at.assess(
        plan,
        at.tally(
            plan, pl.DataFrame({"unit": ["u"], "period": [first], "measure": ["n"], "value": [3]})
        ),
        as_of="2024-12-31",
    ).rows[0]
    assert (report.rows[0].window_start, report.rows[0].window_end) == (
        one.window_start,
        one.window_end,
    )


def test_every_library_gives_the_same() -> None:
    expected = rows(judged(MONTHLY))
    table = pa.Table.from_pandas(MONTHLY)
    for frame in (pl.from_pandas(MONTHLY), table, table.to_reader(max_chunksize=5)):
        assert rows(judged(frame)) == expected


def test_levels_are_paths_and_upper_rows_are_own_totals() -> None:
    frame = pl.DataFrame(
        {
            "state": ["CA", "CA", "NY", "NY", "NY"],
            "county": ["Orange", "Kern", "Orange", "Kings", None],
            "year": [2024] * 5,
            "cases": [5, 6, 7, 8, 16],
            "sites": [1, 1, 1, 1, 2],
        }
    )
    report = at.judge(
        frame, unit=["state", "county"], period="year", mean=("cases", "sites"), at_most=10
    )
    found = {row.unit: row.numerator for row in report.rows}
    assert found == {
        "CA/Orange": 5,
        "CA/Kern": 6,
        "NY/Orange": 7,
        "NY/Kings": 8,
        # The state's own total is used, not the sum of its counties.
        "total": 5 + 6 + 16,
    }
    assert report.plan.to_yaml().count("level: county") == 5


def test_events_add_up_and_quiet_months_count_as_0() -> None:
    events = pd.DataFrame(
        {
            "site": ["n", "n", "s"],
            "when": pd.to_datetime(["2024-01-05", "2024-01-07", "2024-04-09"]),
        }
    )
    report = at.judge(events, unit="site", date="when", count="accidents", at_most=1, every="month")
    found = {(row.unit, row.window_start.month): row.value for row in report.rows}
    assert found["n", 1] == 2
    assert found["n", 2] == found["n", 3] == found["s", 1] == 0
    assert ("total", 4) not in found
    assert any("The total is not judged" in note for note in report.notes)
    assert report.as_of == datetime.date(2024, 4, 9)
    assert any("Each row counts 1" in note for note in report.notes)


def test_events_with_numbers_are_added() -> None:
    events = pl.DataFrame(
        {"when": ["2024-01-05", "2024-02-07"], "good": [995, 1998], "all": [1000, 2000]}
    )
    report = at.judge(
        events,
        date="when",
        share=("good", "all"),
        at_least="99.5 %",
        window="2024-Q1",
        as_of="2024-03-31",
    )
    (row,) = report.rows
    assert row.value == pytest.approx(100 * 2993 / 3000)
    assert row.verdict == "met"


def test_categories_are_judged_by_themselves_and_added_up() -> None:
    report = judged_by_sex([9, 7, 8, 10], due=10)
    found = {(row.unit, row.stratum): row.value for row in report.rows}
    assert found["n", None] == 80
    assert found["n", "sex=m"] == 70
    assert found["total", "sex=f"] == 85


def test_published_values_are_not_added_up() -> None:
    frame = pd.DataFrame({"area": ["n", "s"], "year": [2023, 2023], "pct": [94.5, 96]})
    report = at.judge(frame, unit="area", period="year", value="pct", at_least=95)
    assert [(row.unit, row.verdict) for row in report.rows] == [("n", "missed"), ("s", "met")]


def test_rates_means_and_changes() -> None:
    frame = pl.DataFrame({"year": [2023, 2024], "deaths": [50, 40], "people": [100_000, 100_000]})
    rate = at.judge(frame, period="year", rate=("deaths", "people"), per=100_000, at_most=45)
    assert [row.value for row in rate.rows] == [50, 40]
    fewer = at.judge(frame, period="year", count="deaths", reduce_by="10 %")
    assert [row.verdict for row in fewer.rows] == ["indeterminate", "met"]
    sites = pl.concat([frame.with_columns(site=pl.lit(site)) for site in "ab"])
    fewer = at.judge(sites, unit="site", period="year", count="deaths", reduce_by="10 %")
    assert {row.unit for row in fewer.rows} == {"a", "b", "total"}
    mean = at.judge(frame, period="year", mean=("people", "deaths"), between=(2000, 2400))
    assert [row.verdict for row in mean.rows] == ["met", "missed"]


def test_an_empty_cell_is_a_missing_figure() -> None:
    done = [None if place == 2 else value for place, value in enumerate(MONTHLY["done"])]
    report = judged(MONTHLY.assign(done=pd.Series(done, dtype="Int64")))
    row = next(row for row in report.rows if row.unit == "x" and row.window_start.month == 2)
    assert (row.verdict, row.reason) == ("indeterminate", "no_data")


def test_the_report_says_what_was_inferred_and_gives_a_plan() -> None:
    report = judged(MONTHLY)
    assert report.notes == [
        "Levels of units: total (1), district (2). Judged: district and total.",
        "Periods: months, 2024-01 to 2024-06.",
        "As of 2024-06-30, the last day of the data.",
    ]
    assert report.filter(unit="x").notes == report.notes
    plan = at.Plan.parse(report.plan.to_yaml())
    tally = at.tally(plan, MONTHLY, unit="district", period="month", values=["done", "planned"])
    assert rows(at.assess(plan, tally, as_of=report.as_of)) == rows(report)
    assert at.assess(plan, tally, as_of=report.as_of).notes == []


@pytest.mark.parametrize("name", ["done (all)", "1.5 + x", "-", "số ca", "planned"])
def test_any_name_of_a_column_will_do(name: str) -> None:
    frame = MONTHLY.drop(columns="planned").rename(columns={"done": name, "month": "when, roughly"})
    report = at.judge(frame, unit="district", period="when, roughly", count=name, at_most=9)
    values = [row.value or 0 for row in report.rows if row.level == "district"]
    assert sorted(values) == sorted(MONTHLY["done"])


def test_a_table_without_rows_is_refused() -> None:
    fault = refused(at.RequestError, lambda: judged(MONTHLY.iloc[:0]))
    assert "no rows" in str(fault)


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"at_least": 0.9}, ["two meanings", "90 %", "0.9 %"]),
        ({"at_least": None, "between": (0.8, 0.9)}, ["two meanings"]),
        ({"at_least": "ninety"}, ["no number"]),
        ({"at_most": 3}, ["one of"]),
        ({"at_least": None}, ["one of", "none"]),
        ({"count": "done"}, ["one of", "`share`, `count`"]),
        ({"share": ("done",)}, ["two columns"]),
        ({"share": ("planned", "done")}, ["larger", "ratio"]),
        ({"date": "month"}, ["both"]),
        ({"period": None}, ["neither"]),
        ({"period": None, "date": "month"}, ["window"]),
        ({"unit": None}, ["two rows", "`district`"]),
        ({"every": "week"}, ["longer periods"]),
        ({"every": "fortnight"}, ["kind of period"]),
        ({"share": None, "rate": ("done", "planned")}, ["per=100_000"]),
    ],
)
def test_what_contradicts_itself_is_refused(choices: dict[str, Any], words: list[str]) -> None:
    fault = refused(at.RequestError, lambda: judged(MONTHLY, **choices))
    for word in words:
        assert word in str(fault)


@pytest.mark.parametrize(
    ("column", "values", "place", "words"),
    [
        ("month", ["2024-01"] * 11 + ["May 2024"], 11, ["names no period"]),
        ("month", [202401] * 11 + [202413], 11, ["names no period", "202405"]),
        ("month", pd.to_datetime(["2024-01-02"] * 12), 0, ["first day of a month", "`date`"]),
        ("district", ["x"] * 11 + [None], 11, ["nothing stands here"]),
        ("done", ["9"] * 12, None, ["type"]),
    ],
)
def test_cells_that_cannot_be_read_are_located(
    column: str, values: Any, place: int | None, words: list[str]
) -> None:
    frame = MONTHLY.assign(**{column: values})
    fault = refused(at.OutcomeError, lambda: judged(frame))
    assert (fault.row, fault.column) == (place, column)
    for word in words:
        assert word in str(fault)


def test_a_misspelt_column_is_named() -> None:
    fault = refused(at.OutcomeError, lambda: judged(MONTHLY, unit="distric"))
    assert "did you mean `district`" in str(fault)


def test_a_path_that_two_units_would_share_is_refused() -> None:
    frame = pl.DataFrame({"a": ["x/y", "x"], "b": ["z", "y/z"], "year": [2024, 2024], "n": [1, 2]})
    fault = refused(
        at.RequestError,
        lambda: at.judge(frame, unit=["a", "b"], period="year", count="n", at_most=1),
    )
    assert "two units have one code: found `x/y/z`" in str(fault)


@pytest.mark.parametrize("numbers", [[1, 2], [1.0, 2.0], [999, 1000], [99_912, 202_401]])
def test_numbers_that_count_something_else_are_no_years(numbers: list[float]) -> None:
    frame = pd.DataFrame({"quarter": numbers, "rate": [0.5, 0.7]})
    fault = refused(
        at.OutcomeError, lambda: at.judge(frame, period="quarter", value="rate", at_least=0.6)
    )
    assert fault.expected == "a year of four digits such as 2024, or a month such as 202405"
