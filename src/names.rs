//! Names that look alike: which are the same name, and which look like a mistake.
//!
//! | two names | they are |
//! |---|---|
//! | differ in how letters with marks are composed (NFC and NFD) | the same name |
//! | differ in capitals, or in compatible letters (`ﬁ` and `fi`) | two names; a plan that has both gets a warning |
//! | differ in a character that is not seen | one of them is refused |

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// The name in NFC: with letters and their marks composed. ASCII is left as it is.
pub(crate) fn composed(name: &str) -> Cow<'_, str> {
    if name.is_ascii() || is_nfc_quick(name.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(name);
    }
    Cow::Owned(name.nfc().collect())
}

/// Looks a name up as it is written, and in NFC if that finds nothing. Known names are in NFC.
pub(crate) fn find_name<T>(name: &str, find: impl Fn(&str) -> Option<T>) -> Option<T> {
    find(name).or_else(|| match composed(name) {
        Cow::Borrowed(_) => None,
        Cow::Owned(composed) => find(&composed),
    })
}

/// The name without capitals, and with compatible letters made the same (NFKC).
pub(crate) fn folded(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    let lowercase = name.nfkc().collect::<String>().to_lowercase();
    lowercase.nfkc().collect()
}

/// The name without capitals and marks, for the order of names: `Đống Đa` is `dong da`.
pub(crate) fn bare(name: &str) -> String {
    let lowercase = name.to_lowercase();
    let letters = lowercase.nfkd().filter(|letter| !is_combining_mark(*letter));
    letters
        .map(|letter| match letter {
            'đ' => 'd',
            'ø' => 'o',
            'ł' => 'l',
            'ı' => 'i',
            letter => letter,
        })
        .collect()
}

/// A part of a name: numbers come before letters, and 9 before 10.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum NamePart {
    /// Digits, without zeros before them: their number, then themselves.
    Number(usize, String),
    /// All else.
    Letters(String),
}

/// The key that names are sorted by: [`bare`], numbers by their size.
pub(crate) fn sort_key(name: &str) -> Vec<NamePart> {
    let name = bare(name);
    let mut parts = Vec::new();
    let mut rest = name.as_str();
    while let Some(first) = rest.chars().next() {
        let is_number = first.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        parts.push(if is_number {
            let digits = part.trim_start_matches('0');
            NamePart::Number(digits.len(), digits.to_owned())
        } else {
            NamePart::Letters(part.to_owned())
        });
        rest = after;
    }
    parts
}

/// The known code with the same digits after more zeros, if a code is all digits: a spreadsheet drops leading zeros. Of
/// several, the shortest.
pub(crate) fn with_leading_zeros<'a>(
    code: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if code.is_empty() || !code.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let digits = code.trim_start_matches('0');
    let is_meant = |id: &&str| id.len() > code.len() && id.trim_start_matches('0') == digits;
    known.into_iter().filter(is_meant).min_by_key(|id| id.len())
}

/// Whether a name can be an id: ids stand in expressions, file names and columns. They have letters, digits, `_`, `-` and `.`
/// only, and begin with a letter, a digit or `_`.
pub(crate) fn is_id(name: &str) -> bool {
    name.chars().next().is_some_and(|first| first.is_alphanumeric() || first == '_')
        && name.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c))
        && Flaw::of(name).is_none()
}

/// What is wrong with a name that people have to see and to write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// It has blanks before or behind it.
    Blanks,
    /// It has a character that is not seen, or that controls a terminal.
    Unseen,
}

impl Flaw {
    /// The flaw of a name, if it has one.
    pub(crate) fn of(name: &str) -> Option<Flaw> {
        if has_unseen(name) {
            return Some(Flaw::Unseen);
        }
        (name.trim() != name).then_some(Flaw::Blanks)
    }

    /// What a message says of it.
    pub(crate) fn describe(self) -> &'static str {
        match self {
            Flaw::Blanks => "has blanks around it",
            Flaw::Unseen => "has a character that is not seen",
        }
    }
}

/// The name without what is wrong with it.
pub(crate) fn without_flaws(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let seen = (0..letters.len()).filter(|at| !is_unseen(&letters, *at)).map(|at| letters[at]);
    seen.collect::<String>().trim().to_owned()
}

fn has_unseen(name: &str) -> bool {
    if name.is_ascii() {
        return name.bytes().any(|byte| byte.is_ascii_control());
    }
    let letters: Vec<char> = name.chars().collect();
    (0..letters.len()).any(|at| is_unseen(&letters, at))
}

/// Whether a letter of a text is not seen: controls, and the characters that Unicode says to ignore in display.
fn is_unseen(letters: &[char], at: usize) -> bool {
    let letter = letters[at];
    // Arabic and Indic scripts write joiners between two letters.
    let joins = |at: Option<usize>| {
        let neighbour = at.and_then(|at| letters.get(at)).copied();
        neighbour.is_some_and(|letter| letter >= '\u{600}' && !is_ignorable(letter))
    };
    match letter {
        '\u{200c}' | '\u{200d}' => !(joins(at.checked_sub(1)) && joins(at.checked_add(1))),
        letter => letter.is_control() || is_ignorable(letter),
    }
}

/// The text with escapes in place of what is not seen: `\u{1b}` commands a terminal no more. For names, codes and paths.
#[doc(hidden)]
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !has_unseen(text) {
        return Cow::Borrowed(text);
    }
    let letters: Vec<char> = text.chars().collect();
    let mut shown = String::with_capacity(text.len());
    for (at, letter) in letters.iter().enumerate() {
        if is_unseen(&letters, at) {
            shown.extend(letter.escape_default());
        } else {
            shown.push(*letter);
        }
    }
    Cow::Owned(shown)
}

/// The text without control characters, which could command a terminal or break a page, and without those that turn
/// the direction of the text around them. For titles, notes and sentences, where letters that join or vary stay.
pub(crate) fn prose(text: &str) -> String {
    let text: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
        .map(|c| match c {
            '\u{fffe}' | '\u{ffff}' => char::REPLACEMENT_CHARACTER,
            '\u{2028}' | '\u{2029}' => ' ',
            c if c.is_control() => ' ',
            c => c,
        })
        .collect();
    text.trim().to_owned()
}

/// `Default_Ignorable_Code_Point` of Unicode 16, line and paragraph separators, and annotations.
fn is_ignorable(letter: char) -> bool {
    matches!(
        letter,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_however_they_are_composed() {
        let known = |name: &str| (name == "giới" || name == "sex").then_some(name.len());
        let decomposed: String = "giới".nfd().collect();
        assert_ne!(decomposed, "giới");
        assert_eq!(find_name(&decomposed, known), Some("giới".len()));
        assert_eq!(
            (find_name("giới", known), find_name("sex", known)),
            (Some("giới".len()), Some(3))
        );
        assert_eq!((find_name("gioi", known), find_name("Giới", known)), (None, None));
    }

    #[test]
    fn composing_leaves_what_is_composed() {
        for name in ["", "a b", "giới", "Đắk Lắk", "กรุงเทพ", "दिल्ली", "طهران"]
        {
            assert!(matches!(composed(name), Cow::Borrowed(_)), "{name}");
        }
        assert_eq!(composed("e\u{301}"), "é");
    }

    #[test]
    fn folded_names_are_alike() {
        for (one, other) in [("Cases", "cases"), ("ﬁnes", "fines"), ("ａ１", "A1"), ("ĐẮK", "đắk")]
        {
            assert_eq!(folded(one), folded(other));
        }
        for (one, other) in [("case", "cases"), ("gioi", "giới"), ("a-b", "ab"), ("о", "o")] {
            assert_ne!(folded(one), folded(other));
        }
    }

    #[test]
    fn names_are_sorted_without_marks_and_numbers_by_their_size() {
        let mut names =
            ["Xã 10", "Đống Đa", "xa 9", "Ba Đình", "Áo", "Xã 3.10", "Xã 3.9", "007", "Ø"];
        names.sort_by_key(|name| sort_key(name));
        let sorted = ["007", "Áo", "Ba Đình", "Đống Đa", "Ø", "Xã 3.9", "Xã 3.10", "xa 9", "Xã 10"];
        assert_eq!(names, sorted);
        assert_eq!(bare("ＰHƯỜNG\u{a0}Ở"), "phuong o");
    }

    #[test]
    fn lost_zeros_are_found() {
        let known = ["001", "0001", "01", "5", "00", "0A", "10", "010"];
        for (code, meant) in [
            ("1", Some("01")),
            ("01", Some("001")),
            ("001", Some("0001")),
            ("0", Some("00")),
            ("10", Some("010")),
            ("0001", None),
            ("5", None),
            ("05", None),
            ("A", None),
            ("", None),
            ("٣", None),
        ] {
            assert_eq!(with_leading_zeros(code, known), meant, "{code}");
        }
    }

    #[test]
    fn nothing_commands_the_terminal() {
        assert_eq!(escaped("x\u{1b}[31m\u{7}\u{202e}.yaml"), "x\\u{1b}[31m\\u{7}\\u{202e}.yaml");
        assert_eq!(escaped("a\nb"), "a\\nb");
        assert_eq!(prose(" x\u{1b}[31m\u{7}\u{202e}y\n"), "x [31m y");
        // An emoji keeps its selector, and Persian its joiner.
        assert_eq!(prose("Schools \u{2764}\u{fe0f}"), "Schools \u{2764}\u{fe0f}");
        for name in ["", "Hà Nội", "data/plan 2.yaml", "می\u{200c}خواهم"] {
            assert!(matches!(escaped(name), Cow::Borrowed(_)), "{name}");
            assert_eq!(prose(name), name);
        }
    }

    #[test]
    fn what_is_not_seen_is_a_flaw() {
        for (name, flaw) in [
            ("a\0", Flaw::Unseen),
            ("a\tb", Flaw::Unseen),
            ("a\u{200b}", Flaw::Unseen),
            ("\u{feff}a", Flaw::Unseen),
            ("a\u{200d}b", Flaw::Unseen),
            ("\u{202e}a", Flaw::Unseen),
            ("\u{3164}", Flaw::Unseen),
            (" a", Flaw::Blanks),
            ("a\u{a0}", Flaw::Blanks),
        ] {
            assert_eq!(Flaw::of(name), Some(flaw), "{name:?}");
            assert_eq!(Flaw::of(&without_flaws(name)), None, "{name:?}");
        }
        // Persian writes a non-joiner inside of words, Sinhala a joiner.
        for name in ["", "a b", "96/2019", "Hà Nội", "می\u{200c}خواهم", "ශ්\u{200d}රී"]
        {
            assert_eq!(Flaw::of(name), None, "{name:?}");
            assert_eq!(without_flaws(name), name);
        }
    }
}
