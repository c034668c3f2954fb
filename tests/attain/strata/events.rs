//! Events of categories add up to what narrowed targets see.

use attain::Tally;
use proptest::prelude::*;

use crate::strata::sample::{MONTHS, Narrowed, Sample, UNITS, is_within, plan, report, row};
use crate::support::day;

pub fn events() -> impl Strategy<Value = Vec<Sample>> {
    let event = (0_usize..7, MONTHS, 0_usize..3, 0_usize..4, 1_u32..9, any::<bool>()).prop_map(
        |(unit, month, sex, age, value, half)| Sample {
            unit: UNITS[unit],
            month,
            measure: "cases",
            sex: sex.checked_sub(1),
            age: age.checked_sub(1),
            // Halves are no plain events, and kept span by span.
            value: if half { f64::from(value) } else { f64::from(value) / 2.0 },
        },
    );
    proptest::collection::vec(event, 1..60)
}

fn sum(
    events: &[Sample],
    unit: &str,
    month: u32,
    is_meant: impl Fn(&Sample) -> bool,
) -> Option<f64> {
    let meant = events.iter().filter(|event| is_meant(event));
    let here = meant.filter(|event| event.month == month && is_within(event.unit, unit));
    here.map(|event| event.value).reduce(|one, other| one + other)
}

fn is_of(event: &Sample, narrowed: &Narrowed) -> bool {
    narrowed.sex.is_none_or(|sex| event.sex == Some(sex))
        && (narrowed.age.is_empty() || event.age.is_some_and(|age| narrowed.age.contains(&age)))
}

/// Whether events were being recorded in a month, whatever their categories.
fn were_recorded(events: &[Sample], month: u32) -> bool {
    let months: Vec<u32> = events.iter().map(|event| event.month).collect();
    months.iter().min().is_some_and(|first| *first <= month)
        && months.iter().max().is_some_and(|last| month <= *last)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    #[test]
    fn a_narrowed_target_counts_the_events_of_its_categories(events in events()) {
        let plan = plan();
        let mut tally = Tally::of_events(&plan);
        let outcomes: Vec<_> = events.iter().map(|event| event.outcome(event.day())).collect();
        tally.record_all(&outcomes).unwrap();
        let as_of = day("2023-12-31");
        let mut by_window = plan.tally_for(attain::Rows::Events, &[as_of]);
        by_window.record_all(&outcomes).unwrap();
        let report = report(&tally);
        let of_windows = crate::strata::sample::report(&by_window);
        prop_assert_eq!(report.rows(), of_windows.rows());
        for narrowed in Narrowed::all() {
            for unit in UNITS {
                for month in MONTHS {
                    let expected = sum(&events, unit, month, |event| is_of(event, &narrowed))
                        .or(were_recorded(&events, month).then_some(0.0));
                    let found = row(&report, &narrowed.target("count"), unit, month).numerator;
                    prop_assert_eq!(found, expected, "{:?} {} {}", narrowed, unit, month);
                }
            }
        }
        let women = Narrowed { sex: Some(0), age: Vec::new() };
        for month in MONTHS {
            let by_target = row(&report, &women.target("count"), "c", month);
            let by_indicator = row(&report, "women", "c", month);
            prop_assert_eq!(by_target.value, by_indicator.value);
        }
    }

    #[test]
    fn where_every_event_has_its_category_the_categories_add_up_to_the_total(events in events()) {
        let mut tally = Tally::of_events(&plan());
        for event in &events {
            let known = Sample { sex: Some(event.sex.unwrap_or(0)), ..event.clone() };
            tally.record(&known.outcome(known.day())).unwrap();
        }
        let report = report(&tally);
        for unit in UNITS {
            for month in MONTHS {
                let value = |sex: Option<usize>| {
                    let narrowed = Narrowed { sex, age: Vec::new() };
                    row(&report, &narrowed.target("count"), unit, month).value
                };
                let categories = value(Some(0)).zip(value(Some(1))).map(|(f, m)| f + m);
                prop_assert_eq!(value(None), categories);
            }
        }
    }
}
