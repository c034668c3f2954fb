//! The languages of pages: one catalogue of phrases each, in `languages/`.
//!
//! A catalogue is a TOML file of keys and phrases. A phrase may have placeholders: `{rows} rows`. To add a language, write
//! its file, with the keys of `languages/en.toml`, and add it to [`Language`] and to `CATALOGUES`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use toml::de::DeTable;

use crate::error::codes::codes;

codes! {
    /// The language of a page.
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
const CATALOGUES: [&str; Language::ALL.len()] =
    [include_str!("languages/en.toml"), include_str!("languages/vi.toml")];

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

    /// A phrase of the language; the key itself if there is none.
    pub(crate) fn phrase(self, key: &'static str) -> &'static str {
        self.catalogue().get(key).map_or(key, String::as_str)
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
}
