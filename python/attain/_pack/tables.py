"""The tables of the pack as files."""

from __future__ import annotations

import csv
import datetime
import importlib.util
import io
from pathlib import Path

from attain._attain import Table
from attain._faults import refuse
from attain._files import write_whole

# What spreadsheets take for the beginning of a formula.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def check_parquet() -> None:
    """Raises `RequestError` if the library that writes a view as Parquet is not there."""
    if importlib.util.find_spec("pyarrow") is None:
        refuse(
            "unknown_format",
            None,
            "--parquet needs pyarrow for the tables of views",
            expected="`attain[pandas]`, or CSV",
        )


def write_csv(table: Table, path: Path, *, spreadsheet_safe: bool) -> None:
    """Writes a table as the report writes its rows: days as ISO text, nothing for nulls."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(table.column_names)
    columns = [table[name] for name in table.column_names]
    for row in zip(*columns, strict=True):
        lines.writerow(_cell(value, spreadsheet_safe) for value in row)
    write_whole(path, text.getvalue())


def _cell(value: object, spreadsheet_safe: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        # As whole numbers of events are written: 42, not 42.0.
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if spreadsheet_safe and text.startswith(_FORMULAS) else text


def write_parquet(table: Table, path: Path) -> None:
    """Writes a table as Parquet."""
    import pyarrow.parquet

    content = io.BytesIO()
    pyarrow.parquet.write_table(table.to_arrow(), content)
    write_whole(path, content.getvalue())
