//! Small pictures of a series, as SVG: how it varies, whether it can keep its goal, where it goes.
//!
//! Each has its meaning in words as its title, and is readable without colour: good news is round, bad news is square, and
//! what is neither is a diamond or a ring.

use super::rows::{SignalMeaning, SignalRow, Trend};
use crate::scorecard::svg::{MET as GOOD, MISSED as BAD};
use crate::stats::{Capability, Side};

const NEITHER: &str = "#7d7d7d";

const DISC: &str = "M1 12a11 11 0 1 0 22 0a11 11 0 1 0-22 0z";
const SQUARE: &str = "M2 2h20v20H2z";
const DIAMOND: &str = "M12 0l12 12-12 12L0 12z";
const UP: &str = "M12 5.5l5.5 6.5h-3.5v6.5h-4V12H6.5z";
const DOWN: &str = "M12 18.5L6.5 12H10V5.5h4V12h3.5z";
const LEVEL: &str = "M18.5 12L12 6.5V10H5.5v4H12v3.5z";
const CHECK: &str = "M6 12.5l4.2 4.2L18 8.6";
const CROSS: &str = "M7 7l10 10M17 7L7 17";
const WAVE: &str = "M5 12c2.3-6 4.7-6 7 0s4.7 6 7 0";

/// A filled outline with a sign in it.
fn filled(outline: &str, colour: &str, sign: &str) -> String {
    format!("<path fill=\"{colour}\" d=\"{outline}\"/><path fill=\"#fff\" d=\"{sign}\"/>")
}

/// A filled outline with a line in it.
fn lined(outline: &str, colour: &str, line: &str) -> String {
    format!(
        "<path fill=\"{colour}\" d=\"{outline}\"/>\
         <path fill=\"none\" stroke=\"#fff\" stroke-width=\"2.6\" d=\"{line}\"/>"
    )
}

/// A ring with a line in it.
fn ring(line: &str) -> String {
    format!(
        "<path fill=\"none\" stroke=\"{NEITHER}\" stroke-width=\"2\" \
         d=\"M2.5 12a9.5 9.5 0 1 0 19 0a9.5 9.5 0 1 0-19 0z{line}\"/>"
    )
}

/// The words are of this module, so that nothing needs escaping.
fn svg(words: &str, drawing: &str) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"24\" height=\"24\" viewBox=\"0 0 24 24\" role=\"img\">\
         <title>{words}</title>{drawing}</svg>"
    )
}

impl SignalRow {
    /// An icon of how the series varies at its latest point, as an SVG element of 24 by 24 pixels.
    ///
    /// | icon | meaning |
    /// |---|---|
    /// | disc with an arrow | a pattern that is an improvement; the arrow says to which side |
    /// | square with an arrow | a pattern that is a deterioration |
    /// | diamond with an arrow | a pattern, and nothing says which side is good |
    /// | ring with a wave | no pattern: usual variation |
    ///
    /// None without a chart; `reason` says why.
    pub fn variation_icon(&self) -> Option<String> {
        if self.reason.is_some() {
            return None;
        }
        if self.signal.is_none() {
            return Some(svg("usual variation", &ring(WAVE)));
        }
        let (arrow, side) = match self.side {
            Some(Side::Above) => (UP, ", upwards"),
            Some(Side::Below) => (DOWN, ", downwards"),
            Some(Side::Both) | None => (LEVEL, ""),
        };
        let (words, drawing) = match self.meaning {
            Some(SignalMeaning::Improvement) => ("an improvement", filled(DISC, GOOD, arrow)),
            Some(SignalMeaning::Deterioration) => ("a deterioration", filled(SQUARE, BAD, arrow)),
            None => ("unusual variation", filled(DIAMOND, NEITHER, arrow)),
        };
        Some(svg(&format!("{words}{side}"), &drawing))
    }

    /// An icon of whether the process can keep the goal, as an SVG element of 24 by 24 pixels: a disc with a check mark where
    /// it is met every time, a square with a cross where it is missed every time, and a ring with a diameter where chance
    /// decides. None without a `capability`; `capability_reason` says why.
    pub fn assurance_icon(&self) -> Option<String> {
        Some(match self.capability? {
            Capability::Capable => svg("meets the goal every time", &lined(DISC, GOOD, CHECK)),
            Capability::Incapable => svg("misses the goal every time", &lined(SQUARE, BAD, CROSS)),
            Capability::HitAndMiss => {
                svg("chance decides whether the goal is met", &ring("M5 19L19 5"))
            }
        })
    }

    /// An arrow of where the series goes, as an SVG element of 24 by 24 pixels: in a disc where it improves, in a square where it
    /// worsens, in a diamond where nothing says which side is good; a level arrow in a diamond where there is no trend beyond
    /// chance. None without a `trend`; `trend_reason` says why.
    pub fn trend_arrow(&self) -> Option<String> {
        let arrow = match self.slope {
            Some(slope) if slope < 0.0 => DOWN,
            Some(_) | None => UP,
        };
        Some(match self.trend? {
            Trend::Improving => svg("improving", &filled(DISC, GOOD, arrow)),
            Trend::Worsening => svg("worsening", &filled(SQUARE, BAD, arrow)),
            Trend::Rising => svg("rising", &filled(DIAMOND, NEITHER, UP)),
            Trend::Falling => svg("falling", &filled(DIAMOND, NEITHER, DOWN)),
            Trend::None => svg("no trend beyond chance", &filled(DIAMOND, NEITHER, LEVEL)),
        })
    }
}
