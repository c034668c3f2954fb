//! A target shared out among the units below, compared with a computation of its own.

use attain::views::{Cascade, Share};
use attain::{Outcome, Plan, Reason, Rows, Tally, Verdict, When};
use proptest::prelude::*;

use crate::support::{assess, day, outcomes, parse};

const UNITS: &str = "[{id: c, level: city}, {id: d1, level: district, parent: c},
    {id: d2, level: district, parent: c}, {id: d3, level: district, parent: c},
    {id: k1, level: commune, parent: d1}, {id: k2, level: commune, parent: d1},
    {id: k3, level: commune, parent: d2}]";

fn plan_of(units: &str, indicator: &str, target: &str) -> Plan {
    let text = format!(
        "{{attain: 1, plan: p, units: {{levels: [city, district, commune], list: {units}}},
           measures: {{models: {{}}, cases: {{}}, population: {{over_time: mean}}}},
           indicators: {{i: {{{indicator}}}}},
           targets: {{t: {{indicator: i, window: '2023', {target}}}}}}}"
    );
    parse(&text)
}

fn plan(target: &str) -> Plan {
    plan_of(UNITS, "count: models", target)
}

fn cascade(plan: &Plan, figures: &[(&str, &str, &str, f64)], as_of: &str) -> Cascade {
    let report = assess(plan, Rows::Figures, &outcomes(figures), as_of);
    let cascade = report.cascade("t").unwrap();
    // The target's own units have the rows that the report has.
    let own: Vec<&Share> = cascade.shares.iter().filter(|share| share.parent.is_none()).collect();
    assert_eq!(own.len(), report.len());
    for (share, row) in own.iter().zip(report.rows()) {
        assert_eq!((share.value, share.verdict), (row.value, row.verdict));
        assert_eq!(share.reason, row.reason);
        assert_eq!(
            (share.goal_value, share.gap, share.by.code()),
            (row.goal_value, row.gap, "stated")
        );
    }
    cascade
}

fn goals(cascade: &Cascade) -> Vec<(&str, Option<f64>)> {
    cascade.shares.iter().map(|share| (share.unit.as_str(), share.goal_value)).collect()
}

fn share<'c>(cascade: &'c Cascade, unit: &str) -> &'c Share {
    cascade.shares.iter().find(|share| share.unit == unit).unwrap()
}

const POPULATIONS: [(&str, &str, &str, f64); 6] = [
    ("d1", "2022", "population", 500.0),
    ("d2", "2022", "population", 300.0),
    ("d3", "2022", "population", 199.0),
    ("k1", "2022", "population", 250.0),
    ("k2", "2022", "population", 250.0),
    ("k3", "2022", "population", 310.0),
];

#[test]
fn a_goal_is_shared_out_level_by_level_in_whole_numbers() {
    let plan = plan(
        "goal: {at_least: 11}, cascade: {to: commune, by: {proportional: population}, window: '2022'}",
    );
    let cascade = cascade(&plan, &POPULATIONS, "2023-12-31");
    // Quotas 11 × 500/999 = 5.5055, 3.3033, 2.1912: 5 + 3 + 2 and one more for the first. Of d1's 6 each
    // half; k3 takes all of d2's, whatever population d2 says to have.
    let expected = [
        ("c", Some(11.0)),
        ("d1", Some(6.0)),
        ("k1", Some(3.0)),
        ("k2", Some(3.0)),
        ("d2", Some(3.0)),
        ("k3", Some(3.0)),
        ("d3", Some(2.0)),
    ];
    assert_eq!(goals(&cascade), expected);
    let d1 = share(&cascade, "d1");
    assert_eq!((d1.weight, d1.rounded.map(|one| one.code())), (Some(500.0), Some("up")));
    assert!((d1.quota.unwrap() - 11.0 * 500.0 / 999.0).abs() < 1e-12);
    assert_eq!(share(&cascade, "d2").rounded.map(|one| one.code()), Some("down"));
    assert_eq!(share(&cascade, "k3").rounded.map(|one| one.code()), Some("none"));
    let sums: Vec<_> = cascade
        .sums
        .iter()
        .map(|sum| (sum.unit.as_str(), sum.parts, sum.finding.map(|one| one.code())))
        .collect();
    let agrees = Some("agrees");
    assert_eq!(
        sums,
        [("c", Some(11.0), agrees), ("d1", Some(6.0), agrees), ("d2", Some(3.0), agrees)]
    );
}

#[test]
fn each_unit_is_held_against_its_own_share() {
    let plan = plan("goal: {at_least: 10}, cascade: {to: district, by: equal}");
    let figures = [("d1", "2023", "models", 4.0), ("d2", "2023", "models", 2.0)];
    let cascade = cascade(&plan, &figures, "2023-12-31");
    let rows: Vec<_> = cascade
        .shares
        .iter()
        .map(|share| {
            (share.goal_value.unwrap(), share.value, share.gap, share.verdict, share.reason)
        })
        .collect();
    assert_eq!(
        rows,
        [
            (10.0, Some(6.0), Some(-4.0), Verdict::Missed, None),
            (4.0, Some(4.0), Some(0.0), Verdict::Met, None),
            (3.0, Some(2.0), Some(-1.0), Verdict::Missed, None),
            (3.0, None, None, Verdict::Indeterminate, Some(Reason::NoData)),
        ]
    );
}

#[test]
fn stated_numbers_stand_and_what_they_add_up_to_is_named() {
    let plan = plan(
        "goal: {at_least: 100}, cascade: {to: commune, by: {explicit: {d1: 40, d2: 50, k1: 30, k2: 15}}}",
    );
    let cascade = cascade(&plan, &[("c", "2023", "models", 100.0)], "2023-12-31");
    let city = &cascade.sums[0];
    assert_eq!((city.whole, city.parts, city.difference), (Some(100.0), Some(90.0), Some(10.0)));
    assert_eq!(
        (city.finding.map(|one| one.code()), city.children, city.without_share),
        (Some("short"), 3, 1)
    );
    assert_eq!(city.reason, Some(Reason::NoBaseline), "d3 has no number");
    let d1 = &cascade.sums[1];
    assert_eq!(
        (d1.whole, d1.parts, d1.finding.map(|one| one.code())),
        (Some(40.0), Some(45.0), Some("beyond"))
    );
    let d2 = &cascade.sums[2];
    assert_eq!((d2.whole, d2.parts, d2.without_share), (Some(50.0), None, 1));
    assert_eq!(share(&cascade, "c").goal_value, Some(100.0));
    assert_eq!(share(&cascade, "d1").goal_value, Some(40.0), "its communes' 45 don't replace it");
    let d3 = share(&cascade, "d3");
    assert_eq!((d3.goal_value, d3.reason), (None, Some(Reason::NoBaseline)));
}

#[test]
fn the_same_goal_for_all_is_no_sum_of_a_ratio_and_a_multiple_of_a_count() {
    let of_ratio = plan_of(
        UNITS,
        "ratio: {numerator: models, denominator: cases}",
        "goal: {at_least: 75}, cascade: {to: district, by: same}",
    );
    let figures = [
        ("d1", "2023", "models", 21.0),
        ("d1", "2023", "cases", 28.0),
        ("d2", "2023", "models", 20.0),
        ("d2", "2023", "cases", 28.0),
    ];
    let ratios = cascade(&of_ratio, &figures, "2023-12-31");
    assert_eq!(share(&ratios, "d1").verdict, Verdict::Met);
    assert_eq!(share(&ratios, "d2").verdict, Verdict::Missed);
    assert_eq!((ratios.sums[0].parts, ratios.sums[0].reason), (None, Some(Reason::NotAdditive)));

    let of_count = plan("goal: {at_least: 5}, cascade: {to: district, by: same}");
    let counts = cascade(&of_count, &[], "2023-12-31");
    assert_eq!(
        (counts.sums[0].parts, counts.sums[0].finding.map(|one| one.code())),
        (Some(15.0), Some("beyond"))
    );
}

#[test]
fn the_same_reduction_is_taken_from_each_unit_of_its_own_figures() {
    let plan = plan(
        "goal: {reduce_by: {percent: 10, from: same_window_last_year}}, cascade: {to: district, by: same}",
    );
    let figures = [
        ("d1", "2022", "models", 100.0),
        ("d2", "2022", "models", 50.0),
        ("d1", "2023", "models", 91.0),
        ("d2", "2023", "models", 44.0),
    ];
    let cascade = cascade(&plan, &figures, "2023-12-31");
    let expected = [("c", Some(135.0)), ("d1", Some(90.0)), ("d2", Some(45.0)), ("d3", None)];
    assert_eq!(goals(&cascade), expected);
    assert_eq!(share(&cascade, "d1").verdict, Verdict::Missed);
    assert_eq!(share(&cascade, "d2").verdict, Verdict::Met);
    assert_eq!(share(&cascade, "d3").reason, Some(Reason::NoData));
    assert_eq!(cascade.sums[0].finding.map(|one| one.code()), Some("agrees"));
}

#[test]
fn a_relative_goal_is_shared_out_as_the_number_it_comes_to() {
    // 5 % below 333 is at most 316.35, of crimes 316: of the 316, d1 is allowed half and so on.
    let plan = plan(
        "goal: {reduce_by: {percent: 5, from: same_window_last_year}}, cascade: {to: district, by: equal}",
    );
    let cascade = cascade(&plan, &[("c", "2022", "models", 333.0)], "2023-12-31");
    let expected =
        [("c", Some(316.35)), ("d1", Some(106.0)), ("d2", Some(105.0)), ("d3", Some(105.0))];
    assert_eq!(goals(&cascade), expected);
    assert_eq!(cascade.sums[0].whole, Some(316.0));
    assert!(
        cascade
            .shares
            .iter()
            .all(|share| share.comparator.map(|one| one.code()) == Some("at most"))
    );
}

#[test]
fn above_and_below_are_shared_out_as_the_whole_numbers_they_mean() {
    let above = plan("goal: {above: 8}, cascade: {to: district, by: equal}");
    let above = cascade(&above, &[], "2023-12-31");
    assert_eq!((above.sums[0].whole, above.sums[0].parts), (Some(9.0), Some(9.0)));
    assert_eq!(share(&above, "c").comparator.map(|one| one.code()), Some("above"));
    assert_eq!(share(&above, "d1").comparator.map(|one| one.code()), Some("at least"));
    let below = plan("goal: {below: 8.5}, cascade: {to: district, by: equal}");
    let below = cascade(&below, &[], "2023-12-31");
    assert_eq!((below.sums[0].whole, share(&below, "d1").goal_value), (Some(8.0), Some(3.0)));
}

#[test]
fn without_whole_numbers_shares_are_exact() {
    let plan = plan("goal: {above: 10}, cascade: {to: district, by: equal, whole_numbers: false}");
    let figures = [("d1", "2023", "models", 3.0), ("d2", "2023", "models", 4.0)];
    let cascade = cascade(&plan, &figures, "2023-12-31");
    let d1 = share(&cascade, "d1");
    assert_eq!(
        (d1.goal_value, d1.comparator.map(|one| one.code())),
        (Some(10.0 / 3.0), Some("above"))
    );
    assert_eq!((d1.verdict, share(&cascade, "d2").verdict), (Verdict::Missed, Verdict::Met));
    assert_eq!(
        cascade.sums[0].finding.map(|one| one.code()),
        Some("agrees"),
        "three thirds are the whole, exactly"
    );
}

#[test]
fn a_unit_without_a_weight_has_no_share_and_says_why() {
    let target = "goal: {at_least: 11}, cascade: {to: district, by: {proportional: population}, window: '2022'}";
    let plan = plan(target);
    let cascade_of = |figures: &[_]| cascade(&plan, figures, "2023-12-31");
    let some = cascade_of(&POPULATIONS[..2]);
    let d3 = share(&some, "d3");
    assert_eq!((d3.goal_value, d3.weight, d3.reason), (None, None, Some(Reason::NoData)));
    // The others share the whole among them: 11 × 5/8 = 6.875 and 4.125.
    assert_eq!(share(&some, "d1").goal_value, Some(7.0));
    assert_eq!((some.sums[0].without_share, some.sums[0].reason), (1, Some(Reason::NoData)));

    let zeros = [("d1", "2022", "population", 0.0), ("d2", "2022", "population", 0.0)];
    let none = cascade_of(&zeros);
    assert_eq!(share(&none, "d1").reason, Some(Reason::ZeroDenominator));
    assert_eq!(share(&none, "d1").weight, Some(0.0));
    assert_eq!(share(&none, "d3").reason, Some(Reason::NoData));
    assert_eq!((none.sums[0].parts, none.sums[0].without_share), (None, 3));

    // On a day when the year before is not over, its mean population is not known.
    let early = cascade(&plan, &[], "2022-06-30");
    assert_eq!(share(&early, "d1").reason, Some(Reason::NoBaseline));
}

#[test]
fn shares_are_known_before_the_window_begins() {
    let plan = plan("goal: {at_least: 10}, cascade: {to: district, by: equal}");
    let cascade = cascade(&plan, &[], "2022-12-31");
    let d1 = share(&cascade, "d1");
    assert_eq!((d1.goal_value, d1.reason), (Some(4.0), Some(Reason::NotStarted)));
    assert_eq!((d1.verdict, d1.is_final), (Verdict::Indeterminate, false));
}

#[test]
fn a_unit_that_goes_within_the_window_gets_no_share_and_one_that_is_gone_no_row() {
    let units = "[{id: c, level: city}, {id: d1, level: district, parent: c},
        {id: d2, level: district, parent: c, valid_to: 2023-07-01},
        {id: d3, level: district, parent: c, valid_to: 2023-01-01}]";
    let plan =
        plan_of(units, "count: models", "goal: {at_least: 9}, cascade: {to: district, by: equal}");
    let cascade = cascade(&plan, &[], "2023-12-31");
    assert_eq!(goals(&cascade), [("c", Some(9.0)), ("d1", Some(9.0)), ("d2", None)]);
    assert_eq!(share(&cascade, "d2").reason, Some(Reason::UnitNotValid));
}

#[test]
fn a_plan_with_shares_reads_back_equal() {
    for target in [
        "goal: {at_least: 9}, cascade: {to: district, by: same, whole_numbers: false}",
        "goal: {at_least: 9}, cascade: {to: commune, by: {proportional: population}, window: ['2022-01-01', '2022-02-01']}",
        "goal: {at_least: 9}, cascade: {to: district, by: {explicit: {d1: 4.5, d2: 5}}}",
    ] {
        let plan = plan(target);
        assert_eq!(Plan::from_yaml(&plan.to_yaml()).unwrap(), plan);
        assert_eq!(Plan::from_json(&plan.to_json()).unwrap(), plan);
        assert_eq!(Plan::from_toml(&plan.to_toml().unwrap()).unwrap(), plan);
    }
}

#[test]
fn a_target_that_is_not_shared_out_has_no_cascade() {
    let plan = plan("goal: {at_least: 9}");
    let report = plan.assess(&Tally::new(&plan), day("2023-12-31")).unwrap();
    let error = report.cascade("t").unwrap_err();
    assert!(error.is_request());
    assert!(error.to_string().contains("is not shared out"), "{error}");
    assert!(report.cascade("T").unwrap_err().to_string().contains("did you mean `t`"));
}

/// Largest remainder as it is told to children: one after another gets the largest remainder that is left.
fn by_hand(number: i128, weights: &[i128]) -> Vec<i128> {
    let total: i128 = weights.iter().sum();
    let mut shares: Vec<i128> = weights.iter().map(|weight| number * weight / total).collect();
    let mut has_one_more = vec![false; weights.len()];
    while shares.iter().sum::<i128>() < number {
        let mut best: Option<usize> = None;
        let remainder = |at: usize| number * weights[at] % total;
        for (place, has) in has_one_more.iter().enumerate() {
            if !has && best.is_none_or(|best| remainder(place) > remainder(best)) {
                best = Some(place);
            }
        }
        let best = best.unwrap();
        shares[best] += 1;
        has_one_more[best] = true;
    }
    shares
}

/// The people in each commune of each district of a city.
fn hierarchy() -> impl Strategy<Value = Vec<Vec<u32>>> {
    prop::collection::vec(prop::collection::vec(0_u32..2000, 1..5), 1..6)
}

proptest! {
    #[test]
    fn shares_add_up_to_the_parent_at_every_level(people in hierarchy(), goal in 0_u32..5000) {
        let mut units = "[{id: c, level: city}".to_owned();
        for (district, communes) in people.iter().enumerate() {
            units += &format!(", {{id: d{district}, level: district, parent: c}}");
            for commune in 0..communes.len() {
                units += &format!(", {{id: d{district}k{commune}, level: commune, parent: d{district}}}");
            }
        }
        units.push(']');
        let target = format!("goal: {{at_least: {goal}}}, cascade: {{to: commune, by: {{proportional: population}}, window: '2022'}}");
        let plan = plan_of(&units, "count: models", &target);
        let mut tally = Tally::new(&plan);
        for (district, communes) in people.iter().enumerate() {
            for (commune, population) in communes.iter().enumerate() {
                let unit = format!("d{district}k{commune}");
                let when = When::Period("2022".to_owned());
                tally.record(&Outcome::new(unit, when, "population", f64::from(*population))).unwrap();
            }
        }
        let report = plan.assess(&tally, day("2023-12-31")).unwrap();
        let cascade = report.cascade("t").unwrap();
        let found = |unit: &str| share(&cascade, unit).goal_value.map(|goal| goal as i128);

        let totals: Vec<i128> =
            people.iter().map(|communes| communes.iter().map(|people| i128::from(*people)).sum()).collect();
        if totals.iter().sum::<i128>() == 0 {
            prop_assert!(cascade.shares.iter().skip(1).all(|share| share.goal_value.is_none()));
            return Ok(());
        }
        let districts = by_hand(i128::from(goal), &totals);
        for (district, communes) in people.iter().enumerate() {
            prop_assert_eq!(found(&format!("d{district}")), Some(districts[district]));
            if totals[district] == 0 {
                let first = share(&cascade, &format!("d{district}k0"));
                prop_assert_eq!(first.reason, Some(Reason::ZeroDenominator));
                continue;
            }
            let weights: Vec<i128> = communes.iter().map(|people| i128::from(*people)).collect();
            let shares = by_hand(districts[district], &weights);
            prop_assert_eq!(shares.iter().sum::<i128>(), districts[district]);
            for (commune, share_by_hand) in shares.iter().enumerate() {
                let share = share(&cascade, &format!("d{district}k{commune}"));
                prop_assert_eq!(share.goal_value, Some(*share_by_hand as f64));
                prop_assert!((share.goal_value.unwrap() - share.quota.unwrap()).abs() < 1.0);
            }
        }
        for sum in &cascade.sums {
            prop_assert!(sum.parts.is_none() || sum.finding.map(|one| one.code()) == Some("agrees"));
        }
    }
}
