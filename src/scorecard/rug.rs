//! The windows of a row as a strip of marks.
//!
//! Each window has the mark of its verdict and certainty, in the order of time. Of many windows each one is a bar: above
//! the middle it is met, below it missed, a line on the middle has no verdict; what is not clear is paler.

use super::bullet::Length;
use super::card::{Counts, Entry};
use super::mark::Mark;
use super::sparkline::{MARKED, words};
use super::svg::{self, MET, MISSED, PALE};
use crate::assess::{Certainty, Verdict};
use crate::language::Language;

/// The width of a mark and the space behind it.
const STEP: f64 = 14.0;
const HEIGHT: f64 = 12.0;

/// The strip of the latest of some windows, which stand in the order of time, as an element that needs no style.
pub(super) fn svg(all: &[Entry<'_>], most: usize, title: &str, language: Language) -> String {
    let windows = &all[all.len().saturating_sub(most)..];
    let is_marked = windows.len() <= MARKED;
    let words = match is_marked {
        true => words(windows, language),
        false => language.verdicts(&Counts::of(windows.iter().copied())),
    };
    let drawing = if is_marked { marks(windows) } else { bars(windows) };
    let width = STEP * windows.len().clamp(1, MARKED) as f64;
    svg::element("rug", (width, HEIGHT), (Some(title), &words), &drawing)
}

fn colour(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Met => MET,
        Verdict::Missed => MISSED,
        Verdict::Indeterminate => PALE,
    }
}

fn marks(windows: &[Entry<'_>]) -> String {
    let mut drawing = String::new();
    for (place, entry) in windows.iter().enumerate() {
        let mark = Mark::of(entry.verdict(), entry.certainty());
        let (colour, from) = (colour(entry.verdict()), Length(1.0 + place as f64 * STEP));
        drawing.push_str(&format!("<g transform=\"translate({from})\">"));
        if !mark.line.is_empty() {
            let broken = if mark.is_broken { " stroke-dasharray=\"1.9 1.48\"" } else { "" };
            let (style, path) = (svg::stroke(colour), mark.line);
            drawing.push_str(&format!("<path {style} stroke-width=\"1.4\"{broken} d=\"{path}\"/>"));
        }
        if !mark.inside.is_empty() {
            drawing.push_str(&format!("<path {} d=\"{}\"/>", svg::fill(colour), mark.inside));
        }
        drawing.push_str("</g>");
    }
    drawing
}

fn bars(windows: &[Entry<'_>]) -> String {
    let step = STEP * MARKED as f64 / windows.len() as f64;
    let kind = |entry: &Entry<'_>| (entry.verdict(), entry.certainty() == Certainty::Clear);
    let (mut drawing, mut place) = (String::new(), 0);
    for run in windows.chunk_by(|one, other| kind(one) == kind(other)) {
        let Some((verdict, is_clear)) = run.first().map(kind) else { continue };
        let (top, height) = match verdict {
            Verdict::Met => (0.0, 5.5),
            Verdict::Missed => (6.5, 5.5),
            Verdict::Indeterminate => (5.5, 1.0),
        };
        let is_full = is_clear || verdict == Verdict::Indeterminate;
        let style = svg::fill(colour(verdict)) + if is_full { "" } else { " fill-opacity=\".45\"" };
        let (from, width) = (place as f64 * step, run.len() as f64 * step);
        drawing.push_str(&format!(
            "<path {style} d=\"M{from:.2} {top}h{width:.2}v{height}h-{width:.2}z\"/>"
        ));
        place += run.len();
    }
    drawing
}
