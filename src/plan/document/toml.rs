//! TOML: the reader and the writer.
//!
//! The crate `toml` parses the document and reports its errors. This module converts its tables to
//! our tree: with places, in the order of the document, and with numbers as they were written.

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::{
    DEPTH_LIMIT, Entry, LINE_WIDTH, Node, Position, Reading, Value, full_spelling, in_one_line,
    is_number, key_twice, quoted, too_deep,
};
use crate::error::{Fault, FaultCode, Place};

/// Reads TOML.
///
/// Dates and times are texts as they were written, as are `inf`, `nan` and numbers that aren't
/// decimal. Underscores in numbers are left out. Keys stand in the order in which the document
/// first names them.
///
/// `file` goes into the places. Errors: all keys and tables that stand twice, all values that are
/// none, and the first error of syntax; of a document beyond 1 MiB, the first error alone.
///
/// ```
/// use attain::plan::document::from_toml;
/// let plan = from_toml("plan = 'p'\n[goal]\nat_least = 96.4\n", None).unwrap();
/// assert_eq!(plan.get("goal").unwrap().get("at_least").unwrap().as_number(), Some("96.4"));
/// let faults = from_toml("plan = 'p'\nplan = 'q'\n", None).unwrap_err();
/// assert_eq!(faults[0].place.to_string(), "line 2, column 1");
/// ```
pub fn from_toml(text: &str, file: Option<&str>) -> Result<Node, Vec<Fault>> {
    read(text, file).sound()
}

pub(in crate::plan) fn read(text: &str, file: Option<&str>) -> Reading {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut position = Position::new(text, file);
    let brackets = match Brackets::of(text) {
        Ok(brackets) => brackets,
        Err(offset) => return Reading::broken(vec![too_deep(position.place(offset))]),
    };
    if text.len() > ALL_ERRORS
        && let Err(error) = DeTable::parse(text)
    {
        return Reading::broken(faults_of(text, position, &brackets, vec![error]).0);
    }
    let (root, errors) = DeTable::parse_recoverable(text);
    let (faults, twice) = faults_of(text, position, &brackets, errors);
    let mut offsets = vec![0];
    offsets_of_table(root.get_ref(), &mut offsets);
    offsets.sort_unstable();
    offsets.dedup();
    let mut reader = Reader {
        text,
        places: places_of(&offsets, Position::new(text, file)),
        offsets,
        too_deep: None,
    };
    let value = reader.table(root.get_ref(), 1).1;
    match reader.too_deep.take() {
        Some(place) => {
            Reading::broken(faults.into_iter().chain(std::iter::once(too_deep(place))).collect())
        }
        None => Reading::of(Node::new(reader.place(0), value), faults, twice),
    }
}

/// The bytes of a document up to which all its errors are reported; of a longer one it is the first. The parser keeps
/// several errors for each line, which take a hundred times the memory of the text.
const ALL_ERRORS: usize = 1 << 20;

/// The brackets of a document, found before it is parsed.
struct Brackets {
    /// Where the innermost bracket opens that is never closed.
    unclosed: Option<usize>,
}

impl Brackets {
    /// Checks how deep brackets and dotted keys nest, without recursion: the parser limits each of
    /// the two, but not their product, and drops what it refuses recursively.
    ///
    /// Errors: the place where more than [`DEPTH_LIMIT`] nest.
    fn of(text: &str) -> Result<Brackets, usize> {
        // Brackets that are open: their kind, their place, and the depth around them.
        let mut open: Vec<(TokenKind, usize, usize)> = Vec::new();
        let mut depth = 0;
        for token in Source::new(text).lex() {
            let place = token.span().start();
            match token.kind() {
                kind @ (TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket) => {
                    open.push((kind, place, depth));
                    depth += 1;
                    // The document is a map around it.
                    if depth >= DEPTH_LIMIT {
                        return Err(place);
                    }
                }
                TokenKind::Dot => {
                    depth += 1;
                    if depth > DEPTH_LIMIT {
                        return Err(place);
                    }
                }
                TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                    let closes = match token.kind() {
                        TokenKind::RightSquareBracket => TokenKind::LeftSquareBracket,
                        _ => TokenKind::LeftCurlyBracket,
                    };
                    if let Some((_, _, around)) = open.pop_if(|(kind, ..)| *kind == closes) {
                        depth = around;
                    }
                }
                // A dotted key and its value end here.
                TokenKind::Comma | TokenKind::Newline => {
                    depth = open.last().map_or(0, |(_, _, around)| around + 1);
                }
                _ => {}
            }
        }
        Ok(Brackets { unclosed: open.last().map(|(_, place, _)| *place) })
    }
}

/// Offsets of all keys and values below a table.
fn offsets_of_table(table: &DeTable<'_>, offsets: &mut Vec<usize>) {
    for (key, value) in table {
        offsets.push(key.span().start);
        offsets_of_value(value, offsets);
    }
}

fn offsets_of_value(value: &Spanned<DeValue<'_>>, offsets: &mut Vec<usize>) {
    offsets.push(value.span().start);
    match value.get_ref() {
        DeValue::Array(items) => items.iter().for_each(|item| offsets_of_value(item, offsets)),
        DeValue::Table(table) => offsets_of_table(table, offsets),
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_) => {}
    }
}

fn places_of(offsets: &[usize], mut position: Position<'_>) -> Vec<Place> {
    offsets.iter().map(|offset| position.place(*offset)).collect()
}

/// Converts what the library parsed.
struct Reader<'t> {
    text: &'t str,
    /// Sorted: a table can be defined in several pieces, and each line is counted once.
    offsets: Vec<usize>,
    /// The place of each offset.
    places: Vec<Place>,
    /// The first list or map beyond [`DEPTH_LIMIT`].
    too_deep: Option<Place>,
}

impl Reader<'_> {
    fn place(&self, offset: usize) -> Place {
        let found = self.offsets.binary_search(&offset);
        found.map_or(Place::Nowhere, |found| self.places[found].clone())
    }

    /// The value of a table, and the offset at which the document first names it or anything in it.
    fn table(&mut self, table: &DeTable<'_>, depth: usize) -> (usize, Value) {
        let mut entries: Vec<(usize, Entry)> = Vec::with_capacity(table.len());
        for (key, value) in table {
            let place = self.place(key.span().start);
            let (first, value) = self.node(value, depth);
            let entry = Entry { place, key: key.get_ref().to_string(), value };
            entries.push((first.min(key.span().start), entry));
        }
        entries.sort_by_key(|(first, _)| *first);
        let first = entries.first().map_or(usize::MAX, |(first, _)| *first);
        (first, Value::Map(entries.into_iter().map(|(_, entry)| entry).collect()))
    }

    /// A value inside of `depth` lists and maps, and the offset at which the document first names it.
    fn node(&mut self, value: &Spanned<DeValue<'_>>, depth: usize) -> (usize, Node) {
        let span = value.span();
        let place = self.place(span.start);
        let written = || self.text.get(span.clone()).unwrap_or_default().to_owned();
        let (first, value) = match value.get_ref() {
            DeValue::Array(_) | DeValue::Table(_) if depth >= DEPTH_LIMIT => {
                self.too_deep.get_or_insert_with(|| place.clone());
                (span.start, Value::Null)
            }
            DeValue::Array(items) => {
                let nodes: Vec<(usize, Node)> =
                    items.iter().map(|item| self.node(item, depth + 1)).collect();
                let first = nodes.iter().map(|(first, _)| *first).fold(span.start, usize::min);
                (first, Value::List(nodes.into_iter().map(|(_, node)| node).collect()))
            }
            DeValue::Table(table) => self.table(table, depth + 1),
            DeValue::String(text) => (span.start, Value::Text(text.to_string())),
            DeValue::Boolean(value) => (span.start, Value::Bool(*value)),
            DeValue::Integer(number) if number.radix() == 10 && is_number(number.as_str()) => {
                (span.start, Value::Number(number.as_str().to_owned()))
            }
            DeValue::Float(number) if is_number(number.as_str()) => {
                (span.start, Value::Number(number.as_str().to_owned()))
            }
            DeValue::Integer(_) | DeValue::Float(_) | DeValue::Datetime(_) => {
                (span.start, Value::Text(written()))
            }
        };
        (first.min(span.start), Node::new(place, value))
    }
}

/// What an error means for the rest of the document.
#[derive(Clone, Copy, PartialEq)]
enum Effect {
    /// A key stands twice. The parser keeps one value, and the tree can be read on.
    Twice,
    /// A key or value can't be read. The parser goes on behind it.
    Misread,
    /// The parser goes on, but what it reports from here on is mostly a consequence.
    Syntax,
}

/// The faults up to the first error of syntax, and how many of them are keys that stand twice.
fn faults_of(
    text: &str,
    mut position: Position<'_>,
    brackets: &Brackets,
    mut errors: Vec<toml::de::Error>,
) -> (Vec<Fault>, usize) {
    let start = |error: &toml::de::Error| error.span().map_or(0, |span| span.start);
    errors.sort_by_key(start);
    // The parser looks up some headers twice, and reports both.
    errors.dedup_by(|one, two| start(one) == start(two) && one.message() == two.message());
    let mut faults: Vec<Fault> = Vec::new();
    let mut twice = 0;
    let mut misread: Option<usize> = None;
    // Where the header of a table stands that is there twice, as far as the text was looked at.
    let mut repeated: Option<usize> = None;
    for error in &errors {
        let at = start(error);
        // Another header ends it.
        repeated = repeated.filter(|from| !text[*from..at].contains("\n[")).map(|_| at);
        let (effect, fault) = rephrase(text, &mut position, brackets, error);
        match effect {
            // A consequence of the table that stands twice.
            Effect::Twice if repeated.is_some() => continue,
            Effect::Twice => {
                twice += 1;
                let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
                // The parser adds its keys to the first, unless it is one of a list of tables.
                let is_table = text[line..].starts_with('[') && !text[line..].starts_with("[[");
                repeated = is_table.then_some(at);
            }
            Effect::Misread => misread = Some(faults.len()),
            Effect::Syntax => {
                // Where a line goes wrong, the value before that was mostly read wrongly because
                // of it.
                if let Some(misread) = misread
                    && faults[misread].place.line() == position.place(at).line()
                {
                    faults.remove(misread);
                }
                faults.push(fault);
                break;
            }
        }
        faults.push(fault);
    }
    (faults, twice)
}

/// What the library reports, for a person.
#[cold]
fn rephrase(
    text: &str,
    position: &mut Position<'_>,
    brackets: &Brackets,
    error: &toml::de::Error,
) -> (Effect, Fault) {
    let span = error.span().unwrap_or_default();
    let (description, expected) =
        error.message().split_once(", expected ").unwrap_or((error.message(), "nothing"));
    let written = text.get(span.clone()).unwrap_or_default();
    let is_visible = written.chars().any(|c| !c.is_whitespace() && !c.is_control());
    let found = |fault: Fault| if is_visible { fault.found(format!("`{written}`")) } else { fault };
    let key = written.trim_matches(['"', '\'']);
    let place = position.place(span.start);
    let new = |code, message: &str| Fault::new(code, place.clone(), message);
    let syntax = |message: &str| new(FaultCode::InvalidSyntax, message);
    let mut unclosed = |what: &str, opened: Option<usize>| {
        let place = opened.map_or_else(|| place.clone(), |opened| position.place(opened));
        let message = format!("{what} is opened here and never closed");
        (Effect::Syntax, Fault::new(FaultCode::Unclosed, place, message).expected(expected))
    };
    match description {
        "duplicate key" => (Effect::Twice, key_twice(place, key, &Place::Nowhere)),
        "unclosed array" => unclosed("a list", brackets.unclosed),
        "unclosed inline table" => unclosed("a table", brackets.unclosed),
        "unclosed table" | "unclosed array table" => {
            let line = text[..span.start].rfind('\n').map_or(0, |end| end + 1);
            let indent = text[line..].len() - text[line..].trim_start().len();
            unclosed("a header", Some(line + indent))
        }
        "string values must be quoted" if is_visible => {
            (Effect::Misread, found(syntax("a text stands in quotes in TOML")))
        }
        "string values must be quoted" => (Effect::Misread, syntax("a value is missing")),
        "missing value" | "missing value for key" => (Effect::Syntax, syntax("a value is missing")),
        "key with no value" => {
            (Effect::Syntax, syntax("a key has no value").expected("`key = value`"))
        }
        "invalid unquoted key" => {
            let fault = found(syntax("this can't stand in a key without quotes"))
                .expected("letters from a to z, digits, `-` and `_`")
                .hint("put the key in quotes");
            (Effect::Misread, fault)
        }
        "unquoted keys cannot be empty" => (Effect::Misread, syntax("a key is missing")),
        "missing key for inline table element" => (Effect::Syntax, syntax("a key is missing")),
        "invalid key-value pair" => {
            (Effect::Syntax, syntax("no key can begin here").expected("`key = value`"))
        }
        "unexpected key or value" => {
            let fault = syntax("nothing more can stand on this line").expected("a line break");
            (Effect::Syntax, fault)
        }
        "invalid basic string" | "invalid literal string" => {
            let message = "a text isn't closed before its line ends, or holds a control character";
            (Effect::Misread, new(FaultCode::Unclosed, message))
        }
        "missing escaped value" => {
            let fault = syntax("TOML doesn't know this escape");
            (Effect::Misread, fault.hint("write `\\\\` for a backslash, or use single quotes"))
        }
        "carriage return must be followed by newline" => {
            let fault = syntax("a line ends in a way that TOML doesn't know");
            let hint = "save the file with the line breaks of Unix or Windows";
            (Effect::Syntax, fault.hint(hint))
        }
        "unexpected leading zero" => {
            let is_digit = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
            let digits = &text[span.start..];
            let digits = &digits[..digits.find(|c| !is_digit(c)).unwrap_or(digits.len())];
            let fault = new(FaultCode::NotANumber, "a number begins with a zero");
            let hint = "put it in quotes if it is a code";
            (Effect::Misread, fault.found(format!("`{digits}`")).hint(hint))
        }
        "invalid date-time" | "invalid datetime" | "invalid date" | "invalid time" => {
            let fault = found(new(FaultCode::NotADate, "this is no date"));
            (Effect::Misread, fault.expected(expected).hint("put a text in quotes"))
        }
        _ if description.starts_with("cannot extend") => {
            let fault = new(FaultCode::DuplicateKey, &format!("`{key}` is complete already"));
            (Effect::Misread, fault.hint("add to it where it is defined"))
        }
        _ => {
            let fault = found(syntax(&description.replace('`', "'")));
            let expected: Vec<&str> = expected
                .split(", ")
                .map(|one| if one == "newline" { "a line break" } else { one })
                .collect();
            let fault = match expected[..] {
                ["nothing"] => fault,
                _ => fault.expected(expected.join(" or ")),
            };
            let effect = match MISREAD.iter().any(|one| description.starts_with(one)) {
                true => Effect::Misread,
                false => Effect::Syntax,
            };
            (effect, fault)
        }
    }
}

/// How the library begins to describe what is wrong inside a number, a text, or `true`.
const MISREAD: [&str; 17] = [
    "`_` may only",
    "integers with a radix",
    "invalid binary",
    "invalid boolean",
    "invalid exponent",
    "invalid float",
    "invalid fraction",
    "invalid hexadecimal",
    "invalid integer",
    "invalid mantissa",
    "invalid multi-line",
    "invalid octal",
    "invalid value",
    "radix must",
    "redundant",
    "too few unicode",
    "unexpected sign",
];

/// Writes TOML; ends with a line break.
///
/// TOML has no null. A key that holds nothing is left out, which reads back as nothing; nothing
/// inside a list can't be left out without moving the other items. Errors: a document that isn't a
/// map, and each empty item of a list.
///
/// ```
/// use attain::plan::document::{from_yaml, to_toml};
/// let plan = from_yaml("plan: hanoi\ngoal: {at_least: 75}\nnote:\n", None).unwrap();
/// assert_eq!(to_toml(&plan).unwrap(), "plan = \"hanoi\"\n\n[goal]\nat_least = 75\n");
/// assert!(to_toml(&from_yaml("[1, null]", None).unwrap()).is_err());
/// ```
pub fn to_toml(node: &Node) -> Result<String, Vec<Fault>> {
    let mut faults = Vec::new();
    refuse_null_items(node, &mut faults);
    let Value::Map(entries) = &node.value else {
        let fault = Fault::new(
            FaultCode::NotAMap,
            node.place.clone(),
            "TOML can't hold this as a document",
        );
        faults.push(fault.found(node.describe()).expected("a map"));
        return Err(faults);
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut out = String::new();
    write_table(&mut out, "", entries);
    Ok(out)
}

fn refuse_null_items(node: &Node, faults: &mut Vec<Fault>) {
    match &node.value {
        Value::List(items) => {
            for item in items {
                if item.is_null() {
                    let message = "TOML can't hold an empty item of a list";
                    faults.push(Fault::new(
                        FaultCode::UnsupportedSyntax,
                        item.place.clone(),
                        message,
                    ));
                }
                refuse_null_items(item, faults);
            }
        }
        Value::Map(entries) => {
            entries.iter().for_each(|entry| refuse_null_items(&entry.value, faults));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
}

/// The keys of a table whose header is already written.
///
/// Keys that come after a `[header]` belong to it, so only tables that no other value follows get
/// one: the order of the keys is kept.
fn write_table(out: &mut String, path: &str, entries: &[Entry]) {
    let with_header = entries
        .iter()
        .rev()
        .take_while(|entry| entry.value.is_null() || gets_header(&entry.value))
        .count();
    let (plain, with_header) = entries.split_at(entries.len() - with_header);
    for Entry { key, value, .. } in plain.iter().filter(|entry| !entry.value.is_null()) {
        let key = key_text(key);
        out.push_str(&key);
        out.push_str(" = ");
        write_long(out, value, key.chars().count() + 3);
        out.push('\n');
    }
    for Entry { key, value, .. } in with_header {
        let path = match path {
            "" => key_text(key),
            path => format!("{path}.{}", key_text(key)),
        };
        match &value.value {
            Value::Map(entries) => {
                write_header(out, &format!("[{path}]"));
                write_table(out, &path, entries);
            }
            Value::List(items) => {
                for entries in items.iter().filter_map(Node::as_map) {
                    write_header(out, &format!("[[{path}]]"));
                    write_table(out, &path, entries);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
        }
    }
}

fn gets_header(node: &Node) -> bool {
    match &node.value {
        Value::Map(_) => true,
        Value::List(items) => !items.is_empty() && items.iter().all(|item| item.as_map().is_some()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => false,
    }
}

fn write_header(out: &mut String, header: &str) {
    if !out.is_empty() {
        out.push('\n');
    }
    out.push_str(header);
    out.push('\n');
}

/// A value after `key = `, where a long list may take several lines.
fn write_long(out: &mut String, node: &Node, column: usize) {
    match &node.value {
        Value::List(items)
            if in_one_line(items, LINE_WIDTH.saturating_sub(column), scalar).is_none() =>
        {
            out.push_str("[\n");
            for item in items {
                out.push_str("  ");
                write_inline(out, item);
                out.push_str(",\n");
            }
            out.push(']');
        }
        Value::List(_)
        | Value::Map(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::Text(_) => write_inline(out, node),
    }
}

/// A value on one line; braces of TOML 1.0 allow no line breaks.
fn write_inline(out: &mut String, node: &Node) {
    if let Some(scalar) = scalar(node) {
        out.push_str(&scalar);
        return;
    }
    match &node.value {
        Value::List(items) => {
            out.push('[');
            for (number, item) in items.iter().enumerate() {
                out.push_str(if number == 0 { "" } else { ", " });
                write_inline(out, item);
            }
            out.push(']');
        }
        Value::Map(entries) => {
            let mut joint = "{ ";
            for Entry { key, value, .. } in entries.iter().filter(|entry| !entry.value.is_null()) {
                out.push_str(joint);
                out.push_str(&key_text(key));
                out.push_str(" = ");
                write_inline(out, value);
                joint = ", ";
            }
            out.push_str(if joint == "{ " { "{}" } else { " }" });
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
}

fn scalar(node: &Node) -> Option<String> {
    match &node.value {
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) if is_number(number) => Some(full_spelling(number).into_owned()),
        Value::Number(text) | Value::Text(text) => Some(quoted(text)),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

fn key_text(key: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if !key.is_empty() && key.chars().all(bare) { key.to_owned() } else { quoted(key) }
}
