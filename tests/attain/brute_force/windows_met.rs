//! In how many windows a target was met, on random plans: counted again from the rows of the rules.

use crate::brute_force::comparison::{on_random_cases, report};
use crate::brute_force::model::Case;
use crate::brute_force::rows::{self, Row, Verdict};
use proptest::prop_assert_eq;
use proptest::test_runner::{TestCaseError, TestCaseResult};

const CASES: u32 = 200;

#[test]
fn windows_that_met_their_goal_are_counted() {
    on_random_cases(CASES, each);
}

fn each(case: &Case) -> TestCaseResult {
    for as_of in &case.as_of {
        let report = report(case, *as_of)?;
        let rows = rows::assess(case, *as_of);
        // What suppressed cells make of a row is not always said.
        if rows.iter().any(|row| row.is_open) {
            continue;
        }
        for target in &case.plan.targets {
            let found = report.windows_met(&target.id, None);
            let found = found.map_err(|error| TestCaseError::fail(error.to_string()))?;
            let closed: Vec<&Row> =
                rows.iter().filter(|row| row.target == target.id && row.is_final).collect();
            let mut units: Vec<usize> = Vec::new();
            for row in &closed {
                if !units.contains(&row.unit_position) {
                    units.push(row.unit_position);
                }
            }
            prop_assert_eq!(found.len(), units.len());
            for (unit, found) in units.into_iter().zip(found) {
                let verdicts: Vec<Verdict> = closed
                    .iter()
                    .filter(|row| row.unit_position == unit)
                    .map(|row| row.verdict)
                    .collect();
                let count =
                    |verdict: Verdict| verdicts.iter().filter(|one| **one == verdict).count();
                let (met, missed) = (count(Verdict::Met), count(Verdict::Missed));
                let in_a_row =
                    verdicts.iter().rev().take_while(|one| **one == Verdict::Met).count();
                let expected =
                    [verdicts.len(), met, missed, count(Verdict::Indeterminate), in_a_row];
                let counts = [
                    found.windows,
                    found.met,
                    found.missed,
                    found.indeterminate,
                    found.met_in_a_row,
                ];
                prop_assert_eq!(counts, expected.map(|number| number as i64), "{:?}", found);
                let share = (met + missed > 0).then(|| 100.0 * met as f64 / (met + missed) as f64);
                prop_assert_eq!(found.met_share, share);
                prop_assert_eq!(found.unit, case.plan.units[unit].code.clone());
            }
        }
    }
    Ok(())
}
