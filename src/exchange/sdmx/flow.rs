//! The dataflow that observations belong to.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, quoted};

/// A dataflow: the agency that maintains it, its id and its version.
///
/// ```
/// use attain::exchange::SdmxFlow;
///
/// let flow: SdmxFlow = "HEALTH:GOALS(1.0)".parse()?;
/// assert_eq!(flow.to_string(), "HEALTH:GOALS(1.0)");
/// assert_eq!(SdmxFlow::default().to_string(), "ATTAIN:ASSESSMENTS(1.0)");
/// assert!("GOALS".parse::<SdmxFlow>().is_err());
/// # Ok::<(), attain::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SdmxFlow {
    pub(super) agency: String,
    pub(super) id: String,
    pub(super) version: String,
}

impl Default for SdmxFlow {
    fn default() -> Self {
        let [agency, id, version] = ["ATTAIN", "ASSESSMENTS", "1.0"].map(str::to_owned);
        SdmxFlow { agency, id, version }
    }
}

impl fmt::Display for SdmxFlow {
    /// `AGENCY:ID(1.0)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}({})", self.agency, self.id, self.version)
    }
}

impl FromStr for SdmxFlow {
    type Err = Error;

    /// Reads `AGENCY:ID(1.0)`. Fails with [`Error::is_request`] if the text has another form, or a part has signs that SDMX
    /// does not allow there.
    fn from_str(text: &str) -> Result<SdmxFlow, Error> {
        let parts = || {
            let (agency, rest) = text.split_once(':')?;
            let (id, version) = rest.strip_suffix(')')?.split_once('(')?;
            let is_agency = agency.split('.').all(is_name);
            (is_agency && is_id(id) && is_version(version)).then(|| SdmxFlow {
                agency: agency.to_owned(),
                id: id.to_owned(),
                version: version.to_owned(),
            })
        };
        parts().ok_or_else(|| {
            let message = "this is no dataflow of SDMX";
            let fault = Fault::new(FaultCode::WrongForm, Place::Nowhere, message);
            Error::one(
                ErrorKind::Request,
                fault
                    .found(quoted(text))
                    .expected("an agency, an id and a version such as `HEALTH:GOALS(1.0)`")
                    .hint("ids have letters of the Latin alphabet, digits, `_` and `-`"),
            )
        })
    }
}

/// A letter, and then letters, digits, `_` and `-`.
fn is_name(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}

fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_@$-".contains(&byte))
}

/// One to three whole numbers without zeros in front: `1`, `1.0`, `2.10.0`.
fn is_version(text: &str) -> bool {
    let is_number = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_digit())
            && !part.is_empty()
            && (part == "0" || !part.starts_with('0'))
    };
    text.split('.').count() <= 3 && text.split('.').all(is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_sdmx_allows_is_a_dataflow() {
        for text in ["A:B(1)", "A.B-C:1_@$(2.10.0)", "ESTAT:X(0.1)"] {
            assert_eq!(text.parse::<SdmxFlow>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "A",
            "A:B",
            "A:B()",
            "A:B(1.0",
            "A:B(1.0) ",
            ":B(1)",
            "A:(1)",
            "1A:B(1)",
            "A..B:C(1)",
            "A:B C(1)",
            "A:B(01)",
            "A:B(1.0.0.0)",
            "A:B(1.)",
            "A:Ä(1)",
            "A:B(1+)",
        ] {
            let error = text.parse::<SdmxFlow>().unwrap_err();
            assert!(error.is_request(), "{text}");
            assert_eq!(error.faults()[0].code, FaultCode::WrongForm, "{text}");
        }
    }
}
