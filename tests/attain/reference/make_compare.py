"""Writes tables of funnels, overdispersion, ranks, multiple tests for `tests/attain/reference`.

pip install numpy scipy statsmodels && python tests/attain/reference/make_compare.py
"""

import math

import numpy as np
from scipy import optimize, special
from scipy import stats as st
from statsmodels.stats.meta_analysis import combine_effects
from statsmodels.stats.multitest import multipletests
from tables import joined, write

rng = np.random.default_rng(20240229)


def count_funnels():
    """The counts at which scipy's Poisson tails, continued to fractions, are the tail."""
    rows = []
    for expected in (0.02, 0.5, 1, 3, 3.7, 5, 8.25, 15, 60.5, 250, 3000, 1e6):
        for confidence in (0.8, 0.95, 0.998):
            tail = (1 - confidence) / 2
            reach = 40 * math.sqrt(expected) + 100
            upper = optimize.brentq(
                lambda count, m=expected, t=tail: special.gammainc(count, m) - t,
                1e-9,
                expected + reach,
                xtol=1e-13,
                rtol=1e-14,
            )
            lower = 0.0
            if math.exp(-expected) < tail:
                lower = optimize.brentq(
                    lambda count, m=expected, t=tail: special.gammaincc(count + 1, m) - t,
                    0,
                    expected,
                    xtol=1e-13,
                    rtol=1e-14,
                )
            rows.append([expected, confidence, repr(lower), repr(upper)])
    write("funnel_counts.csv", ["expected", "confidence", "lower", "upper"], rows)


def count_signals():
    """The plain Poisson test of whole counts: is P(as many or more), or as few or fewer, small?"""
    rows = []
    for _ in range(200):
        expected = float(10 ** rng.uniform(-0.5, 3))
        observed = int(rng.poisson(expected * rng.uniform(0.4, 1.9)))
        above, below = (
            st.poisson.sf(observed - 1, expected),
            st.poisson.cdf(observed, expected),
        )
        signal = "within"
        for name, tail in (("inner", 0.025), ("outer", 0.001)):
            if above < tail:
                signal = f"above_{name}"
            elif below < tail:
                signal = f"below_{name}"
        rows.append([observed, repr(expected), signal])
    write("funnel_signals.csv", ["observed", "expected", "signal"], rows)


def spread():
    """DerSimonian & Laird's variance by statsmodels; winsorising by numpy's quantiles."""
    rows = []
    for _ in range(10):
        units = int(rng.integers(4, 60))
        errors = rng.uniform(0.02, 0.3, units)
        z = rng.normal(0, rng.uniform(0.7, 3), units)
        for tails, share in (("kept", 0.0), ("winsorised", 0.1), ("truncated", 0.1)):
            low, high = np.quantile(z, [share, 1 - share])
            cut = math.floor(units * share)
            order = np.argsort(z)
            kept = np.ones(units, dtype=bool)
            treated = z
            if tails == "winsorised":
                treated = np.clip(z, low, high)
            if tails == "truncated" and cut:
                kept[order[:cut]] = kept[order[-cut:]] = False
            phi = np.mean(treated[kept] ** 2)
            between = 0.0
            if phi > 1:
                weights = errors[kept] ** -2
                k = kept.sum()
                between = (k * phi - (k - 1)) / (weights.sum() - (weights**2).sum() / weights.sum())
            rows.append(
                [
                    joined(z),
                    joined(errors),
                    tails,
                    share,
                    repr(float(phi)),
                    repr(max(0.0, float(between))),
                ]
            )
            if tails == "kept" and phi > 1:
                # With the target as the known mean, Σz² takes the place of Cochran's Q; statsmodels
                # gives the same where the units' own mean is the target.
                weights = errors**-2
                mean = (z * errors * weights).sum() / weights.sum()
                own = combine_effects(z * errors - mean, errors**2, method_re="dl")
                centred = (z * errors - mean) / errors
                phi = np.mean(centred**2)
                rows.append(
                    [
                        joined(centred),
                        joined(errors),
                        tails,
                        share,
                        repr(float(phi)),
                        repr(float(own.tau2) if phi > 1 else 0.0),
                    ]
                )
    write("overdispersion.csv", ["z", "errors", "tails", "share", "phi", "between"], rows)


def adjusted():
    rows = []
    for size in (1, 2, 7, 40, 250):
        p = np.round(rng.uniform(0, 1, size) ** 3, 3)
        cells = [multipletests(p, method=method)[1] for method in ("fdr_bh", "holm")]
        rows.append([joined(p), *map(joined, cells)])
    write("multiple_tests.csv", ["p", "benjamini_hochberg", "holm"], rows)


def rank_cutoffs():
    """Critical distances of equally precise units.

    That of all pairs is Tukey's studentized range; that of one unit from all others is an integral.
    """
    rows = []
    for units in (2, 3, 5, 10, 30):
        for confidence in (0.8, 0.95):
            everyone = st.studentized_range.ppf(confidence, units, np.inf) / math.sqrt(2)

            def holds(cutoff, units=units, confidence=confidence):
                nodes, weights = np.polynomial.hermite_e.hermegauss(180)
                inside = st.norm.cdf(nodes + cutoff * math.sqrt(2)) - st.norm.cdf(
                    nodes - cutoff * math.sqrt(2)
                )
                share = (weights * inside ** (units - 1)).sum() / math.sqrt(2 * math.pi)
                return share - confidence

            each = optimize.brentq(holds, 0.1, 10)
            rows.append([units, confidence, repr(float(each)), repr(float(everyone))])
    write("rank_cutoffs.csv", ["units", "confidence", "marginal", "simultaneous"], rows)


if __name__ == "__main__":
    count_funnels()
    count_signals()
    spread()
    adjusted()
    rank_cutoffs()
