//! The offices that answer for targets and units.

use super::{
    CampaignId, Day, IndicatorId, LevelName, List, Rule, TargetId, TaskId, Text, UnitCode, Units,
    section,
};

section! {
    /// An office, or a role, that answers for a part of the plan.
    OWNER: OwnerKeys = "owner", "an owner", Rule::Any;
    /// The title of the office or role.
    title: Text;
    /// The name of who holds it, where it is to be told.
    name: Text;
    /// A remark of the authors.
    note: Text;
    /// The level in each unit of which the office exists once: each answers for its unit and the units below.
    each: LevelName => usually("there is one office");
    /// What the office answers for.
    duties: List<DutyKeys, 1> => usually("everything");
}

section! {
    /// What an office answers for: rows that fit all of these keys.
    DUTY: DutyKeys = "duty", "a duty", Rule::Any;
    /// Targets.
    targets: List<TargetId, 1, true> => usually("all targets");
    /// The targets of these indicators.
    indicators: List<IndicatorId, 1, true> => usually("all indicators");
    /// The targets of these campaigns and of their parts.
    campaigns: List<CampaignId, 1, true> => usually("with and without a campaign");
    /// The targets that serve these tasks.
    tasks: List<TaskId, 1, true> => usually("with and without a task");
    /// Units.
    units: Units => usually("all units");
    /// Units, with all units below them.
    within: List<UnitCode, 1, true> => usually("all units");
    /// The first day.
    from: Day => what("the first day of a duty"), usually("always");
    /// The last day, included.
    until: Day => what("the last day of a duty"), usually("still");
}
