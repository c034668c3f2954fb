//! How often what is said of simulated units is true.

#![allow(clippy::unwrap_used, reason = "a test fails loudly")]

use super::{PoolGoal, PoolKind, PoolUnit, PooledUnit, pooled, reliable_list};
use crate::confidence::Confidence;
use crate::random::Random;

const GOAL: f64 = 0.8;

/// Units with known true shares, and what is found of them.
struct World {
    truths: Vec<f64>,
    raw: Vec<f64>,
    found: Vec<PooledUnit>,
}

/// `k` units of 20 to 600 cases, all orders of magnitude alike.
fn world(random: &mut Random, k: usize, truth: impl Fn(&mut Random) -> f64) -> World {
    let (mut truths, mut raw, mut units) = (vec![], vec![], vec![]);
    for _ in 0..k {
        let n = (20.0 * 30f64.powf(random.uniform())).floor();
        let share = truth(random);
        let events = (0..n as usize).filter(|_| random.uniform() < share).count() as f64;
        truths.push(share);
        raw.push(events / n);
        let goal = PoolGoal { at_least: Some(GOAL), at_most: None };
        units.push(PoolUnit { events, denominator: n, dispersion: 1.0, goal });
    }
    let found = pooled(PoolKind::Share, &units, Confidence::P95).unwrap();
    World { truths, raw, found }
}

fn around(random: &mut Random) -> f64 {
    (0.8 + 0.03 * random.normal()).clamp(0.5, 0.99)
}

fn one_in_ten_bad(random: &mut Random) -> f64 {
    if random.uniform() < 0.1 { 0.65 } else { 0.82 }
}

/// How many rows are in the list, and how many of them are wrong.
fn listed(world: &World) -> (usize, usize) {
    let wrong: Vec<f64> = world.found.iter().map(|unit| unit.wrong().unwrap()).collect();
    let listed = reliable_list(&wrong, 0.05);
    let places = (0..wrong.len()).filter(|place| listed[*place]);
    let is_wrong = |place: &usize| {
        (world.found[*place].meets.unwrap() >= 0.5) != (world.truths[*place] >= GOAL)
    };
    (places.clone().count(), places.filter(is_wrong).count())
}

/// Over ten classes of the stated probability: by how much it differs from how often it is true.
fn calibration_error(stated: &[(f64, bool)]) -> f64 {
    let class = |p: f64| ((p * 10.0) as usize).min(9);
    let error = |wanted: usize| {
        let of_class = stated.iter().filter(|(p, _)| class(*p) == wanted);
        let off: f64 = of_class.map(|(p, is_true)| p - f64::from(u8::from(*is_true))).sum();
        off.abs() / stated.len() as f64
    };
    (0..10).map(error).sum()
}

fn root_mean_square(errors: impl Iterator<Item = f64>) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for error in errors {
        sum += error * error;
        count += 1.0;
    }
    (sum / count).sqrt()
}

#[test]
fn pooled_values_are_nearer_to_the_truth_and_their_probabilities_are_right() {
    let mut random = Random::seeded(403);
    let worlds: Vec<World> = (0..5).map(|_| world(&mut random, 579, around)).collect();
    let all = || worlds.iter().flat_map(|world| world.truths.iter().zip(&world.found));
    let raw = worlds.iter().flat_map(|world| world.truths.iter().zip(&world.raw));
    let raw = root_mean_square(raw.map(|(truth, raw)| raw - truth));
    let pooled = root_mean_square(all().map(|(truth, unit)| unit.value - truth));
    assert!(raw > 0.045 && pooled <= 0.026, "{raw} {pooled}");

    let stated: Vec<(f64, bool)> =
        all().map(|(truth, unit)| (unit.meets.unwrap(), *truth >= GOAL)).collect();
    let error = calibration_error(&stated);
    assert!(error <= 0.03, "{error}");

    let within = all().filter(|(truth, unit)| unit.lower <= **truth && **truth <= unit.upper);
    let coverage = within.count() as f64 / stated.len() as f64;
    assert!((0.93..=0.97).contains(&coverage), "{coverage}");

    let (listed, wrong) = worlds.iter().map(listed).fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
    assert!(listed > 500 && wrong as f64 <= 0.06 * listed as f64, "{wrong} of {listed}");
}

#[test]
fn one_in_ten_bad_units_are_found() {
    let mut random = Random::seeded(404);
    let worlds = 6;
    let (mut all, mut all_wrong) = (0, 0);
    for _ in 0..worlds {
        let (listed, wrong) = listed(&world(&mut random, 579, one_in_ten_bad));
        (all, all_wrong) = (all + listed, all_wrong + wrong);
    }
    assert!(all >= 500 * worlds, "{all}");
    assert!(all_wrong as f64 <= 0.03 * all as f64, "{all_wrong} of {all}");
}

#[test]
fn the_list_of_thirty_units_is_seldom_wrong() {
    for (seed, truth) in [(405, around as fn(&mut Random) -> f64), (406, one_in_ten_bad)] {
        let mut random = Random::seeded(seed);
        let (mut all, mut all_wrong) = (0, 0);
        for _ in 0..60 {
            let (listed, wrong) = listed(&world(&mut random, 30, truth));
            (all, all_wrong) = (all + listed, all_wrong + wrong);
        }
        assert!(all > 100 && all_wrong as f64 <= 0.09 * all as f64, "{all_wrong} of {all}");
    }
}

#[test]
fn rates_are_pooled_too() {
    let mut random = Random::seeded(407);
    let (mut raw, mut pooled_errors, mut stated) = (vec![], vec![], vec![]);
    let mut covered = 0.0;
    for _ in 0..5 {
        let (mut truths, mut units) = (vec![], vec![]);
        for _ in 0..400 {
            let exposure = (100.0 * 20f64.powf(random.uniform())).floor();
            let rate = 0.05 * (0.3 * random.normal()).exp();
            // The waiting times of a Poisson process.
            let (mut time, mut events) = (0.0, 0.0);
            loop {
                time -= random.uniform().ln() / rate;
                if time > exposure {
                    break;
                }
                events += 1.0;
            }
            truths.push(rate);
            let goal = PoolGoal { at_least: None, at_most: Some(0.05) };
            units.push(PoolUnit { events, denominator: exposure, dispersion: 1.0, goal });
        }
        let found = pooled(PoolKind::Rate, &units, Confidence::P95).unwrap();
        for ((unit, found), truth) in units.iter().zip(&found).zip(&truths) {
            raw.push(unit.events / unit.denominator - truth);
            pooled_errors.push(found.value - truth);
            stated.push((found.meets.unwrap(), *truth <= 0.05));
            covered += f64::from(u8::from(found.lower <= *truth && *truth <= found.upper));
        }
    }
    let count = stated.len() as f64;
    let (raw, pooled) =
        (root_mean_square(raw.into_iter()), root_mean_square(pooled_errors.into_iter()));
    assert!(pooled < 0.75 * raw, "{raw} {pooled}");
    let error = calibration_error(&stated);
    assert!(error <= 0.03, "{error}");
    assert!((0.93..=0.97).contains(&(covered / count)), "{}", covered / count);
}
