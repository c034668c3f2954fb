//! Who owes which report by when, and when it came.

use chrono::NaiveDate;

use crate::assess::windows;
use crate::calendar::Window;
use crate::error::Result;
use crate::parallel::check_stop;
use crate::plan::MeasureIndex;
use crate::report::{Report, refuse_too_many_of_view};
use crate::tally::Punctuality;
use crate::view::View;

/// A report that a unit owes for a period.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "timeliness")]
#[non_exhaustive]
pub struct DueReport {
    /// The measure's id.
    pub measure: String,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// The unit's level.
    pub level: String,
    /// First day of the period.
    pub period_start: NaiveDate,
    /// The day after the period's last.
    pub period_end: NaiveDate,
    /// The last day on which it is on time, if the plan names one.
    pub due: Option<NaiveDate>,
    /// The day on which it came, as far as recorded.
    pub reported: Option<NaiveDate>,
    /// How the report stands to the day it was due.
    pub status: Punctuality,
    /// How many days after the last day on time it came, or has not come yet; none if it is not late.
    pub days_late: Option<i64>,
}

impl Report {
    /// The reports owed for the periods in a window, or in the windows of the plan's targets: measure by measure, in
    /// order of time and of the table of units. A measure owes reports if it says `every`, or targets ask for it by
    /// periods; by `due` days after each period. What was known at the end of the report's day counts.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`](crate::Error::is_request) if there would be more rows than the tally's
    /// [limits](crate::Tally::limits) allow, or if the tally was made [for certain days](crate::Plan::tally_for).
    pub fn timeliness(&self, within: Option<&Window>) -> Result<Vec<DueReport>> {
        self.tally().refuse_other_windows()?;
        let assessor = self.assessor();
        let targets = self.plan().targets().iter();
        let span = match within {
            Some(window) => Some(*window),
            None => targets.flat_map(|target| windows(self.plan(), target)).reduce(|one, other| {
                let (start, end) = (one.start().min(other.start()), one.end().max(other.end()));
                Window::new(start, end).unwrap_or(one)
            }),
        };
        let Some(frame) = span.and_then(|window| assessor.frame(&window)) else {
            return Ok(Vec::new());
        };
        let units = self.plan().units();
        let measures = (0..self.plan().measures().len()).map(MeasureIndex);
        let owing = measures.filter(|measure| !self.plan()[*measure].reported);
        let due = owing.map(|measure| assessor.known.number_of_deliveries(measure, &frame.to_date));
        refuse_too_many_of_view("timeliness", due, self.tally().limits())?;
        let mut rows = Vec::new();
        for (index, measure) in self.plan().measures().iter().enumerate() {
            if measure.reported {
                continue;
            }
            for delivery in assessor.known.deliveries(MeasureIndex(index), &frame.to_date) {
                check_stop();
                let punctuality = delivery.punctuality(self.as_of());
                let unit = &units[delivery.unit];
                let reported = delivery.reported();
                let late_by = match punctuality {
                    Punctuality::Late => delivery.due.zip(reported),
                    Punctuality::Missing => delivery.due.zip(Some(self.as_of())),
                    Punctuality::OnTime | Punctuality::Undated | Punctuality::Open => None,
                };
                rows.push(DueReport {
                    measure: measure.id.clone(),
                    unit: unit.id.clone(),
                    unit_name: unit.name.clone(),
                    level: units.level_name(unit.level).to_owned(),
                    period_start: delivery.period.start(),
                    period_end: delivery.period.end(),
                    due: delivery.due,
                    reported,
                    status: punctuality,
                    days_late: late_by
                        .map(|(due, day)| (day - due).num_days())
                        .filter(|days| *days > 0),
                });
            }
        }
        Ok(rows)
    }
}
