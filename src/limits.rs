//! How much a plan, a tally and a report may take.

use std::str::FromStr;

use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, grouped};

/// How much a plan, a tally and a report may take before they are refused.
///
/// Limits are on what is kept, not on the rows that are read: events that add up share memory, so a hundred million of
/// them pass the defaults. Each is checked before the memory is allocated.
///
/// | limit | default | what it bounds |
/// |---|---|---|
/// | `judgement_rows` | 25 million | the rows of one report: targets × windows × units; likewise those of one history, of the reports that `timeliness` lists, and the points of `signals` and charts |
/// | `tally_bytes` | 4 GiB | the memory of a tally: figures one by one, and the cells in which events add up |
/// | `plan_bytes` | 64 MiB | a plan's file, and each table that it names |
///
/// ```
/// use attain::{Limits, Plan, Tally};
///
/// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
/// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
/// let tally = Tally::new(&plan).with_limits(Limits::default().judgement_rows(100_000_000));
/// assert_eq!(tally.limits().tally_bytes, 4 << 30);
/// # Ok::<(), attain::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[non_exhaustive]
pub struct Limits {
    /// The rows of one report.
    pub judgement_rows: u64,
    /// The memory of a tally, in bytes.
    pub tally_bytes: u64,
    /// A plan's file, and each table that it names, in bytes.
    pub plan_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { judgement_rows: 25_000_000, tally_bytes: 4 << 30, plan_bytes: 64 << 20 }
    }
}

impl Limits {
    /// Names of all limits, in order.
    pub const NAMES: [&str; 3] = ["judgement_rows", "tally_bytes", "plan_bytes"];

    /// Sets how many rows one report may have.
    #[must_use]
    pub fn judgement_rows(self, judgement_rows: u64) -> Self {
        Limits { judgement_rows, ..self }
    }

    /// Sets how many bytes of memory a tally may take.
    #[must_use]
    pub fn tally_bytes(self, tally_bytes: u64) -> Self {
        Limits { tally_bytes, ..self }
    }

    /// Sets how many bytes a plan's file, and each table that it names, may have.
    #[must_use]
    pub fn plan_bytes(self, plan_bytes: u64) -> Self {
        Limits { plan_bytes, ..self }
    }
}

/// Reads `judgement_rows=50000000`, or several of these with commas between them; other limits keep their defaults.
///
/// ```
/// let limits: attain::Limits = "judgement_rows=50000000,plan_bytes=1000".parse()?;
/// assert_eq!((limits.judgement_rows, limits.plan_bytes), (50_000_000, 1_000));
/// assert!("rows=1".parse::<attain::Limits>().is_err());
/// # Ok::<(), attain::Error>(())
/// ```
impl FromStr for Limits {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        text.split(',').try_fold(Limits::default(), |limits, one| {
            let (name, number) = one.split_once('=').unwrap_or((one, ""));
            let Ok(number) = number.trim().parse() else {
                let fault = Fault::new(FaultCode::WrongForm, Place::Nowhere, "this sets no limit")
                    .found(format!("`{one}`"));
                let fault =
                    fault.expected("a name and a whole number, such as judgement_rows=50000000");
                return Err(Error::one(ErrorKind::Request, fault));
            };
            match name.trim() {
                "judgement_rows" => Ok(limits.judgement_rows(number)),
                "tally_bytes" => Ok(limits.tally_bytes(number)),
                "plan_bytes" => Ok(limits.plan_bytes(number)),
                name => Err(Error::unknown_choice("limit", name, &Limits::NAMES)),
            }
        })
    }
}

/// What breaks a limit: how much there is, how much there may be, and which limit says so.
#[cold]
pub(crate) fn exceeded(
    place: Place,
    message: impl Into<String>,
    found: String,
    most: u64,
    unit: &str,
    limit: &str,
) -> Fault {
    Fault::new(FaultCode::LimitExceeded, place, message)
        .found(found)
        .expected(format!("at most {} {unit} (the limit `{limit}`)", grouped(most)))
        .hint(format!(
            "if that much is meant and there is memory for it, raise the limit `{limit}`"
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sets_no_limit_is_refused_by_name() {
        for text in [
            "",
            "judgement_rows",
            "judgement_rows=-1",
            "judgement_rows=1e9",
            "rows=1",
            "tally_byte=1",
        ] {
            assert!(text.parse::<Limits>().unwrap_err().is_request(), "{text}");
        }
    }
}
