//! Events into a tally: the cost of a row, by the types of its columns and by the detail that the tally keeps.

#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a bench fails loudly")]

use std::hint::black_box;
use std::sync::Arc;

use arrow_array::types::{Int8Type, Int32Type};
use arrow_array::{
    ArrayRef, Date32Array, DictionaryArray, Float64Array, Int8Array, Int32Array, Int64Array,
    RecordBatch, StringArray, StringViewArray,
};
use attain::{Plan, Rows, Tally, calendar};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

const ROWS: usize = 1 << 22;
const UNITS: usize = 579;
/// With 20 categories each, this number of units leaves most cells empty.
const MANY_UNITS: usize = 11_000;
const MEASURES: usize = 12;
const AGES: usize = 10;
/// Five years from 2019 on.
const DAYS: i32 = 1_826;
const FIRST_DAY: i32 = 17_897;

/// Four levels, monthly targets over five years.
fn plan(units: usize, strata: &str) -> Plan {
    let mut text = String::from(
        "attain: 1\nplan: p\nunits:\n  levels: [city, district, commune, group]\n  list:\n",
    );
    text.push_str("    - {id: c, level: city}\n");
    for district in 0..12 {
        text.push_str(&format!("    - {{id: d{district}, level: district, parent: c}}\n"));
    }
    for commune in 0..60 {
        let district = commune % 12;
        text.push_str(&format!("    - {{id: k{commune}, level: commune, parent: d{district}}}\n"));
    }
    for unit in 0..units {
        let commune = unit % 60;
        text.push_str(&format!("    - {{id: u{unit}, level: group, parent: k{commune}}}\n"));
    }
    text.push_str(strata);
    text.push_str("measures:\n");
    (0..MEASURES).for_each(|measure| text.push_str(&format!("  m{measure}: {{}}\n")));
    text.push_str("indicators: {cases: {count: m0}}\ntargets:\n  few: {indicator: cases, goal: {at_most: 9}, ");
    text.push_str("window: {every: month, within: [\"2019-01-01\", \"2024-01-01\"]}}\n");
    Plan::from_yaml(&text).unwrap()
}

/// Numbers that look random and are the same every time (Weyl's sequence, mixed).
fn numbers(seed: u64) -> impl Iterator<Item = u64> {
    (1_u64..).map(move |at| {
        let mixed = (at + seed).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0xD6E8_FEB8_6659_FD93);
        mixed ^ (mixed >> 32)
    })
}

fn below(seed: u64, end: usize) -> impl Iterator<Item = usize> {
    numbers(seed).map(move |number| (number % end as u64) as usize).take(ROWS)
}

fn column(name: &str, array: impl arrow_array::Array + 'static) -> (String, ArrayRef) {
    (name.to_owned(), Arc::new(array))
}

fn names(letter: char, number: usize) -> Vec<String> {
    (0..number).map(|at| format!("{letter}{at}")).collect()
}

fn units_by_key(units: usize) -> (String, ArrayRef) {
    let keys: Int32Array = below(1, units).map(|unit| Some(unit as i32)).collect();
    let values = Arc::new(StringArray::from(names('u', units)));
    column("unit", DictionaryArray::<Int32Type>::new(keys, values))
}

fn categories(name: &str, letter: char, number: usize, seed: u64) -> (String, ArrayRef) {
    let keys: Int8Array = below(seed, number).map(|category| Some(category as i8)).collect();
    let values = Arc::new(StringArray::from(names(letter, number)));
    column(name, DictionaryArray::<Int8Type>::new(keys, values))
}

fn units_by_text() -> (String, ArrayRef) {
    let names = names('u', UNITS);
    column("unit", below(1, UNITS).map(|unit| Some(names[unit].as_str())).collect::<StringArray>())
}

fn units_by_view() -> (String, ArrayRef) {
    let names = names('u', UNITS);
    let units = below(1, UNITS).map(|unit| Some(names[unit].as_str()));
    column("unit", units.collect::<StringViewArray>())
}

/// Figures with texts in all columns, each of its own unit and day.
fn figures() -> RecordBatch {
    const FIGURES: usize = UNITS * DAYS as usize / 4;
    let names = names('u', UNITS);
    let units = (0..FIGURES).map(|row| Some(names[row % UNITS].as_str()));
    let days = (0..FIGURES).map(|row| FIRST_DAY + (row / UNITS) as i32);
    let texts = |text: &'static str| (0..FIGURES).map(move |_| Some(text));
    RecordBatch::try_from_iter([
        column("unit", units.collect::<StringArray>()),
        column("date", Date32Array::from_iter_values(days)),
        column("measure", texts("m3").collect::<StringArray>()),
        column("value", Float64Array::from_iter_values((0..FIGURES).map(|row| row as f64))),
        column("status", texts("A").collect::<StringArray>()),
    ])
    .unwrap()
}

fn others() -> [(String, ArrayRef); 2] {
    let days = below(3, DAYS as usize).map(|day| FIRST_DAY + day as i32);
    [categories("measure", 'm', MEASURES, 2), column("date", Date32Array::from_iter_values(days))]
}

fn floats() -> (String, ArrayRef) {
    column("value", Float64Array::from_iter_values(below(4, 5).map(|value| value as f64 + 1.0)))
}

fn integers() -> (String, ArrayRef) {
    column("value", Int64Array::from_iter_values(below(4, 5).map(|value| value as i64 + 1)))
}

fn batch(columns: impl IntoIterator<Item = (String, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter(columns.into_iter().chain(others())).unwrap()
}

fn ingest(bench: &mut Criterion) {
    let usual_plan = plan(UNITS, "");
    let ages = names('a', AGES).join(", ");
    let strata_plan = plan(MANY_UNITS, &format!("strata: {{sex: [s0, s1], age: [{ages}]}}\n"));
    let last = calendar::date("2023-12-31").unwrap();
    let by_window = || usual_plan.tally_for(Rows::Events, &[last]);
    let by_day = || Tally::of_events(&usual_plan);
    let by_stratum = || strata_plan.tally_for(Rows::Events, &[last]);
    let mut group = bench.benchmark_group("ingest");
    group.throughput(Throughput::Elements(ROWS as u64)).sample_size(10);
    let mut run = |name: &str, tally: &dyn Fn() -> Tally, batch: &RecordBatch| {
        group.bench_function(name, |bench| {
            bench.iter(|| {
                let mut tally = tally();
                tally.ingest(black_box(batch)).unwrap();
                tally.len()
            });
        });
    };
    let usual = batch([units_by_key(UNITS), floats()]);
    run("dictionaries, floats, told apart by window", &by_window, &usual);
    run("dictionaries, floats, told apart by day", &by_day, &usual);
    run("dictionaries, integers", &by_window, &batch([units_by_key(UNITS), integers()]));
    run("dictionaries, no values", &by_window, &batch([units_by_key(UNITS)]));
    run("texts, floats", &by_window, &batch([units_by_text(), floats()]));
    run("views, floats", &by_window, &batch([units_by_view(), floats()]));
    run("figures of texts", &|| Tally::new(&usual_plan), &figures());
    let strata = [categories("sex", 's', 2, 5), categories("age", 'a', AGES, 6)];
    let many = batch([units_by_key(MANY_UNITS), floats()].into_iter().chain(strata));
    run("dictionaries, floats, 11,000 units in 20 strata", &by_stratum, &many);
}

criterion_group!(benches, ingest);
criterion_main!(benches);
