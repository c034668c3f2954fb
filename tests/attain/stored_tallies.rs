//! Tallies as tables: stored and read again they are the same, parts add up to the whole, and what does not belong to the
//! plan is refused.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::Float64Type;
use arrow_array::{ArrayRef, Date32Array, Float64Array, RecordBatch, StringArray};
use arrow_schema::{Field, Schema};
use attain::arrow::CellOptions;
use attain::{Outcome, Plan, Rows, Status, Tally, When};
use proptest::prelude::*;

use crate::incremental::{Choices, cases, days, outcome, plan, told};
use crate::support::{day, parse};

fn batches(tally: &Tally) -> Vec<RecordBatch> {
    tally.cells().map(Result::unwrap).collect()
}

/// The cells without where they came from, in an order of their own.
pub fn contents(tally: &Tally) -> Vec<String> {
    let mut rows = Vec::new();
    for batch in batches(tally) {
        let schema = batch.schema();
        let told = schema
            .fields()
            .iter()
            .enumerate()
            .filter(|(_, field)| !["source", "row", "rows"].contains(&field.name().as_str()));
        let columns: Vec<(String, ArrayRef)> =
            told.map(|(at, field)| (field.name().clone(), Arc::clone(batch.column(at)))).collect();
        for row in 0..batch.num_rows() {
            let cells = columns.iter().map(|(name, column)| {
                let cell = column.slice(row, 1);
                let text = match cell.as_any_dictionary_opt() {
                    Some(words) => words.keys().is_valid(0).then(|| {
                        let at = words.normalized_keys()[0];
                        words.values().as_string::<i32>().value(at).to_owned()
                    }),
                    None => Some(format!("{cell:?}")),
                };
                format!("{name} {text:?}")
            });
            rows.push(cells.collect::<Vec<_>>().join("; "));
        }
    }
    rows.sort();
    rows
}

fn by_ipc(plan: &Plan, tally: &Tally) -> Tally {
    let mut bytes = Vec::new();
    tally.write_cells(&mut bytes).unwrap();
    Tally::read_cells(plan, bytes.as_slice()).unwrap()
}

/// Events and figures, for all days or for one.
fn tally(choices: &mut Choices<'_>, plan: &Plan, as_of: Option<chrono::NaiveDate>) -> Tally {
    let empty = |rows| match as_of {
        Some(day) => plan.tally_for(rows, &[day]),
        None => Tally::of(plan, rows),
    };
    let mut tally = empty(Rows::Figures);
    let mut events = empty(Rows::Events);
    for _ in 0..choices.below(200) {
        let _ = events.record(&outcome(choices, Rows::Events));
    }
    for _ in 0..choices.below(200) {
        let figure = outcome(choices, Rows::Figures);
        if ["people", "index"].contains(&&*figure.measure) || events.is_empty() {
            let _ = tally.record(&figure);
        }
    }
    tally.merge(&events).unwrap();
    tally
}

proptest! {
    #![proptest_config(cases(80))]

    #[test]
    fn a_stored_tally_is_the_same(choices in prop::collection::vec(any::<u16>(), 50..1500)) {
        let mut choices = Choices(choices.iter());
        let plan = plan(&mut choices);
        let as_of = choices.one(&days());
        let made_for = choices.once_in(2).then_some(as_of);
        let whole = tally(&mut choices, &plan, made_for);
        let expected = batches(&whole);
        let report = told(&plan.assess(&whole, as_of).unwrap());
        let from_cells = Tally::from_cells(&plan, expected.iter().cloned().map(Ok), &CellOptions::default()).unwrap();
        for again in [from_cells, by_ipc(&plan, &whole)] {
            prop_assert_eq!(&expected, &batches(&again));
            prop_assert_eq!(whole.len(), again.len());
            prop_assert_eq!(&report, &told(&plan.assess(&again, as_of).unwrap()));
        }
    }

    #[test]
    fn parts_that_were_stored_merge_to_the_whole_in_any_order(
        choices in prop::collection::vec(any::<u16>(), 50..1500),
    ) {
        let mut choices = Choices(choices.iter());
        let plan = plan(&mut choices);
        let as_of = choices.one(&days());
        let rows = choices.one(&[Rows::Figures, Rows::Events]);
        let empty = || match rows {
            Rows::Events => plan.tally_for(rows, &[as_of]),
            _ => Tally::of(&plan, rows),
        };
        let number = 1 + choices.below(5);
        let mut parts: Vec<Tally> = (0..number).map(|_| empty()).collect();
        let mut whole = empty();
        for _ in 0..choices.below(300) {
            let outcome = outcome(&mut choices, rows);
            if whole.record(&outcome).is_ok() {
                parts[choices.below(number)].record(&outcome).unwrap();
            }
        }
        let mut sum = empty();
        while !parts.is_empty() {
            let part = parts.swap_remove(choices.below(parts.len()));
            sum.merge(&by_ipc(&plan, &part)).unwrap();
        }
        prop_assert_eq!(contents(&whole), contents(&sum));
        prop_assert_eq!(whole.len(), sum.len());
        // One table after the other is one table.
        prop_assert_eq!(
            told(&plan.assess(&whole, as_of).unwrap()),
            told(&plan.assess(&sum, as_of).unwrap())
        );
    }

    #[test]
    fn a_tally_with_another_plan_is_that_of_the_same_outcomes(
        choices in prop::collection::vec(any::<u16>(), 50..1500),
    ) {
        let mut choices = Choices(choices.iter());
        let before = plan(&mut choices);
        // More units and measures, before and after the others, and another goal.
        let text = before.to_yaml();
        let now = text
            .replacen("  list:\n", "  list:\n    - {id: new, level: city}\n", 1)
            .replacen("measures:\n", "measures:\n  added: {}\n", 1)
            .replace("at_least: 50", "at_least: 51");
        prop_assert_ne!(&text, &now);
        let now = parse(&now);
        let rows = choices.one(&[Rows::Figures, Rows::Events]);
        let (mut tally, mut expected) = (Tally::of(&before, rows), Tally::of(&now, rows));
        for _ in 0..choices.below(300) {
            let outcome = outcome(&mut choices, rows);
            prop_assert_eq!(tally.record(&outcome).is_ok(), expected.record(&outcome).is_ok());
        }
        let moved = tally.with_plan(&now).unwrap();
        prop_assert_eq!(batches(&expected), batches(&moved));
        let as_of = choices.one(&days());
        prop_assert_eq!(
            told(&now.assess(&expected, as_of).unwrap()),
            told(&now.assess(&moved, as_of).unwrap())
        );
    }
}

/// Strata of which one is named as a column of the format.
fn stratified() -> Plan {
    parse(
        "{attain: 1, plan: p, units: {levels: [city], list: [{id: c, level: city}, {id: d, level: city}]},
          strata: {sex: [f, m], size: [small, 'large, or larger'], stratum_size: ['1', '2']},
          measures: {cases: {}, women: {strata: [sex]}, beds: {over_time: last}},
          indicators: {crime: {count: cases}, of-women: {count: women, where: {sex: f}}},
          targets: {few: {indicator: crime, goal: {at_most: 3}, window: '2023', by: [size]},
                    none: {indicator: of-women, goal: {at_most: 0}, window: '2023'}}}",
    )
}

#[test]
fn categories_have_columns_of_their_own() {
    let plan = stratified();
    for rows in [Rows::Figures, Rows::Events] {
        let mut tally = Tally::of(&plan, rows);
        let event =
            |unit, when, measure, value| Outcome::new(unit, When::Date(day(when)), measure, value);
        let large = |outcome: Outcome| outcome.in_stratum("size", "large, or larger");
        let outcomes = [
            large(event("c", "2023-02-01", "cases", 2.0)).in_stratum("stratum_size", "2"),
            event("c", "2023-02-02", "cases", 1.0)
                .in_stratum("sex", "m")
                .in_stratum("size", "small"),
            event("d", "2023-02-01", "women", 4.0).in_stratum("sex", "f"),
            event("d", "2023-02-01", "beds", 4.5).in_stratum("stratum_size", "1"),
        ];
        tally.record_all(&outcomes).unwrap();
        let expected = batches(&tally);
        let schema = expected[0].schema();
        let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
        assert_eq!(&names[2..6], ["measure", "sex", "stratum_size", "stratum_stratum_size"]);
        let again =
            Tally::from_cells(&plan, expected.iter().cloned().map(Ok), &CellOptions::default())
                .unwrap();
        assert_eq!(batches(&again), expected);
        let report = |tally| plan.assess(tally, day("2024-01-31")).unwrap();
        assert_eq!(report(&again).rows(), report(&tally).rows());
        let values: Vec<_> =
            report(&again).rows().iter().map(|row| (row.value, row.reason)).collect();
        assert!(values.contains(&(Some(4.0), None)), "{rows} {values:?}");
    }
}

#[cfg(feature = "parquet")]
#[test]
fn a_saved_tally_is_opened_with_its_origins_and_warnings() {
    let plan = parse(
        "{attain: 1, plan: p, units: {levels: [city], list: [{id: c, level: city}]}, measures: {cases: {}}}",
    );
    let folder = std::env::temp_dir().join(format!("attain-saved-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let csv = folder.join("figures.csv");
    std::fs::write(&csv, "unit,period,measure,value,colour\nc,2023-01,cases,7,red\n").unwrap();
    let mut tally = Tally::new(&plan);
    tally.read(&csv).unwrap();
    let saved = folder.join("saved.cells.parquet");
    tally.save(&saved).unwrap();
    let mut again = Tally::open(&plan, &saved).unwrap();
    assert_eq!(batches(&again), batches(&tally));
    assert_eq!(again.warnings(), tally.warnings());
    assert_eq!(again.warnings().len(), 1);
    let twice = Outcome::new("c", When::Period("2023-01".into()), "cases", 8.0);
    let told = |error: attain::Error| error.to_string();
    let expected = told(tally.record(&twice).unwrap_err());
    assert_eq!(told(again.record(&twice).unwrap_err()), expected);
    assert!(expected.contains("figures.csv:2"), "{expected}");
    // Only half of the file reached the disk.
    let bytes = std::fs::read(&saved).unwrap();
    std::fs::write(&saved, &bytes[..bytes.len() / 2]).unwrap();
    assert!(Tally::open(&plan, &saved).unwrap_err().is_file());
    std::fs::remove_dir_all(&folder).unwrap();
}

/// A table of one row, some of whose columns are others.
fn row(changes: &[(&str, Option<ArrayRef>)]) -> RecordBatch {
    let text = |text: &str| Arc::new(StringArray::from(vec![text])) as ArrayRef;
    let date =
        |text: &str| Arc::new(Date32Array::from(vec![day(text).to_epoch_days()])) as ArrayRef;
    let number = |number: f64| Arc::new(Float64Array::from(vec![number])) as ArrayRef;
    let mut columns = vec![
        ("unit", text("c")),
        ("measure", text("cases")),
        ("kind", text("events")),
        ("start", date("2023-02-01")),
        ("end", date("2023-02-02")),
        ("value", number(3.0)),
    ];
    for (name, array) in changes {
        columns.retain(|(column, _)| column != name);
        columns.extend(array.clone().map(|array| (*name, array)));
    }
    RecordBatch::try_from_iter(columns).unwrap()
}

fn text(text: &str) -> Option<ArrayRef> {
    Some(Arc::new(StringArray::from(vec![text])))
}

fn number(number: f64) -> Option<ArrayRef> {
    Some(Arc::new(Float64Array::from(vec![number])))
}

#[test]
fn rows_that_do_not_belong_to_the_plan_are_refused_where_they_stand() {
    let plan = parse(
        "{attain: 1, plan: p, certainty: {dispersion: 1}, units: {levels: [city], list: [{id: c, level: city}]},
          measures: {cases: {}, beds: {over_time: last}}, indicators: {crime: {count: cases}},
          targets: {few: {indicator: crime, goal: {at_most: 3}, window: {every: month, within: '2023'}}}}",
    );
    let as_of = [day("2023-12-31")];
    let read = |batch: RecordBatch, as_of: Option<&[chrono::NaiveDate]>| {
        let options =
            as_of.map_or_else(CellOptions::default, |days| CellOptions::default().as_of(days));
        Tally::from_cells(&plan, [Ok(batch)], &options).map(|tally| tally.len())
    };
    assert_eq!(read(row(&[]), None), Ok(1));
    let day_of = |text: &str| Some(Arc::new(StringArray::from(vec![text])) as ArrayRef);
    type Changes<'c> = &'c [(&'c str, Option<ArrayRef>)];
    let cases: [(Changes<'_>, &str); 16] = [
        (&[("rows", number(0.0))], "column `rows`: this is no number of rows: found 0"),
        (&[("rows", number(1.5))], "this is no number of rows: found 1.5"),
        (&[("rows", number(5e9)), ("status", text("A"))], "this is no number of rows"),
        (&[("unit", text("x"))], "row 0, column `unit`: there is no unit `x`"),
        (&[("measure", text("x"))], "row 0, column `measure`: there is no measure `x`"),
        (&[("kind", text("counts"))], "row 0, column `kind`"),
        (&[("kind", None)], "there is no column `kind`"),
        (&[("value", number(2.5))], "this is no sum of plain events: found 2.5"),
        (&[("value", number(0.0))], "this is no sum of plain events"),
        (&[("measure", text("beds"))], "events of `beds` are kept day by day"),
        (&[("recorded_at", day_of("2023-02-03"))], "plain events have no day of recording"),
        (&[("end", day_of("2023-03-01"))], "the row adds up days that have to be kept apart"),
        (&[("unit_from", day_of("2020-01-01"))], "names no unit that became valid on this day"),
        (
            &[("status", text("A")), ("lost", number(f64::NAN))],
            "column `lost`: the value is no number",
        ),
        (
            &[("status", text("A")), ("size", number(f64::INFINITY))],
            "column `size`: the value is no number",
        ),
        (&[("status", text("F"))], "a forecast is no outcome"),
    ];
    for (changes, expected) in cases {
        let error = read(row(changes), None).unwrap_err();
        assert!(error.is_outcomes() && error.to_string().contains(expected), "{error}\n{expected}");
    }
    // A month is one slot of a tally for the year's end, two months are not.
    assert_eq!(read(row(&[("end", day_of("2023-03-01"))]), Some(&as_of)), Ok(1));
    let error = read(row(&[("end", day_of("2023-03-02"))]), Some(&as_of)).unwrap_err();
    assert!(error.to_string().contains("between two neighbouring cuts"), "{error}");
    assert!(Tally::from_cells(&plan, [], &CellOptions::default()).unwrap_err().is_outcomes());
    // No events are a number, no figures are none.
    let empty = || [Ok(row(&[]).slice(0, 0))];
    let error = Tally::from_cells(&plan, empty(), &CellOptions::default()).unwrap_err();
    assert!(error.is_request() && error.to_string().contains("figures or events"), "{error}");
    let events = CellOptions::default().rows(Rows::Events);
    assert_eq!(Tally::from_cells(&plan, empty(), &events).unwrap().rows(), Rows::Events);
}

#[test]
fn a_table_of_another_plan_version_or_day_is_refused() {
    let plan = |measures: &str| {
        parse(&format!(
            "{{attain: 1, plan: p, units: {{levels: [city], list: [{{id: c, level: city}}]}}, measures: {{{measures}}}}}"
        ))
    };
    let now = plan("cases: {}");
    let mut tally = now.tally_for(Rows::Events, &[day("2023-12-31")]);
    tally.record(&Outcome::new("c", When::Date(day("2023-02-01")), "cases", 1.0)).unwrap();
    let batch = batches(&tally).remove(0);
    let with = |key: &str, value: &str| {
        let mut metadata = batch.schema().metadata().clone();
        metadata.insert(key.to_owned(), value.to_owned());
        let fields: Vec<Arc<Field>> = batch.schema().fields().iter().cloned().collect();
        let schema = Arc::new(Schema::new_with_metadata(fields, metadata));
        RecordBatch::try_new(schema, batch.columns().to_vec()).unwrap()
    };
    let summer = [day("2023-06-30")];
    let read = |plan: &Plan, batch, as_of: Option<&[chrono::NaiveDate]>| {
        let options =
            as_of.map_or_else(CellOptions::default, |days| CellOptions::default().as_of(days));
        Tally::from_cells(plan, [Ok(batch)], &options)
    };
    let refused = |found: attain::Result<Tally>| found.unwrap_err().to_string();
    assert!(read(&now, batch.clone(), None).is_ok());
    let version = refused(read(&now, with("attain.cells", "2"), None));
    assert!(version.contains("found 2, expected 1"), "{version}");
    let other = refused(read(&now, with("attain.plan", "q"), None));
    assert!(other.contains("another plan"), "{other}");
    let days = refused(read(&now, batch.clone(), Some(&summer)));
    assert!(days.contains("found 2023-12-31, expected 2023-06-30"), "{days}");
    let broken = refused(read(&now, with("attain.cuts", "2023-12-31,x"), None));
    assert!(broken.contains("can't be read"), "{broken}");
    // Its meaning is another one, although the rows could be read.
    let mean = refused(read(&plan("cases: {over_time: mean}"), batch.clone(), None));
    assert!(
        mean.contains("found sum over time, sum over units, expected mean over time"),
        "{mean}"
    );
    let moved = refused(tally.with_plan(&plan("cases: {over_time: mean}")));
    assert!(moved.contains("`cases` means something else"), "{moved}");
    let lacks = refused(tally.with_plan(&plan("other: {}")));
    assert!(lacks.contains("there is no measure `cases`"), "{lacks}");
    assert!(read(&plan("cases: {title: Cases}, more: {}"), batch.clone(), None).is_ok());
}

#[test]
fn what_rounding_has_lost_is_kept() {
    let plan = parse(
        "{attain: 1, plan: p, units: {levels: [city], list: [{id: c, level: city}]}, measures: {cases: {}}}",
    );
    let mut tally = Tally::of_events(&plan);
    for value in [1e15, 0.1, -1e15, 0.3] {
        let mut event = Outcome::new("c", When::Date(day("2023-02-01")), "cases", f64::abs(value));
        event.status = Some(Status::P);
        tally.record(&event).unwrap();
    }
    let [batch] = &batches(&tally)[..] else { panic!("one batch") };
    let lost = batch.column_by_name("lost").unwrap().as_primitive::<Float64Type>();
    assert_ne!(lost.value(0), 0.0);
    let again = by_ipc(&plan, &tally);
    assert_eq!(batches(&again), batches(&tally));
}

/// The plan and the outcomes of the files in `golden/`, which version 1 of the format wrote.
fn golden() -> (Plan, Tally) {
    let plan = parse(
        "{attain: 1, plan: golden, certainty: {dispersion: 1}, strata: {sex: [f, m]},
          units: {levels: [city, commune], list: [{id: c, level: city},
            {id: '01', level: commune, parent: c, valid_to: 2023-05-17},
            {id: '01', name: Larger, level: commune, parent: c, valid_from: 2023-05-17},
            {id: '02', level: commune, parent: c}]},
          measures: {cases: {}, people: {over_time: last}},
          indicators: {crime: {count: cases}, rate: {rate: {numerator: cases, population: people}}},
          targets: {few: {indicator: crime, goal: {at_most: 3}, window: {every: month, within: '2023'}},
                    low: {indicator: rate, goal: {at_most: 100}, window: '2023'}}}",
    );
    let as_of = [day("2023-12-31")];
    let mut events = plan.tally_for(Rows::Events, &as_of);
    let event = |unit, date, value| Outcome::new(unit, When::Date(day(date)), "cases", value);
    let mut provisional = event("02", "2023-06-01", 0.1);
    (provisional.status, provisional.recorded_at) = (Some(Status::P), Some(day("2023-06-03")));
    let outcomes = [
        event("01", "2023-05-16", 2.0),
        event("01", "2023-05-17", 3.0).in_stratum("sex", "f"),
        event("02", "2022-12-31", 7.0),
        provisional.clone(),
        provisional,
    ];
    events.record_all(&outcomes).unwrap();
    let mut tally = plan.tally_for(Rows::Figures, &as_of);
    let people = |unit, value| Outcome::new(unit, When::Period("2023".into()), "people", value);
    let mut unknown = people("01", 0.0);
    unknown.when = When::Span { start: day("2023-01-01"), end: day("2023-05-17") };
    (unknown.value, unknown.status) = (None, Some(Status::Q));
    tally.record_all(&[people("02", 5_000.0), unknown]).unwrap();
    tally.merge(&events).unwrap();
    (plan, tally)
}

#[cfg(feature = "parquet")]
#[test]
fn files_of_version_1_are_read() {
    let (plan, expected) = golden();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attain/golden");
    let [stream, parquet] = ["cells-1.arrows", "cells-1.parquet"].map(|name| folder.join(name));
    // Written once, and never again: a later version of the format has files of its own.
    if !stream.exists() {
        expected.write_cells(std::fs::File::create(&stream).unwrap()).unwrap();
        expected.save(&parquet).unwrap();
    }
    let stream = std::fs::File::open(&stream).unwrap();
    for found in [Tally::read_cells(&plan, stream).unwrap(), Tally::open(&plan, &parquet).unwrap()]
    {
        // What is read may need more days than it did when the files were written.
        let columns = |tally: &Tally| -> Vec<_> {
            batches(tally).iter().map(|batch| batch.columns().to_vec()).collect()
        };
        assert_eq!(columns(&found), columns(&expected));
        let [found, expected] =
            [&found, &expected].map(|tally| plan.assess(tally, day("2023-12-31")).unwrap());
        assert_eq!(found.rows(), expected.rows());
    }
}

#[test]
fn a_damaged_stream_is_refused_or_another_whole_tally() {
    let (plan, tally) = golden();
    let mut bytes = Vec::new();
    tally.write_cells(&mut bytes).unwrap();
    // Its end, eight bytes, holds no rows.
    for end in 0..bytes.len() - 8 {
        assert!(Tally::read_cells(&plan, &bytes[..end]).is_err(), "{end} of {}", bytes.len());
    }
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x55;
        // Another byte of a number may be another number.
        if let Ok(found) = Tally::read_cells(&plan, damaged.as_slice()) {
            assert!(plan.assess(&found, day("2023-12-31")).is_ok());
        }
    }
}
