//! The windows of a row, as a small line.
//!
//! Each window is a mark at the height of its value: a disc is met, a square missed, a ring has no verdict. A ring at the
//! bottom has no value. The last mark is the latest window. The dotted line is the goal. A sparkline has a scale of its
//! own, so that it shows the course of one unit. Of many windows, only the latest one is marked.

use super::bullet::Length;
use super::card::{Counts, Entry, Series};
use super::svg::{self, MET, MISSED, PALE};
use super::wording;
use crate::assess::Verdict;
use crate::language::Language;

/// Width of the drawing.
const WIDTH: f64 = 160.0;
/// Height of the drawing.
const HEIGHT: f64 = 22.0;
/// Free space around the marks.
const MARGIN: f64 = 4.0;
/// The most windows that are drawn beside a row: the latest ones.
pub(super) const WINDOWS: usize = 12;
/// Marks of more windows would cover each other.
pub(super) const MARKED: usize = 48;

/// The windows of one unit, as paths of SVG.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sparkline {
    /// The line through the values.
    line: String,
    /// The goals.
    goal: String,
    /// Discs of the windows met.
    met: String,
    /// Squares of the windows missed.
    missed: String,
    /// Rings of the windows without a verdict.
    none: String,
    /// The earlier windows by verdict, printed below the drawing.
    pub caption: String,
    /// Each window drawn, in words.
    words: String,
}

impl Sparkline {
    /// The drawing beside a row; `None` if the unit has no earlier window.
    pub(crate) fn of(series: &Series<'_>, language: Language) -> Option<Self> {
        let mut windows = series.earlier();
        if windows.is_empty() {
            return None;
        }
        windows.push(series.latest);
        Some(Sparkline::of_windows(&windows, WINDOWS, language))
    }

    /// The drawing of the latest of some windows, which stand in the order of time.
    pub(super) fn of_windows(all: &[Entry<'_>], most: usize, language: Language) -> Self {
        let earlier = all.iter().take(all.len().saturating_sub(1));
        let counts = Counts::of(earlier.copied());
        let left_out = all.len().saturating_sub(most);
        let windows = &all[left_out..];
        let numbers = || {
            let values = windows.iter().filter_map(|entry| entry.value());
            values.chain(windows.iter().filter_map(|entry| goal(*entry))).filter(|n| n.is_finite())
        };
        let low = numbers().fold(f64::INFINITY, f64::min);
        let high = numbers().fold(f64::NEG_INFINITY, f64::max);
        let height = |number: f64| {
            let share = (number - low) / (high - low);
            let share = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.5 };
            MARGIN + (1.0 - share) * (HEIGHT - 2.0 * MARGIN)
        };
        let place_of = |place: usize| match windows.len() {
            1 => WIDTH / 2.0,
            windows => MARGIN + place as f64 * (WIDTH - 2.0 * MARGIN) / (windows - 1) as f64,
        };
        let points = |number: fn(Entry<'_>) -> Option<f64>| {
            let numbers = windows.iter().map(move |entry| number(*entry).filter(|n| n.is_finite()));
            numbers.enumerate().map(|(place, number)| (place_of(place), number.map(height)))
        };
        let goal_line = match (windows, points(goal).next()) {
            // The goal of one window is a line all the same.
            ([_], Some((_, height))) => {
                svg::line([(MARGIN, height), (WIDTH - MARGIN, height)].into_iter())
            }
            _ => svg::line(points(goal)),
        };
        let mut drawing = Sparkline {
            line: svg::line(points(|entry| entry.value())),
            goal: goal_line,
            met: String::new(),
            missed: String::new(),
            none: String::new(),
            caption: language
                .say("earlier", &[("verdicts", &language.verdicts_without_certainty(&counts))]),
            words: words(all, language),
        };
        let unmarked = if windows.len() > MARKED { windows.len() - 1 } else { 0 };
        let marked = points(|entry| entry.value()).zip(windows).skip(unmarked);
        for ((x, y), entry) in marked {
            let y = y.unwrap_or(HEIGHT - MARGIN);
            match entry.verdict() {
                Verdict::Met => drawing.met.push_str(&disc(x, y)),
                Verdict::Missed => {
                    let (left, top) = (Length(x - 2.5), Length(y - 2.5));
                    drawing.missed.push_str(&format!("M{left} {top}h5v5h-5z"));
                }
                Verdict::Indeterminate => drawing.none.push_str(&disc(x, y)),
            }
        }
        drawing
    }

    /// The drawing as an element that needs no style. `title` says what it is of.
    pub(crate) fn svg(&self, title: Option<&str>) -> String {
        let dotted =
            "fill=\"none\" stroke=\"currentColor\" stroke-dasharray=\"1.5 2.5\"".to_owned();
        let paths = [
            ("course", &self.line, svg::stroke(PALE)),
            ("aim", &self.goal, dotted),
            ("met fill", &self.met, svg::fill(MET)),
            ("missed fill", &self.missed, svg::fill(MISSED)),
            ("none ring", &self.none, svg::stroke(PALE)),
        ];
        let drawn = paths.iter().filter(|(_, path, _)| !path.is_empty());
        let drawn = drawn
            .map(|(class, path, style)| format!("<path class=\"{class}\" {style} d=\"{path}\"/>"));
        svg::element("sparkline", (WIDTH, HEIGHT), (title, &self.words), &drawn.collect::<String>())
    }
}

/// The goal, or the lower of two.
fn goal(entry: Entry<'_>) -> Option<f64> {
    entry.goals().next()
}

fn disc(x: f64, y: f64) -> String {
    format!("M{} {}a2.7 2.7 0 1 0 5.4 0a2.7 2.7 0 1 0-5.4 0z", Length(x - 2.7), Length(y))
}

/// The latest windows in words: `2018: 74.1 %, missed; 2019: 76 %, met`.
pub(super) fn words(all: &[Entry<'_>], language: Language) -> String {
    let left_out = all.len().saturating_sub(WINDOWS);
    let windows = &all[left_out..];
    let mut parts: Vec<String> = windows
        .iter()
        .map(|entry| {
            let (start, end) = entry.window();
            let goals: Vec<f64> = entry.goals().collect();
            let value = entry.value().filter(|value| value.is_finite()).map(|value| {
                let value = language.rounded(value, &goals);
                wording::with_unit(&value, &language.unit_of_value(entry.unit_of_value())) + ", "
            });
            let verdict = language.bare_verdict(entry.verdict());
            let value = value.unwrap_or_default();
            format!("{}: {value}{verdict}", language.period(start, end))
        })
        .collect();
    if left_out > 0 {
        parts.insert(0, language.counted(left_out, ("earlier_one", "earlier_other", "windows")));
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scorecard::card::Card;
    use crate::scorecard::samples::{self, date, line, row};
    use crate::scorecard::{Line, Scorecard, Section};

    fn yearly(years: impl IntoIterator<Item = (i32, Option<f64>)>) -> Scorecard {
        let rows: Vec<Line> = years
            .into_iter()
            .map(|(year, value)| {
                let row = row("t", "u", "at least 75", 75.0).with(|row| {
                    row.window_start = date(&format!("{year}-01-01"));
                    row.window_end = date(&format!("{}-01-01", year + 1));
                });
                line(
                    "t",
                    "%",
                    match value {
                        Some(value) => row.floor(value),
                        None => row,
                    },
                )
            })
            .collect();
        let section = Section { heading: "Targets".to_owned(), documents: Vec::new(), rows };
        Scorecard { sections: vec![section], ..samples::large(0) }
    }

    fn sparkline(card: &Scorecard) -> Option<Sparkline> {
        let card = Card::from(card);
        let target = card.sections[0].targets[0].open();
        Sparkline::of(&target.levels[0].series[0], Language::English)
    }

    #[test]
    fn each_window_is_a_mark_and_a_phrase_in_the_order_of_time() {
        let card = yearly([(2021, Some(80.0)), (2019, Some(70.0)), (2020, None)]);
        let drawing = sparkline(&card).unwrap();
        assert_eq!(
            drawing.words.replace('\u{a0}', " "),
            "2019: 70 %, missed; 2020: no verdict; 2021: 80 %, met"
        );
        assert_eq!(drawing.caption, "earlier: 1 missed, 1 no verdict");
        // The lowest value stands at the bottom left, the highest at the top right, and the gap breaks the line.
        assert_eq!(drawing.line, "M4 18M156 4");
        assert_eq!(drawing.goal, "M4 11L80 11L156 11");
        assert_eq!(drawing.missed, "M1.5 15.5h5v5h-5z");
        assert!(drawing.met.starts_with("M153.3 4a") && drawing.none.starts_with("M77.3 18a"));
    }

    #[test]
    fn one_window_has_no_sparkline_and_of_many_the_latest_are_drawn() {
        assert_eq!(sparkline(&yearly([(2021, Some(80.0))])), None);
        let many = yearly((1990..2020).map(|year| (year, Some(80.0))));
        let drawing = sparkline(&many).unwrap();
        assert_eq!(drawing.met.matches('z').count(), WINDOWS);
        assert!(drawing.words.starts_with("18 earlier windows; 2008: 80"), "{}", drawing.words);
        assert_eq!(drawing.caption, "earlier: 29 met");
    }
}
