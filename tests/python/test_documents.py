"""Plans given as Python objects become the same tree as those in files."""

from __future__ import annotations

import datetime
import enum
import types
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import attain
from attain import _attain
from attain.errors import Fault


def leaves(plan: object) -> list[tuple[str, str, str]]:
    """Path, kind and text of every value that holds no others."""
    found: list[tuple[str, str, str]] = _attain._read_document(plan)
    return found


def faults(plan: object) -> tuple[Fault, ...]:
    with pytest.raises(attain.PlanError) as caught:
        _attain._read_document(plan)
    return caught.value.faults


class Level(enum.IntEnum):
    CITY = 1


class Better(enum.StrEnum):
    HIGHER = enum.auto()


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, "null", ""),
        (True, "bool", "true"),
        (False, "bool", "false"),
        (0, "number", "0"),
        (-7, "number", "-7"),
        (10**30, "number", "1" + "0" * 30),
        (np.int64(75), "number", "75"),
        (Level.CITY, "number", "1"),
        (75.0, "number", "75.0"),
        (0.1 + 0.2, "number", "0.30000000000000004"),
        (96.4, "number", "96.4"),
        (np.float64(96.4), "number", "96.4"),
        (Decimal("96.40"), "number", "96.40"),
        ("yes", "text", "yes"),
        ("", "text", ""),
        ("Hà Nội", "text", "Hà Nội"),
        (Better.HIGHER, "text", "higher"),
        (datetime.date(2019, 11, 27), "text", "2019-11-27"),
    ],
)
def test_a_plain_value_keeps_its_kind_and_text(value: object, kind: str, text: str) -> None:
    assert leaves({"key": value}) == [("key", kind, text)]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_its_shortest_decimal(number: float) -> None:
    ((_, kind, text),) = leaves([number])
    assert kind == "number"
    assert float(text) == number
    digits = len(Decimal(text).normalize().as_tuple().digits)
    # Rounded to any fewer digits it would be another float.
    assert all(float(f"{number:.{fewer - 1}e}") != number for fewer in range(1, digits))


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_loses_no_digit(number: Decimal) -> None:
    ((_, kind, text),) = leaves([number])
    assert kind == "number"
    assert Decimal(text).as_tuple() == number.as_tuple()


def test_values_stand_at_the_path_of_keys_and_indices() -> None:
    plan = {"units": {"levels": ("city", "district"), "list": [{"id": "d1"}, {"id": "d2"}]}}
    assert leaves(plan) == [
        ("units.levels.0", "text", "city"),
        ("units.levels.1", "text", "district"),
        ("units.list.0.id", "text", "d1"),
        ("units.list.1.id", "text", "d2"),
    ]


def test_any_mapping_is_read_like_a_dict() -> None:
    plan = {"a": {"b": 1}}
    assert leaves(types.MappingProxyType(plan)) == leaves(plan)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_a_number_that_is_not_finite_is_refused(number: float) -> None:
    for value in (number, np.float64(number), Decimal(str(number))):
        (fault,) = faults({"goal": {"at_least": value}})
        assert fault.path == "goal.at_least"
        assert fault.message == "this is no finite number"


@pytest.mark.parametrize(
    ("value", "found", "hint"),
    [
        (np.array([1, 2]), "numpy.ndarray", "make plain values of it with `.tolist()`"),
        (np.float32(0.5), "numpy.float32", "make plain values of it with `.tolist()`"),
        ({1, 2}, "set", "make a list of it with `list(…)`"),
        (range(3), "range", "make a list of it with `list(…)`"),
        (b"75", "bytes", "make a list of it with `list(…)`"),
        (object(), "object", None),
        (1j, "complex", None),
    ],
)
def test_a_value_that_no_plan_can_hold_is_named_by_its_type(
    value: object, found: str, hint: str | None
) -> None:
    (fault,) = faults({"a": [0, value]})
    assert fault.path == "a.1"
    assert fault.found == found
    assert fault.hint == hint


def test_a_moment_is_refused_where_a_day_is_wanted() -> None:
    (fault,) = faults({"dated": datetime.datetime(2019, 11, 27, tzinfo=datetime.UTC)})
    assert fault.path == "dated"
    assert fault.hint == "take its day with `.date()`"


def test_a_key_that_is_no_text_is_refused_where_it_stands() -> None:
    (fault,) = faults({"standard": {2023: 1, "2024": 2}})
    assert fault.path == "standard"
    assert fault.found == "2023"
    assert fault.hint == 'write it as a text: "2023"'


def test_half_a_character_is_refused() -> None:
    (fault,) = faults({"title": "\ud800"})
    assert fault.path == "title"


def test_a_dict_that_holds_itself_is_refused() -> None:
    plan: dict[str, Any] = {}
    plan["again"] = plan
    (fault,) = faults(plan)
    assert fault.hint == "does a list or dict hold itself?"


def test_what_a_mapping_raises_is_not_swallowed() -> None:
    class Broken(dict[str, object]):
        def items(self) -> Any:
            raise RuntimeError("out of order")

    with pytest.raises(RuntimeError, match="out of order"):
        _attain._read_document(Broken(a=1))
