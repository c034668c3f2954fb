//! How the faults of an error print: a line for each, and one paragraph for many of one kind.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::{Fault, FaultCode, PLACES_OF_A_WARNING, Place, grouped, parts};

/// What the faults of one kind have in common: the same words, whatever values stand between them.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Kind {
    code: FaultCode,
    message: String,
    hint: Option<String>,
}

impl Kind {
    pub(super) fn of(fault: &Fault) -> Self {
        let hint = fault.hint.as_deref().map(without_values);
        Kind { code: fault.code, message: without_values(&fault.message), hint }
    }
}

/// A text with `…` in place of what stands between backquotes, and of each number.
fn without_values(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for (at, part) in text.split('`').enumerate() {
        if at > 0 {
            words.push('`');
        }
        if at % 2 == 1 {
            words.push('…');
            continue;
        }
        let mut is_number = false;
        for letter in part.chars() {
            match (letter.is_ascii_digit(), is_number) {
                (true, false) => words.push('…'),
                (true, true) => {}
                (false, _) => words.push(letter),
            }
            is_number = letter.is_ascii_digit();
        }
    }
    words
}

/// Faults in lines: a line for each. If there are more than three of a kind, a paragraph with their number, what they
/// have in common, and the first three places. Kinds come in the order of their first faults.
///
/// `unlisted` counts further faults, and `of_kinds` those of them whose kind is among the faults.
pub(super) fn paragraphs(
    faults: &[Fault],
    unlisted: usize,
    of_kinds: &HashMap<Kind, usize>,
) -> Vec<String> {
    let kinds: Vec<Kind> = faults.iter().map(Kind::of).collect();
    let mut members: HashMap<&Kind, Vec<&Fault>> = HashMap::new();
    for (kind, fault) in kinds.iter().zip(faults) {
        members.entry(kind).or_default().push(fault);
    }
    let mut lines = Vec::new();
    let mut others = unlisted;
    for (kind, fault) in kinds.iter().zip(faults) {
        match members.get(kind) {
            Some(several) if several.len() > PLACES_OF_A_WARNING => {
                let further = of_kinds.get(kind).copied().unwrap_or_default();
                lines.extend(paragraph(kind, several, further));
                others = others.saturating_sub(further);
                // The paragraph has all of them.
                members.insert(kind, Vec::new());
            }
            Some(several) if several.is_empty() => {}
            Some(_) | None => lines.push(fault.to_string()),
        }
    }
    if others > 0 {
        lines.push(format!("… and {} more", grouped(others as u64)));
    }
    lines
}

/// What many faults of one kind have in common, and the first of them with what differs.
fn paragraph(kind: &Kind, faults: &[&Fault], further: usize) -> Vec<String> {
    let number = faults.len() + further;
    let message = common(faults, |fault| Some(&fault.message));
    let found = common(faults, |fault| fault.found.as_ref());
    let expected = common(faults, |fault| fault.expected.as_ref());
    let hint = common(faults, |fault| fault.hint.as_ref());
    let mut heading = message.unwrap_or(&kind.message).to_owned();
    let _ = write!(heading, ", {} times", grouped(number as u64));
    let mut lines = vec![parts(&heading, found, expected, hint)];
    for fault in faults.iter().take(PLACES_OF_A_WARNING) {
        let differing = |part: &'_ Option<String>, common: Option<&str>| match common {
            Some(_) => None,
            None => part.clone(),
        };
        let own = if message.is_some() { "" } else { &fault.message };
        let (found, expected, hint) = (
            differing(&fault.found, found),
            differing(&fault.expected, expected),
            differing(&fault.hint, hint),
        );
        let rest = parts(own, found.as_deref(), expected.as_deref(), hint.as_deref());
        lines.push(match (&fault.place, &rest[..]) {
            (Place::Nowhere, rest) => format!("  {rest}"),
            (place, "") => format!("  {place}"),
            (place, rest) => format!("  {place}: {rest}"),
        });
    }
    lines.push(format!("  … and {} more", grouped((number - PLACES_OF_A_WARNING) as u64)));
    lines
}

/// A part that is the same in all faults.
fn common<'f>(
    faults: &[&'f Fault],
    part: impl Fn(&'f Fault) -> Option<&'f String>,
) -> Option<&'f str> {
    let (first, others) = faults.split_first()?;
    let first = part(first)?;
    others.iter().all(|other| part(other) == Some(first)).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(row: usize, message: &str, found: &str) -> Fault {
        Fault::new(FaultCode::NotANumber, Place::row(row, "value"), message).found(found)
    }

    fn lines(faults: &[Fault]) -> Vec<String> {
        paragraphs(faults, 0, &HashMap::new())
    }

    #[test]
    fn many_faults_of_a_kind_are_one_paragraph_at_the_place_of_the_first() {
        let mut faults: Vec<Fault> = (0..1000)
            .map(|row| fault(row, "this is no number", "`:`").expected("a number").hint("cure"))
            .collect();
        faults[1].found = Some("`<5`".to_owned());
        faults.insert(2, fault(1, "another sentence", "x"));
        faults.insert(0, fault(0, "the first", "x"));
        assert_eq!(
            lines(&faults),
            [
                "row 0, column `value`: the first: found x",
                "this is no number, 1,000 times: expected a number (cure)",
                "  row 0, column `value`: found `:`",
                "  row 1, column `value`: found `<5`",
                "  row 2, column `value`: found `:`",
                "  … and 997 more",
                "row 1, column `value`: another sentence: found x",
            ]
        );
    }

    #[test]
    fn three_of_a_kind_are_three_lines() {
        let faults: Vec<Fault> = (0..3).map(|row| fault(row, "this is no number", ":")).collect();
        let expected: Vec<String> = faults.iter().map(Fault::to_string).collect();
        assert_eq!(lines(&faults), expected);
    }

    #[test]
    fn values_in_a_sentence_are_no_other_kind_and_stay_beside_their_places() {
        let unknown = |row, code: &str| {
            let message = format!("there is no unit `{code}`");
            Fault::new(FaultCode::UnknownUnit, Place::row(row, "unit"), message)
                .hint(format!("did you mean `0{code}`?"))
        };
        let faults = [unknown(0, "1"), unknown(1, "2"), unknown(2, "3"), unknown(3, "4")];
        assert_eq!(
            lines(&faults),
            [
                "there is no unit `…`, 4 times",
                "  row 0, column `unit`: there is no unit `1` (did you mean `01`?)",
                "  row 1, column `unit`: there is no unit `2` (did you mean `02`?)",
                "  row 2, column `unit`: there is no unit `3` (did you mean `03`?)",
                "  … and 1 more",
            ]
        );
    }

    #[test]
    fn another_cure_is_another_kind() {
        let with = |row, hint: &str| fault(row, "this is no number", "x").hint(hint);
        let faults: Vec<Fault> = (0..8)
            .map(|row| with(row, if row % 2 == 0 { "write 5" } else { "leave it empty" }))
            .collect();
        let headings = lines(&faults);
        let headings: Vec<&String> =
            headings.iter().filter(|line| !line.starts_with(' ')).collect();
        assert_eq!(
            headings,
            [
                "this is no number, 4 times: found x (write 5)",
                "this is no number, 4 times: found x (leave it empty)"
            ]
        );
    }

    #[test]
    fn thousands_are_set_apart() {
        let numbers = [0, 999, 1_000, 25_000_000].map(grouped);
        assert_eq!(numbers, ["0", "999", "1,000", "25,000,000"]);
    }

    #[test]
    fn numbers_and_quoted_texts_are_values() {
        assert_eq!(without_values("`a` of 12 rows, 3.5 `b"), "`…` of … rows, ….… `…");
        assert_eq!(without_values("no value"), "no value");
    }
}
