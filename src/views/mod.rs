//! The views of a [`Report`](crate::Report), and of a plan: one folder each, with its rows, its computation and its methods.
//!
//! | view | content |
//! |---|---|
//! | `awards` | which units are chosen for an award |
//! | `budget` | how much of the events that a goal allows is used up |
//! | `campaigns` | where campaigns stand, and their milestones |
//! | `cascade` | a goal shared out among the units below |
//! | `certification` | which units hold a standard |
//! | `combined` | goals over several targets |
//! | `contributions` | what each part adds to a value, and to its change |
//! | `effect` | what a campaign changed |
//! | `evidence` | evidence against goals that may be looked at after every report |
//! | `explain` | why a row has its verdict |
//! | `history` | the rows of a target at each month's end |
//! | `owners` | who answers for rows, and how these stand |
//! | `plan_tables` | the units, measures, indicators, targets and campaigns of a plan |
//! | `pooled` | true values of units, estimated from the counts of all of them |
//! | `ranking` | ranks of units, with their intervals |
//! | `reconcile` | where an own total differs from the sum of its parts |
//! | `replication` | which units took up a model |
//! | `scores` | several indicators of a unit in one number |
//! | `sensitivity` | the verdicts that missing and late reports could lead to |
//! | `signals` | an indicator over time: signals beyond chance, trends, the process and the goal |
//! | `timeliness` | which reports are due, and when they came |
//! | `trajectory` | a target's way to its goal: values so far, and the forecast |
//! | `windows_met` | in how many of its windows a target was met |
//!
//! A view that reads windows of its own has a function `prepare`, which `tally_for` calls.

mod awards;
mod budget;
mod campaigns;
mod cascade;
mod certification;
mod combined;
mod contributions;
mod effect;
mod evidence;
mod explain;
mod history;
mod owners;
mod plan_tables;
mod pooled;
mod ranking;
mod reconcile;
mod replication;
mod scores;
mod sensitivity;
mod signals;
mod tally_for;
mod timeliness;
mod trajectory;
mod windows_met;

pub use crate::assess::{Comparator, MissingReports, PartsAre, SensitivityReason};
pub use crate::report::PoolingReason;
pub use awards::{AwardOptions, AwardRow, DrawnFrom};
pub use budget::{BudgetAlert, BudgetCounts, BudgetReason, BudgetRow};
pub use campaigns::{CampaignRow, MilestoneRow};
pub use cascade::{Cascade, GoalSource, QuotaRounding, Share, SumFinding, SumOfShares};
pub use certification::{
    Certificate, CertificateChange, CertificateExplanation, Certification, ChangeCause,
    ChangeOfCertificate, CriterionResult, GreenZone,
};
pub use combined::{Combined, CombinedPart, CombinedVerdict};
pub use contributions::{ChangePart, Contribution, ContributionEffect, PartKind, Parts, Since};
pub use effect::{EffectMethod, EffectRow};
pub use evidence::{EvidenceReason, EvidenceRow};
pub(crate) use explain::Explainer;
pub use explain::{
    ConflictingFigure, Explanation, Input, MOST_CONFLICTS, Node, NodeKind, Part, PartlyCounted,
    TreeOptions,
};
pub use owners::OwnerRow;
pub use plan_tables::{PlanCampaign, PlanIndicator, PlanMeasure, PlanOwner, PlanTarget, PlanUnit};
pub use pooled::PooledValue;
pub use ranking::{FunnelPart, FunnelRow, RankFinding, RankedUnit, RankingOptions, RankingReason};
pub use reconcile::Difference;
pub use replication::{ModelReach, ModelTrend, ModelsOfUnit, Replication};
pub use scores::{ScoreScenario, ScoreSensitivity, Scoring, UnitScore, UnitScorePart};
pub use sensitivity::{SensitivityOptions, SensitivityRow};
pub use signals::{
    CapabilityReason, ChartRow, SignalBaseline, SignalChart, SignalMeaning, SignalOptions,
    SignalReason, SignalRow, Trend, TrendTest,
};
pub use timeliness::DueReport;
pub use trajectory::{TrajectoryPart, TrajectoryReason, TrajectoryRow};
pub use windows_met::WindowsMet;
