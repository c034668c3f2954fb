//! Number formats: how a cell shows its number.

/// What the format of a cell shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Display {
    /// The number as it is.
    #[default]
    Number,
    /// A hundred times the number, and a sign for per cent.
    Percent,
    /// A whole number with zeros before it, with at least this number of digits.
    Zeros(u8),
    /// A month of a year, without a day.
    Month,
    /// A day.
    Day,
    /// A time of a day, or a length of time.
    Time,
}

/// The display of a format that programs know by its number.
pub(super) fn built_in(number: u32) -> Display {
    match number {
        9 | 10 => Display::Percent,
        17 => Display::Month,
        14..=16 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58 => Display::Day,
        18..=21 | 32..=35 | 45..=47 | 55 | 56 => Display::Time,
        _ => Display::Number,
    }
}

/// The display of a format that a workbook declares: `0.0%`, `000`, `yyyy-mm`.
pub(super) fn declared(code: &str) -> Display {
    let code = bare(code);
    let letters = code.to_lowercase().replace("general", "").replace("e+", "").replace("e-", "");
    if letters.contains('%') {
        return Display::Percent;
    }
    if letters.len() > 1 && letters.bytes().all(|byte| byte == b'0') {
        return Display::Zeros(u8::try_from(letters.len()).unwrap_or(u8::MAX));
    }
    let has = |letter: char| letters.contains(letter);
    if has('h') || has('s') {
        return if has('d') || has('y') { Display::Day } else { Display::Time };
    }
    match (has('y'), has('m'), has('d')) {
        (_, _, true) => Display::Day,
        (_, true, false) | (true, false, false) => Display::Month,
        (false, false, false) => Display::Number,
    }
}

/// The first section of a format without what it only copies: quoted and escaped letters, colours, conditions, locales.
fn bare(code: &str) -> String {
    let mut bare = String::new();
    let mut letters = code.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '"' => {
                letters.by_ref().find(|letter| *letter == '"');
            }
            '\\' | '_' | '*' => {
                letters.next();
            }
            '[' => {
                let inside: String = letters.by_ref().take_while(|letter| *letter != ']').collect();
                let inside = inside.to_lowercase();
                // `[h]:mm` is a length of time.
                let is_time = !inside.is_empty()
                    && ["h", "m", "s"].iter().any(|unit| inside.replace(unit, "").is_empty());
                if is_time {
                    bare.push('h');
                }
            }
            ';' => break,
            letter => bare.push(letter),
        }
    }
    bare
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_told_by_their_letters_and_not_by_what_they_copy() {
        for (code, display) in [
            ("General", Display::Number),
            ("0", Display::Number),
            ("#,##0.00", Display::Number),
            ("0.00E+00", Display::Number),
            ("\"per cent %\" 0", Display::Number),
            ("0.0\\%", Display::Number),
            ("0.0%", Display::Percent),
            ("0%;[Red]-0%", Display::Percent),
            ("000", Display::Zeros(3)),
            ("000;-000", Display::Zeros(3)),
            ("yyyy-mm-dd", Display::Day),
            ("[$-409]d\\-mmm\\-yy;@", Display::Day),
            ("dd/mm/yyyy hh:mm", Display::Day),
            ("mmm-yy", Display::Month),
            ("[$-42A]mm/yyyy", Display::Month),
            ("\"Tháng\" m \"năm\" yyyy", Display::Month),
            ("h:mm", Display::Time),
            ("[h]:mm:ss", Display::Time),
            ("[Red]0.0", Display::Number),
            ("_-* #,##0\\ _d_-", Display::Number),
            ("\"unclosed", Display::Number),
            ("[unclosed", Display::Number),
        ] {
            assert_eq!(declared(code), display, "{code}");
        }
        assert_eq!(
            (built_in(9), built_in(14), built_in(17)),
            (Display::Percent, Display::Day, Display::Month)
        );
    }
}
