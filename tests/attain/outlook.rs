//! The outlook of running windows: their chance, their projection, their pace. The oracles are sums of
//! probabilities term by term, made here.
use attain::{Assessment, Pace, Report};
use attain::{Outcome, Plan, Rows, Tally, When, calendar};

use crate::support::{day, parse};

const HEAD: &str = r#"
attain: 1
plan: p
units:
  levels: [city, district]
  list:
    - {id: c, level: city}
    - {id: d1, level: district, parent: c}
    - {id: d2, level: district, parent: c}
    - {id: d3, level: district, parent: c}
measures:
  deaths: {}
  cases: {}
  cleared: {}
  people: {over_time: last}
  models: {over_time: last}
indicators:
  fatal: {count: deaths}
  clearance: {proportion: {numerator: cleared, denominator: cases}}
  solved: {ratio: {numerator: cleared, denominator: cases}}
  covered: {proportion: {numerator: cleared, denominator: people}}
  rate: {rate: {numerator: deaths, population: people, annualised: exact}}
  kept: {count: models}
  fall: {change: {of: fatal, from: same_window_last_year, as: percent}}
  average: {mean: {of: deaths, per: cases}}
  index: {reported: {unit: points, over_time: last}}
  safe: {share_of_units: {of: fatal, level: district, goal: {at_most: 12}}}
targets:
"#;

fn plan(targets: &str) -> Plan {
    parse(&format!("{HEAD}{targets}"))
}

/// Outcomes as (unit, first day, day after the last, measure, value).
fn tally(plan: &Plan, outcomes: &[(&str, &str, &str, &str, f64)]) -> Tally {
    let mut tally = Tally::new(plan);
    for (unit, start, end, measure, value) in outcomes {
        let when = When::Span { start: day(start), end: day(end) };
        tally.record(&Outcome::new(*unit, when, *measure, *value)).unwrap();
    }
    tally
}

fn assess(plan: &Plan, tally: &Tally, as_of: &str) -> Report {
    plan.assess(tally, day(as_of)).unwrap()
}

fn only(report: &Report) -> &Assessment {
    let [row] = report.rows() else { panic!("{} rows", report.rows().len()) };
    row
}

/// P(at most `more` further events), by the negative binomial's terms: after `seen` in `elapsed`, for `remaining`.
fn at_most_more(seen: f64, elapsed: f64, remaining: f64, more: u32) -> f64 {
    let (size, share) = (seen + 0.5, elapsed / (elapsed + remaining));
    let mut term = share.powf(size);
    let mut sum = term;
    for y in 0..more {
        term *= (size + f64::from(y)) / f64::from(y + 1) * (1.0 - share);
        sum += term;
    }
    sum
}

fn close(found: Option<f64>, expected: f64) {
    let found = found.unwrap_or(f64::NAN);
    assert!((found - expected).abs() < 1e-9, "{found}, expected {expected}");
}

const TO_MARCH: (&str, &str) = ("2023-01-01", "2023-04-01");

#[test]
fn five_deaths_by_day_90_keep_to_twelve_in_a_year_once_in_nine() {
    let plan = plan("  few: {indicator: fatal, goal: {at_most: 12}, window: '2023'}");
    let tally = tally(&plan, &[("c", TO_MARCH.0, TO_MARCH.1, "deaths", 5.0)]);
    let report = assess(&plan, &tally, "2023-03-31");
    let row = only(&report);
    close(row.chance, at_most_more(5.0, 90.0, 275.0, 7));
    assert_eq!(format!("{:.3}", row.chance.unwrap()), "0.108");
    // As likely exceeded as not, and the interval around it.
    let (lower, middle, upper) = (row.projected_lower, row.projected, row.projected_upper);
    let more = |total: Option<f64>| total.unwrap() as u32 - 5;
    assert!(at_most_more(5.0, 90.0, 275.0, more(middle)) >= 0.5);
    assert!(at_most_more(5.0, 90.0, 275.0, more(middle) - 1) < 0.5);
    assert!(at_most_more(5.0, 90.0, 275.0, more(lower) - 1) < 0.025);
    assert!(at_most_more(5.0, 90.0, 275.0, more(upper)) >= 0.975);
}

#[test]
fn a_floor_a_strict_ceiling_and_a_band_have_their_chances() {
    let plan = plan(
        "  floor: {indicator: fatal, goal: {at_least: 20}, window: '2023'}
  above: {indicator: fatal, goal: {above: 20}, window: '2023'}
  below: {indicator: fatal, goal: {below: 20}, window: '2023'}
  band: {indicator: fatal, goal: {between: [15, 20]}, window: '2023'}",
    );
    let tally = tally(&plan, &[("c", TO_MARCH.0, TO_MARCH.1, "deaths", 5.0)]);
    let report = assess(&plan, &tally, "2023-03-31");
    let upto = |total: u32| at_most_more(5.0, 90.0, 275.0, total - 5);
    let chances: Vec<_> = report.rows().iter().map(|row| row.chance).collect();
    let expected = [1.0 - upto(19), 1.0 - upto(20), upto(19), upto(20) - upto(14)];
    chances.into_iter().zip(expected).for_each(|(found, expected)| close(found, expected));
}

#[test]
fn a_closed_window_is_met_or_not_and_has_no_projection() {
    let plan = plan("  few: {indicator: fatal, goal: {at_most: 12}, window: '2023'}");
    let tally = tally(&plan, &[("c", "2023-01-01", "2024-01-01", "deaths", 5.0)]);
    let report = assess(&plan, &tally, "2023-12-31");
    let row = only(&report);
    assert_eq!((row.chance, row.projected, row.expected_now), (Some(1.0), None, None));
}

#[test]
fn a_proportion_needs_its_share_of_what_is_expected_to_come() {
    // 160 of 200 in two days; the third is expected to bring 100 more, 80 of which are needed.
    let plan = plan(
        "  clear: {indicator: clearance, goal: {at_least: 80}, window: ['2023-01-01', '2023-01-04']}",
    );
    let days = ("2023-01-01", "2023-01-03");
    let tally = tally(
        &plan,
        &[("c", days.0, days.1, "cases", 200.0), ("c", days.0, days.1, "cleared", 160.0)],
    );
    let report = assess(&plan, &tally, "2023-01-02");
    let row = only(&report);
    assert_eq!(format!("{:.3}", row.chance.unwrap()), "0.532");
    assert_eq!(row.projected, Some(80.0));
    assert!(row.projected_lower.unwrap() < 80.0 && 80.0 < row.projected_upper.unwrap());
}

#[test]
fn jeffreys_prior_or_ones_own_can_be_asked_for() {
    let plan = plan(
        "  clear: {indicator: clearance, goal: {at_least: 80}, window: ['2023-01-01', '2023-01-04'],
          outlook: {prior: jeffreys}}
  few: {indicator: fatal, goal: {at_most: 12}, window: '2023', outlook: {prior: {events: 10, of: 1}}}",
    );
    let days = ("2023-01-01", "2023-01-03");
    let tally = tally(
        &plan,
        &[
            ("c", days.0, days.1, "cases", 200.0),
            ("c", days.0, days.1, "cleared", 160.0),
            ("c", days.0, days.1, "deaths", 0.0),
        ],
    );
    let report = assess(&plan, &tally, "2023-01-02");
    assert_eq!(format!("{:.3}", report.rows()[0].chance.unwrap()), "0.544");
    // 10 in one window, and none in 2 days of it: NB(10, (1 + 2/365) / 2), to at most 12.
    let share: f64 = (1.0 + 2.0 / 365.0) / 2.0;
    let mut term = share.powf(10.0);
    let mut sum = term;
    for y in 0..12u32 {
        term *= (10.0 + f64::from(y)) / f64::from(y + 1) * (1.0 - share);
        sum += term;
    }
    close(report.rows()[1].chance, sum);
}

#[test]
fn a_ratio_may_exceed_its_denominator_and_a_stock_bounds_what_it_covers() {
    let plan = plan(
        "  solved: {indicator: solved, goal: {at_least: 80}, window: '2023'}
  covered: {indicator: covered, goal: {at_least: 50}, window: '2023'}
  all: {indicator: covered, goal: {at_least: 100}, window: '2023'}
  rate: {indicator: rate, goal: {at_most: 12}, window: '2023'}",
    );
    let (start, end) = TO_MARCH;
    let tally = tally(
        &plan,
        &[
            ("c", start, end, "cases", 30.0),
            ("c", start, end, "cleared", 26.0),
            ("c", start, end, "people", 200.0),
            ("c", start, end, "deaths", 5.0),
        ],
    );
    let report = assess(&plan, &tally, "2023-03-31");
    let [solved, covered, all, rate] = report.rows() else { panic!() };
    // 30 cases in 90 days: 121.67 in the year, 80 % of which are 97.33 and so 98.
    close(solved.chance, 1.0 - at_most_more(26.0, 90.0, 275.0, 97 - 26));
    // 100 of 200 people.
    close(covered.chance, 1.0 - at_most_more(26.0, 90.0, 275.0, 99 - 26));
    close(all.chance, 1.0 - at_most_more(26.0, 90.0, 275.0, 199 - 26));
    assert_eq!(all.projected_upper.map(|upper| upper <= 100.0), Some(true));
    // 12 per 100,000 of 200 people is no death; 5 are more.
    assert_eq!(rate.chance, Some(0.0));
    let per_year = rate.projected.unwrap() * 200.0 / 100_000.0;
    assert!((per_year - per_year.round()).abs() < 1e-9 && per_year > 5.0, "{per_year}");
}

#[test]
fn a_change_is_held_against_the_whole_of_what_it_is_compared_with() {
    let plan = plan(
        "  fall: {indicator: fall, goal: {at_most: -5}, window: '2023'}
  fewer: {indicator: fatal, goal: {reduce_by: {percent: 5, from: same_window_last_year}}, window: '2023'}",
    );
    let (start, end) = TO_MARCH;
    let tally = tally(
        &plan,
        &[
            ("c", "2022-01-01", "2022-04-01", "deaths", 9.0),
            ("c", "2022-04-01", "2023-01-01", "deaths", 11.0),
            ("c", start, end, "deaths", 4.0),
        ],
    );
    let report = assess(&plan, &tally, "2023-03-31");
    let [fall, fewer] = report.rows() else { panic!() };
    // 5 % below 20 are 19.
    let expected = at_most_more(4.0, 90.0, 275.0, 15);
    close(fall.chance, expected);
    close(fewer.chance, expected);
    let median = fewer.projected.unwrap();
    close(fall.projected, 100.0 * (median - 20.0) / 20.0);
}

#[test]
fn a_baseline_that_reports_are_missing_from_makes_the_chance_less_certain() {
    let head = HEAD.replace("deaths: {}", "deaths: {recorded_at: city, every: quarter}");
    let text = "  fewer: {indicator: fatal, goal: {reduce_by: {percent: 5, from: same_window_last_year}}, window: '2023'}";
    let plan = Plan::from_yaml(&format!("{head}{text}")).unwrap();
    let figures = [
        ("c", "2022-01-01", "2022-04-01", "deaths", 9.0),
        ("c", "2022-04-01", "2022-07-01", "deaths", 5.0),
        ("c", "2022-07-01", "2022-10-01", "deaths", 6.0),
        ("c", "2023-01-01", "2023-04-01", "deaths", 4.0),
    ];
    let report = assess(&plan, &tally(&plan, &figures), "2023-03-31");
    // Three of four quarters are in: 20, and what the fourth may bring, each total weighed.
    let mut expected = 0.0;
    for missing in 0..400u32 {
        let mass = at_most_more(20.0, 0.75, 0.25, missing)
            - missing.checked_sub(1).map_or(0.0, |less| at_most_more(20.0, 0.75, 0.25, less));
        let limit = (95 * (20 + missing)) / 100;
        expected += mass * at_most_more(4.0, 90.0, 275.0, limit - 4);
    }
    let found = only(&report).chance.unwrap();
    assert!((found - expected).abs() < 1e-6, "{found}, expected {expected}");
}

#[test]
fn the_share_of_units_follows_from_the_chance_of_each() {
    let plan = plan("  safe: {indicator: safe, goal: {at_least: 60}, window: '2023'}");
    let (start, end) = TO_MARCH;
    let deaths = [("d1", 1.0), ("d2", 3.0), ("d3", 6.0)];
    let outcomes: Vec<_> =
        deaths.iter().map(|(unit, deaths)| (*unit, start, end, "deaths", *deaths)).collect();
    let report = assess(&plan, &tally(&plan, &outcomes), "2023-03-31");
    let [p, q, r] = [1u32, 3, 6].map(|seen| at_most_more(f64::from(seen), 90.0, 275.0, 12 - seen));
    // Two of three or more.
    let expected = p * q * r + p * q * (1.0 - r) + p * (1.0 - q) * r + (1.0 - p) * q * r;
    let row = only(&report);
    close(row.chance, expected);
    assert!(row.projected_lower <= row.projected && row.projected <= row.projected_upper);
}

#[test]
fn what_has_no_counts_that_accumulate_is_not_guessed_at() {
    let plan = plan(
        "  average: {indicator: average, goal: {at_least: 1}, window: '2023'}
  index: {indicator: index, goal: {at_least: 1}, window: '2023'}
  kept: {indicator: kept, goal: {at_least: 1}, window: '2023'}
  nothing: {indicator: fatal, goal: {at_most: 5}, window: '2023', units: {level: district}}",
    );
    let (start, end) = TO_MARCH;
    let tally = tally(
        &plan,
        &[
            ("c", start, end, "cases", 30.0),
            ("c", start, end, "deaths", 5.0),
            ("c", start, end, "models", 5.0),
            ("c", start, end, "index", 5.0),
        ],
    );
    let report = assess(&plan, &tally, "2023-03-31");
    assert_eq!(report.rows().len(), 6);
    for row in report.rows() {
        assert_eq!((row.chance, row.projected, row.projected_upper), (None, None, None));
    }
}

/// The first half of 2023 and two years before it, of districts of a city.
fn years_of(districts: usize) -> (Plan, Vec<[f64; 3]>) {
    let list: String =
        (0..districts).map(|at| format!(", {{id: d{at}, level: district, parent: c}}")).collect();
    let plan = Plan::from_yaml(&format!(
        "
attain: 1
plan: history
certainty: {{dispersion: 1}}
units: {{levels: [city, district], list: [{{id: c, level: city}}{list}]}}
measures: {{n: {{}}}}
indicators: {{n: {{count: n}}}}
targets:
  all: {{indicator: n, goal: {{at_most: 40}}, window: '2023', units: {{level: district}}}}
  told: {{indicator: n, goal: {{at_most: 40}}, window: '2023', units: {{level: district}}, outlook: {{prior: jeffreys}}}}
  top: {{indicator: n, goal: {{at_most: 400}}, window: '2023', units: {{level: city}}}}
"
    ));
    let counts = (0..districts).map(|at| {
        let at = at as f64;
        [30.0 + 3.0 * at, 34.0 + 2.0 * at, 14.0 + (7.0 * at) % 11.0]
    });
    (plan.unwrap(), counts.collect())
}

/// The report on them at the end of June; `known` says which of the counts are.
fn report_on_years(
    plan: &Plan,
    counts: &[[f64; 3]],
    known: impl Fn(usize, usize) -> bool,
) -> Report {
    let periods = ["2021", "2022", "2023-H1"];
    let mut tally = Tally::new(plan);
    for (at, counts) in counts.iter().enumerate() {
        for (year, (period, count)) in periods.iter().zip(counts).enumerate() {
            if known(at, year) {
                let when = When::Period((*period).into());
                tally.record(&Outcome::new(format!("d{at}"), when, "n", *count)).unwrap();
            }
        }
    }
    assess(plan, &tally, "2023-06-30")
}

#[test]
fn last_year_is_a_prior_where_the_units_show_how_much_years_differ() {
    use attain::stats::outlook::{CountOutlook, CountPrior, Unsteadiness, YearlyRates};
    let (plan, counts) = years_of(12);
    let report = report_on_years(&plan, &counts, |at, year| (at, year) != (11, 1));
    let elapsed = 181.0 / 365.0;
    let chance = |seen: f64, prior: CountPrior| {
        let steady = Unsteadiness::default();
        let outlook = CountOutlook::new(seen, elapsed, 1.0 - elapsed, prior, steady).unwrap();
        (outlook.at_most(40.0), outlook.median())
    };
    let row = |target: &str, unit: &str| {
        report.rows().iter().find(|row| *row.target == *target && *row.unit == *unit).unwrap()
    };
    // Of the district without a count of last year nothing is known beforehand.
    let (before, last): (Vec<f64>, Vec<f64>) =
        counts[..11].iter().map(|[before, last, _]| (*before, *last)).unzip();
    let rates = YearlyRates::of(&before, &last).unwrap();
    for (at, [_, last, seen]) in counts.iter().enumerate() {
        let unit = format!("d{at}");
        let history = if at < 11 { rates.prior(*last).unwrap() } else { CountPrior::JEFFREYS };
        let (expected, median) = chance(*seen, history);
        close(row("all", &unit).chance, expected);
        assert_eq!(row("all", &unit).projected, Some(median));
        close(row("told", &unit).chance, chance(*seen, CountPrior::JEFFREYS).0);
    }
    // One city shows nothing of the kind.
    let seen: f64 = counts.iter().map(|[.., seen]| seen).sum();
    let outlook = CountOutlook::new(
        seen,
        elapsed,
        1.0 - elapsed,
        CountPrior::JEFFREYS,
        Unsteadiness::default(),
    );
    close(row("top", "c").chance, outlook.unwrap().at_most(400.0));
}

#[test]
fn nine_units_or_one_year_say_nothing_beforehand() {
    let all_as_told = |report: &Report| {
        let chances = |target: &str| -> Vec<Option<f64>> {
            let rows = report.rows().iter().filter(|row| *row.target == *target);
            rows.map(|row| row.chance).collect()
        };
        chances("all") == chances("told")
    };
    let (plan, counts) = years_of(9);
    assert!(all_as_told(&report_on_years(&plan, &counts, |_, _| true)));
    let (plan, counts) = years_of(12);
    assert!(all_as_told(&report_on_years(&plan, &counts, |_, year| year != 0)));
    assert!(all_as_told(&report_on_years(&plan, &counts, |_, year| year != 1)));
    assert!(!all_as_told(&report_on_years(&plan, &counts, |_, _| true)));
}

#[test]
fn counts_that_vary_more_than_independent_ones_make_the_chance_less_certain() {
    let months: Vec<(String, String)> = (1..=6)
        .map(|month| (format!("2023-{month:02}-01"), format!("2023-{:02}-01", month + 1)))
        .collect();
    let report_of = |values: [f64; 6], rules: &str| {
        let plan = plan(&format!(
            "  few: {{indicator: fatal, goal: {{at_most: 140}}, window: '2023'{rules}}}"
        ));
        let outcomes: Vec<_> = months
            .iter()
            .zip(values)
            .map(|((start, end), value)| ("c", start.as_str(), end.as_str(), "deaths", value))
            .collect();
        assess(&plan, &tally(&plan, &outcomes), "2023-06-30").rows()[0].clone()
    };
    let even = report_of([10.0, 9.0, 10.0, 10.0, 11.0, 10.0], "");
    let uneven = report_of([0.0, 30.0, 2.0, 25.0, 1.0, 2.0], "");
    close(even.chance, at_most_more(60.0, 181.0, 184.0, 80));
    assert!(uneven.chance < even.chance && uneven.chance > Some(0.5));
    assert!(uneven.projected_upper > even.projected_upper);
    // A plan may say that it knows better.
    close(
        report_of([0.0, 30.0, 2.0, 25.0, 1.0, 2.0], ", outlook: {dispersion: 1}").chance,
        even.chance.unwrap(),
    );
    let drifting = report_of([10.0, 9.0, 10.0, 10.0, 11.0, 10.0], ", outlook: {drift: 20}");
    assert!(drifting.projected_upper > even.projected_upper && drifting.chance < even.chance);
}

#[test]
fn seasons_weigh_time_as_earlier_years_did() {
    let plan = plan(
        "  few: {indicator: fatal, goal: {at_most: 1000}, window: '2023',
        trajectory: {seasonal: {from: ['2021', '2022']}}}",
    );
    let (start, end) = TO_MARCH;
    let tally = tally(
        &plan,
        &[
            ("c", "2021-01-01", "2021-04-01", "deaths", 500.0),
            ("c", "2021-04-01", "2022-01-01", "deaths", 500.0),
            ("c", "2022-01-01", "2022-04-01", "deaths", 500.0),
            ("c", "2022-04-01", "2023-01-01", "deaths", 500.0),
            ("c", start, end, "deaths", 490.0),
        ],
    );
    let report = assess(&plan, &tally, "2023-03-31");
    let row = only(&report);
    // Half of the year's deaths are over by the end of March.
    assert_eq!((row.expected_now, row.pace), (Some(500.0), Some(Pace::Ahead)));
    let projected = row.projected.unwrap();
    assert!((projected - 980.0).abs() < 3.0, "{projected}");
    assert!((0.6..0.85).contains(&row.chance.unwrap()), "{:?}", row.chance);
}

#[test]
fn a_season_that_no_base_year_knows_expects_nothing() {
    let plan = plan(
        "  few: {indicator: fatal, goal: {at_most: 1000}, window: '2023',
        trajectory: {seasonal: {from: ['2021']}}}",
    );
    let (start, end) = TO_MARCH;
    let report = assess(&plan, &tally(&plan, &[("c", start, end, "deaths", 490.0)]), "2023-03-31");
    let row = only(&report);
    assert_eq!((row.expected_now, row.pace, row.chance), (None, None, None));
}

#[test]
fn each_trajectory_expects_what_its_path_says() {
    let plan = plan(
        "  none: {indicator: fatal, goal: {at_most: 73}, window: '2023', trajectory: none}
  linear: {indicator: fatal, goal: {at_most: 73}, window: '2023', trajectory: linear}
  steps: {indicator: fatal, goal: {at_most: 73}, window: '2023', trajectory: {steps: quarter}}
  milestones: {indicator: fatal, goal: {at_most: 73}, window: '2023', trajectory: milestones,
    milestones: [{by: 2023-01-31, reach: 31}, {by: 2023-03-22, reach: 41}, {by: 2023-06-30, reach: 60}]}
  rising: {indicator: kept, goal: {at_least: 110}, window: '2023', trajectory: {linear: {from: 10}}}
  growing: {indicator: kept, goal: {at_least: 160}, window: '2023', trajectory: {geometric: {from: 10}}}
  lifted: {indicator: solved, goal: {at_least: 90}, window: '2023', trajectory: {linear: {from: 45}}}",
    );
    let (start, end) = TO_MARCH;
    let tally = tally(
        &plan,
        &[
            ("c", start, end, "cases", 30.0),
            ("c", start, end, "cleared", 30.0),
            ("c", start, "2023-02-01", "deaths", 2.0),
            ("c", "2023-02-01", end, "deaths", 3.0),
            ("c", end, "2023-04-11", "deaths", 0.0),
            ("c", start, end, "models", 5.0),
        ],
    );
    // Day 90 of 365, and in April one more.
    let expected = |day: &str| -> Vec<Option<f64>> {
        assess(&plan, &tally, day).rows().iter().map(|row| row.expected_now).collect()
    };
    let march = expected("2023-03-31");
    let passed = 90.0 / 365.0;
    let by_hand = [
        None,
        Some(73.0 * passed),
        Some(73.0 * passed),
        // From 41 on day 81 to 60 on day 181.
        Some(41.0 + 19.0 * 9.0 / 100.0),
        Some(10.0 + 100.0 * passed),
        Some(10.0 * 16f64.powf(passed)),
        Some(45.0 + 45.0 * passed),
    ];
    for (found, expected) in march.iter().zip(by_hand) {
        match expected {
            None => assert_eq!(*found, None),
            Some(expected) => close(*found, expected),
        }
    }
    // Steps stay where the last quarter left them; milestones go on.
    let april = expected("2023-04-10");
    assert_eq!(april[2], march[2]);
    assert!(april[3] > march[3] && april[1] > march[1]);
    // Before the first quarter is over nothing is expected of it, and on the day of a milestone just that.
    let january = expected("2023-01-31");
    assert_eq!((january[2], january[3]), (Some(0.0), Some(31.0)));
}

#[test]
fn pace_has_the_thresholds_of_its_target_or_its_plan() {
    let of = |thresholds: &str, own: &str| {
        let text = HEAD.replace("units:\n", &format!("{thresholds}\nunits:\n"));
        let target =
            format!("  few: {{indicator: fatal, goal: {{at_least: 365}}, window: '2023'{own}}}");
        let plan = Plan::from_yaml(&format!("{text}{target}")).unwrap();
        let (start, end) = TO_MARCH;
        // 90 are expected.
        let tally = tally(&plan, &[("c", start, end, "deaths", 81.0)]);
        only(&assess(&plan, &tally, "2023-03-31")).pace
    };
    assert_eq!(of("", ""), Some(Pace::Behind));
    assert_eq!(of("pace: {on_track: 0.9}", ""), Some(Pace::OnTrack));
    assert_eq!(of("pace: {on_track: 0.9}", ", pace: {on_track: 0.91}"), Some(Pace::Behind));
    assert_eq!(of("pace: {ahead: 0.9, on_track: 0.5}", ""), Some(Pace::Ahead));
}

#[test]
fn the_projection_meets_the_goal_just_where_the_chance_is_a_half_or_more() {
    let plan = plan(
        "  few: {indicator: fatal, goal: {at_most: 12}, window: '2023', units: {level: district}}
  many: {indicator: fatal, goal: {at_least: 12}, window: '2023', units: {level: district}}",
    );
    for seen in 0..14u32 {
        for as_of in ["2023-01-31", "2023-03-31", "2023-08-31", "2023-12-30"] {
            let mut tally = Tally::of(&plan, Rows::Events);
            let when = When::Date(day("2023-01-15"));
            tally.record(&Outcome::new("d1", when, "deaths", f64::from(seen))).unwrap();
            // Deaths are recorded up to the day of the report.
            let when = When::Date(day(as_of));
            tally.record(&Outcome::new("d2", when, "deaths", 1.0)).unwrap();
            let report = assess(&plan, &tally, as_of);
            let [few, many] = [&report.rows()[0], &report.rows()[3]];
            assert_eq!(few.projected <= Some(12.0), few.chance >= Some(0.5), "{seen} by {as_of}");
            assert_eq!(many.projected >= Some(12.0), many.chance >= Some(0.5), "{seen} by {as_of}");
        }
    }
}

#[test]
fn a_tally_for_one_day_foretells_the_same() {
    let plan = plan(
        "  few: {indicator: fatal, goal: {at_most: 40}, window: '2023', trajectory: {seasonal: {from: ['2022']}}}
  fall: {indicator: fall, goal: {at_most: -5}, window: '2023'}
  safe: {indicator: safe, goal: {at_least: 60}, window: '2023'}
  clear: {indicator: clearance, goal: {at_least: 60}, window: '2023'}",
    );
    let as_of = day("2023-05-09");
    let mut tallies = [Tally::of(&plan, Rows::Events), plan.tally_for(Rows::Events, &[as_of])];
    for tally in &mut tallies {
        for event in 0u64..300 {
            let date = day("2022-01-01") + chrono::Days::new(event * 7919 % 494);
            let unit = ["d1", "d2", "d3"][(event % 3) as usize];
            for measure in ["deaths", "cases", "cleared"] {
                let keep = measure != "cleared" || event % 3 > 0;
                let value = if keep { 1.0 } else { 0.0 };
                tally.record(&Outcome::new(unit, When::Date(date), measure, value)).unwrap();
            }
        }
    }
    let [whole, cut] = tallies.map(|tally| plan.assess(&tally, as_of).unwrap());
    assert_eq!(whole.rows(), cut.rows());
    assert!(whole.rows().iter().all(|row| row.chance.is_some()));
}

/// Numbers to draw from: Marsaglia's xorshift, the same on every machine.
struct Draws(u64);

impl Draws {
    fn uniform(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Events until their waiting times, one after the other, have used up the time.
    fn poisson(&mut self, mean: f64) -> f64 {
        let (mut events, mut waited) = (0.0, -(1.0 - self.uniform()).ln());
        while waited < mean {
            events += 1.0;
            waited -= (1.0 - self.uniform()).ln();
        }
        events
    }
}

#[test]
fn of_rows_with_a_chance_so_many_meet_their_goal() {
    const PROGRAMMES: usize = 700;
    let units: Vec<String> =
        (0..PROGRAMMES).map(|unit| format!("{{id: p{unit}, level: programme}}")).collect();
    let plan = Plan::from_yaml(&format!(
        "attain: 1
plan: calibration
units: {{levels: [programme], list: [{}]}}
measures: {{events: {{every: month}}}}
indicators: {{events: {{count: events}}}}
targets:
  fewer: {{indicator: events, window: '2023', units: {{level: programme}},
    goal: {{reduce_by: {{percent: 10, from: previous_period}}}}}}",
        units.join(", ")
    ))
    .unwrap();
    // Half of them steady; of the others each month has a rate of its own.
    let mut draws = Draws(20_230_331);
    let mut tally = Tally::new(&plan);
    for unit in 0..PROGRAMMES {
        let yearly = 20.0 * 20f64.powf(draws.uniform());
        let moved = (0.6 * (draws.uniform() - 0.6)).exp();
        for month in 0..24 {
            let rate = yearly / 12.0 * if month < 12 { 1.0 } else { moved };
            let uneven = if unit % 2 == 0 { 1.0 } else { 0.5 + draws.uniform() };
            let period = format!("{}-{:02}", 2022 + month / 12, month % 12 + 1);
            let events = draws.poisson(rate * uneven);
            let unit = format!("p{unit}");
            tally.record(&Outcome::new(unit, When::Period(period), "events", events)).unwrap();
        }
    }
    let met: Vec<f64> =
        assess(&plan, &tally, "2023-12-31").rows().iter().map(|row| row.chance.unwrap()).collect();
    let mut bands = [[0.0f64; 3]; 5];
    let (mut brier, mut of_pace) = (0.0, 0.0);
    for day in ["2023-04-30", "2023-06-30", "2023-09-30"] {
        for (row, met) in assess(&plan, &tally, day).rows().iter().zip(&met) {
            let chance = row.chance.unwrap();
            let band = &mut bands[((5.0 * chance) as usize).min(4)];
            band.iter_mut().zip([1.0, chance, *met]).for_each(|(sum, one)| *sum += one);
            brier += (chance - met).powi(2);
            let ahead = f64::from(row.pace == Some(Pace::Ahead));
            of_pace += (ahead - met).powi(2);
        }
    }
    for [rows, chance, met] in bands {
        // Rows of one programme are not independent of each other: a third of them are.
        let (expected, found) = (chance / rows, met / rows);
        let deviation = (expected * (1.0 - expected) / (rows / 3.0)).sqrt();
        assert!(rows > 50.0, "{bands:?}");
        assert!(
            (found - expected).abs() < 3.0 * deviation + 0.02,
            "{expected} → {found}, {bands:?}"
        );
    }
    assert!(brier < 0.8 * of_pace, "{brier}, {of_pace}");
}

#[test]
fn a_budget_says_what_is_left_how_fast_it_goes_and_when_it_is_gone() {
    let plan = plan(
        "  few: {indicator: fatal, goal: {at_most: 36}, window: '2023'}
  clear: {indicator: clearance, goal: {at_least: 80}, window: '2023'}
  band: {indicator: fatal, goal: {between: [3, 36]}, window: '2023'}
  none: {indicator: fatal, goal: {at_most: 0}, window: '2023'}",
    );
    let months = ["2023-01-01", "2023-02-01", "2023-03-01", "2023-04-01"];
    let mut outcomes = Vec::new();
    for (place, deaths) in [2.0, 3.0, 7.0].into_iter().enumerate() {
        let (start, end) = (months[place], months[place + 1]);
        outcomes.push(("c", start, end, "deaths", deaths));
        outcomes.push(("c", start, end, "cases", 30.0));
        outcomes.push(("c", start, end, "cleared", 20.0));
    }
    let report = assess(&plan, &tally(&plan, &outcomes), "2023-03-31");
    let only = |target: &str| {
        let [row] = &report.budget(target, None).unwrap()[..] else { panic!("not one row") };
        row.clone()
    };
    let few = only("few");
    assert_eq!((few.used, few.limit, few.left), (12.0, Some(36.0), Some(24.0)));
    close(few.burn, 12.0 / 36.0 / (90.0 / 365.0));
    close(few.recent_burn, 7.0 / 36.0 / (31.0 / 365.0));
    // 36 at 12 in 90 days: on day 270.
    assert_eq!(few.exhausted_on, calendar::date("2023-09-27"));
    assert_eq!(few.alert.map(|one| one.code()), Some("alert"));
    // 90 cases and 275 to come: 80 % of 365 are 292, and 73 may be left.
    let clear = only("clear");
    assert_eq!(clear.counts.map(|one| one.code()), Some("bad_events_allowed"));
    assert_eq!((clear.denominator_left, clear.limit), (Some(275.0), Some(73.0)));
    assert_eq!((clear.used, clear.left), (30.0, Some(43.0)));
    // A third of the cases is left, where a fifth may be.
    close(clear.burn, 5.0 / 3.0);
    close(clear.recent_burn, 10.0 / 73.0 / (31.0 / 365.0));
    assert_eq!(clear.alert.map(|one| one.code()), Some("alert"));
    // 73 at 30 in 90 days: on day 219.
    assert_eq!(clear.exhausted_on, calendar::date("2023-08-07"));
    assert_eq!((only("band").limit, only("band").alert.map(|one| one.code())), (None, None));
    let none = only("none");
    assert_eq!(
        (none.left, none.burn, none.alert.map(|one| one.code())),
        (Some(-12.0), None, Some("exceeded"))
    );
    assert!(report.budget("nothing", None).unwrap_err().is_request());
    // A window that is over says what was used.
    let closed = assess(&plan, &tally(&plan, &outcomes), "2024-01-31");
    let of = |target: &str| {
        let [row] = &closed.budget(target, None).unwrap()[..] else { panic!("not one row") };
        row.clone()
    };
    let few = of("few");
    assert_eq!((few.used, few.limit, few.left), (12.0, Some(36.0), Some(24.0)));
    assert_eq!((few.elapsed_share, few.burn), (100.0, Some(1.0 / 3.0)));
    assert_eq!((few.recent_burn, few.exhausted_on), (None, None));
    assert_eq!((few.alert.map(|one| one.code()), few.chance), (Some("kept"), Some(1.0)));
    let clear = of("clear");
    assert_eq!((clear.used, clear.limit, clear.left), (30.0, Some(18.0), Some(-12.0)));
    assert_eq!((clear.denominator_left, clear.chance), (Some(0.0), Some(0.0)));
    assert_eq!(clear.alert.map(|one| one.code()), Some("exceeded"));
    assert_eq!((of("band").limit, of("band").counts), (None, None));
}

#[test]
fn an_error_budget_is_that_of_the_exact_bound() {
    let of_year = |goal: &str, cleared: f64, cases: f64, as_of: &str| {
        let plan =
            plan(&format!("  clear: {{indicator: clearance, goal: {{{goal}}}, window: '2023'}}"));
        let (start, end) = ("2023-01-01", "2024-01-01");
        let both = [("c", start, end, "cases", cases), ("c", start, end, "cleared", cleared)];
        let report = assess(&plan, &tally(&plan, &both), as_of);
        let [row] = &report.budget("clear", None).unwrap()[..] else { panic!("one row") };
        (row.used, row.limit.unwrap(), row.alert.map(|one| one.code()), row.reason)
    };
    let closed = |goal: &str, cleared, cases| of_year(goal, cleared, cases, "2024-02-01");
    // 99.9 % of 1,000 leave 1; more than that leaves none.
    assert_eq!(closed("at_least: 99.9", 999.0, 1_000.0), (1.0, 1.0, Some("kept"), None));
    let zero = Some(attain::views::BudgetReason::ZeroLimit);
    assert_eq!(closed("above: 99.9", 999.0, 1_000.0), (1.0, 0.0, Some("exceeded"), zero));
    assert_eq!(closed("above: 99.9", 1_000.0, 1_000.0), (0.0, 0.0, Some("kept"), zero));
    assert_eq!(closed("at_least: 99.9", 998.0, 1_000.0), (2.0, 1.0, Some("exceeded"), None));
    // Of 1,999, one may fail; two are 99.8999 %.
    assert_eq!(closed("at_least: 99.9", 1_998.0, 1_999.0), (1.0, 1.0, Some("kept"), None));
    assert_eq!(closed("at_least: 100", 10.0, 10.0), (0.0, 0.0, Some("kept"), zero));
    assert_eq!(closed("at_least: 0", 0.0, 10.0), (10.0, 10.0, Some("kept"), None));
}

#[test]
fn an_error_budget_that_lasts_to_the_very_end_is_exhausted_on_the_last_day() {
    // 1,000 cases and one failure a day, where one in a thousand may fail.
    for days in [1_u8, 7, 13, 27] {
        let targets = "  clear: {indicator: clearance, goal: {at_least: 99.9}, window: [2023-02-01, 2023-03-01]}";
        let plan = plan(targets);
        let (start, end) = ("2023-02-01", &*format!("2023-02-{:02}", days + 1));
        let (cases, cleared) = (1_000.0 * f64::from(days), 999.0 * f64::from(days));
        let both = [("c", start, end, "cases", cases), ("c", start, end, "cleared", cleared)];
        let report = assess(&plan, &tally(&plan, &both), &format!("2023-02-{days:02}"));
        let [row] = &report.budget("clear", None).unwrap()[..] else { panic!("one row") };
        assert_eq!((row.used, row.limit), (f64::from(days), Some(28.0)), "{days}");
        assert_eq!(row.exhausted_on, calendar::date("2023-02-28"), "{days}");
        close(row.burn, 1.0);
    }
}

#[test]
fn each_window_has_its_budget_and_a_name_picks_one() {
    let plan = plan(
        "  clear: {indicator: clearance, goal: {at_least: 80},
    window: {rolling: 28 days, every: day, within: 2023-03}}",
    );
    let mut outcomes = Vec::new();
    for day in 1..=28 {
        let (start, end) = (format!("2023-03-{day:02}"), format!("2023-03-{:02}", day + 1));
        outcomes.push((start.clone(), end.clone(), "cases", 10.0));
        outcomes.push((start, end, "cleared", if day % 7 == 0 { 5.0 } else { 9.0 }));
    }
    let outcomes: Vec<_> = outcomes
        .iter()
        .map(|(start, end, measure, value)| ("c", &**start, &**end, *measure, *value))
        .collect();
    let report = assess(&plan, &tally(&plan, &outcomes), "2023-03-28");
    let all = report.budget("clear", None).unwrap();
    assert_eq!(all.len(), 31);
    // 28 windows have closed; the other three hold fewer days so far.
    let closed = all.iter().filter(|row| row.elapsed_share == 100.0).count();
    assert_eq!(closed, 28);
    for name in ["2023-03-28/P28D", "2023-03-28"] {
        let [row] = &report.budget("clear", Some(name)).unwrap()[..] else { panic!("one row") };
        // 24 days with one failure of ten, 4 with five; a fifth of 280 may fail.
        assert_eq!((row.used, row.limit, row.left), (44.0, Some(56.0), Some(12.0)));
    }
    let error = report.budget("clear", Some("2022")).unwrap_err();
    assert_eq!(error.to_string(), "the report has no window `2022` of the target `clear`");
}

#[test]
fn a_goal_in_every_category_has_the_budget_of_the_category_that_decides() {
    let plan = Plan::from_yaml(
        "{attain: 1, plan: p, units: {levels: [city], list: [{id: c, level: city}]},
          strata: {kind: [x, y]}, measures: {good: {strata: [kind]}, all: {strata: [kind]}},
          indicators: {up: {proportion: {numerator: good, denominator: all}}},
          targets: {up: {indicator: up, goal: {at_least: 90}, in_every: kind, window: {every: month, within: 2023-Q1}}}}",
    )
    .unwrap();
    let mut tally = Tally::new(&plan);
    for (month, kind, good, all) in [
        ("2023-01", "x", 95.0, 100.0),
        ("2023-01", "y", 41.0, 50.0),
        ("2023-02", "x", 180.0, 200.0),
        ("2023-02", "y", 99.0, 100.0),
    ] {
        for (measure, value) in [("good", good), ("all", all)] {
            let when = When::Period(month.to_owned());
            let outcome = Outcome::new("c", when, measure, value).in_stratum("kind", kind);
            tally.record(&outcome).unwrap();
        }
    }
    let report = assess(&plan, &tally, "2023-02-28");
    let told: Vec<_> = report
        .budget("up", None)
        .unwrap()
        .into_iter()
        .map(|row| (row.used, row.limit, row.alert.map(|one| one.code()), row.chance))
        .collect();
    // Of 50 of y, 5 may be left; of 200 of x, 20.
    let expected = [
        (9.0, Some(5.0), Some("exceeded"), Some(0.0)),
        (20.0, Some(20.0), Some("kept"), Some(1.0)),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_tally_for_certain_days_has_the_same_budgets() {
    let plan = plan(
        "  clear: {indicator: clearance, goal: {at_least: 80}, window: {every: month, within: 2023}}
  few: {indicator: fatal, goal: {at_most: 36}, window: {rolling: 28 days, every: week, within: 2023}}",
    );
    let as_of = day("2023-05-17");
    let tallies = [Tally::of(&plan, Rows::Events), plan.tally_for(Rows::Events, &[as_of])];
    let budgets = tallies.map(|mut tally| {
        for (number, days) in (0..137_i64).zip(day("2023-01-01").iter_days()) {
            let cleared = if number % 4 == 0 { 0.0 } else { 1.0 };
            for (measure, value) in
                [("cases", 1.0), ("cleared", cleared), ("deaths", (number % 3) as f64)]
            {
                tally.record(&Outcome::new("c", When::Date(days), measure, value)).unwrap();
            }
        }
        let report = plan.assess(&tally, as_of).unwrap();
        ["clear", "few"].map(|target| report.budget(target, None).unwrap())
    });
    assert_eq!(budgets[0], budgets[1]);
    let [clear, few] = &budgets[0];
    assert_eq!((clear.len(), few.len()), (5, 24));
    // 31 days of January, of which 8 have a number that 4 divides; 6 may be left.
    assert_eq!((clear[0].used, clear[0].limit, clear[0].left), (8.0, Some(6.0), Some(-2.0)));
    // 28 days in a row have 28 deaths, or 27 or 29.
    assert!(few[10].used >= 27.0 && few[10].used <= 29.0 && few[10].limit == Some(36.0));
}

#[test]
fn a_floor_of_a_count_or_among_a_stock_requires_events() {
    let plan = Plan::from_yaml(
        "{attain: 1, plan: p, units: {levels: [city], list: [{id: c, level: city}]},
          measures: {treated: {}, people: {over_time: last}},
          indicators: {treated: {count: treated}, coverage: {proportion: {numerator: treated, denominator: people}}},
          targets: {
            many: {indicator: treated, goal: {at_least: 100}, window: '2023'},
            covered: {indicator: coverage, goal: {at_least: 50}, window: '2023'}}}",
    )
    .unwrap();
    let outcomes = [
        ("c", "2023-01-01", "2023-04-01", "treated", 60.0),
        ("c", "2023-03-31", "2023-04-01", "people", 200.0),
    ];
    for (as_of, elapsed) in [("2023-03-31", 9000.0 / 365.0), ("2023-12-31", 100.0)] {
        let report = assess(&plan, &tally(&plan, &outcomes), as_of);
        for target in ["many", "covered"] {
            let [row] = &report.budget(target, None).unwrap()[..] else { panic!("one row") };
            assert_eq!(row.counts.map(|one| one.code()), Some("events_required"), "{target}");
            assert_eq!((row.used, row.limit, row.left), (60.0, Some(100.0), Some(40.0)));
            close(Some(row.elapsed_share), elapsed);
        }
    }
}

#[test]
fn trajectories_paces_and_outlooks_come_back_from_every_format() {
    let plan = Plan::from_yaml(&format!(
        "{}{}",
        HEAD.replace("units:\n", "pace: {ahead: 1.05}\noutlook: {prior: uniform, drift: 5}\nunits:\n"),
        "  a: {indicator: fatal, goal: {at_most: 5}, window: '2023', trajectory: none, pace: {on_track: 0.8}}
  b: {indicator: fatal, goal: {at_most: 5}, window: '2023', trajectory: {linear: {from: 1.5}}}
  c: {indicator: fatal, goal: {at_most: 5}, window: '2023', trajectory: geometric}
  d: {indicator: fatal, goal: {at_most: 5}, window: '2023', trajectory: {steps: quarter}}
  e: {indicator: fatal, goal: {at_most: 5}, window: '2023', trajectory: {seasonal: {from: [2021, '2022']}}}
  f: {indicator: fatal, goal: {at_most: 5}, window: '2023', outlook: {prior: {events: 2, of: 0.5}, dispersion: 1.5}}
  g: {indicator: fatal, goal: {at_most: 5}, window: '2023', outlook: {prior: jeffreys},
    trajectory: milestones, milestones: [{by: 2023-03-01, reach: 2}]}"
    ))
    .unwrap();
    assert_eq!(Plan::from_yaml(&plan.to_yaml()).unwrap(), plan);
    assert_eq!(Plan::from_json(&plan.to_json()).unwrap(), plan);
    assert_eq!(Plan::from_toml(&plan.to_toml().unwrap()).unwrap(), plan);
}

/// A published measure has the id of its indicator.
fn published(targets: &str, figures: &[(&str, f64)], day: &str) -> Report {
    let plan = plan(targets);
    let mut tally = Tally::new(&plan);
    for (period, value) in figures {
        let when = When::Period((*period).to_owned());
        tally.record(&Outcome::new("c", when, "index", *value)).unwrap();
    }
    assess(&plan, &tally, day)
}

const MONTHS: [(&str, f64); 6] = [
    ("2025-01", 93.1),
    ("2025-02", 93.4),
    ("2025-03", 92.8),
    ("2025-04", 93.9),
    ("2025-05", 94.4),
    ("2025-06", 94.1),
];

/// statsmodels 0.14: `UnobservedComponents(y, "llevel", use_exact_diffuse=True)` on days, of which those on which months end have
/// values, for 13 shares of the variance; the mixture of Student's t distributions of five degrees in scipy.
#[test]
fn a_published_series_goes_on_at_its_level() {
    let target = "  t: {indicator: index, goal: {at_least: 95}, window: '2025'}\n";
    let report = published(target, &MONTHS, "2025-06-30");
    let row = only(&report);
    assert_eq!((row.value, row.verdict.code()), (Some(94.1), "missed"));
    close(row.projected, 93.977_526_481_327_27);
    close(row.projected_lower, 90.932_658_653_510_84);
    close(row.projected_upper, 97.245_811_009_045_64);
    close(row.chance, 0.213_864_065_575_145_6);
    // Figures of other lengths are another series, and those of later days are not known yet.
    let others = [("2024", 60.0), ("2025-Q1", 10.0), ("2023", 99.0)];
    let more: Vec<_> = MONTHS.into_iter().chain(others).collect();
    let same = published(target, &more, "2025-06-30");
    assert_eq!(only(&same), row);
    let ceiling = target.replace("at_least", "at_most");
    let report = published(&ceiling, &MONTHS, "2025-06-30");
    close(only(&report).chance, 1.0 - 0.213_864_065_575_145_6);
}

#[test]
fn of_a_series_that_is_too_short_or_never_moves_nothing_is_foretold_and_it_is_said() {
    let target = "  t: {indicator: index, goal: {at_least: 95}, window: '2025'}\n";
    let steady = MONTHS.map(|(month, _)| (month, 94.0));
    for figures in [&MONTHS[..4], &steady] {
        let report = published(target, figures, "2025-06-30");
        let row = only(&report);
        assert_eq!((row.chance, row.projected), (None, None));
        assert!(row.value.is_some());
        let told = report.explain("t", None, None).unwrap().to_string();
        assert!(told.contains("of a published series at least 5 values"), "{told}");
    }
    let enough = published(target, &MONTHS, "2025-06-30");
    let told = enough.explain("t", None, None).unwrap().to_string();
    assert!(!told.contains("Nothing is projected"), "{told}");
}

/// statsmodels 0.14, as above, on the logit scale of shares; the year without a value is left out.
#[test]
fn a_year_is_the_next_of_the_years_before_it() {
    let text = "
attain: 1
plan: p
units: {levels: [city], list: [{id: c, level: city}]}
indicators: {yearly: {reported: {unit: '%'}}}
targets: {t: {indicator: yearly, goal: {at_least: 70}, window: '2025'}}
";
    let plan = Plan::from_yaml(text).unwrap();
    let mut tally = Tally::new(&plan);
    let years = [("2018", 61.0), ("2019", 63.5), ("2020", 60.2), ("2021", 66.0), ("2023", 68.1)];
    // Half a year of the window is known so far, and no full year.
    for (period, value) in years.into_iter().chain([("2024", 67.4), ("2025-H1", 30.0)]) {
        tally.record(&Outcome::new("c", When::Period(period.to_owned()), "yearly", value)).unwrap();
    }
    let report = assess(&plan, &tally, "2025-06-30");
    let row = only(&report);
    assert_eq!(row.value, Some(30.0));
    close(row.projected, 66.926_148_327_181_15);
    close(row.projected_lower, 58.171_099_138_728_18);
    close(row.projected_upper, 74.326_383_951_490_06);
    close(row.chance, 0.179_862_314_333_782_86);
}

/// The budget of deaths from the first of January to a day, at a ceiling for the year.
fn budget_of(goal: &str, end: &str, deaths: f64, as_of: &str) -> attain::views::BudgetRow {
    let plan = plan(&format!("  few: {{indicator: fatal, goal: {{{goal}}}, window: '2023'}}"));
    let tally = tally(&plan, &[("c", "2023-01-01", end, "deaths", deaths)]);
    let [row] = &assess(&plan, &tally, as_of).budget("few", None).unwrap()[..] else {
        panic!("one row")
    };
    row.clone()
}

#[test]
fn a_limit_that_is_reached_at_the_very_end_is_reached_on_the_last_day() {
    // At the same pace, n events in n days make 365 in the year.
    for (end, days, as_of) in [
        ("2023-01-02", 1.0, "2023-01-01"),
        ("2023-01-08", 7.0, "2023-01-07"),
        ("2023-02-19", 49.0, "2023-02-18"),
        ("2023-04-01", 90.0, "2023-03-31"),
        ("2023-10-09", 281.0, "2023-10-08"),
        ("2023-12-31", 364.0, "2023-12-30"),
    ] {
        let row = budget_of("at_most: 365", end, days, as_of);
        assert_eq!(row.exhausted_on, calendar::date("2023-12-31"), "{as_of}: {row:#?}");
    }
    let row = budget_of("at_most: 366", "2023-04-01", 90.0, "2023-03-31");
    assert_eq!(row.exhausted_on, None);
    let row = budget_of("at_most: 364", "2023-04-01", 90.0, "2023-03-31");
    assert_eq!(row.exhausted_on, calendar::date("2023-12-30"));
}

#[test]
fn a_budget_alerts_from_the_first_whole_day_on() {
    let first = budget_of("at_most: 365", "2023-01-02", 3.0, "2023-01-01");
    close(first.burn, 3.0);
    close(first.recent_burn, 3.0);
    assert_eq!(first.alert.map(|one| one.code()), Some("alert"));
    let calm = budget_of("at_most: 365", "2023-01-06", 1.0, "2023-01-05");
    close(calm.recent_burn, 0.2);
    assert_eq!(calm.alert.map(|one| one.code()), Some("calm"));
}

#[test]
fn a_high_floor_of_a_share_has_the_pace_of_the_ceiling_of_its_rest() {
    let pace = |goal: &str, cleared: f64, cases: f64| {
        let plan =
            plan(&format!("  clear: {{indicator: clearance, goal: {{{goal}}}, window: '2023'}}"));
        let (start, end) = TO_MARCH;
        let both = [("c", start, end, "cases", cases), ("c", start, end, "cleared", cleared)];
        let report = assess(&plan, &tally(&plan, &both), "2023-03-31");
        let row = only(&report);
        (row.pace, row.chance.unwrap())
    };
    // 1.3 % of errors, where 0.1 % are allowed.
    assert_eq!(pace("at_least: 99.9", 987.0, 1000.0).0, Some(Pace::Behind));
    assert_eq!(pace("at_least: 99.9", 9_990.0, 10_000.0).0, Some(Pace::Ahead));
    // 21 % of 20 % are allowed: 5 % more than that is on track.
    assert_eq!(pace("at_least: 80", 79.0, 100.0).0, Some(Pace::OnTrack));
    assert_eq!(pace("at_least: 80", 78.0, 100.0).0, Some(Pace::Behind));
    // Below one half the value itself is compared.
    assert_eq!(pace("at_least: 40", 38.0, 100.0).0, Some(Pace::OnTrack));
    assert_eq!(pace("at_least: 40", 37.0, 100.0).0, Some(Pace::Behind));
    // Near enough, and there is hardly a chance: many cases do not vary.
    let (found, chance) = pace("at_least: 40", 38_500.0, 100_000.0);
    assert!(found == Some(Pace::Behind) && chance < 0.005, "{found:?}, {chance}");
    for cases in [10.0, 100.0, 1e3, 1e4, 1e5, 1e6] {
        for goal in [5, 40, 50, 60, 80, 95, 99] {
            for tenths in (940..1000).step_by(6) {
                let share = f64::from(goal) / 100.0 * f64::from(tenths) / 1000.0;
                let (found, chance) =
                    pace(&format!("at_least: {goal}"), (share * cases).floor(), cases);
                assert!(
                    found != Some(Pace::OnTrack) || chance >= 0.005,
                    "{goal}, {cases}, {share}: {chance}"
                );
            }
        }
    }
}
