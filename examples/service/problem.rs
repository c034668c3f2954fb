//! How a refusal is told: problem documents as RFC 9457 has them.
//!
//! Beside the members of the standard they have `faults`: each thing that is wrong, where it is (the `row` of
//! a list, from 0, and the `column`), what was found, what was expected, and how to mend it.

use attain::error::{FAULT_LIMIT, lines};
use attain::{Error, Fault};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A request that is not carried out, and why.
#[derive(Debug)]
pub struct Problem {
    status: StatusCode,
    detail: String,
    faults: Vec<Fault>,
    /// Faults beyond those that are listed.
    unlisted: usize,
}

/// The document as it is sent.
#[derive(Serialize)]
struct Document<'a> {
    /// A type of its own would need a page that says more than the status does.
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    faults: &'a [Fault],
    #[serde(skip_serializing_if = "is_zero")]
    unlisted: usize,
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

impl Problem {
    /// A refusal with nothing more to say than a sentence.
    pub fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Problem { status, detail: detail.into(), faults: Vec::new(), unlisted: 0 }
    }

    /// What the library refused.
    pub fn of(status: StatusCode, error: &Error) -> Self {
        let (faults, unlisted) = (error.faults().to_vec(), error.unlisted());
        Problem { status, detail: error.to_string(), faults, unlisted }
    }

    /// Several things that are wrong; no more are listed than an error of the library lists.
    pub fn with_faults(status: StatusCode, mut faults: Vec<Fault>, unlisted: usize) -> Self {
        let unlisted = unlisted + faults.len().saturating_sub(FAULT_LIMIT);
        faults.truncate(FAULT_LIMIT);
        let detail = match &faults[..] {
            [fault] => fault.to_string(),
            several => {
                let heading = format!("there are {} faults", several.len() + unlisted);
                [vec![heading], lines(several, unlisted)].concat().join("\n")
            }
        };
        Problem { status, detail, faults, unlisted }
    }

    /// The service itself failed; what happened is for its log, not for whoever asked.
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        eprintln!("internal error: {cause}");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "the service failed to answer")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let document = Document {
            kind: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Error"),
            status: self.status.as_u16(),
            detail: &self.detail,
            faults: &self.faults,
            unlisted: self.unlisted,
        };
        match serde_json::to_vec(&document) {
            Ok(body) => {
                let kind = [(header::CONTENT_TYPE, "application/problem+json")];
                (self.status, kind, body).into_response()
            }
            Err(cause) => {
                eprintln!("internal error: {cause}");
                StatusCode::INTERNAL_SERVER_ERROR.into_response()
            }
        }
    }
}
