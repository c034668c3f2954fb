//! The effect of a campaign, compared with separate computations on the same days.

use attain::calendar::{Every, Window};
use attain::stats::dispersion::confidence_of_degrees;
use attain::stats::{
    Confidence, CountVariation, InterruptedOptions, RateRatioMethod, Seasonality,
    difference_in_differences, interrupted_series, rate_ratio_interval,
};
use attain::views::EffectRow;
use attain::{Outcome, Plan, Report, Rows, Tally, When};
use chrono::{Datelike, Days, NaiveDate};

use crate::support::{assess, day, parse};

const DISTRICTS: usize = 8;

/// A city of two halves with four districts each.
fn plan(campaigns: &str) -> Plan {
    let mut units = "{id: c, level: city}, {id: north, level: half, parent: c}, \
                     {id: south, level: half, parent: c}"
        .to_owned();
    for number in 0..DISTRICTS {
        let half = if number < 4 { "north" } else { "south" };
        units += &format!(", {{id: d{number}, level: district, parent: {half}}}");
    }
    let text = format!(
        "{{attain: 1, plan: p, units: {{levels: [city, half, district], list: [{units}]}},
           calendar: {{anchors: {{tet: [2022-02-01, 2023-01-22]}}}},
           measures: {{cases: {{}}, stock: {{over_time: last}}}},
           indicators: {{crimes: {{count: cases}}, kept: {{count: stock}},
                         share: {{ratio: {{numerator: cases, denominator: stock}}}}}},
           campaigns: {{{campaigns}}}}}"
    );
    parse(&text)
}

/// The number of events on a day in a district: a wave over the year, and a quarter less in d0 and d1 in early 2023.
fn events(number: usize, date: NaiveDate) -> u32 {
    let wave = if date.month() <= 6 { 3 } else { 5 };
    let some = (date.ordinal() as usize * 7 + number * 3) % 4;
    let fewer = number < 2 && date >= day("2023-02-01") && date < day("2023-04-01");
    let all = wave + some as u32;
    if fewer { all - all / 3 } else { all }
}

fn days(start: &str, end: &str) -> impl Iterator<Item = NaiveDate> {
    let (start, end) = (day(start), day(end));
    start.iter_days().take_while(move |date| *date < end)
}

fn sum(districts: &[usize], start: &str, end: &str) -> f64 {
    let of = |number: usize| days(start, end).map(move |date| f64::from(events(number, date)));
    districts.iter().flat_map(|number| of(*number)).sum()
}

/// Everything that happened from 2020 up to and including a day.
fn report(plan: &Plan, as_of: &str) -> Report {
    let mut outcomes = Vec::new();
    for date in days("2020-01-01", as_of).chain([day(as_of)]) {
        for number in 0..DISTRICTS {
            let span =
                When::Span { start: date, end: date.checked_add_days(Days::new(1)).unwrap() };
            outcomes.push(Outcome::new(
                format!("d{number}"),
                span,
                "cases",
                f64::from(events(number, date)),
            ));
        }
    }
    outcomes.retain(|outcome| outcome.value != Some(0.0));
    assess(plan, Rows::Events, &outcomes, as_of)
}

const PEAK: &str = "peak: {window: [2023-02-01, 2023-04-01], units: [d0, d1]}";

fn effect(campaigns: &str, as_of: &str) -> Vec<EffectRow> {
    report(&plan(campaigns), as_of).effect("peak", "crimes", Every::Month).unwrap()
}

fn row<'r>(rows: &'r [EffectRow], method: &str) -> &'r EffectRow {
    rows.iter().find(|row| row.method.code() == method).unwrap_or_else(|| panic!("no {method}"))
}

fn told(row: &EffectRow) -> (f64, f64, f64) {
    assert_eq!(row.reason, None, "{}", row.method);
    (row.estimate.unwrap(), row.lower.unwrap(), row.upper.unwrap())
}

fn assert_near(found: (f64, f64, f64), expected: (f64, f64, f64)) {
    let near = |one: f64, other: f64| (one - other).abs() <= 1e-9 * other.abs();
    let all = near(found.0, expected.0) && near(found.1, expected.1) && near(found.2, expected.2);
    assert!(all, "{found:?} is not {expected:?}");
}

#[test]
fn the_same_window_last_year_and_the_days_before_are_compared_by_rates() {
    let rows = effect(PEAK, "2023-12-31");
    let during = sum(&[0, 1], "2023-02-01", "2023-04-01");
    for (method, start, end, days_back) in [
        ("same_window_last_year", "2022-02-01", "2022-04-01", 365),
        ("same_length_before", "2022-12-04", "2023-02-01", 59),
    ] {
        let before = sum(&[0, 1], start, end);
        let row = row(&rows, method);
        let method = RateRatioMethod::ExactConditional;
        // Windows of 59 days backwards from the campaign's first day, each compared in the same way.
        let (mut chi_squared, mut comparisons) = (0.0, 0);
        let back = |date: NaiveDate, days: u64| date.checked_sub_days(Days::new(days)).unwrap();
        let mut window_end = day("2023-02-01");
        loop {
            let window_start = back(window_end, 59);
            let year_before =
                |date: NaiveDate| date.checked_sub_months(chrono::Months::new(12)).unwrap();
            let earlier = match days_back {
                365 => (year_before(window_start), year_before(window_end)),
                _ => (back(window_start, 59), window_start),
            };
            if earlier.0 < day("2020-01-01") {
                break;
            }
            let count = |(start, end): (NaiveDate, NaiveDate)| {
                sum(&[0, 1], &start.to_string(), &end.to_string())
            };
            let (now, then) = (count((window_start, window_end)), count(earlier));
            let days_then = (earlier.1 - earlier.0).num_days() as f64;
            let share = 59.0 / (59.0 + days_then);
            let all = now + then;
            chi_squared += (now - all * share).powi(2) / (all * share * (1.0 - share));
            comparisons += 1;
            window_end = window_start;
        }
        let dispersion = f64::max(chi_squared / f64::from(comparisons), 1.0);
        let confidence = confidence_of_degrees(Confidence::P95, f64::from(comparisons) / 2.0);
        let (by_now, by_then) = (during / dispersion, before / dispersion);
        let interval =
            rate_ratio_interval(by_now, 59.0, by_then, 59.0, method, confidence).unwrap();
        assert_near(told(row), (during / before, interval.lower, interval.upper));
        assert_eq!(row.pieces, Some(i64::from(comparisons)));
        assert!((row.dispersion.unwrap() - dispersion).abs() < 1e-9);
        assert_eq!((row.warning.as_deref(), row.regression), (None, None));
        assert_eq!(
            (row.counted, row.before, row.expected),
            (Some(during), Some(before), Some(before))
        );
        assert_eq!(row.before_start, Some(day(start)));
        assert_eq!(row.before_end, Some(day(end)));
    }
}

/// Twelve months of a city, the last one before the campaign with `last` events, and the month of the campaign.
fn after_a_year(last: f64, earlier: usize) -> Vec<EffectRow> {
    let plan = plan("peak: {window: [2023-02-01, 2023-03-01], units: [d0, d1]}");
    let mut tally = Tally::new(&plan);
    let months = ["2023-02", "2023-01", "2022-12", "2022-11", "2022-10", "2022-09", "2022-08"];
    for (place, month) in months.iter().take(earlier + 2).enumerate() {
        let span = calendar_month(month);
        let days = (span.1 - span.0).num_days();
        let mut date = span.0;
        while date < span.1 {
            let next = date.checked_add_days(Days::new(1)).unwrap();
            // Other months have one event a day in each district.
            let value = if place == 1 { last / days as f64 } else { 1.0 };
            for unit in ["d0", "d1"] {
                let when = When::Span { start: date, end: next };
                tally.record(&Outcome::new(unit, when, "cases", value)).unwrap();
            }
            date = next;
        }
    }
    let report = plan.assess(&tally, day("2023-12-31")).unwrap();
    report.effect("peak", "crimes", Every::Month).unwrap()
}

fn calendar_month(month: &str) -> (NaiveDate, NaiveDate) {
    let start = day(&format!("{month}-01"));
    (start, start.checked_add_months(chrono::Months::new(1)).unwrap())
}

#[test]
fn a_campaign_after_an_extreme_window_is_warned_of() {
    // 62 events in January, after five windows of 28 days with one a day in each district: windows of 28 days
    // reach four days into January.
    let rows = after_a_year(62.0, 5);
    let before = row(&rows, "same_length_before");
    let january = 28.0 * 2.0 * 62.0 / 31.0;
    let mean = (january + 4.0 * 56.0 + (3.0 * 62.0 / 31.0 + 25.0) * 2.0) / 6.0;
    let regression = mean / january;
    assert!((before.regression.unwrap() - regression).abs() < 1e-9, "{before:?}");
    let warning = before.warning.as_deref().unwrap();
    assert!(warning.contains("has the highest daily count of 6 windows"), "{warning}");
    assert!(
        warning.contains(&format!("would give {regression:.2} without any effect")),
        "{warning}"
    );
    // A half of the days before, and a month like all others: the limits hold both.
    assert!((before.estimate.unwrap() - 0.5).abs() < 1e-9);
    assert!(before.lower.unwrap() < 0.5 && before.upper.unwrap() > 1.0, "{before:?}");
    // A low one is told too, one like the others is not, and neither is one with too few before it.
    let low = after_a_year(15.5, 5);
    let warning = row(&low, "same_length_before").warning.clone().unwrap();
    assert!(warning.contains("lowest"), "{warning}");
    assert!(row(&low, "same_length_before").regression.unwrap() > 1.0);
    assert_eq!(row(&after_a_year(31.0, 5), "same_length_before").warning, None);
    assert_eq!(row(&after_a_year(62.0, 4), "same_length_before").warning, None);
    // The other methods of these days.
    assert_eq!(row(&rows, "same_window_last_year").warning, None);
}

#[test]
fn a_campaign_that_runs_is_compared_up_to_the_day() {
    let rows = effect(PEAK, "2023-02-20");
    let row = row(&rows, "same_window_last_year");
    assert_eq!(row.counted, Some(sum(&[0, 1], "2023-02-01", "2023-02-21")));
    assert_eq!(row.before, Some(sum(&[0, 1], "2022-02-01", "2022-02-21")));
    assert_eq!(row.window_end, Some(day("2023-02-21")));
    let after = self::row(&rows, "displaced_after");
    assert_eq!(after.reason.as_deref(), Some("the campaign still runs"));
}

#[test]
fn a_series_of_months_is_interrupted_where_the_campaign_begins() {
    let rows = effect(PEAK, "2023-12-31");
    let mut months: Vec<NaiveDate> = Vec::new();
    for year in 2020..=2023 {
        months.extend((1..=12).map(|month| NaiveDate::from_ymd_opt(year, month, 1).unwrap()));
    }
    let edges: Vec<String> = months
        .iter()
        .take_while(|edge| **edge <= day("2023-04-01"))
        .map(ToString::to_string)
        .collect();
    let counts: Vec<f64> = edges.windows(2).map(|two| sum(&[0, 1], &two[0], &two[1])).collect();
    let exposures: Vec<f64> = edges
        .windows(2)
        .map(|two| Window::new(day(&two[0]), day(&two[1])).unwrap().days() as f64)
        .collect();
    let options = InterruptedOptions {
        seasonality: Seasonality::Harmonics { period: 12, pairs: 2 },
        slope_change: false,
        variation: CountVariation::QuasiPoisson,
        correlated: true,
    };
    assert_eq!(counts.len(), 39);
    let expected = interrupted_series(&counts, &exposures, 37, &options, Confidence::P95).unwrap();
    for (method, ratio) in
        [("interrupted_series", expected.overall), ("interrupted_series_level", expected.level)]
    {
        let row = row(&rows, method);
        assert_near(told(row), (ratio.ratio, ratio.interval.lower, ratio.interval.upper));
        assert_eq!((row.pieces, row.dispersion), (Some(39), Some(expected.dispersion)));
        assert_eq!(row.correlation, expected.correlation);
    }
    let whole = row(&rows, "interrupted_series");
    assert!(whole.upper.unwrap() < 1.0, "a quarter less is seen: {whole:?}");
    let without: f64 = expected.counterfactual[37..].iter().sum();
    assert!((whole.expected.unwrap() - without).abs() < 1e-6);
    assert!(
        rows.iter().all(|row| row.method.code() != "interrupted_series_slope"),
        "two months have no slope"
    );
}

#[test]
fn a_campaign_that_fits_no_period_is_cut_in_steps_from_its_first_day() {
    let campaign = "peak: {window: [2023-02-10, 2023-05-20], units: [d0, d1]}";
    let rows = effect(campaign, "2023-12-31");
    let whole = row(&rows, "interrupted_series");
    // Events are recorded from 1 January 2020 on: the step that begins on 10 December holds a part only, and is
    // left out.
    let slope = row(&rows, "interrupted_series_slope");
    assert_eq!(
        (slope.reason.clone(), whole.counted),
        (None, Some(sum(&[0, 1], "2023-02-10", "2023-05-20")))
    );
    assert!(whole.compared.contains("from 2020-01-10 on"), "{}", whole.compared);
    assert_eq!(whole.pieces, Some(37 + 4));
}

#[test]
fn a_short_history_is_not_enough_for_a_series() {
    let plan = plan(PEAK);
    let mut tally = Tally::new(&plan);
    for month in ["2022-12", "2023-01", "2023-02", "2023-03"] {
        for unit in ["d0", "d1"] {
            let when = When::Period(month.to_owned());
            tally.record(&Outcome::new(unit, when, "cases", 50.0)).unwrap();
        }
    }
    let report = plan.assess(&tally, day("2023-12-31")).unwrap();
    let rows = report.effect("peak", "crimes", Every::Month).unwrap();
    assert_eq!(
        row(&rows, "interrupted_series").reason.as_deref(),
        Some(
            "only 2 months before the campaign are known without a gap, of at least 4; the next: nothing \
             was recorded for these days"
        )
    );
    assert_eq!(
        row(&rows, "same_window_last_year").reason.as_deref(),
        Some("2022-02-01 to 2022-03-31: nothing was recorded for these days")
    );
    assert_eq!(
        row(&rows, "same_length_before").reason.as_deref(),
        Some(
            "2022-12-04 to 2023-01-31: a recorded span crosses the window's edge and can't be split"
        )
    );
}

#[test]
fn those_who_took_part_are_held_against_the_others() {
    let rows = effect(PEAK, "2023-12-31");
    let of = |start: &str, end: &str| -> Vec<f64> {
        (0..DISTRICTS).map(|number| sum(&[number], start, end)).collect()
    };
    let (before, after) = (of("2022-02-01", "2022-04-01"), of("2023-02-01", "2023-04-01"));
    let part: Vec<bool> = (0..DISTRICTS).map(|number| number < 2).collect();
    let quasi = CountVariation::QuasiPoisson;
    let expected =
        difference_in_differences(&before, &after, &part, quasi, Confidence::P95).unwrap();
    let found = row(&rows, "difference_in_differences");
    assert_near(told(found), (expected.ratio, expected.interval.lower, expected.interval.upper));
    assert_eq!((found.pieces, found.dispersion), (Some(8), expected.dispersion));
    assert_eq!(found.outside, Some(after[2..].iter().sum()));
    assert!(found.upper.unwrap() < 1.0);

    // Nearby, in the north, are d2 and d3; the four of the south are farther away. Six units leave four degrees
    // of freedom. These are few, but their spread is still used.
    let near: Vec<bool> = (2..DISTRICTS).map(|number| number < 4).collect();
    let expected =
        difference_in_differences(&before[2..], &after[2..], &near, quasi, Confidence::P95)
            .unwrap();
    let nearby = row(&rows, "displaced_nearby");
    assert_near(told(nearby), (expected.ratio, expected.interval.lower, expected.interval.upper));
    assert!(nearby.lower.unwrap() < 1.0 && nearby.upper.unwrap() > 1.0, "nothing moved there");
}

#[test]
fn two_groups_of_one_unit_have_limits_from_their_counts_alone() {
    let rows = effect("peak: {window: [2023-02-01, 2023-04-01], units: [north]}", "2023-12-31");
    let north = [0, 1, 2, 3];
    let south = [4, 5, 6, 7];
    let of = |units: &[usize], year: &str| {
        sum(units, &format!("{year}-02-01"), &format!("{year}-04-01"))
    };
    let expected = difference_in_differences(
        &[of(&north, "2022"), of(&south, "2022")],
        &[of(&north, "2023"), of(&south, "2023")],
        &[true, false],
        CountVariation::Poisson,
        Confidence::P95,
    )
    .unwrap();
    let found = row(&rows, "difference_in_differences");
    assert_near(told(found), (expected.ratio, expected.interval.lower, expected.interval.upper));
    assert!(found.assumes.contains("too few to tell"));
    assert_eq!(found.dispersion, None);
    // All others are nearby: they are compared with their own earlier days.
    let nearby = row(&rows, "displaced_nearby");
    assert_eq!(nearby.counted, Some(of(&south, "2023")));
    assert_eq!(nearby.estimate, Some(of(&south, "2023") / of(&south, "2022")));
}

#[test]
fn a_unit_below_another_is_not_counted_twice() {
    let one = effect("peak: {window: [2023-02-01, 2023-04-01], units: [north]}", "2023-12-31");
    let both = effect("peak: {window: [2023-02-01, 2023-04-01], units: [north, d1]}", "2023-12-31");
    assert_eq!(one, both);
}

#[test]
fn where_everyone_takes_part_there_is_nobody_to_compare_with() {
    let rows = effect("peak: {window: [2023-02-01, 2023-04-01]}", "2023-12-31");
    let all: Vec<usize> = (0..DISTRICTS).collect();
    assert_eq!(
        row(&rows, "same_window_last_year").counted,
        Some(sum(&all, "2023-02-01", "2023-04-01"))
    );
    let reason = |method: &str| row(&rows, method).reason.clone().unwrap();
    assert!(reason("difference_in_differences").contains("nobody is there to compare with"));
    assert!(reason("displaced_nearby").contains("no unit of the same parent"));
}

#[test]
fn the_days_after_it_are_held_against_those_of_a_year_before() {
    let rows = effect(PEAK, "2023-12-31");
    let after = row(&rows, "displaced_after");
    let (now, then) =
        (sum(&[0, 1], "2023-04-01", "2023-05-30"), sum(&[0, 1], "2022-04-01", "2022-05-30"));
    assert_eq!((after.counted, after.before), (Some(now), Some(then)));
    assert_eq!(after.estimate, Some(now / then));
    // As many of these days as are over.
    let rows = effect(PEAK, "2023-04-10");
    let after = row(&rows, "displaced_after");
    assert_eq!(after.counted, Some(sum(&[0, 1], "2023-04-01", "2023-04-11")));
    assert_eq!(after.before, Some(sum(&[0, 1], "2022-04-01", "2022-04-11")));
}

#[test]
fn a_campaign_has_a_comparison_of_its_own_that_moves_with_tet() {
    let campaign = "peak: {window: [2023-01-08, 2023-01-22], units: [d0, d1],
        compare: {same_window_last_year: {moved_by: tet}}},
        drugs: {window: [2023-01-20, 2023-03-01]}";
    let rows = effect(campaign, "2023-12-31");
    let own = row(&rows, "campaign_comparison");
    assert_eq!(
        (own.before_start, own.before_end),
        (Some(day("2022-01-18")), Some(day("2022-02-01")))
    );
    assert_eq!(row(&rows, "difference_in_differences").before_start, Some(day("2022-01-18")));
    assert!(own.assumes.contains("had no part in it: `drugs`"), "{}", own.assumes);
}

#[test]
fn a_programme_of_years_is_not_compared_with_itself() {
    let rows = effect("peak: {window: [2021-01-01, 2023-01-01], units: [d0]}", "2023-12-31");
    let reason = row(&rows, "same_window_last_year").reason.clone().unwrap();
    assert_eq!(
        reason,
        "the campaign itself ran on some days of the same window last year, 2020-01-01 to 2021-12-31"
    );
}

#[test]
fn before_it_begins_a_campaign_has_changed_nothing() {
    let rows = effect("peak: {window: [2024-02-01, 2024-04-01], units: [d0]}", "2023-12-31");
    assert!(rows.iter().all(|row| row.reason.as_deref() == Some("the campaign has not begun")));
    assert_eq!(rows.len(), 6);
}

/// Two districts with these figures in the months of 2022 and 2023 for which `is_made`, and a campaign in February and March.
fn of_months(measure: &str, units: &str, is_made: impl Fn(usize, &str) -> bool) -> Vec<EffectRow> {
    let plan = parse(&format!(
        "{{attain: 1, plan: p, units: {{levels: [city, district], list: [{{id: c, level: city}},
             {{id: d0, level: district, parent: c}}, {{id: d1, level: district, parent: c}},
             {{id: d2, level: district, parent: c}}, {{id: d3, level: district, parent: c}}]}},
           measures: {{cases: {{{measure}}}}}, indicators: {{crimes: {{count: cases}}}},
           campaigns: {{peak: {{window: [2023-02-01, 2023-04-01], units: [{units}]}}}}}}"
    ));
    let mut outcomes = Vec::new();
    for year in [2022, 2023] {
        for month in 1..=12 {
            let period = format!("{year}-{month:02}");
            // d0 has 100 a month, d1 40 and the others 10.
            for (unit, cases) in [100.0, 40.0, 10.0, 10.0].into_iter().enumerate() {
                if is_made(unit, &period) {
                    let when = When::Period(period.clone());
                    outcomes.push(Outcome::new(format!("d{unit}"), when, "cases", cases));
                }
            }
        }
    }
    let report = assess(&plan, Rows::Figures, &outcomes, "2023-12-31");
    report.effect("peak", "crimes", Every::Month).unwrap()
}

#[test]
fn a_report_that_is_missing_in_one_window_is_left_out_of_both() {
    // d0 has not reported March 2022. Where the measure has no `every`, nobody says that the report is due.
    let is_made = |unit: usize, period: &str| (unit, period) != (0, "2022-03");
    let units = ["d0, d1", "c"];
    for (measure, units) in
        units.map(|units| [("", units), ("every: month", units)]).into_iter().flatten()
    {
        let rows = of_months(measure, units, is_made);
        let year = row(&rows, "same_window_last_year");
        let others = if units == "c" { 20.0 } else { 0.0 };
        let counted = 2.0 * (40.0 + others) + 100.0;
        assert_eq!((year.counted, year.before), (Some(counted), Some(counted)), "{year:?}");
        assert!((year.estimate.unwrap() - 1.0).abs() < 1e-9, "{measure} {units}: {year:?}");
        let warning = year.warning.as_deref().unwrap();
        assert!(
            warning.ends_with("left out of both: `d0` in 2023-03-01 to 2023-03-31"),
            "{warning}"
        );
        if units != "c" {
            let differences = row(&rows, "difference_in_differences");
            assert!((differences.estimate.unwrap() - 1.0).abs() < 1e-9, "{differences:?}");
            assert_eq!(differences.outside, Some(40.0));
            assert!(differences.warning.as_deref().unwrap().contains("`d0` in 2023-03"));
        }
    }
    // Nothing is left out of windows of which all reports were made.
    let rows = of_months("every: month", "d0, d1", |_, _| true);
    assert_eq!(row(&rows, "same_window_last_year").warning, None);
    assert_eq!(row(&rows, "same_window_last_year").counted, Some(280.0));
}

#[test]
fn a_unit_that_reported_one_window_alone_is_left_out() {
    let is_made = |unit: usize, period: &str| unit != 1 || period.starts_with("2023");
    let rows = of_months("every: month", "d0, d1", is_made);
    let year = row(&rows, "same_window_last_year");
    assert_eq!((year.counted, year.before), (Some(200.0), Some(200.0)), "{year:?}");
    let differences = row(&rows, "difference_in_differences");
    assert_eq!((differences.counted, differences.pieces), (Some(200.0), Some(3)));
    assert!(differences.warning.as_deref().unwrap().contains("`d1`"), "{differences:?}");
    // Where no unit reported both, nothing can be known.
    let is_made = |_: usize, period: &str| !["2022-02", "2023-03"].contains(&period);
    let rows = of_months("every: month", "d0, d1", is_made);
    let year = row(&rows, "same_window_last_year");
    assert_eq!(year.estimate, None);
    assert!(year.reason.as_deref().unwrap().contains("report"), "{year:?}");
}

#[test]
fn events_that_are_still_to_be_recorded_are_no_fall() {
    let plan = plan("peak: {window: [2023-02-01, 2023-04-01], units: [d0]}");
    let mut outcomes = Vec::new();
    // Two events a day: one is recorded at once, one after 30 days.
    for date in days("2021-11-01", "2023-04-01") {
        for late in [0, 30] {
            let when =
                When::Span { start: date, end: date.checked_add_days(Days::new(1)).unwrap() };
            let mut event = Outcome::new("d0", when, "cases", 1.0);
            event.recorded_at = date.checked_add_days(Days::new(late));
            outcomes.push(event);
        }
    }
    let report = assess(&plan, Rows::Events, &outcomes, "2023-03-31");
    let rows = report.effect("peak", "crimes", Every::Month).unwrap();
    let year = row(&rows, "same_window_last_year");
    // 30 of 118 events are still to be recorded.
    assert_eq!((year.counted, year.before), (Some(88.0), Some(118.0)));
    assert!((year.expected.unwrap() / 88.0 - 1.0).abs() < 0.01, "{year:?}");
    assert!((year.estimate.unwrap() - 1.0).abs() < 0.01, "{year:?}");
    assert!(year.lower.unwrap() < 1.0 && year.upper.unwrap() > 1.0);
}

#[test]
fn what_has_no_effect_to_tell_is_refused() {
    let plan = plan(PEAK);
    let report = plan.assess(&Tally::new(&plan), day("2023-12-31")).unwrap();
    let refused = |campaign: &str, indicator: &str| {
        let error = report.effect(campaign, indicator, Every::Month).unwrap_err();
        assert!(error.is_request());
        error.to_string()
    };
    assert!(refused("peek", "crimes").contains("did you mean `peak`"));
    assert!(refused("peak", "crime").contains("did you mean `crimes`"));
    assert!(refused("peak", "share").contains("a count that adds up"));
    assert!(refused("peak", "kept").contains("a count that adds up"));

    let tally = plan.tally_for(Rows::Events, &[day("2023-12-31")]);
    let report = plan.assess(&tally, day("2023-12-31")).unwrap();
    let error = report.effect("peak", "crimes", Every::Month).unwrap_err();
    assert!(error.to_string().contains("made for certain days"), "{error}");
}
