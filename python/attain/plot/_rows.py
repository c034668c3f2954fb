"""Rows of any table, and the words and labels that charts have for them."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from attain.errors import Fault, FaultCode, RequestError

MOST_MARKS = 5_000
"""A chart with more marks than this is aggregated, or refused with advice."""


def rows_of(table: Any) -> list[dict[str, Any]]:
    """The rows of a table of `attain`, pandas, polars or pyarrow, as dicts."""
    for method, arguments in (("to_dicts", ()), ("to_pylist", ()), ("to_dict", ("records",))):
        if hasattr(table, method):
            rows: list[dict[str, Any]] = getattr(table, method)(*arguments)
            return [{name: plain(value) for name, value in row.items()} for row in rows]
    if isinstance(table, list):
        return [{name: plain(value) for name, value in row.items()} for row in table]
    return refuse(
        "not_a_table",
        "table",
        "this is no table",
        found=type(table).__name__,
        expected="a table of attain, pandas, polars or pyarrow",
    )


def plain(value: Any) -> Any:
    """A value as JSON has it: days as ISO text, what is no number as null."""
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    # A scalar of numpy, or what pandas has in place of a missing value.
    if hasattr(value, "item"):
        return plain(value.item())
    if type(value).__name__ in {"NAType", "NaTType"}:
        return None
    return value


def need(rows: list[dict[str, Any]], *columns: str) -> None:
    """Refuses rows that lack columns, and tables without rows."""
    if not rows:
        refuse("empty_input", "table", "there are no rows to draw")
    missing = [column for column in columns if column not in rows[0]]
    if missing:
        refuse(
            "missing_column",
            "table",
            "the chart needs other columns",
            found=", ".join(rows[0]),
            expected=", ".join(columns),
        )


def one_of(rows: Iterable[Mapping[str, Any]], column: str, given: str | None) -> str:
    """The value of a column that all rows are to have: the one given, or the only one there is."""
    values = list(dict.fromkeys(row[column] for row in rows))
    if given is not None:
        if given not in values:
            refuse(
                "no_such_row",
                column,
                "the rows have none of that name",
                found=repr(given),
                expected=", ".join(str(value) for value in values[:20]),
            )
        return given
    if len(values) != 1:
        refuse(
            "ambiguous_request",
            column,
            "the rows are of several",
            found=", ".join(str(value) for value in values[:20]),
            expected=f"one: name it with `{column}`",
        )
    return str(values[0])


def refuse(
    code: FaultCode,
    argument: str,
    message: str,
    *,
    found: str | None = None,
    expected: str | None = None,
) -> NoReturn:
    """Raises the error of one fault."""
    fault = Fault(code=code, column=argument, message=message, found=found, expected=expected)
    raise RequestError(str(fault), [fault])


def window_name(start: str, end: str) -> str:
    """A window as people write it: `2024`, `2024-H1`, `2024-Q1`, `2024-05`, or its days."""
    first, after = (datetime.date.fromisoformat(day) for day in (start, end))
    if first.day == after.day == 1:
        months = (after.year - first.year) * 12 + after.month - first.month
        place = first.month - 1
        if months == 12 and place == 0:
            return f"{first.year}"
        if months == 6 and place % 6 == 0:
            return f"{first.year}-H{place // 6 + 1}"
        if months == 3 and place % 3 == 0:
            return f"{first.year}-Q{place // 3 + 1}"
        if months == 1:
            return f"{first.year}-{first.month:02}"
    if (after - first).days == 7 and first.weekday() == 0:
        year, week, _ = first.isocalendar()
        return f"{year}-W{week:02}"
    last = after - datetime.timedelta(days=1)
    return f"{first.isoformat()} to {last.isoformat()}"


def printed(value: float | None, digits: int = 3) -> str:
    """A number for reading: three significant digits, all digits before the point."""
    if value is None:
        return "–"
    if value == int(value) or abs(value) >= 10**digits:
        return f"{value:,.0f}".replace(",", "\u202f").replace("-", "−")
    return f"{value:.{digits}g}".replace("-", "−")


def counts(rows: Iterable[Mapping[str, Any]], verdict: str = "verdict") -> dict[str, int]:
    """How many rows are met, missed and without a verdict."""
    found = {"met": 0, "missed": 0, "indeterminate": 0}
    for row in rows:
        found[row[verdict]] += 1
    return found


def in_words(rows: list[dict[str, Any]], subject: str) -> str:
    """What the verdicts of rows come to, in a sentence."""
    found = counts(rows)
    return (
        f"{subject}: {found['met']} of {len(rows)} rows met, {found['missed']} missed, "
        f"{found['indeterminate']} without a verdict."
    )
