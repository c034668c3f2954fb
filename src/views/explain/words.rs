//! What a row says beside its verdict, in words.

use super::Explanation;
use crate::assess::{Assessment, Certainty, Pace, Reason, Verdict};
use crate::scorecard::number;

impl Explanation {
    pub(super) fn flip_in_words(&self) -> Option<String> {
        let flip = self.flip?;
        let direction = if flip > 0 { "more" } else { "fewer" };
        let events = number::things(flip.unsigned_abs(), "event");
        Some(format!("{events} {direction} would turn the verdict."))
    }
}

/// Where a window that still runs stands, in words.
pub(super) fn pace(row: &Assessment) -> Option<String> {
    let pace = match row.pace? {
        Pace::Ahead => "Ahead",
        Pace::OnTrack => "On track",
        Pace::Behind => "Behind",
    };
    let beside: Vec<f64> = row.value.into_iter().collect();
    let expected = row.expected_now.filter(|expected| expected.is_finite());
    Some(match expected {
        Some(expected) => {
            format!("{pace}: {} was expected by now.", number::rounded(expected, &beside))
        }
        None => format!("{pace}."),
    })
}

/// The forecast for a window that still runs, in words.
pub(super) fn outlook(row: &Assessment) -> Option<String> {
    if row.is_final {
        return None;
    }
    let goals: Vec<f64> = row.goal_value.into_iter().chain(row.goal_upper).collect();
    let rounded = |value: f64| number::rounded(value, &goals);
    let projected = row.projected.filter(|projected| projected.is_finite()).map(|projected| {
        match row.projected_lower.zip(row.projected_upper) {
            Some((lower, upper)) if lower.is_finite() && upper.is_finite() => format!(
                "{} is projected for the window's end, between {} and {}.",
                rounded(projected),
                rounded(lower),
                rounded(upper)
            ),
            Some(_) | None => format!("{} is projected for the window's end.", rounded(projected)),
        }
    });
    let chance = row.chance.map(|chance| {
        format!("The chance that the goal is met when it ends is {}.", number::percent(chance))
    });
    let sentences: Vec<String> = projected.into_iter().chain(chance).collect();
    (!sentences.is_empty()).then(|| sentences.join(" "))
}

/// How certain the verdict is, in words.
pub(super) fn certainty(row: &Assessment) -> Option<String> {
    let interval = row.lower.zip(row.upper).zip(row.confidence).map(|((lower, upper), at)| {
        let goals: Vec<f64> = row.goal_value.into_iter().chain(row.goal_upper).collect();
        format!(
            "the interval is {} to {} at {}",
            number::rounded(lower, &goals),
            number::rounded(upper, &goals),
            number::percent(at)
        )
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
        (_, Certainty::Unsettled) => "Unsettled: reports that are missing could turn the verdict",
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
