//! Elements of XML. There are no document types, no entities but the five of XML, and limits of depth and size.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::error::{Fault, FaultCode, Place};
use crate::parallel::check_stop;
use crate::sources::SourceFile;

/// Elements may be nested this deep.
const DEEPEST: usize = 64;
/// An activity may have this number of elements.
const MOST_ELEMENTS: usize = 5_000_000;

/// An element with all that it contains.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    pub(super) children: Vec<Element>,
    /// The text directly inside of it.
    pub(super) text: String,
    /// Where it begins, in bytes.
    pub(super) offset: usize,
}

impl Element {
    /// An attribute; none if it is empty.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        let found = self.attributes.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// The children of a name.
    pub(super) fn all<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The first child of a name.
    pub(super) fn first(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }
}

/// Lines and columns of a text.
pub(super) struct Lines<'f> {
    file: &'f str,
    text: &'f str,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl<'f> Lines<'f> {
    pub(super) fn of(file: &'f str, text: &'f str) -> Self {
        let ends =
            text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        Lines { file, text, starts: std::iter::once(0).chain(ends).collect() }
    }

    /// The line of a byte, from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).max(1)
    }

    /// The place of a byte.
    pub(super) fn place(&self, offset: usize) -> Place {
        let line = self.line(offset);
        let start = self.starts.get(line - 1).copied().unwrap_or_default();
        let end = self.text.floor_char_boundary(offset.min(self.text.len()));
        let column = self.text.get(start..end).map_or(0, |before| before.chars().count()) + 1;
        Place::text(Some(self.file), line, column)
    }
}

/// Passes each element `iati-activity` of a file on. The first fault of the syntax ends the reading.
pub(super) fn activities(
    file: &SourceFile,
    text: &str,
    lines: &Lines<'_>,
    mut each: impl FnMut(Element),
) -> Result<(), Box<Fault>> {
    const ACTIVITY: &str = "iati-activity";
    let mut reader = Reader::from_str(text);
    let mut open: Vec<Element> = Vec::new();
    let (mut depth, mut elements, mut found) = (0_usize, 0_usize, 0_usize);
    let mut root = None;
    loop {
        check_stop();
        let offset = usize::try_from(reader.buffer_position()).unwrap_or_default();
        let place = || lines.place(offset);
        let syntax = |message: &str| Fault::new(FaultCode::InvalidSyntax, place(), message);
        let event = match reader.read_event() {
            Ok(event) => event,
            Err(cause) => {
                let at = usize::try_from(reader.error_position()).unwrap_or(offset);
                let (code, message) = match cause {
                    quick_xml::Error::Syntax(_) => (
                        FaultCode::Unclosed,
                        "the XML ends inside of a tag, a comment or a section",
                    ),
                    quick_xml::Error::IllFormed(_) => (
                        FaultCode::InvalidSyntax,
                        "an end tag is missing, or closes another element",
                    ),
                    _ => (FaultCode::InvalidSyntax, "the XML can't be read"),
                };
                let fault = Fault::new(code, lines.place(at), message);
                return Err(Box::new(fault.expected("XML in which each element is closed")));
            }
        };
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > DEEPEST {
                    let fault =
                        Fault::new(FaultCode::TooDeep, place(), "elements are nested too deep");
                    return Err(Box::new(fault.expected(format!("at most {DEEPEST} levels"))));
                }
                let name = start.local_name();
                root.get_or_insert_with(|| name.as_ref().to_owned());
                if !open.is_empty() || name.as_ref() == ACTIVITY {
                    elements += 1;
                    if elements > MOST_ELEMENTS {
                        let message = "an activity has too many elements";
                        return Err(Box::new(
                            Fault::new(FaultCode::LimitExceeded, place(), message)
                                .expected(format!("at most {MOST_ELEMENTS}")),
                        ));
                    }
                    open.push(element(&start, offset, &place)?);
                }
            }
            Event::Empty(start) => {
                root.get_or_insert_with(|| start.local_name().as_ref().to_owned());
                if let Some(parent) = open.last_mut() {
                    elements += 1;
                    parent.children.push(element(&start, offset, &place)?);
                }
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                if let Some(closed) = open.pop() {
                    match open.last_mut() {
                        Some(parent) => parent.children.push(closed),
                        None => {
                            found += 1;
                            elements = 0;
                            each(closed);
                        }
                    }
                }
            }
            Event::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text.xml10_content());
                }
            }
            Event::CData(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content();
                let resolved = match reference.resolve_char_ref() {
                    Ok(Some(letter)) => Some(letter.to_string()),
                    Ok(None) => quick_xml::escape::resolve_xml_entity(&name).map(str::to_owned),
                    Err(_) => None,
                };
                let Some(resolved) = resolved else {
                    let fault =
                        Fault::new(FaultCode::UnsupportedSyntax, place(), "an entity is not known");
                    return Err(Box::new(fault.found(format!("&{name};")).expected(
                        "one of &amp; &lt; &gt; &quot; &apos;, or the number of a character",
                    )));
                };
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&resolved);
                }
            }
            Event::DocType(_) => {
                let message = "a document type is not read: it can define anything";
                return Err(Box::new(
                    Fault::new(FaultCode::UnsupportedSyntax, place(), message)
                        .hint("remove the line <!DOCTYPE …>"),
                ));
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
        if depth == 0 && root.is_none() && offset > text.len() {
            return Err(Box::new(syntax("there is no element")));
        }
    }
    if depth > 0 {
        let fault = Fault::new(
            FaultCode::Unclosed,
            lines.place(text.len()),
            "the XML ends before all elements are closed",
        );
        return Err(Box::new(fault.expected("XML in which each element is closed")));
    }
    if found == 0 {
        let fault = Fault::new(FaultCode::NotATable, file.place(), "there is no activity")
            .expected("elements `iati-activity`");
        return Err(Box::new(match root {
            Some(root) => fault.found(format!("a document of `{root}`")),
            None => fault.found("a text without elements"),
        }));
    }
    Ok(())
}

fn element(
    start: &BytesStart<'_>,
    offset: usize,
    place: &impl Fn() -> Place,
) -> Result<Element, Box<Fault>> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let Ok(attribute) = attribute else {
            let fault = Fault::new(FaultCode::InvalidSyntax, place(), "an attribute can't be read");
            return Err(Box::new(
                fault.expected("a name, an equals sign and a value in quotes, each name once"),
            ));
        };
        let Ok(value) = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0) else {
            let fault = Fault::new(
                FaultCode::UnsupportedSyntax,
                place(),
                "an entity in an attribute is not known",
            );
            return Err(Box::new(
                fault.found(&attribute.value).expected("one of &amp; &lt; &gt; &quot; &apos;"),
            ));
        };
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(Element {
        name: start.local_name().as_ref().to_owned(),
        attributes,
        offset,
        ..Element::default()
    })
}
