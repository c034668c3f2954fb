from __future__ import annotations

import contextlib
import dataclasses
import doctest
import errno
import os
import pickle
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import get_args

import pyarrow as pa
import pytest

import attain
from attain import errors
from attain.errors import Fault, FaultCode

a_fault = partial(Fault, code="wrong_form")


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (a_fault(message="m"), "m"),
        (a_fault(file="p.yaml", line=3, column=7, message="m"), "p.yaml:3:7: m"),
        (a_fault(line=3, column=7, message="m"), "line 3, column 7: m"),
        (a_fault(row=0, column="value", message="m"), "row 0, column `value`: m"),
        (a_fault(row=0, message="m"), "row 0: m"),
        (a_fault(column="value", message="m"), "column `value`: m"),
        (
            a_fault(file="o.csv", row=2, column="value", message="m"),
            "o.csv, row 2, column `value`: m",
        ),
        (a_fault(file="o.csv", line=2, column="value", message="m"), "o.csv:2, column `value`: m"),
        (a_fault(file="o.csv", line=2, message="m"), "o.csv:2: m"),
        (a_fault(path="targets.tet.goal", message="m"), "targets.tet.goal: m"),
        (a_fault(file="p.yaml", message="m"), "p.yaml: m"),
        (a_fault(message="m", found="f"), "m: found f"),
        (a_fault(message="m", expected="e"), "m: expected e"),
        (a_fault(message="m", found="f", expected="e", hint="h"), "m: found f, expected e (h)"),
    ],
)
def test_a_fault_reads_as_one_line_with_its_place(fault: Fault, text: str) -> None:
    assert str(fault) == text


def test_a_fault_can_not_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        a_fault(message="m").message = "n"  # type: ignore[misc]


@pytest.mark.parametrize(
    "error",
    [attain.PlanError, attain.OutcomeError, attain.RequestError, attain.FileError],
)
def test_every_error_is_an_attain_error_and_a_value_error(error: type[Exception]) -> None:
    assert issubclass(error, attain.AttainError)
    assert issubclass(error, ValueError)


def test_a_file_error_is_caught_as_an_os_error() -> None:
    with pytest.raises(OSError, match=r"^plan\.yaml: there is no such file$"):
        raise attain.FileError("plan.yaml: there is no such file")


def test_an_error_without_faults_has_its_message_only() -> None:
    error = attain.RequestError("there is no unit `x`")
    assert str(error) == "there is no unit `x`"
    assert error.faults == ()


@pytest.mark.parametrize("kind", [attain.OutcomeError, attain.FileError])
def test_an_error_survives_the_way_to_another_process(kind: type[attain.AttainError]) -> None:
    error = kind("two faults", [a_fault(message="a"), a_fault(row=1, message="b")], 3)
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert str(copy) == "two faults"
    assert copy.faults == error.faults
    assert copy.unlisted == 3


PLAN_WITH_TABLE = "attain: 1\nplan: p\nunits: {levels: [city], table: units.csv}\n"


def calls_that_open(path: Path) -> dict[str, Callable[[], object]]:
    plan = attain.Plan.from_dict(
        {
            "attain": 1,
            "plan": "p",
            "units": {"levels": ["city"], "list": [{"id": "c", "level": "city"}]},
        }
    )
    columns = ("unit", "measure", "value", "period")
    nothing = pa.table({column: pa.array([], pa.string()) for column in columns})
    nothing = nothing.set_column(2, "value", pa.array([], pa.float64()))
    report = attain.assess(plan, attain.tally(plan, nothing), as_of="2025-01-01")
    return {
        "plan": lambda: attain.Plan.load(path.with_suffix(".yaml")),
        "csv": lambda: attain.tally(plan, path.with_suffix(".csv")),
        "parquet": lambda: attain.tally(plan, path.with_suffix(".parquet")),
        "to_html": lambda: report.to_html(path),
        "to_page": lambda: report.to_page(path),
        "to_csv": lambda: report.to_csv(path),
        "to_parquet": lambda: report.to_parquet(path),
    }


OPENING = ["plan", "csv", "parquet", "to_html", "to_page", "to_csv", "to_parquet"]


@pytest.mark.parametrize("name", OPENING)
def test_a_missing_file_is_also_a_file_not_found_error(name: str, tmp_path: Path) -> None:
    path = tmp_path / "missing" / "file"
    with pytest.raises(FileNotFoundError) as caught:
        calls_that_open(path)[name]()
    error = caught.value
    assert isinstance(error, errors.MissingFileError)
    assert error.errno == errno.ENOENT
    assert Path(error.filename).with_suffix("") == path
    assert [fault.code for fault in error.faults] == ["no_such_file"]


# Outcomes may be a folder.
@pytest.mark.parametrize("name", [name for name in OPENING if name not in ("csv", "parquet")])
def test_a_folder_is_also_an_is_a_directory_error(name: str, tmp_path: Path) -> None:
    path = tmp_path / "folder"
    for suffix in ["", ".yaml", ".csv", ".parquet"]:
        path.with_suffix(suffix).mkdir()
    with pytest.raises(IsADirectoryError) as caught:
        calls_that_open(path)[name]()
    error = caught.value
    assert isinstance(error, errors.FolderError)
    assert error.errno == errno.EISDIR
    assert Path(error.filename).with_suffix("") == path
    assert [fault.code for fault in error.faults] == ["is_a_folder"]


def test_a_table_of_a_plan_that_is_missing_is_a_plan_error_and_a_file_not_found_error(
    tmp_path: Path,
) -> None:
    (tmp_path / "plan.yaml").write_text(PLAN_WITH_TABLE, encoding="utf-8")
    with pytest.raises(attain.PlanError) as caught:
        attain.Plan.load(tmp_path / "plan.yaml")
    error = caught.value
    assert isinstance(error, FileNotFoundError)
    assert isinstance(error, errors.MissingTableError)
    assert error.filename == str(tmp_path / "units.csv")
    assert "no_such_file" in [fault.code for fault in error.faults]


@contextlib.contextmanager
def without_privileges() -> Iterator[None]:
    """Nothing is denied to root, so root becomes another user for a moment."""
    user = os.geteuid()
    nobody = 65_534
    if user == 0:
        os.seteuid(nobody)
    try:
        yield
    finally:
        os.seteuid(user)


def test_a_file_that_may_not_be_read_is_also_a_permission_error(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(PLAN_WITH_TABLE, encoding="utf-8")
    path.chmod(0)
    with pytest.raises(PermissionError) as caught, without_privileges():
        attain.Plan.load(path)
    assert isinstance(caught.value, errors.DeniedFileError)
    assert caught.value.filename == str(path)


@pytest.mark.parametrize(
    "kind",
    [
        errors.MissingFileError,
        errors.DeniedFileError,
        errors.FolderError,
        errors.MissingTableError,
        errors.DeniedTableError,
        errors.TableFolderError,
    ],
)
def test_an_error_of_a_file_keeps_number_and_name_on_the_way_to_another_process(
    kind: type[attain.FileError],
) -> None:
    error = kind("no", [a_fault(message="no")], 1, None, "plan.yaml")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is kind
    assert (copy.errno, copy.filename, copy.strerror) == (error.errno, "plan.yaml", error.strerror)
    assert copy.errno is not None
    assert (str(copy), copy.faults, copy.unlisted) == ("no", error.faults, 1)


def test_every_fault_of_the_extension_has_one_of_the_codes() -> None:
    with pytest.raises(attain.PlanError) as caught:
        attain.Plan.from_dict({"attain": 2, "a": {1}, "b": [float("nan")]})
    codes = [fault.code for fault in caught.value.faults]
    assert codes == ["wrong_type", "not_a_number"]
    assert set(codes) < set(get_args(FaultCode))
    with pytest.raises(attain.StatsError) as refused:
        attain.stats.proportion(1, 2, method="wilsn")  # type: ignore[call-overload]
    assert [fault.code for fault in refused.value.faults] == ["unknown_choice"]
    with pytest.raises(attain.StatsError) as refused:
        attain.stats.proportion([1, 2], [3])
    assert [fault.code for fault in refused.value.faults] == ["unequal_columns"]


def test_one_fault_of_the_extension_reads_the_same_as_the_error() -> None:
    with pytest.raises(attain.PlanError) as caught:
        attain.Plan.from_dict({"targets": {"tet": {"goal": object()}}})
    (fault,) = caught.value.faults
    assert fault.path == "targets.tet.goal"
    assert str(caught.value) == str(fault)


def test_an_error_of_the_extension_lists_all_its_faults() -> None:
    with pytest.raises(attain.PlanError) as caught:
        attain.Plan.from_dict({"a": {1}, "b": [float("nan")]})
    assert [fault.path for fault in caught.value.faults] == ["a", "b.0"]
    first, *lines = str(caught.value).splitlines()
    assert first == "the plan has 2 faults"
    assert [line.strip() for line in lines] == [str(fault) for fault in caught.value.faults]


def test_faults_beyond_a_thousand_are_counted() -> None:
    with pytest.raises(attain.PlanError) as caught:
        attain.Plan.from_dict({"units": [object()] * 1234})
    assert len(caught.value.faults) == 1000
    assert caught.value.unlisted == 234


def test_the_examples_in_the_documentation_run() -> None:
    result = doctest.testmod(errors)
    assert result.attempted > 0
    assert result.failed == 0


def many(rows: int) -> attain.OutcomeError:
    """The error of a table with as many numbers written as `:`."""
    plan = attain.Plan.parse(
        "{attain: 1, plan: p, measures: {cases: {}}, "
        "units: {levels: [city], list: [{id: c, level: city}]}}"
    )
    table = pa.table(
        {
            "unit": ["c"] * rows,
            "period": [str(1000 + row) for row in range(rows)],
            "measure": ["cases"] * rows,
            "value": [":"] * (rows - 1) + ["<5"],
        }
    )
    with pytest.raises(attain.OutcomeError) as caught:
        attain.tally(plan, table)
    return caught.value


def test_thousands_of_faults_of_one_kind_are_a_few_lines() -> None:
    error = many(4440)
    cure = "leave the value empty and write the status O (missing)"
    assert str(error).splitlines() == [
        "the outcomes have 4,440 faults",
        "  this is no number, 4,439 times: found `:`, "
        f"expected a number such as 1840 or 96.4 ({cure})",
        "    row 0, column `value`",
        "    row 1, column `value`",
        "    row 2, column `value`",
        "    … and 4,436 more",
        "  … and 1 more",
    ]
    assert (len(error.faults), error.unlisted) == (1000, 3440)
    assert {fault.row for fault in error.faults} == set(range(1000))


def test_few_faults_have_a_line_each() -> None:
    error = many(4)
    # Three of one cure, and one of another.
    assert str(error).splitlines()[1:] == [f"  {fault}" for fault in error.faults]


def test_faults_found_in_python_are_summed_up_alike() -> None:
    builder = attain.plan("p")
    for number in range(5):
        builder.target(f"t{number}", "no goal")  # type: ignore[arg-type]
    with pytest.raises(attain.PlanError) as caught:
        builder.build()
    head, kind, *places = str(caught.value).splitlines()
    assert head == "the plan has 5 faults"
    assert kind.startswith("  this is no goal, 5 times: found 'no goal', expected a comparison")
    assert places == ["    targets.t0", "    targets.t1", "    targets.t2", "    … and 2 more"]
    assert len(caught.value.faults) == 5
