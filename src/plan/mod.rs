//! What was promised.

pub mod document;
