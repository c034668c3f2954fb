"""The page that says which methods there are: every call on it runs, what is absent is absent."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import attain as at

PAGE = (Path(__file__).parents[2] / "docs" / "stats" / "methods.md").read_text("utf-8")
NAMES: dict[str, Any] = {}
exec(re.findall(r"^```python\n(.*?)^```", PAGE, re.M | re.S)[0], NAMES)


def rows(table: str) -> list[tuple[str, list[str]]]:
    """The methods of a table, and the calls beside them."""
    [text] = re.findall(rf"<!-- table: {table} -->\n\n(.*?)\n\n<!-- end -->", PAGE, re.S)
    lines = [line.strip("| ").rsplit(" | ", 1) for line in text.splitlines()[2:]]
    return [(line[0], re.findall(r"`([^`]+)`", line[-1])) for line in lines]


CALLS = [call for table in ("present", "absent") for _, calls in rows(table) for call in calls]


@pytest.mark.parametrize("call", CALLS)
def test_each_call_runs(call: str) -> None:
    assert call.startswith("at.stats.")
    assert eval(call, NAMES) is not None


def test_each_method_that_is_present_has_a_call() -> None:
    for method, calls in rows("present"):
        assert calls or method.startswith("**"), method
    assert sum(len(calls) for _, calls in rows("present")) > 50


# By the first words of its row: calls that would compute what is absent.
WOULD_BE = {
    "tolerance": ["at.stats.tolerance", "at.stats.tolerance_limits"],
    "power": [
        "at.stats.proportion_difference_test_power(0.6, 9, 0.7, 9, method='barnard')",
        "at.stats.rate_ratio_test_power(2, 25, 1, 25, method='e_test')",
        "at.stats.rate_ratio_test_exposure(2, 1, method='exact_conditional')",
    ],
    "partial": ["at.stats.partial_mann_kendall(x, [hours, days])"],
    "Hotelling": ["at.stats.hotelling", "at.stats.t_squared"],
    "principal": ["at.stats.principal_components", "at.stats.copeland", "at.stats.box_cox"],
}


def test_what_is_absent_is_absent() -> None:
    methods = [method for method, _ in rows("absent")]
    assert len(methods) == len(WOULD_BE)
    for method, (start, calls) in zip(methods, WOULD_BE.items(), strict=True):
        assert method.startswith(start)
        for call in calls:
            with pytest.raises((AttributeError, TypeError, at.StatsError)):
                eval(call, NAMES)


def test_goalposts_truncate_on_request_only() -> None:
    goalposts: dict[str, Any] = {"method": "goalposts", "goalposts": (0, 10)}
    assert at.stats.normalise([-1, 5, 12], **goalposts) == pytest.approx([-10, 50, 120])
    assert at.stats.normalise([-1, 5, 12], truncate=True, **goalposts) == [0, 50, 100]
