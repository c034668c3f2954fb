//! A report as a scorecard, for people to read.

use std::io::Write;
use std::path::Path;

use super::scorecard::{DocumentLine, Limit, Line, Scorecard, Section};
use super::{Report, page, text};
use crate::error::Result;
use crate::output::{self, unwritable};
use crate::plan::{ChangeAs, Formula, Goal, IndicatorIndex, Plan};

impl Report {
    /// The report with the plan's titles and documents: one section for each campaign, in the order in
    /// which their targets come, and one for the targets of none.
    pub fn scorecard(&self) -> Scorecard {
        let mut sections: Vec<(Option<usize>, Section)> = Vec::new();
        let of_rows = self.blocks.iter().flat_map(|block| {
            let target = self.plan.targets()[block.target].in_force(&block.window);
            block.places.clone().map(move |_| target)
        });
        for (target, row) in of_rows.zip(self.rows()) {
            let campaign = target.campaign;
            let at = sections.iter().position(|(of, _)| *of == campaign).unwrap_or_else(|| {
                let heading = match campaign {
                    Some(campaign) => self.plan.campaigns()[campaign].title().to_owned(),
                    None => "Targets".to_owned(),
                };
                sections
                    .push((campaign, Section { heading, documents: Vec::new(), rows: Vec::new() }));
                sections.len() - 1
            });
            let section = &mut sections[at].1;
            for document in &target.basis {
                let line = DocumentLine {
                    document: document.document.clone(),
                    dated: document.dated,
                    clause: document.clause.clone(),
                    title: document.title.clone(),
                    source: document.source.clone(),
                };
                if !section.documents.contains(&line) {
                    section.documents.push(line);
                }
            }
            section.rows.push(Line {
                target_title: target.title().to_owned(),
                indicator_title: self.plan[target.indicator].title().to_owned(),
                unit_of_value: self.plan.unit_of_value(target.indicator),
                note: target.note.clone(),
                limit: limit(&target.goal),
                assessment: row.clone(),
            });
        }
        Scorecard {
            title: self.plan.title().to_owned(),
            plan: self.plan.id().to_owned(),
            as_of: self.as_of,
            sections: sections.into_iter().map(|(_, section)| section).collect(),
        }
    }

    /// The scorecard for a terminal of so many columns; with `colour`, in ANSI colours as well.
    pub fn text(&self, width: usize, colour: bool) -> String {
        text::render(&self.scorecard(), width, colour)
    }

    /// The scorecard as a page that needs no other file, no network and no script, and prints well.
    pub fn to_html(&self) -> String {
        page::render(&self.scorecard())
    }

    /// Writes [the page](Report::to_html) to a file, and replaces what was there.
    ///
    /// # Errors
    ///
    /// [`Error::is_file`](crate::Error::is_file) if the file can't be written.
    pub fn write_html(&self, path: impl AsRef<Path>) -> Result<()> {
        let (path, page) = (path.as_ref(), self.to_html());
        output::write_whole(path, |file| file.write_all(page.as_bytes()))
            .map_err(|cause| unwritable(path, &cause))
    }

    /// The scorecard as a piece of HTML for a notebook or a page of your own.
    pub fn html_fragment(&self) -> String {
        page::fragment(&self.scorecard())
    }
}

fn limit(goal: &Goal) -> Limit {
    match goal {
        Goal::AtLeast(_) | Goal::Above(_) | Goal::IncreaseBy(..) => Limit::Floor,
        Goal::AtMost(_) | Goal::Below(_) | Goal::ReduceBy(..) => Limit::Ceiling,
        Goal::Between(..) => Limit::Band,
    }
}

impl Plan {
    /// What an indicator's values are counted in: `%`, `per 100000`, `case`; empty where the plan does
    /// not say.
    pub fn unit_of_value(&self, indicator: IndicatorIndex) -> String {
        let per_hundred = |per: &crate::exact::Decimal| match per.to_string().as_str() {
            "100" => "%".to_owned(),
            "1" => String::new(),
            per => format!("per {per}"),
        };
        match &self[indicator].formula {
            Formula::Count(of) => of
                .terms
                .first()
                .and_then(|term| self[term.measure].unit.clone())
                .unwrap_or_default(),
            Formula::Proportion { per, .. } | Formula::Ratio { per, .. } => per_hundred(per),
            Formula::Rate { per, .. } | Formula::StandardisedRate { per, .. } => {
                format!("per {per}")
            }
            Formula::Mean { .. } => String::new(),
            Formula::Change { told_as: ChangeAs::Percent, .. }
            | Formula::ShareOfUnits { .. }
            | Formula::Reporting { .. } => "%".to_owned(),
            Formula::Change { of, told_as: ChangeAs::Absolute, .. } => self.unit_of_value(*of),
            Formula::Reported { unit, .. } => unit.clone(),
        }
    }
}
