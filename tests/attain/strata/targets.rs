//! Targets split by strata, and targets that have to be met in every category.

use arrow_array::StringArray;
use arrow_array::cast::AsArray;
use attain::{
    Assessment, Certainty, Filter, Outcome, Plan, Reason, Report, Rows, Tally, Verdict, When,
};
use proptest::prelude::*;

use crate::strata::sample::{AGE, Sample, UNITS, is_within};
use crate::support::{day, parse};

const GOALS: [&str; 4] = [
    "at_least: 12",
    "at_most: 9",
    "between: [4, 20]",
    "reduce_by: {absolute: 1, from: previous_period}",
];

fn plan(goal: &str) -> Plan {
    let text = format!(
        "attain: 1
plan: p
units:
  levels: [city, district, commune]
  list:
    - {{id: c, level: city}}
    - {{id: a, level: district, parent: c}}
    - {{id: b, level: district, parent: c}}
    - {{id: a1, level: commune, parent: a}}
    - {{id: a2, level: commune, parent: a}}
    - {{id: b1, level: commune, parent: b}}
    - {{id: b2, level: commune, parent: b}}
strata: {{sex: [f, m], age: [\"0-14\", \"15-29\", \"30+\"]}}
measures: {{cases: {{}}}}
indicators: {{count: {{count: cases}}}}
targets:
  women: {{indicator: count, goal: {{{goal}}}, units: [c, a, b], window: {{every: month, within: 2023-H1}}, where: {{sex: f}}}}
  men: {{indicator: count, goal: {{{goal}}}, units: [c, a, b], window: {{every: month, within: 2023-H1}}, where: {{sex: m}}}}
  by-sex: {{indicator: count, goal: {{{goal}}}, units: [c, a, b], window: {{every: month, within: 2023-H1}}, by: sex}}
  every-sex: {{indicator: count, goal: {{{goal}}}, units: [c, a, b], window: {{every: month, within: 2023-H1}}, in_every: sex}}
  young: {{indicator: count, goal: {{{goal}}}, units: [c], window: 2023-02, where: {{age: [\"0-14\", \"15-29\"]}}, by: [age, sex]}}
  young-sexes: {{indicator: count, goal: {{{goal}}}, units: [c], window: 2023-02, where: {{age: [\"0-14\", \"15-29\"]}}, by: age, in_every: sex}}
  young-all: {{indicator: count, goal: {{{goal}}}, units: [c], window: 2023-02, where: {{age: [\"0-14\", \"15-29\"]}}, in_every: [sex, age]}}
"
    );
    parse(&text)
}

fn report(plan: &Plan, samples: &[Sample]) -> Report {
    let mut tally = Tally::of(plan, Rows::Events);
    for sample in samples {
        tally.record(&sample.outcome(sample.day())).unwrap();
    }
    plan.assess(&tally, day("2023-12-31")).unwrap()
}

fn of<'r>(report: &'r Report, target: &str) -> Vec<&'r Assessment> {
    report.rows().iter().filter(|row| row.target == target).collect()
}

/// A row without what names its target.
fn judgement(row: &Assessment) -> Assessment {
    let mut row = row.clone();
    (row.target, row.stratum) = ("".into(), None);
    row
}

/// The same, but for the certainty.
fn of_several(row: &Assessment) -> Assessment {
    let mut row = judgement(row);
    row.certainty = Certainty::Unknown;
    row
}

/// Whether a row over several categories is clear only if one of them is, which is tested at a share of the level; if it is
/// met, all of them have to be.
fn is_no_surer(row: &Assessment, categories: &[&Assessment]) -> bool {
    let mut are_clear = categories.iter().map(|one| one.certainty == Certainty::Clear);
    row.certainty != Certainty::Clear
        || if row.verdict == Verdict::Met { are_clear.all(|is| is) } else { are_clear.any(|is| is) }
}

/// Which of two rows decides, by the words of the guide.
fn decides<'r>(rows: &[&'r Assessment]) -> &'r Assessment {
    let gap = |row: &&&Assessment| row.gap.unwrap();
    let of = |verdict: Verdict| rows.iter().filter(move |row| row.verdict == verdict);
    let smallest = |one: &&&Assessment, other: &&&Assessment| gap(one).total_cmp(&gap(other));
    let missed = of(Verdict::Missed).min_by(smallest);
    let undecided = || of(Verdict::Indeterminate).next();
    let met = || of(Verdict::Met).min_by(smallest);
    missed.or_else(undecided).or_else(met).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_target_by_stratum_has_the_rows_of_its_categories_and_in_every_one_the_row_that_decides(
        samples in crate::strata::events::events(), goal in 0_usize..4,
    ) {
        let report = report(&plan(GOALS[goal]), &samples);
        let (women, men) = (of(&report, "women"), of(&report, "men"));
        let apart: Vec<_> = women.iter().chain(&men).map(|row| judgement(row)).collect();
        let by_sex = of(&report, "by-sex");
        prop_assert_eq!(by_sex.iter().map(|row| judgement(row)).collect::<Vec<_>>(), apart);
        let strata: Vec<_> = by_sex.iter().map(|row| row.stratum.as_deref().unwrap()).collect();
        let expected = [vec!["sex=f"; women.len()], vec!["sex=m"; men.len()]].concat();
        prop_assert_eq!(strata, expected);

        let every = of(&report, "every-sex");
        prop_assert_eq!(every.len(), women.len());
        for ((row, woman), man) in every.iter().zip(&women).zip(&men) {
            let decides = decides(&[*woman, *man]);
            prop_assert_eq!(of_several(row), of_several(decides));
            prop_assert!(is_no_surer(row, &[*woman, *man]));
            prop_assert_eq!(&row.stratum, &decides.stratum);
            let all_met = woman.verdict == Verdict::Met && man.verdict == Verdict::Met;
            prop_assert_eq!(row.verdict == Verdict::Met, all_met);
        }

        // Of two strata, with `where` saying which categories.
        let young = of(&report, "young");
        let strata: Vec<_> = young.iter().map(|row| row.stratum.as_deref().unwrap()).collect();
        prop_assert_eq!(strata, ["sex=f, age=0-14", "sex=m, age=0-14", "sex=f, age=15-29", "sex=m, age=15-29"]);
        for (place, row) in young.iter().enumerate() {
            let (age, sex) = (place / 2, place % 2);
            let mut sum = 0.0;
            for one in &samples {
                if one.month == 2 && one.sex == Some(sex) && one.age == Some(age) {
                    sum += one.value;
                }
            }
            prop_assert_eq!(row.numerator.unwrap_or(0.0), sum);
        }
        for (at, row) in of(&report, "young-sexes").iter().enumerate() {
            let sexes = &young[2 * at..2 * at + 2];
            let decides = decides(sexes);
            prop_assert_eq!(of_several(row), of_several(decides));
            prop_assert!(is_no_surer(row, sexes));
            prop_assert_eq!(&row.stratum, &decides.stratum);
        }
        let all = of(&report, "young-all");
        let by_sex_first: Vec<_> = [0, 2, 1, 3].map(|place| young[place]).to_vec();
        prop_assert_eq!(of_several(all[0]), of_several(decides(&by_sex_first)));
        prop_assert_eq!(all.len(), 1);

        // As columns, too.
        let batch = report.to_record_batch();
        let column = batch.column_by_name("stratum").unwrap();
        let column = column.as_dictionary::<arrow_array::types::Int32Type>();
        let texts: Vec<Option<&str>> =
            column.downcast_dict::<StringArray>().unwrap().into_iter().collect();
        let rows: Vec<Option<&str>> =
            report.rows().iter().map(|row| row.stratum.as_deref()).collect();
        prop_assert_eq!(texts, rows);
    }
}

fn samples(values: [f64; 2]) -> Vec<Sample> {
    let of = |(sex, value): (usize, &f64)| Sample {
        unit: "a1",
        month: 2,
        measure: "cases",
        sex: Some(sex),
        age: Some(0),
        value: *value,
    };
    assert!(UNITS.contains(&"a1") && is_within("a1", "c") && AGE[0] == "0-14");
    values.iter().enumerate().map(of).collect()
}

#[test]
fn a_goal_missed_in_one_category_is_missed_and_explained_by_it() {
    let report = report(&plan("at_least: 12"), &samples([30.0, 7.0]));
    let rows = report.filter(&Filter::default().target("every-sex").unit("c").stratum("sex=m"));
    let rows = rows.unwrap();
    let row = rows.rows().iter().find(|row| row.verdict == Verdict::Missed).unwrap();
    assert_eq!((row.value, row.gap), (Some(7.0), Some(-5.0)));
    let why = report.explain("every-sex", Some("c"), Some(&row.window_start.to_string())).unwrap();
    assert_eq!(why.inputs[0].measure, "cases (sex=m)");
    assert!(why.to_string().contains(" · sex=m\n"));
    assert!(report.text(100, false).contains("sex=m"));
}

#[test]
fn a_row_by_stratum_is_explained_once_its_stratum_is_named() {
    let report = report(&plan("at_least: 12"), &samples([30.0, 7.0]));
    let day = Some("2023-02-03");
    let error = report.explain("by-sex", Some("c"), day).unwrap_err();
    assert!(
        error.to_string().contains("2 rows of the target `by-sex` fit: name a stratum"),
        "{error}"
    );
    let men = Filter::default().stratum("sex=m");
    let why = report.filter(&men).unwrap().explain("by-sex", Some("c"), day).unwrap();
    assert_eq!(why.row.value, Some(7.0));
    let none = Filter::default().stratum("sex=n");
    let error = report.filter(&none).unwrap_err();
    assert!(error.is_request() && error.to_string().contains("did you mean `sex=f`?"), "{error}");
}

#[test]
fn a_category_without_data_keeps_a_goal_from_being_met_in_every_one() {
    let mut tally = Tally::new(&plan("at_least: 1"));
    for sample in samples([30.0, 7.0]).into_iter().take(1) {
        tally.record(&sample.outcome(sample.month())).unwrap();
    }
    let report = tally.plan().assess(&tally, day("2023-12-31")).unwrap();
    let row = of(&report, "young-sexes")[0];
    assert_eq!((row.verdict, row.reason), (Verdict::Indeterminate, Some(Reason::NoData)));
    assert_eq!(row.stratum.as_deref(), Some("sex=m, age=0-14"));
}

#[test]
fn a_plan_with_targets_by_stratum_reads_back_equal() {
    let plan = plan(GOALS[3]);
    assert_eq!(Plan::from_yaml(&plan.to_yaml()).unwrap(), plan);
    assert_eq!(Plan::from_json(&plan.to_json()).unwrap(), plan);
    assert_eq!(plan.targets().iter().filter(|target| target.id == "by-sex").count(), 2);
}

/// A goal for each sex in 2022, with monthly reports; `more` are further targets.
fn plan_of_reports(goal: &str, more: &str) -> Plan {
    parse(&format!(
        "
attain: 1
plan: p
units: {{levels: [city], list: [{{id: c, level: city}}, {{id: e, level: city}}]}}
strata: {{sex: [f, m]}}
measures: {{cases: {{every: quarter, strata: [sex]}}}}
indicators: {{cases: {{count: cases}}}}
targets:
  every-sex: {{indicator: cases, goal: {{{goal}}}, units: [c, e], window: '2022', in_every: sex}}
  {more}
"
    ))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_goal_in_every_category_has_the_same_rows_beside_a_running_window(
        goal in 1_i64..60,
        is_floor in any::<bool>(),
        values in proptest::collection::vec(proptest::option::weighted(0.8, 0_i64..20), 16),
    ) {
        let goal = format!("{}: {goal}", if is_floor { "at_least" } else { "at_most" });
        let running = "running: {indicator: cases, goal: {at_most: 9}, units: [c], window: '2023'}";
        let rows = |more: &str| {
            let plan = plan_of_reports(&goal, more);
            let mut tally = Tally::of(&plan, Rows::Figures);
            for (place, value) in values.iter().enumerate() {
                let Some(value) = value else { continue };
                let (unit, sex) = (["c", "e"][place / 8], ["f", "m"][place / 4 % 2]);
                let quarter = When::Period(format!("2022-Q{}", place % 4 + 1));
                let outcome = Outcome::new(unit, quarter, "cases", *value as f64);
                tally.record(&outcome.in_stratum("sex", sex)).unwrap();
            }
            let report = plan.assess(&tally, day("2023-02-28")).unwrap();
            of(&report, "every-sex").into_iter().cloned().collect::<Vec<_>>()
        };
        prop_assert_eq!(rows(""), rows(running));
    }
}
