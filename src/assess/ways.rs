//! There are several ways to the same rows: they are the same, bit for bit.

use std::fmt::Write;

use proptest::prelude::*;

use super::columns::{Builder, StoredColumns, Summary};
use super::in_every::InEvery;
use super::judge::Judging;
use super::parts::{PartSize, Parts};
use super::subjects::{AllSubjects, Subjects};
use super::{Assessor, Block};
use crate::calendar;
use crate::plan::Plan;
use crate::tally::{Outcome, Rows, Status, Tally, When};

/// Numbers to make choices by; when they run out, the first choice is made.
struct Choices<'c>(std::slice::Iter<'c, u16>);

impl Choices<'_> {
    fn below(&mut self, number: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % number
    }

    fn one<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }

    /// Once in a number of times.
    fn once_in(&mut self, number: usize) -> bool {
        self.below(number) == number - 1
    }
}

const MEASURES: [&str; 6] = ["cases", "cleared", "cost", "people", "load", "peak"];

fn plan(choices: &mut Choices<'_>) -> (Plan, Vec<String>) {
    let mut units = vec![("c".to_owned(), String::new())];
    for district in 0..1 + choices.below(3) {
        let id = format!("d{district}");
        units.push((id.clone(), "level: district, parent: c".to_owned()));
        for station in 0..choices.below(4) {
            let validity =
                choices.one(&["", "", "", ", valid_from: 2023-03-01", ", valid_to: 2023-06-15"]);
            units.push((
                format!("{id}s{station}"),
                format!("level: station, parent: {id}{validity}"),
            ));
        }
    }
    let mut text = "attain: 1\nplan: p\nunits:\n  levels: [city, district, station]\n  list:\n    - {id: c, level: city}\n".to_owned();
    for (id, rest) in &units[1..] {
        writeln!(text, "    - {{id: {id}, {rest}}}").unwrap();
    }
    text.push_str("strata: {sex: [f, m], age: [young, old]}\n");
    let due =
        ["", "", "every: month", "recorded_at: station", "recorded_at: district, every: quarter"];
    let over_units = ["sum", "mean", "max"];
    write!(
        text,
        "measures:\n  cases: {{{}}}\n  cleared: {{{}}}\n",
        choices.one(&due),
        choices.one(&due)
    )
    .unwrap();
    writeln!(text, "  cost: {{signed: true, over_units: {}}}", choices.one(&over_units)).unwrap();
    for (measure, over_time) in [("people", "last"), ("load", "mean"), ("peak", "max")] {
        let over_units = choices.one(&over_units);
        writeln!(text, "  {measure}: {{over_time: {over_time}, over_units: {over_units}}}")
            .unwrap();
    }
    text.push_str(
        "indicators:
  crime: {count: cases}
  open: {count: cases - cleared}
  spent: {count: cost}
  clearance: {proportion: {numerator: cleared, denominator: cases}}
  ratio: {ratio: {numerator: cleared + cost, denominator: cases}}
  rate: {rate: {numerator: cases, population: people, annualised: exact}}
  mean: {mean: {of: load, per: peak}}
  change: {change: {of: crime, from: same_window_last_year, as: percent}}
  difference: {change: {of: clearance, from: previous_period, as: absolute}}
  share: {share_of_units: {of: clearance, level: station, goal: {at_least: 50}}}
  by-age: {standardised_rate: {events: cases, population: people, by: age, standard: {young: 3, old: 1}}}
  women: {ratio: {numerator: cases, denominator: people}, where: {sex: f}}
campaigns:
  spring: {window: 2023-Q2, compare: previous_period}
targets:
",
    );
    let indicators = [
        "crime",
        "open",
        "spent",
        "clearance",
        "ratio",
        "rate",
        "mean",
        "change",
        "difference",
        "share",
        "by-age",
        "women",
    ];
    for target in 0..1 + choices.below(8) {
        let indicator = choices.one(&indicators);
        let goal = choices.one(&[
            "at_least: 50",
            "at_most: 7.5",
            "above: 0",
            "between: [2, 60]",
            "reduce_by: {percent: 5, from: previous_period}",
            "increase_by: {absolute: 1, from: same_window_last_year}",
        ]);
        // A change of a change, and one of a share, is no goal.
        let goal = match indicator {
            "change" | "difference" | "share" if goal.contains("_by") => "at_most: 7.5",
            _ => goal,
        };
        let window = choices.one(&[
            "window: '2023'",
            "window: 2023-Q1",
            "window: 2023-02",
            "window: {every: month, within: '2023'}",
            "window: {every: week, within: 2023-Q1}",
            "window: {every: day, within: 2023-05}",
            "window: {every: 6 months, within: ['2022-10-01', '2023-10-01']}",
            "window: {rolling: 6 months, every: quarter, within: '2023'}",
            "window: ['2023-02-10', '2023-04-20']",
            "campaign: spring",
        ]);
        let units = choices.one(&["", ", units: {level: district}", ", units: {level: station}"]);
        let minimum = choices.one(&["", "", ", minimum_completeness: 60"]);
        // What is narrowed is narrowed once.
        let strata = match indicator {
            "by-age" => choices.one(&["", "", ", where: {sex: m}", ", by: sex", ", in_every: sex"]),
            "women" => choices.one(&["", ", where: {age: young}", ", in_every: age"]),
            _ => choices.one(&["", "", "", ", where: {age: [young, old]}", ", by: [sex, age]"]),
        };
        writeln!(
            text,
            "  t{target}: {{indicator: {indicator}, goal: {{{goal}}}, {window}{units}{minimum}{strata}}}"
        )
        .unwrap();
    }
    let plan = Plan::from_yaml(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    (plan, units.into_iter().map(|(id, _)| id).collect())
}

fn outcome(choices: &mut Choices<'_>, units: &[String]) -> Outcome {
    let when = match choices.below(12) {
        0 => When::Period("2023".to_owned()),
        1 => When::Period(format!("2023-Q{}", 1 + choices.below(4))),
        2 => When::Period(format!("2022-{:02}", 1 + choices.below(12))),
        3 => When::Period(format!("2023-W{:02}", 1 + choices.below(14))),
        4 => When::Date(
            calendar::date(&format!("2023-0{}-1{}", 1 + choices.below(5), choices.below(9)))
                .unwrap(),
        ),
        _ => When::Period(format!("2023-{:02}", 1 + choices.below(12))),
    };
    let unit = &units[choices.below(units.len())];
    let value = choices.below(40) as f64;
    // Products of some numbers leave what words hold.
    let value = if choices.once_in(12) { value * 123_456_789_012.0 } else { value };
    let value = if choices.once_in(6) { value / 10.0 } else { value };
    let mut outcome = Outcome::new(unit, when, choices.one(&MEASURES), value);
    if choices.once_in(5) {
        outcome.status = Some(choices.one(&[Status::P, Status::I, Status::Q, Status::L]));
        if matches!(outcome.status, Some(Status::Q | Status::L)) {
            outcome.value = None;
        }
    }
    for (stratum, categories) in [("sex", ["f", "m"]), ("age", ["young", "old"])] {
        if choices.once_in(3) {
            outcome = outcome.in_stratum(stratum, choices.one(&categories));
        }
    }
    if choices.once_in(5) {
        outcome.recorded_at = calendar::date(&format!("2023-{:02}-15", 1 + choices.below(12)));
    }
    outcome
}

fn tally(plan: &Plan, choices: &mut Choices<'_>, units: &[String]) -> Tally {
    let mut tally = Tally::of(plan, choices.one(&[Rows::Figures, Rows::Events]));
    for _ in 0..choices.below(160) {
        // What contradicts an earlier one is refused.
        let _ = tally.record(&outcome(choices, units));
    }
    tally
}

/// With numbers bit for bit: as text they read as the same number again.
fn as_text(blocks: &[Block]) -> String {
    let as_text = |block: &Block| {
        let rows: Vec<_> = block.rows().collect();
        format!("{} {} {rows:#?}", block.target, block.window)
    };
    blocks.iter().map(as_text).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(
        std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(300)
    ))]

    #[test]
    fn sums_made_once_change_no_row(choices in prop::collection::vec(any::<u16>(), 50..1500)) {
        let mut choices = Choices(choices.iter());
        let (plan, units) = plan(&mut choices);
        let tally = tally(&plan, &mut choices, &units);
        let day = choices.one(&["2023-12-31", "2023-05-20", "2024-06-01", "2022-12-31"]);
        let mut assessor = Assessor::new(&plan, &tally, calendar::date(day).unwrap());
        let each_alone = as_text(&assessor.assess_on(&assessor.subjects(None), 1));
        assessor.cut();
        prop_assert_eq!(each_alone, as_text(&assessor.assess_on(&assessor.subjects(None), 1)));
    }

    #[test]
    fn plain_rows_are_those_of_any_other_way(choices in prop::collection::vec(any::<u16>(), 50..1500)) {
        let mut choices = Choices(choices.iter());
        let (plan, units) = plan(&mut choices);
        let tally = tally(&plan, &mut choices, &units);
        let day = choices.one(&["2023-12-31", "2023-05-20", "2024-06-01", "2022-12-31"]);
        let mut assessor = Assessor::new(&plan, &tally, calendar::date(day).unwrap());
        assessor.cut();
        let subjects = assessor.subjects(None);
        let never_plain = |subjects: &Subjects| {
            let Subjects { target, window, .. } = subjects;
            let (target_in_force, units) = (&plan.targets()[*target], subjects.units());
            let mut builder = Builder::of(units.len(), true, StoredColumns::ALL);
            let mut summary = Summary::default();
            for mut slice in builder.slices(std::iter::once(units.len())) {
                if target_in_force.categories.is_empty() {
                    let judging = Judging::new(&assessor, target_in_force, target_in_force.indicator, window);
                    judging.without_plain_rows().rows(units, &mut slice);
                } else {
                    let in_every = InEvery::new(&assessor, target_in_force, window);
                    in_every.without_plain_rows().rows(units, &mut slice);
                }
                summary.add(slice.summary(), 0);
            }
            builder.finish(summary, [(*target, *window, units.len(), Default::default())])
        };
        let expected: Vec<Block> = subjects.iter().flat_map(never_plain).collect();
        prop_assert_eq!(as_text(&expected), as_text(&assessor.assess_on(&subjects, 1)));
    }

    #[test]
    fn assessing_again_gives_the_rows_of_a_whole_assessment(choices in prop::collection::vec(any::<u16>(), 50..1500)) {
        let mut choices = Choices(choices.iter());
        let (plan, units) = plan(&mut choices);
        let days = ["2023-05-20", "2023-05-21", "2023-06-30", "2023-12-31", "2024-06-01"].map(|day| calendar::date(day).unwrap());
        let mut tally = tally(&plan, &mut choices, &units);
        let mut day = choices.one(&days);
        let mut blocks = Assessor::new(&plan, &tally, day).assess_all(None);
        for _ in 0..3 {
            let (tally_before, day_before) = (tally.clone(), day);
            for _ in 0..choices.below(4) {
                let _ = tally.record(&outcome(&mut choices, &units));
            }
            if choices.once_in(2) {
                day = choices.one(&days);
            }
            let before = Assessor::new(&plan, &tally_before, day_before);
            let again = Assessor::new(&plan, &tally, day).assess_again(&before, &blocks, None);
            blocks = Assessor::new(&plan, &tally, day).assess_all(None);
            prop_assert_eq!(as_text(&blocks), as_text(&again));
        }
    }

    #[test]
    fn parts_have_the_rows_of_the_whole(choices in prop::collection::vec(any::<u16>(), 50..1500)) {
        let mut choices = Choices(choices.iter());
        let (plan, units) = plan(&mut choices);
        let tally = tally(&plan, &mut choices, &units);
        let days = ["2023-12-31", "2023-05-20", "2024-06-01", "2022-12-31"];
        let day = calendar::date(choices.one(&days)).unwrap();
        let size = PartSize { rows: 1 + choices.below(40), unit_windows: choices.below(200) };
        let most_units = 1 + choices.below(4);
        let in_blocks = || AllSubjects::of(&plan, day, None).in_blocks_of(most_units);
        let mut parts = Parts::of_subjects(in_blocks(), &tally, StoredColumns::ALL, size);
        let mut found = Vec::new();
        while let Some(part) = parts.next_part().unwrap() {
            prop_assert!(!part.is_empty());
            let rows = part.iter().map(Block::len).sum::<usize>();
            let is_of_a_window = part.iter().all(|block| (block.target, block.window) == (part[0].target, part[0].window));
            prop_assert!(is_of_a_window || rows <= size.rows / 2 + units.len());
            prop_assert!(!is_of_a_window || rows <= size.rows.max(most_units));
            found.extend(part);
        }
        let mut assessor = Assessor::new(&plan, &tally, day);
        assessor.cut();
        let expected = assessor.assess_on(&in_blocks().collect::<Vec<_>>(), 1);
        prop_assert_eq!(as_text(&expected), as_text(&found));
        prop_assert!(parts.next_part().unwrap().is_none());
    }

    #[test]
    fn threads_change_no_row(choices in prop::collection::vec(any::<u16>(), 50..1500)) {
        let mut choices = Choices(choices.iter());
        let (plan, units) = plan(&mut choices);
        let tally = tally(&plan, &mut choices, &units);
        let day = calendar::date("2023-09-30").unwrap();
        let on = |threads: usize| {
            let mut assessor = Assessor::new(&plan, &tally, day);
            assessor.cut();
            as_text(&assessor.assess_on(&assessor.subjects(None), threads))
        };
        let alone = on(1);
        prop_assert_eq!(&alone, &on(2));
        prop_assert_eq!(&alone, &on(7));
    }
}
