//! Green zones: units of which all below hold a standard, and runs of neighbours that do.

use attain::views::GreenZone;

use super::report;
use crate::support::{day, parse};

const PLAN: &str = r#"
attain: 1
plan: p
units:
  levels: [city, district, commune]
  list:
    - {id: x, level: city}
    - {id: y, level: city}
    - {id: d1, level: district, parent: x}
    - {id: d2, level: district, parent: x}
    - {id: d3, level: district, parent: y}
    - {id: d4, level: district, parent: y}
    - {id: a, level: commune, parent: d1}
    - {id: b, level: commune, parent: d1}
    - {id: e, level: commune, parent: d2}
    - {id: f, level: commune, parent: d3}
    - {id: g, level: commune, parent: d3}
    - {id: h, level: commune, parent: d4}
measures: {users: {over_time: last}}
indicators: {known: {count: users}}
standards:
  free: {level: commune, window: "2025", all: [{indicator: known, goal: {at_most: 0}}]}
"#;

fn names(zones: &[GreenZone]) -> Vec<(Option<&str>, String)> {
    zones.iter().map(|zone| (zone.unit.as_deref(), zone.members.join(" "))).collect()
}

#[test]
fn the_topmost_unit_of_which_all_units_hold_the_standard_is_a_zone() {
    let figures = [
        ("a", "2025", "users", 0.0),
        ("b", "2025", "users", 0.0),
        ("e", "2025", "users", 0.0),
        ("f", "2025", "users", 0.0),
        ("g", "2025", "users", 1.0),
        ("h", "2025", "users", 0.0),
    ];
    let report = report(&parse(PLAN), "2025-12-31", &figures);
    let zones = report.certification("free", None).unwrap().green_zones();
    assert_eq!(names(&zones), [(Some("x"), "a b e".to_owned()), (Some("d4"), "h".to_owned())]);
    assert_eq!((zones[0].zone, zones[0].units, zones[1].zone), (1, 3, 2));
}

#[test]
fn a_unit_of_which_nothing_is_known_leaves_what_is_above_it_out() {
    let figures = [("a", "2025", "users", 0.0), ("e", "2025", "users", 0.0)];
    let report = report(&parse(PLAN), "2025-12-31", &figures);
    let zones = report.certification("free", Some(day("2025-01-01"))).unwrap().green_zones();
    assert_eq!(names(&zones), [(Some("d2"), "e".to_owned())]);
}

#[test]
fn neighbours_that_hold_the_standard_make_a_zone_across_the_hierarchy() {
    let figures = [
        ("a", "2025", "users", 0.0),
        ("b", "2025", "users", 1.0),
        ("e", "2025", "users", 0.0),
        ("f", "2025", "users", 0.0),
        ("g", "2025", "users", 0.0),
        ("h", "2025", "users", 0.0),
    ];
    let report = report(&parse(PLAN), "2025-12-31", &figures);
    let certification = report.certification("free", None).unwrap();
    // b would join a and e, but does not hold the standard; pairs count in either order, and twice as once.
    let pairs = [("a", "b"), ("b", "e"), ("f", "e"), ("g", "f"), ("f", "g")];
    let zones = certification.green_zones_of_neighbours(pairs).unwrap();
    let expected = [(None, "a".to_owned()), (None, "e f g".to_owned()), (None, "h".to_owned())];
    assert_eq!(names(&zones), expected);
    let refused = certification.green_zones_of_neighbours([("a", "zz")]).unwrap_err();
    assert!(refused.to_string().contains("no unit `zz`"), "{refused}");
}
