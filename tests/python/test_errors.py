from __future__ import annotations

import dataclasses
import doctest
import pickle
from functools import partial
from typing import get_args

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
