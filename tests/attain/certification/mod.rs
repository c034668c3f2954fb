//! Which units hold a standard, against worked examples and against a version that tries out everything
//! that is unknown.

mod brute_force;
mod change;
mod columns;
mod examples;
mod plans;
mod zones;

use attain::views::{Certificate, Certification};
use attain::{Plan, Report, Rows};

use crate::support::{assess, outcomes};

/// A report of figures, each `(unit, period, measure, value)`.
fn report(plan: &Plan, as_of: &str, figures: &[(&str, &str, &str, f64)]) -> Report {
    assess(plan, Rows::Figures, &outcomes(figures), as_of)
}

fn of<'c>(certification: &'c Certification, unit: &str) -> &'c Certificate {
    certification.certificates().iter().find(|one| one.unit == unit).unwrap()
}

/// Hamlets of one commune, and the commune of a district.
fn commune_of(hamlets: usize) -> String {
    let mut list = String::from(
        "{id: d, name: Huyện D, level: district}, {id: c, name: Xã C, level: commune, parent: d}",
    );
    for hamlet in 1..=hamlets {
        list += &format!(", {{id: h{hamlet}, name: Thôn {hamlet}, level: hamlet, parent: c}}");
    }
    format!("{{levels: [district, commune, hamlet], list: [{list}]}}")
}
