//! Rows of judgement as a stream of record batches.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::ArrowError;
use attain::arrow::BatchOptions;
use attain::{Error, Filter, Limits, Outcome, Report, RunOptions, When};
use proptest::prelude::*;

use super::assessments::{cell, report};
use crate::chosen_rows::{filter, plan_and_tally};
use crate::incremental::{Choices, cases, days};
use crate::support::{Scratch, day, parse};

/// The cells of batches, row by row, as text: floats to the last bit.
fn cells(batches: &[RecordBatch]) -> Vec<Vec<String>> {
    let row = |batch: &RecordBatch, row: usize| {
        (0..batch.num_columns()).map(|column| cell(batch, column, row).to_string()).collect()
    };
    let of_batch = |batch: &RecordBatch| -> Vec<Vec<String>> {
        (0..batch.num_rows()).map(|at| row(batch, at)).collect()
    };
    batches.iter().flat_map(of_batch).collect()
}

fn batches(report: &Report, options: &BatchOptions) -> Vec<RecordBatch> {
    let batches = report.plan().assess_batches(report.tally(), report.as_of(), options).unwrap();
    batches.collect::<Result<_, _>>().unwrap()
}

#[test]
fn batches_of_any_size_have_the_rows_of_the_report() {
    let report = report();
    let whole = cells(&[report.to_record_batch()]);
    for rows in [1, 2, 3, 7, whole.len() - 1, whole.len(), whole.len() + 1, usize::MAX] {
        let found = batches(&report, &BatchOptions::new().rows(rows));
        assert_eq!(cells(&found), whole, "{rows} rows at a time");
        let (last, others) = found.split_last().unwrap();
        assert!(others.iter().all(|batch| batch.num_rows() == rows));
        assert!((1..=rows).contains(&last.num_rows()));
        assert!(found.iter().all(|batch| *batch.schema() == *report.to_record_batch().schema()));
    }
    let columns = ["verdict", "unit"];
    let found = batches(&report, &BatchOptions::new().columns(columns).rows(4));
    assert_eq!(cells(&found), cells(&[report.select(&columns).unwrap()]));
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn batches_of_any_plan_have_the_rows_of_its_report(choices in prop::collection::vec(any::<u16>(), 50..1500)) {
        let mut choices = Choices(choices.iter());
        let (plan, tally) = plan_and_tally(&mut choices);
        let filter = if choices.once_in(2) { filter(&mut choices) } else { Filter::default() };
        let as_of = choices.one(&days());
        let options = BatchOptions::new().filter(filter.clone()).rows(1 + choices.below(30));
        let expected = plan.assess(&tally, as_of).unwrap().filter(&filter);
        let (found, expected) = match (plan.assess_batches(&tally, as_of, &options), expected) {
            (Ok(found), Ok(expected)) => (found.collect::<Result<Vec<_>, _>>().unwrap(), expected),
            (found, expected) => {
                prop_assert_eq!(found.unwrap_err().to_string(), expected.unwrap_err().to_string());
                return Ok(());
            }
        };
        prop_assert_eq!(cells(&found), cells(&[expected.to_record_batch()]));
        let columns = choices.one(&[["value", "verdict"], ["stratum", "chance"], ["needed", "unit"]]);
        let found = plan.assess_batches(&tally, as_of, &options.columns(columns)).unwrap();
        let found: Vec<RecordBatch> = found.collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(cells(&found), cells(&[expected.select(&columns).unwrap()]));
    }
}

#[test]
fn a_choice_without_rows_has_no_batch_and_all_columns() {
    let report = report();
    let options = BatchOptions::new().filter(Filter::default().target("year").level("city"));
    let found = report.plan().assess_batches(report.tally(), report.as_of(), &options).unwrap();
    assert_eq!(found.schema(), report.to_record_batch().schema());
    assert_eq!(found.count(), 0);
}

#[test]
fn the_limit_on_rows_of_a_report_is_none_on_those_of_a_stream() {
    let report = report();
    let tally = report.tally().clone().with_limits(Limits::default().judgement_rows(3));
    assert!(report.plan().assess(&tally, report.as_of()).is_err());
    let found = report.plan().assess_batches(&tally, report.as_of(), &BatchOptions::new()).unwrap();
    assert_eq!(found.map(|batch| batch.unwrap().num_rows()).sum::<usize>(), report.len());
}

#[test]
fn what_can_not_be_given_is_refused_before_the_first_batch() {
    let report = report();
    let refused = |options: BatchOptions| {
        let found = report.plan().assess_batches(report.tally(), report.as_of(), &options);
        let error = found.unwrap_err();
        assert!(error.is_request(), "{error}");
        error.to_string()
    };
    assert!(refused(BatchOptions::new().rows(0)).contains("one row at least"));
    assert!(refused(BatchOptions::new().columns(["verdct"])).contains("did you mean `verdict`?"));
    assert!(refused(BatchOptions::new().columns([""; 0])).contains("no column is named"));
    assert!(
        refused(BatchOptions::new().filter(Filter::default().unit("9"))).contains("no unit `9`")
    );
}

#[test]
fn what_a_tally_does_not_distinguish_ends_the_stream_with_its_error() {
    let plan = parse(
        "{attain: 1, plan: p, measures: {calls: {}, cases: {every: month}},
          indicators: {known: {count: calls}, change: {change: {of: known, from: {window: ['2022-02-03', '2022-03-04']}, as: percent}}},
          units: {levels: [city], list: [{id: c, level: city}]},
          targets: {few: {indicator: known, goal: {at_most: 1}, window: {every: month, within: '2023'}}}}",
    );
    let as_of = day("2023-12-31");
    let mut tally = plan.tally_for(attain::Rows::Events, &[as_of]);
    tally.record(&Outcome::new("c", When::Date(day("2022-02-20")), "calls", 1.0)).unwrap();
    let changed =
        attain::Plan::from_yaml(&plan.to_yaml().replace("indicator: known", "indicator: change"));
    let changed = changed.unwrap();
    let whole = changed.assess(&tally, as_of).unwrap_err();
    let mut found = changed.assess_batches(&tally, as_of, &BatchOptions::new()).unwrap();
    let Some(Err(ArrowError::ExternalError(error))) = found.next() else { panic!("no error") };
    assert_eq!(error.downcast_ref::<Error>().unwrap().to_string(), whole.to_string());
    assert!(found.next().is_none());
    let file = Scratch::with("rows.parquet", "what was there");
    #[cfg(feature = "parquet")]
    {
        let found = changed.assess_batches(&tally, as_of, &BatchOptions::new()).unwrap();
        assert_eq!(found.write_parquet(&file.0).unwrap_err().to_string(), whole.to_string());
    }
    assert_eq!(std::fs::read_to_string(&file.0).unwrap(), "what was there");
}

#[test]
fn a_stop_ends_the_stream() {
    let report = report();
    let flag = Arc::new(AtomicBool::new(false));
    let options = RunOptions::new().stop(Arc::clone(&flag));
    let rows = BatchOptions::new().rows(1);
    let mut found = report.plan().assess_batches(report.tally(), report.as_of(), &rows).unwrap();
    let mut next = || options.run(|| Ok(found.next().map(|batch| batch.unwrap().num_rows())));
    assert_eq!(next().unwrap(), Some(1));
    flag.store(true, Ordering::Relaxed);
    // What was judged before the stop is given; nothing more is judged.
    for _ in 0..report.len() {
        assert!(next().map_or_else(|error| error.is_stopped(), |rows| rows == Some(1)));
    }
}

#[cfg(feature = "parquet")]
mod in_parquet {
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    use super::*;

    /// Enough rows for several row groups.
    fn many() -> Report {
        let wards: String =
            (0..80).map(|ward| format!(", {{id: w{ward}, level: ward, parent: c}}")).collect();
        let plan = parse(&format!(
            "{{attain: 1, plan: p, measures: {{cases: {{}}}}, indicators: {{known: {{count: cases}}}},
              units: {{levels: [city, ward], list: [{{id: c, level: city}}{wards}]}},
              targets: {{few: {{indicator: known, goal: {{at_most: 1}}, units: {{level: ward}},
                window: {{every: day, within: ['2013-01-01', '2023-01-01']}}}}}}}}",
        ));
        let mut tally = attain::Tally::of_events(&plan);
        for unit in ["w0", "w9", "w9"] {
            let when = When::Date(day("2022-05-01"));
            tally.record(&Outcome::new(unit, when, "cases", 1.0)).unwrap();
        }
        plan.assess(&tally, day("2022-12-01")).unwrap()
    }

    fn read(path: &std::path::Path) -> (Vec<i64>, Vec<RecordBatch>) {
        let file = std::fs::File::open(path).unwrap();
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
        let groups = reader.metadata().row_groups().iter().map(|group| group.num_rows()).collect();
        (groups, reader.build().unwrap().collect::<Result<_, _>>().unwrap())
    }

    #[test]
    fn a_file_has_the_rows_in_row_groups_of_bounded_size() {
        let report = many();
        let file = Scratch::new("rows.parquet");
        let columns = ["unit", "window_start", "value", "verdict", "chance"];
        let options = BatchOptions::new().columns(columns).rows(50_000);
        let batches = || report.plan().assess_batches(report.tally(), report.as_of(), &options);
        batches().unwrap().write_parquet(&file.0).unwrap();
        let (groups, found) = read(&file.0);
        assert_eq!(groups, [262_144, report.len() as i64 - 262_144]);
        let whole = report.select(&columns).unwrap();
        assert!(cells(&found) == cells(std::slice::from_ref(&whole)));
        // The same file, whether from a stream or from one batch.
        let other = Scratch::new("rows.parquet");
        attain::arrow::parquet::write_parquet(&other.0, whole.schema(), &[whole]).unwrap();
        assert_eq!(read(&other.0).0, groups);
    }

    #[test]
    fn a_file_without_rows_has_all_columns() {
        let report = report();
        let file = Scratch::new("rows.parquet");
        let options = BatchOptions::new()
            .filter(Filter::default().verdict(attain::Verdict::Met).reason(attain::Reason::NoData));
        let batches = report.plan().assess_batches(report.tally(), report.as_of(), &options);
        batches.unwrap().write_parquet(&file.0).unwrap();
        let reader =
            ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(&file.0).unwrap())
                .unwrap();
        assert_eq!(reader.schema().fields(), report.to_record_batch().schema().fields());
        assert_eq!(reader.metadata().file_metadata().num_rows(), 0);
    }

    #[test]
    fn an_error_of_another_stream_is_one_of_the_file() {
        struct Broken;

        impl Iterator for Broken {
            type Item = Result<RecordBatch, ArrowError>;

            fn next(&mut self) -> Option<Self::Item> {
                Some(Err(ArrowError::ComputeError("no more memory".to_owned())))
            }
        }

        impl RecordBatchReader for Broken {
            fn schema(&self) -> arrow_schema::SchemaRef {
                attain::arrow::assessments::schema()
            }
        }

        let file = Scratch::new("rows.parquet");
        let error = attain::arrow::parquet::write_parquet_stream(&file.0, Broken).unwrap_err();
        assert!(error.is_file() && error.to_string().contains("no more memory"), "{error}");
        assert!(!file.0.exists());
    }
}
