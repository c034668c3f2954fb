//! The normal distribution.

use std::f64::consts::{FRAC_1_SQRT_2, TAU};

/// The height of the standard normal density at `z`.
#[inline]
pub fn normal_density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / TAU.sqrt()
}

/// The probability below `z`, right relative to itself in the lower tail too.
///
/// ```
/// let below = attain_stats::special::normal_cdf(-6.0);
/// assert!((below / 9.865876450376981e-10 - 1.0).abs() < 1e-14);
/// ```
#[inline]
pub fn normal_cdf(z: f64) -> f64 {
    0.5 * libm::erfc(-z * FRAC_1_SQRT_2)
}

/// The probability above `z`.
#[inline]
pub fn normal_upper(z: f64) -> f64 {
    normal_cdf(-z)
}

/// The `z` below which the standard normal distribution has probability `p`.
///
/// 0 gives −∞ and 1 gives +∞; anything outside [0, 1] gives NaN.
///
/// Starts from Wichura's rational approximations (Algorithm AS 241, 1988) and corrects them once by
/// Halley's method.
///
/// ```
/// let z = attain_stats::special::normal_quantile(0.025);
/// assert!((z + 1.959963984540054).abs() < 1e-15);
/// ```
pub fn normal_quantile(p: f64) -> f64 {
    if !(0.0..=1.0).contains(&p) {
        return f64::NAN;
    }
    if p > 0.5 {
        // Exact: 1 − p of a p above ½ loses nothing.
        return -normal_quantile(1.0 - p);
    }
    if p == 0.0 {
        return f64::NEG_INFINITY;
    }
    let start = wichura(p);
    // At a p so small that the density underflows, the start is as good as it gets.
    let density = normal_density(start);
    if density == 0.0 {
        return start;
    }
    let miss = (normal_cdf(start) - p) / density;
    start - miss / (1.0 + 0.5 * start * miss)
}

fn wichura(p: f64) -> f64 {
    let from_middle = p - 0.5;
    if from_middle.abs() <= 0.425 {
        let r = 0.180_625 - from_middle * from_middle;
        return from_middle
            * ratio(
                r,
                [
                    3.387_132_872_796_366_5,
                    133.141_667_891_784_38,
                    1_971.590_950_306_551_3,
                    13_731.693_765_509_46,
                    45_921.953_931_549_87,
                    67_265.770_927_008_7,
                    33_430.575_583_588_13,
                    2_509.080_928_730_122_7,
                ],
                [
                    1.0,
                    42.313_330_701_600_91,
                    687.187_007_492_057_9,
                    5_394.196_021_424_751,
                    21_213.794_301_586_597,
                    39_307.895_800_092_71,
                    28_729.085_735_721_943,
                    5_226.495_278_852_545,
                ],
            );
    }
    let r = (-p.ln()).sqrt();
    if r <= 5.0 {
        -ratio(
            r - 1.6,
            [
                1.423_437_110_749_683_5,
                4.630_337_846_156_546,
                5.769_497_221_460_691,
                3.647_848_324_763_204_5,
                1.270_458_252_452_368_4,
                0.241_780_725_177_450_6,
                0.022_723_844_989_269_184,
                7.745_450_142_783_414e-4,
            ],
            [
                1.0,
                2.053_191_626_637_759,
                1.676_384_830_183_803_8,
                0.689_767_334_985_1,
                0.148_103_976_427_480_08,
                0.015_198_666_563_616_457,
                5.475_938_084_995_345e-4,
                1.050_750_071_644_416_9e-9,
            ],
        )
    } else {
        -ratio(
            r - 5.0,
            [
                6.657_904_643_501_103,
                5.463_784_911_164_114,
                1.784_826_539_917_291_3,
                0.296_560_571_828_504_87,
                0.026_532_189_526_576_124,
                0.001_242_660_947_388_078_4,
                2.711_555_568_743_487_6e-5,
                2.010_334_399_292_288_1e-7,
            ],
            [
                1.0,
                0.599_832_206_555_888,
                0.136_929_880_922_735_8,
                0.014_875_361_290_850_615,
                7.868_691_311_456_133e-4,
                1.846_318_317_510_054_8e-5,
                1.421_511_758_316_446e-7,
                2.044_263_103_389_939_8e-15,
            ],
        )
    }
}

/// A quotient of two polynomials, coefficients from the constant up.
fn ratio(x: f64, above: [f64; 8], below: [f64; 8]) -> f64 {
    let horner = |coefficients: [f64; 8]| coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c);
    horner(above) / horner(below)
}
