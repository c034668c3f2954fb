# What the extension module offers; the texts in `src/python/` say the same for `help()`.
import datetime
from collections.abc import Callable, Mapping
from os import PathLike
from types import ModuleType
from typing import Any, Literal, Protocol, TypeAlias, final, overload, type_check_only

import pandas
import polars
import pyarrow

__all__ = [
    "Assessment",
    "Cascade",
    "Combined",
    "Explanation",
    "Plan",
    "Report",
    "Table",
    "Tally",
    "__version__",
    "assess",
    "schema",
    "stats",
    "tally",
]

__version__: str

# Typed where it is made public, in `attain.stats`.
stats: ModuleType

_Path: TypeAlias = str | PathLike[str]
_Date: TypeAlias = datetime.date | str
_Rows: TypeAlias = Literal["figures", "events"]
_Verdict: TypeAlias = Literal["met", "missed", "indeterminate"]
_Every: TypeAlias = Literal["week", "month", "quarter", "half", "year"]
_Certainty: TypeAlias = Literal["clear", "within_chance", "unknown"]
_Pace: TypeAlias = Literal["ahead", "on_track", "behind"]
_Reason: TypeAlias = Literal[
    "no_data",
    "incomplete",
    "zero_denominator",
    "no_baseline",
    "straddles",
    "not_additive",
    "unit_not_valid",
    "suppressed",
    "no_counts",
    "not_started",
    "provisional",
]
# Bytes read so far, and bytes there are to read.
_Progress: TypeAlias = Callable[[int, int], object]

# The tables of pandas, polars, pyarrow and DuckDB are such; a frame that is computed later is not.
@type_check_only
class _ArrowStream(Protocol):
    def __arrow_c_stream__(self, requested_schema: object | None = None, /) -> object: ...

@type_check_only
class _ArrowBatch(Protocol):
    def __arrow_c_array__(
        self, requested_schema: object | None = None, /
    ) -> tuple[object, object]: ...

_Table: TypeAlias = _ArrowStream | _ArrowBatch

def schema() -> str:
    """The JSON Schema of plan files, for editors that complete and check while one writes."""

@final
class Plan:
    """What was promised: units, measures, indicators, campaigns and targets.

    A plan is read once, checked whole and never changes. Two plans are equal if they promise the
    same, wherever they were read from.
    """

    @staticmethod
    def load(path: str | PathLike[str], /) -> Plan:
        """Reads a plan from a file that ends in `.yaml`, `.yml`, `.json` or `.toml`.

        A table of units is looked for beside it. Raises `FileError` if the file can't be read, and
        `PlanError` with every fault and its line and column if it is no plan.
        """

    @staticmethod
    def parse(text: str, /, format: Literal["yaml", "json", "toml"] = "yaml") -> Plan:  # noqa: A002
        """Reads a plan from a `yaml`, `json` or `toml` text, which lists its units.

        Raises `PlanError` with every fault and its line and column.
        """

    @staticmethod
    def from_dict(plan: Mapping[str, Any], /, directory: str | PathLike[str] | None = None) -> Plan:
        """Reads a plan from dicts and lists; a table of units is looked for in `directory`.

        A float means the shortest decimal that it is: `96.4` is 96.4 exactly. Raises `PlanError`
        with every fault and the keys that lead to it.
        """

    def to_yaml(self) -> str:
        """The plan as YAML, its units listed in it; `Plan.parse` reads it back equal."""

    def to_json(self) -> str:
        """The plan as JSON, its units listed in it; `Plan.parse(…, "json")` reads it back equal."""

    def to_toml(self) -> str:
        """The plan as TOML, its units listed in it; `Plan.parse(…, "toml")` reads it back equal.

        Raises `PlanError` if a goal is a number that TOML can't hold.
        """

    @property
    def id(self) -> str:
        """The plan's id."""

    @property
    def title(self) -> str:
        """The plan's title, or its id where it has none."""

    @property
    def note(self) -> str | None:
        """What the plan's authors remark on it."""

    @property
    def targets(self) -> list[str]:
        """The ids of the plan's targets, in order."""

    def __eq__(self, other: object, /) -> bool: ...
    def __reduce__(self) -> tuple[object, tuple[str, str]]: ...

def tally(
    plan: Plan,
    outcomes: _Table | _Path,
    *,
    rows: _Rows = "figures",
    as_of: _Date | list[_Date] | tuple[_Date, ...] | None = None,
    progress: _Progress | bool | None = None,
) -> Tally:
    """Makes a tally of a plan's outcomes, which are a table or a file.

    A table is whatever exports Arrow data, as those of pandas, polars, pyarrow and DuckDB do; a
    file is told by its path, which ends in `.csv` or `.parquet`. `rows` says what a row is: a
    figure (one value per unit, span and measure; the default) or an event (rows add up). While a
    file is read, `progress` is called with the bytes read so far and in all; True draws a bar.
    Raises `OutcomeError` with every fault of every row, `FileError` if a file can't be read.

    `as_of`, a day or a list of days, says when the tally will be assessed, and that it won't on
    other days: events of days that need not be told apart then share a cell, which is smaller and
    faster.
    """

@final
class Tally:
    """Outcomes of a plan, ready to be assessed; made by `attain.tally`.

    Tallies of parts add up to the tally of the whole: `monday + tuesday`, `sum(days)`.
    """

    def add(self, outcomes: _Table | _Path, /, *, progress: _Progress | bool | None = None) -> None:
        """Lets in more outcomes of the same kind of rows: a table or a file, all or none.

        Raises `OutcomeError` with every fault; the tally is then as before.
        """

    def merge(self, other: Tally) -> None:
        """Adds the outcomes of another tally of the same plan.

        Raises `OutcomeError` if a figure is in both, `RequestError` if the plans differ.
        """

    @property
    def plan(self) -> Plan:
        """The plan whose outcomes these are."""

    @property
    def rows(self) -> _Rows:
        """How rows are taken: `figures` or `events`."""

    def __add__(self, other: Tally, /) -> Tally: ...
    def __radd__(self, zero: int, /) -> Tally: ...
    def __len__(self) -> int: ...

def assess(plan: Plan, tally: Tally, *, as_of: _Date) -> Report:
    """Judges a plan's targets for every unit and window, on what was known at the end of a day.

    Raises `RequestError` if the tally holds the outcomes of another plan.
    """

@final
class Report:
    """The rows of judgement of a plan's targets, as of a day; made by `attain.assess`.

    In a notebook it shows the scorecard. Any library that speaks Arrow takes it as a table:
    `polars.DataFrame(report)`, `pyarrow.table(report)`, or the `to_…` methods.
    """

    @property
    def assessments(self) -> Table:
        """The rows as a table: one for each target, unit and window."""

    @property
    def rows(self) -> list[Assessment]:
        """The rows as objects."""

    @property
    def plan(self) -> Plan:
        """The plan that was assessed."""

    @property
    def as_of(self) -> datetime.date:
        """The day up to and including which outcomes were taken into account."""

    def filter(
        self,
        *,
        target: str | None = None,
        unit: str | None = None,
        level: str | None = None,
        campaign: str | None = None,
        verdict: _Verdict | None = None,
    ) -> Report:
        """The report with only the rows of a target, a unit, a level, a campaign or a verdict.

        Raises `RequestError` if the plan has no such thing.
        """

    def explain(
        self, target: str, *, unit: str | None = None, window: _Date | None = None
    ) -> Explanation:
        """Why a row says what it says: rule, inputs, what is missing, what it rests on.

        `unit` may be left out if the target has rows of one unit only; `window`, a day in the
        window meant, if it has one window only. Raises `RequestError` if no row fits, or several.
        """

    def reconcile(self) -> Table:
        """Every assessed unit, window and measure whose own total and parts differ, by how much."""

    def cascade(self, target: str, /) -> Cascade:
        """How a target is shared out among the units below, and what each made of its share.

        Raises `RequestError` if the plan has no such target, or does not share it out.
        """

    def campaigns(self) -> Table:
        """A row for each campaign and each of its tasks.

        It says how many of its days are over, and how many rows of its targets and of those of its
        parts are met, missed or can't be judged.
        """

    def milestones(self) -> Table:
        """What campaigns were to have done by a day, and targets to have reached."""

    def combined(self) -> Combined:
        """Whether all, any or so many of several targets are met."""

    def effect(self, campaign: str, /, *, indicator: str, every: _Every = "month") -> Table:
        """What a campaign changed in a count, told in several ways.

        A row for each way: the ratio of what was counted to what would have been expected, with its
        limits, what is compared, what is assumed, and why where there is none. Series are cut into
        periods of the kind `every`. Raises `RequestError` if the plan has no such campaign or
        indicator, or the indicator is no count that adds up.
        """

    def text(self, *, width: int = 100, colour: bool = False) -> str:
        """The scorecard for a terminal of `width` columns, with ANSI colours if wanted."""

    @overload
    def to_html(self, path: None = None) -> str:
        """The scorecard as a page that needs nothing else; written to `path` if one is given."""

    @overload
    def to_html(self, path: _Path) -> None: ...
    def to_csv(self, path: _Path) -> None:
        """Writes the rows as CSV: days as ISO text, empty fields where there is no value."""

    def to_parquet(self, path: _Path) -> None:
        """Writes the rows as Parquet."""

    def to_arrow(self) -> pyarrow.Table:
        """The rows as a `pyarrow.Table`, without a copy. Needs pyarrow."""

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a `pandas.DataFrame`. Needs pandas and pyarrow."""

    def to_polars(self) -> polars.DataFrame:
        """The rows as a `polars.DataFrame`, without a copy. Needs polars."""

    def _repr_html_(self) -> str: ...
    def __len__(self) -> int: ...
    def __arrow_c_schema__(self) -> object:
        """The columns' types as a capsule of the Arrow C data interface."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows as a capsule of the Arrow C stream interface."""

@final
class Cascade:
    """A target's goal shared out among the units below; made by `Report.cascade`."""

    @property
    def shares(self) -> Table:
        """A row for each unit: its share, how it was come by, and what the unit made of it."""

    @property
    def sums(self) -> Table:
        """A row for each unit with units below it: what their goals add up to, beside its own."""

@final
class Combined:
    """What several targets come to together; made by `Report.combined`.

    Printed, it reads as sentences.
    """

    @property
    def verdicts(self) -> Table:
        """A row for each combined goal, unit and window."""

    @property
    def parts(self) -> Table:
        """For each of them, a row for each of its targets."""

@final
class Explanation:
    """Why a row says what it says. Printed, it reads as text; `to_dict()` has it as data."""

    @property
    def judgement(self) -> str:
        """The judgement in one sentence."""

    @property
    def formula(self) -> str:
        """How the value is computed."""

    @property
    def row(self) -> Assessment:
        """The row that is explained."""

    def to_dict(self) -> dict[str, Any]:
        """All of it as dicts and lists, days as ISO text."""

@final
class Assessment:
    """One row of judgement: a target, a unit and a window. It has the table's columns."""

    @property
    def target(self) -> str:
        """The target's id."""

    @property
    def indicator(self) -> str:
        """The indicator's id."""

    @property
    def campaign(self) -> str | None:
        """The campaign the target belongs to."""

    @property
    def unit(self) -> str:
        """The unit's id."""

    @property
    def unit_name(self) -> str:
        """The unit's name."""

    @property
    def level(self) -> str:
        """The unit's level."""

    @property
    def window_start(self) -> datetime.date:
        """First day of the window."""

    @property
    def window_end(self) -> datetime.date:
        """The day after the last day of the window."""

    @property
    def as_of(self) -> datetime.date:
        """The day up to and including which outcomes were taken into account."""

    @property
    def final(self) -> bool:
        """Whether the window has closed."""

    @property
    def numerator(self) -> float | None:
        """What was counted."""

    @property
    def denominator(self) -> float | None:
        """Out of what, or per what."""

    @property
    def value(self) -> float | None:
        """The indicator's value."""

    @property
    def lower(self) -> float | None:
        """Lower end of the value's interval."""

    @property
    def upper(self) -> float | None:
        """Upper end of the value's interval."""

    @property
    def confidence(self) -> float | None:
        """The interval's confidence, a share of 1."""

    @property
    def method(self) -> str | None:
        """How value and interval were computed."""

    @property
    def baseline(self) -> float | None:
        """What the value is compared with, where the goal or the indicator is a change."""

    @property
    def goal(self) -> str:
        """The goal in words: `at least 75`."""

    @property
    def goal_value(self) -> float | None:
        """The number the value has to reach or keep below; the lower one of two."""

    @property
    def goal_upper(self) -> float | None:
        """The upper number of a `between`."""

    @property
    def expected_now(self) -> float | None:
        """What the trajectory expects as of now, while the window runs."""

    @property
    def verdict(self) -> _Verdict:
        """What the figures say."""

    @property
    def certainty(self) -> _Certainty:
        """Whether the figures could be chance."""

    @property
    def pace(self) -> _Pace | None:
        """Where a running window stands against its trajectory."""

    @property
    def chance(self) -> float | None:
        """Probability of meeting the goal at the window's end, 0 to 1."""

    @property
    def projected(self) -> float | None:
        """The value projected for the window's end."""

    @property
    def projected_lower(self) -> float | None:
        """Lower end of the projection."""

    @property
    def projected_upper(self) -> float | None:
        """Upper end of the projection."""

    @property
    def gap(self) -> float | None:
        """Distance to the goal in the indicator's unit; positive is the good side."""

    @property
    def needed(self) -> int | None:
        """Events still needed to meet the goal; negative: still allowed under a ceiling."""

    @property
    def attainment(self) -> float | None:
        """Actual ÷ goal in per cent for floors; share of the allowance used for ceilings."""

    @property
    def completeness(self) -> float | None:
        """Share of the due reports that were made, in per cent."""

    @property
    def imputed(self) -> float | None:
        """Share of the value that rests on imputed or estimated figures, in per cent."""

    @property
    def reason(self) -> _Reason | None:
        """Why the row can't be judged, or what qualifies its judgement."""

    @property
    def basis(self) -> str | None:
        """The documents the target rests on."""

    def to_dict(self) -> dict[str, Any]:
        """The row as a dict, in the order of the table's columns."""

    def __eq__(self, other: object, /) -> bool: ...

@final
class Table:
    """A table of named columns: what this package answers with where the answer has many rows.

    It holds the rows and leaves the rest to the library of your choice: `polars.DataFrame(table)`,
    `pyarrow.table(table)`, `duckdb.from_arrow(table)`, or the `to_…` methods below.
    """

    @property
    def column_names(self) -> list[str]:
        """The columns' names, in order."""

    def __len__(self) -> int: ...
    def __arrow_c_schema__(self) -> object:
        """The schema as a capsule of the Arrow C data interface."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows as a capsule of the Arrow C stream interface."""

    def to_arrow(self) -> pyarrow.Table:
        """The table as a `pyarrow.Table`, without a copy. Needs pyarrow."""

    def to_pandas(self) -> pandas.DataFrame:
        """The table as a `pandas.DataFrame`. Needs pandas and pyarrow."""

    def to_polars(self) -> polars.DataFrame:
        """The table as a `polars.DataFrame`, without a copy. Needs polars."""
