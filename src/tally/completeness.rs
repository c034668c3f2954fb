//! Who had to report, and who did (`docs/semantics.md`, 29).

use super::snapshot::Snapshot;
use crate::calendar::Window;
use crate::plan::{MeasureIndex, UnitIndex};

/// Reports due and reports made, over the same units and periods: never more made than due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Reports {
    pub(crate) made: u64,
    pub(crate) due: u64,
}

impl Reports {
    fn add(&mut self, other: Reports) {
        self.made += other.made;
        self.due += other.due;
    }
}

impl Snapshot<'_> {
    /// The reports of a measure due from a unit and those below it for a window to date.
    pub(crate) fn reports(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        to_date: &Window,
    ) -> Reports {
        let plan = self.plan();
        let kind = &plan[measure];
        let mut reports = Reports::default();
        if self.is_events(measure) && !kind.is_due() {
            return reports;
        }
        let periods = match plan.reporting_period(measure) {
            Some(every) => plan.calendar().periods_within(every, to_date),
            None => Vec::new(),
        };
        let whole = [*to_date];
        for period in if periods.is_empty() { &whole } else { &periods[..] } {
            reports.add(match kind.recorded_at {
                Some(level) => {
                    let mut found = Reports::default();
                    for owing in plan.units().of_level_within(level, unit) {
                        if plan.units()[owing].is_valid_throughout(period) {
                            let made = self.is_reported_above(measure, owing, unit, period)
                                || self.is_reported_below(measure, owing, period);
                            found.add(Reports { made: u64::from(made), due: 1 });
                        }
                    }
                    found
                }
                None => self.reports_of_whoever_reports(measure, unit, period),
            });
        }
        reports
    }

    /// One report from a unit that made it; else those of its children; else one not made, if the unit
    /// ever reported.
    fn reports_of_whoever_reports(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        period: &Window,
    ) -> Reports {
        if self.has_reported(measure, unit, period) {
            return Reports { made: 1, due: 1 };
        }
        let units = self.plan().units();
        let mut reports = Reports::default();
        for child in units.children(unit) {
            if units[*child].is_valid_throughout(period) {
                reports.add(self.reports_of_whoever_reports(measure, *child, period));
            }
        }
        if reports.due == 0 && !self.figures(measure, unit).is_empty() {
            reports.due = 1;
        }
        reports
    }

    fn has_reported(&self, measure: MeasureIndex, unit: UnitIndex, period: &Window) -> bool {
        self.figures(measure, unit)
            .iter()
            .any(|figure| figure.is_inside(period) || figure.contains(period))
    }

    /// Whether a unit, or one above it up to `top`, has reported a period.
    fn is_reported_above(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        top: UnitIndex,
        period: &Window,
    ) -> bool {
        let mut at = Some(unit);
        while let Some(unit) = at {
            if self.has_reported(measure, unit, period) {
                return true;
            }
            if unit == top {
                return false;
            }
            at = self.plan().units()[unit].parent;
        }
        false
    }

    /// Whether a unit below has reported a period.
    fn is_reported_below(&self, measure: MeasureIndex, unit: UnitIndex, period: &Window) -> bool {
        self.plan().units().children(unit).iter().any(|child| {
            self.has_reported(measure, *child, period)
                || self.is_reported_below(measure, *child, period)
        })
    }
}
