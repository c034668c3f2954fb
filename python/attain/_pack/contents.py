"""What the pages of a pack show: units, rows and views, each read once from the report."""

from __future__ import annotations

import dataclasses
import functools
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from attain._attain import Report, Table, unknown_choice
from attain._faults import refuse

Row = dict[str, Any]

# The columns of the rows that pages count and list.
_COLUMNS = (
    "target",
    "campaign",
    "unit",
    "unit_name",
    "level",
    "window_start",
    "window_end",
    "final",
    "value",
    "goal_value",
    "goal_upper",
    "verdict",
    "certainty",
    "pace",
    "gap",
    "needed",
    "reason",
    "stratum",
    "illustrative",
)


# The views of `Contents` that take time, which threads may compute beside each other.
VIEWS = ("awards", "replications", "certifications", "cascades", "scorings", "timeliness")


@dataclasses.dataclass(frozen=True)
class Unit:
    """A unit as it is, or was last, on the day of the report."""

    code: str
    name: str
    level: str
    parent: str | None


@dataclasses.dataclass(frozen=True)
class Counts:
    """How many rows are met, missed and without a verdict, and how many are clearly missed."""

    met: int
    missed: int
    none: int
    clear_misses: int

    @staticmethod
    def of(rows: Iterable[Row]) -> Counts:
        """The counts of some rows."""
        verdicts: Counter[str] = Counter()
        clear = 0
        for row in rows:
            verdicts[row["verdict"]] += 1
            clear += row["verdict"] == "missed" and row["certainty"] == "clear"
        return Counts(verdicts["met"], verdicts["missed"], verdicts["indeterminate"], clear)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.met + self.missed + self.none

    @property
    def worst_first(self) -> tuple[int, int]:
        """Sorts units: most clear misses first, then most misses."""
        return -self.clear_misses, -self.missed


class Contents:
    """A report, and everything that the pages of its pack show."""

    def __init__(self, report: Report) -> None:
        self.report = report
        self.document: dict[str, Any] = json.loads(report.plan.to_json())
        self.levels: list[str] = self.document["units"]["levels"]
        self.rows: list[Row] = report.select(_COLUMNS).to_dicts()
        self.illustrative = sum(row["illustrative"] for row in self.rows)
        self.rows_of: dict[str, list[Row]] = {}
        for row in self.rows:
            self.rows_of.setdefault(row["unit"], []).append(row)
        day = report.plan.geography or report.as_of
        self.units: dict[str, Unit] = {}
        for row in report.plan.units:
            # A code may have several validities: the last one that has begun counts.
            begins = row["valid_from"]
            if row["unit"] not in self.units or begins is None or begins <= day:
                unit = Unit(row["unit"], row["unit_name"], row["level"], row["parent"])
                self.units[unit.code] = unit
        self._children: dict[str, list[str]] = {}
        for unit in self.units.values():
            if unit.parent is not None:
                self._children.setdefault(unit.parent, []).append(unit.code)
        # Of each target the title of its first version, which all versions share.
        self.target_titles: dict[str, str] = {}
        for row in report.plan.targets:
            self.target_titles.setdefault(row["target"], row["title"])
        self.measure_titles: dict[str, str] = {
            row["measure"]: row["title"] for row in report.plan.measures
        }

    # ---- Units

    @functools.cached_property
    def _judged(self) -> set[str]:
        """The units that have rows, and all units above them."""
        found: set[str] = set()
        for code in self.rows_of:
            unit: str | None = code
            while unit is not None and unit not in found:
                found.add(unit)
                unit = self.units[unit].parent
        return found

    def of_level(self, level: str) -> list[Unit]:
        """The units of a level that have rows, or units below that do."""
        return [
            unit
            for unit in self.units.values()
            if unit.level == level and unit.code in self._judged
        ]

    @functools.cached_property
    def topmost(self) -> list[Unit]:
        """The units of the highest level that has any with rows."""
        return next((found for level in self.levels if (found := self.of_level(level))), [])

    def pages_level(self, level: str | None) -> str | None:
        """The level whose units have a page each: the one that is named, or the one below."""
        if level is not None:
            if level not in self.levels:
                raise unknown_choice("--level", "level", level, self.levels)
            if not self.of_level(level):
                refuse(
                    "unknown_level",
                    None,
                    "--level names a level that no row is about, nor a level below it",
                    found=level,
                    expected=", ".join(one for one in self.levels if self.of_level(one)) or None,
                )
            return level
        if not self.topmost:
            return None
        below = self.levels[self.levels.index(self.topmost[0].level) + 1 :]
        return next((one for one in below if self.of_level(one)), None)

    def chosen(self, code: str) -> Unit:
        """The unit of a code that is named."""
        if code not in self.units:
            raise unknown_choice("--unit", "unit", code, list(self.units))
        if code not in self._judged and not self.certificates_of([code]):
            refuse(
                "unknown_unit",
                None,
                "--unit names a unit that no row is about, nor a unit below it",
                found=code,
                expected="a unit that a target or a standard is for on this day",
            )
        return self.units[code]

    def below(self, code: str) -> list[str]:
        """The nearest units below that have rows."""
        found: list[str] = []
        for child in self._children.get(code, ()):
            if child in self.rows_of:
                found.append(child)
            elif child in self._judged:
                found += self.below(child)
        return found

    def all_below(self, code: str) -> list[str]:
        """All units below."""
        found = list(self._children.get(code, ()))
        # It grows while it is read: each unit is followed by those below it.
        for child in found:
            found += self._children.get(child, ())
        return found

    def counts(self, codes: Iterable[str]) -> Counts:
        """The counts of the rows of some units."""
        return Counts.of(row for code in codes for row in self.rows_of.get(code, []))

    # ---- Views

    @functools.cached_property
    def owners(self) -> Table:
        """The offices that answer for rows."""
        return self.report.by_owner()

    @functools.cached_property
    def campaigns(self) -> Table:
        """The campaigns and their tasks."""
        return self.report.campaigns()

    @functools.cached_property
    def milestones(self) -> Table:
        """The milestones of campaigns and targets."""
        return self.report.milestones()

    @functools.cached_property
    def combined(self) -> tuple[Table, Table]:
        """The verdicts on combined goals, and their parts."""
        found = self.report.combined()
        return found.verdicts, found.parts

    @functools.cached_property
    def timeliness(self) -> Table:
        """The reports that are owed."""
        return self.report.timeliness()

    @functools.cached_property
    def certifications(self) -> dict[str, tuple[Table, Table]]:
        """The certificates of each standard, and their criteria."""
        found = {one: self.report.certification(one) for one in self._ids("standards")}
        return {one: (table.certificates, table.criteria) for one, table in found.items()}

    @functools.cached_property
    def scorings(self) -> dict[str, tuple[Table, Table]]:
        """The points of each score, and their parts."""
        found = {one: self.report.score(one) for one in self._ids("scores")}
        return {one: (table.scores, table.parts) for one, table in found.items()}

    @functools.cached_property
    def awards(self) -> dict[str, Table]:
        """Who is chosen for each award."""
        return {one: self.report.awards(one) for one in self._ids("awards")}

    @functools.cached_property
    def replications(self) -> dict[str, tuple[Table, Table]]:
        """The models of each group, and the units that have them."""
        found = {one: self.report.replication(one) for one in self._ids("models")}
        return {one: (table.models, table.units) for one, table in found.items()}

    @functools.cached_property
    def cascades(self) -> dict[str, tuple[Table, Table]]:
        """The shares of each target that is shared out, and their sums."""
        shared = [
            one for one, keys in self.document.get("targets", {}).items() if "cascade" in keys
        ]
        found = {one: self.report.cascade(one) for one in shared}
        return {one: (table.shares, table.sums) for one, table in found.items()}

    def tables(self) -> dict[str, Table]:
        """Every table of a view that the plan has, by the name of its file."""
        found: dict[str, Table] = {}

        def add(name: str, table: Table) -> None:
            if len(table):
                found[name] = table

        add("campaigns", self.campaigns)
        add("owners", self.owners)
        add("milestones", self.milestones)
        add("combined", self.combined[0])
        add("combined-parts", self.combined[1])
        add("timeliness", self.timeliness)
        for kind, views in (
            (("certificates", "criteria"), self.certifications),
            (("scores", "score-parts"), self.scorings),
            (("models", "model-units"), self.replications),
            (("shares", "share-sums"), self.cascades),
        ):
            for one, pair in views.items():
                for name, table in zip(kind, pair, strict=True):
                    add(f"{name}-{one}", table)
        for one, table in self.awards.items():
            add(f"awards-{one}", table)
        return found

    def title(self, section: str, one: str) -> str:
        """The title of a standard, score, award or group of models; its id if it has none."""
        return str(self.document[section][one].get("title", one))

    def _ids(self, section: str) -> Sequence[str]:
        return list(self.document.get(section, {}))

    # ---- The rows of views, by unit; of several windows the latest that has begun

    def latest(self, table: Table) -> list[Row]:
        """The rows of the latest window that has begun; of the first window if none has."""
        rows = table.to_dicts()
        if not rows:
            return []
        starts = {row["window_start"] for row in rows}
        begun = {day for day in starts if day <= self.report.as_of}
        latest = max(begun) if begun else min(starts)
        return [row for row in rows if row["window_start"] == latest]

    @functools.cached_property
    def latest_certificates(self) -> dict[str, dict[str, Row]]:
        """By standard and unit."""
        return {
            one: {row["unit"]: row for row in self.latest(pair[0])}
            for one, pair in self.certifications.items()
        }

    @functools.cached_property
    def latest_scores(self) -> dict[str, dict[str, Row]]:
        """By score and unit."""
        return {
            one: {row["unit"]: row for row in self.latest(pair[0])}
            for one, pair in self.scorings.items()
        }

    @functools.cached_property
    def latest_awards(self) -> dict[str, dict[str, Row]]:
        """By award and unit."""
        return {
            one: {row["unit"]: row for row in self.latest(table)}
            for one, table in self.awards.items()
        }

    @functools.cached_property
    def latest_models(self) -> dict[str, dict[str, Row]]:
        """By group of models and unit."""
        return {
            one: {row["unit"]: row for row in self.latest(pair[1])}
            for one, pair in self.replications.items()
        }

    @functools.cached_property
    def shares(self) -> dict[str, list[Row]]:
        """The shares of each unit that other units gave it, in the order of the plan."""
        found: dict[str, list[Row]] = defaultdict(list)
        for shares, _ in self.cascades.values():
            for row in self.latest(shares):
                if row["by"] != "stated":
                    found[row["unit"]].append(row)
        return found

    @functools.cached_property
    def reviewed(self) -> Row | None:
        """The window that the meeting reviews: of those that have closed the one of most rows.

        The latest of several; of those that run if none has closed. Only its columns count.
        """
        begun = [row for row in self.rows if row["reason"] != "not_started"]
        rows = [row for row in begun if row["final"]] or begun
        windows = Counter((row["window_start"], row["window_end"]) for row in rows)
        if not windows:
            return None
        start, end = max(windows, key=lambda window: (windows[window], window))
        return {"window_start": start, "window_end": end}

    @functools.cached_property
    def owed(self) -> list[Row]:
        """The reports of the periods in the reviewed window that were due by the report's day.

        Measures whose reports are due on no day are left out.
        """
        window = self.reviewed
        return [
            row
            for row in self.timeliness
            if window is not None
            and row["due"] is not None
            and row["status"] != "open"
            and window["window_start"] <= row["period_start"]
            and row["period_end"] <= window["window_end"]
        ]

    @functools.cached_property
    def owed_by(self) -> dict[str, list[Row]]:
        """The same by unit."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.owed:
            found[row["unit"]].append(row)
        return found

    def certificates_of(self, codes: Iterable[str]) -> list[Row]:
        """The latest certificates of some units, of all standards."""
        return [
            row
            for of_units in self.latest_certificates.values()
            for code in codes
            if (row := of_units.get(code)) is not None
        ]

    def listed(self, codes: Iterable[str]) -> list[Row]:
        """Of each target, unit and stratum the row of the latest window that has begun."""
        found: dict[tuple[str, str, str | None], Row] = {}
        for code in codes:
            for row in self.rows_of.get(code, []):
                if row["reason"] == "not_started":
                    continue
                key = (row["target"], row["unit"], row["stratum"])
                if key not in found or found[key]["window_start"] < row["window_start"]:
                    found[key] = row
        return list(found.values())
