//! Published values.

use super::{Engine, Evaluated, Prepared, Request, Standing, Value};
use crate::assess::Frame;
use crate::assess::assessment::Reason;
use crate::exact::Exact;
use crate::plan::UnitIndex;
use crate::plan::formula::Reported;
use crate::tally::Published;

impl Engine for Reported {
    fn prepare<'a>(&self, request: &Request<'a, '_>) -> Prepared<'a> {
        let Frame { window, to_date } = request.frame;
        Prepared::new(request.assessor.known.published(self.measure, window, to_date, self.latest))
    }
}

impl<'a> Value<'a> for Published<'a> {
    fn evaluate(&self, unit: UnitIndex, _: Standing) -> Evaluated {
        match self.of(unit) {
            Err(missing) => Evaluated::without_value(missing.into()),
            Ok(published) => Evaluated {
                value: Exact::of(published.value).ok_or(Reason::NoData),
                imputed: Some(100.0 * published.imputed),
                provisional: published.provisional,
                ..Evaluated::without_value(Reason::NoData)
            },
        }
    }
}
