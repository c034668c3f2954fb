"""Names match however their letters with marks are composed, from every kind of input."""

import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

import attain as at

PLAN: dict[str, Any] = {
    "attain": 1,
    "plan": "p",
    "units": {"levels": ["quận"], "list": [{"id": "đống-đa", "level": "quận"}]},
    "strata": {"giới": ["nữ", "nam"]},
    "measures": {"số_vụ": {}},
    "indicators": {"vụ": {"count": "số_vụ", "where": {"giới": "nữ"}}},
    "targets": {
        "ít": {
            "indicator": "vụ",
            "goal": {"at_most": 9},
            "window": "2023",
            "units": {"level": "quận"},
        }
    },
}
ROWS = [
    {"unit": "đống-đa", "period": "2023", "measure": "số_vụ", "value": 3, "giới": "nữ"},
    {"unit": "đống-đa", "period": "2023", "measure": "số_vụ", "value": 4, "giới": "nam"},
]


def spelled(thing: Any, form: str) -> Any:
    """The thing with all texts in NFC or NFD."""
    text = unicodedata.normalize(form, json.dumps(thing, ensure_ascii=False))
    return json.loads(text)


def as_table(rows: list[dict[str, Any]], _: Path) -> Any:
    return pa.Table.from_pylist(rows)


def as_dictionaries(rows: list[dict[str, Any]], _: Path) -> Any:
    table = pa.Table.from_pylist(rows)
    columns = {
        name: column if name == "value" else column.dictionary_encode()
        for name, column in zip(table.column_names, table.columns, strict=True)
    }
    return pa.table(columns)


def as_wide(rows: list[dict[str, Any]], _: Path) -> Any:
    """A column for the measure, named in NFC by the caller."""
    names = {"measure": None, "value": None}
    wide = [{name: cell for name, cell in row.items() if name not in names} for row in rows]
    for row, long in zip(wide, rows, strict=True):
        row[long["measure"]] = long["value"]
    return pl.DataFrame(wide)


def as_csv(rows: list[dict[str, Any]], folder: Path) -> Any:
    lines = [",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]
    path = folder / "outcomes.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("form_of_rows", ["NFC", "NFD"])
@pytest.mark.parametrize("form_of_plan", ["NFC", "NFD"])
@pytest.mark.parametrize("given", [as_table, as_dictionaries, as_wide, as_csv])
def test_outcomes_match_the_plan(
    given: Callable[[list[dict[str, Any]], Path], Any],
    form_of_plan: str,
    form_of_rows: str,
    tmp_path: Path,
) -> None:
    plan = at.Plan.from_dict(spelled(PLAN, form_of_plan))
    assert plan == at.Plan.from_dict(PLAN)
    outcomes = given(spelled(ROWS, form_of_rows), tmp_path)
    values = ["số_vụ"] if given is as_wide else None
    tally = at.tally(plan, outcomes, values=values)
    assert [row.value for row in at.assess(plan, tally, as_of="2023-12-31").rows] == [3.0]
