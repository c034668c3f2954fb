//! Goals over several indicators: all, any or a number of several targets.
use crate::error::codes::codes;

/// Several targets judged together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Combined {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// A remark of the plan's authors.
    pub note: Option<String>,
    /// How many of the targets have to be met.
    pub rule: Rule,
    /// The targets, by their places in the plan.
    pub targets: Vec<usize>,
}

impl Combined {
    /// The title, or the id where there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }

    /// How many of the targets have to be met.
    pub fn required(&self) -> usize {
        match self.rule {
            Rule::All => self.targets.len(),
            Rule::Any => 1,
            Rule::AtLeast(count) => count,
        }
    }
}

/// How many of several targets have to be met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Every one.
    All,
    /// One or more.
    Any,
    /// This number or more.
    AtLeast(usize),
}

impl Rule {
    /// The rule as the plan file names it.
    pub fn name(self) -> &'static str {
        self.kind().code()
    }

    /// The rule without its number.
    pub fn kind(self) -> RuleKind {
        match self {
            Rule::All => RuleKind::All,
            Rule::Any => RuleKind::Any,
            Rule::AtLeast(_) => RuleKind::AtLeast,
        }
    }
}

codes! {
    /// A [`Rule`] without its number.
    pub enum RuleKind as "rule" {
        /// All targets have to be met.
        All = "all",
        /// One has to be met.
        Any = "any",
        /// A number of them has to be met.
        AtLeast = "at_least",
    }
}
