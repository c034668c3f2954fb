//! Standards in plans: written, and read back equal.

use attain::Plan;
use attain::plan::Criterion;

use super::commune_of;
use crate::support::parse;

#[test]
fn standards_are_written_and_read_back_equal() {
    let text = format!(
        r#"
attain: 1
plan: p
units: {}
measures: {{users: {{over_time: last}}, models: {{}}}}
indicators: {{known: {{count: users}}, working: {{count: models}}}}
campaigns: {{peak: {{window: ["2025-01-01", "2025-03-01"]}}}}
standards:
  hamlet:
    title: Safe residential area
    note: A remark.
    level: hamlet
    window: peak
    basis: [{{document: 23/2012/TT-BCA, dated: 2012-04-27, clause: Art. 6}}]
    any:
      - {{title: Nobody uses, indicator: known, goal: {{at_most: 0}}}}
      - {{indicator: known, goal: {{reduce_by: {{percent: 12.5, from: previous_period}}}}}}
  commune:
    level: commune
    window: {{every: year, within: [2020-01-01, 2026-01-01]}}
    versions:
      - {{all: [{{units: {{hold: hamlet, at_least: 70}}}}]}}
      - from: 2025-07-01
        basis: [{{document: 28/2025/QĐ-TTg}}]
        at_least: 2
        of:
          - {{title: Most, units: {{hold: hamlet, above: 50}}}}
          - {{indicator: working, goal: {{at_least: 1}}}}
          - all: [{{any: [{{indicator: known, goal: {{between: [0, 5]}}}}]}}]
"#,
        commune_of(2)
    );
    let plan = parse(&text);
    assert_eq!(Plan::from_yaml(&plan.to_yaml()).unwrap(), plan);
    assert_eq!(Plan::from_json(&plan.to_json()).unwrap(), plan);
    assert_eq!(Plan::from_toml(&plan.to_toml().unwrap()).unwrap(), plan);
    let commune = plan.standard("commune").unwrap();
    assert_eq!(commune.versions.len(), 2);
    assert!(matches!(&commune.versions[1].criterion, Criterion::AtLeast(2, of) if of.len() == 3));
    assert_eq!(plan.standards().len(), 2);
}
