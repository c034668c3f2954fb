//! What `where` makes of a plan: measures and indicators that are others, narrowed to categories.
//!
//! Whoever asks for a part of a measure asks for a measure of its own, which stands behind the declared ones. So
//! nothing after this floor has to carry along what it is narrowed to. All ids refer to something when this is done.

use std::collections::HashMap;

use super::Reader;
use crate::error::{Fault, Place, quoted};
use crate::plan::document::Node;
use crate::plan::stratum::Narrowed;
use crate::plan::{
    Expression, Formula, Indicator, IndicatorIndex, Inner, Measure, MeasureIndex, Selection, Term,
};

impl Reader<'_> {
    /// Narrows what the indicators and targets of a plan without faults so far narrow.
    pub(super) fn narrow(&mut self, inner: &mut Inner, root: &Node) {
        let place = |section: &str, id: &str| {
            let thing = root.get(section).and_then(|section| section.get(id));
            let narrows = thing.and_then(|thing| {
                let by = || thing.get("standardised_rate")?.get("by");
                thing.get("where").or_else(by)
            });
            narrows.map_or(Place::Nowhere, |node| node.place.clone())
        };
        let mut narrowing = Narrowing::of(self, inner);
        for index in 0..narrowing.declared.len() {
            let declared = narrowing.declared[index].clone();
            let place = place("indicators", &declared.id);
            if let Some(formula) =
                narrowing.formula(&declared.formula, &declared.narrowed_to, &place)
            {
                narrowing.inner.indicators[index].formula = formula;
            }
        }
        for index in 0..narrowing.inner.targets.len() {
            let target = &narrowing.inner.targets[index];
            let (indicator, place) = (target.indicator, place("targets", &target.id));
            let selection = target.narrowed_to.clone();
            if let Some(indicator) = narrowing.indicator(indicator, &selection, &place) {
                narrowing.inner.targets[index].indicator = indicator;
            }
        }
    }
}

struct Narrowing<'r, 'd> {
    reader: &'r mut Reader<'d>,
    inner: &'r mut Inner,
    /// The indicators as they are written.
    declared: Vec<Indicator>,
    measures: HashMap<(MeasureIndex, Selection), MeasureIndex>,
    indicators: HashMap<(IndicatorIndex, Selection), IndicatorIndex>,
}

impl<'r, 'd> Narrowing<'r, 'd> {
    fn of(reader: &'r mut Reader<'d>, inner: &'r mut Inner) -> Self {
        let declared = inner.indicators.clone();
        Narrowing { reader, inner, declared, measures: HashMap::new(), indicators: HashMap::new() }
    }

    /// A declared indicator, narrowed beside what it narrows itself.
    fn indicator(
        &mut self,
        indicator: IndicatorIndex,
        selection: &Selection,
        place: &Place,
    ) -> Option<IndicatorIndex> {
        if selection.is_empty() {
            return Some(indicator);
        }
        let key = (indicator, selection.clone());
        if let Some(known) = self.indicators.get(&key) {
            return Some(*known);
        }
        let declared = self.declared[indicator.0].clone();
        let narrowed = self.narrowed(&declared, selection, place)?;
        self.indicators.insert(key, narrowed);
        Some(narrowed)
    }

    fn narrowed(
        &mut self,
        declared: &Indicator,
        selection: &Selection,
        place: &Place,
    ) -> Option<IndicatorIndex> {
        let twice =
            selection.iter().find(|(stratum, _)| declared.narrowed_to.of(*stratum).is_some());
        if let Some((stratum, _)) = twice {
            let stratum = &self.inner.strata.all()[stratum.0].id;
            let message = format!(
                "the indicator {} is narrowed by `{stratum}` already",
                quoted(&declared.id)
            );
            self.reader.faults.push(
                Fault::new(place.clone(), message)
                    .expected(format!("`{stratum}` in one place"))
                    .hint("take it out of the indicator's `where`, or out of this one"),
            );
            return None;
        }
        let all = selection.and(&declared.narrowed_to);
        let formula = self.formula(&declared.formula, &all, place)?;
        self.inner.indicators.push(Indicator { formula, ..declared.clone() });
        Some(IndicatorIndex(self.inner.indicators.len() - 1))
    }

    /// A formula as it is written, of what is in a selection.
    fn formula(
        &mut self,
        formula: &Formula,
        selection: &Selection,
        place: &Place,
    ) -> Option<Formula> {
        Some(match formula.clone() {
            Formula::Count(of) => Formula::Count(self.expression(&of, selection, place)?),
            Formula::Proportion { numerator, denominator, per } => {
                let numerator = self.expression(&numerator, selection, place);
                let denominator = self.expression(&denominator, selection, place);
                Formula::Proportion { numerator: numerator?, denominator: denominator?, per }
            }
            Formula::Ratio { numerator, denominator, per } => {
                let numerator = self.expression(&numerator, selection, place);
                let denominator = self.expression(&denominator, selection, place);
                Formula::Ratio { numerator: numerator?, denominator: denominator?, per }
            }
            Formula::Rate { numerator, population, per, annualised } => {
                let numerator = self.expression(&numerator, selection, place);
                let population = self.expression(&population, selection, place);
                Formula::Rate { numerator: numerator?, population: population?, per, annualised }
            }
            Formula::StandardisedRate {
                events,
                population,
                by,
                standard,
                per,
                withhold_below,
                ..
            } => {
                let stratum = &self.inner.strata.all()[by.0];
                if selection.of(by).is_some() {
                    let message = format!("the rate is standardised by `{}`", stratum.id);
                    self.reader.faults.push(
                        Fault::new(place.clone(), message)
                            .found(format!("`{}` once more", stratum.id))
                            .expected("other strata"),
                    );
                    return None;
                }
                let mut categories = Vec::new();
                for category in 0..stratum.categories.len() {
                    let selection = selection.and(&Selection::new(vec![(by, vec![category])]));
                    let events = self.expression(&events, &selection, place);
                    let population = self.expression(&population, &selection, place);
                    // What is wrong with one category is wrong with all.
                    categories.push((events?, population?));
                }
                Formula::StandardisedRate {
                    events,
                    population,
                    by,
                    standard,
                    per,
                    withhold_below,
                    categories,
                }
            }
            Formula::Mean { of, per } => {
                let of = self.expression(&of, selection, place);
                let per = self.expression(&per, selection, place);
                Formula::Mean { of: of?, per: per? }
            }
            Formula::Change { of, from, told_as } => {
                Formula::Change { of: self.indicator(of, selection, place)?, from, told_as }
            }
            Formula::ShareOfUnits { of, level, goal } => {
                Formula::ShareOfUnits { of: self.indicator(of, selection, place)?, level, goal }
            }
            Formula::Reported { measure, unit, latest } => {
                let several = selection.iter().find(|(_, categories)| categories.len() > 1);
                if let Some((stratum, _)) = several {
                    let stratum = &self.inner.strata.all()[stratum.0].id;
                    let message = "published values of several categories can't be added up";
                    self.reader.faults.push(
                        Fault::new(place.clone(), message)
                            .expected(format!("one category of `{stratum}`")),
                    );
                    return None;
                }
                Formula::Reported {
                    measure: self.measure(measure, selection, place)?,
                    unit,
                    latest,
                }
            }
        })
    }

    fn expression(
        &mut self,
        expression: &Expression,
        selection: &Selection,
        place: &Place,
    ) -> Option<Expression> {
        let terms = expression.terms.iter().map(|term| {
            let measure = self.measure(term.measure, selection, place)?;
            Some(Term { measure, ..*term })
        });
        // All that is wrong is told in one go.
        let terms: Vec<Option<Term>> = terms.collect();
        Some(Expression { terms: terms.into_iter().collect::<Option<_>>()? })
    }

    fn measure(
        &mut self,
        measure: MeasureIndex,
        selection: &Selection,
        place: &Place,
    ) -> Option<MeasureIndex> {
        if selection.is_empty() {
            return Some(measure);
        }
        let key = (measure, selection.clone());
        if let Some(known) = self.measures.get(&key) {
            return Some(*known);
        }
        let declared = &self.inner.measures[measure.0];
        let strata = self.inner.strata.all();
        let lacking = selection
            .iter()
            .map(|(stratum, _)| stratum)
            .filter(|one| !declared.strata.contains(one));
        let lacking: Vec<&str> = lacking.map(|stratum| strata[stratum.0].id.as_str()).collect();
        if !lacking.is_empty() {
            let message = format!(
                "{} is not recorded by `{}`",
                quoted(&declared.id),
                lacking.join("` and `")
            );
            let fault = Fault::new(place.clone(), message);
            let has: Vec<&str> =
                declared.strata.iter().map(|stratum| strata[stratum.0].id.as_str()).collect();
            self.reader.faults.push(
                fault
                    .expected(match &has[..] {
                        [] => "no stratum: it is recorded by none".to_owned(),
                        has => has.join(", "),
                    })
                    .hint("the measure's `strata` names those it is recorded by"),
            );
            return None;
        }
        let narrowed = Measure {
            id: format!("{} ({})", declared.id, selection.name(strata)),
            narrowed: Some(Narrowed { measure, to: selection.clone() }),
            ..declared.clone()
        };
        self.inner.measures.push(narrowed);
        let index = MeasureIndex(self.inner.measures.len() - 1);
        self.measures.insert(key, index);
        Some(index)
    }
}
