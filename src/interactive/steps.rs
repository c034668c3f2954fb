//! The explanations of rows in a compact form.
//!
//! Explanations of the rows of a target and a window differ in little but their numbers. A line is a text with gaps, and a
//! shape the depths and lines of an explanation; both are stored once. A row has the number of its shape and the numbers
//! that fill the gaps. A number that is the same in all rows with this line, of one target and window, is part of the line.

use std::collections::HashMap;
use std::hash::Hash;

use serde::Serialize;

use crate::parallel::check_stop;

/// Stands in a line for a number. No text of a plan has it: see [`legible`](crate::scorecard::wording::legible).
const GAP: char = '\n';

/// The explanations of all rows.
#[derive(Serialize, Default, Debug)]
pub(super) struct Steps {
    lines: Vec<String>,
    /// Depth and line, in turn.
    shapes: Vec<Vec<usize>>,
    /// The shape of each row, counted from 1; 0 without an explanation.
    shape: Vec<usize>,
    /// The numbers of the rows that have an explanation, row by row.
    numbers: String,
}

/// Places of values, in the order of their first use.
fn place_of<T: Hash + Eq>(places: &mut HashMap<T, usize>, value: T) -> usize {
    let next = places.len();
    *places.entry(value).or_insert(next)
}

fn in_order<T>(places: HashMap<T, usize>) -> Vec<T> {
    let mut all: Vec<(T, usize)> = places.into_iter().collect();
    all.sort_unstable_by_key(|(_, place)| *place);
    all.into_iter().map(|(value, _)| value).collect()
}

/// The explanation of a row, and the group in which lines are alike.
pub(super) type Explained<G> = Option<(G, Vec<(usize, String)>)>;

impl Steps {
    pub(super) fn of<G: Hash + Eq + Copy>(rows: Vec<Explained<G>>) -> Steps {
        // For each line of a group its first numbers, and which of them vary.
        let mut groups: HashMap<(G, String), (Vec<String>, Vec<bool>)> = HashMap::new();
        for (group, lines) in rows.iter().flatten() {
            check_stop();
            for (_, line) in lines {
                let (line, numbers) = split(line);
                let varies = vec![false; numbers.len()];
                let (first, varies) =
                    groups.entry((*group, line)).or_insert((numbers.clone(), varies));
                for (place, number) in numbers.iter().enumerate() {
                    varies[place] |= first[place] != *number;
                }
            }
        }
        let (mut lines, mut shapes) = (HashMap::new(), HashMap::new());
        let mut steps = Steps::default();
        for row in rows {
            check_stop();
            let Some((group, explanation)) = row else {
                steps.shape.push(0);
                continue;
            };
            let mut shape = Vec::with_capacity(2 * explanation.len());
            let mut varying = Vec::new();
            for (depth, line) in explanation {
                let (line, numbers) = split(&line);
                let key = (group, line);
                let varies = groups.get(&key).map(|(_, varies)| varies.as_slice());
                let filled = fill(&key.1, numbers, varies.unwrap_or_default(), &mut varying);
                shape.extend([depth, place_of(&mut lines, filled)]);
            }
            steps.shape.push(1 + place_of(&mut shapes, shape));
            steps.numbers.push_str(&varying.join("|").replace('\u{202f}', "_"));
            steps.numbers.push(';');
        }
        Steps { lines: in_order(lines), shapes: in_order(shapes), ..steps }
    }
}

/// A line with gaps in place of its numbers, and these.
fn split(line: &str) -> (String, Vec<String>) {
    let is_inside = |letter: char| {
        letter.is_ascii_digit() || matches!(letter, '.' | ',' | '\u{202f}' | '\u{2212}' | '+')
    };
    let (mut text, mut numbers) = (String::with_capacity(line.len()), Vec::new());
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|letter| is_inside(letter) != is_inside(first)).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        // A point or comma behind a number belongs to the sentence.
        let number = part.trim_end_matches(|letter: char| !letter.is_ascii_digit());
        if is_inside(first) && !number.is_empty() {
            text.push(GAP);
            text.push_str(&part[number.len()..]);
            numbers.push(number.to_owned());
        } else {
            text.push_str(part);
        }
        rest = after;
    }
    (text, numbers)
}

/// Fills the gaps whose numbers do not vary, and adds the other numbers to `varying`.
fn fill(line: &str, numbers: Vec<String>, varies: &[bool], varying: &mut Vec<String>) -> String {
    let mut parts = line.split(GAP);
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for ((part, number), varies) in parts.zip(numbers).zip(varies) {
        if *varies {
            filled.push(GAP);
            varying.push(number);
        } else {
            filled.push_str(&number);
        }
        filled.push_str(part);
    }
    filled
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads the explanations back, as the script does.
    fn read(steps: &Steps) -> Vec<Option<Vec<(usize, String)>>> {
        let mut numbers = steps.numbers.split(';');
        let rows = steps.shape.iter().map(|shape| {
            let shape = &steps.shapes[shape.checked_sub(1)?];
            let numbers = numbers.next().unwrap().replace('_', "\u{202f}");
            let mut numbers = numbers.split('|');
            let lines = shape.chunks(2).map(|pair| {
                let mut parts = steps.lines[pair[1]].split(GAP);
                let mut line = parts.next().unwrap().to_owned();
                for part in parts {
                    line.push_str(numbers.next().unwrap());
                    line.push_str(part);
                }
                (pair[0], line)
            });
            Some(lines.collect())
        });
        rows.collect()
    }

    #[test]
    fn explanations_are_read_back_and_stored_once() {
        let row = |value: &str, cases: u32| {
            vec![
                (0, format!("Missed: {value} % (1\u{202f}670 of {cases}) against at least 75 %.")),
                (1, "Figure, 1 – 31 Jan 2023: \u{2212}0.5, +3".to_owned()),
                (1, "No number, … or + sign".to_owned()),
            ]
        };
        let rows = vec![
            Some((0, row("60.1", 5))),
            None,
            Some((0, row("61.2", 7))),
            Some((0, row("60.1", 7))),
            Some((1, vec![(0, "5".to_owned())])),
        ];
        let steps = Steps::of(rows.clone());
        let expected: Vec<_> = rows.into_iter().map(|row| row.map(|(_, lines)| lines)).collect();
        assert_eq!(read(&steps), expected);
        // The numbers of the goal and of the days do not vary.
        assert_eq!(steps.numbers, "60.1|5;61.2|7;60.1|7;;");
        assert_eq!((steps.lines.len(), steps.shapes.len()), (4, 2));
        assert!(steps.lines[1].contains("31 Jan 2023: \u{2212}0.5, +3"), "{:?}", steps.lines);
    }
}
