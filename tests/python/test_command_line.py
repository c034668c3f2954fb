"""What `python -m attain` does with its arguments, its output and its exit code."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import attain
from attain.__main__ import main
from attain.errors import Fault


class Plan:
    """Stands in for a plan; its file is at fault where its name says so."""

    @staticmethod
    def load(path: Path) -> Plan:
        if path.name == "faulty.yaml":
            fault = Fault(file=str(path), line=3, column=1, message="there is no such key")
            raise attain.PlanError(str(fault), [fault])
        if path.name == "missing.yaml":
            raise attain.FileError(f"{path}: there is no such file")
        return Plan()


class Tally:
    def __init__(self, rows: list[str]) -> None:
        self.rows = rows

    def merge(self, other: Tally) -> None:
        self.rows += other.rows


class Report:
    def __init__(self, text: str) -> None:
        self._text = text

    def filter(self, **narrowing: str | None) -> Report:
        wanted = {name: value for name, value in narrowing.items() if value is not None}
        return Report(f"{self._text} {wanted}")

    def text(self, width: int) -> str:
        return f"{self._text}, in {width} columns"

    def to_html(self, path: Path) -> None:
        path.write_text("html", encoding="utf-8")

    def to_csv(self, path: Path) -> None:
        path.write_text("csv", encoding="utf-8")

    def to_parquet(self, path: Path) -> None:
        path.write_text("parquet", encoding="utf-8")


def tally(plan: Plan, path: Path, *, rows: str, progress: Any) -> Tally:
    assert isinstance(plan, Plan)
    assert progress is None, "nobody watches a test"
    if path.name == "faulty.csv":
        faults = [Fault(row=row, column="value", message="this is no number") for row in (2, 5)]
        raise attain.OutcomeError("the outcomes have 2 faults", faults)
    return Tally([f"{rows} of {path.name}"])


def assess(plan: Plan, tally: Tally, *, as_of: datetime.date) -> Report:
    assert isinstance(plan, Plan)
    if as_of.year < 2000:
        raise attain.RequestError("nothing was planned then")
    return Report(f"{' and '.join(tally.rows)} as of {as_of}")


@pytest.fixture(autouse=True)
def _stand_ins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line is tested alone: it only has to call the package and tell the outcome."""
    for name, value in {
        "Plan": Plan,
        "tally": tally,
        "assess": assess,
        "schema": lambda: '{"title": "Plan"}',
    }.items():
        monkeypatch.setattr(attain, name, value, raising=False)
    monkeypatch.setenv("COLUMNS", "77")


ASSESS = ["assess", "plan.yaml", "a.csv", "--as-of", "2025-12-31"]


def test_assess_prints_the_report_of_all_files_together(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["assess", "plan.yaml", "a.csv", "b.csv", "--as-of", "2025-12-31"])
    out, err = capsys.readouterr()
    assert code == 0
    assert out == "figures of a.csv and figures of b.csv as of 2025-12-31 {}, in 77 columns\n"
    assert err == ""


def test_assess_narrows_the_rows(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ASSESS, "--rows", "events", "--unit", "d1", "--target", "tet"]) == 0
    assert capsys.readouterr().out == (
        "events of a.csv as of 2025-12-31 {'target': 'tet', 'unit': 'd1'}, in 77 columns\n"
    )


def test_assess_writes_the_files_it_is_asked_for_and_names_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = {kind: tmp_path / f"rows.{kind}" for kind in ("html", "csv", "parquet")}
    options = [text for kind, path in paths.items() for text in (f"--{kind}", str(path))]
    assert main([*ASSESS, *options]) == 0
    assert capsys.readouterr().err.splitlines() == [f"wrote {path}" for path in paths.values()]
    for kind, path in paths.items():
        assert path.read_text(encoding="utf-8") == kind


def test_assess_tells_the_faults_of_every_file(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["assess", "plan.yaml", "faulty.csv", "b/faulty.csv", "--as-of", "2025-12-31"])
    out, err = capsys.readouterr()
    assert code == 1
    assert out == ""
    assert err.splitlines() == [
        "faulty.csv, row 2, column `value`: this is no number",
        "faulty.csv, row 5, column `value`: this is no number",
        "b/faulty.csv, row 2, column `value`: this is no number",
        "b/faulty.csv, row 5, column `value`: this is no number",
        "4 faults",
    ]


def test_a_missing_file_is_a_fault_and_no_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["assess", "missing.yaml", "a.csv", "--as-of", "2025-12-31"]) == 1
    assert capsys.readouterr().err == "missing.yaml: there is no such file\n"


def test_a_request_that_makes_no_sense_is_a_matter_of_usage(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["assess", "plan.yaml", "a.csv", "--as-of", "1999-12-31"]) == 2
    assert capsys.readouterr().err == "nothing was planned then\n"


def test_check_of_faultless_files_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "plan.yaml", "a.csv"]) == 0
    assert capsys.readouterr() == ("no faults\n", "")


def test_check_leaves_the_outcomes_unread_where_the_plan_is_at_fault(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["check", "faulty.yaml", "faulty.csv"]) == 1
    assert capsys.readouterr() == ("", "faulty.yaml:3:1: there is no such key\n")


def test_check_gives_faults_to_programs_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "plan.yaml", "a.csv", "faulty.csv", "--format", "json"]) == 1
    out, err = capsys.readouterr()
    document = json.loads(out)
    assert err == ""
    assert document["unlisted"] == 0
    assert [(fault["file"], fault["row"]) for fault in document["faults"]] == [
        ("faulty.csv", 2),
        ("faulty.csv", 5),
    ]


def test_schema_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == {"title": "Plan"}


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["judge"],
        ["assess", "plan.yaml"],
        ["assess", "plan.yaml", "a.csv"],
        ["assess", "plan.yaml", "a.csv", "--as-of", "2025-13-01"],
        ["assess", "plan.yaml", "a.csv", "--as-of", "2025-12-31", "--rows", "people"],
        ["check"],
    ],
)
def test_wrong_usage_is_told_with_exit_code_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: attain" in capsys.readouterr().err


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "attain", *arguments], capture_output=True, text=True, check=False
    )


def test_the_module_runs_as_a_command() -> None:
    finished = run("--version")
    assert finished.returncode == 0
    assert finished.stdout == f"attain {attain.__version__}\n"


@pytest.mark.parametrize("command", [[], ["assess"], ["check"], ["schema"]])
def test_every_command_has_help(command: list[str]) -> None:
    finished = run(*command, "--help")
    assert finished.returncode == 0
    assert finished.stdout.startswith(" ".join(["usage: attain", *command]))


def test_the_help_lists_every_command() -> None:
    listing = run("--help").stdout
    assert all(command in listing for command in ("assess", "check", "schema"))
