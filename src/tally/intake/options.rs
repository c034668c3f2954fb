//! How the days of rows are read.

use crate::calendar::Every;

/// How a tally reads the days of rows that do not follow the rules of outcome tables.
///
/// A tally reads every row with its options, from structs, record batches and files alike: see
/// [`Tally::with_intake`](crate::Tally::with_intake).
///
/// ```
/// use attain::calendar::{Every, date};
/// use attain::{IntakeOptions, Outcome, Plan, Tally, When};
/// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
/// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
/// let options = IntakeOptions::default().date_is(Every::Month);
/// let mut tally = Tally::new(&plan).with_intake(options);
/// let first = When::Date(date("2023-05-01").unwrap());
/// tally.record(&Outcome::new("01", first, "cases", 150.0))?;
/// assert_eq!(tally.last_day(), date("2023-05-31"));
/// # Ok::<(), attain::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct IntakeOptions {
    /// Whether `end` is the last day of a span. By default it is the day after the last one.
    pub end_inclusive: bool,
    /// The kind of period that a `date` means: the period of the plan's calendar that contains the day, be it its
    /// first, its last or another one. By default a `date` is a single day.
    pub date_is: Option<Every>,
}

impl IntakeOptions {
    /// Sets whether `end` is the last day of a span.
    #[must_use]
    pub fn end_inclusive(self, end_inclusive: bool) -> Self {
        IntakeOptions { end_inclusive, ..self }
    }

    /// Sets the kind of period that a `date` means.
    #[must_use]
    pub fn date_is(self, every: Every) -> Self {
        IntakeOptions { date_is: Some(every), ..self }
    }
}
