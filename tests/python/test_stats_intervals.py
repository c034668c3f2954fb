"""Intervals agree with scipy and statsmodels, for numbers and for columns of every library."""

from __future__ import annotations

import array
import decimal
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from scipy import stats as oracle
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

import attain as at

EVENTS = [0, 1, 5, 160, 999_999, 200]
DENOMINATORS = [20, 1, 7, 200, 1_000_000, 200]


def table(answer: Any) -> pl.DataFrame:
    assert isinstance(answer, at.Table)
    frame = pl.DataFrame(answer)
    for column in frame.select(pl.col(pl.Float64)):
        assert not column.is_nan().any()
    return frame


@pytest.mark.parametrize(
    ("method", "theirs"),
    [
        ("wilson", "wilson"),
        ("exact", "beta"),
        ("jeffreys", "jeffreys"),
        ("agresti_coull", "agresti_coull"),
        ("wald", "normal"),
    ],
)
@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.998])
def test_shares_have_the_limits_of_statsmodels(method: Any, theirs: str, confidence: float) -> None:
    random = np.random.default_rng(20)
    n = random.integers(1, 100_000, 200)
    x = random.binomial(n, random.random(200))
    if method == "jeffreys":
        x, n = x[(x > 0) & (x < n)], n[(x > 0) & (x < n)]
    found = table(at.stats.proportion(x, n, method=method, confidence=confidence))
    lower, upper = proportion_confint(x, n, 1 - confidence, theirs)
    np.testing.assert_allclose(found["value"], x / n, rtol=1e-15)
    np.testing.assert_allclose(found["lower"], np.maximum(lower, 0), rtol=1e-7, atol=1e-12)
    np.testing.assert_allclose(found["upper"], np.minimum(upper, 1), rtol=1e-7, atol=1e-12)
    assert found["status"].null_count() == len(x)


def test_exact_counts_have_the_limits_of_chi_squared() -> None:
    x = np.array([1, 2, 9, 10, 300, 1_000_000])
    found = table(at.stats.count(x, method="exact"))
    np.testing.assert_allclose(found["lower"], oracle.chi2.ppf(0.025, 2 * x) / 2, rtol=1e-10)
    np.testing.assert_allclose(found["upper"], oracle.chi2.ppf(0.975, 2 * x + 2) / 2, rtol=1e-10)


def test_byars_limits_follow_the_formula_and_switch_where_asked() -> None:
    z = oracle.norm.ppf(0.975)
    lower = 4 * (1 - 1 / 36 - z / 6) ** 3
    assert math.isclose(at.stats.count(4, exact_below=0).lower, lower, rel_tol=1e-12)
    assert at.stats.count(4).lower == at.stats.count(4, method="exact").lower != lower
    assert at.stats.count(10).lower != at.stats.count(10, method="exact").lower


def test_mid_p_limits_solve_their_equation() -> None:
    found = at.stats.count(7, method="mid_p")
    for limit, tail in [(found.lower, oracle.poisson.sf(7, found.lower)), (found.upper, None)]:
        below = oracle.poisson.cdf(6, limit) if tail is None else tail
        assert math.isclose(below + oracle.poisson.pmf(7, limit) / 2, 0.025, rel_tol=1e-9)


def test_a_rate_is_a_count_over_an_exposure() -> None:
    found = at.stats.rate(65, 20_000, per=1_000)
    whole = at.stats.count(65)
    assert math.isclose(found.value or 0, 3.25)
    assert math.isclose(found.lower, whole.lower / 20)
    assert math.isclose(found.upper, whole.upper / 20)


def test_means_have_students_limits_from_values_and_from_sums() -> None:
    values = np.random.default_rng(1).normal(10, 3, 50)
    low, high = oracle.t.interval(0.9, 49, values.mean(), oracle.sem(values))
    of_values = at.stats.mean_of(values, confidence=0.9)
    of_sums = at.stats.mean(values.sum(), (values**2).sum(), 50, confidence=0.9)
    for found in (of_values, of_sums):
        assert found.value == pytest.approx(values.mean())
        assert (found.lower, found.upper) == pytest.approx((low, high))
    gappy = pl.Series([None, *values, math.nan])
    assert at.stats.mean_of(gappy, confidence=0.9) == of_values


def test_sums_that_have_lost_the_spread_give_no_mean() -> None:
    # The certified standard deviation of NIST's NumAcc4 is 0.1.
    for values in ([1e8, 1e8 + 1, 1e8 + 2], [10_000_000.2, *[10_000_000.1, 10_000_000.3] * 500]):
        of_sums = math.fsum(values), math.fsum(value * value for value in values), len(values)
        with pytest.raises(at.StatsError, match="rounding of the sums"):
            at.stats.mean(*of_sums)
    for values in ([1e7 + 1, 1e7 + 3, 1e7 + 2], [1_000_000.2, *[1_000_000.1, 1_000_000.3] * 500]):
        of_sums = math.fsum(values), math.fsum(value * value for value in values), len(values)
        found, wanted = at.stats.mean(*of_sums), at.stats.mean_of(values)
        assert found.upper - found.lower == pytest.approx(wanted.upper - wanted.lower, rel=0.01)
    for impossible in [(300_000_003, 30_000_000_575_000_000, 3), (3_000, 2_999_999.998, 3)]:
        with pytest.raises(at.StatsError, match="at least sum²/n"):
            at.stats.mean(*impossible)
    status = pl.DataFrame(at.stats.mean([15, 3_000, 0.3], [101, 2_999_999.998, 0.03], 3))["status"]
    assert status[0] is None
    assert "at least sum²/n" in status[1]
    assert "rounding of the sums" in status[2]
    assert at.stats.mean(15, 75, 3).upper == 5


def test_differences_and_ratios_of_shares_agree_with_statsmodels() -> None:
    cases = [(56, 70, 48, 80), (9, 10, 3, 10), (5, 56, 2, 29), (1_000, 2_000, 900, 2_100)]
    for case in cases:
        found = at.stats.proportion_difference(*case)
        theirs = confint_proportions_2indep(*case, method="newcomb", compare="diff")
        assert (found.lower, found.upper) == pytest.approx(theirs, rel=1e-9)
        ratio = at.stats.proportion_ratio(*case)
        theirs = confint_proportions_2indep(
            *case, method="score", compare="ratio", correction=False
        )
        assert (ratio.lower, ratio.upper) == pytest.approx(theirs, rel=1e-5)
        plain = at.stats.proportion_ratio(*case, method="log_normal")
        theirs = confint_proportions_2indep(*case, method="log", compare="ratio")
        assert (plain.lower, plain.upper) == pytest.approx(theirs, rel=1e-9)


def test_ratios_of_rates_have_the_binomial_limits() -> None:
    found = at.stats.rate_ratio(95, 2.0, 100, 4.0)
    share = oracle.binomtest(95, 195).proportion_ci(0.95, "exact")
    assert found.value == pytest.approx(1.9)
    assert found.lower == pytest.approx(2 * share.low / (1 - share.low), rel=1e-9)
    assert found.upper == pytest.approx(2 * share.high / (1 - share.high), rel=1e-9)


def test_a_ratio_to_no_events_has_no_value_and_no_upper_limit() -> None:
    single = at.stats.rate_ratio(5, 1, 0, 1)
    assert single.value is None
    assert 0 < single.lower < single.upper == math.inf
    row = table(at.stats.rate_ratio([5], 1, 0, 1)).row(0, named=True)
    assert row == {
        "value": None,
        "lower": single.lower,
        "upper": math.inf,
        "status": "undefined: a ratio to 0, of which only limits are known",
    }
    assert single.status == row["status"]


def test_a_sample_of_all_leaves_nothing_to_chance() -> None:
    found = at.stats.proportion(60, 200, 200)
    assert (found.lower, found.value, found.upper) == (0.3, 0.3, 0.3)
    assert at.stats.proportion(30, 100, 200).upper < at.stats.proportion(30, 100).upper


CALLS: dict[str, tuple[Callable[..., Any], list[tuple[float, ...]]]] = {
    "proportion": (at.stats.proportion, [(3, 9), (0, 4), (4, 4), (123_456, 9e9)]),
    "sampled proportion": (at.stats.proportion, [(3, 9, 20), (0, 4, 4)]),
    "count": (at.stats.count, [(0,), (3,), (1e9,), (0.25,)]),
    "rate": (at.stats.rate, [(0, 10), (3, 1e-3)]),
    "mean": (at.stats.mean, [(15, 101, 3), (0, 0, 2)]),
    "proportion_difference": (at.stats.proportion_difference, [(3, 9, 1, 9), (0, 1, 1, 1)]),
    "proportion_ratio": (at.stats.proportion_ratio, [(3, 9, 1, 9), (1, 1, 1, 2)]),
    "rate_ratio": (at.stats.rate_ratio, [(3, 9, 1, 9), (0, 1, 1, 1)]),
    "difference": (at.stats.difference, [(12, 9, 16, 10, 6, 13)]),
}


@pytest.mark.parametrize(("call", "rows"), CALLS.values(), ids=CALLS.keys())
def test_a_number_and_a_row_of_a_column_have_the_same_answer(
    call: Callable[..., Any], rows: list[tuple[float, ...]]
) -> None:
    found = table(call(*[list(column) for column in zip(*rows, strict=True)]))
    for row, numbers in zip(found.iter_rows(named=True), rows, strict=True):
        single = call(*numbers)
        assert row == {
            "value": single.value,
            "lower": single.lower,
            "upper": single.upper,
            "status": None,
        }


MAKERS: dict[str, Callable[[list[int]], Any]] = {
    "list": list,
    "tuple": tuple,
    "array": lambda values: array.array("d", values),
    "range of floats": lambda values: [float(value) for value in values],
    "decimals": lambda values: [decimal.Decimal(value) for value in values],
    "numpy": np.array,
    "numpy floats": lambda values: np.array(values, dtype="float32"),
    "numpy with steps": lambda values: np.repeat(np.array(values), 2)[::2],
    "numpy of another byte order": lambda values: np.array(values, dtype=">i8"),
    "numpy objects": lambda values: np.array(values, dtype=object),
    "pandas": pd.Series,
    "pandas nullable": lambda values: pd.Series(values, dtype="Int64"),
    "polars": pl.Series,
    "polars decimals": lambda values: pl.Series(values).cast(pl.Decimal(20, 2)),
    "pyarrow": pa.array,
    "pyarrow chunks": lambda values: pa.chunked_array([values[:2], values[2:]]),
    "pyarrow small": lambda values: pa.array(values, pa.float64()).cast(pa.int32()),
}


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())
def test_a_column_of_any_library_is_read(make: Callable[[list[int]], Any]) -> None:
    expected = table(at.stats.proportion(EVENTS, DENOMINATORS))
    assert table(at.stats.proportion(make(EVENTS), make(DENOMINATORS))).equals(expected)


GAPPY: dict[str, Any] = {
    "list": [1, None, 3],
    "floats": [1.0, math.nan, 3.0],
    "numpy": np.array([1.0, np.nan, 3.0]),
    "masked": np.ma.array([1, 2, 3], mask=[False, True, False]),
    "pandas": pd.Series([1, None, 3]),
    "pandas nullable": pd.Series([1, None, 3], dtype="Int64"),
    "pandas objects": [1, pd.NA, 3],
    "polars": pl.Series([1, None, 3]),
    "pyarrow": pa.array([1, None, 3]),
}


@pytest.mark.parametrize("events", GAPPY.values(), ids=GAPPY.keys())
def test_a_missing_number_makes_a_missing_row_and_no_other(events: Any) -> None:
    found = table(at.stats.proportion(events, 10))
    assert found["value"].to_list() == [0.1, None, 0.3]
    assert found["status"].to_list() == [None, "`events` is missing", None]


def test_a_row_without_an_answer_says_why_and_the_rest_is_computed() -> None:
    found = table(at.stats.proportion([1, 5, -1, math.inf, 0, 2], [0, 4, 4, 4, 4, -2]))
    assert found["value"].to_list() == [None, None, None, None, 0.0, None]
    assert found["lower"].null_count() == found["upper"].null_count() == 5
    assert found["status"].to_list()[0].startswith("`denominator`: found 0")
    assert found["status"].to_list()[1].startswith("`events`: found 5")
    assert found["status"].to_list()[4] is None


def test_numbers_without_an_answer_are_refused() -> None:
    for call in (
        lambda: at.stats.proportion(1, 0),
        lambda: at.stats.proportion(5, 4),
        lambda: at.stats.proportion(math.nan, 4),
        lambda: at.stats.mean_of([1.0]),
        lambda: at.stats.count(-1),
    ):
        with pytest.raises(at.StatsError):
            call()
    with pytest.raises(at.StatsError) as caught:
        at.stats.proportion(5, 4)
    assert caught.value.faults[0].column == "events"
    assert caught.value.faults[0].found == "5"
    assert isinstance(caught.value, at.AttainError)


REFUSED: dict[str, tuple[Callable[[], Any], str]] = {
    "lengths": (lambda: at.stats.proportion([1, 2], [3, 4, 5]), "unequal lengths"),
    "method": (lambda: at.stats.proportion([1], 2, method="wilsn"), "wilson"),  # type: ignore[call-overload]
    "confidence": (lambda: at.stats.proportion([1], 2, confidence=95), "such as 0.95"),
    "per": (lambda: at.stats.rate([1], 2, per=0), "`per`"),
    "switch": (lambda: at.stats.count([1], exact_below=-1), "exact_below"),
    "text": (lambda: at.stats.count("12"), "builtins.str|str"),  # type: ignore[call-overload]
    "texts": (lambda: at.stats.count(["12"]), "row 0"),
    "series of texts": (
        lambda: at.stats.count(pl.Series(["12"])),
        "convert the column of texts to numbers",
    ),
    "frame": (lambda: at.stats.count(pl.DataFrame({"x": [1]})), "one column of the table"),
    "dict": (lambda: at.stats.count({"x": 1}), "neither a number nor a column"),
    "matrix": (lambda: at.stats.count(np.zeros((2, 2))), "2 dimensions"),
    "bytes": (lambda: at.stats.count(b"12"), "neither a number nor a column"),
    "object": (lambda: at.stats.count(object()), "neither a number nor a column"),  # type: ignore[call-overload]
}


@pytest.mark.parametrize(("call", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_wrong_for_every_row_is_refused_at_once(call: Callable[[], Any], says: str) -> None:
    with pytest.raises(at.StatsError, match=says):
        call()


def test_a_column_without_rows_makes_a_table_without_rows() -> None:
    assert table(at.stats.proportion([], [])).height == 0


def test_more_confidence_is_never_nearer() -> None:
    wide = table(at.stats.proportion(EVENTS, DENOMINATORS, confidence=0.998))
    near = table(at.stats.proportion(EVENTS, DENOMINATORS))
    assert (wide["lower"] <= near["lower"]).all()
    assert (wide["upper"] >= near["upper"]).all()
