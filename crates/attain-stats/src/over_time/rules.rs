//! What on a chart is a signal: sets of rules, each as it was published.

use super::chart::{Chart, ChartPoint};
use crate::error::{Result, StatsError, out_of_range};
use crate::special::beta_lower;

/// A named set of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleSet {
    /// The NHS's: a point outside the limits; 7 on one side; 7 rising or falling; 2 of 3 beyond two
    /// thirds of the way to a limit, all 3 on one side.
    Nhs,
    /// Anhøj & Olesen's (2014): a run longer than chance, or fewer crossings of the centre line than
    /// chance. For a whole phase; see [`runs_analysis`]. Points on the line are passed over.
    Anhoej,
    /// Western Electric's (1956): a point beyond 3σ; 2 of 3 beyond 2σ on one side; 4 of 5 beyond 1σ
    /// on one side; 8 on one side.
    WesternElectric,
    /// Nelson's (1984): a point beyond 3σ; 9 on one side; 6 rising or falling; 14 alternating; 2 of 3
    /// beyond 2σ on one side; 4 of 5 beyond 1σ on one side; 15 within 1σ; 8 beyond 1σ on both sides.
    Nelson,
}

impl RuleSet {
    /// All sets.
    pub const ALL: [RuleSet; 4] =
        [RuleSet::Nhs, RuleSet::Anhoej, RuleSet::WesternElectric, RuleSet::Nelson];

    /// Its name in columns and arguments.
    pub const fn code(self) -> &'static str {
        match self {
            RuleSet::Nhs => "nhs",
            RuleSet::Anhoej => "anhoej",
            RuleSet::WesternElectric => "western_electric",
            RuleSet::Nelson => "nelson",
        }
    }

    /// Its rules, in the order in which [`signals`] reports their patterns.
    pub const fn rules(self) -> &'static [Rule] {
        match self {
            RuleSet::Nhs => &[Rule::OutsideLimits, Rule::Shift, Rule::Trend, Rule::TwoOfThreeFar],
            RuleSet::Anhoej => &[Rule::FewCrossings, Rule::LongRun],
            RuleSet::WesternElectric => {
                &[Rule::OutsideLimits, Rule::TwoOfThreeFar, Rule::FourOfFive, Rule::Shift]
            }
            RuleSet::Nelson => &[
                Rule::OutsideLimits,
                Rule::Shift,
                Rule::Trend,
                Rule::Alternating,
                Rule::TwoOfThreeFar,
                Rule::FourOfFive,
                Rule::Hugging,
                Rule::Avoiding,
            ],
        }
    }

    /// How many points in a row on one side make a shift, as published; `None` without that rule.
    pub const fn shift_length(self) -> Option<usize> {
        match self {
            RuleSet::Nhs => Some(7),
            RuleSet::Anhoej => None,
            RuleSet::WesternElectric => Some(8),
            RuleSet::Nelson => Some(9),
        }
    }

    /// How many rising or falling points in a row make a trend, as published; `None` without that
    /// rule.
    pub const fn trend_length(self) -> Option<usize> {
        match self {
            RuleSet::Nhs => Some(7),
            RuleSet::Anhoej | RuleSet::WesternElectric => None,
            RuleSet::Nelson => Some(6),
        }
    }
}

/// What is a signal: the rules of a published set, or some of them, with its run lengths or others.
///
/// ```
/// use attain_stats::{Rule, RuleSet, Rules};
///
/// let rules = Rules::from(RuleSet::Nhs);
/// assert_eq!((rules.rules().count(), rules.shift_length()), (4, Some(7)));
/// let rules = rules.only(&[Rule::OutsideLimits, Rule::Shift])?.with_shift_length(8)?;
/// assert!(rules.rules().eq([Rule::OutsideLimits, Rule::Shift]));
/// assert_eq!(rules.shift_length(), Some(8));
/// // Western Electric has no rule for a trend.
/// assert!(Rules::from(RuleSet::WesternElectric).with_trend_length(6).is_err());
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rules {
    set: RuleSet,
    /// Which rules of the set are left out, as bits by their place in the set.
    left_out: u16,
    shift_length: Option<usize>,
    trend_length: Option<usize>,
}

impl From<RuleSet> for Rules {
    /// All rules of a set, as published.
    fn from(set: RuleSet) -> Self {
        Rules {
            set,
            left_out: 0,
            shift_length: set.shift_length(),
            trend_length: set.trend_length(),
        }
    }
}

impl Rules {
    /// Keeps these rules of the set and leaves out the others.
    ///
    /// # Errors
    /// If no rule is given, or one that the set does not have.
    pub fn only(mut self, rules: &[Rule]) -> Result<Self> {
        let argument = "only";
        if rules.is_empty() {
            return Err(StatsError::TooFew { argument, found: 0, expected: 1 });
        }
        if !rules.iter().all(|rule| self.set.rules().contains(rule)) {
            let why = match self.set {
                RuleSet::Nhs => {
                    "rules of the set nhs: outside_limits, shift, trend, two_of_three_far"
                }
                RuleSet::Anhoej => "rules of the set anhoej: few_crossings, long_run",
                RuleSet::WesternElectric => {
                    "rules of the set western_electric: outside_limits, two_of_three_far, \
                     four_of_five, shift"
                }
                RuleSet::Nelson => {
                    "rules of the set nelson: outside_limits, shift, trend, alternating, \
                     two_of_three_far, four_of_five, hugging, avoiding"
                }
            };
            return Err(StatsError::Undetermined { argument, why });
        }
        let places = self.set.rules().iter().enumerate();
        let left_out = places.filter(|(_, rule)| !rules.contains(rule));
        self.left_out = left_out.fold(0, |bits, (place, _)| bits | (1 << place));
        Ok(self)
    }

    /// Sets how many points in a row on one side make a [`Rule::Shift`], 3 to 30.
    ///
    /// # Errors
    /// If `points` is outside this range, or the rule is not among these rules.
    pub fn with_shift_length(mut self, points: usize) -> Result<Self> {
        self.shift_length = Some(self.run_length("shift_length", Rule::Shift, points)?);
        Ok(self)
    }

    /// Sets how many rising or falling points in a row make a [`Rule::Trend`], 3 to 30.
    ///
    /// # Errors
    /// If `points` is outside this range, or the rule is not among these rules.
    pub fn with_trend_length(mut self, points: usize) -> Result<Self> {
        self.trend_length = Some(self.run_length("trend_length", Rule::Trend, points)?);
        Ok(self)
    }

    fn run_length(self, argument: &'static str, rule: Rule, points: usize) -> Result<usize> {
        if !self.has(rule) {
            let why = if rule == Rule::Shift {
                "rules with the rule shift: it has no effect on these"
            } else {
                "rules with the rule trend (nhs and nelson): it has no effect on these"
            };
            return Err(StatsError::Undetermined { argument, why });
        }
        if !(3..=30).contains(&points) {
            return Err(out_of_range(argument, points as f64, "a number of points from 3 to 30"));
        }
        Ok(points)
    }

    /// The rules, in the order in which [`signals`] reports their patterns.
    pub fn rules(self) -> impl Iterator<Item = Rule> {
        let places = self.set.rules().iter().enumerate();
        places.filter(move |(place, _)| self.left_out & (1 << place) == 0).map(|(_, rule)| *rule)
    }

    fn has(self, rule: Rule) -> bool {
        self.rules().any(|other| other == rule)
    }

    /// How many points in a row on one side make a [`Rule::Shift`]; `None` without that rule.
    pub fn shift_length(self) -> Option<usize> {
        self.shift_length.filter(|_| self.has(Rule::Shift))
    }

    /// How many rising or falling points in a row make a [`Rule::Trend`]; `None` without that rule.
    pub fn trend_length(self) -> Option<usize> {
        self.trend_length.filter(|_| self.has(Rule::Trend))
    }
}

/// One kind of pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Rule {
    /// A point outside the limits.
    OutsideLimits,
    /// Several points in a row on one side of the centre; the rule set says how many.
    Shift,
    /// Several points in a row, each above (or each below) the one before; the rule set says how many.
    Trend,
    /// 2 of 3 points beyond 2σ on one side.
    TwoOfThreeFar,
    /// 4 of 5 points beyond 1σ on one side.
    FourOfFive,
    /// 14 points that go up and down by turns.
    Alternating,
    /// 15 points within 1σ: less variation than the limits were made from.
    Hugging,
    /// 8 points beyond 1σ, on both sides: two processes in one chart.
    Avoiding,
    /// The longest run is longer than chance.
    LongRun,
    /// The centre line is crossed less often than by chance.
    FewCrossings,
}

impl Rule {
    /// Every value, in the order of the declaration.
    pub const ALL: [Rule; 10] = [
        Rule::OutsideLimits,
        Rule::Shift,
        Rule::Trend,
        Rule::TwoOfThreeFar,
        Rule::FourOfFive,
        Rule::Alternating,
        Rule::Hugging,
        Rule::Avoiding,
        Rule::LongRun,
        Rule::FewCrossings,
    ];

    /// Beyond how many standard deviations the points of a window rule lie. `None` where all points
    /// of a pattern belong to it.
    fn reach(self) -> Option<f64> {
        match self {
            Rule::TwoOfThreeFar => Some(2.0),
            Rule::FourOfFive => Some(1.0),
            Rule::OutsideLimits
            | Rule::Shift
            | Rule::Trend
            | Rule::Alternating
            | Rule::Hugging
            | Rule::Avoiding
            | Rule::LongRun
            | Rule::FewCrossings => None,
        }
    }

    /// Its name in columns.
    pub const fn code(self) -> &'static str {
        match self {
            Rule::OutsideLimits => "outside_limits",
            Rule::Shift => "shift",
            Rule::Trend => "trend",
            Rule::TwoOfThreeFar => "two_of_three_far",
            Rule::FourOfFive => "four_of_five",
            Rule::Alternating => "alternating",
            Rule::Hugging => "hugging",
            Rule::Avoiding => "avoiding",
            Rule::LongRun => "long_run",
            Rule::FewCrossings => "few_crossings",
        }
    }
}

/// Which side of the centre, or which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    /// Above, or rising.
    Above,
    /// Below, or falling.
    Below,
    /// Neither: the pattern has no side.
    Both,
}

impl Side {
    /// Every value, in the order of the declaration.
    pub const ALL: [Side; 3] = [Side::Above, Side::Below, Side::Both];

    /// Its name in columns.
    pub const fn code(self) -> &'static str {
        match self {
            Side::Above => "above",
            Side::Below => "below",
            Side::Both => "both",
        }
    }
}

/// A pattern that was found.
///
/// The points of [`Rule::TwoOfThreeFar`] and [`Rule::FourOfFive`] are the ones beyond the line; a
/// point between them that is not beyond it lies in the pattern's span and is no part of it. See
/// [`has`](Signal::has).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signal {
    /// Which.
    pub rule: Rule,
    /// Which side of the centre, or which way.
    pub side: Side,
    /// The place of its first point.
    pub first: usize,
    /// The place of the point with which it was complete: from here on it could be known. It can
    /// be after `last`, where the set of rules requires a whole window: 2 of 3 with the third on
    /// the same side.
    pub completed: usize,
    /// The place of its last point so far.
    pub last: usize,
}

impl Signal {
    /// Is the point at this place of the chart part of the pattern?
    pub fn has(&self, chart: &Chart, place: usize) -> bool {
        let Some(point) = chart.points.get(place) else { return false };
        if !(self.first <= place && place <= self.last) {
            return false;
        }
        let Some(reach) = self.rule.reach() else { return true };
        let sign = if self.side == Side::Below { -1.0 } else { 1.0 };
        point.counts && point.deviations.is_some_and(|z| z * sign > reach)
    }
}

/// The signals on a chart, by the points' places; each pattern as far as it reaches.
///
/// Patterns do not reach over the start of a phase. Missing and excluded points are passed over, as
/// if the series went on without them; a point on the centre line ends a run on one side, and equal
/// neighbours end a trend. `rules` are a [`RuleSet`] as published, or [`Rules`] chosen from one.
///
/// ```
/// use attain_stats::{Baseline, ChartKind, ChartOptions, Rule, RuleSet, Side, control_chart, signals};
///
/// let values = [5.0, 6.0, 4.0, 5.0, 6.0, 4.0, 8.0, 8.0, 7.0, 8.0, 9.0, 7.0, 8.0];
/// let options = ChartOptions { baseline: Baseline::First(6), ..ChartOptions::default() };
/// let chart = control_chart(ChartKind::NHS_XMR, &values, None, &options)?;
/// let found = signals(&chart, RuleSet::Nhs);
/// let shift = found.iter().find(|signal| signal.rule == Rule::Shift).unwrap();
/// assert_eq!((shift.first, shift.completed, shift.side), (6, 12, Side::Above));
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
pub fn signals(chart: &Chart, rules: impl Into<Rules>) -> Vec<Signal> {
    let rules = rules.into();
    let mut found = vec![];
    for phase in chart.points.chunk_by(|one, next| one.phase == next.phase) {
        let series = Series::of(phase, found_offset(chart, phase));
        // The NHS's third point of three is on the side of the other two.
        let all_on_one_side = rules.set == RuleSet::Nhs;
        for rule in rules.rules() {
            match rule {
                Rule::OutsideLimits => series.each_beyond_limits(&mut found),
                Rule::Shift => {
                    if let Some(needed) = rules.shift_length {
                        series.shifts(needed, &mut found);
                    }
                }
                Rule::Trend => {
                    if let Some(needed) = rules.trend_length {
                        series.trends(needed, &mut found);
                    }
                }
                Rule::TwoOfThreeFar => series.windows(rule, 3, 2, all_on_one_side, &mut found),
                Rule::FourOfFive => series.windows(rule, 5, 4, false, &mut found),
                Rule::Alternating => series.alternations(14, &mut found),
                Rule::Hugging => series.runs_of(rule, 15, |z| z.abs() < 1.0, &mut found),
                Rule::Avoiding => series.runs_of(rule, 8, |z| z.abs() > 1.0, &mut found),
                Rule::LongRun => series.long_runs(&mut found),
                Rule::FewCrossings => series.few_crossings(&mut found),
            }
        }
    }
    found
}

/// Runs and crossings of a series about its centre line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunsAnalysis {
    /// Points that are not on the centre line.
    pub useful: usize,
    /// The longest run on one side.
    pub longest_run: usize,
    /// The longest that chance gives: round(log₂ useful) + 3.
    pub longest_run_limit: usize,
    /// How often the series crosses the line.
    pub crossings: usize,
    /// The fewest that chance gives: the 5 % quantile of Binomial(useful − 1, ½).
    pub crossings_limit: usize,
}

impl RunsAnalysis {
    /// Is there a shift, by either sign?
    pub fn signals(&self) -> bool {
        self.longest_run > self.longest_run_limit || self.crossings < self.crossings_limit
    }
}

/// Anhøj & Olesen's analysis (2014) of one phase of a chart; `None` with fewer than two useful points.
///
/// ```
/// use attain_stats::{ChartKind, ChartOptions, control_chart, runs_analysis};
///
/// let values = [1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0, 1.0, 2.0];
/// let chart = control_chart(ChartKind::Run, &values, None, &ChartOptions::default())?;
/// let runs = runs_analysis(&chart.points).unwrap();
/// assert_eq!((runs.useful, runs.longest_run, runs.crossings), (10, 1, 9));
/// assert!(!runs.signals());
/// # Ok::<(), attain_stats::StatsError>(())
/// ```
pub fn runs_analysis(phase: &[ChartPoint]) -> Option<RunsAnalysis> {
    let sides: Vec<bool> = phase
        .iter()
        .filter(|point| point.counts)
        .filter_map(|point| point.deviations)
        .filter(|&z| z != 0.0)
        .map(|z| z > 0.0)
        .collect();
    if sides.len() < 2 {
        return None;
    }
    let longest_run = sides.chunk_by(|a, b| a == b).map(<[bool]>::len).max()?;
    Some(RunsAnalysis {
        useful: sides.len(),
        longest_run,
        longest_run_limit: (sides.len() as f64).log2().round() as usize + 3,
        crossings: sides.windows(2).filter(|pair| pair[0] != pair[1]).count(),
        crossings_limit: fewest_crossings(sides.len() - 1),
    })
}

/// The smallest k with P(Binomial(trials, ½) ≤ k) ≥ 5 %.
fn fewest_crossings(trials: usize) -> usize {
    // Term by term, as long as the first one is a normal float.
    if trials <= 1_000 {
        let (mut term, mut sum) = (0.5_f64.powi(trials as i32), 0.0);
        for crossings in 0..trials {
            sum += term;
            if sum >= 0.05 {
                return crossings;
            }
            term *= (trials - crossings) as f64 / (crossings + 1) as f64;
        }
        return trials;
    }
    (0..trials)
        .find(|&k| beta_lower((trials - k) as f64, k as f64 + 1.0, 0.5) >= 0.05)
        .unwrap_or(trials)
}

/// How far into the chart a phase starts.
fn found_offset(chart: &Chart, phase: &[ChartPoint]) -> usize {
    chart.points.partition_point(|point| point.phase < phase[0].phase)
}

/// The points of a phase that count.
struct Series<'a> {
    phase: &'a [ChartPoint],
    /// Places in the whole chart.
    places: Vec<usize>,
    /// Standard deviations from the centre.
    deviations: Vec<f64>,
    values: Vec<f64>,
}

impl<'a> Series<'a> {
    fn of(phase: &'a [ChartPoint], start: usize) -> Self {
        let mut series = Series { phase, places: vec![], deviations: vec![], values: vec![] };
        for (offset, point) in phase.iter().enumerate() {
            if let (true, Some(z), Some(value)) = (point.counts, point.deviations, point.value) {
                series.places.push(start + offset);
                series.deviations.push(z);
                series.values.push(value);
            }
        }
        series
    }

    /// A pattern of the points from `first` to `last` (both among those that count), which was
    /// complete after `needed` points.
    fn push(
        &self,
        rule: Rule,
        side: Side,
        (first, last): (usize, usize),
        needed: usize,
        found: &mut Vec<Signal>,
    ) {
        found.push(Signal {
            rule,
            side,
            first: self.places[first],
            completed: self.places[first + needed - 1],
            last: self.places[last],
        });
    }

    fn each_beyond_limits(&self, found: &mut Vec<Signal>) {
        for (at, &z) in self.deviations.iter().enumerate() {
            if z.abs() > 3.0 {
                self.push(Rule::OutsideLimits, side_of(z), (at, at), 1, found);
            }
        }
    }

    fn shifts(&self, needed: usize, found: &mut Vec<Signal>) {
        let mut first = 0;
        let same = |a: &f64, b: &f64| side_of(*a) == side_of(*b);
        for run in self.deviations.chunk_by(same) {
            if run.len() >= needed && run[0] != 0.0 {
                let span = (first, first + run.len() - 1);
                self.push(Rule::Shift, side_of(run[0]), span, needed, found);
            }
            first += run.len();
        }
    }

    fn trends(&self, needed: usize, found: &mut Vec<Signal>) {
        self.steps(needed, Rule::Trend, |one, next| one == next, found);
    }

    fn alternations(&self, needed: usize, found: &mut Vec<Signal>) {
        self.steps(needed, Rule::Alternating, |one, next| one != next, found);
    }

    /// Stretches of `needed` points or more whose steps are none of them level and follow on each
    /// other as requested.
    fn steps(
        &self,
        needed: usize,
        rule: Rule,
        follows: impl Fn(Side, Side) -> bool,
        found: &mut Vec<Signal>,
    ) {
        let steps: Vec<Side> =
            self.values.windows(2).map(|pair| side_of(pair[1] - pair[0])).collect();
        let mut first = 0;
        let goes_on = |one: &Side, next: &Side| {
            *one != Side::Both && *next != Side::Both && follows(*one, *next)
        };
        for stretch in steps.chunk_by(goes_on) {
            // n steps join n + 1 points.
            if stretch.len() + 1 >= needed && stretch[0] != Side::Both {
                let side = if rule == Rule::Trend { stretch[0] } else { Side::Both };
                self.push(rule, side, (first, first + stretch.len()), needed, found);
            }
            first += stretch.len();
        }
    }

    /// Windows of `width` points with at least `needed` of them beyond the rule's reach on one side.
    /// Windows that overlap are one signal. It reaches from its first point beyond to its last.
    fn windows(
        &self,
        rule: Rule,
        width: usize,
        needed: usize,
        all_on_that_side: bool,
        found: &mut Vec<Signal>,
    ) {
        let Some(reach) = rule.reach() else { return };
        for (side, sign) in [(Side::Above, 1.0), (Side::Below, -1.0)] {
            let is_far = |z: &f64| z * sign > reach;
            // The signal so far, and where its last window ends.
            let mut open: Option<(Signal, usize)> = None;
            for (start, window) in self.deviations.windows(width).enumerate() {
                let far = window.iter().filter(|z| is_far(z)).count();
                let astray = window.iter().filter(|&&z| z * sign <= 0.0).count();
                if far < needed || (all_on_that_side && astray > 0) {
                    continue;
                }
                let (Some(first), Some(last)) =
                    (window.iter().position(is_far), window.iter().rposition(is_far))
                else {
                    continue;
                };
                let end = start + width - 1;
                let last = self.places[start + last];
                open = match open {
                    Some((signal, to)) if start <= to => Some((Signal { last, ..signal }, end)),
                    done => {
                        found.extend(done.map(|(signal, _)| signal));
                        let first = self.places[start + first];
                        let completed = self.places[end];
                        Some((Signal { rule, side, first, completed, last }, end))
                    }
                };
            }
            found.extend(open.map(|(signal, _)| signal));
        }
    }

    /// Stretches of `needed` points or more that all satisfy a condition.
    fn runs_of(
        &self,
        rule: Rule,
        needed: usize,
        holds: impl Fn(f64) -> bool,
        found: &mut Vec<Signal>,
    ) {
        let mut first = 0;
        for run in self.deviations.chunk_by(|a, b| holds(*a) == holds(*b)) {
            // Eight beyond 1σ on one side only are a shift, not two processes: the pattern is known
            // once a point is on the other side.
            let other_side = run.iter().position(|&z| side_of(z) != side_of(run[0]));
            let known = match (rule, other_side) {
                (Rule::Avoiding, None) => None,
                (Rule::Avoiding, Some(place)) => Some(needed.max(place + 1)),
                _ => Some(needed),
            };
            if let Some(needed) = known
                && run.len() >= needed
                && holds(run[0])
            {
                self.push(rule, Side::Both, (first, first + run.len() - 1), needed, found);
            }
            first += run.len();
        }
    }

    fn few_crossings(&self, found: &mut Vec<Signal>) {
        let Some(runs) = runs_analysis(self.phase) else { return };
        if runs.crossings < runs.crossings_limit {
            let all = (0, self.places.len() - 1);
            self.push(Rule::FewCrossings, Side::Both, all, self.places.len(), found);
        }
    }

    fn long_runs(&self, found: &mut Vec<Signal>) {
        let Some(runs) = runs_analysis(self.phase) else { return };
        // Points on the line neither end nor lengthen a run.
        let useful: Vec<usize> =
            (0..self.places.len()).filter(|&at| self.deviations[at] != 0.0).collect();
        let same =
            |a: &usize, b: &usize| side_of(self.deviations[*a]) == side_of(self.deviations[*b]);
        for run in useful.chunk_by(same) {
            if run.len() > runs.longest_run_limit {
                found.push(Signal {
                    rule: Rule::LongRun,
                    side: side_of(self.deviations[run[0]]),
                    first: self.places[run[0]],
                    completed: self.places[run[runs.longest_run_limit]],
                    last: self.places[run[run.len() - 1]],
                });
            }
        }
    }
}

fn side_of(difference: f64) -> Side {
    if difference > 0.0 {
        Side::Above
    } else if difference < 0.0 {
        Side::Below
    } else {
        Side::Both
    }
}
