//! Numbers, days and goals in a language.

use chrono::{Datelike, NaiveDate};

use super::Language;
use crate::names::prose;

/// Stands between groups of three digits: a narrow no-break space.
pub const GROUP_SEPARATOR: char = '\u{202f}';

impl Language {
    /// A number as `scorecard::number` prints it, with the marks of the language.
    pub(crate) fn number(self, printed: &str) -> String {
        let (group, decimal) = (self.phrase("group"), self.phrase("decimal"));
        let mut text = String::with_capacity(printed.len());
        for letter in printed.chars() {
            match letter {
                GROUP_SEPARATOR => text.push_str(group),
                '.' => text.push_str(decimal),
                letter => text.push(letter),
            }
        }
        text
    }

    /// A day: `14 Dec 2023`.
    pub(crate) fn day(self, date: NaiveDate) -> String {
        date.format(self.phrase("day")).to_string()
    }

    /// The days from `start` to the day before `end`: `1 Jan – 31 Dec 2023`.
    pub(crate) fn days(self, start: NaiveDate, end: NaiveDate) -> String {
        let first = start;
        let last = end.pred_opt().unwrap_or(end);
        let format = if first == last {
            return self.day(first);
        } else if first.year() != last.year() {
            "day"
        } else if first.month() != last.month() {
            "day_of_year"
        } else {
            "day_of_month"
        };
        format!("{} – {}", first.format(self.phrase(format)), self.day(last))
    }

    /// The words of a goal, which are those of `plan::Goal`, in the language.
    pub(crate) fn goal_words(self, goal: &str) -> String {
        let goal = prose(goal);
        let simple = [
            ("at least ", "at_least"),
            ("above ", "above"),
            ("at most ", "at_most"),
            ("below ", "below_goal"),
        ];
        for (start, key) in simple {
            if let Some(number) = goal.strip_prefix(start) {
                return self.say(key, &[("goal", number)]);
            }
        }
        let pair = |start: &str, middle: &str| goal.strip_prefix(start)?.split_once(middle);
        if let Some((low, high)) = pair("between ", " and ") {
            return self.say("between", &[("low", low), ("high", high)]);
        }
        for (start, key) in [("reduce by ", "reduce_by"), ("increase by ", "increase_by")] {
            if let Some((amount, reference)) = pair(start, " from ") {
                let amount = match amount.strip_suffix(" %") {
                    Some(share) => format!("{} %", self.number(share)),
                    None => self.number(amount),
                };
                let reference = self.reference(reference);
                return self.say(key, &[("amount", &amount), ("reference", &reference)]);
            }
        }
        goal
    }

    /// A goal of a plan in words, its numbers with the marks of the language.
    pub(crate) fn goal_in_words(self, goal: &str) -> String {
        let words = self.goal_words(goal);
        let words = words.split(' ').map(|word| match word.parse::<f64>() {
            Ok(_) => self.number(word),
            Err(_) => word.to_owned(),
        });
        words.collect::<Vec<_>>().join(" ")
    }

    /// What a relative goal is compared with.
    pub(crate) fn reference(self, reference: &str) -> String {
        match reference {
            "the previous period" => self.phrase("previous_period").to_owned(),
            "the same window last year" => self.phrase("same_window_last_year").to_owned(),
            other => {
                let rest = |start| other.strip_prefix(start);
                if let Some(year) = rest("the same window of ") {
                    self.say("same_window_of", &[("year", year)])
                } else if let Some(anchor) = rest("the same window last year, moved by ") {
                    self.say("same_window_moved", &[("anchor", anchor)])
                } else {
                    other.to_owned()
                }
            }
        }
    }
}
