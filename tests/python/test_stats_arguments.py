"""Every wrong argument is a fault that names it, what was found and what is expected."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from stats_calls import ARGUMENTS, COUNTS, FUNCTIONS, ONES

import attain as at

CALLS: dict[str, tuple[Any, ...]] = ARGUMENTS | {
    "benjamini_hochberg": ([0.1, 0.2],),
    "breslow_day_test": (COUNTS, 20, COUNTS, 30),
    "capability_indices": (COUNTS, None, 2, 9),
    "change_effects": (COUNTS, COUNTS, COUNTS, COUNTS),
    "contribution_to_gap": (3, 20, 0.5),
    "count_outlook": (5, 90, 275, 12),
    "cusum": (COUNTS,),
    "cusum_run_length": (1,),
    "difference": (12, 9, 16, 10, 6, 13),
    "effective_population": (414, 184),
    "evidence_benjamini_hochberg": ([1, 50],),
    "ewma": (COUNTS,),
    "ewma_run_length": (1,),
    "five_point_trend": (COUNTS, [20] * 5),
    "gini": (COUNTS,),
    "concentration_index": (COUNTS,),
    "holm": ([0.1, 0.2],),
    "mean_of_test": (COUNTS, 5),
    "mean_test": (15, 101, 3, 1),
    "life_expectancy": ([0, 80], [50, 100], [8_000, 1_000]),
    "partial_mann_kendall": ([3, 4, 6, 5, 7], [1, 3, 2, 4, 5]),
    "proportion_funnel": (62, 100, 0.5),
    "reliable_list": ([0.1, 0.01],),
    "runs": ([1, 2, 1, 2, 1, 2],),
    "sen_slope": (COUNTS,),
    "share_outlook": (160, 200, 100, 240),
}

ARGUMENTS_OF = [
    (name, argument)
    for name, function in FUNCTIONS.items()
    for argument in inspect.signature(function).parameters
]


def call(name: str, argument: str, value: object) -> object:
    """Calls a function with one argument replaced."""
    bound = inspect.signature(FUNCTIONS[name]).bind(*CALLS[name])
    return FUNCTIONS[name](**(bound.arguments | {argument: value}))


def fault(name: str, argument: str, value: object) -> at.errors.Fault:
    with pytest.raises(at.StatsError) as caught:
        call(name, argument, value)
    return caught.value.faults[0]


# No argument of any function takes these.
OF_NO_KIND = [
    object(),
    1j,
    np.complex64(1),
    np.datetime64("2023-05-01"),
    np.timedelta64(3, "D"),
    pd.Period("2023-05", "M"),
    pd.Timestamp("2023-05-01"),
    math.cos,
]


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS_OF)
def test_what_no_argument_takes_is_refused_under_its_name(name: str, argument: str) -> None:
    for value in OF_NO_KIND:
        found = fault(name, argument, value)
        assert found.column == argument, (value, found)
        assert found.found, (value, found)
        assert found.expected, (value, found)


# Some arguments take some of these.
OFTEN_WRONG: list[Any] = [
    np.array([[1, 2]]),
    -1,
    -2.5,
    0,
    95,
    2**70,
    True,
    math.nan,
    math.inf,
    None,
    "x",
    b"x",
    [],
    [-1],
    [None],
    ["x"],
    [object()],
    [np.datetime64("2023-05-01")],
    (1, 2, 3),
    {},
    {"x": [1]},
    {1: "x"},
    set(),
    pd.DataFrame({"a": [1]}),
    pl.DataFrame({"a": [1]}),
    pd.Series(pd.period_range("2023-01", periods=5, freq="M")),
]


@pytest.mark.parametrize(("name", "argument"), ARGUMENTS_OF)
def test_what_an_argument_does_not_take_raises_nothing_but_a_fault_of_an_argument(
    name: str, argument: str
) -> None:
    names = inspect.signature(FUNCTIONS[name]).parameters
    for value in OFTEN_WRONG:
        try:
            call(name, argument, value)
        except at.StatsError as error:
            found = error.faults[0]
            # The fault may name another argument if two do not fit each other.
            if isinstance(value, str | bytes | dict | set | pd.DataFrame | pl.DataFrame):
                assert found.column == argument, (value, found)
            assert found.column in names, (value, found)
            assert found.expected or "missing" in found.message, (value, found)


@pytest.mark.parametrize(
    ("ask", "argument", "found"),
    [
        (lambda: at.stats.mann_kendall(COUNTS, correction="yue_wang", lags=-1), "lags", "-1"),
        (lambda: at.stats.mann_kendall(COUNTS, lags=2), "lags", "2"),
        (
            lambda: at.stats.mann_kendall(COUNTS, period=2, correction="yue_wang"),
            "correction",
            "yue_wang",
        ),
        (lambda: at.stats.mann_kendall(COUNTS, significant=95), "significant", "95"),
        (lambda: at.stats.mann_kendall(COUNTS, period=-12), "period", "-12"),
        (lambda: at.stats.mann_kendall(COUNTS, exact_up_to=-1), "exact_up_to", "-1"),
        (lambda: at.stats.sen_slope(COUNTS, period=0), "period", "0"),
        (lambda: at.stats.control_chart(COUNTS, phases=[-1]), "phases", "[-1]"),
        (lambda: at.stats.control_chart(COUNTS, excluded=[9]), "excluded", "9"),
        (lambda: at.stats.control_chart([1]), "values", "1"),
        (lambda: at.stats.control_chart(COUNTS, baseline=1), "baseline", "1"),
        (lambda: at.stats.control_chart(COUNTS, laney=True), "laney", "True"),
        (lambda: at.stats.control_chart(COUNTS, per=100), "per", "100"),
        (lambda: at.stats.control_chart(COUNTS, kind="c", factor=3), "factor", "3"),
        (
            lambda: at.stats.control_chart(COUNTS, centre="theoretical_median"),
            "centre",
            "theoretical_median",
        ),
        (
            lambda: at.stats.control_chart(COUNTS, kind="t", screen_moving_ranges=False),
            "screen_moving_ranges",
            "False",
        ),
        (lambda: at.stats.quantile_groups(COUNTS, -5), "groups", "-5"),
        (lambda: at.stats.rank_intervals(COUNTS, ONES, seed=-1), "seed", "-1"),
        (lambda: at.stats.tau_best(COUNTS, ONES, -1), "tau", "-1"),
        (lambda: at.stats.rank_sensitivity([COUNTS], draws=2**40), "draws", str(2**40)),
        (lambda: at.stats.composite([COUNTS], "ab"), "weights", "str"),
        (lambda: at.stats.composite(np.array(3)), "parts", "array(3)"),
        (lambda: at.stats.proportion_funnel(3, 4, 0.5, inner=95), "inner", "95"),
        (lambda: at.stats.capability(1, math.inf, 3), "upper", "inf"),
        (lambda: at.stats.capability(-math.inf, 2, 3), "lower", "-inf"),
        (lambda: at.stats.count_outlook(1, 2, 3, 4, prior=(-1, 0)), "prior", "-1"),
        (lambda: at.stats.count_outlook(1, 2, 3, 4, prior=3), "prior", "3"),  # type: ignore[arg-type]
        (lambda: at.stats.overdispersion(COUNTS, 20, share=0.7), "share", "0.7"),
        (lambda: at.stats.overdispersion([3], [20]), "observed", "1"),
        (lambda: at.stats.overdispersion_of_scores([1, 2], -1), "standard_errors", "-1"),
        (lambda: at.stats.adjusted_funnel(3, 4, 2), "spread", "int"),  # type: ignore[arg-type]
        (lambda: at.stats.five_point_trend(COUNTS), "denominators", "events"),
        (lambda: at.stats.five_point_trend(values=COUNTS), "standard_errors", "values"),
        (lambda: at.stats.progress([1, 2], [1, 2], target=(1, 2, 3)), "target", "(1, 2, 3)"),  # type: ignore[arg-type]
        (lambda: at.stats.directly_standardised_rate_of_repeats({-1: [3]}, 9, 1), "persons", "-1"),
        (lambda: at.stats.normalise(COUNTS, target=3), "target", "3"),
        (lambda: at.stats.normalise(COUNTS, method="goalposts"), "goalposts", "None"),
        (
            lambda: at.stats.difference_in_differences([1, 2], [1, 2], ["yes", "no"]),  # type: ignore[list-item]
            "took_part",
            "'yes'",
        ),
    ],
)
def test_the_argument_that_is_wrong_is_the_one_that_is_named(
    ask: Callable[[], object], argument: str, found: str
) -> None:
    with pytest.raises(at.StatsError) as caught:
        ask()
    (only,) = caught.value.faults
    assert (only.column, only.found) == (argument, found)
    assert only.expected
    assert str(caught.value) == str(only)


def test_an_array_without_dimensions_is_a_number() -> None:
    assert at.stats.proportion(np.array(3), np.array(20)) == at.stats.proportion(3, 20)
    assert at.stats.rate(3, 20, per=np.array(10)) == at.stats.rate(3, 20, per=10)  # type: ignore[call-overload]
    assert at.stats.sen_slope(COUNTS, period=np.array(1)).slope == 1  # type: ignore[call-overload]


# ---- Times, durations and complex numbers

TIMES: dict[str, Any] = {
    "periods": pd.Series(pd.period_range("2015", periods=3, freq="Y")),
    "index of periods": pd.period_range("2015", periods=3, freq="Y"),
    "numpy times": np.array(["2015", "2016", "2017"], dtype="datetime64[ns]"),
    "numpy years": np.array(["2015", "2016", "2017"], dtype="datetime64[Y]"),
    "numpy durations": np.array([1, 2, 3], dtype="timedelta64[ns]"),
    "masked times": np.ma.array(  # type: ignore[no-untyped-call]
        np.array(["2015", "2016", "2017"], dtype="datetime64[ns]"), mask=[True, False, False]
    ),
    "pandas times": pd.Series(pd.date_range("2015", periods=3)),
    "pandas durations": pd.Series(pd.to_timedelta([1, 2, 3])),
    "complex": np.array([1, 2, 3], dtype=complex),
    "short complex": np.array([1, 2, 3], dtype="complex64"),
    "pandas complex": pd.Series(np.array([1, 2, 3], dtype=complex)),
    "objects": np.array([np.datetime64(1, "ns"), np.timedelta64(2, "ns"), 3], dtype=object),
    "list of times": [np.datetime64(1, "ns"), np.datetime64(2, "ns"), np.datetime64(3, "ns")],
    "list of durations": [np.timedelta64(1, "ns")] * 3,
    "list of complex": [np.complex64(1), np.complex128(2), 3j],
    "polars times": pl.Series(pd.date_range("2015", periods=3)),
    "intervals": pd.Series(pd.interval_range(0, 3)),
}


@pytest.mark.parametrize("values", TIMES.values(), ids=TIMES)
def test_times_durations_and_complex_numbers_are_no_numbers(values: Any) -> None:
    for ask, argument in [
        (lambda: at.stats.count(values), "events"),
        (lambda: at.stats.mann_kendall(values), "values"),
        (lambda: at.stats.progress([1, 2, 3], values), "years"),
        (lambda: at.stats.directly_standardised_rate(values, 3, 1), "events"),
        (lambda: at.stats.proportion(1, 2, confidence=values), "confidence"),
    ]:
        with pytest.raises(at.StatsError) as caught:
            ask()
        (only,) = caught.value.faults
        assert only.column == argument
        assert only.found


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (TIMES["periods"], ["2015", "2016", "2017"]),
        (TIMES["index of periods"], ["2015", "2016", "2017"]),
        (TIMES["numpy years"], ["2015", "2016", "2017"]),
        (TIMES["numpy times"], [f"{year}-01-01T00:00:00.000000000" for year in (2015, 2016, 2017)]),
        (TIMES["numpy durations"], [f"{n} nanoseconds" for n in (1, 2, 3)]),
        (TIMES["pandas times"], [f"2015-01-0{day} 00:00:00" for day in (1, 2, 3)]),
        (TIMES["complex"], ["(1+0j)", "(2+0j)", "(3+0j)"]),
        (TIMES["intervals"], ["(0, 1]", "(1, 2]", "(2, 3]"]),
    ],
)
def test_they_are_labels_as_they_print(labels: Any, names: list[str]) -> None:
    found = at.stats.directly_standardised_rate([30, 20, 10], 1000, 1, by=labels).to_polars()
    assert found["by"].to_list() == names
    assert found["events"].to_list() == [30, 20, 10]


# ---- Mistakes that could go unnoticed


def test_inner_limits_are_not_beyond_the_outer_ones() -> None:
    spread = at.stats.overdispersion(COUNTS, 20)
    for ask in [
        lambda: at.stats.proportion_funnel(62, 100, 0.5, inner=0.998, outer=0.95),
        lambda: at.stats.proportion_funnel([62, 3], 100, 0.5, inner=0.998, outer=0.95),
        lambda: at.stats.count_funnel(3, 4, inner=0.998, outer=0.95),
        lambda: at.stats.count_funnel([3] * 200, 4, inner=0.998, outer=0.95),
        lambda: at.stats.adjusted_funnel(3, 4, spread, inner=0.998, outer=0.95),
        lambda: at.stats.adjusted_funnel_of_values(3, 4, spread, 1, inner=0.998, outer=0.95),
    ]:
        with pytest.raises(at.StatsError) as caught:
            ask()
        assert caught.value.faults[0].column == "inner"
        assert "`outer`" in str(caught.value)
    assert at.stats.count_funnel(3, 4, inner=0.95, outer=0.95).signal == "within"


@pytest.mark.parametrize("goalposts", [(0, 100), (100, 0)])
def test_goalposts_have_their_own_better_end(goalposts: tuple[float, float]) -> None:
    better: Any = "highest" if goalposts[1] > goalposts[0] else "lowest"
    worse: Any = "lowest" if better == "highest" else "highest"

    def scaled(**choices: Any) -> list[float | None]:
        return at.stats.normalise([25], method="goalposts", goalposts=goalposts, **choices)

    assert scaled() == scaled(better=better) == [25 if better == "highest" else 75]
    with pytest.raises(at.StatsError) as caught:
        scaled(better=worse)
    assert (caught.value.faults[0].column, caught.value.faults[0].found) == ("better", worse)


def test_one_number_of_events_is_a_total_or_refused() -> None:
    strata: Any = ([100, 50, 60], [100, 30, 20], 1000)
    total = at.stats.indirectly_standardised_ratio(50, *strata).to_polars()
    assert total.equals(at.stats.indirectly_standardised_ratio([20, 0, 30], *strata).to_polars())
    assert total["observed"].to_list() == [50]
    rate = at.stats.indirectly_standardised_rate(50, *strata).to_polars()
    assert rate["observed"].to_list() == [50]
    missing = at.stats.indirectly_standardised_ratio(None, *strata).to_polars()  # type: ignore[arg-type]
    assert missing["status"].to_list() == ["withheld: an observed count is missing"]
    for ask, argument in [
        (lambda: at.stats.indirectly_standardised_ratio(50, *strata, by="aab"), "observed"),
        (lambda: at.stats.directly_standardised_rate(50, [100, 50, 60], 1), "events"),  # type: ignore[arg-type]
        (lambda: at.stats.directly_standardised_rate(50, 100, [1, 2, 3], by="aab"), "events"),  # type: ignore[arg-type]
        (
            lambda: at.stats.directly_standardised_rate_of_repeats({1: 50}, [9, 9], 1),  # type: ignore[dict-item]
            "persons",
        ),
        (lambda: at.stats.change_effects(50, [9, 9], [3, 3], [9, 9]), "numerator_before"),
        (lambda: at.stats.change_effects([3, 3], 9, 50, 9), "numerator_after"),
    ]:
        with pytest.raises(at.StatsError) as caught:
            ask()
        (only,) = caught.value.faults
        assert (only.column, only.found) == (argument, "50")


def test_no_count_has_no_logarithm_on_a_funnel() -> None:
    spread = at.stats.overdispersion([80, 120, 60, 150], 100, tails="kept", scale="log_ratio")
    for adjustment in ("additive", "multiplicative", "unadjusted"):
        choices: Any = {"scale": "log_ratio", "adjustment": adjustment}
        rows = at.stats.adjusted_funnel([0, 5], [0.1, 4], spread, **choices).to_polars()
        assert rows["signal"].to_list()[0] is None
        assert rows["status"].to_list() == [
            "`observed`: found 0, expected a count above 0: 0 has no logarithm",
            None,
        ]
        with pytest.raises(at.StatsError, match="0 has no logarithm"):
            at.stats.adjusted_funnel(0, 0.1, spread, **choices)
    # The scale of square roots takes no events: 0 of 0.1 expected has a probability of 0.905.
    assert at.stats.adjusted_funnel(0, 0.1, spread).signal == "within"
