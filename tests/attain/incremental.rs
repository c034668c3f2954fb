//! Assessing again and tallies for certain days: both rest on what an assessment reads, and give the rows of any other
//! assessment, whatever the plan reads.

use std::fmt::Write as _;

use attain::views::AwardOptions;
use attain::{Outcome, Plan, Report, Rows, Status, Tally, When};
use chrono::NaiveDate;
use proptest::prelude::*;

use crate::support::{day, parse};

/// Numbers to make choices by; when they run out, the first choice is made.
pub(crate) struct Choices<'c>(pub(crate) std::slice::Iter<'c, u16>);

impl Choices<'_> {
    pub(crate) fn below(&mut self, number: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % number
    }

    pub(crate) fn one<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// Once in a number of times.
    pub(crate) fn once_in(&mut self, number: usize) -> bool {
        self.below(number) == number - 1
    }
}

/// Two districts; on the first of May 2023 one of four communes is divided: a part of it goes to another.
const UNITS: &str = "
units:
  levels: [city, district, commune]
  list:
    - {id: c, level: city}
    - {id: d1, level: district, parent: c}
    - {id: d2, level: district, parent: c}
    - {id: a, level: commune, parent: d1, valid_to: 2023-05-01}
    - {id: b, level: commune, parent: d1, valid_to: 2023-05-01}
    - {id: a, name: Larger, level: commune, parent: d1, valid_from: 2023-05-01}
    - {id: e, level: commune, parent: d1, valid_from: 2023-05-01}
    - {id: f, level: commune, parent: d2}
    - {id: g, level: commune, parent: d2}
  changes:
    - on: 2023-05-01
      weights: {people: {vintage: 2022, as: amounts}}
      list:
        - {from: a, to: a, weights: {people: 200}}
        - {from: b, to: a, weights: {people: 100}}
        - {from: b, to: e, weights: {people: 300}}
";

pub(crate) const CODES: [&str; 8] = ["c", "d1", "d2", "a", "b", "e", "f", "g"];

pub(crate) fn plan(choices: &mut Choices<'_>) -> Plan {
    let mut text = format!("attain: 1\nplan: p\n{UNITS}measures:\n");
    let due = ["", "every: month", "every: month, due: 10", "recorded_at: commune, every: month"];
    let suppressed = choices.one(&["", "suppressed: [1, 7]"]);
    let of_cases = [choices.one(&due), suppressed].map(str::to_owned);
    let of_cases: Vec<_> = of_cases.into_iter().filter(|part| !part.is_empty()).collect();
    writeln!(text, "  cases: {{{}}}", of_cases.join(", ")).unwrap();
    let cumulative = "cumulative: true, every: month";
    let of_cleared = choices.one(&[due[0], due[1], due[2], due[3], cumulative]);
    writeln!(text, "  cleared: {{{of_cleared}}}").unwrap();
    let people = choices.one(&[
        "over_time: last",
        "over_time: last, carry: 2 months",
        "over_time: last, carry: 400 days",
        "over_time: mean, weight_by_days: true",
    ]);
    writeln!(text, "  people: {{{people}}}").unwrap();
    text.push_str(
        "indicators:
  index: {reported: {unit: points}}
  crime: {count: cases}
  open: {count: cases - cleared}
  clearance: {proportion: {numerator: cleared, denominator: cases}}
  per-case: {ratio: {numerator: cleared, denominator: cases}}
  rate: {rate: {numerator: cases, population: people}}
  change: {change: {of: crime, from: same_window_last_year, as: percent}}
  share: {share_of_units: {of: clearance, level: commune, goal: {at_least: 50}}}
  fallen: {share_of_units: {of: crime, level: commune, goal: {reduce_by: {percent: 5, from: previous_period}}}}
  made: {REPORTS}
campaigns:
  spring: {window: 2023-Q2, compare: same_window_last_year}
targets:
",
    );
    let has_period = of_cases.iter().any(|part| part.contains("every"));
    let reports = if has_period { "reporting: {of: cases, share: made}" } else { "count: cases" };
    text = text.replace("REPORTS", reports);
    let indicators = [
        "crime",
        "crime",
        "open",
        "clearance",
        "per-case",
        "rate",
        "change",
        "share",
        "fallen",
        "index",
        "made",
    ];
    for target in 0..1 + choices.below(6) {
        let indicator = choices.one(&indicators);
        let relative = "reduce_by: {percent: 5, from: same_window_last_year}";
        let goal = match indicator {
            "change" | "share" | "fallen" | "made" => {
                choices.one(&["at_least: 50", "at_most: 7.5"])
            }
            _ => choices.one(&["at_least: 50", "at_most: 7.5", "between: [2, 60]", relative]),
        };
        let window = match choices.below(6) {
            0 => "window: '2023'",
            1 => "window: 2023-Q1",
            2 => "window: {every: month, within: '2023'}",
            3 => "window: {every: quarter, within: '2023'}",
            4 => "window: ['2023-02-10', '2023-07-20']",
            _ => "campaign: spring",
        };
        write!(text, "  t{target}: {{indicator: {indicator}, goal: {{{goal}}}, {window}").unwrap();
        let units = choices.one(&["", ", units: {level: district}", ", units: {level: commune}"]);
        text.push_str(units);
        if choices.once_in(4) {
            text.push_str(", trajectory: {seasonal: {from: ['2021', '2022']}}");
        }
        if window == "window: '2023'" && goal == "at_least: 50" && indicator != "made" {
            if choices.once_in(2) {
                text.push_str(
                    ", milestones: [{by: 2023-03-10, reach: 20}, {by: 2023-09-30, reach: 45}]",
                );
            }
            if choices.once_in(2) && indicator == "crime" && units.is_empty() {
                let cascades = [
                    ", cascade: {to: commune, by: {proportional: people}, window: '2022'}",
                    ", cascade: {to: commune, by: {proportional: cases}, window: ['2022-05-03', '2022-08-09']}",
                    ", cascade: {to: district, by: equal}",
                ];
                text.push_str(choices.one(&cascades));
            }
        }
        if window.contains("every") && choices.once_in(2) && !goal.contains("_by") {
            text.push_str(", versions: [{from: 2023-06-01, goal: {at_most: 12}}]");
        }
        text.push_str("}\n");
    }
    text.push_str(
        "standards:
  safe:
    level: commune
    window: {every: quarter, within: '2023'}
    all:
      - {indicator: crime, goal: {at_most: 20}}
      - {indicator: crime, goal: {reduce_by: {percent: 1, from: same_window_last_year}}}
  district-safe: {level: district, window: '2023', all: [{units: {hold: safe, at_least: 50}}]}
scores:
  s:
    level: commune
    window: {every: month, within: ['2023-03-01', '2023-07-01']}
    parts: {crime: {indicator: crime, normalise: {goalposts: [90, 0]}}, rate: {indicator: rate, normalise: {goalposts: [90, 0]}}}
awards:
  best: {score: s, quota: {count: 2}, eligible: {standards: safe, targets: [t0]}}
",
    );
    parse(&text)
}

pub(crate) fn outcome(choices: &mut Choices<'_>, rows: Rows) -> Outcome {
    let year = choices.one(&[2023, 2023, 2022, 2021]);
    let when = match (rows, choices.below(12)) {
        (Rows::Events, _) => {
            let date = format!("{year}-{:02}-{:02}", 1 + choices.below(12), 1 + choices.below(28));
            When::Date(day(&date))
        }
        (Rows::Figures, 0) => When::Period(year.to_string()),
        (Rows::Figures, 1) => When::Period(format!("{year}-Q{}", 1 + choices.below(4))),
        (Rows::Figures, 2) => When::Period(format!("{year}-W{:02}", 1 + choices.below(30))),
        (Rows::Figures, _) => When::Period(format!("{year}-{:02}", 1 + choices.below(12))),
    };
    let measures: &[&str] = match rows {
        Rows::Events => &["cases", "cases", "cleared"],
        _ => &["cases", "cases", "cleared", "cleared", "people", "index"],
    };
    let measure = choices.one(measures);
    let mut outcome = Outcome::new(choices.one(&CODES), when, measure, choices.below(40) as f64);
    if choices.once_in(9) && measure != "index" {
        outcome.status = Some(choices.one(&[Status::P, Status::I, Status::Q, Status::L]));
        if matches!(outcome.status, Some(Status::Q | Status::L)) {
            outcome.value = None;
        }
    }
    if choices.once_in(5) {
        outcome.recorded_at = Some(day(&format!("2023-{:02}-15", 1 + choices.below(12))));
    }
    outcome
}

/// Rows, and all views that a tally for certain days allows.
pub(crate) fn told(report: &Report) -> String {
    let plan = report.plan();
    let mut told = format!("{:#?}\n{:#?}\n", report.rows(), report.milestones());
    for target in plan.targets().iter().filter(|target| target.cascade.is_some()) {
        writeln!(told, "{:#?}", report.cascade(&target.id).unwrap()).unwrap();
    }
    for standard in ["safe", "district-safe"] {
        let certification = report.certification(standard, None).unwrap();
        writeln!(told, "{:#?} {:#?}", certification.certificates(), certification.criteria())
            .unwrap();
    }
    let scores = report.score("s", None).unwrap();
    writeln!(told, "{:#?} {:#?}", scores.scores(), scores.parts()).unwrap();
    let awards = report.awards("best", None, &AwardOptions { draws: 0, seed: 0 });
    writeln!(told, "{awards:#?}").unwrap();
    told
}

pub(crate) fn days() -> [NaiveDate; 6] {
    ["2023-04-30", "2023-05-20", "2023-05-21", "2023-06-30", "2023-12-31", "2024-06-01"].map(day)
}

/// As many cases as the environment says, or `unless_said`.
pub(crate) fn cases(unless_said: u32) -> ProptestConfig {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases.unwrap_or(unless_said))
    }
}

#[test]
fn a_figure_that_is_carried_forward_is_read_again_where_it_was_revised() {
    let plan = parse(
        "{attain: 1, plan: p, units: {levels: [city], list: [{id: c, level: city}]},
          measures: {beds: {over_time: last, carry: 2 years}, nights: {}},
          indicators: {beds: {count: beds}, per-bed: {ratio: {numerator: nights, denominator: beds, per: 1}}},
          targets: {
            enough: {indicator: beds, goal: {at_least: 40}, window: {every: month, within: '2024'}},
            used: {indicator: per-bed, goal: {at_least: 1}, window: {every: month, within: '2024'}}}}",
    );
    let figure = |measure: &str, month: &str, value, recorded| {
        let when = When::Period(month.to_owned());
        let mut figure = Outcome::new("c", when, measure, value);
        figure.recorded_at = Some(day(recorded));
        figure
    };
    let mut tally = Tally::new(&plan);
    for month in ["2024-01", "2024-02", "2024-03"] {
        tally.record(&figure("nights", month, 60.0, "2024-04-01")).unwrap();
    }
    // Further back than what is looked up for missing reports.
    tally.record(&figure("beds", "2022-06", 30.0, "2022-07-05")).unwrap();
    let values = |report: &Report, target: &str| -> Vec<Option<f64>> {
        let rows = report.rows().iter().filter(|row| &*row.target == target);
        rows.take(4).map(|row| row.value).collect()
    };
    let before = plan.assess(&tally, day("2024-04-30")).unwrap();
    assert_eq!(values(&before, "enough"), [Some(30.0); 4]);
    assert_eq!(values(&before, "used"), [Some(2.0), Some(2.0), Some(2.0), None]);
    tally.record(&figure("beds", "2022-06", 20.0, "2024-04-30")).unwrap();
    let again = plan.assess_again(&before, &tally, day("2024-04-30")).unwrap();
    assert_eq!(values(&again, "enough"), [Some(20.0); 4]);
    assert_eq!(values(&again, "used"), [Some(3.0), Some(3.0), Some(3.0), None]);
    assert_eq!(again.rows(), plan.assess(&tally, day("2024-04-30")).unwrap().rows());
}

proptest! {
    #![proptest_config(cases(250))]

    #[test]
    fn assessing_again_gives_the_rows_of_any_plan(choices in prop::collection::vec(any::<u16>(), 50..1500)) {
        let mut choices = Choices(choices.iter());
        let mut plan = plan(&mut choices);
        if choices.once_in(3) {
            plan = plan.in_geography(Some(day("2023-06-01")));
        }
        let rows = choices.one(&[Rows::Figures, Rows::Events]);
        let mut tally = Tally::of(&plan, rows);
        for _ in 0..choices.below(150) {
            // What contradicts an earlier one is refused.
            let _ = tally.record(&outcome(&mut choices, rows));
        }
        let mut as_of = choices.one(&days());
        let mut report = plan.assess(&tally, as_of).unwrap();
        for _ in 0..3 {
            for _ in 0..choices.below(3) {
                let _ = tally.record(&outcome(&mut choices, rows));
            }
            if choices.once_in(2) {
                as_of = choices.one(&days());
            }
            let again = plan.assess_again(&report, &tally, as_of).unwrap();
            report = plan.assess(&tally, as_of).unwrap();
            prop_assert_eq!(format!("{:#?}", report.rows()), format!("{:#?}", again.rows()));
            // What is kept once more rests on the reads of the first time.
            report = again;
        }
    }

    // A long figure widens what is searched for figures that share days with a window.
    #[test]
    fn a_long_figure_of_another_year_changes_nothing(choices in prop::collection::vec(any::<u16>(), 50..1500)) {
        let mut choices = Choices(choices.iter());
        let mut plan = plan(&mut choices);
        if choices.once_in(3) {
            plan = plan.in_geography(Some(day("2023-06-01")));
        }
        let mut tally = Tally::new(&plan);
        let flow = choices.one(&["cases", "cleared"]);
        // It takes part either way, and has a figure before all windows.
        let code = choices.one(&CODES);
        let _ = tally.record(&Outcome::new(code, When::Period("2018-06".into()), flow, 1.0));
        for _ in 0..choices.below(150) {
            let _ = tally.record(&outcome(&mut choices, Rows::Figures));
        }
        let as_of = choices.one(&days());
        let mut longer = tally.clone();
        let _ = longer.record(&Outcome::new(code, When::Period("2019".into()), flow, 17.0));
        let [one, other] = [tally, longer].map(|tally| plan.assess(&tally, as_of).unwrap());
        prop_assert_eq!(format!("{:#?}", one.rows()), format!("{:#?}", other.rows()));
    }

    #[test]
    fn a_tally_for_a_day_gives_the_rows_of_any_plan(choices in prop::collection::vec(any::<u16>(), 50..1500)) {
        let mut choices = Choices(choices.iter());
        let plan = plan(&mut choices);
        let as_of = choices.one(&days());
        let mut tallies = [Tally::of_events(&plan), plan.tally_for(Rows::Events, &[as_of])];
        for _ in 0..choices.below(300) {
            let event = outcome(&mut choices, Rows::Events);
            for tally in &mut tallies {
                let _ = tally.record(&event);
            }
        }
        // Beside the events, figures of what can't be counted.
        let mut figures = [Tally::new(&plan), plan.tally_for(Rows::Figures, &[as_of])];
        for _ in 0..choices.below(40) {
            let figure = outcome(&mut choices, Rows::Figures);
            for tally in figures.iter_mut().filter(|_| ["people", "index"].contains(&&*figure.measure)) {
                let _ = tally.record(&figure);
            }
        }
        for (tally, figures) in tallies.iter_mut().zip(&figures) {
            tally.merge(figures).unwrap();
        }
        let [whole, cut] = tallies.map(|tally| plan.assess(&tally, as_of).unwrap());
        prop_assert_eq!(told(&whole), told(&cut));
    }
}
