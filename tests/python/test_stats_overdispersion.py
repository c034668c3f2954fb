"""Spread beyond chance, funnels that allow for it, and who adds what to a gap, by brute force."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy import integrate
from scipy import stats as oracle
from scipy.stats import mstats

import attain as at

RANDOM = np.random.default_rng(8)
EXPECTED = RANDOM.uniform(20, 300, 40)
OBSERVED = RANDOM.poisson(EXPECTED * RANDOM.lognormal(0, 0.3, 40)) + 1


def scores(scale: str) -> tuple[np.ndarray, np.ndarray]:
    if scale == "log_ratio":
        errors = 1 / np.sqrt(EXPECTED)
        return np.log(OBSERVED / EXPECTED) / errors, errors
    errors = 0.5 / np.sqrt(EXPECTED)
    return (np.sqrt(OBSERVED / EXPECTED) - 1) / errors, errors


def mean_square(tails: str, share: float) -> float:
    """The mean square of standard normal scores with such tails, by numerical integration."""
    cut = oracle.norm.isf(share)
    if tails == "kept":
        return 1.0
    inner = integrate.quad(lambda z: z * z * oracle.norm.pdf(z), -cut, cut)[0]
    if tails == "truncated":
        return float(inner / (1 - 2 * share))
    return float(inner + 2 * share * cut**2)


@pytest.mark.parametrize("scale", ["square_root_ratio", "log_ratio"])
@pytest.mark.parametrize("tails", ["kept", "winsorised", "truncated"])
def test_phi_and_the_variance_between_units_are_those_of_the_formulas(
    scale: str, tails: str
) -> None:
    found = at.stats.overdispersion(OBSERVED, EXPECTED, scale=scale, tails=tails)  # type: ignore[arg-type]
    z, errors = scores(scale)
    used, kept = z, np.full(40, True)
    if tails == "winsorised":
        used = np.clip(z, *np.quantile(z, [0.1, 0.9]))
    elif tails == "truncated":
        kept = ~np.ma.getmaskarray(mstats.trim(z, (0.1, 0.1), relative=True))
    published = np.mean(used[kept] ** 2)
    phi = published / mean_square(tails, 0.1)
    w = errors[kept] ** -2
    k = kept.sum()
    between = (k * phi - (k - 1)) / (w.sum() - (w**2).sum() / w.sum())
    assert found.phi_of_all == pytest.approx(np.mean(z**2))
    assert found.phi == pytest.approx(phi)
    assert found.between_variance == pytest.approx(between)
    assert found.factor == pytest.approx(np.sqrt(phi))
    units = pl.DataFrame(found.units)
    assert units["kept"].to_list() == kept.tolist()
    np.testing.assert_allclose(units["z"], z)
    again = at.stats.overdispersion_of_scores(z, errors, tails=tails)  # type: ignore[arg-type]
    assert again.phi == pytest.approx(found.phi)
    plain = at.stats.overdispersion(
        OBSERVED,
        EXPECTED,
        scale=scale,  # type: ignore[arg-type]
        tails=tails,  # type: ignore[arg-type]
        rescale=False,
    )
    assert plain.phi == pytest.approx(published)
    published_between = (k * published - (k - 1)) / (w.sum() - (w**2).sum() / w.sum())
    assert plain.between_variance == pytest.approx(published_between)


def test_units_that_merely_differ_are_seldom_found() -> None:
    # 100 units whose truths have the variance between units that the additive model assumes. The
    # published convention finds one or more in half of such fields, the rescaled one in an eighth.
    random = np.random.default_rng(21)
    found = {True: 0, False: 0}
    for _ in range(200):
        errors = random.uniform(0.05, 0.15, 100)
        z = random.normal(0, np.sqrt(errors**2 + 0.3**2)) / errors
        for rescale in found:
            spread = at.stats.overdispersion_of_scores(z, errors, rescale=rescale)
            widened = z * errors / np.hypot(errors, spread.between_variance**0.5)
            p = 2 * oracle.norm.sf(np.abs(widened))
            found[rescale] += bool((oracle.false_discovery_control(p) < 0.05).any())
    assert found[True] < 0.2 * 200 < 0.35 * 200 < found[False]


def test_none_observed_has_no_logarithm_and_one_unit_no_spread() -> None:
    found = at.stats.overdispersion([80, 0, 150], 100, scale="log_ratio")
    assert pl.DataFrame(found.units)["kept"].to_list() == [True, False, True]
    with pytest.raises(at.StatsError, match="too few"):
        at.stats.overdispersion([80, 0], 100, scale="log_ratio")


def test_a_unit_without_a_score_leaves_the_spread_of_the_others_alone() -> None:
    with_bad = at.stats.overdispersion([80, None, 150, 3], [100, 30, 100, 0], tails="kept")
    alone = at.stats.overdispersion([80, 150], 100, tails="kept")
    assert with_bad.phi == alone.phi
    status = pl.DataFrame(with_bad.units)["status"].to_list()
    assert status[0] is None
    assert status[1] == "`observed` is missing"
    assert "`denominator`" in status[3]


@pytest.mark.parametrize("adjustment", ["additive", "multiplicative", "unadjusted"])
def test_limits_are_widened_on_the_scale_and_taken_back(adjustment: str) -> None:
    spread = at.stats.overdispersion(OBSERVED, EXPECTED, scale="log_ratio")
    found = pl.DataFrame(
        at.stats.adjusted_funnel(
            OBSERVED,
            EXPECTED,
            spread,
            adjustment=adjustment,  # type: ignore[arg-type]
            scale="log_ratio",
        )
    )
    error = {
        "additive": np.sqrt(1 / EXPECTED + spread.between_variance),
        "multiplicative": np.sqrt(spread.phi / EXPECTED),
        "unadjusted": np.sqrt(1 / EXPECTED),
    }[adjustment]
    z = np.log(OBSERVED / EXPECTED) / error
    for name, share in [("inner", 0.975), ("outer", 0.999)]:
        half = oracle.norm.ppf(share) * error
        np.testing.assert_allclose(found[f"{name}_lower"], np.exp(-half))
        np.testing.assert_allclose(found[f"{name}_upper"], np.exp(half))
    far, near = oracle.norm.ppf([0.999, 0.975])
    wanted = np.select(
        [z < -far, z > far, z < -near, z > near],
        ["below_outer", "above_outer", "below_inner", "above_inner"],
        "within",
    )
    assert found["signal"].to_list() == wanted.tolist()


@pytest.mark.parametrize("adjustment", ["additive", "multiplicative", "unadjusted"])
def test_values_with_standard_errors_have_limits_about_the_target(adjustment: Any) -> None:
    errors = RANDOM.uniform(1, 9, 40)
    values = RANDOM.normal(100, np.hypot(errors, 12))
    spread = at.stats.overdispersion_of_scores((values - 100) / errors, errors, tails="kept")
    found = pl.DataFrame(
        at.stats.adjusted_funnel_of_values(values, errors, spread, 100, adjustment=adjustment)
    )
    widened = {
        "additive": np.sqrt(errors**2 + spread.between_variance),
        "multiplicative": errors * np.sqrt(spread.phi),
        "unadjusted": errors,
    }[adjustment]
    for name, share in [("inner", 0.975), ("outer", 0.999)]:
        half = oracle.norm.ppf(share) * widened
        np.testing.assert_allclose(found[f"{name}_lower"], 100 - half)
        np.testing.assert_allclose(found[f"{name}_upper"], 100 + half)
    z = (values - 100) / widened
    far, near = oracle.norm.ppf([0.999, 0.975])
    wanted = np.select(
        [z < -far, z > far, z < -near, z > near],
        ["below_outer", "above_outer", "below_inner", "above_inner"],
        "within",
    )
    assert found["signal"].to_list() == wanted.tolist()
    one = pl.DataFrame(at.stats.adjusted_funnel_of_values([3, 3, None], [0, 1, 1], spread, 3))
    assert one["signal"].to_list() == [None, "within", None]


def test_the_parts_of_a_change_add_up_to_it() -> None:
    before, after = RANDOM.integers(1, 500, (2, 30))
    before[3] = after[7] = 0
    x_before, x_after = RANDOM.binomial(before, 0.4), RANDOM.binomial(after, 0.6)
    found = pl.DataFrame(at.stats.change_effects(x_before, before, x_after, after))
    change = x_after.sum() / after.sum() - x_before.sum() / before.sum()
    assert found["within"].sum() + found["mix"].sum() == pytest.approx(change, abs=1e-14)
    assert found["within"][3] == found["within"][7] == 0
    with pytest.raises(at.StatsError):
        at.stats.change_effects([1, None], [2, 3], [1, 1], [2, 2])


def test_contributions_add_up_to_the_wholes_gap() -> None:
    found = pl.DataFrame(at.stats.contribution_to_gap([140, 90, None], [200, 100, 3], 0.75))
    assert found["value"].to_list() == [-10, 15, None]
    assert at.stats.contribution_to_gap(230, 300, 0.75) == 5
    assert found["status"][2] == "`numerator` is missing"


def test_the_best_sets_grow_with_tau_and_with_confidence() -> None:
    estimates, errors = RANDOM.normal(0, 2, 12), np.full(12, 0.5)
    sets = [np.array(at.stats.tau_best(estimates, errors, tau)) for tau in range(1, 13)]
    for tau, (one, next_) in enumerate(zip(sets, [*sets[1:], sets[-1]], strict=True), 1):
        assert (one <= next_).all()
        assert one[np.argsort(-estimates)[:tau]].all()
    lowest = at.stats.tau_best(-estimates, errors, better="lowest")
    assert lowest == sets[0].tolist()
    with pytest.raises(at.StatsError):
        at.stats.tau_best(estimates, errors, 0)
