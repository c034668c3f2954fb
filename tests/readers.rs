//! The fuzz targets on bytes that a seeded generator makes, of plans that are nearly right and of nothing at all.
//! `ATTAIN_FUZZ_CASES` says how many.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails loudly")]

#[path = "../fuzz/src/lib.rs"]
#[allow(
    unsafe_code,
    reason = "arrays that are not sound are made as other programs may hand them over"
)]
mod attain_fuzz;

type Target = fn(&[u8]);

const PLANS: [&str; 3] = [
    include_str!("../fuzz/src/plan.yaml"),
    include_str!("../examples/berlin/plan.yaml"),
    r#"{"attain": 1, "plan": "p", "units": {"levels": ["c"], "list": [{"id": "c", "level": "c"}]},
        "measures": {"m": {}}, "indicators": {"i": {"count": "m - m"}},
        "targets": {"t": {"indicator": "i", "goal": {"at_least": 7.5}, "window": "2023"}}}"#,
];

/// What plans are made of, and what breaks them.
const PIECES: [&str; 40] = [
    ": ",
    "{",
    "}",
    "[",
    "]",
    ", ",
    "\n",
    "\n  ",
    "- ",
    "\"",
    "'",
    "#",
    "&a ",
    "*a",
    "!!str ",
    "---\n",
    "\t",
    "\u{feff}",
    "\0",
    "é",
    "ệ",
    "1e999",
    "-0",
    ".nan",
    "null",
    "true",
    "2023",
    "2023-W53",
    "9999-12-31",
    "0001-01-01",
    "at_least",
    "between",
    "reduce_by",
    "units",
    "table: x.csv",
    "per: 0",
    "of: i",
    "<<",
    "=",
    "[[a]]\n",
];

fn cases(unless_said: usize) -> usize {
    std::env::var("ATTAIN_FUZZ_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(unless_said)
}

#[test]
fn no_bytes_make_the_plan_reader_panic() {
    let mut random = fastrand::Rng::with_seed(20_231_214);
    for _ in 0..cases(1_500) {
        let mut bytes = match random.u8(..) {
            0..=40 => (0..random.usize(..200)).map(|_| random.u8(..)).collect(),
            41..=100 => {
                let pieces = random.usize(..60);
                (0..pieces).flat_map(|_| random.choice(PIECES).unwrap().bytes()).collect()
            }
            _ => random.choice(PLANS).unwrap().as_bytes()[..].to_vec(),
        };
        for _ in 0..random.usize(..6) {
            let at = random.usize(..=bytes.len());
            match random.u8(..4) {
                0 => bytes.truncate(at),
                1 if at < bytes.len() => bytes[at] = random.u8(..),
                2 => {
                    let end = (at + random.usize(..30)).min(bytes.len());
                    bytes.drain(at..end);
                }
                _ => {
                    let piece = random.choice(PIECES).unwrap();
                    bytes.splice(at..at, piece.bytes());
                }
            }
        }
        attain_fuzz::plan(&bytes);
    }
}

#[test]
fn no_columns_make_the_tally_panic() {
    let mut random = fastrand::Rng::with_seed(20_231_215);
    for _ in 0..cases(1_500) {
        let bytes: Vec<u8> = (0..random.usize(..170)).map(|_| random.u8(..)).collect();
        attain_fuzz::columns(&bytes);
    }
}

#[test]
fn nothing_that_comes_through_the_arrow_interface_makes_the_tally_panic() {
    let mut random = fastrand::Rng::with_seed(20_231_216);
    for _ in 0..cases(3_000) {
        let bytes: Vec<u8> = (0..random.usize(..900)).map(|_| random.u8(..)).collect();
        attain_fuzz::interface(&bytes);
    }
}

#[test]
fn no_bytes_of_a_parquet_file_make_the_tally_panic() {
    let sound = parquet();
    let mut random = fastrand::Rng::with_seed(20_231_217);
    for _ in 0..cases(600) {
        let mut bytes = sound.clone();
        for _ in 0..random.usize(1..5) {
            let at = random.usize(..bytes.len().max(1));
            match random.u8(..8) {
                0 => bytes.truncate(at),
                1 => {
                    let end = (at + random.usize(..30)).min(bytes.len());
                    bytes.drain(at..end);
                }
                2 => drop(bytes.splice(at..at, (0..random.usize(..9)).map(|_| random.u8(..)))),
                _ if at < bytes.len() => bytes[at] = random.u8(..),
                _ => {}
            }
        }
        attain_fuzz::parquet(&bytes);
    }
}

#[test]
fn no_bytes_of_a_workbook_make_a_reader_panic() {
    const TABLE: &[u8] = include_bytes!("../examples/tracking/itt.xlsx");
    const PIT: &[u8] = include_bytes!("interchange/excel/pit.xlsx");
    let mut random = fastrand::Rng::with_seed(20_231_219);
    for case in 0..cases(600) {
        let sound = [TABLE, PIT][case % 2];
        // In an archive nearly all changes are found by the checksums: those of the parts go further.
        let bytes = if case % 3 == 0 {
            let mut bytes = sound.to_vec();
            changed(&mut bytes, &mut random);
            bytes
        } else {
            with_changed_parts(sound, &mut random)
        };
        attain_fuzz::excel(&bytes);
    }
}

/// A workbook with other bytes in some of its parts.
fn with_changed_parts(sound: &[u8], random: &mut fastrand::Rng) -> Vec<u8> {
    use std::io::{Cursor, Read, Write};

    let mut archive = zip::ZipArchive::new(Cursor::new(sound)).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if random.u8(..) < 90 {
            changed(&mut bytes, random);
        }
        let name = part.name().unwrap().into_owned();
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Bytes with some cut off, exchanged, removed and put in.
fn changed(bytes: &mut Vec<u8>, random: &mut fastrand::Rng) {
    const SIGNS: [&str; 16] = [
        "<c r=\"B2\">",
        "</c>",
        "<v>",
        "</row>",
        "\"",
        "&",
        "&#0;",
        "t=\"s\"",
        "s=\"9\"",
        "1e999",
        "-1",
        "<mergeCell ref=\"A1:C9\"/>",
        "A1048577",
        "<!DOCTYPE a>",
        "é",
        "<f/>",
    ];
    for _ in 0..random.usize(1..6) {
        let at = random.usize(..=bytes.len());
        match random.u8(..4) {
            0 if at > 20 => bytes.truncate(at),
            1 if at < bytes.len() => bytes[at] = random.u8(..),
            2 => {
                let end = (at + random.usize(..40)).min(bytes.len());
                bytes.drain(at..end);
            }
            _ => drop(bytes.splice(at..at, random.choice(SIGNS).unwrap().bytes())),
        }
    }
}

#[test]
fn no_bytes_of_other_systems_make_a_reader_panic() {
    const METADATA: &str = include_str!("interchange/dhis2/metadata.json");
    const VALUES: &str = include_str!("interchange/dhis2/values.json");
    const REGISTRATIONS: &str = include_str!("interchange/dhis2/registrations.json");
    let dhis2 = [METADATA, VALUES, REGISTRATIONS].join("\0");
    let sound: [(&str, Target); 5] = [
        (include_str!("interchange/sdmx/eurostat.csv"), attain_fuzz::sdmx),
        (include_str!("interchange/sdmx/un.csv"), attain_fuzz::sdmx),
        (include_str!("interchange/sdmx/v2-labels-semicolon.csv"), attain_fuzz::sdmx),
        (include_str!("interchange/iati/activity.xml"), attain_fuzz::iati),
        (&dhis2, attain_fuzz::dhis2),
    ];
    const SIGNS: [&str; 24] = [
        "<",
        ">",
        "&",
        "&#0;",
        "\"",
        "\0",
        "\n",
        ",",
        ";",
        ":",
        ": ",
        "{",
        "}",
        "[",
        "]",
        "null",
        "1e999",
        "-",
        "99999999999999999999999999999",
        "2080-01",
        "#{a}",
        "/>",
        "<!DOCTYPE a>",
        "é",
    ];
    let mut random = fastrand::Rng::with_seed(20_231_218);
    for case in 0..cases(1_500) {
        let (text, read) = sound[case % sound.len()];
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..random.usize(1..6) {
            let at = random.usize(..=bytes.len());
            match random.u8(..5) {
                0 => bytes.truncate(at),
                1 if at < bytes.len() => bytes[at] = random.u8(..),
                2 => {
                    let end = (at + random.usize(..60)).min(bytes.len());
                    bytes.drain(at..end);
                }
                3 => {
                    // A part of the file stands in another place too.
                    let end = (at + random.usize(..200)).min(bytes.len());
                    let part = bytes[at..end].to_vec();
                    let to = random.usize(..=bytes.len());
                    bytes.splice(to..to, part);
                }
                _ => drop(bytes.splice(at..at, random.choice(SIGNS).unwrap().bytes())),
            }
        }
        read(&bytes);
    }
}

/// A sound file of outcomes.
fn parquet() -> Vec<u8> {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray};

    let texts = |text: [&str; 3]| Arc::new(StringArray::from(text.to_vec())) as ArrayRef;
    let batch = RecordBatch::try_from_iter([
        ("unit", texts(["c", "d1", "d1"])),
        ("date", Arc::new(Date32Array::from(vec![19_400, 19_401, 19_402])) as ArrayRef),
        ("measure", texts(["cases", "cases", "cleared"])),
        ("value", Arc::new(Float64Array::from(vec![3.0, 2.0, 1.0])) as ArrayRef),
    ])
    .unwrap();
    let path = std::env::temp_dir().join(format!("attain-smoke-{}.parquet", std::process::id()));
    attain::arrow::parquet::write_parquet(&path, batch.schema(), &[batch]).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    attain_fuzz::parquet(&bytes);
    bytes
}
