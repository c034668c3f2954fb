//! Campaigns, targets, their goals and windows, and goals over several targets.

use super::{
    AnchorId, AnyTrajectory, ById, CampaignId, CertaintyKeys, Comparison, Count, Day, Days,
    DocumentKeys, FileName, Flag, IndicatorId, LengthOfTime, LevelName, List, Map, MeasureId,
    Number, OneOrMore, OptionalDay, Or, OrNull, OutlookKeys, OwnDays, PaceKeys, Pair, PartOfOne,
    PerCent, Percentage, PlainShares, REFERENCE_FORMS, Rule, Selected, StratumId, TargetId, TaskId,
    Text, UnitCode, Year, ZeroOrMore, section,
};
use crate::calendar::Every;

/// A window, or one for each period inside another.
pub type Windows = Or<Days, EveryKeys>;

/// The goal of a target, or a table of goals that differ by unit or window.
pub type TargetGoal = Or<GoalKeys, GoalTableKeys>;

/// An amount in the indicator's unit, or in per cent.
pub type AmountOrPerCent = Or<ZeroOrMore, Percentage>;

/// The number of a goal: in the unit of the indicator, or as a share.
pub type GoalNumber = Or<Number, Or<Percentage, GoalShareKeys>>;

/// The units of a level, or a list of units.
pub type Units = Or<ScopeKeys, List<UnitCode, 1, true>>;

section! {
    /// A campaign: a span of time with a name.
    CAMPAIGN: CampaignKeys = "campaign", "a campaign", Rule::Any;
    /// The title.
    title: Text;
    /// A remark of the authors.
    note: Text;
    /// Its days.
    window: OwnDays => required(OWN_WINDOW_FORMS);
    /// The campaign that it is a part of.
    part_of: CampaignId => usually("none");
    /// The units that take part.
    units: Units => usually("all units");
    /// The window or value with which its figures are compared.
    compare: Comparison => usually("none");
    /// Ids and titles of the groups into which its targets are sorted.
    tasks: ById<OrNull<Text>> => usually("none");
    /// What is to be done on the way.
    milestones: List<DeedKeys> => usually("none");
}

section! {
    /// A milestone of a campaign: something that is to be done.
    DEED: DeedKeys = "deed", "a deed", Rule::Any;
    /// What is to be done.
    what: Text => required("what is to be done");
    /// The last day on which it is in time.
    by: Day => required("the last day on which it is in time");
    /// The day on which it was done.
    done: OptionalDay => what("the day on which it was done"), usually("it is not done");
}

section! {
    /// A target: an indicator, a goal and a window.
    TARGET: TargetKeys = "target", "a target", Rule::AnyOf(&[&["window"], &["campaign"]]);
    /// The title.
    title: Text;
    /// A remark of the authors.
    note: Text;
    /// The indicator that is judged.
    indicator: IndicatorId => required("the id of an indicator");
    /// The goal.
    goal: TargetGoal => required(TARGET_GOAL_FORMS);
    /// The window or value that progress to the goal starts from. Not for relative goals, nor for changes, which have one.
    baseline: Comparison => usually("the comparison of the campaign, or none");
    /// The days that are judged together, or a window for each period.
    window: Windows => missing(WINDOWS_FORMS), usually("the window of the campaign");
    /// The campaign that it belongs to.
    campaign: CampaignId => usually("the one that the window names, or none");
    /// A task of its campaign, or of one that this is part of.
    task: TaskId => usually("none");
    /// The units that are judged.
    units: Units => usually("the topmost units");
    /// The goals of the units below.
    cascade: CascadeKeys => usually("none");
    /// Values that are to be reached on the way.
    milestones: List<MilestoneKeys> => usually("none");
    /// The path to the goal inside the window.
    trajectory: AnyTrajectory => usually("`linear`");
    /// When a running window is ahead and when it is on track.
    pace: PaceKeys => usually("as the plan says");
    /// The model of the chance of a running window.
    outlook: OutlookKeys => usually("as the plan says");
    /// How much counts vary by chance.
    certainty: CertaintyKeys => usually("as the plan says");
    /// The categories to which it is narrowed.
    r#where: Selected => usually("all categories");
    /// The strata that have a row for each category.
    by: OneOrMore<StratumId, 1, true> => usually("none");
    /// The strata in every category of which the goal has to be met.
    in_every: OneOrMore<StratumId, 1, true> => usually("none");
    /// The documents it rests on.
    basis: List<DocumentKeys> => usually("none");
    /// The share of expected reports, in per cent, below which a row is not judged.
    minimum_completeness: PerCent => what("a share in per cent"), usually("as the plan says");
    /// What changes from a day on, in order of time.
    versions: List<VersionKeys> => usually("none");
}

section! {
    /// A window for each period of a kind that lies wholly inside another window, or rolling windows.
    WINDOW: EveryKeys = "window", "a window", Rule::Any;
    /// The length of rolling windows. There is one for each period whose last day lies in `within`. It ends with the period, and
    /// may begin before `within`.
    rolling: LengthOfTime => what("the length of rolling windows"), usually("the period itself is the window");
    /// The kind of period, or a length: windows of it one after the other, from the first day of `within` on.
    every: Or<Every, LengthOfTime> => what("the kind of period"), required(STEP_FORMS);
    /// The window around the periods.
    within: Days => required(WINDOW_FORMS);
}

section! {
    /// All units of a level.
    SCOPE: ScopeKeys = "scope", "the units of a level", Rule::Any;
    /// The level of the units.
    level: LevelName => required("the level of the units");
}

section! {
    /// A goal.
    GOAL: GoalKeys = "goal", "a goal", Rule::Single;
    /// The value is this number or more.
    at_least: GoalNumber => what("the goal");
    /// The value is more than this number.
    above: GoalNumber => what("the goal");
    /// The value is this number or less.
    at_most: GoalNumber => what("the goal");
    /// The value is less than this number.
    below: GoalNumber => what("the goal");
    /// The value is one of these numbers, or between them.
    between: Pair<GoalNumber>;
    /// The value is less than that of a comparison by an amount.
    reduce_by: AmountKeys;
    /// The value is more than that of a comparison by an amount.
    increase_by: AmountKeys;
}

section! {
    /// Goals that differ by unit or window. Each row is a target of its own.
    GOAL_TABLE: GoalTableKeys = "goal_table", "a table of goals", Rule::OneOf(&[&["table"], &["list"]]);
    /// The goals in a CSV file beside the plan, with the keys of a row as columns.
    table: FileName;
    /// The goals.
    list: List<GoalRowKeys, 1>;
}

section! {
    /// A row of a table of goals.
    GOAL_ROW: GoalRowKeys = "goal_row", "a row of a table of goals", Rule::AnyOf(&[&["unit"], &["window"]]);
    /// The unit whose goal it is. All rows have one, or none has.
    unit: UnitCode => usually("all units of the target");
    /// The window whose goal it is. All rows have one, or none has.
    window: Days => missing("a window"), usually("all windows of the target");
    /// The value is this number or more; with `at_most`, it lies between both.
    at_least: GoalNumber => what("the goal");
    /// The value is more than this number.
    above: GoalNumber => what("the goal");
    /// The value is this number or less.
    at_most: GoalNumber => what("the goal");
    /// The value is less than this number.
    below: GoalNumber => what("the goal");
    /// The value is less than the baseline by this amount, or by this percentage such as `"10 %"`.
    reduce_by: AmountOrPerCent;
    /// The value is more than the baseline by this amount, or by this percentage.
    increase_by: AmountOrPerCent;
    /// The number that `reduce_by` or `increase_by` starts from, or from which progress to the goal starts.
    baseline: Number => what("the baseline");
}

section! {
    /// The number of a goal as a part of 1. The indicator is a share.
    GOAL_SHARE: GoalShareKeys = "goal_share", "a share", Rule::Any;
    /// The part of 1: 0.9 is 90 %.
    share: PartOfOne => what("a part of 1"), required("a number from 0 to 1");
}

section! {
    /// The amount of a relative goal, and what it is compared with.
    AMOUNT: AmountKeys = "amount", "a relative goal", Rule::OneOf(&[&["percent"], &["absolute"]]);
    /// The amount in per cent of the earlier value.
    percent: ZeroOrMore;
    /// The amount in the indicator's unit.
    absolute: ZeroOrMore;
    /// The window or value that is compared with.
    from: Comparison => required(REFERENCE_FORMS);
}

section! {
    /// A window or value that another one is compared with.
    REFERENCE: ReferenceKeys = "reference", "a comparison", Rule::Single;
    /// The value of another window.
    window: Days;
    /// A number.
    value: Number => what("the earlier value");
    /// The value of last year's window, moved as a feast moved.
    same_window_last_year: MovedKeys;
    /// The value of the same window of an earlier reporting year.
    same_window_of: Year;
}

section! {
    /// How a window moves from year to year.
    MOVED: MovedKeys = "moved", "a moved window", Rule::Any;
    /// The feast by which it moves, one of the calendar's anchors.
    moved_by: AnchorId => required("one of the calendar's anchors");
}

section! {
    /// A value that a target is to have reached on the way.
    MILESTONE: MilestoneKeys = "milestone", "a milestone", Rule::Any;
    /// The last day that counts.
    by: Day => required("the last day that counts");
    /// The value to have reached.
    reach: Number => required("the value to have reached");
}

section! {
    /// A version of a target. It takes over what it does not change.
    VERSION: VersionKeys = "version", "a version", Rule::Any;
    /// The first day on which it is in force.
    from: Day => what("the first day on which a version is in force"), required("the first day on which it is in force");
    /// Another goal.
    goal: GoalKeys => usually("as before");
    /// Other units.
    units: Units => usually("as before");
    /// Other documents.
    basis: List<DocumentKeys> => usually("as before");
}

section! {
    /// The goals of the units below those of a target.
    CASCADE: CascadeKeys = "cascade", "a cascade", Rule::Any;
    /// The lowest level that gets a share.
    to: LevelName => required("the lowest level that gets a share");
    /// The share of each unit: the `same` goal, an `equal` share, or a share by numbers.
    by: Or<PlainShares, ShareKeys> => required(SHARE_FORMS);
    /// The days over which the measure of `proportional` is read.
    window: Days => missing("the days over which the measure is read");
    /// Whether shares of counts are rounded to whole numbers.
    whole_numbers: Flag => default(|| true);
}

section! {
    /// Shares by numbers.
    SHARE: ShareKeys = "share", "what a share is made by", Rule::Single;
    /// In proportion to a measure.
    proportional: MeasureId;
    /// Units and their numbers.
    explicit: Map<UnitCode, Number, 1>;
}

section! {
    /// A goal over several targets of the same windows.
    COMBINED: CombinedKeys = "combined", "a combined goal", Rule::OneOf(&[&["all"], &["any"], &["at_least"]]);
    /// The title.
    title: Text;
    /// A remark of the authors.
    note: Text;
    /// All of these targets have to be met.
    all: List<TargetId, 2, true>;
    /// One of these targets has to be met.
    any: List<TargetId, 2, true>;
    /// A number of targets have to be met.
    at_least: AtLeastKeys;
}

section! {
    /// A number of targets, and the targets.
    AT_LEAST: AtLeastKeys = "at_least", "a number of targets", Rule::Any;
    /// The number of targets that have to be met.
    count: Count => what("a number of targets"), required("how many have to be met");
    /// The targets.
    of: List<TargetId, 2, true> => required("the ids of targets");
}

/// The forms of a window.
pub const WINDOW_FORMS: &str = "a period such as \"2023\", \"2023-Q1\", \"2023-05\", \"2023-W07\" or \"2023-05-14\", a campaign's id, or [start, end)";
/// The forms of one window or of several.
pub const WINDOWS_FORMS: &str = "a period such as \"2023\", \"2023-Q1\", \"2023-05\", \"2023-W07\" or \"2023-05-14\", a campaign's id, [start, end), {every: …, within: …}, or {rolling: …, every: …, within: …}";
/// The forms of what there is a window for.
pub const STEP_FORMS: &str =
    "month, quarter, half, year, week, day, or a length such as \"2 weeks\"";
/// The forms of lengths of time.
pub const LENGTH_FORMS: &str = "a number of days, weeks, months, quarters or years, at most a hundred years, such as \"28 days\" or \"12 months\"";
/// The forms of one window, or of several that share no day.
pub const SEPARATE_WINDOWS_FORMS: &str = "one window, or {every: …, within: …}";
/// The forms of a window that is no campaign's.
pub const OWN_WINDOW_FORMS: &str = "a period such as \"2023\", \"2023-Q1\", \"2023-05\", \"2023-W07\" or \"2023-05-14\", or [start, end)";
/// The forms of a goal.
pub const GOAL_FORMS: &str = "one of {at_least: …}, {above: …}, {at_most: …}, {below: …}, {between: […, …]}, {reduce_by: …}, {increase_by: …}";
/// The forms of the goal of a target.
pub const TARGET_GOAL_FORMS: &str = "one of {at_least: …}, {above: …}, {at_most: …}, {below: …}, {between: […, …]}, {reduce_by: …}, {increase_by: …}, or {table: goals.csv}";
/// The forms of a row of a table of goals.
pub const GOAL_ROW_FORMS: &str = "goals such as {unit: d1, window: \"2024\", at_least: 75}; one of at_least, above, at_most and below, or at_least with at_most, or reduce_by or increase_by with baseline; all but the last two may have a baseline";
/// The forms of shares.
pub const SHARE_FORMS: &str =
    "same, equal, {proportional: MEASURE} or {explicit: {UNIT: NUMBER, …}}";
