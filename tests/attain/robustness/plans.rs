//! Plans that name files elsewhere, or whose parts rest on each other without end.

use std::fs;
use std::path::PathBuf;

use attain::{LoadOptions, Outcome, Plan, When, calendar};

use crate::support::{Scratch, day};

/// A folder with a plan's own folder and another one in it, each with a table.
struct Folder(Scratch);

impl Folder {
    fn new() -> Self {
        let own = Scratch::new("own");
        let folder = own.folder();
        for part in ["own", "other"] {
            fs::create_dir_all(folder.join(part)).unwrap();
            fs::write(folder.join(part).join("units.csv"), "id,level\nc,city\n").unwrap();
        }
        Folder(own)
    }

    /// A folder beside the plan's own.
    fn other(&self, name: &str) -> PathBuf {
        self.0.folder().join(name)
    }

    fn load(&self, table: &str, options: &LoadOptions) -> Result<Plan, String> {
        let path = self.0.0.join("plan.yaml");
        let text = format!(
            "attain: 1\nplan: p\nunits: {{levels: [city], table: '{table}'}}\nmeasures: {{m: {{}}}}\n"
        );
        fs::write(&path, text).unwrap();
        Plan::load_with(path, options).map_err(|error| error.to_string())
    }
}

#[test]
fn tables_outside_of_the_plans_folder_need_a_word_of_the_caller() {
    let folder = Folder::new();
    let usual = LoadOptions::default();
    assert!(folder.load("units.csv", &usual).is_ok());
    assert!(folder.load("../own/units.csv", &usual).is_ok());
    for table in ["../other/units.csv", "../other/none.csv", "/etc/hostname", "../other", ".."] {
        let error = folder.load(table, &usual).unwrap_err();
        assert!(error.contains("outside of the plan's folder"), "{table}: {error}");
        assert!(error.contains(":3:"), "{error}");
    }
    let given = LoadOptions::default().tables(folder.other("other"));
    assert!(folder.load("../other/units.csv", &given).is_ok());
    assert!(folder.load("units.csv", &given).is_ok());
    assert!(folder.load("/etc/hostname", &given).is_err());
    let missing = LoadOptions::default().tables(folder.other("none"));
    assert!(folder.load("../other/units.csv", &missing).is_err());
}

#[cfg(unix)]
#[test]
fn links_and_devices_are_followed_to_what_they_are() {
    use std::os::unix::fs::symlink;

    let folder = Folder::new();
    let usual = LoadOptions::default();
    for (link, to) in
        [("out.csv", "../other/units.csv"), ("zero.csv", "/dev/zero"), ("in.csv", "units.csv")]
    {
        symlink(to, folder.0.0.join(link)).unwrap();
    }
    assert!(folder.load("out.csv", &usual).unwrap_err().contains("outside"));
    assert!(folder.load("zero.csv", &usual).unwrap_err().contains("outside"));
    assert!(folder.load("in.csv", &usual).is_ok());
    let devices = LoadOptions::default().tables("/dev");
    assert!(folder.load("/dev/zero", &devices).unwrap_err().contains("not a regular file"));
}

fn chain(steps: usize, share_at: Option<usize>) -> String {
    let mut text = String::from(
        "attain: 1\nplan: p\nunits: {levels: [city], list: [{id: c, level: city}]}\nmeasures: {cases: {}}\nindicators:\n",
    );
    for step in 0..steps {
        let of = step + 1;
        text.push_str(&if share_at == Some(step) {
            format!(
                "  i{step}: {{share_of_units: {{of: i{of}, level: city, goal: {{at_least: 1}}}}}}\n"
            )
        } else {
            format!("  i{step}: {{change: {{of: i{of}, from: previous_period, as: absolute}}}}\n")
        });
    }
    text.push_str(&format!("  i{steps}: {{count: cases}}\n"));
    text.push_str("targets: {t: {indicator: i0, goal: {at_most: 1}, window: \"2023\"}}\n");
    text
}

#[test]
fn chains_of_changes_and_shares_have_an_end() {
    for share_at in [None, Some(0), Some(2)] {
        assert!(Plan::from_yaml(&chain(4, share_at)).is_ok());
        for steps in [5, 6, 40] {
            let error = Plan::from_yaml(&chain(steps, share_at)).unwrap_err();
            assert!(error.is_plan());
            // Told once, at the first that rests on too many.
            assert_eq!(error.faults().len(), 1, "{error}");
            assert_eq!(error.faults()[0].place.line(), Some(6 + steps - 5));
        }
    }
}

#[test]
fn circles_are_told_as_circles() {
    let text = chain(6, None)
        .replace("i6: {count: cases}", "i6: {change: {of: i0, from: previous_period}}");
    let error = Plan::from_yaml(&text).unwrap_err().to_string();
    assert!(
        error.contains("rests on") && error.contains("itself") && !error.contains("too many"),
        "{error}"
    );
}

#[test]
fn a_chain_of_boundary_changes_may_be_longer_than_the_stack_is_deep() {
    let days = 3_000;
    let day = |number: i64| (day("1990-01-01") + chrono::Duration::days(number)).to_string();
    let mut units = format!("{{id: u0, level: c, valid_to: {}}}", day(1));
    let mut changes = String::new();
    for number in 1..=days {
        let end =
            if number < days { format!(", valid_to: {}", day(number + 1)) } else { String::new() };
        units.push_str(&format!(", {{id: u{number}, level: c, valid_from: {}{end}}}", day(number)));
        changes.push_str(&format!(
            "{{on: {}, list: [{{from: u{}, to: u{number}}}]}}, ",
            day(number),
            number - 1
        ));
    }
    let text = format!(
        "{{attain: 1, plan: p, measures: {{m: {{}}}}, units: {{levels: [c], list: [{units}], changes: [{changes}]}}}}"
    );
    let plan = Plan::from_yaml(&text).unwrap();
    let follow = move || {
        for at in ["1980-01-01", "1990-01-01", "1994-01-01", "2023-01-01"] {
            let plan = plan.in_geography(calendar::date(at));
            assert_eq!(plan.units().geography(), calendar::date(at));
        }
    };
    std::thread::Builder::new().stack_size(256 << 10).spawn(follow).unwrap().join().unwrap();
}

#[test]
fn whole_numbers_of_json_that_a_float_would_round_are_refused() {
    let read = |value: &str| {
        let text =
            format!(r#"{{"unit": "c", "period": "2023", "measure": "cases", "value": {value}}}"#);
        serde_json::from_str::<Outcome>(&text)
            .map(|outcome| outcome.value)
            .map_err(|error| error.to_string())
    };
    assert_eq!(read("9007199254740992"), Ok(Some(9_007_199_254_740_992.0)));
    assert_eq!(read("-9007199254740992"), Ok(Some(-9_007_199_254_740_992.0)));
    assert_eq!(read("96.4"), Ok(Some(96.4)));
    assert_eq!(read("9007199254740991.0"), Ok(Some(9_007_199_254_740_991.0)));
    assert_eq!(read("null"), Ok(None));
    for value in ["9007199254740993", "-9007199254740993", "18446744073709551615"] {
        let error = read(value).unwrap_err();
        assert!(error.contains(value) && error.contains("2^53"), "{error}");
    }
    // With a decimal point, the number that is written is not known: these are one float.
    for value in
        ["9007199254740993.0", "9007199254740992.0", "9.007199254740993e15", "-9007199254740993.0"]
    {
        let error = read(value).unwrap_err();
        assert!(error.contains("written without a decimal point"), "{error}");
    }
    // What is written is read again.
    for value in [9_007_199_254_740_992.0, -9_007_199_254_740_992.0, 7.0, 0.5] {
        let when = When::Period("2023".to_owned());
        let outcome = Outcome::new("c", when, "cases", value);
        let text = serde_json::to_string(&outcome).unwrap();
        assert_eq!(serde_json::from_str::<Outcome>(&text).unwrap(), outcome, "{text}");
    }
    assert!(read("\"7\"").is_err());
    // Plans hold decimals, and keep every digit.
    let plan = Plan::from_yaml(&chain(0, None).replace("at_most: 1", "at_most: 9007199254740993"))
        .unwrap();
    assert!(plan.to_yaml().contains("9007199254740993"));
}
