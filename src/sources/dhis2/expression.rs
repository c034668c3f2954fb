//! Numerators and denominators of indicators: sums and differences of data elements.

/// A data element in an expression, perhaps narrowed to combinations of options.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Operand {
    pub(super) element: String,
    /// The combination of category options; none is all of them.
    pub(super) combo: Option<String>,
    /// The same of attributes.
    pub(super) attribute: Option<String>,
}

/// One term of a sum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) operand: Operand,
    pub(super) is_subtracted: bool,
}

/// What an expression is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression {
    Number(String),
    Sum(Vec<Term>),
}

/// What a plan can't express, and where it stands, in characters from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unsupported {
    pub(super) token: String,
    pub(super) position: usize,
}

/// Parentheses may be nested this deep.
const DEEPEST: usize = 100;

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
}

/// Reads an expression; signs before parentheses hold for each term inside.
pub(super) fn parse(text: &str) -> Result<Expression, Unsupported> {
    let trimmed = text.trim();
    let unsigned = trimmed.strip_prefix('-').unwrap_or(trimmed);
    if unsigned.starts_with(|first: char| first.is_ascii_digit())
        && let Some(number) = crate::sources::number::machine_number(trimmed)
    {
        return Ok(Expression::Number(number));
    }
    let mut parser = Parser { text, at: 0, depth: 0 };
    let mut terms = Vec::new();
    parser.sum(false, &mut terms)?;
    parser.blanks();
    match parser.rest().is_empty() {
        true => Ok(Expression::Sum(terms)),
        false => Err(parser.unsupported()),
    }
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn takes(&mut self, sign: char) -> bool {
        self.blanks();
        let is_next = self.rest().starts_with(sign);
        if is_next {
            self.at += sign.len_utf8();
        }
        is_next
    }

    /// The token at the current place: up to a brace or a parenthesis, a name, or a sign.
    fn unsupported(&self) -> Unsupported {
        let rest = self.rest();
        let name =
            rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_' && letter != '.');
        let end = match (name, rest.chars().next()) {
            (Some(0), Some(sign)) => {
                let closed = rest.find('}').map(|at| at + 1);
                if sign == '#' || sign == '[' {
                    closed.or(rest.find(']').map(|at| at + 1))
                } else {
                    None
                }
                .unwrap_or(sign.len_utf8())
            }
            (Some(end), _) if rest[end..].starts_with('{') => {
                rest.find('}').map_or(end, |at| at + 1)
            }
            (Some(end), _) if rest[end..].starts_with('(') => end + 1,
            (Some(end), _) => end,
            (None, _) => rest.len(),
        };
        let token = rest.get(..end).unwrap_or(rest);
        let token = if token.is_empty() { "the end".to_owned() } else { token.to_owned() };
        let position = self.text.get(..self.at).map_or(0, |before| before.chars().count()) + 1;
        Unsupported { token, position }
    }

    fn sum(&mut self, is_subtracted: bool, terms: &mut Vec<Term>) -> Result<(), Unsupported> {
        let mut sign = is_subtracted;
        if self.takes('-') {
            sign = !sign;
        } else {
            self.takes('+');
        }
        loop {
            self.term(sign, terms)?;
            if self.takes('+') {
                sign = is_subtracted;
            } else if self.takes('-') {
                sign = !is_subtracted;
            } else {
                return Ok(());
            }
        }
    }

    fn term(&mut self, is_subtracted: bool, terms: &mut Vec<Term>) -> Result<(), Unsupported> {
        self.blanks();
        let before = self.at;
        if self.takes('(') {
            if self.depth >= DEEPEST {
                self.at = before;
                return Err(self.unsupported());
            }
            self.depth += 1;
            self.sum(is_subtracted, terms)?;
            self.depth -= 1;
            if !self.takes(')') {
                return Err(self.unsupported());
            }
        } else {
            let Some(operand) = self.operand() else { return Err(self.unsupported()) };
            terms.push(Term { operand, is_subtracted });
        }
        // What follows a term may change it: `.periodOffset(1)`.
        if self.rest().starts_with('.') { Err(self.unsupported()) } else { Ok(()) }
    }

    fn operand(&mut self) -> Option<Operand> {
        let inner = self.rest().strip_prefix("#{")?;
        let end = inner.find('}')?;
        let mut parts = inner.get(..end)?.split('.').map(str::trim);
        let element = parts.next().filter(|element| !element.is_empty())?.to_owned();
        let narrowed = |part: Option<&str>| part.filter(|part| *part != "*").map(str::to_owned);
        let (combo, attribute) = (narrowed(parts.next()), narrowed(parts.next()));
        if parts.next().is_some() {
            return None;
        }
        self.at += "#{".len() + end + "}".len();
        Some(Operand { element, combo, attribute })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(text: &str) -> String {
        match parse(text) {
            Ok(Expression::Number(number)) => number,
            Ok(Expression::Sum(terms)) => terms
                .iter()
                .map(|term| {
                    let Operand { element, combo, attribute } = &term.operand;
                    let sign = if term.is_subtracted { "-" } else { "+" };
                    let of = [combo, attribute].map(|one| one.clone().unwrap_or("*".into()));
                    format!("{sign}{element}.{}.{}", of[0], of[1])
                })
                .collect(),
            Err(Unsupported { token, position }) => format!("{token} at {position}"),
        }
    }

    #[test]
    fn sums_keep_their_signs_and_everything_else_is_named() {
        for (text, expected) in [
            ("#{a}", "+a.*.*"),
            ("#{a.*}", "+a.*.*"),
            (" #{a.c} +\n#{b.c.x}", "+a.c.*+b.c.x"),
            ("#{a.*.x}", "+a.*.x"),
            ("#{a} - (#{b} - #{c})\n", "+a.*.*-b.*.*+c.*.*"),
            ("-(#{a}+#{b})", "-a.*.*-b.*.*"),
            ("((#{a}))", "+a.*.*"),
            ("1", "1"),
            ("-1", "-1"),
            ("100.0", "100"),
            ("#{a}*2", "* at 5"),
            ("#{a} / #{b}", "/ at 6"),
            ("C{pop} + #{a}", "C{pop} at 1"),
            ("#{a} + N{b.c}", "N{b.c} at 8"),
            ("R{ds.REPORTING_RATE}", "R{ds.REPORTING_RATE} at 1"),
            ("#{a} + [days]", "[days] at 8"),
            ("if(#{a} > 1, 1, 2)", "if( at 1"),
            ("#{a}.periodOffset(1)", ".periodOffset( at 5"),
            ("#{a} + 2", "2 at 8"),
            ("", "the end at 1"),
            ("(#{a}", "the end at 6"),
            ("#{a", "# at 1"),
            ("#{}", "#{} at 1"),
            ("#{a} #{b}", "#{b} at 6"),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
        assert!(parse(&"(".repeat(100_000)).is_err());
        assert!(parse(&format!("{}#{{a}}{}", "(".repeat(99), ")".repeat(99))).is_ok());
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "[#{}a-c.*+()\\-\\[\\] é]{0,30}") {
            if let Err(unsupported) = parse(&text) {
                prop_assert!(!unsupported.token.is_empty());
            }
        }
    }
}
