//! TOML: the reader and the writer.
//!
//! The parser gives the pieces with their places (keys, values, brackets); putting them together
//! happens here, because a key that stands twice is to be reported with the line of the first, the
//! order of the document is to be kept, and no key of a million dots may exhaust the stack.

use std::collections::HashMap;

use toml_datetime::Datetime;
use toml_parser::decoder::{IntegerRadix, ScalarKind};
use toml_parser::parser::{Event, EventKind, RecursionGuard, ValidateWhitespace, parse_document};
use toml_parser::{Expected, ParseError, Source};

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
/// none, and the first error of syntax, with which reading ends.
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
    let source = Source::new(text);
    let tokens = source.lex().into_vec();
    let mut events: Vec<Event> = Vec::new();
    let mut syntax: Vec<ParseError> = Vec::new();
    {
        let mut take = |event: Event| events.push(event);
        let mut whitespace = ValidateWhitespace::new(&mut take, source);
        // One more than we allow, so that the reader below meets what is too deep.
        let mut guard = RecursionGuard::new(&mut whitespace, DEPTH_LIMIT as u32 + 1);
        parse_document(&tokens, &mut guard, &mut syntax);
    }
    // The parser goes on after an error, but what it then reports is mostly a consequence.
    let first_error = syntax.into_iter().min_by_key(offset_of);
    let end = first_error.as_ref().map_or(usize::MAX, offset_of);

    let mut reader = Reader::new(source, Position::new(text, file));
    for event in events.iter().filter(|event| event.span().start() < end) {
        if let Err(fault) = reader.take(event) {
            reader.faults.push(*fault);
            return Reading::broken(reader.faults);
        }
    }
    if let Some(error) = first_error {
        let fault = reader.rephrase(&error);
        // Where a line goes wrong, the value before that was mostly read wrongly because of it.
        if let Some(misread) = reader.misread
            && reader.faults[misread].place.line() == fault.place.line()
        {
            reader.faults.remove(misread);
        }
        reader.faults.push(fault);
    }
    let faults = std::mem::take(&mut reader.faults);
    let twice = reader.twice;
    Reading::of(reader.into_node(ROOT), faults, twice)
}

fn offset_of(error: &ParseError) -> usize {
    error.unexpected().or(error.context()).map_or(0, |span| span.start())
}

/// The tables and values read so far; they refer to each other by their index in the reader.
struct Draft {
    place: Place,
    content: Content,
}

enum Content {
    Scalar(Value),
    List { items: Vec<usize>, of_tables: bool },
    Table { entries: Vec<DraftEntry>, index: HashMap<String, usize>, origin: Origin },
}

struct DraftEntry {
    key: Key,
    draft: usize,
}

#[derive(Clone)]
struct Key {
    place: Place,
    name: String,
}

/// How a table came to be decides who may still add to it.
#[derive(Clone, Copy, PartialEq)]
enum Origin {
    /// It was named on the way: `a` in `[a.b]`. A header may still define it.
    Passed,
    /// By its own header, or as the root.
    Header,
    /// On the way of a dotted key: `a` in `a.b = 1`. Other dotted keys may add to it.
    DottedKey,
    /// In braces: complete where it closes.
    Braces,
}

/// The table or list that the next value goes into.
struct Open {
    draft: usize,
    /// Lists and maps up to and including this one.
    depth: usize,
    /// The key that was read before the `=`.
    key: Vec<Key>,
}

const ROOT: usize = 0;

/// A fault that ends the reading, boxed so that the happy path carries little.
type Step<T = ()> = Result<T, Box<Fault>>;

struct Reader<'t> {
    source: Source<'t>,
    position: Position<'t>,
    faults: Vec<Fault>,
    /// How many of them are keys that stand twice.
    twice: usize,
    /// Which fault is the last of a key or value that can't be read.
    misread: Option<usize>,
    drafts: Vec<Draft>,
    /// The table of the last header, then the lists and tables in brackets that are open.
    open: Vec<Open>,
    /// The parts of the key or header being read.
    path: Vec<Key>,
    header: Option<Place>,
}

impl<'t> Reader<'t> {
    fn new(source: Source<'t>, mut position: Position<'t>) -> Self {
        let root = Draft { place: position.place(0), content: table(Origin::Header) };
        Reader {
            source,
            position,
            faults: Vec::new(),
            twice: 0,
            misread: None,
            drafts: vec![root],
            open: vec![Open { draft: ROOT, depth: 1, key: Vec::new() }],
            path: Vec::new(),
            header: None,
        }
    }

    fn take(&mut self, event: &Event) -> Step {
        let place = self.position.place(event.span().start());
        match event.kind() {
            EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                self.header = Some(place);
                self.path.clear();
                self.open.clear();
            }
            EventKind::SimpleKey => {
                let key = self.key(event, place);
                self.path.push(key);
            }
            EventKind::StdTableClose => self.header(false)?,
            EventKind::ArrayTableClose => self.header(true)?,
            EventKind::KeyValSep => {
                let key = std::mem::take(&mut self.path);
                if let Some(open) = self.open.last_mut() {
                    open.key = key;
                }
            }
            EventKind::Scalar => {
                let value = self.scalar(event, &place);
                self.put(Draft { place, content: Content::Scalar(value) })?;
            }
            EventKind::ArrayOpen => {
                let content = Content::List { items: Vec::new(), of_tables: false };
                self.open(Draft { place, content })?;
            }
            EventKind::InlineTableOpen => {
                self.open(Draft { place, content: table(Origin::Braces) })?;
            }
            EventKind::ArrayClose | EventKind::InlineTableClose => {
                self.open.pop();
            }
            EventKind::KeySep
            | EventKind::ValueSep
            | EventKind::Whitespace
            | EventKind::Comment
            | EventKind::Newline
            | EventKind::Error => {}
        }
        Ok(())
    }

    fn key(&mut self, event: &Event, place: Place) -> Key {
        let mut name = String::new();
        let mut errors: Vec<ParseError> = Vec::new();
        if let Some(raw) = self.source.get(event) {
            raw.decode_key(&mut name, &mut errors);
        }
        self.report_first(errors);
        Key { place, name }
    }

    fn scalar(&mut self, event: &Event, place: &Place) -> Value {
        let Some(raw) = self.source.get(event) else { return Value::Null };
        let mut text = String::new();
        let mut errors: Vec<ParseError> = Vec::new();
        let kind = raw.decode_scalar(&mut text, &mut errors);
        if !errors.is_empty() {
            let written = raw.as_str();
            if raw.as_bytes().starts_with(b"0") && written.bytes().all(|b| b.is_ascii_digit()) {
                let fault =
                    Fault::new(FaultCode::NotANumber, place.clone(), "a number begins with a zero");
                let fault = fault.found(format!("`{written}`"));
                self.faults.push(fault.hint("put it in quotes if it is a code"));
            } else {
                self.report_first(errors);
            }
        }
        if kind == ScalarKind::DateTime && text.parse::<Datetime>().is_err() {
            let fault = Fault::new(FaultCode::NotADate, place.clone(), "this is no date");
            let fault = fault.found(format!("`{}`", raw.as_str()));
            self.faults.push(fault.hint("put a text in quotes"));
        }
        match kind {
            ScalarKind::String => Value::Text(text),
            ScalarKind::Boolean(value) => Value::Bool(value),
            ScalarKind::Integer(IntegerRadix::Dec) | ScalarKind::Float if is_number(&text) => {
                Value::Number(text)
            }
            ScalarKind::DateTime | ScalarKind::Integer(_) | ScalarKind::Float => {
                Value::Text(raw.as_str().to_owned())
            }
        }
    }

    fn report_first(&mut self, errors: Vec<ParseError>) {
        if let Some(error) = errors.into_iter().min_by_key(offset_of) {
            let fault = self.rephrase(&error);
            self.misread = Some(self.faults.len());
            self.faults.push(fault);
        }
    }

    /// Opens a list or a table in brackets and puts it where it belongs.
    fn open(&mut self, draft: Draft) -> Step {
        let place = draft.place.clone();
        let (draft, depth) = self.put(draft)?;
        if depth > DEPTH_LIMIT {
            return Err(Box::new(too_deep(place)));
        }
        self.open.push(Open { draft, depth, key: Vec::new() });
        Ok(())
    }

    /// Puts a value into the innermost open list or table. Gives its index and the depth it has if
    /// it is a list or table itself.
    fn put(&mut self, draft: Draft) -> Step<(usize, usize)> {
        let place = draft.place.clone();
        let new = self.add(draft);
        let Some(open) = self.open.last_mut() else { return Ok((new, 1)) };
        let (parent, depth, key) = (open.draft, open.depth, std::mem::take(&mut open.key));
        if let Content::List { items, .. } = &mut self.drafts[parent].content {
            items.push(new);
            return Ok((new, depth + 1));
        }
        let Some((last, way)) = key.split_last() else { return Ok((new, depth + 1)) };
        if depth + way.len() > DEPTH_LIMIT {
            return Err(Box::new(too_deep(place)));
        }
        let mut table = parent;
        for step in way {
            match self.step(table, step, Origin::DottedKey) {
                Some(next) => table = next,
                None => return Ok((new, depth + key.len())),
            }
        }
        match self.find(table, &last.name) {
            Some((_, first)) => self.refuse_second(last, &first),
            None => self.insert(table, last.clone(), new),
        }
        Ok((new, depth + key.len()))
    }

    /// Defines the table of a header and opens it.
    fn header(&mut self, of_tables: bool) -> Step {
        let path = std::mem::take(&mut self.path);
        let Some(place) = self.header.take() else { return Ok(()) };
        if path.len() > DEPTH_LIMIT {
            return Err(Box::new(too_deep(place)));
        }
        let draft = self.define(&path, place, of_tables);
        // A list of tables is one more level for each part of the path; what is inside of a
        // refused table is read into a table that belongs nowhere.
        let draft = match draft {
            Some(draft) => draft,
            None => self.add(Draft { place: Place::Nowhere, content: table(Origin::Header) }),
        };
        let depth = self.depth_of_path(&path, of_tables);
        if depth > DEPTH_LIMIT
            && let Some(last) = path.last()
        {
            return Err(Box::new(too_deep(last.place.clone())));
        }
        self.open.push(Open { draft, depth, key: Vec::new() });
        Ok(())
    }

    /// Lists and maps up to and including the table of a header.
    fn depth_of_path(&self, path: &[Key], of_tables: bool) -> usize {
        let mut depth = 1 + path.len() + usize::from(of_tables);
        let mut table = ROOT;
        for step in path.split_last().map_or(&[][..], |(_, way)| way) {
            match self.find(table, &step.name) {
                Some((next, _)) => match &self.drafts[next].content {
                    Content::List { items, .. } => {
                        depth += 1;
                        table = items.last().copied().unwrap_or(next);
                    }
                    Content::Table { .. } | Content::Scalar(_) => table = next,
                },
                None => break,
            }
        }
        depth
    }

    fn define(&mut self, path: &[Key], place: Place, of_tables: bool) -> Option<usize> {
        let (last, way) = path.split_last()?;
        let mut parent = ROOT;
        for step in way {
            parent = self.step(parent, step, Origin::Passed)?;
        }
        let found = self.find(parent, &last.name);
        if of_tables {
            let new = Draft { place: place.clone(), content: table(Origin::Header) };
            let list = match found {
                Some((list, first)) => {
                    let extensible =
                        matches!(&self.drafts[list].content, Content::List { of_tables: true, .. });
                    if !extensible {
                        self.refuse_second(last, &first);
                        return None;
                    }
                    list
                }
                None => {
                    let content = Content::List { items: Vec::new(), of_tables: true };
                    let list = self.add(Draft { place, content });
                    self.insert(parent, last.clone(), list);
                    list
                }
            };
            let new = self.add(new);
            if let Content::List { items, .. } = &mut self.drafts[list].content {
                items.push(new);
            }
            return Some(new);
        }
        match found {
            Some((draft, first)) => match &mut self.drafts[draft].content {
                Content::Table { origin: origin @ Origin::Passed, .. } => {
                    *origin = Origin::Header;
                    Some(draft)
                }
                Content::Table { .. } | Content::List { .. } | Content::Scalar(_) => {
                    self.refuse_second(last, &first);
                    None
                }
            },
            None => {
                let draft = self.add(Draft { place, content: table(Origin::Header) });
                self.insert(parent, last.clone(), draft);
                Some(draft)
            }
        }
    }

    /// Goes from a table to the one under a key, and makes it if it isn't there. `origin` says
    /// whether a dotted key or a header goes this way.
    fn step(&mut self, from: usize, key: &Key, origin: Origin) -> Option<usize> {
        let Some((next, first)) = self.find(from, &key.name) else {
            let next = self.add(Draft { place: key.place.clone(), content: table(origin) });
            self.insert(from, key.clone(), next);
            return Some(next);
        };
        match &mut self.drafts[next].content {
            Content::Table { origin: had, .. } => {
                let open = match (*had, origin) {
                    (Origin::Braces, _) => false,
                    (Origin::Header, Origin::DottedKey) => false,
                    (Origin::Passed | Origin::DottedKey | Origin::Header, _) => true,
                };
                if open {
                    if origin == Origin::DottedKey {
                        *had = Origin::DottedKey;
                    }
                    return Some(next);
                }
            }
            Content::List { items, of_tables: true } if origin != Origin::DottedKey => {
                return items.last().copied();
            }
            Content::List { .. } | Content::Scalar(_) => {}
        }
        let fault = Fault::new(
            FaultCode::DuplicateKey,
            key.place.clone(),
            format!("`{}` is complete already", key.name),
        );
        self.faults.push(match first.line() {
            Some(line) => fault.hint(format!("add to it on line {line}, where it is defined")),
            None => fault,
        });
        None
    }

    #[cold]
    fn refuse_second(&mut self, key: &Key, first: &Place) {
        self.twice += 1;
        self.faults.push(key_twice(key.place.clone(), &key.name, first));
    }

    /// The value under a key of a table, and where the key stands.
    fn find(&self, table: usize, name: &str) -> Option<(usize, Place)> {
        match &self.drafts[table].content {
            Content::Table { entries, index, .. } => {
                let entry = &entries[*index.get(name)?];
                Some((entry.draft, entry.key.place.clone()))
            }
            Content::List { .. } | Content::Scalar(_) => None,
        }
    }

    fn insert(&mut self, table: usize, key: Key, draft: usize) {
        if let Content::Table { entries, index, .. } = &mut self.drafts[table].content {
            index.insert(key.name.clone(), entries.len());
            entries.push(DraftEntry { key, draft });
        }
    }

    fn add(&mut self, draft: Draft) -> usize {
        self.drafts.push(draft);
        self.drafts.len() - 1
    }

    /// The finished tree; its depth is bounded by [`DEPTH_LIMIT`].
    fn into_node(mut self, draft: usize) -> Node {
        self.node(draft)
    }

    fn node(&mut self, draft: usize) -> Node {
        // Each draft belongs to one parent, so it can be taken.
        let empty = Draft { place: Place::Nowhere, content: Content::Scalar(Value::Null) };
        let Draft { place, content } = std::mem::replace(&mut self.drafts[draft], empty);
        let value = match content {
            Content::Scalar(value) => value,
            Content::List { items, .. } => {
                Value::List(items.into_iter().map(|item| self.node(item)).collect())
            }
            Content::Table { entries, .. } => {
                let entry = |DraftEntry { key, draft }| Entry {
                    place: key.place,
                    key: key.name,
                    value: self.node(draft),
                };
                Value::Map(entries.into_iter().map(entry).collect())
            }
        };
        Node::new(place, value)
    }

    /// What the parser reports, for a person.
    #[cold]
    fn rephrase(&mut self, error: &ParseError) -> Fault {
        let place = self.position.place(offset_of(error));
        let fault_of = |code, message: &str| Fault::new(code, place.clone(), message);
        let fault = |message: &str| fault_of(FaultCode::InvalidSyntax, message);
        let found = error
            .unexpected()
            .and_then(|span| self.source.input().get(span.start()..span.end()))
            .filter(|found| found.chars().any(|c| !c.is_whitespace() && !c.is_control()));
        let with_found = |fault: Fault| match found {
            Some(found) => fault.found(format!("`{found}`")),
            None => fault,
        };
        let opened = |what: &str, close: &str| {
            let place = match (&self.header, self.open.last()) {
                (Some(header), _) => header.clone(),
                (None, Some(open)) => self.drafts[open.draft].place.clone(),
                (None, None) => place.clone(),
            };
            Fault::new(
                FaultCode::Unclosed,
                place,
                format!("{what} is opened here and never closed"),
            )
            .expected(format!("`{close}`"))
        };
        match error.description() {
            description if description.contains("recurs") => too_deep(place),
            "unclosed array" => opened("a list", "]"),
            "unclosed inline table" => opened("a table", "}"),
            "unclosed table" => opened("a header", "]"),
            "unclosed array table" => opened("a header", "]]"),
            "string values must be quoted" if found.is_some() => {
                with_found(fault("a text stands in quotes in TOML"))
            }
            "string values must be quoted" | "missing value" | "missing value for key" => {
                fault("a value is missing")
            }
            "key with no value" => fault("a key has no value").expected("`key = value`"),
            "invalid unquoted key" => with_found(fault("this can't stand in a key without quotes"))
                .expected("letters from a to z, digits, `-` and `_`")
                .hint("put the key in quotes"),
            "unquoted keys cannot be empty" | "missing key for inline table element" => {
                fault("a key is missing")
            }
            "invalid key-value pair" => fault("no key can begin here").expected("`key = value`"),
            "unexpected key or value" => {
                fault("nothing more can stand on this line").expected("a line break")
            }
            "invalid basic string" | "invalid literal string" => fault_of(
                FaultCode::Unclosed,
                "a text isn't closed before its line ends, or holds a control character",
            ),
            "missing escaped value" => fault("TOML doesn't know this escape")
                .hint("write `\\\\` for a backslash, or use single quotes"),
            "carriage return must be followed by newline" => {
                fault("a line ends in a way that TOML doesn't know")
                    .hint("save the file with the line breaks of Unix or Windows")
            }
            description => {
                let fault = with_found(fault(&description.replace('`', "'")));
                let expected: Vec<String> = error
                    .expected()
                    .unwrap_or_default()
                    .iter()
                    .map(|expected| match expected {
                        Expected::Literal("\n") => "a line break".to_owned(),
                        Expected::Literal(literal) => format!("`{literal}`"),
                        Expected::Description(description) => (*description).to_owned(),
                        _ => "something else".to_owned(),
                    })
                    .collect();
                if expected.is_empty() { fault } else { fault.expected(expected.join(" or ")) }
            }
        }
    }
}

fn table(origin: Origin) -> Content {
    Content::Table { entries: Vec::new(), index: HashMap::new(), origin }
}

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
