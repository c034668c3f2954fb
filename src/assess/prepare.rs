//! What an assessment will read, found by preparing all of it without judging a unit: what is prepared is recorded.

use std::sync::Arc;

use chrono::NaiveDate;

use super::in_every::InEvery;
use super::judge::{Judging, Missing};
use super::{Assessor, Subjects, windows, windows_of};
use crate::calendar::Window;
use crate::plan::{StandardIndex, Target};
use crate::tally::Read;

impl<'a> Assessor<'a> {
    /// The same, of which only what is prepared is recorded.
    pub(super) fn preparing(&self) -> Assessor<'a> {
        self.knowing(self.known.preparing())
    }

    /// Cuts time at the edges of all windows that will be read. Rows are the same without, and take longer.
    pub(crate) fn cut(&mut self) {
        let reads = self.reads_of_all(Missing::Due);
        self.known.cut(&reads);
    }

    /// Cuts time at the edges of the windows that the rows of some subjects will read.
    pub(super) fn cut_for(&mut self, subjects: &[Subjects]) {
        let preparing = self.preparing();
        for Subjects { target, window, .. } in subjects {
            let target = &self.plan.targets()[*target];
            preparing.prepare_rows(target.in_force(window), window, Missing::Due);
        }
        let reads = preparing.known.reads();
        drop(preparing);
        self.known.cut(&reads);
    }

    /// Everything that the rows of all targets, and the views of them, will read.
    pub(super) fn reads_of_all(&self, missing: Missing) -> Arc<[Read]> {
        let preparing = self.preparing();
        preparing.prepare_all(missing);
        preparing.known.reads()
    }

    fn prepare_all(&self, missing: Missing) {
        let plan = self.plan;
        for target in plan.targets() {
            for window in windows(plan, target) {
                self.prepare_rows(target.in_force(&window), &window, missing);
            }
            self.shares(target);
            self.reached(target);
        }
        // The criteria change on these days, those of units below as well.
        let versions = plan.standards().iter().flat_map(|standard| &standard.versions);
        let mut days: Vec<NaiveDate> =
            versions.map(|version| version.from.unwrap_or(NaiveDate::MIN)).collect();
        days.sort_unstable();
        days.dedup();
        for (index, standard) in plan.standards().iter().enumerate() {
            for window in windows_of(plan, &standard.window) {
                for day in &days {
                    self.certify(StandardIndex(index), &window, *day);
                }
            }
        }
        for score in plan.scores() {
            for window in windows_of(plan, &score.window) {
                self.score(score, &window);
            }
        }
        for award in plan.awards() {
            for window in windows_of(plan, &plan.scores()[award.score].window) {
                let scored = self.score(&plan.scores()[award.score], &window);
                self.candidates_of_award(award, &window, &scored);
            }
        }
    }

    /// Prepares the rows of a target and window.
    fn prepare_rows(&self, target: &Target, window: &Window, missing: Missing) {
        if target.categories.is_empty() {
            Judging::new(self, target, target.indicator, window).prepare(missing);
        } else {
            InEvery::new(self, target, window).prepare(missing);
        }
    }
}
