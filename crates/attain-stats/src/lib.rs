//! The statistics of official indicators: counts, shares, rates and means, alone, compared and over time. Numbers in,
//! numbers out.
//!
//! Every function takes plain numbers and has parameters for the choices that differ between published methods. It
//! returns a number, or a [`StatsError`] that names the argument without an answer. Nothing panics, nothing is
//! rounded, and an undefined result is never returned as a number.
//!
//! ```
//! use attain_stats::{Confidence, ProportionMethod, proportion_interval};
//!
//! // 160 of 200, and the shares that may lie behind that.
//! let interval = proportion_interval(160.0, 200.0, ProportionMethod::Wilson, Confidence::P95)?;
//! assert!(0.7391 < interval.lower && interval.lower < 0.7392);
//! assert!(0.8495 < interval.upper && interval.upper < 0.8496);
//! # Ok::<(), attain_stats::StatsError>(())
//! ```
//!
//! | module | contents |
//! |---|---|
//! | [`confidence`] | [`Confidence`] and [`Interval`] |
//! | [`interval`] | intervals and exact tests for counts, shares, rates and means, and for two of them compared |
//! | [`hypothesis`] | p-values for a share, a count or a mean against a value, and for two groups; power and sample sizes |
//! | [`standardise`] | standardised rates, inequality along a ranking, life expectancy |
//! | [`compare`] | units against a target and against each other: funnels, overdispersion, ranks, gaps |
//! | [`composite`](mod@composite) | several indicators in one score, and how ranks move with the weights |
//! | [`over_time`] | control charts and their rules, trends |
//! | [`dispersion`](mod@dispersion) | how many times the variance of independent events the counts of units have |
//! | [`outlook`] | predictive distributions for a window that is not over |
//! | [`mod@progress`] | progress towards a target, by the methods in use side by side |
//! | [`evidence`] | evidence against a goal that may be looked at after every report |
//! | [`mod@pool`] | partial pooling: the true value of a unit, estimated from its counts and from those of the others |
//! | [`special`] | the distributions and quantiles behind the intervals |
//! | [`random`] | a seeded random generator |
//! | [`error`] | [`StatsError`] |

pub mod compare;
pub mod composite;
pub mod confidence;
pub mod dispersion;
#[doc(hidden)]
pub mod engine;
pub mod error;
pub mod evidence;
mod exact;
pub mod hypothesis;
pub mod interval;
pub mod outlook;
pub mod over_time;
pub mod pool;
pub mod progress;
pub mod random;
mod root;
pub mod special;
pub mod standardise;

pub use compare::{
    BetterEnd, ChangeEffects, CountFunnelMethod, CountFunnels, DifferenceInDifferences,
    FunnelScale, FunnelScore, FunnelSignal, NormalDraws, Overdispersion, OverdispersionAdjustment,
    PAdjustment, RankInterval, RankOptions, RankScope, RankTests, TailScaling, Tails, TiedRank,
    WindowShare, adjusted_funnel_limits, adjusted_p_values, adjusted_value_limits,
    benjamini_hochberg, beta_binomial_funnel_limits, change_effects, contribution_to_gap,
    count_funnel_limits, count_funnel_signal, count_funnels, difference_in_differences,
    effective_population, funnel_confidences, funnel_score, holm, negative_binomial_funnel_limits,
    overdispersion, proportion_funnel_limits, proportion_funnel_signal, rank_intervals, ranks,
    tau_best, truncated_mean_square, winsorised_mean_square,
};
pub use composite::{
    Aggregation, Composite, Normalisation, NormalisedScale, RankSensitivity, SensitivityOptions,
    WeightScenario, aggregate, composite, drawn_weights, normalise, rank_sensitivity,
    rank_sensitivity_of, weight_scenarios,
};
pub use confidence::{Confidence, Interval};
pub use error::StatsError;
pub use evidence::{
    GoalSide, alarm_at, count_evidence, evidence_benjamini_hochberg, share_evidence,
};
pub use hypothesis::{
    ChiSquaredTest, HypothesisTest, McNemarMethod, ProportionDifferenceApproximation,
    ProportionDifferencePowerMethod, ProportionDifferenceTestMethod, RateRatioApproximation,
    RateRatioPowerMethod, RateRatioTestMethod, SampleSize, SampleSizes, TestLevel, TwoSided,
    ValuePowerMethod, ValueTestMethod, breslow_day_test, count_test, count_test_exposure,
    count_test_power, mantel_haenszel_test, mcnemar_test, mean_test, power_goal,
    proportion_difference_test, proportion_difference_test_power,
    proportion_difference_test_sample_size, proportion_test, proportion_test_power,
    proportion_test_sample_size, rate_ratio_test, rate_ratio_test_exposure, rate_ratio_test_power,
};
pub use interval::{
    CountMethod, GoalTest, Intervals, MeanSummary, MultinomialMethod, OddsRatioMethod,
    PairedDifferenceMethod, Pairs, ProportionDifferenceMethod, ProportionMethod,
    ProportionRatioMethod, RateDifferenceMethod, RateRatioMethod, ReportSummary,
    StratifiedEstimate, StratifiedMeasure, Stratum, TailMethod, count_interval, count_intervals,
    count_tail_above, count_tail_below, count_tails, difference_interval, mantel_haenszel,
    mean_interval, multinomial_intervals, odds_ratio_interval, paired_difference_interval,
    paired_odds_ratio_interval, prediction_interval, proportion_difference_interval,
    proportion_interval, proportion_intervals, proportion_ratio_interval, rate_difference_interval,
    rate_interval, rate_intervals, rate_ratio_interval, sampled_proportion_interval,
    share_tail_above, share_tail_below, share_tails, survey_proportion_interval, wilson_or_nan,
};
pub use over_time::{
    Baseline, Capability, CapabilityIndex, CapabilityIndexKind, Chart, ChartDesign, ChartKind,
    ChartOptions, ChartPoint, CountVariation, Cusum, CusumOptions, CusumPoint, EarsLevel,
    EarsMethod, EarsOptions, EarsReason, Ewma, EwmaOptions, EwmaPoint, FarringtonLevel,
    FarringtonMethod, FarringtonOptions, FarringtonReason, FivePointSeries, FivePointTrend,
    GCentre, InterruptedOptions, InterruptedSeries, MannKendall, MannKendallMethod,
    PartialMannKendall, Process, RatioEstimate, Rule, RuleSet, Rules, RunsAnalysis,
    SeasonalCorrection, Seasonality, SenSlope, Side, Signal, SimulatedChange, Specification,
    SubgroupConstants, SubgroupKind, TrendCorrection, TrendDirection, capability,
    capability_indices, control_chart, cusum, cusum_run_length, ears, ewma, ewma_run_length,
    farrington, farrington_at, five_point_trend, interrupted_series, mann_kendall,
    partial_mann_kendall, runs_analysis, seasonal_mann_kendall, seasonal_sen_slope, sen_slope,
    sen_slope_at, signal_share, signals, subgroup_chart,
};
pub use pool::{
    LEAST_POOLED_UNITS, Pool, PoolExtremes, PoolGoal, PoolKind, PoolUnit, PooledUnit, Posterior,
    Repeat, pooled, reliable_list,
};
pub use progress::{
    BandDistance, Progress, ProgressMethod, ProgressOptions, ProgressPath, ProgressReason,
    ProgressStanding, ProgressTarget, ProgressUnit, progress,
};
pub use standardise::{
    DirectDifference, DirectDifferenceMethod, DirectMethod, DirectOptions, DirectRatio, DirectSums,
    Expectancy, GroupOrder, IndirectOptions, Inequality, InequalityDirection, InequalityInterval,
    InequalityOptions, InequalityScale, LifeTableOptions, MissingStratum, Repeats,
    StandardisedRate, StandardisedRatio, StandardisedStatus, TheilKind, ValueBounds,
    concentration_index, directly_standardised_difference, directly_standardised_rate,
    directly_standardised_rate_of_repeats, directly_standardised_ratio, expected_events, gini,
    indirectly_standardised_rate, indirectly_standardised_ratio, inequality_indices,
    life_expectancies, quantile_groups, theil,
};

/// Runs the example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
