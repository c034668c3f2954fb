//! Worked examples: shares of units by exact arithmetic, combinations, unknown criteria, explanations.

use attain::{Reason, Verdict};

use super::{commune_of, of, report};
use crate::support::{day, parse};

/// A commune whose hamlets hold the standard where nobody is recorded as a user.
fn safe(hamlets: usize, share: &str) -> attain::Plan {
    parse(&format!(
        r#"
attain: 1
plan: safe
units: {}
measures: {{users: {{unit: person, over_time: last}}}}
indicators: {{known-users: {{title: recorded users, count: users}}}}
standards:
  hamlet:
    title: Safe residential area
    level: hamlet
    window: "2012"
    all: [{{indicator: known-users, goal: {{at_most: 0}}}}]
  commune:
    title: Safe commune
    level: commune
    window: "2012"
    basis: [{{document: 23/2012/TT-BCA, clause: Art. 6}}]
    all: [{{units: {{hold: hamlet, {share}}}}}]
"#,
        commune_of(hamlets)
    ))
}

/// The commune's certificate, by the numbers of hamlets that hold the standard, that don't, and that are unknown.
fn commune(
    share: &str,
    holding: usize,
    failing: usize,
    unknown: usize,
) -> attain::views::Certificate {
    let plan = safe(holding + failing + unknown, share);
    let hamlets: Vec<String> = (1..=holding + failing).map(|hamlet| format!("h{hamlet}")).collect();
    let figures: Vec<_> = hamlets
        .iter()
        .enumerate()
        .map(|(at, hamlet)| {
            (hamlet.as_str(), "2012", "users", if at < holding { 0.0 } else { 1.0 })
        })
        .collect();
    let report = report(&plan, "2012-12-31", &figures);
    of(&report.certification("commune", None).unwrap(), "c").clone()
}

/// The worked example of Circular 23/2012/TT-BCA, Article 6: 16 of 25 are 64 %.
#[test]
fn sixteen_of_twenty_five_hamlets_are_two_short_of_seventy_per_cent() {
    let row = commune("at_least: 70", 16, 9, 0);
    assert_eq!(row.verdict, Verdict::Missed);
    assert_eq!(
        (row.units, row.units_needed, row.units_holding, row.units_unknown, row.units_short),
        (Some(25), Some(18), Some(16), Some(0), Some(2))
    );
    assert_eq!(
        row.failed.as_deref(),
        Some("at least 70 % of level hamlet hold “Safe residential area”")
    );
    assert_eq!(row.basis.as_deref(), Some("23/2012/TT-BCA, Art. 6"));
    assert_eq!(commune("at_least: 70", 17, 8, 0).verdict, Verdict::Missed);
    assert_eq!(commune("at_least: 70", 18, 7, 0).verdict, Verdict::Met);
}

#[test]
fn a_share_is_reached_exactly_and_exceeded_by_one_more() {
    assert_eq!(commune("at_least: 70", 7, 3, 0).verdict, Verdict::Met);
    let above = commune("above: 70", 7, 3, 0);
    assert_eq!((above.verdict, above.units_needed), (Verdict::Missed, Some(8)));
    // A float 28.999… would ask for 29 of 100 at 29 %.
    assert_eq!(commune("at_least: 29", 29, 71, 0).units_needed, Some(29));
    assert_eq!(commune("at_least: 20", 26, 100, 0).verdict, Verdict::Met);
    assert_eq!(commune("at_least: 20", 25, 101, 0).units_needed, Some(26));
}

#[test]
fn what_is_unknown_counts_only_where_the_certificate_depends_on_it() {
    // 18 needed: 16 and 2 unknown may still make it, 15 and 2 unknown can't, 18 do whatever comes.
    let open = commune("at_least: 70", 16, 7, 2);
    assert_eq!((open.verdict, open.reason), (Verdict::Indeterminate, Some(Reason::NoData)));
    assert_eq!((open.units_unknown, open.units_short), (Some(2), Some(2)));
    assert!(open.failed.is_none() && open.undecided.is_some());
    assert_eq!(commune("at_least: 70", 15, 8, 2).verdict, Verdict::Missed);
    assert_eq!(commune("at_least: 70", 18, 5, 2).verdict, Verdict::Met);
}

#[test]
fn a_share_of_no_units_is_undefined() {
    let row = commune("at_least: 70", 0, 0, 0);
    assert_eq!((row.verdict, row.reason), (Verdict::Indeterminate, Some(Reason::ZeroDenominator)));
    assert_eq!((row.units, row.units_needed), (Some(0), Some(0)));
}

#[test]
fn an_explanation_lists_what_failed_what_is_needed_and_what_it_rests_on() {
    let plan = safe(4, "at_least: 70");
    let figures =
        [("h1", "2012", "users", 0.0), ("h2", "2012", "users", 3.0), ("h3", "2012", "users", 0.0)];
    let report = report(&plan, "2012-12-31", &figures);
    let told = |standard: &str, unit: &str| {
        report.certification(standard, None).unwrap().explain(unit, None).unwrap().to_string()
    };
    assert_eq!(
        told("commune", "c"),
        "\
Safe commune · Xã C (c)
2012-01-01 to 2012-12-31, as of 2012-12-31
It can't be said: nothing was recorded for these days.
Criteria, all of these have to be met
  1 at least 70 % of level hamlet hold “Safe residential area” · undecided: 2 of 4 do, 3 needed, 1 short (nothing was recorded for these days)
    do not: Thôn 2
    not known: Thôn 4
Rests on 23/2012/TT-BCA, Art. 6
"
    );
    assert_eq!(
        told("hamlet", "h2"),
        "\
Safe residential area · Thôn 2 (h2)
2012-01-01 to 2012-12-31, as of 2012-12-31
Not certified: 1 of 1 criterion fails.
Criteria, all of these have to be met
  1 recorded users at most 0 person · missed: 3, 3 away from it
"
    );
    let none = report.certification("hamlet", None).unwrap().explain("c", None);
    assert!(none.unwrap_err().is_request());
    let misspelt = report.certification("comune", None).unwrap_err().to_string();
    assert!(misspelt.contains("did you mean `commune`?"), "{misspelt}");
    assert!(report.certification("commune", Some(day("2013-01-01"))).unwrap_err().is_request());
}

/// Decision 28/2025/QĐ-TTg calls a commune a drug hot spot of type I where at least three of five hold, one
/// of which is one of two.
#[test]
fn criteria_combine_at_least_so_many_of_them_and_inside_each_other() {
    let plan = parse(
        r#"
attain: 1
plan: hot-spots
units: {levels: [commune], list: [{id: a, level: commune}, {id: b, level: commune}, {id: e, level: commune}]}
measures:
  users: {over_time: last}
  residents: {over_time: last}
  places: {}
  offenders: {}
  plants: {}
  area: {}
indicators:
  users-share: {proportion: {numerator: users, denominator: residents}}
  places-of-use: {count: places}
  offenders-share: {ratio: {numerator: offenders, denominator: residents}}
  plants-found: {count: plants}
  area-found: {count: area}
standards:
  type-1:
    level: commune
    window: "2025"
    at_least: 3
    of:
      - {indicator: users-share, goal: {at_least: 0.5}}
      - {indicator: places-of-use, goal: {at_least: 2}}
      - {indicator: offenders-share, goal: {at_least: 0.1}}
      - any:
          - {indicator: plants-found, goal: {at_least: 3000}}
          - {indicator: area-found, goal: {at_least: 750}}
"#,
    );
    let figures = [
        // Exactly at two goals, and beyond a third by its area alone.
        ("a", "2025", "residents", 10_000.0),
        ("a", "2025", "users", 50.0),
        ("a", "2025", "places", 1.0),
        ("a", "2025", "offenders", 10.0),
        ("a", "2025", "plants", 0.0),
        ("a", "2025", "area", 750.0),
        // Two fail, so that no unknown can help.
        ("b", "2025", "residents", 10_000.0),
        ("b", "2025", "users", 49.0),
        ("b", "2025", "places", 1.0),
        // One is known, one unknown inside a combination of which the other is missed.
        ("e", "2025", "residents", 10_000.0),
        ("e", "2025", "users", 50.0),
        ("e", "2025", "places", 2.0),
        ("e", "2025", "offenders", 9.0),
        ("e", "2025", "plants", 2999.0),
    ];
    let report = report(&plan, "2025-12-31", &figures);
    let certification = report.certification("type-1", None).unwrap();
    let verdicts: Vec<_> = certification.certificates().iter().map(|row| row.verdict).collect();
    assert_eq!(verdicts, [Verdict::Met, Verdict::Missed, Verdict::Indeterminate]);
    let [a, b, e] = certification.certificates() else { panic!() };
    assert_eq!((a.criteria, a.criteria_met), (5, 3));
    assert_eq!(b.failed.as_deref(), Some("users-share at least 0.5 %; places-of-use at least 2"));
    assert_eq!(e.undecided.as_deref(), Some("area-found at least 750"));
    let of_e: Vec<_> = certification
        .criteria()
        .iter()
        .filter(|row| row.unit == "e")
        .map(|row| (row.criterion.as_str(), row.verdict.code(), row.fails))
        .collect();
    assert_eq!(
        of_e,
        [
            ("1", "met", false),
            ("2", "met", false),
            ("3", "missed", false),
            ("4.1", "missed", false),
            ("4.2", "indeterminate", false)
        ]
    );
}

#[test]
fn a_running_window_is_judged_to_date_and_one_to_come_not_at_all() {
    let plan = parse(&format!(
        "
attain: 1
plan: p
units: {}
measures: {{users: {{over_time: last}}}}
indicators: {{known: {{count: users}}}}
standards:
  free:
    level: hamlet
    window: {{every: year, within: [2024-01-01, 2027-01-01]}}
    all: [{{indicator: known, goal: {{at_most: 0}}}}]
",
        commune_of(1)
    ));
    let report = report(
        &plan,
        "2025-06-30",
        &[("h1", "2024", "users", 1.0), ("h1", "2025-05", "users", 0.0)],
    );
    let rows: Vec<_> = report
        .certification("free", None)
        .unwrap()
        .certificates()
        .iter()
        .map(|row| (row.is_final, row.verdict, row.reason))
        .collect();
    assert_eq!(
        rows,
        [
            (true, Verdict::Missed, None),
            (false, Verdict::Met, None),
            (false, Verdict::Indeterminate, Some(Reason::NotStarted))
        ]
    );
    let of_2024 = report.certification("free", Some(day("2024-05-14"))).unwrap();
    assert_eq!(of_2024.certificates().len(), 1);
}

#[test]
fn units_that_do_not_exist_throughout_the_window_are_not_counted() {
    let plan = parse(
        r#"
attain: 1
plan: p
units:
  levels: [commune, hamlet]
  list:
    - {id: c, level: commune}
    - {id: a, level: hamlet, parent: c}
    - {id: b, level: hamlet, parent: c}
    - {id: new, level: hamlet, parent: c, valid_from: 2025-07-01}
    - {id: gone, level: hamlet, parent: c, valid_to: 2025-01-01}
measures: {users: {over_time: last}}
indicators: {known: {count: users}}
standards:
  free: {level: hamlet, window: "2025", all: [{indicator: known, goal: {at_most: 0}}]}
  all-free: {level: commune, window: "2025", all: [{units: {hold: free, at_least: 100}}]}
"#,
    );
    let figures = [("a", "2025", "users", 0.0), ("b", "2025", "users", 0.0)];
    let report = report(&plan, "2025-12-31", &figures);
    let hamlets = report.certification("free", None).unwrap();
    let of_new = of(&hamlets, "new");
    assert_eq!(
        (of_new.verdict, of_new.reason),
        (Verdict::Indeterminate, Some(Reason::UnitNotValid))
    );
    assert!(hamlets.certificates().iter().all(|row| row.unit != "gone"));
    let commune = report.certification("all-free", None).unwrap();
    assert_eq!((of(&commune, "c").units, of(&commune, "c").verdict), (Some(2), Verdict::Met));
}

#[test]
fn a_tally_for_one_day_certifies_as_any_other() {
    let plan = safe(5, "at_least: 70");
    let mut whole = attain::Tally::new(&plan);
    let mut cut = plan.tally_for(attain::Rows::Figures, &[day("2012-12-31")]);
    for (hamlet, users) in [("h1", 0.0), ("h2", 0.0), ("h3", 0.0), ("h4", 1.0)] {
        let when = attain::When::Period("2012".into());
        let outcome = attain::Outcome::new(hamlet, when, "users", users);
        whole.record(&outcome).unwrap();
        cut.record(&outcome).unwrap();
    }
    let rows = |tally| {
        let report = plan.assess(tally, day("2012-12-31")).unwrap();
        report.certification("commune", None).unwrap().certificates().to_vec()
    };
    assert_eq!(rows(&whole), rows(&cut));
    assert_eq!(rows(&cut)[0].verdict, Verdict::Indeterminate);
}
