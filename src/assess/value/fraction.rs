//! Quotients of two sums: proportions, ratios, rates and means.

use super::{Engine, Evaluated, Events, Prepared, Request, Standing, Sums, Value, completeness};
use crate::assess::assessment::Reason;
use crate::assess::uncertainty::Sampling;
use crate::exact::Exact;
use crate::plan::UnitIndex;
use crate::plan::formula::{Mean, Proportion, Rate, Ratio, ValueKind};
use crate::tally::{Missing, Total};

struct PreparedFraction<'a>(Sums<'a>);

impl Engine for Proportion {
    fn prepare<'a>(&self, request: &Request<'a, '_>) -> Prepared<'a> {
        let per = Exact::of_decimal(self.per);
        let sums = request.sums(&self.numerator, Some(&self.denominator), per);
        Prepared::new(PreparedFraction(sums))
    }
}

impl Engine for Ratio {
    fn prepare<'a>(&self, request: &Request<'a, '_>) -> Prepared<'a> {
        let per = Exact::of_decimal(self.per);
        let sums = request.sums(&self.numerator, Some(&self.denominator), per);
        Prepared::new(PreparedFraction(sums))
    }
}

impl Engine for Rate {
    fn prepare<'a>(&self, request: &Request<'a, '_>) -> Prepared<'a> {
        let years = request.assessor.years(self.annualised, request.frame);
        let per = Exact::of_decimal(self.per) / &years;
        let sums = request.sums(&self.numerator, Some(&self.population), per);
        Prepared::new(PreparedFraction(sums))
    }
}

impl Engine for Mean {
    fn prepare<'a>(&self, request: &Request<'a, '_>) -> Prepared<'a> {
        let sums = request.sums(&self.of, Some(&self.per), Exact::ONE);
        Prepared::new(PreparedFraction(sums))
    }
}

impl<'a> Value<'a> for PreparedFraction<'a> {
    fn sums(&self) -> Option<&Sums<'a>> {
        Some(&self.0)
    }

    fn evaluate(&self, unit: UnitIndex, standing: Standing) -> Evaluated {
        let kind = self.0.kind;
        let completeness = completeness(&self.0.due, unit);
        let sides = self.0.sides(unit, standing);
        let (pairs, reason) = (sides.pairs, sides.reason());
        let recorded_below = sides.recorded_below;
        let (above, below) = (sides.above, sides.below.unwrap_or(Err(Missing::NoData)));
        let shown =
            |total: &Result<Total, Missing>| total.as_ref().ok().map(|total| total.value.float());
        let (numerator, denominator) = (shown(&above), shown(&below));
        let (above, below) = match (reason, above, below) {
            (None, Ok(above), Ok(below)) => (above, below),
            (reason, above, below) => {
                let sums = above.ok().into_iter().chain(below.ok());
                let imputed = sums.map(|total| 100.0 * total.imputed).reduce(f64::max);
                let without = Evaluated::without_value(reason.unwrap_or(Reason::NoData));
                return Evaluated {
                    numerator,
                    denominator,
                    completeness,
                    pairs,
                    imputed,
                    ..without
                };
            }
        };
        let contradicts = kind == ValueKind::Share
            && (above.value.is_negative()
                || below.value.is_negative()
                || above.value > below.value);
        let value = if contradicts {
            Err(Reason::Incomplete)
        } else if below.value.is_zero() {
            Err(Reason::ZeroDenominator)
        } else {
            Ok(&above.value * &self.0.per / &below.value)
        };
        let per_event = value.is_ok().then(|| &self.0.per / &below.value);
        let sampling = match (kind, numerator.zip(denominator), &per_event) {
            (ValueKind::Share, Some((events, whole)), Some(_)) => {
                Sampling::Proportion { events, whole, per: self.0.per_float }
            }
            (ValueKind::Exposure, Some((events, _)), Some(per_event))
                if per_event.is_positive() =>
            {
                Sampling::Count { events, per_event: per_event.float() }
            }
            (
                ValueKind::Count
                | ValueKind::Share
                | ValueKind::Exposure
                | ValueKind::Things
                | ValueKind::Derived,
                _,
                _,
            ) => Sampling::Unknown,
        };
        let counts = kind != ValueKind::Things;
        let events = per_event.filter(|slope| counts && slope.is_positive()).map(|slope| Events {
            recorded: above.value,
            slope,
            intercept: Exact::ZERO,
            most: (kind == ValueKind::Share).then_some(below.value),
        });
        Evaluated {
            numerator,
            denominator,
            value,
            events,
            sampling,
            then: None,
            completeness,
            imputed: Some(100.0 * above.imputed.max(below.imputed)),
            provisional: above.provisional || below.provisional,
            parts_differ: above.parts_differ || below.parts_differ,
            pairs,
            recorded_below,
        }
    }
}
