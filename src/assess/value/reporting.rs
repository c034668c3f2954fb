//! Timeliness and completeness of reporting as indicators of their own (`docs/semantics.md`, 37).

use super::{Engine, Evaluated, Events, Prepared, Request, Standing, Value};
use crate::assess::uncertainty::Sampling;
use crate::assess::{Assessor, Frame, Reason};
use crate::exact::Exact;
use crate::plan::formula::{Reporting, ShareOfReports};
use crate::plan::{MeasureIndex, UnitIndex};
use crate::tally::Punctuality;

/// Per unit, how the reports due from it and those below it stand.
struct PreparedReporting(Vec<Counted>);

impl Engine for Reporting {
    fn prepare<'a>(&self, request: &Request<'a, '_>) -> Prepared<'a> {
        let Request { assessor, frame, .. } = *request;
        Prepared::new(PreparedReporting(assessor.reports_counted(&self.of, self.share, frame)))
    }
}

impl Value<'_> for PreparedReporting {
    fn evaluate(&self, unit: UnitIndex, _: Standing) -> Evaluated {
        self.0[unit.0].evaluate()
    }
}

/// Reports due, those of them of which it is known whether they count, and those that count.
#[derive(Debug, Clone, Copy, Default)]
struct Counted {
    due: u64,
    decided: u64,
    count: u64,
}

impl Counted {
    fn add(&mut self, other: Counted) {
        self.due += other.due;
        self.decided += other.decided;
        self.count += other.count;
    }

    fn of(punctuality: Punctuality, share: ShareOfReports) -> Counted {
        let (is_decided, counts) = match (punctuality, share) {
            (Punctuality::Open, _) => return Counted::default(),
            (Punctuality::OnTime, _) => (true, true),
            (Punctuality::Late, ShareOfReports::Made) => (true, true),
            (Punctuality::Undated, ShareOfReports::Made) => (true, true),
            (Punctuality::Late, ShareOfReports::OnTime) | (Punctuality::Missing, _) => {
                (true, false)
            }
            (Punctuality::Undated, ShareOfReports::OnTime) => (false, false),
        };
        Counted { due: 1, decided: u64::from(is_decided), count: u64::from(counts) }
    }

    fn evaluate(self) -> Evaluated {
        let completeness = (self.due > 0).then(|| 100.0 * self.decided as f64 / self.due as f64);
        if self.decided == 0 {
            return Evaluated { completeness, ..Evaluated::without_value(Reason::NoData) };
        }
        let whole = |number: u64| Exact::from(number as i64);
        let slope = Exact::HUNDRED / &whole(self.decided);
        Evaluated {
            numerator: Some(self.count as f64),
            denominator: Some(self.decided as f64),
            value: Ok(whole(self.count) * &slope),
            events: Some(Events {
                recorded: whole(self.count),
                slope,
                intercept: Exact::ZERO,
                most: Some(whole(self.decided)),
            }),
            // All reports are counted: nothing of them is drawn.
            sampling: Sampling::Fixed,
            then: None,
            completeness,
            imputed: Some(0.0),
            provisional: false,
            parts_differ: false,
            pairs: None,
            recorded_below: None,
        }
    }
}

impl Assessor<'_> {
    /// Per unit, how the reports of measures stand that are due from it and from those below it.
    fn reports_counted(
        &self,
        measures: &[MeasureIndex],
        share: ShareOfReports,
        frame: &Frame,
    ) -> Vec<Counted> {
        let units = self.plan.units();
        let mut all = vec![Counted::default(); units.len()];
        for measure in measures {
            for delivery in self.known.deliveries(*measure, &frame.to_date) {
                let punctuality = delivery.punctuality(self.as_of);
                all[delivery.unit.place()].add(Counted::of(punctuality, share));
            }
        }
        for unit in self.known.below_first() {
            if let Some(parent) = units[*unit].parent {
                let below = all[unit.place()];
                all[parent.place()].add(below);
            }
        }
        let carried: Vec<Option<Counted>> = units
            .iter()
            .map(|(unit, _)| {
                let mut sum = Counted::default();
                units.pieces(unit, None)?.iter().for_each(|piece| sum.add(all[piece.unit.place()]));
                Some(sum)
            })
            .collect();
        for (counted, carried) in all.iter_mut().zip(carried) {
            *counted = carried.unwrap_or(*counted);
        }
        all
    }
}
