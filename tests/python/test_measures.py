"""Measures that do not add up over time, beside the same in pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import attain as at

UNITS = [f"u{number}" for number in range(12)]


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    """A figure a month of each unit, with a decimal, in three years; a fifth is missing."""
    random = np.random.default_rng(5)
    months = [str(month) for month in pd.period_range("2023-01", "2025-12", freq="M")]
    index = pd.MultiIndex.from_product([UNITS, months], names=["unit", "period"])
    values = random.integers(-200, 900, len(index)) / 10
    frame = pd.DataFrame({"value": values}, index=index).reset_index()
    return frame[random.random(len(frame)) > 0.2].assign(measure="level")


@pytest.mark.parametrize("operator", ["min", "median", "max", "mean", "last"])
@pytest.mark.parametrize("every", ["quarter", "year"])
def test_operators_over_time_are_those_of_pandas(
    figures: pd.DataFrame, operator: str, every: str
) -> None:
    plan = at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "levels",
            "units": {"levels": ["unit"], "list": [{"id": one, "level": "unit"} for one in UNITS]},
            "measures": {"level": {"over_time": operator, "signed": True}},
            "indicators": {"level": {"count": "level"}},
            "targets": {
                "t": {
                    "indicator": "level",
                    "goal": {"at_least": 20},
                    "units": {"level": "unit"},
                    "window": {"every": every, "within": ["2023-01-01", "2026-01-01"]},
                }
            },
        }
    )
    found = at.assess(plan, at.tally(plan, figures), as_of="2025-12-31").assessments.to_pandas()
    starts = pd.PeriodIndex(figures["period"], freq="M").asfreq(
        {"quarter": "Q", "year": "Y"}[every]
    )
    grouped = figures.groupby(["unit", starts.start_time])["value"].agg(operator)
    grouped.index.names = ["unit", "window_start"]
    both = found.set_index(["unit", "window_start"]).join(grouped.rename("expected"))
    assert both["value"].isna().equals(both["expected"].isna())
    judged = both.dropna(subset=["expected"])
    assert len(judged) > 30
    assert judged["value"].to_numpy() == pytest.approx(judged["expected"].to_numpy(), abs=1e-12)
    assert ((judged["verdict"] == "met") == (judged["expected"].round(9) >= 20)).all()


@pytest.mark.parametrize("months", [1, 2, 4])
def test_figures_carried_forward_are_those_of_pandas(figures: pd.DataFrame, months: int) -> None:
    plan = at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "levels",
            "units": {"levels": ["unit"], "list": [{"id": one, "level": "unit"} for one in UNITS]},
            "measures": {
                "level": {"over_time": "last", "signed": True, "carry": f"{months} months"}
            },
            "indicators": {"level": {"count": "level"}},
            "targets": {
                "t": {
                    "indicator": "level",
                    "goal": {"at_least": 20},
                    "units": {"level": "unit"},
                    "window": {"every": "month", "within": ["2023-01-01", "2026-01-01"]},
                }
            },
        }
    )
    found = at.assess(plan, at.tally(plan, figures), as_of="2025-12-31").assessments.to_pandas()
    wide = figures.pivot_table(index="period", columns="unit", values="value")
    carried = wide.ffill(limit=months)
    expected = carried.stack(future_stack=True).rename("expected").to_frame()
    expected["imputed_in"] = 100.0 * wide.isna().stack(future_stack=True)
    found["period"] = found["window_start"].dt.to_period("M").astype(str)
    both = found.set_index(["period", found["unit"].astype(str)]).join(expected)
    assert len(both) == 36 * len(UNITS)
    assert both["value"].isna().equals(both["expected"].isna())
    known = both.dropna(subset=["expected"])
    assert (known["value"] == known["expected"]).all()
    assert (known["imputed"] == known["imputed_in"]).all()
    assert (known["imputed"] == 100).any()


def test_a_mean_weighted_by_days_is_that_of_pandas() -> None:
    """Populations of calendar years, and shorter figures, in reporting years from April."""
    random = np.random.default_rng(7)
    spans: list[tuple[str, pd.Timestamp, pd.Timestamp, int]] = []
    for unit in UNITS:
        for year in range(2019, 2026):
            # One year in eight is missing.
            if random.random() > 0.125:
                first, end = pd.Timestamp(year, 1, 1), pd.Timestamp(year + 1, 1, 1)
                spans.append((unit, first, end, int(random.integers(1_000, 9_000))))
        for _ in range(4):
            first = pd.Timestamp(2019, 1, 1) + pd.Timedelta(days=int(random.integers(0, 2_200)))
            end = first + pd.Timedelta(days=int(random.integers(1, 9)))
            spans.append((unit, first, end, int(random.integers(1_000, 9_000))))
    rows = pd.DataFrame(spans, columns=["unit", "start", "end", "value"]).assign(measure="people")
    plan = at.Plan.from_dict(
        {
            "attain": 1,
            "plan": "people",
            "calendar": {"year_starts": "04-01"},
            "units": {"levels": ["unit"], "list": [{"id": one, "level": "unit"} for one in UNITS]},
            "measures": {"people": {"over_time": "mean", "weight_by_days": True}},
            "indicators": {"people": {"count": "people"}},
            "targets": {
                "t": {
                    "indicator": "people",
                    "goal": {"at_least": 1},
                    "units": {"level": "unit"},
                    "window": {"every": "year", "within": ["2019-04-01", "2025-04-01"]},
                }
            },
        }
    )
    found = at.assess(plan, at.tally(plan, rows), as_of="2025-12-31").assessments.to_pandas()

    compared = {"value": 0, "straddles": 0}
    for row in found.itertuples():
        own = rows[rows["unit"] == row.unit].sort_values(["start"])
        lengths = (own["end"] - own["start"]).dt.days
        window = pd.date_range(row.window_start, row.window_end, inclusive="left")
        daily = pd.Series(np.nan, index=window)
        used = pd.Series(-1, index=window)
        # Later assignments take the place of earlier ones: the longest figures come first.
        order = own.assign(length=lengths).sort_values(["length", "start"], ascending=[False, True])
        for place, figure in enumerate(order.itertuples()):
            days = (window >= figure.start) & (window < figure.end)
            daily[days], used[days] = float(figure.value), place
        if any_overlap(order, row.window_start, row.window_end):
            assert row.reason in {"overlaps", "straddles"}
            continue
        crossing = [
            figure.start < row.window_start or figure.end > row.window_end
            for place, figure in enumerate(order.itertuples())
            if (used == place).any()
        ]
        if any(crossing) and daily.isna().any():
            assert row.reason == "straddles"
            compared["straddles"] += 1
        elif daily.notna().any():
            assert row.value == pytest.approx(daily.mean(), rel=1e-14)
            compared["value"] += 1
    assert compared["value"] >= 10
    assert compared["straddles"] >= 3


def any_overlap(figures: pd.DataFrame, first: pd.Timestamp, end: pd.Timestamp) -> bool:
    """Whether two figures with days in a window share days, and neither lies inside the other."""
    touching = figures[(figures["start"] < end) & (figures["end"] > first)]
    spans = list(zip(touching["start"], touching["end"], strict=True))
    return any(one[0] < two[0] < one[1] < two[1] for one in spans for two in spans)
