//! The rate that a standard population would have: Σ(w·x/n)/Σw, with events x and population n of each category and its
//! part w of the standard population (direct standardisation; `docs/guides/strata.md`).
//!
//! The value is exact; only its interval is made of floats, by [`crate::stats`].

use std::sync::Arc;

use super::matched::{Matchings, Sides, sides};
use super::{Engine, Evaluated, Prepared, Request, Standing, Sum, Value, completeness};
use crate::assess::assessment::Reason;
use crate::assess::uncertainty::Sampling;
use crate::exact::Exact;
use crate::plan::UnitIndex;
use crate::plan::formula::StandardisedRate;
use crate::stats::DirectSums;
use crate::tally::{Missing, Reports, Total};

/// A standardised rate over one frame.
struct PreparedRate<'a> {
    categories: Vec<Category<'a>>,
    /// The whole standard population.
    standard: Exact,
    per: Exact,
    per_float: f64,
    withhold_below: Exact,
    due: Vec<Arc<[Reports]>>,
}

struct Category<'a> {
    events: Sum<'a>,
    population: Sum<'a>,
    matchings: Matchings<'a>,
    standard: Exact,
}

impl Engine for StandardisedRate {
    fn prepare<'a>(&self, request: &Request<'a, '_>) -> Prepared<'a> {
        let Request { assessor, frame, .. } = *request;
        let rules = request.rules();
        let (mut categories, mut due) = (Vec::new(), Vec::new());
        for ((events, population), standard) in self.categories.iter().zip(&self.standard) {
            due.extend(assessor.due(&[events, population], frame, rules.participants));
            categories.push(Category {
                events: assessor.sum(events, frame),
                population: assessor.sum(population, frame),
                matchings: assessor.matchings((events, Some(population)), &frame.to_date, rules),
                standard: Exact::of_decimal(*standard),
            });
        }
        let per = Exact::of_decimal(self.per);
        Prepared::new(PreparedRate {
            standard: categories.iter().fold(Exact::ZERO, |all, one| all + &one.standard),
            categories,
            per_float: per.float(),
            per,
            withhold_below: Exact::of_decimal(self.withhold_below),
            due,
        })
    }
}

impl Category<'_> {
    fn sides(&self, unit: UnitIndex, standing: Standing) -> Sides {
        sides(&self.events, Some(&self.population), self.matchings.of(standing), unit)
    }
}

impl<'a> Value<'a> for PreparedRate<'a> {
    fn evaluate(&self, unit: UnitIndex, standing: Standing) -> Evaluated {
        let categories = self.categories.iter();
        let all: Vec<Sides> = categories.map(|category| category.sides(unit, standing)).collect();
        let pairs = all.iter().filter_map(|sides| sides.pairs).reduce(|mut sum, pairs| {
            sum.add(pairs);
            sum
        });
        let refused = all.iter().find_map(|sides| sides.refused);
        let events = totals(all.iter().map(|sides| sides.above.clone()));
        let below = all.iter().map(|sides| sides.below.clone().unwrap_or(Err(Missing::NoData)));
        let population = totals(below);
        let whole = |totals: &Result<Vec<Total>, Missing>| {
            let totals = totals.as_ref().ok()?.iter();
            Some(totals.fold(Exact::ZERO, |sum, total| sum + &total.value))
        };
        let (all_events, all_population) = (whole(&events), whole(&population));
        let imputed = [&events, &population].into_iter().flatten().flatten();
        let imputed = imputed.map(|total| 100.0 * total.imputed).reduce(f64::max);
        let without = |reason: Reason| Evaluated {
            numerator: all_events.as_ref().map(Exact::float),
            denominator: all_population.as_ref().map(Exact::float),
            completeness: completeness(&self.due, unit),
            imputed,
            pairs,
            ..Evaluated::without_value(reason)
        };
        let (events, population) = match (events, population) {
            (Ok(events), Ok(population)) => (events, population),
            (events, population) => {
                let missing = events.err().into_iter().chain(population.err()).min();
                return without(missing.unwrap_or(Missing::NoData).into());
            }
        };
        if let Some(reason) = refused {
            return without(reason);
        }
        let (mut weighted, mut sums) = (Exact::ZERO, DirectSums::default());
        let mut reason = None;
        for ((category, events), population) in self.categories.iter().zip(&events).zip(&population)
        {
            let (events, population) = (&events.value, &population.value);
            if events.is_negative() || population.is_negative() {
                reason = Some(Reason::Incomplete);
            } else if !population.is_zero() {
                weighted = weighted + &(&(&category.standard * events) / population);
            } else if !category.standard.is_zero() || !events.is_zero() {
                // Nobody who could be weighted, or events of nobody.
                reason = reason.or(Some(Reason::ZeroDenominator));
            }
            let standard = category.standard.float();
            if sums.add(events.float(), population.float(), standard).is_err() {
                reason = reason.or(Some(Reason::Incomplete));
            }
        }
        let is_withheld = all_events.as_ref().is_some_and(|events| *events < self.withhold_below);
        if let Some(reason) = reason.or(is_withheld.then_some(Reason::FewEvents)) {
            return without(reason);
        }
        let all = || events.iter().chain(&population);
        Evaluated {
            value: Ok(weighted * &self.per / &self.standard),
            sampling: Sampling::Standardised { sums: Box::new(sums), per: self.per_float },
            provisional: all().any(|total| total.provisional),
            parts_differ: all().any(|total| total.parts_differ),
            ..without(Reason::NoData)
        }
    }
}

/// All of them, or the gravest of what is missing.
fn totals(all: impl Iterator<Item = Result<Total, Missing>>) -> Result<Vec<Total>, Missing> {
    let (mut found, mut missing) = (Vec::new(), None);
    for total in all {
        match total {
            Ok(total) => found.push(total),
            Err(why) => missing = Some(missing.map_or(why, |other: Missing| other.min(why))),
        }
    }
    missing.map_or(Ok(found), Err)
}
