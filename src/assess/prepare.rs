//! What an assessment will read, found by preparing all of it without judging a unit: what is prepared is recorded.

use std::sync::Arc;

use super::in_every::InEvery;
use super::judge::Judging;
use super::missing_reports::Missing;
use super::{Assessor, Subjects, windows};
use crate::calendar::Window;
use crate::plan::Target;
use crate::tally::Read;

impl<'a> Assessor<'a> {
    /// What `prepare` reads. It gets an assessor that prepares everything for no units.
    pub(crate) fn reads_of(&self, prepare: impl FnOnce(&Assessor<'a>)) -> Arc<[Read]> {
        let preparing = Assessor::of(self.plan, self.known.preparing(), self.as_of);
        prepare(&preparing);
        preparing.known.reads()
    }

    /// Cuts time at the edges of all windows that `prepare` reads. Results are the same without, and take longer.
    pub(crate) fn cut_for(&mut self, prepare: impl FnOnce(&Assessor<'a>)) {
        let reads = self.reads_of(prepare);
        self.known.cut(&reads);
    }

    /// Cuts time at the edges of all windows that the rows of targets will read.
    pub(crate) fn cut(&mut self) {
        self.cut_for(|assessor| assessor.prepare_targets(Missing::Due));
    }

    /// Cuts time at the edges of the windows that the rows of some subjects will read.
    pub(super) fn cut_for_subjects(&mut self, subjects: &[Subjects]) {
        self.cut_for(|assessor| {
            // Blocks of the same window read the same.
            let by_window = subjects.chunk_by(|one, next| next.is_about(one.target, &one.window));
            for same in by_window.filter(|same| same.iter().any(|subjects| subjects.len() > 0)) {
                let target = &assessor.plan.targets()[same[0].target];
                let window = &same[0].window;
                assessor.prepare_rows(target.in_force(window), window, Missing::Due);
            }
        });
    }

    /// Prepares the rows of all targets.
    pub(crate) fn prepare_targets(&self, missing: Missing) {
        for target in self.plan.targets() {
            for window in windows(self.plan, target) {
                self.prepare_rows(target.in_force(&window), &window, missing);
            }
        }
    }

    /// Prepares the rows of a target and window.
    pub(crate) fn prepare_rows(&self, target: &Target, window: &Window, missing: Missing) {
        if target.categories.is_empty() {
            Judging::new(self, target, target.indicator, window).prepare(missing);
        } else {
            InEvery::new(self, target, window).prepare(missing);
        }
    }
}
