"""Funnel plots, and their limits under overdispersion."""

# Overloads of numbers and of columns overlap: see `attain.stats._column`.
# mypy: disable-error-code="overload-overlap"

from __future__ import annotations

from dataclasses import dataclass
from typing import overload

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats.choices import Adjustment, FunnelMethod, FunnelSignal, ScoreScale, Tails


@dataclass(frozen=True, slots=True, kw_only=True)
class Funnel:
    """A unit on a funnel plot: its value, inner and outer limits, and its position."""

    value: float
    """The value that is plotted."""
    inner_lower: float
    """The inner lower limit."""
    inner_upper: float
    """The inner upper limit."""
    outer_lower: float
    """The outer lower limit."""
    outer_upper: float
    """The outer upper limit."""
    signal: FunnelSignal
    """The position of the value. A value on a limit is within it."""


@overload
def proportion_funnel(
    events: float,
    denominator: float,
    baseline: float,
    *,
    per: float = 1,
    correlation: float = 0,
    inner: float = 0.95,
    outer: float = 0.998,
) -> Funnel: ...
@overload
def proportion_funnel(
    events: float | Column,
    denominator: float | Column,
    baseline: float | Column,
    *,
    per: float = 1,
    correlation: float = 0,
    inner: float = 0.95,
    outer: float = 0.998,
) -> Table: ...
def proportion_funnel(
    events: float | Column,
    denominator: float | Column,
    baseline: float | Column,
    *,
    per: float = 1,
    correlation: float = 0,
    inner: float = 0.95,
    outer: float = 0.998,
) -> Funnel | Table:
    """A unit's share on a funnel plot around a baseline share, all times `per` (1 unless given).

    The limits are baseline ± z√(baseline(1−baseline)/`denominator`), within 0 and `per`: the shares
    whose Wilson interval just reaches the baseline. `baseline` is from 0 to 1; `inner` and `outer`
    are the confidences of the two pairs of limits, and `inner` is not above `outer`.

    With a `correlation` ρ of the cases of a unit (above 0, below 1) true shares differ between
    units, with the variance ρ·baseline(1−baseline). The limits are then quantiles of the
    beta-binomial distribution: at most half of what the confidence leaves lies beyond each.

    Numbers give a `Funnel`; columns give a table with its fields and `status`. A row has no answer
    if `baseline` is not from 0 to 1, or where `proportion` has none; with a `correlation` also if
    `baseline` is 0 or 1 or `denominator` is not whole. Sources: Spiegelhalter 2005; Skellam 1948.

        >>> unit = proportion_funnel(62, 100, 0.5, per=100)
        >>> unit.value, round(unit.inner_upper, 2), unit.signal
        (62.0, 59.8, 'above_inner')
        >>> unit = proportion_funnel(62, 100, 0.5, per=100, correlation=0.02)
        >>> round(unit.inner_upper, 2), unit.signal
        (67.0, 'within')
    """
    answer: Funnel | Table = _stats.proportion_funnel(
        events, denominator, baseline, per, correlation, inner, outer
    )
    return answer


@overload
def count_funnel(
    observed: float,
    expected: float,
    *,
    method: FunnelMethod = "inverted",
    exact_below: float = 10,
    relative_variance: float = 0,
    inner: float = 0.95,
    outer: float = 0.998,
) -> Funnel: ...
@overload
def count_funnel(
    observed: float | Column,
    expected: float | Column,
    *,
    method: FunnelMethod = "inverted",
    exact_below: float = 10,
    relative_variance: float = 0,
    inner: float = 0.95,
    outer: float = 0.998,
) -> Table: ...
def count_funnel(
    observed: float | Column,
    expected: float | Column,
    *,
    method: FunnelMethod = "inverted",
    exact_below: float = 10,
    relative_variance: float = 0,
    inner: float = 0.95,
    outer: float = 0.998,
) -> Funnel | Table:
    """A unit's count on a funnel plot around an expected count.

    Divide by `expected` for a ratio, by the exposure for a rate. `inverted`, the default, gives the
    counts whose exact interval just reaches the expected count: a count beyond them differs from it
    by an exact Poisson test (Garwood 1936). The other methods give the interval of a count as large
    as the expected one, as FunnelPlotR draws it (`exact`). That is not the same as a test, least of
    all where few events are expected. `byar` is exact below `exact_below`; `inner` and `outer` are
    the confidences of the two pairs of limits.

    With a `relative_variance` (above 0) true rates differ between units: 0.01 is a standard
    deviation of 10 % of the expected rate. The limits are then quantiles of the negative binomial
    distribution with the variance `expected` + `relative_variance`·`expected`²: at most half of
    what the confidence leaves lies beyond each. It needs the method `inverted`.

    Numbers give a `Funnel`; columns give a table with its fields and `status`. A row has no answer
    if `observed` is negative or `expected` not above 0. Sources: Spiegelhalter 2005; Greenwood &
    Yule 1920.

        >>> count_funnel(151, 106.4).signal
        'above_outer'
        >>> count_funnel(151, 106.4, relative_variance=0.04).signal
        'within'
    """
    answer: Funnel | Table = _stats.count_funnel(
        observed, expected, method, exact_below, relative_variance, inner, outer
    )
    return answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdispersion:
    """The variation between units beyond chance."""

    phi_of_all: float
    """φ = Σz²/k of all units, before the treatment of the tails; chance gives 1."""
    phi: float
    """φ after the treatment of the tails, rescaled by default; adjustments use it."""
    between_variance: float
    """τ², the variance between units on the funnel's scale: the additive model; 0 where φ ≤ 1."""
    factor: float
    """√φ, the factor on standard errors: the multiplicative model; 1 where φ ≤ 1."""
    units: Table
    """A row for each unit: `z`, `standard_error`, `kept` (whether its score was used), `status`."""


def overdispersion(
    observed: float | Column,
    denominator: float | Column,
    target: float = 1,
    *,
    scale: ScoreScale = "square_root_ratio",
    tails: Tails = "winsorised",
    share: float = 0.1,
    rescale: bool = True,
) -> Overdispersion:
    """The spread of units about a target, beyond chance (Spiegelhalter 2005).

    The score of a unit is z = (y − y_target)/se. y and se are those of the ratio
    `observed`/`denominator` on a `scale`:

    * `square_root_ratio`, the default: √(observed/expected), se 1/(2√expected); accepts 0 observed
    * `log_ratio`: ln(observed/expected), se 1/√expected; a unit with 0 observed has no score
    * `arcsin_proportion`: arcsin √(events/denominator), se 1/(2√denominator)

    φ = Σz²/k, and τ² = (kφ − (k−1))/(Σw − Σw²/Σw) with w = 1/se² (DerSimonian & Laird 1986).
    `tails` says what happens before that to a `share` of the scores at each end: `winsorised`, the
    default, moves them in to the quantile there; `truncated` leaves them out; `kept` does nothing.
    Both treatments make Σz² smaller also where units differ by chance alone. With `rescale`, the
    default, φ is divided by the mean square of standard normal scores after the same treatment:
    0.6787 for a winsorised and 0.4377 for a truncated tenth. `rescale=False` is the published
    convention, whose τ² is about a third too small.

    `observed` and `denominator` have a row per unit. A unit without a score is left out, and its
    row in `units` says why in `status`. Raises `StatsError` if fewer than two units are left, the
    target is not above 0 (and below 1 for a share), or `share` is not from 0 to below one half.

        >>> spread = overdispersion([80, 120, 60, 150], 100, tails="kept")
        >>> round(spread.phi, 3), round(spread.factor, 3), spread.between_variance > 0
        (12.157, 3.487, True)
    """
    found: Overdispersion = _stats.overdispersion(
        observed, denominator, target, scale, tails, share, rescale
    )
    return found


def overdispersion_of_scores(
    z: Column,
    standard_errors: float | Column,
    *,
    tails: Tails = "winsorised",
    share: float = 0.1,
    rescale: bool = True,
) -> Overdispersion:
    """The spread of the scores of any estimates, z = (estimate − target)/standard error.

    For estimates that have no scale of `overdispersion`, such as standardised rates. `z` and
    `standard_errors` have a row per unit. The formulas, the treatment of the tails, the defaults,
    the errors and the sources are those of `overdispersion`. τ² is on the scale of the standard
    errors.

        >>> round(overdispersion_of_scores([2, -3, 1, -2], 5, tails="kept").phi, 9)
        4.5
    """
    found: Overdispersion = _stats.overdispersion_of_scores(
        z, standard_errors, tails, share, rescale
    )
    return found


@overload
def adjusted_funnel(
    observed: float,
    denominator: float,
    spread: Overdispersion,
    target: float = 1,
    *,
    adjustment: Adjustment = "additive",
    scale: ScoreScale = "square_root_ratio",
    inner: float = 0.95,
    outer: float = 0.998,
) -> Funnel: ...
@overload
def adjusted_funnel(
    observed: float | Column,
    denominator: float | Column,
    spread: Overdispersion,
    target: float = 1,
    *,
    adjustment: Adjustment = "additive",
    scale: ScoreScale = "square_root_ratio",
    inner: float = 0.95,
    outer: float = 0.998,
) -> Table: ...
def adjusted_funnel(
    observed: float | Column,
    denominator: float | Column,
    spread: Overdispersion,
    target: float = 1,
    *,
    adjustment: Adjustment = "additive",
    scale: ScoreScale = "square_root_ratio",
    inner: float = 0.95,
    outer: float = 0.998,
) -> Funnel | Table:
    """A unit on a funnel whose limits allow for overdispersion (Spiegelhalter 2005).

    On the `scale`, the limits are y_target ± z·√(se² + τ²) (`additive`, the default), ± z·se·√φ
    (`multiplicative`) or ± z·se (`unadjusted`). They are then converted back to ratios or shares.
    Use the `scale` and `target` of the `spread`, which `overdispersion` returns. `inner` and
    `outer` are the confidences of the two pairs of limits.

    Numbers give a `Funnel`; columns give a table with its fields and `status`. A row has no answer
    if `observed` is negative (or 0 on the scale of logarithms, or above the denominator, for a
    share) or `denominator` not above 0.

        >>> spread = overdispersion([80, 120, 60, 150], 100, tails="kept")
        >>> adjusted_funnel(150, 100, spread).signal
        'within'
        >>> adjusted_funnel(150, 100, spread, adjustment="unadjusted").signal
        'above_outer'
    """
    answer: Funnel | Table = _stats.adjusted_funnel(
        observed,
        denominator,
        spread,
        target,
        scale,
        adjustment,
        inner,
        outer,
    )
    return answer


@overload
def adjusted_funnel_of_values(
    values: float,
    standard_errors: float,
    spread: Overdispersion,
    target: float,
    *,
    adjustment: Adjustment = "additive",
    inner: float = 0.95,
    outer: float = 0.998,
) -> Funnel: ...
@overload
def adjusted_funnel_of_values(
    values: float | Column,
    standard_errors: float | Column,
    spread: Overdispersion,
    target: float,
    *,
    adjustment: Adjustment = "additive",
    inner: float = 0.95,
    outer: float = 0.998,
) -> Table: ...
def adjusted_funnel_of_values(
    values: float | Column,
    standard_errors: float | Column,
    spread: Overdispersion,
    target: float,
    *,
    adjustment: Adjustment = "additive",
    inner: float = 0.95,
    outer: float = 0.998,
) -> Funnel | Table:
    """A funnel that allows for overdispersion, for values whose standard errors are known.

    For standardised rates, for example. `spread` is `overdispersion_of_scores` of z = (value −
    `target`)/standard error. The limits are `target` ± z·√(se² + τ²) (`additive`, the default), ±
    z·se·√φ (`multiplicative`) or ± z·se (`unadjusted`), on the scale of the values: for ratios,
    give logarithms. `inner` and `outer` are the confidences of the two pairs of limits.

    Numbers give a `Funnel`; columns give a table with its fields and `status`. A row has no answer
    if its standard error is not above 0. Source: Spiegelhalter 2005.

        >>> spread = overdispersion_of_scores([-2, 2, -4, 5], 10, tails="kept")
        >>> round(spread.between_variance, 6)
        1533.333333
        >>> unit = adjusted_funnel_of_values(150, 10, spread, 100)
        >>> round(unit.inner_upper, 2), unit.signal
        (179.21, 'within')
    """
    answer: Funnel | Table = _stats.adjusted_funnel_of_values(
        values,
        standard_errors,
        spread,
        target,
        adjustment,
        inner,
        outer,
    )
    return answer


@overload
def effective_population(
    events: float, rate: float, *, per: float = 100_000, years: float = 1
) -> float: ...
@overload
def effective_population(
    events: float | Column, rate: float | Column, *, per: float = 100_000, years: float = 1
) -> Table: ...
def effective_population(
    events: float | Column, rate: float | Column, *, per: float = 100_000, years: float = 1
) -> float | Table:
    """The population in which a rate gives that many events: events ÷ rate × `per` ÷ `years`.

    It is the position of a standardised rate on the axis of a funnel. `rate` is per `per` persons
    and year (100,000 unless given); `events` are those of `years` years together. Numbers give a
    float; columns give a table with `value` and `status`. A row has no answer if `events` is
    negative or `rate` is not above 0. Source: England's public-health statistics.

        >>> round(effective_population(414, 184, years=3), 6)
        75000.0
    """
    answer: float | Table = _stats.effective_population(events, rate, per, years)
    return answer
