"""Charts of subgroups, cumulative sums and moving averages, and how often charts are wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats._over_time import ControlChart
from attain.stats.choices import ChartRule, ChartRules, SimulatedChart, SubgroupChart


def subgroup_chart(
    values: Column,
    by: Column,
    *,
    kind: SubgroupChart = "xbar_s",
    rules: ChartRules = "nhs",
    only: Sequence[ChartRule] | None = None,
    shift_length: int | None = None,
    trend_length: int | None = None,
    phases: Sequence[int] = (),
    baseline: int | tuple[int, int] | None = None,
    excluded: Sequence[int] = (),
) -> ControlChart:
    """A control chart of subgroups: means, ranges or standard deviations of a few values each.

    `by` says which subgroup a value belongs to. Subgroups are in the order of their first values.

    * `xbar_s`, the default: means, with limits from the standard deviations within subgroups.
    * `xbar_r`: means, with limits from the ranges within subgroups.
    * `r`: ranges. `s`: standard deviations.

    Limits are three standard deviations from the centre, by the constants A₂, D₃, D₄, A₃, B₃ and B₄
    of the size of each subgroup (Montgomery 2013, 6.2 and 6.3). Of unequal sizes, standard
    deviations are pooled, and ranges are divided by d₂ (Burr 1969).

    `rules`, `only`, `shift_length`, `trend_length`, `phases`, `baseline` and `excluded` are those
    of `control_chart`; positions count subgroups. Missing values are skipped. The points have a row
    for each subgroup: `by` (as text), `size` (its values), and the columns of a `ControlChart`.

    Raises `StatsError` if the columns don't fit each other, a subgroup has more than 1,000 values,
    or a baseline has fewer than two subgroups of two values.

        >>> chart = subgroup_chart([5, 7, 6, 8, 4, 6], [*"aabbcc"], kind="xbar_r")
        >>> points = chart.points.to_polars()
        >>> points["value"].to_list(), round(points["upper"][0], 2)
        ([6.0, 7.0, 5.0], 9.76)
    """
    choices = {
        "kind": kind,
        "rules": rules,
        "only": only,
        "shift_length": shift_length,
        "trend_length": trend_length,
        "phases": phases,
        "baseline": baseline,
        "excluded": excluded,
    }
    return ControlChart(*_stats.subgroup_chart(values, by, choices))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRates:
    """How often a chart is wrong."""

    false_signal: float
    """The probability that the latest point is part of a signal although nothing changed."""
    power: float
    """The probability that the latest point is part of a signal after the change."""


def signal_rates(
    points: int,
    *,
    kind: SimulatedChart = "xmr",
    mean: float | None = None,
    shift: float = 1,
    shift_points: int = 7,
    baseline: int | None = None,
    rules: ChartRules = "nhs",
    only: Sequence[ChartRule] | None = None,
    shift_length: int | None = None,
    trend_length: int | None = None,
    laney: bool = False,
) -> SignalRates:
    """How often a chart gives a false signal, and how often it finds a change.

    20,000 series of `points` independent values are simulated and charted, once without a change
    and once with one. The latest `shift_points` points are then `shift` standard deviations higher
    (7 and 1 unless given; a shift below 0 is a fall). The answer says in what share of the series
    the latest point is part of a signal. The seed is fixed, and the standard error of 4 % is 0.14
    points.

    Values are normal, or counts by Poisson's distribution if their `mean` is given: the mean number
    of events in a period. The kinds `c`, `u`, `p` and `np` need it. Counts of mean m have the
    standard deviation √m: a rise by 20 % is `shift=0.2 * m**0.5`. Shares are simulated as rates;
    their `mean` is (p ÷ σ)², with σ the standard deviation of a point, or ((1 − p) ÷ σ)² for a
    share p above ½. `laney` is that of `control_chart`.

    Limits come from all points, or from the first `baseline` of them. `rules`, `only`,
    `shift_length` and `trend_length` are those of `control_chart`.

    Raises `StatsError` if there are fewer than 2 points or more than 1,000, a baseline has fewer
    than two or more than there are, the mean is missing or not above 0, or the shift has no points
    or more than there are.

        >>> rise = 0.2 * 30**0.5
        >>> rates = signal_rates(48, kind="u", laney=True, mean=30, shift=rise, baseline=24)
        >>> round(rates.false_signal, 2), round(rates.power, 1)
        (0.04, 0.4)
    """
    choices = {
        "kind": kind,
        "mean": mean,
        "shift": shift,
        "shift_points": shift_points,
        "baseline": baseline,
        "rules": rules,
        "only": only,
        "shift_length": shift_length,
        "trend_length": trend_length,
        "laney": laney,
    }
    rates: SignalRates = _stats.signal_rates(points, choices)
    return rates


@dataclass(frozen=True, slots=True, kw_only=True)
class Cusum:
    """A chart of cumulative sums."""

    points: Table
    """A row for each value given: `value`; the sums `upper` and `lower`, in the unit of the values;
    `side` (`above`, `below` or `both`), which says which sum is above the limit; `since`, the
    position (from 0) at which that sum began to rise; and `status`, which says why there is no
    value. `side` and `since` are null where no sum is above the limit."""
    target: float
    """The mean that values are compared with."""
    sigma: float
    """The standard deviation of single values."""
    limit: float
    """The limit of both sums, in the unit of the values."""
    run_length: float
    """The mean number of values between false signals, if values are normal and target and sigma
    are exact; infinite from 10¹² on."""


def cusum(
    values: Column,
    *,
    target: float | None = None,
    sigma: float | None = None,
    baseline: int | None = None,
    allowance: float = 0.5,
    limit: float = 5,
    head_start: float = 0,
) -> Cusum:
    """The tabular cumulative sum of a series: finds small changes that last (Page 1954).

    The upper sum adds what values are above `target` + `allowance` · `sigma`, the lower one what
    they are below `target` − `allowance` · `sigma`; neither falls below 0. A sum above `limit` ·
    `sigma` is a signal (Montgomery 2013, 9.1). An allowance of 0.5 and a limit of 5, the defaults,
    look for a change by one standard deviation. With `head_start=0.5` the sums start at half of the
    limit, and find a change at the start sooner (Lucas & Crosier 1982).

    Without `target` and `sigma`, they are the mean and the mean moving range ÷ 1.128 of the first
    `baseline` values, or of all. Missing values leave the sums as they are.

    Raises `StatsError` if a value is infinite, `sigma` or `allowance` is not above 0, `limit` is
    not above 0 to 50, `head_start` is not from 0 to below 1, or fewer than two values give target
    and sigma.

        >>> chart = cusum([10, 13, 13, 13], target=10, sigma=1)
        >>> chart.points.to_polars().select("upper", "side", "since").rows()[-1]
        (7.5, 'above', 1)
        >>> round(chart.run_length)
        465
    """
    choices = {
        "target": target,
        "sigma": sigma,
        "baseline": baseline,
        "allowance": allowance,
        "limit": limit,
        "head_start": head_start,
    }
    chart: Cusum = _stats.cusum(values, choices)
    return chart


def cusum_run_length(
    shift: float = 0, *, allowance: float = 0.5, limit: float = 5, head_start: float = 0
) -> float:
    """The mean number of values until a cumulative sum signals (ARL).

    `shift` is the distance of the mean from the target in standard deviations. With 0 (the default)
    the answer is the mean number of values between false signals. Values are normal and
    independent; target and sigma are exact. `allowance`, `limit` and `head_start` are those of
    `cusum`. The answer solves Page's integral equation (1954) for each side, and combines them as
    Lucas & Crosier (1982) do. It is infinite from 10¹² on.

    Raises `StatsError` if a number is outside its range; see `cusum`.

        >>> round(cusum_run_length()), round(cusum_run_length(1), 1)
        (465, 10.4)
    """
    length: float = _stats.cusum_run_length(shift, allowance, limit, head_start)
    return length


@dataclass(frozen=True, slots=True, kw_only=True)
class Ewma:
    """A chart of exponentially weighted moving averages."""

    points: Table
    """A row for each value given: `value`, `average`, its limits `lower` and `upper`, `side`
    (`above` or `below` the limits, null between them), and `status`, which says why there is no
    value."""
    target: float
    """The mean that averages are compared with, where they start."""
    sigma: float
    """The standard deviation of single values."""
    run_length: float
    """The mean number of values between false signals of a long series, if values are normal and
    target and sigma are exact; infinite from 10¹² on."""


def ewma(
    values: Column,
    *,
    target: float | None = None,
    sigma: float | None = None,
    baseline: int | None = None,
    weight: float = 0.2,
    limit: float = 3,
) -> Ewma:
    """The exponentially weighted moving average of a series: finds small changes (Roberts 1959).

    Each average is `weight` · value + (1 − `weight`) · the average before, from `target` on. Limits
    are `limit` standard deviations of the average from the target, with its exact variance
    (Montgomery 2013, 9.2). The weight is 0.2 unless given, the limit 3. `target`, `sigma` and
    `baseline` are those of `cusum`. Missing values leave the average as it is.

    Raises `StatsError` if a value is infinite, `sigma` is not above 0, `weight` is not from 0.01 to
    1, `limit` is not above 0 to 10, or fewer than two values give target and sigma.

        >>> chart = ewma([9.45, 7.99], target=10, sigma=1, weight=0.1, limit=2.7)
        >>> [round(x, 4) for x in chart.points["average"]]
        [9.945, 9.7495]
    """
    choices = {
        "target": target,
        "sigma": sigma,
        "baseline": baseline,
        "weight": weight,
        "limit": limit,
    }
    chart: Ewma = _stats.ewma(values, choices)
    return chart


def ewma_run_length(shift: float = 0, *, weight: float = 0.2, limit: float = 3) -> float:
    """The mean number of values until a moving average is outside its limits (ARL).

    `shift` is the distance of the mean from the target in standard deviations, 0 unless given.
    Limits are those of a long series (Crowder 1987; Lucas & Saccucci 1990). Values are normal and
    independent; target and sigma are exact. `weight` and `limit` are those of `ewma`. The answer is
    infinite from 10¹² on.

    Raises `StatsError` if a number is outside its range; see `ewma`.

        >>> round(ewma_run_length(weight=0.1, limit=2.814), -1)
        500.0
    """
    length: float = _stats.ewma_run_length(shift, weight, limit)
    return length
