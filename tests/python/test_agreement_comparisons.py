"""Funnels, adjusted p-values, standardised rates and groups agree with other programs.

Left out of PHStatsMethods, because it is wrong there:

* funnel limits of shares: cut at 100 whatever the multiplier
* significance of counts of 10 and more: Byar's approximation, so that a count next to a limit may
  fall on its other side; such counts are not compared
* indirectly standardised ratios and rates of no events: raise
* confidence limits of directly standardised rates: none below 10 events, whatever is asked for
"""

from __future__ import annotations

import re
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import PHStatsMethods as phe  # noqa: N813
import polars as pl
import pytest
from scipy import special
from scipy import stats as oracle
from statsmodels.stats.multitest import multipletests

import attain as at

DOCS = Path(__file__).parents[2] / "docs"
Numbers: TypeAlias = npt.NDArray[Any]

# Funnels


def test_funnels_of_shares_are_those_of_englands_package() -> None:
    random = np.random.default_rng(20)
    for _ in range(8):
        n = random.integers(20, 60_000, 30)
        x = random.binomial(n, random.uniform(0.05, 0.9))
        frame = pd.DataFrame({"x": x, "n": n})
        theirs = phe.calculate_funnel_limits(frame, "x", "proportion", 100, denom_col="n")
        share = x.sum() / n.sum()
        ours = pl.DataFrame(
            at.stats.proportion_funnel(0, theirs["Population"].to_numpy(), share, per=100)
        )
        # Their limits solve the quadratic by which a share's Wilson interval reaches the baseline:
        # the same limits, but for what that equation loses to rounding.
        for mine, name in [
            ("inner_lower", "lower_2s"),
            ("inner_upper", "upper_2s"),
            ("outer_lower", "lower_3s"),
            ("outer_upper", "upper_3s"),
        ]:
            np.testing.assert_allclose(ours[mine], theirs[f"{name}_limit"], rtol=1e-6, atol=1e-6)
        signals = pl.DataFrame(at.stats.proportion_funnel(x, n, share))["signal"]
        named = phe.assign_funnel_significance(frame, "x", "proportion", "n")
        assert signals.to_list() == [NAMES[name] for name in named["significance"]]


NAMES = {
    "High (0.001)": "above_outer",
    "High (0.025)": "above_inner",
    "Low (0.001)": "below_outer",
    "Low (0.025)": "below_inner",
    "Not significant": "within",
}


def test_funnels_of_counts_turn_where_englands_package_says() -> None:
    frame = pd.DataFrame({"x": [1, 40, 900], "e": [2.0, 55.0, 700.0]})
    theirs = phe.calculate_funnel_limits(
        frame, "x", "ratio", 1, denom_col="e", ratio_type="isr", years_of_data=1
    )
    # It asks how many must be expected for a count to be on the limit; here the expected ask back.
    # It bisects to 1e-7 of a share, which is less exact the smaller the count.
    for mine, name in [
        ("inner_lower", "lower_2s"),
        ("inner_upper", "upper_2s"),
        ("outer_lower", "lower_3s"),
        ("outer_upper", "upper_3s"),
    ]:
        observed = theirs["Observed_events"].to_numpy()
        expected = theirs[f"{name}_exp_events"].to_numpy()
        ours = pl.DataFrame(at.stats.count_funnel(observed, expected))
        np.testing.assert_allclose(ours[mine], observed, rtol=3e-4)


def test_signals_of_counts_are_those_of_englands_package_but_next_to_limits() -> None:
    random = np.random.default_rng(21)
    expected = 10 ** random.uniform(0, 4, 2_000)
    observed = np.maximum(
        random.poisson(expected * random.choice([0.6, 0.9, 1, 1.1, 1.7], 2_000)), 1
    )
    frame = pd.DataFrame({"x": observed, "e": expected})
    ours = pl.DataFrame(at.stats.count_funnel(observed, expected))["signal"].to_numpy()
    theirs = phe.assign_funnel_significance(frame, "x", "ratio", "e")
    names = theirs["significance"].map(NAMES).to_numpy()
    tails = np.minimum(
        oracle.poisson.sf(observed - 1, expected), oracle.poisson.cdf(observed, expected)
    )
    near = np.minimum(np.abs(tails / 0.025 - 1), np.abs(tails / 0.001 - 1)) < 0.05
    assert near.sum() < 60
    assert (ours[~near] == names[~near]).all()


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.998, 1 - 1e-6])
def test_inverted_funnels_solve_their_equations(confidence: float) -> None:
    expected = 10 ** np.random.default_rng(22).uniform(-3, 5, 2_000)
    found = pl.DataFrame(at.stats.count_funnel(0, expected, inner=confidence, outer=1 - 1e-9))
    tail = (1 - confidence) / 2
    upper, lower = found["inner_upper"].to_numpy(), found["inner_lower"].to_numpy()
    np.testing.assert_allclose(special.gammainc(upper, expected), tail, rtol=1e-7)
    open_end = np.exp(-expected) >= tail
    assert (lower[open_end] == 0).all()
    held = special.gammaincc(lower[~open_end] + 1, expected[~open_end])
    np.testing.assert_allclose(held, tail, rtol=1e-7)


# Many tests


@pytest.mark.parametrize("seed", range(20))
def test_adjusted_p_values_are_those_of_other_programs_with_ties_and_at_the_ends(seed: int) -> None:
    random = np.random.default_rng(seed)
    size = int(random.integers(1, 2_000))
    p_values = random.random(size) ** random.choice([1, 4, 12])
    p_values = np.where(random.random(size) < 0.3, p_values.round(2), p_values)
    found = np.array(at.stats.benjamini_hochberg(p_values), dtype=float)
    np.testing.assert_allclose(found, multipletests(p_values, method="fdr_bh")[1], rtol=1e-13)
    np.testing.assert_allclose(found, oracle.false_discovery_control(p_values), rtol=1e-13)
    found = np.array(at.stats.holm(p_values), dtype=float)
    np.testing.assert_allclose(found, multipletests(p_values, method="holm")[1], rtol=1e-13)


# Standardising


def strata(units: int, bands: int, seed: int) -> pd.DataFrame:
    """Units with as many strata each; sizes over three orders of magnitude."""
    random = np.random.default_rng(seed)
    rows = units * bands
    population = np.floor(10 ** random.uniform(2, 5, rows))
    reference = np.floor(10 ** random.uniform(3, 6, bands))
    rate = 10 ** random.uniform(-4, -1, bands)
    return pd.DataFrame(
        {
            "unit": np.repeat([f"u{unit:03}" for unit in range(units)], bands),
            "x": random.poisson(population * np.tile(rate, units)),
            "n": population,
            "w": np.tile(np.floor(random.uniform(500, 9_000, bands)), units),
            "rx": np.tile(np.floor(reference * rate) + 1, units),
            "rn": np.tile(reference, units),
        }
    )


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.998])
@pytest.mark.parametrize("bands", [2, 19])
def test_standardised_rates_and_ratios_are_those_of_englands_package(
    bands: int, confidence: float
) -> None:
    frame = strata(60, bands, seed=bands)
    direct = phe.ph_dsr(
        frame, "x", "n", "w", "unit", euro_standard_pops=False, confidence=confidence
    )
    # A missing value is none of their numbers, and none of ours.
    direct = direct.set_index("unit")
    ours = pl.DataFrame(
        at.stats.directly_standardised_rate(
            frame.x, frame.n, frame.w, by=frame.unit, confidence=confidence
        )
    ).to_pandas()
    assert ours["by"].tolist() == direct.index.tolist()
    assert ours["events"].tolist() == direct["Total Count"].tolist()
    same(ours, direct)

    choice: dict[str, Any] = {"by": frame.unit, "confidence": confidence}
    arguments = (frame.x, frame.n, frame.rx, frame.rn)
    for theirs, mine, per in [
        (phe.ph_ISRatio, at.stats.indirectly_standardised_ratio, {"refvalue": 100}),
        (phe.ph_ISRate, at.stats.indirectly_standardised_rate, {"multiplier": 10_000}),
    ]:
        some = frame.groupby("unit").x.transform("sum") > 0
        known = frame[some]
        table = theirs(known, "x", "n", "rx", "rn", "unit", confidence=confidence, **per)
        (multiplier,) = per.values()
        found = pl.DataFrame(mine(*arguments, per=multiplier, **choice)).to_pandas()
        found = found[found["observed"] > 0]
        np.testing.assert_allclose(found["expected"], table["Expected"], rtol=1e-12)
        same(found, table)


def same(ours: pd.DataFrame, theirs: pd.DataFrame) -> None:
    for mine, name in [("value", "Value"), ("lower", "lower"), ("upper", "upper")]:
        column = theirs.filter(like=name).iloc[:, 0].to_numpy(dtype=float)
        np.testing.assert_allclose(ours[mine].to_numpy(dtype=float), column, rtol=1e-10)


@pytest.mark.parametrize("groups", [2, 3, 5, 7, 10])
def test_quantile_groups_are_those_of_englands_package(groups: int) -> None:
    random = np.random.default_rng(groups)
    for _ in range(40):
        size = int(random.integers(groups, 400))
        values = random.integers(0, size, size).astype(float)
        for order, invert in [("highest_first", True), ("lowest_first", False)]:
            frame = pd.DataFrame({"v": values})
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                theirs = phe.ph_quantile(frame, "v", nquantiles=groups, invert=invert)
            ours = np.array(at.stats.quantile_groups(values, groups, order=order), dtype=float)  # type: ignore[arg-type]
            assert (ours == theirs["quantile"]).all()


# Ranks


def critical_values(
    estimates: Numbers, errors: Numbers, simultaneous: bool, draws: int
) -> tuple[Numbers, Numbers]:
    """Every pair's lead, and Mogstad et al.'s critical values, with every pair in a table."""
    n = len(estimates)
    joint = np.hypot(errors[:, None], errors[None, :])
    lead = (estimates[None, :] - estimates[:, None]) / joint
    drawn = np.random.default_rng(30).normal(0, errors, (draws, n))
    away = np.abs(drawn[:, :, None] - drawn[:, None, :]) / joint
    still = ~np.eye(n, dtype=bool)
    while True:
        largest = np.where(still, away, 0).max(axis=2)
        if simultaneous:
            largest = np.repeat(largest.max(axis=1)[:, None], n, axis=1)
        cutoffs = np.quantile(largest, 0.95, axis=0, method="inverted_cdf")
        settled = np.abs(lead) > cutoffs[:, None]
        if not (still & settled).any():
            return lead, cutoffs
        still &= ~settled


@pytest.mark.parametrize("scope", ["marginal", "simultaneous"])
def test_ranks_lie_where_tests_of_all_pairs_put_them(scope: Any) -> None:
    random = np.random.default_rng(31)
    n = 40
    estimates, errors = random.normal(0, 3, n), random.lognormal(-0.5, 0.6, n)
    found = pl.DataFrame(at.stats.rank_intervals(estimates, errors, scope=scope, draws=20_000))
    lead, cutoffs = critical_values(estimates, errors, scope == "simultaneous", draws=8_000)

    def ranks(factor: float) -> tuple[Numbers, Numbers]:
        beyond = factor * cutoffs[:, None]
        return 1 + (lead > beyond).sum(axis=1), n - (-lead > beyond).sum(axis=1)

    # Two sets of random numbers: the critical values differ by a hair.
    (narrow_best, narrow_worst), (wide_best, wide_worst) = ranks(0.97), ranks(1.03)
    best, worst = found["best"].to_numpy(), found["worst"].to_numpy()
    assert ((wide_best <= best) & (best <= narrow_best)).all()
    assert ((narrow_worst <= worst) & (worst <= wide_worst)).all()
    assert (narrow_best == wide_best).mean() > 0.5


def test_the_order_of_units_plays_no_part_in_their_ranks() -> None:
    random = np.random.default_rng(32)
    estimates, errors = random.normal(0, 3, 300), random.lognormal(0, 1, 300)
    order = random.permutation(300)
    for scope in ("marginal", "simultaneous"):
        as_given = pl.DataFrame(at.stats.rank_intervals(estimates, errors, scope=scope))  # type: ignore[arg-type]
        shuffled = pl.DataFrame(
            at.stats.rank_intervals(estimates[order], errors[order], scope=scope)
        )  # type: ignore[arg-type]
        assert as_given[order.tolist()].equals(shuffled)


def test_the_example_of_the_page_on_ranks_prints_what_the_page_says(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # And its figures, of one decimal, are those of the reference table.
    page = (DOCS / "stats" / "ranks.md").read_text(encoding="utf-8")
    code, printed = re.findall(r"```(?:python|text)\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    exec(code, names)
    assert capsys.readouterr().out == printed
    table = pd.read_csv(
        DOCS.parent / "tests" / "attain" / "reference" / "pisa_2018_mathematics.csv"
    )
    assert names["pisa"] == {
        row.country: (round(row.mean, 1), round(row.standard_error, 1))
        for row in table.itertuples()
    }


TEN_THOUSAND = """
import resource, sys
import numpy as np
import attain as at

random = np.random.default_rng(1)
estimates, errors = random.normal(0, 3, 10_000), random.lognormal(0, 1, 10_000)
at.stats.rank_intervals(estimates[:10], errors[:10])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
at.stats.rank_intervals(estimates, errors, scope=sys.argv[1], draws=100)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the unit of ru_maxrss differs elsewhere")
@pytest.mark.parametrize("scope", ["marginal", "simultaneous"])
def test_ten_thousand_units_take_little_memory(scope: str) -> None:
    grown = subprocess.run(
        [sys.executable, "-c", TEN_THOUSAND, scope], capture_output=True, text=True, check=True
    )
    # In kilobytes. A table of pairs would be 800 MB of doubles.
    assert int(grown.stdout) < 32_000
