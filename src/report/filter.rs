//! Which rows of a report to keep.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{Deserialize, Deserializer, IntoDeserializer, SeqAccess, Visitor};

use super::{NamedWindow, Report, no_such_window, unknown};
use crate::assess::{Block, Certainty, Common, Reason, Row, Verdict};
use crate::error::{FaultCode, Result};
use crate::parallel::check_stop;

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
}

/// Whether a condition accepts a text.
fn accepts(condition: &Option<Vec<String>>, found: Option<&str>) -> bool {
    condition.as_ref().is_none_or(|all| all.iter().any(|one| Some(one.as_str()) == found))
}

/// Whether a condition accepts a code.
fn includes<T: PartialEq>(condition: &Option<Vec<T>>, found: Option<T>) -> bool {
    condition.as_ref().is_none_or(|all| found.is_some_and(|found| all.contains(&found)))
}

impl Report {
    /// The report with some of its rows only.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`](crate::Error::is_request) if the plan has no such target, unit, level or campaign, or the report no such window or
    /// stratum.
    pub fn filter(&self, filter: &Filter) -> Result<Report> {
        self.check_filter(filter)?;
        let known =
            |names: &Vec<String>| names.iter().map(|name| self.known_window(name)).collect();
        let windows: Option<Vec<NamedWindow>> = filter.window.as_ref().map(known).transpose()?;
        let units = self.plan.units();
        let blocks = self.blocks().filter_map(|(common, block)| {
            let keeps_all = accepts(&filter.target, Some(&common.target.id))
                && accepts(&filter.campaign, common.campaign())
                && windows.as_ref().is_none_or(|all| {
                    all.iter().any(|named| named.names(common.target, &common.window))
                });
            let keeps = |row: &Row| {
                let unit = &units[row.unit()];
                accepts(&filter.unit, Some(&unit.id))
                    && accepts(&filter.level, Some(units.level_name(unit.level)))
                    && includes(&filter.verdict, Some(row.verdict))
                    && includes(&filter.certainty, Some(row.certainty))
                    && includes(&filter.reason, row.reason)
                    && (filter.stratum.is_none()
                        || accepts(&filter.stratum, common.stratum_of(row.category()).as_deref()))
            };
            check_stop();
            let kept = || (block, block.rows().filter(keeps).collect());
            keeps_all.then(kept)
        });
        let blocks = Block::of_rows(blocks.collect());
        let filters = self.filters.iter().chain([filter]).cloned().collect();
        Ok(Report { filters, ..Report::of(&self.plan, &self.tally, self.as_of, blocks) })
    }

    /// Refuses names that refer to nothing: a filter with a spelling error would keep no row.
    fn check_filter(&self, filter: &Filter) -> Result<()> {
        for id in filter.target.iter().flatten() {
            self.known_target(id)?;
        }
        for code in filter.unit.iter().flatten() {
            self.known_unit(code)?;
        }
        for name in filter.level.iter().flatten() {
            self.known_level(name)?;
        }
        for id in filter.campaign.iter().flatten() {
            if self.plan.campaign(id).is_none() {
                let campaigns = self.plan.campaigns().iter().map(|campaign| campaign.id.as_str());
                return Err(unknown(FaultCode::UnknownId, "campaign", id, campaigns));
            }
        }
        for name in filter.stratum.iter().flatten() {
            self.known_stratum(name)?;
        }
        Ok(())
    }

    /// The window with this name; refuses a name that is of no window of the report.
    fn known_window(&self, name: &str) -> Result<NamedWindow> {
        let named = NamedWindow::of(&self.plan, self.as_of, name);
        match self.blocks().any(|(common, _)| named.names(common.target, &common.window)) {
            true => Ok(named),
            false => Err(no_such_window(name)),
        }
    }

    fn known_stratum(&self, name: &str) -> Result<()> {
        let of_block = |common: &Common<'_>| -> Vec<Option<String>> {
            let categories = (0..common.target.categories.len()).map(Some);
            std::iter::once(None).chain(categories).map(|place| common.stratum_of(place)).collect()
        };
        let names: Vec<String> =
            self.blocks().flat_map(|(common, _)| of_block(&common)).flatten().collect();
        if names.iter().any(|one| one == name) {
            return Ok(());
        }
        Err(unknown(
            FaultCode::UnknownStratum,
            "rows of the stratum",
            name,
            names.iter().map(String::as_str),
        ))
    }
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
