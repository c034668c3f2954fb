//! The share of the reports due that were made, or made in time, in per cent.

use super::{Definition, Facts, Inputs, Names, Narrowing, ShareOfReports, ValueKind, Variation};
use crate::error::{Fault, FaultCode, Place};
use crate::exact::Decimal;
use crate::plan::document::Node;
use crate::plan::nodes::{Map, list};
use crate::plan::{MeasureIndex, Plan, Selection, keys};

/// The share of the reports due that were made, or made in time, in per cent.
#[derive(Debug, Clone, PartialEq)]
pub struct Reporting {
    /// The measures whose reports are counted.
    pub of: Vec<MeasureIndex>,
    /// Which of them are counted.
    pub share: ShareOfReports,
}

impl Definition for Reporting {
    const KEY: &'static str = keys::INDICATOR.reporting.name;

    /// All reports are counted: none of them varies by chance.
    fn facts(&self) -> Facts<'_> {
        let inputs = Inputs::Reports { of: &self.of };
        let facts = Facts::new(ValueKind::Share, inputs);
        Facts { greatest: Some(Decimal::ONE_HUNDRED), variation: Variation::None, ..facts }
    }

    fn text(&self, names: &Names<'_>) -> String {
        let of: Vec<_> = self.of.iter().map(|measure| names.measure(*measure)).collect();
        let key = match self.share {
            ShareOfReports::OnTime => "share_of_reports_on_time",
            ShareOfReports::Made => "share_of_reports",
        };
        names.language.say(key, &[("measures", &of.join(", "))])
    }

    fn unit_of_value(&self, _: &Plan) -> String {
        "%".to_owned()
    }

    fn node(&self, plan: &Plan) -> Node {
        let mut node = Map::default();
        let of = self.of.iter().map(|measure| Node::text(&plan[*measure].id));
        node.put(&keys::REPORTING.of, list(of));
        node.set(&keys::REPORTING.share, &self.share);
        node.into_node()
    }

    fn narrow(
        &self,
        narrowing: &mut impl Narrowing,
        selection: &Selection,
        place: &Place,
    ) -> Option<Self> {
        if !selection.is_empty() {
            let message = "reports are not split by strata";
            narrowing.refuse(
                Fault::new(FaultCode::UnsuitableIndicator, place.clone(), message)
                    .expected("an indicator of what is in them"),
            );
            return None;
        }
        Some(self.clone())
    }
}
