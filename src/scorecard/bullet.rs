//! The small pictures beside the numbers, as geometry: what is where, in units of the drawing.
//!
//! A bullet shows a value as a bar from zero, its interval as a whisker, the goal as a tick and the
//! good side of the goal as a band (Few, *Bullet Graph Design Specification*, 2006). Bars begin at
//! zero, so their lengths may be compared; all rows of a target share one scale.

use std::fmt;

use super::card::Entry;
use super::wording;
use super::{Limit, Line};
use crate::assess::Verdict;
use crate::language::Language;

/// Width of a drawing.
const WIDTH: f64 = 160.0;

/// Bars of a distribution.
const BINS: usize = 40;
/// Height of the highest bar of a distribution.
const PEAK: f64 = 26.0;

/// A length in a drawing, printed to a tenth.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub(crate) struct Length(pub(super) f64);

impl fmt::Display for Length {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.1}", self.0);
        f.write_str(text.strip_suffix(".0").unwrap_or(&text))
    }
}

/// A stretch along a drawing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stretch {
    pub from: Length,
    pub to: Length,
}

impl Stretch {
    fn between(one: f64, other: f64) -> Self {
        Stretch { from: Length(one.min(other)), to: Length(one.max(other)) }
    }

    pub(crate) fn width(&self) -> Length {
        Length(self.to.0 - self.from.0)
    }
}

/// The axis of a drawing: the numbers at its two ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    /// Whether it shows value ÷ goal.
    is_per_goal: bool,
}

impl Scale {
    /// The scale of all rows of a target. It contains zero and each value, interval and goal.
    ///
    /// If the goals of the rows differ and all are positive, the scale shows value ÷ goal, with the goal at 1.
    /// Percentages that reach into the upper half run to 100, unless one goes beyond. `None` if there is nothing to
    /// draw.
    pub(crate) fn of<'a>(entries: impl IntoIterator<Item = Entry<'a>>) -> Option<Self> {
        let entries: Vec<Entry<'a>> =
            entries.into_iter().filter(|entry| entry.value().is_some_and(f64::is_finite)).collect();
        let first = *entries.first()?;
        let goals = |entry: Entry<'_>| (entry.goal_value(), entry.goal_upper());
        let is_per_goal = entries.iter().any(|entry| goals(*entry) != goals(first))
            && entries.iter().all(|entry| {
                entry.goal_value().is_some_and(|goal| goal > 0.0 && goal.is_finite())
                    && entry.goal_upper().is_none()
                    && entry.value().is_some_and(|value| value >= 0.0)
            });
        let (mut low, mut high) = (0.0f64, 0.0f64);
        for entry in &entries {
            let numbers = [entry.value(), entry.lower(), entry.upper(), entry.expected_now()];
            let goal = entry.goal_value().filter(|_| is_per_goal).unwrap_or(1.0);
            for number in numbers.into_iter().flatten().chain(entry.goals()) {
                let number = number / goal;
                if number.is_finite() {
                    low = low.min(number);
                    high = high.max(number);
                }
            }
        }
        let span = high - low;
        if !span.is_finite() || span <= 0.0 {
            return None;
        }
        let are_percentages = entries.iter().all(|entry| entry.unit_of_value() == "%");
        if are_percentages && !is_per_goal && low == 0.0 && (50.0..=100.0).contains(&high) {
            high = 100.0;
        }
        Some(Scale { low, high, is_per_goal })
    }

    /// The name of the axis and the numbers at its ends.
    pub(crate) fn label(&self, unit_of_value: &str, language: Language) -> String {
        let (low, high) = (language.rounded(self.low, &[]), language.rounded(self.high, &[]));
        let ends = language.say("range", &[("low", &low), ("high", &high)]);
        if self.is_per_goal {
            language.say("bars_of_goal", &[("ends", &ends)])
        } else {
            let ends = wording::with_unit(&ends, &language.unit_of_value(unit_of_value));
            language.say("bars", &[("ends", &ends)])
        }
    }

    /// The place of a number of a row with this goal; beyond the scale, at its end.
    fn place(&self, number: f64, goal: Option<f64>) -> f64 {
        let number = number / goal.filter(|_| self.is_per_goal).unwrap_or(1.0);
        ((number - self.low) / (self.high - self.low) * WIDTH).clamp(0.0, WIDTH)
    }

    /// The numbers that are good, where the limit is known.
    fn good_side(&self, line: &Line) -> Option<Stretch> {
        let row = &line.assessment;
        let goal = row.goal_value.filter(|goal| goal.is_finite())?;
        let place = |number| self.place(number, Some(goal));
        match line.limit {
            Limit::Floor => Some(Stretch::between(place(goal), WIDTH)),
            Limit::Ceiling => Some(Stretch::between(0.0, place(goal))),
            Limit::Band => {
                let upper = row.goal_upper.filter(|upper| upper.is_finite())?;
                Some(Stretch::between(place(goal), place(upper)))
            }
        }
    }
}

/// A row's picture.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bullet {
    /// The bar from zero to the value.
    pub bar: Stretch,
    /// Zero, where the bar may go either way.
    pub zero: Option<Length>,
    /// The interval.
    pub whisker: Option<Stretch>,
    /// The goals.
    pub goals: Vec<Length>,
    /// The good side.
    pub good: Option<Stretch>,
    /// What the trajectory expects by now.
    pub expected: Option<Length>,
    /// The same in words.
    pub words: String,
}

impl Bullet {
    /// The picture of a row; `None` for a row without a value.
    pub(crate) fn of(line: &Line, scale: &Scale, language: Language) -> Option<Self> {
        let row = &line.assessment;
        let value = row.value.filter(|value| value.is_finite())?;
        let place = |number: f64| scale.place(number, row.goal_value);
        let mut words = wording::with_unit(
            &language.value(line)?,
            &language.unit_of_value(&line.unit_of_value),
        );
        if let Some(interval) = language.interval(line, false) {
            words.push_str(&language.say("bar_interval", &[("interval", &interval)]));
        }
        words.push_str(&language.say("bar_goal", &[("goal", &language.goal(line))]));
        if let Some(goal) = row.goal_value.filter(|_| scale.is_per_goal) {
            let share = language.rounded(value / goal, &[1.0]);
            words.push_str(&language.say("bar_share", &[("share", &share)]));
        }
        Some(Bullet {
            bar: Stretch::between(place(0.0), place(value)),
            zero: (scale.low < 0.0).then(|| Length(place(0.0))),
            whisker: row
                .lower
                .zip(row.upper)
                .filter(|(lower, upper)| !lower.is_nan() && !upper.is_nan())
                .map(|(lower, upper)| Stretch::between(place(lower), place(upper))),
            goals: line.goals().into_iter().map(|goal| Length(place(goal))).collect(),
            good: scale.good_side(line),
            expected: row
                .expected_now
                .filter(|expected| !row.is_final && expected.is_finite())
                .map(|expected| Length(place(expected))),
            words,
        })
    }
}

/// How the values of many rows with one goal are spread.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Distribution {
    pub bars: Vec<Bar>,
    pub goals: Vec<Length>,
    pub good: Option<Stretch>,
    /// The least and the greatest value, as printed below the drawing.
    pub ends: [String; 2],
    pub words: String,
}

/// Rows whose values fall between two numbers.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bar {
    pub from: Length,
    pub width: Length,
    /// Height of the rows met; they stand on the axis.
    pub met: Length,
    /// Height of the rows missed; they stand on those met.
    pub missed: Length,
}

impl Bar {
    /// Whether any row is met.
    pub(crate) fn has_met(&self) -> bool {
        self.met.0 > 0.0
    }

    /// Whether any row is missed.
    pub(crate) fn has_missed(&self) -> bool {
        self.missed.0 > 0.0
    }

    /// Where the rows met begin, from the drawing's top.
    pub(crate) fn met_top(&self) -> Length {
        Length(PEAK - self.met.0)
    }

    /// Where the rows missed begin, from the drawing's top.
    pub(crate) fn missed_top(&self) -> Length {
        Length(PEAK - self.met.0 - self.missed.0)
    }
}

impl Distribution {
    /// The spread of judged rows; `None` where there are fewer than two different values.
    ///
    /// Unlike a bullet it need not begin at zero: its bars count rows.
    pub(crate) fn of<'a>(
        entries: impl Iterator<Item = Entry<'a>> + Clone,
        language: Language,
    ) -> Option<Self> {
        let mut values: Vec<(f64, Verdict)> = entries
            .clone()
            .map(|entry| (entry.value(), entry.verdict()))
            .filter(|(_, verdict)| *verdict != Verdict::Indeterminate)
            .filter_map(|(value, verdict)| {
                Some((value.filter(|value| value.is_finite())?, verdict))
            })
            .collect();
        values.sort_by(|(left, _), (right, _)| left.total_cmp(right));
        let (least, greatest) = (values.first()?.0, values.last()?.0);
        let line = &*entries.clone().find(|entry| entry.value().is_some())?.line();
        let goals = line.goals();
        let low = goals.iter().copied().fold(least, f64::min);
        let high = goals.iter().copied().fold(greatest, f64::max);
        if least == greatest || !(high - low).is_finite() {
            return None;
        }
        let scale = Scale { low, high, is_per_goal: false };
        let mut bins = [[0usize; 2]; BINS];
        for (value, verdict) in &values {
            let share = (value - low) / (high - low) * BINS as f64;
            let bin = (share as usize).min(BINS - 1);
            bins[bin][usize::from(*verdict == Verdict::Missed)] += 1;
        }
        let highest = bins.iter().map(|[met, missed]| met + missed).max()?.max(1);
        let height = |rows: usize| Length(rows as f64 / highest as f64 * PEAK);
        let step = WIDTH / BINS as f64;
        let bars = bins
            .iter()
            .enumerate()
            .filter(|(_, [met, missed])| met + missed > 0)
            .map(|(place, [met, missed])| Bar {
                from: Length(place as f64 * step),
                width: Length(step - 0.6),
                met: height(*met),
                missed: height(*missed),
            })
            .collect();
        let middle = values[values.len() / 2].0;
        let unit = language.unit_of_value(&line.unit_of_value);
        let print = |value| wording::with_unit(&language.rounded(value, &goals), &unit);
        Some(Distribution {
            bars,
            goals: goals.iter().map(|goal| Length(scale.place(*goal, None))).collect(),
            good: scale.good_side(line),
            ends: [print(low), print(high)],
            words: language.say(
                "spread",
                &[
                    ("values", &language.count(values.len())),
                    ("low", &print(least)),
                    ("high", &print(greatest)),
                    ("median", &print(middle)),
                    ("goal", &language.goal(line)),
                ],
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::scorecard::card::Card;
    use crate::scorecard::number;
    use crate::scorecard::samples::{self, any_line, line, row};

    #[test]
    fn bars_of_one_target_are_in_the_order_of_the_values() {
        // Burglaries in Berlin, with the goal to stay below the year before.
        let rows = [(8_572.0, 11_006.0), (7_568.0, 8_572.0), (8_400.0, 7_568.0)]
            .map(|(value, goal)| line("t", "cases", row("t", "u", "g", goal).ceiling(value)));
        let scale = Scale::of(rows.iter().map(Entry::Line)).unwrap();
        let bars = rows.each_ref().map(|line| Bullet::of(line, &scale, Language::English).unwrap());
        let ratios = rows
            .each_ref()
            .map(|line| line.assessment.value.unwrap() / line.assessment.goal_value.unwrap());
        for place in [0, 1] {
            let [one, other] = [&bars[place], &bars[place + 1]];
            assert_eq!(one.goals, other.goals, "the ticks are aligned");
            let lengths = one.bar.width().0.total_cmp(&other.bar.width().0);
            assert_eq!(lengths, ratios[place].total_cmp(&ratios[place + 1]));
        }
        assert_eq!(scale.label("cases", Language::English), "bars: value ÷ goal, 0 to 1.11");
        assert!(bars[2].words.ends_with("; value ÷ goal 1.11"), "{}", bars[2].words);
    }

    fn bullet(line: &Line) -> Option<Bullet> {
        Scale::of([Entry::Line(line)]).and_then(|scale| Bullet::of(line, &scale, Language::English))
    }

    fn near(length: Length, expected: f64) -> bool {
        approx::abs_diff_eq!(length.0, expected, epsilon = 1e-9)
    }

    #[test]
    fn percentages_are_drawn_from_none_to_all() {
        let row = row("t", "u", "at least 75", 75.0).share(160, 200);
        let bullet = bullet(&line("t", "%", row.clone())).unwrap();
        assert!(near(bullet.bar.from, 0.0) && near(bullet.bar.to, 0.80 * WIDTH));
        assert!(near(bullet.goals[0], 0.75 * WIDTH));
        let good = bullet.good.unwrap();
        assert!(near(good.from, 0.75 * WIDTH) && near(good.to, WIDTH));
        let whisker = bullet.whisker.unwrap();
        assert!(near(whisker.from, row.lower.unwrap() / 100.0 * WIDTH));
        assert!(near(whisker.to, row.upper.unwrap() / 100.0 * WIDTH));
        assert_eq!(bullet.zero, None);
        assert_eq!(
            bullet.words.replace('\u{a0}', " "),
            "80 %, interval 73.9 to 85.0; goal at least 75 %"
        );
    }

    #[test]
    fn small_percentages_and_counts_fill_the_drawing() {
        for (unit, value, goal) in [("%", 0.29, 0.3), ("cases", 6_419.0, 6_000.0), ("", 3.0, 4.0)] {
            let bullet = bullet(&line("t", unit, row("t", "u", "g", goal).floor(value))).unwrap();
            assert!(bullet.bar.to.0.max(bullet.goals[0].0) > 0.9 * WIDTH, "{unit}");
            // Lengths from zero may be compared: as value to goal, so bar to tick.
            let ratio = bullet.bar.width().0 / bullet.goals[0].0;
            assert!((ratio - value / goal).abs() < 1e-9);
        }
    }

    #[test]
    fn the_good_side_is_below_a_ceiling_and_inside_a_band() {
        let ceiling =
            bullet(&line("t", "", row("t", "u", "at most 12", 12.0).ceiling(15.0))).unwrap();
        let good = ceiling.good.unwrap();
        assert!(near(good.from, 0.0) && good.to == ceiling.goals[0]);
        let band = row("t", "u", "between 30 and 40", 30.0).with(|row| row.goal_upper = Some(40.0));
        let band = bullet(&line("t", "", band.judged(35.0, 5.0, true))).unwrap();
        let good = band.good.unwrap();
        assert_eq!(band.goals, [good.from, good.to]);
    }

    #[test]
    fn a_fall_is_drawn_to_the_left_of_zero() {
        let fall =
            bullet(&line("t", "%", row("t", "u", "at most -10", -10.0).ceiling(-12.4))).unwrap();
        assert_eq!(fall.zero, Some(fall.bar.to));
        assert!(fall.bar.from < fall.goals[0] && fall.goals[0] < fall.bar.to);
    }

    #[test]
    fn nothing_is_drawn_without_a_value() {
        assert_eq!(bullet(&line("t", "%", row("t", "u", "at least 75", 75.0))), None);
        let zero = row("t", "u", "at most 0", 0.0).ceiling(0.0);
        assert_eq!(bullet(&line("t", "cases", zero)), None, "all there is is zero");
    }

    #[test]
    fn a_distribution_counts_each_judged_row_once() {
        let card = samples::large(1_000);
        let card = Card::from(&card);
        let target = card.sections[0].targets[0].open();
        let communes: Vec<Entry<'_>> = target.levels[2].entries().collect();
        let distribution = Distribution::of(communes.iter().copied(), Language::English).unwrap();
        let judged = |verdict| {
            let rows = communes.iter().filter(|entry| entry.verdict() == verdict);
            rows.count() as f64
        };
        let (met, missed) = (judged(Verdict::Met), judged(Verdict::Missed));
        let heights = |height: fn(&Bar) -> Length| -> f64 {
            distribution.bars.iter().map(|bar| height(bar).0).sum()
        };
        let ratio = heights(|bar| bar.missed) / heights(|bar| bar.met);
        assert!((ratio - missed / met).abs() < 1e-9);
        assert!(distribution.words.contains(&number::count((met + missed) as usize)));
        // The highest bar reaches the top, and no bar goes beyond it.
        let tops = distribution.bars.iter().map(|bar| bar.missed_top().0);
        assert!(tops.fold(PEAK, f64::min).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn bars_of_one_scale_are_in_the_order_of_their_numbers(
            rows in prop::collection::vec((0.0..1e6f64, -1e3..1e6f64), 2..8),
            has_one_goal in any::<bool>(),
        ) {
            let goal = |goal| if has_one_goal { rows[0].1 } else { goal };
            let lines: Vec<Line> = rows
                .iter()
                .map(|(value, of)| line("t", "", row("t", "u", "g", goal(*of)).floor(*value)))
                .collect();
            let Some(scale) = Scale::of(lines.iter().map(Entry::Line)) else { return Ok(()) };
            let mut bars: Vec<(f64, f64)> = lines
                .iter()
                .map(|line| {
                    let row = &line.assessment;
                    let number = match scale.is_per_goal {
                        true => row.value.unwrap() / row.goal_value.unwrap(),
                        false => row.value.unwrap(),
                    };
                    (number, Bullet::of(line, &scale, Language::English).unwrap().bar.width().0)
                })
                .collect();
            bars.sort_by(|left, right| left.0.total_cmp(&right.0));
            // A double has no more than 16 digits.
            prop_assert!(bars.is_sorted_by(|left, right| left.1 <= right.1 + 1e-9), "{:?}", bars);
        }

        #[test]
        fn everything_drawn_is_within_the_drawing(line in any_line()) {
            if let Some(bullet) = bullet(&line) {
                let mut places = vec![bullet.bar.from, bullet.bar.to];
                places.extend(bullet.whisker.iter().chain(&bullet.good).flat_map(|s| [s.from, s.to]));
                places.extend(bullet.goals.iter().chain(&bullet.zero).chain(&bullet.expected));
                for place in places {
                    prop_assert!((0.0..=WIDTH).contains(&place.0), "{:?}", bullet);
                }
                prop_assert!(bullet.bar.from <= bullet.bar.to);
            }
        }
    }
}
