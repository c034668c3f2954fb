//! A plan as the file a user would write.

use chrono::Weekday;

use crate::brute_force::calendar::{NamedBy, Span};
use crate::brute_force::model::{
    Amount, Annualised, Expression, Form, From, Goal, Indicator, Measure, OverTime, OverUnits,
    Plan, Scope, Target, Unit, WindowName, Windows,
};

/// The plan file.
pub fn plan(plan: &Plan) -> String {
    let named_by = match plan.calendar.named_by {
        NamedBy::Start => "start",
        NamedBy::End => "end",
    };
    let mut lines = vec![
        "attain: 1".to_owned(),
        "plan: brute-force".to_owned(),
        format!(
            "calendar: {{year_starts: \"{:02}-{:02}\", named_by: {named_by}, weeks_start: {}}}",
            plan.calendar.month,
            plan.calendar.day,
            weekday(plan.calendar.weeks_start)
        ),
    ];
    // The dispersion that figures show is compared with formulas in tests/python/test_dispersion.py.
    lines.push("certainty: {dispersion: 1}".to_owned());
    if let Some(minimum) = plan.minimum_completeness {
        lines.push(format!("minimum_completeness: {minimum}"));
    }
    if let Some(unmatched) = plan.unmatched {
        lines.push(format!("unmatched: {}", unmatched.word()));
    }
    lines.push("units:".to_owned());
    lines.push(format!("  levels: [{}]", plan.levels.join(", ")));
    lines.push("  list:".to_owned());
    lines.extend(plan.units.iter().map(|unit| format!("    - {{{}}}", self::unit(plan, unit))));
    if !plan.measures.is_empty() {
        lines.push("measures:".to_owned());
        lines.extend(plan.measures.iter().map(|measure| self::measure(plan, measure)));
    }
    lines.push("indicators:".to_owned());
    lines.extend(plan.indicators.iter().map(|indicator| self::indicator(plan, indicator)));
    if !plan.campaigns.is_empty() {
        lines.push("campaigns:".to_owned());
        lines.extend(plan.campaigns.iter().map(|campaign| {
            format!("  {}: {{window: {}}}", campaign.id, window(plan, &campaign.window))
        }));
    }
    lines.push("targets:".to_owned());
    lines.extend(plan.targets.iter().map(|target| self::target(plan, target)));
    lines.join("\n") + "\n"
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "monday",
        Weekday::Tue => "tuesday",
        Weekday::Wed => "wednesday",
        Weekday::Thu => "thursday",
        Weekday::Fri => "friday",
        Weekday::Sat => "saturday",
        Weekday::Sun => "sunday",
    }
}

fn unit(plan: &Plan, unit: &Unit) -> String {
    let mut keys = vec![
        format!("id: {}", unit.code),
        format!("name: Unit {}", unit.code),
        format!("level: {}", plan.levels[unit.level]),
    ];
    if let Some(parent) = unit.parent {
        keys.push(format!("parent: {}", plan.units[parent].code));
    }
    if let Some(from) = unit.valid_from {
        keys.push(format!("valid_from: \"{from}\""));
    }
    if let Some(to) = unit.valid_to {
        keys.push(format!("valid_to: \"{to}\""));
    }
    keys.join(", ")
}

fn measure(plan: &Plan, measure: &Measure) -> String {
    let over_time = match measure.over_time {
        OverTime::Sum => "sum",
        OverTime::Last => "last",
        OverTime::Mean => "mean",
        OverTime::Max => "max",
        OverTime::Min => "min",
        OverTime::Median => "median",
    };
    let over_units = match measure.over_units {
        OverUnits::Sum => "sum",
        OverUnits::Mean => "mean",
        OverUnits::Max => "max",
    };
    let mut keys = vec![format!("over_time: {over_time}"), format!("over_units: {over_units}")];
    if measure.signed {
        keys.push("signed: true".to_owned());
    }
    if let Some(units) = &measure.recorded_by {
        keys.push(format!("recorded_by: {}", format_args!("[{}]", units.join(", "))));
    } else if let Some(level) = measure.recorded_at {
        keys.push(format!("recorded_at: {}", plan.levels[level]));
    }
    if let Some(every) = measure.every {
        keys.push(format!("every: {}", every.word()));
    }
    if measure.absent_zero {
        keys.push("absent: zero".to_owned());
    }
    for (key, range) in [("range", &measure.range), ("suppressed", &measure.suppressed)] {
        if let Some((low, high)) = range {
            keys.push(format!("{key}: [{low}, {high}]"));
        }
    }
    if measure.weight_by_days {
        keys.push("weight_by_days: true".into());
    }
    if measure.cumulative {
        keys.push("cumulative: true".into());
    }
    if let Some(length) = measure.carry {
        keys.push(format!("carry: {}", length.words()));
    }
    if measure.known_ahead {
        keys.push("known_ahead: true".to_owned());
    }
    let recorded: Vec<String> =
        [("from", measure.recorded_from), ("until", measure.recorded_until)]
            .into_iter()
            .filter_map(|(key, day)| Some(format!("{key}: \"{}\"", day?)))
            .collect();
    if !recorded.is_empty() {
        keys.push(format!("recorded: {{{}}}", recorded.join(", ")));
    }
    format!("  {}: {{{}}}", measure.id, keys.join(", "))
}

fn indicator(plan: &Plan, indicator: &Indicator) -> String {
    let write = |expression: &Expression| self::expression(plan, expression);
    let form = match &indicator.form {
        Form::Count(of) => format!("count: {}", write(of)),
        Form::Proportion { numerator, denominator, per } => format!(
            "proportion: {{numerator: {}, denominator: {}, per: {per}}}",
            write(numerator),
            write(denominator)
        ),
        Form::Ratio { numerator, denominator, per } => format!(
            "ratio: {{numerator: {}, denominator: {}, per: {per}}}",
            write(numerator),
            write(denominator)
        ),
        Form::Rate { numerator, population, per, annualised } => {
            let annualised = match annualised {
                Annualised::None => "none",
                Annualised::Days365 => "365",
                Annualised::Exact => "exact",
            };
            format!(
                "rate: {{numerator: {}, population: {}, per: {per}, annualised: {annualised}}}",
                write(numerator),
                write(population)
            )
        }
        Form::Mean { of, per } => format!("mean: {{of: {}, per: {}}}", write(of), write(per)),
        Form::Change { of, from, relative } => format!(
            "change: {{of: {}, from: {}, as: {}}}",
            plan.indicators[*of].id,
            self::from(plan, from),
            if *relative { "percent" } else { "absolute" }
        ),
        Form::ShareOfUnits { of, level, goal } => format!(
            "share_of_units: {{of: {}, level: {}, goal: {}}}",
            plan.indicators[*of].id,
            plan.levels[*level],
            self::goal(plan, goal)
        ),
        Form::Reported { last: false } => "reported: {unit: \"%\"}".to_owned(),
        Form::Reported { last: true } => "reported: {unit: \"%\", over_time: last}".to_owned(),
    };
    let mut text = format!("  {}:\n    {form}", indicator.id);
    if !indicator.chance {
        text.push_str("\n    variation: none");
    }
    if let Some(unmatched) = indicator.unmatched {
        text.push_str(&format!("\n    unmatched: {}", unmatched.word()));
    }
    text
}

fn expression(plan: &Plan, expression: &Expression) -> String {
    let mut text = String::new();
    for (position, term) in expression.terms.iter().enumerate() {
        if position > 0 {
            text.push_str(if term.subtracted { " - " } else { " + " });
        }
        text.push_str(&plan.measures[term.measure].id);
    }
    text
}

fn from(plan: &Plan, from: &From) -> String {
    match from {
        From::PreviousPeriod => "previous_period".to_owned(),
        From::SameWindowLastYear => "same_window_last_year".to_owned(),
        From::Window(name) => format!("{{window: {}}}", window(plan, name)),
        From::Value(value) => format!("{{value: {value}}}"),
    }
}

fn window(plan: &Plan, name: &WindowName) -> String {
    match name {
        WindowName::Period(name) => format!("\"{name}\""),
        WindowName::Campaign(campaign) => plan.campaigns[*campaign].id.clone(),
        WindowName::Span(Span { start, end }) => format!("[\"{start}\", \"{end}\"]"),
    }
}

/// A goal as it stands in a target.
pub fn goal(plan: &Plan, goal: &Goal) -> String {
    let relative = |word: &str, amount: &Amount, from: &From| {
        let amount = match amount {
            Amount::Percent(percent) => format!("percent: {percent}"),
            Amount::Absolute(amount) => format!("absolute: {amount}"),
        };
        format!("{{{word}: {{{amount}, from: {}}}}}", self::from(plan, from))
    };
    match goal {
        Goal::AtLeast(goal) => format!("{{at_least: {goal}}}"),
        Goal::Above(goal) => format!("{{above: {goal}}}"),
        Goal::AtMost(goal) => format!("{{at_most: {goal}}}"),
        Goal::Below(goal) => format!("{{below: {goal}}}"),
        Goal::Between(lower, upper) => format!("{{between: [{lower}, {upper}]}}"),
        Goal::ReduceBy(amount, from) => relative("reduce_by", amount, from),
        Goal::IncreaseBy(amount, from) => relative("increase_by", amount, from),
    }
}

fn target(plan: &Plan, target: &Target) -> String {
    let windows = match &target.windows {
        Windows::One(name) => window(plan, name),
        Windows::Every { every, within } => {
            format!("{{every: {}, within: {}}}", every.word(), window(plan, within))
        }
        Windows::Consecutive { length, within } => {
            format!("{{every: {}, within: {}}}", length.words(), window(plan, within))
        }
        Windows::Rolling { length, every, within } => format!(
            "{{rolling: {}, every: {}, within: {}}}",
            length.words(),
            every.word(),
            window(plan, within)
        ),
    };
    let scope = match &target.scope {
        Scope::Level(level) => format!("{{level: {}}}", plan.levels[*level]),
        Scope::Codes(codes) => format!("[{}]", codes.join(", ")),
    };
    let mut lines = vec![
        format!("  {}:", target.id),
        format!("    indicator: {}", plan.indicators[target.indicator].id),
        format!("    goal: {}", goal(plan, &target.goal)),
        format!("    window: {windows}"),
        format!("    units: {scope}"),
    ];
    if let Some(baseline) = &target.baseline {
        lines.push(format!("    baseline: {}", from(plan, baseline)));
    }
    if let Some(minimum) = target.minimum_completeness {
        lines.push(format!("    minimum_completeness: {minimum}"));
    }
    lines.join("\n")
}
