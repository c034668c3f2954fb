//! Law 3 on random plans: an answer that is null has a reason.

use crate::brute_force::comparison::{on_random_cases, report};
use crate::brute_force::model::Case;
use attain::Verdict;
use attain::views::{
    RankingOptions, SensitivityOptions, SignalOptions, TrajectoryPart, TrajectoryRow,
};
use proptest::test_runner::{TestCaseError, TestCaseResult};
use proptest::{prop_assert, prop_assert_eq};

const CASES: u32 = 300;

#[test]
fn an_answer_that_is_null_has_a_reason() {
    on_random_cases(CASES, each_view);
}

fn each_view(case: &Case) -> TestCaseResult {
    let failed = |error: attain::Error| TestCaseError::fail(error.to_string());
    for as_of in &case.as_of {
        let report = report(case, *as_of)?;
        for row in report.rows() {
            let has_no_verdict = row.verdict == Verdict::Indeterminate;
            let says_why = row.reason.is_some_and(|reason| !reason.is_judged());
            prop_assert!(!has_no_verdict || says_why, "{row:#?}");
            prop_assert!(row.value.is_some() || says_why, "{row:#?}");
        }
        for target in &case.plan.targets {
            let target = &*target.id;
            for row in report.budget(target, None).map_err(failed)? {
                let has_all = row.limit.is_some() && row.used_share.is_some() && row.burn.is_some();
                prop_assert!(has_all != row.reason.is_some(), "{row:#?}");
            }
            let mut options = SignalOptions::default();
            options.least_points = 2;
            for row in report.signals(target, &options).map_err(failed)? {
                prop_assert!(row.centre.is_some() != row.reason.is_some(), "{row:#?}");
                prop_assert!(row.trend.is_some() != row.trend_reason.is_some(), "{row:#?}");
                prop_assert!(row.value.is_some() || row.reason.is_some(), "{row:#?}");
                let has_capability = row.capability.is_some();
                prop_assert!(has_capability != row.capability_reason.is_some(), "{row:#?}");
            }
            let trajectory = report.trajectory(target, None, None).map_err(failed)?;
            for row in &trajectory {
                let value = match row.part {
                    TrajectoryPart::SoFar => row.value,
                    _ => row.projected,
                };
                prop_assert!(value.is_some() != row.reason.is_some(), "{row:#?}");
                prop_assert_eq!(row.projected.is_some(), row.upper_50.is_some(), "{:#?}", row);
            }
            for row in report.rows() {
                let is_end = |end: &&TrajectoryRow| {
                    end.part == TrajectoryPart::ToCome
                        && end.day.succ_opt() == Some(row.window_end)
                        && (&*end.target, &*end.unit) == (&*row.target, &*row.unit)
                        && (end.window_start, end.window_end) == (row.window_start, row.window_end)
                        && row.stratum.is_none()
                };
                for end in trajectory.iter().filter(is_end) {
                    prop_assert_eq!(end.projected, row.projected, "{:#?}", row);
                }
            }
            for row in report.sensitivity(target, &SensitivityOptions::default()).map_err(failed)? {
                let has_ends = row.verdict_worst.is_some() && row.verdict_best.is_some();
                prop_assert!(has_ends || row.reason.is_some(), "{row:#?}");
            }
            // Targets whose indicator has no better end are not ranked.
            let Ok(ranking) = report.ranking(target, &RankingOptions::default()) else { continue };
            for row in ranking {
                let has_all = row.rank.is_some()
                    && row.rank_best_of_all.is_some()
                    && row.upper.is_some()
                    && row.finding.is_some();
                prop_assert!(has_all != row.reason.is_some(), "{row:#?}");
            }
        }
    }
    Ok(())
}
