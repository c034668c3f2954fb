//! What is written differently in the SQL of each engine.

use chrono::NaiveDate;

use crate::error::codes::codes;

codes! {
    /// An engine, or the standard.
    pub enum Dialect as "dialect of SQL" {
        /// DuckDB.
        DuckDb = "duckdb",
        /// PostgreSQL.
        Postgres = "postgres",
        /// Apache Spark and engines that read its SQL.
        Spark = "spark",
        /// SQLite, which keeps days as texts such as `2025-07-01`.
        Sqlite = "sqlite",
        /// The standard SQL:2016.
        Ansi = "ansi",
    }
}

impl Dialect {
    /// A name in quotes.
    pub(super) fn quoted(self, name: &str) -> String {
        match self {
            Dialect::Spark => format!("`{}`", name.replace('`', "``")),
            Dialect::DuckDb | Dialect::Postgres | Dialect::Sqlite | Dialect::Ansi => {
                format!("\"{}\"", name.replace('"', "\"\""))
            }
        }
    }

    /// A text.
    pub(super) fn literal(self, text: &str) -> String {
        let text = text.replace('\'', "''");
        match self {
            Dialect::Spark => format!("'{}'", text.replace('\\', "\\\\")),
            Dialect::DuckDb | Dialect::Postgres | Dialect::Sqlite | Dialect::Ansi => {
                format!("'{text}'")
            }
        }
    }

    /// A day.
    pub(super) fn date(self, day: NaiveDate) -> String {
        match self {
            Dialect::Sqlite => format!("'{day}'"),
            Dialect::DuckDb | Dialect::Postgres | Dialect::Spark | Dialect::Ansi => {
                format!("DATE '{day}'")
            }
        }
    }

    /// A column as days.
    pub(super) fn day(self, column: &str) -> String {
        match self {
            Dialect::Sqlite => format!("date({column})"),
            Dialect::DuckDb | Dialect::Postgres | Dialect::Spark | Dialect::Ansi => {
                format!("CAST({column} AS DATE)")
            }
        }
    }

    /// A column of instants as days in a time zone; none if the engine knows no zones.
    pub(super) fn day_in(self, column: &str, zone: &str) -> Option<String> {
        let zone = self.literal(zone);
        match self {
            Dialect::Sqlite => None,
            Dialect::DuckDb | Dialect::Postgres | Dialect::Ansi => {
                Some(format!("CAST({column} AT TIME ZONE {zone} AS DATE)"))
            }
            Dialect::Spark => {
                let utc = format!("to_utc_timestamp({column}, current_timezone())");
                Some(format!("CAST(from_utc_timestamp({utc}, {zone}) AS DATE)"))
            }
        }
    }

    /// A column as text.
    pub(super) fn text(self, column: &str) -> String {
        format!("CAST({column} AS {})", self.text_type())
    }

    fn text_type(self) -> &'static str {
        match self {
            Dialect::DuckDb => "VARCHAR",
            Dialect::Postgres | Dialect::Sqlite => "TEXT",
            Dialect::Spark => "STRING",
            Dialect::Ansi => "CHARACTER VARYING",
        }
    }

    /// A column as floats of double precision.
    pub(super) fn number(self, column: &str) -> String {
        let double = match self {
            Dialect::DuckDb | Dialect::Spark => "DOUBLE",
            Dialect::Postgres | Dialect::Ansi => "DOUBLE PRECISION",
            Dialect::Sqlite => "REAL",
        };
        format!("CAST({column} AS {double})")
    }

    /// Whether a float is a whole number.
    pub(super) fn is_whole(self, number: &str) -> String {
        match self {
            // Not every SQLite has the function.
            Dialect::Sqlite => format!("{number} = CAST({number} AS INTEGER)"),
            Dialect::DuckDb | Dialect::Postgres | Dialect::Spark | Dialect::Ansi => {
                format!("{number} = FLOOR({number})")
            }
        }
    }

    pub(super) fn null_text(self) -> String {
        format!("CAST(NULL AS {})", self.text_type())
    }

    pub(super) fn null_day(self) -> String {
        match self {
            Dialect::Sqlite => "NULL".to_owned(),
            Dialect::DuckDb | Dialect::Postgres | Dialect::Spark | Dialect::Ansi => {
                "CAST(NULL AS DATE)".to_owned()
            }
        }
    }
}
