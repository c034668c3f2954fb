//! Intervals and exact tests against 50-digit tables, and against statsmodels.

use attain::stats::{
    Confidence, CountMethod, Interval, MeanSummary, ProportionDifferenceMethod, ProportionMethod,
    ProportionRatioMethod, RateRatioMethod, TailMethod, count_interval, count_tail_above,
    count_tail_below, mean_interval, proportion_difference_interval, proportion_interval,
    proportion_ratio_interval, rate_ratio_interval, sampled_proportion_interval, share_tail_above,
    share_tail_below,
};

use crate::reference::table::{Row, assert_close, rows};

const PROPORTION_METHODS: [(&str, ProportionMethod); 5] = [
    ("wilson", ProportionMethod::Wilson),
    ("exact", ProportionMethod::Exact),
    ("jeffreys", ProportionMethod::Jeffreys),
    ("agresti_coull", ProportionMethod::AgrestiCoull),
    ("wald", ProportionMethod::Wald),
];

fn confidence(row: &Row) -> Confidence {
    Confidence::new(row.number("confidence")).unwrap()
}

#[track_caller]
fn assert_interval(found: Interval, method: &str, tolerance: f64, row: &Row) {
    assert_close(found.lower, row.number(&format!("{method}_lower")), tolerance, row);
    assert_close(found.upper, row.number(&format!("{method}_upper")), tolerance, row);
}

#[test]
fn proportion_intervals_agree_with_50_digits() {
    for row in rows("intervals_proportion.csv") {
        for (name, method) in PROPORTION_METHODS {
            let (x, n) = (row.number("events"), row.number("denominator"));
            let found = proportion_interval(x, n, method, confidence(&row)).unwrap();
            match method {
                ProportionMethod::Wilson
                | ProportionMethod::Exact
                | ProportionMethod::MidP
                | ProportionMethod::Jeffreys
                | ProportionMethod::WilsonCorrected
                | ProportionMethod::Logit
                | ProportionMethod::Likelihood
                | ProportionMethod::ComplementaryLogLog
                | ProportionMethod::Arcsine => {
                    assert_interval(found, name, 1e-12, &row);
                }
                // Their lower limits are differences of nearly equal numbers by definition.
                ProportionMethod::AgrestiCoull
                | ProportionMethod::Wald
                | ProportionMethod::WaldCorrected => {
                    let error = |end: &str, found: f64| {
                        (found - row.number(&format!("{name}_{end}"))).abs()
                    };
                    assert!(error("lower", found.lower) <= 2e-15, "{found:?} {row:?}");
                    assert!(error("upper", found.upper) <= 2e-15, "{found:?} {row:?}");
                }
            }
        }
    }
}

#[test]
fn count_intervals_agree_with_50_digits() {
    for row in rows("intervals_count.csv") {
        let x = row.number("events");
        let interval = |method| count_interval(x, method, confidence(&row)).unwrap();
        assert_interval(interval(CountMethod::Exact), "exact", 1e-12, &row);
        let byar = interval(CountMethod::Byar { exact_below: 0.0 });
        // 1 − 1/(9x) − z/(3√x) cancels where the lower limit comes near 0.
        let scale = row.number("byar_lower").cbrt() / x.max(1.0).cbrt();
        let tolerance = if scale > 0.0 { 1e-14 / scale } else { 0.0 };
        assert_close(byar.lower, row.number("byar_lower"), tolerance, &row);
        assert_close(byar.upper, row.number("byar_upper"), 1e-14, &row);
        let switched = interval(CountMethod::default());
        assert_eq!(switched, if x < 10.0 { interval(CountMethod::Exact) } else { byar });
        if !row.text("mid_p_lower").is_empty() {
            assert_interval(interval(CountMethod::MidP), "mid_p", 1e-12, &row);
        }
    }
}

#[test]
fn intervals_for_two_groups_agree_with_50_digits() {
    for row in rows("intervals_two_groups.csv") {
        let [x1, n1, x2, n2] = ["x1", "n1", "x2", "n2"].map(|column| row.number(column));
        let confidence = confidence(&row);

        let newcombe = ProportionDifferenceMethod::Newcombe;
        let newcombe =
            proportion_difference_interval(x1, n1, x2, n2, newcombe, confidence).unwrap();
        let error = |end: &str, found: f64| (found - row.number(&format!("newcombe_{end}"))).abs();
        assert!(error("lower", newcombe.lower) <= 1e-14, "{newcombe:?} {row:?}");
        assert!(error("upper", newcombe.upper) <= 1e-14, "{newcombe:?} {row:?}");

        let ratio = |method| proportion_ratio_interval(x1, n1, x2, n2, method, confidence);
        assert_interval(ratio(ProportionRatioMethod::Koopman).unwrap(), "koopman", 1e-12, &row);
        match ratio(ProportionRatioMethod::LogNormal) {
            Ok(found) => assert_interval(found, "log_normal", 1e-13, &row),
            Err(_) => assert!(row.text("log_normal_lower").is_empty(), "{row:?}"),
        }

        let rate = |method| rate_ratio_interval(x1, n1, x2, n2, method, confidence).unwrap();
        assert_interval(rate(RateRatioMethod::ExactConditional), "rate_exact", 1e-12, &row);
        assert_interval(rate(RateRatioMethod::Score), "rate_score", 1e-12, &row);
    }
}

#[test]
fn proportion_intervals_agree_with_statsmodels() {
    for row in rows("statsmodels_proportion.csv") {
        let (x, n) = (row.number("events"), row.number("denominator"));
        for (name, method) in PROPORTION_METHODS {
            let found = proportion_interval(x, n, method, confidence(&row)).unwrap();
            let jeffreys = method == ProportionMethod::Jeffreys;
            for (end, limit) in [("lower", found.lower), ("upper", found.upper)] {
                // statsmodels leaves Jeffreys' limits at 0 and n events where the beta quantile is.
                if jeffreys && ((end == "lower" && x == 0.0) || (end == "upper" && x == n)) {
                    continue;
                }
                let expected = row.number(&format!("{name}_{end}"));
                assert!((limit - expected).abs() <= 1e-11, "{name} {end}: {limit} {row:?}");
            }
        }
    }
}

#[test]
fn intervals_for_two_groups_agree_with_statsmodels() {
    for row in rows("statsmodels_two_groups.csv") {
        let [x1, n1, x2, n2] = ["x1", "n1", "x2", "n2"].map(|column| row.number(column));
        let confidence = confidence(&row);
        let ratio = |method| proportion_ratio_interval(x1, n1, x2, n2, method, confidence).unwrap();
        let newcombe = ProportionDifferenceMethod::Newcombe;
        let newcombe =
            proportion_difference_interval(x1, n1, x2, n2, newcombe, confidence).unwrap();
        assert_interval(newcombe, "newcombe", 1e-9, &row);
        assert_interval(ratio(ProportionRatioMethod::LogNormal), "log_normal", 1e-9, &row);
        // statsmodels stops its root finders early; where they got lost the table says NaN.
        if !row.number("koopman_lower").is_nan() {
            assert_interval(ratio(ProportionRatioMethod::Koopman), "koopman", 1e-6, &row);
        }
        if !row.number("rate_score_lower").is_nan() {
            let score = rate_ratio_interval(x1, n1, x2, n2, RateRatioMethod::Score, confidence);
            assert_interval(score.unwrap(), "rate_score", 1e-6, &row);
        }
        let exact = count_interval(x1, CountMethod::Exact, confidence).unwrap();
        assert_interval(exact, "count_exact", 1e-9, &row);
    }
}

#[test]
fn means_agree_with_scipy() {
    for row in rows("scipy_mean.csv") {
        let values = row.numbers("values");
        let summary = MeanSummary::of(&values).unwrap();
        // Two-pass deviations keep their digits where the values have six in common.
        assert_close(summary.mean, row.number("mean"), 1e-15, &row);
        assert_close(summary.variance, row.number("variance"), 1e-9, &row);
        let interval = mean_interval(summary, None, confidence(&row)).unwrap();
        assert_interval_of(interval, 1e-11, &row);

        let squares = values.iter().map(|value| value * value).sum();
        let from_sums = MeanSummary::from_sums(values.iter().sum(), squares, summary.n).unwrap();
        if summary.mean < 1e3 {
            assert_close(from_sums.variance, summary.variance, 1e-10, &row);
        }
    }
}

#[track_caller]
fn assert_interval_of(found: Interval, tolerance: f64, row: &Row) {
    assert_close(found.lower, row.number("lower"), tolerance, row);
    assert_close(found.upper, row.number("upper"), tolerance, row);
}

#[test]
fn the_more_of_a_population_is_seen_the_narrower_the_interval() {
    let summary = MeanSummary { n: 50.0, mean: 10.0, variance: 4.0 };
    let width = |interval: Interval| interval.upper - interval.lower;
    let mean = |population| width(mean_interval(summary, population, Confidence::P95).unwrap());
    let share = |population| {
        let method = ProportionMethod::Exact;
        width(sampled_proportion_interval(20.0, 50.0, population, method, Confidence::P95).unwrap())
    };
    // Three quarters unseen: the standard error is √¾ of that without end.
    assert!((mean(Some(200.0)) / mean(None) - 0.75f64.sqrt()).abs() < 1e-14);
    let infinite =
        proportion_interval(20.0, 50.0, ProportionMethod::Exact, Confidence::P95).unwrap();
    assert!((share(1e15) / width(infinite) - 1.0).abs() < 1e-12);
    assert!(share(60.0) < share(100.0) && share(100.0) < share(1e4));
    assert_eq!((mean(Some(50.0)), share(50.0)), (0.0, 0.0));
    assert!(
        sampled_proportion_interval(2.0, 5.0, 4.0, ProportionMethod::Wilson, Confidence::P95)
            .is_err()
    );
}

#[test]
fn tails_at_a_goal_agree_with_50_digits() {
    let methods = [("", TailMethod::Exact), ("mid_p_", TailMethod::MidP)];
    for row in rows("exact_tests_share.csv") {
        let [x, n, goal] = ["events", "denominator", "goal"].map(|column| row.number(column));
        // The tail's exponent is of the order of n times rounding.
        let tolerance = 1e-12 + 1e-18 * n;
        for (name, method) in methods {
            let below = share_tail_below(x, n, goal, method);
            assert_close(below, row.number(&format!("{name}below")), tolerance, &row);
            let above = share_tail_above(x, n, goal, method);
            assert_close(above, row.number(&format!("{name}above")), tolerance, &row);
        }
    }
    for row in rows("exact_tests_count.csv") {
        let [x, expected] = ["events", "expected"].map(|column| row.number(column));
        let tolerance = 1e-12 + 1e-18 * x;
        for (name, method) in methods {
            let below = count_tail_below(x, expected, method);
            assert_close(below, row.number(&format!("{name}below")), tolerance, &row);
            let above = count_tail_above(x, expected, method);
            assert_close(above, row.number(&format!("{name}above")), tolerance, &row);
        }
    }
}
