//! What is answered to which request.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use attain::exchange::OpenMetricsOptions;
use attain::{Assessment, Filter, Report, Tally, Warning, calendar};
use axum::Router;
use axum::body::Bytes;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, FromRequest, Path, Query, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::map_response;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{get, post};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::intake::{BODY_LIMIT, Posted, key};
use crate::problem::Problem;
use crate::store::Store;

type Answer = Result<Response, Problem>;

/// The page brings its styles and its pictures, and needs nothing else: no scripts, no forms, no frames around it.
const PAGE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                           base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Every route of the service, and the answer where there is none.
pub fn router(store: Store, read_timeout: Duration) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/outcomes", post(record))
        .route("/scorecard", get(scorecard))
        .route("/metrics", get(metrics))
        .route("/targets/{id}/explanation", get(explanation))
        .fallback(async |uri: Uri| {
            Problem::new(StatusCode::NOT_FOUND, format!("there is nothing at {}", uri.path()))
        })
        .method_not_allowed_fallback(async |method: Method, uri: Uri| {
            let detail = format!("{} does not answer {method}", uri.path());
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, detail)
        })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        // No browser takes an answer for something else than it is said to be.
        .layer(map_response(async |mut response: Response| {
            let nosniff = HeaderValue::from_static("nosniff");
            response.headers_mut().insert(header::X_CONTENT_TYPE_OPTIONS, nosniff);
            response
        }))
        .with_state(Service { store, read_timeout })
}

/// What all requests share.
#[derive(Clone)]
struct Service {
    store: Store,
    /// How long a body may take to arrive.
    read_timeout: Duration,
}

impl Service {
    /// Works on the tally as it is now, away from the threads that answer requests.
    async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Tally) -> Result<T, Problem> + Send + 'static,
    ) -> Result<T, Problem> {
        let store = self.store.clone();
        away(move || work(&store.tally()?)).await
    }
}

async fn away<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)?
}

/// How many outcomes came in, and how many there are now.
#[derive(Serialize)]
struct Recorded {
    recorded: usize,
    outcomes: usize,
    /// With a journal, the number of the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<u64>,
}

async fn record(State(service): State<Service>, headers: HeaderMap, request: Request) -> Answer {
    let body = Bytes::from_request(request, &());
    let Ok(body) = tokio::time::timeout(service.read_timeout, body).await else {
        let detail = format!(
            "the body did not end within {}: send it in parts",
            match service.read_timeout.as_secs() {
                1 => "1 second".to_owned(),
                seconds => format!("{seconds} seconds"),
            }
        );
        let problem = Problem::new(StatusCode::REQUEST_TIMEOUT, detail);
        // What is still on its way is no next request.
        return Ok(([(header::CONNECTION, "close")], problem).into_response());
    };
    let body = body.map_err(|refusal| match refusal.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let detail = format!("the body has more than {BODY_LIMIT} bytes: send it in parts");
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, detail)
        }
        status => Problem::new(status, refusal.body_text()),
    })?;
    let key = key(&headers)?;
    let posted = Posted::read(&headers, &body)?;
    let number = posted.len();
    if number == 0 {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let store = service.store.clone();
    let recorded = away(move || store.record(&posted, key.as_deref())).await?;
    let (status, number) = match recorded.is_repeated {
        true => (StatusCode::OK, 0),
        false => (StatusCode::CREATED, number),
    };
    let (outcomes, sequence) = (recorded.outcomes, recorded.sequence);
    json(status, &Recorded { recorded: number, outcomes, sequence })
}

/// What may stand behind the question mark of a scorecard's address.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    as_of: Option<String>,
    target: Option<String>,
    unit: Option<String>,
    level: Option<String>,
}

/// The scorecard as data.
#[derive(Serialize)]
struct Scorecard<'a> {
    plan: &'a str,
    as_of: NaiveDate,
    rows: &'a [Assessment],
    /// What looks like a mistake: in the outcomes, and in the rows asked for.
    warnings: Vec<Warning>,
}

async fn scorecard(
    State(service): State<Service>,
    asked: Result<Query<Rows>, QueryRejection>,
) -> Answer {
    let Query(asked) = asked.map_err(in_query)?;
    let as_of = judgement_day(asked.as_of.as_deref())?;
    let mut filter = Filter::default();
    filter.target = asked.target.map(|id| vec![id]);
    filter.unit = asked.unit.map(|code| vec![code]);
    filter.level = asked.level.map(|name| vec![name]);
    let (report, warnings) = service
        .read(move |tally| {
            let report = assess(tally, as_of)?.filter(&filter).map_err(|error| unknown(&error))?;
            let warnings = [tally.warnings(), report.warnings()].concat();
            Ok((report, warnings))
        })
        .await?;
    let (plan, rows) = (report.plan().id(), report.rows());
    json(StatusCode::OK, &Scorecard { plan, as_of, rows, warnings })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    as_of: Option<String>,
    unit: Option<String>,
    window: Option<String>,
}

async fn explanation(
    State(service): State<Service>,
    target: Result<Path<String>, PathRejection>,
    asked: Result<Query<Row>, QueryRejection>,
) -> Answer {
    let Path(target) =
        target.map_err(|refusal| Problem::new(refusal.status(), refusal.body_text()))?;
    let Query(asked) = asked.map_err(in_query)?;
    let as_of = judgement_day(asked.as_of.as_deref())?;
    let window = asked.window.as_deref().map(|text| day("window", text)).transpose()?;
    let explanation = service
        .read(move |tally| {
            let mut filter = Filter::default().target(&target);
            filter.unit = asked.unit.clone().map(|code| vec![code]);
            let report = assess(tally, as_of)?.filter(&filter).map_err(|error| unknown(&error))?;
            let name = window.map(|day| day.to_string());
            report.explain(&target, asked.unit.as_deref(), name.as_deref()).map_err(|error| {
                // No row, or several of which the request doesn't say which.
                let fits = |row: &&Assessment| {
                    window.is_none_or(|day| row.window_start <= day && day < row.window_end)
                };
                match report.rows().iter().filter(fits).count() {
                    0 => Problem::of(StatusCode::NOT_FOUND, &error),
                    _ => Problem::of(StatusCode::BAD_REQUEST, &error),
                }
            })
        })
        .await?;
    json(StatusCode::OK, &explanation)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    as_of: Option<String>,
}

async fn page(
    State(service): State<Service>,
    asked: Result<Query<Page>, QueryRejection>,
) -> Answer {
    let Query(asked) = asked.map_err(in_query)?;
    let as_of = judgement_day(asked.as_of.as_deref())?;
    let page = service.read(move |tally| Ok(assess(tally, as_of)?.to_html())).await?;
    Ok(([(header::CONTENT_SECURITY_POLICY, PAGE_POLICY)], Html(page)).into_response())
}

/// The media type of OpenMetrics.
const OPENMETRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

async fn metrics(
    State(service): State<Service>,
    asked: Result<Query<Page>, QueryRejection>,
) -> Answer {
    let Query(asked) = asked.map_err(in_query)?;
    let as_of = judgement_day(asked.as_of.as_deref())?;
    let options = OpenMetricsOptions::new();
    let samples =
        service.read(move |tally| Ok(assess(tally, as_of)?.to_openmetrics(&options))).await?;
    Ok(([(header::CONTENT_TYPE, OPENMETRICS)], samples).into_response())
}

fn assess(tally: &Tally, as_of: NaiveDate) -> Result<Report, Problem> {
    tally.plan().assess(tally, as_of).map_err(Problem::internal)
}

/// A name that the plan does not have.
fn unknown(error: &attain::Error) -> Problem {
    Problem::of(StatusCode::NOT_FOUND, error)
}

fn in_query(refusal: QueryRejection) -> Problem {
    Problem::new(refusal.status(), refusal.body_text())
}

/// The day that is asked for, or today in UTC.
fn judgement_day(text: Option<&str>) -> Result<NaiveDate, Problem> {
    match text {
        Some(text) => day("as_of", text),
        None => {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).map_err(Problem::internal)?;
            let days = i32::try_from(since.as_secs() / 86_400).map_err(Problem::internal)?;
            NaiveDate::from_epoch_days(days).ok_or_else(|| Problem::internal("the clock is wrong"))
        }
    }
}

fn day(name: &str, text: &str) -> Result<NaiveDate, Problem> {
    calendar::date(text).ok_or_else(|| {
        let detail =
            format!("{name} is no date: found `{text}`, expected a day such as 2025-12-31");
        Problem::new(StatusCode::BAD_REQUEST, detail)
    })
}

fn json(status: StatusCode, body: &impl Serialize) -> Answer {
    let body = serde_json::to_vec(body).map_err(Problem::internal)?;
    Ok((status, [(header::CONTENT_TYPE, "application/json")], body).into_response())
}
