//! Awards: who may be chosen, how many, what becomes of ties, and how safe a choice is.

use attain::stats::random::Random;
use attain::views::{AwardOptions, AwardRow, DrawnFrom};
use attain::{Outcome, Plan, Report, Tally, When, calendar};

use crate::support::{day, parse};

fn report(plan: &Plan, figures: &[(String, &str, f64)]) -> Report {
    let mut tally = Tally::new(plan);
    for (unit, measure, value) in figures {
        let when = When::Period("2026".into());
        tally.record(&Outcome::new(unit.as_str(), when, *measure, *value)).unwrap();
    }
    plan.assess(&tally, day("2026-12-31")).unwrap()
}

/// Teams `t0`, `t1`, … scored by points that don't vary by chance.
fn teams(points: &[f64], award: &str) -> Report {
    let units: Vec<String> =
        (0..points.len()).map(|team| format!("{{id: t{team}, level: team}}")).collect();
    let text = format!(
        r#"
attain: 1
plan: p
units: {{levels: [team], list: [{}]}}
measures: {{points: {{}}}}
indicators: {{points: {{count: points, variation: none}}}}
scores:
  s:
    level: team
    window: "2026"
    parts: {{points: {{indicator: points, normalise: {{goalposts: [0, 100]}}}}}}
    grades: [{{grade: excellent, at_least: 90}}, {{grade: good, at_least: 70}}, {{grade: fair}}]
awards:
  best: {award}
"#,
        units.join(", ")
    );
    let plan = parse(&text);
    let figures: Vec<_> = points
        .iter()
        .enumerate()
        .map(|(team, points)| (format!("t{team}"), "points", *points))
        .collect();
    report(&plan, &figures)
}

fn rows(points: &[f64], award: &str) -> Vec<AwardRow> {
    teams(points, award).awards("best", None, &AwardOptions::default()).unwrap()
}

fn chosen(rows: &[AwardRow]) -> Vec<bool> {
    rows.iter().map(|row| row.chosen).collect()
}

/// Guidance 01/HD-BCA-V05: at most 20 % of those rated "good" may be rated "excellent".
#[test]
fn a_share_of_those_with_a_grade_is_rounded_down() {
    // Fourteen are good or better: 20 % are 2.8, so two.
    let points: Vec<f64> = (0..20).map(|team| 58.0 + 2.0 * f64::from(team)).collect();
    let rows = rows(&points, "{score: s, quota: {share: 20, of: {grade: good}}}");
    assert!(rows.iter().all(|row| row.quota == 2));
    let names: Vec<_> = rows.iter().filter(|row| row.chosen).map(|row| row.unit.as_str()).collect();
    assert_eq!(names, ["t18", "t19"]);
    assert_eq!(rows[17].why_not.as_deref(), Some("has rank 3 where 2 are chosen"));
    // Nothing varies, so there is nothing to be unsure of.
    assert!(rows.iter().all(|row| row.safety.is_none()));
}

#[test]
fn what_the_share_is_of_makes_the_difference() {
    let points: Vec<f64> = (0..10).map(|team| 50.0 + 5.0 * f64::from(team)).collect();
    let quota = |award: &str| rows(&points, award)[0].quota;
    assert_eq!(quota("{score: s, quota: {share: 50, of: rated}}"), 5);
    assert_eq!(
        quota("{score: s, eligible: {grade: excellent}, quota: {share: 50, of: eligible}}"),
        1
    );
    assert_eq!(quota("{score: s, quota: {share: 50, of: {grade: good}}}"), 3);
    assert_eq!(quota("{score: s, quota: {count: 4}}"), 4);
}

#[test]
fn ties_at_the_edge_are_all_out_or_all_in_and_are_listed() {
    let points = [90.0, 80.0, 80.0, 80.0, 70.0];
    let out = rows(&points, "{score: s, quota: {count: 3}}");
    assert_eq!(chosen(&out), [true, false, false, false, false]);
    assert_eq!(
        out[1].why_not.as_deref(),
        Some("tied where 3 are chosen: all of the tied are left out")
    );
    let within = rows(&points, "{score: s, quota: {count: 3}, ties: all_in}");
    assert_eq!(chosen(&within), [true, true, true, true, false]);
    for rows in [&out, &within] {
        let tied: Vec<bool> = rows.iter().map(|row| row.tied).collect();
        assert_eq!(tied, [false, true, true, true, false]);
    }
    // A tie that the quota takes as a whole is none.
    let all = rows(&points, "{score: s, quota: {count: 4}}");
    assert_eq!(chosen(&all), [true, true, true, true, false]);
    assert!(all.iter().all(|row| !row.tied));
}

#[test]
fn choices_keep_the_order_and_the_quota_whatever_the_points() {
    let mut state = 17_u64;
    for _ in 0..300 {
        let mut below = |limit: u64| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % limit
        };
        // Few different points make many ties.
        let points: Vec<f64> = (0..1 + below(9)).map(|_| 60.0 + 10.0 * below(4) as f64).collect();
        let quota = 1 + below(6) as usize;
        for ties in ["all_out", "all_in"] {
            let award = format!("{{score: s, quota: {{count: {quota}}}, ties: {ties}}}");
            let found = rows(&points, &award);
            let count = found.iter().filter(|row| row.chosen).count();
            for (one, mine) in found.iter().zip(&points) {
                let ahead = points.iter().filter(|other| *other > mine).count();
                let beside = points.iter().filter(|other| *other == mine).count();
                let expected = match ties {
                    "all_out" => ahead + beside <= quota,
                    _ => ahead < quota,
                };
                assert_eq!(one.chosen, expected, "{points:?} {award}");
                assert_eq!(one.chosen, one.why_not.is_none());
            }
            assert!(ties == "all_in" || count <= quota);
        }
    }
}

const RULES: &str = r#"
attain: 1
plan: p
units:
  levels: [commune]
  list:
    - {id: a, level: commune}
    - {id: b, level: commune}
    - {id: c, level: commune}
    - {id: d, level: commune}
    - {id: e, level: commune, valid_from: 2025-06-01}
    - {id: f, level: commune, valid_from: 2026-03-01}
    - {id: g, level: commune}
measures: {points: {}, users: {over_time: last}, cases: {}, cleared: {}}
indicators:
  points: {count: points, variation: none}
  known: {title: recorded users, count: users}
  clearance: {ratio: {numerator: cleared, denominator: cases}}
targets:
  clearance: {title: Clearance, indicator: clearance, goal: {at_least: 75}, window: "2026", units: {level: commune}}
standards:
  free: {title: Drug-free, level: commune, window: "2026", all: [{indicator: known, goal: {at_most: 0}}]}
scores:
  s:
    level: commune
    window: "2026"
    parts: {points: {indicator: points, normalise: {goalposts: [0, 100]}}}
    grades: [{grade: good, at_least: 70}, {grade: fair}]
awards:
  best:
    score: s
    eligible: {standards: free, targets: [clearance], grade: good, exists_for: 24}
    quota: {share: 50, of: rated}
    basis: [{document: 01/HD-BCA-V05}]
"#;

#[test]
fn each_rule_of_eligibility_says_why_not() {
    let plan = Plan::from_yaml(RULES).unwrap();
    let mut figures = Vec::new();
    for (unit, points, users, cleared) in [
        ("a", Some(80.0), Some(0.0), 75.0),
        // Exactly 74 %.
        ("b", Some(99.0), Some(0.0), 74.0),
        ("c", Some(69.0), Some(2.0), 80.0),
        // Whether it is drug-free is not known.
        ("d", Some(95.0), None, 80.0),
        ("e", Some(90.0), Some(0.0), 80.0),
        ("f", None, None, 80.0),
        ("g", None, Some(0.0), 80.0),
    ] {
        let mut add = |measure, value| figures.push((unit.to_owned(), measure, value));
        if unit == "f" {
            continue;
        }
        points.into_iter().for_each(|points| add("points", points));
        users.into_iter().for_each(|users| add("users", users));
        add("cases", 100.0);
        add("cleared", cleared);
    }
    let report = report(&plan, &figures);
    let rows = report.awards("best", None, &AwardOptions::default()).unwrap();
    let told: Vec<_> =
        rows.iter().map(|row| (row.unit.as_str(), row.eligible, row.why_not.as_deref())).collect();
    assert_eq!(
        told,
        [
            ("a", Some(true), None),
            ("b", Some(false), Some("does not meet “Clearance”")),
            ("c", Some(false), Some("is not rated “good” or better; does not hold “Drug-free”")),
            ("d", None, Some("may not hold “Drug-free” (nothing was recorded for these days)")),
            ("e", Some(false), Some("exists for less than 24 months")),
            (
                "f",
                Some(false),
                Some(
                    "exists for less than 24 months; has no points (the unit does not exist throughout the window)"
                )
            ),
            ("g", None, Some("has no points (nothing was recorded for these days)")),
        ]
    );
    // Rated are a to d: g has no points, e and f are too new. Half of four are two; one is eligible.
    assert!(rows.iter().all(|row| row.quota == 2));
    assert_eq!(rows.iter().filter(|row| row.chosen).count(), 1);
    assert_eq!(rows[0].basis.as_deref(), Some("01/HD-BCA-V05"));
    assert_eq!((rows[0].rank, rows[1].rank), (Some(1), None));
}

/// Nine are shared out as three each; a target that is set for the city alone is met by no commune.
#[test]
fn a_target_counts_where_it_is_set_and_by_the_share_where_it_is_shared_out() {
    let text = r#"
attain: 1
plan: p
units:
  levels: [city, commune]
  list:
    - {id: c, level: city}
    - {id: a, level: commune, parent: c}
    - {id: b, level: commune, parent: c}
    - {id: e, level: commune, parent: c}
measures: {models: {}}
indicators: {models: {count: models, better: higher}}
targets:
  shared: {title: Models, indicator: models, goal: {at_least: 9}, window: "2026", cascade: {to: commune, by: equal}}
  city: {title: City, indicator: models, goal: {at_least: 1}, window: "2026"}
scores:
  s: {level: commune, window: "2026", parts: {models: {indicator: models, normalise: {goalposts: [0, 10]}}}}
awards:
  by-share: {score: s, eligible: {targets: shared}, quota: {count: 3}}
  by-city: {score: s, eligible: {targets: city}, quota: {count: 3}}
"#;
    let plan = parse(text);
    let figures = [("a", 3.0), ("b", 2.0)].map(|(unit, value)| (unit.to_owned(), "models", value));
    let report = report(&plan, &figures);
    let told = |award: &str| -> Vec<(Option<bool>, Option<String>)> {
        let rows = report.awards(award, None, &AwardOptions::default()).unwrap();
        rows.into_iter().map(|row| (row.eligible, row.why_not)).collect()
    };
    let [a, b, e] = &told("by-share")[..] else { panic!() };
    assert_eq!(*a, (Some(true), None));
    assert_eq!(*b, (Some(false), Some("does not meet “Models”".to_owned())));
    assert_eq!(e.0, None);
    for unit in told("by-city") {
        assert_eq!(unit.0, Some(false));
        assert!(unit.1.unwrap().contains("has no target “City”"));
    }
}

#[test]
fn a_tally_for_one_day_awards_as_any_other() {
    let plan = Plan::from_yaml(RULES).unwrap();
    let day = day("2026-12-31");
    let tallies = [Tally::new(&plan), plan.tally_for(attain::Rows::Figures, &[day])];
    let rows = tallies.map(|mut tally| {
        for (measure, value) in [("points", 80.0), ("users", 0.0), ("cases", 4.0), ("cleared", 3.0)]
        {
            let when = When::Period("2026".into());
            tally.record(&Outcome::new("a", when, measure, value)).unwrap();
        }
        plan.assess(&tally, day).unwrap().awards("best", None, &AwardOptions::default()).unwrap()
    });
    assert_eq!(rows[0], rows[1]);
    assert_eq!(rows[0][0].eligible, Some(true));
}

/// Two shares, of which the higher one wins: how often it does follows from the normal distribution of their
/// difference. The error function is Abramowitz and Stegun's 7.1.26, good to 1.5 × 10⁻⁷.
#[test]
fn safety_is_the_chance_that_the_better_of_two_stays_the_better() {
    let text = r#"
attain: 1
plan: p
units: {levels: [team], list: [{id: a, level: team}, {id: b, level: team}]}
measures: {done: {}, due: {}}
indicators: {tasks: {proportion: {numerator: done, denominator: due}}}
scores:
  s: {level: team, window: "2026", parts: {tasks: {indicator: tasks, normalise: {goalposts: [0, 100]}}}}
awards:
  best: {score: s, quota: {count: 1}}
"#;
    let plan = Plan::from_yaml(text).unwrap();
    let z = 1.959963984540054;
    // Half the length of Wilson's interval, in standard deviations.
    let error = |x: f64, n: f64| {
        let p = x / n;
        100.0 * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt() / (1.0 + z * z / n)
    };
    let normal = |x: f64| {
        let t = 1.0 / (1.0 + 0.327_591_1 * x / 2.0_f64.sqrt());
        let series = t
            * (0.254829592
                + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        0.5 * (1.0 + 1.0 - series * (-x * x / 2.0).exp())
    };
    for (one, other) in [(120.0, 110.0), (130.0, 100.0), (101.0, 100.0)] {
        let figures: Vec<_> =
            [("a", "done", one), ("a", "due", 200.0), ("b", "done", other), ("b", "due", 200.0)]
                .map(|(unit, measure, value)| (unit.to_owned(), measure, value))
                .to_vec();
        let options = AwardOptions { draws: 20_000, seed: 11 };
        let report = report(&plan, &figures);
        let rows = report.awards("best", None, &options).unwrap();
        let spread = error(one, 200.0).hypot(error(other, 200.0));
        let expected = normal((one - other) / 2.0 / spread);
        let found = rows[0].safety.unwrap();
        let tolerance = 4.0 * (expected * (1.0 - expected) / 20_000.0).sqrt() + 1e-6;
        assert!((found - expected).abs() < tolerance, "{one} {other}: {found} {expected}");
        assert!((found + rows[1].safety.unwrap() - 1.0).abs() < 1e-12);
        assert_eq!(rows, report.awards("best", None, &options).unwrap());
    }
}

/// Twelve teams with 200 tasks each, two of whom are chosen.
fn plan_of_twelve() -> Plan {
    let list: Vec<String> = (0..12).map(|team| format!("{{id: t{team}, level: team}}")).collect();
    parse(&format!(
        r#"
attain: 1
plan: p
units: {{levels: [team], list: [{}]}}
measures: {{done: {{}}, due: {{}}}}
indicators:
  tasks: {{proportion: {{numerator: done, denominator: due}}}}
  count: {{count: done, better: higher}}
scores:
  s: {{level: team, window: "2026", parts: {{tasks: {{indicator: tasks, normalise: {{goalposts: [0, 100]}}}}}}}}
  n: {{level: team, window: "2026", parts: {{count: {{indicator: count, normalise: {{goalposts: [0, 1000]}}}}}}}}
awards:
  best: {{score: s, quota: {{count: 2}}}}
  most: {{score: n, quota: {{count: 2}}}}
"#,
        list.join(", ")
    ))
}

fn figures_of(done: &[f64]) -> Vec<(String, &'static str, f64)> {
    let figures = |(team, done): (usize, &f64)| {
        [(format!("t{team}"), "done", *done), (format!("t{team}"), "due", 200.0)]
    };
    done.iter().enumerate().flat_map(figures).collect()
}

/// The mean stated safety of chosen teams, how often they are chosen in figures that are drawn again, and the standard
/// error of the difference. `truth` draws the true share, or the true count, of a team.
fn chosen_again(
    award: &str,
    truth: impl Fn(&mut Random) -> f64,
    figure: impl Fn(f64, &mut Random) -> f64,
) -> (f64, f64, f64) {
    let plan = plan_of_twelve();
    let mut random = Random::seeded(29);
    let mut differences = Vec::new();
    let (mut stated, mut occurred) = (0.0, 0.0);
    for seed in 0..120 {
        let truths: Vec<f64> = (0..12).map(|_| truth(&mut random)).collect();
        let mut draw = |draws: u32| -> Vec<AwardRow> {
            let done: Vec<f64> = truths.iter().map(|truth| figure(*truth, &mut random)).collect();
            let options = AwardOptions { draws, seed };
            report(&plan, &figures_of(&done)).awards(award, None, &options).unwrap()
        };
        let (first, again) = (draw(100), draw(0));
        for (one, other) in first.iter().zip(&again).filter(|(one, _)| one.chosen) {
            assert_eq!(one.drawn_from, Some(DrawnFrom::Pooled));
            let (safety, is_again) = (one.safety.unwrap(), f64::from(u8::from(other.chosen)));
            (stated, occurred) = (stated + safety, occurred + is_again);
            differences.push(safety - is_again);
        }
    }
    let n = differences.len() as f64;
    let squares: f64 = differences.iter().map(|difference| difference.powi(2)).sum();
    (stated / n, occurred / n, squares.sqrt() / n)
}

/// Of twelve equal teams each is chosen two times in twelve. Draws around the observed values state a half.
#[test]
fn the_safety_of_equal_teams_is_near_that_of_a_lot() {
    let (stated, occurred, error) =
        chosen_again("best", |_| 0.8, |share, random| random.binomial(200.0, share));
    assert!((occurred - 1.0 / 6.0).abs() < 4.0 * error, "{occurred}");
    assert!(stated < 0.27, "{stated}");
}

#[test]
fn the_stated_safety_is_how_often_a_team_is_chosen_again() {
    let share = |random: &mut Random| 1.0 / (1.0 + (-1.2 + 0.4 * random.normal()).exp());
    let (stated, occurred, error) =
        chosen_again("best", share, |share, random| random.binomial(200.0, share));
    assert!((stated - occurred).abs() < 3.0 * error, "{stated} {occurred} {error}");
    assert!(occurred > 0.4, "{occurred}");
    let mean = |random: &mut Random| 60.0 * (0.3 * random.normal()).exp();
    let (stated, occurred, error) = chosen_again("most", mean, |mean, random| random.poisson(mean));
    assert!((stated - occurred).abs() < 3.0 * error, "{stated} {occurred} {error}");
    assert!(occurred > 0.4, "{occurred}");
}

#[test]
fn fewer_than_eight_teams_are_drawn_around_their_own_values() {
    let plan = plan_of_twelve();
    let done = [180.0, 170.0, 160.0, 150.0, 150.0, 140.0, 130.0, 150.0];
    for (teams, expected) in [(7, DrawnFrom::OwnValues), (8, DrawnFrom::Pooled)] {
        let report = report(&plan, &figures_of(&done[..teams]));
        let rows = report.awards("best", None, &AwardOptions::default()).unwrap();
        assert!(rows.iter().all(|row| row.drawn_from == Some(expected)), "{teams}");
        assert!(rows[0].safety.unwrap() > rows[6].safety.unwrap());
        let none = report.awards("best", None, &AwardOptions { draws: 0, seed: 0 }).unwrap();
        assert!(none.iter().all(|row| row.safety.is_none() && row.drawn_from.is_none()));
    }
}

#[test]
fn awards_are_written_and_read_back_equal() {
    let plans = [
        RULES.to_owned(),
        RULES.replace(
            "{standards: free, targets: [clearance], grade: good, exists_for: 24}\n    quota: {share: 50, of: rated}",
            "{grade: good}\n    title: Best\n    note: A remark.\n    ties: all_in\n    quota: {share: 12.5, of: {grade: good}}",
        ),
    ];
    for text in plans {
        let plan = parse(&text);
        assert_eq!(Plan::from_yaml(&plan.to_yaml()).unwrap(), plan);
        assert_eq!(Plan::from_json(&plan.to_json()).unwrap(), plan);
        assert_eq!(Plan::from_toml(&plan.to_toml().unwrap()).unwrap(), plan);
    }
}

#[test]
fn columns_hold_what_the_rows_hold() {
    let report = teams(&[90.0, 80.0], "{score: s, quota: {count: 1}}");
    let rows = report.awards("best", None, &AwardOptions::default()).unwrap();
    let batch = attain::arrow::record_batch(&rows);
    assert_eq!((batch.num_rows(), batch.num_columns()), (2, 22));
    assert!(report.awards("worst", None, &AwardOptions::default()).unwrap_err().is_request());
    let later = calendar::date("2027-01-01");
    assert!(report.awards("best", later, &AwardOptions::default()).unwrap_err().is_request());
}
