//! What a row says beside its verdict, in words.

use super::Explanation;
use crate::assess::{Certainty, Pace, Reason, Verdict};
use crate::scorecard::{number, wording};

impl Explanation {
    pub(super) fn flip_in_words(&self) -> Option<String> {
        let flip = self.flip?;
        let direction = if flip > 0 { "more" } else { "fewer" };
        let events = number::things(flip.unsigned_abs(), "event");
        Some(format!("{events} {direction} would turn the verdict."))
    }
}

impl Explanation {
    /// A number in the unit of the value, rounded beside some others.
    fn number(&self, value: f64, beside: &[f64]) -> String {
        wording::with_unit(&number::rounded(value, beside), &self.unit_of_value)
    }

    fn goals(&self) -> Vec<f64> {
        self.row.goal_value.into_iter().chain(self.row.goal_upper).collect()
    }

    /// Two numbers in the unit of the value, rounded beside the goals: `88 to 92 %`.
    pub(super) fn range(&self, lower: f64, upper: f64) -> String {
        let goals = self.goals();
        format!("{} to {}", number::rounded(lower, &goals), self.number(upper, &goals))
    }

    /// Where a window that still runs stands, in words.
    pub(super) fn pace(&self) -> Option<String> {
        let row = &self.row;
        let pace = match row.pace? {
            Pace::Ahead => "Ahead",
            Pace::OnTrack => "On track",
            Pace::Behind => "Behind",
        };
        let beside: Vec<f64> = row.value.into_iter().collect();
        let expected = row.expected_now.filter(|expected| expected.is_finite());
        Some(match expected {
            Some(expected) => {
                format!("{pace}: {} was expected by now.", self.number(expected, &beside))
            }
            None => format!("{pace}."),
        })
    }

    /// The forecast for a window that still runs, in words.
    pub(super) fn outlook(&self) -> Option<String> {
        let row = &self.row;
        if row.is_final {
            return None;
        }
        let goals = self.goals();
        let rounded = |value: f64| self.number(value, &goals);
        let projected = row.projected.filter(|projected| projected.is_finite()).map(|projected| {
            match row.projected_lower.zip(row.projected_upper) {
                Some((lower, upper)) if lower.is_finite() && upper.is_finite() => format!(
                    "The projection for the window's end is {}, between {} and {}.",
                    rounded(projected),
                    number::rounded(lower, &goals),
                    rounded(upper)
                ),
                Some(_) | None => {
                    format!("The projection for the window's end is {}.", rounded(projected))
                }
            }
        });
        let chance = row.chance.map(|chance| {
            format!("The chance that the goal is met when it ends is {}.", number::percent(chance))
        });
        let sentences: Vec<String> = projected.into_iter().chain(chance).collect();
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }

    /// How certain the verdict is, in words.
    pub(super) fn certainty(&self) -> Option<String> {
        let row = &self.row;
        let interval = row.lower.zip(row.upper).zip(row.confidence).map(|((lower, upper), at)| {
            format!("the interval is {} at {}", self.range(lower, upper), number::percent(at))
        });
        let said = match (row.verdict, row.certainty) {
            (Verdict::Indeterminate, _) => return None,
            (_, Certainty::Clear) if interval.is_none() => {
                "Clear: the counts are complete and meant as such"
            }
            (_, Certainty::Clear) if !row.is_final => {
                "Clear: neither chance nor events that are still to come would turn the verdict"
            }
            (_, Certainty::Clear) => "Clear: by chance it would hardly have come out otherwise",
            (_, Certainty::WithinChance) => "Within chance: it could well have come out otherwise",
            (_, Certainty::Unsettled) => {
                "Unsettled: reports that are missing could turn the verdict"
            }
            (_, Certainty::Unknown) if !row.is_final && row.reason != Some(Reason::NoCounts) => {
                "Not known yet: events that are still to come can turn the verdict"
            }
            (_, Certainty::Unknown) => "Whether it is chance is not known",
        };
        Some(match interval {
            Some(interval) => format!("{said}; {interval}."),
            None => format!("{said}."),
        })
    }
}
