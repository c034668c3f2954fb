//! Events against those that a goal allows or requires (`docs/semantics.md`, 26c).

use crate::assess::projection::Against;
use crate::exact::{Bound, Exact};

/// The whole of a share.
#[derive(Debug, Clone)]
pub(in crate::assess) struct Whole {
    pub(in crate::assess) now: Exact,
    pub(in crate::assess) at_end: Exact,
}

/// The numbers of events that just meet bounds on events: that of a floor or a ceiling, or the two of a `between`.
/// Events come in ones, from what was recorded on; where that is a whole number, so are the limits.
pub(super) fn limits(events: &Bound, recorded: &Exact) -> (Option<Exact>, Option<Exact>) {
    if recorded.is_whole() {
        let mut ends = <[_; 2]>::from(events.whole_numbers()).into_iter().flatten();
        (ends.next(), ends.next())
    } else {
        let (limit, upper) = events.numbers();
        (Some(limit.clone()), upper.cloned())
    }
}

/// Events recorded against bounds on events. A goal of at least a share limits the rest of its whole: of
/// 1,000, at least 999 leave 1.
pub(in crate::assess) fn against(
    events: &Bound,
    recorded: &Exact,
    whole: Option<&Whole>,
) -> Against {
    let limit = match events {
        Bound::Floor { .. } | Bound::Ceiling { .. } => limits(events, recorded).0,
        Bound::Between { .. } => None,
    };
    match (events, whole) {
        (Bound::Floor { .. }, Some(Whole { now, at_end })) => Against {
            is_rest: true,
            used: (now - recorded).float(),
            // No more than all of them can be allowed.
            limit: limit.map(|limit| (at_end - &limit).min(at_end.clone()).float()).into(),
        },
        (Bound::Floor { .. } | Bound::Ceiling { .. } | Bound::Between { .. }, _) => Against {
            is_rest: false,
            used: recorded.float(),
            limit: limit.map(|limit| limit.float()).into(),
        },
    }
}
