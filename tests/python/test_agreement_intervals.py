"""Intervals agree with scipy, statsmodels, England's package and their own equations.

Thousands of counts, from 0 of 1 to 1e9 of 1e9, at confidences from 0.5 to 1 − 1e-9. Where another
program loses digits at extremes (an upper limit near 0 found as 1 − a lower one, say), limits are
put into the equation that defines them instead: it does not depend on who solves it.

Left out of PHStatsMethods, because it is wrong there:

* `byars_upper(0)`: raises; the upper limit of no events is −ln(α/2)
* `byars`: takes 1 − confidence for the confidence, so its limits are next to each other
"""

from __future__ import annotations

import warnings
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import PHStatsMethods as phe  # noqa: N813
import polars as pl
import pytest
from PHStatsMethods import confidence_intervals as phe_limits
from scipy import special
from scipy import stats as oracle
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.rates import confint_poisson, confint_poisson_2indep

import attain as at

Numbers: TypeAlias = npt.NDArray[np.float64]

CONFIDENCES = [0.5, 0.8, 0.9, 0.95, 0.998, 1 - 1e-6, 1 - 1e-9]
SHARES: list[Any] = ["wilson", "exact", "jeffreys", "agresti_coull", "wald"]
COUNTS: list[Any] = ["byar", "exact", "mid_p"]
SCIPY_HOLDS = 1e5
every_confidence = pytest.mark.parametrize("confidence", CONFIDENCES)


def limits(answer: Any) -> tuple[Numbers, Numbers]:
    """Both columns of limits, of an answer without gaps. Only ratios to 0 have no value."""
    assert isinstance(answer, at.Table)
    frame = pl.DataFrame(answer)
    assert frame["lower"].null_count() == frame["upper"].null_count() == 0
    assert (frame["status"].is_null() == frame["value"].is_not_null()).all()
    return frame["lower"].to_numpy(), frame["upper"].to_numpy()


def z_of(confidence: float) -> float:
    return float(special.ndtri((1 - confidence) / 2) * -1)


def events_and_denominators(rows: int = 3_000, largest: float = 9) -> tuple[Numbers, Numbers]:
    """All orders of magnitude; many with no events, only events, or nearly so."""
    random = np.random.default_rng(2024)
    n = np.floor(10 ** random.uniform(0, largest, rows))
    n[:100], n[100:200] = 1, 10**largest
    few = np.minimum(random.integers(0, 20, rows), n)
    some = np.floor(random.random(rows) * (n + 1))
    kind = random.integers(0, 8, rows)
    return np.select([kind == 0, kind == 1, kind == 2, kind == 3], [0, n, few, n - few], some), n


def event_counts(rows: int = 2_000) -> Numbers:
    random = np.random.default_rng(2025)
    large = np.floor(10 ** random.uniform(0, 9, rows))
    return np.concatenate([np.arange(60), large, random.uniform(0, 40, 200), [1e9]])


def close(found: Numbers, wanted: Numbers | float, rtol: float, atol: float = 0) -> None:
    np.testing.assert_allclose(found, wanted, rtol=rtol, atol=atol)


# Shares


@every_confidence
def test_shares_follow_their_closed_forms(confidence: float) -> None:
    x, n = events_and_denominators()
    z, p = z_of(confidence), x / n
    centre, half = x + z**2 / 2, z * np.sqrt(x * (1 - p) + z**2 / 4)
    close(
        limits(at.stats.proportion(x, n, confidence=confidence))[1],
        (centre + half) / (n + z**2),
        1e-13,
    )
    # The lower root from the product of both, x²/n : (n + z²), because their difference cancels.
    wanted = np.divide(x * p, centre + half, out=np.zeros_like(x), where=x > 0)
    close(limits(at.stats.proportion(x, n, confidence=confidence))[0], wanted, 1e-13)
    for method, (of, around) in {
        "wald": (n, p),
        "agresti_coull": (n + z**2, centre / (n + z**2)),
    }.items():
        lower, upper = limits(at.stats.proportion(x, n, method=method, confidence=confidence))  # type: ignore[call-overload]
        reach = z * np.sqrt(around * (1 - around) / of)
        close(lower, np.clip(around - reach, 0, 1), 1e-12, 1e-16)
        close(upper, np.clip(around + reach, 0, 1), 1e-12, 1e-16)


@every_confidence
@pytest.mark.parametrize(("method", "shift"), [("exact", 1), ("jeffreys", 0.5)])
def test_shares_solve_their_equations(method: Any, shift: float, confidence: float) -> None:
    x, n = events_and_denominators()
    lower, upper = limits(at.stats.proportion(x, n, method=method, confidence=confidence))
    rest, tail = n - x, (1 - confidence) / 2
    own = 1 - shift
    # Exact: P(X ≥ x | lower) = P(X ≤ x | upper) = α/2. Jeffreys: so of Beta(x + ½, n − x + ½).
    above, below = x > 0, rest > 0
    close(special.betainc((x + own)[above], (rest + shift)[above], lower[above]), tail, 1e-7)
    # Near 1 the upper limit's distance from it has few digits left: compare where it has many.
    far = below & (1 - upper > 1e-5)
    close(special.betaincc((x + shift)[far], (rest + own)[far], upper[far]), tail, 1e-7)
    assert (lower[~above] == 0).all()
    assert (upper[~below] == 1).all()


@every_confidence
def test_shares_have_the_limits_of_other_programs(confidence: float) -> None:
    x, n = events_and_denominators(largest=6)
    for method, theirs in zip(
        SHARES, ["wilson", "beta", "jeffreys", "agresti_coull", "normal"], strict=True
    ):
        lower, upper = limits(at.stats.proportion(x, n, method=method, confidence=confidence))
        # At no events and at all Jeffreys' limits are 0 and 1 here.
        inside = (x > 0) & (x < n) | (method != "jeffreys")
        want_lower, want_upper = proportion_confint(x[inside], n[inside], 1 - confidence, theirs)
        close(lower[inside], np.maximum(want_lower, 0), 1e-8, 1e-14)
        close(upper[inside], np.minimum(want_upper, 1), 1e-8, 1e-14)
    if confidence >= 0.9:
        frame = pd.DataFrame({"x": x[:400], "n": n[:400]})
        confidence = round(confidence, 4) if confidence < 0.9999 else 0.9999
        theirs = phe.ph_proportion(frame, "x", "n", confidence=confidence)
        lower, upper = limits(at.stats.proportion(frame.x, frame.n, confidence=confidence))
        close(theirs["Value"].to_numpy(), frame.x / frame.n, 1e-15)
        close(lower, theirs.filter(like="lower").iloc[:, 0].to_numpy(), 1e-9, 1e-15)
        close(upper, theirs.filter(like="upper").iloc[:, 0].to_numpy(), 1e-12)


@every_confidence
@pytest.mark.parametrize("method", [method for method in SHARES if method != "exact"])
def test_a_sample_counts_as_more_the_more_it_leaves_unseen(method: Any, confidence: float) -> None:
    x, n = events_and_denominators(500, largest=5)
    population = n * np.random.default_rng(3).uniform(1.1, 40, len(n)) + 2
    effective = n * (population - 1) / (population - n)
    found = limits(at.stats.proportion(x, n, population, method=method, confidence=confidence))
    scaled = np.where(x == n, effective, x / n * effective)
    wanted = limits(at.stats.proportion(scaled, effective, method=method, confidence=confidence))
    assert (found[1][(x == n) & (method == "jeffreys")] == 1).all()
    for limit, want in zip(found, wanted, strict=True):
        close(limit[n > 1], want[n > 1], 1e-7, 1e-12)


@every_confidence
def test_exact_limits_of_a_sample_invert_the_hypergeometric_distribution(
    confidence: float,
) -> None:
    random = np.random.default_rng(8)
    population = np.floor(10 ** random.uniform(0.5, 3.5, 2_000))
    n = np.ceil(random.random(2_000) * population)
    x = np.floor(random.random(2_000) * (n + 1))
    found = at.stats.proportion(x, n, population, method="exact", confidence=confidence)
    lower, upper = limits(found)
    tail = (1 - confidence) / 2
    # Limits are widened to the share in the sample where that lies just outside.
    most, fewest = np.round(upper * population), np.round(lower * population)
    wider = np.abs(upper * population - most) > 1e-6
    assert (upper[wider] == (x / n)[wider]).all()
    most[wider] = np.floor((upper * population)[wider])
    wider = np.abs(lower * population - fewest) > 1e-6
    assert (lower[wider] == (x / n)[wider]).all()
    fewest[wider] = np.ceil((lower * population)[wider])
    kept = oracle.hypergeom.cdf(x, population, most, n)
    beyond = oracle.hypergeom.cdf(x, population, np.minimum(most + 1, population), n)
    assert ((kept > tail * (1 - 1e-9)) | (most == x)).all()
    assert ((beyond <= tail * (1 + 1e-9)) | (most == population)).all()
    kept = oracle.hypergeom.sf(x - 1, population, fewest, n)
    beyond = oracle.hypergeom.sf(x - 1, population, np.maximum(fewest - 1, 0), n)
    assert ((kept > tail * (1 - 1e-9)) | (fewest == population - (n - x))).all()
    assert ((beyond <= tail * (1 + 1e-9)) | (fewest == 0)).all()
    # Row by row the answers are the same.
    for row in range(50):
        one = at.stats.proportion(
            x[row], n[row], population[row], method="exact", confidence=confidence
        )
        assert (one.lower, one.upper) == (lower[row], upper[row])


def test_none_of_80_of_100_leaves_two_possible() -> None:
    share = at.stats.proportion(0, 80, population=100, method="exact")
    assert (share.lower, share.upper) == (0, 0.02)
    refused = at.stats.proportion([1.5, 1], [80, 80], [100, 100.5], method="exact")
    status = pl.DataFrame(refused)["status"].to_list()
    assert status[0].startswith("`events`: found 1.5, expected a whole number")
    assert status[1].startswith("`population`: found 100.5, expected a whole number")


@every_confidence
def test_tails_at_a_goal_are_those_of_scipy(confidence: float) -> None:
    x, n = events_and_denominators(largest=5)
    goal = np.random.default_rng(9).choice([0.001, 0.1, 0.5, 0.8, 0.99], len(n))
    found = pl.DataFrame(at.stats.proportion_test(x, n, goal))
    close(found["p_below"].to_numpy(), oracle.binom.cdf(x, n, goal), 1e-8, 1e-280)
    close(found["p_above"].to_numpy(), oracle.binom.sf(x - 1, n, goal), 1e-8, 1e-280)
    # A tail at the exact limit is what the limit leaves outside.
    upper = limits(at.stats.proportion(x, n, method="exact", confidence=confidence))[1]
    inside = (x < n) & (1 - upper > 1e-5)
    tails = pl.DataFrame(at.stats.proportion_test(x[inside], n[inside], upper[inside]))
    close(tails["p_below"].to_numpy(), (1 - confidence) / 2, 1e-7)
    mid = pl.DataFrame(at.stats.proportion_test(x, n, goal, method="mid_p"))
    close((mid["p_below"] + mid["p_above"]).to_numpy(), 1, 1e-12)
    half = oracle.binom.sf(x, n, goal) + 0.5 * oracle.binom.pmf(x, n, goal)
    close(mid["p_above"].to_numpy(), half, 1e-8, 1e-280)

    events, expected = event_counts()[:1_500], np.abs(event_counts()[:1_500] + 3.3)
    found = pl.DataFrame(at.stats.count_test(events, expected))
    few = np.floor(events) == events
    # scipy's own tails are wrong far out for large counts; see `SCIPY_HOLDS`.
    few &= events < SCIPY_HOLDS
    close(found["p_below"].to_numpy()[few], oracle.poisson.cdf(events, expected)[few], 1e-9)
    close(found["p_above"].to_numpy()[few], oracle.poisson.sf(events - 1, expected)[few], 1e-9)
    real = special.gammaincc(events + 1, expected)
    near = events < SCIPY_HOLDS
    close(found["p_below"].to_numpy()[near], real[near], 1e-9)


def test_a_goal_is_tested_as_scipy_tests_it() -> None:
    for x, n, goal in [(16, 17, 0.99), (160, 200, 0.85), (3, 40, 0.01), (0, 5, 0.4)]:
        test = at.stats.proportion_test(x, n, goal)
        assert test.p_below == pytest.approx(oracle.binomtest(x, n, goal, "less").pvalue)
        assert test.p_above == pytest.approx(oracle.binomtest(x, n, goal, "greater").pvalue)
        assert (test.value, test.method) == (x / n, "exact")
    with pytest.raises(at.StatsError, match="goal"):
        at.stats.proportion_test(1, 2, 99)
    with pytest.raises(at.StatsError, match="denominator"):
        at.stats.proportion_test(0, 0, 0.5)
    with pytest.raises(at.StatsError, match="expected"):
        at.stats.count_test(0, -1)
    status = pl.DataFrame(at.stats.count_test([1, None, 2], [1.0, 2.0, -1.0]))["status"].to_list()
    assert status[0] is None
    assert status[1] == "`events` is missing"
    assert "`expected`" in status[2]


@every_confidence
def test_one_of_one_and_none_of_many_have_limits_in_closed_form(confidence: float) -> None:
    tail = (1 - confidence) / 2
    n = np.array([1, 2, 5, 30, 1_000, 1e6, 1e9])
    upper = limits(at.stats.proportion(0, n, method="exact", confidence=confidence))[1]
    close(upper, -np.expm1(np.log(tail) / n), 1e-12)
    lower = limits(at.stats.proportion(n, n, method="exact", confidence=confidence))[0]
    close(lower, np.exp(np.log(tail) / n), 1e-12)
    z = z_of(confidence)
    close(limits(at.stats.proportion(0, n, confidence=confidence))[1], z**2 / (n + z**2), 1e-13)
    one = at.stats.proportion(1, 1, method="exact", confidence=confidence)
    assert (one.lower, one.upper) == (pytest.approx(tail, rel=1e-12), 1)
    none = at.stats.count(0, confidence=confidence)
    assert (none.lower, none.upper) == (0, pytest.approx(-np.log(tail), rel=1e-13))
    half = at.stats.count(0, method="mid_p", confidence=confidence)
    assert (half.lower, half.upper) == (0, pytest.approx(-np.log(2 * tail), rel=1e-7))


# Counts and rates


@every_confidence
def test_counts_solve_their_equations(confidence: float) -> None:
    x = event_counts()
    tail, z = (1 - confidence) / 2, z_of(confidence)
    some = x > 0
    # Of larger counts scipy's tail probabilities are off in the far tails, by half and more.
    few = x <= SCIPY_HOLDS
    for method, own in [("exact", 1.0), ("mid_p", 0.5)]:
        lower, upper = limits(at.stats.count(x, method=method, confidence=confidence))  # type: ignore[call-overload]
        # P(X ≥ x | lower) = P(X ≤ x | upper) = α/2, of X = x itself only half for mid-p.
        counts, low, high = x[some & few], lower[some & few], upper[few]
        above = own * special.gammainc(counts, low) + (1 - own) * special.gammainc(counts + 1, low)
        close(above, tail, 1e-7)
        less = np.where(x[few] > 0, special.gammaincc(np.where(x[few] > 0, x[few], 1), high), 0)
        close(own * special.gammaincc(x[few] + 1, high) + (1 - own) * less, tail, 1e-7)
        assert (lower[~some] == 0).all()
        # Large ones: Cornish & Fisher's expansion of the gamma distribution's quantile.
        for limit, sign, shape in [
            (lower, -1, x[~few] if method == "exact" else x[~few] + 0.5),
            (upper, 1, x[~few] + (1 if method == "exact" else 0.5)),
        ]:
            near = shape + sign * z * np.sqrt(shape) + (z**2 - 1) / 3
            near += sign * (z**3 - 7 * z) / (36 * np.sqrt(shape))
            close(limit[~few], near, 1e-7 if method == "mid_p" else 1e-9)
    lower, upper = limits(at.stats.count(x, exact_below=0, confidence=confidence))
    byar = x[some] * (1 - 1 / (9 * x[some]) - z / (3 * np.sqrt(x[some]))) ** 3
    close(lower[some], np.maximum(byar, 0), 1e-9, 1e-13)
    close(upper, (x + 1) * (1 - 1 / (9 * (x + 1)) + z / (3 * np.sqrt(x + 1))) ** 3, 1e-12)


@every_confidence
def test_counts_have_the_limits_of_other_programs(confidence: float) -> None:
    x = np.floor(event_counts(500))
    x = x[x <= SCIPY_HOLDS]
    lower, upper = limits(at.stats.count(x, method="exact", confidence=confidence))
    want_lower, want_upper = confint_poisson(x, 1, "exact-c", alpha=1 - confidence)
    close(lower, np.nan_to_num(want_lower), 1e-8)
    close(upper, want_upper, 1e-8)
    # Its search finds the lower limit twice at a confidence of ½, and stops early far out.
    for count in (1, 7, 44) if 0.5 < confidence < 0.999 else ():
        found = at.stats.count(count, method="mid_p", confidence=confidence)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = confint_poisson(count, 1, "midp-c", alpha=1 - confidence)
        assert (found.lower, found.upper) == pytest.approx(theirs, rel=1e-5)
    lower, upper = limits(at.stats.count(x, confidence=confidence))
    for count, low, high in zip(x, lower, upper, strict=True):
        if count > 0:
            assert low == pytest.approx(phe_limits.byars_lower(count, confidence), rel=1e-7)
            assert high == pytest.approx(phe_limits.byars_upper(count, confidence), rel=1e-7)


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.998])
def test_rates_are_those_of_englands_package(confidence: float) -> None:
    random = np.random.default_rng(8)
    x = np.floor(10 ** random.uniform(0, 6, 400))
    frame = pd.DataFrame({"x": x, "n": x * 10 ** random.uniform(0, 4, 400)})
    theirs = phe.ph_rate(frame, "x", "n", confidence=confidence, multiplier=1_000)
    found = pl.DataFrame(at.stats.rate(frame.x, frame.n, per=1_000, confidence=confidence))
    close(found["value"].to_numpy(), theirs["Value"].to_numpy(), 1e-14)
    for limit in ("lower", "upper"):
        close(found[limit].to_numpy(), theirs.filter(like=limit).iloc[:, 0].to_numpy(), 1e-10)


# Means


@every_confidence
def test_means_have_students_limits(confidence: float) -> None:
    random = np.random.default_rng(9)
    for n in (2, 3, 5, 40, 3_000):
        # A mean a million times the spread leaves ten digits of the spread.
        for place, rtol in [(0, 1e-12), (1e6, 1e-9)]:
            values = place + random.normal(0, 1, n)
            half = -oracle.t.ppf((1 - confidence) / 2, n - 1) * oracle.sem(values)
            found = at.stats.mean_of(values, confidence=confidence)
            assert found.upper - found.lower == pytest.approx(
                2 * half, rel=rtol, abs=1e-9 * (place > 0)
            )
            assert found.value == pytest.approx(values.mean(), rel=1e-14, abs=1e-14)
    # Student's t with one degree of freedom is Cauchy's, and its quantile a tangent.
    two = at.stats.mean_of([-1, 1], confidence=confidence)
    assert two.upper == pytest.approx(1 / np.tan(np.pi * (1 - confidence) / 2), rel=1e-9)


def test_means_are_those_of_englands_package() -> None:
    random = np.random.default_rng(10)
    frame = pd.DataFrame({"g": np.repeat(np.arange(80), 25), "v": random.lognormal(0, 2, 2_000)})
    theirs = phe.ph_mean(frame, "v", "g")
    sums = frame.assign(q=frame.v**2).groupby("g").agg(s=("v", "sum"), q=("q", "sum"))
    lower, upper = limits(at.stats.mean(sums.s, sums.q, 25))
    close(lower, theirs["lower_95_ci"].to_numpy(), 1e-9)
    close(upper, theirs["upper_95_ci"].to_numpy(), 1e-9)


# Two groups


def pairs_of_groups(rows: int) -> list[Numbers]:
    x1, n1 = events_and_denominators(rows)
    x2, n2 = (column[::-1] for column in events_and_denominators(rows, largest=6))
    return [x1, n1, x2, n2]


@every_confidence
def test_differences_square_and_add(confidence: float) -> None:
    x1, n1, x2, n2 = pairs_of_groups(2_000)
    lower1, upper1 = limits(at.stats.proportion(x1, n1, confidence=confidence))
    lower2, upper2 = limits(at.stats.proportion(x2, n2, confidence=confidence))
    p1, p2 = x1 / n1, x2 / n2
    want = (
        p1 - p2 - np.hypot(p1 - lower1, upper2 - p2),
        p1 - p2 + np.hypot(upper1 - p1, p2 - lower2),
    )
    newcombe = limits(at.stats.proportion_difference(x1, n1, x2, n2, confidence=confidence))
    zou_donner = limits(at.stats.difference(p1, lower1, upper1, p2, lower2, upper2))
    for found in (newcombe, zou_donner):
        for limit, wanted in zip(found, want, strict=True):
            close(limit, wanted, 0, 1e-14)


@every_confidence
def test_koopmans_limits_are_where_the_score_test_turns(confidence: float) -> None:
    x1, n1, x2, n2 = pairs_of_groups(2_000)
    found = limits(at.stats.proportion_ratio(x1, n1, x2, n2, confidence=confidence))
    z = z_of(confidence)
    for limit, open_end in zip(found, (x1 == 0, x2 == 0), strict=True):
        assert (limit[open_end] == (0 if limit is found[0] else np.inf)).all()
        # Shares and ratios next to 0 or 1 leave the oracle too few digits.
        sound = (
            ~open_end & (n1 <= 1e6) & (limit > 1e-4) & (limit < 1e4) & (np.abs(limit - 1) > 1e-3)
        )
        r, a, m, b, k = limit[sound], x1[sound], n1[sound], x2[sound], n2[sound]
        # The likeliest shares whose ratio is r: the smaller root of a quadratic.
        middle = r * (m + b) + a + k
        second = 2 * (a + b) / (middle + np.sqrt(middle**2 - 4 * r * (m + k) * (a + b)))
        first = np.minimum(r * second, 1)
        spread = first * (1 - first) / m + r**2 * second * (1 - second) / k
        score = (a / m - r * b / k) / np.sqrt(spread)
        inner = np.minimum(1 - first, 1 - second) > 1e-4
        assert inner.sum() > 500
        close(np.abs(score[inner]), z, 2e-5)


@every_confidence
def test_ratios_follow_their_closed_forms(confidence: float) -> None:
    x1, n1, x2, n2 = pairs_of_groups(2_000)
    z, tail = z_of(confidence), (1 - confidence) / 2
    both = (x1 > 0) & (x2 > 0)
    arguments = [column[both] for column in (x1, n1, x2, n2)]
    a, m, b, k = arguments
    found = limits(
        at.stats.proportion_ratio(*arguments, method="log_normal", confidence=confidence)
    )
    spread = np.exp(z * np.sqrt((m - a) / a / m + (k - b) / b / k))
    close(found[0], a / m / (b / k) / spread, 1e-12)
    close(found[1], a / m / (b / k) * spread, 1e-12)
    # A ratio of rates is the odds of the first count among both, over the exposures' ratio.
    exact = limits(at.stats.rate_ratio(a, m, b, k, confidence=confidence))
    odds = [limit * m / k for limit in exact]
    close(special.betainc(a, b + 1, odds[0] / (1 + odds[0])), tail, 1e-7)
    close(special.betainc(b, a + 1, 1 / (1 + odds[1])), tail, 1e-7)
    score = limits(at.stats.rate_ratio(a, m, b, k, method="score", confidence=confidence))
    for limit in score:
        ratio = limit * m / k
        share = ratio / (1 + ratio)
        # Wilson's equation: (p − π)² = z²π(1 − π)/n, here in counts.
        distance = a / (1 + ratio) - b * share
        close(distance**2, z**2 * (a + b) * share / (1 + ratio), 1e-6)


def test_two_groups_have_the_limits_of_statsmodels() -> None:
    random = np.random.default_rng(11)
    for _ in range(40):
        n1, n2 = random.integers(5, 3_000, 2)
        x1, x2 = random.integers(1, n1), random.integers(1, n2)
        case = [int(number) for number in (x1, n1, x2, n2)]
        confidence = float(random.choice([0.8, 0.95, 0.998]))
        alpha = 1 - confidence
        gap = at.stats.proportion_difference(*case, confidence=confidence)
        theirs = confint_proportions_2indep(*case, method="newcomb", compare="diff", alpha=alpha)
        assert (gap.lower, gap.upper) == pytest.approx(theirs, rel=1e-9, abs=1e-12)
        for method, name in [("koopman", "score"), ("log_normal", "log")]:
            ratio = at.stats.proportion_ratio(*case, method=method, confidence=confidence)  # type: ignore[call-overload]
            theirs = confint_proportions_2indep(
                *case, method=name, compare="ratio", alpha=alpha, correction=False
            )
            assert (ratio.lower, ratio.upper) == pytest.approx(theirs, rel=1e-4)
        rates = at.stats.rate_ratio(*case, method="score", confidence=confidence)
        theirs = confint_poisson_2indep(*case, method="score", compare="ratio", alpha=alpha)
        assert (rates.lower, rates.upper) == pytest.approx(theirs, rel=1e-6)


# What holds whatever the numbers


@pytest.mark.parametrize("n", [1, 2, 5, 20, 101, 1_000])
@every_confidence
def test_limits_rise_with_events_and_mirror_each_other(n: int, confidence: float) -> None:
    x = np.arange(n + 1.0)
    for method in SHARES:
        lower, upper = limits(at.stats.proportion(x, n, method=method, confidence=confidence))
        close(lower, 1 - upper[::-1], 0, 1e-15)
        # Wald's and Agresti & Coull's do fall near the ends, which is why they are not the default.
        if method not in ("wald", "agresti_coull"):
            assert (np.diff(lower) > 0).all()
            assert (np.diff(upper) > 0).all()
    for method in ("exact", "mid_p"):
        lower, upper = limits(at.stats.count(x, method=method, confidence=confidence))
        assert (np.diff(lower) > 0).all()
        assert (np.diff(upper) > 0).all()


def test_more_confidence_holds_all_that_less_does() -> None:
    x1, n1, x2, n2 = pairs_of_groups(1_000)
    x = event_counts(500)

    def all_limits(confidence: float) -> list[tuple[Numbers, Numbers]]:
        shares = [at.stats.proportion(x1, n1, method=m, confidence=confidence) for m in SHARES]
        counts = [at.stats.count(x, method=m, confidence=confidence) for m in COUNTS]
        two = [
            at.stats.proportion_difference(x1, n1, x2, n2, confidence=confidence),
            at.stats.proportion_ratio(x1, n1, x2, n2, confidence=confidence),
            at.stats.rate_ratio(x1, n1, x2, n2, confidence=confidence),
            at.stats.rate_ratio(x1, n1, x2, n2, method="score", confidence=confidence),
        ]
        return [limits(answer) for answer in (*shares, *counts, *two)]

    before = all_limits(CONFIDENCES[0])
    for confidence in CONFIDENCES[1:]:
        now = all_limits(confidence)
        for (lower, upper), (inner_lower, inner_upper) in zip(now, before, strict=True):
            slack = 1e-12 * np.abs(np.nan_to_num(inner_lower, posinf=0)) + 1e-15
            assert (lower <= inner_lower + slack).all()
            assert (upper >= inner_upper * (1 - 1e-12) - 1e-15).all()
        before = now
