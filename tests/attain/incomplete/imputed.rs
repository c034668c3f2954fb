//! Rule 14: imputed and estimated figures show wherever a value rests on them.

use attain::calendar::Every;
use attain::views::{AwardOptions, EffectMethod, EffectRow};

use crate::incomplete::support::*;

#[test]
fn a_row_shows_the_imputed_share_of_its_baseline_too() {
    let plan = plan(
        "
measures: {n: {}}
indicators:
  n: {count: n}
  change: {change: {of: n, from: previous_period, as: percent}}
targets:
  relative: {indicator: n, goal: {reduce_by: {percent: 5, from: previous_period}}, window: '2023', units: [a]}
  progress: {indicator: n, goal: {at_most: 95}, baseline: previous_period, window: '2023', units: [a]}
  change: {indicator: change, goal: {at_most: -5}, window: '2023', units: [a]}",
    );
    for (figures, expected) in [
        ("a 2022 n 100 status=E; a 2023 n 90", 100.0),
        ("a 2022 n 100; a 2023 n 90 status=I", 100.0),
        ("a 2022 n 100; a 2023 n 90", 0.0),
        ("a 2022-H1 n 25 status=E; a 2022-H2 n 75; a 2023 n 90", 25.0),
    ] {
        let report = report(&plan, figures, "2024-06-30");
        for target in ["relative", "progress", "change"] {
            let row = row(&report, target, "a");
            assert_eq!(row.baseline, Some(100.0), "{target}");
            assert_eq!(row.imputed, Some(expected), "{target} of {figures}");
            let text = report.explain(target, Some("a"), None).unwrap().to_string();
            assert_eq!(text.contains("imputed or estimated"), expected > 0.0, "{text}");
        }
    }
}

#[test]
fn a_row_without_a_value_shows_the_imputed_share_of_what_it_shows() {
    let plan = plan(
        "
measures: {n: {}, d: {}}
indicators: {r: {proportion: {numerator: n, denominator: d}}}
targets: {t: {indicator: r, goal: {at_least: 50}, window: '2023', units: [a]}}",
    );
    let of = |figures: &str| {
        let report = report(&plan, figures, "2024-06-30");
        let row = row(&report, "t", "a");
        (row.numerator, row.denominator, row.imputed)
    };
    assert_eq!(of("a 2023 d 100 status=E; b 2023 n 1"), (None, Some(100.0), Some(100.0)));
    assert_eq!(of("a 2023 n 30; b 2023 d 1"), (Some(30.0), None, Some(0.0)));
    assert_eq!(of("b 2023 n 1; b 2023 d 1"), (None, None, None));
}

#[test]
fn other_tables_show_the_imputed_share() {
    let plan = plan(
        "
measures: {n: {every: month}}
indicators: {n: {count: n, better: lower}}
targets: {t: {indicator: n, goal: {at_most: 3000}, window: '2023', units: [c], cascade: {to: district, by: equal}}}
standards: {s: {level: district, window: '2023', all: [{indicator: n, goal: {at_most: 1300}}]}}
scores: {s: {level: district, window: '2023', parts: {n: {indicator: n, normalise: {goalposts: [1300, 100]}}}}}
awards: {best: {score: s, quota: {count: 1}}}
campaigns: {year: {window: '2023', units: [a]}}",
    );
    // A quarter of the figures of 2023 is estimated, and the whole of 2022.
    let figures = monthly("a", 4..=12, "n", 100)
        + &monthly("a", 1..=3, "n", 100).replace("n 100", "n 100 status=E")
        + &monthly("b", 1..=12, "n", 100)
        + &monthly("a", 1..=12, "n", 100)
            .replace("2023-", "2022-")
            .replace("n 100", "n 100 status=E");
    let report = report(&plan, &figures, "2024-06-30");
    let shares = report.cascade("t").unwrap().shares;
    let imputed: Vec<_> = shares.iter().map(|share| share.imputed).collect();
    assert_eq!(imputed, [Some(12.5), Some(25.0), Some(0.0)]);
    let criteria = report.certification("s", None).unwrap();
    assert_eq!(criteria.criteria()[0].imputed, Some(25.0));
    let scoring = report.score("s", None).unwrap();
    assert_eq!(scoring.scores()[0].imputed, Some(25.0));
    assert_eq!(scoring.parts()[0].imputed, Some(25.0));
    let effect = report.effect("year", "n", Every::Month).unwrap();
    assert_eq!(effect[0].estimate, Some(1.0));
    assert_eq!(effect[0].imputed, Some(100.0));
    assert!(report.awards("best", None, &AwardOptions::default()).is_ok());
}

/// 100 a month in 2022, and in January to June 2023 only.
#[test]
fn an_effect_is_never_estimated_over_time_that_is_not_reported_in_both_windows() {
    let plan = plan(
        "
measures: {n: {every: month}}
indicators: {n: {count: n}}
campaigns: {year: {window: '2023', units: [a]}, city: {window: '2023', units: [c]}}",
    );
    let before = (monthly("a", 1..=12, "n", 100) + &monthly("b", 1..=12, "n", 100))
        .replace("2023-", "2022-");
    let half = monthly("a", 1..=6, "n", 100) + &monthly("b", 1..=12, "n", 100);
    let whole = monthly("a", 1..=12, "n", 100) + &monthly("b", 1..=12, "n", 100);
    let effect = |campaign: &str, now: &str, as_of: &str| {
        report(&plan, &(before.clone() + now), as_of).effect(campaign, "n", Every::Month).unwrap()
    };
    for campaign in ["year", "city"] {
        // The neighbour reported every month.
        let of_neighbour = |row: &EffectRow| row.method == EffectMethod::DisplacedNearby;
        let rows = effect(campaign, &half, "2024-06-30").into_iter();
        for row in rows.filter(|row| !of_neighbour(row)) {
            match row.estimate {
                // The months that both years report are alike.
                Some(estimate) => {
                    assert!((estimate - 1.0).abs() < 1e-9, "{row:?}");
                    assert!(row.warning.as_deref().unwrap().contains("left out"), "{row:?}");
                }
                None => {
                    assert_eq!((row.lower, row.upper), (None, None), "{row:?}");
                    assert!(row.reason.is_some(), "{row:?}");
                }
            }
        }
        let rows = effect(campaign, &half, "2024-06-30");
        let b = if campaign == "city" { 1_200.0 } else { 0.0 };
        assert_eq!((rows[0].counted, rows[0].before), (Some(600.0 + b), Some(600.0 + b)));
        let series = rows.iter().find(|row| row.method == EffectMethod::InterruptedSeries).unwrap();
        assert_eq!(series.estimate, None);
        assert_eq!(effect(campaign, &whole, "2024-06-30")[0].estimate, Some(1.0));
        // While the campaign runs, no month that has ended is missing.
        let so_far = effect(campaign, &half, "2023-06-30");
        assert!((so_far[0].estimate.unwrap() - 1.0).abs() < 1e-12, "{:?}", so_far[0]);
    }
}
