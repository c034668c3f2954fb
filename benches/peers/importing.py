"""From files to sums by month: attain's importers beside pandas by hand.

    python benches/peers/importing.py [--values 1000000] [--rows 200000]

Values of one measure, of facilities in districts, month by month: once in files of DHIS2, once in a
workbook of Excel. Both ways end with the same sum of the country for each month. What the importers
also do has no counterpart by hand: notes, validity of units, data types, number formats of cells,
and a source for each value.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
from measure import machine, measure, table

import attain as at

DISTRICTS = 20
MONTHS = [f"{year}{month:02}" for year in range(2000, 2025) for month in range(1, 13)]
# A sheet has at most 1,048,576 rows. With these months a million of them are 4,000 facilities.
MONTHS_OF_SHEET = [f"{month[:4]}-{month[4:]}" for month in MONTHS[:250]]
LAST_OF_SHEET = "2020-11-01"

Way = Callable[[], list[float]]


def compare(title: str, ours: tuple[str, Way], by_hand: Way, values: int, repeat: int) -> None:
    """Measures both ways, checks that their sums are equal, and prints the table."""
    ways = [ours, ("pandas by hand", by_hand)]
    timings = [measure(name, way, repeat) for name, way in ways]
    if timings[0].answer != timings[1].answer:
        raise SystemExit("other sums")
    table(title, timings, values)


def sums(got: at.Imported, last: str) -> list[float]:
    """The sum of the country for each month before the day `last`."""
    months = {"every": "month", "within": ["2000-01-01", last]}
    got.plan["indicators"] = {"visits": {"count": "visits"}}
    got.plan["targets"] = {
        "some": {"indicator": "visits", "goal": {"at_least": 1}, "window": months}
    }
    plan = at.Plan.from_dict(got.plan)
    report = at.assess(plan, got.tally(plan), as_of="2025-01-31", columns=["value"])
    return report.to_pandas()["value"].tolist()


def sums_by_hand(frame: pd.DataFrame, parents: dict[str, str | None]) -> list[float]:
    """The same, of the columns `unit`, `month` and `value`."""
    frame["district"] = frame["unit"].map(parents)
    frame["country"] = frame["district"].map(parents)
    found = frame.groupby(["country", "month"])["value"].sum()
    return found.loc["country"].astype(float).tolist()


# ---- DHIS2


def write_dhis2(folder: Path, values: int) -> tuple[Path, Path]:
    """The metadata and the values, as the interface of DHIS2 gives them."""
    random = np.random.default_rng(20_241_231)
    facilities = values // len(MONTHS)
    opened = {"openingDate": "1999-01-01"}
    units = [{"id": "country", "name": "Country", "level": 1, **opened}]
    for at_ in range(DISTRICTS):
        of = {"id": f"district{at_:03}", "name": f"District {at_}", "level": 2}
        units.append({**of, "parent": {"id": "country"}, **opened})
    for at_ in range(facilities):
        of = {"id": f"facility{at_:06}", "name": f"Facility {at_}", "level": 3}
        units.append({**of, "parent": {"id": f"district{at_ % DISTRICTS:03}"}, **opened})
    element = {"id": "visits", "name": "Visits", "valueType": "INTEGER_ZERO_OR_POSITIVE"}
    element |= {"aggregationType": "SUM", "zeroIsSignificant": True}
    metadata = {"organisationUnits": units, "dataElements": [element]}
    numbers = iter(random.integers(0, 100, facilities * len(MONTHS)).tolist())
    told = {"storedBy": "clerk", "created": "2024-01-05T10:00:00.000+0000", "followup": False}
    rows = [
        {"dataElement": "visits", "period": month, "orgUnit": f"facility{at_:06}"}
        | {"value": str(next(numbers)), "lastUpdated": told["created"], **told}
        for at_ in range(facilities)
        for month in MONTHS
    ]
    paths = folder / "metadata.json", folder / "values.json"
    paths[0].write_text(json.dumps(metadata), encoding="utf-8")
    paths[1].write_text(json.dumps({"dataValues": rows}), encoding="utf-8")
    return paths


def dhis2(folder: Path, values: int, repeat: int) -> None:
    metadata, data = write_dhis2(folder, values)

    def by_hand() -> list[float]:
        frame = pd.DataFrame(json.loads(data.read_text("utf-8"))["dataValues"])
        frame["value"] = pd.to_numeric(frame["value"])
        frame["month"] = pd.to_datetime(frame["period"], format="%Y%m").dt.to_period("M")
        units = json.loads(metadata.read_text("utf-8"))["organisationUnits"]
        parents = {unit["id"]: unit.get("parent", {}).get("id") for unit in units}
        return sums_by_hand(frame.rename(columns={"orgUnit": "unit"}), parents)

    compare(
        f"{values:,} values of DHIS2 to sums by month",
        ("attain.sources.dhis2", lambda: sums(at.sources.dhis2(metadata, data), "2025-01-01")),
        by_hand,
        values,
        repeat,
    )


# ---- Excel


def write_workbook(path: Path, rows: int) -> None:
    """A workbook with sheets of units and outcomes, which repeats each text in each cell."""
    random = np.random.default_rng(20_241_231)
    book = openpyxl.Workbook(write_only=True)
    facilities = rows // len(MONTHS_OF_SHEET)
    units = book.create_sheet("Units")
    units.append(("id", "level", "parent"))
    units.append(("country", "country", None))
    for at_ in range(DISTRICTS):
        units.append((f"district{at_:03}", "district", "country"))
    for at_ in range(facilities):
        units.append((f"facility{at_:06}", "facility", f"district{at_ % DISTRICTS:03}"))
    outcomes = book.create_sheet("Outcomes")
    outcomes.append(("unit", "period", "measure", "value"))
    numbers = iter(random.integers(0, 100, facilities * len(MONTHS_OF_SHEET)).tolist())
    for at_ in range(facilities):
        for month in MONTHS_OF_SHEET:
            outcomes.append((f"facility{at_:06}", month, "visits", next(numbers)))
    book.save(path)


def excel(path: Path, rows: int, repeat: int) -> None:
    def by_hand() -> list[float]:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        rows = book["Outcomes"].iter_rows(min_row=2, max_col=4, values_only=True)
        frame = pd.DataFrame(rows, columns=["unit", "period", "measure", "value"])
        frame["month"] = pd.to_datetime(frame["period"], format="%Y-%m").dt.to_period("M")
        units = book["Units"].iter_rows(min_row=2, max_col=3, values_only=True)
        parents = {str(unit): parent for unit, _, parent in units}
        book.close()
        return sums_by_hand(frame, parents)

    compare(
        f"{rows:,} rows of a workbook, {path.stat().st_size / 1e6:.0f} MB, to sums by month",
        ("attain.sources.excel", lambda: sums(at.sources.excel(path), LAST_OF_SHEET)),
        by_hand,
        rows,
        repeat,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--values", type=int, default=1_000_000, help="of DHIS2; 0: not these")
    parser.add_argument("--rows", type=int, default=200_000, help="of the workbook; 0: not this")
    parser.add_argument("--workbook", type=Path, help="keep it here; read it if it is there")
    parser.add_argument("--repeat", type=int, default=3, help="with 1, memory is that of the start")
    chosen = parser.parse_args()
    print(machine("pandas", "openpyxl", "attain"))
    with tempfile.TemporaryDirectory() as temporary:
        if chosen.values:
            dhis2(Path(temporary), chosen.values, chosen.repeat)
        if chosen.rows:
            path: Path = chosen.workbook or Path(temporary) / "outcomes.xlsx"
            if not path.exists():
                write_workbook(path, chosen.rows)
            excel(path, chosen.rows, chosen.repeat)


main()
