"""Tables of every library come in and go out alike."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import attain
from attain import _attain

COLUMNS = {"unit": ["d1", "d2", None], "value": [1, 2, 3]}
SCHEMA = pa.schema([("unit", pa.string()), ("value", pa.int64())])


def read(table: object) -> attain.Table:
    back: attain.Table = _attain._read_table(table)
    return back


def refusal(table: object) -> attain.OutcomeError:
    with pytest.raises(attain.OutcomeError) as caught:
        read(table)
    return caught.value


def relation() -> Any:
    rows = pa.table(COLUMNS, schema=SCHEMA)
    return duckdb.connect().from_arrow(rows)


MAKERS: dict[str, Callable[[], Any]] = {
    "pandas": lambda: pd.DataFrame(COLUMNS),
    "polars": lambda: pl.DataFrame(COLUMNS),
    "pyarrow table": lambda: pa.table(COLUMNS, schema=SCHEMA),
    "pyarrow batch": lambda: pa.record_batch(COLUMNS, schema=SCHEMA),
    "pyarrow reader": lambda: pa.table(COLUMNS, schema=SCHEMA).to_reader(max_chunksize=1),
    "duckdb": relation,
    "attain": lambda: read(pa.table(COLUMNS, schema=SCHEMA)),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_a_table_comes_back_as_it_went_in(make: Callable[[], Any]) -> None:
    table = read(make())
    assert table.column_names == ["unit", "value"]
    assert len(table) == 3
    assert pa.table(table).to_pydict() == COLUMNS
    assert table.to_arrow().to_pydict() == COLUMNS
    assert table.to_polars().to_dict(as_series=False) == COLUMNS
    assert table.to_pandas()["value"].tolist() == COLUMNS["value"]
    assert duckdb.connect().from_arrow(table).fetchall() == list(
        zip(*COLUMNS.values(), strict=True)
    )


def test_a_table_can_be_taken_more_than_once() -> None:
    table = read(pl.DataFrame(COLUMNS))
    assert pa.table(table).num_rows == pa.table(table).num_rows == 3


def test_a_table_gives_the_types_that_are_asked_for() -> None:
    wanted = pa.schema([("unit", pa.large_string()), ("value", pa.float64())])
    table = pa.RecordBatchReader.from_stream(read(pa.table(COLUMNS, schema=SCHEMA)), schema=wanted)
    assert table.schema == wanted
    assert table.read_all()["value"].to_pylist() == [1.0, 2.0, 3.0]


def test_a_table_keeps_what_its_schema_says_beside_names_and_types() -> None:
    schema = SCHEMA.with_metadata({"source": "register"})
    assert pa.table(read(pa.table(COLUMNS, schema=schema))).schema.metadata == {
        b"source": b"register"
    }


def test_a_table_shows_its_size_and_columns() -> None:
    assert repr(read(pl.DataFrame(COLUMNS))) == "<Table: 3 rows of unit, value>"


def test_batches_made_by_python_as_they_are_read_come_in_too() -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        for value in range(100):
            yield pa.record_batch({"unit": ["d1"], "value": [value]}, schema=SCHEMA)

    table = read(pa.RecordBatchReader.from_batches(SCHEMA, batches()))
    assert pa.table(table)["value"].to_pylist() == list(range(100))


def test_other_threads_run_while_a_table_is_read() -> None:
    asked, answered = threading.Event(), threading.Event()

    def answer() -> None:
        if asked.wait(timeout=30):
            answered.set()

    def batches() -> Iterator[pa.RecordBatch]:
        asked.set()
        # Without the other thread there would be no answer, and no second batch.
        assert answered.wait(timeout=30)
        yield pa.record_batch({"unit": ["d1"], "value": [1]}, schema=SCHEMA)

    other = threading.Thread(target=answer)
    other.start()
    assert len(read(pa.RecordBatchReader.from_batches(SCHEMA, batches()))) == 1
    other.join()


@pytest.mark.parametrize(
    "empty",
    [
        pd.DataFrame({"value": pd.Series([], dtype="int64")}),
        pl.DataFrame(schema={"value": pl.Int64}),
        pa.table({"value": pa.array([], pa.int64())}),
    ],
    ids=["pandas", "polars", "pyarrow"],
)
def test_a_table_without_rows_is_refused_whatever_library_made_it(empty: object) -> None:
    assert refusal(empty).faults[0].message == "the table has no rows"


def test_a_reader_that_was_read_before_is_refused() -> None:
    reader = pa.table(COLUMNS, schema=SCHEMA).to_reader()
    assert len(read(reader)) == 3
    (fault,) = refusal(reader).faults
    assert fault.hint is not None
    assert "only once" in fault.hint


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
        (pl.DataFrame(COLUMNS).lazy(), "polars.lazyframe.frame.LazyFrame", "`.collect()`"),
        (Frame(), f"{__name__}.Frame", "`.collect()`"),
        (Cluster(), f"{__name__}.Cluster", "`.toArrow()`"),
        (COLUMNS, "dict", "`polars.DataFrame(…)`"),
        ([{"unit": "d1", "value": 1}], "list", "`polars.DataFrame(…)`"),
        ("outcomes.csv", "str", "read the file or the query into a table first"),
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
        read(Interrupted())


def test_a_table_that_breaks_off_is_refused_whole() -> None:
    def batches() -> Iterator[pa.RecordBatch]:
        yield pa.record_batch({"unit": ["d1"], "value": [1]}, schema=SCHEMA)
        raise OSError("the line went dead")

    (fault,) = refusal(pa.RecordBatchReader.from_batches(SCHEMA, batches())).faults
    assert fault.message == "the table broke off while it was read"
    assert fault.found is not None
    assert "the line went dead" in fault.found
