//! A judged value.

use std::borrow::Cow;

use super::assessment::{Reason, Verdict};
use super::value::Evaluated;
use crate::exact::Bound;

/// A value, its bounds and its verdict.
pub(crate) struct Judgement<'j> {
    pub(crate) evaluated: Evaluated,
    pub(crate) bounds: Option<Cow<'j, Bound>>,
    /// The earlier value a relative goal starts from.
    pub(crate) then: Option<Evaluated>,
    pub(crate) verdict: Verdict,
    /// Why there is no verdict.
    pub(crate) reason: Option<Reason>,
}
