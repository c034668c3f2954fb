//! A series over time: is it stable, did it shift, is there a trend, does the process meet its target?
//!
//! | file | gives |
//! |---|---|
//! | [`chart`] | centre line and limits: run, XmR, moving range, I′, p, p′, np, u, u′, c, g and t charts |
//! | [`subgroups`] | centre line and limits of subgroups: x̄, R and S charts |
//! | [`sequential`] | cumulative sums and moving averages, and how long they run |
//! | [`rules`] | what on a chart is a signal, by named sets of rules |
//! | [`signal_rates`] | how often a chart is wrong: false signals, and power |
//! | [`mod@ears`] | counts against those of the days before: EARS C1, C2, C3 |
//! | [`mod@farrington`] | counts against the same season of earlier years |
//! | [`mod@capability`] | what a process with such limits does to a target |
//! | [`mod@capability_indices`] | C_p, C_pk, C_pm, P_p and P_pk with their limits |
//! | [`mod@mann_kendall`] | the test for a monotone trend |
//! | [`mod@partial_mann_kendall`] | the same, beyond the trend of a covariate |
//! | [`mod@sen_slope`] | how steep the trend is |
//! | [`interrupted`] | what changed when something began, beyond trend and season |
//! | [`five_point`] | the trend that official short series are marked with |

pub mod capability;
pub mod capability_indices;
pub mod chart;
pub mod ears;
pub mod farrington;
pub mod five_point;
pub mod interrupted;
pub mod mann_kendall;
mod ordered;
pub mod partial_mann_kendall;
mod poisson_regression;
mod residual_correlation;
pub mod rules;
pub mod sen_slope;
pub mod sequential;
pub mod signal_rates;
pub mod subgroups;

pub use capability::{Capability, capability};
pub use capability_indices::{
    CapabilityIndex, CapabilityIndexKind, Specification, capability_indices,
};
pub use chart::{Baseline, Chart, ChartKind, ChartOptions, ChartPoint, GCentre, control_chart};
pub use ears::{EarsLevel, EarsMethod, EarsOptions, EarsReason, ears};
pub use farrington::{
    FarringtonLevel, FarringtonMethod, FarringtonOptions, FarringtonReason, farrington,
    farrington_at,
};
pub use five_point::{FivePointSeries, FivePointTrend, TrendDirection, five_point_trend};
pub use interrupted::{
    CountVariation, InterruptedOptions, InterruptedSeries, RatioEstimate, Seasonality,
    interrupted_series,
};
pub use mann_kendall::{
    MannKendall, MannKendallMethod, SeasonalCorrection, TrendCorrection, mann_kendall,
    seasonal_mann_kendall,
};
pub use partial_mann_kendall::{PartialMannKendall, partial_mann_kendall};
pub use rules::{Rule, RuleSet, Rules, RunsAnalysis, Side, Signal, runs_analysis, signals};
pub use sen_slope::{SenSlope, seasonal_sen_slope, sen_slope, sen_slope_at};
pub use sequential::{
    Cusum, CusumOptions, CusumPoint, Ewma, EwmaOptions, EwmaPoint, Process, cusum,
    cusum_run_length, ewma, ewma_run_length,
};
pub use signal_rates::{ChartDesign, SimulatedChange, signal_share};
pub use subgroups::{SubgroupConstants, SubgroupKind, subgroup_chart};
