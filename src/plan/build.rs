//! Plans built in Rust: the same plans as files hold, with the same checks.
//!
//! Indicators are functions of measures ([`count`], [`share`], [`ratio`], [`rate`], [`mean`]), and comparing one with a
//! number makes a [`NewTarget`].
//!
//! ```
//! use attain::Plan;
//! use attain::calendar::Every;
//! use attain::plan::build::{NewMeasure, NewUnit, count, ratio};
//!
//! let plan = Plan::builder("clearance")
//!     .title("Clearance of crimes")
//!     .levels(["city", "district"])
//!     .unit(NewUnit::new("01", "city").name("Hà Nội"))
//!     .unit(NewUnit::new("001", "district").name("Ba Đình").parent("01"))
//!     .measure(NewMeasure::new("cases").every(Every::Month))
//!     .measure(NewMeasure::new("cleared").every(Every::Month))
//!     .target(
//!         "cleared",
//!         ratio("cleared", "cases").at_least(75).every(Every::Quarter, "2024").level("district").basis("96/2019/QH14"),
//!     )
//!     .target("fewer", count("cases").reduce_by_percent(5, "same_window_last_year").window("2024"))
//!     .build()?;
//! assert_eq!(plan.targets().len(), 2);
//!
//! let error = Plan::builder("p").levels(["city"]).target("t", count("cases").at_most(3).window("2024")).build();
//! assert!(error.unwrap_err().to_string().contains("indicators.t.count: there is no measure `cases`"));
//! # Ok::<(), attain::Error>(())
//! ```

use std::fmt::Display;

use super::OverTime;
use super::Plan;
use super::document::{Entry, Node, Value};
use crate::calendar::{Every, Length};
use crate::error::{Place, Result};

/// A plan in the making.
#[derive(Debug, Clone, Default)]
pub struct PlanBuilder {
    head: Vec<(String, Value)>,
    levels: Vec<String>,
    units: Vec<Keys>,
    strata: Vec<(String, Value)>,
    measures: Vec<(String, Keys)>,
    indicators: Vec<(String, Keys)>,
    targets: Vec<(String, Keys)>,
}

/// Keys with their values, in order.
type Keys = Vec<(String, Value)>;

impl Plan {
    /// Begins a plan that is built in code.
    pub fn builder(id: impl Into<String>) -> PlanBuilder {
        let builder = PlanBuilder::default().set("attain", Value::Number("1".to_owned()));
        builder.set("plan", text(id))
    }
}

impl PlanBuilder {
    /// The title.
    #[must_use]
    pub fn title(self, title: impl Into<String>) -> Self {
        self.set("title", text(title))
    }

    /// A key at the top of the plan format, such as `minimum_completeness`.
    #[must_use]
    pub fn set(mut self, key: impl Into<String>, value: Value) -> Self {
        self.head.push((key.into(), value));
        self
    }

    /// The levels of units, topmost first.
    #[must_use]
    pub fn levels(mut self, levels: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.levels = levels.into_iter().map(Into::into).collect();
        self
    }

    /// Adds a unit.
    #[must_use]
    pub fn unit(mut self, unit: NewUnit) -> Self {
        self.units.push(unit.0);
        self
    }

    /// Adds units.
    #[must_use]
    pub fn units(self, units: impl IntoIterator<Item = NewUnit>) -> Self {
        units.into_iter().fold(self, PlanBuilder::unit)
    }

    /// Adds a stratum with its categories.
    #[must_use]
    pub fn stratum(
        mut self,
        id: impl Into<String>,
        categories: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.strata.push((id.into(), list(categories.into_iter().map(text))));
        self
    }

    /// Adds a measure.
    #[must_use]
    pub fn measure(mut self, measure: NewMeasure) -> Self {
        self.measures.push((measure.id, measure.keys));
        self
    }

    /// Adds an indicator under an id of its own; targets of the same formula use it.
    #[must_use]
    pub fn indicator(mut self, id: impl Into<String>, indicator: Indicator) -> Self {
        self.indicators.push((id.into(), indicator.0));
        self
    }

    /// Adds a target. Its indicator has the target's id, unless an indicator of the same formula is there.
    #[must_use]
    pub fn target(mut self, id: impl Into<String>, target: NewTarget) -> Self {
        let id = id.into();
        let NewTarget { indicator: Indicator(formula), mut keys } = target;
        let known = self.indicators.iter().find(|(_, known)| known.ends_with(&formula));
        let indicator = match known {
            Some((known, _)) => known.clone(),
            None => {
                let is_taken = self.indicators.iter().any(|(known, _)| *known == id)
                    || self.measures.iter().any(|(measure, _)| *measure == id);
                let own = if is_taken { format!("{id}-value") } else { id.clone() };
                self.indicators.push((own.clone(), formula));
                own
            }
        };
        keys.insert(0, ("indicator".to_owned(), text(indicator)));
        self.targets.push((id, keys));
        self
    }

    /// The plan.
    ///
    /// # Errors
    /// [`Error::is_plan`](crate::Error::is_plan) with every fault. The place of a fault is the path of keys:
    /// `targets.cleared.goal`.
    pub fn build(self) -> Result<Plan> {
        let PlanBuilder { mut head, levels, units, strata, measures, indicators, targets } = self;
        let units = vec![
            ("levels".to_owned(), list(levels.into_iter().map(text))),
            ("list".to_owned(), list(units.into_iter().map(map))),
        ];
        head.push(("units".to_owned(), map(units)));
        let sections = [("measures", measures), ("indicators", indicators), ("targets", targets)];
        if !strata.is_empty() {
            head.push(("strata".to_owned(), map(strata)));
        }
        for (section, entries) in sections {
            let entries = entries.into_iter().map(|(id, keys)| (id, map(keys))).collect();
            head.push((section.to_owned(), map(entries)));
        }
        let mut root = Node::nowhere(map(head));
        place(&mut root, "");
        Plan::from_document(&root, None)
    }
}

/// A unit to be added to a plan.
#[derive(Debug, Clone)]
pub struct NewUnit(Keys);

impl NewUnit {
    /// A unit with its code and level.
    pub fn new(id: impl Into<String>, level: impl Into<String>) -> Self {
        NewUnit(vec![("id".to_owned(), text(id)), ("level".to_owned(), text(level))])
    }

    /// The name.
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Self {
        self.set("name", text(name))
    }

    /// The code of the unit above it.
    #[must_use]
    pub fn parent(self, parent: impl Into<String>) -> Self {
        self.set("parent", text(parent))
    }

    /// Another key of a unit, such as `valid_from`.
    #[must_use]
    pub fn set(mut self, key: impl Into<String>, value: Value) -> Self {
        self.0.push((key.into(), value));
        self
    }
}

/// A measure to be added to a plan.
#[derive(Debug, Clone)]
pub struct NewMeasure {
    id: String,
    keys: Keys,
}

impl NewMeasure {
    /// A measure with its id.
    pub fn new(id: impl Into<String>) -> Self {
        NewMeasure { id: id.into(), keys: Keys::new() }
    }

    /// The kind of period that reports are due for.
    #[must_use]
    pub fn every(self, every: Every) -> Self {
        self.set("every", text(every.code()))
    }

    /// The strata by which it is recorded.
    #[must_use]
    pub fn strata(self, strata: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.set("strata", list(strata.into_iter().map(text)))
    }

    /// How figures of several periods become one, in place of their sum.
    #[must_use]
    pub fn over_time(self, over_time: OverTime) -> Self {
        self.set("over_time", text(over_time.code()))
    }

    /// Each figure is the total of the year to date: the differences are used.
    ///
    /// ```
    /// use attain::Plan;
    /// use attain::calendar::Every;
    /// use attain::plan::build::{NewMeasure, NewUnit, count};
    ///
    /// let plan = Plan::builder("training")
    ///     .levels(["city"])
    ///     .unit(NewUnit::new("c", "city"))
    ///     .measure(NewMeasure::new("trained").every(Every::Month).cumulative())
    ///     .target("trained", count("trained").at_least(100).window("2024"))
    ///     .build()?;
    /// assert!(plan.measures()[0].cumulative);
    /// # Ok::<(), attain::Error>(())
    /// ```
    #[must_use]
    pub fn cumulative(self) -> Self {
        self.set("cumulative", Value::Bool(true))
    }

    /// Another key of a measure, such as `recorded_at`.
    #[must_use]
    pub fn set(mut self, key: impl Into<String>, value: Value) -> Self {
        self.keys.push((key.into(), value));
        self
    }
}

/// A formula over measures. Each argument is a measure, or measures added and subtracted, each perhaps times a number:
/// `cleared + cleared_old`, `0.5 * people`.
#[derive(Debug, Clone)]
pub struct Indicator(Keys);

/// A count of events or things.
pub fn count(of: impl Into<String>) -> Indicator {
    Indicator(vec![("count".to_owned(), text(of))])
}

/// A part of a whole, in per cent; the part is never larger.
pub fn share(part: impl Into<String>, whole: impl Into<String>) -> Indicator {
    fraction("proportion", ("numerator", part), ("denominator", whole))
}

/// One sum over another, in per cent; it may exceed 100 %.
pub fn ratio(numerator: impl Into<String>, denominator: impl Into<String>) -> Indicator {
    fraction("ratio", ("numerator", numerator), ("denominator", denominator))
}

/// Events per `per` of a population.
pub fn rate(events: impl Into<String>, population: impl Into<String>, per: u32) -> Indicator {
    fraction("rate", ("numerator", events), ("population", population)).per(per)
}

/// A sum per thing.
pub fn mean(of: impl Into<String>, per: impl Into<String>) -> Indicator {
    fraction("mean", ("of", of), ("per", per))
}

fn fraction(
    kind: &str,
    (upper, one): (&str, impl Into<String>),
    (lower, other): (&str, impl Into<String>),
) -> Indicator {
    let operands = vec![(upper.to_owned(), text(one)), (lower.to_owned(), text(other))];
    Indicator(vec![(kind.to_owned(), map(operands))])
}

impl Indicator {
    /// The multiplier of a share, ratio or rate, in place of 100 or 100,000.
    #[must_use]
    pub fn per(mut self, per: u32) -> Self {
        if let Some((_, Value::Map(operands))) = self.0.last_mut() {
            operands.push(entry("per".to_owned(), number(per)));
        }
        self
    }

    /// The categories of a stratum to which the numerator of a share, ratio or rate is narrowed, and the numerator alone.
    ///
    /// ```
    /// use attain::Plan;
    /// use attain::plan::build::{NewMeasure, NewUnit, share};
    ///
    /// let plan = Plan::builder("clinic")
    ///     .levels(["city"])
    ///     .unit(NewUnit::new("c", "city"))
    ///     .stratum("sex", ["f", "m"])
    ///     .measure(NewMeasure::new("visits").strata(["sex"]))
    ///     .target("women", share("visits", "visits").numerator_where("sex", ["f"]).at_least(45).window("2024"))
    ///     .build()?;
    /// assert_eq!(plan.formula_text(plan.targets()[0].indicator), "visits (sex=f) ÷ visits × 100");
    /// # Ok::<(), attain::Error>(())
    /// ```
    #[must_use]
    pub fn numerator_where(
        mut self,
        stratum: impl Into<String>,
        categories: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        if let Some((_, Value::Map(operands))) = self.0.last_mut() {
            let chosen = list(categories.into_iter().map(text));
            let only = map(vec![(stratum.into(), chosen)]);
            operands.push(entry("numerator_where".to_owned(), only));
        }
        self
    }

    /// The value reaches a number or more. Numbers are exact as they print: 96.4 is 96.4.
    pub fn at_least(self, value: impl Display) -> NewTarget {
        self.compared("at_least", number(value))
    }

    /// The value is above a number.
    pub fn above(self, value: impl Display) -> NewTarget {
        self.compared("above", number(value))
    }

    /// The value is a number or less.
    pub fn at_most(self, value: impl Display) -> NewTarget {
        self.compared("at_most", number(value))
    }

    /// The value is below a number.
    pub fn below(self, value: impl Display) -> NewTarget {
        self.compared("below", number(value))
    }

    /// The value lies between two numbers, both included.
    pub fn between(self, low: impl Display, high: impl Display) -> NewTarget {
        self.compared("between", list([number(low), number(high)]))
    }

    /// The value falls by a number of per cent from an earlier one: `previous_period` or `same_window_last_year`.
    pub fn reduce_by_percent(self, percent: impl Display, from: impl Into<String>) -> NewTarget {
        self.compared("reduce_by", amount(percent, from))
    }

    /// The value rises by a number of per cent from an earlier one.
    pub fn increase_by_percent(self, percent: impl Display, from: impl Into<String>) -> NewTarget {
        self.compared("increase_by", amount(percent, from))
    }

    /// Goals that differ by unit or window: each row is a target of its own, whose id ends with the unit and the window.
    ///
    /// ```
    /// use attain::Plan;
    /// use attain::plan::build::{NewGoal, NewMeasure, NewUnit, count};
    ///
    /// let goals = [("north", 120), ("south", 45)];
    /// let goals = goals.map(|(unit, most)| NewGoal::new().unit(unit).number("at_most", most));
    /// let plan = Plan::builder("roads")
    ///     .levels(["district"])
    ///     .units([NewUnit::new("north", "district"), NewUnit::new("south", "district")])
    ///     .measure(NewMeasure::new("accidents"))
    ///     .target("few", count("accidents").goals(goals).window("2024"))
    ///     .build()?;
    /// assert_eq!(plan.target("few.south").map(|target| target.goal.to_string()).as_deref(), Some("at most 45"));
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn goals(self, rows: impl IntoIterator<Item = NewGoal>) -> NewTarget {
        self.compared("list", list(rows.into_iter().map(|NewGoal(keys)| map(keys))))
    }

    fn compared(self, kind: &str, bound: Value) -> NewTarget {
        let goal = map(vec![(kind.to_owned(), bound)]);
        NewTarget { indicator: self, keys: vec![("goal".to_owned(), goal)] }
    }
}

fn amount(percent: impl Display, from: impl Into<String>) -> Value {
    map(vec![("percent".to_owned(), number(percent)), ("from".to_owned(), text(from))])
}

/// The goal of a unit, of a window, or of both: see [`Indicator::goals`].
#[derive(Debug, Clone, Default)]
pub struct NewGoal(Keys);

impl NewGoal {
    /// A goal without a number yet.
    pub fn new() -> Self {
        NewGoal::default()
    }

    /// The code of the unit.
    #[must_use]
    pub fn unit(self, code: impl Into<String>) -> Self {
        self.set("unit", text(code))
    }

    /// The window: a period such as `2024` or `2024-Q1`.
    #[must_use]
    pub fn window(self, window: impl Into<String>) -> Self {
        self.set("window", text(window))
    }

    /// A number: `at_least`, `above`, `at_most`, `below`, `reduce_by` or `increase_by`, or the `baseline` beside one of them.
    #[must_use]
    pub fn number(self, key: impl Into<String>, value: impl Display) -> Self {
        self.set(key, number(value))
    }

    /// Another key of a row, such as a percentage: `("reduce_by", Value::Text("10 %".into()))`.
    #[must_use]
    pub fn set(mut self, key: impl Into<String>, value: Value) -> Self {
        self.0.push((key.into(), value));
        self
    }
}

/// A target to be added to a plan: an indicator and its goal.
#[derive(Debug, Clone)]
pub struct NewTarget {
    indicator: Indicator,
    keys: Keys,
}

impl NewTarget {
    /// One window: a period such as `2024` or `2024-Q1`.
    #[must_use]
    pub fn window(self, window: impl Into<String>) -> Self {
        self.set("window", text(window))
    }

    /// Windows of a kind of period within a longer one.
    #[must_use]
    pub fn every(self, every: Every, within: impl Into<String>) -> Self {
        let window =
            vec![("every".to_owned(), text(every.code())), ("within".to_owned(), text(within))];
        self.set("window", map(window))
    }

    /// Windows of a length one after the other, from the first day of a longer window on.
    #[must_use]
    pub fn each(self, length: Length, within: impl Into<String>) -> Self {
        let window = vec![
            ("every".to_owned(), text(length.to_string())),
            ("within".to_owned(), text(within)),
        ];
        self.set("window", map(window))
    }

    /// Rolling windows: one of a length for each period whose last day lies in a longer window, ending with the period.
    #[must_use]
    pub fn rolling(self, length: Length, every: Every, within: impl Into<String>) -> Self {
        let window = vec![
            ("rolling".to_owned(), text(length.to_string())),
            ("every".to_owned(), text(every.code())),
            ("within".to_owned(), text(within)),
        ];
        self.set("window", map(window))
    }

    /// The level whose units are judged, in place of the topmost one.
    #[must_use]
    pub fn level(self, level: impl Into<String>) -> Self {
        self.set("units", map(vec![("level".to_owned(), text(level))]))
    }

    /// The codes of the units that are judged.
    #[must_use]
    pub fn units(self, units: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.set("units", list(units.into_iter().map(text)))
    }

    /// The value from which progress to the goal starts, for the column `progress`.
    ///
    /// ```
    /// use attain::Plan;
    /// use attain::plan::build::{NewMeasure, NewUnit, share};
    ///
    /// let plan = Plan::builder("immunisation")
    ///     .levels(["city"])
    ///     .unit(NewUnit::new("c", "city"))
    ///     .measure(NewMeasure::new("done"))
    ///     .measure(NewMeasure::new("planned"))
    ///     .target("covered", share("done", "planned").at_least(90).baseline(64.5).window("2024"))
    ///     .build()?;
    /// assert_eq!(plan.targets()[0].baseline.as_ref().map(ToString::to_string).as_deref(), Some("64.5"));
    /// # Ok::<(), attain::Error>(())
    /// ```
    #[must_use]
    pub fn baseline(self, value: impl Display) -> Self {
        self.set("baseline", map(vec![("value".to_owned(), number(value))]))
    }

    /// The document that the target rests on.
    #[must_use]
    pub fn basis(self, document: impl Into<String>) -> Self {
        self.set("basis", list([map(vec![("document".to_owned(), text(document))])]))
    }

    /// The title.
    #[must_use]
    pub fn title(self, title: impl Into<String>) -> Self {
        self.set("title", text(title))
    }

    /// Another key of a target, such as `minimum_completeness`.
    #[must_use]
    pub fn set(mut self, key: impl Into<String>, value: Value) -> Self {
        self.keys.push((key.into(), value));
        self
    }
}

fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

fn number(number: impl Display) -> Value {
    Value::Number(number.to_string())
}

fn list(items: impl IntoIterator<Item = Value>) -> Value {
    Value::List(items.into_iter().map(Node::nowhere).collect())
}

fn map(keys: Keys) -> Value {
    Value::Map(keys.into_iter().map(|(key, value)| entry(key, value)).collect())
}

fn entry(key: String, value: Value) -> Entry {
    Entry { place: Place::Nowhere, key, value: Node::nowhere(value) }
}

/// Gives every value the path of keys that leads to it.
fn place(node: &mut Node, path: &str) {
    let at = |path: &str| match path {
        "" => Place::Nowhere,
        path => Place::Path { path: path.to_owned() },
    };
    node.place = at(path);
    let below = |name: &dyn Display| match path {
        "" => name.to_string(),
        path => format!("{path}.{name}"),
    };
    match &mut node.value {
        Value::List(items) => {
            for (index, item) in items.iter_mut().enumerate() {
                place(item, &below(&index));
            }
        }
        Value::Map(entries) => {
            for entry in entries {
                let path = below(&entry.key);
                entry.place = at(&path);
                place(&mut entry.value, &path);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) => {}
    }
}
