//! Rows as the assessment keeps them: numbers, codes and indices. Their texts stand in the plan.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::assessment::{Assessment, Certainty, Pace, Reason, Verdict, assessment_columns};
use super::packed::{Number, Packed};
use super::projection::Projection;
use super::text::Text;
use super::uncertainty::Method;
use crate::calendar::Window;
use crate::exact::{Bound, Exact};
use crate::plan::{OfficesOfWindow, Plan, Selection, Target, Unit, UnitIndex, Units};

/// Declares a row with the packed columns of [`Assessment`], and one that says nothing yet.
macro_rules! row {
    ($($(#[$doc:meta])* $column:ident $name:tt: $type:ty = packed();)+) => {
        /// One row, by itself. Millions of them are kept as [`Columns`](super::columns::Columns).
        #[derive(Debug, Clone, PartialEq)]
        pub(crate) struct Row {
            pub(super) unit: u32,
            /// The place of the category that decides, and 1 more; 0 where none does.
            pub(super) category: u16,
            /// Of the interval.
            pub(crate) method: Option<Method>,
            /// Whether a unit's own total was used although its parts say otherwise.
            pub(crate) parts_differ: bool,
            $($(#[$doc])* pub(crate) $column: <$type as Packed>::InRow,)+
            /// Of a window that still runs, or that misses reports.
            pub(crate) projection: Projection,
        }

        impl Row {
            /// A row that says nothing yet but which unit it is about.
            pub(super) fn blank(unit: UnitIndex) -> Row {
                Row {
                    // A table of more units than that fits no memory.
                    unit: unit.0 as u32,
                    category: 0,
                    method: None,
                    parts_differ: false,
                    $($column: <$type as Packed>::BLANK,)+
                    projection: Projection::default(),
                }
            }
        }
    };
}

assessment_columns!(packed => row);

/// The id of a unit.
pub(crate) fn unit_id<'p>(_: &'p Units, unit: &'p Unit) -> &'p str {
    &unit.id
}

/// The name of a unit.
pub(crate) fn unit_name<'p>(_: &'p Units, unit: &'p Unit) -> &'p str {
    &unit.name
}

/// The name of a unit's level.
pub(crate) fn unit_level<'p>(units: &'p Units, unit: &'p Unit) -> &'p str {
    units.level_name(unit.level)
}

impl Row {
    pub(crate) fn unit(&self) -> UnitIndex {
        UnitIndex(self.unit as usize)
    }

    /// The category that decides, as a place among those of its target.
    pub(crate) fn category(&self) -> Option<usize> {
        usize::from(self.category).checked_sub(1)
    }

    /// How value and interval were computed, as a place in [`methods`].
    pub(crate) fn how(&self) -> Option<usize> {
        let named = self.method.map_or(0, |method| 1 + method as usize);
        let how = 2 * named + usize::from(self.parts_differ);
        how.checked_sub(1)
    }
}

/// The texts of the column `method`.
pub(crate) fn methods() -> &'static [String] {
    static METHODS: LazyLock<Vec<String>> = LazyLock::new(|| {
        const DIFFER: &str = "own total used, its parts differ";
        let named = Method::ALL.iter().map(|method| method.code());
        let with_parts = named.flat_map(|name| [name.to_owned(), format!("{name}; {DIFFER}")]);
        std::iter::once(DIFFER.to_owned()).chain(with_parts).collect()
    });
    &METHODS
}

/// Declares the texts of a unit.
macro_rules! unit_texts {
    ($($(#[$doc:meta])* $column:ident $name:tt: $type:ty = unit($of:path);)+) => {
        struct UnitTexts { $($column: $type,)+ }

        impl UnitTexts {
            fn of(units: &Units, unit: &Unit) -> UnitTexts {
                UnitTexts { $($column: Text::from($of(units, unit)),)+ }
            }
        }
    };
}

assessment_columns!(unit => unit_texts);

/// Declares the texts that the rows of a block share.
macro_rules! block_texts {
    ($($(#[$doc:meta])* $column:ident $name:tt: $type:ty = target($of:path);)+) => {
        /// The texts that the rows of a block share.
        pub(crate) struct BlockTexts {
            $(pub(crate) $column: $type,)+
            /// Of no category, and of each one.
            strata: Vec<Option<Text>>,
        }

        impl Common<'_> {
            /// The texts that the rows of the block share.
            pub(crate) fn texts(&self) -> BlockTexts {
                let text = |category: Option<usize>| self.stratum_of(category).map(Text::from);
                let every = (0..self.target.categories.len()).map(Some);
                let strata = std::iter::once(None).chain(every).map(text).collect();
                BlockTexts { $($column: $of(self),)+ strata }
            }
        }
    };
}

assessment_columns!(target => block_texts);

/// The texts that rows of all targets share.
pub(crate) struct Texts {
    /// The first of the units.
    first: u32,
    units: Vec<UnitTexts>,
    methods: Vec<Text>,
}

impl Texts {
    pub(crate) fn of(plan: &Plan) -> Texts {
        let units = plan.units();
        Texts::with(0, units.iter().map(|(_, unit)| UnitTexts::of(units, unit)).collect())
    }

    /// Those of the rows of one unit.
    pub(crate) fn of_unit(plan: &Plan, row: &Row) -> Texts {
        let units = plan.units();
        Texts::with(row.unit, vec![UnitTexts::of(units, &units[row.unit()])])
    }

    fn with(first: u32, units: Vec<UnitTexts>) -> Texts {
        let methods = methods().iter().map(|method| Text::from(method.as_str())).collect();
        Texts { first, units, methods }
    }
}

/// What the rows of a target and a window have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Common<'p> {
    pub(crate) plan: &'p Plan,
    /// The target as it is in force for the window.
    pub(crate) target: &'p Target,
    /// A number that this version of this target has for itself.
    pub(crate) place: usize,
    pub(crate) window: Window,
    pub(crate) as_of: NaiveDate,
    pub(crate) is_final: bool,
    /// Of all intervals of the plan.
    pub(crate) interval_confidence: f64,
    /// The upper number of a `between`.
    goal_upper: Number,
}

/// Whether all owed reports were made. NaN means that none is owed.
pub(crate) fn is_complete(completeness: f64) -> bool {
    completeness.is_nan() || completeness >= 100.0
}

/// Says which rows of a target and a window no further report can change.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settling {
    is_final: bool,
    /// Whether completeness counts something else than owed reports: units or reports of which the verdict is known.
    counts_units: bool,
}

impl Settling {
    pub(crate) fn of(plan: &Plan, target: &Target, is_final: bool) -> Settling {
        let facts = plan[target.indicator].formula.facts();
        Settling { is_final, counts_units: facts.is_of_units() || facts.is_of_reports() }
    }

    /// Whether the window of a row is closed and no owed report is missing.
    #[inline]
    pub(crate) fn is_settled(self, completeness: f64, certainty: Certainty) -> bool {
        self.is_final
            && certainty != Certainty::Unsettled
            && (self.counts_units || is_complete(completeness))
    }
}

/// The probability of meeting the goal: the forecast, if there is one. Else, for a settled row, 1 if the goal is met and 0
/// if it is missed.
#[inline]
pub(crate) fn chance(forecast: Number, is_settled: bool, verdict: Verdict) -> Number {
    if !is_settled || forecast.get().is_some() {
        return forecast;
    }
    match verdict {
        Verdict::Met => 1.0.into(),
        Verdict::Missed => 0.0.into(),
        Verdict::Indeterminate => Number::NONE,
    }
}

impl<'p> Common<'p> {
    pub(crate) fn of(plan: &'p Plan, place: usize, window: Window, as_of: NaiveDate) -> Common<'p> {
        let promised = &plan.targets()[place];
        let target = promised.in_force(&window);
        let bounds = Bound::of(&target.goal, None);
        let is_final = window.to_date(as_of) == Some(window);
        Common {
            plan,
            target,
            place: place + promised.version_in_force(&window) * plan.targets().len(),
            window,
            as_of,
            is_final,
            interval_confidence: plan.confidence(),
            goal_upper: bounds
                .as_ref()
                .and_then(|bounds| bounds.numbers().1)
                .map(Exact::float)
                .into(),
        }
    }

    /// The indicator's id.
    pub(crate) fn indicator(&self) -> &'p str {
        &self.plan[self.target.indicator].id
    }

    pub(crate) fn campaign(&self) -> Option<&'p str> {
        self.target.campaign.map(|campaign| self.plan.campaigns()[campaign].id.as_str())
    }

    /// The categories that the target is about, and the one that decides a row, if one does.
    pub(crate) fn selection_of(&self, category: Option<usize>) -> Selection {
        let all = self.target.selection();
        match category.and_then(|place| self.target.categories.get(place)) {
            Some((deciding, _)) => all.without(&self.target.in_every).and(deciding),
            None => all,
        }
    }

    /// The same in words; none where it is about all.
    pub(crate) fn stratum_of(&self, category: Option<usize>) -> Option<String> {
        let all = self.selection_of(category);
        (!all.is_empty()).then(|| all.name(self.plan.strata()))
    }

    /// The offices that answer for the rows of the block.
    pub(crate) fn offices(&self) -> OfficesOfWindow<'p> {
        let days = self.window.to_date(self.as_of);
        let last = days.and_then(|days| days.end().pred_opt()).unwrap_or(self.window.start());
        self.plan.offices(self.target, &self.window, last)
    }

    pub(crate) fn target_id(&self) -> Text {
        Text::from(self.target.id.as_str())
    }

    pub(crate) fn indicator_id(&self) -> Text {
        Text::from(self.indicator())
    }

    pub(crate) fn campaign_id(&self) -> Option<Text> {
        self.campaign().map(Text::from)
    }

    pub(crate) fn goal_text(&self) -> Text {
        Text::from(self.target.goal.to_string())
    }

    pub(crate) fn basis_text(&self) -> Option<Text> {
        let mut documents: Vec<String> =
            self.target.basis.iter().map(ToString::to_string).collect();
        documents.extend(self.target.in_force_from.map(|day| format!("in force from {day}")));
        (!documents.is_empty()).then(|| Text::from(documents.join("; ")))
    }

    pub(crate) fn window_start(&self) -> NaiveDate {
        self.window.start()
    }

    pub(crate) fn window_end(&self) -> NaiveDate {
        self.window.end()
    }

    pub(crate) fn as_of(&self) -> NaiveDate {
        self.as_of
    }

    pub(crate) fn is_final(&self) -> bool {
        self.is_final
    }

    pub(crate) fn goal_upper(&self) -> Option<f64> {
        self.goal_upper.get()
    }

    /// The probability of meeting the goal: see [`chance`].
    fn chance(&self, row: &Row, _: &BlockTexts, _: &Texts) -> Option<f64> {
        let settling = Settling::of(self.plan, self.target, self.is_final);
        let is_settled = settling.is_settled(row.completeness.or_nan(), row.certainty);
        chance(row.projection.chance(), is_settled, row.verdict).get()
    }

    /// The confidence of the row's interval.
    fn confidence(&self, row: &Row, _: &BlockTexts, _: &Texts) -> Option<f64> {
        row.method.map(|_| self.interval_confidence)
    }

    /// How value and interval were computed.
    fn method(&self, row: &Row, _: &BlockTexts, texts: &Texts) -> Option<Text> {
        row.how().map(|how| texts.methods[how].clone())
    }

    /// The offices that answer for the row.
    fn owners(&self, row: &Row, _: &BlockTexts, _: &Texts) -> Option<Text> {
        self.offices().ids(row.unit()).map(Text::from)
    }

    /// The categories that the row is about.
    fn stratum(&self, row: &Row, block: &BlockTexts, _: &Texts) -> Option<Text> {
        block.strata[row.category().map_or(0, |category| category + 1)].clone()
    }

    /// Rows with their texts.
    pub(crate) fn assessments<'r>(
        self,
        rows: impl Iterator<Item = Row> + 'r,
        texts: &'r Texts,
    ) -> impl Iterator<Item = Assessment> + 'r
    where
        'p: 'r,
    {
        let block = self.texts();
        rows.map(move |row| self.assessment(&row, &block, texts))
    }
}

/// Reads a column of a row, as its kind says.
macro_rules! read {
    ($row:ident, ($common:ident, $block:ident, $texts:ident), $column:ident: $type:ty = packed()) => {
        <$type as Packed>::public($row.$column)
    };
    ($row:ident, ($common:ident, $block:ident, $texts:ident), $column:ident: $type:ty = target($of:path)) => {
        $block.$column.clone()
    };
    ($row:ident, ($common:ident, $block:ident, $texts:ident), $column:ident: $type:ty = unit($of:path)) => {
        $texts.units[($row.unit - $texts.first) as usize].$column.clone()
    };
    ($row:ident, ($common:ident, $block:ident, $texts:ident), $column:ident: $type:ty = block($of:path)) => {
        $of($common)
    };
    ($row:ident, ($common:ident, $block:ident, $texts:ident), $column:ident: $type:ty = projection($of:path)) => {
        <$type>::from($of(&$row.projection))
    };
    ($row:ident, ($common:ident, $block:ident, $texts:ident), $column:ident: $type:ty = computed($of:ident)) => {
        $common.$of($row, $block, $texts)
    };
}

/// Reads all columns of a row.
macro_rules! assessment {
    ($($(#[$doc:meta])* $column:ident $name:tt: $type:ty = $kind:ident $of:tt;)+) => {
        impl Common<'_> {
            /// A row with its texts.
            pub(crate) fn assessment(&self, row: &Row, block: &BlockTexts, texts: &Texts) -> Assessment {
                let common = self;
                Assessment {
                    $($column: read!(row, (common, block, texts), $column: $type = $kind $of),)+
                }
            }
        }
    };
}

assessment_columns!(all => assessment);
