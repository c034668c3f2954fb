//! Combined goals: the verdict over several targets.

mod rows;

use serde::Serialize;

use crate::assess::{Reason, Row, Verdict};
use crate::calendar::Window;
use crate::exact::Bound;
use crate::plan::{self, Target, UnitIndex};
use crate::report::Report;
use crate::scorecard::number;
pub use rows::{CombinedPart, CombinedVerdict};

/// The verdicts over several targets; returned by [`Report::combined`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Combined {
    /// One row for each combined goal, unit and window.
    pub verdicts: Vec<CombinedVerdict>,
    /// For each of them, one row for each of its targets, in the order of the plan's list.
    pub parts: Vec<CombinedPart>,
}

impl Report {
    /// The verdicts of the plan's combined goals: whether all, any or a number of their targets are met, for
    /// each unit and window for which one of them has a row.
    ///
    /// Verdicts combine as truth values of which some are unknown (Kleene's logic): a target that
    /// can't be judged leaves the whole open only if it could still decide it.
    ///
    /// ```
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    ///
    /// let goal = "{reduce_by: {percent: 5, from: same_window_last_year}}";
    /// let plan = Plan::from_yaml(&format!(r#"
    /// attain: 1
    /// plan: traffic
    /// units: {{levels: [country], list: [{{id: vn, level: country}}]}}
    /// measures: {{accidents: {{}}, deaths: {{}}}}
    /// indicators: {{crashes: {{count: accidents}}, killed: {{count: deaths}}}}
    /// targets:
    ///   crashes-2025: {{indicator: crashes, goal: {goal}, window: "2025"}}
    ///   killed-2025: {{indicator: killed, goal: {goal}, window: "2025"}}
    /// combined: {{traffic: {{all: [crashes-2025, killed-2025]}}}}
    /// "#))?;
    /// let mut tally = Tally::new(&plan);
    /// for (year, measure, value) in [("2024", "accidents", 100.0), ("2025", "accidents", 80.0),
    ///     ("2024", "deaths", 100.0), ("2025", "deaths", 97.0)] {
    ///     tally.record(&Outcome::new("vn", When::Period(year.into()), measure, value))?;
    /// }
    /// let report = plan.assess(&tally, calendar::date("2025-12-31").unwrap())?;
    /// let combined = report.combined();
    /// let sentence = &combined.verdicts[0].sentence;
    /// assert!(sentence.starts_with("Missed: 1 of 2 goals is met, although both improved."), "{sentence}");
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// Of a [filtered](Report::filter) report only the rows that are left are known.
    pub fn combined(&self) -> Combined {
        let mut combined_rows = Combined { verdicts: Vec::new(), parts: Vec::new() };
        for combined in self.plan().combined() {
            let mut subjects: Vec<(UnitIndex, Window)> = Vec::new();
            let mut rows = std::collections::HashMap::new();
            for block in self.stored_blocks() {
                let Some(place) = combined.targets.iter().position(|one| *one == block.target)
                else {
                    continue;
                };
                for row in block.rows() {
                    let days = (block.window.start(), block.window.end());
                    let known = (0..combined.targets.len())
                        .any(|one| rows.contains_key(&(one, row.unit(), days)));
                    if !known {
                        subjects.push((row.unit(), block.window));
                    }
                    rows.insert((place, row.unit(), days), row);
                }
            }
            for (unit, window) in subjects {
                let days = (window.start(), window.end());
                let parts: Vec<CombinedPart> = (0..combined.targets.len())
                    .map(|place| {
                        let row = rows.get(&(place, unit, days));
                        self.part(combined, place, unit, &window, row)
                    })
                    .collect();
                combined_rows.verdicts.push(self.together(combined, unit, &window, &parts));
                combined_rows.parts.extend(parts);
            }
        }
        combined_rows
    }

    fn part(
        &self,
        combined: &plan::Combined,
        place: usize,
        unit: UnitIndex,
        window: &Window,
        row: Option<&Row>,
    ) -> CombinedPart {
        let target = self.plan().targets()[combined.targets[place]].in_force(window);
        let value = row.and_then(|row| row.value.get());
        let baseline = row.and_then(|row| row.baseline.get());
        let both = value.zip(baseline);
        let (verdict, reason) = row.map_or((Verdict::Indeterminate, None), Row::settled);
        CombinedPart {
            combined: combined.id.clone(),
            target: target.id.clone(),
            title: target.title().to_owned(),
            unit: self.plan().units()[unit].id.clone(),
            window_start: window.start(),
            window_end: window.end(),
            value,
            baseline,
            change: both
                .filter(|(_, baseline)| *baseline != 0.0)
                .map(|(value, baseline)| 100.0 * (value - baseline) / baseline.abs()),
            improved: both.and_then(|(value, baseline)| improved(target, value, baseline)),
            goal: target.goal.to_string(),
            goal_value: row.and_then(|row| row.goal_value.get()),
            gap: row.and_then(|row| row.gap.get()),
            completeness: row.and_then(|row| row.completeness.get()),
            verdict,
            reason,
        }
    }

    fn together(
        &self,
        combined: &plan::Combined,
        unit: UnitIndex,
        window: &Window,
        parts: &[CombinedPart],
    ) -> CombinedVerdict {
        let count = |verdict: Verdict| parts.iter().filter(|part| part.verdict == verdict).count();
        let (met, open) = (count(Verdict::Met), count(Verdict::Indeterminate));
        let required = combined.required();
        let verdict = if met >= required {
            Verdict::Met
        } else if met + open < required {
            Verdict::Missed
        } else {
            Verdict::Indeterminate
        };
        let compared = parts.iter().filter_map(|part| part.improved);
        let improved = compared.clone().filter(|improved| *improved).count();
        let units = self.plan().units();
        // Lists in a plan are short.
        let whole = |count: usize| count as i64;
        CombinedVerdict {
            combined: combined.id.clone(),
            title: combined.title().to_owned(),
            rule: combined.rule.kind(),
            required: whole(required),
            targets: whole(parts.len()),
            unit: units[unit].id.clone(),
            unit_name: units[unit].name.clone(),
            level: units.level_name(units[unit].level).to_owned(),
            window_start: window.start(),
            window_end: window.end(),
            met: whole(met),
            missed: whole(count(Verdict::Missed)),
            indeterminate: whole(open),
            improved: (compared.count() > 0).then_some(whole(improved)),
            verdict,
            sentence: sentence(verdict, required, parts, improved),
        }
    }
}

/// Whether a value moved to the good side of an earlier one; where good is a corridor it is not told.
fn improved(target: &Target, value: f64, baseline: f64) -> Option<bool> {
    match target.goal.bounds(|_| ()) {
        Bound::Floor { .. } => Some(value > baseline),
        Bound::Ceiling { .. } => Some(value < baseline),
        Bound::Between { .. } => None,
    }
}

/// `Missed: 2 of 3 goals are met, although all 3 improved. Missed is …`
fn sentence(verdict: Verdict, required: usize, parts: &[CombinedPart], improved: usize) -> String {
    let of = |verdict: Verdict| parts.iter().filter(move |part| part.verdict == verdict);
    let (all, met) = (parts.len(), of(Verdict::Met).count());
    let is = |count: usize| if count == 1 { "is" } else { "are" };
    let mut text = match verdict {
        Verdict::Met => "Met: ".to_owned(),
        Verdict::Missed => "Missed: ".to_owned(),
        Verdict::Indeterminate => "Open: ".to_owned(),
    };
    text.push_str(&if met == all {
        format!("all {all} goals are met")
    } else if met == 0 {
        format!("none of {all} goals is met")
    } else {
        format!("{met} of {all} goals {} met", is(met))
    });
    if required < all {
        text.push_str(&format!(", and {required} {} enough", is(required)));
    }
    // How they moved is worth telling where it says something else than the goals do.
    if improved > met {
        text.push_str(&match improved {
            improved if improved == all && all == 2 => ", although both improved".to_owned(),
            improved if improved == all => format!(", although all {all} improved"),
            improved => format!(", although {improved} improved"),
        });
    }
    text.push('.');
    for part in of(Verdict::Missed) {
        text.push_str(&format!(" Missed is {}: {}.", part.title, distance(part)));
    }
    for part in of(Verdict::Indeterminate) {
        let why = part.reason.map_or("there is no row for it", Reason::explanation);
        text.push_str(&format!(" Open is {}: {why}.", part.title));
    }
    text
}

/// `5 293 where the goal (reduce by 5 % …) is 5 219.3; −3.66 % from 5 494`
fn distance(part: &CombinedPart) -> String {
    let Some(value) = part.value else { return format!("{} is not met", part.goal) };
    let goals: Vec<f64> = part.goal_value.into_iter().collect();
    let mut text = number::rounded(value, &goals);
    match part.goal_value {
        Some(goal) => text.push_str(&format!(
            " where the goal ({}) is {}",
            part.goal,
            number::rounded(goal, &[value])
        )),
        None => text.push_str(&format!(" against {}", part.goal)),
    }
    if let (Some(change), Some(baseline)) = (part.change, part.baseline) {
        let sign = if change > 0.0 { "+" } else { "" };
        text.push_str(&format!(
            "; {sign}{} % from {}",
            number::rounded(change, &[]),
            number::rounded(baseline, &[value])
        ));
    }
    text
}
