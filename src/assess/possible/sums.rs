//! Counts and fractions of measures that are summed over units: by how much missing reports may change each sum is itself a
//! sum over the units that owe them, so that all units are bounded in one pass.

use super::{MissingReports, Possible, PossibleValues, Reach, SensitivityReason, Span};
use crate::assess::{Frame, Reason};
use crate::exact::Exact;
use crate::plan::formula::{Inputs, ValueKind};
use crate::plan::{Expression, IndicatorIndex, MeasureIndex, UnitIndex};
use crate::tally::{Missing, Participants};

/// One sum of a unit at its least and at its greatest.
#[derive(Debug, Clone)]
struct Ends {
    recorded: Exact,
    low: f64,
    high: f64,
    missing: u32,
}

impl Ends {
    const ZERO: Ends = Ends { recorded: Exact::ZERO, low: 0.0, high: 0.0, missing: 0 };

    fn least(&self) -> Reach {
        self.with(self.low)
    }

    fn greatest(&self) -> Reach {
        self.with(self.high)
    }

    fn with(&self, more: f64) -> Reach {
        match Reach::of(more) {
            Reach::At(more) => Reach::At(&self.recorded + &more),
            unlimited => unlimited,
        }
    }
}

impl PossibleValues<'_> {
    /// The values that are possible for some units; none where they are not sums of what units report.
    pub(super) fn by_sums(
        &self,
        indicator: IndicatorIndex,
        frame: &Frame,
        units: &[UnitIndex],
    ) -> Option<Vec<Possible>> {
        if self.assumed.missing != MissingReports::Limits || !self.assumed.ranges.is_empty() {
            return None;
        }
        let plan = self.assessor.plan;
        let participants = || self.assessor.participants(indicator);
        let facts = plan[indicator].formula.facts();
        let Inputs::Sums { above, below } = facts.inputs else { return None };
        let (above, below) = (above.sum, below.map(|below| below.sum));
        let per = || Exact::of_decimal(facts.per) / &self.assessor.years(facts.annualised, frame);
        match facts.value {
            ValueKind::Count | ValueKind::Exposure | ValueKind::Things => {}
            ValueKind::Share => {
                return self.by_parts((above, below?), &per(), frame, units, participants());
            }
            ValueKind::Derived => return None,
        }
        let is_shared = |measure: MeasureIndex| {
            below.is_some_and(|below| below.terms.iter().any(|term| term.measure == measure))
        };
        if above.terms.iter().any(|term| is_shared(term.measure)) {
            return None;
        }
        let participants = participants();
        let numerators = self.sum_ends(above, frame, units, participants)?;
        let Some(below) = below else {
            let count = |ends: Result<Ends, Reason>| match ends {
                Err(reason) => without(reason),
                Ok(ends) => Possible {
                    misses: ends.missing > 0,
                    span: Ok(Span { low: ends.least(), high: ends.greatest() }),
                },
            };
            return Some(numerators.into_iter().map(count).collect());
        };
        let denominators = self.sum_ends(below, frame, units, participants)?;
        let fractions = numerators.into_iter().zip(denominators).map(|both| match both {
            (Err(reason), _) | (_, Err(reason)) => without(reason),
            (Ok(above), Ok(below)) => Possible {
                misses: above.missing + below.missing > 0,
                span: quotient(
                    (&above.least(), &above.greatest()),
                    (&below.least(), &below.greatest()),
                    &per(),
                ),
            },
        });
        Some(fractions.collect())
    }

    /// An expression of each unit with what its missing reports may add; none where that is no sum.
    fn sum_ends(
        &self,
        expression: &Expression,
        frame: &Frame,
        units: &[UnitIndex],
        participants: Participants,
    ) -> Option<Vec<Result<Ends, Reason>>> {
        let known = &self.assessor.known;
        let mut all: Vec<Result<Ends, Reason>> = vec![Ok(Ends::ZERO); units.len()];
        for term in &expression.terms {
            let limits =
                known.limits(term.measure, (&frame.window, &frame.to_date), participants)?;
            let over = known.over(term.measure, &frame.to_date);
            for (unit, ends) in units.iter().zip(&mut all) {
                let limit = limits[unit.place()];
                if limit.is_involved {
                    return None;
                }
                let Ok(sum) = ends else { continue };
                let recorded = match over.total(*unit) {
                    Ok(total) => total.value,
                    Err(Missing::NoData) => Exact::ZERO,
                    Err(missing) => {
                        *ends = Err(missing.into());
                        continue;
                    }
                };
                let factor = term.factor.exact();
                let recorded = recorded * &factor;
                let [low, high] = [limit.low, limit.high].map(|end| end * factor.float());
                if term.subtracted {
                    sum.recorded = &sum.recorded - &recorded;
                    (sum.low, sum.high) = (sum.low - high, sum.high - low);
                } else {
                    sum.recorded = &sum.recorded + &recorded;
                    (sum.low, sum.high) = (sum.low + low, sum.high + high);
                }
                sum.missing += limit.missing;
            }
        }
        Some(all)
    }

    /// A proportion of two flows: of a whole that is missing any part may have been counted.
    fn by_parts(
        &self,
        (numerator, denominator): (&Expression, &Expression),
        per: &Exact,
        frame: &Frame,
        units: &[UnitIndex],
        participants: Participants,
    ) -> Option<Vec<Possible>> {
        let ([part], [whole]) = (&numerator.terms[..], &denominator.terms[..]) else { return None };
        if part.measure == whole.measure || part.subtracted || whole.subtracted {
            return None;
        }
        let known = &self.assessor.known;
        let days = (&frame.window, &frame.to_date);
        let limits = known.part_limits((part.measure, whole.measure), days, participants)?;
        if units.iter().any(|unit| limits[unit.place()].is_involved) {
            return None;
        }
        let (parts, wholes) =
            (known.over(part.measure, &frame.to_date), known.over(whole.measure, &frame.to_date));
        let possible = units.iter().map(|unit| {
            let limit = &limits[unit.place()];
            let misses = limit.missing > 0;
            let recorded = |over: &crate::tally::Over<'_>| match over.total(*unit) {
                Ok(total) => Ok(total.value),
                Err(Missing::NoData) => Ok(Exact::ZERO),
                Err(missing) => Err(Reason::from(missing)),
            };
            let (part, whole) = match (recorded(&parts), recorded(&wholes)) {
                (Ok(part), Ok(whole)) => (part, whole),
                (Err(reason), _) | (_, Err(reason)) => return without(reason),
            };
            if misses && limit.is_unknown {
                return Possible { misses, span: Err(SensitivityReason::NotBounded) };
            }
            let share = |more: crate::tally::Added| {
                match (Exact::of(more.part), Exact::of(more.whole)) {
                    (Some(more_part), Some(more_whole)) => {
                        let (above, below) = (&part + &more_part, &whole + &more_whole);
                        if below.is_zero() {
                            return Err(SensitivityReason::Row(Reason::ZeroDenominator));
                        }
                        Ok(Reach::At(&(&above * per) / &below))
                    }
                    // Ever more of the whole with ever more of the part, or with none of it.
                    (None, _) => Ok(Reach::At(per.clone())),
                    (Some(_), None) => Ok(Reach::At(Exact::ZERO)),
                }
            };
            let span =
                share(limit.least).and_then(|low| Ok(Span { low, high: share(limit.greatest)? }));
            Possible { misses, span }
        });
        Some(possible.collect())
    }
}

fn without(reason: Reason) -> Possible {
    Possible { misses: false, span: Err(SensitivityReason::Row(reason)) }
}

/// What a quotient of two sums may be, each anything between two numbers.
fn quotient(
    above: (&Reach, &Reach),
    below: (&Reach, &Reach),
    per: &Exact,
) -> Result<Span, SensitivityReason> {
    let Reach::At(least) = below.0 else {
        return Err(SensitivityReason::Row(Reason::ZeroDenominator));
    };
    if least.is_negative() {
        // Of a denominator that stays below 0 the quotient turns around.
        let Reach::At(most) = below.1 else { return Err(SensitivityReason::NotBounded) };
        if !most.is_negative() {
            return Err(SensitivityReason::NotBounded);
        }
        let turned = |reach: &Reach| match reach {
            Reach::Below => Reach::Above,
            Reach::At(value) => Reach::At(&Exact::ZERO - value),
            Reach::Above => Reach::Below,
        };
        let (low, high) = (turned(above.1), turned(above.0));
        let (nearest, farthest) = (turned(below.1), turned(below.0));
        return quotient((&low, &high), (&nearest, &farthest), per);
    }
    let most = match below.1 {
        Reach::At(most) => Some(most),
        Reach::Above | Reach::Below => None,
    };
    let over = |above: &Reach, below: Option<&Exact>| match (above, below) {
        (Reach::At(above), Some(below)) if below.is_zero() => {
            // Divided by ever less.
            if above.is_negative() { Reach::Below } else { Reach::Above }
        }
        (Reach::At(above), Some(below)) => Reach::At(&(above * per) / below),
        (Reach::At(_), None) => Reach::At(Exact::ZERO),
        (unlimited, _) => unlimited.clone(),
    };
    let is_negative = |reach: &Reach| match reach {
        Reach::At(value) => value.is_negative(),
        Reach::Below => true,
        Reach::Above => false,
    };
    let low = over(above.0, if is_negative(above.0) { Some(least) } else { most });
    let high = over(above.1, if is_negative(above.1) { most } else { Some(least) });
    Ok(Span { low, high })
}
