//! Progress towards a target: figures worked out by hand, what is at an edge, and what must hold for every series.

use attain::stats::{
    BandDistance, BetterEnd, Progress, ProgressMethod, ProgressOptions, ProgressPath,
    ProgressReason, ProgressStanding, ProgressTarget, progress,
};
use proptest::prelude::*;

const HIGHEST: BetterEnd = BetterEnd::Highest;
const LOWEST: BetterEnd = BetterEnd::Lowest;

fn reach(value: f64, better: BetterEnd) -> ProgressOptions {
    ProgressOptions {
        target_year: Some(2030.0),
        ..ProgressOptions::new(ProgressTarget::Reach { value, better })
    }
}

fn toward(better: BetterEnd) -> ProgressOptions {
    ProgressOptions::new(ProgressTarget::Direction(better))
}

/// From 2015 to 2020.
fn five_years(base: f64, last: f64, options: &ProgressOptions) -> Vec<Progress> {
    progress(&[2015.0, 2020.0], &[base, last], None, options).unwrap()
}

fn by(found: &[Progress], method: ProgressMethod) -> Progress {
    found.iter().find(|one| one.method == method).unwrap().clone()
}

fn label(found: &[Progress], method: ProgressMethod) -> Option<&'static str> {
    by(found, method).label
}

fn value(found: &[Progress], method: ProgressMethod) -> f64 {
    by(found, method).value.unwrap()
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * (1.0 + other.abs())
}

#[test]
fn a_series_on_its_way_has_the_figures_worked_out_by_hand() {
    // 100 to 80 in five of fifteen years, to come to 50.
    let found = five_years(100.0, 80.0, &reach(50.0, LOWEST));
    let grown = 0.8_f64.powf(0.2) - 1.0;
    let needed = 0.5_f64.powf(1.0 / 15.0) - 1.0;
    assert!(near(value(&found, ProgressMethod::ShareOfPlan), 160.0));
    assert!(near(value(&found, ProgressMethod::ShareOfChange), 40.0));
    assert!(near(value(&found, ProgressMethod::OpenSdg), grown / needed));
    assert!(near(value(&found, ProgressMethod::Eurostat), grown / needed));
    // 80 · 0.8² = 51.2.
    assert!(near(value(&found, ProgressMethod::Un2023), 48.8 / 50.0));
    assert!(near(value(&found, ProgressMethod::UnescapCurrent), 4.0));
    // The line through both points is at 40 in 2030: no gap.
    assert_eq!(value(&found, ProgressMethod::UnescapAnticipated), 0.0);
    assert!(near(value(&found, ProgressMethod::Sdsn), 4.0 / (50.0 / 15.0)));
    assert!(near(value(&found, ProgressMethod::Pace), (100.0 - 50.0 / 3.0) / 80.0));
    let labels: Vec<_> = found.iter().map(|one| one.label.unwrap()).collect();
    assert_eq!(
        labels,
        [
            "not_met",
            "improving",
            "substantial_progress",
            "significant_progress",
            "target_met_or_on_track",
            "progressed",
            "maintain",
            "on_track_or_maintaining_achievement",
            "ahead"
        ]
    );
    assert!(found.iter().all(|one| one.disagrees_with.is_empty()));
}

#[test]
fn methods_that_disagree_name_each_other() {
    // A tenth of the change in a third of the time.
    let found = five_years(100.0, 93.0, &reach(50.0, LOWEST));
    assert_eq!(label(&found, ProgressMethod::Un2023), Some("fair_progress"));
    assert_eq!(label(&found, ProgressMethod::Sdsn), Some("stagnating"));
    // The path expects 83⅓, which is 0.896 of 93.
    assert_eq!(label(&found, ProgressMethod::Pace), Some("behind"));
    let found = five_years(100.0, 85.0, &reach(50.0, LOWEST));
    assert_eq!(label(&found, ProgressMethod::Pace), Some("on_track"));
    let pace = by(&found, ProgressMethod::Pace);
    assert!(pace.disagrees_with.contains(&ProgressMethod::Eurostat));
    assert!(by(&found, ProgressMethod::Eurostat).disagrees_with.contains(&ProgressMethod::Pace));
    // That a series is on its way is compatible with either.
    assert!(by(&found, ProgressMethod::ShareOfChange).disagrees_with.is_empty());
}

#[test]
fn two_negative_numbers_make_no_progress() {
    // The base had met the target of at most 50; the plain quotient of growth rates is +4.39.
    let found = five_years(40.0, 55.0, &reach(50.0, LOWEST));
    for one in &found {
        let standing = one.standing.unwrap();
        assert!(matches!(standing, ProgressStanding::Away | ProgressStanding::NotMet), "{one:?}");
    }
    assert!(value(&found, ProgressMethod::Un2023) < 0.0);
    assert_eq!(by(&found, ProgressMethod::ShareOfChange).reason, Some(ProgressReason::BaseMet));
    // Close to the prediction all the same, but from the other side.
    let found =
        five_years(49.0, 50.5, &ProgressOptions { predicted: Some(50.05), ..reach(50.0, LOWEST) });
    assert_eq!(label(&found, ProgressMethod::UnescapAnticipated), Some("reverse"));
}

#[test]
fn a_threshold_belongs_to_the_better_label() {
    let sdsn = |last| {
        let found = progress(&[2015.0, 2020.0], &[0.1, last], None, &reach(0.4, HIGHEST)).unwrap();
        label(&found, ProgressMethod::Sdsn).unwrap()
    };
    // 0.3 in 15 years is 0.1 in five; in floats, 0.2 − 0.1 is right but 0.15 − 0.1 is not half of it.
    assert_eq!(sdsn(0.2), "on_track_or_maintaining_achievement");
    assert_eq!(sdsn(0.15), "moderately_improving");
    assert_eq!(sdsn(0.149999999), "stagnating");
    assert_eq!(sdsn(0.1), "stagnating");
    assert_eq!(sdsn(0.099999999), "decreasing");

    let change =
        |last| label(&five_years(0.1, last, &reach(0.4, HIGHEST)), ProgressMethod::ShareOfChange);
    assert_eq!(change(0.13), Some("improving"));
    assert_eq!(change(0.1299999), Some("little_or_no_detectable_change"));
    assert_eq!(change(0.09), Some("getting_worse"));
    assert_eq!(change(0.0900001), Some("little_or_no_detectable_change"));

    let gap = |predicted| {
        let options = ProgressOptions { predicted: Some(predicted), ..reach(100.0, HIGHEST) };
        label(&five_years(60.0, 70.0, &options), ProgressMethod::UnescapAnticipated).unwrap()
    };
    assert_eq!((gap(96.0), gap(95.9)), ("maintain", "accelerate"));
    assert_eq!((gap(60.0), gap(59.9)), ("accelerate", "reverse"));
    assert_eq!(gap(104.0), "maintain");
}

#[test]
fn growth_at_a_threshold_over_whole_years_is_compared_exactly() {
    // A float has 100.5 / 100 − 1 below 0.005.
    let one_year = |last: f64, better| {
        progress(&[2019.0, 2020.0], &[100.0, last], None, &toward(better)).unwrap()
    };
    let un = |last, better| label(&one_year(last, better), ProgressMethod::Un2023).unwrap();
    assert_eq!(un(100.5, HIGHEST), "fair_progress");
    assert_eq!(un(100.499999, HIGHEST), "stagnation_or_regression");
    assert_eq!(un(102.0, HIGHEST), "target_met_or_on_track");
    assert_eq!(un(99.5, LOWEST), "fair_progress");
    assert_eq!(un(98.0, LOWEST), "target_met_or_on_track");
    let eurostat = |last, better| label(&one_year(last, better), ProgressMethod::Eurostat).unwrap();
    assert_eq!(eurostat(101.0, HIGHEST), "significant_progress");
    assert_eq!(eurostat(100.0, HIGHEST), "no_movement");
    assert_eq!(eurostat(99.0, HIGHEST), "moderate_movement_away");
    assert_eq!(eurostat(98.999999, HIGHEST), "significant_movement_away");
    let open = |last, better| label(&one_year(last, better), ProgressMethod::OpenSdg).unwrap();
    assert_eq!(open(101.5, HIGHEST), "substantial_progress");
    assert_eq!(open(100.5, HIGHEST), "moderate_progress");
    assert_eq!(open(100.0, HIGHEST), "limited_progress");
}

#[test]
fn zero_is_no_base_and_no_target_of_growth() {
    let found = five_years(0.0, 10.0, &reach(50.0, HIGHEST));
    for method in [ProgressMethod::OpenSdg, ProgressMethod::Eurostat, ProgressMethod::Un2023] {
        let one = by(&found, method);
        assert_eq!(
            (one.label, one.value, one.reason),
            (None, None, Some(ProgressReason::ZeroBase))
        );
    }
    assert!(near(value(&found, ProgressMethod::Sdsn), 2.0 / (50.0 / 15.0)));

    let found = five_years(10.0, 5.0, &reach(0.0, LOWEST));
    for method in [ProgressMethod::OpenSdg, ProgressMethod::Eurostat, ProgressMethod::ShareOfPlan] {
        assert_eq!(by(&found, method).reason, Some(ProgressReason::ZeroTarget));
    }
    // 5 · 0.5² = 1.25, of which the change is 8.75 of 10.
    assert!(near(value(&found, ProgressMethod::Un2023), 0.875));
    assert!(near(value(&found, ProgressMethod::ShareOfChange), 50.0));
    // What is met is met, without a rate.
    let found = five_years(0.0, 60.0, &reach(50.0, HIGHEST));
    assert_eq!(label(&found, ProgressMethod::OpenSdg), Some("target_achieved"));
    assert_eq!(by(&found, ProgressMethod::OpenSdg).score, Some(5.0));
}

#[test]
fn negative_numbers_grow_by_their_size() {
    let found = five_years(-10.0, -5.0, &reach(-2.0, HIGHEST));
    let ratio = (1.0 - 0.5_f64.powf(0.2)) / (1.0 - 0.2_f64.powf(1.0 / 15.0));
    assert!(near(value(&found, ProgressMethod::OpenSdg), ratio));
    assert_eq!(label(&found, ProgressMethod::OpenSdg), Some("substantial_progress"));
    assert_eq!(
        by(&found, ProgressMethod::ShareOfPlan).reason,
        Some(ProgressReason::NegativeTarget)
    );
    let found = five_years(-10.0, 5.0, &reach(20.0, HIGHEST));
    assert_eq!(by(&found, ProgressMethod::Eurostat).reason, Some(ProgressReason::SignChange));
    assert!(near(value(&found, ProgressMethod::ShareOfChange), 50.0));
}

#[test]
fn a_base_at_the_target_needed_no_change() {
    let found = five_years(50.0, 40.0, &reach(50.0, HIGHEST));
    for method in [
        ProgressMethod::OpenSdg,
        ProgressMethod::Eurostat,
        ProgressMethod::Un2023,
        ProgressMethod::Sdsn,
    ] {
        let one = by(&found, method);
        assert_eq!(one.reason, Some(ProgressReason::BaseAtTarget), "{method:?}");
        assert_eq!(one.standing, Some(ProgressStanding::Away), "{method:?}");
    }
    let found = five_years(50.0, 50.0, &reach(50.0, HIGHEST));
    assert!(found.iter().all(|one| matches!(
        one.standing,
        Some(ProgressStanding::Met | ProgressStanding::OnTrack)
    )));
}

#[test]
fn a_band_is_met_from_either_side() {
    let band = |distance, lower, upper| ProgressOptions {
        target_year: Some(2030.0),
        ..ProgressOptions::new(ProgressTarget::Band { lower, upper, distance })
    };
    let gap = band(BandDistance::Gap, 50.0, 50.0);
    // 60 and 40 are reflections of each other.
    let (above, below) = (five_years(70.0, 60.0, &gap), five_years(30.0, 40.0, &gap));
    assert_eq!(above, below);
    assert!(near(
        value(&above, ProgressMethod::OpenSdg),
        (1.0 - (6.0_f64 / 7.0).powf(0.2)) / (1.0 - (5.0_f64 / 7.0).powf(1.0 / 15.0))
    ));
    // From one side to the other, and farther away.
    assert_eq!(
        by(&five_years(45.0, 60.0, &gap), ProgressMethod::UnescapCurrent).standing,
        Some(ProgressStanding::Away)
    );
    let ratio = band(BandDistance::Ratio, 1.0, 1.0);
    let (double, half) = (five_years(2.0, 1.25, &ratio), five_years(0.5, 0.8, &ratio));
    assert_eq!(double, half);
    assert!(near(value(&double, ProgressMethod::ShareOfChange), 75.0));
    let parity = band(BandDistance::Ratio, 0.97, 1.03);
    assert_eq!(
        label(&five_years(0.8, 1.03, &parity), ProgressMethod::OpenSdg),
        Some("target_achieved")
    );
    assert_eq!(
        by(&five_years(0.8, 0.0, &parity), ProgressMethod::Sdsn).reason,
        Some(ProgressReason::NotPositive)
    );
}

#[test]
fn near_a_limit_less_growth_is_asked_for() {
    let limited = |base, last, better, limit| {
        let options = ProgressOptions { limit: Some(limit), ..toward(better) };
        by(&five_years(base, last, &options), ProgressMethod::OpenSdg)
    };
    // 98 of 100 leaves 1 − 0.98^4.44 of the thresholds.
    let near_the_end = limited(98.0, 98.6, HIGHEST, 100.0);
    let left = 1.0 - 0.98_f64.powf(4.44);
    let grown = (98.6_f64 / 98.0).powf(0.2) - 1.0;
    assert!(grown >= 0.005 * left && grown < 0.015 * left);
    assert_eq!(near_the_end.label, Some("moderate_progress"));
    assert!(near(near_the_end.score.unwrap(), 250.0 * grown / left - 1.25));
    // The same distance above a limit is as near.
    assert_eq!(limited(102.0, 101.4, LOWEST, 100.0).label, Some("moderate_progress"));
    // At the limit, to stay is all there is.
    let at_the_end = limited(100.0, 100.0, HIGHEST, 100.0);
    assert_eq!((at_the_end.label, at_the_end.score), (Some("substantial_progress"), Some(5.0)));
    assert_eq!(limited(100.0, 99.9, HIGHEST, 100.0).label, Some("deterioration"));
    // Twice the limit is far from it.
    assert_eq!(limited(5.0, 4.9, LOWEST, 2.0).label, Some("limited_progress"));
    // Where 100 per cent is the target, the United Nations' chart takes 99 for it.
    let complete = ProgressOptions { limit: Some(100.0), ..reach(100.0, HIGHEST) };
    assert_eq!(
        by(&five_years(90.0, 99.0, &complete), ProgressMethod::Un2023).standing,
        Some(ProgressStanding::Met)
    );
    assert_eq!(
        by(&five_years(98.95, 98.99, &complete), ProgressMethod::Un2023).standing,
        Some(ProgressStanding::TooSlow)
    );
}

#[test]
fn standard_errors_say_what_is_a_change() {
    let with = |errors: [f64; 2]| {
        let found =
            progress(&[2015.0, 2020.0], &[40.0, 44.0], Some(&errors), &reach(60.0, HIGHEST))
                .unwrap();
        by(&found, ProgressMethod::ShareOfChange)
    };
    // 4 ± 1.96·√(1.2² + 1.6²) = 4 ± 3.92, and 4 ± 4.12 with 2.1 for 2.
    assert_eq!(with([1.2, 1.6]).label, Some("improving"));
    assert_eq!(with([1.26, 1.68]).label, Some("little_or_no_detectable_change"));
    // d(a−b)/(t−b) by a is 1/20, by b (a−t)/20².
    let expected = 100.0 * ((1.6_f64 / 20.0).powi(2) + (1.2 * 16.0 / 400.0_f64).powi(2)).sqrt();
    assert!(near(with([1.2, 1.6]).standard_error.unwrap(), expected));
    assert_eq!(with([f64::NAN, 1.6]).standard_error, None);
}

#[test]
fn years_that_are_missing_stay_so() {
    let options = ProgressOptions { base_year: Some(2015.0), ..reach(50.0, LOWEST) };
    let years = [2010.0, 2015.0, 2016.0, 2018.0, 2021.0, 2023.0];
    let values = [500.0, f64::NAN, 100.0, f64::NAN, 80.0, f64::NAN];
    let found = progress(&years, &values, None, &options).unwrap();
    // 2016 is the first year from 2015 on, 2021 the last.
    let expected = progress(&[2016.0, 2021.0], &[100.0, 80.0], None, &options).unwrap();
    assert_eq!(found, expected);
    // Points after the target year are not looked at.
    let late = progress(&[2016.0, 2021.0, 2031.0], &[100.0, 80.0, 10.0], None, &options).unwrap();
    assert_eq!(late, expected);
    let one = progress(&[2016.0], &[40.0], None, &options).unwrap();
    assert_eq!(label(&one, ProgressMethod::ShareOfPlan), Some("met"));
    assert!(one[1..].iter().all(|one| one.reason == Some(ProgressReason::OnePoint)));
    let none = progress(&[], &[], None, &options).unwrap();
    assert!(none.iter().all(|one| one.reason == Some(ProgressReason::NoValue)));
}

#[test]
fn a_prediction_is_the_line_of_least_squares_cut_at_the_limit() {
    let years = [2015.0, 2016.0, 2018.0, 2020.0];
    let values = [60.0, 64.0, 65.0, 71.0];
    let n = 4.0;
    let (mean_year, mean_value) = (years.iter().sum::<f64>() / n, values.iter().sum::<f64>() / n);
    let both: f64 =
        years.iter().zip(&values).map(|(y, v)| (y - mean_year) * (v - mean_value)).sum();
    let squares: f64 = years.iter().map(|y| (y - mean_year).powi(2)).sum();
    let line = mean_value + both / squares * (2030.0 - mean_year);
    let found = progress(&years, &values, None, &reach(100.0, HIGHEST)).unwrap();
    assert!(near(value(&found, ProgressMethod::UnescapAnticipated), 100.0 * (100.0 - line) / 40.0));
    let steep = progress(
        &[2015.0, 2020.0],
        &[60.0, 90.0],
        None,
        &ProgressOptions { limit: Some(99.0), ..reach(100.0, HIGHEST) },
    );
    assert!(near(value(&steep.unwrap(), ProgressMethod::UnescapAnticipated), 2.5));
}

#[test]
fn a_geometric_path_expects_the_same_rate_each_year() {
    let options = ProgressOptions { path: ProgressPath::Geometric, ..reach(50.0, LOWEST) };
    let found = five_years(100.0, 80.0, &options);
    assert!(near(value(&found, ProgressMethod::Pace), 100.0 * 0.5_f64.powf(1.0 / 3.0) / 80.0));
    assert_eq!(label(&found, ProgressMethod::Pace), Some("on_track"));
}

#[test]
fn what_can_not_be_is_refused() {
    let refused = |years: &[f64], values: &[f64], options: &ProgressOptions| {
        progress(years, values, None, options).unwrap_err().to_string()
    };
    let options = reach(50.0, LOWEST);
    assert_eq!(
        refused(&[2015.0, 2015.0], &[1.0, 2.0], &options),
        "`years`: found 2015, expected years that rise"
    );
    assert_eq!(
        refused(&[2015.0], &[], &options),
        "`values`: found 0 values, expected 1, as many as `years` has"
    );
    assert_eq!(
        refused(&[2015.0], &[f64::INFINITY], &options),
        "`values`: found inf, expected a finite number"
    );
    let late = ProgressOptions { base_year: Some(2030.0), ..options };
    assert_eq!(
        refused(&[], &[], &late),
        "`target_year`: found 2030, expected a year after the base year"
    );
    let wrong = ProgressOptions { scale: Some((0.0, 100.0)), ..options };
    assert_eq!(
        refused(&[], &[], &wrong),
        "`scale`: found 100, expected a best value below the worst"
    );
    let band = ProgressOptions::new(ProgressTarget::Band {
        lower: 2.0,
        upper: 1.0,
        distance: BandDistance::Gap,
    });
    assert_eq!(
        refused(&[], &[], &band),
        "`target`: found 1, expected an upper end not below the lower"
    );
    let pace = ProgressOptions { pace: (0.9, 0.95), ..options };
    assert_eq!(
        refused(&[], &[], &pace),
        "`pace`: found 0.95, expected a share not above the one for being ahead"
    );
}

fn any_value() -> impl Strategy<Value = f64> {
    (-200_i32..=200).prop_map(|tenths| f64::from(tenths) / 10.0)
}

proptest! {
    #[test]
    fn a_series_that_moved_the_wrong_way_and_misses_the_target_never_scores_as_progress(
        base in any_value(), last in any_value(), target in any_value(), higher: bool,
        limit in prop::option::of(any_value()),
    ) {
        let better = if higher { HIGHEST } else { LOWEST };
        let is_worse = if higher { last < base } else { last > base };
        let is_met = if higher { last >= target } else { last <= target };
        prop_assume!(is_worse && !is_met);
        for options in [reach(target, better), toward(better)] {
            for one in five_years(base, last, &ProgressOptions { limit, ..options }) {
                // A line through two points leads on the wrong way, so that no prediction helps either.
                let is_progress = matches!(
                    one.standing,
                    Some(ProgressStanding::Met | ProgressStanding::OnTrack | ProgressStanding::Toward | ProgressStanding::TooSlow)
                );
                prop_assert!(!is_progress, "{one:?}");
                let is_change = !matches!(
                    one.method,
                    ProgressMethod::ShareOfPlan | ProgressMethod::UnescapAnticipated | ProgressMethod::Pace
                );
                prop_assert!(!is_change || one.value.is_none_or(|value| value < 0.0), "{one:?}");
            }
        }
    }

    #[test]
    fn the_mirror_image_of_a_series_has_the_same_answers(
        base in any_value(), last in any_value(), target in any_value(),
    ) {
        let up = five_years(base, last, &reach(target, HIGHEST));
        let down = five_years(-base, -last, &reach(-target, LOWEST));
        for (one, other) in up.iter().zip(&down) {
            // Shares of negative numbers and their ratios say nothing, so that these have no mirror image.
            if !matches!(one.method, ProgressMethod::ShareOfPlan | ProgressMethod::Pace) {
                prop_assert_eq!(one.value, other.value);
                prop_assert_eq!(one.standing, other.standing);
            }
        }
    }

    #[test]
    fn a_met_target_is_met_for_every_method_that_answers(
        base in any_value(), last in any_value(), target in any_value(), higher: bool,
    ) {
        let better = if higher { HIGHEST } else { LOWEST };
        prop_assume!(if higher { last >= target } else { last <= target });
        for one in five_years(base, last, &reach(target, better)) {
            // Where a series leads is another question than where it is.
            if one.method != ProgressMethod::UnescapAnticipated {
                prop_assert!(matches!(one.standing, Some(ProgressStanding::Met)), "{one:?}");
            }
        }
    }

    #[test]
    fn standings_disagree_both_ways(base in any_value(), last in any_value(), target in any_value()) {
        let found = five_years(base, last, &reach(target, HIGHEST));
        for one in &found {
            for other in &one.disagrees_with {
                prop_assert!(by(&found, *other).disagrees_with.contains(&one.method));
            }
        }
    }
}
