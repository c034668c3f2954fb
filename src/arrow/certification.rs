//! Certificates, their criteria, changes and green zones as columns.

use arrow_array::RecordBatch;

use super::table::{self, Cells, Column};
use crate::report::{Certificate, CertificateChange, Certification, CriterionResult, GreenZone};

const CERTIFICATES: [Column<Certificate>; 21] = [
    Column::new("standard", Cells::Text(|row| &row.standard)),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("level", Cells::Text(|row| &row.level)),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("as_of", Cells::Day(|row| row.as_of)),
    Column::new("final", Cells::Truth(|row| row.is_final)),
    Column::new("criteria_from", Cells::OptionalDay(|row| row.criteria_from)),
    Column::new("verdict", Cells::Text(|row| row.verdict.code())),
    Column::new("reason", Cells::OptionalText(|row| row.reason.map(|reason| reason.code()))),
    Column::new("criteria", Cells::OptionalWhole(|row| Some(row.criteria))),
    Column::new("criteria_met", Cells::OptionalWhole(|row| Some(row.criteria_met))),
    Column::new("failed", Cells::OptionalText(|row| row.failed.as_deref())),
    Column::new("undecided", Cells::OptionalText(|row| row.undecided.as_deref())),
    Column::new("units", Cells::OptionalWhole(|row| row.units)),
    Column::new("units_needed", Cells::OptionalWhole(|row| row.units_needed)),
    Column::new("units_holding", Cells::OptionalWhole(|row| row.units_holding)),
    Column::new("units_unknown", Cells::OptionalWhole(|row| row.units_unknown)),
    Column::new("units_short", Cells::OptionalWhole(|row| row.units_short)),
    Column::new("basis", Cells::OptionalText(|row| row.basis.as_deref())),
];

const CRITERIA: [Column<CriterionResult>; 21] = [
    Column::new("standard", Cells::Text(|row| &row.standard)),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("window_start", Cells::Day(|row| row.window_start)),
    Column::new("window_end", Cells::Day(|row| row.window_end)),
    Column::new("criterion", Cells::Text(|row| &row.criterion)),
    Column::new("title", Cells::Text(|row| &row.title)),
    Column::new("verdict", Cells::Text(|row| row.verdict.code())),
    Column::new("reason", Cells::OptionalText(|row| row.reason.map(|reason| reason.code()))),
    Column::new("fails", Cells::Truth(|row| row.fails)),
    Column::new("indicator", Cells::OptionalText(|row| row.indicator.as_deref())),
    Column::new("goal", Cells::OptionalText(|row| row.goal.as_deref())),
    Column::new("value", Cells::OptionalNumber(|row| row.value)),
    Column::new("gap", Cells::OptionalNumber(|row| row.gap)),
    Column::new("needed", Cells::OptionalWhole(|row| row.needed)),
    Column::new("hold", Cells::OptionalText(|row| row.hold.as_deref())),
    Column::new("units", Cells::OptionalWhole(|row| row.units)),
    Column::new("units_needed", Cells::OptionalWhole(|row| row.units_needed)),
    Column::new("units_holding", Cells::OptionalWhole(|row| row.units_holding)),
    Column::new("units_unknown", Cells::OptionalWhole(|row| row.units_unknown)),
    Column::new("units_short", Cells::OptionalWhole(|row| row.units_short)),
];

const CHANGES: [Column<CertificateChange>; 14] = [
    Column::new("standard", Cells::Text(|row| &row.standard)),
    Column::new("unit", Cells::Text(|row| &row.unit)),
    Column::new("unit_name", Cells::Text(|row| &row.unit_name)),
    Column::new("level", Cells::Text(|row| &row.level)),
    Column::new("then_start", Cells::Day(|row| row.then_start)),
    Column::new("then_end", Cells::Day(|row| row.then_end)),
    Column::new("now_start", Cells::Day(|row| row.now_start)),
    Column::new("now_end", Cells::Day(|row| row.now_end)),
    Column::new("then", Cells::Text(|row| row.then.code())),
    Column::new("facts_alone", Cells::Text(|row| row.facts_alone.code())),
    Column::new("criteria_alone", Cells::Text(|row| row.criteria_alone.code())),
    Column::new("now", Cells::Text(|row| row.now.code())),
    Column::new("change", Cells::Text(|row| row.change.code())),
    Column::new("cause", Cells::OptionalText(|row| row.cause.map(|cause| cause.code()))),
];

/// A zone with the names of its members in one text.
struct ZoneRow(GreenZone, String);

const ZONES: [Column<ZoneRow>; 9] = [
    Column::new("standard", Cells::Text(|row| &row.0.standard)),
    Column::new("window_start", Cells::Day(|row| row.0.window_start)),
    Column::new("window_end", Cells::Day(|row| row.0.window_end)),
    Column::new("zone", Cells::OptionalWhole(|row| Some(row.0.zone))),
    Column::new("unit", Cells::OptionalText(|row| row.0.unit.as_deref())),
    Column::new("unit_name", Cells::OptionalText(|row| row.0.unit_name.as_deref())),
    Column::new("level", Cells::OptionalText(|row| row.0.level.as_deref())),
    Column::new("units", Cells::OptionalWhole(|row| Some(row.0.units))),
    Column::new("members", Cells::Text(|row| &row.1)),
];

impl Certification {
    /// The certificates as columns named as the fields of [`Certificate`] (`final` for `is_final`).
    pub fn certificates_batch(&self) -> RecordBatch {
        table::record_batch(&CERTIFICATES, self.certificates())
    }

    /// The criteria as columns named as the fields of [`CriterionResult`], without the names of units.
    pub fn criteria_batch(&self) -> RecordBatch {
        table::record_batch(&CRITERIA, self.criteria())
    }
}

/// Changes of certificates as columns named as the fields of [`CertificateChange`].
pub fn certificate_changes_batch(changes: &[CertificateChange]) -> RecordBatch {
    table::record_batch(&CHANGES, changes)
}

/// Green zones as columns named as the fields of [`GreenZone`]; `members` is one text.
pub fn green_zones_batch(zones: Vec<GreenZone>) -> RecordBatch {
    let rows = zones.into_iter().map(|zone| {
        let members = zone.members.join(", ");
        ZoneRow(zone, members)
    });
    table::record_batch(&ZONES, &rows.collect::<Vec<_>>())
}
