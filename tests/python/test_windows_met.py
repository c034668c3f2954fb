"""In how many windows a target was met, beside the same counted by pandas."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

import attain as at


@pytest.fixture(scope="module")
def visits() -> pd.DataFrame:
    """Visits of 30 sites in 24 months; a tenth of the reports is missing."""
    random = np.random.default_rng(11)
    months = [str(month) for month in pd.period_range("2024-01", "2025-12", freq="M")]
    sites = [f"site-{number:02}" for number in range(30)]
    index = pd.MultiIndex.from_product([sites, months], names=["site", "month"])
    frame = pd.DataFrame({"visits": random.poisson(20, len(index))}, index=index).reset_index()
    return frame[random.random(len(frame)) > 0.1]


@pytest.fixture(scope="module")
def report(visits: pd.DataFrame) -> at.Report:
    return at.judge(
        visits,
        unit="site",
        period="month",
        count="visits",
        at_least=18,
        every="month",
        as_of="2025-12-15",
    )


@pytest.mark.parametrize(
    ("within", "first", "end"),
    [
        (None, "2024-01", "2025-12"),
        ("2024", "2024-01", "2025-01"),
        ((datetime.date(2024, 7, 1), datetime.date(2025, 7, 1)), "2024-07", "2025-07"),
    ],
)
def test_windows_that_met_their_goal_are_counted_as_pandas_does(
    visits: pd.DataFrame, report: at.Report, within: object, first: str, end: str
) -> None:
    found = report.windows_met("site", within=within).to_pandas()
    wide = visits.pivot_table(index="site", columns="month", values="visits")
    months = [month for month in wide.columns if first <= month < end]
    wide = wide[months]
    met, missed = (wide >= 18).sum(axis=1), (wide < 18).sum(axis=1)
    found = found.set_index(found["unit"].astype(str)).loc[wide.index]
    assert (found["windows"] == len(months)).all()
    assert (found["met"] == met).all()
    assert (found["missed"] == missed).all()
    assert (found["indeterminate"] == wide.isna().sum(axis=1)).all()
    assert found["met_share"].to_numpy() == pytest.approx((100 * met / (met + missed)).to_numpy())
    latest_first = (wide >= 18).iloc[:, ::-1]
    assert (found["met_in_a_row"] == latest_first.cumprod(axis=1).sum(axis=1)).all()
    assert (found["first_day"] == pd.Timestamp(f"{first}-01")).all()
    assert (found["last_day"] == pd.Period(months[-1]).end_time.normalize()).all()


def test_a_window_that_runs_does_not_count(report: at.Report) -> None:
    """December is not over on 15 December."""
    with pytest.raises(at.RequestError, match="no window of the target `site` that has closed"):
        report.windows_met("site", within="2025-12")
    with pytest.raises(at.RequestError, match="site"):
        report.windows_met("sites")
