//! PreparedValues values.

use super::{Engine, Evaluated, Prepared, Request, Standing, Value};
use crate::assess::assessment::Reason;
use crate::assess::{Assessor, Frame};
use crate::exact::Exact;
use crate::plan::formula::Reported;
use crate::plan::{MeasureIndex, UnitIndex};

struct PreparedValues<'a> {
    assessor: &'a Assessor<'a>,
    measure: MeasureIndex,
    latest: bool,
    frame: Frame,
}

impl Engine for Reported {
    fn prepare<'a>(&self, request: &Request<'a, '_>) -> Prepared<'a> {
        let Request { assessor, frame, .. } = *request;
        let Reported { measure, latest, .. } = *self;
        Prepared::new(PreparedValues { assessor, measure, latest, frame: *frame })
    }
}

impl<'a> Value<'a> for PreparedValues<'a> {
    fn evaluate(&self, unit: UnitIndex, _: Standing) -> Evaluated {
        let Frame { window, to_date } = &self.frame;
        match self.assessor.known.published(self.measure, unit, window, to_date, self.latest) {
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
