# What the extension module offers. `help()` shows the same texts, from `crates/attain-python/src/`.
import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from os import PathLike
from pathlib import Path
from types import ModuleType
from typing import (
    Any,
    ClassVar,
    Literal,
    Protocol,
    Self,
    TypeAlias,
    final,
    overload,
    type_check_only,
)

import pandas
import polars
import pyarrow

from attain.errors import AttainWarning, Fault, RequestError
from attain.plot import ReportPlots

__all__ = [
    "Assessment",
    "AssessmentBatches",
    "Cascade",
    "CertificateExplanation",
    "Certification",
    "Combined",
    "Explanation",
    "Imported",
    "Limits",
    "Plan",
    "Replication",
    "Report",
    "Scoring",
    "Table",
    "Tally",
    "__version__",
    "assess",
    "assess_batches",
    "cell_query",
    "escaped",
    "fault_lines",
    "importing",
    "judging",
    "outcome_files",
    "package_files",
    "query_columns",
    "schema",
    "sdmx_files",
    "stats",
    "tally",
    "unknown_choice",
    "wording",
]

__version__: str

# Typed where it is made public, in `attain.stats`.
stats: ModuleType
# What `attain.judge` uses.
importing: ModuleType
judging: ModuleType
# What `attain pack` uses.
wording: ModuleType

_Path: TypeAlias = str | PathLike[str]
_Date: TypeAlias = datetime.date | str
_Rows: TypeAlias = Literal["figures", "events"]
_Separator: TypeAlias = Literal[",", ";", "\t", "|"]
_Decimal: TypeAlias = Literal[".", ","]
_Thousands: TypeAlias = Literal[".", ",", "'", " "]
# Choices; generated from the codes of the Rust enums.
_Verdict: TypeAlias = Literal["met", "missed", "indeterminate"]
_Dialect: TypeAlias = Literal["duckdb", "postgres", "spark", "sqlite", "ansi"]
_Every: TypeAlias = Literal["day", "week", "month", "quarter", "half", "year"]
_SignalChart: TypeAlias = Literal["p_prime", "u_prime", "p", "u", "c", "xmr", "run"]
_Rule: TypeAlias = Literal[
    "outside_limits",
    "shift",
    "trend",
    "two_of_three_far",
    "four_of_five",
    "alternating",
    "hugging",
    "avoiding",
    "long_run",
    "few_crossings",
]
_Rules: TypeAlias = Literal["nhs", "anhoej", "western_electric", "nelson"]
_TrendTest: TypeAlias = Literal["mann_kendall", "seasonal", "hamed_rao"]
_Certainty: TypeAlias = Literal["clear", "within_chance", "unsettled", "unknown"]
_Pace: TypeAlias = Literal["ahead", "on_track", "behind"]
_Reason: TypeAlias = Literal[
    "unit_not_valid",
    "not_started",
    "suppressed",
    "straddles",
    "overlaps",
    "not_additive",
    "no_data",
    "unmatched",
    "incomplete",
    "zero_denominator",
    "few_events",
    "no_baseline",
    "missing_reports",
    "late_reports",
    "provisional",
    "zero_baseline",
    "no_counts",
]
_Details: TypeAlias = Literal["missed", "all", "none"]
_Dhis2Value: TypeAlias = Literal["value", "numerator", "denominator", "goal", "verdict"]
_Language: TypeAlias = Literal["en", "vi"]
# End of choices.
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

@type_check_only
class _OpenFile(Protocol):
    def read(self, size: int, /) -> str | bytes: ...

# A scanner of pyarrow, a dataset, a lazy frame of polars, and cursors of databases.
@type_check_only
class _Scanner(Protocol):
    def to_reader(self) -> object: ...

@type_check_only
class _Dataset(Protocol):
    def scanner(self) -> object: ...

@type_check_only
class _LazyFrame(Protocol):
    def collect_batches(self) -> object: ...

@type_check_only
class _Cursor(Protocol):
    def fetch_record_batch(self) -> object: ...

@type_check_only
class _TableCursor(Protocol):
    def fetch_arrow_table(self) -> object: ...

_Query: TypeAlias = _Scanner | _Dataset | _LazyFrame | _Cursor | _TableCursor
_Source: TypeAlias = _Table | _Query | _Path | _OpenFile | bytes | bytearray | memoryview
_Outcomes: TypeAlias = _Source | Sequence[_Source]

def escaped(text: str, /) -> str:
    """A name or a path as a message shows it: with escapes in place of what is not seen."""

def fault_lines(faults: Sequence[Fault], /) -> list[str]:
    """Faults that were found in Python, in lines as every error prints them."""

def unknown_choice(argument: str, what: str, found: str, choices: Sequence[str], /) -> RequestError:
    """The error of an argument that is none of a closed list."""

def schema() -> str:
    """The JSON Schema of plan files, for editors that complete and check while one writes."""

@final
class Plan:
    """What was promised: units, measures, indicators, campaigns and targets.

    A plan is read once, checked whole and never changes. Two plans are equal if they promise the
    same, wherever they were read from.
    """

    @staticmethod
    def load(
        path: str | PathLike[str],
        /,
        *,
        tables: str | PathLike[str] | None = None,
        limits: Limits | None = None,
    ) -> Plan:
        """Reads a plan from a file that ends in `.yaml`, `.yml`, `.json` or `.toml`.

        Tables that it names lie in its own folder, or in the folder `tables`. Raises `FileError` if
        the file can't be read, and `PlanError` with every fault, its line and column, if it is no
        plan.
        """

    # `format` is what it is called wherever texts are read.
    @staticmethod
    def parse(text: str, /, format: Literal["yaml", "json", "toml"] = "yaml") -> Plan:  # noqa: A002  # a public name
        """Reads a plan from a `yaml`, `json` or `toml` text, which lists its units.

        Raises `PlanError` with every fault and its line and column.
        """

    @staticmethod
    def from_dict(plan: Mapping[str, Any], /, directory: str | PathLike[str] | None = None) -> Plan:
        """Reads a plan from dicts and lists; tables that it names lie in `directory`.

        A float means the shortest decimal that it is: `96.4` is 96.4 exactly. Raises `PlanError`
        with every fault and the keys that lead to it.
        """

    @overload
    def to_template(
        self,
        path: None = None,
        *,
        within: str | tuple[_Date, _Date] | None = None,
        language: _Language = "en",
    ) -> bytes:
        """A workbook to be filled in: bytes, or nothing where `path` names the file to write.

        It has a row for each unit, period and measure that the targets need. A measure that says
        who reports it, and how often, has a row for each report; another one has a row for each
        unit and window of the targets that use it. `attain.sources.excel` reads it back; a row
        without a value is not reported.

        `within` chooses the periods in a period such as `2025-Q1`, or in a first day and the day
        after the last. `language` is that of explanations: `"en"` or `"vi"`.

        Raises `RequestError` if there would be more than 100,000 rows.
        """

    @overload
    def to_template(
        self,
        path: _Path,
        *,
        within: str | tuple[_Date, _Date] | None = None,
        language: _Language = "en",
    ) -> None: ...
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

    def in_geography(self, day: _Date | None, /) -> Plan:
        """The plan as it is judged in the boundaries of one day, whatever the days of the outcomes.

        With `None`, each unit is judged on the days it is valid. Its targets are judged on tallies
        in the same boundaries.
        """

    @property
    def geography(self) -> datetime.date | None:
        """The day in whose boundaries everything is judged.

        None if each unit is judged on the days it is valid.
        """

    def mapping(self, start: _Date, end: _Date, /, *, weights: str | None = None) -> Table:
        """Where the units of one day lie on another, before it or after it: a row for each pair.

        `share` is the share of the first that lies in the other (null where nobody says),
        `relation` how they stand to each other: `same`, `one_to_one`, `whole`, `part`, `unknown`,
        `lost`. Divided units are shared out by `weights`, or by the first of each change.

        Raises `RequestError` if no change has such weights.
        """

    @property
    def tables(self) -> list[Path]:
        """The files of the tables that it names, as they were read."""

    @property
    def files(self) -> list[Path]:
        """All files that the plan was read from: its own, and those of its tables."""

    @property
    def fingerprint(self) -> str:
        """A fingerprint of everything that the plan says.

        Equal plans have the same; another goal, title or unit gives another one.
        """

    @property
    def shape(self) -> str:
        """A fingerprint of what gives outcomes their meaning.

        Units with their validity, measures with their operators, and strata belong to it, but no
        goals, titles or targets.
        """

    def cuts(self, as_of: _Date | list[_Date] | tuple[_Date, ...], /) -> list[datetime.date]:
        """The days that assessments on some days distinguish, in order.

        These are the first day of every window that rows and views read on these days, and the day
        after its last. Plain events between two of them may be added up.
        """

    @property
    def strata(self) -> dict[str, list[str]]:
        """The plan's strata, each with its categories."""

    @property
    def warnings(self) -> list[AttainWarning]:
        """What in the plan looks like a mistake but may be right."""

    @property
    def units(self) -> Table:
        """The units as a table: a row for each validity of a code."""

    @property
    def measures(self) -> Table:
        """The measures as a table."""

    @property
    def indicators(self) -> Table:
        """The indicators as a table, with their formulas in words."""

    @property
    def targets(self) -> Table:
        """The targets as a table.

        It has a row for each category that a target is split by, and for each version.
        """

    @property
    def campaigns(self) -> Table:
        """The campaigns as a table."""

    @property
    def owners(self) -> Table:
        """The offices that answer for targets and units as a table, with a row for each duty."""

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object, /) -> Self: ...
    def __reduce__(self) -> tuple[object, tuple[str, str]]: ...

@final
class Limits:
    """How much a plan, a tally and a report may take before they are refused.

    `judgement_rows` bounds the rows of one report (25 million by default), `tally_bytes` the memory
    of a tally (4 GiB), `plan_bytes` a plan's file and each table that it names (64 MiB).
    """

    def __new__(
        cls,
        *,
        judgement_rows: int | None = None,
        tally_bytes: int | None = None,
        plan_bytes: int | None = None,
    ) -> Self: ...
    @staticmethod
    def parse(text: str, /) -> Limits:
        """Reads `judgement_rows=50000000`, or several of these with commas between them."""

    @property
    def judgement_rows(self) -> int:
        """The rows that one report may have."""

    @property
    def tally_bytes(self) -> int:
        """The bytes of memory that a tally may take."""

    @property
    def plan_bytes(self) -> int:
        """The bytes that a plan, and each table that it names, may have."""

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object, /) -> Self: ...

def outcome_files(path: _Path, /) -> list[Path]:
    """The files of outcomes that a path means: itself, all of a folder, or all that match."""

def package_files(folder: _Path, /) -> list[Path]:
    """The files that `report.to_package` writes into a folder."""

def sdmx_files(path: _Path, /) -> list[Path]:
    """The files that `report.to_sdmx` writes."""

def tally(
    plan: Plan,
    outcomes: _Outcomes,
    *,
    rows: _Rows = "figures",
    unit: str | Sequence[str] | None = None,
    period: str | None = None,
    date: str | None = None,
    start: str | None = None,
    end: str | None = None,
    measure: str | None = None,
    value: str | None = None,
    values: Sequence[str] | Mapping[str, str] | None = None,
    strata: Sequence[str] | Mapping[str, str] | None = None,
    status: str | None = None,
    recorded_at: str | None = None,
    end_inclusive: bool = False,
    date_is: _Every | None = None,
    separator: _Separator = ",",
    decimal: _Decimal = ".",
    thousands: _Thousands | None = None,
    as_of: _Date | list[_Date] | tuple[_Date, ...] | None = None,
    progress: _Progress | bool | None = None,
    limits: Limits | None = None,
) -> Tally:
    """Makes a tally of a plan's outcomes, which are a table, a file, or a list of these.

    A table is whatever exports Arrow data, as those of pandas, polars, pyarrow and DuckDB do, a
    dataset or scanner of pyarrow, a lazy frame of polars, or a cursor that fetches Arrow data. A
    path is that of a file, a folder, or a pattern such as `2024/*.csv.gz`; the ending of a file
    says its format: CSV, JSON lines, Parquet or Arrow IPC. Open files and bytes say it by their
    first bytes. All rows are added, or none. `rows` says what a row is: a figure (one value per
    unit, span and measure; the default) or an event (rows add up). While files are read,
    `progress` is called with the bytes read so far and in all; True draws a bar. Raises
    `OutcomeError` with every fault of every row, `FileError` if a file can't be read.

    Columns of a table or a file that have other names are given by keyword. `unit` may name
    several columns, from the highest level to the lowest: a unit's code is then its path,
    `CA/Orange`. In place of `measure` and `value`, `values` names a column for each measure, as a
    list or as a dict of columns and measures; an empty cell is then a missing figure. `strata` are
    columns of categories, named in the same way. `period` may be a column of names, years, months
    such as 202405, pandas periods, or first days of months.

    `end_inclusive` says that `end` is the last day of a span; otherwise it is the day after.
    `date_is`, such as "month", says that each date means the period of the plan's calendar
    that contains it; otherwise it is a single day.

    `separator`, `decimal` and `thousands` say how CSV files are written: `separator=";"`,
    `decimal=","` and `thousands="."` read `1.840,5` as 1840.5. Other numbers are refused.

    `as_of`, a day or a list of days, says when the tally will be assessed, and that it won't on
    other days: events of days that no window separates then share a cell, which is smaller and
    faster. `limits` bound the memory it may take, and the rows of the reports made of it.
    """

@final
class Tally:
    """Outcomes of a plan, ready to be assessed; made by `attain.tally`.

    Tallies of parts add up to the tally of the whole: `monday + tuesday`, `sum(days)`.

    Threads may share a tally. A reader sees it as it was after the last `add` or `merge` that
    ended. Additions that run at the same time wait for each other.
    """

    def add(
        self,
        outcomes: _Outcomes,
        /,
        *,
        unit: str | Sequence[str] | None = None,
        period: str | None = None,
        date: str | None = None,
        start: str | None = None,
        end: str | None = None,
        measure: str | None = None,
        value: str | None = None,
        values: Sequence[str] | Mapping[str, str] | None = None,
        strata: Sequence[str] | Mapping[str, str] | None = None,
        status: str | None = None,
        recorded_at: str | None = None,
        end_inclusive: bool = False,
        date_is: _Every | None = None,
        separator: _Separator = ",",
        decimal: _Decimal = ".",
        thousands: _Thousands | None = None,
        progress: _Progress | bool | None = None,
    ) -> None:
        """Adds more outcomes of the same kind of rows, all or none.

        They come from what `attain.tally` reads. Columns are named, and days and numbers are read,
        as there.

        Raises `OutcomeError` with every fault; the tally is then as before.
        """

    def merge(self, other: Tally) -> None:
        """Adds the outcomes of another tally of the same plan.

        Raises `OutcomeError` if a figure is in both, `RequestError` if the plans differ.
        """

    def in_geography(self, day: _Date | None, /) -> Tally:
        """The same outcomes, to be judged in the boundaries of a day: see `Plan.in_geography`."""

    def with_plan(self, plan: Plan, /) -> Tally:
        """The same outcomes for another version of their plan.

        It may have another goal or title, or more units, measures or categories. Nothing is read
        again.

        Raises `RequestError` if the plan has another id, or measures of other operators or strata,
        `OutcomeError` if it lacks units, measures or categories of which the tally has outcomes.
        """

    def cells(self) -> Table:
        """All that the tally holds, as a table in the format `attain.cells`.

        Its rows are figures, and events that were added up; the metadata of its schema say to which
        plan it belongs. Give it to any library that speaks Arrow.
        """

    @staticmethod
    def from_cells(
        plan: Plan,
        table: _Table,
        /,
        *,
        as_of: _Date | list[_Date] | tuple[_Date, ...] | None = None,
        rows: _Rows | None = None,
    ) -> Tally:
        """The tally of such a table, or of what a cell query gave.

        `as_of` are the days for which the table was made, if its metadata does not say so, and
        `rows` whether rows that are added later are figures or events, if its rows do not say so.
        Raises `RequestError` if it is of another plan, version or days, `OutcomeError` with every
        fault of every row.
        """

    def save(self, path: _Path, /) -> None:
        """Writes the cells to a Parquet file, whole or not at all; replaces what was there.

        Raises `FileError` if it can't be written.
        """

    @staticmethod
    def open(plan: Plan, path: _Path, /, *, limits: Limits | None = None) -> Tally:
        """The tally that `Tally.save` wrote.

        `limits` are those of the tally and of the reports made of it. Raises `FileError` if the
        file can't be read, `RequestError` if it is of another plan, `OutcomeError` with every fault
        of every row.
        """

    @property
    def plan(self) -> Plan:
        """The plan whose outcomes these are."""

    @property
    def warnings(self) -> list[AttainWarning]:
        """What in the outcomes looks like a mistake but may be right."""

    @property
    def last_day(self) -> datetime.date | None:
        """The last day that outcomes are about; none without outcomes."""

    @property
    def rows(self) -> _Rows:
        """How rows are taken: `figures` or `events`."""

    @property
    def limits(self) -> Limits:
        """How much the tally may take, and the reports made of it."""

    def __add__(self, other: Tally, /) -> Tally: ...
    def __radd__(self, zero: int, /) -> Tally: ...
    def __len__(self) -> int: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object, /) -> Self: ...

def cell_query(
    plan: Plan,
    source: str,
    *,
    dialect: _Dialect = "duckdb",
    rows: _Rows = "events",
    as_of: _Date | list[_Date] | tuple[_Date, ...] | None = None,
    columns: Sequence[str] | Mapping[str, str] | None = None,
    zone: str | None = None,
) -> str:
    """SQL that adds up a plan's outcomes where they lie: `Tally.from_cells` reads what it gives.

    `source` is the name of a table, or a subquery in parentheses; it stands in the query as it is.
    `rows` says whether its rows are events (the default here) or figures. `as_of` are the days on
    which the tally will be assessed: events of days that no window separates then share a row.

    By default the source has every column that outcomes may have, and the engine refuses one that
    is not there. `columns` names those that are: a list where names are the usual ones, or a dict
    such as `{"unit": "district", "date": "happened_at", "measure": "kind"}`. `zone`, such as
    "Asia/Ho_Chi_Minh", says where an instant of the column `date` falls on a day.

    Raises `RequestError` if columns are unknown or missing, or the engine knows no time zones.
    """

def query_columns(plan: Plan, rows: _Rows) -> list[str]:
    """The columns that the source of a cell query may have."""

@overload
def assess(
    plan: Plan,
    tally: Tally,
    *,
    as_of: _Date,
    columns: None = None,
    targets: str | Sequence[str] | None = None,
    units: str | Sequence[str] | None = None,
    levels: str | Sequence[str] | None = None,
    windows: _Date | Sequence[_Date] | None = None,
    verdicts: _Verdict | Sequence[_Verdict] | None = None,
    geography: _Date | None = None,
    after: Report | None = None,
    limits: Limits | None = None,
    threads: int | None = None,
) -> Report:
    """Judges a plan's targets for every unit and window, on what was known at the end of a day.

    With `geography`, a day, everything is judged in the boundaries of that day: see
    `Plan.in_geography`.

    With `after`, an earlier report of the same plan (in the same boundaries), rows are taken over
    from it where nothing else is known of what they look at: the answer is the same, sooner.

    With `columns`, the answer is a table with the columns of the report that are named, in this
    order: what `report.select(columns)` gives; the others are not stored.

    `targets`, `units`, `levels`, `windows` and `verdicts` choose rows, as the arguments of
    `report.filter` do: each is a value or a list of values. The report is the one that
    `report.filter` gives. Rows of other targets, units, levels and windows are not judged, and rows
    with other verdicts take no memory.

    `limits`, if given, bound the rows instead of the tally's own. `threads`, if given, bounds the
    threads; by default all of the machine, or as many as the environment variable
    `ATTAIN_THREADS` says. An interrupt stops the call.

    Raises `RequestError` if the tally holds the outcomes of another plan, `after` is of another
    one, there would be more (chosen) rows than the limits allow, or as `report.select` and
    `report.filter` do.
    """

@overload
def assess(
    plan: Plan,
    tally: Tally,
    *,
    as_of: _Date,
    columns: Sequence[str],
    targets: str | Sequence[str] | None = None,
    units: str | Sequence[str] | None = None,
    levels: str | Sequence[str] | None = None,
    windows: _Date | Sequence[_Date] | None = None,
    verdicts: _Verdict | Sequence[_Verdict] | None = None,
    geography: _Date | None = None,
    after: Report | None = None,
    limits: Limits | None = None,
    threads: int | None = None,
) -> Table: ...
def assess_batches(
    plan: Plan,
    tally: Tally,
    *,
    as_of: _Date,
    columns: Sequence[str] | None = None,
    targets: str | Sequence[str] | None = None,
    units: str | Sequence[str] | None = None,
    levels: str | Sequence[str] | None = None,
    windows: _Date | Sequence[_Date] | None = None,
    verdicts: _Verdict | Sequence[_Verdict] | None = None,
    rows: int = 65_536,
    geography: _Date | None = None,
    threads: int | None = None,
) -> AssessmentBatches:
    """Judges a plan as `assess` does, and gives the rows in tables of `rows` rows.

    The last table may be shorter. Rows are judged when they are needed, some hundred thousand at a
    time, which takes some tens of megabytes beside the tally, however many rows there are. The
    limit `judgement_rows` does not apply.

    `columns` names the columns of the tables, in order; all by default. `targets`, `units`,
    `levels`, `windows`, `verdicts`, `geography` and `threads` mean what they mean in `assess`. An
    interrupt stops each call.

    Raises `RequestError` as `assess`, `report.select` and `report.filter` do, and if `rows` is 0.
    """

@final
class AssessmentBatches:
    """The rows of judgement of a plan, some at a time; made by `attain.assess_batches`.

    Iteration gives tables. Any library that speaks Arrow reads it as a stream:
    `pyarrow.RecordBatchReader.from_stream(batches)`. Nothing is judged before, and each use judges
    from the first row on.
    """

    @property
    def column_names(self) -> list[str]:
        """The columns' names, in order."""

    def __iter__(self) -> Iterator[Table]: ...
    def to_parquet(self, path: _Path) -> None:
        """Writes all rows as Parquet, in row groups of at most 262,144 rows.

        The file replaces what was there once it is whole; an interrupt leaves what was there.
        """

    def __arrow_c_schema__(self) -> object:
        """The columns' types as a capsule of the Arrow C data interface."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows as a capsule of the Arrow C stream interface, from the first one on."""

    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object, /) -> Self: ...

@final
class Report:
    """The rows of judgement of a plan's targets, as of a day; made by `attain.assess`.

    In a notebook it shows the scorecard. Any library that speaks Arrow takes it as a table:
    `polars.DataFrame(report)`, `pyarrow.table(report)`, or the `to_…` methods. Iteration gives the
    rows as dicts, which `pandas.DataFrame(report)` reads.
    """

    @property
    def assessments(self) -> Table:
        """The rows as a table: one for each target, unit and window."""

    def select(self, columns: Sequence[str], /) -> Table:
        """Some columns of the rows as a table, in the order named.

        The other columns are not converted. Raises `RequestError` if no column is named, a name is
        not that of a column, or a name stands twice.
        """

    @property
    def rows(self) -> list[Assessment]:
        """The rows as objects."""

    @property
    def plan(self) -> Plan:
        """The plan that was assessed."""

    @property
    def as_of(self) -> datetime.date:
        """The day up to and including which outcomes were taken into account."""

    @property
    def warnings(self) -> list[AttainWarning]:
        """What in the rows looks like a mistake but may be right.

        Warnings of the plan and of the tally are not repeated.
        """

    @property
    def notes(self) -> list[str]:
        """What `attain.judge` inferred from the table; empty if the plan was given."""

    @property
    def plot(self) -> ReportPlots:
        """The charts of the report, drawn with Altair: `report.plot.rug("clearance")`.

        Raises `ImportError` without `attain[plot]`.
        """

    def filter(
        self,
        *,
        target: str | Sequence[str] | None = None,
        unit: str | Sequence[str] | None = None,
        level: str | Sequence[str] | None = None,
        campaign: str | Sequence[str] | None = None,
        window: _Date | Sequence[_Date] | None = None,
        verdict: _Verdict | Sequence[_Verdict] | None = None,
        certainty: _Certainty | Sequence[_Certainty] | None = None,
        reason: _Reason | Sequence[_Reason] | None = None,
        stratum: str | Sequence[str] | None = None,
        owner: str | Sequence[str] | None = None,
    ) -> Report:
        """The report with only the rows that fit each argument: a value, or a list of values.

        `window` is the name of a window, such as `2025-Q1`, `2023-05-31/P28D` or `last_month`, or a
        day in it; of rolling windows the last day. `stratum` is named as its column names it:
        `sex=f`. `owner` is the id of an office that answers for rows. An empty list keeps no row.

        Raises `RequestError` if the plan has no such thing, or the report no such window.
        """

    def explain(
        self,
        target: str,
        *,
        unit: str | None = None,
        window: _Date | None = None,
        stratum: str | None = None,
        language: _Language = "en",
    ) -> Explanation:
        """Why a row says what it says: rule, inputs, what is missing, what it rests on.

        `unit` may be left out if the target has rows of one unit only; `window`, the name of the
        window meant or a day in it (of rolling windows the last day), if it has one window only;
        `stratum`, if it is not split by strata. `language` is that of words, numbers and days:
        `"en"` or `"vi"`; names and titles stay as the plan has them.
        Raises `RequestError` if no row fits, or several.
        """

    def replication(self, models: str, /) -> Replication:
        """How models are kept up and replicated: reach, depth, growth, and which spread or stay.

        Raises `RequestError` if the plan has no such models.
        """

    def timeliness(self, *, within: str | tuple[_Date, _Date] | None = None) -> Table:
        """The reports owed for the periods in a window, or in those of the plan's targets.

        A row for each, with the day it was due, the day it came and its `status`: `on_time`,
        `late`, `undated`, `missing` or `open`.

        `within` is a period such as `2025-Q1`, or a first day and the day after the last. Raises
        `RequestError` if it is neither.
        """

    def windows_met(self, target: str, *, within: str | tuple[_Date, _Date] | None = None) -> Table:
        """In how many of its windows that have closed a target was met: "in 10 of 12 months".

        A row for each unit: how many windows there are, how many `met` and `missed` the goal, the
        share that met it, and how many met it in a row up to the last one. With `within`, a period
        such as `2025` or a first day and the day after the last, the windows that lie inside it.
        Raises `RequestError` if the plan has no such target, or no window that has closed there.
        """

    def sensitivity(
        self,
        target: str,
        *,
        missing: Literal["limits", "own_range", "zero_to_highest"] = "limits",
        ranges: dict[str, tuple[float, float]] | None = None,
    ) -> Table:
        """What missing reports could make of a target's verdicts, and what late ones made of them.

        One row for each row of the target: value and verdict if all that is missing came in at its
        worst and at its best, whether that can turn the verdict (`settled`), and value and verdict
        without what came late (`value_on_time`, `verdict_on_time`).

        With `missing="limits"` the missing reports of a unit lie within the limits that certainty
        uses: the measure's `range`, else the 95 % prediction limits from the unit's latest reports.
        With `own_range` each lies between the least and the greatest that the unit reported for the
        window's other periods, or, if it reported for none, for periods before it; with
        `zero_to_highest` between 0 and the greatest. `ranges` states the numbers by measure:
        `{"cases": (0, 40)}`; a suppressed cell of the measure lies between them too. Raises
        `RequestError` if the plan has no such target, or a range is none or of a measure that the
        target does not use.
        """

    def explanations(self, *, language: _Language = "en") -> list[Explanation]:
        """Why each row says what it says, in the order of the rows.

        What they have in common is computed once. Filter the report first: an explanation takes
        some kilobytes. `language` is as in `explain`.
        """

    def reconcile(self) -> Table:
        """Every assessed unit, window and measure whose total and parts differ, by how much."""

    def contributions(
        self,
        target: str,
        *,
        unit: str | None = None,
        level: str | None = None,
        parts: Literal["units", "categories"] = "units",
    ) -> Table:
        """What each part of a unit adds to its distance from a target's goal, in events.

        Of n out of d against the goal p that is n − p·d. Parts are the units directly below, those
        of a `level`, or the categories in each of which the target has to be met. In each window
        the last row is the whole, and exactly the sum of those before it; what it counts beyond its
        parts has a row of its own, `remainder`. The part that does most harm comes first.
        Without `unit`, the parts of every unit of the target that has some are returned.

        Raises `RequestError` if the plan has no such target, unit or level, or if the parts of the
        indicator don't add up to it.
        """

    def decomposition(
        self,
        target: str,
        *,
        unit: str | None = None,
        level: str | None = None,
        since: str | tuple[_Date, _Date] | None = None,
    ) -> Table:
        """What each part of a unit adds to the change of its value since an earlier window.

        `within` is what the change of the part's own value adds, `mix` what the change of its share
        in the whole adds (Kitagawa 1955), in the indicator's unit. The last row is the whole, and
        exactly the sum of those before it.

        `since` is `previous_period`, `same_window_last_year`, a period such as `2023-Q1`, or a
        first day and the day after the last. Without it, the window is compared with what the goal,
        the indicator or the campaign is compared with, else with the period before. Raises
        `RequestError` as `contributions` does.
        """

    def ranking(
        self,
        target: str,
        *,
        level: str | None = None,
        without: Sequence[str] = ...,
        window: str | _Date | None = None,
    ) -> Table:
        """The units of a level side by side, the best first, and how sure their order is.

        Each has the ranks that its true one may be, looked at by itself and together with all
        others, the group of those it does not clearly differ from, and whether it differs from the
        average beyond chance and beyond as much as units differ anyway. Units `without` take no
        part. `window` is a period such as `2023-Q1` or a day in a window; without it, all windows
        are ranked.

        Raises `RequestError` if the plan has no such target, level or unit, if the target has no
        such window, or if the indicator is a count, by which units of different sizes are not
        ranked.
        """

    def pooled(self, target: str, *, window: str | _Date | None = None) -> Table:
        """The rows of a target with true values that are estimated from the counts of all units.

        The value of a small unit is mostly chance. Each value is drawn towards those of the other
        units of its level, the more the fewer counts it has. `p_meets` is the probability that the
        true value meets the goal, and `in_list` names a list of rows of which at most 5 % have a
        wrong `pooled_verdict`. `window` is a period such as `2023-Q1` or a day in a window; without
        it, all windows. Rows without counts, and levels of fewer than 8 units with counts, have a
        `reason`.

        Raises `RequestError` if the plan has no such target, or if the target has no such window.
        """

    def evidence(self, target: str, *, window: str | _Date | None = None) -> Table:
        """The evidence that a target's goal is missed, at the end of each period that has passed.

        It stays right whenever it is looked at: as long as the truth meets the goal, an `alarm` is
        ever raised with a probability of 2.5 % at most, at the usual confidence of 95 %. `events`
        and `whole` are the counts since the window's first day, as they are known on the day of the
        report. `window` is a period such as `2023-Q1` or a day in a window; without it, all windows
        that have begun. Of rolling windows only those that share no day have rows, from the last
        one backwards.

        Raises `RequestError` if the plan has no such target, if the target has no such window, or
        if the tally was made for other days.
        """

    def trajectory(
        self, target: str, *, unit: str | None = None, window: str | _Date | None = None
    ) -> Table:
        """A target's way to its goal in one window: values so far, what is expected, the forecast.

        A row for the last day of each month of the window, for the report's day, and for the
        window's last day. Days that have passed (`part` is `so_far`) have the value as it stood;
        days to come (`to_come`) have a forecast with intervals of 50, 80 and 95 %. `window` is a
        period such as `2023-Q1` or a day in a window; without it, the latest that has begun.

        Raises `RequestError` if the plan has no such target or unit, if the target has no such
        window, or if the tally was made for other days.
        """

    def funnel(
        self,
        target: str,
        *,
        level: str | None = None,
        without: Sequence[str] = ...,
        window: str | _Date | None = None,
    ) -> Table:
        """The values of a level's units against denominators, with limits around the average.

        Rows with the part `unit` come first, the smallest denominator first; rows with the part
        `line` are the points of the lines. Limits are of chance alone (`chance_lower`, …) and of
        chance and the variation between units (`adjusted_lower`, …), for the plan's confidence and
        for 99.8 % (`…_outer`). Arguments and errors are those of `ranking`.
        """

    def history(self, target: str, *, unit: str | None = None) -> Table:
        """The rows of a target as they stood at each month's end, and as they stand.

        Columns are those of the report's own rows; `as_of` is the day. Raises `RequestError` if
        the plan has no such target or unit, or if the tally was made for other days.
        """

    def signals(
        self,
        target: str,
        *,
        unit: str | None = None,
        every: _Every | None = None,
        since: _Date | None = None,
        until: _Date | None = None,
        chart: _SignalChart | None = None,
        rules: _Rules = "nhs",
        only: Sequence[_Rule] | None = None,
        shift_length: int | None = None,
        trend_length: int | None = None,
        baseline: int | str | tuple[_Date, _Date] | None = None,
        trend: _TrendTest | None = None,
        least_points: int = 12,
        change: float = 20.0,
        change_periods: int = 7,
    ) -> Table:
        """A target's indicator over time, unit by unit: signals, trends, and goal against process.

        A row for each unit (and category that the target has to be met in): its latest point with
        centre and limits, the patterns that reach to it by a set of `rules` (`nhs`, `anhoej`,
        `western_electric` or `nelson`), the trend with its slope per year, and what the process
        makes of the goal. Periods of the kind `every` count if they were over on the report's day;
        one without a value is left out, never taken for zero.

        `only` names the rules of the set that are used, such as `["outside_limits", "shift"]`; all
        of them if it is left out. `shift_length` and `trend_length` are the numbers of points in a
        row that make a shift and a trend, from 3 to 30, instead of the set's own.

        `since` is the first day of the series, `until` the day after the last. `baseline` says what
        centre and limits are made from: a number of first points, a period such as `2024`, or a
        first day and the day after the last. `chart` and `trend` are chosen by the indicator and
        the length of the series if they are left out, and `every` by the `every` of the measures,
        or else by how long the figures are, from months on. Series of fewer points than
        `least_points` have no chart.

        `false_signal` is the probability that the latest point is part of a pattern although
        nothing changed. `power` is the same after a change by `change` per cent of the centre (20
        unless given) in the latest `change_periods` periods (7 unless given). Both come from
        simulated series of the same chart, with errors of about half a per cent point.

        Raises `RequestError` if the plan has no such target or unit, the target is not for it, the
        indicator can't be drawn on that chart, the set has no such rule, or a choice leaves no
        points.
        """

    def chart(
        self,
        target: str,
        *,
        unit: str,
        every: _Every | None = None,
        since: _Date | None = None,
        until: _Date | None = None,
        chart: _SignalChart | None = None,
        rules: _Rules = "nhs",
        only: Sequence[_Rule] | None = None,
        shift_length: int | None = None,
        trend_length: int | None = None,
        baseline: int | str | tuple[_Date, _Date] | None = None,
        least_points: int = 12,
    ) -> Table:
        """The periods of a unit's series with centre, limits, goal and signals: to be drawn.

        A row for each period, as `signals` looks at it, with the same choices. Raises
        `RequestError` as `signals` does.
        """

    def certification(self, standard: str, *, window: _Date | None = None) -> Certification:
        """Which units hold a standard, in each of its windows or in the one that a day lies in.

        Raises `RequestError` if the plan has no such standard, or it no such window.
        """

    def certification_change(self, standard: str, *, since: _Date) -> Table:
        """What became of each unit's certificate, and whether facts or criteria changed it.

        The window that the day `since` lies in is compared with the last one that has begun. Raises
        `RequestError` if the plan has no such standard, or it no two such windows.
        """

    def score(self, score: str, *, window: _Date | None = None) -> Scoring:
        """The scores of all units of a score's level, in each window or in the one of a day.

        Raises `RequestError` if the plan has no such score, or it no such window.
        """
    def cascade(self, target: str, /) -> Cascade:
        """How a target is shared out among the units below, and what each made of its share.

        Raises `RequestError` if the plan has no such target, or does not share it out.
        """

    def campaigns(self) -> Table:
        """A row for each campaign and each of its tasks.

        It says how many of its days are over, and how many rows of its targets and of those of its
        parts are met, missed or can't be judged.
        """

    def budget(self, target: str, *, window: str | _Date | None = None) -> Table:
        """How much of what a target's goal allows or requires is used up.

        A row for each unit and window that has begun, or for the window of this name or of a day in
        it, where the value is made of events: `used`, `limit` and `left` of what `counts` says, the
        shares used and elapsed, their quotient `burn`, the day the limit is reached at it, and
        `alert`. `at_least` of a proportion allows bad events. Raises `RequestError` if the plan has
        no such target, or it no such window.
        """

    def by_owner(self) -> Table:
        """A row for each office of the plan's `owners`: the rows it answers for, how they stand.

        A row counts for the office that answers on the last day of its window, or today while it
        runs. `inherited` are those that it took over, `handed_over` those that it gave away.
        """

    def milestones(self) -> Table:
        """What campaigns were to have done by a day, and targets to have reached."""

    def combined(self) -> Combined:
        """Whether all, any or a number of several targets are met."""

    def awards(
        self, award: str, *, window: _Date | None = None, draws: int = 1_000, seed: int = 0
    ) -> Table:
        """Who may be chosen for an award and who is, in each window or in the one of a day.

        One row a unit: whether it is eligible and why not, points, rank, whether it is chosen, and
        how often it is when chance is drawn anew, `draws` times; the same `seed` gives the same
        answer. Raises `RequestError` if the plan has no such award, or its score no such window.
        """

    def effect(self, campaign: str, /, *, indicator: str, every: _Every = "month") -> Table:
        """What a campaign changed in a count, estimated in several ways.

        A row for each way: the ratio of what was counted to what would have been expected, with its
        limits, what is compared, what is assumed, and why where there is none. Series are cut into
        periods of the kind `every`. Raises `RequestError` if the plan has no such campaign or
        indicator, or the indicator is no count that adds up.
        """

    def text(self, *, width: int = 100, colour: bool = False, language: _Language = "en") -> str:
        """The scorecard for a terminal of `width` columns, with ANSI colours if wanted.

        `language` is that of words, numbers and days: `"en"` or `"vi"`. Names and titles stay as
        the plan has them.
        """

    def sparkline(
        self,
        target: str,
        *,
        unit: str | None = None,
        stratum: str | None = None,
        windows: int = 12,
        language: _Language = "en",
    ) -> str:
        """The windows of a target and a unit as a small line: an SVG element of 160 by 22 pixels.

        A disc is a window that is met, a square one that is missed, a ring one without a verdict;
        the dotted line is the goal. The latest `windows` are drawn. `title` and `desc` of the
        element say the same in words, and lines take the colour of the text around.
        `unit` may be left out if the target has rows of one unit only; `stratum`, if it is not
        split by strata. `language` is `"en"` or `"vi"`.
        Raises `RequestError` if no row fits, or rows of several units or strata.
        """

    def rug(
        self,
        target: str,
        *,
        unit: str | None = None,
        stratum: str | None = None,
        windows: int = 12,
        language: _Language = "en",
    ) -> str:
        """The windows of a target and a unit as a strip of marks: an SVG element 12 pixels high.

        A mark says verdict and certainty, as in the scorecard. More than 48 windows are bars: above
        the middle met, below it missed. The arguments are those of `sparkline`.
        Raises `RequestError` if no row fits, or rows of several units or strata.
        """

    @overload
    def to_html(self, path: None = None, *, language: _Language = "en") -> str:
        """The scorecard as a page that needs nothing else; written to `path` if one is given.

        `language` is that of the page: `"en"` or `"vi"`. Names and titles stay as the plan has
        them.
        """

    @overload
    def to_html(self, path: _Path, *, language: _Language = "en") -> None: ...
    @overload
    def to_page(
        self,
        path: None = None,
        *,
        map: str | Mapping[str, Any] | None = None,
        code: str = "id",
        details: _Details | Literal[0] = "missed",
        language: _Language = "en",
    ) -> str:
        """The report as an interactive page, in one file that needs no other and no network.

        Each unit and target has one row, that of its latest window. A reader searches units
        without marks and capitals, filters by verdict, certainty, target and window, goes down the
        hierarchy of units, and opens the explanation of a row. Without JavaScript, the page shows
        the scorecard. It is written to `path` if one is given.

        `map`, a GeoJSON as text or dict with coordinates in degrees, is drawn by verdict. `code` is
        the property that has the code of a feature's unit; a feature without it is known by its own
        `id`. `details` are the rows with an explanation: `"missed"`, `"all"`, or 0 for none.
        `language` is that of words, numbers and days: `"en"` or `"vi"`.

        Raises `RequestError` if the map is not such a GeoJSON or has no unit of the report.
        """

    @overload
    def to_page(
        self,
        path: _Path,
        *,
        map: str | Mapping[str, Any] | None = None,
        code: str = "id",
        details: _Details | Literal[0] = "missed",
        language: _Language = "en",
    ) -> None: ...
    @overload
    def to_excel(self, path: None = None, *, language: _Language = "en") -> bytes:
        """The report as an Excel workbook: bytes, or nothing where `path` names the file to write.

        Sheets: the scorecard in words and numbers, the latest values by unit, all columns of the
        rows as a table, reports that are missing or late, wholes that differ from their parts, the
        documents, and what the workbook rests on. More rows than a sheet holds continue on further
        sheets. Equal reports give equal bytes.

        `language` is that of words and days: `"en"` or `"vi"`. Columns and codes stay English.

        Raises `RequestError` if the report has more than 4,194,300 rows, which are four sheets.
        """

    @overload
    def to_excel(self, path: _Path, *, language: _Language = "en") -> None: ...
    @overload
    def to_openmetrics(self, path: None = None, *, latest: bool = True) -> str:
        """The rows as samples of OpenMetrics for Prometheus; written to `path` if one is given.

        Gauges `attain_value`, `attain_goal`, `attain_goal_upper`, `attain_lower`,
        `attain_upper`, `attain_chance`, `attain_completeness_percent`, `attain_needed` and
        `attain_final`, state sets `attain_verdict` and `attain_certainty`, an info
        `attain_reason`, and the day of the assessment as `attain_as_of_timestamp_seconds`.
        Where there is no number, there is no sample.

        With `latest`, each target and unit has one window: the one that runs, else the last one
        that has closed. Otherwise every window has samples.
        """

    @overload
    def to_openmetrics(self, path: _Path, *, latest: bool = True) -> None: ...
    @overload
    def to_junit(self, path: None = None) -> str:
        """The rows as test cases of JUnit XML; written to `path` if one is given.

        A row that is `missed` failed, one that is `indeterminate` is skipped, with its reason.
        """

    @overload
    def to_junit(self, path: _Path) -> None: ...
    @overload
    def to_dhis2(self, path: None = None, *, elements: Mapping[_Dhis2Value, str]) -> str:
        """The rows as data values of DHIS2 (`dataValueSets`); written to `path` if one is given.

        `elements` has the id of the data element that takes the `value`, the `numerator`, the
        `denominator`, the `goal`, or the `verdict` (1 met, 0 missed). What is not known is absent.

        Raises `RequestError` with every row that has no place in DHIS2: its window is no period, it
        is of a stratum, or another row has its unit and window. `filter` chooses rows.
        """

    @overload
    def to_dhis2(self, path: _Path, *, elements: Mapping[_Dhis2Value, str]) -> None: ...
    def to_package(self, folder: _Path) -> None:
        """Writes the report as a Data Package into a folder, which is made if it is not there.

        `datapackage.json` describes `assessments.csv`, `units.csv` and `plan.yaml`: columns, codes,
        keys, sizes and hashes. Files of these names are replaced, others stay.
        """

    def to_sdmx(self, path: _Path, *, flow: str | None = None) -> None:
        """Writes the rows as SDMX-CSV 2.0, and `attain.dsd.json`, the structure message, beside it.

        Dimensions are `REF_AREA`, `TARGET`, `INDICATOR`, `STRATUM`, `TIME_PERIOD` and `FREQ`; goal,
        verdict, certainty, reason and others are attributes. `OBS_VALUE` is `NaN` where there is no
        value, and `OBS_STATUS` says why. `flow` is the dataflow: an agency, an id and a version,
        such as `HEALTH:GOALS(1.0)`; without it `ATTAIN:ASSESSMENTS(1.0)`.

        Raises `RequestError` if `flow` has another form, and `FileError` if a file can't be
        written.
        """

    def to_iati(self, path: _Path, *, activity: str | None = None, language: str = "en") -> Table:
        """Writes the rows as results of IATI 2.03, and returns what has no form there.

        A campaign is a result, a window a period with target and actual value, a unit a location, a
        stratum a dimension. `activity` is the identifier of the activity: the code of a unit, whose
        rows and those of the units below are written, or another one, to which all rows belong.
        Without it each unit without a parent is an activity. `language` is that of the texts of
        the plan.

        Goals between two numbers, and above or below a number, have no form in IATI: their values
        are written without a target. Organisations, dates and sectors, which IATI needs too, are
        not in a plan.

        Raises `RequestError` if the report has no row of the activity, and `FileError` if the file
        can't be written.
        """

    def to_csv(self, path: _Path, *, spreadsheet_safe: bool = False) -> None:
        """Writes the rows as CSV: days as ISO text, empty fields where there is no value.

        Texts stand as they are. With `spreadsheet_safe`, those that begin with `=`, `+`, `-`, `@`,
        a tab or a carriage return get an apostrophe in front: spreadsheets take them for formulas.
        """

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
    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __iter__(self) -> Iterator[dict[str, Any]]: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object, /) -> Self: ...
    def __arrow_c_schema__(self) -> object:
        """The columns' types as a capsule of the Arrow C data interface."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows as a capsule of the Arrow C stream interface."""

@final
class Imported:
    """A plan, outcomes and notes of data collected elsewhere; made by `attain.sources`."""

    @property
    def plan(self) -> dict[str, Any]:
        """The plan as a dict, not checked yet: add goals to it and pass it to `Plan.from_dict`."""

    @property
    def outcomes(self) -> Table:
        """The outcomes, with the column `source`, which says where each row stands."""

    @property
    def rows(self) -> _Rows:
        """Whether the outcomes are figures or events."""

    @property
    def notes(self) -> Table:
        """What was changed, assumed or left out; what is left out comes first."""

    def tally(self, plan: Plan) -> Tally:
        """The tally of the outcomes, for a plan made of `plan`.

        Raises `OutcomeError` with every fault.
        """

    def to_yaml(self) -> str:
        """The plan as YAML."""

    def write_plan(self, path: _Path) -> None:
        """Writes the plan as YAML.

        Raises `FileError` if the file can't be written.
        """

    def to_csv(self, path: _Path) -> None:
        """Writes the outcomes as CSV.

        Raises `FileError` if the file can't be written.
        """

    def to_parquet(self, path: _Path) -> None:
        """Writes the outcomes as Parquet.

        Raises `FileError` if the file can't be written.
        """

    def write_notes(self, path: _Path) -> None:
        """Writes the notes as CSV.

        Raises `FileError` if the file can't be written.
        """

    def __len__(self) -> int: ...
    def _repr_html_(self) -> str:
        """How many outcomes there are, and the notes as a table, for a notebook."""

@final
class Certification:
    """Which units hold a standard: a certificate a unit and window, and what the criteria came to.

    Made by `Report.certification`. Any library that speaks Arrow takes it as the table of its
    certificates: `polars.DataFrame(certification)`, or the `to_…` methods.
    """

    @property
    def certificates(self) -> Table:
        """One row a unit and window: verdict, what failed, how many units below hold theirs."""

    @property
    def criteria(self) -> Table:
        """One row for each criterion of each unit: value, goal, what is needed."""

    def explain(self, unit: str, *, window: _Date | None = None) -> CertificateExplanation:
        """Why a unit holds the standard or does not, in words.

        `window`, a day in it, may be left out if there are certificates of one window only. Raises
        `RequestError` if no certificate fits, or several.
        """

    def green_zones(self, *, neighbours: Sequence[tuple[str, str]] | None = None) -> Table:
        """Where all units hold the standard: the topmost units of which all of its level do.

        With `neighbours`, pairs of codes, the runs of neighbours that do. Raises `RequestError`
        if the plan has no unit of such a code.
        """

    def to_arrow(self) -> pyarrow.Table:
        """The certificates as a `pyarrow.Table`, without a copy. Needs pyarrow."""

    def to_pandas(self) -> pandas.DataFrame:
        """The certificates as a `pandas.DataFrame`. Needs pandas and pyarrow."""

    def to_polars(self) -> polars.DataFrame:
        """The certificates as a `polars.DataFrame`, without a copy. Needs polars."""

    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __len__(self) -> int: ...

@final
class Replication:
    """Models of good practice and the places that took them up; made by `Report.replication`."""

    @property
    def models(self) -> Table:
        """In each window a row for all models together, then one for each model.

        Reach, depth, growth and trend.
        """

    @property
    def units(self) -> Table:
        """In each window a row for each unit of the level and above.

        How many models and places it has.
        """

@final
class Scoring:
    """The scores of the units of a level: points, grades, ranks, and what they are made of.

    Made by `Report.score`. Any library that speaks Arrow takes it as the table of its scores:
    `polars.DataFrame(scoring)`, or the `to_…` methods.
    """

    @property
    def scores(self) -> Table:
        """One row a unit and window: points, uncapped too, deductions, coverage, grade, rank."""

    @property
    def parts(self) -> Table:
        """One row for each part of each unit's score, and for each deduction."""

    def sensitivity(self, *, shift: float = 0.25, draws: int = 1_000, seed: int = 0) -> Table:
        """How ranks move when weights do: one by `shift` of itself, one left out, all drawn anew.

        The same `seed` gives the same answer. Raises `RequestError` if `shift` is not above 0 and
        at most 1, or there are no draws.
        """

    def scenarios(self, *, shift: float = 0.25) -> Table:
        """Points and ranks with each weight up by `shift` of itself, then down, then left out.

        Raises `RequestError` if `shift` is not above 0 and at most 1.
        """

    def to_arrow(self) -> pyarrow.Table:
        """The scores as a `pyarrow.Table`, without a copy. Needs pyarrow."""

    def to_pandas(self) -> pandas.DataFrame:
        """The scores as a `pandas.DataFrame`. Needs pandas and pyarrow."""

    def to_polars(self) -> polars.DataFrame:
        """The scores as a `polars.DataFrame`, without a copy. Needs polars."""

    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def __len__(self) -> int: ...

@final
class CertificateExplanation:
    """One certificate in words. Printed, it reads as text; `to_dict()` has it as data."""

    @property
    def judgement(self) -> str:
        """The judgement in one sentence."""

    @property
    def rule(self) -> str:
        """How the criteria are combined."""

    def to_dict(self) -> dict[str, Any]:
        """All of it as dicts and lists, days as ISO text."""

@final
class Cascade:
    """A target's goal shared out among the units below; made by `Report.cascade`."""

    @property
    def shares(self) -> Table:
        """A row for each unit: its share, how it was computed, and what the unit made of it."""

    @property
    def sums(self) -> Table:
        """A row for each unit with units below it: what their goals add up to, beside its own."""

@final
class Combined:
    """The verdict on several targets together; made by `Report.combined`.

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
    def flip(self) -> int | None:
        """The smallest change of the events counted that would turn the verdict.

        A positive number means more events, a negative one fewer; all else stays as recorded.
        None if there is no verdict, or if no number of events can turn it.
        """

    @property
    def formula(self) -> str:
        """How the value is computed."""

    @property
    def row(self) -> Assessment:
        """The row that is explained."""

    def to_dict(self) -> dict[str, Any]:
        """All of it as dicts and lists, days as ISO text."""

    def tree(self, *, depth: int | None = None, most: int = 12) -> dict[str, Any]:
        """The explanation as a tree, in nested dicts.

        Each has `what` it is about, `id`, `label`, `value`, `reason`, `subtracted`, `adds_up` and
        `children`: from the verdict over goal and value to the measures, the units that count
        and the figures that were recorded. `depth` is how many levels of units appear, `most` how
        many units or figures are named at each place; the others share a node. Where `adds_up`
        is true, the children's values, less those `subtracted`, add up to the value.
        """

    def _repr_html_(self) -> str: ...

@final
class Assessment:
    """One row of judgement: a target, a unit and a window. It has the table's columns."""

    # Columns; generated from the fields of the Rust struct.
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
    def dispersion(self) -> float | None:
        """How many times the variance of independent events the counts have; null if not known."""

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
        """Whether chance, or a missing report, could turn the verdict."""

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
    def exposure(self) -> float | None:
        """The share of the window's time that reports cover, 0 to 1.

        While the window runs, and while reports are missing or events are still being recorded.
        Time is weighted as the trajectory says; a day counts with the share of its events that
        is recorded by now.
        """

    @property
    def nowcast(self) -> float | None:
        """Events of the time elapsed that are expected to be reported still."""

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
    def progress(self) -> float | None:
        """The part of the way from the baseline to the goal, in per cent; not limited to 0 to 100.

        For relative goals and for targets with a `baseline`. Null for `between`, where the goal
        is the baseline, and for counts whose window still runs.
        """

    @property
    def completeness(self) -> float | None:
        """Share of the due reports that were made, in per cent."""

    @property
    def matched(self) -> int | None:
        """Pairs of a fraction of which both sides are known: units and periods."""

    @property
    def unmatched(self) -> int | None:
        """Pairs of which one side is missing; they are left out."""

    @property
    def imputed(self) -> float | None:
        """Share of the value that rests on imputed or estimated figures, in per cent."""

    @property
    def reason(self) -> _Reason | None:
        """Why the row can't be judged, or what qualifies its judgement."""

    @property
    def basis(self) -> str | None:
        """The documents the target rests on.

        Of a later version of a target, also since when it is in force.
        """

    @property
    def owners(self) -> str | None:
        """Ids of the offices that answer for it on the window's last day, or today if it runs."""

    @property
    def stratum(self) -> str | None:
        """The categories it is about: `sex=f, age=0-14`; none where it is about all.

        Where the goal has to be met in every category, the one that decides.
        """

    @property
    def illustrative(self) -> bool:
        """Whether it rests on outcomes that are made up to illustrate.

        Of its own unit or one below, in its window or in one that it is compared with.
        """

    # End of columns.

    def to_dict(self) -> dict[str, Any]:
        """The row as a dict, in the order of the table's columns."""

    def __eq__(self, other: object, /) -> bool: ...
    def __hash__(self) -> int: ...
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object, /) -> Self: ...

@final
class Table:
    """A table of named columns: what this package answers with where the answer has many rows.

    It holds the rows and leaves the rest to the library of your choice: `polars.DataFrame(table)`,
    `pyarrow.table(table)`, `duckdb.from_arrow(table)`, or the `to_…` methods below. Iteration gives
    the rows as dicts, `table["column"]` the list of a column's values.
    """

    @property
    def column_names(self) -> list[str]:
        """The columns' names, in order."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[dict[str, Any]]: ...
    def __getitem__(self, column: str, /) -> list[Any]: ...
    def __eq__(self, other: object, /) -> bool: ...
    __hash__: ClassVar[None]  # type: ignore[assignment]  # large, and equal by content
    def __copy__(self) -> Self: ...
    def __deepcopy__(self, _memo: object, /) -> Self: ...
    def _repr_html_(self) -> str:
        """The first rows, for a notebook."""

    def __arrow_c_schema__(self) -> object:
        """The schema as a capsule of the Arrow C data interface."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows as a capsule of the Arrow C stream interface."""

    def to_dicts(self) -> list[dict[str, Any]]:
        """The rows as dicts from columns to values. Needs no other library."""

    def to_arrow(self) -> pyarrow.Table:
        """The table as a `pyarrow.Table`, without a copy. Needs pyarrow."""

    def to_pandas(self) -> pandas.DataFrame:
        """The table as a `pandas.DataFrame`, days as `datetime64`. Needs pandas and pyarrow."""

    def to_polars(self) -> polars.DataFrame:
        """The table as a `polars.DataFrame`, without a copy. Needs polars."""
