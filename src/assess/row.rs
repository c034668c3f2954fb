//! Rows as the assessment keeps them: numbers, codes and indices. Their texts stand in the plan.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::assessment::{Assessment, Certainty, Reason, Verdict};
use super::sheet::{Ahead, Block};
use super::text::Text;
use super::uncertainty::Method;
use crate::calendar::Window;
use crate::exact::{Bound, Exact};
use crate::plan::{Plan, Target, UnitIndex};
use crate::tally::Pairs;

/// One row, by itself. Millions of them are kept as a [`Sheet`](super::sheet::Sheet).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    pub(super) unit: u32,
    /// The place of the category that decides, and 1 more; 0 where none does.
    pub(super) category: u16,
    pub(crate) verdict: Verdict,
    pub(crate) certainty: Certainty,
    pub(crate) reason: Option<Reason>,
    /// Of the interval.
    pub(crate) method: Option<Method>,
    /// Whether a unit's own total was used although its parts say otherwise.
    pub(crate) parts_differ: bool,
    pub(crate) numerator: Number,
    pub(crate) denominator: Number,
    pub(crate) value: Number,
    pub(crate) lower: Number,
    pub(crate) upper: Number,
    pub(crate) baseline: Number,
    pub(crate) goal_value: Number,
    pub(crate) gap: Number,
    pub(crate) needed: Whole,
    pub(crate) attainment: Number,
    pub(crate) completeness: Number,
    /// How many pairs of a fraction have both sides, and how many have one.
    pub(crate) pairs: Option<Pairs>,
    pub(crate) imputed: Number,
    /// What is known of a window that still runs, or that misses reports.
    pub(crate) ahead: Ahead,
}

/// A number, if there is one, in as many bytes: no column ever holds what is not a number.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number(f64);

impl Number {
    pub(crate) const NONE: Number = Number(f64::NAN);

    pub(crate) fn get(self) -> Option<f64> {
        (!self.0.is_nan()).then_some(self.0)
    }

    /// NaN if there is none.
    #[inline]
    pub(crate) fn or_nan(self) -> f64 {
        self.0
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_bits() == other.0.to_bits()
    }
}

impl Default for Number {
    fn default() -> Self {
        Number::NONE
    }
}

/// NaN stands for none.
impl From<f64> for Number {
    fn from(number: f64) -> Self {
        Number(number)
    }
}

impl From<Option<f64>> for Number {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Number::NONE, Number)
    }
}

/// A whole number, if there is one, in as many bytes: the least of its type stands for none.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Whole(i64);

impl Whole {
    pub(crate) const NONE: Whole = Whole(i64::MIN);

    pub(crate) fn get(self) -> Option<i64> {
        (self != Whole::NONE).then_some(self.0)
    }

    /// The least of its type if there is none.
    #[inline]
    pub(crate) fn or_least(self) -> i64 {
        self.0
    }
}

/// The least of its type stands for none.
impl From<i64> for Whole {
    fn from(number: i64) -> Self {
        Whole(number)
    }
}

impl From<Option<i64>> for Whole {
    fn from(number: Option<i64>) -> Self {
        number.map_or(Whole::NONE, Whole)
    }
}

impl Row {
    /// A row that says nothing yet but which unit it is about.
    pub(super) fn blank(unit: UnitIndex, goal_value: Number) -> Row {
        Row {
            // A table of more units than that fits no memory.
            unit: unit.0 as u32,
            category: 0,
            verdict: Verdict::Indeterminate,
            certainty: Certainty::Unknown,
            reason: None,
            method: None,
            parts_differ: false,
            numerator: Number::NONE,
            denominator: Number::NONE,
            value: Number::NONE,
            lower: Number::NONE,
            upper: Number::NONE,
            baseline: Number::NONE,
            goal_value,
            gap: Number::NONE,
            needed: Whole::NONE,
            attainment: Number::NONE,
            completeness: Number::NONE,
            pairs: None,
            imputed: Number::NONE,
            ahead: Ahead::default(),
        }
    }

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

/// The texts that rows of all targets share.
pub(crate) struct Texts {
    /// Ids and names.
    units: Vec<(Text, Text)>,
    levels: Vec<Text>,
    methods: Vec<Text>,
}

impl Texts {
    pub(crate) fn of(plan: &Plan) -> Texts {
        let text = |text: &String| Text::from(text.as_str());
        let units = plan.units().iter();
        Texts {
            units: units.map(|(_, unit)| (text(&unit.id), text(&unit.name))).collect(),
            levels: plan.units().levels().iter().map(text).collect(),
            methods: methods().iter().map(text).collect(),
        }
    }
}

/// The texts that the rows of a block share.
pub(crate) struct BlockTexts {
    target: Text,
    indicator: Text,
    campaign: Option<Text>,
    pub(crate) goal: Text,
    pub(crate) basis: Option<Text>,
    /// Of no category, and of each one.
    strata: Vec<Option<Text>>,
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
    pub(crate) confidence: f64,
    /// The upper number of a `between`.
    pub(crate) goal_upper: Number,
}

/// Whether no report that is owed is missing; NaN stands for nothing owed.
pub(crate) fn is_complete(completeness: f64) -> bool {
    completeness.is_nan() || completeness >= 100.0
}

impl<'p> Common<'p> {
    pub(crate) fn of(plan: &'p Plan, block: &Block, as_of: NaiveDate) -> Common<'p> {
        let promised = &plan.targets()[block.target];
        let target = promised.in_force(&block.window);
        let bounds = Bound::of(&target.goal, None);
        Common {
            plan,
            target,
            place: block.target + promised.version_in_force(&block.window) * plan.targets().len(),
            window: block.window,
            as_of,
            is_final: block.window.to_date(as_of) == Some(block.window),
            confidence: plan.confidence(),
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
    pub(crate) fn stratum(&self, category: Option<usize>) -> Option<String> {
        let mut all = self.target.selection();
        if let Some((deciding, _)) = category.and_then(|place| self.target.categories.get(place)) {
            all = all.without(&self.target.in_every).and(deciding);
        }
        (!all.is_empty()).then(|| all.name(self.plan.strata()))
    }

    pub(crate) fn basis(&self) -> Option<String> {
        let mut documents: Vec<String> =
            self.target.basis.iter().map(ToString::to_string).collect();
        documents.extend(self.target.in_force_from.map(|day| format!("in force from {day}")));
        (!documents.is_empty()).then(|| documents.join("; "))
    }

    /// The probability of meeting the goal. That of a closed window is certain once every report that is owed is made; else
    /// it is foretold.
    pub(crate) fn chance(&self, row: &Row) -> Number {
        let foretold = row.ahead.foretold(|outlook| outlook.chance);
        let is_over = self.is_final && foretold.get().is_none();
        if is_over && self.is_settled(row.completeness.or_nan(), row.certainty) {
            Common::chance_at_the_end(row.verdict)
        } else {
            foretold
        }
    }

    /// Whether no report that is owed is missing of a row. The completeness of a share of units or of reports is of another
    /// kind.
    pub(crate) fn is_settled(&self, completeness: f64, certainty: Certainty) -> bool {
        let facts = self.plan[self.target.indicator].formula.facts();
        let counts_units = facts.is_of_units() || facts.is_of_reports();
        certainty != Certainty::Unsettled && (counts_units || is_complete(completeness))
    }

    /// The same of a window that has closed, of which no report is missing.
    pub(crate) fn chance_at_the_end(verdict: Verdict) -> Number {
        match verdict {
            Verdict::Met => Number(1.0),
            Verdict::Missed => Number(0.0),
            Verdict::Indeterminate => Number::NONE,
        }
    }

    /// The confidence of the row's interval.
    pub(crate) fn confidence(&self, row: &Row) -> Number {
        row.method.map(|_| self.confidence).into()
    }

    /// The texts that the rows of the block share.
    pub(crate) fn texts(&self) -> BlockTexts {
        let text = |category: Option<usize>| self.stratum(category).map(Text::from);
        let every = (0..self.target.categories.len()).map(Some);
        BlockTexts {
            target: Text::from(self.target.id.as_str()),
            indicator: Text::from(self.indicator()),
            campaign: self.campaign().map(Text::from),
            goal: Text::from(self.target.goal.to_string()),
            basis: self.basis().map(Text::from),
            strata: std::iter::once(None).chain(every).map(text).collect(),
        }
    }

    /// A row with its texts.
    pub(crate) fn assessment(&self, row: &Row, block: &BlockTexts, texts: &Texts) -> Assessment {
        let unit = row.unit();
        let level = self.plan.units()[unit].level;
        Assessment {
            target: block.target.clone(),
            indicator: block.indicator.clone(),
            campaign: block.campaign.clone(),
            unit: texts.units[unit.0].0.clone(),
            unit_name: texts.units[unit.0].1.clone(),
            level: texts.levels[level.0].clone(),
            window_start: self.window.start(),
            window_end: self.window.end(),
            as_of: self.as_of,
            is_final: self.is_final,
            numerator: row.numerator.get(),
            denominator: row.denominator.get(),
            value: row.value.get(),
            lower: row.lower.get(),
            upper: row.upper.get(),
            confidence: self.confidence(row).get(),
            method: row.how().map(|how| texts.methods[how].clone()),
            baseline: row.baseline.get(),
            goal: block.goal.clone(),
            goal_value: row.goal_value.get(),
            goal_upper: self.goal_upper.get(),
            expected_now: row.ahead.expected_now.get(),
            verdict: row.verdict,
            certainty: row.certainty,
            pace: row.ahead.pace,
            chance: self.chance(row).get(),
            projected: row.ahead.foretold(|outlook| outlook.projected).get(),
            projected_lower: row.ahead.foretold(|outlook| outlook.lower).get(),
            projected_upper: row.ahead.foretold(|outlook| outlook.upper).get(),
            gap: row.gap.get(),
            needed: row.needed.get(),
            attainment: row.attainment.get(),
            completeness: row.completeness.get(),
            matched: row.pairs.map(|pairs| pairs.matched.into()),
            unmatched: row.pairs.map(|pairs| pairs.unmatched.into()),
            imputed: row.imputed.get(),
            reason: row.reason,
            basis: block.basis.clone(),
            stratum: block.strata[row.category().map_or(0, |category| category + 1)].clone(),
        }
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
