//! A workbook to be filled in: a row for each report that a plan needs.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::Path;

use rust_xlsxwriter::{
    Color, DataValidation, DataValidationRule, Format, FormatAlign, FormatBorder,
    ProtectionOptions, Workbook, Worksheet, XlsxError,
};

use super::sheet::{cell_text, fit_height};
use super::{book, excel_day, unwritten};
use crate::assess::{candidates, is_meant, windows};
use crate::calendar::{Every, Period, Window};
use crate::error::{Error, ErrorKind, Fault, FaultCode, Place, Result, grouped};
use crate::language::Language;
use crate::output::{self, unwritable};
use crate::parallel::check_stop;
use crate::plan::{Measure, MeasureIndex, Plan, UnitIndex};
use crate::scorecard::wording::legible;
use crate::tally::Status;

/// More rows are not for people to fill in.
const MOST_ROWS: usize = 100_000;

/// How a workbook to be filled in is written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TemplateOptions {
    /// The periods that begin and end in this window; all that the targets need where it is not given.
    pub within: Option<Window>,
    /// The language of titles and explanations. The heads of columns are those of a table of outcomes.
    pub language: Language,
}

impl TemplateOptions {
    /// All periods, in English.
    pub fn new() -> Self {
        TemplateOptions::default()
    }

    /// With the periods in a window.
    pub fn within(self, window: Window) -> Self {
        TemplateOptions { within: Some(window), ..self }
    }

    /// In a language.
    pub fn language(self, language: Language) -> Self {
        TemplateOptions { language, ..self }
    }
}

impl Plan {
    /// An Excel workbook to be filled in, with a row for each unit, period and measure that the targets need.
    ///
    /// A measure that says who reports it, and how often, has a row for each of its reports; another one has a row for each
    /// unit and window of the targets that use it. [`read_excel`](crate::sources::read_excel) reads the workbook back; rows
    /// without a value are not reported.
    ///
    /// ```
    /// use attain::workbook::TemplateOptions;
    /// # let plan = attain::Plan::from_yaml(r#"{attain: 1, plan: p, measures: {cases: {}}, indicators: {known: {count: cases}},
    /// #     targets: {few: {indicator: known, goal: {at_most: 9}, window: 2025-Q1}},
    /// #     units: {levels: [city], list: [{id: "01", name: Huế, level: city}]}}"#)?;
    ///
    /// let workbook = plan.to_template(&TemplateOptions::new())?;
    /// assert!(workbook.starts_with(b"PK"));
    /// # Ok::<(), attain::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::is_request`] if there would be more than 100,000 rows.
    pub fn to_template(&self, options: &TemplateOptions) -> Result<Vec<u8>> {
        let rows = rows(self, options)?;
        let day = rows.iter().map(|row| row.window.start()).min().unwrap_or_default();
        let mut book = book(self.title(), day).map_err(|error| unwritten(&error))?;
        write_outcomes(&mut book, self, &rows, options).map_err(|error| unwritten(&error))?;
        write_how_to(&mut book, self, options).map_err(|error| unwritten(&error))?;
        book.save_to_buffer().map_err(|error| unwritten(&error))
    }

    /// Writes [the workbook to be filled in](Plan::to_template) to a file, and replaces what was there.
    ///
    /// # Errors
    ///
    /// As [`Plan::to_template`]; [`Error::is_file`] if the file can't be written.
    pub fn write_template(&self, path: impl AsRef<Path>, options: &TemplateOptions) -> Result<()> {
        let (path, book) = (path.as_ref(), self.to_template(options)?);
        output::write_whole(path, |file| file.write_all(&book))
            .map_err(|cause| unwritable(path, cause))
    }
}

/// A value that is asked for. Rows are sorted by measure, unit and days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    measure: usize,
    unit: usize,
    window: Days,
    /// The place in the list of categories of the row.
    categories: usize,
}

/// The days of a row, in order of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Days(chrono::NaiveDate, chrono::NaiveDate);

struct Row {
    measure: MeasureIndex,
    unit: UnitIndex,
    window: Window,
    categories: Vec<Option<String>>,
}

fn rows(plan: &Plan, options: &TemplateOptions) -> Result<Vec<Row>> {
    let is_within = |window: &Window| options.within.is_none_or(|within| within.contains(window));
    let mut all: BTreeSet<Asked> = BTreeSet::new();
    // The categories of rows, each list once.
    let mut lists: Vec<Vec<Option<String>>> = Vec::new();
    for target in plan.targets() {
        check_stop();
        let mut measures = plan.measures_of(target.indicator);
        measures.sort_unstable();
        measures.dedup();
        for used in measures {
            let measure = plan.recorded(used);
            let kind = &plan[measure];
            let narrowed = plan[used].narrowed.as_ref().map(|narrowed| narrowed.to.clone());
            let selection = narrowed.unwrap_or_default().and(&target.category);
            let categories: Vec<Option<String>> = (plan.strata().iter().enumerate())
                .map(|(place, stratum)| {
                    let mut chosen = selection.iter().filter(|(of, _)| of.0 == place);
                    match chosen.next()?.1 {
                        [only] => stratum.categories.get(*only).cloned(),
                        _ => None,
                    }
                })
                .collect();
            let list = lists.iter().position(|known| *known == categories).unwrap_or_else(|| {
                lists.push(categories);
                lists.len() - 1
            });
            for window in windows(plan, target) {
                let periods = match kind.every.or(plan.reporting_period(measure)) {
                    Some(every) if kind.is_due() => plan.calendar().periods_within(every, &window),
                    Some(_) | None => vec![window],
                };
                let units: Vec<UnitIndex> = if kind.recorded_at.is_some() {
                    let units = plan.units().iter();
                    units
                        .filter(|(at, unit)| kind.is_owed_by(*at, unit))
                        .map(|(at, _)| at)
                        .collect()
                } else {
                    let units = candidates(plan, &target.units).into_iter();
                    units.filter(|unit| is_meant(plan, &target.units, *unit, &window)).collect()
                };
                for period in periods.iter().filter(|period| is_within(period)) {
                    for unit in &units {
                        if plan.units()[*unit].is_valid_throughout(period) {
                            all.insert(Asked {
                                measure: measure.0,
                                unit: unit.0,
                                window: Days(period.start(), period.end()),
                                categories: list,
                            });
                        }
                    }
                    if all.len() > MOST_ROWS {
                        return Err(too_many());
                    }
                }
            }
        }
    }
    let rows = all.into_iter().filter_map(|asked| {
        Some(Row {
            measure: MeasureIndex(asked.measure),
            unit: UnitIndex(asked.unit),
            window: Window::new(asked.window.0, asked.window.1)?,
            categories: lists.get(asked.categories).cloned().unwrap_or_default(),
        })
    });
    Ok(rows.collect())
}

#[cold]
fn too_many() -> Error {
    let message = "the workbook would have too many rows to be filled in";
    let fault = Fault::new(FaultCode::TooMany, Place::Nowhere, message)
        .expected(format!("at most {} rows", grouped(MOST_ROWS as u64)))
        .hint("choose some periods with `within`");
    Error::one(ErrorKind::Request, fault)
}

/// The name of a window in the calendar of a plan, or its days.
fn name(plan: &Plan, window: &Window) -> String {
    let calendar = plan.calendar();
    let periods = Every::ALL.iter().filter_map(|every| calendar.period_at(*every, window.start()));
    let is_window =
        |period: &Period| calendar.window(*period).is_some_and(|of| of.same_days(window));
    match periods.into_iter().find(is_window) {
        Some(period) => period.to_string(),
        None => window.name(),
    }
}

fn write_outcomes(
    book: &mut Workbook,
    plan: &Plan,
    rows: &[Row],
    options: &TemplateOptions,
) -> std::result::Result<(), XlsxError> {
    let language = options.language;
    let base = || Format::new().set_align(FormatAlign::Top);
    let locked =
        base().set_background_color(Color::RGB(0x00ee_eeee)).set_border(FormatBorder::Hair);
    let date = locked.clone().set_num_format("yyyy-mm-dd");
    let open = base().set_unlocked().set_border(FormatBorder::Hair);
    let head = base().set_bold().set_border_bottom(FormatBorder::Medium);
    let strata: Vec<(usize, &str)> = (plan.strata().iter().enumerate())
        .filter(|(place, _)| {
            rows.iter().any(|row| row.categories.get(*place).is_some_and(Option::is_some))
        })
        .map(|(place, stratum)| (place, stratum.id.as_str()))
        .collect();
    let mut heads = vec![
        ("unit", 10.0),
        ("unit_name", 24.0),
        ("period", 24.0),
        ("start", 12.0),
        ("end", 12.0),
        ("measure", 18.0),
        ("title", 36.0),
        ("unit_of_value", 12.0),
    ];
    heads.extend(strata.iter().map(|(_, id)| (*id, 14.0)));
    let value = heads.len() as u16;
    heads.extend([("value", 14.0), ("status", 8.0), ("note", 30.0)]);
    let sheet = book.add_worksheet();
    sheet.set_name(language.phrase("sheet_outcomes"))?;
    for (column, (name, width)) in (0_u16..).zip(&heads) {
        sheet.set_column_width(column, *width)?;
        sheet.write_string_with_format(0, column, *name, &head)?;
    }
    // The days of the period, which its name may not tell in another calendar.
    sheet.set_column_hidden(3)?;
    sheet.set_column_hidden(4)?;
    for (row, asked) in (1_u32..).zip(rows) {
        check_stop();
        let (measure, unit) = (&plan[asked.measure], &plan.units()[asked.unit]);
        let title = measure.title.as_deref().unwrap_or(&measure.id);
        let texts = [
            (0, unit.id.clone()),
            (1, unit.name.clone()),
            (2, name(plan, &asked.window)),
            (5, measure.id.clone()),
            (6, title.to_owned()),
            (7, measure.unit.clone().unwrap_or_default()),
        ];
        for (column, text) in texts {
            sheet.write_string_with_format(row, column, cell_text(&text), &locked)?;
        }
        for (column, day) in [(3, asked.window.start()), (4, asked.window.end())] {
            match excel_day(day) {
                Some(day) => sheet.write_datetime_with_format(row, column, &day, &date)?,
                None => sheet.write_string_with_format(row, column, day.to_string(), &locked)?,
            };
        }
        for (column, (place, _)) in (8_u16..).zip(&strata) {
            let category = asked.categories.get(*place).cloned().flatten().unwrap_or_default();
            sheet.write_string_with_format(row, column, category, &locked)?;
        }
        for column in value..value + 3 {
            sheet.write_blank(row, column, &open)?;
        }
    }
    let last = rows.len() as u32;
    if last > 0 {
        validate(sheet, plan, rows, value, language)?;
        let statuses: Vec<&str> = Status::ALL.iter().map(|status| status.code()).collect();
        let rule = DataValidation::new().allow_list_strings(&statuses)?;
        sheet.add_data_validation(1, value + 1, last, value + 1, &rule)?;
        sheet.autofilter(0, 0, last, value + 2)?;
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_landscape();
    sheet.set_paper_size(9);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_repeat_rows(0, 0)?;
    let mut allowed = ProtectionOptions::new();
    (allowed.use_autofilter, allowed.format_columns, allowed.sort) = (true, true, true);
    sheet.protect_with_options(&allowed);
    Ok(())
}

/// Says for each measure which values its rows can have.
fn validate(
    sheet: &mut Worksheet,
    plan: &Plan,
    rows: &[Row],
    column: u16,
    language: Language,
) -> std::result::Result<(), XlsxError> {
    let mut first = 1_u32;
    for some in rows.chunk_by(|one, other| one.measure == other.measure) {
        let last = first + some.len() as u32 - 1;
        if let Some(measure) = some.first().map(|row| &plan[row.measure])
            && let Some(rule) = rule(measure, language)?
        {
            sheet.add_data_validation(first, column, last, column, &rule)?;
        }
        first = last + 1;
    }
    Ok(())
}

/// The values of a measure; none if there is nothing to check.
fn rule(
    measure: &Measure,
    language: Language,
) -> std::result::Result<Option<DataValidation>, XlsxError> {
    let (key, rule) = match (measure.whole, measure.signed) {
        (true, false) => (
            "template_whole",
            DataValidation::new().allow_whole_number(DataValidationRule::GreaterThanOrEqualTo(0)),
        ),
        (true, true) => (
            "template_whole_signed",
            DataValidation::new()
                .allow_whole_number(DataValidationRule::Between(-2_147_483_648, 2_147_483_647)),
        ),
        (false, false) => (
            "template_number",
            DataValidation::new()
                .allow_decimal_number(DataValidationRule::GreaterThanOrEqualTo(0.0)),
        ),
        (false, true) => return Ok(None),
    };
    rule.set_error_message(language.phrase(key)).map(Some)
}

fn write_how_to(
    book: &mut Workbook,
    plan: &Plan,
    options: &TemplateOptions,
) -> std::result::Result<(), XlsxError> {
    const LINES: [&str; 6] = [
        "template_value",
        "template_blank",
        "template_status",
        "template_note",
        "template_locked",
        "template_back",
    ];
    const WIDTH: f64 = 100.0;
    let language = options.language;
    let sheet = book.add_worksheet();
    sheet.set_name(language.phrase("sheet_how_to"))?;
    sheet.set_column_width(0, WIDTH)?;
    let title = Format::new().set_bold().set_font_size(15);
    sheet.write_string_with_format(0, 0, cell_text(&legible(plan.title())), &title)?;
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let mut row = 2;
    for line in LINES.map(|key| language.phrase(key)) {
        sheet.write_string_with_format(row, 0, line, &text)?;
        fit_height(sheet, row, [(line, WIDTH)])?;
        row += 1;
    }
    row += 1;
    for status in Status::ALL {
        let line = format!("{}: {}", status.code(), status.meaning_in(language));
        sheet.write_string_with_format(row, 0, line, &text)?;
        row += 1;
    }
    Ok(())
}
