"""From one table to a report in one call: the plan is inferred from the table."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

from attain import _builder
from attain._attain import Plan, Report, Table, assess, unknown_choice
from attain._attain import judging as _judging
from attain._builder import (
    Every,
    Indicator,
    Number,
    amount,
    as_listed,
    change,
    hierarchy,
    percentage,
)
from attain._faults import refuse

_KINDS = ("share", "ratio", "rate", "mean", "count", "value")
_GOALS = ("at_least", "above", "at_most", "below", "between", "reduce_by", "increase_by")
_EVERY: tuple[Every, ...] = get_args(Every)
# The indicators of two columns.
_FRACTIONS: dict[str, Callable[..., Indicator]] = {
    "share": _builder.share,
    "ratio": _builder.ratio,
    "rate": _builder.rate,
    "mean": _builder.mean,
}


def judge(
    frame: Any,
    *,
    unit: str | Sequence[str] | None = None,
    period: str | None = None,
    date: str | None = None,
    date_is: Every | None = None,
    by: str | Sequence[str] | None = None,
    share: tuple[str, str] | None = None,
    ratio: tuple[str, str] | None = None,
    rate: tuple[str, str] | None = None,
    mean: tuple[str, str] | None = None,
    count: str | None = None,
    value: str | None = None,
    per: float | None = None,
    at_least: Number | None = None,
    above: Number | None = None,
    at_most: Number | None = None,
    below: Number | None = None,
    between: tuple[Number, Number] | None = None,
    reduce_by: Number | None = None,
    increase_by: Number | None = None,
    since: str | Mapping[str, Any] = "previous_period",
    window: str | tuple[str, str] | None = None,
    every: Every | None = None,
    as_of: datetime.date | str | None = None,
    title: str | None = None,
    basis: str | None = None,
) -> Report:
    """Judges one target on one table, and infers the rest of the plan from the table.

    `frame` is any table that exports Arrow data, as those of pandas, polars, pyarrow and DuckDB do.
    Exactly one indicator and one goal are given:

    * `share=(part, whole)`, `ratio=(one, other)`: two columns that are added up and then divided,
      in per cent, or per `per`. A part is never larger than its whole; a ratio may exceed 100 %.
    * `rate=(events, population)` with `per=100_000` for example; `mean=(sum, number)`.
    * `count=`: a column of counts, or any name for the rows themselves.
    * `value=`: a column of published values, which are compared and never added up.
    * `at_least`, `above`, `at_most`, `below`, `between=(low, high)`; `reduce_by` and `increase_by`
      compare with an earlier window, by default the one before (`since="previous_period"`), in per
      cent (`"10 %"`) or by a number. For shares, `90` and `"90 %"` are the same.

    `period` names a column of periods, whose rows are figures: one for each unit and period. Days
    in it that are all first days of years, or of quarters, mean these. `date` names a column of
    days, whose rows are events that add up over the windows of `window` or `every`. With
    `date_is`, such as "month", each day means the period that contains it, and rows are figures
    as with `period`. `unit` names a column of units, or several from the highest level to the
    lowest. The lowest level and the total are judged. The total of counts is judged only if the
    goal is a change in per cent: the limit of one unit does not apply to the sum of several. `by`
    names columns of categories, which are judged too. `window` is a period, or a first day and
    the day after the last. `as_of` is the last day of the data unless given. `title` and `basis`
    (a document) appear on the scorecard.

    `report.notes` says what was inferred. `report.plan.to_yaml()` is the whole plan, which can be
    edited. Raises `RequestError` for arguments that contradict each other or the table, and
    `OutcomeError` with every fault of the table's rows.

        >>> import polars
        >>> done = polars.DataFrame({"site": ["a", "b"], "year": [2024, 2024],
        ...                          "done": [19, 17], "planned": [20, 20]})
        >>> report = judge(done, unit="site", period="year", share=("done", "planned"), at_least=90)
        >>> [(row.unit, row.value, row.verdict) for row in report.rows]
        [('a', 95.0, 'met'), ('b', 85.0, 'missed'), ('total', 90.0, 'met')]
    """
    kind, columns = _one_of(
        _KINDS,
        {
            "share": share,
            "ratio": ratio,
            "rate": rate,
            "mean": mean,
            "count": count,
            "value": value,
        },
        "an indicator",
    )
    goal = _one_of(
        _GOALS,
        {
            "at_least": at_least,
            "above": above,
            "at_most": at_most,
            "below": below,
            "between": between,
            "reduce_by": reduce_by,
            "increase_by": increase_by,
        },
        "a goal",
    )
    question = _Question(
        kind=kind,
        columns=_columns(kind, columns),
        units=_names(unit),
        strata=_names(by),
        period=period,
        date=date,
        date_is=date_is,
        per=per,
        goal=goal,
        since=since,
        window=window,
        every=every,
    )
    question.check()
    inference = _Inference(question, frame)
    plan = Plan.from_dict(inference.plan(title, basis))
    tally = inference.tally(plan)
    report = assess(plan, tally, as_of=inference.as_of if as_of is None else as_of)
    if as_of is None:
        inference.note(f"As of {inference.as_of}, the last day of the data.")
    noted: Report = _judging.with_notes(report, inference.notes)
    return noted


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """The arguments of `judge`."""

    kind: str
    columns: tuple[str, ...]
    units: list[str]
    strata: list[str]
    period: str | None
    date: str | None
    date_is: Every | None
    per: float | None
    goal: tuple[str, Any]
    since: str | Mapping[str, Any]
    window: str | tuple[str, str] | None
    every: Every | None

    def check(self) -> None:
        """Refuses arguments that contradict each other."""
        if (self.period is None) == (self.date is None):
            refuse(
                "conflicting_arguments",
                "period",
                "give the column that says when: `period` for figures, `date` for events",
                found="both" if self.period is not None else "neither",
            )
        if self.date_is is not None and self.date is None:
            refuse(
                "conflicting_arguments",
                "date_is",
                "there is no column of days",
                hint="name it with `date`",
            )
        if self.are_events and self.window is None and self.every is None:
            refuse(
                "conflicting_arguments",
                "date",
                "events need `window` or `every`",
                hint='such as `every="month"`',
            )
        if self.are_events and self.kind == "value":
            refuse(
                "conflicting_arguments",
                "value",
                "published values have periods, not days",
                hint="give `period`, or `date_is` for days that mean periods",
            )
        if self.kind == "rate" and self.per is None:
            refuse(
                "conflicting_arguments", "per", "a rate needs `per`", hint="such as `per=100_000`"
            )
        if self.kind in {"mean", "count", "value"} and self.per is not None:
            refuse("conflicting_arguments", "per", f"`{self.kind}` has no `per`", found=self.per)
        for argument, every in [("every", self.every), ("date_is", self.date_is)]:
            if every is not None and every not in _EVERY:
                raise unknown_choice(argument, "kind of period", str(every), _EVERY)

    @property
    def are_events(self) -> bool:
        """Whether the rows are events of single days; otherwise they are figures of periods."""
        return self.date is not None and self.date_is is None

    @property
    def is_percentage(self) -> bool:
        """Whether values are in per cent."""
        return self.kind in {"share", "ratio"} and self.per in {None, 100}

    def measures(self, taken: Iterable[str]) -> dict[str, str]:
        """Each column of values with the id of its measure."""
        ids: dict[str, str] = {}
        for column in self.columns:
            ids[column] = _id(column, [*ids.values(), *taken])
        return ids


class _Inference:
    """What is inferred from the table."""

    def __init__(self, question: _Question, frame: Any) -> None:
        self._question = question
        columns = _column_names(frame)
        self._counts_rows = (
            question.kind == "count"
            and question.are_events
            and columns is not None
            and question.columns[0] not in columns
        )
        values = [] if self._counts_rows else list(question.columns)
        found = _judging.contents(
            frame,
            question.units,
            question.period,
            question.date,
            question.date_is,
            question.strata,
            values,
            question.kind == "share",
        )
        self.notes: list[str] = []
        if (date_is := found["date_is"]) is not None:
            self.note(
                f"The days in `{question.period}` are first days of {_plural(date_is)}: each means "
                f"its {date_is}."
            )
            self._question = replace(question, period=None, date=question.period, date_is=date_is)
        self._table: Table = found["table"]
        self._periods: list[tuple[str, Every]] = found["periods"]
        if not found["rows"]:
            refuse("empty_input", "frame", "the table has no rows")
        self._refuse_rows(found)
        self._first: datetime.date
        self.as_of: datetime.date
        self._first, self.as_of = found["days"]
        self._paths: list[list[str]] = found["units"]
        self._levels, self._units = self._hierarchy(self._paths)
        self._strata = {
            column: (_id(column), [str(category) for category in sorted(categories)])
            for column, categories in zip(question.strata, found["categories"], strict=True)
        }
        self._measures = question.measures(stratum for stratum, _ in self._strata.values())
        self._note_columns()

    def note(self, sentence: str) -> None:
        """Adds a note to the report."""
        self.notes.append(sentence)

    def plan(self, title: str | None, basis: str | None) -> dict[str, Any]:
        """The plan, as `Plan.from_dict` reads it."""
        indicator, formula = self._indicator()
        text = title or self._title()
        window = self._window()
        levels = [level for level in self._judged_levels() if level in self._levels]
        target = {
            "indicator": indicator,
            "goal": self._goal(),
            "window": window,
            **({"basis": [{"document": basis}]} if basis is not None else {}),
        }
        targets: dict[str, Any] = {}
        for level in levels:
            name = _id(level, targets)
            of_level = {
                "title": f"{text} ({level})" if len(levels) > 1 else text,
                **target,
                "units": {"level": level},
            }
            targets[name] = of_level
            for column, (stratum, _) in self._strata.items():
                targets[_id(f"{name}-by-{stratum}", targets)] = {
                    **of_level,
                    "title": f"{of_level['title']} by {column}",
                    "by": stratum,
                }
        plan: dict[str, Any] = {
            "attain": 1,
            "plan": _id(text.lower()),
            "title": text,
            "units": {"levels": self._levels, "list": self._units},
            "measures": self._plan_of_measures(),
            "indicators": {indicator: {"title": text, **formula}},
            "targets": targets,
        }
        if self._strata:
            plan["strata"] = dict(self._strata.values())
        return plan

    def tally(self, plan: Plan) -> Any:
        """The tally of the table's rows."""
        question = self._question
        return _judging.tally(
            plan,
            self._table,
            "events" if question.are_events else "figures",
            question.units,
            None if question.units else self._units[0]["id"],
            question.period,
            question.date,
            question.date_is,
            [(column, stratum) for column, (stratum, _) in self._strata.items()],
            [] if self._counts_rows else list(self._measures.items()),
            next(iter(self._measures.values())) if self._counts_rows else None,
        )

    def _hierarchy(self, paths: list[list[str]]) -> tuple[list[str], list[dict[str, Any]]]:
        """The levels and the units; above several units there is a total."""
        columns = self._question.units
        units = hierarchy(paths, columns)
        tops = [unit for unit in units.values() if unit["parent"] is None]
        if len(tops) == 1:
            del tops[0]["parent"]
            return columns, list(units.values())
        name = _unused("total", [*units, *columns])
        for unit in tops:
            unit["parent"] = name
        total = {"id": name, "name": name, "level": name}
        return [name, *columns], [total, *units.values()]

    def _judged_levels(self) -> list[str]:
        """The lowest and the highest level; with published values, the levels that have values.

        The limit of one unit's count does not apply to the sum of several units.
        """
        lowest, highest = self._levels[-1], self._levels[0]
        goal, given = self._question.goal
        is_relative = goal in {"reduce_by", "increase_by"} and amount(given, goal)[1]
        if self._question.kind == "count" and not is_relative:
            return [lowest]
        if self._question.kind == "value":
            paths = {len(path) for path in self._paths}
            columns = self._question.units
            levels = [columns[depth - 1] for depth in sorted(paths, reverse=True)]
            return levels or [lowest]
        return list(dict.fromkeys([lowest, highest]))

    def _indicator(self) -> tuple[str, Mapping[str, Any]]:
        """The indicator's id, and its formula."""
        question = self._question
        ids = list(self._measures.values())
        if question.kind == "value":
            return ids[0], {"reported": None}
        if question.kind == "count":
            return _id(f"{ids[0]}-count", ids), _builder.count(ids[0]).formula
        choices = {} if question.per is None else {"per": question.per}
        return _id(question.kind, ids), _FRACTIONS[question.kind](*ids, **choices).formula

    def _plan_of_measures(self) -> dict[str, Any]:
        question = self._question
        measures: dict[str, Any] = {}
        if question.kind == "value":
            return measures
        for place, (column, name) in enumerate(self._measures.items()):
            measure: dict[str, Any] = {}
            if name != column:
                measure["title"] = column
            if question.kind == "rate" and place == 1:
                measure["over_time"] = "mean"
            if not question.are_events and len({kind for _, kind in self._periods}) == 1:
                measure["every"] = self._periods[0][1]
            if self._strata:
                measure["strata"] = [stratum for stratum, _ in self._strata.values()]
            if question.are_events:
                measure["recorded"] = {"until": self.as_of.isoformat()}
            measures[name] = measure
        if question.are_events and question.kind == "count":
            self.note(f"Days without rows up to {self.as_of} count as days with 0 events.")
        return measures

    def _window(self) -> Any:
        """The target's windows."""
        question = self._question
        window = as_listed(question.window)
        if question.every is None and window is not None:
            return window
        whole = [self._first.isoformat(), (self.as_of + datetime.timedelta(days=1)).isoformat()]
        kinds = list(dict.fromkeys(kind for _, kind in self._periods))
        every = question.every
        if every is None:
            if len(kinds) > 1:
                refuse(
                    "ambiguous_request",
                    "period",
                    "the periods are of several kinds",
                    found=", ".join(kinds),
                    hint="say with `every` or `window` what is judged",
                )
            every = kinds[0]
        elif any(_EVERY.index(kind) > _EVERY.index(every) for kind in kinds):
            refuse(
                "conflicting_arguments",
                "every",
                "the figures are of longer periods",
                found=every,
                expected=f"{max(kinds, key=_EVERY.index)} or longer",
            )
        if window is None:
            window = self._whole_periods(every) if question.are_events else whole
        if self._periods:
            first, last = self._periods[0][0], self._periods[-1][0]
            self.note(f"Periods: {', '.join(_plural(kind) for kind in kinds)}, {first} to {last}.")
        return {"every": every, "within": window}

    def _whole_periods(self, every: Every) -> list[str]:
        """The first day of the first period, and the day after the last period."""
        start, end = self._first, self.as_of
        if every == "day":
            return [start.isoformat(), (end + datetime.timedelta(days=1)).isoformat()]
        if every == "week":
            start -= datetime.timedelta(days=start.weekday())
            end += datetime.timedelta(days=7 - end.weekday())
            return [start.isoformat(), end.isoformat()]
        months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[every]
        first = (start.month - 1) // months * months
        last = ((end.month - 1) // months + 1) * months
        after = datetime.date(end.year + last // 12, last % 12 + 1, 1)
        return [datetime.date(start.year, first + 1, 1).isoformat(), after.isoformat()]

    def _goal(self) -> dict[str, Any]:
        """The goal, as the plan format writes it."""
        kind, given = self._question.goal
        if kind == "between":
            if not isinstance(given, Sequence) or isinstance(given, str) or len(given) != 2:
                refuse(
                    "wrong_form",
                    "between",
                    "a range has two numbers",
                    found=repr(given),
                    expected="such as `between=(80, 95)`",
                )
            return {kind: [self._number(kind, number) for number in given]}
        if kind in {"reduce_by", "increase_by"}:
            return change(kind, given, self._question.since)
        return {kind: self._number(kind, given)}

    def _number(self, argument: str, given: Number) -> Number:
        """A number in the unit of the values; of a share, a percentage stays one."""
        number, is_percent = amount(given, argument)
        if not self._question.is_percentage:
            if is_percent and self._question.kind != "value":
                refuse(
                    "unsuitable_goal",
                    argument,
                    "the values are not in per cent",
                    found=repr(given),
                    expected="a number",
                )
            return number
        if not is_percent and argument in {"at_least", "above", "between"} and 0 < number <= 1:
            refuse(
                "ambiguous_request",
                argument,
                "this goal has two meanings",
                found=given,
                expected=f'"{number * 100:g} %", or "{number:g} %" if less than one per cent is '
                "meant",
                hint="values are in per cent",
            )
        return percentage(number) if is_percent and self._question.kind == "share" else number

    def _title(self) -> str:
        """A title made of the names of the columns."""
        columns = self._question.columns
        match self._question.kind:
            case "share":
                return f"{columns[0]} of {columns[1]}"
            case "ratio" | "rate" | "mean":
                return f"{columns[0]} per {columns[1]}"
        return columns[0]

    def _refuse_rows(self, found: Mapping[str, Any]) -> None:
        """Refuses rows that no plan accepts."""
        if found["repeated"] is not None and not self._question.are_events:
            first, second, differing = found["repeated"]
            columns = ", ".join(f"`{column}`" for column in differing) or "no other column"
            refuse(
                "duplicate_row",
                None,
                "two rows are about the same unit and period",
                row=second,
                found=f"rows {first} and {second}, which differ in {columns}",
                expected="one row for each unit and period",
                hint="name such columns with `unit` or `by`; figures are never added up by guess",
            )
        if found["above_the_whole"] is not None:
            number, row = found["above_the_whole"]
            part, whole = self._question.columns
            refuse(
                "part_exceeds_whole",
                None,
                f"`{part}` is larger than `{whole}`, so it is no part of it",
                row=row,
                found=f"{number} such rows" if number > 1 else "one such row",
                hint="if it may be larger, it is a `ratio`",
            )

    def _note_columns(self) -> None:
        """Notes how the columns are interpreted."""
        counted: dict[str, int] = {}
        for unit in self._units:
            counted[unit["level"]] = counted.get(unit["level"], 0) + 1
        listed = ", ".join(f"{level} ({number:,})" for level, number in counted.items())
        levels = self._judged_levels()
        self.note(f"Levels of units: {listed}. Judged: {' and '.join(levels)}.")
        if self._question.kind == "count" and self._levels[0] not in levels:
            self.note("The total is not judged: the goal is for one unit, not for their sum.")
        if self._counts_rows:
            name = self._question.columns[0]
            self.note(f"Each row counts 1, because the table has no column `{name}`.")


def _one_of(names: Iterable[str], given: Mapping[str, Any], what: str) -> tuple[str, Any]:
    """The one argument that is given, with its value."""
    found = [(name, given[name]) for name in names if given[name] is not None]
    if len(found) != 1:
        listed = ", ".join(f"`{name}`" for name, _ in found) or "none"
        choices = ", ".join(f"`{name}`" for name in names)
        refuse("conflicting_arguments", None, f"give {what}: one of {choices}", found=listed)
    return found[0]


def _columns(kind: str, given: Any) -> tuple[str, ...]:
    """The columns of an indicator."""
    if kind not in _FRACTIONS:
        if not isinstance(given, str):
            refuse(
                "wrong_form",
                kind,
                "this names no column",
                found=repr(given),
                expected="a column's name",
            )
        return (given,)
    if (
        not isinstance(given, Sequence)
        or isinstance(given, str)
        or len(given) != 2
        or not all(isinstance(column, str) for column in given)
    ):
        refuse(
            "wrong_form",
            kind,
            "two columns are needed",
            found=repr(given),
            expected='such as `share=("done", "planned")`',
        )
    return tuple(given)


def _column_names(frame: Any) -> list[str] | None:
    """The names of a table's columns, if known; the schema of a reader has them."""
    names = getattr(frame, "columns", None)
    if names is None or any(not isinstance(name, str) for name in names):
        names = getattr(getattr(frame, "schema", None), "names", None)
    return None if names is None else list(names)


def _names(given: str | Sequence[str] | None) -> list[str]:
    if given is None:
        return []
    return [given] if isinstance(given, str) else list(given)


def _id(text: str, taken: Iterable[str] = ()) -> str:
    """An id made of a text, different from those that are taken."""
    name = re.sub(r"[\s+*/().,:;-]+", "-", text).strip("-") or "it"
    return _unused(name, taken)


def _unused(name: str, taken: Iterable[str]) -> str:
    known = set(taken)
    number = 2
    unused = name
    while unused in known:
        unused = f"{name}-{number}"
        number += 1
    return unused


def _plural(kind: str) -> str:
    return "halves" if kind == "half" else f"{kind}s"
