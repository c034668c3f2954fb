"""The statistics of attain beside those of scipy, statsmodels, PHStatsMethods and pymannkendall.

    pip install numpy scipy statsmodels pandas pyarrow PHStatsMethods pymannkendall
    python benches/peers/stats.py          # a minute
    python benches/peers/stats.py --full   # the sizes that the documentation speaks of

Everything runs on one thread. Data are drawn anew from a seed, each peer is given them as it likes
them best, and answers are compared before times are.
"""

from __future__ import annotations

import argparse
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import PHStatsMethods
import pyarrow as pa
import pymannkendall
from measure import Timing, limit_threads, machine, measure, table
from scipy import special, stats
from statsmodels.stats.proportion import proportion_confint

import attain as at

Limits = tuple[np.ndarray, np.ndarray]


def limits_of(answer: at.Table) -> Limits:
    """The limits in a table of attain's."""
    columns = pa.table(answer)
    return columns["lower"].to_numpy(), columns["upper"].to_numpy()


def same_limits(ours: at.Table, theirs: Limits, rtol: float) -> str:
    """Fails if limits differ; otherwise says by how much they may."""
    for found, expected in zip(limits_of(ours), theirs, strict=True):
        np.testing.assert_allclose(found[: len(expected)], expected, rtol=rtol, atol=1e-300)
    return f"answers agree within {rtol:g}"


def intervals(
    title: str,
    ours: Callable[[tuple[object, ...]], at.Table],
    columns: tuple[np.ndarray, ...],
    peers: dict[str, Callable[[tuple[np.ndarray, ...]], Limits]],
    part: int,
    rtol: float,
) -> None:
    """One kind of interval for all rows; peers take the first `part` of them."""
    rows = len(columns[0])
    arrow = tuple(pa.array(column) for column in columns)
    some = tuple(column[:part] for column in columns)
    timings: list[Timing[object]] = [
        measure("attain, from pyarrow", lambda: ours(arrow)),
        measure("attain, from numpy", lambda: ours(columns)),
    ]
    for name, peer in peers.items():
        timings.append(measure(name, lambda peer=peer: peer(some), scale=rows / part))
    agreement = {same_limits(timings[0].answer, peer.answer, rtol) for peer in timings[2:]}
    table(f"{title}, {rows:,} rows; {', '.join(agreement)}", timings, rows)


def all_intervals(rows: int, part: int) -> None:
    """Exact, Wilson's and Byar's limits at 95 %."""
    random = np.random.default_rng(1)
    n = np.floor(10 ** random.uniform(0.5, 6, rows))
    x = np.floor(random.beta(0.8, 0.8, rows) * n)
    # scipy gives NaN where a limit is 0 or 1 by definition; such rows need not be compared.
    x = np.clip(x, 1, n - 1)
    count = np.floor(10 ** random.uniform(0, 5, rows))
    z = stats.norm.ppf(0.975)

    def scipy_shares(columns: tuple[np.ndarray, ...]) -> Limits:
        x, n = columns
        lower = special.betaincinv(x, n - x + 1, 0.025)
        return lower, special.betaincinv(x + 1, n - x, 0.975)

    def scipy_counts(columns: tuple[np.ndarray, ...]) -> Limits:
        (x,) = columns
        return special.chdtri(2 * x, 0.975) / 2, special.chdtri(2 * x + 2, 0.025) / 2

    def scipy_stats_counts(columns: tuple[np.ndarray, ...]) -> Limits:
        (x,) = columns
        return stats.chi2.ppf(0.025, 2 * x) / 2, stats.chi2.isf(0.025, 2 * x + 2) / 2

    def numpy_byar(columns: tuple[np.ndarray, ...]) -> Limits:
        (x,) = columns
        lower = x * (1 - 1 / (9 * x) - z / (3 * np.sqrt(x))) ** 3
        return lower, (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * np.sqrt(x + 1))) ** 3

    intervals(
        "Clopper & Pearson's limits of shares",
        lambda columns: at.stats.proportion(*columns, method="exact"),
        (x, n),
        {
            "scipy.special.betaincinv": scipy_shares,
            "statsmodels, beta": lambda columns: proportion_confint(*columns, method="beta"),
        },
        part,
        # scipy is off by 2e-10 in one row of 500,000.
        1e-9,
    )
    intervals(
        "Exact limits of counts",
        lambda columns: at.stats.count(*columns, method="exact"),
        (count,),
        {"scipy.special.chdtri": scipy_counts, "scipy.stats.chi2": scipy_stats_counts},
        part,
        1e-11,
    )
    intervals(
        "Wilson's limits of shares",
        lambda columns: at.stats.proportion(*columns),
        (x, n),
        {"statsmodels, wilson": lambda columns: proportion_confint(*columns, method="wilson")},
        rows,
        1e-9,
    )
    intervals(
        "Byar's limits of counts",
        lambda columns: at.stats.count(*columns, exact_below=0),
        (count,),
        {"the formula in numpy": numpy_byar},
        rows,
        1e-9,
    )


def standardised_rates(groups: int) -> None:
    """Directly standardised rates over 19 age bands."""
    random = np.random.default_rng(2)
    bands = 19
    frame = pd.DataFrame(
        {
            "area": np.repeat([f"E{area:08}" for area in range(groups)], bands),
            "events": random.poisson(20, groups * bands),
            "population": random.integers(1_000, 5_000, groups * bands),
            "standard": np.tile(random.integers(1_000, 8_000, bands), groups),
        }
    )

    def peer() -> pd.DataFrame:
        return PHStatsMethods.ph_dsr(
            frame,
            "events",
            "population",
            ref_denom_col="standard",
            group_cols="area",
            euro_standard_pops=False,
        )

    ours = measure(
        "attain",
        lambda: at.stats.directly_standardised_rate(
            frame["events"], frame["population"], frame["standard"], by=frame["area"]
        ),
    )
    theirs = measure("PHStatsMethods", peer, repeat=5 if groups <= 1_000 else 3)
    found = pa.table(ours.answer).to_pandas().set_index("by")
    expected = theirs.answer.set_index("area").loc[found.index]
    values = expected[["Value", "lower_95_ci", "upper_95_ci"]]
    np.testing.assert_allclose(found[["value", "lower", "upper"]], values, rtol=1e-9)
    title = f"Standardised rates, {groups:,} groups of {bands} bands; answers agree within 1e-09"
    table(title, [ours, theirs], groups)


SIGNALS = {
    "below_outer": "Low (0.001)",
    "below_inner": "Low (0.025)",
    "within": "Not significant",
    "above_inner": "High (0.025)",
    "above_outer": "High (0.001)",
}


def funnels(rows: int, part: int) -> None:
    """Which units lie outside a funnel's limits; attain gives the limits too."""
    random = np.random.default_rng(3)
    n = random.integers(50, 5_000, rows)
    expected = random.uniform(1, 200, rows)
    frame = pd.DataFrame(
        {
            "events": random.binomial(n, random.beta(40, 60, rows)),
            "n": n,
            "observed": random.poisson(expected * random.gamma(20, 1 / 20, rows)),
            "expected": expected,
        }
    )
    some = frame[:part]

    def peer(events: str, statistic: str, other: str) -> pd.DataFrame:
        return PHStatsMethods.assign_funnel_significance(
            some.copy(), events, statistic, denom_col=other
        )

    def agreement(ours: Timing[at.Table], theirs: Timing[pd.DataFrame]) -> float:
        signals = [SIGNALS[word] for word in pa.table(ours.answer)["signal"].to_pylist()[:part]]
        same = float((theirs.answer["significance"].to_numpy() == np.array(signals)).mean())
        assert same > 0.99, same
        return same

    # The peer's baseline is that of the rows it is given.
    baseline = some["events"].sum() / some["n"].sum()
    ours = measure(
        "attain", lambda: at.stats.proportion_funnel(frame["events"], frame["n"], baseline)
    )
    theirs = measure("PHStatsMethods", lambda: peer("events", "proportion", "n"), scale=rows / part)
    same = agreement(ours, theirs)
    table(f"Funnel flags of shares, {rows:,} rows; {same:.2%} are the same", [ours, theirs], rows)

    ours = measure("attain", lambda: at.stats.count_funnel(frame["observed"], frame["expected"]))
    theirs = measure(
        "PHStatsMethods", lambda: peer("observed", "ratio", "expected"), scale=rows / part
    )
    same = agreement(ours, theirs)
    title = f"Funnel flags of ratios, {rows:,} rows; {same:.2%} are the same (theirs go by Byar)"
    table(title, [ours, theirs], rows)


def trends(series: int, part: int) -> None:
    """Mann & Kendall's test and the Theil–Sen slope of series of 60 months."""
    random = np.random.default_rng(4)
    months = 60
    values = random.normal(size=(series, months)).cumsum(axis=1)
    flat, keys = values.ravel(), np.repeat(np.arange(series), months)
    ours = measure("attain", lambda: at.stats.mann_kendall(flat, by=keys))
    both = measure(
        "attain",
        lambda: (at.stats.mann_kendall(flat, by=keys), at.stats.sen_slope(flat, by=keys)),
    )
    theirs = measure(
        "pymannkendall, which gives both",
        lambda: [pymannkendall.original_test(one) for one in values[:part]],
        scale=series / part,
    )
    found = pa.table(both.answer[0]).slice(0, part)
    lines = pa.table(both.answer[1]).slice(0, part)
    for ours_column, name in (
        (found["p"], "p"),
        (found["tau"], "Tau"),
        (lines["slope"], "slope"),
        (lines["intercept"], "intercept"),
    ):
        expected = [getattr(one, name) for one in theirs.answer]
        np.testing.assert_allclose(ours_column.to_numpy(), expected, rtol=1e-9, atol=1e-12)
    what = f"{series:,} series of {months}; answers agree within 1e-09"
    table(f"Mann & Kendall's test, {what}", [ours, theirs], series)
    table(f"Mann & Kendall's test and the Theil–Sen slope, {what}", [both, theirs], series)


def main() -> None:
    """Measures everything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="the full sizes: some minutes")
    full = parser.parse_args().full
    limit_threads(1)
    warnings.simplefilter("ignore")
    packages = ("numpy", "scipy", "statsmodels", "pandas", "pyarrow", "PHStatsMethods")
    print(machine(*packages, "pymannkendall", "attain"))
    print("One thread each; times are medians; ratios are to the first line of each table.")
    all_intervals(10_000_000 if full else 500_000, 500_000 if full else 50_000)
    standardised_rates(10_000 if full else 1_000)
    funnels(100_000 if full else 20_000, 2_000 if full else 500)
    trends(10_000 if full else 1_000, 500 if full else 200)


if __name__ == "__main__":
    main()
