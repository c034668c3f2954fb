//! One row of judgement: a target, a unit and a window, as of a date.

use attain_derive::ColumnList;
use chrono::NaiveDate;

use super::text::Text;
use crate::error::codes::codes;
use crate::language::Language;
use crate::view::View;

/// One row of judgement. Fields stand in the order of the report's columns; a `None` is a null there.
///
/// Values are in the indicator's own unit (per cent for `per: 100`, per 100,000 for `per: 100000`,
/// events for counts). `attainment`, `completeness` and `imputed` are per cent, `confidence` and
/// `chance` are shares of 1.
// The attribute `column` says where a value comes from; ARCHITECTURE.md lists the kinds.
#[derive(Debug, Clone, PartialEq, View, ColumnList)]
#[view(name = "assessments")]
#[column_list(assessment_columns)]
#[non_exhaustive]
pub struct Assessment {
    /// The target's id.
    #[column(target(Common::target_id))]
    pub target: Text,
    /// The indicator's id.
    #[column(target(Common::indicator_id))]
    pub indicator: Text,
    /// The campaign the target belongs to.
    #[column(target(Common::campaign_id))]
    pub campaign: Option<Text>,
    /// The unit's id.
    #[column(unit(unit_id))]
    pub unit: Text,
    /// The unit's name.
    #[column(unit(unit_name))]
    pub unit_name: Text,
    /// The unit's level.
    #[column(unit(unit_level))]
    pub level: Text,
    /// First day of the window.
    #[column(block(Common::window_start))]
    pub window_start: NaiveDate,
    /// The day after the last day of the window.
    #[column(block(Common::window_end))]
    pub window_end: NaiveDate,
    /// The day up to and including which outcomes were taken into account.
    #[column(block(Common::as_of))]
    pub as_of: NaiveDate,
    /// Whether the window has closed.
    #[view(rename = "final")]
    #[column(block(Common::is_final))]
    pub is_final: bool,
    /// What was counted.
    #[column(packed)]
    pub numerator: Option<f64>,
    /// Out of what, or per what.
    #[column(packed)]
    pub denominator: Option<f64>,
    /// The indicator's value.
    #[column(packed)]
    pub value: Option<f64>,
    /// Lower end of the value's interval.
    #[column(packed)]
    pub lower: Option<f64>,
    /// Upper end of the value's interval.
    #[column(packed)]
    pub upper: Option<f64>,
    /// The interval's confidence, a share of 1.
    #[column(computed(confidence))]
    pub confidence: Option<f64>,
    /// How value and interval were computed.
    #[column(computed(method))]
    pub method: Option<Text>,
    /// How many times the variance of independent events the counts have; null if not known.
    #[column(packed)]
    pub dispersion: Option<f64>,
    /// What the value is compared with, where the goal or the indicator is a change.
    #[column(packed)]
    pub baseline: Option<f64>,
    /// The goal in words: `at least 75`.
    #[column(target(Common::goal_text))]
    pub goal: Text,
    /// The number the value has to reach or keep below; the lower one of two.
    #[column(packed)]
    pub goal_value: Option<f64>,
    /// The upper number of a `between`.
    #[column(block(Common::goal_upper))]
    pub goal_upper: Option<f64>,
    /// What the trajectory expects as of now, while the window runs.
    #[column(projection(Projection::expected_now))]
    pub expected_now: Option<f64>,
    /// What the figures say.
    #[column(packed)]
    pub verdict: Verdict,
    /// Whether chance, or a missing report, could turn the verdict.
    #[column(packed)]
    pub certainty: Certainty,
    /// Where a running window stands against its trajectory.
    #[column(projection(Projection::pace))]
    pub pace: Option<Pace>,
    /// Probability of meeting the goal at the window's end, 0 to 1.
    #[column(computed(chance))]
    pub chance: Option<f64>,
    /// The value projected for the window's end.
    #[column(projection(Projection::projected))]
    pub projected: Option<f64>,
    /// Lower end of the projection.
    #[column(projection(Projection::projected_lower))]
    pub projected_lower: Option<f64>,
    /// Upper end of the projection.
    #[column(projection(Projection::projected_upper))]
    pub projected_upper: Option<f64>,
    /// The share of the window's time that reports cover, 0 to 1.
    ///
    /// While the window runs, and while reports are missing or events are still being recorded.
    /// Time is weighted as the trajectory says; a day counts with the share of its events that
    /// is recorded by now.
    #[column(projection(Projection::exposure))]
    pub exposure: Option<f64>,
    /// Events of the time elapsed that are expected to be reported still.
    #[column(projection(Projection::nowcast))]
    pub nowcast: Option<f64>,
    /// Distance to the goal in the indicator's unit; positive is the good side.
    #[column(packed)]
    pub gap: Option<f64>,
    /// Events still needed to meet the goal; negative: still allowed under a ceiling.
    #[column(packed)]
    pub needed: Option<i64>,
    /// Actual ÷ goal in per cent for floors; share of the allowance used for ceilings.
    #[column(packed)]
    pub attainment: Option<f64>,
    /// The part of the way from the baseline to the goal, in per cent; not limited to 0 to 100.
    ///
    /// For relative goals and for targets with a `baseline`. Null for `between`, where the goal
    /// is the baseline, and for counts whose window still runs.
    #[column(packed)]
    pub progress: Option<f64>,
    /// Share of the due reports that were made, in per cent.
    #[column(packed)]
    pub completeness: Option<f64>,
    /// Pairs of a fraction of which both sides are known: units and periods.
    #[view(arrow = "UInt32")]
    #[column(packed)]
    pub matched: Option<u64>,
    /// Pairs of which one side is missing; they are left out.
    #[view(arrow = "UInt32")]
    #[column(packed)]
    pub unmatched: Option<u64>,
    /// Share of the value that rests on imputed or estimated figures, in per cent.
    #[column(packed)]
    pub imputed: Option<f64>,
    /// Why the row can't be judged, or what qualifies its judgement.
    #[column(packed)]
    pub reason: Option<Reason>,
    /// The documents the target rests on.
    ///
    /// Of a later version of a target, also since when it is in force.
    #[column(target(Common::basis_text))]
    pub basis: Option<Text>,
    /// Ids of the offices that answer for it on the window's last day, or today if it runs.
    #[column(computed(owners))]
    pub owners: Option<Text>,
    /// The categories it is about: `sex=f, age=0-14`; none where it is about all.
    ///
    /// Where the goal has to be met in every category, the one that decides.
    #[column(computed(stratum))]
    pub stratum: Option<Text>,
    /// Whether it rests on outcomes that are made up to illustrate.
    ///
    /// Of its own unit or one below, in its window or in one that it is compared with.
    #[column(packed)]
    pub illustrative: bool,
}

pub(crate) use assessment_columns;

codes! {
    /// What the figures say.
    pub enum Verdict as "verdict" {
        /// The goal is met (in a running window: would be, if it closed today).
        Met = "met",
        /// The goal is not met.
        Missed = "missed",
        /// The row can't be judged; the reason says why.
        Indeterminate = "indeterminate",
    }
}

codes! {
    /// Whether the figures could be chance.
    pub enum Certainty as "certainty" {
        /// Chance would hardly have turned the verdict, and no report that is missing could.
        Clear = "clear",
        /// Chance could well have turned the verdict.
        WithinChance = "within_chance",
        /// A report that is missing could turn the verdict.
        Unsettled = "unsettled",
        /// There is no interval to tell, or the events that are still to come decide.
        Unknown = "unknown",
    }
}

codes! {
    /// Where a window that still runs stands against its trajectory.
    pub enum Pace as "pace" {
        /// At or beyond what the trajectory expects.
        Ahead = "ahead",
        /// Short of it by no more than the tolerance.
        OnTrack = "on_track",
        /// Further behind.
        Behind = "behind",
    }
}

codes! {
    /// Why a row can't be judged, or what qualifies its judgement, in order of precedence. The list is closed.
    pub enum Reason as "reason" {
        /// The unit is not valid throughout the window.
        UnitNotValid = "unit_not_valid",
        /// The window begins after the date of the assessment.
        NotStarted = "not_started",
        /// A figure the value needs is suppressed at its source. The row is judged if its verdict is the same whatever the plan
        /// says that such a figure may hold.
        Suppressed = "suppressed",
        /// An outcome's span crosses the window's edge, and nothing finer stands in for it.
        Straddles = "straddles",
        /// Two figures hold the same days, and neither stands for the other.
        Overlaps = "overlaps",
        /// The unit has only parts of a figure that can't be added up (a reported value, say).
        NotAdditive = "not_additive",
        /// No outcome of a measure the indicator needs lies in the window.
        NoData = "no_data",
        /// No unit and period has both sides of the fraction, or the plan does not admit that some have one.
        Unmatched = "unmatched",
        /// Completeness is below the plan's minimum.
        Incomplete = "incomplete",
        /// The denominator is zero.
        ZeroDenominator = "zero_denominator",
        /// So few events that the rate is withheld.
        FewEvents = "few_events",
        /// What the value is to be compared with is not known.
        NoBaseline = "no_baseline",
        /// Reports are missing that could turn the verdict, in a table without a column `certainty`; or that could change the
        /// points of a score.
        MissingReports = "missing_reports",
        /// Judged, but reports are missing, and their time counts as still to come.
        LateReports = "late_reports",
        /// Judged, but on provisional figures.
        Provisional = "provisional",
        /// Judged, but the goal is relative to an earlier value of 0.
        ZeroBaseline = "zero_baseline",
        /// Judged, but without counts nothing can be said about chance.
        NoCounts = "no_counts",
    }
}

impl Reason {
    /// What the code says, in a clause.
    pub fn explanation(self) -> &'static str {
        self.explanation_in(Language::English)
    }

    /// The same in a language.
    pub(crate) fn explanation_in(self, language: Language) -> &'static str {
        language.phrase(match self {
            Reason::NoData => "why_no_data",
            Reason::Incomplete => "why_incomplete",
            Reason::FewEvents => "why_few_events",
            Reason::ZeroDenominator => "why_zero_denominator",
            Reason::NoBaseline => "why_no_baseline",
            Reason::Straddles => "why_straddles",
            Reason::NotAdditive => "why_not_additive",
            Reason::UnitNotValid => "why_unit_not_valid",
            Reason::Suppressed => "why_suppressed",
            Reason::NoCounts => "why_no_counts",
            Reason::NotStarted => "why_not_started",
            Reason::Provisional => "why_provisional",
            Reason::Overlaps => "why_overlaps",
            Reason::Unmatched => "why_unmatched",
            Reason::ZeroBaseline => "why_zero_baseline",
            Reason::LateReports => "why_late_reports",
            Reason::MissingReports => "why_missing_reports",
        })
    }

    /// Whether the row still has a verdict: `late_reports`, `provisional`, `zero_baseline` and `no_counts` qualify it, the
    /// others prevent it.
    pub fn is_judged(self) -> bool {
        match self {
            Reason::NoCounts | Reason::Provisional | Reason::ZeroBaseline | Reason::LateReports => {
                true
            }
            Reason::NoData
            | Reason::Incomplete
            | Reason::FewEvents
            | Reason::ZeroDenominator
            | Reason::NoBaseline
            | Reason::MissingReports
            | Reason::Straddles
            | Reason::Overlaps
            | Reason::Unmatched
            | Reason::NotAdditive
            | Reason::UnitNotValid
            | Reason::Suppressed
            | Reason::NotStarted => false,
        }
    }
}
