//! Small pictures of the windows of a row.

use attain::scorecard::{Language, PictureOptions};
use attain::{Filter, Outcome, Plan, Report, Status, Tally, When};
use roxmltree::{Document, Node};

use crate::support::day;

/// A ceiling of 9 for each day of some years; some days without an event, a figure, or with a suppressed one.
fn report(within: &str, name: &str, figures: &[(&str, Option<f64>)], as_of: &str) -> Report {
    let plan = Plan::from_yaml(&format!(
        r#"
attain: 1
plan: p
units:
  levels: [city]
  list: [{{id: a, name: {name}, level: city}}, {{id: b, name: B, level: city}}]
measures: {{cases: {{}}}}
indicators: {{known: {{count: cases}}}}
targets: {{few: {{title: Few cases, indicator: known, goal: {{at_most: 9}}, window: {within}, units: [a, b]}}}}
"#
    ))
    .unwrap();
    let mut tally = Tally::new(&plan);
    for (period, value) in figures {
        let when = match period.parse() {
            Ok(day) => When::Date(day),
            Err(_) => When::Period((*period).to_owned()),
        };
        let mut outcome = Outcome::new("a", when, "cases", value.unwrap_or(0.0));
        if value.is_none() {
            (outcome.value, outcome.status) = (None, Some(Status::Q));
        }
        tally.record(&outcome).unwrap();
    }
    plan.assess(&tally, day(as_of)).unwrap()
}

const MONTHS: &str = r#"{every: month, within: "2024"}"#;

fn words(svg: &str) -> (String, String) {
    let document = Document::parse(svg).unwrap();
    let text = |name: &str| {
        let mut found = document
            .descendants()
            .filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", name)));
        found.next().and_then(|node| node.text()).unwrap_or_default().replace('\u{a0}', " ")
    };
    (text("title"), text("desc"))
}

/// The path of a class.
fn path(svg: &str, class: &str) -> String {
    let document = Document::parse(svg).unwrap();
    let is_it = |node: &Node<'_, '_>| node.attribute("class") == Some(class);
    document
        .descendants()
        .find(is_it)
        .and_then(|node| node.attribute("d"))
        .unwrap_or_default()
        .to_owned()
}

#[test]
fn a_line_shows_value_goal_and_verdict_of_each_window() {
    let figures = [("2024-01", Some(3.0)), ("2024-02", Some(15.0)), ("2024-04", Some(9.0))];
    let report = report(MONTHS, "Huế", &figures, "2024-04-30");
    let svg = report.sparkline("few", Some("a"), &PictureOptions::new()).unwrap();
    let (title, desc) = words(&svg);
    assert_eq!(title, "Few cases · Huế");
    assert_eq!(
        desc,
        "Jan 2024: 3, met; Feb 2024: 15, missed; Mar 2024: no verdict; Apr 2024: 9, met"
    );
    // From 3 at the bottom to 15 at the top, 9 in the middle, a step of 152 / 3; March breaks the line.
    assert_eq!(path(&svg, "course"), "M4 18L54.7 4M156 11");
    assert_eq!(path(&svg, "aim"), "M4 11L54.7 11L105.3 11L156 11");
    assert_eq!(path(&svg, "met fill").matches('z').count(), 2);
    assert_eq!(path(&svg, "missed fill"), "M52.2 1.5h5v5h-5z");
    assert!(path(&svg, "none ring").starts_with("M102.6 18a"), "{svg}");
    let in_words = PictureOptions::new().language(Language::Vietnamese);
    let (_, desc) = words(&report.sparkline("few", Some("a"), &in_words).unwrap());
    assert!(desc.starts_with("tháng 1/2024: 3, đạt; "), "{desc}");
    // The same windows as marks.
    let rug = report.rug("few", Some("a"), &PictureOptions::new()).unwrap();
    assert_eq!(rug.matches("<g ").count(), 4);
    assert_eq!(words(&rug), words(&svg));
    // The latest two.
    let two = report.rug("few", Some("a"), &PictureOptions::new().windows(2)).unwrap();
    assert_eq!(two.matches("<g ").count(), 2);
    for svg in [svg, rug] {
        assert!(
            svg.contains("currentColor") && !svg.contains("NaN") && !svg.contains("inf"),
            "{svg}"
        );
    }
}

#[test]
fn windows_that_say_little_are_drawn_too() {
    let one: &[(&str, Option<f64>)] = &[("2024-01", Some(3.0))];
    let suppressed: &[(&str, Option<f64>)] = &[("2024-01", None), ("2024-02", None)];
    let equal: &[(&str, Option<f64>)] = &[("2024-01", Some(9.0)), ("2024-02", Some(9.0))];
    for (figures, as_of, course, marks) in [
        (one, "2024-01-31", "M80 18", 1),
        (&[], "2024-02-29", "", 2),
        (suppressed, "2024-02-29", "", 2),
        (equal, "2024-02-29", "M4 11L156 11", 2),
        // Nothing has begun: one window without a verdict.
        (&[], "2023-12-31", "", 1),
    ] {
        let report = report(MONTHS, "A", figures, as_of);
        let options = PictureOptions::new();
        let svg = report.sparkline("few", Some("a"), &options).unwrap();
        assert_eq!(path(&svg, "course"), course, "{svg}");
        assert_eq!(path(&svg, "aim").matches('L').count(), marks.max(2) - 1, "{svg}");
        let rug = report.rug("few", Some("a"), &options).unwrap();
        assert_eq!(rug.matches("<g ").count(), marks, "{rug}");
        for svg in [svg, rug] {
            assert!(Document::parse(&svg).is_ok() && !svg.contains("NaN"), "{svg}");
        }
    }
}

#[test]
fn three_thousand_windows_are_a_small_picture() {
    let within = r#"{every: day, within: ["2015-01-01", "2023-04-01"]}"#;
    let days = day("2015-01-01").iter_days().take(3_012).enumerate();
    // Every 7th day is missed, every 11th has no figure; one day stands out.
    let figures: Vec<(String, Option<f64>)> = days
        .filter(|(place, _)| place % 11 != 0)
        .map(|(place, day)| {
            let cases = if place == 1_500 {
                400.0
            } else if place % 7 == 0 {
                12.0
            } else {
                4.0
            };
            (day.to_string(), Some(cases))
        })
        .collect();
    let figures: Vec<(&str, Option<f64>)> =
        figures.iter().map(|(day, cases)| (day.as_str(), *cases)).collect();
    let report = report(within, "A", &figures, "2023-03-31");
    let options = PictureOptions::new().windows(5_000);
    let svg = report.sparkline("few", Some("a"), &options).unwrap();
    assert!(svg.len() < 40_000, "{} bytes", svg.len());
    // The day that stands out is drawn at the top, and the latest window alone is marked.
    assert!(path(&svg, "course").contains(" 4"), "{svg}");
    let marks = ["met fill", "missed fill", "none ring"].map(|class| path(&svg, class));
    assert_eq!(marks.iter().filter(|path| !path.is_empty()).count(), 1, "{marks:?}");
    let (_, desc) = words(&svg);
    assert!(desc.starts_with("3\u{202f}000 earlier windows; "), "{desc}");
    let rug = report.rug("few", Some("a"), &options).unwrap();
    // Met, missed and none have places of their own: above, below, on the middle.
    for place in ["v5.5h-", " 6.5h", " 5.5h"] {
        assert!(rug.contains(place), "{place}");
    }
    let (_, desc) = words(&rug);
    let missed = (0..3_012).filter(|place| place % 11 != 0 && (place % 7 == 0 || *place == 1_500));
    assert!(desc.contains(&format!("{} missed", missed.count())), "{desc}");
}

#[test]
fn a_picture_is_of_one_series_whatever_its_names_are() {
    let report = report(MONTHS, "'<b onclick=x>&\"'", &[("2024-01", Some(1.0))], "2024-01-31");
    let options = PictureOptions::new();
    let (title, _) = words(&report.sparkline("few", Some("a"), &options).unwrap());
    assert_eq!(title, "Few cases · <b onclick=x>&\"");
    for refused in [
        report.rug("few", None, &options),
        report.rug("no", Some("a"), &options),
        report.rug("few", Some("z"), &options),
        report.filter(&Filter::default().unit("b")).unwrap().rug("few", Some("a"), &options),
    ] {
        assert!(refused.unwrap_err().is_request());
    }
    let error = report.sparkline("few", None, &options).unwrap_err().to_string();
    assert!(error.contains("name a unit as well"), "{error}");
}
