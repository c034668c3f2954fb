//! IATI: an activity with the numbers that were computed by hand, and what can be wrong.

use attain::error::FaultCode;
use attain::sources::{DecimalMark, IatiOptions, Imported, Percent, read_iati};
use attain::{Assessment, Verdict};
use proptest::prelude::*;

use super::{assessed, fixture, notes, refused, rows, section, text_file, told};

fn import() -> Imported {
    read_iati(&[fixture("iati/activity.xml")], &IatiOptions::default())
        .unwrap_or_else(|error| panic!("{error}"))
}

fn of_text(text: &str) -> attain::Result<Imported> {
    read_iati(&[text_file("a.xml", text)], &IatiOptions::default())
}

/// An activity with an indicator.
fn indicator(attributes: &str, content: &str) -> String {
    format!(
        "<iati-activities><iati-activity><iati-identifier>A</iati-identifier><result><indicator {attributes}>{content}\
         </indicator></result></iati-activity></iati-activities>"
    )
}

fn period(values: &str) -> String {
    format!(
        "<period><period-start iso-date=\"2023-01-01\"/><period-end iso-date=\"2023-12-31\"/>{values}</period>"
    )
}

#[test]
fn every_number_is_the_one_that_was_computed_by_hand() {
    let imported = import();
    let report = assessed(&imported, "", "2024-12-31");
    let only = |target: &str| -> Assessment { rows(report.rows(), target)[0].clone() };
    let female = only("xx-att-1.W1.p1.female");
    assert_eq!(
        (female.value, female.goal_value, female.verdict),
        (Some(520.0), Some(500.0), Verdict::Met)
    );
    assert_eq!(female.gap, Some(20.0));
    let male = only("xx-att-1.W1.p1.male");
    assert_eq!((male.value, male.verdict, male.needed), (Some(380.0), Verdict::Missed, Some(20)));
    let total = only("xx-att-1.W1.p2");
    assert_eq!(
        (total.value, total.goal_value, total.verdict),
        (Some(1260.0), Some(1200.0), Verdict::Met)
    );
    let fewer = only("xx-att-1.r2i1.p1");
    assert_eq!(
        (fewer.value, fewer.verdict, fewer.gap),
        (Some(300.0), Verdict::Missed, Some(-100.0))
    );
    assert_eq!((fewer.baseline, fewer.progress), (Some(400.0), Some(50.0)));
    let share = only("xx-att-1.r2i2.p1.loc-n");
    assert_eq!((share.value, share.verdict, share.gap), (Some(74.5), Verdict::Missed, Some(-0.5)));
    assert_eq!(&*share.unit, "LOC-N");
    let verdicts = |verdict| report.rows().iter().filter(|row| row.verdict == verdict).count();
    assert_eq!((report.len(), verdicts(Verdict::Met), verdicts(Verdict::Missed)), (5, 2, 3));
}

#[test]
fn notes_name_everything_that_was_changed_assumed_or_left_out() {
    let imported = import();
    assert_eq!(
        notes(&imported),
        [
            ("left_out_words", 1),
            ("left_out_no_period", 1),
            ("assumed_direction", 1),
            ("assumed_decimal", 3),
            ("assumed_percent", 2),
            ("id_changed", 2),
            ("not_in_attain", 1),
        ]
    );
    insta::assert_snapshot!(told(&imported));
}

#[test]
fn campaigns_are_activities_and_results() {
    let imported = import();
    let campaigns = section(&imported, &["campaigns"]).as_map().unwrap();
    let ids: Vec<&str> = campaigns.iter().map(|entry| &*entry.key).collect();
    assert_eq!(ids, ["xx-att-1", "xx-att-1.r1", "xx-att-1.r2"]);
    assert_eq!(section(&imported, &["title"]).as_text(), Some("Safe water"));
    let kind = section(&imported, &["campaigns", "xx-att-1.r2", "note"]);
    assert_eq!(kind.as_text(), Some("outcome"));
}

#[test]
fn no_total_is_invented_of_categories() {
    let text = indicator(
        "measure=\"1\" ascending=\"1\" aggregation-status=\"1\"",
        &period(
            "<target value=\"1050\"><dimension name=\"Gender\" value=\"female\"/></target>\
             <actual value=\"1848\"><dimension name=\"gender\" value=\"female\"/></actual>\
             <actual value=\"844\"><dimension name=\"gender\" value=\"male\"/></actual>",
        ),
    );
    let imported = of_text(&text).unwrap();
    assert_eq!(imported.len(), 2);
    let report = assessed(&imported, "", "2024-12-31");
    assert_eq!((report.rows()[0].value, report.rows()[0].verdict), (Some(1848.0), Verdict::Met));
    assert_eq!(section(&imported, &["strata", "gender"]).as_list().unwrap().len(), 2);
}

#[test]
fn a_value_of_two_locations_is_one_of_both_together() {
    let value = |name: &str| {
        format!("<{name} value=\"5\"><location ref=\"S\"/><location ref=\"N\"/></{name}>")
    };
    let text = indicator(
        "measure=\"1\" ascending=\"1\"",
        &period(&format!("{}{}", value("target"), value("actual"))),
    );
    let imported = of_text(&text).unwrap();
    let report = assessed(&imported, "", "2024-12-31");
    assert_eq!((&*report.rows()[0].unit, report.rows()[0].verdict), ("N+S", Verdict::Met));
    assert!(notes(&imported).contains(&("several_values", 1)));
    assert!(notes(&imported).contains(&("dangling_reference", 2)));
}

#[test]
fn percentages_that_look_like_parts_of_one_are_refused_unless_they_are_said_to_be() {
    let text = indicator(
        "measure=\"2\" ascending=\"1\"",
        &period("<target value=\"0.3\"/><actual value=\"0.29\"/>"),
    );
    let error = refused(of_text(&text));
    assert_eq!(error.faults()[0].code, FaultCode::OutOfRange);
    assert!(error.to_string().contains("fraction"), "{error}");
    let mut options = IatiOptions::default();
    options.percent = Percent::Fraction;
    let imported = read_iati(&[text_file("a.xml", &text)], &options).unwrap();
    let report = assessed(&imported, "", "2024-12-31");
    // The point is moved: 0.29 × 100 in floats is 28.999999999999996.
    assert_eq!((report.rows()[0].value, report.rows()[0].goal_value), (Some(29.0), Some(30.0)));
}

#[test]
fn options_choose_the_activity_the_language_and_the_decimal_mark() {
    let text = "<iati-activities>\
        <iati-activity><iati-identifier>A</iati-identifier></iati-activity>\
        <iati-activity xml:lang=\"fr\"><iati-identifier>B</iati-identifier>\
        <title><narrative xml:lang=\"en\">Wells</narrative><narrative xml:lang=\"fr\">Puits</narrative></title>\
        <result><indicator measure=\"1\" ascending=\"1\">\
        <period><period-start iso-date=\"2023-01-01\"/><period-end iso-date=\"2023-12-31\"/>\
        <actual value=\"1.260\"/></period></indicator></result></iati-activity></iati-activities>";
    let title = |options: &IatiOptions| {
        let imported = read_iati(&[text_file("a.xml", text)], options).unwrap();
        section(&imported, &["title"]).as_text().unwrap().to_owned()
    };
    let mut options = IatiOptions::default();
    options.activity = Some("B".into());
    assert_eq!(title(&options), "Puits");
    options.language = Some("en".into());
    assert_eq!(title(&options), "Wells");
    options.decimal = DecimalMark::Comma;
    let imported = read_iati(&[text_file("a.xml", text)], &options).unwrap();
    assert!(told(&imported).contains("1.260 as 1260"), "{}", told(&imported));
    options.activity = Some("C".into());
    let error = refused(read_iati(&[text_file("a.xml", text)], &options));
    assert_eq!(error.faults()[0].code, FaultCode::UnknownId);
}

#[test]
fn several_actual_values_of_a_period_are_a_fault_unless_they_are_events() {
    let text = indicator(
        "measure=\"1\" ascending=\"1\" aggregation-status=\"1\"",
        &period("<target value=\"7\"/><actual value=\"3\"/><actual value=\"4\"/>"),
    );
    assert_eq!(refused(of_text(&text)).faults()[0].code, FaultCode::DuplicateRow);
    let mut options = IatiOptions::default();
    options.events = true;
    let imported = read_iati(&[text_file("a.xml", &text)], &options).unwrap();
    assert_eq!(assessed(&imported, "", "2024-12-31").rows()[0].value, Some(7.0));
    options.cumulative = true;
    let error = refused(read_iati(&[text_file("a.xml", &text)], &options));
    assert_eq!(error.faults()[0].code, FaultCode::DuplicateRow);
}

#[test]
fn every_fault_has_its_line_and_column() {
    let text = "<iati-activities>\n<iati-activity><iati-identifier>A</iati-identifier>\n<result>\n\
        <indicator measure=\"7\"/>\n\
        <indicator measure=\"1\" ascending=\"1\">\n\
        <period><period-start iso-date=\"2023-01-01\"/><period-end iso-date=\"2023-13-31\"/></period>\n\
        <period><period-start iso-date=\"2023-12-31\"/><period-end iso-date=\"2023-01-01\"/></period>\n\
        <period><period-start iso-date=\"2023-01-01\"/><period-end iso-date=\"2023-12-31\"/>\n\
        <target value=\"about 50\"/>\n<actual value=\"&gt;95\"/>\n\
        <target value=\"1\"/><target value=\"2\"/>\n\
        <actual value=\"1\"><dimension name=\"sex\" value=\"f\"/><dimension name=\"Sex\" value=\"m\"/></actual>\n\
        </period></indicator></result></iati-activity>\n\
        <iati-activity><iati-identifier>A</iati-identifier></iati-activity>\n\
        <iati-activity/>\n<iati-activity></iati-activity></iati-activities>";
    let error = refused(of_text(text));
    let found: Vec<String> =
        error.faults().iter().map(|fault| format!("{} {}", fault.place, fault.code)).collect();
    assert_eq!(
        found,
        [
            "a.xml:4:1 unknown_choice",
            "a.xml:6:46 not_a_date",
            "a.xml:7:1 empty_range",
            "a.xml:9:1 not_a_number",
            "a.xml:10:1 not_a_number",
            "a.xml:11:20 duplicate_entry",
            "a.xml:12:52 duplicate_entry",
            "a.xml:14:1 duplicate_id",
            "a.xml:16:1 missing_value",
        ]
    );
}

#[test]
fn hostile_xml_is_refused_where_it_is() {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><iati-activities/>";
    for (text, code) in [
        ("", FaultCode::NotATable),
        ("no markup", FaultCode::NotATable),
        ("<iati-organisations/>", FaultCode::NotATable),
        (bomb, FaultCode::UnsupportedSyntax),
        ("<iati-activities><iati-activity>", FaultCode::Unclosed),
        ("<iati-activities><iati-activity></iati-activities>", FaultCode::InvalidSyntax),
        ("<iati-activities><iati-activity", FaultCode::Unclosed),
        ("<iati-activities><iati-activity a='1' a='2'/></iati-activities>", FaultCode::NotATable),
        ("<a><iati-activity><b c='1' c='2'/></iati-activity></a>", FaultCode::InvalidSyntax),
        ("<a><iati-activity>&b;</iati-activity></a>", FaultCode::UnsupportedSyntax),
        ("<a><iati-activity><b c='&d;'/></iati-activity></a>", FaultCode::UnsupportedSyntax),
        ("<a><iati-activity>&#x110000;</iati-activity></a>", FaultCode::UnsupportedSyntax),
    ] {
        let error = refused(of_text(text));
        assert_eq!(error.faults()[0].code, code, "{text}: {error}");
    }
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    assert_eq!(refused(of_text(&deep)).faults()[0].code, FaultCode::TooDeep);
}

proptest! {
    #[test]
    fn damaged_xml_is_refused_or_read_and_never_panics(
        at in 0_usize..3_500, cut in 0_usize..60, with in "[<>&;\"a-z0-9\\PC]{0,6}"
    ) {
        let text = include_str!("../../interchange/iati/activity.xml");
        let start = text.floor_char_boundary(at.min(text.len()));
        let end = text.floor_char_boundary((start + cut).min(text.len()));
        let damaged = format!("{}{with}{}", &text[..start], &text[end..]);
        if let Err(error) = of_text(&damaged) {
            prop_assert!(error.faults().iter().all(|fault| fault.place != attain::Place::Nowhere), "{}", error);
        }
    }
}
