//! The share of units that meet a goal of their own, in per cent.

use super::{Definition, Facts, Inputs, Names, Narrowing, ValueKind};
use crate::error::Place;
use crate::exact::Decimal;
use crate::plan::document::Node;
use crate::plan::nodes::{Map, goal_node};
use crate::plan::{Goal, IndicatorIndex, LevelIndex, Plan, Selection, keys};

/// The share of units that meet a goal of their own, in per cent.
#[derive(Debug, Clone, PartialEq)]
pub struct ShareOfUnits {
    /// The indicator each unit is judged by.
    pub of: IndicatorIndex,
    /// The level of the units.
    pub level: LevelIndex,
    /// The goal each unit has to meet.
    pub goal: Goal,
}

impl Definition for ShareOfUnits {
    const KEY: &'static str = keys::INDICATOR.share_of_units.name;

    fn facts(&self) -> Facts<'_> {
        let ShareOfUnits { of, level, ref goal } = *self;
        let facts = Facts::new(ValueKind::Share, Inputs::Units { of, level, goal });
        Facts { greatest: Some(Decimal::ONE_HUNDRED), ..facts }
    }

    fn text(&self, names: &Names<'_>) -> String {
        let level = names.plan.units().level_name(self.level);
        let of = names.indicator(self.of);
        let goal = names.language.goal_in_words(&self.goal.to_string());
        names.language.say("share_of_units", &[("level", level), ("of", &of), ("goal", &goal)])
    }

    fn unit_of_value(&self, _: &Plan) -> String {
        "%".to_owned()
    }

    fn node(&self, plan: &Plan) -> Node {
        let mut node = Map::default();
        node.put(&keys::SHARE_OF_UNITS.of, Node::text(&plan[self.of].id));
        node.put(&keys::SHARE_OF_UNITS.level, Node::text(plan.units().level_name(self.level)));
        node.put(&keys::SHARE_OF_UNITS.goal, goal_node(&self.goal));
        node.into_node()
    }

    fn narrow(
        &self,
        narrowing: &mut impl Narrowing,
        selection: &Selection,
        place: &Place,
    ) -> Option<Self> {
        Some(ShareOfUnits { of: narrowing.indicator(self.of, selection, place)?, ..self.clone() })
    }
}
