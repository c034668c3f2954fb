"""Outcomes with categories, from every kind of table."""

from __future__ import annotations

import datetime
from pathlib import Path

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from judged import judged_by_sex

import attain

PLAN = attain.Plan.from_dict(
    {
        "attain": 1,
        "plan": "strata",
        "units": {
            "levels": ["city", "district"],
            "list": [
                {"id": "c", "level": "city"},
                {"id": "d1", "level": "district", "parent": "c"},
                {"id": "d2", "level": "district", "parent": "c"},
            ],
        },
        "strata": {"sex": ["f", "m"], "age": ["0-14", "15+"]},
        "measures": {"cases": {}},
        "indicators": {"count": {"count": "cases"}},
        "targets": {
            "all": {"indicator": "count", "goal": {"at_most": 9}, "window": "2024"},
            "young": {
                "indicator": "count",
                "goal": {"at_most": 9},
                "window": "2024",
                "where": {"age": "0-14"},
            },
            "apart": {
                "indicator": "count",
                "goal": {"at_most": 9},
                "window": "2024",
                "by": ["sex", "age"],
            },
            "everybody": {
                "indicator": "count",
                "goal": {"at_most": 9},
                "window": "2024",
                "in_every": "sex",
            },
        },
    }
)

ROWS = {
    "unit": ["d1", "d1", "d2", "d2", "c"],
    "date": ["2024-02-01", "2024-03-01", "2024-02-01", "2024-05-07", "2024-06-01"],
    "measure": ["cases"] * 5,
    "value": [5, 7, 2, 3, 4],
    "sex": ["f", "m", "f", None, "m"],
    "age": ["0-14", "15+", "0-14", "0-14", None],
}
FOUND = {
    ("all", None): 21,
    ("young", "age=0-14"): 10,
    ("apart", "sex=f, age=0-14"): 7,
    ("apart", "sex=f, age=15+"): 0,
    ("apart", "sex=m, age=0-14"): 0,
    ("apart", "sex=m, age=15+"): 7,
    ("everybody", "sex=m"): 11,
}


def frames() -> dict[str, object]:
    days = [datetime.date.fromisoformat(day) for day in ROWS["date"]]
    table = pa.table({**ROWS, "date": days})
    frame = table.to_pandas()
    for name in ("sex", "age"):
        frame[name] = frame[name].astype("category")
    return {
        "pyarrow": table,
        "pyarrow, dictionaries": table.set_column(
            4, "sex", table["sex"].combine_chunks().dictionary_encode()
        ),
        "pandas": frame,
        "polars": pl.DataFrame(ROWS).with_columns(
            pl.col("date").str.to_date(),
            pl.col("sex").cast(pl.Enum(["m", "f"])),
            pl.col("age").cast(pl.Categorical),
        ),
    }


def found(tally: attain.Tally) -> dict[tuple[str, str | None], float | None]:
    report = attain.assess(PLAN, tally, as_of="2024-12-31")
    rows = {(row.target, row.stratum): row.value for row in report.rows}
    table = report.to_arrow().select(["target", "stratum", "value"]).to_pylist()
    assert {(row["target"], row["stratum"]): row["value"] for row in table} == rows
    return rows


@pytest.mark.parametrize("source", frames())
def test_categories_are_read_from_every_kind_of_table(source: str) -> None:
    assert found(attain.tally(PLAN, frames()[source], rows="events")) == FOUND


def test_categories_are_read_from_files(tmp_path: Path) -> None:
    table = frames()["pyarrow"]
    assert isinstance(table, pa.Table)
    frame = table.to_pandas()
    frame.to_csv(tmp_path / "events.csv", index=False)
    frame.to_parquet(tmp_path / "events.parquet")
    for name in ("events.csv", "events.parquet"):
        assert found(attain.tally(PLAN, tmp_path / name, rows="events")) == FOUND


def test_parts_in_several_tallies_come_to_the_same() -> None:
    frame = frames()["pandas"]
    assert isinstance(frame, pd.DataFrame)
    whole = attain.tally(PLAN, frame[:2], rows="events", as_of="2024-12-31")
    whole.merge(attain.tally(PLAN, frame[2:], rows="events", as_of="2024-12-31"))
    assert found(whole) == FOUND


def test_an_unknown_category_is_located() -> None:
    table = pa.table({**ROWS, "age": ["0-14", "15+", "0-41", None, None]})
    with pytest.raises(attain.OutcomeError) as caught:
        attain.tally(PLAN, table, rows="events")
    (fault,) = caught.value.faults
    assert (fault.row, fault.column) == (2, "age")
    assert fault.hint == "did you mean `0-14`?"


def test_a_row_by_stratum_is_found_and_explained_by_its_name() -> None:
    report = attain.assess(
        PLAN, attain.tally(PLAN, frames()["pyarrow"], rows="events"), as_of="2024-12-31"
    )
    (row,) = report.filter(target="apart", stratum="sex=m, age=15+").rows
    assert row.value == 7
    why = report.explain("apart", stratum="sex=m, age=15+")
    assert why.row == row
    assert "cases (sex=m, age=15+)" in str(why)
    with pytest.raises(attain.RequestError, match="name a stratum"):
        report.explain("apart", unit="c")
    assert PLAN.strata == {"sex": ["f", "m"], "age": ["0-14", "15+"]}
    assert list(dict.fromkeys(PLAN.targets["target"])) == ["all", "young", "apart", "everybody"]


def test_views_of_a_target_for_each_category_say_which() -> None:
    report = judged_by_sex([172, 151, 188, 142], due=200)
    met = {
        (row["unit"], row["stratum"]): (row["windows"], row["met"])
        for row in report.windows_met("area-by-sex").to_dicts()
    }
    assert met == {
        ("n", "sex=f"): (1, 1),
        ("s", "sex=f"): (1, 1),
        ("n", "sex=m"): (1, 0),
        ("s", "sex=m"): (1, 0),
    }
    used = {
        (row["unit"], row["stratum"]): row["used"]
        for row in report.budget("area-by-sex").to_dicts()
    }
    assert used == {
        ("n", "sex=f"): 28,
        ("s", "sex=f"): 12,
        ("n", "sex=m"): 49,
        ("s", "sex=m"): 58,
    }
