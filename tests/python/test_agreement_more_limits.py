"""More limits, adjusted p-values and scales agree with their equations and with other programs."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import special
from scipy import stats as oracle
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.rates import confint_poisson

import attain as at

CONFIDENCES = [0.5, 0.95, 0.998, 1 - 1e-6]
every_confidence = pytest.mark.parametrize("confidence", CONFIDENCES)


def z_of(confidence: float) -> float:
    return float(-special.ndtri((1 - confidence) / 2))


def shares(seed: int = 3) -> tuple[Any, Any]:
    random = np.random.default_rng(seed)
    n = np.floor(10 ** random.uniform(0, 6, 600)) + 1
    kind = random.integers(0, 5, 600)
    some = np.floor(random.random(600) * (n + 1))
    return np.select([kind == 0, kind == 1, kind == 2], [0, n, np.minimum(n, 3)], some), n


def limits(table: Any) -> tuple[Any, Any]:
    frame = table.to_polars()
    return frame["lower"].to_numpy(), frame["upper"].to_numpy()


@every_confidence
def test_corrected_shares_are_rejected_half_an_event_away(confidence: float) -> None:
    x, n = shares()
    z = z_of(confidence)
    lower, upper = limits(
        at.stats.proportion(x, n, method="wilson_corrected", confidence=confidence)
    )
    inside = (x > 0) & (upper < 1) & (lower > 0) & (x < n)
    for limit, half in [(lower, -0.5), (upper, 0.5)]:
        score = (x + half) / n - limit
        wanted = z * np.sqrt(limit * (1 - limit) / n)
        np.testing.assert_allclose(np.abs(score)[inside], wanted[inside], rtol=1e-6, atol=1e-15)
    assert (lower[x == 0] == 0).all()
    assert (upper[x == n] == 1).all()
    # Newcombe 1998, table 1: 81 of 263, and 0 of 20.
    lower, upper = limits(at.stats.proportion([81, 0], [263, 20], method="wilson_corrected"))
    assert lower.round(4).tolist() == [0.2535, 0.0]
    assert upper.round(4).tolist() == [0.3682, 0.2005]
    lower, upper = limits(at.stats.proportion([81, 0], [263, 20], method="wald_corrected"))
    assert lower.round(4).tolist() == [0.2503, 0.0]
    assert upper.round(4).tolist() == [0.3657, 0.025]


@every_confidence
def test_shares_have_the_likelihood_that_is_asked_for(confidence: float) -> None:
    x, n = shares()
    lower, upper = limits(at.stats.proportion(x, n, method="likelihood", confidence=confidence))
    share, fall = x / n, z_of(confidence) ** 2 / 2
    for limit in (lower, upper):
        # Where no digits are lost: 1 − limit keeps them for shares that are not next to 1.
        inside = (limit > 0) & (limit < 1 - 1e-5)
        fallen = special.xlogy(x, share / np.where(inside, limit, 0.5)) + special.xlogy(
            n - x, (1 - share) / (1 - np.where(inside, limit, 0.5))
        )
        np.testing.assert_allclose(fallen[inside], fall, rtol=1e-5)
    assert (lower[x == 0] == 0).all()
    assert (upper[x == n] == 1).all()
    np.testing.assert_allclose(upper[x == 0], -np.expm1(-fall / n[x == 0]), rtol=1e-13)
    assert (lower <= share).all()
    assert (share <= upper).all()


@every_confidence
def test_transformed_shares_follow_their_closed_forms(confidence: float) -> None:
    x, n = shares()
    z = z_of(confidence)
    p = x / n
    found = at.stats.proportion(x, n, method="arcsine", confidence=confidence)
    lower, upper = limits(found)
    angle, half = np.arcsin(np.sqrt(p)), z / 2 / np.sqrt(n)
    np.testing.assert_allclose(
        lower, np.sin(np.maximum(angle - half, 0)) ** 2, rtol=1e-9, atol=1e-14
    )
    np.testing.assert_allclose(upper, np.sin(np.minimum(angle + half, np.pi / 2)) ** 2, rtol=1e-9)
    inside = (x > 0) & (x < n)
    for method in ("logit", "complementary_log_log"):
        table = at.stats.proportion(x, n, method=method, confidence=confidence).to_polars()  # type: ignore[call-overload]
        assert (table["status"].is_null().to_numpy() == inside).all()
        q = p[inside]
        if method == "logit":
            half = z / np.sqrt(n[inside] * q * (1 - q))
            wanted = special.expit(special.logit(q) - half), special.expit(special.logit(q) + half)
        else:
            half = z * np.sqrt((1 - q) / (n[inside] * q)) / -np.log(q)
            wanted = np.exp(np.log(q) * np.exp(half)), np.exp(np.log(q) * np.exp(-half))
        for column, want in zip(("lower", "upper"), wanted, strict=True):
            np.testing.assert_allclose(
                table[column].to_numpy()[inside], want, rtol=1e-8, atol=1e-300
            )


@every_confidence
def test_counts_have_the_limits_of_statsmodels_and_their_equations(confidence: float) -> None:
    random = np.random.default_rng(4)
    x = np.concatenate([np.arange(40), np.floor(10 ** random.uniform(1, 9, 300))])
    z = z_of(confidence)
    lower, upper = limits(at.stats.count(x, method="score", confidence=confidence))
    want_lower, want_upper = confint_poisson(x, 1, method="score", alpha=1 - confidence)
    np.testing.assert_allclose(lower, want_lower, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(upper, want_upper, rtol=1e-9)
    np.testing.assert_allclose((x - lower) ** 2, z**2 * lower, rtol=1e-4)
    lower, upper = limits(at.stats.count(x, method="jeffreys", confidence=confidence))
    want_lower, want_upper = confint_poisson(x, 1, method="jeff", alpha=1 - confidence)
    # At no events the lower limit is 0 here.
    assert lower[0] == 0
    # In the far tails of large counts scipy's gamma distribution is wrong.
    few = x < 1e4
    np.testing.assert_allclose(lower[few][1:], want_lower[few][1:], rtol=1e-7)
    np.testing.assert_allclose(upper[few], want_upper[few], rtol=1e-7)
    lower, upper = limits(at.stats.count(x, method="square_root", confidence=confidence))
    np.testing.assert_allclose(lower, np.maximum(np.sqrt(x) - z / 2, 0) ** 2, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(upper, (np.sqrt(x) + z / 2) ** 2, rtol=1e-12)
    lower, upper = limits(at.stats.count(x, method="likelihood", confidence=confidence))
    for limit in (lower, upper):
        inside = limit > 0
        # The logarithm of the likelihood less that at x, by the power divergence of scipy.
        fallen = special.kl_div(x[inside], limit[inside])
        np.testing.assert_allclose(fallen, z**2 / 2, rtol=1e-5)
    assert (lower[0], upper[0]) == (0, pytest.approx(z**2 / 2, rel=1e-13))
    rate = at.stats.rate(7, 250, per=1_000, method="likelihood", confidence=confidence)
    count = at.stats.count(7, method="likelihood", confidence=confidence)
    assert (rate.lower, rate.upper) == pytest.approx((4 * count.lower, 4 * count.upper), rel=1e-14)


@pytest.mark.parametrize(
    ("method", "theirs"),
    [
        ("bonferroni", "bonferroni"),
        ("sidak", "sidak"),
        ("holm", "holm"),
        ("holm_sidak", "holm-sidak"),
        ("hochberg", "simes-hochberg"),
        ("hommel", "hommel"),
        ("benjamini_hochberg", "fdr_bh"),
        ("benjamini_yekutieli", "fdr_by"),
    ],
)
def test_adjusted_p_values_are_those_of_statsmodels(method: Any, theirs: str) -> None:
    random = np.random.default_rng(6)
    for _ in range(60):
        p = random.random(int(random.integers(1, 25))) ** random.choice([1, 3, 8])
        if random.random() < 0.5:
            p = p.round(2)
        found = at.stats.adjusted_p(p, method=method)
        np.testing.assert_allclose(
            np.array(found, float), multipletests(p, method=theirs)[1], rtol=1e-9, atol=1e-15
        )
        # A test that could not be made changes nothing.
        gaps = np.append(p, np.nan)
        assert at.stats.adjusted_p(gaps, method=method) == [*found, None]
    assert at.stats.adjusted_p([], method=method) == []
    if method in ("holm", "benjamini_hochberg"):
        assert at.stats.adjusted_p(p, method=method) == getattr(at.stats, method)(p)


@pytest.mark.parametrize(
    ("method", "theirs"),
    [("two_stage", "fdr_tsbky"), ("two_stage_benjamini_hochberg", "fdr_tsbh")],
)
def test_findings_in_two_stages_are_those_of_statsmodels(method: Any, theirs: str) -> None:
    """Its adjusted p-values are of one level; what it finds at each level is the same."""
    random = np.random.default_rng(9)
    for _ in range(60):
        p = random.random(int(random.integers(1, 40))) ** random.choice([1, 3, 8])
        if random.random() < 0.5:
            p = p.round(3)
        found = np.array(at.stats.adjusted_p(p, method=method), float)
        assert (np.diff(found[np.argsort(p, kind="stable")]) >= 0).all()
        for alpha in (0.01, 0.05, 0.1, 0.2, 0.5, 0.9):
            if np.abs(found - alpha).min() > 1e-12:
                wanted = multipletests(p, alpha=alpha, method=theirs)[0]
                np.testing.assert_array_equal(found <= alpha, wanted)
        # Two stages find at least what one finds, but for the factor 1/(1 + q) of the first.
        one = np.array(at.stats.adjusted_p(p, method="benjamini_hochberg"), float)
        if method == "two_stage":
            one = np.where(one < 0.5, one / (1 - np.minimum(one, 0.5)), 1)
        assert (found <= one * (1 + 1e-12)).all()
        gaps = np.append(p, np.nan)
        assert at.stats.adjusted_p(gaps, method=method) == [*found, None]
    assert at.stats.adjusted_p([], method=method) == []


def test_hommels_p_values_are_those_of_the_closed_test() -> None:
    """The largest p-value by Simes of all sets of tests that have the test, by brute force."""
    random = np.random.default_rng(7)
    for _ in range(20):
        p = random.random(6) ** 2
        found = at.stats.adjusted_p(p, method="hommel")
        for test in range(6):
            sets = [[i for i in range(6) if mask >> i & 1] for mask in range(64)]
            simes = [
                min(len(some) * value / (place + 1) for place, value in enumerate(sorted(p[some])))
                for some in sets
                if test in some
            ]
            assert found[test] == pytest.approx(max(simes), rel=1e-12)


def test_standardised_differences_follow_their_formulas() -> None:
    random = np.random.default_rng(8)
    for _ in range(30):
        strata = int(random.integers(1, 7))
        x, y = random.poisson(6, strata), random.poisson(5, strata)
        n, m = random.integers(500, 5_000, strata), random.integers(500, 5_000, strata)
        w = random.integers(1, 100, strata).astype(float)
        found = at.stats.directly_standardised_difference(x, n, y, m, w, method="wald").to_polars()
        rates = [(w * counts / people).sum() / w.sum() * 1e5 for counts, people in ((x, n), (y, m))]
        variances = [
            (w**2 * counts / people**2).sum() / w.sum() ** 2 * 1e10
            for counts, people in ((x, n), (y, m))
        ]
        half = z_of(0.95) * math.sqrt(sum(variances))
        wanted = [rates[0] - rates[1], rates[0] - rates[1] - half, rates[0] - rates[1] + half]
        assert list(found.select("value", "lower", "upper").row(0)) == pytest.approx(
            wanted, rel=1e-10
        )
        for method in ("fay_feuer", "tiwari"):
            one, other = (
                at.stats.directly_standardised_rate(
                    counts, people, w, method=method, withhold_below=0
                ).to_polars()
                for counts, people in ((x, n), (y, m))
            )
            each = [
                table[name][0] for table in (one, other) for name in ("value", "lower", "upper")
            ]
            joined = at.stats.difference(*each)
            found = at.stats.directly_standardised_difference(
                x, n, y, m, w, method=method
            ).to_polars()
            assert list(found.select("value", "lower", "upper").row(0)) == pytest.approx(
                [joined.value, joined.lower, joined.upper], rel=1e-10
            )
    none = at.stats.directly_standardised_difference([0], [900], [0], [800], [1]).to_polars()
    assert none["value"].to_list() == [0]
    assert none["lower"][0] < 0 < none["upper"][0]
    gap = at.stats.directly_standardised_difference([None], [900], [0], [800], [1]).to_polars()
    assert gap["status"].null_count() == 0


def test_a_standardised_comparison_with_one_limit_has_an_end_in_place_of_the_other() -> None:
    strata = ([30, 20], [1000, 500], [20, 10], [1000, 500], [60, 40])
    for compare, lowest in [
        (at.stats.directly_standardised_difference, -math.inf),
        (at.stats.directly_standardised_ratio, 0),
    ]:
        above = compare(*strata, side="lower").to_polars()
        assert (above["upper"].to_list(), above["status"].to_list()) == ([math.inf], [None])
        below = compare(*strata, side="upper").to_polars()
        assert (below["lower"].to_list(), below["status"].to_list()) == ([lowest], [None])


def test_a_scale_of_normalised_values_has_its_own_ends() -> None:
    values = [3, None, 7, 5]
    assert at.stats.normalise(values, scale=(1, 5)) == [1.0, None, 5.0, 3.0]
    assert at.stats.normalise(values, method="rank", scale=(0, 1)) == [0.0, None, 1.0, 0.5]
    found = at.stats.normalise(values, method="goalposts", goalposts=(4, 6), truncate=True)
    assert found == [0.0, None, 100.0, 50.0]
    found = at.stats.normalise(values, method="distance_to", target=5, truncate=True, scale=(6, 1))
    assert found == [6.0, None, 1.0, 1.0]
    random = np.random.default_rng(9)
    many = random.normal(0, 10, 200)
    plain = np.array(at.stats.normalise(many, method="goalposts", goalposts=(8, -3)), float)
    other = at.stats.normalise(
        many, method="goalposts", goalposts=(8, -3), scale=(2, 9), truncate=True
    )
    np.testing.assert_allclose(
        np.array(other, float), np.clip(2 + plain * 7 / 100, 2, 9), atol=1e-12
    )


@pytest.mark.parametrize(
    ("choices", "argument"),
    [
        ({"method": "z_score", "scale": (0, 1)}, "scale"),
        ({"scale": (1, 1)}, "scale"),
        ({"scale": (0, math.inf)}, "scale"),
        ({"scale": 5}, "scale"),
        ({"truncate": True}, "truncate"),
        ({"method": "rank", "truncate": True}, "truncate"),
        ({"method": "goalposts", "goalposts": (0, 1), "truncate": "yes"}, "truncate"),
    ],
)
def test_a_scale_without_an_effect_is_refused(choices: dict[str, Any], argument: str) -> None:
    with pytest.raises(at.StatsError) as caught:
        at.stats.normalise([1, 2, 3], **choices)
    assert [fault.column for fault in caught.value.faults] == [argument]


def test_the_gamma_quantiles_of_jeffreys_limits_are_those_of_scipy() -> None:
    found = at.stats.count(8, method="jeffreys")
    wanted = oracle.gamma.ppf([0.025, 0.975], 8.5)
    assert (found.lower, found.upper) == pytest.approx(wanted, rel=1e-12)
