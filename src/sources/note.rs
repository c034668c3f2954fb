//! Notes: what a reader changed, assumed or left out.

use std::fmt;

use rustc_hash::FxHashMap;

use crate::error::codes::codes;
use crate::error::{Fault, FaultCode, Faults, Place, legible};
use crate::view::View;

codes! {
    /// How much a note matters.
    pub enum Severity as "severity of a note" {
        /// The meaning is kept; the form differs.
        Noted = "noted",
        /// The source does not say it: a rule decided.
        Assumed = "assumed",
        /// Something of the source is not in the result.
        Skipped = "skipped",
    }
}

codes! {
    /// What a note is about.
    pub enum NoteCode as "code of a note" {
        /// Values or elements of a type that is no number.
        LeftOutType = "left_out_type",
        /// Elements that are added up in a way that plans don't have, and the indicators that need them.
        LeftOutAggregation = "left_out_aggregation",
        /// Indicators whose formula plans can't express.
        LeftOutExpression = "left_out_expression",
        /// Indicators that are judged in words, and words in place of a number.
        LeftOutWords = "left_out_words",
        /// Forecasts: outcomes are what happened.
        LeftOutForecast = "left_out_forecast",
        /// Rows that the source marks as deleted.
        LeftOutDeleted = "left_out_deleted",
        /// Rows of headings and totals.
        LeftOutHeading = "left_out_heading",
        /// Values without the days that they are about.
        LeftOutNoPeriod = "left_out_no_period",
        /// The source does not say which direction is good.
        AssumedDirection = "assumed_direction",
        /// The source does not say what kind of indicator it is.
        AssumedKind = "assumed_kind",
        /// A number has marks between thousands, or the other decimal mark.
        AssumedDecimal = "assumed_decimal",
        /// A number is a share of one, or has a sign for per cent.
        AssumedPercent = "assumed_percent",
        /// The days of a unit were extended, to hold those of its parts or of its values.
        Widened = "widened",
        /// The days of a value were cut to those of its unit.
        Clipped = "clipped",
        /// Values of a unit that has units below it became those of a unit of their own.
        MovedToItself = "moved_to_itself",
        /// Figures without a category were added: the sums over the categories.
        TotalAdded = "total_added",
        /// A figure was recorded before its period, and its day of record is left out.
        RecordedAhead = "recorded_ahead",
        /// The source does not store zeros: an absent value may be 0.
        ZerosNotStored = "zeros_not_stored",
        /// A value has several flags, of which one is kept.
        FlagReduced = "flag_reduced",
        /// A dimension has the same value in all rows and is no stratum.
        ConstantDimension = "constant_dimension",
        /// An id has signs that plans don't allow, and was rewritten.
        IdChanged = "id_changed",
        /// An object has no name of the kind that identifies objects, and keeps its id.
        IdKept = "id_kept",
        /// An id is referred to and not defined.
        DanglingReference = "dangling_reference",
        /// There are several values where plans have one.
        SeveralValues = "several_values",
        /// Values were multiplied by the unit that the source names.
        UnitScaled = "unit_scaled",
        /// The source says something that plans have no place for.
        NotInAttain = "not_in_attain",
    }
}

impl NoteCode {
    /// How much notes of this code matter.
    pub fn severity(self) -> Severity {
        match self {
            NoteCode::LeftOutType
            | NoteCode::LeftOutAggregation
            | NoteCode::LeftOutExpression
            | NoteCode::LeftOutWords
            | NoteCode::LeftOutForecast
            | NoteCode::LeftOutDeleted
            | NoteCode::LeftOutHeading
            | NoteCode::LeftOutNoPeriod => Severity::Skipped,
            NoteCode::AssumedDirection
            | NoteCode::AssumedKind
            | NoteCode::AssumedDecimal
            | NoteCode::AssumedPercent
            | NoteCode::ZerosNotStored
            | NoteCode::DanglingReference
            | NoteCode::SeveralValues => Severity::Assumed,
            NoteCode::Widened
            | NoteCode::Clipped
            | NoteCode::MovedToItself
            | NoteCode::TotalAdded
            | NoteCode::RecordedAhead
            | NoteCode::FlagReduced
            | NoteCode::ConstantDimension
            | NoteCode::IdChanged
            | NoteCode::IdKept
            | NoteCode::UnitScaled
            | NoteCode::NotInAttain => Severity::Noted,
        }
    }
}

/// As many places and found texts as a note names.
pub(super) const PLACES_OF_A_NOTE: usize = 3;

/// As many characters of a note as are shown of what stands in the source, and of what was done.
const LONGEST_FOUND: usize = 60;
const LONGEST_TEXT: usize = 400;

/// What a reader changed, assumed or left out, for all places with the same code and the same cause.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Note {
    /// What it is about.
    pub code: NoteCode,
    /// How many places there are.
    pub count: usize,
    /// The first places, at most three.
    pub places: Vec<Place>,
    /// What stands there: the first texts that differ, at most three.
    pub found: Vec<String>,
    /// What was done, in one clause.
    pub did: String,
    /// How to have it otherwise.
    pub hint: Option<String>,
}

impl Note {
    /// How much it matters.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// The note as a row of a table.
    pub fn row(&self) -> NoteRow {
        let places: Vec<String> = self.places.iter().map(ToString::to_string).collect();
        NoteRow {
            code: self.code,
            severity: self.severity(),
            count: self.count as u64,
            place: (!places.is_empty()).then(|| places.join("; ")),
            found: (!self.found.is_empty()).then(|| self.found.join("; ")),
            did: self.did.clone(),
            hint: self.hint.clone(),
        }
    }

    /// Adds a text that stands in the source, unless three differing ones are there.
    pub(super) fn found(&mut self, found: impl fmt::Display) -> &mut Self {
        if self.found.len() < PLACES_OF_A_NOTE {
            let found = legible(&found.to_string(), LONGEST_FOUND);
            if !self.found.contains(&found) {
                self.found.push(found);
            }
        }
        self
    }

    /// Says how to have it otherwise.
    pub(super) fn hint(&mut self, hint: &str) -> &mut Self {
        self.hint.get_or_insert_with(|| legible(hint, LONGEST_TEXT));
        self
    }
}

impl fmt::Display for Note {
    /// Code, number, what was done, what was found, the places and the hint, in one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.code)?;
        if self.count > 1 {
            write!(f, ", {} times", crate::error::grouped(self.count as u64))?;
        }
        write!(f, ": {}", self.did)?;
        let row = self.row();
        if let Some(found) = row.found {
            write!(f, ": found {found}")?;
        }
        if let Some(place) = row.place {
            write!(f, " [{place}{}]", if self.count > self.places.len() { "; …" } else { "" })?;
        }
        match &self.hint {
            Some(hint) => write!(f, " ({hint})"),
            None => Ok(()),
        }
    }
}

/// A note of an import as a row.
#[derive(Debug, Clone, PartialEq, View)]
#[view(name = "notes")]
#[non_exhaustive]
pub struct NoteRow {
    /// What the note is about.
    pub code: NoteCode,
    /// How much it matters: the form differs, a rule decided, or something is left out.
    pub severity: Severity,
    /// How many places there are.
    pub count: u64,
    /// The first three places.
    pub place: Option<String>,
    /// What stands there: the first three texts that differ.
    pub found: Option<String>,
    /// What was done.
    pub did: String,
    /// How to have it otherwise.
    pub hint: Option<String>,
}

/// Notes as they are made.
#[derive(Debug, Default)]
pub(super) struct Notes {
    list: Vec<Note>,
    /// The places in the list, by code and by what was done.
    index: FxHashMap<NoteCode, FxHashMap<String, usize>>,
}

impl Notes {
    /// Counts a place. Notes of one code that did the same are one.
    pub(super) fn add(
        &mut self,
        code: NoteCode,
        did: &str,
        place: impl FnOnce() -> Place,
    ) -> &mut Note {
        let of_code = self.index.entry(code).or_default();
        let at = match of_code.get(did) {
            Some(at) => *at,
            None => {
                of_code.insert(did.to_owned(), self.list.len());
                self.list.push(Note {
                    code,
                    count: 0,
                    places: Vec::new(),
                    found: Vec::new(),
                    did: legible(did, LONGEST_TEXT),
                    hint: None,
                });
                self.list.len() - 1
            }
        };
        let note = &mut self.list[at];
        note.count += 1;
        if note.places.len() < PLACES_OF_A_NOTE {
            let place = place();
            if place != Place::Nowhere && !note.places.contains(&place) {
                note.places.push(place);
            }
        }
        note
    }

    /// The notes, those that matter most first.
    pub(super) fn into_list(mut self) -> Vec<Note> {
        self.list.sort_by_key(|note| (std::cmp::Reverse(note.severity() as u8), note.code as u8));
        self.list
    }

    /// Makes a fault of each note on what is left out.
    pub(super) fn refuse_skipped(&self, faults: &mut Faults) {
        for note in self.list.iter().filter(|note| note.severity() == Severity::Skipped) {
            let place = note.places.first().cloned().unwrap_or_default();
            let mut fault = Fault::new(FaultCode::LeftOut, place, &note.did)
                .expected("an import without losses, because it is strict");
            if !note.found.is_empty() {
                fault = fault.found(note.found.join("; "));
            }
            faults.push(match &note.hint {
                Some(hint) => fault.hint(hint),
                None => fault.hint("import it without `strict` to have it as a note"),
            });
        }
    }
}
