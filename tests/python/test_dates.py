from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import attain

PLAN = attain.Plan.from_dict(
    {
        "attain": 1,
        "plan": "p",
        "units": {"levels": ["city"], "list": [{"id": "c", "level": "city"}]},
    }
)
NOTHING = attain.tally(
    PLAN, pl.DataFrame(schema=dict.fromkeys(["unit", "date", "measure"], pl.String)), rows="events"
)


def read(day: object) -> datetime.date:
    """The day that a report is of when this is given for it."""
    return attain.assess(PLAN, NOTHING, as_of=day).as_of  # type: ignore[arg-type]


@given(st.dates())
def test_a_date_and_its_iso_text_are_the_same_day(day: datetime.date) -> None:
    assert read(day) == read(day.isoformat()) == day


@pytest.mark.parametrize(
    "moment",
    [
        datetime.datetime(2025, 12, 31),  # noqa: DTZ001 - it is refused for having a time at all
        datetime.datetime(2025, 12, 31, tzinfo=datetime.UTC),
        pd.Timestamp("2025-12-31"),
        pd.NaT,
    ],
)
def test_a_moment_is_no_date(moment: object) -> None:
    with pytest.raises(
        attain.RequestError, match="a moment stands where a day is wanted"
    ) as caught:
        read(moment)
    (fault,) = caught.value.faults
    assert fault.found == str(moment)
    assert fault.hint == "take its day with `.date()`"


@pytest.mark.parametrize(
    "text",
    ["", "2025", "2025-13-01", "2025-02-29", "2025-1-5", " 2025-01-05", "20250105", "+2025-01-05"],
)
def test_only_a_whole_iso_date_is_a_date(text: str) -> None:
    with pytest.raises(attain.RequestError, match="this is no date") as caught:
        read(text)
    assert caught.value.faults[0].found == repr(text)


@pytest.mark.parametrize(
    ("value", "found"),
    [(None, "NoneType"), (20251231, "int"), (np.datetime64("2025-12-31"), "datetime64")],
)
def test_what_is_neither_date_nor_text_is_refused_by_its_type(value: object, found: str) -> None:
    with pytest.raises(attain.RequestError, match="this is no date") as caught:
        read(value)
    assert caught.value.faults[0].found == found
