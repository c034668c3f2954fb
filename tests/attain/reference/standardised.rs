//! Standardised rates, inequality, groups and life tables against other programs, and what holds of
//! them whatever the numbers.

use attain::stats::random::Random;
use attain::stats::{
    Confidence, CountMethod, DirectMethod, DirectOptions, DirectSums, GroupOrder, IndirectOptions,
    InequalityDirection, InequalityInterval, InequalityOptions, InequalityScale, LifeTableOptions,
    MissingStratum, Repeats, StandardisedStatus, count_interval, directly_standardised_rate,
    directly_standardised_rate_of_repeats, directly_standardised_ratio,
    indirectly_standardised_rate, indirectly_standardised_ratio, inequality_indices,
    life_expectancies, quantile_groups,
};
use proptest::prelude::*;

use crate::reference::table::{assert_close, rows};

#[test]
fn direct_rates_agree_with_phstatsmethods() {
    for row in rows("phstats_direct.csv") {
        let options = DirectOptions {
            confidence: Confidence::new(row.number("confidence")).unwrap(),
            ..DirectOptions::default()
        };
        let [events, population, standard] =
            ["events", "population", "standard"].map(|column| row.numbers(column));
        let found = directly_standardised_rate(&events, &population, &standard, &options).unwrap();
        if row.number("value").is_nan() {
            assert_eq!(found.status, StandardisedStatus::FewEvents, "{row:?}");
            continue;
        }
        let interval = found.interval.unwrap();
        assert_close(found.value.unwrap(), row.number("value"), 1e-12, &row);
        assert_close(interval.lower, row.number("lower"), 1e-11, &row);
        assert_close(interval.upper, row.number("upper"), 1e-11, &row);
    }
}

#[test]
fn gamma_limits_agree_with_scipy() {
    for row in rows("standardised_gamma.csv") {
        let [events, population, standard] =
            ["events", "population", "standard"].map(|column| row.numbers(column));
        let sums = summed(&events, &population, &standard);
        for (name, method) in
            [("fay_feuer", DirectMethod::FayFeuer), ("tiwari", DirectMethod::Tiwari)]
        {
            let options = DirectOptions { withhold_below: 0.0, method, ..DirectOptions::default() };
            let interval = sums.rate(&options).unwrap().interval.unwrap();
            assert_close(interval.lower, row.number(&format!("{name}_lower")), 1e-10, &row);
            assert_close(interval.upper, row.number(&format!("{name}_upper")), 1e-10, &row);
        }
        let other = summed(&row.numbers("others"), &population, &standard);
        let ratio = directly_standardised_ratio(&sums, &other, Confidence::P95).unwrap();
        let found = ratio.interval;
        match ratio.value {
            Some(value) => assert!(found.lower <= value && value <= found.upper, "{row:?}"),
            None => assert!(found.upper.is_infinite(), "{row:?}"),
        }
        assert_close(found.lower, row.number("ratio_lower"), 1e-9, &row);
        let upper = row.number("ratio_upper");
        assert!(upper.is_infinite() == found.upper.is_infinite(), "{row:?}");
        if upper.is_finite() {
            assert_close(found.upper, upper, 1e-9, &row);
        }
    }
}

fn summed(events: &[f64], population: &[f64], standard: &[f64]) -> DirectSums {
    let mut sums = DirectSums::default();
    for ((&events, &population), &standard) in events.iter().zip(population).zip(standard) {
        sums.add(events, population, standard).unwrap();
    }
    sums
}

#[test]
fn of_one_stratum_gamma_limits_are_those_of_its_count() {
    for events in [0.0, 1.0, 7.0, 300.0] {
        let sums = summed(&[events], &[1_000.0], &[5.0]);
        let exact = count_interval(events, CountMethod::Exact, Confidence::P95).unwrap();
        for method in [DirectMethod::FayFeuer, DirectMethod::Tiwari] {
            let options = DirectOptions {
                withhold_below: 0.0,
                per: 1_000.0,
                method,
                ..DirectOptions::default()
            };
            let interval = sums.rate(&options).unwrap().interval.unwrap();
            assert!((interval.lower - exact.lower).abs() < 1e-9, "{events}");
            assert!((interval.upper - exact.upper).abs() < 1e-9, "{events}");
        }
    }
}

/// A stratum of few persons has a fifth of the standard's weight: its events are rare, and each moves the rate far.
#[test]
fn with_a_small_heavy_stratum_gamma_limits_hold_what_dobsons_do_not() {
    let (population, standard): ([f64; 2], [f64; 2]) = ([100_000.0, 20.0], [80_000.0, 20_000.0]);
    let expected = [40.0, 0.3];
    let truth: f64 = (0..2).map(|one| standard[one] * expected[one] / population[one]).sum::<f64>();
    let truth = truth / standard.iter().sum::<f64>() * 100_000.0;
    let mut random = Random::seeded(11);
    let samples = 4_000;
    let methods = [DirectMethod::default(), DirectMethod::FayFeuer, DirectMethod::Tiwari];
    let (mut holds, mut unstable) = ([0; 3], 0);
    for _ in 0..samples {
        let mut poisson = |mean: f64| {
            let (mut events, mut product, least) = (-1.0, 1.0, (-mean).exp());
            while product > least {
                product *= random.uniform();
                events += 1.0;
            }
            events
        };
        let events = expected.map(&mut poisson);
        let sums = summed(&events, &population, &standard);
        unstable += usize::from(sums.is_unstable());
        for (holds, method) in holds.iter_mut().zip(methods) {
            let options = DirectOptions { withhold_below: 0.0, method, ..DirectOptions::default() };
            let interval = sums.rate(&options).unwrap().interval.unwrap();
            *holds += usize::from(interval.lower <= truth && truth <= interval.upper);
        }
    }
    let share = |number: usize| number as f64 / samples as f64;
    assert!(share(holds[0]) < 0.70, "{holds:?}");
    assert!(share(holds[1]) > 0.97, "{holds:?}");
    assert!(share(holds[2]) > 0.93, "{holds:?}");
    assert!(share(unstable) > 0.95, "{unstable}");
}

#[test]
fn even_weights_are_stable() {
    let even = summed(&[30.0, 20.0, 10.0], &[1e4, 1e4, 1e4], &[1.0, 1.0, 1.0]);
    assert!(!even.is_unstable());
    let heavy = summed(&[30.0, 20.0, 0.0], &[1e4, 1e4, 10.0], &[1.0, 1.0, 1.0]);
    assert!(heavy.is_unstable());
    assert!(summed(&[0.0], &[1e4], &[1.0]).is_unstable());
}

#[test]
fn indirect_ratios_and_rates_agree_with_phstatsmethods() {
    for row in rows("phstats_indirect.csv") {
        let [events, population, reference_events, reference_population] =
            ["events", "population", "reference_events", "reference_population"]
                .map(|column| row.numbers(column));
        let options = |per| IndirectOptions { per, ..IndirectOptions::default() };
        let (x, n, rx, rn) = (&events, &population, &reference_events, &reference_population);
        for (name, found) in [
            ("ratio", indirectly_standardised_ratio(x, n, rx, rn, &options(1.0))),
            ("rate", indirectly_standardised_rate(x, n, rx, rn, &options(100_000.0))),
        ] {
            let found = found.unwrap();
            let interval = found.interval.unwrap();
            assert_close(found.value.unwrap(), row.number(&format!("{name}_value")), 1e-12, &row);
            assert_close(interval.lower, row.number(&format!("{name}_lower")), 1e-11, &row);
            assert_close(interval.upper, row.number(&format!("{name}_upper")), 1e-11, &row);
        }
    }
}

#[test]
fn quantile_groups_agree_with_phstatsmethods() {
    for row in rows("phstats_quantile.csv") {
        let order = match row.text("first") {
            "highest" => GroupOrder::HighestFirst,
            _ => GroupOrder::LowestFirst,
        };
        let groups = row.number("groups") as u32;
        let found = quantile_groups(&row.numbers("values"), groups, order).unwrap();
        let expected: Vec<Option<u32>> =
            row.text("quantile").split(' ').map(|cell| cell.parse().ok()).collect();
        assert_eq!(found, expected, "{row:?}");
    }
}

#[test]
fn inequality_indices_agree_with_least_squares() {
    for row in rows("inequality.csv") {
        let scale = match row.text("scale") {
            "identity" => InequalityScale::Identity,
            "log" => InequalityScale::Log,
            _ => InequalityScale::Logit,
        };
        let [values, errors, population] =
            ["values", "errors", "population"].map(|column| row.numbers(column));
        let options = InequalityOptions { scale, ..InequalityOptions::default() };
        let index = |options: &InequalityOptions| {
            inequality_indices(&values, &errors, &population, options).unwrap()
        };
        let found = index(&options);
        let relative = found.relative_interval.unwrap();
        for (value, column) in [
            (found.slope, "slope"),
            (found.slope_interval.lower, "slope_lower"),
            (found.slope_interval.upper, "slope_upper"),
            (found.relative.unwrap(), "relative"),
            (relative.lower, "relative_lower"),
            (relative.upper, "relative_upper"),
            (found.intercept, "intercept"),
        ] {
            assert_close(value, row.number(column), 1e-9, &row);
        }

        // Read from the other end the gap changes its sign and the ratio turns over.
        let direction = InequalityDirection::LastToFirst;
        let turned = index(&InequalityOptions { direction, ..options });
        assert_close(turned.slope, -found.slope, 0.0, &row);
        assert_close(turned.relative.unwrap(), 1.0 / found.relative.unwrap(), 1e-14, &row);
        assert_close(turned.relative_interval.unwrap().lower, 1.0 / relative.upper, 1e-14, &row);

        // Drawn lines give the same limits, but for chance and for what the delta method neglects.
        let interval = InequalityInterval::Simulated { seed: 11, repetitions: 200_000 };
        let drawn = index(&InequalityOptions { interval, ..options });
        let width = found.slope_interval.upper - found.slope_interval.lower;
        assert!((drawn.slope_interval.lower - found.slope_interval.lower).abs() < 0.03 * width);
        assert!((drawn.slope_interval.upper - found.slope_interval.upper).abs() < 0.03 * width);
        assert_close(drawn.relative_interval.unwrap().lower, relative.lower, 0.03, &row);
        assert_close(drawn.relative_interval.unwrap().upper, relative.upper, 0.03, &row);
        assert_eq!(
            drawn,
            index(&InequalityOptions { interval, ..options }),
            "same seed, same limits"
        );
    }
}

#[test]
fn life_expectancies_agree_with_a_textbook_table() {
    for row in rows("life_tables.csv") {
        let [ages, deaths, population, years, variance] =
            ["ages", "deaths", "population", "years", "variance"].map(|column| row.numbers(column));
        let options = LifeTableOptions {
            withhold_below: 0.0,
            withhold_wider_than: None,
            ..LifeTableOptions::default()
        };
        let table = life_expectancies(&ages, &deaths, &population, &options).unwrap().unwrap();
        assert_eq!(table.len(), ages.len());
        for (band, found) in table.iter().enumerate() {
            assert_close(found.years.unwrap(), years[band], 1e-12, &row);
            assert_close(found.variance, variance[band], 1e-11, &row);
            assert_close(found.age, ages[band], 0.0, &row);
            let half = Confidence::P95.z() * variance[band].sqrt();
            assert_close(found.interval.upper, years[band] + half, 1e-12, &row);
        }
    }
}

#[test]
fn a_small_population_has_no_life_expectancy_unless_asked() {
    let (ages, deaths, population) = ([0.0, 50.0], [5.0, 60.0], [2_000.0, 2_999.0]);
    let table = |options: &LifeTableOptions| {
        life_expectancies(&ages, &deaths, &population, options).unwrap()
    };
    assert_eq!(table(&LifeTableOptions::default()), None);
    assert!(table(&LifeTableOptions { withhold_below: 4_999.0, ..Default::default() }).is_some());
}

#[test]
fn an_expectancy_with_a_wide_interval_is_withheld_unless_asked() {
    // One band of one person: its years are 1/rate with standard error 1/(rate·√deaths).
    let (ages, population) = ([0.0, 80.0], [8_000.0, 1_000.0]);
    let table = |deaths: f64, options: &LifeTableOptions| {
        life_expectancies(&ages, &[50.0, deaths], &population, options).unwrap().unwrap()
    };
    let wide = LifeTableOptions { withhold_wider_than: None, ..LifeTableOptions::default() };
    for deaths in 1..200 {
        let deaths = f64::from(deaths);
        let width = 2.0 * Confidence::P95.z() * 1_000.0 / deaths / deaths.sqrt();
        let found = table(deaths, &LifeTableOptions::default())[1];
        assert_eq!(found.years.is_none(), width > 20.0, "{deaths}");
        let shown = table(deaths, &wide)[1];
        assert!((shown.years.unwrap() - 1_000.0 / deaths).abs() < 1e-9);
        assert_eq!(shown.interval, found.interval);
        assert!(shown.interval.lower >= 0.0);
        // The width is that of the 95 % interval, whatever confidence is asked for.
        let surer = LifeTableOptions { confidence: Confidence::P99_8, ..Default::default() };
        assert_eq!(table(deaths, &surer)[1].years, found.years);
    }
    for width in [0.0, -1.0, f64::NAN] {
        let options = LifeTableOptions { withhold_wider_than: Some(width), ..wide };
        assert!(life_expectancies(&ages, &[50.0, 9.0], &population, &options).is_err());
    }
}

#[test]
fn a_missing_count_is_no_count_of_0() {
    let (events, population, standard) = ([20.0, f64::NAN], [100.0, 100.0], [1.0, 1.0]);
    let rate = |missing| {
        let options = DirectOptions { missing, per: 100.0, ..DirectOptions::default() };
        directly_standardised_rate(&events, &population, &standard, &options).unwrap()
    };
    let withheld = rate(MissingStratum::Withhold);
    assert_eq!((withheld.value, withheld.status), (None, StandardisedStatus::MissingStratum));
    let zero = rate(MissingStratum::CountsAsZero);
    assert_eq!((zero.value, zero.status), (Some(10.0), StandardisedStatus::Complete));
}

#[test]
fn fewer_than_ten_events_are_withheld_unless_asked() {
    let rate = |withhold_below| {
        let options = DirectOptions { withhold_below, per: 1.0, ..DirectOptions::default() };
        directly_standardised_rate(&[4.0, 5.0], &[10.0, 10.0], &[1.0, 1.0], &options).unwrap()
    };
    assert_eq!(rate(10.0).status, StandardisedStatus::FewEvents);
    assert_eq!(rate(9.0).value, Some(0.45));
}

#[test]
fn no_events_are_a_rate_of_0_without_limits() {
    let options = DirectOptions { withhold_below: 0.0, ..DirectOptions::default() };
    let found = directly_standardised_rate(&[0.0], &[10.0], &[1.0], &options).unwrap();
    assert_eq!((found.value, found.interval), (Some(0.0), None));
    assert_eq!(found.status, StandardisedStatus::NoEvents);
}

#[test]
fn a_stratum_without_people_has_no_rate() {
    let options = DirectOptions::default();
    let rate = |standard: &[f64]| {
        directly_standardised_rate(&[20.0, 0.0], &[100.0, 0.0], standard, &options).unwrap()
    };
    assert_eq!(rate(&[1.0, 1.0]).status, StandardisedStatus::EmptyStratum);
    // Without weight it does not matter.
    assert_eq!(rate(&[1.0, 0.0]).value, Some(20_000.0));
    assert!(directly_standardised_rate(&[20.0], &[0.0], &[1.0], &options).is_err());
}

proptest! {
    #[test]
    fn standardised_on_its_own_population_a_rate_is_the_crude_rate(
        strata in prop::collection::vec((0u32..500, 1u32..10_000), 1..20)
    ) {
        let events: Vec<f64> = strata.iter().map(|&(x, n)| f64::from(x.min(n))).collect();
        let population: Vec<f64> = strata.iter().map(|&(_, n)| f64::from(n)).collect();
        let (x, n): (f64, f64) = (events.iter().sum(), population.iter().sum());
        let options = DirectOptions { withhold_below: 0.0, per: 1_000.0, ..DirectOptions::default() };
        let found = directly_standardised_rate(&events, &population, &population, &options).unwrap();
        prop_assert!((found.value.unwrap() - x / n * 1_000.0).abs() <= 1e-9);
        if x > 0.0 {
            // And its limits are those of the count.
            let count = count_interval(x, CountMethod::default(), Confidence::P95).unwrap();
            let interval = found.interval.unwrap();
            prop_assert!((interval.lower - count.lower / n * 1_000.0).abs() <= 1e-9 * interval.upper);
            prop_assert!((interval.upper / (count.upper / n * 1_000.0) - 1.0).abs() <= 1e-9);
        }
        // One event each is the same as events without persons.
        let repeats = [Repeats { events_each: 1.0, persons: &events }];
        let same = directly_standardised_rate_of_repeats(&repeats, &population, &population, &options);
        prop_assert_eq!(same.unwrap(), found);
    }

    #[test]
    fn parts_add_up_to_the_whole(
        strata in prop::collection::vec((0u32..500, 1u32..10_000, 1u32..9_000), 2..20), cut in 0usize..20
    ) {
        let mut parts = [DirectSums::default(); 2];
        let mut whole = DirectSums::default();
        for (place, &(x, n, w)) in strata.iter().enumerate() {
            let (x, n, w) = (f64::from(x), f64::from(n), f64::from(w));
            parts[usize::from(place >= cut)].add(x, n, w).unwrap();
            whole.add(x, n, w).unwrap();
        }
        let options = DirectOptions::default();
        let merged = parts[0].merged(parts[1]).rate(&options).unwrap();
        let whole = whole.rate(&options).unwrap();
        prop_assert_eq!((merged.events, merged.status), (whole.events, whole.status));
        if let (Some(a), Some(b)) = (merged.value, whole.value) {
            prop_assert!((a / b - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn groups_are_nearly_equal_in_size_and_follow_the_values(
        mut values in prop::collection::hash_set(0i64..1_000_000, 1..200), groups in 1u32..12
    ) {
        let values: Vec<f64> = values.drain().map(|v| v as f64).collect();
        let found = quantile_groups(&values, groups, GroupOrder::LowestFirst).unwrap();
        if values.len() < groups as usize {
            prop_assert!(found.iter().all(Option::is_none));
            return Ok(());
        }
        let mut sizes = vec![0usize; groups as usize];
        for (value, group) in values.iter().zip(&found) {
            let group = group.unwrap();
            sizes[group as usize - 1] += 1;
            prop_assert!(values.iter().zip(&found).all(|(v, g)| v <= value || g.unwrap() >= group));
        }
        let (least, most) = (sizes.iter().min().unwrap(), sizes.iter().max().unwrap());
        prop_assert!(most - least <= 1, "{:?}", sizes);
    }

    #[test]
    fn with_one_death_rate_at_all_ages_the_expectancy_is_its_reciprocal_in_the_limit(rate in 0.01..0.2f64) {
        // Bands of a tenth of a year: the table's straight lines then hardly differ from the curve.
        let ages: Vec<f64> = (0..500).map(|band| f64::from(band) * 0.1).collect();
        let population = vec![1e7; 500];
        let deaths: Vec<f64> = population.iter().map(|n| n * rate).collect();
        let options = LifeTableOptions { lived_in_first_band: 0.5, ..LifeTableOptions::default() };
        let table = life_expectancies(&ages, &deaths, &population, &options).unwrap().unwrap();
        let years = table[0].years.unwrap();
        prop_assert!((years * rate - 1.0).abs() < 1e-3, "{}", years * rate);
    }

    #[test]
    fn no_number_whatever_makes_standardising_panic(
        numbers in prop::collection::vec(prop_oneof![
            any::<f64>(), 0.0..1e4f64,
            prop::sample::select(vec![0.0, f64::NAN, f64::INFINITY, -1.0, f64::MAX, 5e-324]),
        ], 12),
        per in any::<f64>(),
    ) {
        let (a, rest) = numbers.split_at(4);
        let (b, c) = rest.split_at(4);
        let options = DirectOptions { per: per.abs().max(1e-3), withhold_below: 0.0, ..DirectOptions::default() };
        let _ = directly_standardised_rate(a, b, c, &options);
        let _ = directly_standardised_rate_of_repeats(&[Repeats { events_each: per, persons: a }], b, c, &options);
        let _ = indirectly_standardised_rate(a, b, c, b, &IndirectOptions::default());
        let _ = quantile_groups(a, 3, GroupOrder::HighestFirst);
        for scale in [InequalityScale::Identity, InequalityScale::Log, InequalityScale::Logit] {
            let _ = inequality_indices(a, b, c, &InequalityOptions { scale, ..InequalityOptions::default() });
        }
        let _ = life_expectancies(a, b, c, &LifeTableOptions::default());
        let _ = life_expectancies(&[0.0, 1.0, 5.0, 10.0], b, c, &LifeTableOptions::default());
    }
}
