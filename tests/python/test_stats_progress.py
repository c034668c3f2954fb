"""Progress towards a target: tables of all methods, against formulas written out."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

import attain as at

METHODS = [
    "share_of_plan",
    "share_of_change",
    "open_sdg",
    "eurostat",
    "un_2023",
    "unescap_current",
    "unescap_anticipated",
    "sdsn",
    "pace",
]


def table(*args: object, **choices: object) -> pl.DataFrame:
    return pl.DataFrame(at.stats.progress(*args, **choices))  # type: ignore[arg-type]


def test_every_method_has_a_row_and_its_formula() -> None:
    found = table([70.0, 71.5], [2010, 2014], target=75, target_year=2020)
    assert found["method"].to_list() == METHODS
    growth = (71.5 / 70) ** (1 / 4) - 1
    ratio = growth / ((75 / 70) ** (1 / 10) - 1)
    expected = [
        100 * 71.5 / 75,
        30.0,
        ratio,
        ratio,
        (71.5 * (1 + growth) ** 6 - 70) / 5,
        3.0,
        100 * (75 - (71.5 + 6 * 1.5 / 4)) / 5,
        (1.5 / 4) / (5 / 10),
        71.5 / 72,
    ]
    assert found["value"].to_list() == pytest.approx(expected, rel=1e-12)
    assert found["status"].null_count() == len(METHODS)


def test_disagreements_are_named_and_are_mutual() -> None:
    found = table([100, 85], [2015, 2020], target=50, target_year=2030, better="lowest")
    others = dict(zip(found["method"], found["disagrees_with"], strict=True))
    assert others["pace"] == "open_sdg, eurostat, un_2023, sdsn"
    assert others["share_of_plan"] is None
    for method, named in others.items():
        for other in (named or "").split(", "):
            if other:
                assert method in others[other].split(", ")


def test_each_series_of_a_column_is_answered_as_if_alone() -> None:
    rng = np.random.default_rng(3)
    years = np.tile(np.arange(2015, 2023), 5)
    values = rng.normal(60, 10, len(years))
    names = np.repeat(list("abcde"), 8)
    order = rng.permutation(5).repeat(8) * 8 + np.tile(np.arange(8), 5)
    choices = {"target": 80.0, "target_year": 2030.0, "limit": 100.0}
    found = table(values[order], years[order], by=names[order].tolist(), **choices)
    for (name,), rows in found.group_by("by", maintain_order=True):
        alone = table(values[names == name], years[names == name], **choices)
        assert rows.drop("by").equals(alone)


def test_a_series_whose_years_fall_says_so_and_costs_others_nothing() -> None:
    found = table([1, 2, 3, 4], [2015, 2020, 2020, 2015], by=["a", "a", "b", "b"], target=5)
    assert found.filter(by="a", method="share_of_plan")["value"].item() == 40
    refused = found.filter(by="b")
    assert refused["label"].null_count() == len(METHODS)
    assert set(refused["status"]) == {"`years`: found 2015, expected years that rise"}
    with pytest.raises(at.StatsError, match="years"):
        at.stats.progress([3, 4], [2020, 2015], target=5)


def test_a_band_is_a_target_of_two_numbers() -> None:
    inside = table([30, 50], [2015, 2020], target=(47, 53), target_year=2030)
    assert inside.filter(method="open_sdg")["label"].item() == "target_achieved"
    assert inside.filter(method="share_of_plan")["value"].item() is None
    one, other = (
        table([base, last], [2015, 2020], target=(1, 1), target_year=2030, distance="ratio")
        for base, last in [(2, 1.25), (0.5, 0.8)]
    )
    assert one.equals(other)
    with pytest.raises(at.StatsError, match="two ends"):
        at.stats.progress([1], [2015], target=(1, 2, 3))  # type: ignore[arg-type]


def test_without_a_target_growth_is_compared_with_fixed_rates() -> None:
    found = table([100, 110], [2015, 2020])
    growth = 1.1**0.2 - 1
    answered = found.filter(pl.col("label").is_not_null())
    assert answered["method"].to_list() == ["open_sdg", "eurostat", "un_2023"]
    assert answered["value"].to_list() == pytest.approx([growth] * 3)
    assert set(answered["unit"]) == {"growth_per_year"}
    assert found.filter(method="sdsn")["status"].item() == "the method needs a target"


def test_missing_values_are_passed_over() -> None:
    whole = table([40, 44], [2016, 2020], standard_errors=[1.2, 1.6], target=60, target_year=2030)
    holed = table(
        [None, 40, float("nan"), 44],
        [2015, 2016, 2018, 2020],
        standard_errors=[None, 1.2, None, 1.6],
        target=60,
        target_year=2030,
    )
    assert whole.equals(holed)
    share = whole.filter(method="share_of_change")
    assert share["label"].item() == "improving"
    error = 100 * ((1.6 / 20) ** 2 + (1.2 * 16 / 400) ** 2) ** 0.5
    assert share["standard_error"].item() == pytest.approx(error)


def test_unknown_choices_are_refused_with_those_there_are() -> None:
    with pytest.raises(at.StatsError, match="geometric"):
        at.stats.progress([1, 2], [1, 2], path="geometrical")  # type: ignore[arg-type]
    with pytest.raises(at.StatsError, match="as many as `years`"):
        at.stats.progress([1, 2], [1])
