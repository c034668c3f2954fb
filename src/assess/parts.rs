//! Rows that are judged part by part: memory does not grow with their number.

use std::iter::Peekable;
use std::sync::Arc;

use chrono::NaiveDate;

use super::subjects::{AllSubjects, MOST_UNITS, Subjects};
use super::{Assessor, Block, Choice, GROUPS_A_THREAD, StoredColumns};
use crate::calendar::Window;
use crate::error::Result;
use crate::parallel::{all_threads, check_stop};
use crate::plan::Plan;
use crate::tally::{Knowledge, Tally};

/// How large a part may be.
#[derive(Debug, Clone, Copy)]
pub(super) struct PartSize {
    /// The most rows. A row takes some hundred bytes.
    pub(super) rows: usize,
    /// The most windows, times the units of the plan. Sums and stocks of all units are computed for each window: some hundred
    /// bytes for a unit and a measure.
    pub(super) unit_windows: usize,
}

impl Default for PartSize {
    /// Work for all threads, in some 30 to 300 MB.
    fn default() -> Self {
        let rows = all_threads() * GROUPS_A_THREAD * MOST_UNITS;
        PartSize { rows: rows.clamp(1 << 18, 1 << 21), unit_windows: 1 << 20 }
    }
}

/// Judges rows part by part, in the order of a report.
pub(crate) struct Parts {
    plan: Plan,
    tally: Tally,
    as_of: NaiveDate,
    stored: StoredColumns,
    choice: Option<Arc<dyn Choice>>,
    subjects: Peekable<AllSubjects>,
    size: PartSize,
    has_begun: bool,
    /// Between two parts; none once a part has failed or was stopped.
    known: Option<Knowledge>,
    /// The last target and window of the last part.
    last: Option<(usize, Window)>,
}

impl Parts {
    /// The rows of `choice`, or all; they have the stored columns, among which are those that decide. `tally` has to be
    /// [for](Tally::for_plan) this version of the plan.
    pub(crate) fn of(
        plan: &Plan,
        tally: &Tally,
        as_of: NaiveDate,
        stored: StoredColumns,
        choice: Option<&Arc<dyn Choice>>,
    ) -> Parts {
        let subjects = AllSubjects::of(plan, as_of, choice);
        Parts::of_subjects(subjects, tally, stored, PartSize::default())
    }

    /// The rows of some subjects, in parts of a size.
    pub(super) fn of_subjects(
        subjects: AllSubjects,
        tally: &Tally,
        stored: StoredColumns,
        size: PartSize,
    ) -> Parts {
        let AllSubjects { plan, as_of, choice, .. } = &subjects;
        Parts {
            plan: plan.clone(),
            tally: tally.clone(),
            as_of: *as_of,
            stored,
            choice: choice.clone(),
            has_begun: false,
            known: None,
            subjects: subjects.peekable(),
            size,
            last: None,
        }
    }

    /// The blocks of the next part, without the rows that are not wanted; none after the last part, and after one that has
    /// failed.
    pub(crate) fn next_part(&mut self) -> Result<Option<Vec<Block>>> {
        if !std::mem::replace(&mut self.has_begun, true) {
            self.known = Some(self.tally.as_of(self.as_of).into_knowledge());
        }
        let Some(knowledge) = self.known.take() else { return Ok(None) };
        let subjects = self.next_subjects();
        let Some(last) = subjects.last().map(|last| (last.target, last.window)) else {
            return Ok(None);
        };
        let mut known = self.tally.as_known(self.as_of, &knowledge);
        // Only knowledge that is not shared can forget.
        drop(knowledge);
        let goes_on =
            self.last.is_some_and(|(target, window)| subjects[0].is_about(target, &window));
        if !goes_on {
            known.forget_windows();
        }
        let mut assessor = Assessor::of(&self.plan, known, self.as_of).storing(self.stored);
        if !goes_on {
            assessor.cut_for_subjects(&subjects);
        }
        let blocks = assessor.assess_on_threads(&subjects);
        assessor.known.refuse_undistinguished()?;
        self.known = Some(assessor.known.into_knowledge());
        self.last = Some(last);
        Ok(Some(match &self.choice {
            Some(choice) if !choice.deciding_columns().is_empty() => self.kept(&blocks, &**choice),
            Some(_) | None => blocks,
        }))
    }

    /// The subjects of the next part: whole windows, but for those that are larger than a part.
    fn next_subjects(&mut self) -> Vec<Subjects> {
        let most_rows = self.size.rows;
        let most_windows = self.size.unit_windows / self.plan.units().len().max(1);
        let mut part: Vec<Subjects> = Vec::new();
        let (mut rows, mut windows) = (0, 0);
        while let Some(next) = self.subjects.peek() {
            let is_new_window =
                !part.last().is_some_and(|last| last.is_about(next.target, &next.window));
            // What goes on with a window has what was computed for it, and for no other.
            let is_full = if is_new_window {
                let goes_on = part
                    .first()
                    .zip(self.last)
                    .is_some_and(|(first, (target, window))| first.is_about(target, &window));
                // A part that is half full seldom has room for another whole window.
                goes_on || rows >= most_rows / 2 || windows >= most_windows
            } else {
                rows + next.len() > most_rows
            };
            if is_full && !part.is_empty() {
                break;
            }
            windows += usize::from(is_new_window && next.len() > 0);
            rows += next.len();
            part.extend(self.subjects.next());
        }
        part
    }

    /// The rows that are wanted.
    fn kept(&self, blocks: &[Block], choice: &dyn Choice) -> Vec<Block> {
        let kept = |block: &Block| {
            check_stop();
            let common = block.common(&self.plan, self.as_of);
            let is_wanted = |place: &usize| choice.keeps(&common, &block.columns, *place);
            block.places.clone().filter(is_wanted).collect()
        };
        Block::of_places(blocks.iter().map(|block| (block, kept(block))).collect(), self.stored)
    }
}
