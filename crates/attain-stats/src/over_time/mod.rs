//! A series over time: is it stable, did it shift, is there a trend, does the process meet its target?
//!
//! | file | gives |
//! |---|---|
//! | [`chart`] | centre line and limits: run, XmR, moving range, p, p′, u, u′, c, g and t charts |
//! | [`rules`] | what on a chart is a signal, by named sets of rules |
//! | [`mod@capability`] | what a process with such limits does to a target |
//! | [`mod@mann_kendall`] | the test for a monotone trend |
//! | [`mod@sen_slope`] | how steep the trend is |
//! | [`interrupted`] | what changed when something began, beyond trend and season |
//! | [`five_point`] | the trend that official short series are marked with |

pub mod capability;
pub mod chart;
pub mod five_point;
pub mod interrupted;
pub mod mann_kendall;
mod ordered;
mod poisson_regression;
pub mod rules;
pub mod sen_slope;

pub use capability::{Capability, capability};
pub use chart::{Baseline, Chart, ChartKind, ChartOptions, ChartPoint, GCentre, control_chart};
pub use five_point::{FivePointSeries, FivePointTrend, TrendDirection, five_point_trend};
pub use interrupted::{
    CountVariation, InterruptedOptions, InterruptedSeries, RatioEstimate, Seasonality,
    interrupted_series,
};
pub use mann_kendall::{
    MannKendall, MannKendallMethod, VarianceCorrection, mann_kendall, seasonal_mann_kendall,
};
pub use rules::{Rule, RuleSet, Rules, RunsAnalysis, Side, Signal, runs_analysis, signals};
pub use sen_slope::{SenSlope, seasonal_sen_slope, sen_slope};
