//! The area under a log-concave tail.

/// Gauss–Legendre nodes on [−1, 1], 32 of them: the positive half and their weights.
const NODES: [(f64, f64); 16] = [
    (0.048_307_665_687_738_32, 0.096_540_088_514_727_8),
    (0.144_471_961_582_796_5, 0.095_638_720_079_274_86),
    (0.239_287_362_252_137_07, 0.093_844_399_080_804_57),
    (0.331_868_602_282_127_65, 0.091_173_878_695_763_88),
    (0.421_351_276_130_635_35, 0.087_652_093_004_403_81),
    (0.506_899_908_932_229_4, 0.083_311_924_226_946_76),
    (0.587_715_757_240_762_3, 0.078_193_895_787_070_31),
    (0.663_044_266_930_215_2, 0.072_345_794_108_848_5),
    (0.732_182_118_740_289_7, 0.065_822_222_776_361_85),
    (0.794_483_795_967_942_4, 0.058_684_093_478_535_55),
    (0.849_367_613_732_57, 0.050_998_059_262_376_176),
    (0.896_321_155_766_052_1, 0.042_835_898_022_226_68),
    (0.934_906_075_937_739_7, 0.034_273_862_913_021_43),
    (0.964_762_255_587_506_4, 0.025_392_065_309_262_06),
    (0.985_611_511_545_268_3, 0.016_274_394_730_905_67),
    (0.997_263_861_849_481_6, 0.007_018_610_009_470_097),
];

/// exp(−40) is below the last digit of anything that starts from exp(0).
const DEEP_ENOUGH: f64 = -40.0;

/// ∫₀^∞ exp(g(u)) du for a concave g that starts at 0 and falls.
///
/// `curvature` is −g″(0); `value_and_slope` gives g and g′. The sum stops where g reaches −40; on
/// so short a stretch the integrand is smooth enough for 32 nodes to give the last digits, because
/// it lies between an exponential and a Gaussian.
pub(super) fn log_concave_area(
    slope: f64,
    curvature: f64,
    value_and_slope: impl Fn(f64) -> (f64, f64),
) -> f64 {
    // Where the parabola through the start reaches −40, then Newton from there: on a concave g each
    // step lands at or beyond the root.
    let mut end =
        -2.0 * DEEP_ENOUGH / (-slope + (slope * slope - 2.0 * DEEP_ENOUGH * curvature).sqrt());
    for _ in 0..64 {
        let (value, slope) = value_and_slope(end);
        if !value.is_finite() {
            // Where the start is nearly flat the parabola goes beyond what a float holds.
            end *= 0.5;
            continue;
        }
        if (DEEP_ENOUGH - 4.0..=DEEP_ENOUGH + 2.0).contains(&value) {
            break;
        }
        end += (DEEP_ENOUGH - value) / slope;
    }
    let half = 0.5 * end;
    let mut sum = 0.0;
    for (node, weight) in NODES {
        let near = value_and_slope(half - half * node).0;
        let far = value_and_slope(half + half * node).0;
        sum += weight * (near.exp() + far.exp());
    }
    half * sum
}
