//! The parts of a workbook file: a ZIP archive of XML documents.
//!
//! The crates that read workbooks whole (`umya-spreadsheet`) keep number formats but build a tree of everything in it, without
//! a limit; those that stream cells (`calamine`) keep no number formats, so that 0.964 shown as 96.4 % and 1 shown as 001 are
//! lost. So cells are read here.

use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::error::{Fault, FaultCode, Place, grouped};
use crate::sources::SourceFile;

/// All parts that are read have at most this number of bytes together, when decompressed: those of a sheet of as many rows as Excel
/// has with a few columns.
const MOST_BYTES: u64 = 1 << 30;

/// A large workbook has at most this number of times the bytes that its file has. Rows of a sheet have about twenty times as many.
const MOST_TIMES: u64 = 100;

/// Workbooks of no more bytes than these are not large.
const NOT_LARGE: u64 = 64 << 20;

/// An archive has at most this number of parts.
const MOST_PARTS: usize = 10_000;

/// Elements in each other. Those of a workbook are less than twenty.
const MOST_DEPTH: usize = 100;

/// A result with the fault that made something unreadable.
pub(super) type Read1<T> = Result<T, Box<Fault>>;

/// A workbook file, opened.
pub(super) struct Package<'f> {
    file: &'f SourceFile,
    archive: ZipArchive<Cursor<&'f [u8]>>,
    /// The bytes that may still be decompressed.
    bytes_left: u64,
}

impl<'f> Package<'f> {
    pub(super) fn open(file: &'f SourceFile) -> Read1<Self> {
        let bytes = file.bytes();
        let other = |message: &str, hint: &str| {
            let fault = Fault::new(FaultCode::UnknownFormat, file.place(), message);
            Box::new(fault.expected("a workbook in the format `.xlsx` or `.xlsm`").hint(hint))
        };
        const SAVE: &str = "open it in a spreadsheet program and save it as .xlsx";
        if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
            // Both are compound files: a workbook with a password has a stream of this name, in UTF-16.
            let name: Vec<u8> =
                "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
            let is_encrypted = bytes.windows(name.len()).any(|window| window == name);
            return Err(if is_encrypted {
                other(
                    "the workbook has a password",
                    "open it in a spreadsheet program and save it without a password",
                )
            } else {
                other("the workbook has the old format `.xls`", SAVE)
            });
        }
        if !bytes.starts_with(b"PK") {
            return Err(other("the file is no workbook", SAVE));
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| {
            damaged(file.place(), "the archive of the workbook is damaged or cut off").found(error)
        })?;
        if archive.len() > MOST_PARTS {
            let fault = too_large(file.place(), "the workbook has too many parts");
            return Err(Box::new(
                fault.found(archive.len()).expected(format!("at most {MOST_PARTS}")),
            ));
        }
        let mut package = Package { file, archive, bytes_left: most_bytes(file) };
        if package.name_of("xl/workbook.bin").is_some() {
            return Err(other("the workbook has the binary format `.xlsb`", SAVE));
        }
        if package.name_of("mimetype").is_some() {
            let kind = package.bytes("mimetype").unwrap_or_default();
            if kind.starts_with(b"application/vnd.oasis.opendocument") {
                return Err(other("the workbook has the format `.ods`", SAVE));
            }
        }
        if package.name_of("[Content_Types].xml").is_none() {
            return Err(other("the archive is no workbook", SAVE));
        }
        Ok(package)
    }

    pub(super) fn file(&self) -> &'f SourceFile {
        self.file
    }

    /// The place of a part.
    pub(super) fn place(&self, part: &str) -> Place {
        Place::Within { file: self.file.name().to_owned(), path: part.to_owned() }
    }

    /// The name of a part as the archive has it: capitals don't matter.
    pub(super) fn name_of(&self, part: &str) -> Option<String> {
        if self.archive.index_for_name(part).is_some() {
            return Some(part.to_owned());
        }
        (0..self.archive.len()).find_map(|index| {
            let name = self.archive.name_for_index(index)?.ok()?;
            name.eq_ignore_ascii_case(part).then(|| name.into_owned())
        })
    }

    /// The bytes of a part, which is decompressed no further than the limit.
    fn bytes(&mut self, part: &str) -> Read1<Vec<u8>> {
        let place = self.place(part);
        let Some(name) = self.name_of(part) else {
            return Err(damaged(place, "a part of the workbook is missing"));
        };
        let broken = || damaged(place.clone(), "a part of the workbook can't be decompressed");
        let limit = self.bytes_left;
        let mut bytes = Vec::new();
        {
            let entry = self.archive.by_name(&name).map_err(|error| broken().found(error))?;
            entry.take(limit + 1).read_to_end(&mut bytes).map_err(|error| broken().found(error))?;
        }
        let length = bytes.len() as u64;
        if length > limit {
            let fault = too_large(place, "the workbook is too large when it is decompressed");
            return Err(Box::new(
                fault
                    .expected(format!("at most {} bytes", grouped(most_bytes(self.file))))
                    .hint("remove sheets that are not needed, or divide the workbook"),
            ));
        }
        self.bytes_left -= length;
        Ok(bytes)
    }

    /// The text of a part.
    pub(super) fn text(&mut self, part: &str) -> Read1<String> {
        let bytes = self.bytes(part)?;
        let mut text = String::from_utf8(bytes).map_err(|_| {
            let message = "a part of the workbook is not UTF-8";
            Box::new(Fault::new(FaultCode::WrongEncoding, self.place(part), message))
        })?;
        if text.starts_with('\u{feff}') {
            text.remove(0);
        }
        Ok(text)
    }

    /// The relations of a part: id, type and target. Targets are names of parts; those outside the workbook are left out.
    pub(super) fn relations(&mut self, part: &str) -> Read1<Vec<Relation>> {
        let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
        let separator = if folder.is_empty() { "" } else { "/" };
        let of = format!("{folder}{separator}_rels/{name}.rels");
        let text = self.text(&of)?;
        let mut relations = Vec::new();
        let place = self.place(&of);
        walk(&text, &place, |event| {
            if let Node::Start(element) = event
                && element.name() == "Relationship"
            {
                let (Some(id), Some(target)) =
                    (element.attribute("Id")?, element.attribute("Target")?)
                else {
                    return Ok(());
                };
                if element.attribute("TargetMode")?.as_deref() == Some("External") {
                    return Ok(());
                }
                let kind = element.attribute("Type")?.unwrap_or_default();
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                relations.push(Relation { id, kind, target: resolved(folder, &target) });
            }
            Ok(())
        })?;
        Ok(relations)
    }
}

/// A part that another one refers to.
#[derive(Debug)]
pub(super) struct Relation {
    pub(super) id: String,
    /// The last word of its type: `worksheet`, `styles`.
    pub(super) kind: String,
    pub(super) target: String,
}

/// The name of a part from the folder of the one that refers to it.
fn resolved(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|part| !part.is_empty()).collect(),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

pub(super) fn damaged(place: Place, message: &str) -> Box<Fault> {
    let fault = Fault::new(FaultCode::DamagedData, place, message);
    Box::new(fault.hint("open the workbook in a spreadsheet program and save it again"))
}

pub(super) fn too_large(place: Place, message: &str) -> Fault {
    Fault::new(FaultCode::LimitExceeded, place, message)
}

/// How many bytes all parts of a workbook may have together, when decompressed.
fn most_bytes(file: &SourceFile) -> u64 {
    let times = (file.bytes().len() as u64).saturating_mul(MOST_TIMES);
    times.clamp(NOT_LARGE, MOST_BYTES)
}

trait Found {
    fn found(self, found: impl std::fmt::Display) -> Self;
}

impl Found for Box<Fault> {
    fn found(self, found: impl std::fmt::Display) -> Self {
        Box::new((*self).found(found))
    }
}

/// What a document has, in its order.
pub(super) enum Node<'e, 'd> {
    Start(Element<'e, 'd>),
    /// The end of an element with this name, also of one that is empty.
    End(&'e str),
    /// A piece of text.
    Text(&'e str),
}

/// The start of an element.
pub(super) struct Element<'e, 'd> {
    start: &'e BytesStart<'d>,
    place: &'e Place,
}

impl Element<'_, '_> {
    /// The name without its prefix.
    pub(super) fn name(&self) -> &str {
        self.start.local_name().into_inner()
    }

    /// The value of an attribute, by its name without a prefix.
    pub(super) fn attribute(&self, name: &str) -> Read1<Option<String>> {
        for attribute in self.start.attributes() {
            let attribute = attribute.map_err(|error| broken_xml(self.place, &error))?;
            if attribute.key.local_name().into_inner() == name {
                let value = attribute
                    .normalized_value(quick_xml::XmlVersion::Explicit1_0)
                    .map_err(|error| broken_xml(self.place, &error))?;
                return Ok(Some(value.into_owned()));
            }
        }
        Ok(None)
    }
}

fn broken_xml(place: &Place, error: &dyn std::fmt::Display) -> Box<Fault> {
    damaged(place.clone(), "a part of the workbook is no well-formed XML").found(error)
}

/// Calls `visit` for each element and text of a document. Documents with their own entities are refused.
pub(super) fn walk(
    text: &str,
    place: &Place,
    mut visit: impl FnMut(Node<'_, '_>) -> Read1<()>,
) -> Read1<()> {
    let mut reader = Reader::from_str(text);
    let mut depth = 0_usize;
    loop {
        let event = reader.read_event().map_err(|error| broken_xml(place, &error))?;
        match event {
            Event::Start(start) => {
                depth += 1;
                if depth > MOST_DEPTH {
                    let message = "elements of the workbook are nested too deeply";
                    return Err(Box::new(Fault::new(FaultCode::TooDeep, place.clone(), message)));
                }
                visit(Node::Start(Element { start: &start, place }))?;
            }
            Event::Empty(start) => {
                visit(Node::Start(Element { start: &start, place }))?;
                visit(Node::End(start.local_name().into_inner()))?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                visit(Node::End(end.local_name().into_inner()))?;
            }
            Event::Text(text) => visit(Node::Text(&text.xml10_content()))?,
            Event::CData(text) => visit(Node::Text(&text.xml10_content()))?,
            Event::GeneralRef(reference) => {
                let letter = match reference.resolve_char_ref() {
                    Ok(Some(letter)) => letter,
                    Ok(None) => match &*reference.xml10_content() {
                        "amp" => '&',
                        "lt" => '<',
                        "gt" => '>',
                        "quot" => '"',
                        "apos" => '\'',
                        other => {
                            let message = "a part of the workbook has an entity of its own";
                            let fault =
                                Fault::new(FaultCode::UnsupportedSyntax, place.clone(), message);
                            return Err(Box::new(fault.found(format!("&{other};"))));
                        }
                    },
                    Err(error) => return Err(broken_xml(place, &error)),
                };
                visit(Node::Text(letter.encode_utf8(&mut [0; 4])))?;
            }
            Event::DocType(_) => {
                let message = "a part of the workbook declares entities";
                let fault = Fault::new(FaultCode::UnsupportedSyntax, place.clone(), message);
                return Err(Box::new(fault.hint("save the workbook with a spreadsheet program")));
            }
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
            Event::Eof if depth > 0 => {
                return Err(broken_xml(place, &"the document ends within an element"));
            }
            Event::Eof => return Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_names_of_parts() {
        for (folder, target, part) in [
            ("", "xl/workbook.xml", "xl/workbook.xml"),
            ("xl", "worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl", "/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("xl/worksheets", "../styles.xml", "xl/styles.xml"),
            ("xl", "../../../etc/passwd", "etc/passwd"),
            ("xl", "./a//b.xml", "xl/a/b.xml"),
        ] {
            assert_eq!(resolved(folder, target), part);
        }
    }
}
