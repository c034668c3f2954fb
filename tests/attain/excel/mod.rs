//! Workbooks of Excel: read, written, and damaged.

mod hostile;
mod tidy;
mod tracking;
mod written;

use std::io::{Cursor, Write};
use std::path::Path;

use attain::error::Fault;
use attain::sources::{ExcelOptions, Imported, SourceFile, read_excel};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A workbook of the project: a tracking table, or cells that programs misread.
fn fixture(path: &str) -> SourceFile {
    SourceFile::open(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The bytes of one.
fn bytes(path: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

const ITT: &str = "examples/tracking/itt.xlsx";
const PIT: &str = "tests/interchange/excel/pit.xlsx";

/// A workbook of parts, in a file `t.xlsx`.
fn package(parts: &[(&str, &str)]) -> SourceFile {
    from_bytes(&zipped(parts))
}

fn from_bytes(bytes: &[u8]) -> SourceFile {
    SourceFile::from_reader("t.xlsx", &mut Cursor::new(bytes)).unwrap()
}

fn zipped(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const TYPES: (&str, &str) = ("[Content_Types].xml", "<Types/>");
const MAIN: (&str, &str) = (
    "_rels/.rels",
    r#"<Relationships><Relationship Id="r" Type="x/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
);
const RELATIONS: (&str, &str) = (
    "xl/_rels/workbook.xml.rels",
    r#"<Relationships><Relationship Id="a" Type="x/worksheet" Target="worksheets/sheet1.xml"/>
<Relationship Id="b" Type="x/styles" Target="styles.xml"/>
<Relationship Id="c" Type="x/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>"#,
);
const WORKBOOK: (&str, &str) = (
    "xl/workbook.xml",
    r#"<workbook><workbookPr/><sheets><sheet name="S" sheetId="1" r:id="a"/></sheets></workbook>"#,
);
/// Style 1 is `0.0%`, 2 `000`, 3 a day, 4 a month.
const STYLES: (&str, &str) = (
    "xl/styles.xml",
    r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="0.0%"/><numFmt numFmtId="165" formatCode="000"/>
<numFmt numFmtId="166" formatCode="mmm\-yy"/></numFmts><cellStyleXfs><xf numFmtId="9"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="14"/><xf numFmtId="166"/></cellXfs></styleSheet>"#,
);
const TEXTS: (&str, &str) = ("xl/sharedStrings.xml", "<sst/>");

/// A workbook with one sheet, whose rows are cells of a kind and a value: `n5`, `%0.5`, `z7`, `d45413`, `m45413`, text.
fn sheet(rows: &[&[&str]]) -> SourceFile {
    sheet_with(rows, "")
}

/// The same with elements below the rows.
fn sheet_with(rows: &[&[&str]], rest: &str) -> SourceFile {
    let mut data = String::new();
    for (row, cells) in (1..).zip(rows) {
        data.push_str(&format!("<row r=\"{row}\">"));
        for (letter, cell) in ('A'..).zip(*cells) {
            let number = |style: usize| {
                format!("<c r=\"{letter}{row}\" s=\"{style}\"><v>{}</v></c>", &cell[1..])
            };
            let is_number = cell.get(1..).is_some_and(|rest| rest.parse::<f64>().is_ok());
            data.push_str(&match cell.chars().next() {
                None => continue,
                Some('n') if is_number => number(0),
                Some('%') if is_number => number(1),
                Some('z') if is_number => number(2),
                Some('d') if is_number => number(3),
                Some('m') if is_number => number(4),
                _ => {
                    let text = cell.replace('&', "&amp;").replace('<', "&lt;");
                    format!("<c r=\"{letter}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
                }
            });
        }
        data.push_str("</row>");
    }
    let part = format!("<worksheet><sheetData>{data}</sheetData>{rest}</worksheet>");
    package(&[TYPES, MAIN, RELATIONS, WORKBOOK, STYLES, TEXTS, ("xl/worksheets/sheet1.xml", &part)])
}

fn read(file: &SourceFile) -> attain::Result<Imported> {
    read_excel(file, &ExcelOptions::default())
}

/// The places of faults and their messages.
fn told(faults: &[Fault]) -> Vec<String> {
    let short = |fault: &Fault| {
        let place = fault.place.to_string();
        let cell = place.rsplit_once(".xlsx").map_or(&*place, |(_, cell)| cell);
        format!("{} {}", cell.trim_start_matches('!'), fault.message)
    };
    faults.iter().map(short).collect()
}

/// The notes of an import: code, number, place of the first, and what was found.
fn notes(imported: &Imported) -> Vec<String> {
    let rows = imported.note_rows();
    let place = |row: &attain::sources::NoteRow| {
        let place = row.place.clone().unwrap_or_default();
        place
            .split("; ")
            .map(|one| one.rsplit('!').next().unwrap_or("").to_owned())
            .collect::<Vec<_>>()
            .join(" ")
    };
    rows.iter()
        .map(|row| {
            let found = row.found.as_deref().unwrap_or_default();
            format!("{} {} {}: {found}", row.code, row.count, place(row))
        })
        .collect()
}
