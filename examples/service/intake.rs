//! A request's body becomes outcomes, or all that is wrong with them; and the key under which they are recorded.

use std::collections::HashSet;

use attain::error::FaultCode;
use attain::{Fault, Outcome, Place, Tally, When};
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::value::RawValue;

use crate::problem::Problem;

/// Bytes that a body may have: some ten thousand outcomes.
pub const BODY_LIMIT: usize = 1 << 20;

/// A body's outcomes, each as it was written.
pub struct Posted {
    outcomes: Vec<Box<RawValue>>,
}

impl Posted {
    /// Takes a body apart: one outcome, or a list of them.
    ///
    /// Refuses what is not said to be JSON (415) and what is none (400).
    pub fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, Problem> {
        if !is_json(headers) {
            let found = match headers.get(header::CONTENT_TYPE) {
                Some(kind) => {
                    format!("the body is said to be {}", kind.to_str().unwrap_or("what is no text"))
                }
                None => "the request does not say what its body is".to_owned(),
            };
            let detail = format!("{found}: send it as application/json");
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail));
        }
        let is_list = body.trim_ascii_start().first() == Some(&b'[');
        let outcomes = if is_list {
            serde_json::from_slice(body)
        } else {
            serde_json::from_slice(body).map(|one| vec![one])
        };
        match outcomes {
            Ok(outcomes) => Ok(Posted { outcomes }),
            Err(cause) => {
                let place = Place::Text { file: None, line: cause.line(), column: cause.column() };
                let fault = Fault::new(
                    FaultCode::InvalidSyntax,
                    place,
                    format!("this is no JSON: {}", message(&cause)),
                );
                Err(Problem::with_faults(StatusCode::BAD_REQUEST, vec![fault], 0))
            }
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.outcomes.len()
    }

    /// All of them, or none; then the problem (422) has every fault of every outcome. `tally` is what those that can be read
    /// are checked against if others can't.
    pub fn outcomes(&self, tally: &Tally) -> Result<Vec<Outcome>, Problem> {
        let mut unreadable = Vec::new();
        let outcomes: Vec<Outcome> = self
            .outcomes
            .iter()
            .enumerate()
            .map(|(row, raw)| {
                serde_json::from_str(raw.get()).unwrap_or_else(|cause| {
                    let message = format!("this is no outcome: {}", message(&cause));
                    unreadable.push((
                        row,
                        Fault::new(FaultCode::WrongForm, Place::Row { row, column: None }, message),
                    ));
                    stand_in()
                })
            })
            .collect();
        if unreadable.is_empty() {
            return Ok(outcomes);
        }
        // They are refused already; what is wrong with the others is told in the same go.
        let unreadable_rows: HashSet<usize> = unreadable.iter().map(|(row, _)| *row).collect();
        let mut faults = unreadable;
        let mut unlisted = 0;
        if let Err(error) = tally.clone().record_all(&outcomes) {
            let of_others = error.faults().iter().filter_map(|fault| match fault.place {
                Place::Row { row, .. } if !unreadable_rows.contains(&row) => {
                    Some((row, fault.clone()))
                }
                _ => None,
            });
            let listed = faults.len();
            faults.extend(of_others);
            let listed_of_others = faults.len() - listed;
            faults.sort_by_key(|(row, _)| *row);
            // The faults of the stand-ins are not those of the request, whether they are listed or only counted.
            let of_a_stand_in = tally.clone().record(&stand_in()).err().as_ref().map_or(0, number);
            let of_stand_ins = of_a_stand_in * unreadable_rows.len();
            unlisted = number(&error).saturating_sub(of_stand_ins + listed_of_others);
        }
        let faults = faults.into_iter().map(|(_, fault)| fault).collect();
        Err(Problem::with_faults(StatusCode::UNPROCESSABLE_ENTITY, faults, unlisted))
    }
}

/// The header that names a request, so that it is carried out once however often it is sent.
const KEY: &str = "idempotency-key";

/// The key of a request, if it has one.
///
/// Refuses what is no text, and several keys (400).
pub fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let mut keys = headers.get_all(KEY).iter();
    let Some(key) = keys.next() else { return Ok(None) };
    match (key.to_str(), keys.next()) {
        (Ok(key), None) => Ok(Some(key.to_owned())),
        (Ok(_) | Err(_), _) => {
            let detail = "Idempotency-Key is not one key: expected visible ASCII characters, once";
            Err(Problem::new(StatusCode::BAD_REQUEST, detail))
        }
    }
}

/// What the tally or the journal refused.
pub fn refused(error: attain::Error) -> Problem {
    match error.is_file() {
        true => Problem::internal(error),
        false => Problem::of(StatusCode::UNPROCESSABLE_ENTITY, &error),
    }
}

/// How many faults an error has, listed or not.
fn number(error: &attain::Error) -> usize {
    error.faults().len() + error.unlisted()
}

/// Holds the place of an outcome that can't be read, so that the others keep their rows. No tally lets it in,
/// for there is no measure without a name.
fn stand_in() -> Outcome {
    Outcome::new("", When::Period(String::new()), "", 0.0)
}

/// Whether the body is said to be JSON: `application/json`, or a kind of it such as `application/ld+json`.
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let essence = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

/// What serde says, without the place: that is counted from the start of a list's item.
fn message(cause: &serde_json::Error) -> String {
    let text = cause.to_string();
    let place = format!(" at line {} column {}", cause.line(), cause.column());
    text.strip_suffix(&place).unwrap_or(&text).to_owned()
}
