"""Power and sample sizes of tests."""

# Overloads of numbers and of columns overlap: see `attain.stats._column`.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from dataclasses import dataclass
from typing import overload

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats.choices import (
    PowerMethod,
    ProportionDifferencePowerMethod,
    RateRatioPowerMethod,
    RateRatioSizeMethod,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSize:
    """The cases, or the exposure, that a test needs."""

    size: float
    """The denominator, a whole number, or the exposure."""
    power: float
    """The power at this size: at least the requested one."""
    method: str
    """The method."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleSizes:
    """The cases, or the exposures, that a test of two groups needs."""

    size1: float
    """The denominator of the first group, a whole number, or its exposure."""
    size2: float
    """The same of the second group."""
    power: float
    """The power at these sizes."""
    method: str
    """The method."""


@overload
def proportion_test_power(
    share: float,
    denominator: float,
    goal: float,
    *,
    method: PowerMethod = "exact",
    level: float = 0.05,
    one_sided: bool = False,
) -> float: ...
@overload
def proportion_test_power(
    share: float | Column,
    denominator: float | Column,
    goal: float | Column,
    *,
    method: PowerMethod = "exact",
    level: float = 0.05,
    one_sided: bool = False,
) -> Table: ...
def proportion_test_power(
    share: float | Column,
    denominator: float | Column,
    goal: float | Column,
    *,
    method: PowerMethod = "exact",
    level: float = 0.05,
    one_sided: bool = False,
) -> float | Table:
    """Computes how probably `proportion_test` finds that a share is not `goal`, if it is `share`.

    A finding is a two-sided p-value of at most `level` on the side of the truth, with doubled
    tails, or a one-sided one with `one_sided=True`. Findings on the wrong side do not count.

    * `exact` (the default), `mid_p`, `score`: the probability of all counts at which this test of
      `proportion_test` has a finding
    * `normal`: the normal approximation of the score test (Fleiss 1981)

    Numbers give a float; columns give a table with `value` and `status`. A row has no answer if a
    share is not from 0 to 1, if `share` is `goal`, or if `denominator` is not above 0, or not whole
    with another method than `normal`.

        >>> round(proportion_test_power(0.85, 200, 0.9), 4)
        0.5303
        >>> round(proportion_test_power(0.85, 200, 0.9, one_sided=True), 4)
        0.6834
    """
    answer: float | Table = _stats.proportion_test_power(
        share, denominator, goal, method, level, one_sided
    )
    return answer


@overload
def proportion_test_sample_size(
    share: float,
    goal: float,
    *,
    power: float = 0.8,
    method: PowerMethod = "exact",
    level: float = 0.05,
    one_sided: bool = False,
) -> SampleSize: ...
@overload
def proportion_test_sample_size(
    share: float | Column,
    goal: float | Column,
    *,
    power: float = 0.8,
    method: PowerMethod = "exact",
    level: float = 0.05,
    one_sided: bool = False,
) -> Table: ...
def proportion_test_sample_size(
    share: float | Column,
    goal: float | Column,
    *,
    power: float = 0.8,
    method: PowerMethod = "exact",
    level: float = 0.05,
    one_sided: bool = False,
) -> SampleSize | Table:
    """Computes how many cases `proportion_test` needs to find that a share is not `goal`.

    The size is the least denominator *from which on* the power stays at `power`, if the share is
    `share`. With one case more the power of a test of whole numbers can be less, so a smaller
    denominator may have the power as well, but not all above it do. Sizes up to twice as many
    (100,000 more at most), or 10,000, are covered; for `exact` and `mid_p` all are, unless `power`
    is near 1. With `normal` the size is that of the formula, rounded up. Methods, `level` and
    `one_sided` are those of `proportion_test_power`.

    Numbers give a `SampleSize`; columns give a table with `size`, `power` and `status`. A row has
    no answer if a share is not from 0 to 1, if `share` is `goal`, or, with other methods than
    `normal`, if more than 1,000,000 cases are needed. `power` is from 0.5 to below 1. Source:
    Chernick & Liu 2002.

        >>> found = proportion_test_sample_size(0.85, 0.9)
        >>> found.size, round(found.power, 4)
        (362.0, 0.8021)
        >>> proportion_test_sample_size(0.85, 0.9, method="normal").size
        316.0
    """
    answer: SampleSize | Table = _stats.proportion_test_sample_size(
        share, goal, power, method, level, one_sided
    )
    return answer


@overload
def count_test_power(
    mean: float,
    expected: float,
    *,
    method: PowerMethod = "exact",
    level: float = 0.05,
    one_sided: bool = False,
) -> float: ...
@overload
def count_test_power(
    mean: float | Column,
    expected: float | Column,
    *,
    method: PowerMethod = "exact",
    level: float = 0.05,
    one_sided: bool = False,
) -> Table: ...
def count_test_power(
    mean: float | Column,
    expected: float | Column,
    *,
    method: PowerMethod = "exact",
    level: float = 0.05,
    one_sided: bool = False,
) -> float | Table:
    """Computes how probably `count_test` finds that `expected` is not the mean, if it is `mean`.

    For rates, both are the rate times the exposure. Methods, `level` and `one_sided` are those of
    `proportion_test_power`, here with the Poisson distribution.

    Numbers give a float; columns give a table with `value` and `status`. A row has no answer if a
    number is negative, or if both are the same.

        >>> round(count_test_power(150, 120), 4)
        0.727
        >>> round(count_test_power(150, 120, method="normal"), 4)
        0.7569
    """
    answer: float | Table = _stats.count_test_power(mean, expected, method, level, one_sided)
    return answer


@overload
def count_test_exposure(
    rate: float,
    goal: float,
    *,
    power: float = 0.8,
    method: PowerMethod = "exact",
    level: float = 0.05,
    one_sided: bool = False,
) -> SampleSize: ...
@overload
def count_test_exposure(
    rate: float | Column,
    goal: float | Column,
    *,
    power: float = 0.8,
    method: PowerMethod = "exact",
    level: float = 0.05,
    one_sided: bool = False,
) -> Table: ...
def count_test_exposure(
    rate: float | Column,
    goal: float | Column,
    *,
    power: float = 0.8,
    method: PowerMethod = "exact",
    level: float = 0.05,
    one_sided: bool = False,
) -> SampleSize | Table:
    """Computes how much exposure `count_test` needs to find that a rate is not `goal`.

    The size is the least exposure *from which on* the power stays at `power`, if the rate is
    `rate`, both in events per unit of exposure. Exposures up to one with twice as many events
    (100,000 more at most), or 10,000 events, are covered; for `exact` and `mid_p` all are, unless
    `power` is near 1. The other arguments are those of `proportion_test_sample_size`.

    Numbers give a `SampleSize`; columns give a table with `size`, `power` and `status`. A row has
    no answer if `rate` is negative or `goal` not above 0, if both are the same, or, with other
    methods than `normal`, if more than 1,000,000 events are needed.

        >>> found = count_test_exposure(0.002, 0.003)
        >>> round(found.size), round(found.power, 4)
        (21594, 0.8323)
    """
    answer: SampleSize | Table = _stats.count_test_exposure(
        rate, goal, power, method, level, one_sided
    )
    return answer


@overload
def proportion_difference_test_power(
    share1: float,
    denominator1: float,
    share2: float,
    denominator2: float,
    difference: float = 0,
    *,
    method: ProportionDifferencePowerMethod = "miettinen_nurminen",
    level: float = 0.05,
    one_sided: bool = False,
) -> float: ...
@overload
def proportion_difference_test_power(
    share1: float | Column,
    denominator1: float | Column,
    share2: float | Column,
    denominator2: float | Column,
    difference: float | Column = 0,
    *,
    method: ProportionDifferencePowerMethod = "miettinen_nurminen",
    level: float = 0.05,
    one_sided: bool = False,
) -> Table: ...
def proportion_difference_test_power(
    share1: float | Column,
    denominator1: float | Column,
    share2: float | Column,
    denominator2: float | Column,
    difference: float | Column = 0,
    *,
    method: ProportionDifferencePowerMethod = "miettinen_nurminen",
    level: float = 0.05,
    one_sided: bool = False,
) -> float | Table:
    """Computes how probably `proportion_difference_test` finds that two shares differ.

    More precisely: that `share1` − `share2` is not `difference`. A finding is a two-sided p-value
    of at most `level` on the side of the truth, with doubled tails, or a one-sided one with
    `one_sided=True`. For a trial of non-inferiority by 5 points, give `difference=-0.05` and
    `one_sided=True`.

    * `miettinen_nurminen` (the default), `mee`, `fisher`, `fisher_mid_p`: the probability of all
      tables at which this test of `proportion_difference_test` has a finding; denominators are
      whole and at most 10,000,000
    * `normal`: by formula, for a test with the variance of the likeliest shares with this
      difference (Farrington & Manning 1990), against 0 that of the pooled share (Fleiss 1981)
    * `normal_unpooled`: for a test with the variance of both shares
    * `normal_corrected`: `normal` with a correction of continuity, near to `fisher`; against 0
      alone (Casagrande, Pike & Smith 1978; Fleiss, Tytun & Ury 1980)

    Numbers give a float; columns give a table with `value` and `status`. A row has no answer if a
    share is not from 0 to 1, a denominator is not above 0, or `difference` is that of the shares.

        >>> round(proportion_difference_test_power(0.6, 476, 0.7, 476), 4)
        0.9005
        >>> round(proportion_difference_test_power(0.6, 476, 0.7, 476, method="fisher"), 4)
        0.8883
        >>> round(proportion_difference_test_power(0.6, 476, 0.7, 476, method="normal"), 4)
        0.9
    """
    answer: float | Table = _stats.proportion_difference_test_power(
        share1, denominator1, share2, denominator2, difference, method, level, one_sided
    )
    return answer


@overload
def proportion_difference_test_sample_size(
    share1: float,
    share2: float,
    difference: float = 0,
    *,
    allocation: float = 1,
    power: float = 0.8,
    method: ProportionDifferencePowerMethod = "normal",
    level: float = 0.05,
    one_sided: bool = False,
) -> SampleSizes: ...
@overload
def proportion_difference_test_sample_size(
    share1: float | Column,
    share2: float | Column,
    difference: float | Column = 0,
    *,
    allocation: float | Column = 1,
    power: float = 0.8,
    method: ProportionDifferencePowerMethod = "normal",
    level: float = 0.05,
    one_sided: bool = False,
) -> Table: ...
def proportion_difference_test_sample_size(
    share1: float | Column,
    share2: float | Column,
    difference: float | Column = 0,
    *,
    allocation: float | Column = 1,
    power: float = 0.8,
    method: ProportionDifferencePowerMethod = "normal",
    level: float = 0.05,
    one_sided: bool = False,
) -> SampleSizes | Table:
    """Computes how many cases two groups need so that a test finds that their shares differ.

    The sizes are the least ones *from which on* the power stays at `power`; `allocation` is the
    second denominator over the first. The methods are those of `proportion_difference_test_power`.
    With `normal`, the default, `normal_unpooled` and `normal_corrected` the sizes are those of the
    formula, rounded up. For a test, which can have less power with one case more, sizes are looked
    at up to n + 10√n + 20, with n by `normal_corrected`.

    Numbers give `SampleSizes`; columns give a table with `size1`, `size2`, `power` and `status`. A
    row has no answer if a share is not from 0 to 1, if `difference` is that of the shares, if
    `allocation` is not above 0, or if a test needs more than some 10,000 cases in a group. `power`
    is from 0.5 to below 1.

        >>> found = proportion_difference_test_sample_size(0.6, 0.7, power=0.9)
        >>> found.size1, found.size2
        (477.0, 477.0)
        >>> corrected = proportion_difference_test_sample_size(
        ...     0.6, 0.7, power=0.9, method="normal_corrected"
        ... )
        >>> corrected.size1, round(corrected.power, 4)
        (496.0, 0.9001)
        >>> proportion_difference_test_sample_size(0.6, 0.7, power=0.9, method="fisher").size1
        496.0
    """
    answer: SampleSizes | Table = _stats.proportion_difference_test_sample_size(
        share1, share2, difference, allocation, power, method, level, one_sided
    )
    return answer


@overload
def rate_ratio_test_power(
    rate1: float,
    exposure1: float,
    rate2: float,
    exposure2: float,
    ratio: float = 1,
    *,
    method: RateRatioPowerMethod = "exact_conditional",
    level: float = 0.05,
    one_sided: bool = False,
) -> float: ...
@overload
def rate_ratio_test_power(
    rate1: float | Column,
    exposure1: float | Column,
    rate2: float | Column,
    exposure2: float | Column,
    ratio: float | Column = 1,
    *,
    method: RateRatioPowerMethod = "exact_conditional",
    level: float = 0.05,
    one_sided: bool = False,
) -> Table: ...
def rate_ratio_test_power(
    rate1: float | Column,
    exposure1: float | Column,
    rate2: float | Column,
    exposure2: float | Column,
    ratio: float | Column = 1,
    *,
    method: RateRatioPowerMethod = "exact_conditional",
    level: float = 0.05,
    one_sided: bool = False,
) -> float | Table:
    """Computes how probably `rate_ratio_test` finds that two rates differ.

    More precisely: that `rate1` ÷ `rate2` is not `ratio`; rates are events per unit of exposure.
    `level` and `one_sided` are those of `proportion_difference_test_power`.

    * `exact_conditional` (the default), `mid_p`, `score`: the probability of all pairs of counts at
      which this test of `rate_ratio_test` has a finding, up to 100,000,000 expected events
    * `normal`: by formula, for the score test (Gu, Ng, Tang & Schucany 2008)
    * `log_normal`: by formula, for the logarithm of the ratio with the variance 1/μ₁ + 1/μ₂

    Numbers give a float; columns give a table with `value` and `status`. A row has no answer if a
    rate is negative, an exposure or `ratio` is not above 0, or `ratio` is that of the rates.

        >>> round(rate_ratio_test_power(0.0005, 20_000, 0.0005, 51_000, 2), 4)
        0.4222
        >>> round(rate_ratio_test_power(2, 25, 1, 25, method="log_normal"), 4)
        0.8078
    """
    answer: float | Table = _stats.rate_ratio_test_power(
        rate1, exposure1, rate2, exposure2, ratio, method, level, one_sided
    )
    return answer


@overload
def rate_ratio_test_exposure(
    rate1: float,
    rate2: float,
    ratio: float = 1,
    *,
    allocation: float = 1,
    power: float = 0.8,
    method: RateRatioSizeMethod = "normal",
    level: float = 0.05,
    one_sided: bool = False,
) -> SampleSizes: ...
@overload
def rate_ratio_test_exposure(
    rate1: float | Column,
    rate2: float | Column,
    ratio: float | Column = 1,
    *,
    allocation: float | Column = 1,
    power: float = 0.8,
    method: RateRatioSizeMethod = "normal",
    level: float = 0.05,
    one_sided: bool = False,
) -> Table: ...
def rate_ratio_test_exposure(
    rate1: float | Column,
    rate2: float | Column,
    ratio: float | Column = 1,
    *,
    allocation: float | Column = 1,
    power: float = 0.8,
    method: RateRatioSizeMethod = "normal",
    level: float = 0.05,
    one_sided: bool = False,
) -> SampleSizes | Table:
    """Computes how much exposure two groups need so that a test finds that their rates differ.

    The sizes are those of the normal approximations of `rate_ratio_test_power`; `allocation` is the
    second exposure over the first. `rate_ratio_test_power` computes the power that a test has
    there.

    Numbers give `SampleSizes`; columns give a table with `size1`, `size2`, `power` and `status`. A
    row has no answer if a rate is negative, `ratio` is not above 0 or that of the rates, or
    `allocation` is not above 0. `power` is from 0.5 to below 1.

        >>> found = rate_ratio_test_exposure(2, 1, method="log_normal")
        >>> round(found.size1, 3), round(found.size2, 3)
        (24.505, 24.505)
    """
    answer: SampleSizes | Table = _stats.rate_ratio_test_exposure(
        rate1, rate2, ratio, allocation, power, method, level, one_sided
    )
    return answer
