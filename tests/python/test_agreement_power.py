"""Power agrees with sums over all counts in scipy, and its approximations with statsmodels."""

from __future__ import annotations

import math
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import pytest
from scipy import stats as oracle
from statsmodels.stats.proportion import (
    power_proportions_2indep,
    samplesize_proportions_2indep_onetail,
)
from statsmodels.stats.rates import power_poisson_ratio_2indep

import attain as at

Numbers: TypeAlias = npt.NDArray[np.float64]
ValueTest: TypeAlias = Literal["exact", "mid_p", "score"]
TESTS: list[ValueTest] = ["exact", "mid_p", "score"]


def tails(
    counts: Numbers, distribution: Any, mean: float, variance: float, method: ValueTest
) -> tuple[Numbers, Numbers]:
    """Both one-sided p-values of each count."""
    if method == "score":
        z = (counts - mean) / math.sqrt(variance)
        return oracle.norm.cdf(z), oracle.norm.sf(z)
    below, above = distribution.cdf(counts), distribution.sf(counts - 1)
    half = distribution.pmf(counts) / 2 if method == "mid_p" else 0
    return below - half, above - half


def share_power(share: float, n: int, goal: float, method: ValueTest, tail: float) -> float:
    counts = np.arange(n + 1.0)
    goals = oracle.binom(n, goal)
    below, above = tails(counts, goals, n * goal, n * goal * (1 - goal), method)
    found = (below if share < goal else above) <= tail
    return float(oracle.binom.pmf(counts, n, share)[found].sum())


@pytest.mark.parametrize("method", TESTS)
@pytest.mark.parametrize(("share", "goal"), [(0.85, 0.9), (0.97, 0.9), (0.02, 0.05), (0.6, 0.5)])
def test_power_of_a_share_is_a_sum_over_all_counts(
    share: float, goal: float, method: ValueTest
) -> None:
    for n in [1, 10, 59, 200, 1_000]:
        found = at.stats.proportion_test_power(share, n, goal, method=method)
        assert found == pytest.approx(share_power(share, n, goal, method, 0.025), abs=1e-10)
        one = at.stats.proportion_test_power(
            share, n, goal, method=method, level=0.11, one_sided=True
        )
        assert one == pytest.approx(share_power(share, n, goal, method, 0.11), abs=1e-10)


@pytest.mark.parametrize("method", TESTS)
@pytest.mark.parametrize(("share", "goal"), [(0.85, 0.9), (0.97, 0.9), (0.3, 0.5)])
def test_the_power_stays_from_the_size_on(share: float, goal: float, method: ValueTest) -> None:
    for power in (0.5, 0.8, 0.9):
        found = at.stats.proportion_test_sample_size(share, goal, power=power, method=method)
        end = int(2 * found.size) + 50
        powers = [share_power(share, n, goal, method, 0.025) for n in range(1, end)]
        (short,) = np.nonzero(np.array(powers) < power)
        assert found.size == short[-1] + 2
        assert found.power == pytest.approx(powers[int(found.size) - 1], abs=1e-10)


def test_power_follows_from_the_tables_of_the_binomial_distribution() -> None:
    # Of 18 cases, 13 or more are a finding against one half, one-sided at 5 %, and 12 are not.
    power = oracle.binom.sf(12, 18, 0.8)
    assert oracle.binom.sf(12, 18, 0.5) < 0.05 < oracle.binom.sf(11, 18, 0.5)
    assert at.stats.proportion_test_power(0.8, 18, 0.5, one_sided=True) == pytest.approx(power)


def count_power(mean: float, expected: float, method: ValueTest, tail: float) -> float:
    counts = np.arange(mean + expected + 12 * math.sqrt(mean + expected) + 60)
    below, above = tails(counts, oracle.poisson(expected), expected, expected, method)
    found = (below if mean < expected else above) <= tail
    return float(oracle.poisson.pmf(counts, mean)[found].sum())


@pytest.mark.parametrize("method", TESTS)
def test_power_of_a_count_is_a_sum_over_all_counts(method: ValueTest) -> None:
    for mean, expected in [(0, 4), (150, 120), (9, 20), (1.5, 0.2), (1_000, 1_100)]:
        found = at.stats.count_test_power(mean, expected, method=method)
        assert found == pytest.approx(count_power(mean, expected, method, 0.025), abs=1e-10)


@pytest.mark.parametrize("method", TESTS)
@pytest.mark.parametrize(("rate", "goal"), [(2, 3), (1, 0.4), (0.9, 1)])
def test_the_power_stays_from_the_exposure_on(rate: float, goal: float, method: ValueTest) -> None:
    found = at.stats.count_test_exposure(rate, goal, method=method)
    exposures = found.size * np.linspace(0.999, 2, 1_500)
    powers = [count_power(rate * e, goal * e, method, 0.025) for e in exposures]
    assert min(power for e, power in zip(exposures, powers, strict=True) if e > found.size) >= 0.8
    after = found.size * (1 + 1e-9)
    assert count_power(rate * after, goal * after, method, 0.025) >= 0.8
    before = found.size * (1 - 1e-7)
    assert count_power(rate * before, goal * before, method, 0.025) < 0.8


def test_the_longest_time_without_events_is_the_rule_of_three() -> None:
    # No event in 3 units of exposure rules out a rate of 1 (Hanley & Lippman-Hand 1983).
    found = at.stats.count_test_exposure(0, 1, one_sided=True)
    assert found.size == pytest.approx(-math.log(0.05))
    assert at.stats.proportion_test_sample_size(0, 0.01, one_sided=True).size == 299


@pytest.mark.parametrize("seed", range(8))
def test_power_of_fishers_test_is_a_sum_over_all_tables(seed: int) -> None:
    random = np.random.default_rng(seed)
    n1, n2 = (int(n) for n in random.integers(3, 14, 2))
    share1, share2 = random.uniform(0, 1, 2)
    side = "greater" if share1 > share2 else "less"
    wanted = 0.0
    for x1 in range(n1 + 1):
        for x2 in range(n2 + 1):
            table = [[x1, n1 - x1], [x2, n2 - x2]]
            if oracle.fisher_exact(table, alternative=side).pvalue <= 0.05:
                mass = oracle.binom.pmf(x1, n1, share1) * oracle.binom.pmf(x2, n2, share2)
                wanted += float(mass)
    found = at.stats.proportion_difference_test_power(
        share1, n1, share2, n2, method="fisher", level=0.05, one_sided=True
    )
    assert found == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("seed", range(8))
def test_power_of_the_score_test_is_a_sum_over_all_tables(seed: int) -> None:
    random = np.random.default_rng(seed)
    n1, n2 = (int(n) for n in random.integers(10, 80, 2))
    share1, share2 = random.uniform(0.1, 0.9, 2)
    x1, x2 = np.meshgrid(np.arange(n1 + 1), np.arange(n2 + 1), indexing="ij")
    pooled = (x1 + x2) / (n1 + n2)
    with np.errstate(invalid="ignore"):
        z = (x1 / n1 - x2 / n2) / np.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    z = np.nan_to_num(z) * (1 if share1 > share2 else -1)
    mass = oracle.binom.pmf(x1, n1, share1) * oracle.binom.pmf(x2, n2, share2)
    wanted = mass[oracle.norm.sf(z) <= 0.025].sum()
    found = at.stats.proportion_difference_test_power(share1, n1, share2, n2, method="mee")
    assert found == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_approximations_of_two_shares_are_those_of_statsmodels(seed: int) -> None:
    random = np.random.default_rng(seed)
    share1, share2 = random.uniform(0.05, 0.95, 2)
    n1, ratio = int(random.integers(20, 300)), float(random.choice([0.5, 1, 2]))
    side = "larger" if share1 > share2 else "smaller"
    given: dict[str, Any] = {"ratio": ratio, "alpha": 0.05, "alternative": side}
    theirs = power_proportions_2indep(share1 - share2, share2, n1, return_results=False, **given)
    found = at.stats.proportion_difference_test_power(
        share1, n1, share2, n1 * ratio, method="normal", one_sided=True
    )
    assert found == pytest.approx(theirs, rel=1e-9)
    size = samplesize_proportions_2indep_onetail(share1 - share2, share2, 0.9, **given)
    sizes = at.stats.proportion_difference_test_sample_size(
        share1, share2, allocation=ratio, power=0.9, one_sided=True
    )
    assert sizes.size1 == max(math.ceil(size), 1)
    assert sizes.size2 == max(math.ceil(size * ratio), 1)
    assert sizes.power >= 0.9 - 1e-9


@pytest.mark.parametrize("method", ["miettinen_nurminen", "mee", "fisher", "fisher_mid_p"])
def test_the_power_of_two_shares_stays_from_the_sizes_on(method: Any) -> None:
    for share1, share2, allocation in [(0.3, 0.6, 1), (0.95, 0.7, 2), (0.1, 0.5, 0.5)]:
        given: dict[str, Any] = {"method": method, "level": 0.1}
        found = at.stats.proportion_difference_test_sample_size(
            share1, share2, allocation=allocation, **given
        )
        n1 = np.arange(1, 3 * found.size1)
        n2 = np.ceil(n1 * allocation)
        table = at.stats.proportion_difference_test_power(share1, n1, share2, n2, **given)
        powers = table.to_polars()["value"].to_numpy()
        (short,) = np.nonzero(powers < 0.8)
        assert (found.size1, found.size2) == (n1[short[-1]] + 1, n2[short[-1] + 1])
        assert found.power == powers[short[-1] + 1]


def test_the_correction_of_continuity_is_that_of_fleiss_tytun_and_ury() -> None:
    for share1, share2, ratio in [(0.6, 0.7, 1), (0.2, 0.1, 2), (0.5, 0.9, 0.5)]:
        given: dict[str, Any] = {"allocation": ratio, "power": 0.8}
        z1, z2 = oracle.norm.ppf([0.975, 0.8])
        pooled = (share1 + ratio * share2) / (1 + ratio)
        null = math.sqrt((1 + 1 / ratio) * pooled * (1 - pooled))
        truth = math.sqrt(share1 * (1 - share1) + share2 * (1 - share2) / ratio)
        apart = abs(share1 - share2)
        n = ((z1 * null + z2 * truth) / apart) ** 2
        corrected = n / 4 * (1 + math.sqrt(1 + 2 * (ratio + 1) / (n * ratio * apart))) ** 2
        for method, wanted in [("normal", n), ("normal_corrected", corrected)]:
            found = at.stats.proportion_difference_test_sample_size(
                share1, share2, method=method, **given
            )
            assert found.size1 == math.ceil(wanted)


@pytest.mark.parametrize("ratio", [0.5, 1, 1.8])
def test_the_approximation_by_logarithms_is_that_of_statsmodels(ratio: float) -> None:
    for rate1, rate2, exposure, allocation in [(2, 1, 25, 1), (0.3, 0.4, 200, 2)]:
        side = "larger" if rate1 / rate2 > ratio else "smaller"
        theirs = power_poisson_ratio_2indep(
            rate1,
            rate2,
            exposure,
            nobs_ratio=allocation,
            value=ratio,
            alternative=side,
            method_var="alt",
            return_results=False,
        )
        found = at.stats.rate_ratio_test_power(
            rate1,
            exposure,
            rate2,
            exposure * allocation,
            ratio,
            method="log_normal",
            one_sided=True,
        )
        assert found == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("method", ["exact_conditional", "mid_p", "score"])
def test_power_of_two_rates_is_a_sum_over_all_pairs(method: Any) -> None:
    rate1, e1, rate2, e2, ratio = 1.2, 10.0, 0.8, 25.0, 0.9
    total = rate1 * e1 + rate2 * e2
    goal = e1 * ratio / (e1 * ratio + e2)
    wanted = 0.0
    for events in range(1, 120):
        counts = np.arange(events + 1.0)
        goals = oracle.binom(events, goal)
        test: ValueTest = "exact" if method == "exact_conditional" else method
        variance = events * goal * (1 - goal)
        _, above = tails(counts, goals, events * goal, variance, test)
        share = oracle.binom.pmf(counts, events, rate1 * e1 / total)[above <= 0.025].sum()
        wanted += float(oracle.poisson.pmf(events, total) * share)
    found = at.stats.rate_ratio_test_power(rate1, e1, rate2, e2, ratio, method=method)
    assert found == pytest.approx(wanted, abs=1e-10)


def test_approximations_come_near_the_tests() -> None:
    near = pytest.approx
    share = (0.62, 900, 0.57)
    assert at.stats.proportion_test_power(*share, method="normal") == near(
        at.stats.proportion_test_power(*share, method="score"), abs=0.02
    )
    inferior = (0.82, 600, 0.84, 600, -0.08)
    assert at.stats.proportion_difference_test_power(*inferior, method="normal") == near(
        at.stats.proportion_difference_test_power(*inferior, method="mee"), abs=0.01
    )
    rates = (0.11, 9_000, 0.1, 15_000)
    exact = at.stats.rate_ratio_test_power(*rates, method="score")
    for method in ("normal", "log_normal"):
        assert at.stats.rate_ratio_test_power(*rates, method=method) == near(exact, abs=0.01)


def test_exposures_of_two_rates_give_their_power() -> None:
    for method in ("normal", "log_normal"):
        found = at.stats.rate_ratio_test_exposure(
            0.11, 0.1, 0.95, allocation=2, power=0.9, method=method
        )
        assert found.size2 == 2 * found.size1
        power = at.stats.rate_ratio_test_power(
            0.11, found.size1, 0.1, found.size2, 0.95, method=method
        )
        assert power == pytest.approx(0.9, abs=1e-12)


def test_what_has_no_power_is_refused() -> None:
    for wrong, argument in [
        (lambda: at.stats.proportion_test_power(0.9, 10, 0.9), "share"),
        (lambda: at.stats.proportion_test_power(0.9, 10.5, 0.8), "denominator"),
        (lambda: at.stats.proportion_test_power(0.9, 10, 0.8, level=1), "level"),
        (lambda: at.stats.proportion_test_power(0.9, 10, 0.8, level=0.5, one_sided=True), "level"),
        (lambda: at.stats.proportion_test_sample_size(0.9, 0.8, power=0.4), "power"),
        (lambda: at.stats.proportion_test_sample_size(0.900001, 0.9), "share"),
        (lambda: at.stats.count_test_exposure(1, 0), "goal"),
        (lambda: at.stats.count_test_exposure(1, 1.00001), "rate"),
        (lambda: at.stats.rate_ratio_test_power(1, 10, 2, 10, 0.5), "ratio"),
        (lambda: at.stats.rate_ratio_test_exposure(0, 1, method="log_normal"), "rate1"),
        (lambda: at.stats.rate_ratio_test_exposure(2, 1, allocation=0), "allocation"),
    ]:
        with pytest.raises(at.StatsError) as caught:
            wrong()
        (fault,) = caught.value.faults
        assert fault.column == argument
        assert fault.expected
    table = at.stats.proportion_test_sample_size([0.85, 0.9, None], 0.9).to_polars()
    assert table["size"].to_list() == [362, None, None]
    assert table["status"].to_list()[1:] == [
        "`share`: found 0.9, expected a share other than the goal, which a test could find",
        "`share` is missing",
    ]
