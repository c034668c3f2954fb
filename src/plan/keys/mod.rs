//! The keys of plan files, each declared once: its name, type, default and meaning.
//!
//! [`section!`] declares the keys of one kind of map. From the declarations follow
//!
//! * the keys that the reader knows, which of them are required, and their defaults (`plan/read/`),
//! * the names that the writer puts, and the values that it leaves out (`plan/write/`),
//! * the JSON Schema (`plan/schema.rs`),
//! * the tables of `docs/reference/plans.md` ([`reference`]).
//!
//! | module | sections |
//! |---|---|
//! | [`values`] | the types of values |
//! | [`plan`] | the plan itself, its calendar and units |
//! | [`measures`], [`indicators`], [`targets`] | what is counted, computed and promised |
//! | [`certainty`] | how much counts vary by chance |
//! | [`outlooks`] | the path to a goal, and the model of the chance to reach it |
//! | [`owners`] | who answers for what |
//! | [`ratings`] | standards, scores, awards and models |

mod certainty;
mod indicators;
mod measures;
mod outlooks;
mod owners;
mod plan;
mod ratings;
#[cfg(test)]
pub(crate) mod reference;
mod targets;
mod values;

use serde_json::{Map as JsonMap, Value as Json, json};

pub use self::certainty::*;
pub use self::indicators::*;
pub use self::measures::*;
pub use self::outlooks::*;
pub use self::owners::*;
pub use self::plan::*;
pub use self::ratings::*;
pub use self::targets::*;
pub use self::values::*;
use super::document::{Node, Value};

/// A key of a section and what it holds.
pub struct Key<T: PlanType> {
    /// The key as it is written.
    pub name: &'static str,
    /// What it means.
    doc: &'static str,
    /// What faults call its value.
    what: Option<&'static str>,
    /// What a missing one should have been.
    missing: Option<&'static str>,
    /// Whether it has to be there.
    pub is_required: bool,
    default: Option<fn() -> T::Value>,
    /// The default in words.
    usually: Option<&'static str>,
}

impl<T: PlanType> Key<T> {
    const fn new(name: &'static str, doc: &'static str) -> Self {
        let name = plain(name);
        let (what, missing, default, usually) = (None, None, None, None);
        Key { name, doc, what, missing, is_required: false, default, usually }
    }

    /// What faults call its value; without it, "the" and the key.
    const fn what(mut self, what: &'static str) -> Self {
        self.what = Some(what);
        self
    }

    /// It has to be there. `missing` says what is expected where it is not.
    const fn required(mut self, missing: &'static str) -> Self {
        self.is_required = true;
        self.missing(missing)
    }

    /// What is expected where it is missing and other keys ask for it.
    const fn missing(mut self, missing: &'static str) -> Self {
        self.missing = Some(missing);
        self
    }

    /// The default, which is not written.
    const fn default(mut self, default: fn() -> T::Value) -> Self {
        self.default = Some(default);
        self
    }

    /// The default in words.
    const fn usually(mut self, usually: &'static str) -> Self {
        self.usually = Some(usually);
        self
    }

    /// What faults call its value.
    pub fn value_name(&self) -> String {
        self.what.or(self.missing).map_or_else(|| format!("the {}", self.name), str::to_owned)
    }

    /// What a missing one should have been.
    pub fn expected(&self) -> &'static str {
        self.missing.unwrap_or(self.doc)
    }

    /// The default.
    pub fn default_value(&self) -> Option<T::Value> {
        self.default.map(|default| default())
    }

    /// The value as it is written; `None` for the default, which is left out.
    pub fn written(&self, value: &T::Value) -> Option<Node> {
        let node = T::write(value);
        let default = self.default.map(|default| T::write(&default()));
        (default.as_ref() != Some(&node)).then_some(node)
    }

    fn describe(&self, definitions: &mut Definitions) -> KeyDescription {
        let default = self.default.map(|default| T::write(&default()));
        KeyDescription {
            name: self.name,
            doc: self.doc.trim(),
            schema: T::schema(definitions),
            form: T::form(),
            is_required: self.is_required,
            usually: self.usually.map(str::to_owned).or_else(|| {
                let default = default.as_ref().and_then(literal);
                default.map(|default| format!("`{}`", default.to_string().trim_matches('"')))
            }),
            default,
        }
    }
}

/// `r#where` is the key `where`.
const fn plain(name: &str) -> &str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

/// A single value in JSON.
fn literal(node: &Node) -> Option<Json> {
    match &node.value {
        Value::Bool(value) => Some(json!(value)),
        Value::Number(number) => serde_json::from_str(number).ok(),
        Value::Text(text) => Some(json!(text)),
        Value::Null | Value::List(_) | Value::Map(_) => None,
    }
}

/// Keys, of which some have to stand together.
pub type Alternatives = &'static [&'static [&'static str]];

/// Which keys of a section may stand together.
#[derive(Clone, Copy)]
pub enum Rule {
    /// Any that are not required may be left out.
    Any,
    /// The section may be empty (`null`).
    OrNothing,
    /// Exactly one key.
    Single,
    /// The keys of exactly one alternative.
    OneOf(Alternatives),
    /// The keys of at least one alternative.
    AnyOf(Alternatives),
}

/// The keys of a section of the plan.
pub trait Keys {
    /// The name of the section among the definitions of the schema and in the reference.
    const NAME: &'static str;
    /// What faults call it.
    const WHAT: &'static str;
    /// What it is.
    const DOC: &'static str;
    /// Which keys may stand together.
    const RULE: Rule;
    /// All keys, in the order in which messages list them.
    const NAMES: &'static [&'static str];

    /// All keys with what they hold.
    fn describe(definitions: &mut Definitions) -> Vec<KeyDescription>;

    /// Passes the values below the keys of a map on.
    #[cfg(test)]
    fn visit(node: &Node, examples: &mut reference::Examples);
}

/// Declares the keys of a section: a struct with a [`Key`] for each and a static of it.
///
/// ```ignore
/// section! {
///     /// The days on which events were recorded.
///     RECORDED: RecordedKeys = "recorded", "the recorded days", Rule::Any;
///     /// The first day.
///     from: OptionalDay => what("the first day");
///     /// The last day, included.
///     until: OptionalDay => what("the last day");
/// }
/// ```
///
/// `RECORDED.from` is then a `Key<OptionalDay>`. After `=>` stand the methods of [`Key`] that are called on it.
macro_rules! section {
    (
        $(#[doc = $doc:literal])+
        $name:ident: $keys:ident = $title:literal, $what:literal, $rule:expr;
        $(
            $(#[doc = $of_key:literal])+
            $key:ident: $type:ty $(=> $($option:ident($($argument:expr),*)),+)?;
        )+
    ) => {
        $(#[doc = $doc])+
        pub struct $keys {
            $($(#[doc = $of_key])+ pub $key: $crate::plan::keys::Key<$type>,)+
        }

        $(#[doc = $doc])+
        pub static $name: $keys = $keys {
            $($key: $crate::plan::keys::Key::new(stringify!($key), concat!($($of_key),+))
                $($(.$option($($argument),*))+)?,)+
        };

        impl $crate::plan::keys::Keys for $keys {
            const NAME: &'static str = $title;
            const WHAT: &'static str = $what;
            const DOC: &'static str = concat!($($doc),+);
            const RULE: $crate::plan::keys::Rule = $rule;
            const NAMES: &'static [&'static str] = &[$($crate::plan::keys::plain(stringify!($key))),+];

            fn describe(
                definitions: &mut $crate::plan::keys::Definitions,
            ) -> Vec<$crate::plan::keys::KeyDescription> {
                vec![$($name.$key.describe(definitions)),+]
            }

            #[cfg(test)]
            fn visit(
                node: &$crate::plan::document::Node,
                examples: &mut $crate::plan::keys::reference::Examples,
            ) {
                $(examples.visit_key::<$keys, $type>(&$name.$key, node);)+
            }
        }
    };
}
use section;

/// A key as the schema and the reference describe it.
#[cfg_attr(not(test), expect(dead_code, reason = "the reference reads it, which a test writes"))]
pub struct KeyDescription {
    /// The key.
    pub name: &'static str,
    /// What it means.
    pub doc: &'static str,
    /// The schema of its value.
    pub schema: Json,
    /// The type of its value in words.
    pub form: String,
    /// Whether it has to be there.
    pub is_required: bool,
    /// The default in words.
    pub usually: Option<String>,
    default: Option<Node>,
}

impl KeyDescription {
    /// The schema of the value, with its meaning and its default.
    fn property(&self) -> Json {
        let mut schema = self.schema.clone();
        if let Json::Object(schema) = &mut schema {
            schema.extend(
                self.default.as_ref().and_then(literal).map(|it| ("default".to_owned(), it)),
            );
            schema.insert("description".to_owned(), json!(self.doc));
        }
        schema
    }
}

/// A section as the reference describes it.
#[cfg_attr(not(test), expect(dead_code, reason = "the reference reads it, which a test writes"))]
pub struct SectionDescription {
    /// Its name among the definitions.
    pub name: &'static str,
    /// What it is.
    pub doc: &'static str,
    /// Which keys may stand together.
    pub rule: Rule,
    /// Its keys.
    pub keys: Vec<KeyDescription>,
}

/// The sections that a schema refers to, in the order in which they are first used.
#[derive(Default)]
pub struct Definitions {
    /// The schema of each, by its name.
    pub schemas: JsonMap<String, Json>,
    /// The keys of each.
    pub sections: Vec<Option<SectionDescription>>,
}

impl Definitions {
    /// The schema of a section, and its description among the others.
    pub fn describe<S: Keys>(&mut self) -> Json {
        let place = self.sections.len();
        self.sections.push(None);
        let keys = S::describe(self);
        let of_keys: JsonMap<String, Json> =
            keys.iter().map(|key| (key.name.to_owned(), key.property())).collect();
        let required: Vec<&str> =
            keys.iter().filter(|key| key.is_required).map(|key| key.name).collect();
        let mut object = json!({
            "type": "object",
            "properties": of_keys,
            "required": required,
            "additionalProperties": false
        });
        let alternatives = |all: Alternatives| -> Vec<Json> {
            all.iter().map(|keys| json!({"required": keys})).collect()
        };
        let schema = match S::RULE {
            Rule::Any => object,
            Rule::OrNothing => json!({"anyOf": [{"type": "null"}, object]}),
            Rule::Single => {
                object["minProperties"] = json!(1);
                object["maxProperties"] = json!(1);
                object
            }
            Rule::OneOf(all) => json!({"allOf": [object, {"oneOf": alternatives(all)}]}),
            Rule::AnyOf(all) => json!({"allOf": [object, {"anyOf": alternatives(all)}]}),
        };
        self.sections[place] =
            Some(SectionDescription { name: S::NAME, doc: S::DOC.trim(), rule: S::RULE, keys });
        schema
    }
}

impl<S: Keys> PlanType for S {
    type Value = Node;

    fn schema(definitions: &mut Definitions) -> Json {
        if !definitions.schemas.contains_key(S::NAME) {
            // It keeps the place: a section may contain itself.
            definitions.schemas.insert(S::NAME.to_owned(), Json::Null);
            let mut schema = definitions.describe::<S>();
            if let Json::Object(schema) = &mut schema {
                schema.insert("description".to_owned(), json!(S::DOC.trim()));
            }
            definitions.schemas.insert(S::NAME.to_owned(), schema);
        }
        json!({"$ref": format!("#/$defs/{}", S::NAME)})
    }

    fn form() -> String {
        format!("[{}](#{})", S::NAME.replace('_', " "), S::NAME.replace('_', "-"))
    }

    fn write(node: &Node) -> Node {
        node.clone()
    }

    #[cfg(test)]
    fn walk(node: &Node, examples: &mut reference::Examples) {
        if node.as_map().is_some() {
            S::visit(node, examples);
        }
    }
}
