//! Numbers in, numbers out: the statistics of counts, shares, rates and means. Knows nothing of
//! plans, units or dates, and is usable alone.
//!
//! Every function here takes plain numbers, names the choices that differ between published
//! methods as parameters, and answers with a number or with a [`StatsError`] that says which
//! argument has no answer. Nothing panics, nothing is rounded, and an undefined result is never
//! passed off as a number.
//!
//! ```
//! use attain::stats::{Confidence, ProportionMethod, proportion_interval};
//!
//! // 160 of 200, and what share might lie behind that.
//! let interval = proportion_interval(160.0, 200.0, ProportionMethod::Wilson, Confidence::P95)?;
//! assert!(0.7391 < interval.lower && interval.lower < 0.7392);
//! assert!(0.8495 < interval.upper && interval.upper < 0.8496);
//! # Ok::<(), attain::stats::StatsError>(())
//! ```
//!
//! | file | gives |
//! |---|---|
//! | [`confidence`] | how sure: [`Confidence`], [`Interval`] |
//! | [`proportion`] | intervals for a share |
//! | [`count`] | intervals for a count, and for a rate |
//! | [`difference`] | intervals for the difference of two estimates, of two shares |
//! | [`proportion_ratio`] | intervals for the ratio of two shares |
//! | [`rate_ratio`] | intervals for the ratio of two rates |
//! | [`mean`] | intervals for a mean |
//! | [`special`] | the distributions and quantiles that they rest on |
//! | [`error`] | what is refused |

pub mod confidence;
pub mod count;
pub mod difference;
pub mod error;
pub mod mean;
pub mod proportion;
pub mod proportion_ratio;
pub mod rate_ratio;
mod root;
pub mod special;

pub use confidence::{Confidence, Interval};
pub use count::{CountMethod, count_interval, rate_interval};
pub use difference::{difference_interval, proportion_difference_interval};
pub use error::StatsError;
pub use mean::{MeanSummary, mean_interval};
pub use proportion::{ProportionMethod, proportion_interval, sampled_proportion_interval};
pub use proportion_ratio::{ProportionRatioMethod, proportion_ratio_interval};
pub use rate_ratio::{RateRatioMethod, rate_ratio_interval};
