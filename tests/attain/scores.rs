//! Scores of a plan: parts and scales, caps, deductions, coverage, grades, ranks, worked out by hand.

use attain::stats::SensitivityOptions;
use attain::views::{Scoring, UnitScore};
use attain::{Outcome, Plan, Reason, Tally, When, calendar};

use crate::support::{day, parse};

fn plan(score: &str) -> Plan {
    let text = format!(
        r#"
attain: 1
plan: p
units:
  levels: [commune]
  list:
    - {{id: a, level: commune}}
    - {{id: b, level: commune}}
    - {{id: e, level: commune}}
    - {{id: new, level: commune, valid_from: 2025-07-01}}
measures: {{x: {{}}, y: {{}}, z: {{}}, w: {{}}, n: {{}}}}
indicators:
  x: {{count: x, better: higher}}
  y: {{count: y, better: higher}}
  z: {{count: z, better: lower}}
  w: {{count: w}}
  share: {{proportion: {{numerator: x, denominator: n}}, better: higher}}
scores:
  s:
    level: commune
    window: "2025"
    {}
"#,
        score.replace('\n', "\n    ")
    );
    parse(&text)
}

fn scoring(score: &str, figures: &[(&str, &str, f64)]) -> Scoring {
    let plan = plan(score);
    let mut tally = Tally::new(&plan);
    for (unit, measure, value) in figures {
        tally.record(&Outcome::new(*unit, When::Period("2025".into()), *measure, *value)).unwrap();
    }
    let report = plan.assess(&tally, day("2025-12-31")).unwrap();
    report.score("s", None).unwrap()
}

fn of<'s>(scoring: &'s Scoring, unit: &str) -> &'s UnitScore {
    scoring.scores().iter().find(|row| row.unit == unit).unwrap()
}

#[test]
fn over_achievement_counts_in_the_uncapped_score_alone() {
    let scoring = scoring(
        "parts:
  x: {indicator: x, normalise: {goalposts: [0, 50]}}
  y: {indicator: y, normalise: {goalposts: [0, 50]}}
  w: {indicator: w, normalise: {goalposts: [0, 100]}}",
        &[("a", "x", 90.0), ("a", "y", 20.0), ("a", "w", 110.0)],
    );
    let a = of(&scoring, "a");
    assert_eq!((a.points, a.uncapped), (Some(80.0), Some(110.0)));
    let parts: Vec<_> = scoring
        .parts()
        .iter()
        .filter(|part| part.unit == "a")
        .map(|part| (part.scaled, part.capped))
        .collect();
    assert_eq!(
        parts,
        [(Some(180.0), Some(100.0)), (Some(40.0), Some(40.0)), (Some(110.0), Some(100.0))]
    );
}

/// Thirty points for conduct, seventy for results, as Decree 335/2025/NĐ-CP shares out a hundred, with the
/// cut-offs of its grades.
const THIRTY_AND_SEVENTY: &str = "parts:
  conduct: {indicator: x, weight: 30, normalise: {goalposts: [0, 30]}}
  results: {indicator: y, weight: 70, normalise: {goalposts: [0, 100]}}
deductions:
  - {title: Violations, indicator: w, points: 2.5, at_most: 10}
grades:
  - {grade: excellent, at_least: 90}
  - {grade: good, at_least: 70}
  - {grade: completed, at_least: 50}
  - {grade: not completed}";

#[test]
fn thirty_and_seventy_points_add_up_and_deductions_come_off() {
    let scoring = scoring(
        THIRTY_AND_SEVENTY,
        &[
            ("a", "x", 28.0),
            ("a", "y", 90.0),
            ("a", "w", 0.0),
            // 30 + 70 less four violations.
            ("b", "x", 30.0),
            ("b", "y", 100.0),
            ("b", "w", 4.0),
            // Twenty violations take off no more than ten points, and no score falls below 0.
            ("e", "x", 3.0),
            ("e", "y", 5.0),
            ("e", "w", 20.0),
        ],
    );
    let [a, b, e] = ["a", "b", "e"].map(|unit| of(&scoring, unit).clone());
    assert_eq!((a.points, a.grade.as_deref(), a.rank), (Some(91.0), Some("excellent"), Some(1)));
    assert_eq!(
        (b.points, b.deducted, b.grade.as_deref()),
        (Some(90.0), Some(10.0), Some("excellent"))
    );
    assert_eq!((e.before_deductions, e.deducted, e.points), (Some(6.5), Some(10.0), Some(0.0)));
    assert_eq!(e.grade.as_deref(), Some("not completed"));
    // What the parts add, less what is taken off, are the points.
    for row in [&a, &b] {
        let sum: f64 = scoring
            .parts()
            .iter()
            .filter(|part| part.unit == row.unit)
            .filter_map(|part| part.points)
            .sum();
        assert!((sum - row.points.unwrap()).abs() < 1e-12);
    }
    let taken =
        scoring.parts().iter().find(|part| part.unit == "b" && part.part.is_none()).unwrap();
    assert_eq!(
        (taken.title.as_str(), taken.value, taken.points),
        ("Violations", Some(4.0), Some(-10.0))
    );
}

/// A third of three parts each: 1/3 × (100 + 100 + 70) is 90 exactly, and in floats 89.99… or 90.00….
#[test]
fn a_score_exactly_at_a_grade_earns_it() {
    let score = "parts:
  x: {indicator: x, weight: 0.1, normalise: {goalposts: [0, 3]}}
  y: {indicator: y, weight: 0.1, normalise: {goalposts: [0, 7]}}
  w: {indicator: w, weight: 0.1, normalise: {goalposts: [0, 1.1]}}
grades: [{grade: excellent, at_least: 90}, {grade: other}]";
    let figures = [
        ("a", "x", 3.0),
        ("a", "y", 7.0),
        ("a", "w", 0.77),
        ("b", "x", 3.0),
        ("b", "y", 7.0),
        ("b", "w", 0.769),
    ];
    let scoring = scoring(score, &figures);
    assert_eq!(
        (of(&scoring, "a").points, of(&scoring, "a").grade.as_deref()),
        (Some(90.0), Some("excellent"))
    );
    assert_eq!(of(&scoring, "b").grade.as_deref(), Some("other"));
}

#[test]
fn equal_scores_share_a_rank_whatever_they_are_made_of() {
    let score = "normalise: {goalposts: [0, 1]}
parts: {x: {indicator: x}, y: {indicator: y}, w: {indicator: w}}";
    // 0.1 + 0.2 + 0.3 in three orders.
    let figures = [
        ("a", "x", 0.1),
        ("a", "y", 0.2),
        ("a", "w", 0.3),
        ("b", "x", 0.3),
        ("b", "y", 0.2),
        ("b", "w", 0.1),
        ("e", "x", 0.2),
        ("e", "y", 0.1),
        ("e", "w", 0.2),
    ];
    let scoring = scoring(score, &figures);
    let ranks: Vec<_> = ["a", "b", "e"].iter().map(|unit| of(&scoring, unit).rank).collect();
    assert_eq!(ranks, [Some(1), Some(1), Some(3)]);
    let moved = scoring.sensitivity(&SensitivityOptions::default()).unwrap();
    assert_eq!(moved.iter().map(|row| row.rank).collect::<Vec<_>>(), [1, 1, 3]);
}

#[test]
fn below_its_coverage_a_unit_has_no_score_and_says_why() {
    let score = "normalise: min_max
coverage: 70
parts:
  x: {indicator: x, weight: 3}
  y: {indicator: y, weight: 4}
  z: {indicator: z, weight: 3}";
    let figures = [
        ("a", "x", 0.0),
        ("a", "y", 10.0),
        ("a", "z", 1.0),
        ("b", "x", 10.0),
        ("b", "y", 0.0),
        // b has no z: 7 of 10 are covered. e has x and z, 6 of 10.
        ("e", "x", 5.0),
        ("e", "z", 3.0),
    ];
    let scoring = scoring(score, &figures);
    let [a, b, e, new] = ["a", "b", "e", "new"].map(|unit| of(&scoring, unit).clone());
    // 3 × 0 + 4 × 100 + 3 × 100, of 10.
    assert_eq!((a.points, a.coverage), (Some(70.0), Some(100.0)));
    // 3 × 100 + 4 × 0, of 7.
    assert!((b.points.unwrap() - 300.0 / 7.0).abs() < 1e-12);
    assert_eq!((e.points, e.coverage, e.reason), (None, Some(60.0), Some(Reason::NoData)));
    assert_eq!((new.points, new.reason), (None, Some(Reason::UnitNotValid)));
    assert_eq!((a.rank, b.rank, e.rank), (Some(1), Some(2), None));
}

#[test]
fn what_is_taken_off_has_to_be_known() {
    let figures = [("a", "x", 28.0), ("a", "y", 90.0)];
    let scoring = scoring(THIRTY_AND_SEVENTY, &figures);
    let a = of(&scoring, "a");
    assert_eq!((a.points, a.reason), (None, Some(Reason::NoData)));
    assert!((a.before_deductions.unwrap() - 91.0).abs() < 1e-12);
}

#[test]
fn where_all_units_are_equal_a_relative_scale_has_no_place_for_them() {
    let figures = [("a", "x", 5.0), ("b", "x", 5.0), ("e", "x", 5.0)];
    for scale in ["min_max", "z_score", "rank", "{distance_to: 5}"] {
        let scoring =
            scoring(&format!("parts: {{x: {{indicator: x, normalise: {scale}}}}}"), &figures);
        let a = of(&scoring, "a");
        assert_eq!((a.points, a.reason), (None, Some(Reason::ZeroDenominator)), "{scale}");
    }
}

#[test]
fn scales_follow_the_direction_of_the_indicator() {
    let figures = [("a", "z", 4.0), ("b", "z", 8.0), ("e", "z", 10.0)];
    let points = |scale: &str| {
        let scoring =
            scoring(&format!("parts: {{z: {{indicator: z, normalise: {scale}}}}}"), &figures);
        ["a", "b", "e"].map(|unit| of(&scoring, unit).points.unwrap())
    };
    assert_eq!(points("rank"), [100.0, 50.0, 0.0]);
    let third = 100.0 / 3.0;
    let [a, b, e] = points("min_max");
    assert_eq!((a, e), (100.0, 0.0));
    assert!((b - third).abs() < 1e-12);
    // From the worst, 10, to 7.
    let [a, b, e] = points("{distance_to: 7}");
    assert_eq!((a, e), (100.0, 0.0));
    assert!((b - 2.0 * third).abs() < 1e-12);
    let [a, b, e] = points("z_score");
    assert!(a > b && b > e && (a + b + e).abs() < 1e-12);
}

#[test]
fn means_are_those_that_the_plan_names() {
    let figures = [("a", "x", 25.0), ("a", "y", 100.0), ("b", "x", 0.0), ("b", "y", 100.0)];
    let points = |way: &str| {
        let scoring = scoring(
            &format!(
                "aggregate: {way}\nnormalise: {{goalposts: [0, 100]}}\nparts: {{x: {{indicator: x}}, y: {{indicator: y}}}}"
            ),
            &figures,
        );
        ["a", "b"].map(|unit| of(&scoring, unit).points.unwrap())
    };
    assert_eq!(points("arithmetic"), [62.5, 50.0]);
    assert_eq!(points("geometric"), [50.0, 0.0]);
    assert_eq!(points("harmonic"), [40.0, 0.0]);
}

#[test]
fn ranks_under_other_weights_are_those_of_the_points_under_them() {
    let score = "normalise: {goalposts: [0, 100]}
parts: {x: {indicator: x}, y: {indicator: y}}";
    let figures = [
        ("a", "x", 80.0),
        ("a", "y", 40.0),
        ("b", "x", 60.0),
        ("b", "y", 62.0),
        ("e", "x", 50.0),
        ("e", "y", 75.0),
    ];
    let scoring = scoring(score, &figures);
    let options = SensitivityOptions { shift: 0.5, ..SensitivityOptions::default() };
    let rows = scoring.sensitivity(&options).unwrap();
    let ends: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.rank,
                (row.shifted_best, row.shifted_worst),
                (row.left_out_best, row.left_out_worst),
            )
        })
        .collect();
    // With 1.5 to 1, A has 64, B 60.8, E 60; with 0.5 to 1, A 53.3, B 61.3, E 66.7.
    assert_eq!(ends, [(3, (1, 3), (1, 3)), (2, (2, 2), (2, 2)), (1, (1, 3), (1, 3))]);
    let scenarios = scoring.scenarios(0.5).unwrap();
    // Two weights up, two down, two left out, of four units each.
    assert_eq!(scenarios.len(), 24);
    let more_x = &scenarios[0];
    assert_eq!((more_x.unit.as_str(), more_x.part.as_str(), more_x.factor), ("a", "x", 1.5));
    assert_eq!((more_x.points, more_x.rank), (Some(64.0), Some(1)));
    assert!(scoring.scenarios(0.0).unwrap_err().is_request());
    assert!(
        scoring.sensitivity(&SensitivityOptions { draws: 0, ..options }).unwrap_err().is_request()
    );
}

#[test]
fn scores_are_written_and_read_back_equal() {
    for score in [
        THIRTY_AND_SEVENTY,
        "title: Index\nnote: A remark.\nbasis: [{document: \"510\"}]\naggregate: geometric\ncoverage: 66.7\nnormalise: min_max\nparts: {x: {title: X, indicator: x, weight: 0.5}, z: {indicator: z, normalise: {distance_to: 3}}, y: {indicator: y, normalise: rank}}",
        "normalise: z_score\nparts: {x: {indicator: x}}",
    ] {
        let plan = plan(score);
        assert_eq!(Plan::from_yaml(&plan.to_yaml()).unwrap(), plan);
        assert_eq!(Plan::from_json(&plan.to_json()).unwrap(), plan);
        assert_eq!(Plan::from_toml(&plan.to_toml().unwrap()).unwrap(), plan);
    }
}

#[test]
fn columns_hold_what_the_rows_hold() {
    let figures = [("a", "x", 28.0), ("a", "y", 90.0), ("a", "w", 0.0)];
    let scoring = scoring(THIRTY_AND_SEVENTY, &figures);
    let scores = attain::arrow::record_batch(scoring.scores());
    assert_eq!((scores.num_rows(), scores.num_columns()), (4, 22));
    // The new unit has no parts.
    let parts = attain::arrow::record_batch(scoring.parts());
    assert_eq!((parts.num_rows(), parts.num_columns()), (9, 16));
    let plan = plan(THIRTY_AND_SEVENTY);
    let report = plan.assess(&Tally::new(&plan), day("2025-12-31")).unwrap();
    assert!(report.score("t", None).unwrap_err().is_request());
    assert!(report.score("s", calendar::date("2026-01-01")).unwrap_err().is_request());
}
