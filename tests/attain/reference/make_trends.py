"""Writes the tables of trend tests for `tests/attain/reference`.

pip install numpy scipy pymannkendall && python tests/attain/reference/make_trends.py
"""

import numpy as np
import pymannkendall as pmk
from scipy import stats as st
from tables import joined, write

rng = np.random.default_rng(20240331)


def series(length, digits, missing, memory):
    noise = rng.normal(0, 1, length)
    for place in range(1, length):
        noise[place] += memory * noise[place - 1]
    values = np.round(noise + rng.normal(0, 0.03) * np.arange(length), digits)
    values[rng.uniform(size=length) < missing] = np.nan
    return values


def trends():
    rows = []
    for length in (5, 9, 12, 24, 60, 120):
        for digits, missing in ((6, 0.0), (0, 0.0), (1, 0.15)):
            for memory in (0.0, 0.6):
                values = series(length, digits, missing, memory)
                if np.isfinite(values).sum() < 4:
                    continue
                original = pmk.original_test(values)
                cells = [
                    original.s,
                    original.var_s,
                    original.Tau,
                    original.z,
                    original.p,
                ]
                cells += [original.slope, original.intercept]
                # The corrections take the series as if nothing were missing.
                whole = values[np.isfinite(values)]
                for test, lag in (
                    (pmk.hamed_rao_modification_test, None),
                    (pmk.hamed_rao_modification_test, 3),
                    (pmk.yue_wang_modification_test, None),
                    (pmk.yue_wang_modification_test, 1),
                ):
                    answer = test(whole, lag=lag)
                    cells += [answer.var_s, answer.z, answer.p]
                rows.append([joined(values), *(repr(float(cell)) for cell in cells)])
    header = ["values", "score", "variance", "tau", "z", "p", "slope", "intercept"]
    for name in ("hamed_rao", "hamed_rao_3", "yue_wang", "yue_wang_1"):
        header += [f"{name}_{part}" for part in ("variance", "z", "p")]
    write("mann_kendall.csv", header, rows)


def seasonal():
    rows = []
    for period in (4, 12):
        for years in (3, 6, 10):
            for missing in (0.0, 0.1):
                values = series(period * years, 2, missing, 0.0)
                values += np.tile(rng.normal(0, 5, period), years).round(2)
                answer = pmk.seasonal_test(values, period=period)
                cells = (
                    answer.s,
                    answer.var_s,
                    answer.Tau,
                    answer.z,
                    answer.p,
                    answer.slope,
                )
                rows.append([joined(values), period, *(repr(float(cell)) for cell in cells)])
    write(
        "seasonal_mann_kendall.csv",
        ["values", "period", "score", "variance", "tau", "z", "p", "slope"],
        rows,
    )


def exact():
    rows = []
    for length in (2, 3, 4, 6, 8, 10, 15, 30):
        for _ in range(3):
            values = rng.permutation(length).astype(float) + rng.uniform(0, 2) * np.arange(length)
            if len(set(values)) < length:
                continue
            answer = st.kendalltau(np.arange(length), values, method="exact")
            rows.append(
                [
                    joined(values),
                    repr(float(answer.pvalue)),
                    repr(float(answer.statistic)),
                ]
            )
    write("mann_kendall_exact.csv", ["values", "p", "tau"], rows)


def slopes():
    rows = []
    for length in (4, 7, 20, 60):
        for digits in (6, 0):
            for confidence in (0.8, 0.95, 0.99):
                values = series(length, digits, 0.0, 0.0)
                slope, _, lower, upper = st.theilslopes(values, alpha=confidence)
                rows.append(
                    [
                        joined(values),
                        confidence,
                        *(repr(float(v)) for v in (slope, lower, upper)),
                    ]
                )
    write("sen_slope.csv", ["values", "confidence", "slope", "lower", "upper"], rows)


if __name__ == "__main__":
    trends()
    seasonal()
    exact()
    slopes()
