//! Comparing units whose populations differ: in age, in sex, in deprivation.
//!
//! | file | gives |
//! |---|---|
//! | [`direct`] | the rate a standard population would have with a unit's own rates by stratum |
//! | [`indirect`] | a unit's events against those that reference rates would give it |
//! | [`inequality`] | the gap from one end of a ranked population to the other |
//! | [`concentration`] | how unequally something is spread: Gini, Theil, concentration index |
//! | [`quantile_group`] | fifths, tenths: which group of a ranked list a unit is in |
//! | [`life_table`] | life expectancy from deaths and populations by age band |

pub mod concentration;
pub mod direct;
pub mod indirect;
pub mod inequality;
pub mod life_table;
pub mod quantile_group;

pub use concentration::{TheilKind, ValueBounds, concentration_index, gini, theil};
pub use direct::{
    DirectDifference, DirectDifferenceMethod, DirectMethod, DirectOptions, DirectRatio, DirectSums,
    Repeats, StandardisedRate, StandardisedStatus, directly_standardised_difference,
    directly_standardised_rate, directly_standardised_rate_of_repeats, directly_standardised_ratio,
};
pub use indirect::{
    IndirectOptions, StandardisedRatio, expected_events, indirectly_standardised_rate,
    indirectly_standardised_ratio,
};
pub use inequality::{
    Inequality, InequalityDirection, InequalityInterval, InequalityOptions, InequalityScale,
    inequality_indices,
};
pub use life_table::{Expectancy, LifeTableOptions, life_expectancies};
pub use quantile_group::{GroupOrder, quantile_groups};

/// What a stratum without a recorded count (NaN) means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum MissingStratum {
    /// That the whole cannot be computed: the result is withheld, and says why.
    #[default]
    Withhold,
    /// That nothing happened there: it counts as 0 events. Zero is not missing, so the caller chooses this.
    CountsAsZero,
}
