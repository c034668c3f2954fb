//! YAML 1.2: the reader (core schema, strict) and the writer.
//!
//! What YAML can do and a plan has no use for is refused by name: tags, merge keys, several
//! documents, keys that are lists. Anchors and aliases are read, within a budget.

use std::borrow::Cow;
use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, ScanError, Tag};

use super::{
    Budget, DEPTH_LIMIT, Entry, LINE_WIDTH, Node, Position, Reading, Value, in_one_line, is_number,
    is_printable, key_twice, quoted, too_deep,
};
use crate::error::{Fault, FaultCode, Place};

/// Reads YAML 1.2 by its core schema.
///
/// Without quotes `true` and `false` are truth values, `null`, `~` and an empty value are nothing,
/// decimal numbers are numbers. All else is text: `yes`, `2019-11-27`, `001` (a code), `0x1F`,
/// `.nan`. A number as a key is the text it was written as.
///
/// `file` goes into the places. Errors: all keys that stand twice, tags, merge keys and keys that
/// are no text, and the first error of syntax, with which reading ends.
///
/// ```
/// use attain::plan::document::from_yaml;
/// let plan = from_yaml("units: {list: [{id: 001, name: Ba Đình}]}\n", None).unwrap();
/// let unit = &plan.get("units").unwrap().get("list").unwrap().as_list().unwrap()[0];
/// assert_eq!(unit.get("id").unwrap().as_text(), Some("001"));
///
/// let faults = from_yaml("goal: 75\nbetter: higher\ngoal: 80\n", Some("plan.yaml")).unwrap_err();
/// assert_eq!(
///     faults[0].to_string(),
///     "plan.yaml:3:1: the key `goal` stands twice (it stands first on line 1; keep one of the two)"
/// );
/// ```
pub fn from_yaml(text: &str, file: Option<&str>) -> Result<Node, Vec<Fault>> {
    read(text, file).sound()
}

pub(in crate::plan) fn read(text: &str, file: Option<&str>) -> Reading {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader {
        file,
        end: Position::new(text, file).place(text.len()),
        faults: Vec::new(),
        twice: 0,
        open: Vec::new(),
        anchors: HashMap::new(),
        budget: Budget::default(),
        root: None,
        documents: 0,
    };
    if let Some(offset) = text.find(is_forbidden) {
        let found = text[offset..].chars().next().map_or(0, u32::from);
        let place = Position::new(text, file).place(offset);
        let fault =
            Fault::new(FaultCode::ForbiddenCharacter, place, "a control character stands here");
        return Reading::broken(vec![fault.found(format!("U+{found:04X}")).hint("take it out")]);
    }
    let mut parser = Parser::new_from_str(text);
    while let Some(event) = parser.next_event() {
        let stop = match event {
            Ok((event, span)) => reader.take(event, span.start),
            Err(error) => Err(Box::new(reader.rephrase(&error, text))),
        };
        if let Err(fault) = stop {
            reader.faults.push(*fault);
            return Reading::broken(reader.faults);
        }
    }
    // A text without a document (empty, or comments only) holds nothing.
    let root = reader.root.unwrap_or_else(|| Node::new(Place::text(file, 1, 1), Value::Null));
    Reading::of(root, reader.faults, reader.twice)
}

/// What no YAML text may contain (YAML 1.2.2, 5.1); the parser lets some of it pass.
fn is_forbidden(character: char) -> bool {
    let allowed_control = matches!(character, '\t' | '\n' | '\r' | '\u{85}');
    (character.is_control() && !allowed_control) || matches!(character, '\u{fffe}' | '\u{ffff}')
}

struct Reader<'f> {
    file: Option<&'f str>,
    /// Where the text ends.
    end: Place,
    faults: Vec<Fault>,
    /// How many of them are keys that stand twice.
    twice: usize,
    /// The lists and maps that aren't closed yet, the outermost first.
    open: Vec<Open>,
    /// What each anchor stands for; nothing while its value is still being read.
    anchors: HashMap<usize, Option<Anchored>>,
    budget: Budget,
    root: Option<Node>,
    documents: usize,
}

/// A list or a map that isn't closed yet.
struct Open {
    place: Place,
    anchor: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, first: HashMap<String, usize>, key: Key },
}

/// Where a map stands: between entries, or after a key.
enum Key {
    Awaited,
    Read(Place, String),
    /// The key was at fault; its value is read and dropped.
    Refused,
}

struct Anchored {
    node: Node,
    weight: Weight,
}

/// How much a copy of a value costs.
#[derive(Clone, Copy)]
struct Weight {
    values: usize,
    bytes: usize,
    /// Lists and maps inside each other.
    depth: usize,
}

impl Weight {
    fn of(node: &Node) -> Weight {
        let mut weight = Weight { values: 1, bytes: 0, depth: 0 };
        match &node.value {
            Value::Null | Value::Bool(_) => {}
            Value::Number(text) | Value::Text(text) => weight.bytes = text.len(),
            Value::List(items) => items.iter().for_each(|item| weight.hold(item)),
            Value::Map(entries) => {
                for entry in entries {
                    weight.bytes += entry.key.len();
                    weight.hold(&entry.value);
                }
            }
        }
        if let Value::List(_) | Value::Map(_) = node.value {
            weight.depth += 1;
        }
        weight
    }

    fn hold(&mut self, node: &Node) {
        let part = Weight::of(node);
        self.values += part.values;
        self.bytes += part.bytes;
        self.depth = self.depth.max(part.depth);
    }
}

/// A fault that ends the reading, boxed so that the happy path carries little.
type Step = Result<(), Box<Fault>>;

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, mark: Marker) -> Step {
        let place = self.place(mark);
        match event {
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => Ok(()),
            Event::DocumentStart(_) => {
                self.documents += 1;
                if self.documents > 1 {
                    let fault = Fault::new(
                        FaultCode::UnsupportedSyntax,
                        place,
                        "a second document begins here",
                    );
                    return Err(Box::new(
                        fault.hint("keep one document in a file; take the `---` or `...` out"),
                    ));
                }
                Ok(())
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.refuse_tag(&place, tag.as_deref());
                self.scalar(place, text, style, anchor)
            }
            Event::Alias(anchor) => self.alias(place, anchor),
            Event::SequenceStart(anchor, tag) => {
                self.refuse_tag(&place, tag.as_deref());
                self.open(place, anchor, Content::List(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_tag(&place, tag.as_deref());
                let content =
                    Content::Map { entries: Vec::new(), first: HashMap::new(), key: Key::Awaited };
                self.open(place, anchor, content)
            }
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open { place, anchor, content: Content::List(items) }) => {
                    self.close(Node::new(place, Value::List(items)), anchor)
                }
                Some(Open { place, anchor, content: Content::Map { entries, .. } }) => {
                    self.close(Node::new(place, Value::Map(entries)), anchor)
                }
                None => Ok(()),
            },
        }
    }

    /// The parser counts columns from 0, we from 1; for it, a text that ends within a line ends on
    /// the next.
    fn place(&self, mark: Marker) -> Place {
        if Some(mark.line()) > self.end.line() {
            return self.end.clone();
        }
        Place::text(self.file, mark.line(), mark.col() + 1)
    }

    fn refuse_tag(&mut self, place: &Place, tag: Option<&Tag>) {
        let Some(tag) = tag else { return };
        let core = tag.is_yaml_core_schema();
        let handle = if core { "!!" } else { &tag.handle };
        let fault = Fault::new(
            FaultCode::UnsupportedSyntax,
            place.clone(),
            "a tag stands here, and tags aren't read",
        );
        let fault = fault.found(format!("`{handle}{}`", tag.suffix));
        self.faults.push(match tag.suffix.as_str() {
            "str" if core => fault.hint("take it out; quotes make a text"),
            _ => fault.hint("take it out; put a text that begins with `!` in quotes"),
        });
    }

    fn open(&mut self, place: Place, anchor: usize, content: Content) -> Step {
        if self.open.len() >= DEPTH_LIMIT {
            return Err(Box::new(too_deep(place)));
        }
        if anchor > 0 {
            self.anchors.insert(anchor, None);
        }
        self.open.push(Open { place, anchor, content });
        Ok(())
    }

    fn scalar(
        &mut self,
        place: Place,
        text: Cow<'_, str>,
        style: ScalarStyle,
        anchor: usize,
    ) -> Step {
        let plain = style == ScalarStyle::Plain;
        if let Some(Content::Map { key: key @ Key::Awaited, .. }) = self.innermost() {
            // A key is a text whatever it looks like: `2023:` is the key "2023".
            let refusal = match text.as_ref() {
                "" if plain => Some((
                    FaultCode::InvalidSyntax,
                    "a key is missing before the colon",
                    "write a key, or put the text in quotes if it begins with `:`",
                )),
                "<<" if plain => Some((
                    FaultCode::UnsupportedSyntax,
                    "merge keys (`<<`) aren't read",
                    "write the keys out where they are meant to apply",
                )),
                _ => None,
            };
            *key = match &refusal {
                Some(_) => Key::Refused,
                None => Key::Read(place.clone(), text.clone().into_owned()),
            };
            if let Some((code, message, hint)) = refusal {
                self.faults.push(Fault::new(code, place, message).hint(hint));
            } else if anchor > 0 {
                return self.remember(Node::new(place, Value::Text(text.into_owned())), anchor);
            }
            return Ok(());
        }
        let value = if plain { resolve(text) } else { Value::Text(text.into_owned()) };
        self.close(Node::new(place, value), anchor)
    }

    fn alias(&mut self, place: Place, anchor: usize) -> Step {
        let Some(Some(anchored)) = self.anchors.get(&anchor) else {
            let fault = Fault::new(
                FaultCode::CircularReference,
                place.clone(),
                "an alias stands inside of what it refers to",
            );
            self.faults.push(fault.hint("write out what is meant, or put a text in quotes"));
            return self.put(Node::new(place, Value::Null));
        };
        let weight = anchored.weight;
        if self.open.len() + weight.depth > DEPTH_LIMIT {
            return Err(Box::new(too_deep(place)));
        }
        self.spend(&place, weight)?;
        match self.anchors.get(&anchor) {
            Some(Some(anchored)) => {
                let node = anchored.node.clone();
                self.put(node)
            }
            Some(None) | None => Ok(()),
        }
    }

    /// Counts a copy of a value against the budget.
    fn spend(&mut self, place: &Place, weight: Weight) -> Step {
        if self.budget.spend(weight.values, weight.bytes) {
            return Ok(());
        }
        let fault = Budget::exceeded(place.clone(), "anchors and aliases");
        Err(Box::new(fault.hint("take aliases of aliases out")))
    }

    fn remember(&mut self, node: Node, anchor: usize) -> Step {
        let weight = Weight::of(&node);
        self.spend(&node.place, weight)?;
        self.anchors.insert(anchor, Some(Anchored { node, weight }));
        Ok(())
    }

    /// A value is complete.
    fn close(&mut self, node: Node, anchor: usize) -> Step {
        if anchor > 0 {
            self.remember(node.clone(), anchor)?;
        }
        self.put(node)
    }

    fn innermost(&mut self) -> Option<&mut Content> {
        self.open.last_mut().map(|open| &mut open.content)
    }

    /// Puts a complete value where it belongs.
    fn put(&mut self, node: Node) -> Step {
        let fault = match self.open.last_mut().map(|open| &mut open.content) {
            None => {
                self.root = Some(node);
                None
            }
            Some(Content::List(items)) => {
                items.push(node);
                None
            }
            Some(Content::Map { entries, first, key }) => {
                match std::mem::replace(key, Key::Awaited) {
                    Key::Refused => None,
                    Key::Read(place, name) => match first.get(&name) {
                        Some(&index) => {
                            self.twice += 1;
                            Some(key_twice(place, &name, &entries[index].place))
                        }
                        None => {
                            first.insert(name.clone(), entries.len());
                            entries.push(Entry { place, key: name, value: node });
                            None
                        }
                    },
                    // What comes here as a key is an alias, a list or a map.
                    Key::Awaited => match node.value {
                        Value::Text(name) | Value::Number(name) => {
                            *key = Key::Read(node.place, name);
                            None
                        }
                        Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => {
                            *key = Key::Refused;
                            let found = node.describe();
                            let fault =
                                Fault::new(FaultCode::NotAText, node.place, "a key must be a text")
                                    .found(found);
                            Some(fault.hint("put a text with brackets in quotes"))
                        }
                    },
                }
            }
        };
        self.faults.extend(fault);
        Ok(())
    }

    /// The fault of the innermost list or map, if it is one in brackets that was opened on a line
    /// before `end` or ends with the text.
    #[cold]
    fn unclosed(&self, text: &str, end: &Place) -> Option<Fault> {
        let open = self.open.last()?;
        let Place::Text { line, column, .. } = &open.place else { return None };
        if Some(*line) == end.line() && *end != self.end {
            return None;
        }
        let (what, close) = match text.split('\n').nth(line - 1)?.chars().nth(column - 1)? {
            '[' => ("list", ']'),
            '{' => ("map", '}'),
            _ => return None,
        };
        let fault = Fault::new(
            FaultCode::Unclosed,
            open.place.clone(),
            format!("a {what} is opened here and never closed"),
        );
        Some(fault.expected(format!("`{close}`")))
    }

    /// What the parser reports, for a person.
    #[cold]
    fn rephrase(&self, error: &ScanError, text: &str) -> Fault {
        let place = self.place(*error.marker());
        let fault_of = |code, message: &str| Fault::new(code, place.clone(), message);
        let fault = |message: &str| fault_of(FaultCode::InvalidSyntax, message);
        let rest: String = text
            .split('\n')
            .nth(error.marker().line().saturating_sub(1))
            .unwrap_or_default()
            .chars()
            .skip(error.marker().col())
            .collect();
        let first = rest.chars().next();
        let word = rest.split([' ', '\t', ',', ']', '}', '\r']).next().unwrap_or_default();
        let out_of_brackets = rest.trim().is_empty()
            || matches!(
                error.info(),
                "mapping values are not allowed in this context"
                    | "illegal placement of ':' indicator"
                    | "invalid indentation in flow construct"
            );
        if out_of_brackets && let Some(fault) = self.unclosed(text, &place) {
            return fault;
        }
        match error.info() {
            info if info.contains("tab") && !info.contains("expected") => {
                fault_of(FaultCode::ForbiddenCharacter, "a tab stands where YAML wants spaces")
                    .hint("indent with spaces only")
            }
            "while parsing node, found unknown anchor" => {
                let hint = "put a text that begins with `*` in quotes";
                fault("an alias refers to an anchor that isn't there")
                    .found(format!("`{word}`"))
                    .hint(hint)
            }
            "mapping values are not allowed in this context"
            | "illegal placement of ':' indicator" => fault("a colon stands where no key can be")
                .hint(
                    "put a text that contains `: ` in quotes; check this line and the one above: \
                     how far they are indented, and that a space follows each key's colon",
                ),
            "simple key expect ':'" | "simple key expected" => {
                fault("a colon is missing after the key before this line")
                    .expected("`key: value`")
                    .hint("a space follows the colon; a text over several lines is indented")
            }
            "while parsing a block mapping, did not find expected key" => {
                fault("no key can begin here").hint(
                    "keys of one map stand in the same column and without a `-`; nothing follows a \
                     closing quote or bracket",
                )
            }
            "while parsing a block collection, did not find expected '-' indicator" => {
                fault("the list above goes on here without a `-`")
                    .hint("begin each item with `- ` in the same column")
            }
            "invalid indentation"
            | "invalid indentation in flow construct"
            | "wrongly indented line in block scalar" => {
                fault("the line isn't indented as what it belongs to")
                    .hint("indent it further than the key it belongs to")
            }
            "invalid indentation in quoted scalar" => fault_of(
                FaultCode::Unclosed,
                "a text in quotes is opened here and not closed on its line",
            )
            .hint("close it, or indent the lines on which it goes on"),
            "while scanning a quoted scalar, found unexpected end of stream"
            | "while scanning a quoted scalar, found unexpected document indicator" => {
                fault_of(FaultCode::Unclosed, "a text in quotes is opened here and never closed")
            }
            "invalid trailing content after double-quoted scalar" => {
                fault("something follows a text in quotes")
                    .found(format!("`{word}`"))
                    .hint("put the whole text in quotes; inside of them write `\\\"` for a quote")
            }
            "while parsing a quoted scalar, found unknown escape character"
            | "while parsing a quoted scalar, did not find expected hexadecimal number"
            | "while parsing a quoted scalar, found invalid Unicode character escape code" => {
                fault("YAML doesn't know an escape in this text in double quotes")
                    .hint("write `\\\\` for a backslash, or use single quotes")
            }
            "while parsing a flow mapping, did not find expected ',' or '}'" => {
                fault("a map in braces goes wrong here").expected("a comma or `}`")
            }
            "while parsing a flow sequence, expected ',' or ']'" => {
                fault("a list in brackets goes wrong here").expected("a comma or `]`")
            }
            "misplaced bracket" => fault("a bracket is closed that wasn't opened"),
            "recursion limit exceeded" => too_deep(place),
            "block sequence entries are not allowed in this context"
            | r#""-" is only valid inside a block"# => fault("a list item can't begin here").hint(
                "begin the list on a line of its own; put a text that begins with `- ` in quotes",
            ),
            "did not find expected <document start>" => {
                fault("something follows after the end of the document")
                    .hint("check the indentation of this line")
            }
            _ if matches!(first, Some('@' | '`' | '%' | '!' | '&' | '*' | '|' | '>')) => {
                let found = format!("`{word}`");
                fault("a text can't begin with this sign")
                    .found(found)
                    .hint("put the text in quotes")
            }
            info => fault(&format!("this isn't valid YAML ({info})")),
        }
    }
}

/// What a scalar without quotes means in the core schema.
fn resolve(text: Cow<'_, str>) -> Value {
    match text.as_ref() {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        number if is_number(number) => Value::Number(text.into_owned()),
        _ => Value::Text(text.into_owned()),
    }
}

/// Writes YAML as a person would like to edit it: blocks indented by two spaces, short lists on
/// one line, quotes only where a text would else be read as something other, texts of several
/// lines as they are.
///
/// [`from_yaml`] reads the [same content](Node::same_content). Texts that YAML 1.1 takes for
/// something other (`yes`, `2019-11-27`, `0o17`) stand in quotes too, for other programs.
///
/// ```
/// use attain::plan::document::{from_json, to_yaml};
/// let json = r#"{"plan": "hanoi", "levels": ["city", "001"], "goal": {"at_least": 96.40}}"#;
/// let plan = from_json(json, None).unwrap();
/// assert_eq!(to_yaml(&plan), "plan: hanoi\nlevels: [city, \"001\"]\ngoal:\n  at_least: 96.40\n");
/// ```
pub fn to_yaml(node: &Node) -> String {
    let mut out = String::new();
    match (&node.value, one_liner(node, LINE_WIDTH)) {
        (_, Some(line)) => {
            out.push_str(&line);
            out.push('\n');
        }
        (_, None) => write_block(&mut out, node, 0),
    }
    out
}

/// A value that needs no lines of its own.
fn one_liner(node: &Node, room: usize) -> Option<String> {
    match &node.value {
        Value::List(items) => in_one_line(items, room, |item| scalar(item, Surroundings::Brackets)),
        Value::Map(entries) => entries.is_empty().then(|| "{}".to_owned()),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {
            scalar(node, Surroundings::Block)
        }
    }
}

/// A list or map that takes several lines; the first line is already indented.
fn write_block(out: &mut String, node: &Node, indent: usize) {
    match &node.value {
        Value::List(items) => {
            for (number, item) in items.iter().enumerate() {
                if number > 0 {
                    push_spaces(out, indent);
                }
                out.push('-');
                write_value(out, item, indent, indent + 1, true);
            }
        }
        Value::Map(entries) => {
            for (number, entry) in entries.iter().enumerate() {
                if number > 0 {
                    push_spaces(out, indent);
                }
                let key = text_scalar(&entry.key, Surroundings::Block);
                let mut column = indent + key.chars().count() + 1;
                if key.len() > IMPLICIT_KEY_LIMIT {
                    out.push_str("? ");
                    out.push_str(&key);
                    out.push('\n');
                    push_spaces(out, indent);
                    column = indent + 1;
                } else {
                    out.push_str(&key);
                }
                out.push(':');
                write_value(out, &entry.value, indent, column, false);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
}

/// YAML ends the search for the colon of a `key: value` after 1,024 characters (YAML 1.2.2, 7.4.2);
/// longer keys stand after a `? `.
const IMPLICIT_KEY_LIMIT: usize = 1_000;

/// What follows a `key:` or a `-`, up to the line break. `compact`: a block may begin on this line.
fn write_value(out: &mut String, node: &Node, indent: usize, column: usize, compact: bool) {
    let inner = indent + 2;
    if let Value::Text(text) = &node.value
        && let Some(header) = literal_header(text)
    {
        out.push(' ');
        out.push_str(header);
        out.push('\n');
        for line in text.lines() {
            if !line.is_empty() {
                push_spaces(out, inner);
                out.push_str(line);
            }
            out.push('\n');
        }
        return;
    }
    if let Some(line) = one_liner(node, LINE_WIDTH.saturating_sub(column + 1)) {
        out.push(' ');
        out.push_str(&line);
        out.push('\n');
    } else {
        if compact {
            out.push(' ');
        } else {
            out.push('\n');
            push_spaces(out, inner);
        }
        write_block(out, node, inner);
    }
}

fn push_spaces(out: &mut String, count: usize) {
    out.extend(std::iter::repeat_n(' ', count));
}

/// `|` or `|-` where a text of several lines can stand as it is.
fn literal_header(text: &str) -> Option<&'static str> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let fits = !body.starts_with([' ', '\n'])
        && !body.ends_with('\n')
        && !body.is_empty()
        && text.contains('\n')
        && text.chars().all(|character| character == '\n' || is_printable(character))
        // White space at a line's end would be invisible.
        && body.split('\n').all(|line| !line.ends_with(char::is_whitespace));
    let header = if body.len() == text.len() { "|-" } else { "|" };
    fits.then_some(header)
}

/// Where a scalar stands: in brackets, commas end it.
#[derive(Clone, Copy, PartialEq)]
enum Surroundings {
    Block,
    Brackets,
}

fn scalar(node: &Node, surroundings: Surroundings) -> Option<String> {
    match &node.value {
        Value::Null => Some("null".to_owned()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) if is_number(number) => Some(number.clone()),
        Value::Number(text) | Value::Text(text) => Some(text_scalar(text, surroundings)),
        Value::List(_) | Value::Map(_) => None,
    }
}

fn text_scalar(text: &str, surroundings: Surroundings) -> String {
    if can_stand_plain(text, surroundings) {
        text.to_owned()
    } else if text.contains(['"', '\\']) && !text.contains('\'') && text.chars().all(is_printable) {
        format!("'{text}'")
    } else {
        quoted(text)
    }
}

/// Is the text read as itself without quotes?
fn can_stand_plain(text: &str, surroundings: Surroundings) -> bool {
    let begins_well = text.starts_with(|first: char| {
        !first.is_whitespace() && !"-?:,[]{}#&*!|>'\"%@`.=<~".contains(first)
    });
    let ends_well = !text.ends_with(|last: char| last.is_whitespace() || last == ':');
    let in_brackets = surroundings == Surroundings::Brackets;
    begins_well
        && ends_well
        && text.chars().all(is_printable)
        && !text.contains(": ")
        && !text.contains(" #")
        // Not all parsers take a question mark, or a dash before the next comma, for text there.
        && !(in_brackets
            && (text.contains([',', '[', ']', '{', '}', ':', '?']) || text.ends_with('-')))
        && !is_a_word_of_yaml(text)
        && !looks_like_number_or_date(text)
}

/// Words that YAML, or its older version 1.1, reads as a truth value or as nothing.
fn is_a_word_of_yaml(text: &str) -> bool {
    const WORDS: [&str; 9] = ["y", "n", "yes", "no", "on", "off", "true", "false", "null"];
    WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Numbers, dates and times of YAML 1.2 and 1.1, and what a person would take for one.
fn looks_like_number_or_date(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let numeric = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.' || c == '_')
        && unsigned.chars().all(|c| c.is_ascii_hexdigit() || "xXoO_.:+-TtZz".contains(c));
    let bytes = text.as_bytes();
    let dated = bytes.len() >= 8
        && bytes[..4].iter().all(u8::is_ascii_digit)
        && bytes[4] == b'-'
        && bytes[5].is_ascii_digit()
        && bytes[6..8].contains(&b'-');
    numeric || dated
}
