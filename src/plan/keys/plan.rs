//! The plan itself, its calendar, and its units with the changes of their boundaries.

use super::{
    AwardKeys, ById, CampaignKeys, CertaintyKeys, CombinedKeys, Confidence, Day, DayOfYear,
    DocumentKeys, FileName, IndicatorKeys, LevelName, List, Map, MeasureKeys, ModelsKeys, Name,
    OptionalDay, OptionalUnitCode, OutlookKeys, OwnerKeys, PaceKeys, PerCent, PlanId, Rule,
    ScoreKeys, StandardKeys, TargetKeys, Text, UnitCode, Version, WeightsId, ZeroOrMore, section,
};
use chrono::Weekday;

use crate::calendar::NamedBy;
use crate::plan::Unmatched;
use crate::plan::units::GivenAs;

section! {
    /// A plan: units, what they report, and what they promised.
    PLAN: PlanKeys = "plan", "a plan", Rule::Any;
    /// The version of the plan format.
    attain: Version => required("the version of the plan format, 1");
    /// The plan's id.
    plan: PlanId => required("the plan's id");
    /// The title, in headings.
    title: Text;
    /// A remark of the authors.
    note: Text;
    /// Reporting years.
    calendar: CalendarKeys => usually("calendar years");
    /// The confidence of intervals.
    confidence: Confidence => what("the confidence of intervals"), default(|| 0.95);
    /// The share of expected reports, in per cent, below which a row is not judged.
    minimum_completeness: PerCent => what("a share in per cent"), usually("rows are judged however complete they are");
    /// What becomes of figures of a fraction without a counterpart: `exclude` leaves them out of both sums, `refuse` does not judge the row, `as_recorded` counts them.
    unmatched: Unmatched => what("what becomes of figures without a counterpart"), default(Unmatched::default);
    /// When a running window is ahead and when it is on track.
    pace: PaceKeys => usually("the defaults of its keys");
    /// The model of the chance of a running window.
    outlook: OutlookKeys => usually("the defaults of its keys");
    /// How much counts vary by chance.
    certainty: CertaintyKeys => usually("the defaults of its keys");
    /// The units.
    units: UnitsKeys => required("the units' levels and their table or list");
    /// Further columns of outcomes, each with its categories.
    strata: ById<List<Text, 1, true>> => usually("none");
    /// What units report.
    measures: ById<MeasureKeys> => usually("none");
    /// What is computed from measures.
    indicators: ById<IndicatorKeys> => usually("none");
    /// Spans of time with a name, to which targets belong.
    campaigns: ById<CampaignKeys> => usually("none");
    /// What is promised.
    targets: ById<TargetKeys> => usually("none");
    /// Goals over several targets.
    combined: ById<CombinedKeys> => usually("none");
    /// Criteria by which units are certified.
    standards: ById<StandardKeys> => usually("none");
    /// Scores that put several indicators together.
    scores: ById<ScoreKeys> => usually("none");
    /// Awards to the best units of a score.
    awards: ById<AwardKeys> => usually("none");
    /// Models and the places that took them up.
    models: ById<ModelsKeys> => usually("none");
    /// The offices that answer for targets and units.
    owners: ById<OwnerKeys> => usually("none");
}

section! {
    /// The calendar of reporting years.
    CALENDAR: CalendarKeys = "calendar", "the calendar", Rule::Any;
    /// The first day of reporting years, not after the 28th.
    year_starts: DayOfYear => default(|| "01-01".to_owned());
    /// The calendar year after which a reporting year is named: that of its first day or of its last.
    named_by: NamedBy => what("the rule that names a year"), default(NamedBy::default);
    /// The day on which weeks begin. The first week of a year has at least four days of January.
    weeks_start: Weekday => what("the day on which weeks begin"), default(|| Weekday::Mon);
    /// Feasts that move: ids and their days, one for each year.
    anchors: ById<List<Day>> => usually("none");
}

section! {
    /// The units: their levels, and a table or list of them.
    UNITS: UnitsKeys = "units", "the section on units", Rule::OneOf(&[&["table"], &["list"]]);
    /// The names of the levels, topmost first.
    levels: List<Text, 1, true> => required("the names of the levels, topmost first");
    /// The units in a CSV file beside the plan, with the keys of a unit as columns.
    table: FileName;
    /// The units.
    list: List<UnitKeys, 1>;
    /// Changes of boundaries.
    changes: List<ChangeKeys> => usually("none");
    /// The day in whose boundaries everything is judged.
    geography: OptionalDay => what("the day whose units are judged"), usually("each unit is judged on the days on which it is valid");
}

section! {
    /// A unit.
    UNIT: UnitKeys = "unit", "a unit", Rule::Any;
    /// The code, in quotes if it consists of digits.
    id: UnitCode => required("the unit's code");
    /// The name, in scorecards.
    name: Text => usually("the code");
    /// The level.
    level: LevelName => what("a level"), required("the unit's level");
    /// The unit above it. Units of the topmost level have none.
    parent: OptionalUnitCode;
    /// The first day of the unit.
    valid_from: OptionalDay => what("the unit's first day"), usually("always");
    /// The first day on which the unit is no longer valid.
    valid_to: OptionalDay => what("the first day the unit is no longer valid"), usually("never");
}

section! {
    /// A change of boundaries: the units that end on a day, and the units that take their place.
    CHANGE_OF_BOUNDARIES: ChangeKeys = "change", "a change of boundaries", Rule::OneOf(&[&["table"], &["list"]]);
    /// The first day of the new boundaries.
    on: Day => required("the first day of the new boundaries");
    /// The title.
    title: Text;
    /// The documents it rests on.
    basis: List<DocumentKeys> => usually("none");
    /// The weights by which divided units can be shared out. The first is used where a measure names none.
    weights: ById<WeightsKeys> => usually("none");
    /// The passages in a CSV file beside the plan: from, to or within, and a column for each of the weights.
    table: FileName;
    /// The passages.
    list: List<PassageKeys>;
}

section! {
    /// Weights of a change of boundaries.
    WEIGHTS: WeightsKeys = "weights", "weights", Rule::OrNothing;
    /// The survey that the weights come from.
    vintage: Name => what("the weights' vintage");
    /// The meaning of the numbers: shares of the unit that ends, or amounts.
    r#as: GivenAs => what("the form of the weights"), default(GivenAs::default);
}

section! {
    /// A unit that went over into another one, whole or in part.
    PASSAGE: PassageKeys = "passage", "a passage", Rule::OneOf(&[&["to"], &["within"]]);
    /// The unit that ends.
    from: UnitCode => required("the unit that ends");
    /// The unit that it went over into.
    to: UnitCode;
    /// A unit somewhere below which it went, where nobody says into which.
    within: UnitCode;
    /// The number of each of the weights.
    weights: Map<WeightsId, ZeroOrMore>;
}
