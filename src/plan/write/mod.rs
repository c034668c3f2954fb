//! A plan as a document again: what it writes reads back equal.
//!
//! * `units`: units and the changes of their boundaries.
//! * `indicators`: measures, strata and indicators.
//! * `targets`: campaigns, targets, and combined targets.
//! * `ratings`: standards, scores, awards and models.

mod indicators;
mod ratings;
mod targets;
mod units;

use self::targets::{pace_map, put_certainty, put_outlook};
use super::document::{self, Node};
use super::nodes::{Map, list};
use super::{Plan, keys, load};
use crate::calendar::Anchor;
use crate::error::Result;

impl Plan {
    /// The plan as YAML, its units listed in it; [`Plan::from_yaml`] reads it back equal.
    ///
    /// ```
    /// # let text = "{attain: 1, plan: p, units: {levels: [city], list: [{id: c, level: city}]}}";
    /// let plan = attain::Plan::from_yaml(text)?;
    /// assert_eq!(attain::Plan::from_yaml(&plan.to_yaml())?, plan);
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn to_yaml(&self) -> String {
        document::to_yaml(&self.to_document())
    }

    /// The plan as JSON; [`Plan::from_json`] reads it back equal.
    pub fn to_json(&self) -> String {
        document::to_json(&self.to_document())
    }

    /// The plan as TOML; [`Plan::from_toml`] reads it back equal.
    ///
    /// # Errors
    ///
    /// [`Error::is_plan`](crate::Error::is_plan) if a goal is a number that TOML can't hold: an integer beyond 64 bits.
    pub fn to_toml(&self) -> Result<String> {
        document::to_toml(&self.to_document()).map_err(load::plan_error)
    }

    /// The plan as a tree of keys and values without places.
    pub fn to_document(&self) -> Node {
        let mut plan = Map::default();
        plan.set(&keys::PLAN.attain, &1);
        plan.set(&keys::PLAN.plan, &self.inner.id);
        plan.put_text(&keys::PLAN.title, self.inner.title.as_deref());
        plan.put_text(&keys::PLAN.note, self.inner.note.as_deref());
        plan.put_map(&keys::PLAN.calendar, self.calendar_map());
        plan.set(&keys::PLAN.confidence, &self.confidence());
        plan.set_some(&keys::PLAN.minimum_completeness, self.minimum_completeness().as_ref());
        plan.set(&keys::PLAN.unmatched, &self.unmatched());
        plan.put_map(&keys::PLAN.pace, pace_map(&self.pace()));
        put_outlook(&mut plan, &keys::PLAN.outlook, &self.outlook());
        put_certainty(&mut plan, &keys::PLAN.certainty, self.certainty());
        plan.put(&keys::PLAN.units, self.units_node());
        let strata = self.strata().iter().map(|stratum| {
            let categories = stratum.categories.iter().map(|category| Node::text(category));
            (&stratum.id, list(categories))
        });
        plan.put_all(&keys::PLAN.strata, strata);
        let declared = self.measures().iter().filter(|measure| !measure.reported);
        plan.put_all(
            &keys::PLAN.measures,
            declared.map(|measure| (&measure.id, self.measure_node(measure))),
        );
        let indicators = self.indicators().iter();
        plan.put_all(
            &keys::PLAN.indicators,
            indicators.map(|one| (&one.id, self.indicator_node(one))),
        );
        plan.put_all(
            &keys::PLAN.campaigns,
            self.campaigns().iter().map(|one| (&one.id, self.campaign_node(one))),
        );
        let standards = self.standards().iter();
        plan.put_all(
            &keys::PLAN.standards,
            standards.map(|one| (&one.id, self.standard_node(one))),
        );
        plan.put_all(
            &keys::PLAN.scores,
            self.scores().iter().map(|one| (&one.id, self.score_node(one))),
        );
        plan.put_all(
            &keys::PLAN.awards,
            self.awards().iter().map(|one| (&one.id, self.award_node(one))),
        );
        plan.put_all(
            &keys::PLAN.models,
            self.models().iter().map(|one| (&one.id, self.models_node(one))),
        );
        plan.put_all(
            &keys::PLAN.owners,
            self.owners().iter().map(|one| (&one.id, self.owner_node(one))),
        );
        plan.put_all(
            &keys::PLAN.combined,
            self.combined().iter().map(|one| (&one.id, self.combined_node(one))),
        );
        // One that is split by strata is written once.
        let firsts = self.targets().chunk_by(|one, next| one.id == next.id).map(|same| &same[0]);
        plan.put_all(&keys::PLAN.targets, firsts.map(|one| (&one.id, self.target_node(one))));
        plan.into_node()
    }

    fn calendar_map(&self) -> Map {
        let (month, day) = self.calendar().year_starts();
        let mut calendar = Map::default();
        calendar.set(&keys::CALENDAR.year_starts, &format!("{month:02}-{day:02}"));
        calendar.set(&keys::CALENDAR.named_by, &self.calendar().named_by());
        calendar.set(&keys::CALENDAR.weeks_start, &self.calendar().weeks_start());
        let days =
            |anchor: &Anchor| list(anchor.days().iter().map(|day| Node::text(&day.to_string())));
        let ids: Vec<String> = self.anchors().map(|anchor| anchor.id().to_owned()).collect();
        calendar.put_all(&keys::CALENDAR.anchors, ids.iter().zip(self.anchors().map(days)));
        calendar
    }
}
