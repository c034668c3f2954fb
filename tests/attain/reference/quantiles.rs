//! Quantiles against 50-digit tables, for confidences from 0.5 to 1 − 10⁻⁹ and parameters to 10⁹.

use attain::stats::special::{
    beta_quantile, gamma_lower_quantile, gamma_upper_quantile, normal_quantile, student_quantile,
};

use crate::reference::table::{assert_close, rows};

/// What the library promises.
const PROMISED: f64 = 1e-12;

#[test]
fn normal_quantiles_agree_with_50_digits() {
    for row in rows("normal_quantiles.csv") {
        let p = row.number("p");
        assert_close(normal_quantile(p), row.number("z"), 2e-15, &row);
        if p > 1e-16 {
            assert_close(normal_quantile(1.0 - p), -normal_quantile(1.0 - (1.0 - p)), 0.0, &row);
        }
    }
}

#[test]
fn gamma_quantiles_agree_with_50_digits() {
    for row in rows("gamma_quantiles.csv") {
        let (a, tail) = (row.number("a"), row.number("tail"));
        assert_close(gamma_lower_quantile(a, tail), row.number("lower"), PROMISED, &row);
        assert_close(gamma_upper_quantile(a, tail), row.number("upper"), PROMISED, &row);
    }
}

#[test]
fn beta_quantiles_agree_with_50_digits_at_both_ends() {
    for row in rows("beta_quantiles.csv") {
        let split = beta_quantile(row.number("a"), row.number("b"), row.number("p"));
        assert_close(split.at, row.number("at"), PROMISED, &row);
        assert_close(split.rest, row.number("rest"), PROMISED, &row);
    }
}

#[test]
fn student_quantiles_agree_with_50_digits() {
    for row in rows("student_quantiles.csv") {
        let t = student_quantile(row.number("degrees"), row.number("p"));
        assert_close(t, row.number("t"), PROMISED, &row);
    }
}
