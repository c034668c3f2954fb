//! How long it takes to judge 579 stations and all levels above them, 60 months by 6 indicators: of windows that have
//! closed, with all reports and without one in ten, and of windows that still run, with the chance that they meet their goals. `BENCH_FULL=1` takes 11,000 stations.
//! And how long it takes to judge all months again after one more day of events.
#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark fails loudly")]

use std::fmt::Write;
use std::hint::black_box;

use attain::{Outcome, Plan, Rows, Tally, When, calendar};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

type Levels = [(&'static str, usize); 4];

fn levels() -> Levels {
    if std::env::var_os("BENCH_FULL").is_some() {
        [("country", 1), ("region", 34), ("district", 626), ("station", 11_000)]
    } else {
        [("country", 1), ("region", 5), ("district", 25), ("station", 579)]
    }
}

const YEARS: std::ops::Range<i32> = 2020..2025;

/// Which windows are judged.
#[derive(Clone, Copy, PartialEq)]
enum Windows {
    /// Months and years to date.
    Closed,
    /// From each month to the end of the year after the last figures.
    Running,
}

/// Units, measures, and targets of every level: months, years to date, and both against the year before; or windows
/// that still run, as many of them, of the same indicators.
fn plan(levels: &Levels, windows: Windows) -> Plan {
    let mut text = String::from(
        "attain: 1\nplan: bench\nmeasures:\n  cases: {}\n  cleared: {}\n  population: {over_time: last}\n\
         indicators:\n  crime: {count: cases}\n\
         \x20 clearance: {proportion: {numerator: cleared, denominator: cases}}\n\
         \x20 crime-rate: {rate: {numerator: cases, population: population}}\n\
         \x20 clearance-change: {change: {of: clearance, from: same_window_last_year, as: absolute}}\n\
         \x20 crime-change: {change: {of: crime, from: same_window_last_year, as: absolute}}\n\
         units:\n  levels: [country, region, district, station]\n  list:\n",
    );
    for (above, (level, number)) in levels.iter().enumerate() {
        for unit in 0..*number {
            write!(text, "    - {{id: {level}-{unit}, level: {level}").unwrap();
            if let Some((parent, parents)) = above.checked_sub(1).map(|above| levels[above]) {
                write!(text, ", parent: {parent}-{}", unit * parents / number).unwrap();
            }
            text.push_str("}\n");
        }
    }
    text.push_str("targets:\n");
    let months =
        format!("{{every: month, within: ['{}-01-01', '{}-01-01']}}", YEARS.start, YEARS.end);
    let each_month = [
        ("crime", "at_most: 12"),
        ("clearance", "at_least: 75"),
        ("crime-rate", "at_most: 120.5"),
        ("clearance-change", "at_least: 0.5"),
    ];
    let to_date = [("clearance", "at_least: 75"), ("crime-change", "at_most: -5")];
    for (level, _) in levels {
        if windows == Windows::Closed {
            for (indicator, goal) in each_month {
                writeln!(
                    text,
                    "  {indicator}-{level}: {{indicator: {indicator}, goal: {{{goal}}}, \
                     window: {months}, units: {{level: {level}}}}}"
                )
                .unwrap();
            }
        }
        for year in YEARS {
            for month in 1..=12 {
                let mut target = |number: usize,
                                  indicator: &str,
                                  goal: &str,
                                  from: &str,
                                  to: &str| {
                    writeln!(
                        text,
                        "  {indicator}-{level}-{number}-{year}-{month:02}: {{indicator: {indicator}, \
                         goal: {{{goal}}}, window: ['{from}', '{to}'], units: {{level: {level}}}}}"
                    )
                    .unwrap();
                };
                if windows == Windows::Closed {
                    let (end_year, end_month) =
                        if month == 12 { (year + 1, 1) } else { (year, month + 1) };
                    let (from, to) =
                        (format!("{year}-01-01"), format!("{end_year}-{end_month:02}-01"));
                    for (number, (indicator, goal)) in to_date.into_iter().enumerate() {
                        target(number, indicator, goal, &from, &to);
                    }
                } else {
                    let (from, to) =
                        (format!("{year}-{month:02}-01"), format!("{}-01-01", YEARS.end + 1));
                    let all = each_month.into_iter().chain(to_date);
                    for (number, (indicator, goal)) in all.enumerate() {
                        target(number, indicator, goal, &from, &to);
                    }
                }
            }
        }
    }
    Plan::from_yaml(&text).unwrap()
}

/// Monthly figures of every station, and its population each year. `missing` is the percentage of the figures left out.
fn tally(plan: &Plan, stations: usize, missing: u64) -> Tally {
    let mut state = 20_231_214_u64;
    let mut draw = |most: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % most
    };
    // Of another sequence, so that figures are the same whatever is missing.
    let mut left_out = 5_u64;
    let mut is_missing = || {
        left_out = left_out.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (left_out >> 33) % 100 < missing
    };
    let mut outcomes = Vec::new();
    for station in 0..stations {
        let unit = format!("station-{station}");
        let mut figure = |period: String, measure: &str, value: u64| {
            outcomes.push(Outcome::new(&unit, When::Period(period), measure, value as f64));
        };
        for year in YEARS.start - 1..YEARS.end {
            figure(format!("{year}"), "population", 5_000 + draw(20_000));
            for month in 1..=12 {
                let cases = draw(24);
                let cleared = draw(cases + 1);
                for (measure, value) in [("cases", cases), ("cleared", cleared)] {
                    if !is_missing() {
                        figure(format!("{year}-{month:02}"), measure, value);
                    }
                }
            }
        }
    }
    let mut tally = Tally::of(plan, Rows::Figures);
    tally.record_all(&outcomes).unwrap();
    tally
}

fn assess(criterion: &mut Criterion) {
    let levels = levels();
    let (stations, units) = (levels[3].1, levels.iter().map(|(_, number)| number).sum::<usize>());
    let as_of = calendar::date("2024-12-31").unwrap();
    let closed = plan(&levels, Windows::Closed);
    let of_closed = tally(&closed, stations, 0);
    let incomplete = tally(&closed, stations, 10);
    let running = plan(&levels, Windows::Running);
    let of_running = tally(&running, stations, 0);
    let rows = units * 60 * 6;
    let foretold = running.assess(&of_running, as_of).unwrap();
    assert_eq!((closed.assess(&of_closed, as_of).unwrap().len(), foretold.len()), (rows, rows));
    // A share of nothing has no chance.
    let with_chance = foretold.rows().iter().filter(|row| row.chance.is_some()).count();
    assert!(with_chance as f64 > 0.99 * rows as f64, "{with_chance} of {rows}");
    drop(foretold);

    let mut group =
        criterion.benchmark_group(format!("{stations} stations, 60 months, 6 indicators"));
    group.throughput(Throughput::Elements(rows as u64)).sample_size(10);
    group.bench_function("cells to rows", |bencher| {
        bencher.iter(|| black_box(closed.assess(black_box(&of_closed), as_of).unwrap()));
    });
    group.bench_function("cells to rows, with chance", |bencher| {
        bencher.iter(|| black_box(running.assess(black_box(&of_running), as_of).unwrap()));
    });
    group.bench_function("cells to rows, one report in ten missing", |bencher| {
        bencher.iter(|| black_box(closed.assess(black_box(&incomplete), as_of).unwrap()));
    });
    let report = closed.assess(&of_closed, as_of).unwrap();
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

/// Events of one more day are added to five years of them, and every month is judged again.
fn assess_one_more_day(criterion: &mut Criterion) {
    const STATIONS: usize = 579;
    const MEASURES: usize = 6;
    const EVENTS_PER_DAY: usize = 2_000;
    let mut text = String::from(
        "attain: 1\nplan: bench\nunits:\n  levels: [city, station]\n  list:\n    - {id: c, level: city}\n",
    );
    for station in 0..STATIONS {
        writeln!(text, "    - {{id: s{station}, level: station, parent: c}}").unwrap();
    }
    let mut section = |name: &str, entry: &dyn Fn(usize) -> String| {
        writeln!(text, "{name}:").unwrap();
        (0..MEASURES).for_each(|at| writeln!(text, "  {}", entry(at)).unwrap());
    };
    section("measures", &|at| format!("m{at}: {{}}"));
    section("indicators", &|at| format!("i{at}: {{count: m{at}}}"));
    section("targets", &|at| {
        format!(
            "t{at}: {{indicator: i{at}, goal: {{at_most: 100}}, units: {{level: station}}, \
             window: {{every: month, within: ['{}-01-01', '{}-01-01']}}}}",
            YEARS.start, YEARS.end
        )
    });
    let plan = Plan::from_yaml(&text).unwrap();

    let names = |letter: char, number: usize| -> Vec<String> {
        (0..number).map(|at| format!("{letter}{at}")).collect()
    };
    let (stations, measures) = (names('s', STATIONS), names('m', MEASURES));
    let (first, last) =
        (calendar::date("2020-01-01").unwrap(), calendar::date("2024-12-31").unwrap());
    let days: Vec<_> = first.iter_days().take_while(|day| *day <= last).collect();
    let mut state = 20_231_214_u64;
    let mut draw = |most: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % most
    };
    let mut tally = Tally::of(&plan, Rows::Events);
    let mut add_day = |tally: &mut Tally, day| {
        let mut event = || {
            let (station, measure) = (draw(STATIONS), draw(MEASURES));
            Outcome::new(&stations[station], When::Date(day), &measures[measure], 1.0)
        };
        let events: Vec<Outcome> = (0..EVENTS_PER_DAY).map(|_| event()).collect();
        tally.record_all(&events).unwrap();
    };
    let (today, before) = days.split_last().unwrap();
    before.iter().for_each(|day| add_day(&mut tally, *day));
    let report = plan.assess(&tally, *before.last().unwrap()).unwrap();
    add_day(&mut tally, *today);
    let whole = plan.assess(&tally, *today).unwrap();
    assert_eq!(plan.assess_again(&report, &tally, *today).unwrap().rows(), whole.rows());

    let events = EVENTS_PER_DAY * days.len();
    let mut group = criterion.benchmark_group(format!("one more day after {events} events"));
    group.throughput(Throughput::Elements(whole.len() as u64)).sample_size(20);
    group.bench_function("after the report of the day before", |bencher| {
        bencher.iter(|| black_box(plan.assess_again(&report, black_box(&tally), *today).unwrap()));
    });
    group.bench_function("whole", |bencher| {
        bencher.iter(|| black_box(plan.assess(black_box(&tally), *today).unwrap()));
    });
    group.finish();
}

criterion_group!(benches, assess, assess_one_more_day);
criterion_main!(benches);
