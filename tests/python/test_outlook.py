"""Windows that still run, from Python: the same numbers as scipy's distributions, and budgets."""

import polars as pl
import pytest
from scipy import stats

import attain as at

PLAN = """
attain: 1
plan: roads
units: {levels: [city], list: [{id: c, level: city}]}
measures: {deaths: {}}
indicators: {fatal: {count: deaths}}
targets: {fewer: {indicator: fatal, goal: {at_most: 12}, window: "2023"}}
"""


@pytest.mark.parametrize("seen", [0, 1, 5, 40, 1000])
@pytest.mark.parametrize("elapsed", [0.1, 0.5, 0.9])
def test_a_count_s_outlook_is_scipy_s_negative_binomial(seen: int, elapsed: float) -> None:
    limit = seen * 1.5 // elapsed
    found = at.stats.count_outlook(seen, elapsed, 1 - elapsed, limit)
    law = stats.nbinom(seen + 0.5, elapsed)
    assert found.at_most == pytest.approx(law.cdf(limit - seen), abs=1e-11)
    assert found.at_least == pytest.approx(law.sf(limit - seen - 1), abs=1e-11)
    assert found.mean == pytest.approx(seen + law.mean())
    assert (found.lower, found.upper) == tuple(seen + law.ppf([0.025, 0.975]))


def test_a_share_s_outlook_is_scipy_s_beta_binomial() -> None:
    table = at.stats.share_outlook(
        [160, 0, 9], [200, 0, 10], [100, 20, 1000], [240, 10, 800], prior=(0.5, 0.5)
    ).to_polars()
    for row, (seen, of, remaining, limit) in zip(
        table.iter_rows(named=True),
        [(160, 200, 100, 240), (0, 0, 20, 10), (9, 10, 1000, 800)],
        strict=True,
    ):
        law = stats.betabinom(remaining, seen + 0.5, of - seen + 0.5)
        assert row["at_most"] == pytest.approx(law.cdf(limit - seen), abs=1e-9)
        assert row["at_least"] == pytest.approx(law.sf(limit - seen - 1), abs=1e-9)


def test_what_has_no_answer_says_why() -> None:
    table = at.stats.count_outlook([1, -1], [0.5, 0.5], 0.5, 3).to_polars()
    assert table["at_most"].is_null().to_list() == [False, True]
    assert "`seen`" in table["status"][1]
    with pytest.raises(at.StatsError):
        at.stats.count_outlook(1, 0.5, 0.5, 3, dispersion=0.5)


def test_a_running_window_has_a_chance_and_a_budget() -> None:
    plan = at.Plan.parse(PLAN)
    outcomes = pl.DataFrame(
        {
            "unit": ["c"] * 3,
            "period": ["2023-01", "2023-02", "2023-03"],
            "measure": ["deaths"] * 3,
            "value": [1, 2, 2],
        }
    )
    report = at.assess(plan, at.tally(plan, outcomes), as_of="2023-03-31")
    row = report.assessments.to_polars().row(0, named=True)
    assert row["chance"] == pytest.approx(stats.nbinom(5.5, 90 / 365).cdf(7))
    assert row["projected_lower"] <= row["projected"] <= row["projected_upper"]
    budget = report.budget("fewer").to_polars().row(0, named=True)
    assert (budget["left"], budget["alert"], budget["chance"]) == (7, "alert", row["chance"])
    with pytest.raises(at.RequestError, match="fewer"):
        report.budget("fewr")
