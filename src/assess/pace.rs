//! Where a window that still runs stands against its trajectory (`docs/semantics.md`, 26).

use super::Frame;
use super::assessment::Pace;
use super::bounds::Bounds;
use super::value::Course;
use crate::exact::Exact;

/// Down to this share of what is expected, a value is on track.
const ON_TRACK: (i64, i64) = (95, 100);

/// What a straight trajectory expects as of now.
pub(crate) fn expected_now(
    bounds: &Bounds,
    course: Course,
    baseline: Option<&Exact>,
    frame: &Frame,
) -> Option<Exact> {
    let (Bounds::Floor { at, .. } | Bounds::Ceiling { at, .. }) = bounds else { return None };
    let passed = Exact::quotient(frame.to_date.days(), frame.window.days())?;
    match course {
        Course::Accumulates => Some(at * &passed),
        Course::Level => Some(at.clone()),
        Course::Stock => {
            let start = baseline?;
            Some(start + &((at - start) * &passed))
        }
    }
}

/// Where a value stands to what is expected.
pub(crate) fn pace(bounds: &Bounds, value: &Exact, expected: &Exact) -> Option<Pace> {
    let tolerance = Exact::quotient(ON_TRACK.0, ON_TRACK.1)?;
    let (ahead, on_track) = match bounds {
        Bounds::Floor { .. } => (value >= expected, *value >= expected * &tolerance),
        Bounds::Ceiling { .. } => (value <= expected, value * &tolerance <= *expected),
        Bounds::Between { .. } => return None,
    };
    Some(if ahead {
        Pace::Ahead
    } else if on_track {
        Pace::OnTrack
    } else {
        Pace::Behind
    })
}
