//! Where a window that still runs stands against its trajectory (`docs/semantics.md`, 26).

use num_bigint::BigInt;
use num_rational::BigRational;

use super::Frame;
use super::assessment::Pace;
use super::bounds::Bounds;
use super::value::Course;
use crate::exact::Exact;

/// Down to this share of what is expected, a value is on track.
const ON_TRACK: (u32, u32) = (95, 100);

/// What a straight trajectory expects as of now.
pub(crate) fn expected_now(
    bounds: &Bounds,
    course: Course,
    baseline: Option<&Exact>,
    frame: &Frame,
) -> Option<Exact> {
    let (Bounds::Floor { at, .. } | Bounds::Ceiling { at, .. }) = bounds else { return None };
    let passed =
        BigRational::new(BigInt::from(frame.to_date.days()), BigInt::from(frame.window.days()));
    match course {
        Course::Accumulates => Some(Exact::new(at.rational() * passed)),
        Course::Level => Some(at.clone()),
        Course::Stock => {
            let start = baseline?.rational();
            Some(Exact::new(start + (at.rational() - start) * passed))
        }
    }
}

/// Where a value stands to what is expected.
pub(crate) fn pace(bounds: &Bounds, value: &Exact, expected: &Exact) -> Option<Pace> {
    let tolerance = BigRational::new(BigInt::from(ON_TRACK.0), BigInt::from(ON_TRACK.1));
    let (value, expected) = (value.rational(), expected.rational());
    let (ahead, on_track) = match bounds {
        Bounds::Floor { .. } => (value >= expected, *value >= expected * tolerance),
        Bounds::Ceiling { .. } => (value <= expected, value * tolerance <= *expected),
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
