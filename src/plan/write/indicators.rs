//! Measures, strata and indicators.

use crate::plan::document::Node;
use crate::plan::keys::{self, Key, Selected};
use crate::plan::nodes::{Map, decimal, list};
use crate::plan::{
    Expression, Indicator, Measure, MeasureIndex, Plan, Range, Selection, StratumIndex,
};

impl Plan {
    pub(super) fn measure_node(&self, measure: &Measure) -> Node {
        let mut node = Map::default();
        node.put_text(&keys::MEASURE.title, measure.title.as_deref());
        node.put_text(&keys::MEASURE.note, measure.note.as_deref());
        node.put_text(&keys::MEASURE.unit, measure.unit.as_deref());
        node.set(&keys::MEASURE.over_time, &measure.over_time);
        node.set(&keys::MEASURE.weight_by_days, &measure.weight_by_days);
        node.set(&keys::MEASURE.cumulative, &measure.cumulative);
        node.set(&keys::MEASURE.over_units, &measure.over_units);
        node.set(&keys::MEASURE.signed, &measure.signed);
        node.set(&keys::MEASURE.whole, &measure.whole);
        match &measure.recorded_by {
            Some(units) => node.put(&keys::MEASURE.recorded_by, self.unit_codes_node(units)),
            None => node.put_text(
                &keys::MEASURE.recorded_at,
                measure.recorded_at.map(|level| self.units().level_name(level)),
            ),
        }
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
        node.set_some(&keys::MEASURE.carry, measure.carry.as_ref());
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
    pub(in crate::plan) fn put_selection(
        &self,
        key: &Key<Selected>,
        selection: &Selection,
        node: &mut Map,
    ) {
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
        node.put(key, chosen.into_node());
    }

    pub(super) fn indicator_node(&self, indicator: &Indicator) -> Node {
        let mut node = Map::default();
        node.put_text(&keys::INDICATOR.title, indicator.title.as_deref());
        node.put_text(&keys::INDICATOR.note, indicator.note.as_deref());
        node.insert(indicator.formula.key(), indicator.formula.node(self));
        node.set_some(&keys::INDICATOR.better, indicator.better.as_ref());
        if indicator.variation != indicator.formula.facts().variation {
            node.put(&keys::INDICATOR.variation, Node::text(indicator.variation.code()));
        }
        node.set_some(&keys::INDICATOR.unmatched, indicator.unmatched.as_ref());
        self.put_selection(&keys::INDICATOR.r#where, &indicator.narrowed_to, &mut node);
        node.into_node()
    }

    /// An expression as it is written in a plan: `cleared + cleared_old - transferred`.
    pub(in crate::plan) fn expression_node(&self, expression: &Expression) -> Node {
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
            let id = &self[named(term.measure)].id;
            written.push_str(&term.factor.around(id, ("*", "/"), |number| number.to_string()));
        }
        written
    }
}
