"""Files whose columns have names of their own: read as their frames are, from every entry point."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

import attain as at
from attain.__main__ import main

PLAN = """
attain: 1
plan: drills
strata: {sex: [f, m]}
units:
  levels: [region, site]
  list:
    - {id: R, level: region}
    - {id: R/north, level: site, parent: R}
    - {id: R/south, level: site, parent: R}
measures: {done: {every: month}, planned: {every: month}}
indicators: {held: {proportion: {numerator: done, denominator: planned}}}
targets: {held: {indicator: held, goal: {at_least: 90}, window: "2024-01", units: {level: site}}}
"""
FRAME = pl.DataFrame(
    {
        "Region": ["R", "R", "R"],
        "Site": ["north", "north", "south"],
        "Month": [202401, 202401, 202401],
        "Gender": ["f", "m", "f"],
        "Done": [10, 9, None],
        "planned": [10, 10, 20],
    }
)
COLUMNS: dict[str, Any] = {
    "unit": ["Region", "Site"],
    "period": "Month",
    "values": {"Done": "done", "planned": "planned"},
    "strata": {"Gender": "sex"},
}
OPTIONS = [
    "unit=Region",
    "unit=Site",
    "period=Month",
    "sex=Gender",
    "done=Done",
    "planned=planned",
]


def arguments(*options: str) -> list[str]:
    return [part for option in options for part in ("--column", option)]


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    FRAME.write_csv(tmp_path / "drills.csv")
    FRAME.write_parquet(tmp_path / "drills.parquet")
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("file", ["drills.csv", "drills.parquet"])
def test_a_file_is_read_as_its_frame(file: str) -> None:
    plan = at.Plan.parse(PLAN)
    expected = at.assess(plan, at.tally(plan, FRAME, **COLUMNS), as_of="2024-01-31")
    tally = at.tally(plan, file, **COLUMNS)
    assert at.assess(plan, tally, as_of="2024-01-31").rows == expected.rows
    assert expected.rows[0].value == 95.0
    assert tally.warnings == []
    more = at.tally(plan, FRAME.clear(), **COLUMNS)
    more.add(file, **COLUMNS)
    assert at.assess(plan, more, as_of="2024-01-31").rows == expected.rows


@pytest.mark.parametrize("file", ["drills.csv", "drills.parquet"])
def test_the_command_line_names_the_columns(file: str) -> None:
    command = ["assess", "plan.yaml", file, "--as-of", "2024-01-31", "--parquet", "rows.parquet"]
    assert main([*command, *arguments(*OPTIONS)]) == 0
    rows = pl.read_parquet("rows.parquet").select("unit", "value").rows()
    assert rows == [("R/north", 95.0), ("R/south", None)]


def test_a_header_may_have_an_equals_sign(tmp_path: Path) -> None:
    FRAME.rename({"Done": "x=y"}).write_csv(tmp_path / "equals.csv")
    options = [option.replace("=Done", "=x=y") for option in OPTIONS]
    assert main(["check", "plan.yaml", "equals.csv", *arguments(*options)]) == 0


def test_faults_name_the_line_and_the_column_of_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    frame = FRAME.with_columns(pl.Series("Done", ["10", "nine", None]))
    frame.write_csv(tmp_path / "faulty.csv")
    assert main(["check", "plan.yaml", "faulty.csv", *arguments(*OPTIONS)]) == 1
    assert "faulty.csv:3, column `Done`: this is no number" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["unti=Site"], "did you mean `unit`"),
        (["period=Month", "period=Year"], "--column names `period` twice"),
        (["start=From"], "`start` and `end` need each other"),
    ],
)
def test_columns_that_make_no_sense_are_a_matter_of_usage(
    options: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "plan.yaml", "drills.csv", *arguments(*options)]) == 2
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("option", ["unit", "=Site", "unit="])
def test_a_column_without_name_or_header_is_refused(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["check", "plan.yaml", "drills.csv", "--column", option])
    assert stopped.value.code == 2
    assert "is no NAME=HEADER such as unit=district" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["value", "status", "recorded_at", "illustrative", "source"])
@pytest.mark.parametrize("form", ["frame", "csv", "parquet"])
def test_a_column_is_what_the_caller_says_whatever_its_name(
    name: str, form: str, tmp_path: Path
) -> None:
    plan = at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "names",
            "units": {"levels": ["site"], "list": [{"id": "a", "level": "site"}]},
            "measures": {"m": {}},
            "indicators": {"i": {"count": "m"}},
            "targets": {"t": {"indicator": "i", "goal": {"at_least": 1}, "window": "2024"}},
        }
    )
    table = pl.DataFrame({"site": ["a"], "year": ["2024"], name: [5]})
    table.write_csv(tmp_path / "wide.csv")
    table.write_parquet(tmp_path / "wide.parquet")
    source = table if form == "frame" else tmp_path / f"wide.{form}"
    tally = at.tally(plan, source, unit="site", period="year", values={name: "m"})
    row = at.assess(plan, tally, as_of="2024-12-31").rows[0]
    assert (row.value, row.illustrative, row.reason) == (5, False, None)
