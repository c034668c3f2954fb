//! One certificate in words: what it says, what failed, what is needed, what it rests on.

use std::fmt;

use chrono::NaiveDate;
use serde::Serialize;

use super::{Certificate, Certification, CriterionResult};
use crate::assess::Verdict;
use crate::calendar::Window;
use crate::error::{Error, FaultCode, Result};
use crate::plan::Criterion;
use crate::scorecard::number::rounded;

/// A certificate in words. Printed, it reads as text.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CertificateExplanation {
    /// The certificate.
    pub certificate: Certificate,
    /// The standard's title.
    pub standard_title: String,
    /// The judgement in one sentence.
    pub judgement: String,
    /// How the criteria are combined: `all of these have to be met`.
    pub rule: String,
    /// The result of each criterion.
    pub criteria: Vec<CriterionResult>,
    /// The documents they rest on, in full.
    pub documents: Vec<String>,
    /// A remark of the plan's authors.
    pub note: Option<String>,
}

impl Certification {
    /// Why a unit holds the standard or does not: every criterion, what failed and what is needed.
    ///
    /// `window`, a day in it, may be left out if there are certificates of one window only.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if there is no certificate of that unit and window, or more than one.
    pub fn explain(&self, unit: &str, window: Option<NaiveDate>) -> Result<CertificateExplanation> {
        let mut fitting = self.certificates.iter().filter(|one| {
            one.unit == unit
                && window.is_none_or(|day| one.window_start <= day && day < one.window_end)
        });
        let standard = self.standard();
        let (Some(certificate), rest) = (fitting.next(), fitting.count()) else {
            let message =
                format!("`{unit}` has no certificate of the standard `{}` there", standard.id);
            return Err(Error::request(FaultCode::NoSuchRow, message));
        };
        if rest > 0 {
            return Err(Error::request(
                FaultCode::AmbiguousRequest,
                format!(
                    "`{unit}` has {} certificates of the standard `{}`: name a day in the window meant",
                    rest + 1,
                    standard.id
                ),
            ));
        }
        let criteria: Vec<CriterionResult> = self
            .criteria
            .iter()
            .filter(|one| {
                (&one.unit, one.window_start, one.window_end)
                    == (&certificate.unit, certificate.window_start, certificate.window_end)
            })
            .cloned()
            .collect();
        let window = Window::new(certificate.window_start, certificate.window_end);
        let version = window.and_then(|window| standard.in_force_for(&window));
        let documents = version.map_or(&[][..], |version| &version.basis);
        Ok(CertificateExplanation {
            standard_title: standard.title().to_owned(),
            judgement: judgement(certificate, &criteria),
            rule: version.map(|version| rule(&version.criterion)).unwrap_or_default(),
            documents: documents
                .iter()
                .map(|document| document.in_full(|day| day.to_string()))
                .collect(),
            note: standard.note.clone(),
            certificate: certificate.clone(),
            criteria,
        })
    }
}

fn rule(criterion: &Criterion) -> String {
    match criterion {
        Criterion::All(_) => "all of these have to be met".to_owned(),
        Criterion::Any(_) => "one of these has to be met".to_owned(),
        Criterion::AtLeast(least, of) => {
            format!("{least} of these {} have to be met", of.len())
        }
        Criterion::Indicator { .. } | Criterion::Units { .. } => "this has to be met".to_owned(),
    }
}

fn judgement(certificate: &Certificate, criteria: &[CriterionResult]) -> String {
    let mut sentence = match certificate.verdict {
        Verdict::Met => "Certified".to_owned(),
        Verdict::Missed => {
            let failed = criteria.iter().filter(|one| one.fails).count();
            let verb = if failed == 1 { "fails" } else { "fail" };
            let all = criteria.len();
            let criteria = if all == 1 { "criterion" } else { "criteria" };
            format!("Not certified: {failed} of {all} {criteria} {verb}")
        }
        Verdict::Indeterminate => {
            let reason = certificate.reason.map(|reason| reason.explanation());
            format!("It can't be said: {}", reason.unwrap_or("something is not known"))
        }
    };
    if !certificate.is_final && certificate.verdict != Verdict::Indeterminate {
        sentence.push_str(", if the window closed today");
    }
    sentence.push('.');
    sentence
}

impl fmt::Display for CertificateExplanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let certificate = &self.certificate;
        writeln!(f, "{} · {} ({})", self.standard_title, certificate.unit_name, certificate.unit)?;
        if let Some(window) = Window::new(certificate.window_start, certificate.window_end) {
            writeln!(f, "{window}, as of {}", certificate.as_of)?;
        }
        writeln!(f, "{}", self.judgement)?;
        if !self.criteria.is_empty() {
            write!(f, "Criteria")?;
            if let Some(from) = certificate.criteria_from {
                write!(f, " in force from {from}")?;
            }
            writeln!(f, ", {}", self.rule)?;
        }
        for criterion in &self.criteria {
            write_criterion(f, criterion)?;
        }
        for document in &self.documents {
            writeln!(f, "Rests on {document}")?;
        }
        if let Some(note) = &self.note {
            writeln!(f, "Note: {note}")?;
        }
        Ok(())
    }
}

fn write_criterion(f: &mut fmt::Formatter<'_>, of: &CriterionResult) -> fmt::Result {
    let verdict = match of.verdict {
        Verdict::Met => "met",
        Verdict::Missed => "missed",
        Verdict::Indeterminate => "undecided",
    };
    write!(f, "  {} {} · {verdict}", of.criterion, of.title)?;
    if let Some(value) = of.value {
        // Never printed onto the goal, which lies on one side of the value or the other.
        let gap = of.gap.unwrap_or(0.0);
        write!(f, ": {}", rounded(value, &[value - gap, value + gap]))?;
        let needed = of.needed.filter(|needed| of.verdict == Verdict::Missed && *needed > 0);
        if let Some(needed) = needed {
            write!(f, ", {needed} away from it")?;
        }
    } else if let (Some(units), Some(needed), Some(holding)) =
        (of.units, of.units_needed, of.units_holding)
        && units > 0
    {
        write!(f, ": {holding} of {units} do, {needed} needed")?;
        if let Some(short) = of.units_short.filter(|short| *short > 0) {
            write!(f, ", {short} short")?;
        }
    }
    if let Some(reason) = of.reason.filter(|_| of.verdict == Verdict::Indeterminate) {
        write!(f, " ({})", reason.explanation())?;
    }
    writeln!(f)?;
    for (what, names) in [("do not", &of.not_holding), ("not known", &of.not_known)] {
        // A line is for reading: a city has hundreds of communes.
        const MOST_NAMED: usize = 8;
        if !names.is_empty() {
            let more = names.len().saturating_sub(MOST_NAMED);
            let named = names[..names.len().min(MOST_NAMED)].join(", ");
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            writeln!(f, "    {what}: {named}{more}")?;
        }
    }
    Ok(())
}
