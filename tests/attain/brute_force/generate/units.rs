//! Hierarchies of two to four levels, of unequal depth, some of them reformed.

use super::Draw;
use crate::brute_force::calendar::Calendar;
use crate::brute_force::model::Unit;
use chrono::{Days, NaiveDate};

const LEVELS: [&str; 4] = ["city", "district", "commune", "hamlet"];
const MOST_UNITS: usize = 10;

pub fn units(draw: &mut Draw, calendar: &Calendar, year: i32) -> (Vec<String>, Vec<Unit>) {
    let levels = draw.between(2, 4) as usize;
    let mut units = Vec::new();
    let tops = if draw.percent(10) { 2 } else { 1 };
    for _ in 0..tops {
        add(&mut units, 0, None);
    }
    let mut position = 0;
    while position < units.len() {
        let level = units[position].level;
        let children = match level {
            _ if level + 1 >= levels => 0,
            0 => draw.between(1, 3),
            _ => draw.between(0, 3),
        };
        for _ in 0..children {
            let skips = level + 2 < levels && draw.percent(15);
            if units.len() < MOST_UNITS {
                add(&mut units, level + 1 + usize::from(skips), Some(position));
            }
        }
        position += 1;
    }
    if draw.percent(30) {
        reform(draw, &mut units, calendar, year, levels);
    }
    if draw.percent(30) {
        units = shuffled(draw, units);
    }
    (LEVELS[..levels].iter().copied().map(str::to_owned).collect(), units)
}

fn add(units: &mut Vec<Unit>, level: usize, parent: Option<usize>) {
    let code = format!("{}{}", &LEVELS[level][..1], units.len() + 1);
    units.push(Unit { code, level, parent, valid_from: None, valid_to: None });
}

/// Some units end on a day; others begin, under codes that are new or that have just become free.
fn reform(draw: &mut Draw, units: &mut Vec<Unit>, calendar: &Calendar, year: i32, levels: usize) {
    let year_start = NaiveDate::from_ymd_opt(year, calendar.month, calendar.day).unwrap();
    let day = match draw.below(3) {
        0 => year_start,
        1 => NaiveDate::from_ymd_opt(year, draw.between(1, 12) as u32, 1).unwrap(),
        _ => year_start + Days::new(draw.between(0, 500) as u64),
    };
    let standing = units.len();
    let is_leaf = |units: &[Unit], unit| units.iter().all(|other| other.parent != Some(unit));
    let mut abolished: Vec<usize> = (0..standing)
        .filter(|&unit| units[unit].parent.is_some() && is_leaf(units, unit))
        .filter(|_| draw.percent(50))
        .collect();
    if draw.percent(20) {
        let inner = draw.below(standing);
        if units[inner].parent.is_some() {
            // With everything below it; parents stand before their children.
            let mut gone = vec![inner];
            for (position, unit) in units.iter().enumerate() {
                if unit.parent.is_some_and(|parent| gone.contains(&parent)) {
                    gone.push(position);
                }
            }
            abolished.extend(gone);
        }
    }
    abolished.sort_unstable();
    abolished.dedup();
    let mut free: Vec<(String, usize)> = Vec::new();
    for &unit in &abolished {
        units[unit].valid_to = Some(day);
        free.push((units[unit].code.clone(), units[unit].level));
    }
    for _ in 0..draw.between(0, 3) {
        let parents: Vec<usize> = (0..units.len())
            .filter(|&unit| units[unit].level + 1 < levels && units[unit].valid_to.is_none())
            .collect();
        if parents.is_empty() {
            return;
        }
        let parent = *draw.pick(&parents);
        let lowest = units[parent].level + 1;
        add(units, draw.between(lowest as i64, levels as i64 - 1) as usize, Some(parent));
        let begun = units.len() - 1;
        units[begun].valid_from = Some(day);
        if !free.is_empty() && draw.percent(65) {
            let (code, level) = free.swap_remove(draw.below(free.len()));
            units[begun].code = code;
            if level >= lowest {
                units[begun].level = level;
            }
        }
    }
}

fn shuffled(draw: &mut Draw, units: Vec<Unit>) -> Vec<Unit> {
    let mut order: Vec<usize> = (0..units.len()).collect();
    draw.shuffle(&mut order);
    let new_position = |old: usize| order.iter().position(|&unit| unit == old).unwrap();
    order
        .iter()
        .map(|&old| {
            let unit = units[old].clone();
            Unit { parent: unit.parent.map(new_position), ..unit }
        })
        .collect()
}
