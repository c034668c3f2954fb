//! Goals: their forms, and those that nothing can meet.

use super::{Reader, Section};
use crate::calendar::Calendar;
use crate::error::{Fault, FaultCode, Place, quoted};
use crate::exact::{Decimal, decimal, number_hint};
use crate::plan::document::{Entry, Node, Value};
use crate::plan::keys::{self, GOAL_FORMS};
use crate::plan::{Amount, Campaign, Formula, Goal};

/// The number of a percentage such as `90 %`.
fn percentage(text: &str) -> Option<Decimal> {
    let digits = text.strip_suffix('%')?.trim_end();
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|one| one.is_ascii_digit());
    (are_digits(whole) && are_digits(decimals)).then(|| decimal(digits)).flatten()
}

/// The values of a goal's node, of which each is a number.
fn ends(node: &Node) -> &[Node] {
    let entry = node.as_map().and_then(<[Entry]>::first);
    entry.map_or(&[], |Entry { value, .. }| value.as_list().unwrap_or(std::slice::from_ref(value)))
}

/// Whether a goal has a number that is written as a share of the whole: `"90 %"` or `{share: 0.9}`.
pub(super) fn is_written_as_share(node: &Node) -> bool {
    ends(node).iter().any(|end| match &end.value {
        Value::Text(text) => percentage(text).is_some(),
        Value::Map(_) => end.get(keys::GOAL_SHARE.share.name).is_some(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) => false,
    })
}

impl Reader<'_> {
    /// A goal of an indicator. Without its formula, which is not known yet or is at fault, shares are in per cent.
    pub(super) fn goal(
        &mut self,
        node: &Node,
        formula: Option<&Formula>,
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
            "at_least" => Some(Goal::AtLeast(self.goal_number(value, "the goal", formula)?)),
            "above" => Some(Goal::Above(self.goal_number(value, "the goal", formula)?)),
            "at_most" => Some(Goal::AtMost(self.goal_number(value, "the goal", formula)?)),
            "below" => Some(Goal::Below(self.goal_number(value, "the goal", formula)?)),
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
                let lower = self.goal_number(low, "the lower end", formula);
                let upper = self.goal_number(high, "the upper end", formula);
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

    /// The number of a goal in the unit of its indicator.
    fn goal_number(
        &mut self,
        node: &Node,
        what: &str,
        formula: Option<&Formula>,
    ) -> Option<Decimal> {
        let (share, of) = match &node.value {
            Value::Text(text) => match percentage(text) {
                Some(number) => (number, Decimal::ONE_HUNDRED),
                None => return self.number(node, what),
            },
            Value::Map(_) => {
                let fields = self.fields_called(node, what, &keys::GOAL_SHARE)?;
                (self.required_value(&fields, &keys::GOAL_SHARE.share)?, Decimal::ONE)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) => {
                return self.number(node, what);
            }
        };
        let whole = match formula {
            Some(formula) => formula.facts().greatest,
            None => Some(Decimal::ONE_HUNDRED),
        };
        let Some(whole) = whole else {
            let found = match node.as_text() {
                Some(text) => quoted(text),
                None => format!("{{share: {share}}}"),
            };
            let message = "only the goal of a share is a part of a whole";
            let fault = Fault::new(FaultCode::UnsuitableGoal, node.place.clone(), message)
                .found(found)
                .expected("a number in the unit of the indicator");
            // Of what is not a part of a whole but per hundred, the number is the same.
            let is_per_hundred =
                formula.is_some_and(|formula| formula.facts().per == Decimal::ONE_HUNDRED);
            let hint = node.as_text().filter(|_| is_per_hundred).and_then(number_hint);
            self.faults.push(match hint {
                Some(hint) => fault.hint(hint),
                None => fault,
            });
            return None;
        };
        // For shares in per cent the multiplier is 1: every digit stays.
        let number = (whole / of).checked_mul(share).map(|number| number.normalize());
        if number.is_none() {
            self.wrong(FaultCode::OutOfRange, node, what, "a number of at most 28 digits");
        }
        number
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
        let ends = ends(node);
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
                // The end is there, for the goal has been read from it.
                ends.first().map_or(Place::Nowhere, |end| end.place.clone()),
                "no proportion can meet this goal",
            )
            .found(goal)
            .expected(format!("a number {bound} {number}")),
        );
    }
}
