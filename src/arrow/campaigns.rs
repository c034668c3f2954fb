//! Campaigns, milestones and combined goals as columns.

use arrow_array::RecordBatch;

use super::table::{self, Cells, Column};
use crate::report::{CampaignRow, Combined, CombinedPart, CombinedVerdict, MilestoneRow, Report};

const CAMPAIGNS: [Column<CampaignRow>; 13] = [
    Column::new("campaign", Cells::Text(|row| &row.campaign)),
    Column::new("title", Cells::Text(|row| &row.title)),
    Column::new("part_of", Cells::OptionalText(|row| row.part_of.as_deref())),
    Column::new("overlaps", Cells::OptionalText(|row| row.overlaps.as_deref())),
    Column::new("task", Cells::OptionalText(|row| row.task.as_deref())),
    Column::new("task_title", Cells::OptionalText(|row| row.task_title.as_deref())),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("days", Cells::OptionalWhole(|row| Some(row.days))),
    Column::new("days_passed", Cells::OptionalWhole(|row| Some(row.days_passed))),
    Column::new("met", Cells::OptionalWhole(|row| Some(row.met))),
    Column::new("missed", Cells::OptionalWhole(|row| Some(row.missed))),
    Column::new("indeterminate", Cells::OptionalWhole(|row| Some(row.indeterminate))),
];

const MILESTONES: [Column<MilestoneRow>; 15] = [
    Column::new("campaign", Cells::OptionalText(|row| row.campaign.as_deref())),
    Column::new("target", Cells::OptionalText(|row| row.target.as_deref())),
    Column::new("deed", Cells::OptionalText(|row| row.deed.as_deref())),
    Column::new("unit", Cells::OptionalText(|row| row.unit.as_deref())),
    Column::new("unit_name", Cells::OptionalText(|row| row.unit_name.as_deref())),
    Column::new("by", Cells::Day(|row| row.by)),
    Column::new("due", Cells::Truth(|row| row.due)),
    Column::new("comparator", Cells::OptionalText(|row| row.comparator)),
    Column::new("reach", Cells::OptionalNumber(|row| row.reach)),
    Column::new("value", Cells::OptionalNumber(|row| row.value)),
    Column::new("gap", Cells::OptionalNumber(|row| row.gap)),
    Column::new("done", Cells::OptionalDay(|row| row.done)),
    Column::new("days_late", Cells::OptionalWhole(|row| row.days_late)),
    Column::new("verdict", Cells::Text(|row| row.verdict.code())),
    Column::new("reason", Cells::OptionalText(|row| row.reason.map(|reason| reason.code()))),
];

const VERDICTS: [Column<CombinedVerdict>; 16] = [
    Column::new("combined", Cells::Text(|row| &row.combined)),
    Column::new("title", Cells::Text(|row| &row.title)),
    Column::new("rule", Cells::Text(|row| row.rule)),
    Column::new("required", Cells::OptionalWhole(|row| Some(row.required))),
    Column::new("targets", Cells::OptionalWhole(|row| Some(row.targets))),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("level", Cells::Text(|row| &row.level)),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("met", Cells::OptionalWhole(|row| Some(row.met))),
    Column::new("missed", Cells::OptionalWhole(|row| Some(row.missed))),
    Column::new("indeterminate", Cells::OptionalWhole(|row| Some(row.indeterminate))),
    Column::new("improved", Cells::OptionalWhole(|row| row.improved)),
    Column::new("verdict", Cells::Text(|row| row.verdict.code())),
    Column::new("sentence", Cells::Text(|row| &row.sentence)),
];

const PARTS: [Column<CombinedPart>; 15] = [
    Column::new("combined", Cells::Text(|row| &row.combined)),
    Column::new("target", Cells::Text(|row| &row.target)),
    Column::new("title", Cells::Text(|row| &row.title)),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("value", Cells::OptionalNumber(|row| row.value)),
    Column::new("baseline", Cells::OptionalNumber(|row| row.baseline)),
    Column::new("change", Cells::OptionalNumber(|row| row.change)),
    Column::new("improved", Cells::OptionalTruth(|row| row.improved)),
    Column::new("goal", Cells::Text(|row| &row.goal)),
    Column::new("goal_value", Cells::OptionalNumber(|row| row.goal_value)),
    Column::new("gap", Cells::OptionalNumber(|row| row.gap)),
    Column::new("verdict", Cells::Text(|row| row.verdict.code())),
    Column::new("reason", Cells::OptionalText(|row| row.reason.map(|reason| reason.code()))),
];

impl Report {
    /// What [`campaigns`](Report::campaigns) gives, as columns named and ordered as the fields of [`CampaignRow`].
    pub fn campaigns_batch(&self) -> RecordBatch {
        table::record_batch(&CAMPAIGNS, &self.campaigns())
    }

    /// What [`milestones`](Report::milestones) gives, as columns named and ordered as the fields of [`MilestoneRow`].
    pub fn milestones_batch(&self) -> RecordBatch {
        table::record_batch(&MILESTONES, &self.milestones())
    }
}

impl Combined {
    /// The verdicts as columns, named and ordered as the fields of [`CombinedVerdict`].
    pub fn verdicts_batch(&self) -> RecordBatch {
        table::record_batch(&VERDICTS, &self.verdicts)
    }

    /// The targets of each as columns, named and ordered as the fields of [`CombinedPart`].
    pub fn parts_batch(&self) -> RecordBatch {
        table::record_batch(&PARTS, &self.parts)
    }
}
