//! Intervals by the column: against 50-digit tables, and against the functions for one row.

use attain::stats::compare::funnel_column::SERIES_PAY;
use attain::stats::interval::column::TABLES_PAY;
use attain::stats::{
    Confidence, CountFunnelMethod, CountMethod, Intervals, ProportionMethod, StatsError,
    count_funnel_limits, count_funnel_signal, count_funnels, count_interval, count_intervals,
    proportion_interval, proportion_intervals, rate_interval, rate_intervals,
};

use crate::reference::table::{Row, assert_close, relative_error, rows};

/// What series and tables may add to the error of what they are made from.
const TOLERANCE: f64 = 5e-14;

/// A linear congruential generator (Knuth's): as random as sampling numbers needs.
struct Draw(u64);

impl Draw {
    /// From 0 to below 1.
    fn share(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// A whole number from 1 to `largest`, all orders of magnitude alike.
    fn count(&mut self, largest: f64) -> f64 {
        largest.powf(self.share()).round().max(1.0)
    }
}

/// Columns long enough for the tables: the wanted rows first, then nothing of interest.
fn padded<const N: usize>(wanted: &[[f64; N]]) -> [Vec<f64>; N] {
    std::array::from_fn(|column| {
        let mut values: Vec<f64> = wanted.iter().map(|row| row[column]).collect();
        values.resize(values.len().max(TABLES_PAY), 1.0);
        values
    })
}

fn exact_shares(wanted: &[[f64; 2]], confidence: Confidence) -> Intervals {
    let [events, denominators] = padded(wanted);
    proportion_intervals(&events, &denominators, ProportionMethod::Exact, confidence).unwrap()
}

fn exact_counts(wanted: &[f64], confidence: Confidence) -> Intervals {
    let [events] = padded(&wanted.iter().map(|&x| [x]).collect::<Vec<_>>());
    count_intervals(&events, CountMethod::Exact, confidence).unwrap()
}

fn by_confidence(table: &str) -> Vec<(Confidence, Vec<Row>)> {
    let mut found: Vec<(Confidence, Vec<Row>)> = vec![];
    for row in rows(table) {
        let confidence = Confidence::new(row.number("confidence")).unwrap();
        match found.iter_mut().find(|(other, _)| *other == confidence) {
            Some((_, rows)) => rows.push(row),
            None => found.push((confidence, vec![row])),
        }
    }
    found
}

/// Counts at which the computation changes hands, and their neighbours.
const EDGES: [f64; 16] = [
    0.0, 1.0, 2.0, 3.0, 31.0, 32.0, 33.0, 63.0, 64.0, 65.0, 66.0, 1023.0, 1024.0, 1025.0, 1026.0,
    1e5,
];

fn confidences() -> impl Iterator<Item = Confidence> {
    [0.5, 0.8, 0.95, 0.998, 1.0 - 1e-6, 1.0 - 1e-9].map(|c| Confidence::new(c).unwrap()).into_iter()
}

#[test]
fn exact_shares_by_the_column_agree_with_50_digits() {
    for (confidence, rows) in by_confidence("intervals_proportion.csv") {
        let wanted: Vec<_> =
            rows.iter().map(|row| [row.number("events"), row.number("denominator")]).collect();
        let found = exact_shares(&wanted, confidence);
        for (place, row) in rows.iter().enumerate() {
            assert_close(found.lower[place], row.number("exact_lower"), 1e-12, row);
            assert_close(found.upper[place], row.number("exact_upper"), 1e-12, row);
        }
    }
}

#[test]
fn exact_counts_by_the_column_agree_with_50_digits() {
    for (confidence, rows) in by_confidence("intervals_count.csv") {
        let wanted: Vec<_> = rows.iter().map(|row| row.number("events")).collect();
        let found = exact_counts(&wanted, confidence);
        for (place, row) in rows.iter().enumerate() {
            assert_close(found.lower[place], row.number("exact_lower"), 1e-12, row);
            assert_close(found.upper[place], row.number("exact_upper"), 1e-12, row);
        }
    }
}

#[test]
fn exact_shares_by_the_column_are_those_of_single_rows() {
    let mut draw = Draw(1);
    let mut wanted: Vec<[f64; 2]> = vec![];
    for few in EDGES {
        for n in [few, few + 1.0, 2.0 * few - 1.0, 2.0 * few, 2.0 * few + 1.0, 64.0, 65.0, 1e9] {
            if n > 0.0 && few <= n {
                wanted.extend([[few, n], [n - few, n]]);
            }
        }
    }
    for _ in 0..300 {
        let n = draw.count(1e9);
        let few = draw.count(n);
        wanted.extend([[few, n], [n - few, n], [(draw.share() * n).floor(), n]]);
    }
    for confidence in confidences() {
        let found = exact_shares(&wanted, confidence);
        for (row, &[x, n]) in wanted.iter().enumerate() {
            let one = proportion_interval(x, n, ProportionMethod::Exact, confidence).unwrap();
            for (many, one) in [(found.lower[row], one.lower), (found.upper[row], one.upper)] {
                let error = relative_error(many, one);
                assert!(
                    error <= TOLERANCE,
                    "{x} of {n}, {confidence:?}: {many:e}, {one:e}, {error:e}"
                );
            }
        }
        assert!(found.refused.is_empty());
    }
}

#[test]
fn exact_counts_by_the_column_are_those_of_single_rows() {
    let mut draw = Draw(2);
    let mut wanted = EDGES.to_vec();
    wanted.extend((0..500).map(|_| draw.count(1e9)));
    for confidence in confidences() {
        let found = exact_counts(&wanted, confidence);
        for (row, &x) in wanted.iter().enumerate() {
            let one = count_interval(x, CountMethod::Exact, confidence).unwrap();
            for (many, one) in [(found.lower[row], one.lower), (found.upper[row], one.upper)] {
                let error = relative_error(many, one);
                assert!(error <= TOLERANCE, "{x}, {confidence:?}: {many:e}, {one:e}, {error:e}");
            }
        }
    }
}

#[test]
fn without_tables_the_column_has_the_bits_of_single_rows() {
    let mut draw = Draw(3);
    let mut wanted = vec![[0.0, 1.0], [1.0, 1.0], [-0.0, 7.0], [1e-100, 1e-100], [3.0, 9e15]];
    wanted.extend((0..TABLES_PAY).map(|_| {
        let n = draw.count(1e9);
        // Weighted counts among them.
        let x = draw.share() * n;
        [if draw.share() < 0.5 { x } else { x.round() }, n]
    }));
    let [events, denominators] = padded(&wanted);
    for confidence in confidences() {
        let shares =
            proportion_intervals(&events, &denominators, ProportionMethod::Wilson, confidence)
                .unwrap();
        let byar = CountMethod::Byar { exact_below: 0.0 };
        let counts = count_intervals(&events, byar, confidence).unwrap();
        let rates = rate_intervals(&events, &denominators, 1e5, byar, confidence).unwrap();
        for (row, (&x, &n)) in events.iter().zip(&denominators).enumerate() {
            let share = proportion_interval(x, n, ProportionMethod::Wilson, confidence).unwrap();
            assert_eq!(
                (shares.lower[row], shares.upper[row]),
                (share.lower, share.upper),
                "{x} of {n}"
            );
            let count = count_interval(x, byar, confidence).unwrap();
            assert_eq!((counts.lower[row], counts.upper[row]), (count.lower, count.upper), "{x}");
            let rate = rate_interval(x, n, 1e5, byar, confidence).unwrap();
            assert_eq!(
                (rates.lower[row], rates.upper[row]),
                (rate.lower, rate.upper),
                "{x} in {n}"
            );
        }
    }
}

#[test]
fn short_columns_and_counts_that_are_not_whole_have_the_bits_of_single_rows() {
    let (events, denominators) = ([2.5, 7.0, 100.25, 1e10], [9.0, 65.0, 2000.0, 3e10]);
    for length in [4, TABLES_PAY] {
        // Whole counts in a long column go by tables; here none is.
        let repeated = |values: &[f64; 4]| -> Vec<f64> {
            let odd =
                if length == 4 { values.to_vec() } else { vec![values[0], values[2], values[3]] };
            odd.into_iter().cycle().take(length).collect()
        };
        let (events, denominators) = (repeated(&events), repeated(&denominators));
        let shares =
            proportion_intervals(&events, &denominators, ProportionMethod::Exact, Confidence::P95);
        let shares = shares.unwrap();
        let counts = count_intervals(&events, CountMethod::Exact, Confidence::P95).unwrap();
        for row in 0..4 {
            let (x, n) = (events[row], denominators[row]);
            let share =
                proportion_interval(x, n, ProportionMethod::Exact, Confidence::P95).unwrap();
            assert_eq!((shares.lower[row], shares.upper[row]), (share.lower, share.upper));
            let count = count_interval(x, CountMethod::Exact, Confidence::P95).unwrap();
            assert_eq!((counts.lower[row], counts.upper[row]), (count.lower, count.upper));
        }
    }
}

#[test]
fn exact_limits_by_the_column_grow_with_the_events_and_mirror_those_of_non_events() {
    for n in [1.0, 2.0, 64.0, 65.0, 129.0, 130.0, 5000.0] {
        let wanted: Vec<_> = (0..=n as u32).map(|x| [f64::from(x), n]).collect();
        for confidence in confidences() {
            let found = exact_shares(&wanted, confidence);
            for x in 1..wanted.len() {
                assert!(found.lower[x - 1] < found.lower[x], "{x} of {n}, {confidence:?}");
                assert!(found.upper[x - 1] < found.upper[x], "{x} of {n}, {confidence:?}");
            }
            for x in 0..wanted.len() {
                let (lower, upper) = (found.lower[x], found.upper[n as usize - x]);
                assert!(lower == 1.0 - upper || upper == 1.0 - lower, "{x} of {n}, {confidence:?}");
            }
        }
    }
    let wanted: Vec<_> = (0..5000).map(f64::from).collect();
    for confidence in confidences() {
        let found = exact_counts(&wanted, confidence);
        assert!(found.lower[..5000].is_sorted_by(|less, more| less < more));
        assert!(found.upper[..5000].is_sorted_by(|less, more| less < more));
    }
}

#[test]
fn exact_limits_by_the_column_grow_with_the_denominator_across_every_seam() {
    for x in [1.0, 31.0, 32.0, 63.0, 64.0, 65.0, 1024.0, 1025.0] {
        let wanted: Vec<_> = (0..4000).map(|more| [x, x + f64::from(more)]).collect();
        for confidence in confidences() {
            let found = exact_shares(&wanted, confidence);
            // The more others there are, the smaller the share.
            assert!(
                found.lower[..4000].is_sorted_by(|less, more| less > more),
                "{x}, {confidence:?}"
            );
            assert!(found.upper[..4000].is_sorted_by(|less, more| less > more || *less == 1.0));
        }
    }
}

#[test]
fn more_confidence_is_a_wider_interval_by_the_column() {
    let mut draw = Draw(4);
    let wanted: Vec<_> = (0..1000)
        .map(|_| {
            let n = draw.count(1e9);
            [(draw.share() * n).floor(), n]
        })
        .collect();
    let counts: Vec<_> = wanted.iter().map(|row| row[0]).collect();
    let found: Vec<_> = confidences()
        .map(|confidence| [exact_shares(&wanted, confidence), exact_counts(&counts, confidence)])
        .collect();
    for pair in found.windows(2) {
        for (inner, outer) in pair[0].iter().zip(&pair[1]) {
            for row in 0..wanted.len() {
                assert!(
                    outer.lower[row] <= inner.lower[row] && inner.upper[row] <= outer.upper[row]
                );
            }
        }
    }
}

#[test]
fn a_row_without_an_answer_is_told_with_its_error_and_the_others_are_answered() {
    let nan = f64::NAN;
    let events = [1.0, -1.0, 7.0, nan, 3.0, 2.0, 1e17, -0.0];
    let denominators = [10.0, 10.0, 5.0, 10.0, 0.0, f64::INFINITY, 1e18, 10.0];
    for length in [events.len(), 2 * TABLES_PAY] {
        let repeat = |values: [f64; 8]| values.into_iter().cycle().take(length).collect::<Vec<_>>();
        let (events, denominators) = (repeat(events), repeat(denominators));
        for method in
            [ProportionMethod::Wilson, ProportionMethod::Exact, ProportionMethod::Jeffreys]
        {
            let found =
                proportion_intervals(&events, &denominators, method, Confidence::P95).unwrap();
            let refused: Vec<usize> = found.refused.iter().map(|(row, _)| *row).take(6).collect();
            assert_eq!(refused, [1, 2, 3, 4, 5, 6]);
            assert_eq!(found.refused.len(), length / 8 * 6);
            for (row, error) in found.refused.into_iter().take(6) {
                let one =
                    proportion_interval(events[row], denominators[row], method, Confidence::P95);
                assert_eq!(error.to_string(), one.unwrap_err().to_string());
                assert!(found.lower[row].is_nan() && found.upper[row].is_nan());
            }
            assert!(found.lower[0] > 0.0 && found.lower[7] == 0.0);
        }
        for method in [CountMethod::default(), CountMethod::Exact] {
            let counts = count_intervals(&events, method, Confidence::P95).unwrap();
            let refused: Vec<usize> = counts.refused.iter().map(|(row, _)| *row).take(3).collect();
            assert_eq!(refused, [1, 3, 6]);
            let rates =
                rate_intervals(&events, &denominators, 1.0, method, Confidence::P95).unwrap();
            let refused: Vec<usize> = rates.refused.iter().map(|(row, _)| *row).take(5).collect();
            assert_eq!(refused, [1, 3, 4, 5, 6]);
        }
    }
}

#[test]
fn what_is_wrong_for_every_row_is_an_error() {
    let unequal =
        proportion_intervals(&[1.0], &[2.0, 3.0], ProportionMethod::Exact, Confidence::P95);
    assert!(matches!(unequal, Err(StatsError::UnequalLengths { argument: "denominators", .. })));
    let method = CountMethod::default();
    let unequal = rate_intervals(&[1.0], &[], 1.0, method, Confidence::P95);
    assert!(matches!(unequal, Err(StatsError::UnequalLengths { argument: "exposures", .. })));
    let never = CountMethod::Byar { exact_below: f64::NAN };
    assert!(count_intervals(&[], never, Confidence::P95).is_err());
    assert!(rate_intervals(&[], &[], 0.0, method, Confidence::P95).is_err());
    assert_eq!(count_intervals(&[], method, Confidence::P95).unwrap(), Intervals::default());
}

#[test]
fn more_confidences_than_are_kept_have_the_same_limits_when_they_come_back() {
    let wanted = [[3.0, 70.0], [500.0, 1e6]];
    let confidence = |place: u32| Confidence::new(0.9 + 0.005 * f64::from(place)).unwrap();
    let first = exact_shares(&wanted, confidence(0));
    let workers: Vec<_> = (0..2)
        .map(|_| {
            std::thread::spawn(move || {
                (0..10).map(|place| exact_shares(&wanted, confidence(place))).collect::<Vec<_>>()
            })
        })
        .collect();
    for worker in workers {
        assert_eq!(worker.join().unwrap()[0], first);
    }
    assert_eq!(exact_shares(&wanted, confidence(0)), first);
}

#[test]
fn funnels_of_counts_by_the_column_are_those_of_single_rows() {
    let mut draw = Draw(5);
    let mut wanted: Vec<[f64; 2]> = vec![[0.0, 0.1], [0.0, 0.3], [3.0, 3.5], [64.0, 64.0]];
    wanted.extend((0..150).map(|_| {
        // Some so far off that they are signalled, some not.
        let expected = 0.2 * 1e5f64.powf(draw.share());
        let far = 5.0 * (draw.share() - 0.5) * expected.sqrt();
        [(expected + far).round().max(0.0), expected]
    }));
    // Where the mean is a limit of the count, the count is one of the mean: the last digits decide.
    for count in (1..=100).map(f64::from) {
        let limits = count_interval(count, CountMethod::Exact, Confidence::P95).unwrap();
        let beside = [limits.lower, limits.upper]
            .map(|mean| [-1e-13, -1e-15, 1e-15, 1e-13].map(|off: f64| [count, mean * (1.0 + off)]));
        wanted.extend(beside.into_iter().flatten());
    }
    wanted.extend([[-1.0, 5.0], [5.0, 0.0], [f64::NAN, 5.0], [5.0, f64::NAN], [2.5, 9.0]]);
    let inverted = CountFunnelMethod::Inverted;
    for (inner, outer) in [(0.95, 0.998), (0.5, 1.0 - 1e-6)] {
        let (inner, outer) = (Confidence::new(inner).unwrap(), Confidence::new(outer).unwrap());
        let (observed, expected): (Vec<f64>, Vec<f64>) =
            wanted.iter().map(|&[x, mean]| (x, mean)).unzip();
        assert!(observed.len() >= SERIES_PAY);
        let found = count_funnels(&observed, &expected, inverted, inner, outer).unwrap();
        let mut refused = vec![];
        for (row, &[x, mean]) in wanted.iter().enumerate() {
            let signal = count_funnel_signal(x, mean, inner, outer);
            assert_eq!(found.signals[row], signal.as_ref().ok().copied(), "{x} for {mean}");
            if let Err(error) = signal {
                refused.push((row, error.to_string()));
                continue;
            }
            for (limits, confidence) in [(&found.inner, inner), (&found.outer, outer)] {
                let one = count_funnel_limits(mean, inverted, confidence).unwrap();
                for (many, one) in [(limits.lower[row], one.lower), (limits.upper[row], one.upper)]
                {
                    let error = (many - one).abs() / one.max(1.0);
                    assert!(error <= 1e-12, "{mean}, {confidence:?}: {many:e}, {one:e}, {error:e}");
                }
            }
        }
        let told: Vec<_> =
            found.refused.iter().map(|(row, error)| (*row, error.to_string())).collect();
        assert_eq!(told, refused);
        assert!(!refused.is_empty());
    }
}

#[test]
fn a_short_column_of_funnels_has_the_bits_of_single_rows_under_every_method() {
    let (observed, expected) = ([151.0, 3.0, 20.0, 7.0], [106.4, 12.0, 20.0, 0.0]);
    let (inner, outer) = (Confidence::P95, Confidence::P99_8);
    for method in [
        CountFunnelMethod::Inverted,
        CountFunnelMethod::AroundExpected(CountMethod::Exact),
        CountFunnelMethod::AroundExpected(CountMethod::default()),
    ] {
        let found = count_funnels(&observed, &expected, method, inner, outer).unwrap();
        for (row, &mean) in expected.iter().enumerate().take(3) {
            let near = count_funnel_limits(mean, method, inner).unwrap();
            let far = count_funnel_limits(mean, method, outer).unwrap();
            assert_eq!((found.inner.lower[row], found.inner.upper[row]), (near.lower, near.upper));
            assert_eq!((found.outer.lower[row], found.outer.upper[row]), (far.lower, far.upper));
        }
        assert_eq!(found.refused.len(), 1);
        assert_eq!((found.signals[3], found.inner.lower[3].is_nan()), (None, true));
    }
    let unequal = count_funnels(&[1.0], &[], CountFunnelMethod::Inverted, inner, outer);
    assert!(matches!(unequal, Err(StatsError::UnequalLengths { argument: "expected", .. })));
}
