//! Who pulls a unit's value up or down, and what its change between two windows is made of.

mod compute;
mod rows;

use crate::assess::{Common, Extent, Frame, Reason};
use crate::calendar::Window;
use crate::error::{Error, FaultCode, Result};
use crate::exact::Exact;
use crate::plan::{LevelIndex, Reference, UnitIndex};
use crate::report::Report;
use compute::{Effects, Fraction, Sources, comparing, contributing};
pub use rows::{ChangePart, Contribution, ContributionEffect, PartKind};

/// What a whole is taken apart into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Parts<'a> {
    /// The units directly below it.
    #[default]
    Children,
    /// The units of a level below it.
    Level(&'a str),
    /// The categories in each of which the target has to be met (`in_every`).
    Categories,
}

/// Which windows are compared.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Since {
    /// What the goal, the indicator or the campaign of the target is compared with; else the period before.
    #[default]
    Reference,
    /// The period, or the same number of days, directly before.
    PreviousPeriod,
    /// The same window one year back.
    SameWindowLastYear,
    /// A window of its own.
    Window(Window),
}

/// A part of a whole, in words.
#[derive(Clone)]
struct Part {
    is: PartKind,
    code: Option<String>,
    name: Option<String>,
    level: Option<String>,
}

const NOT_TOLD_APART: Part = Part { is: PartKind::Remainder, code: None, name: None, level: None };

impl Report {
    /// What each part of a unit adds to its distance from a target's goal, in events: of n out of d against the goal p,
    /// n − p·d. In each window of the target, the last row is the whole, and exactly the sum of those before it. What the
    /// whole counts beyond its parts has a row of its own, `remainder`. The part that does most harm comes first.
    ///
    /// Without a unit, the result has the parts of every unit that the target is for and that has parts.
    ///
    /// ```
    /// use attain::views::Parts;
    /// use attain::{Outcome, Plan, Tally, When, calendar};
    ///
    /// let plan = Plan::from_yaml(r#"
    /// attain: 1
    /// plan: p
    /// units:
    ///   levels: [city, district]
    ///   list: [{id: c, level: city}, {id: d1, level: district, parent: c}, {id: d2, level: district, parent: c}]
    /// measures: {cases: {}, cleared: {}}
    /// indicators: {clearance: {ratio: {numerator: cleared, denominator: cases}}}
    /// targets: {t: {indicator: clearance, goal: {at_least: 78}, window: "2024", units: {level: city}}}
    /// "#)?;
    /// let mut tally = Tally::new(&plan);
    /// for (unit, cases, cleared) in [("d1", 200.0, 140.0), ("d2", 100.0, 90.0)] {
    ///     let year = || When::Period("2024".to_owned());
    ///     tally.record(&Outcome::new(unit, year(), "cases", cases))?;
    ///     tally.record(&Outcome::new(unit, year(), "cleared", cleared))?;
    /// }
    /// let report = plan.assess(&tally, calendar::date("2024-12-31").unwrap())?;
    /// let rows = report.contributions("t", Some("c"), Parts::Children)?;
    /// let added: Vec<_> = rows.iter().map(|row| row.contribution.unwrap()).collect();
    /// assert_eq!(added, [-16.0, 12.0, -4.0]); // d1, d2, and the city
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if the plan has no such target, unit or level, if the parts of the indicator don't add up to
    /// it, or if categories are requested and the target does not have to be met in each category.
    pub fn contributions(
        &self,
        target: &str,
        unit: Option<&str>,
        parts: Parts<'_>,
    ) -> Result<Vec<Contribution>> {
        let level = self.level_of_parts(target, unit, parts)?;
        let mut assessor = self.assessor();
        assessor.cut();
        let mut rows = Vec::new();
        for (common, wholes) in self.wholes(target, unit)? {
            let Some(frame) = assessor.frame(&common.window) else { continue };
            let prepared = |indicator| {
                contributing(&assessor, indicator, &common.target.goal, &frame)
                    .ok_or_else(|| self.not_additive(&common))
            };
            let contributing = prepared(common.target.indicator)?;
            let categories = match parts {
                Parts::Children | Parts::Level(_) => None,
                Parts::Categories => {
                    let each = common.target.categories.iter();
                    let each = each.map(|(_, indicator)| prepared(*indicator));
                    Some(each.collect::<Result<Vec<_>>>()?)
                }
            };
            for whole in wholes {
                let row = |part: &Part| self.contribution_row(&common, whole, part);
                let fraction = contributing.fraction(whole);
                let goal = fraction.as_ref().map_err(|reason| *reason);
                let goal =
                    goal.and_then(|fraction| Ok((fraction, contributing.goal(whole, fraction)?)));
                let (fraction, goal) = match goal {
                    Ok(found) => found,
                    Err(reason) => {
                        rows.push(Contribution { reason: Some(reason), ..row(&self.whole(whole)) });
                        continue;
                    }
                };
                let found: Vec<(Part, std::result::Result<Fraction, Reason>, Sources)> =
                    match &categories {
                        Some(each) => (0..each.len())
                            .map(|place| {
                                let (part, each) = (self.category(&common, place), &each[place]);
                                (part, each.fraction(whole), each.sources(whole))
                            })
                            .collect(),
                        None => self
                            .units_below(whole, level, &frame)
                            .into_iter()
                            .map(|unit| {
                                let sources = contributing.sources(unit);
                                (self.unit_part(unit), contributing.fraction(unit), sources)
                            })
                            .collect(),
                    };
                let filled = |part: &Part, fraction: &Fraction, sources: Sources| {
                    let contribution = fraction.contribution(&goal.ratio);
                    Contribution {
                        numerator: Some(fraction.numerator.float()),
                        denominator: Some(fraction.denominator.float()),
                        value: contributing.value(fraction).map(|value| value.float()),
                        goal_value: Some(goal.value.float()),
                        contribution: Some(contribution.float()),
                        effect: effect(&contribution, goal.is_floor),
                        completeness: sources.completeness,
                        imputed: sources.imputed,
                        ..row(part)
                    }
                };
                let mut of_whole: Vec<Contribution> = found
                    .iter()
                    .map(|(part, fraction, sources)| match fraction {
                        Ok(fraction) => filled(part, fraction, *sources),
                        Err(reason) => Contribution {
                            completeness: sources.completeness,
                            imputed: sources.imputed,
                            reason: Some(*reason),
                            ..row(part)
                        },
                    })
                    .collect();
                // Those below a floor and above a ceiling first, the farthest before all; those without numbers last.
                let harm = |row: &Contribution| match (row.contribution, goal.is_floor) {
                    (Some(added), Some(true)) => added,
                    (Some(added), Some(false) | None) => -added,
                    (None, _) => f64::INFINITY,
                };
                of_whole.sort_by(|one, other| harm(one).total_cmp(&harm(other)));
                let known = found.iter().filter_map(|(_, fraction, _)| fraction.as_ref().ok());
                let rest = fraction.rest(known);
                // A unit without parts has no row but its own.
                if !found.is_empty() && !rest.is_nothing() {
                    of_whole.push(filled(&NOT_TOLD_APART, &rest, Sources::default()));
                }
                let sources = contributing.sources(whole);
                of_whole.push(filled(&self.whole(whole), fraction, sources));
                rows.append(&mut of_whole);
            }
        }
        Ok(rows)
    }

    /// What each part of a unit adds to the change of its value since an earlier window, in the indicator's unit: because
    /// its own value changed, and because its share in the whole did (Kitagawa 1955). The last row is the whole, and exactly
    /// the sum of those before it; what the whole counts beyond its parts has a row of its own, `remainder`.
    ///
    /// A part without a value in one of the windows has changed the mix only. A count has no mix. Rows stand in the order
    /// of the table of units.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if the plan has no such target, unit or level, if the parts of the indicator don't add up to
    /// it, or if categories are requested, which are not decomposed over time.
    pub fn decomposition(
        &self,
        target: &str,
        unit: Option<&str>,
        parts: Parts<'_>,
        since: Since,
    ) -> Result<Vec<ChangePart>> {
        if parts == Parts::Categories {
            return Err(Error::request(
                FaultCode::ConflictingArguments,
                "a change is taken apart by units, not by categories",
            ));
        }
        let level = self.level_of_parts(target, unit, parts)?;
        let mut assessor = self.assessor();
        assessor.cut();
        let mut rows = Vec::new();
        for (common, wholes) in self.wholes(target, unit)? {
            let Some(after) = assessor.frame(&common.window) else { continue };
            let before = match since {
                Since::Reference => match assessor.compared_to_date(common.target, &after) {
                    Some(before) => Some(before),
                    None => {
                        assessor.baseline_frame(&Reference::PreviousPeriod, &after, Extent::ToDate)
                    }
                },
                Since::PreviousPeriod => {
                    assessor.baseline_frame(&Reference::PreviousPeriod, &after, Extent::ToDate)
                }
                Since::SameWindowLastYear => {
                    assessor.baseline_frame(&Reference::SameWindowLastYear, &after, Extent::ToDate)
                }
                Since::Window(window) => {
                    assessor.baseline_frame(&Reference::Window(window), &after, Extent::ToDate)
                }
            };
            // There may be nothing before the first period.
            let Some(before) = before else { continue };
            let compared = comparing(&assessor, common.target.indicator, &before, &after)
                .ok_or_else(|| self.not_additive(&common))?;
            for whole in wholes {
                let row = |part: &Part| self.change_row(&common, whole, part, (&before, &after));
                let fractions = match compared.fractions(whole) {
                    Ok(fractions) => fractions,
                    Err(reason) => {
                        rows.push(ChangePart { reason: Some(reason), ..row(&self.whole(whole)) });
                        continue;
                    }
                };
                let of_whole = (&fractions.0, &fractions.1);
                let filled = |part: &Part, fractions: (&Fraction, &Fraction), sources: Sources| {
                    let number = |fraction| compared.value(fraction).map(|value| value.float());
                    let effects: Option<Effects> = compared.effects(fractions, of_whole);
                    let both = effects.as_ref().map(|effects| &effects.within + &effects.mix);
                    ChangePart {
                        value_before: number(fractions.0),
                        value_after: number(fractions.1),
                        within: effects.as_ref().map(|effects| effects.within.float()),
                        mix: effects.as_ref().map(|effects| effects.mix.float()),
                        change: both.map(|both| both.float()),
                        completeness: sources.completeness,
                        imputed: sources.imputed,
                        reason: effects.is_none().then_some(Reason::ZeroDenominator),
                        ..row(part)
                    }
                };
                let mut known = Vec::new();
                let below = self.units_below(whole, level, &after);
                let has_parts = !below.is_empty();
                for unit in below {
                    let part = self.unit_part(unit);
                    let sources = compared.sources(unit);
                    match compared.fractions(unit) {
                        Ok(fractions) => {
                            rows.push(filled(&part, (&fractions.0, &fractions.1), sources));
                            known.push(fractions);
                        }
                        Err(reason) => rows.push(ChangePart {
                            completeness: sources.completeness,
                            imputed: sources.imputed,
                            reason: Some(reason),
                            ..row(&part)
                        }),
                    }
                }
                let rest = (
                    fractions.0.rest(known.iter().map(|(before, _)| before)),
                    fractions.1.rest(known.iter().map(|(_, after)| after)),
                );
                let has_rest = !(rest.0.is_nothing() && rest.1.is_nothing());
                if has_rest && has_parts {
                    known.push(rest.clone());
                    rows.push(filled(&NOT_TOLD_APART, (&rest.0, &rest.1), Sources::default()));
                }
                // The whole's change within and its change of mix are those of its parts.
                let sum = known.iter().try_fold((Exact::ZERO, Exact::ZERO), |sum, (one, other)| {
                    let effects = compared.effects((one, other), of_whole)?;
                    Some((&sum.0 + &effects.within, &sum.1 + &effects.mix))
                });
                let of_itself = filled(&self.whole(whole), of_whole, compared.sources(whole));
                if !has_parts {
                    rows.push(of_itself);
                    continue;
                }
                rows.push(ChangePart {
                    within: sum.as_ref().map(|(within, _)| within.float()),
                    mix: sum.as_ref().map(|(_, mix)| mix.float()),
                    ..of_itself
                });
            }
        }
        Ok(rows)
    }

    /// The level whose units are the parts; none for the units directly below.
    fn level_of_parts(
        &self,
        target: &str,
        unit: Option<&str>,
        parts: Parts<'_>,
    ) -> Result<Option<LevelIndex>> {
        self.known_target(target)?;
        if let Some(code) = unit {
            self.known_unit(code)?;
        }
        match parts {
            Parts::Children => Ok(None),
            Parts::Level(name) => self.known_level(name).map(Some),
            Parts::Categories => {
                let all = self.plan().targets().iter().filter(|one| one.id == target);
                if all.clone().any(|target| !target.categories.is_empty()) {
                    return Ok(None);
                }
                Err(Error::request(
                    FaultCode::UnsuitableTarget,
                    format!(
                        "the target `{target}` is not split by categories: it has no `in_every`"
                    ),
                ))
            }
        }
    }

    /// The blocks of a target, each with the units to decompose: the requested one, or those the target is
    /// for that have units below them.
    fn wholes(
        &self,
        target: &str,
        unit: Option<&str>,
    ) -> Result<Vec<(Common<'_>, Vec<UnitIndex>)>> {
        let units = self.plan().units();
        let requested = unit.map(|code| self.known_unit(code)).transpose()?;
        let mut found: Vec<(Common<'_>, Vec<UnitIndex>)> = Vec::new();
        for (common, block) in self.blocks() {
            if common.target.id != target {
                continue;
            }
            let wholes: Vec<UnitIndex> = match requested {
                Some(versions) => {
                    let versions = versions.iter().copied();
                    versions.filter(|unit| units.is_judged_during(*unit, &block.window)).collect()
                }
                None => {
                    let all = block.units();
                    all.filter(|unit| !units.children(*unit).is_empty()).collect()
                }
            };
            // Very many units stand in several blocks.
            let is_known = |(one, _): &(Common<'_>, _)| {
                requested.is_some() && one.place == common.place && one.window == common.window
            };
            if !found.iter().any(is_known) {
                found.push((common, wholes));
            }
        }
        Ok(found)
    }

    fn units_below(
        &self,
        whole: UnitIndex,
        level: Option<LevelIndex>,
        frame: &Frame,
    ) -> Vec<UnitIndex> {
        let units = self.plan().units();
        let below = match level {
            None => units.children(whole).to_vec(),
            Some(level) => units.of_level_within(level, whole),
        };
        let is_part =
            |unit: &UnitIndex| *unit != whole && units.is_judged_during(*unit, &frame.window);
        below.into_iter().filter(is_part).collect()
    }

    fn unit_part(&self, unit: UnitIndex) -> Part {
        let units = self.plan().units();
        Part {
            is: PartKind::Unit,
            code: Some(units[unit].id.clone()),
            name: Some(units[unit].name.clone()),
            level: Some(units.level_name(units[unit].level).to_owned()),
        }
    }

    fn whole(&self, unit: UnitIndex) -> Part {
        Part { is: PartKind::Whole, ..self.unit_part(unit) }
    }

    fn category(&self, common: &Common<'_>, place: usize) -> Part {
        let name = common.stratum_of(Some(place));
        Part { is: PartKind::Category, code: name.clone(), name, level: None }
    }

    fn not_additive(&self, common: &Common<'_>) -> Error {
        Error::request(
            FaultCode::UnsuitableIndicator,
            format!(
                "the values of `{}` in the parts of a unit do not add up to its value in the unit, or its goal \
             can't be shared out: expected a proportion, a ratio, a rate or a mean, or a count with a goal relative to \
             an earlier window",
                common.indicator()
            ),
        )
    }

    fn contribution_row(&self, common: &Common<'_>, whole: UnitIndex, part: &Part) -> Contribution {
        let unit = &self.plan().units()[whole];
        Contribution {
            target: common.target.id.clone(),
            stratum: common.stratum_of(None),
            unit: unit.id.clone(),
            unit_name: unit.name.clone(),
            window_start: common.window.start(),
            window_end: common.window.end(),
            part_is: part.is,
            part: part.code.clone(),
            part_name: part.name.clone(),
            part_level: part.level.clone(),
            numerator: None,
            denominator: None,
            value: None,
            goal_value: None,
            contribution: None,
            effect: None,
            completeness: None,
            imputed: None,
            reason: None,
        }
    }

    fn change_row(
        &self,
        common: &Common<'_>,
        whole: UnitIndex,
        part: &Part,
        (before, after): (&Frame, &Frame),
    ) -> ChangePart {
        let unit = &self.plan().units()[whole];
        ChangePart {
            target: common.target.id.clone(),
            stratum: common.stratum_of(None),
            unit: unit.id.clone(),
            unit_name: unit.name.clone(),
            before_start: before.to_date.start(),
            before_end: before.to_date.end(),
            after_start: after.to_date.start(),
            after_end: after.to_date.end(),
            part_is: part.is,
            part: part.code.clone(),
            part_name: part.name.clone(),
            part_level: part.level.clone(),
            value_before: None,
            value_after: None,
            within: None,
            mix: None,
            change: None,
            completeness: None,
            imputed: None,
            reason: None,
        }
    }
}

/// On which side of the goal a contribution is.
fn effect(contribution: &Exact, is_floor: Option<bool>) -> Option<ContributionEffect> {
    let above_is_good = is_floor?;
    Some(if contribution.is_zero() {
        ContributionEffect::Neutral
    } else if contribution.is_positive() == above_is_good {
        ContributionEffect::Helps
    } else {
        ContributionEffect::Harms
    })
}
