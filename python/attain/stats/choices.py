"""The choices that the functions of `attain.stats` take and return, each declared once.

Use them to annotate functions of your own that pass a choice on:

    >>> from typing import get_args
    >>> get_args(Side)
    ('both', 'lower', 'upper')

An unknown choice raises `StatsError`. Its fault names the argument, the value that was given, the
allowed values in the order of this page, and the nearest of them:

    >>> import attain as at
    >>> at.stats.proportion(1, 2, method="wilsn")
    Traceback (most recent call last):
    ...
    attain.errors.StatsError: column `method`: there is no such choice: found `wilsn`, expected \
wilson, exact, mid_p, jeffreys, agresti_coull, wald, wilson_corrected, wald_corrected, logit, \
likelihood, complementary_log_log, arcsine (did you mean `wilson`?)
"""

from __future__ import annotations

from typing import Literal, TypeAlias

__all__ = [
    "Adjustment",
    "Better",
    "Capability",
    "ChartCentre",
    "ChartKind",
    "ChartRule",
    "ChartRules",
    "CompositeMethod",
    "CountMethod",
    "DirectDifferenceMethod",
    "DirectMethod",
    "EarsMethod",
    "FarringtonMethod",
    "FunnelMethod",
    "FunnelSignal",
    "GoalSide",
    "GroupOrder",
    "InequalityScale",
    "McNemarMethod",
    "MissingEvents",
    "MultinomialMethod",
    "NormaliseMethod",
    "OddsRatioMethod",
    "PAdjustment",
    "PairedDifferenceMethod",
    "PoolKind",
    "PowerMethod",
    "ProgressDistance",
    "ProgressPath",
    "ProportionDifferenceMethod",
    "ProportionDifferencePowerMethod",
    "ProportionDifferenceTestMethod",
    "ProportionMethod",
    "ProportionRatioMethod",
    "RankingDirection",
    "RateDifferenceMethod",
    "RateRatioMethod",
    "RateRatioPowerMethod",
    "RateRatioSizeMethod",
    "RateRatioTestMethod",
    "Scope",
    "ScoreScale",
    "Seasonality",
    "Side",
    "SimulatedChart",
    "StratifiedMeasure",
    "SubgroupChart",
    "Tails",
    "TestMethod",
    "TheilKind",
    "Tied",
    "TrendCorrection",
    "TrendDirection",
    "TwoSided",
    "Variation",
]

Side: TypeAlias = Literal["both", "lower", "upper"]
"""The limits that have the confidence: both, or one of them alone."""

ProportionMethod: TypeAlias = Literal[
    "wilson",
    "exact",
    "mid_p",
    "jeffreys",
    "agresti_coull",
    "wald",
    "wilson_corrected",
    "wald_corrected",
    "logit",
    "likelihood",
    "complementary_log_log",
    "arcsine",
]
"""The interval of a share; see `attain.stats.proportion`."""

MultinomialMethod: TypeAlias = Literal["goodman", "sison_glaz"]
"""The intervals of the shares of several categories; see `attain.stats.multinomial`."""

CountMethod: TypeAlias = Literal[
    "byar", "exact", "mid_p", "score", "jeffreys", "square_root", "likelihood"
]
"""The interval of a count; see `attain.stats.count`."""

DirectMethod: TypeAlias = Literal["byar", "exact", "mid_p", "fay_feuer", "tiwari"]
"""The limits of a directly standardised rate; see `attain.stats.directly_standardised_rate`."""

DirectDifferenceMethod: TypeAlias = Literal["fay_feuer", "tiwari", "wald"]
"""The limits of a difference of two such rates; see
`attain.stats.directly_standardised_difference`."""

ProportionDifferenceMethod: TypeAlias = Literal[
    "newcombe", "miettinen_nurminen", "mee", "agresti_caffo", "wald"
]
"""The interval of a difference of two shares; see `attain.stats.proportion_difference`."""

ProportionRatioMethod: TypeAlias = Literal[
    "koopman", "miettinen_nurminen", "log_normal", "adjusted_log_normal"
]
"""The interval of a ratio of two shares; see `attain.stats.proportion_ratio`."""

OddsRatioMethod: TypeAlias = Literal[
    "miettinen_nurminen",
    "cornfield",
    "log_normal",
    "adjusted_log_normal",
    "exact_conditional",
    "mid_p",
]
"""The interval of an odds ratio; see `attain.stats.odds_ratio`."""

RateRatioMethod: TypeAlias = Literal["exact_conditional", "mid_p", "score", "log_normal"]
"""The interval of a ratio of two rates; see `attain.stats.rate_ratio`."""

RateDifferenceMethod: TypeAlias = Literal["score", "square_and_add", "wald"]
"""The interval of a difference of two rates; see `attain.stats.rate_difference`."""

StratifiedMeasure: TypeAlias = Literal[
    "odds_ratio", "proportion_ratio", "proportion_difference", "rate_ratio"
]
"""What two groups are compared by over strata; see `attain.stats.mantel_haenszel`."""

PairedDifferenceMethod: TypeAlias = Literal["newcombe", "tango", "wald"]
"""The interval of a difference of two paired shares; see `attain.stats.paired_difference`."""

McNemarMethod: TypeAlias = Literal["exact", "mid_p", "score", "score_corrected"]
"""The test of two paired shares; see `attain.stats.mcnemar_test`."""

PAdjustment: TypeAlias = Literal[
    "bonferroni",
    "sidak",
    "holm",
    "holm_sidak",
    "hochberg",
    "hommel",
    "benjamini_hochberg",
    "benjamini_yekutieli",
    "two_stage",
    "two_stage_benjamini_hochberg",
]
"""The adjustment of the p-values of several tests; see `attain.stats.adjusted_p`."""

TestMethod: TypeAlias = Literal["exact", "mid_p", "score"]
"""The test of a share or a count at a goal; see `attain.stats.proportion_test`."""

ProportionDifferenceTestMethod: TypeAlias = Literal[
    "miettinen_nurminen", "mee", "fisher", "fisher_mid_p", "barnard", "boschloo"
]
"""The test of two shares; see `attain.stats.proportion_difference_test`."""

RateRatioTestMethod: TypeAlias = Literal["exact_conditional", "mid_p", "score", "e_test"]
"""The test of two rates; see `attain.stats.rate_ratio_test`."""

PowerMethod: TypeAlias = Literal["exact", "mid_p", "score", "normal"]
"""The power of a test of a share or a count; see `attain.stats.proportion_test_power`."""

ProportionDifferencePowerMethod: TypeAlias = Literal[
    "miettinen_nurminen",
    "mee",
    "fisher",
    "fisher_mid_p",
    "normal",
    "normal_unpooled",
    "normal_corrected",
]
"""The power of a test of two shares; see `attain.stats.proportion_difference_test_power`."""

RateRatioPowerMethod: TypeAlias = Literal[
    "exact_conditional", "mid_p", "score", "normal", "log_normal"
]
"""The power of a test of two rates; see `attain.stats.rate_ratio_test_power`."""

RateRatioSizeMethod: TypeAlias = Literal["normal", "log_normal"]
"""The exposures for a test of two rates; see `attain.stats.rate_ratio_test_exposure`."""

TwoSided: TypeAlias = Literal["doubled", "minimum_likelihood"]
"""The two-sided p-value of an exact test; see `attain.stats.proportion_test`."""

FunnelMethod: TypeAlias = Literal["inverted", "byar", "exact", "mid_p"]
"""The limits of a count on a funnel plot; see `attain.stats.count_funnel`."""

FunnelSignal: TypeAlias = Literal[
    "below_outer", "below_inner", "within", "above_inner", "above_outer"
]
"""The position of a value on a funnel plot. A value on a limit is within it."""

ScoreScale: TypeAlias = Literal["square_root_ratio", "log_ratio", "arcsin_proportion"]
"""The scale of the scores of units; see `attain.stats.overdispersion`."""

Tails: TypeAlias = Literal["kept", "winsorised", "truncated"]
"""The treatment of extreme scores; see `attain.stats.overdispersion`."""

Adjustment: TypeAlias = Literal["additive", "multiplicative", "unadjusted"]
"""The model of overdispersion of a funnel; see `attain.stats.adjusted_funnel`."""

Better: TypeAlias = Literal["highest", "lowest"]
"""The end of the values that is the better one."""

Tied: TypeAlias = Literal["best", "middle", "worst"]
"""The rank that equal values get, of the ranks that they occupy together."""

Scope: TypeAlias = Literal["marginal", "simultaneous"]
"""The intervals of ranks that have the confidence: each by itself, or all at once."""

GroupOrder: TypeAlias = Literal["highest_first", "lowest_first"]
"""The values that group 1 contains; see `attain.stats.quantile_groups`."""

NormaliseMethod: TypeAlias = Literal["min_max", "z_score", "rank", "goalposts", "distance_to"]
"""The scale of normalised values; see `attain.stats.normalise`."""

CompositeMethod: TypeAlias = Literal["arithmetic", "geometric", "harmonic"]
"""The weighted mean of a composite."""

ChartKind: TypeAlias = Literal[
    "xmr", "moving_range", "i_prime", "p", "np", "u", "c", "g", "t", "run"
]
"""The kind of control chart; see `attain.stats.control_chart`."""

ChartRules: TypeAlias = Literal["nhs", "anhoej", "western_electric", "nelson"]
"""The published set of rules that signals follow; see `attain.stats.control_chart`."""

ChartRule: TypeAlias = Literal[
    "outside_limits",
    "shift",
    "trend",
    "two_of_three_far",
    "four_of_five",
    "alternating",
    "hugging",
    "avoiding",
    "long_run",
    "few_crossings",
]
"""A single rule of such a set; see `attain.stats.control_chart`."""

ChartCentre: TypeAlias = Literal["mean", "theoretical_median"]
"""The centre line of a `g` chart; see `attain.stats.control_chart`."""

SubgroupChart: TypeAlias = Literal["xbar_r", "xbar_s", "r", "s"]
"""The kind of chart of subgroups; see `attain.stats.subgroup_chart`."""

SimulatedChart: TypeAlias = Literal["run", "xmr", "p", "np", "u", "c"]
"""The kind of chart whose error rates are simulated; see `attain.stats.signal_rates`."""

EarsMethod: TypeAlias = Literal["c1", "c2", "c3"]
"""The baseline of an early warning; see `attain.stats.ears`."""

FarringtonMethod: TypeAlias = Literal["original", "flexible"]
"""The version of the method of Farrington et al.; see `attain.stats.farrington`."""

TheilKind: TypeAlias = Literal["t", "l"]
"""Which of Theil's indices; see `attain.stats.theil`."""

TrendCorrection: TypeAlias = Literal[
    "hamed_rao", "yue_wang", "pre_whitening", "trend_free_pre_whitening", "hirsch_slack"
]
"""The correction for autocorrelation; see `attain.stats.mann_kendall`."""

TrendDirection: TypeAlias = Literal["rising", "falling"]
"""The direction of a trend."""

Capability: TypeAlias = Literal["capable", "incapable", "hit_and_miss"]
"""Whether a stable process will meet a target; see `attain.stats.capability`."""

Seasonality: TypeAlias = Literal["harmonics", "terms"]
"""The model of the season; see `attain.stats.interrupted_series`."""

Variation: TypeAlias = Literal["quasi_poisson", "poisson"]
"""The variance of counts: estimated from the data, or equal to the mean."""

ProgressPath: TypeAlias = Literal["linear", "geometric"]
"""The path from the base to the target; see `attain.stats.progress`."""

ProgressDistance: TypeAlias = Literal["gap", "ratio"]
"""The distance of a value from a band; see `attain.stats.progress`."""

MissingEvents: TypeAlias = Literal["withhold", "counts_as_zero"]
"""The effect of a stratum whose events are missing: no answer for its group, or 0 events."""

InequalityScale: TypeAlias = Literal["identity", "log", "logit"]
"""The scale of the line through the values; see `attain.stats.inequality`."""

RankingDirection: TypeAlias = Literal["first_to_last", "last_to_first"]
"""The direction of the difference along a ranking; see `attain.stats.inequality`."""

PoolKind: TypeAlias = Literal["share", "rate"]
"""The counts that are pooled: events among cases, or events over an exposure."""

GoalSide: TypeAlias = Literal["at_least", "at_most"]
"""The side of its goal that a value has to be on."""
