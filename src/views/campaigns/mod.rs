//! Campaigns: where each stands, and what was to be done by when.

mod milestones;

use chrono::NaiveDate;

use crate::assess::{Assessor, Comparator, Reason, Verdict};
use crate::exact::Exact;
use crate::report::Report;
use crate::view::View;
use milestones::reached;

/// Where a campaign stands, or one of its tasks.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "campaigns")]
#[non_exhaustive]
pub struct CampaignRow {
    /// The campaign's id.
    pub campaign: String,
    /// Its title.
    pub title: String,
    /// The campaign it is part of.
    pub part_of: Option<String>,
    /// The other campaigns that share days with it without being part of one another, by their ids.
    pub overlaps: Option<String>,
    /// The task the row is about; none in the campaign's own row, which counts all its targets.
    pub task: Option<String>,
    /// The task's title.
    pub task_title: Option<String>,
    /// First day of the campaign.
    pub window_start: NaiveDate,
    /// The day after its last.
    pub window_end: NaiveDate,
    /// How many days it runs.
    pub days: i64,
    /// How many of them are over.
    pub days_passed: i64,
    /// How many rows of targets are met.
    pub met: i64,
    /// How many are missed.
    pub missed: i64,
    /// How many can't be judged.
    pub indeterminate: i64,
}

/// What a target was to have reached by a day, or a campaign to have done.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "milestones")]
#[non_exhaustive]
pub struct MilestoneRow {
    /// The campaign, if there is one.
    pub campaign: Option<String>,
    /// The target whose value it is; none for a deed.
    pub target: Option<String>,
    /// What was to be done; none for a value.
    pub deed: Option<String>,
    /// The unit; none for a deed.
    pub unit: Option<String>,
    /// The unit's name.
    pub unit_name: Option<String>,
    /// The last day that counts.
    pub by: NaiveDate,
    /// Whether that day is over.
    pub due: bool,
    /// How the value compares with that number where it is reached; none for a deed.
    pub comparator: Option<Comparator>,
    /// The value to have reached.
    pub reach: Option<f64>,
    /// The value on that day, from the window's beginning, as far as it is known now.
    pub value: Option<f64>,
    /// Distance to what was to be reached, positive on the good side.
    pub gap: Option<f64>,
    /// The day on which a deed was done.
    pub done: Option<NaiveDate>,
    /// How many days late a deed was done, or is by now; negative: early.
    pub days_late: Option<i64>,
    /// Whether it was reached or done in time; `indeterminate` before it is due.
    pub verdict: Verdict,
    /// Why a milestone that is due can't be judged.
    pub reason: Option<Reason>,
}

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
