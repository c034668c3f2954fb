//! The edges of the rules that `docs/semantics.md` tells; the numbers are worked out by hand from that page.

use attain::{Assessment, Certainty, Outcome, Plan, Reason, Rows, Status, Verdict};

use crate::support::{self, day, outcome, parse};

const UNITS: &str = "[{id: c, level: city}, {id: d1, level: district, parent: c}, {id: d2, level: district, parent: c}]";

fn recorded(mut outcome: Outcome, recorded_at: &str) -> Outcome {
    outcome.recorded_at = Some(day(recorded_at));
    outcome
}

fn estimated(mut outcome: Outcome) -> Outcome {
    outcome.status = Some(Status::E);
    outcome
}

fn plan(units: &str, rest: &str) -> Plan {
    let text = format!(
        "{{attain: 1, plan: p, units: {{levels: [city, district], list: {units}}}, {rest}}}"
    );
    parse(&text)
}

fn assess(plan: &Plan, rows: Rows, outcomes: &[Outcome]) -> Vec<Assessment> {
    support::assess(plan, rows, outcomes, "2023-12-31").rows().to_vec()
}

/// The only row of the topmost unit for 2023.
fn row(measures: &str, indicator: &str, goal: &str, outcomes: &[Outcome]) -> Assessment {
    row_of(Rows::Figures, measures, indicator, goal, outcomes)
}

fn row_of(
    rows: Rows,
    measures: &str,
    indicator: &str,
    goal: &str,
    outcomes: &[Outcome],
) -> Assessment {
    let rest = format!(
        "measures: {{{measures}}}, indicators: {{i: {{{indicator}}}}}, \
         targets: {{t: {{indicator: i, goal: {{{goal}}}, window: '2023'}}}}"
    );
    let rows = assess(&plan(UNITS, &rest), rows, outcomes);
    assert_eq!(rows.len(), 1);
    rows[0].clone()
}

#[test]
fn a_unit_that_comes_or_goes_within_the_window_has_a_row_that_is_not_judged() {
    let units = "[{id: c, level: city}, {id: whole, level: district, parent: c},
        {id: gone, level: district, parent: c, valid_to: 2023-07-01},
        {id: new, level: district, parent: c, valid_from: 2023-07-01},
        {id: before, level: district, parent: c, valid_to: 2023-01-01},
        {id: after, level: district, parent: c, valid_from: 2024-01-01}]";
    let rest = "measures: {cases: {}}, indicators: {i: {count: cases}}, targets: {t:
        {indicator: i, goal: {at_most: 9}, window: '2023', units: {level: district}}}";
    let rows = assess(
        &plan(units, rest),
        Rows::Figures,
        &[outcome("whole", "2023", "cases", 5.0), outcome("gone", "2023-H1", "cases", 2.0)],
    );
    let rows: Vec<_> = rows.iter().map(|row| (row.unit.as_str(), row.value, row.reason)).collect();
    assert_eq!(
        rows,
        [
            ("whole", Some(5.0), None),
            ("gone", None, Some(Reason::UnitNotValid)),
            ("new", None, Some(Reason::UnitNotValid)),
        ]
    );
}

#[test]
fn of_figures_that_come_to_hold_the_same_days_the_one_recorded_last_counts() {
    let half = |recorded_at| recorded(outcome("c", "2023-H1", "m", 128.0), recorded_at);
    let year = |recorded_at| recorded(outcome("c", "2023", "m", 130.0), recorded_at);
    for over_time in ["sum", "last", "mean", "max"] {
        let value = |outcomes: &[Outcome]| {
            let measure = format!("m: {{over_time: {over_time}}}");
            row(&measure, "count: m", "at_least: 0", outcomes).value
        };
        // What was recorded for the year on 30 June holds the first half of it.
        assert_eq!(value(&[half("2023-07-15"), year("2023-06-30")]), Some(128.0), "{over_time}");
        assert_eq!(value(&[outcome("c", "2023-H1", "m", 128.0), year("2023-06-30")]), Some(130.0));
        // Recorded on one day: the one that was meant for just these days.
        assert_eq!(value(&[half("2023-06-30"), year("2023-06-30")]), Some(128.0), "{over_time}");
    }
}

#[test]
fn of_figures_and_of_events_that_end_together_the_longest_is_the_last() {
    let outcomes =
        [outcome("c", "2023-06", "m", 5.0), outcome("c", "2023-06-30..2023-07-01", "m", 2.0)];
    for rows in [Rows::Figures, Rows::Events] {
        let row = row_of(rows, "m: {over_time: last}", "count: m", "at_least: 0", &outcomes);
        assert_eq!(row.value, Some(5.0), "{rows}");
    }
}

#[test]
fn a_sum_over_time_that_crosses_the_edge_gives_way_to_the_units_below_where_these_are_averaged() {
    let crossing = outcome("c", "2022-12-01..2023-02-01", "m", 90.0);
    let below = [outcome("d1", "2023-03", "m", 4.0), outcome("d2", "2023-03", "m", 8.0)];
    let own = outcome("c", "2023-05", "m", 7.0);
    let judged = |over_units: &str, outcomes: &[&[Outcome]]| {
        let measure = format!("m: {{over_units: {over_units}}}");
        let row = row(&measure, "count: m", "at_least: 0", &outcomes.concat());
        (row.value, row.reason)
    };
    let crossing = [crossing];
    assert_eq!(judged("mean", &[&crossing, &below]), (Some(6.0), None));
    assert_eq!(judged("max", &[&crossing, &below]), (Some(8.0), None));
    for over_units in ["mean", "max", "sum"] {
        let straddles = (None, Some(Reason::Straddles));
        assert_eq!(judged(over_units, &[&crossing]), straddles, "{over_units}: nothing else");
        let with_own: [&[Outcome]; 3] = [&crossing, &below, std::slice::from_ref(&own)];
        assert_eq!(judged(over_units, &with_own), straddles, "{over_units}: an own total in use");
    }
    // A sum over units would lack what the city counted in January beside what its districts did.
    assert_eq!(judged("sum", &[&crossing, &below]), (None, Some(Reason::Straddles)));
}

#[test]
fn a_row_that_is_not_judged_shows_what_there_is() {
    let measures = "a: {}, b: {}";
    let ratio = "ratio: {numerator: a, denominator: b}";
    let counts =
        |b: f64| [estimated(outcome("c", "2023", "a", 3.0)), outcome("c", "2023", "b", b)].to_vec();

    let no_denominator = row(measures, ratio, "at_least: 75", &counts(0.0));
    assert_eq!(no_denominator.reason, Some(Reason::ZeroDenominator));
    assert_eq!((no_denominator.numerator, no_denominator.denominator), (Some(3.0), Some(0.0)));
    assert_eq!((no_denominator.completeness, no_denominator.imputed), (Some(100.0), Some(100.0)));
    assert_eq!(
        (no_denominator.value, no_denominator.gap, no_denominator.needed),
        (None, None, None)
    );

    let half = row(measures, ratio, "at_least: 75", &counts(0.0)[..1]);
    assert_eq!(half.reason, Some(Reason::NoData));
    assert_eq!((half.numerator, half.denominator, half.imputed), (Some(3.0), None, Some(100.0)));

    let no_baseline =
        row(measures, ratio, "increase_by: {percent: 5, from: previous_period}", &counts(4.0));
    assert_eq!(no_baseline.reason, Some(Reason::NoBaseline));
    assert_eq!(no_baseline.value, Some(75.0));
    assert!(no_baseline.lower.is_some() && no_baseline.method.is_some());
    assert_eq!((no_baseline.goal_value, no_baseline.gap), (None, None));

    let rest = format!(
        "minimum_completeness: 90, measures: {{a: {{recorded_at: district}}, b: {{}}}},
         indicators: {{i: {{{ratio}}}}},
         targets: {{t: {{indicator: i, goal: {{at_least: 75}}, window: '2023'}},
                    later: {{indicator: i, goal: {{at_least: 75}}, window: '2024'}}}}"
    );
    let rows = assess(
        &plan(UNITS, &rest),
        Rows::Figures,
        &[outcome("d1", "2023", "a", 1.0), outcome("c", "2023", "b", 4.0)],
    );
    let too_few = &rows[0];
    assert_eq!((too_few.reason, too_few.completeness), (Some(Reason::Incomplete), Some(50.0)));
    assert_eq!((too_few.value, too_few.gap), (Some(25.0), Some(-50.0)));
    assert_eq!((too_few.needed, too_few.attainment.map(f64::round)), (Some(2), Some(33.0)));
    let later = &rows[1];
    assert_eq!((later.reason, later.goal_value), (Some(Reason::NotStarted), Some(75.0)));
    assert_eq!((later.completeness, later.numerator), (None, None));

    for row in [&no_denominator, &half, &no_baseline, too_few, later] {
        assert_eq!(row.verdict, Verdict::Indeterminate);
        assert_eq!(row.certainty, Certainty::Unknown);
        assert_eq!((row.chance, row.pace, row.expected_now), (None, None, None));
    }
}

#[test]
fn an_imputed_zero_is_imputed() {
    for measure in ["m: {}", "m: {over_time: last}", "m: {over_units: mean}"] {
        let imputed = |outcomes: &[Outcome]| {
            let row = row(measure, "count: m", "at_most: 0", outcomes);
            (row.value, row.imputed)
        };
        let zero = |unit| outcome(unit, "2023", "m", 0.0);
        let zeros = [zero("d1"), estimated(zero("d2"))];
        assert_eq!(imputed(&zeros), (Some(0.0), Some(100.0)), "{measure}");
        assert_eq!(imputed(&[zero("d1"), zero("d2")]), (Some(0.0), Some(0.0)), "{measure}");
        let other = outcome("d1", "2023", "m", 4.0);
        let (_, weighed) = imputed(&[other, estimated(zero("d2"))]);
        assert_eq!(weighed, Some(0.0), "{measure}: it weighs nothing beside others");
    }
}

#[test]
fn needed_counts_from_below_zero_but_never_to_below_zero() {
    let needed = |balance: f64, goal: &str| {
        row("m: {signed: true}", "count: m", goal, &[outcome("c", "2023", "m", balance)]).needed
    };
    assert_eq!(needed(-3.0, "at_least: 2"), Some(5));
    assert_eq!(needed(-3.0, "at_least: -1"), None);
    assert_eq!(needed(-3.0, "at_least: -4"), Some(0));
    assert_eq!(needed(-3.0, "at_most: 4"), Some(-7));
    assert_eq!(needed(-3.0, "at_most: -5"), None);
}

#[test]
fn a_percentage_of_what_was_is_of_its_absolute_value_and_nothing_of_zero() {
    let judged = |goal: &str, then: f64, now: f64| {
        let row = row(
            "m: {signed: true}",
            "count: m",
            &format!("{goal}: {{percent: 5, from: {{window: '2022'}}}}"),
            &[outcome("c", "2022", "m", then), outcome("c", "2023", "m", now)],
        );
        (row.goal_value, row.verdict, row.certainty)
    };
    let verdict_of = |goal, then, now| {
        let (goal_value, verdict, _) = judged(goal, then, now);
        (goal_value, verdict)
    };
    assert_eq!(verdict_of("reduce_by", -200.0, -210.0), (Some(-210.0), Verdict::Met));
    assert_eq!(verdict_of("reduce_by", -200.0, -209.0), (Some(-210.0), Verdict::Missed));
    assert_eq!(verdict_of("increase_by", -200.0, -190.0), (Some(-190.0), Verdict::Met));
    // A percentage of nothing is nothing, and a change in per cent from nothing is unknown to chance.
    assert_eq!(judged("reduce_by", 0.0, 0.0), (Some(0.0), Verdict::Met, Certainty::Unknown));
    assert_eq!(judged("reduce_by", 0.0, 1.0), (Some(0.0), Verdict::Missed, Certainty::Unknown));
    assert_eq!(judged("increase_by", 0.0, 0.0), (Some(0.0), Verdict::Met, Certainty::Unknown));
}

#[test]
fn each_measure_is_brought_to_its_digits_before_measures_are_added() {
    let outcomes =
        [outcome("c", "2023", "large", 123_456_789_012_345.6), outcome("c", "2023", "small", 0.4)];
    let verdict =
        |goal| row("large: {}, small: {}", "count: large + small", goal, &outcomes).verdict;
    // …345.6 has 16 digits and means …346; with 0.4 that is …346.4, not …346.
    assert_eq!(verdict("at_least: 123456789012346.4"), Verdict::Met);
    assert_eq!(verdict("above: 123456789012346.4"), Verdict::Missed);
}
