//! The calendar, windows, and the comparisons that name one.

use chrono::{Datelike, NaiveDate};

use super::{Reader, Section};
use crate::calendar::{self, Calendar, Every, Length, Window};
use crate::error::{Fault, FaultCode, Place, grouped, quoted};
use crate::plan::document::{Entry, Node, Value};
use crate::plan::keys::{
    self, Choice, OWN_WINDOW_FORMS, PlainReference, REFERENCE_FORMS, SEPARATE_WINDOWS_FORMS,
    WINDOW_FORMS, WINDOWS_FORMS,
};
use crate::plan::{Campaign, Inner, OverTime, Reference, TargetWindow};

/// What there is a window for.
enum Step {
    /// Each period of a kind.
    Period(Every),
    /// Each time of a length.
    Length(Length),
}

impl Reader<'_> {
    pub(super) fn calendar(&mut self, node: &Node) -> Option<Calendar> {
        let fields = self.fields(node, &keys::CALENDAR)?;
        let named_by = self.value_or_default(&fields, &keys::CALENDAR.named_by);
        let weeks_start = self.value_or_default(&fields, &keys::CALENDAR.weeks_start);
        if let Some(node) = fields.get(&keys::CALENDAR.anchors) {
            self.read_anchors(node);
        }
        self.anchors.is_whole &= !fields.is_misspelt(&keys::CALENDAR.anchors);
        let node = fields.get(&keys::CALENDAR.year_starts);
        let text = match node {
            Some(node) => node.as_text().map(str::to_owned),
            None => keys::CALENDAR.year_starts.default_value(),
        };
        let day = text.and_then(|text| {
            let (month, day) = text.split_once('-')?;
            let two_digits =
                |text: &str| (text.len() == 2).then(|| text.parse::<u32>().ok()).flatten();
            Calendar::new(two_digits(month)?, two_digits(day)?, named_by.unwrap_or_default())
        });
        if let (Some(node), None) = (node, &day) {
            self.faults.push(
                Fault::new(
                    FaultCode::OutOfRange,
                    node.place.clone(),
                    "this is no day a reporting year can start on",
                )
                .found(node.describe())
                .expected("month and day such as \"12-15\", the day not after the 28th"),
            );
        }
        let calendar = day.zip(weeks_start).map(|(day, weeks)| day.with_weeks_from(weeks));
        named_by.and(calendar)
    }

    /// A period, a campaign's id or `[start, end)`.
    pub(super) fn window(
        &mut self,
        node: &Node,
        calendar: &Calendar,
        campaigns: Option<&Section<Campaign>>,
    ) -> Option<(Window, Option<usize>)> {
        let forms = if campaigns.is_some() { WINDOW_FORMS } else { OWN_WINDOW_FORMS };
        self.window_of_forms(node, calendar, campaigns, forms)
    }

    /// The same, where a fault names these forms.
    fn window_of_forms(
        &mut self,
        node: &Node,
        calendar: &Calendar,
        campaigns: Option<&Section<Campaign>>,
        forms: &str,
    ) -> Option<(Window, Option<usize>)> {
        match &node.value {
            Value::Text(name) | Value::Number(name) => {
                let known = campaigns.map_or(&[][..], |campaigns| &campaigns.things);
                if let Some(campaign) = campaigns.and_then(|campaigns| campaigns.place(name)) {
                    return Some((known[campaign].window, Some(campaign)));
                }
                if let Some(window) =
                    calendar.period(name).and_then(|period| calendar.window(period))
                {
                    return Some((window, None));
                }
                let fault =
                    Fault::new(FaultCode::NotAPeriod, node.place.clone(), "this names no window")
                        .found(format!("`{name}`"))
                        .expected(forms);
                let fault = if let Some(hint) = calendar.period_hint(name) {
                    fault.hint(hint)
                } else if campaigns.is_some_and(|campaigns| !campaigns.is_whole) {
                    return None;
                } else {
                    fault.near_miss(name, known.iter().map(|campaign| campaign.id.as_str()))
                };
                self.faults.push(fault);
                None
            }
            Value::List(ends) if ends.len() == 2 => {
                let start = self.date(&ends[0], "the window's first day");
                let end = self.date(&ends[1], "the day after the window's last");
                let (start, end) = (start?, end?);
                let window = Window::new(start, end);
                if window.is_none() {
                    self.faults.push(
                        Fault::new(
                            FaultCode::EmptyRange,
                            ends[1].place.clone(),
                            "the window holds no day",
                        )
                        .found(format!("{start} to before {end}"))
                        .expected("an end after the start")
                        .hint("the end is the first day that no longer belongs to the window"),
                    );
                }
                Some((window?, None))
            }
            Value::Null | Value::Bool(_) | Value::List(_) | Value::Map(_) => {
                self.wrong(FaultCode::NotAPeriod, node, "a window", forms);
                None
            }
        }
    }

    pub(super) fn reference(
        &mut self,
        node: &Node,
        calendar: &Calendar,
        campaigns: &Section<Campaign>,
    ) -> Option<Reference> {
        match &node.value {
            Value::Map(_) => {
                let fields = self.fields(node, &keys::REFERENCE)?;
                let [Entry { key, value, .. }] = fields.entries else {
                    self.wrong(FaultCode::WrongForm, node, "a comparison", REFERENCE_FORMS);
                    return None;
                };
                match key.as_str() {
                    "window" => {
                        let (window, _) = self.window(value, calendar, Some(campaigns))?;
                        Some(Reference::Window(window))
                    }
                    "value" => Some(Reference::Value(self.number(value, "the earlier value")?)),
                    "same_window_last_year" => {
                        let fields = self.fields(value, &keys::MOVED)?;
                        let anchor = self.required(&fields, &keys::MOVED.moved_by)?;
                        self.anchor(anchor).map(Reference::SameWindowMovedBy)
                    }
                    "same_window_of" => self.year(value).map(Reference::SameWindowOf),
                    // An unknown key has its fault already.
                    _ => None,
                }
            }
            Value::Text(text) => match text.as_str() {
                "previous_period" => Some(Reference::PreviousPeriod),
                "same_window_last_year" => Some(Reference::SameWindowLastYear),
                text => {
                    let fault = Fault::new(
                        FaultCode::WrongForm,
                        node.place.clone(),
                        "this is not a comparison",
                    )
                    .found(node.describe())
                    .expected(REFERENCE_FORMS);
                    let names_window =
                        calendar.period(text).is_some() || campaigns.place(text).is_some();
                    self.faults.push(if names_window {
                        fault.hint(format!("write {{window: \"{text}\"}}"))
                    } else {
                        fault.near_miss(text, PlainReference::WORDS.iter().copied())
                    });
                    None
                }
            },
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::List(_) => {
                self.wrong(FaultCode::WrongForm, node, "a comparison", REFERENCE_FORMS);
                None
            }
        }
    }

    pub(super) fn target_window(
        &mut self,
        node: &Node,
        calendar: &Calendar,
        campaigns: &Section<Campaign>,
    ) -> Option<TargetWindow> {
        let is_campaign = |name| campaigns.things.iter().any(|campaign| campaign.id == name);
        if let Some(word) = node.as_text()
            && let Some(every) = calendar::every_meant(word)
            && !is_campaign(word)
        {
            let fault =
                Fault::new(FaultCode::NotAPeriod, node.place.clone(), "this names no window");
            self.faults.push(fault.found(node.describe()).expected(WINDOWS_FORMS).hint(format!(
                "a window for each {every} of 2023 is written {{every: {every}, within: \"2023\"}}"
            )));
            return None;
        }
        // A window that moves with the day of the assessment would give a row other days at each assessment.
        if let Some(word) = node.as_text()
            && calendar::is_name_as_of(word)
            && !is_campaign(word)
        {
            let fault = Fault::new(
                FaultCode::NotAPeriod,
                node.place.clone(),
                "the windows of a target do not depend on the day of the assessment",
            );
            self.faults.push(fault.found(node.describe()).expected(WINDOWS_FORMS).hint(format!(
                "judge each window of a year, such as {{every: month, within: \"2023\"}}, and pick the rows of a report with \
                 `filter(window=\"{word}\")`"
            )));
            return None;
        }
        if let Value::Map(entries) = &node.value
            && let Some(trailing) = entries.iter().find(|entry| entry.key == "trailing")
        {
            let fault = Fault::new(
                FaultCode::UnknownKey,
                trailing.place.clone(),
                "the windows of a target do not depend on the day of the assessment",
            );
            self.faults.push(fault.found("`trailing`").expected(WINDOWS_FORMS).hint(
                "{rolling: 28 days, every: day, within: \"2023\"} has a window for each last day",
            ));
            return None;
        }
        if !matches!(node.value, Value::Map(_)) {
            let window = self.window_of_forms(node, calendar, Some(campaigns), WINDOWS_FORMS);
            return window.map(|(window, campaign)| match campaign {
                Some(campaign) => TargetWindow::Campaign(campaign),
                None => TargetWindow::Once(window),
            });
        }
        let fields = self.fields(node, &keys::WINDOW)?;
        let length = self.value(&fields, &keys::WINDOW.rolling);
        let is_rolling = fields.get(&keys::WINDOW.rolling).is_some();
        let every_node = self.required(&fields, &keys::WINDOW.every);
        let step = every_node.and_then(|node| self.step(node, is_rolling));
        let within = self.required(&fields, &keys::WINDOW.within);
        let within_node = within?;
        let (within, campaign) = self.window(within_node, calendar, Some(campaigns))?;
        // A length at fault is reported already.
        let (windows, most_days) = match (step?, length, is_rolling) {
            (Step::Period(every), Some(length), _) => {
                (TargetWindow::Rolling { length, every, within, campaign }, every.most_days())
            }
            (Step::Period(every), None, false) => {
                (TargetWindow::Every { every, within, campaign }, every.most_days())
            }
            (Step::Length(length), None, false) => {
                (TargetWindow::Consecutive { length, within, campaign }, length.most_days())
            }
            (Step::Period(_) | Step::Length(_), _, _) => return None,
        };
        // A decade of days is 3,653 rows a unit; a plan that has far more contains a typing error.
        const MOST_WINDOWS: usize = 5_000;
        let found = || {
            format!(
                "every {} within {within}",
                every_node.and_then(Node::as_text).unwrap_or_default()
            )
        };
        if within.days() > most_days * MOST_WINDOWS as i64 {
            self.faults.push(
                Fault::new(
                    FaultCode::OutOfRange,
                    within_node.place.clone(),
                    "the window holds too many periods of this kind",
                )
                .found(found())
                .expected(format!("at most {} of them", grouped(MOST_WINDOWS as u64))),
            );
            return None;
        }
        if let TargetWindow::Consecutive { length: Length::Months(_), .. } = windows
            && within.start().day() > 28
        {
            self.faults.push(
                Fault::new(
                    FaultCode::OutOfRange,
                    within_node.place.clone(),
                    "not every month has the day on which the months would begin",
                )
                .found(within.start())
                .expected("a first day that is not after the 28th"),
            );
            return None;
        }
        let number = windows.windows(calendar, |campaign| campaigns.things[campaign].window).len();
        if number == 0 || number > MOST_WINDOWS {
            let message = match windows {
                TargetWindow::Rolling { .. } => "periods of this kind end inside the window",
                TargetWindow::Consecutive { .. } => {
                    "times of this length lie wholly inside the window"
                }
                TargetWindow::Once(_) | TargetWindow::Campaign(_) | TargetWindow::Every { .. } => {
                    "periods of this kind lie wholly inside the window"
                }
            };
            self.faults.push(
                Fault::new(
                    FaultCode::OutOfRange,
                    node.place.clone(),
                    format!("{number} {message}"),
                )
                .found(found())
                .expected(format!("between 1 and {MOST_WINDOWS}")),
            );
            return None;
        }
        Some(windows)
    }

    /// The step from one window to the next. A rolling window ends with a period.
    fn step(&mut self, node: &Node, is_rolling: bool) -> Option<Step> {
        let length = node.as_text().and_then(Length::parse);
        match length {
            Some(length) if !is_rolling => Some(Step::Length(length)),
            Some(_) | None => {
                let every = self.choice(node, "the kind of period", &Every::choices());
                every.map(Step::Period)
            }
        }
    }

    /// The windows of a standard, a score or a model, which may not share days.
    pub(super) fn separate_windows(
        &mut self,
        node: &Node,
        calendar: &Calendar,
        campaigns: &Section<Campaign>,
    ) -> Option<TargetWindow> {
        let windows = self.target_window(node, calendar, campaigns)?;
        if let TargetWindow::Rolling { .. } = windows {
            let place = node.get(keys::WINDOW.rolling.name).map_or(&node.place, |node| &node.place);
            let message = "only the windows of targets roll";
            self.faults.push(
                Fault::new(FaultCode::MisplacedKey, place.clone(), message)
                    .found(node.describe())
                    .expected(SEPARATE_WINDOWS_FORMS),
            );
            return None;
        }
        Some(windows)
    }

    /// A sum over windows of a length needs reports that no edge of a window cuts.
    pub(super) fn refuse_cut_reports(&mut self, inner: &Inner, root: &Node) {
        let calendar = &inner.calendar;
        let is_edge = |every: Every, day: NaiveDate| {
            let period = calendar.period_at(every, day).and_then(|period| calendar.window(period));
            period.is_some_and(|period| period.start() == day)
        };
        let mut last: Option<&str> = None;
        for target in &inner.targets {
            let found = match &target.window {
                TargetWindow::Rolling { length, every, .. } => format!("{length}, every {every}"),
                TargetWindow::Consecutive { length, .. } => format!("every {length}"),
                TargetWindow::Once(_) | TargetWindow::Campaign(_) | TargetWindow::Every { .. } => {
                    continue;
                }
            };
            // A target that is split by a stratum stands there once for each category.
            if last.replace(&target.id) == Some(&target.id) {
                continue;
            }
            let of_campaign = |campaign: usize| inner.campaigns[campaign].window;
            let windows = target.window.windows(calendar, of_campaign);
            let measures = target.judged().into_iter().flat_map(|one| inner.measures_of(one));
            let cut = measures.into_iter().find_map(|measure| {
                let measure = &inner.measures[measure.0];
                let due = measure.every.filter(|_| measure.over_time == OverTime::Sum)?;
                let is_whole =
                    |days: &Window| is_edge(due, days.start()) && is_edge(due, days.end());
                (!windows.iter().all(is_whole)).then_some((measure, due))
            });
            let Some((measure, due)) = cut else { continue };
            let keys = ["targets", &target.id, keys::TARGET.window.name];
            let place = keys.iter().try_fold(root, |node, key| node.get(key));
            let message = format!(
                "the windows cut reports of {}, which are due every {due}",
                quoted(&measure.id)
            );
            self.faults.push(
                Fault::new(
                    FaultCode::UnsuitableMeasure,
                    place.map_or(Place::Nowhere, |node| node.place.clone()),
                    message,
                )
                .found(found)
                .expected(format!("windows of whole {} that end with one", due.plural())),
            );
        }
    }
}
