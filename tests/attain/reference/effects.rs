//! Interrupted series and differences in differences against statsmodels, and what holds of them
//! whatever the numbers.

use attain::stats::{
    Confidence, CountVariation, InterruptedOptions, InterruptedSeries, RatioEstimate, Seasonality,
    StatsError, difference_in_differences, interrupted_series,
};
use proptest::prelude::*;

use crate::reference::table::{Row, assert_close, rows};

fn options(row: &Row, variation: CountVariation) -> InterruptedOptions {
    let (period, pairs) = (row.number("period") as usize, row.number("pairs") as usize);
    let seasonality = match row.text("season") {
        "none" => Seasonality::None,
        "harmonics" => Seasonality::Harmonics { period, pairs },
        "terms" => Seasonality::Terms { period },
        other => panic!("{other}"),
    };
    let slope_change = row.number("slope_change") == 1.0;
    InterruptedOptions { seasonality, slope_change, variation, correlated: false }
}

#[test]
fn an_interrupted_series_agrees_with_statsmodels() {
    for row in rows("interrupted_series.csv") {
        let (counts, exposures) = (row.numbers("counts"), row.numbers("exposures"));
        let start = row.number("start") as usize;
        for (name, variation) in
            [("quasi", CountVariation::QuasiPoisson), ("poisson", CountVariation::Poisson)]
        {
            let options = options(&row, variation);
            let found =
                interrupted_series(&counts, &exposures, start, &options, Confidence::P95).unwrap();
            let agrees = |part: &str, found: RatioEstimate, tolerance: f64| {
                let expected = |end: &str| row.number(&format!("{name}_{part}_{end}"));
                assert_close(found.ratio, expected("ratio"), tolerance, &row);
                assert_close(found.interval.lower, expected("lower"), tolerance, &row);
                assert_close(found.interval.upper, expected("upper"), tolerance, &row);
            };
            agrees("trend", found.trend, 1e-9);
            agrees("level", found.level, 1e-9);
            if let Some(slope) = found.slope {
                agrees("slope", slope, 1e-9);
            }
            // Its gradient is a quotient of differences there.
            agrees("overall", found.overall, 1e-7);
            assert_close(found.dispersion, row.number("dispersion"), 1e-9, &row);
            assert!(
                (found.autocorrelation - row.number("autocorrelation")).abs() < 1e-8,
                "{row:?}"
            );
        }
    }
}

fn plain(counts: &[f64], start: usize) -> Result<InterruptedSeries, StatsError> {
    let exposures = vec![1.0; counts.len()];
    let options =
        InterruptedOptions { variation: CountVariation::Poisson, ..InterruptedOptions::default() };
    interrupted_series(counts, &exposures, start, &options, Confidence::P95)
}

#[test]
fn a_series_that_fits_its_model_gives_the_model_back() {
    // 100 · 1.02^t, and from the tenth period on 0.7 of that.
    let counts: Vec<f64> =
        (0..15).map(|t| 100.0 * 1.02_f64.powi(t) * if t >= 10 { 0.7 } else { 1.0 }).collect();
    let found = plain(&counts, 10).unwrap();
    for (ratio, expected) in
        [(found.overall, 0.7), (found.level, 0.7), (found.trend, 1.02)].map(|(r, e)| (r.ratio, e))
    {
        assert!((ratio - expected).abs() < 1e-12, "{ratio}");
    }
    assert!(found.dispersion < 1e-12);
    for (period, without) in found.counterfactual.iter().enumerate() {
        assert!((without / (100.0 * 1.02_f64.powi(period as i32)) - 1.0).abs() < 1e-12);
    }
}

#[test]
fn what_does_not_determine_an_answer_is_refused() {
    let undetermined = |found: Result<InterruptedSeries, StatsError>| {
        assert!(matches!(found, Err(StatsError::Undetermined { .. })), "{found:?}");
    };
    undetermined(plain(&[0.0, 0.0, 0.0, 0.0, 5.0, 5.0], 4));
    undetermined(plain(&[5.0, 4.0, 6.0, 5.0, 0.0, 0.0], 4));
    // In the third season of four nothing was ever counted.
    let counts: Vec<f64> = (0..24).map(|t| if t % 4 == 2 { 0.0 } else { 20.0 }).collect();
    let seasons = InterruptedOptions {
        seasonality: Seasonality::Terms { period: 4 },
        ..InterruptedOptions::default()
    };
    undetermined(interrupted_series(&counts, &[1.0; 24], 20, &seasons, Confidence::P95));
    // As many seasons as periods before: trend and season can't be separated.
    let seasons = InterruptedOptions { seasonality: Seasonality::Terms { period: 5 }, ..seasons };
    undetermined(
        interrupted_series(
            &[20.0, 21.0, 20.0, 22.0, 20.0, 19.0, 18.0, 20.0, 20.0],
            &[1.0; 9],
            4,
            &InterruptedOptions { slope_change: true, ..seasons },
            Confidence::P95,
        )
        .map_err(|error| match error {
            StatsError::TooFew { .. } => StatsError::Undetermined { argument: "counts", why: "" },
            other => other,
        }),
    );
    let waves = InterruptedOptions {
        seasonality: Seasonality::Harmonics { period: 4, pairs: 2 },
        ..InterruptedOptions::default()
    };
    undetermined(interrupted_series(&counts, &[1.0; 24], 20, &waves, Confidence::P95));

    let few = plain(&[5.0, 6.0, 5.0], 2).unwrap_err();
    assert_eq!(few, StatsError::TooFew { argument: "counts", found: 3, expected: 4 });
    assert!(matches!(plain(&[5.0; 9], 9), Err(StatsError::OutOfRange { argument: "start", .. })));
    assert!(matches!(plain(&[5.0; 9], 1), Err(StatsError::OutOfRange { argument: "start", .. })));
    let unequal = interrupted_series(
        &[5.0; 9],
        &[1.0; 8],
        5,
        &InterruptedOptions::default(),
        Confidence::P95,
    );
    assert!(matches!(unequal, Err(StatsError::UnequalLengths { argument: "exposures", .. })));
}

#[test]
fn a_difference_in_differences_agrees_with_statsmodels() {
    for row in rows("difference_in_differences.csv") {
        let took_part: Vec<bool> = row.numbers("took_part").iter().map(|one| *one == 1.0).collect();
        let (before, after) = (row.numbers("before"), row.numbers("after"));
        let of = |variation| {
            difference_in_differences(&before, &after, &took_part, variation, Confidence::P95)
                .unwrap()
        };
        let found = of(CountVariation::QuasiPoisson);
        assert_close(found.ratio, row.number("ratio"), 1e-9, &row);
        // The logarithm of a limit far away holds as many digits as a near one's.
        assert_close(found.interval.lower.ln(), row.number("lower").ln(), 1e-8, &row);
        assert_close(found.interval.upper.ln(), row.number("upper").ln(), 1e-8, &row);
        assert_eq!(found.degrees as f64, row.number("degrees"), "{row:?}");
        match found.dispersion {
            Some(dispersion) => assert_close(dispersion, row.number("dispersion"), 1e-8, &row),
            None => assert_eq!(row.text("dispersion"), "nan"),
        }
        let poisson = of(CountVariation::Poisson);
        assert_close(poisson.interval.lower, row.number("poisson_lower"), 1e-8, &row);
        assert_close(poisson.interval.upper, row.number("poisson_upper"), 1e-8, &row);
    }
}

#[test]
fn a_difference_in_differences_without_events_on_a_side_is_refused() {
    let refused = |before: &[f64], after: &[f64], part: &[bool]| {
        let variation = CountVariation::Poisson;
        difference_in_differences(before, after, part, variation, Confidence::P95).unwrap_err()
    };
    let text = refused(&[0.0, 5.0], &[3.0, 5.0], &[true, false]).to_string();
    assert_eq!(
        text,
        "`before`: found 0, expected events among those who took part and among the others"
    );
    assert!(refused(&[3.0, 5.0], &[3.0, 0.0], &[true, false]).to_string().starts_with("`after`"));
    refused(&[3.0, 5.0], &[3.0, 5.0], &[true, true]);
    refused(&[3.0, 5.0], &[3.0, 5.0], &[true]);
    refused(&[3.0, 5.0], &[3.0], &[true, false]);
}

proptest! {
    #[test]
    fn a_series_counted_in_another_unit_of_exposure_changes_by_the_same_ratio(
        counts in prop::collection::vec(5.0_f64..200.0, 14..30), factor in 0.1_f64..50.0,
    ) {
        let of = |exposure: f64| {
            let exposures = vec![exposure; counts.len()];
            interrupted_series(&counts, &exposures, 9, &InterruptedOptions::default(), Confidence::P95)
        };
        let (one, other) = (of(1.0).unwrap(), of(factor).unwrap());
        prop_assert!((one.overall.ratio / other.overall.ratio - 1.0).abs() < 1e-9);
        prop_assert!(one.overall.interval.holds(one.overall.ratio));
        // In a Poisson regression the expected counts add up to the observed ones, on each side.
        let sum = |numbers: &[f64]| numbers.iter().sum::<f64>();
        prop_assert!((sum(&one.fitted[9..]) / sum(&counts[9..]) - 1.0).abs() < 1e-9);
        prop_assert!((sum(&one.fitted[..9]) / sum(&counts[..9]) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn swapping_who_took_part_turns_the_ratio_over(
        counts in prop::collection::vec((1_u32..90, 1_u32..90, any::<bool>()), 4..12),
    ) {
        let before: Vec<f64> = counts.iter().map(|one| f64::from(one.0)).collect();
        let after: Vec<f64> = counts.iter().map(|one| f64::from(one.1)).collect();
        let part: Vec<bool> = counts.iter().map(|one| one.2).collect();
        let others: Vec<bool> = part.iter().map(|part| !part).collect();
        prop_assume!(part.contains(&true) && part.contains(&false));
        let of = |part: &[bool]| {
            difference_in_differences(&before, &after, part, CountVariation::QuasiPoisson, Confidence::P95)
                .unwrap()
        };
        let (one, other) = (of(&part), of(&others));
        prop_assert!((one.ratio * other.ratio - 1.0).abs() < 1e-12);
        prop_assert!((one.interval.lower * other.interval.upper - 1.0).abs() < 1e-9);
        prop_assert_eq!(one.dispersion, other.dispersion);
    }
}
