"""Objects are copied, compared, hashed and pickled as users of Python expect."""

from __future__ import annotations

import copy
import datetime
import pickle
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from judged import judged_by_sex

import attain as at

EXAMPLES = Path(__file__).parents[2] / "examples"
AS_OF = "2025-12-31"


@pytest.fixture(scope="module")
def plan() -> at.Plan:
    return at.Plan.load(EXAMPLES / "hanoi" / "plan.yaml")


@pytest.fixture(scope="module")
def tally(plan: at.Plan) -> at.Tally:
    return at.tally(plan, EXAMPLES / "hanoi" / "outcomes.csv")


@pytest.fixture(scope="module")
def report(plan: at.Plan, tally: at.Tally) -> at.Report:
    return at.assess(plan, tally, as_of=AS_OF)


def pickled(value: object) -> object:
    return pickle.loads(pickle.dumps(value))


WAYS: list[Callable[[object], object]] = [copy.copy, copy.deepcopy, pickled]


@pytest.mark.parametrize("way", WAYS)
def test_a_plan_is_copied_in_its_boundaries(way: Callable[[object], object]) -> None:
    plan = at.Plan.load(EXAMPLES / "reform" / "plan.yaml", tables=EXAMPLES / "hanoi")
    for one in (plan, plan.in_geography(datetime.date(2025, 7, 1))):
        assert way(one) == one
        assert hash(way(one)) == hash(one)
    assert plan != plan.in_geography(datetime.date(2025, 7, 1))
    assert {plan: 1}[way(plan)] == 1  # type: ignore[index]


@pytest.mark.parametrize("way", WAYS)
def test_a_tally_is_copied_with_all_that_it_holds(
    way: Callable[[object], object], plan: at.Plan, tally: at.Tally, report: at.Report
) -> None:
    again = way(tally)
    assert isinstance(again, at.Tally)
    assert (len(again), again.rows, again.last_day) == (len(tally), tally.rows, tally.last_day)
    assert again.plan == plan
    assert again.limits == tally.limits
    assert [str(one) for one in again.warnings] == [str(one) for one in tally.warnings]
    assert at.assess(plan, again, as_of=AS_OF) == report


@pytest.mark.parametrize("way", WAYS)
def test_limits_are_copied_and_hashed(way: Callable[[object], object]) -> None:
    limits = at.Limits(judgement_rows=7, tally_bytes=1 << 40, plan_bytes=9)
    assert way(limits) == limits
    assert len({limits, way(limits), at.Limits(judgement_rows=7)}) == 2


def events_plan() -> at.Plan:
    return at.Plan.parse(
        """
attain: 1
plan: events
strata: {sex: [f, m]}
units: {levels: [city], list: [{id: a, level: city}, {id: b, level: city}]}
measures: {cases: {strata: [sex]}, cost: {}}
indicators: {known: {count: cases}, spent: {count: cost}}
targets:
  few: {indicator: known, goal: {at_most: 900}, window: {every: month, within: "2024"}}
  cheap: {indicator: spent, goal: {at_most: 9}, window: "2024"}
"""
    )


def events(first: int, last: int) -> pl.DataFrame:
    rows = range(first, last)
    return pl.DataFrame(
        {
            "unit": ["ab"[row % 2] for row in rows],
            "date": [datetime.date(2024, 1, 1) + datetime.timedelta(row % 300) for row in rows],
            "measure": ["cases" if row % 7 else "cost" for row in rows],
            "sex": [["f", "m"][row % 3 % 2] if row % 7 else None for row in rows],
            "value": [1.0 if row % 11 else 0.5 for row in rows],
        }
    )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("as_of", [None, ["2024-06-30", "2024-12-31"]])
def test_a_copied_tally_of_events_takes_more_and_leaves_the_other(
    way: Callable[[object], object], as_of: list[str] | None
) -> None:
    plan = events_plan()
    tally = at.tally(plan, events(0, 5000), rows="events", as_of=as_of)
    again = way(tally)
    assert isinstance(again, at.Tally)
    before = at.assess(plan, tally, as_of="2024-06-30")
    again.add(events(5000, 6000))
    assert at.assess(plan, tally, as_of="2024-06-30") == before
    both = at.tally(plan, events(0, 6000), rows="events", as_of=as_of)
    for day in ["2024-06-30", "2024-12-31"]:
        assert at.assess(plan, again, as_of=day) == at.assess(plan, both, as_of=day)


def test_the_fault_of_a_pickled_tally_names_the_row_that_came_first() -> None:
    row = {"unit": ["01"], "period": ["2025-01"], "measure": ["cases"], "value": [3.0]}
    small = at.Plan.parse(
        """
attain: 1
plan: small
units: {levels: [city], list: [{id: "01", level: city}]}
measures: {cases: {}}
indicators: {known: {count: cases}}
targets: {few: {indicator: known, goal: {at_most: 9}, window: "2025"}}
"""
    )
    tally = at.tally(small, pl.DataFrame(row))
    messages = []
    for one in (tally, pickled(tally)):
        assert isinstance(one, at.Tally)
        with pytest.raises(at.OutcomeError) as refused:
            one.add(pl.DataFrame(row))
        messages.append(str(refused.value))
    assert messages[0] == messages[1]


@pytest.mark.parametrize("way", WAYS)
def test_a_report_is_copied_with_its_filters_and_notes(
    way: Callable[[object], object], report: at.Report
) -> None:
    part = report.filter(level="city").filter(verdict="missed")
    for one in (report, part, judged_by_sex([8, 9, 3, 4], due=10)):
        again = way(one)
        assert isinstance(again, at.Report)
        assert again == one
        assert hash(again) == hash(one)
        assert again.notes == one.notes
        assert again.to_polars().equals(one.to_polars())
        assert str(again) == str(one)
    assert 0 < len(part) < len(report)
    assert part != report


def test_reports_differ_in_their_day_and_their_rows(
    plan: at.Plan, tally: at.Tally, report: at.Report
) -> None:
    assert at.assess(plan, tally, as_of=AS_OF) == report
    assert at.assess(plan, tally, as_of="2025-12-30") != report
    assert judged_by_sex([8, 9, 3, 4], due=10) == judged_by_sex([8, 9, 3, 4], due=10)
    assert judged_by_sex([8, 9, 3, 4], due=10) != judged_by_sex([8, 9, 3, 5], due=10)


@pytest.mark.parametrize("way", WAYS)
def test_tables_are_equal_by_their_rows(way: Callable[[object], object], report: at.Report) -> None:
    tables = [report.assessments, report.budget("clearance-2025-02"), report.reconcile()]
    for table in tables:
        again = way(table)
        assert again == table
        assert isinstance(again, at.Table)
        assert again.to_dicts() == table.to_dicts()
    assert report.assessments == report.assessments
    assert report.assessments != report.filter(level="city").assessments
    assert tables[0] != tables[1]
    with pytest.raises(TypeError, match="unhashable"):
        hash(tables[0])


@pytest.mark.parametrize("way", WAYS)
def test_rows_are_members_of_a_set(way: Callable[[object], object], report: at.Report) -> None:
    rows = report.filter(level="city").rows
    assert [way(row) for row in rows] == rows
    assert {way(row) for row in rows} == set(rows)
    assert len(set(rows)) == len(rows)


def test_damaged_bytes_of_a_tally_are_refused() -> None:
    plan = events_plan()
    tally = at.tally(plan, events(0, 200), rows="events")
    restore, (_, stored, limits) = tally.__reduce__()  # type: ignore[misc]
    assert at.assess(plan, restore(plan, stored, limits), as_of=AS_OF) == at.assess(
        plan, tally, as_of=AS_OF
    )
    other = at.Plan.load(EXAMPLES / "hanoi" / "plan.yaml")
    with pytest.raises(at.RequestError, match="another plan"):
        restore(other, stored, limits)
    # The end of the stream, eight bytes, holds no rows.
    for end in range(0, len(stored) - 8, 97):
        with pytest.raises((at.FileError, at.OutcomeError)):
            restore(plan, stored[:end], limits)
    refused = 0
    for place in range(6, len(stored), 3):
        damaged = bytearray(stored)
        damaged[place] ^= 0x55
        try:
            # Other bytes of a number may be another number. Then there is a tally, and it is whole.
            at.assess(plan, restore(plan, bytes(damaged), limits), as_of=AS_OF)
        except at.AttainError:
            refused += 1
    assert refused > 0
