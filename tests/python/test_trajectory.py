"""The way to a goal as a table."""

from __future__ import annotations

import datetime

import polars as pl
import pytest
from scipy import stats as oracle

import attain as at

PLAN = """
attain: 1
plan: p
units:
  levels: [city, ward]
  list: [{id: c, level: city}, {id: w, level: ward, parent: c}, {id: v, level: ward, parent: c}]
measures: {cases: {every: month}, due: {every: month}, people: {over_time: last}}
indicators:
  cases: {count: cases}
  share: {proportion: {numerator: cases, denominator: due}}
  rate: {rate: {numerator: cases, population: people, per: 1000, annualised: exact}}
  people: {count: people}
  spread: {share_of_units: {of: cases, level: ward, goal: {at_most: 60}}}
outlook: {dispersion: 1}
targets:
  cases: {indicator: cases, goal: {at_most: 120}, window: "2023", units: {level: ward}}
  months: {indicator: cases, goal: {at_most: 10}, window: {every: month, within: "2023"}}
  share: {indicator: share, goal: {at_least: 50}, window: "2023"}
  rate: {indicator: rate, goal: {at_most: 40}, window: "2023"}
  people: {indicator: people, goal: {at_least: 40}, window: "2023"}
  spread: {indicator: spread, goal: {at_least: 40}, window: "2023"}
  later: {indicator: cases, goal: {at_most: 120}, window: "2024"}
"""

CASES = {"w": [7, 9, 4], "v": [3, 2, 5]}


@pytest.fixture(scope="module")
def report() -> at.Report:
    plan = at.Plan.parse(PLAN)
    rows = [
        {"unit": unit, "period": f"2023-{month:02}", "measure": measure, "value": value}
        for unit, all_cases in CASES.items()
        for month, cases in enumerate(all_cases, 1)
        for measure, value in [("cases", cases), ("due", 20), ("people", 1000)]
    ]
    return at.assess(plan, at.tally(plan, pl.DataFrame(rows)), as_of="2023-03-31")


def days_of(year: int) -> int:
    return (datetime.date(year + 1, 1, 1) - datetime.date(year, 1, 1)).days


def passed(day: datetime.date) -> float:
    return ((day - datetime.date(day.year, 1, 1)).days + 1) / days_of(day.year)


FAN = [(50, 0.5), (80, 0.8), (95, 0.95)]


def test_counts_to_come_are_negative_binomial(report: at.Report) -> None:
    table = report.trajectory("cases", unit="w").to_polars()
    assert table["part"].to_list() == ["so_far"] * 3 + ["to_come"] * 9
    assert table["value"].to_list()[:3] == [7, 16, 20]
    elapsed = passed(datetime.date(2023, 3, 31))
    for row in table.iter_rows(named=True):
        assert row["expected"] == pytest.approx(120 * passed(row["day"]))
        if row["part"] == "so_far":
            continue
        # Jeffreys' prior: 20 + ½ events in the time elapsed.
        coming = oracle.nbinom(20.5, elapsed / passed(row["day"]))
        assert row["projected"] == 20 + coming.ppf(0.5)
        for name, probability in FAN:
            tail = (1 - probability) / 2
            assert row[f"lower_{name}"] == 20 + coming.ppf(tail)
            assert row[f"upper_{name}"] == 20 + coming.ppf(1 - tail)


def test_shares_to_come_are_beta_binomial(report: at.Report) -> None:
    table = report.trajectory("share").to_polars().filter(part="to_come")
    seen, of = 30, 120
    elapsed = passed(datetime.date(2023, 3, 31))
    for row in table.iter_rows(named=True):
        remaining = round(of * (passed(row["day"]) - elapsed) / elapsed)
        # A uniform prior.
        coming = oracle.betabinom(remaining, seen + 1, of - seen + 1)
        expected = 100 * (seen + coming.ppf(0.5)) / (of + remaining)
        assert row["projected"] == pytest.approx(expected, abs=100 / (of + remaining))
        assert row["lower_95"] < row["lower_80"] < row["lower_50"] <= row["projected"]
        assert row["projected"] <= row["upper_50"] < row["upper_80"] < row["upper_95"]


def test_annualised_rates_are_those_of_the_time_up_to_the_day(report: at.Report) -> None:
    table = report.trajectory("rate").to_polars()
    counts = report.trajectory("months", window="2023-03").to_polars()
    assert counts["value"].to_list() == [9]
    elapsed = passed(datetime.date(2023, 3, 31))
    for row in table.filter(part="to_come").iter_rows(named=True):
        coming = oracle.nbinom(30.5, elapsed / passed(row["day"]))
        events = 30 + coming.ppf(0.5)
        assert row["projected"] == pytest.approx(events / 2000 * 1000 / passed(row["day"]))
    now = table.filter(part="so_far")["value"][-1]
    assert now == pytest.approx(30 / 2000 * 1000 / elapsed)


def test_the_last_day_has_the_forecast_of_the_row(report: at.Report) -> None:
    rows = {(row.target, row.unit): row for row in report.rows}
    for target in ["cases", "share", "rate", "spread"]:
        for end in report.trajectory(target).to_dicts():
            if end["day"] != datetime.date(2023, 12, 31):
                continue
            row = rows[target, end["unit"]]
            assert end["projected"] == row.projected
            assert end["lower_95"] == row.projected_lower
            assert end["upper_95"] == row.projected_upper


def test_where_nothing_is_forecast_a_reason_stands(report: at.Report) -> None:
    people = report.trajectory("people").to_polars().filter(part="to_come")
    assert people["projected"].null_count() == len(people) == 9
    assert set(people["reason"]) == {"no_forecast"}
    spread = report.trajectory("spread").to_polars().filter(part="to_come")
    assert spread["projected"].is_null().to_list() == [True] * 8 + [False]
    assert spread["reason"].to_list() == ["no_forecast"] * 8 + [None]


def test_every_null_value_has_a_reason(report: at.Report) -> None:
    for target in ["cases", "months", "share", "rate", "people", "spread"]:
        for row in report.trajectory(target).to_dicts():
            value = row["value"] if row["part"] == "so_far" else row["projected"]
            assert (value is None) == (row["reason"] is not None), row


def test_windows(report: at.Report) -> None:
    assert len(report.trajectory("later")) == 0
    months = report.trajectory("months").to_polars()
    assert months["day"].to_list() == [datetime.date(2023, 3, 31)]
    named = report.trajectory("months", window="2023-02").to_polars()
    assert named["value"].to_list() == [11]
    with pytest.raises(at.RequestError, match="no window"):
        report.trajectory("months", window="2022-02")
    with pytest.raises(at.RequestError, match="no target"):
        report.trajectory("month")
    with pytest.raises(at.RequestError, match="no unit"):
        report.trajectory("cases", unit="x")


def test_a_missing_report_is_time_still_to_come() -> None:
    plan = at.Plan.parse(PLAN)
    rows = [
        {"unit": "w", "period": f"2023-{month:02}", "measure": "cases", "value": cases}
        for month, cases in enumerate(CASES["w"], 1)
    ]
    tally = at.tally(plan, pl.DataFrame(rows))
    then = at.assess(plan, tally, as_of="2023-03-31").trajectory("cases", unit="w").to_polars()
    later = at.assess(plan, tally, as_of="2023-05-31").trajectory("cases", unit="w").to_polars()
    days = later.filter(part="to_come")["day"]
    names = ["projected", *(f"{end}_{name}" for end in ("lower", "upper") for name, _ in FAN)]
    assert (
        then.filter(pl.col("day").is_in(days.implode()))[names].rows()
        == later.filter(part="to_come")[names].rows()
    )


def test_seasons_pace_the_days_to_come() -> None:
    goal = 'cases: {indicator: cases, goal: {at_most: 120}, window: "2023"'
    plan = at.Plan.parse(PLAN.replace(goal, f"{goal}, trajectory: {{seasonal: {{from: [2022]}}}}"))
    season = [5, 5, 10, 20, 10, 5, 5, 5, 10, 10, 10, 5]
    rows = [
        {"unit": unit, "period": f"{year}-{month:02}", "measure": "cases", "value": value}
        for unit in "wv"
        for year, values in [(2022, season), (2023, season[:3])]
        for month, value in enumerate(values, 1)
    ]
    report = at.assess(plan, at.tally(plan, pl.DataFrame(rows)), as_of="2023-03-31")
    table = report.trajectory("cases", unit="w").to_polars()
    total = [sum(season[: month + 1]) for month in range(12)]
    assert table["expected"].to_list() == pytest.approx([1.2 * part for part in total])
    projected = table.filter(part="to_come")["projected"].to_list()
    # As many events so far as in the earlier year: the forecast follows its course.
    assert projected == pytest.approx(total[3:], abs=2)
