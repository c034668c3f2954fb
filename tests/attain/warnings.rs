//! What looks like a mistake is said, and what only resembles one is not (law 13).

use std::path::{Path, PathBuf};

use attain::calendar::Every;
use attain::interactive::PageOptions;
use attain::scorecard::Language;
use attain::{
    IntakeOptions, Outcome, Plan, Report, Rows, Tally, Warning, WarningCode, When, calendar,
};

/// A plan of a city with three districts, whose measures are `cases` and `cleared`.
fn plan(measures: &str, targets: &str) -> Plan {
    Plan::from_yaml(&format!(
        r#"
attain: 1
plan: p
units:
  levels: [city, district]
  list:
    - {{id: "01", level: city}}
    - {{id: "001", level: district, parent: "01"}}
    - {{id: "002", level: district, parent: "01"}}
    - {{id: "003", level: district, parent: "01"}}
strata: {{sex: [f, m]}}
measures: {measures}
indicators:
  crime: {{count: cases}}
  clearance: {{proportion: {{numerator: cleared, denominator: cases}}}}
targets: {targets}
"#
    ))
    .unwrap()
}

fn usual(targets: &str) -> Plan {
    plan("{cases: {strata: [sex]}, cleared: {}}", targets)
}

fn codes(warnings: &[Warning]) -> Vec<&str> {
    warnings.iter().map(|one| one.code.code()).collect()
}

fn read_as(plan: &Plan, csv: &str, rows: Rows) -> attain::Result<Tally> {
    read_with(plan, csv, rows, IntakeOptions::default())
}

fn read_with(plan: &Plan, csv: &str, rows: Rows, options: IntakeOptions) -> attain::Result<Tally> {
    // Tests run at the same time, each with a file of its own.
    static NUMBER: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let number = NUMBER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let name = format!("attain-warnings-{}-{number}.csv", std::process::id());
    let path = std::env::temp_dir().join(name);
    std::fs::write(&path, csv).unwrap();
    let mut tally = Tally::of(plan, rows).with_intake(options);
    let read = tally.read_csv(&path, None);
    std::fs::remove_file(&path).unwrap();
    read.map(|()| tally)
}

fn read(plan: &Plan, csv: &str) -> Tally {
    read_as(plan, csv, Rows::Figures).unwrap()
}

fn assess(plan: &Plan, tally: &Tally) -> Report {
    plan.assess(tally, calendar::date("2024-12-31").unwrap()).unwrap()
}

const GOAL: &str = r#"{t: {indicator: clearance, goal: {GOAL}, window: "2023"}}"#;

#[test]
fn a_goal_of_one_or_less_is_a_warning_of_shares_in_per_cent() {
    for (goal, count) in [
        ("at_least: 0.9", 1),
        ("above: 1", 1),
        ("at_least: 90", 0),
        ("at_most: 0.3", 0),
        ("at_least: 0", 0),
    ] {
        let warnings = usual(&GOAL.replace("GOAL", goal)).warnings();
        assert_eq!(warnings.len(), count, "{goal}");
    }
    let of_count = usual(r#"{t: {indicator: crime, goal: {at_least: 0.9}, window: "2023"}}"#);
    assert_eq!(of_count.warnings(), []);
    let several = r#"{a: {indicator: clearance, goal: {at_least: 0.9}, window: "2023"}, b: {indicator: clearance, goal: {at_least: 0.8}, window: "2023"}}"#;
    let warnings = usual(several).warnings();
    assert_eq!((warnings[0].count, warnings[0].places.len()), (2, 2));
    assert_eq!(
        warnings[0].to_string(),
        "targets.a.goal; targets.b.goal: 2 goals of shares in per cent are 1 or less \
         (the value is in per cent: 90 % is written 90, not 0.9; a goal that is this small is written with its sign, \
         such as \"0.9 %\")"
    );
}

#[test]
fn a_report_tells_a_small_share_from_a_share_of_one() {
    let plan = usual(&GOAL.replace("GOAL", "at_least: 0.3"));
    for (cleared, expected) in [(400, vec!["goal_below_one"]), (4, vec![])] {
        let csv =
            format!("unit,period,measure,value\n01,2023,cases,1000\n01,2023,cleared,{cleared}\n");
        let report = assess(&plan, &read(&plan, &csv));
        assert_eq!(codes(&report.warnings()), expected);
    }
}

/// The warning stands where the verdict does, in every form of the scorecard.
#[test]
fn a_scorecard_shows_the_warning_of_a_goal_below_one() {
    let plan = usual(&GOAL.replace("GOAL", "at_least: 0.3"));
    for (cleared, is_warned) in [(400, true), (4, false)] {
        let csv =
            format!("unit,period,measure,value\n01,2023,cases,1000\n01,2023,cleared,{cleared}\n");
        let report = assess(&plan, &read(&plan, &csv));
        let pages = [
            report.text(1_000, false),
            report.to_html(),
            report.html_fragment(),
            report.to_page(&PageOptions::default()).unwrap(),
        ];
        for page in pages {
            let has_warning = page.contains("the goal of a share in per cent is 1 or less");
            assert_eq!((has_warning, page.contains("Warning:")), (is_warned, is_warned), "{page}");
        }
        let in_vietnamese = report.to_html_in(Language::Vietnamese);
        assert_eq!(in_vietnamese.contains("Cảnh báo:"), is_warned);
    }
}

#[test]
fn published_values_of_at_most_one_are_a_warning_where_tens_of_per_cent_are_required() {
    let plan = |indicator: &str, goal: &str| {
        crate::support::parse(&format!(
            "{{attain: 1, plan: p, units: {{levels: [ward], list: [{{id: a, level: ward}}, {{id: b, level: ward}}, {{id: c, level: ward}}]}},
               indicators: {{covered: {{reported: {{{indicator}}}}}}}, targets: {{t: {{indicator: covered, goal: {{{goal}}}, window: '2023'}}}}}}"
        ))
    };
    let csv = |values: [&str; 3]| {
        let [a, b, c] = values;
        format!(
            "unit,period,measure,value\na,2023,covered,{a}\nb,2023,covered,{b}\nc,2023,covered,{c}\n"
        )
    };
    let shares = ["0.75", "0.4", "1"];
    for (indicator, goal, values, expected) in [
        ("", "at_least: 50", shares, vec!["values_below_one"]),
        ("", "above: 10", shares, vec!["values_below_one"]),
        // One value shows that they are per cent, or too few say nothing.
        ("", "at_least: 50", ["0.75", "0.4", "1.5"], vec![]),
        ("", "at_least: 50", ["0.75", "0.4", "0"], vec![]),
        // Small shares of a small goal, or of a limit, may be meant.
        ("", "at_least: 5", shares, vec![]),
        ("", "at_most: 50", shares, vec![]),
        ("unit: points", "at_least: 50", shares, vec![]),
    ] {
        let plan = plan(indicator, goal);
        let report = assess(&plan, &read(&plan, &csv(values)));
        assert_eq!(codes(&report.warnings()), expected, "{indicator} {goal} {values:?}");
    }
}

#[test]
fn ends_that_are_all_last_days_of_months_are_inclusive_ends() {
    let plan = usual("{}");
    let spans = |ends: [&str; 2]| {
        let [first, second] = ends;
        format!(
            "unit,start,end,measure,value\n01,2023-01-01,{first},cases,5\n01,2023-07-01,{second},cases,6\n"
        )
    };
    let inclusive = spans(["2023-06-30", "2023-12-31"]);
    let warnings = read(&plan, &inclusive).warnings();
    assert_eq!(codes(&warnings), ["inclusive_ends"]);
    let options = IntakeOptions::default().end_inclusive(true);
    assert_eq!(read_with(&plan, &inclusive, Rows::Figures, options).unwrap().warnings(), []);
    assert_eq!(warnings[0].count, 2);
    let place = warnings[0].places[0].to_string();
    assert!(place.ends_with(".csv:2, column `end`"), "{place}");
    assert_eq!(read(&plan, &spans(["2023-07-01", "2024-01-01"])).warnings(), []);
    // One end, or another one between them, may be meant.
    assert_eq!(read(&plan, &spans(["2023-06-30", "2023-12-30"])).warnings(), []);
    let one = "unit,start,end,measure,value\n01,2023-01-01,2023-06-30,cases,5\n";
    assert_eq!(read(&plan, one).warnings(), []);
    // A figure of a day before the last one of a month has that one as its end.
    let days = "unit,date,measure,value\n01,2023-01-30,cases,5\n01,2023-03-30,cases,5\n";
    assert_eq!(read(&plan, days).warnings(), []);
}

#[test]
fn figures_of_days_that_are_all_firsts_of_months_are_of_months() {
    let days = |measure: &str, days: &[&str]| {
        let rows: String = days.iter().map(|day| format!("01,2023-{day},{measure},5\n")).collect();
        format!("unit,date,measure,value\n{rows}")
    };
    let plan = plan("{cases: {}, cleared: {}, stock: {over_time: last}}", "{}");
    for (measure, which, expected) in [
        ("cases", ["01-01", "02-01", "03-01"], vec!["firsts_of_months"]),
        ("cases", ["01-31", "02-28", "03-31"], vec!["firsts_of_months"]),
        ("cases", ["01-01", "02-01", "03-02"], vec![]),
        ("stock", ["01-01", "02-01", "03-01"], vec![]),
    ] {
        let warnings = read(&plan, &days(measure, &which)).warnings();
        assert_eq!(codes(&warnings), expected, "{measure} {which:?}");
    }
    assert_eq!(read(&plan, &days("cases", &["01-01", "02-01"])).warnings(), []);
    let firsts = days("cases", &["01-01", "02-01", "03-01"]);
    let options = IntakeOptions::default().date_is(Every::Month);
    assert_eq!(read_with(&plan, &firsts, Rows::Figures, options).unwrap().warnings(), []);
    let events = read_as(&plan, &days("cases", &["01-01", "02-01", "03-01"]), Rows::Events);
    assert_eq!(events.unwrap().warnings(), []);
}

#[test]
fn events_of_many_days_that_were_recorded_on_one_are_a_load() {
    let plan = plan("{cases: {}, cleared: {}}", "{}");
    // An event every four days. Those up to a number are recorded on 1 July, the others on their day.
    let table = |loaded: usize, all: usize| {
        let row = |number: usize| {
            let date =
                crate::support::day("2023-01-01") + chrono::TimeDelta::days(4 * number as i64);
            let recorded = if number < loaded { crate::support::day("2023-07-01") } else { date };
            format!("01,{date},cases,1,{recorded}\n")
        };
        let rows: String = (0..all).map(row).collect();
        format!("unit,date,measure,value,recorded_at\n{rows}")
    };
    let warnings = |text: &str| read_as(&plan, text, Rows::Events).unwrap().warnings();
    let found = warnings(&table(30, 60));
    assert_eq!(codes(&found), ["bulk_load"]);
    let text = found[0].to_string();
    assert!(text.contains("30 of 60 dated rows of `cases` were recorded on 2023-07-01"), "{text}");
    assert_eq!(found[0].count, 1);
    // Events of 19 days, of less than three months, and few of many.
    assert_eq!(warnings(&table(19, 60)), []);
    assert_eq!(warnings(&table(23, 60)), []);
    assert_eq!(codes(&warnings(&table(24, 60))), ["bulk_load"]);
    assert_eq!(warnings(&table(30, 301)), []);
}

#[test]
fn days_that_mean_periods_are_refused_where_the_measure_says_so() {
    let measures = "{cases: {every: month}, cleared: {every: quarter}, stock: {every: month, over_time: last}}";
    let plan = plan(measures, "{}");
    let read = |measure: &str, days: &[&str], rows: Rows, options: IntakeOptions| {
        let rows_of_days = days.iter().map(|day| format!("01,2023-{day},{measure},5\n"));
        let csv = format!("unit,date,measure,value\n{}", rows_of_days.collect::<String>());
        read_with(&plan, &csv, rows, options)
    };
    let firsts = ["01-01", "02-01", "03-01"];
    let lasts = ["01-31", "02-28", "03-31"];
    let usual = IntakeOptions::default;
    for days in [firsts, lasts] {
        let error = read("cases", &days, Rows::Figures, usual()).unwrap_err();
        let [fault] = error.faults() else { panic!("{error}") };
        assert_eq!(fault.code.code(), "days_for_periods");
        assert!(fault.place.to_string().ends_with(".csv:2, column `date`"), "{fault}");
        let hint = fault.hint.as_deref().unwrap();
        assert!(hint.contains("`date_is` (`month`)"), "{hint}");
        // The cure that the hint names.
        let tally = read("cases", &days, Rows::Figures, usual().date_is(Every::Month)).unwrap();
        assert_eq!((tally.len(), tally.warnings()), (3, vec![]));
        read("cases", &days, Rows::Events, usual()).unwrap();
        read("stock", &days, Rows::Figures, usual()).unwrap();
    }
    let error = read("cleared", &["03-31", "06-30", "09-30"], Rows::Figures, usual()).unwrap_err();
    assert!(error.to_string().contains("`date_is` (`quarter`)"), "{error}");
    for (measure, days) in [
        ("cases", &["01-01", "02-01", "03-02"][..]),
        ("cases", &["01-01", "02-01"]),
        ("cases", &["01-01", "02-28", "03-01"]),
        ("cleared", &["01-01", "02-01", "03-01", "04-02"]),
    ] {
        read(measure, days, Rows::Figures, usual())
            .unwrap_or_else(|error| panic!("{days:?}: {error}"));
    }
}

#[test]
fn figures_of_months_in_the_window_of_a_year_need_an_every() {
    let csv = "unit,period,measure,value\n01,2023-01,cases,5\n01,2023-02,cases,6\n";
    let target = |window: &str| {
        format!("{{t: {{indicator: crime, goal: {{at_most: 90}}, window: {window}}}}}")
    };
    let once = target("\"2023\"");
    let warnings = read(&usual(&once), csv).warnings();
    assert_eq!(codes(&warnings), ["every_not_stated"]);
    assert_eq!(warnings[0].places[0].to_string(), "measures.cases.every");
    assert_eq!(warnings[0].hint.as_deref(), Some("write `every: month` if one is due each month"));

    let stated = plan("{cases: {every: month}, cleared: {}}", &once);
    let absent = plan("{cases: {absent: zero}, cleared: {}}", &once);
    let by_target = usual(&target("{every: quarter, within: [\"2023-01-01\", \"2024-01-01\"]}"));
    let other_year = usual(&target("\"2022\""));
    for plan in [stated, absent, by_target, other_year] {
        assert_eq!(read(&plan, csv).warnings(), []);
    }
    let one = "unit,period,measure,value\n01,2023-01,cases,5\n";
    assert_eq!(read(&usual(&once), one).warnings(), []);
    let whole = "unit,period,measure,value\n01,2023,cases,5\n01,2022,cases,5\n";
    assert_eq!(read(&usual(&once), whole).warnings(), []);
}

#[test]
fn points_that_separate_thousands_are_seen_by_three_decimals() {
    let rows = |values: [&str; 4]| {
        let rows =
            values.iter().zip(2020..).map(|(value, year)| format!("01,{year},cases,{value}\n"));
        format!("unit,period,measure,value\n{}", rows.collect::<String>())
    };
    let plan = usual("{}");
    let warnings = read(&plan, &rows(["1.840", "950", "2.100", "1.005"])).warnings();
    assert_eq!(codes(&warnings), ["fractions_in_counts"]);
    assert_eq!(warnings[0].count, 3);
    for values in [
        ["1.84", "950", "2.1", "1.5"],
        ["1.840", "2.100", "950", "3"],
        ["1.840", "2.100", "1.005", "3.5"],
        ["0.840", "0.100", "0.005", "3"],
    ] {
        assert_eq!(read(&plan, &rows(values)).warnings(), [], "{values:?}");
    }
}

#[test]
fn a_measure_of_whole_numbers_refuses_fractions_and_another_reads_them() {
    let rows = |value: &str| format!("unit,period,measure,value\n01,2023,cases,{value}\n");
    let whole = plan("{cases: {whole: true, signed: true}, cleared: {}}", "{}");
    for rows_are in [Rows::Figures, Rows::Events] {
        let refusal = |value: &str| {
            let error = read_as(&whole, &rows(value), rows_are).unwrap_err();
            let fault = error.faults()[0].to_string();
            fault.split_once(".csv:2, ").unwrap().1.to_owned()
        };
        assert_eq!(
            refusal("1.840"),
            "column `value`: the value has a fraction: found 1.84, expected a whole number \
             (write 1840 if the point separates thousands; a measure of fractions has no `whole: true`)"
        );
        for value in ["0.5", "-2.0001", "3e-1"] {
            assert!(refusal(value).ends_with("(a measure of fractions has no `whole: true`)"));
        }
        for value in ["1840", "1840.0", "-3", "1.84e3", ""] {
            let csv = format!("unit,period,measure,value,status\n01,2023,cases,{value},\n");
            let csv = if value.is_empty() { csv.replace(",,\n", ",,O\n") } else { csv };
            read_as(&whole, &csv, rows_are).unwrap_or_else(|error| panic!("{value}: {error}"));
        }
        read_as(&usual("{}"), &rows("1.840"), rows_are).unwrap();
    }
}

#[test]
fn a_column_named_as_one_that_is_read_is_refused_and_one_a_letter_away_is_a_warning() {
    let plan = usual("{}");
    let with = |column: &str| format!("unit,period,measure,value,{column}\n01,2023,cases,5,\n");
    for column in ["OBS_STATUS", "statut", "sexe", "gender", "sex_", "Gioi", "recordedat"] {
        let error = read_as(&plan, &with(column), Rows::Figures).unwrap_err();
        assert_eq!(error.faults()[0].code.code(), "misspelt_column", "{column}");
    }
    let warnings = read(&plan, &with("staus")).warnings();
    assert_eq!(codes(&warnings), ["near_column"]);
    assert!(warnings[0].places[0].to_string().ends_with("column `staus`"));
    for column in ["rate", "data", "units", "states", "source"] {
        assert_eq!(read(&plan, &with(column)).warnings(), [], "{column}");
    }
    // Beside the column that is read, it is one that is not.
    let beside = with("status,staus").replace("5,\n", "5,,\n");
    assert_eq!(codes(&read(&plan, &beside).warnings()), ["unread_columns"]);
}

#[test]
fn columns_that_are_not_read_are_listed_once() {
    let plan = usual("{}");
    let with = |columns: &str| {
        let empty = ",".repeat(columns.split(',').count());
        read(&plan, &format!("unit,period,measure,value,{columns}\n01,2023,cases,5{empty}\n"))
    };
    let said = |tally: &Tally| {
        let warnings = tally.warnings();
        assert_eq!(codes(&warnings), ["unread_columns"], "{warnings:?}");
        let text = warnings[0].to_string();
        // The name of the file is another each time.
        (warnings[0].count, text.rsplit_once("`: ").unwrap().1.to_owned())
    };
    let hint = "(remove them, or name them in the call if they are meant)";
    assert_eq!(said(&with("district")), (1, format!("the column is not read {hint}")));
    assert_eq!(
        said(&with("district,source,kind")),
        (2, format!("the columns are not read {hint}"))
    );
    let five = "`a`: 5 columns are not read: a1, b2, c3, d4, e5";
    let (count, text) = {
        let warnings = with("a1,b2,c3,d4,e5").warnings();
        (warnings[0].count, warnings[0].to_string())
    };
    assert_eq!(count, 5);
    assert!(
        text.contains(five.split_once(": ").unwrap().1) && text.contains("and 2 more"),
        "{text}"
    );
    // Remarks, and columns that are read.
    for columns in
        ["source", "Note", "remarks,comment", "unit_name,level", "rate,data", "sex,status"]
    {
        assert_eq!(with(columns).warnings(), [], "{columns}");
    }
    // One that is almost named as one that is read has a warning of its own.
    assert_eq!(codes(&with("staus").warnings()), ["near_column"]);
}

#[test]
fn columns_beside_those_that_a_call_names_are_not_listed() {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    use attain::arrow::TableColumns;

    let plan = usual("{}");
    let texts = |text: &str| Arc::new(StringArray::from(vec![text])) as ArrayRef;
    let number = || Arc::new(Int64Array::from(vec![5])) as ArrayRef;
    let batch = RecordBatch::try_from_iter([
        ("unit", texts("01")),
        ("period", texts("2023")),
        ("cases", number()),
        ("cleared", number()),
        ("measure", texts("cases")),
        ("value", number()),
        ("kind", texts("x")),
    ])
    .unwrap();
    let mut tally = Tally::new(&plan);
    let columns = TableColumns::new().values([("cases", "cases"), ("cleared", "cleared")]);
    tally.ingest_table([Ok(batch.clone())], &columns).unwrap();
    assert_eq!((tally.len(), tally.warnings()), (2, vec![]));
    // In batches of one table each column is listed once.
    let mut tally = Tally::new(&plan);
    let slices = [Ok(batch.slice(0, 1)), Ok(batch.slice(0, 0)), Ok(batch.slice(0, 0))];
    tally.ingest_all(slices).unwrap();
    let warnings = tally.warnings();
    assert_eq!((codes(&warnings), warnings[0].count), (vec!["unread_columns"], 3));
}

#[test]
fn a_code_without_its_leading_zeros_is_named_with_them() {
    let plan = usual("{}");
    let hint = |code: &str| {
        let csv = format!("unit,period,measure,value\n{code},2023,cases,5\n");
        read_as(&plan, &csv, Rows::Figures).unwrap_err().faults()[0]
            .hint
            .clone()
            .unwrap_or_default()
    };
    assert_eq!(hint("3"), "the code `003` has lost its leading zeros: read the column as text");
    assert!(!hint("4").contains("zeros") && !hint("x3").contains("zeros"));
}

#[test]
fn a_unit_that_never_reports_is_named_if_the_units_beside_it_do() {
    let rows = |units: &[&str]| {
        let rows: String = units.iter().map(|unit| format!("{unit},2023,cases,5\n")).collect();
        format!("unit,period,measure,value\n{rows}")
    };
    let plan = usual("{}");
    let warnings = read(&plan, &rows(&["001", "002"])).warnings();
    assert_eq!(codes(&warnings), ["never_reports"]);
    assert_eq!(warnings[0].places[0].to_string(), "measure `cases`, unit `003`");
    assert_eq!(read(&plan, &rows(&["001", "002", "003"])).warnings(), []);
    assert_eq!(read(&plan, &rows(&["001"])).warnings(), []);
    assert_eq!(read(&plan, &rows(&["01"])).warnings(), []);
    let owed = self::plan("{cases: {recorded_at: district}, cleared: {}}", "{}");
    assert_eq!(read(&owed, &rows(&["001"])).warnings()[0].count, 2);
    let zero = self::plan("{cases: {absent: zero}, cleared: {}}", "{}");
    assert_eq!(read(&zero, &rows(&["001", "002"])).warnings(), []);
}

#[test]
fn rows_without_data_are_counted_once_their_window_is_closed() {
    let plan = usual(
        r#"{t: {indicator: crime, goal: {at_most: 90}, window: "2023", units: {level: district}}}"#,
    );
    let csv = "unit,period,measure,value\n001,2023,cases,5\n";
    let tally = read(&plan, csv);
    let warnings = assess(&plan, &tally).warnings();
    assert_eq!(codes(&warnings), ["no_data"]);
    assert_eq!(warnings[0].count, 2);
    assert_eq!(
        warnings[0].places[0].to_string(),
        "target `t`, unit `002`, 2023-01-01 to 2023-12-31"
    );
    let running = plan.assess(&tally, calendar::date("2023-06-30").unwrap()).unwrap();
    assert_eq!(running.warnings(), []);
}

#[test]
fn judged_rows_of_few_reports_are_counted() {
    let plan = plan(
        "{cases: {every: month}, cleared: {}}",
        r#"{t: {indicator: crime, goal: {at_most: 9000}, window: "2023"}}"#,
    );
    let months = |number: u32| {
        let mut tally = Tally::new(&plan);
        for month in 1..=number {
            let when = When::Period(format!("2023-{month:02}"));
            tally.record(&Outcome::new("01", when, "cases", 5.0)).unwrap();
        }
        assess(&plan, &tally).warnings()
    };
    assert_eq!(codes(&months(9)), ["low_completeness"]);
    assert_eq!(months(10), []);
}

#[test]
fn a_total_is_compared_with_its_parts_if_all_have_figures() {
    let plan = usual(r#"{t: {indicator: crime, goal: {at_most: 90}, window: "2023"}}"#);
    let warnings = |rows: &str| {
        let csv = format!("unit,period,measure,value\n{rows}");
        assess(&plan, &read(&plan, &csv)).warnings()
    };
    let differ =
        warnings("01,2023,cases,16\n001,2023,cases,5\n002,2023,cases,5\n003,2023,cases,5\n");
    assert_eq!(codes(&differ), ["totals_differ"]);
    assert_eq!(differ[0].count, 1);
    assert_eq!(
        warnings("01,2023,cases,15\n001,2023,cases,5\n002,2023,cases,5\n003,2023,cases,5\n"),
        []
    );
    assert_eq!(warnings("01,2023,cases,16\n001,2023,cases,5\n002,2023,cases,5\n"), []);
}

#[test]
fn warnings_of_tallies_are_merged_by_their_code() {
    let plan = usual("{}");
    let csv = |year: &str| format!("unit,period,measure,value,staus\n01,{year},cases,5,\n");
    let mut tally = read(&plan, &csv("2023"));
    tally.merge(&read(&plan, &csv("2024"))).unwrap();
    let warnings = tally.warnings();
    assert_eq!(codes(&warnings), ["near_column"]);
    assert_eq!((warnings[0].count, warnings[0].places.len()), (2, 2));
}

/// The warnings of an example: those of its tally, and of its report as of the last day of its outcomes.
fn of_example(name: &str) -> Vec<Warning> {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(name);
    let tables = attain::LoadOptions::default().tables(folder.parent().unwrap().to_owned());
    let plan = Plan::load_with(folder.join("plan.yaml"), &tables).unwrap();
    let mut tally = Tally::new(&plan);
    tally.read_csv(folder.join("outcomes.csv"), None).unwrap();
    let report = plan.assess(&tally, tally.last_day().unwrap()).unwrap();
    [tally.warnings(), report.warnings()].concat()
}

#[test]
fn examples_have_no_warnings_or_few() {
    for name in ["berlin", "maryland", "reform", "traffic"] {
        assert_eq!(of_example(name), [], "{name}");
    }
    let hanoi = of_example("hanoi");
    assert!(hanoi.len() <= 3, "{hanoi:#?}");
}

#[test]
fn codes_are_read_back() {
    for code in WarningCode::ALL {
        assert_eq!(code.code().parse::<WarningCode>().unwrap(), *code);
    }
}
