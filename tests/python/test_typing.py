"""What a type checker sees: it reads this file, and the tests run it."""

from __future__ import annotations

import ast
import inspect
import operator
from pathlib import Path
from typing import assert_type

import pandas
import polars
import pyarrow

import attain
from attain import _attain


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


def test_a_plan_is_typed() -> None:
    plan = attain.Plan.load(Path("examples/hanoi/plan.yaml"))
    assert_type(plan, attain.Plan)
    assert_type(attain.Plan.parse(plan.to_json(), "json"), attain.Plan)
    assert_type(plan.id, str)
    assert_type(plan.note, str | None)
    assert_type(plan.targets, list[str])
    assert_type(attain.schema(), str)


def test_faults_are_typed() -> None:
    error = attain.PlanError("m", [attain.Fault(message="m", line=1, column=1)])
    assert_type(error.faults, tuple[attain.Fault, ...])
    assert_type(error.faults[0].line, int | None)
    assert_type(error.faults[0].column, int | str | None)
    assert_type(error.unlisted, int)


def test_the_version_is_typed() -> None:
    assert_type(attain.__version__, str)


def test_the_stub_documents_what_the_extension_documents() -> None:
    stub = Path(attain.__file__).with_name("_attain.pyi").read_text(encoding="utf-8")
    compared = 0
    for node in ast.walk(ast.parse(stub)):
        if isinstance(node, ast.ClassDef):
            described = {node.name: node} | {
                f"{node.name}.{member.name}": member
                for member in node.body
                if isinstance(member, ast.FunctionDef)
            }
        elif isinstance(node, ast.Module):
            described = {
                member.name: member for member in node.body if isinstance(member, ast.FunctionDef)
            }
        else:
            continue
        for name, definition in described.items():
            if (text := ast.get_docstring(definition)) is not None:
                value = operator.attrgetter(name)(_attain)
                assert inspect.getdoc(value) == text, name
                compared += 1
    assert compared > 0
