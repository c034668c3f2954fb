//! A plan as text before it is a plan: a tree of keys and values, each with its place.
//!
//! YAML, JSON, TOML and Python dicts all become this tree, so that one reader
//! (`plan/read/`) serves them all and finds every fault with its line and column.
//! Numbers stay the text they were written as: `96.4` is a decimal, never a float.
//!
//! | file | what lives there |
//! |---|---|
//! | `mod.rs` | the tree, the way from bytes to text, what the three formats share |
//! | `yaml.rs`, `json.rs`, `toml.rs` | one format each: its reader and its writer |
//!
//! What the keys mean doesn't belong here.

mod json;
#[cfg(test)]
mod tests;
mod toml;
mod yaml;

use std::borrow::Cow;

use rustc_hash::FxHashMap;

pub(super) use json::read as read_json;
pub use json::{from_json, to_json};
pub(super) use toml::read as read_toml;
pub use toml::{from_toml, to_toml};
pub(super) use yaml::read as read_yaml;
pub use yaml::{from_yaml, to_yaml};

use crate::error::{Fault, FaultCode, Faults, Place};
use crate::names;

/// As many lists and maps may stand inside each other. A plan needs about ten; what is deeper was
/// made to exhaust the stack.
pub const DEPTH_LIMIT: usize = 64;

/// A value of the document and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where the value begins.
    pub place: Place,
    /// The value.
    pub value: Value,
}

/// A value of the document.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing: an empty value, `null` or `~`.
    Null,
    /// `true` or `false` (and nothing else: `yes` is a text).
    Bool(bool),
    /// A number, as it was written: digits, perhaps a sign, a decimal point, an exponent.
    Number(String),
    /// A text.
    Text(String),
    /// A sequence.
    List(Vec<Node>),
    /// Keys and values in the order of the document; each key stands once.
    Map(Vec<Entry>),
}

/// A key with its place, and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// Where the key stands.
    pub place: Place,
    /// The key.
    pub key: String,
    /// What it holds.
    pub value: Node,
}

impl Node {
    /// A value at a place.
    pub fn new(place: Place, value: Value) -> Self {
        Node { place, value }
    }

    /// A value that stands in no document yet.
    pub(in crate::plan) fn nowhere(value: Value) -> Self {
        Node::new(Place::Nowhere, value)
    }

    /// A text that stands in no document yet.
    pub(in crate::plan) fn text(text: &str) -> Self {
        Node::nowhere(Value::Text(text.to_owned()))
    }

    /// A number that stands in no document yet.
    pub(in crate::plan) fn number(number: &str) -> Self {
        Node::nowhere(Value::Number(number.to_owned()))
    }

    /// The keys and values, if this is a map.
    pub fn as_map(&self) -> Option<&[Entry]> {
        match &self.value {
            Value::Map(entries) => Some(entries),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::List(_) => {
                None
            }
        }
    }

    /// The items, if this is a list.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(items) => Some(items),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Map(_) => {
                None
            }
        }
    }

    /// The text, if this is one. A number is none: `001` needs no quotes, `75` would.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) | Value::Map(_) => {
                None
            }
        }
    }

    /// The number as it was written, if this is one.
    pub fn as_number(&self) -> Option<&str> {
        match &self.value {
            Value::Number(number) => Some(number),
            Value::Null | Value::Bool(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// `true` or `false`, if this is one of them.
    pub fn as_bool(&self) -> Option<bool> {
        match &self.value {
            Value::Bool(value) => Some(*value),
            Value::Null | Value::Number(_) | Value::Text(_) | Value::List(_) | Value::Map(_) => {
                None
            }
        }
    }

    /// Does nothing stand here?
    pub fn is_null(&self) -> bool {
        self.value == Value::Null
    }

    /// What the map holds under `key`; `None` too if this is no map.
    ///
    /// ```
    /// let plan = attain::plan::document::from_yaml("goal:\n  at_least: 96.4\n", None).unwrap();
    /// let goal = plan.get("goal").and_then(|goal| goal.get("at_least")).unwrap();
    /// assert_eq!(goal.as_number(), Some("96.4"));
    /// assert_eq!(goal.place.to_string(), "line 2, column 13");
    /// ```
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// What kind of value this is, as a message would call it: "a list", "a number".
    pub fn kind_name(&self) -> &'static str {
        match &self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::Text(_) => "a text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
        }
    }

    /// What stands here, in a few words, for the `found` of a fault.
    ///
    /// ```
    /// # use attain::plan::document::from_yaml;
    /// let describe = |text: &str| from_yaml(text, None).unwrap().describe();
    /// assert_eq!(describe("96.4"), "the number 96.4");
    /// assert_eq!(describe("'96.4'"), "the text `96.4`");
    /// assert_eq!(describe("[a, b]"), "a list of 2 items");
    /// assert_eq!(describe("{percent: 5}"), "a map with the key `percent`");
    /// ```
    pub fn describe(&self) -> String {
        match &self.value {
            Value::Null => "nothing".to_owned(),
            Value::Bool(value) => format!("`{value}`"),
            Value::Number(number) => format!("the number {number}"),
            Value::Text(text) if text.is_empty() => "an empty text".to_owned(),
            Value::Text(text) => format!("the text `{text}`"),
            Value::List(items) => match items.len() {
                0 => "an empty list".to_owned(),
                1 => "a list of 1 item".to_owned(),
                count => format!("a list of {count} items"),
            },
            Value::Map(entries) => match entries.as_slice() {
                [] => "an empty map".to_owned(),
                [only] => format!("a map with the key `{}`", only.key),
                [first, .., last] if entries.len() == 2 => {
                    format!("a map with the keys `{}` and `{}`", first.key, last.key)
                }
                [first, second, ..] => {
                    let others = entries.len() - 2;
                    format!(
                        "a map with the keys `{}`, `{}` and {others} more",
                        first.key, second.key
                    )
                }
            },
        }
    }

    /// Do both hold the same, wherever it stands? Keys count in their order; a number is the same
    /// number with or without what JSON and TOML won't write (`+5` and `5`, `.5` and `0.5`).
    ///
    /// ```
    /// use attain::plan::document::{from_json, from_yaml};
    /// let yaml = from_yaml("levels: [city, district]\n", None).unwrap();
    /// let json = from_json(r#"{"levels": ["city", "district"]}"#, None).unwrap();
    /// assert!(yaml.same_content(&json));
    /// ```
    pub fn same_content(&self, other: &Node) -> bool {
        match (&self.value, &other.value) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(one), Value::Bool(two)) => one == two,
            (Value::Number(one), Value::Number(two)) => full_spelling(one) == full_spelling(two),
            (Value::Text(one), Value::Text(two)) => one == two,
            (Value::List(one), Value::List(two)) => {
                one.len() == two.len()
                    && one.iter().zip(two).all(|(one, two)| one.same_content(two))
            }
            (Value::Map(one), Value::Map(two)) => {
                one.len() == two.len()
                    && one
                        .iter()
                        .zip(two)
                        .all(|(one, two)| one.key == two.key && one.value.same_content(&two.value))
            }
            (
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::Text(_)
                | Value::List(_)
                | Value::Map(_),
                _,
            ) => false,
        }
    }
}

/// The tree with all keys and texts in NFC; none if they are already, which is the usual case. Faults: keys that become
/// the same.
pub(super) fn composed(node: &Node, faults: &mut Faults) -> Option<Node> {
    is_uncomposed(node).then(|| compose(node, faults))
}

fn is_uncomposed(node: &Node) -> bool {
    let is_uncomposed_text = |text: &str| matches!(names::composed(text), Cow::Owned(_));
    match &node.value {
        Value::Text(text) => is_uncomposed_text(text),
        Value::List(items) => items.iter().any(is_uncomposed),
        Value::Map(entries) => entries
            .iter()
            .any(|entry| is_uncomposed_text(&entry.key) || is_uncomposed(&entry.value)),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

fn compose(node: &Node, faults: &mut Faults) -> Node {
    let value = match &node.value {
        Value::Text(text) => Value::Text(names::composed(text).into_owned()),
        Value::List(items) => Value::List(items.iter().map(|item| compose(item, faults)).collect()),
        Value::Map(entries) => {
            let mut first: FxHashMap<String, &Place> = FxHashMap::default();
            let mut composed = Vec::with_capacity(entries.len());
            for Entry { place, key, value } in entries {
                let key = names::composed(key).into_owned();
                let value = compose(value, faults);
                match first.get(&key) {
                    Some(first) => faults.push(key_twice(place.clone(), &key, first)),
                    None => {
                        first.insert(key.clone(), place);
                        composed.push(Entry { place: place.clone(), key, value });
                    }
                }
            }
            Value::Map(composed)
        }
        value @ (Value::Null | Value::Bool(_) | Value::Number(_)) => value.clone(),
    };
    Node::new(node.place.clone(), value)
}

/// A document as far as it could be read.
pub(super) struct Reading {
    /// The tree. Keys that stand twice leave one that can be read on (with the first of each), so that whatever else is
    /// wrong is told in the same go; other faults leave none, for what they hide would be missed there.
    pub(super) root: Option<Node>,
    /// Everything that is wrong.
    pub(super) faults: Vec<Fault>,
}

impl Reading {
    /// A tree with its faults; `twice` of them are keys that stand twice.
    fn of(root: Node, faults: Vec<Fault>, twice: usize) -> Self {
        Reading { root: (faults.len() == twice).then_some(root), faults }
    }

    fn broken(faults: Vec<Fault>) -> Self {
        Reading { root: None, faults }
    }

    fn sound(self) -> Result<Node, Vec<Fault>> {
        match self.root {
            Some(root) if self.faults.is_empty() => Ok(root),
            Some(_) | None => Err(self.faults),
        }
    }
}

/// The text in the bytes of a file: UTF-8, with or without a byte order mark (which is left out).
///
/// Errors: one fault, at the place where the bytes stop being UTF-8.
///
/// ```
/// use attain::plan::document::decode_text;
/// assert_eq!(decode_text("\u{feff}plan: Hà Nội".as_bytes(), None).unwrap(), "plan: Hà Nội");
/// let faults = decode_text(b"plan: p\ntitle: H\xE0 N\xF4i\n", Some("plan.yaml")).unwrap_err();
/// assert_eq!(faults[0].place.to_string(), "plan.yaml:2:9");
/// ```
pub fn decode_text<'b>(bytes: &'b [u8], file: Option<&str>) -> Result<&'b str, Vec<Fault>> {
    let utf8 = |fault: Fault| vec![fault.expected("UTF-8").hint("save it as UTF-8")];
    // A text of a plan begins with no zero byte; UTF-16 without a mark has one at once.
    if let [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] | [0, _, ..] | [_, 0, ..] = bytes {
        let fault = Fault::new(
            FaultCode::WrongEncoding,
            Place::text(file, 1, 1),
            "the text is in the wrong encoding",
        );
        return Err(utf8(fault.found("UTF-16")));
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|_| {
        // The first chunk ends where the bytes stop being UTF-8.
        let (valid, invalid) = bytes
            .utf8_chunks()
            .next()
            .map_or(("", &[][..]), |chunk| (chunk.valid(), chunk.invalid()));
        let place = Position::new(valid, file).place(valid.len());
        let spelt: Vec<String> = invalid.iter().map(|byte| format!("0x{byte:02X}")).collect();
        let noun = if spelt.len() == 1 { "byte" } else { "bytes" };
        let fault =
            Fault::new(FaultCode::WrongEncoding, place, "the text is in the wrong encoding");
        utf8(fault.found(format!("the {noun} {}", spelt.join(" "))))
    })
}

/// Lines and columns of a text, for offsets that mostly grow: a long line isn't counted anew for
/// each value on it.
struct Position<'t> {
    text: &'t str,
    file: Option<&'t str>,
    offset: usize,
    line: usize,
    column: usize,
}

impl<'t> Position<'t> {
    fn new(text: &'t str, file: Option<&'t str>) -> Self {
        Position { text, file, offset: 0, line: 1, column: 1 }
    }

    /// The place of a byte of the text.
    fn place(&mut self, offset: usize) -> Place {
        let offset = self.text.floor_char_boundary(offset);
        if offset < self.offset {
            *self = Position::new(self.text, self.file);
        }
        let bytes = self.text.as_bytes();
        for (step, character) in self.text[self.offset..offset].char_indices() {
            let next = bytes.get(self.offset + step + 1);
            if character == '\n' || (character == '\r' && next != Some(&b'\n')) {
                self.line += 1;
                self.column = 1;
            } else {
                self.column += 1;
            }
        }
        self.offset = offset;
        Place::text(self.file, self.line, self.column)
    }
}

/// The fault of a key that stands a second time.
#[cold]
fn key_twice(place: Place, key: &str, first: &Place) -> Fault {
    let fault = Fault::new(FaultCode::DuplicateKey, place, format!("the key `{key}` stands twice"));
    match first.line() {
        Some(line) => fault.hint(format!("it stands first on line {line}; keep one of the two")),
        None => fault.hint("keep one of the two"),
    }
}

/// How much of a document may be copies of other parts of it: ten lines of YAML, or eight small lists in Python, can
/// ask for billions of values.
#[derive(Debug, Default)]
#[doc(hidden)]
pub struct Budget {
    values: usize,
    bytes: usize,
}

impl Budget {
    const VALUES: usize = 200_000;
    const BYTES: usize = 16 << 20;

    /// Counts what is copied; false if it is too much.
    #[doc(hidden)]
    pub fn spend(&mut self, values: usize, bytes: usize) -> bool {
        self.values += values;
        self.bytes += bytes;
        self.values <= Budget::VALUES && self.bytes <= Budget::BYTES
    }

    /// The fault of copies beyond the budget.
    #[cold]
    #[doc(hidden)]
    pub fn exceeded(place: Place, what: &str) -> Fault {
        let (values, megabytes) = (Budget::VALUES, Budget::BYTES >> 20);
        Fault::new(FaultCode::LimitExceeded, place, format!("{what} make the document too large"))
            .expected(format!("at most {values} values and {megabytes} MB of text that are copied"))
    }
}

/// The fault of lists and maps beyond [`DEPTH_LIMIT`].
#[cold]
#[doc(hidden)]
pub fn too_deep(place: Place) -> Fault {
    Fault::new(
        FaultCode::TooDeep,
        place,
        format!("more than {DEPTH_LIMIT} lists and maps stand inside each other"),
    )
}

/// Is this a decimal number as YAML's core schema writes them? Leading zeros say that it is a code
/// (`001`), not a number.
fn is_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_holds = exponent.is_none_or(|exponent| {
        let unsigned = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !unsigned.is_empty() && digits(unsigned)
    });
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && !(whole.len() > 1 && whole.starts_with('0'))
        && exponent_holds
}

/// The number without what only YAML allows: no plus sign, a digit on both sides of the point.
fn full_spelling(number: &str) -> Cow<'_, str> {
    let number = number.strip_prefix('+').unwrap_or(number);
    let Some(point) = number.find('.') else {
        return Cow::Borrowed(number);
    };
    let (before, after) = (&number[..point], &number[point + 1..]);
    let left = if before.ends_with(|c: char| c.is_ascii_digit()) { "" } else { "0" };
    let right = if after.starts_with(|c: char| c.is_ascii_digit()) { "" } else { "0" };
    if left.is_empty() && right.is_empty() {
        return Cow::Borrowed(number);
    }
    Cow::Owned(format!("{before}{left}.{right}{after}"))
}

/// The text in double quotes, escaped in the way that YAML, JSON and TOML all read.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if is_printable(character) => out.push(character),
            _ => out.push_str(&format!("\\u{:04X}", u32::from(character))),
        }
    }
    out.push('"');
    out
}

/// May the character stand as it is, in a text that is read by people and by YAML, JSON and TOML?
/// (All that may not fit into four hexadecimal digits.)
fn is_printable(character: char) -> bool {
    // Line and paragraph separator, byte order mark, and the two that are no characters.
    !character.is_control()
        && !matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// `[a, b, c]` where all items are scalars and fit into the room of a line; `[]` fits everywhere.
fn in_one_line(
    items: &[Node],
    room: usize,
    scalar: impl Fn(&Node) -> Option<String>,
) -> Option<String> {
    if items.is_empty() {
        return Some("[]".to_owned());
    }
    // No item is shorter than one character and its comma.
    if items.len() * 2 > room {
        return None;
    }
    let items: Vec<String> = items.iter().map(scalar).collect::<Option<_>>()?;
    let line = format!("[{}]", items.join(", "));
    (line.chars().count() <= room).then_some(line)
}

/// As wide as the writers let a line of list items become.
const LINE_WIDTH: usize = 88;
