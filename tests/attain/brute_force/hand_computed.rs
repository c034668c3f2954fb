//! Small cases computed by hand from the page of rules: the brute-force assessor has to agree with a pencil first.

mod example;
mod goals;
mod indicators;
mod pairs;
mod reports;
mod values;
