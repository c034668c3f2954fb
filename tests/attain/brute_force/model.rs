//! A plan and its outcomes as the brute-force assessor sees them: plain data, nothing computed.
//!
//! Everything is public and nothing is checked: the generator is trusted to make only what a plan file may say.

use crate::brute_force::calendar::{Calendar, Kind, Length, Span};
use chrono::NaiveDate;
use num_rational::BigRational;
use std::fmt;

/// Every number of the assessor: a fraction of whole numbers, never rounded.
pub type Exact = BigRational;

/// A whole number as a fraction.
pub fn exact(number: i64) -> Exact {
    Exact::from_integer(number.into())
}

/// A decimal as it is written in a plan or an outcome: 96.4 is 964 with one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    pub digits: i64,
    pub places: u32,
}

impl Decimal {
    pub fn new(digits: i64, places: u32) -> Self {
        Decimal { digits, places }
    }

    pub fn whole(digits: i64) -> Self {
        Decimal::new(digits, 0)
    }

    pub fn exact(self) -> Exact {
        Exact::new(self.digits.into(), 10_i64.pow(self.places).into())
    }

    /// The float that a reader of the written decimal gets.
    pub fn float(self) -> f64 {
        self.to_string().parse().unwrap()
    }

    /// The decimal with at most `places` places that equals `number`, if there is one.
    pub fn equal_to(number: &Exact, places: u32) -> Option<Self> {
        (0..=places).find_map(|places| {
            let scaled = number * exact(10_i64.pow(places));
            let digits: i64 = scaled.is_integer().then(|| scaled.numer().try_into().ok())??;
            Some(Decimal::new(digits, places))
        })
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let one = 10_u64.pow(self.places);
        let digits = self.digits.unsigned_abs();
        write!(f, "{sign}{}", digits / one)?;
        if self.places > 0 {
            write!(f, ".{:0width$}", digits % one, width = self.places as usize)?;
        }
        Ok(())
    }
}

#[derive(Debug, Clone)]
pub struct Plan {
    pub calendar: Calendar,
    /// From the top down.
    pub levels: Vec<String>,
    /// In table order.
    pub units: Vec<Unit>,
    pub measures: Vec<Measure>,
    pub indicators: Vec<Indicator>,
    pub campaigns: Vec<Campaign>,
    pub targets: Vec<Target>,
    pub minimum_completeness: Option<Decimal>,
    /// What happens to one-sided pairs; `None`: they are excluded.
    pub unmatched: Option<Unmatched>,
}

/// Rule 39: what happens to what is known of one side of a fraction only.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unmatched {
    Exclude,
    Refuse,
    AsRecorded,
}

impl Unmatched {
    pub const ALL: [Unmatched; 3] = [Unmatched::Exclude, Unmatched::Refuse, Unmatched::AsRecorded];

    pub fn word(self) -> &'static str {
        match self {
            Unmatched::Exclude => "exclude",
            Unmatched::Refuse => "refuse",
            Unmatched::AsRecorded => "as_recorded",
        }
    }
}

/// A code and its validity; `parent` and `level` are positions in the plan's lists.
#[derive(Debug, Clone)]
pub struct Unit {
    pub code: String,
    pub level: usize,
    pub parent: Option<usize>,
    /// The first day on which the code names this unit; `None`: ever since.
    pub valid_from: Option<NaiveDate>,
    /// The first day on which it no longer does; `None`: for good.
    pub valid_to: Option<NaiveDate>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverTime {
    Sum,
    Last,
    Mean,
    Max,
    Min,
    Median,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverUnits {
    Sum,
    Mean,
    Max,
}

#[derive(Debug, Clone)]
pub struct Measure {
    pub id: String,
    pub over_time: OverTime,
    pub over_units: OverUnits,
    pub signed: bool,
    pub recorded_at: Option<usize>,
    /// `recorded_by`: the units of this level that have to report it.
    pub recorded_by: Option<Vec<String>>,
    pub every: Option<Kind>,
    /// Whether its outcomes add up (events) or stand for themselves (figures).
    pub events: bool,
    /// `absent: zero`.
    pub absent_zero: bool,
    pub range: Option<(Decimal, Decimal)>,
    pub suppressed: Option<(Decimal, Decimal)>,
    pub known_ahead: bool,
    /// How long the last figure is carried forward.
    pub carry: Option<Length>,
    pub weight_by_days: bool,
    /// Rule 44.
    pub cumulative: bool,
    pub recorded_from: Option<NaiveDate>,
    /// The last day, included.
    pub recorded_until: Option<NaiveDate>,
}

impl Measure {
    /// Whether it adds up over time.
    pub fn is_flow(&self) -> bool {
        self.over_time == OverTime::Sum
    }

    /// Added over time and over units.
    pub fn adds_up(&self) -> bool {
        self.is_flow() && self.over_units == OverUnits::Sum
    }

    /// Rule 39.
    pub fn binds(&self) -> bool {
        !self.events && !self.absent_zero
    }
}

/// Measures added or subtracted; the first is never subtracted.
#[derive(Debug, Clone)]
pub struct Expression {
    pub terms: Vec<Term>,
}

#[derive(Debug, Clone, Copy)]
pub struct Term {
    pub subtracted: bool,
    pub measure: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Annualised {
    None,
    Days365,
    Exact,
}

#[derive(Debug, Clone)]
pub struct Indicator {
    pub id: String,
    pub form: Form,
    /// Whether the counts are subject to chance (`variation: none` says they are not).
    pub chance: bool,
    /// Goes before the plan's.
    pub unmatched: Option<Unmatched>,
}

#[derive(Debug, Clone)]
pub enum Form {
    Count(Expression),
    Proportion { numerator: Expression, denominator: Expression, per: Decimal },
    Ratio { numerator: Expression, denominator: Expression, per: Decimal },
    Rate { numerator: Expression, population: Expression, per: Decimal, annualised: Annualised },
    Mean { of: Expression, per: Expression },
    Change { of: usize, from: From, relative: bool },
    ShareOfUnits { of: usize, level: usize, goal: Goal },
    Reported { last: bool },
}

#[derive(Debug, Clone)]
pub enum From {
    PreviousPeriod,
    SameWindowLastYear,
    Window(WindowName),
    Value(Decimal),
}

/// A single window as a plan names it.
#[derive(Debug, Clone)]
pub enum WindowName {
    Period(String),
    Campaign(usize),
    Span(Span),
}

#[derive(Debug, Clone)]
pub enum Windows {
    One(WindowName),
    Every { every: Kind, within: WindowName },
    Consecutive { length: Length, within: WindowName },
    Rolling { length: Length, every: Kind, within: WindowName },
}

#[derive(Debug, Clone)]
pub struct Campaign {
    pub id: String,
    pub window: WindowName,
}

#[derive(Debug, Clone)]
pub enum Goal {
    AtLeast(Decimal),
    Above(Decimal),
    AtMost(Decimal),
    Below(Decimal),
    Between(Decimal, Decimal),
    ReduceBy(Amount, From),
    IncreaseBy(Amount, From),
}

#[derive(Debug, Clone, Copy)]
pub enum Amount {
    Percent(Decimal),
    Absolute(Decimal),
}

#[derive(Debug, Clone)]
pub enum Scope {
    Level(usize),
    Codes(Vec<String>),
}

#[derive(Debug, Clone)]
pub struct Target {
    pub id: String,
    pub indicator: usize,
    pub goal: Goal,
    pub baseline: Option<From>,
    pub windows: Windows,
    pub scope: Scope,
    pub minimum_completeness: Option<Decimal>,
}

#[derive(Debug, Clone)]
pub enum When {
    Date(NaiveDate),
    Span(Span),
    /// A period's name or a campaign's id.
    Period(String),
}

#[derive(Debug, Clone)]
pub struct Outcome {
    pub unit: String,
    pub when: When,
    /// A measure's id, or that of a reported indicator.
    pub measure: String,
    pub value: Option<Decimal>,
    pub status: Option<char>,
    pub recorded_at: Option<NaiveDate>,
}

/// What is handed to both assessors.
#[derive(Clone)]
pub struct Case {
    pub plan: Plan,
    pub outcomes: Vec<Outcome>,
    pub as_of: Vec<NaiveDate>,
}

impl Plan {
    /// The days of a span on which a unit's code names it.
    pub fn valid_days(&self, unit: usize, span: Span) -> Option<Span> {
        let unit = &self.units[unit];
        let start = unit.valid_from.map_or(span.start, |from| from.max(span.start));
        let end = unit.valid_to.map_or(span.end, |to| to.min(span.end));
        let days = Span::new(start, end);
        (!days.is_empty()).then_some(days)
    }

    /// A unit is valid throughout a span if its code names it on each of the span's days.
    pub fn valid_throughout(&self, unit: usize, span: Span) -> bool {
        self.valid_days(unit, span) == Some(span)
    }

    pub fn children(&self, unit: usize) -> Vec<usize> {
        (0..self.units.len()).filter(|&child| self.units[child].parent == Some(unit)).collect()
    }

    /// The unit, the unit above it, the one above that, up to the top.
    pub fn upwards(&self, unit: usize) -> Vec<usize> {
        let mut path = vec![unit];
        while let Some(parent) = self.units[path[path.len() - 1]].parent {
            path.push(parent);
        }
        path
    }

    pub fn is_at_or_below(&self, unit: usize, top: usize) -> bool {
        self.upwards(unit).contains(&top)
    }

    /// Whether one of two units is the other, or is above it.
    pub fn are_related(&self, one: usize, other: usize) -> bool {
        self.is_at_or_below(one, other) || self.is_at_or_below(other, one)
    }

    /// What an indicator does with one-sided pairs.
    pub fn unmatched(&self, indicator: usize) -> Unmatched {
        self.indicators[indicator].unmatched.or(self.unmatched).unwrap_or(Unmatched::Exclude)
    }

    /// The measures that an indicator is made of, each once.
    pub fn measures_of(&self, indicator: usize) -> Vec<usize> {
        let expressions = match &self.indicators[indicator].form {
            Form::Count(of) => vec![of],
            Form::Proportion { numerator, denominator, .. }
            | Form::Ratio { numerator, denominator, .. } => vec![numerator, denominator],
            Form::Rate { numerator, population, .. } => vec![numerator, population],
            Form::Mean { of, per } => vec![of, per],
            Form::Change { of, .. } | Form::ShareOfUnits { of, .. } => {
                return self.measures_of(*of);
            }
            // A published value is no measure, and nobody owes one.
            Form::Reported { .. } => vec![],
        };
        let mut measures = Vec::new();
        for term in expressions.into_iter().flat_map(|expression| &expression.terms) {
            if !measures.contains(&term.measure) {
                measures.push(term.measure);
            }
        }
        measures
    }
}
