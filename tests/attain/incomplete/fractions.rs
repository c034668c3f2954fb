//! Rule 39: fractions are computed over matched units and periods.

use crate::incomplete::support::*;

const YEAR_END: &str = "2023-12-31";

fn share(goal: &str) -> attain::Plan {
    plan(&format!(
        "{SHARE}targets: {{t: {{indicator: r, goal: {{{goal}}}, window: '2023', units: [c, a, b]}}}}"
    ))
}

#[test]
fn no_unit_with_both_sides_is_unmatched() {
    let plan = plan(&format!(
        "{SHARE}targets:
  t: {{indicator: r, goal: {{at_least: 90}}, window: '2023', minimum_completeness: 100, units: [c, a, b]}}"
    ));
    let report = report(&plan, "a 2023 n 50; b 2023 d 50", YEAR_END);
    expect(
        row(&report, "t", "c"),
        "value=- verdict=indeterminate reason=unmatched certainty=unknown completeness=50 \
         numerator=50 denominator=50 matched=0 unmatched=2",
    );
    expect(row(&report, "t", "a"), "value=- reason=no_data numerator=50 denominator=-");
    expect(row(&report, "t", "b"), "value=- reason=no_data numerator=- denominator=50");
}

#[test]
fn no_month_with_both_sides_is_unmatched() {
    let plan = plan(
        "
measures: {n: {every: month}, d: {every: month}}
indicators: {r: {ratio: {numerator: n, denominator: d}}}
targets: {t: {indicator: r, goal: {at_least: 90}, window: '2023', units: [a]}}",
    );
    let figures = monthly("a", 1..=6, "n", 5) + &monthly("a", 7..=12, "d", 10);
    let report = report(&plan, &figures, YEAR_END);
    expect(
        row(&report, "t", "a"),
        "value=- verdict=indeterminate reason=unmatched completeness=50 numerator=30 denominator=60 \
         matched=0 unmatched=12",
    );
}

#[test]
fn a_unit_of_which_only_the_whole_is_missing_is_left_out() {
    for (goal, certainty) in [
        // The whole is at least the part: 90 ÷ 140 = 64.3 at most.
        ("at_least: 90", "clear"),
        ("at_least: 60", "unsettled"),
        ("at_most: 60", "unsettled"),
    ] {
        let report = report(&share(goal), "a 2023 n 50; a 2023 d 100; b 2023 n 40", YEAR_END);
        let found = row(&report, "t", "c");
        expect(
            found,
            "value=50 numerator=50 denominator=100 completeness=50 matched=1 unmatched=1",
        );
        expect(found, &format!("certainty={certainty}"));
    }
}

#[test]
fn a_unit_of_which_only_the_part_is_missing_is_left_out() {
    let figures = "a 2023 n 50; a 2023 d 100; b 2023 d 100";
    let report = report(&share("at_least: 90"), figures, YEAR_END);
    expect(
        row(&report, "t", "c"),
        "value=50 numerator=50 denominator=100 verdict=missed certainty=clear completeness=50 \
         reason=late_reports matched=1 unmatched=1 needed=40",
    );
    expect_ends(&report, "t", "c", "25", "75");
    assert_eq!(sensitivity(&report, "t", "c").settled, Some(true));
    expect(row(&report, "t", "a"), "value=50 completeness=100 matched=1 unmatched=0");
    expect(row(&report, "t", "b"), "value=- reason=no_data completeness=0 denominator=100");
}

#[test]
fn a_row_with_a_status_of_missing_is_a_report_that_is_owed() {
    for status in ["O", "H", "K", "L", "M", "N"] {
        let figures =
            format!("a 2023 n 50; a 2023 d 100; b 2023 d 100; b 2023 n - status={status}");
        let report = report(&share("at_least: 70"), &figures, YEAR_END);
        expect(
            row(&report, "t", "c"),
            "value=50 verdict=missed certainty=unsettled completeness=50 matched=1 unmatched=1",
        );
        expect_ends(&report, "t", "c", "25", "75");
    }
}

#[test]
fn a_status_of_missing_alone_makes_a_unit_take_part() {
    let figures = "a 2023 n 50; a 2023 d 100; b 2023 n - status=O";
    let report = report(&share("at_least: 40"), figures, YEAR_END);
    expect(
        row(&report, "t", "c"),
        "value=50 verdict=met completeness=50 certainty=unsettled matched=1 unmatched=0",
    );
    expect(row(&report, "t", "b"), "reason=no_data completeness=0");
}

#[test]
fn months_of_which_one_side_is_missing_are_left_out_month_by_month() {
    let plan = plan(
        "
measures: {n: {every: month}, d: {every: month}}
indicators: {r: {proportion: {numerator: n, denominator: d}}}
targets: {t: {indicator: r, goal: {at_least: 90}, window: 2023-Q1, units: [c, a, b]}}",
    );
    let figures = monthly("a", 1..=3, "n", 50)
        + &monthly("a", 1..=3, "d", 100)
        + &monthly("b", 1..=3, "d", 100);
    let report = report(&plan, &figures, YEAR_END);
    expect(
        row(&report, "t", "c"),
        "value=50 numerator=150 denominator=300 verdict=missed certainty=clear completeness=50 \
         matched=3 unmatched=3",
    );
    expect_ends(&report, "t", "c", "25", "75");
}

#[test]
fn each_month_of_each_unit_is_a_pair_of_its_own() {
    let plan = plan(
        "
measures: {n: {every: month}, d: {every: month}}
indicators: {r: {ratio: {numerator: n, denominator: d}}}
targets: {t: {indicator: r, goal: {at_most: 60}, window: 2023-Q1, units: [c]}}",
    );
    let figures = "
        a 2023-01 n 1; a 2023-01 d 2
        a 2023-02 n 100
        a 2023-03 d 100
        b 2023-02 n 2; b 2023-02 d 4
        b 2023-03 n 3; b 2023-03 d 4";
    let report = report(&plan, figures, YEAR_END);
    // (1 + 2 + 3) ÷ (2 + 4 + 4); n is owed six times and reported four times, d as well.
    expect(
        row(&report, "t", "c"),
        "value=60 numerator=6 denominator=10 verdict=met completeness=200/3 matched=3 unmatched=2",
    );
}

#[test]
fn a_ratio_of_matched_units_is_unsettled_where_the_other_unit_could_turn_it() {
    let plan = plan(
        "
measures: {arrests: {}, murders: {}}
indicators: {r: {ratio: {numerator: arrests, denominator: murders}}}
targets: {t: {indicator: r, goal: {at_least: 60}, window: '2023', units: [c]}}",
    );
    let figures = "a 2023 arrests 50; a 2023 murders 60; b 2023 murders 300";
    let report = report(&plan, figures, YEAR_END);
    expect(
        row(&report, "t", "c"),
        "value=5000/60 numerator=50 denominator=60 verdict=met certainty=unsettled completeness=50 \
         matched=1 unmatched=1",
    );
}

#[test]
fn means_and_rates_are_computed_over_pairs_too() {
    let plan = plan(
        "
measures: {days: {}, patients: {}, deaths: {}, births: {}}
indicators:
  stay: {mean: {of: days, per: patients}}
  deaths: {rate: {numerator: deaths, population: births, per: 1000}}
targets:
  stay: {indicator: stay, goal: {at_most: 7}, window: '2023', units: [c]}
  deaths: {indicator: deaths, goal: {at_most: 9}, window: '2023', units: [c]}",
    );
    let report = report(
        &plan,
        "a 2023 days 60; a 2023 patients 10; b 2023 days 900
         a 2023 deaths 10; a 2023 births 1000; b 2023 births 1000",
        YEAR_END,
    );
    expect(
        row(&report, "stay", "c"),
        "value=6 verdict=met certainty=unsettled matched=1 unmatched=1",
    );
    expect(
        row(&report, "deaths", "c"),
        "value=10 verdict=missed certainty=unsettled matched=1 unmatched=1 completeness=50",
    );
}

const POPULATION_OF_THE_CITY: &str = "
measures: {n: {}, people: {over_time: last}}
indicators: {r: {rate: {numerator: n, population: people, per: 100}}}
targets: {t: {indicator: r, goal: {at_most: 8}, window: '2023', units: [c]}}";

#[test]
fn a_unit_above_the_level_of_the_other_measure_pairs_with_nothing() {
    // District e has no commune, and communes alone report d: what e reports of n has no d, though no report is missing.
    let plan = parse(
        "
attain: 1
plan: levels
units:
  levels: [city, district, commune]
  list:
    - {id: c, level: city}
    - {id: e, level: district, parent: c}
    - {id: f, level: district, parent: c}
    - {id: a, level: commune, parent: f}
measures: {n: {}, d: {over_units: mean, recorded_at: commune}}
indicators: {r: {ratio: {numerator: n, denominator: d}}}
targets: {t: {indicator: r, goal: {at_least: 1}, window: '2023', units: [c, f]}}",
    );
    let report = report(&plan, "e 2023 n 10; a 2023 n 10; a 2023 d 5", YEAR_END);
    expect(row(&report, "t", "c"), "value=200 numerator=10 denominator=5 matched=1 unmatched=1");
    expect(row(&report, "t", "f"), "value=200 numerator=10 denominator=5 matched=1 unmatched=0");
}

#[test]
fn an_own_total_of_one_side_cannot_be_cut_by_unit() {
    let plan = plan(POPULATION_OF_THE_CITY);
    let report = report(&plan, "c 2023 people 1000; a 2023 n 50; b 2023 n 60", YEAR_END);
    expect(
        row(&report, "t", "c"),
        "value=11 denominator=1000 verdict=missed completeness=100 matched=1 unmatched=0",
    );
}

#[test]
fn a_missing_report_below_an_own_total_is_incomplete_and_not_unmatched() {
    let plan = plan(POPULATION_OF_THE_CITY);
    let figures = "c 2023 people 1000; a 2023 n 50; b 2023 n - status=O";
    let report = report(&plan, figures, YEAR_END);
    expect(
        row(&report, "t", "c"),
        "value=5 numerator=50 denominator=1000 verdict=met certainty=unsettled completeness=50 \
         matched=1 unmatched=0",
    );
}

#[test]
fn an_own_total_of_a_flow_is_matched_with_all_units_below() {
    let report = report(
        &share("at_least: 50"),
        "c 2023 d 200; a 2023 n 60; b 2023 n 30; a 2023 d 70",
        YEAR_END,
    );
    // a's own 70 is covered by the total of c and not in use.
    expect(
        row(&report, "t", "c"),
        "value=45 numerator=90 denominator=200 completeness=100 matched=1 unmatched=0",
    );
}

#[test]
fn a_longer_figure_of_one_side_cannot_be_cut_by_month() {
    let plan = plan(
        "
measures: {n: {every: month}, d: {}}
indicators: {r: {proportion: {numerator: n, denominator: d}}}
targets: {t: {indicator: r, goal: {at_least: 70}, window: '2023', units: [a]}}",
    );
    let figures = monthly("a", 1..=9, "n", 75) + "a 2023 d 1200";
    let report = report(&plan, &figures, YEAR_END);
    expect(
        row(&report, "t", "a"),
        "value=56.25 numerator=675 denominator=1200 verdict=missed certainty=unsettled \
         completeness=75 matched=1 unmatched=0",
    );
    expect_ends(&report, "t", "a", "56.25", "100");
}

#[test]
fn quarters_and_months_are_matched_by_the_days_they_share() {
    let plan = plan(
        "
measures: {n: {every: month}, d: {every: quarter}}
indicators: {r: {ratio: {numerator: n, denominator: d}}}
targets: {t: {indicator: r, goal: {at_least: 40}, window: 2023-H1, units: [a]}}",
    );
    let figures = monthly("a", 1..=2, "n", 10) + &monthly("a", 4..=6, "n", 90) + "a 2023-Q1 d 40\n";
    let report = report(&plan, &figures, YEAR_END);
    // The second quarter has no d: its three months are three groups.
    expect(
        row(&report, "t", "a"),
        "value=50 numerator=20 denominator=40 completeness=50 matched=1 unmatched=3",
    );
}

#[test]
fn a_stock_counts_by_the_share_of_periods_that_are_reported() {
    let plan = plan(
        "
measures: {n: {every: month}, people: {over_time: last}}
indicators: {r: {rate: {numerator: n, population: people, per: 1000}}}
targets: {t: {indicator: r, goal: {at_most: 20}, window: '2023', units: [c, a, b]}}",
    );
    let figures = monthly("a", 1..=12, "n", 10)
        + &monthly("b", 1..=1, "n", 10)
        + "a 2023 people 5000; b 2023 people 5000";
    let report = report(&plan, &figures, YEAR_END);
    expect(
        row(&report, "t", "c"),
        "value=130000/5416.66666666667 numerator=130 denominator=5416.66666666667 verdict=missed \
         certainty=unsettled completeness=1300/24 matched=13 unmatched=11",
    );
    expect(
        row(&report, "t", "b"),
        "value=10000/416.666666666667 numerator=10 completeness=100/12 matched=1 unmatched=11",
    );
    expect(row(&report, "t", "a"), "value=24 matched=12 unmatched=0");
}

#[test]
fn a_stock_under_a_running_window_counts_ended_periods_only() {
    let plan = plan(
        "
measures: {n: {every: quarter}, beds: {over_time: mean}}
indicators: {r: {ratio: {numerator: n, denominator: beds}}}
targets: {t: {indicator: r, goal: {at_most: 20}, window: '2023', units: [c]}}",
    );
    let figures = "
        a 2023 beds 100; b 2023 beds 60
        a 2023-Q1 n 8; a 2023-Q2 n 8; b 2023-Q1 n 5";
    let report = report(&plan, figures, "2023-08-15");
    // Two quarters have ended; b reported one of them: 100 + 60 ÷ 2.
    expect(
        row(&report, "t", "c"),
        "numerator=21 denominator=130 value=2100/130 completeness=75 matched=3 unmatched=1",
    );
}

#[test]
fn a_stock_of_an_inner_unit_counts_the_periods_in_which_anything_below_was_reported() {
    let plan = plan(
        "
measures: {n: {every: quarter}, people: {over_time: last}}
indicators: {r: {rate: {numerator: n, population: people, per: 1000}}}
targets: {t: {indicator: r, goal: {at_most: 20}, window: '2023', units: [c]}}",
    );
    let figures = "c 2023 people 4000; a 2023-Q1 n 10; b 2023-Q2 n 30; b 2023-Q1 n 20";
    let report = report(&plan, figures, YEAR_END);
    // Two of four quarters: 60 ÷ 2,000.
    expect(
        row(&report, "t", "c"),
        "value=30 denominator=2000 completeness=37.5 matched=2 unmatched=2",
    );
}

#[test]
fn a_sum_of_which_one_measure_is_missing_is_not_reported() {
    let plan = plan(
        "
measures: {boys: {}, girls: {}, children: {}}
indicators: {r: {proportion: {numerator: boys + girls, denominator: children}}}
targets: {t: {indicator: r, goal: {at_least: 50}, window: '2023', units: [c, a, b]}}",
    );
    let report = report(
        &plan,
        "a 2023 boys 20; a 2023 girls 25; a 2023 children 100
         b 2023 boys 30; b 2023 children 50",
        YEAR_END,
    );
    expect(
        row(&report, "t", "c"),
        "value=45 numerator=45 denominator=100 completeness=50 matched=1 unmatched=1",
    );
    expect(row(&report, "t", "b"), "value=- reason=no_data denominator=50");
}

#[test]
fn pairs_are_those_of_the_categories_that_are_asked_for() {
    let plan = plan(
        "
strata: {sex: [f, m]}
measures: {n: {}, d: {}}
indicators: {r: {proportion: {numerator: n, denominator: d}}}
targets:
  women: {indicator: r, goal: {at_least: 50}, window: '2023', units: [c], where: {sex: f}}
  men: {indicator: r, goal: {at_least: 50}, window: '2023', units: [c], where: {sex: m}}
  each: {indicator: r, goal: {at_least: 50}, window: '2023', units: [c], in_every: sex}",
    );
    let report = report(
        &plan,
        "a 2023 n 30 sex=f; a 2023 d 40 sex=f; a 2023 n 10 sex=m; a 2023 d 40 sex=m
         b 2023 d 60 sex=f; b 2023 n 15 sex=m; b 2023 d 20 sex=m",
        YEAR_END,
    );
    // b did not report n of women.
    expect(
        row(&report, "women", "c"),
        "value=75 numerator=30 denominator=40 completeness=50 matched=1 unmatched=1 \
         verdict=met certainty=unsettled",
    );
    expect_ends(&report, "women", "c", "30", "90");
    expect(row(&report, "men", "c"), "value=2500/60 completeness=100 matched=2 unmatched=0");
    expect(row(&report, "each", "c"), "value=2500/60 verdict=missed");
}

#[test]
fn a_standardised_rate_pairs_by_category_and_unit() {
    let plan = plan(
        "
strata: {age: [young, old]}
measures: {deaths: {}, people: {over_time: last}}
indicators:
  r:
    standardised_rate: {events: deaths, population: people, by: age,
      standard: {young: 80, old: 20}, per: 1000}
targets: {t: {indicator: r, goal: {at_most: 12}, window: '2023', units: [c]}}",
    );
    let report = report(
        &plan,
        "a 2023 deaths 10 age=young; a 2023 people 1000 age=young
         a 2023 deaths 20 age=old; a 2023 people 500 age=old
         b 2023 deaths 30 age=old; b 2023 people 500 age=old
         b 2023 people 3000 age=young",
        YEAR_END,
    );
    // Young: 10 of 1,000 in a alone; old: 50 of 1,000. 0.8 · 10 + 0.2 · 50.
    expect(row(&report, "t", "c"), "value=18 matched=3 unmatched=1");
}

#[test]
fn in_another_geography_pairs_are_made_in_each_piece() {
    let plan = parse(&format!(
        "
attain: 1
plan: merged
units:
  levels: [city, district]
  list:
    - {{id: c, level: city}}
    - {{id: a, level: district, parent: c, valid_to: 2024-01-01}}
    - {{id: b, level: district, parent: c, valid_to: 2024-01-01}}
    - {{id: ab, level: district, parent: c, valid_from: 2024-01-01}}
  changes:
    - on: 2024-01-01
      list: [{{from: a, to: ab}}, {{from: b, to: ab}}]
{SHARE}targets: {{t: {{indicator: r, goal: {{at_least: 50}}, window: '2023', units: {{level: district}}}}}}"
    ));
    let mut tally = attain::Tally::new(&plan);
    tally.record_all(&outcomes("a 2023 n 30; a 2023 d 50; b 2023 d 50")).unwrap();
    let day = attain::calendar::date("2024-06-01");
    let judged = plan.in_geography(day);
    let report = judged.assess(&tally.in_geography(day), day.unwrap()).unwrap();
    expect(row(&report, "t", "ab"), "value=60 numerator=30 denominator=50 matched=1 unmatched=1");
}

#[test]
fn a_unit_without_a_pair_cannot_be_judged_in_a_share_of_units() {
    let plan = plan(
        "
measures: {n: {}, d: {}}
indicators:
  r: {proportion: {numerator: n, denominator: d}}
  good: {share_of_units: {of: r, level: district, goal: {at_least: 50}}}
targets: {t: {indicator: good, goal: {at_least: 50}, window: '2023', units: [c]}}",
    );
    let report = report(&plan, "a 2023 n 30; a 2023 d 50; b 2023 d 50", YEAR_END);
    expect(
        row(&report, "t", "c"),
        "value=100 numerator=1 denominator=1 completeness=50 matched=- unmatched=-",
    );
}

#[test]
fn counts_and_stocks_alone_have_no_pairs() {
    let plan = plan(
        "
measures: {n: {}, beds: {over_time: last}}
indicators: {n: {count: n}, beds: {count: beds}}
targets:
  n: {indicator: n, goal: {at_least: 5}, window: '2023', units: [c]}
  beds: {indicator: beds, goal: {at_least: 5}, window: '2023', units: [c]}",
    );
    let report = report(&plan, "a 2023 n 5; b 2023 beds 5", YEAR_END);
    expect(row(&report, "n", "c"), "value=5 matched=- unmatched=-");
    expect(row(&report, "beds", "c"), "value=5 matched=- unmatched=-");
}

#[test]
fn contributions_use_the_pairs() {
    let report =
        report(&share("at_least: 90"), "a 2023 n 50; a 2023 d 100; b 2023 d 100", YEAR_END);
    let found = row(&report, "t", "c");
    let (numerator, denominator) = (found.numerator.unwrap(), found.denominator.unwrap());
    assert_eq!(found.value, Some(numerator / denominator * 100.0));
    assert_eq!(found.gap, Some(-40.0));
    let parts = report.contributions("t", Some("c"), attain::views::Parts::Children).unwrap();
    let (whole, parts) = parts.split_last().unwrap();
    let sum = parts.iter().filter_map(|part| part.contribution).sum::<f64>();
    assert_eq!(whole.contribution, Some(-40.0));
    assert!((sum + 40.0).abs() < 1e-9, "{parts:?}");
}
