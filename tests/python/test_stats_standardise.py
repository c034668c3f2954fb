"""Standardised rates follow their formulas, group by group."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest
from scipy.stats import chi2, f

import attain as at


def test_direct_rates_follow_dobson_group_by_group() -> None:
    random = np.random.default_rng(12)
    units, strata = 6, 9
    frame = pd.DataFrame(
        {
            "unit": np.repeat([f"u{unit}" for unit in range(units)], strata),
            "x": random.integers(1, 60, units * strata),
            "n": random.integers(500, 9_000, units * strata),
            "w": np.tile(random.integers(1_000, 9_000, strata), units),
        }
    ).sample(frac=1, random_state=1)
    found = pl.DataFrame(
        at.stats.directly_standardised_rate(frame.x, frame.n, frame.w, by=frame.unit)
    )
    assert found["by"].to_list() == list(dict.fromkeys(frame.unit))
    for row in found.iter_rows(named=True):
        own = frame[frame.unit == row["by"]]
        events = own.x.sum()
        count = at.stats.count(int(events))
        value = (own.w * own.x / own.n).sum() / own.w.sum() * 100_000
        variance = (own.w**2 * own.x / own.n**2).sum() / own.w.sum() ** 2
        stretch = math.sqrt(variance / events) * 100_000
        assert row["events"] == events
        assert row["population"] == own.n.sum()
        assert row["value"] == pytest.approx(value)
        assert row["lower"] == pytest.approx(value + stretch * (count.lower - events))
        assert row["upper"] == pytest.approx(value + stretch * (count.upper - events))
        assert row["status"] is None


def test_gamma_limits_follow_scipy_group_by_group() -> None:
    random = np.random.default_rng(13)
    events = random.poisson(4, 40).astype(float)
    others = random.poisson(9, 40).astype(float)
    population, standard = random.integers(50, 9_000, 40), random.integers(1, 9_000, 40)
    by = np.repeat(list("abcd"), 10)
    rates = {
        method: pl.DataFrame(
            at.stats.directly_standardised_rate(
                events, population, standard, by=by, per=1000, withhold_below=0, method=method
            )
        )
        for method in ("fay_feuer", "tiwari")
    }
    ratios = pl.DataFrame(
        at.stats.directly_standardised_ratio(
            events, population, others, population, standard, by=by, confidence=0.9
        )
    )
    for place, group in enumerate("abcd"):
        own = by == group
        w, x, z = (standard / population)[own], events[own], others[own]
        y, v, per = (w * x).sum(), (w * w * x).sum(), 1000 / standard[own].sum()
        for method, more in (
            ("fay_feuer", (w.max(), w.max() ** 2)),
            ("tiwari", (w.mean(), (w**2).mean())),
        ):
            row = rates[method].row(place, named=True)
            assert row["value"] == pytest.approx(y * per)
            low = v / (2 * y) * chi2.ppf(0.025, 2 * y * y / v)
            above, spread = y + more[0], v + more[1]
            high = spread / (2 * above) * chi2.isf(0.025, 2 * above**2 / spread)
            assert row["lower"] == pytest.approx(low * per)
            assert row["upper"] == pytest.approx(high * per)
            assert row["unstable"] == (w.max() ** 2 > v / 4)
        other, u, top = (w * z).sum(), (w * w * z).sum(), w.max()
        row = ratios.row(place, named=True)
        assert row["value"] == pytest.approx(y / other)
        degrees = 2 * y * y / v, 2 * (other + top) ** 2 / (u + top**2)
        assert row["lower"] == pytest.approx(y / (other + top) * f.ppf(0.05, *degrees))
        degrees = 2 * (y + top) ** 2 / (v + top**2), 2 * other**2 / u
        assert row["upper"] == pytest.approx((y + top) / other * f.isf(0.05, *degrees))


def test_a_ratio_says_what_is_missing_of_the_other_unit() -> None:
    found = pl.DataFrame(
        at.stats.directly_standardised_ratio(
            [3, 3, 3, 0], 100, [0, None, 1, 0], [100, 100, -1, 100], 1, by="abcd"
        )
    )
    assert found["value"].to_list() == [None] * 4
    assert found["status"][0] == "undefined: the other unit has no events"
    assert found["lower"][0] > 0
    assert found["status"].is_not_null().all()
    assert "other_population" in found["status"][2]


def test_a_missing_stratum_withholds_the_rate_unless_it_counts_as_0() -> None:
    arguments = ([20, None, 15, 15], [100, 100, 100, 100], [1, 1, 1, 1])
    found = pl.DataFrame(at.stats.directly_standardised_rate(*arguments, by="aabb", per=100))
    assert found["value"].to_list() == [None, 15.0]
    assert found["status"].to_list() == ["withheld: a stratum's events are missing", None]
    zero = at.stats.directly_standardised_rate(
        *arguments, by="aabb", per=100, missing="counts_as_zero"
    )
    assert pl.DataFrame(zero)["value"].to_list() == [10.0, 15.0]


def test_few_events_are_withheld_and_a_bad_group_spoils_no_other() -> None:
    found = pl.DataFrame(
        at.stats.directly_standardised_rate([3, 30, -1], 100, 1, by=["a", "b", "c"], per=100)
    )
    assert found["value"].to_list() == [None, 30.0, None]
    assert "withhold_below" in found["status"][0]
    assert found["status"][2].startswith("`events`: found -1")
    shown = pl.DataFrame(
        at.stats.directly_standardised_rate([3], 100, 1, per=100, withhold_below=0)
    )
    assert shown["value"].to_list() == [3.0]
    assert "by" not in shown.columns


def test_indirect_ratios_have_the_counts_limits() -> None:
    found = pl.DataFrame(
        at.stats.indirectly_standardised_ratio(
            [12, 0, 7, 9], [100, 50, 80, 10], [100, 30, 100, 30], 1_000, by=[1, 1, 2, 2], per=100
        )
    )
    for row, observed, expected in zip(
        found.iter_rows(named=True), [12, 16], [11.5, 8.3], strict=True
    ):
        count = at.stats.count(observed)
        assert row["expected"] == pytest.approx(expected)
        assert row["value"] == pytest.approx(100 * observed / expected)
        assert row["lower"] == pytest.approx(100 * count.lower / expected)
        assert row["upper"] == pytest.approx(100 * count.upper / expected)


def test_quantile_groups_follow_the_published_rule() -> None:
    values = np.random.default_rng(13).integers(0, 40, 103)
    found = at.stats.quantile_groups(values, 5)
    for value, group in zip(values, found, strict=True):
        rank = (values > value).sum() + 1
        wanted = math.floor(6 - math.ceil(round((104 - rank) / (103 / 5), 9)))
        assert group == max(wanted, 1)
    assert at.stats.quantile_groups([3, None, 1], 5) == [None, None, None]


def test_what_is_wrong_for_every_group_is_refused() -> None:
    with pytest.raises(at.StatsError, match="as many as there are rows"):
        at.stats.directly_standardised_rate([1, 2], [3, 4], 1, by="abc")
    with pytest.raises(at.StatsError, match=r"`per`"):
        at.stats.directly_standardised_rate([1, 2], [3, 4], 1, per=0)
    with pytest.raises(at.StatsError, match="withhold, counts_as_zero"):
        at.stats.directly_standardised_rate([1], [3], 1, missing="zero")  # type: ignore[arg-type]
    with pytest.raises(at.StatsError, match="at least 1 group"):
        at.stats.quantile_groups([1, 2], 0)
