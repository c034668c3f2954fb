//! Measures.

use super::{
    Flag, LengthOfTime, LevelName, List, Number, OptionalDay, Pair, Rule, StratumId, Text,
    UnitCode, WeightsId, Whole, section,
};
use crate::calendar::Every;
use crate::plan::{Absent, OverTime, OverUnits};

section! {
    /// A measure: a figure that units report.
    MEASURE: MeasureKeys = "measure", "a measure", Rule::OrNothing;
    /// The title.
    title: Text;
    /// A remark of the authors.
    note: Text;
    /// What is counted: `case`, `person`.
    unit: Text;
    /// How figures of several periods become one: their sum, the latest, their mean, the largest, the smallest or the median.
    over_time: OverTime => what("the operator over time"), default(OverTime::default);
    /// Whether the mean over time (`over_time: mean`) weights each figure by its days in the window. Figures may then cross the window's edge.
    weight_by_days: Flag => default(|| false);
    /// Whether each figure is the total of the year to date: all from the start of the reporting year to the end of its period (`every`). The differences are used.
    cumulative: Flag => default(|| false);
    /// How figures of several units become one: their sum, their mean or the largest.
    over_units: OverUnits => what("the operator over units"), default(OverUnits::default);
    /// Whether values may be negative.
    signed: Flag => default(|| false);
    /// Whether values are whole numbers: a fraction is refused.
    whole: Flag => default(|| false);
    /// The level whose units have to report it.
    recorded_at: LevelName;
    /// The units that have to report it, all of one level, in place of all units of a level (`recorded_at`).
    recorded_by: List<UnitCode, 1, true> => usually("the units of `recorded_at`");
    /// The period for which reports are due.
    every: Every => what("the period reports are due for"), usually("the finest period of a target that reads it");
    /// The number of days after a period's last day within which its report is on time.
    due: Whole => what("a number of days");
    /// The weights by which its values are shared out where a unit is divided.
    apportion: WeightsId => usually("the first weights of the change");
    /// The strata that it is recorded by.
    strata: List<StratumId, 0, true> => usually("all strata of the plan");
    /// The meaning of an absent figure: `missing`: it is unknown; `zero`: it is 0, and no report is owed.
    absent: Absent => what("the meaning of a missing figure"), default(Absent::default);
    /// The least and the greatest number that one report can hold.
    range: Pair<Number> => usually("none");
    /// The least and the greatest number that a suppressed cell (status `Q`) can hold.
    suppressed: Pair<Number> => usually("none");
    /// Whether figures are planned or projected: they may be recorded before their period and hold the whole of it.
    known_ahead: Flag => default(|| false);
    /// How long the last figure of a stock (`over_time: last`) is carried forward where no later one was reported. It counts as imputed.
    carry: LengthOfTime => what("how long a figure is carried forward"), usually("not at all");
    /// The days on which events were recorded.
    recorded: RecordedKeys => usually("the days of the events of all measures that share an indicator");
}

section! {
    /// The days on which events of a measure were recorded; one of the keys or both.
    RECORDED: RecordedKeys = "recorded", "the recorded days", Rule::Any;
    /// The first day.
    from: OptionalDay => what("the first day");
    /// The last day, included.
    until: OptionalDay => what("the last day");
}
