//! How long it takes to judge 579 stations and all levels above them: 60 months, 6 indicators.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark fails loudly")]

use std::fmt::Write;
use std::hint::black_box;

use attain::{Outcome, Plan, Rows, Tally, When, calendar};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const LEVELS: [(&str, usize); 4] =
    [("country", 1), ("region", 5), ("district", 25), ("station", 579)];
const YEARS: std::ops::Range<i32> = 2020..2025;

/// Units, measures, and targets of every level: months, years to date, and both against the year before.
fn plan() -> Plan {
    let mut text = String::from(
        "attain: 1\nplan: bench\nmeasures:\n  cases: {}\n  cleared: {}\n  population: {over_time: last}\n\
         indicators:\n  crime: {count: cases}\n\
         \x20 clearance: {proportion: {numerator: cleared, denominator: cases}}\n\
         \x20 crime-rate: {rate: {numerator: cases, population: population}}\n\
         \x20 clearance-change: {change: {of: clearance, from: same_window_last_year, as: absolute}}\n\
         \x20 crime-change: {change: {of: crime, from: same_window_last_year, as: absolute}}\n\
         units:\n  levels: [country, region, district, station]\n  list:\n",
    );
    for (above, (level, number)) in LEVELS.iter().enumerate() {
        for unit in 0..*number {
            write!(text, "    - {{id: {level}-{unit}, level: {level}").unwrap();
            if let Some((parent, parents)) = above.checked_sub(1).map(|above| LEVELS[above]) {
                write!(text, ", parent: {parent}-{}", unit * parents / number).unwrap();
            }
            text.push_str("}\n");
        }
    }
    text.push_str("targets:\n");
    let months =
        format!("{{every: month, within: ['{}-01-01', '{}-01-01']}}", YEARS.start, YEARS.end);
    for (level, _) in LEVELS {
        for (indicator, goal) in [
            ("crime", "at_most: 12"),
            ("clearance", "at_least: 75"),
            ("crime-rate", "at_most: 120.5"),
            ("clearance-change", "at_least: 0.5"),
        ] {
            writeln!(
                text,
                "  {indicator}-{level}: {{indicator: {indicator}, goal: {{{goal}}}, \
                 window: {months}, units: {{level: {level}}}}}"
            )
            .unwrap();
        }
        for (indicator, goal) in [("clearance", "at_least: 75"), ("crime-change", "at_most: -5")] {
            for year in YEARS {
                for month in 1..=12 {
                    let (end_year, end_month) =
                        if month == 12 { (year + 1, 1) } else { (year, month + 1) };
                    writeln!(
                        text,
                        "  {indicator}-{level}-to-{year}-{month:02}: {{indicator: {indicator}, \
                         goal: {{{goal}}}, window: ['{year}-01-01', '{end_year}-{end_month:02}-01'], \
                         units: {{level: {level}}}}}"
                    )
                    .unwrap();
                }
            }
        }
    }
    Plan::from_yaml(&text).unwrap()
}

/// Monthly figures of every station, and its population year by year.
fn tally(plan: &Plan) -> Tally {
    let mut state = 20_231_214_u64;
    let mut draw = |most: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % most
    };
    let mut outcomes = Vec::new();
    for station in 0..LEVELS[3].1 {
        let unit = format!("station-{station}");
        let mut figure = |period: String, measure: &str, value: u64| {
            outcomes.push(Outcome::new(&unit, When::Period(period), measure, value as f64));
        };
        for year in YEARS.start - 1..YEARS.end {
            figure(format!("{year}"), "population", 5_000 + draw(20_000));
            for month in 1..=12 {
                let cases = draw(24);
                figure(format!("{year}-{month:02}"), "cases", cases);
                figure(format!("{year}-{month:02}"), "cleared", draw(cases + 1));
            }
        }
    }
    let mut tally = Tally::of(plan, Rows::Figures);
    tally.record_all(&outcomes).unwrap();
    tally
}

fn assess(criterion: &mut Criterion) {
    let plan = plan();
    let tally = tally(&plan);
    let as_of = calendar::date("2024-12-31").unwrap();
    let rows = plan.assess(&tally, as_of).unwrap().len();
    assert_eq!(rows, 219_600);

    let mut group = criterion.benchmark_group("579 stations, 60 months, 6 indicators");
    group.throughput(Throughput::Elements(rows as u64)).sample_size(20);
    group.bench_function("cells to rows", |bencher| {
        bencher.iter(|| black_box(plan.assess(black_box(&tally), as_of).unwrap()));
    });
    let report = plan.assess(&tally, as_of).unwrap();
    group.bench_function("rows to columns", |bencher| {
        bencher.iter(|| black_box(black_box(&report).to_record_batch()));
    });
    group.bench_function("rows to structs", |bencher| {
        bencher.iter_with_setup(
            || report.filter(&attain::Filter::default()).unwrap(),
            |report| black_box(report.rows().len()),
        );
    });
    group.finish();
}

criterion_group!(benches, assess);
criterion_main!(benches);
