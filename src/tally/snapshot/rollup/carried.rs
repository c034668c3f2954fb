//! The value of a unit in the boundaries of one day, made of units of other days.
//!
//! What is recorded stays with the units it was recorded of. A unit of the day is the sum of shares of
//! these, each over the days it existed; shares are exact, so that nothing is lost on the way.

use super::{Missing, Over, Rolled, Total};
use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{MeasureIndex, OverTime, OverUnits, Piece, UnitIndex};
use crate::tally::Snapshot;
use crate::tally::snapshot::completeness::Reports;

impl Over<'_> {
    /// What a unit is made of, if not of itself all along.
    pub(super) fn pieces(&self, unit: UnitIndex) -> Option<&[Piece]> {
        self.snapshot.plan().units().pieces(unit, self.weights)
    }

    /// The value of what a unit is made of.
    pub(super) fn carried(&self, pieces: &[Piece]) -> Result<Total, Missing> {
        let plan = self.snapshot.plan();
        let kind = &plan[self.measure];
        let mut gravest: Option<Missing> = None;
        let mut found: Option<Carried> = None;
        for Piece { unit, share } in pieces {
            let unit_of_then = &plan.units()[*unit];
            let Some(days) = unit_of_then.days_in(&self.window) else { continue };
            let stood_to_the_end = days.end() == self.window.end();
            if kind.over_time == OverTime::Last && !stood_to_the_end {
                continue;
            }
            let total = match self.own_total(*unit) {
                Ok(total) => total,
                // As of units below one: those without a value do not count.
                Err(Missing::NoData) => continue,
                Err(missing) => {
                    gravest = gravest.into_iter().chain([missing]).min();
                    continue;
                }
            };
            let is_part_of_time = !days.same_days(&self.window);
            let needs_all_days = kind.over_time.is_by_size() && kind.over_units == OverUnits::Sum;
            let share = match share {
                Some(share) => share.clone(),
                // Any share of nothing is nothing.
                None if total.value.is_zero() => Exact::ZERO,
                None => {
                    gravest = gravest.into_iter().chain([Missing::NotAdditive]).min();
                    continue;
                }
            };
            if needs_all_days && is_part_of_time {
                gravest = gravest.into_iter().chain([Missing::Straddles]).min();
                continue;
            }
            let is_shared_out = share != Exact::ONE;
            let value = match kind.over_units {
                OverUnits::Sum if kind.over_time == OverTime::Mean && is_part_of_time => {
                    let part = Exact::quotient(days.days(), self.window.days());
                    &(total.value * &share) * &part.unwrap_or(Exact::ONE)
                }
                OverUnits::Sum | OverUnits::Mean => total.value * &share,
                OverUnits::Max => total.value,
            };
            let more = Carried {
                weight: value.abs().float(),
                imputed: if is_shared_out { 1.0 } else { total.imputed },
                share,
                value,
                provisional: total.provisional,
                parts_differ: total.parts_differ,
                figures: total.figures,
            };
            found = Some(match found {
                None => more,
                Some(sum) => sum.with(more, kind.over_units),
            });
        }
        if let Some(gravest) = gravest {
            return Err(gravest);
        }
        let found = found.ok_or(Missing::NoData)?;
        let value = match kind.over_units {
            OverUnits::Mean if !found.share.is_zero() => found.value / &found.share,
            OverUnits::Sum | OverUnits::Mean | OverUnits::Max => found.value,
        };
        Ok(Total {
            value,
            imputed: found.imputed,
            provisional: found.provisional,
            parts_differ: found.parts_differ,
            figures: found.figures,
        })
    }
}

/// Shares of units in the making.
struct Carried {
    value: Exact,
    share: Exact,
    /// The absolute values, and the share of them that is imputed, estimated or shared out.
    weight: f64,
    imputed: f64,
    provisional: bool,
    parts_differ: bool,
    figures: u32,
}

impl Carried {
    fn with(self, other: Carried, over_units: OverUnits) -> Carried {
        let weight = self.weight + other.weight;
        Carried {
            value: match over_units {
                OverUnits::Sum | OverUnits::Mean => self.value + &other.value,
                OverUnits::Max => self.value.max(other.value),
            },
            share: self.share + &other.share,
            imputed: if weight > 0.0 {
                (self.weight * self.imputed + other.weight * other.imputed) / weight
            } else {
                self.imputed.max(other.imputed)
            },
            weight,
            provisional: self.provisional || other.provisional,
            parts_differ: self.parts_differ || other.parts_differ,
            figures: self.figures + other.figures,
        }
    }
}

impl From<&Total> for Rolled {
    fn from(total: &Total) -> Self {
        let value = total.value.float();
        Rolled {
            value,
            size: value.abs(),
            imputed: total.imputed,
            provisional: total.provisional,
            figures: total.figures,
            whole_and_parts: None,
            whole_and_categories: None,
        }
    }
}

impl Snapshot<'_> {
    /// What a unit is made of in the boundaries of the day in which everything is judged, if not of itself all along.
    pub(crate) fn made_of(&self, measure: MeasureIndex, unit: UnitIndex) -> Option<&[Piece]> {
        self.plan().units().pieces(unit, self.weights(measure))
    }

    /// The value of a measure for a unit as it was, whatever the boundaries in which everything is judged.
    pub(crate) fn as_recorded(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
    ) -> Result<Rolled, Missing> {
        self.over(measure, window).own_rolled(unit)
    }

    /// Which weights share out a measure where units were divided.
    pub(super) fn weights(&self, measure: MeasureIndex) -> Option<usize> {
        let plan = self.plan();
        plan[measure].apportion.as_deref().and_then(|id| plan.units().choice(id))
    }

    /// The unit whose published value is that of a unit in a window: itself, or the one unit it was then.
    /// What is published of several is not that of all.
    pub(super) fn published_unit(
        &self,
        measure: MeasureIndex,
        unit: UnitIndex,
        window: &Window,
    ) -> Result<UnitIndex, Missing> {
        let units = self.plan().units();
        let Some(pieces) = units.pieces(unit, self.weights(measure)) else { return Ok(unit) };
        let mut then = pieces.iter().filter(|piece| units[piece.unit].is_valid_during(window));
        match (then.next(), then.next()) {
            (Some(only), None) if only.share == Some(Exact::ONE) => Ok(only.unit),
            (None, _) => Err(Missing::NoData),
            (Some(_), _) => Err(Missing::NotAdditive),
        }
    }

    /// Of each unit that is made of others, the reports that these had to make and made.
    pub(in crate::tally) fn carry_reports(
        &self,
        measure: MeasureIndex,
        period: &Window,
        all: &mut [Reports],
    ) {
        let units = self.plan().units();
        let weights = self.weights(measure);
        let carried: Vec<(usize, Reports)> = (0..all.len())
            .filter_map(|at| {
                let pieces = units.pieces(UnitIndex(at), weights)?;
                let then = pieces.iter().map(|piece| piece.unit);
                let then = then.filter(|unit| units[*unit].is_valid_throughout(period));
                Some((at, then.map(|unit| all[unit.place()]).sum()))
            })
            .collect();
        for (at, reports) in carried {
            all[at] = reports;
        }
    }
}
