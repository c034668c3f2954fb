//! The reference of plan files, as Markdown: a table for each section, with an example of every key from a plan.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Definitions, Key, KeyDescription, Keys, PlanKeys, PlanType, Rule, SectionDescription};
use crate::plan::document::{Node, Value, from_yaml};

/// Values that plans hold, by the section and the key: the shortest of each.
#[derive(Default)]
pub struct Examples {
    found: BTreeMap<(&'static str, &'static str), String>,
}

impl Examples {
    /// Notes the values of all keys of a plan.
    pub fn visit_plan(&mut self, plan: &Node) {
        PlanKeys::walk(plan, self);
    }

    /// Notes the value of a key.
    pub fn visit_key<S: Keys, T: PlanType>(&mut self, key: &Key<T>, node: &Node) {
        let Some(value) = node.get(key.name) else { return };
        let example = format!("{}: {}", key.name, flow(value));
        let read = from_yaml(&example, None).unwrap();
        assert!(read.get(key.name).is_some_and(|read| read.same_content(value)), "{example}");
        let shortest = self.found.entry((S::NAME, key.name)).or_insert_with(|| example.clone());
        if example.len() < shortest.len() {
            *shortest = example;
        }
        T::walk(value, self);
    }

    /// An example of a key; of one with a long value, what stands below it has examples of its own.
    fn of(&self, section: &SectionDescription, key: &KeyDescription) -> String {
        const LONGEST: usize = 70;
        let example = self.found.get(&(section.name, key.name));
        let example = example
            .unwrap_or_else(|| panic!("no plan shows the key `{}` of {}", key.name, section.name));
        match example.chars().count() {
            0..=LONGEST => format!("`{}`", example.replace('|', "\\|")),
            _ => format!("`{}: …`", key.name),
        }
    }
}

/// A value on one line of YAML.
fn flow(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.clone(),
        Value::Text(text) => word(text),
        Value::List(items) => {
            format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", "))
        }
        Value::Map(entries) => {
            let entries =
                entries.iter().map(|entry| format!("{}: {}", word(&entry.key), flow(&entry.value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// A text without quotes, where it reads back.
fn word(text: &str) -> String {
    let read = from_yaml(&format!("[{text}]"), None).ok();
    let is_plain = read
        .as_ref()
        .and_then(Node::as_list)
        .is_some_and(|items| matches!(items, [only] if only.as_text() == Some(text)));
    let is_code = text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain && !is_code { text.to_owned() } else { format!("{text:?}") }
}

/// The tables of all sections of the plan.
pub fn markdown(examples: &Examples) -> String {
    let mut definitions = Definitions::default();
    definitions.describe::<PlanKeys>();
    let mut text = String::new();
    for section in definitions.sections.iter().flatten() {
        let name = section.name.replace('_', " ");
        let (first, rest) = name.split_at(1);
        write!(text, "\n### {}{rest}\n\n{}", first.to_uppercase(), section.doc).unwrap();
        text.push_str(&rule(section.rule));
        text.push_str("\n\n| key | type | default | meaning | example |\n|---|---|---|---|---|\n");
        for key in &section.keys {
            let default = match (&key.usually, key.is_required) {
                (_, true) => "required",
                (Some(usually), false) => usually,
                (None, false) if is_alternative(section.rule, key.name) => "",
                (None, false) => "none",
            };
            let KeyDescription { name, form, doc, .. } = key;
            let example = examples.of(section, key);
            writeln!(text, "| `{name}` | {form} | {default} | {doc} | {example} |").unwrap();
        }
    }
    text
}

fn is_alternative(rule: Rule, key: &str) -> bool {
    match rule {
        Rule::Any | Rule::OrNothing => false,
        Rule::Single => true,
        Rule::OneOf(all) | Rule::AnyOf(all) => all.iter().copied().flatten().any(|one| *one == key),
    }
}

/// Which keys may stand together, as a sentence.
fn rule(rule: Rule) -> String {
    let of = |all: super::Alternatives| {
        let all = all.iter().map(|keys| {
            keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(" with ")
        });
        all.collect::<Vec<_>>().join(", ")
    };
    match rule {
        Rule::Any => String::new(),
        Rule::OrNothing => " It may be empty.".to_owned(),
        Rule::Single => " It has exactly one key.".to_owned(),
        Rule::OneOf(all) => format!(" It has exactly one of {}.", of(all)),
        Rule::AnyOf(all) => format!(" It has at least one of {}.", of(all)),
    }
}

#[test]
fn alternatives_are_keys_and_defaults_are_values() {
    let mut definitions = Definitions::default();
    definitions.describe::<PlanKeys>();
    for section in definitions.sections.iter().flatten() {
        if let Rule::OneOf(all) | Rule::AnyOf(all) = section.rule {
            for key in all.iter().copied().flatten() {
                assert!(section.keys.iter().any(|known| known.name == *key), "{key}");
            }
        }
        for key in &section.keys {
            let is_both = key.is_required && key.usually.is_some();
            assert!(!is_both, "`{}` of {} is required and has a default", key.name, section.name);
            assert!(key.doc.ends_with('.'), "{}", key.doc);
        }
    }
}
