//! Progress towards a target: one series under every method in use, and where they disagree.
//!
//! | file | gives |
//! |---|---|
//! | `facts` | the facts that all methods use: the base, the last point, whether the target is met |
//! | `growth` | methods that compare rates of growth: `open_sdg`, `eurostat`, `un_2023` |
//! | `linear` | methods that compare amounts: shares of a plan and of a change, the arrows of `sdsn` and `unescap`, `pace` |
//!
//! Rules for all methods:
//!
//! * A series that moved the wrong way never scores as progress, even if two negative numbers divide to a positive one.
//! * A target that is met is met, for any path of the series.
//! * A 0 is never replaced by another number. A missing answer has a reason.
//! * Thresholds are compared without rounding: amounts exactly, whole years of growth exactly, other rates
//!   in double precision. A value at a threshold has the better label.

mod facts;
mod growth;
mod linear;

use std::fmt;

use crate::compare::BetterEnd;
use crate::error::Result;
use facts::Facts;

/// The methods, by the names of those who use them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProgressMethod {
    /// Actual ÷ target.
    ShareOfPlan,
    /// Change so far ÷ change from the base to the target, as in Healthy People.
    ShareOfChange,
    /// Growth a year ÷ growth needed, as Statistics Canada and Open SDG classify it.
    OpenSdg,
    /// Growth a year ÷ growth needed, as Eurostat classifies it.
    Eurostat,
    /// Change if growth goes on ÷ change needed, as in the United Nations' progress chart of 2023.
    Un2023,
    /// How far from the base to the target the last value has come, in tenths (UN ESCAP).
    UnescapCurrent,
    /// The gap that a prediction leaves ÷ the change needed (UN ESCAP).
    UnescapAnticipated,
    /// Change a year ÷ change a year needed, as the arrows of the SDSN's reports.
    Sdsn,
    /// Actual ÷ what a path from the base to the target expects by now.
    Pace,
}

impl ProgressMethod {
    /// All, in the order of the answers.
    pub const ALL: [ProgressMethod; 9] = [
        ProgressMethod::ShareOfPlan,
        ProgressMethod::ShareOfChange,
        ProgressMethod::OpenSdg,
        ProgressMethod::Eurostat,
        ProgressMethod::Un2023,
        ProgressMethod::UnescapCurrent,
        ProgressMethod::UnescapAnticipated,
        ProgressMethod::Sdsn,
        ProgressMethod::Pace,
    ];

    /// The name it goes by in tables.
    pub fn name(self) -> &'static str {
        match self {
            ProgressMethod::ShareOfPlan => "share_of_plan",
            ProgressMethod::ShareOfChange => "share_of_change",
            ProgressMethod::OpenSdg => "open_sdg",
            ProgressMethod::Eurostat => "eurostat",
            ProgressMethod::Un2023 => "un_2023",
            ProgressMethod::UnescapCurrent => "unescap_current",
            ProgressMethod::UnescapAnticipated => "unescap_anticipated",
            ProgressMethod::Sdsn => "sdsn",
            ProgressMethod::Pace => "pace",
        }
    }
}

/// How far outside a band a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BandDistance {
    /// By the difference: 40 and 60 are as far from 50.
    #[default]
    Gap,
    /// By the ratio: half is as far from 1 as double, as parity indices are read. All numbers are above 0.
    Ratio,
}

/// Where a series is to go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ProgressTarget {
    /// Better without end.
    Direction(BetterEnd),
    /// A number to reach, from below where the highest is better, from above where the lowest is.
    Reach {
        /// The number; to be at it is to have met it.
        value: f64,
        /// Which way is better.
        better: BetterEnd,
    },
    /// A band to be in, its ends included; with equal ends, a number to be at.
    Band {
        /// Its lower end.
        lower: f64,
        /// Its upper end.
        upper: f64,
        /// How far outside it a value is.
        distance: BandDistance,
    },
}

/// The path that `pace` expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ProgressPath {
    /// The same amount each year.
    #[default]
    Linear,
    /// The same rate each year.
    Geometric,
}

/// The target that a series is compared with, and the choices of the comparison.
///
/// ```
/// use attain_stats::{BetterEnd, ProgressOptions, ProgressTarget};
///
/// let aim = ProgressTarget::Reach { value: 50.0, better: BetterEnd::Lowest };
/// let options = ProgressOptions { target_year: Some(2030.0), ..ProgressOptions::new(aim) };
/// assert_eq!(options.base_year, None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProgressOptions {
    /// The target.
    pub target: ProgressTarget,
    /// The year of the target. Later points are ignored.
    pub target_year: Option<f64>,
    /// The year to start from: the first point at it or after it is the base. By default the first of all.
    pub base_year: Option<f64>,
    /// The value that the series can't pass, such as 100 per cent or 0.
    pub limit: Option<f64>,
    /// The value predicted for the target year, for `unescap_anticipated`. By default the line of least
    /// squares through all points, cut at the limit.
    pub predicted: Option<f64>,
    /// The values that score 0 and 100, for `sdsn`. By default values are not scaled.
    pub scale: Option<(f64, f64)>,
    /// The path that `pace` expects.
    pub path: ProgressPath,
    /// The least shares of the expected value that are ahead, and on track, for `pace`.
    pub pace: (f64, f64),
}

impl ProgressOptions {
    /// The defaults of everything but the target: `pace` 1 and 0.95 on a linear path, the rest left open.
    pub fn new(target: ProgressTarget) -> Self {
        ProgressOptions {
            target,
            target_year: None,
            base_year: None,
            limit: None,
            predicted: None,
            scale: None,
            path: ProgressPath::Linear,
            pace: (1.0, 0.95),
        }
    }
}

/// The unit of a method's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProgressUnit {
    /// Per cent.
    Percent,
    /// A ratio: 1 is what is needed.
    Ratio,
    /// Tenths of the way from the base to the target.
    Tenths,
    /// Growth a year as a share of 1, positive towards the better end.
    GrowthPerYear,
}

impl ProgressUnit {
    /// The name it goes by in tables.
    pub fn name(self) -> &'static str {
        match self {
            ProgressUnit::Percent => "percent",
            ProgressUnit::Ratio => "ratio",
            ProgressUnit::Tenths => "tenths",
            ProgressUnit::GrowthPerYear => "growth_per_year",
        }
    }
}

/// What a label says, on one scale for all methods: as much as the method tells, no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProgressStanding {
    /// The target is met.
    Met,
    /// Met, or fast enough to be.
    OnTrack,
    /// On the way; whether fast enough, the method doesn't say.
    Toward,
    /// Not the wrong way, and not fast enough.
    TooSlow,
    /// Too little change, either way, to tell it from none.
    LittleChange,
    /// Not met; which way it goes, the method doesn't say.
    NotMet,
    /// The wrong way.
    Away,
}

impl ProgressStanding {
    /// The name it goes by in tables.
    pub fn name(self) -> &'static str {
        match self {
            ProgressStanding::Met => "met",
            ProgressStanding::OnTrack => "on_track",
            ProgressStanding::Toward => "toward",
            ProgressStanding::TooSlow => "too_slow",
            ProgressStanding::LittleChange => "little_change",
            ProgressStanding::NotMet => "not_met",
            ProgressStanding::Away => "away",
        }
    }

    /// Whether both can be true of one series.
    ///
    /// ```
    /// use attain_stats::ProgressStanding::{Away, NotMet, OnTrack, TooSlow};
    ///
    /// assert!(NotMet.agrees_with(Away) && NotMet.agrees_with(TooSlow));
    /// assert!(!OnTrack.agrees_with(TooSlow));
    /// ```
    pub fn agrees_with(self, other: ProgressStanding) -> bool {
        self.leaves_open() & other.leaves_open() != 0
    }

    /// Which of four states may be the case: met, on track, too slow, away.
    fn leaves_open(self) -> u8 {
        const MET: u8 = 1;
        const ON_TRACK: u8 = 2;
        const TOO_SLOW: u8 = 4;
        const AWAY: u8 = 8;
        match self {
            ProgressStanding::Met => MET,
            ProgressStanding::OnTrack => MET | ON_TRACK,
            ProgressStanding::Toward => ON_TRACK | TOO_SLOW,
            ProgressStanding::TooSlow => TOO_SLOW,
            ProgressStanding::LittleChange => TOO_SLOW | AWAY,
            ProgressStanding::NotMet => ON_TRACK | TOO_SLOW | AWAY,
            ProgressStanding::Away => AWAY,
        }
    }
}

/// Why a method has no value, or no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ProgressReason {
    /// No point is there.
    NoValue,
    /// One point has no course.
    OnePoint,
    /// The method needs a target.
    NoTarget,
    /// The method needs a year to reach the target by.
    NoTargetYear,
    /// Nothing grows from 0 at any rate.
    ZeroBase,
    /// Nothing falls to 0 at any rate, and nothing is a share of it.
    ZeroTarget,
    /// Numbers of two signs have no rate of growth between them.
    SignChange,
    /// Nothing is a share of a negative number.
    NegativeTarget,
    /// There was no change to be made.
    BaseAtTarget,
    /// There was no change to be made.
    BaseMet,
    /// A band is no number that one could have a share of.
    TwoSided,
    /// A ratio needs numbers above 0.
    NotPositive,
    /// Beyond the numbers that can be written down.
    OutOfRange,
}

impl fmt::Display for ProgressReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ProgressReason::NoValue => {
                "no value is there from the base year to the target year"
            }
            ProgressReason::OnePoint => {
                "only one value is there from the base year to the target year, and a course takes two"
            }
            ProgressReason::NoTarget => {
                "the method needs a target"
            }
            ProgressReason::NoTargetYear => {
                "the method needs a target year"
            }
            ProgressReason::ZeroBase => {
                "the base is 0, from which nothing grows at any rate"
            }
            ProgressReason::ZeroTarget => {
                "the target is 0, which no rate of growth leads to and nothing is a share of"
            }
            ProgressReason::SignChange => {
                "the signs of base, last value and target differ: no rate of growth leads from one to the other"
            }
            ProgressReason::NegativeTarget => {
                "the target is below 0: a share of it says nothing"
            }
            ProgressReason::BaseAtTarget => {
                "the base is at the target: no change was needed, of which there could be a share"
            }
            ProgressReason::BaseMet => {
                "the base had met the target: no change was needed, of which there could be a share"
            }
            ProgressReason::TwoSided => {
                "the target is a band, of which there is no share"
            }
            ProgressReason::NotPositive => {
                "a ratio needs values above 0"
            }
            ProgressReason::OutOfRange => {
                "the growth leads beyond the numbers that a float holds"
            }
        })
    }
}

impl std::error::Error for ProgressReason {}

/// What a method says of a series.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// The method.
    pub method: ProgressMethod,
    /// Its number.
    pub value: Option<f64>,
    /// The number's unit.
    pub unit: Option<ProgressUnit>,
    /// The number's standard error, of `share_of_change` where the points have one.
    pub standard_error: Option<f64>,
    /// The score from −5 to 5 that `open_sdg` takes means of.
    pub score: Option<f64>,
    /// The method's own label.
    pub label: Option<&'static str>,
    /// What the label says, on the scale that is common to all.
    pub standing: Option<ProgressStanding>,
    /// The methods that say what can't be true together with it.
    pub disagrees_with: Vec<ProgressMethod>,
    /// Why there is no value.
    pub reason: Option<ProgressReason>,
}

/// A method's answer, before it is compared with those of others.
#[derive(Debug, Clone, Copy, Default)]
struct Answer {
    value: Option<f64>,
    unit: Option<ProgressUnit>,
    standard_error: Option<f64>,
    score: Option<f64>,
    label: Option<(&'static str, ProgressStanding)>,
    reason: Option<ProgressReason>,
}

impl Answer {
    fn none(reason: ProgressReason) -> Answer {
        Answer { reason: Some(reason), ..Answer::default() }
    }

    /// A label, and a number or why there is none.
    fn of(
        label: Option<(&'static str, ProgressStanding)>,
        unit: ProgressUnit,
        value: std::result::Result<f64, ProgressReason>,
    ) -> Answer {
        let value = value.and_then(|value| {
            if value.is_finite() { Ok(value) } else { Err(ProgressReason::OutOfRange) }
        });
        Answer {
            value: value.ok(),
            unit: value.is_ok().then_some(unit),
            label,
            reason: value.err(),
            ..Answer::default()
        }
    }
}

/// What every method says of a series, in the order of [`ProgressMethod::ALL`], and who disagrees with whom.
///
/// `years` rise and may leave years out; parts of years are decimals. A value that is missing is NaN, and so is a
/// standard error. Years between the base and the last value that are missing matter to no method but to the line
/// of least squares, which goes through those that are there.
///
/// ```
/// use attain_stats::{BetterEnd, ProgressMethod, ProgressOptions, ProgressTarget, progress};
///
/// // 40 in 2015 met the target of at most 50 by 2030; 55 in 2020 no longer does.
/// let aim = ProgressTarget::Reach { value: 50.0, better: BetterEnd::Lowest };
/// let options = ProgressOptions { target_year: Some(2030.0), ..ProgressOptions::new(aim) };
/// let found = progress(&[2015.0, 2020.0], &[40.0, 55.0], None, &options)?;
///
/// let open_sdg = found.iter().find(|one| one.method == ProgressMethod::OpenSdg).unwrap();
/// assert_eq!(open_sdg.label, Some("deterioration"));
/// assert!((open_sdg.value.unwrap() + 4.387858255).abs() < 1e-9);
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
///
/// # Errors
/// If columns are of unequal lengths, years don't rise, a value is infinite, or an option is not finite: a target,
/// a year, a limit, a prediction; if a band's ends fall, or, measured by ratios, are not above 0; if a target year
/// is not after the base year, a scale's ends are equal or on the wrong sides, or the thresholds of `pace` don't
/// fall from one above 0.
pub fn progress(
    years: &[f64],
    values: &[f64],
    standard_errors: Option<&[f64]>,
    options: &ProgressOptions,
) -> Result<Vec<Progress>> {
    let facts = Facts::of(years, values, standard_errors, options)?;
    let answers = ProgressMethod::ALL.map(|method| match method {
        ProgressMethod::ShareOfPlan => linear::share_of_plan(&facts),
        ProgressMethod::ShareOfChange => linear::share_of_change(&facts),
        ProgressMethod::OpenSdg => growth::open_sdg(&facts),
        ProgressMethod::Eurostat => growth::eurostat(&facts),
        ProgressMethod::Un2023 => growth::un_2023(&facts),
        ProgressMethod::UnescapCurrent => linear::unescap_current(&facts),
        ProgressMethod::UnescapAnticipated => linear::unescap_anticipated(&facts),
        ProgressMethod::Sdsn => linear::sdsn(&facts),
        ProgressMethod::Pace => linear::pace(&facts),
    });
    let standings = answers.map(|answer| answer.label.map(|(_, standing)| standing));
    let found = ProgressMethod::ALL.into_iter().zip(answers).map(|(method, answer)| {
        let standing = answer.label.map(|(_, standing)| standing);
        let disagrees = |other: Option<ProgressStanding>| {
            standing.zip(other).is_some_and(|(one, other)| !one.agrees_with(other))
        };
        let others = ProgressMethod::ALL.into_iter().zip(standings);
        Progress {
            method,
            value: answer.value,
            unit: answer.unit,
            standard_error: answer.standard_error,
            score: answer.score,
            label: answer.label.map(|(label, _)| label),
            standing,
            disagrees_with: others
                .filter(|(_, other)| disagrees(*other))
                .map(|(other, _)| other)
                .collect(),
            reason: answer.reason,
        }
    });
    Ok(found.collect())
}
