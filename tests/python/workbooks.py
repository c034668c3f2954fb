"""Workbooks that tests write, fill in and read."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pandas as pd

import attain as at


def opened(workbook: bytes) -> Any:
    return openpyxl.load_workbook(io.BytesIO(workbook))


def rows_of(sheet: Any) -> list[tuple[Any, ...]]:
    return list(sheet.iter_rows(values_only=True))


def equal(cell: Any, value: Any) -> bool:
    """Whether a cell holds a value of a frame: a missing one is blank, as is an empty text."""
    if pd.isna(value) or value == "":
        return cell is None
    if isinstance(value, pd.Timestamp):
        return bool(pd.Timestamp(cell) == value)
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return float(cell) == value
    return bool(cell == value)


def template() -> at.Plan:
    units = [{"id": "01", "level": "city"}]
    units += [{"id": f"0{n}1", "level": "district", "parent": "01"} for n in range(1, 4)]
    return at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "p",
            "calendar": {"year_starts": "12-15"},
            "units": {"levels": ["city", "district"], "list": units},
            "strata": {"sex": ["f", "m"]},
            "measures": {
                "cases": {"every": "quarter", "recorded_by": ["011", "021"], "whole": True},
                "cleared": {},
            },
            "indicators": {
                "known": {"count": "cases"},
                "women": {"count": "cleared", "where": {"sex": "f"}},
                "index": {"reported": {"unit": "points"}},
            },
            "targets": {
                "few": {"indicator": "known", "goal": {"at_most": 90}, "window": "2024"},
                "women": {
                    "indicator": "women",
                    "goal": {"at_least": 5},
                    "window": "2024",
                    "units": {"level": "district"},
                },
                "index": {"indicator": "index", "goal": {"at_least": 5}, "window": "2024"},
            },
        }
    )


def heads(sheet: Any) -> dict[str, int]:
    return {cell.value: cell.column for cell in sheet[1]}


def filled(language: Any) -> tuple[bytes, pd.DataFrame]:
    """A template with a value in every second row, and the same outcomes as a frame."""
    book = opened(template().to_template(language=language))
    sheet = book.worksheets[0]
    column = heads(sheet)
    rows = []
    for row in range(2, sheet.max_row + 1, 2):
        sheet.cell(row, column["value"]).value = row
        names = ("unit", "period", "measure", "sex")
        rows.append({name: sheet.cell(row, column[name]).value for name in names} | {"value": row})
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue(), pd.DataFrame(rows)
