//! Measures, strata and indicators.

use chrono::NaiveDate;

use super::nodes::{Map, bare, decimal, goal_node, list, number, reference, text};
use crate::exact::Decimal;
use crate::plan::document::{Node, Value};
use crate::plan::{
    Absent, Annualised, ChangeAs, Expression, Formula, Indicator, Measure, MeasureIndex, OverTime,
    OverUnits, Plan, Range, RecordedDays, Selection, ShareOfReports, StratumIndex, Unmatched,
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
        let (key, formula) = self.formula_node(&indicator.formula);
        node.put(key, formula);
        node.put_text("better", indicator.better.map(|better| better.code()));
        if indicator.variation != indicator.formula.usual_variation() {
            node.put("variation", text(indicator.variation.code()));
        }
        node.put_text("unmatched", indicator.unmatched.map(Unmatched::code));
        self.put_selection(&indicator.narrowed_to, &mut node);
        node.into_node()
    }

    pub(super) fn formula_node(&self, formula: &Formula) -> (&'static str, Node) {
        let mut node = Map::default();
        let key = match formula {
            Formula::Count(of) => return ("count", self.expression_node(of)),
            Formula::Proportion { numerator, denominator, per }
            | Formula::Ratio { numerator, denominator, per } => {
                node.put("numerator", self.expression_node(numerator));
                node.put("denominator", self.expression_node(denominator));
                node.put("per", decimal(*per));
                match formula {
                    Formula::Proportion { .. } => "proportion",
                    _ => "ratio",
                }
            }
            Formula::Rate { numerator, population, per, annualised } => {
                node.put("numerator", self.expression_node(numerator));
                node.put("population", self.expression_node(population));
                node.put("per", decimal(*per));
                if *annualised != Annualised::None {
                    node.put("annualised", text(annualised.code()));
                }
                "rate"
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
                node.put("events", self.expression_node(events));
                node.put("population", self.expression_node(population));
                node.put("by", text(&self[*by].id));
                let mut weights = Map::default();
                for (category, weight) in self[*by].categories.iter().zip(standard) {
                    weights.put(category, decimal(*weight));
                }
                node.put("standard", weights.into_node());
                node.put("per", decimal(*per));
                if *withhold_below != Decimal::TEN {
                    node.put("withhold_below", decimal(*withhold_below));
                }
                "standardised_rate"
            }
            Formula::Mean { of, per } => {
                node.put("of", self.expression_node(of));
                node.put("per", self.expression_node(per));
                "mean"
            }
            Formula::Change { of, from, told_as } => {
                node.put("of", text(&self[*of].id));
                node.put("from", reference(from));
                if *told_as != ChangeAs::Percent {
                    node.put("as", text(told_as.code()));
                }
                "change"
            }
            Formula::ShareOfUnits { of, level, goal } => {
                node.put("of", text(&self[*of].id));
                node.put("level", text(self.units().level_name(*level)));
                node.put("goal", goal_node(goal));
                "share_of_units"
            }
            Formula::Reporting { of, share } => {
                node.put("of", list(of.iter().map(|measure| text(&self[*measure].id))));
                if *share != ShareOfReports::OnTime {
                    node.put("share", text(share.code()));
                }
                "reporting"
            }
            Formula::Reported { unit, latest, .. } => {
                node.put("unit", text(unit));
                if *latest {
                    node.put("over_time", text(OverTime::Last.code()));
                }
                "reported"
            }
        };
        (key, node.into_node())
    }

    /// An expression as it is written in a plan: `cleared + cleared_old - transferred`.
    pub(super) fn expression_node(&self, expression: &Expression) -> Node {
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
