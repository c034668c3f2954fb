"""Budgets of a million requests to 20 services, beside the same in pandas."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

import attain as at

SIZE = 1_000_000
SERVICES = [f"service-{number:02}" for number in range(20)]


@pytest.fixture(scope="module")
def requests() -> pd.DataFrame:
    random = np.random.default_rng(20)
    failure = np.linspace(0.0002, 0.0018, 20)
    service = random.integers(0, 20, SIZE)
    days = random.integers(0, 90, SIZE).astype("timedelta64[D]")
    return pd.DataFrame(
        {
            "service": np.array(SERVICES)[service],
            "day": np.datetime64("2025-01-01") + days,
            "good": (random.random(SIZE) >= failure[service]).astype(int),
            "all": 1,
        }
    )


def daily(requests: pd.DataFrame) -> pd.DataFrame:
    """Requests and failures of each service on each day."""
    sums = requests.groupby(["service", "day"])[["good", "all"]].sum().reset_index()
    return sums.assign(bad=sums["all"] - sums["good"])


def judged(requests: pd.DataFrame, goal: dict[str, str], as_of: str) -> at.Report:
    return at.judge(
        requests[requests["day"] <= as_of],
        unit="service",
        date="day",
        share=("good", "all"),
        every="month",
        as_of=as_of,
        **goal,
    )


@pytest.mark.parametrize("goal", ["at_least", "above"])
def test_error_budgets_of_closed_months(requests: pd.DataFrame, goal: str) -> None:
    report = judged(requests, {goal: "99.9 %"}, "2025-03-31")
    found = report.budget("service").to_pandas()
    sums = daily(requests)
    sums["window_start"] = sums["day"].dt.to_period("M").dt.to_timestamp()
    sums = sums.groupby(["service", "window_start"])[["all", "bad"]].sum().reset_index()
    both = found.merge(sums, left_on=["unit", "window_start"], right_on=["service", "window_start"])
    assert len(both) == len(found) == 60
    # In whole numbers: bad × 1,000 ≤ all, or less.
    allowed = both["all"] // 1_000 if goal == "at_least" else (both["all"] - 1) // 1_000
    assert (both["counts"] == "bad_events_allowed").all()
    assert (both["used"] == both["bad"]).all()
    assert (both["limit"] == allowed).all()
    assert (both["left"] == allowed - both["bad"]).all()
    assert both["used_share"].to_numpy() == pytest.approx(100 * both["bad"] / allowed)
    assert (both["elapsed_share"] == 100).all()
    assert both["recent_burn"].isna().all()
    assert both["exhausted_on"].isna().all()
    assert (both["alert"] == np.where(both["bad"] > allowed, "exceeded", "kept")).all()
    # The budget is kept just where the goal is met.
    rows = report.filter(target="service").assessments.to_pandas()
    assert ((rows["verdict"] == "met") == (found["alert"] == "kept")).all()
    assert (found["chance"] == (found["alert"] == "kept")).all()
    february = report.budget("service", window="2025-02").to_pandas()
    assert february.equals(found[found["window_start"] == "2025-02-01"].reset_index(drop=True))
    assert len(report.budget("service", window=datetime.date(2025, 2, 14)).to_pandas()) == 20


def test_error_budgets_of_a_running_month(requests: pd.DataFrame) -> None:
    days, length = 26, 31
    report = judged(requests, {"at_least": "99.9 %"}, "2025-03-26")
    found = report.budget("service", window="2025-03").to_pandas()
    found = found.set_index(found["unit"].astype(str))
    sums = daily(requests)
    march = sums[sums["day"].between("2025-03-01", "2025-03-26")]
    so_far = march.groupby("service")[["all", "bad"]].sum()
    found = found.loc[so_far.index]
    coming = (so_far["all"] * (length - days) / days).round()
    allowed = (so_far["all"] + coming) // 1_000
    assert (found["used"] == so_far["bad"]).all()
    assert (found["denominator_left"] == coming).all()
    assert (found["limit"] == allowed).all()
    burn = so_far["bad"] / allowed / (days / length)
    assert found["burn"].to_numpy() == pytest.approx(burn.to_numpy())
    # The third whole week is 17 to 23 March.
    week = march[march["day"].between("2025-03-17", "2025-03-23")].groupby("service")["bad"].sum()
    recent = week / allowed / (7 / length)
    assert found["recent_burn"].to_numpy() == pytest.approx(recent.to_numpy())
    fast = (burn > 1).astype(int) + (recent > 1).astype(int)
    alert = fast.map({0: "calm", 1: "watch", 2: "alert"}).mask(so_far["bad"] > allowed, "exceeded")
    assert (found["alert"].astype(str) == alert).all()
    assert set(alert) == {"calm", "watch", "alert", "exceeded"}
    # At the burn so far the limit is reached on this day of the month.
    reached = np.ceil(length / burn - 1e-9)
    expected = pd.Timestamp("2025-02-28") + pd.to_timedelta(reached, unit="D")
    expected = expected.where((reached > days) & (reached <= length))
    assert (found["exhausted_on"].isna() == expected.isna()).all()
    assert (found["exhausted_on"] == expected)[expected.notna()].all()
    assert expected.notna().any()


def test_error_budgets_of_rolling_windows(requests: pd.DataFrame) -> None:
    plan = at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "slo",
            "units": {
                "levels": ["service"],
                "list": [{"id": one, "level": "service"} for one in SERVICES],
            },
            "measures": {"good": {}, "all": {}},
            "indicators": {"up": {"proportion": {"numerator": "good", "denominator": "all"}}},
            "targets": {
                "up": {
                    "indicator": "up",
                    "goal": {"at_least": "99.9 %"},
                    "units": {"level": "service"},
                    "window": {"rolling": "28 days", "every": "day", "within": "2025-03"},
                }
            },
        }
    )
    columns = {"unit": "service", "date": "day", "values": ["good", "all"]}
    tally = at.tally(plan, requests, rows="events", **columns)
    found = at.assess(plan, tally, as_of="2025-03-31").budget("up").to_pandas()
    assert len(found) == 31 * 20
    sums = daily(requests).pivot_table(index="day", columns="service", values=["all", "bad"])
    sums = sums.rolling("28D").sum().loc["2025-03-01":].stack(future_stack=True).reset_index()
    sums["window_end"] = sums["day"] + pd.Timedelta(days=1)
    both = found.merge(sums, left_on=["unit", "window_end"], right_on=["service", "window_end"])
    assert len(both) == 31 * 20
    assert (both["used"] == both["bad"]).all()
    assert (both["limit"] == both["all"] // 1_000).all()
    assert (both["elapsed_share"] == 100).all()


def test_a_proportion_beside_its_goal_has_the_pace_of_its_errors(requests: pd.DataFrame) -> None:
    """What is compared is the share of errors, never the number of good events."""
    report = judged(requests, {"at_least": "99.9 %"}, "2025-03-26")
    rows = report.filter(target="service", window="2025-03").assessments.to_pandas()
    assert (rows["expected_now"] == 99.9).all()
    errors = (rows["denominator"] - rows["numerator"]) / rows["denominator"]
    ahead, on_track = errors <= 0.001, 0.95 * errors <= 0.001
    on_track &= ~(rows["chance"] < 0.005)
    pace = np.where(ahead, "ahead", np.where(on_track, "on_track", "behind"))
    assert (rows["pace"] == pace).all()
    assert {"ahead", "behind"} <= set(pace)
