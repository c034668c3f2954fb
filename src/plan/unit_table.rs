//! The CSV table of units beside a plan.

use super::side_table::{Cells, SideTable};
use super::units::UnitRow;
use crate::error::Faults;

const COLUMNS: [&str; 6] = ["id", "name", "level", "parent", "valid_from", "valid_to"];
const ID: usize = 0;
const NAME: usize = 1;
const LEVEL: usize = 2;
const PARENT: usize = 3;
const VALID_FROM: usize = 4;
const VALID_TO: usize = 5;

/// Reads a unit table; none if its columns are at fault.
pub(super) fn read(file: &str, bytes: &[u8], faults: &mut Faults) -> Option<Vec<UnitRow>> {
    let required = &["id", "level"];
    SideTable { file, what: "unit table", columns: &COLUMNS, required }.read(bytes, faults, unit)
}

fn unit(cells: Cells<'_>, faults: &mut Faults) -> UnitRow {
    UnitRow {
        place: cells.row(),
        id: cells.required(ID, "the unit's id", faults),
        name: cells.text(NAME).map(|(_, name)| name),
        level: cells.required(LEVEL, "the unit's level", faults),
        parent: Ok(cells.text(PARENT)),
        valid_from: cells.day(VALID_FROM, faults),
        valid_to: cells.day(VALID_TO, faults),
    }
}
