//! Rules 10 to 16: from the known outcomes to the value of a measure or an expression, for a unit and a window.
//!
//! Rule 39 leaves some of the blocks out that a value is made of, and weights others: every value is rolled up from a
//! choice of blocks. Which figures are in use is decided before.

use crate::brute_force::calendar::Span;
use crate::brute_force::knowledge::{Knowledge, Record};
use crate::brute_force::model::{Exact, Expression, Measure, OverTime, OverUnits, exact};
use crate::brute_force::reasons::Reason;
use chrono::NaiveDate;
use num_traits::{Signed, Zero};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A record that entered a value.
#[derive(Debug, Clone)]
pub struct Used {
    /// The absolute value.
    pub weight: Exact,
    pub imputed: bool,
    pub provisional: bool,
}

/// The records that entered a value, by measure.
pub type UsedByMeasure = BTreeMap<String, Vec<Used>>;

/// What a value is made of: a figure or an event with its days, or the own value of a unit with the whole window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    pub unit: usize,
    pub days: Span,
}

/// The share with which a block counts; `None` where it is left out.
pub type Choice<'a> = &'a dyn Fn(usize, Block) -> Option<Exact>;

/// Every block counts.
pub fn as_recorded(_measure: usize, _block: Block) -> Option<Exact> {
    Some(exact(1))
}

/// The value of a measure or an expression, or why there is none.
#[derive(Debug, Clone, Default)]
pub struct Rolled {
    /// `None` if and only if there are problems.
    pub value: Option<Exact>,
    pub problems: BTreeSet<Reason>,
    pub used: UsedByMeasure,
    /// All blocks in use, those that are left out included.
    pub blocks: Vec<Block>,
}

/// Rule 16.
pub fn expression(
    knowledge: &Knowledge,
    expression: &Expression,
    unit: usize,
    window: Span,
    choice: Choice,
) -> Rolled {
    let mut total = exact(0);
    let mut result = Rolled::default();
    for term in &expression.terms {
        let rolled = roll_up(knowledge, term.measure, unit, window, choice);
        match rolled.value {
            Some(value) if term.subtracted => total -= value,
            Some(value) => total += value,
            None => {}
        }
        result.problems.extend(rolled.problems);
        result.used.extend(rolled.used);
    }
    if result.problems.is_empty() {
        result.value = Some(total);
    }
    result
}

/// Rule 21: whole-numbered sums as they are, others as the decimal of 15 significant digits.
pub fn as_printed(number: Exact) -> Exact {
    if number.is_integer() {
        return number;
    }
    let mut shift = exact(1);
    while (&number * &shift).abs() < exact(100_000_000_000_000) {
        shift *= exact(10);
    }
    while (&number * &shift).abs() >= exact(1_000_000_000_000_000) {
        shift /= exact(10);
    }
    (number * &shift).round() / shift
}

/// The value of one measure.
pub fn roll_up(
    knowledge: &Knowledge,
    position: usize,
    unit: usize,
    window: Span,
    choice: Choice,
) -> Rolled {
    let measure = &knowledge.plan.measures[position];
    let mut parts = Parts { chosen: Some((position, choice)), ..Parts::default() };
    if measure.events {
        events(knowledge, position, unit, window, &mut parts);
    } else if measure.adds_up() {
        let uncovered = Days::uncovered(window);
        stand_for_their_days(knowledge, measure, unit, &uncovered, &mut parts);
    } else {
        for own in values_in_use(knowledge, measure, unit, window) {
            let Some(say) = say(knowledge, measure, own.unit, unit, window) else { continue };
            parts.straddles |= own.straddles || say.straddles;
            parts.overlaps |= own.overlaps;
            if let Some(share) = parts.share_of(Block { unit: own.unit, days: window }) {
                let factor = say.factor * share;
                parts.records.extend(own.records.into_iter().map(|(record, weight)| {
                    let mut record = scaled(record, &(&factor * weight));
                    record.imputed |= own.is_carried;
                    record
                }));
                parts.values.push(own.value.map(|value| value * &factor));
            }
        }
    }
    parts.combine(measure)
}

/// The values that a measure's value is put together from.
#[derive(Default)]
struct Parts<'a> {
    chosen: Option<(usize, Choice<'a>)>,
    /// `None` where one needs a suppressed figure.
    values: Vec<Option<Exact>>,
    records: Vec<Record>,
    blocks: Vec<Block>,
    straddles: bool,
    overlaps: bool,
}

impl Parts<'_> {
    /// Notes a block and asks for its share.
    fn share_of(&mut self, block: Block) -> Option<Exact> {
        self.blocks.push(block);
        let (measure, choice) = self.chosen?;
        choice(measure, block)
    }

    fn combine(self, measure: &Measure) -> Rolled {
        let mut rolled = Rolled { blocks: self.blocks, ..Rolled::default() };
        let used = self.records.iter().map(|record| Used {
            weight: record.value.clone().unwrap_or_else(|| exact(0)).abs(),
            imputed: record.imputed,
            provisional: record.provisional,
        });
        rolled.used.insert(measure.id.clone(), used.collect());
        if self.straddles {
            rolled.problems.insert(Reason::Straddles);
        }
        if self.overlaps {
            rolled.problems.insert(Reason::Overlaps);
        }
        let values: Option<Vec<Exact>> = self.values.iter().cloned().collect();
        match values {
            None => {
                rolled.problems.insert(Reason::Suppressed);
            }
            // Rule 39: 0 wherever there is no figure.
            Some(values) if values.is_empty() && measure.absent_zero && !measure.events => {
                rolled.value = Some(exact(0));
            }
            Some(values) if values.is_empty() => {
                rolled.problems.insert(Reason::NoData);
            }
            Some(values) => {
                rolled.value = Some(as_printed(over_units(measure.over_units, &values)));
            }
        }
        if !rolled.problems.is_empty() {
            rolled.value = None;
        }
        rolled
    }
}

fn over_units(operator: OverUnits, values: &[Exact]) -> Exact {
    match operator {
        OverUnits::Sum => sum(values),
        OverUnits::Mean => mean(values),
        OverUnits::Max => largest(values),
    }
}

fn sum(values: &[Exact]) -> Exact {
    values.iter().sum()
}

fn mean(values: &[Exact]) -> Exact {
    sum(values) / exact(values.len() as i64)
}

fn largest(values: &[Exact]) -> Exact {
    values.iter().max().unwrap().clone()
}

/// Of a unit's figures inside the window, those that lie inside no other of them.
fn counted<'a>(
    knowledge: &'a Knowledge,
    measure: &Measure,
    unit: usize,
    window: Span,
) -> Vec<&'a Record> {
    let own = knowledge.own(&measure.id, unit);
    let inside: Vec<&Record> =
        own.into_iter().filter(|figure| figure.span.lies_inside(window)).collect();
    inside
        .iter()
        .copied()
        .filter(|figure| {
            !inside
                .iter()
                .any(|other| other.span != figure.span && figure.span.lies_inside(other.span))
        })
        .collect()
}

fn any_two_overlap(figures: &[&Record]) -> bool {
    figures.iter().enumerate().any(|(position, figure)| {
        figures[position + 1..].iter().any(|other| figure.span.overlaps(other.span))
    })
}

/// Which days of a window are covered, one by one.
#[derive(Clone)]
struct Days {
    window: Span,
    covered: Vec<bool>,
}

impl Days {
    fn uncovered(window: Span) -> Self {
        Days { window, covered: vec![false; window.length() as usize] }
    }

    /// The positions of a figure's days in the window.
    fn positions(&self, figure: &Record) -> Range<usize> {
        let start = figure.span.start.max(self.window.start);
        let end = figure.span.end.min(self.window.end).max(start);
        let position = |day: NaiveDate| (day - self.window.start).num_days() as usize;
        position(start)..position(end)
    }

    fn with(mut self, figures: &[&Record]) -> Self {
        for figure in figures {
            for position in self.positions(figure) {
                self.covered[position] = true;
            }
        }
        self
    }

    /// For each day of the figure that is in the window, whether it is covered.
    fn of(&self, figure: &Record) -> Vec<bool> {
        self.positions(figure).map(|position| self.covered[position]).collect()
    }
}

/// Whether a figure crosses the window's edge and shares days with the window that are not covered.
fn crosses_uncovered(figure: &Record, days: &Days) -> bool {
    figure.span.overlaps(days.window)
        && !figure.span.lies_inside(days.window)
        && !days.of(figure).into_iter().all(|covered| covered)
}

/// Rule 11, sums over time and units: a unit's figures stand for the days they cover, those below it for the rest.
fn stand_for_their_days(
    knowledge: &Knowledge,
    measure: &Measure,
    unit: usize,
    covered_above: &Days,
    parts: &mut Parts,
) {
    let counted = counted(knowledge, measure, unit, covered_above.window);
    let mut standing = Vec::new();
    for figure in &counted {
        let days = covered_above.of(figure);
        if days.iter().all(|covered| *covered) {
            continue;
        }
        if days.iter().any(|covered| *covered) {
            parts.overlaps = true;
        }
        standing.push(*figure);
    }
    parts.overlaps |= any_two_overlap(&standing);
    for figure in standing {
        if parts.share_of(Block { unit, days: figure.span }).is_some() {
            parts.values.push(figure.value.clone());
            parts.records.push(figure.clone());
        }
    }

    let covered = covered_above.clone().with(&counted);
    for figure in knowledge.own(&measure.id, unit) {
        parts.straddles |= crosses_uncovered(figure, &covered);
    }
    for child in knowledge.plan.children(unit) {
        stand_for_their_days(knowledge, measure, child, &covered, parts);
    }
}

/// Rule 31: how a unit below counts for a unit above that exists for longer.
struct Say {
    factor: Exact,
    straddles: bool,
}

fn scaled(record: &Record, factor: &Exact) -> Record {
    let mut scaled = record.clone();
    scaled.value = record.value.as_ref().map(|value| value * factor);
    scaled
}

/// `None` if the unit below does not count.
fn say(
    knowledge: &Knowledge,
    measure: &Measure,
    below: usize,
    unit: usize,
    window: Span,
) -> Option<Say> {
    let plan = &knowledge.plan;
    let mut say = Say { factor: exact(1), straddles: false };
    let (days, of) = (plan.valid_days(below, window)?, plan.valid_days(unit, window)?);
    match measure.over_time {
        OverTime::Last if days.end != of.end => return None,
        OverTime::Mean if measure.over_units == OverUnits::Sum => {
            say.factor = exact(days.length()) / exact(of.length());
        }
        OverTime::Max | OverTime::Min | OverTime::Median
            if measure.over_units == OverUnits::Sum =>
        {
            say.straddles = days != of;
        }
        OverTime::Sum
        | OverTime::Last
        | OverTime::Mean
        | OverTime::Max
        | OverTime::Min
        | OverTime::Median => {}
    }
    Some(say)
}

/// What a unit's own figures say of the window, and which of them say it.
struct Own<'a> {
    unit: usize,
    /// `None` where it needs a suppressed figure.
    value: Option<Exact>,
    /// Whether figures cross the window's edge, so that the value means nothing.
    straddles: bool,
    /// Whether figures overlap, which is as bad.
    overlaps: bool,
    /// Each with its weight, which is 1 unless a mean weights them by days. None where figures cross the window's edge
    /// and none is of use.
    records: Vec<(&'a Record, Exact)>,
    /// Whether it is an earlier figure, carried forward.
    is_carried: bool,
}

impl Own<'_> {
    fn end(&self) -> Option<NaiveDate> {
        self.records.iter().map(|(record, _)| record.span.end).max()
    }
}

/// Rule 11, all other operators: the own values that are used for a unit, its own or those below it.
fn values_in_use<'a>(
    knowledge: &'a Knowledge,
    measure: &Measure,
    unit: usize,
    window: Span,
) -> Vec<Own<'a>> {
    let own = own_value(knowledge, measure, unit, window);
    let is_of_use = |own: &Own| !own.records.is_empty();
    if own.as_ref().is_some_and(is_of_use) && measure.over_time != OverTime::Last {
        return own.into_iter().collect();
    }
    let below: Vec<Own> = knowledge
        .plan
        .children(unit)
        .into_iter()
        .flat_map(|child| values_in_use(knowledge, measure, child, window))
        .filter(|below| say(knowledge, measure, below.unit, unit, window).is_some())
        .collect();
    match own {
        Some(own) if is_of_use(&own) => {
            let is_latest = below.iter().all(|lower| own.end() >= lower.end());
            if is_latest { vec![own] } else { below }
        }
        Some(own) if !below.iter().any(is_of_use) => vec![own],
        Some(_) | None => below,
    }
}

/// Rule 10.
fn own_value<'a>(
    knowledge: &'a Knowledge,
    measure: &Measure,
    unit: usize,
    window: Span,
) -> Option<Own<'a>> {
    let own = knowledge.own(&measure.id, unit);
    // Rule 31: a stock is looked up in the days on which the unit exists.
    let window = match measure.is_flow() {
        true => window,
        false => knowledge.plan.valid_days(unit, window)?,
    };
    if measure.weight_by_days {
        return day_by_day(&own, unit, window);
    }
    let counted = counted(knowledge, measure, unit, window);
    let overlaps = any_two_overlap(&counted);
    let mut straddles = false;
    let used = match measure.over_time {
        OverTime::Sum => {
            let covered = Days::uncovered(window).with(&counted);
            straddles = own.iter().any(|figure| crosses_uncovered(figure, &covered));
            counted
        }
        _ if counted.is_empty() => {
            let standing_in = own
                .iter()
                .copied()
                .filter(|figure| window.lies_inside(figure.span))
                .min_by_key(|figure| (figure.span.length(), Reverse(figure.span.start)));
            straddles =
                standing_in.is_none() && own.iter().any(|figure| figure.span.overlaps(window));
            standing_in.into_iter().collect()
        }
        OverTime::Last => {
            let last = counted.iter().map(|figure| figure.span.end).max();
            counted.into_iter().filter(|figure| Some(figure.span.end) == last).collect()
        }
        OverTime::Mean | OverTime::Max | OverTime::Min | OverTime::Median => counted,
    };
    // Rule 10: the last figure is carried forward, if nothing shares days with the window.
    let carried = measure.carry.filter(|_| used.is_empty() && !straddles).and_then(|length| {
        let earliest = length.before(window.end);
        own.iter()
            .copied()
            .filter(|figure| figure.span.end <= window.start && earliest <= figure.span.end)
            .max_by_key(|figure| (figure.span.end, Reverse(figure.span.start)))
    });
    let is_carried = carried.is_some();
    let used = if is_carried { carried.into_iter().collect() } else { used };
    if used.is_empty() && !straddles {
        return None;
    }
    let values: Option<Vec<Exact>> = used.iter().map(|figure| figure.value.clone()).collect();
    let value = values.map(|values| match values[..] {
        [] => exact(0),
        _ => over_time(measure.over_time, &values),
    });
    let records = used.into_iter().map(|record| (record, exact(1))).collect();
    Some(Own { unit, value, straddles, overlaps, records, is_carried })
}

/// Rule 10, `weight_by_days`: each day of the window has the value of the shortest figure that contains it.
fn day_by_day<'a>(own: &[&'a Record], unit: usize, window: Span) -> Option<Own<'a>> {
    let of_window: Vec<&Record> =
        own.iter().copied().filter(|figure| figure.span.overlaps(window)).collect();
    let mut days: BTreeMap<usize, i64> = BTreeMap::new();
    for day in window.start.iter_days().take_while(|day| *day < window.end) {
        let containing = (0..of_window.len()).filter(|place| {
            let span = of_window[*place].span;
            span.start <= day && day < span.end
        });
        let shortest = containing.min_by_key(|place| {
            let span = of_window[*place].span;
            (span.length(), Reverse(span.start))
        });
        if let Some(place) = shortest {
            *days.entry(place).or_default() += 1;
        }
    }
    let used = || days.iter().map(|(place, days)| (of_window[*place], *days));
    let all: i64 = days.values().sum();
    if all == 0 {
        return None;
    }
    let crosses = used().any(|(figure, _)| !figure.span.lies_inside(window));
    if crosses && all < window.length() {
        let (value, records) = (Some(exact(0)), Vec::new());
        return Some(Own {
            unit,
            value,
            straddles: true,
            overlaps: false,
            records,
            is_carried: false,
        });
    }
    let overlaps = of_window.iter().enumerate().any(|(place, one)| {
        of_window[place + 1..].iter().any(|other| {
            one.span.overlaps(other.span)
                && !one.span.lies_inside(other.span)
                && !other.span.lies_inside(one.span)
        })
    });
    let parts: Option<Vec<Exact>> =
        used().map(|(figure, days)| Some(figure.value.as_ref()? * exact(days))).collect();
    let value = parts.map(|parts| sum(&parts) / exact(all));
    let records = used().map(|(figure, days)| (figure, exact(days))).collect();
    Some(Own { unit, value, straddles: false, overlaps, records, is_carried: false })
}

fn over_time(operator: OverTime, values: &[Exact]) -> Exact {
    match operator {
        OverTime::Sum => sum(values),
        OverTime::Last => values[0].clone(),
        OverTime::Mean => mean(values),
        OverTime::Max => largest(values),
        OverTime::Min => values.iter().min().unwrap().clone(),
        OverTime::Median => median(values),
    }
}

/// The value that has as many smaller ones as larger ones; where two have, their mean.
fn median(values: &[Exact]) -> Exact {
    let rank = |value: &Exact| {
        let smaller = values.iter().filter(|other| *other < value).count();
        let larger = values.iter().filter(|other| *other > value).count();
        (smaller, larger)
    };
    // At least half of the values are no larger, and at least half are no smaller.
    let is_in_the_middle = |value: &&Exact| {
        let (smaller, larger) = rank(value);
        2 * smaller <= values.len() && 2 * larger <= values.len()
    };
    let middle: Vec<Exact> = values.iter().filter(is_in_the_middle).cloned().collect();
    let ends = [middle.iter().min().unwrap().clone(), middle.iter().max().unwrap().clone()];
    mean(&ends)
}

/// Rule 13.
fn events(knowledge: &Knowledge, position: usize, unit: usize, window: Span, parts: &mut Parts) {
    let measure = &knowledge.plan.measures[position];
    let known = knowledge.of(&measure.id);
    let adds_up = measure.adds_up();
    let mut inside: Vec<&Record> = Vec::new();
    for event in &known {
        if !knowledge.plan.is_at_or_below(event.unit, unit) {
            continue;
        }
        if event.span.lies_inside(window) {
            inside.push(event);
        } else if event.span.overlaps(window) {
            parts.straddles = true;
        }
    }
    let was_recorded = knowledge.recorded_days(position).is_some_and(|days| days.overlaps(window));
    if adds_up && (was_recorded || !inside.is_empty()) {
        parts.values.push(Some(Exact::zero()));
    }
    for below in 0..knowledge.plan.units.len() {
        let mut own: Vec<&Record> =
            inside.iter().copied().filter(|event| event.unit == below).collect();
        if own.is_empty() {
            continue;
        }
        let Some(say) = say(knowledge, measure, below, unit, window) else { continue };
        parts.straddles |= say.straddles;
        let mut factor = say.factor;
        if adds_up {
            own.retain(|event| parts.share_of(Block { unit: below, days: event.span }).is_some());
            if own.is_empty() {
                continue;
            }
        } else {
            match parts.share_of(Block { unit: below, days: window }) {
                Some(share) => factor *= share,
                None => continue,
            }
        }
        // What happened on the same days adds up before it is compared with other days.
        let mut spans: BTreeMap<Span, Option<Exact>> = BTreeMap::new();
        for event in &own {
            let so_far = spans.entry(event.span).or_insert_with(|| Some(exact(0)));
            *so_far = match (so_far.take(), &event.value) {
                (Some(sum), Some(value)) => Some(sum + value),
                _ => None,
            };
        }
        if measure.over_time == OverTime::Last {
            let last = *spans.keys().max_by_key(|span| (span.end, Reverse(span.start))).unwrap();
            spans.retain(|span, _| *span == last);
        }
        let used = own.into_iter().filter(|event| spans.contains_key(&event.span));
        parts.records.extend(used.map(|record| scaled(record, &factor)));
        let sums: Option<Vec<Exact>> = spans.into_values().collect();
        parts.values.push(sums.map(|sums| over_time(measure.over_time, &sums) * &factor));
    }
}
