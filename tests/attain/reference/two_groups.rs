//! Comparisons of two groups against tables of 30 digits.

use attain::stats::{
    Confidence, Interval, OddsRatioMethod, ProportionDifferenceMethod,
    ProportionDifferenceTestMethod, RateDifferenceMethod, RateRatioTestMethod, TwoSided,
    odds_ratio_interval, proportion_difference_interval, proportion_difference_test,
    rate_difference_interval, rate_ratio_test,
};

use crate::reference::table::{Row, assert_close, rows};

fn groups(row: &Row) -> [f64; 4] {
    ["x1", "n1", "x2", "n2"].map(|column| row.number(column))
}

#[test]
fn limits_for_two_groups_agree_with_30_digits() {
    for row in rows("two_groups_limits.csv") {
        let [x1, n1, x2, n2] = groups(&row);
        let confidence = Confidence::new(row.number("confidence")).unwrap();
        let limits = |found: Interval, name: &str| {
            let expected = ["lower", "upper"].map(|end| row.number(&format!("{name}_{end}")));
            [(found.lower, expected[0]), (found.upper, expected[1])]
        };
        for (name, method) in [
            ("mee", ProportionDifferenceMethod::Mee),
            ("miettinen_nurminen", ProportionDifferenceMethod::MiettinenNurminen),
        ] {
            let found = proportion_difference_interval(x1, n1, x2, n2, method, confidence);
            for (limit, expected) in limits(found.unwrap(), name) {
                // A difference of shares has no more digits than they have.
                assert!((limit - expected).abs() < 1e-12, "{name} {limit} {expected} {row:?}");
            }
        }
        for (name, method) in [
            ("odds_cornfield", OddsRatioMethod::Cornfield),
            ("odds_miettinen_nurminen", OddsRatioMethod::MiettinenNurminen),
            ("odds_exact", OddsRatioMethod::ExactConditional),
            ("odds_mid_p", OddsRatioMethod::MidP),
        ] {
            let found = odds_ratio_interval(x1, n1, x2, n2, method, confidence).unwrap();
            for (limit, expected) in limits(found, name) {
                assert_close(limit, expected, 1e-11, &row);
            }
        }
        let method = RateDifferenceMethod::Score;
        let found = rate_difference_interval(x1, n1, x2, n2, 1.0, method, confidence).unwrap();
        for (limit, expected) in limits(found, "rate_difference") {
            let scale = x1 / n1 + x2 / n2 + 1.0 / n1 + 1.0 / n2;
            assert!((limit - expected).abs() < 1e-12 * scale, "{limit} {expected} {row:?}");
        }
    }
}

#[test]
fn p_values_for_two_groups_agree_with_30_digits() {
    let total = TwoSided::MinimumLikelihood;
    for row in rows("two_groups_tests.csv") {
        let [x1, n1, x2, n2] = groups(&row);
        let shares = |method| proportion_difference_test(x1, n1, x2, n2, 0.0, method, total);
        let rates = |method| rate_ratio_test(x1, n1, x2, n2, 1.0, method, total);
        for (name, found) in [
            ("fisher", shares(ProportionDifferenceTestMethod::Fisher)),
            ("fisher_mid_p", shares(ProportionDifferenceTestMethod::FisherMidP)),
            ("exact_conditional", rates(RateRatioTestMethod::ExactConditional)),
            ("mid_p", rates(RateRatioTestMethod::MidP)),
            ("e_test", rates(RateRatioTestMethod::ETest)),
        ] {
            let found = found.unwrap();
            for (side, p) in [("below", found.p_below), ("above", found.p_above), ("p", found.p)] {
                assert_close(p, row.number(&format!("{name}_{side}")), 1e-10, &row);
            }
        }
    }
}
