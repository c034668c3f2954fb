//! Goals: their forms, and those that nothing can meet.

use super::{Reader, Section};
use crate::calendar::Calendar;
use crate::error::{Fault, FaultCode};
use crate::exact::Decimal;
use crate::plan::document::{Entry, Node, Value};
use crate::plan::keys::{self, GOAL_FORMS};
use crate::plan::{Amount, Campaign, Formula, Goal};

impl Reader<'_> {
    pub(super) fn goal(
        &mut self,
        node: &Node,
        calendar: &Calendar,
        campaigns: &Section<Campaign>,
    ) -> Option<Goal> {
        if node.as_map().is_none() {
            self.wrong(FaultCode::WrongForm, node, "a goal", GOAL_FORMS);
            return None;
        }
        let fields = self.fields(node, &keys::GOAL)?;
        let [entry] = fields.entries else {
            self.wrong(FaultCode::WrongForm, node, "a goal", GOAL_FORMS);
            return None;
        };
        let value = &entry.value;
        match entry.key.as_str() {
            "at_least" => Some(Goal::AtLeast(self.number(value, "the goal")?)),
            "above" => Some(Goal::Above(self.number(value, "the goal")?)),
            "at_most" => Some(Goal::AtMost(self.number(value, "the goal")?)),
            "below" => Some(Goal::Below(self.number(value, "the goal")?)),
            "between" => {
                let Value::List(ends) = &value.value else {
                    self.wrong(
                        FaultCode::NotAList,
                        value,
                        "the two ends of a goal",
                        "[lower, upper]",
                    );
                    return None;
                };
                let [low, high] = &ends[..] else {
                    self.wrong(
                        FaultCode::WrongForm,
                        value,
                        "the two ends of a goal",
                        "[lower, upper]",
                    );
                    return None;
                };
                let lower = self.number(low, "the lower end");
                let upper = self.number(high, "the upper end");
                let (lower, upper) = (lower?, upper?);
                if lower > upper {
                    self.faults.push(
                        Fault::new(
                            FaultCode::EmptyRange,
                            value.place.clone(),
                            "no value lies between these ends",
                        )
                        .found(format!("[{lower}, {upper}]"))
                        .expected("the lower end first"),
                    );
                    return None;
                }
                Some(Goal::Between(lower, upper))
            }
            key @ ("reduce_by" | "increase_by") => {
                let fields = self.fields(value, &keys::AMOUNT)?;
                let from = self.required(&fields, &keys::AMOUNT.from);
                let from = from.and_then(|node| self.reference(node, calendar, campaigns));
                let amount =
                    match (fields.get(&keys::AMOUNT.percent), fields.get(&keys::AMOUNT.absolute)) {
                        (Some(percent), None) => {
                            self.amount(percent, key, true).map(Amount::Percent)
                        }
                        (None, Some(absolute)) => {
                            self.amount(absolute, key, false).map(Amount::Absolute)
                        }
                        (None, None)
                            if fields.is_misspelt(&keys::AMOUNT.percent)
                                || fields.is_misspelt(&keys::AMOUNT.absolute) =>
                        {
                            None
                        }
                        (None, None) | (Some(_), Some(_)) => {
                            self.wrong(
                                FaultCode::ConflictingKeys,
                                value,
                                "a relative goal",
                                "either `percent` or `absolute`, and `from`",
                            );
                            None
                        }
                    };
                let (amount, from) = (amount?, from?);
                Some(if key == "reduce_by" {
                    Goal::ReduceBy(amount, from)
                } else {
                    Goal::IncreaseBy(amount, from)
                })
            }
            _ => None,
        }
    }

    fn amount(&mut self, node: &Node, key: &str, percent: bool) -> Option<Decimal> {
        let amount = self.number(node, "the amount")?;
        let other = if key == "reduce_by" { "increase_by" } else { "reduce_by" };
        if amount.is_sign_negative() && !amount.is_zero() {
            self.faults.push(
                Fault::new(
                    FaultCode::OutOfRange,
                    node.place.clone(),
                    format!("`{key}` takes no negative amount"),
                )
                .found(amount)
                .expected("0 or more")
                .hint(format!("`{other}` goes the other way")),
            );
            return None;
        }
        if percent && key == "reduce_by" && amount > Decimal::ONE_HUNDRED {
            self.faults.push(
                Fault::new(
                    FaultCode::OutOfRange,
                    node.place.clone(),
                    "nothing can be reduced by more than all of it",
                )
                .found(format!("{amount} %"))
                .expected("0 to 100"),
            );
            return None;
        }
        Some(amount)
    }

    /// A proportion lies between 0 and its multiplier: a goal outside is a typing error (0.75 for
    /// 75 would be met by all, 750 by none; the first can't be told, the second can).
    pub(super) fn refuse_impossible_goal(
        &mut self,
        node: &Node,
        goal: &Goal,
        formula: Option<&Formula>,
    ) {
        let greatest = formula.and_then(|formula| formula.facts().greatest);
        let Some(top) = greatest else { return };
        // The ends are there, for the goal has been read from them.
        let Some(Entry { value, .. }) = node.as_map().and_then(<[Entry]>::first) else { return };
        let ends = value.as_list().unwrap_or(std::slice::from_ref(value));
        let numbers = match goal {
            Goal::AtLeast(number)
            | Goal::Above(number)
            | Goal::AtMost(number)
            | Goal::Below(number) => vec![*number],
            Goal::Between(low, high) => vec![*low, *high],
            Goal::ReduceBy(..) | Goal::IncreaseBy(..) => Vec::new(),
        };
        for (number, end) in numbers.iter().zip(ends) {
            if *number < Decimal::ZERO || *number > top {
                self.faults.push(
                    Fault::new(
                        FaultCode::UnreachableGoal,
                        end.place.clone(),
                        "this goal is beyond what a proportion can be",
                    )
                    .found(goal)
                    .expected(format!("a number from 0 to {top}")),
                );
            }
        }
        let bound = match goal {
            Goal::Above(number) if *number == top => "below",
            Goal::Below(number) if number.is_zero() => "above",
            Goal::AtLeast(_)
            | Goal::Above(_)
            | Goal::AtMost(_)
            | Goal::Below(_)
            | Goal::Between(..)
            | Goal::ReduceBy(..)
            | Goal::IncreaseBy(..) => return,
        };
        let number = numbers[0];
        self.faults.push(
            Fault::new(
                FaultCode::UnreachableGoal,
                value.place.clone(),
                "no proportion can meet this goal",
            )
            .found(goal)
            .expected(format!("a number {bound} {number}")),
        );
    }
}
