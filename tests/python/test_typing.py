"""What a type checker sees: it reads this file, and the tests run it."""

from __future__ import annotations

import ast
import datetime
import inspect
import operator
from pathlib import Path
from typing import Any, Literal, assert_type

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
    assert_type(plan.strata, dict[str, list[str]])
    assert_type(plan.targets, attain.Table)
    assert_type(attain.schema(), str)


def test_a_tally_is_typed() -> None:
    plan = attain.Plan.load("examples/hanoi/plan.yaml")
    tally = attain.tally(plan, Path("examples/hanoi/outcomes.csv"), progress=print)
    assert_type(tally, attain.Tally)
    assert_type(tally.plan, attain.Plan)
    assert_type(tally.rows, Literal["figures", "events"])
    assert_type(len(tally), int)

    def uses(
        pandas_table: pandas.DataFrame, polars_table: polars.DataFrame, arrow_table: pyarrow.Table
    ) -> None:
        assert_type(attain.tally(plan, pandas_table), attain.Tally)
        assert_type(attain.tally(plan, polars_table, rows="events"), attain.Tally)
        assert_type(attain.tally(plan, arrow_table.to_reader()), attain.Tally)
        assert_type(attain.tally(plan, polars_table.lazy()), attain.Tally)
        assert_type(attain.tally(plan, ["a.csv", Path("b"), b"", polars_table]), attain.Tally)
        with Path("a.csv").open("rb") as binary, Path("a.csv").open(encoding="utf-8") as text:
            assert_type(attain.tally(plan, [binary, text]), attain.Tally)
        assert_type(tally + tally, attain.Tally)
        assert_type(sum([tally]), attain.Tally | Literal[0])
        tally.add(polars_table)
        tally.merge(tally)

        # What the package would refuse, a type checker refuses too.
        attain.tally(plan, {"unit": ["01"]})  # type: ignore[arg-type]
        attain.tally(plan, polars_table, rows="people")  # type: ignore[arg-type]
        tally.rows = "events"  # type: ignore[misc]

    assert callable(uses)


def test_a_report_is_typed() -> None:
    plan = attain.Plan.load("examples/hanoi/plan.yaml")
    tally = attain.tally(plan, "examples/hanoi/outcomes.csv")
    report = attain.assess(plan, tally, as_of=datetime.date(2025, 12, 31))
    assert_type(report, attain.Report)
    assert_type(report.assessments, attain.Table)
    assert_type(report.rows, list[attain.Assessment])
    assert_type(report.as_of, datetime.date)
    assert_type(report.filter(target="clearance-2022", verdict="met"), attain.Report)
    assert_type(report.reconcile(), attain.Table)
    assert_type(report.signals("clearance-2022", every="half", baseline=2), attain.Table)
    assert_type(report.campaigns(), attain.Table)
    assert_type(report.milestones(), attain.Table)
    assert_type(report.combined(), attain.Combined)
    assert_type(report.combined().verdicts, attain.Table)
    assert_type(report.text(width=80, colour=True), str)
    assert_type(report.to_html(), str)
    assert_type(report.to_page(details=0, language="vi"), str)
    assert_type(report.to_arrow(), pyarrow.Table)
    assert_type(report.to_pandas(), pandas.DataFrame)
    assert_type(report.to_polars(), polars.DataFrame)
    assert_type(polars.DataFrame(report), polars.DataFrame)
    assert_type(pyarrow.table(report), pyarrow.Table)
    assert_type(report.select(["unit", "value"]), attain.Table)
    assert_type(attain.assess(plan, tally, as_of="2025-12-31", columns=["unit"]), attain.Table)

    def uses() -> None:
        assert_type(report.to_html("scorecard.html", language="vi"), None)
        assert_type(report.to_page("page.html", map={"features": []}, code="c"), None)
        report.to_page(details="some")  # type: ignore[call-overload]
        assert_type(report.to_csv(Path("rows.csv")), None)
        report.filter(verdict="failed")  # type: ignore[arg-type]
        report.filter("clearance-2022")  # type: ignore[call-arg]
        report.signals("clearance-2022", rules="nsh")  # type: ignore[arg-type]
        report.chart("clearance-2022")  # type: ignore[call-arg]
        attain.assess(plan, tally, as_of=2025)  # type: ignore[call-overload]

    assert callable(uses)


def test_an_explanation_is_typed() -> None:
    plan = attain.Plan.load("examples/hanoi/plan.yaml")
    tally = attain.tally(plan, "examples/hanoi/outcomes.csv")
    report = attain.assess(plan, tally, as_of="2025-12-31")
    explanation = report.explain("clearance-2022", unit="01", window="2022-06-30")
    assert_type(explanation, attain.Explanation)
    assert_type(explanation.judgement, str)
    assert_type(explanation.formula, str)
    assert_type(explanation.row, attain.Assessment)
    assert_type(explanation.to_dict(), dict[str, Any])


def test_a_row_is_typed() -> None:
    def uses(row: attain.Assessment) -> None:
        assert_type(row.target, str)
        assert_type(row.campaign, str | None)
        assert_type(row.window_start, datetime.date)
        assert_type(row.final, bool)
        assert_type(row.value, float | None)
        assert_type(row.needed, int | None)
        assert_type(row.verdict, Literal["met", "missed", "indeterminate"])
        assert_type(row.certainty, Literal["clear", "within_chance", "unsettled", "unknown"])
        assert_type(row.pace, Literal["ahead", "on_track", "behind"] | None)
        assert_type(row.to_dict(), dict[str, Any])
        # A verdict is one of three; a slip in its spelling is found.
        assert row.verdict != "failed"  # type: ignore[comparison-overlap]
        row.value = 1.0  # type: ignore[misc]

    assert callable(uses)


def test_faults_are_typed() -> None:
    error = attain.PlanError("m", [attain.Fault(code="wrong_form", message="m", line=1, column=1)])
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
