//! Rule 26a: how many of the events of a day are recorded by now.

use crate::brute_force::knowledge::Knowledge;
use crate::brute_force::model::{Exact, Form, exact};
use chrono::NaiveDate;
use num_traits::{Signed, ToPrimitive};

/// The events of the last year: their delays and ages in days, and how many each is.
pub struct Delays {
    as_of: NaiveDate,
    events: Vec<(i64, i64, f64)>,
    longest: i64,
}

/// What an indicator counts, or counts over, as its time goes by.
pub fn delayed(knowledge: &Knowledge, indicator: usize) -> Vec<usize> {
    let plan = knowledge.plan;
    let is_flow = |&measure: &usize| plan.measures[measure].is_flow();
    let of = |expression: &crate::brute_force::model::Expression| {
        expression.terms.iter().map(|term| term.measure).collect::<Vec<_>>()
    };
    match &plan.indicators[indicator].form {
        Form::Count(counted) => of(counted),
        Form::Proportion { numerator, denominator, .. }
        | Form::Ratio { numerator, denominator, .. } => {
            let below = of(denominator);
            if below.iter().all(is_flow) { below } else { of(numerator) }
        }
        Form::Rate { numerator, population, .. } => {
            let below = of(population);
            if below.iter().all(is_flow) { below } else { of(numerator) }
        }
        Form::Mean { of: above, .. } => of(above),
        Form::Change { .. } | Form::ShareOfUnits { .. } | Form::Reported { .. } => Vec::new(),
    }
}

/// The sums of events of an indicator, or of that of which it is a change: what is counted, and what that is counted over where it
/// accumulates too. None if it counts otherwise.
pub fn sums_of_events(knowledge: &Knowledge, indicator: usize) -> Vec<Vec<usize>> {
    let plan = knowledge.plan;
    let is_flow = |&measure: &usize| plan.measures[measure].is_flow();
    let of = |expression: &crate::brute_force::model::Expression| {
        expression.terms.iter().map(|term| term.measure).collect::<Vec<_>>()
    };
    let (above, below) = match &plan.indicators[indicator].form {
        Form::Count(counted) => (of(counted), Vec::new()),
        Form::Proportion { numerator, denominator, .. }
        | Form::Ratio { numerator, denominator, .. } => (of(numerator), of(denominator)),
        Form::Rate { numerator, population, .. } => (of(numerator), of(population)),
        Form::Change { of, .. } => return sums_of_events(knowledge, *of),
        Form::Mean { .. } | Form::ShareOfUnits { .. } | Form::Reported { .. } => return Vec::new(),
    };
    match () {
        () if !above.iter().all(is_flow) => Vec::new(),
        () if !below.iter().any(is_flow) => vec![above],
        () if below.iter().all(is_flow) => vec![above, below],
        () => Vec::new(),
    }
}

impl Delays {
    /// None where nothing says how late events are recorded.
    pub fn of(knowledge: &Knowledge, measures: &[usize]) -> Option<Delays> {
        let plan = knowledge.plan;
        if measures.is_empty() || !measures.iter().all(|&measure| plan.measures[measure].events) {
            return None;
        }
        let mut measures = measures.to_vec();
        measures.sort_unstable();
        measures.dedup();
        let (mut events, mut is_said) = (Vec::new(), false);
        for measure in measures {
            for event in knowledge.of(&plan.measures[measure].id) {
                is_said |= event.recorded_at().is_some();
                let day = event.span.end.pred_opt().unwrap();
                let age = (knowledge.as_of - day).num_days();
                let number =
                    event.value.as_ref().map_or(0.0, |value| value.abs().to_f64().unwrap());
                if (0..365).contains(&age) {
                    events.push(match event.recorded_at() {
                        Some(recorded) => ((recorded - day).num_days(), age, number),
                        // Recorded on its day, whatever its age.
                        None => (0, 365, number),
                    });
                }
            }
        }
        let all: f64 = events.iter().map(|event| event.2).sum();
        let mut delays = Delays { as_of: knowledge.as_of, events, longest: 0 };
        delays.longest = (0..365)
            .filter(|&delay| delays.old_enough(delay) >= 10.0 && delays.with(delay) > 0.0)
            .max()
            .unwrap_or(0);
        (is_said && all >= 10.0).then_some(delays)
    }

    fn sum(&self, is_meant: impl Fn(i64, i64) -> bool) -> f64 {
        let meant = self.events.iter().filter(|event| is_meant(event.0, event.1));
        meant.map(|event| event.2).sum()
    }

    fn with(&self, delay: i64) -> f64 {
        self.sum(|of_event, _| of_event == delay)
    }

    /// Those within a delay that are at least as old.
    fn old_enough(&self, delay: i64) -> f64 {
        self.sum(|of_event, age| of_event <= delay && age >= delay)
    }

    /// Whether events of a day are still to be recorded.
    pub fn await_events_of(&self, day: NaiveDate) -> bool {
        (self.as_of - day).num_days() < self.longest
    }

    /// The share of the events of a day that are recorded by now.
    pub fn recorded(&self, day: NaiveDate) -> Exact {
        let age = (self.as_of - day).num_days();
        if age >= self.longest {
            return exact(1);
        }
        let longer = (age + 1..=self.longest).filter(|&delay| self.old_enough(delay) >= 10.0);
        let share: f64 =
            longer.map(|delay| 1.0 - self.with(delay) / self.old_enough(delay)).product();
        let all = self.sum(|_, _| true);
        Exact::from_float((all * share + 0.5) / (all + 1.0)).unwrap()
    }
}
