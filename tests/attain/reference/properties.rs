//! What holds of intervals whatever the numbers.

use attain::stats::special::{
    beta_lower, beta_quantile, beta_upper, gamma_lower, gamma_lower_quantile,
};
use attain::stats::{
    Confidence, CountMethod, Interval, MeanSummary, ProportionDifferenceMethod, ProportionMethod,
    ProportionRatioMethod, RateRatioMethod, count_interval, difference_interval, mean_interval,
    proportion_difference_interval, proportion_interval, proportion_ratio_interval, rate_interval,
    rate_ratio_interval, sampled_proportion_interval,
};
use proptest::prelude::*;

const PROPORTION_METHODS: [ProportionMethod; 5] = [
    ProportionMethod::Wilson,
    ProportionMethod::Exact,
    ProportionMethod::Jeffreys,
    ProportionMethod::AgrestiCoull,
    ProportionMethod::Wald,
];

/// Those whose limits are mirrored but for rounding.
const MORE_PROPORTION_METHODS: [ProportionMethod; 5] = [
    ProportionMethod::MidP,
    ProportionMethod::WilsonCorrected,
    ProportionMethod::WaldCorrected,
    ProportionMethod::Likelihood,
    ProportionMethod::Arcsine,
];

fn defined_everywhere() -> impl Iterator<Item = ProportionMethod> {
    PROPORTION_METHODS.into_iter().chain(MORE_PROPORTION_METHODS)
}

const NEWCOMBE: ProportionDifferenceMethod = ProportionDifferenceMethod::Newcombe;

/// Room for the last digits where two roundings are compared.
const ROUNDING: f64 = 1e-13;

fn any_confidence() -> impl Strategy<Value = f64> {
    prop_oneof![Just(0.5), Just(0.95), Just(0.998), Just(1.0 - 1e-9), 0.5..0.9999]
}

/// Events and a denominator, small ones and all orders of magnitude to 10⁹.
fn events_and_denominator() -> impl Strategy<Value = (f64, f64)> {
    (
        prop_oneof![1u64..40, (0.0..9.0f64).prop_map(|e| 10f64.powf(e) as u64)],
        0.0..=1.0f64,
        0u64..20,
    )
        .prop_map(|(n, share, few)| {
            let n = n.max(1);
            // Half of the cases with few events or few non-events.
            let x = match few {
                0..5 => few.min(n),
                5..10 => n - (few - 5).min(n),
                _ => (share * n as f64).round() as u64,
            };
            (x.min(n) as f64, n as f64)
        })
}

fn widths_nest(inner: Interval, outer: Interval) -> bool {
    outer.lower <= inner.lower * (1.0 + ROUNDING) && outer.upper >= inner.upper * (1.0 - ROUNDING)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn events_and_non_events_have_mirrored_limits((x, n) in events_and_denominator(), c in any_confidence()) {
        let confidence = Confidence::new(c).unwrap();
        for method in PROPORTION_METHODS {
            let events = proportion_interval(x, n, method, confidence).unwrap();
            let others = proportion_interval(n - x, n, method, confidence).unwrap();
            // Both ends come from one computation; the larger is 1 minus the smaller, bit for bit.
            for (near, far) in [(events.lower, others.upper), (events.upper, others.lower)] {
                prop_assert!(
                    near == 1.0 - far || far == 1.0 - near,
                    "{method:?}: {near:e} and {far:e}"
                );
            }
        }
    }

    #[test]
    fn a_share_lies_in_its_interval_and_the_interval_in_0_to_1((x, n) in events_and_denominator(), c in any_confidence()) {
        let confidence = Confidence::new(c).unwrap();
        for method in defined_everywhere() {
            let found = proportion_interval(x, n, method, confidence).unwrap();
            prop_assert!(0.0 <= found.lower && found.lower <= found.upper && found.upper <= 1.0);
            let share = x / n;
            // A Bayesian interval need not hold the share that was found if it is short enough.
            if method == ProportionMethod::Jeffreys && c < 0.9 {
                continue;
            }
            let holds = found.lower <= share * (1.0 + ROUNDING) && found.upper >= share * (1.0 - ROUNDING);
            prop_assert!(holds, "{method:?} {found:?}");
        }
    }

    #[test]
    fn limits_grow_with_the_events((x, n) in events_and_denominator(), c in any_confidence()) {
        let n = n + 1.0;
        let confidence = Confidence::new(c).unwrap();
        for method in defined_everywhere() {
            // Wald's and Agresti & Coull's lower limits do fall near 0 events: why they are not the default.
            if matches!(
                method,
                ProportionMethod::Wald | ProportionMethod::WaldCorrected | ProportionMethod::AgrestiCoull
            ) {
                continue;
            }
            let fewer = proportion_interval(x, n, method, confidence).unwrap();
            let more = proportion_interval(x + 1.0, n, method, confidence).unwrap();
            prop_assert!(fewer.lower <= more.lower && fewer.upper <= more.upper, "{method:?} {fewer:?} {more:?}");
        }
        let fewer = count_interval(x, CountMethod::Exact, confidence).unwrap();
        let more = count_interval(x + 1.0, CountMethod::Exact, confidence).unwrap();
        prop_assert!(fewer.lower < more.lower && fewer.upper < more.upper);
    }

    #[test]
    fn more_confidence_is_a_wider_interval((x, n) in events_and_denominator(), c in 0.5..0.99f64) {
        let (less, more) = (Confidence::new(c).unwrap(), Confidence::new(c + 0.005).unwrap());
        for method in defined_everywhere() {
            let inner = proportion_interval(x, n, method, less).unwrap();
            let outer = proportion_interval(x, n, method, more).unwrap();
            prop_assert!(widths_nest(inner, outer), "{method:?} {inner:?} {outer:?}");
        }
        for method in [
            CountMethod::Exact,
            CountMethod::MidP,
            CountMethod::default(),
            CountMethod::Score,
            CountMethod::Jeffreys,
            CountMethod::SquareRoot,
            CountMethod::Likelihood,
        ] {
            let inner = count_interval(x, method, less).unwrap();
            let outer = count_interval(x, method, more).unwrap();
            prop_assert!(widths_nest(inner, outer), "{method:?} {inner:?} {outer:?}");
        }
    }

    #[test]
    fn mid_p_limits_lie_within_the_exact_ones(x in 0u32..3000, c in any_confidence()) {
        let confidence = Confidence::new(c).unwrap();
        let exact = count_interval(f64::from(x), CountMethod::Exact, confidence).unwrap();
        let mid = count_interval(f64::from(x), CountMethod::MidP, confidence).unwrap();
        prop_assert!(exact.lower <= mid.lower && mid.upper < exact.upper, "{exact:?} {mid:?}");
    }

    #[test]
    fn quantiles_undo_probabilities(a in 0.5..500.0f64, b in 0.5..500.0f64, p in 1e-9..0.999f64) {
        let split = beta_quantile(a, b, p);
        prop_assert!((beta_lower(a, b, split.at) / p - 1.0).abs() < 1e-9);
        prop_assert!((split.at + split.rest - 1.0).abs() < 1e-15);
        prop_assert!((gamma_lower(a, gamma_lower_quantile(a, p)) / p - 1.0).abs() < 1e-11);
        prop_assert!((beta_lower(a, b, 0.3) + beta_upper(a, b, 0.3) - 1.0).abs() < 1e-15);
    }

    #[test]
    fn swapping_the_groups_turns_a_ratio_over(
        (x1, n1) in events_and_denominator(), (x2, n2) in events_and_denominator(), c in any_confidence()
    ) {
        let confidence = Confidence::new(c).unwrap();
        let mut pairs = vec![];
        for method in [RateRatioMethod::ExactConditional, RateRatioMethod::Score] {
            pairs.push((
                rate_ratio_interval(x1, n1, x2, n2, method, confidence).unwrap(),
                rate_ratio_interval(x2, n2, x1, n1, method, confidence).unwrap(),
            ));
        }
        pairs.push((
            proportion_ratio_interval(x1, n1, x2, n2, ProportionRatioMethod::Koopman, confidence).unwrap(),
            proportion_ratio_interval(x2, n2, x1, n1, ProportionRatioMethod::Koopman, confidence).unwrap(),
        ));
        for (straight, swapped) in pairs {
            for (limit, turned) in [(straight.lower, swapped.upper), (straight.upper, swapped.lower)] {
                prop_assert!(
                    limit == 1.0 / turned || (limit * turned - 1.0).abs() < 1e-11,
                    "{straight:?} {swapped:?}"
                );
            }
        }
        let straight = proportion_difference_interval(x1, n1, x2, n2, NEWCOMBE, confidence).unwrap();
        let swapped = proportion_difference_interval(x2, n2, x1, n1, NEWCOMBE, confidence).unwrap();
        prop_assert!((straight.lower + swapped.upper).abs() < 1e-14);
        prop_assert!((straight.upper + swapped.lower).abs() < 1e-14);
    }

    #[test]
    fn no_number_whatever_makes_it_panic(
        numbers in prop::array::uniform4(prop_oneof![
            any::<f64>(),
            0.0..1e6f64,
            prop::sample::select(vec![
                0.0, -0.0, 1.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN_POSITIVE,
                5e-324, 1e15, 9_007_199_254_740_992.0, 9_007_199_254_740_991.0, 1e300, 0.5, 1e-300,
            ]),
        ]),
        c in prop_oneof![any::<f64>(), 0.0..1.0f64, Just(f64::MIN_POSITIVE), Just(1.0 - f64::EPSILON / 2.0)],
    ) {
        let [a, b, p, q] = numbers;
        let Ok(confidence) = Confidence::new(c) else { return Ok(()) };
        let mut answers = vec![];
        for method in PROPORTION_METHODS {
            answers.push(proportion_interval(a, b, method, confidence));
            answers.push(sampled_proportion_interval(a, b, p, method, confidence));
        }
        for method in [CountMethod::Exact, CountMethod::MidP, CountMethod::Byar { exact_below: q }] {
            answers.push(count_interval(a, method, confidence));
            answers.push(rate_interval(a, b, p, method, confidence));
        }
        for method in [RateRatioMethod::ExactConditional, RateRatioMethod::Score] {
            answers.push(rate_ratio_interval(a, b, p, q, method, confidence));
        }
        for method in [ProportionRatioMethod::Koopman, ProportionRatioMethod::LogNormal] {
            answers.push(proportion_ratio_interval(a, b, p, q, method, confidence));
        }
        answers.push(proportion_difference_interval(a, b, p, q, NEWCOMBE, confidence));
        answers.push(difference_interval(
            a, Interval { lower: a - b.abs(), upper: a + 1.0 }, p, Interval { lower: p - 1.0, upper: q },
        ));
        if let Ok(summary) = MeanSummary::of(&numbers) {
            answers.push(mean_interval(summary, None, confidence));
            answers.push(mean_interval(summary, Some(q), confidence));
        }
        if let Ok(summary) = MeanSummary::from_sums(a, b, p) {
            answers.push(mean_interval(summary, None, confidence));
        }
        for interval in answers.into_iter().flatten() {
            prop_assert!(interval.lower <= interval.upper, "{interval:?} from {numbers:?} at {c:e}");
        }
    }
}
