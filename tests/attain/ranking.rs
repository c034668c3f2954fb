//! Units side by side, on figures of which it is plain who differs and who does not.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use attain::report::Report;
use attain::views::{FunnelPart, RankedUnit, RankingOptions, RankingReason};
use attain::{Outcome, Reason, Rows, RunOptions, Tally, When};

use crate::support::{day, parse};

const UNITS: usize = 12;

fn report(indicator: &str, goal: &str, figures: &[(usize, f64, f64)]) -> Report {
    let units: Vec<String> =
        (0..UNITS).map(|unit| format!("{{id: u{unit}, level: district, parent: c}}")).collect();
    let text = format!(
        "{{attain: 1, plan: p, units: {{levels: [city, district], list: [{{id: c, level: city}}, {}]}},
           measures: {{cases: {{}}, cleared: {{}}}}, indicators: {{i: {{{indicator}}}}},
           targets: {{t: {{indicator: i, goal: {goal}, window: '2024', units: {{level: district}}}}}}}}",
        units.join(", ")
    );
    let plan = parse(&text);
    let mut tally = Tally::of(&plan, Rows::Figures);
    let year = || When::Period("2024".to_owned());
    for (unit, cleared, cases) in figures {
        let unit = format!("u{unit}");
        tally.record(&Outcome::new(unit.as_str(), year(), "cleared", *cleared)).unwrap();
        tally.record(&Outcome::new(unit.as_str(), year(), "cases", *cases)).unwrap();
    }
    plan.assess(&tally, day("2024-12-31")).unwrap()
}

const SHARE: &str = "proportion: {numerator: cleared, denominator: cases}";
const RATE: &str = "ratio: {numerator: cleared, denominator: cases}";
const AT_LEAST: &str = "{at_least: 50}";

fn of<'r>(rows: &'r [RankedUnit], unit: &str) -> &'r RankedUnit {
    rows.iter().find(|row| row.unit == unit).unwrap()
}

/// Ten alike, a small one with nothing cleared, and a large one that clears a tenth less.
fn one_small_one_large() -> Vec<(usize, f64, f64)> {
    let mut figures: Vec<_> =
        (0..10).map(|unit| (unit, 600.0 + (unit % 3) as f64, 1_000.0)).collect();
    figures.push((10, 0.0, 2.0));
    figures.push((11, 9_000.0, 20_000.0));
    figures
}

#[test]
fn the_last_may_be_chance_and_one_before_it_not() {
    for indicator in [SHARE, RATE] {
        let rows = report(indicator, AT_LEAST, &one_small_one_large())
            .ranking("t", &RankingOptions::new())
            .unwrap();
        assert_eq!(rows.len(), UNITS);
        let (small, large) = (of(&rows, "u10"), of(&rows, "u11"));
        assert_eq!((small.rank, large.rank), (Some(12), Some(11)));
        // Two cases say nothing: it may be any of all but the ranks, whatever its own.
        assert_eq!((small.rank_best, small.rank_worst), (Some(1), Some(12)));
        assert_eq!(small.finding.map(|one| one.code()), Some("no_clear_difference"));
        // That the large one is not the first is beyond doubt.
        assert!(large.rank_best.unwrap() >= 10, "{large:?}");
        assert_eq!(small.average, large.average);
        let (events, cases) = (6_009.0 + 9_000.0, 30_002.0);
        assert!((small.average.unwrap() - 100.0 * events / cases).abs() < 1e-9);
    }
}

#[test]
fn rank_intervals_hold_the_rank_and_lie_in_those_of_all_at_once() {
    let rows = report(SHARE, AT_LEAST, &one_small_one_large())
        .ranking("t", &RankingOptions::new())
        .unwrap();
    for row in &rows {
        let (rank, best, worst) =
            (row.rank.unwrap(), row.rank_best.unwrap(), row.rank_worst.unwrap());
        assert!(best <= rank && rank <= worst, "{row:?}");
        assert!(row.rank_best_of_all.unwrap() <= best && worst <= row.rank_worst_of_all.unwrap());
        assert!(row.p.unwrap() <= row.p_bh.unwrap() && row.p_bh.unwrap() <= row.p_holm.unwrap());
        assert!(
            row.lower.unwrap() <= row.average.unwrap()
                && row.average.unwrap() <= row.upper.unwrap()
        );
    }
    assert!(rows.is_sorted_by_key(|row| row.rank));
    let groups: Vec<i64> = rows.iter().map(|row| row.group.unwrap()).collect();
    assert!(groups.is_sorted() && groups[0] == 1);
}

#[test]
fn less_is_better_under_a_ceiling() {
    let figures: Vec<_> = (0..UNITS).map(|unit| (unit, 10.0 + unit as f64, 1_000.0)).collect();
    let first = |goal| {
        report(SHARE, goal, &figures).ranking("t", &RankingOptions::new()).unwrap()[0].unit.clone()
    };
    assert_eq!((first("{at_most: 2}").as_str(), first("{at_least: 2}").as_str()), ("u0", "u11"));
    // Nothing of this is more than chance.
    let rows = report(SHARE, "{at_most: 2}", &figures)
        .ranking("t", &RankingOptions::new().level("district"))
        .unwrap();
    assert!(
        rows.iter().all(|row| row.finding.map(|one| one.code()) == Some("no_clear_difference")
            && row.group == Some(1))
    );
    assert!(rows.iter().all(|row| row.signal.map(|one| one.code()) == Some("within") && row.phi.unwrap() < 1.0));
}

#[test]
fn one_that_stands_out_is_found_through_all_corrections() {
    let mut figures: Vec<_> = (0..11).map(|unit| (unit, 495.0 + unit as f64, 1_000.0)).collect();
    figures.push((11, 400.0, 1_000.0));
    let rows = report(SHARE, AT_LEAST, &figures).ranking("t", &RankingOptions::new()).unwrap();
    let last = rows.last().unwrap();
    assert_eq!(
        (last.unit.as_str(), last.finding.map(|one| one.code()), last.group),
        ("u11", Some("worse"), Some(2))
    );
    assert_eq!(
        (last.signal.map(|one| one.code()), last.signal_by_chance.map(|one| one.code())),
        (Some("below_outer"), Some("below_outer"))
    );
    assert!(last.p_holm.unwrap() < 0.01);
    assert_eq!((last.rank_best, last.rank_worst), (Some(12), Some(12)));
    assert!(
        rows[..11]
            .iter()
            .all(|row| row.finding.map(|one| one.code()) == Some("no_clear_difference"))
    );
}

#[test]
fn where_units_differ_anyway_to_differ_is_nothing_special() {
    // Ten times as much as chance explains.
    let figures: Vec<_> =
        (0..UNITS).map(|unit| (unit, 10_000.0 + 800.0 * (unit as f64 - 5.5), 20_000.0)).collect();
    let rows = report(SHARE, AT_LEAST, &figures).ranking("t", &RankingOptions::new()).unwrap();
    assert!(rows[0].phi.unwrap() > 100.0);
    assert!(
        rows.iter().all(|row| row.finding.map(|one| one.code()) == Some("no_clear_difference"))
    );
    assert_eq!(
        (rows[0].signal_by_chance.map(|one| one.code()), rows[0].signal.map(|one| one.code())),
        (Some("above_outer"), Some("within"))
    );
    // Their order is beyond doubt all the same.
    assert!(rows.iter().all(|row| row.rank == row.rank_best && row.rank == row.rank_worst));
}

#[test]
fn units_that_have_no_value_or_take_no_part_leave_the_others_as_they_are() {
    let figures = &one_small_one_large()[..10];
    let rows = report(SHARE, AT_LEAST, figures)
        .ranking("t", &RankingOptions::new().without(["u0"]))
        .unwrap();
    assert_eq!(rows.len(), UNITS - 1);
    let last = rows.last().unwrap();
    assert_eq!(
        (last.rank, last.group, last.reason),
        (None, None, Some(RankingReason::Row(Reason::NoData)))
    );
    assert_eq!(rows.iter().filter(|row| row.rank_best.is_some()).count(), 9);
}

#[test]
fn a_unit_that_nothing_can_be_compared_with_has_its_rank_and_says_why() {
    for (figures, reason) in [
        (vec![(0, 5.0, 10.0)], RankingReason::TooFewUnits),
        (vec![(0, 5.0, 10.0), (1, 0.0, 0.0)], RankingReason::TooFewUnits),
        (vec![(0, 0.0, 10.0), (1, 0.0, 20.0)], RankingReason::NoEvents),
    ] {
        let report = report(RATE, AT_LEAST, &figures);
        let rows = report.ranking("t", &RankingOptions::new()).unwrap();
        let first = of(&rows, "u0");
        assert_eq!((first.rank, first.upper, first.finding), (Some(1), None, None), "{first:?}");
        assert_eq!(first.reason, Some(reason), "{first:?}");
        assert_eq!(reason.code().parse::<RankingReason>().unwrap(), reason);
    }
    // Where all of a share are events, or none, units are alike.
    for cleared in [0.0, 1.0] {
        let figures = [(0, 10.0 * cleared, 10.0), (1, 20.0 * cleared, 20.0)];
        let rows = report(SHARE, AT_LEAST, &figures).ranking("t", &RankingOptions::new()).unwrap();
        assert!(
            rows[..2].iter().all(|row| row.finding.is_some() && row.reason.is_none()),
            "{rows:?}"
        );
    }
}

#[test]
fn what_can_not_be_ranked_is_refused() {
    let figures = one_small_one_large();
    let count = report("count: cases", "{at_most: 5}", &figures);
    let refused = count.ranking("t", &RankingOptions::new()).unwrap_err();
    assert!(
        refused.is_request() && refused.to_string().contains("not ranked by counts"),
        "{refused}"
    );
    let between = report(SHARE, "{between: [40, 50]}", &figures);
    let refused = between.ranking("t", &RankingOptions::new()).unwrap_err().to_string();
    assert!(refused.contains("which way is `better`"), "{refused}");
    assert!(between.ranking("t", &RankingOptions::new().level("ward")).unwrap_err().is_request());
    assert!(
        between.ranking("t", &RankingOptions::new().without(["u99"])).unwrap_err().is_request()
    );
    let one = report(SHARE, AT_LEAST, &figures[..1]).ranking("t", &RankingOptions::new()).unwrap();
    assert_eq!((one[0].rank, one[0].rank_best, one[0].p), (Some(1), None, None));
}

/// The same target in three years, each with other figures.
fn three_years() -> Report {
    let units: Vec<String> =
        (0..30).map(|unit| format!("{{id: u{unit}, level: district}}")).collect();
    let text = format!(
        "{{attain: 1, plan: p, units: {{levels: [district], list: [{}]}}, measures: {{cases: {{}}, cleared: {{}}}},
           indicators: {{i: {{{SHARE}}}}},
           targets: {{t: {{indicator: i, goal: {AT_LEAST}, window: {{every: year, within: [2022-01-01, 2025-01-01]}},
                           units: {{level: district}}}}}}}}",
        units.join(", ")
    );
    let plan = parse(&text);
    let mut tally = Tally::of(&plan, Rows::Figures);
    for (year, unit) in (2022..2025).flat_map(|year| (0..30).map(move |unit| (year, unit))) {
        let (code, when) = (format!("u{unit}"), || When::Period(year.to_string()));
        // One unit more reports in each year.
        if unit < 28 + year - 2022 {
            let cleared = f64::from((unit * 37 + year) % 100);
            tally.record(&Outcome::new(code.as_str(), when(), "cleared", cleared)).unwrap();
            tally.record(&Outcome::new(code.as_str(), when(), "cases", 100.0)).unwrap();
        }
    }
    plan.assess(&tally, day("2024-12-31")).unwrap()
}

#[test]
fn one_window_is_ranked_as_among_all() {
    let report = three_years();
    let all = report.ranking("t", &RankingOptions::new()).unwrap();
    assert_eq!(all.len(), 90);
    for (name, year) in [("2023", 2023), ("2023-02-28", 2023), ("2024-12-31", 2024)] {
        let rows = report.ranking("t", &RankingOptions::new().window(name)).unwrap();
        let expected: Vec<_> =
            all.iter().filter(|row| row.window_start == day(&format!("{year}-01-01"))).collect();
        assert_eq!(rows.iter().collect::<Vec<_>>(), expected, "{name}");
    }
    for name in ["2025", "2023-Q1", "2021-12-31", "no period"] {
        let refused = report.ranking("t", &RankingOptions::new().window(name)).unwrap_err();
        assert!(refused.is_request() && refused.to_string().contains(name), "{refused}");
    }
}

#[test]
fn any_number_of_threads_ranks_alike_and_a_set_flag_stops() {
    let report = three_years();
    let ranking = || report.ranking("t", &RankingOptions::new());
    let of_one = RunOptions::new().threads(1).run(ranking).unwrap();
    assert_eq!(RunOptions::new().threads(4).run(ranking).unwrap(), of_one);
    for threads in [1, 3] {
        let options = RunOptions::new().threads(threads).stop(Arc::new(AtomicBool::new(true)));
        assert!(options.run(ranking).unwrap_err().is_stopped());
    }
}

#[test]
fn a_funnel_has_a_row_for_each_unit_and_lines_through_all_sizes() {
    for indicator in [SHARE, RATE] {
        let report = report(indicator, AT_LEAST, &one_small_one_large()[..11]);
        let options = RankingOptions::new();
        let funnel = report.funnel("t", &options).unwrap();
        let (units, line): (Vec<_>, Vec<_>) =
            funnel.iter().partition(|row| row.part == FunnelPart::Unit);
        let ranking = report.ranking("t", &options).unwrap();
        assert_eq!((units.len(), line.len()), (UNITS, 100));
        for row in &units {
            let ranked = of(&ranking, row.unit.as_deref().unwrap());
            let of_funnel = (row.adjusted_lower, row.adjusted_upper, row.signal, row.reason);
            assert_eq!(of_funnel, (ranked.lower, ranked.upper, ranked.signal, ranked.reason));
            assert_eq!(row.signal_by_chance, ranked.signal_by_chance);
            assert_eq!((row.value, row.average), (ranked.value, ranked.average));
        }
        // The one without figures comes last.
        let last = units[UNITS - 1];
        assert_eq!(
            (last.denominator, last.reason),
            (None, Some(RankingReason::Row(Reason::NoData)))
        );
        let sizes: Vec<f64> = line.iter().map(|row| row.denominator.unwrap()).collect();
        assert_eq!((sizes[0], sizes[99]), (2.0, 1_000.0));
        assert!(sizes.windows(2).all(|pair| pair[0] < pair[1]));
        for row in &line {
            let of_chance = row.chance_lower.zip(row.chance_upper).unwrap();
            let outer = row.chance_lower_outer.zip(row.chance_upper_outer).unwrap();
            assert!(outer.0 <= of_chance.0 && of_chance.1 <= outer.1, "{row:?}");
            assert!(row.adjusted_upper_outer.unwrap() >= row.adjusted_upper.unwrap(), "{row:?}");
            assert_eq!((&row.unit, row.value, row.signal), (&None, None, None));
        }
        // The lines of a unit's size go through its limits.
        let ends = [units[0], units[UNITS - 2]].map(|row| (row.chance_lower, row.chance_upper));
        assert_eq!(ends, [line[0], line[99]].map(|row| (row.chance_lower, row.chance_upper)));
    }
}

#[test]
fn a_funnel_of_units_of_one_size_has_one_point_of_its_lines() {
    let figures: Vec<_> = (0..3).map(|unit| (unit, 5.0, 10.0)).collect();
    let funnel = report(SHARE, AT_LEAST, &figures).funnel("t", &RankingOptions::new()).unwrap();
    assert_eq!(funnel.iter().filter(|row| row.part == FunnelPart::Line).count(), 1);
    let alone = report(SHARE, AT_LEAST, &figures[..1]).funnel("t", &RankingOptions::new()).unwrap();
    assert!(alone.iter().all(|row| row.part == FunnelPart::Unit && row.chance_lower.is_none()));
    assert_eq!(alone[0].reason, Some(RankingReason::TooFewUnits));
}
