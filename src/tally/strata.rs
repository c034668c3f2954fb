//! Figures of categories, and what they come to (`docs/guides/strata.md`).
//!
//! A figure without a category is the total over all of them, as a unit's own figure is the total of the units below:
//! where it is recorded it is used, and where it isn't the categories are combined, span by span, as units are. A span of
//! which a category is missing comes to nothing: that it is missing does not make it zero.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::snapshot::Figure;
use crate::exact::Exact;
use crate::plan::stratum::{Combination, Narrowed};
use crate::plan::{Measure, OverUnits, Plan, Selection, StratumIndex};

impl Narrowed {
    /// Whether an outcome of these categories is among those that are meant.
    pub(super) fn includes(&self, plan: &Plan, combination: Combination) -> bool {
        let digits: Vec<usize> = plan.combinations().digits_of(combination).collect();
        self.to.iter().all(|(StratumIndex(stratum), categories)| {
            digits[stratum].checked_sub(1).is_some_and(|category| categories.contains(&category))
        })
    }

    /// All categories of the strata that are narrowed: who records one of them, records by these strata.
    pub(super) fn family(&self, plan: &Plan) -> Narrowed {
        let strata = self
            .to
            .iter()
            .map(|(stratum, _)| (stratum, (0..plan[stratum].categories.len()).collect()));
        Narrowed { measure: self.measure, to: Selection::new(strata.collect()) }
    }
}

/// How a stratum is looked at.
#[derive(Debug, Clone)]
enum Facet {
    /// One category by its digit, or what is recorded without one.
    Digit(usize),
    /// Some categories, without a total of their own.
    Some(Vec<usize>),
    /// All of them: what is recorded without a category, else the categories together.
    All,
}

/// The figures of a measure in one unit, whatever their categories: what they come to for the categories that the
/// measure is narrowed to. They stand in order of start, longer spans first.
pub(super) fn figures_of_categories(
    plan: &Plan,
    kind: &Measure,
    recorded: impl Iterator<Item = (Combination, Vec<Figure>)>,
) -> Vec<Figure> {
    let facets: Vec<Facet> = (0..plan.strata().len())
        .map(StratumIndex)
        .map(|stratum| {
            let chosen = kind.narrowed.as_ref().and_then(|narrowed| narrowed.to.of(stratum));
            match chosen {
                Some([only]) => Facet::Digit(only + 1),
                Some(several) => Facet::Some(several.iter().map(|category| category + 1).collect()),
                // A published value is its own category's, and no sum.
                None if kind.reported || !kind.strata.contains(&stratum) => Facet::Digit(0),
                None => Facet::All,
            }
        })
        .collect();
    let mut spans: BTreeMap<(NaiveDate, NaiveDate), Vec<(Vec<usize>, Figure)>> = BTreeMap::new();
    for (combination, figures) in recorded {
        let digits: Vec<usize> = plan.combinations().digits_of(combination).collect();
        for figure in figures {
            spans.entry((figure.start, figure.end)).or_default().push((digits.clone(), figure));
        }
    }
    let sizes: Vec<usize> = plan.strata().iter().map(|stratum| stratum.categories.len()).collect();
    let looking = Looking { sizes: &sizes, over_units: kind.over_units };
    let mut figures: Vec<Figure> = spans
        .values()
        .filter_map(|recorded| {
            let recorded: Vec<_> =
                recorded.iter().map(|(digits, one)| (&digits[..], *one)).collect();
            looking.at(&facets, &recorded)
        })
        .collect();
    figures.sort_by_key(|figure| (figure.start, std::cmp::Reverse(figure.end)));
    figures
}

struct Looking<'l> {
    /// Per stratum, how many categories it has.
    sizes: &'l [usize],
    over_units: OverUnits,
}

impl Looking<'_> {
    /// What the figures of one span come to; none if one of those that are meant is missing.
    fn at(&self, facets: &[Facet], recorded: &[(&[usize], Figure)]) -> Option<Figure> {
        let is_meant = |(digits, _): &&(&[usize], Figure)| {
            facets.iter().zip(*digits).all(|(facet, digit)| match facet {
                Facet::Digit(only) => digit == only,
                Facet::Some(several) => several.contains(digit),
                Facet::All => true,
            })
        };
        let meant: Vec<(&[usize], Figure)> = recorded.iter().filter(is_meant).copied().collect();
        if meant.is_empty() {
            return None;
        }
        if let Some((at, several)) = facets.iter().enumerate().find_map(|(at, facet)| match facet {
            Facet::Some(several) => Some((at, several)),
            Facet::Digit(_) | Facet::All => None,
        }) {
            return self.split(facets, at, several.iter().copied(), &meant);
        }
        let open = || {
            let facets = facets.iter().enumerate();
            facets.filter(|(_, facet)| matches!(facet, Facet::All)).map(|(at, _)| at)
        };
        let mut all_of = open().filter_map(|at| self.split(facets, at, 1..=self.sizes[at], &meant));
        let is_own = |(digits, _): &&(&[usize], Figure)| open().all(|at| digits[at] == 0);
        let Some((_, own)) = meant.iter().find(is_own) else { return all_of.next() };
        let value = own.value.and_then(Exact::of);
        let differing = all_of.filter_map(|parts| parts.value).find(|parts| {
            value
                .as_ref()
                .is_some_and(|value| Exact::of(*parts).is_none_or(|parts| parts != *value))
        });
        Some(Figure { categories: differing, ..*own })
    }

    /// The categories of one stratum together, by the measure's operator over units.
    fn split(
        &self,
        facets: &[Facet],
        at: usize,
        categories: impl Iterator<Item = usize>,
        meant: &[(&[usize], Figure)],
    ) -> Option<Figure> {
        let mut facets = facets.to_vec();
        let mut parts = Vec::new();
        for category in categories {
            facets[at] = Facet::Digit(category);
            parts.push(self.at(&facets, meant)?);
        }
        let first = *parts.first()?;
        let number = parts.len() as f64;
        let mut weight: f64 = parts.iter().map(|part| part.weight).sum();
        let imputed: f64 = parts.iter().map(|part| part.weight * part.imputed).sum();
        let is_imputed = parts.iter().any(|part| part.imputed > 0.0);
        let imputed = if weight > 0.0 { imputed / weight } else { f64::from(u8::from(is_imputed)) };
        let values: Option<Vec<Exact>> =
            parts.iter().map(|part| part.value.and_then(Exact::of)).collect();
        let value = values.map(|values| match self.over_units {
            OverUnits::Sum => sum(&values).float(),
            OverUnits::Mean => {
                weight /= number;
                (sum(&values) / &Exact::from(values.len() as i64)).float()
            }
            OverUnits::Max => {
                let largest = values.iter().max().map_or(0.0, Exact::float);
                weight = largest.abs();
                largest
            }
        });
        let provisional = parts.iter().any(|part| part.provisional);
        Some(Figure { value, weight, imputed, provisional, categories: None, ..first })
    }
}

fn sum(values: &[Exact]) -> Exact {
    values.iter().fold(Exact::ZERO, |sum, value| sum + value)
}
