//! Measures, strata and indicators.

use super::nodes::{Map, decimal, goal_node, list, reference};
use crate::plan::document::Node;
use crate::plan::keys;
use crate::plan::{
    Expression, Formula, Indicator, Measure, MeasureIndex, OverTime, Plan, Range, Selection,
    StratumIndex,
};

impl Plan {
    pub(super) fn measure_node(&self, measure: &Measure) -> Node {
        let mut node = Map::default();
        node.put_text(&keys::MEASURE.title, measure.title.as_deref());
        node.put_text(&keys::MEASURE.note, measure.note.as_deref());
        node.put_text(&keys::MEASURE.unit, measure.unit.as_deref());
        node.set(&keys::MEASURE.over_time, &measure.over_time);
        node.set(&keys::MEASURE.over_units, &measure.over_units);
        node.set(&keys::MEASURE.signed, &measure.signed);
        node.put_text(
            &keys::MEASURE.recorded_at,
            measure.recorded_at.map(|level| self.units().level_name(level)),
        );
        node.set_some(&keys::MEASURE.every, measure.every.as_ref());
        node.set_some(&keys::MEASURE.due, measure.due.as_ref());
        node.put_text(&keys::MEASURE.apportion, measure.apportion.as_deref());
        if measure.strata.len() < self.strata().len() {
            node.put(&keys::MEASURE.strata, self.strata_node(&measure.strata));
        }
        node.set(&keys::MEASURE.absent, &measure.absent);
        let range = |range: &Range| list([decimal(range.low), decimal(range.high)].into_iter());
        node.set_some(&keys::MEASURE.range, measure.range.as_ref().map(range).as_ref());
        node.set_some(&keys::MEASURE.suppressed, measure.suppressed.as_ref().map(range).as_ref());
        node.set(&keys::MEASURE.known_ahead, &measure.known_ahead);
        let mut days = Map::default();
        days.set_some(&keys::RECORDED.from, measure.recorded.from.as_ref());
        days.set_some(&keys::RECORDED.until, measure.recorded.until.as_ref());
        node.put_map(&keys::MEASURE.recorded, days);
        node.into_node()
    }

    pub(super) fn strata_node(&self, strata: &[StratumIndex]) -> Node {
        list(strata.iter().map(|stratum| Node::text(&self[*stratum].id)))
    }

    /// Adds what something is narrowed to, if it is.
    pub(super) fn put_selection(&self, selection: &Selection, node: &mut Map) {
        if selection.is_empty() {
            return;
        }
        let mut chosen = Map::default();
        for (stratum, categories) in selection.iter() {
            let stratum = &self[stratum];
            let name = |category: &usize| Node::text(&stratum.categories[*category]);
            chosen.insert(
                &stratum.id,
                match categories {
                    [only] => name(only),
                    several => list(several.iter().map(name)),
                },
            );
        }
        node.put(&keys::INDICATOR.r#where, chosen.into_node());
    }

    pub(super) fn indicator_node(&self, indicator: &Indicator) -> Node {
        let mut node = Map::default();
        node.put_text(&keys::INDICATOR.title, indicator.title.as_deref());
        node.put_text(&keys::INDICATOR.note, indicator.note.as_deref());
        let (key, formula) = self.formula_node(&indicator.formula);
        node.insert(key, formula);
        node.set_some(&keys::INDICATOR.better, indicator.better.as_ref());
        if indicator.variation != indicator.formula.usual_variation() {
            node.put(&keys::INDICATOR.variation, Node::text(indicator.variation.code()));
        }
        node.set_some(&keys::INDICATOR.unmatched, indicator.unmatched.as_ref());
        self.put_selection(&indicator.narrowed_to, &mut node);
        node.into_node()
    }

    pub(super) fn formula_node(&self, formula: &Formula) -> (&'static str, Node) {
        let mut node = Map::default();
        let key = match formula {
            Formula::Count(of) => return (keys::INDICATOR.count.name, self.expression_node(of)),
            Formula::Proportion { numerator, denominator, per }
            | Formula::Ratio { numerator, denominator, per } => {
                node.put(&keys::FRACTION.numerator, self.expression_node(numerator));
                node.put(&keys::FRACTION.denominator, self.expression_node(denominator));
                node.set(&keys::FRACTION.per, per);
                match formula {
                    Formula::Proportion { .. } => keys::INDICATOR.proportion.name,
                    _ => keys::INDICATOR.ratio.name,
                }
            }
            Formula::Rate { numerator, population, per, annualised } => {
                node.put(&keys::RATE.numerator, self.expression_node(numerator));
                node.put(&keys::RATE.population, self.expression_node(population));
                node.set(&keys::RATE.per, per);
                node.set(&keys::RATE.annualised, annualised);
                keys::INDICATOR.rate.name
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
                node.put(&keys::STANDARDISED_RATE.events, self.expression_node(events));
                node.put(&keys::STANDARDISED_RATE.population, self.expression_node(population));
                node.put(&keys::STANDARDISED_RATE.by, Node::text(&self[*by].id));
                let mut weights = Map::default();
                for (category, weight) in self[*by].categories.iter().zip(standard) {
                    weights.insert(category, decimal(*weight));
                }
                node.put(&keys::STANDARDISED_RATE.standard, weights.into_node());
                node.set(&keys::STANDARDISED_RATE.per, per);
                node.set(&keys::STANDARDISED_RATE.withhold_below, withhold_below);
                keys::INDICATOR.standardised_rate.name
            }
            Formula::Mean { of, per } => {
                node.put(&keys::MEAN.of, self.expression_node(of));
                node.put(&keys::MEAN.per, self.expression_node(per));
                keys::INDICATOR.mean.name
            }
            Formula::Change { of, from, told_as } => {
                node.put(&keys::CHANGE.of, Node::text(&self[*of].id));
                node.put(&keys::CHANGE.from, reference(from));
                node.set(&keys::CHANGE.r#as, told_as);
                keys::INDICATOR.change.name
            }
            Formula::ShareOfUnits { of, level, goal } => {
                node.put(&keys::SHARE_OF_UNITS.of, Node::text(&self[*of].id));
                node.put(&keys::SHARE_OF_UNITS.level, Node::text(self.units().level_name(*level)));
                node.put(&keys::SHARE_OF_UNITS.goal, goal_node(goal));
                keys::INDICATOR.share_of_units.name
            }
            Formula::Reporting { of, share } => {
                node.put(
                    &keys::REPORTING.of,
                    list(of.iter().map(|measure| Node::text(&self[*measure].id))),
                );
                node.set(&keys::REPORTING.share, share);
                keys::INDICATOR.reporting.name
            }
            Formula::Reported { unit, latest, .. } => {
                node.set(&keys::REPORTED.unit, unit);
                if *latest {
                    node.put(&keys::REPORTED.over_time, Node::text(OverTime::Last.code()));
                }
                keys::INDICATOR.reported.name
            }
        };
        (key, node.into_node())
    }

    /// An expression as it is written in a plan: `cleared + cleared_old - transferred`.
    pub(super) fn expression_node(&self, expression: &Expression) -> Node {
        Node::text(&self.written(expression, |measure| self.recorded(measure)))
    }

    /// An expression in words, with what its measures are narrowed to: `cleared (sex=f) - transferred (sex=f)`.
    pub fn expression_text(&self, expression: &Expression) -> String {
        self.written(expression, |measure| measure)
    }

    pub(super) fn written(
        &self,
        expression: &Expression,
        named: impl Fn(MeasureIndex) -> MeasureIndex,
    ) -> String {
        let mut written = String::new();
        for term in &expression.terms {
            if !written.is_empty() {
                written.push_str(if term.subtracted { " - " } else { " + " });
            }
            written.push_str(&self[named(term.measure)].id);
        }
        written
    }
}
