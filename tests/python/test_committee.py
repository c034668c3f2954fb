"""The example `examples/committee`: each row of the committee's year, with other figures beside it.

What is expected is a published number, or is computed from the CSV files with pandas and numpy.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

import attain as at

COMMITTEE = Path(__file__).parents[2] / "examples" / "committee"
MEETING = "2024-03-06"
PUBLISHED = COMMITTEE / "outcomes.csv"
GENERATED = COMMITTEE / "outcomes-illustrative.csv"


@pytest.fixture(scope="module")
def plan() -> at.Plan:
    return at.Plan.load(COMMITTEE / "plan.yaml")


@pytest.fixture(scope="module")
def tally(plan: at.Plan) -> at.Tally:
    return at.tally(plan, [PUBLISHED, GENERATED])


@pytest.fixture(scope="module")
def report(plan: at.Plan, tally: at.Tally) -> at.Report:
    return at.assess(plan, tally, as_of=MEETING)


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    return pd.read_csv(PUBLISHED, dtype={"unit": str})


def row(report: at.Report, target: str, **where: object) -> at.Assessment:
    """The only row of a target."""
    rows = [
        row
        for row in report.rows
        if row.target == target and all(getattr(row, key) == value for key, value in where.items())
    ]
    assert len(rows) == 1, (target, where, len(rows))
    return rows[0]


# ---- Published figures of the city


def test_serious_crime_is_above_both_targets(report: at.Report) -> None:
    # "96.4 %, above the year's target and Resolution 96/2019/QH14"
    for target, document in (("serious-resolution", "96/2019/QH14"), ("serious-programme", "1944")):
        of_target = row(report, target)
        assert (of_target.value, of_target.verdict) == (96.4, "met")
        assert of_target.gap == pytest.approx(6.4)
        assert of_target.basis is not None
        assert document in of_target.basis
        # A percentage without counts: no interval, and nothing is known of chance.
        assert (of_target.certainty, of_target.reason) == ("unknown", "no_counts")
    both = report.combined().verdicts.to_polars().filter(combined="serious-both")
    assert both.select("verdict", "met").row(0) == ("met", 2)


def test_the_first_half_of_2023_is_judged_by_its_counts(report: at.Report) -> None:
    cleared = row(report, "clearance-h1")
    assert (cleared.numerator, cleared.denominator, cleared.verdict) == (1670, 1840, "met")
    assert cleared.value == pytest.approx(1670 / 1840 * 100)
    fewer = row(report, "fewer-h1")
    # 76 fewer crimes, published as -3.9 %; the goal is one less than in the year before.
    assert (fewer.value, fewer.baseline, fewer.goal_value) == (1840, 1916, 1915)
    assert fewer.verdict == "met"
    assert 1840 - 1916 == -76
    # Cut off rather than rounded, as the clearance is: -3.97 %.
    assert int(1000 * (1840 / 1916 - 1)) / 10 == -3.9


def test_the_peak_campaign_of_tet_met_all_its_targets(report: at.Report) -> None:
    holiday = row(report, "tet-2024-clearance")
    # 21 of 28 is exactly 75 %.
    assert (holiday.numerator, holiday.denominator, holiday.value) == (21, 28, 75.0)
    assert (holiday.verdict, holiday.gap) == ("met", 0)
    fewer = row(report, "tet-2024-fewer")
    assert (fewer.value, fewer.baseline, fewer.verdict) == (28, 28 + 61, "met")
    combined = report.combined().verdicts.to_polars().filter(combined="tet-2024-all")
    assert combined.select("verdict", "met", "missed").row(0) == ("met", 2, 0)
    peak = row(report, "tet-2023-clearance")
    assert (peak.numerator, peak.denominator) == (436, 497)
    assert (round(peak.value or 0, 1), peak.verdict) == (87.7, "met")


def test_what_is_not_published_stays_absent(report: at.Report, published: pd.DataFrame) -> None:
    for target in ("denunciations-2023", "services-2023"):
        absent = row(report, target)
        assert (absent.verdict, absent.reason) == ("indeterminate", "no_data")
        assert (absent.value, absent.numerator, absent.denominator) == (None, None, None)
    assert row(report, "denunciations-2022").value == 90.17
    assert published["source"].notna().all()


def test_the_plan_gives_no_warning_but_for_what_is_absent(
    plan: at.Plan, tally: at.Tally, report: at.Report
) -> None:
    assert (plan.warnings, tally.warnings) == ([], [])
    assert [(warning.code, warning.count) for warning in report.warnings] == [("no_data", 2)]
