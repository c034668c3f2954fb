//! What must hold for any bytes whatever: nothing panics, what is refused is refused with faults, and
//! what is read can be written, read back and judged.

mod excel;
mod interface;
mod sources;

use std::sync::{Arc, OnceLock};

pub use excel::excel;
pub use interface::interface;
pub use sources::{dhis2, iati, sdmx};

use arrow_array::{
    ArrayRef, Date32Array, DictionaryArray, Float64Array, Int64Array, RecordBatch, StringArray,
};
use attain::{Plan, Rows, Tally, calendar};

/// Bytes as a plan in each of the three formats.
pub fn plan(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for read in [Plan::from_yaml, Plan::from_json, Plan::from_toml] {
        match read(&text) {
            Ok(plan) => {
                assert!(
                    Plan::from_yaml(&plan.to_yaml()).as_ref() == Ok(&plan),
                    "{}",
                    plan.to_yaml()
                );
                assert!(
                    Plan::from_json(&plan.to_json()).as_ref() == Ok(&plan),
                    "{}",
                    plan.to_json()
                );
                judged(&plan, &Tally::new(&plan));
            }
            Err(error) => assert!(!error.faults().is_empty() && !error.to_string().is_empty()),
        }
    }
}

/// Bytes as columns of outcomes: each few of them choose a cell of a row.
pub fn columns(bytes: &[u8]) {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let plan = known_plan();
    let rows = if choice & 1 == 0 { Rows::Figures } else { Rows::Events };
    let cells: Vec<[u8; 8]> = bytes.chunks_exact(8).map(|row| row.try_into().unwrap()).collect();
    let text = |among: &'static [&'static str], at: usize| -> Vec<Option<&'static str>> {
        cells.iter().map(|row| among.get(row[at] as usize % (among.len() + 1)).copied()).collect()
    };
    let units = text(&["c", "d1", "d2", "d3", "x", "", "C"], 0);
    let measures = text(&["cases", "cleared", "stock", "published", "crime", "nothing"], 1);
    let periods =
        text(&["2023", "2023-H1", "2023-Q4", "2023-05", "2023-W07", "tet", "2023-13", "9999"], 2);
    let statuses = text(&["A", "P", "I", "Q", "O", "F", "?"], 3);
    let days: Vec<Option<i32>> = cells
        .iter()
        .map(|row| {
            (row[4] > 40).then(|| {
                i32::from_le_bytes([row[4], row[5], if row[5] > 250 { row[6] } else { 0 }, 0])
            })
        })
        .collect();
    let values: Vec<Option<f64>> = cells
        .iter()
        .map(|row| match row[6] {
            0..=200 => Some(f64::from(row[7])),
            201..=215 => Some(f64::from(row[7]) / 10.0),
            216..=225 => Some(-f64::from(row[7])),
            226..=230 => Some(f64::NAN),
            231..=235 => Some(f64::INFINITY),
            236..=240 => Some(1e300),
            _ => None,
        })
        .collect();
    let mut named: Vec<(&str, ArrayRef)> = vec![
        (
            "unit",
            if choice & 2 == 0 {
                Arc::new(StringArray::from(units)) as ArrayRef
            } else {
                Arc::new(
                    units.into_iter().collect::<DictionaryArray<arrow_array::types::Int32Type>>(),
                )
            },
        ),
        ("measure", Arc::new(StringArray::from(measures))),
        (
            "value",
            if choice & 4 == 0 {
                Arc::new(Float64Array::from(values)) as ArrayRef
            } else {
                Arc::new(
                    values
                        .iter()
                        .map(|value| value.map(|value| value as i64))
                        .collect::<Int64Array>(),
                )
            },
        ),
    ];
    if choice & 8 == 0 {
        named.push(("period", Arc::new(StringArray::from(periods))));
    } else {
        named.push(("date", Arc::new(Date32Array::from(days.clone()))));
    }
    if choice & 16 != 0 {
        named.push(("status", Arc::new(StringArray::from(statuses))));
    }
    if choice & 32 != 0 {
        named.push(("recorded_at", Arc::new(Date32Array::from(days))));
    }
    let batch = RecordBatch::try_from_iter_with_nullable(
        named.into_iter().map(|(name, column)| (name, column, true)),
    )
    .unwrap();
    let mut tally = Tally::of(plan, rows);
    match tally.ingest(&batch) {
        Ok(()) => {
            assert_eq!(tally.len(), cells.len());
            judged(plan, &tally);
        }
        Err(error) => {
            assert!(!error.faults().is_empty() && !error.to_string().is_empty());
            assert!(tally.is_empty(), "refused, and yet let in");
            // Row by row, what is sound goes in.
            for row in 0..batch.num_rows() {
                let before = tally.len();
                let is_in = tally.ingest(&batch.slice(row, 1)).is_ok();
                assert_eq!(tally.len(), before + usize::from(is_in));
            }
            judged(plan, &tally);
        }
    }
}

/// Bytes as a Parquet file of figures and of events.
pub fn parquet(bytes: &[u8]) {
    let path = std::env::temp_dir().join(format!(
        "attain-fuzz-{}-{:?}.parquet",
        std::process::id(),
        std::thread::current().id()
    ));
    std::fs::write(&path, bytes).unwrap();
    for rows in [Rows::Figures, Rows::Events] {
        let mut tally = Tally::of(known_plan(), rows);
        match tally.read_parquet(&path, None) {
            Ok(()) => judged(known_plan(), &tally),
            Err(error) => {
                assert!(!error.faults().is_empty() && !error.to_string().is_empty());
                assert!(tally.is_empty(), "refused, and yet let in");
            }
        }
    }
    std::fs::remove_file(&path).unwrap();
}

/// Checks a report of the accepted outcomes: every row without a verdict has a reason, and no number is NaN.
fn judged(plan: &Plan, tally: &Tally) {
    let report = plan.assess(tally, calendar::date("2023-06-30").unwrap()).unwrap();
    for row in report.rows() {
        let has_verdict = row.verdict != attain::Verdict::Indeterminate;
        assert_eq!(has_verdict, row.reason.is_none_or(|reason| reason.is_judged()), "{row:?}");
        for number in [row.value, row.lower, row.gap, row.completeness, row.imputed, row.attainment]
        {
            assert!(number.is_none_or(|number| !number.is_nan()), "{row:?}");
        }
        assert!(row.completeness.is_none_or(|share| (0.0..=100.0).contains(&share)), "{row:?}");
    }
    report.reconcile();
}

fn known_plan() -> &'static Plan {
    static PLAN: OnceLock<Plan> = OnceLock::new();
    PLAN.get_or_init(|| Plan::from_yaml(include_str!("plan.yaml")).unwrap())
}
