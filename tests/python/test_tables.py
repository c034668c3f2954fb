"""Tables of every library come in and go out alike."""

from __future__ import annotations

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

import attain

PLAN = attain.Plan.from_dict(
    {
        "attain": 1,
        "plan": "p",
        "units": {
            "levels": ["city", "district"],
            "list": [{"id": "c", "level": "city"}]
            + [{"id": unit, "level": "district", "parent": "c"} for unit in ("d1", "d2", "d3")],
        },
        "measures": {"cases": {}},
        "indicators": {"cases-recorded": {"count": "cases"}},
        "targets": {
            "few": {
                "indicator": "cases-recorded",
                "goal": {"at_most": 1},
                "window": "2025",
                "units": {"level": "district"},
            }
        },
    }
)
COLUMNS = {
    "unit": ["d1", "d2", "d3"],
    "period": ["2025"] * 3,
    "measure": ["cases"] * 3,
    "value": [1, 2, None],
    "status": ["P", None, "Q"],
}
SCHEMA = pa.schema({name: pa.int64() if name == "value" else pa.string() for name in COLUMNS})
# One event, which counts 1.
EVENT = {"unit": ["d1"], "date": ["2025-03-01"], "measure": ["cases"]}
EVENTS = pa.schema(dict.fromkeys(EVENT, pa.string()))


def refusal(table: Any, **options: Any) -> attain.OutcomeError:
    with pytest.raises(attain.OutcomeError) as caught:
        attain.tally(PLAN, table, **options)
    return caught.value


def report(tally: attain.Tally) -> attain.Report:
    return attain.assess(PLAN, tally, as_of="2025-12-31")


def relation(query: str = "SELECT * FROM outcomes") -> Any:
    connection = duckdb.connect()
    connection.register("outcomes", pa.table(COLUMNS, schema=SCHEMA))
    return connection.sql(query)


class Capsules:
    """A table that has nothing but what the protocol asks for."""

    def __init__(self, table: Any) -> None:
        self.table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


MAKERS: dict[str, Callable[[], Any]] = {
    "pandas": lambda: pd.DataFrame(COLUMNS),
    "polars": lambda: pl.DataFrame(COLUMNS),
    "pyarrow table": lambda: pa.table(COLUMNS, schema=SCHEMA),
    "pyarrow table with metadata": lambda: pa.table(
        COLUMNS, schema=SCHEMA.with_metadata({"source": "register"})
    ),
    "pyarrow batch": lambda: pa.record_batch(COLUMNS, schema=SCHEMA),
    "pyarrow reader": lambda: pa.table(COLUMNS, schema=SCHEMA).to_reader(max_chunksize=1),
    "duckdb": relation,
    "capsules": lambda: Capsules(pa.table(COLUMNS, schema=SCHEMA)),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_a_table_is_read_alike_whatever_library_made_it(make: Callable[[], Any]) -> None:
    tally = attain.tally(PLAN, make())
    assert len(tally) == 3
    rows = [(row.unit, row.value, row.verdict, row.reason) for row in report(tally).rows]
    assert rows == [
        ("d1", 1, "met", "provisional"),
        ("d2", 2, "missed", None),
        ("d3", None, "indeterminate", "suppressed"),
    ]


# ---- Tables without rows


def header_only(tmp_path: Path) -> Path:
    path = tmp_path / "outcomes.csv"
    path.write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    return path


def parquet_without_rows(tmp_path: Path) -> Path:
    path = tmp_path / "outcomes.parquet"
    pyarrow.parquet.write_table(SCHEMA.empty_table(), path)
    return path


EMPTY: dict[str, Callable[[Path], Any]] = {
    "pandas": lambda _: pd.DataFrame(COLUMNS)[:0],
    "pandas of names alone": lambda _: pd.DataFrame(columns=list(COLUMNS)),
    "pandas of a file": lambda tmp_path: pd.read_csv(header_only(tmp_path), dtype={"value": float}),
    "polars": lambda _: pl.DataFrame(COLUMNS)[:0],
    "polars of names and types": lambda _: pl.DataFrame(schema=pl.DataFrame(COLUMNS).schema),
    "pyarrow table": lambda _: SCHEMA.empty_table(),
    "pyarrow batch": lambda _: pa.record_batch(COLUMNS, schema=SCHEMA)[:0],
    "pyarrow reader of a batch without rows": lambda _: pa.RecordBatchReader.from_batches(
        SCHEMA, [pa.record_batch(COLUMNS, schema=SCHEMA)[:0]]
    ),
    "duckdb": lambda _: relation("SELECT * FROM outcomes WHERE value > 9"),
    "capsules": lambda _: Capsules(SCHEMA.empty_table()),
    "csv": header_only,
    "parquet": parquet_without_rows,
}


@pytest.mark.parametrize("rows", ["figures", "events"])
@pytest.mark.parametrize("make", EMPTY.values(), ids=EMPTY.keys())
def test_no_rows_are_no_outcomes_in_every_input_format(
    make: Callable[[Path], Any], rows: Any, tmp_path: Path
) -> None:
    tally = attain.tally(PLAN, make(tmp_path), rows=rows)
    assert len(tally) == 0
    assert [(row.value, row.reason) for row in report(tally).rows] == [(None, "no_data")] * 3

    tally = attain.tally(PLAN, pa.table(COLUMNS, schema=SCHEMA))
    before = report(tally).to_arrow()
    tally.add(make(tmp_path))
    assert len(tally) == 3
    assert report(tally).to_arrow().equals(before)


WITHOUT_MEASURE: dict[str, Callable[[Path], Any]] = {
    "pandas": lambda _: pd.DataFrame(COLUMNS)[:0].drop(columns="measure"),
    "polars": lambda _: pl.DataFrame(COLUMNS)[:0].drop("measure"),
    "pyarrow": lambda _: SCHEMA.empty_table().drop_columns(["measure"]),
    "duckdb": lambda _: relation("SELECT * EXCLUDE measure FROM outcomes WHERE value > 9"),
}


@pytest.mark.parametrize("make", WITHOUT_MEASURE.values(), ids=WITHOUT_MEASURE.keys())
def test_the_columns_of_a_table_without_rows_are_looked_at_nevertheless(
    make: Callable[[Path], Any], tmp_path: Path
) -> None:
    (fault,) = refusal(make(tmp_path)).faults
    assert fault.column == "measure"


def test_a_reader_that_was_read_before_is_refused() -> None:
    reader = pa.table(COLUMNS, schema=SCHEMA).to_reader()
    tally = attain.tally(PLAN, reader)
    assert len(tally) == 3
    (fault,) = refusal(reader).faults
    assert fault.message == "the reader has nothing to read"
    assert fault.hint is not None
    assert "only once" in fault.hint


# ---- The tables that this package makes


@pytest.fixture
def table() -> attain.Table:
    return report(attain.tally(PLAN, pl.DataFrame(COLUMNS))).assessments


def test_a_table_says_the_same_in_every_library(table: attain.Table) -> None:
    names = ["unit", "value", "reason"]
    expected = {
        "unit": ["d1", "d2", "d3"],
        "value": [1.0, 2.0, None],
        "reason": ["provisional", None, "suppressed"],
    }
    assert len(table) == 3
    assert pa.table(table).column_names == table.column_names
    assert pa.table(table).select(names).to_pydict() == expected
    assert table.to_arrow().select(names).to_pydict() == expected
    assert table.to_polars().select(names).to_dict(as_series=False) == expected
    assert table.to_pandas()["unit"].tolist() == expected["unit"]
    assert duckdb.connect().from_arrow(table).select(*names).fetchall() == list(
        zip(*expected.values(), strict=True)
    )


def test_a_table_can_be_taken_more_than_once(table: attain.Table) -> None:
    assert pa.table(table).num_rows == pa.table(table).num_rows == 3


def test_a_table_gives_the_types_that_are_asked_for(table: attain.Table) -> None:
    given = pa.schema(table)
    wanted = pa.schema(
        field.with_type(pa.large_string()) if pa.types.is_dictionary(field.type) else field
        for field in given
    ).set(given.get_field_index("needed"), pa.field("needed", pa.float64()))
    cast = pa.RecordBatchReader.from_stream(table, schema=wanted)
    assert cast.schema == wanted
    assert cast.schema != given
    rows = cast.read_all()
    assert rows["unit"].to_pylist() == ["d1", "d2", "d3"]
    assert rows["needed"].to_pylist() == [0.0, 1.0, None]


def test_a_table_shows_its_size_and_columns(table: attain.Table) -> None:
    assert repr(table).splitlines()[0].startswith("target  indicator       campaign  unit")
    assert repr(table).splitlines()[-1].startswith("3 rows; columns not shown: ")


def test_a_table_of_this_package_is_a_table_to_it(table: attain.Table) -> None:
    # It has no column of measures, and for that alone it is refused.
    (fault,) = (
        fault for fault in refusal(table).faults if fault.column not in {"date", "start", "period"}
    )
    assert fault.column == "measure"


# ---- While a table is read


def test_batches_made_by_python_as_they_are_read_come_in_too() -> None:
    numbered = EVENTS.append(pa.field("value", pa.int64()))

    def batches() -> Iterator[pa.RecordBatch]:
        for value in range(100):
            yield pa.record_batch({**EVENT, "value": [value]}, schema=numbered)

    tally = attain.tally(
        PLAN, pa.RecordBatchReader.from_batches(numbered, batches()), rows="events"
    )
    assert len(tally) == 100
    assert report(tally).rows[0].value == sum(range(100))


def test_other_threads_run_while_a_table_is_read() -> None:
    asked, answered = threading.Event(), threading.Event()

    def answer() -> None:
        if asked.wait(timeout=30):
            answered.set()

    def batches() -> Iterator[pa.RecordBatch]:
        asked.set()
        # Without the other thread there would be no answer, and no second batch.
        assert answered.wait(timeout=30)
        yield pa.record_batch(EVENT, schema=EVENTS)

    other = threading.Thread(target=answer)
    other.start()
    reader = pa.RecordBatchReader.from_batches(EVENTS, batches())
    assert len(attain.tally(PLAN, reader, rows="events")) == 1
    other.join()


# ---- What is refused


class Frame:
    """A frame that answers to every name, as some that build queries do."""

    def __getattr__(self, name: str) -> str:
        return name

    def collect(self) -> None: ...


class Cluster:
    def toArrow(self) -> None: ...  # noqa: N802 - the name that Spark gave it

    def collect(self) -> None: ...


@pytest.mark.parametrize(
    ("value", "found", "hint"),
    [
        (Frame(), f"{__name__}.Frame", "`.collect()`"),
        (Cluster(), f"{__name__}.Cluster", "`.toArrow()`"),
        (COLUMNS, "dict", "`polars.DataFrame(…)`"),
        ([{"unit": "d1", "value": 1}], "dict", "`polars.DataFrame(…)`"),
        (None, "NoneType", None),
    ],
)
def test_what_is_no_table_is_refused_with_a_way_to_make_one(
    value: object, found: str, hint: str | None
) -> None:
    (fault,) = refusal(value).faults
    assert fault.message == "this is no table"
    assert fault.found == found
    if hint is None:
        assert fault.hint is None
    else:
        assert fault.hint is not None
        assert hint in fault.hint


@pytest.mark.parametrize(
    "column",
    [pl.Series([1, 2]), pa.array([1, 2]), pa.chunked_array([[1], [2]])],
    ids=["polars series", "pyarrow array", "pyarrow chunked array"],
)
def test_a_single_column_is_no_table(column: object) -> None:
    assert refusal(column).faults[0].message == "the table can't hand over its rows"


def test_what_a_table_raises_is_the_cause() -> None:
    class Broken:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            raise ImportError("needs another library")

    error = refusal(Broken())
    assert isinstance(error.__cause__, ImportError)
    assert error.faults[0].found == "ImportError: needs another library"


def test_an_interrupt_is_not_taken_for_a_fault() -> None:
    class Interrupted:
        def __arrow_c_stream__(self, requested_schema: object = None) -> object:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attain.tally(PLAN, Interrupted())


def test_a_table_that_breaks_off_is_refused_whole() -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        yield pa.record_batch(EVENT, schema=EVENTS)
        raise OSError("the line went dead")

    (fault,) = refusal(pa.RecordBatchReader.from_batches(EVENTS, batches()), rows="events").faults
    assert fault.message == "the table broke off while it was read"
    assert fault.found is not None
    assert "the line went dead" in fault.found


def test_a_long_table_shows_its_first_rows() -> None:
    frame = attain.stats.proportion(list(range(25)), 1_000_000)
    text = repr(frame).splitlines()
    assert len(text) == 1 + 10 + 1
    assert text[0].split() == ["value", "lower", "upper", "status"]
    assert text[3].split()[0] == "2.000e-6"
    assert text[-1] == "25 rows, the first 10 shown"
    html = frame._repr_html_()
    assert html.count("<tr>") == 11
    assert "25 rows, the first 10 shown" in html


@pytest.mark.parametrize(
    ("written", "cure"),
    [
        ("Q1 2023", "write 2023-Q1"),
        ("Quý I/2023", "write 2023-Q1"),
        ("Tháng 5/2023", "write 2023-05"),
        ("2023-T1", "write 2023-Q1 if it is a quarter, 2023-01 if it is a month"),
        ("FY2023", "write 2023 if it is the calendar year; "),
    ],
)
def test_a_period_in_a_column_of_days_is_named_as_it_is_written_here(
    written: str, cure: str, tmp_path: Path
) -> None:
    table = pl.DataFrame({"unit": ["d1"], "date": [written], "measure": ["cases"], "value": [1]})
    table.write_csv(tmp_path / "outcomes.csv")
    for outcomes in (table, table.to_pandas(), tmp_path / "outcomes.csv"):
        (fault,) = refusal(outcomes).faults
        assert fault.column == "date"
        assert fault.hint is not None
        assert fault.hint.startswith(f"a period stands in the column `period`: {cure}")


def test_names_from_anywhere_are_harmless_in_a_notebook() -> None:
    plan = attain.Plan.from_dict(
        {
            "attain": 1,
            "plan": "p",
            "units": {
                "levels": ["city"],
                "list": [{"id": "c", "level": "city", "name": "<script>\u202e\u001b[31m&"}],
            },
            "measures": {"cases": {}},
            "indicators": {"known": {"count": "cases"}},
            "targets": {"few": {"indicator": "known", "goal": {"at_most": 1}, "window": "2025"}},
        }
    )
    table = attain.assess(
        plan,
        attain.tally(
            plan, pa.table({"unit": ["c"], "period": ["2025"], "measure": ["cases"], "value": [1]})
        ),
        as_of="2025-12-31",
    ).assessments
    for shown in (table._repr_html_(), repr(table)):
        assert "\u202e" not in shown
        assert "\u001b" not in shown
    assert "<script>" not in table._repr_html_()


def test_rows_are_dicts_without_a_library() -> None:
    table = report(attain.tally(PLAN, pa.table(COLUMNS, schema=SCHEMA))).assessments
    assert table.to_dicts() == pa.table(table).to_pylist()
    assert attain.stats.proportion([1, None], 2).to_dicts()[1]["value"] is None


# ---- What real tables contain in place of numbers and periods

WRITTEN: dict[str, Any] = {
    "<5": "status Q (suppressed)",
    "*": "status Q (suppressed)",
    "[c]": "status Q (suppressed)",
    "(D)": "status Q (suppressed)",
    ":": "status O (missing)",
    "..": "status O (missing)",
    "n/a": "status O (missing)",
    "-": "write 0 if there are none",
    "1234 p": "write 1234 and the status P (provisional)",
    "23,78%": "write 23.78, without the sign",
}


@pytest.mark.parametrize("written", WRITTEN)
def test_a_cell_that_is_no_number_is_named_with_its_cure(written: str, tmp_path: Path) -> None:
    columns: dict[str, list[Any]] = {
        "unit": ["d1", "d2"],
        "period": ["2025"] * 2,
        "measure": ["cases"] * 2,
        "value": [12, written],
    }
    texts = {**columns, "value": ["12", written]}
    # pandas has numbers beside texts in one column.
    (of_objects,) = refusal(pd.DataFrame(columns)).faults
    (of_texts,) = refusal(pl.DataFrame(texts)).faults
    pl.DataFrame(texts).write_csv(tmp_path / "outcomes.csv")
    (of_file,) = refusal(tmp_path / "outcomes.csv").faults
    assert of_objects == of_texts
    assert (of_texts.row, of_texts.column, of_texts.found) == (1, "value", f"`{written}`")
    assert (of_file.line, of_file.column) == (3, "value")
    for fault in (of_texts, of_file):
        assert fault.hint is not None
        assert WRITTEN[written] in fault.hint
    assert of_texts.hint == of_file.hint


@pytest.mark.parametrize(
    ("written", "cure"),
    [
        ("202305", "write 2023-05"),
        ("2023M05", "write 2023-05"),
        ("Q1 2023", "write 2023-Q1"),
        ("Quý I/2023", "write 2023-Q1"),
        ("Tháng 5/2023", "write 2023-05"),
        ("2023-T1", "write 2023-Q1 if it is a quarter, 2023-01 if it is a month"),
        ("31-May-23", "its month is 2023-05"),
        ("FY2023", "write 2023 if it is the calendar year; for other years the key `calendar`"),
        ("2022/23", "write 2023, or 2022 if it is named by its first day"),
    ],
)
def test_a_period_written_otherwise_is_named_as_it_is_written_here(written: str, cure: str) -> None:
    table = pd.DataFrame({**COLUMNS, "period": ["2025", written, "2025"]})
    (fault,) = refusal(table).faults
    assert (fault.row, fault.column, fault.found) == (1, "period", f"`{written}`")
    assert fault.hint is not None
    assert cure in fault.hint
    frame = pd.DataFrame({"month": ["2025", written], "done": [1, 2]})
    with pytest.raises(attain.OutcomeError, match="this names no period") as caught:
        attain.judge(frame, period="month", count="done", at_most=5)
    assert caught.value.faults[0].hint == fault.hint


@pytest.mark.parametrize(("frequency", "name"), [("M", "2025-05"), ("Q", "2025-Q2"), ("Y", "2025")])
def test_periods_of_pandas_are_read(frequency: str, name: str) -> None:
    day = pd.Timestamp("2025-05-17")
    columns = {"unit": ["d1"], "measure": ["cases"], "value": [1]}
    periods = pd.DataFrame({**columns, "period": pd.PeriodIndex([day], freq=frequency)})
    texts = pd.DataFrame({**columns, "period": [name]})
    found = attain.tally(PLAN, periods)
    expected = attain.tally(PLAN, texts)
    assert found.last_day == expected.last_day
    assert report(found).to_polars().equals(report(expected).to_polars())


VERDICTS = ["met", "missed", "indeterminate"]


def test_codes_are_ordered_categories_of_pandas() -> None:
    frame = report(attain.tally(PLAN, pl.DataFrame(COLUMNS))).to_pandas()
    verdicts = frame["verdict"].cat
    assert verdicts.ordered
    assert list(verdicts.categories) == VERDICTS
    assert list(frame["verdict"]) == ["met", "missed", "indeterminate"]
    # By meaning, not by the alphabet; nulls are nulls.
    backwards = frame.sort_values("verdict", ascending=False)["verdict"]
    assert list(backwards) == VERDICTS[::-1]
    assert list(frame["verdict"] <= "missed") == [True, True, False]
    assert frame["reason"].cat.ordered
    assert list(frame["reason"].fillna("no_counts")) == ["provisional", "no_counts", "suppressed"]
    assert frame.sort_values("reason")["unit"].tolist() == ["d3", "d1", "d2"]
    pace = frame["pace"].cat
    assert pace.ordered
    assert list(pace.categories) == ["ahead", "on_track", "behind"]
    assert frame["pace"].isna().all()
    # Texts that are no closed list have no order.
    assert not frame["unit"].cat.ordered


def test_codes_are_ordered_dictionaries_of_arrow_and_texts_elsewhere() -> None:
    rows = report(attain.tally(PLAN, pl.DataFrame(COLUMNS)))
    codes = pa.table(rows)
    verdict = codes.schema.field("verdict").type
    assert verdict.ordered
    assert verdict.value_type == pa.string()
    assert not codes.schema.field("unit").type.ordered
    assert codes.column("verdict").chunk(0).dictionary.to_pylist() == VERDICTS
    assert codes.column("verdict").to_pylist() == VERDICTS
    frame = pl.DataFrame(rows)
    assert frame["verdict"].cast(pl.String).to_list() == VERDICTS
    assert frame.filter(pl.col("verdict") == "met").height == 1
    enum = frame["verdict"].cast(pl.String).cast(pl.Enum(VERDICTS))
    assert enum.sort(descending=True).to_list() == VERDICTS[::-1]

    found = duckdb.sql("SELECT verdict, count(*) FROM codes GROUP BY verdict ORDER BY verdict")
    assert sorted(found.fetchall()) == [("indeterminate", 1), ("met", 1), ("missed", 1)]


def test_views_have_ordered_codes_too() -> None:
    rows = report(attain.tally(PLAN, pl.DataFrame(COLUMNS))).history("few", unit="d1")
    verdict = pa.table(rows).schema.field("verdict").type
    assert verdict.ordered
    # A report without rows has the same types.
    none = report(attain.tally(PLAN, pl.DataFrame(COLUMNS))).filter(unit="c")
    assert pa.table(none).schema.field("verdict").type.ordered
