//! The keys that each kind of thing may have, in the order in which messages and the schema list
//! them. The JSON Schema is tested against these lists.

pub(in crate::plan) const PLAN: &[&str] = &[
    "attain",
    "plan",
    "title",
    "note",
    "calendar",
    "confidence",
    "minimum_completeness",
    "unmatched",
    "pace",
    "outlook",
    "units",
    "strata",
    "measures",
    "indicators",
    "campaigns",
    "targets",
    "combined",
    "standards",
    "scores",
    "awards",
    "models",
];
pub(in crate::plan) const CALENDAR: &[&str] = &["year_starts", "named_by", "anchors"];
pub(in crate::plan) const UNITS: &[&str] = &["levels", "table", "list", "changes", "geography"];
pub(in crate::plan) const UNIT: &[&str] =
    &["id", "name", "level", "parent", "valid_from", "valid_to"];
pub(in crate::plan) const CHANGE_OF_BOUNDARIES: &[&str] =
    &["on", "title", "basis", "weights", "table", "list"];
pub(in crate::plan) const WEIGHTS: &[&str] = &["vintage", "as"];
pub(in crate::plan) const PASSAGE: &[&str] = &["from", "to", "within", "weights"];
pub(in crate::plan) const MODELS: &[&str] =
    &["title", "note", "places", "by", "level", "window", "basis"];
pub(in crate::plan) const MEASURE: &[&str] = &[
    "title",
    "note",
    "unit",
    "over_time",
    "over_units",
    "signed",
    "recorded_at",
    "every",
    "due",
    "apportion",
    "strata",
    "absent",
    "range",
    "suppressed",
    "known_ahead",
    "recorded",
];
pub(in crate::plan) const RECORDED: &[&str] = &["from", "until"];
pub(in crate::plan) const FORMULAS: &[&str] = &[
    "count",
    "proportion",
    "ratio",
    "rate",
    "standardised_rate",
    "mean",
    "change",
    "share_of_units",
    "reporting",
    "reported",
];
pub(in crate::plan) const INDICATOR: &[&str] = &[
    "title",
    "note",
    "better",
    "variation",
    "unmatched",
    "where",
    "count",
    "proportion",
    "ratio",
    "rate",
    "standardised_rate",
    "mean",
    "change",
    "share_of_units",
    "reporting",
    "reported",
];
pub(in crate::plan) const FRACTION: &[&str] = &["numerator", "denominator", "per"];
pub(in crate::plan) const RATE: &[&str] = &["numerator", "population", "per", "annualised"];
pub(in crate::plan) const STANDARDISED_RATE: &[&str] =
    &["events", "population", "by", "standard", "per", "withhold_below"];
pub(in crate::plan) const MEAN: &[&str] = &["of", "per"];
pub(in crate::plan) const CHANGE: &[&str] = &["of", "from", "as"];
pub(in crate::plan) const SHARE_OF_UNITS: &[&str] = &["of", "level", "goal"];
pub(in crate::plan) const REPORTING: &[&str] = &["of", "share"];
pub(in crate::plan) const REPORTED: &[&str] = &["unit", "over_time"];
pub(in crate::plan) const CAMPAIGN: &[&str] =
    &["title", "note", "window", "part_of", "units", "compare", "tasks", "milestones"];
pub(in crate::plan) const DEED: &[&str] = &["what", "by", "done"];
pub(in crate::plan) const TARGET: &[&str] = &[
    "title",
    "note",
    "indicator",
    "goal",
    "window",
    "campaign",
    "task",
    "units",
    "cascade",
    "milestones",
    "trajectory",
    "pace",
    "outlook",
    "where",
    "by",
    "in_every",
    "basis",
    "minimum_completeness",
    "versions",
];
pub(in crate::plan) const TRAJECTORY: &[&str] = &["linear", "geometric", "steps", "seasonal"];
pub(in crate::plan) const START: &[&str] = &["from"];
pub(in crate::plan) const PACE: &[&str] = &["ahead", "on_track"];
pub(in crate::plan) const OUTLOOK: &[&str] = &["prior", "dispersion", "drift"];
pub(in crate::plan) const PRIOR: &[&str] = &["events", "of"];
pub(in crate::plan) const MILESTONE: &[&str] = &["by", "reach"];
pub(in crate::plan) const VERSION: &[&str] = &["from", "goal", "units", "basis"];
pub(in crate::plan) const COMBINED: &[&str] = &["title", "note", "all", "any", "at_least"];
pub(in crate::plan) const AT_LEAST: &[&str] = &["count", "of"];
pub(in crate::plan) const CASCADE: &[&str] = &["to", "by", "window", "whole_numbers"];
pub(in crate::plan) const SHARE: &[&str] = &["proportional", "explicit"];
pub(in crate::plan) const GOAL: &[&str] =
    &["at_least", "above", "at_most", "below", "between", "reduce_by", "increase_by"];
pub(in crate::plan) const AMOUNT: &[&str] = &["percent", "absolute", "from"];
pub(in crate::plan) const REFERENCE: &[&str] =
    &["window", "value", "same_window_last_year", "same_window_of"];
pub(in crate::plan) const MOVED: &[&str] = &["moved_by"];
pub(in crate::plan) const WINDOW: &[&str] = &["every", "within"];
pub(in crate::plan) const SCOPE: &[&str] = &["level"];
pub(in crate::plan) const DOCUMENT: &[&str] = &["document", "dated", "clause", "title", "source"];
pub(in crate::plan) const STANDARD: &[&str] =
    &["title", "note", "level", "window", "basis", "all", "any", "at_least", "of", "versions"];
pub(in crate::plan) const STANDARD_VERSION: &[&str] =
    &["from", "basis", "all", "any", "at_least", "of"];
pub(in crate::plan) const CRITERION: &[&str] =
    &["title", "indicator", "goal", "units", "all", "any", "at_least", "of"];
pub(in crate::plan) const UNITS_HOLDING: &[&str] = &["hold", "at_least", "above"];
pub(in crate::plan) const SCORE: &[&str] = &[
    "title",
    "note",
    "level",
    "window",
    "basis",
    "parts",
    "normalise",
    "aggregate",
    "coverage",
    "deductions",
    "grades",
];
pub(in crate::plan) const SCORE_PART: &[&str] = &["title", "indicator", "weight", "normalise"];
pub(in crate::plan) const SCALE: &[&str] = &["goalposts", "distance_to"];
pub(in crate::plan) const DEDUCTION: &[&str] = &["title", "indicator", "points", "at_most"];
pub(in crate::plan) const GRADE: &[&str] = &["grade", "at_least"];
pub(in crate::plan) const AWARD: &[&str] =
    &["title", "note", "basis", "score", "eligible", "quota", "ties"];
pub(in crate::plan) const ELIGIBLE: &[&str] = &["standards", "targets", "grade", "exists_for"];
pub(in crate::plan) const QUOTA: &[&str] = &["count", "share", "of"];
pub(in crate::plan) const QUOTA_OF: &[&str] = &["grade"];
