//! Bytes as columns that come through the Arrow C data interface, where nobody validates them.
//!
//! The interface tells no lengths of buffers, so those are honest; what stands in them is not.

use std::sync::Arc;

use arrow_array::ffi::{from_ffi, to_ffi};
use arrow_array::{Array, ArrayRef, RecordBatch, make_array};
use arrow_buffer::Buffer;
use arrow_data::ArrayData;
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use attain::{Rows, Tally};

use super::{judged, known_plan};

/// Gives bytes away piece by piece; zeros after the last.
struct Pieces<'b>(&'b [u8]);

impl Pieces<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.byte()).collect()
    }
}

/// Valid texts, for inputs without faults.
const TEXTS: [&str; 12] = [
    "c",
    "d1",
    "d2",
    "cases",
    "cleared",
    "2023",
    "2023-05",
    "2023-05-06",
    "A",
    "P",
    "",
    "a text that is longer than a view holds itself",
];

/// Feeds a batch of columns to a tally.
pub fn interface(bytes: &[u8]) {
    let mut pieces = Pieces(bytes);
    let rows = usize::from(pieces.byte() % 40);
    let names = ["unit", "measure", "period", "date", "value", "status", "recorded_at", "sex"];
    let mut columns: Vec<(Field, ArrayRef)> = Vec::new();
    for name in names {
        let choice = pieces.byte();
        if choice & 1 == 0 && columns.len() > 2 {
            continue;
        }
        let array = match name {
            "value" => plain(&mut pieces, rows, &NUMBERS),
            "date" | "recorded_at" if choice & 2 == 0 => plain(&mut pieces, rows, &DAYS),
            _ => texts(&mut pieces, rows),
        };
        // SAFETY: lengths of buffers are as the interface expects them.
        let (array, schema) = to_ffi(&array).unwrap();
        let Ok(array) = (unsafe { from_ffi(array, &schema) }) else { return };
        let array = make_array(array);
        columns.push((Field::new(name, array.data_type().clone(), true), array));
    }
    let (fields, arrays): (Vec<Field>, Vec<ArrayRef>) = columns.into_iter().unzip();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).unwrap();
    for kind in [Rows::Figures, Rows::Events] {
        let mut tally = Tally::of(known_plan(), kind);
        match tally.ingest(&batch) {
            Ok(()) => judged(known_plan(), &tally),
            Err(error) => {
                assert!(!error.faults().is_empty() && !error.to_string().is_empty());
                assert!(tally.is_empty(), "refused, and yet let in");
            }
        }
        // A slice begins within its buffers.
        let half = batch.slice(rows / 2, rows - rows / 2);
        let _ = Tally::of(known_plan(), kind).ingest(&half);
    }
}

const NUMBERS: [DataType; 7] = [
    DataType::Float64,
    DataType::Int64,
    DataType::Int32,
    DataType::UInt8,
    DataType::Float32,
    DataType::UInt64,
    DataType::Int16,
];
const DAYS: [DataType; 4] = [
    DataType::Date32,
    DataType::Date64,
    DataType::Timestamp(TimeUnit::Second, None),
    DataType::Timestamp(TimeUnit::Nanosecond, None),
];

/// Which rows are null, if any are.
fn nulls(pieces: &mut Pieces<'_>, rows: usize) -> Option<Buffer> {
    (pieces.byte() > 127).then(|| Buffer::from(pieces.bytes(rows.div_ceil(8))))
}

fn array(kind: DataType, rows: usize, nulls: Option<Buffer>, buffers: Vec<Buffer>) -> ArrayData {
    let builder = ArrayData::builder(kind).len(rows).null_bit_buffer(nulls).buffers(buffers);
    // SAFETY: broken on purpose.
    unsafe { builder.build_unchecked() }
}

fn plain(pieces: &mut Pieces<'_>, rows: usize, kinds: &[DataType]) -> ArrayData {
    let kind = kinds[usize::from(pieces.byte()) % kinds.len()].clone();
    let width = kind.primitive_width().unwrap();
    let nulls = nulls(pieces, rows);
    let mut bytes = pieces.bytes(rows * width);
    if pieces.byte() > 60 {
        // Small numbers, which are accepted.
        let small = |(at, byte): (usize, &mut u8)| {
            if at % width > 1 {
                *byte = 0
            }
        };
        bytes.iter_mut().enumerate().for_each(small);
    }
    array(kind, rows, nulls, vec![Buffer::from(bytes)])
}

fn texts(pieces: &mut Pieces<'_>, rows: usize) -> ArrayData {
    match pieces.byte() % 5 {
        0 => with_offsets(pieces, rows, DataType::Utf8),
        1 => with_offsets(pieces, rows, DataType::LargeUtf8),
        2 => views(pieces, rows),
        _ => dictionary(pieces, rows),
    }
}

/// Texts one after the other, and where each begins; some of both are broken.
fn with_offsets(pieces: &mut Pieces<'_>, rows: usize, kind: DataType) -> ArrayData {
    let (mut values, mut offsets) = (Vec::new(), vec![0_i64]);
    for _ in 0..rows {
        match pieces.byte() {
            0..=8 => {
                let count = usize::from(pieces.byte() % 20);
                values.extend(pieces.bytes(count));
            }
            text => values.extend(TEXTS[usize::from(text) % TEXTS.len()].bytes()),
        }
        offsets.push(values.len() as i64);
    }
    if pieces.byte() < 100 {
        for _ in 0..pieces.byte() % 4 {
            // The last offset is where the import takes the length of the values from, so it is honest too: it may
            // be less than that, but neither more nor negative.
            let at = usize::from(pieces.byte()) % (rows + 1);
            let to = i64::from(i16::from_le_bytes([pieces.byte(), pieces.byte()]));
            offsets[at] = match at == rows {
                true => to.clamp(0, values.len() as i64),
                false => to,
            };
        }
    }
    let nulls = nulls(pieces, rows);
    let offsets = match kind {
        DataType::Utf8 => Buffer::from_iter(offsets.into_iter().map(|offset| offset as i32)),
        _ => Buffer::from_iter(offsets),
    };
    array(kind, rows, nulls, vec![offsets, Buffer::from(values)])
}

/// Views of texts; some lead beyond their buffers.
fn views(pieces: &mut Pieces<'_>, rows: usize) -> ArrayData {
    let data: Vec<u8> = match pieces.byte() {
        0..=100 => pieces.bytes(60),
        _ => TEXTS[11].bytes().cycle().take(60).collect(),
    };
    let mut views: Vec<u128> = Vec::new();
    for _ in 0..rows {
        views.push(match pieces.byte() {
            0..=15 => u128::from_le_bytes(pieces.bytes(16).try_into().unwrap()),
            16..=60 => {
                let part = |pieces: &mut Pieces<'_>, most: u8| u128::from(pieces.byte() % most);
                part(pieces, 80) | part(pieces, 3) << 64 | part(pieces, 80) << 96
            }
            text => {
                let text = TEXTS[usize::from(text) % 11].as_bytes();
                let mut view = [0; 16];
                view[0] = text.len() as u8;
                view[4..4 + text.len()].copy_from_slice(text);
                u128::from_le_bytes(view)
            }
        });
    }
    let nulls = nulls(pieces, rows);
    array(DataType::Utf8View, rows, nulls, vec![Buffer::from_vec(views), Buffer::from(data)])
}

fn dictionary(pieces: &mut Pieces<'_>, rows: usize) -> ArrayData {
    let keys = [DataType::Int8, DataType::UInt8, DataType::Int32, DataType::UInt64];
    let key = keys[usize::from(pieces.byte()) % keys.len()].clone();
    let width = key.primitive_width().unwrap();
    let values = 1 + usize::from(pieces.byte() % 12);
    let of = match pieces.byte() % 3 {
        0 => with_offsets(pieces, values, DataType::Utf8),
        1 => with_offsets(pieces, values, DataType::LargeUtf8),
        _ => views(pieces, values),
    };
    let mut bytes = vec![0; rows * width];
    for row in bytes.chunks_exact_mut(width) {
        row[0] = pieces.byte();
        if row[0] < 240 {
            row[0] %= values as u8;
        } else {
            row.copy_from_slice(&pieces.bytes(width));
        }
    }
    let nulls = nulls(pieces, rows);
    let kind = DataType::Dictionary(Box::new(key), Box::new(of.data_type().clone()));
    let builder = ArrayData::builder(kind).len(rows).null_bit_buffer(nulls);
    let builder = builder.buffers(vec![Buffer::from(bytes)]).child_data(vec![of]);
    // SAFETY: broken on purpose.
    unsafe { builder.build_unchecked() }
}
