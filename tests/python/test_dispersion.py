"""Certainty that allows for counts that vary more than independent events, by numpy and scipy."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import special
from scipy import stats as ss

import attain as at

MONTHS = 12


def frame_of(counts: np.ndarray, year: int = 2023, **others: np.ndarray) -> pl.DataFrame:
    """Months of units; a count that is NaN was not reported."""
    units, months = counts.shape
    columns = {
        name: pl.Series(values.ravel()) for name, values in {"done": counts, **others}.items()
    }
    frame = pl.DataFrame(
        {
            "unit": np.repeat([f"u{unit}" for unit in range(units)], months),
            "period": np.tile([f"{year}-{month:02}" for month in range(1, months + 1)], units),
            **columns,
        }
    )
    return frame.filter(pl.col("done").is_not_nan())


def rows_of(
    frame: pl.DataFrame, goal: at.Goal, as_of: str = "2023-12-31", every: str = "month", **keys: Any
) -> pl.DataFrame:
    """The rows of the year 2023, in the order of units."""
    names = sorted(frame["unit"].unique(), key=lambda name: int(name[1:]))
    measures = [name for name in frame.columns if name not in ("unit", "period")]
    plan = (
        at.plan("dispersion", within="2023", **keys)
        .units([{"id": name, "level": "unit"} for name in names], levels=["unit"])
        .measures(*measures, every=every)
        .target("t", goal, every="year", level="unit")
        .build()
    )
    tally = at.tally(plan, frame, values=measures)
    return pl.DataFrame(at.assess(plan, tally, as_of=as_of))


def chi_squared(counts: np.ndarray, expected: np.ndarray, variance: np.ndarray) -> np.ndarray:
    return np.nansum((counts - expected) ** 2 / variance, axis=1)


def shrunken(chi: np.ndarray, degrees: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The dispersion of units, and the degrees of freedom that it is known from."""
    others, of_others = degrees.sum() - degrees, chi.sum() - chi
    weight = np.minimum(20, others)
    mean = np.divide(of_others, others, out=np.zeros_like(chi), where=others > 0)
    known = degrees + weight
    return np.maximum(1, (chi + weight * mean) / known), known


def field(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """By the table of units and months, as χ² of a table of independent rows and columns."""
    total, complete = np.nansum(counts, axis=1), ~np.isnan(counts).any(axis=1)
    season = counts[complete].sum(axis=0)
    known = ~np.isnan(counts)
    expected = total[:, None] * season / (known * season).sum(axis=1)[:, None]
    chi = chi_squared(counts, expected, expected)
    chi[complete] /= 1 - total[complete] / total[complete].sum()
    return shrunken(chi, known.sum(axis=1) - 1.0)


def byar(events: np.ndarray, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Byar's limits from 10 events on, else the exact ones, with another normal deviate."""
    tail = ss.norm.sf(t)
    lower = events * (1 - 1 / (9 * events) - t / (3 * np.sqrt(events))) ** 3
    upper = (events + 1) * (1 - 1 / (9 * (events + 1)) + t / (3 * np.sqrt(events + 1))) ** 3
    exact = ss.gamma.ppf(tail, events), ss.gamma.isf(tail, events + 1)
    few = events < 10
    return np.where(few, exact[0], lower), np.where(few, exact[1], upper)


def drawn(seed: int, units: int = 30, mean: float = 10.0, dispersion: float = 3.0) -> np.ndarray:
    random = np.random.default_rng(seed)
    sizes = mean * np.exp(random.normal(0, 0.7, (units, 1)))
    season = 1 + 0.5 * np.cos(np.arange(MONTHS) * 2 * np.pi / MONTHS)
    means = random.gamma(sizes * season / (dispersion - 1), dispersion - 1)
    return random.poisson(means).astype(float)


@pytest.mark.parametrize("missing", [0.0, 0.03])
def test_limits_and_certainty_of_counts_rest_on_the_table_of_units_and_months(
    missing: float,
) -> None:
    counts = drawn(1)
    random = np.random.default_rng(2)
    counts[random.random(counts.shape) < missing] = np.nan
    rows = rows_of(frame_of(counts), at.count("done") <= 120)
    dispersion, degrees = field(counts)
    assert rows["dispersion"].to_numpy() == pytest.approx(dispersion, rel=1e-9)
    assert (dispersion > 1.5).all()
    t = ss.t.ppf(0.975, degrees)
    lower, upper = byar(np.nansum(counts, axis=1) / dispersion, t)
    assert rows["lower"].to_numpy() == pytest.approx(lower * dispersion, rel=1e-7)
    assert rows["upper"].to_numpy() == pytest.approx(upper * dispersion, rel=1e-7)

    events, expected = np.nansum(counts, axis=1) / dispersion, 120 / dispersion
    tail = np.where(
        rows["verdict"] == "met",
        special.gammaincc(events + 1, expected),
        special.gammainc(events, expected),
    )
    clear = tail <= ss.norm.sf(t)
    decided = (rows["certainty"] != "unsettled").to_numpy()
    assert ((rows["certainty"] == "clear").to_numpy() == clear)[decided].all()
    assert 0 < clear.sum() < len(clear)


def test_shares_have_the_season_of_the_field_in_their_odds() -> None:
    random = np.random.default_rng(3)
    of = random.integers(40, 120, (20, MONTHS)).astype(float)
    season = np.cos(np.arange(MONTHS) * 2 * np.pi / MONTHS)
    shares = special.expit(random.normal(1, 0.4, (20, 1)) + 0.6 * season)
    shares = random.beta(20 * shares, 20 * (1 - shares))
    events = random.binomial(of.astype(int), shares).astype(float)
    rows = rows_of(frame_of(events, of=of), at.share("done", "of") >= 70)

    odds = (events.sum(axis=0) + 0.5) / ((of - events).sum(axis=0) + 0.5)
    expected = np.empty_like(events)
    for unit, (found, whole) in enumerate(zip(events, of, strict=True)):
        low, high = -20.0, 20.0
        for _ in range(200):
            middle = (low + high) / 2
            expected[unit] = whole * special.expit(middle + np.log(odds))
            low, high = (middle, high) if expected[unit].sum() < found.sum() else (low, middle)
    chi = chi_squared(events, expected, expected * (1 - expected / of))
    chi /= 1 - events.sum(axis=1) / events.sum()
    dispersion, degrees = shrunken(chi, np.full(20, MONTHS - 1.0))
    assert rows["dispersion"].to_numpy() == pytest.approx(dispersion, rel=1e-6)
    assert (dispersion > 2).all()

    n, z = of.sum(axis=1) / dispersion, ss.t.ppf(0.975, degrees)
    p = events.sum(axis=1) / of.sum(axis=1)
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    assert rows["lower"].to_numpy() == pytest.approx(100 * (centre - half), rel=1e-6)
    assert rows["upper"].to_numpy() == pytest.approx(100 * (centre + half), rel=1e-6)


def test_a_unit_alone_has_its_own_months() -> None:
    counts = np.array([[12.0, 3, 20, 5, 9, 14, 2, 25, 8, 11, 6, 5]])
    [row] = rows_of(frame_of(counts), at.count("done") <= 100).to_dicts()
    expected = counts.sum() * np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) / 365
    dispersion = ((counts[0] - expected) ** 2 / expected).sum() / 11
    assert row["dispersion"] == pytest.approx(dispersion)
    lower, upper = byar(counts.sum() / np.array([dispersion]), ss.t.ppf(0.975, np.array([11])))
    assert [row["lower"], row["upper"]] == pytest.approx([*lower * dispersion, *upper * dispersion])


def test_years_show_the_dispersion_of_changes_that_units_do_not_share() -> None:
    random = np.random.default_rng(4)
    sizes = np.exp(random.normal(5, 0.6, (12, 1)))
    trend = np.array([1.0, 1.3, 0.9, 1.1])
    years = random.poisson(random.gamma(sizes * trend / 4, 4)).astype(float)
    names = [f"u{unit}" for unit in range(12)]
    frame = pl.DataFrame(
        {
            "unit": np.repeat(names, 4),
            "period": np.tile(["2020", "2021", "2022", "2023"], 12),
            "done": years.ravel(),
        }
    )
    keys = {"certainty": {"from": [2020, 2021, 2022]}}
    rows = rows_of(frame, at.count("done") <= 150, every="year", **keys)
    chi = np.zeros(12)
    for first in (0, 1):
        pair = years[:, first : first + 2]
        chi += [
            ss.chi2_contingency(
                np.vstack([one, pair.sum(axis=0) - one]), correction=False
            ).statistic
            for one in pair
        ]
    dispersion, _ = shrunken(chi, np.full(12, 2.0))
    assert rows["dispersion"].to_numpy() == pytest.approx(dispersion)
    without = rows_of(frame, at.count("done") <= 150, every="year")
    assert without["dispersion"].null_count() == 12
    assert (rows["upper"] > without["upper"]).all()


def test_a_dispersion_that_is_given_goes_before_the_figures() -> None:
    frame, goal = frame_of(drawn(5)), at.count("done") <= 120
    for keys in ({"certainty": {"dispersion": 4}}, {"outlook": {"dispersion": 4}}):
        rows = rows_of(frame, goal, **keys)
        assert rows["dispersion"].to_list() == [4.0] * 30
        events = frame.group_by("unit", maintain_order=True).agg(pl.col("done").sum())["done"]
        lower, upper = byar(events.to_numpy() / 4, np.full(30, ss.norm.ppf(0.975)))
        assert rows["lower"].to_numpy() == pytest.approx(4 * lower, rel=1e-7)
        assert rows["upper"].to_numpy() == pytest.approx(4 * upper, rel=1e-7)
    auto = {"certainty": {"dispersion": "auto"}, "outlook": {"dispersion": 4}}
    assert rows_of(frame, goal, **auto)["dispersion"].n_unique() > 20


def test_a_window_that_has_just_begun_has_the_months_of_the_year_before() -> None:
    before, now = drawn(6), drawn(7)[:, :1]
    frame = pl.concat([frame_of(before, 2022), frame_of(now)])
    rows = rows_of(frame, at.count("done") <= 120, "2023-01-31")
    dispersion, _ = field(before)
    assert rows["dispersion"].to_numpy() == pytest.approx(dispersion)


def false_clear(counts: np.ndarray, goal: float) -> tuple[float, float]:
    """Per cent of rows that are clear below and above a goal on which the truth lies."""
    below = above = rows = 0
    for table in counts:
        found = rows_of(frame_of(table), at.count("done") <= goal)
        clear = found.filter(certainty="clear")
        below += clear.filter(verdict="met").height
        above += clear.filter(verdict="missed").height
        rows += found.height
    return 100 * below / rows, 100 * above / rows


@pytest.mark.parametrize(
    ("dispersion", "seasonal", "units", "most"),
    [(1, False, 30, 2.5), (2, False, 30, 3.2), (4, False, 30, 3.2), (1, True, 30, 2.7)],
)
def test_rows_at_the_goal_are_seldom_clear(
    dispersion: int, seasonal: bool, units: int, most: float
) -> None:
    """In docs/validity.md the same with more rows; here the error of a simulation is 0.3."""
    random = np.random.default_rng(100 * dispersion + seasonal)
    season = 1 + 0.5 * seasonal * np.cos(np.arange(MONTHS) * 2 * np.pi / MONTHS)
    means = np.broadcast_to(100 / MONTHS * season, (100, units, MONTHS))
    if dispersion > 1:
        means = random.gamma(means / (dispersion - 1), dispersion - 1)
    below, above = false_clear(random.poisson(means).astype(float), 100)
    assert below <= most
    assert above <= most


def test_events_of_a_ratio_that_belong_to_its_denominator_vary_less() -> None:
    frame = pl.DataFrame({"unit": ["u0"], "period": ["2023"], "done": [280.0], "cases": [300.0]})
    widths = {}
    for linked in (0.0, 0.5, 0.8, 1.0):
        goal = (
            at.Indicator({"ratio": {"numerator": "done", "denominator": "cases", "linked": linked}})
            >= 90
        )
        [row] = rows_of(frame, goal, every="year").to_dicts()
        widths[linked] = row["upper"] - row["lower"]
        ratio = 282 / 304
        factor = 1 + ratio * (1 - 2 * linked)
        lower, upper = byar(np.array([280 / factor]), np.array([ss.norm.ppf(0.975)]))
        expected = [100 * lower[0] * factor / 300, 100 * upper[0] * factor / 300]
        assert [row["lower"], row["upper"]] == pytest.approx(expected, rel=1e-6)
        at_goal = 1 + 0.9 * (1 - 2 * linked)
        tail = special.gammainc(280 / at_goal, 270 / at_goal)
        assert row["certainty"] == ("clear" if tail <= 0.025 else "within_chance")
    # Standard deviations of √(1 + p(1 − 2q)).
    relative = [widths[linked] / widths[0.5] for linked in (0.0, 0.8, 1.0)]
    assert relative == pytest.approx([1.39, 0.67, 0.27], abs=0.03)
