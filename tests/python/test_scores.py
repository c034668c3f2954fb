"""Scores from Python: tables of any library, and the same arithmetic for plain columns."""

from __future__ import annotations

import math
import statistics

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import attain
from attain import RequestError, StatsError

PLAN = attain.Plan.from_dict(
    {
        "attain": 1,
        "plan": "made-up",
        "units": {
            "levels": ["commune"],
            "list": [{"id": unit, "level": "commune"} for unit in "abc"],
        },
        "measures": {"x": {}, "y": {}, "v": {}},
        "indicators": {
            "x": {"count": "x", "better": "higher"},
            "y": {"count": "y", "better": "higher"},
            "v": {"count": "v"},
        },
        "scores": {
            "s": {
                "level": "commune",
                "window": "2026",
                "normalise": {"goalposts": [0, 100]},
                "parts": {"x": {"indicator": "x"}, "y": {"indicator": "y"}},
                "deductions": [{"indicator": "v", "points": 1}],
                "grades": [{"grade": "good", "at_least": 60}, {"grade": "other"}],
            }
        },
    }
)
VALUES = {"a": (80, 40, 0), "b": (60, 62, 1), "c": (50, 175, 2)}


@pytest.fixture
def scoring() -> attain.Scoring:
    figures = pd.DataFrame(
        [
            {"unit": unit, "period": "2026", "measure": measure, "value": value}
            for unit, values in VALUES.items()
            for measure, value in zip("xyv", values, strict=True)
        ]
    )
    return attain.assess(PLAN, attain.tally(PLAN, figures), as_of="2026-12-31").score("s")


def test_scores_are_a_table_of_any_library(scoring: attain.Scoring) -> None:
    assert len(scoring) == 3
    assert repr(scoring) == "<Scoring of s: 3 scores>"
    for rows in (
        pa.table(scoring).to_pylist(),
        pl.DataFrame(scoring).to_dicts(),
        scoring.to_arrow().to_pylist(),
        scoring.to_polars().to_dicts(),
        scoring.to_pandas().to_dict("records"),
    ):
        assert [row["points"] for row in rows] == [60.0, 60.0, 73.0]
        assert [row["uncapped"] for row in rows] == [60.0, 60.0, 110.5]
        assert [row["rank"] for row in rows] == [2, 2, 1]
        assert [row["grade"] for row in rows] == ["good"] * 3
    parts = scoring.parts.to_pandas()
    of_c = parts[parts["unit"] == "c"]
    assert of_c["points"].tolist() == [25.0, 50.0, -2.0]
    assert of_c["scaled"].tolist()[1] == 175.0


def test_ranks_move_with_the_weights(scoring: attain.Scoring) -> None:
    moved = scoring.sensitivity(shift=0.5, draws=200, seed=4).to_pandas()
    assert moved["rank"].tolist() == [2, 2, 1]
    assert moved["left_out_best"].tolist() == [1, 2, 1]
    same = scoring.sensitivity(shift=0.5, draws=200, seed=4).to_pandas()
    pd.testing.assert_frame_equal(moved, same)
    scenarios = scoring.scenarios(shift=0.5).to_pandas()
    assert len(scenarios) == 18
    first = scenarios.iloc[0]
    assert (first["unit"], first["part"], first["factor"]) == ("a", "x", 1.5)
    assert first["points"] == pytest.approx((1.5 * 80 + 40) / 2.5)
    with pytest.raises(RequestError, match="shift"):
        scoring.scenarios(shift=2)
    with pytest.raises(RequestError, match="draws"):
        scoring.sensitivity(draws=0)


def test_what_the_plan_does_not_have_is_refused() -> None:
    report = attain.assess(
        PLAN,
        attain.tally(
            PLAN, pd.DataFrame({"unit": ["a"], "period": ["2026"], "measure": ["x"], "value": [1]})
        ),
        as_of="2026-12-31",
    )
    with pytest.raises(RequestError, match="no score `t`"):
        report.score("t")
    with pytest.raises(RequestError, match="no window"):
        report.score("s", window="2027-01-01")


def test_scales_agree_with_numpy() -> None:
    values = [4.0, 9.5, 1.25, 7.0]
    array = np.array(values)
    span = array.max() - array.min()
    assert attain.stats.normalise(values) == pytest.approx(100 * (array - array.min()) / span)
    falling = attain.stats.normalise(pl.Series(values), better="lowest")
    assert falling == pytest.approx(100 * (array.max() - array) / span)
    z = attain.stats.normalise(array, method="z_score")
    assert z == pytest.approx((array - array.mean()) / array.std(ddof=1))
    assert attain.stats.normalise(values, method="rank") == pytest.approx(
        [100 / 3, 100, 0, 200 / 3]
    )
    target = attain.stats.normalise(values, method="distance_to", target=5)
    assert target == pytest.approx(100 * (array - 1.25) / 3.75)
    assert attain.stats.normalise([None, 3.0], method="goalposts", goalposts=(4, 2)) == [None, 50.0]


def test_means_agree_with_those_of_python() -> None:
    rows = [(4.0, 9.5, 1.25), (7.0, 2.0, 3.0)]
    parts = [list(part) for part in zip(*rows, strict=True)]
    weights = [2.0, 1.0, 3.0]

    def of(method: str) -> list[float]:
        return attain.stats.composite(parts, weights, method=method).to_pandas()["value"].tolist()

    assert of("arithmetic") == pytest.approx([np.average(row, weights=weights) for row in rows])
    assert of("harmonic") == pytest.approx(
        [statistics.harmonic_mean(row, weights=weights) for row in rows]
    )
    assert of("geometric") == pytest.approx(
        [math.exp(np.average(np.log(row), weights=weights)) for row in rows]
    )


def test_a_row_without_a_mean_says_why() -> None:
    found = attain.stats.composite([[1, -1, None], [2, 2, 2]], method="geometric").to_pandas()
    assert found["value"].isna().tolist() == [False, True, True]
    assert found["status"][1] == "`parts`: found -1, expected a finite number, 0 or more"
    assert found["status"][2] == "withheld: a coverage below `minimum_coverage`"
    assert found["status"].isna().tolist() == [True, False, False]
    assert found["coverage"].tolist()[2] == 50.0


def test_a_composite_at_its_minimum_coverage_is_there_and_a_withheld_one_says_why() -> None:
    parts = [[10, None], [20, 10], [None, None]]
    found = attain.stats.composite(parts, [0.1, 0.35, 0.55], minimum_coverage=45).to_polars()
    assert found["coverage"].to_list() == [45, 35]
    assert found["value"].is_null().to_list() == [False, True]
    assert found["status"].to_list() == [None, "withheld: a coverage below `minimum_coverage`"]
    none = attain.stats.composite([[None]], minimum_coverage=0).to_polars()
    assert none.row(0) == (None, 0, "undefined: no part with a weight is there")
    ranks = attain.stats.rank_sensitivity(parts, minimum_coverage=50, draws=10).to_polars()
    assert ranks["status"].to_list() == [None, "withheld: a coverage below `minimum_coverage`"]


@pytest.mark.parametrize("method", ["min_max", "z_score", "rank"])
def test_differences_that_are_rounding_are_no_differences(method: str) -> None:
    tenths = sum([0.1] * 10)
    for values in ([0.1 + 0.2, 0.3, 0.3], [1.0, tenths], [1e17, 1e17 + 16], [5, 5, 5]):
        scaled = attain.stats.normalise(values, method=method)  # type: ignore[arg-type]
        assert scaled == [None] * len(values)
    # What is no rounding is a difference, however small.
    for values in ([0.3, 0.3 + 1e-12], [1e-100, 2e-100], [1e17, 1e17 + 1e5]):
        assert None not in attain.stats.normalise(values, method=method)  # type: ignore[arg-type]
    assert attain.stats.normalise([0.1 + 0.2, None], method="distance_to", target=0.3) == [None] * 2


def test_ranks_of_columns_move_with_their_weights() -> None:
    parts = [[80, 60, 50, None], [40, 62, 75, 1]]
    found = attain.stats.rank_sensitivity(parts, [7, 3], draws=10).to_polars()
    assert found["rank"].to_list() == [1, 2, 3, None]
    assert found["left_out_worst"].to_list() == [3, 2, 3, None]


@pytest.mark.parametrize(
    "ask",
    [
        lambda: attain.stats.normalise([1, 2], method="goalposts"),
        lambda: attain.stats.normalise([1, 2], method="goalposts", goalposts=(1, 1)),
        lambda: attain.stats.normalise([1, 2], method="distance_to"),
        lambda: attain.stats.normalise([1, 2], target=3),
        lambda: attain.stats.normalise([1, 2], method="minmax"),
        lambda: attain.stats.composite([]),
        lambda: attain.stats.composite([[1], [2]], [1]),
        lambda: attain.stats.composite([[1], [2, 3]]),
        lambda: attain.stats.composite([[1]], [-1]),
        lambda: attain.stats.composite([[1]], method="median"),
        lambda: attain.stats.rank_sensitivity([[1]], shift=0),
    ],
)
def test_what_has_no_answer_is_refused(ask) -> None:
    with pytest.raises(StatsError):
        ask()
