//! Campaigns: where each stands, and what was to be done by when.

mod milestones;
mod rows;

use crate::assess::{Assessor, Verdict};
use crate::exact::Exact;
use crate::report::Report;
use milestones::reached;
pub use rows::{CampaignRow, MilestoneRow};

impl Report {
    /// A row for each campaign, followed by one for each of its tasks: how much of it is over, and how
    /// many rows of its targets and of those of its parts are met, missed or can't be judged.
    ///
    /// ```
    /// use attain::{Plan, Tally, calendar};
    ///
    /// let plan = Plan::from_yaml(r#"
    /// attain: 1
    /// plan: p
    /// units: {levels: [city], list: [{id: "01", level: city}]}
    /// measures: {cases: {}}
    /// indicators: {crimes: {count: cases}}
    /// campaigns:
    ///   year: {window: "2023"}
    ///   tet: {window: ["2023-01-02", "2023-02-02"], part_of: year, tasks: {prevention: Prevention}}
    /// targets:
    ///   few: {indicator: crimes, goal: {at_most: 9}, window: tet, task: prevention}
    /// "#)?;
    /// let report = plan.assess(&Tally::new(&plan), calendar::date("2023-01-31").unwrap())?;
    /// let campaigns = report.campaigns();
    /// let rows: Vec<_> = campaigns.iter().map(|row| (row.campaign.as_str(), row.days_passed)).collect();
    /// assert_eq!(rows, [("year", 31), ("tet", 30), ("tet", 30)]);
    /// assert_eq!(campaigns[2].task.as_deref(), Some("prevention"));
    /// assert_eq!(campaigns[0].indeterminate, 1); // that of its part
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn campaigns(&self) -> Vec<CampaignRow> {
        let campaigns = self.plan().campaigns();
        let mut rows = Vec::new();
        for (place, campaign) in campaigns.iter().enumerate() {
            let overlapping = campaigns.iter().enumerate().filter(|(other, one)| {
                !self.plan().is_part_of(*other, place)
                    && !self.plan().is_part_of(place, *other)
                    && one.window.overlaps(&campaign.window)
            });
            let overlaps: Vec<&str> = overlapping.map(|(_, one)| one.id.as_str()).collect();
            let passed = campaign.window.to_date(self.as_of()).map_or(0, |passed| passed.days());
            let tasks = campaign.tasks.iter().map(Some);
            for task in std::iter::once(None).chain(tasks) {
                let mut row = CampaignRow {
                    campaign: campaign.id.clone(),
                    title: campaign.title().to_owned(),
                    part_of: campaign.part_of.map(|whole| campaigns[whole].id.clone()),
                    overlaps: (!overlaps.is_empty()).then(|| overlaps.join(", ")),
                    task: task.map(|task| task.id.clone()),
                    task_title: task.map(|task| task.title().to_owned()),
                    window_start: campaign.window.start(),
                    window_end: campaign.window.end(),
                    days: campaign.window.days(),
                    days_passed: passed,
                    met: 0,
                    missed: 0,
                    indeterminate: 0,
                };
                for block in self.stored_blocks() {
                    let target = &self.plan().targets()[block.target];
                    let belongs =
                        target.campaign.is_some_and(|own| self.plan().is_part_of(own, place));
                    let serves = task.is_none_or(|task| target.task.as_ref() == Some(&task.id));
                    if !belongs || !serves {
                        continue;
                    }
                    for verdict in block.verdicts() {
                        match verdict {
                            Verdict::Met => row.met += 1,
                            Verdict::Missed => row.missed += 1,
                            Verdict::Indeterminate => row.indeterminate += 1,
                        }
                    }
                }
                rows.push(row);
            }
        }
        rows
    }

    /// Every milestone of the plan: the deeds of its campaigns, then the values of its targets.
    ///
    /// A value is that of the window up to the milestone's day; what was recorded of those days later
    /// than that is counted as well.
    pub fn milestones(&self) -> Vec<MilestoneRow> {
        let mut rows = Vec::new();
        for campaign in self.plan().campaigns() {
            for deed in &campaign.milestones {
                let due = deed.by <= self.as_of();
                // What is done later than the day of the report is not done yet.
                let done = deed.done.filter(|done| *done <= self.as_of());
                let late = done.unwrap_or(self.as_of()) - deed.by;
                rows.push(MilestoneRow {
                    campaign: Some(campaign.id.clone()),
                    target: None,
                    deed: Some(deed.what.clone()),
                    unit: None,
                    unit_name: None,
                    by: deed.by,
                    due,
                    comparator: None,
                    reach: None,
                    value: None,
                    gap: None,
                    done,
                    days_late: (done.is_some() || due).then(|| late.num_days()),
                    verdict: match done {
                        Some(done) if done <= deed.by => Verdict::Met,
                        Some(_) => Verdict::Missed,
                        None if due => Verdict::Missed,
                        None => Verdict::Indeterminate,
                    },
                    reason: None,
                });
            }
        }
        let units = self.plan().units();
        let mut assessor = self.assessor();
        assessor.cut_for(prepare);
        for target in self.plan().targets() {
            for reached in reached(&assessor, target) {
                let unit = &units[reached.unit];
                let value = reached.value.as_ref();
                rows.push(MilestoneRow {
                    campaign: target
                        .campaign
                        .map(|place| self.plan().campaigns()[place].id.clone()),
                    target: Some(target.id.clone()),
                    deed: None,
                    unit: Some(unit.id.clone()),
                    unit_name: Some(unit.name.clone()),
                    by: reached.milestone.by,
                    due: reached.is_due,
                    comparator: Some(reached.bounds.comparator()),
                    reach: Some(reached.bounds.numbers().0.float()),
                    value: value.map(Exact::float),
                    gap: value.map(|value| reached.bounds.gap(value)),
                    done: None,
                    days_late: None,
                    verdict: reached.verdict,
                    reason: reached.reason,
                });
            }
        }
        rows
    }
}

/// Prepares the milestones of all targets.
pub(super) fn prepare(assessor: &Assessor<'_>) {
    for target in assessor.plan.targets() {
        reached(assessor, target);
    }
}
