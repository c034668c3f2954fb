"""Statistics of counts, shares, rates and means.

Intervals, tests, comparisons, charts, ranks, standardisation. Every function accepts numbers or
columns of numbers: a list, a numpy array, a pandas or polars series, a pyarrow array, or anything
else that exports Arrow data or a buffer. `None`, null and NaN are missing values.

* Numbers alone give a record. A number without an answer raises `StatsError`.
* If any argument is a column, the answer is a `Table` with a row for each of its rows:
  `polars.DataFrame(at.stats.proportion(events, denominator))`. A single number applies to every
  row. A row that has no answer (a denominator of 0, more events than the denominator, a missing
  number) has nulls, and its column `status` says why. `status` is null for all other rows.

Each row of a column has the same answer as the numbers alone, to the last bit, with two exceptions:
exact limits of 4,096 rows or more, and limits of funnels of counts from 128 on. These come from
tables and agree within 10⁻¹².

An argument that is wrong for every row raises `StatsError`: columns of unequal lengths, an unknown
method, a confidence that is not between 0 and 1. No answer holds NaN.

A confidence is a share, 0.95 unless given. Where a function accepts several
(`confidence=[0.95, 0.998]`), numbers give a tuple of records. Columns give one table: all rows at
the first confidence, then all at the next, with a further column `confidence`. With `side="lower"`
or `side="upper"` that limit alone has the confidence, which is above 0.5. The other limit is then
the end of the possible values: 0 or 1 for shares, −1 or 1 for their differences, 0 or infinity for
counts, rates and ratios, and infinity for means.

    >>> import attain as at
    >>> share = at.stats.proportion(160, 200)
    >>> round(share.value, 3), round(share.lower, 4), round(share.upper, 4)
    (0.8, 0.7391, 0.8495)
    >>> inner, outer = at.stats.proportion(160, 200, confidence=[0.95, 0.998])
    >>> round(inner.lower, 4), round(outer.lower, 4)
    (0.7391, 0.6999)
    >>> at_least = at.stats.proportion(160, 200, side="lower")
    >>> round(at_least.lower, 4), at_least.upper
    (0.7496, 1.0)
    >>> at.stats.proportion([160, 3], [200, 0]).to_polars()["status"].to_list()
    [None, '`denominator`: found 0, expected a number above 0, from 1e-100 to 2^53']
"""

from __future__ import annotations

from attain.stats._charts import (
    Cusum,
    Ewma,
    SignalRates,
    cusum,
    cusum_run_length,
    ewma,
    ewma_run_length,
    signal_rates,
    subgroup_chart,
)
from attain.stats._column import Column
from attain.stats._comparisons import (
    adjusted_p,
    benjamini_hochberg,
    difference,
    holm,
    odds_ratio,
    proportion_difference,
    proportion_ratio,
    rate_difference,
    rate_ratio,
)
from attain.stats._composite import composite, normalise, rank_sensitivity
from attain.stats._contributions import change_effects, contribution_to_gap
from attain.stats._effect import (
    DifferenceInDifferences,
    InterruptedSeries,
    difference_in_differences,
    interrupted_series,
)
from attain.stats._evidence import (
    Evidence,
    count_evidence,
    evidence_benjamini_hochberg,
    share_evidence,
)
from attain.stats._funnels import (
    Funnel,
    Overdispersion,
    adjusted_funnel,
    adjusted_funnel_of_values,
    count_funnel,
    effective_population,
    overdispersion,
    overdispersion_of_scores,
    proportion_funnel,
)
from attain.stats._hypothesis import (
    HypothesisTest,
    count_test,
    mean_of_test,
    mean_test,
    proportion_difference_test,
    proportion_test,
    rate_ratio_test,
)
from attain.stats._inequality import concentration_index, gini, inequality, theil
from attain.stats._intervals import (
    Interval,
    count,
    mean,
    mean_of,
    multinomial,
    proportion,
    rate,
    survey_proportion,
)
from attain.stats._life_table import life_expectancy
from attain.stats._outlook import Outlook, count_outlook, share_outlook
from attain.stats._over_time import (
    ControlChart,
    FivePointTrend,
    MannKendall,
    PartialMannKendall,
    Runs,
    SenSlope,
    capability,
    capability_indices,
    control_chart,
    five_point_trend,
    mann_kendall,
    partial_mann_kendall,
    runs,
    sen_slope,
)
from attain.stats._pool import Pooled, pooled, reliable_list
from attain.stats._power import (
    SampleSize,
    SampleSizes,
    count_test_exposure,
    count_test_power,
    proportion_difference_test_power,
    proportion_difference_test_sample_size,
    proportion_test_power,
    proportion_test_sample_size,
    rate_ratio_test_exposure,
    rate_ratio_test_power,
)
from attain.stats._progress import progress
from attain.stats._ranking import quantile_groups, rank_intervals, ranks, tau_best
from attain.stats._standardise import (
    directly_standardised_difference,
    directly_standardised_rate,
    directly_standardised_rate_of_repeats,
    directly_standardised_ratio,
    indirectly_standardised_rate,
    indirectly_standardised_ratio,
)
from attain.stats._stratified import (
    breslow_day_test,
    mantel_haenszel,
    mantel_haenszel_test,
    mcnemar_test,
    paired_difference,
    paired_odds_ratio,
)
from attain.stats._surveillance import ears, farrington

# Classes first, then functions, each in the order of the alphabet.
__all__ = [
    "Column",
    "ControlChart",
    "Cusum",
    "DifferenceInDifferences",
    "Evidence",
    "Ewma",
    "FivePointTrend",
    "Funnel",
    "HypothesisTest",
    "InterruptedSeries",
    "Interval",
    "MannKendall",
    "Outlook",
    "Overdispersion",
    "PartialMannKendall",
    "Pooled",
    "Runs",
    "SampleSize",
    "SampleSizes",
    "SenSlope",
    "SignalRates",
    "adjusted_funnel",
    "adjusted_funnel_of_values",
    "adjusted_p",
    "benjamini_hochberg",
    "breslow_day_test",
    "capability",
    "capability_indices",
    "change_effects",
    "composite",
    "concentration_index",
    "contribution_to_gap",
    "control_chart",
    "count",
    "count_evidence",
    "count_funnel",
    "count_outlook",
    "count_test",
    "count_test_exposure",
    "count_test_power",
    "cusum",
    "cusum_run_length",
    "difference",
    "difference_in_differences",
    "directly_standardised_difference",
    "directly_standardised_rate",
    "directly_standardised_rate_of_repeats",
    "directly_standardised_ratio",
    "ears",
    "effective_population",
    "evidence_benjamini_hochberg",
    "ewma",
    "ewma_run_length",
    "farrington",
    "five_point_trend",
    "gini",
    "holm",
    "indirectly_standardised_rate",
    "indirectly_standardised_ratio",
    "inequality",
    "interrupted_series",
    "life_expectancy",
    "mann_kendall",
    "mantel_haenszel",
    "mantel_haenszel_test",
    "mcnemar_test",
    "mean",
    "mean_of",
    "mean_of_test",
    "mean_test",
    "multinomial",
    "normalise",
    "odds_ratio",
    "overdispersion",
    "overdispersion_of_scores",
    "paired_difference",
    "paired_odds_ratio",
    "partial_mann_kendall",
    "pooled",
    "progress",
    "proportion",
    "proportion_difference",
    "proportion_difference_test",
    "proportion_difference_test_power",
    "proportion_difference_test_sample_size",
    "proportion_funnel",
    "proportion_ratio",
    "proportion_test",
    "proportion_test_power",
    "proportion_test_sample_size",
    "quantile_groups",
    "rank_intervals",
    "rank_sensitivity",
    "ranks",
    "rate",
    "rate_difference",
    "rate_ratio",
    "rate_ratio_test",
    "rate_ratio_test_exposure",
    "rate_ratio_test_power",
    "reliable_list",
    "runs",
    "sen_slope",
    "share_evidence",
    "share_outlook",
    "signal_rates",
    "subgroup_chart",
    "survey_proportion",
    "tau_best",
    "theil",
]


# The compiled functions build every record by its name and fields; this record is a float.
def _number(*, value: float) -> float:
    return value
