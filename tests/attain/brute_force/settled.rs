//! Rule 41 on random plans: a verdict that missing reports could turn is `unsettled`, never `clear`.

use crate::brute_force::comparison::{on_random_cases, report};
use crate::brute_force::model::Case;
use attain::views::{SensitivityOptions, SensitivityRow};
use attain::{Assessment, Certainty, Verdict};
use proptest::test_runner::{TestCaseError, TestCaseResult};

const CASES: u32 = 300;

#[test]
fn a_verdict_that_missing_reports_could_turn_is_unsettled() {
    on_random_cases(CASES, each_row);
}

fn each_row(case: &Case) -> TestCaseResult {
    for as_of in &case.as_of {
        let report = report(case, *as_of)?;
        for target in &case.plan.targets {
            let rows = report
                .sensitivity(&target.id, &SensitivityOptions::default())
                .map_err(|error| TestCaseError::fail(error.to_string()))?;
            for sensitive in &rows {
                let is_of = |row: &&Assessment| {
                    (&*row.target, &*row.unit) == (&*sensitive.target, &*sensitive.unit)
                        && row.window_start == sensitive.window_start
                        && row.window_end == sensitive.window_end
                };
                // A code names several units where its validities follow each other.
                for row in report.rows().iter().filter(is_of) {
                    if row.verdict == sensitive.verdict && row.value == sensitive.value {
                        check(row, sensitive)?;
                    }
                }
            }
        }
    }
    Ok(())
}

fn check(row: &Assessment, sensitive: &SensitivityRow) -> TestCaseResult {
    if row.verdict == Verdict::Indeterminate {
        return Ok(());
    }
    let misses = sensitive.reports_missing.is_some_and(|missing| missing > 0);
    let is_turned = [sensitive.verdict_worst, sensitive.verdict_best]
        .iter()
        .flatten()
        .any(|verdict| *verdict != row.verdict);
    if row.certainty == Certainty::Clear {
        proptest::prop_assert!(
            sensitive.settled != Some(false) && !(misses && is_turned),
            "clear, but not settled: {row:#?} {sensitive:#?}"
        );
    }
    if row.certainty == Certainty::Unsettled {
        proptest::prop_assert!(
            sensitive.settled != Some(true),
            "unsettled, but settled: {row:#?} {sensitive:#?}"
        );
    }
    Ok(())
}
