"""Rankings as tables."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from scipy import special
from scipy import stats as oracle

import attain as at

PLAN = """
attain: 1
plan: p
units: {levels: [city, district], list: [{id: c, level: city}%s]}
measures: {cases: {}, cleared: {}}
indicators:
  share: {proportion: {numerator: cleared, denominator: cases}}
  cases: {count: cases, better: lower}
targets:
  t: {indicator: share, goal: {at_least: 50}, window: "2024", units: {level: district}}
  n: {indicator: cases, goal: {at_most: 50}, window: "2024", units: {level: district}}
"""

CLEARED = [495, 500, 505, 498, 502, 510, 490, 501, 499, 400]


@pytest.fixture
def report() -> at.Report:
    units = [f"d{place}" for place in range(len(CLEARED))]
    plan = at.Plan.parse(
        PLAN % "".join(f", {{id: {u}, level: district, parent: c}}" for u in units)
    )
    outcomes = pl.DataFrame(
        [
            {"unit": unit, "period": "2024", "measure": measure, "value": value}
            for unit, cleared in zip(units, CLEARED, strict=True)
            for measure, value in [("cases", 1000), ("cleared", cleared)]
        ]
    )
    return at.assess(plan, at.tally(plan, outcomes), as_of="2024-12-31")


def test_one_that_stands_out_is_found_and_adjusted_values_agree_with_scipy(
    report: at.Report,
) -> None:
    found = pl.DataFrame(report.ranking("t", level="district"))
    assert found["unit"].to_list()[-1] == "d9"
    assert found["finding"].to_list() == ["no_clear_difference"] * 9 + ["worse"]
    assert found["average"][0] == pytest.approx(sum(CLEARED) / 100)
    adjusted = oracle.false_discovery_control(found["p"].to_numpy(), method="bh")
    assert found["p_bh"].to_list() == pytest.approx(adjusted.tolist())


def test_units_left_out_take_no_part(report: at.Report) -> None:
    found = pl.DataFrame(report.ranking("t", without=["d9"]))
    assert set(found["finding"]) == {"no_clear_difference"}
    assert found["average"][0] == pytest.approx(sum(CLEARED[:-1]) / 90)


def test_counts_and_unknown_names_are_refused(report: at.Report) -> None:
    with pytest.raises(at.RequestError, match="not ranked by counts"):
        report.ranking("n")
    with pytest.raises(at.RequestError, match="no level `ward`"):
        report.ranking("t", level="ward")


def unequal(kind: str) -> at.Report:
    formula = {"share": "proportion", "rate": "ratio"}[kind]
    plan = at.Plan.parse(
        (PLAN % "".join(f", {{id: d{u}, level: district, parent: c}}" for u in range(4))).replace(
            "proportion", formula
        )
    )
    outcomes = pl.DataFrame(
        [
            {"unit": f"d{unit}", "period": "2024", "measure": measure, "value": value}
            for unit, (cleared, cases) in enumerate([(8, 20), (60, 90), (110, 250), (300, 1000)])
            for measure, value in [("cases", cases), ("cleared", cleared)]
        ]
    )
    return at.assess(plan, at.tally(plan, outcomes), as_of="2024-12-31")


@pytest.mark.parametrize(("ring", "confidence"), [("", 0.95), ("_outer", 0.998)])
def test_limits_of_chance_of_shares_are_normal(ring: str, confidence: float) -> None:
    table = unequal("share").funnel("t").to_polars()
    average = 478 / 1360
    z = oracle.norm.isf((1 - confidence) / 2)
    for row in table.iter_rows(named=True):
        half = z * np.sqrt(average * (1 - average) / row["denominator"])
        assert row[f"chance_lower{ring}"] == pytest.approx(100 * max(average - half, 0), abs=1e-9)
        assert row[f"chance_upper{ring}"] == pytest.approx(100 * (average + half))


@pytest.mark.parametrize(("ring", "confidence"), [("", 0.95), ("_outer", 0.998)])
def test_limits_of_chance_of_rates_are_those_of_exact_tests(ring: str, confidence: float) -> None:
    table = unequal("rate").funnel("t").to_polars()
    tail = (1 - confidence) / 2
    for row in table.iter_rows(named=True):
        expected = 478 / 1360 * row["denominator"]
        lower, upper = (
            row[f"chance_{end}{ring}"] * row["denominator"] / 100 for end in ("lower", "upper")
        )
        # P(X ≥ upper) and P(X ≤ lower), continued between whole numbers.
        assert special.gammainc(upper, expected) == pytest.approx(tail)
        if lower > 0:
            assert special.gammaincc(lower + 1, expected) == pytest.approx(tail)
        else:
            assert np.exp(-expected) >= tail


def test_adjusted_limits_widen_those_of_chance_by_the_variation_between_units() -> None:
    table = unequal("share").funnel("t").to_polars()
    ranking = unequal("share").ranking("t").to_polars()
    phi = ranking["phi"][0]
    assert phi > 1
    units = table.filter(part="unit").join(ranking, on="unit")
    assert units["adjusted_upper"].to_list() == units["upper"].to_list()
    # Anscombe's scale by hand.
    average = 478 / 1360
    events, of = (units[name].to_numpy() for name in ("numerator", "denominator"))
    error = 1 / np.sqrt(4 * of + 2)
    middle = np.arcsin(np.sqrt(average))
    z = (np.arcsin(np.sqrt((events + 0.375) / (of + 0.75))) - middle) / error
    # Spiegelhalter (2005), with a tenth winsorised on either side, and what that leaves of chance.
    z = np.clip(z, *np.quantile(z, [0.1, 0.9]))
    c = oracle.norm.ppf(0.9)
    left = oracle.norm.expect(lambda x: min(x * x, c * c))
    assert phi == pytest.approx(np.mean(z**2) / left)
    w = 1 / error**2
    tau2 = (len(of) * phi - (len(of) - 1)) / (w.sum() - (w**2).sum() / w.sum())
    half = oracle.norm.isf(0.025) * np.hypot(error, np.sqrt(tau2))
    share = np.sin(np.clip(middle + half, 0, np.pi / 2)) ** 2
    expected = 100 * (share * (of + 0.75) - 0.375) / of
    assert units["adjusted_upper"].to_numpy() == pytest.approx(expected)
