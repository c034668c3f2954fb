//! Certificates: which units hold a standard, which criteria failed, and what is needed.
//!
//! * `rows`: the rows of certificates and of their criteria.
//! * `compute`: criteria in three-valued logic, up the hierarchy.
//! * `explanation`: one certificate in words.
//! * `zones`: where all units hold a standard.
//! * `change`: what changed because the facts did, and what because the criteria did.

mod change;
mod compute;
mod explanation;
mod rows;
mod zones;

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::assess::Verdict;
use crate::calendar::Window;
use crate::error::{FaultCode, Result};
use crate::plan::{Criterion, Document, Plan, Standard, StandardIndex, StandardVersion, UnitIndex};
use crate::report::{Report, unknown};
pub use change::{CertificateChange, ChangeCause, ChangeOfCertificate};
use compute::{Certified, Found, Holding, Single, SingleOf};
pub(super) use compute::{certify, prepare};
pub use explanation::CertificateExplanation;
pub use rows::{Certificate, CriterionResult};
pub use zones::GreenZone;

/// Whether each unit of a standard's level holds it: one certificate a unit and window, and what each
/// criterion came to.
///
/// ```
/// use attain::{Outcome, Plan, Tally, Verdict, When, calendar};
///
/// let plan = Plan::from_yaml(r#"
/// attain: 1
/// plan: p
/// units:
///   levels: [commune, hamlet]
///   list:
///     - {id: a, level: commune}
///     - {id: a1, level: hamlet, parent: a}
///     - {id: a2, level: hamlet, parent: a}
///     - {id: a3, level: hamlet, parent: a}
/// measures: {users: {unit: person, over_time: last}}
/// indicators: {known-users: {count: users}}
/// standards:
///   hamlet: {level: hamlet, window: "2025", all: [{indicator: known-users, goal: {at_most: 0}}]}
///   commune: {level: commune, window: "2025", all: [{units: {hold: hamlet, at_least: 70}}]}
/// "#)?;
/// let mut tally = Tally::new(&plan);
/// for (hamlet, users) in [("a1", 0.0), ("a2", 0.0), ("a3", 2.0)] {
///     tally.record(&Outcome::new(hamlet, When::Period("2025".into()), "users", users))?;
/// }
/// let report = plan.assess(&tally, calendar::date("2025-12-31").unwrap())?;
/// let certification = report.certification("commune", None)?;
/// let commune = &certification.certificates()[0];
/// assert_eq!(commune.verdict, Verdict::Missed); // 70 % of 3 are 2.1, so 3.
/// assert_eq!((commune.units_needed, commune.units_short), (Some(3), Some(1)));
/// # Ok::<(), attain::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Certification {
    plan: Plan,
    standard: StandardIndex,
    certificates: Vec<Certificate>,
    criteria: Vec<CriterionResult>,
    /// The unit of each certificate.
    units: Vec<UnitIndex>,
}

impl Certification {
    /// One row a unit, in the order of the windows, then of the table of units.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// The result of each criterion for each unit, in the order of the certificates.
    pub fn criteria(&self) -> &[CriterionResult] {
        &self.criteria
    }

    /// The standard.
    pub fn standard(&self) -> &Standard {
        &self.plan[self.standard]
    }
}

impl Report {
    /// Whether each unit of a standard's level holds it, in each of the standard's windows or in the one
    /// that a day lies in. Windows that end before the first criteria came into force have no rows.
    ///
    /// All units of the plan are judged, whatever rows the report has been [filtered](Report::filter) to.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`](crate::Error::is_request) if the plan has no such standard, or it no such window.
    pub fn certification(
        &self,
        standard: &str,
        window: Option<NaiveDate>,
    ) -> Result<Certification> {
        let index = self.known_standard(standard)?;
        let standard = &self.plan()[index];
        let windows = self.windows_at("standard", &standard.id, &standard.window, window)?;
        let mut assessor = self.assessor();
        assessor.cut_for(prepare);
        let mut certification = Certification {
            plan: self.plan().clone(),
            standard: index,
            certificates: Vec::new(),
            criteria: Vec::new(),
            units: Vec::new(),
        };
        for window in windows {
            let Some(version) = standard.in_force_for(&window) else { continue };
            let Some(day) = window.end().pred_opt() else { continue };
            let certified = certify(&assessor, index, &window, day);
            let Some(of_standard) = certified.get(&index) else { continue };
            let builder = CertificateBuilder {
                report: self,
                standard,
                version,
                window,
                certified: &certified,
            };
            for (at, _) in self.plan().units().iter() {
                let Some(found) = of_standard.of(at) else { continue };
                let criteria = builder.criteria(at, found);
                certification.certificates.push(builder.certificate(at, found, &criteria));
                certification.criteria.extend(criteria);
                certification.units.push(at);
            }
        }
        Ok(certification)
    }

    fn known_standard(&self, id: &str) -> Result<StandardIndex> {
        let standards = self.plan().standards();
        match standards.iter().position(|standard| standard.id == id) {
            Some(place) => Ok(StandardIndex(place)),
            None => Err(unknown(
                FaultCode::UnknownId,
                "standard",
                id,
                standards.iter().map(|one| one.id.as_str()),
            )),
        }
    }
}

/// Builds the rows of one standard and window.
struct CertificateBuilder<'t> {
    report: &'t Report,
    standard: &'t Standard,
    version: &'t StandardVersion,
    window: Window,
    certified: &'t HashMap<StandardIndex, Certified>,
}

impl CertificateBuilder<'_> {
    fn certificate(
        &self,
        at: UnitIndex,
        found: &Found,
        criteria: &[CriterionResult],
    ) -> Certificate {
        let units = self.report.plan().units();
        let unit = &units[at];
        let said = |which: fn(&Single) -> bool| {
            let named = found.singles.iter().zip(criteria).filter(|(single, _)| which(single));
            let texts: Vec<&str> = named.map(|(_, criterion)| criterion.title.as_str()).collect();
            (!texts.is_empty()).then(|| texts.join("; "))
        };
        let below = criteria.iter().find(|criterion| criterion.hold.is_some());
        let basis: Vec<String> = self.version.basis.iter().map(Document::to_string).collect();
        let to_date = self.window.to_date(self.report.as_of());
        Certificate {
            standard: self.standard.id.clone(),
            unit: unit.id.clone(),
            unit_name: unit.name.clone(),
            level: units.level_name(unit.level).to_owned(),
            window_start: self.window.start(),
            window_end: self.window.end(),
            as_of: self.report.as_of(),
            is_final: to_date.is_some_and(|to_date| to_date.same_days(&self.window)),
            criteria_from: self.version.from,
            verdict: found.verdict,
            reason: found.reason,
            criteria: self.version.criterion.count(),
            criteria_met: found.singles.iter().filter(|one| one.verdict == Verdict::Met).count()
                as i64,
            failed: said(|single| single.fails),
            undecided: said(|single| single.open),
            units: below.and_then(|below| below.units),
            units_needed: below.and_then(|below| below.units_needed),
            units_holding: below.and_then(|below| below.units_holding),
            units_unknown: below.and_then(|below| below.units_unknown),
            units_short: below.and_then(|below| below.units_short),
            basis: (!basis.is_empty()).then(|| basis.join("; ")),
        }
    }

    fn criteria(&self, at: UnitIndex, found: &Found) -> Vec<CriterionResult> {
        let mut numbered = Vec::new();
        number(&self.version.criterion, "", &mut numbered);
        let singles = found.singles.iter().zip(numbered);
        singles.map(|(single, (number, of))| self.criterion(at, single, number, of)).collect()
    }

    fn criterion(
        &self,
        at: UnitIndex,
        single: &Single,
        number: String,
        of: &Criterion,
    ) -> CriterionResult {
        let plan = self.report.plan();
        let unit = &plan.units()[at];
        let mut result = CriterionResult {
            standard: self.standard.id.clone(),
            unit: unit.id.clone(),
            unit_name: unit.name.clone(),
            window_start: self.window.start(),
            window_end: self.window.end(),
            criterion: number,
            title: plan.criterion_text(of),
            verdict: single.verdict,
            reason: single.reason,
            fails: single.fails,
            indicator: None,
            goal: None,
            value: None,
            gap: None,
            needed: None,
            completeness: None,
            imputed: None,
            hold: None,
            units: None,
            units_needed: None,
            units_holding: None,
            units_unknown: None,
            units_short: None,
            not_holding: Vec::new(),
            not_known: Vec::new(),
        };
        match &single.of {
            SingleOf::Indicator { value, gap, needed, completeness, imputed } => {
                (result.value, result.gap, result.needed) = (*value, *gap, *needed);
                (result.completeness, result.imputed) = (*completeness, *imputed);
            }
            SingleOf::Units(holding) => {
                let Holding { units, needed, holding: holds, unknown } = *holding;
                result.units = Some(units.into());
                result.units_needed = Some(needed.into());
                result.units_holding = Some(holds.into());
                result.units_unknown = Some(unknown.into());
                result.units_short = Some(holding.short().into());
            }
        }
        match of {
            Criterion::Indicator { indicator, goal, .. } => {
                result.indicator = Some(plan[*indicator].id.clone());
                result.goal = Some(goal.to_string());
            }
            Criterion::Units { hold, .. } => {
                result.hold = Some(plan[*hold].id.clone());
                result.not_holding = self.names(at, *hold, Verdict::Missed);
                result.not_known = self.names(at, *hold, Verdict::Indeterminate);
            }
            Criterion::All(_) | Criterion::Any(_) | Criterion::AtLeast(..) => {}
        }
        result
    }

    /// The units below one for which a standard came out like this.
    fn names(&self, at: UnitIndex, hold: StandardIndex, verdict: Verdict) -> Vec<String> {
        let Some(certified) = self.certified.get(&hold) else { return Vec::new() };
        let plan = self.report.plan();
        let below = plan.units().of_level_within(plan[hold].level, at).into_iter();
        let counted = below.filter(|unit| plan.units().is_judged_throughout(*unit, &self.window));
        counted
            .filter(|unit| certified.of(*unit).is_some_and(|found| found.verdict == verdict))
            .map(|unit| plan.units()[unit].name.clone())
            .collect()
    }
}

/// The criteria that stand alone, each with its place: `2`, or `2.1` inside a combination.
fn number<'c>(of: &'c Criterion, place: &str, found: &mut Vec<(String, &'c Criterion)>) {
    for (index, part) in of.parts().iter().enumerate() {
        let place = match place {
            "" => (index + 1).to_string(),
            place => format!("{place}.{}", index + 1),
        };
        if part.parts().is_empty() {
            found.push((place, part));
        } else {
            number(part, &place, found);
        }
    }
}

impl Criterion {
    fn count(&self) -> i64 {
        let mut count = 0;
        self.each_single(&mut |_| count += 1);
        count
    }
}

impl Plan {
    /// What a criterion requires, in words: its title, or `recorded users at most 0`.
    pub fn criterion_text(&self, criterion: &Criterion) -> String {
        let listed = |parts: &[Criterion]| {
            let texts: Vec<String> = parts.iter().map(|part| self.criterion_text(part)).collect();
            texts.join("; ")
        };
        match criterion {
            Criterion::All(parts) => format!("all of ({})", listed(parts)),
            Criterion::Any(parts) => format!("any of ({})", listed(parts)),
            Criterion::AtLeast(least, parts) => {
                format!("at least {least} of ({})", listed(parts))
            }
            Criterion::Indicator { title: Some(title), .. }
            | Criterion::Units { title: Some(title), .. } => title.clone(),
            Criterion::Indicator { indicator, goal, .. } => {
                let unit = self.unit_of_value(*indicator);
                let unit = if unit.is_empty() { unit } else { format!(" {unit}") };
                format!("{} {goal}{unit}", self[*indicator].title())
            }
            Criterion::Units { hold, share, .. } => {
                let level = self.units().level_name(self[*hold].level);
                format!("{share} of level {level} hold “{}”", self[*hold].title())
            }
        }
    }
}
