//! What was promised for which units and which days.

use chrono::NaiveDate;

use super::basis::Document;
use super::cascade::Cascade;
use super::certainty::CertaintyRules;
use super::goal::{Goal, Reference};
use super::index::{IndicatorIndex, LevelIndex, StratumIndex, UnitIndex};
use super::outlook::{OutlookRules, PaceThresholds, Trajectory};
use super::stratum::Selection;
use crate::calendar::{Calendar, Every, Length, Window};
use crate::exact::Decimal;

/// A promise: an indicator's goal for units and windows.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// A remark of the plan's authors.
    pub note: Option<String>,
    /// What is judged.
    pub indicator: IndicatorIndex,
    /// What it has to reach.
    pub goal: Goal,
    /// What progress to its goal starts from, where the goal is not relative.
    pub baseline: Option<Reference>,
    /// Whether the goal is at least 1 % or less of a share, and is written as such: `"0.5 %"`, not `0.5`.
    pub(crate) is_small_share: bool,
    /// When.
    pub window: TargetWindow,
    /// The campaign it belongs to, by its place in the plan.
    pub campaign: Option<usize>,
    /// The campaign's task it serves.
    pub task: Option<String>,
    /// For whom.
    pub units: Scope,
    /// How it is shared out among the units below.
    pub cascade: Option<Cascade>,
    /// What it is to have reached on the way, in order of time.
    pub milestones: Vec<Milestone>,
    /// How it is expected to get to its goal.
    pub trajectory: Trajectory,
    /// From which share of what is expected it is ahead or on track, if not as the plan says.
    pub pace: Option<PaceThresholds>,
    /// What its outlook rests on while its window runs.
    pub outlook: OutlookRules,
    /// How much its counts are taken to vary by chance.
    pub certainty: CertaintyRules,
    /// The categories it is about by its `where`; all, if none is named.
    pub narrowed_to: Selection,
    /// The strata it is split by. It stands among the targets of a plan once for each of their categories.
    pub by: Vec<StratumIndex>,
    /// The strata in each of whose categories the goal has to be met.
    pub in_every: Vec<StratumIndex>,
    /// Of the strata it is split by, the category that this one is about.
    pub category: Selection,
    /// The categories that the goal has to be met in, and what is judged in each; none without `in_every`.
    pub(crate) categories: Vec<(Selection, IndicatorIndex)>,
    /// What it rests on.
    pub basis: Vec<Document>,
    /// Below this completeness, in per cent, its rows are not judged.
    pub minimum_completeness: Option<f64>,
    /// The day this version came into force, if it is not the first.
    pub in_force_from: Option<NaiveDate>,
    /// The same target as it is from certain days on, in order of time.
    pub versions: Vec<Target>,
}

impl Target {
    /// The title, or the id where there is none.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.id)
    }

    /// The target as it is in force on the last day of a window, by which the window is judged.
    ///
    /// ```
    /// let plan = attain::Plan::from_yaml(r#"
    /// attain: 1
    /// plan: p
    /// units: {levels: [city], list: [{id: "01", level: city}]}
    /// measures: {cases: {}, cleared: {}}
    /// indicators: {clearance: {ratio: {numerator: cleared, denominator: cases}}}
    /// targets:
    ///   clearance:
    ///     indicator: clearance
    ///     goal: {at_least: 70}
    ///     window: {every: year, within: ["2022-01-01", "2025-01-01"]}
    ///     versions: [{from: 2023-07-01, goal: {at_least: 75}}]
    /// "#)?;
    /// let target = plan.target("clearance").unwrap();
    /// let year = |name| plan.calendar().window(plan.calendar().period(name).unwrap()).unwrap();
    /// assert_eq!(target.in_force(&year("2022")).goal.to_string(), "at least 70");
    /// assert_eq!(target.in_force(&year("2023")).goal.to_string(), "at least 75");
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn in_force(&self, window: &Window) -> &Target {
        match self.version_in_force(window).checked_sub(1) {
            Some(version) => &self.versions[version],
            None => self,
        }
    }

    /// The number of the version in force on the last day of a window; 0 is the first.
    pub(crate) fn version_in_force(&self, window: &Window) -> usize {
        let is_begun =
            |version: &Target| version.in_force_from.is_none_or(|from| from < window.end());
        self.versions.partition_point(is_begun)
    }
}

/// What a target is to have reached on a day before its window ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Milestone {
    /// The last day that counts.
    pub by: NaiveDate,
    /// The value to have reached, or not to have exceeded.
    pub reach: Decimal,
}

impl Target {
    /// What is judged: one indicator, or one for each category that the goal has to be met in.
    pub(crate) fn judged(&self) -> Vec<IndicatorIndex> {
        match &self.categories[..] {
            [] => vec![self.indicator],
            categories => categories.iter().map(|(_, indicator)| *indicator).collect(),
        }
    }

    /// All categories it is about: those it is narrowed to, and the one of the strata it is split by.
    pub(crate) fn selection(&self) -> Selection {
        self.narrowed_to.without(&self.by).and(&self.category)
    }
}

/// The window or windows of a target.
#[derive(Debug, Clone, PartialEq)]
pub enum TargetWindow {
    /// One window.
    Once(Window),
    /// The window of the target's campaign.
    Campaign(usize),
    /// One window for each period that lies wholly inside another window.
    Every {
        /// The kind of period.
        every: Every,
        /// The window they lie in.
        within: Window,
        /// The campaign whose window that is.
        campaign: Option<usize>,
    },
    /// Windows of a length one after the other, from the first day of another window on, that lie wholly inside it.
    Consecutive {
        /// How long each of them is.
        length: Length,
        /// The window that they lie in.
        within: Window,
        /// The campaign whose window that is.
        campaign: Option<usize>,
    },
    /// One window of a length for each period whose last day lies in another window. Each ends with its period.
    Rolling {
        /// How long each of them is.
        length: Length,
        /// The kind of period.
        every: Every,
        /// The window in which the last days lie.
        within: Window,
        /// The campaign whose window that is.
        campaign: Option<usize>,
    },
}

impl TargetWindow {
    /// Its windows, in order of time; `of_campaign` gives the days of a campaign.
    pub(crate) fn windows(
        &self,
        calendar: &Calendar,
        of_campaign: impl Fn(usize) -> Window,
    ) -> Vec<Window> {
        match self {
            TargetWindow::Once(window) => vec![*window],
            TargetWindow::Campaign(campaign) => vec![of_campaign(*campaign)],
            TargetWindow::Every { every, within, .. } => calendar.periods_within(*every, within),
            TargetWindow::Consecutive { length, within, .. } => {
                calendar.consecutive_within(*length, within)
            }
            TargetWindow::Rolling { length, every, within, .. } => {
                calendar.rolling_within(*length, *every, within)
            }
        }
    }

    /// The days that contain its windows; of rolling windows, the days that contain their last days.
    pub(crate) fn around(&self, of_campaign: impl Fn(usize) -> Window) -> Window {
        match self {
            TargetWindow::Once(window) => *window,
            TargetWindow::Campaign(campaign) => of_campaign(*campaign),
            TargetWindow::Every { within, .. }
            | TargetWindow::Consecutive { within, .. }
            | TargetWindow::Rolling { within, .. } => *within,
        }
    }

    /// Whether a day names one of its windows: the window that contains the day, or the rolling window that ends on it.
    pub(crate) fn is_named_by(&self, day: NaiveDate, window: &Window) -> bool {
        match self {
            TargetWindow::Rolling { .. } => day.succ_opt() == Some(window.end()),
            TargetWindow::Once(_)
            | TargetWindow::Campaign(_)
            | TargetWindow::Every { .. }
            | TargetWindow::Consecutive { .. } => window.contains_day(day),
        }
    }

    /// The campaign that it names.
    pub(crate) fn campaign(&self) -> Option<usize> {
        match self {
            TargetWindow::Once(_) => None,
            TargetWindow::Campaign(campaign) => Some(*campaign),
            TargetWindow::Every { campaign, .. }
            | TargetWindow::Consecutive { campaign, .. }
            | TargetWindow::Rolling { campaign, .. } => *campaign,
        }
    }
}

/// The units a target is for.
#[derive(Debug, Clone, PartialEq)]
pub enum Scope {
    /// The units of the topmost level.
    Top,
    /// All units of a level.
    Level(LevelIndex),
    /// Named units, each with all its validities, in the order of their table.
    Named(Vec<UnitIndex>),
}
