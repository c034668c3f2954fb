//! Numbers as a reader sees them.
//!
//! A printed number is rounded, and rounding must not change what the row says: 89.96 against a
//! goal of 90 can't be printed as 90.0. So a number is printed *beside* others, with as many
//! digits as keep it on its own side of each of them.
//!
//! The rules, in one place:
//! * Three significant digits, at least one decimal below 1,000 and none from there on; more where
//!   the order would be lost. A number that is exact in fewer digits is printed in fewer: 75, not 75.0.
//! * Thousands are set apart by a narrow no-break space and the decimal marker is a point, as in the
//!   SI brochure (9th edition, 5.4.4). A comma or a point between thousands would be read as the
//!   decimal marker by half of the world.
//! * The minus is a real minus sign, and zero has none.
//! * Below 0.0001 and from 10¹⁵ on, where zeros or digits without meaning would fill the page, a
//!   power of ten stands instead.

use std::cmp::Ordering;

#[cfg(any(feature = "excel", test))]
use rust_decimal::{Decimal, RoundingStrategy};

pub use crate::language::GROUP_SEPARATOR;

/// Stands for a number there is none of.
pub const NONE: &str = "–";

/// The most digits tried after the first ones: more than a double has.
const MOST_DIGITS: usize = 20;

/// A number, rounded for reading, but never across or onto one of those it is printed `beside`.
///
/// "Onto" includes the numbers it differs from by more than floating-point noise (4 units in the
/// last place): 96.4 computed as 96.39999999999999 is printed as 96.4 and equals a goal of 96.4.
/// A number that is not finite is printed as [`NONE`].
///
/// ```
/// use attain::scorecard::number::rounded;
///
/// assert_eq!(rounded(83.48, &[75.0]), "83.5");
/// assert_eq!(rounded(89.96, &[90.0]), "89.96"); // 90.0 would look as though the goal were met
/// assert_eq!(rounded(75.0, &[75.0]), "75");
/// assert_eq!(rounded(-0.0, &[]), "0");
/// assert_eq!(rounded(-7.523, &[]), "\u{2212}7.52");
/// assert_eq!(rounded(22_450.0, &[]), "22\u{202f}450");
/// ```
pub fn rounded(value: f64, beside: &[f64]) -> String {
    if !value.is_finite() {
        return NONE.to_owned();
    }
    let notation = Notation::of(value);
    let first = notation.usual_decimals(value);
    typeset(&shortest_in_order(value, beside, notation, first))
}

/// A number with all its digits, for counts and recorded figures.
pub(crate) fn exact(value: f64) -> String {
    rounded(value, &[value])
}

/// A recorded figure or a sum of some: exactly if it has at most four decimals, else rounded.
pub(crate) fn figure(value: f64) -> String {
    let text = exact(value);
    if decimals_of(&text).is_some_and(|decimals| decimals <= 4) {
        text
    } else {
        rounded(value, &[])
    }
}

/// The distance to a goal, signed, in the decimals that `value` and its `goals` are printed with,
/// so that the three numbers add up as they stand on the page.
///
/// Zero has no sign; a distance that isn't zero is never printed as zero.
///
/// ```
/// use attain::scorecard::number::distance;
///
/// assert_eq!(distance(8.48, 83.48, &[75.0]), "+8.5");
/// assert_eq!(distance(-0.04, 89.96, &[90.0]), "\u{2212}0.04");
/// assert_eq!(distance(0.0, 75.0, &[75.0]), "0");
/// ```
pub fn distance(gap: f64, value: f64, goals: &[f64]) -> String {
    if !gap.is_finite() {
        return NONE.to_owned();
    }
    if gap == 0.0 || goals.iter().any(|goal| order(value, *goal) == Ordering::Equal) {
        return "0".to_owned();
    }
    // Floating-point noise in the gap (89.96 − 90 = −0.04000000000000625) lies beyond the decimals
    // of its two ends.
    let decimals = goals
        .iter()
        .map(|goal| rounded(*goal, &[]))
        .chain([rounded(value, goals)])
        .map(|end| decimals_of(&end))
        .try_fold(0, |most, decimals| Some(most.max(decimals?)));
    let plain = match (Notation::of(gap), decimals) {
        (Notation::Decimal, Some(decimals)) => (decimals..decimals + MOST_DIGITS)
            .map(|decimals| Notation::Decimal.write(gap, decimals))
            .find(|text| reads_as(text) != 0.0),
        (Notation::Decimal | Notation::Power, _) => None,
    };
    let text = match plain {
        Some(text) => typeset(&text),
        None => rounded(gap, &[0.0]),
    };
    if gap > 0.0 { format!("+{text}") } else { text }
}

/// A whole number with its thousands set apart.
///
/// ```
/// use attain::scorecard::number::whole;
///
/// assert_eq!(whole(6_419), "6\u{202f}419");
/// assert_eq!(whole(-12), "\u{2212}12");
/// ```
pub fn whole(number: i64) -> String {
    typeset(&number.to_string())
}

/// A number of things, with its thousands set apart.
pub(crate) fn count(things: usize) -> String {
    typeset(&things.to_string())
}

/// A share of 1 in whole per cent. What is neither certain nor impossible never looks so.
///
/// ```
/// use attain::scorecard::number::percent;
///
/// assert_eq!(percent(0.532), "53\u{a0}%");
/// assert_eq!(percent(0.9996), "over 99\u{a0}%");
/// assert_eq!(percent(1.0), "100\u{a0}%");
/// ```
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if !percent.is_finite() {
        NONE.to_owned()
    } else if share > 0.0 && share < 0.01 {
        "under 1\u{a0}%".to_owned()
    } else if share > 0.99 && share < 1.0 {
        "over 99\u{a0}%".to_owned()
    } else {
        format!("{}\u{a0}%", typeset(&Notation::Decimal.write(percent, 0)))
    }
}

/// Whether two numbers are the same but for floating-point noise, or which is the smaller one.
pub(crate) fn order(left: f64, right: f64) -> Ordering {
    let noise = 4.0 * f64::EPSILON * left.abs().max(right.abs());
    if (left - right).abs() <= noise {
        Ordering::Equal
    } else {
        left.partial_cmp(&right).unwrap_or(Ordering::Equal)
    }
}

/// How a number is written out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notation {
    /// Digits around a point.
    Decimal,
    /// A number from 1 to 10 and a power of ten.
    Power,
}

impl Notation {
    fn of(value: f64) -> Self {
        let size = value.abs();
        if size == 0.0 || (1e-4..1e15).contains(&size) {
            Notation::Decimal
        } else {
            Notation::Power
        }
    }

    /// The decimals that give three significant digits, under the module's rules.
    fn usual_decimals(self, value: f64) -> usize {
        let size = value.abs();
        match self {
            Notation::Power => 2,
            Notation::Decimal if size >= 1_000.0 || size == 0.0 => 0,
            Notation::Decimal if size >= 10.0 => 1,
            Notation::Decimal => {
                [1.0, 0.1, 0.01, 0.001].iter().position(|least| size >= *least).unwrap_or(4) + 2
            }
        }
    }

    /// The number in ASCII. Rust rounds the exact value of the double, so nothing is rounded twice.
    fn write(self, value: f64, decimals: usize) -> String {
        let text = match self {
            Notation::Decimal => format!("{value:.decimals$}"),
            Notation::Power => format!("{value:.decimals$e}"),
        };
        if reads_as(&text) == 0.0 { text.trim_start_matches('-').to_owned() } else { text }
    }
}

/// The first of the growing decimals that keep the number in its order with all others.
fn shortest_in_order(value: f64, beside: &[f64], notation: Notation, first: usize) -> String {
    for decimals in first..=first + MOST_DIGITS {
        let text = notation.write(value, decimals);
        let read = reads_as(&text);
        if beside.iter().all(|other| order(read, *other) == order(value, *other)) {
            return if order(read, value) == Ordering::Equal {
                without_idle_zeros(text)
            } else {
                text
            };
        }
    }
    // The shortest text that reads as this very double can't be out of order.
    match notation {
        Notation::Decimal => format!("{value}"),
        Notation::Power => format!("{value:e}"),
    }
}

fn reads_as(text: &str) -> f64 {
    text.parse().unwrap_or(f64::NAN)
}

fn without_idle_zeros(text: String) -> String {
    let (digits, power) = match text.split_once('e') {
        Some((digits, power)) => (digits, Some(power)),
        None => (text.as_str(), None),
    };
    let digits = if digits.contains('.') {
        digits.trim_end_matches('0').trim_end_matches('.')
    } else {
        digits
    };
    match power {
        Some(power) => format!("{digits}e{power}"),
        None => digits.to_owned(),
    }
}

/// From ASCII to what is printed: minus sign, groups of three, powers of ten.
fn typeset(ascii: &str) -> String {
    let (digits, power) = match ascii.split_once('e') {
        Some((digits, power)) => (digits, Some(power)),
        None => (ascii, None),
    };
    let (minus, digits) = match digits.strip_prefix('-') {
        Some(digits) => ("\u{2212}", digits),
        None => ("", digits),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (digits, None),
    };
    let mut text = String::from(minus);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            text.push(GROUP_SEPARATOR);
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    if let Some(power) = power {
        text.push_str("×10");
        text.extend(power.chars().map(superscript));
    }
    text
}

fn superscript(digit: char) -> char {
    match digit {
        '-' => '⁻',
        '0' => '⁰',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4' => '⁴',
        '5' => '⁵',
        '6' => '⁶',
        '7' => '⁷',
        '8' => '⁸',
        '9' => '⁹',
        other => other,
    }
}

/// How many decimals a spreadsheet has to show of a number, so that it looks less or greater than others as it is. None if it
/// is printed as a power of ten.
///
/// A spreadsheet rounds the shortest decimal of a double, and half away from zero; [`rounded`] rounds the double. So a
/// number may need one decimal more there.
#[cfg(any(feature = "excel", test))]
pub(crate) fn decimals_beside(value: f64, beside: &[f64]) -> Option<usize> {
    let first = decimals_of(&rounded(value, beside))?;
    let Ok(shortest) = value.to_string().parse::<Decimal>() else { return Some(first) };
    let keeps_order = |decimals: &usize| {
        let away = RoundingStrategy::MidpointAwayFromZero;
        let places = u32::try_from(*decimals).unwrap_or(u32::MAX);
        let read = reads_as(&shortest.round_dp_with_strategy(places, away).to_string());
        beside.iter().all(|other| order(read, *other) == order(value, *other))
    };
    (first..=first + MOST_DIGITS).find(keeps_order).or(Some(first))
}

/// How many decimals a printed number has; a power of ten has none.
pub(crate) fn decimals_of(printed: &str) -> Option<usize> {
    if printed.contains('×') {
        return None;
    }
    Some(printed.split_once('.').map_or(0, |(_, fraction)| fraction.len()))
}

#[cfg(test)]
mod tests {
    use num_rational::BigRational;
    use num_traits::{One, Signed, Zero};
    use proptest::prelude::*;

    use super::*;

    /// What a printed number says, exactly: read by hand, sharing nothing with the code above.
    fn exactly(printed: &str) -> BigRational {
        let ten = || BigRational::from_integer(10.into());
        let (mantissa, power) = printed.split_once("×10").unwrap_or((printed, "⁰"));
        let negative = mantissa.starts_with('\u{2212}');
        let mut number = BigRational::zero();
        let mut decimals = None;
        for character in mantissa.chars() {
            match character {
                '\u{2212}' | '+' | '\u{202f}' => {}
                '.' => decimals = Some(0),
                digit => {
                    number = number * ten()
                        + BigRational::from_integer(digit.to_digit(10).unwrap().into());
                    decimals = decimals.map(|places: i32| places + 1);
                }
            }
        }
        let mut exponent = 0;
        for character in power.chars().filter(|character| *character != '⁻') {
            exponent =
                exponent * 10 + "⁰¹²³⁴⁵⁶⁷⁸⁹".chars().position(|c| c == character).unwrap() as i32;
        }
        if power.contains('⁻') {
            exponent = -exponent;
        }
        let shift = exponent - decimals.unwrap_or(0);
        for _ in 0..shift.abs() {
            number = if shift > 0 { number * ten() } else { number / ten() };
        }
        if negative { -number } else { number }
    }

    fn exact(value: f64) -> BigRational {
        BigRational::from_float(value).unwrap()
    }

    #[test]
    fn a_value_is_printed_in_the_digits_that_matter() {
        for (value, beside, printed) in [
            (75.0, 75.0, "75"),
            (75.5, 75.0, "75.5"),
            (83.48, 75.0, "83.5"),
            (89.96, 90.0, "89.96"),
            (89.94, 90.0, "89.9"),
            (90.04, 90.0, "90.04"),
            (89.9999996, 90.0, "89.9999996"),
            // 241 of 250, in the double below and the one above 96.4: both are the goal itself.
            (96.4f64.next_down(), 96.4, "96.4"),
            (96.4f64.next_up(), 96.4, "96.4"),
            // A goal finer than the usual digits must not look missed either.
            (33.34, 33.333, "33.34"),
            (0.0, 0.0, "0"),
            (-0.0, 0.0, "0"),
            (-0.004, 0.0, "−0.004"),
            (8.496, 5.0, "8.50"),
            (0.28, 0.3, "0.28"),
            (999.96, 900.0, "1 000.0"),
            (1_234.5, 1_000.0, "1 234"),
            (6_419.0, 6_000.0, "6 419"),
            (22_450_000_000_000.0, 1.0, "22 450 000 000 000"),
            (0.000_012, 0.000_01, "1.2×10⁻⁵"),
            (0.000_010_04, 0.000_01, "1.004×10⁻⁵"),
            (1.5e18, 1.0, "1.5×10¹⁸"),
            (-1e15, 0.0, "−1×10¹⁵"),
            (f64::NAN, 0.0, "–"),
            (f64::NEG_INFINITY, 0.0, "–"),
        ] {
            let expected = printed.replace(' ', "\u{202f}");
            assert_eq!(rounded(value, &[beside]), expected, "{value} beside {beside}");
        }
    }

    #[test]
    fn value_goal_and_distance_add_up_as_printed() {
        for (value, goal, printed) in [
            (89.96, 90.0, "−0.04"),
            (83.48, 75.0, "+8.5"),
            (80.0, 75.0, "+5"),
            (79.999, 75.0, "+5.0"),
            (75.0, 75.0, "0"),
            (96.399_999_999_999_99, 96.4, "0"),
            (1_840.0, 1_916.0, "−76"),
            (2e-7, 1e-7, "+1×10⁻⁷"),
        ] {
            assert_eq!(distance(value - goal, value, &[goal]), printed, "{value} against {goal}");
        }
    }

    #[test]
    fn a_chance_that_is_not_certain_does_not_look_certain() {
        for (share, printed) in [
            (0.0, "0 %"),
            (0.0004, "under 1 %"),
            (0.532, "53 %"),
            (0.994, "over 99 %"),
            (0.999_999, "over 99 %"),
            (1.0, "100 %"),
        ] {
            assert_eq!(percent(share), printed.replace(" %", "\u{a0}%"));
        }
    }

    #[test]
    fn a_spreadsheet_prints_a_value_on_its_own_side_of_the_goal() {
        for (value, beside, decimals) in [
            (83.48, 75.0, Some(1)),
            (75.0, 75.0, Some(0)),
            (89.96, 90.0, Some(2)),
            // The double is below 89.95, and a spreadsheet rounds the text 89.95 to 90.0.
            (89.95, 90.0, Some(2)),
            (96.4f64.next_down(), 96.4, Some(1)),
            (1e-7, 1.0, None),
        ] {
            assert_eq!(decimals_beside(value, &[beside]), decimals, "{value} beside {beside}");
        }
    }

    proptest! {
        /// Law 2: no rounding may turn a miss into a hit or a hit into a miss.
        #[test]
        fn rounding_never_moves_a_value_across_or_onto_its_goal(
            goal in -1e6..1e6f64,
            goal_decimals in 0usize..4,
            nearness in 0i32..14,
            step in -1.0..1.0f64,
        ) {
            let goal: f64 = format!("{goal:.goal_decimals$}").parse().unwrap();
            let value = goal + step * 10f64.powi(-nearness);
            let printed = exactly(&rounded(value, &[goal]));
            // A goal is the decimal it was written as, so the reader compares with that.
            let written = exactly(&format!("{goal}").replace('-', "\u{2212}"));
            let noise = exact(4.0 * f64::EPSILON * value.abs().max(goal.abs()));
            if (exact(value) - exact(goal)).abs() <= noise {
                prop_assert!((printed - written).abs() <= noise);
            } else {
                prop_assert_eq!(printed.cmp(&written), value.partial_cmp(&goal).unwrap());
            }
        }

        #[test]
        fn a_printed_number_is_off_by_half_its_last_digit_at_most(value in prop::num::f64::NORMAL) {
            let text = rounded(value, &[]);
            let is_negative_zero = text.starts_with('\u{2212}') && exactly(&text).is_zero();
            prop_assert!(!is_negative_zero, "{} is printed for {}", text, value);
            let off = (exactly(&text) - exact(value)).abs();
            // Three significant digits and more: the error is below half of the third.
            prop_assert!(off * BigRational::from_integer(200.into()) <= exact(value).abs());
        }

        #[test]
        fn whole_numbers_keep_all_their_digits_in_groups_of_three(number in any::<i64>()) {
            let text = whole(number);
            prop_assert_eq!(exactly(&text), BigRational::from_integer(number.into()));
            let groups: Vec<_> = text.trim_start_matches('\u{2212}').split('\u{202f}').collect();
            prop_assert!((1..=3).contains(&groups[0].len()));
            prop_assert!(groups[1..].iter().all(|group| group.len() == 3));
        }

        #[test]
        fn a_distance_that_is_not_zero_is_never_printed_as_zero(
            goal in 0.0..1e5f64,
            nearness in 0i32..9,
            step in -1.0..1.0f64,
        ) {
            let value = goal + step * 10f64.powi(-nearness);
            let gap = value - goal;
            let printed = distance(gap, value, &[goal]);
            prop_assert_eq!(printed.starts_with('+'), exactly(&printed) > BigRational::zero());
            prop_assert_eq!(printed.starts_with('\u{2212}'), exactly(&printed) < BigRational::zero());
            if (gap.abs()) > 1e-8 {
                prop_assert!(!exactly(&printed).is_zero());
            }
        }

        #[test]
        fn a_share_strictly_between_none_and_all_never_looks_like_either(share in 0.0..1.0f64) {
            let printed = percent(share);
            prop_assume!(share > 0.0);
            let looks_certain = ["0\u{a0}%", "100\u{a0}%"].contains(&printed.as_str());
            prop_assert!(!looks_certain, "{} is printed for {}", printed, share);
            let digits: i64 = printed.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap();
            prop_assert!((exact(share * 100.0) - BigRational::from_integer(digits.into())).abs() <= BigRational::one());
        }
    }
}
