//! Which rows of a report to keep.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IntoDeserializer, SeqAccess, Visitor};

use super::{NamedWindow, Report, known_level, known_target, known_unit, no_such_window, unknown};
use crate::assess::{Block, Certainty, Choice, Columns, Common, Reason, StoredColumns, Verdict};
use crate::error::{FaultCode, Result};
use crate::parallel::check_stop;
use crate::plan::{LevelIndex, Plan, UnitIndex};

/// Which rows to keep. A row is kept if it fits every condition that is set; a condition lists what it accepts, so an
/// empty list keeps no row.
///
/// ```
/// use attain::{Filter, Verdict};
///
/// let open = Filter::default().target("clearance").verdict(Verdict::Missed).verdict(Verdict::Indeterminate);
/// let same: Filter = serde_json::from_str(r#"{"target": "clearance", "verdict": ["missed", "indeterminate"]}"#)?;
/// assert_eq!(open, same);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Filter {
    /// The ids of targets.
    #[serde(deserialize_with = "one_or_more")]
    pub target: Option<Vec<String>>,
    /// Codes of units.
    #[serde(deserialize_with = "one_or_more")]
    pub unit: Option<Vec<String>>,
    /// The names of levels.
    #[serde(deserialize_with = "one_or_more")]
    pub level: Option<Vec<String>>,
    /// The ids of campaigns.
    #[serde(deserialize_with = "one_or_more")]
    pub campaign: Option<Vec<String>>,
    /// Windows: their names ([`Window::name`](crate::calendar::Window::name)), or days in them; of rolling windows the last
    /// days. As of the day of the report also [`last_month`](crate::calendar::Calendar::named_as_of) and the like.
    #[serde(deserialize_with = "one_or_more")]
    pub window: Option<Vec<String>>,
    /// Verdicts.
    #[serde(deserialize_with = "one_or_more")]
    pub verdict: Option<Vec<Verdict>>,
    /// Certainties.
    #[serde(deserialize_with = "one_or_more")]
    pub certainty: Option<Vec<Certainty>>,
    /// Reasons.
    #[serde(deserialize_with = "one_or_more")]
    pub reason: Option<Vec<Reason>>,
    /// The categories that rows are about, as the column `stratum` names them.
    #[serde(deserialize_with = "one_or_more")]
    pub stratum: Option<Vec<String>>,
    /// The ids of offices that answer for rows on their last day.
    #[serde(deserialize_with = "one_or_more")]
    pub owner: Option<Vec<String>>,
}

/// Adds a value to what a condition accepts.
fn add<T>(condition: &mut Option<Vec<T>>, value: T) {
    condition.get_or_insert_default().push(value);
}

impl Filter {
    /// Keeps rows of a target.
    #[must_use]
    pub fn target(mut self, id: impl Into<String>) -> Self {
        add(&mut self.target, id.into());
        self
    }

    /// Keeps rows of a unit.
    #[must_use]
    pub fn unit(mut self, code: impl Into<String>) -> Self {
        add(&mut self.unit, code.into());
        self
    }

    /// Keeps rows of the units of a level.
    #[must_use]
    pub fn level(mut self, name: impl Into<String>) -> Self {
        add(&mut self.level, name.into());
        self
    }

    /// Keeps rows of a campaign's targets.
    #[must_use]
    pub fn campaign(mut self, id: impl Into<String>) -> Self {
        add(&mut self.campaign, id.into());
        self
    }

    /// Keeps rows of a window: a period's name, or a day in the window.
    #[must_use]
    pub fn window(mut self, name: impl Into<String>) -> Self {
        add(&mut self.window, name.into());
        self
    }

    /// Keeps rows with a verdict.
    #[must_use]
    pub fn verdict(mut self, verdict: Verdict) -> Self {
        add(&mut self.verdict, verdict);
        self
    }

    /// Keeps rows with a certainty.
    #[must_use]
    pub fn certainty(mut self, certainty: Certainty) -> Self {
        add(&mut self.certainty, certainty);
        self
    }

    /// Keeps rows with a reason.
    #[must_use]
    pub fn reason(mut self, reason: Reason) -> Self {
        add(&mut self.reason, reason);
        self
    }

    /// Keeps rows about categories, such as `sex=f`.
    #[must_use]
    pub fn stratum(mut self, name: impl Into<String>) -> Self {
        add(&mut self.stratum, name.into());
        self
    }

    /// Keeps rows that an office answers for.
    #[must_use]
    pub fn owner(mut self, id: impl Into<String>) -> Self {
        add(&mut self.owner, id.into());
        self
    }
}

/// Whether a condition accepts a text.
fn accepts(condition: &Option<Vec<String>>, found: Option<&str>) -> bool {
    condition.as_ref().is_none_or(|all| all.iter().any(|one| Some(one.as_str()) == found))
}

/// Whether a condition accepts a code.
fn includes<T: PartialEq>(condition: &Option<Vec<T>>, found: Option<T>) -> bool {
    condition.as_ref().is_none_or(|all| found.is_some_and(|found| all.contains(&found)))
}

/// A filter whose names are looked up.
struct FoundFilter {
    filter: Filter,
    windows: Option<Vec<NamedWindow>>,
    /// Whether each unit fits the conditions on units and levels; none where there are no such conditions.
    units: Option<Vec<bool>>,
    /// Places of owners in the plan.
    owners: Option<Vec<usize>>,
}

impl Filter {
    /// Looks names up. `blocks` are those that may be chosen from.
    ///
    /// Refuses names that refer to nothing: a filter with a spelling error would keep no row.
    pub(crate) fn found<'p, I: Iterator<Item = Common<'p>>>(
        &self,
        plan: &'p Plan,
        as_of: NaiveDate,
        blocks: impl Fn() -> I,
    ) -> Result<Arc<dyn Choice>> {
        for id in self.target.iter().flatten() {
            known_target(plan, id)?;
        }
        let mut of_codes: Vec<UnitIndex> = Vec::new();
        for code in self.unit.iter().flatten() {
            of_codes.extend(known_unit(plan, code)?);
        }
        let mut levels: Vec<LevelIndex> = Vec::new();
        for name in self.level.iter().flatten() {
            levels.push(known_level(plan, name)?);
        }
        for id in self.campaign.iter().flatten() {
            if plan.campaign(id).is_none() {
                let campaigns = plan.campaigns().iter().map(|campaign| campaign.id.as_str());
                return Err(unknown(FaultCode::UnknownId, "campaign", id, campaigns));
            }
        }
        let mut owners = Vec::new();
        for id in self.owner.iter().flatten() {
            match plan.owners().iter().position(|owner| owner.id == *id) {
                Some(owner) => owners.push(owner),
                None => {
                    let ids = plan.owners().iter().map(|owner| owner.id.as_str());
                    return Err(unknown(FaultCode::UnknownId, "owner", id, ids));
                }
            }
        }
        for name in self.stratum.iter().flatten() {
            known_stratum(name, &blocks)?;
        }
        let known_window = |name: &String| {
            let named = NamedWindow::of(plan, as_of, name);
            let mut all = blocks();
            match all.any(|common| named.names(common.target, &common.window)) {
                true => Ok(named),
                false => Err(no_such_window(name)),
            }
        };
        let windows = self.window.as_ref();
        let windows = windows.map(|names| names.iter().map(known_window).collect()).transpose()?;
        let units = (self.unit.is_some() || self.level.is_some()).then(|| {
            let mut has_code = vec![self.unit.is_none(); plan.units().len()];
            of_codes.iter().for_each(|unit| has_code[unit.0] = true);
            let is_of_level = |level: LevelIndex| self.level.is_none() || levels.contains(&level);
            let units = plan.units().iter();
            units.map(|(at, unit)| has_code[at.0] && is_of_level(unit.level)).collect()
        });
        let owners = self.owner.is_some().then_some(owners);
        Ok(Arc::new(FoundFilter { filter: self.clone(), windows, units, owners }))
    }
}

impl Choice for FoundFilter {
    fn has_block(&self, common: &Common<'_>) -> bool {
        accepts(&self.filter.target, Some(&common.target.id))
            && accepts(&self.filter.campaign, common.campaign())
            && self.windows.as_ref().is_none_or(|all| {
                all.iter().any(|named| named.names(common.target, &common.window))
            })
    }

    fn has_unit(&self, unit: UnitIndex) -> bool {
        self.units.as_ref().is_none_or(|units| units[unit.0])
    }

    fn deciding_columns(&self) -> Vec<&'static str> {
        let Filter { verdict, certainty, reason, stratum, .. } = &self.filter;
        [
            ("verdict", verdict.is_some()),
            ("certainty", certainty.is_some()),
            ("reason", reason.is_some()),
            ("stratum", stratum.is_some()),
        ]
        .into_iter()
        .filter_map(|(column, decides)| decides.then_some(column))
        .collect()
    }

    fn keeps(&self, common: &Common<'_>, columns: &Columns, place: usize) -> bool {
        let Filter { verdict, certainty, reason, stratum, .. } = &self.filter;
        (verdict.is_none() || includes(verdict, Some(columns.verdict_of(place))))
            && (certainty.is_none() || includes(certainty, Some(columns.certainty_of(place))))
            && (reason.is_none() || includes(reason, columns.reason_of(place)))
            && (stratum.is_none()
                || accepts(stratum, common.stratum_of(columns.category_of(place)).as_deref()))
            && self.owners.as_ref().is_none_or(|owners| {
                let unit = columns.unit_of(place);
                common.offices().in_charge(unit).any(|office| owners.contains(&office.at))
            })
    }
}

impl Report {
    /// The report with some of its rows only. To choose rows before they are judged, see
    /// [`assess_where`](Plan::assess_where).
    ///
    /// # Errors
    ///
    /// [`Error::is_request`](crate::Error::is_request) if the plan has no such target, unit, level or campaign, or the report no such window or
    /// stratum.
    pub fn filter(&self, filter: &Filter) -> Result<Report> {
        let blocks = || self.blocks().map(|(common, _)| common);
        let choice = filter.found(&self.plan, self.as_of, blocks)?;
        Ok(self.with_rows_of(&*choice, filter))
    }

    /// The report with the rows of a choice, which is that of a filter.
    pub(super) fn with_rows_of(&self, choice: &dyn Choice, filter: &Filter) -> Report {
        let chosen = self.blocks().filter(|(common, _)| choice.has_block(common));
        let places = chosen.map(|(common, block)| {
            check_stop();
            let is_wanted = |place: &usize| {
                choice.has_unit(block.columns.unit_of(*place))
                    && choice.keeps(&common, &block.columns, *place)
            };
            (block, block.places.clone().filter(is_wanted).collect())
        });
        let blocks = Block::of_places(places.collect(), StoredColumns::ALL);
        let filters = self.filters.iter().chain([filter]).cloned().collect();
        Report { filters, ..Report::of(&self.plan, &self.tally, self.as_of, blocks) }
    }
}

/// Refuses a stratum that no row can have. Rows are about the strata of their target, or about one of the categories that
/// decide.
fn known_stratum<'p, I: Iterator<Item = Common<'p>>>(
    name: &str,
    blocks: impl Fn() -> I,
) -> Result<()> {
    let of_block = |common: Common<'_>| -> Vec<String> {
        let categories = (0..common.target.categories.len()).map(Some);
        std::iter::once(None)
            .chain(categories)
            .filter_map(|place| common.stratum_of(place))
            .collect()
    };
    if blocks().flat_map(of_block).any(|one| one == name) {
        return Ok(());
    }
    let names: Vec<String> = blocks().flat_map(of_block).collect();
    let names = names.iter().map(String::as_str);
    Err(unknown(FaultCode::UnknownStratum, "rows of the stratum", name, names))
}

/// Reads a condition: null, one value, or a list of values.
fn one_or_more<'de, T, D>(deserializer: D) -> std::result::Result<Option<Vec<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    deserializer.deserialize_any(OneOrMore(PhantomData))
}

struct OneOrMore<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrMore<T> {
    type Value = Option<Vec<T>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a text, or a list of texts")
    }

    fn visit_unit<E>(self) -> std::result::Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> std::result::Result<Self::Value, E> {
        T::deserialize(text.into_deserializer()).map(|one| Some(vec![one]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, all: A) -> std::result::Result<Self::Value, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(all)).map(Some)
    }
}
