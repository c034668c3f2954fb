"""Outcomes from wherever they are: files, folders, open files, queries, and lists of these."""

from __future__ import annotations

import gzip
import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import adbc_driver_sqlite.dbapi as sqlite
import duckdb
import fsspec
import polars as pl
import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset
import pyarrow.feather
import pyarrow.parquet
import pytest

import attain

PLAN = attain.Plan.parse("""
attain: 1
plan: districts
units: {levels: [district], list: [{id: "001", level: district}, {id: "002", level: district}]}
measures: {cases: {}, cleared: {}}
""")
CSV = """\
unit,date,measure,value
001,2024-05-02,cases,7.25
002,2024-05-03,cases,0.1
002,2024-05-03,cases,0.2
002,2024-06-01,cleared,
"""
TABLE = pa.csv.read_csv(
    io.BytesIO(CSV.encode()),
    convert_options=pa.csv.ConvertOptions(column_types={"unit": pa.string()}),
)
OWN = TABLE.rename_columns(["district", "day", "kind", "n"])
NAMES: dict[str, Any] = {"unit": "district", "date": "day", "measure": "kind", "value": "n"}


def tally(source: Any, **keywords: Any) -> attain.Tally:
    return attain.tally(PLAN, source, rows="events", **keywords)


def cells(tally: attain.Tally) -> list[dict[str, Any]]:
    """All that a tally holds, but where it came from."""
    rows = tally.cells().to_arrow().to_pylist()
    return [{k: v for k, v in row.items() if k not in ("source", "row")} for row in rows]


EXPECTED = cells(tally(TABLE))


def parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pa.parquet.write_table(table, sink)
    return sink.getvalue()


def arrow(table: pa.Table, kind: Callable[..., Any]) -> bytes:
    sink = io.BytesIO()
    with kind(sink, table.schema) as writer:
        writer.write_table(table)
    return sink.getvalue()


def contents(table: pa.Table) -> dict[str, bytes]:
    """A table in every kind of file."""
    text = io.BytesIO()
    pa.csv.write_csv(table, text)
    lines = pl.DataFrame(table).write_ndjson().encode()
    return {
        "a.csv": text.getvalue(),
        "a.csv.gz": gzip.compress(text.getvalue()),
        "a.csv.zst": pa.compress(text.getvalue(), "zstd", asbytes=True),
        "a.jsonl": lines,
        "a.ndjson.gz": gzip.compress(lines),
        "a.parquet": parquet(table),
        "a.arrow": arrow(table, pa.ipc.new_file),
        "a.arrows": arrow(table, pa.ipc.new_stream),
    }


@pytest.mark.parametrize("name", list(contents(TABLE)))
def test_every_kind_of_file_gives_the_tally_of_the_table(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    for table, names in [(TABLE, {}), (OWN, NAMES)]:
        content = contents(table)[name]
        path.write_bytes(content)
        with path.open("rb") as opened:
            for source in [path, str(path), content, bytearray(content), opened]:
                assert cells(tally(source, **names)) == EXPECTED


def test_feather_files_of_pyarrow_and_polars_are_read(tmp_path: Path) -> None:
    pa.feather.write_feather(TABLE, tmp_path / "pyarrow.feather", compression="lz4")
    pl.DataFrame(TABLE).write_ipc(tmp_path / "polars.arrow", compression="zstd")
    for name in ["pyarrow.feather", "polars.arrow"]:
        assert cells(tally(tmp_path / name)) == EXPECTED


def test_folders_and_patterns_are_read_with_the_columns_of_their_names(tmp_path: Path) -> None:
    pa.parquet.write_to_dataset(TABLE, tmp_path / "hive", partition_cols=["unit"])
    (tmp_path / "hive" / "_SUCCESS").touch()
    assert cells(tally(tmp_path / "hive")) == EXPECTED
    assert cells(tally(f"{tmp_path}/h*/unit=*/*.parquet")) == EXPECTED
    assert cells(tally(f"{tmp_path}/**/*.parquet")) == EXPECTED
    pl.DataFrame(OWN).write_parquet(tmp_path / "own", partition_by="district")
    assert cells(tally(tmp_path / "own", **NAMES)) == EXPECTED
    for nothing in [tmp_path / "hive" / "*.csv", tmp_path / "none"]:
        with pytest.raises(attain.FileError):
            tally(nothing)


def queries() -> dict[str, Callable[[pa.Table], Any]]:
    """What gives rows only when it is asked, made of a table."""

    def duck(table: pa.Table) -> Any:
        connection = duckdb.connect()
        connection.register("events", table)
        return connection.execute("select * from events")

    return {
        "dataset": pa.dataset.dataset,
        "scanner": lambda table: pa.dataset.dataset(table).scanner(),
        "lazy frame": lambda table: pl.DataFrame(table).lazy(),
        "lazy query": lambda table: pl.DataFrame(table).lazy().filter(pl.lit(value=True)),
        "duckdb connection": duck,
        "duckdb relation": lambda table: duckdb.connect().from_arrow(table),
    }


# DuckDB prefers its own interface to that of databases.
@pytest.mark.filterwarnings("ignore:Arrow output on a DB-API result:UserWarning")
@pytest.mark.parametrize("kind", list(queries()))
def test_queries_give_the_tally_of_their_rows(kind: str) -> None:
    make = queries()[kind]
    assert cells(tally(make(TABLE))) == EXPECTED
    assert cells(tally(make(OWN), **NAMES)) == EXPECTED
    assert len(tally(make(TABLE.slice(0, 0)))) == 0
    with pytest.raises(attain.OutcomeError, match="unit"):
        tally(make(TABLE.set_column(0, "unit", pa.array(["001", "002", "x", "y"]))))


def test_a_cursor_of_adbc_gives_the_tally_of_its_rows() -> None:
    with sqlite.connect(":memory:") as connection, connection.cursor() as cursor:
        for table, names in [(TABLE, {}), (OWN, NAMES)]:
            days = table.column(1).cast(pa.string())
            texts = table.set_column(1, table.column_names[1], days)
            cursor.adbc_ingest("events", texts, "replace")
            cursor.execute("select * from events")
            assert cells(tally(cursor, **names)) == EXPECTED
            # A result is fetched once.
            with pytest.raises(attain.OutcomeError):
                tally(cursor, **names)


def test_a_lazy_frame_is_read_part_by_part() -> None:
    many = pl.concat([pl.DataFrame(TABLE)] * 50_000)
    assert cells(tally(many.lazy())) == cells(tally(many))


def test_what_a_query_raises_is_reported() -> None:
    with pytest.raises(attain.OutcomeError, match=r"nothing|unable|not found"):
        tally(pl.DataFrame(TABLE).lazy().select("nothing"))


def test_open_files_of_every_kind_are_read(tmp_path: Path) -> None:
    path = tmp_path / "outcomes"
    path.write_bytes(gzip.compress(CSV.encode()))
    with gzip.open(path) as unpacked, gzip.open(path, "rt", encoding="utf-8") as text:
        assert cells(tally(unpacked)) == EXPECTED
        assert cells(tally(text)) == EXPECTED
    assert cells(tally(io.StringIO(CSV))) == EXPECTED
    assert cells(tally(fsspec.open(str(path)))) == EXPECTED
    memory = fsspec.filesystem("memory")
    memory.pipe("/outcomes.parquet", parquet(TABLE))
    with memory.open("/outcomes.parquet") as opened:
        assert cells(tally(opened)) == EXPECTED
    assert cells(tally(fsspec.open("memory://outcomes.parquet"))) == EXPECTED
    with tempfile.NamedTemporaryFile() as temporary:
        temporary.write(CSV.encode())
        temporary.seek(0)
        assert cells(tally(temporary)) == EXPECTED
    assert cells(tally(pa.BufferReader(CSV.encode()))) == EXPECTED


def test_faults_name_the_open_file_and_its_row(tmp_path: Path) -> None:
    path = tmp_path / "faulty.csv"
    path.write_text(CSV.replace("001", "009"), encoding="utf-8")
    with path.open("rb") as opened, pytest.raises(attain.OutcomeError) as caught:
        tally(opened)
    (fault,) = caught.value.faults
    assert (fault.file, fault.line) == (str(path), 2)
    with pytest.raises(attain.OutcomeError) as caught:
        tally(path.read_bytes())
    assert caught.value.faults[0].file == "<bytes>"
    spent = io.BytesIO(CSV.encode())
    tally(spent)
    with pytest.raises(attain.OutcomeError, match="empty"):
        tally(spent)


def test_what_an_open_file_raises_is_raised() -> None:
    class Broken(io.RawIOBase):
        def read(self, _: int = -1, /) -> bytes:
            raise ConnectionError("the connection was closed")

    with pytest.raises(ConnectionError, match="closed"):
        tally(Broken())


def test_a_list_is_the_sum_of_its_parts_and_all_or_none(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(CSV, encoding="utf-8")
    copy, folder = tmp_path / "b.csv", tmp_path / "folder"
    folder.mkdir()
    for other in (copy, folder / "c.csv"):
        other.write_text(CSV, encoding="utf-8")
    parts = [path, TABLE, CSV.encode(), pl.DataFrame(TABLE).lazy(), [str(copy)], (folder,)]
    expected = sum(tally(part) for part in parts)
    assert cells(tally(parts)) == cells(expected)
    faulty = TABLE.set_column(0, "unit", pa.array(["001", "002", "x", "002"]))
    whole = tally(TABLE)
    with pytest.raises(attain.OutcomeError) as caught:
        whole.add([path, faulty])
    (fault,) = caught.value.faults
    assert (fault.file, fault.row) == ("outcomes[1]", 2)
    assert cells(whole) == EXPECTED
    whole.add([path, TABLE])
    assert len(whole) == 3 * len(TABLE)
    with pytest.raises(attain.RequestError, match="empty"):
        tally([])


def test_options_of_a_list_hold_for_this_call_only() -> None:
    text = "unit,start,end,measure,value\n001,2024-01-01,2024-01-31,cases,1\n"
    months = tally([text.encode(), text.replace("-01", "-03").encode()], end_inclusive=True)
    months.add([text.encode(), text.encode()])
    ends = {str(row["end"]) for row in cells(months)}
    assert "2024-02-01" in ends
    assert "2024-01-31" in ends


def test_faults_of_all_files_of_a_list_are_reported_together(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.csv", "b.csv")]
    for path in paths:
        path.write_text(CSV.replace("001", "009"), encoding="utf-8")
    seen: list[tuple[int, int]] = []
    with pytest.raises(attain.OutcomeError) as caught:
        tally(paths, progress=lambda read, total: seen.append((read, total)))
    assert [fault.file for fault in caught.value.faults] == [str(path) for path in paths]
    assert seen[-1] == (2 * len(CSV), 2 * len(CSV))


def test_an_address_is_refused_with_what_to_do() -> None:
    with pytest.raises(attain.FileError, match="fsspec"):
        tally("s3://bucket/outcomes.parquet")


def test_a_file_that_is_named_twice_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("unit,date,measure\n001,2023-05-14,cases\n")
    (tmp_path / "b.csv").symlink_to(file)
    for twice in ([file, str(file)], [file, tmp_path / "b.csv"], [b"", file, tmp_path]):
        with pytest.raises(attain.FileError, match="the file is named twice"):
            attain.tally(PLAN, twice, rows="events")
