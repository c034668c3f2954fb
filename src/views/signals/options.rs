//! What can be chosen about signals.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::calendar::{Every, Window};
use crate::error::codes::codes;
use crate::error::{Error, Result};
use crate::stats::{Rule, RuleSet, Rules, StatsError};

/// How a target's series are cut, charted and tested.
///
/// ```
/// use attain::calendar::Every;
/// use attain::views::SignalOptions;
///
/// let mut options = SignalOptions::default();
/// options.every = Some(Every::Quarter);
/// assert_eq!(options.least_points, 12);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct SignalOptions {
    /// The unit; all units of the target if none is named.
    pub unit: Option<String>,
    /// The kind of period that series are cut into. Where none is named, the longest `every` of the indicator's measures that
    /// add up over time (of all its measures, if none does); where these say none, the shortest kind, from months on, that is
    /// as long as figures of all of these measures.
    pub every: Option<Every>,
    /// The first day of the series; where none is named, they begin with the first period that was recorded from its first
    /// day on.
    pub since: Option<NaiveDate>,
    /// The day after the last of the series; where none is named, the last period is the last that was over on the report's day.
    pub until: Option<NaiveDate>,
    /// The kind of chart; where none is named, the one that suits the indicator.
    pub chart: Option<SignalChart>,
    /// What is a signal.
    #[serde(with = "crate::error::codes")]
    pub rules: RuleSet,
    /// The rules of the set that are used; all of them if it is left out.
    #[serde(with = "crate::error::codes::optional_list")]
    pub only: Option<Vec<Rule>>,
    /// How many points in a row on one side make a shift, 3 to 30; as many as the set says if it is left out.
    pub shift_length: Option<usize>,
    /// How many rising or falling points in a row make a trend, 3 to 30; likewise.
    pub trend_length: Option<usize>,
    /// The points that centre and limits are made from.
    pub baseline: SignalBaseline,
    /// The test for a trend; where none is named, the seasonal one for series of three years or more of periods shorter than a
    /// year, else that for independent values.
    pub trend: Option<TrendTest>,
    /// Series of fewer points have no chart.
    pub least_points: usize,
    /// The change whose chance to be seen the rows state, in per cent of the centre, −100 to 1,000; below 0 a fall.
    pub change: f64,
    /// How many of the latest periods have this change.
    pub change_periods: usize,
}

impl Default for SignalOptions {
    fn default() -> Self {
        SignalOptions {
            unit: None,
            every: None,
            since: None,
            until: None,
            chart: None,
            rules: RuleSet::Nhs,
            only: None,
            shift_length: None,
            trend_length: None,
            baseline: SignalBaseline::Whole,
            trend: None,
            least_points: 12,
            change: 20.0,
            change_periods: 7,
        }
    }
}

impl SignalOptions {
    /// The rules that are chosen.
    pub(super) fn chosen_rules(&self) -> Result<Rules> {
        let chosen = || -> std::result::Result<Rules, StatsError> {
            let mut rules = Rules::from(self.rules);
            if let Some(only) = &self.only {
                rules = rules.only(only)?;
            }
            if let Some(points) = self.shift_length {
                rules = rules.with_shift_length(points)?;
            }
            if let Some(points) = self.trend_length {
                rules = rules.with_trend_length(points)?;
            }
            Ok(rules)
        };
        chosen().map_err(|error| Error::request((&error).into(), error.to_string()))
    }
}

/// Which points of a series its centre and limits are made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalBaseline {
    /// All of them.
    #[default]
    Whole,
    /// The first points that have a value: the number of them.
    First(usize),
    /// Those of the whole periods inside a window.
    Within(Window),
}

codes! {
    /// A kind of chart that a target's series can be drawn on.
    pub enum SignalChart as "kind of chart" {
        /// Shares; limits widened, or narrowed, by how much more, or less, they vary than by chance (Laney 2002).
        PPrime = "p_prime",
        /// Events over exposures, likewise.
        UPrime = "u_prime",
        /// Shares, by chance alone.
        P = "p",
        /// Events over exposures, by chance alone.
        U = "u",
        /// Counts, as if all periods were equally long.
        C = "c",
        /// Single values, by how they move from one to the next.
        Xmr = "xmr",
        /// Values about their median, without limits.
        Run = "run",
    }
}

codes! {
    /// A test for a monotone trend.
    pub enum TrendTest as "test for a trend" {
        /// Mann & Kendall's, for independent values.
        MannKendall = "mann_kendall",
        /// The same within each season of the year, added up (Hirsch, Slack & Smith 1982).
        Seasonal = "seasonal",
        /// Its variance widened by those of the first three autocorrelations of ranks that are significant (Hamed & Rao 1998).
        HamedRao = "hamed_rao",
    }
}
