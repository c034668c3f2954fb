//! Counts.

use super::{Engine, Evaluated, Events, Prepared, Request, Standing, Sums, Value, completeness};
use crate::assess::assessment::Reason;
use crate::assess::uncertainty::Sampling;
use crate::exact::Exact;
use crate::plan::UnitIndex;
use crate::plan::formula::{Count, ValueKind};

struct PreparedCount<'a>(Sums<'a>);

impl Engine for Count {
    fn prepare<'a>(&self, request: &Request<'a, '_>) -> Prepared<'a> {
        let sums = request.sums(&self.of, None, Exact::ONE);
        Prepared::new(PreparedCount(sums))
    }
}

impl<'a> Value<'a> for PreparedCount<'a> {
    fn sums(&self) -> Option<&Sums<'a>> {
        Some(&self.0)
    }

    fn evaluate(&self, unit: UnitIndex, standing: Standing) -> Evaluated {
        let completeness = completeness(&self.0.due, unit);
        let sides = self.0.sides(unit, standing);
        let pairs = sides.pairs;
        let number = sides.above.as_ref().ok().map(|total| total.value.float());
        let total = match (sides.reason(), sides.above) {
            (None, Ok(total)) => total,
            (reason, total) => {
                let imputed = total.ok().map(|total| 100.0 * total.imputed);
                let without = Evaluated::without_value(reason.unwrap_or(Reason::NoData));
                return Evaluated { numerator: number, completeness, pairs, imputed, ..without };
            }
        };
        let number = total.value.float();
        let counts = self.0.kind == ValueKind::Count;
        Evaluated {
            numerator: Some(number),
            denominator: None,
            sampling: if counts {
                Sampling::Count { events: number, per_event: 1.0 }
            } else {
                Sampling::Unknown
            },
            events: counts.then(|| Events {
                recorded: total.value.clone(),
                slope: Exact::ONE,
                intercept: Exact::ZERO,
                most: None,
            }),
            value: Ok(total.value),
            then: None,
            completeness,
            imputed: Some(100.0 * total.imputed),
            provisional: total.provisional,
            parts_differ: total.parts_differ,
            pairs,
            recorded_below: None,
        }
    }
}
