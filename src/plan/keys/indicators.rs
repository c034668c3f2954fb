//! Indicators and their formulas.

use super::{
    AboveZero, Alternatives, Category, GoalKeys, IndicatorId, LatestOnly, LevelName, Map,
    MeasureId, OneOrMore, Or, PartOfOne, PlainReference, ReferenceKeys, Rule, StratumId, Sum, Text,
    ZeroOrMore, section,
};
use crate::exact::Decimal;
use crate::plan::{Annualised, Better, ChangeAs, ShareOfReports, Unmatched, Variation};

/// A comparison: with a word, or with its parameters.
pub type Comparison = Or<PlainReference, ReferenceKeys>;

/// Strata, each with a category or a list of them.
pub type Selected = Map<StratumId, OneOrMore<Category, 1, true>, 1>;

/// The keys of the formulas, of which an indicator has one.
pub const FORMULAS: Alternatives = &[
    &["count"],
    &["proportion"],
    &["ratio"],
    &["rate"],
    &["standardised_rate"],
    &["mean"],
    &["change"],
    &["share_of_units"],
    &["reporting"],
    &["reported"],
];

/// The keys of the formulas.
pub fn formulas() -> impl Iterator<Item = &'static str> {
    FORMULAS.iter().copied().flatten().copied()
}

section! {
    /// An indicator: a value that a formula computes from measures.
    INDICATOR: IndicatorKeys = "indicator", "an indicator", Rule::OneOf(FORMULAS);
    /// The title.
    title: Text;
    /// A remark of the authors.
    note: Text;
    /// The good direction. It changes no value, only views that compare units.
    better: Better => what("the good direction");
    /// How counts vary: by chance, or not at all.
    variation: Variation => what("the way counts vary"), usually("`chance`; for `reporting`, `none`");
    /// What becomes of figures of a fraction without a counterpart.
    unmatched: Unmatched => what("what becomes of figures without a counterpart"), usually("as the plan says");
    /// The categories to which its measures are narrowed.
    r#where: Selected => usually("all categories");
    /// A sum of measures.
    count: Sum;
    /// A part of a whole: from 0 to `per`.
    proportion: FractionKeys;
    /// A quotient of two counts.
    ratio: RatioKeys;
    /// Events per population.
    rate: RateKeys;
    /// A rate that is weighted by the categories of a stratum.
    standardised_rate: StandardisedRateKeys;
    /// An amount per thing.
    mean: MeanKeys;
    /// The change of another indicator.
    change: ChangeFormulaKeys;
    /// The share of units that meet a goal.
    share_of_units: ShareOfUnitsKeys;
    /// The share of reports that were made.
    reporting: ReportingKeys;
    /// A published value: outcomes name the indicator as their measure.
    reported: ReportedKeys;
}

section! {
    /// The formula of a ratio: numerator ÷ denominator × `per`.
    RATIO: RatioKeys = "ratio", "a ratio", Rule::Any;
    /// Measures added and subtracted.
    numerator: Sum => required(EXPRESSION_FORMS);
    /// The categories to which the numerator alone is narrowed.
    numerator_where: Selected => usually("all categories");
    /// Measures added and subtracted.
    denominator: Sum => required(EXPRESSION_FORMS);
    /// The multiplier.
    per: AboveZero => what("the multiplier"), default(|| Decimal::ONE_HUNDRED);
    /// The share of the numerator's events that belong to events of the denominator in the same window: clearances of the
    /// window's own cases. The more of them, the less the ratio varies by chance. 1 is the case of a proportion.
    linked: PartOfOne => what("a share of the numerator"), default(|| Decimal::new(5, 1));
}

section! {
    /// The formula of a proportion: numerator ÷ denominator × `per`.
    FRACTION: FractionKeys = "fraction", "a proportion", Rule::Any;
    /// Measures added and subtracted.
    numerator: Sum => required(EXPRESSION_FORMS);
    /// The categories to which the numerator alone is narrowed.
    numerator_where: Selected => usually("all categories");
    /// Measures added and subtracted.
    denominator: Sum => required(EXPRESSION_FORMS);
    /// The multiplier.
    per: AboveZero => what("the multiplier"), default(|| Decimal::ONE_HUNDRED);
}

section! {
    /// The formula of a rate: numerator ÷ population × `per`.
    RATE: RateKeys = "rate", "a rate", Rule::Any;
    /// Measures added and subtracted.
    numerator: Sum => required(EXPRESSION_FORMS);
    /// The categories to which the numerator alone is narrowed.
    numerator_where: Selected => usually("all categories");
    /// Measures added and subtracted.
    population: Sum => required(EXPRESSION_FORMS);
    /// The multiplier.
    per: AboveZero => what("the multiplier"), default(|| Decimal::from(100_000));
    /// Whether the rate is brought to a year: by the parts of reporting years (`exact`), by days ÷ 365 (`365`), or not.
    annualised: Annualised => what("the way to bring a rate to a year"), default(Annualised::default);
}

section! {
    /// The formula of a directly standardised rate.
    STANDARDISED_RATE: StandardisedRateKeys = "standardised_rate", "a standardised rate", Rule::Any;
    /// Measures added and subtracted.
    events: Sum => required(EXPRESSION_FORMS);
    /// Measures added and subtracted.
    population: Sum => required(EXPRESSION_FORMS);
    /// The stratum whose categories are weighted.
    by: StratumId => required("the stratum whose categories are weighted");
    /// The standard population of each category.
    standard: Map<Category, ZeroOrMore, 1> => required(STANDARD_FORM);
    /// The multiplier.
    per: AboveZero => what("the multiplier"), default(|| Decimal::from(100_000));
    /// A rate of fewer events than this is withheld.
    withhold_below: ZeroOrMore => what("a number of events"), default(|| Decimal::TEN);
}

section! {
    /// The formula of a mean: `of` ÷ `per`.
    MEAN: MeanKeys = "mean", "a mean", Rule::Any;
    /// Measures added and subtracted, each perhaps times a number: the amount.
    of: Sum => required(EXPRESSION_FORMS);
    /// The same: the number of things.
    per: Sum => required(EXPRESSION_FORMS);
}

section! {
    /// The formula of a change.
    CHANGE: ChangeFormulaKeys = "change_formula", "a change", Rule::Any;
    /// The indicator that changes.
    of: IndicatorId => required("the indicator that changes");
    /// The window or value that it is compared with.
    from: Comparison => required(REFERENCE_FORMS);
    /// The unit of the change: per cent of the earlier value, or the unit of the other indicator.
    r#as: ChangeAs => what("the way to tell a change"), default(|| ChangeAs::Percent);
}

section! {
    /// The formula of a share of units that meet a goal.
    SHARE_OF_UNITS: ShareOfUnitsKeys = "share_of_units", "a share of units", Rule::Any;
    /// The indicator by which each unit is judged.
    of: IndicatorId => required("the indicator each unit is judged by");
    /// The level of the units.
    level: LevelName => required("the level of the units");
    /// The goal that each unit has to meet.
    goal: GoalKeys => required("the goal each unit has to meet");
}

section! {
    /// The formula of a share of reports.
    REPORTING: ReportingKeys = "reporting", "a share of reports", Rule::Any;
    /// The measures whose reports are counted. Each says by when it is reported.
    of: OneOrMore<MeasureId, 1> => required("a measure, or a list of them");
    /// The reports that count: those made on or before the day they were due, or all that were made.
    share: ShareOfReports => what("the share of the reports"), default(ShareOfReports::default);
}

section! {
    /// A published value.
    REPORTED: ReportedKeys = "reported", "a reported indicator", Rule::OrNothing;
    /// The unit of the value.
    unit: Text => default(|| "%".to_owned());
    /// `last`: of several values in a window, the latest counts.
    over_time: LatestOnly => what("the operator over time"), usually("a window needs a value of its own");
}

/// The forms of a sum of measures.
pub const EXPRESSION_FORMS: &str =
    "a measure, or measures added and subtracted, such as `cleared + 0.5 * (shared - transferred)`";
/// The form of a standard population.
pub const STANDARD_FORM: &str =
    "categories, each with its number of people, such as {\"0-14\": 22000, \"15+\": 78000}";
/// The forms of a comparison.
pub const REFERENCE_FORMS: &str = "previous_period, same_window_last_year, {same_window_last_year: {moved_by: …}}, {same_window_of: YEAR}, {window: …} or {value: …}";
