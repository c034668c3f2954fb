//! Comparing units with a target and with each other.
//!
//! | file | gives |
//! |---|---|
//! | [`funnel`] | limits within which chance alone would keep a unit of a given size |
//! | [`funnel_between`] | the same for units whose true values differ by a known amount |
//! | [`funnel_column`] | the same for counts by the column, faster |
//! | [`mod@overdispersion`] | how much more units differ than chance explains, and limits that allow for it |
//! | [`rank`] | ranks, and between which ranks a unit's true rank lies |
//! | [`multiple_tests`] | p-values of many tests at once |
//! | [`mod@difference_in_differences`] | whether those who took part changed otherwise than the others |
//! | [`gap`] | who contributes what to a gap, and what a change is made of |

pub mod difference_in_differences;
pub mod funnel;
pub mod funnel_between;
pub mod funnel_column;
pub mod gap;
pub mod multiple_tests;
pub mod overdispersion;
pub mod rank;

pub use difference_in_differences::{DifferenceInDifferences, difference_in_differences};
pub use funnel::{
    CountFunnelMethod, FunnelSignal, count_funnel_limits, count_funnel_signal,
    effective_population, funnel_confidences, proportion_funnel_limits, proportion_funnel_signal,
};
pub use funnel_between::{beta_binomial_funnel_limits, negative_binomial_funnel_limits};
pub use funnel_column::{CountFunnels, Limits, count_funnels};
pub use gap::{ChangeEffects, WindowShare, change_effects, contribution_to_gap};
pub use multiple_tests::{PAdjustment, adjusted_p_values, benjamini_hochberg, holm};
pub use overdispersion::{
    FunnelScale, FunnelScore, Overdispersion, OverdispersionAdjustment, TailScaling, Tails,
    adjusted_funnel_limits, adjusted_value_limits, funnel_score, overdispersion,
    truncated_mean_square, winsorised_mean_square,
};
pub use rank::{
    BetterEnd, NormalDraws, RankInterval, RankOptions, RankScope, RankTests, TiedRank,
    rank_intervals, ranks, tau_best,
};
