//! A tally as bytes, without its plan: what a binding stores when its user stores a tally. Only the version of the
//! crate that wrote them reads them.

use std::borrow::Cow;
use std::sync::Arc;

use chrono::NaiveDate;
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

/// The kind of a measure's rows and, per unit, its entries.
type StoredSeries<'t> = (Option<Rows>, Vec<Cow<'t, [Entry]>>);

#[derive(Serialize, Deserialize)]
struct Stored<'t> {
    rows: Rows,
    slots: StoredSlots,
    /// Rows of judgement, and bytes of a tally and of a plan.
    limits: (u64, u64, u64),
    /// Per measure, the kind of its rows and, per unit, its entries.
    series: Vec<StoredSeries<'t>>,
    cells: Vec<(u32, Cow<'t, Block>)>,
    sources: Cow<'t, [Source]>,
    noted: Vec<StoredWarning>,
    len: usize,
}

#[derive(Serialize, Deserialize)]
enum StoredSlots {
    Days,
    Cut { cuts: Vec<NaiveDate>, as_of: Vec<NaiveDate> },
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
        let stored = Stored {
            rows: self.rows,
            slots: match self.grid.slots() {
                Slots::Days => StoredSlots::Days,
                Slots::Cut { cuts, as_of } => {
                    StoredSlots::Cut { cuts: cuts.to_vec(), as_of: as_of.to_vec() }
                }
            },
            limits: (self.limits.judgement_rows, self.limits.tally_bytes, self.limits.plan_bytes),
            series: recorded.series.iter().map(|series| series.stored()).collect(),
            cells: recorded
                .cells
                .iter()
                .map(|(slot, block)| (slot, Cow::Borrowed(block)))
                .collect(),
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
        let slots = match stored.slots {
            StoredSlots::Days => Slots::Days,
            StoredSlots::Cut { cuts, as_of } if cuts.is_sorted() => {
                Slots::Cut { cuts: cuts.into(), as_of: as_of.into() }
            }
            StoredSlots::Cut { .. } => return Err(damaged("the days are not in order")),
        };
        let grid = Grid::new(plan, slots);
        let sources = stored.sources.into_owned();
        if stored.series.len() != plan.measures().len() {
            return Err(damaged("it belongs to another plan"));
        }
        let mut series = Vec::with_capacity(stored.series.len());
        let mut entries = 0;
        for (rows, units) in stored.series {
            if ![0, plan.units().len()].contains(&units.len()) {
                return Err(damaged("it belongs to another plan"));
            }
            let is_right = |unit: &Cow<'_, [Entry]>| match rows {
                Some(rows) => {
                    unit.iter().all(|entry| entry.could_be_of(plan, &sources))
                        && unit.is_sorted_by(|one, next| one.key(rows) < next.key(rows))
                }
                None => unit.is_empty(),
            };
            if !units.iter().all(is_right) {
                return Err(damaged("an entry can't be right"));
            }
            let units = units.into_iter().map(|unit| Arc::new(unit.into_owned())).collect();
            let one = Series { rows, units };
            entries += one.units.iter().map(|unit| unit.len()).sum::<usize>();
            series.push(Arc::new(one));
        }
        let mut cells = Cells::default();
        for (slot, block) in stored.cells {
            if !grid.has_slot(slot) || !block.is_of_size(grid.cells()) {
                return Err(damaged("its events belong to another plan"));
            }
            cells.add(slot, block.into_owned(), grid.cells());
        }
        let (judgement_rows, tally_bytes, plan_bytes) = stored.limits;
        let limits = Limits::default().judgement_rows(judgement_rows);
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
            limits: limits.tally_bytes(tally_bytes).plan_bytes(plan_bytes),
            recorded: Arc::new(recorded),
        })
    }
}

impl Series {
    fn stored(&self) -> StoredSeries<'_> {
        (self.rows, self.units.iter().map(|entries| Cow::Borrowed(&entries[..])).collect())
    }
}

impl Entry {
    /// Whether a tally of the plan with these sources could have it.
    fn could_be_of(&self, plan: &Plan, sources: &[Source]) -> bool {
        let combinations: u64 =
            plan.strata().iter().map(|stratum| digits(stratum) as u64).product();
        self.start < self.end
            && self.value.is_none_or(f64::is_finite)
            && u64::from(self.combination) < combinations
            && self.origin.source < sources.len()
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
