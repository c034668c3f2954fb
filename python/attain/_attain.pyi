# What the extension module offers; the texts in `src/python/` say the same for `help()`.
from collections.abc import Mapping
from os import PathLike
from types import ModuleType
from typing import Any, Literal, final

import pandas
import polars
import pyarrow

__all__ = ["Plan", "Table", "__version__", "_read_date", "_read_table", "schema", "stats"]

__version__: str

# Typed where it is made public, in `attain.stats`.
stats: ModuleType

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

# For the tests: the readers that no class uses yet.
def _read_date(day: object) -> str: ...
def _read_table(table: object) -> Table: ...
