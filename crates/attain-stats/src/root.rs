//! Where a falling function crosses zero.

/// The crossing between `low`, where `f` is not negative, and `high`, where it is not positive, to
/// the last digits: false position with Illinois' weights, and halving where that is slow.
pub(super) fn falling_root(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let mut at_low = f(low);
    let mut at_high = f(high);
    let mut side = 0i8;
    for round in 0..200 {
        if at_low <= 0.0 {
            return low;
        }
        if at_high >= 0.0 {
            return high;
        }
        let width = high - low;
        if width <= 2.0 * f64::EPSILON * low.abs().max(high.abs()) {
            break;
        }
        let guess = low + width * (at_low / (at_low - at_high));
        let middle = if round % 3 == 2 || !(guess > low && guess < high) {
            side = 0;
            low + 0.5 * width
        } else {
            guess
        };
        if middle <= low || middle >= high {
            break;
        }
        let value = f(middle);
        if value > 0.0 {
            low = middle;
            at_low = value;
            if side == 1 {
                at_high *= 0.5;
            }
            side = 1;
        } else if value < 0.0 {
            high = middle;
            at_high = value;
            if side == -1 {
                at_low *= 0.5;
            }
            side = -1;
        } else {
            return middle;
        }
    }
    low + 0.5 * (high - low)
}
