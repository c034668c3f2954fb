"""The check of pyarrow's own data before they are handed over.

The Arrow C interface passes pointers without lengths, so the receiver can't know whether a buffer
is long enough for its rows. Data that pyarrow loads from a file may be too short: its readers trust
the file. Its own check is fast, because it looks at lengths and not at values.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa


class BrokenDataError(Exception):
    """Data that contradict their own description; `column` is the name of the column, if known."""

    def __init__(self, column: str | None, reason: str) -> None:
        super().__init__(reason)
        self.column = column


def validated(data: Any) -> Any:
    """Checks the buffers of data of pyarrow or pandas, and returns all other data unchanged."""
    pyarrow = sys.modules.get("pyarrow")
    if pyarrow is None or not hasattr(pyarrow, "RecordBatchReader"):
        return data
    data = _of_pandas(pyarrow, data)
    if isinstance(data, pyarrow.Table | pyarrow.RecordBatch):
        _check_table(data)
    elif isinstance(data, pyarrow.Array | pyarrow.ChunkedArray):
        _check_column(None, data)
    elif isinstance(data, pyarrow.RecordBatchReader):
        return pyarrow.RecordBatchReader.from_batches(data.schema, _checked_batches(data))
    return data


def _of_pandas(pyarrow: Any, data: Any) -> Any:
    """Converts data as pandas exports them, so that pyarrow can check the result."""
    pandas = sys.modules.get("pandas")
    if pandas is None:
        return data
    for kind, convert in [
        (getattr(pandas, "DataFrame", None), pyarrow.Table.from_pandas),
        (getattr(pandas, "Series", None), pyarrow.Array.from_pandas),
    ]:
        # A subclass may export its data in another way.
        export = getattr(kind, "__arrow_c_stream__", None)
        if export is not None and getattr(type(data), "__arrow_c_stream__", None) is export:
            try:
                return convert(data)
            except pyarrow.ArrowException:
                if not hasattr(data, "items") or not hasattr(data, "columns"):
                    raise
                return _column_by_column(pyarrow, data)
    return data


def _column_by_column(pyarrow: Any, frame: Any) -> Any:
    """Converts each column of a DataFrame for itself.

    A column of mixed objects becomes one of texts, since it may not be needed. If it is, its cells
    are refused one by one.
    """
    columns = {}
    for name, column in frame.items():
        try:
            columns[str(name)] = pyarrow.Array.from_pandas(column)
        except pyarrow.ArrowException:
            missing = column.isna()
            texts = [
                None if none else str(cell) for cell, none in zip(column, missing, strict=True)
            ]
            columns[str(name)] = pyarrow.array(texts, pyarrow.string())
    return pyarrow.table(columns)


def _check_table(table: Any) -> None:
    for name, column in zip(table.schema.names, table.columns, strict=True):
        _check_column(name, column)


def _check_column(name: str | None, column: Any) -> None:
    try:
        column.validate()
    except Exception as error:
        raise BrokenDataError(name, str(error)) from error


def _checked_batches(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    for number, batch in enumerate(reader):
        if not batch.schema.equals(reader.schema):
            change = _change(reader.schema, batch.schema)
            raise BrokenDataError(None, f"batch {number} has {change}")
        try:
            _check_table(batch)
        except BrokenDataError as error:
            # The Arrow interface passes on only the text.
            raise BrokenDataError(None, f"column `{error.column}`: {error}") from error
        yield batch


def _change(before: pa.Schema, now: pa.Schema) -> str:
    """Describes how the columns of a batch differ from those of its reader."""
    if before.names != now.names:
        return f"the columns {', '.join(now.names)} instead of {', '.join(before.names)}"
    changed = [(old, new) for old, new in zip(before, now, strict=True) if not old.equals(new)]
    if not changed:
        return "other metadata than its reader"
    old, new = changed[0]
    return f"`{new.name}` of type {new.type} instead of {old.type}"
