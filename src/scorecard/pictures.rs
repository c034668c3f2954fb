//! Small pictures of the windows of one row that stand alone, as SVG.

use super::card::{BlockRows, Entry};
use super::sparkline::{Sparkline, WINDOWS};
use super::wording::legible;
use super::{Language, rug};
use crate::assess::{Reason, Texts};
use crate::error::{Error, FaultCode, Result};
use crate::report::{PlaceInBlock, Report};

/// What a small picture shows.
///
/// ```
/// use attain::scorecard::{Language, PictureOptions};
///
/// let options = PictureOptions::new().windows(60).language(Language::Vietnamese);
/// assert_eq!(options.windows, 60);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PictureOptions {
    /// The most windows that are drawn, the latest ones: 12 by default.
    pub windows: usize,
    /// The language of its title and its description.
    pub language: Language,
}

impl Default for PictureOptions {
    fn default() -> Self {
        PictureOptions { windows: WINDOWS, language: Language::default() }
    }
}

impl PictureOptions {
    /// The latest 12 windows, in English.
    pub fn new() -> Self {
        PictureOptions::default()
    }

    /// With at most this number of windows; at least one is drawn.
    pub fn windows(self, windows: usize) -> Self {
        PictureOptions { windows, ..self }
    }

    /// In a language.
    pub fn language(self, language: Language) -> Self {
        PictureOptions { language, ..self }
    }
}

impl Report {
    /// The windows of a target and a unit as a small line: an SVG element of 160 by 22 pixels, as pages have it beside a row.
    ///
    /// A disc is a window that is met, a square one that is missed, a ring one without a verdict; a ring at the bottom has no
    /// value. The dotted line is the goal. Of more than 48 windows only the latest one is marked. Lines take the colour of the
    /// text around (`currentColor`). `title` and `desc` say the same in words; `desc` names the latest 12 windows.
    ///
    /// `unit` may be left out if the target has rows of one unit only. Of a target that is split by strata,
    /// [`filter`](Report::filter) one first. Windows that have not begun are not drawn.
    ///
    /// ```
    /// use attain::scorecard::PictureOptions;
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}}, indicators: {known: {count: cases}},
    /// #     targets: {few: {indicator: known, goal: {at_most: 9}, window: {every: month, within: 2025-Q1}}},
    /// #     units: {levels: [city], list: [{id: "01", name: Huế, level: city}]}}"#)?;
    /// let mut tally = Tally::new(&plan);
    /// for (month, cases) in [("2025-01", 8.0), ("2025-02", 12.0), ("2025-03", 7.0)] {
    ///     tally.record(&Outcome::new("01", When::Period(month.into()), "cases", cases))?;
    /// }
    /// let report = plan.assess(&tally, calendar::date("2025-04-30").unwrap())?;
    /// let svg = report.sparkline("few", None, &PictureOptions::new())?;
    /// assert!(svg.starts_with("<svg ") && svg.contains("Jan 2025: 8, met; Feb 2025: 12, missed"));
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if there is no such target, unit or row, or the rows are of several units or strata.
    pub fn sparkline(
        &self,
        target: &str,
        unit: Option<&str>,
        options: &PictureOptions,
    ) -> Result<String> {
        self.picture(target, unit, |windows, title| {
            let most = options.windows.max(1);
            Sparkline::of_windows(windows, most, options.language).svg(Some(title))
        })
    }

    /// The windows of a target and a unit as a strip of marks: an SVG element 12 pixels high.
    ///
    /// A mark says verdict and certainty, as in the scorecard: a disc is met, a square missed, a broken ring no verdict; full
    /// is clear, half-full is within chance, broken with a core is unsettled, empty is not known. More than 48 windows are
    /// bars: above the middle met, below it missed, and what is not clear is paler. `unit`, strata, windows and words are as
    /// in [`sparkline`](Report::sparkline).
    ///
    /// ```
    /// use attain::scorecard::PictureOptions;
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}}, indicators: {known: {count: cases}},
    /// #     targets: {few: {indicator: known, goal: {at_most: 9}, window: {every: month, within: 2025-Q1}}},
    /// #     units: {levels: [city], list: [{id: "01", name: Huế, level: city}]}}"#)?;
    /// let mut tally = Tally::new(&plan);
    /// tally.record(&Outcome::new("01", When::Period("2025-01".into()), "cases", 8.0))?;
    /// let report = plan.assess(&tally, calendar::date("2025-04-30").unwrap())?;
    /// let svg = report.rug("few", None, &PictureOptions::new())?;
    /// assert_eq!(svg.matches("<g ").count(), 3);
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// As [`sparkline`](Report::sparkline).
    pub fn rug(
        &self,
        target: &str,
        unit: Option<&str>,
        options: &PictureOptions,
    ) -> Result<String> {
        self.picture(target, unit, |windows, title| {
            rug::svg(windows, options.windows.max(1), title, options.language)
        })
    }

    /// Draws the windows of one target, unit and stratum, in the order of time, with their title.
    fn picture(
        &self,
        target: &str,
        unit: Option<&str>,
        draw: impl FnOnce(&[Entry<'_>], &str) -> String,
    ) -> Result<String> {
        let (first, others) = self.rows_of(target, unit, None)?;
        let code = |(block, place): PlaceInBlock<'_>| {
            &self.plan().units()[block.columns.unit_of(place)].id
        };
        let name = if others.iter().any(|other| code(*other) != code(first)) {
            Some("a unit")
        } else if others.iter().any(|(block, _)| block.target != first.0.target) {
            Some("a stratum")
        } else {
            None
        };
        if let Some(name) = name {
            return Err(Error::request(
                FaultCode::AmbiguousRequest,
                format!(
                    "the rows of the target `{target}` are not of one series: name {name} as well"
                ),
            ));
        }
        let texts = Texts::of(self.plan());
        let rows: Vec<(BlockRows<'_>, usize)> = std::iter::once(first)
            .chain(others)
            .map(|(block, place)| (self.block_rows(block, &texts), place))
            .collect();
        let mut windows: Vec<Entry<'_>> =
            rows.iter().map(|(block, place)| Entry::Row(block, *place)).collect();
        windows.sort_by_key(|entry| entry.window_order());
        let ahead = |entry: &Entry<'_>| entry.reason() == Some(Reason::NotStarted);
        // Those that lie ahead come first. If all do, the first one is drawn, without a verdict.
        let first_begun = windows.iter().position(|entry| !ahead(entry));
        let windows = match first_begun {
            Some(place) => &windows[place..],
            None => &windows[..1],
        };
        let title = windows.first().map_or_else(String::new, |entry| {
            let line = entry.line();
            let row = &line.assessment;
            let unit = if row.unit_name.is_empty() { &row.unit } else { &row.unit_name };
            let stratum = row.stratum.as_ref().map(|stratum| format!(" · {stratum}"));
            legible(&format!("{} · {unit}{}", line.target_title, stratum.unwrap_or_default()))
        });
        Ok(draw(windows, &title))
    }
}
