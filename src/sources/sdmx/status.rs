//! Statuses and flags.

use crate::tally::Status;

/// What Eurostat's flags mean, in the order in which one of several is kept.
const FLAGS: [(char, Status); 13] = [
    ('c', Status::Q),
    ('z', Status::M),
    ('m', Status::L),
    ('f', Status::F),
    ('e', Status::E),
    ('s', Status::E),
    ('i', Status::I),
    ('p', Status::P),
    ('u', Status::U),
    ('b', Status::B),
    ('d', Status::D),
    ('n', Status::N),
    ('r', Status::A),
];

/// The status of flags, of which there may be several: `bp`. The second value says whether some are not kept. None if a
/// letter is no flag.
pub(super) fn of_flags(flags: &str) -> Option<(Option<Status>, bool)> {
    let letters = || flags.chars().filter(|letter| !letter.is_whitespace() && *letter != ',');
    if !letters().all(|letter| FLAGS.iter().any(|(flag, _)| *flag == letter)) {
        return None;
    }
    let kept = FLAGS.iter().find(|(flag, _)| letters().any(|letter| letter == *flag));
    Some((kept.map(|(_, status)| *status), letters().count() > 1))
}

/// The status that the nature of a value implies, if its own says nothing more.
pub(super) fn of_nature(nature: &str, has_value: bool) -> Option<Status> {
    match nature {
        "E" | "M" | "G" | "CA" => Some(Status::E),
        "N" if !has_value => Some(Status::M),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_telling_of_several_flags_is_kept() {
        for (flags, status, are_several) in [
            ("", None, false),
            ("p", Some(Status::P), false),
            ("bp", Some(Status::P), true),
            ("pb", Some(Status::P), true),
            ("ep", Some(Status::E), true),
            ("c", Some(Status::Q), false),
            ("bd", Some(Status::B), true),
            ("r", Some(Status::A), false),
        ] {
            assert_eq!(of_flags(flags), Some((status, are_several)), "{flags}");
        }
        assert_eq!(of_flags("x"), None);
    }
}
