//! What changed between two windows because the facts did, and what because the criteria did.

use chrono::NaiveDate;

use super::certify;
use crate::assess::{Verdict, windows_of};
use crate::calendar::Window;
use crate::error::codes::codes;
use crate::error::{Error, FaultCode, Result};
use crate::plan::UnitIndex;
use crate::report::Report;
use crate::view::View;

/// What became of a unit's certificate between two windows, and why.
#[derive(Debug, Clone, PartialEq, Eq, View)]
#[view(name = "certificate_changes")]
#[non_exhaustive]
pub struct CertificateChange {
    /// The standard's id.
    pub standard: String,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// The unit's level.
    pub level: String,
    /// First day of the earlier window.
    pub then_start: NaiveDate,
    /// The day after the earlier window's last.
    pub then_end: NaiveDate,
    /// First day of the later window.
    pub now_start: NaiveDate,
    /// The day after the later window's last.
    pub now_end: NaiveDate,
    /// The earlier facts by the criteria of their time; indeterminate for a unit that did not exist.
    pub then: Verdict,
    /// The later facts by the earlier criteria.
    pub facts_alone: Verdict,
    /// The earlier facts by the later criteria.
    pub criteria_alone: Verdict,
    /// The later facts by the criteria of their time; indeterminate for a unit that no longer exists.
    pub now: Verdict,
    /// What became of the certificate.
    pub change: ChangeOfCertificate,
    /// Why, where it was gained or lost.
    pub cause: Option<ChangeCause>,
}

codes! {
    /// What became of a certificate.
    pub enum ChangeOfCertificate as "change of a certificate" {
        /// Not held then, held now.
        Gained = "gained",
        /// Held then, not held now.
        Lost = "lost",
        /// Held both times.
        Kept = "kept",
        /// Held neither time.
        NotHeld = "not_held",
        /// One of the two can't be said.
        Undecided = "undecided",
    }
}

codes! {
    /// Why a certificate was gained or lost.
    pub enum ChangeCause as "cause of a change" {
        /// The facts alone would have done it, the criteria alone would not.
        Facts = "facts",
        /// The criteria alone would have done it, the facts alone would not.
        Criteria = "criteria",
        /// Each alone would have done it.
        Either = "either",
        /// Only both together do it.
        Both = "both",
        /// What one of them alone would have done can't be said.
        Undecided = "undecided",
    }
}

impl ChangeOfCertificate {
    fn of(then: Verdict, now: Verdict) -> Self {
        match (then, now) {
            (Verdict::Missed, Verdict::Met) => ChangeOfCertificate::Gained,
            (Verdict::Met, Verdict::Missed) => ChangeOfCertificate::Lost,
            (Verdict::Met, Verdict::Met) => ChangeOfCertificate::Kept,
            (Verdict::Missed, Verdict::Missed) => ChangeOfCertificate::NotHeld,
            (Verdict::Indeterminate, _) | (_, Verdict::Indeterminate) => {
                ChangeOfCertificate::Undecided
            }
        }
    }
}

impl ChangeCause {
    /// Of a certificate that was gained or lost.
    fn of(now: Verdict, facts_alone: Verdict, criteria_alone: Verdict) -> Self {
        if [facts_alone, criteria_alone].contains(&Verdict::Indeterminate) {
            return ChangeCause::Undecided;
        }
        match (facts_alone == now, criteria_alone == now) {
            (true, false) => ChangeCause::Facts,
            (false, true) => ChangeCause::Criteria,
            (true, true) => ChangeCause::Either,
            (false, false) => ChangeCause::Both,
        }
    }
}

impl Report {
    /// What became of each unit's certificate from the window that `since` lies in to the last one that has
    /// begun, and whether the facts changed it or the criteria: each window's facts are judged by the criteria
    /// of both.
    ///
    /// The facts of both windows are those known as of the report's day, and the criteria of a window are
    /// those in force on its last day. Units whose validity spans one of the windows only have a row, undecided.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if the plan has no such standard, `since` lies in none of its windows or in the
    /// last one, or no criteria were in force then.
    pub fn certification_change(
        &self,
        standard: &str,
        since: NaiveDate,
    ) -> Result<Vec<CertificateChange>> {
        let index = self.known_standard(standard)?;
        let standard = &self.plan()[index];
        let windows = windows_of(self.plan(), &standard.window);
        let refused = |code, why: String| {
            Error::request(code, format!("the standard `{}` {why}", standard.id))
        };
        let then = windows.iter().find(|window| window.contains_day(since)).ok_or_else(|| {
            refused(FaultCode::OutsideWindow, format!("has no window that {since} lies in"))
        })?;
        let now = windows
            .iter()
            .rfind(|window| window.start() <= self.as_of())
            .filter(|now| now.start() > then.start())
            .ok_or_else(|| {
                refused(
                    FaultCode::OutsideWindow,
                    format!("has no window after {then} that has begun by {}", self.as_of()),
                )
            })?;
        let last_day = |window: &Window| {
            let day = window.end().pred_opt().filter(|day| standard.in_force(*day).is_some());
            day.ok_or_else(|| {
                refused(
                    FaultCode::OutsideValidity,
                    format!("had no criteria in force at the end of {window}"),
                )
            })
        };
        let (then_day, now_day) = (last_day(then)?, last_day(now)?);
        let mut assessor = self.assessor();
        let judged = [(then, then_day), (now, then_day), (then, now_day), (now, now_day)];
        assessor.cut_for(|assessor| {
            for (window, day) in judged {
                certify(assessor, index, window, day);
            }
        });
        let verdicts = |window: &Window, day: NaiveDate| {
            let certified = certify(&assessor, index, window, day);
            move |unit: UnitIndex| {
                let found = certified.get(&index).and_then(|certified| certified.of(unit));
                found.map(|found| found.verdict)
            }
        };
        let then_verdict = verdicts(then, then_day);
        let facts_alone = verdicts(now, then_day);
        let criteria_alone = verdicts(then, now_day);
        let now_verdict = verdicts(now, now_day);
        let units = self.plan().units();
        let mut changes = Vec::new();
        for (at, unit) in units.iter() {
            let (was, is) = (then_verdict(at), now_verdict(at));
            if was.is_none() && is.is_none() {
                continue;
            }
            let or_unknown = |verdict: Option<Verdict>| verdict.unwrap_or(Verdict::Indeterminate);
            let [was, facts_alone, criteria_alone, is] =
                [was, facts_alone(at), criteria_alone(at), is].map(or_unknown);
            let change = ChangeOfCertificate::of(was, is);
            let is_changed =
                matches!(change, ChangeOfCertificate::Gained | ChangeOfCertificate::Lost);
            changes.push(CertificateChange {
                standard: standard.id.clone(),
                unit: unit.id.clone(),
                unit_name: unit.name.clone(),
                level: units.level_name(unit.level).to_owned(),
                then_start: then.start(),
                then_end: then.end(),
                now_start: now.start(),
                now_end: now.end(),
                then: was,
                facts_alone,
                criteria_alone,
                now: is,
                change,
                cause: is_changed.then(|| ChangeCause::of(is, facts_alone, criteria_alone)),
            });
        }
        Ok(changes)
    }
}
