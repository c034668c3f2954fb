"""The package of the statistics: its names, records, choices and examples."""

from __future__ import annotations

import copy
import dataclasses
import doctest
import importlib
import inspect
import pickle
import pkgutil
import types
import typing
from collections.abc import Iterator
from typing import get_args

import pytest
from stats_calls import ARGUMENTS, BESIDE, COUNTS, FUNCTIONS, literal

import attain as at
from attain.stats import choices

MODULES = [
    importlib.import_module(f"attain.stats.{module.name}")
    for module in pkgutil.iter_modules(at.stats.__path__)
]


def taken() -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every choice that a function takes: function, argument, codes."""
    for name, function in FUNCTIONS.items():
        for argument, annotation in typing.get_type_hints(function).items():
            if argument != "return" and (codes := literal(annotation)):
                yield name, argument, codes


CHOICES = list(taken())


def declared() -> dict[str, tuple[str, ...]]:
    return {name: get_args(getattr(choices, name)) for name in choices.__all__}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_the_examples_run(module: types.ModuleType) -> None:
    assert doctest.testmod(module).failed == 0


def test_the_examples_of_the_package_run() -> None:
    failed, tried = doctest.testmod(at.stats)
    assert (failed, tried > 5) == (0, True)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_an_example(name: str) -> None:
    assert ">>> " in (inspect.getdoc(FUNCTIONS[name]) or "")


def test_the_names_are_those_of_the_modules_classes_first() -> None:
    public = {
        name
        for module in MODULES
        if module is not choices
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    }
    assert public | {"Column"} == set(at.stats.__all__)
    classes = [name for name in at.stats.__all__ if name[0].isupper()]
    assert at.stats.__all__ == sorted(classes) + sorted(set(at.stats.__all__) - set(classes))


def test_every_choice_is_declared_once_and_only_in_its_module() -> None:
    codes = list(declared().values())
    assert len(set(codes)) == len(codes)
    for _, _, taken_codes in CHOICES:
        assert taken_codes in codes
    for module in MODULES:
        if module is not choices:
            assert "Literal[" not in inspect.getsource(module), module.__name__


def test_every_function_that_takes_a_choice_is_called_here() -> None:
    assert {name for name, _, _ in CHOICES} == set(ARGUMENTS)


@pytest.mark.parametrize(("name", "argument", "codes"), CHOICES)
def test_every_declared_choice_is_accepted(
    name: str, argument: str, codes: tuple[str, ...]
) -> None:
    for code in codes:
        FUNCTIONS[name](*ARGUMENTS[name], **{argument: code}, **BESIDE.get((name, code), {}))


@pytest.mark.parametrize(("name", "argument", "codes"), CHOICES)
def test_an_unknown_choice_says_what_was_given_what_is_allowed_and_the_nearest(
    name: str, argument: str, codes: tuple[str, ...]
) -> None:
    slip = f"{codes[-1]}x"
    with pytest.raises(at.StatsError) as caught:
        FUNCTIONS[name](*ARGUMENTS[name], **{argument: slip})
    (fault,) = caught.value.faults
    assert (fault.column, fault.message) == (argument, "there is no such choice")
    assert fault.found == f"`{slip}`"
    assert fault.expected is not None
    assert sorted(fault.expected.split(", ")) == sorted(codes)
    if len(codes[-1]) > 2:
        assert fault.hint == f"did you mean `{codes[-1]}`?"
    assert str(caught.value) == str(fault)


RECORDS = {
    "Interval": at.stats.count(5),
    "HypothesisTest": at.stats.count_test(5, 4),
    "Funnel": at.stats.count_funnel(5, 4),
    "Runs": at.stats.runs([1, 2, 1, 2, 1, 2, 1, 2, 1, 2]),
    "MannKendall": at.stats.mann_kendall(COUNTS),
    "SenSlope": at.stats.sen_slope(COUNTS),
    "FivePointTrend": at.stats.five_point_trend(COUNTS, [20] * 5),
    "InterruptedSeries": at.stats.interrupted_series([9, 8, 9, 8, 9, 5, 4, 5], 5),
    "DifferenceInDifferences": at.stats.difference_in_differences([9, 8], [7, 8], [True, False]),
    "Evidence": at.stats.count_evidence(5, 4),
    "Outlook": at.stats.count_outlook(5, 90, 275, 12),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_pickled_and_copied(name: str) -> None:
    record = RECORDS[name]
    assert type(record) is getattr(at.stats, name)
    assert pickle.loads(pickle.dumps(record)) == record
    assert copy.deepcopy(record) == record
    assert repr(record).startswith(f"{name}(")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_pickled_and_described(name: str) -> None:
    function = FUNCTIONS[name]
    assert pickle.loads(pickle.dumps(function)) is function
    assert set(inspect.signature(function).parameters) == set(typing.get_type_hints(function)) - {
        "return"
    }


def test_the_hints_of_records_resolve() -> None:
    for name in at.stats.__all__:
        value = getattr(at.stats, name)
        if dataclasses.is_dataclass(value):
            fields = {field.name for field in dataclasses.fields(value)}
            assert set(typing.get_type_hints(value)) == fields
