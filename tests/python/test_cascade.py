"""A target shared out among the units below, as Python sees it."""

from __future__ import annotations

import datetime

import polars
import pytest

import attain

PLAN = {
    "attain": 1,
    "plan": "models",
    "units": {
        "levels": ["city", "district"],
        "list": [
            {"id": "c", "level": "city"},
            *({"id": f"d{n}", "level": "district", "parent": "c"} for n in (1, 2, 3)),
        ],
    },
    "measures": {"models": {}},
    "indicators": {"kept": {"count": "models"}},
}


def report_of(target: dict[str, object]) -> attain.Report:
    target = {"indicator": "kept", "goal": {"at_least": 100}, "window": "2023", **target}
    plan = attain.Plan.from_dict({**PLAN, "targets": {"models-2023": target}})
    outcomes = polars.DataFrame(
        {
            "unit": ["d1", "d2"],
            "period": ["2023", "2023"],
            "measure": ["models", "models"],
            "value": [34, 32],
        }
    )
    return attain.assess(plan, attain.tally(plan, outcomes), as_of=datetime.date(2023, 12, 31))


def test_each_unit_is_compared_with_its_share() -> None:
    cascade = report_of({"cascade": {"to": "district", "by": "equal"}}).cascade("models-2023")
    assert repr(cascade) == "<Cascade of models-2023: 4 goals, 1 sums>"
    shares = cascade.shares.to_polars()
    assert shares["goal_value"].to_list() == [100, 34, 33, 33]
    assert shares["rounded"].to_list() == [None, "up", "down", "down"]
    assert shares["verdict"].to_list() == ["missed", "met", "missed", "indeterminate"]
    assert shares["reason"].to_list() == [None, None, None, "no_data"]
    assert shares["parent"].to_list() == [None, "c", "c", "c"]
    sums = cascade.sums.to_polars().row(0, named=True)
    assert (sums["whole"], sums["parts"], sums["difference"]) == (100, 100, 0)
    assert (sums["children"], sums["without_share"], sums["finding"]) == (3, 0, "agrees")


def test_a_difference_to_stated_numbers_is_named() -> None:
    by = {"explicit": {"d1": 40, "d2": 45.5}}
    sums = report_of({"cascade": {"to": "district", "by": by}}).cascade("models-2023").sums
    row = sums.to_polars().row(0, named=True)
    # Of things that are counted, at least 45.5 is at least 46.
    assert (row["parts"], row["difference"], row["finding"]) == (86, 14, "short")
    assert (row["without_share"], row["reason"]) == (1, "no_baseline")


def test_what_is_not_shared_out_has_no_cascade() -> None:
    with pytest.raises(attain.RequestError, match="not shared out"):
        report_of({}).cascade("models-2023")
    with pytest.raises(attain.RequestError, match="did you mean `models-2023`"):
        report_of({}).cascade("models-2032")
