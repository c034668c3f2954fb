//! Measures and indicators of every kind.

use super::{Draw, windows};
use crate::brute_force::calendar::{Kind, Length};
use crate::brute_force::model::{
    Annualised, Decimal, Expression, Form, Goal, Indicator, Measure, OverTime, OverUnits, Plan,
    Term, Unmatched,
};

/// The codes of some units that are of a level as long as they exist.
fn some_units(draw: &mut Draw, plan: &Plan, level: usize) -> Option<Vec<String>> {
    let is_of_level =
        |code: &String| plan.units.iter().all(|unit| unit.code != *code || unit.level == level);
    let mut codes: Vec<String> = plan.units.iter().map(|unit| unit.code.clone()).collect();
    codes.sort();
    codes.dedup();
    codes.retain(|code| is_of_level(code) && draw.percent(60));
    (!codes.is_empty()).then_some(codes)
}

pub fn measures(draw: &mut Draw, plan: &Plan, all_events: bool, some_events: bool) -> Vec<Measure> {
    (1..=draw.between(2, 5))
        .map(|number| {
            let events = all_events || some_events && draw.percent(45);
            let over_time = draw.weighted(&[
                (if events { 12 } else { 6 }, OverTime::Sum),
                (if draw.has_carried { 8 } else { 2 }, OverTime::Last),
                (if draw.has_weighted { 8 } else { 1 }, OverTime::Mean),
                (1, OverTime::Max),
                (1, OverTime::Min),
                (1, OverTime::Median),
            ]);
            let over_units =
                draw.weighted(&[(8, OverUnits::Sum), (1, OverUnits::Mean), (1, OverUnits::Max)]);
            let mut measure = Measure {
                id: format!("m{number}"),
                over_time,
                over_units,
                signed: draw.percent(10),
                recorded_at: draw.percent(20).then(|| draw.below(plan.levels.len())),
                recorded_by: None,
                every: draw.percent(35).then(|| {
                    draw.weighted(&[
                        (1, Kind::Week),
                        (4, Kind::Month),
                        (3, Kind::Quarter),
                        (1, Kind::Half),
                        (1, Kind::Year),
                    ])
                }),
                events,
                absent_zero: false,
                range: None,
                suppressed: None,
                known_ahead: !events && draw.percent(8),
                carry: None,
                weight_by_days: false,
                cumulative: false,
                recorded_from: None,
                recorded_until: None,
            };
            if draw.has_listed && draw.percent(60) {
                let level = draw.below(plan.levels.len());
                measure.recorded_by = some_units(draw, plan, level);
                measure.recorded_at = measure.recorded_by.is_some().then_some(level);
            }
            if draw.has_weighted && over_time == OverTime::Mean {
                measure.weight_by_days = draw.percent(85);
            }
            if draw.has_cumulative && over_time == OverTime::Sum && !events {
                measure.cumulative = draw.percent(70);
                let kinds =
                    [(2, Kind::Week), (6, Kind::Month), (3, Kind::Quarter), (1, Kind::Half)];
                measure.every = measure.every.or_else(|| Some(draw.weighted(&kinds)));
            }
            if draw.has_carried && over_time == OverTime::Last && draw.percent(70) {
                measure.carry = Some(match draw.percent(60) {
                    true => Length::Months(draw.between(1, 5) as u32),
                    false => Length::Days(draw.between(1, 60) as u64),
                });
            }
            let is_flow = measure.is_flow() && over_units == OverUnits::Sum;
            measure.absent_zero = is_flow && !events && draw.percent(12);
            if !measure.signed && !events {
                let low = draw.between(0, 3);
                let range = (Decimal::whole(low), Decimal::whole(low + draw.between(1, 30)));
                measure.range = draw.percent(15).then_some(range);
                measure.suppressed = (!measure.cumulative && draw.percent(12))
                    .then_some((Decimal::whole(1), Decimal::whole(7)));
            }
            measure
        })
        .collect()
}

/// One to three measures that are all flows or all stocks, never the same twice.
fn expression(draw: &mut Draw, plan: &Plan) -> Expression {
    let mut terms = vec![Term { subtracted: false, measure: draw.below(plan.measures.len()) }];
    let is_flow = |measure: usize| plan.measures[measure].over_time == OverTime::Sum;
    for _ in 0..draw.weighted(&[(7, 0), (2, 1), (1, 2)]) {
        let measure = draw.below(plan.measures.len());
        let is_new = terms.iter().all(|term| term.measure != measure);
        if is_new && is_flow(measure) == is_flow(terms[0].measure) {
            terms.push(Term { subtracted: draw.percent(35), measure });
        }
    }
    Expression { terms }
}

#[derive(Clone, Copy)]
enum FormKind {
    Count,
    Proportion,
    Ratio,
    Rate,
    Mean,
    Change,
    Share,
    Reported,
}

pub fn indicators(draw: &mut Draw, plan: &mut Plan, year: i32, events: bool) {
    for number in 1..=draw.between(1, 5) {
        let kind = draw.weighted(&[
            (4, FormKind::Count),
            (4, FormKind::Proportion),
            (3, FormKind::Ratio),
            (4, FormKind::Rate),
            (2, FormKind::Mean),
            (4, FormKind::Change),
            (4, FormKind::Share),
            (if events { 0 } else { 3 }, FormKind::Reported),
        ]);
        let form = form(draw, plan, year, kind);
        let id = format!("i{number}");
        plan.indicators.push(Indicator {
            id,
            form,
            chance: draw.percent(85),
            unmatched: draw.percent(10).then(|| *draw.pick(&Unmatched::ALL)),
        });
    }
}

fn form(draw: &mut Draw, plan: &Plan, year: i32, kind: FormKind) -> Form {
    let per = Decimal::whole(*draw.pick(&[100, 100, 100, 1, 1000]));
    match kind {
        FormKind::Count => Form::Count(expression(draw, plan)),
        FormKind::Proportion => Form::Proportion {
            numerator: expression(draw, plan),
            denominator: expression(draw, plan),
            per,
        },
        FormKind::Ratio => Form::Ratio {
            numerator: expression(draw, plan),
            denominator: expression(draw, plan),
            per,
        },
        FormKind::Rate => Form::Rate {
            numerator: expression(draw, plan),
            population: expression(draw, plan),
            per: Decimal::whole(*draw.pick(&[100_000, 1000])),
            annualised: *draw.pick(&[Annualised::None, Annualised::Days365, Annualised::Exact]),
        },
        FormKind::Mean => Form::Mean { of: expression(draw, plan), per: expression(draw, plan) },
        FormKind::Reported => Form::Reported { last: draw.percent(50) },
        FormKind::Change => {
            let of = one_of(draw, plan, |form| {
                !matches!(form, Form::Change { .. } | Form::ShareOfUnits { .. })
            });
            let Some(of) = of else {
                return form(draw, plan, year, FormKind::Count);
            };
            let from = windows::from(draw, plan, year, |draw| {
                Decimal::new(draw.between(-20, 400), draw.between(0, 1) as u32)
            });
            Form::Change { of, from, relative: draw.percent(65) }
        }
        FormKind::Share => {
            let of = one_of(draw, plan, |form| !matches!(form, Form::ShareOfUnits { .. }));
            let Some(of) = of else {
                return form(draw, plan, year, FormKind::Proportion);
            };
            let level = if draw.percent(60) {
                plan.levels.len() - 1
            } else {
                draw.below(plan.levels.len())
            };
            // The goal is set when the values are known.
            Form::ShareOfUnits { of, level, goal: Goal::AtLeast(Decimal::whole(0)) }
        }
    }
}

/// An indicator made before.
fn one_of(draw: &mut Draw, plan: &Plan, is_fit: impl Fn(&Form) -> bool) -> Option<usize> {
    let fit: Vec<usize> =
        (0..plan.indicators.len()).filter(|&known| is_fit(&plan.indicators[known].form)).collect();
    (!fit.is_empty()).then(|| *draw.pick(&fit))
}
