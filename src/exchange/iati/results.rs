//! The rows of a report by activity, result, indicator and period.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use rustc_hash::{FxHashMap, FxHashSet};

use super::activities::Activities;
use super::left_out::{IatiLeftOut, LeftOut};
use crate::assess::{Common, Comparator, Reason, Row};
use crate::calendar::Window;
use crate::parallel::check_stop;
use crate::plan::{
    Better, Formula, OverTime, OverUnits, Plan, Reference, Selection, Target, UnitIndex,
};
use crate::report::Report;

/// What a value is about: the code of its unit, and the place of its categories among all that occur.
pub(super) type About<'p> = (&'p str, usize);

/// Goal, value and baseline of a row.
pub(super) struct Entry<'p> {
    pub(super) unit: UnitIndex,
    pub(super) about: About<'p>,
    pub(super) goal: Option<f64>,
    pub(super) value: Option<f64>,
    baseline: Option<f64>,
    pub(super) reason: Option<Reason>,
    pub(super) target: &'p Target,
}

/// An earlier value, and the year that it is of.
pub(super) struct Earlier<'p> {
    pub(super) unit: UnitIndex,
    pub(super) about: About<'p>,
    pub(super) value: f64,
    pub(super) year: i32,
}

/// What rows of one indicator element share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key<'p> {
    activity: usize,
    campaign: Option<usize>,
    indicator: &'p str,
    is_ascending: bool,
    /// Counts the elements that are the same but for this. Rows of one unit, categories and days are in several of them.
    copy: usize,
}

/// An indicator element.
pub(super) struct Element<'p> {
    pub(super) activity: usize,
    pub(super) campaign: Option<usize>,
    pub(super) title: &'p str,
    pub(super) note: Option<&'p str>,
    /// Its id among the indicators of the activity.
    pub(super) code: String,
    pub(super) is_percentage: bool,
    pub(super) is_ascending: bool,
    pub(super) adds_up: bool,
    /// In the order of the periods.
    pub(super) baselines: Vec<Earlier<'p>>,
    /// By the first day and the day after the last one.
    pub(super) periods: BTreeMap<(NaiveDate, NaiveDate), Vec<Entry<'p>>>,
}

/// The rows of a report as they are written.
pub(super) struct Results<'p> {
    pub(super) plan: &'p Plan,
    /// By activity and campaign, those without a campaign last; then in the order of their first rows.
    pub(super) elements: Vec<Element<'p>>,
    /// The categories that values are about: by stratum, one or several.
    pub(super) selections: Vec<Selection>,
    pub(super) left_out: LeftOut,
}

impl<'p> Results<'p> {
    pub(super) fn of(report: &'p Report, activities: &Activities<'_>) -> Results<'p> {
        let plan = report.plan();
        let mut gathering = Gathering {
            results: Results {
                plan,
                elements: Vec::new(),
                selections: Vec::new(),
                left_out: LeftOut::default(),
            },
            elements: FxHashMap::default(),
            selections: FxHashMap::default(),
            taken: FxHashSet::default(),
            copies: FxHashMap::default(),
            codes: FxHashSet::default(),
            numbers: FxHashMap::default(),
        };
        for (common, block) in report.blocks() {
            for row in block.rows() {
                check_stop();
                if let Some((activity, _)) = activities.of_unit(row.unit()) {
                    gathering.add(&common, &row, activity);
                }
            }
        }
        let mut results = gathering.results;
        results.elements.sort_by_key(|one| (one.activity, one.campaign.unwrap_or(usize::MAX)));
        results.choose_baselines();
        results
    }

    pub(super) fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }
}

struct Gathering<'p> {
    results: Results<'p>,
    elements: FxHashMap<Key<'p>, usize>,
    selections: FxHashMap<Selection, usize>,
    /// The units, categories and days of each element.
    taken: FxHashSet<(Key<'p>, About<'p>, NaiveDate, NaiveDate)>,
    /// The copy that a target is in: that of its first window, so that its windows stay together.
    copies: FxHashMap<(Key<'p>, &'p str), usize>,
    /// By activity: the ids that elements have.
    codes: FxHashSet<(usize, String)>,
    /// By activity and id: the last number.
    numbers: FxHashMap<(usize, &'p str), usize>,
}

impl<'p> Gathering<'p> {
    fn add(&mut self, common: &Common<'p>, row: &Row, activity: usize) {
        let (plan, target) = (common.plan, common.target);
        let unit = plan.units()[row.unit()].id.as_str();
        let days = (common.window.start(), common.window.end());
        let place = || place(target, unit, days.0, days.1);
        if row.reason == Some(Reason::UnitNotValid) {
            self.results.left_out.add(IatiLeftOut::UnitNotValid, place);
            return;
        }
        let comparator = target.goal.bounds(|_| ()).comparator();
        let goal = match (comparator, row.goal_value.get()) {
            (Comparator::Between, _) => Err(IatiLeftOut::Between),
            (Comparator::Above | Comparator::Below, _) => Err(IatiLeftOut::Strict),
            (Comparator::AtLeast | Comparator::AtMost, None) => Err(IatiLeftOut::NoGoal),
            (Comparator::AtLeast | Comparator::AtMost, Some(goal)) => Ok(goal),
        };
        if let Err(what) = goal {
            self.results.left_out.add(what, place);
        }
        let selection = common.selection_of(row.category());
        let selections = &mut self.results.selections;
        let categories = *self.selections.entry(selection).or_insert_with_key(|selection| {
            selections.push(selection.clone());
            selections.len() - 1
        });
        let about = (unit, categories);
        let mut key = Key {
            activity,
            campaign: target.campaign,
            indicator: common.indicator(),
            is_ascending: is_ascending(plan, target, comparator),
            copy: 0,
        };
        let copy = self.copies.entry((key, target.id.as_str())).or_default();
        key.copy = *copy;
        while !self.taken.insert((key, about, days.0, days.1)) {
            key.copy += 1;
        }
        *copy = key.copy;
        let known = self.elements.get(&key).copied();
        let at = known.unwrap_or_else(|| self.element(common, key));
        if let Some(element) = self.results.elements.get_mut(at) {
            element.periods.entry(days).or_default().push(Entry {
                unit: row.unit(),
                about,
                goal: goal.ok(),
                value: row.value.get(),
                baseline: row.baseline.get(),
                reason: row.reason,
                target,
            });
        }
    }

    /// Makes an element, and returns its place.
    fn element(&mut self, common: &Common<'p>, key: Key<'p>) -> usize {
        let (plan, target) = (common.plan, common.target);
        let indicator = &plan[target.indicator];
        let id = within_campaign(plan, target, key.indicator);
        let code = self.code(plan, key.activity, id);
        self.results.elements.push(Element {
            activity: key.activity,
            campaign: key.campaign,
            title: indicator.title(),
            note: indicator.note.as_deref(),
            code,
            is_percentage: plan.unit_of_value(target.indicator) == "%",
            is_ascending: key.is_ascending,
            adds_up: adds_up(plan, &indicator.formula),
            baselines: Vec::new(),
            periods: BTreeMap::new(),
        });
        let at = self.results.elements.len() - 1;
        self.elements.insert(key, at);
        at
    }

    /// The id of an element, with a number if another one of the activity has it.
    fn code(&mut self, plan: &Plan, activity: usize, id: &'p str) -> String {
        let number = self.numbers.entry((activity, id)).or_default();
        loop {
            *number += 1;
            let code = if *number == 1 { id.to_owned() } else { format!("{id}.{number}") };
            let is_of_another = *number > 1 && plan.indicator(&code).is_some();
            if !is_of_another && self.codes.insert((activity, code.clone())) {
                return code;
            }
        }
    }
}

impl Results<'_> {
    /// Keeps the baseline of the first period for each unit and its categories: an indicator has one.
    fn choose_baselines(&mut self) {
        for element in &mut self.elements {
            let mut known: FxHashMap<About<'_>, f64> = FxHashMap::default();
            let Some((first, _)) = element.periods.keys().next().copied() else { continue };
            for ((start, end), entries) in &element.periods {
                for entry in entries {
                    let Some(baseline) = entry.baseline else { continue };
                    check_stop();
                    match known.get(&entry.about) {
                        None => {
                            known.insert(entry.about, baseline);
                            element.baselines.push(Earlier {
                                unit: entry.unit,
                                about: entry.about,
                                value: baseline,
                                year: year_of_baseline(entry.target, *start, *end)
                                    .unwrap_or_else(|| last_before(first).year()),
                            });
                        }
                        Some(known) if *known != baseline => {
                            self.left_out.add(IatiLeftOut::OtherBaseline, || {
                                place(entry.target, entry.about.0, *start, *end)
                            });
                        }
                        Some(_) => {}
                    }
                }
            }
        }
    }
}

/// A row in words: target, unit and window.
fn place(target: &Target, unit: &str, start: NaiveDate, end: NaiveDate) -> String {
    match Window::new(start, end) {
        Some(window) => format!("{} {unit} {window}", target.id),
        None => format!("{} {unit} {start}", target.id),
    }
}

/// The year of what a target is compared with; none if it is a number, of which a plan does not say when it was.
fn year_of_baseline(target: &Target, start: NaiveDate, end: NaiveDate) -> Option<i32> {
    match target.goal.reference().or(target.baseline.as_ref())? {
        Reference::Window(window) => Some(last_before(window.end()).year()),
        Reference::SameWindowOf(year) => Some(*year),
        Reference::PreviousPeriod => Some(last_before(start).year()),
        Reference::SameWindowLastYear | Reference::SameWindowMovedBy(_) => {
            Some(last_before(end).year() - 1)
        }
        Reference::Value(_) => None,
    }
}

fn last_before(day: NaiveDate) -> NaiveDate {
    day.pred_opt().unwrap_or(day)
}

/// Whether more is better. Between two numbers the indicator says so; without that, more is.
fn is_ascending(plan: &Plan, target: &Target, comparator: Comparator) -> bool {
    match comparator {
        Comparator::AtLeast | Comparator::Above => true,
        Comparator::AtMost | Comparator::Below => false,
        Comparator::Between => plan[target.indicator].better != Some(Better::Lower),
    }
}

/// Whether values are counts that add up over time and units.
fn adds_up(plan: &Plan, formula: &Formula) -> bool {
    let Formula::Count(count) = formula else { return false };
    count.of.terms.iter().all(|term| {
        let measure = &plan[term.measure];
        measure.over_time == OverTime::Sum && measure.over_units == OverUnits::Sum
    })
}

/// The id of an indicator without that of the topmost campaign in front, which a reader puts there again.
fn within_campaign<'p>(plan: &'p Plan, target: &Target, id: &'p str) -> &'p str {
    let campaigns = plan.campaigns();
    let above = |campaign: &usize| campaigns.get(*campaign).and_then(|one| one.part_of);
    let top = std::iter::successors(target.campaign, above).last();
    let short = top
        .and_then(|top| campaigns.get(top))
        .and_then(|top| id.strip_prefix(top.id.as_str()).and_then(|rest| rest.strip_prefix('.')));
    short.filter(|short| !short.is_empty()).unwrap_or(id)
}
