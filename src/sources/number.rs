//! Numbers in text, as people and machines write them: exact decimal text in, exact decimal text out.
//!
//! | text | decimal point | decimal comma |
//! |---|---|---|
//! | `1,260`, `1.260` | 1260 (assumed), 1.26 | 1.26, 1260 (assumed) |
//! | `74,5`, `74.5` | 74.5 (assumed), 74.5 | 74.5, 74.5 (assumed) |
//! | `1 260` | 1260 (assumed) | 1260 (assumed) |
//! | `>= 75 %` | at least 75, in per cent | the same |
//! | `TBD`, `n/a`, `-`, `–`, `…` | no value (a word) | the same |
//! | `about 50`, `3–5` | no number | no number |

use crate::error::codes::codes;

codes! {
    /// The mark before decimals.
    pub enum DecimalMark as "decimal mark" {
        /// A point.
        Point = ".",
        /// A comma.
        Comma = ",",
    }
}

impl DecimalMark {
    fn sign(self) -> char {
        match self {
            DecimalMark::Point => '.',
            DecimalMark::Comma => ',',
        }
    }

    fn other(self) -> DecimalMark {
        match self {
            DecimalMark::Point => DecimalMark::Comma,
            DecimalMark::Comma => DecimalMark::Point,
        }
    }
}

/// What stands before the number of a goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparator {
    AtLeast,
    AtMost,
    Above,
    Below,
}

impl Comparator {
    /// The key of a goal in a plan.
    pub(super) fn key(self) -> &'static str {
        match self {
            Comparator::AtLeast => "at_least",
            Comparator::AtMost => "at_most",
            Comparator::Above => "above",
            Comparator::Below => "below",
        }
    }
}

/// What a text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Content {
    /// Nothing: blanks alone.
    Blank,
    /// A word or a dash for a value that is not there.
    Word,
    Number(NumberText),
}

/// A number in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NumberText {
    /// The number as a plain decimal: a minus sign, digits, a point and decimals. The percentage of `75 %` is `75`.
    pub(super) decimal: String,
    pub(super) comparator: Option<Comparator>,
    /// Whether a sign for per cent stands behind it.
    pub(super) is_percent: bool,
    /// Whether its marks are not those of a plain decimal, so that a rule decided what they mean.
    pub(super) is_assumed: bool,
}

/// A number has at most this number of digits: decimals hold no more.
const MOST_DIGITS: usize = 28;

/// The words and dashes for a value that is not there.
const NO_VALUE: [&str; 5] = ["tbd", "n/a", "-", "–", "…"];

/// The comparators; those of two signs stand first.
const COMPARATORS: [(&str, Comparator); 6] = [
    (">=", Comparator::AtLeast),
    ("<=", Comparator::AtMost),
    ("≥", Comparator::AtLeast),
    ("≤", Comparator::AtMost),
    (">", Comparator::Above),
    ("<", Comparator::Below),
];

/// Blanks between groups of three digits: a blank, and the two that don't break lines.
const BLANKS: [char; 3] = [' ', '\u{a0}', '\u{202f}'];

/// What a text says, as people write it. None if it is neither empty, nor a word for no value, nor a number.
///
/// `[≥ ≤ > < >= <=] [-] digits [decimals] [%]`: the digits may stand in groups of three, between which there is a blank or the
/// mark that is not the decimal one. That mark before other than three digits is a decimal mark.
pub(super) fn content(text: &str, mark: DecimalMark) -> Option<Content> {
    let text = text.trim();
    if text.is_empty() {
        return Some(Content::Blank);
    }
    if NO_VALUE.contains(&&*text.to_lowercase()) {
        return Some(Content::Word);
    }
    let comparator = COMPARATORS.iter().find(|(sign, _)| text.starts_with(sign));
    let (rest, comparator) = match comparator {
        Some((sign, comparator)) => (text[sign.len()..].trim_start(), Some(*comparator)),
        None => (text, None),
    };
    let (rest, is_percent) = match rest.strip_suffix('%') {
        Some(rest) => (rest.trim_end(), true),
        None => (rest, false),
    };
    let (rest, is_negative) = match rest.strip_prefix(['-', '−']) {
        Some(rest) => (rest, true),
        None => (rest, false),
    };
    let (whole, decimals, is_assumed) = parts(rest, mark)?;
    let decimal = plain(is_negative, &whole, decimals)?;
    Some(Content::Number(NumberText { decimal, comparator, is_percent, is_assumed }))
}

/// The digits before and behind the decimal mark, and whether a rule decided which mark that is.
fn parts(text: &str, mark: DecimalMark) -> Option<(String, &str, bool)> {
    let of_groups = mark.other().sign();
    if let Some((before, decimals)) = text.split_once(mark.sign()) {
        // Behind a decimal mark nothing but digits can stand.
        let (whole, is_grouped) = whole(before, of_groups)?;
        return is_digits(decimals).then_some((whole, decimals, is_grouped));
    }
    if let Some((whole, is_grouped)) = whole(text, of_groups) {
        return Some((whole, "", is_grouped));
    }
    // The other mark, once, and no group of three behind it: a decimal mark.
    let (before, decimals) = text.split_once(of_groups)?;
    let (whole, _) = whole(before, mark.sign())?;
    is_digits(decimals).then_some((whole, decimals, true))
}

/// Digits, perhaps in groups of three, all with the same mark between them. Says whether there are groups.
fn whole(text: &str, mark: char) -> Option<(String, bool)> {
    if is_digits(text) {
        return Some((text.to_owned(), false));
    }
    let separator = text.chars().find(|letter| *letter == mark || BLANKS.contains(letter))?;
    let mut groups = text.split(separator);
    let first = groups.next()?;
    let is_first = is_digits(first) && first.len() <= 3 && !first.starts_with('0');
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || !is_digits(group) {
            return None;
        }
        digits.push_str(group);
    }
    is_first.then_some((digits, true))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number as programs write it: `-12`, `1.25`, `.5`, `1.25e3`. None if it is none, or has too many digits.
pub(super) fn machine_number(text: &str) -> Option<String> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => {
            let exponent = exponent.strip_prefix('+').unwrap_or(exponent);
            (mantissa, exponent.parse::<i32>().ok()?)
        }
        None => (text, 0),
    };
    let (unsigned, is_negative) = match mantissa.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (mantissa.strip_prefix('+').unwrap_or(mantissa), false),
    };
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() + decimals.len() == 0 || !digits(whole) || !digits(decimals) {
        return None;
    }
    shifted(&plain(is_negative, whole, decimals)?, exponent)
}

/// A plain decimal times a power of ten, by moving its point. None if it then has too many digits.
pub(super) fn shifted(decimal: &str, power: i32) -> Option<String> {
    if power == 0 {
        return Some(decimal.to_owned());
    }
    let (unsigned, is_negative) = match decimal.strip_prefix('-') {
        Some(rest) => (rest, true),
        None => (decimal, false),
    };
    let (whole, decimals) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    if whole.bytes().chain(decimals.bytes()).all(|byte| byte == b'0') {
        return Some("0".to_owned());
    }
    let places = usize::try_from(power.unsigned_abs()).ok().filter(|places| *places <= 60)?;
    if power > 0 {
        let padded = format!("{decimals:0<places$}");
        let (moved, rest) = padded.split_at(places);
        plain(is_negative, &format!("{whole}{moved}"), rest)
    } else {
        let padded = format!("{whole:0>width$}", width = places + 1);
        let (rest, moved) = padded.split_at(padded.len() - places);
        plain(is_negative, rest, &format!("{moved}{decimals}"))
    }
}

/// Digits as a plain decimal, without zeros that say nothing. None if there are too many digits.
fn plain(is_negative: bool, whole: &str, decimals: &str) -> Option<String> {
    let whole = whole.trim_start_matches('0');
    let decimals = decimals.trim_end_matches('0');
    let leading = if whole.is_empty() { decimals.trim_start_matches('0').len() } else { 0 };
    let digits = if whole.is_empty() { leading } else { whole.len() + decimals.len() };
    if digits > MOST_DIGITS || decimals.len() > MOST_DIGITS {
        return None;
    }
    if digits == 0 {
        return Some("0".to_owned());
    }
    let sign = if is_negative { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { whole };
    let point = if decimals.is_empty() { "" } else { "." };
    Some(format!("{sign}{whole}{point}{decimals}"))
}

/// The float that a plain decimal means.
pub(super) fn float(decimal: &str) -> Option<f64> {
    decimal.parse().ok().filter(|number: &f64| number.is_finite())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str, mark: DecimalMark) -> Option<(String, bool)> {
        match content(text, mark)? {
            Content::Number(found) => Some((found.decimal, found.is_assumed)),
            Content::Blank | Content::Word => None,
        }
    }

    #[test]
    fn marks_mean_what_the_decimal_mark_leaves_for_them() {
        use DecimalMark::{Comma, Point};
        for (text, mark, decimal, is_assumed) in [
            ("1,260", Point, "1260", true),
            ("1 200", Point, "1200", true),
            ("1\u{a0}200", Point, "1200", true),
            ("1\u{202f}200\u{202f}300", Point, "1200300", true),
            ("74,5", Point, "74.5", true),
            ("1.260", Point, "1.26", false),
            ("1,234.5", Point, "1234.5", true),
            ("1 234,5", Point, "1234.5", true),
            ("1 234,500", Point, "1234.5", true),
            ("0,123", Point, "0.123", true),
            ("1234,567", Point, "1234.567", true),
            ("1,234,567", Point, "1234567", true),
            ("007", Point, "7", false),
            ("-0.50", Point, "-0.5", false),
            ("−3", Point, "-3", false),
            ("-0", Point, "0", false),
            ("1.260", Comma, "1260", true),
            ("1 200", Comma, "1200", true),
            ("74.5", Comma, "74.5", true),
            ("1,260", Comma, "1.26", false),
            ("1.234,5", Comma, "1234.5", true),
        ] {
            assert_eq!(read(text, mark), Some((decimal.to_owned(), is_assumed)), "{text}");
        }
    }

    #[test]
    fn comparators_and_percent_signs_are_read_apart() {
        for (text, decimal, comparator, is_percent) in [
            (">= 75%", "75", Some(Comparator::AtLeast), true),
            ("≥ 120", "120", Some(Comparator::AtLeast), false),
            ("≤0.5 %", "0.5", Some(Comparator::AtMost), true),
            ("<=3", "3", Some(Comparator::AtMost), false),
            (">95", "95", Some(Comparator::Above), false),
            ("< -1", "-1", Some(Comparator::Below), false),
            ("40%", "40", None, true),
        ] {
            let Some(Content::Number(found)) = content(text, DecimalMark::Point) else {
                panic!("{text}");
            };
            assert_eq!((&*found.decimal, found.comparator), (decimal, comparator), "{text}");
            assert_eq!(found.is_percent, is_percent, "{text}");
        }
    }

    #[test]
    fn words_and_dashes_are_no_value_and_other_text_is_no_number() {
        for text in ["TBD", "n/a", "N/A", "-", "–", "…", " tbd "] {
            assert_eq!(content(text, DecimalMark::Point), Some(Content::Word), "{text}");
        }
        for text in ["", "  ", "\u{a0}"] {
            assert_eq!(content(text, DecimalMark::Point), Some(Content::Blank), "{text:?}");
        }
        for text in [
            "about 50",
            "3–5",
            "3-5",
            "1,200 300",
            "1.2.3",
            "1,2,3",
            "12 34",
            "5.",
            ".5",
            ",5",
            "--5",
            "%",
            ">",
            ">=",
            "> >5",
            "5%%",
            "1 000 00",
            "12345 678",
            "1e5",
            "１２",
            "1.234.567",
            "+5",
            "123456789012345678901234567890",
        ] {
            assert_eq!(content(text, DecimalMark::Point), None, "{text}");
        }
    }

    #[test]
    fn numbers_of_programs_have_exponents_and_no_groups() {
        for (text, decimal) in [
            ("12.50", "12.5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("-1.25E3", "-1250"),
            ("1.25e+3", "1250"),
            ("125e-4", "0.0125"),
            ("+7", "7"),
            ("0e99", "0"),
        ] {
            assert_eq!(machine_number(text).as_deref(), Some(decimal), "{text}");
        }
        for text in ["", ".", "-", "1,2", "1 2", "NaN", "Inf", "1e", "e5", "1e99", "0x10", "1e1e1"]
        {
            assert_eq!(machine_number(text), None, "{text}");
        }
    }

    #[test]
    fn a_shift_moves_the_point_and_rounds_nothing() {
        assert_eq!(shifted("0.29", 2).as_deref(), Some("29"));
        assert_eq!(shifted("1.25", 3).as_deref(), Some("1250"));
        assert_eq!(shifted("-1.25", -3).as_deref(), Some("-0.00125"));
        assert_eq!(shifted("1", 40), None);
    }

    /// All readings of a text, by writing every number that its digits can be in every form and comparing the texts. A
    /// reading is the number, and whether its form is another than that of a plain decimal.
    fn slow(text: &str, mark: char) -> Option<(String, bool)> {
        let other = if mark == '.' { ',' } else { '.' };
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let grouped = |whole: &str, sign: char| -> String {
            let mut out = String::new();
            for (at, digit) in whole.chars().enumerate() {
                if at > 0 && (whole.len() - at).is_multiple_of(3) {
                    out.push(sign);
                }
                out.push(digit);
            }
            out
        };
        // The order is that of preference.
        for (point, separators) in
            [(mark, [Some(other), Some(' '), None]), (other, [Some(' '), None, None])]
        {
            for split in (1..=digits.len()).rev() {
                let (whole, decimals) = digits.split_at(split);
                for separator in separators {
                    let written = match separator {
                        Some(_) if whole.len() > 3 && whole.starts_with('0') => continue,
                        Some(sign) => grouped(whole, sign),
                        None => whole.to_owned(),
                    };
                    let written = if decimals.is_empty() {
                        written
                    } else {
                        format!("{written}{point}{decimals}")
                    };
                    if written == text {
                        let is_plain = digits == whole && !text.contains([' ', ',', '.']);
                        let is_decimal =
                            point == mark && written == format!("{whole}{point}{decimals}");
                        let value = plain(false, whole, decimals)?;
                        return Some((value, !(is_plain || is_decimal)));
                    }
                }
            }
        }
        None
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn every_text_of_digits_and_marks_reads_as_by_trial(
            text in "[0-9]{1,4}([ ,.][0-9]{1,4}){0,3}", comma in any::<bool>()
        ) {
            let (mark, sign) =
                if comma { (DecimalMark::Comma, ',') } else { (DecimalMark::Point, '.') };
            prop_assert_eq!(read(&text, mark), slow(&text, sign));
        }

        #[test]
        fn any_text_is_read_without_a_panic(text in "\\PC{0,20}") {
            content(&text, DecimalMark::Point);
            machine_number(&text);
        }

        #[test]
        fn shifting_there_and_back_is_nothing(
            whole in 0_u64..1_000_000, decimals in 0_u32..1_000_000, power in -8_i32..8
        ) {
            let text = machine_number(&format!("{whole}.{decimals:06}")).unwrap();
            let there = shifted(&text, power).unwrap();
            prop_assert_eq!(shifted(&there, -power).unwrap(), text);
        }
    }
}
