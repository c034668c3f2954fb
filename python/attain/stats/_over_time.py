"""Series over time: control charts, runs, trends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats.choices import (
    Better,
    Capability,
    ChartCentre,
    ChartKind,
    ChartRule,
    ChartRules,
    TrendCorrection,
    TrendDirection,
)


@dataclass(frozen=True, slots=True)
class ControlChart:
    """A chart's points and the signals on them, both as tables."""

    points: Table
    """A row for each value given: `value`, `centre`, `lower`, `upper`, the lines one and two
    standard deviations from the centre (`lower_1sd`, `upper_1sd`, `lower_2sd`, `upper_2sd`),
    `deviations` (from the centre, in standard deviations), `counts` (whether the rules use it),
    `phase` (from 0), and `status`, which says why there is no value.

    A run chart has no limits, and a point of a `p` or `u` chart without a denominator has none."""
    signals: Table
    """A row for each pattern found: its `rule`, its `side`, and the positions (from 0) of its
    `first` point, of the point that `completed` it, and of its `last` point.

    The patterns `two_of_three_far` and `four_of_five` contain only the points beyond 2 and 1
    standard deviations: `first` and `last` are such points. `completed` is the first point at which
    the pattern can be known. It can be after `last`, if the third point of the NHS's rule is the
    last."""


def control_chart(
    values: Column,
    denominators: Column | None = None,
    *,
    kind: ChartKind = "xmr",
    rules: ChartRules = "nhs",
    only: Sequence[ChartRule] | None = None,
    shift_length: int | None = None,
    trend_length: int | None = None,
    phases: Sequence[int] = (),
    baseline: int | tuple[int, int] | None = None,
    excluded: Sequence[int] = (),
    per: float = 1,
    factor: float = 2.66,
    screen_moving_ranges: bool = True,
    laney: bool = False,
    centre: ChartCentre = "mean",
) -> ControlChart:
    """A control chart: a centre line, and limits that a stable process rarely passes.

    * `xmr`, the default: single values, mean ± `factor` × mean moving range; with
      `screen_moving_ranges` a single jump does not widen the limits. `moving_range` charts the
      ranges (Montgomery 2013). `i_prime`: `values` ÷ `denominators` of any kind, such as means of
      unequal numbers; limits follow the denominators (Taylor 2017).
    * `p` and `u`: shares and rates, `values` ÷ `denominators` × `per`; with `laney` the limits
      allow for more variation than chance explains (Laney 2002). `np`: the numbers of a `p` chart.
    * `c`: counts over equal exposures. `g`: opportunities between rare events, around `centre`.
      `t`: time between rare events (Provost & Murray 2011; Nelson 1994).
    * `run`: values about their median, without limits.

    `rules` are those of the NHS (`nhs`, the default), Anhøj & Olesen (`anhoej`, 2014), Western
    Electric (`western_electric`, 1956) or Nelson (`nelson`, 1984). `only` names the rules of the
    set that are used; all of them if it is left out. A shift is 7 points on one side (`nhs`), 8
    (`western_electric`) or 9 (`nelson`), unless `shift_length` gives another number; a trend is 7
    (`nhs`) or 6 (`nelson`) rising or falling points, unless `trend_length` does. Both are 3 to 30.

    Centre and limits start afresh at each position in `phases`. They come from all points of a
    phase, from its first points (`baseline=12`), or from those from one position to before another
    (`baseline=(0, 12)`). Points in `excluded` are shown but not used. Positions count from 0.
    Missing values are skipped. The points have a row for each value given.

    A value on a limit, or on a line 1 or 2 standard deviations from the centre, is within it.
    Distances up to 10⁻¹² of the value and the centre are rounding, and such a value is on the line.

    Raises `StatsError` if the columns don't fit each other or the kind, a choice has no effect on
    the kind (`laney` or `per` without denominators) or on the rules (`shift_length` without the
    rule `shift`), `only` has a rule that the set does not have, or a baseline has fewer than two
    points.

        >>> chart = control_chart([5, 6, 4, 5, 6, 4, 8, 8, 7, 8, 9, 7, 8], baseline=6)
        >>> found = chart.signals.to_polars()
        >>> found.filter(found["rule"] == "shift").rows()
        [('shift', 'above', 6, 12, 12)]
        >>> series = [5, 6, 4, 5, 6, 4, 8, 8, 7, 8, 9, 7, 8]
        >>> chart = control_chart(series, baseline=6, only=["shift"], shift_length=6)
        >>> chart.signals.to_polars().rows()
        [('shift', 'above', 6, 11, 12)]
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
        "per": per,
        "factor": factor,
        "screen_moving_ranges": screen_moving_ranges,
        "laney": laney,
        "centre": centre,
    }
    return ControlChart(*_stats.control_chart(values, denominators, choices))


@dataclass(frozen=True, slots=True, kw_only=True)
class Runs:
    """Runs and crossings of a series about its median."""

    useful: int
    """Points that are not on the median."""
    longest_run: int
    """The longest run on one side."""
    longest_run_limit: int
    """The longest run that chance explains: round(log₂ useful) + 3."""
    crossings: int
    """The number of times that the series crosses the median."""
    crossings_limit: int
    """The fewest crossings that chance explains: the 5 % quantile of Binomial(useful − 1, ½)."""
    signals: bool
    """Whether the longest run or the crossings show a shift."""


def runs(values: Column) -> Runs:
    """Whether a series shifts about its median: the runs analysis of Anhøj & Olesen (2014).

    Missing values are skipped. Raises `StatsError` if fewer than two values differ from the median.

        >>> found = runs([1, 2, 1, 2, 1, 2, 1, 2, 1, 2])
        >>> found.longest_run, found.crossings, found.signals
        (1, 9, False)
    """
    found: Runs = _stats.runs(values)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class MannKendall:
    """A test for a monotone trend."""

    n: int
    """The number of values tested: those that are not missing, one less after pre-whitening."""
    score: float
    """Kendall's score: the pairs that rise minus the pairs that fall."""
    variance: float
    """Its variance without trend, corrected for ties and autocorrelation."""
    tau: float
    """Score over all pairs, from −1 to 1 (Kendall's τ_a)."""
    tau_b: float | None
    """Kendall's τ_b: score over √(all pairs · pairs of different values). `None` where all values
    are equal."""
    z: float | None
    """The score in standard deviations; `None` where the variance is not above 0."""
    p: float | None
    """The two-sided p-value; `None` where there is no `z`."""
    p_rising: float | None
    """The one-sided p-value: small if the series rises."""
    p_falling: float | None
    """The one-sided p-value: small if the series falls."""
    exact: bool
    """Whether the p-values are exact."""
    status: str | None = None
    """Why there is no p-value: a correction can leave no variance. `None` where there is one."""


@overload
def mann_kendall(
    values: Column,
    *,
    by: None = None,
    period: int | None = None,
    exact_up_to: int = 10,
    correction: TrendCorrection | None = None,
    lags: int | None = None,
    significant: float = 0.95,
) -> MannKendall: ...
@overload
def mann_kendall(
    values: Column,
    *,
    by: Column,
    period: int | None = None,
    exact_up_to: int = 10,
    correction: TrendCorrection | None = None,
    lags: int | None = None,
    significant: float = 0.95,
) -> Table: ...
def mann_kendall(
    values: Column,
    *,
    by: Column | None = None,
    period: int | None = None,
    exact_up_to: int = 10,
    correction: TrendCorrection | None = None,
    lags: int | None = None,
    significant: float = 0.95,
) -> MannKendall | Table:
    """The test of Mann (1945) and Kendall (1975) for a monotone trend in an equally spaced series.

    Up to `exact_up_to` values (10 unless given) without ties, p-values are exact. The one-sided
    ones are P(S ≥ score) and P(S ≤ score) without a trend; both contain the score. `correction`
    allows for autocorrelation:

    * `hamed_rao` (1998) corrects the variance by the autocorrelations up to `lags` that are
      `significant`, `yue_wang` (2004) by all of them. Without `lags`, all lags count. The variance
      can become negative; the test then has no p-value
    * `pre_whitening` (von Storch 1995) tests x_t − r·x_(t−1), with r the autocorrelation at lag 1;
      it takes a part of a trend away
    * `trend_free_pre_whitening` (Yue, Pilon, Phinney & Cavadias 2002) takes the Theil-Sen line away
      first and adds it again; it keeps a trend, and finds one too often where there is none

    With a `period` the test is made within seasons and added up (Hirsch, Slack & Smith 1982), never
    exact. Seasons are taken to be independent. `correction="hirsch_slack"` (1984) adds the
    covariances between seasons, which Dietz & Killeen (1981) estimate from ranks. It needs some ten
    years; with fewer it finds too few trends. Several sites, or indicators, are tested together as
    if they were seasons: all values of the first time, then all of the next. Missing values are
    skipped.

    Without `by`, returns a `MannKendall`. `by` says which series a value belongs to; the values of
    each series are in order of time. The answer is then a table with a row for each series, in the
    order of their first values: `by` (as text), the fields of a `MannKendall`, and `status`, which
    says why a series has no answer.

    Raises `StatsError` if a value is infinite, there are too few, or `lags` or `correction` would
    have no effect.

        >>> test = mann_kendall([1, 2, 3, 5, 4])
        >>> test.score, test.tau, round(test.p, 4), test.exact
        (8.0, 0.8, 0.0833, True)
        >>> round(test.p_rising, 4)
        0.0417
        >>> months = [1, 5, 2, 6, 3, 7, 4, 8]
        >>> mann_kendall(months, period=2, correction="hirsch_slack").variance
        34.666666666666664
    """
    test: MannKendall | Table = _stats.mann_kendall(
        values, by, period, exact_up_to, correction, lags, significant
    )
    return test


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialMannKendall:
    """A test for a monotone trend that a covariate does not explain."""

    n: int
    """The places that have a value and a covariate."""
    score: float
    """Kendall's score of the values, minus what the covariate's score predicts."""
    variance: float
    """Its variance without such a trend."""
    correlation: float
    """The correlation of both scores without a trend, from −1 to 1."""
    z: float
    """The score in standard deviations."""
    p: float
    """The two-sided p-value."""
    p_rising: float
    """The one-sided p-value: small if the values rise more than the covariate explains."""
    p_falling: float
    """The one-sided p-value: small if they fall more."""


def partial_mann_kendall(values: Column, covariate: Column) -> PartialMannKendall:
    """The partial Mann-Kendall test for a monotone trend beyond that of a covariate.

    A pollution may rise only because the flow of the river does, a number of cases only because
    more tests are made. Without a trend the scores of both series are about normal, with a
    covariance that Dietz & Killeen (1981) estimate from ranks; the test is of one score given the
    other. Ties are allowed for. Places where one of both is missing are skipped.

    Raises `StatsError` if a number is infinite, fewer than three places have both, all values or
    all covariates are equal, or the values are always in the order of the covariate, or in the
    opposite one. Source: Libiseller & Grimvall 2002.

        >>> tests = [50, 53, 58, 57, 64, 66, 71, 70, 78, 80]
        >>> cases = [11, 10, 13, 12, 13, 15, 14, 16, 15, 17]
        >>> round(mann_kendall(cases).p_rising, 4)
        0.0011
        >>> round(partial_mann_kendall(cases, tests).p_rising, 4)
        0.6121
    """
    test: PartialMannKendall = _stats.partial_mann_kendall(values, covariate)
    return test


@dataclass(frozen=True, slots=True, kw_only=True)
class SenSlope:
    """A robust line through a series."""

    slope: float
    """Change per step or unit of time, or per period of a seasonal series."""
    lower: float
    """Its lower limit."""
    upper: float
    """Its upper limit."""
    intercept: float
    """The value of the line at the first position of the series, or at time 0."""
    confidence: float
    """The share of such intervals that cover the slope."""


@overload
def sen_slope(
    values: Column,
    *,
    by: None = None,
    times: Column | None = None,
    period: int | None = None,
    confidence: float = 0.95,
) -> SenSlope: ...
@overload
def sen_slope(
    values: Column,
    *,
    by: Column,
    times: Column | None = None,
    period: int | None = None,
    confidence: float = 0.95,
) -> Table: ...
def sen_slope(
    values: Column,
    *,
    by: Column | None = None,
    times: Column | None = None,
    period: int | None = None,
    confidence: float = 0.95,
) -> SenSlope | Table:
    """The median of the slopes between all pairs of points, and its limits (Theil 1950, Sen 1968).

    The slope is per step of the series. With a `period` only points of the same season are
    compared, and the slope is per period. Missing values keep their positions. With `times`, the
    time of each value in any order and at any distance, the slope is per unit of time, `intercept`
    is the line at time 0, and values of one time are not compared.

    Without `by`, returns a `SenSlope`. `by` says which series a value belongs to; the values of
    each series are in order of time. The answer is then a table with a row for each series, in the
    order of their first values: `by` (as text), `slope`, `lower`, `upper`, `intercept`, and
    `status`, which says why a series has no answer.

    Raises `StatsError` if a value is infinite or there are fewer than two of different times.

        >>> sen_slope([1, 3, None, 7, 9, 100]).slope
        2.0
        >>> sen_slope([40, 50, 56, 72], times=[2006, 2011, 2014, 2022]).slope
        2.0
    """
    line: SenSlope | Table = _stats.sen_slope(values, by, times, period, confidence)
    return line


@dataclass(frozen=True, slots=True, kw_only=True)
class FivePointTrend:
    """The trend of five points."""

    chi_squared: float
    """χ² for trend, with one degree of freedom."""
    critical: float
    """The value that χ² has to exceed."""
    direction: TrendDirection | None
    """`None` if there is no trend: χ² is not above `critical`, or the sign of the slope changes
    when one point is left out."""


def five_point_trend(
    events: Column | None = None,
    denominators: Column | None = None,
    *,
    exposures: Column | None = None,
    values: Column | None = None,
    standard_errors: Column | None = None,
    confidence: float = 0.998,
) -> FivePointTrend:
    """The trend over five points, as England's public-health profiles mark it.

    A trend needs χ² for trend above its critical value at `confidence` (0.998 unless given), and a
    slope whose sign stays the same whichever point is left out. Give `events` with `denominators`
    for shares (Cochran 1954, Armitage 1955) or with `exposures` for rates. Instead of events, give
    `values` with their `standard_errors`, for standardised rates for example. All have five
    numbers, in order of time.

    Raises `StatsError` if there are not five of each, or a number is missing or not above 0.

        >>> trend = five_point_trend(
        ...     [994, 1023, 1199, 1332, 1367], [40299, 41527, 42811, 44064, 44701]
        ... )
        >>> round(trend.chi_squared, 2), trend.direction
        (47.9, 'rising')
    """
    trend: FivePointTrend = _stats.five_point_trend(
        events, denominators, exposures, values, standard_errors, confidence
    )
    return trend


def capability(
    lower: float, upper: float, target: float, *, better: Better = "highest"
) -> Capability:
    """Whether a process that stays between two limits will meet a target.

    `capable` if it always will, `incapable` if it will not until it is changed, `hit_and_miss` if
    chance decides. All three numbers are in the unit of the process; `better` is `highest` unless
    given. Raises `StatsError` if a limit or the target is not finite.

        >>> capability(82, 94, 80), capability(82, 94, 95), capability(82, 94, 90)
        ('capable', 'incapable', 'hit_and_miss')
    """
    found: Capability = _stats.capability(lower, upper, target, better)
    return found


def capability_indices(
    values: Column,
    by: Column | None = None,
    lower: float | None = None,
    upper: float | None = None,
    *,
    target: float | None = None,
    confidence: float = 0.95,
) -> Table:
    """The indices of a stable process against the limits that its values should keep.

    `lower` and `upper` are these limits, one of them at least, and `target` is the best value. `by`
    says which subgroup a value belongs to; without it, or with one subgroup alone, values are
    single ones in order of time. The table has a row for each `index`, with `value`, its limits
    `lower` and `upper`, and `status`, which says why an index is not there:

    * `cp`: (upper − lower) ÷ 6s, with the standard deviation s within subgroups: pooled, or the
      mean moving range ÷ 1.128 of single values
    * `cpk`: the distance of the mean from the nearer limit ÷ 3s
    * `cpm`: (upper − lower) ÷ 6τ, with the mean square τ² around the target
    * `pp`, `ppk`: as `cp` and `cpk`, with the standard deviation of all values

    The confidence limits hold for normal values: by χ² for `cp` and `pp`, Bissell's (1990) for
    `cpk` and `ppk`, Boyles's (1991) for `cpm`. Missing values are skipped. Raises `StatsError` if a
    number is infinite, there is no limit, `lower` is not below `upper`, or there are fewer than two
    values. Source: Montgomery 2013, 8.3; `capability` says whether a target is met each time.

        >>> found = capability_indices([9, 11, 10, 12], [*"aabb"], 4, 16).to_polars()
        >>> found["index"].to_list(), found["value"].round(4).to_list()
        (['cp', 'cpk', 'cpm', 'pp', 'ppk'], [1.4142, 1.2964, None, 1.5492, 1.4201])
    """
    found: Table = _stats.capability_indices(values, by, lower, upper, target, confidence)
    return found
