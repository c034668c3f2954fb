"""The type of a column of numbers.

Most functions have two overloads: numbers give a record, and columns give a table. Numbers may be
mixed with columns. A call with numbers alone therefore fits both overloads, and mypy reports an
overlap (`overload-overlap`). Type checkers use the first overload that fits, which is the right
one. The modules of these functions disable the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, TypeAlias


class _Values(Protocol):
    """A sequence of numbers: it has a length and can be iterated."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[object]: ...


class _ArrowArray(Protocol):
    """A column that exports Arrow data at once."""

    def __arrow_c_array__(
        self, requested_schema: object | None = None
    ) -> tuple[object, object]: ...


class _ArrowStream(Protocol):
    """A column that exports Arrow data in chunks."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...


Column: TypeAlias = _Values | _ArrowArray | _ArrowStream
"""A column of numbers: a list, an array, a series, or anything that exports Arrow data."""
