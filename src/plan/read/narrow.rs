//! What `where` makes of a plan: measures and indicators that are others, narrowed to categories.
//!
//! A part of a measure becomes a measure of its own, which stands behind the declared ones. So
//! no later layer has to carry along what it is narrowed to. All ids refer to something when this is done.

use std::collections::HashMap;

use rustc_hash::FxHashMap;

use super::Reader;
use crate::error::{Fault, FaultCode, Place, quoted};
use crate::plan::document::Node;
use crate::plan::formula::{self, Narrowing as _};
use crate::plan::keys;
use crate::plan::stratum::Narrowed;
use crate::plan::{
    Expression, Indicator, IndicatorIndex, Inner, Measure, MeasureIndex, Selection, Stratum,
    StratumIndex, Target, Term,
};

impl Reader<'_> {
    /// Narrows what the indicators and targets of a plan without faults so far narrow.
    pub(super) fn narrow(&mut self, inner: &mut Inner, root: &Node) {
        let by_id = |section: &str| -> FxHashMap<&str, &Node> {
            let entries = root.get(section).and_then(Node::as_map).unwrap_or_default();
            entries.iter().map(|entry| (entry.key.as_str(), &entry.value)).collect()
        };
        let (indicators, targets) = (by_id("indicators"), by_id("targets"));
        let place = |things: &FxHashMap<&str, &Node>, id: &str, key: &str| {
            Some(things.get(id)?.get(key)?.place.clone())
        };
        let mut narrowing = Narrowing::of(self, inner);
        for index in 0..narrowing.declared.len() {
            let declared = narrowing.declared[index].clone();
            // What the formula itself narrows by.
            let of_formula = || {
                let formula = indicators.get(declared.id.as_str())?.get(declared.formula.key())?;
                let by = [keys::STANDARDISED_RATE.by.name, keys::FRACTION.numerator_where.name];
                Some(by.iter().find_map(|key| formula.get(key))?.place.clone())
            };
            let place = place(&indicators, &declared.id, "where").or_else(of_formula);
            let place = place.unwrap_or(Place::Nowhere);
            if let Some(formula) =
                declared.formula.narrow(&mut narrowing, &declared.narrowed_to, &place)
            {
                narrowing.inner.indicators[index].formula = formula;
            }
        }
        let read = std::mem::take(&mut narrowing.inner.targets);
        let strata = narrowing.inner.strata.all().to_vec();
        // One that is split by strata stands once for each category from here on.
        let mut places_now = Vec::with_capacity(read.len());
        for target in read {
            places_now.push(narrowing.inner.targets.len());
            let places = ["where", "by", "in_every"].map(|key| place(&targets, &target.id, key));
            let places = places.map(|place| place.unwrap_or(Place::Nowhere));
            narrowing.target(target, &strata, &places);
        }
        for at in 0..narrowing.inner.models.len() {
            let models = narrowing.inner.models[at].clone();
            let categories = narrowing.inner.strata.all()[models.by.0].categories.len();
            let of_each = (0..categories).filter_map(|category| {
                let model = Selection::new(vec![(models.by, vec![category])]);
                // The measure has the stratum: that was looked at when the models were read.
                narrowing.measure(models.places, &model, &Place::Nowhere)
            });
            narrowing.inner.models[at].of_each = of_each.collect();
        }
        let inner = narrowing.inner;
        let combined = inner.combined.iter_mut().flat_map(|combined| &mut combined.targets);
        let awards = inner.awards.iter_mut().flat_map(|award| &mut award.eligible.targets);
        combined.chain(awards).for_each(|target| *target = places_now[*target]);
    }
}

/// Nobody reads the rows of more categories than that.
const MOST_CATEGORIES: usize = 10_000;

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

    /// A target, once for each category that it is split by. `places` are those of what narrows it: `where`, `by`
    /// and `in_every`.
    fn target(&mut self, target: Target, strata: &[Stratum], places: &[Place; 3]) {
        let [of_where, of_by, of_in_every] = places;
        let source = target.indicator;
        let narrowed =
            target.narrowed_to.without(&[target.by.clone(), target.in_every.clone()].concat());
        let all = [&target.by[..], &target.in_every[..]].concat();
        let combinations = all.iter().fold(1_usize, |product, stratum| {
            product.saturating_mul(strata[stratum.0].categories.len())
        });
        if combinations > MOST_CATEGORIES {
            let place = if target.by.is_empty() { of_in_every } else { of_by };
            self.reader.faults.push(
                Fault::new(
                    FaultCode::TooMany,
                    place.clone(),
                    "a target can't be split by this number of categories",
                )
                .found(format!("{combinations} combinations"))
                .expected(format!("at most {MOST_CATEGORIES}")),
            );
            return;
        }
        // A fault of one category is a fault of all.
        if self.indicator(source, &narrowed, of_where).is_none() {
            return;
        }
        for category in target.narrowed_to.combinations(&target.by, strata) {
            let of_category = narrowed.and(&category);
            if self.indicator(source, &of_category, of_by).is_none() {
                return;
            }
            // Those that are named twice, in `where` too, are narrowed with all their categories.
            let whole = target.narrowed_to.without(&target.by).and(&category);
            let Some(indicator) = self.indicator(source, &whole, of_by) else { return };
            let mut categories = Vec::new();
            if !target.in_every.is_empty() {
                for every in target.narrowed_to.combinations(&target.in_every, strata) {
                    match self.indicator(source, &of_category.and(&every), of_in_every) {
                        Some(indicator) => categories.push((every, indicator)),
                        None => return,
                    }
                }
            }
            let of_category = |target: &Target| Target {
                indicator,
                category: category.clone(),
                categories: categories.clone(),
                ..target.clone()
            };
            let versions = target.versions.iter().map(of_category).collect();
            self.inner.targets.push(Target { versions, ..of_category(&target) });
        }
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
                Fault::new(FaultCode::ConflictingKeys, place.clone(), message)
                    .expected(format!("`{stratum}` in one place"))
                    .hint("take it out of the indicator's `where`, or out of this one"),
            );
            return None;
        }
        let all = selection.and(&declared.narrowed_to);
        let formula = declared.formula.narrow(self, &all, place)?;
        self.inner.indicators.push(Indicator { formula, ..declared.clone() });
        Some(IndicatorIndex(self.inner.indicators.len() - 1))
    }
}

impl formula::Narrowing for Narrowing<'_, '_> {
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

    fn stratum(&self, stratum: StratumIndex) -> Stratum {
        self.inner.strata.all()[stratum.0].clone()
    }

    fn refuse(&mut self, fault: Fault) {
        self.reader.faults.push(fault);
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
        // Every term is narrowed first, so that all faults are reported.
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
            let fault = Fault::new(FaultCode::StratumNotRecorded, place.clone(), message);
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
