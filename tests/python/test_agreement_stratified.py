"""Strata and pairs agree with statsmodels, with equations solved by search, and with papers."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
from scipy import optimize, special
from scipy import stats as oracle
from statsmodels.stats.contingency_tables import StratifiedTable, mcnemar

import attain as at

Numbers: TypeAlias = npt.NDArray[np.float64]
Z = float(special.ndtri(0.975))


def strata(seed: int) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Events and sizes of two groups, in strata that have all four counts."""
    random = np.random.default_rng(seed)
    number = int(random.integers(2, 9))
    n1, n2 = random.integers(4, 80, number), random.integers(4, 80, number)
    x1, x2 = random.integers(1, n1), random.integers(1, n2)
    return x1, n1, x2, n2


def row(table: at.Table) -> dict[str, Any]:
    (found,) = table.to_polars().to_dicts()
    assert found.pop("status") is None
    return found


@pytest.mark.parametrize("seed", range(60))
def test_strata_are_those_of_statsmodels(seed: int) -> None:
    x1, n1, x2, n2 = strata(seed)
    theirs = StratifiedTable(
        [np.array([[a, m - a], [c, n - c]]) for a, m, c, n in zip(x1, n1, x2, n2, strict=True)]
    )
    found = row(at.stats.mantel_haenszel(x1, n1, x2, n2))
    assert found["value"] == pytest.approx(theirs.oddsratio_pooled, rel=1e-12)
    limits = theirs.oddsratio_pooled_confint(0.05)
    assert (found["lower"], found["upper"]) == pytest.approx(limits, rel=1e-11)
    ratio = row(at.stats.mantel_haenszel(x1, n1, x2, n2, measure="proportion_ratio"))
    assert ratio["value"] == pytest.approx(theirs.riskratio_pooled, rel=1e-12)
    for corrected in (False, True):
        test = row(at.stats.mantel_haenszel_test(x1, n1, x2, n2, corrected=corrected))
        wanted = theirs.test_null_odds(correction=corrected)
        # Without a difference of half an event the correction leaves none here.
        difference = abs((x1 - n1 * (x1 + x2) / (n1 + n2)).sum())
        if not corrected or difference > 0.5:
            assert special.chdtri(1, test["p"]) == pytest.approx(wanted.statistic, rel=1e-9)
        else:
            assert test["p"] == 1
        assert min(test["p_below"], test["p_above"]) == pytest.approx(test["p"] / 2, rel=1e-12)
        is_above = (x1 - n1 * (x1 + x2) / (n1 + n2)).sum() > 0
        assert test["p_above" if is_above else "p_below"] <= 0.5
    for tarone in (False, True):
        agreement = row(at.stats.breslow_day_test(x1, n1, x2, n2, tarone=tarone))
        wanted = theirs.test_equal_odds(adjust=tarone)
        assert agreement["degrees"] == len(x1) - 1
        assert agreement["statistic"] == pytest.approx(wanted.statistic, rel=1e-8, abs=1e-10)
        assert agreement["p"] == pytest.approx(wanted.pvalue, rel=1e-7, abs=1e-12)


@pytest.mark.parametrize("seed", range(30))
def test_ratios_and_differences_follow_their_formulas(seed: int) -> None:
    x1, n1, x2, n2 = strata(seed)
    n = n1 + n2
    # Greenland & Robins 1985.
    above, below = (x1 * n2 / n).sum(), (x2 * n1 / n).sum()
    for measure, terms in [
        ("proportion_ratio", (n1 * n2 * (x1 + x2) - x1 * x2 * n) / n**2),
        ("rate_ratio", n1 * n2 * (x1 + x2) / n**2),
    ]:
        found = row(at.stats.mantel_haenszel(x1, n1, x2, n2, measure=measure))  # type: ignore[arg-type]
        factor = math.exp(Z * math.sqrt(terms.sum() / above / below))
        wanted = np.array([1, 1 / factor, factor]) * above / below
        assert list(found.values()) == pytest.approx(wanted, rel=1e-11)
    # Sato 1989.
    weight = (n1 * n2 / n).sum()
    difference = (above - below) / weight
    p = ((n1**2 * x2 - n2**2 * x1 + n1 * n2 * (n2 - n1) / 2) / n**2).sum()
    q = ((x1 * (n2 - x2) + x2 * (n1 - x1)) / n / 2).sum()
    half = Z * math.sqrt(difference * p + q) / weight
    found = row(at.stats.mantel_haenszel(x1, n1, x2, n2, measure="proportion_difference"))
    wanted = [difference, max(difference - half, -1), min(difference + half, 1)]
    assert list(found.values()) == pytest.approx(wanted, rel=1e-11)


def test_rates_of_strata_are_tested_given_their_events() -> None:
    x1, e1, x2, e2 = map(np.array, ([8, 3], [120.0, 60], [4, 9], [150.0, 70]))
    found = row(at.stats.mantel_haenszel_test(x1, e1, x2, e2, measure="rate_ratio"))
    events, share = x1 + x2, e1 / (e1 + e2)
    score = (x1 - events * share).sum() / math.sqrt((events * share * (1 - share)).sum())
    assert found["p_above"] == pytest.approx(oracle.norm.sf(score), rel=1e-12)
    # One stratum has the score test of its rate ratio.
    one = row(at.stats.mantel_haenszel_test([8], 120, [4], 150, measure="rate_ratio"))
    assert one["p"] == pytest.approx(
        at.stats.rate_ratio_test(8, 120, 4, 150, method="score").p, rel=1e-12
    )


def test_pairs_are_strata_of_two() -> None:
    # 20 pairs with the first event only, 9 with the second only, 5 with both and 6 with neither.
    x1 = np.repeat([1, 0, 1, 0], [20, 9, 5, 6])
    x2 = np.repeat([0, 1, 1, 0], [20, 9, 5, 6])
    found = row(at.stats.mantel_haenszel(x1, 1, x2, 1))
    assert found["value"] == pytest.approx(20 / 9, rel=1e-12)
    # Robins, Breslow & Greenland's variance of pairs is 1/b + 1/c.
    odds = at.stats.paired_odds_ratio(20, 9, method="log_normal")
    assert (found["lower"], found["upper"]) == pytest.approx((odds.lower, odds.upper), rel=1e-12)
    test = row(at.stats.mantel_haenszel_test(x1, 1, x2, 1))
    assert test["p"] == pytest.approx(at.stats.mcnemar_test(20, 9, method="score").p, rel=1e-12)


def test_strata_that_say_nothing_have_no_effect() -> None:
    whole = at.stats.mantel_haenszel([8, 9], [20, 30], [3, 6], [20, 25])
    more = at.stats.mantel_haenszel([8, 9, 5, 0], [20, 30, 9, 0], [3, 6, 0, 0], [20, 25, 0, 7])
    assert whole.to_polars().equals(more.to_polars())
    test = at.stats.breslow_day_test([8, 9, 0], [20, 30, 9], [3, 6, 0], [20, 25, 8])
    assert test.to_polars()["degrees"].to_list() == [1]


def test_comparisons_without_an_answer_say_why() -> None:
    by = [*"aabbccdd"]
    x1, n1 = [0, 0, 1, None, 5, 1, 3, 4], [9, 9, 9, 9, 4, 9, 9, 9]
    x2, n2 = [1, 2, 1, 1, 1, 1, 2, 3], [9, 9, 9, 9, 9, 9, 9, 9]
    found = at.stats.mantel_haenszel(x1, n1, x2, n2, by=by).to_polars()
    assert found["by"].to_list() == ["a", "b", "c", "d"]
    assert found["value"].is_null().to_list() == [True, True, True, False]
    assert found["status"].to_list() == [
        "`events1`: these don't determine an answer, expected strata with events in each group, "
        "and non-events in the other where odds are compared",
        "`events1` is missing in a stratum",
        "`events1`: found 5, expected a number from 0 to the denominator",
        None,
    ]
    test = at.stats.breslow_day_test([8], [20], [3], [20]).to_polars()
    assert test["status"].to_list() == ["`events1`: found 1 values, expected at least 2"]


@pytest.mark.parametrize("seed", range(40))
def test_mcnemars_test_is_that_of_statsmodels(seed: int) -> None:
    random = np.random.default_rng(seed)
    b, c = (int(count) for count in random.integers(0, 40, 2))
    if b + c == 0:
        b = 1
    table = [[7, b], [c, 3]]
    assert at.stats.mcnemar_test(b, c).p == pytest.approx(mcnemar(table).pvalue, rel=1e-12)
    score = mcnemar(table, exact=False, correction=False)
    assert at.stats.mcnemar_test(b, c, method="score").p == pytest.approx(score.pvalue, rel=1e-10)
    if b != c:
        corrected = mcnemar(table, exact=False, correction=True)
        found = at.stats.mcnemar_test(b, c, method="score_corrected").p
        assert found == pytest.approx(corrected.pvalue, rel=1e-10)
    own = oracle.binom.pmf(min(b, c), b + c, 0.5)
    mid = at.stats.mcnemar_test(b, c, method="mid_p")
    wanted = 1.0 if b == c else mcnemar(table).pvalue - own
    assert mid.p == pytest.approx(wanted, rel=1e-10)
    assert mid.p_below + mid.p_above == pytest.approx(1, rel=1e-12)


def test_pairs_without_one_event_differ_in_nothing() -> None:
    for method in ("exact", "mid_p", "score", "score_corrected"):
        test = at.stats.mcnemar_test([0], [0], method=method).to_polars()  # type: ignore[arg-type]
        assert test["p"].to_list() == [1]


def test_a_published_example_of_pairs() -> None:
    """Fagerland, Lydersen & Laake (2014): airway reactivity before and after transplantation."""
    for method, limits in {
        "wald": (-0.520, -0.052),
        "tango": (-0.517, -0.026),
        "newcombe": (-0.507, -0.026),
    }.items():
        found = at.stats.paired_difference(1, 1, 7, 12, method=method)  # type: ignore[arg-type]
        assert (round(found.lower, 3), round(found.upper, 3)) == limits


@pytest.mark.parametrize("seed", range(40))
def test_tangos_limits_are_where_the_likeliest_shares_are_rejected(seed: int) -> None:
    random = np.random.default_rng(seed)
    a, b, c, d = random.integers(0, 25, 4) + np.array([1, 0, 0, 0])
    n = a + b + c + d
    found = at.stats.paired_difference(a, b, c, d, method="tango")
    for limit, sign in [(found.lower, 1), (found.upper, -1)]:
        if abs(limit) > 1 - 1e-9 or abs(limit - found.value) < 1e-9:
            continue
        # The likeliest share of pairs with the second event only, by search.
        low, high = max(0.0, -limit), (1 - limit) / 2

        def loss(second: float, limit: float = limit) -> float:
            first = second + limit
            others = 1 - first - second
            return -float(
                special.xlogy(b, first) + special.xlogy(c, second) + special.xlogy(a + d, others)
            )

        best = optimize.minimize_scalar(
            loss, bounds=(low, high), method="bounded", options={"xatol": 1e-12}
        )
        variance = (2 * best.x + limit - limit**2) / n
        assert (found.value - limit) / math.sqrt(variance) == pytest.approx(sign * Z, rel=1e-4)


@pytest.mark.parametrize("seed", range(40))
def test_newcombes_limits_are_two_wilson_intervals_with_their_correlation(seed: int) -> None:
    random = np.random.default_rng(seed)
    a, b, c, d = (int(count) for count in random.integers(0, 25, 4))
    n = a + b + c + d
    found = at.stats.paired_difference(a, b, c, d)
    first, second = at.stats.proportion(a + b, n), at.stats.proportion(a + c, n)
    assert first.value is not None
    assert second.value is not None
    margins = (a + b) * (c + d) * (a + c) * (b + d)
    product = a * d - b * c
    phi = (
        (max(product - n / 2, 0) if product > 0 else product) / math.sqrt(margins) if margins else 0
    )
    down = np.array([first.value - first.lower, second.upper - second.value])
    up = np.array([first.upper - first.value, second.value - second.lower])
    correlation = np.array([[1, -phi], [-phi, 1]])
    assert found.lower == pytest.approx(
        found.value - math.sqrt(down @ correlation @ down), abs=1e-12
    )
    assert found.upper == pytest.approx(found.value + math.sqrt(up @ correlation @ up), abs=1e-12)


def test_the_odds_ratio_of_pairs_is_that_of_a_binomial_share() -> None:
    for method, theirs in {
        "exact_conditional": "exact",
        "mid_p": "mid_p",
        "score": "wilson",
    }.items():
        found = at.stats.paired_odds_ratio(12, 5, method=method)  # type: ignore[arg-type]
        share = at.stats.proportion(12, 17, method=theirs)  # type: ignore[call-overload]
        wanted = share.lower / (1 - share.lower), share.upper / (1 - share.upper)
        assert (found.lower, found.upper) == pytest.approx(wanted, rel=1e-12)
    none = at.stats.paired_odds_ratio(12, 0)
    assert (none.value, none.upper) == (None, math.inf)
