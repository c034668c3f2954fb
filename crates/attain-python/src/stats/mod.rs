//! The statistics of [`attain::stats`] for Python: numbers or columns of them in, records or tables
//! out.
//!
//! | file | what lives there |
//! |---|---|
//! | `column.rs` | a number, or anything that holds a row of them → floats |
//! | `argument.rs` | an argument that is no column → a number, a flag, a text |
//! | `choice.rs` | the name of a method → the method |
//! | `groups.rs` | which rows belong together |
//! | `levels.rs` | the confidences, and the sides, of the requested limits |
//! | `rows.rs` | a computation for one row → the answer for numbers or for columns |
//! | the other files | the functions |

mod argument;
mod charts;
mod choice;
mod column;
mod compare;
mod composite;
mod effect;
mod evidence;
mod groups;
mod hypothesis;
mod inequality;
mod interval;
mod levels;
mod life_table;
mod multinomial;
mod outlook;
mod over_time;
mod overdispersion;
mod paired;
mod pool;
mod power;
mod progress;
mod rows;
mod standardise;
mod stratified;
mod surveillance;

use pyo3::{PyErr, PyResult};

pub(super) use super::error::OrRaise;
use super::error::refused_by_stats;
use attain::error::{Fault, Place};
use attain::stats::StatsError;

impl<T> OrRaise<T> for Result<T, StatsError> {
    fn or_raise(self) -> PyResult<T> {
        self.map_err(|error| raised(&error))
    }
}

/// The exception that tells an error.
pub(super) fn raised(error: &StatsError) -> PyErr {
    refused_by_stats(&fault(error))
}

/// The argument as the place, the rest as what is wrong there.
fn fault(error: &StatsError) -> Fault {
    let place = Place::Column { column: error.argument().to_owned() };
    let fault = Fault::new(error.into(), place, error.problem()).expected(error.expected());
    match error.found() {
        Some(found) => fault.found(found),
        None => fault,
    }
}

/// `attain._attain.stats`, which `attain.stats` types and documents.
#[pyo3::pymodule(submodule)]
pub(super) mod stats {
    #[pymodule_export]
    use super::charts::{
        cusum, cusum_run_length, ewma, ewma_run_length, signal_rates, subgroup_chart,
    };
    #[pymodule_export]
    use super::compare::{
        adjusted_p, benjamini_hochberg, change_effects, contribution_to_gap, count_funnel,
        effective_population, holm, proportion_funnel, rank_intervals, ranks, tau_best,
    };
    #[pymodule_export]
    use super::composite::{composite, normalise, rank_sensitivity};
    #[pymodule_export]
    use super::effect::{difference_in_differences, interrupted_series};
    #[pymodule_export]
    use super::evidence::{count_evidence, share_evidence};
    #[pymodule_export]
    use super::hypothesis::{
        count_test, mcnemar_test, mean_of_test, mean_test, proportion_difference_test,
        proportion_test, rate_ratio_test,
    };
    #[pymodule_export]
    use super::inequality::{concentration_index, gini, inequality, theil};
    #[pymodule_export]
    use super::interval::{
        count, difference, mean, mean_of, odds_ratio, proportion, proportion_difference,
        proportion_ratio, rate, rate_difference, rate_ratio, survey_proportion,
    };
    #[pymodule_export]
    use super::life_table::life_expectancy;
    #[pymodule_export]
    use super::multinomial::multinomial;
    #[pymodule_export]
    use super::outlook::{count_outlook, share_outlook};
    #[pymodule_export]
    use super::over_time::{
        capability, capability_indices, control_chart, five_point_trend, mann_kendall,
        partial_mann_kendall, runs, sen_slope,
    };
    #[pymodule_export]
    use super::overdispersion::{
        adjusted_funnel, adjusted_funnel_of_values, overdispersion, overdispersion_of_scores,
    };
    #[pymodule_export]
    use super::paired::{paired_difference, paired_odds_ratio};
    #[pymodule_export]
    use super::pool::{evidence_benjamini_hochberg, list_of_few_wrong, pooled};
    #[pymodule_export]
    use super::power::{
        count_test_exposure, count_test_power, proportion_difference_test_power,
        proportion_difference_test_sample_size, proportion_test_power, proportion_test_sample_size,
        rate_ratio_test_exposure, rate_ratio_test_power,
    };
    #[pymodule_export]
    use super::progress::progress;
    #[pymodule_export]
    use super::standardise::{
        direct, direct_difference, direct_of_repeats, direct_ratio, indirect, quantile_groups,
    };
    #[pymodule_export]
    use super::stratified::{breslow_day_test, mantel_haenszel, mantel_haenszel_test};
    #[pymodule_export]
    use super::surveillance::{ears, farrington};
}
