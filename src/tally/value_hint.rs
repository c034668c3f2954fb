//! Suggests how to write a text that stands where a value is expected.

use super::Status;
use crate::error::{Fault, FaultCode, Place};
use crate::exact::number_hint;

/// The fault of a text that is no number.
#[cold]
pub(crate) fn no_number(place: Place, text: &str) -> Fault {
    let fault = Fault::new(FaultCode::NotANumber, place, "this is no number")
        .found(format!("`{text}`"))
        .expected("a number such as 1840 or 96.4");
    match value_hint(text) {
        Some(hint) => fault.hint(hint),
        None => fault,
    }
}

/// Marks of values that are missing for no stated reason: Eurostat's `:`, the `..` of the UN and OECD, `[x]` of the UK,
/// and what programs print.
const MISSING: [&str; 31] = [
    ":",
    ".",
    "..",
    "...",
    "…",
    "?",
    "na",
    "n/a",
    "n.a.",
    "(na)",
    "[x]",
    "nd",
    "n/d",
    "n.d.",
    "#n/a",
    "#na",
    "nan",
    "null",
    "none",
    "missing",
    "unknown",
    "not available",
    "not reported",
    "inf",
    "+inf",
    "-inf",
    "infinity",
    "+infinity",
    "-infinity",
    "<na>",
    "nat",
];

/// Marks of suppressed values: of the UK (`[c]`), the US (`(D)`, `(S)`), Eurostat (`:c`) and many tables.
const SUPPRESSED: [&str; 10] =
    ["*", "**", "[c]", "(c)", ":c", "(d)", "(s)", "suppressed", "confidential", "withheld"];

/// Marks of values that can't exist: of the UK (`[z]`), the US (`(X)`) and Eurostat (`:z`).
const CANNOT_EXIST: [&str; 5] = ["[z]", "(x)", ":z", "not applicable", "n.app."];

/// Marks that stand for 0 in some tables, and for a missing value in others.
const NONE_OR_MISSING: [&str; 5] = ["-", "--", "–", "—", "nil"];

/// What a spreadsheet shows where a formula fails.
const FAILED: [&str; 5] = ["#div/0!", "#value!", "#ref!", "#name?", "#num!"];

/// What a text in place of a value may mean.
enum Meaning<'t> {
    /// The value is missing, for the reason that the status states.
    Missing(Status),
    Suppressed,
    NoneOrMissing,
    Failed,
    /// A number that is written in another way; the text says how to write it here.
    Number(String),
    /// A number with a short mark behind it: `1234 p`, `96.4(e)`, `12 kg`. The letters of Eurostat are letters of SDMX too.
    Marked {
        number: &'t str,
        mark: &'t str,
        status: Option<Status>,
    },
}

impl<'t> Meaning<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let mark = text.trim().to_lowercase();
        let is_one_of = |marks: &[&str]| marks.contains(&mark.as_str());
        if is_one_of(&MISSING) {
            return Some(Meaning::Missing(Status::O));
        }
        if is_one_of(&CANNOT_EXIST) {
            return Some(Meaning::Missing(Status::M));
        }
        if is_one_of(&SUPPRESSED) || mark.starts_with(['<', '>', '≤', '≥']) {
            return Some(Meaning::Suppressed);
        }
        if is_one_of(&NONE_OR_MISSING) {
            return Some(Meaning::NoneOrMissing);
        }
        if is_one_of(&FAILED) {
            return Some(Meaning::Failed);
        }
        number_hint(text).map(Meaning::Number).or_else(|| Meaning::with_a_mark(text))
    }

    fn with_a_mark(text: &'t str) -> Option<Self> {
        const LONGEST: usize = 3;
        let end = text.find(|letter: char| !"+-.,0123456789".contains(letter))?;
        let (number, mark) = text.split_at(end);
        let mark = mark.trim().trim_matches(['(', ')', '[', ']']);
        let is_mark = (1..=LONGEST).contains(&mark.chars().count())
            && mark.chars().all(|letter| letter.is_alphabetic() || "*†‡€$£¥₫°".contains(letter));
        if number.parse::<f64>().is_err() || !is_mark {
            return None;
        }
        let status = match mark.to_lowercase().as_str() {
            "b" => Some(Status::B),
            "d" => Some(Status::D),
            "e" => Some(Status::E),
            "i" => Some(Status::I),
            "p" => Some(Status::P),
            "u" => Some(Status::U),
            _ => None,
        };
        Some(Meaning::Marked { number, mark, status })
    }
}

/// How to write in an outcome what a text in place of its value may mean.
fn value_hint(text: &str) -> Option<String> {
    Some(match Meaning::of(text)? {
        Meaning::Missing(status) => empty_with(status),
        Meaning::Suppressed => {
            let cure = empty_with(Status::Q);
            format!("{cure}; the key `suppressed` of the measure holds its range")
        }
        Meaning::NoneOrMissing => {
            format!("write 0 if there are none; else {}", empty_with(Status::O))
        }
        Meaning::Failed => format!("correct the formula, or {}", empty_with(Status::O)),
        Meaning::Number(hint) => hint,
        Meaning::Marked { number, status: Some(status), .. } => {
            let (letter, meaning) = (status.letter(), status.meaning());
            format!("write {number} and the status {letter} ({meaning})")
        }
        Meaning::Marked { number, mark, status: None } => {
            format!("write {number}, and `{mark}` in another column")
        }
    })
}

fn empty_with(status: Status) -> String {
    let (letter, meaning) = (status.letter(), status.meaning());
    format!("leave the value empty and write the status {letter} ({meaning})")
}

/// How to write in a column of numbers, which has no statuses, what a text among them may mean.
#[cfg(any(test, feature = "binding"))]
pub fn number_in_column_hint(text: &str) -> Option<String> {
    const EMPTY: &str = "leave the value empty";
    if text.trim().parse().is_ok_and(f64::is_finite) {
        return Some("convert the column of texts to numbers".to_owned());
    }
    Some(match Meaning::of(text)? {
        Meaning::Missing(_) => EMPTY.to_owned(),
        Meaning::Suppressed => format!("{EMPTY}: a value that is withheld counts as missing"),
        Meaning::NoneOrMissing => format!("write 0 if there are none; else {EMPTY}"),
        Meaning::Failed => format!("correct the formula, or {EMPTY}"),
        Meaning::Number(hint) => hint,
        Meaning::Marked { number, mark, .. } => {
            format!("write {number}, and `{mark}` in another column")
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_published_tables_are_statuses() {
        const O: &str = "leave the value empty and write the status O (missing)";
        const M: &str = "leave the value empty and write the status M (missing: cannot exist)";
        const Q: &str = "leave the value empty and write the status Q (suppressed); the key `suppressed` of the measure holds its range";
        let zero = format!("write 0 if there are none; else {O}");
        let failed = format!("correct the formula, or {O}");
        for (text, expected) in [
            ("<5", Some(Q)),
            (">95", Some(Q)),
            ("*", Some(Q)),
            ("[c]", Some(Q)),
            ("(D)", Some(Q)),
            (":", Some(O)),
            ("..", Some(O)),
            ("n/a", Some(O)),
            ("NaN", Some(O)),
            ("[x]", Some(O)),
            ("[z]", Some(M)),
            ("(X)", Some(M)),
            ("-", Some(&*zero)),
            ("–", Some(&*zero)),
            ("#DIV/0!", Some(&*failed)),
            ("1234 p", Some("write 1234 and the status P (provisional)")),
            ("96.4(e)", Some("write 96.4 and the status E (estimated)")),
            ("1234 r", Some("write 1234, and `r` in another column")),
            ("12 kg", Some("write 12, and `kg` in another column")),
            ("23,78%", Some("write 23.78, without the sign")),
            ("12 (of 16)", None),
            ("5 cases", None),
            ("five", None),
            ("", None),
        ] {
            assert_eq!(value_hint(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn marks_in_a_column_of_numbers_are_missing_values() {
        const EMPTY: &str = "leave the value empty";
        let withheld = format!("{EMPTY}: a value that is withheld counts as missing");
        for (text, expected) in [
            ("<5", Some(&*withheld)),
            ("*", Some(&*withheld)),
            (":", Some(EMPTY)),
            ("[z]", Some(EMPTY)),
            ("nan", Some(EMPTY)),
            ("-", Some("write 0 if there are none; else leave the value empty")),
            ("#REF!", Some("correct the formula, or leave the value empty")),
            ("23,78%", Some("write 23.78, without the sign")),
            ("1234 p", Some("write 1234, and `p` in another column")),
            ("12", Some("convert the column of texts to numbers")),
            (" 1e3", Some("convert the column of texts to numbers")),
            ("five", None),
            ("", None),
        ] {
            assert_eq!(number_in_column_hint(text).as_deref(), expected, "{text}");
        }
    }
}
