//! Owners: who answers for which rows, and from when to when.

use attain::{Filter, Plan, Report, Tally};

use crate::support::{day, outcome};

const HEAD: &str = r#"
attain: 1
plan: roads
units:
  levels: [city, district, commune]
  list:
    - {id: c, name: City, level: city}
    - {id: d1, name: North, level: district, parent: c}
    - {id: d2, name: South, level: district, parent: c}
    - {id: x, level: commune, parent: d1}
    - {id: y, level: commune, parent: d2}
measures: {accidents: {absent: zero}, fires: {absent: zero}}
indicators: {accidents: {count: accidents}, fires: {count: fires}}
campaigns:
  year: {window: "2023", tasks: {patrols: Patrols}}
  tet: {window: ["2023-01-10", "2023-02-10"], part_of: year}
targets:
  few: {indicator: accidents, goal: {at_most: 5}, window: {every: quarter, within: "2023"}, units: {level: commune}}
  all: {indicator: accidents, goal: {at_most: 9}, window: year, task: patrols}
  feast: {indicator: fires, goal: {at_most: 0}, window: tet}
"#;

fn plan(owners: &str) -> Plan {
    let plan = Plan::from_yaml(&format!("{HEAD}owners:\n{owners}"))
        .unwrap_or_else(|error| panic!("{owners}: {error}"));
    assert!(Plan::from_yaml(&plan.to_yaml()).unwrap() == plan, "{owners}");
    plan
}

/// Seven accidents in x in the second quarter, one fire in d2 at the feast.
fn report(owners: &str, as_of: &str) -> Report {
    let plan = plan(owners);
    let mut tally = Tally::of_events(&plan);
    for (unit, date, measure, value) in
        [("x", "2023-05-05", "accidents", 7.0), ("y", "2023-01-20", "fires", 1.0)]
    {
        tally.record(&outcome(unit, date, measure, value)).unwrap();
    }
    plan.assess(&tally, day(as_of)).unwrap()
}

/// The rows that have an owner: target, unit, first day of the window, owners.
fn owned(report: &Report) -> Vec<String> {
    let rows = report.rows().iter();
    let rows = rows.filter_map(|row| {
        let owners = row.owners.as_ref()?;
        Some(format!("{} {} {}: {owners}", row.target, row.unit, row.window_start))
    });
    rows.collect()
}

#[test]
fn a_duty_is_about_what_fits_all_its_keys() {
    for (duty, rows) in [
        ("{targets: [all]}", vec!["all c 2023-01-01"]),
        ("{indicators: [fires]}", vec!["feast c 2023-01-10"]),
        ("{campaigns: [year]}", vec!["all c 2023-01-01", "feast c 2023-01-10"]),
        ("{campaigns: [tet]}", vec!["feast c 2023-01-10"]),
        ("{tasks: [patrols]}", vec!["all c 2023-01-01"]),
        ("{units: {level: city}}", vec!["all c 2023-01-01", "feast c 2023-01-10"]),
        ("{units: [y], from: 2023-12-01}", vec!["few y 2023-10-01"]),
        ("{within: [d2], until: 2023-03-31}", vec!["few y 2023-01-01"]),
        (
            "{targets: [few], units: [x], from: 2023-05-01, until: 2023-06-30}",
            vec!["few x 2023-04-01"],
        ),
        ("{targets: [few], indicators: [fires]}", vec![]),
    ] {
        let report = report(&format!("  o: {{duties: [{duty}]}}\n"), "2023-12-31");
        let rows: Vec<String> = rows.into_iter().map(|row| format!("{row}: o")).collect();
        assert_eq!(owned(&report), rows, "{duty}");
        let kept = report.filter(&Filter::default().owner("o")).unwrap();
        assert_eq!(kept.len(), rows.len(), "{duty}");
    }
    let everything = report("  mayor: {}\n", "2023-12-31");
    assert_eq!(owned(&everything).len(), everything.len());
}

/// The head of each authority answers for their area.
#[test]
fn an_office_of_each_unit_answers_for_its_area() {
    let owners = "  chairs: {title: Chair, each: district, duties: [{targets: [few]}]}\n  city: {name: N. N.}\n";
    let report = report(owners, "2023-12-31");
    let rows = report.by_owner();
    let found: Vec<_> = rows
        .iter()
        .map(|row| {
            let unit = row.unit.as_deref().unwrap_or_default();
            (row.owner.as_str(), unit, row.rows, row.met, row.missed)
        })
        .collect();
    assert_eq!(
        found,
        [("chairs", "d1", 4, 3, 1), ("chairs", "d2", 4, 4, 0), ("city", "", 10, 8, 2)]
    );
    assert_eq!(rows[0].unit_name.as_deref(), Some("North"));
    assert_eq!((rows[2].title.as_str(), rows[2].name.as_deref()), ("city", Some("N. N.")));
    let at = Filter::default().owner("chairs").unit("x");
    assert_eq!(report.filter(&at).unwrap().len(), 4);
    assert_eq!(&*report.rows()[0].owners.clone().unwrap(), "chairs, city");
    let explanation = report.explain("few", Some("x"), Some("2023-Q2")).unwrap();
    assert_eq!(explanation.notes, ["Answers for it: Chair, North; city, N. N."]);
}

/// Committee 89 took over on 2 August 2023.
#[test]
fn a_hand_over_in_a_window_is_told_on_both_sides() {
    let owners = r#"
  before: {duties: [{targets: [few, all], until: 2023-08-01}]}
  after: {duties: [{targets: [few, all], from: 2023-08-02}]}
"#;
    let counts = |as_of: &str| -> Vec<_> {
        let rows = report(owners, as_of).by_owner();
        rows.iter()
            .map(|row| (row.owner.clone(), row.rows, row.inherited, row.handed_over))
            .collect()
    };
    let named = |name: &str| name.to_owned();
    // Both units have four quarters; the third changes hands, and so does the year.
    assert_eq!(counts("2023-12-31"), [(named("before"), 4, 0, 3), (named("after"), 5, 3, 0)]);
    // On 1 August nobody has taken over; the fourth quarter has not begun.
    assert_eq!(counts("2023-08-01"), [(named("before"), 7, 0, 0), (named("after"), 2, 0, 0)]);
    assert_eq!(counts("2023-08-02"), [(named("before"), 4, 0, 3), (named("after"), 5, 3, 0)]);
}

#[test]
fn wrong_verdicts_of_owners_are_those_of_their_rows() {
    let owners = "  chairs: {each: district}\n  city: {}\n";
    let report = report(owners, "2023-12-31");
    let expected = report.expected_wrong().unwrap();
    let rows = report.by_owner();
    let city = rows.iter().find(|row| row.owner == "city").unwrap();
    approx::assert_relative_eq!(city.most_wrong, expected.most_wrong);
    approx::assert_relative_eq!(city.expected_wrong, expected.wrong);
    for row in &rows[..2] {
        let unit = if row.unit.as_deref() == Some("d1") { "x" } else { "y" };
        let of_unit = report.filter(&Filter::default().unit(unit)).unwrap();
        let expected = of_unit.expected_wrong().map_or(0.0, |expected| expected.most_wrong);
        approx::assert_relative_eq!(row.most_wrong, expected);
    }
}

#[test]
fn what_no_plan_has_is_refused() {
    for (owner, said) in [
        ("{each: ward}", "no level `ward`"),
        ("{duties: [{targets: [fwe]}]}", "did you mean `few`?"),
        ("{duties: [{indicators: [fire]}]}", "did you mean `fires`?"),
        ("{duties: [{campaigns: [tett]}]}", "did you mean `tet`?"),
        ("{duties: [{tasks: [patrol]}]}", "did you mean `patrols`?"),
        ("{duties: [{within: [d3]}]}", "no unit"),
        ("{duties: [{targets: [few, few]}]}", "this target stands twice"),
        ("{duties: [{from: 2023-05-01, until: 2023-04-30}]}", "a duty ends before it begins"),
        ("{duties: []}", "duties"),
        ("{dutes: []}", "did you mean `duties`?"),
    ] {
        let error = Plan::from_yaml(&format!("{HEAD}owners: {{o: {owner}}}")).unwrap_err();
        assert!(error.to_string().contains(said), "{owner}: {error}");
    }
    let report = report("  mayor: {}\n", "2023-12-31");
    let error = report.filter(&Filter::default().owner("major")).unwrap_err();
    assert!(error.to_string().contains("did you mean `mayor`?"), "{error}");
}

/// Reports without owners have an empty column, and no rows of owners.
#[test]
fn without_owners_nothing_is_said() {
    let plan = Plan::from_yaml(HEAD).unwrap();
    let report = plan.assess(&Tally::of_events(&plan), day("2023-12-31")).unwrap();
    assert!(report.by_owner().is_empty());
    assert!(report.rows().iter().all(|row| row.owners.is_none()));
    let explanation = report.explain("all", None, None).unwrap();
    assert!(explanation.notes.is_empty());
}
