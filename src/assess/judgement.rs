//! A judged value.

use std::borrow::Cow;

use super::assessment::{Reason, Verdict};
use super::value::Evaluated;
use crate::exact::Bound;

/// A value, its bounds and its verdict.
pub(super) struct Judgement<'j> {
    pub(super) evaluated: Evaluated,
    pub(super) bounds: Option<Cow<'j, Bound>>,
    /// The earlier value a relative goal starts from.
    pub(super) then: Option<Evaluated>,
    pub(super) verdict: Verdict,
    /// Why there is no verdict.
    pub(super) reason: Option<Reason>,
}
