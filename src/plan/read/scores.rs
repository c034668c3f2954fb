//! The section on scores: parts and their scales, deductions, grades.

use super::fields::Fields;
use super::{Ground, Names, Reader};
use crate::calendar::Calendar;
use crate::error::{Fault, FaultCode};
use crate::plan::document::{Entry, Node, Value};
use crate::plan::keys::{self, SCALE_FORMS};
use crate::plan::score::{Deduction, Grade, Scale, Score, ScorePart};
use crate::plan::{Better, IndicatorIndex};
use crate::stats::Aggregation;

/// What a score's parts refer to.
struct ScoreContext<'k> {
    names: &'k Names<'k>,
    /// The scale of parts that name none.
    scale: Option<Scale>,
    aggregation: Aggregation,
    deducts: bool,
}

impl Reader<'_> {
    pub(super) fn scores(
        &mut self,
        fields: &Fields<'_>,
        calendar: &Calendar,
        ground: &Ground,
        names: &Names<'_>,
    ) -> Vec<Score> {
        let Some(node) = fields.get(&keys::PLAN.scores) else { return Vec::new() };
        let form = "ids and what they are made of, each with a level, a window and parts";
        let mut scores = Vec::new();
        for entry in self.section(node, "scores", form).0 {
            let id = self.key_id(entry);
            let Some(fields) = self.fields(&entry.value, &keys::SCORE) else { continue };
            let title = self.value(&fields, &keys::SCORE.title);
            let note = self.value(&fields, &keys::SCORE.note);
            let level = self
                .required(&fields, &keys::SCORE.level)
                .and_then(|node| self.level(node, ground));
            let window = self
                .required(&fields, &keys::SCORE.window)
                .and_then(|node| self.separate_windows(node, calendar, &names.campaigns));
            let basis =
                fields.get(&keys::SCORE.basis).map_or_else(Vec::new, |node| self.basis(node));
            let aggregation = self.value_or_default(&fields, &keys::SCORE.aggregate);
            let scale = fields.get(&keys::SCORE.normalise).map(|node| self.scale(node));
            let coverage = self.value_or_default(&fields, &keys::SCORE.coverage);
            let known = ScoreContext {
                names,
                scale: scale.flatten(),
                aggregation: aggregation.unwrap_or_default(),
                deducts: fields.get(&keys::SCORE.deductions).is_some(),
            };
            let is_scale_told = scale.is_some_and(|scale| scale.is_none());
            let parts = self
                .required(&fields, &keys::SCORE.parts)
                .and_then(|node| self.parts(node, &known, is_scale_told));
            let deductions = match fields.get(&keys::SCORE.deductions) {
                None => Some(Vec::new()),
                Some(node) => self.deductions(node, names),
            };
            let grades = match fields.get(&keys::SCORE.grades) {
                None => Some(Vec::new()),
                Some(node) => self.grades(node),
            };
            if let (
                Some(id),
                Some(level),
                Some(window),
                Some(aggregation),
                Some(coverage),
                Some(parts),
                Some(deductions),
                Some(grades),
            ) = (id, level, window, aggregation, coverage, parts, deductions, grades)
            {
                scores.push(Score {
                    id,
                    title,
                    note,
                    level,
                    window,
                    basis,
                    parts,
                    aggregation,
                    coverage,
                    deductions,
                    grades,
                });
            }
        }
        scores
    }

    fn parts(
        &mut self,
        node: &Node,
        known: &ScoreContext<'_>,
        is_scale_told: bool,
    ) -> Option<Vec<ScorePart>> {
        let form = "ids and indicators, such as `harm: {indicator: deaths, weight: 2}`";
        let entries = match &node.value {
            Value::Map(entries) if !entries.is_empty() => entries,
            Value::Map(_)
            | Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Text(_)
            | Value::List(_) => {
                self.wrong(FaultCode::WrongForm, node, "the parts of a score", form);
                return None;
            }
        };
        let parts: Vec<Option<ScorePart>> =
            entries.iter().map(|entry| self.part(entry, known, is_scale_told)).collect();
        parts.into_iter().collect()
    }

    fn part(
        &mut self,
        entry: &Entry,
        known: &ScoreContext<'_>,
        is_scale_told: bool,
    ) -> Option<ScorePart> {
        let id = self.key_id(entry);
        let fields = self.fields(&entry.value, &keys::SCORE_PART)?;
        let title = self.value(&fields, &keys::SCORE_PART.title);
        let indicator = self.required(&fields, &keys::SCORE_PART.indicator);
        let indicator = indicator.and_then(|node| self.indicator(node, known.names));
        let weight = self.value_or_default(&fields, &keys::SCORE_PART.weight);
        let scale = match fields.get(&keys::SCORE_PART.normalise) {
            Some(node) => self.scale(node),
            None => {
                if known.scale.is_none()
                    && !is_scale_told
                    && !fields.is_misspelt(&keys::SCORE_PART.normalise)
                {
                    self.required(&fields, &keys::SCORE_PART.normalise);
                }
                known.scale
            }
        };
        let (indicator, scale) = (indicator?, scale?);
        let place = &fields.get(&keys::SCORE_PART.normalise).unwrap_or(&entry.value).place;
        if scale == Scale::ZScore {
            let with = match known.aggregation {
                Aggregation::Arithmetic if known.deducts => Some("points taken off them"),
                Aggregation::Arithmetic => None,
                Aggregation::Geometric => Some("a geometric mean"),
                Aggregation::Harmonic => Some("a harmonic mean"),
            };
            if let Some(with) = with {
                self.faults.push(
                    Fault::new(
                        FaultCode::ConflictingKeys,
                        place.clone(),
                        format!("z-scores lie around 0 and can't have {with}"),
                    )
                    .found("z_score")
                    .expected("a scale from 0 to 100, such as min_max"),
                );
                return None;
            }
        }
        if scale.needs_direction() && self.better(indicator, known.names).is_none() {
            let IndicatorIndex(at) = indicator;
            let of = known.names.indicators.things[at].0;
            self.faults.push(
                Fault::new(
                    FaultCode::MissingKey,
                    place.clone(),
                    "which values are the better ones is not known",
                )
                .found(format!("the indicator `{}` without `better`", of.key))
                .expected("`better: higher` or `better: lower` of the indicator")
                .hint("goalposts say it themselves: the better end is the second"),
            );
            return None;
        }
        Some(ScorePart { id: id?, title, indicator, weight: weight?, scale })
    }

    /// What an indicator says of its direction. Faults of it are told where it stands.
    fn better(&self, indicator: IndicatorIndex, names: &Names<'_>) -> Option<Better> {
        let (entry, _) = names.indicators.things[indicator.0];
        let better = entry.value.as_map()?.iter().find(|field| field.key == "better")?;
        let name = better.value.as_text()?;
        Better::ALL.iter().copied().find(|better| better.code() == name)
    }

    fn scale(&mut self, node: &Node) -> Option<Scale> {
        if node.as_map().is_none() {
            let what = "a scale";
            let plain =
                [("min_max", Scale::MinMax), ("z_score", Scale::ZScore), ("rank", Scale::Rank)];
            if let Value::Text(name) = &node.value {
                if let Some((_, scale)) = plain.iter().find(|(known, _)| known == name) {
                    return Some(*scale);
                }
                let names = plain.map(|(known, _)| known);
                let fault = Fault::unknown_choice(node.place.clone(), "scale", name, &names);
                self.faults.push(fault.expected(SCALE_FORMS));
            } else {
                self.wrong(FaultCode::WrongForm, node, what, SCALE_FORMS);
            }
            return None;
        }
        let fields = self.fields(node, &keys::SCALE)?;
        match (fields.get(&keys::SCALE.goalposts), fields.get(&keys::SCALE.distance_to)) {
            (Some(posts), None) => {
                let form = "[what is worth 0, what is worth 100]";
                let Some([worst, best]) = posts.as_list() else {
                    self.wrong(FaultCode::WrongForm, posts, "the goalposts of a scale", form);
                    return None;
                };
                let from = self.number(worst, "what is worth 0");
                let to = self.number(best, "what is worth 100");
                let (from, to) = (from?, to?);
                if from == to {
                    self.wrong(
                        FaultCode::OutOfRange,
                        posts,
                        "the goalposts of a scale",
                        "two different numbers",
                    );
                    return None;
                }
                Some(Scale::Goalposts(from, to))
            }
            (None, Some(target)) => self.number(target, "what is worth 100").map(Scale::DistanceTo),
            (None, None)
                if fields.is_misspelt(&keys::SCALE.goalposts)
                    || fields.is_misspelt(&keys::SCALE.distance_to) =>
            {
                None
            }
            (None, None) | (Some(_), Some(_)) => {
                self.wrong(FaultCode::WrongForm, node, "a scale", SCALE_FORMS);
                None
            }
        }
    }

    fn deductions(&mut self, node: &Node, names: &Names<'_>) -> Option<Vec<Deduction>> {
        let form = "what is taken off, such as {indicator: violations, points: 2, at_most: 10}";
        let items = self.list(node, "the deductions of a score", form)?;
        let deductions: Vec<Option<Deduction>> = items
            .iter()
            .map(|item| {
                let fields = self.fields(item, &keys::DEDUCTION)?;
                let title = self.value(&fields, &keys::DEDUCTION.title);
                let indicator = self.required(&fields, &keys::DEDUCTION.indicator);
                let indicator = indicator.and_then(|node| self.indicator(node, names));
                let points = self.required_value(&fields, &keys::DEDUCTION.points);
                let at_most = self.value(&fields, &keys::DEDUCTION.at_most);
                Some(Deduction { title, indicator: indicator?, points: points?, at_most })
            })
            .collect();
        deductions.into_iter().collect()
    }

    fn grades(&mut self, node: &Node) -> Option<Vec<Grade>> {
        let form = "grades, best first, such as {grade: good, at_least: 70}";
        let items = self.list(node, "the grades of a score", form)?;
        let faults_before = self.faults.len();
        let mut grades: Vec<Grade> = Vec::new();
        for (place, item) in items.iter().enumerate() {
            let Some(fields) = self.fields(item, &keys::GRADE) else { continue };
            let name = self.required_value(&fields, &keys::GRADE.grade);
            let least = self.value(&fields, &keys::GRADE.at_least);
            if fields.get(&keys::GRADE.at_least).is_none() && place + 1 < items.len() {
                self.required(&fields, &keys::GRADE.at_least);
            }
            if let (Some(least), Some(node)) = (least, fields.get(&keys::GRADE.at_least))
                && let Some(above) = grades.last().and_then(|grade| grade.at_least)
                && least >= above
            {
                self.faults.push(
                    Fault::new(
                        FaultCode::WrongOrder,
                        node.place.clone(),
                        "grades stand in order, the best first",
                    )
                    .found(least)
                    .expected(format!("a number below {above}")),
                );
            }
            let Some(name) = name else { continue };
            if grades.iter().any(|grade| grade.grade == name) {
                self.faults.push(
                    Fault::new(
                        FaultCode::DuplicateEntry,
                        item.place.clone(),
                        "this grade stands twice",
                    )
                    .found(format!("`{name}`")),
                );
            }
            grades.push(Grade { grade: name, at_least: least });
        }
        (self.faults.len() == faults_before).then_some(grades)
    }
}
