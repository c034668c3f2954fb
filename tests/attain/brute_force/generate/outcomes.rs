//! What happened: figures and events that mostly, but not always, keep to the edges of the windows they are asked for.

use super::Draw;
use crate::brute_force::calendar::{Kind, Span, after, before, end_a_year_earlier};
use crate::brute_force::knowledge::{bearer, covered_part, span_named, totals_begin};
use crate::brute_force::model::{
    Case, Decimal, Expression, Form, From, Goal, Measure, Outcome, OverTime, Plan, When,
};
use crate::brute_force::windows;
use chrono::{Datelike, Days, NaiveDate, TimeDelta};
use std::collections::{BTreeSet, HashMap, HashSet};

/// More edges than this are thinned out, so that a report keeps to a readable number of figures.
const MOST_EDGES: usize = 14;
/// Of one measure; more are thinned out, too.
const MOST_FIGURES: usize = 40;

pub fn outcomes(draw: &mut Draw, case: &Case) -> Vec<Outcome> {
    let (edges, asked_for) = edges(draw, case);
    let mut made = Made {
        case,
        edges,
        asked_for,
        has_statuses: draw.percent(40),
        is_dated: draw.percent(50),
        is_thorough: draw.percent(50),
        kind: regular_kind(draw, case),
        is_patchy: draw.percent(60),
        figures: Figures::default(),
        outcomes: vec![],
    };
    for measure in &case.plan.measures {
        let values = Values::draw(draw, measure.signed);
        if measure.events {
            made.events(draw, &measure.id, &values);
        } else {
            made.figures(draw, &measure.id, measure.over_time, &values);
        }
    }
    for indicator in &case.plan.indicators {
        if let Form::Reported { last } = indicator.form {
            made.published(draw, &indicator.id, last);
        }
    }
    if made.is_patchy {
        made.lose_reports(draw);
    }
    draw.shuffle(&mut made.outcomes);
    let mut outcomes = made.outcomes;
    for (part, whole) in parts_and_wholes(&case.plan) {
        keep_parts_within_wholes(&case.plan, &mut outcomes, part, whole);
    }
    outcomes
}

/// A kind of periods that the windows of most targets are made of, if there is one.
fn regular_kind(draw: &mut Draw, case: &Case) -> Option<Kind> {
    if draw.percent(15) {
        return None;
    }
    let plan = &case.plan;
    let are_whole = |kind: Kind| {
        let whole = plan.targets.iter().filter(|target| {
            windows::windows(plan, &target.windows).iter().all(|window| {
                let inside = plan.calendar.periods_inside(kind, window.span);
                let days: i64 = inside.iter().map(|period| period.span.length()).sum();
                days == window.span.length()
            })
        });
        2 * whole.count() > plan.targets.len()
    };
    let kinds: Vec<Kind> =
        [Kind::Month, Kind::Quarter].into_iter().filter(|kind| are_whole(*kind)).collect();
    (!kinds.is_empty()).then(|| *draw.pick(&kinds))
}

/// Two measures; one is declared to be a part of the other.
fn parts_and_wholes(plan: &Plan) -> Vec<(&str, &str)> {
    let only = |expression: &Expression| match expression.terms[..] {
        [term] => Some(plan.measures[term.measure].id.as_str()),
        _ => None,
    };
    plan.indicators
        .iter()
        .filter_map(|indicator| match &indicator.form {
            Form::Proportion { numerator, denominator, .. } => {
                Some((only(numerator)?, only(denominator)?))
            }
            Form::Count(_)
            | Form::Ratio { .. }
            | Form::Rate { .. }
            | Form::Mean { .. }
            | Form::Change { .. }
            | Form::ShareOfUnits { .. }
            | Form::Reported { .. } => None,
        })
        .collect()
}

/// Drops figures of a part that exceed one of the whole for the same unit and days: a tally refuses them.
fn keep_parts_within_wholes(plan: &Plan, outcomes: &mut Vec<Outcome>, part: &str, whole: &str) {
    let wholes: Vec<(String, Span, Decimal)> = outcomes
        .iter()
        .filter(|outcome| outcome.measure == whole)
        .filter_map(|outcome| {
            Some((outcome.unit.clone(), span_named(plan, &outcome.when), outcome.value?))
        })
        .collect();
    outcomes.retain(|outcome| {
        let span = span_named(plan, &outcome.when);
        let exceeds = |value: Decimal| {
            wholes.iter().any(|(unit, days, whole)| {
                *unit == outcome.unit && *days == span && value.exact() > whole.exact()
            })
        };
        outcome.measure != part || !outcome.value.is_some_and(exceeds)
    });
}

/// The kind of a measure's values.
#[derive(Debug, Clone, Copy)]
enum Values {
    /// 0, 1, 2, …
    Small,
    /// Numbers that divide well.
    Round,
    /// With one or two decimal places.
    Decimal(u32),
    /// Large, with this number of decimal places; their sums keep to the 15 digits that a float holds.
    Big(u32),
    Signed,
}

impl Values {
    fn draw(draw: &mut Draw, signed: bool) -> Self {
        if signed {
            return Values::Signed;
        }
        draw.weighted(&[
            (4, Values::Small),
            (6, Values::Round),
            (1, Values::Decimal(1)),
            (1, Values::Decimal(2)),
            (1, Values::Big(0)),
            (1, Values::Big(2)),
        ])
    }

    fn value(self, draw: &mut Draw) -> Decimal {
        match self {
            Values::Small if draw.percent(30) => Decimal::whole(0),
            Values::Small => Decimal::whole(draw.between(1, 6)),
            Values::Round if draw.percent(4) => Decimal::whole(0),
            Values::Round => {
                Decimal::whole(*draw.pick(&[4, 5, 8, 10, 16, 20, 25, 28, 40, 50, 80, 100, 125]))
            }
            Values::Decimal(places) => Decimal::new(draw.between(0, 900), places),
            Values::Big(places) if draw.percent(70) => {
                Decimal::new(draw.between(0, 1_000_000_000_000) / 10_i64.pow(places), places)
            }
            Values::Big(_) => Decimal::whole(draw.between(0, 1000) * 1_000_000),
            Values::Signed if draw.percent(40) => {
                Decimal::new(draw.between(-90, 90), draw.between(0, 1) as u32)
            }
            Values::Signed => Decimal::whole(draw.between(-6, 6)),
        }
    }
}

/// The days at which windows, those they are compared with, and the parts of them to date begin and end; and these spans.
fn edges(draw: &mut Draw, case: &Case) -> (Vec<NaiveDate>, Vec<Span>) {
    let plan = &case.plan;
    let mut spans = BTreeSet::new();
    for target in &plan.targets {
        for window in windows::windows(plan, &target.windows) {
            spans.insert(window.span);
            let to_date: Vec<NaiveDate> = case
                .as_of
                .iter()
                .map(|day| after(*day))
                .filter(|end| window.span.start < *end && window.span.holds(*end))
                .collect();
            spans.extend(to_date.iter().map(|end| Span::new(window.span.start, *end)));
            for from in comparisons(plan, target.indicator, &target.goal) {
                let Some(earlier) = windows::compared_with(plan, from, &window) else {
                    continue;
                };
                spans.insert(earlier.span);
                let start = earlier.span.start;
                spans.extend(to_date.iter().map(|end| match from {
                    From::SameWindowLastYear => Span::new(start, end_a_year_earlier(*end)),
                    From::PreviousPeriod | From::Window(_) | From::Value(_) => {
                        Span::new(start, start + (*end - window.span.start))
                    }
                }));
            }
        }
    }
    spans.retain(|span| !span.is_empty());
    let edges: BTreeSet<NaiveDate> = spans.iter().flat_map(|span| [span.start, span.end]).collect();
    let mut edges: Vec<NaiveDate> = edges.into_iter().collect();
    while edges.len() > MOST_EDGES {
        edges.remove(draw.below(edges.len()));
    }
    (edges, spans.into_iter().collect())
}

/// Everything that a target compares its windows with.
fn comparisons<'a>(plan: &'a Plan, indicator: usize, goal: &'a Goal) -> Vec<&'a From> {
    let mut found = match goal {
        Goal::ReduceBy(_, from) | Goal::IncreaseBy(_, from) => vec![from],
        Goal::AtLeast(_)
        | Goal::Above(_)
        | Goal::AtMost(_)
        | Goal::Below(_)
        | Goal::Between(..) => vec![],
    };
    match &plan.indicators[indicator].form {
        Form::Change { from, .. } => found.push(from),
        Form::ShareOfUnits { of, goal, .. } => found.extend(comparisons(plan, *of, goal)),
        Form::Count(_)
        | Form::Proportion { .. }
        | Form::Ratio { .. }
        | Form::Rate { .. }
        | Form::Mean { .. }
        | Form::Reported { .. } => {}
    }
    found
}

struct Made<'case> {
    case: &'case Case,
    edges: Vec<NaiveDate>,
    /// Windows, those they are compared with, and the parts of them to date.
    asked_for: Vec<Span>,
    has_statuses: bool,
    /// Whether outcomes say when they were recorded.
    is_dated: bool,
    /// Whether the lowest units report everything from edge to edge, so that most rows can be judged.
    is_thorough: bool,
    /// Figures are of such periods, or of longer ones.
    kind: Option<Kind>,
    /// Whether reports are lost, so that one side of a fraction is known and the other is not.
    is_patchy: bool,
    figures: Figures,
    outcomes: Vec<Outcome>,
}

impl Made<'_> {
    fn plan(&self) -> &Plan {
        &self.case.plan
    }

    fn measure(&self, id: &str) -> Option<&Measure> {
        self.plan().measures.iter().find(|measure| measure.id == id)
    }

    fn is_leaf(&self, unit: usize) -> bool {
        self.plan().children(unit).is_empty()
    }

    /// All the days that matter, and some around them.
    fn all_days(&self) -> Span {
        let margin = Days::new(20);
        Span::new(self.edges[0] - margin, self.edges[self.edges.len() - 1] + margin)
    }

    fn any_day(&self, draw: &mut Draw) -> NaiveDate {
        let days = self.all_days();
        days.start + Days::new(draw.between(0, days.length() - 1) as u64)
    }

    /// Periods of the kind or longer ones, as far as they are asked for.
    fn regular(&self, draw: &mut Draw, kind: Kind, over_time: OverTime) -> Vec<Span> {
        let kind = match (over_time, draw.below(10)) {
            (OverTime::Sum, 0) if kind == Kind::Month => Kind::Quarter,
            (OverTime::Sum, 0) => Kind::Year,
            (OverTime::Sum, _) => kind,
            (_, 0..3) => kind,
            (_, 3 | 4) => Kind::Half,
            _ => Kind::Year,
        };
        let days = self.all_days();
        let years = days.start.year() - 1..=days.end.year();
        let periods = self.plan().calendar.periods(kind, years);
        periods
            .into_iter()
            .map(|period| period.span)
            .filter(|span| self.asked_for.iter().any(|asked| asked.overlaps(*span)))
            .collect()
    }

    /// Takes figures away, and leaves rows in place of some that say that a value is missing.
    fn lose_reports(&mut self, draw: &mut Draw) {
        let plan = self.case.plan.clone();
        for measure in plan.measures.iter().filter(|measure| !measure.events) {
            let lost = draw.weighted(&[(3, 0), (3, 12), (2, 35)]);
            let silent = draw.percent(45).then(|| draw.pick(&plan.units).code.clone());
            let mut kept = Vec::new();
            for mut outcome in std::mem::take(&mut self.outcomes) {
                let is_lost = outcome.measure == measure.id
                    && (silent.as_ref() == Some(&outcome.unit) || draw.percent(lost));
                if !is_lost {
                    kept.push(outcome);
                } else if draw.percent(20) {
                    outcome.value = None;
                    outcome.status = Some(*draw.pick(&['O', 'M', 'L', 'N', 'H', 'K']));
                    kept.push(outcome);
                }
            }
            self.outcomes = kept;
        }
    }

    /// Spans for one unit to report: from edge to edge, periods of a kind, or days.
    fn spans(&self, draw: &mut Draw, over_time: OverTime) -> Vec<Span> {
        if let Some(kind) = self.kind {
            return self.regular(draw, kind, over_time);
        }
        let style = if self.is_thorough { 4 } else { draw.below(10) };
        match over_time {
            OverTime::Last | OverTime::Mean | OverTime::Max | OverTime::Min | OverTime::Median
                if style < 4 =>
            {
                (0..draw.between(1, 10)).map(|_| Span::day(self.any_day(draw))).collect()
            }
            _ if style < 7 => {
                let longest = if self.is_thorough { 1 } else { *draw.pick(&[1, 1, 2, 3]) };
                let mut spans = Vec::new();
                let mut position = 0;
                while position + 1 < self.edges.len() {
                    let end =
                        (position + draw.between(1, longest) as usize).min(self.edges.len() - 1);
                    spans.push(Span::new(self.edges[position], self.edges[end]));
                    position = end;
                }
                spans
            }
            _ if style == 7 => {
                (0..draw.between(1, 12)).map(|_| Span::day(self.any_day(draw))).collect()
            }
            _ => {
                let kind = *draw.pick(&[
                    Kind::Month,
                    Kind::Quarter,
                    Kind::Quarter,
                    Kind::Half,
                    Kind::Year,
                ]);
                let days = self.all_days();
                let years = days.start.year() - 1..=days.end.year();
                let periods = self.plan().calendar.periods(kind, years);
                periods
                    .into_iter()
                    .map(|period| period.span)
                    .filter(|span| span.overlaps(days))
                    .collect()
            }
        }
    }

    fn figures(&mut self, draw: &mut Draw, measure: &str, over_time: OverTime, values: &Values) {
        let units = self.plan().units.len();
        // Who reports: the lowest units, those of a level, or anyone.
        let style = if self.is_thorough { 0 } else { draw.below(4) };
        let level = draw.below(self.plan().levels.len());
        let anyone = draw.between(20, 90);
        let reporting: Vec<usize> = (0..units)
            .filter(|&unit| match style {
                0 | 1 => self.is_leaf(unit) || draw.percent(15),
                2 => self.plan().units[unit].level == level || draw.percent(15),
                _ => draw.percent(anyone),
            })
            .collect();
        let shared = self.spans(draw, over_time);
        let mut wanted = Vec::new();
        for unit in reporting {
            let spans = if draw.percent(75) { shared.clone() } else { self.spans(draw, over_time) };
            wanted.extend(spans.into_iter().map(|span| (unit, span)));
            // Totals of what is reported in parts, and parts of what is reported in total.
            for _ in 0..draw.weighted(&[(6, 0), (2, 1), (1, 2)]) {
                let start = draw.below(self.edges.len() - 1);
                let end = draw.between(start as i64 + 1, self.edges.len() as i64 - 1) as usize;
                wanted.push((unit, Span::new(self.edges[start], self.edges[end])));
            }
        }
        let is_regular = self.is_thorough || self.kind.is_some();
        let most = if is_regular { 2 * MOST_FIGURES } else { MOST_FIGURES };
        let kept = (most * 100 / wanted.len().max(1)).min(95) as i64;
        for (unit, span) in wanted {
            if draw.percent(kept) {
                self.figure(draw, measure, unit, span, values);
            }
        }
        for _ in 0..draw.weighted(&[(6, 0), (2, 1), (1, 3)]) {
            let (one, other) = (self.any_day(draw), self.any_day(draw));
            let unit = draw.below(units);
            let span = Span::new(one.min(other), after(one.max(other)));
            self.figure(draw, measure, unit, span, values);
        }
    }

    /// A figure, and perhaps what it was before or became after a revision.
    fn figure(&mut self, draw: &mut Draw, measure: &str, unit: usize, span: Span, values: &Values) {
        let Some(span) = self.plan().valid_days(unit, span) else {
            return;
        };
        let revisions = if self.is_dated { draw.weighted(&[(6, 1), (2, 2), (1, 3)]) } else { 1 };
        for _ in 0..revisions {
            let mut outcome = self.outcome(draw, measure, unit, span);
            outcome.value = Some(values.value(draw));
            self.add_status(draw, &mut outcome);
            self.add(outcome);
        }
    }

    fn events(&mut self, draw: &mut Draw, measure: &str, values: &Values) {
        let (units, over_time) = {
            let plan = self.plan();
            let known = plan.measures.iter().find(|known| known.id == measure).unwrap();
            (plan.units.len(), known.over_time)
        };
        let only_leaves = draw.percent(60);
        let days = self.all_days();
        let from =
            if self.is_thorough || draw.percent(60) { days.start } else { self.any_day(draw) };
        let most = if self.is_thorough { 40 } else { 15 };
        for _ in 0..draw.between(0, most) {
            let unit = draw.below(units);
            if only_leaves && !self.is_leaf(unit) {
                continue;
            }
            let day = if draw.percent(25) {
                let edge = *draw.pick(&self.edges);
                if draw.percent(50) { edge } else { before(edge) }
            } else {
                self.any_day(draw)
            };
            // Which of two overlapping spans is the last is not said.
            let span = if over_time == OverTime::Sum && draw.percent(12) {
                Span::new(day, day + Days::new(draw.between(1, 12) as u64))
            } else {
                Span::day(day)
            };
            if span.start < from {
                continue;
            }
            let Some(span) = self.plan().valid_days(unit, span) else {
                continue;
            };
            let mut outcome = self.outcome(draw, measure, unit, span);
            outcome.value = draw.percent(50).then(|| values.value(draw));
            self.add_status(draw, &mut outcome);
            self.add(outcome);
        }
    }

    /// Published values, for the windows of targets, parts of them, and what they are compared with.
    fn published(&mut self, draw: &mut Draw, indicator: &str, last: bool) {
        for unit in 0..self.plan().units.len() {
            if draw.percent(25) {
                continue;
            }
            for _ in 0..draw.between(1, 8) {
                let span = if last && draw.percent(60) {
                    Span::day(self.any_day(draw))
                } else {
                    *draw.pick(&self.asked_for)
                };
                let Some(span) = self.plan().valid_days(unit, span) else {
                    continue;
                };
                let mut outcome = self.outcome(draw, indicator, unit, span);
                let value = Decimal::new(draw.between(0, 1000), 1);
                outcome.value = Some(value);
                self.add_status(draw, &mut outcome);
                self.add(outcome);
            }
        }
    }

    /// An outcome without a value, its span named in one of the ways there are.
    fn outcome(&self, draw: &mut Draw, measure: &str, unit: usize, span: Span) -> Outcome {
        let plan = self.plan();
        let kind = match span.length() {
            7 => Some(Kind::Week),
            28..=31 => Some(Kind::Month),
            89..=92 => Some(Kind::Quarter),
            181..=184 => Some(Kind::Half),
            365 | 366 => Some(Kind::Year),
            _ => None,
        };
        let names: Vec<String> = kind
            .into_iter()
            .flat_map(|kind| plan.calendar.periods(kind, span.start.year()..=span.start.year()))
            .filter(|period| period.span == span)
            .filter_map(|period| period.period.map(|(_, name)| name))
            .chain(
                plan.campaigns
                    .iter()
                    .filter(|campaign| windows::window(plan, &campaign.window).span == span)
                    .map(|campaign| campaign.id.clone()),
            )
            .collect();
        let when = match names.first() {
            Some(_) if draw.percent(70) => When::Period(draw.pick(&names).clone()),
            _ if span.length() == 1 && draw.percent(70) => When::Date(span.start),
            _ => When::Span(span),
        };
        let recorded_at = (self.is_dated && draw.percent(75)).then(|| match draw.below(4) {
            // Before the span has ended, but not before it began.
            0 if !self.is_thorough => {
                span.start + Days::new(draw.between(0, span.length() - 1) as u64)
            }
            0 => before(span.end),
            1 if !self.is_thorough => {
                let day = *draw.pick(&self.case.as_of);
                let near = [before(day), day, after(day)];
                (*draw.pick(&near)).max(span.start)
            }
            _ => before(span.end) + Days::new(draw.between(0, 60) as u64),
        });
        let is_known_ahead = self.measure(measure).is_some_and(|measure| measure.known_ahead);
        let recorded_at = match recorded_at {
            Some(_) if is_known_ahead && draw.percent(60) => {
                Some(span.start - Days::new(draw.between(0, 200) as u64))
            }
            recorded_at => recorded_at,
        };
        Outcome {
            unit: plan.units[unit].code.clone(),
            when,
            measure: measure.to_owned(),
            value: None,
            status: None,
            recorded_at,
        }
    }

    fn add_status(&self, draw: &mut Draw, outcome: &mut Outcome) {
        let has_cells =
            self.measure(&outcome.measure).is_some_and(|measure| measure.suppressed.is_some());
        if has_cells && draw.percent(8) {
            (outcome.value, outcome.status) = (None, Some('Q'));
            return;
        }
        if !self.has_statuses {
            return;
        }
        outcome.status = draw.weighted(&[
            (80, None),
            (3, Some('A')),
            (5, Some('P')),
            (4, Some('I')),
            (4, Some('E')),
            (2, Some('Q')),
            (2, Some('O')),
            (1, Some('M')),
        ]);
        if matches!(outcome.status, Some('Q' | 'O' | 'M')) {
            outcome.value = None;
        }
    }

    /// Adds an outcome, unless it is a figure that stands already.
    fn add(&mut self, outcome: Outcome) {
        let is_event = self.measure(&outcome.measure).is_some_and(|measure| measure.events);
        if is_event || self.figures.add(&self.case.plan, &outcome) {
            self.outcomes.push(outcome);
        }
    }
}

/// Figures that can stand beside each other.
#[derive(Default)]
struct Figures {
    revisions: HashSet<(String, String, Span, Option<NaiveDate>)>,
    /// By the days that figures speak of, the days that they name.
    named: HashMap<(String, String, Span), Span>,
}

impl Figures {
    /// Adds a figure unless it stands already, for the days it names as of the day it was recorded. Which of two counts that name
    /// different days and speak of the same ones is not said, so these don't stand beside each other either.
    fn add(&mut self, plan: &Plan, outcome: &Outcome) -> bool {
        let named = span_named(plan, &outcome.when);
        let known = plan.measures.iter().find(|measure| measure.id == outcome.measure);
        let covered = match known {
            Some(measure) if measure.known_ahead => named,
            Some(_) | None => covered_part(named, outcome.recorded_at),
        };
        let (unit, measure) = (&outcome.unit, &outcome.measure);
        let key = (unit.clone(), measure.clone(), covered);
        *self.named.entry(key).or_insert(named) == named
            && self.revisions.insert((unit.clone(), measure.clone(), named, outcome.recorded_at))
    }
}

/// Replaces the outcomes of measures whose figures are totals of the year to date. Most totals grow, some are missing, and
/// some are revised.
pub fn add_up_years(draw: &mut Draw, case: &mut Case, year: i32) {
    // A part must not exceed its whole, which says nothing of totals of different kinds.
    let plan = case.plan.clone();
    if !plan.measures.iter().any(|measure| measure.cumulative) {
        return;
    }
    let measures = &mut case.plan.measures;
    for (part, whole) in parts_and_wholes(&plan) {
        if measures.iter().any(|measure| measure.id == whole && measure.cumulative) {
            let parts = measures.iter_mut().filter(|measure| measure.id == part);
            parts.for_each(|measure| measure.cumulative = false);
        }
    }
    let plan = case.plan.clone();
    let has_statuses = draw.percent(30);
    for measure in plan.measures.iter().filter(|measure| measure.cumulative) {
        case.outcomes.retain(|outcome| outcome.measure != measure.id);
        let is_dated = draw.percent(60);
        for unit in 0..plan.units.len() {
            // Few inner units have totals of their own.
            let is_inner = !plan.children(unit).is_empty();
            if !draw.percent(if is_inner { 15 } else { 80 }) {
                continue;
            }
            let mut total = 0;
            let mut year_begins = None;
            let kind = measure.every.unwrap();
            for window in plan.calendar.periods(kind, year - 1..=year + 1) {
                let (span, name) = (window.span, window.period.unwrap().1);
                let begin = totals_begin(&plan, measure, unit, span);
                if year_begins.replace(begin) != Some(begin) {
                    total = 0;
                }
                total += if measure.signed { draw.between(-9, 12) } else { draw.between(0, 12) };
                let is_named = plan.valid_throughout(unit, span);
                if !is_named || draw.percent(if kind == Kind::Week { 85 } else { 30 }) {
                    continue;
                }
                for _ in 0..draw.weighted(&[(8, 1), (2, 2)]) {
                    let days = draw.between(-5, 40);
                    let recorded = (before(span.end) + TimeDelta::days(days)).max(span.start);
                    let status = match has_statuses {
                        true => draw.weighted(&[
                            (20, None),
                            (2, Some('P')),
                            (2, Some('E')),
                            (1, Some('Q')),
                            (1, Some('M')),
                        ]),
                        false => None,
                    };
                    let is_given = !matches!(status, Some('Q' | 'M'));
                    let given = total + draw.weighted(&[(12, 0), (1, 5), (1, -6)]);
                    let given = if measure.signed { given } else { given.max(0) };
                    let outcome = Outcome {
                        unit: plan.units[unit].code.clone(),
                        when: match draw.percent(70) {
                            true => When::Period(name.clone()),
                            false => When::Span(span),
                        },
                        measure: measure.id.clone(),
                        value: is_given.then(|| Decimal::whole(given)),
                        status,
                        recorded_at: (is_dated && draw.percent(80)).then_some(recorded),
                    };
                    case.outcomes.push(outcome);
                    if !are_sound(case) {
                        case.outcomes.pop();
                    }
                }
            }
        }
    }
    draw.shuffle(&mut case.outcomes);
}

/// Rule 44: whether no total of a year is less than an earlier one that was recorded on the same day.
fn only_grow(case: &Case) -> bool {
    let plan = &case.plan;
    let grow = |measure: &Measure| {
        let totals: Vec<(&Outcome, Span, NaiveDate)> = case
            .outcomes
            .iter()
            .filter(|outcome| outcome.measure == measure.id && outcome.value.is_some())
            .map(|outcome| {
                let span = span_named(plan, &outcome.when);
                let unit = bearer(plan, &outcome.unit, span);
                (outcome, span, totals_begin(plan, measure, unit, span))
            })
            .collect();
        totals.iter().all(|(one, span, begin)| {
            totals.iter().all(|(other, later, other_begin)| {
                let is_pair = one.unit == other.unit
                    && one.recorded_at == other.recorded_at
                    && begin == other_begin
                    && span.start < later.start;
                !is_pair || one.value.unwrap().exact() <= other.value.unwrap().exact()
            })
        })
    };
    plan.measures.iter().filter(|one| one.cumulative && !one.signed).all(grow)
}

/// Whether the totals of the year to date are of periods of the kind that their measures say.
fn are_of_periods(case: &Case) -> bool {
    let plan = &case.plan;
    plan.measures.iter().filter(|measure| measure.cumulative).all(|measure| {
        let mut outcomes = case.outcomes.iter().filter(|one| one.measure == measure.id);
        outcomes.all(|outcome| {
            let span = span_named(plan, &outcome.when);
            plan.calendar
                .periods_inside(measure.every.unwrap(), span)
                .iter()
                .any(|period| period.span == span)
        })
    })
}

/// Whether outcomes can be told to a tally: each belongs to a unit, figures can stand beside each other, and there are events of
/// every measure of events.
pub fn are_sound(case: &Case) -> bool {
    let plan = &case.plan;
    let mut figures = Figures::default();
    let has_rows =
        |measure: &Measure| case.outcomes.iter().any(|outcome| outcome.measure == measure.id);
    let says_what_it_is = plan.measures.iter().all(|measure| !measure.events || has_rows(measure));
    says_what_it_is
        && are_of_periods(case)
        && case.outcomes.iter().all(|outcome| {
            let named = span_named(plan, &outcome.when);
            let has_unit = (0..plan.units.len()).any(|unit| {
                plan.units[unit].code == outcome.unit && plan.valid_throughout(unit, named)
            });
            let measure = plan.measures.iter().find(|measure| measure.id == outcome.measure);
            let is_event = measure.is_some_and(|measure| measure.events);
            let is_known_ahead = measure.is_some_and(|measure| measure.known_ahead);
            let is_in_time = is_known_ahead
                || outcome.recorded_at.is_none_or(|recorded| recorded >= named.start);
            let may_be =
                |value: Decimal| value.digits >= 0 || measure.is_none_or(|measure| measure.signed);
            let has_fit_value = outcome.value.is_none_or(may_be);
            has_unit && is_in_time && has_fit_value && (is_event || figures.add(plan, outcome))
        })
        && only_grow(case)
}

/// Sets from when and until when some events measures were recorded; never so that an event lies outside.
pub fn set_recorded_days(draw: &mut Draw, case: &mut Case) {
    let plan = case.plan.clone();
    let spans = |id: &str| -> Vec<Span> {
        let of = case.outcomes.iter().filter(|outcome| outcome.measure == id);
        of.map(|outcome| span_named(&plan, &outcome.when)).collect()
    };
    for measure in case.plan.measures.iter_mut().filter(|measure| measure.events) {
        let spans = spans(&measure.id);
        let (Some(first), Some(last)) = (
            spans.iter().map(|span| span.start).min(),
            spans.iter().map(|span| before(span.end)).max(),
        ) else {
            continue;
        };
        if draw.percent(25) {
            measure.recorded_from = Some(first - Days::new(draw.between(0, 60) as u64));
        }
        if draw.percent(25) {
            measure.recorded_until = Some(last + Days::new(draw.between(0, 90) as u64));
        }
    }
    for measure in &mut case.plan.measures {
        // Without a row, nothing says that it is a measure of events.
        measure.events &= case.outcomes.iter().any(|outcome| outcome.measure == measure.id);
    }
}
