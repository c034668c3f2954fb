//! The report as test results in JUnit XML, which systems for continuous integration show.

use std::fmt::Write;
use std::path::Path;

use super::write_text;
use crate::assess::{Assessment, Verdict};
use crate::calendar::Window;
use crate::error::Result;
use crate::parallel::check_stop;
use crate::report::Report;
use crate::scorecard::number::{distance, rounded};
use crate::scorecard::wording::escaped;

impl Report {
    /// The rows as test cases in JUnit XML.
    ///
    /// The plan is a test suite, each row a test case: its class is the indicator, its name has target, unit, stratum and
    /// window.
    ///
    /// | verdict | the test case |
    /// |---|---|
    /// | `met` | passed |
    /// | `missed` | failed, with value, goal and gap |
    /// | `indeterminate` | skipped, with the reason |
    ///
    /// Control characters of names, which XML does not allow, are spaces.
    ///
    /// ```
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}}, indicators: {known: {count: cases}},
    /// #     targets: {few: {indicator: known, goal: {at_most: 9}, window: 2025-Q1}},
    /// #     units: {levels: [city], list: [{id: "01", name: Huế, level: city}]}}"#)?;
    /// let mut tally = Tally::new(&plan);
    /// tally.record(&Outcome::new("01", When::Period("2025-Q1".into()), "cases", 12.0))?;
    /// let results = plan.assess(&tally, calendar::date("2025-04-30").unwrap())?.to_junit();
    /// assert!(results.contains(r#"<failure type="missed" message="12 against at most 9; gap −3">"#));
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn to_junit(&self) -> String {
        let rows = self.rows();
        let count = |verdict| rows.iter().filter(|row| row.verdict == verdict).count();
        let counts = format!(
            "tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"{}\"",
            rows.len(),
            count(Verdict::Missed),
            count(Verdict::Indeterminate),
        );
        let (title, as_of) = (escaped(self.plan().title()), self.as_of());
        let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let _ = writeln!(text, "<testsuites {counts}>");
        let _ = writeln!(
            text,
            "  <testsuite name=\"{title} as of {as_of}\" {counts} timestamp=\"{as_of}T00:00:00\">"
        );
        for row in rows {
            check_stop();
            write_case(&mut text, row);
        }
        text.push_str("  </testsuite>\n</testsuites>\n");
        text
    }

    /// Writes [the test cases](Report::to_junit) to a file, and replaces what was there.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`](crate::Error::is_file) if the file can't be written.
    pub fn write_junit(&self, path: impl AsRef<Path>) -> Result<()> {
        write_text(path.as_ref(), &self.to_junit())
    }
}

fn write_case(text: &mut String, row: &Assessment) {
    let window = match Window::new(row.window_start, row.window_end) {
        Some(window) => window.to_string(),
        None => row.window_start.to_string(),
    };
    let stratum = row.stratum.as_deref().map(|stratum| format!(" {stratum}")).unwrap_or_default();
    let name = escaped(&format!("{} {}{stratum} {window}", row.target, row.unit));
    let class = escaped(&row.indicator);
    let _ = write!(text, "    <testcase classname=\"{class}\" name=\"{name}\"");
    let _ = match row.verdict {
        Verdict::Met => writeln!(text, "/>"),
        Verdict::Missed => {
            let state = if row.is_final { "the window has closed" } else { "the window runs" };
            writeln!(
                text,
                "><failure type=\"missed\" message=\"{}\">certainty: {}; {state}</failure></testcase>",
                escaped(&message(row)),
                row.certainty,
            )
        }
        Verdict::Indeterminate => {
            let reason = row.reason.map_or("", |reason| reason.code());
            let why = escaped(row.reason.map_or("", |reason| reason.explanation()));
            writeln!(text, "><skipped message=\"{reason}\">{why}</skipped></testcase>")
        }
    };
}

/// What was attained, against which goal, and the distance.
fn message(row: &Assessment) -> String {
    let goals: Vec<f64> = row.goal_value.into_iter().chain(row.goal_upper).collect();
    let Some(value) = row.value else { return format!("against {}", row.goal) };
    let mut message = format!("{} against {}", rounded(value, &goals), row.goal);
    if let Some(gap) = row.gap {
        let _ = write!(message, "; gap {}", distance(gap, value, &goals));
    }
    message
}
