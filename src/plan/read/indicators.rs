//! The section on indicators: one formula each, and no circles among them.

use super::circles::circles;
use super::fields::Fields;
use super::goals::is_written_as_share;
use super::references::unknown;
use super::{Ground, Names, Reader, Section};
use crate::calendar::Calendar;
use crate::error::{Fault, FaultCode, quoted};
use crate::plan::document::{Entry, Node, Value};
use crate::plan::formula::{
    Change, Count, Mean, Proportion, Rate, Ratio, Reported, Reporting, ShareOfUnits,
};
use crate::plan::keys::{self, FractionKeys, Key, RateKeys, RatioKeys, Selected, Sum};
use crate::plan::{
    Absent, Expression, Formula, Indicator, Measure, MeasureIndex, OverTime, OverUnits,
    RecordedDays, Selection, ShareOfReports, StratumIndex,
};

impl Reader<'_> {
    pub(super) fn indicators<'n>(
        &mut self,
        fields: &Fields<'n>,
        calendar: &Calendar,
        ground: &Ground,
        names: &mut Names<'n>,
    ) -> Vec<Indicator> {
        let Some(node) = fields.get(&keys::PLAN.indicators) else {
            names.indicators.is_whole = !fields.is_misspelt(&keys::PLAN.indicators);
            return Vec::new();
        };
        let form = "ids and formulas, such as `theft: {count: theft_cases}`";
        let (entries, is_whole) = self.section(node, "indicators", form);
        let things = entries.iter().map(|entry| (entry, None)).collect();
        names.indicators = Section::new(things, is_whole);
        let mut indicators = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let id = self.key_id(entry);
            let Some(fields) = self.fields(&entry.value, &keys::INDICATOR) else {
                continue;
            };
            let formula = self.formula(entry, &fields, calendar, ground, names);
            names.indicators.things[index].1.clone_from(&formula);
            let title = self.value(&fields, &keys::INDICATOR.title);
            let note = self.value(&fields, &keys::INDICATOR.note);
            let better = self.value(&fields, &keys::INDICATOR.better);
            let variation = self.value(&fields, &keys::INDICATOR.variation).unwrap_or_else(|| {
                formula.as_ref().map(|formula| formula.facts().variation).unwrap_or_default()
            });
            let unmatched = self.value(&fields, &keys::INDICATOR.unmatched);
            let narrowed_to = self.selection(fields.get(&keys::INDICATOR.r#where), names);
            if let (Some(id), Some(formula)) = (id, formula) {
                indicators.push(Indicator {
                    id,
                    title,
                    note,
                    formula,
                    better,
                    variation,
                    unmatched,
                    narrowed_to,
                });
            }
        }
        let faults_before = self.faults.len();
        self.refuse_circles(names);
        if self.faults.len() == faults_before {
            self.refuse_deep_chains(names);
        }
        self.check_goals_of_units(calendar, names, &mut indicators);
        indicators
    }

    fn formula<'n>(
        &mut self,
        entry: &Entry,
        fields: &Fields<'n>,
        calendar: &Calendar,
        ground: &Ground,
        names: &mut Names<'n>,
    ) -> Option<Formula> {
        let given: Vec<&Entry> = fields
            .entries
            .iter()
            .filter(|entry| keys::formulas().any(|key| key == entry.key))
            .collect();
        let [formula] = given[..] else {
            if given.is_empty() && keys::formulas().any(|key| fields.misspelt.contains(&key)) {
                return None;
            }
            let mut fault = Fault::new(
                FaultCode::WrongForm,
                given.get(1).map_or(entry.place.clone(), |second| second.place.clone()),
                format!("the indicator {} needs exactly one formula", quoted(&entry.key)),
            )
            .expected(format!("one of {}", keys::formulas().collect::<Vec<_>>().join(", ")));
            if !given.is_empty() {
                let found: Vec<_> = given.iter().map(|entry| entry.key.as_str()).collect();
                fault = fault.found(found.join(" and "));
            }
            self.faults.push(fault);
            return None;
        };
        let node = &formula.value;
        match formula.key.as_str() {
            "count" => Some(Count { of: self.expression(node, names)? }.into()),
            "proportion" => {
                let fields = self.fields(node, &keys::FRACTION)?;
                let FractionKeys { numerator, numerator_where, denominator, per } = &keys::FRACTION;
                let sums = self.two_sums(&fields, (numerator, numerator_where), denominator, names);
                let per = self.value_or_default(&fields, per);
                let (above, numerator_where, below) = sums?;
                self.refuse_factors(&fields, numerator, &above, "a proportion");
                self.refuse_factors(&fields, denominator, &below, "a proportion");
                let (numerator, denominator) = (above, below);
                Some(Proportion { numerator, numerator_where, denominator, per: per? }.into())
            }
            "ratio" => {
                let fields = self.fields(node, &keys::RATIO)?;
                let RatioKeys { numerator, numerator_where, denominator, per, linked } =
                    &keys::RATIO;
                let sums = self.two_sums(&fields, (numerator, numerator_where), denominator, names);
                let per = self.value_or_default(&fields, per);
                let linked = self.value_or_default(&fields, linked);
                let (numerator, numerator_where, denominator) = sums?;
                let (per, linked) = (per?, linked?);
                Some(Ratio { numerator, numerator_where, denominator, per, linked }.into())
            }
            "rate" => {
                let fields = self.fields(node, &keys::RATE)?;
                let RateKeys { numerator, numerator_where, population, per, annualised } =
                    &keys::RATE;
                let sums = self.two_sums(&fields, (numerator, numerator_where), population, names);
                let per = self.value_or_default(&fields, per);
                let annualised = self.value_or_default(&fields, annualised);
                let (numerator, numerator_where, population) = sums?;
                let (per, annualised) = (per?, annualised?);
                Some(Rate { numerator, numerator_where, population, per, annualised }.into())
            }
            "standardised_rate" => Some(self.standardised_rate(node, names)?.into()),
            "mean" => {
                let fields = self.fields(node, &keys::MEAN)?;
                let of = self.required_expression(&fields, &keys::MEAN.of, names);
                let per = self.required_expression(&fields, &keys::MEAN.per, names);
                Some(Mean { of: of?, per: per? }.into())
            }
            "change" => {
                let fields = self.fields(node, &keys::CHANGE)?;
                let of = self.required(&fields, &keys::CHANGE.of);
                let of = of.and_then(|node| self.indicator(node, names));
                let from = self.required(&fields, &keys::CHANGE.from);
                let from = from.and_then(|node| self.reference(node, calendar, &names.campaigns));
                let change_unit = self.value_or_default(&fields, &keys::CHANGE.r#as);
                Some(Change { of: of?, from: from?, change_unit: change_unit? }.into())
            }
            "share_of_units" => {
                let fields = self.fields(node, &keys::SHARE_OF_UNITS)?;
                let of = self.required(&fields, &keys::SHARE_OF_UNITS.of);
                let of = of.and_then(|node| self.indicator(node, names));
                let level = self.required(&fields, &keys::SHARE_OF_UNITS.level);
                let level = level.and_then(|node| self.level(node, ground));
                let goal = self.required(&fields, &keys::SHARE_OF_UNITS.goal);
                let goal = goal.and_then(|node| self.goal(node, None, calendar, &names.campaigns));
                Some(ShareOfUnits { of: of?, level: level?, goal: goal? }.into())
            }
            "reporting" => self.reporting(node, names),
            "reported" => self.reported(entry, node, names),
            _ => None,
        }
    }

    /// The sum above a line with the categories to which it alone is narrowed, and the sum below.
    fn two_sums(
        &mut self,
        fields: &Fields<'_>,
        (above, only): (&Key<Sum>, &Key<Selected>),
        below: &Key<Sum>,
        names: &Names<'_>,
    ) -> Option<(Expression, Selection, Expression)> {
        let above = self.required_expression(fields, above, names);
        let below = self.required_expression(fields, below, names);
        let only = self.selection(fields.get(only), names);
        Some((above?, only, below?))
    }

    /// Refuses factors where both sums are of events.
    pub(super) fn refuse_factors(
        &mut self,
        fields: &Fields<'_>,
        key: &Key<Sum>,
        sum: &Expression,
        what: &str,
    ) {
        if let (true, Some(node)) = (sum.has_factor(), fields.get(key)) {
            let message = format!("the measures of {what} are not multiplied");
            self.faults.push(
                Fault::new(FaultCode::WrongForm, node.place.clone(), message)
                    .found(quoted(node.as_text().unwrap_or_default()))
                    .expected("measures added and subtracted")
                    .hint("a `ratio`, a `rate`, a `mean` and a `count` take factors"),
            );
        }
    }

    /// The measures whose reports are counted; each has to say by when they are due.
    fn reporting(&mut self, node: &Node, names: &Names<'_>) -> Option<Formula> {
        let fields = self.fields(node, &keys::REPORTING)?;
        let share = self.value_or_default(&fields, &keys::REPORTING.share);
        let share = share.unwrap_or_default();
        let of = self.required(&fields, &keys::REPORTING.of)?;
        let items = match &of.value {
            Value::List(items) => &items[..],
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Text(_) | Value::Map(_) => {
                std::slice::from_ref(of)
            }
        };
        let mut measures = Vec::new();
        for item in items {
            let Some(id) = self.text(item, "the id of a measure") else { continue };
            let Some(measure) = names.measures.place(id) else {
                if names.measures.is_whole {
                    let known = names.measures.things.iter().filter(|measure| !measure.reported);
                    let ids = known.map(|measure| measure.id.as_str());
                    let place = &item.place;
                    self.faults.push_with(|| {
                        unknown(FaultCode::UnknownMeasure, place, "measure", id, ids)
                    });
                }
                continue;
            };
            let kind = &names.measures.things[measure];
            let lacking = match share {
                _ if kind.every.is_none() => "every",
                ShareOfReports::OnTime if kind.due.is_none() => "due",
                ShareOfReports::OnTime | ShareOfReports::Made => {
                    measures.push(MeasureIndex(measure));
                    continue;
                }
            };
            self.faults.push(
                Fault::new(
                    FaultCode::MissingKey,
                    item.place.clone(),
                    format!("`{id}` does not say by when it is reported"),
                )
                .expected(format!("`{lacking}` among the keys of the measure")),
            );
        }
        if items.is_empty() {
            self.wrong(
                FaultCode::TooFew,
                of,
                "the measures whose reports are counted",
                "one measure at least",
            );
        }
        (!items.is_empty() && measures.len() == items.len())
            .then(|| Reporting { of: measures, share }.into())
    }

    fn reported(&mut self, entry: &Entry, node: &Node, names: &mut Names<'_>) -> Option<Formula> {
        let empty = Node { place: node.place.clone(), value: Value::Map(Vec::new()) };
        let node = if node.value == Value::Null { &empty } else { node };
        let fields = self.fields(node, &keys::REPORTED)?;
        let unit = self.value_or_default(&fields, &keys::REPORTED.unit);
        let latest = match fields.get(&keys::REPORTED.over_time) {
            None => false,
            Some(node) => self.choice(node, "the operator over time", &[("last", true)])?,
        };
        if names.measures.place(&entry.key).is_some() {
            self.faults.push(
                Fault::new(
                    FaultCode::DuplicateId,
                    entry.place.clone(),
                    format!("`{}` is the id of a measure and of a reported indicator", entry.key),
                )
                .expected("different ids: outcomes name a reported indicator as their measure"),
            );
            return None;
        }
        let unit = unit?;
        names.measures.things.push(Measure {
            id: entry.key.clone(),
            title: None,
            note: None,
            unit: Some(unit.clone()),
            over_time: OverTime::Last,
            cumulative: false,
            over_units: OverUnits::Sum,
            signed: true,
            whole: false,
            recorded_at: None,
            recorded_by: None,
            every: None,
            due: None,
            apportion: None,
            strata: (0..names.strata.things.len()).map(StratumIndex).collect(),
            absent: Absent::Missing,
            range: None,
            suppressed: None,
            known_ahead: false,
            carry: None,
            weight_by_days: false,
            recorded: RecordedDays::default(),
            reported: true,
            narrowed: None,
        });
        let measure = MeasureIndex(names.measures.things.len() - 1);
        Some(Reported { measure, unit, latest }.into())
    }

    /// An indicator that rests on itself, over however many steps, has no value. A circle is told once, at its first.
    fn refuse_circles(&mut self, names: &Names<'_>) {
        let indicators = &names.indicators.things;
        let next: Vec<Option<usize>> =
            indicators.iter().map(|(_, formula)| rests_on(formula)).collect();
        for circle in circles(&next) {
            let [first, others @ ..] = &circle[..] else { continue };
            let entry = indicators[*first].0;
            let id = quoted(&entry.key);
            let others: Vec<String> =
                others.iter().map(|at| quoted(&indicators[*at].0.key)).collect();
            let message = match &others[..] {
                [] => format!("the indicator {id} rests on itself"),
                ids => format!("the indicator {id} rests on {} and so on itself", ids.join(", ")),
            };
            self.faults.push(
                Fault::new(FaultCode::CircularReference, entry.place.clone(), message)
                    .expected("an `of` that leads to measures"),
            );
        }
    }

    /// Each change reads two windows of the indicator that it compares, so the work doubles with every step of a chain.
    /// A chain is reported once, at the first indicator that rests on too many.
    fn refuse_deep_chains(&mut self, names: &Names<'_>) {
        let indicators = &names.indicators.things;
        for (entry, formula) in indicators {
            let mut steps = 0;
            let mut next = rests_on(formula);
            while let Some(at) = next
                && steps <= MOST_STEPS
            {
                steps += 1;
                // What rests on more is refused with the indicator that it rests on.
                next = rests_on(&indicators[at].1);
            }
            if steps == MOST_STEPS + 1 && next.is_none() {
                let id = quoted(&entry.key);
                let message = format!("the indicator {id} rests on too many others");
                self.faults.push(
                    Fault::new(FaultCode::TooMany, entry.place.clone(), message)
                        .found(format!("a chain of {steps} changes and shares of units"))
                        .expected(format!("at most {MOST_STEPS}, one resting on the next")),
                );
            }
        }
    }

    /// Reads the goals of units that are written as shares, and refuses impossible ones: that needs the formula of the
    /// indicator by which units are judged, which may stand below.
    fn check_goals_of_units(
        &mut self,
        calendar: &Calendar,
        names: &mut Names<'_>,
        indicators: &mut [Indicator],
    ) {
        for index in 0..names.indicators.things.len() {
            let (entry, formula) = &names.indicators.things[index];
            let Some(Formula::ShareOfUnits(share)) = formula else { continue };
            let node = entry.value.get("share_of_units").and_then(|node| node.get("goal"));
            let Some(node) = node else { continue };
            let mut share = share.clone();
            let judged_by = names.indicators.things[share.of.0].1.as_ref();
            if judged_by.is_some() && is_written_as_share(node) {
                let goal = self.goal(node, judged_by, calendar, &names.campaigns);
                let Some(goal) = goal else { continue };
                share.goal = goal;
            }
            self.refuse_impossible_goal(node, &share.goal, judged_by);
            let formula = Formula::from(share);
            if let Some(indicator) = indicators.get_mut(index)
                && indicator.id == entry.key
            {
                indicator.formula = formula.clone();
            }
            names.indicators.things[index].1 = Some(formula);
        }
    }
}

/// As many changes and shares of units may rest on each other. Four of them look at 16 windows for each row.
const MOST_STEPS: usize = 4;

/// The indicator that another one is made of.
fn rests_on(formula: &Option<Formula>) -> Option<usize> {
    Some(formula.as_ref()?.facts().rests_on()?.0)
}
