"""Charts of subgroups, sums and averages, rules, and error rates: against books and numpy."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats as oracle

import attain as at

Numbers = npt.NDArray[np.float64]

# Inside diameters of piston rings, Montgomery's first example of subgroups: 25 samples of five.
PISTON_RINGS = [
    [74.030, 74.002, 74.019, 73.992, 74.008], [73.995, 73.992, 74.001, 74.011, 74.004],
    [73.988, 74.024, 74.021, 74.005, 74.002], [74.002, 73.996, 73.993, 74.015, 74.009],
    [73.992, 74.007, 74.015, 73.989, 74.014], [74.009, 73.994, 73.997, 73.985, 73.993],
    [73.995, 74.006, 73.994, 74.000, 74.005], [73.985, 74.003, 73.993, 74.015, 73.988],
    [74.008, 73.995, 74.009, 74.005, 74.004], [73.998, 74.000, 73.990, 74.007, 73.995],
    [73.994, 73.998, 73.994, 73.995, 73.990], [74.004, 74.000, 74.007, 74.000, 73.996],
    [73.983, 74.002, 73.998, 73.997, 74.012], [74.006, 73.967, 73.994, 74.000, 73.984],
    [74.012, 74.014, 73.998, 73.999, 74.007], [74.000, 73.984, 74.005, 73.998, 73.996],
    [73.994, 74.012, 73.986, 74.005, 74.007], [74.006, 74.010, 74.018, 74.003, 74.000],
    [73.984, 74.002, 74.003, 74.005, 73.997], [74.000, 74.010, 74.013, 74.020, 74.003],
    [73.982, 74.001, 74.015, 74.005, 73.996], [74.004, 73.999, 73.990, 74.006, 74.009],
    [74.010, 73.989, 73.990, 74.009, 74.014], [74.015, 74.008, 73.993, 74.000, 74.010],
    [73.982, 73.984, 73.995, 74.017, 74.013],
]  # fmt: skip

# Montgomery 2013, table 9.1: the mean rises from 10 to 11 after the 20th value.
SHIFTED = [
    9.45, 7.99, 9.29, 11.66, 12.16, 10.18, 8.04, 11.46, 9.20, 10.34, 9.03, 11.47, 10.51, 9.40,
    10.08, 9.37, 10.62, 10.31, 8.52, 10.84, 10.90, 9.33, 12.29, 11.50, 10.60, 11.08, 10.38, 11.62,
    11.31, 10.52,
]  # fmt: skip


def chart_of(subgroups: list[list[float]], **choices: Any) -> pl.DataFrame:
    """The points of a chart of subgroups."""
    by = [place for place, values in enumerate(subgroups) for _ in values]
    values = list(itertools.chain.from_iterable(subgroups))
    return at.stats.subgroup_chart(values, by, **choices).points.to_polars()


def lines(points: pl.DataFrame) -> tuple[float, float, float]:
    return points.select("lower", "centre", "upper").row(0)


def test_piston_rings_have_their_published_limits() -> None:
    # Montgomery's book: A₂ = 0.577, D₄ = 2.115, and a mean range of 0.023.
    means, ranges = (chart_of(PISTON_RINGS, kind=kind) for kind in ("xbar_r", "r"))
    assert [round(x, 3) for x in lines(means)] == [73.988, 74.001, 74.015]
    assert [round(x, 3) for x in lines(ranges)] == [0, 0.023, 0.049]
    # Montgomery 6.3, example 6.3, with more digits as qicharts2 has them.
    assert lines(chart_of(PISTON_RINGS, kind="xbar_s")) == pytest.approx(
        (73.98776012, 74.001176, 74.01459188), abs=5e-9
    )
    assert lines(chart_of(PISTON_RINGS, kind="s")) == pytest.approx(
        (0, 0.00939948389, 0.0196355018), abs=5e-11
    )


def test_subgroups_of_unequal_sizes_have_pooled_deviations() -> None:
    # Montgomery 6.3.2, example 6.4.
    sizes = [5, 3, 5, 5, 5, 4, 4, 5, 4, 5, 5, 5, 3, 5, 3, 5, 4, 5, 5, 3, 5, 5, 5, 5, 5]
    subgroups = [values[:size] for values, size in zip(PISTON_RINGS, sizes, strict=True)]
    means = chart_of(subgroups, kind="xbar_s")
    deviations = chart_of(subgroups, kind="s")
    n = np.array(sizes)
    s = np.array([np.std(values, ddof=1) for values in subgroups])
    pooled = np.sqrt(((n - 1) * s**2).sum() / (n - 1).sum())
    c4 = np.array([oracle.chi.mean(size - 1) / np.sqrt(size - 1) for size in sizes])
    grand = sum(map(sum, subgroups)) / n.sum()
    assert means["upper"].to_list() == pytest.approx(
        grand + 3 * pooled / c4 / np.sqrt(n), abs=1e-12
    )
    assert deviations["centre"].to_list() == pytest.approx([pooled] * 25)
    assert deviations["upper"].to_list() == pytest.approx(
        pooled * (1 + 3 * np.sqrt(1 - c4**2) / c4)
    )
    # Published: 74.001 (73.986, 74.015) for the first mean, 0.0103 for the deviations.
    assert [round(x, 3) for x in lines(means)] == [73.986, 74.001, 74.015]
    assert round(deviations["centre"][0], 4) == 0.0103
    ranges = chart_of(subgroups, kind="r")
    r = np.array([max(values) - min(values) for values in subgroups])
    d2 = {3: 1.693, 4: 2.059, 5: 2.326}
    within = np.mean([width / d2[size] for width, size in zip(r, sizes, strict=True)])
    assert ranges["centre"].to_list() == pytest.approx([within * d2[k] for k in sizes], rel=3e-4)


# Montgomery 2013, appendix VI.
A2 = {2: 1.880, 3: 1.023, 4: 0.729, 5: 0.577, 6: 0.483, 8: 0.373, 10: 0.308, 25: 0.153}
D3 = {2: 0, 3: 0, 4: 0, 5: 0, 6: 0, 8: 0.136, 10: 0.223, 25: 0.459}
D4 = {2: 3.267, 3: 2.574, 4: 2.282, 5: 2.114, 6: 2.004, 8: 1.864, 10: 1.777, 25: 1.541}
A3 = {2: 2.659, 3: 1.954, 4: 1.628, 5: 1.427, 6: 1.287, 8: 1.099, 10: 0.975, 25: 0.606}
B3 = {2: 0, 3: 0, 4: 0, 5: 0, 6: 0.030, 8: 0.185, 10: 0.284, 25: 0.565}
B4 = {2: 3.267, 3: 2.568, 4: 2.266, 5: 2.089, 6: 1.970, 8: 1.815, 10: 1.716, 25: 1.435}


@pytest.mark.parametrize("size", A2)
def test_constants_are_those_of_the_tables(size: int) -> None:
    random = np.random.default_rng(size)
    subgroups = random.normal(0, 1, (4, size))
    r = np.ptp(subgroups, axis=1).mean()
    s = subgroups.std(axis=1, ddof=1).mean()
    rows = subgroups.tolist()
    _, centre, upper = lines(chart_of(rows, kind="xbar_r"))
    assert (upper - centre) / r == pytest.approx(A2[size], abs=6e-4)
    lower, centre, upper = lines(chart_of(rows, kind="r"))
    assert centre == pytest.approx(r)
    assert (lower / r, upper / r) == pytest.approx((D3[size], D4[size]), abs=1.1e-3)
    _, centre, upper = lines(chart_of(rows, kind="xbar_s"))
    assert (upper - centre) / s == pytest.approx(A3[size], abs=6e-4)
    lower, centre, upper = lines(chart_of(rows, kind="s"))
    assert (lower / s, upper / s) == pytest.approx((B3[size], B4[size]), abs=6e-4)


def test_ranges_of_normal_values_have_their_mean_and_deviation() -> None:
    # d2 by scipy's quadrature of the distribution of the range.
    for size in (2, 5, 12):

        def beyond(x: float, size: int = size) -> float:
            p = oracle.norm.cdf(x)
            return float(1 - p**size - (1 - p) ** size)

        from scipy.integrate import quad

        d2 = quad(beyond, -12, 12, epsabs=1e-12, limit=200)[0]
        values = [[0.0] * (size - 1) + [width] for width in (1.0, 3.0)]
        _, centre, upper = lines(chart_of(values, kind="xbar_r"))
        assert (upper - centre) == pytest.approx(3 * 2 / d2 / np.sqrt(size), rel=1e-7)


def test_subgroups_without_a_point_say_why() -> None:
    found = at.stats.subgroup_chart([1, 2, 4, 6, 3, None], [*"aabbcd"], kind="xbar_s").points
    rows = found.to_polars()
    assert rows["by"].to_list() == ["a", "b", "c", "d"]
    assert rows["size"].to_list() == [2, 2, 1, 0]
    assert rows["status"].to_list() == [
        None, None, "no limits: the subgroup has one value", "the subgroup has no values",
    ]  # fmt: skip
    found = at.stats.subgroup_chart([1, 2, 4, 6, 3], [*"aabbc"], kind="r").points
    assert found["status"][2] == "a range or a standard deviation needs two values"
    with pytest.raises(at.StatsError, match="at least 2"):
        at.stats.subgroup_chart([1, 2, 4, 6, 3], [*"abcde"])


def test_numbers_of_events_are_shares_times_denominators() -> None:
    events, of = [3, 5, 2, 7, None, 4], [20, 25, 18, 30, 20, 22]
    numbers = at.stats.control_chart(events, of, kind="np").points.to_polars()
    shares = at.stats.control_chart(events, of, kind="p").points.to_polars()
    assert numbers["value"].to_list() == events
    for column in ("centre", "lower", "upper", "upper_2sd"):
        assert numbers[column].to_list() == pytest.approx(
            (shares[column] * pl.Series(of)).to_list()
        )
    assert numbers["deviations"].to_list() == shares["deviations"].to_list()


def test_means_of_unequal_weight_are_charted_as_taylor_has_it() -> None:
    random = np.random.default_rng(2)
    n = random.integers(5, 60, 30).astype(float)
    x = n * random.normal(10, 3 / np.sqrt(n))
    x[20] += 12 * n[20]
    found = at.stats.control_chart(x, n, kind="i_prime").points.to_polars()
    y = x / n
    s = np.sqrt(np.pi / 2) * np.abs(np.diff(y)) / np.sqrt(1 / n[1:] + 1 / n[:-1])
    screened = s[s <= 3.267 * s.mean()]
    assert len(screened) < len(s)
    centre, sigma = x.sum() / n.sum(), screened.mean() / np.sqrt(n)
    assert found["centre"].to_list() == pytest.approx([centre] * 30)
    assert found["lower"].to_list() == pytest.approx(centre - 3 * sigma)
    assert found["upper_1sd"].to_list() == pytest.approx(centre + sigma)
    # Of equal weights it is a chart of single values with 3√π/2 = 2.6587.
    one = at.stats.control_chart(y, np.ones(30), kind="i_prime").points.to_polars()
    single = at.stats.control_chart(y, factor=1.5 * np.pi**0.5).points.to_polars()
    assert one["upper"].to_list() == pytest.approx(single["upper"].to_list())


def test_the_published_sums_find_the_shift() -> None:
    # Montgomery 2013, table 9.2: C⁺ exceeds 5 at the 29th value, and began to rise at the 23rd.
    found = at.stats.cusum(SHIFTED, target=10, sigma=1)
    points = found.points.to_polars()
    assert points["upper"][28] == pytest.approx(5.28)
    assert points["upper"][29] == pytest.approx(5.30)
    assert points["lower"][:3].to_list() == pytest.approx([0.05, 1.56, 1.77])
    assert points.filter(pl.col("side").is_not_null()).select("side", "since").rows() == [
        ("above", 22), ("above", 22),
    ]  # fmt: skip
    assert points["side"][28] == "above"
    assert found.limit == 5
    upper = lower = 2.5
    head = at.stats.cusum(SHIFTED, target=10, sigma=1, head_start=0.5).points.to_polars()
    for place, value in enumerate(SHIFTED):
        upper, lower = max(0.0, upper + value - 10.5), max(0.0, lower + 9.5 - value)
        assert head.select("upper", "lower").row(place) == pytest.approx((upper, lower))


def test_target_and_sigma_come_from_the_baseline() -> None:
    found = at.stats.cusum(SHIFTED, baseline=20)
    first = np.array(SHIFTED[:20])
    assert found.target == pytest.approx(first.mean())
    assert found.sigma == pytest.approx(np.abs(np.diff(first)).mean() / 1.128)
    averages = at.stats.ewma(SHIFTED, baseline=20)
    assert (averages.target, averages.sigma) == (found.target, found.sigma)
    gap = at.stats.cusum([*SHIFTED[:5], None, *SHIFTED[5:]], target=10, sigma=1).points.to_polars()
    assert gap["upper"][5] == gap["upper"][4]
    assert gap["status"][5] == "`values` is missing"


def test_the_published_averages_find_the_shift() -> None:
    # Montgomery 2013, table 9.10: λ = 0.1, L = 2.7.
    points = at.stats.ewma(SHIFTED, target=10, sigma=1, weight=0.1, limit=2.7).points.to_polars()
    assert points["average"][:2].to_list() == pytest.approx([9.945, 9.7495])
    assert [round(x, 2) for x in points["upper"][:2]] == [10.27, 10.36]
    assert [round(x, 2) for x in points.select("lower", "upper").row(-1)] == [9.38, 10.62]
    average, i = 10.0, np.arange(1, 31)
    for place, value in enumerate(SHIFTED):
        average = 0.1 * value + 0.9 * average
        assert points["average"][place] == pytest.approx(average)
    exact = 2.7 * np.sqrt(0.1 / 1.9 * (1 - 0.9 ** (2 * i)))
    assert points["upper"].to_list() == pytest.approx(10 + exact)
    beyond = (points["average"] > points["upper"]).to_list()
    assert points["side"].is_not_null().to_list() == beyond
    assert points["side"].drop_nulls().unique().to_list() == ["above"]


def markov_chain_of_sums(shift: float, k: float, h: float, states: int = 401) -> float:
    """Brook & Evans (1972): the run length of one side."""
    width = 2 * h / (2 * states - 1)
    at_, to = np.arange(states)[:, None], np.arange(states)[None, :]
    upper = oracle.norm.cdf((to - at_ + 0.5) * width + k - shift)
    lower = oracle.norm.cdf((to - at_ - 0.5) * width + k - shift)
    lower[:, 0] = 0
    return float(np.linalg.solve(np.eye(states) - (upper - lower), np.ones(states))[0])


def markov_chain_of_averages(shift: float, weight: float, limit: float, states: int = 401) -> float:
    """Lucas & Saccucci (1990)."""
    reach = limit * np.sqrt(weight / (2 - weight))
    width = 2 * reach / states
    middle = -reach + width * (np.arange(states) + 0.5)
    to = middle[None, :] - (1 - weight) * middle[:, None]
    upper = oracle.norm.cdf((to + width / 2) / weight - shift)
    lower = oracle.norm.cdf((to - width / 2) / weight - shift)
    lengths = np.linalg.solve(np.eye(states) - (upper - lower), np.ones(states))
    return float(lengths[states // 2])


@pytest.mark.parametrize("shift", [0, 0.25, 1, 3])
def test_run_lengths_are_those_of_markov_chains(shift: float) -> None:
    for k, h in ((0.5, 5), (0.5, 4), (0.25, 8)):
        up, down = (markov_chain_of_sums(s, k, h) for s in (shift, -shift))
        expected = 1 / (1 / up + 1 / down)
        found = at.stats.cusum_run_length(shift, allowance=k, limit=h)
        assert found == pytest.approx(expected, rel=2e-3)
    for weight, limit in ((0.1, 2.814), (0.25, 2.998), (0.4, 3.054)):
        expected = markov_chain_of_averages(shift, weight, limit)
        found = at.stats.ewma_run_length(shift, weight=weight, limit=limit)
        assert found == pytest.approx(expected, rel=2e-3)


def test_run_lengths_are_the_published_ones() -> None:
    # Montgomery 2013, table 9.3: k = 0.5, h = 4 and 5.
    for h, shifts in {4: (168, 74.2, 26.6, 13.3, 8.38), 5: (465, 139, 38.0, 17.0, 10.4)}.items():
        for shift, published in zip((0, 0.25, 0.5, 0.75, 1), shifts, strict=True):
            assert at.stats.cusum_run_length(shift, limit=h) == pytest.approx(published, rel=4e-3)
    # Lucas & Saccucci 1990; Montgomery's table 9.11.
    for weight, limit, one in ((0.4, 3.054, 14.3), (0.25, 2.998, 11.1), (0.1, 2.814, 10.3)):
        found = at.stats.ewma_run_length(weight=weight, limit=limit)
        assert found == pytest.approx(500, rel=5e-3)
        found = at.stats.ewma_run_length(1, weight=weight, limit=limit)
        assert found == pytest.approx(one, rel=1e-2)
    # With a weight of 1 each value stands alone: 1 ÷ 0.0027.
    shewhart = 1 / (2 * oracle.norm.sf(3))
    assert at.stats.ewma_run_length(weight=1, limit=3) == pytest.approx(shewhart, rel=1e-6)
    # Lucas & Crosier 1982: a head start of one half, k = 0.5 and h = 5.
    assert at.stats.cusum_run_length(0, head_start=0.5) == pytest.approx(430, rel=5e-3)
    assert at.stats.cusum_run_length(1, head_start=0.5) == pytest.approx(6.35, rel=5e-3)
    assert at.stats.cusum_run_length(0, limit=50) == float("inf")


def longest(flags: list[bool], needed: int) -> list[bool]:
    """The points that belong to `needed` or more in a row."""
    found = [False] * len(flags)
    for first in range(len(flags) - needed + 1):
        if all(flags[first : first + needed]):
            found[first : first + needed] = [True] * needed
    return found


@settings(max_examples=300, deadline=None)
@given(
    steps=st.lists(st.integers(-3, 3), min_size=12, max_size=40),
    shift_length=st.integers(3, 12),
    trend_length=st.integers(3, 9),
)
def test_run_lengths_are_chosen_point_by_point(
    steps: list[int], shift_length: int, trend_length: int
) -> None:
    # The baseline has the mean 0.
    values = [-1, 1] * 4 + steps
    chart = at.stats.control_chart(
        values,
        baseline=8,
        only=["shift", "trend"],
        shift_length=shift_length,
        trend_length=trend_length,
    )
    flagged = {rule: [False] * len(values) for rule in ("shift", "trend")}
    for row in chart.signals.to_polars().iter_rows(named=True):
        flagged[row["rule"]][row["first"] : row["last"] + 1] = [True] * (
            row["last"] + 1 - row["first"]
        )
    sides = [longest([s * v > 0 for v in values], shift_length) for s in (1, -1)]
    assert flagged["shift"] == [a or b for a, b in zip(*sides, strict=True)]
    trends = [False] * len(values)
    for first in range(len(values) - trend_length + 1):
        window = values[first : first + trend_length]
        differences = np.diff(window)
        if (differences > 0).all() or (differences < 0).all():
            trends[first : first + trend_length] = [True] * trend_length
    assert flagged["trend"] == trends


def test_rules_are_left_out_one_by_one() -> None:
    random = np.random.default_rng(5)
    values = np.concatenate([random.normal(0, 1, 40), random.normal(1.5, 1, 40)])
    sets = {
        "nhs": ["outside_limits", "shift", "trend", "two_of_three_far"],
        "anhoej": ["long_run", "few_crossings"],
        "western_electric": ["outside_limits", "two_of_three_far", "four_of_five", "shift"],
        "nelson": [
            "outside_limits", "shift", "trend", "alternating", "two_of_three_far", "four_of_five",
            "hugging", "avoiding",
        ],
    }  # fmt: skip
    for rules, names in sets.items():
        choices: dict[str, Any] = {"rules": rules, "baseline": 40}
        whole = at.stats.control_chart(values, **choices).signals.to_polars()
        for name in names:
            one = at.stats.control_chart(values, only=[name], **choices).signals.to_polars()
            assert one.rows() == whole.filter(pl.col("rule") == name).rows()
        assert set(whole["rule"]) <= set(names)
    named = typing_names()
    assert set(itertools.chain.from_iterable(sets.values())) == named


def typing_names() -> set[str]:
    from typing import get_args

    return set(get_args(at.stats.choices.ChartRule))


@pytest.mark.parametrize(
    ("choices", "argument", "message"),
    [
        ({"only": ["shifts"]}, "only", "did you mean `shift`"),
        ({"only": "shift"}, "only", "a list of names of rules"),
        ({"only": []}, "only", "at least 1"),
        ({"only": ["four_of_five"]}, "only", "rules of the set nhs: outside_limits, shift"),
        ({"shift_length": 2}, "shift_length", "from 3 to 30"),
        ({"only": ["trend"], "shift_length": 7}, "shift_length", "no effect"),
        ({"rules": "western_electric", "trend_length": 7}, "trend_length", "no effect"),
    ],
)
def test_rules_that_there_are_not_are_refused(
    choices: dict[str, Any], argument: str, message: str
) -> None:
    with pytest.raises(at.StatsError, match=message) as raised:
        at.stats.control_chart(SHIFTED, **choices)
    assert raised.value.faults[0].column == argument


def test_lines_lie_at_one_and_two_deviations() -> None:
    found = at.stats.control_chart(
        [5, 7, 6, 8, 7, 5], screen_moving_ranges=False
    ).points.to_polars()
    sigma = 2.66 * np.abs(np.diff([5, 7, 6, 8, 7, 5])).mean() / 3
    mean = 38 / 6
    names = ["lower", "lower_2sd", "lower_1sd", "upper_1sd", "upper_2sd", "upper"]
    expected = [mean + k * sigma for k in (-3, -2, -1, 1, 2, 3)]
    assert found.select(names).row(0) == pytest.approx(expected)
    # Where they are cut: shares end at 0 and 1.
    found = at.stats.control_chart([0, 1, 0, 2], [5] * 4, kind="p").points.to_polars()
    assert found["lower_1sd"][0] == 0
    assert found["lower_2sd"][0] == 0


def latest_in_pattern(values: Numbers, centre: Numbers, sigma: Numbers, run: int = 7) -> Numbers:
    """Whether the last value of each row is part of a pattern of the NHS's rules."""
    z = (values - centre[:, None]) / sigma[:, None]
    found = np.abs(z[:, -1]) > 3
    found |= np.abs(np.sign(z[:, -run:]).sum(axis=1)) == run
    found |= np.abs(np.sign(np.diff(values[:, -7:], axis=1)).sum(axis=1)) == 6
    for side in (1, -1):
        last = side * z[:, -3:]
        found |= (last > 0).all(axis=1) & ((last > 2).sum(axis=1) >= 2) & (last[:, -1] > 2)
    return found


def moving(values: Numbers) -> Numbers:
    return np.abs(np.diff(values, axis=1)).mean(axis=1) / 1.128


@pytest.mark.parametrize(("baseline", "mean"), [(48, 30.0), (24, 30.0), (12, 30.0), (48, 4.0)])
def test_error_rates_are_those_of_another_simulation(baseline: int, mean: float) -> None:
    random = np.random.default_rng(9)
    for change in (1.0, 1.2):
        rates = np.full(48, mean)
        rates[-7:] *= change
        counts = random.poisson(rates, (60_000, 48)).astype(float)
        first = counts[:, :baseline]
        with np.errstate(invalid="ignore", divide="ignore"):
            expected = latest_in_pattern(counts, first.mean(axis=1), moving(first)).mean()
        found = at.stats.signal_rates(
            48,
            kind="u",
            laney=True,
            mean=mean,
            shift=(change - 1) * mean**0.5,
            baseline=baseline,
        )
        share = found.false_signal if change == 1 else found.power
        assert share == pytest.approx(expected, abs=4 * (expected / 15_000) ** 0.5)
        if change == 1:
            assert found.power == found.false_signal


def test_error_rates_by_closed_form() -> None:
    # With a baseline of 900, limits are known. Ranges above 3.267 times their mean are left out.
    rates = at.stats.signal_rates(900, only=["outside_limits"], shift=2, shift_points=1)
    cut = 3.267 * (2 / np.pi) ** 0.5
    screened = (1 - np.exp(-(cut**2) / 2)) / (1 - 2 * oracle.norm.sf(cut))
    factor = 2.66 * 1.128 * screened
    assert rates.false_signal == pytest.approx(2 * oracle.norm.sf(factor), abs=0.0018)
    assert rates.power == pytest.approx(oracle.norm.sf(factor - 2), abs=0.013)
    # Six on one side: a coin's toss for each of five, and of eight for seven.
    for length in (6, 8):
        rates = at.stats.signal_rates(
            900, only=["shift"], shift_length=length, shift_points=length, shift=1
        )
        assert rates.false_signal == pytest.approx(0.5 ** (length - 1), abs=0.007)
        expected = oracle.norm.cdf(1) ** length
        assert rates.power == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda: at.stats.signal_rates(1), "points"),
        (lambda: at.stats.signal_rates(1001), "points"),
        (lambda: at.stats.signal_rates(20, baseline=21), "baseline"),
        (lambda: at.stats.signal_rates(20, baseline=1), "baseline"),
        (lambda: at.stats.signal_rates(20, kind="c"), "mean"),
        (lambda: at.stats.signal_rates(20, kind="c", mean=0), "mean"),
        (lambda: at.stats.signal_rates(20, shift_points=21), "shift_points"),
        (lambda: at.stats.cusum([1, 2, 3], allowance=0), "allowance"),
        (lambda: at.stats.cusum([1, 2, 3], limit=51), "limit"),
        (lambda: at.stats.cusum([1, 2, 3], head_start=1), "head_start"),
        (lambda: at.stats.cusum([1]), "values"),
        (lambda: at.stats.cusum([1, 1, 1]), "sigma"),
        (lambda: at.stats.ewma([1, 2, 3], weight=0), "weight"),
        (lambda: at.stats.ewma([1, 2, 3], limit=11), "limit"),
        (lambda: at.stats.ewma_run_length(weight=2), "weight"),
    ],
)
def test_numbers_outside_their_range_are_refused(call: Any, argument: str) -> None:
    with pytest.raises(at.StatsError) as raised:
        call()
    assert raised.value.faults[0].column == argument
