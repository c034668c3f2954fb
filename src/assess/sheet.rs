//! Rows of judgement column by column, in the form in which they become columns of a table: a table of
//! millions of rows shares the memory that they were written to.

use std::ops::{BitOrAssign, Range};
use std::sync::Arc;

use arrow_buffer::ScalarBuffer;
use rustc_hash::FxHashMap;

use super::assessment::{Certainty, Pace, Reason, Verdict};
use super::outlook::Outlook;
use super::row::{Common, Number, Row, Whole, is_complete};
use super::uncertainty::Method;
use crate::calendar::Window;
use crate::plan::UnitIndex;
use crate::tally::{Pairs, Read};

/// The rows of a target and one of its windows, in the order of the plan's table of units; where there are
/// very many units, of some of them.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// The target's place in the plan.
    pub(crate) target: usize,
    pub(crate) window: Window,
    /// Where its rows stand, with those of other blocks; shared by the reports that hold them.
    pub(crate) sheet: Arc<Sheet>,
    pub(crate) places: Range<usize>,
    /// What was read to assess it, and perhaps more.
    pub(super) reads: Arc<[Read]>,
}

impl Block {
    /// Some rows of blocks, in a sheet of their own.
    pub(crate) fn of_rows(all: Vec<(&Block, Vec<Row>)>) -> Vec<Block> {
        let sizes = all.iter().map(|(_, rows)| rows.len());
        let mut making = Making::of(sizes.clone().sum(), false);
        let parts = making.parts(sizes);
        let (mut written, mut from) = (Written::default(), 0);
        for (mut part, (_, rows)) in parts.into_iter().zip(&all) {
            let number = rows.len();
            rows.iter().cloned().enumerate().for_each(|(place, row)| part.set(place, row));
            written.add(part.written(), from);
            from += number;
        }
        let about = all.iter().map(|(block, rows)| {
            (block.target, block.window, rows.len(), Arc::clone(&block.reads))
        });
        making.finished(written, about)
    }

    /// How many rows it has.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.places.clone().map(|place| self.sheet.row(place))
    }

    /// The unit of each row.
    pub(crate) fn units(&self) -> impl Iterator<Item = UnitIndex> + '_ {
        self.sheet.unit[self.places.clone()].iter().map(|unit| UnitIndex(*unit as usize))
    }

    /// The verdict of each row.
    pub(crate) fn verdicts(&self) -> impl Iterator<Item = Verdict> + '_ {
        let codes = self.sheet.verdict[self.places.clone()].iter();
        codes.map(|code| Verdict::ALL[usize::from(*code)])
    }
}

/// Lists the columns once, for rows in the making, for parts of them and for those that are made.
macro_rules! columns {
    ($($(#[$doc:meta])* $column:ident: $cell:ty,)+) => {
        /// Rows that no longer change.
        #[derive(Debug)]
        pub(crate) struct Sheet {
            $($(#[$doc])* pub(crate) $column: ScalarBuffer<$cell>,)+
            /// In which columns some rows have nothing.
            pub(crate) holes: Holes,
            /// What is known of windows that still run; none at all where none does.
            ahead: Vec<Ahead>,
            /// The same of closed windows, by place, where reports are missing.
            late: Late,
        }

        /// In which columns some rows have no number.
        #[derive(Debug, Clone, Copy, Default)]
        pub(crate) struct Holes {
            $(pub(crate) $column: bool,)+
        }

        impl BitOrAssign for Holes {
            fn bitor_assign(&mut self, other: Holes) {
                $(self.$column |= other.$column;)+
            }
        }

        /// Rows in the making. Memory that is not written to yet costs nothing.
        pub(super) struct Making {
            $($column: Vec<$cell>,)+
            ahead: Vec<Ahead>,
        }

        /// Rows next to each other, to be written.
        pub(super) struct Part<'m> {
            $(pub(super) $column: &'m mut [$cell],)+
            ahead: &'m mut [Ahead],
            late: Late,
        }

        impl Part<'_> {
            /// What is known of the rows as a whole; asked when they have just been written.
            pub(super) fn written(self) -> Written {
                let mut holes = Holes::default();
                $(holes.$column = self.$column.iter().fold(false, |some, cell| some | cell.is_none());)+
                Written { holes, late: self.late }
            }

            /// Copies a row of other ones.
            pub(super) fn copy(&mut self, place: usize, from: &Part<'_>, at: usize) {
                $(self.$column[place] = from.$column[at];)+
                if let Some(ahead) = from.ahead(at).cloned() {
                    self.set_ahead(place, ahead);
                }
            }
        }

        impl Making {
            /// A number of rows, of which none is written; `is_running` tells whether a window still runs.
            pub(super) fn of(rows: usize, is_running: bool) -> Making {
                Making {
                    $($column: vec![<$cell>::default(); rows],)+
                    ahead: vec![Ahead::default(); if is_running { rows } else { 0 }],
                }
            }

            /// Parts with the number of rows of each.
            pub(super) fn parts(&mut self, lengths: impl Iterator<Item = usize>) -> Vec<Part<'_>> {
                $(let mut $column = &mut self.$column[..];)+
                let mut ahead = &mut self.ahead[..];
                lengths.map(|rows| Part {
                    $($column: first(&mut $column, rows),)+
                    ahead: first(&mut ahead, rows),
                    late: Late::default(),
                }).collect()
            }

            /// The rows of targets and windows, each with the number of its rows and what was read for them.
            pub(super) fn finished(
                self,
                Written { holes, late }: Written,
                blocks: impl IntoIterator<Item = (usize, Window, usize, Arc<[Read]>)>,
            ) -> Vec<Block> {
                let sheet = Arc::new(Sheet {
                    $($column: self.$column.into(),)+
                    holes,
                    ahead: self.ahead,
                    late,
                });
                let mut end = 0;
                let block = |(target, window, rows, reads): (usize, Window, usize, Arc<[Read]>)| {
                    let places = end..end + rows;
                    end = places.end;
                    Block { target, window, sheet: Arc::clone(&sheet), places, reads }
                };
                blocks.into_iter().map(block).collect()
            }
        }
    };
}

columns! {
    unit: u32,
    /// The place of the category that decides, and 1 more; 0 where none does.
    category: u16,
    /// A place among all verdicts.
    verdict: u8,
    /// A place among all certainties.
    certainty: u8,
    /// A place among all reasons, and 1 more; 0 where there is none.
    reason: u8,
    /// As [`Row::how`] tells, and 1 more; 0 where there is nothing to tell.
    how: u8,
    /// NaN where there is none, as in all that follow.
    numerator: f64,
    denominator: f64,
    value: f64,
    lower: f64,
    upper: f64,
    baseline: f64,
    goal_value: f64,
    gap: f64,
    /// The least of its type where there is none.
    needed: i64,
    attainment: f64,
    completeness: f64,
    /// The largest of its type where the value is not made of pairs.
    matched: u32,
    unmatched: u32,
    imputed: f64,
}

/// In place of a number of pairs where a value is not made of pairs.
pub(crate) const NO_PAIRS: u32 = u32::MAX;

/// A cell that may hold no number.
trait Cell: Copy {
    fn is_none(self) -> bool;
}

impl Cell for f64 {
    #[inline]
    fn is_none(self) -> bool {
        self.is_nan()
    }
}

impl Cell for i64 {
    #[inline]
    fn is_none(self) -> bool {
        self == Whole::NONE.or_least()
    }
}

/// Codes and places say so themselves.
macro_rules! codes {
    ($($code:ty),+) => {
        $(impl Cell for $code {
            #[inline]
            fn is_none(self) -> bool {
                false
            }
        })+
    };
}

codes!(u8, u16, u32);

/// What is known of a window that still runs.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Ahead {
    pub(crate) pace: Option<Pace>,
    /// What the trajectory expects as of now.
    pub(crate) expected_now: Number,
    /// What the window may come to.
    pub(crate) outlook: Option<Box<Outlook>>,
}

/// What is known of some closed windows, by their places.
type Late = FxHashMap<usize, Box<Ahead>>;

/// What is known of rows as a whole.
#[derive(Debug, Default)]
pub(super) struct Written {
    holes: Holes,
    late: Late,
}

impl Written {
    /// Adds what is known of the rows that stand from a place on.
    pub(super) fn add(&mut self, more: Written, from: usize) {
        self.holes |= more.holes;
        self.late.extend(more.late.into_iter().map(|(place, ahead)| (from + place, ahead)));
    }
}

impl Ahead {
    fn is_empty(&self) -> bool {
        *self == Ahead::default()
    }

    /// A number of the outlook, if there is one.
    pub(crate) fn foretold(&self, number: impl Fn(&Outlook) -> Number) -> Number {
        self.outlook.as_deref().map_or(Number::NONE, number)
    }
}

/// The first cells, which are taken away.
fn first<'m, T>(cells: &mut &'m mut [T], rows: usize) -> &'m mut [T] {
    let all = std::mem::take(cells);
    // Of what is known of running windows there may be nothing.
    let (first, rest) = all.split_at_mut(rows.min(all.len()));
    *cells = rest;
    first
}

impl Part<'_> {
    /// Whether there is room for what is known of windows that still run.
    pub(super) fn is_running(&self) -> bool {
        !self.ahead.is_empty()
    }

    pub(super) fn outlook(&mut self, place: usize) -> Option<&mut Outlook> {
        let ahead = match self.ahead.get_mut(place) {
            Some(ahead) => ahead,
            None => self.late.get_mut(&place)?,
        };
        ahead.outlook.as_deref_mut()
    }

    /// The probability of meeting the goal; that of a closed window of which no report is missing is certain.
    pub(super) fn chance(&self, place: usize) -> Number {
        match self.ahead(place) {
            Some(ahead) => ahead.foretold(|outlook| outlook.chance),
            None if is_complete(self.completeness[place]) => {
                Common::chance_at_the_end(Verdict::ALL[usize::from(self.verdict[place])])
            }
            None => Number::NONE,
        }
    }

    fn ahead(&self, place: usize) -> Option<&Ahead> {
        self.ahead.get(place).or_else(|| self.late.get(&place).map(Box::as_ref))
    }

    fn set_ahead(&mut self, place: usize, ahead: Ahead) {
        match self.ahead.get_mut(place) {
            Some(mine) => *mine = ahead,
            None if ahead.is_empty() => {}
            None => {
                self.late.insert(place, Box::new(ahead));
            }
        }
    }

    pub(super) fn set(&mut self, place: usize, row: Row) {
        self.unit[place] = row.unit;
        self.category[place] = row.category;
        self.verdict[place] = row.verdict as u8;
        self.certainty[place] = row.certainty as u8;
        self.reason[place] = row.reason.map_or(0, |reason| reason as u8 + 1);
        self.how[place] = row.how().map_or(0, |how| how as u8 + 1);
        self.numerator[place] = row.numerator.or_nan();
        self.denominator[place] = row.denominator.or_nan();
        self.value[place] = row.value.or_nan();
        self.lower[place] = row.lower.or_nan();
        self.upper[place] = row.upper.or_nan();
        self.baseline[place] = row.baseline.or_nan();
        self.goal_value[place] = row.goal_value.or_nan();
        self.gap[place] = row.gap.or_nan();
        self.needed[place] = row.needed.or_least();
        self.attainment[place] = row.attainment.or_nan();
        self.completeness[place] = row.completeness.or_nan();
        self.matched[place] = row.pairs.map_or(NO_PAIRS, |pairs| pairs.matched);
        self.unmatched[place] = row.pairs.map_or(NO_PAIRS, |pairs| pairs.unmatched);
        self.imputed[place] = row.imputed.or_nan();
        self.set_ahead(place, row.ahead);
    }
}

impl Sheet {
    /// Whether what is told of how a value was computed includes an interval.
    pub(crate) fn has_interval(how: u8) -> bool {
        how >= Method::ALL[0].stored()
    }

    /// What is known of a window that still runs, or of which reports are missing.
    pub(crate) fn ahead(&self, place: usize) -> Option<&Ahead> {
        self.ahead.get(place).or_else(|| self.late.get(&place).map(Box::as_ref))
    }

    /// Whether that is known of no row.
    pub(crate) fn is_all_over(&self) -> bool {
        self.ahead.is_empty() && self.late.is_empty()
    }

    pub(crate) fn unit_of(&self, place: usize) -> UnitIndex {
        UnitIndex(self.unit[place] as usize)
    }

    pub(crate) fn verdict_of(&self, place: usize) -> Verdict {
        Verdict::ALL[usize::from(self.verdict[place])]
    }

    pub(crate) fn certainty_of(&self, place: usize) -> Certainty {
        Certainty::ALL[usize::from(self.certainty[place])]
    }

    pub(crate) fn reason_of(&self, place: usize) -> Option<Reason> {
        before(self.reason[place]).map(|reason| Reason::ALL[reason])
    }

    /// One of its rows.
    pub(crate) fn row(&self, place: usize) -> Row {
        let how = self.how[place];
        Row {
            unit: self.unit[place],
            category: self.category[place],
            verdict: self.verdict_of(place),
            certainty: self.certainty_of(place),
            reason: self.reason_of(place),
            method: before(how / 2).map(|method| Method::ALL[method]),
            parts_differ: how % 2 == 1,
            numerator: self.numerator[place].into(),
            denominator: self.denominator[place].into(),
            value: self.value[place].into(),
            lower: self.lower[place].into(),
            upper: self.upper[place].into(),
            baseline: self.baseline[place].into(),
            goal_value: self.goal_value[place].into(),
            gap: self.gap[place].into(),
            needed: self.needed[place].into(),
            attainment: self.attainment[place].into(),
            completeness: self.completeness[place].into(),
            pairs: Some(Pairs { matched: self.matched[place], unmatched: self.unmatched[place] })
                .filter(|pairs| pairs.matched != NO_PAIRS),
            imputed: self.imputed[place].into(),
            ahead: self.ahead(place).cloned().unwrap_or_default(),
        }
    }
}

/// The place that a number is 1 more than.
fn before(number: u8) -> Option<usize> {
    usize::from(number).checked_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_places_among_all_values() {
        let mut rows = Vec::new();
        for (unit, reason) in
            std::iter::once(None).chain(Reason::ALL.iter().copied().map(Some)).enumerate()
        {
            for method in std::iter::once(None).chain(Method::ALL.iter().copied().map(Some)) {
                let (verdicts, certainties) = (Verdict::ALL, Certainty::ALL);
                rows.push(Row {
                    reason,
                    method,
                    parts_differ: rows.len() % 2 == 1,
                    verdict: verdicts[rows.len() % verdicts.len()],
                    certainty: certainties[rows.len() / 3 % certainties.len()],
                    category: rows.len() as u16,
                    needed: (rows.len() as i64 - 9).into(),
                    imputed: (rows.len() as f64).into(),
                    ..Row::blank(UnitIndex(unit), 75.0.into())
                });
            }
        }
        let window = Window::new(
            chrono::NaiveDate::from_ymd_opt(2025, 1, 1).unwrap(),
            chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
        );
        let making = Making::of(0, false);
        let about = [(3, window.unwrap(), 0, Arc::default())];
        let blocks = making.finished(Written::default(), about);
        let blocks = Block::of_rows(vec![(&blocks[0], rows.clone())]);
        assert_eq!(blocks[0].rows().collect::<Vec<_>>(), rows);
        let told: Vec<_> = rows.iter().map(|row| (row.unit(), row.verdict)).collect();
        assert_eq!(blocks[0].units().zip(blocks[0].verdicts()).collect::<Vec<_>>(), told);
        for (row, how) in rows.iter().zip(blocks[0].sheet.how.iter()) {
            assert_eq!(Sheet::has_interval(*how), row.method.is_some());
        }
        // All numbers but these were left out.
        let holes = blocks[0].sheet.holes;
        assert!(holes.value && holes.gap && !holes.imputed && !holes.needed && !holes.goal_value);
    }
}
