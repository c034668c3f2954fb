"""Rows of any table, and their labels and descriptions in charts."""

from __future__ import annotations

import datetime
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from attain._faults import refuse

MOST_MARKS = 5_000
"""A chart with more marks than this is aggregated, or refused with advice."""


def rows_of(table: Any) -> list[dict[str, Any]]:
    """The rows of a table of `attain`, pandas, polars or pyarrow, as dicts."""
    for method, arguments in (("to_dicts", ()), ("to_pylist", ()), ("to_dict", ("records",))):
        if hasattr(table, method):
            table = getattr(table, method)(*arguments)
            break
    if not isinstance(table, list):
        refuse(
            "not_a_table",
            "table",
            "this is no table",
            found=type(table).__name__,
            expected="a table of attain, pandas, polars or pyarrow",
        )
    return [{name: plain(value) for name, value in row.items()} for row in table]


def plain(value: Any) -> Any:
    """A value for JSON: days as ISO texts; NaN, infinities and missing values as null."""
    if isinstance(value, datetime.date):
        return value.isoformat()[:10]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    # A scalar of numpy.
    if hasattr(value, "item"):
        return plain(value.item())
    # Missing values of pandas.
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
    """The value given, or the only value of the column. Raises `RequestError` otherwise."""
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


def of_one_stratum(rows: list[dict[str, Any]], stratum: str | None) -> list[dict[str, Any]]:
    """The rows of the categories given; without them all rows, which are then of the same ones."""
    if len({row.get("stratum") for row in rows}) <= 1 and stratum is None:
        return rows
    need(rows, "stratum")
    stratum = one_of(rows, "stratum", stratum)
    return [row for row in rows if row["stratum"] == stratum]


def name_windows(rows: list[dict[str, Any]]) -> None:
    """Adds the name of the window to each row, as `window`."""
    for row in rows:
        row["window"] = window_name(row["window_start"], row["window_end"])


def window_name(start: str, end: str) -> str:
    """The name of a window: `2024`, `2024-H1`, `2024-Q1`, `2024-05`, or its days."""
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
    """A number as text: three significant digits, and all digits before the point."""
    if value is None:
        return "–"
    if value == int(value) or abs(value) >= 10**digits:
        return f"{value:,.0f}".replace(",", "\u202f").replace("-", "−")
    return f"{value:.{digits}g}".replace("-", "−")


def in_words(rows: list[dict[str, Any]], subject: str) -> str:
    """A sentence that counts the verdicts of rows."""
    found = Counter(row["verdict"] for row in rows)
    return (
        f"{subject}: {found['met']} of {len(rows)} rows met, {found['missed']} missed, "
        f"{found['indeterminate']} without a verdict."
    )
