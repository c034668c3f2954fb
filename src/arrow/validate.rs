//! Validation of texts that other libraries hand over.
//!
//! The Arrow C data interface passes pointers, and the import trusts them: offsets, views and UTF-8 are not checked.
//! Most producers do not check what they load from a file either. To read such a text is undefined behaviour, so every
//! block of rows is validated right before it is read, while its bytes are in the nearest cache. The values of a
//! dictionary are validated once per batch; its keys are compared with the number of values wherever they are read.
//!
//! The lengths of the buffers themselves can't be checked here, because the interface does not tell them.

use std::ops::Range;

use arrow_array::{Array, GenericStringArray, OffsetSizeTrait, StringViewArray};
use arrow_buffer::Buffer;

use super::column::{Booleans, Days, Texts, Unreadable};
use super::outcome_columns::Columns;
use super::outcome_columns::fault_of_texts;
use crate::error::Place;
use crate::plan::Plan;

/// The longest text, in bytes, that a view holds itself.
const INLINE: u32 = 12;
/// The highest bit of each inline byte of a view, whose lowest four bytes are the length: set in no ASCII letter.
const INLINE_NOT_ASCII: u128 = 0x8080_8080_8080_8080_8080_8080_0000_0000;

impl Texts<'_> {
    /// Whether all texts of some rows can be read.
    pub(super) fn are_readable(&self, rows: Range<usize>) -> bool {
        match self {
            Texts::Utf8(array) => are_readable(array, rows),
            Texts::LargeUtf8(array) => are_readable(array, rows),
            Texts::Utf8View(array) => are_views_readable(array, rows),
            // Values are validated when the batch comes in.
            Texts::Dictionary { .. } | Texts::Nothing => true,
        }
    }

    /// Why the text of a row can't be read; none where it can.
    pub(super) fn defect(&self, row: usize) -> Option<Unreadable> {
        match self {
            Texts::Utf8(array) => defect(array, row),
            Texts::LargeUtf8(array) => defect(array, row),
            Texts::Utf8View(array) => view_defect(array, row),
            Texts::Dictionary { .. } | Texts::Nothing => None,
        }
    }

    /// The first value of a dictionary that can't be read, why, and a row that uses it.
    pub(super) fn broken_value(&self) -> Option<BrokenValue> {
        let Texts::Dictionary { keys, values } = self else { return None };
        if values.are_readable(0..values.len()) {
            return None;
        }
        let broken = (0..values.len()).find_map(|value| Some((value, values.defect(value)?)));
        let (value, why) = broken?;
        let is_used = |row: &usize| keys.cell(*row) == i128::try_from(value).ok();
        Some(BrokenValue { why, row: (0..keys.len()).find(is_used) })
    }
}

/// A value of a dictionary that can't be read.
pub(super) struct BrokenValue {
    pub(super) why: Unreadable,
    /// The first row that uses it.
    pub(super) row: Option<usize>,
}

impl<'a> Days<'a> {
    /// The texts, where days are written as texts.
    pub(super) fn texts(&self) -> Option<&Texts<'a>> {
        match self {
            Days::Texts(texts) => Some(texts),
            Days::Date32(_)
            | Days::Date64(_)
            | Days::Seconds(_)
            | Days::Milliseconds(_)
            | Days::Microseconds(_)
            | Days::Nanoseconds(_) => None,
        }
    }
}

impl<'a> Booleans<'a> {
    /// The texts, where they are written as texts.
    pub(super) fn texts(&self) -> Option<&Texts<'a>> {
        match self {
            Booleans::Texts(texts) => Some(texts),
            Booleans::Booleans(_) => None,
        }
    }
}

impl Columns<'_> {
    /// Whether all texts of some rows can be read.
    pub(super) fn are_readable(&self, rows: &Range<usize>, plan: &Plan) -> bool {
        self.texts(plan).all(|(_, texts)| texts.are_readable(rows.clone()))
    }
}

/// The first text of an array that can't be read: its row, and why. None where the array holds no texts.
pub fn unreadable_text(array: &dyn Array) -> Option<(Option<usize>, String)> {
    let texts = Texts::of(array)?;
    let (row, why) = match texts.broken_value() {
        Some(BrokenValue { why, row }) => (row, why),
        None if texts.are_readable(0..texts.len()) => return None,
        None => (0..texts.len()).find_map(|row| Some((Some(row), texts.defect(row)?)))?,
    };
    Some((row, fault_of_texts(why, Place::Nowhere).to_string()))
}

fn are_readable<O: OffsetSizeTrait>(array: &GenericStringArray<O>, rows: Range<usize>) -> bool {
    // Null rows may have any bytes, so what fails as a whole may still be sound row by row.
    are_readable_together(array, rows.clone())
        || rows.into_iter().all(|row| defect(array, row).is_none())
}

fn are_readable_together<O: OffsetSizeTrait>(
    array: &GenericStringArray<O>,
    rows: Range<usize>,
) -> bool {
    let Some(offsets) = array.value_offsets().get(rows.start..rows.end + 1) else { return false };
    let (Some(first), Some(last)) = (offsets.first(), offsets.last()) else { return false };
    // Compared without a branch, several at a time.
    let ascend =
        offsets.iter().zip(&offsets[1..]).fold(true, |all, (one, next)| all & (one <= next));
    let Some(bytes) = bytes(array.values(), first.as_usize(), last.as_usize()) else {
        return false;
    };
    if !ascend || *first < O::default() {
        return false;
    }
    if bytes.is_ascii() {
        return true;
    }
    let starts = || offsets.iter().map(|offset| offset.as_usize() - first.as_usize());
    std::str::from_utf8(bytes).is_ok_and(|text| starts().all(|at| text.is_char_boundary(at)))
}

/// The bytes from one offset to another; none where they are not in that order, or outside of the buffer.
fn bytes(buffer: &Buffer, start: usize, end: usize) -> Option<&[u8]> {
    // A negative offset, taken for a length, makes a buffer larger than any memory.
    if isize::try_from(buffer.len()).is_err() {
        return None;
    }
    buffer.as_slice().get(start..end)
}

#[cold]
fn defect<O: OffsetSizeTrait>(array: &GenericStringArray<O>, row: usize) -> Option<Unreadable> {
    if array.is_null(row) {
        return None;
    }
    let offsets = array.value_offsets();
    let (Some(start), Some(end)) = (offsets.get(row), offsets.get(row + 1)) else {
        return Some(Unreadable::OutOfBounds("no offsets".to_owned()));
    };
    let is_positive = *start >= O::default() && *end >= O::default();
    let text = bytes(array.values(), start.as_usize(), end.as_usize()).filter(|_| is_positive);
    match text {
        Some(text) => not_utf8(text),
        None => Some(Unreadable::OutOfBounds(format!("the offsets {start:?} and {end:?}"))),
    }
}

fn are_views_readable(array: &StringViewArray, rows: Range<usize>) -> bool {
    let Some(views) = array.views().get(rows.clone()) else { return false };
    let mut inline = 0;
    let are_sound = views.iter().all(|view| {
        if *view as u32 <= INLINE {
            inline |= view;
            true
        } else {
            LongView::of(*view).bytes(array).is_some_and(|text| std::str::from_utf8(text).is_ok())
        }
    });
    (are_sound && inline & INLINE_NOT_ASCII == 0)
        || rows.into_iter().all(|row| view_defect(array, row).is_none())
}

/// Where the bytes of a view lie that is too long to hold them itself.
struct LongView {
    length: usize,
    buffer: usize,
    offset: usize,
}

impl LongView {
    /// Takes the view apart: length, first four bytes, buffer, offset, each of 32 bits.
    fn of(view: u128) -> Self {
        let part = |at: u32| (view >> (32 * at)) as u32 as usize;
        LongView { length: part(0), buffer: part(2), offset: part(3) }
    }

    fn bytes<'a>(&self, array: &'a StringViewArray) -> Option<&'a [u8]> {
        bytes(array.data_buffers().get(self.buffer)?, self.offset, self.offset + self.length)
    }
}

#[cold]
fn view_defect(array: &StringViewArray, row: usize) -> Option<Unreadable> {
    if array.is_null(row) {
        return None;
    }
    let view = array.views().get(row).copied()?;
    let length = view as u32;
    if length <= INLINE {
        return not_utf8(&view.to_le_bytes()[4..][..length as usize]);
    }
    let long = LongView::of(view);
    match long.bytes(array) {
        Some(text) => not_utf8(text),
        None => {
            let LongView { length, buffer, offset } = long;
            let found = format!("{length} bytes at byte {offset} of buffer {buffer}");
            Some(Unreadable::OutOfBounds(found))
        }
    }
}

/// The bytes at which a text stops being UTF-8.
fn not_utf8(text: &[u8]) -> Option<Unreadable> {
    let invalid =
        text.utf8_chunks().map(|chunk| chunk.invalid()).find(|bytes| !bytes.is_empty())?;
    let spelt: Vec<String> = invalid.iter().map(|byte| format!("0x{byte:02X}")).collect();
    let noun = if spelt.len() == 1 { "byte" } else { "bytes" };
    Some(Unreadable::NotUtf8(format!("the {noun} {}", spelt.join(" "))))
}
