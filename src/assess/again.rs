//! Assessing again: rows that nothing new bears on are taken over.

use super::{Assessor, Block, Certainty, Subjects, is_complete};
use crate::calendar::Window;
use crate::plan::MeasureIndex;
use crate::plan::formula::Inputs;

impl Assessor<'_> {
    /// What [`Assessor::assess_all`] gives, where the rows of an earlier assessment of the same plan are known.
    /// Those of a target and window stay the same if they look at the same days of the same measures, of which
    /// nothing else is known.
    pub(crate) fn assess_again(&mut self, earlier: &Assessor<'_>, blocks: &[Block]) -> Vec<Block> {
        let touched = self.known.touched_since(&earlier.known);
        let mut blocks = blocks.iter().peekable();
        let mut kept: Vec<Option<Block>> = Vec::new();
        let mut rest = Vec::new();
        let mut asked_of_rest = Vec::new();
        for subjects in self.subjects() {
            let asked = self.asked_of(&subjects);
            // A report of some rows only may lack a block, or rows of it.
            let block = blocks
                .next_if(|block| block.target == subjects.target && block.window == subjects.window)
                .filter(|block| block.is_about(&subjects))
                .filter(|_| self.frame(&subjects.window) == earlier.frame(&subjects.window))
                .filter(|_| asked == earlier.asked_of(&subjects))
                .filter(|block| block.misses_nothing() && !self.counts_reports(&subjects))
                .filter(|_| {
                    // Reports are due of what is recorded, whatever categories are asked for.
                    !asked.iter().any(|(measure, window)| {
                        touched.is_touched(*measure, window)
                            || touched.is_touched(self.plan.recorded(*measure), window)
                    })
                });
            if block.is_none() {
                asked_of_rest.extend(asked);
                rest.push(subjects);
            }
            kept.push(block.cloned());
        }
        self.known.cut(asked_of_rest);
        let mut rest = self.assess_on_threads(&rest).into_iter();
        // As many as were not kept.
        kept.into_iter().filter_map(|block| block.or_else(|| rest.next())).collect()
    }

    /// Whether rows tell which reports came, and when: that is not seen by what is known of values. What a report that is
    /// missing below a share of units may hold depends on all that its unit reported before.
    fn counts_reports(&self, subjects: &Subjects) -> bool {
        let target = self.plan.targets()[subjects.target].in_force(&subjects.window);
        let below = |indicator| self.plan.down_to_measures(indicator);
        target.judged().into_iter().flat_map(below).any(|indicator| {
            match self.plan[indicator].formula.facts().inputs {
                Inputs::Reports { .. } => true,
                Inputs::Units { of, .. } => {
                    let measures = self.plan.measures_of(of);
                    measures.iter().any(|measure| self.known.owes_reports(*measure))
                }
                Inputs::Sums { .. }
                | Inputs::Categories { .. }
                | Inputs::Change { .. }
                | Inputs::Published { .. } => false,
            }
        })
    }

    fn asked_of(&self, subjects: &Subjects) -> Vec<(MeasureIndex, Window)> {
        let mut asked = Vec::new();
        let target = self.plan.targets()[subjects.target].in_force(&subjects.window);
        self.asked_for(target, &subjects.window, &mut asked);
        asked
    }
}

impl Block {
    /// Whether no row misses a report. Of others more is looked at than their windows: what a missing report may hold
    /// depends on what its unit reported before.
    fn misses_nothing(&self) -> bool {
        let completeness = &self.sheet.completeness[self.places.clone()];
        completeness.iter().all(|share| is_complete(*share))
            && self.sheet.certainty[self.places.clone()]
                .iter()
                .all(|certainty| *certainty != Certainty::Unsettled as u8)
    }

    /// Whether it holds the rows of these units and no others.
    fn is_about(&self, subjects: &Subjects) -> bool {
        self.units().eq(subjects.units().iter().copied())
    }
}
