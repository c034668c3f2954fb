"""Dates that mean periods and ends that are last days: the same from every entry point."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

import attain
from attain.__main__ import main

PLAN = """
attain: 1
plan: p
units:
  levels: [city, district]
  list:
    - {id: c, level: city}
    - {id: d1, level: district, parent: c}
    - {id: d2, level: district, parent: c}
measures: {cases: {every: month}}
indicators: {cases-recorded: {count: cases}}
targets:
  few:
    indicator: cases-recorded
    goal: {at_most: 20}
    window: {every: month, within: "2025"}
    units: {level: district}
"""
# The first, the last and another day of a month.
DATES = ["2025-01-01", "2025-02-28", "2025-02-17", "2025-03-01"]
MONTHS = ["2025-01", "2025-02", "2025-02", "2025-03"]
STARTS = ["2025-01-01", "2025-02-01", "2025-02-01", "2025-03-01"]
LAST_DAYS = ["2025-01-31", "2025-02-28", "2025-02-28", "2025-03-31"]
UNITS = ["d1", "d1", "d2", "d2"]
VALUES = [19, 21, 5, 40]
OPTIONS: dict[str, dict[str, Any]] = {
    "date_is": {"date_is": "month"},
    "end_inclusive": {"end_inclusive": True},
}


def table(when: dict[str, list[str]]) -> pl.DataFrame:
    rest = {"unit": UNITS, "measure": ["cases"] * 4, "value": VALUES}
    return pl.DataFrame({**rest, **when})


GIVEN = {
    "date_is": table({"date": DATES}),
    "end_inclusive": table({"start": STARTS, "end": LAST_DAYS}),
}
NAMED = {"date_is": {"date": "day"}, "end_inclusive": {"start": "from", "end": "to"}}
EXPECTED = table({"period": MONTHS})


def plan() -> attain.Plan:
    return attain.Plan.parse(PLAN)


def rows(tally: attain.Tally) -> pl.DataFrame:
    return attain.assess(plan(), tally, as_of="2025-12-31").to_polars()


def expected() -> pl.DataFrame:
    found = rows(attain.tally(plan(), EXPECTED))
    assert found["verdict"].to_list().count("met") == 2
    return found


def with_days(frame: pl.DataFrame) -> pl.DataFrame:
    columns = [name for name in ("date", "start", "end") if name in frame.columns]
    return frame.with_columns(pl.col(name).str.to_date() for name in columns)


def parquet(frame: pl.DataFrame, folder: Path) -> Path:
    path = folder / "outcomes.parquet"
    with_days(frame).write_parquet(path)
    return path


def csv(frame: pl.DataFrame, folder: Path) -> Path:
    path = folder / "outcomes.csv"
    frame.write_csv(path)
    return path


SOURCES: dict[str, Callable[[pl.DataFrame, Path], Any]] = {
    "texts": lambda frame, _: frame,
    "days": lambda frame, _: with_days(frame),
    "pandas": lambda frame, _: pd.DataFrame(frame.to_dict(as_series=False)),
    "csv": csv,
    "parquet": parquet,
}


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("option", OPTIONS)
def test_a_table_is_read_alike_whatever_it_is(option: str, source: str, tmp_path: Path) -> None:
    outcomes = SOURCES[source](GIVEN[option], tmp_path)
    tally = attain.tally(plan(), outcomes, **OPTIONS[option])
    assert rows(tally).equals(expected())
    assert tally.warnings == []

    added = attain.tally(plan(), EXPECTED[:0])
    added.add(outcomes, **OPTIONS[option])
    assert rows(added).equals(expected())


@pytest.mark.parametrize("option", OPTIONS)
def test_columns_with_other_names_are_read_alike(option: str) -> None:
    names = NAMED[option]
    frame = GIVEN[option].rename(names)
    assert rows(attain.tally(plan(), frame, **names, **OPTIONS[option])).equals(expected())


@pytest.mark.parametrize("ending", ["csv", "parquet"])
@pytest.mark.parametrize("option", OPTIONS)
def test_the_command_line_reads_them_alike(
    option: str, ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    path = SOURCES[ending](GIVEN[option], tmp_path)
    flags = {"date_is": ["--date-is", "month"], "end_inclusive": ["--end-inclusive"]}[option]
    rows_at = tmp_path / "rows.csv"
    command = ["assess", str(tmp_path / "plan.yaml"), str(path), "--as-of", "2025-12-31"]
    assert main([*command, *flags, "--csv", str(rows_at)]) == 0
    capsys.readouterr()
    found = pl.read_csv(rows_at)
    assert found["value"].to_list() == expected()["value"].to_list()
    assert found["verdict"].to_list() == expected()["verdict"].to_list()
    assert main(["check", str(tmp_path / "plan.yaml"), str(path), *flags]) == 0
    shown = capsys.readouterr().err
    assert "last days of months" not in shown


def test_judge_takes_dates_for_their_periods() -> None:
    frame = GIVEN["date_is"]
    goal: dict[str, Any] = {"unit": "unit", "count": "value", "at_most": 20}
    of_dates = attain.judge(frame, date="date", date_is="month", **goal)
    of_periods = attain.judge(EXPECTED, period="period", **goal)
    assert of_dates.to_polars().equals(of_periods.to_polars())
    assert of_dates.notes == of_periods.notes
    # Without it, days are events of which windows are asked for.
    with pytest.raises(attain.RequestError, match="need `window` or `every`"):
        attain.judge(frame, date="date", **goal)


def test_two_rows_of_one_month_are_refused_by_judge() -> None:
    frame = pl.DataFrame({"date": ["2025-01-01", "2025-01-31"], "value": [1, 2]})
    with pytest.raises(attain.RequestError, match="same unit and period"):
        attain.judge(frame, date="date", date_is="month", count="value", at_most=20)


def test_judge_refuses_a_kind_of_period_without_dates_or_that_there_is_not() -> None:
    frame = EXPECTED
    with pytest.raises(attain.RequestError, match="no column of days"):
        attain.judge(frame, period="period", date_is="month", count="value", at_most=20)
    with pytest.raises(attain.RequestError, match="found `decade`"):
        attain.judge(
            GIVEN["date_is"],
            date="date",
            date_is="decade",  # type: ignore[arg-type]
            count="value",
            at_most=20,
        )


def test_an_unknown_kind_of_period_is_refused() -> None:
    with pytest.raises(attain.RequestError, match="week, month, quarter, half, year"):
        attain.tally(plan(), GIVEN["date_is"], date_is="decade")  # type: ignore[arg-type]


MARKS: dict[str, Any] = {"separator": ";", "decimal": ",", "thousands": "."}
EUROPEAN = """unit;period;measure;value
d1;2025-01;cases;1.840,5
d2;2025-01;cases;12
d1;2025-02;cases;"2.000.001,25"
d2;2025-02;cases;-0,5
"""


def test_csv_files_are_read_with_the_marks_that_are_declared(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = PLAN.replace("every: month}}", "every: month, signed: true}}", 1)
    signed = attain.Plan.parse(text)
    path = tmp_path / "european.csv"
    path.write_text(EUROPEAN, encoding="utf-8")
    # pandas reads the same file, and attain its numbers.
    frame = pd.read_csv(path, sep=";", decimal=",", thousands=".")
    assert frame["value"].tolist() == [1840.5, 12, 2_000_001.25, -0.5]
    expected = attain.assess(signed, attain.tally(signed, frame), as_of="2025-12-31")
    for source in (path, EUROPEAN.encode(), [path]):
        tally = attain.tally(signed, source, **MARKS)
        assert attain.assess(signed, tally, as_of="2025-12-31") == expected
    added = attain.tally(signed, frame.iloc[:0])
    added.add(path, **MARKS)
    assert attain.assess(signed, added, as_of="2025-12-31") == expected

    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    rows_at = tmp_path / "rows.csv"
    marks = [word for name, mark in MARKS.items() for word in (f"--{name}", mark)]
    command = ["assess", str(tmp_path / "plan.yaml"), str(path), "--as-of", "2025-12-31"]
    assert main([*command, *marks, "--csv", str(rows_at)]) == 0
    capsys.readouterr()
    assert pl.read_csv(rows_at)["value"].to_list() == expected.to_polars()["value"].to_list()


@pytest.mark.parametrize("number", ["1,234.5", "1.23", "1234.567", "1,5,2", "1 234"])
def test_numbers_of_another_format_are_refused(number: str) -> None:
    text = f"unit;period;measure;value\nd1;2025-01;cases;{number}\n"
    with pytest.raises(attain.OutcomeError, match=r"a number such as 1\.840 or 96,4"):
        attain.tally(plan(), text.encode(), **MARKS)


def test_marks_that_contradict_themselves_are_refused() -> None:
    for marks in ({"decimal": ",", "thousands": ","}, {"separator": "x"}, {"decimal": ";"}):
        with pytest.raises(attain.RequestError):
            attain.tally(plan(), EUROPEAN.encode(), **marks)
    with pytest.raises(attain.OutcomeError, match="the options `separator` and `decimal`"):
        attain.tally(plan(), EUROPEAN.encode())
    with pytest.raises(attain.OutcomeError, match="the columns are not separated by bars"):
        attain.tally(plan(), EUROPEAN.encode(), separator="|")
