//! The example service, started as a program and queried over HTTP.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails loudly")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

// ---- The program and its entry points

/// The example as cargo builds it for these very sources, with the features of this test: nothing is built twice.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let built = Command::new(env!("CARGO"))
            .args(["build", "--locked", "--example", "service", "--message-format", "json"])
            .args((!cfg!(feature = "arrow")).then_some("--no-default-features"))
            .args(cfg!(feature = "tracing").then_some("--features=tracing"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        assert!(built.status.success(), "the example does not build");
        let messages = String::from_utf8(built.stdout).unwrap();
        let executable = messages
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|message| message["target"]["name"] == "service")
            .find_map(|message| message["executable"].as_str().map(PathBuf::from));
        executable.expect("cargo names the program it has built")
    })
}

/// A running service; it ends with the test.
struct Service {
    process: Child,
    address: SocketAddr,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[derive(Debug)]
struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {}", self.body))
    }

    /// The problem document, once it is sure that it is one.
    fn problem(&self) -> Value {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{self:?}");
        let document = self.json();
        assert_eq!(document["status"], self.status);
        for member in ["type", "title", "detail"] {
            assert!(document[member].as_str().is_some_and(|text| !text.is_empty()), "{document}");
        }
        document
    }
}

impl Service {
    fn start(arguments: &[&str]) -> Service {
        let mut process = Command::new(program())
            .args(arguments)
            .args(["--port", "0"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening at http://").unwrap_or_else(|| {
            let _ = process.kill();
            panic!("the service does not say where it listens: {line:?}")
        });
        let address = address.parse().unwrap();
        Service { process, address }
    }

    /// A service for the plan of these tests, without any outcomes yet.
    fn of_clinics(arguments: &[&str]) -> Service {
        Service::start(&[&["tests/service/plan.yaml"], arguments].concat())
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "")
    }

    fn post(&self, body: &Value) -> Answer {
        self.post_text(&body.to_string())
    }

    fn post_text(&self, body: &str) -> Answer {
        self.ask("POST", "/outcomes", &["content-type: application/json"], body)
    }

    fn ask(&self, method: &str, path: &str, headers: &[&str], body: &str) -> Answer {
        let mut stream = self.connect();
        let headers: String = headers.iter().map(|header| format!("{header}\r\n")).collect();
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}",
            self.address
        );
        stream.write_all(request.as_bytes()).unwrap();
        answer(stream)
    }

    /// The only row of a scorecard.
    fn row(&self, query: &str) -> Value {
        let scorecard = self.get(&format!("/scorecard?{query}")).json();
        let rows = scorecard["rows"].as_array().unwrap();
        assert_eq!(rows.len(), 1, "{scorecard}");
        rows[0].clone()
    }
}

/// Reads an answer up to where the service closes the connection.
fn answer(mut stream: TcpStream) -> Answer {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
    let headers = lines
        .map(|line| line.split_once(": ").unwrap())
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    Answer { status, headers, body: body.to_owned() }
}

fn outcome(unit: &str, measure: &str, value: f64) -> Value {
    json!({"unit": unit, "period": "2025", "measure": measure, "value": value})
}

/// Where the faults of a problem are: row and column of each.
fn places(problem: &Value) -> Vec<(u64, Option<&str>)> {
    let faults = problem["faults"].as_array().unwrap();
    faults.iter().map(|fault| (fault["row"].as_u64().unwrap(), fault["column"].as_str())).collect()
}

// ---- Outcomes in, rows out

#[test]
fn an_outcome_shows_in_the_scorecard_as_soon_as_it_is_posted() {
    let service = Service::of_clinics(&[]);
    let before = service.row("as_of=2025-12-31&target=coverage&unit=north");
    assert_eq!(
        (&before["verdict"], &before["reason"]),
        (&json!("indeterminate"), &json!("no_data"))
    );

    let posted = service.post(&outcome("north", "children", 28.0));
    assert_eq!(posted.status, 201);
    assert_eq!(posted.json(), json!({"recorded": 1, "outcomes": 1}));
    let posted = service.post(&json!([
        outcome("north", "vaccinated", 21.0),
        outcome("south", "children", 10.0),
        outcome("south", "vaccinated", 7.0),
    ]));
    assert_eq!(posted.status, 201);
    assert_eq!(posted.json(), json!({"recorded": 3, "outcomes": 4}));

    // 21 of 28 is 75 %, which meets "at least 75"; 7 of 10 misses it.
    let north = service.row("as_of=2025-12-31&target=coverage&unit=north");
    assert_eq!((&north["value"], &north["verdict"]), (&json!(75.0), &json!("met")));
    let south = service.row("as_of=2025-12-31&target=coverage&unit=south");
    assert_eq!((&south["value"], &south["verdict"]), (&json!(70.0), &json!("missed")));
    // 28 of 38.
    let region = service.row("as_of=2025-12-31&target=coverage&level=region");
    assert_eq!((&region["numerator"], &region["denominator"]), (&json!(28.0), &json!(38.0)));
}

#[test]
fn a_scorecard_says_what_it_is_of() {
    let service = Service::of_clinics(&[]);
    let scorecard = service.get("/scorecard?as_of=2025-06-30");
    assert_eq!(scorecard.status, 200);
    assert_eq!(scorecard.header("content-type"), Some("application/json"));
    let document = scorecard.json();
    assert_eq!((&document["plan"], &document["as_of"]), (&json!("clinics"), &json!("2025-06-30")));
    let units: Vec<&Value> =
        document["rows"].as_array().unwrap().iter().map(|row| &row["unit"]).collect();
    assert_eq!(units, ["region", "north", "south"]);
}

#[test]
fn the_day_of_judgement_may_be_left_out() {
    let service = Service::of_clinics(&[]);
    let as_of = service.get("/scorecard").json()["as_of"].as_str().unwrap().to_owned();
    let day = attain::calendar::date(&as_of).unwrap();
    // Midnight may pass between the two readings of the clock.
    let seconds =
        std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let today = (seconds / 86_400) as i32;
    assert!((today - 1..=today).contains(&day.to_epoch_days()), "{as_of}");
}

#[test]
fn files_named_at_the_start_are_there_from_the_start() {
    let service = Service::start(&["examples/hanoi/plan.yaml", "examples/hanoi/outcomes.csv"]);
    let row = service.row("as_of=2025-12-31&target=tet-2024-clearance&unit=01");
    assert_eq!((&row["numerator"], &row["verdict"]), (&json!(21.0), &json!("met")));
}

#[test]
fn events_add_up() {
    let service = Service::of_clinics(&["--rows", "events"]);
    let visit = json!({"unit": "north", "date": "2025-03-01", "measure": "children"});
    assert_eq!(service.post(&json!([visit, visit])).status, 201);
    assert_eq!(service.post(&visit).json(), json!({"recorded": 1, "outcomes": 3}));
    let vaccination = json!({"unit": "north", "date": "2025-03-01", "measure": "vaccinated"});
    assert_eq!(service.post(&vaccination).status, 201);
    let row = service.row("as_of=2025-12-31&target=coverage&unit=north");
    assert_eq!((&row["numerator"], &row["denominator"]), (&json!(1.0), &json!(3.0)));
}

#[test]
fn an_empty_list_changes_nothing() {
    let service = Service::of_clinics(&[]);
    let answer = service.post(&json!([]));
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
}

#[test]
fn the_page_is_the_scorecard_as_html() {
    let service = Service::of_clinics(&[]);
    assert_eq!(service.post(&outcome("north", "children", 28.0)).status, 201);
    let page = service.get("/?as_of=2025-12-31");
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'unsafe-inline'"), "{policy}");
    for forbidden in ["<script", "<link", "src=", "@import", "url("] {
        assert!(!page.body.contains(forbidden), "the policy would break the page: {forbidden}");
    }
    assert_eq!(service.get("/nowhere").header("x-content-type-options"), Some("nosniff"));
    assert!(page.body.starts_with("<!doctype html>") || page.body.starts_with("<!DOCTYPE html>"));
    assert!(page.body.contains("Nord &#38; West") || page.body.contains("Nord &amp; West"));
    assert!(!page.body.contains("Nord & West"), "names are escaped");
}

#[test]
fn the_metrics_are_samples_of_the_rows() {
    let service = Service::of_clinics(&[]);
    assert_eq!(service.post(&outcome("north", "children", 28.0)).status, 201);
    assert_eq!(service.post(&outcome("north", "vaccinated", 21.0)).status, 201);
    let metrics = service.get("/metrics?as_of=2025-12-31");
    assert_eq!(metrics.status, 200);
    let kind = metrics.header("content-type").unwrap();
    assert!(kind.starts_with("application/openmetrics-text; version=1.0.0"), "{kind}");
    let value = service.row("as_of=2025-12-31&unit=north")["value"].as_f64().unwrap();
    let line = metrics
        .body
        .lines()
        .find(|line| line.starts_with("attain_value{") && line.contains("unit=\"north\""));
    assert!(line.is_some_and(|line| line.ends_with(&format!("}} {value}"))), "{line:?}");
    assert!(metrics.body.ends_with("# EOF\n"));
    assert_eq!(service.get("/metrics?as_of=never").status, 400);
}

#[test]
fn an_explanation_tells_what_a_row_was_computed_from() {
    let service = Service::of_clinics(&[]);
    let both = json!([outcome("north", "children", 28.0), outcome("north", "vaccinated", 21.0)]);
    assert_eq!(service.post(&both).status, 201);
    let answer = service.get("/targets/coverage/explanation?unit=north&as_of=2025-12-31");
    assert_eq!(answer.status, 200);
    let explanation = answer.json();
    assert_eq!(explanation["formula"], "Children vaccinated ÷ Children seen × 100");
    assert_eq!(explanation["row"]["verdict"], "met");
    let inputs: Vec<(&str, f64)> = explanation["inputs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|input| (input["measure"].as_str().unwrap(), input["value"].as_f64().unwrap()))
        .collect();
    assert_eq!(inputs, [("vaccinated", 21.0), ("children", 28.0)]);
}

// ---- Rejected requests

#[test]
fn a_list_with_one_fault_is_refused_whole() {
    let service = Service::of_clinics(&[]);
    let refused = service
        .post(&json!([outcome("north", "children", 28.0), outcome("nroth", "vaccinated", 21.0),]));
    assert_eq!(refused.status, 422);
    let problem = refused.problem();
    assert_eq!(places(&problem), [(1, Some("unit"))]);
    assert_eq!(problem["faults"][0]["hint"], "did you mean `north`?");
    assert_eq!(problem["faults"][0]["code"], "unknown_unit");
    // If the first of them had been added, it would now be a duplicate.
    assert_eq!(service.post(&outcome("north", "children", 28.0)).status, 201);
}

#[test]
fn every_fault_of_a_list_is_told_at_its_row() {
    let service = Service::of_clinics(&[]);
    let refused = service.post(&json!([
        outcome("north", "children", -1.0),
        {"unit": "north", "measure": "children", "value": 1},
        outcome("north", "vaccinated", 2.0),
        outcome("north", "vaccinated", 3.0),
        {"unit": "east", "period": "2025", "measure": "child", "value": 4},
        "children",
        {"unit": "north", "period": "2025", "measure": "children", "value": 5, "vlaue": 6},
    ]));
    assert_eq!(refused.status, 422);
    let problem = refused.problem();
    assert_eq!(
        places(&problem),
        [
            (0, Some("value")),
            (1, None),
            (3, None),
            (4, Some("measure")),
            (4, Some("unit")),
            (5, None),
            (6, None),
        ]
    );
    let of_row = |row: usize| problem["faults"][row].to_string();
    assert!(of_row(1).contains("either `date`, or `start` and `end`, or `period`"));
    // The fault of the second figure names the row of the first in the list.
    assert!(of_row(2).contains("the first is row 2"), "{}", of_row(2));
    assert!(of_row(6).contains("unknown field `vlaue`"), "{}", of_row(6));
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.starts_with("there are 7 faults\nrow 0, column `value`: "), "{detail}");
    assert_eq!(detail.lines().count(), 8);
}

#[test]
fn a_whole_number_that_a_float_would_round_is_refused() {
    let service = Service::of_clinics(&[]);
    let refused = service.post(&json!([
        outcome("north", "children", 28.0),
        {"unit": "south", "period": "2025", "measure": "children", "value": 9_007_199_254_740_993_u64},
    ]));
    assert_eq!(refused.status, 422);
    let problem = refused.problem();
    assert_eq!(places(&problem), [(1, None)]);
    let message = problem["faults"][0]["message"].as_str().unwrap();
    assert!(
        message.contains("found 9007199254740993, expected at most 9007199254740992"),
        "{message}"
    );
}

#[test]
fn tables_of_another_folder_are_read_where_it_is_given() {
    let plan = "examples/reform/plan.yaml";
    let service = Service::start(&[plan, "--tables", "examples/hanoi"]);
    assert_eq!(service.get("/scorecard?as_of=2025-12-31&target=city-crime").status, 200);
}

#[test]
fn faults_beyond_a_thousand_are_counted() {
    let service = Service::of_clinics(&[]);
    let problem = service.post(&json!(vec![0; 1234])).problem();
    assert_eq!(problem["faults"].as_array().unwrap().len(), 1000);
    assert_eq!(problem["unlisted"], 234);
    // They are of one kind, so the sentence that sums them up is short.
    assert!(problem["detail"].as_str().unwrap().lines().count() < 10, "{}", problem["detail"]);
}

#[test]
fn faults_are_counted_once_each() {
    let service = Service::of_clinics(&[]);
    // An outcome without anything is one fault; a unit and a measure that do not exist are two.
    let unknown = json!({"unit": "east", "period": "2025", "measure": "child", "value": 4});
    for (empty, others) in
        [(1, 0), (333, 0), (334, 0), (400, 0), (1001, 0), (334, 3), (2, 600), (998, 2)]
    {
        let outcomes = [vec![json!({}); empty], vec![unknown.clone(); others]].concat();
        let problem = service.post(&json!(outcomes)).problem();
        let listed = problem["faults"].as_array().unwrap().len();
        let unlisted = problem["unlisted"].as_u64().unwrap_or(0) as usize;
        let expected = empty + 2 * others;
        assert_eq!(listed + unlisted, expected, "{empty} and {others}");
        if expected > 1 {
            let detail = problem["detail"].as_str().unwrap();
            assert!(detail.starts_with(&format!("there are {expected} faults\n")), "{detail}");
        }
    }
}

#[test]
fn a_figure_given_twice_is_refused_with_what_to_do() {
    let service = Service::of_clinics(&[]);
    assert_eq!(service.post(&outcome("north", "children", 28.0)).status, 201);
    let problem = service.post(&outcome("north", "children", 29.0)).problem();
    assert_eq!(problem["status"], 422);
    assert!(problem["detail"].as_str().unwrap().contains("second figure"), "{problem}");
}

#[test]
fn what_is_no_json_is_told_with_its_line_and_column() {
    let service = Service::of_clinics(&[]);
    let refused = service.post_text("[\n  {\"unit\": \"north\",}\n]");
    assert_eq!(refused.status, 400);
    let problem = refused.problem();
    let fault = &problem["faults"][0];
    assert_eq!((&fault["line"], &fault["column"]), (&json!(2), &json!(20)), "{problem}");
    for body in ["", "[", "[1] 2", "{\"unit\": \"a\"", "\u{feff}[]"] {
        assert_eq!(service.post_text(body).status, 400, "{body:?}");
    }
}

#[test]
fn only_what_is_said_to_be_json_is_read() {
    let service = Service::of_clinics(&[]);
    let body = outcome("north", "children", 28.0).to_string();
    let kinds: [&[&str]; 3] =
        [&[], &["content-type: text/csv"], &["content-type: application/x-www-form-urlencoded"]];
    for kind in kinds {
        let refused = service.ask("POST", "/outcomes", kind, &body);
        assert_eq!(refused.status, 415, "{kind:?}");
        assert!(refused.problem()["detail"].as_str().unwrap().contains("application/json"));
    }
    let kind = ["content-type: application/json; charset=utf-8"];
    assert_eq!(service.ask("POST", "/outcomes", &kind, &body).status, 201);
}

#[test]
fn a_body_beyond_the_limit_is_refused() {
    let service = Service::of_clinics(&[]);
    let refused = service.post_text(&" ".repeat((1 << 20) + 1));
    assert_eq!(refused.status, 413);
    assert!(refused.problem()["detail"].as_str().unwrap().contains("1048576"));
    let fits = format!("[]{}", " ".repeat((1 << 20) - 2));
    assert_eq!(service.post_text(&fits).status, 204);
}

#[test]
fn a_body_that_does_not_end_is_refused() {
    let service = Service::of_clinics(&["--read-timeout", "1"]);
    let mut stream = service.connect();
    let head = "POST /outcomes HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\n";
    stream.write_all(format!("{head}content-length: 1000\r\n\r\n[").as_bytes()).unwrap();
    let refused = answer(stream);
    assert_eq!(refused.status, 408);
    assert!(refused.problem()["detail"].as_str().unwrap().contains("within 1 second"));
    // Others are answered as before.
    assert_eq!(service.post_text("[]").status, 204);
}

#[test]
fn a_path_without_anything_is_not_found() {
    let service = Service::of_clinics(&[]);
    let refused = service.get("/scorecards");
    assert_eq!(refused.status, 404);
    assert_eq!(refused.problem()["title"], "Not Found");
}

#[test]
fn a_method_that_is_not_answered_is_told_with_those_that_are() {
    let service = Service::of_clinics(&[]);
    for (method, path, allowed) in
        [("GET", "/outcomes", "POST"), ("DELETE", "/scorecard", "GET"), ("POST", "/", "GET")]
    {
        let refused = service.ask(method, path, &[], "");
        assert_eq!(refused.status, 405, "{method} {path}");
        assert_eq!(refused.problem()["title"], "Method Not Allowed");
        assert!(refused.header("allow").unwrap().contains(allowed), "{refused:?}");
    }
}

#[test]
fn names_that_the_plan_does_not_have_are_not_found() {
    let service = Service::of_clinics(&[]);
    for (path, hint) in [
        ("/scorecard?target=covrage", "did you mean `coverage`?"),
        ("/scorecard?unit=nroth", "did you mean `north`?"),
        ("/scorecard?level=clinics", "did you mean `clinic`?"),
        ("/targets/covrage/explanation", "did you mean `coverage`?"),
        ("/targets/coverage/explanation?unit=nroth", "did you mean `north`?"),
    ] {
        let refused = service.get(path);
        assert_eq!(refused.status, 404, "{path}");
        let detail = refused.problem()["detail"].to_string();
        assert!(detail.contains(hint), "{path}: {detail}");
    }
    // A window without a row.
    let refused = service.get("/targets/coverage/explanation?unit=north&window=2031-01-01");
    assert_eq!(refused.status, 404);
    refused.problem();
}

#[test]
fn a_request_that_can_not_be_understood_says_why() {
    let service = Service::of_clinics(&[]);
    for (path, why) in [
        ("/scorecard?as_of=2025-02-29", "`2025-02-29`"),
        ("/scorecard?as_of=2025-2-1", "2025-12-31"),
        ("/scorecard?targte=coverage", "unknown field `targte`"),
        ("/?asof=2025-12-31", "unknown field `asof`"),
        ("/targets/coverage/explanation?unit=north&window=2025", "window is no date"),
        ("/targets/coverage/explanation?as_of=2025-12-31", "3 rows"),
    ] {
        let refused = service.get(path);
        assert_eq!(refused.status, 400, "{path}");
        let detail = refused.problem()["detail"].to_string();
        assert!(detail.contains(why), "{path}: {detail}");
    }
}

#[test]
fn a_start_that_can_not_succeed_says_why() {
    for (arguments, code, why) in [
        (vec![], 2, "which plan?"),
        (vec!["tests/service/plan.yaml", "--port", "http"], 2, "`http` is no port"),
        (
            vec!["tests/service/plan.yaml", "--rows", "people"],
            2,
            "found `people`, expected figures, events",
        ),
        (
            vec!["tests/service/plan.yaml", "examples/hanoi/outcomes.csv", "--journal", "none"],
            2,
            "name no files",
        ),
        (
            vec!["tests/service/plan.yaml", "--journal", "examples/hanoi", "--snapshot", "x"],
            2,
            "`x` is no number of bytes",
        ),
        (vec!["tests/service/plan.yaml", "--prot", "0"], 2, "no option `--prot`"),
        (vec!["tests/service/none.yaml"], 1, "none.yaml"),
        (vec!["tests/service/plan.yaml", "examples/hanoi/outcomes.csv"], 1, "outcomes.csv:2"),
    ] {
        let ended = Command::new(program())
            .args(&arguments)
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()
            .unwrap();
        assert_eq!(ended.status.code(), Some(code), "{arguments:?}");
        let said = String::from_utf8(ended.stderr).unwrap();
        assert!(said.contains(why), "{arguments:?}: {said}");
    }
}

// ---- Many at once

#[test]
fn nothing_is_lost_when_many_post_and_ask_at_once() {
    const CALLERS: usize = 8;
    const POSTS: usize = 25;
    let service = Service::of_clinics(&["--rows", "events"]);
    thread::scope(|scope| {
        for caller in 0..CALLERS {
            let service = &service;
            scope.spawn(move || {
                let unit = if caller % 2 == 0 { "north" } else { "south" };
                let mut seen = 0.0;
                for post in 0..POSTS {
                    // 1 + 2 + … + POSTS children over all posts of a caller.
                    let day = json!({"unit": unit, "date": "2025-03-01", "measure": "children",
                        "value": post + 1});
                    let vaccinated = json!({"unit": unit, "date": "2025-03-01",
                        "measure": "vaccinated", "value": 1});
                    assert_eq!(service.post(&json!([day, vaccinated])).status, 201);
                    let row = service.row("as_of=2025-12-31&unit=region");
                    let children = row["denominator"].as_f64().unwrap();
                    assert!(children > seen, "what was seen is never unseen");
                    seen = children;
                }
            });
        }
    });
    let row = service.row("as_of=2025-12-31&unit=region");
    let children = CALLERS * POSTS * (POSTS + 1) / 2;
    assert_eq!(row["denominator"], json!(children as f64));
    assert_eq!(row["numerator"], json!((CALLERS * POSTS) as f64));
}

#[test]
fn of_many_who_post_the_same_figure_one_is_let_in() {
    let service = Service::of_clinics(&[]);
    let statuses: Vec<u16> = thread::scope(|scope| {
        let posts: Vec<_> = (0..8)
            .map(|value| {
                let service = &service;
                scope.spawn(move || {
                    service.post(&outcome("north", "children", f64::from(value))).status
                })
            })
            .collect();
        posts.into_iter().map(|post| post.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 7, "{statuses:?}");
}

// ---- A journal

/// A folder that is deleted with the test.
#[cfg(feature = "arrow")]
struct Folder(PathBuf);

#[cfg(feature = "arrow")]
impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("attain-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Folder(path)
    }

    /// A service of events with a journal in this folder, whose log is never long.
    fn service(&self) -> Service {
        let folder = self.0.to_str().unwrap();
        Service::of_clinics(&["--rows", "events", "--journal", folder, "--snapshot", "2000"])
    }
}

#[cfg(feature = "arrow")]
impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn seen_on_a_day(children: usize) -> Value {
    json!({"unit": "north", "date": "2025-03-01", "measure": "children", "value": children})
}

#[test]
fn keys_need_a_journal() {
    let service = Service::of_clinics(&["--rows", "events"]);
    let headers = ["content-type: application/json", "idempotency-key: a"];
    let refused = service.ask("POST", "/outcomes", &headers, &seen_on_a_day(1).to_string());
    assert_eq!(refused.status, 400);
    assert!(refused.problem()["detail"].as_str().unwrap().contains("--journal"));
}

#[cfg(feature = "arrow")]
#[test]
fn a_request_with_a_known_key_counts_once() {
    let folder = Folder::new("keys");
    let service = folder.service();
    let post = |service: &Service, key: &str, children: usize| {
        let headers = ["content-type: application/json", key];
        service.ask("POST", "/outcomes", &headers, &seen_on_a_day(children).to_string())
    };
    let first = post(&service, "Idempotency-Key: a", 3);
    assert_eq!(
        (first.status, first.json()),
        (201, json!({"recorded": 1, "outcomes": 1, "sequence": 1}))
    );
    let without = service.post(&seen_on_a_day(4));
    assert_eq!(without.json(), json!({"recorded": 1, "outcomes": 2, "sequence": 2}));
    drop(service);
    let service = folder.service();
    let again = post(&service, "idempotency-key: a", 3);
    assert_eq!(
        (again.status, again.json()),
        (200, json!({"recorded": 0, "outcomes": 2, "sequence": 1}))
    );
    let other = post(&service, "idempotency-key: a", 5);
    assert_eq!(other.status, 422);
    assert_eq!(other.problem()["faults"][0]["code"], "duplicate_id");
    for (key, status) in
        [("idempotency-key: a\r\nidempotency-key: b", 400), ("idempotency-key: ", 422)]
    {
        assert_eq!(post(&service, key, 1).status, status, "{key}");
    }
    assert_eq!(service.row("as_of=2025-12-31&unit=north")["denominator"], json!(7.0));
}

/// Posts with a key; the answer, if it comes whole.
#[cfg(feature = "arrow")]
fn try_post(address: SocketAddr, key: &str, body: &str) -> Option<(u16, Value)> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
    let length = body.len();
    let request = format!(
        "POST /outcomes HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: application/json\r\nidempotency-key: {key}\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some((status, serde_json::from_str(body).ok()?))
}

/// What a caller has sent: the record that has no answer yet is sent again with the same key, also to the next process.
#[cfg(feature = "arrow")]
#[derive(Default)]
struct Sender {
    /// The numbers of the records that were acknowledged.
    sequences: Vec<u64>,
}

#[cfg(feature = "arrow")]
impl Sender {
    /// Sends the record that is next; whether there was an answer.
    fn send(&mut self, name: usize, address: SocketAddr) -> bool {
        let number = self.sequences.len();
        let body = seen_on_a_day(number + 1).to_string();
        let key = format!("{name}-{number}");
        let Some((status, answer)) = try_post(address, &key, &body) else { return false };
        assert!([200, 201].contains(&status), "{status} {answer}");
        let sequence = answer["sequence"].as_u64().unwrap();
        if number.is_multiple_of(5) {
            // The answer may be lost on its way: the sender asks once more.
            if let Some((status, again)) = try_post(address, &key, &body) {
                assert_eq!((status, again["sequence"].as_u64()), (200, Some(sequence)));
            }
        }
        self.sequences.push(sequence);
        true
    }
}

/// `ATTAIN_KILLS` says how often the process is killed.
#[cfg(all(unix, feature = "arrow"))]
#[test]
fn a_killed_service_loses_nothing_that_it_acknowledged_and_counts_nothing_twice() {
    const SENDERS: usize = 4;
    let kills = std::env::var("ATTAIN_KILLS").map_or(20, |kills| kills.parse().unwrap());
    let folder = Folder::new("kills");
    let mut senders: Vec<Sender> = (0..SENDERS).map(|_| Sender::default()).collect();
    let acknowledged =
        |senders: &[Sender]| senders.iter().map(|sender| sender.sequences.len()).sum::<usize>();
    for kill in 0..kills {
        let mut service = folder.service();
        let address = service.address;
        // One after the other and in between, for each sender may have one record without an answer.
        let there = service.get("/scorecard?as_of=2025-12-31&unit=north").json();
        let children = there["rows"][0]["denominator"].as_f64().unwrap_or_default();
        let sums = senders.iter().map(|sender| sender.sequences.len());
        let least: usize = sums.clone().map(|number| number * (number + 1) / 2).sum();
        let most: usize = sums.map(|number| (number + 1) * (number + 2) / 2).sum();
        assert!((least as f64..=most as f64).contains(&children), "{least} {children} {most}");
        thread::scope(|scope| {
            for (name, sender) in senders.iter_mut().enumerate() {
                scope.spawn(move || while sender.send(name, address) {});
            }
            // Different moments, also before anything is recorded.
            thread::sleep(Duration::from_millis(kill * 37 % 300));
            service.process.kill().unwrap();
            service.process.wait().unwrap();
        });
    }
    let service = folder.service();
    for (name, sender) in senders.iter_mut().enumerate() {
        assert!(sender.send(name, service.address));
    }
    let number = acknowledged(&senders);
    println!("{number} records, {kills} kills");
    let mut sequences: Vec<u64> =
        senders.iter().flat_map(|sender| sender.sequences.iter().copied()).collect();
    sequences.sort_unstable();
    assert_eq!(sequences, (1..=number as u64).collect::<Vec<u64>>());
    let expected: usize = senders
        .iter()
        .map(|sender| sender.sequences.len() * (sender.sequences.len() + 1) / 2)
        .sum();
    let row = service.row("as_of=2025-12-31&unit=north");
    assert_eq!(row["denominator"], json!(expected as f64));
}

// ---- The end

#[cfg(unix)]
#[test]
fn a_service_that_is_asked_to_stop_answers_what_is_under_way() {
    let mut service = Service::of_clinics(&[]);
    let body = outcome("north", "children", 28.0).to_string();
    let mut stream = service.connect();
    let head = format!(
        "POST /outcomes HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nexpect: 100-continue\r\n\r\n",
        service.address,
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    // "100 Continue" says that the request has reached its handler.
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut line = String::new();
    reader.read_line(&mut line).unwrap();
    assert!(line.starts_with("HTTP/1.1 100"), "{line}");
    reader.read_line(&mut line).unwrap();

    let process = service.process.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &process]).status().unwrap().success());
    // It has stopped listening once nobody can connect any more.
    while TcpStream::connect(service.address).is_ok() {
        thread::sleep(Duration::from_millis(20));
    }
    stream.write_all(body.as_bytes()).unwrap();
    let mut rest = String::new();
    reader.read_to_string(&mut rest).unwrap();
    assert!(rest.starts_with("HTTP/1.1 201"), "{rest}");
    assert_eq!(service.process.wait().unwrap().code(), Some(0));
}
