//! Law 3 for every view of a plan with every key: an answer that is null has a reason, whatever is recorded.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::panic::Location;

use attain::calendar::Every;
use attain::views::{
    AwardOptions, FunnelPart, PartKind, Parts, RankingOptions, SensitivityOptions, SignalOptions,
    Since,
};
use attain::{Assessment, Outcome, Plan, Report, Status, Tally, Verdict, When};
use proptest::prelude::*;

use crate::support::day;

fn plan() -> Plan {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/reference/every-key.yaml");
    Plan::from_yaml(&std::fs::read_to_string(path).unwrap()).unwrap()
}

const UNITS: [&str; 8] = ["c", "d1", "d2", "d2a", "old", "gone", "north", "south"];
const MEASURES: [&str; 5] = ["cases", "cleared", "people", "sites", "index"];

fn outcome() -> impl Strategy<Value = Outcome> {
    let days = (2021..=2023, 0..=12_u32).prop_map(|(year, month)| match month {
        0 => format!("{year}"),
        month => format!("{year}-{month:02}"),
    });
    let value = prop_oneof![9 => (0_u8..60).prop_map(Some), 1 => Just(None)];
    let category = prop_oneof![Just(None), (0_usize..2, 0_usize..2).prop_map(Some)];
    (prop::sample::select(&UNITS[..]), days, prop::sample::select(&MEASURES[..]), value, category)
        .prop_map(|(unit, period, measure, value, category)| {
            let mut outcome = Outcome::new(unit, When::Period(period), measure, 0.0);
            outcome.value = value.map(f64::from);
            outcome.status = value.is_none().then_some(Status::Q);
            match (measure, category) {
                ("sites", Some((kind, _))) => {
                    outcome.in_stratum("kind", ["school", "clinic"][kind])
                }
                ("index", _) | (_, None) => outcome,
                (_, Some((sex, age))) => outcome
                    .in_stratum("sex", ["f", "m"][sex])
                    .in_stratum("age", ["0-14", "15+"][age]),
            }
        })
}

/// The rows for which a check does not hold, by the line of the check: the first of each.
#[derive(Default)]
struct Unexplained(BTreeMap<u32, String>);

impl Unexplained {
    #[track_caller]
    fn holds(&mut self, holds: bool, row: &dyn Debug) {
        if !holds {
            let line = Location::caller().line();
            self.0.entry(line).or_insert_with(|| format!("line {line}: {row:#?}"));
        }
    }

    /// Both statements are true of the row, or none is.
    #[track_caller]
    fn agree(&mut self, one: bool, other: bool, row: &dyn Debug) {
        self.holds(one == other, row);
    }
}

fn check_row(row: &Assessment, unexplained: &mut Unexplained) {
    let says_why = row.reason.is_some_and(|reason| !reason.is_judged());
    unexplained.holds(row.verdict != Verdict::Indeterminate || says_why, &row);
    unexplained.holds(row.value.is_some() || row.reason.is_some(), &row);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_view_says_why_an_answer_is_null(
        outcomes in prop::collection::vec(outcome(), 0..120),
        as_of in prop::sample::select(&["2022-12-20", "2023-05-31", "2023-12-31", "2024-06-30"][..]),
    ) {
        let plan = plan();
        let mut tally = Tally::new(&plan);
        for outcome in &outcomes {
            // What contradicts an earlier row is refused.
            let _ = tally.record(outcome);
        }
        let report = plan.assess(&tally, day(as_of)).unwrap();
        let mut unexplained = Unexplained::default();
        for row in report.rows() {
            check_row(row, &mut unexplained);
        }
        check_targets(&report, &mut unexplained);
        check_plan(&report, &mut unexplained);
        let found: Vec<String> = unexplained.0.into_values().collect();
        prop_assert!(found.is_empty(), "{}", found.join("\n"));
    }
}

fn check_targets(report: &Report, unexplained: &mut Unexplained) {
    let plan = report.plan();
    let mut targets: Vec<&str> = plan.targets().iter().map(|one| one.id.as_str()).collect();
    targets.dedup();
    for target in targets {
        for row in report.history(target, None).unwrap() {
            check_row(&row, unexplained);
        }
        for row in report.windows_met(target, None).unwrap() {
            unexplained.agree(row.met_share.is_none(), row.met + row.missed == 0, &row);
        }
        for row in report.sensitivity(target, &SensitivityOptions::default()).unwrap() {
            let has_ends = row.value_worst.is_some() && row.value_best.is_some();
            unexplained.holds(has_ends || row.reason.is_some(), &row);
            unexplained.agree(row.settled.is_some(), row.verdict_worst.is_some(), &row);
        }
        for row in report.pooled(target, None).unwrap() {
            unexplained.holds(row.p_meets.is_some() || row.reason.is_some(), &row);
            unexplained.holds(row.pooled.is_some() || row.reason.is_some(), &row);
            unexplained.agree(row.p_meets.is_some(), row.in_list.is_some(), &row);
        }
        for row in report.evidence(target, None).unwrap() {
            unexplained.agree(row.evidence.is_some(), row.reason.is_none(), &row);
            unexplained.holds(row.alarm.is_some() || row.reason.is_some(), &row);
        }
        for row in report.budget(target, None).unwrap() {
            unexplained.holds(row.burn.is_some() || row.reason.is_some(), &row);
        }
        let mut options = SignalOptions::default();
        options.least_points = 2;
        if let Ok(signals) = report.signals(target, &options) {
            for row in signals {
                unexplained.agree(row.centre.is_none(), row.reason.is_some(), &row);
                unexplained.agree(row.trend.is_none(), row.trend_reason.is_some(), &row);
            }
            for unit in UNITS {
                let Ok(points) = report.chart(target, unit, &options) else { continue };
                for row in points {
                    unexplained.agree(row.value.is_none(), row.reason.is_some(), &row);
                }
            }
        }
        if let Ok(rows) = report.ranking(target, &RankingOptions::default()) {
            for row in rows {
                let has_all = row.rank.is_some()
                    && row.rank_best_of_all.is_some()
                    && row.upper.is_some()
                    && row.finding.is_some();
                unexplained.agree(!has_all, row.reason.is_some(), &row);
            }
        }
        if let Ok(rows) = report.funnel(target, &RankingOptions::default()) {
            for row in rows.iter().filter(|row| row.part == FunnelPart::Unit) {
                let has_all = row.value.is_some()
                    && row.chance_lower.is_some()
                    && row.adjusted_upper_outer.is_some()
                    && row.signal.is_some();
                unexplained.agree(!has_all, row.reason.is_some(), &row);
            }
        }
        for parts in [Parts::Children, Parts::Categories] {
            if let Ok(rows) = report.contributions(target, None, parts) {
                for row in rows.iter().filter(|row| row.part_is != PartKind::Remainder) {
                    let is_known = row.contribution.is_some();
                    unexplained.agree(!is_known, row.reason.is_some(), &row);
                }
            }
            let since = Since::SameWindowLastYear;
            if let Ok(rows) = report.decomposition(target, None, parts, since) {
                for row in rows.iter().filter(|row| row.part_is != PartKind::Remainder) {
                    unexplained.agree(row.change.is_none(), row.reason.is_some(), &row);
                }
            }
        }
        if let Ok(cascade) = report.cascade(target) {
            for row in &cascade.shares {
                let is_judged = row.verdict != Verdict::Indeterminate;
                unexplained.holds(is_judged || row.reason.is_some(), &row);
                let has_all = row.goal_value.is_some() && row.value.is_some();
                unexplained.holds(has_all || row.reason.is_some(), &row);
            }
            for row in &cascade.sums {
                unexplained.holds(row.difference.is_some() || row.reason.is_some(), &row);
            }
        }
        let trajectory = report.trajectory(target, None, None).unwrap();
        for row in trajectory {
            let has_a_number = row.value.is_some() || row.projected.is_some();
            unexplained.holds(has_a_number || row.reason.is_some(), &row);
        }
    }
}

fn check_plan(report: &Report, unexplained: &mut Unexplained) {
    let plan = report.plan();
    for campaign in plan.campaigns() {
        for row in report.effect(&campaign.id, "count", Every::Month).unwrap() {
            unexplained.agree(row.estimate.is_none(), row.reason.is_some(), &row);
            unexplained.agree(row.lower.is_none(), row.estimate.is_none(), &row);
        }
    }
    for row in report.milestones() {
        let is_open = row.verdict == Verdict::Indeterminate;
        unexplained.holds(!(row.due && is_open) || row.reason.is_some(), &row);
    }
    for row in &report.combined().parts {
        let is_open = row.verdict == Verdict::Indeterminate;
        unexplained.holds(!is_open || row.reason.is_some(), &row);
        unexplained.holds(row.value.is_some() || row.reason.is_some(), &row);
    }
    let league = report.score("league", None).unwrap();
    for row in league.scores() {
        unexplained.agree(row.points.is_none(), row.reason.is_some(), &row);
        unexplained.agree(row.points.is_none(), row.rank.is_none(), &row);
    }
    for row in league.parts() {
        unexplained.agree(row.value.is_none(), row.reason.is_some(), &row);
    }
    for award in ["best", "tenth"] {
        for row in report.awards(award, None, &AwardOptions::default()).unwrap() {
            let is_answered = row.points.is_some() && row.eligible.is_some();
            unexplained.holds(is_answered || row.why_not.is_some(), &row);
            unexplained.agree(!row.chosen, row.why_not.is_some(), &row);
        }
    }
    for standard in ["safe", "any", "some", "district"] {
        let certification = report.certification(standard, None).unwrap();
        for row in certification.certificates() {
            let says_why = row.reason.is_some() || row.undecided.is_some();
            unexplained.holds(row.verdict != Verdict::Indeterminate || says_why, &row);
        }
        for row in certification.criteria() {
            let is_open = row.verdict == Verdict::Indeterminate;
            let is_leaf = row.indicator.is_some();
            unexplained.holds(!(is_leaf && is_open) || row.reason.is_some(), &row);
            let has_value = row.value.is_some() || !is_leaf;
            unexplained.holds(has_value || row.reason.is_some(), &row);
        }
    }
    let models = report.replication("places").unwrap();
    for row in models.models() {
        unexplained.agree(row.reach.is_none(), row.told == 0, &row);
        unexplained.agree(row.depth.is_none(), row.reached == 0, &row);
    }
    for row in models.units() {
        unexplained.agree(row.places.is_none(), row.reason.is_some(), &row);
        unexplained.agree(row.models.is_none(), row.reason.is_some(), &row);
    }
    for row in report.timeliness(None).unwrap() {
        let measure = plan.measures().iter().find(|one| one.id == row.measure).unwrap();
        let has_due = measure.due.is_some();
        unexplained.agree(row.due.is_some(), has_due, &row);
        unexplained.holds(row.days_late.is_none() || row.due.is_some(), &row);
    }
}
