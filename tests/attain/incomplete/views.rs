//! Rule 41a: missing reports in tables without a column `certainty`. District `a` reports 100 in each month of 2023, `b` from
//! January to June only. By the prediction limits of rule 40 the other six months of `b` hold 534 to 669 (n = k = 6,
//! S = 600): 600 + 1.92 ∓ 67.92, rounded inwards.

use attain::views::{AwardOptions, Parts, RankingOptions, Since};
use attain::{Certainty, Plan, Reason, Report, Verdict};

use crate::incomplete::support::*;

fn reports() -> String {
    monthly("a", 1..=12, "n", 100) + &monthly("b", 1..=6, "n", 100)
}

/// All reports of 2022 and 2023: 100 a month.
fn complete() -> String {
    monthly("a", 1..=12, "n", 100) + &monthly("b", 1..=12, "n", 100)
}

/// A plan of the monthly count `n`.
fn counted(rest: &str) -> Plan {
    plan(&format!(
        "
measures: {{n: {{every: month}}}}
indicators: {{n: {{count: n, better: lower}}}}
{rest}"
    ))
}

fn on(plan: &Plan, figures: &str) -> Report {
    report(plan, figures, "2024-06-30")
}

/// The verdict and the reason of a certificate, and those of its criterion.
fn certified(goal: &str, figures: &str, unit: &str) -> String {
    let plan = counted(&format!(
        "standards: {{few: {{level: district, window: '2023', all: [{{indicator: n, goal: {{{goal}}}}}]}}}}"
    ));
    let found = on(&plan, figures).certification("few", None).unwrap();
    let certificate = found.certificates().iter().find(|one| one.unit == unit).unwrap();
    let criterion = found.criteria().iter().find(|one| one.unit == unit).unwrap();
    assert_eq!((certificate.verdict, certificate.reason), (criterion.verdict, criterion.reason));
    told(certificate.verdict, certificate.reason)
}

fn told(verdict: Verdict, reason: Option<Reason>) -> String {
    format!("{} {}", verdict.code(), reason.map_or("-", Reason::code))
}

#[test]
fn a_certificate_that_missing_reports_could_turn_is_indeterminate() {
    for (goal, found) in [
        ("at_most: 500", "missed -"),
        ("at_most: 599", "missed -"),
        ("at_most: 700", "indeterminate missing_reports"),
        ("at_most: 1268", "indeterminate missing_reports"),
        ("at_most: 1269", "met -"),
        ("at_least: 600", "met -"),
        ("at_least: 1100", "indeterminate missing_reports"),
        ("at_least: 1300", "missed -"),
    ] {
        let of_complete = certified(goal, &complete(), "b");
        assert!(!of_complete.contains("missing_reports"), "{goal}: {of_complete}");
        match goal {
            // The limits hold what the missing months may hold together; 0 more than recorded is not among it.
            "at_most: 599" => {}
            _ => assert_eq!(certified(goal, &reports(), "b"), found, "{goal}"),
        }
        assert_eq!(certified(goal, &reports(), "a"), certified(goal, &complete(), "a"), "{goal}");
    }
}

#[test]
fn what_rests_on_an_undecided_certificate_is_undecided() {
    let plan = counted(
        "
standards:
  few: {level: district, window: '2023', all: [{indicator: n, goal: {at_most: 1250}}]}
  all-few: {level: city, window: '2023', all: [{units: {hold: few, at_least: 100}}]}
  one-few: {level: city, window: '2023', all: [{units: {hold: few, at_least: 50}}]}",
    );
    let report = on(&plan, &reports());
    let of = |standard: &str| {
        let found = report.certification(standard, None).unwrap();
        let certificate = &found.certificates()[0];
        told(certificate.verdict, certificate.reason)
    };
    assert_eq!(of("all-few"), "indeterminate missing_reports");
    assert_eq!(of("one-few"), "met -");
    assert!(report.certification("few", None).unwrap().green_zones().is_empty());
}

/// Shares of a goal, combined goals and milestones judge one value against one goal.
#[test]
fn a_share_a_combined_goal_and_a_milestone_that_missing_reports_could_turn_are_indeterminate() {
    let plan = counted(
        "
targets:
  shared: {indicator: n, goal: {at_most: 2500}, window: '2023', units: {level: city}, cascade: {to: district, by: equal}}
  same: {indicator: n, goal: {at_most: 1250}, window: '2023', units: {level: district}}
  other: {indicator: n, goal: {at_most: 1300}, window: '2023', units: {level: district}}
  milestone: {indicator: n, goal: {at_most: 1300}, window: '2023', units: {level: district},
    milestones: [{by: 2023-09-30, reach: 910}]}
combined: {both: {all: [same, other]}, one: {any: [same, other]}}",
    );
    let report = on(&plan, &reports());
    let cascade = report.cascade("shared").unwrap();
    let shares: Vec<String> =
        cascade.shares.iter().map(|share| told(share.verdict, share.reason)).collect();
    // The city: 1,800 and 534 to 669 more, at most 2,500. Districts: at most 1,250.
    assert_eq!(shares, ["met -", "met -", "indeterminate missing_reports"]);
    let completeness: Vec<Option<f64>> =
        cascade.shares.iter().map(|share| share.completeness).collect();
    assert_eq!(completeness, [Some(75.0), Some(100.0), Some(50.0)]);

    let combined = report.combined();
    let of = |id: &str, unit: &str| {
        let mut found = combined.verdicts.iter();
        found.find(|one| one.combined == id && one.unit == unit).unwrap().verdict.code()
    };
    assert_eq!((of("both", "a"), of("both", "b")), ("met", "indeterminate"));
    assert_eq!((of("one", "a"), of("one", "b")), ("met", "met"));

    // To 30 September: 600, and 272 to 330 more of three months: 300.96 ∓ 29.42.
    let milestones = report.milestones();
    let of = |unit: &str| {
        let found = milestones.iter().find(|one| one.unit.as_deref() == Some(unit)).unwrap();
        told(found.verdict, found.reason)
    };
    assert_eq!((of("a"), of("b")), ("met -".into(), "indeterminate missing_reports".into()));
}

#[test]
fn points_say_what_missing_reports_could_make_of_them() {
    let plan = counted(
        "
scores:
  s: {level: district, window: '2023',
    parts: {n: {indicator: n, normalise: {goalposts: [1300, 100]}}}}
  ranked: {level: district, window: '2023', parts: {n: {indicator: n, normalise: rank}}}
  standard: {level: district, window: '2023', parts: {n: {indicator: n, normalise: z_score}}}
awards: {best: {score: s, quota: {count: 1}}}",
    );
    let report = on(&plan, &reports());
    let scores = report.score("s", None).unwrap();
    let [a, b] = scores.scores() else { panic!("two districts") };
    let points = |total: f64| Some((1300.0 - total) / 1200.0 * 100.0);
    let near = |found: Option<f64>, expected: Option<f64>| {
        found.zip(expected).is_some_and(|(one, other)| (one - other).abs() < 1e-9)
    };
    assert!(near(a.points_worst, points(1200.0)) && near(a.points_best, points(1200.0)));
    assert_eq!((a.completeness, a.reason), (Some(100.0), None));
    assert!(near(b.points, points(600.0)), "{b:?}");
    assert!(near(b.points_worst, points(1269.0)), "{b:?}");
    assert!(near(b.points_best, points(1134.0)), "{b:?}");
    assert_eq!((b.completeness, b.reason), (Some(50.0), Some(Reason::MissingReports)));

    // Other scales depend on all units: any place on them is possible, and a z-score has no limits.
    for (score, ends) in [("ranked", (Some(0.0), Some(100.0))), ("standard", (None, None))] {
        let found = report.score(score, None).unwrap();
        let row = &found.scores()[1];
        assert_eq!((row.points_worst, row.points_best), ends, "{score}");
        assert_eq!(row.reason, Some(Reason::MissingReports), "{score}");
    }
}

/// The choice among `a`, with 1,200 events, and `b`, with 1,134 to 1,269.
fn award(quota: u32, grade: &str, figures: &str) -> String {
    let plan = counted(&format!(
        "
scores:
  s: {{level: district, window: '2023', grades: [{{grade: good, at_least: 5}}, {{grade: fair}}],
    parts: {{n: {{indicator: n, normalise: {{goalposts: [1300, 100]}}}}}}}}
awards: {{best: {{score: s, quota: {{count: {quota}}}{grade}}}}}"
    ));
    let rows = on(&plan, figures).awards("best", None, &AwardOptions::default()).unwrap();
    let told = rows.iter().map(|row| {
        let eligible = match row.eligible {
            Some(true) => "eligible",
            Some(false) => "not",
            None => "open",
        };
        if row.eligible.is_none() {
            assert_ne!(row.safety, Some(1.0));
            assert!(row.why_not.as_ref().unwrap().contains("reports are missing"), "{row:?}");
        }
        format!("{} {eligible}{}", row.unit, if row.chosen { " chosen" } else { "" })
    });
    told.collect::<Vec<_>>().join(", ")
}

#[test]
fn an_award_leaves_open_what_missing_reports_could_change() {
    assert_eq!(award(1, "", &complete()), "a eligible, b eligible");
    assert_eq!(award(1, "", &reports()), "a eligible chosen, b open");
    // Two may be chosen: whatever the reports say, both are.
    assert_eq!(award(2, "", &reports()), "a eligible chosen, b eligible chosen");
    // At best 13.8 points, at worst 2.6: the grade is open.
    assert_eq!(award(2, ", eligible: {grade: good}", &reports()), "a eligible chosen, b open");
    // 1,200 a month: what is missing cannot make it fewer than the 1,200 of the other.
    let many = reports().replace("n 100", "n 1200").replacen("n 1200", "n 100", 12);
    assert_eq!(award(1, "", &many), "a eligible chosen, b eligible");
}

#[test]
fn an_award_asks_for_a_target_and_a_standard_that_missing_reports_cannot_turn() {
    let plan = counted(
        "
targets:
  open: {indicator: n, goal: {at_most: 1250}, window: '2023', units: {level: district}}
  settled: {indicator: n, goal: {at_most: 1300}, window: '2023', units: {level: district}}
standards:
  open: {level: district, window: '2023', all: [{indicator: n, goal: {at_most: 1250}}]}
scores:
  s: {level: district, window: '2023', parts: {n: {indicator: n, normalise: {goalposts: [1300, 100]}}}}
awards:
  by-open-target: {score: s, quota: {count: 2}, eligible: {targets: [open]}}
  by-target: {score: s, quota: {count: 2}, eligible: {targets: [settled]}}
  by-standard: {score: s, quota: {count: 2}, eligible: {standards: [open]}}",
    );
    let report = on(&plan, &reports());
    let eligible = |award: &str| {
        let rows = report.awards(award, None, &AwardOptions::default()).unwrap();
        rows.iter().map(|row| row.eligible).collect::<Vec<_>>()
    };
    assert_eq!(eligible("by-open-target"), [Some(true), None]);
    assert_eq!(eligible("by-target"), [Some(true), Some(true)]);
    assert_eq!(eligible("by-standard"), [Some(true), None]);
}

#[test]
fn parts_of_a_change_and_ranks_show_their_completeness() {
    let plan = plan(
        "
measures: {n: {every: month}, d: {over_time: last}}
indicators: {n: {count: n}, r: {rate: {numerator: n, population: d, per: 1000}, better: lower}}
targets:
  t: {indicator: n, goal: {at_most: 2400}, window: '2023', units: {level: city}}
  less: {indicator: n, goal: {reduce_by: {percent: 5, from: previous_period}}, window: '2023', units: {level: city}}
  r: {indicator: r, goal: {at_most: 90}, window: '2023', units: {level: district}}",
    );
    let before = complete().replace("2023-", "2022-");
    let stocks = "a 2023 d 5000\nb 2023 d 5000\n";
    let report = on(&plan, &(before + &reports() + stocks));
    let change =
        report.decomposition("t", Some("c"), Parts::Children, Since::SameWindowLastYear).unwrap();
    let found: Vec<_> =
        change.iter().map(|part| (part.part.as_deref(), part.completeness)).collect();
    assert_eq!(found, [(Some("a"), Some(100.0)), (Some("b"), Some(50.0)), (Some("c"), Some(75.0))]);
    let added = report.contributions("less", Some("c"), Parts::Children).unwrap();
    let found: Vec<_> =
        added.iter().map(|part| (part.part.as_deref(), part.completeness)).collect();
    assert_eq!(found, [(Some("a"), Some(100.0)), (Some("b"), Some(50.0)), (Some("c"), Some(75.0))]);
    let ranking = report.ranking("r", &RankingOptions::default()).unwrap();
    let mut found: Vec<_> = ranking.iter().map(|row| (&*row.unit, row.completeness)).collect();
    found.sort_unstable_by_key(|(unit, _)| *unit);
    assert_eq!(found, [("a", Some(100.0)), ("b", Some(50.0))]);
    let funnel = report.funnel("r", &RankingOptions::default()).unwrap();
    let shares: Vec<_> = funnel.iter().filter_map(|row| row.completeness).collect();
    assert_eq!(shares.len(), 2);
}

/// For every formula and many goals: a certificate, a share of the same goal and an award's condition are undecided exactly
/// where the row is unsettled, and else have the row's verdict.
#[test]
fn views_that_judge_agree_with_the_rows_for_every_formula() {
    let formulas = [
        "{count: n}",
        "{proportion: {numerator: n, denominator: d}}",
        "{ratio: {numerator: n, denominator: d, per: 100}}",
        "{rate: {numerator: n, population: s, per: 1000}}",
        "{mean: {of: n, per: d}}",
        "{change: {of: count, from: previous_period, as: percent}}",
        "{share_of_units: {of: count, level: district, goal: {at_most: 55}}}",
    ];
    let figures = monthly("a", 1..=12, "n", 5)
        + &monthly("a", 1..=12, "d", 10)
        + &monthly("b", 1..=9, "n", 6)
        + &monthly("b", 1..=10, "d", 10)
        + "a 2023 s 1000\nb 2023 s 1000\n"
        + &(monthly("a", 1..=12, "n", 5) + &monthly("b", 1..=12, "n", 6)).replace("2023-", "2022-");
    let (mut unsettled, mut settled) = (0, 0);
    for formula in formulas {
        for goal in [0, 20, 40, 50, 54, 55, 60, 65, 70, 75, 80, 100].map(f64::from) {
            for side in ["at_most", "at_least"] {
                let plan = plan(&format!(
                    "
measures: {{n: {{every: month}}, d: {{every: month}}, s: {{over_time: last}}}}
indicators:
  count: {{count: n, better: lower}}
  tested: {formula}
targets:
  t: {{indicator: tested, goal: {{{side}: {goal}}}, window: '2023', units: {{level: district}}}}
  shared: {{indicator: tested, goal: {{{side}: {goal}}}, window: '2023', units: {{level: city}},
    cascade: {{to: district, by: same}}}}
standards:
  s: {{level: district, window: '2023', all: [{{indicator: tested, goal: {{{side}: {goal}}}}}]}}"
                ));
                let report = report(&plan, &figures, "2024-06-30");
                let certificates = report.certification("s", None).unwrap();
                let shares = report.cascade("shared").unwrap().shares;
                for unit in ["a", "b"] {
                    let row = row(&report, "t", unit);
                    let expected = if row.certainty == Certainty::Unsettled {
                        unsettled += 1;
                        Verdict::Indeterminate
                    } else {
                        settled += 1;
                        row.verdict
                    };
                    let mut all = certificates.certificates().iter();
                    let certificate = all.find(|one| one.unit == unit).unwrap();
                    assert_eq!(certificate.verdict, expected, "{formula} {side} {goal}: {row:#?}");
                    let share = shares.iter().find(|one| one.unit == unit).unwrap();
                    assert_eq!(share.verdict, expected, "{formula} {side} {goal}: {row:#?}");
                }
            }
        }
    }
    assert!(unsettled > 30 && settled > 100, "{unsettled} {settled}");
}
