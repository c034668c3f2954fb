//! The languages of pages, scorecards and explanations: one catalogue of phrases each.
//!
//! A catalogue is a TOML file of keys and phrases. A phrase may have placeholders: `{rows} rows`. To add a language, write
//! its file, with the keys of `en.toml`, and add it to [`Language`] and to `CATALOGUES`.
//!
//! * `words`: numbers, days and goals in a language.

mod words;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use toml::de::DeTable;
pub use words::GROUP_SEPARATOR;

use crate::error::codes::codes;

codes! {
    /// The language of pages, scorecards and explanations.
    #[derive(Default)]
    pub enum Language as "language" {
        /// English.
        #[default]
        English = "en",
        /// Vietnamese.
        Vietnamese = "vi",
    }
}

/// The files, in the order of [`Language::ALL`].
const CATALOGUES: [&str; Language::ALL.len()] = [include_str!("en.toml"), include_str!("vi.toml")];

/// The phrases of a language by key.
pub(crate) type Catalogue = BTreeMap<String, String>;

/// The phrases of a file; none if it is no TOML. A test reads all files.
fn catalogue(file: &str) -> Catalogue {
    let Ok(table) = DeTable::parse(file) else { return Catalogue::new() };
    let phrases = table.get_ref().iter().filter_map(|(key, value)| {
        Some((key.get_ref().to_string(), value.get_ref().as_str()?.to_owned()))
    });
    phrases.collect()
}

impl Language {
    /// All phrases of the language.
    pub(crate) fn catalogue(self) -> &'static Catalogue {
        static ALL: LazyLock<[Catalogue; CATALOGUES.len()]> =
            LazyLock::new(|| CATALOGUES.map(catalogue));
        &ALL[self as usize]
    }

    /// A phrase of the language; the key itself if there is none. A test looks for the key of each call.
    pub(crate) fn phrase(self, key: &'static str) -> &'static str {
        self.catalogue().get(key).map_or(key, String::as_str)
    }
}

impl Language {
    /// A phrase with its placeholders filled in.
    pub(crate) fn say(self, key: &'static str, values: &[(&str, &str)]) -> String {
        let mut said = String::new();
        let mut rest = self.phrase(key);
        while let Some((before, after)) = rest.split_once('{') {
            said.push_str(before);
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            let value = values.iter().find(|(placeholder, _)| *placeholder == name);
            said.push_str(value.map_or("", |(_, value)| value));
            rest = after;
        }
        said + rest
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// The placeholders of a phrase, each once.
    fn placeholders(phrase: &str) -> BTreeSet<&str> {
        let parts = phrase.split('{').skip(1);
        parts.map(|part| part.split_once('}').expect("a closing brace").0).collect()
    }

    #[test]
    fn all_catalogues_have_the_same_keys_and_placeholders() {
        let english = Language::English.catalogue();
        assert!(!english.is_empty());
        for (language, file) in Language::ALL.iter().zip(CATALOGUES) {
            DeTable::parse(file).unwrap_or_else(|error| panic!("{language}: {error}"));
            let catalogue = language.catalogue();
            let keys = |catalogue: &Catalogue| catalogue.keys().cloned().collect::<Vec<_>>();
            assert_eq!(keys(catalogue), keys(english), "{language}");
            for (key, phrase) in catalogue {
                assert!(!phrase.trim().is_empty() || key == "group", "{language}: {key}");
                assert_eq!(placeholders(phrase), placeholders(&english[key]), "{language}: {key}");
            }
        }
    }

    /// The sources that say phrases: files, and the files of folders.
    fn sources() -> String {
        const SOURCES: [&str; 9] = [
            "src/assess/assessment.rs",
            "src/interactive",
            "src/language/words.rs",
            "src/plan/formula",
            "src/scorecard",
            "src/tally/outcome.rs",
            "src/views/explain",
            "src/workbook",
            "templates",
        ];
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        let files =
            SOURCES.map(|name| root.join(name)).into_iter().flat_map(|path| match path.is_dir() {
                true => std::fs::read_dir(path).unwrap().map(|file| file.unwrap().path()).collect(),
                false => vec![path],
            });
        let files = files.filter(|path| path.is_file());
        files.map(|path| std::fs::read_to_string(path).unwrap()).collect()
    }

    #[test]
    fn every_phrase_that_is_said_exists_and_every_one_is_said() {
        let (sources, english) = (sources(), Language::English.catalogue());
        for call in ["phrase(\"", "say(\""] {
            for key in sources.split(call).skip(1).filter_map(|rest| rest.split('"').next()) {
                let is_code = key.contains('{') || key.is_empty();
                assert!(is_code || english.contains_key(key), "{key}");
            }
        }
        for key in english.keys().filter(|key| !key.ends_with("_so_far") && *key != "group") {
            assert!(sources.contains(&format!("\"{key}\"")), "nothing says {key}");
        }
    }

    #[test]
    fn days_are_written_in_every_language() {
        let day: chrono::NaiveDate = "2024-03-05".parse().unwrap();
        for language in Language::ALL {
            for key in ["day", "day_of_year", "day_of_month", "month"] {
                let text = day.format(language.phrase(key)).to_string();
                assert!(text.contains('5') || text.contains("2024"), "{text}");
            }
        }
    }

    #[test]
    fn values_are_filled_in_as_they_are() {
        let said = Language::English.say("range", &[("low", "{high}"), ("high", "}{")]);
        assert_eq!(said, "{high} to }{");
    }
}
