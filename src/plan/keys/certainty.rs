//! How much counts are taken to vary by chance.

use super::{List, Or, PlainDispersion, Rule, Times, Year, section};

/// A dispersion: a word, or a number.
pub type AnyDispersion = Or<PlainDispersion, Times>;

section! {
    /// How much counts vary by chance, on which intervals, certainty, the chance of a running window, pooled values and evidence
    /// rest. Keys that a target leaves out are taken from the plan.
    CERTAINTY: CertaintyKeys = "certainty", "what certainty rests on", Rule::Any;
    /// The variance of counts, in multiples of that of independent events. `auto` estimates it from the periods of the window
    /// and from the other units of the level; 1 takes events to be independent.
    dispersion: AnyDispersion => usually("the `dispersion` of `outlook`, or `auto`");
    /// Reporting years, two or more. The dispersion is estimated from the changes of the window's counts from each of them to the next.
    from: List<Year, 2, true> => usually("the periods of the window");
}
