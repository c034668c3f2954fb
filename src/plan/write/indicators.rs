//! Measures, strata and indicators.

use chrono::NaiveDate;

use crate::plan::document::{Node, Value};
use crate::plan::nodes::{Map, bare, decimal, list, number, text};
use crate::plan::{
    Absent, Expression, Indicator, Measure, MeasureIndex, OverTime, OverUnits, Plan, Range,
    RecordedDays, Selection, StratumIndex, Unmatched,
};

impl Plan {
    pub(super) fn measure_node(&self, measure: &Measure) -> Node {
        let mut node = Map::default();
        node.put_text("title", measure.title.as_deref());
        node.put_text("note", measure.note.as_deref());
        node.put_text("unit", measure.unit.as_deref());
        if measure.over_time != OverTime::Sum {
            node.put("over_time", text(measure.over_time.code()));
        }
        if measure.over_units != OverUnits::Sum {
            node.put("over_units", text(measure.over_units.code()));
        }
        if measure.signed {
            node.put("signed", bare(Value::Bool(true)));
        }
        node.put_text(
            "recorded_at",
            measure.recorded_at.map(|level| self.units().level_name(level)),
        );
        node.put_text("every", measure.every.map(|every| every.code()));
        if let Some(days) = measure.due {
            node.put("due", number(&days.to_string()));
        }
        node.put_text("apportion", measure.apportion.as_deref());
        if measure.strata.len() < self.strata().len() {
            node.put("strata", self.strata_node(&measure.strata));
        }
        if measure.absent != Absent::default() {
            node.put("absent", text(measure.absent.code()));
        }
        let range = |range: &Range| list([decimal(range.low), decimal(range.high)].into_iter());
        for (key, given) in [("range", &measure.range), ("suppressed", &measure.suppressed)] {
            if let Some(given) = given {
                node.put(key, range(given));
            }
        }
        if measure.known_ahead {
            node.put("known_ahead", bare(Value::Bool(true)));
        }
        if measure.recorded != RecordedDays::default() {
            let mut days = Map::default();
            let day = |day: Option<NaiveDate>| day.map(|day| day.to_string());
            days.put_text("from", day(measure.recorded.from).as_deref());
            days.put_text("until", day(measure.recorded.until).as_deref());
            node.put("recorded", days.into_node());
        }
        node.into_node()
    }

    pub(super) fn strata_node(&self, strata: &[StratumIndex]) -> Node {
        list(strata.iter().map(|stratum| text(&self[*stratum].id)))
    }

    /// Adds what something is narrowed to, if it is.
    pub(super) fn put_selection(&self, selection: &Selection, node: &mut Map) {
        if selection.is_empty() {
            return;
        }
        let mut chosen = Map::default();
        for (stratum, categories) in selection.iter() {
            let stratum = &self[stratum];
            let name = |category: &usize| text(&stratum.categories[*category]);
            chosen.put(
                &stratum.id,
                match categories {
                    [only] => name(only),
                    several => list(several.iter().map(name)),
                },
            );
        }
        node.put("where", chosen.into_node());
    }

    pub(super) fn indicator_node(&self, indicator: &Indicator) -> Node {
        let mut node = Map::default();
        node.put_text("title", indicator.title.as_deref());
        node.put_text("note", indicator.note.as_deref());
        node.put(indicator.formula.key(), indicator.formula.node(self));
        node.put_text("better", indicator.better.map(|better| better.code()));
        if indicator.variation != indicator.formula.facts().variation {
            node.put("variation", text(indicator.variation.code()));
        }
        node.put_text("unmatched", indicator.unmatched.map(Unmatched::code));
        self.put_selection(&indicator.narrowed_to, &mut node);
        node.into_node()
    }

    /// An expression as it is written in a plan: `cleared + cleared_old - transferred`.
    pub(in crate::plan) fn expression_node(&self, expression: &Expression) -> Node {
        text(&self.written(expression, |measure| self.recorded(measure)))
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
