//! What a campaign changed, by several methods that assume different things.
//!
//! * `rows`: the row of one method.
//! * `windows`: which days are compared, and how a series is divided into periods.
//! * `compared`: the counts of two windows, of what was reported in both.
//! * `compute`: the counts of these days, and the estimates.

mod compared;
mod compute;
mod rows;
mod windows;

pub use rows::{EffectMethod, EffectRow};

use crate::calendar::Every;
use crate::error::{Error, FaultCode, Result};
use crate::plan::{IndicatorIndex, OverTime, OverUnits};
use crate::report::{Report, unknown};
use compute::effects;

impl Report {
    /// What a campaign changed in a count, by several methods, each with its interval and its assumptions. Series are divided
    /// into periods of a kind.
    ///
    /// The methods differ because their assumptions do. A method that gives no estimate has a row too, with the reason.
    ///
    /// ```
    /// use attain::calendar::{self, Every};
    /// use attain::views::EffectMethod;
    /// use attain::{Outcome, Plan, Tally, When};
    ///
    /// let plan = Plan::from_yaml(r#"
    /// attain: 1
    /// plan: p
    /// units: {levels: [city], list: [{id: "01", level: city}]}
    /// measures: {cases: {}}
    /// indicators: {crimes: {count: cases}}
    /// campaigns: {tet-2024: {window: ["2024-02-08", "2024-02-15"]}}
    /// "#)?;
    /// let mut tally = Tally::new(&plan);
    /// let day = |text| calendar::date(text).unwrap();
    /// for (start, end, cases) in
    ///     [("2024-02-01", "2024-02-08", 89.0), ("2024-02-08", "2024-02-15", 28.0)]
    /// {
    ///     let when = When::Span { start: day(start), end: day(end) };
    ///     tally.record(&Outcome::new("01", when, "cases", cases))?;
    /// }
    /// let report = plan.assess(&tally, day("2024-02-20"))?;
    /// let effect = report.effect("tet-2024", "crimes", Every::Month)?;
    /// let before = effect.iter().find(|row| row.method == EffectMethod::SameLengthBefore).unwrap();
    /// assert_eq!(before.estimate, Some(28.0 / 89.0));
    /// assert!(before.upper.unwrap() < 0.5);
    /// let last_year = &effect[0];
    /// assert!(last_year.reason.as_deref().unwrap().contains("nothing was recorded"));
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if the plan has no such campaign or indicator, the indicator is not a count that adds up
    /// over days and units, or the tally was made [for certain days](crate::Plan::tally_for).
    pub fn effect(&self, campaign: &str, indicator: &str, every: Every) -> Result<Vec<EffectRow>> {
        let campaigns = self.plan().campaigns();
        let Some(place) = campaigns.iter().position(|one| one.id == campaign) else {
            return Err(unknown(
                FaultCode::UnknownId,
                "campaign",
                campaign,
                campaigns.iter().map(|one| one.id.as_str()),
            ));
        };
        let indicators = self.plan().indicators();
        let Some(index) = indicators.iter().position(|one| one.id == indicator) else {
            let ids = indicators.iter().map(|one| one.id.as_str());
            return Err(unknown(FaultCode::UnknownIndicator, "indicator", indicator, ids));
        };
        let adds_up = indicators[index].formula.facts().count().is_some_and(|of| {
            of.terms.iter().all(|term| {
                let measure = &self.plan()[term.measure];
                (measure.over_time, measure.over_units) == (OverTime::Sum, OverUnits::Sum)
            })
        });
        if !adds_up {
            return Err(Error::request(
                FaultCode::UnsuitableIndicator,
                format!(
                    "an effect is estimated from a count that adds up over days and units, and `{indicator}` is none"
                ),
            ));
        }
        self.tally().refuse_other_windows()?;
        let assessor = self.assessor();
        Ok(effects(&assessor, place, IndicatorIndex(index), every))
    }
}
