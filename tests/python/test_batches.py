"""Rows that are chosen before they are judged, and rows that come some at a time."""

from __future__ import annotations

import pickle
import subprocess
import sys
import textwrap
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal

import attain as at

UNITS, AS_OF = 3_000, "2024-03-31"
PLAN = """
attain: 1
plan: batches
measures: {cases: {}, cleared: {}, beds: {over_time: last}}
indicators:
  known: {count: cases}
  clearance: {ratio: {numerator: cleared, denominator: cases}}
  per-bed: {ratio: {numerator: cases, denominator: beds}}
targets:
  few: {indicator: known, goal: {at_most: 9}, window: WITHIN, units: {level: station}}
  cleared: {indicator: clearance, goal: {at_least: 75}, window: WITHIN, units: {level: station}}
  crowded: {indicator: per-bed, goal: {at_most: 90}, window: WITHIN, units: {level: station}}
  all: {indicator: clearance, goal: {at_least: 75}, window: "2024", units: {level: city}}
units:
  levels: [city, station]
  list: [{id: c, level: city}, STATIONS]
"""
WITHIN = "{every: month, within: ['2020-01-01', '2025-01-01']}"


@cache
def plan() -> at.Plan:
    stations = (f"{{id: s{unit}, level: station, parent: c}}" for unit in range(UNITS))
    text = PLAN.replace("STATIONS", ", ".join(stations)).replace("WITHIN", WITHIN)
    return at.Plan.parse(text)


@cache
def tally() -> at.Tally:
    random = np.random.default_rng(1)
    months = [f"{year}-{month:02}" for year in range(2020, 2025) for month in range(1, 13)]
    units = np.repeat([f"s{unit}" for unit in range(UNITS)], len(months))
    figures = [("cases", 10), ("cleared", 7), ("beds", 12)]
    tables = [
        pa.table(
            {
                "unit": units,
                "period": np.tile(months, UNITS),
                "measure": pa.array([measure] * units.size),
                "value": random.poisson(mean, units.size).astype(float),
            }
        ).filter(pa.array(random.random(units.size) < 0.97))
        for measure, mean in figures
    ]
    return at.tally(plan(), pa.concat_tables(tables))


@cache
def report() -> at.Report:
    return at.assess(plan(), tally(), as_of=AS_OF)


def batches(**options: Any) -> at.AssessmentBatches:
    return at.assess_batches(plan(), tally(), as_of=AS_OF, **options)


def frame(source: Any) -> pl.DataFrame:
    """The rows, with texts as texts: categories of different batches have different codes."""
    return pl.DataFrame(source).with_columns(pl.col(pl.Categorical).cast(pl.String))


CHOICES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"targets": "few"}, {"target": "few"}),
    (
        {"targets": ["all", "cleared"], "verdicts": "missed"},
        {"target": ["all", "cleared"], "verdict": "missed"},
    ),
    (
        {"units": ["s1", "s2999"], "windows": "2023-05"},
        {"unit": ["s1", "s2999"], "window": "2023-05"},
    ),
    ({"levels": ["city"]}, {"level": ["city"]}),
    ({"windows": ["last_month", "2024"]}, {"window": ["last_month", "2024"]}),
    ({"verdicts": ["met", "indeterminate"]}, {"verdict": ["met", "indeterminate"]}),
    ({"verdicts": []}, {"verdict": []}),
]


@pytest.mark.parametrize(("chosen", "filtered"), CHOICES)
def test_rows_that_are_chosen_first_are_those_of_filter(
    chosen: dict[str, Any], filtered: dict[str, Any]
) -> None:
    expected = report().filter(**filtered)
    found = at.assess(plan(), tally(), as_of=AS_OF, **chosen)
    assert found == expected
    assert at.assess(plan(), tally(), as_of=AS_OF, after=report(), **chosen) == expected
    columns = ["unit", "verdict", "chance"]
    table = at.assess(plan(), tally(), as_of=AS_OF, columns=columns, **chosen)
    assert table == expected.select(columns)
    assert_frame_equal(frame(batches(**chosen)), frame(expected))
    assert_frame_equal(frame(batches(columns=columns, rows=1_000, **chosen)), frame(table))


def test_tables_have_as_many_rows_as_were_wanted() -> None:
    assert len(report()) > 500_000, "rows of several parts"
    tables = list(batches(rows=100_000, columns=["target", "unit", "window_start", "value"]))
    assert {len(table) for table in tables[:-1]} == {100_000}
    assert sum(map(len, tables)) == len(report())
    whole = frame(report().select(["target", "unit", "window_start", "value"]))
    assert_frame_equal(pl.concat([frame(table) for table in tables]), whole)


def test_libraries_read_the_stream_as_often_as_they_like() -> None:
    some = batches(targets="few", columns=["verdict", "value"])
    whole = frame(report().filter(target="few").select(["verdict", "value"]))
    assert some.column_names == ["verdict", "value"]
    counts = whole.group_by("verdict").len().sort("verdict").rows()
    for _ in range(2):
        reader = pa.RecordBatchReader.from_stream(some)
        assert_frame_equal(frame(pa.Table.from_batches(list(reader), reader.schema)), whole)
        # DuckDB reads on threads of its own.
        rows = pa.RecordBatchReader.from_stream(some)
        query = "SELECT verdict::VARCHAR AS verdict, count(*) FROM rows GROUP BY ALL ORDER BY ALL"
        assert duckdb.sql(query).fetchall() == counts
        del rows
        assert_frame_equal(frame(some), whole)


def test_parquet_is_that_of_the_report(tmp_path: Path) -> None:
    batches().to_parquet(tmp_path / "stream.parquet")
    report().to_parquet(tmp_path / "report.parquet")
    stream, whole = (pq.ParquetFile(tmp_path / f"{name}.parquet") for name in ("stream", "report"))
    assert stream.schema_arrow == whole.schema_arrow
    groups = [stream.metadata.row_group(at).num_rows for at in range(stream.num_row_groups)]
    assert max(groups) == 262_144
    assert_frame_equal(frame(stream.read()), frame(whole.read()))
    # Nothing else is left there.
    assert {path.name for path in tmp_path.iterdir()} == {"stream.parquet", "report.parquet"}


def test_what_makes_no_sense_is_refused_at_once() -> None:
    for options, message in [
        ({"rows": 0}, "one row at least"),
        ({"columns": ["verdct"]}, "did you mean `verdict`?"),
        ({"targets": "fwe"}, "did you mean `few`?"),
        ({"levels": ["stations"]}, "did you mean `station`?"),
        ({"verdicts": "mist"}, "expected met, missed, indeterminate"),
        ({"windows": "2019"}, "no window `2019`"),
    ]:
        with pytest.raises(at.RequestError, match=message.replace("?", r"\?")):
            batches(**options)
    with pytest.raises(at.RequestError, match="did you mean `few`"):
        at.assess(plan(), tally(), as_of=AS_OF, targets="fwe")


def test_limits_bound_the_chosen_rows_of_a_report_and_no_stream() -> None:
    limits = at.Limits(judgement_rows=UNITS)
    with pytest.raises(at.RequestError, match="too many rows"):
        at.assess(plan(), tally(), as_of=AS_OF, limits=limits, targets="few")
    found = at.assess(plan(), tally(), as_of=AS_OF, limits=limits, targets="few", windows="2023-05")
    assert len(found) == UNITS
    figure = pa.table({"unit": ["s1"], "period": ["2023-05"], "measure": ["cases"], "value": [1.0]})
    limited = at.tally(plan(), figure, limits=limits)
    with pytest.raises(at.RequestError, match="too many rows"):
        at.assess(plan(), limited, as_of=AS_OF)
    stream = at.assess_batches(plan(), limited, as_of=AS_OF, columns=["unit"])
    assert sum(map(len, stream)) == len(report())


def test_a_report_of_few_rows_is_restored_from_few_rows() -> None:
    few = at.assess(plan(), tally(), as_of=AS_OF, targets="all")
    assert pickle.loads(pickle.dumps(few)) == few


def test_a_stream_says_what_it_is() -> None:
    assert (
        repr(batches(rows=10))
        == "<AssessmentBatches of batches as of 2024-03-31: 10 rows at a time>"
    )


def test_changes_of_the_tally_do_not_reach_a_stream() -> None:
    events = at.tally(
        plan(),
        pa.table({"unit": ["s1"], "date": ["2023-05-01"], "measure": ["cases"]}),
        rows="events",
    )
    stream = at.assess_batches(
        plan(), events, as_of=AS_OF, targets="few", units="s1", windows="2023-05"
    )
    events.add(pa.table({"unit": ["s1"], "date": ["2023-05-02"], "measure": ["cases"]}))
    assert [row["value"] for table in stream for row in table] == [1.0]


MEMORY = """
import resource, sys
import attain as at

MB = 1 << 20
units, days = 20_000, 240
stations = [{"id": f"s{unit}", "level": "station"} for unit in range(units)]
plan = at.Plan.from_dict({
    "attain": 1, "plan": "memory", "units": {"levels": ["station"], "list": stations},
    "measures": {"cases": {}}, "indicators": {"known": {"count": "cases"}},
    "targets": {"few": {"indicator": "known", "goal": {"at_most": 9}, "units": {"level": "station"},
        "window": {"every": "day", "within": ["2023-01-01", "2023-08-29"]}}},
})
with open("events.csv", "w") as file:
    file.write("unit,date,measure\\n")
    file.writelines(f"s{unit},2023-05-{1 + unit % 28:02},cases\\n" for unit in range(units))
tally = at.tally(plan, "events.csv", rows="events", as_of="2023-12-31")
def used():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * resource.getpagesize()
limit = used() + 500 * MB
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
at.assess_batches(plan, tally, as_of="2023-12-31").to_parquet("rows.parquet")
print(units * days)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are those of Linux")
def test_millions_of_rows_take_the_memory_of_a_part(tmp_path: Path) -> None:
    """The rows of the report alone would take 550 MB, their columns as much again."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MEMORY)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert pq.ParquetFile(tmp_path / "rows.parquet").metadata.num_rows == int(done.stdout)
