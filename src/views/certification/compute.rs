//! Which units hold a standard: criteria in three-valued logic, up the hierarchy
//! (`docs/guides/certification.md`).
//!
//! What can't be judged is neither met nor missed. A combination is missed if it would be whatever the
//! unknown ones turned out to be, met if it would be met whatever they turned out to be, and
//! indeterminate if it depends on them (Kleene 1938). A verdict that missing reports could turn is unknown.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::assess::{Assessor, Frame, Judge, PossibleEnds, Reason, Verdict, settled, windows_of};
use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{Criterion, Share, StandardIndex, UnitIndex};

/// A standard applied to every unit of its level, in one window and by the criteria in force on one day.
pub(crate) struct Certified {
    /// Per unit of the plan: none for those of other levels, and for those that never existed in the window.
    found: Vec<Option<Found>>,
}

/// What came out for a unit.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) verdict: Verdict,
    /// Why there is no verdict, or what qualifies it.
    pub(crate) reason: Option<Reason>,
    /// The results of the single criteria, in their order; empty if none could be judged.
    pub(crate) singles: Vec<Single>,
}

/// The result of a single criterion.
#[derive(Debug, Clone)]
pub(crate) struct Single {
    pub(crate) verdict: Verdict,
    pub(crate) reason: Option<Reason>,
    /// Whether it decides that the whole is not met: it is missed, and so is all that it is part of.
    pub(crate) fails: bool,
    /// Whether the whole waits for it: it is undecided, and so is all that it is part of.
    pub(crate) open: bool,
    pub(crate) of: SingleOf,
}

#[derive(Debug, Clone)]
pub(crate) enum SingleOf {
    Indicator {
        value: Option<f64>,
        /// Positive on the good side.
        gap: Option<f64>,
        /// Events that are missing.
        needed: Option<i64>,
        completeness: Option<f64>,
        imputed: Option<f64>,
    },
    Units(Holding),
}

/// The units of a level at or below a unit, and how many of them hold a standard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Holding {
    pub(crate) units: u32,
    pub(crate) needed: u32,
    pub(crate) holding: u32,
    /// Of which it is not known.
    pub(crate) unknown: u32,
}

impl Holding {
    /// How many more have to hold it.
    pub(crate) fn short(&self) -> u32 {
        self.needed.saturating_sub(self.holding)
    }
}

/// What units of one level add to those above them.
#[derive(Debug, Clone, Copy, Default)]
struct Members {
    units: u32,
    holding: u32,
    unknown: u32,
    /// Why the first of the unknown ones is unknown.
    reason: Option<Reason>,
    provisional: bool,
}

impl Members {
    fn of(found: &Found) -> Self {
        let unknown = found.verdict == Verdict::Indeterminate;
        Members {
            units: 1,
            holding: u32::from(found.verdict == Verdict::Met),
            unknown: u32::from(unknown),
            reason: found.reason.filter(|_| unknown),
            provisional: found.reason == Some(Reason::Provisional),
        }
    }

    fn add(&mut self, other: &Members) {
        self.units += other.units;
        self.holding += other.holding;
        self.unknown += other.unknown;
        self.reason = self.reason.or(other.reason);
        self.provisional |= other.provisional;
    }
}

/// A criterion over one frame: what is the same for all units has been looked up.
enum Prepared<'a> {
    /// At least a number of these, or all of them.
    Combined { least: usize, parts: Vec<Prepared<'a>> },
    /// None where the window has not begun.
    Indicator(Option<Box<JudgedIndicator<'a>>>),
    /// The units below, added up for every unit.
    Units { members: Vec<Members>, share: Share },
}

/// An indicator with its goal, and what the missing reports of each unit could lead to.
struct JudgedIndicator<'a> {
    judge: Judge<'a>,
    possible: PossibleEnds,
}

/// The result of a criterion for a unit, with the results of those it combines.
struct Judged {
    verdict: Verdict,
    /// Of the first undecided one.
    reason: Option<Reason>,
    provisional: bool,
    of: JudgedOf,
}

enum JudgedOf {
    Combined(Vec<Judged>),
    Single(SingleOf),
}

/// Judges every unit of a standard's level in a window by the criteria that were in force on a day, and the units below
/// them by the criteria of the same day. Empty if there were none yet. The result includes the standards that units below
/// have to hold.
pub(in crate::views) fn certify<'a>(
    assessor: &'a Assessor<'a>,
    standard: StandardIndex,
    window: &Window,
    day: NaiveDate,
) -> HashMap<StandardIndex, Certified> {
    let of_window = OfWindow { assessor, window: *window, frame: assessor.frame(window), day };
    let mut certified = HashMap::new();
    of_window.certify(standard, &mut certified);
    certified
}

/// Prepares all standards in all of their windows.
pub(in crate::views) fn prepare(assessor: &Assessor<'_>) {
    let plan = assessor.plan;
    // The criteria change on these days, those of units below as well.
    let versions = plan.standards().iter().flat_map(|standard| &standard.versions);
    let mut days: Vec<NaiveDate> =
        versions.map(|version| version.from.unwrap_or(NaiveDate::MIN)).collect();
    days.sort_unstable();
    days.dedup();
    for (index, standard) in plan.standards().iter().enumerate() {
        for window in windows_of(plan, &standard.window) {
            for day in &days {
                certify(assessor, StandardIndex(index), &window, *day);
            }
        }
    }
}

/// One window and the day whose criteria it is judged by.
struct OfWindow<'a> {
    assessor: &'a Assessor<'a>,
    window: Window,
    frame: Option<Frame>,
    day: NaiveDate,
}

impl<'a> OfWindow<'a> {
    fn certify(&self, index: StandardIndex, known: &mut HashMap<StandardIndex, Certified>) {
        let standard = &self.assessor.plan[index];
        let Some(version) = standard.in_force(self.day) else { return };
        if known.contains_key(&index) {
            return;
        }
        let units = self.assessor.plan.units();
        let is_judged = |unit: &UnitIndex| {
            units[*unit].level == standard.level && units.is_judged_throughout(*unit, &self.window)
        };
        let judged: Vec<UnitIndex> = units.iter().map(|(at, _)| at).filter(is_judged).collect();
        let criterion = self.prepare(&version.criterion, &judged, known);
        let of_units = units.iter().filter(|_| !self.assessor.known.only_prepares());
        let found = of_units.map(|(at, unit)| {
            if unit.level != standard.level || !units.is_judged_during(at, &self.window) {
                None
            } else if units.is_judged_throughout(at, &self.window) {
                Some(criterion.judge(at).into_found())
            } else {
                Some(Found {
                    verdict: Verdict::Indeterminate,
                    reason: Some(Reason::UnitNotValid),
                    singles: Vec::new(),
                })
            }
        });
        known.insert(index, Certified { found: found.collect() });
    }

    fn prepare(
        &self,
        criterion: &'a Criterion,
        units: &[UnitIndex],
        known: &mut HashMap<StandardIndex, Certified>,
    ) -> Prepared<'a> {
        let mut combined = |least: usize, parts: &'a [Criterion]| Prepared::Combined {
            least,
            parts: parts.iter().map(|part| self.prepare(part, units, known)).collect(),
        };
        match criterion {
            Criterion::All(parts) => combined(parts.len(), parts),
            Criterion::Any(parts) => combined(1, parts),
            Criterion::AtLeast(least, parts) => combined(*least, parts),
            Criterion::Indicator { indicator, goal, .. } => {
                let minimum = self.assessor.plan.minimum_completeness();
                let judged = self.frame.map(|frame| {
                    let judge = self.assessor.prepare_judge(*indicator, goal, &frame, minimum);
                    let possible = self.assessor.possible_ends(*indicator, goal, &frame, units);
                    Box::new(JudgedIndicator { judge, possible })
                });
                Prepared::Indicator(judged)
            }
            Criterion::Units { hold, share, .. } => {
                self.certify(*hold, known);
                let members = match known.get(hold) {
                    Some(certified) => self.members(certified),
                    // A plan in which this could be is refused when it is read.
                    None => vec![Members::default(); self.assessor.plan.units().len()],
                };
                Prepared::Units { members, share: *share }
            }
        }
    }

    /// For every unit, the units of a level at or below it that exist throughout the window.
    fn members(&self, certified: &Certified) -> Vec<Members> {
        if self.assessor.known.only_prepares() {
            return Vec::new();
        }
        let units = self.assessor.plan.units();
        let mut all = vec![Members::default(); units.len()];
        for unit in self.assessor.known.below_first() {
            let mut members = match &certified.found[unit.place()] {
                Some(found) if units.is_judged_throughout(*unit, &self.window) => {
                    Members::of(found)
                }
                Some(_) | None => Members::default(),
            };
            for child in units.children(*unit) {
                members.add(&all[child.place()]);
            }
            all[unit.place()] = members;
        }
        all
    }
}

impl Certified {
    /// What came out for a unit.
    pub(crate) fn of(&self, unit: UnitIndex) -> Option<&Found> {
        self.found[unit.place()].as_ref()
    }
}

impl Prepared<'_> {
    fn judge(&self, unit: UnitIndex) -> Judged {
        match self {
            Prepared::Combined { least, parts } => {
                Judged::combined(*least, parts.iter().map(|part| part.judge(unit)).collect())
            }
            Prepared::Indicator(None) => Judged {
                verdict: Verdict::Indeterminate,
                reason: Some(Reason::NotStarted),
                provisional: false,
                of: JudgedOf::Single(SingleOf::Indicator {
                    value: None,
                    gap: None,
                    needed: None,
                    completeness: None,
                    imputed: None,
                }),
            },
            Prepared::Indicator(Some(judged)) => Judged::indicator(judged, unit),
            Prepared::Units { members, share } => Judged::units(&members[unit.place()], *share),
        }
    }
}

impl Judged {
    fn combined(least: usize, parts: Vec<Judged>) -> Self {
        let count = |verdict| parts.iter().filter(|part| part.verdict == verdict).count();
        let verdict = kleene(least, count(Verdict::Met), count(Verdict::Indeterminate));
        let reason = match verdict {
            Verdict::Met | Verdict::Missed => None,
            Verdict::Indeterminate => parts.iter().find_map(|part| part.reason),
        };
        let provisional = parts.iter().any(|part| part.provisional);
        Judged { verdict, reason, provisional, of: JudgedOf::Combined(parts) }
    }

    fn indicator(judged: &JudgedIndicator<'_>, unit: UnitIndex) -> Self {
        let judgement = judged.judge.judge(unit);
        let evaluated = &judgement.evaluated;
        let then_provisional = judgement.then.as_ref().is_some_and(|then| then.provisional);
        let bounds = judgement.bounds.as_deref();
        let value = evaluated.value.as_ref().ok();
        let single = SingleOf::Indicator {
            value: value.map(Exact::float),
            gap: value.zip(bounds).map(|(value, bounds)| bounds.gap(value)),
            needed: evaluated
                .events
                .as_ref()
                .zip(bounds)
                .and_then(|(events, bounds)| bounds.events_needed(events)),
            completeness: evaluated.completeness,
            imputed: evaluated.imputed,
        };
        let (verdict, reason) = settled((judgement.verdict, judgement.reason), |verdict| {
            judged.possible.could_turn(unit, verdict)
        });
        Judged {
            verdict,
            reason,
            provisional: evaluated.provisional || then_provisional,
            of: JudgedOf::Single(single),
        }
    }

    fn units(members: &Members, share: Share) -> Self {
        let Members { units, holding, unknown, reason, provisional } = *members;
        // No units have no share.
        let needed = if units == 0 { 0 } else { share.of(units) };
        let (verdict, reason) = match kleene(needed, holding, unknown) {
            _ if units == 0 => (Verdict::Indeterminate, Some(Reason::ZeroDenominator)),
            Verdict::Indeterminate => (Verdict::Indeterminate, reason),
            verdict => (verdict, None),
        };
        let single = SingleOf::Units(Holding { units, needed, holding, unknown });
        Judged { verdict, reason, provisional, of: JudgedOf::Single(single) }
    }

    fn into_found(self) -> Found {
        let Judged { verdict, reason, provisional, .. } = self;
        let reason = match verdict {
            Verdict::Indeterminate => reason,
            Verdict::Met | Verdict::Missed => provisional.then_some(Reason::Provisional),
        };
        let mut singles = Vec::new();
        self.collect_singles(verdict, true, &mut singles);
        Found { verdict, reason, singles }
    }

    /// Collects the single criteria; `decides` says whether all combinations that this one is part of have the verdict of
    /// the whole.
    fn collect_singles(self, whole: Verdict, decides: bool, singles: &mut Vec<Single>) {
        let decides = decides && self.verdict == whole;
        match self.of {
            JudgedOf::Combined(parts) => {
                parts.into_iter().for_each(|part| part.collect_singles(whole, decides, singles));
            }
            JudgedOf::Single(of) => singles.push(Single {
                verdict: self.verdict,
                reason: self.reason,
                fails: decides && whole == Verdict::Missed,
                open: decides && whole == Verdict::Indeterminate,
                of,
            }),
        }
    }
}

/// Whether the number needed is met, whatever the unknown ones turn out to be.
fn kleene<N: Ord + Copy + std::ops::Add<Output = N>>(least: N, met: N, unknown: N) -> Verdict {
    if met >= least {
        Verdict::Met
    } else if met + unknown < least {
        Verdict::Missed
    } else {
        Verdict::Indeterminate
    }
}
