"""A null answer always has a status, and an answer without nulls has none."""

from __future__ import annotations

import dataclasses
import math
import typing
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stats_calls import BESIDE, FUNCTIONS, literal

import attain as at

# Nulls that are part of an answer, by the answer they are in, each with its reason.
EXCEPTIONS: dict[tuple[str, str], str] = {
    ("control_chart.points", "lower"): "a run chart has no limits",
    ("control_chart.points", "upper"): "a run chart has no limits",
    ("control_chart.points", "lower_1sd"): "a run chart has no lines",
    ("control_chart.points", "upper_1sd"): "a run chart has no lines",
    ("control_chart.points", "lower_2sd"): "a run chart has no lines",
    ("control_chart.points", "upper_2sd"): "a run chart has no lines",
    ("cusum.points", "side"): "neither sum is above the limit",
    ("cusum.points", "since"): "neither sum is above the limit",
    ("ewma.points", "side"): "the average is within its limits",
    ("progress", "unit"): "a method that only has labels measures in no unit",
    ("progress", "standard_error"): "it is there for given errors, and for some methods",
    ("progress", "score"): "Open SDG's, which no other method has",
    ("progress", "label"): "some methods have no labels",
    ("progress", "standing"): "a method without a label has no standing",
    ("progress", "disagrees_with"): "where methods agree there is none to name",
    ("difference.Interval", "confidence"): "the arguments determine it",
    ("five_point_trend.FivePointTrend", "direction"): "that there is no trend is an answer",
    ("interrupted_series.InterruptedSeries", "slope"): "it is estimated where it is asked for",
    (
        "interrupted_series.InterruptedSeries",
        "correlation",
    ): "it is estimated where it is asked for",
    ("mann_kendall", "tau_b"): "where all values are equal no pair has an order",
    ("mann_kendall.MannKendall", "tau_b"): "where all values are equal no pair has an order",
    (
        "difference_in_differences.DifferenceInDifferences",
        "dispersion",
    ): "two units have no degrees of freedom (`degrees` is 0)",
}
# The group of the rows whose label is missing has no name; see `test_stats_columns`.
NO_NAME = "by"

NUMBERS = st.one_of(
    st.integers(0, 30),
    st.sampled_from([None, 0, 1, 2, 0.5, -1, -0.0, 0.1 + 0.2, 0.3]),
    st.sampled_from([math.nan, math.inf, -math.inf, 1e308, 5e-324, 1e-100, 2.0**53, 1e17]),
    st.floats(),
)
USUAL = st.one_of(st.integers(0, 30), st.just(None), st.floats(0, 50))
SHARES = st.one_of(st.floats(0, 1), st.sampled_from([0, 0.3, 0.1 + 0.2, 1, None]), NUMBERS)
DENOMINATORS = st.one_of(st.integers(30, 90), st.integers(0, 40))


def numbers(draw: st.DrawFn, size: int) -> list[Any]:
    """A column: of usual numbers, of denominators, of any numbers, or of one number repeated."""
    kinds = [USUAL, DENOMINATORS, NUMBERS, st.integers(0, 3), st.floats(1e-320, 1e-300)]
    kind = draw(st.sampled_from(kinds))
    return draw(st.lists(kind, min_size=size, max_size=size))


def labels(draw: st.DrawFn, size: int) -> list[Any] | None:
    return draw(
        st.one_of(
            st.none(),
            st.lists(st.sampled_from(["a", "b", None]), min_size=size, max_size=size),
        )
    )


def arguments(draw: st.DrawFn, *names: str) -> tuple[list[Any], dict[str, Any]]:
    """Numbers for each argument, or columns for some of them."""
    if draw(st.booleans()):
        return [draw(st.one_of(USUAL, NUMBERS)) for _ in names], {}
    size = draw(st.integers(0, 8))
    return [numbers(draw, size) if draw(st.integers(0, 3)) else draw(USUAL) for _ in names], {}


def columns(draw: st.DrawFn, *names: str, by: bool = False) -> tuple[list[Any], dict[str, Any]]:
    size = draw(st.integers(0, 12))
    return [numbers(draw, size) for _ in names], {"by": labels(draw, size)} if by else {}


def spread(draw: st.DrawFn) -> at.stats.Overdispersion:
    phi = draw(st.floats(0, 5))
    units = at.stats.overdispersion([80, 120], 100).units
    return at.stats.Overdispersion(
        phi_of_all=phi, phi=phi, between_variance=draw(st.floats(0, 1)), factor=1, units=units
    )


def parts(draw: st.DrawFn) -> tuple[list[Any], dict[str, Any]]:
    size, width = draw(st.integers(0, 5)), draw(st.integers(1, 4))
    weights = draw(st.one_of(st.none(), st.just(numbers(draw, width))))
    return [[numbers(draw, size) for _ in range(width)], weights], {
        "minimum_coverage": draw(st.sampled_from([0, 45, 50, 100]))
    }


def series(draw: st.DrawFn) -> tuple[list[Any], dict[str, Any]]:
    (values,), by = columns(draw, "values", by=True)
    return [values], by | {"period": draw(st.sampled_from([None, 2, 12]))}


def trend(draw: st.DrawFn) -> tuple[list[Any], dict[str, Any]]:
    (values,), choices = series(draw)
    if choices["period"] is None:
        choices["correction"] = draw(
            st.sampled_from(
                [None, "hamed_rao", "yue_wang", "pre_whitening", "trend_free_pre_whitening"]
            )
        )
    else:
        choices["correction"] = draw(st.sampled_from([None, "hirsch_slack"]))
    return [values], choices | {"exact_up_to": draw(st.sampled_from([0, 10]))}


def chart(draw: st.DrawFn) -> tuple[list[Any], dict[str, Any]]:
    values, denominators = columns(draw, "values", "denominators")[0]
    kind = draw(st.sampled_from(["xmr", "moving_range", "p", "u", "c", "g", "t", "run"]))
    excluded = draw(st.lists(st.integers(0, max(0, len(values) - 1)), max_size=2))
    rated = kind in {"p", "u"}
    laney = rated and draw(st.booleans())
    choices = {"kind": kind, "laney": laney, "centre": "mean", "excluded": excluded}
    return [values, denominators if rated else None], choices


def five_points(draw: st.DrawFn) -> tuple[list[Any], dict[str, Any]]:
    pair = draw(
        st.sampled_from(
            [("events", "denominators"), ("events", "exposures"), ("values", "standard_errors")]
        )
    )
    numbers = st.sampled_from([USUAL, st.integers(1, 9), st.floats(1e-300, 9)])
    return [], {
        pair[0]: draw(st.lists(draw(numbers), min_size=5, max_size=5)),
        pair[1]: draw(
            st.lists(draw(st.sampled_from([USUAL, st.integers(9, 50)])), min_size=5, max_size=5)
        ),
    }


def interrupted(draw: st.DrawFn) -> tuple[list[Any], dict[str, Any]]:
    counts = draw(st.lists(st.integers(0, 40), min_size=4, max_size=20))
    # Often in the middle, where there are points enough on both sides.
    place = draw(st.one_of(st.integers(0, 20), st.just(len(counts) // 2)))
    return [counts, place], {
        "slope_change": draw(st.booleans()),
        "correlated": draw(st.booleans()),
    }


def differences(draw: st.DrawFn) -> tuple[list[Any], dict[str, Any]]:
    before, after = columns(draw, "before", "after")[0]
    flags = draw(st.lists(st.booleans(), min_size=len(before), max_size=len(before)))
    return [before, after, flags], {}


def progressed(draw: st.DrawFn) -> tuple[list[Any], dict[str, Any]]:
    size = draw(st.integers(0, 6))
    return [numbers(draw, size), list(range(2015, 2015 + size))], {
        "by": labels(draw, size),
        "target": draw(st.sampled_from([None, 0, 10, 50, (5, 20)])),
        "target_year": draw(st.sampled_from([None, 2018, 2030])),
        "limit": draw(st.sampled_from([None, 0, 100])),
        "standard_errors": draw(st.one_of(st.none(), st.just(numbers(draw, size)))),
        "predicted": draw(st.sampled_from([None, 12])),
    }


def life_table(draw: st.DrawFn) -> tuple[list[Any], dict[str, Any]]:
    size = draw(st.integers(0, 5))
    ages = [10 * band for band in range(size)]
    persons = draw(st.lists(st.integers(0, 5_000), min_size=size, max_size=size))
    return [ages, numbers(draw, size), persons], {
        "by": labels(draw, size),
        "withhold_below": draw(st.sampled_from([0, 5_000])),
    }


def repeats(draw: st.DrawFn) -> tuple[list[Any], dict[str, Any]]:
    (one, two, population, standard), by = columns(draw, "1", "2", "n", "w", by=True)
    return [{1: one, 2: two}, population, standard], by


def pooled_units(draw: st.DrawFn) -> tuple[list[Any], dict[str, Any]]:
    size = draw(st.integers(8, 12))
    goals = draw(st.sampled_from([{}, {"at_least": 0.8}, {"at_most": numbers(draw, size)}]))
    return [numbers(draw, size), numbers(draw, size)], goals


def subgroups(draw: st.DrawFn) -> tuple[list[Any], dict[str, Any]]:
    size = draw(st.integers(4, 12))
    by = draw(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=size, max_size=size))
    return [numbers(draw, size), by], {}


def specified(draw: st.DrawFn) -> tuple[list[Any], dict[str, Any]]:
    size = draw(st.integers(0, 12))
    by = draw(st.lists(st.sampled_from(["a", "b", "c", None]), min_size=size, max_size=size))
    lower, upper = draw(st.sampled_from([(None, 9), (-2.5, None), (0, 40)]))
    target = draw(st.sampled_from([None, 5]))
    return [numbers(draw, size)], {
        "by": draw(st.sampled_from([None, by])),
        "lower": lower,
        "upper": upper,
        "target": target,
    }


def summed(draw: st.DrawFn) -> tuple[list[Any], dict[str, Any]]:
    size = draw(st.integers(0, 12))
    given = draw(st.sampled_from([{}, {"target": 10, "sigma": 2}, {"target": 3}, {"baseline": 4}]))
    return [numbers(draw, size)], given | {"limit": draw(st.sampled_from([0.5, 4]))}


def weeks(draw: st.DrawFn) -> tuple[list[Any], dict[str, Any]]:
    return [numbers(draw, draw(st.integers(0, 30)))], {
        "years": draw(st.integers(1, 3)),
        "periods_per_year": draw(st.sampled_from([4, 12])),
        "half_window": draw(st.integers(0, 1)),
    }


Builder = Callable[[st.DrawFn], tuple[list[Any], dict[str, Any]]]

# How each function is called.
BUILDERS: dict[str, Builder] = {
    "adjusted_p": lambda draw: columns(draw, "p"),
    "adjusted_funnel": lambda draw: (
        [*arguments(draw, "observed", "denominator")[0], spread(draw), draw(st.floats(0.1, 0.9))],
        {},
    ),
    "adjusted_funnel_of_values": lambda draw: (
        [*arguments(draw, "values", "errors")[0], spread(draw), draw(st.floats(-5, 5))],
        {},
    ),
    "benjamini_hochberg": lambda draw: columns(draw, "p"),
    "breslow_day_test": lambda draw: columns(draw, *"abcd", by=True),
    "capability_indices": specified,
    "capability": lambda draw: ([draw(USUAL), draw(USUAL), draw(USUAL)], {}),
    "change_effects": lambda draw: columns(draw, "a", "b", "c", "d"),
    "composite": parts,
    "contribution_to_gap": lambda draw: arguments(draw, "numerator", "denominator", "goal"),
    "control_chart": chart,
    "count": lambda draw: arguments(draw, "events"),
    "count_evidence": lambda draw: arguments(draw, "events", "expected"),
    "count_funnel": lambda draw: arguments(draw, "observed", "expected"),
    "count_outlook": lambda draw: arguments(draw, "seen", "elapsed", "remaining", "limit"),
    "count_test_exposure": lambda draw: arguments(draw, "rate", "goal"),
    "count_test_power": lambda draw: arguments(draw, "mean", "expected"),
    "count_test": lambda draw: arguments(draw, "events", "expected"),
    "cusum": summed,
    "cusum_run_length": lambda draw: ([draw(st.floats(-3, 3))], {}),
    "difference": lambda draw: arguments(draw, *"abcdef"),
    "difference_in_differences": differences,
    "directly_standardised_rate": lambda draw: columns(draw, "x", "n", "w", by=True),
    "directly_standardised_rate_of_repeats": repeats,
    "ears": lambda draw: (
        [numbers(draw, draw(st.integers(0, 20)))],
        {"baseline": 3, "minimum_sigma": draw(st.sampled_from([0, 0.2]))},
    ),
    "effective_population": lambda draw: arguments(draw, "events", "rate"),
    "evidence_benjamini_hochberg": lambda draw: columns(draw, "evidence"),
    "ewma": summed,
    "ewma_run_length": lambda draw: ([draw(st.floats(-3, 3))], {}),
    "farrington": weeks,
    "five_point_trend": five_points,
    "holm": lambda draw: columns(draw, "p"),
    "directly_standardised_difference": lambda draw: columns(draw, *"xnymw", by=True),
    "directly_standardised_ratio": lambda draw: columns(draw, "x", "n", "y", "m", "w", by=True),
    "indirectly_standardised_rate": lambda draw: columns(draw, *"abcd", by=True),
    "indirectly_standardised_ratio": lambda draw: columns(draw, *"abcd", by=True),
    "inequality": lambda draw: columns(draw, "values", "errors", "population", by=True),
    "gini": lambda draw: columns(draw, "values", "population", by=True),
    "theil": lambda draw: columns(draw, "values", "population", by=True),
    "concentration_index": lambda draw: columns(draw, "values", "population", by=True),
    "interrupted_series": interrupted,
    "life_expectancy": life_table,
    "mann_kendall": trend,
    "mantel_haenszel": lambda draw: columns(draw, *"abcd", by=True),
    "mantel_haenszel_test": lambda draw: columns(draw, *"abcd", by=True),
    "mcnemar_test": lambda draw: arguments(draw, *"bc"),
    "mean": lambda draw: arguments(draw, "sum", "squares", "n"),
    "mean_of": lambda draw: columns(draw, "values"),
    "mean_of_test": lambda draw: ([columns(draw, "values")[0][0], draw(USUAL)], {}),
    "mean_test": lambda draw: arguments(draw, "sum", "squares", "n", "goal"),
    "multinomial": lambda draw: columns(draw, "events", by=True),
    "normalise": lambda draw: columns(draw, "values"),
    "odds_ratio": lambda draw: arguments(draw, *"abcd"),
    "overdispersion": lambda draw: columns(draw, "observed", "denominator"),
    "overdispersion_of_scores": lambda draw: columns(draw, "z", "standard_errors"),
    "paired_difference": lambda draw: arguments(draw, *"abcd"),
    "paired_odds_ratio": lambda draw: arguments(draw, *"bc"),
    "partial_mann_kendall": lambda draw: columns(draw, "values", "covariate"),
    "pooled": pooled_units,
    "progress": progressed,
    "proportion": lambda draw: arguments(draw, *["e", "d", "p"][: draw(st.integers(2, 3))]),
    "proportion_difference": lambda draw: arguments(draw, *"abcd"),
    "proportion_difference_test": lambda draw: arguments(draw, *"abcde"[: draw(st.integers(4, 5))]),
    "proportion_difference_test_power": lambda draw: (
        [draw(SHARES), draw(USUAL), draw(SHARES), draw(USUAL)],
        {"method": draw(st.sampled_from(["mee", "fisher", "normal", "normal_corrected"]))},
    ),
    "proportion_difference_test_sample_size": lambda draw: (
        [draw(SHARES), draw(SHARES), draw(st.floats(-1, 1))],
        {"allocation": draw(USUAL)},
    ),
    "proportion_funnel": lambda draw: arguments(draw, "events", "denominator", "baseline"),
    "proportion_ratio": lambda draw: arguments(draw, *"abcd"),
    "proportion_test_power": lambda draw: (
        [draw(SHARES), draw(USUAL), draw(SHARES)],
        {"method": draw(st.sampled_from(["exact", "mid_p", "score", "normal"]))},
    ),
    "proportion_test_sample_size": lambda draw: ([draw(SHARES), draw(SHARES)], {}),
    "proportion_test": lambda draw: arguments(draw, "events", "denominator", "goal"),
    "quantile_groups": lambda draw: columns(draw, "values"),
    "rank_intervals": lambda draw: columns(draw, "estimates", "standard_errors"),
    "rank_sensitivity": lambda draw: (
        parts(draw)[0],
        {"draws": 3, "minimum_coverage": draw(st.sampled_from([0, 50, 100]))},
    ),
    "ranks": lambda draw: columns(draw, "values"),
    "rate": lambda draw: arguments(draw, "events", "exposure"),
    "rate_difference": lambda draw: arguments(draw, *"abcd"),
    "rate_ratio": lambda draw: arguments(draw, *"abcd"),
    "rate_ratio_test_exposure": lambda draw: arguments(draw, *"abc"),
    "rate_ratio_test_power": lambda draw: arguments(draw, *"abcd"),
    "rate_ratio_test": lambda draw: arguments(draw, *"abcde"[: draw(st.integers(4, 5))]),
    "reliable_list": lambda draw: columns(draw, "p_wrong"),
    "runs": lambda draw: columns(draw, "values"),
    "sen_slope": series,
    "share_evidence": lambda draw: arguments(draw, "events", "denominator", "goal"),
    "share_outlook": lambda draw: arguments(draw, "seen", "of", "remaining", "limit"),
    "signal_rates": lambda draw: ([draw(st.integers(2, 4))], {"mean": 3, "shift_points": 1}),
    "subgroup_chart": subgroups,
    "survey_proportion": lambda draw: (
        [draw(st.floats(0, 1)), *arguments(draw, *"nd")[0], draw(USUAL)],
        {},
    ),
    "tau_best": lambda draw: columns(draw, "estimates", "standard_errors"),
}


def choices(draw: st.DrawFn, name: str, given: dict[str, Any]) -> dict[str, Any]:
    """A code for each choice that the builder left open, and what goes with it."""
    found: dict[str, Any] = {}
    for argument, annotation in typing.get_type_hints(FUNCTIONS[name]).items():
        codes = literal(annotation)
        if argument == "return" or argument in given or not codes:
            continue
        if (name, argument) in {("normalise", "better"), ("mann_kendall", "correction")}:
            continue
        found[argument] = draw(st.sampled_from(codes))
        found |= BESIDE.get((name, found[argument]), {})
    # The target is given by position here.
    return {key: value for key, value in found.items() if key != "target" or name == "normalise"}


@st.composite
def calls(draw: st.DrawFn, name: str) -> tuple[list[Any], dict[str, Any]]:
    positional, keywords = BUILDERS[name](draw)
    return positional, keywords | choices(draw, name, keywords)


def lacking(place: str, values: dict[str, Any]) -> list[str]:
    """The fields without an answer, exceptions apart. No answer holds NaN."""
    for value in values.values():
        assert not (isinstance(value, float) and math.isnan(value)), (place, values)
    return [
        field
        for field, value in values.items()
        if value is None and field not in {"status", NO_NAME} and (place, field) not in EXCEPTIONS
    ]


def check(place: str, answer: object) -> None:
    if isinstance(answer, at.Table):
        for row in answer.to_polars().iter_rows(named=True):
            absent = lacking(place, row)
            assert bool(absent) == (row.get("status") is not None), (place, row)
    elif isinstance(answer, tuple):
        for part in answer:
            check(place, part)
    elif dataclasses.is_dataclass(answer):
        record = {field.name: getattr(answer, field.name) for field in dataclasses.fields(answer)}
        place = f"{place}.{type(answer).__name__}"
        absent = lacking(place, record)
        assert bool(absent) == (record.get("status") is not None), (place, record)
        for name, part in record.items():
            if isinstance(part, at.Table):
                check(f"{place.split('.')[0]}.{name}", part)
            elif dataclasses.is_dataclass(part):
                check(place, part)
    elif isinstance(answer, float):
        assert not math.isnan(answer)


def is_missing(value: Any) -> bool:
    return value is None or math.isnan(value)


def check_list(name: str, given: list[Any], answer: list[Any]) -> None:
    """A list has no room for a status: each null has one of these reasons, which are documented."""
    absent = [value is None for value in answer]
    missing = [is_missing(value) for value in given]
    if name in {"adjusted_p", "benjamini_hochberg", "holm"}:
        missing = [m or not 0 <= v <= 1 for m, v in zip(missing, given, strict=True)]
    if name in {"normalise", "quantile_groups"} and all(absent):
        return  # The scale has no length, or there are fewer values than groups.
    assert absent == missing


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_null_answer_has_a_status_and_an_answer_without_nulls_has_none(name: str) -> None:
    answers = 0

    @settings(
        max_examples=120,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        database=None,
        # The same examples in every run: failures are reproducible.
        derandomize=True,
    )
    @given(call=calls(name))
    def holds(call: tuple[list[Any], dict[str, Any]]) -> None:
        nonlocal answers
        positional, keywords = call
        try:
            answer = FUNCTIONS[name](*positional, **keywords)
        except at.StatsError:
            return
        answers += 1
        if isinstance(answer, list):
            if name != "tau_best":
                check_list(name, positional[0], answer)
        else:
            check(name, answer)

    holds()
    assert answers > 0


def test_every_function_is_called() -> None:
    assert set(BUILDERS) == set(FUNCTIONS)


def test_a_test_without_variance_says_so_as_a_record_and_in_a_table() -> None:
    found = 0
    for seed in range(400):
        # As in pyMannKendall #29: a trend, and noise whose autocorrelation happens to be negative.
        values = np.arange(12) + np.random.default_rng(seed).normal(0, 2, 12)
        test = at.stats.mann_kendall(values, correction="hamed_rao")
        table = at.stats.mann_kendall(values, by=["a"] * 12, correction="hamed_rao")
        row = table.to_polars().row(0, named=True)
        assert (row["z"], row["p"], row["status"]) == (test.z, test.p, test.status)
        assert (test.p is None) == (test.status is not None) == (test.variance <= 0)
        found += test.p is None
    assert 0 < found < 100


def test_a_ratio_to_nothing_says_so_as_a_record_and_in_a_table() -> None:
    for ratio in (at.stats.rate_ratio, at.stats.proportion_ratio):
        record = ratio(5, 10, 0, 10)
        assert record.value is None
        assert record.status == "undefined: a ratio to 0, of which only limits are known"
        rows = ratio([5, 5], 10, [0, 2], 10).to_polars().rows(named=True)
        assert rows[0]["lower"] == record.lower
        assert [row["status"] for row in rows] == [record.status, None]
        assert ratio(5, 10, 2, 10).status is None


def test_points_without_a_value_say_why() -> None:
    found = at.stats.control_chart([1, None, 3, 0, 2], [5, 5, None, 0, 4], kind="p")
    assert found.points.to_polars()["status"].to_list() == [
        None,
        "`values` is missing",
        "`denominators` is missing",
        "`denominators` is 0",
        None,
    ]
    ranges = at.stats.control_chart([1, 2, 4, 3], kind="moving_range").points.to_polars()
    assert ranges["status"].is_null().to_list() == [False, True, True, True]
