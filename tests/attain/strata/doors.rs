//! Every input format gives the same rows.

use std::sync::Arc;

use arrow_array::types::{Int8Type, UInt16Type};
use arrow_array::{
    ArrayRef, Date32Array, DictionaryArray, Float64Array, RecordBatch, StringArray, StringViewArray,
};
use attain::{Rows, Tally};
use chrono::Datelike;
use proptest::prelude::*;

use crate::strata::sample::{AGE, SEX, Sample, plan, report};
use crate::support::{Scratch, day};

fn array(array: impl arrow_array::Array + 'static) -> ArrayRef {
    Arc::new(array)
}

fn category(place: Option<usize>, all: &[&'static str]) -> Option<&'static str> {
    place.map(|place| all[place])
}

/// Samples as columns; of figures with months, of events with days.
fn batch(samples: &[Sample], rows: Rows, kind: usize) -> RecordBatch {
    let when: (&str, ArrayRef) = match rows {
        Rows::Figures => {
            let months = samples.iter().map(|one| format!("2023-{:02}", one.month));
            ("period", array(StringArray::from_iter_values(months)))
        }
        Rows::Events => {
            let days = samples.iter().map(|one| {
                let day = day(&format!("2023-{:02}-17", one.month));
                day.num_days_from_ce() - 719_163
            });
            ("date", array(Date32Array::from_iter_values(days)))
        }
    };
    let sexes: Vec<Option<&str>> = samples.iter().map(|one| category(one.sex, &SEX)).collect();
    let ages: Vec<Option<&str>> = samples.iter().map(|one| category(one.age, &AGE)).collect();
    let (sexes, ages) = match kind % 3 {
        0 => (
            array(sexes.into_iter().collect::<DictionaryArray<Int8Type>>()),
            array(ages.into_iter().collect::<DictionaryArray<UInt16Type>>()),
        ),
        1 => (
            array(sexes.into_iter().collect::<StringArray>()),
            // A blank means no category.
            array(ages.into_iter().map(|age| age.or(Some(" "))).collect::<StringViewArray>()),
        ),
        _ => (
            array(sexes.into_iter().collect::<StringViewArray>()),
            array(ages.into_iter().collect::<DictionaryArray<Int8Type>>()),
        ),
    };
    RecordBatch::try_from_iter_with_nullable([
        ("sex", sexes, true),
        ("unit", array(StringArray::from_iter_values(samples.iter().map(|one| one.unit))), true),
        (when.0, when.1, true),
        ("age", ages, true),
        (
            "measure",
            array(StringArray::from_iter_values(samples.iter().map(|one| one.measure))),
            true,
        ),
        ("value", array(Float64Array::from_iter_values(samples.iter().map(|one| one.value))), true),
    ])
    .unwrap()
}

fn csv(samples: &[Sample], rows: Rows) -> String {
    let when = match rows {
        Rows::Figures => "period",
        Rows::Events => "date",
    };
    let mut text = format!("unit,{when},measure,value,age,sex\n");
    for one in samples {
        let day = if rows == Rows::Events { "-17" } else { "" };
        text.push_str(&format!(
            "{},2023-{:02}{day},{},{},{},{}\n",
            one.unit,
            one.month,
            one.measure,
            one.value,
            category(one.age, &AGE).unwrap_or(""),
            category(one.sex, &SEX).unwrap_or(" "),
        ));
    }
    text
}

fn hold_for(samples: &[Sample], rows: Rows, kind: usize, cut: usize) {
    let plan = plan();
    let outcome = |one: &Sample| match rows {
        Rows::Figures => one.outcome(one.month()),
        Rows::Events => one.outcome(one.day()),
    };
    let outcomes: Vec<_> = samples.iter().map(outcome).collect();
    let mut recorded = Tally::of(&plan, rows);
    recorded.record_all(&outcomes).unwrap();
    let expected = report(&recorded);

    let mut by_columns = Tally::of(&plan, rows);
    by_columns.ingest(&batch(samples, rows, kind)).unwrap();
    assert_eq!(by_columns.len(), samples.len());
    assert_eq!(report(&by_columns).rows(), expected.rows());

    let (first, second) = samples.split_at(cut.min(samples.len()));
    let mut merged = Tally::of(&plan, rows);
    merged.ingest(&batch(first, rows, kind + 1)).unwrap();
    let mut other = Tally::of(&plan, rows);
    other.record_all(&outcomes[first.len()..]).unwrap();
    assert_eq!(other.len(), second.len());
    merged.merge(&other).unwrap();
    assert_eq!(report(&merged).rows(), expected.rows());

    let file = Scratch::with("outcomes.csv", csv(samples, rows));
    let mut by_file = Tally::of(&plan, rows);
    by_file.read(&file.0).unwrap();
    assert_eq!(report(&by_file).rows(), expected.rows());

    #[cfg(feature = "parquet")]
    {
        let batch = batch(samples, rows, kind + 2);
        let file = Scratch::new("outcomes.parquet");
        attain::arrow::parquet::write_parquet(&file.0, batch.schema(), &[batch]).unwrap();
        let mut by_file = Tally::of(&plan, rows);
        by_file.read(&file.0).unwrap();
        assert_eq!(report(&by_file).rows(), expected.rows());
    }

    let json = serde_json::to_string(&outcomes).unwrap();
    let read: Vec<attain::Outcome> = serde_json::from_str(&json).unwrap();
    assert_eq!(read, outcomes);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn figures_of_categories_come_in_alike(
        samples in crate::strata::figures::figures(), kind in 0_usize..3, cut in 0_usize..80,
    ) {
        hold_for(&samples, Rows::Figures, kind, cut);
    }

    #[test]
    fn events_of_categories_come_in_alike(
        samples in crate::strata::events::events(), kind in 0_usize..3, cut in 0_usize..80, whole in any::<bool>(),
    ) {
        let plain = |one: Sample| if whole { Sample { value: one.value.ceil(), ..one } } else { one };
        let samples: Vec<Sample> = samples.into_iter().map(plain).collect();
        hold_for(&samples, Rows::Events, kind, cut);
    }
}

#[test]
fn a_plan_with_strata_reads_back_equal_from_every_format() {
    let plan = plan();
    assert_eq!(attain::Plan::from_yaml(&plan.to_yaml()).unwrap(), plan);
    assert_eq!(attain::Plan::from_json(&plan.to_json()).unwrap(), plan);
    assert_eq!(attain::Plan::from_toml(&plan.to_toml().unwrap()).unwrap(), plan);
}
