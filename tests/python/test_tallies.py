"""Outcomes come in as tables and files, in one go or in parts, and are the same in every way."""

from __future__ import annotations

import contextlib
import csv
import datetime
import itertools
import os
import random
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import attain
from attain.errors import Fault

HANOI = attain.Plan.load("examples/hanoi/plan.yaml")
OUTCOMES = Path("examples/hanoi/outcomes.csv")
BERLIN = attain.Plan.load("examples/berlin/plan.yaml")
BERLIN_OUTCOMES = Path("examples/berlin/outcomes.csv")
AS_OF = "2025-12-31"


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of a table as plain Python values."""
    kinds: dict[str, Callable[[str], object]] = {
        "start": datetime.date.fromisoformat,
        "end": datetime.date.fromisoformat,
        "value": float,
    }
    with path.open(encoding="utf-8", newline="") as file:
        return [
            {name: kinds.get(name, str)(text) for name, text in row.items()}
            for row in csv.DictReader(file)
        ]


ROWS = rows_of(OUTCOMES)
COLUMNS = {name: [row[name] for row in ROWS] for name in ROWS[0]}
TEXTS = ["unit", "measure"]
DAYS = ["start", "end"]


def judged(tally: attain.Tally) -> pa.Table:
    return attain.assess(tally.plan, tally, as_of=AS_OF).to_arrow()


@pytest.fixture(scope="module")
def expected() -> pa.Table:
    """The rows that every input format has to give."""
    report = judged(attain.tally(HANOI, OUTCOMES))
    verdicts = report["verdict"].to_pylist()
    # As `examples/hanoi/README.md` counts them: reports without data would be equal too.
    assert [verdicts.count(verdict) for verdict in ("met", "missed")] == [34, 15]
    return report


# ---- The input formats


def arrow(**types: pa.DataType) -> pa.Table:
    table = pa.table(COLUMNS)
    for name, kind in types.items():
        at = table.schema.get_field_index(name)
        table = table.set_column(at, name, table[name].cast(kind))
    return table


def relation() -> Any:
    days = ", ".join(f'"{day}"::DATE AS "{day}"' for day in DAYS)
    texts = duckdb.connect().read_csv(str(OUTCOMES), all_varchar=True)
    return texts.select(f"unit, {days}, measure, value::DECIMAL(18, 4) AS value")


PANDAS = pd.DataFrame(COLUMNS)
POLARS = pl.DataFrame(COLUMNS)
CODES = pa.dictionary(pa.int8(), pa.large_string())

TABLES: dict[str, Callable[[], Any]] = {
    "pandas": lambda: PANDAS,
    "pandas object": lambda: PANDAS.astype(dict.fromkeys(TEXTS, object)),
    "pandas string": lambda: PANDAS.astype(dict.fromkeys(TEXTS, "string")),
    "pandas categorical": lambda: PANDAS.astype(dict.fromkeys(TEXTS, "category")),
    "pandas datetime64[ns]": lambda: PANDAS.astype(dict.fromkeys(DAYS, "datetime64[ns]")),
    "pandas datetime64[s]": lambda: PANDAS.astype(dict.fromkeys(DAYS, "datetime64[s]")),
    "pandas days as texts": lambda: PANDAS.assign(start=PANDAS["start"].map(str)),
    "pandas with another index": lambda: PANDAS.set_index("unit"),
    "pandas with arrow types": lambda: PANDAS.convert_dtypes(dtype_backend="pyarrow"),
    "polars": lambda: POLARS,
    "polars categorical": lambda: POLARS.with_columns(pl.col(TEXTS).cast(pl.Categorical)),
    "polars enum": lambda: POLARS.with_columns(
        pl.col(name).cast(pl.Enum(POLARS[name].unique().sort())) for name in TEXTS
    ),
    "polars datetime": lambda: POLARS.with_columns(pl.col(DAYS).cast(pl.Datetime("ms"))),
    "polars decimal": lambda: POLARS.with_columns(pl.col("value").cast(pl.Decimal(18, 4))),
    "polars lazy": lambda: POLARS.lazy().filter(pl.col("value") >= 0),
    "polars collected": lambda: POLARS.lazy().filter(pl.col("value") >= 0).collect(),
    "pyarrow": arrow,
    "pyarrow large_string": lambda: arrow(unit=pa.large_string(), measure=pa.large_string()),
    "pyarrow string_view": lambda: arrow(unit=pa.string_view(), measure=pa.string_view()),
    "pyarrow dictionary": lambda: arrow(unit=CODES, measure=CODES),
    "pyarrow timestamp": lambda: arrow(start=pa.timestamp("us"), end=pa.date64()),
    "pyarrow decimal": lambda: arrow(value=pa.decimal128(20, 4)),
    "pyarrow record batch": lambda: pa.record_batch(COLUMNS),
    "pyarrow reader of many batches": lambda: arrow().to_reader(max_chunksize=7),
    "duckdb": relation,
}


@pytest.mark.parametrize("make", TABLES.values(), ids=TABLES.keys())
def test_a_report_is_the_same_whatever_table_the_outcomes_come_in(
    make: Callable[[], Any], expected: pa.Table
) -> None:
    tally = attain.tally(HANOI, make())
    assert len(tally) == len(ROWS)
    assert judged(tally).equals(expected)


def test_a_path_may_be_a_text(expected: pa.Table) -> None:
    assert judged(attain.tally(HANOI, str(OUTCOMES))).equals(expected)


@pytest.mark.parametrize("compression", ["snappy", "zstd", "gzip", "none"])
def test_a_parquet_file_is_as_good_as_a_csv_file(
    compression: str, tmp_path: Path, expected: pa.Table
) -> None:
    path = tmp_path / "outcomes.parquet"
    pyarrow.parquet.write_table(arrow(), path, compression=compression, row_group_size=10)
    assert judged(attain.tally(HANOI, path)).equals(expected)


def test_a_file_that_a_dataframe_wrote_is_as_good_as_the_dataframe(
    tmp_path: Path, expected: pa.Table
) -> None:
    PANDAS.to_csv(tmp_path / "pandas.csv", index=False)
    POLARS.write_csv(tmp_path / "polars.csv")
    PANDAS.to_parquet(tmp_path / "pandas.parquet")
    POLARS.write_parquet(tmp_path / "polars.parquet")
    for path in sorted(tmp_path.iterdir()):
        assert judged(attain.tally(HANOI, path)).equals(expected), path.name


def test_a_plan_read_elsewhere_gives_the_same_report(expected: pa.Table) -> None:
    plan = attain.Plan.parse(HANOI.to_yaml())
    tally = attain.tally(plan, OUTCOMES)
    assert attain.assess(HANOI, tally, as_of=AS_OF).to_arrow().equals(expected)


@pytest.mark.parametrize("as_of", [datetime.date(2025, 12, 31), AS_OF])
def test_a_day_may_be_a_date_or_a_text(as_of: datetime.date | str, expected: pa.Table) -> None:
    tally = attain.tally(HANOI, OUTCOMES)
    assert attain.assess(HANOI, tally, as_of=as_of).to_arrow().equals(expected)


# ---- In one go or in parts


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32), parts=st.integers(1, 6))
def test_parts_in_any_order_add_up_to_the_whole(seed: int, parts: int, expected: pa.Table) -> None:
    chance = random.Random(seed)
    shuffled = POLARS.sample(fraction=1, shuffle=True, seed=seed % 2**31)
    cuts = sorted(chance.choices(range(len(ROWS) + 1), k=parts - 1))
    slices = [
        shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, len(ROWS)], strict=True)
    ]

    one_by_one = attain.tally(HANOI, slices[0])
    for part in slices[1:]:
        one_by_one.add(part)
    tallies = [attain.tally(HANOI, part) for part in slices]
    merged = attain.tally(HANOI, slices[0])
    for tally in reversed(tallies[1:]):
        merged.merge(tally)

    for tally in (one_by_one, merged, sum(tallies)):
        assert isinstance(tally, attain.Tally)
        assert len(tally) == len(ROWS)
        assert judged(tally).equals(expected)


def test_a_sum_leaves_its_parts_as_they_were() -> None:
    first, second = attain.tally(HANOI, POLARS[:30]), attain.tally(HANOI, POLARS[30:])
    both = first + second
    assert (len(first), len(second), len(both)) == (30, 35, 65)


def test_tallies_are_added_to_tallies_alone() -> None:
    tally = attain.tally(HANOI, POLARS)
    for other in (1, "tally", None, HANOI):
        with pytest.raises(TypeError):
            tally + other  # type: ignore[operator]
    with pytest.raises(TypeError):
        1 + tally


def test_a_report_stays_as_it_is_when_outcomes_are_added() -> None:
    tally = attain.tally(HANOI, POLARS[:30])
    report = attain.assess(HANOI, tally, as_of=AS_OF)
    before, explained = report.to_arrow(), report.explain("clearance-2022").to_dict()
    tally.add(POLARS[30:])
    assert report.to_arrow().equals(before)
    assert report.explain("clearance-2022").to_dict() == explained
    assert not judged(tally).equals(before)


def test_a_tally_says_what_it_is() -> None:
    figures = attain.tally(HANOI, POLARS)
    assert (figures.rows, len(figures), figures.plan) == ("figures", 65, HANOI)
    assert repr(figures) == "<Tally of hanoi: 65 figures>"


# ---- Events


CLINICS = attain.Plan.from_dict(
    {
        "attain": 1,
        "plan": "clinics",
        "units": {
            "levels": ["region", "clinic"],
            "list": [
                {"id": "region", "name": "Region", "level": "region"},
                {"id": "north", "name": "North", "level": "clinic", "parent": "region"},
                {"id": "south", "name": "South", "level": "clinic", "parent": "region"},
            ],
        },
        "measures": {"visits": {}, "referrals": {}},
        "indicators": {
            "visits-made": {"count": "visits"},
            "referred": {"proportion": {"numerator": "referrals", "denominator": "visits"}},
        },
        "targets": {
            "busy": {
                "indicator": "visits-made",
                "goal": {"at_least": 20},
                "window": {"every": "month", "within": "2025"},
                "units": ["region", "north", "south"],
            }
        },
    }
)


@settings(max_examples=50, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["region", "north", "south"]),
            st.dates(datetime.date(2025, 1, 1), datetime.date(2025, 12, 31)),
            st.integers(0, 1000),
        ),
        min_size=1,
    )
)
def test_events_of_a_unit_and_of_those_below_it_add_up(
    events: list[tuple[str, datetime.date, int]],
) -> None:
    units, dates, values = (list(column) for column in zip(*events, strict=True))
    table = {"unit": units, "date": dates, "measure": ["visits"] * len(events), "value": values}
    tally = attain.tally(CLINICS, pl.DataFrame(table), rows="events")
    assert tally.rows == "events"
    for row in attain.assess(CLINICS, tally, as_of="2026-01-01").rows:
        below = {"region", "north", "south"} if row.unit == "region" else {row.unit}
        in_window = [
            value
            for unit, date, value in events
            if unit in below and row.window_start <= date < row.window_end
        ]
        # Where the measure is being recorded, no event is a zero; before and after, it is no data.
        if row.window_start <= max(dates) and min(dates) < row.window_end:
            assert row.value == sum(in_window)
        else:
            assert (row.value, row.reason) == (None, "no_data")


def test_an_event_counts_one_unless_it_says_otherwise() -> None:
    visits = pl.DataFrame(
        {"unit": ["north"] * 21, "date": ["2025-03-01"] * 21, "measure": ["visits"] * 21}
    )
    tally = attain.tally(CLINICS, visits, rows="events")
    (row,) = (
        row
        for row in attain.assess(CLINICS, tally, as_of="2025-12-31").filter(unit="north").rows
        if row.window_start.month == 3
    )
    assert (row.value, row.verdict) == (21, "met")


def test_figures_and_events_of_a_measure_are_not_mixed() -> None:
    table = pl.DataFrame(
        {"unit": ["north"], "date": ["2025-03-01"], "measure": ["visits"], "value": [3]}
    )
    figures = attain.tally(CLINICS, table)
    with pytest.raises(attain.OutcomeError, match="both figures and events"):
        figures.merge(attain.tally(CLINICS, table, rows="events"))
    assert (figures.rows, len(figures)) == ("figures", 1)


# ---- What is refused


def refusal(table: object, **options: Any) -> attain.OutcomeError:
    with pytest.raises(attain.OutcomeError) as caught:
        attain.tally(CLINICS, table, **options)  # type: ignore[arg-type]
    return caught.value


def visits(**changes: object) -> pl.DataFrame:
    """Two rows, and what a test changes in them."""
    return pl.DataFrame(
        {
            "unit": ["north", "south"],
            "period": ["2025-01", "2025-01"],
            "measure": ["visits", "visits"],
            "value": [1, 2],
        }
        | changes
    )


def test_every_fault_of_a_table_has_its_row_and_column() -> None:
    error = refusal(visits(unit=["nroth", "south"], value=[-1, 2], measure=["visits", "visit"]))
    assert [(fault.row, fault.column) for fault in error.faults] == [
        (0, "unit"),
        (0, "value"),
        (1, "measure"),
    ]
    unit, value, measure = error.faults
    assert unit.hint == "did you mean `north`?"
    assert measure.hint == "did you mean `visits`?"
    assert (value.found, value.expected) == ("-1", "0 or more")
    assert all(fault.file is None and fault.line is None for fault in error.faults)
    for fault in error.faults:
        assert str(fault) in str(error)


def test_rows_are_counted_over_all_batches() -> None:
    table = pa.table(visits(unit=["north", "east"])).to_reader(max_chunksize=1)
    (fault,) = refusal(table).faults
    assert (fault.row, fault.column) == (1, "unit")


def test_every_fault_of_a_csv_file_has_its_file_line_and_column(tmp_path: Path) -> None:
    path = tmp_path / "outcomes.csv"
    path.write_text(
        "unit,period,measure,value\n"
        "north,2025-01,visits,1\n"
        "nroth,2025-01,visits,2\n"
        'south,2025-13,visits,"1,234"\n',
        encoding="utf-8",
    )
    error = refusal(path)
    assert [(fault.file, fault.line, fault.column) for fault in error.faults] == [
        (str(path), 3, "unit"),
        (str(path), 4, "value"),
        (str(path), 4, "period"),
    ]
    assert all(fault.row is None for fault in error.faults)
    assert error.faults[1].found == "`1,234`"
    assert error.faults[1].hint is not None
    assert "1234" in error.faults[1].hint


def test_every_fault_of_a_parquet_file_has_its_file_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "outcomes.parquet"
    visits(unit=["north", "east"]).write_parquet(path)
    (fault,) = refusal(path).faults
    assert fault == Fault(
        code="unknown_unit",
        file=str(path),
        row=1,
        column="unit",
        message="there is no unit `east`",
        hint=fault.hint,
    )


@pytest.mark.parametrize(
    ("table", "column", "hint"),
    [
        (visits(unit=[1, 2]), "unit", "codes are text"),
        (visits(period=[2025, 2026]), "period", '2025 is written "2025"'),
        (visits(value=["1", "2"]), "value", "convert the column to numbers"),
        (visits(value=[True, False]), "value", "0 and 1"),
        (visits().rename({"value": "vlaue"}), "value", "if `vlaue` is meant"),
        (
            visits().drop("period").with_columns(date=pl.datetime(2025, 1, 1, time_zone="UTC")),
            "date",
            "leave out the time zone",
        ),
        (
            visits().drop("period").with_columns(Date=pl.lit("2025-01-01")),
            "date",
            "rename it to `date`",
        ),
    ],
)
def test_a_column_that_can_not_be_read_is_told_with_what_to_do(
    table: pl.DataFrame, column: str, hint: str
) -> None:
    (fault,) = refusal(table).faults
    assert fault.row is None
    assert fault.column == column
    assert fault.hint is not None
    assert hint in fault.hint


def test_a_column_of_nothing_but_nulls_is_read_where_it_has_a_type() -> None:
    table = visits().with_columns(status=pl.lit(None, pl.String), note=pl.lit(None, pl.Int8))
    assert len(attain.tally(CLINICS, table)) == 2
    # pandas and pyarrow hand them over without one.
    assert (
        len(
            attain.tally(
                CLINICS, pd.DataFrame(visits().to_dict(as_series=False) | {"status": [None, None]})
            )
        )
        == 2
    )
    assert len(attain.tally(CLINICS, pa.table(visits()).append_column("status", pa.nulls(2)))) == 2


def test_columns_without_a_type_that_polars_can_not_hand_over_are_named() -> None:
    error = refusal(visits(status=[None, None], note=[None, None]))
    assert [fault.column for fault in error.faults] == ["status", "note"]
    assert all(fault.hint is not None and "cast it" in fault.hint for fault in error.faults)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), 2.0**53 + 2], ids=["nan", "infinite", "inexact"]
)
def test_a_value_that_is_no_exact_number_is_refused(value: float) -> None:
    (fault,) = refusal(visits(value=[value, 2.0])).faults
    assert (fault.row, fault.column) == (0, "value")


def test_a_missing_value_needs_a_status_that_says_why() -> None:
    # pandas writes a missing value as NaN, and hands it over as a null.
    table = pd.DataFrame(visits(value=[None, 2.0]).to_dict(as_series=False))
    (fault,) = refusal(table).faults
    assert fault.message == "the value is missing"
    assert len(attain.tally(CLINICS, table.assign(status=["M", "A"]))) == 2


def test_a_reader_is_read_once() -> None:
    reader = pa.table(visits()).to_reader()
    assert len(attain.tally(CLINICS, reader)) == 2
    assert refusal(reader).faults[0].message == "the reader has nothing to read"


def test_a_figure_given_twice_is_told_with_both_places(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    visits().write_csv(path)
    tally = attain.tally(CLINICS, path)
    with pytest.raises(attain.OutcomeError) as caught:
        tally.merge(attain.tally(CLINICS, visits()[1:]))
    (fault,) = caught.value.faults
    assert fault.row == 0
    assert fault.expected is not None
    assert f"{path}:3" in fault.expected


def test_a_tally_that_refused_outcomes_is_as_before() -> None:
    tally = attain.tally(CLINICS, visits())
    before = judged(tally)
    for refused in (visits(), visits(period=["2025-02"] * 2, unit=["north", "east"])):
        with pytest.raises(attain.OutcomeError):
            tally.add(refused)
    assert len(tally) == 2
    assert judged(tally).equals(before)
    # Nothing of what was refused stands in the way of the mended rows.
    tally.add(visits(period=["2025-02"] * 2))
    assert len(tally) == 4


def test_tallies_of_different_plans_do_not_meet() -> None:
    hanoi, clinics = attain.tally(HANOI, POLARS), attain.tally(CLINICS, visits())
    with pytest.raises(attain.RequestError, match="different plans"):
        hanoi.merge(clinics)
    with pytest.raises(attain.RequestError, match="different plans"):
        hanoi + clinics
    with pytest.raises(attain.RequestError, match="`hanoi`, not of `clinics`"):
        attain.assess(CLINICS, hanoi, as_of=AS_OF)


@pytest.mark.parametrize("name", ["none.csv", "none.parquet", "outcomes", "outcomes.xlsx"])
def test_a_file_that_can_not_be_read_is_a_file_error(name: str, tmp_path: Path) -> None:
    with pytest.raises(attain.FileError) as caught:
        attain.tally(CLINICS, tmp_path / name)
    assert caught.value.faults[0].file == str(tmp_path / name)


def test_rows_are_figures_or_events() -> None:
    with pytest.raises(attain.RequestError, match="found `people`, expected figures, events"):
        attain.tally(CLINICS, visits(), rows="people")  # type: ignore[arg-type]


# ---- While a file is read


def test_progress_is_told_in_bytes_up_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    tally = attain.tally(
        BERLIN, BERLIN_OUTCOMES, progress=lambda read, total: told.append((read, total))
    )
    assert len(tally) == 19_200
    size = BERLIN_OUTCOMES.stat().st_size
    read = [bytes_read for bytes_read, _ in told]
    assert {total for _, total in told} == {size}
    assert len(read) > 1
    assert read == sorted(read)
    assert read[-1] == size


def test_progress_is_told_of_parquet_files_too(tmp_path: Path) -> None:
    path = tmp_path / "outcomes.parquet"
    pl.read_csv(BERLIN_OUTCOMES, infer_schema=False).cast({"value": pl.Int64}).write_parquet(path)
    told: list[tuple[int, int]] = []
    attain.tally(BERLIN, path, progress=lambda read, total: told.append((read, total)))
    assert len(told) > 1
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


def test_a_bar_shows_how_far_a_long_reading_has_come_and_leaves_no_trace(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = itertools.count(step=1.0)
    monkeypatch.setattr("time.monotonic", lambda: next(moments))
    attain.tally(BERLIN, BERLIN_OUTCOMES, progress=True)
    drawn = capsys.readouterr().err.split("\r")
    assert f"{BERLIN_OUTCOMES}: {'█' * 30} 100%" in drawn
    assert drawn[-1] == ""
    assert drawn[-2].strip() == ""
    attain.tally(BERLIN, BERLIN_OUTCOMES, progress=False)
    assert capsys.readouterr().err == ""


def test_what_progress_raises_ends_the_reading_and_comes_out_unchanged() -> None:
    class Enough(BaseException):
        pass

    enough = Enough()

    def stop(_read: int, _total: int) -> None:
        raise enough

    tally = attain.tally(
        BERLIN, pl.read_csv(BERLIN_OUTCOMES, infer_schema=False, n_rows=1).cast({"value": pl.Int64})
    )
    with pytest.raises(Enough) as caught:
        tally.add(BERLIN_OUTCOMES, progress=stop)
    assert caught.value is enough
    assert len(tally) == 1


def test_other_threads_run_while_a_file_is_read() -> None:
    asked, answered = threading.Event(), threading.Event()

    def answer() -> None:
        if asked.wait(timeout=30):
            answered.set()

    def wait(_read: int, _total: int) -> None:
        asked.set()
        assert answered.wait(timeout=30)

    other = threading.Thread(target=answer)
    other.start()
    attain.tally(BERLIN, BERLIN_OUTCOMES, progress=wait)
    other.join()


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_in_a_function_that_is_told_of_progress_is_no_fault() -> None:
    with pytest.raises(KeyboardInterrupt):
        attain.tally(
            BERLIN, BERLIN_OUTCOMES, progress=lambda *_: signal.raise_signal(signal.SIGINT)
        )


@pytest.mark.usefixtures("interruptible")
@pytest.mark.skipif(sys.platform == "win32", reason="there are no named pipes")
def test_ctrl_c_ends_the_reading_of_a_file_that_nobody_watches(tmp_path: Path) -> None:
    pipe = tmp_path / "outcomes.csv"
    os.mkfifo(pipe)
    main = threading.main_thread().ident
    assert main is not None

    def write_on_and_on() -> None:
        with pipe.open("wb", buffering=0) as file:
            file.write(b"unit,date,measure,value\n")
            signal.pthread_kill(main, signal.SIGINT)
            # Far more rows than there are between two looks at what was signalled.
            rows = itertools.repeat(b"north,2025-01-01,visits,1\n" * 1000, 200)
            with contextlib.suppress(BrokenPipeError):
                file.writelines(rows)

    writer = threading.Thread(target=write_on_and_on)
    writer.start()
    with pytest.raises(KeyboardInterrupt):
        attain.tally(CLINICS, pipe, rows="events")
    writer.join(timeout=30)
    assert not writer.is_alive()


SCHEMA = pa.schema(
    [("unit", pa.string()), ("date", pa.string()), ("measure", pa.string()), ("value", pa.int64())]
)


def batch() -> pa.RecordBatch:
    columns = {"unit": ["north"], "date": ["2025-01-01"], "measure": ["visits"], "value": [1]}
    return pa.record_batch(columns, schema=SCHEMA)


@pytest.mark.usefixtures("interruptible")
def test_ctrl_c_between_the_batches_of_a_table_is_no_fault() -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        yield batch()
        signal.raise_signal(signal.SIGINT)
        yield batch()

    with pytest.raises(KeyboardInterrupt):
        attain.tally(CLINICS, pa.RecordBatchReader.from_batches(SCHEMA, batches()), rows="events")


def test_what_breaks_a_table_off_is_named() -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        yield batch()
        raise OSError("the line went dead")

    reader = pa.RecordBatchReader.from_batches(SCHEMA, batches())
    (fault,) = refusal(reader, rows="events").faults
    assert fault.found == "OSError: the line went dead"


# ---- Made for certain days


EVENTS = attain.Plan.from_dict(
    {
        "attain": 1,
        "plan": "events",
        "units": {
            "levels": ["city", "commune"],
            "list": [
                {"id": "c", "level": "city"},
                {"id": "k1", "level": "commune", "parent": "c"},
                {"id": "k2", "level": "commune", "parent": "c"},
            ],
        },
        "measures": {"cases": {}},
        "indicators": {
            "cases-known": {"count": "cases"},
            "change": {"change": {"of": "cases-known", "from": "same_window_last_year"}},
        },
        "targets": {
            "few": {
                "indicator": "cases-known",
                "goal": {"at_most": 300},
                "window": {"every": "quarter", "within": "2024"},
                "units": {"level": "commune"},
            },
            "fewer": {"indicator": "change", "goal": {"at_most": -5}, "window": "2024"},
        },
    }
)


def some_events(rows: int) -> pl.DataFrame:
    draw = random.Random(5)
    first = datetime.date(2022, 12, 1)
    days = [first + datetime.timedelta(days=draw.randrange(800)) for _ in range(rows)]
    units = draw.choices(["c", "k1", "k2"], k=rows)
    return pl.DataFrame({"unit": units, "date": days}).with_columns(measure=pl.lit("cases"))


@pytest.mark.parametrize("as_of", ["2024-12-31", "2024-08-17", "2024-02-29", "2023-06-01"])
def test_a_tally_made_for_a_day_answers_on_it_as_any_other(as_of: str) -> None:
    events = some_events(5_000)
    whole = attain.assess(EVENTS, attain.tally(EVENTS, events, rows="events"), as_of=as_of)
    days = [as_of, datetime.date(2024, 5, 5)]
    made = attain.assess(
        EVENTS, attain.tally(EVENTS, events, rows="events", as_of=days), as_of=as_of
    )
    assert made.to_arrow() == whole.to_arrow()
    assert str(made.explain("fewer")) == str(whole.explain("fewer"))
    # By hand: what the city and its communes had until then.
    until = datetime.date.fromisoformat(as_of)
    of_the_year = (pl.col("date").dt.year() == 2024) & (pl.col("date") <= until)
    counted = events.filter(of_the_year).height
    if until.year == 2024:
        total = whole.to_polars().filter(pl.col("target") == "fewer")["numerator"].item()
        assert total == counted


def test_a_tally_made_for_a_day_is_refused_on_another() -> None:
    tally = attain.tally(EVENTS, some_events(10), rows="events", as_of="2024-12-31")
    with pytest.raises(attain.RequestError, match="can't be assessed on this day") as caught:
        attain.assess(EVENTS, tally, as_of="2024-12-30")
    assert "2024-12-31" in str(caught.value)
    with pytest.raises(attain.AttainError, match="merge"):
        tally.merge(attain.tally(EVENTS, some_events(10), rows="events"))


@pytest.mark.parametrize("rows", [1, 1_500, 200_000])
def test_events_are_the_same_in_whatever_columns_they_come(rows: int) -> None:
    events = some_events(rows).with_columns(value=pl.lit(1.0))
    unit = pl.col("unit")
    formats: dict[str, object] = {
        "enum": events.with_columns(unit.cast(pl.Enum(["k2", "c", "k1"]))),
        "categorical": events.with_columns(unit.cast(pl.Categorical)),
        "integers": events.with_columns(pl.col("value").cast(pl.Int8)),
        "times": events.with_columns(pl.col("date").cast(pl.Datetime("ns"))),
        "text of days": events.with_columns(pl.col("date").dt.to_string("%Y-%m-%d")),
        "arrow": events.to_arrow(),
        "pandas": events.to_pandas(),
        "chunks": pl.concat([events[: rows // 3], events[rows // 3 :]], rechunk=False),
        "shuffled": events.sample(fraction=1.0, shuffle=True, seed=1),
        "no values": events.drop("value"),
    }
    whole = attain.assess(
        EVENTS, attain.tally(EVENTS, events, rows="events"), as_of="2024-12-31"
    ).to_arrow()
    assert whole["numerator"].null_count < whole.num_rows or rows == 1
    for name, table in formats.items():
        tally = attain.tally(EVENTS, table, rows="events")
        assert len(tally) == rows, name
        assert attain.assess(EVENTS, tally, as_of="2024-12-31").to_arrow() == whole, name
