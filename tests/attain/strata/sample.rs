//! A plan with strata, and outcomes as plain rows.

use attain::{Assessment, Outcome, Plan, Report, Tally, When};

use crate::support::{day, parse};

pub const SEX: [&str; 2] = ["f", "m"];
pub const AGE: [&str; 3] = ["0-14", "15-29", "30+"];
/// Leaves, and the districts they lie in.
pub const COMMUNES: [(&str, &str); 4] = [("a1", "a"), ("a2", "a"), ("b1", "b"), ("b2", "b")];
pub const UNITS: [&str; 7] = ["c", "a", "b", "a1", "a2", "b1", "b2"];
pub const MONTHS: std::ops::RangeInclusive<u32> = 1..=4;

/// What a target is narrowed to; of age, any of some.
#[derive(Debug, Clone, Default)]
pub struct Narrowed {
    pub sex: Option<usize>,
    pub age: Vec<usize>,
}

impl Narrowed {
    pub fn all() -> Vec<Narrowed> {
        let ages: [&[usize]; 6] = [&[], &[0], &[1], &[2], &[0, 2], &[0, 1, 2]];
        let sexes = [None, Some(0), Some(1)];
        let both = sexes.iter().flat_map(|sex| ages.iter().map(move |age| (*sex, age)));
        both.map(|(sex, age)| Narrowed { sex, age: age.to_vec() }).collect()
    }

    /// As the plan writes it; nothing where nothing is narrowed.
    fn written(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.sex.map(|sex| format!("sex: {}", SEX[sex])));
        let ages: Vec<String> = self.age.iter().map(|age| format!("\"{}\"", AGE[*age])).collect();
        match &ages[..] {
            [] => {}
            [one] => parts.push(format!("age: {one}")),
            several => parts.push(format!("age: [{}]", several.join(", "))),
        }
        if parts.is_empty() { String::new() } else { format!(", where: {{{}}}", parts.join(", ")) }
    }

    /// The id of a target of an indicator.
    pub fn target(&self, indicator: &str) -> String {
        let sex = self.sex.map_or("", |sex| SEX[sex]);
        let age: String = self.age.iter().map(usize::to_string).collect();
        format!("{indicator}-{sex}-{age}")
    }
}

/// A target of each indicator for everything that it can be narrowed to, month by month at every level.
pub fn plan() -> Plan {
    let mut text = String::from(
        "attain: 1
plan: p
units:
  levels: [city, district, commune]
  list:
    - {id: c, level: city}
    - {id: a, level: district, parent: c}
    - {id: b, level: district, parent: c}
    - {id: a1, level: commune, parent: a}
    - {id: a2, level: commune, parent: a}
    - {id: b1, level: commune, parent: b}
    - {id: b2, level: commune, parent: b}
strata: {sex: [f, m], age: [\"0-14\", \"15-29\", \"30+\"]}
measures:
  cases: {}
  people: {over_time: last}
  homes: {strata: []}
indicators:
  count: {count: cases}
  stock: {count: people}
  per-head: {ratio: {numerator: cases, denominator: people}}
  women: {count: cases, where: {sex: f}}
  homes: {count: homes}
targets:
",
    );
    let units = UNITS.join(", ");
    for narrowed in Narrowed::all() {
        for indicator in ["count", "stock", "per-head"] {
            text.push_str(&format!(
                "  {}: {{indicator: {indicator}, goal: {{at_least: 0}}, units: [{units}], window: {{every: month, within: 2023-H1}}{}}}\n",
                narrowed.target(indicator),
                narrowed.written(),
            ));
        }
    }
    for id in ["women", "homes"] {
        text.push_str(&format!(
            "  {id}: {{indicator: {id}, goal: {{at_least: 0}}, units: [{units}], window: {{every: month, within: 2023-H1}}}}\n"
        ));
    }
    parse(&text)
}

/// One outcome as a plain row; categories by their place.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub unit: &'static str,
    pub month: u32,
    pub measure: &'static str,
    pub sex: Option<usize>,
    pub age: Option<usize>,
    pub value: f64,
}

impl Sample {
    pub fn outcome(&self, when: When) -> Outcome {
        let mut outcome = Outcome::new(self.unit, when, self.measure, self.value);
        if let Some(sex) = self.sex {
            outcome = outcome.in_stratum("sex", SEX[sex]);
        }
        if let Some(age) = self.age {
            outcome = outcome.in_stratum("age", AGE[age]);
        }
        outcome
    }

    pub fn month(&self) -> When {
        When::Period(format!("2023-{:02}", self.month))
    }

    pub fn day(&self) -> When {
        When::Date(day(&format!("2023-{:02}-17", self.month)))
    }
}

/// Whether a unit is another one or lies in it.
pub fn is_within(unit: &str, other: &str) -> bool {
    unit == other
        || other == "c"
        || COMMUNES.iter().any(|(commune, district)| *commune == unit && *district == other)
}

pub fn report(tally: &Tally) -> Report {
    tally.plan().assess(tally, day("2023-12-31")).unwrap()
}

pub fn row<'r>(report: &'r Report, target: &str, unit: &str, month: u32) -> &'r Assessment {
    let start = day(&format!("2023-{month:02}-01"));
    let mut rows = report.rows().iter();
    rows.find(|row| &*row.target == target && &*row.unit == unit && row.window_start == start)
        .unwrap()
}
