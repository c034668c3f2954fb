//! The heads of a tracking table: which column holds what, and of which period.

use super::cells::Sheet;
use super::map::ExcelMap;
use super::period::{self, NamedPeriod};
use super::values::Values;
use super::words::Role;
use crate::error::{Fault, FaultCode};
use crate::sources::note::NoteCode;

/// The heads stand among the first rows.
const ROWS_OF_HEADS: usize = 20;

/// The period of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Span {
    Named(NamedPeriod),
    WholeProject,
}

/// A column of a tracking table.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) number: u32,
    pub(super) role: Role,
    pub(super) span: Option<Span>,
}

/// The columns of a tracking table, and the first row below the heads.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) row: u32,
    pub(super) first_row: u32,
    pub(super) columns: Vec<Column>,
}

impl Head {
    /// The column of a role.
    pub(super) fn column(&self, role: Role) -> Option<u32> {
        self.columns.iter().find(|column| column.role == role).map(|column| column.number)
    }

    /// The columns of targets and of what was achieved.
    pub(super) fn values(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| matches!(column.role, Role::Target | Role::Actual))
    }

    /// The heads of a sheet; none if there are none, which is a fault.
    pub(super) fn find(sheet: &Sheet, map: &ExcelMap, values: &mut Values) -> Option<Head> {
        let rows = if map.header.is_empty() { detected(sheet) } else { map.header.clone() };
        let (Some(first), last) = (rows.first().copied(), rows.last().copied()) else {
            if map.columns.is_empty() {
                let message = "no row of heads is known";
                let fault = Fault::new(FaultCode::MissingColumn, sheet.whole(), message);
                values.faults.push(
                    fault
                        .expected("a row with heads such as `Indicator`, `Unit`, `Target 2024`, `Actual 2024`")
                        .hint("say in a map which row it is, or which columns: {header: [3, 4], columns: {B: title}}"),
                );
                return None;
            }
            let columns = of_map(map);
            return Some(Head { row: 1, first_row: map.first_row.unwrap_or(1), columns });
        };
        let last = last.unwrap_or(first);
        let columns = of_map(map);
        let mut head = Head { row: last, first_row: map.first_row.unwrap_or(last + 1), columns };
        let width = [first, last].into_iter().flat_map(|row| sheet.columns(row)).max();
        for column in 1..=width.unwrap_or_default() {
            if head.columns.iter().any(|known| known.number == column) {
                continue;
            }
            let upper = sheet.shown(first, column).label();
            let lower = (last != first).then(|| sheet.shown(last, column).label()).flatten();
            // A head over two rows is one head.
            let lower = lower.filter(|lower| Some(lower) != upper.as_ref());
            if upper.is_none() && lower.is_none() {
                continue;
            }
            let at = if lower.is_some() { (last, column) } else { (first, column) };
            let found = meaning(upper.as_deref(), lower.as_deref());
            let is_known = |role: Role| {
                let several = matches!(role, Role::Target | Role::Actual | Role::Ignored);
                !several && head.column(role).is_some()
            };
            match found {
                Some((role, _)) if is_known(role) => unknown(sheet, at, values),
                Some((role, span)) => head.columns.push(Column { number: column, role, span }),
                None => unknown(sheet, at, values),
            }
        }
        if head.values().next().is_none() {
            let message = "the table has no column of targets or of what was achieved";
            let fault = Fault::new(FaultCode::MissingColumn, sheet.place(first, 1), message);
            values.faults.push(
                fault
                    .expected("heads such as `Target` and `Actual`")
                    .hint("say in a map what each column is"),
            );
            return None;
        }
        if head.column(Role::Title).is_none() && head.column(Role::Code).is_none() {
            let message = "the table has no column of indicators";
            let fault = Fault::new(FaultCode::MissingColumn, sheet.place(first, 1), message);
            values.faults.push(fault.expected("a head such as `Indicator`"));
            return None;
        }
        Some(head)
    }
}

fn unknown(sheet: &Sheet, at: (u32, u32), values: &mut Values) {
    values.note(NoteCode::NotInAttain, "columns with other heads are not read", sheet, at);
}

fn of_map(map: &ExcelMap) -> Vec<Column> {
    let columns = map.columns.iter().map(|(number, role, period)| Column {
        number: *number,
        role: *role,
        span: period.clone().map(Span::Named),
    });
    columns.collect()
}

/// The period that a text names.
pub(super) fn span(text: &str) -> Option<Span> {
    if period::is_whole_project(text) {
        return Some(Span::WholeProject);
    }
    period::period(text).map(Span::Named)
}

/// The role of a column, and its period, from its heads.
fn meaning(upper: Option<&str>, lower: Option<&str>) -> Option<(Role, Option<Span>)> {
    let Some(lower) = lower else { return of_one(upper?) };
    let (of_lower, above) = (Role::of(lower), upper.and_then(span));
    if let Some(role) = of_lower {
        return Some((role, above));
    }
    // `Target` above `2024`, or `Target` above `Comment`.
    match (upper.and_then(Role::of), span(lower)) {
        (Some(role @ (Role::Target | Role::Actual)), Some(span)) => Some((role, Some(span))),
        _ => of_one(lower),
    }
}

fn of_one(head: &str) -> Option<(Role, Option<Span>)> {
    if let Some(role) = Role::of(head) {
        return Some((role, None));
    }
    let (role, rest) = Role::with_rest(head)?;
    Some((role, Some(span(&rest)?)))
}

/// The row of heads among the first rows: the one with most known heads. Where the heads of a period stand in two rows, both.
fn detected(sheet: &Sheet) -> Vec<u32> {
    let known = |row: u32| {
        let labels = sheet.columns(row).filter_map(|column| sheet.cell(row, column).label());
        labels.filter(|label| of_one(label).is_some()).count()
    };
    let mut best: Option<(usize, u32)> = None;
    for row in sheet.rows().take(ROWS_OF_HEADS) {
        let count = known(row);
        if count >= 2 && best.is_none_or(|(most, _)| count > most) {
            best = Some((count, row));
        }
    }
    let Some((_, row)) = best else { return Vec::new() };
    let names_values = |row: u32| {
        sheet
            .columns(row)
            .filter_map(|column| sheet.cell(row, column).label())
            .any(|label| matches!(of_one(&label), Some((Role::Target | Role::Actual, _))))
    };
    let names_rows = |row: u32| {
        sheet
            .columns(row)
            .filter_map(|column| sheet.cell(row, column).label())
            .any(|label| matches!(Role::of(&label), Some(Role::Title | Role::Code)))
    };
    let names_periods = |row: u32| {
        sheet
            .columns(row)
            .filter_map(|column| sheet.cell(row, column).label())
            .any(|label| span(&label).is_some())
    };
    if let Some(above) = row.checked_sub(1).filter(|above| *above > 0)
        && !names_rows(row)
        && names_values(row)
        && (names_rows(above) || names_periods(above))
    {
        return vec![above, row];
    }
    if names_rows(row) && known(row + 1) > 0 && names_values(row + 1) && !names_rows(row + 1) {
        return vec![row, row + 1];
    }
    // The names of the columns may stand below the periods.
    if let Some(above) = row.checked_sub(1).filter(|above| *above > 0)
        && names_periods(above)
    {
        return vec![above, row];
    }
    vec![row]
}
