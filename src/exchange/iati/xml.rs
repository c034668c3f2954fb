//! Elements of XML, one a line.

use std::io::{self, Write};

use crate::scorecard::wording::escaped;

/// Writes elements with their indentation.
pub(super) struct Xml<W> {
    file: W,
    depth: usize,
}

/// Attributes: names and values.
pub(super) type Attributes<'a> = &'a [(&'a str, &'a str)];

impl<W: Write> Xml<W> {
    pub(super) fn new(mut file: W) -> io::Result<Self> {
        writeln!(file, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
        Ok(Xml { file, depth: 0 })
    }

    fn tag(&mut self, name: &str, attributes: Attributes<'_>, end: &str) -> io::Result<()> {
        write!(self.file, "{}<{name}", " ".repeat(self.depth))?;
        for (name, value) in attributes {
            write!(self.file, " {name}=\"{}\"", escaped(value))?;
        }
        write!(self.file, "{end}")
    }

    /// An element, and what `content` writes inside of it.
    pub(super) fn element(
        &mut self,
        name: &str,
        attributes: Attributes<'_>,
        content: impl FnOnce(&mut Self) -> io::Result<()>,
    ) -> io::Result<()> {
        self.tag(name, attributes, ">\n")?;
        self.depth += 1;
        content(self)?;
        self.depth -= 1;
        writeln!(self.file, "{}</{name}>", " ".repeat(self.depth))
    }

    /// An element without content.
    pub(super) fn empty(&mut self, name: &str, attributes: Attributes<'_>) -> io::Result<()> {
        self.tag(name, attributes, "/>\n")
    }

    /// An element with a text alone.
    pub(super) fn text(
        &mut self,
        name: &str,
        attributes: Attributes<'_>,
        text: &str,
    ) -> io::Result<()> {
        self.tag(name, attributes, ">")?;
        writeln!(self.file, "{}</{name}>", escaped(text))
    }

    /// An element with a narrative.
    pub(super) fn narrative(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.element(name, &[], |xml| xml.text("narrative", &[], text))
    }
}
