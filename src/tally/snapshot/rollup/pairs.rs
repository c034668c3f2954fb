//! Fractions over pairs: what is known of one side only is left out of both sums (`docs/semantics.md`, 39).
//!
//! [`Pairing`] says for which units nothing is left out, from the reports that were made: then the sums as recorded serve.
//! Only where reports are missing does it build [`Paired`]: the values of all units over pairs, each unit after those below
//! it. Most units have no figures of their own and add up those below; the others form groups of figures that share units
//! and days.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use chrono::NaiveDate;

use super::combined::{Combined, Sum};
use super::flow::Days;
use super::{Missing, Over, Rolled, Way, outermost};
use crate::calendar::Window;
use crate::plan::{Absent, LevelIndex, MeasureIndex, OverTime, OverUnits, UnitIndex};
use crate::tally::reads::Read;
use crate::tally::snapshot::completeness::Reports;
use crate::tally::snapshot::participants::Participants;
use crate::tally::snapshot::{Figure, Snapshot, Touching};

/// How many pairs of a unit have both sides, and how many have one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pairs {
    pub(crate) matched: u32,
    pub(crate) unmatched: u32,
}

impl Pairs {
    pub(crate) fn add(&mut self, other: Pairs) {
        self.matched += other.matched;
        self.unmatched += other.unmatched;
    }
}

/// What has to be known together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Matching<'m> {
    /// The measures, those of the numerator first.
    pub(crate) measures: &'m [MeasureIndex],
    /// Whether they are the two sides of a fraction; else only the other window is looked at.
    pub(crate) is_fraction: bool,
    /// A second window in which the same units have to have reported.
    pub(crate) other: Option<Window>,
    pub(crate) participants: Participants,
}

/// More measures than these have no bit of their own: such a fraction is computed as recorded.
const MOST_MEASURES: usize = 64;

/// The measures of one fraction over a window, and for which units nothing is left out.
pub(crate) struct Pairing<'s> {
    snapshot: &'s Snapshot<'s>,
    sides: Vec<Side>,
    is_fraction: bool,
    window: Window,
    other: Option<Window>,
    /// The periods by which stocks are weighted; one at least.
    periods: Vec<Window>,
    /// The days at which these begin and end.
    edges: Vec<NaiveDate>,
    /// The measures whose figures count the pairs where nothing is left out: one of a fraction, all of a count.
    counted_by: Vec<Over<'s>>,
    /// How many pairs each of these figures is.
    pairs_each: u32,
    whole: Whole,
    paired: OnceLock<Arc<Paired>>,
}

/// For which units nothing is left out.
enum Whole {
    /// For all of them.
    All,
    /// For those whose reports are all made.
    WhereComplete(Vec<Arc<[Reports]>>),
    /// It is not known for any.
    None,
}

#[derive(Debug, Clone, Copy)]
struct Side {
    measure: MeasureIndex,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Figures that add up, which have to have a counterpart.
    Flow,
    /// Figures that do not simply add up, which have to have a counterpart.
    Stock,
    /// Events, and figures that are 0 where there are none: nothing is left out because they are missing.
    Loose,
    /// Whatever else: it counts as recorded.
    AsRecorded,
}

/// The value of a measure for each unit.
type ByUnit = Arc<[Result<Rolled, Missing>]>;

/// The values of all units over pairs.
pub(crate) struct Paired {
    /// Per measure.
    values: Vec<(MeasureIndex, ByUnit)>,
    /// Per unit.
    pairs: Vec<Pairs>,
}

/// What pairs are computed from.
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct PairedBy {
    measures: Vec<MeasureIndex>,
    is_fraction: bool,
    window: Window,
    other: Option<Window>,
}

impl Snapshot<'_> {
    /// How measures are paired over a window; none where nothing can be left out.
    pub(crate) fn pairing(&self, matching: Matching<'_>, window: &Window) -> Option<Pairing<'_>> {
        let Matching { measures, is_fraction, other, .. } = matching;
        let mut sides: Vec<Side> = Vec::with_capacity(measures.len());
        for measure in measures {
            if sides.iter().all(|side| side.measure != *measure) {
                sides.push(Side { measure: *measure, kind: self.kind(*measure) });
            }
        }
        let of_kind = |kind: Kind| -> Vec<MeasureIndex> {
            let of_kind = sides.iter().filter(|side| side.kind == kind);
            of_kind.map(|side| side.measure).collect()
        };
        for (side, window) in
            sides.iter().flat_map(|side| other.iter().chain([window]).map(move |days| (side, days)))
        {
            self.note(Read::Figures(side.measure, *window));
            self.note_carried(side.measure, window);
        }
        if self.only_prepares() {
            // Events are paired with figures period by period; which is which is known when there are some.
            for measure in measures.iter().filter(|_| is_fraction) {
                self.note_periods(*measure, window);
            }
            return None;
        }
        let (flows, stocks, loose) =
            (of_kind(Kind::Flow), of_kind(Kind::Stock), of_kind(Kind::Loose));
        let binding = flows.len() + stocks.len();
        if binding == 0 || sides.len() > MOST_MEASURES || !(is_fraction || other.is_some()) {
            return None;
        }
        let every = flows.iter().filter_map(|flow| self.plan().reporting_period(*flow)).min();
        let periods = if (stocks.is_empty() && loose.is_empty()) || !is_fraction {
            Vec::new()
        } else {
            every
                .map_or_else(Vec::new, |every| self.plan().calendar().periods_within(every, window))
        };
        let periods = if periods.is_empty() { vec![*window] } else { periods };
        let mut edges: Vec<NaiveDate> =
            periods.iter().flat_map(|period| [period.start(), period.end()]).collect();
        edges.dedup();
        let counting: Vec<MeasureIndex> = if is_fraction {
            stocks.first().or(flows.first()).copied().into_iter().collect()
        } else {
            flows.iter().chain(&stocks).copied().collect()
        };
        let pairs_each = if stocks.is_empty() { 1 } else { periods.len() as u32 };
        let whole = self.whole((&flows, &stocks, &loose), window, matching);
        Some(Pairing {
            snapshot: self,
            sides,
            is_fraction,
            window: *window,
            other,
            periods,
            edges,
            counted_by: counting.into_iter().map(|measure| self.over(measure, window)).collect(),
            pairs_each,
            whole,
            paired: OnceLock::new(),
        })
    }

    /// Whether all figures of a measure are of units of a level.
    pub(in crate::tally) fn is_of_level(&self, measure: MeasureIndex, level: LevelIndex) -> bool {
        let figures = self.all_figures(measure).iter().enumerate();
        let mut reporters = figures.filter(|(_, figures)| !figures.is_empty());
        reporters.all(|(unit, _)| self.plan().units()[UnitIndex(unit)].level == level)
    }

    fn kind(&self, measure: MeasureIndex) -> Kind {
        let kind = &self.plan()[measure];
        let adds_up = self.adds_up(measure);
        match (self.is_events(measure) || kind.absent == Absent::Zero, adds_up) {
            (true, true) => Kind::Loose,
            (true, false) => Kind::AsRecorded,
            (false, true) => Kind::Flow,
            (false, false) => Kind::Stock,
        }
    }

    /// Whether a unit and one below it both have figures of a stock whose last figure counts. If the one below has the later
    /// figure, the unit's own is a report that is not used: it does not say what the other units below it have.
    fn has_outdated(&self, stock: MeasureIndex, window: &Window) -> bool {
        if self.plan()[stock].over_time != OverTime::Last {
            return false;
        }
        let units = self.plan().units();
        let touching = self.touching_any(stock, window);
        let is_carried = self.plan()[stock].carry.is_some();
        let has_figure = |unit: &UnitIndex| match is_carried {
            true => !self.figures(stock, *unit).is_empty(),
            false => !touching.of(*unit).is_empty(),
        };
        let all = || units.iter().map(|(unit, _)| unit);
        // Most stocks are reported at the lowest level alone.
        if !all().any(|unit| !units.children(unit).is_empty() && has_figure(&unit)) {
            return false;
        }
        let above = |unit: &UnitIndex| units[*unit].parent;
        all()
            .filter(has_figure)
            .any(|unit| std::iter::successors(above(&unit), above).any(|unit| has_figure(&unit)))
    }

    /// For which units nothing can be left out.
    fn whole(
        &self,
        (flows, stocks, loose): (&[MeasureIndex], &[MeasureIndex], &[MeasureIndex]),
        window: &Window,
        Matching { is_fraction, other, participants, .. }: Matching<'_>,
    ) -> Whole {
        let plan = self.plan();
        if is_fraction {
            let are_apart = !loose.is_empty() && !flows.is_empty();
            if are_apart || !self.have_same_spans(flows) {
                return Whole::None;
            }
            if stocks.is_empty() && other.is_none() {
                return Whole::All;
            }
            // A figure that is of no use for a window is a report all the same; then units below it say what is matched.
            let has_useless = |stock: &MeasureIndex| {
                let touching = self.touching_any(*stock, window);
                plan.units().iter().any(|(unit, _)| {
                    !plan.units().children(unit).is_empty()
                        && touching.of(unit).iter().any(|figure| figure.crosses(window))
                })
            };
            // One whose mean is weighted by days may have a report inside the window beside it.
            let may_be_useless =
                |stock: &&MeasureIndex| !loose.is_empty() || plan[**stock].weight_by_days;
            if stocks.iter().filter(may_be_useless).any(has_useless) {
                return Whole::None;
            }
            let windows = || std::iter::once(window).chain(&other);
            if stocks.iter().any(|stock| windows().any(|window| self.has_outdated(*stock, window)))
            {
                return Whole::None;
            }
        }
        // Reports are due from units that exist throughout a period, at the level that records the measure.
        let is_steady = |window: &Window| !plan.units().turn_within(window);
        let binding = || flows.iter().chain(stocks);
        // A measure that other units report has figures that pair with nothing, however complete its reports are.
        let level = binding().find_map(|measure| plan[*measure].recorded_at);
        // Reports of units of a higher level are complete where one unit below made them.
        let is_of_same_level = |measure: &MeasureIndex| {
            // Other units than those listed may report it too.
            plan[*measure].recorded_by.is_none()
                && plan[*measure].recorded_at.is_none_or(|other| Some(other) == level)
        };
        let is_at_level = |measure: &MeasureIndex| {
            level.is_none_or(|level| {
                self.note(Read::AtLevel(*measure, level));
                self.is_of_level(*measure, level)
            })
        };
        let period = |flow: &MeasureIndex| plan.reporting_period(*flow);
        let have_same_period = flows.windows(2).all(|two| period(&two[0]) == period(&two[1]));
        if !(is_steady(window)
            && other.as_ref().is_none_or(is_steady)
            && have_same_period
            && binding().all(is_of_same_level)
            && binding().all(is_at_level))
        {
            return Whole::None;
        }
        let windows = [Some(*window), other];
        let reports = binding().flat_map(|measure| {
            let windows = windows.iter().flatten();
            windows.filter_map(|window| self.reports(*measure, window, participants))
        });
        Whole::WhereComplete(reports.collect())
    }
}

impl<'s> Pairing<'s> {
    /// Whether nothing is left out of the sums of a unit as recorded.
    #[inline]
    pub(crate) fn is_whole(&self, unit: UnitIndex) -> bool {
        match &self.whole {
            Whole::All => true,
            Whole::WhereComplete(all) => all.iter().all(|reports| {
                let Reports { made, due } = reports[unit.0];
                made == due && due > 0
            }),
            Whole::None => false,
        }
    }

    /// The pairs of a unit for which nothing is left out.
    pub(crate) fn pairs_of_whole(&self, unit: UnitIndex) -> Pairs {
        let figures = |over: &Over<'_>| over.total(unit).map_or(0, |total| total.figures);
        let figures: u32 = self.counted_by.iter().map(figures).sum();
        Pairs { matched: figures.saturating_mul(self.pairs_each), unmatched: 0 }
    }

    /// The pairs of units for which nothing is left out.
    #[inline]
    pub(crate) fn count_whole(&self, units: &[UnitIndex], matched: &mut [u32]) {
        let Some((first, others)) = self.counted_by.split_first() else { return };
        first.figures(units, matched);
        let mut of_other = vec![0; if others.is_empty() { 0 } else { units.len() }];
        for other in others {
            other.figures(units, &mut of_other);
            for (sum, figures) in matched.iter_mut().zip(&of_other) {
                *sum += figures;
            }
        }
        let of_units = matched.iter_mut().take(units.len());
        of_units.for_each(|pairs| *pairs = pairs.saturating_mul(self.pairs_each));
    }

    /// The pairs of a unit.
    pub(crate) fn pairs(&self, unit: UnitIndex) -> Pairs {
        let paired = self.paired();
        match self.counted_by.first().and_then(|over| over.pieces(unit)) {
            None => paired.pairs[unit.0],
            Some(pieces) => {
                let mut pairs = Pairs::default();
                pieces.iter().for_each(|piece| pairs.add(paired.pairs[piece.unit.0]));
                pairs
            }
        }
    }

    /// A measure over the window, counted over pairs.
    pub(crate) fn over(&self, measure: MeasureIndex) -> Over<'s> {
        let values = self.paired().values.iter().find(|(of, _)| *of == measure);
        let as_recorded = self.snapshot.over(measure, &self.window);
        match values {
            Some((_, values)) => Over { way: Way::Units(Arc::clone(values)), ..as_recorded },
            None => as_recorded,
        }
    }

    /// Whether two blocks lie, with some of their days each, in the same period or between the same two.
    fn share_a_period(&self, one: &Block, other: &Block) -> bool {
        let begun = |day: NaiveDate| self.edges.partition_point(|edge| *edge <= day);
        let ended = |day: NaiveDate| self.edges.partition_point(|edge| *edge < day);
        begun(one.start) <= ended(other.end) && begun(other.start) <= ended(one.end)
    }

    fn paired(&self) -> &Paired {
        self.paired.get_or_init(|| {
            let key = PairedBy {
                measures: self.sides.iter().map(|side| side.measure).collect(),
                is_fraction: self.is_fraction,
                window: self.window,
                other: self.other,
            };
            let compute = || Arc::new(Builder::new(self).paired());
            self.snapshot.memos().pairs.get(key, compute)
        })
    }
}

/// A figure of a flow, an event, or the value of a stock, with its unit and days.
#[derive(Debug, Clone, Copy)]
struct Block {
    side: usize,
    unit: UnitIndex,
    start: NaiveDate,
    end: NaiveDate,
    /// None of a stock.
    figure: Option<Figure>,
    /// Whether the unit reported in the other window too.
    counts: bool,
}

impl Block {
    fn shares_a_day(&self, other: &Block) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// The blocks of one unit and those below it, and how they hang together.
#[derive(Default)]
struct Groups {
    blocks: Vec<Block>,
    /// Per block another one of its group; itself at the root.
    leads_to: Vec<usize>,
    /// Loose blocks, and blocks that they share units and days with.
    loose: Vec<(usize, usize)>,
    /// Stocks, and flows that they share units and days with.
    stocks: Vec<(usize, usize)>,
    /// The blocks of the unit at hand and those above it.
    above: Vec<usize>,
    /// Per root, which measures its group has.
    has: Vec<u64>,
    /// The weights of stocks.
    weights: HashMap<(usize, UnitIndex), f64>,
    /// The unit whose blocks these are, with those of the units below it.
    top: Option<UnitIndex>,
}

impl Groups {
    fn clear(&mut self) {
        self.blocks.clear();
        self.leads_to.clear();
        self.loose.clear();
        self.stocks.clear();
        self.above.clear();
        self.has.clear();
        self.weights.clear();
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.leads_to[at] != at {
            self.leads_to[at] = self.leads_to[self.leads_to[at]];
            at = self.leads_to[at];
        }
        at
    }
}

/// What is known of a measure in the window, before it is paired.
struct Known<'p> {
    touching: Touching<'p>,
    /// Of a stock, the value of each unit and whether it is its own.
    stocks: Vec<(Combined, bool)>,
    /// Of a flow of events, the plain ones of each unit.
    events: HashMap<UnitIndex, Vec<(Window, f64)>>,
    /// Per unit, whether it, or one below it, reported in the other window; empty where no caller needs it.
    reported_within: Vec<bool>,
    /// Per unit, whether it itself did.
    reported_itself: Vec<bool>,
}

struct Builder<'p> {
    pairing: &'p Pairing<'p>,
    known: Vec<Known<'p>>,
    /// The measures that a group has to have.
    binding: u64,
    /// The stock whose blocks count pairs.
    counting: Option<usize>,
    /// Per side and unit.
    sums: Vec<Vec<Sum>>,
    stocks: Vec<Vec<Combined>>,
    pairs: Vec<Pairs>,
}

impl<'p> Builder<'p> {
    fn new(pairing: &'p Pairing<'p>) -> Self {
        let units = pairing.snapshot.plan().units().len();
        let sides = || pairing.sides.iter();
        let is_stock = |side: &Side| side.kind == Kind::Stock;
        let sums = |side: &Side| vec![Sum::default(); if is_stock(side) { 0 } else { units }];
        let stocks =
            |side: &Side| vec![Combined::default(); if is_stock(side) { units } else { 0 }];
        let binds = |side: &Side| matches!(side.kind, Kind::Flow | Kind::Stock);
        let bits = sides().enumerate().filter(|(_, side)| binds(side));
        Builder {
            pairing,
            known: sides().map(|side| Known::of(pairing, side)).collect(),
            binding: bits.fold(0, |bits, (at, _)| bits | 1 << at),
            counting: sides().position(is_stock),
            sums: sides().map(sums).collect(),
            stocks: sides().map(stocks).collect(),
            pairs: vec![Pairs::default(); units],
        }
    }

    fn snapshot(&self) -> &'p Snapshot<'p> {
        self.pairing.snapshot
    }

    fn paired(mut self) -> Paired {
        let units = self.snapshot().plan().units();
        let (mut groups, mut figures) = (Groups::default(), Vec::new());
        // Whether a unit or one below it has something of its own, and whether one below it began or ended within the
        // window: then its stocks may not count, and pairs do not simply add up.
        let mut is_active = vec![false; units.len()];
        let mut turns = vec![false; units.len()];
        for unit in self.snapshot().below_first() {
            let children = units.children(*unit);
            if children.is_empty()
                && let Some(has_own) = self.match_at_sight(*unit, &mut figures)
            {
                is_active[unit.0] = has_own;
                continue;
            }
            let below_is_active = children.iter().any(|child| is_active[child.0]);
            turns[unit.0] = self.counting.is_some()
                && children.iter().any(|child| {
                    turns[child.0] || !units[*child].is_valid_throughout(&self.pairing.window)
                });
            let has_own = self.has_own(*unit);
            is_active[unit.0] = has_own || below_is_active;
            if has_own || (below_is_active && turns[unit.0]) {
                self.group(*unit, below_is_active, &mut groups);
            } else if below_is_active {
                self.add_up(*unit);
            }
        }
        self.finished()
    }

    fn has_own(&self, unit: UnitIndex) -> bool {
        let window = &self.pairing.window;
        self.pairing.sides.iter().zip(&self.known).any(|(side, known)| match side.kind {
            Kind::Stock => known.stocks[unit.0].1 || known.reported_other(unit),
            Kind::Flow | Kind::Loose => {
                known.touching.of(unit).iter().any(|figure| figure.is_inside(window))
                    || known.events.contains_key(&unit)
                    || known.reported_other(unit)
            }
            Kind::AsRecorded => false,
        })
    }

    /// A unit without anything of its own has what those below it have.
    fn add_up(&mut self, unit: UnitIndex) {
        let snapshot = self.snapshot();
        let window = &self.pairing.window;
        for child in snapshot.plan().units().children(unit) {
            for (at, side) in self.pairing.sides.iter().enumerate() {
                if side.kind == Kind::Stock {
                    let kind = &snapshot.plan()[side.measure];
                    let said = snapshot.say(*child, unit, self.stocks[at][child.0], kind, window);
                    self.stocks[at][unit.0].merge(&said);
                } else {
                    let below = self.sums[at][child.0];
                    self.sums[at][unit.0].merge(&below);
                }
            }
            let below = self.pairs[child.0];
            self.pairs[unit.0].add(below);
        }
    }

    /// A unit with something of its own: its blocks and those below it form groups.
    fn group(&mut self, unit: UnitIndex, below_is_active: bool, groups: &mut Groups) {
        groups.clear();
        groups.top = Some(unit);
        let covered = vec![Days::default(); self.pairing.sides.len()];
        self.collect(unit, &covered, 0, below_is_active, groups);
        self.weigh(groups);
        let is_fraction = self.pairing.is_fraction;
        let mut pairs = Pairs::default();
        let mut left_out: Vec<UnitIndex> = Vec::new();
        for at in 0..groups.blocks.len() {
            let block = groups.blocks[at];
            let root = groups.root(at);
            let is_matched = !is_fraction || groups.has[root] & self.binding == self.binding;
            match self.pairing.sides[block.side].kind {
                _ if !block.counts => left_out.push(block.unit),
                Kind::Flow => {
                    if is_matched && let Some(figure) = &block.figure {
                        self.sums[block.side][unit.0].add(figure);
                    }
                }
                Kind::Loose => {
                    let of_block = groups.loose.partition_point(|(loose, _)| *loose < at);
                    let touched = groups.loose[of_block..].iter();
                    let touched: Vec<usize> = touched
                        .take_while(|(loose, _)| *loose == at)
                        .map(|(_, binding)| *binding)
                        .collect();
                    let counts = !is_fraction
                        || touched.into_iter().any(|binding| {
                            let root = groups.root(binding);
                            groups.has[root] & self.binding == self.binding
                        });
                    match &block.figure {
                        Some(figure) if counts => self.sums[block.side][unit.0].add(figure),
                        Some(_) | None => left_out.push(block.unit),
                    }
                }
                Kind::Stock | Kind::AsRecorded => {}
            }
            if !block.counts || self.pairing.sides[block.side].kind == Kind::Loose {
                continue;
            }
            match self.counting.filter(|_| is_fraction) {
                Some(counting) if block.side == counting => {
                    let all = self.pairing.periods.len() as u32;
                    let reported = self.reported(at, groups);
                    let matched = if is_matched { reported } else { 0 };
                    pairs.add(Pairs { matched, unmatched: all - matched });
                }
                Some(counting) if root == at && groups.has[root] & 1 << counting == 0 => {
                    pairs.unmatched += 1;
                }
                None if root == at || !is_fraction => {
                    let matched = u32::from(is_matched);
                    pairs.add(Pairs { matched, unmatched: 1 - matched });
                }
                Some(_) | None => {}
            }
        }
        left_out.sort_unstable();
        left_out.dedup();
        pairs.unmatched += left_out.len() as u32;
        self.pairs[unit.0] = pairs;
        for at in 0..self.pairing.sides.len() {
            if self.pairing.sides[at].kind == Kind::Stock {
                self.stocks[at][unit.0] = self.weighted(at, unit, groups);
            }
        }
    }

    /// The usual case of a unit without others below it: flows with figures of the same days, or of days that are all
    /// apart. Says whether the unit has figures; none where it is no such case. `figures` is memory to use.
    fn match_at_sight(
        &mut self,
        unit: UnitIndex,
        figures: &mut Vec<(usize, &'p Figure)>,
    ) -> Option<bool> {
        let Pairing { window, sides, other, is_fraction, .. } = self.pairing;
        let units = self.snapshot().plan().units();
        figures.clear();
        let mut binding = self.binding;
        let mut left_out = false;
        for (at, (side, known)) in sides.iter().zip(&self.known).enumerate() {
            if side.kind != Kind::Flow {
                return None;
            }
            let of_side = outermost(known.touching.of(unit), window).map(|figure| (at, figure));
            let counts = other.as_ref().is_none_or(|other| {
                known.reported_itself[unit.0] || !units[unit].is_valid_during(other)
            });
            if counts {
                figures.extend(of_side);
            } else {
                left_out |= of_side.count() > 0;
            }
        }
        let days = |(_, figure): &(usize, &Figure)| (figure.start, figure.end);
        figures.sort_by_key(days);
        let of_same_days = || figures.chunk_by(|one, next| days(one) == days(next));
        let mut last = NaiveDate::MIN;
        for same in of_same_days() {
            let (start, end) = days(&same[0]);
            let is_apart = last <= start && same.windows(2).all(|two| two[0].0 != two[1].0);
            if !is_apart {
                return None;
            }
            last = end;
        }
        if !is_fraction {
            binding = 0;
        }
        let mut pairs = Pairs { matched: 0, unmatched: u32::from(left_out) };
        for same in of_same_days() {
            let has = same.iter().fold(0_u64, |has, (at, _)| has | 1 << at);
            let each = if *is_fraction { 1 } else { same.len() as u32 };
            if has & binding == binding {
                same.iter().for_each(|(at, figure)| self.sums[*at][unit.0].add(figure));
                pairs.matched += each;
            } else {
                pairs.unmatched += each;
            }
        }
        self.pairs[unit.0] = pairs;
        Some(left_out || !figures.is_empty())
    }

    /// Collects the blocks of a unit and those below it. `covered` are the days that figures of units above stand for,
    /// `has_stock` the stocks of which a unit above has a value of its own.
    fn collect(
        &self,
        unit: UnitIndex,
        covered: &[Days],
        has_stock: u64,
        goes_below: bool,
        groups: &mut Groups,
    ) {
        let window = &self.pairing.window;
        let depth = groups.above.len();
        let mut days = covered.to_vec();
        let mut has_stock = has_stock;
        for (at, (side, known)) in self.pairing.sides.iter().zip(&self.known).enumerate() {
            let binds = matches!(side.kind, Kind::Flow | Kind::Stock);
            let counts = !binds || self.reported_in_other(at, unit, groups);
            let block = |start, end, figure| Block { side: at, unit, start, end, figure, counts };
            match side.kind {
                Kind::Stock => {
                    if has_stock & 1 << at == 0 && known.stocks[unit.0].1 {
                        has_stock |= 1 << at;
                        let block = block(window.start(), window.end(), None);
                        // A unit that ended before may not count in the value.
                        let kind = &self.snapshot().plan()[side.measure];
                        let above = groups.top.unwrap_or(unit);
                        let own = known.stocks[unit.0].0;
                        if self.snapshot().say(unit, above, own, kind, window).units > 0 {
                            self.add(block, groups);
                        }
                    }
                }
                Kind::Flow | Kind::Loose => {
                    let is_events = self.snapshot().is_events(side.measure);
                    let figures = known.touching.of(unit);
                    if is_events {
                        let inside = figures.iter().filter(|figure| figure.is_inside(window));
                        for figure in inside {
                            self.add(block(figure.start, figure.end, Some(*figure)), groups);
                        }
                        for (days, sum) in known.events.get(&unit).into_iter().flatten() {
                            let figure = Figure::plain(days.start(), days.end(), *sum);
                            self.add(block(figure.start, figure.end, Some(figure)), groups);
                        }
                        continue;
                    }
                    for figure in outermost(figures, window) {
                        if !covered[at].contain(figure.start, figure.end) {
                            self.add(block(figure.start, figure.end, Some(*figure)), groups);
                        }
                        days[at].add(figure.start, figure.end);
                    }
                }
                Kind::AsRecorded => {}
            }
        }
        if goes_below {
            for child in self.snapshot().plan().units().children(unit) {
                self.collect(*child, &days, has_stock, true, groups);
            }
        }
        groups.above.truncate(depth);
    }

    /// Whether a unit, one below it or one above it (as far as blocks are collected) reported a measure in the other
    /// window.
    fn reported_in_other(&self, side: usize, unit: UnitIndex, groups: &Groups) -> bool {
        let known = &self.known[side];
        let Some(other) = &self.pairing.other else { return true };
        let units = self.snapshot().plan().units();
        // A unit that does not exist in the other window misses no report there.
        if known.reported_within[unit.0] || !units[unit].is_valid_during(other) {
            return true;
        }
        let Some(top) = groups.top else { return false };
        units
            .above(unit)
            .take_while(|above| units.is_within(*above, top))
            .any(|above| known.reported_itself[above.0])
    }

    fn add(&self, block: Block, groups: &mut Groups) {
        let at = groups.blocks.len();
        groups.blocks.push(block);
        groups.leads_to.push(at);
        let kind = |side: usize| self.pairing.sides[side].kind;
        let binds = block.counts && kind(block.side) != Kind::Loose;
        groups.has.push(if binds { 1 << block.side } else { 0 });
        if block.counts && self.pairing.is_fraction {
            for place in 0..groups.above.len() {
                let other_at = groups.above[place];
                let other = groups.blocks[other_at];
                if other.side == block.side || !other.counts {
                    continue;
                }
                match (kind(block.side), kind(other.side)) {
                    (Kind::Loose, Kind::Loose) => continue,
                    (one, two) if one == Kind::Loose || two == Kind::Loose => {
                        if self.pairing.share_a_period(&block, &other) {
                            let is_loose = one == Kind::Loose;
                            groups.loose.push(if is_loose {
                                (at, other_at)
                            } else {
                                (other_at, at)
                            });
                        }
                    }
                    _ if !other.shares_a_day(&block) => continue,
                    (one, two) => {
                        match (one, two) {
                            (Kind::Stock, Kind::Flow) => groups.stocks.push((at, other_at)),
                            (Kind::Flow, Kind::Stock) => groups.stocks.push((other_at, at)),
                            _ => {}
                        }
                        let (root, other_root) = (groups.root(at), groups.root(other_at));
                        groups.leads_to[other_root] = root;
                        groups.has[root] |= groups.has[other_root];
                    }
                }
            }
        }
        groups.above.push(at);
    }

    /// Finds the weight of each stock: the share of the periods for which the flows were reported.
    fn weigh(&self, groups: &mut Groups) {
        groups.loose.sort_unstable();
        groups.stocks.sort_unstable();
        for at in 0..groups.blocks.len() {
            let block = groups.blocks[at];
            let side = &self.pairing.sides[block.side];
            if side.kind != Kind::Stock || !block.counts {
                continue;
            }
            let root = groups.root(at);
            let is_matched =
                !self.pairing.is_fraction || groups.has[root] & self.binding == self.binding;
            let sums = self.snapshot().plan()[side.measure].over_units == OverUnits::Sum;
            let weight = match (is_matched, sums && self.pairing.is_fraction) {
                (false, _) => 0.0,
                (true, false) => 1.0,
                (true, true) => {
                    f64::from(self.reported(at, groups)) / self.pairing.periods.len() as f64
                }
            };
            groups.weights.insert((block.side, block.unit), weight);
        }
    }

    /// For how many periods every flow was reported beside a stock.
    fn reported(&self, stock: usize, groups: &Groups) -> u32 {
        let from = groups.stocks.partition_point(|(of, _)| *of < stock);
        let flows = || groups.stocks[from..].iter().take_while(|(of, _)| *of == stock);
        let sides = self.pairing.sides.iter().enumerate();
        let needed = sides.filter(|(_, side)| side.kind == Kind::Flow).map(|(at, _)| at);
        let needed: Vec<usize> = needed.collect();
        let is_reported = |period: &&Window| {
            needed.iter().all(|side| {
                flows().map(|(_, flow)| &groups.blocks[*flow]).any(|flow| {
                    flow.side == *side && flow.start < period.end() && period.start() < flow.end
                })
            })
        };
        self.pairing.periods.iter().filter(is_reported).count() as u32
    }

    /// The value of a stock for a unit, each unit's own value weighted.
    fn weighted(&self, side: usize, unit: UnitIndex, groups: &Groups) -> Combined {
        let (own, is_own) = self.known[side].stocks[unit.0];
        if is_own {
            let weight = groups.weights.get(&(side, unit)).copied().unwrap_or_default();
            return if weight == 1.0 {
                own
            } else if weight > 0.0 {
                own.scaled(weight)
            } else {
                Combined::default()
            };
        }
        let snapshot = self.snapshot();
        let kind = &snapshot.plan()[self.pairing.sides[side].measure];
        let mut parts = Combined::default();
        for child in snapshot.plan().units().children(unit) {
            let below = self.weighted(side, *child, groups);
            parts.merge(&snapshot.say(*child, unit, below, kind, &self.pairing.window));
        }
        parts
    }

    fn finished(self) -> Paired {
        let plan = self.snapshot().plan();
        let mut values = Vec::new();
        let all = self.pairing.sides.iter().zip(self.sums.iter().zip(&self.stocks));
        for (side, (sums, stocks)) in all {
            let rolled: ByUnit = match side.kind {
                Kind::Flow => sums.iter().map(Sum::rolled).collect(),
                Kind::Loose => {
                    // No event is a zero while events were being recorded.
                    let none_is_zero = self.snapshot().is_events(side.measure)
                        && self.snapshot().was_recorded_during(side.measure, &self.pairing.window);
                    let rolled = |sum: &Sum| {
                        let mut sum = *sum;
                        sum.any |= none_is_zero;
                        sum.rolled()
                    };
                    sums.iter().map(rolled).collect()
                }
                Kind::Stock => {
                    let over_units = plan[side.measure].over_units;
                    stocks.iter().map(|value| value.rolled(over_units)).collect()
                }
                Kind::AsRecorded => continue,
            };
            values.push((side.measure, rolled));
        }
        Paired { values, pairs: self.pairs }
    }
}

impl<'p> Known<'p> {
    fn of(pairing: &Pairing<'p>, side: &Side) -> Known<'p> {
        let (snapshot, window) = (pairing.snapshot, &pairing.window);
        let measure = side.measure;
        let mut known = Known {
            touching: snapshot.touching_any(measure, window),
            stocks: Vec::new(),
            events: HashMap::new(),
            reported_within: Vec::new(),
            reported_itself: Vec::new(),
        };
        let own = |window: &Window| {
            let mut stocks = snapshot.combined_stocks(measure, window);
            for (value, is_own) in &mut stocks {
                *is_own &= value.units > 0;
            }
            stocks
        };
        if side.kind == Kind::Stock {
            known.stocks = own(window);
        }
        if side.kind == Kind::Loose && snapshot.is_events(measure) && !snapshot.holds_all(measure) {
            for (unit, days, sum) in snapshot.tally().plain_events(measure, Some(window)) {
                known.events.entry(unit).or_default().push((days, sum));
            }
        }
        if let Some(other) = pairing.other.as_ref()
            && matches!(side.kind, Kind::Flow | Kind::Stock)
        {
            let touching = snapshot.touching_any(measure, other);
            let units = snapshot.plan().units();
            known.reported_itself = if side.kind == Kind::Stock {
                let kind = &snapshot.plan()[measure];
                let has_say = |(unit, (value, is_own)): (UnitIndex, &(Combined, bool))| {
                    let top = units.above(unit).last().unwrap_or(unit);
                    *is_own && snapshot.say(unit, top, *value, kind, other).units > 0
                };
                let own = own(other);
                units.iter().map(|(unit, _)| unit).zip(&own).map(has_say).collect()
            } else {
                let inside = |unit: UnitIndex| {
                    touching.of(unit).iter().any(|figure| figure.is_inside(other))
                };
                units.iter().map(|(unit, _)| inside(unit)).collect()
            };
            known.reported_within = known.reported_itself.clone();
            for unit in snapshot.below_first() {
                if let Some(parent) = units[*unit].parent {
                    known.reported_within[parent.0] |= known.reported_within[unit.0];
                }
            }
        }
        known
    }

    /// Whether a unit itself reported in the other window.
    fn reported_other(&self, unit: UnitIndex) -> bool {
        self.reported_itself.get(unit.0).copied().unwrap_or_default()
    }
}
