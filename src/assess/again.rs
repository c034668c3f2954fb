//! Assessing again: rows are kept if nothing that they read has changed.

use std::sync::Arc;

use super::subjects::Subjects;
use super::{Assessor, Block, Choice};

impl Assessor<'_> {
    /// What [`Assessor::assess_all`] gives, where the rows of an earlier assessment of the same plan are known.
    /// Those of a target and window stay the same if all that they read is the same.
    pub(crate) fn assess_again(
        &mut self,
        earlier: &Assessor<'_>,
        blocks: &[Block],
        choice: Option<&Arc<dyn Choice>>,
    ) -> Vec<Block> {
        let touched = self.known.touched_since(&earlier.known);
        let mut blocks = blocks.iter().peekable();
        let mut kept: Vec<Option<Block>> = Vec::new();
        let mut rest = Vec::new();
        for subjects in self.subjects(choice) {
            // A report of some rows only may lack a block, or rows of it; so may the choice.
            let at = (subjects.target, subjects.window);
            while blocks.next_if(|block| (block.target, block.window) < at).is_some() {}
            let block = blocks
                .next_if(|block| (block.target, block.window) == at)
                .filter(|block| block.is_about(&subjects))
                .filter(|_| self.frame(&subjects.window) == earlier.frame(&subjects.window))
                .filter(|block| !block.reads.iter().any(|read| touched.is_touched(read)));
            if block.is_none() {
                rest.push(subjects);
            }
            kept.push(block.cloned());
        }
        drop(touched);
        self.cut_for_subjects(&rest);
        let mut rest = self.assess_on_threads(&rest).into_iter();
        // As many as were not kept.
        kept.into_iter().filter_map(|block| block.or_else(|| rest.next())).collect()
    }
}

impl Block {
    /// Whether it holds the rows of these units and no others.
    fn is_about(&self, subjects: &Subjects) -> bool {
        self.units().eq(subjects.units().iter().copied())
    }
}
