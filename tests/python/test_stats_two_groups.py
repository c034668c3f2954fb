"""Two groups: limits agree with published tables, statsmodels, scipy and their own equations."""

from __future__ import annotations

import math
import warnings
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from scipy import special
from scipy import stats as oracle
from scipy.optimize import brentq
from statsmodels.stats.proportion import (
    confint_proportions_2indep,
    multinomial_proportions_confint,
    test_proportions_2indep,
)
from statsmodels.stats.rates import confint_poisson_2indep, test_poisson_2indep

import attain as at

Numbers: TypeAlias = npt.NDArray[np.float64]
Groups: TypeAlias = tuple[int, int, int, int]

# Other programs and sums divide by 0 where there are no events.
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

# pytest would collect them.
p_of_shares, p_of_rates = test_proportions_2indep, test_poisson_2indep
del test_proportions_2indep, test_poisson_2indep

CONFIDENCES = [0.5, 0.95, 0.999]
EDGES: list[Groups] = [
    (0, 10, 0, 20),
    (0, 10, 0, 10),
    (10, 10, 0, 20),
    (10, 10, 10, 10),
    (5, 56, 0, 29),
    (0, 29, 5, 56),
    (1, 1, 0, 1),
    (7, 34, 1, 34),
]


def some_groups(rows: int = 40, largest: float = 3.5) -> list[Groups]:
    """Groups of all sizes, with every kind of edge among them."""
    random = np.random.default_rng(77)
    found = list(EDGES)
    for _ in range(rows):
        n1, n2 = (int(10 ** random.uniform(0.5, largest)) for _ in range(2))
        found.append((int(random.integers(0, n1 + 1)), n1, int(random.integers(0, n2 + 1)), n2))
    return found


def limits(answer: Any) -> tuple[Numbers, Numbers]:
    frame = pl.DataFrame(answer)
    return frame["lower"].to_numpy(), frame["upper"].to_numpy()


def columns(groups: list[Groups]) -> list[Numbers]:
    return list(np.array(groups, dtype=float).T)


# Newcombe 1998, table II: the limits of Mee's and of Miettinen and Nurminen's method.
NEWCOMBE: list[tuple[Groups, tuple[float, float], tuple[float, float]]] = [
    ((56, 70, 48, 80), (0.0533, 0.3377), (0.0528, 0.3382)),
    ((9, 10, 3, 10), (0.1821, 0.8370), (0.1700, 0.8406)),
    ((6, 7, 2, 7), (0.0544, 0.8478), (0.0342, 0.8534)),
    ((5, 56, 0, 29), (-0.0313, 0.1926), (-0.0326, 0.1933)),
    ((0, 10, 0, 20), (-0.1611, 0.2775), (-0.1658, 0.2844)),
    ((0, 10, 0, 10), (-0.2775, 0.2775), (-0.2879, 0.2879)),
    ((10, 10, 0, 20), (0.7225, 1.0), (0.7156, 1.0)),
    ((10, 10, 0, 10), (0.6777, 1.0), (0.6636, 1.0)),
]


@pytest.mark.parametrize(("groups", "mee", "miettinen_nurminen"), NEWCOMBE)
def test_differences_have_newcombes_published_score_limits(
    groups: Groups, mee: tuple[float, float], miettinen_nurminen: tuple[float, float]
) -> None:
    found = at.stats.proportion_difference(*groups, method="mee")
    assert (found.lower, found.upper) == pytest.approx(mee, abs=5.1e-5)
    found = at.stats.proportion_difference(*groups, method="miettinen_nurminen")
    assert (found.lower, found.upper) == pytest.approx(miettinen_nurminen, abs=5.1e-5)


def likeliest(x1: float, n1: float, x2: float, n2: float, difference: float) -> tuple[float, float]:
    """The likeliest two shares with a difference, by the slope of the likelihood."""

    def part(count: float, share: float) -> float:
        return count / share if count else 0.0

    def slope(p: float) -> float:
        return (
            part(x1, p + difference)
            + part(x2, p)
            - part(n1 - x1, 1 - p - difference)
            - part(n2 - x2, 1 - p)
        )

    low, high = max(0.0, -difference) + 1e-15, min(1.0, 1 - difference) - 1e-15
    if slope(low) <= 0:
        p = low
    elif slope(high) >= 0:
        p = high
    else:
        p = brentq(slope, low, high, xtol=1e-16, rtol=1e-15)
    return p + difference, p


def score(groups: Groups, difference: float, factor: float) -> float:
    x1, n1, x2, n2 = groups
    p1, p2 = likeliest(x1, n1, x2, n2, difference)
    variance = factor * (p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    return (x1 / n1 - x2 / n2 - difference) / math.sqrt(variance)


@pytest.mark.parametrize("confidence", CONFIDENCES)
@pytest.mark.parametrize("method", ["mee", "miettinen_nurminen"])
def test_score_limits_of_differences_solve_their_equation(method: Any, confidence: float) -> None:
    groups = some_groups(120, largest=5)
    lower, upper = limits(
        at.stats.proportion_difference(*columns(groups), method=method, confidence=confidence)
    )
    z = oracle.norm.isf((1 - confidence) / 2)
    checked = 0
    for case, low, high in zip(groups, lower, upper, strict=True):
        size = case[1] + case[3]
        factor = size / (size - 1) if method == "miettinen_nurminen" else 1
        # At −1 and 1 there is no variance.
        for limit, wanted in [(low, z), (high, -z)]:
            if abs(limit) < 1 - 1e-9:
                assert score(case, limit, factor) == pytest.approx(wanted, abs=1e-7)
                checked += 1
    assert checked > 200


@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_score_limits_of_ratios_and_odds_ratios_have_the_p_value_of_statsmodels(
    confidence: float,
) -> None:
    kinds: list[tuple[Any, str, bool, str]] = [
        (at.stats.proportion_ratio, "miettinen_nurminen", True, "ratio"),
        (at.stats.proportion_ratio, "koopman", False, "ratio"),
        (at.stats.odds_ratio, "miettinen_nurminen", True, "odds-ratio"),
        (at.stats.odds_ratio, "cornfield", False, "odds-ratio"),
    ]
    groups = some_groups()
    for function, method, correction, compare in kinds:
        answer = function(*columns(groups), method=method, confidence=confidence)
        for case, *both in zip(groups, *limits(answer), strict=True):
            for limit in both:
                if 0 < limit < math.inf:
                    found = p_of_shares(
                        *case, limit, method="score", compare=compare, correction=correction
                    )
                    assert found.pvalue == pytest.approx(1 - confidence, rel=1e-6)


@pytest.mark.parametrize("confidence", CONFIDENCES)
@pytest.mark.parametrize(
    ("function", "method", "theirs", "compare"),
    [
        (at.stats.proportion_difference, "agresti_caffo", "agresti-caffo", "diff"),
        (at.stats.proportion_difference, "wald", "wald", "diff"),
        (at.stats.proportion_difference, "newcombe", "newcomb", "diff"),
        (at.stats.proportion_ratio, "log_normal", "log", "ratio"),
        (at.stats.proportion_ratio, "adjusted_log_normal", "log-adjusted", "ratio"),
        (at.stats.odds_ratio, "log_normal", "logit", "odds-ratio"),
        (at.stats.odds_ratio, "adjusted_log_normal", "logit-adjusted", "odds-ratio"),
    ],
)
def test_other_limits_of_two_shares_are_those_of_statsmodels(
    function: Any, method: Any, theirs: str, compare: str, confidence: float
) -> None:
    groups = some_groups()
    if method == "log_normal":
        groups = [case for case in groups if 0 < case[0] < case[1] and 0 < case[2] < case[3]]
    lower, upper = limits(function(*columns(groups), method=method, confidence=confidence))
    wanted = [confint_proportions_2indep(*case, theirs, compare, 1 - confidence) for case in groups]
    lowest = -1 if compare == "diff" else 0
    highest = 1 if compare == "diff" else math.inf
    low, high = np.array(wanted, dtype=float).T
    np.testing.assert_allclose(lower, np.maximum(low, lowest), rtol=1e-9, atol=1e-13)
    np.testing.assert_allclose(upper, np.minimum(high, highest), rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_exact_odds_ratios_have_the_limits_of_scipy(confidence: float) -> None:
    groups = some_groups()
    lower, upper = limits(
        at.stats.odds_ratio(*columns(groups), method="exact_conditional", confidence=confidence)
    )
    for (x1, n1, x2, n2), low, high in zip(groups, lower, upper, strict=True):
        table = [[x1, n1 - x1], [x2, n2 - x2]]
        if x1 + x2 in (0, n1 + n2):
            assert (low, high) == (0, math.inf)
            continue
        wanted = oracle.contingency.odds_ratio(table).confidence_interval(confidence)
        assert (low, high) == pytest.approx((wanted.low, wanted.high), rel=1e-6)


def tails_of_table(groups: Groups, odds: float) -> tuple[float, float, float]:
    """P(X < x), P(X = x) and P(X > x) of the noncentral hypergeometric distribution, summed."""
    x1, n1, x2, n2 = groups
    events = x1 + x2
    k = np.arange(max(0, events - n2), min(n1, events) + 1)
    weight = k * math.log(odds)
    weight -= special.betaln(k + 1, n1 - k + 1) + special.betaln(
        events - k + 1, n2 - events + k + 1
    )
    share = np.exp(weight - weight.max())
    share /= share.sum()
    return share[k < x1].sum(), share[k == x1].sum(), share[k > x1].sum()


@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_mid_p_odds_ratios_solve_their_equation(confidence: float) -> None:
    groups = some_groups()
    answer = at.stats.odds_ratio(*columns(groups), method="mid_p", confidence=confidence)
    tail = (1 - confidence) / 2
    for case, low, high in zip(groups, *limits(answer), strict=True):
        if low > 0:
            _, half, more = tails_of_table(case, low)
            assert more + half / 2 == pytest.approx(tail, rel=1e-8)
        if high < math.inf:
            fewer, half, _ = tails_of_table(case, high)
            assert fewer + half / 2 == pytest.approx(tail, rel=1e-8)


def test_an_odds_ratio_to_nothing_says_so() -> None:
    single = at.stats.odds_ratio(5, 10, 0, 10)
    assert single.value is None
    assert single.status is not None
    assert 0 < single.lower < single.upper == math.inf
    assert at.stats.odds_ratio(0, 10, 0, 10).lower == 0
    with pytest.raises(at.StatsError, match="whole number"):
        at.stats.odds_ratio(2.5, 10, 1, 10, method="exact_conditional")
    with pytest.raises(at.StatsError, match="events2"):
        at.stats.odds_ratio(2, 10, 0, 10, method="log_normal")
    status = pl.DataFrame(at.stats.odds_ratio([1, 11, None], 10, 5, 10))["status"].to_list()
    assert status[0] is None
    assert "`events1`" in status[1]
    assert status[2] == "`events1` is missing"


# Rates


@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_differences_of_rates_are_those_of_statsmodels(confidence: float) -> None:
    groups = [case for case in some_groups() if case[0] + case[2] > 0]
    for method, theirs in [("wald", {"method": "wald"}), ("square_and_add", {"method": "mover"})]:
        answer: Any = at.stats.rate_difference(
            *columns(groups),
            per=1,
            method=method,
            confidence=confidence,  # type: ignore[arg-type]
        )
        wanted = [
            confint_poisson_2indep(*case, compare="diff", alpha=1 - confidence, **theirs)
            for case in groups
        ]
        for found, limit in zip(limits(answer), np.array(wanted).T, strict=True):
            np.testing.assert_allclose(found, limit, rtol=1e-8, atol=1e-12)
    answer = at.stats.rate_difference(*columns(groups), per=1, confidence=confidence)
    for case, low, high in zip(groups, *limits(answer), strict=True):
        for limit in (low, high):
            found = p_of_rates(*case, value=limit, method="score", compare="diff")
            assert found.pvalue == pytest.approx(1 - confidence, rel=1e-6)


def test_a_difference_of_rates_is_per_what_is_asked_for() -> None:
    of_one = at.stats.rate_difference(60, 51477.5, 30, 54308.7, per=1)
    of_many = at.stats.rate_difference(60, 51477.5, 30, 54308.7)
    assert of_many.value == pytest.approx(1e5 * (of_one.value or 0))
    assert of_many.lower == pytest.approx(1e5 * of_one.lower)
    assert of_many.upper == pytest.approx(1e5 * of_one.upper)
    # The mirrored question.
    mirrored = at.stats.rate_difference(30, 54308.7, 60, 51477.5)
    assert (mirrored.lower, mirrored.upper) == pytest.approx((-of_many.upper, -of_many.lower))
    # No events on both sides: z² over each exposure.
    z = oracle.norm.isf(0.025)
    none = at.stats.rate_difference(0, 10, 0, 5, per=1)
    assert (none.lower, none.upper) == pytest.approx((-(z**2) / 5, z**2 / 10))


@pytest.mark.parametrize("confidence", CONFIDENCES)
def test_other_ratios_of_rates_are_those_of_statsmodels_and_of_their_equation(
    confidence: float,
) -> None:
    groups = [case for case in some_groups() if case[0] and case[2]]
    answer: Any = at.stats.rate_ratio(*columns(groups), method="log_normal", confidence=confidence)
    wanted = [confint_poisson_2indep(*case, "wald-log", "ratio", 1 - confidence) for case in groups]
    for found, limit in zip(limits(answer), np.array(wanted).T, strict=True):
        np.testing.assert_allclose(found, limit, rtol=1e-9)
    answer = at.stats.rate_ratio(*columns(groups), method="mid_p", confidence=confidence)
    low, high = limits(answer)
    x1, e1, x2, e2 = columns(groups)
    for limit, tail in [
        (low, oracle.binom.sf),
        (high, lambda x, n, p: oracle.binom.cdf(x - 1, n, p)),
    ]:
        share = limit * e1 / (limit * e1 + e2)
        half = oracle.binom.pmf(x1, x1 + x2, share) / 2
        np.testing.assert_allclose(tail(x1, x1 + x2, share) + half, (1 - confidence) / 2, rtol=1e-8)


# Shares by mid-P, of surveys, and of several categories


@pytest.mark.parametrize("confidence", [*CONFIDENCES, 1 - 1e-9])
def test_mid_p_limits_of_shares_solve_their_equation(confidence: float) -> None:
    random = np.random.default_rng(5)
    n = np.floor(10 ** random.uniform(0, 5, 300))
    x = np.floor(random.random(300) * (n + 1))
    x[:40], x[40:80] = 0, n[40:80]
    low, high = limits(at.stats.proportion(x, n, method="mid_p", confidence=confidence))
    tail = (1 - confidence) / 2
    assert (low[x == 0] == 0).all()
    assert (high[x == n] == 1).all()
    some = x > 0
    above = oracle.binom.sf(x, n, low) + oracle.binom.pmf(x, n, low) / 2
    np.testing.assert_allclose(above[some], tail, rtol=1e-6)
    rest = n - x
    mirrored = limits(at.stats.proportion(rest, n, method="mid_p", confidence=confidence))
    np.testing.assert_allclose(1 - mirrored[0], high, rtol=1e-12, atol=1e-15)
    # Inside the exact limits.
    exact = limits(at.stats.proportion(x, n, method="exact", confidence=confidence))
    assert (low >= exact[0]).all()
    assert (high <= exact[1]).all()


# Agresti and Gottard 2007 give the mid-P limits of 0 of 25 as 0 and 0.113.
def test_none_of_25_has_the_published_mid_p_limit() -> None:
    found = at.stats.proportion(0, 25, method="mid_p")
    assert (found.lower, round(found.upper, 3)) == (0.0, 0.113)
    assert found.upper == pytest.approx(1 - 0.05 ** (1 / 25), rel=1e-13)


@pytest.mark.parametrize("confidence", [0.9, 0.95, 0.99])
def test_limits_of_surveys_follow_korn_and_graubards_formula(confidence: float) -> None:
    random = np.random.default_rng(6)
    share = np.concatenate([random.random(50), [0, 0, 1, 1]])
    n = np.floor(10 ** random.uniform(1, 4, 54))
    effect, degrees = random.uniform(0.5, 6, 54), np.floor(random.uniform(1, 80, 54))
    tail = (1 - confidence) / 2
    ratio = oracle.t.ppf(tail, n - 1) / oracle.t.ppf(tail, degrees)
    effective = n / effect * ratio**2
    x = share * effective
    with np.errstate(invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Korn and Graubard's own form has quantiles of F.
        v1, v2, v3, v4 = 2 * x, 2 * (effective - x + 1), 2 * (x + 1), 2 * (effective - x)
        f1, f2 = oracle.f.ppf(tail, v1, v2), oracle.f.ppf(1 - tail, v3, v4)
        lower = np.where(x > 0, v1 * f1 / (v2 + v1 * f1), 0)
        upper = np.where(x < effective, v3 * f2 / (v4 + v3 * f2), 1)
    answer: Any = at.stats.survey_proportion(share, n, effect, degrees, confidence=confidence)
    found = limits(answer)
    np.testing.assert_allclose(found[0], lower, rtol=1e-8, atol=1e-300)
    np.testing.assert_allclose(found[1], upper, rtol=1e-8)
    wilson = limits(
        at.stats.survey_proportion(
            share, n, effect, degrees, method="wilson", confidence=confidence
        )
    )
    z = oracle.norm.isf(tail)
    half = z * np.sqrt(share * (1 - share) / effective + z**2 / (4 * effective**2))
    middle = share + z**2 / (2 * effective)
    np.testing.assert_allclose(wilson[0], (middle - half) / (1 + z**2 / effective), atol=1e-14)
    np.testing.assert_allclose(wilson[1], (middle + half) / (1 + z**2 / effective), rtol=1e-12)


def test_a_survey_without_a_design_is_a_simple_random_sample() -> None:
    found = at.stats.survey_proportion(0.1, 50, 1, 49)
    exact = at.stats.proportion(5, 50, method="exact")
    assert (found.lower, found.upper) == pytest.approx((exact.lower, exact.upper), rel=1e-13)
    status = pl.DataFrame(
        at.stats.survey_proportion([0.5, 2, 0.5, 0.5], [9, 9, 1, 9], 1, [5, 5, 5, 0])
    )
    places = ["`share`", "`respondents`", "`degrees`"]
    assert status["status"][0] is None
    for text, place in zip(status["status"][1:], places, strict=True):
        assert text.startswith(place)


@pytest.mark.parametrize("confidence", [0.8, 0.95, 0.99])
@pytest.mark.parametrize(
    ("method", "theirs"), [("goodman", "goodman"), ("sison_glaz", "sison-glaz")]
)
def test_shares_of_several_categories_have_the_limits_of_statsmodels(
    method: Any, theirs: str, confidence: float
) -> None:
    random = np.random.default_rng(8)
    cases = [[56, 72, 73, 59, 62, 87, 58], [5] * 50, [23, 12, 44], [0, 3, 5], [1, 1]]
    cases += [random.integers(0, 60, random.integers(2, 15)).tolist() for _ in range(20)]
    labels = [str(place) for place, case in enumerate(cases) for _ in case]
    events = [count for case in cases for count in case]
    found = pl.DataFrame(
        at.stats.multinomial(events, by=labels, method=method, confidence=confidence)
    )
    assert found["by"].to_list() == labels
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = np.concatenate(
            [multinomial_proportions_confint(case, 1 - confidence, theirs) for case in cases]
        )
    np.testing.assert_allclose(found["lower"], np.maximum(wanted[:, 0], 0), rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(found["upper"], np.minimum(wanted[:, 1], 1), rtol=1e-7)


def test_groups_of_categories_without_an_answer_say_why() -> None:
    found = pl.DataFrame(
        at.stats.multinomial([1, 2, None, 4, 0, 0, 9], by=["a", "a", "b", "b", "c", "c", "d"])
    )
    status = found["status"].to_list()
    assert status[:2] == [None, None]
    assert set(status[2:4]) == {"`events` is missing in a category"}
    assert "add up to more than 0" in status[4]
    assert "at least 2" in status[6]
    assert found["value"].to_list()[:2] == [1 / 3, 2 / 3]
