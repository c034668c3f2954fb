//! Sums of which only what is known on both sides counts (`docs/semantics.md`, 39).

use std::sync::OnceLock;

use super::lanes::LANES;
use super::sum::{Sum, Term};
use crate::assess::{Assessor, Reason};
use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{Expression, IndicatorIndex, MeasureIndex, UnitIndex, Unmatched};
use crate::tally::{Matching, Missing, Pairing, Pairs, Participants, Total};

/// What the sums of an indicator are matched by.
#[derive(Clone, Copy)]
pub(in crate::assess) struct Rules {
    pub(super) unmatched: Unmatched,
    pub(in crate::assess) participants: Participants,
    /// A second window in which the same units have to have reported.
    pub(super) other: Option<Window>,
}

impl Rules {
    /// The same, by which what is known of one side only is left out, unless it is refused.
    pub(super) fn of_pairs(self) -> Rules {
        let unmatched = match self.unmatched {
            Unmatched::AsRecorded => Unmatched::Exclude,
            unmatched @ (Unmatched::Exclude | Unmatched::Refuse) => unmatched,
        };
        Rules { unmatched, ..self }
    }
}

/// How the sums of one numerator and denominator are matched, by themselves and beside a second window.
pub(in crate::assess) struct Matchings<'a> {
    pub(in crate::assess) alone: Option<Matched<'a>>,
    pub(in crate::assess) beside: Option<Matched<'a>>,
}

/// Whether a value stands by itself or is compared with one of a second window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::assess) enum Standing {
    Alone,
    Compared,
}

impl<'a> Matchings<'a> {
    pub(in crate::assess) fn of(&self, standing: Standing) -> Option<&Matched<'a>> {
        match standing {
            Standing::Alone => self.alone.as_ref(),
            Standing::Compared => self.beside.as_ref().or(self.alone.as_ref()),
        }
    }
}

/// Sums over one window, as recorded and over pairs.
pub(in crate::assess) struct Matched<'a> {
    pairing: Pairing<'a>,
    unmatched: Unmatched,
    /// The sums over pairs, computed on first use.
    sums: OnceLock<Vec<Sum<'a>>>,
}

/// The sums of an indicator for one unit.
pub(in crate::assess) struct Sides {
    /// Those of the numerator; of a count the only ones.
    pub(in crate::assess) above: Result<Total, Missing>,
    /// Those of the denominator; none for a count.
    pub(in crate::assess) below: Option<Result<Total, Missing>>,
    /// Why there is no value although both sums are shown.
    pub(in crate::assess) refused: Option<Reason>,
    pub(in crate::assess) pairs: Option<Pairs>,
    /// The denominator as recorded.
    pub(in crate::assess) recorded_below: Option<Exact>,
}

impl<'a> Assessor<'a> {
    /// How the sums of an indicator are matched; `other` is a second window in which the same units have to have reported.
    pub(super) fn rules(&self, indicator: IndicatorIndex, other: Option<Window>) -> Rules {
        let unmatched = self.plan[indicator].unmatched.unwrap_or(self.plan.unmatched());
        let participants = self.participants(indicator);
        Rules { unmatched, participants, other }
    }

    /// How sums are matched over a window.
    pub(in crate::assess) fn matchings(
        &self,
        sums: (&Expression, Option<&Expression>),
        window: &Window,
        rules: Rules,
    ) -> Matchings<'_> {
        let other = rules.other.filter(|_| rules.unmatched != Unmatched::AsRecorded);
        Matchings {
            alone: self.matched(sums, window, rules, None),
            beside: other.and_then(|other| self.matched(sums, window, rules, Some(other))),
        }
    }

    /// None where nothing can be left out.
    fn matched(
        &self,
        (above, below): (&Expression, Option<&Expression>),
        window: &Window,
        rules: Rules,
        other: Option<Window>,
    ) -> Option<Matched<'_>> {
        let terms = above.terms.iter().chain(below.into_iter().flat_map(|below| &below.terms));
        let measures: Vec<MeasureIndex> = terms.map(|term| term.measure).collect();
        let matching = Matching {
            measures: &measures,
            is_fraction: below.is_some(),
            other,
            participants: rules.participants,
        };
        Some(Matched {
            pairing: self.known.pairing(matching, window)?,
            unmatched: rules.unmatched,
            sums: OnceLock::new(),
        })
    }
}

impl<'a> Matched<'a> {
    /// Some sums over pairs, in the order of those as recorded.
    pub(in crate::assess) fn sums(&self, as_recorded: &[&Sum<'_>]) -> &[Sum<'a>] {
        self.sums.get_or_init(|| {
            let paired = |term: &Term<'_>| Term {
                over: self.pairing.over(term.measure),
                measure: term.measure,
                subtracted: term.subtracted,
                factor: term.factor.clone(),
                absent_is_zero: term.absent_is_zero,
            };
            let sums = as_recorded.iter().map(|sum| Sum(sum.0.iter().map(paired).collect()));
            sums.collect()
        })
    }

    /// Whether the sums of units as recorded count.
    pub(in crate::assess) fn count_as_recorded(&self, units: &[UnitIndex]) -> bool {
        self.counts_as_recorded() || self.are_whole(units)
    }

    /// Whether nothing is left out of the sums of units.
    pub(in crate::assess) fn are_whole(&self, units: &[UnitIndex]) -> bool {
        units.iter().all(|unit| self.pairing.is_whole(*unit))
    }

    /// The pairs of some units; `are_whole` says whether nothing is left out of their sums.
    pub(in crate::assess) fn pairs_of(
        &self,
        units: &[UnitIndex],
        are_whole: bool,
        matched: &mut [u32; LANES],
        unmatched: &mut [u32; LANES],
    ) {
        if are_whole {
            unmatched[..units.len()].fill(0);
            self.pairing.count_whole(units, &mut matched[..]);
            return;
        }
        for ((unit, matched), unmatched) in units.iter().zip(matched).zip(unmatched) {
            let pairs = self.pairs(*unit);
            (*matched, *unmatched) = (pairs.matched, pairs.unmatched);
        }
    }

    /// Whether sums as recorded count whatever is missing.
    pub(in crate::assess) fn counts_as_recorded(&self) -> bool {
        self.unmatched == Unmatched::AsRecorded
    }

    pub(in crate::assess) fn refuses(&self) -> bool {
        self.unmatched == Unmatched::Refuse
    }

    fn pairs(&self, unit: UnitIndex) -> Pairs {
        match self.pairing.is_whole(unit) {
            true => self.pairing.pairs_of_whole(unit),
            false => self.pairing.pairs(unit),
        }
    }
}

/// The sums of a unit over pairs, where there are some to match by.
pub(in crate::assess) fn sides(
    above: &Sum<'_>,
    below: Option<&Sum<'_>>,
    matched: Option<&Matched<'_>>,
    unit: UnitIndex,
) -> Sides {
    let recorded = (above.total(unit), below.map(|below| below.total(unit)));
    let gravest = recorded.0.as_ref().err().into_iter();
    let gravest =
        gravest.chain(recorded.1.as_ref().and_then(|below| below.as_ref().err())).min().copied();
    let recorded_below =
        recorded.1.as_ref().and_then(|below| Some(below.as_ref().ok()?.value.clone()));
    let as_recorded = |pairs: Option<Pairs>, refused: Option<Reason>| Sides {
        above: recorded.0.clone(),
        below: recorded.1.clone(),
        refused,
        pairs,
        recorded_below: recorded_below.clone(),
    };
    let Some(matched) = matched else { return as_recorded(None, None) };
    match gravest {
        None => {}
        Some(Missing::NoData) => return as_recorded(Some(matched.pairs(unit)), None),
        // What is suppressed or cannot be added is not matched.
        Some(_) => return as_recorded(None, None),
    }
    if matched.count_as_recorded(&[unit]) {
        return as_recorded(Some(matched.pairs(unit)), None);
    }
    let pairs = matched.pairing.pairs(unit);
    let refused = (matched.refuses() && pairs.unmatched > 0).then_some(Reason::Unmatched);
    let all: Vec<&Sum<'_>> = std::iter::once(above).chain(below).collect();
    let sums = matched.sums(&all);
    let totals: Result<Vec<Total>, Missing> = sums.iter().map(|sum| sum.total(unit)).collect();
    match totals.as_deref() {
        Ok([above, rest @ ..]) => Sides {
            above: Ok(above.clone()),
            below: rest.first().map(|below| Ok(below.clone())),
            refused,
            pairs: Some(pairs),
            recorded_below,
        },
        Ok([]) | Err(_) => as_recorded(Some(pairs), Some(Reason::Unmatched)),
    }
}
