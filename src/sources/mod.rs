//! Readers of data that were collected elsewhere: each file becomes a plan document, a table of outcomes and notes.
//!
//! A reader never guesses in silence. What makes a file unreadable or ambiguous is a fault and refuses the whole. What is
//! read but changed, assumed or left out is a [`Note`], with the number of places and the first three of them. The plan
//! document has no targets but those of the source, and is not checked yet: the caller adds goals and reads it with
//! [`Plan::from_document`].
//!
//! * `imported`: what a reader returns.
//! * `note`: notes and their codes.
//! * `outcomes`: the table of outcomes.
//! * `number`: numbers in text.
//! * `ids`: ids that plans allow.
//! * `tree`: plan documents.
//! * `input`: files and bytes.
//! * `dhis2`, `excel`, `iati`, `sdmx`: one format each (cargo features of these names).

// Some of the common parts have no caller unless all formats are chosen.
#![cfg_attr(
    not(all(feature = "dhis2", feature = "excel", feature = "iati", feature = "sdmx")),
    allow(dead_code)
)]

/// Declares the options of a reader: each field with its default, and a method that sets it.
#[cfg(any(feature = "dhis2", feature = "iati", feature = "sdmx"))]
macro_rules! options {
    ($(#[$meta:meta])* pub struct $name:ident {
        $($(#[$doc:meta])+ $field:ident: $type:ty = $default:expr,)+
    }) => {
        $(#[$meta])*
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub struct $name { $($(#[$doc])+ pub $field: $type,)+ }

        impl Default for $name {
            fn default() -> Self {
                $name { $($field: $default,)+ }
            }
        }

        impl $name {
            $(#[doc = concat!("Sets `", stringify!($field), "`.")]
            #[must_use]
            pub fn $field(mut self, $field: impl Into<$type>) -> Self {
                self.$field = $field.into();
                self
            })+
        }
    };
}

#[cfg(feature = "dhis2")]
mod dhis2;
#[cfg(feature = "excel")]
mod excel;
#[cfg(feature = "iati")]
mod iati;
mod ids;
mod imported;
mod input;
mod note;
mod number;
mod outcomes;
#[cfg(feature = "sdmx")]
mod sdmx;
mod tree;

#[cfg(feature = "dhis2")]
pub use dhis2::{
    Dhis2Options, IdScheme, Inner, Kind, Labels, Outside, Recorded, Zeros, read_dhis2,
};
#[cfg(feature = "excel")]
pub use excel::{ExcelMap, ExcelOptions, Layout, read_excel};
#[cfg(feature = "iati")]
pub use iati::{IatiOptions, Percent, read_iati};
pub use imported::Imported;
pub use input::SourceFile;
pub use note::{Note, NoteCode, NoteRow, Severity};
pub use number::DecimalMark;
#[cfg(feature = "sdmx")]
pub use sdmx::{SdmxDialect, SdmxOptions, SeriesCounts, read_sdmx};

#[cfg(doc)]
use crate::plan::Plan;
