//! Figures of categories: a total that is recorded stands for itself, else its categories do, if all are there.

use std::collections::HashMap;

use attain::Tally;
use proptest::prelude::*;

use crate::strata::sample::{AGE, COMMUNES, Narrowed, SEX, Sample, UNITS, plan, report, row};

type Key = (&'static str, u32, &'static str, Option<usize>, Option<usize>);

/// One figure at most for each unit, month, measure and categories.
pub fn figures() -> impl Strategy<Value = Vec<Sample>> {
    let figure = (0_usize..7, 1_u32..=2, 0_usize..2, 0_usize..3, 0_usize..4, 0_u32..50);
    let figures = proptest::collection::vec(figure, 1..120);
    // Mostly all categories of something, so that totals can be told.
    let sets = proptest::collection::vec(
        (0_usize..7, 1_u32..=2, 0_usize..2, 0_usize..4, 0_u32..50),
        1..16,
    );
    (figures, sets).prop_map(|(figures, sets)| {
        let mut by_key: HashMap<Key, f64> = HashMap::new();
        let mut put = |unit: usize, month, measure: usize, sex, age, value: u32| {
            let measure = ["cases", "people"][measure];
            by_key.insert((UNITS[unit], month, measure, sex, age), f64::from(value) / 4.0);
        };
        for (unit, month, measure, by, value) in sets {
            let sexes: Vec<Option<usize>> =
                if by & 1 == 1 { (0..SEX.len()).map(Some).collect() } else { vec![None] };
            let ages: Vec<Option<usize>> =
                if by & 2 == 2 { (0..AGE.len()).map(Some).collect() } else { vec![None] };
            for sex in &sexes {
                for age in &ages {
                    let more = sex.unwrap_or(0) + 3 * age.unwrap_or(0);
                    put(unit, month, measure, *sex, *age, value + more as u32);
                }
            }
        }
        for (unit, month, measure, sex, age, value) in figures.into_iter().step_by(9) {
            put(unit, month, measure, sex.checked_sub(1), age.checked_sub(1), value);
        }
        let mut samples: Vec<Sample> = by_key
            .into_iter()
            .map(|((unit, month, measure, sex, age), value)| Sample {
                unit,
                month,
                measure,
                sex,
                age,
                value,
            })
            .collect();
        samples.sort_by(|one, other| format!("{one:?}").cmp(&format!("{other:?}")));
        samples
    })
}

struct Oracle(HashMap<Key, f64>);

impl Oracle {
    /// What a unit itself recorded comes to. `None` in a place means all categories.
    fn own(
        &self,
        unit: &'static str,
        month: u32,
        measure: &'static str,
        sex: Option<usize>,
        age: Option<usize>,
    ) -> Option<f64> {
        if let Some(value) = self.0.get(&(unit, month, measure, sex, age)) {
            return Some(*value);
        }
        let by_sex = || -> Option<f64> {
            let all = (0..2).map(|sex| self.own(unit, month, measure, Some(sex), age));
            all.sum()
        };
        let by_age = || -> Option<f64> {
            let all = (0..3).map(|age| self.own(unit, month, measure, sex, Some(age)));
            all.sum()
        };
        let first = if sex.is_none() { by_sex() } else { None };
        first.or_else(|| if age.is_none() { by_age() } else { None })
    }

    fn own_narrowed(
        &self,
        unit: &'static str,
        month: u32,
        measure: &'static str,
        narrowed: &Narrowed,
    ) -> Option<f64> {
        match &narrowed.age[..] {
            [] => self.own(unit, month, measure, narrowed.sex, None),
            several => several
                .iter()
                .map(|age| self.own(unit, month, measure, narrowed.sex, Some(*age)))
                .sum(),
        }
    }

    /// A unit's own, else what the units below come to.
    fn value(
        &self,
        unit: &'static str,
        month: u32,
        measure: &'static str,
        narrowed: &Narrowed,
    ) -> Option<f64> {
        self.own_narrowed(unit, month, measure, narrowed).or_else(|| {
            let below: Vec<&'static str> = match unit {
                "c" => vec!["a", "b"],
                district => {
                    let communes = COMMUNES.iter().filter(|(_, above)| *above == district);
                    communes.map(|(commune, _)| *commune).collect()
                }
            };
            let values = below.iter().filter_map(|unit| self.value(unit, month, measure, narrowed));
            values.reduce(|one, other| one + other)
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    #[test]
    fn a_narrowed_target_reads_the_figures_of_its_categories(samples in figures()) {
        let mut tally = Tally::new(&plan());
        let outcomes: Vec<_> = samples.iter().map(|one| one.outcome(one.month())).collect();
        tally.record_all(&outcomes).unwrap();
        let report = report(&tally);
        let by_key = samples.iter().map(|one| ((one.unit, one.month, one.measure, one.sex, one.age), one.value));
        let oracle = Oracle(by_key.collect());
        for narrowed in Narrowed::all() {
            for unit in UNITS {
                for month in 1..=2 {
                    for (indicator, measure) in [("count", "cases"), ("stock", "people")] {
                        let found = row(&report, &narrowed.target(indicator), unit, month).numerator;
                        let expected = oracle.value(unit, month, measure, &narrowed);
                        prop_assert_eq!(found, expected, "{} {:?} {} {}", indicator, narrowed, unit, month);
                    }
                }
            }
        }
    }
}

fn tally(rows: &[(&'static str, Option<usize>, Option<usize>, f64)]) -> Tally {
    let mut tally = Tally::new(&plan());
    for (unit, sex, age, value) in rows {
        let sample =
            Sample { unit, month: 1, measure: "cases", sex: *sex, age: *age, value: *value };
        tally.record(&sample.outcome(sample.month())).unwrap();
    }
    tally
}

#[test]
fn a_total_with_a_category_missing_is_not_told_and_its_report_not_made() {
    let report = report(&tally(&[
        ("a1", Some(0), None, 3.0),
        ("a1", Some(1), None, 4.0),
        ("a2", Some(0), None, 5.0),
    ]));
    let total = row(&report, "count--", "a", 1);
    assert_eq!((total.value, total.completeness), (Some(7.0), Some(50.0)));
    let women = row(&report, "count-f-", "a", 1);
    assert_eq!((women.value, women.completeness), (Some(8.0), Some(100.0)));
    let men = row(&report, "count-m-", "a", 1);
    assert_eq!((men.value, men.completeness), (Some(4.0), Some(50.0)));
}

#[test]
fn a_total_is_used_as_it_is_and_reconciling_tells_what_its_categories_come_to() {
    let report = report(&tally(&[
        ("a1", None, None, 9.0),
        ("a1", Some(0), None, 3.0),
        ("a1", Some(1), None, 4.0),
        ("a2", None, None, 7.0),
        ("a2", Some(0), None, 3.0),
        ("a2", Some(1), None, 4.0),
    ]));
    let row = row(&report, "count--", "a1", 1);
    assert_eq!(row.value, Some(9.0));
    assert!(row.method.as_deref().unwrap().contains("its parts differ"));
    let differences = report.reconcile();
    let [only] = &differences[..] else { panic!("{differences:?}") };
    assert_eq!((only.unit.as_str(), only.parts_are.code()), ("a1", "categories"));
    assert_eq!((only.whole, only.parts, only.difference), (9.0, 7.0, 2.0));
    let why = report.explain("count--", Some("a1"), Some(&row.window_start.to_string())).unwrap();
    assert_eq!((why.inputs[0].own_total, why.inputs[0].parts_total), (Some(9.0), Some(7.0)));
}

#[test]
fn a_measure_without_strata_is_as_in_any_other_plan() {
    let mut tally = Tally::new(&plan());
    let sample =
        Sample { unit: "a1", month: 1, measure: "homes", sex: None, age: None, value: 5.0 };
    tally.record(&sample.outcome(sample.month())).unwrap();
    assert_eq!(row(&report(&tally), "homes", "c", 1).value, Some(5.0));
}

#[test]
fn explaining_a_narrowed_row_names_the_categories_of_its_inputs() {
    let report = report(&tally(&[("a1", Some(0), Some(2), 3.0)]));
    let row = row(&report, "count-f-2", "a1", 1);
    let why = report.explain("count-f-2", Some("a1"), Some(&row.window_start.to_string())).unwrap();
    assert_eq!(why.formula, "cases (sex=f, age=30+)");
    assert_eq!(why.inputs[0].measure, "cases (sex=f, age=30+)");
}
