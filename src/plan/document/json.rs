//! JSON: the reader (strict, RFC 8259) and the writer.
//!
//! The reader is written here because what is at hand either keeps no places or isn't strict
//! (it lets line breaks into texts and passes over white space that JSON doesn't know), and
//! because a person needs to hear "JSON has no comments", not "unexpected token".

use std::collections::HashMap;

use super::{
    DEPTH_LIMIT, Entry, LINE_WIDTH, Node, Position, Reading, Value, full_spelling, in_one_line,
    is_number, key_twice, quoted, too_deep,
};
use crate::error::{Fault, FaultCode, Place};

/// Reads strict JSON: no comments, no trailing commas, each key once.
///
/// `file` goes into the places. Errors: every key that stands twice, and the first error of
/// syntax, with which reading ends.
///
/// ```
/// use attain::plan::document::from_json;
/// let plan = from_json("{\"attain\": 1,\n \"plan\": \"p\"}", None).unwrap();
/// assert_eq!(plan.get("plan").unwrap().place.to_string(), "line 2, column 10");
/// let faults = from_json("[1, 2,]", None).unwrap_err();
/// assert_eq!(faults[0].to_string(), "line 1, column 6: a comma stands before `]` (take it out)");
/// ```
pub fn from_json(text: &str, file: Option<&str>) -> Result<Node, Vec<Fault>> {
    read(text, file).sound()
}

pub(in crate::plan) fn read(text: &str, file: Option<&str>) -> Reading {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let position = Position::new(text, file);
    let mut reader = Reader { text, offset: 0, position, faults: Vec::new(), twice: 0 };
    match reader.document() {
        Ok(node) => Reading::of(node, reader.faults, reader.twice),
        Err(fault) => {
            reader.faults.push(*fault);
            Reading::broken(reader.faults)
        }
    }
}

/// Writes JSON, indented by two spaces, short lists on one line; ends with a line break.
///
/// Numbers are written as they are, with a digit on both sides of the point and no plus sign.
///
/// ```
/// use attain::plan::document::{from_yaml, to_json};
/// let plan = from_yaml("levels: [city, district]\ngoal: .5\n", None).unwrap();
/// assert_eq!(to_json(&plan), "{\n  \"levels\": [\"city\", \"district\"],\n  \"goal\": 0.5\n}\n");
/// ```
pub fn to_json(node: &Node) -> String {
    let mut out = String::new();
    write(&mut out, node, 0, 0);
    out.push('\n');
    out
}

/// A syntax error, boxed so that the happy path carries little.
type Parsed<T> = Result<T, Box<Fault>>;

struct Reader<'t> {
    text: &'t str,
    offset: usize,
    position: Position<'t>,
    faults: Vec<Fault>,
    /// How many of them are keys that stand twice.
    twice: usize,
}

impl Reader<'_> {
    fn document(&mut self) -> Parsed<Node> {
        self.skip_space()?;
        if self.rest().is_empty() {
            return Err(self.fault_of(FaultCode::EmptyInput, "the text is empty"));
        }
        let node = self.value(1)?;
        self.skip_space()?;
        match self.peek() {
            None => Ok(node),
            Some(']' | '}') => Err(self.fault("a bracket is closed that wasn't opened")),
            Some(_) => Err(self.fault("something follows after the end of the document")),
        }
    }

    fn rest(&self) -> &str {
        &self.text[self.offset..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn place(&mut self) -> Place {
        self.position.place(self.offset)
    }

    #[cold]
    fn fault(&mut self, message: &str) -> Box<Fault> {
        self.fault_of(FaultCode::InvalidSyntax, message)
    }

    #[cold]
    fn fault_of(&mut self, code: FaultCode, message: &str) -> Box<Fault> {
        Box::new(Fault::new(code, self.place(), message))
    }

    fn skip_space(&mut self) -> Parsed<()> {
        let rest = self.rest();
        self.offset += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
        match self.peek() {
            Some('/' | '#') => {
                let fault = self.fault_of(FaultCode::UnsupportedSyntax, "JSON has no comments");
                Err(Box::new(fault.hint("take the comment out, or write the plan as YAML")))
            }
            Some(character) if character.is_whitespace() || character == '\u{feff}' => {
                let found = format!("the white space U+{:04X}", u32::from(character));
                let fault =
                    self.fault_of(FaultCode::ForbiddenCharacter, "JSON knows no such white space");
                Err(Box::new(fault.found(found).expected("spaces and line breaks")))
            }
            Some(_) | None => Ok(()),
        }
    }

    /// A value; `depth` counts the lists and maps up to and including this one.
    fn value(&mut self, depth: usize) -> Parsed<Node> {
        let place = self.place();
        let value = match self.peek() {
            Some('{' | '[') if depth > DEPTH_LIMIT => return Err(Box::new(too_deep(place))),
            Some('{') => self.map(depth)?,
            Some('[') => self.list(depth)?,
            Some('"') => Value::Text(self.string()?),
            Some(character) if is_of_word(character) => self.word(place.clone())?,
            Some('\'') => return Err(self.single_quote()),
            Some(',' | ':' | ']' | '}') => {
                return Err(self.unexpected("a value is missing", "a value"));
            }
            Some(_) => return Err(self.unexpected("this isn't JSON", "a value")),
            None => return Err(self.fault("the text ends where a value should stand")),
        };
        Ok(Node::new(place, value))
    }

    /// `true`, `false`, `null` or a number: what stands without quotes.
    fn word(&mut self, place: Place) -> Parsed<Value> {
        let rest = self.rest();
        let length = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
        let word = rest[..length].to_owned();
        self.offset += length;
        match word.as_str() {
            "true" => return Ok(Value::Bool(true)),
            "false" => return Ok(Value::Bool(false)),
            "null" => return Ok(Value::Null),
            number if is_number(number) && full_spelling(number) == number => {
                return Ok(Value::Number(word));
            }
            _ => {}
        }
        let looks_numeric = word.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
        let fault = if looks_numeric && is_number(&word) {
            Fault::new(FaultCode::InvalidSyntax, place, "JSON doesn't write numbers so")
                .expected(full_spelling(&word))
        } else if looks_numeric {
            let hint = "put it in double quotes if it is a code";
            Fault::new(FaultCode::NotANumber, place, "this is no number")
                .expected("a number such as 96.4")
                .hint(hint)
        } else {
            let fault = Fault::new(
                FaultCode::InvalidSyntax,
                place,
                "a text stands in double quotes in JSON",
            );
            match word.to_lowercase().as_str() {
                keyword @ ("true" | "false" | "null") => fault.expected(format!("`{keyword}`")),
                "none" => fault.expected("`null`"),
                _ => fault.expected("a text in double quotes, a number, `true`, `false` or `null`"),
            }
        };
        Err(Box::new(fault.found(format!("`{word}`"))))
    }

    fn list(&mut self, depth: usize) -> Parsed<Value> {
        let open = self.offset;
        self.offset += 1;
        let mut items = Vec::new();
        self.skip_space()?;
        if self.peek() == Some(']') {
            self.offset += 1;
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.separator(open, ']', "list")? {
                return Ok(Value::List(items));
            }
        }
    }

    fn map(&mut self, depth: usize) -> Parsed<Value> {
        let open = self.offset;
        self.offset += 1;
        let mut entries: Vec<Entry> = Vec::new();
        let mut first: HashMap<String, usize> = HashMap::new();
        self.skip_space()?;
        if self.peek() == Some('}') {
            self.offset += 1;
            return Ok(Value::Map(entries));
        }
        loop {
            let place = self.place();
            let key = match self.peek() {
                Some('"') => self.string()?,
                Some('\'') => return Err(self.single_quote()),
                Some(_) => {
                    return Err(self.unexpected("a key is missing", "a key in double quotes"));
                }
                None => return Err(self.unclosed(open, '}', "map")),
            };
            self.skip_space()?;
            if self.peek() != Some(':') {
                let message = format!("the key `{key}` has no value");
                return Err(self.unexpected(&message, "a colon after the key"));
            }
            self.offset += 1;
            self.skip_space()?;
            let value = self.value(depth + 1)?;
            match first.get(&key) {
                Some(&index) => {
                    self.twice += 1;
                    self.faults.push(key_twice(place, &key, &entries[index].place));
                }
                None => {
                    first.insert(key.clone(), entries.len());
                    entries.push(Entry { place, key, value });
                }
            }
            if self.separator(open, '}', "map")? {
                return Ok(Value::Map(entries));
            }
        }
    }

    /// The comma before the next item, or the closing bracket (then true).
    fn separator(&mut self, open: usize, close: char, what: &str) -> Parsed<bool> {
        let after = self.offset;
        self.skip_space()?;
        match self.peek() {
            Some(',') => {
                let comma = self.offset;
                self.offset += 1;
                self.skip_space()?;
                if self.peek() == Some(close) {
                    self.offset = comma;
                    let fault = self.fault(&format!("a comma stands before `{close}`"));
                    return Err(Box::new(fault.hint("take it out")));
                }
                Ok(false)
            }
            Some(character) if character == close => {
                self.offset += 1;
                Ok(true)
            }
            Some(character) if matches!(character, '"' | '{' | '[') || is_of_word(character) => {
                self.offset = after;
                Err(self.fault("a comma is missing here"))
            }
            Some(_) => Err(self.unexpected(
                &format!("the {what} goes wrong here"),
                &format!("a comma or `{close}`"),
            )),
            None => Err(self.unclosed(open, close, what)),
        }
    }

    /// A text in double quotes; the reader stands at the opening one.
    fn string(&mut self) -> Parsed<String> {
        let open = self.offset;
        self.offset += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let end = rest.find(|c: char| c == '"' || c == '\\' || c < ' ').unwrap_or(rest.len());
            text.push_str(&rest[..end]);
            self.offset += end;
            match self.peek() {
                Some('"') => {
                    self.offset += 1;
                    return Ok(text);
                }
                Some('\\') => {
                    let character = self.escape()?;
                    text.push(character);
                }
                Some(control) => {
                    let (code, message, hint) = match control {
                        '\n' | '\r' => (
                            FaultCode::Unclosed,
                            "a text isn't closed before the line ends",
                            "close it, or write `\\n` for a line break",
                        ),
                        '\t' => (
                            FaultCode::ForbiddenCharacter,
                            "a tab stands in a text",
                            "write it as `\\t`",
                        ),
                        _ => (
                            FaultCode::ForbiddenCharacter,
                            "a control character stands in a text",
                            "take it out, or write it as `\\u` and four digits",
                        ),
                    };
                    return Err(Box::new(self.fault_of(code, message).hint(hint)));
                }
                None => {
                    self.offset = open;
                    return Err(self
                        .fault_of(FaultCode::Unclosed, "a text is opened here and never closed"));
                }
            }
        }
    }

    /// One character written with a backslash; the reader stands at the backslash.
    fn escape(&mut self) -> Parsed<char> {
        let known = match self.rest().as_bytes().get(1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode_escape(),
            Some(_) | None => {
                let fault = self.fault("JSON doesn't know this escape");
                return Err(Box::new(fault.hint("write `\\\\` for a backslash")));
            }
        };
        self.offset += 2;
        Ok(known)
    }

    /// `\uXXXX`, or the two of them that make up one character beyond the first 65,536.
    fn unicode_escape(&mut self) -> Parsed<char> {
        let rest = self.rest();
        let unit = |at: usize| {
            let digits = rest.get(at..at + 6)?.strip_prefix("\\u")?;
            let all_hexadecimal = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            if all_hexadecimal { u16::from_str_radix(digits, 16).ok() } else { None }
        };
        let Some(first) = unit(0) else {
            let fault = self.fault("an escape is incomplete");
            return Err(Box::new(fault.expected("`\\u` and four hexadecimal digits")));
        };
        let units = [first, unit(6).unwrap_or_default()];
        match char::decode_utf16(units).next() {
            Some(Ok(character)) => {
                self.offset += 6 * character.len_utf16();
                Ok(character)
            }
            Some(Err(_)) | None => {
                let fault = self.fault("an escape stands for half a character");
                Err(Box::new(fault.hint("write the character itself")))
            }
        }
    }

    #[cold]
    fn unexpected(&mut self, message: &str, expected: &str) -> Box<Fault> {
        let found = match self.peek() {
            Some(character) => format!("`{character}`"),
            None => "the end of the text".to_owned(),
        };
        Box::new(self.fault(message).found(found).expected(expected))
    }

    #[cold]
    fn single_quote(&mut self) -> Box<Fault> {
        Box::new(self.fault("texts and keys stand in double quotes in JSON").found("`'`"))
    }

    #[cold]
    fn unclosed(&mut self, open: usize, close: char, what: &str) -> Box<Fault> {
        self.offset = open;
        let message = format!("a {what} is opened here and never closed");
        let fault = self.fault_of(FaultCode::Unclosed, &message);
        Box::new(fault.expected(format!("`{close}`")))
    }
}

/// What may be part of a number or a word such as `true`, or is taken for one in a message.
fn is_of_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '+' | '-' | '.' | '_')
}

fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::Null => Some("null".to_owned()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) if is_number(number) => Some(full_spelling(number).into_owned()),
        Value::Number(text) | Value::Text(text) => Some(quoted(text)),
        Value::List(_) | Value::Map(_) => None,
    }
}

/// Writes a value that begins at column `column` of a line indented by `indent`.
fn write(out: &mut String, node: &Node, indent: usize, column: usize) {
    if let Some(scalar) = scalar(node) {
        out.push_str(&scalar);
        return;
    }
    let inner = indent + 2;
    match &node.value {
        Value::List(items) => {
            if let Some(line) = in_one_line(items, LINE_WIDTH.saturating_sub(column), scalar) {
                out.push_str(&line);
                return;
            }
            for (number, item) in items.iter().enumerate() {
                out.push_str(if number == 0 { "[" } else { "," });
                start_line(out, inner);
                write(out, item, inner, inner);
            }
            start_line(out, indent);
            out.push(']');
        }
        Value::Map(entries) if entries.is_empty() => out.push_str("{}"),
        Value::Map(entries) => {
            for (number, entry) in entries.iter().enumerate() {
                out.push_str(if number == 0 { "{" } else { "," });
                start_line(out, inner);
                let key = quoted(&entry.key);
                out.push_str(&key);
                out.push_str(": ");
                write(out, &entry.value, inner, inner + key.chars().count() + 2);
            }
            start_line(out, indent);
            out.push('}');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
}

fn start_line(out: &mut String, indent: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
}
