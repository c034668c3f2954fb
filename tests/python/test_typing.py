"""What a type checker sees: it reads this file, and the tests run it."""

from __future__ import annotations

from typing import assert_type

import pandas
import polars
import pyarrow

import attain


def test_a_table_is_typed() -> None:
    def uses(table: attain.Table) -> None:
        assert_type(len(table), int)
        assert_type(table.column_names, list[str])
        assert_type(table.to_arrow(), pyarrow.Table)
        assert_type(table.to_pandas(), pandas.DataFrame)
        assert_type(table.to_polars(), polars.DataFrame)
        assert_type(polars.DataFrame(table), polars.DataFrame)
        assert_type(pyarrow.table(table), pyarrow.Table)

    assert callable(uses)


def test_faults_are_typed() -> None:
    error = attain.PlanError("m", [attain.Fault(message="m", line=1, column=1)])
    assert_type(error.faults, tuple[attain.Fault, ...])
    assert_type(error.faults[0].line, int | None)
    assert_type(error.faults[0].column, int | str | None)
    assert_type(error.unlisted, int)


def test_the_version_is_typed() -> None:
    assert_type(attain.__version__, str)
