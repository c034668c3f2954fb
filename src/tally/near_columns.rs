//! Columns that are named as others, almost as others, or by another word for them.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words for a column or stratum in other languages and standards; each list has one meaning.
const ALIASES: [&[&str]; 7] = [
    &["unit", "refarea", "geo"],
    &["period", "timeperiod"],
    &["value", "obsvalue"],
    &["status", "obsstatus", "statut", "estado", "trangthai"],
    &["recordedat", "recordedon"],
    &["sex", "sexe", "sexo", "gender", "genre", "geschlecht", "gioi", "gioitinh"],
    &["age", "agegroup", "ageband", "altersgruppe", "tuoi", "nhomtuoi"],
];

/// Names that are near to that of a column, and common for something else.
const INNOCENT: [&str; 4] = ["rate", "data", "units", "states"];

/// Names of columns that describe rows. They are not read, and no warning lists them.
const REMARKS: [&str; 11] = [
    "source",
    "note",
    "remark",
    "comment",
    "description",
    "name",
    "unitname",
    "title",
    "label",
    "level",
    "url",
];

/// Whether no warning lists a column of this name.
pub(super) fn is_remark(header: &str) -> bool {
    has(&REMARKS, &folded(header)) || has(&INNOCENT, &folded(header))
}

/// A name without capitals, marks on letters, separators and a plural's `s`, its compatible letters made the same.
pub(super) fn folded(name: &str) -> String {
    let letters =
        name.nfkd().filter(|letter| !is_combining_mark(*letter) && !is_invisible(*letter));
    let letters = letters.flat_map(char::to_lowercase).map(|letter| match letter {
        'đ' => 'd',
        'ł' => 'l',
        'ø' => 'o',
        'ı' => 'i',
        other => other,
    });
    let mut folded: String = letters.filter(|letter| !" _-".contains(*letter)).collect();
    if folded.len() > 1 && folded.ends_with('s') {
        folded.pop();
    }
    folded
}

fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Whether a header is that of a column or stratum, written in another way or in another word.
pub(super) fn is_meant_for(header: &str, name: &str) -> bool {
    let (header, name) = (folded(header), folded(name));
    header == name || ALIASES.iter().any(|words| has(words, &header) && has(words, &name))
}

fn has(words: &[&str], name: &str) -> bool {
    words.iter().any(|word| folded(word) == name)
}

/// Whether a header is one letter away from the name of a column or stratum, of at least four letters.
pub(super) fn is_nearly(header: &str, name: &str) -> bool {
    let (near, name) = (folded(header), folded(name));
    !has(&INNOCENT, &near)
        && name.chars().count() >= 4
        && strsim::damerau_levenshtein(&near, &name) == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_another_writing_or_word_is_the_same() {
        for (header, name) in [
            ("OBS_STATUS", "status"),
            ("Statut", "status"),
            ("gioi", "giới"),
            ("gio\u{31b}\u{301}i", "giới"),
            ("sexe", "sex"),
            ("gender", "sex"),
            ("sex_", "sex"),
            ("agegroup", "age_group"),
            ("age-groups", "age"),
            ("recordedat", "recorded_at"),
            ("ｓｔａｔｕｓ", "status"),
            ("Giới tính", "sex"),
        ] {
            assert!(is_meant_for(header, name), "{header} {name}");
        }
    }

    #[test]
    fn other_names_are_others() {
        for (header, name) in [
            ("source", "status"),
            ("state", "status"),
            ("states", "status"),
            ("rate", "date"),
            ("valid", "value"),
            ("sector", "sex"),
            ("page", "age"),
        ] {
            assert!(!is_meant_for(header, name), "{header} {name}");
        }
    }

    #[test]
    fn one_letter_away_is_near() {
        assert!(is_nearly("staus", "status") && is_nearly("recorded_ad", "recorded_at"));
        assert!(is_nearly("vlaue", "value"));
        for (header, name) in [("states", "status"), ("set", "sex"), ("source", "status")] {
            assert!(!is_nearly(header, name), "{header} {name}");
        }
    }
}
