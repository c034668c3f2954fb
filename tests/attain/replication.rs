//! Models that are kept up and replicated, against counts over a plain list.

use std::collections::BTreeMap;

use attain::views::{ModelReach, Replication};
use attain::{Outcome, Plan, Tally, When};
use proptest::prelude::*;

use crate::support::day;

const PLAN: &str = r#"
attain: 1
plan: movement
strata: {model: [watch, camera, loudspeaker]}
units:
  levels: [city, commune]
  list:
    - {id: city, level: city}
    - {id: a, level: commune, parent: city}
    - {id: b, level: commune, parent: city}
    - {id: c, level: commune, parent: city}
measures: {places: {unit: place, over_time: last}}
models:
  movement: {places: places, by: model, level: commune, window: {every: year, within: ["2022-01-01", "2024-01-01"]}}
"#;

fn replication(plan: &Plan, figures: &[(&str, &str, &str, f64)]) -> Replication {
    let mut tally = Tally::new(plan);
    for (unit, period, model, places) in figures {
        let when = When::Period((*period).to_owned());
        let outcome = Outcome::new(*unit, when, "places", *places).in_stratum("model", *model);
        tally.record(&outcome).unwrap();
    }
    let report = plan.assess(&tally, day("2023-12-31")).unwrap();
    report.replication("movement").unwrap()
}

fn of(replication: &Replication, model: Option<&str>, year: i32) -> ModelReach {
    let mut rows = replication.models().iter();
    let start = day(&format!("{year}-01-01"));
    rows.find(|row| row.model.as_deref() == model && row.window_start == start).unwrap().clone()
}

#[test]
fn models_reach_units_and_grow_or_stay() {
    let plan = Plan::from_yaml(PLAN).unwrap();
    let found = replication(
        &plan,
        &[
            ("a", "2022", "watch", 3.0),
            ("a", "2022", "camera", 1.0),
            ("b", "2022", "camera", 2.0),
            ("a", "2023", "watch", 4.0),
            ("b", "2023", "watch", 6.0),
            ("b", "2023", "camera", 0.0),
            ("b", "2023", "loudspeaker", 5.0),
        ],
    );
    let watch = of(&found, Some("watch"), 2023);
    assert_eq!((watch.units, watch.told, watch.reached), (3, 2, 2));
    assert_eq!((watch.reach, watch.places, watch.depth), (Some(100.0), Some(10.0), Some(5.0)));
    assert_eq!(
        (watch.reached_before, watch.growth, watch.trend.map(|one| one.code())),
        (Some(1), Some(7.0), Some("spreads"))
    );
    assert_eq!(of(&found, Some("camera"), 2023).trend.map(|one| one.code()), Some("gone"));
    assert_eq!(of(&found, Some("loudspeaker"), 2023).trend.map(|one| one.code()), Some("new"));
    let all = of(&found, None, 2023);
    assert_eq!((all.kept_up, all.places, all.reached), (2, Some(15.0), 2));
    // Nothing is known of a year before the first.
    assert_eq!(of(&found, Some("watch"), 2022).trend, None);
    let units: BTreeMap<_, _> = found
        .units()
        .iter()
        .filter(|row| row.window_end == day("2024-01-01"))
        .map(|row| (row.unit.as_str(), (row.models, row.places, row.reason.map(|one| one.code()))))
        .collect();
    assert_eq!(units["b"], (Some(2), Some(11.0), None));
    assert_eq!(units["c"], (None, None, Some("no_data")), "nothing told is not nothing there");
    assert_eq!(units["city"], (Some(2), Some(15.0), None));
}

#[test]
fn a_plan_with_models_is_written_and_read_back() {
    let plan = Plan::from_yaml(PLAN).unwrap();
    assert_eq!(Plan::from_yaml(&plan.to_yaml()).unwrap(), plan);
    let tally = Tally::new(&plan);
    let report = plan.assess(&tally, day("2023-12-31")).unwrap();
    let error = report.replication("movment").unwrap_err();
    assert!(error.is_request() && error.to_string().contains("did you mean `movement`"), "{error}");
    let found = report.replication("movement").unwrap();
    assert!(found.models().iter().all(|row| row.told == 0 && row.reach.is_none()));
}

proptest! {
    #[test]
    fn reach_and_depth_are_counts_over_the_list(
        places in prop::collection::btree_map((0_usize..3, 0_usize..2, 0_usize..3), 0_u32..5, 0..18),
    ) {
        let plan = Plan::from_yaml(PLAN).unwrap();
        let (units, years, models) =
            (["a", "b", "c"], ["2022", "2023"], ["watch", "camera", "loudspeaker"]);
        let figures: Vec<_> = places
            .iter()
            .map(|((unit, year, model), places)| {
                (units[*unit], years[*year], models[*model], f64::from(*places))
            })
            .collect();
        let found = replication(&plan, &figures);
        for (year, name) in years.iter().enumerate() {
            let told: std::collections::BTreeSet<usize> =
                places.keys().filter(|key| key.1 == year).map(|key| key.0).collect();
            for (model, id) in models.iter().enumerate() {
                let row = of(&found, Some(id), name.parse().unwrap());
                let here = |year: usize| -> Vec<u32> {
                    let of = places.iter().filter(|(key, _)| key.1 == year && key.2 == model);
                    of.map(|(_, places)| *places).collect()
                };
                let reached = here(year).iter().filter(|places| **places > 0).count() as u64;
                prop_assert_eq!((row.told, row.reached), (told.len() as u64, reached));
                let sum = f64::from(here(year).iter().sum::<u32>());
                prop_assert_eq!(row.places, (!told.is_empty()).then_some(sum));
                prop_assert_eq!(row.depth, (reached > 0).then(|| sum / reached as f64));
            }
            let all = of(&found, None, name.parse().unwrap());
            let kept_up = (0..3).filter(|model| {
                places.iter().any(|(key, places)| key.1 == year && key.2 == *model && *places > 0)
            });
            prop_assert_eq!(all.kept_up, kept_up.count() as u64);
        }
    }
}
