# What the extension module offers; the texts in `src/python/` say the same for `help()`.
from typing import final

import pandas
import polars
import pyarrow

__all__ = ["Table", "__version__", "_read_date", "_read_document", "_read_table"]

__version__: str

@final
class Table:
    """A table of named columns: what this package answers with where the answer has many rows."""

    @property
    def column_names(self) -> list[str]:
        """The columns' names, in order."""

    def __len__(self) -> int: ...
    def __arrow_c_schema__(self) -> object: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...
    def to_arrow(self) -> pyarrow.Table:
        """The table as a `pyarrow.Table`, without a copy. Needs pyarrow."""

    def to_pandas(self) -> pandas.DataFrame:
        """The table as a `pandas.DataFrame`. Needs pandas and pyarrow."""

    def to_polars(self) -> polars.DataFrame:
        """The table as a `polars.DataFrame`, without a copy. Needs polars."""

# For the tests: the readers one by one.
def _read_date(day: object) -> str: ...
def _read_document(plan: object) -> list[tuple[str, str, str]]: ...
def _read_table(table: object) -> Table: ...
