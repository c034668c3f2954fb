//! Combines the figures of categories (`docs/guides/strata.md`).
//!
//! A figure without a category is the total over all of them, as a unit's own figure is the total of the units below:
//! where it is recorded it is used, and where it isn't the categories are combined, span by span, as units are. A span of
//! which a category is missing has no figure: missing is not zero.

use std::cmp::Reverse;

use crate::exact::Exact;
use crate::plan::stratum::{Combination, Narrowed, digits};
use crate::plan::{Measure, OverUnits, Plan, Selection, StratumIndex};
use crate::tally::snapshot::Figure;

impl Narrowed {
    /// Whether an outcome of these categories is among those that it is narrowed to.
    pub(in crate::tally) fn includes(&self, plan: &Plan, combination: Combination) -> bool {
        let mut digits = plan.combinations().digits_of(combination).enumerate();
        digits.all(|(stratum, digit)| {
            self.to.of(StratumIndex(stratum)).is_none_or(|categories| {
                digit.checked_sub(1).is_some_and(|category| categories.contains(&category))
            })
        })
    }

    /// All categories of the strata that are narrowed: who records one of them, records by these strata.
    pub(in crate::tally) fn family(&self, plan: &Plan) -> Narrowed {
        let all = |stratum: StratumIndex| (0..plan[stratum].categories.len()).collect();
        let strata = self.to.iter().map(|(stratum, _)| (stratum, all(stratum)));
        Narrowed { measure: self.measure, to: Selection::new(strata.collect()) }
    }
}

/// Combines the figures of categories for a measure, which may be narrowed to some.
#[derive(Debug)]
pub(in crate::tally) struct CategoryRollup {
    /// Per stratum of the plan.
    facets: Vec<Facet>,
    /// Per stratum, what one step of its digit adds to the number of a combination, and how many digits it has.
    strata: Vec<(Combination, usize)>,
    over_units: OverUnits,
    /// Whether figures keep the categories combined where their own total says the same: of totals of the year to date, one
    /// may say the same and the next not.
    keeps_equal: bool,
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

impl Facet {
    fn admits(&self, digit: usize) -> bool {
        match self {
            Facet::Digit(only) => digit == *only,
            Facet::Some(several) => several.contains(&digit),
            Facet::All => true,
        }
    }
}

/// A figure, with the number of its categories.
type OfCategories = (Combination, Figure);

impl CategoryRollup {
    pub(in crate::tally) fn by(kind: &Measure, plan: &Plan) -> Self {
        let facet = |stratum: StratumIndex| {
            let chosen = kind.narrowed.as_ref().and_then(|narrowed| narrowed.to.of(stratum));
            match chosen {
                Some([only]) => Facet::Digit(only + 1),
                Some(several) => Facet::Some(several.iter().map(|category| category + 1).collect()),
                // A published value is its own category's, and no sum.
                None if kind.reported || !kind.strata.contains(&stratum) => Facet::Digit(0),
                None => Facet::All,
            }
        };
        let strata = plan.combinations().steps();
        CategoryRollup {
            facets: (0..plan.strata().len()).map(StratumIndex).map(facet).collect(),
            strata: strata.map(|(_, stratum, step)| (step, digits(stratum))).collect(),
            over_units: kind.over_units,
            keeps_equal: kind.cumulative,
        }
    }

    fn digit(&self, combination: Combination, stratum: usize) -> usize {
        let (step, digits) = self.strata[stratum];
        (combination / step) as usize % digits
    }

    /// Whether figures of some categories have to be looked at.
    pub(in crate::tally) fn includes(&self, combination: Combination) -> bool {
        self.admits(&self.facets, combination)
    }

    /// The included combinations, if a binary search for each of them is quicker than a scan of all entries.
    pub(in crate::tally) fn few_combinations(&self, entries: usize) -> Option<Vec<Combination>> {
        const STEPS_TO_FIND_ONE: usize = 16;
        let mut combinations: Vec<Combination> = vec![0];
        for (facet, (step, digits)) in self.facets.iter().zip(&self.strata) {
            let digits: Vec<usize> = match facet {
                Facet::Digit(only) => vec![*only],
                Facet::Some(several) => several.clone(),
                Facet::All => (0..*digits).collect(),
            };
            let number = combinations.len().saturating_mul(digits.len());
            if number.saturating_mul(STEPS_TO_FIND_ONE) > entries {
                return None;
            }
            let with = |digit: usize| {
                let more = step * digit as Combination;
                combinations.iter().map(move |combination| combination + more)
            };
            combinations = digits.into_iter().flat_map(with).collect();
        }
        Some(combinations)
    }

    fn admits(&self, facets: &[Facet], combination: Combination) -> bool {
        let mut facets = facets.iter().enumerate();
        facets.all(|(stratum, facet)| facet.admits(self.digit(combination, stratum)))
    }

    /// The figures of one unit, with the categories combined, in order of start, longer spans first. All of `recorded`
    /// are [included](CategoryRollup::includes).
    pub(in crate::tally) fn figures(&self, mut recorded: Vec<OfCategories>) -> Vec<Figure> {
        let span = |(_, figure): &OfCategories| (figure.start, Reverse(figure.end));
        recorded.sort_by_key(span);
        let spans = recorded.chunk_by(|one, next| span(one) == span(next));
        spans.filter_map(|recorded| self.at(&self.facets, recorded)).collect()
    }

    /// The figure of one span; none if one of the categories that it needs is missing.
    fn at(&self, facets: &[Facet], recorded: &[OfCategories]) -> Option<Figure> {
        let is_admitted = |one: &&OfCategories| self.admits(facets, one.0);
        if !facets.iter().any(|facet| !matches!(facet, Facet::Digit(_))) {
            return recorded.iter().find(is_admitted).map(|(_, figure)| *figure);
        }
        let admitted: Vec<OfCategories> = recorded.iter().filter(is_admitted).copied().collect();
        if admitted.is_empty() {
            return None;
        }
        if let Some((stratum, several)) =
            facets.iter().enumerate().find_map(|(at, facet)| match facet {
                Facet::Some(several) => Some((at, several)),
                Facet::Digit(_) | Facet::All => None,
            })
        {
            return self.split(facets, stratum, several.iter().copied(), &admitted);
        }
        let open = || {
            let facets = facets.iter().enumerate();
            facets.filter(|(_, facet)| matches!(facet, Facet::All)).map(|(at, _)| at)
        };
        let categories = |stratum: usize| 1..self.strata[stratum].1;
        let mut all_of = open().filter_map(|at| self.split(facets, at, categories(at), &admitted));
        let is_own = |one: &&OfCategories| open().all(|at| self.digit(one.0, at) == 0);
        let Some((_, own)) = admitted.iter().find(is_own) else {
            let combined = all_of.next()?;
            let categories = combined.value.filter(|_| self.keeps_equal);
            return Some(Figure { categories, ..combined });
        };
        let mut equal = None;
        let differing = all_of.filter_map(|parts| parts.value).find(|parts| {
            equal = Some(*parts);
            own.differs_from(*parts)
        });
        let categories = differing.or(equal.filter(|_| self.keeps_equal));
        Some(Figure { categories, ..*own })
    }

    /// The categories of one stratum together, by the measure's operator over units.
    fn split(
        &self,
        facets: &[Facet],
        stratum: usize,
        categories: impl Iterator<Item = usize>,
        admitted: &[OfCategories],
    ) -> Option<Figure> {
        let mut facets = facets.to_vec();
        let mut parts = Vec::new();
        let digit = |one: &OfCategories| self.digit(one.0, stratum);
        // Each category looks at its own figures only.
        let mut by_category = admitted.to_vec();
        by_category.sort_by_key(digit);
        for category in categories {
            facets[stratum] = Facet::Digit(category);
            let first = by_category.partition_point(|one| digit(one) < category);
            let end = first + by_category[first..].partition_point(|one| digit(one) == category);
            parts.push(self.at(&facets, &by_category[first..end])?);
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
