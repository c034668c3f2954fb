//! SQL that adds up outcomes where they lie. Its rows are the cells of a tally: [`Tally::from_cells`] reads them.
//!
//! Sums that are made by hand lose what nobody can see in them afterwards: which days a window separates, that an event
//! without a value counts 1, the status, the day of recording, that revised figures replace each other, and the time zone in
//! which an instant falls on a day. So the query comes from the plan.
//!
//! * `dialect`: what the SQL of each engine is.

mod dialect;

use chrono::NaiveDate;

pub use self::dialect::Dialect;
use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, Result};
use crate::plan::Plan;
use crate::plan::stratum::OUTCOME_COLUMNS;
use crate::tally::{LARGEST_PLAIN, Rows, Status, Tally, stratum_column};

/// A query of cells, to be set up and then [written](CellQuery::to_sql).
///
/// ```
/// use attain::query::Dialect;
/// use attain::{Plan, calendar};
/// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}}, indicators: {crime: {count: cases}},
/// #     targets: {few: {indicator: crime, goal: {at_most: 9}, window: "2023"}},
/// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
/// let sql = plan
///     .cell_query("events", Dialect::Postgres)
///     .as_of(&[calendar::date("2023-12-15").unwrap()])
///     .columns([("unit", "district"), ("date", "happened_at"), ("measure", "kind")])
///     .zone("Asia/Ho_Chi_Minh")
///     .to_sql()?;
/// assert!(sql.contains(r#"CAST("happened_at" AT TIME ZONE 'Asia/Ho_Chi_Minh' AS DATE)"#));
/// # Ok::<(), attain::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use]
pub struct CellQuery<'p> {
    plan: &'p Plan,
    source: String,
    dialect: Dialect,
    rows: Rows,
    as_of: Option<Vec<NaiveDate>>,
    /// The column of an outcome table, and its name in the source; all under their own names, if absent.
    columns: Option<Vec<(String, String)>>,
    zone: Option<String>,
}

impl Plan {
    /// A query of the cells of this plan's outcomes in `source`: the name of a table, or a subquery in parentheses, which
    /// stands in the query as it is.
    ///
    /// By default rows are events, and the source has every column that outcomes may have: `unit`, `date`, `measure`,
    /// `value`, `status`, `recorded_at` and the plan's strata. The engine refuses a column that is not there;
    /// [`columns`](CellQuery::columns) names those that are, and of figures also `illustrative` and `source` where the source
    /// has them. Events are added up, and lose both.
    pub fn cell_query(&self, source: impl Into<String>, dialect: Dialect) -> CellQuery<'_> {
        CellQuery {
            plan: self,
            source: source.into(),
            dialect,
            rows: Rows::Events,
            as_of: None,
            columns: None,
            zone: None,
        }
    }
}

/// The columns of a source, by what they mean.
struct Columns {
    /// SQL for each of them: the columns of outcome tables in their order, then the plan's strata.
    found: Vec<(String, String)>,
}

impl Columns {
    fn of(&self, name: &str) -> Option<&str> {
        self.found.iter().find(|(column, _)| column == name).map(|(_, sql)| sql.as_str())
    }
}

impl CellQuery<'_> {
    /// Whether rows of the source are figures or events.
    pub fn rows(self, rows: Rows) -> Self {
        CellQuery { rows, ..self }
    }

    /// The days on which the tally will be assessed: events of days that no window separates then share a row. Without
    /// them each day has a row of its own.
    pub fn as_of(self, days: &[NaiveDate]) -> Self {
        CellQuery { as_of: Some(days.to_vec()), ..self }
    }

    /// The columns that the source has: what each is in a table of outcomes, or the id of its stratum, and its name.
    pub fn columns<C, N>(self, columns: impl IntoIterator<Item = (C, N)>) -> Self
    where
        C: Into<String>,
        N: Into<String>,
    {
        let columns = columns.into_iter().map(|(column, name)| (column.into(), name.into()));
        CellQuery { columns: Some(columns.collect()), ..self }
    }

    /// The time zone, such as `Asia/Ho_Chi_Minh`, in which an instant of the column `date` falls on a day. Without it the
    /// column has days, or times without a zone.
    pub fn zone(self, zone: impl Into<String>) -> Self {
        CellQuery { zone: Some(zone.into()), ..self }
    }

    /// The query as SQL.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if columns are unknown, named twice or missing, or the engine knows no time zones.
    pub fn to_sql(&self) -> Result<String> {
        let columns = self.sources()?;
        let first_day = match &self.zone {
            None => self.dialect.day(columns.of("date").unwrap_or_default()),
            Some(zone) => {
                let day = self.dialect.day_in(columns.of("date").unwrap_or_default(), zone);
                day.ok_or_else(|| {
                    let message = format!("{} knows no time zones", self.dialect);
                    let place = Place::Path { path: "zone".to_owned() };
                    let fault =
                        Fault::new(FaultCode::ConflictingArguments, place, message).found(zone);
                    Error::one(
                        ErrorKind::Request,
                        fault.hint("give a column of days: convert the instants in a subquery"),
                    )
                })?
            }
        };
        Ok(match self.rows {
            Rows::Figures => self.figures(&columns, &first_day),
            Rows::Events => self.events(&columns, &first_day),
        })
    }

    /// The columns that the source may have.
    pub fn known_columns(&self) -> Vec<&str> {
        let strata = self.plan.strata().iter().map(|one| one.id.as_str());
        let is_read = |name: &&str| match self.rows {
            Rows::Figures => true,
            // Events happen on a day.
            Rows::Events => !["start", "end", "period", "illustrative", "source"].contains(name),
        };
        OUTCOME_COLUMNS.into_iter().filter(is_read).chain(strata).collect()
    }

    /// The columns of the source.
    fn sources(&self) -> Result<Columns> {
        let known = self.known_columns();
        let refused = |code, message: String| {
            let place = Place::Path { path: "columns".to_owned() };
            Error::one(
                ErrorKind::Request,
                Fault::new(code, place, message).expected(known.join(", ")),
            )
        };
        let named = match &self.columns {
            Some(columns) => columns.clone(),
            None => {
                // Of the ways to say which days a figure is about, the source has one.
                const NAMED_ONLY: [&str; 5] = ["date", "start", "end", "illustrative", "source"];
                let is_asked =
                    |name: &&&str| self.rows == Rows::Events || !NAMED_ONLY.contains(*name);
                let all = known.iter().filter(is_asked);
                all.map(|name| ((*name).to_owned(), (*name).to_owned())).collect()
            }
        };
        let mut found = Vec::new();
        for name in &known {
            let of_name: Vec<_> = named.iter().filter(|(column, _)| column == name).collect();
            match of_name[..] {
                [] => {}
                [(_, source)] => found.push(((*name).to_owned(), self.dialect.quoted(source))),
                _ => {
                    let message = format!("the column `{name}` is named twice");
                    return Err(refused(FaultCode::DuplicateColumn, message));
                }
            }
        }
        if let Some((unknown, _)) =
            named.iter().find(|(column, _)| !known.contains(&column.as_str()))
        {
            let message = format!("outcomes of {} have no column `{unknown}`", self.rows);
            return Err(refused(FaultCode::UnknownChoice, message));
        }
        let columns = Columns { found };
        let has_days = match self.rows {
            Rows::Events => columns.of("date").is_some(),
            Rows::Figures => {
                let has_span = columns.of("start").is_some() && columns.of("end").is_some();
                columns.of("date").is_some() || columns.of("period").is_some() || has_span
            }
        };
        let missing =
            [("unit", columns.of("unit").is_some()), ("measure", columns.of("measure").is_some())];
        let missing = missing.into_iter().find(|(_, is_there)| !is_there).map(|(name, _)| name);
        match (missing, has_days) {
            (Some(name), _) => {
                Err(refused(FaultCode::MissingColumn, format!("no column is named for `{name}`")))
            }
            (None, false) => Err(refused(
                FaultCode::MissingColumn,
                "no column says which days a row is about".to_owned(),
            )),
            (None, true) => Ok(columns),
        }
    }

    /// Rows that were recorded by the last of the days.
    fn is_known(&self, recorded_at: Option<&str>) -> String {
        let last = self.as_of.as_ref().and_then(|days| days.iter().max());
        match (recorded_at, last) {
            (Some(column), Some(last)) => {
                let (day, last) = (self.dialect.day(column), self.dialect.date(*last));
                format!("\nWHERE {column} IS NULL OR {day} <= {last}")
            }
            (None, _) | (_, None) => String::new(),
        }
    }

    /// Figures are not added up: every revision that is known comes as it is, and the tally picks the last one.
    fn figures(&self, columns: &Columns, day: &str) -> String {
        let dialect = self.dialect;
        let selected = columns.found.iter().map(|(name, source)| {
            let sql = match name.as_str() {
                "date" => day.to_owned(),
                "start" | "end" | "recorded_at" => dialect.day(source),
                "value" => dialect.number(source),
                _ => dialect.text(source),
            };
            format!("  {sql} AS {}", dialect.quoted(&self.output(name)))
        });
        let selected: Vec<String> = selected.collect();
        format!(
            "SELECT\n{},\n  'figures' AS kind\nFROM {}{}",
            selected.join(",\n"),
            self.source(),
            self.is_known(columns.of("recorded_at"))
        )
    }

    /// The name of a column in the table of cells.
    fn output(&self, name: &str) -> String {
        if OUTCOME_COLUMNS.contains(&name) { name.to_owned() } else { stratum_column(name) }
    }

    fn source(&self) -> String {
        format!("{} AS {}", self.source, self.dialect.quoted("source"))
    }

    /// Plain events are added up between cuts, other events of whole numbers by their day, status and day of recording. Of
    /// what is left, equal events are counted: a sum of fractions depends on the order.
    fn events(&self, columns: &Columns, day: &str) -> String {
        let dialect = self.dialect;
        let quoted = |name: &str| dialect.quoted(name);
        let [unit, measure, date, recorded_at, status, value] =
            ["unit", "measure", "date", "recorded_at", "status", "value"].map(quoted);
        let [size, rows, kind] = ["size", "rows", "kind"].map(quoted);
        let text = |name: &str| columns.of(name).map(|column| dialect.text(column));
        let strata: Vec<(String, String)> = columns
            .found
            .iter()
            .filter(|(name, _)| !OUTCOME_COLUMNS.contains(&name.as_str()))
            .map(|(name, source)| (quoted(&self.output(name)), dialect.text(source)))
            .collect();
        let of_source = [
            (&unit, text("unit").unwrap_or_else(|| dialect.null_text())),
            (&measure, text("measure").unwrap_or_else(|| dialect.null_text())),
            (&date, day.to_owned()),
            (
                &recorded_at,
                columns
                    .of("recorded_at")
                    .map_or_else(|| dialect.null_day(), |one| dialect.day(one)),
            ),
            (
                &status,
                text("status").map_or_else(
                    || dialect.null_text(),
                    |status| format!("CASE WHEN TRIM({status}) = '' THEN NULL ELSE {status} END"),
                ),
            ),
            (&value, dialect.number(columns.of("value").unwrap_or("1"))),
        ];
        let selected = of_source.iter().map(|(name, sql)| format!("{sql} AS {name}"));
        let selected: Vec<String> =
            selected.chain(strata.iter().map(|(name, sql)| format!("{sql} AS {name}"))).collect();
        let strata: String = strata.iter().map(|(name, _)| format!("{name}, ")).collect();
        let explaining = Status::ALL.into_iter().filter(|status| status.explains_a_missing_value());
        let explaining: Vec<String> = explaining.map(|one| format!("'{one}'")).collect();
        let explaining = explaining.join(", ");
        let is_whole = format!("{} AND ABS({value}) <= {LARGEST_PLAIN}", dialect.is_whole(&value));
        let measures: Vec<String> =
            self.plain_measures().iter().map(|id| dialect.literal(id)).collect();
        let is_plain = match measures.join(", ") {
            none if none.is_empty() => "1 = 0".to_owned(),
            measures => format!(
                "{measure} IN ({measures}) AND ({status} IS NULL OR {status} = 'A') AND {recorded_at} IS NULL AND {value} >= 1"
            ),
        };
        let slot = self.slot(&date);
        let (null_text, one) = (dialect.null_text(), dialect.number("1"));
        let (source, known) = (self.source(), self.is_known(columns.of("recorded_at")));
        let selected = selected.join(",\n    ");
        let class = quoted("attain_class");
        let each = quoted("attain_each");
        format!(
            "WITH outcomes AS (
  SELECT
    {selected}
  FROM {source}{known}
), counted AS (
  SELECT {unit}, {measure}, {strata}{date}, {recorded_at}, {status},
    CASE WHEN {value} IS NULL AND ({status} IS NULL OR {status} NOT IN ({explaining})) THEN {one} ELSE {value} END AS {value}
  FROM outcomes
), classified AS (
  SELECT {unit}, {measure}, {strata}{date}, {recorded_at}, {status}, {value},
    CASE WHEN {is_whole} THEN CASE WHEN {is_plain} THEN 0 ELSE 1 END ELSE 2 END AS {class}
  FROM counted
), placed AS (
  SELECT {unit}, {measure}, {strata}{recorded_at}, {value}, {class},
    CASE WHEN {class} = 0 THEN {slot} ELSE {date} END AS {date},
    CASE WHEN {class} = 0 THEN {null_text} ELSE COALESCE({status}, 'A') END AS {status},
    CASE WHEN {class} = 2 THEN {value} END AS {each}
  FROM classified
)
SELECT {unit}, {measure}, {strata}{date}, {recorded_at}, {status},
  CASE WHEN {class} = 2 THEN {each} ELSE SUM({value}) END AS {value},
  CASE WHEN {class} = 2 THEN NULL ELSE SUM(ABS({value})) END AS {size},
  COUNT(*) AS {rows}, 'events' AS {kind}
FROM placed
GROUP BY {unit}, {measure}, {strata}{date}, {recorded_at}, {status}, {class}, {each}"
        )
    }

    /// The measures whose plain events share a row.
    fn plain_measures(&self) -> Vec<String> {
        let tally = Tally::of_events(self.plan);
        tally.plain_measures().map(|measure| self.plan[measure].id.clone()).collect()
    }

    /// Of the days between two cuts the first one, found by halving: a few comparisons a row.
    fn slot(&self, day: &str) -> String {
        let Some(as_of) = &self.as_of else { return day.to_owned() };
        let mut cuts = self.plan.cuts(as_of);
        // Between two of these days, a code names the same unit.
        cuts.extend(self.plan.units().turns());
        cuts.sort_unstable();
        cuts.dedup();
        let before = cuts.first().and_then(|first| first.pred_opt());
        let firsts: Vec<NaiveDate> = before.into_iter().chain(cuts).collect();
        match &firsts[..] {
            [] => day.to_owned(),
            firsts => self.halved(day, firsts),
        }
    }

    fn halved(&self, day: &str, firsts: &[NaiveDate]) -> String {
        if let [first] = firsts {
            return self.dialect.date(*first);
        }
        let (left, right) = firsts.split_at(firsts.len() / 2);
        let cut = self.dialect.date(right[0]);
        format!(
            "CASE WHEN {day} < {cut} THEN {} ELSE {} END",
            self.halved(day, left),
            self.halved(day, right)
        )
    }
}
