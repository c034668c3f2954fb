"""Writes the tables of intervals that `tests/attain/reference` compares with.

    pip install mpmath scipy statsmodels && python tests/attain/reference/make_intervals.py

`intervals_*.csv` hold limits at 50 digits from the equations that define them (mpmath; a confidence
is the `float` itself); `statsmodels_*.csv` hold what statsmodels answers.
"""

import math
import random

import mpmath as mp
from make_quantiles import (
    beta_quantile,
    digits,
    gamma_height,
    gamma_lower,
    gamma_lower_quantile,
    gamma_upper,
    gamma_upper_quantile,
    normal_quantile,
)
from scipy import stats as st
from statsmodels.stats import proportion as smp
from statsmodels.stats import rates as smr
from tables import joined, write

CONFIDENCES = [0.5, 0.8, 0.95, 0.998, 0.999999, 1 - 1e-9]
random.seed(20230310)


def wilson(x, n, z):
    half = z * mp.sqrt(z**2 + 4 * x * (1 - x / n))
    return (2 * x + z**2 - half) / (2 * (n + z**2)), (2 * x + z**2 + half) / (2 * (n + z**2))


def exact(x, n, tail):
    lower = beta_quantile(x, n - x + 1, tail)[0] if x > 0 else 0
    upper = beta_quantile(n - x, x + 1, tail)[1] if x < n else 1
    return lower, upper


def jeffreys(x, n, tail):
    lower = beta_quantile(x + 0.5, n - x + 0.5, tail)[0] if x > 0 else 0
    upper = beta_quantile(n - x + 0.5, x + 0.5, tail)[1] if x < n else 1
    return lower, upper


def around(centre, half):
    return max(centre - half, mp.mpf(0)), min(centre + half, mp.mpf(1))


def proportions():
    cases = [
        (0, 1),
        (1, 1),
        (0.445, 1),
        (0, 10),
        (1, 10),
        (5, 10),
        (10, 10),
        (12.5, 30.25),
        (160, 200),
        (0, 1e9),
        (1, 1e9),
        (7, 1e9),
        (1e9 - 1, 1e9),
        (1e9, 1e9),
        (24, 1e6),
        (999_000, 1e6),
        (300_000, 1e6),
        (21, 28),
        (241, 250),
        (7776456, 7564336),
    ]
    cases[-1] = (7776456, 75643366)
    for _ in range(14):
        n = round(10 ** random.uniform(0, 5.5))
        cases.append((random.randint(0, n), n))
    rows = []
    for x, n in cases:
        for c in CONFIDENCES if n < 1e7 else [0.95, 1 - 1e-9]:
            tail = (1 - c) / 2
            z = -normal_quantile(tail)
            a, b = mp.mpf(x), mp.mpf(n)
            centre = (a + z**2 / 2) / (b + z**2)
            limits = [
                *wilson(a, b, z),
                *exact(x, n, tail),
                *jeffreys(x, n, tail),
                *around(centre, z * mp.sqrt(centre * (1 - centre) / (b + z**2))),
                *around(a / b, z * mp.sqrt(a / b * (1 - a / b) / b)),
            ]
            rows.append([repr(float(x)), repr(float(n)), repr(c), *map(digits, limits)])
    methods = ["wilson", "exact", "jeffreys", "agresti_coull", "wald"]
    header = ["events", "denominator", "confidence"]
    header += [f"{method}_{end}" for method in methods for end in ("lower", "upper")]
    write("intervals_proportion.csv", header, rows)


def byar(x, z):
    def limit(count, z):
        return count * (1 - 1 / (9 * count) + z / (3 * mp.sqrt(count))) ** 3

    return max(limit(x, -z), mp.mpf(0)) if x > 0 else mp.mpf(0), limit(x + 1, z)


def bisect(f, low, high):
    """The root of a function that is positive at low and negative at high."""
    while high - low > mp.mpf(10) ** -25 * high:
        middle = (low + high) / 2
        low, high = (middle, high) if f(middle) > 0 else (low, middle)
    return (low + high) / 2


def mid_p(x, tail):
    x, tail = mp.mpf(x), mp.mpf(tail)

    def at_least(x, rate):
        if x == 0:
            return mp.mpf(1)
        return gamma_lower(x, rate) if rate < max(x, 1) else 1 - gamma_upper(x, rate)

    def poisson(rate):
        return gamma_height(x + 1, rate) / rate

    lower = mp.mpf(0)
    if x > 0:
        low, high = gamma_lower_quantile(x, tail), gamma_lower_quantile(x + 1, tail)
        lower = bisect(lambda m: tail - at_least(x, m) + poisson(m) / 2, low, high)
    # As 1 - P(x or more) - P(x)/2 the upper tail would cancel; its two halves do not.
    low, high = mp.mpf(10) ** -12, gamma_upper_quantile(x + 1, tail)

    def fewer_and_half(rate):
        below = 1 - at_least(x, rate) if x else mp.mpf(0)
        return below + poisson(rate) / 2

    upper = bisect(lambda rate: fewer_and_half(rate) - tail, low, high)
    return lower, upper


def counts():
    rows = []
    for x in [
        0,
        0.3,
        1,
        2,
        2.5,
        5,
        9,
        9.5,
        10,
        11,
        19,
        20,
        21,
        65,
        100,
        1045,
        12345.5,
        1e6,
        1e9,
    ]:
        for c in CONFIDENCES if x < 1e7 else [0.95, 1 - 1e-9]:
            tail = (1 - c) / 2
            lower = gamma_lower_quantile(x, tail) if x > 0 else mp.mpf(0)
            upper = gamma_upper_quantile(x + 1, tail)
            middle = mid_p(x, tail) if x <= 2000 else ("", "")
            limits = [lower, upper, *byar(mp.mpf(x), -normal_quantile(tail))]
            cells = [
                *map(digits, limits),
                *(m if m == "" else digits(m) for m in middle),
            ]
            rows.append([repr(float(x)), repr(c), *cells])
    header = [
        "events",
        "confidence",
        "exact_lower",
        "exact_upper",
        "byar_lower",
        "byar_upper",
    ]
    write("intervals_count.csv", [*header, "mid_p_lower", "mid_p_upper"], rows)


def koopman(x1, n1, x2, n2, z):
    x1, n1, x2, n2 = map(mp.mpf, (x1, n1, x2, n2))

    def chi_squared(ratio):
        a, b, c = (n1 + n2) * ratio, -(n1 * ratio + x1 + n2 + x2 * ratio), x1 + x2
        second = (-b - mp.sqrt(b * b - 4 * a * c)) / (2 * a)
        first = ratio * second
        variance = first * (1 - first) / n1 + ratio**2 * second * (1 - second) / n2
        return (x1 / n1 - ratio * x2 / n2) ** 2 / variance

    estimate = (x1 / n1) / (x2 / n2) if x1 and x2 else None
    lower, upper = mp.mpf(0), mp.inf
    if x1:
        high = estimate * (1 - mp.mpf(10) ** -15) if estimate else mp.mpf(10) ** 9
        lower = bisect(lambda ratio: chi_squared(ratio) - z * z, mp.mpf(10) ** -15, high)
    if x2:
        low = estimate * (1 + mp.mpf(10) ** -15) if estimate else mp.mpf(10) ** -9
        upper = bisect(lambda ratio: z * z - chi_squared(ratio), low, mp.mpf(10) ** 15)
    return lower, upper


def two_groups():
    cases = [
        (36, 40, 16, 80),
        (16, 80, 36, 40),
        (56, 70, 48, 80),
        (9, 10, 3, 10),
        (5, 56, 0, 29),
        (0, 29, 5, 56),
        (10, 10, 20, 20),
        (10, 10, 7, 20),
        (1, 1, 1, 1),
        (3.5, 10, 2.25, 12.5),
        (160, 200, 120, 190),
        (1, 1_000_000, 3, 2_000_000),
        (99, 100, 999_000, 1_000_000),
        (250_000, 1_000_000, 251_000, 1_000_000),
    ]
    for _ in range(10):
        n1, n2 = (round(10 ** random.uniform(0.5, 4)) for _ in range(2))
        cases.append((random.randint(0, n1), n1, random.randint(1, n2), n2))
    rows = []
    for x1, n1, x2, n2 in cases:
        for c in CONFIDENCES:
            tail = (1 - c) / 2
            z = -normal_quantile(tail)
            (l1, u1), (l2, u2) = (
                wilson(mp.mpf(x1), mp.mpf(n1), z),
                wilson(mp.mpf(x2), mp.mpf(n2), z),
            )
            p1, p2 = mp.mpf(x1) / n1, mp.mpf(x2) / n2
            newcombe = (
                p1 - p2 - mp.sqrt((p1 - l1) ** 2 + (u2 - p2) ** 2),
                p1 - p2 + mp.sqrt((u1 - p1) ** 2 + (p2 - l2) ** 2),
            )
            logarithm = ("", "")
            if x1 and x2:
                half = z * mp.sqrt(
                    1 / mp.mpf(x1) - 1 / mp.mpf(n1) + 1 / mp.mpf(x2) - 1 / mp.mpf(n2)
                )
                logarithm = (p1 / p2 * mp.exp(-half), p1 / p2 * mp.exp(half))
            # As rates: the same counts over exposures n1 and n2.
            total = mp.mpf(x1) + x2
            odds_exact = [mp.mpf(0), mp.inf]
            if x1:
                at, rest = beta_quantile(x1, x2 + 1, tail)
                odds_exact[0] = at / rest
            if x2:
                at, rest = beta_quantile(x2, x1 + 1, tail)
                odds_exact[1] = rest / at
            low, high = wilson(mp.mpf(x1), total, z)
            odds_score = [low / (1 - low), high / (1 - high) if x2 else mp.inf]
            rate = [limit * n2 / n1 for limit in (*odds_exact, *odds_score)]
            limits = [*newcombe, *logarithm, *koopman(x1, n1, x2, n2, z), *rate]
            cells = [
                limit if limit == "" else digits(limit).replace("+inf", "inf") for limit in limits
            ]
            rows.append([*(repr(float(v)) for v in (x1, n1, x2, n2)), repr(c), *cells])
    methods = ["newcombe", "log_normal", "koopman", "rate_exact", "rate_score"]
    header = ["x1", "n1", "x2", "n2", "confidence"]
    write(
        "intervals_two_groups.csv",
        header + [f"{m}_{e}" for m in methods for e in ("lower", "upper")],
        rows,
    )


def proportion_ratio_p_value(groups, value):
    return smp.test_proportions_2indep(
        *groups, value, method="score", compare="ratio", correction=False
    ).pvalue


def rate_ratio_p_value(groups, value):
    return smr.test_poisson_2indep(*groups, value, method="score").pvalue


def trusted(limits, p_value, groups, alpha):
    """NaN where the root finder got lost: the peer's own test does not agree with its limits."""
    lower, upper = limits
    worst = max(abs(p_value(groups, v) / alpha - 1) for v in limits)
    if upper <= lower * (1 + 1e-6) or worst > 1e-7:
        return math.nan, math.nan
    return lower, upper


def peers():
    names = {
        "wilson": "wilson",
        "exact": "beta",
        "jeffreys": "jeffreys",
        "agresti_coull": "agresti_coull",
        "wald": "normal",
    }
    rows = []
    for _ in range(150):
        n = round(10 ** random.uniform(0, 6))
        x = random.choice([0, n, random.randint(0, n), random.randint(0, min(n, 20))])
        c = random.choice([0.5, 0.8, 0.9, 0.95, 0.99, 0.998])
        limits = []
        for name in names.values():
            limits += [float(v) for v in smp.proportion_confint(x, n, 1 - c, method=name)]
        rows.append([x, n, c, *map(repr, limits)])
    header = ["events", "denominator", "confidence"]
    write(
        "statsmodels_proportion.csv",
        header + [f"{m}_{e}" for m in names for e in ("lower", "upper")],
        rows,
    )

    rows = []
    for _ in range(150):
        n1, n2 = (round(10 ** random.uniform(0.7, 5)) for _ in range(2))
        x1, x2 = random.randint(1, n1 - 1), random.randint(1, n2 - 1)
        c = random.choice([0.5, 0.8, 0.9, 0.95, 0.99, 0.998])
        groups = (x1, n1, x2, n2)
        koopman_score = trusted(
            smp.confint_proportions_2indep(*groups, "score", "ratio", 1 - c, correction=False),
            proportion_ratio_p_value,
            groups,
            1 - c,
        )
        rate_score = trusted(
            smr.confint_poisson_2indep(*groups, "score", "ratio", 1 - c),
            rate_ratio_p_value,
            groups,
            1 - c,
        )
        limits = [
            *smp.confint_proportions_2indep(x1, n1, x2, n2, "newcomb", "diff", 1 - c),
            *smp.confint_proportions_2indep(x1, n1, x2, n2, "log", "ratio", 1 - c),
            *koopman_score,
            *rate_score,
            *smr.confint_poisson(x1, 1, "exact-c", 1 - c),
        ]
        rows.append([x1, n1, x2, n2, c, *(repr(float(v)) for v in limits)])
    methods = ["newcombe", "log_normal", "koopman", "rate_score", "count_exact"]
    header = ["x1", "n1", "x2", "n2", "confidence"]
    write(
        "statsmodels_two_groups.csv",
        header + [f"{m}_{e}" for m in methods for e in ("lower", "upper")],
        rows,
    )


def means():
    rows = []
    for n in (2, 3, 8, 40, 200):
        for scale in (1, 1e6):
            values = [random.gauss(50 * scale, 3) for _ in range(n)]
            for c in (0.8, 0.95, 0.998):
                lower, upper = st.t.interval(c, n - 1, loc=st.tmean(values), scale=st.sem(values))
                cells = (repr(float(v)) for v in (st.tmean(values), st.tvar(values), lower, upper))
                rows.append([joined(values), c, *cells])
    write(
        "scipy_mean.csv",
        ["values", "confidence", "mean", "variance", "lower", "upper"],
        rows,
    )


if __name__ == "__main__":
    proportions()
    counts()
    two_groups()
    peers()
    means()
