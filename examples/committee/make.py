"""Write the units, and the figures that are generated.

The units are those of `../hanoi/units.csv` up to the end of June 2025 and the communes since then,
with generated hamlets below the communes of 2024. The generated figures are drawn case by case with
a fixed seed, so each level adds up to the one above it. Their totals are the published ones where
such a figure is published (`outcomes.csv`). Each row of `outcomes-illustrative.csv` says so: status
`E` and `illustrative` true.

    python examples/committee/make.py
"""

import csv
import datetime
import random
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

HERE = Path(__file__).parent
HANOI = HERE.parent / "hanoi"
CITY = "01"
MERGERS = "2025-01-01"
REFORM = "2025-07-01"
SEED = 13889

# Social-order crimes of a half-year by offence. The totals 1,916 and 1,840 are published, and so
# are the changes of the first half of 2023: extortion -24 %, injury -16.4 %, snatching -12.4 %,
# theft -1.6 %, fraud -9.4 %. All other numbers are generated: no source has them.
OFFENCES = (
    "murder", "robbery", "under_16", "illegal_lending",
    "extortion", "injury", "snatching", "theft", "fraud", "other",
)  # fmt: skip
CASES = {
    "2022-H1": (30, 40, 44, 36, 25, 140, 97, 811, 160, 533),  # 1,916
    "2022-H2": (32, 42, 47, 38, 24, 150, 100, 850, 178, 564),
    "2023-H1": (36, 49, 53, 46, 19, 117, 85, 798, 145, 492),  # 1,840
    "2023-H2": (48, 60, 66, 60, 20, 121, 86, 812, 150, 482),
}
CLEARED = {"2023-H1": 1670, "2023-H2": 1715}  # 1,670 is published
# Very and especially serious crimes: 166 of 168 is the published 98.8 % of the first half, and
# 322 of 334 the published 96.4 % of the year.
SERIOUS = {"2023-H1": (168, 166), "2023-H2": (166, 156)}
# Crimes over Tet and their clearances. Those of 2024 are published.
HOLIDAYS = {
    ("2023-01-20", "2023-01-27"): (34, 26),
    ("2024-02-01", "2024-02-08"): (89, None),
    ("2024-02-08", "2024-02-15"): (28, 21),
}
MODELS = 108  # published, with 6,419 places
PLACES = 6419
NATIONAL = ("van-phuc", "ha-dong", "tay-ho")  # published: put forward nationally
AGES = ("under_18", "18_30", "over_30")
# Reports of crime received in each month of 2023, and the share that was resolved.
REPORTS = (1820, 1640, 1910, 1880, 1950, 1930, 1980, 2010, 1960, 2040, 2060, 2110)
RESOLVED = (0.93, 0.925, 0.92, 0.915, 0.91, 0.905, 0.90, 0.89, 0.875, 0.865, 0.86, 0.85)

# Reports that are missing on the day of the meeting: a district, its measures, the month, and the
# day on which they come later.
MISSING = (
    ("271", ("cases", "cleared"), "2023-12", None),
    ("282", ("reports_received", "reports_resolved", "reports_on_time"), "2023-12", None),
    ("272", ("reports_received", "reports_resolved", "reports_on_time"), "2023-12", "2024-03-20"),
)

HEADER = (
    "unit", "start", "end", "measure", "value", "offence", "age", "model",
    "status", "recorded_at", "illustrative", "source",
)  # fmt: skip


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(file: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table beside this file."""
    with (HERE / file).open("w", encoding="utf-8", newline="") as table:
        writer = csv.writer(table, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def month_start(year: int, month: int) -> datetime.date:
    """The first day of a month; month 13 is January of the next year."""
    return datetime.date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


class Hanoi:
    """The districts and communes of 2023, and the generated hamlets."""

    def __init__(self, rng: random.Random) -> None:
        self.rows = [row for row in read(HANOI / "units.csv") if row["level"] != "country"]
        self.districts = {row["id"]: row["name"] for row in self.rows if row["level"] == "district"}
        of_2023 = [row for row in self.rows if row["level"] == "commune" and not row["valid_from"]]
        self.communes = {
            district: [row["id"] for row in of_2023 if row["parent"] == district]
            for district in self.districts
        }
        self.commune_rows = {row["id"]: row for row in of_2023}
        self.hamlets = {
            commune: [f"{commune}-{number}" for number in range(1, rng.randint(3, 7) + 1)]
            for commune in self.commune_rows
        }
        # Urban districts have more inhabitants per commune.
        self.weights = {
            district: len(communes) * (2.0 if self.districts[district].startswith("Quận") else 1.0)
            for district, communes in self.communes.items()
        }
        self.commune_weights = {
            district: [rng.uniform(0.4, 1.6) for _ in communes]
            for district, communes in self.communes.items()
        }

    def write(self) -> None:
        """Write units.csv and the two changes of boundaries."""
        rows = [
            [row["id"], row["name"], row["level"], "" if row["level"] == "city" else row["parent"],
             row["valid_from"], row["valid_to"]]
            for row in self.rows
        ]  # fmt: skip
        mergers = [list(row.values()) for row in read(HANOI / "changes-2025-01.csv")]
        for commune, hamlets in self.hamlets.items():
            row = self.commune_rows[commune]
            kind = "Thôn" if row["name"].startswith("Xã") else "Tổ dân phố"
            into = row["parent"] if row["valid_to"] == MERGERS else commune
            for number, hamlet in enumerate(hamlets, 1):
                rows.append([hamlet, f"{kind} {number} (minh họa)", "hamlet", commune, "", MERGERS])
                mergers.append([hamlet, "", into])
        write("units.csv", ("id", "name", "level", "parent", "valid_from", "valid_to"), rows)
        write("changes-2025-01.csv", ("from", "to", "within"), mergers)
        changes = read(HANOI / "changes-2025-07.csv")
        write("changes-2025-07.csv", list(changes[0]), [list(row.values()) for row in changes])


class Figures:
    """The rows of the generated outcomes."""

    def __init__(self) -> None:
        self.rows: list[tuple[object, ...]] = []

    def add(
        self,
        unit: str,
        span: tuple[object, object],
        measure: str,
        value: int,
        recorded: object,
        **categories: str,
    ) -> None:
        """Add a figure of a unit."""
        strata = [categories.get(name, "") for name in ("offence", "age", "model")]
        self.rows.append((unit, *span, measure, value, *strata, "E", recorded, "true", "generated"))


def binomial(rng: random.Random, number: int, share: float) -> int:
    """How many of a number of things happen."""
    return sum(rng.random() < share for _ in range(number))


def crimes(rng: random.Random, hanoi: Hanoi, figures: Figures) -> None:
    """Crimes one by one: each has a month, a district, a commune and an offence.

    Districts report them by month and offence, communes by half-year. So the sums agree.
    """
    cells: Counter[tuple[str, str, int, str]] = Counter()
    cleared: Counter[tuple[str, str, int]] = Counter()
    of_communes: Counter[tuple[str, str, str]] = Counter()
    names = list(hanoi.districts)
    for half, numbers in CASES.items():
        months = range(1, 7) if half.endswith("H1") else range(7, 13)
        cases = []
        for offence, number in zip(OFFENCES, numbers, strict=True):
            for _ in range(number):
                district = rng.choices(names, [hanoi.weights[name] for name in names])[0]
                commune = rng.choices(hanoi.communes[district], hanoi.commune_weights[district])[0]
                cases.append((district, commune, rng.choice(months), offence))
        for district, commune, month, offence in cases:
            cells[half[:4], district, month, offence] += 1
            of_communes[half, commune, "cases"] += 1
        for district, commune, month, _ in rng.sample(cases, CLEARED.get(half, 0)):
            cleared[half[:4], district, month] += 1
            of_communes[half, commune, "cleared"] += 1
    absent = {
        (unit, measure, month) for unit, measures, month, _ in MISSING for measure in measures
    }
    for year in (2022, 2023):
        for district in names:
            for month in range(1, 13):
                span = (month_start(year, month), month_start(year, month + 1))
                recorded = report_day(rng, span[1])
                if (district, "cases", f"{year}-{month:02}") in absent:
                    continue
                for offence in OFFENCES:
                    number = cells[str(year), district, month, offence]
                    figures.add(district, span, "cases", number, recorded, offence=offence)
                if year == 2023:
                    number = cleared[str(year), district, month]
                    figures.add(district, span, "cleared", number, recorded)
    for half in ("2022-H1", "2023-H1"):
        span = (f"{half[:4]}-01-01", f"{half[:4]}-07-01")
        for commune in hanoi.commune_rows:
            for measure in ("cases", "cleared") if half == "2023-H1" else ("cases",):
                number = of_communes[half, commune, measure]
                figures.add(commune, span, measure, number, f"{half[:4]}-07-10")


def report_day(rng: random.Random, after: datetime.date) -> datetime.date:
    """The day on which a monthly report comes: within five days, or late."""
    late = rng.random() < 0.04
    return after + datetime.timedelta(days=rng.randint(5, 20) if late else rng.randint(1, 4))


def serious(rng: random.Random, hanoi: Hanoi, figures: Figures) -> None:
    """Very and especially serious crimes by district and month, and those cleared."""
    names = list(hanoi.districts)
    cells: Counter[tuple[str, int, str]] = Counter()
    for half, (number, cleared) in SERIOUS.items():
        months = range(1, 7) if half.endswith("H1") else range(7, 13)
        cases = [
            (district, rng.choice(months))
            for district in rng.choices(names, [hanoi.weights[name] for name in names], k=number)
        ]
        for district, month in cases:
            cells[district, month, "serious_cases"] += 1
        for district, month in rng.sample(cases, cleared):
            cells[district, month, "serious_cleared"] += 1
    for district in names:
        for month in range(1, 13):
            span = (month_start(2023, month), month_start(2023, month + 1))
            recorded = report_day(rng, span[1])
            for measure in ("serious_cases", "serious_cleared"):
                figures.add(district, span, measure, cells[district, month, measure], recorded)


def holidays(rng: random.Random, hanoi: Hanoi, figures: Figures) -> None:
    """Crimes over Tet by district."""
    names = list(hanoi.districts)
    for span, (number, cleared) in HOLIDAYS.items():
        cases = rng.choices(names, [hanoi.weights[name] for name in names], k=number)
        counts = {"holiday_cases": Counter(cases)}
        if cleared is not None:
            counts["holiday_cleared"] = Counter(rng.sample(cases, cleared))
        for measure, of in counts.items():
            for district in names:
                figures.add(district, span, measure, of[district], span[1])


def reports_of_crime(rng: random.Random, hanoi: Hanoi, figures: Figures) -> None:
    """Reports of crime by district and month: received, resolved, and resolved in time."""
    names = list(hanoi.districts)
    later = {(unit, month): day for unit, measures, month, day in MISSING if len(measures) > 2}
    for month, (number, share) in enumerate(zip(REPORTS, RESOLVED, strict=True), 1):
        span = (month_start(2023, month), month_start(2023, month + 1))
        received = Counter(rng.choices(names, [hanoi.weights[name] for name in names], k=number))
        for district in names:
            resolved = binomial(rng, received[district], share)
            on_time = binomial(rng, resolved, 0.94)
            recorded: object = report_day(rng, span[1])
            if (district, f"2023-{month:02}") in later:
                recorded = later[district, f"2023-{month:02}"]
                if recorded is None:
                    continue
            figures.add(district, span, "reports_received", received[district], recorded)
            figures.add(district, span, "reports_resolved", resolved, recorded)
            figures.add(district, span, "reports_on_time", on_time, recorded)


def models(rng: random.Random, hanoi: Hanoi, figures: Figures) -> None:
    """The places that replicate each of the models, by commune."""
    names = [*NATIONAL, *(f"model-{number:03}" for number in range(4, MODELS + 1))]
    communes = list(hanoi.commune_rows)
    places: Counter[tuple[str, str]] = Counter()
    adopt: dict[str, list[str]] = {commune: [] for commune in communes}
    for at, name in enumerate(names):
        for commune in rng.sample(communes, max(2, 120 // (at + 1) + rng.randint(0, 24))):
            adopt[commune].append(name)
            places[commune, name] = 1
    # A commune that no model chose has a place of the first one, so each commune reports.
    for commune in communes:
        if not adopt[commune]:
            places[commune, names[0]] = 1
    adopted = list(places)
    for commune, name in rng.choices(adopted, k=PLACES - places.total()):
        places[commune, name] += 1
    span, recorded = ("2023-01-01", "2024-01-01"), "2024-01-15"
    totals: Counter[str] = Counter()
    for (commune, name), number in sorted(places.items()):
        figures.add(commune, span, "model_places", number, recorded, model=name)
        totals[commune] += number
    # A list of models without the models that have no place has no total: it is a row of its own.
    for commune in communes:
        figures.add(commune, span, "model_places", totals[commune], recorded)


def communes(rng: random.Random, hanoi: Hanoi, figures: Figures) -> None:
    """What hamlets and communes report once a year about drugs and about education."""
    year = ("2023-01-01", "2024-01-01")
    recorded = "2024-01-15"
    for commune, hamlets in hanoi.hamlets.items():
        burden = rng.choice((0.05, 0.18, 0.45))
        for hamlet in hamlets:
            users = rng.randint(1, 4) if rng.random() < burden else 0
            figures.add(hamlet, year, "drug_users", users, recorded)
        leads = rng.randint(2, 12)
        figures.add(commune, year, "leads", leads, recorded)
        figures.add(commune, year, "leads_verified", binomial(rng, leads, 0.92), recorded)
        people = rng.randint(1, 15)
        figures.add(commune, year, "aftercare", people, recorded)
        figures.add(commune, year, "aftercare_supported", binomial(rng, people, 0.85), recorded)
        effort = rng.uniform(-0.12, 0.08)
        for age, share in zip(AGES, (0.9, 0.84, 0.7), strict=True):
            audience = rng.randint(40, 400)
            reached = binomial(rng, audience, share + effort)
            figures.add(commune, year, "audience", audience, recorded, age=age)
            figures.add(commune, year, "audience_reached", reached, recorded, age=age)


def schools(rng: random.Random, hanoi: Hanoi, figures: Figures) -> None:
    """Schools with the coordination programme, at the end of February 2024."""
    span = ("2024-02-01", "2024-03-01")
    for district, units in hanoi.communes.items():
        number = 3 * len(units)
        taking_part = binomial(rng, number, 0.3)
        figures.add(district, span, "schools", number, "2024-03-01")
        figures.add(district, span, "schools_taking_part", taking_part, "2024-03-01")


def main() -> None:
    """Write the tables. Each subject has a random generator of its own."""
    hanoi = Hanoi(random.Random(SEED))
    hanoi.write()
    figures = Figures()
    for number, subject in enumerate(
        (crimes, serious, holidays, reports_of_crime, models, communes, schools), 1
    ):
        subject(random.Random(SEED + number), hanoi, figures)
    write("outcomes-illustrative.csv", HEADER, figures.rows)


if __name__ == "__main__":
    main()
