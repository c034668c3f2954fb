//! What can be chosen about signals.

use chrono::NaiveDate;

use crate::calendar::{Every, Window};
use crate::stats::RuleSet;

/// How a target's series are cut, charted and tested.
///
/// ```
/// use attain::calendar::Every;
/// use attain::report::SignalOptions;
///
/// let mut options = SignalOptions::default();
/// options.every = Every::Quarter;
/// assert_eq!(options.least_points, 12);
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SignalOptions {
    /// The unit meant; all the target is for, if none is named.
    pub unit: Option<String>,
    /// The kind of period that series are cut into.
    pub every: Every,
    /// The first day of the series; where none is named, they begin with the first period that was recorded from its first
    /// day on.
    pub since: Option<NaiveDate>,
    /// The day after the last of the series; where none is named, the last period is the last that was over on the report's day.
    pub until: Option<NaiveDate>,
    /// The kind of chart; where none is named, the one that suits the indicator.
    pub chart: Option<SignalChart>,
    /// What is a signal.
    pub rules: RuleSet,
    /// The points that centre and limits are made from.
    pub baseline: SignalBaseline,
    /// The test for a trend; where none is named, the seasonal one for series of three years or more of periods shorter than a
    /// year, else that for independent values.
    pub trend: Option<TrendTest>,
    /// Series of fewer points have no chart.
    pub least_points: usize,
}

impl Default for SignalOptions {
    fn default() -> Self {
        SignalOptions {
            unit: None,
            every: Every::Month,
            since: None,
            until: None,
            chart: None,
            rules: RuleSet::Nhs,
            baseline: SignalBaseline::Whole,
            trend: None,
            least_points: 12,
        }
    }
}

/// Which points of a series its centre and limits are made from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SignalBaseline {
    /// All of them.
    #[default]
    Whole,
    /// The first so many that have a value.
    First(usize),
    /// Those of the whole periods inside a window.
    Within(Window),
}

/// A kind of chart that a target's series can be drawn on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignalChart {
    /// Shares; limits widened, or narrowed, by how much more, or less, they vary than by chance (Laney 2002).
    PPrime,
    /// Events over exposures, likewise.
    UPrime,
    /// Shares, by chance alone.
    P,
    /// Events over exposures, by chance alone.
    U,
    /// Counts, as if all periods were equally long.
    C,
    /// Single values, by how they move from one to the next.
    Xmr,
    /// Values about their median, without limits.
    Run,
}

impl SignalChart {
    /// All kinds.
    pub const ALL: [SignalChart; 7] = [
        SignalChart::PPrime,
        SignalChart::UPrime,
        SignalChart::P,
        SignalChart::U,
        SignalChart::C,
        SignalChart::Xmr,
        SignalChart::Run,
    ];

    /// The kind as the column `chart` names it.
    pub fn code(self) -> &'static str {
        match self {
            SignalChart::PPrime => "p_prime",
            SignalChart::UPrime => "u_prime",
            SignalChart::P => "p",
            SignalChart::U => "u",
            SignalChart::C => "c",
            SignalChart::Xmr => "xmr",
            SignalChart::Run => "run",
        }
    }
}

/// A test for a monotone trend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrendTest {
    /// Mann & Kendall's, for independent values.
    MannKendall,
    /// The same within each season of the year, added up (Hirsch, Slack & Smith 1982).
    Seasonal,
    /// Its variance widened by those of the first three autocorrelations of ranks that are significant (Hamed & Rao 1998).
    HamedRao,
}

impl TrendTest {
    /// All tests.
    pub const ALL: [TrendTest; 3] =
        [TrendTest::MannKendall, TrendTest::Seasonal, TrendTest::HamedRao];

    /// The test as the column `trend_test` names it.
    pub fn code(self) -> &'static str {
        match self {
            TrendTest::MannKendall => "mann_kendall",
            TrendTest::Seasonal => "seasonal",
            TrendTest::HamedRao => "hamed_rao",
        }
    }
}
