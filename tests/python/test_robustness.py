"""Input that is made to break a reader is refused; nothing crashes, hangs or fills the memory."""

from __future__ import annotations

import collections
import contextlib
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import attain
from attain.__main__ import main

PLAN = {
    "attain": 1,
    "plan": "p",
    "units": {"levels": ["city"], "list": [{"id": "c", "level": "city"}]},
    "strata": {"sex": ["f", "m"]},
    "measures": {"cases": {"strata": ["sex"]}},
    "indicators": {"known": {"count": "cases"}},
    "targets": {"few": {"indicator": "known", "goal": {"at_most": 1}, "window": "2023"}},
}


def plan(**sections: Any) -> attain.Plan:
    return attain.Plan.from_dict({**PLAN, **sections})


def rows(count: int = 1, **columns: Any) -> pa.Table:
    """Rows of cases on days of 2023; some columns in place of the usual ones."""
    usual: dict[str, Any] = {
        "unit": ["c"] * count,
        "date": [f"2023-01-{day % 28 + 1:02}" for day in range(count)],
        "measure": ["cases"] * count,
        "value": [1] * count,
    }
    return pa.table({**usual, **columns})


def broken_text(*texts: bytes, kind: pa.DataType | None = None) -> pa.Array:
    """Texts with any bytes, as a file may hold them."""
    kind = kind or pa.utf8()
    binary = pa.large_binary() if kind == pa.large_utf8() else pa.binary()
    if kind == pa.string_view():
        binary = pa.binary_view()
    return pa.Array.from_buffers(kind, len(texts), pa.array(texts, binary).buffers())


def through_parquet(table: pa.Table, folder: Path) -> pa.Table:
    pq.write_table(table, folder / "broken.parquet")
    return pq.read_table(folder / "broken.parquet")


def through_pandas(table: pa.Table, folder: Path) -> pd.DataFrame:
    pq.write_table(table, folder / "broken.parquet")
    return pd.read_parquet(folder / "broken.parquet", dtype_backend="pyarrow")


def through_ipc(table: pa.Table, _: Path) -> pa.Table:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return pa.ipc.open_stream(sink.getvalue()).read_all()


def as_reader(table: pa.Table, _: Path) -> pa.RecordBatchReader:
    return table.to_reader()


ROUTES = [through_parquet, through_pandas, through_ipc, as_reader]


# ---- broken columns


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("column", ["unit", "measure", "date", "sex"])
@pytest.mark.parametrize("kind", ["figures", "events"])
def test_a_text_that_is_not_utf8_is_a_fault_at_its_row(
    route: Callable[[pa.Table, Path], Any], column: str, kind: Any, tmp_path: Path
) -> None:
    good = {"unit": b"c", "measure": b"cases", "date": b"2023-02-03", "sex": b"f"}[column]
    table = rows(3, **{column: broken_text(good, b"d\xff", good)})
    with pytest.raises(attain.OutcomeError) as raised:
        attain.tally(plan(), route(table, tmp_path), rows=kind)
    fault = raised.value.faults[0]
    assert (fault.row, fault.column, fault.found) == (1, column, "the byte 0xFF")


@pytest.mark.parametrize("kind", [pa.utf8(), pa.large_utf8(), pa.string_view()], ids=str)
@pytest.mark.parametrize("text", [b"\xff", b"\xc3", b"a text that no view holds itself \xe1\xbb"])
def test_every_type_of_text_is_validated(kind: pa.DataType, text: bytes) -> None:
    table = rows(3, unit=broken_text(b"c", b"c", text, kind=kind))
    with pytest.raises(attain.OutcomeError, match=r"row 2, column `unit`.*encoding"):
        attain.tally(plan(), table, rows="events")


@pytest.mark.parametrize("keys", [pa.int8(), pa.int32(), pa.uint16()], ids=str)
def test_the_values_of_a_dictionary_are_validated(keys: pa.DataType) -> None:
    dictionary = broken_text(b"c", b"\x80")
    codes = pa.array([0, 0, 1], keys)
    table = rows(3, unit=pa.DictionaryArray.from_arrays(codes, dictionary, safe=False))
    with pytest.raises(attain.OutcomeError, match=r"row 2, column `unit`.*0x80"):
        attain.tally(plan(), table, rows="events")


def edited_ipc(table: pa.Table, old: bytes, new: bytes) -> pa.Table:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    content = sink.getvalue().to_pybytes()
    assert content.count(old) == 1
    return pa.ipc.open_stream(content.replace(old, new)).read_all()


@pytest.mark.parametrize(
    ("length", "buffer", "offset"), [(76, 0, 0), (2**31 - 1, 0, 0), (40, 1, 0), (40, 0, 1)]
)
def test_a_view_beyond_its_buffer_is_refused_without_a_word_of_what_lies_there(
    length: int, buffer: int, offset: int
) -> None:
    table = rows(unit=pa.array(["x" * 40], pa.string_view()))
    honest = struct.pack("<i4sii", 40, b"xxxx", 0, 0)
    forged = struct.pack("<i4sii", length, b"xxxx", buffer, offset)
    with pytest.raises(attain.OutcomeError, match="row 0, column `unit`") as raised:
        attain.tally(plan(), edited_ipc(table, honest, forged))
    assert "xx" not in str(raised.value)


@pytest.mark.parametrize("offsets", [(0, 1, 9), (0, 2, 1), (-1, 1, 2)])
def test_offsets_that_lead_elsewhere_are_refused(offsets: tuple[int, ...]) -> None:
    forged = struct.pack("<3i", *offsets)
    table = edited_ipc(rows(2), struct.pack("<3i", 0, 1, 2), forged)
    with pytest.raises(attain.OutcomeError, match="column `unit`"):
        attain.tally(plan(), table)


def lengthened(table: pa.Table) -> pa.RecordBatchReader:
    """A stream of the table that claims more rows than its buffers hold."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    content = sink.getvalue().to_pybytes()
    claimed = content.replace(struct.pack("<q", len(table)), struct.pack("<q", 100_000))
    return pa.ipc.open_stream(claimed)


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        ("value", pa.int64()),
        ("value", pa.float64()),
        ("date", pa.date32()),
        ("date", pa.timestamp("ns")),
        ("unit", pa.string()),
        ("unit", pa.string_view()),
        ("unit", pa.dictionary(pa.int16(), pa.string())),
    ],
    ids=str,
)
@pytest.mark.parametrize("route", ["table", "reader", "pandas", "batch"])
def test_a_buffer_that_is_too_short_for_its_rows_is_refused(
    column: str, kind: pa.DataType, route: str
) -> None:
    usual = rows(1_009)
    # No buffer has as many bytes as there are rows.
    usual = usual.set_column(0, "unit", pa.array(["cc"] * 1_009))
    values = pa.array(["cc"] * 1_009) if column == "unit" else pa.array([0] * 1_009, pa.int32())
    if column == "date" and kind != pa.date32():
        values = values.cast(pa.int64())
    # It comes first, for all columns are too short.
    first = pa.table({column: values.cast(kind)})
    for name in usual.column_names:
        if name != column:
            first = first.append_column(name, usual[name])
    outcomes: Any = lengthened(first)
    if route == "table":
        outcomes = outcomes.read_all()
        assert len(outcomes) == 100_000
    elif route == "batch":
        outcomes = outcomes.read_next_batch()
    elif route == "pandas":
        # As pandas' own readers make it, and pandas checks it.
        outcomes = outcomes.read_all().to_pandas(types_mapper=pd.ArrowDtype)
    # Readers of pyarrow check the lengths themselves, and do not name the column.
    told = "too small" if route in {"pandas", "reader"} else f"column `{column}`"
    with pytest.raises(attain.OutcomeError, match=told):
        attain.tally(plan(), outcomes, rows="events")


def test_columns_that_are_not_read_may_hold_anything_that_fits() -> None:
    table = rows(1, remark=broken_text(b"\xff"))
    assert len(attain.tally(plan(), table)) == 1


def test_the_statistics_validate_their_groups_and_columns() -> None:
    with pytest.raises(attain.StatsError, match=r"row 1, column `by`.*0xFF"):
        attain.stats.mann_kendall([1.0, 2.0], by=broken_text(b"a", b"\xff"))
    by = pa.DictionaryArray.from_arrays(pa.array([0, 0]), broken_text(b"a", b"\xfe"))
    with pytest.raises(attain.StatsError, match=r"column `by`.*0xFE"):
        attain.stats.mann_kendall([1.0, 2.0], by=by)
    short = lengthened(pa.table({"x": [0.0] * 1_009})).read_all()["x"]
    for column in [short, short.chunk(0), short.to_pandas(types_mapper=pd.ArrowDtype)]:
        with pytest.raises(attain.StatsError, match=r"column `events`.*not what it claims"):
            attain.stats.proportion(column, 100)


# ---- readers that change their mind


class Stream:
    """A stream that claims one schema and hands over another one."""

    def __init__(self, claimed: pa.Schema, batches: list[pa.RecordBatch]) -> None:
        self.claimed, self.batches = claimed, batches

    def __arrow_c_stream__(self, _: object = None) -> object:
        return pa.RecordBatchReader.from_batches(self.claimed, self.batches).__arrow_c_stream__()


def changed() -> Iterator[pa.RecordBatch]:
    batch = rows().to_batches()[0]
    yield batch
    yield batch.select(["unit", "date", "measure"])


def test_a_reader_whose_columns_change_midway_is_refused() -> None:
    schema = rows().schema
    for reader in [
        pa.RecordBatchReader.from_batches(schema, changed()),
        Stream(schema, list(changed())),
        Stream(schema, [rows(value=pa.array(["1"])).to_batches()[0]]),
    ]:
        with pytest.raises(attain.OutcomeError):
            attain.tally(plan(), reader)


def test_a_reader_that_narrows_its_types_midway_is_refused_by_name() -> None:
    batches = [rows().to_batches()[0], rows(value=pa.array([1], pa.int8())).to_batches()[0]]
    reader = pa.RecordBatchReader.from_batches(rows().schema, batches)
    with pytest.raises(
        attain.OutcomeError, match="batch 1 has `value` of type int8 instead of int64"
    ):
        attain.tally(plan(), reader)


def test_what_the_import_makes_of_a_broken_stream_is_not_printed(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with contextlib.suppress(attain.OutcomeError):
        attain.tally(plan(), Stream(rows().schema, list(changed())))
    assert "panicked" not in capfd.readouterr().err


# ---- limits


def test_more_rows_than_the_limit_are_refused_before_they_are_made() -> None:
    units = [{"id": f"c{at}", "level": "city"} for at in range(100)]
    window = {"every": "week", "within": ["1930-01-01", "2024-01-01"]}
    target = {"indicator": "known", "goal": {"at_most": 1}, "window": window}
    large = plan(
        units={"levels": ["city"], "list": units},
        targets={f"t{at}": target for at in range(100)},
    )
    tally = attain.tally(large, rows(unit=["c1"]))
    with pytest.raises(attain.RequestError) as raised:
        attain.assess(large, tally, as_of="2023-12-31")
    for word in ["25,000,000 rows", "`judgement_rows`", "raise the limit"]:
        assert word in str(raised.value)


def test_a_limit_may_be_lowered_and_raised() -> None:
    small = plan()
    tally = attain.tally(small, rows(), limits=attain.Limits(judgement_rows=0))
    assert tally.limits == attain.Limits(judgement_rows=0)
    with pytest.raises(attain.RequestError, match="at most 0 rows"):
        attain.assess(small, tally, as_of="2023-12-31")
    one = attain.Limits(judgement_rows=1)
    assert len(attain.assess(small, tally, as_of="2023-12-31", limits=one)) == 1
    assert attain.Limits.parse("judgement_rows=1") == one
    assert repr(one) == "Limits(judgement_rows=1, tally_bytes=4294967296, plan_bytes=67108864)"


@pytest.mark.parametrize("route", ["table", "parquet", "csv"])
@pytest.mark.parametrize("kind", ["figures", "events"])
def test_a_tally_takes_no_more_memory_than_its_limit(route: str, kind: Any, tmp_path: Path) -> None:
    many = 200_000
    # Each row is of another span, so that none of them add up.
    spans = pl.select(
        unit=pl.lit("c"),
        start=pl.date(1, 1, 1) + pl.duration(days=pl.int_range(many) % 60_000),
        end=pl.date(400, 1, 1) + pl.duration(days=pl.int_range(many)),
        measure=pl.lit("cases"),
        value=pl.int_range(many),
    )
    outcomes: Any = spans
    if route == "parquet":
        outcomes = tmp_path / "many.parquet"
        spans.write_parquet(outcomes)
    elif route == "csv":
        outcomes = tmp_path / "many.csv"
        spans.write_csv(outcomes)
    with pytest.raises(attain.OutcomeError, match=r"too much memory.*`tally_bytes`"):
        attain.tally(plan(), outcomes, rows=kind, limits=attain.Limits(tally_bytes=1 << 20))


def test_events_that_add_up_take_no_memory_of_their_own() -> None:
    limits = attain.Limits(tally_bytes=1 << 20)
    tally = attain.tally(plan(), rows(1_000_000), rows="events", limits=limits)
    assert len(tally) == 1_000_000


def test_the_memory_of_merged_tallies_is_counted_together() -> None:
    limits = attain.Limits(tally_bytes=20_000)
    first, second = (
        attain.tally(
            plan(), rows(28, date=[f"2023-{month}-{day:02}" for day in range(1, 29)]), limits=limits
        )
        for month in ["01", "02"]
    )
    small = attain.tally(plan(), rows(date=["2023-03-01"]), limits=attain.Limits(tally_bytes=1_000))
    with pytest.raises(attain.OutcomeError, match="`tally_bytes`"):
        small.merge(first)
    assert len(small) == 1
    first.merge(second)
    assert len(first) == 56


# ---- files that a plan names


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a plan in `own`, and a table in it and outside."""
    own = tmp_path / "own"
    (own / "below").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    for table in [own / "units.csv", own / "below" / "units.csv", tmp_path / "other" / "units.csv"]:
        table.write_text("id,level\nc,city\n", encoding="utf-8")
    return tmp_path


def load(folder: Path, table: str, **options: Any) -> attain.Plan:
    text = (
        f"attain: 1\nplan: p\nunits: {{levels: [city], table: {table!r}}}\nmeasures: {{m: {{}}}}\n"
    )
    (folder / "own" / "plan.yaml").write_text(text, encoding="utf-8")
    return attain.Plan.load(folder / "own" / "plan.yaml", **options)


def test_tables_lie_in_the_folder_of_the_plan_or_below_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for table in [
        "units.csv",
        "below/units.csv",
        "./below/../units.csv",
        str(folder / "own" / "units.csv"),
    ]:
        assert load(folder, table).id == "p"
    (folder / "own" / "link.csv").symlink_to(folder / "own" / "units.csv")
    assert load(folder, "link.csv").id == "p"
    monkeypatch.chdir(folder / "own")
    assert attain.Plan.load("plan.yaml").id == "p"


def test_tables_elsewhere_are_neither_read_nor_looked_for(folder: Path) -> None:
    (folder / "own" / "link.csv").symlink_to(folder / "other" / "units.csv")
    (folder / "own" / "linked").symlink_to(folder / "other")
    elsewhere = [
        "/etc/passwd",
        "/proc/self/environ",
        "../other/units.csv",
        "../other/there-is-none.csv",
        "below/../../other/units.csv",
        "link.csv",
        "linked/units.csv",
        str(folder / "other" / "units.csv"),
        # It begins with the same letters.
        "../own2/units.csv",
    ]
    for table in elsewhere:
        with pytest.raises(attain.PlanError, match="outside of the plan's folder") as raised:
            load(folder, table)
        assert "root:" not in str(raised.value)


def test_a_folder_that_the_caller_gives_is_allowed(folder: Path) -> None:
    other = folder / "other"
    assert load(folder, "../other/units.csv", tables=other).id == "p"
    (folder / "own" / "link.csv").symlink_to(other / "units.csv")
    assert load(folder, "link.csv", tables=str(other)).id == "p"
    with pytest.raises(attain.PlanError, match="outside"):
        load(folder, "../third/units.csv", tables=other)
    plan = str(folder / "own" / "plan.yaml")
    load(folder, "../other/units.csv", tables=other)
    assert main(["check", plan]) == 1
    assert main(["check", plan, "--tables", str(other)]) == 0


def test_tables_of_passages_are_held_to_the_same_rule(folder: Path) -> None:
    text = """\
attain: 1
plan: p
units:
  levels: [city]
  list: [{id: a, level: city, valid_to: 2023-01-01}, {id: b, level: city, valid_from: 2023-01-01}]
  changes: [{on: 2023-01-01, table: ../other/units.csv}]
measures: {m: {}}
"""
    (folder / "own" / "plan.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(attain.PlanError, match="table of passages lies outside"):
        attain.Plan.load(folder / "own" / "plan.yaml")


def test_a_plan_from_a_dict_reads_tables_of_its_folder_only(folder: Path) -> None:
    def read(table: str) -> attain.Plan:
        units = {"levels": ["city"], "table": table}
        return attain.Plan.from_dict({**PLAN, "units": units}, directory=folder / "own")

    assert len(read("units.csv").targets) == 1
    for table in ["../other/units.csv", "/etc/passwd"]:
        with pytest.raises(attain.PlanError, match="outside of the plan's folder"):
            read(table)


def test_pipes_and_large_files_are_refused(folder: Path) -> None:
    os.mkfifo(folder / "own" / "pipe.csv")
    with pytest.raises(attain.PlanError, match="not a regular file"):
        load(folder, "pipe.csv")
    (folder / "own" / "large.csv").write_text("id,level\n" + "c,city\n" * 100, encoding="utf-8")
    with pytest.raises(attain.PlanError, match=r"unit table is too large.*`plan_bytes`"):
        load(folder, "large.csv", limits=attain.Limits(plan_bytes=500))
    with pytest.raises(attain.FileError, match=r"plan is too large.*at most 10 bytes"):
        load(folder, "units.csv", limits=attain.Limits(plan_bytes=10))


# ---- plans that grow


def test_shared_lists_and_dicts_count_as_often_as_they_stand() -> None:
    bomb: Any = "x"
    for _ in range(12):
        bomb = [bomb] * 9
    with pytest.raises(attain.PlanError, match="at most 200000 values"):
        attain.Plan.from_dict({**PLAN, "title": bomb})
    deep: Any = {"a": "x" * 1_000}
    for _ in range(20):
        deep = {"a": deep, "b": deep}
    with pytest.raises(attain.PlanError, match="16 MB of text"):
        attain.Plan.from_dict({**PLAN, "note": deep})


def test_what_is_shared_now_and_then_is_read() -> None:
    goal = {"at_most": 1}
    targets = {
        f"t{at}": {"indicator": "known", "goal": goal, "window": "2023"} for at in range(5_000)
    }
    assert len(plan(targets=targets).targets) == 5_000


class Fresh(Mapping[str, Any]):
    """A mapping that makes its values anew each time."""

    def __getitem__(self, key: str) -> Any:
        return dict(PLAN)[key]

    def __iter__(self) -> Iterator[str]:
        return iter(PLAN)

    def __len__(self) -> int:
        return len(PLAN)


def test_values_that_are_made_on_the_way_are_not_taken_for_each_other() -> None:
    assert attain.Plan.from_dict(Fresh()) == plan()


def test_changes_of_changes_have_an_end() -> None:
    def chain(length: int) -> dict[str, Any]:
        chain: dict[str, Any] = {f"i{length}": {"count": "cases"}}
        for at in range(length):
            of = {"of": f"i{at + 1}", "from": "previous_period", "as": "absolute"}
            chain[f"i{at}"] = {"change": of}
        return chain

    def target(indicator: str) -> dict[str, Any]:
        return {"t": {"indicator": indicator, "goal": {"at_most": 1}, "window": "2023"}}

    assert plan(indicators=chain(4), targets=target("i0"))
    for length in [5, 24, 500]:
        with pytest.raises(attain.PlanError, match="at most 4") as raised:
            plan(indicators=chain(length), targets=target("i0"))
        assert [fault.path for fault in raised.value.faults] == [f"indicators.i{length - 5}"]


def test_a_long_chain_of_boundary_changes_needs_no_deep_stack() -> None:
    code = """\
import datetime, threading, attain
first = datetime.date(1900, 1, 1)
day = lambda at: (first + datetime.timedelta(days=at)).isoformat()
n = 4_000
units = [{"id": "u0", "level": "c", "valid_to": day(1)}]
for k in range(1, n):
    units.append({"id": f"u{k}", "level": "c", "valid_from": day(k), "valid_to": day(k + 1)})
units += [{"id": f"u{n}", "level": "c", "valid_from": day(n)}]
changes = [{"on": day(k + 1), "list": [{"from": f"u{k}", "to": f"u{k + 1}"}]} for k in range(n)]
units = {"levels": ["c"], "list": units, "changes": changes}
plan = attain.Plan.from_dict({"attain": 1, "plan": "p", "measures": {"m": {}}, "units": units})
def follow():
    for at in ["1890-01-01", "1900-01-01", "1905-01-01", "2023-01-01"]:
        plan.in_geography(at)
    there, back = ("1900-01-01", "2023-01-01"), ("2023-01-01", "1900-01-01")
    print(len(plan.mapping(*there)), len(plan.mapping(*back)))
threading.stack_size(256 << 10)
thread = threading.Thread(target=follow)
thread.start()
thread.join()
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (run.returncode, run.stdout) == (0, "1 1\n"), run.stderr


def test_levels_are_counted() -> None:
    levels = [f"l{at}" for at in range(65)]
    with pytest.raises(attain.PlanError, match="at most 64"):
        plan(units={"levels": levels, "list": [{"id": "c", "level": "l0"}]})


# ---- threads


def test_a_tally_is_added_to_while_others_read_it() -> None:
    of = plan()
    part = rows(1_000)
    tally = attain.tally(of, part, rows="events")
    seen: collections.Counter[str] = collections.Counter()
    is_over = threading.Event()

    def noting(work: Callable[[], object]) -> None:
        try:
            work()
            seen["sound"] += 1
        except Exception as error:  # noqa: BLE001 - whatever it is, the test shows it
            seen[repr(error)] += 1

    def add() -> None:
        for _ in range(20):
            noting(lambda: tally.add(part))

    def read() -> None:
        while not is_over.is_set():
            noting(lambda: attain.assess(of, tally, as_of="2023-12-31").rows[0].value)
            noting(
                lambda: (
                    len(tally),
                    repr(tally),
                    tally + tally,
                    sum([tally]),
                    tally.rows,
                    tally.plan,
                )
            )

    readers = [threading.Thread(target=read) for _ in range(2)]
    writers = [threading.Thread(target=add) for _ in range(4)]
    for thread in readers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    is_over.set()
    for thread in readers:
        thread.join()
    assert set(seen) == {"sound"}
    assert len(tally) == 81_000
    tally.merge(tally)
    assert attain.assess(of, tally, as_of="2023-12-31").rows[0].value == 162_000


def test_what_is_called_back_reads_the_tally_as_it_was_and_can_not_change_it(
    tmp_path: Path,
) -> None:
    tally = attain.tally(plan(), rows(5), rows="events")
    pq.write_table(rows(7), tmp_path / "more.parquet")
    seen: list[object] = []

    def progress(*_: object) -> None:
        seen.append(len(tally))
        with pytest.raises(attain.RequestError, match="being changed"):
            tally.add(rows())
        with pytest.raises(attain.RequestError, match="being changed"):
            tally.merge(tally)

    tally.add(tmp_path / "more.parquet", progress=progress)
    assert set(seen) == {5}
    assert len(tally) == 12


def test_an_addition_can_follow_one_that_failed() -> None:
    tally = attain.tally(plan(), rows(5), rows="events")
    with pytest.raises(attain.OutcomeError):
        tally.add(rows(unit=["nowhere"]))
    with pytest.raises(attain.OutcomeError):
        tally.add(3)  # type: ignore[arg-type]
    tally.add(rows(2))
    assert len(tally) == 7


# ---- files that are written


@pytest.mark.parametrize("write", ["to_html", "to_page", "to_csv", "to_parquet"])
def test_a_file_that_can_not_be_written_to_the_end_leaves_the_old_one(
    write: str, tmp_path: Path
) -> None:
    code = f"""\
import resource, signal, sys, attain
plan = attain.Plan.parse(sys.stdin.read(), "json")
tally = attain.tally(plan, {str(tmp_path / "in.csv")!r})
report = attain.assess(plan, tally, as_of="2023-12-31")
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
report.{write}({str(tmp_path / "out")!r})
"""
    (tmp_path / "in.csv").write_text(
        "unit,period,measure,value\nc,2023,cases,1\n", encoding="utf-8"
    )
    (tmp_path / "out").write_text("the old file", encoding="utf-8")
    run = subprocess.run(
        [sys.executable, "-c", code],
        input=plan().to_json(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "FileError" in run.stderr
    assert (tmp_path / "out").read_text(encoding="utf-8") == "the old file"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out"]


@pytest.mark.parametrize("write", ["to_html", "to_page", "to_csv", "to_parquet"])
def test_links_stay_links_and_pipes_are_written_to(write: str, tmp_path: Path) -> None:
    report = attain.assess(plan(), attain.tally(plan(), rows()), as_of="2023-12-31")
    real, link, pipe = tmp_path / "real", tmp_path / "link", tmp_path / "pipe"
    real.write_bytes(b"old")
    real.chmod(0o640)
    link.symlink_to("real")
    getattr(report, write)(link)
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    content = real.read_bytes()
    assert len(content) > 3
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()))
    reader.start()
    getattr(report, write)(pipe)
    reader.join()
    assert got == [content]
    getattr(report, write)("/dev/null")


# ---- the command line


def test_limits_are_set_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "plan.json").write_text(plan().to_json(), encoding="utf-8")
    (tmp_path / "in.csv").write_text(
        "unit,period,measure,value\nc,2023,cases,1\n", encoding="utf-8"
    )
    assess = [
        "assess",
        str(tmp_path / "plan.json"),
        str(tmp_path / "in.csv"),
        "--as-of",
        "2023-12-31",
    ]
    assert main([*assess, "--limit", "judgement_rows=0"]) == 2
    assert "judgement_rows" in capsys.readouterr().err
    assert main([*assess, "--limit", "tally_bytes=10"]) == 1
    assert main([*assess, "--limit", "plan_bytes=10"]) == 1
    assert main([*assess, "--limit", "judgement_rows=1,tally_bytes=10000"]) == 0
    for wrong in ["rows=1", "judgement_rows", "judgement_rows=many"]:
        with pytest.raises(SystemExit):
            main([*assess, "--limit", wrong])
