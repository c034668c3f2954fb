//! Which units hold a standard, against worked examples and against a version that tries out everything
//! that is unknown.

mod brute_force;
mod change;
mod columns;
mod examples;
mod plans;
mod zones;

use attain::report::{Certificate, Certification};
use attain::{Outcome, Plan, Report, Tally, When, calendar};
use chrono::NaiveDate;

fn day(text: &str) -> NaiveDate {
    calendar::date(text).unwrap()
}

fn plan(text: &str) -> Plan {
    Plan::from_yaml(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A report of figures, each `(unit, period, measure, value)`.
fn report(plan: &Plan, as_of: &str, figures: &[(&str, &str, &str, f64)]) -> Report {
    let mut tally = Tally::new(plan);
    for (unit, period, measure, value) in figures {
        let when = When::Period((*period).to_owned());
        tally.record(&Outcome::new(*unit, when, *measure, *value)).unwrap();
    }
    plan.assess(&tally, day(as_of)).unwrap()
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
