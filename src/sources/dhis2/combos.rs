//! Combinations of category options: each is a category in some strata.

use rustc_hash::FxHashMap;

use super::Labels;
use super::metadata::{Metadata, Object};
use crate::error::{Fault, FaultCode, Place, quoted};
use crate::plan::stratum::OUTCOME_COLUMNS;
use crate::sources::ids::Ids;

/// The ids of the defaults, which stand for no category. They are the same in every instance, and often not exported.
const DEFAULT_CATEGORY: &str = "GLevLNI9wkl";
const DEFAULT_COMBO: &str = "bjDvmb4bfuf";
const DEFAULT_OPTION_COMBO: &str = "HllvX50cXC0";
const DEFAULT_NAME: &str = "default";

/// A stratum and a category of it, by their numbers.
pub(super) type Choice = (usize, usize);

/// A stratum: a category of DHIS2 with its options.
#[derive(Debug)]
pub(super) struct Stratum {
    pub(super) id: String,
    pub(super) categories: Vec<String>,
    /// Whether a measure is recorded by it.
    pub(super) is_used: bool,
}

/// The strata, and what each combination chooses of them.
#[derive(Debug)]
pub(super) struct Combos {
    pub(super) strata: Vec<Stratum>,
    /// By the number of the category: the stratum.
    of_category: FxHashMap<usize, usize>,
    /// By the id of the option and the number of the category.
    of_option: FxHashMap<(usize, String), Choice>,
    /// By the id of the option: some category that has it.
    anywhere: FxHashMap<String, Choice>,
    known: FxHashMap<String, Result<Vec<Choice>, Unknown>>,
}

/// Why a combination is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Unknown {
    Combo,
    Option(String),
}

impl Combos {
    pub(super) fn of(metadata: &Metadata, labels: Labels) -> Combos {
        let mut combos = Combos {
            strata: Vec::new(),
            of_category: FxHashMap::default(),
            of_option: FxHashMap::default(),
            anywhere: FxHashMap::default(),
            known: FxHashMap::default(),
        };
        let mut ids = Ids::reserving(OUTCOME_COLUMNS);
        for (number, category) in metadata.categories.list.iter().enumerate() {
            if category.id == DEFAULT_CATEGORY || category.name() == Some(DEFAULT_NAME) {
                continue;
            }
            let name = category.code().or(category.name()).unwrap_or(&category.id);
            let (id, _) = ids.take(&crate::sources::ids::slug(name));
            let stratum = combos.strata.len();
            combos.of_category.insert(number, stratum);
            let mut categories: Vec<String> = Vec::new();
            for option in &category.options {
                let object = metadata.options.get(&option.id);
                let text = object.and_then(|object| match labels {
                    Labels::Name => object.name().or(object.code()),
                    Labels::Code => object.code().or(object.name()),
                });
                let text = text.unwrap_or(&option.id);
                // Ids distinguish two options of one name.
                let text = match categories.iter().any(|known| known == text) {
                    true => format!("{text} ({})", option.id),
                    false => text.to_owned(),
                };
                let choice = (stratum, categories.len());
                combos.of_option.insert((number, option.id.clone()), choice);
                combos.anywhere.entry(option.id.clone()).or_insert(choice);
                categories.push(text);
            }
            combos.strata.push(Stratum { id, categories, is_used: false });
        }
        combos
    }

    /// The strata of a combination of categories.
    pub(super) fn strata_of(&self, metadata: &Metadata, combo: Option<&str>) -> Vec<usize> {
        let combo = combo.filter(|combo| *combo != DEFAULT_COMBO);
        let combo = combo.and_then(|combo| metadata.combos.get(combo));
        let categories = combo.map_or(&[][..], |combo| &combo.categories[..]);
        let number = |id: &str| self.of_category.get(&metadata.categories.by_id(id)?).copied();
        categories.iter().filter_map(|category| number(&category.id)).collect()
    }

    /// What a combination of options chooses; none of it for the default. It is looked up once.
    pub(super) fn choices(
        &mut self,
        metadata: &Metadata,
        combo: &str,
        place: impl FnOnce() -> Place,
    ) -> Result<&[Choice], Box<Fault>> {
        if !self.known.contains_key(combo) {
            let found = self.look_up(metadata, combo);
            if let Ok(choices) = &found {
                for (stratum, _) in choices {
                    if let Some(stratum) = self.strata.get_mut(*stratum) {
                        stratum.is_used = true;
                    }
                }
            }
            self.known.insert(combo.to_owned(), found);
        }
        let fault = match self.known.get(combo) {
            Some(Ok(choices)) => return Ok(choices),
            Some(Err(Unknown::Option(option))) => Fault::new(
                FaultCode::UnknownCategory,
                place(),
                "an option of this combination belongs to no category",
            )
            .found(quoted(option))
            .hint("export `categories` and `categoryOptions` with the metadata"),
            Some(Err(Unknown::Combo)) | None => {
                let known = metadata.option_combos.list.iter().map(|one| one.id.as_str());
                Fault::new(
                    FaultCode::UnknownCategory,
                    place(),
                    "the metadata have no such combination of options",
                )
                .found(quoted(combo))
                .expected("a combination of `categoryOptionCombos`")
                .near_miss(combo, known)
            }
        };
        Err(Box::new(fault))
    }

    /// What a combination chooses that was looked up before.
    pub(super) fn known(&self, combo: &str) -> Vec<Choice> {
        self.known.get(combo).and_then(|found| found.as_ref().ok()).cloned().unwrap_or_default()
    }

    fn look_up(&self, metadata: &Metadata, combo: &str) -> Result<Vec<Choice>, Unknown> {
        let objects = &metadata.option_combos;
        let number = objects.by_id(combo).or_else(|| objects.by_code(combo));
        let Some(object) = number.and_then(|number| objects.list.get(number)) else {
            let is_default = combo == DEFAULT_OPTION_COMBO || combo == DEFAULT_NAME;
            return if is_default { Ok(Vec::new()) } else { Err(Unknown::Combo) };
        };
        if object.id == DEFAULT_OPTION_COMBO || object.name() == Some(DEFAULT_NAME) {
            return Ok(Vec::new());
        }
        let of_combo =
            object.category_combo.as_ref().and_then(|combo| metadata.combos.get(&combo.id));
        let categories: Vec<usize> = of_combo
            .map_or(&[][..], |combo| &combo.categories[..])
            .iter()
            .filter_map(|category| metadata.categories.by_id(&category.id))
            .collect();
        let mut choices: Vec<Choice> = Vec::new();
        for option in &object.options {
            let of_category = categories
                .iter()
                .find_map(|category| self.of_option.get(&(*category, option.id.clone())));
            match of_category.or_else(|| self.anywhere.get(&option.id)) {
                Some(choice) => choices.push(*choice),
                None => return Err(Unknown::Option(option.id.clone())),
            }
        }
        Ok(choices)
    }
}

/// Whether a combination of options is the default, as ids in expressions have it.
pub(super) fn is_default(combo: &str) -> bool {
    combo == DEFAULT_OPTION_COMBO || combo == DEFAULT_NAME
}
