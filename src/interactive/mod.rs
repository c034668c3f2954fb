//! The report as an interactive page: search, filters, the hierarchy of units, a map, and the steps of each row.
//!
//! The page is one file that fetches nothing. Rust writes every number, word, verdict and order key; the script selects,
//! sorts, folds and draws between given points. The static page is [`page`].
//!
//! * `data`: the rows as columns, in JSON.
//! * `steps`: the explanations of rows, in a compact form.
//! * `map`: the areas of a GeoJSON as paths of SVG.

mod data;
mod map;
mod steps;

use std::io::Write;
use std::path::Path;

use askama::Template;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::assess::Texts;
use crate::error::codes::codes;
use crate::error::{Error, FaultCode, Result};
use crate::output::{self, unwritable};
use crate::report::Report;
use crate::scorecard::mark::Mark;
use crate::scorecard::{Language, page, wording};

codes! {
    /// Which rows of an interactive page have their explanation.
    #[derive(Default)]
    pub enum Details as "kind of details" {
        /// Those that missed the goal.
        #[default]
        Missed = "missed",
        /// All rows.
        All = "all",
        /// None.
        None = "none",
    }
}

/// What an interactive page holds.
///
/// ```
/// use attain::interactive::{Details, PageOptions};
/// use attain::scorecard::Language;
///
/// let options = PageOptions::new().details(Details::All).language(Language::Vietnamese);
/// assert_eq!(options.details, Details::All);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PageOptions {
    /// A GeoJSON, whose features are the areas of units.
    pub map: Option<String>,
    /// The property of a feature that has the code of its unit; a feature without it is known by its own `id`.
    pub code: String,
    /// Which rows have their explanation.
    pub details: Details,
    /// The language of words, numbers and days.
    pub language: Language,
}

impl Default for PageOptions {
    fn default() -> Self {
        PageOptions {
            map: None,
            code: "id".to_owned(),
            details: Details::default(),
            language: Language::default(),
        }
    }
}

impl PageOptions {
    /// No map, the explanations of missed rows, in English.
    pub fn new() -> Self {
        PageOptions::default()
    }

    /// With a map: the text of a GeoJSON, whose coordinates are degrees.
    pub fn map(self, geojson: impl Into<String>) -> Self {
        PageOptions { map: Some(geojson.into()), ..self }
    }

    /// The property of a feature that has the code of its unit.
    pub fn code(self, property: impl Into<String>) -> Self {
        PageOptions { code: property.into(), ..self }
    }

    /// With the explanations of these rows.
    pub fn details(self, details: Details) -> Self {
        PageOptions { details, ..self }
    }

    /// In a language.
    pub fn language(self, language: Language) -> Self {
        PageOptions { language, ..self }
    }
}

impl Report {
    /// The report as an interactive page: one file that needs no other and no network.
    ///
    /// Units and targets have one row each, that of their latest window. A reader searches units, filters by verdict,
    /// certainty, target, window and owner, goes down the hierarchy of units, and opens the explanation of a row. Without
    /// JavaScript the page shows the scorecard.
    ///
    /// ```
    /// use attain::interactive::PageOptions;
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}}, indicators: {known: {count: cases}},
    /// #     targets: {few: {indicator: known, goal: {at_most: 9}, window: 2025-Q1}},
    /// #     units: {levels: [city], list: [{id: "01", name: Huế, level: city}]}}"#)?;
    /// let mut tally = Tally::new(&plan);
    /// tally.record(&Outcome::new("01", When::Period("2025-Q1".into()), "cases", 8.0))?;
    /// let report = plan.assess(&tally, calendar::date("2025-04-30").unwrap())?;
    /// let page = report.to_page(&PageOptions::new())?;
    /// assert!(page.starts_with("<!DOCTYPE html>") && page.contains("Content-Security-Policy"));
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if the map is no GeoJSON in degrees, or none of its features has the code of a unit.
    pub fn to_page(&self, options: &PageOptions) -> Result<String> {
        let language = options.language;
        let texts = Texts::of(self.plan());
        let card = self.card(&texts, language);
        let data = data::data(self, &texts, options)?;
        let style = compact(&rendered(&Style)?);
        let script = compact(SCRIPT);
        let page = Page {
            language,
            title: wording::legible(self.plan().title()),
            about: language.say(
                "about",
                &[
                    ("day", &language.day(self.as_of())),
                    ("plan", &wording::legible(self.plan().id())),
                ],
            ),
            policy: format!(
                "default-src 'none'; style-src '{}'; script-src '{}'; img-src data:; base-uri 'none'; form-action 'none'",
                hash(&style),
                hash(&script)
            ),
            style,
            script,
            data: in_script(&data)?,
            static_page: page::render_body(&card, language),
            warnings: wording::warnings(&card),
            notes: language.notes(&card),
            marks: Mark::ALL,
            made_up: language.made_up(&card),
            has_map: options.map.is_some(),
            has_offices: data.has_offices(),
        };
        rendered(&page)
    }

    /// Writes [the page](Report::to_page) to a file, and replaces what was there.
    ///
    /// # Errors
    ///
    /// As [`Report::to_page`]; [`Error::is_file`](crate::Error::is_file) if the file can't be written.
    pub fn write_page(&self, path: impl AsRef<Path>, options: &PageOptions) -> Result<()> {
        let (path, page) = (path.as_ref(), self.to_page(options)?);
        output::write_whole(path, |file| file.write_all(page.as_bytes()))
            .map_err(|cause| unwritable(path, cause))
    }
}

const SCRIPT: &str = include_str!("../../templates/interactive.js");

#[derive(Template)]
#[template(path = "interactive.css", escape = "none")]
struct Style;

#[derive(Template)]
#[template(path = "interactive.html", whitespace = "minimize")]
struct Page {
    language: Language,
    title: String,
    about: String,
    policy: String,
    style: String,
    script: String,
    data: String,
    static_page: String,
    warnings: Vec<String>,
    notes: Vec<String>,
    marks: [Mark; 9],
    /// How many rows rest on outcomes that are made up.
    made_up: Option<String>,
    has_map: bool,
    has_offices: bool,
}

impl Page {
    /// The verdicts, each with its mark.
    fn verdicts(&self) -> [(&'static str, Mark); 3] {
        [("met", self.marks[0]), ("missed", self.marks[4]), ("none", self.marks[8])]
    }

    /// The certainties, each with its marks.
    fn certainties(&self) -> [(&'static str, [Mark; 2]); 4] {
        let names = ["clear", "within_chance", "unsettled", "unknown"];
        std::array::from_fn(|place| (names[place], [self.marks[place], self.marks[4 + place]]))
    }

    fn phrase(&self, key: &'static str) -> &'static str {
        self.language.phrase(key)
    }
}

fn rendered(template: &impl Template) -> Result<String> {
    template.render().map_err(|error| unwritten(&error))
}

/// Writing into memory fails only if a value's `Display` does, and none here can.
#[cold]
fn unwritten(error: &dyn std::fmt::Display) -> Error {
    Error::request(FaultCode::UnreadableFile, format!("the page can't be written: {error}"))
}

/// Script or style without indentation and without lines that are comments.
fn compact(text: &str) -> String {
    let lines = text.lines().map(str::trim);
    let lines: Vec<&str> =
        lines.filter(|line| !line.is_empty() && !line.starts_with("//")).collect();
    lines.join("\n")
}

/// The source of a content security policy that allows this text.
fn hash(text: &str) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(text)))
}

/// JSON that no text in it can end early: HTML looks for `<` alone.
fn in_script(data: &impl Serialize) -> Result<String> {
    let json = serde_json::to_string(data).map_err(|error| unwritten(&error))?;
    Ok(json.replace('<', "\\u003c"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_small_and_its_phrases_exist() {
        let script = compact(SCRIPT);
        assert!(script.len() <= 19 * 1_024, "{} bytes", script.len());
        let catalogue = Language::English.catalogue();
        let said = script.split("say(\"").skip(1).filter_map(|rest| rest.split('"').next());
        let mut phrases = 0;
        for key in said {
            assert!(catalogue.contains_key(key), "{key}");
            phrases += 1;
        }
        assert!(phrases > 10);
    }

    #[test]
    fn a_policy_names_the_hash_of_a_text() {
        // `printf abc | openssl dgst -sha256 -binary | base64`
        assert_eq!(hash("abc"), "sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=");
    }

    #[test]
    fn no_text_ends_the_data() {
        let json = in_script(&["</script><!--<script>", "\u{2028}&\""]).unwrap();
        assert!(!json.contains('<'));
        let read: Vec<String> = serde_json::from_str(&json).unwrap();
        assert_eq!(read, ["</script><!--<script>", "\u{2028}&\""]);
    }
}
