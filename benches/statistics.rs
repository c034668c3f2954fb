//! How long the statistics take: intervals by the row and by the column, trends, standardised rates.
//!
//!     cargo bench --bench statistics
//!
//! `benches/peers/stats.py` has the same work beside what others offer.

use std::hint::black_box;

use attain::stats::{
    Confidence, CountFunnelMethod, CountMethod, DirectOptions, GoalTest, MannKendallMethod, Pool,
    PoolGoal, PoolKind, PoolUnit, ProportionMethod, SeasonalCorrection, TailMethod,
    count_funnel_limits, count_interval, count_intervals, directly_standardised_rate, mann_kendall,
    pooled, proportion_interval, proportion_intervals, rate_intervals, seasonal_mann_kendall,
    seasonal_sen_slope, sen_slope,
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const ROWS: usize = 100_000;

/// Knuth's linear congruential generator: from 0 to below 1.
fn draws(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Events and denominators, these up to a million, all orders of magnitude alike.
fn shares() -> (Vec<f64>, Vec<f64>) {
    let mut draw = draws(1);
    let denominators: Vec<f64> =
        (0..ROWS).map(|_| 10f64.powf(0.5 + 5.5 * draw()).floor()).collect();
    (denominators.iter().map(|n| (draw() * n).floor()).collect(), denominators)
}

fn counts() -> Vec<f64> {
    let mut draw = draws(2);
    (0..ROWS).map(|_| 10f64.powf(5.0 * draw()).floor()).collect()
}

fn intervals_by_the_column(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("100,000 rows");
    group.throughput(Throughput::Elements(ROWS as u64));
    let (events, denominators) = shares();
    for (name, method) in [("Wilson", ProportionMethod::Wilson), ("exact", ProportionMethod::Exact)]
    {
        group.bench_function(format!("shares, {name}"), |bench| {
            bench.iter(|| {
                proportion_intervals(black_box(&events), &denominators, method, Confidence::P95)
            });
        });
    }
    let counts = counts();
    for (name, method) in [("Byar", CountMethod::default()), ("exact", CountMethod::Exact)] {
        group.bench_function(format!("counts, {name}"), |bench| {
            bench.iter(|| count_intervals(black_box(&counts), method, Confidence::P95));
        });
        group.bench_function(format!("rates, {name}"), |bench| {
            bench.iter(|| {
                rate_intervals(black_box(&events), &denominators, 1e5, method, Confidence::P95)
            });
        });
    }
    group.finish();
}

/// Shares around a goal, a tenth of them near the critical count.
fn tests_at_a_goal(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("100,000 rows");
    group.throughput(Throughput::Elements(ROWS as u64));
    let mut draw = draws(3);
    let rows: Vec<(f64, f64)> = (0..ROWS)
        .map(|_| {
            let n = 10f64.powf(1.2 + 1.5 * draw()).floor();
            // The sum of four uniform numbers is nearly normal.
            let off = (draw() + draw() + draw() + draw() - 2.0) * (0.4 / n.sqrt() + 0.05);
            (((0.8 + off) * n).round().clamp(0.0, n), n)
        })
        .collect();
    for (name, method) in [("exact", TailMethod::Exact), ("mid-P", TailMethod::MidP)] {
        group.bench_function(format!("shares tested at a goal, {name}"), |bench| {
            bench.iter(|| {
                let test = GoalTest::new(black_box(0.025), method);
                test.map(|test| {
                    rows.iter().filter(|(x, n)| test.share_is_below(*x, *n, 0.8)).count()
                })
            });
        });
    }
    group.finish();
}

fn intervals_by_the_row(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("one row");
    group.bench_function("share, exact", |bench| {
        bench.iter(|| {
            proportion_interval(black_box(160.0), 200.0, ProportionMethod::Exact, Confidence::P95)
        });
    });
    group.bench_function("count, exact", |bench| {
        bench.iter(|| count_interval(black_box(160.0), CountMethod::Exact, Confidence::P95));
    });
    group.bench_function("funnel limits of a count", |bench| {
        bench.iter(|| {
            count_funnel_limits(black_box(40.0), CountFunnelMethod::Inverted, Confidence::P95)
        });
    });
    group.finish();
}

fn series(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("60 months");
    let (mut draw, mut level) = (draws(3), 0.0);
    let months: Vec<f64> = (0..60)
        .map(|_| {
            level += draw() - 0.5;
            level
        })
        .collect();
    let method = MannKendallMethod::default();
    group.bench_function("Mann & Kendall", |bench| {
        bench.iter(|| mann_kendall(black_box(&months), &method));
    });
    group.bench_function("Mann & Kendall, seasonal", |bench| {
        bench.iter(|| {
            seasonal_mann_kendall(black_box(&months), 12, SeasonalCorrection::Independent)
        });
    });
    group.bench_function("Theil–Sen", |bench| {
        bench.iter(|| sen_slope(black_box(&months), Confidence::P95));
    });
    group.bench_function("Theil–Sen, seasonal", |bench| {
        bench.iter(|| seasonal_sen_slope(black_box(&months), 12, Confidence::P95));
    });
    group.finish();
}

fn standardised_rates(criterion: &mut Criterion) {
    let mut draw = draws(4);
    let mut column = |from: f64, to: f64| -> Vec<f64> {
        (0..19).map(|_| (from + (to - from) * draw()).floor()).collect()
    };
    let (events, population, standard) = (column(0.0, 40.0), column(1e3, 5e3), column(1e3, 8e3));
    let options = DirectOptions::default();
    criterion.bench_function("standardised rate of 19 bands", |bench| {
        bench.iter(|| {
            directly_standardised_rate(black_box(&events), &population, &standard, &options)
        });
    });
}

/// A scorecard of 60 targets for 579 units of 20 to 600 cases each.
fn partial_pooling(criterion: &mut Criterion) {
    let mut draw = draws(5);
    let goal = PoolGoal { at_least: Some(0.8), at_most: None };
    let mut units = || -> Vec<PoolUnit> {
        let unit = |_| {
            let n = (20.0 * 30f64.powf(draw())).floor();
            let share = 0.7 + 0.2 * draw();
            let events = (0..n as usize).filter(|_| draw() < share).count() as f64;
            PoolUnit { events, denominator: n, dispersion: 1.0, goal }
        };
        (0..579).map(unit).collect()
    };
    let targets: Vec<Vec<PoolUnit>> = (0..60).map(|_| units()).collect();
    let mut group = criterion.benchmark_group("579 units");
    group.sample_size(10);
    for (name, kind) in [("shares", PoolKind::Share), ("rates", PoolKind::Rate)] {
        group.bench_function(format!("60 targets pooled, {name}"), |bench| {
            bench.iter(|| {
                let found =
                    targets.iter().map(|units| pooled(kind, black_box(units), Confidence::P95));
                found.filter(Result::is_ok).count()
            });
        });
    }
    group.bench_function("extremes of one target", |bench| {
        bench.iter(|| {
            Pool::new(PoolKind::Share, black_box(&targets[0]), &|| {})
                .map(|pool| pool.extremes(&|| {}))
        });
    });
    group.finish();
}

criterion_group!(
    benches,
    intervals_by_the_column,
    intervals_by_the_row,
    tests_at_a_goal,
    series,
    standardised_rates,
    partial_pooling
);
criterion_main!(benches);
