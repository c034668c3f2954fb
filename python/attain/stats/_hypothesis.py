"""Tests of hypotheses: a share, a count or a mean at a goal, and two groups."""

# Overloads of numbers and of columns overlap: see `attain.stats._column`.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from dataclasses import dataclass
from typing import overload

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats.choices import (
    ProportionDifferenceTestMethod,
    RateRatioTestMethod,
    TestMethod,
    TwoSided,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class HypothesisTest:
    """An estimate and the p-values of the tested value."""

    value: float | None
    """The share, the count, the mean, the difference or the ratio under test; `None` for a ratio to
    0."""
    p_below: float
    """One-sided p-value: small if the truth is below the tested value."""
    p_above: float
    """One-sided p-value: small if the truth is above the tested value."""
    p: float
    """Two-sided p-value: small if the truth is not the tested value."""
    method: str
    """The method of the test."""
    status: str | None = None
    """Why there is no value: a ratio to 0. `None` where there is one."""


@overload
def proportion_test(
    events: float,
    denominator: float,
    goal: float,
    *,
    method: TestMethod = "exact",
    two_sided: TwoSided = "doubled",
) -> HypothesisTest: ...
@overload
def proportion_test(
    events: float | Column,
    denominator: float | Column,
    goal: float | Column,
    *,
    method: TestMethod = "exact",
    two_sided: TwoSided = "doubled",
) -> Table: ...
def proportion_test(
    events: float | Column,
    denominator: float | Column,
    goal: float | Column,
    *,
    method: TestMethod = "exact",
    two_sided: TwoSided = "doubled",
) -> HypothesisTest | Table:
    """Tests a share against a known goal.

    `p_below` is small if the true share is below `goal`, `p_above` if it is above it, and `p` if it
    is on either side. A share is clearly below its goal at a two-sided 95 % where `p_below` is at
    most 0.025.

    * `exact`, the default: `p_below` is P(X ≤ events) and `p_above` is P(X ≥ events) for
      `denominator` observations with probability `goal` each; wrong at most as often as the level
      says (Clopper & Pearson 1934)
    * `mid_p`: each tail has half of the probability of `events` (Lancaster 1961), and both add up
      to 1; nearer to the level, and above it for some goals
    * `score`: the normal tails of (x − np)/√(np(1 − p)), the test that Wilson's interval inverts

    Exact tests have two kinds of two-sided p-values:

    * `doubled`, the default: twice the smaller tail, at most 1; it is at most 0.05 where the exact
      95 % interval excludes the goal
    * `minimum_likelihood`: the total probability of all counts that are no more probable than the
      observed one, as R's `binom.test` and scipy have; with `mid_p`, half of that of equally
      probable ones. Needs whole numbers.

    Numbers give a `HypothesisTest`; columns give a table with `value`, `p_below`, `p_above`, `p`
    and `status`. Counts need not be whole (counts divided by a dispersion): the tails are then
    those of the beta distribution. A row has no answer if `denominator` is not above 0, if `events`
    is negative or above it, or if `goal` is not from 0 to 1.

        >>> test = proportion_test(16, 17, 0.99)
        >>> round(test.p_below, 4), round(test.p, 4)
        (0.1571, 0.3141)
        >>> round(proportion_test(16, 17, 0.99, method="mid_p").p_below, 4)
        0.0847
        >>> round(proportion_test(682, 925, 0.75, two_sided="minimum_likelihood").p, 4)
        0.3825
    """
    answer: HypothesisTest | Table = _stats.proportion_test(
        events, denominator, goal, method, two_sided
    )
    return answer


@overload
def count_test(
    events: float,
    expected: float,
    *,
    method: TestMethod = "exact",
    two_sided: TwoSided = "doubled",
) -> HypothesisTest: ...
@overload
def count_test(
    events: float | Column,
    expected: float | Column,
    *,
    method: TestMethod = "exact",
    two_sided: TwoSided = "doubled",
) -> Table: ...
def count_test(
    events: float | Column,
    expected: float | Column,
    *,
    method: TestMethod = "exact",
    two_sided: TwoSided = "doubled",
) -> HypothesisTest | Table:
    """Tests a count against a known expectation.

    `p_below` is small if fewer events than `expected` are to be expected, `p_above` if more are,
    and `p` in both cases. For a rate, `expected` is the goal's rate times the exposure.

    The methods and the kinds of two-sided p-values are those of `proportion_test`, here with the
    Poisson distribution (Garwood 1936; Lancaster 1961). `exact` and `doubled` are the defaults, and
    the score is (x − μ)/√μ.

    Numbers give a `HypothesisTest`; columns give a table with `value`, `p_below`, `p_above`, `p`
    and `status`. Counts need not be whole (counts divided by a dispersion): the tails are then
    those of the gamma distribution. A row has no answer if `events` or `expected` is negative.

        >>> test = count_test(120, 98)
        >>> round(test.p_above, 4), round(test.p, 4)
        (0.0172, 0.0344)
    """
    answer: HypothesisTest | Table = _stats.count_test(events, expected, method, two_sided)
    return answer


@overload
def mean_of_test(values: Column, goal: float) -> HypothesisTest: ...
@overload
def mean_of_test(values: Column, goal: float | Column) -> HypothesisTest | Table: ...
def mean_of_test(values: Column, goal: float | Column) -> HypothesisTest | Table:
    """Tests the mean of a column of values against a known goal: Student's t.

    `p_below` is small if the true mean is below `goal`, `p_above` if it is above it, and `p` if it
    is on either side. Missing values are skipped. A number as `goal` gives a `HypothesisTest`; a
    column of goals gives a table with `value`, `p_below`, `p_above`, `p` and `status`. Raises
    `StatsError` if there are fewer than two values or one is infinite. Source: Student 1908.

        >>> test = mean_of_test([2.0, 4.0, None, 9.0], 1)
        >>> round(test.p_above, 4), round(test.p, 4)
        (0.0973, 0.1946)
    """
    answer: HypothesisTest | Table = _stats.mean_of_test(values, goal)
    return answer


@overload
def mean_test(
    sum: float,
    sum_of_squares: float,
    n: float,
    goal: float,
) -> HypothesisTest: ...
@overload
def mean_test(
    sum: float | Column,
    sum_of_squares: float | Column,
    n: float | Column,
    goal: float | Column,
) -> Table: ...
def mean_test(
    # `sum` is what formulas call it.
    sum: float | Column,  # noqa: A002 - a public name
    sum_of_squares: float | Column,
    n: float | Column,
    goal: float | Column,
) -> HypothesisTest | Table:
    """Tests a mean, `sum` ÷ `n`, against a known goal: Student's t with n − 1 degrees of freedom.

    For groups of which only the number, the sum of the values and the sum of their squares are
    known. Where the values are available, `mean_of_test` keeps more digits. The p-values are those
    of `mean_of_test`.

    Numbers give a `HypothesisTest`; columns give a table with `value`, `p_below`, `p_above`, `p`
    and `status`. A row has no answer where `mean` has none, or if `goal` is not finite. Source:
    Student 1908.

        >>> round(mean_test(15, 101, 3, 1).p, 4)
        0.1946
    """
    answer: HypothesisTest | Table = _stats.mean_test(sum, sum_of_squares, n, goal)
    return answer


@overload
def proportion_difference_test(
    events1: float,
    denominator1: float,
    events2: float,
    denominator2: float,
    difference: float = 0,
    *,
    method: ProportionDifferenceTestMethod = "miettinen_nurminen",
    two_sided: TwoSided = "minimum_likelihood",
) -> HypothesisTest: ...
@overload
def proportion_difference_test(
    events1: float | Column,
    denominator1: float | Column,
    events2: float | Column,
    denominator2: float | Column,
    difference: float | Column = 0,
    *,
    method: ProportionDifferenceTestMethod = "miettinen_nurminen",
    two_sided: TwoSided = "minimum_likelihood",
) -> Table: ...
def proportion_difference_test(
    events1: float | Column,
    denominator1: float | Column,
    events2: float | Column,
    denominator2: float | Column,
    difference: float | Column = 0,
    *,
    method: ProportionDifferenceTestMethod = "miettinen_nurminen",
    two_sided: TwoSided = "minimum_likelihood",
) -> HypothesisTest | Table:
    """Tests whether two shares differ, or differ by a known amount.

    The value is `events1`/`denominator1` − `events2`/`denominator2`. `p_below` is small if the true
    difference is below `difference`, `p_above` if it is above it, and `p` if it is on either side.
    To show that the first share is not worse by more than 5 points, test `difference=-0.05`:
    `p_above` is then the p-value of non-inferiority.

    * `miettinen_nurminen`, the default: the score test that their interval inverts (1985); against
      0 it is the N − 1 χ² test (Campbell 2007)
    * `mee`: the same without the factor N/(N − 1) of the variance (Farrington & Manning 1990);
      against 0 it is the z test with the pooled share, or Pearson's χ² test without correction
    * `fisher`: Fisher's exact test, against 0 alone; wrong at most as often as the level says
    * `fisher_mid_p`: the same with half of the probability of the table itself (Hirji, Tan &
      Elashoff 1991); nearer to the level
    * `barnard` (1945) and `boschloo` (1970): unconditional exact tests, against 0 alone; the
      greatest probability, over all shares that both groups may have, of tables that are as extreme
      by the score with the pooled share, or by the p-value of Fisher's test. Wrong at most as often
      as the level says, and less cautious than `fisher`. Up to 1,000,000 tables,
      (`denominator1` + 1)·(`denominator2` + 1)

    `two_sided` is that of `proportion_test`, and matters to exact tests alone. Here
    `minimum_likelihood` is the default, as in R and scipy. Unconditional tests then take the tables
    that are as extreme on either side, by the score's size or by Fisher's two-sided p-value; scipy
    has `doubled` for Boschloo's test.

    Numbers give a `HypothesisTest`; columns give a table with `value`, `p_below`, `p_above`, `p`
    and `status`. Score tests take counts that are not whole. A row has no answer where `proportion`
    has none for either share, or if `difference` is not from −1 to 1, or not 0 with exact tests.

        >>> round(proportion_difference_test(7, 34, 1, 34, method="mee").p, 4)
        0.0239
        >>> round(proportion_difference_test(7, 34, 1, 34, method="fisher").p, 4)
        0.0544
        >>> round(proportion_difference_test(7, 34, 1, 34, method="boschloo").p, 4)
        0.0385
    """
    answer: HypothesisTest | Table = _stats.proportion_difference_test(
        events1, denominator1, events2, denominator2, difference, method, two_sided
    )
    return answer


@overload
def rate_ratio_test(
    events1: float,
    exposure1: float,
    events2: float,
    exposure2: float,
    ratio: float = 1,
    *,
    method: RateRatioTestMethod = "exact_conditional",
    two_sided: TwoSided = "minimum_likelihood",
) -> HypothesisTest: ...
@overload
def rate_ratio_test(
    events1: float | Column,
    exposure1: float | Column,
    events2: float | Column,
    exposure2: float | Column,
    ratio: float | Column = 1,
    *,
    method: RateRatioTestMethod = "exact_conditional",
    two_sided: TwoSided = "minimum_likelihood",
) -> Table: ...
def rate_ratio_test(
    events1: float | Column,
    exposure1: float | Column,
    events2: float | Column,
    exposure2: float | Column,
    ratio: float | Column = 1,
    *,
    method: RateRatioTestMethod = "exact_conditional",
    two_sided: TwoSided = "minimum_likelihood",
) -> HypothesisTest | Table:
    """Tests whether two rates differ, or whether one is a known multiple of the other.

    The value is (`events1`/`exposure1`) ÷ (`events2`/`exposure2`). `p_below` is small if the true
    ratio is below `ratio`, `p_above` if it is above it, and `p` if it is on either side.

    * `exact_conditional`, the default: the C-test, in which the first count is a binomial share of
      both (Przyborowski & Wilenski 1940); wrong at most as often as the level says
    * `mid_p`: the same with half of the probability of the count itself; nearer to the level
    * `score`: the score test of that share, which the score interval of `rate_ratio` inverts
    * `e_test`: the probability, at the pooled rate, of a standardised difference that is at least
      as large (Krishnamoorthy & Thomson 2004); more powerful than the C-test. Needs whole numbers
      up to 10⁶.

    `two_sided` is that of `proportion_test`, and matters to the first two methods alone. Here
    `minimum_likelihood` is the default, as in R and scipy; it needs whole numbers.

    Numbers give a `HypothesisTest`; columns give a table with `value`, `p_below`, `p_above`, `p`
    and `status`. Without events in the second group there is no value, and `status` says that. A
    row has no p-values if a count is negative, or if an exposure or `ratio` is not above 0.

        >>> round(rate_ratio_test(60, 51477.5, 30, 54308.7).p, 6)
        0.000675
        >>> round(rate_ratio_test(0, 100, 3, 100, method="e_test").p, 4)
        0.0884
    """
    answer: HypothesisTest | Table = _stats.rate_ratio_test(
        events1, exposure1, events2, exposure2, ratio, method, two_sided
    )
    return answer
