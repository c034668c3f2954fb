//! The rows of judgement of a plan on a tally, as of a day.
//!
//! * `again`: a report after another.
//! * `filter`: which rows of a report to keep.
//! * `limit`: how many rows a report may have.
//! * `pool`: partial pooling of the rows of a target.
//! * `warnings`: what in a report looks like a mistake.
//!
//! [`views`](crate::views) and [`scorecard`](crate::scorecard) add the methods of [`Report`] that show more than its rows.

mod again;
mod filter;
mod limit;
mod pool;
mod warnings;

use std::sync::{Arc, OnceLock};

pub use filter::Filter;

use chrono::NaiveDate;

use crate::assess::{
    Assessment, Assessor, Block, Choice, Common, Parts, StoredColumns, Texts, all_blocks,
    windows_of,
};
use crate::calendar::{self, Window};
use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, Result, nearest, quoted};
use crate::names::with_leading_zeros;
use crate::parallel::check_stop;
use crate::plan::{LevelIndex, Plan, Target, TargetWindow, UnitIndex};
use crate::tally::{Knowledge, Tally};
use crate::trace::traced;

pub(crate) use limit::refuse_too_many_of_view;
pub use pool::{ExpectedWrong, PoolingReason};
pub(crate) use pool::{PooledGroup, PooledRow, apart};

/// The rows of judgement of a plan's targets on a tally, as of a day.
///
/// Rows stand in the order of the plan's targets, then of time, then of the table of units.
///
/// ```
/// use attain::{Outcome, Plan, Tally, When, calendar};
///
/// let plan = Plan::from_yaml(r#"
/// attain: 1
/// plan: tet
/// units: {levels: [city], list: [{id: "01", name: Hà Nội, level: city}]}
/// measures: {cases: {}, cleared: {}}
/// indicators: {clearance: {ratio: {numerator: cleared, denominator: cases}}}
/// targets:
///   at-least: {indicator: clearance, goal: {at_least: 75}, window: ["2024-02-08", "2024-02-15"]}
///   above:    {indicator: clearance, goal: {above: 75},    window: ["2024-02-08", "2024-02-15"]}
/// "#)?;
/// let mut tally = Tally::new(&plan);
/// let tet = When::Span {
///     start: calendar::date("2024-02-08").unwrap(),
///     end: calendar::date("2024-02-15").unwrap(),
/// };
/// tally.record(&Outcome::new("01", tet.clone(), "cases", 28.0))?;
/// tally.record(&Outcome::new("01", tet, "cleared", 21.0))?;
///
/// let report = plan.assess(&tally, calendar::date("2024-02-15").unwrap())?;
/// let verdicts: Vec<_> = report.rows().iter().map(|row| row.verdict.code()).collect();
/// assert_eq!(verdicts, ["met", "missed"]); // 21 of 28 is exactly 75 %.
/// # Ok::<(), attain::Error>(())
/// ```
#[derive(Clone)]
pub struct Report {
    plan: Plan,
    tally: Tally,
    as_of: NaiveDate,
    blocks: Vec<Block>,
    /// The filters that were applied to the rows of all targets, in order.
    filters: Vec<Filter>,
    /// The rows as structs, built on the first call of [`Report::rows`].
    rows: OnceLock<Vec<Assessment>>,
    /// From the first call of [`Report::expected_wrong`].
    expected_wrong: OnceLock<Option<ExpectedWrong>>,
    /// What was known on the day, from the first call of [`Report::assessor_of_single_rows`].
    known: OnceLock<Knowledge>,
}

/// Reports are equal if their plans, their days and their rows are.
impl PartialEq for Report {
    fn eq(&self, other: &Self) -> bool {
        let is_same_block = |(one, other): (&Block, &Block)| {
            (one.target, one.window, one.len()) == (other.target, other.window, other.len())
                && one.rows().eq(other.rows())
        };
        (self.as_of, self.blocks.len()) == (other.as_of, other.blocks.len())
            && self.plan == other.plan
            && self.blocks.iter().zip(&other.blocks).all(is_same_block)
    }
}

/// How large the report is: its rows would fill pages.
impl std::fmt::Debug for Report {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Report")
            .field("plan", &self.plan.id())
            .field("as_of", &self.as_of)
            .field("rows", &self.len())
            .finish_non_exhaustive()
    }
}

impl Plan {
    /// Judges every target for every unit and window on what was known at the end of a day.
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if the tally holds the outcomes of another plan, or of a version of this plan with other
    /// units, measures, strata or another calendar (its targets, indicators and titles may differ); if it was made
    /// [for other days](Plan::tally_for); if the day is not of the years 1 to 9999; also if there would be more rows than the tally's [limits](Tally::limits) allow.
    pub fn assess(&self, tally: &Tally, as_of: NaiveDate) -> Result<Report> {
        self.assess_if(tally, as_of, None, |_| StoredColumns::ALL)
    }

    /// The rows that a filter keeps, chosen before they are judged: the report of [`assess`](Plan::assess) and then
    /// [`filter`](Report::filter), in less time and memory.
    ///
    /// | condition | what it saves |
    /// |---|---|
    /// | target, campaign, window, unit, level | other rows are not judged |
    /// | verdict, certainty, reason, stratum | rows are judged part by part, and other rows are dropped after each part |
    ///
    /// ```
    /// use attain::{Filter, Plan, Tally, Verdict, calendar};
    /// # let plan = Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}},
    /// #     indicators: {known: {count: cases}},
    /// #     targets: {few: {indicator: known, goal: {at_most: 9}, window: "2023"},
    /// #               many: {indicator: known, goal: {at_least: 9}, window: "2023"}},
    /// #     units: {levels: [city], list: [{id: "01", level: city}]}}"#)?;
    /// # let (tally, day) = (Tally::new(&plan), calendar::date("2024-01-01").unwrap());
    ///
    /// let filter = Filter::default().target("few").verdict(Verdict::Indeterminate);
    /// let report = plan.assess_where(&tally, day, &filter)?;
    /// assert_eq!(report.len(), 1);
    /// assert!(report == plan.assess(&tally, day)?.filter(&filter)?);
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`assess`](Plan::assess) and of [`filter`](Report::filter). The limit on the number of rows is one on the
    /// chosen rows.
    pub fn assess_where(&self, tally: &Tally, as_of: NaiveDate, filter: &Filter) -> Result<Report> {
        self.assess_if(tally, as_of, Some(filter), |_| StoredColumns::ALL)
    }

    /// The same with some columns only, and those that the filter looks at. The views of such a report are not defined.
    pub(crate) fn assess_stored(
        &self,
        tally: &Tally,
        as_of: NaiveDate,
        filter: Option<&Filter>,
        columns: &[&str],
    ) -> Result<Report> {
        self.assess_if(tally, as_of, filter, |deciding| {
            StoredColumns::named(&[columns, deciding].concat())
        })
    }

    /// `stored` gets the columns that decide.
    fn assess_if(
        &self,
        tally: &Tally,
        as_of: NaiveDate,
        filter: Option<&Filter>,
        stored: impl Fn(&[&str]) -> StoredColumns,
    ) -> Result<Report> {
        traced!(
            INFO, "attain.assess",
            {plan = self.id(), as_of = tracing::field::display(as_of), outcomes = tally.len() as u64},
            self.assess_chosen(tally, as_of, filter, stored),
            |report| {rows = report.len() as u64}
        )
    }

    fn assess_chosen(
        &self,
        tally: &Tally,
        as_of: NaiveDate,
        filter: Option<&Filter>,
        stored: impl Fn(&[&str]) -> StoredColumns,
    ) -> Result<Report> {
        let tally = &self.tally_to_assess(tally, as_of)?;
        let choice = filter.map(|filter| self.choice_of(filter, as_of)).transpose()?;
        let choice = choice.as_ref();
        let deciding = choice.map(|choice| choice.deciding_columns()).unwrap_or_default();
        let stored = stored(&deciding);
        let blocks = if let Some(choice) = choice.filter(|_| !deciding.is_empty()) {
            self.kept_blocks(tally, as_of, choice, stored)?
        } else {
            limit::refuse_too_many_rows(self, as_of, choice, tally.limits())?;
            let mut assessor = Assessor::new(self, tally, as_of).storing(stored);
            let blocks = assessor.assess_all(choice);
            assessor.known.refuse_undistinguished()?;
            blocks
        };
        let filters = filter.cloned().into_iter().collect();
        Ok(Report { filters, ..Report::of(self, tally, as_of, blocks) })
    }

    /// The rows of a choice that looks at judged rows.
    fn kept_blocks(
        &self,
        tally: &Tally,
        as_of: NaiveDate,
        choice: &Arc<dyn Choice>,
        stored: StoredColumns,
    ) -> Result<Vec<Block>> {
        let mut parts = Parts::of(self, tally, as_of, stored, Some(choice));
        let mut limit = limit::RowLimit::of_report(tally.limits());
        let mut all = Vec::new();
        while let Some(blocks) = parts.next_part()? {
            for block in &blocks {
                limit.add(block.len() as u64)?;
            }
            all.extend(blocks);
        }
        Ok(all)
    }

    /// The rows that a filter keeps.
    pub(crate) fn choice_of(&self, filter: &Filter, as_of: NaiveDate) -> Result<Arc<dyn Choice>> {
        filter.found(self, as_of, || all_blocks(self, as_of))
    }

    /// The tally for this version of the plan; refuses one that the plan can't be assessed on.
    pub(crate) fn tally_to_assess(&self, tally: &Tally, as_of: NaiveDate) -> Result<Tally> {
        if !calendar::is_writable(as_of) {
            let message = "the day of the assessment is out of range";
            let fault = Fault::new(FaultCode::OutOfRange, Place::Nowhere, message)
                .found(as_of)
                .expected("a day of the years 1 to 9999");
            return Err(Error::one(ErrorKind::Request, fault));
        }
        let tally = tally.for_plan(self)?;
        tally.refuse_other_days(as_of)?;
        Ok(tally)
    }
}

impl Report {
    pub(crate) fn of(plan: &Plan, tally: &Tally, as_of: NaiveDate, blocks: Vec<Block>) -> Report {
        Report {
            plan: plan.clone(),
            tally: tally.clone(),
            as_of,
            blocks,
            filters: Vec::new(),
            rows: OnceLock::new(),
            expected_wrong: OnceLock::new(),
            known: OnceLock::new(),
        }
    }

    /// The rows as structs, built on the first call and kept. For columns use
    /// [`to_record_batch`](Report::to_record_batch), for the count [`len`](Report::len); neither builds rows.
    pub fn rows(&self) -> &[Assessment] {
        self.rows.get_or_init(|| {
            let texts = Texts::of(&self.plan);
            // Checks for an interrupt row by row: a block may have millions.
            let mut all = Vec::with_capacity(self.len());
            for (common, block) in self.blocks() {
                all.extend(common.assessments(block.rows().inspect(|_| check_stop()), &texts));
            }
            all
        })
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.blocks.iter().map(|block| block.len()).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows in their compact form, with what those of a block have in common.
    pub(crate) fn blocks(&self) -> impl Iterator<Item = (Common<'_>, &Block)> {
        self.blocks.iter().map(|block| (block.common(&self.plan, self.as_of), block))
    }

    /// The rows in their compact form.
    pub(crate) fn stored_blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// An assessor of the same plan, tally and day.
    pub(crate) fn assessor(&self) -> Assessor<'_> {
        Assessor::new(&self.plan, &self.tally, self.as_of)
    }

    /// The same for single rows: what was known on the day is looked up once for all calls.
    pub(crate) fn assessor_of_single_rows(&self) -> Assessor<'_> {
        let known = self.known.get_or_init(|| self.tally.as_of(self.as_of).knowledge());
        Assessor::of(&self.plan, self.tally.as_known(self.as_of, known), self.as_of)
    }

    /// The plan that was assessed.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The day up to and including which outcomes were taken into account.
    pub fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    /// The outcomes that were assessed.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// The filters that made the report of one with the rows of all targets, in order. The first may have been applied
    /// before rows were judged.
    pub fn filters(&self) -> &[Filter] {
        &self.filters
    }

    /// The windows of a standard or a score, or the one that a day lies in.
    pub(crate) fn windows_at(
        &self,
        what: &str,
        id: &str,
        of: &TargetWindow,
        day: Option<NaiveDate>,
    ) -> Result<Vec<Window>> {
        let holds = |window: &Window| day.is_none_or(|day| window.contains_day(day));
        let windows: Vec<Window> = windows_of(&self.plan, of).into_iter().filter(holds).collect();
        match day {
            Some(day) if windows.is_empty() => Err(Error::request(
                FaultCode::OutsideWindow,
                format!("the {what} `{id}` has no window that {day} lies in"),
            )),
            Some(_) | None => Ok(windows),
        }
    }

    pub(crate) fn known_target(&self, id: &str) -> Result<()> {
        known_target(&self.plan, id)
    }

    /// The rows of a target, of one unit or all, in a named window or all: the first one and the others. Each is a place in a
    /// block.
    pub(crate) fn rows_of(
        &self,
        target: &str,
        unit: Option<&str>,
        window: Option<&str>,
    ) -> Result<(PlaceInBlock<'_>, Vec<PlaceInBlock<'_>>)> {
        self.known_target(target)?;
        let units = match unit {
            Some(code) => Some(self.known_unit(code)?),
            None => None,
        };
        let in_window = window.map(|name| NamedWindow::of(self.plan(), self.as_of(), name));
        let blocks = self.stored_blocks().iter().filter(|block| {
            let of_block = &self.plan().targets()[block.target];
            of_block.id == target
                && in_window.is_none_or(|named| named.names(of_block, &block.window))
        });
        let mut fitting = blocks.flat_map(|block| {
            let all = units.is_none().then(|| block.places.clone());
            let of_units = units.into_iter().flatten().filter_map(|unit| block.place_of(*unit));
            all.into_iter().flatten().chain(of_units).map(move |place| (block, place))
        });
        let first = fitting.next().ok_or_else(|| {
            Error::request(
                FaultCode::NoSuchRow,
                format!("the report has no row of the target `{target}` for that unit and window"),
            )
        })?;
        Ok((first, fitting.collect()))
    }

    pub(crate) fn known_level(&self, name: &str) -> Result<LevelIndex> {
        known_level(&self.plan, name)
    }

    pub(crate) fn known_unit(&self, code: &str) -> Result<&[UnitIndex]> {
        known_unit(&self.plan, code)
    }
}

/// Refuses the id of a target that the plan does not have.
fn known_target(plan: &Plan, id: &str) -> Result<()> {
    if plan.target(id).is_some() {
        return Ok(());
    }
    let targets = plan.targets().iter().map(|target| target.id.as_str());
    Err(unknown(FaultCode::UnknownTarget, "target", id, targets))
}

/// The level with this name; refuses one that the plan does not have.
fn known_level(plan: &Plan, name: &str) -> Result<LevelIndex> {
    let units = plan.units();
    units.level(name).ok_or_else(|| {
        let levels = units.levels().iter().map(String::as_str);
        unknown(FaultCode::UnknownLevel, "level", name, levels)
    })
}

/// All validities of a unit; refuses a code that the plan does not have.
fn known_unit<'p>(plan: &'p Plan, code: &str) -> Result<&'p [UnitIndex]> {
    match plan.units().versions(code) {
        [] => Err(unknown(FaultCode::UnknownUnit, "unit", code, plan.units().ids())),
        versions => Ok(versions),
    }
}

/// A block of a report and the place of a row in it.
pub(crate) type PlaceInBlock<'r> = (&'r Block, usize);

/// A text that names a window: a day, or the window with this name.
#[derive(Clone, Copy)]
pub(crate) struct NamedWindow {
    day: Option<NaiveDate>,
    window: Option<Window>,
}

impl NamedWindow {
    /// `as_of` is the day of the report.
    pub(crate) fn of(plan: &Plan, as_of: NaiveDate, name: &str) -> NamedWindow {
        let calendar = plan.calendar();
        let window = calendar.named(name).or_else(|| calendar.named_as_of(name, as_of));
        NamedWindow { day: calendar::date(name), window }
    }

    /// Whether it names a window of a target.
    pub(crate) fn names(&self, target: &Target, window: &Window) -> bool {
        match (self.day, &self.window) {
            (Some(day), _) => target.window.is_named_by(day, window),
            (None, Some(named)) => window.same_days(named),
            (None, None) => false,
        }
    }
}

/// The error for a window that a target does not have.
#[cold]
pub(crate) fn no_such_window_of(target: &str, name: &str) -> Error {
    Error::request(
        FaultCode::OutsideWindow,
        format!("the report has no window {} of the target `{target}`", quoted(name)),
    )
}

#[cold]
fn no_such_window(name: &str) -> Error {
    let message = format!("the report has no window {}", quoted(name));
    let fault = Fault::new(FaultCode::OutsideWindow, Place::Nowhere, message);
    let expected = "a day in a window, or the name of one: 2023-Q1, 2023-05-31/P28D, 2023-01-02 to 2023-02-01, last_month";
    Error::one(ErrorKind::Request, fault.expected(expected))
}

/// The error for a name that the plan does not have; `known` are those that it has.
#[cold]
pub(crate) fn unknown<'a>(
    code: FaultCode,
    what: &str,
    name: &str,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Error {
    if let Some(id) = with_leading_zeros(name, known.clone()) {
        let fault = Fault::new(code, Place::Nowhere, format!("the plan has no {what} `{name}`"))
            .near_code(name, [id]);
        return Error::one(ErrorKind::Request, fault);
    }
    let hint = match nearest(name, known) {
        Some(near) => format!(": did you mean `{near}`?"),
        None => String::new(),
    };
    Error::request(code, format!("the plan has no {what} `{name}`{hint}"))
}
