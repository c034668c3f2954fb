//! Random hierarchies; every combination of their unknown criteria is tried.
//!
//! A certificate is met if it is so in all the ways, missed if it is so in all of them, and else indeterminate.

use std::collections::HashMap;

use attain::views::Certification;
use attain::{Outcome, Tally, Verdict, When};

use crate::support::{day, parse};

/// Numbers that are the same on every machine (Marsaglia's xorshift, 2003).
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

#[derive(Debug, Clone)]
enum Rule {
    AtLeast(usize, Vec<Rule>),
    /// The indicator of the unit's level with this number is met.
    Own(usize),
    /// At least this percentage of the units of a level hold its standard.
    Below(usize, usize),
}

struct Unit {
    level: usize,
    parent: Option<usize>,
}

const INDICATORS: usize = 2;
const LEVELS: usize = 3;

struct World {
    units: Vec<Unit>,
    /// Of each level.
    rules: Vec<Rule>,
    /// Per unit and indicator: met, missed, or unknown.
    facts: HashMap<(usize, usize), Option<bool>>,
}

fn rule(draw: &mut Draw, level: usize, depth: usize) -> Rule {
    match draw.below(if depth == 0 { 2 } else { 4 }) {
        1 if level + 1 < LEVELS => {
            let below = level + 1 + draw.below(LEVELS - level - 1);
            Rule::Below(below, [1, 34, 50, 70, 100][draw.below(5)])
        }
        2 | 3 => {
            let parts: Vec<Rule> =
                (0..=draw.below(3)).map(|_| rule(draw, level, depth - 1)).collect();
            Rule::AtLeast(1 + draw.below(parts.len()), parts)
        }
        _ => Rule::Own(draw.below(INDICATORS)),
    }
}

fn world(seed: u64) -> World {
    let mut draw = Draw(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    for _ in 0..8 {
        draw.below(2);
    }
    let mut units = vec![Unit { level: 0, parent: None }];
    for _ in 0..draw.below(3) {
        units.push(Unit { level: 1, parent: Some(0) });
    }
    for _ in 0..1 + draw.below(6) {
        let above: Vec<usize> = (0..units.len()).filter(|at| units[*at].level < 2).collect();
        units.push(Unit { level: 2, parent: Some(above[draw.below(above.len())]) });
    }
    let rules = (0..LEVELS)
        .map(|level| {
            let parts: Vec<Rule> = (0..=draw.below(3)).map(|_| rule(&mut draw, level, 2)).collect();
            Rule::AtLeast(1 + draw.below(parts.len()), parts)
        })
        .collect();
    let mut facts = HashMap::new();
    let mut unknown = 0;
    for unit in 0..units.len() {
        for indicator in 0..INDICATORS {
            let mut fact = [Some(true), Some(false), None][draw.below(3)];
            // Ways double with each unknown.
            if fact.is_none() {
                unknown += 1;
                if unknown > 8 {
                    fact = Some(true);
                }
            }
            facts.insert((unit, indicator), fact);
        }
    }
    World { units, rules, facts }
}

impl World {
    fn text(&self) -> String {
        let levels = ["city", "district", "commune"];
        let units: Vec<String> = self
            .units
            .iter()
            .enumerate()
            .map(|(at, unit)| {
                let parent =
                    unit.parent.map_or(String::new(), |above| format!(", parent: u{above}"));
                format!("{{id: u{at}, level: {}{parent}}}", levels[unit.level])
            })
            .collect();
        // Every level has measures of its own, so that nothing is rolled up.
        let own =
            |level: usize| (0..INDICATORS).map(move |indicator| format!("m{level}{indicator}"));
        let measures: Vec<String> =
            (0..LEVELS).flat_map(own).map(|id| format!("{id}: {{over_time: last}}")).collect();
        let indicators: Vec<String> =
            (0..LEVELS).flat_map(own).map(|id| format!("i{id}: {{count: {id}}}")).collect();
        let standards: Vec<String> = self
            .rules
            .iter()
            .enumerate()
            .map(|(level, rule)| {
                let Rule::AtLeast(least, parts) = rule else { panic!() };
                format!(
                    "s{level}: {{level: {}, window: \"2025\", at_least: {least}, of: [{}]}}",
                    levels[level],
                    list(parts, level)
                )
            })
            .collect();
        format!(
            "{{attain: 1, plan: p, units: {{levels: [city, district, commune], list: [{}]}}, measures: {{{}}}, indicators: {{{}}}, standards: {{{}}}}}",
            units.join(", "),
            measures.join(", "),
            indicators.join(", "),
            standards.join(", ")
        )
    }

    /// Whether a unit holds the standard of its level, once everything is known. A share of no units is
    /// one of the unknown things.
    fn holds(&self, unit: usize, known: &dyn Fn(Atom) -> bool) -> bool {
        self.is_met(&self.rules[self.units[unit].level], unit, known)
    }

    fn is_met(&self, rule: &Rule, unit: usize, known: &dyn Fn(Atom) -> bool) -> bool {
        match rule {
            Rule::AtLeast(least, parts) => {
                parts.iter().filter(|part| self.is_met(part, unit, known)).count() >= *least
            }
            Rule::Own(indicator) => self.facts[&(unit, *indicator)]
                .unwrap_or_else(|| known(Atom::Fact(unit, *indicator))),
            Rule::Below(level, share) => {
                let below = self.below(unit, *level);
                if below.is_empty() {
                    return known(Atom::Nobody(unit, *level));
                }
                let holding = below.iter().filter(|below| self.holds(**below, known)).count();
                100 * holding >= share * below.len()
            }
        }
    }

    fn below(&self, unit: usize, level: usize) -> Vec<usize> {
        let is_below = |mut at: usize| loop {
            match self.units[at].parent {
                Some(above) if above == unit => return true,
                Some(above) => at = above,
                None => return false,
            }
        };
        (0..self.units.len()).filter(|at| self.units[*at].level == level && is_below(*at)).collect()
    }

    fn unknown(&self) -> Vec<Atom> {
        let mut unknown: Vec<Atom> = self
            .facts
            .iter()
            .filter(|(_, fact)| fact.is_none())
            .map(|((unit, indicator), _)| Atom::Fact(*unit, *indicator))
            .collect();
        for unit in 0..self.units.len() {
            for level in self.units[unit].level + 1..LEVELS {
                if self.below(unit, level).is_empty() {
                    unknown.push(Atom::Nobody(unit, level));
                }
            }
        }
        unknown
    }

    /// The verdict on each unit, by trying out all ways in which the unknown can turn out.
    fn verdicts(&self) -> Vec<Verdict> {
        let unknown = self.unknown();
        let mut held = vec![(false, false); self.units.len()];
        for way in 0..1_usize << unknown.len() {
            let known = |atom: Atom| {
                let at = unknown.iter().position(|one| *one == atom).unwrap();
                way >> at & 1 == 1
            };
            for (unit, (ever, never)) in held.iter_mut().enumerate() {
                if self.holds(unit, &known) { *ever = true } else { *never = true }
            }
        }
        held.iter()
            .map(|found| match found {
                (true, false) => Verdict::Met,
                (false, true) => Verdict::Missed,
                _ => Verdict::Indeterminate,
            })
            .collect()
    }

    fn certifications(&self) -> Vec<Certification> {
        let plan = parse(&self.text());
        let mut tally = Tally::new(&plan);
        for ((unit, indicator), fact) in &self.facts {
            let Some(fact) = fact else { continue };
            let measure = format!("m{}{indicator}", self.units[*unit].level);
            let value = if *fact { 1.0 } else { 0.0 };
            let when = When::Period("2025".into());
            tally.record(&Outcome::new(format!("u{unit}"), when, measure, value)).unwrap();
        }
        let report = plan.assess(&tally, day("2025-12-31")).unwrap();
        (0..LEVELS).map(|level| report.certification(&format!("s{level}"), None).unwrap()).collect()
    }

    fn found(&self) -> Vec<Verdict> {
        let mut found = vec![None; self.units.len()];
        for certification in self.certifications() {
            for row in certification.certificates() {
                let unit: usize = row.unit[1..].parse().unwrap();
                found[unit] = Some(row.verdict);
            }
        }
        found.into_iter().map(Option::unwrap).collect()
    }
}

fn list(parts: &[Rule], level: usize) -> String {
    let texts: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Rule::AtLeast(least, parts) => {
                format!("{{at_least: {least}, of: [{}]}}", list(parts, level))
            }
            Rule::Own(indicator) => {
                format!("{{indicator: im{level}{indicator}, goal: {{at_least: 1}}}}")
            }
            Rule::Below(below, share) => {
                format!("{{units: {{hold: s{below}, at_least: {share}}}}}")
            }
        })
        .collect();
    texts.join(", ")
}

/// Something that may not be known.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Atom {
    Fact(usize, usize),
    /// A share of the units of a level below a unit that has none.
    Nobody(usize, usize),
}

#[test]
fn certificates_are_what_trying_out_the_unknown_says() {
    let mut seen = HashMap::new();
    for seed in 0..400 {
        let world = world(seed);
        let expected = world.verdicts();
        assert_eq!(world.found(), expected, "seed {seed}: {}\n{:?}", world.text(), world.facts);
        for verdict in expected {
            *seen.entry(verdict).or_insert(0) += 1;
        }
    }
    // The worlds are worth looking at: each verdict comes often.
    assert!(seen.len() == 3 && seen.values().all(|times| *times > 300), "{seen:?}");
}

/// Better facts never cost a certificate, and worse ones never bring one.
#[test]
fn a_fact_that_improves_takes_no_certificate_away() {
    let order = |verdict| match verdict {
        Verdict::Missed => 0,
        Verdict::Indeterminate => 1,
        Verdict::Met => 2,
        other => panic!("{other}"),
    };
    for seed in 400..500 {
        let mut world = world(seed);
        let before = world.found();
        let mut changed: Vec<_> = world
            .facts
            .iter()
            .filter(|(_, fact)| **fact != Some(true))
            .map(|(at, _)| *at)
            .collect();
        changed.sort_unstable();
        let Some(improved) = changed.get(seed as usize % changed.len().max(1)) else { continue };
        world.facts.insert(*improved, Some(true));
        for (unit, (was, is)) in before.iter().zip(world.found()).enumerate() {
            assert!(order(*was) <= order(is), "seed {seed}, unit {unit}: {was:?} to {is:?}");
        }
    }
}

/// A refused unit lists the failed criteria, an open one the unknown criteria; a certified one lists neither.
#[test]
fn every_refusal_lists_what_failed() {
    for seed in 500..600 {
        for certification in world(seed).certifications() {
            for row in certification.certificates() {
                let criteria: Vec<_> =
                    certification.criteria().iter().filter(|one| one.unit == row.unit).collect();
                let expected = match row.verdict {
                    Verdict::Met => (false, false, false),
                    Verdict::Missed => (true, false, true),
                    Verdict::Indeterminate => (false, true, false),
                    other => panic!("{other}"),
                };
                let fails = criteria.iter().any(|one| one.fails);
                assert_eq!((row.failed.is_some(), row.undecided.is_some(), fails), expected);
                assert!(criteria.iter().all(|one| !one.fails || one.verdict == Verdict::Missed));
                assert_eq!(row.criteria as usize, criteria.len());
            }
        }
    }
}
