//! The classes `Report` and `Assessment`, and the function `assess` that makes a report.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;

use chrono::NaiveDate;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{
    IntoPyDict, PyBytes, PyCFunction, PyCapsule, PyDict, PyIterator, PyString, PyTuple,
};
use pyo3_arrow::error::PyArrowResult;

use super::campaigns::Combined;
use super::cascade::Cascade;
use super::certification::Certification;
use super::data::{as_data, from_json, to_json};
use super::date::{Date, PeriodOrDay, Span};
use super::error::{OrRaise, exception_of, warnings_to_python};
use super::limits::Limits;
use super::plan::{Plan, hash_of};
use super::replication::Replication;
#[cfg(not(feature = "parquet"))]
use super::run::without_parquet;
#[cfg(not(feature = "formats"))]
use super::run::without_workbooks;
use super::run::{pause, run};
use super::scoring::Scoring;
use super::table::{ROWS_BETWEEN_PAUSES, Table, view};
use super::tally::Tally;
use attain::arrow::CsvOptions;
use attain::arrow::record_batch;
use attain::assess as judged;
use attain::calendar::Every;
use attain::error::{Error, FaultCode};
use attain::exchange::{
    Dhis2Value, IatiExport, OpenMetricsOptions, PACKAGE_FILES, SDMX_STRUCTURE_FILE, SdmxFlow,
};
use attain::interactive::{Details, PageOptions};
use attain::report::{self, Filter};
use attain::scorecard::{Language, PictureOptions};
use attain::stats::{Rule, RuleSet};
use attain::view::{Cell, View};
use attain::views::{
    self, AwardOptions, MissingReports, Parts, RankingOptions, SensitivityOptions, SignalBaseline,
    SignalChart, SignalOptions, Since, TreeOptions, TrendTest,
};
#[cfg(feature = "formats")]
use attain::workbook::WorkbookOptions;

/// The rows of judgement of a plan's targets, as of a day; made by `attain.assess`.
///
/// In a notebook it shows the scorecard. Any library that speaks Arrow takes it as a table:
/// `polars.DataFrame(report)`, `pyarrow.table(report)`, or the `to_…` methods. Iteration gives the
/// rows as dicts, which `pandas.DataFrame(report)` reads.
#[pyclass(frozen, eq, module = "attain", name = "Report")]
#[derive(PartialEq)]
pub(super) struct Report(report::Report, Vec<String>);

impl Report {
    /// The same report with notes.
    pub(super) fn with_notes(&self, notes: Vec<String>) -> Report {
        Report(self.0.clone(), notes)
    }
}

/// The files that `report.to_package` writes into a folder.
#[pyfunction]
#[pyo3(signature = (folder, /))]
pub(super) fn package_files(folder: PathBuf) -> Vec<PathBuf> {
    PACKAGE_FILES.iter().map(|name| folder.join(name)).collect()
}

/// The files that `report.to_sdmx` writes.
#[pyfunction]
#[pyo3(signature = (path, /))]
pub(super) fn sdmx_files(path: PathBuf) -> Vec<PathBuf> {
    let structure = path.with_file_name(SDMX_STRUCTURE_FILE);
    vec![path, structure]
}

/// Judges a plan's targets for every unit and window, on what was known at the end of a day.
///
/// With `geography`, a day, everything is judged in the boundaries of that day: see
/// `Plan.in_geography`.
///
/// With `after`, an earlier report of the same plan (in the same boundaries), rows are taken over
/// from it where nothing else is known of what they look at: the answer is the same, sooner.
///
/// With `columns`, the answer is a table with the columns of the report that are named, in this
/// order: what `report.select(columns)` gives; the others are not stored.
///
/// `targets`, `units`, `levels`, `windows` and `verdicts` choose rows, as the arguments of
/// `report.filter` do: each is a value or a list of values. The report is the one that
/// `report.filter` gives. Rows of other targets, units, levels and windows are not judged, and rows
/// with other verdicts take no memory.
///
/// `limits`, if given, bound the rows instead of the tally's own. `threads`, if given, bounds the
/// threads; by default all of the machine, or as many as the environment variable
/// `ATTAIN_THREADS` says. An interrupt stops the call.
///
/// Raises `RequestError` if the tally holds the outcomes of another plan, `after` is of another
/// one, there would be more (chosen) rows than the limits allow, or as `report.select` and
/// `report.filter` do.
#[pyfunction]
#[pyo3(signature = (plan, tally, *, as_of, columns=None, targets=None, units=None, levels=None, windows=None, verdicts=None, geography=None, after=None, limits=None, threads=None))]
#[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
pub(super) fn assess(
    py: Python<'_>,
    plan: &Plan,
    tally: &Tally,
    as_of: Date,
    columns: Option<Vec<String>>,
    targets: Option<OneOrMore<String>>,
    units: Option<OneOrMore<String>>,
    levels: Option<OneOrMore<String>>,
    windows: Option<OneOrMore<PeriodOrDay>>,
    verdicts: Option<OneOrMore<String>>,
    geography: Option<Date>,
    after: Option<&Report>,
    limits: Option<&Limits>,
    threads: Option<NonZeroUsize>,
) -> PyResult<Assessed> {
    let (mut plan, mut tally) = (plan.0.clone(), tally.now(py));
    if let Some(limits) = limits {
        tally = tally.with_limits(limits.0.clone());
    }
    let columns = columns.as_deref().map(texts);
    let filter = chosen(targets, units, levels, windows, verdicts)?;
    run(py, threads, || {
        if let Some(Date(day)) = geography {
            (plan, tally) = (plan.in_geography(Some(day)), tally.in_geography(Some(day)));
        }
        let (tally, as_of) = (&tally, as_of.0);
        let table = |batch| Ok(Assessed::Columns(Table::of(batch)));
        let report = match (after.map(|earlier| &earlier.0), &columns, &filter) {
            (Some(earlier), _, None) => plan.assess_again(earlier, tally, as_of)?,
            (Some(earlier), _, Some(filter)) => {
                plan.assess_again_where(earlier, tally, as_of, filter)?
            }
            (None, None, None) => plan.assess(tally, as_of)?,
            (None, None, Some(filter)) => plan.assess_where(tally, as_of, filter)?,
            (None, Some(columns), None) => {
                return table(plan.assess_columns(tally, as_of, columns)?);
            }
            (None, Some(columns), Some(filter)) => {
                return table(plan.assess_columns_where(tally, as_of, filter, columns)?);
            }
        };
        Ok(match columns {
            None => Assessed::Report(Report(report, Vec::new())),
            Some(columns) => Assessed::Columns(Table::of(report.select(&columns)?)),
        })
    })
}

/// The rows that arguments choose, if one of them is given.
pub(super) fn chosen(
    targets: Option<OneOrMore<String>>,
    units: Option<OneOrMore<String>>,
    levels: Option<OneOrMore<String>>,
    windows: Option<OneOrMore<PeriodOrDay>>,
    verdicts: Option<OneOrMore<String>>,
) -> PyResult<Option<Filter>> {
    let mut filter = Filter::default();
    filter.target = targets.map(OneOrMore::all);
    filter.unit = units.map(OneOrMore::all);
    filter.level = levels.map(OneOrMore::all);
    filter.window = windows.map(window_names);
    filter.verdict = verdicts.map(OneOrMore::parsed).transpose()?;
    Ok((filter != Filter::default()).then_some(filter))
}

/// What `assess` returns.
#[derive(IntoPyObject)]
#[expect(clippy::large_enum_variant, reason = "a call makes one of them")]
pub(super) enum Assessed {
    Report(Report),
    Columns(Table),
}

fn ranking_options(
    level: Option<String>,
    without: Vec<String>,
    window: Option<PeriodOrDay>,
) -> RankingOptions {
    let mut options = RankingOptions::new().without(without);
    options.level = level;
    options.window = window.map(PeriodOrDay::name);
    options
}

fn texts(all: &[String]) -> Vec<&str> {
    all.iter().map(String::as_str).collect()
}

#[pymethods]
impl Report {
    /// The rows as a table: one for each target, unit and window.
    #[getter]
    fn assessments(&self, py: Python<'_>) -> PyResult<Table> {
        run(py, None, || Ok(Table::of(self.0.to_record_batch())))
    }

    /// Some columns of the rows as a table, in the order named.
    ///
    /// The other columns are not converted. Raises `RequestError` if no column is named, a name is
    /// not that of a column, or a name stands twice.
    #[pyo3(signature = (columns, /))]
    fn select(&self, py: Python<'_>, columns: Vec<String>) -> PyResult<Table> {
        run(py, None, || self.0.select(&texts(&columns)).map(Table::of))
    }

    /// The rows as objects.
    #[getter]
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Vec<Bound<'py, Assessment>>> {
        let all = run(py, None, || Ok(self.0.rows()))?;
        let mut rows = Vec::with_capacity(all.len());
        for some in all.chunks(ROWS_BETWEEN_PAUSES) {
            pause(py)?;
            for row in some {
                rows.push(Bound::new(py, Assessment(row.clone()))?);
            }
        }
        Ok(rows)
    }

    /// The plan that was assessed.
    #[getter]
    fn plan(&self) -> Plan {
        Plan(self.0.plan().clone())
    }

    /// The day up to and including which outcomes were taken into account.
    #[getter]
    fn as_of(&self) -> NaiveDate {
        self.0.as_of()
    }

    /// What in the rows looks like a mistake but may be right.
    ///
    /// Warnings of the plan and of the tally are not repeated.
    #[getter]
    fn warnings(&self, py: Python<'_>) -> PyResult<Vec<Py<PyAny>>> {
        warnings_to_python(py, &run(py, None, || Ok(self.0.warnings()))?)
    }

    /// What `attain.judge` inferred from the table; empty if the plan was given.
    #[getter]
    fn notes(&self) -> &[String] {
        &self.1
    }

    /// The charts of the report, drawn with Altair: `report.plot.rug("clearance")`.
    ///
    /// Raises `ImportError` without `attain[plot]`.
    #[getter]
    fn plot<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("attain.plot")?.getattr("ReportPlots")?.call1((slf,))
    }

    /// The report with only the rows that fit each argument: a value, or a list of values.
    ///
    /// `window` is the name of a window, such as `2025-Q1`, `2023-05-31/P28D` or `last_month`, or a
    /// day in it; of rolling windows the last day. `stratum` is named as its column names it:
    /// `sex=f`. `owner` is the id of an office that answers for rows. An empty list keeps no row.
    ///
    /// Raises `RequestError` if the plan has no such thing, or the report no such window.
    #[pyo3(signature = (*, target=None, unit=None, level=None, campaign=None, window=None, verdict=None, certainty=None, reason=None, stratum=None, owner=None))]
    #[expect(clippy::too_many_arguments, reason = "they are keywords in Python")]
    fn filter(
        &self,
        py: Python<'_>,
        target: Option<OneOrMore<String>>,
        unit: Option<OneOrMore<String>>,
        level: Option<OneOrMore<String>>,
        campaign: Option<OneOrMore<String>>,
        window: Option<OneOrMore<PeriodOrDay>>,
        verdict: Option<OneOrMore<String>>,
        certainty: Option<OneOrMore<String>>,
        reason: Option<OneOrMore<String>>,
        stratum: Option<OneOrMore<String>>,
        owner: Option<OneOrMore<String>>,
    ) -> PyResult<Report> {
        let mut filter = chosen(target, unit, level, window, verdict)?.unwrap_or_default();
        filter.campaign = campaign.map(OneOrMore::all);
        filter.certainty = certainty.map(OneOrMore::parsed).transpose()?;
        filter.reason = reason.map(OneOrMore::parsed).transpose()?;
        filter.stratum = stratum.map(OneOrMore::all);
        filter.owner = owner.map(OneOrMore::all);
        Ok(Report(run(py, None, || self.0.filter(&filter))?, self.1.clone()))
    }

    /// Why a row says what it says: rule, inputs, what is missing, what it rests on.
    ///
    /// `unit` may be left out if the target has rows of one unit only; `window`, the name of the
    /// window meant or a day in it (of rolling windows the last day), if it has one window only;
    /// `stratum`, if it is not split by strata. `language` is that of words, numbers and days:
    /// `"en"` or `"vi"`; names and titles stay as the plan has them.
    /// Raises `RequestError` if no row fits, or several.
    #[pyo3(signature = (target, *, unit=None, window=None, stratum=None, language="en"))]
    fn explain(
        &self,
        py: Python<'_>,
        target: &str,
        unit: Option<&str>,
        window: Option<PeriodOrDay>,
        stratum: Option<String>,
        language: &str,
    ) -> PyResult<Explanation> {
        let language = language.parse::<Language>().or_raise()?;
        let window = window.map(PeriodOrDay::name);
        let window = window.as_deref();
        // Usually shorter than the start of a thread.
        let explained =
            py.detach(|| self.of_stratum(stratum)?.explain_in(target, unit, window, language));
        Ok(Explanation(explained.or_raise()?))
    }

    /// Why each row says what it says, in the order of the rows.
    ///
    /// What they have in common is computed once. Filter the report first: an explanation takes
    /// some kilobytes. `language` is as in `explain`.
    #[pyo3(signature = (*, language="en"))]
    fn explanations(&self, py: Python<'_>, language: &str) -> PyResult<Vec<Explanation>> {
        let language = language.parse::<Language>().or_raise()?;
        let explained = run(py, None, || Ok(self.0.explanations(language)))?;
        Ok(explained.into_iter().map(Explanation).collect())
    }

    /// Every assessed unit, window and measure whose total and parts differ, by how much.
    fn reconcile(&self, py: Python<'_>) -> PyResult<Table> {
        view(py, || Ok(self.0.reconcile()))
    }

    /// What each part of a unit adds to its distance from a target's goal, in events.
    ///
    /// Of n out of d against the goal p that is n − p·d. Parts are the units directly below, those
    /// of a `level`, or the categories in each of which the target has to be met. In each window
    /// the last row is the whole, and exactly the sum of those before it; what it counts beyond its
    /// parts has a row of its own, `remainder`. The part that does most harm comes first.
    /// Without `unit`, the parts of every unit of the target that has some are returned.
    ///
    /// Raises `RequestError` if the plan has no such target, unit or level, or if the parts of the
    /// indicator don't add up to it.
    #[pyo3(signature = (target, *, unit=None, level=None, parts="units"))]
    fn contributions(
        &self,
        py: Python<'_>,
        target: &str,
        unit: Option<&str>,
        level: Option<&str>,
        parts: &str,
    ) -> PyResult<Table> {
        let parts = match (parts, level) {
            ("units", None) => Parts::Children,
            ("units", Some(level)) => Parts::Level(level),
            ("categories", None) => Parts::Categories,
            ("categories", Some(_)) => {
                let message = "categories are no units of a level: leave `level` out";
                return Err(exception_of(Error::request(FaultCode::ConflictingArguments, message)));
            }
            (other, _) => {
                let choices = ["units", "categories"];
                return Err(exception_of(Error::unknown_choice("kind of parts", other, &choices)));
            }
        };
        view(py, || self.0.contributions(target, unit, parts))
    }

    /// What each part of a unit adds to the change of its value since an earlier window.
    ///
    /// `within` is what the change of the part's own value adds, `mix` what the change of its share
    /// in the whole adds (Kitagawa 1955), in the indicator's unit. The last row is the whole, and
    /// exactly the sum of those before it.
    ///
    /// `since` is `previous_period`, `same_window_last_year`, a period such as `2023-Q1`, or a
    /// first day and the day after the last. Without it, the window is compared with what the goal,
    /// the indicator or the campaign is compared with, else with the period before. Raises
    /// `RequestError` as `contributions` does.
    #[pyo3(signature = (target, *, unit=None, level=None, since=None))]
    fn decomposition(
        &self,
        py: Python<'_>,
        target: &str,
        unit: Option<&str>,
        level: Option<&str>,
        since: Option<Span>,
    ) -> PyResult<Table> {
        let parts = level.map_or(Parts::Children, Parts::Level);
        let since = match &since {
            None => Since::Reference,
            Some(Span::Period(name)) if name == "previous_period" => Since::PreviousPeriod,
            Some(Span::Period(name)) if name == "same_window_last_year" => {
                Since::SameWindowLastYear
            }
            Some(span) => Since::Window(span.window(self.0.plan())?),
        };
        view(py, || self.0.decomposition(target, unit, parts, since))
    }

    /// The units of a level side by side, the best first, and how sure their order is.
    ///
    /// Each has the ranks that its true one may be, looked at by itself and together with all
    /// others, the group of those it does not clearly differ from, and whether it differs from the
    /// average beyond chance and beyond as much as units differ anyway. Units `without` take no
    /// part. `window` is a period such as `2023-Q1` or a day in a window; without it, all windows
    /// are ranked.
    ///
    /// Raises `RequestError` if the plan has no such target, level or unit, if the target has no
    /// such window, or if the indicator is a count, by which units of different sizes are not
    /// ranked.
    #[pyo3(signature = (target, *, level=None, without=vec![], window=None))]
    fn ranking(
        &self,
        py: Python<'_>,
        target: &str,
        level: Option<String>,
        without: Vec<String>,
        window: Option<PeriodOrDay>,
    ) -> PyResult<Table> {
        let options = ranking_options(level, without, window);
        view(py, || self.0.ranking(target, &options))
    }

    /// The rows of a target with true values that are estimated from the counts of all units.
    ///
    /// The value of a small unit is mostly chance. Each value is drawn towards those of the other
    /// units of its level, the more the fewer counts it has. `p_meets` is the probability that the
    /// true value meets the goal, and `in_list` names a list of rows of which at most 5 % have a
    /// wrong `pooled_verdict`. `window` is a period such as `2023-Q1` or a day in a window; without
    /// it, all windows. Rows without counts, and levels of fewer than 8 units with counts, have a
    /// `reason`.
    ///
    /// Raises `RequestError` if the plan has no such target, or if the target has no such window.
    #[pyo3(signature = (target, *, window=None))]
    fn pooled(&self, py: Python<'_>, target: &str, window: Option<PeriodOrDay>) -> PyResult<Table> {
        let window = window.map(PeriodOrDay::name);
        view(py, || self.0.pooled(target, window.as_deref()))
    }

    /// The evidence that a target's goal is missed, at the end of each period that has passed.
    ///
    /// It stays right whenever it is looked at: as long as the truth meets the goal, an `alarm` is
    /// ever raised with a probability of 2.5 % at most, at the usual confidence of 95 %. `events`
    /// and `whole` are the counts since the window's first day, as they are known on the day of the
    /// report. `window` is a period such as `2023-Q1` or a day in a window; without it, all windows
    /// that have begun. Of rolling windows only those that share no day have rows, from the last
    /// one backwards.
    ///
    /// Raises `RequestError` if the plan has no such target, if the target has no such window, or
    /// if the tally was made for other days.
    #[pyo3(signature = (target, *, window=None))]
    fn evidence(
        &self,
        py: Python<'_>,
        target: &str,
        window: Option<PeriodOrDay>,
    ) -> PyResult<Table> {
        let window = window.map(PeriodOrDay::name);
        view(py, || self.0.evidence(target, window.as_deref()))
    }

    /// A target's way to its goal in one window: values so far, what is expected, the forecast.
    ///
    /// A row for the last day of each month of the window, for the report's day, and for the
    /// window's last day. Days that have passed (`part` is `so_far`) have the value as it stood;
    /// days to come (`to_come`) have a forecast with intervals of 50, 80 and 95 %. `window` is a
    /// period such as `2023-Q1` or a day in a window; without it, the latest that has begun.
    ///
    /// Raises `RequestError` if the plan has no such target or unit, if the target has no such
    /// window, or if the tally was made for other days.
    #[pyo3(signature = (target, *, unit=None, window=None))]
    fn trajectory(
        &self,
        py: Python<'_>,
        target: &str,
        unit: Option<&str>,
        window: Option<PeriodOrDay>,
    ) -> PyResult<Table> {
        let window = window.map(PeriodOrDay::name);
        view(py, || self.0.trajectory(target, unit, window.as_deref()))
    }

    /// The values of a level's units against denominators, with limits around the average.
    ///
    /// Rows with the part `unit` come first, the smallest denominator first; rows with the part
    /// `line` are the points of the lines. Limits are of chance alone (`chance_lower`, …) and of
    /// chance and the variation between units (`adjusted_lower`, …), for the plan's confidence and
    /// for 99.8 % (`…_outer`). Arguments and errors are those of `ranking`.
    #[pyo3(signature = (target, *, level=None, without=vec![], window=None))]
    fn funnel(
        &self,
        py: Python<'_>,
        target: &str,
        level: Option<String>,
        without: Vec<String>,
        window: Option<PeriodOrDay>,
    ) -> PyResult<Table> {
        let options = ranking_options(level, without, window);
        view(py, || self.0.funnel(target, &options))
    }

    /// The rows of a target as they stood at each month's end, and as they stand.
    ///
    /// Columns are those of the report's own rows; `as_of` is the day. Raises `RequestError` if
    /// the plan has no such target or unit, or if the tally was made for other days.
    #[pyo3(signature = (target, *, unit=None))]
    fn history(&self, py: Python<'_>, target: &str, unit: Option<&str>) -> PyResult<Table> {
        let (schema, batches) = run(py, None, || self.0.history_batches(target, unit))?;
        Ok(Table::new(schema, batches))
    }

    /// A target's indicator over time, unit by unit: signals, trends, and goal against process.
    ///
    /// A row for each unit (and category that the target has to be met in): its latest point with
    /// centre and limits, the patterns that reach to it by a set of `rules` (`nhs`, `anhoej`,
    /// `western_electric` or `nelson`), the trend with its slope per year, and what the process
    /// makes of the goal. Periods of the kind `every` count if they were over on the report's day;
    /// one without a value is left out, never taken for zero.
    ///
    /// `only` names the rules of the set that are used, such as `["outside_limits", "shift"]`; all
    /// of them if it is left out. `shift_length` and `trend_length` are the numbers of points in a
    /// row that make a shift and a trend, from 3 to 30, instead of the set's own.
    ///
    /// `since` is the first day of the series, `until` the day after the last. `baseline` says what
    /// centre and limits are made from: a number of first points, a period such as `2024`, or a
    /// first day and the day after the last. `chart` and `trend` are chosen by the indicator and
    /// the length of the series if they are left out, and `every` by the `every` of the measures,
    /// or else by how long the figures are, from months on. Series of fewer points than
    /// `least_points` have no chart.
    ///
    /// `false_signal` is the probability that the latest point is part of a pattern although
    /// nothing changed. `power` is the same after a change by `change` per cent of the centre (20
    /// unless given) in the latest `change_periods` periods (7 unless given). Both come from
    /// simulated series of the same chart, with errors of about half a per cent point.
    ///
    /// Raises `RequestError` if the plan has no such target or unit, the target is not for it, the
    /// indicator can't be drawn on that chart, the set has no such rule, or a choice leaves no
    /// points.
    #[pyo3(signature = (target, *, unit=None, every=None, since=None, until=None, chart=None, rules="nhs", only=None, shift_length=None, trend_length=None, baseline=None, trend=None, least_points=12, change=20.0, change_periods=7))]
    #[expect(clippy::too_many_arguments, reason = "Python names them")]
    fn signals(
        &self,
        py: Python<'_>,
        target: &str,
        unit: Option<String>,
        every: Option<&str>,
        since: Option<Date>,
        until: Option<Date>,
        chart: Option<&str>,
        rules: &str,
        only: Option<Vec<String>>,
        shift_length: Option<usize>,
        trend_length: Option<usize>,
        baseline: Option<PointsOrSpan>,
        trend: Option<&str>,
        least_points: usize,
        change: f64,
        change_periods: usize,
    ) -> PyResult<Table> {
        let trend = trend.map(str::parse::<TrendTest>).transpose().or_raise()?;
        let mut options = self.signal_options(every, since, until, chart, rules, baseline)?;
        options.only = read_only(only)?;
        (options.shift_length, options.trend_length) = (shift_length, trend_length);
        (options.unit, options.trend, options.least_points) = (unit, trend, least_points);
        (options.change, options.change_periods) = (change, change_periods);
        view(py, || self.0.signals(target, &options))
    }

    /// The periods of a unit's series with centre, limits, goal and signals: to be drawn.
    ///
    /// A row for each period, as `signals` looks at it, with the same choices. Raises
    /// `RequestError` as `signals` does.
    #[pyo3(signature = (target, *, unit, every=None, since=None, until=None, chart=None, rules="nhs", only=None, shift_length=None, trend_length=None, baseline=None, least_points=12))]
    #[expect(clippy::too_many_arguments, reason = "Python names them")]
    fn chart(
        &self,
        py: Python<'_>,
        target: &str,
        unit: &str,
        every: Option<&str>,
        since: Option<Date>,
        until: Option<Date>,
        chart: Option<&str>,
        rules: &str,
        only: Option<Vec<String>>,
        shift_length: Option<usize>,
        trend_length: Option<usize>,
        baseline: Option<PointsOrSpan>,
        least_points: usize,
    ) -> PyResult<Table> {
        let mut options = self.signal_options(every, since, until, chart, rules, baseline)?;
        options.only = read_only(only)?;
        (options.shift_length, options.trend_length) = (shift_length, trend_length);
        options.least_points = least_points;
        view(py, || self.0.chart(target, unit, &options))
    }

    /// How models are kept up and replicated: reach, depth, growth, and which spread or stay.
    ///
    /// Raises `RequestError` if the plan has no such models.
    #[pyo3(signature = (models, /))]
    fn replication(&self, py: Python<'_>, models: &str) -> PyResult<Replication> {
        Ok(Replication(run(py, None, || self.0.replication(models))?))
    }

    /// The reports owed for the periods in a window, or in those of the plan's targets.
    ///
    /// A row for each, with the day it was due, the day it came and its `status`: `on_time`,
    /// `late`, `undated`, `missing` or `open`.
    ///
    /// `within` is a period such as `2025-Q1`, or a first day and the day after the last. Raises
    /// `RequestError` if it is neither.
    #[pyo3(signature = (*, within=None))]
    fn timeliness(&self, py: Python<'_>, within: Option<Span>) -> PyResult<Table> {
        let window = within.map(|span| span.window(self.0.plan())).transpose()?;
        view(py, || self.0.timeliness(window.as_ref()))
    }

    /// In how many of its windows that have closed a target was met: "in 10 of 12 months".
    ///
    /// A row for each unit: how many windows there are, how many `met` and `missed` the goal, the
    /// share that met it, and how many met it in a row up to the last one. With `within`, a period
    /// such as `2025` or a first day and the day after the last, the windows that lie inside it.
    /// Raises `RequestError` if the plan has no such target, or no window that has closed there.
    #[pyo3(signature = (target, *, within=None))]
    fn windows_met(&self, py: Python<'_>, target: &str, within: Option<Span>) -> PyResult<Table> {
        let within = within.map(|span| span.window(self.0.plan())).transpose()?;
        view(py, || self.0.windows_met(target, within.as_ref()))
    }

    /// What missing reports could make of a target's verdicts, and what late ones made of them.
    ///
    /// One row for each row of the target: value and verdict if all that is missing came in at its
    /// worst and at its best, whether that can turn the verdict (`settled`), and value and verdict
    /// without what came late (`value_on_time`, `verdict_on_time`).
    ///
    /// With `missing="limits"` the missing reports of a unit lie within the limits that certainty
    /// uses: the measure's `range`, else the 95 % prediction limits from the unit's latest reports.
    /// With `own_range` each lies between the least and the greatest that the unit reported for the
    /// window's other periods, or, if it reported for none, for periods before it; with
    /// `zero_to_highest` between 0 and the greatest. `ranges` states the numbers by measure:
    /// `{"cases": (0, 40)}`; a suppressed cell of the measure lies between them too. Raises
    /// `RequestError` if the plan has no such target, or a range is none or of a measure that the
    /// target does not use.
    #[pyo3(signature = (target, *, missing="limits", ranges=None))]
    fn sensitivity(
        &self,
        py: Python<'_>,
        target: &str,
        missing: &str,
        ranges: Option<BTreeMap<String, (f64, f64)>>,
    ) -> PyResult<Table> {
        let missing = missing.parse::<MissingReports>().or_raise()?;
        let options = SensitivityOptions { missing, ranges: ranges.unwrap_or_default() };
        view(py, || self.0.sensitivity(target, &options))
    }

    /// Which units hold a standard, in each of its windows or in the one that a day lies in.
    ///
    /// Raises `RequestError` if the plan has no such standard, or it no such window.
    #[pyo3(signature = (standard, *, window=None))]
    fn certification(
        &self,
        py: Python<'_>,
        standard: &str,
        window: Option<Date>,
    ) -> PyResult<Certification> {
        let window = window.map(|day| day.0);
        Ok(Certification(run(py, None, || self.0.certification(standard, window))?))
    }

    /// What became of each unit's certificate, and whether facts or criteria changed it.
    ///
    /// The window that the day `since` lies in is compared with the last one that has begun. Raises
    /// `RequestError` if the plan has no such standard, or it no two such windows.
    #[pyo3(signature = (standard, *, since))]
    fn certification_change(&self, py: Python<'_>, standard: &str, since: Date) -> PyResult<Table> {
        view(py, || self.0.certification_change(standard, since.0))
    }

    /// The scores of all units of a score's level, in each window or in the one of a day.
    ///
    /// Raises `RequestError` if the plan has no such score, or it no such window.
    #[pyo3(signature = (score, *, window=None))]
    fn score(&self, py: Python<'_>, score: &str, window: Option<Date>) -> PyResult<Scoring> {
        let window = window.map(|day| day.0);
        Ok(Scoring(run(py, None, || self.0.score(score, window))?))
    }

    /// Who may be chosen for an award and who is, in each window or in the one of a day.
    ///
    /// One row a unit: whether it is eligible and why not, points, rank, whether it is chosen, and
    /// how often it is when chance is drawn anew, `draws` times; the same `seed` gives the same
    /// answer. Raises `RequestError` if the plan has no such award, or its score no such window.
    #[pyo3(signature = (award, *, window=None, draws=1_000, seed=0))]
    fn awards(
        &self,
        py: Python<'_>,
        award: &str,
        window: Option<Date>,
        draws: u32,
        seed: u64,
    ) -> PyResult<Table> {
        let (window, options) = (window.map(|day| day.0), AwardOptions { draws, seed });
        view(py, || self.0.awards(award, window, &options))
    }

    /// How a target is shared out among the units below, and what each made of its share.
    ///
    /// Raises `RequestError` if the plan has no such target, or does not share it out.
    #[pyo3(signature = (target, /))]
    fn cascade(&self, py: Python<'_>, target: &str) -> PyResult<Cascade> {
        Ok(Cascade(run(py, None, || self.0.cascade(target))?))
    }

    /// A row for each campaign and each of its tasks.
    ///
    /// It says how many of its days are over, and how many rows of its targets and of those of its
    /// parts are met, missed or can't be judged.
    fn campaigns(&self, py: Python<'_>) -> PyResult<Table> {
        view(py, || Ok(self.0.campaigns()))
    }

    /// A row for each office of the plan's `owners`: the rows it answers for, how they stand.
    ///
    /// A row counts for the office that answers on the last day of its window, or today while it
    /// runs. `inherited` are those that it took over, `handed_over` those that it gave away.
    fn by_owner(&self, py: Python<'_>) -> PyResult<Table> {
        view(py, || Ok(self.0.by_owner()))
    }

    /// What campaigns were to have done by a day, and targets to have reached.
    fn milestones(&self, py: Python<'_>) -> PyResult<Table> {
        view(py, || Ok(self.0.milestones()))
    }

    /// How much of what a target's goal allows or requires is used up.
    ///
    /// A row for each unit and window that has begun, or for the window of this name or of a day in
    /// it, where the value is made of events: `used`, `limit` and `left` of what `counts` says, the
    /// shares used and elapsed, their quotient `burn`, the day the limit is reached at it, and
    /// `alert`. `at_least` of a proportion allows bad events. Raises `RequestError` if the plan has
    /// no such target, or it no such window.
    #[pyo3(signature = (target, *, window=None))]
    fn budget(&self, py: Python<'_>, target: &str, window: Option<PeriodOrDay>) -> PyResult<Table> {
        let window = window.map(PeriodOrDay::name);
        view(py, || self.0.budget(target, window.as_deref()))
    }

    /// Whether all, any or a number of several targets are met.
    fn combined(&self, py: Python<'_>) -> PyResult<Combined> {
        Ok(Combined(run(py, None, || Ok(self.0.combined()))?))
    }

    /// What a campaign changed in a count, estimated in several ways.
    ///
    /// A row for each way: the ratio of what was counted to what would have been expected, with its
    /// limits, what is compared, what is assumed, and why where there is none. Series are cut into
    /// periods of the kind `every`. Raises `RequestError` if the plan has no such campaign or
    /// indicator, or the indicator is no count that adds up.
    #[pyo3(signature = (campaign, /, *, indicator, every="month"))]
    fn effect(
        &self,
        py: Python<'_>,
        campaign: &str,
        indicator: &str,
        every: &str,
    ) -> PyResult<Table> {
        let every = read_every(every)?;
        view(py, || self.0.effect(campaign, indicator, every))
    }

    /// The scorecard for a terminal of `width` columns, with ANSI colours if wanted.
    ///
    /// `language` is that of words, numbers and days: `"en"` or `"vi"`. Names and titles stay as
    /// the plan has them.
    #[pyo3(signature = (*, width=100, colour=false, language="en"))]
    fn text(&self, py: Python<'_>, width: usize, colour: bool, language: &str) -> PyResult<String> {
        let language = language.parse::<Language>().or_raise()?;
        run(py, None, || Ok(self.0.text_in(width, colour, language)))
    }

    /// The windows of a target and a unit as a small line: an SVG element of 160 by 22 pixels.
    ///
    /// A disc is a window that is met, a square one that is missed, a ring one without a verdict;
    /// the dotted line is the goal. The latest `windows` are drawn. `title` and `desc` of the
    /// element say the same in words, and lines take the colour of the text around.
    /// `unit` may be left out if the target has rows of one unit only; `stratum`, if it is not
    /// split by strata. `language` is `"en"` or `"vi"`.
    /// Raises `RequestError` if no row fits, or rows of several units or strata.
    #[pyo3(signature = (target, *, unit=None, stratum=None, windows=12, language="en"))]
    fn sparkline(
        &self,
        py: Python<'_>,
        target: &str,
        unit: Option<&str>,
        stratum: Option<String>,
        windows: usize,
        language: &str,
    ) -> PyResult<String> {
        let options = picture_options(windows, language)?;
        run(py, None, || self.of_stratum(stratum)?.sparkline(target, unit, &options))
    }

    /// The windows of a target and a unit as a strip of marks: an SVG element 12 pixels high.
    ///
    /// A mark says verdict and certainty, as in the scorecard. More than 48 windows are bars: above
    /// the middle met, below it missed. The arguments are those of `sparkline`.
    /// Raises `RequestError` if no row fits, or rows of several units or strata.
    #[pyo3(signature = (target, *, unit=None, stratum=None, windows=12, language="en"))]
    fn rug(
        &self,
        py: Python<'_>,
        target: &str,
        unit: Option<&str>,
        stratum: Option<String>,
        windows: usize,
        language: &str,
    ) -> PyResult<String> {
        let options = picture_options(windows, language)?;
        run(py, None, || self.of_stratum(stratum)?.rug(target, unit, &options))
    }

    /// The scorecard as a page that needs nothing else; written to `path` if one is given.
    ///
    /// `language` is that of the page: `"en"` or `"vi"`. Names and titles stay as the plan has
    /// them.
    #[pyo3(signature = (path=None, *, language="en"))]
    fn to_html(
        &self,
        py: Python<'_>,
        path: Option<PathBuf>,
        language: &str,
    ) -> PyResult<Option<String>> {
        let language = language.parse::<Language>().or_raise()?;
        run(py, None, || match path {
            None => Ok(Some(self.0.to_html_in(language))),
            Some(path) => self.0.write_html_in(path, language).map(|()| None),
        })
    }

    /// The report as an interactive page, in one file that needs no other and no network.
    ///
    /// Each unit and target has one row, that of its latest window. A reader searches units
    /// without marks and capitals, filters by verdict, certainty, target and window, goes down the
    /// hierarchy of units, and opens the explanation of a row. Without JavaScript, the page shows
    /// the scorecard. It is written to `path` if one is given.
    ///
    /// `map`, a GeoJSON as text or dict with coordinates in degrees, is drawn by verdict. `code` is
    /// the property that has the code of a feature's unit; a feature without it is known by its own
    /// `id`. `details` are the rows with an explanation: `"missed"`, `"all"`, or 0 for none.
    /// `language` is that of words, numbers and days: `"en"` or `"vi"`.
    ///
    /// Raises `RequestError` if the map is not such a GeoJSON or has no unit of the report.
    #[pyo3(
        signature = (path=None, *, map=None, code="id", details=None, language="en"),
        text_signature = "($self, path=None, *, map=None, code='id', details='missed', language='en')"
    )]
    fn to_page(
        &self,
        py: Python<'_>,
        path: Option<PathBuf>,
        map: Option<&Bound<'_, PyAny>>,
        code: &str,
        details: Option<DetailsOrZero>,
        language: &str,
    ) -> PyResult<Option<String>> {
        let mut options =
            PageOptions::new().code(code).language(language.parse::<Language>().or_raise()?);
        options.details = match details {
            None => Details::Missed,
            Some(DetailsOrZero::Named(name)) => name.parse::<Details>().or_raise()?,
            Some(DetailsOrZero::Number(0)) => Details::None,
            Some(DetailsOrZero::Number(number)) => {
                number.to_string().parse::<Details>().or_raise()?
            }
        };
        options.map = map.map(geojson).transpose()?;
        run(py, None, || match path {
            None => self.0.to_page(&options).map(Some),
            Some(path) => self.0.write_page(path, &options).map(|()| None),
        })
    }

    /// The report as an Excel workbook: bytes, or nothing where `path` names the file to write.
    ///
    /// Sheets: the scorecard in words and numbers, the latest values by unit, all columns of the
    /// rows as a table, reports that are missing or late, wholes that differ from their parts, the
    /// documents, and what the workbook rests on. More rows than a sheet holds continue on further
    /// sheets. Equal reports give equal bytes.
    ///
    /// `language` is that of words and days: `"en"` or `"vi"`. Columns and codes stay English.
    ///
    /// Raises `RequestError` if the report has more than 4,194,300 rows, which are four sheets.
    #[cfg_attr(not(feature = "formats"), expect(unused_variables, reason = "nothing is written"))]
    #[pyo3(signature = (path=None, *, language="en"))]
    fn to_excel<'py>(
        &self,
        py: Python<'py>,
        path: Option<PathBuf>,
        language: &str,
    ) -> PyResult<Option<Bound<'py, PyBytes>>> {
        #[cfg(feature = "formats")]
        {
            let options = WorkbookOptions::new().language(language.parse::<Language>().or_raise()?);
            let workbook = run(py, None, || match path {
                None => self.0.to_excel(&options).map(Some),
                Some(path) => self.0.write_excel(path, &options).map(|()| None),
            })?;
            Ok(workbook.map(|bytes| PyBytes::new(py, &bytes)))
        }
        #[cfg(not(feature = "formats"))]
        Err(without_workbooks())
    }

    /// The rows as samples of OpenMetrics for Prometheus; written to `path` if one is given.
    ///
    /// Gauges `attain_value`, `attain_goal`, `attain_goal_upper`, `attain_lower`,
    /// `attain_upper`, `attain_chance`, `attain_completeness_percent`, `attain_needed` and
    /// `attain_final`, state sets `attain_verdict` and `attain_certainty`, an info
    /// `attain_reason`, and the day of the assessment as `attain_as_of_timestamp_seconds`.
    /// Where there is no number, there is no sample.
    ///
    /// With `latest`, each target and unit has one window: the one that runs, else the last one
    /// that has closed. Otherwise every window has samples.
    #[pyo3(signature = (path=None, *, latest=true))]
    fn to_openmetrics(
        &self,
        py: Python<'_>,
        path: Option<PathBuf>,
        latest: bool,
    ) -> PyResult<Option<String>> {
        let options = OpenMetricsOptions::new().latest(latest);
        run(py, None, || match path {
            None => Ok(Some(self.0.to_openmetrics(&options))),
            Some(path) => self.0.write_openmetrics(path, &options).map(|()| None),
        })
    }

    /// The rows as test cases of JUnit XML; written to `path` if one is given.
    ///
    /// A row that is `missed` failed, one that is `indeterminate` is skipped, with its reason.
    #[pyo3(signature = (path=None))]
    fn to_junit(&self, py: Python<'_>, path: Option<PathBuf>) -> PyResult<Option<String>> {
        run(py, None, || match path {
            None => Ok(Some(self.0.to_junit())),
            Some(path) => self.0.write_junit(path).map(|()| None),
        })
    }

    /// The rows as data values of DHIS2 (`dataValueSets`); written to `path` if one is given.
    ///
    /// `elements` has the id of the data element that takes the `value`, the `numerator`, the
    /// `denominator`, the `goal`, or the `verdict` (1 met, 0 missed). What is not known is absent.
    ///
    /// Raises `RequestError` with every row that has no place in DHIS2: its window is no period, it
    /// is of a stratum, or another row has its unit and window. `filter` chooses rows.
    #[pyo3(signature = (path=None, *, elements))]
    fn to_dhis2(
        &self,
        py: Python<'_>,
        path: Option<PathBuf>,
        elements: BTreeMap<String, String>,
    ) -> PyResult<Option<String>> {
        let elements: BTreeMap<Dhis2Value, String> = elements
            .into_iter()
            .map(|(of, element)| Ok((of.parse().map_err(exception_of)?, element)))
            .collect::<PyResult<_>>()?;
        run(py, None, || match path {
            None => self.0.to_dhis2(&elements).map(Some),
            Some(path) => self.0.write_dhis2(path, &elements).map(|()| None),
        })
    }

    /// Writes the report as a Data Package into a folder, which is made if it is not there.
    ///
    /// `datapackage.json` describes `assessments.csv`, `units.csv` and `plan.yaml`: columns, codes,
    /// keys, sizes and hashes. Files of these names are replaced, others stay.
    fn to_package(&self, py: Python<'_>, folder: PathBuf) -> PyResult<()> {
        run(py, None, || self.0.write_package(folder))
    }

    /// Writes the rows as SDMX-CSV 2.0, and `attain.dsd.json`, the structure message, beside it.
    ///
    /// Dimensions are `REF_AREA`, `TARGET`, `INDICATOR`, `STRATUM`, `TIME_PERIOD` and `FREQ`; goal,
    /// verdict, certainty, reason and others are attributes. `OBS_VALUE` is `NaN` where there is no
    /// value, and `OBS_STATUS` says why. `flow` is the dataflow: an agency, an id and a version,
    /// such as `HEALTH:GOALS(1.0)`; without it `ATTAIN:ASSESSMENTS(1.0)`.
    ///
    /// Raises `RequestError` if `flow` has another form, and `FileError` if a file can't be
    /// written.
    #[pyo3(signature = (path, *, flow=None))]
    fn to_sdmx(&self, py: Python<'_>, path: PathBuf, flow: Option<&str>) -> PyResult<()> {
        let flow = flow.map_or_else(|| Ok(SdmxFlow::default()), str::parse).or_raise()?;
        run(py, None, || self.0.write_sdmx(path, &flow))
    }

    /// Writes the rows as results of IATI 2.03, and returns what has no form there.
    ///
    /// A campaign is a result, a window a period with target and actual value, a unit a location, a
    /// stratum a dimension. `activity` is the identifier of the activity: the code of a unit, whose
    /// rows and those of the units below are written, or another one, to which all rows belong.
    /// Without it each unit without a parent is an activity. `language` is that of the texts of
    /// the plan.
    ///
    /// Goals between two numbers, and above or below a number, have no form in IATI: their values
    /// are written without a target. Organisations, dates and sectors, which IATI needs too, are
    /// not in a plan.
    ///
    /// Raises `RequestError` if the report has no row of the activity, and `FileError` if the file
    /// can't be written.
    #[pyo3(signature = (path, *, activity=None, language="en"))]
    fn to_iati(
        &self,
        py: Python<'_>,
        path: PathBuf,
        activity: Option<String>,
        language: &str,
    ) -> PyResult<Table> {
        let mut export = IatiExport::new().language(language);
        export.activity = activity;
        let left_out = run(py, None, || self.0.write_iati(path, &export))?;
        Ok(Table::of(record_batch(&left_out)))
    }

    /// Writes the rows as CSV: days as ISO text, empty fields where there is no value.
    ///
    /// Texts stand as they are. With `spreadsheet_safe`, those that begin with `=`, `+`, `-`, `@`,
    /// a tab or a carriage return get an apostrophe in front: spreadsheets take them for formulas.
    #[pyo3(signature = (path, *, spreadsheet_safe=false))]
    fn to_csv(&self, py: Python<'_>, path: PathBuf, spreadsheet_safe: bool) -> PyResult<()> {
        let options = CsvOptions::default().spreadsheet_safe(spreadsheet_safe);
        run(py, None, || self.0.write_csv_with(path, &options))
    }

    /// Writes the rows as Parquet.
    #[cfg_attr(
        not(feature = "parquet"),
        expect(unused_variables, reason = "nothing is written, so no thread has to be let go")
    )]
    fn to_parquet(&self, py: Python<'_>, path: PathBuf) -> PyResult<()> {
        #[cfg(feature = "parquet")]
        return run(py, None, || self.0.write_parquet(path));
        #[cfg(not(feature = "parquet"))]
        return Err(without_parquet(&path));
    }

    /// The rows as dicts from columns to values: `pandas.DataFrame(report)` reads these.
    fn __iter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyIterator>> {
        self.assessments(py)?.__iter__(py)
    }

    /// The rows as a `pyarrow.Table`, without a copy. Needs pyarrow.
    fn to_arrow<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Table::to_arrow(&Bound::new(py, self.assessments(py)?)?)
    }

    /// The rows as a `pandas.DataFrame`. Needs pandas and pyarrow.
    fn to_pandas<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Table::to_pandas(&Bound::new(py, self.assessments(py)?)?)
    }

    /// The rows as a `polars.DataFrame`, without a copy. Needs polars.
    fn to_polars<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        Table::to_polars(&Bound::new(py, self.assessments(py)?)?)
    }

    /// The columns' types as a capsule of the Arrow C data interface.
    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyArrowResult<Bound<'py, PyCapsule>> {
        self.assessments(py)?.__arrow_c_schema__(py)
    }

    /// The rows as a capsule of the Arrow C stream interface.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyArrowResult<Bound<'py, PyCapsule>> {
        self.assessments(py)?.__arrow_c_stream__(py, requested_schema)
    }

    /// Equal reports are of the same plan and day, and have as many rows.
    fn __hash__(&self) -> u64 {
        hash_of((self.0.plan().id(), self.0.as_of(), self.0.len()))
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (_memo, /))]
    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    /// The report that `Report.__reduce__` describes.
    #[staticmethod]
    fn _restore(
        py: Python<'_>,
        plan: &Plan,
        tally: &Tally,
        as_of: NaiveDate,
        filters: &str,
        notes: Vec<String>,
    ) -> PyResult<Report> {
        let filters: Vec<Filter> = from_json(filters)?;
        let tally = tally.now(py);
        let report = run(py, None, || {
            // The report that is restored may be a small part of one that no memory would hold.
            let report = match filters.first() {
                Some(first) => plan.0.assess_where(&tally, as_of, first)?,
                None => plan.0.assess(&tally, as_of)?,
            };
            filters.iter().skip(1).try_fold(report, |report, filter| report.filter(filter))
        })?;
        Ok(Report(report, notes))
    }

    /// What was assessed. The rows are computed again: the result is the same.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let py = slf.py();
        let Report(report, notes) = slf.get();
        let restore = py.get_type::<Report>().getattr("_restore")?;
        let plan = Plan(report.plan().clone());
        let tally = Tally::of(report.tally().clone());
        let filters = to_json(report.filters())?;
        (restore, (plan, tally, report.as_of(), filters, notes.clone())).into_pyobject(py)
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        self.text(py, 100, false, Language::English.code())
    }

    fn __repr__(&self) -> String {
        format!(
            "<Report of {} as of {}: {} rows>",
            self.0.plan().id(),
            self.0.as_of(),
            self.__len__()
        )
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        run(py, None, || Ok(self.0.html_fragment()))
    }
}

impl Report {
    /// The rows of a stratum; all, if none is named.
    fn of_stratum(&self, stratum: Option<String>) -> attain::Result<Cow<'_, attain::Report>> {
        Ok(match stratum {
            None => Cow::Borrowed(&self.0),
            Some(stratum) => Cow::Owned(self.0.filter(&Filter::default().stratum(stratum))?),
        })
    }
}

fn picture_options(windows: usize, language: &str) -> PyResult<PictureOptions> {
    let language = language.parse::<Language>().or_raise()?;
    Ok(PictureOptions::new().windows(windows).language(language))
}

/// Which rows have an explanation: a name, or 0.
#[derive(FromPyObject)]
enum DetailsOrZero {
    Named(String),
    Number(i64),
}

/// The text of a GeoJSON that is a text or what `json.dumps` takes.
fn geojson(map: &Bound<'_, PyAny>) -> PyResult<String> {
    match map.extract::<String>() {
        Ok(text) => Ok(text),
        Err(_) => map.py().import("json")?.call_method1("dumps", (map,))?.extract(),
    }
}

/// What centre and limits are made from: a number of points, or a span of days.
#[derive(FromPyObject)]
enum PointsOrSpan {
    Points(usize),
    Span(Span),
}

impl Report {
    /// The choices that signals and charts have in common.
    fn signal_options(
        &self,
        every: Option<&str>,
        since: Option<Date>,
        until: Option<Date>,
        chart: Option<&str>,
        rules: &str,
        baseline: Option<PointsOrSpan>,
    ) -> PyResult<SignalOptions> {
        let mut options = SignalOptions::default();
        options.every = every.map(read_every).transpose()?;
        options.since = since.map(|day| day.0);
        options.until = until.map(|day| day.0);
        options.chart = chart.map(str::parse::<SignalChart>).transpose().or_raise()?;
        options.rules = read_rules(rules)?;
        options.baseline = match baseline {
            None => SignalBaseline::Whole,
            Some(PointsOrSpan::Points(points)) => SignalBaseline::First(points),
            Some(PointsOrSpan::Span(span)) => SignalBaseline::Within(span.window(self.0.plan())?),
        };
        Ok(options)
    }
}

fn read_every(name: &str) -> PyResult<Every> {
    name.parse::<Every>().or_raise()
}

/// The names of windows.
fn window_names(windows: OneOrMore<PeriodOrDay>) -> Vec<String> {
    windows.all().into_iter().map(PeriodOrDay::name).collect()
}

/// A value or a list of values.
#[derive(FromPyObject)]
pub(super) enum OneOrMore<T> {
    One(T),
    More(Vec<T>),
}

impl<T> OneOrMore<T> {
    fn all(self) -> Vec<T> {
        match self {
            OneOrMore::One(one) => vec![one],
            OneOrMore::More(all) => all,
        }
    }
}

impl OneOrMore<String> {
    /// The codes with these names.
    fn parsed<C: FromStr<Err = Error>>(self) -> PyResult<Vec<C>> {
        self.all().iter().map(|name| name.parse::<C>().or_raise()).collect()
    }
}

/// The rules with these names.
fn read_only(names: Option<Vec<String>>) -> PyResult<Option<Vec<Rule>>> {
    let rule = |name: &String| {
        attain::binding::find("rule", name, Rule::ALL.into_iter(), Rule::code).or_raise()
    };
    names.map(|names| names.iter().map(rule).collect()).transpose()
}

fn read_rules(name: &str) -> PyResult<RuleSet> {
    attain::binding::find("set of rules", name, RuleSet::ALL.into_iter(), RuleSet::code).or_raise()
}

/// Why a row says what it says. Printed, it reads as text; `to_dict()` has it as data.
#[pyclass(frozen, module = "attain", name = "Explanation")]
pub(super) struct Explanation(views::Explanation);

#[pymethods]
impl Explanation {
    /// The judgement in one sentence.
    #[getter]
    fn judgement(&self) -> &str {
        &self.0.judgement
    }

    /// The smallest change of the events counted that would turn the verdict.
    ///
    /// A positive number means more events, a negative one fewer; all else stays as recorded.
    /// None if there is no verdict, or if no number of events can turn it.
    #[getter]
    fn flip(&self) -> Option<i64> {
        self.0.flip
    }

    /// How the value is computed.
    #[getter]
    fn formula(&self) -> &str {
        &self.0.formula
    }

    /// The row that is explained.
    #[getter]
    fn row(&self) -> Assessment {
        Assessment(self.0.row.clone())
    }

    /// All of it as dicts and lists, days as ISO text.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        as_data(py, &self.0)
    }

    /// The explanation as a tree, in nested dicts.
    ///
    /// Each has `what` it is about, `id`, `label`, `value`, `reason`, `subtracted`, `adds_up` and
    /// `children`: from the verdict over goal and value to the measures, the units that count
    /// and the figures that were recorded. `depth` is how many levels of units appear, `most` how
    /// many units or figures are named at each place; the others share a node. Where `adds_up`
    /// is true, the children's values, less those `subtracted`, add up to the value.
    #[pyo3(signature = (*, depth=None, most=12))]
    fn tree<'py>(
        &self,
        py: Python<'py>,
        depth: Option<usize>,
        most: usize,
    ) -> PyResult<Bound<'py, PyAny>> {
        let options = TreeOptions { depth: depth.unwrap_or(usize::MAX), most };
        let tree = py.detach(|| self.0.tree(&options));
        as_data(py, &tree)
    }

    fn _repr_html_(&self) -> String {
        self.0.to_html()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self) -> String {
        let row = &self.0.row;
        let text =
            format!("<Explanation of {} for {}: {}>", row.target, row.unit, self.0.judgement);
        attain::binding::escaped(&text).into_owned()
    }
}

/// One row of judgement: a target, a unit and a window. It has the table's columns.
#[pyclass(frozen, eq, module = "attain", name = "Assessment")]
#[derive(PartialEq)]
pub(super) struct Assessment(judged::Assessment);

/// A cell of a row in Python.
fn to_python<'py>(py: Python<'py>, cell: Cell<'_>) -> PyResult<Bound<'py, PyAny>> {
    Ok(match cell {
        Cell::Null => py.None().into_bound(py),
        Cell::Text(text) => text.into_bound_py_any(py)?,
        Cell::Float64(number) => number.into_bound_py_any(py)?,
        Cell::Int64(number) => number.into_bound_py_any(py)?,
        Cell::Boolean(truth) => truth.into_bound_py_any(py)?,
        Cell::Date32(day) => day.into_bound_py_any(py)?,
    })
}

impl Assessment {
    /// Makes each column a property of the class.
    pub(super) fn add_columns(py: Python<'_>) -> PyResult<()> {
        let class = py.get_type::<Assessment>();
        let property = py.import("builtins")?.getattr("property")?;
        for column in judged::Assessment::COLUMNS {
            let get = move |arguments: &Bound<'_, PyTuple>, _: Option<&Bound<'_, PyDict>>| {
                let row = arguments.get_item(0)?;
                let row = row.cast::<Assessment>()?.get();
                Ok::<_, PyErr>(to_python(arguments.py(), (column.cell)(&row.0))?.unbind())
            };
            let get = PyCFunction::new_closure(py, None, None, get)?;
            let doc = PyString::new(py, column.doc);
            let options = [("fget", get.as_any()), ("doc", doc.as_any())].into_py_dict(py)?;
            let property = property.call((), Some(&options))?;
            class.setattr(column.name, property)?;
        }
        Ok(())
    }
}

#[pymethods]
impl Assessment {
    /// The row as a dict, in the order of the table's columns.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for column in judged::Assessment::COLUMNS {
            dict.set_item(column.name, to_python(py, (column.cell)(&self.0))?)?;
        }
        Ok(dict)
    }

    /// Equal rows are of the same target, unit and window.
    fn __hash__(&self) -> u64 {
        let row = &self.0;
        hash_of((
            &*row.target,
            &*row.unit,
            row.window_start,
            row.window_end,
            row.stratum.as_deref(),
        ))
    }

    fn __copy__(slf: Py<Self>) -> Py<Self> {
        slf
    }

    #[pyo3(signature = (_memo, /))]
    fn __deepcopy__(slf: Py<Self>, _memo: &Bound<'_, PyAny>) -> Py<Self> {
        slf
    }

    /// The row that `Assessment.__reduce__` describes.
    #[staticmethod]
    fn _restore(text: &str) -> PyResult<Assessment> {
        from_json(text).map(Assessment)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let restore = slf.get_type().getattr("_restore")?;
        (restore, (to_json(&slf.get().0)?,)).into_pyobject(slf.py())
    }

    fn __repr__(&self) -> String {
        let row = &self.0;
        let text = format!(
            "<Assessment of {} for {}, {} to before {}: {}>",
            row.target, row.unit, row.window_start, row.window_end, row.verdict
        );
        attain::binding::escaped(&text).into_owned()
    }
}
