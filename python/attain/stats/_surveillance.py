"""Early warnings from counts."""

from __future__ import annotations

from attain._attain import Table
from attain._attain import stats as _stats
from attain.stats._column import Column
from attain.stats.choices import EarsMethod, FarringtonMethod


def ears(
    counts: Column,
    *,
    method: EarsMethod = "c1",
    baseline: int = 7,
    alpha: float | None = None,
    minimum_sigma: float = 0,
) -> Table:
    """Compares each count with those just before: EARS C1, C2 and C3.

    `counts` are in order of time, one for each period. The baseline has 7 counts unless given. It
    ends with the count before (`c1`, the default), or two counts earlier (`c2`). `c3` lowers the
    limit of `c2` by what the two counts before were above their own baselines. The limit is the
    mean of the baseline plus z standard deviations, with z the normal quantile of 1 − `alpha`:
    0.001 unless given, for `c3` 0.025 (Hutwagner et al. 2003; Fricker, Hegler & Dunfee 2008).

    The answer has a row for each count: `count`, `expected` (the mean of the baseline), `sigma`
    (its standard deviation, `minimum_sigma` at least), `statistic` (the distance in standard
    deviations; for `c3` with what the counts before add), `limit`, `alarm` (whether the count is
    above the limit), and `status`, which says why there is no answer. A baseline of equal counts
    gives none unless `minimum_sigma` is above 0.

    Raises `StatsError` if a count is infinite or below 0, `baseline` is below 3, or `alpha` or
    `minimum_sigma` is outside its range.

        >>> found = ears([4, 6, 5, 3, 7, 5, 5, 12]).to_polars()
        >>> found.select("expected", "alarm").row(-1)
        (5.0, True)
    """
    choices = {
        "method": method,
        "baseline": baseline,
        "alpha": alpha,
        "minimum_sigma": minimum_sigma,
    }
    found: Table = _stats.ears(counts, choices)
    return found


def farrington(
    counts: Column,
    *,
    method: FarringtonMethod = "original",
    years: int = 5,
    half_window: int = 3,
    periods_per_year: int = 52,
    alpha: float = 0.05,
    trend: bool = True,
    reweight: bool = True,
    least_events: float = 5,
) -> Table:
    """Compares each count with those of earlier years, to warn of outbreaks.

    `counts` are in order of time, one for each period. The expected count comes from a
    quasi-Poisson regression of the earlier counts, with a trend where it is significant.

    * `original`, the default (Farrington et al. 1996): the model has the counts of `half_window`
      periods before and after the same period of each of the `years` before (3 and 5 unless given).
      The limit comes from a normal distribution of powers of two thirds; `alpha` is of both sides.
    * `flexible` (Noufaily et al. 2013): the model has all counts of these years but those of the
      latest half year, with ten levels of season, and keeps its trend. The limit is the 1 − `alpha`
      quantile of a negative binomial distribution.

    `alpha` is 0.05 unless given. With `reweight`, counts whose Anscombe residuals are above 1 (2.58
    in `flexible`) count less, so that an outbreak of an earlier year does not hide one today. An
    alarm needs a count above the limit, and `least_events` events (5 unless given) in the latest
    four periods. A trend needs three years or more, and is left out where the expected count would
    be above all counts of the model. `trend=False` leaves it out always.

    The answer has a row for each count: `count`, `expected`, `limit`, `score` ((count − expected) ÷
    (limit − expected)), `dispersion`, `has_trend`, `alarm`, and `status`, which says why there is
    no answer.

    Raises `StatsError` if a count is infinite or below 0, or a number is outside its range.

        >>> counts = [9 + week * 7 % 3 for week in range(52 * 5 + 3)] + [30]
        >>> found = farrington(counts).to_polars()
        >>> round(found["expected"][-1]), found["alarm"][-1]
        (10, True)
    """
    choices = {
        "method": method,
        "years": years,
        "half_window": half_window,
        "periods_per_year": periods_per_year,
        "alpha": alpha,
        "trend": trend,
        "reweight": reweight,
        "least_events": least_events,
    }
    found: Table = _stats.farrington(counts, choices)
    return found
