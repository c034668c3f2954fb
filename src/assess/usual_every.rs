//! The kind of period that the figures of an indicator are for.

use super::Assessor;
use crate::calendar::Every;
use crate::plan::{IndicatorIndex, MeasureIndex, OverTime};

/// Kinds of periods, and the days of the longest of each.
const KINDS: [(Every, i32); 3] = [(Every::Month, 31), (Every::Quarter, 92), (Every::Half, 184)];

impl Assessor<'_> {
    /// The kind of period of an indicator's series: the longest `every` of its measures that add up over time, or of all
    /// where none does; else the shortest kind, from months on, that is as long as a figure of each of them.
    pub(crate) fn usual_every(&self, indicator: IndicatorIndex) -> Every {
        let plan = self.plan;
        let all = plan.measures_of(indicator);
        let is_flow = |measure: &MeasureIndex| plan[*measure].over_time == OverTime::Sum;
        let flows: Vec<MeasureIndex> = all.iter().copied().filter(is_flow).collect();
        let measures = if flows.is_empty() { all } else { flows };
        let declared = measures.iter().filter_map(|measure| plan[*measure].every).max();
        declared.unwrap_or_else(|| {
            let shortest = measures.iter().filter_map(|one| self.known.shortest_figure(*one));
            let days = shortest.max().unwrap_or(0);
            let kind = KINDS.iter().find(|(_, longest)| days <= *longest);
            kind.map_or(Every::Year, |(every, _)| *every)
        })
    }
}
