//! A city of two districts, `d1` with the communes `w1` and `w2`, `d2` with `w3`; everything else is said by the test.

use crate::brute_force::calendar::{Calendar, NamedBy, Span};
use crate::brute_force::model::{
    Campaign, Case, Decimal, Exact, Expression, Form, Goal, Indicator, Measure, Outcome, OverTime,
    OverUnits, Plan, Scope, Target, Term, Unit, When, WindowName, Windows, exact,
};
use crate::brute_force::reasons::Reason;
use crate::brute_force::rows::{self, Row};
use chrono::{NaiveDate, Weekday};

pub struct Example {
    pub case: Case,
    /// Whether measures are of events.
    events: bool,
}

pub fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn span(start: &str, end: &str) -> Span {
    Span::new(date(start), date(end))
}

/// A decimal from its text.
pub fn decimal(text: &str) -> Decimal {
    let places = text.split_once('.').map_or(0, |(_, places)| places.len());
    Decimal::new(text.replace('.', "").parse().unwrap(), places as u32)
}

/// A fraction of two whole numbers.
pub fn fraction(numerator: i64, denominator: i64) -> Option<Exact> {
    Some(exact(numerator) / exact(denominator))
}

pub fn number(number: i64) -> Option<Exact> {
    Some(exact(number))
}

/// A period's name, or the two edges of a span.
pub fn window_name(text: &str) -> WindowName {
    match text.split_once("..") {
        Some((start, end)) => WindowName::Span(span(start, end)),
        None => WindowName::Period(text.to_owned()),
    }
}

impl Example {
    /// Figures, or events.
    fn new(events: bool) -> Self {
        let unit = |code: &str, level, parent| Unit {
            code: code.to_owned(),
            level,
            parent,
            valid_from: None,
            valid_to: None,
        };
        let plan = Plan {
            calendar: Calendar {
                month: 1,
                day: 1,
                named_by: NamedBy::End,
                weeks_start: Weekday::Mon,
            },
            levels: ["city", "district", "commune"].map(str::to_owned).to_vec(),
            units: vec![
                unit("c", 0, None),
                unit("d1", 1, Some(0)),
                unit("d2", 1, Some(0)),
                unit("w1", 2, Some(1)),
                unit("w2", 2, Some(1)),
                unit("w3", 2, Some(2)),
            ],
            measures: vec![],
            indicators: vec![],
            campaigns: vec![],
            targets: vec![],
            minimum_completeness: None,
            unmatched: None,
        };
        Example { case: Case { plan, outcomes: vec![], as_of: vec![] }, events }
    }

    pub fn of_figures() -> Self {
        Example::new(false)
    }

    pub fn of_events() -> Self {
        Example::new(true)
    }

    pub fn plan(&mut self) -> &mut Plan {
        &mut self.case.plan
    }

    pub fn measure(
        &mut self,
        id: &str,
        over_time: OverTime,
        over_units: OverUnits,
    ) -> &mut Measure {
        let events = self.events;
        let measures = &mut self.case.plan.measures;
        measures.push(Measure {
            id: id.to_owned(),
            over_time,
            over_units,
            signed: false,
            recorded_at: None,
            recorded_by: None,
            every: None,
            events,
            absent_zero: false,
            range: None,
            suppressed: None,
            known_ahead: false,
            carry: None,
            weight_by_days: false,
            cumulative: false,
            recorded_from: None,
            recorded_until: None,
        });
        measures.last_mut().unwrap()
    }

    /// A measure that adds up over time and units.
    pub fn flow(&mut self, id: &str) -> &mut Measure {
        self.measure(id, OverTime::Sum, OverUnits::Sum)
    }

    /// `a + b - c`; measures it names for the first time are flows.
    pub fn expression(&mut self, text: &str) -> Expression {
        let mut terms = Vec::new();
        let mut subtracted = false;
        for word in text.split_whitespace() {
            match word {
                "+" => subtracted = false,
                "-" => subtracted = true,
                id => {
                    let known = self.case.plan.measures.iter().position(|known| known.id == id);
                    let measure = known.unwrap_or_else(|| {
                        self.flow(id);
                        self.case.plan.measures.len() - 1
                    });
                    terms.push(Term { subtracted, measure });
                }
            }
        }
        Expression { terms }
    }

    pub fn indicator(&mut self, form: Form) -> usize {
        let indicators = &mut self.case.plan.indicators;
        indicators.push(Indicator {
            id: format!("i{}", indicators.len()),
            form,
            chance: true,
            unmatched: None,
        });
        indicators.len() - 1
    }

    pub fn count(&mut self, text: &str) -> usize {
        let of = self.expression(text);
        self.indicator(Form::Count(of))
    }

    pub fn proportion(&mut self, numerator: &str, denominator: &str) -> usize {
        let numerator = self.expression(numerator);
        let denominator = self.expression(denominator);
        self.indicator(Form::Proportion { numerator, denominator, per: Decimal::whole(100) })
    }

    pub fn ratio(&mut self, numerator: &str, denominator: &str) -> usize {
        let numerator = self.expression(numerator);
        let denominator = self.expression(denominator);
        self.indicator(Form::Ratio { numerator, denominator, per: Decimal::whole(100) })
    }

    /// A target for every unit, whatever its level.
    pub fn target(&mut self, indicator: usize, goal: Goal, window: &str) -> &mut Target {
        let codes = self.case.plan.units.iter().map(|unit| unit.code.clone()).collect();
        let targets = &mut self.case.plan.targets;
        targets.push(Target {
            id: format!("t{}", targets.len()),
            indicator,
            goal,
            baseline: None,
            windows: Windows::One(window_name(window)),
            scope: Scope::Codes(codes),
            minimum_completeness: None,
        });
        targets.last_mut().unwrap()
    }

    pub fn campaign(&mut self, id: &str, window: &str) -> usize {
        let window = window_name(window);
        self.case.plan.campaigns.push(Campaign { id: id.to_owned(), window });
        self.case.plan.campaigns.len() - 1
    }

    /// An outcome for a day, a span (`start..end`) or a period.
    pub fn outcome(&mut self, unit: &str, when: &str, measure: &str, value: &str) -> &mut Outcome {
        let when = match (when.split_once(".."), when.parse()) {
            (Some((start, end)), _) => When::Span(span(start, end)),
            (None, Ok(date)) => When::Date(date),
            (None, Err(_)) => When::Period(when.to_owned()),
        };
        let outcomes = &mut self.case.outcomes;
        outcomes.push(Outcome {
            unit: unit.to_owned(),
            when,
            measure: measure.to_owned(),
            value: (!value.is_empty()).then(|| decimal(value)),
            status: None,
            recorded_at: None,
        });
        outcomes.last_mut().unwrap()
    }

    /// The rows of a unit.
    pub fn rows(&self, unit: &str, as_of: &str) -> Vec<Row> {
        rows::assess(&self.case, date(as_of)).into_iter().filter(|row| row.unit == unit).collect()
    }

    /// The only row of a unit.
    pub fn row(&self, unit: &str, as_of: &str) -> Row {
        let mut rows = self.rows(unit, as_of);
        assert_eq!(rows.len(), 1);
        rows.remove(0)
    }

    /// The value for a unit, or why there is none.
    pub fn value(&self, unit: &str, as_of: &str) -> Result<Exact, Reason> {
        let row = self.row(unit, as_of);
        row.value.ok_or_else(|| row.reason.unwrap())
    }
}
