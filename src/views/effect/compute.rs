//! The effect of a campaign by several methods, which assume different things.

use chrono::NaiveDate;

use super::compared::{Compared, LeftOut, WindowCounts};
use super::rows::{EffectMethod, EffectRow};
use super::windows::{Series, seasonality};
use crate::assess::{Assessor, Extent, Frame, Reason, candidates};
use crate::calendar::{Every, Window};
use crate::plan::{Campaign, IndicatorIndex, Reference, UnitIndex};
use crate::stats::dispersion::confidence_of_degrees;
use crate::stats::{
    self, Confidence, CountVariation, InterruptedOptions, InterruptedSeries, Interval,
    RateRatioMethod, RatioEstimate,
};

/// Counts of a window, unit by unit.
type Counts = Result<Vec<f64>, Reason>;

/// With fewer degrees of freedom, a dispersion says more about luck than about the units.
const FEWEST_DEGREES: usize = 4;
/// A series needs this number of periods more than its model has terms.
const SPARE_PERIODS: usize = 3;

/// A window is extreme if it is the highest or the lowest of this number …
const EXTREME_OF: usize = 12;
/// … or of those that are known, if they are no fewer than this.
const LEAST_EXTREME_OF: usize = 6;
/// Windows further back say little about the campaign's time.
const MOST_PLACEBOS: usize = 36;
/// With fewer comparisons, their dispersion says more about luck than about the windows.
const FEWEST_PLACEBOS: usize = 6;
/// Neighbouring comparisons share a window, and windows resemble their neighbours: they are fewer than they seem.
const COMPARISONS_PER_DEGREE: f64 = 2.0;

/// Comparisons like that of the campaign, at dates without it.
struct Placebo {
    /// The variance of the counts, given their sums, over that of independent events; 1 or more.
    dispersion: f64,
    comparisons: usize,
}

/// A last value that is the highest or the lowest one.
struct Extreme {
    last: f64,
    /// Of all values.
    mean: f64,
    windows: usize,
}

impl Extreme {
    /// `earlier` are backwards. None if another value is as extreme, or there are too few.
    fn of(last: f64, earlier: impl Iterator<Item = f64>) -> Option<Extreme> {
        let earlier: Vec<f64> = earlier.take(EXTREME_OF - 1).collect();
        let windows = earlier.len() + 1;
        let is_extreme =
            earlier.iter().all(|one| *one < last) || earlier.iter().all(|one| *one > last);
        let mean = (last + earlier.iter().sum::<f64>()) / windows as f64;
        (is_extreme && windows >= LEAST_EXTREME_OF).then_some(Extreme { last, mean, windows })
    }

    fn end(&self) -> &'static str {
        if self.last > self.mean { "highest" } else { "lowest" }
    }
}

/// A campaign, who took part and who did not.
pub(crate) struct Effects<'a> {
    assessor: &'a Assessor<'a>,
    campaign: &'a Campaign,
    indicator: IndicatorIndex,
    every: Every,
    confidence: Confidence,
    inside: Vec<UnitIndex>,
    outside: Vec<UnitIndex>,
    /// The campaign and how much of it is over.
    frame: Option<Frame>,
    /// Other campaigns on the same days.
    others: Vec<&'a str>,
}

/// The effect of a campaign on a count, by every method.
pub(super) fn effects<'a>(
    assessor: &'a Assessor<'a>,
    campaign: usize,
    indicator: IndicatorIndex,
    every: Every,
) -> Vec<EffectRow> {
    let plan = assessor.plan;
    let place = campaign;
    let campaign = &plan.campaigns()[place];
    let inside = taking_part(assessor, campaign);
    let others = plan.campaigns().iter().enumerate().filter(|(other, one)| {
        !plan.is_part_of(*other, place)
            && !plan.is_part_of(place, *other)
            && one.window.overlaps(&campaign.window)
    });
    Effects {
        assessor,
        campaign,
        indicator,
        every,
        confidence: plan.confidence_level(),
        outside: not_taking_part(assessor, campaign, &inside),
        inside,
        frame: assessor.frame(&campaign.window),
        others: others.map(|(_, one)| one.id.as_str()).collect(),
    }
    .rows()
}

/// The campaign's units, those below another of them left out; the topmost where it names none.
fn taking_part(assessor: &Assessor<'_>, campaign: &Campaign) -> Vec<UnitIndex> {
    let units = assessor.plan.units();
    let scope = campaign.units.as_ref().unwrap_or(&crate::plan::Scope::Top);
    let named: Vec<UnitIndex> = candidates(assessor.plan, scope)
        .into_iter()
        .filter(|unit| units.is_judged_during(*unit, &campaign.window))
        .collect();
    let is_below_another =
        |unit: UnitIndex| named.iter().any(|other| *other != unit && units.is_within(unit, *other));
    named.iter().copied().filter(|unit| !is_below_another(*unit)).collect()
}

/// The units of the same levels that are neither part of a campaign's units nor hold one.
fn not_taking_part(
    assessor: &Assessor<'_>,
    campaign: &Campaign,
    inside: &[UnitIndex],
) -> Vec<UnitIndex> {
    let units = assessor.plan.units();
    let is_apart = |unit: UnitIndex| {
        !inside.iter().any(|one| units.is_within(unit, *one) || units.is_within(*one, unit))
    };
    let is_alike =
        |unit: UnitIndex| inside.iter().any(|one| units[*one].level == units[unit].level);
    let all = units.iter().map(|(at, _)| at);
    all.filter(|unit| units.is_judged_during(*unit, &campaign.window))
        .filter(|unit| is_alike(*unit) && is_apart(*unit))
        .collect()
}

impl<'a> Effects<'a> {
    fn rows(&self) -> Vec<EffectRow> {
        let mut rows = vec![
            self.against(&Reference::SameWindowLastYear, EffectMethod::SameWindowLastYear),
            self.against(&Reference::PreviousPeriod, EffectMethod::SameLengthBefore),
        ];
        if let Some(from) = self.own_comparison() {
            rows.push(self.against(from, EffectMethod::CampaignComparison));
        }
        rows.extend(self.interrupted());
        rows.push(self.differences());
        rows.push(self.displaced_after());
        rows.push(self.displaced_nearby());
        for row in &mut rows {
            row.imputed = self.imputed(row);
        }
        rows
    }

    /// The largest share of imputed figures among the counts of a row, in per cent; none where nothing was counted.
    fn imputed(&self, row: &EffectRow) -> Option<f64> {
        row.counted?;
        let window = |start: Option<NaiveDate>, end: Option<NaiveDate>| Window::new(start?, end?);
        let windows =
            [window(row.window_start, row.window_end), window(row.before_start, row.before_end)];
        let is_of_others = row.outside.is_some() || row.method == EffectMethod::DisplacedNearby;
        let others = self.outside.iter().filter(|_| is_of_others);
        let units: Vec<UnitIndex> = self.inside.iter().chain(others).copied().collect();
        let of_window = |window: Window| {
            let frame = Frame { window, to_date: window };
            let prepared = self.assessor.prepare(self.indicator, &frame);
            units.iter().filter_map(|unit| prepared.evaluate(*unit).imputed).reduce(f64::max)
        };
        windows.into_iter().flatten().filter_map(of_window).reduce(f64::max)
    }

    /// What the campaign itself is compared with, if that is a window of its own kind.
    fn own_comparison(&self) -> Option<&'a Reference> {
        match self.campaign.compare.as_ref()? {
            Reference::SameWindowLastYear | Reference::PreviousPeriod | Reference::Value(_) => None,
            from @ (Reference::SameWindowMovedBy(_)
            | Reference::SameWindowOf(_)
            | Reference::Window(_)) => Some(from),
        }
    }

    fn blank(&self, method: EffectMethod) -> EffectRow {
        EffectRow {
            campaign: self.campaign.id.clone(),
            indicator: self.assessor.plan[self.indicator].id.clone(),
            method,
            estimate: None,
            lower: None,
            upper: None,
            confidence: self.confidence.share(),
            counted: None,
            expected: None,
            window_start: None,
            window_end: None,
            before_start: None,
            before_end: None,
            before: None,
            outside: None,
            outside_before: None,
            pieces: None,
            dispersion: None,
            correlation: None,
            regression: None,
            warning: None,
            imputed: None,
            compared: String::new(),
            assumes: String::new(),
            reason: None,
        }
    }

    /// What was assumed, and which other campaigns may have done it.
    fn assuming(&self, assumed: &str) -> String {
        if self.others.is_empty() {
            return assumed.to_owned();
        }
        let ids: Vec<String> = self.others.iter().map(|id| format!("`{id}`")).collect();
        format!(
            "{assumed}; other campaigns on some of these days had no part in it: {}",
            ids.join(", ")
        )
    }

    fn windows(&self) -> WindowCounts<'a> {
        WindowCounts { assessor: self.assessor, indicator: self.indicator }
    }

    /// The counts of units in a window that is over.
    fn counts(&self, units: &[UnitIndex], window: &Window) -> Counts {
        self.windows().counts(units, window).into_iter().collect()
    }

    fn count(&self, units: &[UnitIndex], window: &Window) -> Result<f64, Reason> {
        Ok(self.counts(units, window)?.iter().sum())
    }

    /// The count, unless recording began after the window's first day.
    fn whole_count(&self, units: &[UnitIndex], window: &Window) -> Option<f64> {
        let first_day = Window::day(window.start())?;
        let is_known = self.count(units, &first_day) != Err(Reason::NoData);
        self.count(units, window).ok().filter(|_| is_known)
    }

    /// The days of the campaign that are over.
    fn during(&self) -> Result<Frame, String> {
        self.frame.ok_or_else(|| "the campaign has not begun".to_owned())
    }

    /// The days that a reference names for a frame, if they are over and free of the campaign.
    fn earlier(&self, from: &Reference, frame: &Frame) -> Result<Window, String> {
        let earlier = self.assessor.baseline_frame(from, frame, Extent::ToDate);
        let earlier = earlier.ok_or_else(|| format!("{from} is not known or not over"))?.to_date;
        if earlier.overlaps(&self.campaign.window) {
            return Err(format!("the campaign itself ran on some days of {from}, {earlier}"));
        }
        Ok(earlier)
    }

    /// The campaign's days compared with earlier ones.
    fn against(&self, from: &Reference, method: EffectMethod) -> EffectRow {
        let mut row = self.blank(method);
        row.assumes = self.assuming(
            "without the campaign there would have been as many events a day as in the earlier window",
        );
        let compared = self.during().and_then(|frame| {
            let earlier = self.earlier(from, &frame)?;
            self.ratio(&mut row, &self.inside, &frame.to_date, (from, &earlier))
        });
        row.reason = compared.err();
        row
    }

    /// The ratio of the daily counts of a window and of the earlier one that a reference names.
    fn ratio(
        &self,
        row: &mut EffectRow,
        units: &[UnitIndex],
        window: &Window,
        (from, before): (&Reference, &Window),
    ) -> Result<(), String> {
        put_windows(row, window, before);
        row.compared = format!("{window} with {before}, in events a day");
        if let Ok(counted) = self.count(units, window) {
            row.counted = Some(counted);
        }
        let Compared { counted, before: earlier, expected, variance, left_out } =
            self.windows().compared(units, window, before).map_err(unknown)?;
        (row.counted, row.before) = (Some(counted), Some(earlier));
        // Spans of days are short of 2^53.
        let days = window.days() as f64;
        let days_before = if earlier > 0.0 { days * (earlier / expected) } else { days };
        let placebo = self.placebo_dates(units, from);
        let (dispersion, confidence) = match &placebo {
            Some(Placebo { dispersion, comparisons }) => {
                let degrees = *comparisons as f64 / COMPARISONS_PER_DEGREE;
                (*dispersion, confidence_of_degrees(self.confidence, degrees))
            }
            None => (1.0, self.confidence),
        };
        // How many events are still to be recorded is not known for certain.
        let dispersion = dispersion * (1.0 + expected * variance);
        let mut interval = stats::rate_ratio_interval(
            counted / dispersion,
            days,
            earlier / dispersion,
            days_before,
            RateRatioMethod::ExactConditional,
            confidence,
        )
        .map_err(|error| error.to_string())?;
        if earlier <= 0.0 {
            return Err(format!("nothing was counted in {before}"));
        }
        match placebo {
            Some(Placebo { comparisons, .. }) => {
                row.dispersion = Some(dispersion);
                row.pieces = i64::try_from(comparisons).ok();
                let varied = "; such windows differ by as much as they did on earlier dates";
                row.assumes.push_str(varied);
            }
            None => row.assumes.push_str("; events come singly and apart from one another"),
        }
        if let Some(extreme) = self.extreme(units, before) {
            let regression = extreme.mean / extreme.last;
            // Nobody knows how much of it was chance: the limits hold with all of it and with nothing.
            let Interval { lower, upper } = interval;
            interval = Interval {
                lower: lower.min(lower / regression),
                upper: upper.max(upper / regression),
            };
            row.regression = Some(regression);
            row.warning = Some(format!(
                "{before} has the {} daily count of {} windows of this length: a return to their mean would give {regression:.2} without any effect, and the limits include it",
                extreme.end(),
                extreme.windows,
            ));
        }
        warn(row, left_out.warning());
        row.expected = Some(expected);
        put_estimate(row, RatioEstimate { ratio: counted / expected, interval });
        Ok(())
    }

    /// How much windows without the campaign differ from those that a reference names for them: of windows of the
    /// campaign's length, one after the other backwards from its beginning. None with too few.
    fn placebo_dates(&self, units: &[UnitIndex], from: &Reference) -> Option<Placebo> {
        let moves = match from {
            Reference::SameWindowLastYear
            | Reference::PreviousPeriod
            | Reference::SameWindowMovedBy(_) => true,
            Reference::SameWindowOf(_) | Reference::Window(_) | Reference::Value(_) => false,
        };
        let to_date = self.frame.filter(|_| moves)?.to_date;
        let (mut chi_squared, mut comparisons) = (0.0, 0);
        for (window, count) in self.windows_before(units, &to_date, MOST_PLACEBOS) {
            let frame = Frame { window, to_date: window };
            let Ok(earlier) = self.earlier(from, &frame) else { continue };
            let Some(earlier_count) = self.whole_count(units, &earlier) else { continue };
            let all = count + earlier_count;
            if all > 0.0 {
                // Given their sum, independent counts are binomial.
                let (days, days_before) = (window.days() as f64, earlier.days() as f64);
                let share = days / (days + days_before);
                chi_squared += (count - all * share).powi(2) / (all * share * (1.0 - share));
                comparisons += 1;
            }
        }
        let dispersion = (chi_squared / comparisons as f64).max(1.0);
        (comparisons >= FEWEST_PLACEBOS).then_some(Placebo { dispersion, comparisons })
    }

    /// The windows directly before one, each as long as it is, with their counts: backwards as far as they are known.
    fn windows_before(
        &self,
        units: &[UnitIndex],
        window: &Window,
        most: usize,
    ) -> Vec<(Window, f64)> {
        let mut last = *window;
        let next = std::iter::from_fn(|| {
            let frame = Frame { window: last, to_date: last };
            last = self.earlier(&Reference::PreviousPeriod, &frame).ok()?;
            Some((last, self.count(units, &last).ok()?))
        });
        let mut found: Vec<(Window, f64)> = next.take(most).collect();
        if let Some((earliest, _)) = found.last()
            && self.whole_count(units, earliest).is_none()
        {
            found.pop();
        }
        found
    }

    /// Whether the window that ends where the campaign begins has more events a day, or fewer, than each of those before.
    fn extreme(&self, units: &[UnitIndex], before: &Window) -> Option<Extreme> {
        if before.end() != self.campaign.window.start() {
            return None;
        }
        let daily = |window: &Window, count: f64| count / window.days() as f64;
        let last = daily(before, self.count(units, before).ok()?);
        let earlier = self.windows_before(units, before, EXTREME_OF - 1);
        Extreme::of(last, earlier.iter().map(|(window, count)| daily(window, *count)))
    }

    /// The series of which the campaign is the end: as a whole, its step, and its change of slope.
    fn interrupted(&self) -> Vec<EffectRow> {
        let mut row = self.blank(EffectMethod::InterruptedSeries);
        row.assumes = self.assuming(
            "what went before would have gone on: trend, season, and the spread around them; a period resembles the one before it as much as earlier ones did",
        );
        let (series, counts, found) = match self.fitted(&mut row) {
            Ok(fitted) => fitted,
            Err(reason) => {
                row.reason = Some(reason);
                return vec![row];
            }
        };
        row.dispersion = Some(found.dispersion);
        row.pieces = i64::try_from(series.windows.len()).ok();
        row.correlation = found.correlation;
        row.warning = series_warning(series.start, &counts, &found, self.every);
        let mut rows = Vec::new();
        let part = |method: EffectMethod, ratio: RatioEstimate, what: &str| {
            let mut part = EffectRow { method, expected: None, ..row.clone() };
            part.compared = format!("{}: {what}", row.compared);
            put_estimate(&mut part, ratio);
            part
        };
        rows.push(part(
            EffectMethod::InterruptedSeriesLevel,
            found.level,
            "the step at its beginning",
        ));
        if let Some(slope) = found.slope {
            let what = format!("the change of the slope, a factor per {}", self.every.code());
            rows.push(part(EffectMethod::InterruptedSeriesSlope, slope, &what));
        }
        put_estimate(&mut row, found.overall);
        row.expected = Some(found.counterfactual[series.start..].iter().sum());
        rows.insert(0, row);
        rows
    }

    fn fitted(&self, row: &mut EffectRow) -> Result<(Series, Vec<f64>, InterruptedSeries), String> {
        let frame = self.during()?;
        let calendar = self.assessor.plan.calendar();
        let mut series =
            Series::during(calendar, &self.campaign.window, &frame.to_date, self.every);
        let mut counts = Vec::new();
        for window in &series.windows {
            counts
                .push(self.count(&self.inside, window).map_err(|reason| missing(window, reason))?);
        }
        row.counted = Some(counts.iter().sum());
        // Backwards as far as anything is known without a gap.
        let mut stopped = Reason::NoData;
        let mut history = Vec::new();
        while let Some(window) = series.before(calendar, history.len() + 1) {
            match self.count(&self.inside, &window) {
                Ok(count) => history.push((window, count)),
                Err(reason) => {
                    stopped = reason;
                    break;
                }
            }
        }
        if let Some((earliest, _)) = history.last()
            && self.whole_count(&self.inside, earliest).is_none()
        {
            history.pop();
        }
        let seasonality = seasonality(self.every, history.len());
        let slope_change = series.windows.len() >= 3;
        let terms = 3 + usize::from(slope_change) + super::windows::terms(seasonality);
        let needed = (terms + SPARE_PERIODS).saturating_sub(series.windows.len());
        if history.len() < needed {
            return Err(format!(
                "only {} before the campaign are known without a gap, of at least {needed}; the next: {}",
                periods(history.len(), self.every),
                stopped.explanation()
            ));
        }
        history.reverse();
        series.start = history.len();
        let (windows, before): (Vec<Window>, Vec<f64>) = history.into_iter().unzip();
        series.windows.splice(0..0, windows);
        counts.splice(0..0, before);
        row.before = Some(counts[..series.start].iter().sum());
        let first = series.windows[0].start();
        put_windows(row, &frame.to_date, &frame.to_date);
        (row.before_start, row.before_end) = (Some(first), Some(frame.to_date.start()));
        row.compared = format!(
            "{} with what {} from {first} on lead one to expect, {}",
            frame.to_date,
            periods(series.start, self.every),
            super::windows::season_text(seasonality)
        );
        // Events that are still to be recorded are not missing from their days.
        let exposure = |window: &Window| window.days() as f64 * self.windows().recorded(window).0;
        let exposures: Vec<f64> = series.windows.iter().map(exposure).collect();
        let options = InterruptedOptions {
            seasonality,
            slope_change,
            variation: CountVariation::QuasiPoisson,
            correlated: true,
        };
        let found =
            stats::interrupted_series(&counts, &exposures, series.start, &options, self.confidence)
                .map_err(|error| error.to_string())?;
        Ok((series, counts, found))
    }

    /// The earlier window that units are compared over: the campaign's own, else a year back, else just before.
    fn before_of_units(
        &self,
        frame: &Frame,
        units: &[UnitIndex],
    ) -> Result<(Reference, Window), String> {
        let standard = [Reference::SameWindowLastYear, Reference::PreviousPeriod];
        let mut reasons = Vec::new();
        for from in self.campaign.compare.iter().chain(&standard) {
            match self.earlier(from, frame) {
                Ok(window) => match self.windows().compared(units, &frame.to_date, &window) {
                    Ok(_) => return Ok((from.clone(), window)),
                    Err(error) => reasons.push(unknown(error)),
                },
                Err(reason) => reasons.push(reason),
            }
        }
        reasons.dedup();
        Err(reasons.join("; "))
    }

    /// How those who took part changed, over how the others did.
    fn differences(&self) -> EffectRow {
        let mut row = self.blank(EffectMethod::DifferenceInDifferences);
        row.assumes = self.assuming(
            "without the campaign, its units would have changed as the others did, and what it did is not felt by these",
        );
        let computed = self.during().and_then(|frame| {
            if self.outside.is_empty() {
                return Err("every unit of this level takes part: nobody is there to compare with"
                    .to_owned());
            }
            let (_, before) = self.before_of_units(&frame, &self.inside)?;
            self.ratio_of_ratios(&mut row, &self.inside, &self.outside, &frame.to_date, &before)
        });
        row.reason = computed.err();
        row
    }

    /// The change of some units over that of others.
    fn ratio_of_ratios(
        &self,
        row: &mut EffectRow,
        units: &[UnitIndex],
        others: &[UnitIndex],
        window: &Window,
        before: &Window,
    ) -> Result<(), String> {
        put_windows(row, window, before);
        let (mut was, mut is, mut took_part) = (Vec::new(), Vec::new(), Vec::new());
        let mut left_out = LeftOut::default();
        let mut reason = None;
        // Who has nothing to show in one of the windows can't be compared.
        for (unit, takes_part) in
            units.iter().map(|unit| (unit, true)).chain(others.iter().map(|unit| (unit, false)))
        {
            match self.windows().compared(std::slice::from_ref(unit), window, before) {
                Ok(compared) => {
                    was.push(compared.before);
                    is.push(compared.counted);
                    took_part.push(takes_part);
                    left_out.append(compared.left_out);
                }
                Err((_, Reason::MissingReports | Reason::NoData)) if !takes_part => {}
                Err(error @ (_, Reason::MissingReports | Reason::NoData)) => {
                    left_out.push(|| format!("`{}`", self.assessor.plan.units()[*unit].id));
                    reason = reason.or(Some(unknown(error)));
                }
                Err(error) if takes_part => return Err(unknown(error)),
                Err(_) => {}
            }
        }
        let sum = |counts: &[f64]| -> f64 { counts.iter().sum() };
        let taking = took_part.iter().filter(|takes_part| **takes_part).count();
        if let Some(reason) = reason.filter(|_| taking == 0) {
            return Err(reason);
        }
        row.counted = Some(sum(&is[..taking]));
        row.before = Some(sum(&was[..taking]));
        row.outside = Some(sum(&is[taking..]));
        row.outside_before = Some(sum(&was[taking..]));
        row.pieces = i64::try_from(was.len()).ok();
        row.compared = format!(
            "the change of {taking} units from {before} to {window} with that of {} others",
            was.len() - taking
        );
        let of = |variation: CountVariation| {
            stats::difference_in_differences(&was, &is, &took_part, variation, self.confidence)
                .map_err(|error| error.to_string())
        };
        let mut found = of(CountVariation::QuasiPoisson)?;
        if found.degrees < FEWEST_DEGREES {
            found = of(CountVariation::Poisson)?;
            found.dispersion = None;
            row.assumes
                .push_str("; units differ by no more than chance, since there are too few to tell");
        }
        row.dispersion = found.dispersion;
        if let Some(extreme) = self.extreme(units, before) {
            row.warning = Some(format!(
                "{before} has the {} daily count of {} windows of this length in the units that are compared: part of the change may be a return to their mean",
                extreme.end(),
                extreme.windows,
            ));
        }
        warn(row, left_out.warning());
        row.expected = row.counted.map(|counted| counted / found.ratio);
        put_estimate(row, RatioEstimate { ratio: found.ratio, interval: found.interval });
        Ok(())
    }

    /// Whether what was kept down came up in as many days after the campaign.
    fn displaced_after(&self) -> EffectRow {
        let mut row = self.blank(EffectMethod::DisplacedAfter);
        row.assumes = self.assuming(
            "without the campaign there would have been as many events in the days after it as a year before; above 1, some may only have been put off",
        );
        let computed = self.during().and_then(|frame| {
            if !frame.is_final() {
                return Err("the campaign still runs".to_owned());
            }
            let days = chrono::TimeDelta::days(frame.window.days());
            let after = frame.window.end().checked_add_signed(days);
            let after = after.and_then(|end| Window::new(frame.window.end(), end));
            let after = after.ok_or("there are no such days")?;
            let after = self.assessor.frame(&after).ok_or("the days after it have not begun")?;
            let moved = self
                .own_comparison()
                .filter(|from| matches!(from, Reference::SameWindowMovedBy(_)));
            let from = moved.unwrap_or(&Reference::SameWindowLastYear);
            let earlier = self.earlier(from, &after)?;
            self.ratio(&mut row, &self.inside, &after.to_date, (from, &earlier))
        });
        row.reason = computed.err();
        row
    }

    /// Whether it rose nearby, in units of the same parent.
    fn displaced_nearby(&self) -> EffectRow {
        let mut row = self.blank(EffectMethod::DisplacedNearby);
        let units = self.assessor.plan.units();
        let is_near = |unit: &UnitIndex| {
            units[*unit].parent.is_some()
                && self.inside.iter().any(|one| units[*one].parent == units[*unit].parent)
        };
        let (near, far): (Vec<UnitIndex>, Vec<UnitIndex>) =
            self.outside.iter().partition(|unit| is_near(unit));
        row.assumes = self.assuming(if far.is_empty() {
            "without the campaign, its neighbours would have had as many events a day as in the earlier window; above 1, some may have moved there"
        } else {
            "without the campaign, its neighbours would have changed as units further away did; above 1, some events may have moved there"
        });
        let computed = self.during().and_then(|frame| {
            if near.is_empty() {
                return Err("no unit of the same parent is outside of the campaign".to_owned());
            }
            let (from, before) = self.before_of_units(&frame, &near)?;
            if far.is_empty() {
                self.ratio(&mut row, &near, &frame.to_date, (&from, &before))
            } else {
                self.ratio_of_ratios(&mut row, &near, &far, &frame.to_date, &before)
            }
        });
        row.reason = computed.err();
        row
    }
}

/// Whether the last period before the campaign deviates more from trend and season than those before it.
fn series_warning(
    start: usize,
    counts: &[f64],
    found: &InterruptedSeries,
    every: Every,
) -> Option<String> {
    let deviation =
        |period: usize| (counts[period] - found.fitted[period]) / found.fitted[period].sqrt();
    let last = start.checked_sub(1)?;
    let extreme = Extreme::of(deviation(last), (0..last).rev().map(deviation))?;
    Some(format!(
        "the last {} before the campaign lies further {} trend and season than each of {} before it: they may lead too {}",
        every.code(),
        if extreme.last > extreme.mean { "above" } else { "below" },
        extreme.windows - 1,
        if extreme.last > extreme.mean { "high" } else { "low" },
    ))
}

fn put_windows(row: &mut EffectRow, window: &Window, before: &Window) {
    (row.window_start, row.window_end) = (Some(window.start()), Some(window.end()));
    (row.before_start, row.before_end) = (Some(before.start()), Some(before.end()));
}

fn put_estimate(row: &mut EffectRow, estimate: RatioEstimate) {
    let RatioEstimate { ratio, interval: Interval { lower, upper } } = estimate;
    (row.estimate, row.lower, row.upper) = (Some(ratio), Some(lower), Some(upper));
}

/// Adds to what a row warns of.
fn warn(row: &mut EffectRow, warning: Option<String>) {
    row.warning = match (row.warning.take(), warning) {
        (Some(one), Some(other)) => Some(format!("{one}; {other}")),
        (one, other) => one.or(other),
    };
}

/// `2023-01-01 to 2023-01-31: nothing was recorded for these days`
fn missing(window: &Window, reason: Reason) -> String {
    format!("{window}: {}", reason.explanation())
}

fn unknown((window, reason): (Window, Reason)) -> String {
    missing(&window, reason)
}

/// `12 months`, `1 year`
fn periods(count: usize, every: Every) -> String {
    let name = if count == 1 { every.code() } else { every.plural() };
    format!("{count} {name}")
}
