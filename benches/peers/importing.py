"""From files of DHIS2 to sums by month: attain's importer beside pandas by hand.

    python benches/peers/importing.py [--values 1000000]

Values of one data element, of facilities in districts, month by month. Both ways end with the same
sum of the country for each month. What the importer also does has no counterpart by hand: notes,
validity of units, data types, categories, and a source for each value.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from measure import machine, measure, table

import attain as at

DISTRICTS = 20
MONTHS = [f"{year}{month:02}" for year in range(2000, 2025) for month in range(1, 13)]


def write(folder: Path, values: int) -> tuple[Path, Path]:
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


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--values", type=int, default=1_000_000)
    values: int = parser.parse_args().values
    with tempfile.TemporaryDirectory() as temporary:
        metadata, data = write(Path(temporary), values)

        def by_importer() -> list[float]:
            got = at.sources.dhis2(metadata, data)
            got.plan["indicators"] = {"visits": {"count": "visits"}}
            got.plan["targets"] = {
                "some": {
                    "indicator": "visits",
                    "goal": {"at_least": 1},
                    "window": {"every": "month", "within": ["2000-01-01", "2025-01-01"]},
                }
            }
            plan = at.Plan.from_dict(got.plan)
            report = at.assess(plan, got.tally(plan), as_of="2025-01-31")
            return report.to_pandas()["value"].tolist()

        def by_hand() -> list[float]:
            frame = pd.DataFrame(json.loads(data.read_text("utf-8"))["dataValues"])
            frame["value"] = pd.to_numeric(frame["value"])
            frame["month"] = pd.to_datetime(frame["period"], format="%Y%m").dt.to_period("M")
            units = json.loads(metadata.read_text("utf-8"))["organisationUnits"]
            parents = {unit["id"]: unit.get("parent", {}).get("id") for unit in units}
            frame["district"] = frame["orgUnit"].map(parents)
            frame["country"] = frame["district"].map(parents)
            sums = frame.groupby(["country", "month"])["value"].sum()
            return sums.loc["country"].astype(float).tolist()

        print(machine("pandas", "attain"))
        ways = [("attain.sources.dhis2", by_importer), ("pandas by hand", by_hand)]
        timings = [measure(name, way, repeat=3) for name, way in ways]
        if timings[0].answer != timings[1].answer:
            raise SystemExit("other sums")
        table(f"{values:,} values of DHIS2 to sums by month", timings, values)


main()
