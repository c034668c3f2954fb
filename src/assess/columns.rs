//! Rows as columns, in the form in which Arrow arrays hold them: a table of millions of rows shares the memory that the
//! assessment wrote to.

use std::ops::{BitOrAssign, Range};
use std::sync::Arc;

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use super::assessment::{Certainty, Reason, Verdict, assessment_columns};
use super::packed::{Number, Packed, before};
use super::projection::{Outlook, Projection};
use super::row::{Common, Row, Settling, chance};
use super::uncertainty::Method;
use crate::calendar::Window;
use crate::plan::{Plan, UnitIndex};
use crate::tally::Read;

/// The rows of a target and one of its windows, in the order of the plan's table of units; where there are
/// very many units, of some of them.
#[derive(Debug, Clone)]
pub(crate) struct Block {
    /// The target's place in the plan.
    pub(crate) target: usize,
    pub(crate) window: Window,
    /// The columns of its rows and those of other blocks; shared by the reports that hold them.
    pub(crate) columns: Arc<Columns>,
    pub(crate) places: Range<usize>,
    /// What was read to assess it, and perhaps more.
    pub(super) reads: Arc<[Read]>,
}

impl Block {
    /// Some rows of blocks, by their places, in columns of their own. These are the `stored` ones.
    pub(crate) fn of_places(all: Vec<(&Block, Vec<usize>)>, stored: StoredColumns) -> Vec<Block> {
        let sizes = all.iter().map(|(_, places)| places.len());
        let mut builder = Builder::of(sizes.clone().sum(), false, stored);
        let slices = builder.slices(sizes);
        let (mut summary, mut from) = (Summary::default(), 0);
        let mut about = Vec::with_capacity(all.len());
        for (mut slice, (block, places)) in slices.into_iter().zip(all) {
            let number = places.len();
            for (at, place) in places.into_iter().enumerate() {
                slice.copy_stored(at, &block.columns, place);
            }
            summary.add(slice.summary(), from);
            from += number;
            about.push((block.target, block.window, number, Arc::clone(&block.reads)));
        }
        builder.finish(summary, about)
    }

    /// What its rows have in common.
    pub(crate) fn common<'p>(&self, plan: &'p Plan, as_of: NaiveDate) -> Common<'p> {
        Common::of(plan, self.target, self.window, as_of)
    }

    /// Its first rows, of which there are `rows`, and the others.
    pub(crate) fn split_at(self, rows: usize) -> (Block, Block) {
        let Range { start, end } = self.places;
        let rest = Block { places: start + rows..end, ..self.clone() };
        (Block { places: start..start + rows, ..self }, rest)
    }

    /// How many rows it has.
    pub(crate) fn len(&self) -> usize {
        self.places.len()
    }

    pub(crate) fn rows(&self) -> impl Iterator<Item = Row> + '_ {
        self.places.clone().map(|place| self.columns.row(place))
    }

    /// The unit of each row.
    pub(crate) fn units(&self) -> impl Iterator<Item = UnitIndex> + '_ {
        self.columns.unit[self.places.clone()].iter().map(|unit| UnitIndex(*unit as usize))
    }

    /// The place of a unit's row. Rows stand in the order of the table of units.
    pub(crate) fn place_of(&self, unit: UnitIndex) -> Option<usize> {
        let units = &self.columns.unit[self.places.clone()];
        let place = units.binary_search(&u32::try_from(unit.0).ok()?).ok()?;
        Some(self.places.start + place)
    }

    /// The verdict of each row.
    pub(crate) fn verdicts(&self) -> impl Iterator<Item = Verdict> + '_ {
        let codes = self.columns.verdict[self.places.clone()].iter();
        codes.map(|code| Verdict::unpack(*code))
    }
}

/// Declares the columns for rows that are written, for slices of them and for those that are finished: those that
/// [`Assessment`](super::Assessment) declares as `packed`, and three from which several of its columns are read.
macro_rules! storage {
    ($($(#[$doc:meta])* $column:ident ($ident:ident, $name:literal): $type:ty = packed();)+) => {
        /// Which packed columns are stored. The others take no memory and are not written.
        #[derive(Debug, Clone, Copy)]
        pub(crate) struct StoredColumns {
            $($column: bool,)+
        }

        impl StoredColumns {
            pub(crate) const ALL: StoredColumns = StoredColumns { $($column: true,)+ };

            /// The columns with these names. What is computed from several cells needs all columns.
            pub(crate) fn named(names: &[&str]) -> Self {
                if names.iter().any(|name| COMPUTED.contains(name)) {
                    return StoredColumns::ALL;
                }
                StoredColumns { $($column: names.contains(&$name),)+ }
            }
        }

        stored! {
            unit: u32, |_| false, |_| true;
            /// The place of the category that decides, and 1 more; 0 where none does.
            category: u16, |_| false, |_| true;
            /// As [`Row::how`] says, and 1 more; 0 where it says nothing.
            how: u8, |_| false, |_| true;
            $($(#[$doc])* $column: <$type as Packed>::Cell, <$type as Packed>::is_null,
                |stored: &StoredColumns| stored.$column;)+
        }

        impl BuilderSlice<'_> {
            /// Writes a row.
            pub(super) fn set(&mut self, place: usize, row: Row) {
                self.unit[place] = row.unit;
                self.category[place] = row.category;
                self.how[place] = row.how().map_or(0, |how| how as u8 + 1);
                $(put(self.$column, place, &[<$type as Packed>::pack(row.$column)]);)+
                self.set_projection(place, row.projection);
            }
        }

        impl Columns {
            /// One of the rows.
            pub(crate) fn row(&self, place: usize) -> Row {
                let how = self.how[place];
                Row {
                    unit: self.unit[place],
                    category: self.category[place],
                    method: before(how / 2).map(|method| Method::ALL[method]),
                    parts_differ: how % 2 == 1,
                    $($column: <$type as Packed>::unpack(self.$column[place]),)+
                    projection: self.projection(place).cloned().unwrap_or_default(),
                }
            }
        }
    };
}

/// The cells of a column. A record batch shares a buffer of Arrow without a copy.
#[cfg(feature = "arrow")]
pub(crate) type Cells<T> = arrow_buffer::ScalarBuffer<T>;
/// The cells of a column.
#[cfg(not(feature = "arrow"))]
pub(crate) type Cells<T> = Box<[T]>;

/// Declares the structs with a field for each stored column.
macro_rules! stored {
    ($($(#[$doc:meta])* $column:ident: $cell:ty, $is_null:expr, $is_stored:expr;)+) => {
        /// Rows that no longer change.
        #[derive(Debug)]
        pub(crate) struct Columns {
            $($(#[$doc])* pub(crate) $column: Cells<$cell>,)+
            pub(crate) has_nulls: HasNulls,
            /// Per row; empty where all windows are closed.
            projection: Vec<Projection>,
            sparse_projections: SparseProjections,
        }

        /// Which columns have a null in some row.
        #[derive(Debug, Clone, Copy, Default)]
        pub(crate) struct HasNulls {
            $(pub(crate) $column: bool,)+
        }

        impl BitOrAssign for HasNulls {
            fn bitor_assign(&mut self, other: HasNulls) {
                $(self.$column |= other.$column;)+
            }
        }

        /// Memory for rows. What is not written to yet costs nothing.
        pub(super) struct Builder {
            $($column: Vec<$cell>,)+
            projection: Vec<Projection>,
        }

        /// The memory of consecutive rows, to write them.
        pub(super) struct BuilderSlice<'m> {
            $(pub(super) $column: &'m mut [$cell],)+
            projection: &'m mut [Projection],
            sparse_projections: SparseProjections,
        }

        impl BuilderSlice<'_> {
            /// What is known of the rows as a whole. Call it when they are written.
            pub(super) fn summary(self) -> Summary {
                let mut has_nulls = HasNulls::default();
                $(has_nulls.$column = any(self.$column, $is_null);)+
                Summary { has_nulls, sparse_projections: self.sparse_projections }
            }

            /// Copies a row of another slice.
            pub(super) fn copy(&mut self, place: usize, from: &BuilderSlice<'_>, at: usize) {
                $(if !self.$column.is_empty() {
                    self.$column[place] = from.$column[at];
                })+
                if let Some(projection) = from.projection(at).cloned() {
                    self.set_projection(place, projection);
                }
            }
        }

        impl BuilderSlice<'_> {
            /// Copies the cells of a row that are stored here.
            fn copy_stored(&mut self, place: usize, from: &Columns, at: usize) {
                $(if !self.$column.is_empty() {
                    self.$column[place] = from.$column[at];
                })+
                if let Some(projection) = from.projection(at).cloned() {
                    self.set_projection(place, projection);
                }
            }
        }

        impl Builder {
            /// Memory for a number of rows; `is_running` says whether a window still runs.
            pub(super) fn of(rows: usize, is_running: bool, stored: StoredColumns) -> Builder {
                let is_stored = |column: fn(&StoredColumns) -> bool| column(&stored);
                Builder {
                    $($column: vec![
                        <$cell>::default();
                        if is_stored($is_stored) { rows } else { 0 }
                    ],)+
                    projection: vec![Projection::default(); if is_running { rows } else { 0 }],
                }
            }

            /// Slices with the number of rows of each.
            pub(super) fn slices(
                &mut self,
                lengths: impl Iterator<Item = usize>,
            ) -> Vec<BuilderSlice<'_>> {
                $(let mut $column = &mut self.$column[..];)+
                let mut projection = &mut self.projection[..];
                let slice = |rows: usize| BuilderSlice {
                    $($column: take_first(&mut $column, rows),)+
                    projection: take_first(&mut projection, rows),
                    sparse_projections: SparseProjections::default(),
                };
                lengths.map(slice).collect()
            }

            fn into_columns(self, Summary { has_nulls, sparse_projections }: Summary) -> Columns {
                Columns {
                    $($column: self.$column.into(),)+
                    has_nulls,
                    projection: self.projection,
                    sparse_projections,
                }
            }
        }
    };
}

assessment_columns!(packed => storage);

/// Declares the names of the columns that are computed from several cells.
macro_rules! computed {
    ($($(#[$doc:meta])* $column:ident ($ident:ident, $name:literal): $type:ty = computed($of:ident);)+) => {
        const COMPUTED: &[&str] = &[$($name),+];
    };
}

assessment_columns!(computed => computed);

/// Writes cells of consecutive rows, unless the column is not stored.
#[inline]
pub(super) fn put<T: Copy>(column: &mut [T], first: usize, cells: &[T]) {
    if !column.is_empty() {
        column[first..first + cells.len()].copy_from_slice(cells);
    }
}

/// Whether a cell is a null. Looks at all cells: so the loop is vectorised.
fn any<T: Copy>(cells: &[T], is_null: impl Fn(T) -> bool) -> bool {
    cells.iter().fold(false, |some, cell| some | is_null(*cell))
}

/// The first cells, which are removed from `cells`.
fn take_first<'m, T>(cells: &mut &'m mut [T], rows: usize) -> &'m mut [T] {
    let all = std::mem::take(cells);
    // The projection of running windows may have no cells at all, nor a column that is not stored.
    let (first, rest) = all.split_at_mut(rows.min(all.len()));
    *cells = rest;
    first
}

impl Builder {
    /// The rows of targets and windows, each with the number of its rows and what was read for them.
    pub(super) fn finish(
        self,
        summary: Summary,
        blocks: impl IntoIterator<Item = (usize, Window, usize, Arc<[Read]>)>,
    ) -> Vec<Block> {
        let columns = Arc::new(self.into_columns(summary));
        let mut end = 0;
        let block = |(target, window, rows, reads): (usize, Window, usize, Arc<[Read]>)| {
            let places = end..end + rows;
            end = places.end;
            Block { target, window, columns: Arc::clone(&columns), places, reads }
        };
        blocks.into_iter().map(block).collect()
    }
}

/// The projection of some rows of closed windows, by their places.
type SparseProjections = FxHashMap<usize, Box<Projection>>;

/// What is known of rows as a whole.
#[derive(Debug, Default)]
pub(super) struct Summary {
    has_nulls: HasNulls,
    sparse_projections: SparseProjections,
}

impl Summary {
    /// Adds the summary of the rows from a place on.
    pub(super) fn add(&mut self, more: Summary, from: usize) {
        self.has_nulls |= more.has_nulls;
        let moved = more.sparse_projections.into_iter();
        self.sparse_projections.extend(moved.map(|(place, projection)| (from + place, projection)));
    }
}

impl BuilderSlice<'_> {
    /// Whether there is memory for the projection of each row.
    pub(super) fn is_running(&self) -> bool {
        !self.projection.is_empty()
    }

    pub(super) fn outlook(&mut self, place: usize) -> Option<&mut Outlook> {
        let projection = match self.projection.get_mut(place) {
            Some(projection) => projection,
            None => self.sparse_projections.get_mut(&place)?,
        };
        projection.outlook.as_deref_mut()
    }

    /// The probability of meeting the goal.
    pub(super) fn chance(&self, place: usize, settling: Settling) -> Number {
        let forecast = self.projection(place).map_or(Number::NONE, Projection::chance);
        let certainty = Certainty::unpack(self.certainty[place]);
        let is_settled = settling.is_settled(self.completeness[place], certainty);
        chance(forecast, is_settled, Verdict::unpack(self.verdict[place]))
    }

    fn projection(&self, place: usize) -> Option<&Projection> {
        self.projection.get(place).or_else(|| self.sparse_projections.get(&place).map(Box::as_ref))
    }

    fn set_projection(&mut self, place: usize, projection: Projection) {
        match self.projection.get_mut(place) {
            Some(mine) => *mine = projection,
            None if projection.is_empty() => {}
            None => {
                self.sparse_projections.insert(place, Box::new(projection));
            }
        }
    }
}

impl Columns {
    /// Whether a code of the column `how` includes an interval.
    pub(crate) fn has_interval(how: u8) -> bool {
        how >= Method::ALL[0].stored()
    }

    /// The projection of a window that still runs, or that misses reports.
    pub(crate) fn projection(&self, place: usize) -> Option<&Projection> {
        self.projection.get(place).or_else(|| self.sparse_projections.get(&place).map(Box::as_ref))
    }

    /// Whether no row has a projection.
    pub(crate) fn has_no_projection(&self) -> bool {
        self.projection.is_empty() && self.sparse_projections.is_empty()
    }

    pub(crate) fn unit_of(&self, place: usize) -> UnitIndex {
        UnitIndex(self.unit[place] as usize)
    }

    /// The category that decides a row, as a place among those of its target.
    pub(crate) fn category_of(&self, place: usize) -> Option<usize> {
        usize::from(self.category[place]).checked_sub(1)
    }

    pub(crate) fn verdict_of(&self, place: usize) -> Verdict {
        Verdict::unpack(self.verdict[place])
    }

    pub(crate) fn certainty_of(&self, place: usize) -> Certainty {
        Certainty::unpack(self.certainty[place])
    }

    pub(crate) fn reason_of(&self, place: usize) -> Option<Reason> {
        Option::<Reason>::unpack(self.reason[place])
    }
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
                    goal_value: 75.0.into(),
                    ..Row::blank(UnitIndex(unit))
                });
            }
        }
        let window = Window::new(
            chrono::NaiveDate::from_ymd_opt(2025, 1, 1).unwrap(),
            chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
        );
        let mut builder = Builder::of(rows.len(), false, StoredColumns::ALL);
        let mut summary = Summary::default();
        for mut slice in builder.slices(std::iter::once(rows.len())) {
            rows.iter().enumerate().for_each(|(place, row)| slice.set(place, row.clone()));
            summary.add(slice.summary(), 0);
        }
        let blocks = builder.finish(summary, [(3, window.unwrap(), rows.len(), Arc::default())]);
        assert_eq!(blocks[0].rows().collect::<Vec<_>>(), rows);
        let every_third: Vec<usize> = (0..rows.len()).step_by(3).collect();
        let some = Block::of_places(vec![(&blocks[0], every_third)], StoredColumns::ALL);
        assert!(some[0].rows().eq(rows.iter().step_by(3).cloned()));
        let expected: Vec<_> = rows.iter().map(|row| (row.unit(), row.verdict)).collect();
        assert_eq!(blocks[0].units().zip(blocks[0].verdicts()).collect::<Vec<_>>(), expected);
        for (row, how) in rows.iter().zip(blocks[0].columns.how.iter()) {
            assert_eq!(Columns::has_interval(*how), row.method.is_some());
        }
        // All numbers but these were left out.
        let has_nulls = blocks[0].columns.has_nulls;
        assert!(has_nulls.value && has_nulls.gap && has_nulls.matched);
        assert!(!has_nulls.imputed && !has_nulls.needed && !has_nulls.goal_value);
    }
}
