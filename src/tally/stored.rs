//! A tally as bytes, without its plan: what a binding stores when its user stores a tally. Only the version of the
//! crate that wrote them reads them.

use std::borrow::Cow;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::cells::{Block, Cells};
use super::grid::{Grid, Slots};
use super::intake::Source;
use super::{Entry, IntakeOptions, Recorded, Rows, Series, Tally};
use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, Result, Warning, WarningCode};
use crate::limits::Limits;
use crate::plan::Plan;
use crate::plan::stratum::digits;

/// The version that reads and writes the bytes.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// All of a tally but its plan, what follows from the plan, and the options of its next intake.
#[derive(Serialize, Deserialize)]
struct Stored<'t> {
    rows: Rows,
    slots: Cow<'t, Slots>,
    limits: Cow<'t, Limits>,
    series: Cow<'t, [Arc<Series>]>,
    cells: Vec<(u32, Cow<'t, Block>)>,
    sources: Cow<'t, [Source]>,
    noted: Vec<StoredWarning>,
    len: usize,
}

#[derive(Serialize, Deserialize)]
struct StoredWarning {
    code: WarningCode,
    message: String,
    hint: Option<String>,
    count: usize,
    places: Vec<StoredPlace>,
}

#[derive(Serialize, Deserialize)]
struct StoredPlace(#[serde(with = "PlaceFields")] Place);

/// The fields of [`Place`], whose own serialisation does not name the variant.
#[derive(Serialize, Deserialize)]
#[serde(remote = "Place")]
enum PlaceFields {
    Nowhere,
    Text { file: Option<String>, line: usize, column: usize },
    Cell { file: String, line: usize, column: Option<String> },
    Row { row: usize, column: Option<String> },
    FileRow { file: String, row: usize, column: Option<String> },
    Column { column: String },
    FileColumn { file: String, column: String },
    Path { path: String },
    File { file: String },
    Figures { measure: String, unit: String, window: Option<String> },
    Judged { target: String, unit: String, window: String },
}

impl Tally {
    /// The tally as bytes, without its plan.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if the bytes can't be written.
    #[doc(hidden)]
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let recorded = &*self.recorded;
        let cells = recorded.cells.iter().map(|(slot, block)| (slot, Cow::Borrowed(block)));
        let stored = Stored {
            rows: self.rows,
            slots: Cow::Borrowed(self.grid.slots()),
            limits: Cow::Borrowed(&self.limits),
            series: Cow::Borrowed(&recorded.series),
            cells: cells.collect(),
            sources: Cow::Borrowed(&recorded.sources),
            noted: recorded.noted.iter().map(StoredWarning::from).collect(),
            len: recorded.len,
        };
        postcard::to_allocvec(&(VERSION, stored)).map_err(|cause| damaged(cause.to_string()))
    }

    /// The tally of a plan that [`to_bytes`](Tally::to_bytes) wrote.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if another version wrote the bytes, if they are damaged, or belong to another plan.
    #[doc(hidden)]
    pub fn from_bytes(plan: &Plan, bytes: &[u8]) -> Result<Tally> {
        let unreadable = |cause: postcard::Error| damaged(cause.to_string());
        let (version, stored) = postcard::take_from_bytes::<String>(bytes).map_err(unreadable)?;
        if version != VERSION {
            let fault = Fault::new(
                FaultCode::DamagedData,
                Place::Nowhere,
                "another version of attain wrote the tally",
            );
            let fault = fault.found(version).expected(VERSION);
            let fault = fault.hint("make the tally again from the outcomes");
            return Err(Error::one(ErrorKind::Request, fault));
        }
        let stored: Stored<'_> = postcard::from_bytes(stored).map_err(unreadable)?;
        if let Slots::Cut { cuts, .. } = &*stored.slots
            && !cuts.is_sorted()
        {
            return Err(damaged("the days are not in order"));
        }
        let grid = Grid::new(plan, stored.slots.into_owned());
        let (series, sources) = (stored.series.into_owned(), stored.sources.into_owned());
        let number_of_units = plan.units().len();
        if series.len() != plan.measures().len()
            || series.iter().any(|one| ![0, number_of_units].contains(&one.units.len()))
        {
            return Err(damaged("it belongs to another plan"));
        }
        let combinations = plan.strata().iter().map(|stratum| digits(stratum) as u64).product();
        if !series.iter().all(|one| one.is_whole(combinations, sources.len())) {
            return Err(damaged("an entry can't be right"));
        }
        let entries = series.iter().flat_map(|one| &one.units).map(|unit| unit.len()).sum();
        let mut cells = Cells::default();
        for (slot, block) in stored.cells {
            if !grid.has_slot(slot) || !block.is_whole(grid.cells()) {
                return Err(damaged("its events belong to another plan"));
            }
            cells.add(slot, block.into_owned(), grid.cells());
        }
        let recorded = Recorded {
            series,
            cells,
            sources,
            noted: stored.noted.into_iter().map(Warning::from).collect(),
            len: stored.len,
            entries,
        };
        Ok(Tally {
            plan: plan.clone(),
            rows: stored.rows,
            grid: Arc::new(grid),
            // They are those of one intake.
            options: IntakeOptions::default(),
            limits: stored.limits.into_owned(),
            recorded: Arc::new(recorded),
        })
    }
}

impl Series {
    /// Whether its entries are in order and each may be one of a tally with these numbers of combinations and sources.
    fn is_whole(&self, combinations: u64, sources: usize) -> bool {
        let could_be = |entry: &Entry| {
            entry.start < entry.end
                && entry.value.is_none_or(f64::is_finite)
                && u64::from(entry.combination) < combinations
                && entry.origin.source < sources
        };
        self.units.iter().all(|unit| match self.rows {
            Some(rows) => {
                unit.iter().all(could_be)
                    && unit.is_sorted_by(|one, next| one.key(rows) < next.key(rows))
            }
            None => unit.is_empty(),
        })
    }
}

impl From<&Warning> for StoredWarning {
    fn from(warning: &Warning) -> Self {
        StoredWarning {
            code: warning.code,
            message: warning.message.clone(),
            hint: warning.hint.clone(),
            count: warning.count,
            places: warning.places.iter().cloned().map(StoredPlace).collect(),
        }
    }
}

impl From<StoredWarning> for Warning {
    fn from(stored: StoredWarning) -> Self {
        Warning {
            code: stored.code,
            message: stored.message,
            hint: stored.hint,
            count: stored.count,
            places: stored.places.into_iter().map(|StoredPlace(place)| place).collect(),
        }
    }
}

#[cold]
fn damaged(why: impl std::fmt::Display) -> Error {
    let fault =
        Fault::new(FaultCode::DamagedData, Place::Nowhere, "the stored tally can't be read");
    let fault = fault.found(why).hint("make the tally again from the outcomes");
    Error::one(ErrorKind::Request, fault)
}
