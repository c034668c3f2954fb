"""Signals over time: charts and trends as numpy, scipy and pymannkendall have them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pymannkendall as theirs
import pytest
from scipy import stats as oracle

import attain as at

PLAN = """
attain: 1
plan: p
units: {levels: [city, district], list: [{id: c, level: city}%s]}
measures: {cases: {}, cleared: {}}
indicators:
  share: {proportion: {numerator: cleared, denominator: cases}, better: higher}
  cases: {count: cases, better: lower}
targets:
  share: {indicator: share, goal: {at_least: 50}, window: "2024", units: {level: district}}
  cases: {indicator: cases, goal: {at_most: 50}, window: "2024", units: {level: district}}
"""
UNITS = [f"d{place}" for place in range(6)]
MONTHS = [f"{2021 + place // 12}-{place % 12 + 1:02}" for place in range(48)]
DAYS = np.array(
    [(np.datetime64(month, "M") + 1).astype("datetime64[D]") - np.datetime64(month, "D")
     for month in MONTHS]
).astype(float)  # fmt: skip

Numbers = npt.NDArray[np.float64]


def counts(unit: int) -> tuple[Numbers, Numbers]:
    """Cases that fall, and how many of them were cleared; with a season."""
    random = np.random.default_rng(unit)
    place = np.arange(48)
    mean = (60 + 20 * np.cos(place / 6 * np.pi)) * np.exp(-0.01 * unit * place)
    cases = random.poisson(mean)
    return cases.astype(float), random.binomial(cases, 0.6).astype(float)


@pytest.fixture(scope="module")
def report() -> at.Report:
    plan = at.Plan.parse(
        PLAN % "".join(f", {{id: {u}, level: district, parent: c}}" for u in UNITS)
    )
    columns = [
        pl.DataFrame({"unit": unit, "period": MONTHS, "measure": measure, "value": values})
        for place, unit in enumerate(UNITS)
        for measure, values in zip(["cases", "cleared"], counts(place), strict=True)
    ]
    return at.assess(plan, at.tally(plan, pl.concat(columns)), as_of="2024-12-31")


def test_shares_are_charted_as_laney_has_it(report: at.Report) -> None:
    for place, unit in enumerate(UNITS):
        cases, cleared = counts(place)
        found = pl.DataFrame(report.chart("share", unit=unit))
        centre = cleared.sum() / cases.sum()
        sigma = np.sqrt(centre * (1 - centre) / cases)
        excess = np.abs(np.diff((cleared / cases - centre) / sigma)).mean() / 1.128
        assert found["value"].to_list() == pytest.approx(100 * cleared / cases)
        assert found["centre"].to_list() == pytest.approx([100 * centre] * 48)
        upper = np.minimum(centre + 3 * sigma * excess, 1)
        assert found["upper"].to_list() == pytest.approx(100 * upper)
        assert found["lower"].to_list() == pytest.approx(
            100 * np.maximum(centre - 3 * sigma * excess, 0)
        )


def test_counts_are_charted_by_their_days(report: at.Report) -> None:
    cases, _ = counts(0)
    found = pl.DataFrame(report.chart("cases", unit="d0", chart="u"))
    rate = cases.sum() / DAYS.sum()
    assert found["centre"].to_list() == pytest.approx(rate * DAYS)
    assert found["upper"].to_list() == pytest.approx(rate * DAYS + 3 * np.sqrt(rate * DAYS))


def test_trends_are_those_of_pymannkendall_and_adjusted_as_scipy_does(report: at.Report) -> None:
    found = pl.DataFrame(report.signals("cases"))
    assert found["unit"].to_list() == UNITS
    assert set(found["trend_test"]) == {"seasonal"}
    for place, row in enumerate(found.rows(named=True)):
        cases, _ = counts(place)
        test = theirs.seasonal_test(cases, period=12)
        assert row["p"] == pytest.approx(test.p, rel=1e-9)
        assert row["slope"] == pytest.approx(test.slope, rel=1e-12)
        assert row["tau"] == pytest.approx(test.Tau, rel=1e-12)
    adjusted = oracle.false_discovery_control(found["p"].to_numpy(), method="bh")
    assert found["p_bh"].to_list() == pytest.approx(adjusted.tolist())
    assert found["trend"].to_list() == ["none"] + ["improving"] * 5
    plain = pl.DataFrame(report.signals("cases", trend="mann_kendall"))
    memory = pl.DataFrame(report.signals("cases", trend="hamed_rao"))
    for place in range(len(UNITS)):
        cases, _ = counts(place)
        assert plain["p"][place] == pytest.approx(theirs.original_test(cases).p, rel=1e-9)
        assert plain["slope"][place] == pytest.approx(12 * theirs.sens_slope(cases).slope)
        corrected = theirs.hamed_rao_modification_test(cases, lag=3)
        assert memory["p"][place] == pytest.approx(corrected.p, rel=1e-9)


def test_a_row_is_that_of_the_latest_point_of_its_chart(report: at.Report) -> None:
    choices = {"every": "quarter", "since": "2022-01-01", "rules": "nelson", "baseline": 4}
    found = pl.DataFrame(report.signals("share", unit="d1", **choices))  # type: ignore[arg-type]
    chart = pl.DataFrame(report.chart("share", unit="d1", **choices))  # type: ignore[arg-type]
    assert (found.height, chart.height, found["points"][0]) == (1, 12, 12)
    columns = ["value", "centre", "lower", "upper", "signal", "side", "meaning"]
    assert found.select(columns).rows() == chart.tail(1).select(columns).rows()
    cases, cleared = (series[12:].reshape(-1, 3).sum(axis=1) for series in counts(1))
    assert chart["value"].to_list() == pytest.approx(100 * cleared / cases)
    assert chart["centre"][0] == pytest.approx(100 * cleared[:4].sum() / cases[:4].sum())
    # A year is the first four quarters.
    choices["baseline"] = "2022"
    again = pl.DataFrame(report.chart("share", unit="d1", **choices))  # type: ignore[arg-type]
    assert again.equals(chart)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"every": "decade"}, "no such kind of period.*`decade`.*day, week, month"),
        ({"chart": "pie"}, "no such kind of chart.*`pie`.*p_prime, u_prime"),
        ({"chart": "c"}, "can't be drawn on a chart of the kind c"),
        ({"rules": "nhss"}, "no such set of rules.*`nhss`.*nhs, anhoej"),
        ({"trend": "sen"}, "no such test for a trend.*`sen`.*mann_kendall, seasonal, hamed_rao"),
        ({"baseline": 1}, "too few of the series' periods"),
        ({"baseline": "2024-13"}, "this is no window"),
        ({"since": "2024-02-01", "until": "2024-01-01"}, "no day lies from"),
        ({"unit": "c"}, "not for the unit `c`"),
        ({"unit": "d77"}, "no unit `d77`"),
    ],
)
def test_choices_that_there_are_not_are_refused(
    report: at.Report, choices: dict[str, object], message: str
) -> None:
    with pytest.raises(at.RequestError, match=message):
        report.signals("share", **choices)  # type: ignore[arg-type]


def latest_in_pattern(values: Numbers, baseline: int) -> Numbers:
    """Whether the latest value of each row is part of a pattern of the NHS's rules (u′)."""
    first = values[:, :baseline]
    sigma = np.abs(np.diff(first, axis=1)).mean(axis=1, keepdims=True) / 1.128
    z = (values - first.mean(axis=1, keepdims=True)) / sigma
    found = np.abs(z[:, -1]) > 3
    found |= np.abs(np.sign(z[:, -7:]).sum(axis=1)) == 7
    found |= np.abs(np.sign(np.diff(values[:, -7:], axis=1)).sum(axis=1)) == 6
    for side in (1, -1):
        last = side * z[:, -3:]
        found |= (last > 0).all(axis=1) & ((last > 2).sum(axis=1) >= 2) & (last[:, -1] > 2)
    return found


@pytest.mark.parametrize("baseline", [None, 24, 12])
def test_rows_state_how_often_their_chart_is_wrong(baseline: int | None) -> None:
    random = np.random.default_rng(1)
    plan = at.Plan.parse(PLAN % ", {id: d0, level: district, parent: c}")
    for mean in (30.0, 3.0):
        counts = random.poisson(mean, 48).astype(float)
        frame = pl.DataFrame({"unit": "d0", "period": MONTHS, "measure": "cases", "value": counts})
        report = at.assess(plan, at.tally(plan, frame), as_of="2024-12-31")
        row = pl.DataFrame(report.signals("cases", baseline=baseline)).row(0, named=True)
        simulated = []
        # As many events in a month, and as much variation, as the chart has.
        sigma = (row["upper"] - row["centre"]) / 3
        effective = (row["centre"] / sigma) ** 2
        for change in (1.0, 1.2):
            rates = np.full(48, effective)
            rates[-7:] += (change - 1) * row["centre"] / sigma * effective**0.5
            series = random.poisson(rates, (40_000, 48)).astype(float)
            with np.errstate(invalid="ignore", divide="ignore"):
                simulated.append(latest_in_pattern(series, baseline or 48).mean())
        assert row["false_signal"] == pytest.approx(simulated[0], abs=0.012)
        assert row["power"] == pytest.approx(simulated[1], abs=0.03)
        assert (row["change"], row["change_periods"]) == (20, 7)


def test_larger_changes_and_more_rules_are_seen_more_often(report: at.Report) -> None:
    def rates(**choices: object) -> tuple[float, float]:
        rows = pl.DataFrame(report.signals("cases", unit="d0", **choices))  # type: ignore[arg-type]
        found: tuple[float, float] = rows.select("false_signal", "power").row(0)
        return found

    none = rates(change=0)
    assert none[1] == pytest.approx(none[0], abs=0.01)
    powers = [rates(change=change)[1] for change in (10, 20, 40, 80)]
    assert powers == sorted(powers)
    assert powers[-1] > 0.5
    assert rates(change=-40)[1] > 0.1
    alone = rates(only=["outside_limits"])
    assert alone[0] < rates()[0]
    assert rates(only=["shift"], shift_length=6)[0] > rates(only=["shift"], shift_length=8)[0]
    # A share can't rise above 100 %.
    share = pl.DataFrame(report.signals("share", unit="d0", change=1000, change_periods=1))
    assert share["power"][0] > 0.9


def test_charts_have_lines_and_rules_are_chosen(report: at.Report) -> None:
    rows = pl.DataFrame(report.chart("share", unit="d1", baseline=24))
    sigma = (rows["upper"] - rows["centre"]) / 3
    for name, times in (("lower_2sd", -2), ("lower_1sd", -1), ("upper_1sd", 1), ("upper_2sd", 2)):
        expected = (rows["centre"] + times * sigma).to_list()
        assert rows[name].to_list() == pytest.approx(expected)
    run = pl.DataFrame(report.chart("share", unit="d1", chart="run"))
    assert run["upper_1sd"].is_null().all()
    cases, cleared = counts(1)
    series = pl.DataFrame(report.chart("share", unit="d1", only=["shift"], shift_length=4))
    theirs_ = at.stats.control_chart(
        cleared, cases, kind="p", laney=True, only=["shift"], shift_length=4
    ).signals.to_polars()
    flagged = [False] * 48
    for row in theirs_.iter_rows(named=True):
        flagged[row["first"] : row["last"] + 1] = [True] * (row["last"] + 1 - row["first"])
    assert series["signal"].is_not_null().to_list() == flagged
    assert set(series["signal"].drop_nulls()) == {"shift"}


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"only": ["shifts"]}, "no such rule.*did you mean `shift`"),
        ({"only": ["hugging"]}, "rules of the set nhs"),
        ({"only": []}, "at least 1"),
        ({"shift_length": 31}, "from 3 to 30"),
        ({"rules": "western_electric", "trend_length": 6}, "no effect"),
        ({"change": -101}, "from -100 to 1000"),
        ({"change_periods": 0}, "expected 1 at least"),
    ],
)
def test_rules_and_changes_that_there_are_not_are_refused(
    report: at.Report, choices: dict[str, object], message: str
) -> None:
    with pytest.raises(at.RequestError, match=message):
        report.signals("share", **choices)  # type: ignore[arg-type]
