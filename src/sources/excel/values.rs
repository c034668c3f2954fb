//! Cells as numbers and days. What can't be one is a fault at its cell; what a rule decided is a note.

use chrono::NaiveDate;

use super::cells::{Cell, Content, Sheet};
use super::format::Display;
use crate::error::{Fault, FaultCode, Faults};
use crate::sources::note::{NoteCode, Notes};
use crate::sources::number::{self, Comparator, DecimalMark};

/// A number of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amount {
    /// A plain decimal. A cell that shows 96.4 % has `96.4`.
    pub(super) decimal: String,
    pub(super) comparator: Option<Comparator>,
    /// Whether the cell shows per cent, by its format or in its text.
    pub(super) is_percent: bool,
    /// The year in brackets behind it: `71 (2022)`.
    pub(super) year: Option<i32>,
}

impl Amount {
    /// Whether it is above 0 and at most 1, and does not show per cent: where per cent are expected it may be a share of one.
    pub(super) fn may_be_share(&self) -> bool {
        let value = number::float(&self.decimal);
        !self.is_percent && value.is_some_and(|value| value > 0.0 && value <= 1.0)
    }
}

/// What a number may have beside its digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Allowed {
    /// Neither comparator nor year: a figure.
    Figure,
    /// A comparator, and a year in brackets: a goal.
    Goal,
    /// A year in brackets: a baseline.
    Dated,
}

/// Reads cells, and collects what is wrong or decided by a rule.
pub(super) struct Values {
    pub(super) mark: DecimalMark,
    pub(super) notes: Notes,
    pub(super) faults: Faults,
}

impl Values {
    pub(super) fn new(mark: DecimalMark) -> Self {
        Values { mark, notes: Notes::default(), faults: Faults::default() }
    }

    pub(super) fn fault(
        &mut self,
        sheet: &Sheet,
        (row, column): (u32, u32),
        code: FaultCode,
        message: &str,
        help: impl FnOnce(Fault) -> Fault,
    ) {
        let found = sheet.cell(row, column).to_string();
        let fault = Fault::new(code, sheet.place(row, column), message).found(found);
        self.faults.push(help(fault));
    }

    pub(super) fn note(
        &mut self,
        code: NoteCode,
        did: &str,
        sheet: &Sheet,
        (row, column): (u32, u32),
    ) -> &mut crate::sources::Note {
        let found = sheet.cell(row, column).to_string();
        let note = self.notes.add(code, did, || sheet.place(row, column));
        if !found.is_empty() {
            note.found(found);
        }
        note
    }

    /// Whether a cell can't be read as anything: an error, or a formula that was never computed. Adds the fault.
    pub(super) fn is_broken(&mut self, sheet: &Sheet, at: (u32, u32)) -> bool {
        let cell = sheet.cell(at.0, at.1);
        if cell.is_uncomputed() {
            let message = "a formula without a stored value";
            self.fault(sheet, at, FaultCode::MissingValue, message, |fault| {
                fault
                    .expected("a value")
                    .hint("open the workbook in a spreadsheet program and save it")
            });
            return true;
        }
        if let Content::Error(_) = &cell.content {
            let message = "an error stands in place of a value";
            self.fault(sheet, at, FaultCode::NotANumber, message, |fault| {
                fault.expected("a value, or a blank cell where there is none")
            });
            return true;
        }
        false
    }

    /// The number of a cell; none if the cell is blank, has a word for no value, or a fault.
    pub(super) fn amount(
        &mut self,
        sheet: &Sheet,
        at: (u32, u32),
        allowed: Allowed,
    ) -> Option<Amount> {
        if sheet.is_merged(at.0, at.1) || sheet.begins_merged(at.0, at.1) {
            // The fault is that of the range, which has one value.
            if sheet.begins_merged(at.0, at.1) && !sheet.cell(at.0, at.1).is_blank() {
                self.merged(sheet, at);
            }
            return None;
        }
        let cell = sheet.cell(at.0, at.1);
        if cell.is_blank() || self.is_broken(sheet, at) {
            return None;
        }
        match &cell.content {
            Content::Number(decimal) => Some(self.of_number(sheet, at, decimal)?),
            Content::Text(text) => self.of_text(sheet, at, text, allowed),
            Content::Date(_) => {
                self.fault(
                    sheet,
                    at,
                    FaultCode::NotANumber,
                    "a date stands in place of a number",
                    |fault| fault.expected("a number").hint("give the cell the format of a number"),
                );
                None
            }
            Content::Truth(_) | Content::Blank | Content::Error(_) => {
                self.fault(sheet, at, FaultCode::NotANumber, "not a number", |fault| {
                    fault.expected("a number")
                });
                None
            }
        }
    }

    pub(super) fn merged(&mut self, sheet: &Sheet, at: (u32, u32)) {
        let message = "a merged cell stands in place of several values";
        self.fault(sheet, at, FaultCode::WrongForm, message, |fault| {
            fault
                .expected("a value in each cell")
                .hint("unmerge the cells and fill them in one by one")
        });
    }

    fn of_number(&mut self, sheet: &Sheet, at: (u32, u32), decimal: &str) -> Option<Amount> {
        let is_percent = sheet.cell(at.0, at.1).display == Display::Percent;
        // The digits move, and no float is multiplied: 0.29 is 29 %.
        let shown = number::shifted(decimal, if is_percent { 2 } else { 0 });
        let Some(decimal) = shown else {
            self.fault(
                sheet,
                at,
                FaultCode::NumberTooLarge,
                "the number has too many digits",
                |fault| fault.expected("at most 28 digits"),
            );
            return None;
        };
        Some(Amount { decimal, comparator: None, is_percent, year: None })
    }

    fn of_text(
        &mut self,
        sheet: &Sheet,
        at: (u32, u32),
        text: &str,
        allowed: Allowed,
    ) -> Option<Amount> {
        let (bare, year) = match allowed {
            Allowed::Figure => (text, None),
            Allowed::Goal | Allowed::Dated => with_year(text),
        };
        let found = match number::content(bare, self.mark) {
            Some(number::Content::Number(found)) => found,
            Some(number::Content::Blank) => return None,
            Some(number::Content::Word) => {
                let did = "cells with a word in place of a number have no value";
                self.note(NoteCode::LeftOutType, did, sheet, at);
                return None;
            }
            None => {
                self.fault(sheet, at, FaultCode::NotANumber, "not a number", |fault| {
                    fault.expected("a number, or a blank cell where there is none")
                });
                return None;
            }
        };
        if found.comparator.is_some() && allowed != Allowed::Goal {
            let message = "a figure has a sign of comparison";
            self.fault(sheet, at, FaultCode::NotANumber, message, |fault| {
                fault
                    .expected("the figure itself")
                    .hint("leave the cell blank if the figure is not known")
            });
            return None;
        }
        if found.is_assumed {
            let did = format!("marks in numbers are read for the decimal mark `{}`", self.mark);
            let decimal = found.decimal.clone();
            let note = self.notes.add(NoteCode::AssumedDecimal, &did, || sheet.place(at.0, at.1));
            note.found(format!("{} → {decimal}", text.trim()));
        }
        Some(Amount {
            decimal: found.decimal,
            comparator: found.comparator,
            is_percent: found.is_percent,
            year,
        })
    }

    /// A day of a cell: a date, or a text such as `2024-05-01`.
    pub(super) fn day(&mut self, sheet: &Sheet, at: (u32, u32)) -> Option<NaiveDate> {
        let cell = sheet.cell(at.0, at.1);
        if cell.is_blank() || self.is_broken(sheet, at) {
            return None;
        }
        let day = match &cell.content {
            Content::Date(day) if cell.display != Display::Month => Some(*day),
            Content::Text(text) => crate::calendar::date(text.trim()),
            _ => None,
        };
        if day.is_none() {
            self.fault(sheet, at, FaultCode::NotADate, "not a day", |fault| {
                fault.expected("a date, or a text such as 2024-05-31")
            });
        }
        day
    }

    /// The text of a cell for an id, a title or a word; none if it is blank or has a fault.
    pub(super) fn label(&mut self, sheet: &Sheet, cell: &Cell, at: (u32, u32)) -> Option<String> {
        if cell.is_blank() || self.is_broken(sheet, at) {
            return None;
        }
        cell.label()
    }
}

/// A number and the year beside it: `71 (2022)`, `71 % (2022)`, `2022: 71`.
fn with_year(text: &str) -> (&str, Option<i32>) {
    let year = |text: &str| {
        let text = text.trim();
        let is_year = text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        is_year.then(|| text.parse::<i32>().ok()).flatten()
    };
    let text = text.trim();
    if let Some((number, rest)) = text.split_once('(')
        && let Some(year) = rest.strip_suffix(')').and_then(year)
    {
        return (number.trim(), Some(year));
    }
    if let Some((before, number)) = text.split_once(':')
        && let Some(year) = year(before)
    {
        return (number.trim(), Some(year));
    }
    (text, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_may_stand_beside_a_number() {
        for (text, number, year) in [
            ("71 (2022)", "71", Some(2022)),
            ("71 % (2022)", "71 %", Some(2022)),
            ("2022: 71", "71", Some(2022)),
            ("71", "71", None),
            ("71 (est.)", "71 (est.)", None),
            ("12:30", "12:30", None),
        ] {
            assert_eq!(with_year(text), (number, year), "{text}");
        }
    }
}
