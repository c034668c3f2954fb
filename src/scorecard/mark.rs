//! The marks of rows, which distinguish verdict and certainty without colour.

use crate::assess::{Certainty, Verdict};

/// The mark of a row, as paths of SVG in a square of 12 by 12.
///
/// Verdict: a disc is met, a square is missed, a broken ring is no verdict. Certainty: full is clear, half-full is within
/// chance, broken with a core is unsettled, empty is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The class of its colour: `met`, `missed`, `none`.
    pub tone: &'static str,
    /// How much of it is filled: `full`, `half`, `dashed`, `empty`.
    pub fill: &'static str,
    /// The outline; empty where it is full.
    pub line: &'static str,
    /// Whether the outline is broken.
    pub is_broken: bool,
    /// What is filled; empty where nothing is.
    pub inside: &'static str,
}

const RING: &str = "M1.7 6a4.3 4.3 0 1 0 8.6 0a4.3 4.3 0 1 0-8.6 0z";
const BOX: &str = "M2.1 2.1h7.8v7.8H2.1z";

impl Mark {
    /// Met and missed by certainty, clear first, then none.
    pub(crate) const ALL: [Mark; 9] = {
        const fn mark(
            tone: &'static str,
            fill: &'static str,
            line: &'static str,
            inside: &'static str,
        ) -> Mark {
            Mark { tone, fill, line, is_broken: false, inside }
        }
        const fn broken(mark: Mark) -> Mark {
            Mark { is_broken: true, ..mark }
        }
        [
            mark("met", "full", "", "M1 6a5 5 0 1 0 10 0a5 5 0 1 0-10 0z"),
            mark("met", "half", RING, "M6 1.7a4.3 4.3 0 0 0 0 8.6z"),
            broken(mark("met", "dashed", RING, "M4.1 6a1.9 1.9 0 1 0 3.8 0a1.9 1.9 0 1 0-3.8 0z")),
            mark("met", "empty", RING, ""),
            mark("missed", "full", "", "M1.4 1.4h9.2v9.2H1.4z"),
            mark("missed", "half", BOX, "M2.1 2.1h3.9v7.8H2.1z"),
            broken(mark("missed", "dashed", BOX, "M4.2 4.2h3.6v3.6H4.2z")),
            mark("missed", "empty", BOX, ""),
            broken(mark("none", "empty", RING, "")),
        ]
    };

    /// The mark of a verdict and its certainty.
    pub(crate) fn of(verdict: Verdict, certainty: Certainty) -> Self {
        let first = match verdict {
            Verdict::Met => 0,
            Verdict::Missed => 4,
            Verdict::Indeterminate => return Mark::ALL[8],
        };
        let place = match certainty {
            Certainty::Clear => 0,
            Certainty::WithinChance => 1,
            Certainty::Unsettled => 2,
            Certainty::Unknown => 3,
        };
        Mark::ALL[first + place]
    }
}
