"""Plans built step by step in Python: the same plans as files hold, with the same checks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, NoReturn, TypeAlias

from attain._attain import Plan, fault_lines
from attain._attain import judging as _judging
from attain._faults import refuse
from attain.errors import Fault, FaultCode, PlanError

Number: TypeAlias = float | str
"""A number, or a percentage as a text: `90`, `"90 %"`."""

Every: TypeAlias = Literal["day", "week", "month", "quarter", "half", "year"]
"""A kind of period, from the shortest to the longest."""

OverTime: TypeAlias = Literal["sum", "last", "mean", "max", "min", "median"]
"""How figures of several periods become one."""

PATH_SEPARATOR = "/"
"""The separator of levels in a unit's code that is a path."""


def amount(number: Number, argument: str) -> tuple[float, bool]:
    """The number of an argument, and whether it is a percentage."""
    text = number.strip() if isinstance(number, str) else number
    is_percent = isinstance(text, str) and text.endswith("%")
    if isinstance(text, str):
        digits = text.removesuffix("%").strip()
        try:
            return (float(digits) if "." in digits else int(digits)), is_percent
        except ValueError:
            pass
    elif isinstance(text, int | float) and not isinstance(text, bool):
        return text, False
    return refuse(
        "not_a_number",
        argument,
        "this is no number",
        found=repr(number),
        expected='a number, or a text such as "90 %"',
    )


def percentage(number: float) -> str:
    """A percentage as a plan writes it: `90 %`."""
    return f"{Decimal(repr(number)):f} %"


def hierarchy(
    paths: Iterable[Sequence[str]], levels: Sequence[str], *, paths_are_codes: bool = True
) -> dict[str, dict[str, Any]]:
    """The units of paths, by their codes. Parents precede their children.

    A code is the path, or with `paths_are_codes=False` its last name. Raises `RequestError` if two
    units have one code.
    """
    units: dict[str, dict[str, Any]] = {}
    for path in paths:
        parent = None
        for depth, name in enumerate(path):
            code = PATH_SEPARATOR.join(path[: depth + 1]) if paths_are_codes else name
            unit = {"id": code, "name": name, "level": levels[depth], "parent": parent}
            if units.setdefault(code, unit) != unit:
                refuse(
                    "duplicate_id",
                    "unit",
                    "two units have one code",
                    found=f"`{code}` in {levels[depth]} and {units[code]['level']}",
                    hint=f"a name contains a `{PATH_SEPARATOR}`: replace it"
                    if paths_are_codes
                    else "leave out `paths=False`: codes are then paths",
                )
            parent = code
    return units


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """A measure, or measures added, subtracted, and multiplied by numbers.

    `at.measure("cleared") + "cleared_old"`, `0.5 * at.measure("people")`, or
    `(at.measure("cases") + "deaths") / 12`.
    """

    text: str

    def __add__(self, other: Measures | str) -> Measures:
        return Measures(f"{self.text} + {other}")

    def __radd__(self, other: str) -> Measures:
        return Measures(f"{other} + {self.text}")

    def __sub__(self, other: Measures | str) -> Measures:
        return Measures(f"{self.text} - {_grouped(other)}")

    def __mul__(self, number: Number) -> Measures:
        return Measures(f"{_factor(number)} * {_grouped(self)}")

    __rmul__ = __mul__

    def __truediv__(self, number: Number) -> Measures:
        return Measures(f"{_grouped(self)} / {_factor(number)}")

    def __str__(self) -> str:
        return self.text


def _grouped(measures: Measures | str) -> str:
    """A sum in parentheses, a measure as it is."""
    text = str(measures)
    return f"({text})" if " + " in text or " - " in text else text


def _factor(number: Number) -> str:
    size, is_percent = amount(number, "factor")
    if is_percent:
        refuse(
            "wrong_form",
            "factor",
            "a measure is multiplied by a number",
            found=repr(number),
            expected="a number above 0",
        )
    return repr(size)


@dataclass(frozen=True, slots=True)
class Goal:
    """An indicator and its goal, made by comparing: `at.ratio("cleared", "cases") >= 75`."""

    indicator: Indicator | str
    goal: Mapping[str, Any]

    def __bool__(self) -> bool:
        raise TypeError("a goal has no truth value; write a range as `.between(low, high)`")


@dataclass(frozen=True, slots=True, eq=False)
class Indicator:
    """An indicator: a formula over measures. Comparing it with a number makes a goal."""

    formula: Mapping[str, Any]

    def __ge__(self, number: Number) -> Goal:
        return self._goal("at_least", number)

    def __gt__(self, number: Number) -> Goal:
        return self._goal("above", number)

    def __le__(self, number: Number) -> Goal:
        return self._goal("at_most", number)

    def __lt__(self, number: Number) -> Goal:
        return self._goal("below", number)

    def between(self, low: Number, high: Number) -> Goal:
        """The value lies between two numbers, both included."""
        numbers = [self._number(low, "low"), self._number(high, "high")]
        return Goal(self, {"between": numbers})

    def reduce_by(
        self, by: Number, *, since: float | str | Mapping[str, Any] = "previous_period"
    ) -> Goal:
        """The value falls by an amount or a percentage from `since`, a window or a number."""
        return Goal(self, change("reduce_by", by, since))

    def increase_by(
        self, by: Number, *, since: float | str | Mapping[str, Any] = "previous_period"
    ) -> Goal:
        """The value rises by an amount or a percentage from `since`, a window or a number."""
        return Goal(self, change("increase_by", by, since))

    def goals(self, rows: Any) -> Goal:
        """Goals that differ by unit or window: a frame, or a list of dicts, with a row for each.

        Columns are `unit`, `window` or both, and `at_least`, `above`, `at_most` or `below`
        (`at_least` with `at_most` is a range), or `reduce_by` or `increase_by`; and `baseline`,
        which a change needs, and from which the column `progress` of other goals starts.
        Each row is a target of its own, whose id ends with the unit and the window.
        """
        return Goal(self, {"list": _records(rows)})

    def _goal(self, kind: str, number: Number) -> Goal:
        return Goal(self, {kind: self._number(number, kind)})

    def _number(self, number: Number, argument: str) -> Number:
        """The number as a plan writes it: the plan reads a percentage as a share of the whole."""
        size, is_percent = amount(number, argument)
        ratio = self.formula.get("ratio")
        if not is_percent or (ratio is not None and ratio.get("per", 100) == 100):
            return size
        return percentage(size)


# How frames of pyarrow, polars and pandas give their rows as dicts.
_RECORDS: list[tuple[str, tuple[str, ...]]] = [
    ("to_pylist", ()),
    ("to_dicts", ()),
    ("to_dict", ("records",)),
]


def _records(rows: Any) -> list[dict[str, Any]]:
    """The rows of a frame, or of a list of dicts, without their empty cells."""
    if not isinstance(rows, list):
        known = [call for call in _RECORDS if hasattr(rows, call[0])]
        if not known:
            refuse(
                "wrong_form",
                "rows",
                "these are no rows",
                found=type(rows).__name__,
                expected="a frame of pandas, polars or pyarrow, or a list of dicts",
            )
        method, arguments = known[0]
        rows = getattr(rows, method)(*arguments)
    return [{key: cell for key, cell in row.items() if not _is_missing(cell)} for row in rows]


def _is_missing(cell: object) -> bool:
    """Whether a cell is what frames have in place of a missing one."""
    is_nan = isinstance(cell, float) and math.isnan(cell)
    return cell is None or is_nan or type(cell).__name__ in {"NAType", "NaTType"}


def change(kind: str, by: Number, since: float | str | Mapping[str, Any]) -> dict[str, Any]:
    """The goal of a change, as a plan file writes it."""
    size, is_percent = amount(by, kind)
    return {kind: {"percent" if is_percent else "absolute": size, "from": _reference(since)}}


def _reference(start: float | str | Mapping[str, Any]) -> Any:
    """What a value is compared with, as a plan file writes it."""
    if isinstance(start, Mapping):
        return dict(start)
    if not isinstance(start, str):
        return {"value": start}
    is_comparison = start in {"previous_period", "same_window_last_year"}
    return start if is_comparison else {"window": start}


def measure(name: str) -> Measures:
    """A measure to add to others, or to subtract from them."""
    return Measures(name)


def count(of: Measures | str) -> Indicator:
    """A count of events or things."""
    return Indicator({"count": str(of)})


def share(
    part: Measures | str,
    whole: Measures | str,
    *,
    per: float | None = None,
    part_where: Mapping[str, Any] | None = None,
) -> Indicator:
    """A part of a whole, in per cent or per `per`; the part is never larger.

    `part_where` narrows the part alone to categories: `at.share("cases", "cases",
    part_where={"sex": "f"})` is the share of women.
    """
    return _fraction("proportion", part, "denominator", whole, per, part_where)


def ratio(
    one: Measures | str,
    other: Measures | str,
    *,
    per: float | None = None,
    one_where: Mapping[str, Any] | None = None,
) -> Indicator:
    """One sum over another, in per cent or per `per`; it may exceed 100 %.

    `one_where` narrows the first of them alone to categories: `{"sex": "f"}`.
    """
    return _fraction("ratio", one, "denominator", other, per, one_where)


def rate(
    events: Measures | str,
    population: Measures | str,
    *,
    per: float,
    events_where: Mapping[str, Any] | None = None,
) -> Indicator:
    """Events per `per` of a population.

    `events_where` narrows the events alone to categories: `{"sex": "f"}`.
    """
    return _fraction("rate", events, "population", population, per, events_where)


def mean(of: Measures | str, per: Measures | str) -> Indicator:
    """A sum per thing: days per patient."""
    return Indicator({"mean": {"of": str(of), "per": str(per)}})


def _fraction(
    kind: str,
    one: Measures | str,
    lower: str,
    other: Measures | str,
    per: float | None,
    one_where: Mapping[str, Any] | None,
) -> Indicator:
    formula: dict[str, Any] = {"numerator": str(one), lower: str(other)}
    if one_where is not None:
        formula["numerator_where"] = dict(one_where)
    if per is not None:
        formula["per"] = per
    return Indicator({kind: formula})


@dataclass(slots=True, eq=False)
class PlanBuilder:
    """A plan that is built step by step; `build` checks it and returns the `Plan`.

    Every method takes the keys of the plan format as keywords, and returns the builder.
    """

    _plan: dict[str, Any]
    _within: Any = None
    _faults: list[Fault] = field(default_factory=list)
    # The indicators' ids, by their formulas.
    _names: dict[str, str] = field(default_factory=dict)

    def units(
        self,
        units: Any,
        *,
        levels: Sequence[str],
        names: Mapping[str, str] | None = None,
        paths: bool = True,
    ) -> PlanBuilder:
        """Adds the units of a table: a column for each level, from the highest to the lowest.

        A unit's code is its path, `CA/Orange`, or with `paths=False` the value in its own column.
        `names` gives the column of names of a level, where its own column holds codes. `units` may
        also be a list of dicts, as in a plan file.
        """
        if isinstance(units, list):
            self._plan["units"] = {"levels": list(levels), "list": units}
            return self
        columns = list(levels)
        found = _judging.contents(units, columns, None, None, None, [], [], False)
        listed = hierarchy(found["units"], columns, paths_are_codes=paths)
        for level, column in (names or {}).items():
            if level not in columns:
                self._fault(
                    "unknown_level",
                    "names",
                    "there is no such level",
                    found=f"`{level}`",
                    expected=", ".join(columns),
                )
                continue
            above = columns[: columns.index(level) + 1]
            named = _judging.contents(
                found["table"], [*above, column], None, None, None, [], [], False
            )
            for path in named["units"]:
                if len(path) > len(above):
                    code = PATH_SEPARATOR.join(path[:-1]) if paths else path[-2]
                    listed[code]["name"] = path[-1]
        self._plan["units"] = {
            "levels": columns,
            "list": [
                {key: value for key, value in unit.items() if value is not None}
                for unit in listed.values()
            ],
        }
        return self

    def measures(
        self,
        *names: str,
        every: Every | None = None,
        over_time: OverTime | None = None,
        cumulative: bool | None = None,
        **keys: Any,
    ) -> PlanBuilder:
        """Adds measures that share the same keys, which are those of `measure`."""
        for name in names:
            self.measure(name, every=every, over_time=over_time, cumulative=cumulative, **keys)
        return self

    def measure(
        self,
        name: str,
        /,
        *,
        every: Every | None = None,
        over_time: OverTime | None = None,
        cumulative: bool | None = None,
        **keys: Any,
    ) -> PlanBuilder:
        """Adds a measure.

        `every` is the kind of period that reports are due for, `over_time` says how figures of
        several periods become one. With `cumulative=True` each figure is the total of the year to
        date, and the differences are used. `keys` are the other keys of a measure in a plan file.
        """
        named = {"every": every, "over_time": over_time, "cumulative": cumulative}
        known = {key: value for key, value in named.items() if value is not None}
        return self._add("measures", name, {**known, **keys})

    def stratum(self, name: str, categories: Iterable[str], /) -> PlanBuilder:
        """Adds a stratum with its categories."""
        self._section("strata")[name] = list(categories)
        return self

    def indicator(self, name: str, indicator: Indicator, /, **keys: Any) -> PlanBuilder:
        """Adds an indicator under a name, which targets may use in place of the indicator."""
        self._names[repr(dict(indicator.formula))] = name
        return self._add("indicators", name, {**keys, **indicator.formula})

    def campaign(self, name: str, /, **keys: Any) -> PlanBuilder:
        """Adds a campaign."""
        return self._add("campaigns", name, keys)

    def target(
        self,
        name: str,
        goal: Goal,
        /,
        *,
        every: str | None = None,
        rolling: str | None = None,
        window: Any = None,
        within: Any = None,
        level: str | None = None,
        units: Sequence[str] | None = None,
        baseline: float | str | Mapping[str, Any] | None = None,
        basis: str | Sequence[Any] | None = None,
        **keys: Any,
    ) -> PlanBuilder:
        """Adds a target: `at.ratio("cleared", "cases") >= 75`, its windows, units and documents.

        `window` is one window. `every` gives a window for each period of a kind (or each length,
        `"2 weeks"`) within `within`, or within the `within` of the plan. With `rolling`,
        `"28 days"` or `"12 months"`, these windows have this length: each ends with a period whose
        last day lies within. `level` or `units` selects the units that are judged: by default those
        at the top. `baseline` is the value from which progress to the goal starts (the column
        `progress`), or the window that has this value: `"2022"`, `"previous_period"` or
        `"same_window_last_year"`. `basis` is a document, or a list of documents.
        """
        if not _is_goal(goal):
            self._fault(
                "wrong_form",
                f"targets.{name}",
                "this is no goal",
                found=repr(goal),
                expected='a comparison such as `at.count("cases") <= 10`',
            )
            return self
        target: dict[str, Any] = {"indicator": self._indicator(name, goal), "goal": goal.goal}
        if every is not None or rolling is not None:
            window = {"rolling": rolling, "every": every}
            window = {key: value for key, value in window.items() if value is not None}
            if within is not None or self._within is not None:
                window["within"] = as_listed(self._within if within is None else within)
        if window is not None:
            target["window"] = as_listed(window)
        if level is not None and units is not None:
            self._fault(
                "conflicting_keys", f"targets.{name}", "`level` and `units` exclude each other"
            )
        elif level is not None:
            target["units"] = {"level": level}
        elif units is not None:
            target["units"] = list(units)
        if baseline is not None:
            target["baseline"] = _reference(baseline)
        if basis is not None:
            documents = [basis] if isinstance(basis, str | Mapping) else basis
            target["basis"] = [
                {"document": one} if isinstance(one, str) else one for one in documents
            ]
        return self._add("targets", name, {**target, **keys})

    def to_dict(self) -> dict[str, Any]:
        """The plan as `Plan.from_dict` reads it, unchecked."""
        return self._plan

    def build(self) -> Plan:
        """The plan. Raises `PlanError` with every fault and the keys that lead to it."""
        if self._faults:
            _refuse(self._faults)
        return Plan.from_dict(self._plan)

    def _indicator(self, target: str, goal: Goal) -> str:
        """The id of a goal's indicator, which is added if it has no name yet."""
        if isinstance(goal.indicator, str):
            return goal.indicator
        formula = dict(goal.indicator.formula)
        key = repr(formula)
        if key not in self._names:
            known = self._section("indicators")
            is_taken = target in known or target in self._section("measures")
            name = f"{target}-value" if is_taken else target
            known[name] = formula
            self._names[key] = name
        return self._names[key]

    def _section(self, name: str) -> dict[str, Any]:
        section: dict[str, Any] = self._plan.setdefault(name, {})
        return section

    def _add(self, section: str, name: str, keys: dict[str, Any]) -> PlanBuilder:
        entries = self._section(section)
        if name in entries:
            self._fault("duplicate_id", f"{section}.{name}", "this id is there twice")
        entries[name] = keys
        return self

    def _fault(
        self,
        code: FaultCode,
        path: str,
        message: str,
        *,
        found: str | None = None,
        expected: str | None = None,
    ) -> None:
        self._faults.append(
            Fault(code=code, path=path, message=message, found=found, expected=expected)
        )


def plan(name: str, /, *, title: str | None = None, within: Any = None, **keys: Any) -> PlanBuilder:
    """Starts a plan that is built step by step.

    Targets with `every` use `within` unless they have their own: a period such as `"2024"`, or a
    first day and the day after the last. Their windows lie within it. `keys` are the other keys at
    the top of a plan file, such as `confidence` or `minimum_completeness`.

        >>> import polars
        >>> sites = polars.DataFrame({"site": ["a", "b"], "year": [2024, 2024],
        ...                           "done": [19, 17], "planned": [20, 20]})
        >>> built = (plan("drills", within="2024")
        ...     .units(sites, levels=["site"])
        ...     .measures("done", "planned", every="year")
        ...     .target("held", share("done", "planned") >= 90, every="year", level="site")
        ...     .build())
        >>> built.targets
        ['held']
    """
    head: dict[str, Any] = {"attain": 1, "plan": name}
    if title is not None:
        head["title"] = title
    return PlanBuilder({**head, **keys}, within)


def _is_goal(value: object) -> bool:
    """Whether a value is a goal. Type checkers know that it is; callers may not use them."""
    return isinstance(value, Goal)


def as_listed(window: Any) -> Any:
    """A window as a plan file writes it: spans as lists of texts."""
    if isinstance(window, tuple | list):
        return [str(day) for day in window]
    return window


def _refuse(faults: list[Fault]) -> NoReturn:
    head = [] if len(faults) == 1 else [f"the plan has {len(faults):,} faults"]
    raise PlanError("\n  ".join([*head, *fault_lines(faults)]), faults)
