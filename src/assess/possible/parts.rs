//! Proportions: of a whole that is missing any part may have been counted, none of it or all of it (Horowitz and Manski
//! 1995; Manski 2003).

use std::collections::HashMap;

use super::corners::Found;
use super::{Gap, MissingReports, Possible, PossibleValues, Ranges, SensitivityReason, Weights};
use crate::assess::{Frame, Reason};
use crate::calendar::Window;
use crate::exact::Exact;
use crate::plan::{IndicatorIndex, MeasureIndex, OverTime, OverUnits, UnitIndex};
use crate::tally::{Cell, Supposed};

/// A unit and a period for which something of a proportion is missing.
type Place = (UnitIndex, Window);

/// What is known of a cell, and what could come.
#[derive(Default)]
struct Missing {
    above: Vec<Gap>,
    below: Vec<Gap>,
}

/// What the reports of a cell could add: to the part from `least` to `most`, to the whole one of `ranges` each.
struct Room {
    part_known: f64,
    least: f64,
    most: f64,
    whole_known: f64,
    ranges: Vec<(f64, f64)>,
}

impl Room {
    /// What is added to the part and to each of the missing measures of the whole where the proportion is least and where it
    /// is greatest.
    fn ends(&self) -> [(f64, Vec<f64>); 2] {
        let sum = |of: fn(&(f64, f64)) -> f64| self.ranges.iter().map(of).sum::<f64>();
        let cell = Cell {
            part: self.part_known,
            whole: self.whole_known,
            more_part: (self.least, self.most),
            more_whole: (sum(|range| range.0), sum(|range| range.1)),
        };
        let shared_out = |whole: f64| {
            let mut left = whole - cell.more_whole.0;
            let shares = self.ranges.iter().map(|(low, high)| {
                let more = left.min(high - low).max(0.0);
                left -= more;
                low + more
            });
            let mut shares: Vec<f64> = shares.collect();
            // Beyond what was supposed, where more of the part is known than that.
            if let Some(last) = shares.last_mut() {
                *last += left.max(0.0);
            }
            shares
        };
        let (least, greatest) = cell.ends();
        [least, greatest].map(|added| (added.part, shared_out(added.whole)))
    }
}

impl PossibleValues<'_> {
    /// A proportion whose part is counted by other measures than its whole.
    pub(super) fn parts_of_wholes(
        &self,
        indicator: IndicatorIndex,
        frame: &Frame,
        units: &[UnitIndex],
        above: &Weights,
        below: &Weights,
    ) -> Vec<Possible> {
        let measures = above.keys().chain(below.keys()).copied().collect();
        let owed = self.owed(measures, frame, units);
        let is_bounded = self.parts_stay_inside(above, below);
        let mut ranges = Ranges::new();
        let (mut least, mut greatest) = (Vec::new(), Vec::new());
        let mut spans = Vec::with_capacity(units.len());
        for owed in &owed {
            let ends = if is_bounded || owed.gaps.is_empty() {
                self.ends_of(&owed.gaps, above, below, frame, &mut ranges)
            } else {
                Err(SensitivityReason::NotBounded)
            };
            spans.push(ends.map(|[low, high]| {
                least.extend(low);
                greatest.extend(high);
            }));
        }
        let mut found = vec![Found::default(); units.len()];
        for supposed in [least, greatest] {
            self.look(indicator, frame, units, &supposed, &mut found);
        }
        let rows = owed.into_iter().zip(spans).zip(found);
        let rows = rows.map(|((owed, spans), found)| Possible {
            misses: !owed.gaps.is_empty(),
            span: spans.and_then(|()| found.span()),
        });
        rows.collect()
    }

    /// Whether what is inside the whole period by period, unit by unit, is inside it in all: where measures add up, and are
    /// shared out alike.
    fn parts_stay_inside(&self, above: &Weights, below: &Weights) -> bool {
        let plan = self.assessor.plan;
        let mut measures = above.keys().chain(below.keys()).map(|measure| &plan[*measure]);
        let Some(first) = measures.next() else { return false };
        let adds_up = [OverTime::Sum, OverTime::Last].contains(&first.over_time)
            && first.over_units == OverUnits::Sum
            && !first.signed;
        let alike = |other: &crate::plan::Measure| {
            other.over_time == first.over_time
                && other.over_units == first.over_units
                && !other.signed
                && (plan.units().geography().is_none() || other.apportion == first.apportion)
        };
        adds_up && measures.all(alike)
    }

    /// The reports of one row at the least and at the greatest proportion.
    fn ends_of(
        &self,
        gaps: &[Gap],
        above: &Weights,
        below: &Weights,
        frame: &Frame,
        ranges: &mut Ranges,
    ) -> Result<[Vec<Supposed>; 2], SensitivityReason> {
        let mut cells: Vec<(Place, Missing)> = Vec::new();
        let mut places: HashMap<(UnitIndex, chrono::NaiveDate, chrono::NaiveDate), usize> =
            HashMap::new();
        // Of each unit and those above it, the periods for which some of the whole is missing.
        let mut wholes_missing: HashMap<UnitIndex, Vec<Place>> = HashMap::new();
        for gap in gaps {
            let key = (gap.unit, gap.period.start(), gap.period.end());
            let place = *places.entry(key).or_insert(cells.len());
            if place == cells.len() {
                cells.push(((gap.unit, gap.period), Missing::default()));
            }
            let missing = &mut cells[place].1;
            if above.contains_key(&gap.measure) {
                missing.above.push(*gap);
            } else {
                missing.below.push(*gap);
                let units = self.assessor.plan.units();
                for unit in std::iter::once(gap.unit).chain(units.above(gap.unit)) {
                    wholes_missing.entry(unit).or_default().push((gap.unit, gap.period));
                }
            }
        }
        let mut ends = [Vec::new(), Vec::new()];
        for ((unit, period), missing) in &cells {
            // The whole that a part belongs to is known for the same unit and period, or not at all.
            let is_elsewhere = |(whole, other): &Place| {
                other.overlaps(period) && !(whole == unit && other.same_days(period))
            };
            let elsewhere =
                wholes_missing.get(unit).is_some_and(|all| all.iter().any(is_elsewhere));
            if elsewhere && !missing.above.is_empty() {
                return Err(SensitivityReason::NotBounded);
            }
            let room = self.room((*unit, *period), missing, (above, below), gaps, frame, ranges)?;
            for (supposed, (part, wholes)) in ends.iter_mut().zip(room.ends()) {
                let parts = missing.above.iter().enumerate();
                supposed
                    .extend(parts.map(|(at, gap)| gap.filled(if at == 0 { part } else { 0.0 })));
                let wholes = missing.below.iter().zip(wholes);
                supposed.extend(wholes.map(|(gap, whole)| gap.filled(whole)));
            }
        }
        Ok(ends)
    }

    fn room(
        &self,
        (unit, period): Place,
        missing: &Missing,
        (above, below): (&Weights, &Weights),
        gaps: &[Gap],
        frame: &Frame,
        ranges: &mut Ranges,
    ) -> Result<Room, SensitivityReason> {
        let reported = |weights: &Weights, gaps: &[Gap]| {
            let measures = weights.keys().filter(|one| gaps.iter().all(|gap| gap.measure != **one));
            measures
                .map(|measure| self.assessor.known.as_recorded(*measure, unit, &period))
                .map(|rolled| rolled.map(|rolled| rolled.value))
                .collect::<Vec<Result<f64, crate::tally::Missing>>>()
        };
        let part_known = reported(above, &missing.above).into_iter().flatten().sum();
        let wholes = reported(below, &missing.below).into_iter().collect::<Result<Vec<f64>, _>>();
        let whole_known = match wholes {
            Ok(wholes) => wholes.into_iter().sum(),
            // Without the whole nothing is known about the part that is missing.
            Err(crate::tally::Missing::NoData) => return Err(SensitivityReason::NotBounded),
            Err(other) => return Err(SensitivityReason::Row(Reason::from(other))),
        };
        let (mut least, mut most) = (0.0, 0.0);
        for gap in &missing.above {
            let (low, high) = self.named(gap.measure).unwrap_or((0.0, f64::INFINITY));
            least += low;
            most += high;
        }
        let wholes = missing.below.iter().map(|gap| self.range(*gap, gaps, frame, ranges));
        let wholes = wholes.collect::<Option<Vec<_>>>().ok_or(SensitivityReason::NoRange)?;
        Ok(Room { part_known, least, most, whole_known, ranges: wholes })
    }

    /// The range that is stated for a measure, if one is.
    fn named(&self, measure: MeasureIndex) -> Option<(f64, f64)> {
        let plan = self.assessor.plan;
        let given = self.assumed.ranges.get(&plan.recorded(measure)).copied();
        let of_plan = || {
            let range =
                plan[measure].range.filter(|_| self.assumed.missing == MissingReports::Limits)?;
            Some((Exact::of_decimal(range.low).float(), Exact::of_decimal(range.high).float()))
        };
        given.or_else(of_plan)
    }
}
