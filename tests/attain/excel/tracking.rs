//! Tracking tables: what is read, judged, noted and refused.

use attain::sources::{ExcelMap, ExcelOptions, Imported, Layout, read_excel};
use attain::{Plan, Verdict, calendar};

use super::{ITT, fixture, notes, read, sheet, sheet_with, told};

const ITT_MAP: &str = "header: [3, 4]\ncalendar: {year_starts: \"10-01\", named_by: end}";

fn itt(map: &str) -> Imported {
    let mut options = ExcelOptions::default();
    options.map = ExcelMap::from_yaml(map, None).unwrap();
    read_excel(&fixture(ITT), &options).unwrap()
}

#[test]
fn a_tracking_table_is_judged_as_by_hand() {
    let imported = itt(ITT_MAP);
    let plan = Plan::from_document(&imported.plan, None).unwrap();
    let tally = imported.tally(&plan).unwrap();
    let report = plan.assess(&tally, calendar::date("2025-03-31").unwrap()).unwrap();
    let rows: Vec<_> = report
        .rows()
        .iter()
        .map(|row| {
            (row.target.to_string(), row.goal_value.unwrap(), row.value, row.verdict, row.is_final)
        })
        .collect();
    let expected = [
        ("i1.1-2024", 75.0, Some(76.8), Verdict::Met, true),
        ("i1.1-2025", 78.0, Some(77.4), Verdict::Missed, false),
        ("i1.2-2024", 1800.0, Some(1742.0), Verdict::Met, true),
        ("i1.2-2025", 1700.0, Some(1731.0), Verdict::Missed, false),
        ("i1.1.1-2024", 1000.0, Some(1036.0), Verdict::Met, true),
        ("i1.1.1-2025", 1200.0, None, Verdict::Indeterminate, false),
        ("i1.1.1-female-2024", 400.0, Some(388.0), Verdict::Missed, true),
        ("i1.1.1-female-2025", 500.0, None, Verdict::Indeterminate, false),
        ("i1.1.1-male-2024", 600.0, Some(648.0), Verdict::Met, true),
        ("i1.1.1-male-2025", 700.0, None, Verdict::Indeterminate, false),
        ("i1.1.2-2024", 120.0, Some(118.0), Verdict::Missed, true),
    ];
    let expected: Vec<_> = expected
        .map(|(target, goal, value, verdict, is_final)| {
            (target.to_owned(), goal, value, verdict, is_final)
        })
        .into();
    assert_eq!(rows, expected);
    let row = |target: &str| report.rows().iter().find(|row| &*row.target == target).unwrap();
    assert_eq!(format!("{:.1}", row("i1.1-2024").gap.unwrap()), "1.8");
    assert_eq!(format!("{:.1}", row("i1.1-2024").attainment.unwrap()), "102.4");
    assert_eq!(row("i1.2-2025").gap, Some(-31.0));
    // From 71 % to 75 %: 5.8 of 4.
    assert_eq!(format!("{:.0}", row("i1.1-2024").progress.unwrap()), "145");
    assert_eq!(row("i1.1-2024").window_start.to_string(), "2023-10-01");
}

#[test]
fn what_a_tracking_table_leaves_open_is_noted_with_its_cell() {
    assert_eq!(
        notes(&itt(ITT_MAP)),
        [
            "left_out_type 2 L9 K12: n/a; TBD",
            "left_out_heading 2 A5 A8: Outcome 1: Fewer crimes, more cleared; Output 1.1: Trained officers",
            "left_out_heading 1 A13: Total",
            "assumed_decimal 1 L7: 1,731 → 1731",
            "not_in_attain 6 G6 G7 G9: 2023; 2019",
        ]
    );
}

#[test]
fn heads_are_found_without_a_map_and_years_are_said_to_be_assumed() {
    let imported = itt("{}");
    assert_eq!(imported.len(), itt(ITT_MAP).len());
    let notes = notes(&imported);
    assert!(notes.contains(&"assumed_kind 4 H4 I4 K4: Target; Actual".to_owned()), "{notes:?}");
    let plan = Plan::from_document(&imported.plan, None).unwrap();
    assert_eq!(plan.calendar().year_starts(), (1, 1));
}

#[test]
fn an_outcome_says_in_which_cell_it_stands() {
    let imported = itt(ITT_MAP);
    let batch = &imported.outcomes[0];
    let sources = batch.column_by_name("source").unwrap();
    let sources = arrow_array::cast::AsArray::as_string::<i32>(sources.as_ref());
    assert_eq!(sources.value(0), "itt.xlsx!ITT!I6");
}

#[test]
fn what_is_left_out_is_a_fault_of_a_strict_import() {
    let mut options = ExcelOptions::default();
    options.map = ExcelMap::from_yaml(ITT_MAP, None).unwrap();
    options.strict = true;
    let error = read_excel(&fixture(ITT), &options).unwrap_err();
    assert_eq!(error.faults().len(), 3, "{error}");
}

#[test]
fn vietnamese_and_french_heads_are_read() {
    for head in [
        ["TT", "Chỉ tiêu", "Đơn vị tính", "Kế hoạch năm 2024", "Thực hiện năm 2024", "Ghi chú"],
        ["N°", "Indicateur", "Unité", "Cible 2024", "Réalisé 2024", "Commentaires"],
    ] {
        let imported =
            read(&sheet(&[&head, &["1.1", "Khám phá án", "%", "n75", "80,5", "x"]])).unwrap();
        let plan = Plan::from_document(&imported.plan, None).unwrap();
        let tally = imported.tally(&plan).unwrap();
        let report = plan.assess(&tally, calendar::date("2025-01-31").unwrap()).unwrap();
        let row = &report.rows()[0];
        assert_eq!((row.value, row.verdict, &*row.target), (Some(80.5), Verdict::Met, "i1.1-2024"));
    }
}

#[test]
fn per_cent_is_what_the_cells_show() {
    let head: &[&str] = &["Indicator", "Unit", "Target 2024", "Actual 2024"];
    let values = |row: &[&str]| -> Result<(f64, f64), Vec<String>> {
        let imported = read(&sheet(&[head, row])).map_err(|error| told(error.faults()))?;
        let plan = Plan::from_document(&imported.plan, None).unwrap();
        let tally = imported.tally(&plan).unwrap();
        let report = plan.assess(&tally, calendar::date("2025-01-31").unwrap()).unwrap();
        Ok((report.rows()[0].goal_value.unwrap(), report.rows()[0].value.unwrap()))
    };
    // 0.29 × 100 is 28.999999999999996 in binary floats.
    assert_eq!(values(&["a", "%", "%0.29", "%0.29"]), Ok((29.0, 29.0)));
    assert_eq!(values(&["a", "%", "29 %", "%0.29"]), Ok((29.0, 29.0)));
    assert_eq!(values(&["a", "%", "n0.75", "n0.8"]), Ok((75.0, 80.0)));
    assert_eq!(values(&["a", "%", "n75", "n80"]), Ok((75.0, 80.0)));
    assert_eq!(
        values(&["a", "%", "n75", "n0.8"]),
        Err(vec!["S!D2 the number may be a share of one, in a row of per cent".to_owned()])
    );
    assert_eq!(values(&["a", "Number", "n0.75", "n0.8"]), Ok((0.75, 0.8)));
}

#[test]
fn comparators_directions_and_years_in_cells_are_read() {
    let imported = read(&sheet(&[
        &[
            "Results chain",
            "Indicators",
            "Direction",
            "Baseline",
            "Targets",
            "Current value (2024)",
        ],
        &["", "2.1 Deaths on roads", "↓", "90 (2022)", "80 (2024)", ""],
        &["", "2.2 Helmets worn", "", "", "> 70 % (2024)", ""],
    ]))
    .unwrap();
    let yaml = imported.to_yaml();
    for part in
        ["i2.1:", "at_most: 80", "better: lower", "value: 90", "above: 70", "window: \"2024\""]
    {
        assert!(yaml.contains(part), "{part} in\n{yaml}");
    }
    assert!(notes(&imported).iter().any(|note| note.starts_with("assumed_direction 1")));
}

#[test]
fn numerator_and_denominator_below_an_indicator_make_a_proportion() {
    let imported = read(&sheet(&[
        &["Code", "Indicator", "Unit", "Target 2024", "Actual 2024"],
        &["A", "Cases cleared", "%", "n75", "n80"],
        &["", "Numerator", "", "", "n160"],
        &["", "Denominator", "", "", "n200"],
    ]))
    .unwrap();
    let plan = Plan::from_document(&imported.plan, None).unwrap();
    let tally = imported.tally(&plan).unwrap();
    let report = plan.assess(&tally, calendar::date("2025-01-31").unwrap()).unwrap();
    let row = &report.rows()[0];
    assert_eq!((row.numerator, row.denominator, row.value), (Some(160.0), Some(200.0), Some(80.0)));
    assert!(notes(&imported).iter().any(|note| note.starts_with("several_values 1 E2")));
}

#[test]
fn places_are_units_below_the_project() {
    let imported = read(&sheet(&[
        &["Indicator", "Location", "Target 2024", "Actual 2024"],
        &["Schools", "North", "n5", "n6"],
        &["", "South", "n5", "n4"],
        &["Teachers", "", "n10", "n10"],
    ]))
    .unwrap();
    let plan = Plan::from_document(&imported.plan, None).unwrap();
    let tally = imported.tally(&plan).unwrap();
    let report = plan.assess(&tally, calendar::date("2025-01-31").unwrap()).unwrap();
    let rows: Vec<_> = report.rows().iter().map(|row| (&*row.unit, row.verdict)).collect();
    assert_eq!(
        rows,
        [("North", Verdict::Met), ("South", Verdict::Missed), ("project", Verdict::Met)]
    );
}

#[test]
fn merged_headings_and_names_are_read_as_they_look() {
    let file = sheet_with(
        &[
            &["Indicator", "Unit", "Direction", "Disaggregation", "Target 2024", "Actual 2024"],
            &["Outcome 1: safer roads", "", "", "", "", ""],
            &["Helmets", "Number", "+", "Women", "n5", "n6"],
            &["", "", "+", "Men", "n5", "n4"],
            &["Source: a survey, merged over the table", "", "", "", "", ""],
        ],
        "<mergeCells><mergeCell ref=\"A2:F2\"/><mergeCell ref=\"A3:A4\"/><mergeCell ref=\"B3:B4\"/><mergeCell ref=\"A5:F5\"/></mergeCells>",
    );
    let imported = read(&file).unwrap();
    let plan = Plan::from_document(&imported.plan, None).unwrap();
    assert_eq!(plan.indicators().len(), 1);
    let targets: Vec<&str> = plan.targets().iter().map(|target| target.id.as_str()).collect();
    assert_eq!(targets, ["helmets-women-2024", "helmets-men-2024"]);
    let heading =
        "left_out_heading 2 A2 A5: Outcome 1: safer roads; Source: a survey, merged over the table";
    assert_eq!(notes(&imported), [heading]);
}

#[test]
fn cells_that_are_no_numbers_are_faults_at_their_place() {
    let file = sheet_with(
        &[
            &["Indicator", "Direction", "Target 2024", "Actual 2024", "Actual 2025"],
            &["a", "+", "n5", "about 50", ">95"],
            &["b", "sideways", "3–5", "d45413", "n1"],
            &["c", "+", "n5", "n4", ""],
            &["", "", "n6", "n7", ""],
        ],
        "<mergeCells><mergeCell ref=\"D4:E4\"/></mergeCells>",
    );
    let error = read(&file).unwrap_err();
    assert_eq!(
        told(error.faults()),
        [
            "S!D2 not a number",
            "S!E2 a figure has a sign of comparison",
            "S!B3 the direction is not known",
            "S!C3 not a number",
            "S!D3 a date stands in place of a number",
            "S!D4 a merged cell stands in place of several values",
            "S!C5 two cells have the same indicator, place, category and period",
        ]
    );
}

#[test]
fn tables_without_heads_or_periods_say_what_is_missing() {
    for (rows, expected) in [
        (&[&["a", "b"][..]] as &[&[&str]], "S no row of heads is known"),
        (
            &[&["Indicator", "Unit", "Weather"]],
            "S!A1 the table has no column of targets or of what was achieved",
        ),
        (&[&["Target 2024", "Actual 2024"]], "S!A1 the table has no column of indicators"),
        (
            &[&["Indicator", "Target", "Unit"], &["a", "n5", "x"]],
            "S!B2 the period of the value is not known",
        ),
        (
            &[&["Indicator", "Target LOP", "Unit"], &["a", "n5", "x"]],
            "S!B1 the days of the whole project are not known",
        ),
    ] {
        let error = read(&sheet(rows)).unwrap_err();
        assert_eq!(told(error.faults()), [expected], "{rows:?}");
    }
}

#[test]
fn a_map_says_what_heads_do_not() {
    let mut options = ExcelOptions::default();
    options.layout = Layout::Tracking;
    options.map = ExcelMap::from_yaml(
        "{sheet: s, columns: {A: title, B: target 2024, C: actual 2024}, first_row: 1, unit: North}",
        None,
    )
    .unwrap();
    let imported = read_excel(&sheet(&[&["a", "n5", "n6"]]), &options).unwrap();
    let plan = Plan::from_document(&imported.plan, None).unwrap();
    let tally = imported.tally(&plan).unwrap();
    let report = plan.assess(&tally, calendar::date("2025-01-31").unwrap()).unwrap();
    assert_eq!((&*report.rows()[0].unit, report.rows()[0].value), ("North", Some(6.0)));
    for (map, expected) in [
        ("headers: 3", "did you mean `header`?"),
        ("header: [4, 3]", "a row or two rows"),
        ("columns: {B1: title}", "letters: A, B, AA"),
        ("columns: {B: name}", "code, title, unit"),
        ("calendar: {year_starts: 13-01}", "year_starts"),
        ("lop: [2024-01-01, 2023-01-01]", "the first day"),
        ("[]", "sheet, header"),
        ("{", ""),
    ] {
        let error = ExcelMap::from_yaml(map, None).unwrap_err();
        assert!(error.to_string().contains(expected), "{map}: {error}");
    }
}
