"""Tallies of Spark data frames: of PySpark, Spark Connect, and servers such as Sail.

Nothing of Spark is imported here: the frame brings it along.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import attain as at
from attain._attain import query_columns

if TYPE_CHECKING:
    import datetime
    from typing import Literal

    import pyarrow as pa

    from attain._attain import Plan, Tally

__all__ = ["tally"]


def tally(
    plan: Plan,
    frame: Any,
    *,
    rows: Literal["figures", "events"] = "events",
    as_of: datetime.date
    | str
    | list[datetime.date | str]
    | tuple[datetime.date | str, ...]
    | None = None,
    columns: Sequence[str] | Mapping[str, str] | None = None,
    zone: str | None = None,
    check_rows: bool = False,
) -> Tally:
    """The tally of a plan's outcomes in a Spark frame, added up where they lie.

    By default Spark runs `attain.cell_query`. `columns` names the frame's columns as there; without
    it, all columns of the frame that outcomes may have are read. `as_of` and `zone` mean what they
    mean there.

    With `check_rows`, attain itself reads each partition on the executors, where it has to be
    installed, with pyarrow: slower, but every row is checked as `attain.tally` checks it, and a
    fault names the value that is wrong. `zone` is not for this way: convert instants before.

    Raises `OutcomeError` with the faults of rows, `RequestError` if columns are unknown or missing.
    """
    if columns is None:
        known = query_columns(plan, rows)
        columns = [name for name in frame.columns if name in known]
    if check_rows:
        if zone is not None:
            raise at.RequestError("`check_rows` excludes `zone`: convert instants to days before")
        table = _checked(plan, frame, rows, as_of, columns)
    else:
        view = f"attain_{uuid.uuid4().hex}"
        frame.createOrReplaceTempView(view)
        try:
            sql = at.cell_query(
                plan, view, dialect="spark", rows=rows, as_of=as_of, columns=columns, zone=zone
            )
            table = frame.sparkSession.sql(sql).toArrow()
        finally:
            frame.sparkSession.catalog.dropTempView(view)
    return at.Tally.from_cells(plan, table, as_of=as_of, rows=rows)


def _checked(
    plan: Plan,
    frame: Any,
    rows: Literal["figures", "events"],
    as_of: datetime.date | str | list[datetime.date | str] | tuple[datetime.date | str, ...] | None,
    columns: Sequence[str] | Mapping[str, str],
) -> pa.Table:
    """The cells of each partition, one under the other."""
    pairs = columns if isinstance(columns, Mapping) else {name: name for name in columns}
    selected = frame.select([frame[name].alias(column) for column, name in pairs.items()])
    # The executors make the plan again: what is sent has to be small and plain.
    text = plan.to_json()

    def cells(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        import pyarrow

        import attain

        of_partition = list(batches)
        if not of_partition:
            return
        there = attain.Plan.parse(text, "json")
        table = pyarrow.Table.from_batches(of_partition)
        part = attain.tally(there, table, rows=rows, as_of=as_of)
        yield from _plain(part.cells().to_arrow()).to_batches()

    empty = at.tally(plan, selected.limit(0).toArrow(), rows=rows, as_of=as_of)
    schema = _plain(empty.cells().to_arrow()).schema
    types = {
        "string": "string",
        "date32[day]": "date",
        "double": "double",
        "int64": "bigint",
        "bool": "boolean",
    }
    ddl = ", ".join(f"`{field.name}` {types[str(field.type)]}" for field in schema)
    found: pa.Table = selected.mapInArrow(cells, ddl).toArrow()
    return found


def _plain(table: pa.Table) -> pa.Table:
    """The table with texts in place of dictionaries, which Spark does not have."""
    import pyarrow

    fields = [
        field.with_type(field.type.value_type) if pyarrow.types.is_dictionary(field.type) else field
        for field in table.schema
    ]
    return table.cast(pyarrow.schema(fields)).replace_schema_metadata(None)
