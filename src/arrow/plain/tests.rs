//! Blocks give the same sums as rows, for any number of threads, types of columns and storage of sums.

use std::sync::Arc;

use arrow_array::types::{Int8Type, UInt16Type};
use arrow_array::{
    Array, ArrayRef, Date32Array, DictionaryArray, Float64Array, Int8Array, Int32Array,
    RecordBatch, StringArray, StringViewArray, TimestampSecondArray, UInt16Array,
};
use proptest::prelude::*;

use super::super::outcomes::Reading;
use super::*;
use crate::Plan;
use crate::error::Result;
use crate::tally::{Source, Tally};

const PLAN: &str = r#"
attain: 1
plan: p
units:
  levels: [city, commune]
  list:
    - {id: c, level: city}
    # communes
    - {id: d, level: commune, parent: c}
strata: {sex: [f, m], age: ["0-14", "15+", "30+"]}
measures: {cases: {}, cleared: {strata: [age]}, weight: {signed: true}, stock: {over_time: last}}
indicators: {known: {count: cases}, women: {count: cases, where: {sex: f}}}
targets: {few: {indicator: known, goal: {at_most: 9}, window: {every: quarter, within: ["2020-01-01", "2022-01-01"]}}}
"#;

const COMMUNES: &str = r#"
    - {id: a, level: commune, parent: c}
    - {id: b, level: commune, parent: c}
"#;

/// Two of them become one in 2021, which takes the code of one of them.
const COMMUNES_THAT_CHANGE: &str = r#"
    - {id: a, level: commune, parent: c, valid_to: "2021-07-01"}
    - {id: b, level: commune, parent: c, valid_to: "2021-07-01"}
    - {id: a, name: both, level: commune, parent: c, valid_from: "2021-07-01"}
"#;

fn plan(codes_change: bool) -> Plan {
    let communes = if codes_change { COMMUNES_THAT_CHANGE } else { COMMUNES };
    Plan::from_yaml(&PLAN.replace("    # communes\n", communes)).unwrap()
}

#[derive(Debug, Clone)]
struct Sample {
    unit: Option<usize>,
    day: Option<i32>,
    measure: Option<usize>,
    value: Option<f64>,
    sex: Option<usize>,
    age: Option<usize>,
}

const UNITS: [&str; 5] = ["c", "a", "b", "d", "nowhere"];
/// The last ones are none: a blank, and what is not declared.
const SEXES: [&str; 4] = ["f", "m", "", "x"];
const AGES: [&str; 5] = ["0-14", "15+", "30+", " ", "45+"];
const MEASURES: [&str; 5] = ["cases", "cleared", "weight", "stock", "unknown"];

/// The days of all windows, and many before and after them.
const IN_WINDOWS: Range<i32> = 18_262..18_993;
const AROUND: Range<i32> = 17_000..20_000;

/// Mostly plain; in `odd` of a thousand rows something is not.
fn rows(odd: u32, days: Range<i32>) -> impl Strategy<Value = Vec<Sample>> {
    // Some values are large enough to fill a cell of 32 bits after a few events.
    let value = prop_oneof![20 => 1_u32..9, 1 => 1_u32..2_097_153];
    let plain = (0_usize..4, days, 0_usize..2, value, 0_usize..4, 0_usize..5);
    let plain = plain.prop_map(|(unit, day, measure, value, sex, age)| {
        // `b` ends, and with it what can be said of it.
        let unit = if unit == 2 && day >= 18_809 { 1 } else { unit };
        Sample {
            unit: Some(unit),
            day: Some(day),
            measure: Some(measure),
            value: Some(f64::from(value)),
            // `cleared` is not split by sex.
            sex: if measure == 1 { None } else { sex.checked_sub(1) },
            age: age.checked_sub(1),
        }
    });
    let value = prop_oneof![
        Just(None),
        Just(Some(0.0)),
        Just(Some(0.5)),
        Just(Some(-2.0)),
        Just(Some(f64::NAN)),
        Just(Some(f64::INFINITY)),
        Just(Some(2_097_152.0)),
        Just(Some(2_097_153.0)),
        Just(Some(1e15)),
        Just(Some(1e17)),
    ];
    let day = prop_oneof![
        Just(None),
        Just(Some(i32::MIN)),
        Just(Some(i32::MAX)),
        (-800_000..4_000_000).prop_map(Some)
    ];
    let strange = (plain.clone(), value, day, 0_usize..6, 0_usize..6, 0_u8..6).prop_map(
        |(plain, value, day, unit, measure, which)| match which {
            0 => Sample { value, ..plain },
            1 => Sample { day, ..plain },
            4 => Sample { sex: (unit < SEXES.len()).then_some(unit), ..plain },
            5 => Sample { age: (unit < AGES.len()).then_some(unit), ..plain },
            2 => Sample { unit: (unit < UNITS.len()).then_some(unit), ..plain },
            _ => Sample { measure: (measure < MEASURES.len()).then_some(measure), value, ..plain },
        },
    );
    proptest::collection::vec(prop_oneof![1000 - odd => plain, odd => strange], 1..4_000)
}

fn array(array: impl Array + 'static) -> ArrayRef {
    Arc::new(array)
}

/// The rows in columns of one kind or another.
fn batch(rows: &[Sample], kind: u8) -> RecordBatch {
    let unit = |row: &Sample| row.unit.map(|unit| UNITS[unit]);
    let measure = |row: &Sample| row.measure.map(|measure| MEASURES[measure]);
    let units: ArrayRef = match kind % 3 {
        0 => {
            let keys: UInt16Array =
                rows.iter().map(|row| row.unit.map(|unit| unit as u16)).collect();
            let names = Arc::new(StringArray::from(UNITS.to_vec()));
            array(DictionaryArray::<UInt16Type>::new(keys, names))
        }
        1 => array(rows.iter().map(unit).collect::<StringArray>()),
        _ => array(rows.iter().map(unit).collect::<StringViewArray>()),
    };
    let measures: ArrayRef = match kind % 2 {
        0 => {
            let keys: Int8Array = rows.iter().map(|row| row.measure.map(|one| one as i8)).collect();
            let names = Arc::new(StringArray::from(MEASURES.to_vec()));
            array(DictionaryArray::<Int8Type>::new(keys, names))
        }
        _ => array(rows.iter().map(measure).collect::<StringArray>()),
    };
    let days: ArrayRef = match kind % 5 {
        0 => {
            let noon = |day: i32| i64::from(day) * 86_400 + 43_200;
            let times = rows.iter().map(|row| row.day.map(noon));
            array(times.collect::<TimestampSecondArray>())
        }
        _ => array(rows.iter().map(|row| row.day).collect::<Date32Array>()),
    };
    let values: ArrayRef = match kind % 7 {
        0 => array(
            rows.iter().map(|row| row.value.map(|value| value as i32)).collect::<Int32Array>(),
        ),
        _ => array(rows.iter().map(|row| row.value).collect::<Float64Array>()),
    };
    let sexes: ArrayRef = match kind % 3 {
        0 => array(rows.iter().map(|row| row.sex.map(|sex| SEXES[sex])).collect::<StringArray>()),
        _ => {
            let keys: Int8Array = rows.iter().map(|row| row.sex.map(|sex| sex as i8)).collect();
            array(DictionaryArray::<Int8Type>::new(
                keys,
                Arc::new(StringArray::from(SEXES.to_vec())),
            ))
        }
    };
    let ages: ArrayRef = match kind % 5 {
        0 => {
            array(rows.iter().map(|row| row.age.map(|age| AGES[age])).collect::<StringViewArray>())
        }
        _ => {
            // A text that is none is none too.
            let names = AGES.map(|age| (age != " ").then_some(age));
            let keys: UInt16Array = rows.iter().map(|row| row.age.map(|age| age as u16)).collect();
            let names = Arc::new(StringArray::from(names.to_vec()));
            array(DictionaryArray::<UInt16Type>::new(keys, names))
        }
    };
    let columns = [
        ("age", ages, true),
        ("sex", sexes, true),
        ("unit", units, true),
        ("date", days, true),
        ("measure", measures, true),
        ("value", values, true),
    ];
    RecordBatch::try_from_iter_with_nullable(columns).unwrap()
}

/// What a tally holds, or what was wrong.
fn told(outcome: Result<Tally>) -> String {
    match outcome {
        Ok(tally) => format!("{} rows\n{:?}", tally.len(), tally.contents()),
        Err(error) => format!("{error}\n{:?}", error.faults()),
    }
}

fn by_rows(mut tally: Tally, batches: &[RecordBatch]) -> Result<Tally> {
    let mut reading = Reading::new(Intake::new(&tally, Source::Columns));
    for batch in batches {
        reading.row_by_row(batch);
    }
    let accepted = reading.finish()?;
    tally.add_accepted(accepted);
    Ok(tally)
}

fn by_blocks(mut tally: Tally, batches: &[RecordBatch], thresholds: Thresholds) -> Result<Tally> {
    let mut reading = Reading::new(Intake::new(&tally, Source::Columns));
    reading.thresholds = thresholds;
    batches.iter().for_each(|batch| reading.batch(batch));
    let accepted = reading.finish()?;
    tally.add_accepted(accepted);
    Ok(tally)
}

fn thresholds() -> impl Strategy<Value = Thresholds> {
    let sizes = (1_usize..5, 1_usize..3_000, 1_usize..40_000, 1_usize..80_000, 1_usize..200);
    sizes.prop_map(|(threads, rows_per_thread, cells_per_thread, cells_at_most, cells_per_row)| {
        Thresholds { threads, rows_per_thread, cells_per_thread, cells_at_most, cells_per_row }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// Whatever the threads, the batches, the types of the columns and the place of the sums.
    #[test]
    fn blocks_give_what_rows_give(
        rows in prop_oneof![
            rows(0, IN_WINDOWS), rows(2, IN_WINDOWS), rows(200, IN_WINDOWS), rows(0, AROUND), rows(2, AROUND),
        ],
        kind in 0_u8..210,
        cut in any::<prop::sample::Index>(),
        thresholds in thresholds(),
        by_window in any::<bool>(),
        codes_change in any::<bool>(),
    ) {
        let plan = plan(codes_change);
        let tally = || match by_window {
            true => plan.tally_for(Rows::Events, &[crate::calendar::date("2021-11-15").unwrap()]),
            false => Tally::of_events(&plan),
        };
        let (first, second) = rows.split_at(cut.index(rows.len() + 1));
        let batches = [batch(first, kind), batch(second, kind)];
        let expected = told(by_rows(tally(), &batches));
        prop_assert_eq!(&told(by_blocks(tally(), &batches, thresholds)), &expected);

        // One after the other, and part by part.
        if let (Ok(one), Ok(other)) = (by_blocks(tally(), &batches[..1], thresholds), by_blocks(tally(), &batches[1..], thresholds)) {
            let after = by_blocks(one.clone(), &batches[1..], thresholds);
            prop_assert_eq!(told(after), expected.clone());
            let mut both = one;
            both.merge(&other).unwrap();
            prop_assert_eq!(told(Ok(both)), expected);
        }
    }
}
