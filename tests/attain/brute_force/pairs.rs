//! Rule 39: fractions are computed over matched units and periods.

use crate::brute_force::calendar::Span;
use crate::brute_force::completeness::{ended_periods, reporting_period};
use crate::brute_force::knowledge::Knowledge;
use crate::brute_force::model::{Expression, Form, OverUnits, Plan, Unmatched, exact};
use crate::brute_force::reasons::Reason;
use crate::brute_force::rollup::{self, Block, Rolled};
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// Both sides of a fraction over its pairs.
pub struct Sides {
    pub numerator: Rolled,
    pub denominator: Rolled,
    /// Why pairs make no value of what is recorded.
    pub unmatched_reason: Option<Reason>,
    /// Numbers of pairs; `None` where no measure binds.
    pub matched: Option<u64>,
    pub unmatched: Option<u64>,
}

/// The window that a change or a relative goal compares with: a block counts only if there is one of the same measure there (M8).
#[derive(Clone, Copy)]
pub struct Other {
    pub window: Span,
}

/// The blocks in use of a measure.
pub fn blocks(knowledge: &Knowledge, measure: usize, unit: usize, window: Span) -> Vec<Block> {
    rollup::roll_up(knowledge, measure, unit, window, &rollup::as_recorded).blocks
}

/// Whether a unit has a block of the measure in the other window, or one above or below it.
fn counts_in_both(
    knowledge: &Knowledge,
    measure: usize,
    unit: usize,
    block: Block,
    other: Other,
) -> bool {
    let there = blocks(knowledge, measure, unit, other.window);
    // A unit that does not exist in the other window misses no report there.
    knowledge.plan.valid_days(block.unit, other.window).is_none()
        || there.iter().any(|known| knowledge.plan.are_related(known.unit, block.unit))
}

/// An expression of which blocks of binding measures count only if they do in both windows; `Unmatched` if nothing is left.
pub fn in_both_windows(
    knowledge: &Knowledge,
    expression: &Expression,
    unit: usize,
    window: Span,
    other: Option<Other>,
    mode: Unmatched,
) -> (Rolled, Option<(u64, u64)>) {
    let recorded = rollup::expression(knowledge, expression, unit, window, &rollup::as_recorded);
    let Some(other) = other else { return (recorded, None) };
    let binds = |measure: usize| knowledge.plan.measures[measure].binds();
    let counts = |measure: usize, block: Block| {
        (!binds(measure) || counts_in_both(knowledge, measure, unit, block, other))
            .then(|| exact(1))
    };
    let mut both = rollup::expression(knowledge, expression, unit, window, &counts);
    let (mut kept, mut left_out) = (0, BTreeSet::new());
    for measure in expression.terms.iter().map(|term| term.measure).filter(|&of| binds(of)) {
        for block in rollup::roll_up(knowledge, measure, unit, window, &rollup::as_recorded).blocks
        {
            match counts(measure, block) {
                Some(_) => kept += 1,
                None => {
                    left_out.insert(block.unit);
                }
            }
        }
    }
    let binds_anything = expression.terms.iter().any(|term| binds(term.measure));
    let had_data = !recorded.problems.contains(&Reason::NoData);
    let lacks_data = had_data && both.problems.remove(&Reason::NoData);
    if lacks_data || !left_out.is_empty() && mode == Unmatched::Refuse {
        both.problems.insert(Reason::Unmatched);
        both.value = None;
    }
    (both, binds_anything.then_some((kept, left_out.len() as u64)))
}

/// Groups of blocks that touch, by union: every block has the number of its group.
fn groups(plan: &Plan, blocks: &[(usize, Block)]) -> Vec<usize> {
    let mut group: Vec<usize> = (0..blocks.len()).collect();
    for one in 0..blocks.len() {
        for other in 0..one {
            if touch(plan, blocks[one].1, blocks[other].1) {
                let (kept, gone) = (group[one], group[other]);
                for number in &mut group {
                    if *number == gone {
                        *number = kept;
                    }
                }
            }
        }
    }
    group
}

fn touch(plan: &Plan, one: Block, other: Block) -> bool {
    plan.are_related(one.unit, other.unit) && one.days.overlaps(other.days)
}

/// Numerator and denominator of a fraction.
pub fn sides(
    knowledge: &Knowledge,
    numerator: &Expression,
    denominator: &Expression,
    unit: usize,
    window: Span,
    mode: Unmatched,
    other: Option<Other>,
) -> Sides {
    let plan = knowledge.plan;
    let recorded = |side| rollup::expression(knowledge, side, unit, window, &rollup::as_recorded);
    let mut sides = Sides {
        numerator: recorded(numerator),
        denominator: recorded(denominator),
        unmatched_reason: None,
        matched: None,
        unmatched: None,
    };
    let mut measures: Vec<usize> = Vec::new();
    for term in numerator.terms.iter().chain(&denominator.terms) {
        if !measures.contains(&term.measure) {
            measures.push(term.measure);
        }
    }
    let problems = &sides.numerator.problems | &sides.denominator.problems;
    let binding: Vec<usize> =
        measures.iter().copied().filter(|&measure| plan.measures[measure].binds()).collect();
    if problems.iter().any(|problem| *problem < Reason::NoData) || binding.is_empty() {
        return sides;
    }

    // Blocks, and the groups that they make.
    let in_use = |measure: usize| {
        rollup::roll_up(knowledge, measure, unit, window, &rollup::as_recorded).blocks
    };
    // Each unit of which something is left out that is in no group is one more that is not matched.
    let mut units_left_out: BTreeSet<usize> = BTreeSet::new();
    let mut leaves_out = false;
    let mut blocks: Vec<(usize, Block)> = Vec::new();
    for &measure in &binding {
        for block in in_use(measure) {
            match other {
                Some(other) if !counts_in_both(knowledge, measure, unit, block, other) => {
                    leaves_out = true;
                    units_left_out.insert(block.unit);
                }
                Some(_) | None => blocks.push((measure, block)),
            }
        }
    }
    let group = groups(plan, &blocks);
    let numbers: BTreeSet<usize> = group.iter().copied().collect();
    let holds = |number: usize, measure: usize| {
        blocks.iter().zip(&group).any(|((of, _), in_group)| *of == measure && *in_group == number)
    };
    let matched: BTreeSet<usize> = numbers
        .iter()
        .copied()
        .filter(|&number| binding.iter().all(|&measure| holds(number, measure)))
        .collect();
    leaves_out |= matched.len() < numbers.len();
    let is_matched = |measure: usize, block: Block| {
        blocks
            .iter()
            .zip(&group)
            .any(|(known, number)| *known == (measure, block) && matched.contains(number))
    };

    // Stocks beside flows.
    let flows: Vec<usize> =
        binding.iter().copied().filter(|&measure| plan.measures[measure].adds_up()).collect();
    let finest = flows
        .iter()
        .filter_map(|&flow| Some((reporting_period(plan, &plan.measures[flow])?, flow)))
        .min();
    let mut periods = match finest {
        Some((_, flow)) => ended_periods(knowledge, &plan.measures[flow], window),
        None => vec![],
    };
    if periods.is_empty() {
        periods.push(window);
    }
    let reported_periods = |stock: Block| {
        periods
            .iter()
            .filter(|period| {
                flows.iter().all(|&flow| {
                    blocks.iter().any(|(measure, block)| {
                        *measure == flow
                            && plan.are_related(block.unit, stock.unit)
                            && block.days.overlaps(**period)
                    })
                })
            })
            .count()
    };
    let share = |measure: usize, block: Block| {
        let measure = &plan.measures[measure];
        let is_weighted =
            !measure.adds_up() && measure.over_units == OverUnits::Sum && !flows.is_empty();
        match is_weighted {
            true => exact(reported_periods(block) as i64) / exact(periods.len() as i64),
            false => exact(1),
        }
    };

    // A day lies in a period, or between two of them.
    let edges: BTreeSet<NaiveDate> =
        periods.iter().flat_map(|period| [period.start, period.end]).collect();
    let places = |days: Span| -> BTreeSet<usize> {
        let place = |day: NaiveDate| edges.iter().filter(|edge| **edge <= day).count();
        days.days().into_iter().map(place).collect()
    };
    let share_a_period = |one: Span, other: Span| !places(one).is_disjoint(&places(other));

    let choice = |measure: usize, block: Block| {
        let kind = &plan.measures[measure];
        if kind.binds() {
            // A stock beside which no period was reported pairs with nothing.
            let share = is_matched(measure, block).then(|| share(measure, block));
            return share.filter(|share| *share > exact(0));
        }
        let touches_a_matched_one = || {
            let mut known = blocks.iter().zip(&group);
            known.any(|((_, known), number)| {
                matched.contains(number)
                    && plan.are_related(known.unit, block.unit)
                    && share_a_period(known.days, block.days)
            })
        };
        (!kind.adds_up() || touches_a_matched_one()).then(|| exact(1))
    };
    for measure in measures.iter().copied().filter(|&measure| !plan.measures[measure].binds()) {
        let left_out =
            in_use(measure).into_iter().filter(|block| choice(measure, *block).is_none());
        units_left_out.extend(left_out.map(|block| block.unit));
    }

    // Numbers of pairs.
    let all = numbers.len() as u64;
    let of_matched = matched.len() as u64;
    let first_stock = binding.iter().copied().find(|&measure| !plan.measures[measure].adds_up());
    (sides.matched, sides.unmatched) = match first_stock {
        None => (Some(of_matched), Some(all - of_matched)),
        Some(stock) => {
            let (mut pairs, mut matched_pairs) = (0, 0);
            for (_, block) in blocks.iter().filter(|(measure, _)| *measure == stock) {
                let k = if flows.is_empty() { 1 } else { periods.len() };
                let r = if flows.is_empty() { 1 } else { reported_periods(*block) };
                pairs += k as u64;
                matched_pairs += if is_matched(stock, *block) { r as u64 } else { 0 };
            }
            let without = numbers.iter().filter(|&&number| !holds(number, stock)).count() as u64;
            (Some(matched_pairs), Some(pairs - matched_pairs + without))
        }
    };

    sides.unmatched = sides.unmatched.map(|pairs| pairs + units_left_out.len() as u64);

    if mode == Unmatched::AsRecorded {
        return sides;
    }
    if matched.is_empty() {
        let lacks_a_side = problems.contains(&Reason::NoData);
        sides.unmatched_reason = (!lacks_a_side).then_some(Reason::Unmatched);
        return sides;
    }
    for &measure in &measures {
        for block in in_use(measure) {
            leaves_out |= choice(measure, block).is_none_or(|share| share < exact(1));
        }
    }
    let paired = |side| rollup::expression(knowledge, side, unit, window, &choice);
    let (above, below) = (paired(numerator), paired(denominator));
    let nothing_is_left = |side: &Rolled| side.problems.contains(&Reason::NoData);
    if !problems.contains(&Reason::NoData) && (nothing_is_left(&above) || nothing_is_left(&below)) {
        sides.unmatched_reason = Some(Reason::Unmatched);
        return sides;
    }
    (sides.numerator, sides.denominator) = (above, below);
    if mode == Unmatched::Refuse && (leaves_out || sides.unmatched != Some(0)) {
        sides.unmatched_reason = Some(Reason::Unmatched);
    }
    sides
}

/// Whether a stock counts by the share of the periods of the flows beside it.
pub fn weighs_a_stock(plan: &Plan, indicator: usize) -> bool {
    let measures =
        || plan.measures_of(indicator).into_iter().map(|measure| &plan.measures[measure]);
    let is_fraction = !matches!(plan.indicators[indicator].form, Form::Count(_));
    is_fraction
        && plan.unmatched(indicator) != Unmatched::AsRecorded
        && measures().any(|measure| measure.adds_up() && measure.binds())
        && measures().any(|measure| !measure.adds_up() && measure.over_units == OverUnits::Sum)
}
