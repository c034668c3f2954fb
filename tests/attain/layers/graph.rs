//! Which module imports which.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::layers::source::{File, Module, Reference, files};

/// A file that imports from another one.
#[derive(Debug)]
pub struct Import {
    pub from: Module,
    pub line: usize,
    pub to: Module,
}

/// All imports between files below a folder. A re-exported name counts as the file that defines it.
pub fn imports(root: &Path) -> Vec<Import> {
    let tree = Tree::new(files(root));
    let mut imports = Vec::new();
    for (from, file) in &tree.files {
        for reference in &file.paths {
            let is_passed_on = reference.is_public_use
                && !reference.name.as_deref().is_some_and(|name| file.mentions(name));
            if is_passed_on {
                continue;
            }
            if let Some(to) = tree.target(reference) {
                let to = tree.file_of(&to);
                if to != *from {
                    imports.push(Import { from: from.clone(), line: reference.line, to });
                }
            }
        }
    }
    imports
}

struct Tree {
    files: BTreeMap<Module, File>,
    /// What `use` brings into a module, by its name there.
    names: BTreeMap<(Module, String), Reference>,
    /// `use …::*`.
    globs: BTreeMap<Module, Vec<Reference>>,
}

impl Tree {
    fn new(files: BTreeMap<Module, File>) -> Tree {
        let mut names = BTreeMap::new();
        let mut globs: BTreeMap<Module, Vec<Reference>> = BTreeMap::new();
        for reference in files.values().flat_map(|file| &file.paths) {
            match reference.name.as_deref() {
                Some("*") => {
                    globs.entry(reference.module.clone()).or_default().push(reference.clone());
                }
                Some(name) => {
                    names.insert((reference.module.clone(), name.to_owned()), reference.clone());
                }
                None => {}
            }
        }
        Tree { files, names, globs }
    }

    /// The file that contains a module.
    fn file_of(&self, module: &[String]) -> Module {
        let mut file = module.to_vec();
        while !self.files.contains_key(&file) && !file.is_empty() {
            file.pop();
        }
        file
    }

    fn is_module(&self, module: &[String]) -> bool {
        self.files.contains_key(module)
            || self.files.get(&self.file_of(module)).is_some_and(|file| file.contains(module))
    }

    fn defines(&self, module: &[String], item: &str) -> bool {
        self.files.get(&self.file_of(module)).is_some_and(|file| file.defines(module, item))
    }

    /// The module that a path leads to; `None` for other crates, local names and types.
    fn target(&self, reference: &Reference) -> Option<Module> {
        self.resolve(&reference.module, &reference.segments, &mut BTreeSet::new())
    }

    fn resolve(
        &self,
        module: &[String],
        segments: &[String],
        seen: &mut BTreeSet<(Module, String)>,
    ) -> Option<Module> {
        let (first, rest) = segments.split_first()?;
        match first.as_str() {
            "crate" => self.walk(Module::new(), rest, seen),
            "self" => self.walk(module.to_vec(), rest, seen),
            "super" => {
                let mut parent = module.to_vec();
                parent.pop();
                let mut rest = rest;
                while let Some(("super", more)) =
                    rest.split_first().map(|(first, more)| (first.as_str(), more))
                {
                    parent.pop();
                    rest = more;
                }
                self.walk(parent, rest, seen)
            }
            _ => {
                let mut child = module.to_vec();
                child.push(first.clone());
                if self.is_module(&child) {
                    return self.walk(child, rest, seen);
                }
                self.named(module, first, rest, seen)
            }
        }
    }

    /// What `use` brings into a module under a name, and what follows after it.
    fn named(
        &self,
        module: &[String],
        name: &str,
        rest: &[String],
        seen: &mut BTreeSet<(Module, String)>,
    ) -> Option<Module> {
        let key = (module.to_vec(), name.to_owned());
        if let Some(reference) = self.names.get(&key)
            && seen.insert(key)
        {
            let mut segments = reference.segments.clone();
            segments.extend_from_slice(rest);
            return self.resolve(module, &segments, seen);
        }
        None
    }

    fn walk(
        &self,
        mut module: Module,
        segments: &[String],
        seen: &mut BTreeSet<(Module, String)>,
    ) -> Option<Module> {
        for (index, segment) in segments.iter().enumerate() {
            let mut child = module.clone();
            child.push(segment.clone());
            if self.is_module(&child) {
                module = child;
                continue;
            }
            if self.defines(&module, segment) {
                return Some(module);
            }
            let rest = &segments[index + 1..];
            if let Some(target) = self.named(&module, segment, rest, seen) {
                return Some(target);
            }
            for glob in self.globs.get(&module).into_iter().flatten() {
                let passed = &glob.segments[..glob.segments.len() - 1];
                if let Some(source) = self.resolve(&module, passed, seen)
                    && (self.defines(&source, segment)
                        || self.names.contains_key(&(source.clone(), segment.clone())))
                {
                    return self.walk(source, &segments[index..], seen);
                }
            }
            return Some(module);
        }
        Some(module)
    }
}

/// Groups of nodes that reach each other.
pub fn circles(edges: &BTreeSet<(String, String)>) -> BTreeSet<Vec<String>> {
    let nodes: BTreeSet<&String> = edges.iter().flat_map(|(from, to)| [from, to]).collect();
    let reached = |start: &String| {
        let mut reached: BTreeSet<&String> = BTreeSet::new();
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            for (_, to) in edges.iter().filter(|(from, _)| from == node) {
                if reached.insert(to) {
                    open.push(to);
                }
            }
        }
        reached
    };
    let reach: BTreeMap<&String, BTreeSet<&String>> =
        nodes.iter().map(|node| (*node, reached(node))).collect();
    let circle = |node: &&String| -> Vec<String> {
        let back = reach[node].iter().filter(|other| reach[*other].contains(node));
        back.map(|other| (*other).clone()).collect()
    };
    nodes.iter().map(circle).filter(|circle| circle.len() > 1).collect()
}
