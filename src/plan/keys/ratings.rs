//! Standards, scores, awards and models, and the documents that they rest on.

use super::{
    AboveZero, Count, GOAL_FORMS, GoalKeys, GradeName, IndicatorId, LevelName, List, Map,
    MeasureId, Months, Name, NotAllPerCent, Number, OneOrMore, OptionalDay, Or, Pair, PartId,
    PlainQuotaOf, PlainScale, Rule, ScoreId, SomePerCent, StandardId, StratumId, TargetId, Text,
    WINDOWS_FORMS, Windows, section,
};
use crate::exact::Decimal;
use crate::plan::award::Ties;
use crate::stats::Aggregation;

/// A scale: a word, or with its parameters.
pub type AnyScale = Or<PlainScale, ScaleKeys>;

section! {
    /// A document that a target, standard, score or change of boundaries rests on.
    DOCUMENT: DocumentKeys = "document", "a document", Rule::Any;
    /// The document's number or name.
    document: Name => required("the document's number or name");
    /// The day on which it is dated.
    dated: OptionalDay => what("the day the document is dated");
    /// The clause.
    clause: Name => what("the clause");
    /// The title.
    title: Text;
    /// Where it is found.
    source: Text;
}

section! {
    /// A standard: criteria by which units of a level are certified.
    STANDARD: StandardKeys = "standard", "a standard",
        Rule::OneOf(&[&["all"], &["any"], &["at_least", "of"], &["versions"]]);
    /// The title.
    title: Text;
    /// A remark of the authors.
    note: Text;
    /// The level whose units are certified.
    level: LevelName => required("the level whose units are certified");
    /// The days that are judged together, or a window for each period.
    window: Windows => required(WINDOWS_FORMS);
    /// The documents it rests on.
    basis: List<DocumentKeys> => usually("none");
    /// All of these criteria have to be met.
    all: List<CriterionKeys, 1>;
    /// One of these criteria has to be met.
    any: List<CriterionKeys, 1>;
    /// The number of criteria of `of` that have to be met.
    at_least: Count => what("the number of criteria that have to be met");
    /// The criteria of `at_least`.
    of: List<CriterionKeys, 1>;
    /// Criteria in the order in which they came into force.
    versions: List<StandardVersionKeys, 1> => usually("one version");
}

section! {
    /// A version of a standard.
    STANDARD_VERSION: StandardVersionKeys = "standard_version", "a version of a standard",
        Rule::OneOf(&[&["all"], &["any"], &["at_least", "of"]]);
    /// The day on which the criteria came into force; only the first version may leave it out.
    from: OptionalDay => missing("the day the criteria came into force"), usually("in force from the beginning");
    /// The documents it rests on.
    basis: List<DocumentKeys> => usually("none");
    /// All of these criteria have to be met.
    all: List<CriterionKeys, 1>;
    /// One of these criteria has to be met.
    any: List<CriterionKeys, 1>;
    /// The number of criteria of `of` that have to be met.
    at_least: Count => what("the number of criteria that have to be met");
    /// The criteria of `at_least`.
    of: List<CriterionKeys, 1>;
}

section! {
    /// A criterion of a standard: a goal, a share of units, or other criteria.
    CRITERION: CriterionKeys = "criterion", "a criterion",
        Rule::OneOf(&[&["all"], &["any"], &["at_least", "of"], &["indicator", "goal"], &["units"]]);
    /// The title. Criteria that are combined have none.
    title: Text;
    /// The indicator that is judged.
    indicator: IndicatorId => missing("the id of an indicator");
    /// The goal of the indicator.
    goal: GoalKeys => missing(GOAL_FORMS);
    /// The share of units below that hold another standard.
    units: UnitsHoldingKeys;
    /// All of these criteria have to be met.
    all: List<CriterionKeys, 1>;
    /// One of these criteria has to be met.
    any: List<CriterionKeys, 1>;
    /// The number of criteria of `of` that have to be met.
    at_least: Count => what("the number of criteria that have to be met");
    /// The criteria of `at_least`.
    of: List<CriterionKeys, 1>;
}

section! {
    /// The share, in per cent, of units that hold a standard.
    UNITS_HOLDING: UnitsHoldingKeys = "units_holding", "a share of units", Rule::OneOf(&[&["at_least"], &["above"]]);
    /// The standard that units of its level, at or below the unit, have to hold.
    hold: StandardId => required("the id of a standard of a lower level");
    /// This share or more.
    at_least: SomePerCent => what("a share of units in per cent");
    /// More than this share.
    above: NotAllPerCent => what("a share of units in per cent");
}

section! {
    /// A score: several indicators of a unit in one number of points.
    SCORE: ScoreKeys = "score", "a score", Rule::Any;
    /// The title.
    title: Text;
    /// A remark of the authors.
    note: Text;
    /// The level whose units are scored and compared.
    level: LevelName => required("the level whose units are scored");
    /// The days that are scored together, or a window for each period.
    window: Windows => required(WINDOWS_FORMS);
    /// The documents it rests on.
    basis: List<DocumentKeys> => usually("none");
    /// The parts: ids and indicators.
    parts: Map<PartId, ScorePartKeys, 1> => required(PART_FORMS);
    /// The scale of parts that name none.
    normalise: AnyScale => usually("each part names its scale");
    /// The mean that makes a score of the parts.
    aggregate: Aggregation => what("the way parts make a score"), default(Aggregation::default);
    /// The weight, in per cent of all, of the parts that a unit needs values of.
    coverage: SomePerCent => what("the coverage of a score in per cent"), default(|| Decimal::ONE_HUNDRED);
    /// Points that are taken off.
    deductions: List<DeductionKeys> => usually("none");
    /// The grades, best first; the last may be for all others.
    grades: List<GradeKeys> => usually("none");
}

section! {
    /// A part of a score.
    SCORE_PART: ScorePartKeys = "score_part", "a part of a score", Rule::Any;
    /// The title.
    title: Text;
    /// The indicator.
    indicator: IndicatorId => required("the id of an indicator");
    /// The weight beside the other parts.
    weight: AboveZero => what("the weight of a part"), default(|| Decimal::ONE);
    /// The scale.
    normalise: AnyScale => missing(SCALE_FORMS), usually("the scale of the score");
}

section! {
    /// A scale from 0, the worst, to 100, the best.
    SCALE: ScaleKeys = "scale", "a scale", Rule::Single;
    /// The value that is worth 0, and the value that is worth 100.
    goalposts: Pair<Number>;
    /// The value that is worth 100. The worst unit is worth 0.
    distance_to: Number => what("what is worth 100");
}

section! {
    /// Points that are taken off a score.
    DEDUCTION: DeductionKeys = "deduction", "a deduction", Rule::Any;
    /// The title.
    title: Text;
    /// The indicator.
    indicator: IndicatorId => required("the id of an indicator");
    /// The points for each 1 of the indicator.
    points: AboveZero => what("a number of points"), required("the points for each 1 of the indicator");
    /// The most that is taken off.
    at_most: AboveZero => what("the most that is taken off"), usually("no limit");
}

section! {
    /// A grade of a score.
    GRADE: GradeKeys = "grade", "a grade", Rule::Any;
    /// The grade's name.
    grade: Text => what("a grade's name"), required("the grade's name");
    /// The least score that earns the grade; only the last grade may leave it out.
    at_least: Number => what("a number of points"), missing("the least score that earns the grade"), usually("all other units");
}

section! {
    /// An award to the best units of a score.
    AWARD: AwardKeys = "award", "an award", Rule::Any;
    /// The title.
    title: Text;
    /// A remark of the authors.
    note: Text;
    /// The documents it rests on.
    basis: List<DocumentKeys> => usually("none");
    /// The score that ranks the units.
    score: ScoreId => required("the id of the score that ranks the units");
    /// Who may be chosen.
    eligible: EligibleKeys => usually("all rated units");
    /// How many are chosen.
    quota: QuotaKeys => required(QUOTA_FORMS);
    /// What becomes of units with equal points of which the quota would take only some: none is chosen (`all_out`), or all are (`all_in`).
    ties: Ties => what("a rule for ties"), default(Ties::default);
}

section! {
    /// What a unit has to fulfil to be chosen.
    ELIGIBLE: EligibleKeys = "eligible", "a rule of eligibility", Rule::Any;
    /// Standards that it holds.
    standards: OneOrMore<StandardId> => usually("none");
    /// Targets that it meets.
    targets: OneOrMore<TargetId> => usually("none");
    /// This grade of the score or a better one.
    grade: GradeName => what("the name of a grade"), usually("any");
    /// The number of months for which it has existed when the window ends. Newer units are not rated.
    exists_for: Months => what("a number of months"), usually("any");
}

section! {
    /// The number of units that are chosen.
    QUOTA: QuotaKeys = "quota", "a quota", Rule::OneOf(&[&["count"], &["share", "of"]]);
    /// A number of units.
    count: Count => what("the number of awards");
    /// A share in per cent, rounded down.
    share: SomePerCent => what("a share in per cent");
    /// The units that it is a share of: those with points (`rated`), those that may be chosen (`eligible`), or those of a grade or a better one.
    of: Or<PlainQuotaOf, QuotaOfKeys> => what("what the share is of"), missing("rated, eligible or {grade: …}");
}

section! {
    /// The units of a grade.
    QUOTA_OF: QuotaOfKeys = "quota_of", "what the share is of", Rule::Any;
    /// The grade.
    grade: GradeName => required("the name of a grade");
}

section! {
    /// Models and the places that took them up.
    MODELS: ModelsKeys = "models", "a set of models", Rule::Any;
    /// The title.
    title: Text;
    /// A remark of the authors.
    note: Text;
    /// The measure that counts the places.
    places: MeasureId => required("the measure that counts the places");
    /// The stratum whose categories are the models.
    by: StratumId => required("the stratum whose categories are the models");
    /// The level whose units take them up.
    level: LevelName => required("the level whose units take them up");
    /// The days that are looked at together, or a window for each period.
    window: Windows => required(WINDOWS_FORMS);
    /// The documents they rest on.
    basis: List<DocumentKeys> => usually("none");
}

const PART_FORMS: &str = "ids and indicators, such as `harm: {indicator: deaths, weight: 2}`";
/// The forms of a scale.
pub const SCALE_FORMS: &str =
    "one of min_max, z_score, rank, {goalposts: [worst, best]}, {distance_to: …}";
/// The forms of a quota.
pub const QUOTA_FORMS: &str =
    "either {count: …} or {share: …, of: …}, of rated, eligible or {grade: …}";
