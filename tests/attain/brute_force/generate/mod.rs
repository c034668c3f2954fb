//! Random plans and outcomes, made so that the rules meet their edges: figures that end where windows do, goals that a value
//! hits exactly, zeros, units that come and go, codes used again.
//!
//! * `draw`: chances and picks
//! * `units`, `windows`, `formulas`: the parts of a plan
//! * `outcomes`: what happened
//! * `goals`: goals and thresholds, set once the values they are compared with are known

mod draw;
mod formulas;
mod goals;
mod outcomes;
mod units;
mod windows;

use crate::brute_force::calendar::{Calendar, NamedBy, after, before};
use crate::brute_force::model::{Case, Decimal, Goal, Plan, Scope, Target, Unmatched};
use crate::brute_force::windows as named;
use chrono::{Days, NaiveDate, Weekday};
pub use draw::Draw;
pub use outcomes::are_sound;

/// A plan, its outcomes and one to three days to judge it on.
pub fn case(draw: &mut Draw) -> Case {
    let year = draw.between(2022, 2025) as i32;
    let calendar = calendar(draw);
    let (levels, units) = units::units(draw, &calendar, year);
    let mut plan = Plan {
        calendar,
        levels,
        units,
        measures: vec![],
        indicators: vec![],
        campaigns: vec![],
        targets: vec![],
        minimum_completeness: None,
        unmatched: draw.percent(25).then(|| *draw.pick(&Unmatched::ALL)),
    };
    // Of the rows of a plan all are events, or none, or those of some measures.
    let events = draw.weighted(&[(4, 0), (14, 1), (4, 2)]);
    let (all_events, some_events) = (events == 0, events == 2);
    plan.campaigns = windows::campaigns(draw, &plan, year);
    plan.measures = formulas::measures(draw, &plan, all_events, some_events);
    formulas::indicators(draw, &mut plan, year, all_events);
    targets(draw, &mut plan, year);
    let as_of = days_of_judgement(draw, &plan);
    let mut case = Case { plan, outcomes: vec![], as_of };
    case.outcomes = outcomes::outcomes(draw, &case);
    outcomes::set_recorded_days(draw, &mut case);
    outcomes::add_up_years(draw, &mut case, year);
    goals::set(draw, &mut case);
    if draw.has_baselines {
        goals::set_baselines(draw, &mut case, year);
    }
    case
}

fn calendar(draw: &mut Draw) -> Calendar {
    let named_by = if draw.percent(50) { NamedBy::Start } else { NamedBy::End };
    let (month, day) = match draw.below(4) {
        0 | 1 => (1, 1),
        2 => *draw.pick(&[(12, 15), (10, 1), (11, 15), (2, 28), (3, 1)]),
        _ => (draw.between(1, 12) as u32, draw.between(1, 28) as u32),
    };
    let weeks_start = if draw.has_lengths {
        draw.weighted(&[(4, Weekday::Mon), (1, Weekday::Sun), (1, Weekday::Wed)])
    } else {
        Weekday::Mon
    };
    Calendar { month, day, named_by, weeks_start }
}

fn targets(draw: &mut Draw, plan: &mut Plan, year: i32) {
    for number in 1..=draw.between(1, 4) {
        // The later indicators are the composed ones.
        let indicator = if draw.percent(50) {
            plan.indicators.len() - 1
        } else {
            draw.below(plan.indicators.len())
        };
        let windows = windows::windows(draw, plan, year);
        let scope = if draw.percent(50) {
            Scope::Level(draw.below(plan.levels.len()))
        } else {
            let codes = (0..draw.between(1, 3))
                .map(|_| {
                    let (one, other) = (draw.below(plan.units.len()), draw.below(plan.units.len()));
                    // Units that stand early are the higher ones, and have more below them.
                    plan.units[one.min(other)].code.clone()
                })
                .collect::<std::collections::BTreeSet<_>>();
            Scope::Codes(codes.into_iter().collect())
        };
        plan.targets.push(Target {
            id: format!("t{number}"),
            indicator,
            goal: Goal::AtLeast(Decimal::whole(0)),
            baseline: None,
            windows,
            scope,
            minimum_completeness: None,
        });
    }
}

/// Days before, at the edges of, inside and after the windows.
fn days_of_judgement(draw: &mut Draw, plan: &Plan) -> Vec<NaiveDate> {
    let mut days = Vec::new();
    for _ in 0..draw.between(1, 3) {
        let target = draw.pick(&plan.targets);
        let windows = named::windows(plan, &target.windows);
        let span = match windows.last() {
            Some(last) if draw.percent(60) => last.span,
            _ => draw.pick(&windows).span,
        };
        let inside = span.start + Days::new(draw.between(0, span.length() - 1) as u64);
        let day = match draw.below(20) {
            0 => before(span.start),
            1 => span.start,
            2 | 3 => before(before(span.end)),
            4..7 => before(span.end),
            7 => span.end,
            8..13 => after(span.end) + Days::new(draw.between(0, 400) as u64),
            _ => inside,
        };
        if !days.contains(&day) {
            days.push(day);
        }
    }
    days
}
