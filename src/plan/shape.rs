//! What identifies a plan, and what of it gives recorded outcomes their meaning.

use std::fmt::Write;

use sha2::{Digest, Sha256};

use super::{Measure, Plan};

impl Plan {
    /// A fingerprint of everything that the plan says: plans that are equal have the same, and another goal, title or unit
    /// gives another one. 32 hexadecimal digits, the first half of a SHA-256 digest: an ETag of what is computed from a plan.
    ///
    /// ```
    /// # let text = r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#;
    /// let plan = attain::Plan::from_yaml(text)?;
    /// assert_eq!(plan.fingerprint(), attain::Plan::from_json(&plan.to_json())?.fingerprint());
    /// # Ok::<(), attain::Error>(())
    /// ```
    pub fn fingerprint(&self) -> String {
        hexadecimal(&self.to_json())
    }

    /// A fingerprint of what gives outcomes their meaning: units with their validity, measures with their operators, and
    /// strata. Goals, titles, targets and indicators are not part of it. Tallies of plans with the same shape have the same
    /// cells.
    ///
    /// ```
    /// # let plan = |goal| attain::Plan::from_yaml(&format!(r#"{{attain: 1, plan: p, measures: {{cases: {{}}}},
    /// #     indicators: {{crime: {{count: cases}}}},
    /// #     targets: {{few: {{indicator: crime, goal: {{at_most: {goal}}}, window: "2023"}}}},
    /// #     units: {{levels: [city], list: [{{id: "01", level: city}}]}}}}"#)).unwrap();
    /// let (strict, lenient) = (plan(10), plan(20));
    /// assert_eq!(strict.shape(), lenient.shape());
    /// assert_ne!(strict.fingerprint(), lenient.fingerprint());
    /// ```
    pub fn shape(&self) -> String {
        let mut text = String::new();
        let units = self.units();
        for (_, unit) in units.iter() {
            let parent = unit.parent.map(|parent| units[parent].id.as_str());
            let level = units.level_name(unit.level);
            let days = (unit.valid_from, unit.valid_to);
            // A `String` takes whatever is written to it.
            let _ = writeln!(text, "{:?} {level:?} {parent:?} {days:?}", unit.id);
        }
        for stratum in self.strata() {
            let _ = writeln!(text, "{:?} {:?}", stratum.id, stratum.categories);
        }
        for measure in self.measures() {
            let _ = writeln!(text, "{:?} {}", measure.id, self.meaning_of(measure));
        }
        hexadecimal(&text)
    }

    /// What gives the rows of a measure their meaning, in words: its operators, and the strata by which it is recorded.
    pub(crate) fn meaning_of(&self, measure: &Measure) -> String {
        let published = if measure.reported { "published, " } else { "" };
        let strata = measure.strata.iter().map(|stratum| format!(" by {}", self[*stratum].id));
        let strata: String = strata.collect();
        let totals = match (measure.cumulative, measure.every) {
            (true, Some(every)) => format!(" of {every} totals of the year to date"),
            (true, None) | (false, _) => String::new(),
        };
        format!(
            "{published}{} over time{totals}, {} over units{strata}",
            measure.over_time, measure.over_units
        )
    }
}

fn hexadecimal(text: &str) -> String {
    let digest = Sha256::digest(text);
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
