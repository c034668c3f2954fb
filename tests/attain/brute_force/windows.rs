//! From the names of windows in a plan to windows.

use crate::brute_force::calendar::Window;
use crate::brute_force::model::{From, Plan, WindowName, Windows};

/// The window a plan names. A campaign's window is a period if the campaign says so.
pub fn window(plan: &Plan, name: &WindowName) -> Window {
    match name {
        WindowName::Period(name) => plan.calendar.period(name).unwrap(),
        WindowName::Campaign(campaign) => window(plan, &plan.campaigns[*campaign].window),
        WindowName::Span(span) => Window::of_span(*span),
    }
}

/// The windows of a target, in time order.
pub fn windows(plan: &Plan, windows: &Windows) -> Vec<Window> {
    match windows {
        Windows::One(name) => vec![window(plan, name)],
        Windows::Every { every, within } => {
            plan.calendar.periods_inside(*every, window(plan, within).span)
        }
        Windows::Consecutive { length, within } => {
            plan.calendar.consecutive_inside(*length, window(plan, within).span)
        }
        Windows::Rolling { length, every, within } => {
            plan.calendar.rolling_inside(*length, *every, window(plan, within).span)
        }
    }
}

/// The window that another one is compared with; `None` where there is no such window, or a value instead.
pub fn compared_with(plan: &Plan, from: &From, of: &Window) -> Option<Window> {
    match from {
        From::PreviousPeriod => Some(plan.calendar.previous_period(of)),
        From::SameWindowLastYear => plan.calendar.same_window_last_year(of),
        From::Window(name) => Some(window(plan, name)),
        From::Value(_) => None,
    }
}
