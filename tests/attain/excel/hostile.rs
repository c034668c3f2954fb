//! Damaged and hostile workbooks: a located fault, within bounds, and no panic.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::{
    ITT, MAIN, PIT, RELATIONS, STYLES, TEXTS, TYPES, WORKBOOK, bytes, fixture, from_bytes, package,
    read, sheet, zipped,
};

const SHEET: &str = "xl/worksheets/sheet1.xml";

/// The only fault of a file, as one line.
fn fault(bytes: &[u8]) -> String {
    let error = read(&from_bytes(bytes)).unwrap_err();
    assert_eq!(error.faults().len(), 1, "{error}");
    error.to_string()
}

fn parts<'p>(changed: &[(&'p str, &'p str)]) -> Vec<u8> {
    let usual = [
        TYPES,
        MAIN,
        RELATIONS,
        WORKBOOK,
        STYLES,
        TEXTS,
        (SHEET, "<worksheet><sheetData/></worksheet>"),
    ];
    let mut all: Vec<(&str, &str)> = Vec::new();
    for (name, text) in usual {
        let text = changed.iter().find(|(other, _)| *other == name).map_or(text, |(_, text)| text);
        if !text.is_empty() {
            all.push((name, text));
        }
    }
    zipped(&all)
}

#[test]
fn other_formats_say_how_to_save_the_file() {
    let old: Vec<u8> = [0xD0, 0xCF, 0x11, 0xE0].into_iter().chain([0; 600]).collect();
    assert!(fault(&old).contains("`.xls`"));
    let mut locked = old.clone();
    locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert!(fault(&locked).contains("password"));
    assert!(fault(b"a,b,c\n1,2,3\n").contains("no workbook"));
    assert!(fault(b"").contains("no workbook"));
    assert!(fault(&zipped(&[("xl/workbook.bin", "x")])).contains("`.xlsb`"));
    let ods = "application/vnd.oasis.opendocument.spreadsheet";
    assert!(fault(&zipped(&[("mimetype", ods)])).contains("`.ods`"));
    assert!(fault(&zipped(&[("a.txt", "x")])).contains("no workbook"));
}

#[test]
fn a_bomb_is_not_decompressed() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [TYPES, MAIN, RELATIONS, WORKBOOK, STYLES, TEXTS] {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.start_file(SHEET, SimpleFileOptions::default()).unwrap();
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..300 {
        writer.write_all(&blanks).unwrap();
    }
    let bomb = writer.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20, "{} bytes", bomb.len());
    assert!(fault(&bomb).contains("too large when it is decompressed"));
}

#[test]
fn there_are_bounds_on_texts_and_merged_cells() {
    let texts = format!("<sst>{}</sst>", "<si/>".repeat(1_000_001));
    assert!(fault(&parts(&[(TEXTS.0, &texts)])).contains("too many texts"));
    let merged =
        "<worksheet><mergeCells><mergeCell ref=\"A1:XFD1048576\"/></mergeCells></worksheet>";
    assert!(fault(&parts(&[(SHEET, merged)])).contains("too many cells are merged"));
    let deep = format!("<worksheet>{}", "<a>".repeat(1_000));
    assert!(fault(&parts(&[(SHEET, &deep)])).contains("nested too deeply"));
}

#[test]
fn entities_are_refused() {
    let bomb = r#"<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet>&b;</worksheet>"#;
    assert!(fault(&parts(&[(SHEET, bomb)])).contains("declares entities"));
    let unknown = "<worksheet>&b;</worksheet>";
    assert!(fault(&parts(&[(SHEET, unknown)])).contains("&b;"));
}

#[test]
fn damaged_parts_are_named() {
    for (part, text, expected) in [
        (MAIN.0, "", "_rels/.rels"),
        (MAIN.0, "<Relationships/>", "which part is the workbook"),
        (WORKBOOK.0, "", "xl/workbook.xml"),
        (WORKBOOK.0, "<workbook/>", "no sheet to read"),
        (
            WORKBOOK.0,
            r#"<workbook><sheets><sheet name="S" r:id="zz"/></sheets></workbook>"#,
            "t.xlsx!S",
        ),
        (
            WORKBOOK.0,
            r#"<workbook><sheets><sheet name="S" state="hidden" r:id="a"/></sheets></workbook>"#,
            "no sheet to read",
        ),
        (SHEET, "", "t.xlsx!S"),
        (SHEET, "<worksheet><sheetData>", "no well-formed XML"),
        (SHEET, "<worksheet></sheet>", "no well-formed XML"),
        (SHEET, "<worksheet><row r=\"0\"/></worksheet>", "a number that no sheet has"),
        (SHEET, "<worksheet><row r=\"2\"/><row r=\"2\"/></worksheet>", "this row twice"),
        (
            SHEET,
            "<worksheet><row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row></worksheet>",
            "not in order",
        ),
        (SHEET, "<worksheet><mergeCell ref=\"B2:A1\"/></worksheet>", "B2:A1"),
        (STYLES.0, "<a", "xl/styles.xml"),
    ] {
        let found = fault(&parts(&[(part, text)]));
        assert!(found.contains(expected), "{part} {text}: {found}");
    }
}

#[test]
fn a_text_that_the_workbook_lacks_is_a_fault_of_its_cell() {
    let rows = r#"<worksheet><row r="1"><c r="A1" t="str"><v>unit</v></c><c r="B1" t="str"><v>period</v></c>
<c r="C1" t="str"><v>measure</v></c><c r="D1" t="str"><v>value</v></c></row>
<row r="2"><c r="A2" t="s"><v>7</v></c><c r="B2"><v>2024</v></c><c r="C2" t="str"><v>cases</v></c><c r="D2"><v>1</v></c></row>
</worksheet>"#;
    let found = fault(&parts(&[(SHEET, rows)]));
    assert!(found.contains("S!A2"), "{found}");
}

#[test]
fn dates_from_1904_are_other_days() {
    let book = r#"<workbook><workbookPr date1904="1"/><sheets><sheet name="S" r:id="a"/></sheets></workbook>"#;
    let rows = r#"<worksheet><row><c t="str"><v>unit</v></c><c t="str"><v>date</v></c><c t="str"><v>measure</v></c>
<c t="str"><v>value</v></c></row><row><c t="str"><v>a</v></c><c s="3"><v>43951</v></c><c t="str"><v>m</v></c>
<c><v>1</v></c></row></worksheet>"#;
    let file = package(&[TYPES, MAIN, RELATIONS, (WORKBOOK.0, book), STYLES, TEXTS, (SHEET, rows)]);
    let imported = read(&file).unwrap();
    let starts = imported.outcomes[0].column_by_name("start").unwrap();
    let starts =
        arrow_array::cast::AsArray::as_primitive::<arrow_array::types::Date32Type>(starts.as_ref());
    assert_eq!(starts.value_as_date(0).unwrap().to_string(), "2024-05-01");
}

#[test]
fn a_file_that_is_cut_off_anywhere_is_refused() {
    let file = bytes(ITT);
    for length in (0..file.len()).step_by(97) {
        assert!(read(&from_bytes(&file[..length])).is_err(), "{length} bytes");
    }
    assert!(read(&fixture(ITT)).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_changed_bytes_are_read_or_refused(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut file = bytes(PIT);
        for (at, byte) in changes {
            let at = at.index(file.len());
            file[at] = byte;
        }
        let _ = read(&from_bytes(&file));
    }

    #[test]
    fn any_xml_in_a_sheet_is_read_or_refused(text in "(<(/?)(row|c|v|f|is|t|mergeCell)( (r|s|t|ref|hidden)=\"[A-Z0-9:ns.-]{0,4}\")*(/?)>|[a-z0-9&;%]{0,5}){0,30}") {
        let _ = read(&from_bytes(&parts(&[(SHEET, &format!("<worksheet>{text}</worksheet>"))])));
    }

    #[test]
    fn any_texts_in_cells_are_read_or_refused(cells in prop::collection::vec("[nzdm%]?[ -~À-ỹ]{0,12}", 4..24)) {
        let mut rows: Vec<Vec<&str>> = vec![vec!["Indicator", "Unit", "Target 2024", "Actual 2024"]];
        rows.extend(cells.chunks(4).map(|row| row.iter().map(String::as_str).collect()));
        let rows: Vec<&[&str]> = rows.iter().map(Vec::as_slice).collect();
        let _ = read(&sheet(&rows));
    }
}
