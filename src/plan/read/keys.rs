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
    "units",
    "measures",
    "indicators",
    "campaigns",
    "targets",
];
pub(in crate::plan) const CALENDAR: &[&str] = &["year_starts", "named_by"];
pub(in crate::plan) const UNITS: &[&str] = &["levels", "table", "list", "changes", "geography"];
pub(in crate::plan) const UNIT: &[&str] =
    &["id", "name", "level", "parent", "valid_from", "valid_to"];
pub(in crate::plan) const CHANGE_OF_BOUNDARIES: &[&str] =
    &["on", "title", "basis", "weights", "table", "list"];
pub(in crate::plan) const WEIGHTS: &[&str] = &["vintage", "as"];
pub(in crate::plan) const PASSAGE: &[&str] = &["from", "to", "within", "weights"];
pub(in crate::plan) const MEASURE: &[&str] = &[
    "title",
    "note",
    "unit",
    "over_time",
    "over_units",
    "signed",
    "recorded_at",
    "every",
    "apportion",
];
pub(in crate::plan) const FORMULAS: &[&str] =
    &["count", "proportion", "ratio", "rate", "mean", "change", "share_of_units", "reported"];
pub(in crate::plan) const INDICATOR: &[&str] = &[
    "title",
    "note",
    "better",
    "variation",
    "count",
    "proportion",
    "ratio",
    "rate",
    "mean",
    "change",
    "share_of_units",
    "reported",
];
pub(in crate::plan) const FRACTION: &[&str] = &["numerator", "denominator", "per"];
pub(in crate::plan) const RATE: &[&str] = &["numerator", "population", "per", "annualised"];
pub(in crate::plan) const MEAN: &[&str] = &["of", "per"];
pub(in crate::plan) const CHANGE: &[&str] = &["of", "from", "as"];
pub(in crate::plan) const SHARE_OF_UNITS: &[&str] = &["of", "level", "goal"];
pub(in crate::plan) const REPORTED: &[&str] = &["unit", "over_time"];
pub(in crate::plan) const CAMPAIGN: &[&str] = &["title", "note", "window", "compare"];
pub(in crate::plan) const TARGET: &[&str] = &[
    "title",
    "note",
    "indicator",
    "goal",
    "window",
    "campaign",
    "units",
    "basis",
    "minimum_completeness",
];
pub(in crate::plan) const GOAL: &[&str] =
    &["at_least", "above", "at_most", "below", "between", "reduce_by", "increase_by"];
pub(in crate::plan) const AMOUNT: &[&str] = &["percent", "absolute", "from"];
pub(in crate::plan) const REFERENCE: &[&str] = &["window", "value"];
pub(in crate::plan) const WINDOW: &[&str] = &["every", "within"];
pub(in crate::plan) const SCOPE: &[&str] = &["level"];
pub(in crate::plan) const DOCUMENT: &[&str] = &["document", "dated", "clause", "title", "source"];
