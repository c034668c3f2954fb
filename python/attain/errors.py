"""The exceptions of the package, and the faults that they hold.

Input is checked whole: an error holds every fault that was found, each with its place, the value
found there, the value expected, and often a hint how to correct it.

    >>> fault = Fault(
    ...     code="not_a_number",
    ...     row=3,
    ...     column="value",
    ...     message="this is no number",
    ...     found="'12,5'",
    ... )
    >>> print(fault)
    row 3, column `value`: this is no number: found '12,5'
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Literal, Self, TypeAlias

from attain._attain import escaped

__all__ = [
    "AttainError",
    "AttainWarning",
    "DeniedFileError",
    "DeniedTableError",
    "Fault",
    "FaultCode",
    "FileError",
    "FolderError",
    "MissingFileError",
    "MissingTableError",
    "OutcomeError",
    "PlanError",
    "RequestError",
    "StatsError",
    "TableError",
    "TableFolderError",
    "WarningCode",
]

# Generated from the Rust enum FaultCode.
FaultCode: TypeAlias = Literal[
    "empty_input",
    "wrong_encoding",
    "invalid_syntax",
    "unclosed",
    "forbidden_character",
    "unsupported_syntax",
    "too_deep",
    "limit_exceeded",
    "unknown_key",
    "missing_key",
    "duplicate_key",
    "conflicting_keys",
    "misplaced_key",
    "not_a_text",
    "not_a_number",
    "not_a_boolean",
    "not_a_date",
    "not_a_period",
    "not_a_list",
    "not_a_map",
    "wrong_form",
    "unknown_choice",
    "unknown_version",
    "invalid_id",
    "out_of_range",
    "number_too_large",
    "empty_range",
    "wrong_order",
    "duplicate_entry",
    "duplicate_id",
    "too_many",
    "too_few",
    "unknown_unit",
    "unknown_level",
    "unknown_measure",
    "unknown_stratum",
    "unknown_category",
    "unknown_indicator",
    "unknown_target",
    "unknown_id",
    "missing_parent",
    "wrong_level",
    "outside_validity",
    "outside_window",
    "boundary_gap",
    "wrong_weights",
    "circular_reference",
    "unreachable_goal",
    "unsuitable_goal",
    "unsuitable_measure",
    "unsuitable_indicator",
    "unsuitable_target",
    "inconsistent_parts",
    "stratum_not_recorded",
    "not_a_table",
    "wrong_separator",
    "uneven_row",
    "missing_column",
    "unknown_column",
    "duplicate_column",
    "misspelt_column",
    "wrong_type",
    "missing_value",
    "not_finite",
    "negative_value",
    "fractional_value",
    "unsuitable_status",
    "conflicting_dates",
    "days_for_periods",
    "recorded_too_early",
    "duplicate_row",
    "part_exceeds_whole",
    "falling_total",
    "figures_and_events",
    "damaged_data",
    "left_out",
    "reading_failed",
    "no_such_file",
    "permission_denied",
    "is_a_folder",
    "unreadable_file",
    "unwritable_file",
    "forbidden_file",
    "unknown_format",
    "no_such_row",
    "ambiguous_request",
    "conflicting_arguments",
    "other_plan",
    "other_boundaries",
    "other_days",
    "unequal_columns",
    "undetermined",
    "stopped",
]
# End of codes.
"""What kind of mistake a fault is."""

# Generated from the Rust enum WarningCode.
WarningCode: TypeAlias = Literal[
    "goal_below_one",
    "values_below_one",
    "alike_names",
    "inclusive_ends",
    "firsts_of_months",
    "every_not_stated",
    "fractions_in_counts",
    "near_column",
    "unread_columns",
    "never_reports",
    "bulk_load",
    "falling_totals",
    "no_data",
    "low_completeness",
    "totals_differ",
]
# End of codes.
"""What a warning is about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing that is wrong, and where.

    A fault of a text has `line` and `column` (numbers from 1), and `file` if the text came from
    one. A fault of a CSV file has `file`, `line` and the name of a `column`. One of another table
    has `row` (from 0, as dataframes count) instead of a line, and `file` if the table is one. A
    fault of a plan given as a dict has `path`: the keys that lead there, joined by dots.
    """

    code: FaultCode
    """What kind of mistake it is; the page *Errors* of the reference lists all codes."""
    file: str | None = None
    """The file, if there is one."""
    line: int | None = None
    """The line, from 1."""
    column: int | str | None = None
    """The column: a number from 1 in a text, a name in a table."""
    row: int | None = None
    """The row, from 0 over all batches of the table."""
    path: str | None = None
    """The keys and indices that lead to the place in a dict: `targets.tet.goal`."""
    message: str
    """What is wrong, in one clause."""
    found: str | None = None
    """The value found there, if there is one."""
    expected: str | None = None
    """The value expected there."""
    hint: str | None = None
    """How to correct it."""

    def __str__(self) -> str:
        text = f"{place}: {self.message}" if (place := self._place()) else self.message
        if self.found is not None:
            text += f": found {self.found}"
        if self.expected is not None:
            text += f"{', ' if self.found is not None else ': '}expected {self.expected}"
        if self.hint is not None:
            text += f" ({self.hint})"
        return text

    def _place(self) -> str:
        parts = []
        if self.line is not None:
            at = f":{self.column}" if isinstance(self.column, int) else ""
            if self.file is not None:
                parts.append(f"{self.file}:{self.line}{at}")
            else:
                parts.append(f"line {self.line}{at.replace(':', ', column ')}")
        elif self.file is not None:
            parts.append(self.file)
        if self.row is not None:
            parts.append(f"row {self.row}")
        if isinstance(self.column, str):
            parts.append(f"column `{self.column}`")
        if self.path is not None:
            parts.append(self.path)
        # File names and keys may come from anywhere.
        return escaped(", ".join(parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class AttainWarning:
    """Something that looks like a mistake but may be right; it is not refused.

    A plan, a tally or a report has at most one warning of each code, with the number of places.
    Printed, it is one line: places, message, hint.
    """

    code: WarningCode
    """What it is about; the page *Errors* of the reference lists all codes."""
    message: str
    """What looks wrong, in a sentence."""
    hint: str | None = None
    """How to correct it, if it is wrong."""
    count: int = 1
    """How many places there are."""
    places: tuple[str, ...] = ()
    """The first three places."""

    def __str__(self) -> str:
        places = list(self.places)
        if (more := self.count - len(places)) > 0:
            places.append(f"and {more} more")
        text = f"{'; '.join(places)}: {self.message}" if places else self.message
        return text if self.hint is None else f"{text} ({self.hint})"


class AttainError(ValueError):
    """Every error of this package.

    `faults` holds what was found, in the order of the input; `unlisted` counts the faults beyond
    the thousand that are kept.
    """

    faults: tuple[Fault, ...]
    unlisted: int

    def __init__(self, message: str, faults: Iterable[Fault] = (), unlisted: int = 0) -> None:
        super().__init__(message)
        self.faults = tuple(faults)
        self.unlisted = unlisted

    def __str__(self) -> str:
        # OSError, a base of FileError, shows the error number instead of the message.
        return str(self.args[0])


class PlanError(AttainError):
    """A plan, or the unit table beside it, has faults."""


class OutcomeError(AttainError):
    """Outcomes have faults: rows, columns or files of them."""


class RequestError(AttainError):
    """A request has faults: an unknown target, unit or column, or an impossible date."""


class StatsError(AttainError):
    """An argument of a function of `attain.stats` has a fault."""


class FileError(AttainError, OSError):
    """A file can't be read or written. It is an `OSError` too, with its `errno` and `filename`.

    A file that does not exist, may not be opened or is a folder raises `MissingFileError`,
    `DeniedFileError` or `FolderError`.
    """

    _errno: ClassVar[int | None] = None

    def __init__(
        self,
        message: str,
        faults: Iterable[Fault] = (),
        unlisted: int = 0,
        errno: int | None = None,
        filename: str | None = None,
    ) -> None:
        super().__init__(message, faults, unlisted)
        self.errno = self._errno if errno is None else errno
        self.strerror = None if self.errno is None else os.strerror(self.errno)
        self.filename = filename

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        # Attributes of an `OSError` are not copied with its `__dict__`.
        arguments = (str(self), self.faults, self.unlisted, self.errno, self.filename)
        return type(self), arguments


class MissingFileError(FileError, FileNotFoundError):
    """A file or its folder does not exist."""

    _errno = errno.ENOENT


class DeniedFileError(FileError, PermissionError):
    """A file may not be read or written."""

    _errno = errno.EACCES


class FolderError(FileError, IsADirectoryError):
    """A path is a folder where a file is necessary."""

    _errno = errno.EISDIR


class TableError(PlanError, FileError):
    """A table that a plan names can't be read."""


class MissingTableError(TableError, MissingFileError):
    """A plan names a table that does not exist."""


class DeniedTableError(TableError, DeniedFileError):
    """A plan names a table that may not be read."""


class TableFolderError(TableError, FolderError):
    """A plan names a folder where a table is necessary."""
