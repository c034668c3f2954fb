//! The modules of the crate and the paths in their text.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The names from the root of the crate to a module; the root has none.
pub type Module = Vec<String>;

/// What one file says, without comments, strings and tests.
#[derive(Default)]
pub struct File {
    /// Paths in the order of the text.
    pub paths: Vec<Reference>,
    /// Modules that the file contains in braces.
    inline: BTreeSet<Module>,
    /// Modules that only tests have: `#[cfg(test)] mod tests;`.
    tests: BTreeSet<Module>,
    /// Items by the module that defines them.
    items: BTreeSet<(Module, String)>,
    /// Names that occur outside of `use`.
    mentioned: BTreeSet<String>,
}

/// A path in a text, for instance `super::Plan` or `crate::calendar::{self, Window}`; braces give several.
#[derive(Debug, Clone)]
pub struct Reference {
    pub line: usize,
    pub module: Module,
    pub segments: Vec<String>,
    /// The name that a `use` gives it.
    pub name: Option<String>,
    pub is_public_use: bool,
}

/// An identifier, `::`, or a single sign.
#[derive(Debug)]
struct Token {
    line: usize,
    text: String,
}

/// All files of a folder by their module, without those that only tests have.
pub fn files(root: &Path) -> BTreeMap<Module, File> {
    let mut files = BTreeMap::new();
    let mut folders = vec![(root.to_owned(), Module::new())];
    while let Some((folder, module)) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let mut inner = module.clone();
            if path.is_dir() {
                inner.push(stem);
                folders.push((path, inner));
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                if stem != "mod" && stem != "lib" {
                    inner.push(stem);
                }
                let text = std::fs::read_to_string(&path).unwrap();
                files.insert(inner.clone(), File::read(&inner, &text));
            }
        }
    }
    let tests: Vec<Module> = files.values().flat_map(|file| file.tests.clone()).collect();
    files.retain(|module, _| !tests.iter().any(|tests| module.starts_with(tests)));
    files
}

impl File {
    fn read(module: &[String], text: &str) -> File {
        let mut reader = Reader {
            tokens: tokens(text),
            at: 0,
            scopes: vec![(module.to_vec(), 0)],
            depth: 0,
            file: File::default(),
        };
        reader.read();
        reader.file
    }

    pub fn defines(&self, module: &[String], item: &str) -> bool {
        self.items.contains(&(module.to_vec(), item.to_owned()))
    }

    pub fn contains(&self, module: &[String]) -> bool {
        self.inline.contains(module)
    }

    /// Whether a name occurs outside of `use`.
    pub fn mentions(&self, name: &str) -> bool {
        self.mentioned.contains(name)
    }
}

/// Drops comments, strings and characters.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(length) = string(rest) {
            length
        } else if first == '\'' {
            character(rest)
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|sign: char| !sign.is_alphanumeric() && sign != '_');
            let end = end.unwrap_or(rest.len());
            tokens.push(Token { line, text: rest[..end].to_owned() });
            end
        } else {
            let end = if rest.starts_with("::") { 2 } else { first.len_utf8() };
            if !first.is_whitespace() {
                tokens.push(Token { line, text: rest[..end].to_owned() });
            }
            end
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    tokens
}

/// The length of a string literal at the start of a text.
fn string(text: &str) -> Option<usize> {
    let body = text.strip_prefix(['b', 'c']).unwrap_or(text);
    if let Some(raw) = body.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let start = text.len() - raw.len() + hashes;
        if text[start..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            return Some(start + 1 + text[start + 1..].find(&end).unwrap() + end.len());
        }
    }
    let inside = body.strip_prefix('"')?;
    let mut is_escaped = false;
    let end = inside.find(|sign: char| {
        let is_end = sign == '"' && !is_escaped;
        is_escaped = sign == '\\' && !is_escaped;
        is_end
    });
    Some(text.len() - inside.len() + end.unwrap() + 1)
}

/// The length of a character literal or of the sign of a lifetime.
fn character(text: &str) -> usize {
    let mut signs = text.char_indices().skip(1);
    let (_, first) = signs.next().unwrap();
    if first == '\\' {
        // The sign after the backslash may be a quote.
        return 3 + text[3..].find('\'').unwrap() + 1;
    }
    match signs.next() {
        Some((end, '\'')) => end + 1,
        _ => 1,
    }
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    /// Modules that are open, each with the depth of its braces.
    scopes: Vec<(Module, usize)>,
    depth: usize,
    file: File,
}

impl Reader {
    fn text(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| &token.text)
    }

    fn is(&self, texts: &[&str]) -> bool {
        texts.iter().enumerate().all(|(index, text)| self.text(self.at + index) == *text)
    }

    fn module(&self) -> &Module {
        &self.scopes.last().unwrap().0
    }

    fn read(&mut self) {
        while self.at < self.tokens.len() {
            if self.is(&["#", "[", "cfg", "("]) && self.is_for_tests() {
                self.skip_item();
            } else if self.is(&["use"]) {
                self.read_use();
            } else if self.is(&["mod"]) && self.text(self.at + 2) == "{" {
                let mut inner = self.module().clone();
                inner.push(self.text(self.at + 1).to_owned());
                self.depth += 1;
                self.file.inline.insert(inner.clone());
                self.scopes.push((inner, self.depth));
                self.at += 3;
            } else if self.is(&["pub", "(", "in"]) {
                // The path says who may see an item; it imports nothing.
                self.skip_to(")");
            } else {
                self.read_token();
            }
        }
    }

    fn read_token(&mut self) {
        let token = self.text(self.at).to_owned();
        match token.as_str() {
            "{" => self.depth += 1,
            "}" => {
                if self.scopes.last().is_some_and(|(_, depth)| *depth == self.depth) {
                    self.scopes.pop();
                }
                self.depth -= 1;
            }
            "struct" | "enum" | "fn" | "type" | "const" | "static" | "trait" | "union" => {
                let name = self.text(self.at + 1).to_owned();
                self.file.items.insert((self.module().clone(), name));
            }
            name if is_name(name) => {
                self.file.mentioned.insert(name.to_owned());
                if self.text(self.at + 1) == "::"
                    && (self.at == 0 || self.text(self.at - 1) != "::")
                {
                    let line = self.tokens[self.at].line;
                    let mut segments = vec![name.to_owned()];
                    let mut at = self.at + 1;
                    while self.text(at) == "::" && is_name(self.text(at + 1)) {
                        segments.push(self.text(at + 1).to_owned());
                        at += 2;
                    }
                    let module = self.module().clone();
                    self.file.paths.push(Reference {
                        line,
                        module,
                        segments,
                        name: None,
                        is_public_use: false,
                    });
                }
            }
            _ => {}
        }
        self.at += 1;
    }

    /// Whether an attribute `#[cfg(…)]` asks for tests.
    fn is_for_tests(&self) -> bool {
        let inside = (self.at..).take_while(|at| !matches!(self.text(*at), "]" | ""));
        let words: Vec<&str> = inside.map(|at| self.text(at)).collect();
        words.contains(&"test") && !words.contains(&"not")
    }

    fn skip_to(&mut self, end: &str) {
        while self.at < self.tokens.len() && self.text(self.at) != end {
            self.at += 1;
        }
        self.at += 1;
    }

    /// Skips attributes and the item after them.
    fn skip_item(&mut self) {
        while self.is(&["#"]) {
            self.skip_to("]");
        }
        while matches!(self.text(self.at), "pub" | "(" | ")" | "crate" | "super") {
            self.at += 1;
        }
        match self.text(self.at) {
            "use" => self.skip_to(";"),
            "mod" if self.text(self.at + 2) == ";" => {
                let mut tests = self.module().clone();
                tests.push(self.text(self.at + 1).to_owned());
                self.file.tests.insert(tests);
                self.at += 3;
            }
            _ => self.skip_body(),
        }
    }

    fn skip_body(&mut self) {
        let mut depth = 0;
        while self.at < self.tokens.len() {
            match self.text(self.at) {
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" => depth -= 1,
                _ => {}
            }
            let is_end = depth == 0 && matches!(self.text(self.at), "}" | ";" | ",");
            self.at += 1;
            if is_end {
                return;
            }
        }
    }

    fn read_use(&mut self) {
        let is_public_use = self.at > 0
            && (self.text(self.at - 1) == "pub"
                || (self.text(self.at - 1) == ")" && self.text(self.at.saturating_sub(3)) == "("));
        self.at += 1;
        self.read_tree(&[], is_public_use);
        self.skip_to(";");
    }

    /// Reads `a::b`, `a::b as c`, `a::*` or `a::{…}`.
    fn read_tree(&mut self, before: &[String], is_public_use: bool) {
        let line = self.tokens[self.at].line;
        let mut segments = before.to_vec();
        loop {
            match self.text(self.at) {
                "{" => {
                    self.at += 1;
                    while self.text(self.at) != "}" {
                        self.read_tree(&segments, is_public_use);
                        if self.text(self.at) == "," {
                            self.at += 1;
                        }
                    }
                    self.at += 1;
                    return;
                }
                "self" if !segments.is_empty() => {}
                segment => segments.push(segment.to_owned()),
            }
            self.at += 1;
            if self.text(self.at) != "::" {
                break;
            }
            self.at += 1;
        }
        let mut name = segments.last().cloned();
        if self.text(self.at) == "as" {
            name = Some(self.text(self.at + 1).to_owned());
            self.at += 2;
        }
        let module = self.module().clone();
        self.file.paths.push(Reference { line, module, segments, name, is_public_use });
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|sign: char| sign.is_alphabetic() || sign == '_')
}
