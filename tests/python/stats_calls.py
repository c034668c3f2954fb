"""Calls of the functions of `attain.stats`, for the tests that go through all of them."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable
from typing import Any, Literal, get_args, get_origin

import attain as at

FUNCTIONS: dict[str, Callable[..., Any]] = {
    name: getattr(at.stats, name)
    for name in at.stats.__all__
    if inspect.isfunction(getattr(at.stats, name))
}

COUNTS = [3, 4, 5, 6, 7]
ONES = [1, 1, 1, 1, 1]
SPREAD = at.stats.overdispersion([80, 120, 60, 150], 100)

# What each function that takes a choice is called with, whatever the choice.
ARGUMENTS: dict[str, tuple[Any, ...]] = {
    "proportion": (3, 20),
    "count": (3,),
    "rate": (3, 20),
    "mean_of": (COUNTS,),
    "mean": (15, 101, 3),
    "proportion_difference": (3, 20, 4, 20),
    "proportion_ratio": (3, 20, 4, 20),
    "odds_ratio": (3, 20, 4, 20),
    "rate_ratio": (3, 20, 4, 20),
    "rate_difference": (3, 20, 4, 20),
    "survey_proportion": (0.2, 40, 2, 9),
    "multinomial": (COUNTS,),
    "proportion_test": (3, 20, 0.5),
    "count_test": (3, 4),
    "proportion_difference_test": (3, 20, 4, 20),
    "rate_ratio_test": (3, 20, 4, 20),
    "proportion_test_power": (0.3, 20, 0.5),
    "proportion_test_sample_size": (0.3, 0.5),
    "count_test_power": (3, 4),
    "count_test_exposure": (3, 4),
    "proportion_difference_test_power": (0.3, 20, 0.5, 20),
    "proportion_difference_test_sample_size": (0.3, 0.5),
    "rate_ratio_test_power": (3, 20, 4, 20),
    "rate_ratio_test_exposure": (3, 4),
    "count_funnel": (3, 4),
    "overdispersion": (COUNTS, 20),
    "overdispersion_of_scores": (COUNTS, 1),
    "adjusted_funnel": (3, 4, SPREAD),
    "adjusted_funnel_of_values": (3, 4, SPREAD, 1),
    "ranks": (COUNTS,),
    "rank_intervals": (COUNTS, ONES),
    "tau_best": (COUNTS, ONES),
    "quantile_groups": (COUNTS,),
    "pooled": ([8, 7, 9] * 3, 10),
    "share_evidence": (3, 20, 0.5),
    "count_evidence": (3, 4),
    "normalise": (COUNTS,),
    "composite": ([COUNTS, ONES],),
    "rank_sensitivity": ([COUNTS, ONES],),
    "control_chart": (COUNTS,),
    "subgroup_chart": (COUNTS + COUNTS, [*"aabbcaabbc"]),
    "signal_rates": (8,),
    "ears": (COUNTS * 3,),
    "farrington": (COUNTS * 3,),
    "mann_kendall": (COUNTS,),
    "capability": (3, 4, 5),
    "interrupted_series": ([10, 11, 9, 10, 11, 9, 12, 8] * 6, 36),
    "difference_in_differences": ([10, 20], [6, 18], [True, False]),
    "progress": (COUNTS, [2015, 2016, 2017, 2018, 2019]),
    "directly_standardised_rate": (COUNTS, 20, 1),
    "directly_standardised_rate_of_repeats": ({1: COUNTS}, 20, 1),
    "directly_standardised_ratio": (COUNTS, 20, COUNTS, 20, 1),
    "directly_standardised_difference": (COUNTS, 20, COUNTS, 20, 1),
    "mantel_haenszel": (COUNTS, 20, COUNTS, 30),
    "mantel_haenszel_test": (COUNTS, 20, COUNTS, 30),
    "paired_difference": (3, 4, 5, 6),
    "paired_odds_ratio": (3, 4),
    "mcnemar_test": (3, 4),
    "adjusted_p": ([0.01, 0.2],),
    "indirectly_standardised_ratio": (COUNTS, 20, COUNTS, 20),
    "indirectly_standardised_rate": (COUNTS, 20, COUNTS, 20),
    "inequality": (COUNTS, 1, 20),
    "theil": (COUNTS,),
}

# What a choice needs beside it.
BESIDE: dict[tuple[str, str], dict[str, Any]] = {
    ("normalise", "goalposts"): {"goalposts": (0, 10)},
    ("normalise", "distance_to"): {"target": 10},
    ("control_chart", "p"): {"denominators": [20] * 5},
    ("control_chart", "u"): {"denominators": [20] * 5},
    ("control_chart", "np"): {"denominators": [20] * 5},
    ("control_chart", "i_prime"): {"denominators": [20] * 5},
    ("signal_rates", "p"): {"mean": 4},
    ("signal_rates", "np"): {"mean": 4},
    ("signal_rates", "u"): {"mean": 4},
    ("signal_rates", "c"): {"mean": 4},
    ("control_chart", "theoretical_median"): {"kind": "g"},
    ("mann_kendall", "hirsch_slack"): {"period": 2},
    ("overdispersion", "arcsin_proportion"): {"target": 0.3},
    ("adjusted_funnel", "arcsin_proportion"): {"target": 0.3},
}


def literal(annotation: Any) -> tuple[str, ...] | None:
    """The codes of a choice, without the `None` beside it."""
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if get_origin(annotation) in {typing.Union, types.UnionType}:
        found = [codes for part in get_args(annotation) if (codes := literal(part))]
        return found[0] if found else None
    return None
