//! Normal approximations of power.

use super::TestLevel;
use crate::special::{normal_cdf, normal_quantile};

/// A difference and its standard deviations for one case, or one unit of exposure, of the first group.
#[derive(Debug, Clone, Copy)]
pub(super) struct Approximation {
    /// How far the truth is from the tested value, not negative.
    pub(super) distance: f64,
    /// The standard deviation that the test uses.
    pub(super) of_test: f64,
    /// The standard deviation in truth.
    pub(super) in_truth: f64,
    /// The correction of continuity of one case, 0 without one.
    pub(super) correction: f64,
}

impl Approximation {
    /// Without a correction of continuity.
    pub(super) fn new(distance: f64, of_test: f64, in_truth: f64) -> Self {
        Approximation { distance, of_test, in_truth, correction: 0.0 }
    }

    /// Φ((√n·d − c/√n − z·s₀)/s₁) for n cases.
    pub(super) fn power(&self, size: f64, level: TestLevel) -> f64 {
        let root = size.sqrt();
        let ahead = root * self.distance - self.correction / root
            + normal_quantile(level.tail()) * self.of_test;
        if ahead == 0.0 && self.in_truth == 0.0 {
            // What always happens is just a finding.
            return 1.0;
        }
        normal_cdf(ahead / self.in_truth)
    }

    /// The number of cases with a power of at least ½.
    pub(super) fn size(&self, power: f64, level: TestLevel) -> f64 {
        let z = -normal_quantile(level.tail()) * self.of_test
            - normal_quantile(1.0 - power) * self.in_truth;
        let root = z / self.distance;
        let corrected = 0.5 * (root + (root * root + 4.0 * self.correction / self.distance).sqrt());
        corrected * corrected
    }
}
