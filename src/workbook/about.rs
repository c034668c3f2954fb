//! The sheets that say what a workbook rests on.

use rust_xlsxwriter::{Workbook, Worksheet, XlsxError};

use super::sheet::{self, Formats, Head, cell_text};
use super::{excel_day, table};
use crate::assess::{Assessment, Reason};
use crate::plan::Document;
use crate::report::Report;
use crate::scorecard::card::Card;
use crate::scorecard::wording::{self, legible};
use crate::tally::Rows;
use crate::view::View;

/// Writes the documents, each with the targets that rest on it.
pub(super) fn write_basis(
    book: &mut Workbook,
    report: &Report,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let language = formats.language;
    let heads: [Head<'_>; 6] = [
        Head::text(language.phrase("head_document"), 24.0),
        Head::text(language.phrase("head_dated"), 12.0),
        Head::text(language.phrase("head_clause"), 18.0),
        Head::text(language.phrase("head_title"), 40.0),
        Head::text(language.phrase("targets"), 40.0),
        Head::text(language.phrase("head_source"), 40.0),
    ];
    let day = language.day(report.as_of());
    let footer = sheet::footer(report.plan().id(), &language.say("as_of", &[("day", &day)]));
    let sheet = sheet::add(book, language.phrase("sheet_basis"), &footer, &heads, 0, formats)?;
    sheet.set_freeze_panes(1, 1)?;
    let mut documents: Vec<(&Document, Vec<&str>)> = Vec::new();
    for block in report.stored_blocks().iter().filter(|block| block.len() > 0) {
        let target = &report.plan().targets()[block.target];
        for document in &target.in_force(&block.window).basis {
            match documents.iter_mut().find(|(known, _)| *known == document) {
                Some((_, targets)) if targets.contains(&target.title()) => {}
                Some((_, targets)) => targets.push(target.title()),
                None => documents.push((document, vec![target.title()])),
            }
        }
    }
    for (row, (document, targets)) in (1..).zip(&documents) {
        let texts = [
            (0, Some(legible(&document.document))),
            (2, document.clause.as_deref().map(legible)),
            (3, document.title.as_deref().map(legible)),
            (4, Some(legible(&targets.join("; ")))),
            // Not a link: a workbook leads to no other place.
            (5, document.source.as_deref().map(legible)),
        ];
        let mut height = Vec::new();
        for (column, text) in texts.into_iter().filter_map(|(at, text)| Some((at, text?))) {
            sheet.write_string_with_format(row, column, cell_text(&text), &formats.text)?;
            height.extend(heads.get(usize::from(column)).map(|head| (text, head.width)));
        }
        sheet::fit_height(sheet, row, height.iter().map(|(text, width)| (text.as_str(), *width)))?;
        match document.dated.map(|dated| (dated, excel_day(dated))) {
            Some((_, Some(date))) => {
                sheet.write_datetime_with_format(row, 1, &date, &formats.date)?;
            }
            Some((dated, None)) => {
                sheet.write_string_with_format(row, 1, dated.to_string(), &formats.text)?;
            }
            None => {}
        }
    }
    Ok(())
}

/// Writes what the rows rest on, how to read them, and what their reasons and columns say.
pub(super) fn write_about(
    book: &mut Workbook,
    report: &Report,
    card: &Card<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let language = formats.language;
    let (plan, tally) = (report.plan(), report.tally());
    let day = language.day(report.as_of());
    let footer = sheet::footer(plan.id(), &language.say("as_of", &[("day", &day)]));
    let heads: [Head<'_>; 2] = [Head::text("", 34.0), Head::text("", 100.0)];
    let sheet = sheet::add(book, language.phrase("sheet_about"), &footer, &heads, 0, formats)?;
    let recorded = language.count(tally.len());
    let recorded = match tally.rows() {
        Rows::Figures => language.say("figures_recorded", &[("rows", &recorded)]),
        Rows::Events => language.say("events_recorded", &[("rows", &recorded)]),
    };
    let counts = card.counts();
    let mut lines = vec![
        (language.phrase("about_version"), format!("attain {}", env!("CARGO_PKG_VERSION"))),
        (language.phrase("about_plan"), format!("{} ({})", plan.title(), plan.id())),
        (language.phrase("about_as_of"), day),
        (language.phrase("about_rows"), language.verdicts(&counts)),
        (language.phrase("about_outcomes"), recorded),
        (language.phrase("about_plan_fingerprint"), plan.fingerprint()),
        (language.phrase("about_outcomes_fingerprint"), tally.contents_fingerprint()),
    ];
    if let Some(day) = plan.units().geography() {
        lines.push((language.phrase("about_geography"), language.day(day)));
    }
    if !report.filters().is_empty() {
        lines.push(("", language.phrase("about_filtered").to_owned()));
    }
    let expected = card.expected_wrong.as_ref().and_then(|wrong| language.expected_wrong(wrong));
    lines.extend(expected.map(|expected| ("", expected)));
    lines.extend(language.notes(card).into_iter().map(|note| ("", note)));
    let warnings = wording::warnings(card).into_iter();
    lines.extend(warnings.map(|warning| (language.phrase("warning"), warning)));
    let mut row = 0;
    let mut pair = |sheet: &mut Worksheet, name: &str, text: &str| {
        sheet.write_string_with_format(row, 0, cell_text(&legible(name)), &formats.bold)?;
        sheet.write_string_with_format(row, 1, cell_text(&legible(text)), &formats.text)?;
        sheet::fit_height(sheet, row, [(name, 34.0), (text, 100.0)])?;
        row += 1;
        Ok::<(), XlsxError>(())
    };
    for (name, text) in &lines {
        pair(sheet, name, text)?;
    }
    pair(sheet, "", "")?;
    pair(sheet, language.phrase("about_reasons"), "")?;
    for reason in Reason::ALL {
        let says = reason.explanation_in(language);
        pair(sheet, language.reason(*reason), &format!("{says} ({})", reason.code()))?;
    }
    pair(sheet, "", "")?;
    let name = table::sheet_name(language.phrase("sheet_assessments"), 0);
    pair(sheet, &language.say("about_columns", &[("sheet", &name)]), "")?;
    for column in Assessment::COLUMNS {
        pair(sheet, column.name, &column.doc.replace('\n', " "))?;
    }
    Ok(())
}
