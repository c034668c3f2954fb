//! What a row says beside its verdict, in words.

use super::{Explanation, Source, capitalised};
use crate::assess::{Certainty, DispersionSource, Pace, Reason, Verdict};
use crate::scorecard::wording;

impl Explanation {
    pub(super) fn flip_in_words(&self) -> Option<String> {
        let flip = self.flip?;
        let forms = match flip > 0 {
            true => ("flip_more_one", "flip_more_other", "events"),
            false => ("flip_fewer_one", "flip_fewer_other", "events"),
        };
        let events = usize::try_from(flip.unsigned_abs()).unwrap_or(usize::MAX);
        Some(self.language.counted(events, forms))
    }
}

impl Explanation {
    /// A number rounded beside some others.
    fn rounded(&self, value: f64, beside: &[f64]) -> String {
        self.language.rounded(value, beside)
    }

    /// The same in the unit of the value.
    fn number(&self, value: f64, beside: &[f64]) -> String {
        wording::with_unit(&self.rounded(value, beside), &self.unit_of_value)
    }

    fn goals(&self) -> Vec<f64> {
        self.row.goal_value.into_iter().chain(self.row.goal_upper).collect()
    }

    /// Two numbers in the unit of the value, rounded beside the goals: `88 to 92 %`.
    pub(super) fn range(&self, lower: f64, upper: f64) -> String {
        let goals = self.goals();
        let (low, high) = (self.rounded(lower, &goals), self.number(upper, &goals));
        self.language.say("range", &[("low", &low), ("high", &high)])
    }

    /// Where a window that still runs stands, in words.
    pub(super) fn pace(&self) -> Option<String> {
        let row = &self.row;
        let pace = capitalised(self.language.phrase(match row.pace? {
            Pace::Ahead => "ahead",
            Pace::OnTrack => "on_track",
            Pace::Behind => "behind",
        }));
        let beside: Vec<f64> = row.value.into_iter().collect();
        let expected = row.expected_now.filter(|expected| expected.is_finite());
        Some(match expected {
            Some(expected) => {
                let value = self.number(expected, &beside);
                self.language.say("expected_by_now", &[("pace", &pace), ("value", &value)])
            }
            None => format!("{pace}."),
        })
    }

    /// The forecast for a window that still runs, in words.
    pub(super) fn outlook(&self) -> Option<String> {
        let (row, language) = (&self.row, self.language);
        if row.is_final {
            return None;
        }
        let goals = self.goals();
        let projected = row.projected.filter(|projected| projected.is_finite()).map(|projected| {
            let value = self.number(projected, &goals);
            match row.projected_lower.zip(row.projected_upper) {
                Some((lower, upper)) if lower.is_finite() && upper.is_finite() => {
                    let (low, high) = (self.rounded(lower, &goals), self.number(upper, &goals));
                    let limits = [("value", value.as_str()), ("low", &low), ("high", &high)];
                    language.say("projection_between", &limits)
                }
                Some(_) | None => language.say("projection", &[("value", &value)]),
            }
        });
        let chance = row
            .chance
            .map(|chance| language.say("chance_at_end", &[("share", &language.percent(chance))]));
        let sentences: Vec<String> = projected.into_iter().chain(chance).collect();
        (!sentences.is_empty()).then(|| sentences.join(" "))
    }

    /// How certain the verdict is, in words.
    pub(super) fn certainty(&self) -> Option<String> {
        let (row, language) = (&self.row, self.language);
        let interval = row.lower.zip(row.upper).zip(row.confidence);
        let said = language.phrase(match (row.verdict, row.certainty) {
            (Verdict::Indeterminate, _) => return None,
            (_, Certainty::Clear) if interval.is_none() => "certain_complete",
            (_, Certainty::Clear) if !row.is_final => "certain_clear_running",
            (_, Certainty::Clear) => "certain_clear",
            (_, Certainty::WithinChance) => "certain_within_chance",
            (_, Certainty::Unsettled) => "certain_unsettled",
            (_, Certainty::Unknown) if !row.is_final && row.reason != Some(Reason::NoCounts) => {
                "certain_unknown_running"
            }
            (_, Certainty::Unknown) => "certain_unknown",
        });
        let sentence = match interval {
            Some(((lower, upper), at)) => {
                let (interval, level) = (self.range(lower, upper), language.percent(at));
                let values = [("said", said), ("interval", &interval), ("level", &level)];
                language.say("certain_interval", &values)
            }
            None => format!("{said}."),
        };
        Some(match self.dispersion() {
            Some(dispersion) => format!("{sentence} {dispersion}"),
            None => sentence,
        })
    }

    /// How much more counts vary than independent events, where that is more than a little, in words.
    pub(super) fn dispersion(&self) -> Option<String> {
        let dispersion = self.row.dispersion.filter(|dispersion| *dispersion >= 1.05)?;
        let Source { plan, target, window, .. } = &self.source;
        let target = plan.targets()[*target].in_force(window);
        let phrase = match DispersionSource::of_target(plan, target) {
            DispersionSource::Given(_) => "certain_dispersion_given",
            DispersionSource::Periods { .. } | DispersionSource::Years(_) => "certain_dispersion",
        };
        let times = self.language.number(&format!("{dispersion:.1}"));
        Some(self.language.say(phrase, &[("times", &times)]))
    }
}
