//! How a target gets to its goal, and what its outlook rests on while its window runs.

use super::values::Readable;
use super::{Names, Reader};
use crate::calendar::{Calendar, Every};
use crate::error::{Fault, FaultCode};
use crate::exact::Decimal;
use crate::plan::document::{Entry, Node, Value};
use crate::plan::keys::{self, PlainTrajectory};
use crate::plan::{Formula, Goal, OutlookRules, PaceThresholds, Prior, TargetWindow, Trajectory};

const TRAJECTORY_FORMS: &str = "one of none, linear, geometric, milestones, {linear: {from: …}}, {geometric: {from: …}}, {steps: month}, {seasonal: {from: [\"2022\", \"2023\"]}}";
const PRIOR_FORMS: &str = "one of history, jeffreys, uniform, {events: …, of: …}";

/// What a trajectory has to fit.
pub(super) struct TrajectoryContext<'r> {
    pub(super) goal: Option<&'r Goal>,
    pub(super) window: Option<&'r TargetWindow>,
    pub(super) has_milestones: bool,
}

impl Reader<'_> {
    pub(super) fn trajectory(
        &mut self,
        node: &Node,
        context: &TrajectoryContext<'_>,
        calendar: &Calendar,
        names: &Names<'_>,
    ) -> Option<Trajectory> {
        let trajectory = match &node.value {
            Value::Text(name) => match name.as_str() {
                "none" => Trajectory::None,
                "linear" => Trajectory::Linear { from: None },
                "geometric" => Trajectory::Geometric { from: None },
                "milestones" => Trajectory::Milestones,
                name => {
                    self.faults.push(
                        Fault::unknown_choice(
                            node.place.clone(),
                            "trajectory",
                            name,
                            PlainTrajectory::WORDS,
                        )
                        .expected(TRAJECTORY_FORMS),
                    );
                    return None;
                }
            },
            Value::Map(_) => {
                let fields = self.fields(node, &keys::TRAJECTORY)?;
                let [Entry { key, value, .. }] = fields.entries else {
                    self.wrong(FaultCode::WrongForm, node, "a trajectory", TRAJECTORY_FORMS);
                    return None;
                };
                match key.as_str() {
                    "linear" => Trajectory::Linear { from: Some(self.start(value)?) },
                    "geometric" => Trajectory::Geometric { from: Some(self.start(value)?) },
                    "steps" => Trajectory::Steps(Every::read(
                        self,
                        value,
                        &keys::TRAJECTORY.steps.value_name(),
                    )?),
                    "seasonal" => {
                        let years = self.base_years(value, context, calendar, names)?;
                        Trajectory::Seasonal { years }
                    }
                    // An unknown key has its fault already.
                    _ => return None,
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) => {
                self.wrong(FaultCode::WrongForm, node, "a trajectory", TRAJECTORY_FORMS);
                return None;
            }
        };
        self.refuse_unfit(node, &trajectory, context);
        Some(trajectory)
    }

    fn start(&mut self, node: &Node) -> Option<Decimal> {
        let fields = self.fields(node, &keys::START)?;
        self.required_value(&fields, &keys::START.from)
    }

    fn base_years(
        &mut self,
        node: &Node,
        context: &TrajectoryContext<'_>,
        calendar: &Calendar,
        names: &Names<'_>,
    ) -> Option<Vec<i32>> {
        let fields = self.fields(node, &keys::SEASONAL)?;
        let from = self.required(&fields, &keys::SEASONAL.from)?;
        let items =
            self.list(from, "base years", "reporting years, such as [\"2022\", \"2023\"]")?;
        if items.is_empty() {
            self.wrong(FaultCode::TooFew, from, "base years", "one year at least");
            return None;
        }
        let window = context
            .window
            .map(|window| window.around(|campaign| names.campaigns.things[campaign].window));
        let mut years = Vec::new();
        for item in items {
            let year = self.year(item)?;
            if years.contains(&year) {
                self.faults.push(
                    Fault::new(
                        FaultCode::DuplicateEntry,
                        item.place.clone(),
                        "this year stands twice",
                    )
                    .found(year),
                );
            } else if let Some(window) = window
                && calendar.year_of(window.start()) <= year
            {
                let own = calendar.year_of(window.start());
                self.faults.push(
                    Fault::new(
                        FaultCode::OutsideWindow,
                        item.place.clone(),
                        "a base year lies before the window",
                    )
                    .found(year)
                    .expected(format!("a year before {own}")),
                );
            }
            years.push(year);
        }
        Some(years)
    }

    fn refuse_unfit(
        &mut self,
        node: &Node,
        trajectory: &Trajectory,
        context: &TrajectoryContext<'_>,
    ) {
        let fault = match (trajectory, context.goal) {
            (
                Trajectory::Linear { from: Some(_) }
                | Trajectory::Geometric { .. }
                | Trajectory::Steps(_)
                | Trajectory::Milestones,
                Some(goal),
            ) if goal.is_between() => Fault::new(
                FaultCode::UnsuitableGoal,
                node.place.clone(),
                "no path leads to a `between`",
            )
            .expected("none, linear or seasonal, or a goal with one number"),
            (Trajectory::Geometric { from: Some(from) }, _) if *from <= Decimal::ZERO => {
                Fault::new(
                    FaultCode::OutOfRange,
                    node.place.clone(),
                    "nothing grows by a rate from here",
                )
                .found(from)
                .expected("a start above 0")
            }
            (Trajectory::Milestones, _) if !context.has_milestones => Fault::new(
                FaultCode::MissingKey,
                node.place.clone(),
                "the target has no milestones",
            )
            .expected("`milestones` such as [{by: 2023-06-30, reach: 40}]"),
            (
                Trajectory::None
                | Trajectory::Linear { .. }
                | Trajectory::Geometric { .. }
                | Trajectory::Steps(_)
                | Trajectory::Milestones
                | Trajectory::Seasonal { .. },
                _,
            ) => return,
        };
        self.faults.push(fault);
    }

    /// The thresholds of pace, of a plan or a target.
    pub(super) fn pace(&mut self, node: Option<&Node>) -> Option<PaceThresholds> {
        let node = node?;
        let own = self.fields(node, &keys::PACE)?;
        let ahead = self.value_or_default(&own, &keys::PACE.ahead);
        let on_track = self.value_or_default(&own, &keys::PACE.on_track);
        let (ahead, on_track) = (ahead?, on_track?);
        if on_track > ahead {
            let place = own.get(&keys::PACE.on_track).unwrap_or(node).place.clone();
            self.faults.push(
                Fault::new(FaultCode::WrongOrder, place, "on track is less than ahead")
                    .found(on_track)
                    .expected(format!("{ahead} or less, from which on a window is ahead")),
            );
        }
        Some(PaceThresholds { ahead, on_track })
    }

    /// What an outlook rests on, of a plan or, with its indicator's formula, of a target.
    pub(super) fn outlook(
        &mut self,
        node: Option<&Node>,
        formula: Option<&Formula>,
    ) -> OutlookRules {
        let mut rules = OutlookRules::default();
        let Some(node) = node else { return rules };
        let Some(own) = self.fields(node, &keys::OUTLOOK) else { return rules };
        rules.prior = own.get(&keys::OUTLOOK.prior).and_then(|node| self.prior(node, formula));
        rules.dispersion = self.value(&own, &keys::OUTLOOK.dispersion);
        rules.drift = self.value(&own, &keys::OUTLOOK.drift);
        rules
    }

    fn prior(&mut self, node: &Node, formula: Option<&Formula>) -> Option<Prior> {
        if !matches!(node.value, Value::Map(_)) {
            let known = [
                ("history", Prior::History),
                ("jeffreys", Prior::Jeffreys),
                ("uniform", Prior::Uniform),
            ];
            return match &node.value {
                Value::Text(_) => self.choice(node, "a prior", &known),
                _ => {
                    self.wrong(FaultCode::WrongForm, node, "a prior", PRIOR_FORMS);
                    None
                }
            };
        }
        let fields = self.fields(node, &keys::PRIOR)?;
        let events_node = self.required(&fields, &keys::PRIOR.events);
        let events = events_node.and_then(|node| self.number(node, "a number of events"));
        let of_node = self.required(&fields, &keys::PRIOR.of);
        let of = of_node.and_then(|node| self.number(node, "a denominator"));
        let (events, of, events_node, of_node) = (events?, of?, events_node?, of_node?);
        if events <= Decimal::ZERO {
            self.wrong(
                FaultCode::OutOfRange,
                events_node,
                "a number of events",
                "a number above 0, such as 0.5",
            );
        } else if of <= Decimal::ZERO {
            self.wrong(FaultCode::OutOfRange, of_node, "a denominator", "a number above 0");
        } else if formula.is_some_and(|formula| formula.facts().part_and_whole().is_some())
            && of <= events
        {
            let expected = format!("more than the {events} events among them");
            self.wrong(
                FaultCode::OutOfRange,
                of_node,
                "what the events of a share are among",
                &expected,
            );
        }
        Some(Prior::Counted { events, of })
    }
}
