"""Tests of hypotheses: p-values agree with scipy, statsmodels, brute force, and with intervals."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from scipy import stats as oracle
from statsmodels.stats.proportion import proportions_ztest
from statsmodels.stats.rates import test_poisson, test_poisson_2indep
from test_stats_two_groups import Groups, columns, score, some_groups

import attain as at

Numbers: TypeAlias = npt.NDArray[np.float64]

# Other programs and sums divide by 0 where there are no events.
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")

# pytest would collect them.
p_of_rate, p_of_rates = test_poisson, test_poisson_2indep
del test_poisson, test_poisson_2indep

SIDES = ["p_below", "p_above", "p"]
OF_STATSMODELS = ["smaller", "larger", "two-sided"]
OF_SCIPY = ["less", "greater", "two-sided"]


def p_values(answer: Any) -> Numbers:
    """A row for each test: below, above, two-sided."""
    return pl.DataFrame(answer).select(SIDES).to_numpy()


def close(found: Any, wanted: Any, rtol: float = 1e-9) -> None:
    np.testing.assert_allclose(found, wanted, rtol=rtol, atol=1e-250)


# One share, count or mean


@pytest.mark.parametrize("goal", [0.02, 0.1, 0.5, 0.83, 0.99])
def test_shares_are_tested_at_a_goal_as_scipy_and_statsmodels_do(goal: float) -> None:
    groups = some_groups(60, largest=4)
    x, n, *_ = columns(groups)
    found = p_values(at.stats.proportion_test(x, n, goal, two_sided="minimum_likelihood"))
    wanted = [
        [oracle.binomtest(a, b, goal, side).pvalue for side in OF_SCIPY] for a, b, *_ in groups
    ]
    close(found, wanted, 1e-8)
    doubled = p_values(at.stats.proportion_test(x, n, goal))
    close(doubled[:, 2], np.minimum(2 * found[:, :2].min(axis=1), 1), 1e-12)
    found = p_values(at.stats.proportion_test(x, n, goal, method="score"))
    wanted = [
        [proportions_ztest(a, b, goal, side, prop_var=goal)[1] for side in OF_STATSMODELS]
        for a, b, *_ in groups
    ]
    close(found, wanted, 1e-8)


@pytest.mark.parametrize("goal", [0.1, 0.5, 0.83])
def test_mid_p_values_of_shares_are_sums_of_probabilities(goal: float) -> None:
    groups = some_groups(40, largest=3)
    x, n, *_ = columns(groups)
    found = p_values(
        at.stats.proportion_test(x, n, goal, method="mid_p", two_sided="minimum_likelihood")
    )
    doubled = p_values(at.stats.proportion_test(x, n, goal, method="mid_p"))
    for (a, b, *_), (below, above, p), (_, _, twice) in zip(groups, found, doubled, strict=True):
        mass = oracle.binom.pmf(np.arange(b + 1), b, goal)
        assert below == pytest.approx(mass[:a].sum() + mass[a] / 2, rel=1e-9)
        assert above == pytest.approx(mass[a + 1 :].sum() + mass[a] / 2, rel=1e-9)
        rarer, equal = mass < mass[a] * (1 - 1e-7), np.abs(mass / mass[a] - 1) <= 1e-7
        assert p == pytest.approx(mass[rarer].sum() + mass[equal].sum() / 2, rel=1e-8)
        assert twice == pytest.approx(2 * min(below, above), rel=1e-12)


@pytest.mark.parametrize("expected", [0.3, 3.0, 40.0, 1234.5])
def test_counts_are_tested_at_an_expectation_as_statsmodels_does(expected: float) -> None:
    x = np.unique(np.floor(expected + np.linspace(-4, 6, 30) * math.sqrt(expected)).clip(0))
    found = p_values(at.stats.count_test(x, expected, method="score"))
    close(
        found, [[p_of_rate(a, 1, expected, "score", s).pvalue for s in OF_STATSMODELS] for a in x]
    )
    found = p_values(at.stats.count_test(x, expected, two_sided="minimum_likelihood"))
    close(found[:, 0], oracle.poisson.cdf(x, expected))
    close(found[:, 1], oracle.poisson.sf(x - 1, expected))
    mass = oracle.poisson.pmf(np.arange(4_000), expected)
    total = [mass[mass <= mass[int(a)] * (1 + 1e-7)].sum() for a in x]
    close(found[:, 2], np.minimum(total, 1), 1e-8)
    mid = p_values(at.stats.count_test(x, expected, method="mid_p", two_sided="minimum_likelihood"))
    close(mid[:, 0], oracle.poisson.cdf(x - 1, expected) + mass[x.astype(int)] / 2)
    less = np.array([mass[mass < mass[int(a)] * (1 - 1e-7)].sum() for a in x])
    close(mid[:, 2], (np.minimum(total, 1) + less) / 2, 1e-8)


def test_means_are_tested_at_a_goal_as_scipy_does() -> None:
    random = np.random.default_rng(3)
    for n in (2, 3, 8, 200):
        values = np.round(random.normal(10, 3, n), 2)
        for goal in (9.0, 10.0, 14.5):
            wanted = [
                oracle.ttest_1samp(values, goal, alternative=side).pvalue for side in OF_SCIPY
            ]
            of_values = at.stats.mean_of_test([*values, None], goal)
            assert [of_values.p_below, of_values.p_above, of_values.p] == pytest.approx(wanted)
            of_sums = at.stats.mean_test(values.sum(), (values**2).sum(), n, goal)
            assert [of_sums.p_below, of_sums.p_above, of_sums.p] == pytest.approx(wanted, rel=1e-7)
            assert of_values.method == of_sums.method == "student_t"
    goals = p_values(at.stats.mean_of_test([2, 4, 9], [1, 5]))
    close(goals[1], [0.5, 0.5, 1.0])
    assert at.stats.mean_of_test([3, 3, 3], 3).p == 1
    assert at.stats.mean_of_test([3, 3, 3], 2).p == 0
    with pytest.raises(at.StatsError, match="goal"):
        at.stats.mean_test(15, 101, 3, math.inf)


def test_minimum_likelihood_needs_whole_numbers() -> None:
    assert at.stats.proportion_test(12.5, 30.25, 0.5).p < 1
    with pytest.raises(at.StatsError, match="minimum likelihood"):
        at.stats.proportion_test(12.5, 30.25, 0.5, two_sided="minimum_likelihood")
    with pytest.raises(at.StatsError, match="minimum likelihood"):
        at.stats.count_test(2.5, 3, two_sided="minimum_likelihood")
    with pytest.raises(at.StatsError, match="events1"):
        at.stats.rate_ratio_test(2.5, 3, 1, 3)
    assert at.stats.proportion_test(12.5, 30.25, 0.5, method="score").p < 1


# Two shares


@pytest.mark.parametrize("difference", [0.0, 0.1, -0.3, 0.9])
@pytest.mark.parametrize("method", ["mee", "miettinen_nurminen"])
def test_differences_are_tested_by_their_score(method: Any, difference: float) -> None:
    groups = some_groups(60)
    answer = at.stats.proportion_difference_test(*columns(groups), difference, method=method)
    for case, found in zip(groups, p_values(answer), strict=True):
        size = case[1] + case[3]
        factor = size / (size - 1) if method == "miettinen_nurminen" else 1
        if difference == 0 and case[0] + case[2] in (0, size):
            assert found.tolist() == [0.5, 0.5, 1]
            continue
        z = score(case, difference, factor)
        wanted = [oracle.norm.cdf(z), oracle.norm.sf(z), 2 * oracle.norm.sf(abs(z))]
        close(found, wanted, 1e-5)


def test_equal_shares_are_tested_as_pearson_does() -> None:
    groups = [case for case in some_groups() if 0 < case[0] + case[2] < case[1] + case[3]]
    for case in groups:
        x1, n1, x2, n2 = case
        table = [[x1, n1 - x1], [x2, n2 - x2]]
        pearson = oracle.chi2_contingency(table, correction=False)
        mee = at.stats.proportion_difference_test(*case, method="mee")
        assert mee.p == pytest.approx(pearson.pvalue, rel=1e-9)
        # Campbell 2007: χ² times (N − 1)/N.
        size = n1 + n2
        smaller = oracle.chi2.sf(pearson.statistic * (size - 1) / size, 1)
        assert at.stats.proportion_difference_test(*case).p == pytest.approx(smaller, rel=1e-9)


def test_fishers_test_is_that_of_scipy() -> None:
    groups = some_groups(80)
    found = p_values(at.stats.proportion_difference_test(*columns(groups), method="fisher"))
    tables = [[[x1, n1 - x1], [x2, n2 - x2]] for x1, n1, x2, n2 in groups]
    wanted = [[oracle.fisher_exact(table, side).pvalue for side in OF_SCIPY] for table in tables]
    close(found, wanted, 1e-7)
    doubled = at.stats.proportion_difference_test(
        *columns(groups), method="fisher", two_sided="doubled"
    )
    close(p_values(doubled)[:, 2], np.minimum(2 * found[:, :2].min(axis=1), 1), 1e-12)


def test_fishers_mid_p_is_a_sum_of_probabilities() -> None:
    groups = some_groups(60, largest=3)
    found = p_values(at.stats.proportion_difference_test(*columns(groups), method="fisher_mid_p"))
    for (x1, n1, x2, n2), (below, above, p) in zip(groups, found, strict=True):
        k = np.arange(max(0, x1 + x2 - n2), min(n1, x1 + x2) + 1)
        mass = oracle.hypergeom.pmf(k, n1 + n2, x1 + x2, n1)
        own = mass[k == x1].sum()
        assert below == pytest.approx(mass[k < x1].sum() + own / 2, rel=1e-8)
        assert above == pytest.approx(mass[k > x1].sum() + own / 2, rel=1e-8)
        rarer, equal = mass < own * (1 - 1e-7), np.abs(mass / own - 1) <= 1e-7
        assert p == pytest.approx(mass[rarer].sum() + mass[equal].sum() / 2, rel=1e-7)


TABLES = [
    (7, 34, 1, 34),
    (3, 10, 9, 12),
    (0, 5, 4, 6),
    (12, 15, 3, 14),
    (6, 6, 2, 9),
    (5, 20, 5, 20),
]


@pytest.mark.parametrize("table", TABLES)
def test_unconditional_tests_are_those_of_scipy(table: tuple[int, int, int, int]) -> None:
    x1, n1, x2, n2 = table
    cells = [[x1, x2], [n1 - x1, n2 - x2]]
    found = at.stats.proportion_difference_test(*table, method="barnard")
    # scipy looks at fewer shares, and may stop slightly below the greatest probability.
    # On both sides it leaves out tables whose scores are equal but for rounding.
    for p, side in ((found.p_below, "less"), (found.p_above, "greater")):
        wanted = oracle.barnard_exact(cells, alternative=side, pooled=True, n=512).pvalue
        assert p == pytest.approx(wanted, rel=1e-5)
    found = at.stats.proportion_difference_test(*table, method="boschloo", two_sided="doubled")
    for p, side in zip((found.p_below, found.p_above, found.p), OF_SCIPY, strict=True):
        wanted = oracle.boschloo_exact(cells, alternative=side, n=512).pvalue
        assert p == pytest.approx(wanted, rel=1e-5)


def greatest_probability(is_extreme: npt.NDArray[np.bool_]) -> float:
    """Over 20,001 shares, table by table."""
    n1, n2 = is_extreme.shape[0] - 1, is_extreme.shape[1] - 1
    shares = np.linspace(0, 1, 20_001)
    first = oracle.binom.pmf(np.arange(n1 + 1)[:, None], n1, shares)
    second = oracle.binom.pmf(np.arange(n2 + 1)[:, None], n2, shares)
    return float(np.einsum("is,ij,js->s", first, is_extreme.astype(float), second).max())


@pytest.mark.parametrize("table", TABLES)
def test_unconditional_tests_are_sums_over_tables(table: tuple[int, int, int, int]) -> None:
    x1, n1, x2, n2 = table
    pairs = [(a, b) for a in range(n1 + 1) for b in range(n2 + 1)]
    p = [oracle.fisher_exact([[a, b], [n1 - a, n2 - b]]).pvalue for a, b in pairs]
    fishers = np.reshape(p, (n1 + 1, n2 + 1))
    found = at.stats.proportion_difference_test(*table, method="boschloo")
    wanted = greatest_probability(fishers <= fishers[x1, x2] * (1 + 1e-7))
    assert found.p == pytest.approx(wanted, rel=1e-6)
    fisher = at.stats.proportion_difference_test(*table, method="fisher")
    assert found.p_below <= fisher.p_below
    assert found.p_above <= fisher.p_above

    def squared_score(a: int, b: int) -> Fraction:
        pooled = Fraction(a + b, n1 + n2)
        variance = pooled * (1 - pooled) * (Fraction(1, n1) + Fraction(1, n2))
        return (Fraction(a, n1) - Fraction(b, n2)) ** 2 / variance if variance else Fraction(0)

    extreme = [squared_score(a, b) >= squared_score(x1, x2) for a, b in pairs]
    found = at.stats.proportion_difference_test(*table, method="barnard")
    wanted = greatest_probability(np.reshape(extreme, (n1 + 1, n2 + 1)))
    assert found.p == pytest.approx(wanted, rel=1e-6)
    # Doubled: both unconditional tests have twice the smaller tail.
    barnard = at.stats.proportion_difference_test(*table, method="barnard", two_sided="doubled")
    assert barnard.p == pytest.approx(min(1, 2 * min(barnard.p_below, barnard.p_above)))


def test_unconditional_tests_refuse_what_they_do_not_test() -> None:
    with pytest.raises(at.StatsError, match="`difference`"):
        at.stats.proportion_difference_test(3, 10, 2, 10, 0.1, method="barnard")
    with pytest.raises(at.StatsError, match="`events1`"):
        at.stats.proportion_difference_test(2.5, 10, 2, 10, method="boschloo")
    with pytest.raises(at.StatsError, match="at most 1,000,000"):
        at.stats.proportion_difference_test(3, 1_000, 2, 1_000, method="boschloo")
    large = at.stats.proportion_difference_test(300, 900, 350, 900, method="barnard")
    score = at.stats.proportion_difference_test(300, 900, 350, 900, method="mee")
    assert large.p == pytest.approx(score.p, rel=0.1)


def test_fishers_tests_refuse_what_they_do_not_test() -> None:
    with pytest.raises(at.StatsError, match="only difference that exact"):
        at.stats.proportion_difference_test(3, 10, 2, 10, 0.1, method="fisher")
    with pytest.raises(at.StatsError, match="whole number"):
        at.stats.proportion_difference_test(2.5, 10, 2, 10, method="fisher_mid_p")
    with pytest.raises(at.StatsError, match="from −1 to 1"):
        at.stats.proportion_difference_test(3, 10, 2, 10, 5)


# Two rates


@pytest.mark.parametrize("ratio", [1.0, 0.7, 2.0])
@pytest.mark.parametrize(
    ("method", "theirs"), [("exact_conditional", "exact-cond"), ("score", "score")]
)
def test_ratios_of_rates_are_tested_as_statsmodels_does(
    method: Any, theirs: str, ratio: float
) -> None:
    groups = [case for case in some_groups(60) if case[0] + case[2] > 0]
    found = p_values(at.stats.rate_ratio_test(*columns(groups), ratio, method=method))
    wanted = [
        [
            p_of_rates(*case, ratio, method=theirs, compare="ratio", alternative=side).pvalue
            for side in OF_STATSMODELS
        ]
        for case in groups
    ]
    close(found, wanted, 1e-7)


def test_mid_p_values_of_rates_are_those_of_a_share() -> None:
    groups = [case for case in some_groups(60) if case[0] + case[2] > 0]
    x1, e1, x2, e2 = columns(groups)
    for two_sided in ("doubled", "minimum_likelihood"):
        choice: Any = {"method": "mid_p", "two_sided": two_sided}
        found = p_values(at.stats.rate_ratio_test(x1, e1, x2, e2, 1.5, **choice))
        share = 1.5 * e1 / (1.5 * e1 + e2)
        close(found, p_values(at.stats.proportion_test(x1, x1 + x2, share, **choice)), 1e-13)


def e_test(x1: int, e1: float, x2: int, e2: float) -> list[float]:
    """The E-test, pair by pair. Pairs whose difference is the same but for rounding count."""
    rate = (x1 + x2) / (e1 + e2)
    most = int(max(e1, e2) * rate + 12 * math.sqrt(max(e1, e2) * rate) + 60)
    first, second = np.arange(most)[:, None], np.arange(most)[None, :]
    mass = oracle.poisson.pmf(first, e1 * rate) * oracle.poisson.pmf(second, e2 * rate)

    def standardised(a: Any, b: Any) -> Any:
        with np.errstate(invalid="ignore"):
            return np.nan_to_num((a / e1 - b / e2) / np.sqrt(a / e1**2 + b / e2**2))

    found, own = standardised(first, second), float(standardised(np.float64(x1), np.float64(x2)))
    slack = 1e-9 * abs(own)
    inside = [found <= own + slack, found >= own - slack, np.abs(found) >= abs(own) - slack]
    return [min(1.0, float(mass[rows].sum())) for rows in inside]


def test_the_e_test_sums_all_pairs() -> None:
    random = np.random.default_rng(9)
    for _ in range(40):
        e1, e2 = (float(e) for e in random.choice([10, 10, 20, 33, 100.5], 2))
        x1, x2 = (int(x) for x in random.integers(0, 60, 2))
        if x1 + x2 == 0:
            continue
        found = at.stats.rate_ratio_test(x1, e1, x2, e2, method="e_test")
        close([found.p_below, found.p_above, found.p], e_test(x1, e1, x2, e2), 1e-8)
        # Three times the rate in the first group is three times its exposure.
        tripled = at.stats.rate_ratio_test(x1, e1 / 3, x2, e2, 3, method="e_test")
        assert tripled.p == pytest.approx(found.p, rel=1e-9)


# Krishnamoorthy and Thomson 2004, section 5: dodder in clover seeds. scipy's documentation and the
# paper have 0.0884 for the E-test, and a C-test of 0.25.
def test_the_published_example_of_the_e_test() -> None:
    found = at.stats.rate_ratio_test(0, 100, 3, 100, method="e_test")
    assert found.p == pytest.approx(oracle.poisson_means_test(0, 100, 3, 100).pvalue, rel=1e-9)
    assert round(found.p, 4) == 0.0884
    assert at.stats.rate_ratio_test(0, 100, 3, 100).p == pytest.approx(0.25, rel=1e-12)


def test_rates_without_events_have_no_ratio_but_p_values() -> None:
    found = at.stats.rate_ratio_test(5, 1, 0, 1)
    assert found.value is None
    assert found.status == "undefined: a ratio to 0, of which only p-values are known"
    assert found.p == pytest.approx(2 * 0.5**5)
    for method in ("exact_conditional", "mid_p", "e_test"):
        none = at.stats.rate_ratio_test(0, 1, 0, 1, method=method)  # type: ignore[arg-type]
        assert (none.p_below, none.p_above, none.p) == (1, 1, 1)
    table = pl.DataFrame(at.stats.rate_ratio_test([5, 5, None, -1], 1, [0, 2, 1, 1], 1))
    assert table["value"].to_list() == [None, 2.5, None, None]
    assert table["p"].null_count() == 2
    assert table["status"][2] == "`events1` is missing"
    with pytest.raises(at.StatsError, match="10⁶"):
        at.stats.rate_ratio_test(2_000_000, 1, 1, 1, method="e_test")


# Tests and intervals


Pair: TypeAlias = tuple[Any, str, Any, str, tuple[float, float]]
PAIRS: list[Pair] = [
    (at.stats.proportion_difference, "mee", at.stats.proportion_difference_test, "mee", (-1, 1)),
    (
        at.stats.proportion_difference,
        "miettinen_nurminen",
        at.stats.proportion_difference_test,
        "miettinen_nurminen",
        (-1, 1),
    ),
    (
        at.stats.rate_ratio,
        "exact_conditional",
        at.stats.rate_ratio_test,
        "exact_conditional",
        (0, math.inf),
    ),
    (at.stats.rate_ratio, "mid_p", at.stats.rate_ratio_test, "mid_p", (0, math.inf)),
    (at.stats.rate_ratio, "score", at.stats.rate_ratio_test, "score", (0, math.inf)),
]


@pytest.mark.parametrize(("interval", "method", "test", "same", "ends"), PAIRS)
def test_the_p_value_at_a_limit_is_what_the_interval_leaves_outside(
    interval: Any, method: str, test: Any, same: str, ends: tuple[float, float]
) -> None:
    groups: list[Groups] = [case for case in some_groups() if case[0] + case[2] > 0]
    found = pl.DataFrame(interval(*columns(groups), method=method))
    for name, side in [("lower", "p_above"), ("upper", "p_below")]:
        limit = found[name].to_numpy()
        inside = (np.abs(limit) > 1e-12) & (limit > ends[0] + 1e-9) & (limit < ends[1] - 1e-9)
        arguments = [column[inside] for column in columns(groups)]
        # Of whole numbers the exact test at a limit has α/2 in that tail.
        answer = test(*arguments, limit[inside], method=same, two_sided="doubled")
        close(pl.DataFrame(answer)[side].to_numpy(), 0.025, 1e-6)


def test_goals_at_a_limit_have_the_p_value_that_the_interval_leaves_outside() -> None:
    x, n, *_ = columns(some_groups())
    for method, same in [("exact", "exact"), ("mid_p", "mid_p"), ("wilson", "score")]:
        found = pl.DataFrame(at.stats.proportion(x, n, method=method))  # type: ignore[call-overload]
        some = (x > 0) & (x < n)
        for name, side in [("lower", "p_above"), ("upper", "p_below")]:
            limit = found[name].to_numpy()[some]
            answer = at.stats.proportion_test(x[some], n[some], limit, method=same)  # type: ignore[call-overload]
            close(pl.DataFrame(answer)[side].to_numpy(), 0.025, 1e-8)
